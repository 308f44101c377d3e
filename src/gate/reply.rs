//! Reads what a person replied to an approval request.
//!
//! Whole messages, never parts of them: a reply is consent only when every
//! word of it belongs to a phrase that is known and none of them denies, asks or
//! breaks off. The phrases are data (`assets/replies/approval.yaml`); a
//! file of the person's adds to them. Knows nothing of commands: what a grant
//! covers and whether it is given is the clearance's business.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::domain::Consent;

/// What a reply means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reply {
    Approve,
    ApproveExplain,
    /// Consent to the same command until the session ends. Never for a destructive one.
    ApproveSession,
    /// Consent to commands of this kind for half an hour. Never for a destructive one.
    ApproveScope,
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

/// The list a phrase stands in; the first three take consent away, the next three ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    Deny,
    Pause,
    Question,
    History,
    Plan,
    Explain,
    Approve,
    Afterwards,
    Session,
    Scope,
    Always,
    Link,
    Filler,
}

impl std::fmt::Display for Class {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Class::Deny => "deny",
            Class::Pause => "pause",
            Class::Question => "question",
            Class::History => "history",
            Class::Plan => "plan",
            Class::Explain => "explain",
            Class::Approve => "approve",
            Class::Afterwards => "afterwards",
            Class::Session => "session",
            Class::Scope => "scope",
            Class::Always => "always",
            Class::Link => "link",
            Class::Filler => "filler",
        })
    }
}

/// Why a file of phrases is not taken.
#[derive(Debug, thiserror::Error)]
pub enum PhraseProblem {
    #[error("not a file of reply phrases: {0}")]
    Format(#[from] serde_yaml::Error),
    #[error("a phrase under `{class}` has no words; remove it or write it out")]
    Empty { class: Class },
    #[error("`{phrase}` stands under `{first}` and under `{second}`; keep it in one of them")]
    Twice { phrase: String, first: Class, second: Class },
    #[error("`{phrase}` under `{wanted}` already means `{class}`; a file can only move a phrase to `deny`")]
    Taken { phrase: String, class: Class, wanted: Class },
    #[error("`{phrase}` under `{class}` holds `{denial}`, which denies; choose a phrase without it")]
    HoldsDenial { phrase: String, class: Class, denial: String },
    #[error("`{list}` cannot stand in this file; it may hold {allowed}")]
    NotHere { list: String, allowed: &'static str },
}

/// A file of phrases.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Lists {
    /// Words that are read as others.
    read_as: BTreeMap<String, String>,
    deny: Vec<String>,
    pause: Vec<String>,
    question: Vec<String>,
    history: Vec<String>,
    plan: Vec<String>,
    explain: Vec<String>,
    approve: Vec<String>,
    afterwards: Vec<String>,
    session: Vec<String>,
    scope: Vec<String>,
    always: Vec<String>,
    link: Vec<String>,
    filler: Vec<String>,
}

impl Lists {
    fn classes(&self) -> [(Class, &[String]); 13] {
        [
            (Class::Deny, &self.deny),
            (Class::Pause, &self.pause),
            (Class::Question, &self.question),
            (Class::History, &self.history),
            (Class::Plan, &self.plan),
            (Class::Explain, &self.explain),
            (Class::Approve, &self.approve),
            (Class::Afterwards, &self.afterwards),
            (Class::Session, &self.session),
            (Class::Scope, &self.scope),
            (Class::Always, &self.always),
            (Class::Link, &self.link),
            (Class::Filler, &self.filler),
        ]
    }
}

/// The phrases and what each means.
#[derive(Debug, Clone, Default)]
pub struct Replies {
    read_as: BTreeMap<String, Vec<String>>,
    phrases: BTreeMap<Vec<String>, Class>,
    /// Words of the longest phrase.
    longest: usize,
}

impl Replies {
    /// Reads the built-in lists.
    ///
    /// # Errors
    /// When the text is not YAML of the lists, or a phrase is empty or stands in two of them.
    pub fn parse(yaml: &str) -> Result<Replies, PhraseProblem> {
        let lists: Lists = serde_yaml::from_str(yaml)?;
        let mut replies = Replies::default();
        for (word, others) in &lists.read_as {
            let others = Message::read(others, &BTreeMap::new()).words();
            replies.read_as.insert(word.to_lowercase(), others);
        }
        replies.phrases = replies.own(&lists)?;
        replies.measure();
        Ok(replies)
    }

