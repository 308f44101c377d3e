//! The proof that a command may run, and the only ways to one.
//!
//! A [`Judged`] line and its facts become a [`Pending`]: exactly what would
//! run, under a digest. A pending line is used up by its answer. There is no
//! decision to construct: an automatic line clears itself, a person's reply is
//! read here, a flag waives here, a program agrees here.

use sha2::{Digest, Sha256};

use std::path::Path;

use super::facts::{BinaryFact, Facts};
use super::judge::{Judged, floor};
use super::reach::Reach;
use super::reply::{Replies, Reply};
use super::{changes, floors, grant, protected};
use crate::domain::{
    At, Binary, Condition, Consent, Decision, FileContent, Grant, GrantKind, GrantOffer, Granted, KubeTarget, Lane,
    Pipeline, Program, Run, Scope, Stage, StdinKind, Target, Tier, Verdict, join_words,
};
use crate::skill::Endpoint;

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
    #[error(
        "the agent's commands may not write to {place}, where its memory or its rules lie; do it in your own shell"
    )]
    Protected { place: String },
}

/// A line that is ready to run and waits for its permission.
#[derive(Debug)]
pub struct Pending {
    verdict: Verdict,
    program: Program,
    digest: String,
    /// The digest without session and call: the same for the same command in the same world.
    fingerprint: String,
    scope: Option<Scope>,
}

/// What became of a reply.
#[derive(Debug)]
pub enum Answered {
    Cleared(Cleared),
    Refused(Decision),
    /// Cleared, and what else the person granted.
    Granted(Cleared, Grant),
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
    /// The verdict with the facts of this machine, and what could not be judged by them: a program
    /// that is not installed is judged by its words all the same.
    pub fn with_facts(&self, facts: &Facts) -> (Verdict, Vec<Impossible>) {
        let mut verdict = self.verdict.clone();
        let missing = raise_by_facts(&mut verdict, self.reading.as_deref().unwrap_or_default(), &self.reach, facts);
        let mut notes: Vec<Impossible> = missing.into_iter().map(|program| Impossible::NotFound { program }).collect();
        notes.extend(self.forbidden(&verdict, facts));
        (verdict, notes)
    }

    /// Puts judgement and facts together. `nonce` ties the digest to one session and call;
    /// `interactive` gives approved commands a small terminal as stdin.
    ///
    /// # Errors
    /// When nothing could run whatever was agreed.
    pub fn bind(self, facts: Facts, nonce: &str, interactive: bool) -> Result<Pending, Impossible> {
        let mut verdict = self.verdict.clone();
        let missing = raise_by_facts(&mut verdict, self.reading.as_deref().unwrap_or_default(), &self.reach, &facts);
        if let Some(program) = missing.into_iter().next() {
            return Err(Impossible::NotFound { program });
        }
        if let Some(forbidden) = self.forbidden(&verdict, &facts) {
            return Err(forbidden);
        }
        let scope = grant::scope(&verdict, &self.calls, &self.reach, facts.kube.as_ref());
        let (line, run) = match self.reading {
            Some(pipelines) => {
                let (line, pipelines) = pinned(self.line, pipelines, &self.reach, facts.kube.as_ref());
                let mut bound = Vec::new();
                for pipeline in pipelines {
                    let mut stages = Vec::new();
                    for command in pipeline.commands {
                        let word = command.words.first().map(String::as_str).unwrap_or_default();
                        let Some(binary) = facts.binaries.get(word).and_then(BinaryFact::binary) else {
                            return Err(Impossible::NotFound { program: word.to_owned() });
                        };
                        stages.push(stage(binary.clone(), command));
                    }
                    bound.push(Pipeline { link: pipeline.link, stages });
                }
                (line, Run::Argv { pipelines: bound })
            }
            None if verdict.parts.is_empty() => return Err(Impossible::NotACommand),
            None => {
                let shell = facts.shell.clone().ok_or(Impossible::NoShell)?;
                (self.line.clone(), Run::Shell { shell, script: self.line })
            }
        };
        let stdin = if interactive && verdict.tier > Tier::Auto { StdinKind::Pty } else { StdinKind::Null };
        let program = Program {
            line,
            run,
            env: environment(&facts, &self.reach, verdict.tier),
            cwd: facts.cwd.clone().into(),
            target: Target::Local,
            stdin,
            conditions: conditions(&facts, &self.reach, verdict.tier),
            timeout_ms: self.timeout_ms,
        };
        let fingerprint = digest(&program, &verdict, "");
        let digest = digest(&program, &verdict, nonce);
        Ok(Pending { verdict, program, digest, fingerprint, scope })
    }

