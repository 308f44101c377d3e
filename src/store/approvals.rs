//! Commands that a program asked for and a person may approve at a terminal: a file each below `approvals/` in the
//! person's state directory.
//!
//! Owns that an approval is given to what was shown, counts once, and ends. What a reply is worth is the gate's to say.
//! A file that is not the person's own, or open to others, is no approval.

use std::fs::OpenOptions;
use std::io::Read;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use nix::fcntl::OFlag;
use serde::{Deserialize, Serialize};

use super::lock::ProjectLock;
use super::{StoreError, files};
use crate::domain::{ApprovalRequest, At};

const DIRECTORY: &str = "approvals";
const LOCK: &str = "approvals.lock";
const VERSION: u32 = 1;
/// How long a question waits for the person, in seconds.
const ASKED: u64 = 30 * 60;
/// How long their word counts, in seconds.
const GIVEN: u64 = 5 * 60;
/// Questions that may wait; beyond that the oldest are dropped, so that no program fills the disk.
const MOST: usize = 64;
/// Characters of a fingerprint that name it.
const SHORT: usize = 16;
/// Bytes of the largest file that is read. A line is 64 KiB at most, and stands in it a few times.
const LARGEST: u64 = 4 << 20;

/// A question that waits for the person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asking {
    version: u32,
    /// What is approved: the command with all it rests on, whatever session and call it belongs to.
    pub fingerprint: String,
    /// The program that asked, as it calls itself.
    pub client: String,
    pub session: String,
    pub request: ApprovalRequest,
    pub asked: At,
    pub expires: At,
    /// The person's words, once they were typed.
    given: Option<String>,
}

impl Asking {
    /// A question that is asked now.
    pub fn new(fingerprint: &str, client: &str, session: &str, request: ApprovalRequest, now: At) -> Asking {
        Asking {
            version: VERSION,
            fingerprint: fingerprint.to_owned(),
            client: client.to_owned(),
            session: session.to_owned(),
            request,
            asked: now,
            expires: now.later(ASKED),
            given: None,
        }
    }

    /// The shortest name of a question: the beginning of its fingerprint.
    pub fn short(fingerprint: &str) -> &str {
        fingerprint.get(..SHORT).unwrap_or(fingerprint)
    }

    /// Whether `digest`, as somebody typed or sent it, means this fingerprint.
    pub fn names(digest: &str, fingerprint: &str) -> bool {
        digest.len() >= SHORT && fingerprint.starts_with(digest)
    }

    /// Whether the person has approved it, and it was not used yet.
    pub fn is_given(&self) -> bool {
        self.given.is_some()
    }
}

/// The questions of one person.
#[derive(Debug, Clone)]
pub struct Approvals {
    state_dir: PathBuf,
}

impl Approvals {
    /// Those kept in `state_dir`.
    pub fn at(state_dir: &Path) -> Approvals {
        Approvals { state_dir: state_dir.to_owned() }
    }

    /// Puts a question where the person finds it. One that was approved already stays so.
    ///
    /// # Errors
    /// The state directory cannot be written.
    pub fn ask(&self, asking: &Asking) -> Result<(), StoreError> {
        let _lock = self.lock()?;
        let all = self.read_all(asking.asked)?;
        if all.iter().any(|known| known.fingerprint == asking.fingerprint && known.is_given()) {
            return Ok(());
        }
        // The oldest come first.
        let surplus = (all.len() + 1).saturating_sub(MOST);
        for old in all.iter().filter(|old| old.fingerprint != asking.fingerprint).take(surplus) {
            files::remove(&self.path(&old.fingerprint))?;
        }
        self.write(asking)
    }

    /// What waits, the oldest first.
    ///
    /// # Errors
    /// The state directory cannot be read.
    pub fn waiting(&self, now: At) -> Result<Vec<Asking>, StoreError> {
        let _lock = self.lock()?;
        self.read_all(now)
    }

