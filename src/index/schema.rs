//! The database: its tables, its file, and the making of a new one in the place of what is none of ours.
//!
//! Owns `search.db`, what SQLite lays beside it, and `search.lock`, which is held only while the file is made anew.
//! Follows no symbolic link below `.GCC`.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::IndexError;

/// The version of the tables, of what is put into them, and of the cutting into words.
const VERSION: i64 = 1;
/// What tells our file from another program's.
const APPLICATION: i64 = 0x4743_4331;
/// How long one process waits for another one's piece.
const PATIENCE: Duration = Duration::from_secs(5);

/// One row an entry. `words` holds no text, only where words stand.
const TABLES: &str = "
CREATE TABLE log(
    id INTEGER PRIMARY KEY, session TEXT NOT NULL, branch TEXT NOT NULL, archived INTEGER NOT NULL,
    stamp BLOB NOT NULL, seq INTEGER NOT NULL, line INTEGER NOT NULL, next INTEGER NOT NULL, end INTEGER NOT NULL,
    sha256 BLOB NOT NULL, UNIQUE(session, branch));
CREATE TABLE entry(
    id INTEGER PRIMARY KEY AUTOINCREMENT, log INTEGER NOT NULL, seq INTEGER NOT NULL, name TEXT NOT NULL,
    line INTEGER, off INTEGER NOT NULL, len INTEGER NOT NULL, time INTEGER NOT NULL, kind TEXT NOT NULL,
    actor TEXT NOT NULL, tool TEXT, verb TEXT, resources TEXT, namespace TEXT, exit INTEGER, tier INTEGER,
    finding INTEGER NOT NULL, output TEXT);
CREATE INDEX entry_log ON entry(log, seq);
CREATE INDEX entry_name ON entry(name);
CREATE INDEX entry_time ON entry(time);
CREATE TABLE vector(
    id INTEGER PRIMARY KEY AUTOINCREMENT, entry INTEGER NOT NULL UNIQUE, model INTEGER NOT NULL, numbers BLOB NOT NULL);
CREATE TABLE model(id INTEGER PRIMARY KEY, name TEXT NOT NULL, dimension INTEGER NOT NULL, UNIQUE(name, dimension));
CREATE TABLE state(purge INTEGER NOT NULL, forgotten INTEGER NOT NULL);
INSERT INTO state VALUES (0, 0);
CREATE VIRTUAL TABLE words USING fts5(
    head, names, body, content='', contentless_delete=1, tokenize='porter unicode61 remove_diacritics 2');
INSERT INTO words(words, rank) VALUES ('hashsize', 67108864);
INSERT INTO words(words, rank) VALUES ('automerge', 8);
";

/// Of one connection and never on disk: the vocabulary to look into, and a place where a query is cut into words.
const TEMPORARY: &str = "
CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab(main, words, row);
CREATE VIRTUAL TABLE temp.said USING fts5(text, content='', tokenize='porter unicode61 remove_diacritics 2');
CREATE VIRTUAL TABLE temp.said_words USING fts5vocab(temp, said, instance);
";

/// Which file a path leads to.
pub(super) type Identity = (u64, u64);

/// Which file lies there now; `None` when there is none.
pub(super) fn identity(path: &Path) -> Option<Identity> {
    fs::symlink_metadata(path).ok().map(|found| (found.dev(), found.ino()))
}

/// Opens the database of the memory in `root`, made anew when there is none or it is none of ours.
pub(super) fn open(root: &Path) -> Result<(Connection, PathBuf), IndexError> {
    let at = |path: &Path| {
        let path = path.to_owned();
        move |source| IndexError::File { path, source }
    };
    let root = root.canonicalize().map_err(at(root))?;
    let directory = root.join("index");
    match DirBuilder::new().mode(0o700).create(&directory) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(at(&directory)(error)),
        _ => {}
    }
    if !fs::symlink_metadata(&directory).map_err(at(&directory))?.is_dir() {
        return Err(at(&directory)(ErrorKind::NotADirectory.into()));
    }
    let path = directory.join("search.db");
    if let Some(db) = sound(&path)? {
        return Ok((db, path));
    }
    let lock = directory.join("search.lock");
    let held = private(OpenOptions::new().create(true).truncate(false), &lock).map_err(at(&lock))?;
    held.lock().map_err(at(&lock))?;
    // Another process may have been faster.
    let db = match sound(&path)? {
        Some(db) => db,
        None => {
            clear(&path).map_err(at(&path))?;
            drop(private(OpenOptions::new().create_new(true), &path).map_err(at(&path))?);
            let mut db = connect(&path)?;
            make(&mut db)?;
            db
        }
    };
    drop(held);
    Ok((db, path))
}

