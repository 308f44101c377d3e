//! The programs that requests become, and where they lead.
//!
//! Owns which are worth a word. Versions are asked through the gate, and only where that needs no consent; a shell can
//! run anything, so no shell is started for its version. No cluster is asked: that may start a credential plugin.

use std::sync::Arc;
use std::time::Duration;

use super::Finding;
use crate::gate::{BinaryFact, FactQuery, Facts};
use crate::runtime::{self, Kit};
use crate::shell;

/// How long a program may take to tell its version, or an engine to answer.
const PATIENCE: Duration = Duration::from_secs(5);

const KUBECTL: &str = "kubectl";
const DOCKER: &str = "docker";

pub(super) async fn look(kit: &Kit) -> Vec<Finding> {
    let probe = Arc::clone(&kit.probe);
    let facts = runtime::within(PATIENCE, move || {
        let binaries = [KUBECTL, DOCKER, "git", "helm"].map(|word| FactQuery::Binary { word: word.to_owned() });
        let needs: Vec<FactQuery> = binaries.into_iter().chain([FactQuery::Kube, FactQuery::Docker]).collect();
        probe.facts(&needs)
    });
    let Some(facts) = facts.await else {
        let todo = "A directory of PATH may lie on a file system that hangs; take it out, or wait";
        return vec![Finding::fail("programs", "looking for them takes too long", todo)];
    };
    let (kubectl, docker, git, helm, contexts, engine) = tokio::join!(
        program(kit, &facts, KUBECTL, "kubectl version --client"),
        program(kit, &facts, DOCKER, "docker --version"),
        program(kit, &facts, "git", "git --version"),
        program(kit, &facts, "helm", "helm version --short"),
        clusters(kit, &facts),
        engine(kit, &facts),
    );
    let mut findings = vec![kubectl, docker, git, helm, shell_of_lines(&facts), shell_of_person(kit)];
    findings.extend(contexts);
    findings.extend(engine);
    findings
}

fn is_there(facts: &Facts, program: &str) -> bool {
    facts.binaries.get(program).is_some_and(|fact| fact.binary().is_some())
}

async fn program(kit: &Kit, facts: &Facts, name: &'static str, version: &str) -> Finding {
    match facts.binaries.get(name) {
        Some(BinaryFact::Trusted { binary }) => {
            let path = binary.path.display();
            match runtime::heard(kit, version, PATIENCE).await {
                Ok(told) => Finding::ok(name, format!("{path}, {}", told.lines().next().unwrap_or("no version told"))),
                Err(why) => {
                    let todo = format!("Run `{version}` yourself to see what is wrong");
                    Finding::warn(name, format!("{path}, its version is not known: {why}"), todo)
                }
            }
        }
        Some(BinaryFact::Doubtful { binary, why }) => Finding::warn(
            name,
            format!("{}: {why}, so its commands always ask", binary.path.display()),
            "Let it belong to root or to you, writable by nobody else",
        ),
        Some(BinaryFact::Missing) | None => {
            Finding::warn(name, "not found on PATH", format!("Install it where requests are to become {name} commands"))
        }
    }
}

/// The shell that lines run in which are more than words and pipes.
fn shell_of_lines(facts: &Facts) -> Finding {
    match &facts.shell {
        Some(shell) => Finding::ok("sh", shell.path.display().to_string()),
        None => Finding::warn(
            "sh",
            "none that only root or you can write to",
            "Lines with loops and variables cannot run without it; install dash or bash",
        ),
    }
}

/// The shell of the workbench's right side.
fn shell_of_person(kit: &Kit) -> Finding {
    let setting = kit.config.shell.as_deref();
    let variable = |name: &str| kit.sources.environment.get(name).map(Into::into);
    match shell::choose_here(setting, variable) {
        Some(choice) => Finding::ok("your shell", choice.program.display().to_string()),
        None => Finding::warn("your shell", "none was found", "Set AGENT_SHELL or SHELL to the path of one"),
    }
}

async fn clusters(kit: &Kit, facts: &Facts) -> Option<Finding> {
    if !is_there(facts, KUBECTL) {
        return None;
    }
    let contexts = runtime::heard(kit, "kubectl config get-contexts --output=name", PATIENCE).await;
    let contexts = match contexts {
        Ok(names) => names.lines().count(),
        Err(why) => {
            let todo = "`kubectl config view` shows what stands in the kubeconfig files";
            return Some(Finding::warn("kubernetes", format!("the contexts are not known: {why}"), todo));
        }
    };
    Some(match (&facts.kube, contexts) {
        (Some(target), _) => {
            let text = format!(
                "context {}, namespace {}, of {contexts}; whether it answers was not asked",
                target.context, target.namespace
            );
            Finding::ok("kubernetes", text)
        }
        (None, 0) => {
            Finding::warn("kubernetes", "no context", "Set KUBECONFIG, or put a configuration at ~/.kube/config")
        }
        (None, _) => {
            let text = format!("{contexts} contexts, none is current");
            Finding::warn("kubernetes", text, "Choose one: kubectl config use-context NAME")
        }
    })
}

async fn engine(kit: &Kit, facts: &Facts) -> Option<Finding> {
    let target = facts.docker.as_ref().filter(|_| is_there(facts, DOCKER))?;
    let place = match &target.endpoint {
        Some(endpoint) if *endpoint != target.context => format!("context {} at {endpoint}", target.context),
        _ => target.context.clone(),
    };
    Some(match runtime::heard(kit, "docker version --format '{{.Server.Version}}'", PATIENCE).await {
        Ok(version) => Finding::ok("engine", format!("{place}, version {version}")),
        Err(why) => {
            let todo = "Start the engine, or choose another: docker context use NAME";
            Finding::warn("engine", format!("{place} does not answer: {why}"), todo)
        }
    })
}
