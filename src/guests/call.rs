//! One call of a tool: the last look, the call, its result as text.

use std::time::{Duration, Instant};

use rmcp::RoleClient;
use rmcp::model::{CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, ResourceContents};
use rmcp::service::{Peer, ServiceError};
use tokio::sync::mpsc::Sender;
use tokio_util::sync::CancellationToken;

use super::{Guests, State, lock};
use crate::domain::{Exit, Run, Stream, ToolUse};
use crate::exec::{Chunk, Finished, Progress};
use crate::gate::Cleared;

/// Bytes in one chunk, at most.
const CHUNK: usize = 16 << 10;

/// What a result holds that this version of the protocol does not know.
const UNKNOWN: &str = "[something of a kind that is not known here]";

pub(super) async fn made(
    guests: &Guests,
    cleared: Cleared,
    cancel: CancellationToken,
    progress: Sender<Progress>,
) -> Finished {
    let begun = Instant::now();
    let finished = |exit: Exit| Finished { exit, duration: begun.elapsed() };
    let Run::Tool { used } = cleared.into_program().run else {
        return finished(Exit::NotStarted("it is a command and no tool of a server".to_owned()));
    };
    let (peer, patience) = match guests.ready(&used) {
        Ok(found) => found,
        Err(why) => return finished(Exit::NotStarted(why)),
    };
    let mut params = CallToolRequestParams::new(used.tool.clone());
    params.arguments = Some(used.arguments);
    let answered = tokio::select! {
        biased;
        // Dropping the call tells the server that nobody waits for it any more.
        () = cancel.cancelled() => return finished(Exit::Interrupted),
        answered = tokio::time::timeout(patience, peer.call_tool_once(params)) => answered,
    };
    let (exit, stream, text) = match answered {
        Err(_late) => return finished(Exit::TimedOut),
        Ok(Ok(CallToolResponse::Complete(result))) => {
            let failed = result.is_error == Some(true);
            (Exit::Code(i32::from(failed)), Stream::Stdout, text_of(&result))
        }
        Ok(Ok(_)) => {
            let text = "the server wants to ask something before it answers; it is not let\n".to_owned();
            (Exit::Code(1), Stream::Stderr, text)
        }
        Ok(Err(ServiceError::McpError(error))) => {
            (Exit::Code(1), Stream::Stderr, format!("the server refused the call: {}\n", error.message))
        }
        Ok(Err(error)) => (Exit::Code(1), Stream::Stderr, format!("the connection to the server failed: {error}\n")),
    };
    let ended = finished(exit);
    for bytes in text.as_bytes().chunks(CHUNK) {
        // A receiver that went away loses output; the call was made.
        let _listened = progress.send(Progress::Output(Chunk { stream, bytes: bytes.to_vec() })).await;
    }
    ended
}

impl Guests {
    /// The connection for a call, if its tool is still what was judged.
    fn ready(&self, used: &ToolUse) -> Result<(Peer<RoleClient>, Duration), String> {
        let server = self.server(&used.server)?;
        let known = lock(&self.0.known);
        let guest = known.get(&used.server).ok_or("the server is not known")?;
        let peer = match (&guest.state, &guest.peer) {
            (State::Ready, Some(peer)) => peer.clone(),
            (State::Ended(why), _) => return Err(format!("the server {} is gone: {why}", used.server)),
            _ => return Err(format!("the server {} is not there", used.server)),
        };
        match guest.tools.iter().find(|tool| tool.name == used.tool) {
            None => Err(format!("the server {} has no tool {} any more", used.server, used.tool)),
            Some(tool) if tool.digest != used.definition || tool.held.is_some() => Err(format!(
                "the server {} describes {} otherwise than when it was asked about",
                used.server, used.tool
            )),
            Some(_) => Ok((peer, server.patience)),
        }
    }
}

/// What a result says, as text; what is no text is named.
fn text_of(result: &CallToolResult) -> String {
    let mut text = String::new();
    for block in &result.content {
        let part = match block {
            ContentBlock::Text(block) => block.text.clone(),
            ContentBlock::Image(block) => named("an image", &block.mime_type, block.data.len()),
            ContentBlock::Audio(block) => named("a sound", &block.mime_type, block.data.len()),
            ContentBlock::Resource(block) => match &block.resource {
                ResourceContents::TextResourceContents { uri, text, .. } => format!("{uri}:\n{text}"),
                ResourceContents::BlobResourceContents { uri, blob, .. } => named(uri, "bytes", blob.len()),
                _ => UNKNOWN.to_owned(),
            },
            ContentBlock::ResourceLink(link) => format!("[{} {}]", link.name, link.uri),
            _ => UNKNOWN.to_owned(),
        };
        text.push_str(part.trim_end());
        text.push('\n');
    }
    match &result.structured_content {
        // Servers repeat it as text for those who read nothing else.
        Some(value) if text.trim().is_empty() => {
            let shown = serde_json::to_string_pretty(value).unwrap_or_default();
            format!("{shown}\n")
        }
        _ => text,
    }
}

fn named(what: &str, kind: &str, encoded: usize) -> String {
    // Base 64 takes four characters for three bytes.
    format!("[{what}, {kind}, {} bytes, not shown]", encoded / 4 * 3)
}
