//! What can be read: the memory through its words, and the same and more as resources. Everything leaves through the
//! veil and no longer than a page.

use std::sync::Arc;

use rmcp::ErrorData;
use rmcp::model::{CallToolResponse, CallToolResult, ContentBlock, Resource, ResourceContents, ResourceTemplate};
use serde_json::json;

use super::arguments::Arguments;
use super::house::House;
use super::link::Link;
use super::run::complaint;
use crate::agent;
use crate::domain::{Failure, MemoryWord, Principal, SessionId, ToolCall};
use crate::history::shortened;
use crate::probe;
use crate::store::{SessionSummary, StoreError};
use crate::tools::memory;

/// Bytes of a text that leaves.
const PAGE: usize = 256 << 10;
/// Columns of a drawn graph.
const WIDTH: usize = 100;
/// Sessions that are listed as resources; `gcc://sessions` names all.
const LISTED: usize = 20;
/// Entries of a log or of commits.
const ENTRIES: usize = 200;

const PROJECT: &str = "gcc://main";
const SESSIONS: &str = "gcc://sessions";
const GRAPH: &str = "gcc://graph";
const SURROUNDINGS: &str = "gcc://surroundings";
const SESSION: &str = "gcc://session/";

/// Carries a word of the memory out.
pub(super) async fn word(link: &Arc<Link>, name: &str, arguments: &Arguments) -> CallToolResponse {
    let call = ToolCall { id: String::new(), name: name.to_owned(), arguments: arguments.to_value() };
    let word = match agent::memory_word(&call) {
        Ok(word) => word,
        Err(why) => return complaint(why),
    };
    let done = if word.writes() { write(link, word).await } else { look(link, word).await };
    match done {
        Ok(text) => {
            let text = leaving(link.house(), &agent::memory_part(&call, text));
            let mut result = CallToolResult::success(vec![ContentBlock::text(text.clone())]);
            result.structured_content = Some(json!({ "text": text }));
            result.into()
        }
        Err(failure) => {
            let text = format!("{failure}. {}", failure.hints.join(" "));
            complaint(leaving(link.house(), &text))
        }
    }
}

async fn write(link: &Arc<Link>, word: MemoryWord) -> Result<String, Failure> {
    let _running = link.running().await;
    let goal = match &word {
        MemoryWord::Commit { summary, .. } => summary.clone(),
        MemoryWord::Branch { name, .. } | MemoryWord::Merge { name } => name.clone(),
        _looks => String::new(),
    };
    let writer = link.session(&goal).await?;
    let (masked, at) = (link.house().redactor.word(word), probe::now());
    let by = Principal::Client { name: link.client().to_owned() };
    let written = writer.ask(move |session| {
        let entry = session.remember(&masked, by, at)?;
        Ok(entry.map_or_else(String::new, |entry| memory::told(masked.get(), &entry)))
    });
    written.await.map_err(Failure::from)
}

async fn look(link: &Arc<Link>, word: MemoryWord) -> Result<String, Failure> {
    let here = link.begun().await.map(|writer| writer.session().clone());
    let house = Arc::clone(link.house());
    blocking(move || memory::look(&house.memory, here.as_ref(), &word, WIDTH)).await
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, Failure> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| {
        Failure::new(crate::domain::FailureKind::Error, "the memory could not be read").because(error)
    })?
    .map_err(Failure::from)
}

/// A text as it leaves: through the veil, and cut to a page.
fn leaving(house: &House, text: &str) -> String {
    let text = house.veil.masked(text);
    if text.len() > PAGE { shortened(&text, PAGE, "") } else { text }
}

/// What is listed.
pub(super) async fn resources(house: &Arc<House>) -> Result<Vec<Resource>, ErrorData> {
    let resource = |uri: &str, name: &str, text: &str| {
        Resource::new(uri, name).with_description(text).with_mime_type("text/markdown")
    };
    let mut listed = vec![
        resource(PROJECT, "main", "The project's page: every session with its goal and what it found"),
        Resource::new(SESSIONS, "sessions").with_description("Every session").with_mime_type("application/json"),
        Resource::new(GRAPH, "graph")
            .with_description("What was done and found in all sessions, drawn")
            .with_mime_type("text/plain"),
        Resource::new(SURROUNDINGS, "surroundings")
            .with_description("Directory, branch, cluster, namespace and container engine that commands would meet")
            .with_mime_type("application/json"),
    ];
    for session in sessions(house).await?.iter().take(LISTED) {
        let (short, goal) = (session.id.short(), house.veil.masked(&session.goal));
        for (part, what) in [("log", "Entries"), ("commits", "Findings")] {
            let uri = format!("{SESSION}{short}/{part}");
            listed.push(resource(&uri, &format!("{short} {part}"), &format!("{what} of: {goal}")));
        }
    }
    Ok(listed)
}

