//! Matches a request against every intent: what must be said, what may not,
//! which values are there, which words stay unexplained. The best explained
//! intent wins; a near tie between tools or a missing value becomes a question.

use std::collections::{BTreeMap, BTreeSet};

use super::lexicon::{Lexicon, Tool};
use super::matching::{Mark, Matching};
use super::slots::{self, Value};
use super::tokens::Token;
use super::{Planning, Question, Unsure, render};
use crate::domain::Plan;
use crate::skill::{Intent, SlotKind, SlotSpec};

struct Candidate<'a> {
    tool: &'a Tool,
    intent: &'a Intent,
    score: i64,
    confidence: f64,
    values: BTreeMap<String, Value>,
    all: bool,
    missing: Option<(&'a str, &'a SlotSpec)>,
    unexplained: Vec<String>,
    evidence: bool,
}

/// Below this share of explained words the planner does not guess.
const CONFIDENT: f64 = 0.85;

pub(super) fn plan(tokens: &[Token], lexicon: &Lexicon, filled: &BTreeMap<String, String>) -> Planning {
    let only_asks = asks_about_a_deed(tokens, lexicon);
    let mut candidates: Vec<Candidate<'_>> = lexicon
        .tools
        .iter()
        .flat_map(|tool| tool.intents.iter().map(move |intent| (tool, intent)))
        .filter(|(_, intent)| !only_asks || reads(intent))
        .filter_map(|(tool, intent)| consider(tokens, lexicon, tool, intent, filled))
        .collect();
    candidates.sort_by(|a, b| b.score.cmp(&a.score).then_with(|| a.intent.id.cmp(&b.intent.id)));
    let Some(best) = candidates.first() else {
        return Planning::Unsure(Unsure { unexplained: content(tokens, lexicon), nearest: None });
    };
    // A deed must be understood to the last word; looking may leave one over.
    let vague = !reads(best.intent) && !best.unexplained.is_empty();
    if vague || best.confidence < CONFIDENT {
        let nearest = best.intent.examples.keys().next().cloned();
        return Planning::Unsure(Unsure { unexplained: best.unexplained.clone(), nearest });
    }
    if let Some(question) = tie(&candidates) {
        return Planning::Ask(question);
    }
    if let Some((slot, spec)) = best.missing {
        return Planning::Ask(Question {
            intent: best.intent.id.clone(),
            slot: slot.to_owned(),
            text: spec.required.clone().unwrap_or_default(),
            candidates: Vec::new(),
        });
    }
    let thought = thought(best);
    let steps = render::steps(best.intent, &best.values, best.all, best.tool);
    Planning::Plan(Plan { intent: best.intent.id.clone(), thought, steps, fingerprint: None })
}

/// «should I delete it?», «what happens if I delete it?»: a question, to which the deed is no answer.
fn asks_about_a_deed(tokens: &[Token], lexicon: &Lexicon) -> bool {
    let words: Vec<&str> = tokens.iter().take_while(|token| !token.quoted).map(|token| token.norm.as_str()).collect();
    lexicon.asking_first.iter().any(|phrase| {
        let phrase: Vec<&str> = phrase.split_whitespace().collect();
        words.windows(phrase.len()).any(|window| window == phrase)
    })
}

/// Whether an intent only looks.
fn reads(intent: &Intent) -> bool {
    const LOOKING: &[&str] = &["show", "count", "describe", "search", "test", "follow", "compare"];
    intent.actions.iter().all(|action| action == "any" || LOOKING.contains(&action.as_str()))
}

fn thought(best: &Candidate<'_>) -> String {
    // Slots that only explain words of the request say nothing about the command.
    let used = best.values.iter().filter(|(name, _)| render::uses(best.intent, name));
    let slots: Vec<String> = used.map(|(name, value)| format!("{name} = {}", value.shown())).collect();
    let all = if best.all { ", over all of them" } else { "" };
    if slots.is_empty() {
        format!("Recognised {}{all}.", best.intent.id)
    } else {
        format!("Recognised {} with {}{all}.", best.intent.id, slots.join(", "))
    }
}

