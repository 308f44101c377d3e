//! What became of one call: judged, decided, run, read.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{
    Action, CallId, Decision, Effect, Exit, GrantOffer, Reason, Source, Surroundings, Tier, ToolUse, TurnId, Verdict,
};

/// A call of `run_command` as the agent asks for it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CallRequest {
    pub call: CallId,
    pub turn: TurnId,
    pub command: String,
    /// Why, one sentence. From the planner or a model: shown, never trusted.
    pub reason: String,
    pub observation: Option<String>,
    pub thought: Option<String>,
    /// The reader in `output` that can say what the result means.
    pub reader: Option<String>,
    /// The objects were named from a listing of all: one of them must be typed however few they are.
    #[serde(default)]
    pub every: bool,
    #[serde(default)]
    pub origin: Origin,
    /// The most consent that whoever wants this lets it need: judged above it, it is refused and nobody is asked.
    #[serde(default)]
    pub ceiling: Option<Tier>,
    /// How long whoever wants this waits for it, beside the timeout of its program; then it is stopped.
    #[serde(default)]
    pub patience: Option<Duration>,
    /// The person said no to it and then chose it: they are asked once more.
    #[serde(default)]
    pub again: bool,
    /// The tool of another program's that is to be called; `command` is then only how that is shown.
    #[serde(default)]
    pub tool: Option<ToolUse>,
}

/// Who came to propose a command, and after what. Shown, never a reason to ask less.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// A plan made from the person's own words, or another program's call.
    #[default]
    Planned,
    /// A model that has read only what the person said.
    Model,
    /// A model that has read output of commands before: others could have written into it.
    AfterOutput,
}

impl CallRequest {
    /// What the gate is asked about.
    pub fn action(&self) -> Action {
        match &self.tool {
            Some(used) => Action::ToolCall { used: used.clone() },
            None => Action::Command { line: self.command.clone() },
        }
    }

    /// The same call with the line as it would run.
    #[must_use]
    pub fn as_bound(&self, line: &str) -> CallRequest {
        CallRequest { command: line.to_owned(), ..self.clone() }
    }
}

/// A command before it runs, as it is announced.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Announcement {
    pub call: CallId,
    pub turn: TurnId,
    pub command: String,
    pub reason: String,
    #[serde(default)]
    pub origin: Origin,
    pub verdict: Verdict,
    /// `auto-execute (read-only per kubectl/SKILL.md)`.
    pub permission: String,
    /// The grant that allows it, where nobody is asked because of one: [`super::Grant::told`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub granted: Option<String>,
}

impl Announcement {
    /// The words before the command.
    pub const OPENING: &str = "To perform this I will execute:";

    /// The closing line of an announcement: `auto-executing — read-only per kubectl/SKILL.md (kubectl get *, line 12)`.
    pub fn closing(&self) -> String {
        if let Some(grant) = &self.granted {
            return self.closing_with(&format!("allowed by your grant {grant}"));
        }
        self.closing_with(match self.verdict.tier {
            Tier::Auto => "auto-executing",
            Tier::Approval => "waiting for approval",
            Tier::Destructive => "waiting for explicit approval",
        })
    }

    /// The same once it runs: nothing waits any more. `approved — changes something per git/SKILL.md (git commit *, line 89)`.
    pub fn closing_once_it_runs(&self) -> String {
        match self.verdict.tier {
            _ if self.granted.is_some() => self.closing(),
            Tier::Auto => self.closing(),
            Tier::Approval | Tier::Destructive => self.closing_with("approved"),
        }
    }

    fn closing_with(&self, start: &str) -> String {
        match self.verdict.deciding() {
            Some(Reason { text, rule, source: Source::Skill { file, line, .. }, .. }) => {
                format!("{start} — {text} per {file} ({rule}, line {line})")
            }
            Some(Reason { text, rule, source: Source::Floor, .. }) => {
                format!("{start} — {text} (built-in rule {rule})")
            }
            Some(Reason { text, .. }) => format!("{start} — {text}"),
            None => start.to_owned(),
        }
    }
}

/// A question to the person that stands open.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ApprovalRequest {
    pub announcement: Announcement,
    /// What an answer must name.
    pub digest: String,
    pub place: Surroundings,
    /// What may be granted beside this one run.
    #[serde(default)]
    pub offers: Vec<GrantOffer>,
    /// What the last reply was, when it was neither yes nor no.
    pub asked: Option<Asked>,
}

/// A reply that did not settle the matter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    pub kind: AskedKind,
    pub text: String,
}

/// What such a reply wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AskedKind {
    Explain,
    History,
    Plan,
    /// Consent in a form that is not enough here.
    NotEnough,
    /// What it rests on is another than when it was agreed to; the text says what.
    Changed,
    /// A question of any kind.
    Other,
}

/// How a call ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CallReport {
    pub call: CallId,
    pub turn: TurnId,
    pub command: String,
    pub tier: Tier,
    pub decision: Decision,
    /// `None` when it did not run.
    pub exit: Option<Exit>,
    /// Masked text.
    pub stdout: String,
    pub stderr: String,
    /// What a model reads instead, where all of it is too long for one.
    #[serde(default)]
    pub brief: Option<String>,
    /// Bytes of output that went to the screen.
    pub printed: u64,
    pub duration: Duration,
    /// What the output means in one sentence, or why it did not run.
    pub summary: String,
    /// The person's own words that decided it.
    #[serde(default)]
    pub said: Option<String>,
    /// What its skill says of it, where the line is one command.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effect: Option<Effect>,
}

/// The command that a reply wants instead of the one it was asked about: `edit git push --dry-run`.
pub fn changed_line(reply: &str) -> Option<&str> {
    let (word, line) = reply.trim().split_once(char::is_whitespace)?;
    word.trim_end_matches(':').eq_ignore_ascii_case("edit").then(|| line.trim())
}

impl CallReport {
    /// A call that did not run: no exit, no output, no time, and no word why yet.
    pub fn not_run(call: CallId, turn: TurnId, command: String, tier: Tier, decision: Decision) -> CallReport {
        CallReport {
            call,
            turn,
            command,
            tier,
            decision,
            exit: None,
            stdout: String::new(),
            stderr: String::new(),
            brief: None,
            printed: 0,
            duration: Duration::ZERO,
            summary: String::new(),
            said: None,
            effect: None,
        }
    }

    /// Whether it ran and ended well.
    pub fn succeeded(&self) -> bool {
        self.exit.as_ref().is_some_and(Exit::is_success)
    }
}
