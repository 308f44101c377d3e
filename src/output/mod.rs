//! What programs print, made into text: decoded, escaped, parsed, reduced and
//! answered from.
//!
//! Owns the way from bytes to words a person or a model reads. Knows no
//! process, file, screen or colour; every function here is a function of its
//! arguments alone. Nothing it says goes beyond what the output says.

pub mod approval;
pub mod changes;
mod counted;
pub mod escape;
pub mod inventory;
pub mod language;
pub mod readers;
pub mod reduce;
mod severity;
pub mod table;
pub mod welcome;

pub use counted::counted;
pub use severity::{Severity, severity};
