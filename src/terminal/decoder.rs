//! Where in the terminal's bytes one thing ends and the next begins.
//!
//! Owns what was begun and is not there whole yet. Whatever a terminal sends, asked for or not, known here or not, has
//! an end, and the key after it is heard. Must not know the clock: whoever reads says when nothing more came.

use std::time::Duration;

use crossterm::event::{KeyCode, KeyModifiers};
use memchr::memmem;

use super::Input;
use super::sequences::{ESC, Heard, meaning};

const BELL: u8 = 0x07;
const PASTE_BEGINS: &[u8] = b"\x1b[200~";
const PASTE_ENDS: &[u8] = b"\x1b[201~";

/// How long Esc may be the beginning of something: less than a person sees.
const ESCAPES: Duration = Duration::from_millis(20);
/// How long the rest of anything else may be on its way.
const REST: Duration = Duration::from_millis(100);

/// Takes bytes as they come.
#[derive(Debug, Default)]
pub(super) struct Decoder {
    begun: Vec<u8>,
    /// From where on the end of the paste is looked for that `begun` is, when it is one.
    paste: Option<usize>,
}

impl Decoder {
    /// What these bytes say, with what was begun before them.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<Heard> {
        let mut heard = Vec::new();
        let mut all = std::mem::take(&mut self.begun);
        // Alt and its key are written at once: a key that comes later is one of its own. What more there is of a report
        // comes together.
        let goes_on = matches!(bytes, [b'[' | b']', ..] | [b'P' | b'_', _, ..]);
        if self.paste.is_none() && all == [ESC] && !goes_on {
            heard.extend(meaning(&all));
            all.clear();
        }
        all.extend_from_slice(bytes);
        let mut at = 0;
        while let Some(left) = all.get(at..).filter(|left| !left.is_empty()) {
            if let Some(from) = self.paste {
                let Some(found) = memmem::find(left.get(from..).unwrap_or_default(), PASTE_ENDS) else {
                    // Of its end a part may be there.
                    self.paste = Some((left.len() + 1).saturating_sub(PASTE_ENDS.len()));
                    break;
                };
                let text = left.get(..from + found).unwrap_or_default();
                heard.push(Heard::Input(Input::Paste(String::from_utf8_lossy(text).into_owned())));
                at += from + found + PASTE_ENDS.len();
                self.paste = None;
                continue;
            }
            let Some(length) = length(left) else { break };
            let one = left.get(..length).unwrap_or_default();
            if one == PASTE_BEGINS {
                self.paste = Some(0);
            } else {
                heard.extend(meaning(one));
            }
            at += length;
        }
        all.drain(..at);
        self.begun = all;
        heard
    }

    /// How long the rest of what was begun is waited for; `None` where nothing was, and in a paste, whose end comes.
    pub fn patience(&self) -> Option<Duration> {
        match self.begun.as_slice() {
            [] => None,
            _ if self.paste.is_some() => None,
            [ESC] => Some(ESCAPES),
            _ => Some(REST),
        }
    }

    /// A paste whose end stays away, and then Ctrl+C all by itself, which no text holds: the end was lost on its way,
    /// and what came until then was all. Nothing where that is not so.
    pub fn give_up_paste(&mut self, bytes: &[u8]) -> Option<Heard> {
        let is_cancel = self.paste.is_some()
            && length(bytes) == Some(bytes.len())
            && matches!(meaning(bytes), Some(Heard::Input(Input::Key(key)))
                if (key.code, key.modifiers) == (KeyCode::Char('c'), KeyModifiers::CONTROL));
        is_cancel.then(|| {
            self.paste = None;
            Heard::Input(Input::Paste(String::from_utf8_lossy(&std::mem::take(&mut self.begun)).into_owned()))
        })
    }

    /// Nothing more came: what was begun is a key by itself, or was broken off on its way and is nothing.
    pub fn give_up(&mut self) -> Option<Heard> {
        if self.paste.is_some() {
            return None;
        }
        let begun = std::mem::take(&mut self.begun);
        if begun.len() <= 2 { meaning(&begun) } else { None }
    }
}

/// How many bytes the first thing has; `None` while it is not all there.
fn length(bytes: &[u8]) -> Option<usize> {
    match bytes {
        [ESC] | [ESC, b'O'] => None,
        [ESC, b'[', rest @ ..] => control(rest).map(|length| length + 2),
        [ESC, b']' | b'P' | b'_', rest @ ..] => string(rest).map(|length| length + 2),
        [ESC, b'O', last, ..] => Some(if last.is_ascii_alphabetic() { 3 } else { 2 }),
        // Esc, and quickly after it another key that begins so.
        [ESC, ESC, ..] => Some(1),
        [ESC, rest @ ..] => letter(rest).map(|length| length + 1),
        _ => letter(bytes),
    }
}

