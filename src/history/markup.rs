//! Text of outside in the markup of a picture or a page.
//!
//! Owns what must be written otherwise there. Knows nothing of what the text says.

use std::fmt::Write;

/// Text as it may stand between two tags. What a terminal obeys was written out before.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // No characters, says XML.
            none @ ('\u{fffe}' | '\u{ffff}') => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(none));
            }
            plain => out.push(plain),
        }
    }
    out
}
