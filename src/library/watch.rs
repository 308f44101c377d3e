//! Notices when skill files change.
//!
//! Owns which places are watched, how a burst of changes becomes one word, and
//! what is done where the system cannot watch. Watches the directories that
//! hold a file, not the file: editors and deployments put a new one in its
//! place. Tells after it watches the new places, so that whoever reads then
//! misses nothing. Knows nothing of what changed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode};
use notify::{Config, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use super::runbooks;

/// How long nothing more must happen; an editor writes a file in several steps.
const QUIET: Duration = Duration::from_millis(200);
/// A stream of changes without a pause is told this often all the same.
const LONGEST: Duration = Duration::from_secs(2);
/// How often is looked where the system does not tell. `notify`'s own poll watcher would compare whole seconds, or
/// read every file beside the skills.
const POLL: Duration = Duration::from_secs(2);
/// Directories that are watched at most; more skills than that are no skills directory.
const MOST_PLACES: usize = 10_000;

/// What is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Something changed; read the directories again.
    Files,
    /// Watching became worse; why, and what that means.
    Degraded(String),
}

/// A watch over directories of skills. It ends when it is dropped.
#[derive(Debug)]
pub struct Watch {
    signals: Sender<Signal>,
}

enum Signal {
    Event(notify::Result<notify::Event>),
    Stop,
}

impl Watch {
    /// Watches directories, which need not exist yet, and tells each change once it is quiet. `tell` is called on a
    /// thread of the watch's own.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn start(dirs: Vec<PathBuf>, tell: impl FnMut(Change) + Send + 'static) -> io::Result<Watch> {
        Watch::start_with(native, dirs, tell)
    }

    fn start_with(
        native: fn(Sender<Signal>) -> notify::Result<Box<dyn Watcher + Send>>,
        dirs: Vec<PathBuf>,
        mut tell: impl FnMut(Change) + Send + 'static,
    ) -> io::Result<Watch> {
        let (signals, receiver) = channel();
        let mut watching = Watching { dirs, places: Places::default(), way: Way::Look(Looks::new()) };
        let worse = match native(signals.clone()) {
            Ok(watcher) => {
                watching.way = Way::Told(watcher);
                watching.arm()
            }
            Err(error) => Some(watching.look_instead(&error)),
        };
        std::thread::Builder::new().name("skills-watch".to_owned()).spawn(move || {
            worse.into_iter().for_each(&mut tell);
            watching.run(&receiver, tell);
        })?;
        Ok(Watch { signals })
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        // A thread that is gone needs no word.
        let _gone = self.signals.send(Signal::Stop);
    }
}

fn native(signals: Sender<Signal>) -> notify::Result<Box<dyn Watcher + Send>> {
    let watcher = RecommendedWatcher::new(handler(signals), Config::default())?;
    Ok(Box::new(watcher))
}

fn handler(signals: Sender<Signal>) -> impl FnMut(notify::Result<notify::Event>) + Send + 'static {
    move |event| {
        // Nobody listens once the watch has ended.
        let _gone = signals.send(Signal::Event(event));
    }
}

/// What is watched, and what of it matters.
#[derive(Debug, Default, PartialEq, Eq)]
struct Places {
    /// Directories whose entries are watched.
    watched: BTreeSet<PathBuf>,
    /// A change below one of these is one of skills.
    matter: BTreeSet<PathBuf>,
}

impl Places {
    fn of(dirs: &[PathBuf]) -> Places {
        let mut places = Places::default();
        for dir in dirs {
            places.matter.insert(dir.clone());
            // The directory itself may come, go, or be another one.
            places.watched.extend(dir.parent().filter(|parent| parent.is_dir()).map(Path::to_owned));
            let Ok(entries) = fs::read_dir(dir) else { continue };
            places.watched.insert(dir.clone());
            places.hold(dir);
            for entry in entries.flatten().take(MOST_PLACES) {
                let inner = entry.path();
                if inner.is_dir() {
                    places.hold(&inner);
                    places.watched.insert(inner);
                }
            }
        }
        places
    }

    /// What one skill consists of: its file and its runbooks.
    fn hold(&mut self, skill: &Path) {
        self.follow(&skill.join("SKILL.md"));
        let runbooks = runbooks::directory(skill);
        if runbooks.is_dir() {
            self.watched.insert(runbooks);
            runbooks::paths(skill).iter().for_each(|file| self.follow(file));
        }
    }

    /// A file that lies elsewhere changes there.
    fn follow(&mut self, file: &Path) {
        if let Some(real) = fs::canonicalize(file).ok().filter(|real| real != file)
            && let Some(parent) = real.parent()
        {
            self.watched.insert(parent.to_owned());
            self.matter.insert(real);
        }
    }

