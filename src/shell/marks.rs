//! What the hooks in the shell report: one private control string a mark, signed with a word only the hooks know.
//!
//! Owns the format and the check against forgery. Must not know how a mark travels or what follows from it.
//!
//! A mark is `ESC ] 7717 ; nonce ; counter ; pid ; kind [; field …] BEL`. The counter of one process only rises, so a
//! mark that was printed once and is printed again (`cat` of an old recording) is refused. Only the mark of the input's
//! start may repeat, because a shell draws its prompt again whenever it likes. What stands in the text of a field is
//! escaped: `\\` for a backslash, `\xHH` for a semicolon and every control byte.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;

/// The number of our control string, which no other program is known to use.
pub(super) const NUMBER: &[u8] = b"7717";

/// Processes whose counters are remembered. A session with more nested shells forgets the lowest process id.
const REMEMBERED: usize = 4096;

/// What a hook says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Mark {
    /// A shell begins, or begins again after `exec`.
    Hello { shell: String },
    /// The command ended.
    Ended { status: Option<i32> },
    /// The command before ended, and a prompt is about to be drawn.
    Prompt { status: Option<i32>, private: bool, cwd: Option<PathBuf> },
    /// The prompt is drawn: what follows is typed.
    Input,
    /// A line was accepted and another one belongs to it.
    Continuation,
    /// A line was accepted; whether the shell takes it for a command is not known yet.
    Line(String),
    /// A command was accepted and runs now.
    Command(Accepted),
    /// The shell ends.
    Goodbye,
}

/// The command as the shell tells it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Accepted {
    /// `None` when the shell cannot tell.
    pub text: Option<String>,
    /// Whether the text is certain. Otherwise it may be that of an earlier command, and the screen decides.
    pub certain: bool,
    pub private: bool,
}

/// A mark and the shell that made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Signed {
    pub pid: u32,
    pub mark: Mark,
}

/// Tells our marks from imitations.
#[derive(Debug)]
pub(super) struct Verifier {
    nonce: String,
    /// The last counters of each process: of all marks, and of those that may repeat.
    last: BTreeMap<u32, (u64, u64)>,
}

impl Verifier {
    pub fn new(nonce: String) -> Self {
        Self { nonce, last: BTreeMap::new() }
    }

    /// Reads what stands behind `7717;`; `None` for what is not ours.
    pub fn read(&mut self, payload: &[u8]) -> Option<Signed> {
        let mut fields = payload.splitn(5, |byte| *byte == b';');
        let nonce = fields.next()?;
        if self.nonce.is_empty() || nonce != self.nonce.as_bytes() {
            return None;
        }
        let count: u64 = number(fields.next()?)?;
        let pid: u32 = number(fields.next()?)?;
        let mark = parse(fields.next()?, fields.next())?;
        let last = self.last.get(&pid).copied();
        let (highest, repeatable) = last.unwrap_or_default();
        let may_repeat = matches!(mark, Mark::Input | Mark::Continuation);
        if last.is_some() && count <= highest && !(may_repeat && count == repeatable) {
            return None;
        }
        if last.is_none() && self.last.len() >= REMEMBERED {
            self.last.pop_first();
        }
        self.last.insert(pid, (highest.max(count), if may_repeat { count } else { repeatable }));
        Some(Signed { pid, mark })
    }
}

fn number<T: std::str::FromStr>(digits: &[u8]) -> Option<T> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

