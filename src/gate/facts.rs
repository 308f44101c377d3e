//! What the gate must be told before it can decide, and the answers.
//!
//! The gate asks; `probe` reads the disk. A question without an answer counts
//! as the least favourable one.

use std::collections::BTreeMap;

use crate::domain::{Binary, DockerTarget, FileContent, KubeTarget, Settings, Surroundings};

/// One question about the world outside.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum FactQuery {
    /// Which file does this word run? The word as written, with or without slashes.
    Binary { word: String },
    /// Which settings of the repository around the working directory can run programs?
    GitConfig,
    /// What of the terraform directory here can run programs or reach hosts when its state is read?
    TerraformConfig,
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
    /// Settings of the repository that can run programs, `core.fsmonitor` and so on
    /// (empty: none, or no repository); `None`: not asked or not readable.
    pub git_settings: Option<Settings>,
    /// The same of the terraform directory: the backend its state lies in, where that is not a local file.
    pub terraform_settings: Option<Settings>,
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
