//! Chooses among the intents that fit a request: the best explained wins; a near tie between tools or a missing value
//! becomes a question.

use std::collections::BTreeMap;

use super::fit::{self, Candidate, Request, family};
use super::lexicon::Lexicon;
use super::subject::subject;
use super::tokens::{End, Token};
use super::{Planning, Question, Subject, Unsure, render};
use crate::domain::Plan;
use crate::skill::SlotKind;

/// Below this share of explained words the planner does not guess.
const CONFIDENT: f64 = 0.85;

/// What became of a request, and what it was about.
pub(super) struct Understood {
    pub planning: Planning,
    pub subject: Option<Subject>,
    /// The intent takes a namespace and none was said.
    pub open_namespace: bool,
    /// Nothing is changed by it.
    pub reads: bool,
    /// How many words were left over.
    pub left: usize,
}

pub(super) fn plan(tokens: &[Token], lexicon: &Lexicon, filled: &BTreeMap<String, String>) -> Understood {
    let candidates = candidates(tokens, lexicon, filled);
    let nothing =
        |planning| Understood { planning, subject: None, open_namespace: false, reads: true, left: usize::MAX };
    let Some(best) = candidates.first() else {
        let unexplained = content(tokens, lexicon);
        return nothing(match kind_of_object(tokens, lexicon) {
            Some(question) => Planning::Ask(question),
            None => Planning::Unsure(Unsure { unexplained, nearest: None }),
        });
    };
    // A deed must be understood to the last word; looking may leave one over.
    let vague = !best.known.reads && !best.unexplained.is_empty();
    if vague || best.confidence < CONFIDENT {
        let nearest = best.known.intent.examples.keys().next().cloned();
        return nothing(match kind_of_object(tokens, lexicon) {
            Some(question) => Planning::Ask(question),
            None => Planning::Unsure(Unsure { unexplained: best.unexplained.clone(), nearest }),
        });
    }
    if let Some(question) = tie(&candidates) {
        return nothing(Planning::Ask(question));
    }
    let takes_namespace = best.known.intent.slots.values().any(|spec| spec.kind == SlotKind::Namespace);
    let open_namespace = takes_namespace && best.value_of(SlotKind::Namespace).is_none();
    let subject = Some(subject(best));
    let (reads, left) = (best.known.reads, best.unexplained.len());
    if let Some((slot, spec)) = best.missing {
        let planning = Planning::Ask(Question {
            intent: best.known.intent.id.clone(),
            slot: slot.to_owned(),
            text: spec.required.clone().unwrap_or_default(),
            candidates: Vec::new(),
            listing: spec
                .list
                .as_ref()
                .and_then(|list| best.tool.lists.get(list))
                .and_then(|list| render::listing(&best.known.intent.slots, &best.values, best.tool, list)),
        });
        return Understood { planning, subject, open_namespace, reads, left };
    }
    let thought = thought(best);
    let steps = render::steps(&best.known.intent, &best.values, best.all, best.tool);
    let plan = Plan { intent: best.known.intent.id.clone(), thought, steps, fingerprint: None };
    Understood { planning: Planning::Plan(plan), subject, open_namespace, reads, left }
}

/// Every intent that fits at all, the best explained first.
pub(super) fn candidates<'a>(
    tokens: &'a [Token],
    lexicon: &'a Lexicon,
    filled: &BTreeMap<String, String>,
) -> Vec<Candidate<'a>> {
    let only_asks = asks_about_a_deed(tokens, lexicon);
    let request = Request::new(tokens, lexicon);
    let mut candidates: Vec<Candidate<'_>> = lexicon
        .tools
        .iter()
        .flat_map(|tool| tool.intents.iter().map(move |known| (tool, known)))
        .filter(|(_, known)| !only_asks || known.reads)
        .filter(|(_, known)| known.possible(&request.said))
        .filter_map(|(tool, known)| fit::consider(&request, lexicon, tool, known, filled))
        .collect();
    candidates.sort_by(|a, b| b.score.cmp(&a.score).then_with(|| a.known.intent.id.cmp(&b.known.intent.id)));
    candidates
}

