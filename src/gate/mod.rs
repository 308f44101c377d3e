//! Decides whether a command may run.
mod clearance;
mod facts;
pub use clearance::Cleared;
pub use facts::{BinaryFact, FactQuery, Facts};
