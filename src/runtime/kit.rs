//! What a runtime is made of, built from the configuration: rules, words,
//! phrases, probe, memory, model.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::privacy;
use super::rules::{Reloader, digest, read_skills};
use super::runbooks::read_runbooks;
use super::trust::Trust;
use crate::agent::{Phrases, Prompts, SkillContext};
use crate::config::{Config, Loaded, PhraseFile, Sources, Whose};
use crate::domain::{Failure, FailureKind};
use crate::exec::Supervisor;
use crate::gate::{Replies, RuleBook, Rules, Standing};
use crate::guests::Guests;
use crate::library::{self, SkillFile};
use crate::planner::Lexicon;
use crate::probe::Probe;
use crate::redact::ToolSecret;
use crate::runbook::Runbooks;
use crate::skill::Skill;

/// What is known before anything is asked: rules, language, sentences. All that `check` and `plan` need.
#[derive(Clone)]
pub struct Knowledge {
    pub book: Arc<RuleBook>,
    /// Of the skill files that the book was made of.
    pub digest: String,
    pub lexicon: Arc<Lexicon>,
    pub replies: Arc<Replies>,
    pub phrases: Arc<Phrases>,
    /// What the skills say to whoever explains their tools; a stranger's say nothing.
    pub contexts: Arc<[SkillContext]>,
    /// Where commands carry or print secrets, as added files say.
    pub secrets: Arc<[ToolSecret]>,
}

impl Knowledge {
    /// Reads the built-in skills and those that were added; problems are in the book.
    ///
    /// # Errors
    /// When a file of our own is damaged.
    pub fn build(added: &[SkillFile]) -> Result<Knowledge, Failure> {
        let (known, book) = read_skills(added);
        // A stranger's words lead to no command.
        let trusted = known.into_iter().filter(|known| known.standing == Standing::Trusted);
        let all: Vec<Skill> = trusted.map(|known| known.skill).collect();
        let secrets = privacy::added(added).into();
        let contexts = all.iter().filter(|skill| !skill.context.trim().is_empty());
        let contexts = contexts.map(|skill| SkillContext { name: skill.name.clone(), text: skill.context.clone() });
        let contexts = contexts.collect();
        // What people say is taken over from a file that speaks of the same tool and has words of its own.
        let speaking = |at: usize| all[at + 1..].iter().any(|skill| speaks_for(skill, &all[at]));
        let heard: Vec<bool> = (0..all.len()).map(|at| !speaking(at)).collect();
        let lexicon = lexicon(all.into_iter().zip(heard).filter(|(_, heard)| *heard).map(|(skill, _)| skill))?;
        let replies = Replies::parse(asset("replies/approval.yaml")?).map_err(|error| damaged(&error))?;
        let phrases = phrases()?;
        Ok(Knowledge {
            book: Arc::new(book),
            digest: digest(added),
            lexicon: Arc::new(lexicon),
            replies: Arc::new(replies),
            phrases: Arc::new(phrases),
            contexts,
            secrets,
        })
    }
}

impl Knowledge {
    /// The same for the person whose home this is: `~` in a request stands for it, since commands run without a shell.
    #[must_use]
    pub fn at_home(mut self, home: &Path) -> Knowledge {
        if let Some(home) = home.to_str() {
            self.lexicon = Arc::new(Arc::unwrap_or_clone(self.lexicon).at_home(home));
        }
        self
    }
}

/// Whether what one skill says of how people ask takes the place of what an earlier one says.
fn speaks_for(skill: &Skill, earlier: &Skill) -> bool {
    skill.name == earlier.name && skill.problems.is_empty() && !skill.intents.intents.is_empty()
}

/// Language and sentences without any tool.
pub(super) struct Words {
    pub lexicon: Arc<Lexicon>,
    pub phrases: Arc<Phrases>,
}

impl Words {
    /// Reads them.
    ///
    /// # Errors
    /// When a file of our own is damaged.
    pub fn read() -> Result<Words, Failure> {
        Ok(Words { lexicon: Arc::new(lexicon([])?), phrases: Arc::new(phrases()?) })
    }
}

fn lexicon(skills: impl IntoIterator<Item = Skill>) -> Result<Lexicon, Failure> {
    Lexicon::build(asset("language/english.yaml")?, skills).map_err(|error| damaged(&error))
}

fn phrases() -> Result<Phrases, Failure> {
    Phrases::parse(asset("replies/agent.yaml")?).map_err(|error| damaged(&error))
}