/// The question which tool is meant, when two tools explain a request equally well.
fn tie(candidates: &[Candidate<'_>]) -> Option<Question> {
    let best = candidates.first()?;
    let mut tools = vec![best.tool.name.clone()];
    for other in &candidates[1..] {
        let near = best.score - other.score <= 2 && other.confidence >= CONFIDENT;
        if near && !tools.contains(&other.tool.name) && !best.evidence && !other.evidence {
            tools.push(other.tool.name.clone());
        }
    }
    (tools.len() > 1).then(|| Question {
        intent: String::new(),
        slot: "tool".to_owned(),
        text: format!("Do you mean {}?", tools.join(" or ")),
        candidates: tools.clone(),
    })
}

fn content(tokens: &[Token], lexicon: &Lexicon) -> Vec<String> {
    tokens.iter().filter(|token| !lexicon.stop_words.contains(&token.norm)).map(|token| token.raw.clone()).collect()
}

fn consider<'a>(
    tokens: &'a [Token],
    lexicon: &'a Lexicon,
    tool: &'a Tool,
    intent: &'a Intent,
    filled: &BTreeMap<String, String>,
) -> Option<Candidate<'a>> {
    let mut matching = Matching {
        tokens,
        lexicon,
        tool,
        marks: vec![Mark::Free; tokens.len()],
        anchors: Vec::new(),
        values: BTreeMap::new(),
    };
    if let Some(chosen) = filled.get("tool")
        && *chosen != tool.name
    {
        return None;
    }
    if intent.bars.iter().any(|bar| present(&matching, bar).is_some()) {
        return None;
    }
    let needs = needs(&mut matching, intent)?;
    let action = action(&mut matching, intent)?;
    slots::fill_flags(&mut matching, intent);
    for (slot, text) in filled {
        if let Some(spec) = intent.slots.get(slot) {
            matching.values.insert(slot.clone(), Value::answered(spec.kind, text));
        }
    }
    slots::fill(&mut matching, intent);
    let mut evidence = filled.contains_key("tool");
    for word in tool.evidence.iter().chain([&tool.name]) {
        if let Some((start, length)) = matching.find(&word.to_lowercase()) {
            evidence = true;
            matching.mark(start, length, Mark::Used);
        }
    }
    let all = mark_all(&mut matching, intent);
    let missing = intent
        .slots
        .iter()
        .find(|(name, spec)| {
            spec.required.is_some()
                && spec.default.is_none()
                && !matching.values.contains_key(*name)
                && !(all && is_object(intent, name))
        })
        .map(|(name, spec)| (name.as_str(), spec));
    let (explained, unexplained) = weigh(&matching);
    let lost: i64 = unexplained.iter().map(|(_, weight)| *weight).sum();
    let confidence = if explained + lost == 0 { 0.0 } else { to_share(explained, explained + lost) };
    let values = i64::try_from(matching.values.len()).unwrap_or(0);
    let mut score = explained * 10 - lost * 12 + values * 2 + needs * 3 + action;
    if evidence {
        score += 4;
    }
    if missing.is_some() {
        score -= 9;
    }
    Some(Candidate {
        tool,
        intent,
        score,
        confidence,
        values: matching.values,
        all,
        missing,
        unexplained: unexplained.into_iter().map(|(word, _)| word).collect(),
        evidence,
    })
}

#[expect(clippy::cast_precision_loss, reason = "both are small counts of words")]
fn to_share(part: i64, whole: i64) -> f64 {
    part as f64 / whole as f64
}

/// Whether a slot is what «all» stands for: it is used by the command and not by the listing form.
fn is_object(intent: &Intent, slot: &str) -> bool {
    matches!(intent.slots.get(slot).map(|spec| spec.kind), Some(SlotKind::Name | SlotKind::Names | SlotKind::Path))
}

fn present(matching: &Matching<'_>, phrase: &str) -> Option<(usize, usize)> {
    match phrase.strip_prefix('@') {
        Some(class) => matching.find_class(class),
        None => matching.find(&phrase.to_lowercase()),
    }
}

