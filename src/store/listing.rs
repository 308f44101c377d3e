//! The sessions of a directory in short, without reading them all each time.
//!
//! Owns `index/sessions.json`: what was read of each session once, with the sizes and times of the files it was read
//! from. The file is derived: it can be deleted at any time, and one that fits nothing any more costs one slow list.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::tz::Offset;
use serde::{Deserialize, Serialize};

use super::link::Link;
use super::metadata::Metadata;
use super::track::{MAIN, Track};
use super::{StoreError, branch, files, name};
use crate::domain::{At, SessionId};
use crate::history::session::{Milestones, SessionSummary, Status};

/// The version of [`Index`].
const SCHEMA: u32 = 3;

/// Nanoseconds within which two changes can have one time.
const STEP: i64 = 50_000_000;

/// Times and sizes of `metadata.yaml` and `commit.md`, from which all of a summary comes but the last activity.
type Stamp = [i64; 4];

#[derive(Default, Serialize, Deserialize)]
struct Index {
    schema: u32,
    sessions: Vec<Known>,
}

#[derive(Clone, Serialize, Deserialize)]
struct Known {
    stamp: Stamp,
    summary: SessionSummary,
}

/// The sessions in `parent`, newest first, by the help of the list in `index`.
pub(super) fn sessions(parent: &Path, index: &Path) -> Result<Vec<SessionSummary>, StoreError> {
    let path = index.join("sessions.json");
    let (mut known, kept_at) = load(&path);
    // Sorted as it was written, so that both run side by side.
    let directories = session_dirs(parent)?;
    let mut fresh = false;
    let mut sessions = Vec::with_capacity(directories.len());
    let mut at = 0;
    for (number, directory) in directories {
        let stamp = stamp(&directory);
        let id = id_of(&directory);
        while known.sessions.get(at).is_some_and(|known| order(&known.summary.id) < (number, &id)) {
            (fresh, at) = (true, at + 1);
        }
        let found = known.sessions.get(at).filter(|known| known.summary.id == id);
        at += usize::from(found.is_some());
        let entry = match found {
            Some(known) if known.stamp == stamp && is_settled(stamp, kept_at) => known.clone(),
            found => {
                let entry = Known { stamp, summary: summary(&directory) };
                fresh |= found.is_none_or(|known| known.stamp != stamp || known.summary != entry.summary);
                entry
            }
        };
        sessions.push((directory, entry));
    }
    if fresh || at < known.sessions.len() {
        known = Index { schema: SCHEMA, sessions: sessions.iter().map(|(_, known)| known.clone()).collect() };
        save(index, &path, &known);
    }
    let told = sessions.into_iter().rev().map(|(directory, Known { mut summary, .. })| {
        // The log of a session that is worked on grows without the other files.
        if summary.status == Status::Active {
            summary.last_activity = last_activity(&directory, summary.last_activity);
        }
        summary
    });
    Ok(told.collect())
}

/// The directories of `parent` that are sessions, with their numbers, in their order. A symbolic link is none: it
/// could lead the log of a checked-out project anywhere.
pub(super) fn session_dirs(parent: &Path) -> Result<Vec<(u32, PathBuf)>, StoreError> {
    let mut found = Vec::new();
    for item in files::entries(parent)? {
        let is_directory = item.file_type().map_err(StoreError::at(parent))?.is_dir();
        if let (true, Some(number)) = (is_directory, item.file_name().to_str().and_then(name::number)) {
            found.push((number, item.path()));
        }
    }
    found.sort();
    Ok(found)
}

/// The session that lies there.
pub(super) fn id_of(directory: &Path) -> SessionId {
    SessionId::new(directory.file_name().unwrap_or_default().to_string_lossy())
}

/// One broken or foreign session must not hide the others, so this takes what it gets; whoever takes that session
/// up is told what is wrong with it.
pub(super) fn summary(directory: &Path) -> SessionSummary {
    let id = id_of(directory);
    let metadata = Metadata::load(&directory.join("metadata.yaml")).unwrap_or_else(|error| {
        tracing::warn!(%error, session = %id, "the session's metadata cannot be read");
        None
    });
    let branches = branch::names(directory).unwrap_or_else(|error| {
        tracing::warn!(%error, session = %id, "the session's branches cannot be listed");
        Vec::new()
    });
    let joined = branch::joined(directory, MAIN).unwrap_or_else(|error| {
        tracing::warn!(%error, session = %id, "which branches are merged cannot be read");
        vec![MAIN.to_owned()]
    });
    let ways = branches.iter().map(String::as_str).chain([MAIN]);
    let mut ways: Vec<Track> = ways.map(|name| Track::new(directory, name)).collect();
    // The last one tells: what was merged stands in the session's own way, the rest only where that has nothing.
    ways.sort_by_cached_key(|way| (joined.iter().any(|name| name == way.name()), last_commit_at(way)));
    let mut milestones = Milestones::default();
    for way in ways {
        let commits = files::read(way.commits.log_path()).unwrap_or_else(|error| {
            tracing::warn!(%error, session = %id, "the session's commits cannot be read");
            None
        });
        milestones.add(Milestones::read(&String::from_utf8_lossy(&commits.unwrap_or_default())));
    }
    let metadata = metadata.as_ref();
    let started = metadata.and_then(Metadata::started).or_else(|| date_in(&id)).unwrap_or(At::EPOCH);
    let updated = metadata.and_then(Metadata::updated).unwrap_or(started);
    let active = metadata.is_some_and(Metadata::is_active);
    let told = active || metadata.is_none_or(Metadata::is_summarised);
    SessionSummary {
        name: metadata.and_then(Metadata::name).unwrap_or_else(|| id.slug()).to_owned(),
        goal: metadata.and_then(Metadata::goal).map_or_else(|| id.slug().replace('-', " "), str::to_owned),
        status: if active { Status::Active } else { Status::Closed },
        started,
        last_activity: last_activity(directory, updated),
        commits: milestones.count,
        finding: milestones.finding.or_else(|| milestones.last_commit.clone()).filter(|_| told),
        last_commit: milestones.last_commit,
        id,
    }
}

