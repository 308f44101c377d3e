//! Files of reply phrases: the person's and the project's.
//!
//! Owns where they lie. What they may say is the gate's to decide: a project's can only make fewer replies consent.

use std::path::PathBuf;

use super::layer::content;
use super::sources::Sources;

/// Whose phrases these are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    Person,
    Project,
}

/// One file of phrases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhraseFile {
    pub path: PathBuf,
    pub whose: Whose,
    pub text: String,
}

/// The files that are there, the person's first. One that cannot be read is told and left out.
pub(super) fn find(sources: &Sources, warnings: &mut Vec<String>) -> Vec<PhraseFile> {
    let places = [
        (Whose::Person, sources.config_dir().join("replies.yaml")),
        (Whose::Project, sources.cwd.join(".devops-agent/replies.yaml")),
    ];
    let mut found = Vec::new();
    for (whose, path) in places {
        match content(&path) {
            Ok(Some((text, _))) => found.push(PhraseFile { path, whose, text }),
            Ok(None) => {}
            Err(error) => warnings.push(format!("{} is not used: {error}", path.display())),
        }
    }
    found
}
