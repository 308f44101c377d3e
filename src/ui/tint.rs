//! Rows of output in the tones of what was printed: a diff, JSON, YAML, a file of code.
//!
//! Owns which rows get them. Only rows that are drawn come here, each by itself, so that neither what is above a row nor
//! how much there is costs anything; the text is never changed.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::highlight::{Highlighter, MOST_BYTES};
use super::printed::Row;
use super::theme::{Theme, Tone};
use super::view::Card;
use crate::domain::Stream;
use crate::output::language;

/// How the rows of one output look.
pub(super) struct Tint<'a> {
    theme: &'a Theme,
    language: Option<(&'static str, &'a Highlighter)>,
}

impl<'a> Tint<'a> {
    /// As the command tells what it prints. Code of which the beginning is gone, or much code, stays plain.
    pub fn of(card: &Card, highlighter: &'a Highlighter, theme: &'a Theme) -> Tint<'a> {
        let whole = card.dropped == 0 && card.kept <= MOST_BYTES;
        let language = language::of(&card.command).filter(|language| whole || language::is_by_line(language));
        Tint { theme, language: language.map(|language| (language, highlighter)) }
    }

    /// Without any, for rows that nobody sees.
    pub fn none(theme: &'a Theme) -> Tint<'a> {
        Tint { theme, language: None }
    }

    /// A row of output.
    pub fn row(&self, row: Row) -> Line<'static> {
        let (lead, tone) = match row.stream {
            Stream::Stdout => ("  ", Tone::Text),
            Stream::Stderr => ("! ", Tone::Stderr),
        };
        let style = self.theme.style(tone);
        let mut spans = vec![Span::styled(lead, style)];
        match self.runs(&row) {
            Some(runs) => spans.extend(runs.into_iter().map(|(text, style)| Span::styled(text, style))),
            None => spans.push(Span::styled(row.text, style)),
        }
        Line::from(spans)
    }

    /// Its runs, where there is something to tell; of a row that goes on with a line, as the line has them.
    fn runs(&self, row: &Row) -> Option<Vec<(String, Style)>> {
        let (language, highlighter) = self.language.filter(|_| row.stream == Stream::Stdout)?;
        let before = row.before.as_ref()?;
        let line = format!("{before}{}", row.text);
        Some(behind(highlighter.line(language, &line, self.theme, Tone::Text)?, before.len()))
    }
}

/// The runs behind so many bytes.
fn behind(runs: Vec<(String, Style)>, mut bytes: usize) -> Vec<(String, Style)> {
    let mut rest = Vec::new();
    for (text, style) in runs {
        let gone = bytes.min(text.len());
        bytes -= gone;
        rest.extend(text.get(gone..).filter(|text| !text.is_empty()).map(|text| (text.to_owned(), style)));
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn theme() -> Theme {
        Theme::parse("success: \"#000001\"\nfailure: \"#000002\"\nliteral: \"#000003\"\nnumber: \"#000004\"").unwrap()
    }

    /// Rows by what stands before them and what they are, with their texts and styles.
    fn drawn(language: &'static str, rows: &[(&str, &str)]) -> Vec<(String, Vec<Style>)> {
        let (theme, highlighter) = (theme(), Highlighter::default());
        let tint = Tint { theme: &theme, language: Some((language, &highlighter)) };
        let mut drawn = Vec::new();
        for (before, text) in rows {
            let before = Some((*before).to_owned());
            let line = tint.row(Row { stream: Stream::Stdout, before, text: (*text).to_owned() });
            let text: String = line.spans.iter().skip(1).map(|span| span.content.as_ref()).collect();
            drawn.push((text, line.spans.iter().skip(1).map(|span| span.style).collect()));
        }
        drawn
    }

    #[test]
    fn a_row_that_goes_on_looks_as_its_line_does_and_no_text_is_changed() {
        let style = |tone| theme().style(tone);
        let seen = drawn("diff", &[("", "-old"), ("", "+new and "), ("+new and ", "long"), ("", " same")]);
        let texts: Vec<&str> = seen.iter().map(|(text, _)| text.as_str()).collect();
        assert_eq!(texts, ["-old", "+new and ", "long", " same"]);
        assert!(seen[0].1.contains(&style(Tone::Failure)), "{seen:?}");
        assert_eq!(seen[2].1, [style(Tone::Success)]);
        let seen = drawn("json", &[("", "  \"image\": \"ngi"), ("  \"image\": \"ngi", "nx\","), ("", "  \"n\": 3 ")]);
        assert!(seen[1].1.contains(&style(Tone::Literal)), "{seen:?}");
        assert!(seen[2].1.contains(&style(Tone::Number)) && seen[2].0 == "  \"n\": 3 ", "{seen:?}");
    }
}
