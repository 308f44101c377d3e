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
pub use skills::{FoundSkills, content_of};
pub use sources::{Flags, Sources};
pub use trust::{Choice, TrustStore, Untrusted};
pub use value::LogLevel;

use layer::{Layers, Origin};

/// How the model is reached and asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Ollama {
    /// A URL without a slash at its end: `http://localhost:11434`.
    pub host: String,
    /// Nothing sent there leaves this machine.
    pub is_local: bool,
    pub model: String,
    /// The person named the model on the command line, so that doing without it would be no answer.
    pub model_named_by_flag: bool,
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

/// All settings, resolved. Paths are absolute.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// The agent's name on the screen and in prompts.
    pub agent_name: String,
    pub ollama: Ollama,
    pub gcc_base_path: PathBuf,
    /// The directory [`Loaded::skills`] came from.
    pub skills_path: Option<PathBuf>,
    pub log_level: LogLevel,
    /// Patterns of what is secret here and what is none.
    pub privacy: Privacy,
    /// Trust, grants and the program's own log: the person's, never the project's.
    pub state_dir: PathBuf,
    pub config_dir: PathBuf,
    /// What was not used and why, one line each.
    pub warnings: Vec<String>,
}

/// The settings with what stands beside them.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded {
    pub config: Config,
    /// Skills that add to the built-in ones; each says what it is worth.
    pub skills: Vec<SkillFile>,
    /// Reply phrases beside our own.
    pub phrases: Vec<PhraseFile>,
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
    let host = layers.pick(Key::OllamaHost, |text, _| value::host(text), |host| !host.is_loopback)?;
    let model = layers.pick(Key::OllamaModel, |text, _| value::model(text), |_| false)?;
    let temperature = layers.pick(Key::OllamaTemperature, |text, _| value::temperature(text), |_| false)?;
    let context_size = layers.pick(Key::OllamaContextSize, |text, _| value::tokens(text), |_| false)?;
    let timeout = layers.pick(Key::OllamaTimeout, |text, _| value::seconds(text), |_| false)?;
    let keep_alive = layers.pick(Key::OllamaKeepAlive, |text, _| value::keep_alive(text), |_| false)?;
    let embed_model = layers.pick(Key::EmbedModel, |text, _| value::model(text), |_| false)?;
    let log_level = layers.pick(Key::LogLevel, |text, _| value::level(text), |_| false)?;
    // Where the memory lies depends on where one works, whichever file says so.
    let gcc_base_path = layers.pick(
        Key::GccBasePath,
        |text, _| value::path(text, here, &sources.home),
        |path| !value::is_inside(path, here),
    )?;
    let found = skills::find(&mut layers, here, &sources.home)?;
    let phrases = replies::find(sources, &mut layers.warnings);
    let model_named_by_flag = model.as_ref().is_some_and(|picked| picked.origin == Origin::Flags);
    let config = Config {
        agent_name: agent_name.map_or_else(|| "devops-agent".to_owned(), |picked| picked.value),
        ollama: Ollama {
            is_local: host.as_ref().is_none_or(|picked| picked.value.is_loopback),
            host: host.map_or_else(|| "http://localhost:11434".to_owned(), |picked| picked.value.url),
            model: model.map_or_else(|| "devstral:24b".to_owned(), |picked| picked.value),
            model_named_by_flag,
            temperature: temperature.map_or(0.3, |picked| picked.value),
            context_size: context_size.map_or(32_768, |picked| picked.value),
            timeout: timeout.map_or(Duration::from_secs(120), |picked| picked.value),
            keep_alive: keep_alive.map(|picked| picked.value),
            embed_model: embed_model.map(|picked| picked.value),
        },
        gcc_base_path: gcc_base_path.map_or_else(|| here.join(".GCC"), |picked| picked.value),
        skills_path: found.dir,
        log_level: log_level.map_or(LogLevel::Info, |picked| picked.value),
        state_dir: sources.state_dir(),
        config_dir: sources.config_dir(),
        privacy: layers.privacy,
        warnings: layers.warnings,
    };
    Ok(Loaded { config, skills: found.files, phrases, untrusted: layers.untrusted })
}

/// Reads the skills alone: what they are worth now, whatever else the settings say.
///
/// # Errors
/// A file of settings cannot be read, or the person's directory of skills.
pub fn skills(sources: &Sources, trust: &TrustStore) -> Result<FoundSkills, Failure> {
    let mut layers = Layers::read(sources, trust)?;
    skills::find(&mut layers, &sources.cwd, &sources.home)
}
