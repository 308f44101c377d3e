//! Entries as rows: put in, taken out, read back.
//!
//! Owns every statement about `entry` and `log` but those of the ranking.

use rusqlite::{Connection, OptionalExtension, Row, named_params, params};

use super::fields::Fields;
use crate::domain::{SessionId, Tier};
use crate::history::Record;
use crate::store::{Place, Spot, Stamp, Trail};

/// A log as the index knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Known {
    pub id: i64,
    pub session: SessionId,
    pub branch: String,
    pub archived: bool,
    /// Of the files when everything in them was in; another one while something is missing.
    pub stamp: Stamp,
    pub place: Place,
}

/// An entry's row, without what only filters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub id: i64,
    pub session: SessionId,
    pub branch: String,
    pub archived: bool,
    pub seq: u64,
    pub name: String,
    pub spot: Spot,
    pub time: i64,
    pub tool: Option<String>,
    pub resources: String,
    pub exit: Option<i32>,
    pub tier: Option<Tier>,
    pub finding: bool,
    pub output: Option<String>,
}

const LOG: &str = "SELECT id, session, branch, archived, stamp, seq, line, next, end, sha256 FROM log";

/// The logs the index knows.
pub(super) fn logs(db: &Connection) -> rusqlite::Result<Vec<Known>> {
    db.prepare_cached(LOG)?.query_map([], known)?.collect()
}

/// One log, made known when it is not.
pub(super) fn log(db: &Connection, trail: &Trail) -> rusqlite::Result<Known> {
    let asked = format!("{LOG} WHERE session = ? AND branch = ?");
    let key = params![trail.session().as_str(), trail.branch()];
    if let Some(found) = db.prepare_cached(&asked)?.query_row(key, known).optional()? {
        return Ok(found);
    }
    let start = Place::START;
    db.prepare_cached(
        "INSERT INTO log(session, branch, archived, stamp, seq, line, next, end, sha256) VALUES (?,?,?,?,0,0,0,0,?)",
    )?
    .execute(params![
        trail.session().as_str(),
        trail.branch(),
        trail.is_archived(),
        stamp_bytes(&Stamp::default()),
        start.sha256.as_slice()
    ])?;
    db.prepare_cached(&asked)?.query_row(key, known)
}

/// Notes how far a log is in.
pub(super) fn reached(db: &Connection, id: i64, archived: bool, stamp: &Stamp, place: &Place) -> rusqlite::Result<()> {
    db.prepare_cached(
        "UPDATE log SET archived = ?, stamp = ?, seq = ?, line = ?, next = ?, end = ?, sha256 = ? WHERE id = ?",
    )?
    .execute(params![
        archived,
        stamp_bytes(stamp),
        signed(place.seq),
        signed(place.line),
        signed(place.next),
        signed(place.end),
        place.sha256.as_slice(),
        id
    ])?;
    Ok(())
}

/// Forgets the entries of a log, which stays known; says how many there were. What was forgotten may have been meant
/// to be gone for good, so its words are asked to be purged.
pub(super) fn forget(db: &Connection, log: i64) -> rusqlite::Result<u64> {
    db.execute("DELETE FROM words WHERE rowid IN (SELECT id FROM entry WHERE log = ?)", [log])?;
    db.execute("DELETE FROM vector WHERE entry IN (SELECT id FROM entry WHERE log = ?)", [log])?;
    let removed = db.execute("DELETE FROM entry WHERE log = ?", [log])? as u64;
    if removed > 0 {
        db.execute("UPDATE state SET purge = 1, forgotten = forgotten + ?", [signed(removed)])?;
    }
    Ok(removed)
}

