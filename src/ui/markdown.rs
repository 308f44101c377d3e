//! Markdown of an answer, drawn as lines of styled text.
//!
//! Owns the look of each kind of block and the way nested blocks indent. Every
//! line fits the width it was asked for. Text is escaped before it is parsed
//! and again before it is drawn, since an entity (`&#27;`) can hide a control
//! character from the first pass. Knows no pane, no scrolling and no colour.

mod blocks;
mod table;
mod wrap;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

pub use blocks::split_finished;
pub(super) use wrap::rows;
pub use wrap::wrap;

use self::table::TableRows;
use self::wrap::Row;
use super::highlight::Highlighter;
use super::theme::{Theme, Tone};
use crate::output::escape;

const OPTIONS: Options = Options::ENABLE_TABLES.union(Options::ENABLE_STRIKETHROUGH).union(Options::ENABLE_TASKLISTS);

/// Columns that text keeps when nested blocks indent it; what would indent further is drawn further left.
const LEAST_COLUMNS: usize = 8;

/// Draws `source` in lines of at most `width` columns. Without a highlighter, or for a language it does not know, code
/// is drawn in the tone of code.
pub fn lines(source: &str, width: u16, theme: &Theme, highlighter: Option<&Highlighter>) -> Vec<Line<'static>> {
    telling(source, width, theme, highlighter, "")
}

/// The same with indented code in a language: what a program printed, of which each line is read by itself.
pub(super) fn telling(
    source: &str,
    width: u16,
    theme: &Theme,
    highlighter: Option<&Highlighter>,
    printed: &str,
) -> Vec<Line<'static>> {
    let source = escape::for_terminal(source);
    let mut page = Page { printed, ..Page::new(width, theme, highlighter) };
    for event in Parser::new_ext(&source, OPTIONS) {
        page.event(event);
    }
    page.flush();
    page.lines
}

/// A block that indents what is in it.
enum Container {
    Quote,
    Item { marker: String, is_drawn: bool },
}

/// A link or image that is open: where it leads, and where its text began.
struct Target {
    url: String,
    text: String,
}

struct Code {
    /// `None` for indented code.
    language: Option<String>,
    text: String,
}

struct Page<'a> {
    width: usize,
    theme: &'a Theme,
    highlighter: Option<&'a Highlighter>,
    /// The language of indented code.
    printed: &'a str,
    lines: Vec<Line<'static>>,
    containers: Vec<Container>,
    /// The number of the next item of every open list; `None` for bullets.
    lists: Vec<Option<u64>>,
    /// The styles of the open inline elements, the innermost last.
    styles: Vec<Style>,
    targets: Vec<Target>,
    /// Text of the paragraph, heading, cell or item that is open.
    text: Row<Style>,
    code: Option<Code>,
    table: Option<TableRows>,
    /// A block ended, and the next begins after a blank line.
    is_gap_due: bool,
}

