//! What the person runs in their own shell, on its way to the log and to the agent.
//!
//! Owns the entry of such a command and the moment a session begins for it. Nothing here reaches back into the shell.

use super::Driver;
use crate::agent;
use crate::bus::NoticeKind;
use crate::domain::{Body, Entry, Manual, Principal};
use crate::output::counted;
use crate::probe;
use crate::shell::{Record, Source, rendered};

/// What a session is called that a private command begins, or one that cannot be read.
const GOAL: &str = "work by hand";

impl Driver {
    /// A command began: from here on it is on disk that it runs.
    pub(super) async fn manual_began(&mut self, record: Record) {
        if let Err(failure) = self.ensure_session(goal(&record)).await {
            self.notice(NoticeKind::Failure, format!("{failure}. {}", failure.hints.join(" ")));
            return;
        }
        self.keep_transcript().await;
        let manual = Manual { milliseconds: None, exit: None, ..self.manual(&record, String::new()) };
        let entry = self.redactor.entry(by_hand(manual));
        let Some(writer) = self.slot.writer().await else { return };
        if let Err(error) = writer.ask(move |session| session.manual_began(&entry)).await {
            self.log_failed(&error);
        }
    }

    /// A command ended: into the log, and to the agent what stands there.
    pub(super) async fn manual_ended(&mut self, record: Record, columns: u16) {
        if let Err(failure) = self.ensure_session(goal(&record)).await {
            self.notice(NoticeKind::Failure, format!("{failure}. {}", failure.hints.join(" ")));
            return;
        }
        self.keep_transcript().await;
        let shell_log = self.shell_log.clone();
        let made = tokio::task::spawn_blocking(move || {
            shell_log.sync();
            with_output(record, columns)
        });
        let (record, output) = match made.await {
            Ok(made) => made,
            Err(error) => {
                self.notice(NoticeKind::Failure, format!("A command of yours could not be read: {error}."));
                return;
            }
        };
        let entry = self.redactor.entry(by_hand(self.manual(&record, output)));
        let told = entry.get().body.clone();
        let Some(writer) = self.slot.writer().await else { return };
        if let Err(error) = writer.ask(move |session| session.manual_ended(&entry)).await {
            self.log_failed(&error);
        }
        if let Some(trouble) = self.shell_log.trouble() {
            self.notice(NoticeKind::Warning, format!("{trouble}."));
        }
        if let Body::Human(manual) = told {
            self.handle(agent::Event::Manual(manual)).await;
        }
        if let Some(filler) = &self.filler {
            filler.nudge();
        }
    }

    /// The person came back to the chat.
    pub(super) async fn returned(&mut self) {
        let drift = self.look_for_drift().await;
        self.handle(agent::Event::Returned { drift }).await;
    }

    /// Looks where we stand; what changed is in the log of the session that is written to.
    pub(super) async fn look_for_drift(&mut self) -> Option<String> {
        let before = self.surroundings.clone();
        self.look_around().await;
        let drift = before.drift(&self.surroundings);
        if let Some(text) = &drift
            && self.slot.writer().await.is_some()
        {
            self.record(Body::Drift { text: text.clone() }).await;
        }
        drift
    }

    /// A shell that runs writes to the session that is written to.
    pub(super) async fn keep_transcript(&mut self) {
        if self.shell_log.is_kept() {
            return;
        }
        let Some(writer) = self.slot.writer().await else { return };
        match writer.ask(|session| session.transcript()).await {
            Ok(file) => self.shell_log.move_to(file),
            Err(error) => {
                let text = format!("What your shell shows is not kept: {error}. {}", error.hint());
                self.notice(NoticeKind::Failure, text);
            }
        }
    }

    fn manual(&self, record: &Record, output: String) -> Manual {
        let whole = (record.output.left_out() > 0).then(|| self.shell_log.place(record.span.start)).flatten();
        Manual {
            command: record.command.clone(),
            output,
            exit: record.ending.code(),
            milliseconds: Some(u64::try_from(record.duration.as_millis()).unwrap_or(u64::MAX)),
            directory: record.cwd.as_ref().map(|path| path.display().to_string()),
            note: note(record, whole),
            private: record.private,
        }
    }
}

fn goal(record: &Record) -> &str {
    if record.command.is_empty() { GOAL } else { &record.command }
}

fn by_hand(manual: Manual) -> Entry {
    Entry { at: probe::now(), by: Principal::Person, body: Body::Human(manual) }
}

/// The text of what was kept of the output; where its middle is missing, a line says how much.
fn with_output(record: Record, columns: u16) -> (Record, String) {
    let mut output = rendered(&record.output.head(), columns);
    if record.output.left_out() > 0 {
        let end = rendered(&record.output.end(), columns);
        output = format!("{}\n[{} bytes left out]\n{end}", output.trim_end(), record.output.left_out());
    }
    (record, output)
}

/// What the entry rests on where the shell did not tell, and where the rest of a long output lies.
fn note(record: &Record, whole: Option<(String, u64)>) -> Option<String> {
    let mut notes = Vec::new();
    if record.private {
        notes.push("kept private; what it was and what it printed is nowhere".to_owned());
    }
    match record.source {
        Source::Shell => {}
        Source::Screen => notes.push("the command was read off the screen, for this shell does not tell it".to_owned()),
        Source::Unseen if record.private => {}
        Source::Unseen => notes.push("what was typed could not be seen; only what was printed is known".to_owned()),
    }
    if let Some(shown) = &record.on_screen {
        notes.push(format!("the screen showed: {shown}"));
    }
    if record.typed_into > 0 {
        let lines = counted(usize::try_from(record.typed_into).unwrap_or(usize::MAX), "line", "lines");
        notes.push(format!("{lines} typed into it; what was done there stands in the output only"));
    }
    if let Some((file, at)) = whole {
        notes.push(format!("the whole is in {file}, from byte {at} on"));
    }
    (!notes.is_empty()).then(|| notes.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_that_rests_on_the_shell_alone_needs_no_note() {
        assert_eq!(note(&Record::of("ssh db-1"), None), None);
    }

    #[test]
    fn what_was_typed_into_another_machine_is_said_to_stand_in_the_output() {
        let told = note(&Record { typed_into: 3, ..Record::of("ssh db-1") }, None).unwrap();
        assert!(told.starts_with("3 lines typed into it"), "{told}");
    }

    #[test]
    fn a_command_read_off_the_screen_says_so_and_a_long_output_says_where_it_lies() {
        let read = Record { source: Source::Screen, ..Record::of("ssh db-1") };
        let told = note(&read, Some(("output/shell-1.raw".to_owned(), 17))).unwrap();
        assert!(
            told.contains("read off the screen") && told.ends_with("output/shell-1.raw, from byte 17 on"),
            "{told}"
        );
    }
}
