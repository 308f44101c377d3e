//! Plain English to a plan, without a model: deterministic, explainable,
//! extended by what skill files declare.
//!
//! `tokens` cuts and protects, `contractions` spells out, `clauses`, `asides`, `tales` and `telling` tell what asks from
//! what only tells, `stays` what is not to be touched, `forbidden` what is not to be done, `agreement` what a deed may take
//! from what is told, `misread` what is no name of its own and `here` what a name is where the request is made. `lexicon`
//! holds the words and `numbering` their numbers, `frame` matches intents, `sequence` plans several deeds, `slots` finds
//! values, `render` writes commands, `literal` knows a command when it sees one, `readers` what its output is read with,
//! `listing` what it listed, `hints` what comes near a request that is not understood. Never guesses: an intent is taken
//! only when its required slots are filled and nearly every word of the request is explained. Knows nothing of permission:
//! whatever it writes is judged like any command.

mod agreement;
mod amounts;
mod asides;
mod clauses;
mod context;
mod contractions;
mod cues;
mod fit;
mod forbidden;
mod forms;
mod frame;
mod here;
mod hints;
mod known;
mod lexicon;
mod listing;
mod literal;
mod matching;
mod misread;
mod numbering;
mod objects;
mod passive;
mod phrases;
mod readers;
mod render;
pub mod score;
mod sequence;
mod slots;
mod stays;
mod subject;
mod tales;
mod telling;
mod tokens;
mod weight;

use std::collections::BTreeMap;

pub use context::{Context, Subject};
pub use hints::{Doubt, Hint, hints};
pub use lexicon::{Lexicon, LexiconError};
pub use listing::{Listing, Row, is_name, ordinal};

use asides::Fits;
use frame::Understood;
use sequence::{literal_sequence, sequence};
use tokens::Token;

use crate::domain::Plan;

/// What the planner makes of a request.
#[derive(Debug, Clone, PartialEq)]
pub enum Planning {
    /// It knows what to do.
    Plan(Plan),
    /// It knows what is wanted and misses one thing.
    Ask(Question),
    /// It does not know.
    Unsure(Unsure),
}

/// A question back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The intent it belongs to; empty when the choice is between intents.
    pub intent: String,
    /// The slot that is missing; `tool` when the choice is between tools.
    pub slot: String,
    pub text: String,
    pub candidates: Vec<String>,
    /// A command that prints what the value could be, a name a line.
    pub listing: Option<Vec<String>>,
}

/// Why nothing was planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsure {
    /// Words that nothing explains.
    pub unexplained: Vec<String>,
    /// An example request of the nearest intent.
    pub nearest: Option<String>,
}

/// Longest request that is planned, in bytes; a longer one is for a model or a person.
pub const MAX_REQUEST: usize = 4096;

/// Most words of a request that is planned: a text of many sentences is for a model or a person too.
const MAX_WORDS: usize = 120;

/// Whether a text is itself a command line, or several.
#[must_use]
pub fn is_command(text: &str, lexicon: &Lexicon) -> bool {
    text.len() <= MAX_REQUEST && literal::plan(text.trim(), lexicon).is_some()
}

/// Whether a text asks what to think of something, which a listing of it does not answer.
#[must_use]
pub fn asks_opinion(text: &str, lexicon: &Lexicon) -> bool {
    let mut words = text.split(|letter: char| !letter.is_alphanumeric());
    words.any(|word| lexicon.judging.contains(&word.to_lowercase()))
}

/// Plans a request of which nothing else is known. `filled` are answers to earlier questions by slot name.
#[must_use]
pub fn plan(request: &str, lexicon: &Lexicon, filled: &BTreeMap<String, String>) -> Planning {
    understand(request, lexicon, filled, &Context::default()).0
}

