//! What a command does and to which objects: which effect of the skill's
//! table fits, what is named, and which name must be typed before it may run.

use super::book::ProgramRules;
use super::canonical::{Call, OptionUse, Standing, triggered};
use crate::skill::{EffectRule, Pattern, Profile};

/// `pod/web1` is typed as `web1`.
pub(super) fn last_part(name: &str) -> String {
    name.rsplit('/').find(|part| !part.is_empty()).unwrap_or(name).to_owned()
}

pub(super) fn effect<'a>(call: &Call, words: &[String], rules: &'a ProgramRules) -> Option<&'a EffectRule> {
    let liked = |rule: &EffectRule| rule.like.iter().any(|form| is_like(form, call));
    let matching = rules.effects_over(&call.path).filter(|(_, rule)| {
        (rule.flags.is_empty() && rule.like.is_empty())
            || liked(rule)
            || rule.flags.iter().any(|flag| {
                triggered(flag, words, rules.profile.as_deref().map(|profile| (profile, call.path.as_slice())))
            })
    });
    // The longest path, and on one path the effect of an option or operand that stands there to the letter (`--force`
    // is no short form of `--force-with-lease`), then of one that may be meant, and of two that both stand there the
    // graver; of two alike the later.
    let exact = |rule: &EffectRule| {
        rule.flags.iter().any(|flag| words.iter().any(|word| word.split('=').next() == Some(flag.as_str())))
    };
    let special = |rule: &EffectRule| !rule.flags.is_empty() || !rule.like.is_empty();
    let rank = |rule: &EffectRule| (exact(rule) || liked(rule), special(rule), rule.always_name);
    matching.max_by_key(|(path, rule)| (path.len(), rank(rule))).map(|(_, rule)| rule)
}

/// Of an option that stands there more than once the last counts: an earlier one may say the opposite.
fn is_like(form: &Pattern, call: &Call) -> bool {
    if !form.text().starts_with('-') {
        return call.operands.iter().any(|word| form.fits(word));
    }
    // What nobody knows may take the next word for its value.
    if call.options.iter().any(|option| option.standing == Standing::Unknown) {
        return false;
    }
    let is_last = |at: usize, option: &OptionUse| !call.options[at + 1..].iter().any(|later| later.name == option.name);
    call.options.iter().enumerate().any(|(at, option)| is_last(at, option) && form.fits(&option.text()))
}

pub(super) fn named(call: &Call, effect: Option<&EffectRule>) -> Vec<String> {
    let Some(place) = effect.and_then(|effect| effect.objects.as_ref()) else { return Vec::new() };
    // KIND/NAME operands stand for themselves, so nothing is skipped before them.
    let skip = if call.operands.first().is_some_and(|operand| operand.contains('/')) { 0 } else { place.skip };
    call.operands.iter().skip(skip).cloned().collect()
}

/// The name that must be typed: more than one object, or nobody can say how many.
pub(super) fn name_to_type(
    call: &Call,
    words: &[String],
    effect: Option<&EffectRule>,
    objects: &[String],
    profile: &Profile,
) -> Option<String> {
    let effect = effect?;
    let unknown = effect.unknown_count.iter().any(|flag| triggered(flag, words, Some((profile, &call.path))));
    let kind = call.operands.first().is_some_and(|operand| {
        let kind = operand.split('/').next().unwrap_or(operand);
        effect.name_kinds.iter().any(|name| name == kind)
    });
    let nameless = effect.objects.is_some() && objects.is_empty();
    if !(effect.always_name || unknown || kind || nameless || objects.len() > 1) {
        return None;
    }
    let name = objects.first().or_else(|| call.operands.last()).or_else(|| call.path.last());
    Some(last_part(name.unwrap_or(&call.program)))
}
