//! Where the person stands: cluster, namespace, branch, docker context, host.

use serde::{Deserialize, Serialize};

/// A snapshot; a field is `None` where the thing does not exist or could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Surroundings {
    pub cwd: String,
    pub host: Option<String>,
    pub user: Option<String>,
    pub kube_context: Option<String>,
    pub namespace: Option<String>,
    pub cluster: Option<String>,
    /// The root of the work tree.
    pub git_repo: Option<String>,
    /// The branch, or the short commit when the head is detached.
    pub git_branch: Option<String>,
    pub docker_context: Option<String>,
}

/// Something that was counted by asking a tool, or why it was not.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Counted {
    /// There is nothing to count in: no repository, no such tool.
    #[default]
    Nothing,
    Known(u64),
    /// The tool did not say; one line about why.
    Unanswered(String),
}

/// Where the person stands and what was counted there, as a session keeps it from its beginning.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Snapshot {
    pub surroundings: Surroundings,
    /// Changes in the work tree that no commit holds.
    pub uncommitted: Counted,
    /// Containers that run on the docker context.
    pub containers: Counted,
    /// Programs that are not installed, of those that were asked.
    pub absent: Vec<String>,
}