/// Plans a request of a session: pronouns stand for what was named or shown before. Returns what it was about, for the
/// next one.
#[must_use]
pub fn understand(
    request: &str,
    lexicon: &Lexicon,
    filled: &BTreeMap<String, String>,
    context: &Context,
) -> (Planning, Option<Subject>) {
    let request = request.trim();
    if request.is_empty() || request.len() > MAX_REQUEST {
        return (Planning::Unsure(Unsure { unexplained: Vec::new(), nearest: None }), None);
    }
    // First, since a command line followed by «and then» and another would be read as one with odd operands.
    if let Some(plan) = literal_sequence(&tokens::sequence(request), lexicon) {
        return (Planning::Plan(plan), None);
    }
    let typed = literal::plan(request, lexicon).or_else(|| literal::plan(literal::without_courtesy(request)?, lexicon));
    if let Some(plan) = typed {
        return (Planning::Plan(plan), None);
    }
    let mut words = tokens::cut(request, lexicon);
    if words.len() > MAX_WORDS {
        return (Planning::Unsure(Unsure { unexplained: Vec::new(), nearest: None }), None);
    }
    words.drain(asides::addressed(&words, lexicon));
    // The kind of thing that an earlier question asked for is part of the request.
    if let Some(object) = filled.get("object") {
        words.extend(tokens::cut(object, lexicon));
    }
    let mut understood = requested(&words, lexicon, filled, context);
    if let (Some(placed), Some(project)) = (here::placed(request, &words, context, lexicon), &context.compose) {
        let mut meant = requested(&placed.tokens, lexicon, filled, context);
        if placed.is_meant(&meant, &understood)
            && let Planning::Plan(plan) = &mut meant.planning
        {
            plan.thought = [std::mem::take(&mut plan.thought), placed.said(project)].join(" ");
            understood = meant;
        }
    }
    (understood.planning, understood.subject)
}

/// What the words of a request ask for, tried in one form after the other.
fn requested(words: &[Token], lexicon: &Lexicon, filled: &BTreeMap<String, String>, context: &Context) -> Understood {
    let mut understood = whole(words, lexicon, filled, context);
    // «restart db and show its logs, it's the compose service»: what is said beside may tell the kind that is asked for.
    let open = match &understood.planning {
        Planning::Unsure(_) => true,
        Planning::Ask(question) => question.slot == "object",
        Planning::Plan(_) => false,
    };
    if open && let Some(rest) = beside(words, lexicon, filled, context) {
        understood = rest;
    }
    if !matches!(understood.planning, Planning::Plan(_))
        && let Some(apart) = tokens::with_kinds_apart(words, lexicon)
    {
        let second = whole(&apart, lexicon, filled, context);
        let better = matches!(understood.planning, Planning::Unsure(_)) || matches!(second.planning, Planning::Plan(_));
        if better {
            understood = second;
        }
    }
    if !matches!(understood.planning, Planning::Plan(_)) {
        let forms = [
            contractions::spelled_out(words),
            contractions::shortened(words),
            asides::without_but(words),
            asides::without_both(words, lexicon),
        ];
        let forms = forms.into_iter().flatten();
        let mut planned = forms.filter_map(|words| {
            let whole = whole(&words, lexicon, filled, context);
            match whole.planning {
                Planning::Unsure(_) => beside(&words, lexicon, filled, context),
                _ => Some(whole),
            }
        });
        if let Some(other) = planned.find(|other| matches!(other.planning, Planning::Plan(_))) {
            understood = other;
        }
    }
    // In a deed `web:80` may be an image or a whole of its own.
    if !matches!(understood.planning, Planning::Plan(_))
        && let Some(apart) = tokens::with_ports_apart(words)
        && let looked = whole(&apart, lexicon, filled, context)
        && looked.reads
        && matches!(looked.planning, Planning::Plan(_))
    {
        understood = looked;
    }
    understood
}

