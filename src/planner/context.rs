//! What was said and shown before: the object a pronoun stands for, and the
//! rows that «the second one» picks from.
//!
//! Owns how words of a request are bound to it. Binds only what stands where an
//! object stands, and only when one thing fits; otherwise the word stays as it
//! is and the planner asks.

use super::lexicon::Lexicon;
use super::listing::{Listing, Row, ordinal};
use super::tokens::{End, Token};
use crate::domain::ComposeProject;

/// What a request was about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Subject {
    /// What the object is called: `container`, `branch`; empty when it has no name of its own.
    pub noun: String,
    pub names: Vec<String>,
    pub namespace: Option<String>,
    /// The skill whose request it was.
    pub tool: String,
}

/// What is known when a request is made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Context {
    pub subject: Option<Subject>,
    /// The subject is one of this request: «tag it v1 and push the tag».
    pub same_request: bool,
    pub listing: Option<Listing>,
    /// The compose project of the directory where commands run.
    pub compose: Option<ComposeProject>,
}

/// Words of the request replaced by what they stand for, and the sentence that says so.
pub(super) struct Bound {
    pub tokens: Vec<Token>,
    pub said: Option<String>,
}

/// Binds the first word that stands for something named or shown before.
pub(super) fn bind(tokens: &[Token], context: &Context, lexicon: &Lexicon) -> Option<Bound> {
    let listed = context.listing.as_ref().and_then(|listing| row(tokens, listing, lexicon));
    if let Some((start, length, subject)) = listed {
        return Some(replaced(tokens, start, length, &subject));
    }
    let subject = context.subject.as_ref()?;
    let named = || context.same_request.then(|| its_noun(tokens, subject, lexicon)).flatten();
    if !subject.noun.is_empty()
        && let Some((start, length)) = pronoun(tokens, subject, lexicon).or_else(named)
    {
        return Some(replaced(tokens, start, length, subject));
    }
    // «create namespace shop, then apply app.yaml there»
    let made = || subject.names.first().filter(|_| subject.noun == "namespace" && subject.names.len() == 1);
    let namespace = subject.namespace.as_ref().or_else(made).filter(|_| context.same_request)?;
    Some(placed(tokens, place(tokens)?, namespace))
}

fn replaced(tokens: &[Token], start: usize, length: usize, subject: &Subject) -> Bound {
    let (noun, names, namespace) = (&subject.noun, &subject.names, subject.namespace.as_deref());
    let word = |text: &str, literal: bool| Token { literal, ..Token::word(text) };
    let mut bound: Vec<Token> = tokens[..start].to_vec();
    let said: Vec<&str> = tokens[start..start + length].iter().map(|token| token.raw.as_str()).collect();
    let plural = if names.len() > 1 { format!("{noun}s") } else { noun.to_owned() };
    bound.extend(plural.split_whitespace().map(|part| word(part, false)));
    bound.extend(names.iter().map(|name| word(name, true)));
    let end = tokens[start + length - 1].end;
    if let Some(last) = bound.last_mut() {
        last.end = end;
    }
    bound.extend_from_slice(&tokens[start + length..]);
    let says_where = tokens.iter().any(|token| ["namespace", "ns", "namespaces"].contains(&token.norm.as_str()));
    if let Some(namespace) = namespace.filter(|_| !says_where) {
        bound.extend(in_namespace(namespace));
    }
    let said = format!("«{}» is the {plural} {}", said.join(" "), names.join(", ")).trim_end().to_owned() + ".";
    Bound { tokens: bound, said: Some(said) }
}

/// «there» as the namespace that was named.
fn placed(tokens: &[Token], at: usize, namespace: &str) -> Bound {
    let mut bound: Vec<Token> = tokens[..at].to_vec();
    bound.extend(in_namespace(namespace));
    if let Some(last) = bound.last_mut() {
        last.end = tokens[at].end;
    }
    bound.extend_from_slice(&tokens[at + 1..]);
    Bound { tokens: bound, said: Some(format!("«there» is the namespace {namespace}.")) }
}

fn in_namespace(name: &str) -> [Token; 3] {
    [Token::word("in"), Token::word("namespace"), Token { literal: true, ..Token::word(name) }]
}

