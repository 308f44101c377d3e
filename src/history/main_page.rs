//! The text of `main.md`: the project's page that lists every session.
//!
//! Owns its two generated sections (product document 18.2), the second with the chains' anchors below its table. Everything else on the page belongs to the person
//! and is handed back byte for byte, whatever its encoding. Knows no file.

use std::ops::Range;

use super::Anchor;
use super::session::{SessionSummary, Status};
use super::text::visible;

const TITLE: &str = "# DevOps Agent — Project Memory\n";
const ACTIVE: &str = "## Active Session";
const HISTORY: &str = "## Session History";
const NOTHING: &str = "(none)";
const COLUMNS: [&str; 6] = ["Session", "Date", "Goal", "Status", "Commits", "Key Finding"];
/// The widths the product document's table has; longer cells widen their column.
const WIDTHS: [usize; 6] = [7, 10, 25, 6, 7, 24];
/// Characters of a finding or milestone that fit on the page; the whole stands in `commit.md`.
const LONGEST: usize = 80;

/// The page `existing` with both generated sections brought up to date; `sessions` come newest first. Below the
/// table stand the `anchors`, which no reader of the rendered page meets.
pub fn rewrite(existing: &[u8], sessions: &[SessionSummary], anchors: &[Anchor]) -> Vec<u8> {
    let (active, history) = (active_section(sessions), history_section(sessions, anchors));
    if existing.trim_ascii().is_empty() {
        return format!("{TITLE}\n{active}\n{history}").into_bytes();
    }
    let page = put(existing, ACTIVE, is_active_line, &active);
    put(&page, HISTORY, is_history_line, &history)
}

/// Replaces the section that begins with `heading`, or adds it at the end.
fn put(page: &[u8], heading: &str, is_generated: fn(&[u8]) -> bool, section: &str) -> Vec<u8> {
    let mut out;
    if let Some(range) = find(page, heading, is_generated) {
        out = page.get(..range.start).unwrap_or_default().to_vec();
        out.extend_from_slice(section.as_bytes());
        out.extend_from_slice(page.get(range.end..).unwrap_or_default());
    } else {
        out = page.to_vec();
        out.extend_from_slice(if page.ends_with(b"\n") { b"\n" } else { b"\n\n" });
        out.extend_from_slice(section.as_bytes());
    }
    out
}

/// From the heading to the last line we wrote below it: a person's note right behind it is not ours.
fn find(page: &[u8], heading: &str, is_generated: fn(&[u8]) -> bool) -> Option<Range<usize>> {
    let mut offset = 0;
    let mut found: Option<Range<usize>> = None;
    for line in page.split_inclusive(|byte| *byte == b'\n') {
        let text = line.trim_ascii_end();
        let end = offset + line.len();
        match &mut found {
            None if text == heading.as_bytes() => found = Some(offset..end),
            None => {}
            // Blank lines belong to the section only when more of it follows.
            Some(_) if text.is_empty() => {}
            Some(section) if is_generated(text) => section.end = end,
            Some(_) => break,
        }
        offset = end;
    }
    found
}

fn is_active_line(line: &[u8]) -> bool {
    line == NOTHING.as_bytes()
        || ["→ ", "   Name: ", "   Started: ", "   Last commit: "]
            .iter()
            .any(|start| line.starts_with(start.as_bytes()))
}

fn is_history_line(line: &[u8]) -> bool {
    line.starts_with(b"|") || Anchor::parse(line).is_some()
}

fn active_section(sessions: &[SessionSummary]) -> String {
    let mut out = format!("{ACTIVE}\n");
    let mut active = sessions.iter().filter(|session| session.status == Status::Active).peekable();
    if active.peek().is_none() {
        out.push_str(NOTHING);
        out.push('\n');
    }
    for session in active {
        let (date, clock) = (session.started.date(), session.started.clock());
        out.push_str(&format!("→ {} (in progress)\n", session.id));
        if session.name != session.id.slug() {
            out.push_str(&format!("   Name: {}\n", short(&session.name)));
        }
        out.push_str(&format!("   Started: {date} {clock}\n"));
        if let Some(commit) = &session.last_commit {
            out.push_str(&format!("   Last commit: '{}'\n", short(commit)));
        }
    }
    out
}

fn history_section(sessions: &[SessionSummary], anchors: &[Anchor]) -> String {
    let closed = sessions.iter().filter(|session| session.status == Status::Closed);
    let rows: Vec<[String; 6]> = closed.map(cells).collect();
    let mut widths = WIDTHS;
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let dashes: String = widths.iter().map(|width| format!("|{:-<1$}", "", width + 2)).collect();
    let head = line(&COLUMNS.map(str::to_owned), &widths);
    let body: String = rows.iter().map(|row| line(row, &widths)).collect();
    let anchors: String = anchors.iter().map(Anchor::line).collect();
    let between = if anchors.is_empty() { "" } else { "\n" };
    format!("{HISTORY}\n\n{head}{dashes}|\n{body}{between}{anchors}")
}

fn cells(session: &SessionSummary) -> [String; 6] {
    let number = session.id.number().to_owned();
    let cell = |text: &str| short(text).replace('|', "\\|");
    let finding = session.finding.as_deref().map(cell).unwrap_or_default();
    [
        number,
        session.started.date(),
        cell(&session.name),
        session.status.word().to_owned(),
        session.commits.to_string(),
        finding,
    ]
}

fn line(cells: &[String; 6], widths: &[usize; 6]) -> String {
    let padded: String = cells.iter().zip(widths).map(|(cell, width)| format!("| {cell:width$} ")).collect();
    format!("{padded}|\n")
}

