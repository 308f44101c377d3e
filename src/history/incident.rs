//! A session as a report to hand on after an incident: goal, surroundings, timeline, commands with tier and approver,
//! findings, open steps, and where its chains stand.
//!
//! Owns what goes into the report and its three forms. Collects from records one by one; knows no file. Everything
//! from outside is escaped for the form it stands in.

use serde::Serialize;

use super::markup::escaped;
use super::standing::{duration, next};
use super::{Kind, Record, recall};
use crate::domain::{At, Body, Manual, Tier};

/// The report.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Incident {
    pub session: String,
    pub goal: String,
    pub status: String,
    /// When its first and last entry were written; `None` for a session nothing was written in.
    pub began: Option<At>,
    pub ended: Option<At>,
    /// What `metadata.yaml` says of cluster, repository and engine.
    pub surroundings: Vec<(String, String)>,
    pub findings: Vec<Finding>,
    pub commands: Vec<Command>,
    pub timeline: Vec<Moment>,
    pub open_steps: Vec<String>,
    pub chains: Vec<Chain>,
    /// The newest proposal of a next step.
    #[serde(skip)]
    pub(crate) next: Option<(At, String)>,
}

/// A confirmed finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    pub at: At,
    pub milestone: String,
    pub finding: String,
}

/// A command that was run, or was asked for and not run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Command {
    pub at: At,
    /// `agent` or `person`.
    pub by: &'static str,
    pub command: String,
    /// `None` for what the person typed into the shell, which no gate judges.
    pub tier: Option<Tier>,
    /// Who let it run, or did not.
    pub approval: String,
    pub result: String,
}

/// An entry in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Moment {
    pub at: At,
    pub entry: String,
    /// `main`, or the branch.
    pub way: String,
    pub kind: &'static str,
    pub text: String,
}

/// Where one log stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Chain {
    pub chain: String,
    pub entries: u64,
    /// SHA-256 over all of it, hexadecimal.
    pub head: Option<String>,
    /// Whether every entry is what was written.
    pub sound: bool,
}

impl Incident {
    /// Takes in an entry of a way's log; the ways one after the other, each from its last entry to its first.
    pub fn add(&mut self, way: &str, record: &Record) {
        let at = record.head.at;
        self.began = Some(self.began.map_or(at, |began| began.min(at)));
        self.ended = Some(self.ended.map_or(at, |ended| ended.max(at)));
        let text = match recall::entry(record).body {
            Body::Human(Manual { command, exit, .. }) => {
                let approval = "typed by the person".to_owned();
                let result = exit.filter(|code| *code != 0).map_or(String::new(), |code| format!("exit code {code}"));
                self.commands.push(Command {
                    at,
                    by: "person",
                    command: command.clone(),
                    tier: None,
                    approval,
                    result,
                });
                command
            }
            Body::Step(step) => {
                let automatic = step.is_automatic();
                let result = step.inference.unwrap_or_default();
                if automatic {
                    let (tier, approval) = (Some(Tier::Auto), "not needed".to_owned());
                    let (command, result) = (step.action.clone(), result.clone());
                    self.commands.push(Command { at, by: "agent", command, tier, approval, result });
                }
                if result.is_empty() { step.action } else { format!("{} — {result}", step.action) }
            }
            Body::Approval(record_of) => {
                let who = record.head.actor.as_str();
                let words = record_of.decision.words();
                let approval = if who == "person" { words.to_owned() } else { format!("{words} ({who})") };
                let result = match record_of.result {
                    Some(result) => result,
                    None if record_of.executed => "executed".to_owned(),
                    None => "not run".to_owned(),
                };
                let text = format!("{} — {approval}: {result}", record_of.command);
                let (command, tier) = (record_of.command, Some(record_of.tier));
                self.commands.push(Command { at, by: "agent", command, tier, approval, result });
                text
            }
            Body::Commit { milestone, finding, .. } => {
                let text = milestone.clone();
                self.findings.push(Finding { at, milestone, finding });
                text
            }
            Body::Request { text } | Body::Answer { text } | Body::Repair { text } | Body::Drift { text } => text,
            Body::Recovery { text } => {
                if record.head.kind == Kind::Recovery {
                    self.open_steps.push(text.clone());
                }
                text
            }
            Body::Branch { name, intent, .. } if intent.is_empty() => format!("branch {name}"),
            Body::Branch { name, intent, .. } => format!("branch {name}: {intent}"),
            Body::Merge(merge) => format!("branch {}: {}", merge.branch, merge.theirs),
        };
        let (entry, kind) = (record.head.id.as_str().to_owned(), record.head.kind.word());
        self.timeline.push(Moment { at, entry, way: way.to_owned(), kind, text });
        if let Some(step) = next(&record.text)
            && self.next.as_ref().is_none_or(|(newest, _)| *newest < at)
        {
            self.next = Some((at, step));
        }
    }

