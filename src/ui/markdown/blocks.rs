//! Where in a growing text the finished blocks end.
//!
//! Owns the border between what a stream can no longer change and the block it
//! is still writing. Knows nothing of drawing.

use pulldown_cmark::{Event, Parser};

use super::OPTIONS;

/// The byte up to which the top-level blocks of `source` are complete, always at the start of a line. Everything before
/// it can be drawn once and kept; everything from it on is drawn again when more comes. Draw both parts with one blank
/// line between, and the screen is that of the whole text.
///
/// The last line does not count before its end has come: `#` may still become `#tag`. Link definitions are the one
/// thing that crosses the border; they are rare in answers, and the whole text is right once the stream has ended.
pub fn split_finished(source: &str) -> usize {
    let whole_lines = source.rfind('\n').map_or(0, |at| at + 1);
    let Some(text) = source.get(..whole_lines) else { return 0 };
    let mut depth = 0_usize;
    let mut last = 0;
    for (event, range) in Parser::new_ext(text, OPTIONS).into_offset_iter() {
        if depth == 0 && !matches!(event, Event::End(_)) {
            // An indented block begins behind its indent; the indent is part of it.
            last = text.get(..range.start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
        }
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_block_that_is_being_written_is_never_finished() {
        assert_eq!(split_finished("one paragraph\nand more"), 0);
        assert_eq!(split_finished("# Title\n\nA para"), 0);
        assert_eq!(split_finished("# Title\n\nA para\n"), "# Title\n\n".len());
        assert_eq!(split_finished(""), 0);
    }

    #[test]
    fn an_open_fence_is_one_block_whatever_stands_in_it() {
        let text = "Look:\n\n```sh\necho 1\n\n# not a title\n\n";
        assert_eq!(split_finished(text), "Look:\n\n".len());
    }

    #[test]
    fn indented_code_keeps_its_indent() {
        let text = "para\n\n    code\n";
        assert_eq!(split_finished(text), "para\n\n".len());
    }

    #[test]
    fn a_last_line_without_its_end_decides_nothing() {
        assert_eq!(split_finished("para\n#"), 0);
        assert_eq!(split_finished("para\n# Title\n"), "para\n".len());
    }
}
