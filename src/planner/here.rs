//! What the place of a request says of its names: a name that the compose file there declares is a service of it, unless
//! the request says otherwise.
//!
//! Owns when a request means the project it is made in. Reads no file: which services there are is told. A name chosen
//! so is said with the plan; what the plan may do is the gate's business as ever.

use super::Planning;
use super::context::Context;
use super::frame::Understood;
use super::lexicon::{Lexicon, Tool};
use super::tokens::{End, Token};
use crate::domain::{ComposeProject, Word};

/// What a service of a compose file is also called.
const SERVICE: &[&str] = &["service", "services", "container", "containers", "app", "application"];

/// What a bare name is taken for where no project is known.
const ALIKE: &[&str] = &["service", "container", "unit", "process", "deployment", "statefulset", "pod"];

/// A request in the words that say which project it means.
pub(super) struct Placed {
    pub tokens: Vec<Token>,
    /// The services that are named in it, as they are written.
    pub names: Vec<String>,
}

impl Placed {
    /// Whether this is the better reading, beside what the request is without its place.
    pub fn is_meant(&self, here: &Understood, bare: &Understood) -> bool {
        let Planning::Plan(plan) = &here.planning else { return false };
        let whole = here.left == 0;
        // «is nginx installed» asks for a package.
        let of_another = bare.subject.as_ref().is_some_and(|subject| {
            matches!(bare.planning, Planning::Plan(_)) && !subject.noun.is_empty() && !ALIKE.contains(&&*subject.noun)
        });
        if of_another {
            return false;
        }
        if self.names.is_empty() {
            // A name that the file does not have is of something else.
            let named = here.subject.as_ref().is_some_and(|subject| !subject.names.is_empty());
            return whole && !named && !matches!(bare.planning, Planning::Plan(_));
        }
        // Each is in a command, and not only in what is told: `web`, `worker=3`, `web:/tmp/x`.
        let done = |name: &String| {
            plan.steps
                .iter()
                .flat_map(|step| &step.words)
                .any(|word| matches!(word, Word::Text(text) if text.split(['=', ':']).next() == Some(name.as_str())))
        };
        whole && self.names.iter().all(done)
    }

    /// Why the project is meant, for the person.
    pub fn said(&self, project: &ComposeProject) -> String {
        let file = &project.file;
        match self.names.as_slice() {
            [] => format!("{file} here is meant."),
            [name] => format!("`{name}` is a service of {file} here."),
            names => format!("`{}` are services of {file} here.", names.join("`, `")),
        }
    }
}

/// The request as one about the compose project of its place; `None` where there is none or another thing is said.
pub(super) fn placed(tokens: &[Token], context: &Context, lexicon: &Lexicon) -> Option<Placed> {
    let project = context.compose.as_ref()?;
    if tokens.iter().any(|token| says_another(token, lexicon)) {
        return None;
    }
    let is_name = |token: &Token| {
        let plain = !token.literal && (lexicon.stop_words.contains(&token.norm) || lexicon.is_deed(&token.norm));
        !plain && service(token, project).is_some()
    };
    let Some(first) = tokens.iter().position(is_name) else {
        // What takes things away names them.
        if tokens.iter().any(|token| !token.literal && lexicon.takes_away(&token.norm)) {
            return None;
        }
        return Some(Placed { tokens: in_the_project(tokens), names: Vec::new() });
    };
    let mut names: Vec<String> = Vec::new();
    let mut placed: Vec<Token> = Vec::with_capacity(tokens.len() + 2);
    for (at, token) in tokens.iter().enumerate() {
        // «the web service», «service web»: the kind is said once, before the names.
        let beside = |other: Option<&Token>| other.is_some_and(is_name);
        let same_clause = at.checked_sub(1).is_some_and(|before| tokens[before].end == End::Nothing);
        if SERVICE.contains(&token.norm.as_str())
            && !token.quoted
            && (beside(tokens.get(at + 1)) && token.end == End::Nothing
                || same_clause && beside(at.checked_sub(1).and_then(|before| tokens.get(before))))
        {
            if let Some(last) = placed.last_mut() {
                last.end = last.end.max(token.end);
            }
            continue;
        }
        if at == first {
            let told = token.told;
            placed.extend(["compose", "service"].map(|word| Token { told, ..Token::word(word) }));
        }
        match service(token, project).filter(|_| is_name(token)) {
            Some(name) => {
                if !names.iter().any(|known| known == name) {
                    names.push(name.to_owned());
                }
                placed.push(Token { raw: name.to_owned(), literal: true, ..token.clone() });
            }
            None => placed.push(token.clone()),
        }
    }
    Some(Placed { tokens: placed, names })
}

/// «pull everything» with the words that say of what, behind its first sentence.
fn in_the_project(tokens: &[Token]) -> Vec<Token> {
    let sentence = tokens.iter().position(|token| token.end == End::Sentence);
    let length = sentence.map_or(tokens.len(), |last| last + 1);
    let mut placed: Vec<Token> = tokens[..length].to_vec();
    let end = placed.last_mut().map_or(End::Nothing, |last| std::mem::replace(&mut last.end, End::Nothing));
    placed.extend(["in", "the", "compose"].map(Token::word));
    placed.push(Token { end, ..Token::word("stack") });
    placed.extend_from_slice(&tokens[length..]);
    placed
}

/// The service that a word names.
fn service<'a>(token: &Token, project: &'a ComposeProject) -> Option<&'a str> {
    let named = project.services.iter().find(|name| **name == token.raw || name.to_lowercase() == token.norm);
    named.map(String::as_str)
}

/// A word that says what a compose file does not have, or that it is meant already.
fn says_another(token: &Token, lexicon: &Lexicon) -> bool {
    let norm = token.norm.as_str();
    if token.quoted || token.literal || SERVICE.contains(&norm) {
        return false;
    }
    let names_tool = |tool: &Tool| tool.name == norm || tool.evidence.iter().any(|word| word == norm);
    lexicon.is_kind(norm) || lexicon.tools.iter().any(names_tool)
}
