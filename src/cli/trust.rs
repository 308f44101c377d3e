//! `devops-agent trust`: lets reading commands of git and terraform run by
//! themselves although this directory's settings can make them run programs.

use std::process::ExitCode;

use super::args::{Settings, TrustArgs};
use super::{question, setup, speech};
use crate::config::{Choice, TrustStore};
use crate::domain::{Failure, FailureKind};
use crate::gate::CONFIGURED;
use crate::output::escape;
use crate::probe::{Hazards, Probe};
use crate::runtime;

pub(super) fn run(settings: &Settings, args: &TrustArgs) -> Result<ExitCode, Failure> {
    let setup = setup::load(settings)?;
    let probe = Probe::new(setup.sources.cwd.clone(), setup.sources.environment.clone());
    let mut trust = TrustStore::open(&setup.loaded.config.state_dir)?;
    let mut found = false;
    let mut declined = false;
    for program in CONFIGURED {
        let hazards = probe.hazards(program).ok_or_else(|| {
            Failure::new(FailureKind::Error, format!("the {program} settings of this directory cannot be read"))
                .hint("Mend or remove the file; until then every command of it asks.")
        })?;
        let settings = hazards.settings();
        if settings.names.is_empty() {
            continue;
        }
        found = true;
        let candidate = runtime::trust_candidate(&settings, hazards.lines());
        let place = escape::line(&settings.place.display().to_string());
        show(program, &place, &hazards);
        if args.refuse {
            trust.refuse(&candidate)?;
            speech::say("Not trusted: reading commands ask here.");
        } else if !hazards.are_known() {
            declined = true;
            speech::say("Some of it cannot be read, so it cannot be trusted. Mend it and ask again.");
        } else if trust.choice(&candidate.file, &candidate.sha256) == Some(Choice::Trusted) {
            speech::say("Trusted already; take it back with --refuse.");
        } else if question::trusted("Trust exactly these? (y/N)", "devops-agent trust")? {
            trust.trust(&candidate)?;
            speech::say("Trusted. When one of these settings changes, commands ask again.");
        } else {
            declined = true;
            speech::say("Not trusted: reading commands ask here.");
        }
    }
    if !found {
        speech::say("No setting of this directory can make a reading command run programs; nothing needs trust.");
    }
    Ok(if declined { ExitCode::from(FailureKind::Refused.exit_code()) } else { ExitCode::SUCCESS })
}

fn show(program: &str, place: &str, hazards: &Hazards) {
    speech::say(&format!("{place}: settings that can make {program} run programs or reach elsewhere:"));
    for line in hazards.lines() {
        speech::say(&format!("  {}", escape::line(&line)));
    }
    speech::say(&format!("Trusted, commands of {program} that only read run here without a question."));
}
