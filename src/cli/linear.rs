//! `devops-agent --linear`: the conversation line by line, with nothing drawn and nothing moved: for screen readers, for
//! braille displays, for slow lines and terminals that cannot address their cursor.
//!
//! Owns the reading of lines between the turns. How a turn is told is `ask`'s.

use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};

use super::args::{SessionArgs, Settings};
use super::ask::{Story, follow};
use super::{first_run, setup, speech};
use crate::app::Welcomed;
use crate::bus::{Bus, Subscriber};
use crate::domain::Failure;
use crate::output::escape;
use crate::output::welcome::{OPENING, TIERS};
use crate::runtime::{self, Input, Kit, Manner, Runtime};
use crate::terminal;

const HELP: &str = "Write what you want and press Enter. COMMIT, BRANCH, MERGE, CONTEXT and SEARCH are the memory's words. \
                    A command that changes something asks first: answer with words, no declines. Ctrl+C stops what \
                    runs. /help says this again, /welcome what is told at the first start, /quit or Ctrl+D ends; the \
                    session stays active.";

/// How long the first screen waits for a server of models.
const PATIENCE: Duration = Duration::from_secs(3);

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
    let welcomed = Welcomed::below(&setup.loaded.config.state_dir);
    let first_run = first_run::is_due(&setup.loaded.config, &welcomed);
    super::wait(async move {
        let kit = runtime::prepare(setup.loaded, setup.sources).await?;
        let bus = Bus::default();
        let events = bus.subscribe();
        let runtime = Runtime::start(kit.clone(), manner, bus).await?;
        speech::say(HELP);
        let task = if first_run { welcome(&kit).await } else { None };
        talk(&runtime, events, &kit, task, first_run).await;
        if first_run && let Err(error) = welcomed.keep().await {
            tracing::warn!(%error, "the first screen will come again");
        }
        runtime.close().await;
        Ok(ExitCode::SUCCESS)
    })?
}

/// What is told at the first start; gives the request that an empty line then asks for.
async fn welcome(kit: &Kit) -> Option<String> {
    speech::say(OPENING);
    for (tier, meaning) in TIERS {
        speech::say(&format!("  {:<12} {meaning}", tier.word()));
    }
    let looked = tokio::time::timeout(PATIENCE, runtime::model_advice(&kit.config));
    let (model, task) = tokio::join!(looked, runtime::first_task(kit));
    match model {
        Ok(Ok(advice)) => speech::say(&escape::for_terminal(&advice)),
        Ok(Err(failure)) => speech::failure(&failure),
        Err(_late) => speech::say("No model answered yet; the built-in planner answers everyday requests without one."),
    }
    let task = task?;
    let (request, command) = (escape::line(&task.request), escape::line(&task.command));
    speech::say(&format!("To try something, press Enter alone: it asks \"{request}\" and runs {command}"));
    Some(task.request)
}

/// Takes lines until the last; `task` is what an empty one asks for before anything else was said, `welcomed` whether
/// the first screen was told, and with it what there is of a model.
async fn talk(runtime: &Runtime, mut events: Subscriber, kit: &Kit, mut task: Option<String>, mut welcomed: bool) {
    let mut interrupts = signal(SignalKind::interrupt()).ok();
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
        let offered = task.take();
        match line.as_deref().map(str::trim) {
            None | Some("/quit") => return,
            Some("") => {
                if let Some(request) = offered {
                    turn(runtime, &mut events, request, std::mem::take(&mut welcomed)).await;
                }
            }
            Some("/help") => speech::say(HELP),
            Some("/welcome") => {
                task = welcome(kit).await;
                welcomed = true;
            }
            Some(line) if line.starts_with('/') && !line.trim_start_matches('/').contains('/') => {
                speech::warning(
                    "only /help, /welcome and /quit are known here; with a blank before it, it is a request",
                );
            }
            Some(line) => turn(runtime, &mut events, line.to_owned(), std::mem::take(&mut welcomed)).await,
        }
    }
}

/// One request, told to its end.
async fn turn(runtime: &Runtime, events: &mut Subscriber, request: String, told_of_model: bool) {
    let mut story = Story::after(told_of_model);
    runtime.tell(Input::Say(request)).await;
    let failure = follow(runtime, events, &mut story).await;
    if let Some(text) = story.told() {
        speech::result(&escape::for_terminal(text));
    }
    if let Some(failure) = failure.filter(|failure| story.told().is_none() || !failure.hints.is_empty()) {
        speech::failure(&failure);
    }
}

fn prompt() {
    let mut err = std::io::stderr().lock();
    let _unread = write!(err, ">>> ").and_then(|()| err.flush());
}
