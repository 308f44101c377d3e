//! How people ask for a runbook: phrases of words, `(one|another)`, `[perhaps]` and `<input>`.
//!
//! Owns the phrases' grammar and what makes two forms of a word the same. A phrase stands for all its variants, each a
//! plain row of words and inputs. Knows nothing of requests.

/// Variants of one phrase; more are a mistake of brackets.
const MOST_VARIANTS: usize = 500;

/// A part of a variant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    /// One of these words: a choice between words is no variant of its own.
    Word(Vec<String>),
    Slot(String),
}

/// One variant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Phrase {
    pub parts: Vec<Part>,
}

impl Phrase {
    pub fn slots(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            Part::Slot(name) => Some(name.as_str()),
            Part::Word(_) => None,
        })
    }
}

/// Reads a phrase into its variants, words not yet folded.
///
/// # Errors
/// What is wrong with it, in words.
pub(super) fn parse(text: &str) -> Result<Vec<Phrase>, String> {
    let mut rest = text;
    let variants = sequence(&mut rest)?;
    if !rest.is_empty() {
        return Err(format!("`{rest}` is left over"));
    }
    if variants.iter().any(|variant| !variant.iter().any(|part| matches!(part, Part::Word(_)))) {
        return Err("a variant of it has no word".to_owned());
    }
    Ok(variants.into_iter().map(|parts| Phrase { parts }).collect())
}

/// Parts up to a `|`, a closing bracket or the end.
fn sequence(rest: &mut &str) -> Result<Vec<Vec<Part>>, String> {
    let mut variants = vec![Vec::new()];
    loop {
        *rest = rest.trim_start();
        let Some(first) = rest.chars().next() else { return Ok(variants) };
        let choices = match first {
            '|' | ')' | ']' => return Ok(variants),
            '(' => group(rest, ')')?,
            '[' => {
                let mut choices = group(rest, ']')?;
                choices.push(Vec::new());
                choices
            }
            '<' => {
                let (name, after) = rest[1..].split_once('>').ok_or("a `>` is missing")?;
                *rest = after;
                vec![vec![Part::Slot(name.trim().to_owned())]]
            }
            _ => {
                let end = rest.find(|c: char| c.is_whitespace() || "|()[]<".contains(c)).unwrap_or(rest.len());
                let (word, after) = rest.split_at(end);
                *rest = after;
                vec![vec![Part::Word(vec![word.to_lowercase()])]]
            }
        };
        if variants.len() * choices.len() > MOST_VARIANTS {
            return Err(format!("it has more than {MOST_VARIANTS} variants"));
        }
        variants =
            variants.iter().flat_map(|variant| choices.iter().map(|choice| [&variant[..], choice].concat())).collect();
    }
}

fn group(rest: &mut &str, end: char) -> Result<Vec<Vec<Part>>, String> {
    let mut choices = Vec::new();
    loop {
        *rest = &rest[1..];
        choices.extend(sequence(rest)?);
        match rest.chars().next() {
            Some('|') => {}
            Some(found) if found == end => {
                *rest = &rest[1..];
                return Ok(merged(choices));
            }
            _ => return Err(format!("a `{end}` is missing")),
        }
    }
}

/// The choices with those of a single word made into one part.
fn merged(choices: Vec<Vec<Part>>) -> Vec<Vec<Part>> {
    let mut words = Vec::new();
    let mut others = Vec::new();
    for choice in choices {
        match choice.as_slice() {
            [Part::Word(some)] => words.extend(some.iter().cloned()),
            _ => others.push(choice),
        }
    }
    if !words.is_empty() {
        others.insert(0, vec![Part::Word(words)]);
    }
    others
}

/// The form in which `crash`, `crashes`, `crashed` and `crashing` are the same.
pub(super) fn folded(word: &str) -> String {
    const LEAST: usize = 3;
    let kept = |stem: &str| stem.len() >= LEAST && stem.contains(['a', 'e', 'i', 'o', 'u', 'y']);
    for ending in ["ing", "ed", "es", "s"] {
        if let Some(stem) = word.strip_suffix(ending).filter(|stem| kept(stem)) {
            // `ss` is no ending: process, address.
            if ending == "s" && stem.ends_with('s') {
                break;
            }
            let last = stem.chars().next_back();
            let doubled = stem.len() > LEAST
                && last.is_some_and(|last| !"aeiouls".contains(last) && stem.ends_with(&format!("{last}{last}")));
            let stem = if doubled { &stem[..stem.len() - 1] } else { stem };
            return stem.strip_suffix('e').filter(|stem| kept(stem)).unwrap_or(stem).to_owned();
        }
    }
    word.strip_suffix('e').filter(|stem| kept(stem)).unwrap_or(word).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variants(text: &str) -> Vec<String> {
        let told = |part: &Part| match part {
            Part::Word(words) => words.join("/"),
            Part::Slot(name) => format!("<{name}>"),
        };
        let phrases = parse(text).unwrap();
        phrases.iter().map(|phrase| phrase.parts.iter().map(told).collect::<Vec<_>>().join(" ")).collect()
    }

    #[test]
    fn a_phrase_stands_for_its_variants() {
        assert_eq!(
            variants("pod <pod> (keeps restarting|crashes|dies)"),
            ["pod <pod> crashes/dies", "pod <pod> keeps restarting"]
        );
        assert_eq!(variants("[my] Disk (is|gets [too]) full").len(), 4);
    }

    #[test]
    fn a_phrase_that_cannot_be_read_is_an_error() {
        for text in ["", "(a", "a)", "[a", "<a", "[a]", "<a>", &format!("{}b", "[a]".repeat(12))] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn forms_of_a_word_are_folded() {
        for forms in [
            ["crash", "crashing", "crashes", "crashed"],
            ["fail", "failing", "fails", "failed"],
            ["expire", "expiring", "expires", "expired"],
            ["stop", "stopping", "stops", "stopped"],
            ["kill", "killing", "kills", "killed"],
        ] {
            for form in forms {
                assert_eq!(folded(form), folded(forms[0]), "{form}");
            }
        }
        assert_ne!(folded("address"), folded("addr"));
        assert_ne!(folded("disk"), folded("disc"));
    }
}
