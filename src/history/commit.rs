//! A commit as `commit.md` has it: what the way was begun for, how far it had come, and what this commit adds.
//!
//! Owns the two fields that stand there and not in the log (product document 7.4), and what `commit.md` tells of a
//! way in short. Knows no file.

use super::text::{capped, field};

/// Earlier commits that the progress lists; those before stand further up in the same file.
const LISTED: usize = 12;

/// The entry `rendered` for the log, with the purpose and the progress so far before its own contribution.
/// `earlier` is the text of `commit.md` until now.
pub fn render(rendered: &str, purpose: &str, earlier: &str) -> String {
    let own = contribution(rendered);
    let mut out = rendered.strip_suffix(own).unwrap_or_default().to_owned();
    field(&mut out, "PURPOSE", &capped(purpose));
    let progress = progress(earlier);
    field(&mut out, "PROGRESS", if progress.is_empty() { "nothing confirmed before" } else { &progress });
    out.push_str(own);
    out
}

/// The part of a commit's entry that is its own: all but the heading.
pub fn contribution(rendered: &str) -> &str {
    rendered.split_once('\n').map_or(rendered, |(_, own)| own)
}

/// What was confirmed so far, one line a commit.
pub fn progress(commits: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in commits.lines() {
        if let Some(milestone) = line.strip_prefix("MILESTONE: ") {
            lines.push(format!("{}. {milestone}", lines.len() + 1));
        } else if let (Some(finding), Some(last)) = (line.strip_prefix("FINDING: "), lines.last_mut()) {
            last.push_str(" — ");
            last.push_str(finding);
        }
    }
    let older = lines.len().saturating_sub(LISTED);
    let kept = lines.get(older..).unwrap_or_default().join("\n");
    if older == 0 { kept } else { format!("({older} earlier, above)\n{kept}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: &str = "## [14:38] AI — COMMIT\nMILESTONE: Seen.\nFINDING: It is slow.\n         And more.\n\n---\n\n";

    #[test]
    fn a_commit_tells_its_purpose_and_what_came_before_it() {
        let one = render(FIRST, "find the\nleak", "");
        assert_eq!(
            one,
            "## [14:38] AI — COMMIT\nPURPOSE: find the\n         leak\nPROGRESS: nothing confirmed before\n\
             MILESTONE: Seen.\nFINDING: It is slow.\n         And more.\n\n---\n\n"
        );
        let two = render("## [14:50] AI — COMMIT\nMILESTONE: Mended.\n\n---\n\n", "find the leak", &one);
        assert!(two.contains("\nPROGRESS: 1. Seen. — It is slow.\nMILESTONE: Mended.\n"), "{two}");
        let three = render(FIRST, "", &format!("{one}{two}"));
        assert!(three.contains("\nPROGRESS: 1. Seen. — It is slow.\n          2. Mended.\nMILESTONE:"), "{three}");
        assert!(!three.contains("PURPOSE"), "{three}");
    }

    #[test]
    fn a_long_way_lists_its_last_commits() {
        let many: String = (0..20).map(|number| format!("MILESTONE: m{number}\n")).collect();
        let told = progress(&many);
        assert!(told.starts_with("(8 earlier, above)\n9. m8\n") && told.ends_with("\n20. m19"), "{told}");
    }
}