    /// Notes the person's words to a question that waits. False when it waits no more.
    ///
    /// # Errors
    /// The state directory cannot be written.
    pub fn give(&self, fingerprint: &str, reply: &str, now: At) -> Result<bool, StoreError> {
        let _lock = self.lock()?;
        let Some(asking) = self.find(fingerprint, now)? else { return Ok(false) };
        self.write(&Asking { given: Some(reply.to_owned()), expires: now.later(GIVEN), ..asking })?;
        Ok(true)
    }

    /// Takes a question away, as declined.
    ///
    /// # Errors
    /// The state directory cannot be written.
    pub fn drop(&self, fingerprint: &str) -> Result<(), StoreError> {
        let _lock = self.lock()?;
        files::remove(&self.path(fingerprint))
    }

    /// The person's words to exactly this, which are gone with that; `None` when there are none.
    ///
    /// # Errors
    /// The state directory cannot be read or written: then nothing was approved.
    pub fn take(&self, fingerprint: &str, now: At) -> Result<Option<String>, StoreError> {
        let _lock = self.lock()?;
        let Some(given) = self.find(fingerprint, now)?.and_then(|asking| asking.given) else { return Ok(None) };
        files::remove(&self.path(fingerprint))?;
        Ok(Some(given))
    }

    fn find(&self, fingerprint: &str, now: At) -> Result<Option<Asking>, StoreError> {
        Ok(self.read_all(now)?.into_iter().find(|asking| asking.fingerprint == fingerprint))
    }

    /// Those that still count, the oldest first; the others are removed.
    fn read_all(&self, now: At) -> Result<Vec<Asking>, StoreError> {
        let mut all = Vec::new();
        for item in files::entries(&self.directory())? {
            let path = item.path();
            match read(&path)? {
                // A clock that was set back ends it too.
                Some(asking)
                    if path == self.path(&asking.fingerprint) && asking.asked <= now && now < asking.expires =>
                {
                    all.push(asking);
                }
                _ => files::remove(&path)?,
            }
        }
        all.sort_by(|one, other| (one.asked, &one.fingerprint).cmp(&(other.asked, &other.fingerprint)));
        Ok(all)
    }

    fn write(&self, asking: &Asking) -> Result<(), StoreError> {
        let path = self.path(&asking.fingerprint);
        let bytes = serde_json::to_vec(asking)
            .map_err(|error| StoreError::Malformed { path: path.clone(), problem: error.to_string() })?;
        files::replace(&path, &bytes)
    }

    fn lock(&self) -> Result<ProjectLock, StoreError> {
        files::ensure_dirs(&self.directory())?;
        ProjectLock::wait(&self.state_dir.join(LOCK))
    }

    fn directory(&self) -> PathBuf {
        self.state_dir.join(DIRECTORY)
    }

    fn path(&self, fingerprint: &str) -> PathBuf {
        self.directory().join(format!("{fingerprint}.json"))
    }
}

