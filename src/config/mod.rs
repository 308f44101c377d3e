//! The settings: defaults < user file < project file < `.env` < environment < flags, made into one plain [`Config`].
//!
//! Owns the keys, where they are read, what a value may be, and which values
//! count. Reads files and the process's environment, writes only the trust
//! store, and never changes the environment, so nothing of a `.env` reaches a
//! child. Invariant: a value found in the working directory that chooses a
//! model's host or a path counts only after the person trusted the very content
//! it stands in; until then the lower layers hold. Of skills found there only
//! what is stricter counts until then.
#![allow(clippy::disallowed_methods)]

mod key;
mod layer;
mod privacy;
mod replies;
mod servers;
mod skills;
mod sources;
mod trust;
mod value;

use std::path::PathBuf;
use std::time::Duration;

use crate::domain::Failure;
use crate::library::SkillFile;

pub use key::Key;
pub use privacy::Privacy;
pub use replies::{PhraseFile, Whose};
pub use servers::{Server, Way};
pub use skills::{FoundSkills, content_of};
pub use sources::{Flags, Sources};
pub use trust::{Choice, TrustStore, Untrusted};
pub use value::LogLevel;

use layer::{Layers, Origin, Picked};
use value::Chosen;

/// How the model is reached and asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Ollama {
    /// A URL without a slash at its end: `http://localhost:11434`.
    pub host: String,
    /// Nothing sent there leaves this machine.
    pub is_local: bool,
    /// The model that is asked, unless [`Config::openai`] names one.
    pub model: String,
    /// From 0 to 2.
    pub temperature: f32,
    /// Tokens.
    pub context_size: u32,
    /// Bounds connecting and the silence between tokens.
    pub timeout: Duration,
    /// How long the server keeps the model loaded, in Ollama's words; `None` leaves it to the server.
    pub keep_alive: Option<String>,
    /// The model that tells which texts mean alike, for searches; none unless the person names one.
    pub embed_model: Option<String>,
}

/// A model behind OpenAI's protocol, asked instead of Ollama's. Temperature, window and patience are those of [`Ollama`].
#[derive(Clone, PartialEq)]
pub struct OpenAi {
    /// A URL with the version, without a slash at its end: `https://api.openai.com/v1`.
    pub base_url: String,
    /// Nothing sent there leaves this machine.
    pub is_local: bool,
    pub model: String,
    pub api_key: Option<String>,
}

/// Without the key.
impl std::fmt::Debug for OpenAi {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OpenAi").field("base_url", &self.base_url).field("model", &self.model).finish_non_exhaustive()
    }
}

/// All settings, resolved. Paths are absolute.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// The agent's name on the screen and in prompts.
    pub agent_name: String,
    /// Whether the built-in planner answers what it is sure of although a model is there.
    pub fast_path: bool,
    pub ollama: Ollama,
    /// Set where the model is not Ollama's.
    pub openai: Option<OpenAi>,
    /// The person named the model on the command line, so that doing without it would be no answer.
    pub model_named_by_flag: bool,
    pub gcc_base_path: PathBuf,
    /// The directory [`Loaded::skills`] came from.
    pub skills_path: Option<PathBuf>,
    /// The program of the person's own shell, where it is not that of `$SHELL`.
    pub shell: Option<String>,
    /// Whether the workbench keeps to the lower part of the ordinary screen.
    pub inline: bool,
    /// Whether the terminal tells whoever looks elsewhere that something waits or ended.
    pub notifications: bool,
    /// Whether nothing on the screen moves by itself, the seconds of what runs included.
    pub reduced_motion: bool,
    pub log_level: LogLevel,
    pub mcp: Mcp,
    /// Patterns of what is secret here and what is none.
    pub privacy: Privacy,
    /// Trust, grants and the program's own log: the person's, never the project's.
    pub state_dir: PathBuf,
    pub config_dir: PathBuf,
    /// What was not used and why, one line each.
    pub warnings: Vec<String>,
}

impl Config {
    /// Whether nothing that the model is told leaves this machine.
    pub fn model_is_local(&self) -> bool {
        self.openai.as_ref().map_or(self.ollama.is_local, |openai| openai.is_local)
    }
}

/// What programs get that connect through MCP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mcp {
    /// Whether the names of machines and people stay here.
    pub anonymize: bool,
    /// Whether they may propose destructive commands at all.
    pub destructive: bool,
}

/// The settings with what stands beside them.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded {
    pub config: Config,
    /// Skills that add to the built-in ones; each says what it is worth.
    pub skills: Vec<SkillFile>,
    /// Reply phrases beside our own.
    pub phrases: Vec<PhraseFile>,
    /// Programs that serve tools, those that are not trusted yet among them.
    pub servers: Vec<Server>,
    /// What would count if the person trusted it, and was not asked about yet.
    pub untrusted: Vec<Untrusted>,
}

