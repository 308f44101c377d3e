//! The simple lane: a small strict tokenizer.
//!
//! Accepts plain words, quotes, `|`, `&&`, `||`, `;` and newline, and reads
//! them exactly as a POSIX shell would. Whatever has any further meaning to a
//! shell is refused with the reason, and the line goes to the complex lane.
//! It never guesses: what it returns is what runs.

use crate::domain::{Link, Sink};

/// One command of a line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Command {
    pub words: Vec<String>,
    /// Where the program's name ends in the line, in bytes.
    pub name_end: usize,
    pub stdout: Sink,
    pub stderr: Sink,
    pub stdin_null: bool,
}

/// Commands joined by `|`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CommandPipeline {
    pub link: Link,
    pub commands: Vec<Command>,
}

/// Longest line that is read at all, in bytes.
pub(crate) const MAX_LINE: usize = 64 * 1024;

const RESERVED: &[&str] = &[
    "if", "then", "else", "elif", "fi", "for", "while", "until", "do", "done", "case", "esac", "select", "function",
    "time", "coproc", "in", "{", "}", "[[", "]]", "!",
];

/// Builtins that only mean something inside a shell.
const BUILTINS: &[&str] = &[
    ".",
    "alias",
    "bg",
    "bind",
    "break",
    "builtin",
    "cd",
    "command",
    "continue",
    "declare",
    "dirs",
    "disown",
    "enable",
    "eval",
    "exec",
    "exit",
    "export",
    "fc",
    "fg",
    "getopts",
    "hash",
    "history",
    "jobs",
    "let",
    "local",
    "logout",
    "mapfile",
    "popd",
    "pushd",
    "read",
    "readarray",
    "readonly",
    "return",
    "set",
    "shift",
    "shopt",
    "source",
    "suspend",
    "times",
    "trap",
    "type",
    "typeset",
    "ulimit",
    "umask",
    "unalias",
    "unset",
    "wait",
];

/// Reads a line in the simple lane; the error says what sent it to the complex lane.
pub(crate) fn read(line: &str) -> Result<Vec<CommandPipeline>, String> {
    if line.len() > MAX_LINE {
        return Err(format!("the line is longer than {MAX_LINE} bytes"));
    }
    if let Some(character) = line.chars().find(|character| is_deceptive(*character)) {
        return Err(format!("it contains the invisible or control character U+{:04X}", u32::from(character)));
    }
    Reader::new(line).run()
}

/// Characters that can make a line look like another one.
pub(crate) fn is_deceptive(character: char) -> bool {
    // Most of a line is plain ASCII, and this is asked for every character.
    !(' '..='~').contains(&character)
        && matches!(character,
        '\u{0}'..='\u{8}' | '\u{b}'..='\u{1f}' | '\u{7f}'..='\u{a0}' | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'
        | '\u{1160}' | '\u{1680}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{2800}' | '\u{2000}'..='\u{200f}' | '\u{2028}'..='\u{202f}' | '\u{205f}'..='\u{206f}'
        | '\u{3000}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

struct Reader<'a> {
    rest: Cursor<'a>,
    pipelines: Vec<CommandPipeline>,
    link: Link,
    commands: Vec<Command>,
    command: Command,
    /// The word being read; `None` between words.
    word: Option<String>,
    /// Whether the word has had a quote or a backslash in it.
    quoted: bool,
    /// Braces that stand open in the word, outside quotes.
    open_braces: u32,
    /// The last bare character of the word, for `..` inside braces.
    last_bare: Option<char>,
    /// An operator that needs a command after it.
    open_operator: bool,
    /// Where the character that is being read begins, in bytes.
    before: usize,
}

/// A place in the text.
struct Cursor<'a> {
    text: &'a str,
    /// Bytes that were read.
    at: usize,
}

impl Cursor<'_> {
    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let character = self.peek()?;
        self.at += character.len_utf8();
        Some(character)
    }

    fn next_if_eq(&mut self, wanted: char) -> Option<char> {
        if self.peek() == Some(wanted) { self.next() } else { None }
    }
}

impl<'a> Reader<'a> {
    fn new(line: &'a str) -> Self {
        Self {
            rest: Cursor { text: line, at: 0 },
            before: 0,
            pipelines: Vec::new(),
            link: Link::Always,
            commands: Vec::new(),
            command: Command::default(),
            word: None,
            quoted: false,
            open_braces: 0,
            last_bare: None,
            open_operator: false,
        }
    }

