//! A line read with its quotes, for as long as it can be read in one way only.
//!
//! Finds the simple commands of a line and marks the words that hold an
//! expansion. Gives up, and says nothing, at everything that shells read
//! differently or that this reading does not follow: here-documents, comments,
//! `case`, functions, arrays, `$'..'`, quotes within expansions, characters
//! that cannot be seen. Giving up costs precision, never a sighting: then every
//! word counts.

use super::super::line::is_deceptive;

/// A simple command as it is spelled.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Spelled {
    /// Without quotes; expansions are left out.
    pub words: Vec<String>,
    /// The place of the first word that holds an expansion or a pattern.
    pub first_dynamic: Option<usize>,
    /// Where its output goes and its input comes from.
    pub targets: Vec<String>,
    /// Values it sets variables to.
    pub assigned: Vec<String>,
    /// After `&>`, which some shells read as the end of the command.
    is_split: bool,
}

/// The commands of a line, or `None` where it may be read in two ways.
pub(super) fn read(line: &str) -> Option<Vec<Spelled>> {
    if line
        .chars()
        .any(|character| is_deceptive(character) || (character.is_whitespace() && !" \t\n".contains(character)))
    {
        return None;
    }
    let mut reader = Reader { rest: line, now: Spelled::default(), word: None, ..Reader::default() };
    while let Some(character) = reader.next() {
        if reader.frames.last().is_some_and(|frame| matches!(frame, Frame::Double)) {
            reader.quoted(character)?;
        } else {
            reader.bare(character)?;
        }
    }
    reader.end_command()?;
    reader.frames.is_empty().then_some(reader.commands)
}

#[derive(Debug, Default, Clone)]
struct Word {
    text: String,
    is_quoted: bool,
    is_dynamic: bool,
    has_bracket: bool,
    has_brace: bool,
}

enum Frame {
    Subshell,
    /// `$( )`, `<( )`: the command and the word it stands in.
    Substitution(Spelled, Word, bool),
    Backtick(Spelled, Word, bool),
    Double,
}

#[derive(Default)]
struct Reader<'a> {
    rest: &'a str,
    frames: Vec<Frame>,
    backticks: usize,
    now: Spelled,
    word: Option<Word>,
    /// The next word belongs to a redirection.
    is_target: bool,
    commands: Vec<Spelled>,
}

