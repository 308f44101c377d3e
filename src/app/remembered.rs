//! What the workbench keeps from one run to the next: how a directory's panes are shared out, and that the first screen
//! was left.
//!
//! Owns the two files, which may be deleted: a few numbers beside the memory's derived files, and a word in the person's
//! state. What cannot be read in them is as if it were not there.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tokio::io::AsyncWriteExt;

use crate::ui::Split;

#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    /// Hundredths of the columns that are the chat's.
    chat: u16,
    /// Hundredths of the rows that are the shell's.
    shell: u16,
    /// Hundredths of the rows that are the chat's where it stands above another pane.
    #[serde(default)]
    above: Option<u16>,
    /// Whether one of the two at a time has all the room there.
    #[serde(default)]
    alone: bool,
}

/// Whether the first screen was left, on this machine.
#[derive(Debug)]
pub struct Welcomed {
    file: PathBuf,
}

impl Welcomed {
    /// In this directory of the person's state.
    pub fn below(state_dir: &Path) -> Welcomed {
        Welcomed { file: state_dir.join("welcomed") }
    }

    pub fn is_kept(&self) -> bool {
        self.file.exists()
    }

    /// Has it come no more by itself.
    ///
    /// # Errors
    /// When the file cannot be written: it comes again, which harms nobody.
    pub async fn keep(&self) -> io::Result<()> {
        if let Some(state) = self.file.parent() {
            tokio::fs::DirBuilder::new().recursive(true).mode(0o700).create(state).await?;
        }
        let mut options = tokio::fs::OpenOptions::new();
        let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(&self.file).await?;
        file.write_all(b"The first screen was left. /welcome shows it again.\n").await?;
        file.flush().await
    }
}

/// Where they are kept.
#[derive(Debug)]
pub struct Layout {
    file: PathBuf,
}

impl Layout {
    /// In this file, whose directory is made where the project has a memory.
    pub fn at(file: PathBuf) -> Layout {
        Layout { file }
    }

    pub(super) fn read(&self) -> Split {
        let kept = fs::read_to_string(&self.file).ok().and_then(|text| serde_yaml::from_str::<Kept>(&text).ok());
        let before = Split::default();
        kept.map_or(before, |kept| Split {
            across: kept.chat,
            down: kept.shell,
            above: kept.above.unwrap_or(before.above),
            alone: kept.alone,
        })
    }

    pub(super) async fn keep(&self, split: Split) -> io::Result<()> {
        let kept = Kept { chat: split.across, shell: split.down, above: Some(split.above), alone: split.alone };
        let text = serde_yaml::to_string(&kept).map_err(io::Error::other)?;
        if let Some(directory) = self.file.parent() {
            match tokio::fs::DirBuilder::new().mode(0o700).create(directory).await {
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
                _ => {}
            }
        }
        tokio::fs::write(&self.file, text).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn borders_moved_before_the_first_session_are_remembered_and_no_memory_begins_for_them() {
        let project = tempfile::tempdir().unwrap();
        let memory = project.path().join(".GCC");
        let layout = Layout::at(memory.join("index").join("panes.yaml"));
        let moved = Split { above: 30, ..Split::default() };
        assert!(layout.keep(moved).await.is_err());
        assert!(!memory.exists());
        fs::create_dir(&memory).unwrap();
        for _ in 0..2 {
            layout.keep(moved).await.unwrap();
            assert_eq!(layout.read(), moved);
        }
    }
}