/// A request without what is said beside it; `None` unless all that is left is understood.
fn beside(
    words: &[Token],
    lexicon: &Lexicon,
    filled: &BTreeMap<String, String>,
    context: &Context,
) -> Option<Understood> {
    let rest = asides::without(words, lexicon).into_iter();
    let asked = rest.filter(|rest| rest.tokens.iter().any(|token| clauses::says(token, lexicon)));
    let planned = asked.map(|rest| (whole(&rest.tokens, lexicon, filled, context), rest));
    let mut fitting = planned.filter(|(understood, rest)| {
        let nameless = names_nothing(understood);
        let fits = match rest.fits {
            Fits::Anything => true,
            Fits::Deeds => !understood.reads,
            Fits::Looks => understood.reads,
            Fits::Named => !understood.reads && !nameless,
        };
        // «something eats all the memory. restart it»: what «it» is was not said.
        let said = rest.tokens.iter().any(|token| token.told && token.literal);
        let leans = !understood.reads && nameless && !said && stays::leans(&rest.tokens);
        fits && !leans && understood.left == 0 && matches!(understood.planning, Planning::Plan(_))
    });
    fitting.next().map(|(understood, _)| understood)
}

/// A request as one deed, as several, or with what only tells how things are left aside.
fn whole(words: &[Token], lexicon: &Lexicon, filled: &BTreeMap<String, String>, context: &Context) -> Understood {
    let parts = clauses::in_order(clauses::parts(words, lexicon, false), lexicon);
    if parts.len() > 1
        && let Some(understood) = sequence(&parts, lexicon, filled, context, true)
    {
        // Where a part has to ask, «daemon-reload and then restart x» may be one deed of several commands, to the last word.
        let several = |one: &Understood| match &one.planning {
            Planning::Plan(plan) => plan.steps.len() > 1 && one.left == 0,
            _ => false,
        };
        let planned = matches!(understood.planning, Planning::Plan(_));
        let one = (!planned).then(|| single(words, lexicon, filled, context)).filter(several);
        return one.unwrap_or(understood);
    }
    // A name is not taken from another sentence than the deed's.
    let sentences = words.iter().rev().skip(1).any(|token| token.end == tokens::End::Sentence);
    if sentences && let Some(understood) = asking(words, lexicon, filled, context, true) {
        return understood;
    }
    let first = single(words, lexicon, filled, context);
    if matches!(first.planning, Planning::Plan(_)) {
        return first;
    }
    // «the api service is down, start it» asks for one thing.
    if let Some(understood) = asking(words, lexicon, filled, context, true)
        && matches!(understood.planning, Planning::Plan(_))
    {
        return understood;
    }
    let parts = clauses::parts(words, lexicon, true);
    if parts.len() > 1
        && let Some(understood) = sequence(&parts, lexicon, filled, context, false)
        && (matches!(understood.planning, Planning::Plan(_)) || matches!(first.planning, Planning::Unsure(_)))
    {
        return understood;
    }
    if let Some(understood) = looks(words, lexicon, filled, context) {
        return understood;
    }
    let narrated = || {
        let amid = clauses::amid(words, lexicon).into_iter();
        let mut amid = amid.map(|words| (single(&words, lexicon, filled, context), words));
        let fits = |(understood, words): &(Understood, Vec<Token>)| {
            understood.left == 0
                && matches!(understood.planning, Planning::Plan(_))
                && !(names_nothing(understood) && stays::leaves_its_object(words, lexicon))
        };
        amid.find(fits).map(|(understood, _)| understood)
    };
    let understood = [true, false].into_iter().find_map(|strict| asking(words, lexicon, filled, context, strict));
    match understood.or_else(narrated) {
        Some(understood) if matches!(understood.planning, Planning::Plan(_)) => understood,
        Some(understood) if matches!(first.planning, Planning::Unsure(_)) => understood,
        _ => first,
    }
}

/// «show the disk usage and the memory usage»: two things to be looked at with one verb.
fn looks(
    words: &[Token],
    lexicon: &Lexicon,
    filled: &BTreeMap<String, String>,
    context: &Context,
) -> Option<Understood> {
    let and = words.iter().position(|token| !token.quoted && token.norm == "and")?;
    let parts = [words[..and].to_vec(), words[and + 1..].to_vec()];
    if parts.iter().any(Vec::is_empty) {
        return None;
    }
    let understood = sequence(&parts, lexicon, filled, context, false)?;
    (understood.reads && matches!(understood.planning, Planning::Plan(_))).then_some(understood)
}

