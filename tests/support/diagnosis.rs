//! A diagnosis walked to its end: what was found, what proves it, and what would be proposed.
//!
//! Owns the ways to an end: through the program, on what real tools say to it; with variables that the program hands to
//! no command; and on recorded output. Whatever the way, an end is known by the runbook's own names, and a proposal by
//! the tier that the gate gives it. Knows nothing of what the runbooks say.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use devops_agent::domain::{Action, Exit, Tier, join_words};
use devops_agent::gate::judge;
use devops_agent::runbook::{Next, Observed, Runbook, Runbooks, Walk, parse};
use devops_agent::runtime::Knowledge;

use super::home::Home;

/// What the program says before it tells why it cannot go on.
const STUCK: &str = "I could not look at everything, so I can say neither what is wrong nor that all is well: ";

/// The runbooks of this source tree.
pub static BUILT_IN: LazyLock<Runbooks> = LazyLock::new(|| Runbooks::new(built_in()));

static KNOWLEDGE: LazyLock<Knowledge> = LazyLock::new(|| Knowledge::build(&[]).unwrap());

/// The runbooks of this source tree, each by itself.
pub fn built_in() -> Vec<Runbook> {
    let skills = Path::new(env!("CARGO_MANIFEST_DIR")).join("skills");
    let dirs = fs::read_dir(skills).unwrap().map(|entry| entry.unwrap().path().join("runbooks"));
    let files = dirs.filter_map(|dir| fs::read_dir(dir).ok()).flatten().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = files.filter(|file| file.extension().is_some_and(|end| end == "md")).collect();
    files.sort();
    let read = |file: &PathBuf| {
        let shown = file.display().to_string();
        parse(&shown, &fs::read_to_string(file).unwrap()).unwrap_or_else(|problems| {
            let told: Vec<String> = problems.iter().map(|problem| problem.told(&shown)).collect();
            panic!("{}", told.join("\n"))
        })
    };
    files.iter().map(read).collect()
}

/// How a diagnosis ended.
#[derive(Debug)]
pub struct Ended {
    runbook: String,
    end: Next,
    /// The commands that ran.
    pub commands: Vec<String>,
}

/// What a command left; without an exit code it never ran.
pub struct Shown {
    pub exit: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

/// Asks the program for a diagnosis, and proves that it went the runbook's way and told all of its end.
#[track_caller]
pub fn ask(place: &Home, request: &str) -> Ended {
    let ran = place.run(&["ask", "--json", "--yes", request]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let told = ran.json();
    let answer = told["answer"].as_str().unwrap_or_default();
    let mut reports = told["commands"].as_array().unwrap().iter();
    let ended = walk(request, &mut |words| {
        let report = reports.next().unwrap_or_else(|| panic!("{words:?} did not run: {answer}"));
        let text = |field: &str| report[field].as_str().unwrap_or_default().to_owned();
        // The gate ties a command to the cluster it was announced for.
        let command = text("command").replace(" --context test-cluster", "");
        assert_eq!(command, join_words(words), "the program went another way");
        let exit = report["exit_code"].as_i64().map(|code| i32::try_from(code).unwrap());
        Shown { exit, stdout: text("stdout"), stderr: text("stderr") }
    });
    assert_eq!(reports.next(), None, "the program went on: {ended:?}");
    ended.is_told_in(answer);
    ended
}

/// A diagnosis with variables that the program hands to no command.
#[track_caller]
pub fn outside(place: &Home, request: &str) -> Ended {
    walk(request, &mut |words| {
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]).current_dir(&place.project).env_clear().envs(&place.env).stdin(Stdio::null());
        match command.output() {
            Ok(output) => Shown {
                exit: Some(output.status.code().unwrap_or(137)),
                stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
                stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
            },
            Err(_) => Shown { exit: None, stdout: String::new(), stderr: String::new() },
        }
    })
}

/// A diagnosis on recorded output: each command is known by its beginning, with its exit code, output and error output.
#[track_caller]
pub fn replay(request: &str, recorded: &[(&str, i32, &str, &str)]) -> Ended {
    walk(request, &mut |words| {
        let line = join_words(words);
        let found = recorded.iter().find(|(command, ..)| line.starts_with(command));
        let (_, exit, stdout, stderr) = found.unwrap_or_else(|| panic!("`{line}` was not recorded"));
        Shown { exit: Some(*exit), stdout: (*stdout).to_owned(), stderr: (*stderr).to_owned() }
    })
}

#[track_caller]
fn walk(request: &str, run: &mut dyn FnMut(&[String]) -> Shown) -> Ended {
    let found = BUILT_IN.find(request, &BTreeMap::new()).into_iter().next();
    let found = found.unwrap_or_else(|| panic!("no runbook for {request}"));
    assert!(found.is_confident(), "{request}: {found:?}");
    assert_eq!(found.missing, None, "{request}");
    let runbook = found.runbook.id.clone();
    let mut walk = Walk::start(found.runbook, &found.inputs).unwrap();
    let mut commands = Vec::new();
    loop {
        let step = match walk.next() {
            Next::Step(step) => step,
            end => return Ended { runbook, end, commands },
        };
        commands.push(join_words(&step.words));
        let shown = run(&step.words);
        match shown.exit.map(Exit::Code) {
            Some(exit) => walk.saw(&Observed { exit: &exit, stdout: &shown.stdout, stderr: &shown.stderr }),
            None => walk.could_not("it did not run"),
        }
    }
}

