//! The session as text: how an entry is written into `log.md`, what the project's page `main.md` lists.
//!
//! Owns the formats a person reads in any editor, to the letter of the product document. Knows no file, clock
//! or process; what is rendered here is written by `store`.

mod anchor;
pub mod bytes;
pub mod commit;
pub mod cut;
pub mod entry;
pub mod evidence;
pub mod graph;
pub mod incident;
mod kind;
pub mod main_page;
mod markup;
pub mod recall;
mod record;
pub mod session;
mod standing;
mod text;
pub mod whole;

pub use anchor::Anchor;
pub use kind::{Kind, actor};
pub use record::{Head, Record};
pub use standing::{Standing, Tally};
pub use text::{CAP, restored, shortened};