impl Reader<'_> {
    fn next(&mut self) -> Option<char> {
        let character = self.rest.chars().next()?;
        self.rest = &self.rest[character.len_utf8()..];
        Some(character)
    }

    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn eat(&mut self, text: &str) -> bool {
        match self.rest.strip_prefix(text) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn word(&mut self) -> &mut Word {
        self.word.get_or_insert_default()
    }

    fn quoted(&mut self, character: char) -> Option<()> {
        match character {
            '"' => drop(self.frames.pop()),
            '$' => self.dollar(true)?,
            '`' => self.backtick()?,
            '\\' => {
                let next = self.next()?;
                if !"$`\"\\\n".contains(next) {
                    self.word().text.push('\\');
                }
                if next != '\n' {
                    self.word().text.push(next);
                }
            }
            other => self.word().text.push(other),
        }
        Some(())
    }

    fn bare(&mut self, character: char) -> Option<()> {
        match character {
            ' ' | '\t' => self.end_word()?,
            '\n' | ';' => self.end_command()?,
            '|' => {
                self.end_command()?;
                self.eat("&");
            }
            '&' if self.eat(">") => {
                self.end_word()?;
                self.eat(">");
                self.begin_target()?;
                self.now.is_split = true;
            }
            '&' => self.end_command()?,
            '<' | '>' => self.redirection(character)?,
            '(' => {
                // A function, an array, an arithmetic command or a pattern.
                if self.word.is_some() || !self.now.words.is_empty() || self.peek() == Some('(') {
                    return None;
                }
                self.end_command()?;
                self.frames.push(Frame::Subshell);
            }
            ')' => {
                self.end_command()?;
                match self.frames.pop()? {
                    Frame::Subshell => {}
                    Frame::Substitution(now, word, is_target) => self.restore(now, word, is_target),
                    Frame::Backtick(..) | Frame::Double => return None,
                }
            }
            '`' => self.backtick()?,
            '$' => self.dollar(false)?,
            '\'' => self.single()?,
            '"' => {
                if self.backticks > 0 {
                    return None;
                }
                self.word().is_quoted = true;
                self.frames.push(Frame::Double);
            }
            '\\' => {
                if self.backticks > 0 {
                    return None;
                }
                match self.next()? {
                    '\n' => {}
                    next => {
                        self.word().is_quoted = true;
                        self.word().text.push(next);
                    }
                }
            }
            '#' if self.word.is_none() => return None,
            '*' | '?' => {
                self.word().is_dynamic = true;
                self.word().text.push(character);
            }
            '[' => {
                self.word().has_bracket = true;
                self.word().text.push(character);
            }
            '{' => {
                self.word().has_brace = true;
                self.word().text.push(character);
            }
            '}' => {
                let word = self.word();
                if !word.has_brace && !word.text.is_empty() {
                    return None;
                }
                word.text.push(character);
            }
            other => self.word().text.push(other),
        }
        Some(())
    }

    fn single(&mut self) -> Option<()> {
        let end = self.rest.find('\'')?;
        let text = &self.rest[..end];
        // Some commands expand what they are given a second time.
        if self.backticks > 0 || text.contains('`') || text.contains("$(") {
            return None;
        }
        self.rest = &self.rest[end + 1..];
        let word = self.word.get_or_insert_default();
        word.is_quoted = true;
        word.text.push_str(text);
        Some(())
    }

    fn dollar(&mut self, in_quotes: bool) -> Option<()> {
        match self.peek() {
            Some('(') => {
                if let Some(length) = arithmetic(self.rest) {
                    self.rest = &self.rest[length..];
                    self.word().is_dynamic = true;
                } else if self.rest.starts_with("((") {
                    return None;
                } else {
                    self.rest = &self.rest[1..];
                    self.begin_substitution();
                }
            }
            Some('{') => {
                let end = self.rest.find('}')?;
                let inner = &self.rest[1..end];
                if inner.contains(['\'', '"', '\\', '`', '{', '(', '@', '!']) || inner.contains("$(") {
                    return None;
                }
                self.rest = &self.rest[end + 1..];
                self.word().is_dynamic = true;
            }
            Some('\'' | '"') if !in_quotes => return None,
            Some('[' | '=' | '~' | '^' | '+' | ':') => return None,
            Some(next) if next.is_ascii_alphabetic() || next == '_' => {
                let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
                self.rest = self.rest.trim_start_matches(is_name);
                self.word().is_dynamic = true;
            }
            Some(next) if next.is_ascii_digit() || "@*#?-$!".contains(next) => {
                self.next();
                self.word().is_dynamic = true;
            }
            _ => self.word().text.push('$'),
        }
        Some(())
    }

    fn begin_substitution(&mut self) {
        let (now, word, is_target) = self.aside();
        self.frames.push(Frame::Substitution(now, word, is_target));
    }

    /// Puts the command and the word aside that an inner command stands in.
    fn aside(&mut self) -> (Spelled, Word, bool) {
        let word = self.word.take().unwrap_or_default();
        (std::mem::take(&mut self.now), word, std::mem::take(&mut self.is_target))
    }

    fn restore(&mut self, now: Spelled, mut word: Word, is_target: bool) {
        word.is_dynamic = true;
        self.now = now;
        self.word = Some(word);
        self.is_target = is_target;
    }

    fn backtick(&mut self) -> Option<()> {
        if self.backticks == 0 {
            let (now, word, is_target) = self.aside();
            self.frames.push(Frame::Backtick(now, word, is_target));
            self.backticks = 1;
            return Some(());
        }
        self.end_command()?;
        let Some(Frame::Backtick(now, word, is_target)) = self.frames.pop() else { return None };
        self.restore(now, word, is_target);
        self.backticks = 0;
        Some(())
    }

    fn redirection(&mut self, operator: char) -> Option<()> {
        if self.peek() == Some('(') {
            self.rest = &self.rest[1..];
            self.begin_substitution();
            return Some(());
        }
        let is_number = |word: &Word| {
            let digits = !word.text.is_empty() && word.text.bytes().all(|byte| byte.is_ascii_digit());
            digits && !word.is_quoted && !word.is_dynamic
        };
        if self.word.as_ref().is_some_and(is_number) && !self.is_target {
            self.word = None;
        } else {
            self.end_word()?;
        }
        if operator == '<' && self.eat("<") && !self.eat("<") {
            return None;
        }
        // `>>`, `>|` and `<>` take no `&`; `>&` and `<&` do.
        let is_long = self.eat(">") || (operator == '>' && self.eat("|"));
        if !is_long {
            self.eat("&");
        }
        self.begin_target()
    }

    fn begin_target(&mut self) -> Option<()> {
        let odd = matches!(self.peek(), Some('!' | '<' | '>' | '|' | '&' | '('));
        if odd || self.is_target {
            return None;
        }
        self.is_target = true;
        Some(())
    }

    fn end_word(&mut self) -> Option<()> {
        let Some(mut word) = self.word.take() else { return Some(()) };
        let is_bare = !word.is_quoted && !word.is_dynamic;
        let syntax = if is_bare { word.text.as_str() } else { "" };
        word.is_dynamic |= (word.has_bracket && !["[", "[["].contains(&syntax)) || (word.has_brace && syntax != "{");
        if std::mem::take(&mut self.is_target) {
            self.now.targets.push(word.text);
            return Some(());
        }
        match (self.now.words.first().map(String::as_str), syntax) {
            (None, "case" | "function" | "coproc" | "foreach" | "repeat") => return None,
            (None, "if" | "then" | "else" | "elif" | "while" | "until" | "do" | "fi" | "done" | "!" | "{" | "}") => {
                return Some(());
            }
            // Words after which a command begins, wherever they stand.
            (Some("for" | "select"), "do") | (Some("[["), "]]") => return self.end_command(),
            // Operands, or the borders of a group, as the shell likes.
            (Some(_), "{" | "}") => return None,
            _ => {}
        }
        if self.now.words.is_empty() {
            if word.text.starts_with('=') {
                return None;
            }
            if let Some(value) = assigned(&word.text) {
                self.now.assigned.push(value.to_owned());
                return Some(());
            }
        }
        if self.now.is_split {
            return None;
        }
        if word.is_dynamic && self.now.first_dynamic.is_none() {
            self.now.first_dynamic = Some(self.now.words.len());
        }
        self.now.words.push(word.text);
        Some(())
    }

    fn end_command(&mut self) -> Option<()> {
        self.end_word()?;
        if self.is_target {
            return None;
        }
        let command = std::mem::take(&mut self.now);
        if command != Spelled::default() {
            self.commands.push(command);
        }
        Some(())
    }
}

