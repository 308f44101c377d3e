//! git's configuration syntax.
//!
//! Owns sections, quotes, comments and continued lines, as `config.c` of git reads
//! them. Follows no includes and knows no setting. What git would refuse is refused.

/// One setting as it stands in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Setting {
    /// Lower case.
    pub section: String,
    /// As written; lower case in the old form `[section.sub]`.
    pub subsection: Option<String>,
    /// Lower case.
    pub key: String,
    /// `None` for a key without `=`, which means true.
    pub value: Option<String>,
}

impl Setting {
    /// The name as `git config --list` prints it.
    pub fn name(&self) -> String {
        match &self.subsection {
            Some(subsection) => format!("{}.{subsection}.{}", self.section, self.key),
            None => format!("{}.{}", self.section, self.key),
        }
    }
}

/// All settings of a file in order; `None` when git would not take the file.
pub(super) fn parse(bytes: &[u8]) -> Option<Vec<Setting>> {
    let text = String::from_utf8_lossy(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)).replace("\r\n", "\n");
    let mut rest = text.chars();
    let mut settings = Vec::new();
    let mut section = (String::new(), None);
    while let Some(first) = rest.next() {
        match first {
            space if is_space(space) => {}
            '#' | ';' => {
                rest.find(|c| *c == '\n');
            }
            '[' => section = header(&mut rest)?,
            letter if letter.is_ascii_alphabetic() => {
                let (key, value) = assignment(letter, &mut rest)?;
                settings.push(Setting { section: section.0.clone(), subsection: section.1.clone(), key, value });
            }
            _ => return None,
        }
    }
    Some(settings)
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r')
}

fn is_key(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-'
}

/// What follows a `[`: `core]`, `remote "origin"]`, `remote.origin]`.
fn header(rest: &mut std::str::Chars<'_>) -> Option<(String, Option<String>)> {
    let mut name = String::new();
    loop {
        match rest.next()? {
            ']' => break,
            '\n' => return None,
            space if is_space(space) => {
                let opened = rest.find(|c| !matches!(c, ' ' | '\t' | '\r')) == Some('"');
                let subsection = if opened { quoted(rest)? } else { return None };
                return (rest.next() == Some(']')).then_some((name, Some(subsection)));
            }
            c if is_key(c) || c == '.' => name.push(c.to_ascii_lowercase()),
            _ => return None,
        }
    }
    Some(match name.split_once('.') {
        Some((section, subsection)) => (section.to_owned(), Some(subsection.to_owned())),
        None => (name, None),
    })
}

/// A subsection up to its closing quote.
fn quoted(rest: &mut std::str::Chars<'_>) -> Option<String> {
    let mut subsection = String::new();
    loop {
        let c = match rest.next()? {
            '"' => return Some(subsection),
            '\\' => rest.next()?,
            c => c,
        };
        if c == '\n' {
            return None;
        }
        subsection.push(c);
    }
}

/// A key from its first letter, and its value to the end of the line.
fn assignment(first: char, rest: &mut std::str::Chars<'_>) -> Option<(String, Option<String>)> {
    let mut key = String::from(first.to_ascii_lowercase());
    let mut next = rest.next();
    while let Some(c) = next.filter(|c| is_key(*c)) {
        key.push(c.to_ascii_lowercase());
        next = rest.next();
    }
    while matches!(next, Some(' ' | '\t')) {
        next = rest.next();
    }
    match next {
        None | Some('\n') => Some((key, None)),
        Some('=') => Some((key, Some(value(rest)?))),
        Some(_) => None,
    }
}

fn value(rest: &mut std::str::Chars<'_>) -> Option<String> {
    let mut value = String::new();
    // The length up to the last character that is not blank filling.
    let mut kept = 0;
    let mut in_quotes = false;
    loop {
        // The end of the file ends a line.
        match rest.next().unwrap_or('\n') {
            '\n' if in_quotes => return None,
            '\n' => break,
            space if is_space(space) && !in_quotes => {
                if !value.is_empty() {
                    value.push(space);
                }
                continue;
            }
            '#' | ';' if !in_quotes => {
                rest.find(|c| *c == '\n');
                break;
            }
            '"' => in_quotes = !in_quotes,
            '\\' => match rest.next()? {
                '\n' => continue,
                't' => value.push('\t'),
                'b' => value.push('\u{8}'),
                'n' => value.push('\n'),
                c @ ('\\' | '"') => value.push(c),
                _ => return None,
            },
            c => value.push(c),
        }
        kept = value.len();
    }
    value.truncate(kept);
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(text: &str) -> Vec<(String, Option<String>)> {
        parse(text.as_bytes()).unwrap().into_iter().map(|setting| (setting.name(), setting.value)).collect()
    }

    fn one(text: &str) -> (String, String) {
        let mut all = pairs(text);
        assert_eq!(all.len(), 1, "{all:?}");
        let (name, value) = all.remove(0);
        (name, value.unwrap())
    }

    #[test]
    fn case_counts_in_subsections_only() {
        assert_eq!(one("[FiLtEr \"LFS\"]\n\tCLEAN = Git-LFS\n"), ("filter.LFS.clean".into(), "Git-LFS".into()));
        assert_eq!(one("[Filter.LFS]clean=x"), ("filter.lfs.clean".into(), "x".into()));
    }

    #[test]
    fn a_continued_line_is_one_value_and_a_comment_ends_one() {
        assert_eq!(one("[core]\n pager = le\\\nss -R ; why\n"), ("core.pager".into(), "less -R".into()));
        assert_eq!(one("[a]\n b = \"x # y\"  z  # no\n").1, "x # y  z");
    }

    #[test]
    fn escapes_and_quotes_are_undone() {
        assert_eq!(one("[a \"q\\\"]\\\\\"] b = \"\\\"t\\\\\"").0, "a.q\"]\\.b");
        assert_eq!(one("[a] b = \"\\\"t\\\\\"").1, "\"t\\");
    }

    #[test]
    fn a_key_without_a_value_and_one_after_its_header_are_found() {
        assert_eq!(pairs("# c\r\n[core] bare\r\n[x]\r\n"), [("core.bare".to_owned(), None)]);
    }

    #[test]
    fn a_comment_does_not_go_on_after_a_backslash() {
        assert_eq!(one("[a]\n# text \\\nb = c\n"), ("a.b".into(), "c".into()));
    }

    #[test]
    fn what_git_refuses_is_refused() {
        for text in
            ["[core", "[co re]", "[a \"b]\nc", "[a]\nb = \"open\n", "[a]\nb c", "[a]\nb = \\x", "= 3", "[a]\n1 = 2"]
        {
            assert_eq!(parse(text.as_bytes()), None, "{text:?}");
        }
    }

    #[test]
    fn bytes_that_are_no_text_do_not_hide_a_setting() {
        let settings = parse(b"[user]\nname = \xff\xfe\n[core]\nfsmonitor = x\n").unwrap();
        assert_eq!(settings.last().map(Setting::name).as_deref(), Some("core.fsmonitor"));
    }
}
