//! A request cut into words: quotes kept whole, names and literals protected,
//! typing mistakes mended only towards known words.

use super::lexicon::Lexicon;

/// One word of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    /// As written, without quotes and final punctuation.
    pub raw: String,
    /// Lower case, possessive taken off.
    pub norm: String,
    /// It stood in quotes.
    pub quoted: bool,
    /// A literal (path, image, number, option, …): never corrected, never a plain word.
    pub literal: bool,
}

/// Cuts a request.
pub(super) fn cut(request: &str, lexicon: &Lexicon) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = request.trim();
    while let Some(first) = rest.chars().next() {
        if let Some((inside, after)) = quoted(rest, first) {
            tokens.push(Token { raw: inside.to_owned(), norm: inside.to_lowercase(), quoted: true, literal: true });
            rest = after.trim_start_matches([',', '.', '?', '!', ';', ':']).trim_start();
            continue;
        }
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        if let Some(token) = plain(&rest[..end], lexicon) {
            tokens.push(token);
        }
        rest = rest[end..].trim_start();
    }
    tokens
}

fn quoted(text: &str, first: char) -> Option<(&str, &str)> {
    let closing = match first {
        '"' | '\'' | '`' => first,
        '\u{201c}' => '\u{201d}',
        '\u{2018}' => '\u{2019}',
        _ => return None,
    };
    let inside = &text[first.len_utf8()..];
    let end = inside.find(closing)?;
    (end > 0).then(|| (&inside[..end], &inside[end + closing.len_utf8()..]))
}

fn plain(word: &str, lexicon: &Lexicon) -> Option<Token> {
    let trimmed = word.trim_end_matches([',', '?', '!', ';', ')']).trim_start_matches('(');
    let trimmed = trimmed.strip_suffix(':').unwrap_or(trimmed);
    // A final full stop ends a sentence, unless the word is `.` or `..`.
    let raw = if trimmed.chars().all(|character| character == '.') { trimmed } else { trimmed.trim_end_matches('.') };
    if raw.is_empty() {
        return None;
    }
    let lower = raw.to_lowercase().replace('\u{2019}', "'");
    let norm = match lower.strip_suffix("'s") {
        Some(base) if !lexicon.means_something(&lower) => base.to_owned(),
        _ => lower,
    };
    let literal = raw.contains(['/', '.', ':', '=', '@', '_', '\\', '*', '~', '{', '<', '>', '$'])
        || raw.starts_with('-')
        || raw.chars().any(|character| character.is_ascii_digit())
        || (raw.contains('-') && !lexicon.means_something(&norm));
    Some(Token { raw: raw.to_owned(), norm, quoted: false, literal })
}

/// Splits «first, then second» into its parts; one part when there is nothing to split.
pub(super) fn sequence(request: &str) -> Vec<String> {
    const JOINTS: &[&str] = &[
        ", and then ",
        " and then ",
        ", then ",
        "; then ",
        " then ",
        " and after that ",
        ", after that ",
        " after that ",
    ];
    let lower = request.to_ascii_lowercase();
    if lower.contains(['"', '\'', '`']) || lower.len() != request.len() {
        return vec![request.to_owned()];
    }
    let mut parts = Vec::new();
    let mut start = 0;
    loop {
        let next = JOINTS
            .iter()
            .filter_map(|joint| lower[start..].find(joint).map(|at| (start + at, joint.len())))
            .min_by_key(|(at, length)| (*at, std::cmp::Reverse(*length)));
        match next {
            Some((at, length)) => {
                parts.push(request[start..at].trim().to_owned());
                start = at + length;
            }
            None => {
                parts.push(request[start..].trim().to_owned());
                break;
            }
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// The tokens with typing mistakes mended; `None` when there is nothing to mend.
pub(super) fn corrected(tokens: &[Token], lexicon: &Lexicon) -> Option<Vec<Token>> {
    let mut changed = false;
    let mended = tokens
        .iter()
        .map(|token| {
            let length = token.norm.chars().count();
            let known = lexicon.means_something(&token.norm) || lexicon.vocabulary.contains(&token.norm);
            if token.literal || length < 4 || known {
                return token.clone();
            }
            let reach = if length >= 8 { 2 } else { 1 };
            let mut near: Vec<(usize, &String)> = lexicon
                .vocabulary
                .iter()
                .filter(|word| word.len() >= 3 && word.len().abs_diff(token.norm.len()) <= reach)
                .map(|word| (strsim::osa_distance(&token.norm, word), word))
                .filter(|(distance, _)| *distance <= reach)
                .collect();
            near.sort();
            match near.as_slice() {
                // Two words equally near are no correction but a guess.
                [(best, _), (second, _), ..] if best == second => token.clone(),
                [(_, word), ..] => {
                    changed = true;
                    Token { norm: (*word).clone(), raw: (*word).clone(), ..token.clone() }
                }
                [] => token.clone(),
            }
        })
        .collect();
    changed.then_some(mended)
}
