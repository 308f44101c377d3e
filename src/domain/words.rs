//! Words to a line that reads back as the same words.

/// Joins words into one line, quoting only what needs it, so that a POSIX shell
/// and the gate's own tokenizer both read the same words back.
pub fn join_words<S: AsRef<str>>(words: &[S]) -> String {
    let mut line = String::new();
    for word in words {
        if !line.is_empty() {
            line.push(' ');
        }
        push_word(&mut line, word.as_ref());
    }
    line
}

fn push_word(line: &mut String, word: &str) {
    if !word.is_empty() && word.bytes().all(is_plain) && !word.starts_with(['~', '#', '!']) {
        line.push_str(word);
        return;
    }
    line.push('\'');
    for character in word.chars() {
        if character == '\'' {
            line.push_str("'\\''");
        } else {
            line.push(character);
        }
    }
    line.push('\'');
}

fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_./:=@%+,^-~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_words_stay_plain() {
        assert_eq!(join_words(&["git", "log", "-5", "--oneline", "HEAD~2"]), "git log -5 --oneline HEAD~2");
    }

    #[test]
    fn what_a_shell_would_read_otherwise_is_quoted() {
        assert_eq!(
            join_words(&["echo", "a b", "", "$x", "it's", "{{.Names}}"]),
            "echo 'a b' '' '$x' 'it'\\''s' '{{.Names}}'"
        );
    }
}
