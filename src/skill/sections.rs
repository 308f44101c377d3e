//! Cuts a SKILL.md into front matter and `## ` sections with their lines.
//!
//! Owns where a line, a fence and a section end. What is not closed never
//! swallows a section with strict rules: such a section begins where its heading
//! stands, and what was open is a problem.

use super::problem::{Problem, shortened};

/// The sections that mean something.
pub(super) const KNOWN: &[&str] = &[
    "timeout",
    "auto_execute",
    "requires_approval",
    "destructive",
    "context",
    "options",
    "synonyms",
    "effects",
    "operands",
    "proof",
    "examples",
    "intents",
    "secrets",
];

/// The sections that hold rules; losing one of them loosens.
pub(super) const RULES: &[&str] = &["auto_execute", "requires_approval", "destructive", "operands"];

/// A section: its name, the line of its heading, and its lines with their numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Section<'a> {
    pub name: String,
    pub line: u32,
    pub lines: Vec<(u32, &'a str)>,
    /// What its block says, as JSON, where that is known already.
    pub json: Option<String>,
}

/// A fenced block: the line of its first line, and its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Block {
    pub line: u32,
    pub text: String,
}

impl Section<'_> {
    /// The fenced blocks, in order.
    pub fn blocks(&self) -> Vec<Block> {
        let mut blocks: Vec<Block> = Vec::new();
        let mut open: Option<Fence> = None;
        for (number, line) in &self.lines {
            match &open {
                Some(fence) if fence.is_closed_by(line) => open = None,
                Some(_) => {
                    if let Some(block) = blocks.last_mut() {
                        block.text.push_str(line);
                        block.text.push('\n');
                    }
                }
                None => {
                    open = Fence::opened_by(line, *number);
                    if open.is_some() {
                        blocks.push(Block { line: number + 1, text: String::new() });
                    }
                }
            }
        }
        blocks
    }

    /// The section's text without blank lines at its ends.
    pub fn text(&self) -> String {
        let lines: Vec<&str> = self.lines.iter().map(|(_, line)| *line).collect();
        lines.join("\n").trim().to_owned()
    }

    /// The line on which `wanted` stands first, else the heading's.
    pub fn line_with(&self, wanted: &str) -> u32 {
        let found = self.lines.iter().find(|(_, line)| !wanted.is_empty() && line.contains(wanted));
        found.map_or(self.line, |(number, _)| *number)
    }

    /// The line on which `wanted` stands first behind one with `before`, else that of `before`.
    pub fn line_after(&self, before: &str, wanted: &str) -> u32 {
        let from = self.line_with(before);
        let found = self.lines.iter().find(|(number, line)| *number > from && line.contains(wanted));
        found.map_or(from, |(number, _)| *number)
    }
}

/// A file in pieces.
#[derive(Debug, Default)]
pub(super) struct Cut<'a> {
    /// The YAML between `---` and `---`.
    pub front: Option<String>,
    pub sections: Vec<Section<'a>>,
    pub problems: Vec<Problem>,
}

/// Cuts a file; a byte order mark is passed over.
pub(super) fn split(text: &str) -> Cut<'_> {
    let mut cut = Cut::default();
    let lines: Vec<(u32, &str)> = lines(text.trim_start_matches('\u{feff}')).collect();
    let mut rest = lines.as_slice();
    if let Some(((_, first), after)) = rest.split_first()
        && first.trim_end() == "---"
    {
        rest = after;
        let end = after.iter().position(|(_, line)| line.trim_end() == "---" || heads_rules(line));
        let parts = end.and_then(|end| Some((after.get(..end)?, after.get(end)?.1, after.get(end + 1..)?)));
        match parts.filter(|(_, end, _)| end.trim_end() == "---") {
            Some((yaml, _, body)) => {
                cut.front = Some(yaml.iter().flat_map(|(_, line)| [*line, "\n"]).collect());
                rest = body;
            }
            None => cut
                .problems
                .push(Problem::new(1, "the front matter is not closed").hint("end it with a line that says ---")),
        }
    }
    let mut open: Option<Fence> = None;
    for (number, line) in rest {
        if let Some(fence) = &open {
            if heads_rules(line) {
                cut.problems.push(fence.unclosed(&format!("is not closed before `{}`", line.trim_end())));
                open = None;
            } else if fence.is_closed_by(line) {
                open = None;
                push(&mut cut.sections, *number, line);
                continue;
            }
        } else {
            open = Fence::opened_by(line, *number);
        }
        match heading(line).filter(|_| open.is_none()) {
            Some(name) => {
                cut.sections.push(Section { name: name.to_owned(), line: *number, lines: Vec::new(), json: None })
            }
            None => push(&mut cut.sections, *number, line),
        }
    }
    if let Some(fence) = open {
        cut.problems.push(fence.unclosed("is not closed"));
    }
    cut
}

