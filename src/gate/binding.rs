//! Words and facts put together: what exactly would run, and what it rests on.
//!
//! Owns how facts raise a verdict, how a command is tied to the cluster and the
//! daemon that are shown, which conditions must still hold at its start, and
//! the digest of it all. Hands out a [`Pending`] and permits nothing.

use std::path::Path;

use sha2::{Digest, Sha256};

use super::clearance::Pending;
use super::facts::{BinaryFact, CONFIGURED, Facts};
use super::judge::{Called, Judged, floor};
use super::line::{Command, CommandPipeline};
use super::operands::WithPlugin;
use super::reach::Reach;
use super::{floors, foreign, grant, protected};
use crate::domain::{
    Binary, Condition, Consent, FileContent, KubeTarget, Part, Pipeline, Program, Run, Settings, Stage, StdinKind,
    Target, Tier, Verdict, hex, join_words,
};
use crate::skill::Endpoint;

/// Why a line cannot run at all, whoever agrees.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Impossible {
    /// No such program; a lower-case sentence.
    #[error("{program} is not installed or not in the search path: install it, or add its directory to PATH")]
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

impl Judged {
    /// The verdict with the facts of this machine, and what could not be judged by them: a program
    /// that is not installed is judged by its words all the same.
    pub fn with_facts(&self, facts: &Facts) -> (Verdict, Vec<Impossible>) {
        let mut verdict = self.verdict.clone();
        let missing = raise_by_facts(&mut verdict, self.reading.as_deref().unwrap_or_default(), &self.reach, facts);
        look_with_plugins(&mut verdict, &self.looks, facts);
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
        look_with_plugins(&mut verdict, &self.looks, &facts);
        if let Some(program) = missing.into_iter().next() {
            return Err(Impossible::NotFound { program });
        }
        if let Some(forbidden) = self.forbidden(&verdict, &facts) {
            return Err(forbidden);
        }
        let scope = grant::scope(&verdict, &self.calls, &self.reach, facts.kube.as_ref());
        let (line, run) = match (self.reading, self.tool) {
            (_, Some(used)) => (self.line, Run::Tool { used }),
            (Some(pipelines), None) => {
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
            (None, None) if verdict.parts.is_empty() => return Err(Impossible::NotACommand),
            (None, None) => {
                let shell = facts.shell.clone().ok_or(Impossible::NoShell)?;
                (self.line.clone(), Run::Shell { shell, script: self.line })
            }
        };
        let is_tool = matches!(run, Run::Tool { .. });
        let stdin = if interactive && verdict.tier > Tier::Auto && !is_tool { StdinKind::Pty } else { StdinKind::Null };
        let program = Program {
            line,
            run,
            env: environment(&facts, &self.reach, verdict.tier),
            cwd: facts.cwd.clone().into(),
            target: Target::Local,
            stdin,
            conditions: conditions(&facts, &self.reach, &self.calls, verdict.tier),
            timeout_ms: self.timeout_ms,
        };
        let [fingerprint, digest] = digests(&program, &verdict, ["", nonce]);
        Ok(Pending::new(verdict, program, digest, fingerprint, scope))
    }

    /// The place this may not write to, whoever agrees.
    fn forbidden(&self, verdict: &Verdict, facts: &Facts) -> Option<Impossible> {
        let home = facts.environment.iter().find(|(name, _)| name == "HOME").map(|(_, value)| value.as_str());
        let ground = protected::Ground { cwd: &facts.cwd, home, places: &facts.protected, real: &facts.real };
        let place = if let Some(used) = &self.tool {
            let changes = verdict.tier > Tier::Auto;
            changes.then(|| protected::by_text(&foreign::places(used), &ground)).flatten()
        } else if self.reading.is_some() {
            let parts = verdict.parts.iter().zip(self.calls.iter().zip(&self.reach));
            let mut changing = parts.filter(|(part, _)| part.tier > Tier::Auto);
            changing.find_map(|(_, (call, reach))| protected::by_call(call, reach, &ground))
        } else {
            protected::by_text(&self.line, &ground)
        };
        place.map(|place| Impossible::Protected { place: place.to_owned() })
    }
}

/// Lets the facts raise the verdict; the programs that are not there.
fn raise_by_facts(verdict: &mut Verdict, pipelines: &[CommandPipeline], reach: &[Reach], facts: &Facts) -> Vec<String> {
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
        let program = part.canonical.first().map(String::as_str);
        if let Some(program) = CONFIGURED.into_iter().find(|configured| program == Some(configured)) {
            configuration_floor(part, program, facts.settings.get(program));
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

/// What a plugin shows goes before what is shown without it.
fn look_with_plugins(verdict: &mut Verdict, looks: &[Option<WithPlugin>], facts: &Facts) {
    for (part, look) in verdict.parts.iter_mut().zip(looks) {
        if let Some(look) = look.as_ref().filter(|look| facts.plugins.contains(&look.plugin)) {
            part.proof = Some(look.line.clone());
        }
    }
}

/// Ties commands to the cluster that is shown: the line with the option in it, every other byte as it was.
fn pinned(
    mut line: String,
    mut pipelines: Vec<CommandPipeline>,
    reach: &[Reach],
    kube: Option<&KubeTarget>,
) -> (String, Vec<CommandPipeline>) {
    let Some(kube) = kube else { return (line, pipelines) };
    let commands: Vec<_> = pipelines.iter_mut().flat_map(|pipeline| &mut pipeline.commands).zip(reach).collect();
    // From the end, so that the places before stay where they are.
    for (command, reach) in commands.into_iter().rev() {
        if let Some(option) = &reach.pin {
            // A name that looks like an option is told from one by the sign of equality.
            let words = match kube.context.starts_with('-') {
                true => vec![format!("{option}={}", kube.context)],
                false => vec![option.clone(), kube.context.clone()],
            };
            line.insert_str(command.name_end, &format!(" {}", join_words(&words)));
            command.words.splice(1..1, words);
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
    let docker = reach.iter().any(|reach| reach.goes_to(Endpoint::Docker));
    if let Some(target) = facts.docker.as_ref().filter(|_| docker)
        && !env.iter().any(|(name, _)| name == "DOCKER_HOST" || name == "DOCKER_CONTEXT")
    {
        env.push(("DOCKER_CONTEXT".to_owned(), target.context.clone()));
    }
    env
}

fn conditions(facts: &Facts, reach: &[Reach], calls: &[Called], tier: Tier) -> Vec<Condition> {
    let mut conditions: Vec<Condition> = Vec::new();
    let mut must = |condition: Condition| {
        if !conditions.contains(&condition) {
            conditions.push(condition);
        }
    };
    for reach in reach {
        match &reach.context {
            Some(name) => {
                let target = facts.kube_contexts.get(name).cloned();
                must(Condition::Kube { named: Some(name.clone()), target });
            }
            None if reach.goes_to(Endpoint::Kube) => must(Condition::Kube { named: None, target: facts.kube.clone() }),
            None => {}
        }
        if let Some(target) = facts.docker.clone().filter(|_| reach.goes_to(Endpoint::Docker)) {
            must(Condition::Docker { target });
        }
    }
    for call in calls {
        if CONFIGURED.contains(&call.program.as_str()) {
            let settings = facts.settings.get(&call.program).cloned();
            must(Condition::Settings { program: call.program.clone(), settings });
        }
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

fn stage(binary: Binary, command: Command) -> Stage {
    Stage {
        binary,
        words: command.words,
        stdout: command.stdout,
        stderr: command.stderr,
        stdin_null: command.stdin_null,
    }
}

fn raise(part: &mut Part, rule: &str, text: String) {
    part.reasons.push(floor(Tier::Approval, rule, text));
    if part.tier < Tier::Approval {
        part.tier = Tier::Approval;
        part.reasons.rotate_right(1);
    }
}

fn configuration_floor(part: &mut Part, program: &str, settings: Option<&Settings>) {
    let text = match settings {
        Some(settings) if settings.are_harmless() => return,
        Some(settings) => format!(
            "the {program} configuration here can run programs: {}; `devops-agent trust` shows and accepts it",
            settings.names.join(", ")
        ),
        None => format!("the {program} configuration here could not be read"),
    };
    raise(part, "project-config", text);
}

/// What the program and its tier are, once for each nonce.
fn digests<const N: usize>(program: &Program, verdict: &Verdict, nonces: [&str; N]) -> [String; N] {
    let field = |mut hash: Sha256, bytes: &[u8]| {
        hash.update((bytes.len() as u64).to_le_bytes());
        hash.update(bytes);
        hash
    };
    // A program is plain data; its JSON has one form.
    let hash = field(Sha256::new(), &serde_json::to_vec(program).unwrap_or_default());
    let hash = field(hash, verdict.tier.word().as_bytes());
    nonces.map(|nonce| hex(&field(hash.clone(), nonce.as_bytes()).finalize()))
}
