//! Everything ever done or found, in milliseconds and without a model: the search over one memory, or several.
//!
//! Owns `search.db` in `.GCC/index/`, which is derived from the logs: it can be deleted at any time and is filled again
//! from them. Holds words and where they stand, never an entry's text; what is shown is read from the log by the offset
//! its chain tells. Writes into no log and takes no lock of the store, so it never makes a writer wait. Knows nothing
//! of the gate, of a model or of the screen.

// Its files are this module's own work.
#![allow(clippy::disallowed_methods)]

mod allowed;
mod answer;
mod background;
mod command;
mod edits;
mod embedder;
mod everywhere;
mod fields;
mod fill;
mod fusion;
mod groups;
mod lexicon;
mod query;
mod ranking;
mod registry;
mod rows;
mod schema;
mod shown;
mod snippet;
mod sqlite;
mod vectors;
mod words;

use std::path::PathBuf;

pub use answer::{Answer, Behind, Filled, Hit, Snippet, Standing};
pub use background::Filler;
pub use embedder::{EmbedError, Embedder, Embedding};
pub use everywhere::everywhere;
pub use fields::{OUTPUT_BOUND, Ran, ran};
pub use query::{Ending, Filter, Query};
pub use registry::Registry;
pub use sqlite::Sqlite;

use crate::store::StoreError;

/// A search over a memory.
///
/// Every implementation is a cache: whatever it loses it can read again from the logs.
pub trait Index {
    /// What fits best, by what is filled in by now; the answer says how much is not.
    fn search(&mut self, query: &Query) -> Result<Answer, IndexError>;

    /// Takes in what the logs hold more than the index, a bounded piece at a time, and looks before each piece whether
    /// to `stop`. What was taken in stays.
    fn fill(&mut self, stop: &dyn Fn() -> bool) -> Result<Filled, IndexError>;

    /// How much is indexed, and how much of the logs is not.
    fn status(&mut self) -> Result<Standing, IndexError>;
}

/// Why a search or a filling came to nothing. Lower-case fragments.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// The logs themselves cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The database cannot be used; a search goes on without it.
    #[error("the search index cannot be used: {0}")]
    Database(#[from] rusqlite::Error),
    /// The files around the database cannot be used.
    #[error("the search index at {} cannot be used: {source}", path.display())]
    File { path: PathBuf, source: std::io::Error },
    /// A later version of the program made it.
    #[error("the search index was made by a newer devops-agent (its version {0})")]
    Newer(i64),
}

impl IndexError {
    /// What to do next, one sentence.
    pub fn hint(&self) -> String {
        match self {
            IndexError::Store(error) => error.hint(),
            IndexError::Database(_) | IndexError::File { .. } => {
                "delete .GCC/index/search.db, or make room and see that .GCC/index is writable; nothing of the logs is lost"
                    .to_owned()
            }
            IndexError::Newer(_) => "use the newer devops-agent, or delete .GCC/index/search.db".to_owned(),
        }
    }

    /// Whether another process held the database for too long.
    fn is_busy(&self) -> bool {
        let code = match self {
            IndexError::Database(error) => error.sqlite_error_code(),
            _ => None,
        };
        matches!(code, Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked))
    }

    /// Whether the file is no database of ours any more.
    fn is_damage(&self) -> bool {
        let IndexError::Database(error) = self else { return false };
        match error {
            rusqlite::Error::SqliteFailure(found, said) => {
                let said = said.as_deref().unwrap_or_default();
                matches!(found.code, rusqlite::ErrorCode::DatabaseCorrupt | rusqlite::ErrorCode::NotADatabase)
                    || (found.code == rusqlite::ErrorCode::Unknown
                        && ["no such table", "no such column", "vtable constructor failed", "malformed"]
                            .iter()
                            .any(|sign| said.contains(sign)))
            }
            rusqlite::Error::InvalidColumnType(..)
            | rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::IntegralValueOutOfRange(..) => true,
            rusqlite::Error::SqlInputError { .. } => true,
            _ => false,
        }
    }
}