/// «restart nginx»: the deed is known and the name, and several kinds of things have such a deed.
fn kind_of_object(tokens: &[Token], lexicon: &Lexicon) -> Option<Question> {
    let said = |token: &Token| !token.told && !lexicon.stop_words.contains(&token.norm) && token.norm != "both";
    let content: Vec<&Token> = tokens.iter().filter(|token| said(token)).collect();
    // «stop web-a and web-b»
    let (verb, names) = content.split_first().filter(|(_, names)| (1..=4).contains(&names.len()))?;
    let means =
        |name: &&Token| lexicon.means_something(&name.norm) && !lexicon.is_usual_name(&name.norm) && !name.literal;
    let plain = |token: &&Token| token.literal && !token.raw.contains('/') || lexicon.is_usual_name(&token.norm);
    let joined = |token: &Token| ["and", "the", "both"].contains(&token.norm.as_str());
    let several = names.iter().all(plain) && tokens.iter().all(|token| joined(token) || said(token));
    if verb.quoted || names.len() > 1 && !several || names.iter().any(means) {
        return None;
    }
    let classes = lexicon.actions.get(&verb.norm).filter(|classes| !classes.contains("show"))?;
    let mut kinds: Vec<String> = Vec::new();
    for tool in &lexicon.tools {
        for known in &tool.intents {
            let intent = &known.intent;
            let acts = intent.actions.iter().any(|action| classes.contains(action));
            let named = intent
                .slots
                .values()
                .any(|spec| spec.required.is_some() && matches!(spec.kind, SlotKind::Name | SlotKind::Names));
            let [needs] = known.needs.as_slice() else { continue };
            let noun = intent.about.clone().or_else(|| tool.singular.get(needs.classes.first()?).cloned());
            if let Some(noun) = noun.filter(|noun| acts && named && !kinds.contains(noun)) {
                kinds.push(noun);
            }
        }
    }
    (kinds.len() > 1).then(|| Question {
        intent: String::new(),
        slot: "object".to_owned(),
        text: format!(
            "What is {}: {}?",
            names.iter().map(|name| name.raw.as_str()).collect::<Vec<_>>().join(", "),
            listed(&kinds)
        ),
        candidates: kinds.clone(),
        listing: None,
    })
}

/// `a, b or c`.
fn listed(words: &[String]) -> String {
    match words.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => words.join(""),
    }
}

/// «should I delete it?», «what happens if I delete it?»: a question, to which the deed is no answer.
fn asks_about_a_deed(tokens: &[Token], lexicon: &Lexicon) -> bool {
    // «do I really need to» asks what «do I need to» asks.
    const OPENING: &[&str] = &[
        "and",
        "but",
        "or",
        "if",
        "whether",
        "when",
        "what",
        "then",
        "because",
        "tell",
        "show",
        "check",
        "see",
        "know",
        "say",
        "find",
        "look",
        "sure",
        "understand",
        "hi",
        "hey",
        "hello",
        "question",
        "curious",
        "remind",
        "explain",
    ];
    const STRESS: &[&str] = &["really", "even", "actually", "ever", "just", "still", "already", "also"];
    let asked = tokens.iter().filter(|token| !token.told && !STRESS.contains(&token.norm.as_str()));
    let words: Vec<&Token> = asked.take_while(|token| !token.quoted).collect();
    // «the pod that was moved»: only where a clause begins, or behind what makes a question, is a question asked.
    let begins = |at: usize| {
        let before = words[..at].iter().rev().take_while(|token| token.end == End::Nothing);
        before
            .into_iter()
            .all(|token| lexicon.stop_words.contains(&token.norm) || OPENING.contains(&token.norm.as_str()))
    };
    // «did api start? compose»: where the rest asks for nothing, the question is what was meant.
    let spoken = words.iter().any(|token| lexicon.actions.contains_key(&token.norm));
    let whole: Vec<&Token> = tokens.iter().take_while(|token| !token.quoted).collect();
    is_a_question(if spoken { &words } else { &whole }, lexicon)
        || lexicon.asking_first.iter().any(|phrase| {
            let phrase: Vec<&str> = phrase.split_whitespace().collect();
            let fits = |window: &[&Token]| window.iter().zip(&phrase).all(|(token, word)| token.norm == *word);
            words.windows(phrase.len()).enumerate().any(|(at, window)| fits(window) && begins(at))
        })
}