    /// The place this may not write to, whoever agrees.
    fn forbidden(&self, verdict: &Verdict, facts: &Facts) -> Option<Impossible> {
        let place = if self.reading.is_some() {
            let parts = verdict.parts.iter().zip(self.calls.iter().zip(&self.reach));
            let mut changing = parts.filter(|(part, _)| part.tier > Tier::Auto);
            changing.find_map(|(_, (call, reach))| protected::by_call(call, reach, &facts.cwd, &facts.protected))
        } else {
            protected::by_text(&self.line, &facts.cwd, &facts.protected)
        };
        place.map(|place| Impossible::Protected { place: place.to_owned() })
    }
}

/// Lets the facts raise the verdict; the programs that are not there.
fn raise_by_facts(
    verdict: &mut Verdict,
    pipelines: &[super::line::CommandPipeline],
    reach: &[Reach],
    facts: &Facts,
) -> Vec<String> {
    let mut missing = Vec::new();
    let commands = pipelines.iter().flat_map(|pipeline| &pipeline.commands);
    for (part, (command, reach)) in verdict.parts.iter_mut().zip(commands.zip(reach)) {
        let word = command.words.first().map(String::as_str).unwrap_or_default();
        match facts.binaries.get(word) {
            Some(BinaryFact::Trusted { .. }) => {}
            Some(BinaryFact::Doubtful { binary, why }) => {
                raise(part, "doubtful-binary", format!("it would run {}: {why}", binary.path.display()));
            }
            Some(BinaryFact::Missing) | None => {
                if word.contains('/') {
                    raise(part, "doubtful-binary", format!("there is no file {word} to look at"));
                }
                missing.push(word.to_owned());
            }
        }
        if part.canonical.first().is_some_and(|program| program == "git") {
            git_floor(part, facts.git_hazards.as_deref());
        }
        if part.tier > Tier::Auto {
            let unbound = reach.files.iter().filter_map(|path| match facts.files.get(path) {
                Some(FileContent::Unbound(why)) => Some(format!("{path} ({why})")),
                _ => None,
            });
            for what in reach.unbound.iter().cloned().chain(unbound) {
                let text = format!("what it reads from {what} may be another thing when it runs than it is now");
                part.reasons.push(floor(Tier::Approval, "unbound-input", text));
            }
        }
    }
    let tier = verdict.parts.iter().map(|part| part.tier).max().unwrap_or(Tier::Approval);
    verdict.tier = verdict.tier.max(tier);
    if verdict.tier > Tier::Auto && verdict.consent == Consent::Nothing {
        verdict.consent = Consent::Words;
    }
    missing
}

/// Ties commands to the cluster that is shown: the line with the option in it, every other byte as it was.
fn pinned(
    mut line: String,
    mut pipelines: Vec<super::line::CommandPipeline>,
    reach: &[Reach],
    kube: Option<&KubeTarget>,
) -> (String, Vec<super::line::CommandPipeline>) {
    let Some(kube) = kube else { return (line, pipelines) };
    let commands: Vec<_> = pipelines.iter_mut().flat_map(|pipeline| &mut pipeline.commands).zip(reach).collect();
    // From the end, so that the places before stay where they are.
    for (command, reach) in commands.into_iter().rev() {
        if let Some(option) = &reach.pin {
            let word = format!("{option}={}", kube.context);
            line.insert_str(command.name_end, &format!(" {}", join_words(std::slice::from_ref(&word))));
            command.words.insert(1, word);
        }
    }
    (line, pipelines)
}

fn environment(facts: &Facts, reach: &[Reach], tier: Tier) -> Vec<(String, String)> {
    let mut env = facts.environment.clone();
    if tier == Tier::Auto {
        // A key of the person's is lent only to what they agreed to.
        env.retain(|(name, _)| name != "SSH_AUTH_SOCK");
        env.extend(floors::git_hardening());
    }
    let docker = reach.iter().any(|reach| reach.endpoint == Some(Endpoint::Docker));
    if let Some(target) = facts.docker.as_ref().filter(|_| docker)
        && !env.iter().any(|(name, _)| name == "DOCKER_HOST" || name == "DOCKER_CONTEXT")
    {
        env.push(("DOCKER_CONTEXT".to_owned(), target.context.clone()));
    }
    env
}

