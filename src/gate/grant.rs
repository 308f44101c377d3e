//! What a person may grant beyond one run, and what a grant covers.
//!
//! Owns the width of a grant: the approval tier only, a rule of a skill and
//! nothing that raised it, never more than the dialog said.

use sha2::{Digest, Sha256};

use super::judge::Called;
use super::reach::Reach;
use crate::domain::{At, Grant, GrantKind, GrantOffer, Granted, KubeTarget, Lane, Scope, Source, Tier, Verdict, hex};
use crate::skill::Endpoint;

/// How long a verb in one place may run unasked.
const SCOPE_MINUTES: u64 = 30;
/// A session that is never closed ends its grants all the same.
const SESSION_HOURS: u64 = 12;

/// The options that name the namespace, which is compared by itself.
const NAMESPACE: &[&str] = &["-n", "--namespace"];

/// What of a judged line could be granted as a scope: one command, its cluster known, no option that raised it.
pub(super) fn scope(verdict: &Verdict, calls: &[Called], reach: &[Reach], kube: Option<&KubeTarget>) -> Option<Scope> {
    let ([part], [call], [reach]) = (verdict.parts.as_slice(), calls, reach) else { return None };
    let asking: Vec<_> = part.reasons.iter().filter(|reason| reason.tier >= Tier::Approval).collect();
    let by_one_rule = matches!(asking.as_slice(), [only] if matches!(only.source, Source::Skill { .. }));
    // Where the line itself names another end, the target that was looked up says nothing about it.
    let as_the_skill_has_it = call.vouched && !call.runs_others;
    if !by_one_rule
        || !as_the_skill_has_it
        || reach.endpoint != Some(Endpoint::Kube)
        || reach.pin.is_none()
        || !reach.files.is_empty()
    {
        return None;
    }
    let kube = kube?;
    let option = |names: &[&str]| call.options.iter().find(|(name, _)| names.contains(&name.as_str()));
    // Wider than a namespace, or a trial run, which promises nothing about the real one.
    if option(&["-A", "--all-namespaces", "--all", "--dry-run"]).is_some() {
        return None;
    }
    let namespace = match option(NAMESPACE) {
        Some((_, value)) => value.clone()?,
        None => kube.namespace.clone(),
    };
    let kind = call.operands.first()?.split('/').next()?.to_owned();
    // Whatever is named as kind/name must be of the one kind; `app=host/image` names nothing.
    let mut kinds = call.operands.iter().filter_map(|operand| operand.split_once('/')).map(|(kind, _)| kind);
    if kinds.any(|other| !other.contains('=') && other != kind) {
        return None;
    }
    let names = call.options.iter().map(|(name, _)| name).filter(|name| !NAMESPACE.contains(&name.as_str()));
    let mut options: Vec<String> = names.cloned().collect();
    options.sort();
    options.dedup();
    Some(Scope {
        program: call.program.clone(),
        path: call.path.clone(),
        kind,
        namespace,
        context: kube.context.clone(),
        server: kube.server.clone(),
        options,
    })
}

/// What the dialog may offer beside a single yes.
pub(super) fn offers(verdict: &Verdict, scope: Option<&Scope>) -> Vec<GrantOffer> {
    if verdict.tier != Tier::Approval {
        return Vec::new();
    }
    let mut offers = Vec::new();
    // A line nobody read word for word is asked about each time.
    if verdict.lane == Lane::Simple {
        let text = "exactly this command until the session ends".to_owned();
        offers.push(GrantOffer { kind: GrantKind::Session, text });
    }
    if let Some(scope) = scope {
        offers.push(GrantOffer {
            kind: GrantKind::Scope,
            text: format!("{} for {SCOPE_MINUTES} minutes", scope.words()),
        });
    }
    offers
}

impl Grant {
    /// A grant given now.
    pub(super) fn new(what: Granted, session: &str, now: At) -> Grant {
        let seconds = match what {
            Granted::Exact { .. } => SESSION_HOURS * 3600,
            Granted::Scope { .. } => SCOPE_MINUTES * 60,
        };
        let mut hash = Sha256::new();
        hash.update(serde_json::to_vec(&what).unwrap_or_default());
        hash.update(session.as_bytes());
        hash.update(now.rfc3339().as_bytes());
        let id = hex(hash.finalize().get(..4).unwrap_or_default());
        Grant { id, what, session: session.to_owned(), given: now, expires: now.later(seconds) }
    }

    /// Whether it still counts, in this session. A clock that was set back ends it.
    pub fn holds(&self, session: &str, now: At) -> bool {
        let here = match self.what {
            Granted::Exact { .. } => self.session == session,
            Granted::Scope { .. } => true,
        };
        here && self.given <= now && now < self.expires
    }
}