/// What can be asked for by a session's name.
pub(super) fn templates() -> Vec<ResourceTemplate> {
    let template = |part: &str, text: &str, mime: &str| {
        ResourceTemplate::new(format!("{SESSION}{{session}}/{part}"), part).with_description(text).with_mime_type(mime)
    };
    vec![
        template("log", "The last entries of a session's log", "text/markdown"),
        template("commits", "The findings of a session", "text/markdown"),
        template("metadata", "Where and when a session ran", "application/yaml"),
    ]
}

/// The text of a resource.
pub(super) async fn read(house: &Arc<House>, uri: &str) -> Result<ResourceContents, ErrorData> {
    let (text, mime) = match uri {
        PROJECT => {
            let house = Arc::clone(house);
            (stored(blocking(move || house.memory.page_text()).await)?, "text/markdown")
        }
        SESSIONS => {
            let list = sessions(house).await?;
            let rows: Vec<_> = list.iter().map(|session| row(house, session)).collect();
            return Ok(contents(json!(rows).to_string(), uri, "application/json"));
        }
        GRAPH => {
            let house = Arc::clone(house);
            let word = MemoryWord::Graph { all: true };
            (stored(blocking(move || memory::look(&house.memory, None, &word, WIDTH)).await)?, "text/plain")
        }
        SURROUNDINGS => {
            let probe = Arc::clone(&house.kit.probe);
            let place = tokio::task::spawn_blocking(move || probe.surroundings()).await;
            let place = place.map_err(|error| ErrorData::internal_error(error.to_string(), None))?;
            let place =
                serde_json::to_value(place).map_err(|error| ErrorData::internal_error(error.to_string(), None))?;
            let fields = place.as_object().cloned().unwrap_or_default();
            let known = fields.into_iter().filter_map(|(name, value)| Some((name, house.veil.masked(value.as_str()?))));
            let known: std::collections::BTreeMap<String, String> = known.collect();
            return Ok(contents(json!(known).to_string(), uri, "application/json"));
        }
        _ => match uri.strip_prefix(SESSION).and_then(|rest| rest.split_once('/')) {
            Some((id, part)) => (session(house, uri, id, part).await?, "text/markdown"),
            None => return Err(unknown(uri)),
        },
    };
    Ok(contents(leaving(house, &text), uri, mime))
}

async fn session(house: &Arc<House>, uri: &str, id: &str, part: &str) -> Result<String, ErrorData> {
    let (id, part, house) = (SessionId::new(id), part.to_owned(), Arc::clone(house));
    let read = blocking(move || {
        let id = house.memory.find(&id)?;
        let way = house.memory.active_branch(&id)?;
        let last = |reader: crate::store::Reader| -> Result<String, StoreError> {
            Ok(reader.last(ENTRIES)?.into_iter().map(|record| record.text).collect())
        };
        Ok(match part.as_str() {
            "log" => Some(last(house.memory.log(&id, Some(&way))?)?),
            "commits" => Some(last(house.memory.commits(&id, Some(&way))?)?),
            "metadata" => Some(house.memory.metadata_text(&id)?),
            _ => None,
        })
    });
    match read.await {
        Ok(Some(text)) => Ok(text),
        Ok(None) | Err(_) => Err(unknown(uri)),
    }
}

async fn sessions(house: &Arc<House>) -> Result<Vec<SessionSummary>, ErrorData> {
    let house = Arc::clone(house);
    stored(blocking(move || house.memory.sessions()).await)
}

fn row(house: &House, session: &SessionSummary) -> serde_json::Value {
    json!({
        "session": session.id.short(),
        "goal": house.veil.masked(&session.goal),
        "date": session.started.date(),
        "status": session.status.word(),
        "commits": session.commits,
    })
}

fn contents(text: String, uri: &str, mime: &str) -> ResourceContents {
    ResourceContents::text(text, uri).with_mime_type(mime)
}

fn stored<T>(read: Result<T, Failure>) -> Result<T, ErrorData> {
    // The file it failed at is for our own log.
    read.map_err(|failure| {
        tracing::warn!(%failure, "a resource could not be read");
        ErrorData::internal_error("the memory could not be read", None)
    })
}

fn unknown(uri: &str) -> ErrorData {
    let text = format!("there is no resource {uri:?}; resources/list names those there are");
    ErrorData::resource_not_found(text, Some(json!({ "uri": uri })))
}