/// Puts one entry in.
pub(super) fn put(db: &Connection, log: i64, record: &Record, spot: &Spot, fields: &Fields) -> rusqlite::Result<()> {
    let command = &fields.command;
    db.prepare_cached(
        "INSERT INTO entry(log, seq, name, line, off, len, time, kind, actor, tool, verb, resources, namespace, exit,
            tier, finding, output)
         VALUES (:log, :seq, :name, :line, :off, :len, :time, :kind, :actor, :tool, :verb, :resources, :namespace, :exit,
            :tier, :finding, :output)",
    )?
    .execute(named_params! {
        ":log": log,
        ":seq": signed(record.head.seq),
        ":name": record.head.id.as_str(),
        ":line": spot.line.map(signed),
        ":off": signed(spot.off),
        ":len": signed(spot.len),
        ":time": record.head.at.timestamp().as_second(),
        ":kind": record.head.kind.word(),
        ":actor": record.head.actor,
        ":tool": command.tool,
        ":verb": command.verb,
        ":resources": (!command.resources.is_empty()).then(|| command.resources.join(" ")),
        ":namespace": command.namespace,
        ":exit": fields.exit,
        ":tier": fields.tier.map(|tier| tier as i64),
        ":finding": fields.finding,
        ":output": fields.output,
    })?;
    db.prepare_cached("INSERT INTO words(rowid, head, names, body) VALUES (last_insert_rowid(), ?, ?, ?)")?
        .execute(params![fields.head, fields.names, fields.body])?;
    Ok(())
}

/// The row of an entry; `None` when it is gone by now.
pub(super) fn entry(db: &Connection, id: i64) -> rusqlite::Result<Option<Entry>> {
    let asked =
        "SELECT entry.id, session, branch, archived, entry.seq, name, entry.line, off, len, time, tool, resources,
            exit, tier, finding, output
         FROM entry JOIN log ON log.id = entry.log WHERE entry.id = ?";
    let read = |row: &Row<'_>| {
        let tier: Option<i64> = row.get(13)?;
        Ok(Entry {
            id: row.get(0)?,
            session: SessionId::new(row.get::<_, String>(1)?),
            branch: row.get(2)?,
            archived: row.get(3)?,
            seq: row.get(4)?,
            name: row.get(5)?,
            spot: Spot { line: row.get(6)?, off: row.get(7)?, len: row.get(8)? },
            time: row.get(9)?,
            tool: row.get(10)?,
            resources: row.get::<_, Option<String>>(11)?.unwrap_or_default(),
            exit: row.get(12)?,
            tier: tier.and_then(|tier| Tier::ALL.into_iter().find(|known| *known as i64 == tier)),
            finding: row.get(14)?,
            output: row.get(15)?,
        })
    };
    db.prepare_cached(asked)?.query_row([id], read).optional()
}

/// How many entries there are.
pub(super) fn count(db: &Connection) -> rusqlite::Result<u64> {
    db.query_row("SELECT count(*) FROM entry", [], |row| row.get(0))
}

fn known(row: &Row<'_>) -> rusqlite::Result<Known> {
    let sha256: Vec<u8> = row.get(9)?;
    let stamp: Vec<u8> = row.get(4)?;
    Ok(Known {
        id: row.get(0)?,
        session: SessionId::new(row.get::<_, String>(1)?),
        branch: row.get(2)?,
        archived: row.get(3)?,
        stamp: stamp_of(&stamp),
        place: Place {
            seq: row.get(5)?,
            line: row.get(6)?,
            next: row.get(7)?,
            end: row.get(8)?,
            // One of another length fits no entry, and the log is taken in anew.
            sha256: sha256.try_into().unwrap_or_default(),
        },
    })
}

fn stamp_bytes(stamp: &Stamp) -> Vec<u8> {
    stamp.log.iter().chain(&stamp.chain).flat_map(|number| number.to_le_bytes()).collect()
}

fn stamp_of(bytes: &[u8]) -> Stamp {
    let mut numbers = bytes.chunks_exact(8).map(|chunk| i64::from_le_bytes(chunk.try_into().unwrap_or_default()));
    let mut three = || std::array::from_fn(|_| numbers.next().unwrap_or_default());
    Stamp { log: three(), chain: three() }
}

/// SQLite has signed numbers only; no file is that long.
pub(super) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
