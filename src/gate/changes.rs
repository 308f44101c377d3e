//! What is another now than when it was asked about: two programs compared, a
//! sentence a difference. Decides nothing; any difference asks again.

use crate::domain::{Binary, Program, Run};

/// The differences between what was agreed to and what would run now.
pub(super) fn between(before: &Program, now: &Program) -> Vec<String> {
    let mut changes = Vec::new();
    if before.cwd != now.cwd {
        changes.push(format!("the working directory was {}, now {}", before.cwd.display(), now.cwd.display()));
    }
    let (old, new) = (binaries(before), binaries(now));
    for (old, new) in old.iter().zip(&new).filter(|(old, new)| old != new) {
        changes.push(if old.path == new.path {
            format!("{} is another file than before", new.path.display())
        } else {
            format!("it would run {} instead of {}", new.path.display(), old.path.display())
        });
    }
    for condition in before.conditions.iter().filter(|condition| !now.conditions.contains(condition)) {
        changes.push(condition.changed());
    }
    for (name, _) in before.env.iter().filter(|pair| !now.env.contains(pair)) {
        changes.push(format!("the environment variable {name} has changed"));
    }
    if before.line != now.line {
        changes.push("the command itself reads differently now".to_owned());
    }
    if changes.is_empty() && before != now {
        changes.push("something it rests on has changed".to_owned());
    }
    changes
}

fn binaries(program: &Program) -> Vec<&Binary> {
    match &program.run {
        Run::Shell { shell, .. } => vec![shell],
        Run::Tool { .. } => Vec::new(),
        Run::Argv { pipelines } => {
            pipelines.iter().flat_map(|pipeline| &pipeline.stages).map(|stage| &stage.binary).collect()
        }
    }
}