/// Where a pronoun stands for the subject: how many words.
fn pronoun(tokens: &[Token], subject: &Subject, lexicon: &Lexicon) -> Option<(usize, usize)> {
    const BEFORE: &[&str] = &["of", "for", "from", "in", "into", "inside", "with", "to", "on", "about"];
    const STATES: &[&str] =
        &["running", "up", "healthy", "ok", "okay", "ready", "done", "still", "alive", "active", "enabled"];
    let norm = |at: usize| tokens.get(at).map_or("", |token| token.norm.as_str());
    (0..tokens.len()).find_map(|at| {
        if tokens[at].quoted || tokens[at].told {
            return None;
        }
        let same_noun = |word: &str| word == subject.noun || word.strip_suffix('s') == Some(subject.noun.as_str());
        match norm(at) {
            // «amend the commit without touching its message»: what is named beside it has it.
            "its" | "their" => {
                let own = tokens[..at].iter().any(|token| !token.told && lexicon.is_noun(&token.norm));
                (!own).then_some((at, 1))
            }
            "that" | "this" | "these" | "those"
                if same_noun(norm(at + 1)) || ["one", "ones"].contains(&norm(at + 1)) =>
            {
                Some((at, 2))
            }
            // «and then remove both containers»
            "both" if subject.names.len() == 2 => {
                let ends = tokens[at].end > End::Nothing || at + 1 == tokens.len();
                if norm(at + 1) == "of" && norm(at + 2) == "them" {
                    Some((at, 3))
                } else if same_noun(norm(at + 1)) {
                    Some((at, 2))
                } else {
                    ends.then_some((at, 1))
                }
            }
            "the" if norm(at + 1) == "same" && (same_noun(norm(at + 2)) || norm(at + 2) == "one") => Some((at, 3)),
            "it" | "them" | "that" | "this" => {
                let before = at.checked_sub(1).map(norm)?;
                // «take it down» stands here as «take down it».
                let two = at.checked_sub(2).map(|first| format!("{} {before}", norm(first)));
                let both = two.and_then(|two| lexicon.actions.get(&two));
                let mut classes = lexicon.actions.get(before).into_iter().chain(both);
                let deed = classes.any(|classes| !classes.contains("show"));
                let looked = ["show", "list", "check", "see", "view", "print", "read"].contains(&before);
                let asked = ["is", "are", "does", "has"].contains(&before) && STATES.contains(&norm(at + 1));
                // «check that it is running», «see whether it came up»
                let whether = ["that", "if", "whether"].contains(&before)
                    && ["is", "are", "runs", "run", "came", "comes", "works"].contains(&norm(at + 1));
                let ends = tokens[at].end > End::Nothing || at + 1 == tokens.len();
                // «that» and «this» also begin what follows; only at the end they stand for something.
                let stands = ["it", "them"].contains(&norm(at)) || ends;
                (stands && (deed || looked || asked || whether || BEFORE.contains(&before))).then_some((at, 1))
            }
            _ => None,
        }
    })
}

/// Where a deed is done to the subject's noun, and so means it: «and push the tag to origin», «and remove the containers».
fn its_noun(tokens: &[Token], subject: &Subject, lexicon: &Lexicon) -> Option<(usize, usize)> {
    const BEHIND: &[&str] = &["to", "from", "on", "onto", "with", "again", "too", "now", "please"];
    let noun = match subject.names.len() {
        0 => return None,
        1 => subject.noun.clone(),
        _ => format!("{}s", subject.noun),
    };
    let deed = |word: &str| lexicon.actions.get(word).is_some_and(|classes| !classes.contains("show"));
    let ends = |at: usize| {
        let end = tokens.get(at).is_some_and(|token| token.end > End::Nothing);
        end || tokens.get(at + 1).is_none_or(|next| BEHIND.contains(&next.norm.as_str()))
    };
    let at = (1..tokens.len().saturating_sub(1)).find(|at| {
        let words = &tokens[at - 1..=at + 1];
        words.iter().all(|token| !token.quoted && !token.told)
            && words[..2].iter().all(|token| token.end == End::Nothing)
            && deed(&words[0].norm)
            && words[1].norm == "the"
            && words[2].norm == noun
            && ends(at + 1)
    })?;
    Some((at, 2))
}

/// Where «there» stands at the end of a clause for the namespace of the part before: «then delete the pod db-0 there».
fn place(tokens: &[Token]) -> Option<usize> {
    let ends = |at: usize| tokens[at].end > End::Nothing || at + 1 == tokens.len();
    (1..tokens.len()).find(|at| {
        let token = &tokens[*at];
        token.norm == "there" && !token.quoted && !token.told && tokens[at - 1].end == End::Nothing && ends(*at)
    })
}

/// The row that «the second one» or «the crashing one» means; `None` unless it is exactly one.
fn row(tokens: &[Token], listing: &Listing, lexicon: &Lexicon) -> Option<(usize, usize, Subject)> {
    if listing.rows.is_empty() || listing.noun.is_empty() {
        return None;
    }
    let norm = |at: usize| tokens.get(at).map_or("", |token| token.norm.as_str());
    let object = |at: usize| norm(at) == "one" || norm(at) == listing.noun;
    (0..tokens.len()).find_map(|at| {
        let start = if norm(at) == "the" { at } else { return None };
        let word = norm(at + 1);
        if !object(at + 2) {
            return None;
        }
        let row = if let Some(index) = ordinal(word) {
            listing.rows.get(index)
        } else if word == "last" && ["commit", "stash"].contains(&norm(at + 2)) {
            // Of these the last one is the newest, which their listings show first.
            None
        } else if word == "last" {
            listing.rows.last().filter(|_| listing.whole)
        } else if let Some(shown) = lexicon.conditions.get(word) {
            only(listing, |text| shown.iter().any(|state| text.contains(state.as_str())))
        } else if !lexicon.means_something(word) && !word.is_empty() {
            only(listing, |text| text.contains(word))
        } else {
            None
        }?;
        listing.subject(row).map(|subject| (start, 3, subject))
    })
}

/// The one row whose text fits; several are a question.
fn only(listing: &Listing, fits: impl Fn(&str) -> bool) -> Option<&Row> {
    let mut fitting = listing.rows.iter().filter(|row| fits(&row.text.to_lowercase()));
    let first = fitting.next()?;
    fitting.next().is_none().then_some(first)
}