fn short(text: &str) -> String {
    let text = visible(text.lines().next().unwrap_or_default());
    if text.chars().count() <= LONGEST {
        return text.into_owned();
    }
    let kept: String = text.chars().take(LONGEST - 1).collect();
    format!("{kept}…")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{At, SessionId};

    fn session(id: &str, status: Status, commits: u32, last: Option<&str>) -> SessionSummary {
        let started = At::parse("2026-02-21T09:14:00+01:00").unwrap();
        SessionSummary {
            id: SessionId::new(id),
            name: SessionId::new(id).slug().to_owned(),
            goal: String::new(),
            status,
            started,
            last_activity: started,
            commits,
            last_commit: last.map(str::to_owned),
            finding: last.map(str::to_owned),
        }
    }

    const PAGE: &str = "# DevOps Agent — Project Memory

## Active Session
→ session_004_2026-02-21_investigate-db-timeouts (in progress)
   Started: 2026-02-21 09:14
   Last commit: 'Connection pool exhaustion confirmed, pool size 5 vs peak 18'

## Session History

| Session | Date       | Goal                      | Status | Commits | Key Finding              |
|---------|------------|---------------------------|--------|---------|--------------------------|
| 003     | 2026-02-21 | deploy-memory-hotfix      | closed | 3       | Fix stable in prod       |
";

    fn sessions() -> Vec<SessionSummary> {
        let commit = Some("Connection pool exhaustion confirmed, pool size 5 vs peak 18");
        vec![
            session("session_004_2026-02-21_investigate-db-timeouts", Status::Active, 2, commit),
            session("session_003_2026-02-21_deploy-memory-hotfix", Status::Closed, 3, Some("Fix stable in prod")),
        ]
    }

    #[test]
    fn the_page_reads_as_the_product_document_shows_it() {
        assert_eq!(String::from_utf8(rewrite(b"", &sessions(), &[])).unwrap(), PAGE);
    }

    #[test]
    fn a_session_that_was_named_anew_is_told_of_by_that_name() {
        let mut sessions = sessions();
        sessions.iter_mut().for_each(|session| session.name = "pool-trouble".to_owned());
        let page = rewrite(b"", &sessions, &[]);
        let text = String::from_utf8(page.clone()).unwrap();
        assert!(text.contains("(in progress)\n   Name: pool-trouble\n   Started: "), "{text}");
        assert!(text.contains("| 2026-02-21 | pool-trouble              | closed"), "{text}");
        assert_eq!(rewrite(&page, &sessions, &[]), page);
    }

    #[test]
    fn writing_it_again_changes_nothing() {
        assert_eq!(String::from_utf8(rewrite(PAGE.as_bytes(), &sessions(), &[])).unwrap(), PAGE);
    }

    #[test]
    fn a_persons_own_text_is_kept_byte_for_byte() {
        let mut page = b"\xff not utf-8\r\n".to_vec();
        page.extend_from_slice(
            PAGE.replace("## Session History", "my note\n\n## Mine\n\n## Session History").as_bytes(),
        );
        page.extend_from_slice(b"right behind the table\r\n\n\n| not a table of ours |\n## More\n\xfe no newline");
        let closed = vec![session("session_004_2026-02-21_x", Status::Closed, 0, None)];
        let written = rewrite(&page, &closed, &[]);
        let text = String::from_utf8_lossy(&written);
        assert!(written.starts_with(b"\xff not utf-8\r\n# DevOps Agent"), "{text}");
        assert!(text.contains("## Active Session\n(none)\n\nmy note\n\n## Mine\n\n## Session History\n"), "{text}");
        let tail = b"|\nright behind the table\r\n\n\n| not a table of ours |\n## More\n\xfe no newline";
        assert!(written.ends_with(tail), "{text}");
        assert!(!text.contains("deploy-memory-hotfix"), "{text}");
        assert_eq!(rewrite(&written, &closed, &[]), written);
    }

    #[test]
    fn anchors_stand_below_the_table_and_make_way_for_newer_ones() {
        let anchor = |seq| Anchor { session: "session_003".into(), chain: "log".into(), seq, sha256: "0f".into() };
        let first = rewrite(PAGE.as_bytes(), &sessions(), &[anchor(7)]);
        assert_eq!(String::from_utf8_lossy(&first), format!("{PAGE}\n{}", anchor(7).line()));
        let mut with_note = first;
        with_note.extend_from_slice(b"\nmy note\n");
        let second = rewrite(&with_note, &sessions(), &[anchor(9)]);
        assert_eq!(String::from_utf8_lossy(&second), format!("{PAGE}\n{}\nmy note\n", anchor(9).line()));
        assert_eq!(Anchor::all(&second), [anchor(9)]);
    }

    #[test]
    fn a_page_without_our_sections_gets_them_at_its_end() {
        let written = String::from_utf8(rewrite(b"my notes", &sessions(), &[])).unwrap();
        assert!(written.starts_with("my notes\n\n## Active Session\n→ session_004"), "{written}");
        assert!(written.contains("\n\n## Session History\n\n| Session |"), "{written}");
    }

    #[test]
    fn a_finding_cannot_break_the_table() {
        let long = format!("a | b {}", "x".repeat(200));
        let written = rewrite(b"", &[session("session_001_2026-02-21_x", Status::Closed, 1, Some(&long))], &[]);
        let row = String::from_utf8(written).unwrap().lines().last().unwrap().to_owned();
        assert!(row.contains("a \\| b xxx") && row.contains('…') && row.chars().count() < 160, "{row}");
    }
}