    /// These phrases and those of the person's own file, which may add to every list.
    ///
    /// # Errors
    /// When the file is not YAML of the lists, when a phrase of it is empty, stands in two of them,
    /// already means something else (only a move to `deny` is taken), or holds a word of denial outside
    /// the lists that deny or ask.
    pub fn extended(&self, person_yaml: &str) -> Result<Replies, PhraseProblem> {
        let lists: Lists = serde_yaml::from_str(person_yaml)?;
        self.with(&lists, "every list of phrases, and no `read_as`")
    }

    /// These phrases and those of a project's file, which can only make fewer replies consent: it adds to
    /// `deny`, `pause` and `question`.
    ///
    /// # Errors
    /// As [`Replies::extended`], and when the file holds any other list.
    pub fn tightened(&self, project_yaml: &str) -> Result<Replies, PhraseProblem> {
        const ALLOWED: &str = "`deny`, `pause` and `question`";
        let lists: Lists = serde_yaml::from_str(project_yaml)?;
        for (class, phrases) in lists.classes() {
            if class > Class::Question && !phrases.is_empty() {
                return Err(PhraseProblem::NotHere { list: class.to_string(), allowed: ALLOWED });
            }
        }
        self.with(&lists, ALLOWED)
    }

    fn with(&self, lists: &Lists, allowed: &'static str) -> Result<Replies, PhraseProblem> {
        if !lists.read_as.is_empty() {
            return Err(PhraseProblem::NotHere { list: "read_as".to_owned(), allowed });
        }
        let mut replies = self.clone();
        for (words, class) in self.own(lists)? {
            if class > Class::Question
                && let Some(denial) = self.denial_in(&words)
            {
                return Err(PhraseProblem::HoldsDenial { phrase: words.join(" "), class, denial });
            }
            if class != Class::Deny
                && let Some(known) = self.phrases.get(&words).filter(|known| **known != class)
            {
                return Err(PhraseProblem::Taken { phrase: words.join(" "), class: *known, wanted: class });
            }
            replies.phrases.insert(words, class);
        }
        replies.measure();
        Ok(replies)
    }

    /// The phrases of one file, each in one list.
    fn own(&self, lists: &Lists) -> Result<BTreeMap<Vec<String>, Class>, PhraseProblem> {
        let mut own = BTreeMap::new();
        for (class, phrases) in lists.classes() {
            for phrase in phrases {
                let words = Message::read(phrase, &self.read_as).words();
                if words.is_empty() {
                    return Err(PhraseProblem::Empty { class });
                }
                match own.insert(words, class) {
                    Some(first) if first != class => {
                        return Err(PhraseProblem::Twice { phrase: phrase.clone(), first, second: class });
                    }
                    _ => {}
                }
            }
        }
        Ok(own)
    }

    fn measure(&mut self) {
        self.longest = self.phrases.keys().map(Vec::len).max().unwrap_or(0);
    }

    /// The denying phrase that stands within `words`.
    fn denial_in(&self, words: &[String]) -> Option<String> {
        let mut starts = (0..words.len()).flat_map(|start| (start + 1..=words.len()).map(move |end| start..end));
        starts.find_map(|range| {
            let part = words.get(range)?;
            (self.phrases.get(part) == Some(&Class::Deny)).then(|| part.join(" "))
        })
    }

    /// What must be typed for a name: the name, in quotes where it means something else by itself (a branch called
    /// `stop`).
    pub fn to_type(&self, name: &str) -> String {
        match self.hear(name).meaning() {
            Reply::Ambiguous => name.to_owned(),
            _ => format!("\"{name}\""),
        }
    }