fn parse(kind: &[u8], rest: Option<&[u8]>) -> Option<Mark> {
    let rest = rest.unwrap_or_default();
    match kind {
        b"H" => Some(Mark::Hello { shell: String::from_utf8_lossy(rest).into_owned() }),
        b"A" | b"a" => {
            let mut fields = rest.splitn(3, |byte| *byte == b';');
            let status = number(fields.next()?);
            let private = fields.next()? == b"p";
            let cwd = fields.next()?;
            // A shell that cannot escape sends the directory as it is.
            let cwd = if kind == b"A" { unescape(cwd)? } else { cwd.to_vec() };
            let cwd = (!cwd.is_empty()).then(|| PathBuf::from(OsString::from_vec(cwd)));
            Some(Mark::Prompt { status, private, cwd })
        }
        b"D" => Some(Mark::Ended { status: number(rest) }),
        b"B" => Some(Mark::Input),
        b"K" => Some(Mark::Continuation),
        b"L" => Some(Mark::Line(String::from_utf8_lossy(&unescape(rest)?).into_owned())),
        b"C" => {
            let (flags, text) = match rest.iter().position(|byte| *byte == b';') {
                Some(at) => (rest.get(..at)?, rest.get(at + 1..)),
                None => (rest, None),
            };
            let text = match text {
                Some(text) => Some(String::from_utf8_lossy(&unescape(text)?).into_owned()),
                None => None,
            };
            Some(Mark::Command(Accepted { text, certain: flags.contains(&b's'), private: flags.contains(&b'p') }))
        }
        b"Z" => Some(Mark::Goodbye),
        _ => None,
    }
}

/// The bytes that an escaped field stands for; `None` when it is not well formed.
fn unescape(field: &[u8]) -> Option<Vec<u8>> {
    let mut plain = Vec::with_capacity(field.len());
    let mut bytes = field.iter().copied();
    while let Some(byte) = bytes.next() {
        if byte != b'\\' {
            plain.push(byte);
            continue;
        }
        match bytes.next()? {
            b'\\' => plain.push(b'\\'),
            b'x' => {
                let digits = [bytes.next()?, bytes.next()?];
                plain.push(u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?);
            }
            _ => return None,
        }
    }
    Some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verifier() -> Verifier {
        Verifier::new("word".to_owned())
    }

    fn command(text: &str) -> Mark {
        Mark::Command(Accepted { text: Some(text.to_owned()), certain: true, private: false })
    }

    #[test]
    fn a_signed_command_is_read_with_its_newline_and_semicolon() {
        let read = verifier().read(br"word;3;77;C;s;echo a\x3b echo 'b\x0ac\\d'");
        assert_eq!(read, Some(Signed { pid: 77, mark: command("echo a; echo 'b\nc\\d'") }));
    }

    #[test]
    fn another_word_is_a_forgery() {
        let mut verifier = verifier();
        assert_eq!(verifier.read(b"w0rd;3;77;C;s;rm"), None);
        assert_eq!(verifier.read(b";3;77;C;s;rm"), None);
    }

    #[test]
    fn a_mark_that_was_printed_before_is_refused() {
        let mut verifier = verifier();
        assert!(verifier.read(b"word;3;77;C;s;ls").is_some());
        assert_eq!(verifier.read(b"word;3;77;C;s;ls"), None);
        assert_eq!(verifier.read(b"word;2;77;A;0;;/"), None);
    }

    #[test]
    fn a_prompt_may_be_drawn_twice() {
        let mut verifier = verifier();
        assert!(verifier.read(b"word;3;77;B").is_some());
        assert!(verifier.read(b"word;3;77;B").is_some());
    }

    #[test]
    fn shells_count_for_themselves() {
        let mut verifier = verifier();
        assert!(verifier.read(b"word;9;77;B").is_some());
        assert!(verifier.read(b"word;1;78;B").is_some());
    }

    #[test]
    fn a_prompt_tells_status_directory_and_privacy() {
        let read = verifier().read(b"word;1;7;A;130;p;/tmp/a\\x3bb").unwrap();
        let cwd = Some(PathBuf::from("/tmp/a;b"));
        assert_eq!(read.mark, Mark::Prompt { status: Some(130), private: true, cwd });
        let raw = verifier().read(b"word;1;7;a;0;;/tmp/a;b\\c").unwrap();
        let cwd = Some(PathBuf::from("/tmp/a;b\\c"));
        assert_eq!(raw.mark, Mark::Prompt { status: Some(0), private: false, cwd });
    }

    #[test]
    fn half_an_escape_is_no_mark() {
        assert_eq!(verifier().read(b"word;1;7;C;s;a\\"), None);
        assert_eq!(verifier().read(b"word;1;7;C;s;a\\xz0"), None);
    }

    #[test]
    fn a_private_command_has_no_text() {
        let read = verifier().read(b"word;1;7;C;p").unwrap();
        assert_eq!(read.mark, Mark::Command(Accepted { text: None, certain: false, private: true }));
    }
}