/// What is asked where other clauses only tell; `None` unless that is understood. A deed must bear what it is told.
fn asking(
    words: &[Token],
    lexicon: &Lexicon,
    filled: &BTreeMap<String, String>,
    context: &Context,
    strict: bool,
) -> Option<Understood> {
    let words = clauses::asking(words, lexicon, strict)?;
    let mut understood = single(&words, lexicon, filled, context);
    if matches!(understood.planning, Planning::Unsure(_)) {
        let parts = clauses::parts(&words, lexicon, true);
        if parts.len() > 1 {
            understood = sequence(&parts, lexicon, filled, context, false)?;
        }
    }
    let fits = match understood.planning {
        Planning::Plan(_) if names_nothing(&understood) && stays::leaves_its_object(&words, lexicon) => false,
        Planning::Plan(_) => strict || understood.reads,
        Planning::Ask(_) => true,
        Planning::Unsure(_) => false,
    };
    fits.then_some(understood)
}

fn names_nothing(understood: &Understood) -> bool {
    understood.subject.as_ref().is_none_or(|subject| subject.names.is_empty())
}

/// One deed, as it is written, with its pronouns bound, or as the imperative it stands for.
fn single(words: &[Token], lexicon: &Lexicon, filled: &BTreeMap<String, String>, context: &Context) -> Understood {
    let bound = context::bind(words, context, lexicon);
    let (words, said) = match &bound {
        Some(bound) => (bound.tokens.as_slice(), bound.said.clone()),
        None => (words, None),
    };
    let mut first = worded(words, lexicon, filled);
    if matches!(first.planning, Planning::Unsure(_))
        && let Some(active) = passive::active(words, lexicon)
    {
        let second = worded(&active, lexicon, filled);
        if !matches!(second.planning, Planning::Unsure(_)) {
            first = second;
        }
    }
    if let (Planning::Plan(plan), Some(said)) = (&mut first.planning, said) {
        plan.thought = format!("{} {said}", plan.thought);
    }
    first
}

/// One deed in these words, with its typing mistakes mended where it has to be.
fn worded(words: &[Token], lexicon: &Lexicon, filled: &BTreeMap<String, String>) -> Understood {
    let joined = tokens::phrasal(words, lexicon);
    let words = joined.as_deref().unwrap_or(words);
    let unswapped = tokens::unswapped(words, lexicon);
    let words = unswapped.as_deref().unwrap_or(words);
    // A request begins with a verb: what is nearly one there is one.
    let begun = tokens::corrected(words, lexicon, true).map(|begun| frame::plan(&begun, lexicon, filled));
    let begun = begun.filter(|begun| !matches!(begun.planning, Planning::Unsure(_)));
    let mut first = begun.unwrap_or_else(|| frame::plan(words, lexicon, filled));
    // «delte that pod» asks for no look at a pod of that name.
    if first.reads
        && matches!(first.planning, Planning::Plan(_))
        && let Some(meant) = tokens::corrected(words, lexicon, true)
        && telling::begins_a_deed(
            &meant,
            meant.iter().zip(words).position(|(now, was)| now != was).unwrap_or(0),
            lexicon,
        )
    {
        first = frame::plan(&meant, lexicon, filled);
    }
    // Only what could not be understood as written, or not to the last word, is taken for a typing mistake.
    let unsure = matches!(first.planning, Planning::Unsure(_));
    if (unsure || first.left > 0)
        && let Some(mended) = tokens::corrected(words, lexicon, false)
    {
        let second = frame::plan(&mended, lexicon, filled);
        let better = unsure || second.left < first.left;
        if better && !matches!(second.planning, Planning::Unsure(_)) {
            first = second;
        }
    }
    first
}

#[cfg(test)]
mod tests;
