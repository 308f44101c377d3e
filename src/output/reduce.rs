//! Long output cut down to what fits a model, without hiding that it was cut.
//!
//! Owns which lines stay: the first, the last, and from between them one of
//! each kind that looks like an error or a warning, with its neighbours and how
//! often it came. Numbers in a line do not make it another kind. JSON is told by
//! its shape (`json`), a table by its rows that need a look (`rows`). The result
//! never passes the bound it was given. Knows no model and no log; the whole
//! output is kept elsewhere.

mod json;
mod rows;

use std::collections::BTreeMap;
use std::ops::Range;

use super::counted::{counted, grouped};
use super::severity::{Severity, severity};

/// The product document's bound: output above this many tokens is reduced.
pub const MODEL_TOKENS: usize = 4_000;
/// Bytes counted as one token. An estimate that holds for logs and tables of any model's tokenizer.
pub const BYTES_PER_TOKEN: usize = 4;
/// Below this many tokens there is no room for a head, a tail and the words between; smaller bounds are raised to it.
pub const LEAST_TOKENS: usize = 128;
/// Bytes for the lines that say what is missing.
const MARKS: usize = 240;

/// Output as a model is given it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reduced {
    pub text: String,
    /// What is missing, as one lower-case fragment; `None` when nothing is.
    pub notice: Option<String>,
}

/// Both streams as a model reads them, each cut down to `max_tokens`; what is missing is said there.
pub fn streams(stdout: &str, stderr: &str, max_tokens: usize) -> String {
    let mut text = String::new();
    for (name, output) in [("stdout", stdout), ("stderr", stderr)] {
        if !output.trim().is_empty() {
            text.push_str(&format!("{name}:\n{}\n", for_model(output, max_tokens).text));
        }
    }
    text
}

/// Cuts `outcome_text` down to `max_tokens`, at four bytes a token.
pub fn for_model(outcome_text: &str, max_tokens: usize) -> Reduced {
    let budget = max_tokens.max(LEAST_TOKENS).saturating_mul(BYTES_PER_TOKEN);
    if outcome_text.len() <= budget {
        return Reduced { text: outcome_text.to_owned(), notice: None };
    }
    let room = budget - MARKS;
    let shaped = json::reduced(outcome_text, room)
        .map(|(text, hidden)| (text, format!("{} of the JSON hidden", counted(hidden, "list item", "list items"))));
    if let Some((text, notice)) = shaped.or_else(|| rows::reduced(outcome_text, room)) {
        return Reduced { text: format!("{text}\n[… {notice} …]"), notice: Some(notice) };
    }
    let original: Vec<&str> = outcome_text.lines().collect();
    // A line may fill what is there when it is alone, and never more than a share that leaves a head and a tail.
    let longest = room / original.len().clamp(1, 5);
    let mut shortened = 0;
    let lines: Vec<String> = original
        .iter()
        .map(|line| {
            let cut = shorten(line, longest);
            shortened += usize::from(cut.len() < line.len());
            cut
        })
        .collect();
    let long = match shortened {
        0 => String::new(),
        some => format!("{} shortened", counted(some, "long line", "long lines")),
    };
    if lines.iter().map(|line| line.len() + 1).sum::<usize>() <= room {
        return Reduced { text: lines.join("\n"), notice: Some(long) };
    }
    let middle = middle(&lines, room * 2 / 5, room * 2 / 5);
    let between = lines.get(middle.clone()).unwrap_or_default();
    let kinds = kinds(between);
    let Chosen { lines: kept, kinds: shown, alarming } = choose(&kinds, between, room / 5);
    let left_out = middle.len() - kept.len();
    let mut notice = format!("{} of {} hidden", grouped(left_out), counted(lines.len(), "line", "lines"));
    if alarming > 0 {
        notice.push_str(&format!(
            "; among these {} looked like errors or warnings, {} shown",
            grouped(alarming),
            counted(shown, "kind", "kinds"),
        ));
    }
    if !long.is_empty() {
        notice.push_str("; ");
        notice.push_str(&long);
    }
    let mut text = lines.get(..middle.start).unwrap_or_default().join("\n");
    text.push_str(&format!("\n[… {notice} …]\n"));
    for line in &kept {
        text.push_str(line);
        text.push('\n');
    }
    if !kept.is_empty() {
        text.push_str("[… the last lines: …]\n");
    }
    text.push_str(&lines.get(middle.end..).unwrap_or_default().join("\n"));
    Reduced { text, notice: Some(notice) }
}

/// The lines that fit neither the head nor the tail.
fn middle(lines: &[String], head: usize, tail: usize) -> Range<usize> {
    let fitting = |room: usize, lines: &mut dyn Iterator<Item = &String>| {
        let mut used = 0;
        lines
            .take_while(|line| {
                used += line.len() + 1;
                used <= room
            })
            .count()
    };
    let start = fitting(head, &mut lines.iter());
    let end = lines.len() - fitting(tail, &mut lines.iter().rev());
    start..end.max(start)
}

/// One kind of alarming line: the first of it and how many there are.
struct Kind<'a> {
    first: &'a str,
    severity: Severity,
    position: usize,
    times: usize,
}

fn kinds(lines: &[String]) -> Vec<Kind<'_>> {
    let mut kinds: BTreeMap<String, Kind<'_>> = BTreeMap::new();
    for (position, line) in lines.iter().enumerate() {
        let Some(severity) = severity(line) else { continue };
        kinds.entry(pattern(line)).and_modify(|kind| kind.times += 1).or_insert(Kind {
            first: line,
            severity,
            position,
            times: 1,
        });
    }
    kinds.into_values().collect()
}

