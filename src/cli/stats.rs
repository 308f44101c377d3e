//! `stats`: what was done here, counted from the logs alone.
//!
//! Owns what is counted and how it is told. Reads every entry once; asks no model, no index and no clock. What the logs
//! cannot tell is not guessed: assets/docs/memory.md lists it.

use std::collections::BTreeMap;
use std::process::ExitCode;

use serde_json::{Value, json};

use super::args::{Settings, Stats};
use super::{memory, speech};
use crate::domain::{At, Body, Failure, SessionId, Tier};
use crate::history::{Record, recall};
use crate::index::{self, Ran};
use crate::output::escape;
use crate::store::{MAIN, Memory};

/// Tools that are told; further ones are told as a number.
const TOOLS: usize = 12;

/// How often what.
type Counts<K = String> = BTreeMap<K, u64>;

/// What a day came to.
#[derive(Default)]
struct Day {
    requests: u64,
    commands: u64,
    failed: u64,
    commits: u64,
}

#[derive(Default)]
struct Tally {
    sessions: u64,
    entries: u64,
    requests: u64,
    commits: u64,
    /// Commands that ran, by who had them run: `agent`, `person`, `client:NAME`.
    by: Counts,
    /// Commands that ran for the agent or a client, by tier. The person's own are judged by nobody.
    tiers: Counts<&'static str>,
    /// What became of those, run or not.
    decisions: Counts<&'static str>,
    tools: Counts,
    /// Commands that failed, by exit code.
    failures: Counts<i32>,
    /// What the person kept to themselves.
    private: u64,
    /// Entries that are no longer what was written; nothing of them is counted.
    unsound: u64,
    days: BTreeMap<String, Day>,
}

pub(super) fn run(settings: &Settings, args: &Stats) -> Result<ExitCode, Failure> {
    let memory = memory::open(settings)?;
    let ids: Vec<SessionId> = match args.all {
        true => memory.sessions()?.into_iter().map(|session| session.id).collect(),
        false => vec![memory::chosen(&memory, args.session.as_deref())?],
    };
    let mut tally = Tally::default();
    for id in &ids {
        tally.session(&memory, id)?;
    }
    if args.json {
        speech::result(&tally.as_json().to_string());
    } else {
        let title = match ids.as_slice() {
            [one] => one.as_str().to_owned(),
            all => format!("{} sessions", all.len()),
        };
        tally.lines(&title).iter().for_each(|line| speech::result(line.trim_end()));
    }
    Ok(ExitCode::SUCCESS)
}

impl Tally {
    /// Every way of a session: its first log and those of its branches.
    fn session(&mut self, memory: &Memory, id: &SessionId) -> Result<(), Failure> {
        self.sessions += 1;
        let branches = memory.branches(id)?;
        let ways = branches.iter().map(|branch| branch.name.as_str()).filter(|name| *name != MAIN);
        for way in std::iter::once(MAIN).chain(ways) {
            memory.log(id, Some(way))?.each(|_| true, |record| self.entry(&record))?;
        }
        Ok(())
    }

    fn entry(&mut self, record: &Record) {
        self.entries += 1;
        if !record.sound {
            self.unsound += 1;
            return;
        }
        let actor = record.head.actor.as_str();
        match recall::entry(record).body {
            Body::Request { .. } => {
                self.requests += 1;
                self.day(record.head.at).requests += 1;
            }
            Body::Commit { .. } => {
                self.commits += 1;
                self.day(record.head.at).commits += 1;
            }
            // Its request for approval is an entry of its own, which tells more.
            Body::Step(step) if step.is_automatic() => {
                *self.decisions.entry("automatic").or_default() += 1;
                *self.tiers.entry(Tier::Auto.word()).or_default() += 1;
                self.ran(record, actor);
            }
            Body::Approval(asked) => {
                *self.decisions.entry(asked.decision.words()).or_default() += 1;
                if asked.executed {
                    *self.tiers.entry(asked.tier.word()).or_default() += 1;
                    // The entry is by whoever answered; what asked for the command is known of clients only.
                    self.ran(record, if actor == "person" { "agent" } else { actor });
                }
            }
            Body::Human(manual) if manual.private => self.private += 1,
            Body::Human(_) => self.ran(record, "person"),
            _ => {}
        }
    }