    /// What `text` means as an answer to a request that wants `consent`.
    pub fn read(&self, text: &str, consent: &Consent) -> Reply {
        let trimmed = text.trim();
        let heard = self.hear(trimmed);
        let meaning = heard.meaning();
        let enough = match consent {
            Consent::Nothing | Consent::Words => true,
            Consent::TypedWord => heard.in_a_word,
            Consent::Name(name) => {
                if is_quoted(trimmed, name) || (trimmed == name && !name.is_empty() && meaning == Reply::Ambiguous) {
                    return Reply::Approve;
                }
                false
            }
        };
        match meaning {
            Reply::Approve if !enough => Reply::NotEnough,
            // What was asked for is answered; the consent is asked for again.
            Reply::ApproveExplain if !enough => heard.asks(),
            Reply::ApproveSession | Reply::ApproveScope if !matches!(consent, Consent::Nothing | Consent::Words) => {
                Reply::NotEnough
            }
            meaning => meaning,
        }
    }

    /// Reads the words as phrases, at each place the longest there is: `don't do it` is no `do it`.
    fn hear(&self, text: &str) -> Heard {
        let message = Message::read(text, &self.read_as);
        let mut heard = Heard { question_mark: message.question_mark, ..Heard::default() };
        for clause in message.clauses {
            let mut rest = clause.as_slice();
            while !rest.is_empty() {
                let found = (1..=self.longest.min(rest.len())).rev().find_map(|length| {
                    let phrase = rest.get(..length)?;
                    Some((phrase, *self.phrases.get(phrase)?))
                });
                let length = match found {
                    Some((phrase, class)) => {
                        heard.phrase(class, phrase);
                        phrase.len()
                    }
                    None => {
                        heard.word_without_meaning();
                        1
                    }
                };
                rest = rest.get(length..).unwrap_or_default();
            }
        }
        heard
    }
}

/// A name in quotes: the only way to type one that is itself a word of these lists (a branch called `stop`).
fn is_quoted(text: &str, name: &str) -> bool {
    let within = |quote: char| text.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    !name.is_empty() && ['"', '\'', '`'].into_iter().any(|quote| within(quote) == Some(name))
}

/// What the phrases of one message say together.
#[derive(Debug, Default)]
struct Heard {
    deny: bool,
    pause: bool,
    question: bool,
    history: bool,
    plan: bool,
    explain: bool,
    approve: bool,
    session: bool,
    scope: bool,
    always: bool,
    /// Words that belong to no phrase.
    unknown: bool,
    question_mark: bool,
    /// The last word joins to something that never came.
    open: bool,
    /// Some consent has more than one letter.
    in_a_word: bool,
    /// Of what is neither consent nor filling, the first is a denial.
    denies_first: Option<bool>,
}

impl Heard {
    fn phrase(&mut self, class: Class, words: &[String]) {
        if !matches!(class, Class::Filler | Class::Link) {
            self.open = false;
        }
        match class {
            Class::Deny => self.deny = true,
            Class::Pause => self.pause = true,
            Class::Question => self.question = true,
            Class::History => self.history = true,
            Class::Plan => self.plan = true,
            Class::Explain => self.explain = true,
            // Behind a question a word of consent belongs to it: "why do it", "what happens on yes".
            Class::Approve if self.asks() != Reply::Ambiguous => return,
            Class::Approve | Class::Afterwards => {
                self.approve = true;
                self.in_a_word |= words.iter().flat_map(|word| word.chars()).filter(|c| c.is_alphabetic()).count() > 1;
                return;
            }
            Class::Session => self.session = true,
            Class::Scope => self.scope = true,
            Class::Always => self.always = true,
            Class::Link => self.open = true,
            Class::Filler => {}
        }
        if class <= Class::Explain {
            self.denies_first.get_or_insert(class <= Class::Pause);
        }
    }

