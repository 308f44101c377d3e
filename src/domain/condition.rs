//! What outside a command its permission rests on: the cluster, the Docker
//! endpoint, the files it reads. Part of the program, so part of the digest;
//! looked at again before anything starts.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Something that must still be so when the command starts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "condition", rename_all = "snake_case")]
pub enum Condition {
    /// Where kubectl and its kin would go: by the context that the line names, else by the current one. The target is
    /// `None` when there is no such context to be read.
    Kube { named: Option<String>, target: Option<KubeTarget> },
    /// Where the Docker client would go.
    Docker { target: DockerTarget },
    /// What a file says that the command reads.
    File { path: PathBuf, content: FileContent },
    /// Settings of this directory that can make the program run others; `None` when they cannot be read.
    Settings { program: String, settings: Option<Settings> },
}

impl Condition {
    /// What is another now, as a clause: `the file a.yaml has changed`.
    pub fn changed(&self) -> String {
        match self {
            Condition::Kube { target: Some(target), .. } => {
                format!("the Kubernetes context {} (namespace {}) has changed", target.context, target.namespace)
            }
            Condition::Kube { named: Some(name), target: None } => {
                format!("the Kubernetes context {name} has appeared")
            }
            Condition::Kube { named: None, target: None } => "a Kubernetes context has appeared".to_owned(),
            Condition::Docker { target } => format!("the Docker context {} has changed", target.context),
            Condition::File { path, .. } => format!("the file {} has changed", path.display()),
            Condition::Settings { program, .. } => {
                format!("the {program} configuration here has changed in what it can run")
            }
        }
    }
}

/// A context of the kubeconfig files, as far as it decides where a command goes and as whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KubeTarget {
    pub context: String,
    /// kubectl's own default when the context names none.
    pub namespace: String,
    pub cluster: Option<String>,
    pub server: Option<String>,
    pub user: Option<String>,
}

/// A Docker context and what it stands for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DockerTarget {
    /// The context's name, or the host where one is set.
    pub context: String,
    /// `unix:///var/run/docker.sock`; `None` where the context's file cannot be read.
    pub endpoint: Option<String>,
}

/// What a file or directory holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "content", content = "detail", rename_all = "snake_case")]
pub enum FileContent {
    Absent,
    /// SHA-256 in hex: of a file's bytes, of a directory's names and files.
    Sha256(String),
    /// Cannot be held to anything; why.
    Unbound(String),
}

/// Settings of a directory that can make a program run others, or reach elsewhere.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// What they belong to, for a word of trust: the repository, or the directory.
    pub place: PathBuf,
    /// Their names, sorted; empty when there are none.
    pub names: Vec<String>,
    /// SHA-256 in hex of names and values.
    pub sha256: String,
    /// Whether the person trusts exactly these.
    pub trusted: bool,
}

impl Settings {
    /// Whether nothing of them is cause to ask.
    pub fn are_harmless(&self) -> bool {
        self.trusted || self.names.is_empty()
    }
}
