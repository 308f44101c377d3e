//! The rows of an approval request in the product's words, the same in the
//! dialog and on the command line. Presents a verdict and never judges.

use super::escape;
use crate::domain::{GrantKind, GrantOffer, Origin, Reversible, Surroundings, Tier, Verdict};

/// The heading.
pub fn title(tier: Tier) -> &'static str {
    match tier {
        Tier::Destructive => "APPROVAL REQUIRED — DESTRUCTIVE OPERATION",
        _ => "APPROVAL REQUIRED",
    }
}

/// The *Tier* row: `Destructive`.
pub fn tier(tier: Tier) -> &'static str {
    match tier {
        Tier::Auto => "Auto",
        Tier::Approval => "Requires approval",
        Tier::Destructive => "Destructive",
    }
}

/// The *Effect* row.
pub fn effect(verdict: &Verdict) -> &str {
    verdict.effect().map_or("unknown effect", |effect| effect.text.as_str())
}

/// The *Reversible* row: `No — the container's files are gone at once`.
pub fn reversible(verdict: &Verdict) -> String {
    let Some(effect) = verdict.effect() else { return "unknown".to_owned() };
    let word = match effect.reversible {
        Reversible::Yes => "Yes",
        Reversible::No => "No",
        Reversible::Unknown => "Unknown",
    };
    if effect.detail.is_empty() { word.to_owned() } else { format!("{word} — {}", effect.detail) }
}

/// The *Safer* row: what a careful person would do instead, where the skill knows.
pub fn safer(verdict: &Verdict) -> Option<&str> {
    verdict.effect().and_then(|effect| effect.safer.as_deref())
}

/// What to keep in mind about who proposed it.
pub fn origin(origin: Origin) -> Option<&'static str> {
    match origin {
        Origin::Planned | Origin::Model => None,
        Origin::AfterOutput => Some("proposed after the model read output, which others may have written"),
    }
}

/// What may be agreed to beside one run: the word to type, and exactly what it grants.
pub fn offers(offers: &[GrantOffer]) -> Vec<(&'static str, String)> {
    let rows = offers.iter().map(|offer| {
        let word = match offer.kind {
            GrantKind::Session => "yes, this session",
            GrantKind::Scope => "yes, for 30m",
        };
        (word, format!("execute, and ask no more about {}", escape::line(&offer.text)))
    });
    rows.collect()
}

/// The *Where* row: directory, cluster and namespace, docker context; names from outside are escaped.
pub fn place(place: &Surroundings) -> String {
    let mut parts = vec![escape::line(&place.cwd)];
    if let Some(context) = &place.kube_context {
        let namespace = place.namespace.as_deref().unwrap_or("default");
        parts.push(format!("kube {}/{}", escape::line(context), escape::line(namespace)));
    }
    if let Some(docker) = &place.docker_context {
        parts.push(format!("docker {}", escape::line(docker)));
    }
    parts.join(" · ")
}
