//! Taking in what the logs hold more than the index, and forgetting what they hold no more.
//!
//! Owns the pieces: each is one transaction that reads where a log was left, takes in what comes behind and notes how
//! far it came, so that a process can be ended anywhere and several can fill at once without an entry twice. Reads logs
//! and writes only the database.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, TransactionBehavior};

use super::answer::{Behind, Filled};
use super::fields::{self, OUTPUT_BOUND};
use super::rows::{self, Known};
use super::{IndexError, schema};
use crate::store::{Ahead, Memory, Place, Stamp, StoreError, Trail};

/// Bytes of text that one piece takes in, about half a second's work.
const PIECE: u64 = 8 << 20;

/// What came of one piece of one log.
enum Piece {
    /// Everything there is, is in.
    Done,
    More,
    /// What was read before has changed; it is forgotten and read anew.
    Anew,
}

/// Fills until everything is in or `stop` says so.
pub(super) fn fill(db: &mut Connection, memory: &Memory, stop: &dyn Fn() -> bool) -> Result<Filled, IndexError> {
    let mut filled = Filled::default();
    let trails = memory.trails()?;
    forget_gone(db, &trails, &mut filled)?;
    let known = by_name(rows::logs(db)?);
    for trail in &trails {
        let known = known.get(&name(trail));
        if known.is_some_and(|known| known.stamp == trail.stamp() && known.archived == trail.is_archived()) {
            continue;
        }
        let mut renewed = false;
        loop {
            if stop() {
                return Ok(filled);
            }
            match piece(db, trail, renewed, &mut filled)? {
                Piece::Done => break,
                Piece::More => {}
                Piece::Anew => renewed = true,
            }
        }
    }
    filled.complete = true;
    if !stop() {
        purge(db)?;
    }
    if filled.bytes > PIECE {
        // What lies beside the file after a large filling is as large as the file.
        schema::checkpoint(db)?;
    }
    Ok(filled)
}

fn piece(db: &mut Connection, trail: &Trail, renewed: bool, filled: &mut Filled) -> Result<Piece, IndexError> {
    // Before anything is read: what is written meanwhile makes the stamp another one.
    let stamp = trail.stamp();
    let piece = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let known = rows::log(&piece, trail)?;
    let ahead = if is_edited(&known, &stamp) { Ahead::Changed } else { trail.ahead(&known.place, PIECE)? };
    let (entries, place) = match ahead {
        Ahead::Entries { entries, place } => (entries, place),
        // A log that still does not fit itself waits to be mended.
        Ahead::Changed if renewed => {
            rows::reached(&piece, known.id, trail.is_archived(), &stamp, &known.place)?;
            piece.commit()?;
            return Ok(Piece::Done);
        }
        Ahead::Changed => {
            filled.removed += rows::forget(&piece, known.id)?;
            rows::reached(&piece, known.id, trail.is_archived(), &Stamp::default(), &Place::START)?;
            piece.commit()?;
            return Ok(Piece::Anew);
        }
    };
    let mut taken = (0, 0);
    for (record, spot) in &entries {
        if record.text.is_empty() {
            // Its bytes are gone from the log.
            continue;
        }
        let mut fields = fields::of(record);
        if let Some(path) = &fields.output
            && let Some(whole) = trail.output(path, OUTPUT_BOUND).unwrap_or_else(|error| unreadable(trail, &error))
        {
            fields.body.push('\n');
            fields.body.push_str(&String::from_utf8_lossy(&whole));
        }
        rows::put(&piece, known.id, record, spot, &fields)?;
        taken = (taken.0 + 1, taken.1 + spot.len);
    }
    let done = entries.is_empty() || rows::signed(place.next) >= stamp.chain[1];
    let stamp = if done { stamp } else { Stamp::default() };
    rows::reached(&piece, known.id, trail.is_archived(), &stamp, &place)?;
    piece.commit()?;
    filled.entries += taken.0;
    filled.bytes += taken.1;
    Ok(if done { Piece::Done } else { Piece::More })
}

fn unreadable(trail: &Trail, error: &StoreError) -> Option<Vec<u8>> {
    tracing::warn!(%error, session = %trail.session(), "a whole output cannot be read; its words are not found");
    None
}

/// Whether the log was changed by another than its writer, who always writes the chain too: the chain is as it was, and
/// the log ends where it ended and is not what it was.
fn is_edited(known: &Known, now: &Stamp) -> bool {
    let before = &known.stamp;
    known.place.seq > 0
        && *before != Stamp::default()
        && before.chain == now.chain
        && before.log != now.log
        && now.log[1] == rows::signed(known.place.end)
}

/// Forgets logs that lie nowhere any more.
fn forget_gone(db: &mut Connection, trails: &[Trail], filled: &mut Filled) -> Result<(), IndexError> {
    let there: BTreeSet<Name> = trails.iter().map(name).collect();
    for (name, known) in by_name(rows::logs(db)?) {
        if !there.contains(&name) {
            let piece = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
            filled.removed += rows::forget(&piece, known.id)?;
            piece.execute("DELETE FROM log WHERE id = ?", [known.id])?;
            piece.commit()?;
        }
    }
    Ok(())
}

/// Takes the words of forgotten entries off the disk, where they stay in the index's older segments and in free pages
/// until something else needs the room.
fn purge(db: &mut Connection) -> Result<(), IndexError> {
    let wanted: bool = db.query_row("SELECT purge FROM state", [], |row| row.get(0))?;
    if !wanted {
        return Ok(());
    }
    db.execute("INSERT INTO words(words) VALUES ('optimize')", [])?;
    db.execute("UPDATE state SET purge = 0", [])?;
    db.execute_batch("VACUUM")?;
    schema::checkpoint(db)
}

/// How much the logs hold more than the index.
pub(super) fn behind(db: &Connection, memory: &Memory) -> Result<Behind, IndexError> {
    let mut behind = Behind::default();
    let mut known = by_name(rows::logs(db)?);
    for trail in &memory.trails()? {
        let stamp = trail.stamp();
        let found = known.remove(&name(trail));
        let found = found.as_ref();
        if found.is_some_and(|known| known.stamp == stamp) {
            continue;
        }
        let place = found.map_or(Place::START, |known| known.place);
        let last = trail.last_seq()?;
        let bytes = u64::try_from(stamp.log[1]).unwrap_or_default();
        if last < place.seq || bytes < place.end || found.is_some_and(|known| is_edited(known, &stamp)) {
            behind.stale += 1;
        }
        behind.entries += last.saturating_sub(place.seq);
        behind.bytes += bytes.saturating_sub(place.end);
    }
    behind.stale += known.values().filter(|gone| gone.place.seq > 0).count() as u64;
    Ok(behind)
}

type Name = (String, String);

fn name(trail: &Trail) -> Name {
    (trail.session().as_str().to_owned(), trail.branch().to_owned())
}

fn by_name(known: Vec<Known>) -> BTreeMap<Name, Known> {
    known.into_iter().map(|known| ((known.session.as_str().to_owned(), known.branch.clone()), known)).collect()
}
