//! `devops-agent mcp servers` and `mcp accept`: the servers whose tools our agent uses, started, shown and ended.

use std::process::ExitCode;

use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::cli::args::Settings;
use crate::cli::{setup, speech, wait};
use crate::domain::{Failure, FailureKind};
use crate::gate::RuleBook;
use crate::guests::{Guests, Held, News, Standing, State};
use crate::runtime;

pub(super) fn list(settings: &Settings, as_json: bool) -> Result<ExitCode, Failure> {
    let setup = setup::load(settings)?;
    wait(async {
        let kit = runtime::prepare(setup.loaded, setup.sources).await?;
        up(&kit.guests).await;
        let (standings, book) = (kit.guests.standings(), kit.rules.book());
        kit.guests.close().await;
        if as_json {
            let rows: Vec<Value> = standings.iter().map(|standing| row(standing, &book)).collect();
            speech::result(&json!({ "servers": rows }).to_string());
        } else {
            speech::result(runtime::servers_told(&standings, &book).trim_end());
        }
        Ok(ExitCode::SUCCESS)
    })?
}

pub(super) fn accept(settings: &Settings, name: &str) -> Result<ExitCode, Failure> {
    let setup = setup::load(settings)?;
    wait(async {
        let kit = runtime::prepare(setup.loaded, setup.sources).await?;
        up(&kit.guests).await;
        let accepted = kit.guests.accept(name).await;
        kit.guests.close().await;
        match accepted {
            Ok(text) => {
                speech::result(&format!("{text}."));
                Ok(ExitCode::SUCCESS)
            }
            Err(why) => Err(Failure::new(FailureKind::Usage, why).hint("`devops-agent mcp servers` shows them.")),
        }
    })?
}

/// Starts them all and waits until each is there or gone; what is told meanwhile is said.
async fn up(guests: &Guests) {
    let (told, mut news) = mpsc::unbounded_channel();
    guests.start(told);
    guests.settled().await;
    while let Ok(news) = news.try_recv() {
        if let News::Told(text) = news {
            speech::warning(&text);
        }
    }
}

fn row(standing: &Standing, book: &RuleBook) -> Value {
    let (state, why) = match &standing.state {
        State::Untrusted => ("untrusted", None),
        State::Waiting => ("waiting", None),
        State::Starting => ("starting", None),
        State::Ready => ("ready", None),
        State::Ended(why) => ("ended", Some(why)),
    };
    let tools = standing.tools.iter().map(|tool| {
        let held = tool.held.map(|held| match held {
            Held::New => "new",
            Held::Changed => "changed",
        });
        json!({
            "name": tool.tool.spec.name,
            "tool": tool.tool.tool,
            "tier": runtime::least_of(tool, book),
            "held": held,
            "warns": tool.tool.warned,
        })
    });
    json!({
        "name": standing.name,
        "file": standing.file,
        "reached": standing.reached,
        "state": state,
        "why": why,
        "tools": tools.collect::<Vec<_>>(),
    })
}