/// Finds what the intent needs. The longest alternative of each list counts.
fn needs(matching: &mut Matching<'_>, intent: &Intent) -> Option<i64> {
    let mut words = 0;
    for alternatives in &intent.needs {
        let found = alternatives.iter().filter_map(|phrase| {
            present(matching, phrase).map(|(start, length)| (length, std::cmp::Reverse(start), phrase.starts_with('@')))
        });
        let (length, std::cmp::Reverse(start), _) = found.max()?;
        matching.mark(start, length, Mark::Used);
        matching.anchors.push(start);
        words += i64::try_from(length).unwrap_or(1);
        // What says the same thing again is explained too.
        for phrase in alternatives {
            if let Some((start, length)) = present(matching, phrase) {
                matching.mark(start, length, Mark::Used);
            }
        }
    }
    Some(words)
}

/// Finds the action. Returns its weight, or `None` when another action was asked for.
fn action(matching: &mut Matching<'_>, intent: &Intent) -> Option<i64> {
    let wanted: BTreeSet<&str> = intent.actions.iter().map(String::as_str).collect();
    let mut explicit = 0;
    let mut other = false;
    let mut index = 0;
    while index < matching.tokens.len() {
        let Some((length, classes)) = action_at(matching, index) else {
            index += 1;
            continue;
        };
        let fits = classes.iter().any(|class| wanted.contains(class.as_str()));
        let shows = classes.contains("show");
        let used = (index..index + length).all(|at| matching.marks[at] == Mark::Used);
        if fits {
            matching.mark(index, length, Mark::Used);
            // A show word beside another action is only politeness.
            explicit = explicit.max(if shows { 1 } else { 5 });
        } else if shows {
            matching.mark(index, length, Mark::Used);
        } else if !used {
            other = true;
        }
        index += length;
    }
    if explicit > 0 || wanted.contains("any") {
        return Some(explicit);
    }
    // Noun-only requests and questions are requests to see.
    (wanted.contains("show") && !other).then_some(0)
}

fn action_at<'a>(matching: &Matching<'a>, index: usize) -> Option<(usize, &'a BTreeSet<String>)> {
    let lexicon = matching.lexicon;
    let longest = lexicon.longest_phrase.min(matching.tokens.len() - index);
    (1..=longest).rev().find_map(|length| {
        let span = &matching.tokens[index..index + length];
        if span.iter().any(|token| token.quoted) || matching.marks[index..index + length].contains(&Mark::Value) {
            return None;
        }
        let phrase: Vec<&str> = span.iter().map(|token| token.norm.as_str()).collect();
        lexicon.actions.get(&phrase.join(" ")).map(|classes| (length, classes))
    })
}

/// Whether the request is about all objects, where the intent can take that.
fn mark_all(matching: &mut Matching<'_>, intent: &Intent) -> bool {
    let named = intent.slots.keys().any(|slot| is_object(intent, slot) && matching.values.contains_key(slot));
    let reads = intent.actions.iter().any(|action| action == "show" || action == "count");
    let mut all = false;
    for index in 0..matching.tokens.len() {
        if matching.free(index) && matching.lexicon.all_words.contains(matching.norm(index)) {
            if intent.all.is_some() && !named {
                all = true;
                matching.mark(index, 1, Mark::Used);
            } else if reads {
                matching.mark(index, 1, Mark::Used);
            }
        }
    }
    all
}

/// Weights of explained and unexplained content words.
fn weigh(matching: &Matching<'_>) -> (i64, Vec<(String, i64)>) {
    let mut explained = 0;
    let mut unexplained = Vec::new();
    for (index, token) in matching.tokens.iter().enumerate() {
        let restricts = matching.lexicon.restricting.contains(&token.norm);
        match matching.marks[index] {
            Mark::Used | Mark::Value => explained += 1,
            Mark::Free if !token.quoted && matching.lexicon.stop_words.contains(&token.norm) => {}
            // `not`, `except`, `only` change what is meant; a guess would be wrong.
            // A number, a path, a quoted word was said for a purpose; dropping it would be worse than asking.
            Mark::Free => {
                let weight = match (restricts, token.literal) {
                    (true, _) => 4,
                    (false, true) => 2,
                    (false, false) => 1,
                };
                unexplained.push((token.raw.clone(), weight));
            }
        }
    }
    (explained, unexplained)
}
