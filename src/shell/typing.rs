//! What was typed at a prompt, read off the screen.
//!
//! Owns where the input began. Used where a shell cannot tell its command line for certain, or not at all. Must not
//! know what becomes of the text.

use super::screen::Screen;

/// Rows that left the main screen so far plus the row on it: a row keeps its number while it scrolls.
type Line = u64;

#[derive(Debug, Default)]
pub(super) struct Typing {
    /// Where the input began: line and column.
    from: Option<(Line, u16)>,
    /// Enter was pressed since, and the line's end has not been shown.
    entered: bool,
    /// Lines before this one that belong to it.
    earlier: Vec<String>,
    /// What was entered and no mark has told of yet.
    unclaimed: Option<String>,
    /// The shell tells only of its prompts: the line's end is the command's beginning.
    prompts_only: bool,
    /// What the shell itself told of the line.
    told: Option<String>,
}

impl Typing {
    /// Which shell speaks from now on.
    pub fn shell(&mut self, name: &str) {
        self.prompts_only = name == "sh";
    }

    /// A prompt is about to be drawn.
    pub fn prompt(&mut self) {
        *self = Self { prompts_only: self.prompts_only, ..Self::default() };
    }

    /// The prompt is drawn, or drawn again.
    pub fn input(&mut self, screen: &Screen) {
        self.from = Some(here(screen));
    }

    /// The prompt of a further line is drawn.
    pub fn continuation(&mut self, screen: &Screen) {
        if let Some(line) = self.unclaimed.take() {
            self.earlier.push(line);
        }
        self.entered = false;
        self.from = Some(here(screen));
    }

    /// The person pressed Enter.
    pub fn entered(&mut self) {
        if self.from.is_some() {
            self.entered = true;
        }
    }

    /// The shell tells the line that it accepts.
    pub fn told(&mut self, line: String) {
        self.told = Some(line);
        self.entered = true;
    }

    /// Whether the next line end is that of what was typed.
    pub fn is_watching(&self) -> bool {
        self.entered && (self.from.is_some() || self.told.is_some())
    }

    /// Whether the shell tells of its prompts only.
    pub fn without_marks(&self) -> bool {
        self.prompts_only
    }

    /// How many cells lie between the beginning of the input and the cursor.
    pub fn cells(&self, screen: &Screen) -> Option<u64> {
        let (line, column) = self.from?;
        let (row, at) = here(screen);
        let columns = u64::from(screen.size().1);
        (row.checked_sub(line)? * columns + u64::from(at)).checked_sub(u64::from(column))
    }

    /// The screen has another size: the input begins so many cells before the cursor.
    pub fn moved(&mut self, cells: Option<u64>, screen: &Screen) {
        let (row, at) = here(screen);
        let columns = u64::from(screen.size().1);
        self.from = cells.and_then(|cells| {
            let place = (row * columns + u64::from(at)).checked_sub(cells)?;
            Some((place / columns, u16::try_from(place % columns).ok()?))
        });
    }

    /// The line feed behind what was typed was shown: the whole command, where that begins it.
    pub fn line_ended(&mut self, screen: &Screen) -> Option<String> {
        self.entered = false;
        let text = self.told.take().or_else(|| self.read(screen))?;
        if text.trim().is_empty() && self.earlier.is_empty() {
            return None;
        }
        self.unclaimed = Some(text);
        if !self.prompts_only {
            return None;
        }
        // What is typed from here on is the command's, or comes before the next prompt.
        self.from = None;
        let unclaimed = self.unclaimed.clone().into_iter();
        Some(self.earlier.iter().cloned().chain(unclaimed).collect::<Vec<_>>().join("\n"))
    }

    /// A mark told of the command: what the screen shows of it.
    pub fn accepted(&mut self, screen: &Screen) -> Option<String> {
        let text = self.unclaimed.take().or_else(|| self.read(screen));
        self.from = None;
        self.entered = false;
        let earlier = std::mem::take(&mut self.earlier);
        text.map(|text| earlier.into_iter().chain([text]).collect::<Vec<_>>().join("\n"))
    }

    /// What was entered and ended in another prompt without a mark: the shell refused it, or it is a comment.
    pub fn take_unclaimed(&mut self) -> Option<String> {
        let last = self.unclaimed.take().filter(|_| !self.prompts_only)?;
        let earlier = std::mem::take(&mut self.earlier);
        Some(earlier.into_iter().chain([last]).collect::<Vec<_>>().join("\n"))
    }

    /// The text from where the input began to the row above the cursor.
    fn read(&self, screen: &Screen) -> Option<String> {
        let (line, column) = self.from?;
        let left = screen.rows_left();
        let (rows, _) = screen.size();
        // What scrolled away is lost here; the transcript has it.
        let first = line.saturating_sub(left);
        let column = if line < left { 0 } else { usize::from(column) };
        let end = u64::from(screen.cursor().0);
        let mut text = String::new();
        for number in first..end.max(first + 1).min(u64::from(rows)) {
            let row = screen.row(u16::try_from(number).ok()?);
            let from = if number == first { column } else { 0 };
            row.text_between(from, row.cells.len(), &mut text);
            if !row.wrapped && number + 1 < end {
                text.truncate(text.trim_end_matches(' ').len());
                text.push('\n');
            }
        }
        text.truncate(text.trim_end_matches(' ').len());
        Some(text)
    }
}

fn here(screen: &Screen) -> (Line, u16) {
    let (row, column) = screen.cursor();
    (screen.rows_left() + u64::from(row), column)
}
