//! `devops-agent --linear`: the conversation line by line, with nothing drawn and nothing moved: for screen readers, for
//! braille displays, for slow lines and terminals that cannot address their cursor.
//!
//! Owns the reading of lines between the turns. How a turn is told is `ask`'s.

use std::io::Write;
use std::process::ExitCode;

use tokio::signal::unix::{SignalKind, signal};

use super::args::{SessionArgs, Settings};
use super::ask::{Story, follow};
use super::{setup, speech};
use crate::bus::{Bus, Subscriber};
use crate::domain::Failure;
use crate::output::escape;
use crate::runtime::{self, Input, Manner, Runtime};
use crate::terminal;

const HELP: &str = "Write what you want and press Enter. COMMIT, BRANCH, MERGE, CONTEXT and SEARCH are the memory's words. \
                    A command that changes something asks first: answer with words, no declines. Ctrl+C stops what \
                    runs. /help says this again, /quit or Ctrl+D ends; the session stays active.";

pub(super) fn run(settings: &Settings, session: &SessionArgs) -> Result<ExitCode, Failure> {
    let setup = setup::load(settings)?;
    let _log = setup::own_log(&setup.loaded.config, "linear");
    let manner = Manner {
        attended: true,
        waive: None,
        interactive: false,
        session: setup::session_choice(session),
        offer: false,
        watches: true,
    };
    super::wait(async move {
        let kit = runtime::prepare(setup.loaded, setup.sources).await?;
        let bus = Bus::default();
        let events = bus.subscribe();
        talk(Runtime::start(kit, manner, bus).await?, events).await
    })?
}

async fn talk(runtime: Runtime, mut events: Subscriber) -> Result<ExitCode, Failure> {
    let mut interrupts = signal(SignalKind::interrupt()).ok();
    speech::say(HELP);
    loop {
        let mut line = std::pin::pin!(terminal::read_line());
        prompt();
        let line = loop {
            tokio::select! {
                line = &mut line => break line,
                Some(()) = async { interrupts.as_mut()?.recv().await } => {
                    speech::say("Nothing is running. Ctrl+D ends.");
                    prompt();
                }
            }
        };
        match line.as_deref().map(str::trim) {
            None | Some("/quit") => break,
            Some("") => {}
            Some("/help") => speech::say(HELP),
            Some(line) if line.starts_with('/') && !line.trim_start_matches('/').contains('/') => {
                speech::warning("only /help and /quit are known here; with a blank before it, it is a request");
            }
            Some(line) => {
                let mut story = Story::default();
                runtime.tell(Input::Say(line.to_owned())).await;
                let failure = follow(&runtime, &mut events, &mut story).await;
                if let Some(text) = story.told() {
                    speech::result(&escape::for_terminal(text));
                }
                if let Some(failure) = failure.filter(|failure| story.told().is_none() || !failure.hints.is_empty()) {
                    speech::failure(&failure);
                }
            }
        }
    }
    runtime.close().await;
    Ok(ExitCode::SUCCESS)
}

fn prompt() {
    let mut err = std::io::stderr().lock();
    let _unread = write!(err, ">>> ").and_then(|()| err.flush());
}