    fn concerns(&self, event: &notify::Event) -> bool {
        // Our own reading opens and closes files too.
        let reads = matches!(event.kind, EventKind::Access(kind) if kind != AccessKind::Close(AccessMode::Write));
        let inside = |path: &PathBuf| self.matter.iter().any(|place| path.starts_with(place));
        event.need_rescan() || (!reads && event.paths.iter().any(inside))
    }
}

/// What a look at a file shows without reading it: device, inode, size, and when it was changed last.
type Look = (u64, u64, u64, i64, i64);
type Looks = BTreeMap<PathBuf, Look>;

fn look(dirs: &[PathBuf]) -> Looks {
    let mut looks = Looks::new();
    for dir in dirs {
        let inner = fs::read_dir(dir).into_iter().flatten().flatten().take(MOST_PLACES).map(|entry| entry.path());
        for place in inner.chain([dir.clone()]) {
            for file in std::iter::once(place.join("SKILL.md")).chain(runbooks::paths(&place)) {
                if let Ok(seen) = fs::metadata(&file) {
                    looks.insert(file, (seen.dev(), seen.ino(), seen.size(), seen.ctime(), seen.ctime_nsec()));
                }
            }
        }
    }
    looks
}

/// How changes are noticed.
enum Way {
    Told(Box<dyn Watcher + Send>),
    Look(Looks),
}

struct Watching {
    dirs: Vec<PathBuf>,
    places: Places,
    way: Way,
}

impl Watching {
    fn run(mut self, signals: &Receiver<Signal>, mut tell: impl FnMut(Change)) {
        loop {
            let heard = match self.way {
                Way::Told(_) => signals.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Way::Look(_) => signals.recv_timeout(POLL),
            };
            let concerns = match heard {
                Ok(Signal::Event(Ok(event))) => self.places.concerns(&event),
                // What it could not tell may have been a change.
                Ok(Signal::Event(Err(_))) => true,
                Err(RecvTimeoutError::Timeout) => self.looks_otherwise(),
                Ok(Signal::Stop) | Err(RecvTimeoutError::Disconnected) => return,
            };
            if !concerns {
                continue;
            }
            if !settled(signals) {
                return;
            }
            let worse = self.arm();
            tell(Change::Files);
            worse.into_iter().for_each(&mut tell);
        }
    }

    fn looks_otherwise(&self) -> bool {
        matches!(&self.way, Way::Look(before) if *before != look(&self.dirs))
    }

    /// Watches what is there now.
    fn arm(&mut self) -> Option<Change> {
        let watcher = match &mut self.way {
            Way::Told(watcher) => watcher,
            Way::Look(seen) => {
                *seen = look(&self.dirs);
                return None;
            }
        };
        let now = Places::of(&self.dirs);
        for old in &self.places.watched {
            // A directory that is gone is watched no more anyway, and a new one of its name must be.
            let _gone = watcher.unwatch(old);
        }
        let mut failed = None;
        for place in &now.watched {
            match watcher.watch(place, RecursiveMode::NonRecursive) {
                Err(error) if place.is_dir() => failed = Some(error),
                // It went in between, which its parent tells.
                _ => {}
            }
        }
        self.places = now;
        failed.map(|error| self.look_instead(&error))
    }

    /// Looks from time to time from now on.
    fn look_instead(&mut self, why: &notify::Error) -> Change {
        self.way = Way::Look(look(&self.dirs));
        let seconds = POLL.as_secs();
        Change::Degraded(format!(
            "skills are looked at every {seconds} seconds, as the system cannot watch them: {why}"
        ))
    }
}

