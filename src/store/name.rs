//! Names of sessions: `session_NNN_YYYY-MM-DD_goal-slug`.
//!
//! Owns how a goal becomes a slug and how a number is read out of a name or out of what a person types.

use crate::domain::{At, SessionId};

/// Characters of a slug.
const LONGEST: usize = 40;

/// The name of session `number` begun at `at`.
pub(super) fn compose(number: u32, at: At, goal: &str) -> SessionId {
    SessionId::new(format!("session_{number:03}_{}_{}", at.date(), slug(goal)))
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

/// Lower-case words of letters and digits joined by `-`; as many whole words as fit.
fn slug(goal: &str) -> String {
    let mut slug = String::new();
    let words = goal.split(|c: char| !c.is_ascii_alphanumeric() && c != '\'').map(|word| word.replace('\'', ""));
    for word in words.filter(|word| !word.is_empty()) {
        if slug.is_empty() {
            slug.extend(word.chars().take(LONGEST));
        } else if slug.len() + 1 + word.len() <= LONGEST {
            slug.push('-');
            slug.push_str(&word);
        } else {
            break;
        }
    }
    if slug.is_empty() { "session".to_owned() } else { slug.to_ascii_lowercase() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_goal_becomes_words_joined_by_dashes() {
        assert_eq!(slug("Investigate database connection timeouts"), "investigate-database-connection-timeouts");
        assert_eq!(slug("  why's api-7d4f9 / DOWN?! "), "whys-api-7d4f9-down");
        assert_eq!(
            slug("show the last five commits of the main branch please"),
            "show-the-last-five-commits-of-the-main"
        );
        assert_eq!(slug(&"x".repeat(500)).len(), LONGEST);
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
        assert_eq!(compose(4, at, "fix it").as_str(), "session_004_2026-02-21_fix-it");
        assert_eq!(compose(1234, at, "fix it").as_str(), "session_1234_2026-02-21_fix-it");
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
