//! What is to be done for one request: the same type for the planner, for
//! runbooks and for what `plan --json` prints.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{hex, join_words};

/// What a skill can name as the reader of a command's output: those of `output`.
pub const READERS: [&str; 19] = [
    "branches",
    "diff",
    "disk",
    "done",
    "git-log",
    "git-status",
    "inspect",
    "lines",
    "logs",
    "memory",
    "objects",
    "people",
    "pods",
    "ports",
    "releases",
    "remotes",
    "stashes",
    "table",
    "units",
];

/// A word of a planned command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Word {
    /// The word itself.
    Text(String),
    /// A whole command line exactly as it was typed; it stands alone.
    Line(String),
    /// Replaced by every object that step `step` (counted from 0) printed, one a line.
    Listed { step: usize },
}

/// One command of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanStep {
    pub words: Vec<Word>,
    /// Why this command, one sentence.
    pub reason: String,
    /// The name of the reader in `output` that can say what the result means.
    pub reader: Option<String>,
    /// Steps (counted from 0) that must have succeeded before this one.
    pub needs: Vec<usize>,
}

impl PlanStep {
    /// What steps would run one after the other, as one line.
    #[must_use]
    pub fn previews(steps: &[PlanStep]) -> String {
        steps.iter().map(PlanStep::preview).collect::<Vec<_>>().join(" && ")
    }

    /// Renumbers what the step refers to when `offset` steps come before its plan.
    pub fn shift(&mut self, offset: usize) {
        self.renumber(|step| step + offset);
    }

    /// Gives the steps that this one refers to the numbers that `number` says.
    pub fn renumber(&mut self, number: impl Fn(usize) -> usize) {
        self.needs.iter_mut().for_each(|step| *step = number(*step));
        for word in &mut self.words {
            if let Word::Listed { step } = word {
                *step = number(*step);
            }
        }
    }

    /// The step whose objects this one waits for.
    pub fn waits_for(&self) -> Option<usize> {
        self.words.iter().find_map(|word| match word {
            Word::Listed { step } => Some(*step),
            Word::Text(_) | Word::Line(_) => None,
        })
    }

    /// The command line, when no word waits for another step.
    pub fn line(&self) -> Option<String> {
        self.waits_for().is_none().then(|| self.line_with(&[]))
    }

    /// The command line with every object named; `listed` are the objects of the step it waits for.
    pub fn line_with(&self, listed: &[String]) -> String {
        let mut parts: Vec<String> = Vec::new();
        for word in &self.words {
            match word {
                Word::Text(text) => parts.push(join_words(&[text])),
                Word::Line(line) => parts.push(line.clone()),
                Word::Listed { .. } => parts.push(join_words(listed)),
            }
        }
        parts.join(" ")
    }

    /// The line for a reader who runs nothing: objects not yet known stand as `<each of step N>`.
    pub fn preview(&self) -> String {
        let mut parts: Vec<String> = Vec::new();
        for word in &self.words {
            parts.push(match word {
                Word::Text(text) => join_words(&[text]),
                Word::Line(line) => line.clone(),
                Word::Listed { step } => format!("<each of step {}>", step + 1),
            });
        }
        parts.join(" ")
    }
}

/// A plan: steps in order, what it rests on, and how sure the planner is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// The intent that was recognised, `git.log`; `literal` for a command typed as such.
    pub intent: String,
    /// The recognised intent and its slots in words.
    pub thought: String,
    pub steps: Vec<PlanStep>,
    /// What was observed when the plan was made; a change makes the plan stale.
    pub fingerprint: Option<String>,
}

impl Plan {
    /// SHA-256 over every step's words and what the plan rests on, in hex.
    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        for step in &self.steps {
            let text = step.preview();
            hash.update((text.len() as u64).to_le_bytes());
            hash.update(text.as_bytes());
        }
        hash.update(self.fingerprint.as_deref().unwrap_or_default().as_bytes());
        hex(&hash.finalize())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(words: Vec<Word>) -> PlanStep {
        PlanStep { words, reason: String::new(), reader: None, needs: Vec::new() }
    }

    #[test]
    fn a_step_over_a_listing_names_every_object() {
        let step = step(vec![Word::Text("docker".into()), Word::Text("rm".into()), Word::Listed { step: 0 }]);
        assert_eq!(step.line(), None);
        assert_eq!(step.preview(), "docker rm <each of step 1>");
        assert_eq!(step.line_with(&["web1".into(), "a b".into()]), "docker rm web1 'a b'");
    }

    #[test]
    fn another_word_gives_another_digest() {
        let plan = |word: &str| Plan {
            intent: "x".into(),
            thought: String::new(),
            steps: vec![step(vec![Word::Text(word.into())])],
            fingerprint: None,
        };
        assert_ne!(plan("a").digest(), plan("b").digest());
        assert_eq!(plan("a").digest().len(), 64);
    }
}
