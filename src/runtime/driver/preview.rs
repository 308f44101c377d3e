//! What a command that waits for consent would change, looked at first: the line its skill names as proof.
//!
//! Owns the call of it. It is a call like any other, announced, judged and logged; one that would itself have to ask is
//! refused and nobody is asked.

use std::time::Duration;

use super::Driver;
use crate::bus::Event;
use crate::domain::{CallId, CallReport, CallRequest, Exit, Origin, Tier, TurnId};
use crate::output::reduce;

/// Where the numbers of such calls begin: the agent's own begin at one.
const FIRST: u64 = 1 << 48;
/// How long a look may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// Bytes of what it printed that stand in the dialog; the whole is in the log.
const SHOWN: usize = 16 << 10;

impl Driver {
    /// Runs the line, and tells beside the open question what it printed.
    pub(super) fn preview(&mut self, of: CallId, line: String) {
        self.previews += 1;
        let call = CallId(FIRST + self.previews);
        let request = CallRequest {
            call,
            turn: TurnId(0),
            command: line,
            reason: "Shows what the command you are asked about would change.".to_owned(),
            observation: None,
            thought: None,
            reader: None,
            every: false,
            origin: Origin::default(),
            ceiling: Some(Tier::Auto),
            patience: Some(PATIENCE),
            again: false,
            tool: None,
        };
        let (wire, bus) = (self.wire.clone(), self.bus.clone());
        let _token = self.calls.token(call);
        tokio::spawn(async move {
            let text = match wire.call(&request).await {
                Ok(report) => told(&report),
                Err(error) => format!("`{}` could not be run: {error}.", request.command),
            };
            bus.publish(&Event::Explained { call: of, text });
        });
    }
}

fn told(report: &CallReport) -> String {
    let ended = match &report.exit {
        Some(Exit::Code(0)) => String::new(),
        Some(exit) => format!(" (exit code {})", exit.code()),
        None => return format!("`{}` was not run: {}", report.command, report.summary),
    };
    let printed = [report.stdout.trim_end(), report.stderr.trim_end()].join("\n");
    // Blanks before the first word can mean something: ` M deploy.yaml`.
    let printed = reduce::for_model(printed.trim_start_matches(['\r', '\n']).trim_end(), SHOWN).text;
    let printed = if printed.is_empty() { "It printed nothing.".to_owned() } else { printed };
    // Indented code: no fence that the output could end.
    let code: String = printed.lines().map(|line| format!("    {line}\n")).collect();
    format!("**What it would change**, as `{}` tells{ended}:\n\n{code}", report.command)
}