/// When the last commit of a way was made, where its chain tells.
fn last_commit_at(way: &Track) -> Option<At> {
    let (mut lines, _) = way.commits.backward().ok()??;
    Link::parse(&lines.next().ok()??.text).map(|link| link.ts)
}

fn order(id: &SessionId) -> (u32, &SessionId) {
    (name::number(id.as_str()).unwrap_or(0), id)
}

fn stamp(directory: &Path) -> Stamp {
    let of = |name: &str| {
        let found = fs::symlink_metadata(directory.join(name)).ok();
        found.map_or([0, -1], |found| [nanoseconds(&found), i64::try_from(found.size()).unwrap_or(i64::MAX)])
    };
    let ([one, two], [three, four]) = (of("metadata.yaml"), of("commit.md"));
    [one, two, three, four]
}

/// Whether the files were last changed so long before the list was kept that a later change has another time. The
/// system's clock for files moves in steps of some milliseconds.
fn is_settled(stamp: Stamp, kept_at: i64) -> bool {
    let [metadata, _, commits, _] = stamp;
    metadata.max(commits) < kept_at.saturating_sub(STEP)
}

/// The list and when it was kept; an empty one for a file that is missing, of another version or damaged.
fn load(path: &Path) -> (Index, i64) {
    let kept_at = fs::symlink_metadata(path).map_or(0, |found| nanoseconds(&found));
    let bytes = files::read(path).ok().flatten();
    let index: Option<Index> = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    (index.filter(|index| index.schema == SCHEMA).unwrap_or_default(), kept_at)
}

fn nanoseconds(found: &fs::Metadata) -> i64 {
    found.mtime().wrapping_mul(1_000_000_000).wrapping_add(found.mtime_nsec())
}

/// A list that cannot be kept makes the next listing slow and nothing else.
fn save(directory: &Path, path: &Path, index: &Index) {
    let kept = serde_json::to_vec(index)
        .map_err(|problem| StoreError::Malformed { path: path.to_owned(), problem: problem.to_string() });
    let kept = kept.and_then(|bytes| files::ensure_dir(directory).and_then(|()| files::replace_derived(path, &bytes)));
    if let Err(error) = kept {
        tracing::debug!(%error, "the list of sessions could not be kept");
    }
}

/// When the log was last written to, told at the offset the session was last opened at.
fn last_activity(directory: &Path, updated: At) -> At {
    let written = fs::metadata(directory.join("log.md")).and_then(|log| log.modified()).ok();
    // To the second, as the list keeps it.
    let written = written.and_then(|time| Timestamp::try_from(time).ok());
    match written.and_then(|time| Timestamp::from_second(time.as_second()).ok()) {
        Some(time) if time > updated.timestamp() => At::new(time, offset_of(updated)),
        _ => updated,
    }
}

fn offset_of(at: At) -> Offset {
    let as_if_utc = at.rfc3339().get(..19).and_then(|civil| format!("{civil}Z").parse::<Timestamp>().ok());
    let seconds = as_if_utc.map_or(0, |civil| civil.as_second() - at.timestamp().as_second());
    i32::try_from(seconds).ok().and_then(|seconds| Offset::from_seconds(seconds).ok()).unwrap_or(Offset::UTC)
}

fn date_in(id: &SessionId) -> Option<At> {
    At::parse(&format!("{}T00:00:00+00:00", id.as_str().split('_').nth(2)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offset_is_read_off_the_time_it_belongs_to() {
        for text in ["2026-02-21T09:14:00+01:00", "2026-02-21T00:05:00-03:30", "2026-02-21T09:14:00+00:00"] {
            let at = At::parse(text).unwrap();
            assert_eq!(At::new(at.timestamp(), offset_of(at)).rfc3339(), text);
        }
    }
}
