//! `devops-agent grants`: what the person allowed for longer than one run, and
//! how it is taken back.

use std::process::ExitCode;

use serde_json::json;

use super::args::{Grants as Args, GrantsAction, Settings};
use super::{setup, speech};
use crate::domain::{Failure, FailureKind, Grant, Granted};
use crate::output::escape;
use crate::probe;
use crate::store::{Grants, StoreError};

pub(super) fn run(settings: &Settings, args: &Args) -> Result<ExitCode, Failure> {
    let setup = setup::load(settings)?;
    let grants = Grants::at(&setup.loaded.config.state_dir);
    let now = probe::now();
    match &args.action {
        None | Some(GrantsAction::List) => {
            let list = grants.list(now).map_err(|error| failure(&error))?;
            show(&list, args.json, "nothing is granted: every command that changes something asks");
        }
        Some(GrantsAction::Revoke { ids, all }) => {
            let wanted = (!all).then_some(ids.as_slice());
            let gone = grants.revoke(wanted, now).map_err(|error| failure(&error))?;
            if let Some(missing) = ids.iter().find(|id| !gone.iter().any(|grant| grant.id == **id)) {
                return Err(Failure::new(FailureKind::Usage, format!("there is no grant {missing:?}"))
                    .hint("See the ids with: devops-agent grants"));
            }
            if !args.json {
                speech::say(&format!("taken back: {}", gone.len()));
            }
            show(&gone, args.json, "nothing was granted");
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn show(grants: &[Grant], json: bool, empty: &str) {
    if json {
        speech::result(&json!({"grants": grants}).to_string());
        return;
    }
    if grants.is_empty() {
        speech::say(empty);
    }
    for grant in grants {
        let (kind, what) = match &grant.what {
            Granted::Exact { line, .. } => ("command", line.clone()),
            Granted::Scope { scope } => ("scope", scope.words()),
        };
        let until = format!("{} {}", grant.expires.date(), grant.expires.clock());
        let session = escape::line(&grant.session);
        speech::result(&format!("{}  {kind:<7}  until {until}  {session}  {}", grant.id, escape::line(&what)));
    }
}

/// A file of the person's that cannot be used, not the memory.
fn failure(error: &StoreError) -> Failure {
    Failure::new(FailureKind::Configuration, "the grants could not be used").because(error).hint(error.hint())
}
