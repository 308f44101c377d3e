//! The proof that a command may run, and the only ways to one.
//!
//! A [`Judged`] line and its facts become a [`Pending`]: exactly what would
//! run, under a digest. A pending line is used up by its answer. There is no
//! decision to construct: an automatic line clears itself, a person's reply is
//! read here, a flag waives here, a program agrees here.

use super::reply::{Replies, Reply};
use super::{changes, grant};
use crate::domain::{
    At, Decision, Grant, GrantKind, GrantOffer, Granted, Lane, Program, Scope, Tier, Verdict, changed_line,
};

/// One permitted run. Neither `Clone` nor serialisable, and without a public constructor.
///
/// What the gate hands out is all that runs:
///
/// ```
/// use devops_agent::domain::Action;
/// use devops_agent::gate::{Cleared, Facts, RuleBook, judge};
///
/// fn run(cleared: Cleared) -> String {
///     cleared.into_program().line
/// }
///
/// fn decide(facts: Facts) -> Option<String> {
///     let judged = judge(&Action::Command { line: "git status".to_owned() }, &RuleBook::default());
///     let pending = judged.bind(facts, "session", false).ok()?;
///     Some(run(pending.automatic().ok()?))
/// }
/// # let _ = decide;
/// ```
///
/// A pending line does not:
///
/// ```compile_fail,E0308
/// use devops_agent::domain::Action;
/// use devops_agent::gate::{Cleared, Facts, RuleBook, judge};
///
/// fn run(cleared: Cleared) -> String {
///     cleared.into_program().line
/// }
///
/// fn decide(facts: Facts) -> Option<String> {
///     let judged = judge(&Action::Command { line: "git status".to_owned() }, &RuleBook::default());
///     let pending = judged.bind(facts, "session", false).ok()?;
///     Some(run(pending))
/// }
/// # let _ = decide;
/// ```
///
/// And nobody can make one up:
///
/// ```compile_fail,E0451
/// use devops_agent::gate::Cleared;
///
/// fn forge(program: devops_agent::domain::Program) -> Cleared {
///     Cleared { program, digest: String::new(), decision: devops_agent::domain::Decision::Auto }
/// }
/// # let _ = forge;
/// ```
#[derive(Debug)]
pub struct Cleared {
    program: Program,
    digest: String,
    decision: Decision,
}

impl Cleared {
    /// What may run.
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// The digest of what was shown, in hex.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// How it came to be permitted.
    pub fn decision(&self) -> Decision {
        self.decision
    }

    /// Uses the clearance up.
    pub fn into_program(self) -> Program {
        self.program
    }
}

/// A line that is ready to run and waits for its permission.
#[derive(Debug)]
pub struct Pending {
    verdict: Verdict,
    program: Program,
    digest: String,
    /// The digest without session and call: the same for the same command in the same world.
    fingerprint: String,
    scope: Option<Scope>,
}

/// What became of a reply.
#[derive(Debug)]
pub enum Answered {
    Cleared(Cleared),
    Refused(Decision),
    /// Cleared, and what else the person granted.
    Granted(Cleared, Grant),
    /// The reply was a question, or no consent; the line waits on.
    Asked(Reply, Pending),
}

/// The person's `--yes`: consent for this call, to the approval tier only.
#[derive(Debug, Clone, Copy)]
pub struct Yes(());

impl Yes {
    /// Made from the flag, in the one place that reads it.
    pub fn from_flag() -> Yes {
        Yes(())
    }
}

impl Pending {
    /// Only what was judged and bound waits for consent.
    pub(super) fn new(
        verdict: Verdict,
        program: Program,
        digest: String,
        fingerprint: String,
        scope: Option<Scope>,
    ) -> Pending {
        Pending { verdict, program, digest, fingerprint, scope }
    }

    /// What was judged.
    pub fn verdict(&self) -> &Verdict {
        &self.verdict
    }

    /// The line, byte for byte as it would run.
    pub fn line(&self) -> &str {
        &self.program.line
    }