    fn run(mut self) -> Result<Vec<CommandPipeline>, String> {
        loop {
            self.before = self.rest.at;
            let Some(character) = self.rest.next() else { break };
            match character {
                ' ' | '\t' => self.end_word()?,
                '\n' | ';' => {
                    self.end_word()?;
                    if character == ';' && self.rest.peek() == Some(';') {
                        return Err("`;;` belongs to a case statement".to_owned());
                    }
                    // An empty line, or the line goes on after an operator.
                    if character == '\n' && self.command.words.is_empty() {
                        continue;
                    }
                    self.end_pipeline(Link::Always)?;
                }
                '|' => {
                    self.end_word()?;
                    if self.rest.next_if_eq('|').is_some() {
                        self.end_pipeline(Link::IfFailed)?;
                        self.open_operator = true;
                    } else if self.rest.peek() == Some('&') {
                        return Err("`|&` is not read here".to_owned());
                    } else {
                        self.end_command()?;
                        self.open_operator = true;
                    }
                }
                '&' => self.ampersand()?,
                '\'' => self.single_quote()?,
                '"' => self.double_quote()?,
                '\\' => self.backslash()?,
                '>' | '<' => self.redirection(character)?,
                '$' => return Err("`$` expands to something the gate cannot see".to_owned()),
                '`' => return Err("a backtick runs another command".to_owned()),
                '(' | ')' => return Err("parentheses start a subshell".to_owned()),
                '*' | '?' | '[' | ']' => return Err(format!("the pattern character `{character}` is not quoted")),
                '~' if self.word.is_none() => return Err("a leading `~` expands to a home directory".to_owned()),
                '#' if self.word.is_none() => return Err("`#` starts a comment".to_owned()),
                plain => self.plain(plain)?,
            }
        }
        self.end_word()?;
        if self.open_operator && self.command.words.is_empty() {
            return Err("an operator has no command after it".to_owned());
        }
        if !self.command.words.is_empty() || !self.commands.is_empty() {
            self.end_pipeline(Link::Always)?;
        }
        if self.pipelines.is_empty() {
            return Err("it is empty".to_owned());
        }
        Ok(self.pipelines)
    }

    fn plain(&mut self, character: char) -> Result<(), String> {
        match character {
            '{' => self.open_braces += 1,
            '}' => self.open_braces = self.open_braces.saturating_sub(1),
            // Braces around one name stay as they are: `stash@{0}`, `@{u}..main`.
            ',' if self.open_braces > 0 => return Err("braces with a comma expand".to_owned()),
            '.' if self.open_braces > 0 && self.last_bare == Some('.') => {
                return Err("braces with `..` expand".to_owned());
            }
            _ => {}
        }
        self.last_bare = Some(character);
        self.word.get_or_insert_default().push(character);
        Ok(())
    }

    fn end_word(&mut self) -> Result<(), String> {
        let Some(word) = self.word.take() else { return Ok(()) };
        let quoted = std::mem::take(&mut self.quoted);
        self.open_braces = 0;
        self.last_bare = None;
        // As an operand `!` stands for itself (`find . ! -name x`); as a first word it is reserved.
        if !quoted && ["{", "}"].contains(&word.as_str()) {
            return Err(format!("`{word}` is shell syntax"));
        }
        if self.command.words.is_empty() {
            if RESERVED.contains(&word.as_str()) {
                return Err(format!("`{word}` is a word of the shell's grammar"));
            }
            if BUILTINS.contains(&word.as_str()) {
                return Err(format!("`{word}` only means something inside a shell"));
            }
            if is_assignment(&word) {
                return Err(format!("`{word}` sets a variable"));
            }
            if word.is_empty() {
                return Err("the program's name is empty".to_owned());
            }
            self.command.name_end = self.before;
        }
        self.command.words.push(word);
        Ok(())
    }

    fn end_command(&mut self) -> Result<(), String> {
        if self.command.words.is_empty() {
            return Err("an operator stands where a command should".to_owned());
        }
        self.open_operator = false;
        self.commands.push(std::mem::take(&mut self.command));
        Ok(())
    }

    fn end_pipeline(&mut self, next: Link) -> Result<(), String> {
        self.end_command()?;
        let commands = std::mem::take(&mut self.commands);
        self.pipelines.push(CommandPipeline { link: self.link, commands });
        self.link = next;
        Ok(())
    }

