//! The proof that a command may run.

use crate::domain::Program;

/// One permitted run. Not `Clone`, not serialisable, no public constructor.
#[derive(Debug)]
pub struct Cleared {
    program: Program,
    digest: String,
}

impl Cleared {
    /// What may run.
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// The digest of what was shown.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// Uses the clearance up.
    pub fn into_program(self) -> Program {
        self.program
    }
}
