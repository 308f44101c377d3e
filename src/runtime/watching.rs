//! The rules while the workbench runs: skill files that change count without a
//! new start.
//!
//! Owns the watch over the directories and what was told of them already. What
//! tightens counts before anybody is told; what loosens is only offered, and
//! [`Rules`] holds it until the person accepts it. The rules are made anew on
//! the watch's own thread, so nothing waits for them.

use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::Kit;
use super::rules::{Reloaded, Reloader};
use crate::bus::{Bus, Event, Notice, NoticeKind};
use crate::domain::Failure;
use crate::gate::Rules;
use crate::library::{Change, Watch};
use crate::runbook::Runbooks;

/// What the watch's thread reports.
pub(super) enum Seen {
    Reloaded(Result<Reloaded, Failure>),
    /// Watching became worse; why, and what that means.
    Degraded(String),
}

/// Watches the skill files for a front with nobody to ask: what tightens counts at once, what loosens from the next
/// start. Tells on the bus; ends with the returned task.
pub fn follow_skills(kit: &Kit, bus: Bus) -> JoinHandle<()> {
    let (reloader, rules, digest) = (kit.reloader.clone(), kit.rules.clone(), kit.knowledge.digest.clone());
    tokio::spawn(async move {
        let (report, mut reports) = mpsc::unbounded_channel();
        let own = bus.clone();
        let started = tokio::task::spawn_blocking(move || Watching::start(reloader, rules, own, report, digest)).await;
        let why = match started {
            Ok(Ok(mut watching)) => {
                while let Some(seen) = reports.recv().await {
                    watching.seen(seen);
                }
                return;
            }
            Ok(Err(failure)) => failure.to_string(),
            Err(error) => error.to_string(),
        };
        let text = format!("Skill files are not watched: {why}.");
        bus.publish(&Event::Notice(Notice { kind: NoticeKind::Warning, text }));
    })
}

/// The watch over the skill files of one workbench.
pub(super) struct Watching {
    reloader: Reloader,
    rules: Rules,
    bus: Bus,
    report: mpsc::UnboundedSender<Seen>,
    /// It ends when it is dropped.
    watch: Option<Watch>,
    places: Vec<PathBuf>,
    /// The content that was told of last.
    told: Option<String>,
    problems: Vec<String>,
    /// Runbooks of changed files that nobody has fetched yet.
    runbooks: Option<Arc<Runbooks>>,
}

impl Watching {
    /// Watches the directories in which skills count; files that changed since the start are read at once.
    /// `digest` tells what was read at the start.
    /// Reports go to `report` and come back through [`Watching::seen`]. Reads the disk.
    ///
    /// # Errors
    /// The settings cannot be read.
    pub fn start(
        reloader: Reloader,
        rules: Rules,
        bus: Bus,
        report: mpsc::UnboundedSender<Seen>,
        digest: String,
    ) -> Result<Watching, Failure> {
        let places = reloader.places()?;
        let mut watching = Watching {
            reloader,
            rules,
            bus,
            report,
            watch: None,
            places,
            told: Some(digest),
            problems: Vec::new(),
            runbooks: None,
        };
        watching.watch();
        if let Some(told) = &watching.told
            && watching.reloader.changed_since(told)?
        {
            watching.reloaded(watching.reloader.reload()?);
        }
        Ok(watching)
    }

    fn watch(&mut self) {
        let (reloader, report) = (self.reloader.clone(), self.report.clone());
        let tell = move |change| {
            let seen = match change {
                Change::Files => Seen::Reloaded(reloader.reload()),
                Change::Degraded(why) => Seen::Degraded(why),
            };
            // A driver that ended needs no rules.
            let _gone = report.send(seen);
        };
        match Watch::start(self.places.clone(), tell) {
            Ok(watch) => self.watch = Some(watch),
            Err(error) => self.notice(
                NoticeKind::Warning,
                format!("Skill files are not watched ({error}); changes count from the next start."),
            ),
        }
    }

    /// The runbooks that count since the files changed, once.
    pub fn changed_runbooks(&mut self) -> Option<Arc<Runbooks>> {
        self.runbooks.take()
    }

    /// Tells what came of a change.
    pub fn seen(&mut self, seen: Seen) {
        match seen {
            Seen::Degraded(why) => self.notice(NoticeKind::Warning, why),
            Seen::Reloaded(Err(failure)) => {
                let hints = failure.hints.join(" ");
                self.notice(NoticeKind::Warning, format!("The rules stay as they are: {failure}. {hints}"));
            }
            Seen::Reloaded(Ok(reloaded)) => self.reloaded(reloaded),
        }
    }

    fn reloaded(&mut self, reloaded: Reloaded) {
        if reloaded.places != self.places {
            self.places.clone_from(&reloaded.places);
            self.watch();
        }
        // An editor that writes the same bytes again changed nothing.
        if self.told.as_ref() == Some(&reloaded.digest) {
            return;
        }
        self.told = Some(reloaded.digest.clone());
        self.runbooks = Some(Arc::clone(&reloaded.runbooks));
        let problems: Vec<String> = reloaded.problems.iter().chain(&reloaded.warnings).cloned().collect();
        for problem in problems.iter().filter(|problem| !self.problems.contains(problem)) {
            self.notice(NoticeKind::Warning, problem.clone());
        }
        self.problems = problems;
        if reloaded.loosens.is_empty() {
            self.bus.publish(&Event::RulesSettled);
            self.notice(NoticeKind::Info, "Skill files changed; what they say counts now.".to_owned());
        }
        self.offer(reloaded);
    }

    fn offer(&self, reloaded: Reloaded) {
        let Reloaded { loosens, digest, .. } = reloaded;
        if !loosens.is_empty() {
            self.bus.publish(&Event::RulesOffered { digest, loosens });
        }
    }

    /// The person's word about what was offered.
    pub fn answered(&self, digest: &str, accepted: bool) {
        let text = match (accepted, self.rules.waiting()) {
            (true, _) if self.rules.accept(digest) => "The changed skill files count in full.",
            (false, Some((waiting, _))) if waiting == digest => {
                self.rules.reject();
                "What the skill files loosen does not count; what they tighten does."
            }
            _ => "The skill files changed once more; nothing was accepted.",
        };
        self.bus.publish(&Event::RulesSettled);
        self.notice(NoticeKind::Info, text.to_owned());
    }

    fn notice(&self, kind: NoticeKind, text: String) {
        self.bus.publish(&Event::Notice(Notice { kind, text }));
    }
}
