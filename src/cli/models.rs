//! `models`: what the configured server has, and which of it can call tools. Loads nothing.

use std::process::ExitCode;

use serde_json::json;

use super::args::{Models, Settings};
use super::{setup, speech, wait};
use crate::domain::Failure;
use crate::model::Listed;
use crate::output::escape;
use crate::runtime;

pub(super) fn run(settings: &Settings, args: &Models) -> Result<ExitCode, Failure> {
    let setup = setup::load(settings)?;
    let config = &setup.loaded.config;
    let listed = wait(runtime::list_models(config))??;
    if args.json {
        let models: Vec<_> = listed
            .iter()
            .map(|model| {
                json!({
                    "name": model.name, "chosen": model.is_chosen, "tools": model.calls_tools,
                    "thinking": model.thinks, "bytes": model.bytes, "window": model.window, "loaded": model.loaded,
                })
            })
            .collect();
        speech::result(&json!({ "models": models }).to_string());
        return Ok(ExitCode::SUCCESS);
    }
    let width = listed.iter().map(|model| escape::line(&model.name).chars().count()).max().unwrap_or(0).max(4);
    speech::result(&format!("  {:width$}  {:>8}  tools  thinks  {:>9}  loaded", "name", "size", "window"));
    for model in &listed {
        speech::result(row(model, width).trim_end());
    }
    if !listed.iter().any(|model| model.is_chosen) {
        let wanted = config.openai.as_ref().map_or(&config.ollama.model, |openai| &openai.model);
        speech::warning(&format!("{wanted} is not among them; name one that is in AGENT_MODEL"));
    }
    Ok(ExitCode::SUCCESS)
}

fn row(model: &Listed, width: usize) -> String {
    let word = |truth: Option<bool>| match truth {
        Some(true) => "yes",
        Some(false) => "no",
        None => "?",
    };
    let number = |count: Option<u32>| count.map_or_else(|| "?".to_owned(), |count| count.to_string());
    format!(
        "{} {:width$}  {:>8}  {:5}  {:6}  {:>9}  {}",
        if model.is_chosen { "*" } else { " " },
        escape::line(&model.name),
        model.bytes.map_or_else(|| "?".to_owned(), size),
        word(model.calls_tools),
        word(model.thinks),
        number(model.window),
        model.loaded.map_or_else(String::new, |window| format!("window {window}")),
    )
}

/// Bytes as the makers of models count them.
fn size(bytes: u64) -> String {
    let tenths = bytes / 100_000_000;
    if tenths > 0 { format!("{}.{} GB", tenths / 10, tenths % 10) } else { format!("{} MB", bytes / 1_000_000) }
}
