//! Reads what a person replied to an approval request.
//!
//! Whole messages, never parts of them: a reply is consent only when every
//! word of it belongs to an approving phrase or carries no meaning. Deny beats
//! approve. The phrases are data (`assets/replies/approval.yaml`).

use serde::Deserialize;

use crate::domain::Consent;

/// What a reply means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reply {
    Approve,
    ApproveExplain,
    Deny,
    Explain,
    History,
    Plan,
    /// Consent, but not in the form this command needs (a single key, a word where the name is wanted).
    NotEnough,
    /// Answers another request than the one that is open.
    Stale,
    /// Nothing of these: a question to answer.
    Ambiguous,
}

/// The phrase lists.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Replies {
    approve: Vec<String>,
    deny: Vec<String>,
    explain: Vec<String>,
    history: Vec<String>,
    plan: Vec<String>,
    /// Words that mean nothing beside a phrase.
    #[serde(default)]
    filler: Vec<String>,
}

#[derive(Default)]
struct Seen {
    approve: bool,
    deny: bool,
    explain: bool,
    history: bool,
    plan: bool,
    unknown: bool,
    first_is_deny: bool,
}

impl Replies {
    /// Reads the lists.
    ///
    /// # Errors
    /// When the text is not YAML of the five lists.
    pub fn parse(yaml: &str) -> Result<Replies, serde_yaml::Error> {
        let mut replies: Replies = serde_yaml::from_str(yaml)?;
        let lists = [
            &mut replies.approve,
            &mut replies.deny,
            &mut replies.explain,
            &mut replies.history,
            &mut replies.plan,
            &mut replies.filler,
        ];
        for list in lists {
            list.iter_mut().for_each(|phrase| *phrase = normalise(phrase).join(" "));
            // The longest phrase is tried first.
            list.sort_by_key(|phrase| std::cmp::Reverse(phrase.len()));
        }
        Ok(replies)
    }

    /// What `text` means as an answer to a request that wants `consent`.
    pub fn read(&self, text: &str, consent: &Consent) -> Reply {
        let trimmed = text.trim();
        if let Consent::Name(name) = consent
            && trimmed == name
        {
            return Reply::Approve;
        }
        let words = normalise(trimmed);
        let seen = self.look(&words);
        if seen.deny && (!seen.unknown || seen.first_is_deny) {
            return Reply::Deny;
        }
        let question = trimmed.contains('?');
        if seen.approve && !seen.unknown && !seen.deny && !question {
            let explains = seen.explain || seen.plan || seen.history;
            return match consent {
                Consent::Name(_) => Reply::NotEnough,
                Consent::TypedWord if trimmed.chars().count() < 2 => Reply::NotEnough,
                _ if explains => Reply::ApproveExplain,
                _ => Reply::Approve,
            };
        }
        match seen {
            Seen { history: true, .. } => Reply::History,
            Seen { plan: true, .. } => Reply::Plan,
            Seen { explain: true, .. } => Reply::Explain,
            _ => Reply::Ambiguous,
        }
    }

    fn look(&self, words: &[String]) -> Seen {
        let mut seen = Seen::default();
        let mut index = 0;
        while index < words.len() {
            let rest = &words[index..];
            // Longer phrases win over shorter ones, so that `don't do it` is no `do it`.
            let candidates = [
                (longest(&self.deny, rest), 0),
                (longest(&self.history, rest), 1),
                (longest(&self.plan, rest), 2),
                (longest(&self.explain, rest), 3),
                (longest(&self.approve, rest), 4),
                (longest(&self.filler, rest), 5),
            ];
            // On a tie the earlier, more careful class wins.
            let best = candidates.iter().rev().max_by_key(|(length, _)| *length);
            match best {
                Some((length, class)) if *length > 0 => {
                    match class {
                        0 => {
                            seen.deny = true;
                            seen.first_is_deny |= index == 0;
                        }
                        1 => seen.history = true,
                        2 => seen.plan = true,
                        3 => seen.explain = true,
                        4 => seen.approve = true,
                        _ => {}
                    }
                    index += length;
                }
                _ => {
                    seen.unknown = true;
                    index += 1;
                }
            }
        }
        seen
    }
}

/// Words of the longest phrase that `words` begins with.
fn longest(phrases: &[String], words: &[String]) -> usize {
    phrases
        .iter()
        .filter(|phrase| {
            let mut count = 0;
            phrase.split(' ').all(|word| {
                let fits = words.get(count).is_some_and(|candidate| candidate == word);
                count += 1;
                fits
            })
        })
        .map(|phrase| phrase.split(' ').count())
        .max()
        .unwrap_or(0)
}

fn normalise(text: &str) -> Vec<String> {
    text.to_lowercase()
        .replace('\u{2019}', "'")
        .split(|character: char| !(character.is_alphanumeric() || character == '\''))
        .map(|word| word.trim_matches('\''))
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}
