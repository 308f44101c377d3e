//! Everything settings are read from, gathered in one value so that a test needs no process.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::Key;
use crate::domain::{Failure, FailureKind};

/// Settings of the command line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Flags(BTreeMap<Key, String>);

impl Flags {
    /// Adds what the option for `key` said, if it was given.
    #[must_use]
    pub fn with(mut self, key: Key, value: Option<impl Into<String>>) -> Self {
        if let Some(value) = value {
            self.0.insert(key, value.into());
        }
        self
    }

    pub(super) fn given(&self) -> impl Iterator<Item = (Key, &str)> {
        self.0.iter().map(|(key, value)| (*key, value.as_str()))
    }
}

/// Where settings come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sources {
    /// The working directory, absolute.
    pub cwd: PathBuf,
    /// The person's home, absolute.
    pub home: PathBuf,
    pub environment: BTreeMap<String, String>,
    pub flags: Flags,
}

impl Sources {
    /// Those of this process.
    ///
    /// # Errors
    /// The working directory is gone, or the person has no home.
    pub fn from_process(flags: Flags) -> Result<Self, Failure> {
        let cwd = std::env::current_dir().map_err(|error| {
            Failure::new(FailureKind::Configuration, "the working directory cannot be read")
                .because(error)
                .hint("change to a directory that exists")
        })?;
        let lossy = |text: std::ffi::OsString| text.to_string_lossy().into_owned();
        let environment: BTreeMap<String, String> =
            std::env::vars_os().map(|(name, value)| (lossy(name), lossy(value))).collect();
        let home = absolute(&environment, "HOME").or_else(|| {
            let person = nix::unistd::User::from_uid(nix::unistd::getuid()).ok()??;
            Some(person.dir)
        });
        let home = home.ok_or_else(|| {
            Failure::new(FailureKind::Configuration, "no home directory is known").hint("set HOME to an absolute path")
        })?;
        Ok(Self { cwd, home, environment, flags })
    }

    /// The person's settings: `$XDG_CONFIG_HOME/devops-agent`, else `~/.config/devops-agent`.
    pub fn config_dir(&self) -> PathBuf {
        self.xdg("XDG_CONFIG_HOME", ".config")
    }

    /// What the program remembers about the person: `$XDG_STATE_HOME/devops-agent`, else `~/.local/state/devops-agent`.
    pub fn state_dir(&self) -> PathBuf {
        self.xdg("XDG_STATE_HOME", ".local/state")
    }

    fn xdg(&self, variable: &str, below_home: &str) -> PathBuf {
        absolute(&self.environment, variable).unwrap_or_else(|| self.home.join(below_home)).join("devops-agent")
    }
}

/// The XDG specification wants relative paths ignored.
fn absolute(environment: &BTreeMap<String, String>, variable: &str) -> Option<PathBuf> {
    environment.get(variable).map(Path::new).filter(|path| path.is_absolute()).map(Path::to_owned)
}
