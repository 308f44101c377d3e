//! Where the person stands, read from the same files the tools read.
//!
//! Owns the order in which the sources of each field are asked. A field that
//! cannot be read is `None`; nothing here fails.

use std::collections::BTreeMap;
use std::path::Path;

use nix::unistd::{User, geteuid, gethostname};

use super::repository::{self, Found};
use super::{endpoint, kube};
use crate::domain::Surroundings;

/// A snapshot as seen from `cwd` (absolute) with this environment.
pub fn surroundings(cwd: &Path, environment: &BTreeMap<String, String>) -> Surroundings {
    let variable = |name: &str| environment.get(name).map(String::as_str).filter(|value| !value.is_empty());
    let kube = kube::current(&kube::files(variable("KUBECONFIG"), variable("HOME"), cwd));
    let repository = match repository::around(cwd) {
        Found::Repository(repository) => Some(repository),
        Found::Broken(_) | Found::Nothing => None,
    };
    let work_tree = repository.as_ref().and_then(|repository| repository.work_tree.as_ref());
    Surroundings {
        cwd: cwd.to_string_lossy().into_owned(),
        host: gethostname().ok().and_then(|name| name.into_string().ok()).filter(|name| !name.is_empty()),
        user: variable("USER").or(variable("LOGNAME")).map(str::to_owned).or_else(account),
        namespace: kube.as_ref().map(|context| context.namespace.clone()),
        cluster: kube.as_ref().and_then(|context| context.cluster.clone()),
        kube_context: kube.map(|target| target.context),
        git_repo: work_tree.map(|root| root.to_string_lossy().into_owned()),
        git_branch: repository.as_ref().and_then(repository::Repository::branch),
        docker_context: Some(endpoint::docker(variable).context),
    }
}

/// The name of the account this process runs as.
fn account() -> Option<String> {
    User::from_uid(geteuid()).ok().flatten().map(|user| user.name)
}

#[cfg(test)]
mod tests {
    use super::super::repository::tests::{lay_out, place};
    use super::*;
    use std::fs;

    fn with(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_bare_directory_knows_its_host_and_user_and_no_cluster_or_branch() {
        let (_guard, root) = place();
        let seen = surroundings(&root, &with(&[("USER", "ada"), ("HOME", root.to_str().unwrap())]));
        assert!(seen.host.is_some());
        assert_eq!(seen.user.as_deref(), Some("ada"));
        assert_eq!((seen.kube_context, seen.namespace, seen.cluster), (None, None, None));
        assert_eq!((seen.git_repo, seen.git_branch), (None, None));
        assert_eq!(seen.docker_context.as_deref(), Some("default"));
    }

    #[test]
    fn the_branch_and_root_are_those_of_the_repository_around() {
        let (_guard, root) = place();
        lay_out(&root.join(".git"), "ref: refs/heads/main\n");
        fs::create_dir(root.join("src")).unwrap();
        let seen = surroundings(&root.join("src"), &BTreeMap::new());
        assert_eq!(seen.git_repo.as_deref(), root.to_str());
        assert_eq!(seen.git_branch.as_deref(), Some("main"));
    }

    #[test]
    fn docker_follows_the_host_before_the_context_before_the_file() {
        let (_guard, root) = place();
        fs::create_dir(root.join(".docker")).unwrap();
        fs::write(root.join(".docker/config.json"), r#"{"currentContext": "remote"}"#).unwrap();
        let home = ("HOME", root.to_str().unwrap());
        let context = ("DOCKER_CONTEXT", "staging");
        let docker = |pairs: &[(&str, &str)]| surroundings(&root, &with(pairs)).docker_context.unwrap();
        assert_eq!(docker(&[home]), "remote");
        assert_eq!(docker(&[home, context]), "staging");
        assert_eq!(docker(&[home, context, ("DOCKER_HOST", "tcp://10.0.0.7:2376")]), "tcp://10.0.0.7:2376");
        fs::write(root.join(".docker/config.json"), "{").unwrap();
        assert_eq!(docker(&[home]), "default");
    }
}
