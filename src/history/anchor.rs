//! Where the chains stood when something was confirmed: lines on the project's page, outside the sessions.
//!
//! Whoever can write all files of a session can make its chain anew; what the page says about the last commit then
//! no longer fits. The lines are comments of markdown, so that a reader of the rendered page does not meet them.
//! Owns their form; knows no file.

const START: &str = "<!-- chain ";
const END: &str = " -->";

/// The last entry of one chain.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Anchor {
    /// The session's whole name.
    pub session: String,
    /// `log`, `commit`, `branches/NAME/log`.
    pub chain: String,
    pub seq: u64,
    /// Hexadecimal.
    pub sha256: String,
}

impl Anchor {
    /// The line, its end included.
    pub fn line(&self) -> String {
        let Anchor { session, chain, seq, sha256 } = self;
        format!("{START}{session} {chain} {seq} {sha256}{END}\n")
    }

    /// Reads a line; `None` for one that is none of ours.
    pub fn parse(line: &[u8]) -> Option<Anchor> {
        let said = std::str::from_utf8(line).ok()?.trim_end().strip_prefix(START)?.strip_suffix(END)?;
        let mut words = said.split(' ');
        let (session, chain) = (words.next()?.to_owned(), words.next()?.to_owned());
        let (seq, sha256) = (words.next()?.parse().ok()?, words.next()?.to_owned());
        words.next().is_none().then_some(Anchor { session, chain, seq, sha256 })
    }

    /// Every anchor of a page.
    pub fn all(page: &[u8]) -> Vec<Anchor> {
        page.split(|byte| *byte == b'\n').filter_map(Anchor::parse).collect()
    }

    /// The page without its anchors, as it is told.
    pub fn left_out(page: &str) -> String {
        page.split_inclusive('\n').filter(|line| Anchor::parse(line.as_bytes()).is_none()).collect()
    }

    /// Whether both are about the same chain.
    pub fn is_of(&self, other: &Anchor) -> bool {
        self.session == other.session && self.chain == other.chain
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_as_it_was_written_and_nothing_else_is() {
        let anchor = Anchor {
            session: "session_003_2026-02-21_x".into(),
            chain: "branches/try-b/log".into(),
            seq: 47,
            sha256: "ab".repeat(32),
        };
        let line = anchor.line();
        assert_eq!(Anchor::parse(line.as_bytes()), Some(anchor.clone()));
        let page = format!("# mine\n<!-- chain of thought -->\n{line}<!-- chain a b c d -->\r\n\u{fe}");
        assert_eq!(Anchor::all(page.as_bytes()), [anchor]);
    }

    #[test]
    fn a_page_is_told_without_its_anchors_and_with_everything_else() {
        let anchor = Anchor { session: "session_001_x".into(), chain: "log".into(), seq: 1, sha256: "ab".repeat(32) };
        let page = format!("# mine\n<!-- chain of thought -->\n{}last", anchor.line());
        assert_eq!(Anchor::left_out(&page), "# mine\n<!-- chain of thought -->\nlast");
    }
}
