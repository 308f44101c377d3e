//! What people write for the program to read: skill files and the words of
//! replies and prompts, compiled in or found on disk.
//!
//! Owns finding and reading them, and noticing when they change. Knows nothing
//! of what a skill file means and nothing of trust: whoever names a directory
//! has already decided to read it, and says what its files are worth.
#![allow(clippy::disallowed_methods)]

mod assets;
mod runbooks;
mod skills;
mod watch;

pub use assets::{asset, theme, theme_names};
pub use runbooks::RunbookFile;
pub use skills::{
    Fault, LibraryError, Origin, SkillFile, added, added_file, block, built_in, fingerprint, is_built_in,
};
pub use watch::{Change, Watch};
