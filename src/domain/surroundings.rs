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
