//! What a command that waits for consent would change, looked at first: the line its skill names as proof.
//!
//! Owns the call of it. It is a call like any other, announced, judged and logged. One that changes nothing for good but
//! runs what others wrote asks by itself, above the question it is for; one that cannot be taken back is no look.

use std::time::Duration;

use super::{Driver, Internal};
use crate::bus::Event;
use crate::domain::{CallId, CallReport, CallRequest, Decision, Exit, Origin, Tier, TurnId, changed_line};
use crate::output::{readers, reduce};

/// Where the numbers of such calls begin: the agent's own begin at one.
const FIRST: u64 = 1 << 48;
/// How long a look may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// Bytes of what it printed that stand in the dialog; the whole is in the log.
const SHOWN: usize = 16 << 10;

impl Driver {
    /// Runs the line, and tells beside the open question what it printed.
    pub(super) fn preview(&mut self, of: CallId, line: String) {
        let asked = self.open.as_ref().filter(|open| open.announcement.call == of);
        let reason = match asked {
            Some(open) => format!("Shows what `{}` would change; that question stays open.", open.announcement.command),
            None => "Shows what the command you are asked about would change.".to_owned(),
        };
        self.previews += 1;
        let call = CallId(FIRST + self.previews);
        let request = CallRequest {
            call,
            turn: asked.map_or(TurnId(0), |open| open.announcement.turn),
            command: line,
            reason,
            observation: None,
            thought: None,
            reader: None,
            every: false,
            origin: Origin::default(),
            ceiling: Some(Tier::Approval),
            patience: Some(PATIENCE),
            again: false,
            tool: None,
        };
        let (wire, bus, internal) = (self.wire.clone(), self.bus.clone(), self.internal.0.clone());
        let _token = self.calls.token(call);
        tokio::spawn(async move {
            let text = match wire.call(&request).await {
                Ok(report) => match report.said.as_deref().and_then(changed_line) {
                    Some(line) if report.decision == Decision::Changed => {
                        // The driver is there to hear it until the program ends.
                        let _heard = internal.send(Internal::LookAgain { of, line: line.to_owned() });
                        return;
                    }
                    _ => told(&report),
                },
                Err(error) => format!("`{}` could not be run: {error}.", request.command),
            };
            bus.publish(&Event::Explained { call: of, text });
        });
    }

    /// Whether a call only looks what another one would change: nothing of the agent's.
    pub(super) fn is_look(call: CallId) -> bool {
        call.0 >= FIRST
    }

    /// Nobody wants to know any more: the question is answered, or everything is to stop.
    pub(super) fn stop_looking(&self) {
        (1..=self.previews).for_each(|number| self.calls.interrupt(CallId(FIRST + number)));
    }
}

fn told(report: &CallReport) -> String {
    let ended = match &report.exit {
        Some(Exit::Code(0)) => String::new(),
        Some(exit) => format!(" (exit code {})", exit.code()),
        None => return format!("`{}` was not run: {}", report.command, report.summary),
    };
    // Of a whole object as JSON nobody reads what matters in a dialog; the log has all of it.
    let facts = readers::inspected(&report.stdout).map(|facts| facts.join("\n"));
    let stdout = facts.as_deref().unwrap_or(&report.stdout);
    let printed = [stdout.trim_end(), &without_notes(report.stderr.trim_end())].join("\n");
    // Blanks before the first word can mean something: ` M deploy.yaml`.
    let printed = reduce::for_model(printed.trim_start_matches(['\r', '\n']).trim_end(), SHOWN).text;
    let printed = if printed.is_empty() { "It printed nothing.".to_owned() } else { printed };
    // Indented code: no fence that the output could end.
    let code: String = printed.lines().map(|line| format!("    {line}\n")).collect();
    format!("**What it would change**, as `{}` tells{ended}:\n\n{code}", report.command)
}

/// Without the rows of klog (`E0102 15:04:05.678901 42 memcache.go:265] …`), where the program says something else too.
fn without_notes(stderr: &str) -> String {
    let said: Vec<&str> = stderr.lines().filter(|line| !is_note(line)).collect();
    if said.iter().all(|line| line.trim().is_empty()) { stderr.to_owned() } else { said.join("\n") }
}

fn is_note(line: &str) -> bool {
    let Some((head, said)) = line.split_once("] ") else { return false };
    let mut words = head.split_whitespace();
    let date = words.next().and_then(|word| word.strip_prefix(['I', 'W', 'E', 'F'])).unwrap_or_default();
    let is_date = date.len() == 4 && date.bytes().all(|byte| byte.is_ascii_digit());
    let source = words.next_back().and_then(|word| word.rsplit_once(':')).map_or("", |(file, _)| file);
    is_date && source.ends_with(".go") && !said.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_of_klog_give_way_to_what_the_program_says_itself() {
        let note = "E1123 01:37:04.123456   12345 memcache.go:265] \"Unhandled Error\" err=\"no route\"";
        let said = "The connection to the server 10.0.0.1:6443 was refused";
        assert_eq!(without_notes(&format!("{note}\n{note}\n{said}")), said);
        assert_eq!(without_notes(note), note);
        assert_eq!(without_notes("Error [E1123 x] y"), "Error [E1123 x] y");
    }
}