    fn word_without_meaning(&mut self) {
        self.unknown = true;
        self.open = false;
        self.denies_first.get_or_insert(false);
    }

    /// The meaning where any word of consent will do.
    fn meaning(&self) -> Reply {
        let asks = self.asks();
        // "no that is the wrong pod" denies; "is there no other way" does not.
        let denies = self.denies_first == Some(true) || !(self.unknown || self.question_mark);
        if denies && (self.deny || (self.pause && asks == Reply::Ambiguous && !self.question_mark)) {
            return Reply::Deny;
        }
        let lasting = self.session || self.scope;
        let consents = self.approve || (self.always && lasting);
        let broken = self.deny
            || self.pause
            || self.question
            || self.unknown
            || self.question_mark
            || self.open
            || (self.always && !lasting)
            || (self.session && self.scope);
        if !consents || broken {
            return asks;
        }
        match asks {
            Reply::Ambiguous if self.session => Reply::ApproveSession,
            Reply::Ambiguous if self.scope => Reply::ApproveScope,
            Reply::Ambiguous => Reply::Approve,
            // A grant that lasts is not given in the same breath as a question.
            asks if lasting => asks,
            _ => Reply::ApproveExplain,
        }
    }

    /// What is asked for, when something is.
    fn asks(&self) -> Reply {
        if self.history {
            Reply::History
        } else if self.plan {
            Reply::Plan
        } else if self.explain || self.question {
            Reply::Explain
        } else {
            Reply::Ambiguous
        }
    }
}

/// A message as words, cut where punctuation cuts it: no phrase reaches over a comma.
struct Message {
    clauses: Vec<Vec<String>>,
    question_mark: bool,
}

impl Message {
    fn read(text: &str, read_as: &BTreeMap<String, Vec<String>>) -> Message {
        let text = text.to_lowercase().replace('\u{2019}', "'");
        let mut message = Message { clauses: vec![Vec::new()], question_mark: false };
        let mut word = String::new();
        let mut rest = text.chars().peekable();
        while let Some(c) = rest.next() {
            let joins = c == '\'' && !word.is_empty() && rest.peek().is_some_and(|next| next.is_alphanumeric());
            if c.is_alphanumeric() || joins {
                word.push(c);
                continue;
            }
            let hyphen = c == '-' && !word.is_empty() && rest.peek().is_some_and(|next| next.is_alphanumeric());
            message.end_word(&mut word, read_as);
            match c {
                '\n' | ',' | '.' | ';' | ':' | '!' | '(' | ')' | '/' | '\u{2013}' | '\u{2014}' | '\u{2026}' => {
                    message.cut()
                }
                '-' if !hyphen => message.cut(),
                '-' => {}
                '?' | '\u{ff1f}' => {
                    message.question_mark = true;
                    message.cut();
                }
                // The colour of a thumb, and the mark that asks for the coloured form of a sign.
                '\u{1f3fb}'..='\u{1f3ff}' | '\u{fe0f}' => {}
                space if space.is_whitespace() => {}
                // Any other sign is a word of its own: quotes, arrows, pictures, what cannot be seen.
                sign => message.end_word(&mut sign.to_string(), read_as),
            }
        }
        message.end_word(&mut word, read_as);
        message
    }

    fn end_word(&mut self, word: &mut String, read_as: &BTreeMap<String, Vec<String>>) {
        let word = std::mem::take(word);
        let Some(clause) = self.clauses.last_mut().filter(|_| !word.is_empty()) else { return };
        match read_as.get(&word) {
            Some(others) => clause.extend(others.iter().cloned()),
            None => clause.push(word),
        }
    }

    fn cut(&mut self) {
        if self.clauses.last().is_some_and(|clause| !clause.is_empty()) {
            self.clauses.push(Vec::new());
        }
    }

    /// All words, without the cuts.
    fn words(self) -> Vec<String> {
        self.clauses.into_iter().flatten().collect()
    }
}
