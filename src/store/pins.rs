//! How the tools of servers were described when the person had them first: `mcp-tools.yaml` in their state directory.
//!
//! Owns the file. What a changed description means is for whoever offers the tools.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::lock::ProjectLock;
use super::{StoreError, files};

const FILE_NAME: &str = "mcp-tools.yaml";
const LOCK_NAME: &str = "mcp-tools.lock";
const VERSION: u32 = 1;

/// Digests by tool.
pub type Definitions = BTreeMap<String, String>;

/// What is known of the servers.
#[derive(Debug, Clone)]
pub struct Pins {
    dir: PathBuf,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sheet {
    version: u32,
    servers: BTreeMap<String, Definitions>,
}

impl Pins {
    /// Those kept in `state_dir`.
    pub fn at(state_dir: &Path) -> Pins {
        Pins { dir: state_dir.to_owned() }
    }

    /// The tools of a server as they were accepted; `None` for one that was never seen.
    ///
    /// # Errors
    /// The file is there and cannot be read or understood.
    pub fn of(&self, server: &str) -> Result<Option<Definitions>, StoreError> {
        Ok(self.read()?.remove(server))
    }

    /// Accepts a server's tools as they are described now.
    ///
    /// # Errors
    /// The state directory cannot be written, or the file not understood.
    pub fn accept(&self, server: &str, tools: Definitions) -> Result<(), StoreError> {
        files::ensure_dirs(&self.dir)?;
        // Another window may accept something at the same time.
        let _lock = ProjectLock::wait(&self.dir.join(LOCK_NAME))?;
        let mut servers = self.read()?;
        servers.insert(server.to_owned(), tools);
        let path = self.path();
        let text = serde_yaml::to_string(&Sheet { version: VERSION, servers })
            .map_err(|error| StoreError::Malformed { path: path.clone(), problem: error.to_string() })?;
        files::replace(&path, text.as_bytes())
    }

    fn path(&self) -> PathBuf {
        self.dir.join(FILE_NAME)
    }

    fn read(&self) -> Result<BTreeMap<String, Definitions>, StoreError> {
        let path = self.path();
        let Some(bytes) = files::read(&path)? else { return Ok(BTreeMap::new()) };
        let wrong = |problem: String| StoreError::Malformed { path: path.clone(), problem };
        let sheet: Sheet = serde_yaml::from_slice(&bytes).map_err(|error| wrong(error.to_string()))?;
        if sheet.version != VERSION {
            return Err(wrong(format!("its version is {}, known is {VERSION}", sheet.version)));
        }
        Ok(sheet.servers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_accepted_is_there_again_and_other_servers_keep_theirs() {
        let dir = tempfile::tempdir().unwrap();
        let pins = Pins::at(&dir.path().join("state"));
        let tools = |digest: &str| Definitions::from([("list".to_owned(), digest.to_owned())]);
        assert_eq!(pins.of("a").unwrap(), None);
        pins.accept("a", tools("1")).unwrap();
        pins.accept("b", tools("2")).unwrap();
        pins.accept("a", tools("3")).unwrap();
        assert_eq!(pins.of("a").unwrap(), Some(tools("3")));
        assert_eq!(pins.of("b").unwrap(), Some(tools("2")));
    }

    #[test]
    fn a_damaged_file_is_an_error_and_nothing_counts_as_never_seen() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join(FILE_NAME), "servers: [").unwrap();
        assert!(matches!(Pins::at(dir.path()).of("a"), Err(StoreError::Malformed { .. })));
    }
}
