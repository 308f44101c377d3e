//! `doctor`: whether everything the program leans on is there and as it should be, a line each, with what to do.
//!
//! Owns the findings and the order they are told in; each file below looks at one part of the world. Every look has a
//! limit, so nothing that hangs can hang this. Asks nobody anything, and prints nothing that the redactor would mask.

mod model;
mod places;
mod programs;
mod servers;
mod terminal;

use std::process::ExitCode;

use serde_json::{Value, json};

use super::args::{Doctor, Settings};
use super::{skills, speech, wait};
use crate::config::{self, Loaded, Sources, TrustStore};
use crate::domain::Failure;
use crate::output::escape;
use crate::redact::Redactor;
use crate::runtime::{self, Kit};

/// Columns of the name of what was looked at.
const WIDTH: usize = 12;

/// How it stands with something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Ok,
    /// Something works less well, or not at all, that one can do without.
    Warn,
    /// Something has to be done.
    Fail,
}

impl State {
    fn word(self) -> &'static str {
        match self {
            State::Ok => "ok",
            State::Warn => "warn",
            State::Fail => "fail",
        }
    }
}

/// One thing that was looked at.
#[derive(Debug, Clone)]
struct Finding {
    check: &'static str,
    state: State,
    /// How it stands, a fragment.
    text: String,
    /// What to do next, where something should be done.
    todo: Option<String>,
}

impl Finding {
    fn ok(check: &'static str, text: impl Into<String>) -> Self {
        Self { check, state: State::Ok, text: text.into(), todo: None }
    }

    fn warn(check: &'static str, text: impl Into<String>, todo: impl Into<String>) -> Self {
        Self { check, state: State::Warn, text: text.into(), todo: Some(todo.into()) }
    }

    fn fail(check: &'static str, text: impl Into<String>, todo: impl Into<String>) -> Self {
        Self { check, state: State::Fail, text: text.into(), todo: Some(todo.into()) }
    }

    fn line(&self) -> String {
        let todo = self.todo.as_ref().map(|todo| format!(". {todo}")).unwrap_or_default();
        format!("{:4}  {:WIDTH$}  {}{todo}", self.state.word(), self.check, self.text)
    }

    fn of(check: &'static str, failure: &Failure) -> Self {
        Self { check, state: State::Fail, text: failure.to_string(), todo: failure.hints.first().cloned() }
    }
}

/// Where the findings go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    /// Each is printed as it comes.
    AsLines,
    /// Printed at the end.
    AsJson,
    /// For a screen that has the terminal.
    Kept,
}

/// The findings so far.
struct Report {
    redactor: Redactor,
    shown: Shown,
    findings: Vec<Finding>,
}

impl Report {
    fn add(&mut self, finding: Finding) {
        let masked = |text: &str| escape::line(&self.redactor.text(text).into_inner());
        let finding = Finding { text: masked(&finding.text), todo: finding.todo.as_deref().map(masked), ..finding };
        if self.shown == Shown::AsLines {
            speech::result(&finding.line());
        }
        self.findings.push(finding);
    }

    fn extend(&mut self, findings: impl IntoIterator<Item = Finding>) {
        findings.into_iter().for_each(|finding| self.add(finding));
    }

    fn count(&self, state: State) -> usize {
        self.findings.iter().filter(|finding| finding.state == state).count()
    }

    fn counted(&self) -> String {
        let (warned, failed) = (self.count(State::Warn), self.count(State::Fail));
        format!("{} looked at: {warned} to know of, {failed} to mend", self.findings.len())
    }

    fn end(self) -> ExitCode {
        let failed = self.count(State::Fail);
        if self.shown == Shown::AsJson {
            let rows: Vec<Value> = self
                .findings
                .iter()
                .map(|one| json!({"check": one.check, "state": one.state.word(), "text": one.text, "todo": one.todo}))
                .collect();
            speech::result(&json!({"ok": failed == 0, "findings": rows}).to_string());
        } else {
            speech::say(&self.counted());
        }
        ExitCode::from(u8::from(failed > 0))
    }
}

pub(super) fn run(settings: &Settings, args: &Doctor) -> Result<ExitCode, Failure> {
    let shown = if args.json { Shown::AsJson } else { Shown::AsLines };
    Ok(examined(settings, shown)?.end())
}

/// The findings as lines, for the workbench: the terminal is its own, so its keyboard is not asked.
pub(super) fn told(settings: &Settings) -> Result<Vec<String>, Failure> {
    let report = examined(settings, Shown::Kept)?;
    let lines = report.findings.iter().map(Finding::line);
    Ok(lines.chain([String::new(), report.counted()]).collect())
}

fn examined(settings: &Settings, shown: Shown) -> Result<Report, Failure> {
    let sources = Sources::from_process(settings.flags())?;
    let mut report = Report { redactor: Redactor::default(), shown, findings: Vec::new() };
    let loaded = TrustStore::open(&sources.state_dir()).and_then(|trust| config::load(&sources, &trust));
    match loaded {
        Ok(loaded) => look(&loaded, &sources, &mut report)?,
        // What hangs on a setting cannot be looked at.
        Err(failure) => report.add(Finding::of("settings", &failure)),
    }
    report.extend(terminal::look(&sources.environment, shown != Shown::Kept));
    Ok(report)
}

fn look(loaded: &Loaded, sources: &Sources, report: &mut Report) -> Result<(), Failure> {
    let config = &loaded.config;
    let mut warnings = Vec::new();
    let added = runtime::added_secrets(&loaded.skills);
    match runtime::redactor(config, &sources.cwd, &sources.environment, &added, &mut warnings) {
        Ok(redactor) => report.redactor = redactor,
        Err(failure) => report.add(Finding::of("redactor", &failure)),
    }
    report.extend(settings(loaded, warnings));
    report.add(match skills::lint(loaded.skills.clone(), false) {
        Ok(lint) => skill_files(&lint),
        Err(failure) => Finding::of("skills", &failure),
    });
    let kit = Kit::build(loaded, sources)?;
    wait(async {
        report.extend(places::look(config, sources).await);
        report.extend(programs::look(&kit).await);
        report.extend(servers::look(&kit).await);
        report.extend(model::look(config).await);
    })
}

fn settings(loaded: &Loaded, warnings: Vec<String>) -> Vec<Finding> {
    let config = &loaded.config;
    let mut findings: Vec<Finding> = config
        .warnings
        .iter()
        .cloned()
        .chain(warnings)
        .map(|text| Finding::warn("settings", text, "Correct it, or leave it: it does not count"))
        .collect();
    findings.extend(loaded.untrusted.iter().map(|found| {
        let text = format!("{} sets {} and is not trusted", found.file.display(), found.keys.join(", "));
        Finding::warn(
            "settings",
            text,
            "Start devops-agent here and answer its question, or leave it: it does not count",
        )
    }));
    if findings.is_empty() {
        findings.push(Finding::ok("settings", "understood"));
    }
    findings
}

/// The files the person added; the built-in ones are proved by our tests.
fn skill_files(lint: &skills::Lint) -> Finding {
    let text = lint.counted();
    match (lint.files(), lint.problems(), lint.warnings()) {
        (0, ..) => Finding::ok("skills", "the built-in ones alone"),
        (_, 0, 0) => Finding::ok("skills", text),
        (_, 0, _) => Finding::warn("skills", text, "`devops-agent skills check` tells them"),
        _ => {
            let todo = "A file with a mistake has no automatic rules; `devops-agent skills check` tells file and line";
            Finding::fail("skills", text, todo)
        }
    }
}
