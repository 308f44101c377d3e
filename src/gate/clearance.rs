//! The proof that a command may run, and the only ways to one.
//!
//! A [`Judged`] line and its facts become a [`Pending`]: exactly what would
//! run, under a digest. A pending line is used up by its answer. There is no
//! decision to construct: an automatic line clears itself, a person's reply is
//! read here, a flag waives here, a program agrees here.

use sha2::{Digest, Sha256};

use super::facts::{BinaryFact, Facts};
use super::floors;
use super::judge::{Judged, floor};
use super::reply::{Replies, Reply};
use crate::domain::{Binary, Consent, Decision, Lane, Pipeline, Program, Run, Stage, StdinKind, Target, Tier, Verdict};

/// One permitted run. Neither `Clone` nor serialisable, and without a public constructor.
///
/// What the gate hands out is all that runs:
///
/// ```
/// use devops_agent::domain::Action;
/// use devops_agent::gate::{Cleared, Facts, RuleBook, judge};
///
/// fn run(cleared: Cleared) -> String {
///     cleared.into_program().line
/// }
///
/// fn decide(facts: Facts) -> Option<String> {
///     let judged = judge(&Action::Command { line: "git status".to_owned() }, &RuleBook::default());
///     let pending = judged.bind(facts, "session", false).ok()?;
///     Some(run(pending.automatic().ok()?))
/// }
/// # let _ = decide;
/// ```
///
/// A pending line does not:
///
/// ```compile_fail,E0308
/// use devops_agent::domain::Action;
/// use devops_agent::gate::{Cleared, Facts, RuleBook, judge};
///
/// fn run(cleared: Cleared) -> String {
///     cleared.into_program().line
/// }
///
/// fn decide(facts: Facts) -> Option<String> {
///     let judged = judge(&Action::Command { line: "git status".to_owned() }, &RuleBook::default());
///     let pending = judged.bind(facts, "session", false).ok()?;
///     Some(run(pending))
/// }
/// # let _ = decide;
/// ```
///
/// And nobody can make one up:
///
/// ```compile_fail,E0451
/// use devops_agent::gate::Cleared;
///
/// fn forge(program: devops_agent::domain::Program) -> Cleared {
///     Cleared { program, digest: String::new(), decision: devops_agent::domain::Decision::Auto }
/// }
/// # let _ = forge;
/// ```
#[derive(Debug)]
pub struct Cleared {
    program: Program,
    digest: String,
    decision: Decision,
}

impl Cleared {
    /// What may run.
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// The digest of what was shown, in hex.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// How it came to be permitted.
    pub fn decision(&self) -> Decision {
        self.decision
    }

    /// Uses the clearance up.
    pub fn into_program(self) -> Program {
        self.program
    }
}

/// Why a line cannot run at all, whoever agrees.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Impossible {
    /// No such program; a lower-case sentence.
    #[error("{program} is not installed or not in the search path")]
    NotFound { program: String },
    #[error("there is no shell to run this line with")]
    NoShell,
    #[error("only command lines can be run")]
    NotACommand,
}

/// A line that is ready to run and waits for its permission.
#[derive(Debug)]
pub struct Pending {
    verdict: Verdict,
    program: Program,
    digest: String,
}

/// What became of a reply.
#[derive(Debug)]
pub enum Answered {
    Cleared(Cleared),
    Refused(Decision),
    /// The reply was a question, or no consent; the line waits on.
    Asked(Reply, Pending),
}

/// The person's `--yes`: consent for this call, to the approval tier only.
#[derive(Debug, Clone, Copy)]
pub struct Yes(());

impl Yes {
    /// Made from the flag, in the one place that reads it.
    pub fn from_flag() -> Yes {
        Yes(())
    }
}

impl Judged {
    /// Puts judgement and facts together. `nonce` ties the digest to one session and call;
    /// `interactive` gives approved commands a small terminal as stdin.
    ///
    /// # Errors
    /// When nothing could run whatever was agreed.
    pub fn bind(self, facts: Facts, nonce: &str, interactive: bool) -> Result<Pending, Impossible> {
        let mut verdict = self.verdict;
        let run = match self.reading {
            Some(pipelines) => {
                let mut bound = Vec::new();
                let mut parts = verdict.parts.iter_mut();
                for pipeline in pipelines {
                    let mut stages = Vec::new();
                    for command in pipeline.commands {
                        let word = command.words.first().cloned().unwrap_or_default();
                        let binary = match facts.binaries.get(&word) {
                            Some(BinaryFact::Trusted { binary }) => binary.clone(),
                            Some(BinaryFact::Doubtful { binary, why }) => {
                                if let Some(part) = parts.next() {
                                    let path = binary.path.display();
                                    raise(part, "doubtful-binary", format!("it would run {path}: {why}"));
                                }
                                stages.push(stage(binary.clone(), command));
                                continue;
                            }
                            Some(BinaryFact::Missing) | None => {
                                return Err(Impossible::NotFound { program: word });
                            }
                        };
                        if let Some(part) = parts.next()
                            && part.canonical.first().is_some_and(|program| program == "git")
                        {
                            git_floor(part, facts.git_hazards.as_deref());
                        }
                        stages.push(stage(binary, command));
                    }
                    bound.push(Pipeline { link: pipeline.link, stages });
                }
                Run::Argv { pipelines: bound }
            }
            None if verdict.parts.is_empty() => return Err(Impossible::NotACommand),
            None => Run::Shell { shell: facts.shell.ok_or(Impossible::NoShell)?, script: self.line.clone() },
        };
        let tier = verdict.parts.iter().map(|part| part.tier).max().unwrap_or(Tier::Approval);
        verdict.tier = verdict.tier.max(tier);
        if verdict.tier > Tier::Auto && verdict.consent == Consent::Nothing {
            verdict.consent = Consent::Words;
        }
        let mut env = facts.environment;
        if verdict.tier == Tier::Auto {
            env.extend(floors::git_hardening());
        }
        let stdin = if interactive && verdict.tier > Tier::Auto { StdinKind::Pty } else { StdinKind::Null };
        let program = Program {
            line: self.line,
            run,
            env,
            cwd: facts.cwd.into(),
            target: Target::Local,
            stdin,
            timeout_ms: self.timeout_ms,
        };
        let places =
            [&facts.surroundings.kube_context, &facts.surroundings.namespace, &facts.surroundings.docker_context];
        let digest = digest(&program, &verdict, &places, nonce);
        Ok(Pending { verdict, program, digest })
    }
}

