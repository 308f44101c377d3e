//! What a permission rests on, looked at again: is it still so?
//!
//! Owns the comparison of a program's conditions with the world as it is now.
//! Sees the world as the program would: with its environment and directory.

use std::path::Path;

use super::hazards::Hazards;
use super::{content, endpoint, git_config, kube, terraform};
use crate::domain::{Condition, DockerTarget, KubeTarget, Program, Settings};

/// Where kubectl would go with this environment, by this context or by the current one.
pub(super) fn kube(cwd: &Path, environment: &[(String, String)], named: Option<&str>) -> Option<KubeTarget> {
    let variable = |name: &str| variable(environment, name);
    let files = kube::files(variable("KUBECONFIG"), variable("HOME"), cwd);
    match named {
        Some(name) => kube::named(&files, name),
        None => kube::current(&files),
    }
}

/// What settings of this directory can make the program run others. Whether they are trusted is not said here.
pub(super) fn settings(program: &str, cwd: &Path) -> Option<Hazards> {
    match program {
        "terraform" => terraform::hazards(cwd),
        _ => git_config::hazards(cwd),
    }
}

/// Where the Docker client would go with this environment.
pub(super) fn docker(environment: &[(String, String)]) -> DockerTarget {
    endpoint::docker(|name| variable(environment, name))
}

fn variable<'a>(environment: &'a [(String, String)], name: &str) -> Option<&'a str> {
    environment.iter().find(|(key, value)| key == name && !value.is_empty()).map(|(_, value)| value.as_str())
}

/// The first condition of a program that no longer holds.
pub fn broken(program: &Program) -> Option<&Condition> {
    program.conditions.iter().find(|condition| match condition {
        Condition::Kube { named, target } => kube(&program.cwd, &program.env, named.as_deref()) != *target,
        Condition::Docker { target } => docker(&program.env) != *target,
        Condition::File { path, content } => content::content(path) != *content,
        Condition::Settings { program: name, settings: known } => {
            // Trust was a question at the judgement; what the settings say is one now.
            let now = settings(name, &program.cwd).map(|hazards| hazards.settings());
            let same = |one: &Settings, other: &Settings| one.place == other.place && one.sha256 == other.sha256;
            match (&now, known) {
                (Some(now), Some(known)) => !same(now, known),
                (now, known) => now.is_some() != known.is_some(),
            }
        }
    })
}
