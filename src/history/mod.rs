//! The session as text: how an entry is written into `log.md`, what the project's page `main.md` lists.
//!
//! Owns the formats a person reads in any editor, to the letter of the product document. Knows no file, clock
//! or process; what is rendered here is written by `store`.

pub mod entry;
pub mod main_page;
pub mod session;
mod text;