fn stage(binary: Binary, command: super::line::Command) -> Stage {
    Stage {
        binary,
        words: command.words,
        stdout: command.stdout,
        stderr: command.stderr,
        stdin_null: command.stdin_null,
    }
}

fn raise(part: &mut crate::domain::Part, rule: &str, text: String) {
    part.reasons.push(floor(Tier::Approval, rule, text));
    if part.tier < Tier::Approval {
        part.tier = Tier::Approval;
        part.reasons.rotate_right(1);
    }
}

fn git_floor(part: &mut crate::domain::Part, hazards: Option<&[String]>) {
    match hazards {
        Some([]) => {}
        Some(keys) => {
            let keys = keys.join(", ");
            raise(part, "repository-config", format!("this repository's git configuration can run programs: {keys}"));
        }
        None => raise(part, "repository-config", "this repository's git configuration could not be read".to_owned()),
    }
}

fn digest(program: &Program, verdict: &Verdict, places: &[&Option<String>], nonce: &str) -> String {
    let mut hash = Sha256::new();
    let mut field = |bytes: &[u8]| {
        hash.update((bytes.len() as u64).to_le_bytes());
        hash.update(bytes);
    };
    // A program is plain data; its JSON has one form.
    field(&serde_json::to_vec(program).unwrap_or_default());
    field(verdict.tier.word().as_bytes());
    for place in places {
        field(place.as_deref().unwrap_or_default().as_bytes());
    }
    field(nonce.as_bytes());
    let mut hex = String::with_capacity(64);
    for byte in hash.finalize() {
        for half in [byte >> 4, byte & 15] {
            hex.extend(char::from_digit(u32::from(half), 16));
        }
    }
    hex
}

impl Pending {
    /// What was judged.
    pub fn verdict(&self) -> &Verdict {
        &self.verdict
    }

    /// The line, byte for byte as it would run.
    pub fn line(&self) -> &str {
        &self.program.line
    }

    /// What exactly would run.
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// The digest an answer must name, in hex.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// Clears an automatic line.
    ///
    /// # Errors
    /// Gives the line back when it needs consent.
    pub fn automatic(self) -> Result<Cleared, Pending> {
        if self.verdict.tier == Tier::Auto { Ok(self.clear(Decision::Auto)) } else { Err(self) }
    }

    /// Reads a person's reply to what was shown under `digest`.
    pub fn answer(self, text: &str, digest: &str, replies: &Replies) -> Answered {
        if digest != self.digest {
            return Answered::Asked(Reply::Stale, self);
        }
        match replies.read(text, &self.verdict.consent) {
            Reply::Approve => Answered::Cleared(self.clear(Decision::Approved)),
            Reply::ApproveExplain => Answered::Cleared(self.clear(Decision::ApprovedExplained)),
            Reply::Deny => Answered::Refused(Decision::Denied),
            other => Answered::Asked(other, self),
        }
    }

    /// The agreement of a program on the other side of a connection: approval tier only, and
    /// only for the digest it was shown.
    ///
    /// # Errors
    /// Gives the line back when a program's word is not enough.
    pub fn agreed_by_program(self, digest: &str) -> Result<Cleared, Pending> {
        if self.verdict.tier <= Tier::Approval && digest == self.digest {
            Ok(self.clear(Decision::Approved))
        } else {
            Err(self)
        }
    }

    /// The person's `--yes`: approval tier only.
    ///
    /// # Errors
    /// Gives a destructive line back.
    pub fn waived(self, _yes: Yes) -> Result<Cleared, Pending> {
        match self.verdict.tier {
            Tier::Auto => Ok(self.clear(Decision::Auto)),
            Tier::Approval => Ok(self.clear(Decision::Waived)),
            Tier::Destructive => Err(self),
        }
    }

    fn clear(self, decision: Decision) -> Cleared {
        // One place for the whole of invariant 1; the lane is part of the program.
        debug_assert!(self.verdict.lane == Lane::Simple || self.verdict.tier > Tier::Auto);
        Cleared { program: self.program, digest: self.digest, decision }
    }
}
