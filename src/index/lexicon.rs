//! Words that mean the same in operations, and words that mean nothing in a question.
//!
//! Owns the reading of `assets/search/synonyms.yaml`. Knows no vocabulary: whether anything of it stands in a log is
//! asked elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::query::parts;
use super::words::Words;
use crate::library;

const ASSET: &str = "search/synonyms.yaml";

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// Words a question has and an answer need not have.
    ignored: Vec<String>,
    /// Words and phrases of one meaning.
    groups: Vec<Vec<String>>,
}

/// Both lists, by the stems of the index.
#[derive(Debug, Default)]
pub(super) struct Lexicon {
    ignored: BTreeSet<String>,
    groups: Vec<Vec<String>>,
    /// Of every member its stems, joined by blanks, to the groups it is in.
    members: BTreeMap<String, Vec<usize>>,
    longest: usize,
}

impl Lexicon {
    /// The built-in lists. Without them a search finds what was typed and nothing else.
    pub(super) fn built_in(words: &Words<'_>) -> rusqlite::Result<Lexicon> {
        let text = library::asset(ASSET).unwrap_or_default();
        let file = serde_yaml::from_str(text).unwrap_or_else(|error| {
            tracing::warn!(%error, "{ASSET} cannot be read; no synonyms are looked for");
            File::default()
        });
        Lexicon::new(file, words)
    }

    fn new(file: File, words: &Words<'_>) -> rusqlite::Result<Lexicon> {
        let mut lexicon = Lexicon { groups: file.groups, ..Lexicon::default() };
        lexicon.ignored = file.ignored.iter().map(|word| word.to_lowercase()).collect();
        // All members at once: asking the tokenizer for each would cost the start of every search.
        let split: Vec<Vec<&str>> = lexicon.groups.iter().flatten().map(|member| parts(member).collect()).collect();
        let flat: Vec<&str> = split.iter().flatten().copied().collect();
        let mut stems = words.stems(&flat)?.into_iter();
        let of_group = lexicon.groups.iter().enumerate().flat_map(|(at, group)| std::iter::repeat_n(at, group.len()));
        let mut members: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (group, member) in of_group.zip(&split) {
            let key = stems.by_ref().take(member.len()).collect::<Vec<_>>().join(" ");
            members.entry(key).or_default().push(group);
            lexicon.longest = lexicon.longest.max(member.len());
        }
        lexicon.members = members;
        Ok(lexicon)
    }

    /// Whether the word says nothing about what is looked for.
    pub(super) fn ignores(&self, word: &str) -> bool {
        self.ignored.contains(word)
    }

    /// Parts of the longest member.
    pub(super) fn longest(&self) -> usize {
        self.longest
    }

    /// What else is said for this, given by its stems.
    pub(super) fn others(&self, stems: &[&str]) -> Vec<&str> {
        let groups = self.members.get(&stems.join(" ")).map(Vec::as_slice).unwrap_or_default();
        groups.iter().filter_map(|group| self.groups.get(*group)).flatten().map(String::as_str).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::schema;
    use super::*;

    #[test]
    fn the_built_in_list_is_whole_and_says_nothing_twice() {
        let file: File = serde_yaml::from_str(library::asset(ASSET).unwrap()).unwrap();
        assert!(file.groups.len() > 40 && file.ignored.len() > 40);
        for group in &file.groups {
            let different: BTreeSet<&String> = group.iter().collect();
            assert!(group.len() > 1 && different.len() == group.len(), "{group:?}");
        }
    }

    #[test]
    fn a_member_is_found_in_any_form_of_its_words() {
        let db = schema::in_memory().unwrap();
        let words = &Words::new(&db);
        let lexicon = Lexicon::built_in(words).unwrap();
        let stems = words.stems(&["running", "out", "of", "memory"]).unwrap();
        let stems: Vec<&str> = stems.iter().map(String::as_str).collect();
        assert!(lexicon.others(&stems[1..]).contains(&"oomkilled"), "{stems:?}");
        assert!(lexicon.others(&["nothing", "like", "it"]).is_empty());
        assert!(lexicon.ignores("the") && !lexicon.ignores("memory"));
    }
}
