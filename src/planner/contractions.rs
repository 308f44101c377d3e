//! Short forms and what they are short for: «we're» and «we are», «aren't» and «are not».
//!
//! Owns both directions: a skill's phrase may have either, and so may a request.

use super::tokens::{End, Token};

/// What is not made by a rule.
const IRREGULAR: &[(&str, [&str; 2])] =
    &[("can't", ["can", "not"]), ("cannot", ["can", "not"]), ("won't", ["will", "not"]), ("shan't", ["shall", "not"])];

/// What stands behind the apostrophe of any word.
const ENDINGS: &[(&str, &str)] = &[("n't", "not"), ("'re", "are"), ("'ll", "will"), ("'ve", "have"), ("'m", "am")];

/// Before these an `s` behind an apostrophe is no possessive.
const IS: &[&str] =
    &["it", "that", "what", "there", "where", "who", "how", "here", "he", "she", "everything", "nothing", "something"];

/// Verbs that are written together with «not».
const NEGATED: &[&str] =
    &["do", "does", "did", "is", "are", "was", "were", "has", "have", "had", "would", "could", "should", "must"];

/// The request with every short form in its words; `None` when there is none.
pub(super) fn spelled_out(tokens: &[Token]) -> Option<Vec<Token>> {
    let mut found = false;
    let mut spelled = Vec::with_capacity(tokens.len() + 2);
    for token in tokens {
        match words(&token.norm).filter(|_| !token.quoted) {
            Some([first, second]) => {
                found = true;
                let part =
                    |word: &str, end| Token { end, told: token.told, bracketed: token.bracketed, ..Token::word(word) };
                spelled.extend([part(&first, End::Nothing), part(&second, token.end)]);
            }
            None => spelled.push(token.clone()),
        }
    }
    found.then_some(spelled)
}

/// The request with «are not» as «aren't»; `None` when there is no such pair.
pub(super) fn shortened(tokens: &[Token]) -> Option<Vec<Token>> {
    let pair = |at: usize| {
        let (verb, not) = (tokens.get(at)?, tokens.get(at + 1)?);
        let joins = verb.end == End::Nothing && !verb.quoted && !not.quoted && not.norm == "not";
        (joins && NEGATED.contains(&verb.norm.as_str())).then(|| Token {
            raw: format!("{}n't", verb.raw),
            norm: format!("{}n't", verb.norm),
            end: not.end,
            meant: None,
            ..verb.clone()
        })
    };
    let mut short = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let joined = pair(at);
        at += 1 + usize::from(joined.is_some());
        short.push(joined.unwrap_or_else(|| token.clone()));
    }
    (short.len() < tokens.len()).then_some(short)
}

/// The two words of a short form.
fn words(short: &str) -> Option<[String; 2]> {
    if let Some((_, words)) = IRREGULAR.iter().find(|(known, _)| *known == short) {
        return Some(words.map(str::to_owned));
    }
    if let Some(first) = short.strip_suffix("'s").filter(|first| IS.contains(first)) {
        return Some([first.to_owned(), "is".to_owned()]);
    }
    let (first, second) = ENDINGS.iter().find_map(|(end, word)| Some((short.strip_suffix(end)?, *word)))?;
    // «don't» forbids, and is known as that.
    (!first.is_empty() && first != "do").then(|| [first.to_owned(), second.to_owned()])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(tokens: Option<Vec<Token>>) -> String {
        let words = tokens.unwrap_or_default().into_iter().map(|token| token.norm);
        words.collect::<Vec<_>>().join(" ")
    }

    fn cut(text: &str) -> Vec<Token> {
        text.split(' ').map(Token::word).collect()
    }

    #[test]
    fn short_forms_are_written_in_their_words_and_back() {
        assert_eq!(
            said(spelled_out(&cut("we're sure it isn't web's, I'll see"))),
            "we are sure it is not web's, i will see"
        );
        assert_eq!(said(spelled_out(&cut("what's wrong, it can't start"))), "what is wrong, it can not start");
        assert_eq!(spelled_out(&cut("alice's groups, don't")), None);
        assert_eq!(said(shortened(&cut("commits that are not pushed"))), "commits that aren't pushed");
        assert_eq!(shortened(&cut("not these")), None);
        let quoted = vec![Token { quoted: true, ..Token::word("don't") }];
        assert_eq!(spelled_out(&quoted), None);
    }
}
