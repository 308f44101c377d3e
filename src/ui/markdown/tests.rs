//! What Markdown looks like on a screen.

use proptest::prelude::*;
use ratatui::style::Modifier;
use ratatui::text::Line;

use super::{lines, split_finished};
use crate::ui::highlight::Highlighter;
use crate::ui::theme::{Theme, Tone};

fn theme() -> Theme {
    Theme::parse(include_str!("../../../themes/dark.yaml")).unwrap()
}

fn text(lines: &[Line<'_>]) -> Vec<String> {
    lines.iter().map(|line| line.spans.iter().map(|span| span.content.as_ref()).collect()).collect()
}

fn drawn(source: &str, width: u16) -> Vec<String> {
    text(&lines(source, width, &theme(), None))
}

#[test]
fn paragraphs_are_wrapped_and_stand_apart() {
    assert_eq!(drawn("one two\nthree\n\nfour", 9), ["one two", "three", "", "four"]);
    assert_eq!(drawn("# Title\n\ntext", 80), ["Title", "", "text"]);
    assert_eq!(drawn("", 80), [""; 0]);
}

#[test]
fn emphasis_and_code_are_told_by_style() {
    let drawn = lines("a **b** *c* `d`", 80, &theme(), None);
    let span = |wanted: &str| drawn[0].spans.iter().find(|span| span.content == wanted).unwrap().style;
    assert!(span("b").add_modifier.contains(Modifier::BOLD));
    assert!(span("c").add_modifier.contains(Modifier::ITALIC));
    assert_eq!(span("d"), theme().style(Tone::Code));
}

#[test]
fn lists_nest_and_keep_their_numbers() {
    let source = "- one\n  - two is long enough to wrap\n- three\n\n7. seven\n8. eight\n";
    assert_eq!(
        drawn(source, 20),
        ["• one", "  • two is long", "    enough to wrap", "• three", "", "7. seven", "8. eight"]
    );
    assert_eq!(drawn("- [x] done\n- [ ] open\n", 80), ["• [x] done", "• [ ] open"]);
    assert_eq!(drawn("-\n- b\n", 80), ["• ", "• b"]);
}

#[test]
fn a_loose_list_keeps_its_air() {
    assert_eq!(drawn("- a\n\n  more\n\n- b\n", 80), ["• a", "", "  more", "", "• b"]);
}

#[test]
fn quotes_have_a_gutter() {
    assert_eq!(drawn("said:\n\n> one\n>\n> two\n\nend", 80), ["said:", "", "│ one", "│ ", "│ two", "", "end"]);
}

#[test]
fn code_is_cut_and_never_wrapped() {
    let source = "run\n\n```sh\nkubectl  get pods\n\nls\n```\n";
    assert_eq!(drawn(source, 80), ["run", "", "▎ kubectl  get pods", "▎ ", "▎ ls"]);
    let long = "```sh\nkubectl get pods\n```\n\n```text\nkubectl get pods\n```\n";
    assert_eq!(drawn(long, 12), ["▎ kubectl ge", "↪ t pods", "", "▎ kubectl", "↪ get pods"]);
    assert_eq!(drawn(source, 12), ["run", "", "▎ kubectl  g", "↪ et pods", "▎ ", "▎ ls"]);
}

#[test]
fn code_is_highlighted_when_its_language_is_known() {
    let drawn = lines("```sh\necho \"hi\" # note\n```\n", 80, &theme(), Some(&Highlighter::default()));
    assert_eq!(text(&drawn), ["▎ echo \"hi\" # note"]);
    assert!(drawn[0].spans.iter().any(|span| span.style == theme().style(Tone::Literal)));
    assert!(drawn[0].spans.iter().any(|span| span.style == theme().style(Tone::Comment)));
}

#[test]
fn tables_are_aligned_while_they_fit() {
    let source = "| pod | restarts |\n|---|---:|\n| web | 0 |\n| api-1 | 12 |\n";
    assert_eq!(drawn(source, 80), ["pod   │ restarts", "──────┼─────────", "web   │        0", "api-1 │       12"]);
    assert_eq!(drawn(source, 12), ["pod: web", "restarts: 0", "", "pod: api-1", "restarts: 12"]);
}

#[test]
fn links_say_where_they_lead() {
    assert_eq!(drawn("[docs](https://a.example/x)", 80), ["docs (https://a.example/x)"]);
    assert_eq!(drawn("<https://a.example>", 80), ["https://a.example"]);
    assert_eq!(drawn("![a graph](g.png)", 80), ["image: a graph (g.png)"]);
}

#[test]
fn nothing_that_a_terminal_obeys_is_drawn() {
    for source in ["\x1b[31m", "&#27;[31m", "`\x1b[31m`", "[a](<&#27;[31m>)", "```&#27;\n\x1b[31m\n```", "<b \x1b>"] {
        for line in drawn(source, 80) {
            assert!(!line.contains(char::is_control), "{line:?}");
        }
    }
    assert_eq!(drawn("&#x202e;txt", 80), ["\\u{202e}txt"]);
}

#[test]
fn html_is_shown_as_it_is_written() {
    assert_eq!(drawn("<div>\n<b>x</b>\n</div>\n\nend", 80), ["<div>", "<b>x</b>", "</div>", "", "end"]);
}

#[test]
fn a_stream_in_two_parts_looks_like_the_whole() {
    let source = "# Title\n\nA para\nof two lines\n- a\n  - b\n\n1. x\n\n> q\n\n```sh\nls\n\n```\n\n    code\n\nend\n";
    let whole = drawn(source, 30);
    for end in 0..source.len() {
        let split = split_finished(&source[..end]);
        if split == 0 {
            continue;
        }
        let mut parts = drawn(&source[..split], 30);
        parts.push(String::new());
        parts.extend(drawn(&source[split..], 30));
        assert_eq!(parts, whole, "{:?}", &source[..split]);
    }
}

proptest! {
    #[test]
    fn no_line_is_wider_than_asked(
        source in "([-*>#`|_ \n\t\\[\\]()!0-9.]|[a-e日é]|- |```\n|\\| a \\|\n|--|> ){0,60}",
        width in 2_u16..40,
    ) {
        for line in lines(&source, width, &theme(), None) {
            prop_assert!(line.width() <= usize::from(width), "{:?} in {source:?}", line);
        }
    }
}