/// Waits until nothing more happens. False when the watch has ended.
fn settled(signals: &Receiver<Signal>) -> bool {
    let begun = Instant::now();
    while begun.elapsed() < LONGEST {
        match signals.recv_timeout(QUIET) {
            Ok(Signal::Event(_)) => {}
            Err(RecvTimeoutError::Timeout) => return true,
            Ok(Signal::Stop) | Err(RecvTimeoutError::Disconnected) => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Changes told, in order.
    fn watch(dirs: &[&Path]) -> (Watch, Receiver<Change>) {
        let (tell, told) = channel();
        let dirs = dirs.iter().map(|dir| (*dir).to_owned()).collect();
        (Watch::start(dirs, move |change| drop(tell.send(change))).unwrap(), told)
    }

    fn next(told: &Receiver<Change>) -> Change {
        told.recv_timeout(Duration::from_secs(10)).expect("no change was told")
    }

    fn quiet(told: &Receiver<Change>) {
        assert_eq!(told.recv_timeout(Duration::from_millis(700)), Err(RecvTimeoutError::Timeout));
    }

    fn write(path: &Path, text: &str) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    #[test]
    fn a_burst_of_changes_is_told_once_and_reading_is_none() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        let file = root.join("skills/aws/SKILL.md");
        write(&file, "one");
        let (_watch, told) = watch(&[&root.join("skills")]);
        for text in ["", "half", "whole"] {
            fs::write(&file, text).unwrap();
            std::thread::sleep(Duration::from_millis(20));
        }
        assert_eq!(next(&told), Change::Files);
        fs::read_to_string(&file).unwrap();
        fs::write(root.join("unrelated"), "x").unwrap();
        quiet(&told);
    }

    #[test]
    fn a_runbook_beside_a_skill_is_seen_when_it_comes_and_when_it_changes() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        write(&root.join("skills/aws/SKILL.md"), "one");
        let (_watch, told) = watch(&[&root.join("skills")]);
        write(&root.join("skills/aws/runbooks/slow.md"), "one");
        assert_eq!(next(&told), Change::Files);
        fs::write(root.join("skills/aws/runbooks/slow.md"), "two").unwrap();
        assert_eq!(next(&told), Change::Files);
    }

    #[test]
    fn a_directory_that_comes_later_and_files_in_it_are_seen() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        let (_watch, told) = watch(&[&root.join("skills")]);
        write(&root.join("skills/aws/SKILL.md"), "one");
        assert_eq!(next(&told), Change::Files);
        fs::write(root.join("skills/aws/SKILL.md"), "two").unwrap();
        assert_eq!(next(&told), Change::Files);
    }

    #[test]
    fn a_directory_replaced_by_rename_is_watched_on() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        write(&root.join("skills/aws/SKILL.md"), "one");
        write(&root.join("next/aws/SKILL.md"), "two");
        let (_watch, told) = watch(&[&root.join("skills")]);
        fs::rename(root.join("skills"), root.join("old")).unwrap();
        fs::rename(root.join("next"), root.join("skills")).unwrap();
        assert_eq!(next(&told), Change::Files);
        fs::write(root.join("old/aws/SKILL.md"), "late").unwrap();
        quiet(&told);
        write(&root.join("skills/aws/new"), "three");
        fs::rename(root.join("skills/aws/new"), root.join("skills/aws/SKILL.md")).unwrap();
        assert_eq!(next(&told), Change::Files);
    }

    #[test]
    fn a_link_that_is_pointed_elsewhere_and_its_target_are_seen() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        write(&root.join("one/aws.md"), "one");
        write(&root.join("two/aws.md"), "two");
        fs::create_dir_all(root.join("skills/aws")).unwrap();
        let link = root.join("skills/aws/SKILL.md");
        std::os::unix::fs::symlink(root.join("one/aws.md"), &link).unwrap();
        let (_watch, told) = watch(&[&root.join("skills")]);
        fs::write(root.join("one/aws.md"), "changed").unwrap();
        assert_eq!(next(&told), Change::Files);
        std::os::unix::fs::symlink(root.join("two/aws.md"), root.join("skills/aws/new")).unwrap();
        fs::rename(root.join("skills/aws/new"), &link).unwrap();
        assert_eq!(next(&told), Change::Files);
        fs::write(root.join("two/aws.md"), "changed").unwrap();
        assert_eq!(next(&told), Change::Files);
    }

    #[test]
    fn where_the_system_cannot_watch_it_is_looked_and_said() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        let file = root.join("skills/aws/SKILL.md");
        write(&file, "one");
        let (tell, told) = channel();
        let refused = |_| Err(notify::Error::new(notify::ErrorKind::MaxFilesWatch));
        let tell = move |change| drop(tell.send(change));
        let _watch = Watch::start_with(refused, vec![root.join("skills")], tell).unwrap();
        let Change::Degraded(why) = next(&told) else { panic!("it was not said") };
        assert!(why.contains("every 2 seconds"), "{why}");
        fs::write(&file, "two").unwrap();
        assert_eq!(next(&told), Change::Files);
    }

    #[test]
    fn a_watch_that_is_dropped_tells_nothing_more() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        write(&root.join("skills/aws/SKILL.md"), "one");
        let (watch, told) = watch(&[&root.join("skills")]);
        drop(watch);
        write(&root.join("skills/aws/SKILL.md"), "two");
        let ended = told.recv_timeout(Duration::from_secs(5));
        assert_eq!(ended, Err(RecvTimeoutError::Disconnected));
    }
}