/// Reads and resolves all settings.
///
/// # Errors
/// A value that counts is wrong, or a file of settings cannot be read or understood. The kind is `Configuration`; the
/// summary names key, file and line, the source what was expected.
pub fn load(sources: &Sources, trust: &TrustStore) -> Result<Loaded, Failure> {
    let mut layers = Layers::read(sources, trust)?;
    let here = sources.cwd.as_path();
    let agent_name = layers.pick(Key::AgentName, |text, _| value::name(text), |_| false)?;
    let fast_path = layers.pick(Key::FastPath, |text, _| value::switch(text), |_| false)?;
    let host = layers.pick(Key::OllamaHost, |text, _| value::host(text), |host| !host.is_loopback)?;
    let model = model(&mut layers)?;
    let temperature = layers.pick(Key::OllamaTemperature, |text, _| value::temperature(text), |_| false)?;
    let context_size = layers.pick(Key::OllamaContextSize, |text, _| value::tokens(text), |_| false)?;
    let timeout = layers.pick(Key::OllamaTimeout, |text, _| value::seconds(text), |_| false)?;
    let keep_alive = layers.pick(Key::OllamaKeepAlive, |text, _| value::keep_alive(text), |_| false)?;
    let embed_model = layers.pick(Key::EmbedModel, |text, _| value::model(text), |_| false)?;
    // A project could name any program.
    let shell = layers.pick(Key::Shell, |text, _| value::shell(text), |_| true)?;
    let inline = layers.pick(Key::Inline, |text, _| value::switch(text), |_| false)?;
    let notifications = layers.pick(Key::Notifications, |text, _| value::switch(text), |_| false)?;
    let reduced_motion = layers.pick(Key::ReducedMotion, |text, _| value::switch(text), |_| false)?;
    let log_level = layers.pick(Key::LogLevel, |text, _| value::level(text), |_| false)?;
    let anonymize = layers.pick(Key::McpAnonymize, |text, _| value::truth(text), |anonymize| !anonymize)?;
    let destructive = layers.pick(Key::McpDestructive, |text, _| value::truth(text), |destructive| *destructive)?;
    // Where the memory lies depends on where one works, whichever file says so.
    let gcc_base_path = layers.pick(
        Key::GccBasePath,
        |text, _| value::path(text, here, &sources.home),
        |path| !value::is_inside(path, here),
    )?;
    let found = skills::find(&mut layers, here, &sources.home)?;
    let phrases = replies::find(sources, &mut layers.warnings);
    let servers = servers::find(sources, &mut layers);
    let model_named_by_flag = model.as_ref().is_some_and(|picked| picked.origin == Origin::Flags);
    let (model, openai) = match model.map(|picked| picked.value) {
        Some(Chosen::OpenAi(model)) => (None, Some(openai(&mut layers, model)?)),
        Some(Chosen::Ollama(model)) => (Some(model), None),
        None => (None, None),
    };
    let config = Config {
        agent_name: agent_name.map_or_else(|| "devops-agent".to_owned(), |picked| picked.value),
        fast_path: fast_path.is_none_or(|picked| picked.value),
        ollama: Ollama {
            is_local: host.as_ref().is_none_or(|picked| picked.value.is_loopback),
            host: host.map_or_else(|| "http://localhost:11434".to_owned(), |picked| picked.value.url),
            model: model.unwrap_or_else(|| "devstral:24b".to_owned()),
            temperature: temperature.map_or(0.3, |picked| picked.value),
            context_size: context_size.map_or(32_768, |picked| picked.value),
            timeout: timeout.map_or(Duration::from_secs(120), |picked| picked.value),
            keep_alive: keep_alive.map(|picked| picked.value),
            embed_model: embed_model.map(|picked| picked.value),
        },
        openai,
        model_named_by_flag,
        gcc_base_path: gcc_base_path.map_or_else(|| here.join(".GCC"), |picked| picked.value),
        skills_path: found.dir,
        shell: shell.map(|picked| picked.value),
        inline: inline.is_some_and(|picked| picked.value),
        notifications: notifications.is_none_or(|picked| picked.value),
        reduced_motion: reduced_motion.is_some_and(|picked| picked.value),
        log_level: log_level.map_or(LogLevel::Info, |picked| picked.value),
        mcp: Mcp {
            anonymize: anonymize.is_none_or(|picked| picked.value),
            destructive: destructive.is_some_and(|picked| picked.value),
        },
        state_dir: sources.state_dir(),
        config_dir: sources.config_dir(),
        privacy: layers.privacy,
        warnings: layers.warnings,
    };
    Ok(Loaded { config, skills: found.files, phrases, servers, untrusted: layers.untrusted })
}

/// The model the strongest layer names; in one layer `AGENT_MODEL` before `OLLAMA_MODEL`.
fn model(layers: &mut Layers<'_>) -> Result<Option<Picked<Chosen>>, Failure> {
    // Another server than the person's own Ollama is another place that texts go to.
    let is_elsewhere = |chosen: &Chosen| matches!(chosen, Chosen::OpenAi(_));
    let any = layers.pick(Key::AgentModel, |text, _| value::chosen(text), is_elsewhere)?;
    let own = layers.pick(Key::OllamaModel, |text, _| value::model(text).map(Chosen::Ollama), |_| false)?;
    Ok(match (any, own) {
        (Some(any), Some(own)) if own.layer < any.layer => Some(own),
        (any, own) => any.or(own),
    })
}

/// Where and with which key such a model is asked. A project may say neither before it is trusted: the person's key
/// would go to the project's address.
fn openai(layers: &mut Layers<'_>, model: String) -> Result<OpenAi, Failure> {
    let base = layers.pick(Key::OpenAiBaseUrl, |text, _| value::base_url(text), |_| true)?;
    let key = layers.pick(Key::OpenAiApiKey, |text, _| value::api_key(text), |_| true)?;
    Ok(OpenAi {
        is_local: base.as_ref().is_some_and(|picked| picked.value.is_loopback),
        base_url: base.map_or_else(|| "https://api.openai.com/v1".to_owned(), |picked| picked.value.url),
        model,
        api_key: key.map(|picked| picked.value),
    })
}

/// Reads the skills alone: what they are worth now, whatever else the settings say.
///
/// # Errors
/// A file of settings cannot be read, or the person's directory of skills.
pub fn skills(sources: &Sources, trust: &TrustStore) -> Result<FoundSkills, Failure> {
    let mut layers = Layers::read(sources, trust)?;
    skills::find(&mut layers, &sources.cwd, &sources.home)
}
