//! What the gate must be told before it can decide, and the answers.
//!
//! The gate asks; `probe` reads the disk. A question without an answer counts
//! as the least favourable one.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{Binary, DockerTarget, FileContent, KubeTarget, Settings, Surroundings};

/// Programs that read settings of the directory they run in.
pub const CONFIGURED: [&str; 2] = ["git", "terraform"];

/// One question about the world outside.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum FactQuery {
    /// Which file does this word run? The word as written, with or without slashes.
    Binary { word: String },
    /// Which settings of this directory can make the program run others or reach elsewhere? One of [`CONFIGURED`].
    Settings { program: String },
    /// Which cluster would kubectl and its kin talk to?
    Kube,
    /// What does this context of the kubeconfig files stand for, which a line names itself?
    KubeContext { name: String },
    /// Which daemon would the Docker client talk to?
    Docker,
    /// Where does this word lie, when it is a path that leads through a link?
    Real { path: String },
    /// What does the file or directory hold that the command reads? The path as written.
    File { path: String },
    /// Has the program this plugin? Moves no verdict, only what is named to look at first.
    Plugin(Plugin),
}

/// A plugin of a program: `diff` of helm.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Plugin {
    /// Name without directory.
    pub program: String,
    pub name: String,
}

/// Which file a command word runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BinaryFact {
    /// Found in the frozen search path (absolute entries only), owned by root or the
    /// person, not writable by others, not inside the working directory, its repository or a temporary directory.
    Trusted { binary: Binary },
    /// Found, but only by a path in the word, or in a place that fails one of the conditions.
    Doubtful { binary: Binary, why: String },
    /// No such program.
    Missing,
}

impl BinaryFact {
    /// The file that would run, trusted or not.
    pub fn binary(&self) -> Option<&Binary> {
        match self {
            BinaryFact::Trusted { binary } | BinaryFact::Doubtful { binary, .. } => Some(binary),
            BinaryFact::Missing => None,
        }
    }
}

/// The answers for one line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    /// Answers to [`FactQuery::Binary`] by word.
    pub binaries: BTreeMap<String, BinaryFact>,
    /// Answers to [`FactQuery::Settings`] by program; no entry: they cannot be read, or not asked.
    pub settings: BTreeMap<String, Settings>,
    /// Answer to [`FactQuery::Kube`]; `None`: no context, or not asked.
    pub kube: Option<KubeTarget>,
    /// Answers to [`FactQuery::KubeContext`] by name; no entry: no such context, or not asked.
    pub kube_contexts: BTreeMap<String, KubeTarget>,
    /// Answer to [`FactQuery::Docker`].
    pub docker: Option<DockerTarget>,
    /// Answers to [`FactQuery::File`] by path.
    pub files: BTreeMap<String, FileContent>,
    /// Answers to [`FactQuery::Real`] by the path as written: absolute, as far as it exists without a link in it.
    pub real: BTreeMap<String, String>,
    /// The plugins of [`FactQuery::Plugin`] that are there.
    pub plugins: BTreeSet<Plugin>,
    /// Absolute places the agent's commands may not write to: its memory, its rules, what the person granted.
    pub protected: Vec<String>,
    /// The child's environment from the allow-list, in order.
    pub environment: Vec<(String, String)>,
    /// Absolute working directory.
    pub cwd: String,
    pub surroundings: Surroundings,
    /// The shell for the complex lane.
    pub shell: Option<Binary>,
}