/// A control sequence behind its introducer.
fn control(rest: &[u8]) -> Option<usize> {
    match rest {
        // The mouse as X10 told of it, and the function keys of Linux' console.
        [b'M', ..] => (rest.len() >= 4).then_some(4),
        [b'[', ..] => (rest.len() >= 2).then_some(2),
        // Shift in rxvt. In a report more than one number stands before it.
        [b'0'..=b'9', b'$', ..] => Some(2),
        _ => {
            let end = rest.iter().position(|byte| !(0x20..=0x3f).contains(byte))?;
            // What cannot stand in one breaks it off, and begins the next thing.
            let ends_it = rest.get(end).is_some_and(|byte| (0x40..=0x7e).contains(byte));
            Some(if ends_it { end + 1 } else { end })
        }
    }
}

/// A control string behind its introducer, with what ends it; a key breaks it off.
fn string(rest: &[u8]) -> Option<usize> {
    let end = rest.iter().position(|byte| *byte < 0x20)?;
    match (rest.get(end), rest.get(end + 1)) {
        (Some(&BELL), _) => Some(end + 1),
        (Some(&ESC), Some(b'\\')) => Some(end + 2),
        (Some(&ESC), None) => None,
        _ => Some(end),
    }
}

/// A letter in UTF-8; of a broken one what is there of it.
fn letter(bytes: &[u8]) -> Option<usize> {
    let length = match bytes.first()? {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => 1,
    };
    let follow = bytes.iter().skip(1).take(length - 1);
    let sound = 1 + follow.take_while(|byte| (0x80..=0xbf).contains(*byte)).count();
    (sound == length || bytes.len() > sound).then_some(sound)
}

#[cfg(test)]
mod tests {
    use crossterm::event::KeyEvent;

    use super::*;

    fn key(code: KeyCode, modifiers: KeyModifiers) -> Heard {
        Heard::Input(Input::Key(KeyEvent::new(code, modifiers)))
    }

    fn plain(code: KeyCode) -> Heard {
        key(code, KeyModifiers::NONE)
    }

    fn close() -> Heard {
        key(KeyCode::Char('x'), KeyModifiers::CONTROL)
    }

    fn whole(bytes: &[u8]) -> Vec<Heard> {
        Decoder::default().feed(bytes)
    }

    /// What terminals and multiplexers send of themselves or late, asked for by us or by who was there before us.
    const REPORTS: [&[u8]; 17] = [
        b"\x1b[?997;3n",
        b"\x1b[?1;2c",
        b"\x1b[?62;22c",
        b"\x1b[>0;276;0c",
        b"\x1b[=1;0c",
        b"\x1b[12;40R",
        b"\x1b[?12;40;1R",
        b"\x1b[?2026;2$y",
        b"\x1b[4;600;800t",
        b"\x1b[?4m",
        b"\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\",
        b"\x1b]10;rgb:dddd/dddd/dddd\x07",
        b"\x1b]4;1;rgb:cdcd/0000/0000\x1b\\",
        b"\x1bP>|XTerm(390)\x1b\\",
        b"\x1bP1$r0m\x1b\\",
        b"\x1bP!|00000000\x1b\\",
        b"\x1b_Gi=1;OK\x1b\\",
    ];

    #[test]
    fn no_report_is_a_key_or_stands_in_the_way_of_the_next() {
        for report in REPORTS {
            assert_eq!(whole(&[report, b"\x18"].concat()), [close()], "{:?}", String::from_utf8_lossy(report));
        }
    }

    #[test]
    fn a_report_that_comes_in_pieces_is_none_either() {
        for report in REPORTS {
            for cut in 1..report.len() {
                let (one, other) = report.split_at(cut);
                let mut decoder = Decoder::default();
                assert_eq!(decoder.feed(one), [], "{:?}", String::from_utf8_lossy(report));
                assert_eq!(
                    decoder.feed(&[other, b"\x18"].concat()),
                    [close()],
                    "{:?}",
                    String::from_utf8_lossy(report)
                );
                assert_eq!(decoder.patience(), None);
            }
        }
    }

    #[test]
    fn whatever_was_begun_the_close_key_is_heard() {
        for begun in
            ["\x1b[?", "\x1b[?997;1", "\x1b[12;", "\x1b[<0;3", "\x1b]11;rgb:1e", "\x1bP>|X", "\x1b_G", "\u{e9}"]
        {
            let mut decoder = Decoder::default();
            let cut = begun.len() - usize::from(!begun.is_ascii());
            decoder.feed(&begun.as_bytes()[..cut]);
            assert_eq!(decoder.feed(b"\x18"), [close()], "{begun:?}");
            decoder.feed(&begun.as_bytes()[..cut]);
            assert_eq!(decoder.give_up(), None, "{begun:?}");
            assert_eq!(decoder.feed(b"\x18"), [close()], "{begun:?}");
        }
    }