    /// Puts everything into the order of its time; called once all ways are in.
    pub fn sort(&mut self) {
        self.open_steps.reverse();
        self.open_steps.extend(self.next.take().map(|(_, step)| format!("next: {step}")));
        self.timeline.reverse();
        self.commands.reverse();
        self.findings.reverse();
        self.timeline.sort_by_key(|moment| moment.at);
        self.commands.sort_by_key(|command| command.at);
        self.findings.sort_by_key(|finding| finding.at);
    }

    fn span(&self) -> String {
        let (Some(began), Some(ended)) = (self.began, self.ended) else { return "nothing was written".to_owned() };
        let seconds = ended.timestamp().as_second().saturating_sub(began.timestamp().as_second()).unsigned_abs();
        let time = |at: At| format!("{} {}", at.date(), at.clock());
        format!("{} to {} ({})", time(began), time(ended), duration(seconds))
    }

    /// As Markdown.
    pub fn markdown(&self) -> String {
        let mut page = Page { out: String::new(), form: Form::Markdown };
        self.render(&mut page);
        page.out
    }

    /// As one HTML page that needs nothing else.
    pub fn html(&self) -> String {
        let title = escaped(&format!("Incident report: {}", self.session));
        let mut page = Page {
            out: format!(
                "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
            ),
            form: Form::Html,
        };
        self.render(&mut page);
        page.out.push_str("</body>\n</html>\n");
        page.out
    }

    fn render(&self, page: &mut Page) {
        page.heading(1, &format!("Incident report: {}", self.session));
        let mut facts = vec![("Goal", self.goal.clone()), ("Status", self.status.clone()), ("Time", self.span())];
        facts.extend(self.surroundings.iter().map(|(name, value)| (name.as_str(), value.clone())));
        let rows: Vec<Vec<String>> = facts.into_iter().map(|(name, value)| vec![name.to_owned(), value]).collect();
        page.table(&["", ""], &rows);
        page.heading(2, "Findings");
        let rows = |at: At, cells: &[&str]| {
            let time = format!("{} {}", at.date(), at.clock());
            std::iter::once(time).chain(cells.iter().map(|cell| (*cell).to_owned())).collect::<Vec<String>>()
        };
        let findings: Vec<_> =
            self.findings.iter().map(|found| rows(found.at, &[&found.milestone, &found.finding])).collect();
        page.table(&["When", "Milestone", "Finding"], &findings);
        page.heading(2, "Commands");
        let commands: Vec<_> = self
            .commands
            .iter()
            .map(|run| {
                let tier = run.tier.map_or("by hand", Tier::word);
                rows(run.at, &[run.by, &run.command, tier, &run.approval, &run.result])
            })
            .collect();
        page.table(&["When", "By", "Command", "Tier", "Approval", "Result"], &commands);
        page.heading(2, "Open steps");
        page.list(&self.open_steps);
        page.heading(2, "Timeline");
        let moments: Vec<_> = self
            .timeline
            .iter()
            .map(|moment| rows(moment.at, &[&moment.entry, &moment.way, moment.kind, &moment.text]))
            .collect();
        page.table(&["When", "Entry", "Branch", "Kind", "What"], &moments);
        page.heading(2, "Chains");
        let chains: Vec<_> = self
            .chains
            .iter()
            .map(|chain| {
                let sound = if chain.sound { "as it was written" } else { "NOT as it was written" };
                let head = chain.head.clone().unwrap_or_else(|| "empty".to_owned());
                vec![chain.chain.clone(), chain.entries.to_string(), head, sound.to_owned()]
            })
            .collect();
        page.table(&["Log", "Entries", "SHA-256", "State"], &chains);
    }
}

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem}\
table{border-collapse:collapse;width:100%}td,th{border:1px solid #ccc;padding:.25rem .5rem;text-align:left;\
vertical-align:top;overflow-wrap:anywhere}";

#[derive(Clone, Copy)]
enum Form {
    Markdown,
    Html,
}

/// The document while it grows.
struct Page {
    out: String,
    form: Form,
}

