//! Words for whoever looks elsewhere, and the title of the window.
//!
//! Owns the forms: OSC 9 (iTerm2, kitty, WezTerm, Ghostty, Windows Terminal), OSC 777 (urxvt, foot), the bell of all
//! others. A multiplexer passes on the bell alone, so there it is the bell. No control byte of a text gets through.

/// What a terminal understands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bell {
    Osc9,
    Osc777,
    Sound,
}

impl Bell {
    /// What suits the terminal, from its variables.
    pub fn of<'a>(variable: impl Fn(&str) -> Option<&'a str>) -> Bell {
        let inside = ["TMUX", "STY", "ZELLIJ"].iter().any(|name| variable(name).is_some_and(|value| !value.is_empty()));
        let term = variable("TERM").unwrap_or_default();
        match variable("TERM_PROGRAM").unwrap_or_default() {
            _ if inside => Bell::Sound,
            "iTerm.app" | "WezTerm" | "ghostty" => Bell::Osc9,
            _ if term.contains("kitty") || term.contains("ghostty") || variable("WT_SESSION").is_some() => Bell::Osc9,
            _ if term.starts_with("foot") || term.starts_with("rxvt-unicode") => Bell::Osc777,
            _ => Bell::Sound,
        }
    }

    /// The bytes that tell it.
    pub fn rings(self, text: &str) -> Vec<u8> {
        let text = printable(text);
        match self {
            Bell::Osc9 => format!("\x1b]9;devops-agent: {text}\x1b\\").into_bytes(),
            Bell::Osc777 => format!("\x1b]777;notify;devops-agent;{text}\x1b\\").into_bytes(),
            Bell::Sound => b"\x07".to_vec(),
        }
    }
}

/// The bytes that name the window.
pub fn title(text: &str) -> Vec<u8> {
    format!("\x1b]2;{}\x1b\\", printable(text)).into_bytes()
}

fn printable(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(variables: &[(&str, &'static str)]) -> Bell {
        Bell::of(|name| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| *value))
    }

    #[test]
    fn a_terminal_is_told_in_its_own_way_and_a_multiplexer_by_the_bell() {
        assert_eq!(of(&[("TERM", "xterm-kitty")]), Bell::Osc9);
        assert_eq!(of(&[("TERM_PROGRAM", "WezTerm"), ("TERM", "xterm-256color")]), Bell::Osc9);
        assert_eq!(of(&[("TERM", "foot-extra")]), Bell::Osc777);
        assert_eq!(of(&[("TERM", "xterm-256color")]), Bell::Sound);
        assert_eq!(of(&[("TERM", "xterm-kitty"), ("TMUX", "/tmp/x")]), Bell::Sound);
    }

    #[test]
    fn no_text_ends_the_string_it_stands_in() {
        assert_eq!(Bell::Osc9.rings("a\x1b\\\x07b"), b"\x1b]9;devops-agent: a\\b\x1b\\");
        assert_eq!(title("one\x07two"), b"\x1b]2;onetwo\x1b\\");
    }
}