impl Ended {
    /// It ended here: `kubectl.pod-crashing/oom`, or `kubectl.pod-crashing/nothing`. Of the title the beginning is
    /// enough where `…` ends it, and the end where it begins with one. What was found was proved.
    #[track_caller]
    pub fn is(&self, end: &str, title: &str) -> &Ended {
        let (id, told) = match &self.end {
            Next::Finding(finding) => {
                let evidence = finding.evidence.iter().flat_map(|evidence| &evidence.shown);
                assert!(evidence.count() > 0, "{end} proves nothing: {self:#?}");
                (finding.id.as_str(), finding.title.as_str())
            }
            Next::Nothing(nothing) => ("nothing", nothing.title.as_str()),
            Next::Step(_) | Next::Stuck(_) => ("", ""),
        };
        assert_eq!(format!("{}/{id}", self.runbook), end, "{self:#?}");
        let fits = match (title.strip_suffix('…'), title.strip_prefix('…')) {
            (Some(beginning), _) => told.starts_with(beginning),
            (None, Some(end)) => told.ends_with(end),
            (None, None) => told == title,
        };
        assert!(fits, "{told}\nis not\n{title}");
        self
    }

    /// The person reads this: in the title, in the text, in the proof or as the next step.
    #[track_caller]
    pub fn says(&self, words: &str) -> &Ended {
        assert!(self.said().contains(words), "{words} is not said:\n{}", self.said());
        self
    }

    /// What would be proposed, each with its tier before it: `approval kill 12`.
    #[track_caller]
    pub fn proposes(&self, wanted: &[&str]) -> &Ended {
        let proposed: Vec<String> = self.remedies().iter().map(|line| format!("{} {line}", tier(line))).collect();
        assert_eq!(proposed, wanted, "{self:#?}");
        self
    }

    /// It ended before anything could be said, for this reason.
    #[track_caller]
    pub fn is_stuck(&self, why: &str) {
        assert!(matches!(&self.end, Next::Stuck(stuck) if stuck.why.starts_with(why)), "{self:#?}");
    }

    pub fn title(&self) -> &str {
        match &self.end {
            Next::Finding(finding) => &finding.title,
            Next::Nothing(nothing) => &nothing.title,
            Next::Stuck(_) | Next::Step(_) => "",
        }
    }

    /// The commands that are proposed.
    pub fn remedies(&self) -> Vec<String> {
        let Next::Finding(finding) = &self.end else { return Vec::new() };
        finding.remedies.iter().filter_map(|remedy| remedy.words.as_deref().map(join_words)).collect()
    }

    /// Everything a person reads at the end.
    pub fn said(&self) -> String {
        match &self.end {
            Next::Finding(finding) => {
                let mut said = vec![finding.title.clone(), finding.text.clone()];
                said.extend(finding.evidence.iter().flat_map(|evidence| evidence.shown.clone()));
                said.extend(finding.remedies.iter().map(|remedy| remedy.text.clone()));
                said.push(finding.next_step.clone());
                said.join("\n")
            }
            Next::Nothing(nothing) => [nothing.title.as_str(), &nothing.text, &nothing.next_step].join("\n"),
            Next::Stuck(stuck) => stuck.why.clone(),
            Next::Step(_) => String::new(),
        }
    }

    /// The program said all of it.
    #[track_caller]
    fn is_told_in(&self, answer: &str) {
        let mut parts = vec![self.title().to_owned()];
        match &self.end {
            Next::Finding(finding) => {
                parts.extend([finding.text.clone(), finding.next_step.clone()]);
                parts.extend(finding.evidence.iter().map(|evidence| evidence.shown.join("; ")));
                for remedy in &finding.remedies {
                    let line = remedy.words.as_deref().map(|words| format!("`{}`: ", join_words(words)));
                    parts.push(format!("- {}{}", line.unwrap_or_default(), remedy.text));
                }
            }
            Next::Nothing(nothing) => parts.extend([nothing.text.clone(), nothing.next_step.clone()]),
            Next::Stuck(stuck) => parts.push(format!("{STUCK}{}", stuck.why)),
            Next::Step(_) => {}
        }
        for part in parts {
            assert!(answer.contains(&part), "the program does not say\n{part}\nbut\n{answer}");
        }
    }
}

/// The tier the gate gives a line for its words alone.
fn tier(line: &str) -> Tier {
    judge(&Action::Command { line: line.to_owned() }, &KNOWLEDGE.book).verdict.tier
}