/// Where the agent's commands may not write: the memory, the rules, what the person trusted, granted and configured.
pub fn protected(config: &Config) -> Vec<PathBuf> {
    let mut places = vec![config.gcc_base_path.clone(), config.state_dir.clone(), config.config_dir.clone()];
    places.extend(config.skills_path.clone());
    places
}

/// Everything a runtime needs.
#[derive(Clone)]
pub struct Kit {
    pub config: Config,
    pub knowledge: Knowledge,
    /// The rules in force: those of `knowledge` until the skill files change.
    pub rules: Rules,
    /// Reads the skill files again.
    pub reloader: Reloader,
    pub probe: Arc<Probe>,
    pub supervisor: Arc<Supervisor>,
    /// Programs that serve tools; none runs before the driver starts them.
    pub guests: Guests,
    /// Where and with what we were started.
    pub sources: Sources,
    /// Walks to a finding, for the agent alone.
    pub runbooks: Arc<Runbooks>,
    /// The wording of the system prompt.
    pub prompts: Prompts,
}

impl Kit {
    /// Puts the parts together for where we were started and the configuration of it.
    ///
    /// # Errors
    /// When a file of our own is damaged or our own executable cannot be found.
    pub fn build(loaded: &Loaded, sources: &Sources) -> Result<Kit, Failure> {
        let supervisor = Supervisor::current().map_err(|error| {
            Failure::new(FailureKind::Error, "our own executable cannot be found, so no command can be run")
                .because(error)
                .hint("Start devops-agent by its full path.")
        })?;
        let mut knowledge = Knowledge::build(&loaded.skills)?.at_home(&sources.home);
        let mut config = loaded.config.clone();
        knowledge.replies = Arc::new(with_phrases(&knowledge.replies, &loaded.phrases, &mut config.warnings));
        let rules = Rules::new(Arc::clone(&knowledge.book));
        let probe = Probe::new(sources.cwd.clone(), sources.environment.clone())
            .protecting(protected(&loaded.config))
            .trusting(Arc::new(Trust::at(sources.state_dir())));
        let (probe, supervisor) = (Arc::new(probe), Arc::new(supervisor));
        let servers = loaded.servers.clone();
        Ok(Kit {
            guests: Guests::new(servers, Arc::clone(&probe), Arc::clone(&supervisor), &loaded.config.state_dir),
            config,
            reloader: Reloader::new(sources.clone(), rules.clone()),
            sources: sources.clone(),
            rules,
            knowledge,
            probe,
            supervisor,
            runbooks: Arc::new(read_runbooks(&loaded.skills).0),
            prompts: prompts()?,
        })
    }
}

/// The replies with the phrases of the files that can be taken; the others are told and left out, whole.
fn with_phrases(own: &Replies, files: &[PhraseFile], warnings: &mut Vec<String>) -> Replies {
    files.iter().fold(own.clone(), |replies, file| {
        let taken = match file.whose {
            Whose::Person => replies.extended(&file.text),
            Whose::Project => replies.tightened(&file.text),
        };
        taken.unwrap_or_else(|problem| {
            warnings.push(format!("{} is not used: {problem}", file.path.display()));
            replies
        })
    })
}

/// Builds a kit beside what goes on: it reads the disk.
///
/// # Errors
/// As [`Kit::build`].
pub async fn prepare(loaded: Loaded, sources: Sources) -> Result<Kit, Failure> {
    tokio::task::spawn_blocking(move || Kit::build(&loaded, &sources))
        .await
        .map_err(|error| Failure::new(FailureKind::Error, "the start failed inside").because(error))?
}

/// The wording of the system prompt.
fn prompts() -> Result<Prompts, Failure> {
    Ok(Prompts {
        system: asset("prompts/system.md")?.into(),
        tools: asset("prompts/tools.md")?.into(),
        plain: asset("prompts/plain.md")?.into(),
        hints: asset("prompts/hints.md")?.into(),
    })
}

fn asset(path: &str) -> Result<&'static str, Failure> {
    library::asset(path).ok_or_else(|| {
        Failure::new(FailureKind::Error, format!("this build lacks its own file {path}")).hint("Install it again.")
    })
}

fn damaged(error: &dyn std::error::Error) -> Failure {
    Failure::new(FailureKind::Error, "a file of this build is damaged").because(error).hint("Install it again.")
}