/// The line with its numbers taken out, so that times, ids and counters do not tell lines apart.
fn pattern(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    for character in line.chars() {
        if !character.is_ascii_digit() {
            out.push(character);
        } else if !out.ends_with('0') {
            out.push('0');
        }
    }
    out
}

/// What stays from between head and tail.
struct Chosen {
    /// In the order of the output, neighbours included.
    lines: Vec<String>,
    /// How many kinds there are among them.
    kinds: usize,
    /// How many lines looked alarming in all.
    alarming: usize,
}

/// The kinds that fit, errors before warnings and then as they came, each with the line before and the line after it
/// where there is room for these too.
fn choose(kinds: &[Kind<'_>], between: &[String], room: usize) -> Chosen {
    let mut ranked: Vec<&Kind<'_>> = kinds.iter().collect();
    ranked.sort_by_key(|kind| (std::cmp::Reverse(kind.severity), kind.position));
    let mut used = 0;
    let mut kept: BTreeMap<usize, String> = BTreeMap::new();
    for kind in &ranked {
        let line = match kind.times {
            1 => kind.first.to_owned(),
            times => format!("{} (×{})", kind.first, grouped(times)),
        };
        used += line.len() + 1;
        if used > room {
            break;
        }
        kept.insert(kind.position, line);
    }
    let shown: Vec<usize> = kept.keys().copied().collect();
    for kind in ranked.iter().filter(|kind| shown.contains(&kind.position)) {
        for position in [kind.position.wrapping_sub(1), kind.position + 1] {
            let Some(line) = between.get(position).filter(|_| !kept.contains_key(&position)) else { continue };
            used += line.len() + 1;
            if used <= room {
                kept.insert(position, line.clone());
            }
        }
    }
    Chosen {
        lines: kept.into_values().collect(),
        kinds: shown.len(),
        alarming: kinds.iter().map(|kind| kind.times).sum(),
    }
}

/// A line of at most `longest` bytes: its two ends, and between them how much is missing.
fn shorten(line: &str, longest: usize) -> String {
    if line.len() <= longest {
        return line.to_owned();
    }
    let end = longest.saturating_sub(48) / 2;
    let head = line.get(..floor(line, end)).unwrap_or_default();
    let tail = line.get(ceiling(line, line.len() - end)..).unwrap_or_default();
    format!("{head}[… {} left out …]{tail}", counted(line.len() - head.len() - tail.len(), "byte", "bytes"))
}

fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn ceiling(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn output_within_the_bound_is_untouched() {
        let text = "a line\n".repeat(500);
        assert_eq!(for_model(&text, MODEL_TOKENS), Reduced { text, notice: None });
    }

    #[test]
    fn head_tail_and_one_of_each_error_stay() {
        let mut text = String::from("the first line\n");
        for number in 0..2_000 {
            text.push_str(&format!("2024-05-01T10:00:{:02} INFO request {number} served\n", number % 60));
            if number % 100 == 50 {
                text.push_str(&format!("2024-05-01T10:00:{:02} ERROR database {number} gone\n", number % 60));
            }
        }
        text.push_str("WARN once\n");
        text.push_str(&"INFO served\n".repeat(600));
        text.push_str("the last line\n");
        let reduced = for_model(&text, MODEL_TOKENS);
        assert!(reduced.text.len() <= MODEL_TOKENS * BYTES_PER_TOKEN);
        assert!(reduced.text.starts_with("the first line\n"));
        assert!(reduced.text.ends_with("the last line"));
        // One of the twenty stands in the head.
        assert_eq!(reduced.text.matches("ERROR database").count(), 2, "{}", reduced.text);
        assert!(reduced.text.contains("ERROR database 150 gone (×19)"), "{}", reduced.text);
        assert!(reduced.text.contains("WARN once"));
        let notice = reduced.notice.unwrap();
        assert!(reduced.text.contains(&notice));
        let neighbours =
            "INFO request 150 served\n2024-05-01T10:00:30 ERROR database 150 gone (×19)\n2024-05-01T10:00:31 INFO";
        assert!(reduced.text.contains(neighbours), "{}", reduced.text);
        assert!(notice.contains("of 2,623 lines hidden"), "{notice}");
        assert!(notice.ends_with("among these 20 looked like errors or warnings, 2 kinds shown"), "{notice}");
    }

    #[test]
    fn one_endless_line_keeps_both_its_ends() {
        let text = format!("{{\"first\":{}\"last\":1}}", "1,".repeat(40_000));
        let reduced = for_model(&text, MODEL_TOKENS);
        assert!(reduced.text.starts_with("{\"first\":1,") && reduced.text.ends_with("\"last\":1}"));
        assert!(reduced.text.len() > MODEL_TOKENS * BYTES_PER_TOKEN / 2);
        assert_eq!(reduced.notice.as_deref(), Some("1 long line shortened"));
    }

    proptest! {
        #[test]
        fn no_output_passes_the_bound(
            lines in proptest::collection::vec(("[a-zé]{0,9}", 1_usize..200, proptest::bool::ANY), 0..200),
            tokens in 0_usize..2_000,
        ) {
            let text: String = lines
                .iter()
                .map(|(word, times, bad)| format!("{}{}\n", if *bad { "error " } else { "" }, word.repeat(*times)))
                .collect();
            let reduced = for_model(&text, tokens);
            prop_assert!(reduced.text.len() <= tokens.max(LEAST_TOKENS) * BYTES_PER_TOKEN);
            prop_assert_eq!(reduced.notice.is_none(), reduced.text == text);
        }
    }
}
