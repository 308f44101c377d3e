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

impl Surroundings {
    /// What is different now, in one line; `None` where nothing is.
    pub fn drift(&self, now: &Surroundings) -> Option<String> {
        let directory = (Some(self.cwd.clone()), Some(now.cwd.clone()));
        let fields = [
            ("kube context", &self.kube_context, &now.kube_context),
            ("namespace", &self.namespace, &now.namespace),
            ("cluster", &self.cluster, &now.cluster),
            ("git repository", &self.git_repo, &now.git_repo),
            ("git branch", &self.git_branch, &now.git_branch),
            ("docker context", &self.docker_context, &now.docker_context),
            ("directory", &directory.0, &directory.1),
        ];
        let none = || "none".to_owned();
        let changed: Vec<String> = fields
            .into_iter()
            .filter(|(_, before, after)| before != after)
            .map(|(name, before, after)| {
                format!("{name} {} → {}", before.clone().unwrap_or_else(none), after.clone().unwrap_or_else(none))
            })
            .collect();
        (!changed.is_empty()).then(|| changed.join("; "))
    }
}

/// The compose project of a directory, as its file declares it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ComposeProject {
    /// The file's name: `compose.yaml`.
    pub file: String,
    /// The names of its services, sorted.
    pub services: Vec<String>,
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
