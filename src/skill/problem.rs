//! What is wrong with a file, where, and what to do about it.

/// Something in a file that a person should look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Line in the file, from 1.
    pub line: u32,
    /// Column in characters, from 1; 1 where it is not known.
    pub column: u32,
    pub text: String,
    /// What to do next; empty when the text says it.
    pub hint: String,
}

impl Problem {
    /// A problem at the beginning of a line.
    pub fn new(line: u32, text: impl Into<String>) -> Problem {
        Problem { line, column: 1, text: text.into(), hint: String::new() }
    }

    /// The same in a column.
    #[must_use]
    pub fn column(mut self, column: u32) -> Problem {
        self.column = column.max(1);
        self
    }

    /// Says what to do next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Problem {
        self.hint = hint.into();
        self
    }

    /// `path:line:column: text; hint`, as compilers write it.
    pub fn told(&self, file: &str) -> String {
        let end = if self.hint.is_empty() { String::new() } else { format!("; {}", self.hint) };
        format!("{file}:{}:{}: {}{end}", self.line, self.column, self.text)
    }
}

/// What is left of a long text in a message.
pub(super) fn shortened(text: &str) -> String {
    const MOST: usize = 80;
    let mut characters = text.chars();
    let start: String = characters.by_ref().take(MOST).collect();
    if characters.next().is_some() { format!("{start}…") } else { start }
}
