//! `export`: a session as an incident report.

use std::process::ExitCode;

use super::args::{Export, ExportFormat, Settings};
use super::chronicle::Desk;
use super::speech;
use crate::domain::{Failure, FailureKind, SessionId};
use crate::redact::{Class, Mode};
use crate::tools;
use crate::tools::memory::ReportForm;

pub(super) fn run(settings: &Settings, args: &Export) -> Result<ExitCode, Failure> {
    let desk = Desk::open(settings)?;
    let incident = tools::memory::incident(&desk.memory, &SessionId::new(args.id.clone()))?;
    let form = match args.format {
        ExportFormat::Md => ReportForm::Markdown,
        ExportFormat::Html => ReportForm::Html,
        ExportFormat::Json => ReportForm::Json,
    };
    let text = form
        .text(&incident)
        .map_err(|error| Failure::new(FailureKind::Error, "the report could not be written as JSON").because(error))?;
    for (key, name) in &incident.surroundings {
        if key == "host" || key == "cluster" || key == "kube_context" {
            desk.redactor.know_name(Class::Host, name);
        }
    }
    if args.anonymize {
        let id = SessionId::new(incident.session.clone());
        tools::privacy::recall_machines(&desk.memory, &id, &desk.redactor)?;
    }
    let text = if args.anonymize { desk.redactor.in_mode(Mode::Anonymize).text(&text).into_inner() } else { text };
    speech::result(form.escaped(&text).trim_end());
    Ok(ExitCode::SUCCESS)
}
