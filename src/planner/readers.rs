//! Which reader can say what a command line's output means: that of the intent that writes such lines.
//!
//! Must not know what a reader does; one that does not understand what it is given says so itself.

use super::Lexicon;
use crate::skill::{Intent, TemplateItem};

impl Lexicon {
    /// The reader for a line that somebody wrote themselves; `None` for one of several commands, and one that no
    /// intent writes the like of.
    pub fn reader_of(&self, line: &str) -> Option<&str> {
        if line.contains(['|', ';', '&', '<', '>', '$', '`', '\n', '(']) {
            return None;
        }
        let words: Vec<&str> = line.split_whitespace().collect();
        let intents = self.tools.iter().flat_map(|tool| &tool.intents).map(|known| &known.intent);
        let mut best: Option<(usize, &str)> = None;
        for intent in intents {
            let shared = fixed(intent).len();
            // A program's name alone says too little of what comes behind it.
            let fits = words.starts_with(&fixed(intent)) && (shared > 1 || shared == 1 && words.len() == 1);
            if let Some(reader) = intent.reader.as_deref().filter(|_| fits)
                && best.is_none_or(|(most, _)| shared > most)
            {
                best = Some((shared, reader));
            }
        }
        best.map(|(_, reader)| reader)
    }
}

/// The words that every command of an intent begins with.
fn fixed(intent: &Intent) -> Vec<&str> {
    let mut words = Vec::new();
    for item in &intent.command {
        match item {
            TemplateItem::Word(word) if !word.contains('{') && !word.starts_with('-') => words.push(word.as_str()),
            TemplateItem::Word(_) | TemplateItem::Group { .. } => break,
        }
    }
    words
}
