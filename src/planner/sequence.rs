//! A request of several deeds, «restart it and then show its logs»: each part planned by itself, with what the parts before
//! it named, as one plan of which each step follows the one before.
//!
//! Owns what one part gives to another: its tool, its namespace, its object and its kind. Where the parts end is told by
//! `clauses`; what one part means, by the planner.

use std::collections::BTreeMap;

use super::clauses;
use super::context::{Context, Subject};
use super::forbidden::hesitates;
use super::frame::Understood;
use super::lexicon::{CORE, Lexicon};
use super::literal;
use super::stays::{self, leans};
use super::telling;
use super::tokens::{self, End, Token};
use super::{Planning, single};
use crate::domain::Plan;

/// Command lines joined by words, each left as it is; `None` unless all are command lines.
pub(super) fn literal_sequence(parts: &[String], lexicon: &Lexicon) -> Option<Plan> {
    if parts.len() < 2 {
        return None;
    }
    let plans: Option<Vec<Plan>> = parts.iter().map(|part| literal::plan(part, lexicon)).collect();
    plans?.into_iter().reduce(joined)
}

/// What became of the parts of a request.
enum InParts {
    Planned(Understood),
    /// The part at this place has to be asked about.
    Asked(usize, Understood),
}

/// A plan of several parts, each planned by itself; a question when one part needs it; `None` when one is not
/// understood. With `typed` a part may also be a command line.
pub(super) fn sequence(
    parts: &[Vec<Token>],
    lexicon: &Lexicon,
    filled: &BTreeMap<String, String>,
    context: &Context,
    typed: bool,
) -> Option<Understood> {
    let (index, asked) = match in_parts(parts, lexicon, filled, context, typed)? {
        InParts::Planned(planned) => return Some(planned),
        InParts::Asked(index, asked) => (index, asked),
    };
    let Planning::Ask(question) = &asked.planning else { return Some(asked) };
    if question.slot != "object" {
        return Some(asked);
    }
    let said = |more: &[Token]| {
        let mut parts = parts.to_vec();
        parts[index].extend_from_slice(more);
        match in_parts(&parts, lexicon, filled, context, typed)? {
            InParts::Planned(planned) => Some(planned),
            InParts::Asked(..) => None,
        }
    };
    // «restart db and show its logs, it's a compose service»
    if let Some(tool) = parts.iter().flatten().find(|token| token.told && names_a_tool(token, lexicon)) {
        let named = parts[index].iter().any(|token| names_a_tool(token, lexicon));
        let with_it = || said(&[Token { told: false, ..tool.clone() }]);
        return (!named).then(with_it).flatten().or(Some(asked));
    }
    // «stop postgresql and then disable it»: only a service can be both.
    let mut fitting = question.candidates.iter().filter_map(|kind| said(&tokens::cut(kind, lexicon)));
    let only = fitting.next().filter(|_| fitting.next().is_none());
    only.or(Some(asked))
}