    fn ampersand(&mut self) -> Result<(), String> {
        if self.word.is_none() && self.rest.peek() == Some('>') {
            self.rest.next();
            self.exact("/dev/null", "&>")?;
            self.command.stdout = Sink::Null;
            self.command.stderr = Sink::Null;
            return Ok(());
        }
        self.end_word()?;
        if self.rest.next_if_eq('&').is_none() {
            return Err("`&` runs a command in the background".to_owned());
        }
        self.end_pipeline(Link::IfOk)?;
        self.open_operator = true;
        Ok(())
    }

    fn redirection(&mut self, operator: char) -> Result<(), String> {
        let number = self.word.take();
        if self.command.words.is_empty() {
            return Err("a redirection stands before its command".to_owned());
        }
        match (operator, number.as_deref()) {
            ('<', None) => {
                self.exact("/dev/null", "<")?;
                self.command.stdin_null = true;
            }
            ('>', None) => {
                self.exact("/dev/null", ">")?;
                // `2>&1 >/dev/null` keeps the errors; nothing of ours says that, so ask.
                if self.command.stderr == Sink::Stdout {
                    return Err("redirections in this order are not read here".to_owned());
                }
                self.command.stdout = Sink::Null;
            }
            ('>', Some("2")) if !self.quoted => match self.rest.peek() {
                Some('&') => {
                    self.exact("&1", "2>")?;
                    self.command.stderr = if self.command.stdout == Sink::Null { Sink::Null } else { Sink::Stdout };
                }
                _ => {
                    self.exact("/dev/null", "2>")?;
                    self.command.stderr = Sink::Null;
                }
            },
            _ => return Err("it redirects to or from a file".to_owned()),
        }
        Ok(())
    }

    /// Reads exactly `target`, blanks before it allowed, and the end of a word after it.
    fn exact(&mut self, target: &str, operator: &str) -> Result<(), String> {
        while target.starts_with('/') && self.rest.peek().is_some_and(|next| next == ' ' || next == '\t') {
            self.rest.next();
        }
        for expected in target.chars() {
            if self.rest.next_if_eq(expected).is_none() {
                return Err(format!("`{operator}` redirects to or from a file"));
            }
        }
        match self.rest.peek() {
            None | Some(' ' | '\t' | '\n' | ';' | '|' | '&') => Ok(()),
            Some(_) => Err(format!("`{operator}` redirects to or from a file")),
        }
    }

    fn single_quote(&mut self) -> Result<(), String> {
        self.quoted = true;
        let word = self.word.get_or_insert_default();
        loop {
            match self.rest.next() {
                Some('\'') => return Ok(()),
                Some(character) => word.push(character),
                None => return Err("a quote is not closed".to_owned()),
            }
        }
    }

    fn double_quote(&mut self) -> Result<(), String> {
        self.quoted = true;
        let word = self.word.get_or_insert_default();
        loop {
            match self.rest.next() {
                Some('"') => return Ok(()),
                Some('$') => return Err("`$` inside double quotes expands".to_owned()),
                Some('`') => return Err("a backtick inside double quotes runs another command".to_owned()),
                Some('\\') => match self.rest.next() {
                    Some(escaped @ ('"' | '\\')) => word.push(escaped),
                    Some(escaped @ ('$' | '`')) => word.push(escaped),
                    Some('\n') => return Err("a line is continued inside quotes".to_owned()),
                    Some(other) => {
                        word.push('\\');
                        word.push(other);
                    }
                    None => return Err("a quote is not closed".to_owned()),
                },
                Some(character) => word.push(character),
                None => return Err("a quote is not closed".to_owned()),
            }
        }
    }

    fn backslash(&mut self) -> Result<(), String> {
        match self.rest.next() {
            Some('\n') => Ok(()),
            Some(character) if character.is_ascii_graphic() || character == ' ' => {
                self.quoted = true;
                self.word.get_or_insert_default().push(character);
                Ok(())
            }
            _ => Err("a backslash stands before something that is not printable".to_owned()),
        }
    }
}

