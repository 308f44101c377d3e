//! `privacy`: what was masked in a session, and what the configuration lets through or never.

use std::process::ExitCode;

use serde_json::json;

use super::args::{Privacy as Args, Settings};
use super::{memory, setup, speech};
use crate::domain::Failure;
use crate::output::escape;
use crate::tools::privacy;

pub(super) fn run(settings: &Settings, args: &Args) -> Result<ExitCode, Failure> {
    let setup = setup::load(settings)?;
    let config = &setup.loaded.config;
    let memory = memory::at(&config.gcc_base_path)?;
    let (session, all) = privacy::hidden(&memory, None, args.session.as_deref())?;
    if args.json {
        let rows = all.iter().map(|hidden| {
            let entries: Vec<&str> = hidden.entries.iter().map(|(id, ..)| id.as_str()).collect();
            json!({"kind": hidden.kind, "suffix": hidden.suffix, "times": hidden.times, "entries": entries})
        });
        let (allow, deny) = (&config.privacy.allow, &config.privacy.deny);
        let masked: Vec<_> = rows.collect();
        let told = json!({"session": session.as_str(), "masked": masked, "allow": allow, "deny": deny});
        speech::result(&told.to_string());
        return Ok(ExitCode::SUCCESS);
    }
    speech::result(&escape::for_terminal(&privacy::told(&session, &all)));
    for (name, patterns) in [("let through", &config.privacy.allow), ("always masked", &config.privacy.deny)] {
        for pattern in patterns {
            speech::result(&format!("{name} by your configuration: {}", escape::line(pattern)));
        }
    }
    Ok(ExitCode::SUCCESS)
}
