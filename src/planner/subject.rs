//! What a planned request is about, from the intent it became: what a pronoun after it stands for.

use super::Subject;
use super::fit::Candidate;
use super::slots::{self, Value};
use crate::skill::SlotKind;

/// What a request is about: what a pronoun after it stands for.
pub(super) fn subject(best: &Candidate<'_>) -> Subject {
    let kind = best.value_of(SlotKind::Kind).or_else(|| best.value_of(SlotKind::Kinds));
    let kind = kind.filter(|kind| !kind.text.contains(',')).map(|value| value.text.clone());
    let kind = kind.or_else(|| {
        let slot =
            best.known.intent.slots.values().find(|spec| matches!(spec.kind, SlotKind::Kind | SlotKind::Kinds))?;
        slot.default.clone()
    });
    let singular = |written: &String| best.tool.singular.get(written).cloned().unwrap_or_else(|| written.clone());
    let of_needs = || best.known.needs.iter().find_map(|need| need.classes.first()).cloned();
    let of_choice = || {
        let spec = best.known.intent.slots.get("kind").filter(|spec| spec.kind == SlotKind::Choice)?;
        best.values.get("kind").map(|value| value.text.clone()).or_else(|| spec.default.clone())
    };
    // The word that announces the object says what it is: `container` in «the logs of container web1».
    let of_cue = || {
        let objects = best.known.intent.slots.values().filter(|spec| spec.required.is_some());
        let mut cues = objects.flat_map(|spec| spec.after.iter());
        cues.find(|cue| best.tool.nouns.contains_key(*cue) || best.tool.evidence.iter().any(|word| word == *cue))
            .map(str::to_owned)
    };
    // «restart compose service web»: what could be left out and was named says more than what the intent is about.
    let named = || {
        let objects = best.known.intent.slots.iter();
        let objects = objects.filter(|(_, spec)| slots::names_things(spec.kind) && spec.required.is_none());
        let (name, spec) = objects.into_iter().find(|(name, spec)| {
            best.known.used.contains(*name) && spec.after.contains(name) && best.values.contains_key(*name)
        })?;
        let tool = |cue: &&str| {
            cue.split_once(' ')
                .is_some_and(|(first, last)| last == name && best.tool.evidence.iter().any(|word| word == first))
        };
        Some(spec.after.iter().find(tool).unwrap_or(name).to_owned())
    };
    let about = || best.known.intent.about.clone();
    let noun = named().or_else(about).or(kind).or_else(of_choice).or_else(of_needs).or_else(of_cue);
    let noun = noun.map(|noun| singular(&noun));
    let object =
        best.known.intent.slots.iter().filter(|(_, spec)| spec.required.is_some() || spec.kind == SlotKind::Names);
    let object = object
        .filter(|(name, spec)| {
            let number = spec.kind == SlotKind::Number && name.as_str() == "pid";
            number
                || matches!(
                    spec.kind,
                    SlotKind::Name
                        | SlotKind::Ref
                        | SlotKind::Names
                        | SlotKind::Path
                        | SlotKind::Paths
                        | SlotKind::Host
                        | SlotKind::Image
                )
        })
        .filter_map(|(name, spec)| Some((name.as_str(), spec.kind, best.values.get(name)?)));
    let objects: Vec<(&str, SlotKind, &Value)> = object.collect();
    // What was given another name goes by that one. «merge dev into main, then delete it»: of two of a kind neither is.
    let alike = |kind: SlotKind| objects.iter().filter(|(_, other, _)| kind_of(*other) == kind_of(kind)).count() > 1;
    let chosen = objects.iter().max_by_key(|(name, ..)| *name == "new");
    let names = chosen
        .filter(|(name, kind, _)| *name == "new" || !alike(*kind))
        .map(|(_, _, value)| value.text.split(slots::BETWEEN_NAMES).map(str::to_owned).collect())
        .unwrap_or_default();
    Subject {
        noun: noun.unwrap_or_default(),
        names,
        namespace: best.value_of(SlotKind::Namespace).map(|value| value.text.clone()),
        tool: best.tool.name.clone(),
    }
}

/// A name or several, a path or several.
fn kind_of(kind: SlotKind) -> SlotKind {
    match kind {
        SlotKind::Names => SlotKind::Name,
        SlotKind::Paths => SlotKind::Path,
        other => other,
    }
}
