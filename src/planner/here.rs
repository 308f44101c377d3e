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
use crate::domain::{ComposeProject, Plan, Word};

/// What a service of a compose file is also called.
const SERVICE: &[&str] = &["service", "services", "container", "containers", "app", "application"];

/// Programs whose plan for a bare name is a guess: what git or a package manager makes of one is meant so.
const GUESSING: &[&str] = &["docker", "kubectl", "systemctl", "journalctl", "ps"];

/// Words of a request that mean this machine and not the project, wherever they stand.
const ELSEWHERE: &[&str] =
    &["server", "machine", "host", "box", "vm", "node", "boot", "bootup", "reboot", "there", "laptop", "here"];

/// Branches and remotes: «push main», «pull from upstream».
const GIT: &[&str] = &["main", "master", "origin", "upstream", "head"];

/// What may stand before the deed that is asked for.
const COURTESY: &[&str] = &[
    "please", "pls", "can", "could", "would", "will", "you", "hey", "hi", "hello", "now", "then", "and", "just", "so",
    "also", "ok", "okay", "i", "we", "need", "want", "to", "like", "let's", "i'd", "again",
];

/// A request in the words that say which project it means.
pub(super) struct Placed {
    pub tokens: Vec<Token>,
    /// The services that are named in it, as they are written.
    pub names: Vec<String>,
    /// A deed is asked for, and not only told or asked about.
    asks: bool,
}

impl Placed {
    /// Whether this is the better reading, beside what the request is without its place.
    pub fn is_meant(&self, here: &Understood, bare: &Understood) -> bool {
        let Planning::Plan(plan) = &here.planning else { return false };
        let first = |plan: &Plan| match plan.steps.first().and_then(|step| step.words.first()) {
            Some(Word::Text(program)) => Some(program.clone()),
            _ => None,
        };
        // «is nginx installed» asks for a package, «push to prod» for a remote.
        let of_another = match &bare.planning {
            Planning::Plan(plan) => first(plan).is_none_or(|program| !GUESSING.contains(&program.as_str())),
            Planning::Ask(_) | Planning::Unsure(_) => false,
        };
        // A name that the file does not have is of something else.
        let foreign =
            here.subject.as_ref().is_some_and(|subject| subject.names.iter().any(|name| !self.names.contains(name)));
        if of_another || foreign || here.left > 0 || !(here.reads || self.asks) {
            return false;
        }
        if self.names.is_empty() {
            return here.reads && !matches!(bare.planning, Planning::Plan(_));
        }
        // What was put in to say whose name it is must not be part of what runs.
        let leaks = |word: &Word| matches!(word, Word::Text(text) if text == "service");
        if plan.steps.iter().flat_map(|step| &step.words).any(leaks) {
            return false;
        }
        // Each is in a command, and not only in what is told: `web`, `worker=3`, `web:/tmp/x`.
        let done = |name: &String| {
            plan.steps
                .iter()
                .flat_map(|step| &step.words)
                .any(|word| matches!(word, Word::Text(text) if text.split(['=', ':']).next() == Some(name.as_str())))
        };
        self.names.iter().all(done)
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
pub(super) fn placed(request: &str, tokens: &[Token], context: &Context, lexicon: &Lexicon) -> Option<Placed> {
    let project = context.compose.as_ref()?;
    let of_machine = |word: &str| {
        let plain = word.trim_matches(|letter: char| !letter.is_alphanumeric()).to_lowercase();
        ELSEWHERE.contains(&plain.as_str())
    };
    if tokens.iter().any(|token| says_another(token, lexicon)) || request.split_whitespace().any(of_machine) {
        return None;
    }
    let is_name = |token: &Token| {
        // A service may be called `all`, `build`, `cron` or `prod`; a request that says so means something else.
        let word = [&lexicon.stop_words, &lexicon.restricting, &lexicon.all_words, &lexicon.common];
        let said = word.iter().any(|words| words.contains(&token.norm)) || lexicon.is_deed(&token.norm);
        let other = lexicon.is_daemon(&token.norm) || lexicon.is_environment(&token.norm);
        let plain = !token.literal && (said || other || GIT.contains(&token.norm.as_str()));
        !plain && service(token, project).is_some()
    };
    // «web is stuck on db1, restart it»: what is named beside it is another place.
    let away = tokens.windows(2).any(|pair| {
        ["on", "in", "at", "from"].contains(&pair[0].norm.as_str()) && pair[1].literal && !is_name(&pair[1])
    });
    // What takes things away names their kind.
    let removes = tokens.iter().any(|token| !token.literal && lexicon.removes(&token.norm));
    if away && !tokens.iter().any(|token| token.raw.contains('/')) || removes {
        return None;
    }
    let asks = asks(tokens, lexicon);
    let Some(first) = tokens.iter().position(is_name) else {
        const WHOLE: &[&str] = &["everything", "services", "containers", "images", "all"];
        let whole = tokens.iter().any(|token| WHOLE.contains(&token.norm.as_str()));
        return whole.then(|| Placed { tokens: in_the_project(tokens), names: Vec::new(), asks });
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
    Some(Placed { tokens: placed, names, asks })
}

/// Whether a clause begins with a deed: «can you restart web», not «I restarted web», «how often did web restart».
fn asks(tokens: &[Token], lexicon: &Lexicon) -> bool {
    let begins = |at: &usize| *at == 0 || tokens[at - 1].end > End::Nothing;
    (0..tokens.len()).filter(begins).any(|start| {
        let mut words = tokens[start..].iter().skip_while(|token| COURTESY.contains(&token.norm.as_str()));
        words.next().is_some_and(|verb| {
            let told = verb.told || verb.literal || verb.norm.ends_with("ed") || verb.norm.ends_with("ing");
            !told && lexicon.is_deed(&verb.norm)
        })
    })
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
