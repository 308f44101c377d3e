//! The model: there, large enough, calling tools.

use std::time::Duration;

use super::Finding;
use crate::config::Config;
use crate::runtime::{self, Calls, Examined};

/// How long one answer may take; a large model that is not loaded yet needs much of it.
const PATIENCE: Duration = Duration::from_secs(60);

/// Below this a model forgets what it is told: the system prompt and a few outputs fill the window.
const ROOMY: u32 = 8192;

pub(super) async fn look(config: &Config) -> Vec<Finding> {
    match runtime::examine(config, PATIENCE).await {
        Err(failure) => vec![Finding::of("model", &failure)],
        Ok(Examined::Absent(why)) if config.model_named_by_flag => {
            vec![Finding::fail("model", why, "`devops-agent models` lists what is there")]
        }
        Ok(Examined::Absent(why)) => {
            let todo = "Everyday requests need none; for freer ones start the server, `devops-agent models` lists what is there";
            vec![Finding::warn("model", why.trim_end_matches('.'), todo)]
        }
        Ok(Examined::There { name, window, calls, took }) => {
            let place = if config.model_is_local() { "on this machine" } else { "on another machine" };
            vec![there(&name, place, window), called(calls, took)]
        }
    }
}

fn there(name: &str, place: &str, window: u32) -> Finding {
    let text = format!("{name}, {place}, window {window} tokens");
    if window < ROOMY {
        return Finding::warn(
            "model",
            text,
            format!("Raise OLLAMA_CONTEXT_SIZE to {ROOMY} or more, or take a model that reads more"),
        );
    }
    Finding::ok("model", text)
}

fn called(calls: Calls, took: Duration) -> Finding {
    let took = format!("{}.{} s", took.as_secs(), took.subsec_millis() / 100);
    let other = "`devops-agent models` shows which models call tools";
    match calls {
        Calls::Properly => Finding::ok("tool call", format!("made as asked, in {took}")),
        Calls::InWords => Finding::warn(
            "tool call",
            format!("written into the answer, in {took}; it is read from there"),
            format!("A model that calls tools properly is surer; {other}"),
        ),
        Calls::NotAtAll => Finding::warn(
            "tool call",
            format!("asked for and not made, in {took}"),
            format!("Such a model cannot run commands reliably; {other}"),
        ),
        Calls::Untried => Finding::warn("tool call", "the server says that the model makes none", other),
        Calls::Failed(problem) => Finding::fail("tool call", problem.summary, problem.hint),
        Calls::Late => {
            let text = format!("no whole answer within {} s", PATIENCE.as_secs());
            Finding::warn(
                "tool call",
                text,
                "The model may still be loading: try again; if it stays so, take a smaller one",
            )
        }
    }
}