/// A question's file; `None` for anything that is not the person's own, private and whole.
fn read(path: &Path) -> Result<Option<Asking>, StoreError> {
    let opened = OpenOptions::new().read(true).custom_flags((OFlag::O_NOFOLLOW | OFlag::O_NONBLOCK).bits()).open(path);
    let Ok(file) = opened else { return Ok(None) };
    let metadata = file.metadata().map_err(StoreError::at(path))?;
    let private =
        metadata.is_file() && metadata.mode() & 0o077 == 0 && metadata.uid() == nix::unistd::geteuid().as_raw();
    if !private || metadata.len() > LARGEST {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    file.take(LARGEST).read_to_end(&mut bytes).map_err(StoreError::at(path))?;
    let asking: Option<Asking> = serde_json::from_slice(&bytes).ok();
    Ok(asking.filter(|asking| asking.version == VERSION))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::domain::{Announcement, CallId, Consent, Lane, Origin, Surroundings, Tier, TurnId, Verdict};

    fn asking(fingerprint: &str, now: At) -> Asking {
        let verdict = Verdict {
            tier: Tier::Destructive,
            lane: Lane::Simple,
            parts: Vec::new(),
            reasons: Vec::new(),
            consent: Consent::TypedWord,
        };
        let announcement = Announcement {
            call: CallId(1),
            turn: TurnId(0),
            command: "docker rm -f web".to_owned(),
            reason: String::new(),
            origin: Origin::Planned,
            verdict,
            permission: String::new(),
            granted: None,
        };
        let request = ApprovalRequest {
            announcement,
            digest: "d".to_owned(),
            place: Surroundings::default(),
            offers: Vec::new(),
            asked: None,
        };
        Asking::new(fingerprint, "a client 1.0", "session_001", request, now)
    }

    #[test]
    fn an_approval_counts_once_and_only_for_what_was_shown() {
        let dir = tempfile::tempdir().unwrap();
        let approvals = Approvals::at(dir.path());
        let now = At::EPOCH.later(10);
        approvals.ask(&asking("aa", now)).unwrap();
        assert_eq!(approvals.take("aa", now).unwrap(), None, "asked for is not approved");
        assert!(!approvals.give("bb", "yes", now).unwrap());
        assert!(approvals.give("aa", "yes", now).unwrap());
        approvals.ask(&asking("aa", now)).unwrap();
        assert_eq!(approvals.take("bb", now).unwrap(), None);
        assert_eq!(approvals.take("aa", now).unwrap().as_deref(), Some("yes"), "asking again takes nothing away");
        assert_eq!(approvals.take("aa", now).unwrap(), None, "a second time");
    }

    #[test]
    fn questions_and_approvals_end() {
        let dir = tempfile::tempdir().unwrap();
        let approvals = Approvals::at(dir.path());
        let now = At::EPOCH.later(10);
        approvals.ask(&asking("aa", now)).unwrap();
        approvals.ask(&asking("bb", now)).unwrap();
        assert!(approvals.give("bb", "yes", now).unwrap());
        assert_eq!(approvals.take("bb", now.later(GIVEN)).unwrap(), None);
        assert_eq!(approvals.waiting(now.later(GIVEN)).unwrap().len(), 1);
        assert_eq!(approvals.waiting(now.later(ASKED)).unwrap(), []);
        approvals.ask(&asking("cc", now.later(60))).unwrap();
        assert!(approvals.waiting(now).unwrap().is_empty(), "a clock that was set back");
    }

    #[test]
    fn a_file_open_to_others_or_led_elsewhere_is_no_approval() {
        let dir = tempfile::tempdir().unwrap();
        let approvals = Approvals::at(dir.path());
        let now = At::EPOCH.later(10);
        for name in ["aa", "bb"] {
            approvals.ask(&asking(name, now)).unwrap();
            approvals.give(name, "yes", now).unwrap();
        }
        let open = approvals.path("aa");
        std::fs::set_permissions(&open, std::fs::Permissions::from_mode(0o620)).unwrap();
        let elsewhere = dir.path().join("elsewhere");
        std::fs::rename(approvals.path("bb"), &elsewhere).unwrap();
        std::os::unix::fs::symlink(&elsewhere, approvals.path("bb")).unwrap();
        assert_eq!(approvals.take("aa", now).unwrap(), None);
        assert_eq!(approvals.take("bb", now).unwrap(), None);
    }

    #[test]
    fn a_program_that_asks_without_end_drops_its_own_oldest_questions() {
        let dir = tempfile::tempdir().unwrap();
        let approvals = Approvals::at(dir.path());
        for number in 0..MOST as u64 + 5 {
            approvals.ask(&asking(&format!("{number:03}"), At::EPOCH.later(number))).unwrap();
        }
        let waiting = approvals.waiting(At::EPOCH.later(100)).unwrap();
        assert_eq!((waiting.len(), waiting[0].fingerprint.as_str()), (MOST, "005"));
    }
}
