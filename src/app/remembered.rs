//! How a directory's panes are shared out, from one run to the next.
//!
//! Owns the file: two numbers beside the memory's derived files. It may be deleted, and what cannot be read in it is as
//! if it were not there.

use std::fs;
use std::io;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::ui::Split;

#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    /// Hundredths of the columns that are the chat's.
    chat: u16,
    /// Hundredths of the rows that are the shell's.
    shell: u16,
}

/// Where they are kept.
#[derive(Debug)]
pub struct Layout {
    file: PathBuf,
}

impl Layout {
    /// In this file, whose directory is there once something was remembered of the project.
    pub fn at(file: PathBuf) -> Layout {
        Layout { file }
    }

    pub(super) fn read(&self) -> Split {
        let kept = fs::read_to_string(&self.file).ok().and_then(|text| serde_yaml::from_str::<Kept>(&text).ok());
        kept.map_or_else(Split::default, |kept| Split { across: kept.chat, down: kept.shell })
    }

    pub(super) async fn keep(&self, split: Split) -> io::Result<()> {
        let kept = Kept { chat: split.across, shell: split.down };
        let text = serde_yaml::to_string(&kept).map_err(io::Error::other)?;
        tokio::fs::write(&self.file, text).await
    }
}