/// Each part planned with what those before it named; `None` when one is not understood.
fn in_parts(
    parts: &[Vec<Token>],
    lexicon: &Lexicon,
    filled: &BTreeMap<String, String>,
    context: &Context,
    typed: bool,
) -> Option<InParts> {
    // «I still need main.go, discard my changes» asks for nothing to be shown.
    if parts.iter().any(|part| stays::still_needs(part)) || parts[1..].iter().any(|part| hesitates(part)) {
        return None;
    }
    let mut whole: Option<Plan> = None;
    let mut context = context.clone();
    let mut reads = true;
    let mut tool: Option<Token> = None;
    let mut told_a_state = false;
    let parts = &with_their_verbs(parts, lexicon);
    for (index, part) in parts.iter().enumerate() {
        let line: Vec<&str> = part.iter().map(|token| token.raw.as_str()).collect();
        let line = literal::plan(&line.join(" "), lexicon).filter(|_| typed && !part.iter().any(|token| token.quoted));
        let mut understood = match line {
            Some(plan) => {
                let planning = Planning::Plan(plan);
                Understood { planning, subject: None, open_namespace: false, reads: false, left: 0 }
            }
            None => single(part, lexicon, filled, &context),
        };
        if !matches!(understood.planning, Planning::Plan(_))
            && let Some(shared) = parts.get(index + 1).and_then(|next| clauses::shared(part, next, lexicon))
        {
            understood = single(&shared, lexicon, filled, &context);
        }
        // «restart compose service web and show its logs»: the tool that was named goes on; «pull the new images and then
        // recreate the compose stack» names it at the end.
        let deed = || {
            let mut words = part.iter().filter(|token| !lexicon.stop_words.contains(&token.norm));
            let first = words.next();
            // «remove web and then push the branch»: what is taken away is not told by what comes later.
            first.is_some_and(|first| lexicon.is_deed(&first.norm) && !lexicon.takes_away(&first.norm))
        };
        let later = || {
            // «…, it's the compose service» says what was meant.
            let begins = |part: &&Vec<Token>| part.first().is_some_and(|first| lexicon.is_deed(&first.norm));
            let said = |part: &&Vec<Token>| {
                begins(part) && !part.iter().any(|token| ["it's", "they're"].contains(&&*token.norm))
            };
            let mut after = parts[index + 1..].iter().filter(|part| deed() && said(part)).flatten();
            after.find(|token| !token.told && names_a_tool(token, lexicon))
        };
        if let Some(tool) = tool.as_ref().or_else(later)
            && !matches!(understood.planning, Planning::Plan(_))
        {
            let again = single(&part.iter().chain([tool]).cloned().collect::<Vec<_>>(), lexicon, filled, &context);
            let of_it = again.subject.as_ref().is_some_and(|subject| is_of(tool, &subject.tool, lexicon));
            if of_it && matches!(again.planning, Planning::Plan(_)) {
                understood = again;
            }
        }
        // «roll back web to 3 and check the status afterwards»: what the tool before can mean is meant of it.
        if let Some(again) = of_the_same_tool(&understood, part, lexicon, filled, &context) {
            understood = again;
        }
        tool = part.iter().find(|token| !token.told && names_a_tool(token, lexicon)).cloned().or(tool);
        carry(&mut understood, part, lexicon, filled, &context);
        reads &= understood.reads;
        match understood.planning {
            // «nginx was disabled, enable it» asks for no look at how it is.
            Planning::Plan(_)
                if tells_a_state(part, &understood)
                    && parts.get(index + 1).is_some_and(|next| leans(next) && runs(next)) =>
            {
                told_a_state = true;
            }
            Planning::Plan(plan) => {
                whole = Some(match whole {
                    Some(first) => joined(first, plan),
                    None => plan,
                });
            }
            Planning::Ask(_) => return Some(InParts::Asked(index, understood)),
            Planning::Unsure(_) => return None,
        }
        if let Some(subject) = understood.subject {
            let before = context.subject.take();
            let namespace = subject.namespace.clone().or_else(|| before.as_ref().and_then(|old| old.namespace.clone()));
            let names_nothing = subject.names.is_empty();
            context.same_request = true;
            context.subject = match before {
                Some(old) if names_nothing => Some(Subject { namespace, ..old }),
                _ => Some(Subject { namespace, ..subject }),
            };
        }
    }
    // «I scaled cart to 0. Scale it back to 3», «pods in prod are fine, delete the failed ones»: what is told is not done.
    if !reads && !told_a_state && parts[..parts.len() - 1].iter().any(|part| telling::is_told(part, lexicon)) {
        return None;
    }
    let planning = Planning::Plan(whole?);
    let subject = context.subject;
    Some(InParts::Planned(Understood { planning, subject, open_namespace: false, reads, left: 0 }))
}

/// `start`, `enable`: what is done to a unit, and to nothing else that is up or down.
fn runs(part: &[Token]) -> bool {
    const RUNNING: &[&str] = &["start", "stop", "restart", "enable", "disable", "unmask", "mask", "reload"];
    part.first().is_some_and(|first| RUNNING.contains(&first.norm.as_str()))
}

/// «nginx was disabled», «ssh is down»: what is asked for next is done to the one thing that is named.
fn tells_a_state(part: &[Token], understood: &Understood) -> bool {
    const BEING: &[&str] = &["is", "was", "isn't", "wasn't"];
    const STATES: &[&str] =
        &["disabled", "enabled", "stopped", "started", "down", "up", "running", "inactive", "off", "masked", "dead"];
    let is = |token: Option<&Token>, words: &[&str]| {
        token.is_some_and(|token| !token.quoted && words.contains(&token.norm.as_str()))
    };
    let one = understood.subject.as_ref().is_some_and(|subject| subject.names.len() == 1);
    one && understood.reads && is(part.get(1), BEING) && is(part.get(2), STATES) && part.len() <= 5
}