fn conditions(facts: &Facts, reach: &[Reach], tier: Tier) -> Vec<Condition> {
    let reaches = |endpoint: Endpoint| reach.iter().any(|reach| reach.endpoint == Some(endpoint));
    let mut conditions = Vec::new();
    if reaches(Endpoint::Kube) {
        conditions.push(Condition::Kube { target: facts.kube.clone() });
    }
    if let Some(target) = facts.docker.clone().filter(|_| reaches(Endpoint::Docker)) {
        conditions.push(Condition::Docker { target });
    }
    if tier > Tier::Auto {
        for (path, content) in &facts.files {
            if !matches!(content, FileContent::Unbound(_)) {
                let path = Path::new(&facts.cwd).join(path);
                conditions.push(Condition::File { path, content: content.clone() });
            }
        }
    }
    conditions
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

fn digest(program: &Program, verdict: &Verdict, nonce: &str) -> String {
    let mut hash = Sha256::new();
    let mut field = |bytes: &[u8]| {
        hash.update((bytes.len() as u64).to_le_bytes());
        hash.update(bytes);
    };
    // A program is plain data; its JSON has one form.
    field(&serde_json::to_vec(program).unwrap_or_default());
    field(verdict.tier.word().as_bytes());
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

    /// What a person may grant beside the single run, in the order it is offered.
    pub fn offers(&self) -> Vec<GrantOffer> {
        grant::offers(&self.verdict, self.scope.as_ref())
    }

    /// Uses a grant the person gave before: approval tier only, and only what the grant says.
    ///
    /// # Errors
    /// Gives the line back when the grant does not cover it.
    pub fn granted(self, grant: &Grant, session: &str, now: At) -> Result<Cleared, Pending> {
        let covered = self.verdict.tier == Tier::Approval
            && grant.holds(session, now)
            && match &grant.what {
                Granted::Exact { fingerprint, .. } => *fingerprint == self.fingerprint,
                Granted::Scope { scope } => self.scope.as_ref().is_some_and(|asked| scope.covers(asked)),
            };
        if covered { Ok(self.clear(Decision::Granted)) } else { Err(self) }
    }

    /// What is another now than it was for `before`, a sentence a change; empty when both would run the same.
    pub fn changes(&self, before: &Program) -> Vec<String> {
        changes::between(before, &self.program)
    }

    /// Reads a person's reply to what was shown under `digest`.
    pub fn answer(self, text: &str, digest: &str, session: &str, now: At, replies: &Replies) -> Answered {
        if digest != self.digest {
            return Answered::Asked(Reply::Stale, self);
        }
        match replies.read(text, &self.verdict.consent) {
            Reply::Approve => Answered::Cleared(self.clear(Decision::Approved)),
            Reply::ApproveExplain => Answered::Cleared(self.clear(Decision::ApprovedExplained)),
            Reply::Deny => Answered::Refused(Decision::Denied),
            Reply::ApproveSession => self.grant(GrantKind::Session, session, now),
            Reply::ApproveScope => self.grant(GrantKind::Scope, session, now),
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

    fn grant(self, kind: GrantKind, session: &str, now: At) -> Answered {
        let offered = self.offers().into_iter().find(|offer| offer.kind == kind);
        let what = match (offered, kind, &self.scope) {
            (Some(_), GrantKind::Session, _) => {
                Granted::Exact { line: self.program.line.clone(), fingerprint: self.fingerprint.clone() }
            }
            (Some(_), GrantKind::Scope, Some(scope)) => Granted::Scope { scope: scope.clone() },
            // What was not offered cannot be granted.
            _ => return Answered::Asked(Reply::NotEnough, self),
        };
        let grant = Grant::new(what, session, now);
        Answered::Granted(self.clear(Decision::Approved), grant)
    }

    fn clear(self, decision: Decision) -> Cleared {
        // One place for the whole of invariant 1; the lane is part of the program.
        debug_assert!(self.verdict.lane == Lane::Simple || self.verdict.tier > Tier::Auto);
        Cleared { program: self.program, digest: self.digest, decision }
    }
}
