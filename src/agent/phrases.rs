//! The agent's sentences, filled in. The wording is data (`assets/replies/agent.yaml`).

use std::collections::BTreeMap;

use crate::planner::Unsure;

/// The sentences by name.
#[derive(Debug, Clone, Default)]
pub struct Phrases {
    by_name: BTreeMap<String, String>,
}

/// The file of sentences is not what it should be.
#[derive(Debug, thiserror::Error)]
pub enum PhrasesError {
    #[error("the agent's sentences are not YAML: {0}")]
    Yaml(#[from] serde_yaml::Error),
    #[error("the agent's sentence `{0}` is missing")]
    Missing(&'static str),
}

const NAMES: &[&str] = &[
    "nothing_listed",
    "denied",
    "refused_unattended",
    "withdrawn",
    "impossible",
    "interrupted",
    "unsure",
    "unsure_words",
    "unsure_nearest",
    "unsure_model",
    "model_failed",
    "model_empty",
    "too_many_steps",
    "compacted",
    "compacted_now",
    "nothing_to_compact",
    "without_tools",
    "no_progress",
    "calls_unreadable",
    "going_in_circles",
    "stopped_early",
    "halted",
    "no_such_step",
    "tally_done",
    "tally_failed",
    "tally_denied",
    "tally_skipped",
    "tally_not_done",
    "candidates_reason",
    "candidates_more",
    "diagnosis_thought",
    "diagnosis_evidence",
    "diagnosis_remedies",
    "diagnosis_next",
    "diagnosis_looked",
    "diagnosis_stuck",
    "aside_asked",
    "aside_empty",
    "aside_question",
    "explain_what",
    "explain_unknown_effect",
    "explain_why",
    "explain_rule",
    "explain_next",
    "explain_last",
    "explain_last_look",
    "explain_limits",
    "explain_limits_unknown",
    "explain_safer",
    "offer",
    "offer_choice",
    "offer_again",
    "argument",
    "history_empty",
    "history",
    "not_enough_word",
    "not_enough_name",
    "changed",
    "ambiguous",
    "talk_greets",
    "talk_thanks",
    "talk_agrees",
    "talk_declines",
    "talk_nods",
    "talk_left",
    "talk_open",
    "help",
    "again_nothing",
    "same_unclear",
    "failed",
    "failed_look",
    "failed_nothing",
    "undo_reason",
    "undo_thought",
    "undo_nothing",
    "undo_failed",
    "undo_idle",
    "undo_never",
    "undo_by_hand",
    "undo_unknown",
    "rows_none",
    "rows_kind",
    "rows_range",
    "rows_cut",
    "rows_odd",
    "rows_what",
    "rows_cannot",
];

impl Phrases {
    /// Reads the file and checks that every sentence is there.
    ///
    /// # Errors
    /// When it is not a mapping of strings, or one is missing.
    pub fn parse(yaml: &str) -> Result<Phrases, PhrasesError> {
        let by_name: BTreeMap<String, String> = serde_yaml::from_str(yaml)?;
        match NAMES.iter().find(|name| !by_name.contains_key(**name)) {
            Some(name) => Err(PhrasesError::Missing(name)),
            None => Ok(Phrases { by_name }),
        }
    }

    pub(super) fn plain(&self, name: &str) -> String {
        self.by_name.get(name).cloned().unwrap_or_default()
    }

    pub(super) fn fill(&self, name: &str, values: &[(&str, &str)]) -> String {
        let template = self.plain(name);
        let mut text = String::new();
        let mut rest = template.as_str();
        // Filled in one pass: a value that contains braces stays as it is.
        while let Some(open) = rest.find('{') {
            text.push_str(&rest[..open]);
            let Some(close) = rest[open..].find('}') else { break };
            let key = &rest[open + 1..open + close];
            text.push_str(values.iter().find(|(name, _)| *name == key).map_or("", |(_, value)| value));
            rest = &rest[open + close + 1..];
        }
        text.push_str(rest);
        text
    }

    /// What to say when nothing was understood.
    pub fn unsure(&self, unsure: &Unsure, without_model: bool) -> String {
        let mut sentences = Vec::new();
        if unsure.unexplained.is_empty() {
            sentences.push(self.plain("unsure"));
        } else {
            let words: Vec<String> = unsure.unexplained.iter().take(8).map(|word| format!("«{word}»")).collect();
            sentences.push(self.fill("unsure_words", &[("words", &words.join(", "))]));
        }
        if let Some(nearest) = &unsure.nearest {
            sentences.push(self.fill("unsure_nearest", &[("nearest", nearest)]));
        }
        if without_model {
            sentences.push(self.plain("unsure_model"));
        }
        sentences.join(" ")
    }
}