/// The parts, each that is only a named thing with the verb of the part before: «delete the branch dev and then the tag dev».
fn with_their_verbs(parts: &[Vec<Token>], lexicon: &Lexicon) -> Vec<Vec<Token>> {
    const ARTICLES: &[&str] = &["the", "my", "our"];
    let article = |token: &Token| !token.quoted && ARTICLES.contains(&token.norm.as_str());
    let kind = |noun: &Token| lexicon.is_thing(&noun.norm) || clauses::NOUNS.contains(&noun.norm.as_str());
    // Where the first is done somewhere, so may be the second.
    let plain = |before: &[Token]| match before {
        [verb, noun, _] => lexicon.takes_away(&verb.norm) && kind(noun),
        [verb, the, noun, _] => lexicon.takes_away(&verb.norm) && article(the) && kind(noun),
        _ => false,
    };
    let mut whole: Vec<Vec<Token>> = Vec::with_capacity(parts.len());
    for part in parts {
        let verb = match (part.as_slice(), whole.last()) {
            ([the, noun, name], Some(before)) if article(the) && kind(noun) && plain(before) => {
                let again = before.last().is_some_and(|last| last.raw == name.raw);
                let named = name.literal || again || lexicon.is_environment(&name.norm);
                before.first().filter(|_| named).map(|verb| Token { end: End::Nothing, ..verb.clone() })
            }
            _ => None,
        };
        whole.push(verb.into_iter().chain(part.iter().cloned()).collect());
    }
    whole
}

/// A part as the tool of the part before understands it, where nothing in it is said of another one.
fn of_the_same_tool(
    understood: &Understood,
    part: &[Token],
    lexicon: &Lexicon,
    filled: &BTreeMap<String, String>,
    context: &Context,
) -> Option<Understood> {
    let before = context.subject.as_ref().filter(|_| context.same_request)?;
    let tool = |name: &str| lexicon.tools.iter().find(|tool| tool.name == name);
    let (then, first) = (tool(&understood.subject.as_ref()?.tool)?, tool(&before.tool)?);
    let own = |token: &Token| {
        let noun = then.nouns.contains_key(&token.norm) && !first.nouns.contains_key(&token.norm);
        !token.told && (noun || names_a_tool(token, lexicon) || lexicon.is_daemon(&token.raw))
    };
    if then.name == first.name || first.name == CORE || part.iter().any(own) {
        return None;
    }
    let said: Vec<Token> = part.iter().cloned().chain([Token::word(first.evidence.first()?)]).collect();
    let mut again = single(&said, lexicon, filled, context);
    carry(&mut again, &said, lexicon, filled, context);
    (again.left == 0 && matches!(again.planning, Planning::Plan(_))).then_some(again)
}

/// Whether a word says that this tool is meant.
fn is_of(word: &Token, tool: &str, lexicon: &Lexicon) -> bool {
    let of_it = lexicon.tools.iter().filter(|known| known.name == tool);
    of_it.into_iter().any(|known| known.evidence.contains(&word.norm) || known.name == word.norm)
}

/// `compose`, `helm`: a word that says which tool is meant and is no kind of things.
fn names_a_tool(token: &Token, lexicon: &Lexicon) -> bool {
    let evidence = lexicon.tools.iter().any(|tool| tool.evidence.contains(&token.norm) || tool.name == token.norm);
    !token.quoted && evidence && !lexicon.is_noun(&token.norm)
}

/// Takes the namespace of an earlier part over, and for a part that only looks the name too.
fn carry(
    understood: &mut Understood,
    part: &[Token],
    lexicon: &Lexicon,
    filled: &BTreeMap<String, String>,
    context: &Context,
) {
    let Some(before) = &context.subject else { return };
    let mut filled = filled.clone();
    let same_tool = understood.subject.as_ref().is_some_and(|subject| subject.tool == before.tool);
    if let Some(namespace) = before.namespace.as_ref().filter(|_| understood.open_namespace && same_tool) {
        filled.insert("namespace".to_owned(), namespace.clone());
    }
    if let Planning::Ask(question) = &understood.planning
        && understood.reads
        && same_tool
        && let [name] = before.names.as_slice()
    {
        filled.insert(question.slot.clone(), name.clone());
        filled.insert("kind".to_owned(), before.noun.clone());
    }
    if !filled.is_empty() {
        let again = single(part, lexicon, &filled, context);
        if matches!(again.planning, Planning::Plan(_)) {
            *understood = again;
        }
    }
}

/// Two plans as one, the second after the first.
fn joined(mut first: Plan, mut second: Plan) -> Plan {
    // «x is not needed any more, delete it»: what two clauses ask for is done once.
    if let ([step], Some(last)) = (second.steps.as_slice(), first.steps.last())
        && step.words == last.words
    {
        return first;
    }
    let offset = first.steps.len();
    for step in &mut second.steps {
        step.shift(offset);
        if step.needs.is_empty() {
            step.needs.extend(offset.checked_sub(1));
        }
    }
    first.thought = format!("{} Then: {}", first.thought, second.thought);
    first.intent = format!("{}+{}", first.intent, second.intent);
    first.steps.append(&mut second.steps);
    first
}