    #[test]
    fn an_escape_and_quickly_an_arrow_are_two_keys() {
        let both = [plain(KeyCode::Esc), plain(KeyCode::Up)];
        assert_eq!(whole(b"\x1b\x1b[A"), both);
        let mut decoder = Decoder::default();
        assert_eq!(decoder.feed(b"\x1b"), []);
        assert_eq!(decoder.feed(b"\x1b[A"), both);
    }

    #[test]
    fn an_escape_is_a_key_when_nothing_follows_and_no_alt_for_what_is_typed_after_it() {
        let mut decoder = Decoder::default();
        assert_eq!(decoder.feed(b"\x1b"), []);
        assert_eq!(decoder.patience(), Some(ESCAPES));
        assert_eq!(decoder.give_up(), Some(plain(KeyCode::Esc)));
        assert_eq!(decoder.patience(), None);
        decoder.feed(b"\x1b");
        assert_eq!(decoder.feed(b"x"), [plain(KeyCode::Esc), plain(KeyCode::Char('x'))]);
        assert_eq!(decoder.feed(b"\x1bx"), [key(KeyCode::Char('x'), KeyModifiers::ALT)]);
    }

    #[test]
    fn an_arrow_that_comes_in_two_pieces_is_one_key() {
        for cut in 1..3 {
            let (one, other) = b"\x1b[A".split_at(cut);
            let mut decoder = Decoder::default();
            assert_eq!(decoder.feed(one), []);
            assert_eq!(decoder.feed(other), [plain(KeyCode::Up)]);
        }
    }

    #[test]
    fn alt_and_what_could_begin_something_longer_is_a_key_when_nothing_follows() {
        for letter in ['[', ']', 'O', 'P', '_'] {
            let mut decoder = Decoder::default();
            assert_eq!(decoder.feed(format!("\x1b{letter}").as_bytes()), []);
            let shift = if letter.is_uppercase() { KeyModifiers::SHIFT } else { KeyModifiers::NONE };
            assert_eq!(decoder.give_up(), Some(key(KeyCode::Char(letter), KeyModifiers::ALT | shift)));
        }
    }

    #[test]
    fn a_paste_is_whole_wherever_it_was_cut_and_holds_whatever_it_holds() {
        let bytes = "\x1b[200~a\rb \x1b[A \x18 \u{e9}\x1b[201~q".as_bytes();
        let heard = [Heard::Input(Input::Paste("a\rb \x1b[A \x18 \u{e9}".to_owned())), plain(KeyCode::Char('q'))];
        for cut in 2..bytes.len() {
            let (one, other) = bytes.split_at(cut);
            let mut decoder = Decoder::default();
            let mut all = decoder.feed(one);
            assert!(cut < 6 || decoder.patience().is_none(), "a paste is waited for");
            all.extend(decoder.feed(other));
            assert_eq!(all, heard, "cut at {cut}");
        }
    }

    #[test]
    fn a_paste_without_an_end_is_given_up_for_ctrl_c_alone() {
        let mut decoder = Decoder::default();
        assert_eq!(decoder.give_up_paste(b"\x03"), None);
        decoder.feed(b"\x1b[200~a\rb");
        for more in [&b"x"[..], b"\r", b"\n", b"\x03x", b"\x1b[A"] {
            assert_eq!(decoder.give_up_paste(more), None);
        }
        let pasted = Some(Heard::Input(Input::Paste("a\rb".to_owned())));
        assert_eq!(decoder.give_up_paste(b"\x1b[99;5u"), pasted);
        assert_eq!(decoder.feed(b"\x18"), [close()]);
    }

    #[test]
    fn a_key_of_rxvt_with_shift_takes_no_other_with_it() {
        assert_eq!(whole(b"\x1b[7$b"), [key(KeyCode::Home, KeyModifiers::SHIFT), plain(KeyCode::Char('b'))]);
    }

    #[test]
    fn a_broken_letter_takes_no_other_with_it() {
        assert_eq!(whole(b"\xe2\x82q\xffq"), [plain(KeyCode::Char('q')), plain(KeyCode::Char('q'))]);
        assert_eq!(whole("\u{20ac}".as_bytes()), [plain(KeyCode::Char('\u{20ac}'))]);
    }

    #[test]
    fn no_bytes_at_all_leave_it_deaf() {
        const BYTES: &[u8] = b"\x1b\x1b\x1b[[]OP_?<;:0149MRcnuy~\x07\\\x18\xe2\x82a";
        let mut state = 0x2545_f491_usize;
        let mut any = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            BYTES[state % BYTES.len()]
        };
        for _ in 0..2_000 {
            let mut decoder = Decoder::default();
            let bytes: Vec<u8> = (0..24).map(|_| any()).collect();
            if memmem::find(&bytes, PASTE_BEGINS).is_some() {
                continue;
            }
            decoder.feed(&bytes);
            decoder.give_up();
            assert_eq!(decoder.feed(b"\x18"), [close()], "{:?}", String::from_utf8_lossy(&bytes));
        }
    }
}