fn is_assignment(word: &str) -> bool {
    let Some((name, _)) = word.split_once('=') else { return false };
    let name = name.strip_suffix('+').unwrap_or(name);
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<Vec<String>> {
        let pipelines = read(line).unwrap_or_else(|why| panic!("{line}: {why}"));
        pipelines.into_iter().flat_map(|pipeline| pipeline.commands).map(|command| command.words).collect()
    }

    #[test]
    fn quotes_and_backslashes_are_taken_off_as_a_shell_would() {
        assert_eq!(words(r#"a 'b c' "d\\e\t" f\ g h''i"#), [["a", "b c", r"d\e\t", "f g", "hi"]]);
        assert_eq!(words("git show stash@{0} HEAD~2 a!=b"), [["git", "show", "stash@{0}", "HEAD~2", "a!=b"]]);
        assert_eq!(
            words(r"docker ps --format '{{.Names}}\t{{.Status}}'"),
            [["docker", "ps", "--format", r"{{.Names}}\t{{.Status}}"]]
        );
    }

    #[test]
    fn braces_around_one_name_stay_and_around_a_choice_do_not() {
        assert_eq!(words("git log @{u}.. main...@{u} x{a}.y,z"), [["git", "log", "@{u}..", "main...@{u}", "x{a}.y,z"]]);
        for line in ["a {{b,c}}", "a x{1..3}", "a {b,'c'}", "a {'b',c}", "a {b", "a {b,c"] {
            assert_eq!(read(line).is_ok(), line == "a {b", "{line}");
        }
    }

    #[test]
    fn operators_split_commands_and_keep_their_meaning() {
        let pipelines = read("a | b && c || d ; e\nf").unwrap();
        let links: Vec<Link> = pipelines.iter().map(|pipeline| pipeline.link).collect();
        assert_eq!(links, [Link::Always, Link::IfOk, Link::IfFailed, Link::Always, Link::Always]);
        assert_eq!(pipelines[0].commands.len(), 2);
    }

    #[test]
    fn the_harmless_redirections_stay() {
        let pipelines = read("a 2>&1 | b >/dev/null 2>&1 </dev/null").unwrap();
        assert_eq!(pipelines[0].commands[0].stderr, Sink::Stdout);
        assert_eq!(pipelines[0].commands[1].stdout, Sink::Null);
        assert_eq!(pipelines[0].commands[1].stderr, Sink::Null);
        assert!(pipelines[0].commands[1].stdin_null);
        assert!(read("a &>/dev/null").is_ok() && read("a 2> /dev/null").is_ok() && read("a > \t/dev/null b").is_ok());
        assert_eq!(words("find . ! -name x |\n sort"), [vec!["find", ".", "!", "-name", "x"], vec!["sort"]]);
    }

    #[test]
    fn everything_else_with_meaning_is_refused() {
        for line in [
            "",
            "  ",
            "a > f",
            "a >> f",
            "a < f",
            "a 2> f",
            "a >/dev/nullx",
            "a > /dev/null x>y",
            "a >\n/dev/null",
            "a 2>& 1",
            "a 1>&2",
            "a &",
            "a & b",
            "(a)",
            "$(a)",
            "a $b",
            "a `b`",
            "a \"$b\"",
            "a \"`b`\"",
            "a *",
            "a ?",
            "a [b]",
            "a {b,c}",
            "a {1..3}",
            "~/a",
            "a ~/b",
            "# a",
            "a # b",
            "! a",
            "if a",
            "{ a",
            "A=1 b",
            "A+=1 b",
            "a &&",
            "a |",
            "| a",
            "a && && b",
            "a;;b",
            "a 'b",
            "a \"b",
            "a \\",
            "a\rb",
            "a\u{202e}b",
            "a\u{200b}b",
            "a\u{a0}b",
            "a |& b",
            "cd x",
            "eval a",
            ". x",
            "source x",
            "2>&1 a",
            ">/dev/null a",
            "a 2>&1 >/dev/null",
            "a\0b",
            "'' a",
            "a <<b",
            "a <(b)",
            "\"{\"a {b,\"c\"}",
            "a \x01",
            "exec a",
            "time a",
            "command a",
        ] {
            assert!(read(line).is_err(), "{line:?} must go to the complex lane");
        }
    }

    #[test]
    fn a_quoted_word_keeps_what_would_have_meant_something() {
        assert_eq!(words("a '$x' '*' \"(b)\" '{a,b}' '~' '#'"), [["a", "$x", "*", "(b)", "{a,b}", "~", "#"]]);
    }

    proptest::proptest! {
        #[test]
        fn joined_words_read_back_as_themselves(list in proptest::collection::vec("[ -~]{0,12}", 1..6)) {
            let mut all = vec!["echo".to_owned()];
            all.extend(list);
            let line = crate::domain::join_words(&all);
            proptest::prop_assert_eq!(words(&line), [all]);
        }

        #[test]
        fn no_line_panics(line in "\\PC{0,200}") {
            let _ = read(&line);
        }
    }
}
