//! The decision core: a request and an answer to it, in; cleared, refused or
//! still open, out. Both generations of the protocol stand on it: one keeps
//! the call open while it asks, the other asks by returning and being retried.

use crate::domain::{Announcement, Asked, AskedKind, At, CallRequest, Decision, Grant, Tier, Verdict};
use crate::gate::{Answered, Cleared, Facts, Impossible, Judged, Pending, Replies, Reply, RuleBook, Yes, judge};

/// Where a call stands.
#[derive(Debug)]
pub(super) enum Step {
    /// May run; what else the person granted with it.
    Cleared(Cleared, Option<Grant>),
    /// Waits for consent; what the last reply was when it settled nothing.
    Needs(Pending, Option<Asked>),
    Refused(Decision),
}

/// What came back to a request for consent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// A person's own words.
    Reply { text: String, digest: String },
    /// A program agrees to what was shown under this digest. It proves that a program agreed, not a person.
    Agreed { digest: String },
    /// Nobody can be asked.
    Nobody,
    /// Declined without words.
    Declined,
    /// The question was taken back.
    Withdrawn,
    /// The question goes out with the answer to the call, and is answered with another one.
    Later,
}

/// Judges a request by its words.
pub(super) fn judged(request: &CallRequest, book: &RuleBook) -> Judged {
    let judged = judge(&request.action(), book);
    if request.every { judged.over_all() } else { judged }
}

/// Why there is nothing to ask about.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unbound {
    #[error(transparent)]
    Gate(#[from] Impossible),
    /// Whoever wanted it said beforehand how much consent it may need.
    #[error(
        "it is rated {tier} here, because {why}, and it was only wanted if it is {ceiling}; ask for the command itself \
         to decide about it"
    )]
    Above { tier: Tier, ceiling: Tier, why: String },
    #[error("{0}")]
    Failed(String),
}

/// Puts the facts to a judgement. What is rated above the ceiling is nobody's to agree to.
pub(super) fn bound(
    judged: Judged,
    facts: Facts,
    nonce: &str,
    interactive: bool,
    ceiling: Option<Tier>,
) -> Result<Pending, Unbound> {
    let pending = judged.bind(facts, nonce, interactive)?;
    let verdict = pending.verdict();
    match ceiling.filter(|ceiling| verdict.tier > *ceiling) {
        Some(ceiling) => {
            let why = verdict.deciding().map_or_else(String::new, |reason| reason.text.clone());
            Err(Unbound::Above { tier: verdict.tier, ceiling, why })
        }
        None => Ok(pending),
    }
}

/// Consent there is before anybody is asked.
pub(super) struct Beforehand<'a> {
    /// The person's `--yes`.
    pub waive: Option<Yes>,
    pub grants: &'a [Grant],
    /// The session the call belongs to.
    pub session: &'a str,
    pub now: At,
}

/// The first step, and the grant it rests on: what needs no question is cleared at once.
pub(super) fn begin<'a>(pending: Pending, beforehand: &Beforehand<'a>) -> (Step, Option<&'a Grant>) {
    let mut pending = match pending.automatic() {
        Ok(cleared) => return (Step::Cleared(cleared, None), None),
        Err(pending) => pending,
    };
    for grant in beforehand.grants {
        pending = match pending.granted(grant, beforehand.session, beforehand.now) {
            Ok(cleared) => return (Step::Cleared(cleared, None), Some(grant)),
            Err(pending) => pending,
        };
    }
    let Some(yes) = beforehand.waive else { return (Step::Needs(pending, None), None) };
    let step = match pending.waived(yes) {
        Ok(cleared) => Step::Cleared(cleared, None),
        Err(pending) => Step::Needs(pending, None),
    };
    (step, None)
}

/// What is another now than it was for the command that was cleared: the question to put again.
pub(super) fn still(cleared: Cleared, pending: Pending) -> Step {
    if cleared.digest() == pending.digest() {
        return Step::Cleared(cleared, None);
    }
    let text = pending.changes(cleared.program()).join("; ");
    Step::Needs(pending, Some(Asked { kind: AskedKind::Changed, text }))
}

/// The step after an answer.
pub(super) fn answered(pending: Pending, answer: Answer, replies: &Replies, (session, now): (&str, At)) -> Step {
    let (text, digest) = match answer {
        Answer::Reply { text, digest } => (text, digest),
        Answer::Agreed { digest } => {
            return match pending.agreed_by_program(&digest) {
                Ok(cleared) => Step::Cleared(cleared, None),
                Err(_) => Step::Refused(Decision::Unanswerable),
            };
        }
        Answer::Nobody => return Step::Refused(Decision::Unanswerable),
        Answer::Declined => return Step::Refused(Decision::Denied),
        Answer::Withdrawn | Answer::Later => return Step::Refused(Decision::Withdrawn),
    };
    match pending.answer(&text, &digest, session, now, replies) {
        Answered::Cleared(cleared) => Step::Cleared(cleared, None),
        Answered::Granted(cleared, grant) => Step::Cleared(cleared, Some(grant)),
        Answered::Refused(decision) => Step::Refused(decision),
        Answered::Asked(reply, pending) => {
            let kind = match reply {
                Reply::Explain => AskedKind::Explain,
                Reply::History => AskedKind::History,
                Reply::Plan => AskedKind::Plan,
                Reply::NotEnough => AskedKind::NotEnough,
                _ => AskedKind::Other,
            };
            Step::Needs(pending, Some(Asked { kind, text }))
        }
    }
}

/// The announcement of a judged command.
pub(super) fn announcement(request: &CallRequest, verdict: &Verdict) -> Announcement {
    Announcement {
        call: request.call,
        turn: request.turn,
        command: request.command.clone(),
        reason: request.reason.clone(),
        origin: request.origin,
        verdict: verdict.clone(),
        permission: verdict.permission(),
        granted: None,
    }
}