    /// What exactly would run.
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// The digest an answer must name, in hex.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The digest without session and call: the same for the same command in the same world.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// Clears an automatic line.
    ///
    /// # Errors
    /// Gives the line back when it needs consent.
    pub fn automatic(self) -> Result<Cleared, Pending> {
        if self.verdict.tier == Tier::Auto { Ok(self.clear(Decision::Auto)) } else { Err(self) }
    }

    /// What a person may grant beside the single run, in the order it is offered.
    pub fn offers(&self) -> Vec<GrantOffer> {
        grant::offers(&self.verdict, self.scope.as_ref())
    }

    /// Uses a grant the person gave before: approval tier only, and only what the grant says.
    ///
    /// # Errors
    /// Gives the line back when the grant does not cover it.
    pub fn granted(self, grant: &Grant, session: &str, now: At) -> Result<Cleared, Pending> {
        let covered = self.verdict.tier == Tier::Approval
            && grant.holds(session, now)
            && match &grant.what {
                Granted::Exact { fingerprint, .. } => *fingerprint == self.fingerprint,
                // What is asked is no wider than what was granted when both are the same.
                Granted::Scope { scope } => self.scope.as_ref() == Some(scope),
            };
        if covered { Ok(self.clear(Decision::Granted)) } else { Err(self) }
    }

    /// What is another now than it was for `before`, a sentence a change; empty when both would run the same.
    pub fn changes(&self, before: &Program) -> Vec<String> {
        changes::between(before, &self.program)
    }

    /// Reads a person's reply to what was shown under `digest`.
    pub fn answer(self, text: &str, digest: &str, session: &str, now: At, replies: &Replies) -> Answered {
        if digest != self.digest {
            return Answered::Asked(Reply::Stale, self);
        }
        // What takes its place is a call of its own, judged and asked about.
        if changed_line(text).is_some() {
            return Answered::Refused(Decision::Changed);
        }
        match replies.read(text, &self.verdict.consent) {
            Reply::Approve => Answered::Cleared(self.clear(Decision::Approved)),
            Reply::ApproveExplain => Answered::Cleared(self.clear(Decision::ApprovedExplained)),
            Reply::Deny => Answered::Refused(Decision::Denied),
            Reply::ApproveSession => self.grant(GrantKind::Session, session, now),
            Reply::ApproveScope => self.grant(GrantKind::Scope, session, now),
            other => Answered::Asked(other, self),
        }
    }

    /// The agreement of a program on the other side of a connection: approval tier only, and
    /// only for the digest it was shown.
    ///
    /// # Errors
    /// Gives the line back when a program's word is not enough.
    pub fn agreed_by_program(self, digest: &str) -> Result<Cleared, Pending> {
        if self.verdict.tier <= Tier::Approval && digest == self.digest {
            Ok(self.clear(Decision::Approved))
        } else {
            Err(self)
        }
    }

    /// The person's `--yes`: approval tier only.
    ///
    /// # Errors
    /// Gives a destructive line back.
    pub fn waived(self, _yes: Yes) -> Result<Cleared, Pending> {
        match self.verdict.tier {
            Tier::Auto => Ok(self.clear(Decision::Auto)),
            Tier::Approval => Ok(self.clear(Decision::Waived)),
            Tier::Destructive => Err(self),
        }
    }

    fn grant(self, kind: GrantKind, session: &str, now: At) -> Answered {
        let offered = self.offers().into_iter().find(|offer| offer.kind == kind);
        let what = match (offered, kind, &self.scope) {
            (Some(_), GrantKind::Session, _) => {
                Granted::Exact { line: self.program.line.clone(), fingerprint: self.fingerprint.clone() }
            }
            (Some(_), GrantKind::Scope, Some(scope)) => Granted::Scope { scope: scope.clone() },
            // What was not offered cannot be granted.
            _ => return Answered::Asked(Reply::NotEnough, self),
        };
        let grant = Grant::new(what, session, now);
        Answered::Granted(self.clear(Decision::Approved), grant)
    }

    fn clear(self, decision: Decision) -> Cleared {
        // One place for the whole of invariant 1; the lane is part of the program.
        debug_assert!(self.verdict.lane == Lane::Simple || self.verdict.tier > Tier::Auto);
        Cleared { program: self.program, digest: self.digest, decision }
    }
}