impl<'a> Page<'a> {
    fn new(width: u16, theme: &'a Theme, highlighter: Option<&'a Highlighter>) -> Page<'a> {
        Page {
            width: usize::from(width.max(1)),
            theme,
            highlighter,
            printed: "",
            lines: Vec::new(),
            containers: Vec::new(),
            lists: Vec::new(),
            styles: vec![theme.style(Tone::Text)],
            targets: Vec::new(),
            text: Vec::new(),
            code: None,
            table: None,
            is_gap_due: false,
        }
    }

    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => self.push(&text, self.style()),
            Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                let style = self.inline(Tone::Code);
                self.push(&text, style);
            }
            Event::FootnoteReference(name) => self.push(&format!("[^{name}]"), self.style()),
            Event::SoftBreak => self.push(" ", self.style()),
            Event::HardBreak => self.push("\n", self.style()),
            Event::Rule => {
                let rule = "─".repeat(self.room());
                self.put(vec![vec![(rule, self.theme.style(Tone::Border))]]);
                self.is_gap_due = true;
            }
            Event::TaskListMarker(is_done) => {
                self.push(if is_done { "[x] " } else { "[ ] " }, self.theme.style(Tone::Accent));
            }
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Heading { level, .. } => {
                self.flush();
                let style = self.theme.style(Tone::Heading).add_modifier(Modifier::BOLD);
                self.styles.push(match level {
                    HeadingLevel::H1 => style.add_modifier(Modifier::UNDERLINED),
                    HeadingLevel::H2 => style,
                    _ => style.add_modifier(Modifier::ITALIC),
                });
            }
            Tag::BlockQuote(_) => {
                self.flush();
                // The gap stands before the quote, not in it.
                self.gap();
                self.containers.push(Container::Quote);
                self.styles.push(self.theme.style(Tone::Quote));
            }
            Tag::CodeBlock(kind) => {
                self.flush();
                let language = match kind {
                    // `rust,ignore` and `sh title="x"` name the language first.
                    CodeBlockKind::Fenced(info) => info.split([',', ' ', '{']).next().map(str::to_owned),
                    CodeBlockKind::Indented => None,
                };
                self.code = Some(Code { language, text: String::new() });
            }
            Tag::List(first) => {
                self.flush();
                self.lists.push(first);
            }
            Tag::Item => {
                self.flush();
                let marker = match self.lists.last_mut() {
                    Some(Some(number)) => {
                        let marker = format!("{number}. ");
                        *number = number.saturating_add(1);
                        marker
                    }
                    _ => "• ".to_owned(),
                };
                self.containers.push(Container::Item { marker, is_drawn: false });
            }
            Tag::Table(alignments) => {
                self.flush();
                self.table = Some(TableRows { alignments, rows: Vec::new() });
            }
            Tag::TableHead | Tag::TableRow => {
                if let Some(table) = &mut self.table {
                    table.rows.push(Vec::new());
                }
            }
            Tag::Emphasis => self.styles.push(self.style().add_modifier(Modifier::ITALIC)),
            Tag::Strong => self.styles.push(self.style().add_modifier(Modifier::BOLD)),
            Tag::Strikethrough => self.styles.push(self.style().add_modifier(Modifier::CROSSED_OUT)),
            Tag::Link { dest_url, .. } => self.open(&dest_url),
            Tag::Image { dest_url, .. } => {
                self.push("image: ", self.theme.style(Tone::Dim));
                self.open(&dest_url);
            }
            _ => self.flush(),
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) => {
                self.flush();
                self.styles.pop();
                self.is_gap_due = true;
            }
            TagEnd::BlockQuote(_) => {
                self.flush();
                self.styles.pop();
                self.containers.pop();
                self.is_gap_due = true;
            }
            TagEnd::CodeBlock => {
                self.code_block();
                self.is_gap_due = true;
            }
            TagEnd::List(_) => {
                self.lists.pop();
                self.is_gap_due |= self.lists.is_empty();
            }
            TagEnd::Item => {
                self.flush();
                if matches!(self.containers.last(), Some(Container::Item { is_drawn: false, .. })) {
                    self.put(vec![Vec::new()]);
                }
                self.containers.pop();
            }
            TagEnd::TableCell => {
                let cell = std::mem::take(&mut self.text);
                if let Some(row) = self.table.as_mut().and_then(|table| table.rows.last_mut()) {
                    row.push(cell);
                }
            }
            TagEnd::Table => {
                if let Some(table) = self.table.take() {
                    let paragraphs = table.lay(self.room(), self.theme);
                    let width = self.room_u16();
                    self.put(paragraphs.iter().flat_map(|paragraph| wrap::rows(paragraph, width)).collect());
                }
                self.is_gap_due = true;
            }
            TagEnd::TableHead | TagEnd::TableRow => {}
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough => {
                self.styles.pop();
            }
            TagEnd::Link | TagEnd::Image => self.close(),
            _ => {
                self.flush();
                self.is_gap_due = true;
            }
        }
    }

    /// The style of text here.
    fn style(&self) -> Style {
        self.styles.last().copied().unwrap_or_default()
    }

    /// The look of a tone with the weight and slant of what is around it.
    fn inline(&self, tone: Tone) -> Style {
        self.theme.style(tone).add_modifier(self.style().add_modifier)
    }

    fn open(&mut self, url: &str) {
        self.targets.push(Target { url: url.to_owned(), text: String::new() });
        self.styles.push(self.inline(Tone::Link).add_modifier(Modifier::UNDERLINED));
    }

    /// Says where a link leads, unless its text already does.
    fn close(&mut self) {
        self.styles.pop();
        if let Some(target) = self.targets.pop()
            && target.text != target.url
            && Some(target.text.as_str()) != target.url.strip_prefix("mailto:")
            && !target.url.is_empty()
        {
            self.push(&format!(" ({})", target.url), self.theme.style(Tone::Dim));
        }
    }

    fn push(&mut self, text: &str, style: Style) {
        // Entities are decoded by now, and may be what a terminal obeys.
        let text = escape::for_terminal(text);
        if let Some(code) = &mut self.code {
            code.text.push_str(&text);
            return;
        }
        // Only the innermost: images nest without bound, and every level would keep its own copy.
        if let Some(target) = self.targets.last_mut() {
            target.text.push_str(&text);
        }
        match self.text.last_mut() {
            Some((run, same)) if *same == style => run.push_str(&text),
            _ => self.text.push((text, style)),
        }
    }

    /// Lays out the open text, if there is any.
    fn flush(&mut self) {
        let mut text = std::mem::take(&mut self.text);
        // HTML blocks end with their line's end, which is no line of its own.
        if let Some((last, _)) = text.last_mut() {
            last.truncate(last.trim_end_matches('\n').len());
        }
        if text.iter().any(|(text, _)| !text.is_empty()) {
            let rows = wrap::rows(&text, self.room_u16());
            self.put(rows);
        }
    }

    fn code_block(&mut self) {
        let Some(code) = self.code.take() else { return };
        let text = code.text.strip_suffix('\n').unwrap_or(&code.text);
        let plain = self.theme.style(Tone::CodeBlock);
        let bare = |line: &str| vec![(line.to_owned(), plain)];
        let highlighted = self.highlighter.and_then(|highlighter| match &code.language {
            Some(language) => highlighter.highlight(language, text, self.theme),
            None if self.printed.is_empty() => None,
            None => {
                let told = |line: &str| highlighter.line(self.printed, line, self.theme, Tone::CodeBlock);
                Some(text.lines().map(|line| told(line).unwrap_or_else(|| bare(line))).collect())
            }
        });
        let lines = highlighted.unwrap_or_else(|| text.lines().map(bare).collect());
        let gutter = self.theme.style(Tone::Border);
        let width = self.room_u16().saturating_sub(2);
        let mut rows = Vec::new();
        for line in &lines {
            // Plain text is read, not copied: its words stay whole.
            let laid =
                if code.language.as_deref() == Some("text") { wrap::rows(line, width) } else { wrap::cut(line, width) };
            for (index, mut row) in laid.into_iter().enumerate() {
                // A row that only goes on is marked, so that nobody takes it for a line of its own.
                if width > 0 {
                    row.insert(0, (if index == 0 { "▎ " } else { "↪ " }.to_owned(), gutter));
                }
                rows.push(row);
            }
        }
        self.put(rows);
    }

    /// A blank line, where one is due between two blocks.
    fn gap(&mut self) {
        if std::mem::take(&mut self.is_gap_due) && !self.lines.is_empty() {
            let (prefix, _) = self.prefix(Marks::Hidden);
            self.lines.push(line(prefix, Vec::new()));
        }
    }

    /// Adds rows of the current block, indented by the blocks around it.
    fn put(&mut self, rows: Vec<Row<Style>>) {
        self.gap();
        for row in rows {
            let (prefix, _) = self.prefix(Marks::Drawn);
            for container in &mut self.containers {
                if let Container::Item { is_drawn, .. } = container {
                    *is_drawn = true;
                }
            }
            self.lines.push(line(prefix, row));
        }
    }

    /// Columns left to the text of the current block.
    fn room(&self) -> usize {
        let (_, used) = self.prefix(Marks::Hidden);
        self.width - used
    }

    fn room_u16(&self) -> u16 {
        u16::try_from(self.room()).unwrap_or(u16::MAX)
    }

    /// What stands before a row: gutters of quotes, markers of items or the blanks below them; and its columns, which
    /// leave the text the least it needs.
    fn prefix(&self, marks: Marks) -> (Row<Style>, usize) {
        let most = self.width.saturating_sub(LEAST_COLUMNS);
        let mut prefix = Vec::new();
        let mut used = 0;
        for container in &self.containers {
            let (text, style) = match container {
                Container::Quote => ("│ ".to_owned(), self.theme.style(Tone::Border)),
                Container::Item { marker, is_drawn: false } if marks == Marks::Drawn => {
                    (marker.clone(), self.theme.style(Tone::Accent))
                }
                Container::Item { marker, .. } => (" ".repeat(wrap::columns(marker)), self.theme.style(Tone::Text)),
            };
            let columns = wrap::columns(&text);
            if used + columns > most {
                break;
            }
            used += columns;
            prefix.push((text, style));
        }
        (prefix, used)
    }
}

/// Whether markers of items that wait for their first row are drawn.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Marks {
    Drawn,
    Hidden,
}

fn line(prefix: Row<Style>, row: Row<Style>) -> Line<'static> {
    let mut spans: Vec<Span<'static>> = Vec::with_capacity(prefix.len() + row.len());
    for (text, style) in prefix.into_iter().chain(row).filter(|(text, _)| !text.is_empty()) {
        match spans.last_mut() {
            Some(last) if last.style == style => last.content.to_mut().push_str(&text),
            _ => spans.push(Span::styled(text, style)),
        }
    }
    // Blanks before nothing are nothing.
    if spans.iter().all(|span| span.content.trim().is_empty()) {
        spans.clear();
    }
    Line::from(spans)
}

#[cfg(test)]
mod tests;
