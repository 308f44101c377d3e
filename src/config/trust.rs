//! What the person said about files found in working directories.
//!
//! Owns `trusted.yaml` in the person's state directory, never in a project. A
//! word of trust or refusal holds for one path with one content; another
//! content is asked about anew. Written beside and renamed, readable by the
//! person alone.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::domain::{Failure, FailureKind};

const FILE_NAME: &str = "trusted.yaml";
const VERSION: u32 = 1;

/// Something found in the working directory that wants to loosen what holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Untrusted {
    /// A file, or a directory of skills.
    pub file: PathBuf,
    /// SHA-256 in hex of its content.
    pub sha256: String,
    /// The keys that do not count until it is trusted.
    pub keys: Vec<String>,
    /// What they would set, a line each, for the person to judge by. Control characters are escaped.
    pub shown: Vec<String>,
}

/// What the person said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Choice {
    Trusted,
    Refused,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Record {
    path: String,
    sha256: String,
    choice: Choice,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Book {
    version: u32,
    files: Vec<Record>,
}

/// The person's answers, on disk.
#[derive(Debug, Clone)]
pub struct TrustStore {
    path: PathBuf,
    files: Vec<Record>,
}

impl TrustStore {
    /// Reads the answers kept in `state_dir`; none yet is an empty store.
    ///
    /// # Errors
    /// The file is there and cannot be read or understood: guessing would ask again what was refused.
    pub fn open(state_dir: &Path) -> Result<Self, Failure> {
        let path = state_dir.join(FILE_NAME);
        let files = read(&path)?;
        Ok(Self { path, files })
    }

    /// What was said about this content of this file.
    pub fn choice(&self, file: &Path, sha256: &str) -> Option<Choice> {
        let path = file.to_string_lossy();
        self.files.iter().find(|record| record.path == path && record.sha256 == sha256).map(|record| record.choice)
    }

    /// Remembers that the person trusts it.
    ///
    /// # Errors
    /// The state directory cannot be written.
    pub fn trust(&mut self, found: &Untrusted) -> Result<(), Failure> {
        self.remember(found, Choice::Trusted)
    }

    /// Remembers that the person does not.
    ///
    /// # Errors
    /// The state directory cannot be written.
    pub fn refuse(&mut self, found: &Untrusted) -> Result<(), Failure> {
        self.remember(found, Choice::Refused)
    }

    fn remember(&mut self, found: &Untrusted, choice: Choice) -> Result<(), Failure> {
        // Another window may have asked in the meantime.
        self.files = read(&self.path)?;
        let path = found.file.to_string_lossy().into_owned();
        self.files.retain(|record| record.path != path || record.sha256 != found.sha256);
        self.files.push(Record { path, sha256: found.sha256.clone(), choice });
        self.write().map_err(|error| {
            Failure::new(FailureKind::Error, format!("{} cannot be written", self.path.display()))
                .because(error)
                .hint("make the directory writable, or set XDG_STATE_HOME to one that is")
        })
    }

    fn write(&self) -> io::Result<()> {
        let book = Book { version: VERSION, files: self.files.clone() };
        let text = serde_yaml::to_string(&book).map_err(io::Error::other)?;
        if let Some(dir) = self.path.parent() {
            DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
        }
        let beside = self.path.with_extension(format!("{}.new", std::process::id()));
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&beside, &self.path)
    }
}

fn read(path: &Path) -> Result<Vec<Record>, Failure> {
    let failure = |source: &dyn std::fmt::Display| {
        Failure::new(FailureKind::Configuration, format!("{} cannot be read", path.display()))
            .because(source)
            .hint("repair the file, or remove it to be asked again")
    };
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(failure(&error)),
    };
    let book: Book = serde_yaml::from_str(&text).map_err(|error| failure(&error))?;
    if book.version != VERSION {
        return Err(failure(&format!("its version is {}, known is {VERSION}", book.version)));
    }
    Ok(book.files)
}
