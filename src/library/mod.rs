//! What people write for the program to read: skill files and the words of
//! replies and prompts, compiled in or found on disk.
//!
//! Owns finding and reading them. Knows nothing of what a skill file means and
//! nothing of trust: whoever names a directory has already decided to read it.
#![allow(clippy::disallowed_methods)]

mod assets;
mod skills;

pub use assets::{asset, theme};
pub use skills::{LibraryError, Origin, SkillFile, added, built_in, fingerprint, is_built_in};
