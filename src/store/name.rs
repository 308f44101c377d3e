//! Names of sessions: `session_NNN_YYYY-MM-DD_goal-slug`.
//!
//! Owns how a goal, or a name of the person's own, becomes a slug, and how a number is read out of a name or out of
//! what a person types.

use crate::domain::{At, SessionId};

/// Characters of a slug.
const LONGEST: usize = 32;
/// And of one that the person chose.
const LONGEST_CHOSEN: usize = 64;
/// Words of a slug.
const WORDS: usize = 4;
/// Words that say nothing about what a session is for.
const STOP_WORDS: [&str; 58] = [
    "a", "an", "the", "this", "that", "these", "those", "my", "our", "your", "its", "their", "me", "us", "you", "i",
    "we", "it", "they", "and", "or", "but", "of", "in", "on", "at", "to", "for", "from", "with", "by", "into", "is",
    "are", "was", "were", "be", "been", "do", "does", "did", "has", "have", "had", "can", "could", "would", "should",
    "will", "please", "what", "which", "there", "some", "any", "just", "about", "so",
];
/// Long words everybody writes short.
const SHORT_FORMS: [(&str, &str); 6] = [
    ("application", "app"),
    ("configuration", "config"),
    ("database", "db"),
    ("databases", "dbs"),
    ("kubernetes", "k8s"),
    ("repository", "repo"),
];

/// The name of session `number` begun at `at`.
pub(super) fn compose(number: u32, at: At, slug: &str) -> SessionId {
    SessionId::new(format!("session_{number:03}_{}_{slug}", at.date()))
}

/// The number in a directory's name; `None` for a directory that is no session.
pub(super) fn number(directory: &str) -> Option<u32> {
    let digits = directory.strip_prefix("session_")?.split('_').next()?;
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
}

/// Whether `wanted`, as a person types it, means the session: the whole name, `session_004`, `004` or `4`.
pub(super) fn means(wanted: &str, id: &SessionId) -> bool {
    let digits = wanted.strip_prefix("session_").unwrap_or(wanted);
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    wanted == id.as_str() || (is_number && digits.parse().ok() == number(id.as_str()))
}

/// The words of a goal that tell it from others, in lower case, joined by `-`: the first four, fewer where they are
/// long. The last of them stays, since it is what the goal is about.
pub(super) fn slug(goal: &str) -> String {
    let all = words(goal);
    let mut kept: Vec<&str> = all.iter().map(String::as_str).filter(|word| !STOP_WORDS.contains(word)).collect();
    if kept.is_empty() {
        kept = all.iter().map(String::as_str).collect();
    }
    for word in &mut kept {
        *word = SHORT_FORMS.iter().find(|(long, _)| long == word).map_or(*word, |(_, short)| short);
    }
    kept.truncate(WORDS);
    while kept.len() > 1 && kept.iter().map(|word| word.len() + 1).sum::<usize>() > LONGEST + 1 {
        kept.remove(kept.len() - if kept.len() > 2 { 2 } else { 1 });
    }
    cut(kept.join("-"), LONGEST)
}

/// A name of the person's own: all its words as they chose them, in lower case, joined by `-`.
pub(super) fn chosen(name: &str) -> String {
    cut(words(name).join("-"), LONGEST_CHOSEN)
}

fn words(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '\'');
    words.map(|word| word.replace('\'', "").to_ascii_lowercase()).filter(|word| !word.is_empty()).collect()
}

fn cut(mut slug: String, longest: usize) -> String {
    slug.truncate(longest);
    if slug.is_empty() { "session".to_owned() } else { slug }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_goal_becomes_the_few_words_that_tell_it_from_others() {
        for (goal, expected) in [
            ("Investigate database connection timeouts", "investigate-db-timeouts"),
            ("investigate api crash", "investigate-api-crash"),
            ("  why's api-7d4f9 / DOWN?! ", "whys-api-7d4f9-down"),
            ("show the last five commits of the main branch please", "show-last-five-commits"),
            ("what is there to do", "what-is-there-to"),
            ("Extraordinarily longwindedcharacterizations everywhere", "extraordinarily-everywhere"),
        ] {
            assert_eq!(slug(goal), expected);
        }
        assert_eq!(slug(&"x".repeat(500)).len(), LONGEST);
    }

    #[test]
    fn a_chosen_name_keeps_its_words() {
        for (name, expected) in [
            ("my-own-name", "my-own-name"),
            ("the-api-is-down", "the-api-is-down"),
            (" What the database did on Friday / night ", "what-the-database-did-on-friday-night"),
            ("../../etc", "etc"),
            ("почему", "session"),
        ] {
            assert_eq!(chosen(name), expected);
        }
        assert_eq!(chosen(&"x".repeat(500)).len(), LONGEST_CHOSEN);
    }

    #[test]
    fn a_slug_is_never_long() {
        for goal in ["a b c d e f g h", &"word ".repeat(90), "internationalization of everything considered harmful"] {
            let slug = slug(goal);
            assert!(slug.len() <= LONGEST && slug.split('-').count() <= WORDS, "{slug}");
        }
    }

    #[test]
    fn a_goal_without_words_still_has_a_name() {
        assert_eq!(slug("../../"), "session");
        assert_eq!(slug("почему"), "session");
        assert_eq!(slug("''"), "session");
    }

    #[test]
    fn the_name_has_the_product_documents_shape() {
        let at = At::parse("2026-02-21T09:14:00+01:00").unwrap();
        assert_eq!(compose(4, at, "fix-it").as_str(), "session_004_2026-02-21_fix-it");
        assert_eq!(compose(1234, at, "fix-it").as_str(), "session_1234_2026-02-21_fix-it");
    }

    #[test]
    fn a_session_answers_to_its_short_names() {
        let id = SessionId::new("session_004_2026-02-21_fix-it");
        for wanted in ["session_004_2026-02-21_fix-it", "session_004", "session_4", "004", "4"] {
            assert!(means(wanted, &id), "{wanted}");
        }
        for wanted in ["", "session_", "40", "04x", "fix-it", "session_004_2026-02-21"] {
            assert!(!means(wanted, &id), "{wanted}");
        }
    }

    #[test]
    fn other_directories_have_no_number() {
        for name in ["archived", "session_", "session_x_2026", "session", "notes"] {
            assert_eq!(number(name), None, "{name}");
        }
    }
}