fn push<'a>(sections: &mut [Section<'a>], number: u32, line: &'a str) {
    if let Some(section) = sections.last_mut() {
        section.lines.push((number, line));
    }
}

/// Lines with their numbers; a lone carriage return ends a line and counts none, as in most editors.
fn lines(text: &str) -> impl Iterator<Item = (u32, &str)> {
    let numbered = (1..).zip(text.lines());
    numbered.flat_map(|(number, line)| line.split('\r').map(move |piece| (number, piece)))
}

/// The name in `## name` or `## name ##`.
fn heading(line: &str) -> Option<&str> {
    let name = line.strip_prefix("##")?.strip_prefix([' ', '\t'])?.trim();
    let bare = name.trim_end_matches('#');
    Some(if bare.len() < name.len() && bare.ends_with(char::is_whitespace) { bare.trim_end() } else { name })
}

fn heads_rules(line: &str) -> bool {
    heading(line).is_some_and(|name| RULES.contains(&name))
}

/// The section with rules that was probably meant by a name or a comment that is none.
pub(super) fn meant(name: &str) -> Option<&'static str> {
    RULES.iter().find(|known| is_near(name, known)).copied()
}

/// The known section a name is nearest to.
pub(super) fn nearest(name: &str) -> Option<&'static str> {
    KNOWN.iter().find(|known| is_near(name, known)).copied()
}

fn is_near(name: &str, known: &str) -> bool {
    let letters = |text: &str| -> String {
        text.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    // Longer than any name with a slip in it; prose need not be measured.
    name.len() <= 40 && strsim::levenshtein(&letters(name), &letters(known)) <= 1 + usize::from(known.len() > 8)
}

/// A fence that stands open.
struct Fence {
    mark: char,
    length: usize,
    line: u32,
    shown: String,
}

impl Fence {
    fn opened_by(line: &str, number: u32) -> Option<Fence> {
        let line = line.trim();
        let mark = line.chars().next().filter(|mark| matches!(mark, '`' | '~'))?;
        let rest = line.trim_start_matches(mark);
        let length = line.len() - rest.len();
        // ```code``` on one line is no fence.
        let fences = length >= 3 && !(mark == '`' && rest.contains('`'));
        fences.then(|| Fence { mark, length, line: number, shown: shortened(line) })
    }

    fn is_closed_by(&self, line: &str) -> bool {
        let line = line.trim();
        line.len() >= self.length && line.chars().all(|character| character == self.mark)
    }

    fn unclosed(&self, what: &str) -> Problem {
        let close: String = std::iter::repeat_n(self.mark, self.length).collect();
        let text = format!("the fence `{}` {what}", self.shown);
        Problem::new(self.line, text).hint(format!("end the block with a line that says {close}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(cut: &Cut<'_>) -> Vec<String> {
        cut.sections.iter().map(|section| section.name.clone()).collect()
    }

    #[test]
    fn a_heading_inside_a_fence_is_text() {
        let cut = split("---\nname: x\n---\n# X\n## a\n```yaml\n## b\n```\n## c\n- d\n");
        assert_eq!(cut.front.as_deref(), Some("name: x\n"));
        assert_eq!(names(&cut), ["a", "c"]);
        assert_eq!(cut.sections[0].blocks(), [Block { line: 7, text: "## b\n".to_owned() }]);
        assert_eq!(cut.sections[1].lines, [(10, "- d")]);
        assert_eq!(cut.problems, []);
    }

    #[test]
    fn a_fence_ends_with_its_own_mark_only() {
        let cut = split("## context\n~~~\n```\n## x\n```\n~~~\n````\n```\n````\n## destructive ##\n- a\n");
        assert_eq!(names(&cut), ["context", "destructive"]);
        assert_eq!(cut.problems, []);
    }

    #[test]
    fn a_fence_that_is_not_closed_swallows_no_strict_section() {
        let cut = split("## options\n```yaml\na: {}\n## destructive\n- a b *\n");
        assert_eq!(names(&cut), ["options", "destructive"]);
        assert_eq!(cut.problems[0].line, 2);
        assert!(cut.problems[0].text.contains("before `## destructive`"));
    }

    #[test]
    fn names_with_a_slip_are_recognised() {
        for (name, known) in [
            ("Auto Execute", "auto_execute"),
            ("destructve", "destructive"),
            ("requires-approval", "requires_approval"),
        ] {
            assert_eq!(meant(name), Some(known));
        }
        for name in ["Description", "Instructions", "Operations", "Overview", "Approval"] {
            assert_eq!(meant(name), None, "{name}");
        }
    }
}
