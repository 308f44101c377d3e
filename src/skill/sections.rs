//! Cuts a SKILL.md into front matter and `## ` sections with their lines.

/// A section: its name, the line of its heading, and its lines with their numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Section<'a> {
    pub name: String,
    pub line: u32,
    pub lines: Vec<(u32, &'a str)>,
}

impl Section<'_> {
    /// The text of the first fenced block, with the line number of its first line.
    pub fn fenced(&self) -> Option<(u32, String)> {
        let mut lines = self.lines.iter();
        lines.by_ref().find(|(_, line)| line.trim_start().starts_with("```"))?;
        let mut first = None;
        let mut text = String::new();
        for (number, line) in lines {
            if line.trim_start().starts_with("```") {
                break;
            }
            first.get_or_insert(*number);
            text.push_str(line);
            text.push('\n');
        }
        Some((first.unwrap_or(self.line), text))
    }

    /// The section's text without blank lines at its ends.
    pub fn text(&self) -> String {
        let lines: Vec<&str> = self.lines.iter().map(|(_, line)| *line).collect();
        lines.join("\n").trim().to_owned()
    }
}

/// The front matter's YAML (if any) and the sections in order.
pub(super) fn split(text: &str) -> (Option<String>, Vec<Section<'_>>) {
    let mut lines = (1u32..).zip(text.lines()).peekable();
    let mut front = None;
    if lines.peek().is_some_and(|(_, line)| line.trim_end() == "---") {
        lines.next();
        let mut yaml = String::new();
        for (_, line) in lines.by_ref() {
            if line.trim_end() == "---" {
                break;
            }
            yaml.push_str(line);
            yaml.push('\n');
        }
        front = Some(yaml);
    }
    let mut sections: Vec<Section<'_>> = Vec::new();
    let mut fenced = false;
    for (number, line) in lines {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        match line.strip_prefix("## ") {
            Some(name) if !fenced => {
                sections.push(Section { name: name.trim().to_owned(), line: number, lines: Vec::new() });
            }
            _ => {
                if let Some(section) = sections.last_mut() {
                    section.lines.push((number, line));
                }
            }
        }
    }
    (front, sections)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_inside_a_fence_is_text() {
        let (front, sections) = split("---\nname: x\n---\n# X\n## a\n```yaml\n## b\n```\n## c\n- d\n");
        assert_eq!(front.as_deref(), Some("name: x\n"));
        assert_eq!(sections.iter().map(|section| section.name.as_str()).collect::<Vec<_>>(), ["a", "c"]);
        assert_eq!(sections[0].fenced(), Some((7, "## b\n".to_owned())));
        assert_eq!(sections[1].lines, [(10, "- d")]);
    }
}
