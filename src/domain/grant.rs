//! Consent given beforehand: for one exact command until its session ends, or
//! for one verb in one place for a while. Plain data; what a grant covers is the
//! gate's to say.

use serde::{Deserialize, Serialize};

use super::At;

/// Something the person allowed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// Eight hexadecimal digits, to name it by.
    pub id: String,
    #[serde(flatten)]
    pub what: Granted,
    /// The session it was given in.
    pub session: String,
    pub given: At,
    pub expires: At,
}

impl Grant {
    /// Its name and what it is for, as it is told of a command that it allowed.
    pub fn told(&self) -> String {
        match &self.what {
            Granted::Exact { .. } => format!("{}: this command until its session ends", self.id),
            Granted::Scope { scope } => format!("{}: {} until {}", self.id, scope.words(), self.expires.clock()),
        }
    }

    /// Whether it is over when its session is.
    pub fn ends_with_its_session(&self) -> bool {
        matches!(self.what, Granted::Exact { .. })
    }
}

/// What a grant is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "grant", rename_all = "lowercase")]
pub enum Granted {
    /// The same line in the same world: files, cluster and environment included. Ends with its session.
    Exact { line: String, fingerprint: String },
    /// A verb on one kind of object in one namespace of one cluster.
    Scope { scope: Scope },
}

/// What a scope is made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    pub program: String,
    /// Words of the verb.
    pub path: Vec<String>,
    /// The first operand, up to its slash: the kind, or the release.
    pub kind: String,
    pub namespace: String,
    pub context: String,
    pub server: Option<String>,
    /// Names of the options that were used, in order; only the same are covered.
    pub options: Vec<String>,
}

impl Scope {
    /// ``kubectl scale deployment in namespace shop of prod``.
    pub fn words(&self) -> String {
        let verb = self.path.join(" ");
        format!("{} {verb} {} in namespace {} of {}", self.program, self.kind, self.namespace, self.context)
    }
}

/// The two kinds of grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GrantKind {
    Session,
    Scope,
}

/// A grant the dialog may offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantOffer {
    pub kind: GrantKind,
    /// Exactly what would be granted, for the person.
    pub text: String,
}