    fn ran(&mut self, record: &Record, by: &str) {
        let Ran { tool, exit } = index::ran(record);
        *self.by.entry(by.to_owned()).or_default() += 1;
        if let Some(tool) = tool {
            *self.tools.entry(tool).or_default() += 1;
        }
        self.day(record.head.at).commands += 1;
        if let Some(code) = exit.filter(|code| *code != 0) {
            *self.failures.entry(code).or_default() += 1;
            self.day(record.head.at).failed += 1;
        }
    }

    fn day(&mut self, at: At) -> &mut Day {
        self.days.entry(at.date()).or_default()
    }

    fn commands(&self) -> u64 {
        self.by.values().sum()
    }

    fn as_json(&self) -> Value {
        let days: BTreeMap<&String, Value> = self
            .days
            .iter()
            .map(|(date, day)| {
                let day = json!({"requests": day.requests, "commands": day.commands, "failed": day.failed,
                                 "commits": day.commits});
                (date, day)
            })
            .collect();
        let failures: Counts = self.failures.iter().map(|(code, count)| (code.to_string(), *count)).collect();
        json!({
            "sessions": self.sessions, "entries": self.entries, "requests": self.requests, "commits": self.commits,
            "commands": self.commands(), "by": self.by, "tiers": self.tiers, "decisions": self.decisions,
            "tools": self.tools, "failures": failures, "private": self.private, "unsound": self.unsound, "days": days,
        })
    }

    fn lines(&self, title: &str) -> Vec<String> {
        let mut lines = vec![escape::line(title)];
        let mut row = |name: &str, text: String| lines.push(format!("  {name:<10}  {text}"));
        row("entries", self.entries.to_string());
        row("requests", self.requests.to_string());
        row("commits", self.commits.to_string());
        row("commands", told(self.commands(), self.by.iter().map(|(by, count)| (escape::line(by), *count))));
        row("tiers", listed(self.tiers.iter().map(|(tier, count)| (*tier, *count))));
        row("decisions", listed(self.decisions.iter().map(|(words, count)| (*words, *count))));
        row("tools", self.tools());
        let failures = self.failures.iter().map(|(code, count)| (format!("exit code {code}"), *count));
        row("failures", told(self.failures.values().sum(), failures));
        if self.private > 0 {
            row("private", format!("{} stretches of your shell, nothing of which is known", self.private));
        }
        if self.unsound > 0 {
            row(
                "unsound",
                format!(
                    "{} entries are not what was written and were not counted; see devops-agent verify",
                    self.unsound
                ),
            );
        }
        lines.push(String::new());
        lines.push(format!("  {:<10}  {:>8}  {:>8}  {:>6}  {:>7}", "day", "requests", "commands", "failed", "commits"));
        lines.extend(self.days.iter().map(|(date, day)| {
            format!("  {date:<10}  {:>8}  {:>8}  {:>6}  {:>7}", day.requests, day.commands, day.failed, day.commits)
        }));
        lines
    }

    /// The most used first.
    fn tools(&self) -> String {
        let mut tools: Vec<(&String, u64)> = self.tools.iter().map(|(tool, count)| (tool, *count)).collect();
        // Of the same count, by name: the sort keeps the order of the map.
        tools.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let more = tools.len().saturating_sub(TOOLS);
        let text = listed(tools.into_iter().take(TOOLS).map(|(tool, count)| (escape::line(tool), count)));
        if more > 0 { format!("{text}, and {more} more") } else { text }
    }
}

/// `git 12, docker 5`.
fn listed<T: std::fmt::Display>(counts: impl Iterator<Item = (T, u64)>) -> String {
    let parts: Vec<String> = counts.map(|(what, count)| format!("{what} {count}")).collect();
    if parts.is_empty() { "none".to_owned() } else { parts.join(", ") }
}

/// `17: git 12, docker 5`.
fn told<T: std::fmt::Display>(sum: u64, counts: impl Iterator<Item = (T, u64)>) -> String {
    if sum == 0 { "none".to_owned() } else { format!("{sum}: {}", listed(counts)) }
}
