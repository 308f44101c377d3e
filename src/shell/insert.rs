//! What the person lets the workbench type at their prompt.
//!
//! Owns the promise that it cannot run by itself: one line, without any control byte.

use crossterm::event::{KeyEvent, KeyEventKind};

/// One line for the prompt, made from a key the person pressed and from nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShellInsert(String);

impl ShellInsert {
    /// The line that the key stands for; `None` when the key was let go, or the text has more than one line or bytes
    /// that a terminal would act on.
    pub fn at_key(key: KeyEvent, text: &str) -> Option<Self> {
        let text = text.trim_end_matches(['\r', '\n']);
        let plain = !text.is_empty() && !text.chars().any(char::is_control);
        (plain && key.kind != KeyEventKind::Release).then(|| Self(text.to_owned()))
    }

    /// The line.
    pub fn text(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use crossterm::event::{KeyCode, KeyModifiers};

    use super::*;

    #[test]
    fn what_would_run_or_act_by_itself_cannot_be_inserted() {
        let key = KeyEvent::new(KeyCode::Enter, KeyModifiers::NONE);
        for text in ["", "\n", "ls\nrm x", "ls\rrm x", "a\x1b[A", "a\x03", "a\u{9b}A", "a\tb"] {
            assert_eq!(ShellInsert::at_key(key, text), None, "{text:?}");
        }
        assert_eq!(ShellInsert::at_key(key, "kubectl get pods\n").unwrap().text(), "kubectl get pods");
    }
}
