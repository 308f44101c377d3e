//! `devops-agent explain`: what each part of a command line is, from the skill
//! files. Runs nothing.

use std::process::ExitCode;

use super::args::{Explain, Settings};
use super::{check, setup, speech};
use crate::domain::{Failure, FailureKind};
use crate::gate::dissect;
use crate::runtime::{Knowledge, explained};

pub(super) fn run(settings: &Settings, args: &Explain) -> Result<ExitCode, Failure> {
    let setup = setup::load(settings)?;
    let knowledge = Knowledge::build(&setup.loaded.skills)?;
    let line = check::command_line(&args.command).ok_or_else(|| {
        Failure::new(FailureKind::Usage, "there is no command to explain")
            .hint("Write it in quotes: devops-agent explain \"git push --force\"")
    })?;
    let anatomy = dissect(&line, &knowledge.book);
    if args.json {
        let told = serde_json::to_string(&anatomy).map_err(|error| {
            Failure::new(FailureKind::Error, "the explanation could not be written as JSON").because(error)
        })?;
        speech::result(&told);
        return Ok(ExitCode::SUCCESS);
    }
    explained(&anatomy).iter().for_each(|line| speech::result(line));
    Ok(ExitCode::SUCCESS)
}