/// One that lives as long as the process.
pub(super) fn in_memory() -> Result<Connection, IndexError> {
    let mut db = Connection::open_in_memory()?;
    settle(&db)?;
    make(&mut db)?;
    Ok(db)
}

/// Takes away a database that turned out to be damaged, unless that was done already.
pub(super) fn discard(path: &Path, seen: Identity) -> Result<(), IndexError> {
    let lock = path.with_file_name("search.lock");
    let discard = || {
        let held = private(OpenOptions::new().create(true).truncate(false), &lock)?;
        held.lock()?;
        if identity(path) == Some(seen) { clear(path) } else { Ok(()) }
    };
    discard().map_err(|source| IndexError::File { path: path.to_owned(), source })
}

/// The database there when it is ours and of this version; `None` when it has to be made anew.
fn sound(path: &Path) -> Result<Option<Connection>, IndexError> {
    if identity(path).is_none() {
        return Ok(None);
    }
    let looked = || -> Result<Option<Connection>, IndexError> {
        let db = connect(path)?;
        let number = |name: &str| db.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
        if number("application_id")? != APPLICATION {
            return Ok(None);
        }
        match number("user_version")? {
            VERSION => {}
            newer if newer > VERSION => return Err(IndexError::Newer(newer)),
            _ => return Ok(None),
        }
        db.execute_batch(TEMPORARY)?;
        db.query_row("SELECT count(*) FROM (SELECT 1 FROM temp.vocabulary LIMIT 1)", [], |_| Ok(()))?;
        db.query_row("SELECT count(*) FROM state, (SELECT count(*) FROM log)", [], |_| Ok(()))?;
        Ok(Some(db))
    };
    match looked() {
        Err(error) if error.is_damage() => Ok(None),
        // A link is not followed, and what is a link is none of ours.
        Err(_) if fs::symlink_metadata(path).is_ok_and(|found| found.is_symlink()) => Ok(None),
        looked => looked,
    }
}

fn connect(path: &Path) -> Result<Connection, IndexError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let db = Connection::open_with_flags(path, flags)?;
    settle(&db)?;
    Ok(db)
}

fn settle(db: &Connection) -> Result<(), IndexError> {
    db.busy_timeout(PATIENCE)?;
    db.set_prepared_statement_cache_capacity(64);
    // What a checked-out project's file says beyond its rows is not obeyed. Synced at checkpoints only: what a power
    // cut takes away is read from the logs again.
    db.execute_batch(
        "PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -32000;
         PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 8000;",
    )?;
    Ok(())
}

fn make(db: &mut Connection) -> Result<(), IndexError> {
    // Where the file system has no shared memory it stays with a journal, and readers wait for writers.
    db.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
    let piece = db.transaction()?;
    piece.execute_batch(TABLES)?;
    piece.pragma_update(None, "application_id", APPLICATION)?;
    piece.pragma_update(None, "user_version", VERSION)?;
    piece.commit()?;
    db.execute_batch(TEMPORARY)?;
    Ok(())
}

/// Removes the file and what SQLite laid beside it.
fn clear(path: &Path) -> std::io::Result<()> {
    for end in ["", "-wal", "-shm", "-journal"] {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        match fs::remove_file(PathBuf::from(name)) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

fn private(options: &mut OpenOptions, path: &Path) -> std::io::Result<File> {
    let no_links = nix::fcntl::OFlag::O_NOFOLLOW.bits();
    options.read(true).write(true).mode(0o600).custom_flags(no_links).open(path)
}

/// Brings everything into the one file and empties what lies beside it.
pub(super) fn checkpoint(db: &Connection) -> Result<(), IndexError> {
    db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    Ok(())
}