impl Page {
    fn heading(&mut self, level: usize, text: &str) {
        let line = match self.form {
            Form::Markdown if self.out.is_empty() => format!("{} {}\n", "#".repeat(level), escape_markdown(text)),
            Form::Markdown => format!("\n{} {}\n", "#".repeat(level), escape_markdown(text)),
            Form::Html => format!("<h{level}>{}</h{level}>\n", escaped(text)),
        };
        self.out.push_str(&line);
    }

    fn table(&mut self, head: &[&str], rows: &[Vec<String>]) {
        if rows.is_empty() {
            return self.list(&[]);
        }
        let head: Vec<String> = head.iter().map(|cell| (*cell).to_owned()).collect();
        match self.form {
            Form::Markdown => {
                self.out.push('\n');
                let line = |cells: &[String]| {
                    let cells: Vec<String> = cells.iter().map(|cell| escape_markdown(cell)).collect();
                    format!("| {} |\n", cells.join(" | "))
                };
                self.out.push_str(&line(&head));
                self.out.push_str(&format!("|{}\n", "---|".repeat(head.len())));
                rows.iter().for_each(|row| self.out.push_str(&line(row)));
            }
            Form::Html => {
                let line = |cells: &[String], tag: &str| {
                    let cells: String = cells.iter().map(|cell| format!("<{tag}>{}</{tag}>", escaped(cell))).collect();
                    format!("<tr>{cells}</tr>\n")
                };
                self.out.push_str("<table>\n");
                if head.iter().any(|cell| !cell.is_empty()) {
                    self.out.push_str(&line(&head, "th"));
                }
                rows.iter().for_each(|row| self.out.push_str(&line(row, "td")));
                self.out.push_str("</table>\n");
            }
        }
    }

    fn list(&mut self, lines: &[String]) {
        match self.form {
            Form::Markdown => {
                self.out.push('\n');
                if lines.is_empty() {
                    self.out.push_str("None.\n");
                }
                lines.iter().for_each(|line| self.out.push_str(&format!("- {}\n", escape_markdown(line))));
            }
            Form::Html if lines.is_empty() => self.out.push_str("<p>None.</p>\n"),
            Form::Html => {
                let rows: String = lines.iter().map(|line| format!("<li>{}</li>\n", escaped(line))).collect();
                self.out.push_str(&format!("<ul>\n{rows}</ul>\n"));
            }
        }
    }
}

/// One line in which nothing is markup.
fn escape_markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' | '\r' => out.push(' '),
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '~' => {
                out.push('\\');
                out.push(character);
            }
            _ => out.push(character),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::standing::tests::{record, step};
    use super::*;
    use crate::domain::{ApprovalRecord, Decision};

    fn report() -> Incident {
        let mut incident = Incident {
            session: "session_004_2026-02-21_investigate-db-timeouts".into(),
            goal: "investigate database connection timeouts".into(),
            status: "closed".into(),
            surroundings: vec![("kube_context".into(), "prod-cluster".into())],
            chains: vec![Chain { chain: "log".into(), entries: 5, head: Some("00ff".into()), sound: true }],
            ..Incident::default()
        };
        let approval = Body::Approval(ApprovalRecord {
            command: "kubectl delete pod <api>".into(),
            tier: Tier::Destructive,
            response: Some("no".into()),
            decision: Decision::Denied,
            executed: false,
            result: None,
        });
        let commit =
            Body::Commit { milestone: "Root cause | found".into(), finding: "pool 5".into(), saved_to: String::new() };
        let mut entries = Vec::new();
        for entry in [
            record("09:14", Body::Request { text: "why is it *slow*?".into() }),
            record("09:15", step("kubectl get pods", "auto-execute", "1 of 3 is not ready")),
            record("09:20", approval),
            record("09:30", commit),
            record("09:52", Body::Answer { text: "Next logical step: raise the pool".into() }),
        ] {
            entries.push(entry);
        }
        entries.iter().rev().for_each(|entry| incident.add("main", entry));
        incident.sort();
        incident
    }

    #[test]
    fn the_report_reads_as_markdown_and_nothing_in_it_is_markup() {
        insta::assert_snapshot!(report().markdown());
    }

    #[test]
    fn the_same_stands_on_a_page_of_html() {
        let page = report().html();
        for text in
            ["kubectl delete pod &lt;api&gt;", "<td>denied (agent)</td>", "<li>next: raise the pool</li>", "00ff"]
        {
            assert!(page.contains(text), "{text} is not in {page}");
        }
        assert!(!page.contains("<api>"));
    }

    #[test]
    fn an_empty_session_has_a_report_too() {
        let page = Incident::default().markdown();
        assert!(page.contains("nothing was written") && page.contains("## Commands\n\nNone."), "{page}");
    }
}
