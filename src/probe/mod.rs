//! Reads the world: which file a word runs, what the repository's settings could
//! run, where the person stands, what a child may see of the environment.
//!
//! Owns the answers to the gate's questions. Only reads files, runs nothing, and
//! judges nothing: what an answer means for a command is the gate's business.
#![allow(clippy::disallowed_methods)]

mod binary;
mod clock;
mod compose;
mod conditions;
mod content;
mod disk;
mod endpoint;
mod environment;
mod files;
mod git_config;
mod git_index;
mod git_syntax;
mod hazards;
mod kube;
mod plugins;
mod reading;
mod repository;
mod surroundings;
mod terraform;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use binary::{SearchPath, stamp};
pub use clock::now;
pub use conditions::broken;
pub use disk::free_bytes;
pub use environment::child_environment;
pub use files::files;
pub use hazards::Hazards;
pub use surroundings::surroundings;

use crate::domain::{ComposeProject, Settings, Surroundings};
use crate::gate::{BinaryFact, FactQuery, Facts};

/// Where a shell looks when there is no `PATH` at all.
const FALLBACK_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// The world as seen from one working directory, with the environment of the start.
#[derive(Debug, Clone)]
pub struct Probe {
    cwd: PathBuf,
    environment: BTreeMap<String, String>,
    search_path: SearchPath,
    child_environment: Vec<(String, String)>,
    /// What the agent's commands may not write to, as it was named and as it really lies.
    protected: Vec<PathBuf>,
    trust: Option<Arc<dyn Trust>>,
}

/// The kubeconfig files as they are, for the credentials in them; those that cannot be read are left out.
pub fn kubeconfigs(cwd: &Path, environment: &BTreeMap<String, String>) -> Vec<Vec<u8>> {
    let variable = |name: &str| environment.get(name).map(String::as_str);
    kube::texts(&kube::files(variable("KUBECONFIG"), variable("HOME"), cwd))
}

/// What the person said about settings that were found.
pub trait Trust: std::fmt::Debug + Send + Sync {
    /// Whether exactly these are trusted, now.
    fn covers(&self, settings: &Settings) -> bool;
}

impl Probe {
    /// Freezes the search path and the children's environment. `cwd` is absolute.
    pub fn new(cwd: impl Into<PathBuf>, environment: BTreeMap<String, String>) -> Self {
        let path = environment.get("PATH").map_or(FALLBACK_PATH, String::as_str);
        let search_path = SearchPath::new(path, environment.get("TMPDIR").map(String::as_str));
        let child_environment = child_environment(&environment, &search_path);
        Self { cwd: cwd.into(), environment, search_path, child_environment, protected: Vec::new(), trust: None }
    }

    /// Keeps the agent's commands from writing to these places, relative ones seen from the working directory.
    #[must_use]
    pub fn protecting(mut self, places: impl IntoIterator<Item = PathBuf>) -> Self {
        for place in places {
            let place = self.cwd.join(place);
            if let Ok(real) = place.canonicalize()
                && real != place
            {
                self.protected.push(real);
            }
            self.protected.push(place);
        }
        self
    }

    /// Settings that the person trusts are no cause to ask.
    #[must_use]
    pub fn trusting(mut self, trust: Arc<dyn Trust>) -> Self {
        self.trust = Some(trust);
        self
    }

    /// Answers the gate's questions from what is on disk now.
    pub fn facts(&self, needs: &[FactQuery]) -> Facts {
        let mut facts = Facts {
            environment: self.child_environment.clone(),
            cwd: self.cwd.to_string_lossy().into_owned(),
            surroundings: self.surroundings(),
            protected: self.protected.iter().map(|place| place.to_string_lossy().into_owned()).collect(),
            shell: match self.search_path.resolve("sh", &self.cwd) {
                BinaryFact::Trusted { binary } => Some(binary),
                // A shell somebody else could have put there is no shell to run lines with.
                BinaryFact::Doubtful { .. } | BinaryFact::Missing => None,
            },
            ..Facts::default()
        };
        for need in needs {
            match need {
                FactQuery::Binary { word } => {
                    facts.binaries.insert(word.clone(), self.search_path.resolve(word, &self.cwd));
                }
                FactQuery::Settings { program } => {
                    facts.settings.extend(self.settings(program).map(|settings| (program.clone(), settings)));
                }
                FactQuery::Kube => facts.kube = conditions::kube(&self.cwd, &self.child_environment, None),
                FactQuery::KubeContext { name } => {
                    let target = conditions::kube(&self.cwd, &self.child_environment, Some(name));
                    facts.kube_contexts.extend(target.map(|target| (name.clone(), target)));
                }
                FactQuery::Docker => facts.docker = Some(conditions::docker(&self.child_environment)),
                FactQuery::Real { path } => {
                    let real = real(&self.cwd.join(path));
                    facts.real.insert(path.clone(), real.to_string_lossy().into_owned());
                }
                FactQuery::Plugin(plugin) => {
                    if plugins::is_there(plugin, &self.child_environment) {
                        facts.plugins.insert(plugin.clone());
                    }
                }
                FactQuery::File { path } => {
                    facts.files.insert(path.clone(), content::content(&self.cwd.join(path)));
                }
            }
        }
        facts
    }

    fn settings(&self, program: &str) -> Option<Settings> {
        let mut settings = conditions::settings(program, &self.cwd)?.settings();
        // Only what would ask is worth a look at what the person said.
        settings.trusted =
            !settings.names.is_empty() && self.trust.as_ref().is_some_and(|trust| trust.covers(&settings));
        Some(settings)
    }

    /// What settings of this directory can make the program run others, with their values.
    pub fn hazards(&self, program: &str) -> Option<Hazards> {
        conditions::settings(program, &self.cwd)
    }

    /// The compose project that docker compose would take here.
    pub fn compose_project(&self) -> Option<ComposeProject> {
        compose::project(&self.cwd)
    }

    /// Where the person stands now.
    pub fn surroundings(&self) -> Surroundings {
        surroundings(&self.cwd, &self.environment)
    }
}

/// The path without a link in it, as far as it exists.
fn real(path: &Path) -> PathBuf {
    match (path.canonicalize(), path.parent(), path.file_name()) {
        (Ok(real), _, _) => real,
        (Err(_), Some(parent), Some(name)) => real(parent).join(name),
        (Err(_), _, _) => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_asked_is_answered() {
        let cwd = tempfile::tempdir().unwrap();
        let probe = Probe::new(cwd.path(), BTreeMap::from([("PATH".to_owned(), "/usr/bin:/bin".to_owned())]));

        let silent = probe.facts(&[]);
        assert!(silent.binaries.is_empty());
        assert!(silent.settings.is_empty());
        assert_eq!(silent.cwd, cwd.path().to_str().unwrap());
        assert!(silent.shell.is_some_and(|shell| shell.path.ends_with("sh")));
        assert!(silent.environment.contains(&("PATH".to_owned(), "/usr/bin:/bin".to_owned())));

        let asked = probe.facts(&[
            FactQuery::Binary { word: "no-such-program".to_owned() },
            FactQuery::Settings { program: "git".to_owned() },
        ]);
        assert_eq!(asked.binaries.get("no-such-program"), Some(&BinaryFact::Missing));
        assert!(asked.settings["git"].names.is_empty());
    }
}
