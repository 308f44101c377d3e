//! What outside a command its permission rests on: the cluster, the Docker
//! endpoint, the files it reads. Part of the program, so part of the digest;
//! looked at again before anything starts.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Something that must still be so when the command starts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "condition", rename_all = "snake_case")]
pub enum Condition {
    /// Where kubectl and its kin would go; `None` when no context can be read.
    Kube { target: Option<KubeTarget> },
    /// Where the Docker client would go.
    Docker { target: DockerTarget },
    /// What a file says that the command reads.
    File { path: PathBuf, content: FileContent },
}

impl Condition {
    /// What is another now, as a clause: `the file a.yaml has changed`.
    pub fn changed(&self) -> String {
        match self {
            Condition::Kube { target: Some(target) } => {
                format!("the Kubernetes context {} (namespace {}) has changed", target.context, target.namespace)
            }
            Condition::Kube { target: None } => "a Kubernetes context has appeared".to_owned(),
            Condition::Docker { target } => format!("the Docker context {} has changed", target.context),
            Condition::File { path, .. } => format!("the file {} has changed", path.display()),
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