/// The value of `NAME=value`, `NAME+=value` and `NAME[x]=value`.
fn assigned(word: &str) -> Option<&str> {
    let (name, value) = word.split_once('=')?;
    let name = name.strip_suffix('+').unwrap_or(name);
    let name = name.split('[').next().unwrap_or(name);
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '_';
    (name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && name.chars().all(fits)).then_some(value)
}

/// The length of `((..))` where it can be nothing but arithmetic.
fn arithmetic(text: &str) -> Option<usize> {
    let inner = text.strip_prefix("((")?;
    let end = inner.find(|c: char| !(c.is_ascii_alphanumeric() || "_$+-*/% ".contains(c)))?;
    let words = inner[..end].split_whitespace();
    // Two names with nothing between them are a command.
    let mut before = '+';
    for word in words {
        if word.starts_with(|c: char| c.is_ascii_alphanumeric() || "_$".contains(c)) && !"+-*/%".contains(before) {
            return None;
        }
        before = word.chars().last().unwrap_or('+');
    }
    inner[end..].starts_with("))").then_some(end + 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Option<Vec<Vec<String>>> {
        Some(read(line)?.into_iter().map(|command| command.words).collect())
    }

    #[test]
    fn commands_are_found_wherever_a_shell_looks_for_them() {
        let found = |line: &str| words(line).unwrap_or_else(|| panic!("{line} is not read"));
        assert_eq!(found("a 'b;c' \"d|e\" f\\ g > h 2>&1 | i"), [vec!["a", "b;c", "d|e", "f g"], vec!["i"]]);
        assert_eq!(found("if a; then b; fi"), [["a"], ["b"]]);
        assert_eq!(found("for x in 1 2; do a $x; done"), [vec!["for", "x", "in", "1", "2"], vec!["a", ""]]);
        assert_eq!(
            found("echo \"$(a b)\" `c d` <(e)"),
            [vec!["a", "b"], vec!["c", "d"], vec!["e"], vec!["echo", "", "", ""]]
        );
        assert_eq!(found("X=1 a"), [["a"]]);
        assert_eq!(found("$(a)>f b"), [vec!["a"], vec!["", "b"]]);
        assert_eq!(found("(a; b) & c"), [["a"], ["b"], ["c"]]);
        assert_eq!(found("a $((x + 1))"), [["a", ""]]);
        assert_eq!(found("for x do a; done"), [vec!["for", "x"], vec!["a"]]);
        assert_eq!(read("a b $c d$e").unwrap()[0].first_dynamic, Some(2));
        assert_eq!(read("a 2>/dev/null >'x y'").unwrap()[0].targets, ["/dev/null", "x y"]);
    }

    #[test]
    fn what_can_be_read_in_two_ways_is_not_read() {
        for line in [
            "a # it's",
            "cat <<E\nx\nE",
            "case x in a) b;; esac",
            "f() { a; }",
            "a=(b)",
            "a $'b'",
            "a $\"b\"",
            "a \"${x:-'}'}\"",
            "a 'b",
            "a \"b",
            "$(a",
            "a)",
            "`a \"b\"`",
            "a $((b c))",
            "((a))",
            "a '$(b)'",
            "a\rb",
            "a &> f b",
            ">! f a",
            "=a",
            "function a { b; }",
            "coproc a",
            "a $[1]",
            "echo ${x@P}",
            "a >",
            "a { b",
        ] {
            assert_eq!(words(line), None, "{line}");
        }
    }
}
