//! What a request says that is to stay as it is, or leans on: a deed that does not honour it is not what was asked for.
//!
//! Owns the words for that. Which clauses only tell is known elsewhere.

use super::lexicon::Lexicon;
use super::passive;
use super::tokens::{End, Token};

/// Whether a word of a clause that only tells says that something is to stay as it is, which bounds a deed: «app:1.0 has
/// to stay», «app is still needed», «app excluded».
pub(super) fn spares(tokens: &[Token], at: usize) -> bool {
    const NOT: &[&str] = &["not", "isn't", "aren't", "don't", "doesn't", "no", "nobody", "nothing", "never", "hardly"];
    let word = tokens[at].norm.as_str();
    let start = tokens[..at].iter().rposition(|token| token.end > End::Nothing).map_or(0, |end| end + 1);
    let before = &tokens[start..at];
    let next = |words: &[&str]| tokens.get(at + 1).is_some_and(|next| words.contains(&next.norm.as_str()));
    let says = |words: &[&str]| before.iter().any(|token| words.contains(&token.norm.as_str()));
    let ends = tokens[at].end > End::Nothing
        || tokens
            .get(at + 1)
            .is_none_or(|next| ["there", "as", "where", "here", "too", "untouched"].contains(&&*next.norm));
    // «everything else stays as it is»: what is not named is left alone anyway.
    let others = says(&["else", "rest", "other", "others"]);
    // In what is asked itself «keep my changes» may be what the deed does anyway.
    let still = at.checked_sub(1).is_some_and(|last| tokens[last].norm == "still") && !word.starts_with("keep");
    (tokens[at].told || still)
        && !tokens[at].quoted
        && !others
        && match word {
            "stay" | "remain" | "survive" => says(&["to", "must", "should", "shall", "will", "can", "may"]),
            "stays" | "remains" | "survives" => ends,
            "needed" | "required" => says(&["still"]) && !says(NOT),
            "need" | "needs" | "use" | "uses" | "want" => says(&["still"]) && !says(NOT),
            "excluded" | "exempt" | "spared" | "untouched" | "included" | "untouchable" | "sacred" | "protected"
            | "taboo" | "off-limits" => true,
            "keep" | "keeping" | "kept" => !says(NOT),
            "limits" => says(&["off"]),
            "hands" => next(&["off"]),
            // «it is holding on to old connections» says what is wrong.
            "holding" | "hanging" if says(&["it", "it's"]) && !is_definite(tokens, at + 3) => false,
            "hold" | "hang" | "holding" | "hanging" => next(&["on", "onto"]) && !says(NOT),
            _ => false,
        }
}

/// «holding on to the pods», not «to stale connections»
fn is_definite(tokens: &[Token], at: usize) -> bool {
    const DEFINITE: &[&str] = &["the", "my", "our", "it", "them", "that", "this", "their"];
    tokens.get(at).is_none_or(|token| token.literal || token.quoted || DEFINITE.contains(&token.norm.as_str()))
}

/// «I still need main.go», «app is still needed»: what somebody says of a thing that is to stay.
pub(super) fn still_needs(part: &[Token]) -> bool {
    part.windows(2).any(|pair| {
        pair[0].norm == "still"
            && ["need", "needs", "needed", "required", "use", "want"].contains(&pair[1].norm.as_str())
    })
}

/// Whether what is asked leans on something that was said before: «restart it».
pub(super) fn leans(tokens: &[Token]) -> bool {
    tokens.iter().any(|token| !token.told && !token.quoted && ["it", "them"].contains(&&*token.norm))
}

/// Whether what is asked leans on a thing that is told to have been dealt with, and that nothing took up: «I
/// accidentally started clamav, stop it» stops no whole stack.
pub(super) fn leaves_its_object(tokens: &[Token], lexicon: &Lexicon) -> bool {
    const SMALL: &[&str] = &["the", "a", "an", "my", "our"];
    let dealt = (0..tokens.len()).any(|at| {
        let mut object = at + 1;
        while tokens.get(object).is_some_and(|next| SMALL.contains(&next.norm.as_str())) {
            object += 1;
        }
        let named = tokens.get(object).is_some_and(|next| {
            next.told
                && (next.quoted || next.literal || !lexicon.knows_word(&next.norm))
                && !lexicon.common.contains(&next.norm)
        });
        tokens[at].told && tokens[at].end == End::Nothing && named && passive::verb(tokens, at, lexicon).is_some()
    });
    leans(tokens) && dealt
}