/// «is worker-3 drained», «can ci-bot delete pods»: it begins with what asks whether something is so.
fn is_a_question(words: &[&Token], lexicon: &Lexicon) -> bool {
    const WHETHER: &[&str] =
        &["is", "are", "was", "were", "will", "does", "did", "has", "had", "must", "should", "might", "shall"];
    // «would 'compose down' also erase the volumes?»
    if let [first] = words {
        return first.norm == "would" || WHETHER.contains(&first.norm.as_str());
    }
    // «in the compose stack is everything up»: the place stands first.
    let placed = words.first().is_some_and(|first| ["in", "on", "for", "with"].contains(&first.norm.as_str()));
    let asks = |at: &usize| {
        let which = ["that", "which", "what", "who"].contains(&words[at - 1].norm.as_str());
        ["is", "are", "was", "were", "does", "did"].contains(&words[*at].norm.as_str()) && !which
    };
    let begin = (2..words.len().min(7)).find(asks).filter(|at| {
        placed && !words[..*at].iter().any(|token| token.end > End::Nothing || lexicon.is_deed(&token.norm))
    });
    let words = &words[begin.unwrap_or(0)..];
    let [first, second, third, ..] = words else { return false };
    // «is web down? then restart it», not «is web running? (compose)»
    let ended = words[..words.len() - 1].iter().position(|token| token.end > End::Nothing);
    if ended.is_some_and(|last| words[last + 1..].iter().any(|token| lexicon.actions.contains_key(&token.norm))) {
        return false;
    }
    let able = ["can", "could", "may"].contains(&first.norm.as_str())
        && !lexicon.stop_words.contains(&second.norm)
        && !lexicon.means_something(&second.norm)
        && lexicon.actions.contains_key(&third.norm);
    // «would compose up recreate web?»; «would you» and «would be nice» ask for it.
    const WISHES: &[&str] =
        &["you", "someone", "somebody", "anyone", "anybody", "it", "like", "love", "be", "appreciate", "mind"];
    let would = first.norm == "would" && !WISHES.contains(&second.norm.as_str());
    able || would || WHETHER.contains(&first.norm.as_str()) && second.norm != "you"
}

fn thought(best: &Candidate<'_>) -> String {
    // Slots that only explain words of the request say nothing about the command.
    let used = best.values.iter().filter(|(name, _)| best.known.used.contains(*name));
    let slots: Vec<String> = used.map(|(name, value)| format!("{name} = {}", value.shown())).collect();
    let all = if best.all { ", over all of them" } else { "" };
    if slots.is_empty() {
        format!("Recognised {}{all}.", best.known.intent.id)
    } else {
        format!("Recognised {} with {}{all}.", best.known.intent.id, slots.join(", "))
    }
}

/// The question which tool is meant, when two tools explain a request equally well.
fn tie(candidates: &[Candidate<'_>]) -> Option<Question> {
    let best = candidates.first()?;
    let mut tools = vec![family(&best.known.intent).to_owned()];
    for other in &candidates[1..] {
        let near = best.score - other.score <= 2 && other.confidence >= CONFIDENT;
        let family = family(&other.known.intent).to_owned();
        if near && !tools.contains(&family) && !best.evidence && !other.evidence {
            tools.push(family);
        }
    }
    (tools.len() > 1).then(|| Question {
        intent: String::new(),
        slot: "tool".to_owned(),
        text: format!("Do you mean {}?", listed(&tools)),
        candidates: tools.clone(),
        listing: None,
    })
}

fn content(tokens: &[Token], lexicon: &Lexicon) -> Vec<String> {
    tokens.iter().filter(|token| !lexicon.stop_words.contains(&token.norm)).map(|token| token.raw.clone()).collect()
}
