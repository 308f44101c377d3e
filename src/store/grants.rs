//! What the person granted, on disk: `grants.yaml` in their state directory,
//! never in a project.
//!
//! Owns reading, adding, revoking and forgetting what has expired, one process
//! at a time. What a grant covers is the gate's to say.

use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::lock::ProjectLock;
use super::{StoreError, files};
use crate::domain::{At, Grant};

const FILE_NAME: &str = "grants.yaml";
const LOCK_NAME: &str = "grants.lock";
const VERSION: u32 = 1;

/// The grants of one person.
#[derive(Debug, Clone)]
pub struct Grants {
    dir: PathBuf,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sheet {
    version: u32,
    grants: Vec<Grant>,
}

impl Grants {
    /// The grants kept in `state_dir`.
    pub fn at(state_dir: &Path) -> Grants {
        Grants { dir: state_dir.to_owned() }
    }

    /// Those that have not expired, the oldest first; none yet is an empty list.
    ///
    /// # Errors
    /// The file is there and cannot be read or understood.
    pub fn list(&self, now: At) -> Result<Vec<Grant>, StoreError> {
        let mut grants = self.read()?;
        grants.retain(|grant| now < grant.expires);
        Ok(grants)
    }

    /// Adds one; the same thing granted before is replaced.
    ///
    /// # Errors
    /// The state directory cannot be written, or the file not understood.
    pub fn add(&self, grant: Grant, now: At) -> Result<(), StoreError> {
        self.change(now, |grants| {
            grants.retain(|known| known.what != grant.what || known.session != grant.session);
            grants.push(grant);
        })
    }

    /// Takes those of these ids back, or all; says which went.
    ///
    /// # Errors
    /// As [`Grants::add`].
    pub fn revoke(&self, ids: Option<&[String]>, now: At) -> Result<Vec<Grant>, StoreError> {
        let mut gone = Vec::new();
        self.change(now, |grants| {
            let goes = |grant: &Grant| ids.is_none_or(|ids| ids.contains(&grant.id));
            gone = grants.extract_if(.., |grant| goes(grant)).collect();
        })?;
        Ok(gone)
    }

    /// A session ended: what was granted until then is over.
    ///
    /// # Errors
    /// As [`Grants::add`].
    pub fn session_ended(&self, session: &str, now: At) -> Result<(), StoreError> {
        let ends = |grant: &Grant| grant.session == session && grant.ends_with_its_session();
        if !self.read()?.iter().any(ends) {
            return Ok(());
        }
        self.change(now, |grants| grants.retain(|grant| !ends(grant)))
    }

    fn change(&self, now: At, change: impl FnOnce(&mut Vec<Grant>)) -> Result<(), StoreError> {
        let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.dir);
        made.map_err(StoreError::at(&self.dir))?;
        let path = self.dir.join(LOCK_NAME);
        let _lock = ProjectLock::wait(&path)?;
        let mut grants = self.read()?;
        grants.retain(|grant| now < grant.expires);
        change(&mut grants);
        let path = self.dir.join(FILE_NAME);
        let text = serde_yaml::to_string(&Sheet { version: VERSION, grants })
            .map_err(|error| StoreError::Malformed { path: path.clone(), problem: error.to_string() })?;
        files::replace(&path, text.as_bytes())
    }

    fn read(&self) -> Result<Vec<Grant>, StoreError> {
        let path = self.dir.join(FILE_NAME);
        let Some(bytes) = files::read(&path)? else { return Ok(Vec::new()) };
        let malformed = |problem: String| StoreError::Malformed { path: path.clone(), problem };
        let sheet: Sheet = serde_yaml::from_slice(&bytes).map_err(|error| malformed(error.to_string()))?;
        if sheet.version != VERSION {
            return Err(malformed(format!("its version is {}, known is {VERSION}", sheet.version)));
        }
        Ok(sheet.grants)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Granted, Scope};

    fn grant(id: &str, session: &str, expires: At) -> Grant {
        let what = Granted::Exact { line: format!("docker restart {id}"), fingerprint: id.to_owned() };
        Grant { id: id.to_owned(), what, session: session.to_owned(), given: At::EPOCH, expires }
    }

    #[test]
    fn grants_are_kept_replaced_revoked_and_forgotten() {
        let dir = tempfile::tempdir().unwrap();
        let grants = Grants::at(&dir.path().join("state"));
        let (now, soon, late) = (At::EPOCH.later(10), At::EPOCH.later(60), At::EPOCH.later(600));
        assert_eq!(grants.list(now).unwrap(), []);
        grants.add(grant("a", "s1", soon), now).unwrap();
        grants.add(grant("b", "s1", late), now).unwrap();
        grants.add(grant("b", "s1", late), now).unwrap();
        assert_eq!(grants.list(now).unwrap().len(), 2);
        assert_eq!(grants.list(At::EPOCH.later(61)).unwrap().len(), 1);
        assert_eq!(grants.revoke(Some(&["b".to_owned()]), now).unwrap()[0].id, "b");
        assert_eq!(grants.list(now).unwrap().len(), 1);
        assert_eq!(grants.revoke(None, now).unwrap().len(), 1);
    }

    #[test]
    fn the_end_of_a_session_ends_what_was_granted_until_then_and_no_more() {
        let dir = tempfile::tempdir().unwrap();
        let grants = Grants::at(dir.path());
        let late = At::EPOCH.later(600);
        grants.add(grant("a", "s1", late), At::EPOCH).unwrap();
        grants.add(grant("b", "s2", late), At::EPOCH).unwrap();
        let scope = Scope {
            program: "kubectl".to_owned(),
            path: vec!["scale".to_owned()],
            kind: "deployment".to_owned(),
            namespace: "shop".to_owned(),
            context: "prod".to_owned(),
            server: None,
            options: Vec::new(),
        };
        let scope = Grant { what: Granted::Scope { scope }, ..grant("c", "s1", late) };
        grants.add(scope, At::EPOCH).unwrap();
        grants.session_ended("s1", At::EPOCH).unwrap();
        let left: Vec<String> = grants.list(At::EPOCH).unwrap().into_iter().map(|grant| grant.id).collect();
        assert_eq!(left, ["b", "c"]);
    }

    #[test]
    fn a_damaged_file_is_an_error_and_is_not_written_over() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join(FILE_NAME), "grants: [").unwrap();
        let grants = Grants::at(dir.path());
        assert!(matches!(grants.list(At::EPOCH), Err(StoreError::Malformed { .. })));
        assert!(grants.add(grant("a", "s", At::EPOCH.later(9)), At::EPOCH).is_err());
        assert_eq!(std::fs::read(dir.path().join(FILE_NAME)).unwrap(), b"grants: [");
    }
}
