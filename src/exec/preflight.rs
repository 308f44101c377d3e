//! The last look before a spawn: is it still the file that was shown?
//!
//! Owns the comparison of each binary with its stamp and the check of the
//! working directory. Must not know how binaries are found or judged.

use std::io;
use std::path::PathBuf;

use tokio::fs;

use crate::domain::{Binary, Program, Run};
use crate::probe;

#[derive(Debug, thiserror::Error)]
pub(super) enum PreflightError {
    #[error("{} is not the file that was resolved before: it changed since", .0.display())]
    Changed(PathBuf),
    #[error("{} cannot be looked at: {source}", path.display())]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("{0} since it was judged")]
    Condition(String),
    #[error("a server's tool is called over its connection, not started")]
    Tool,
    #[error("the working directory {} does not exist", .0.display())]
    NoDirectory(PathBuf),
}

/// Whether everything that `program` names is still what it was when it was judged.
pub(super) async fn check(program: &Program) -> Result<(), PreflightError> {
    if !fs::metadata(&program.cwd).await.is_ok_and(|found| found.is_dir()) {
        return Err(PreflightError::NoDirectory(program.cwd.clone()));
    }
    if let Some(condition) = probe::broken(program) {
        return Err(PreflightError::Condition(condition.changed()));
    }
    match &program.run {
        Run::Shell { shell, .. } => unchanged(shell),
        Run::Tool { .. } => Err(PreflightError::Tool),
        Run::Argv { pipelines } => {
            for stage in pipelines.iter().flat_map(|pipeline| &pipeline.stages) {
                unchanged(&stage.binary)?;
            }
            Ok(())
        }
    }
}

fn unchanged(binary: &Binary) -> Result<(), PreflightError> {
    match probe::stamp(&binary.path) {
        Ok(now) if now == binary.stamp => Ok(()),
        Ok(_) => Err(PreflightError::Changed(binary.path.clone())),
        Err(source) => Err(PreflightError::Unreadable { path: binary.path.clone(), source }),
    }
}
