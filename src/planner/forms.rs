//! What a word looks like: a name, a path, an image, a pair of ports.

use super::matching::Matching;

/// Whether a token can be the name of something.
pub(super) fn is_name(matching: &Matching<'_>, at: usize) -> bool {
    let Some(token) = matching.tokens.get(at) else { return false };
    if token.raw.starts_with('-') {
        return false;
    }
    token.quoted || token.literal || !matching.lexicon.means_something(&token.norm)
}

/// Whether a word can be a name where a cue stands before it, although it means something elsewhere.
pub(super) fn is_cued_name(matching: &Matching<'_>, at: usize) -> bool {
    let Some(token) = matching.tokens.get(at) else { return false };
    let lexicon = matching.lexicon;
    let plain = lexicon.stop_words.contains(&token.norm)
        || lexicon.restricting.contains(&token.norm)
        || lexicon.units.contains_key(&token.norm)
        || lexicon.numbers.contains_key(&token.norm)
        || lexicon.actions.contains_key(&token.norm)
        || lexicon.tools.iter().any(|tool| tool.nouns.contains_key(&token.norm))
        || matching.tool.evidence.contains(&token.norm);
    !plain && !token.raw.starts_with('-')
}

pub(super) fn is_path(raw: &str) -> bool {
    raw.contains('/') && !raw.contains("://")
        || raw == "."
        || raw == ".."
        || raw.rsplit_once('.').is_some_and(|(stem, end)| {
            !stem.is_empty()
                && (1..=5).contains(&end.len())
                && end.chars().all(|character| character.is_ascii_alphanumeric())
                && !end.chars().all(|character| character.is_ascii_digit())
        })
        || raw.starts_with('.') && raw.len() > 1
}

pub(super) fn is_image(raw: &str) -> bool {
    !raw.contains("://")
        && !raw.starts_with(['.', '/', '-'])
        && raw.chars().all(|character| character.is_ascii_alphanumeric() || "._-/:@".contains(character))
}

pub(super) fn is_pair(raw: &str) -> bool {
    raw.split_once(':').is_some_and(|(left, right)| {
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        digits(left) && digits(right)
    })
}
