//! Writes the commands of a filled intent: words, never text to be split again.

use std::collections::BTreeMap;

use super::lexicon::Tool;
use super::slots::{self, BETWEEN_NAMES, Value};
use crate::domain::{PlanStep, Word, join_words};
use crate::skill::{Intent, Slots, Template, TemplateItem};

/// The steps an intent becomes, each after the one before it succeeded; two when it is about all objects.
pub(super) fn steps(intent: &Intent, values: &BTreeMap<String, Value>, all: bool, tool: &Tool) -> Vec<PlanStep> {
    let writer = Writer { slots: &intent.slots, values, tool };
    let reason = writer.text(&intent.reason);
    match &intent.all {
        Some(form) if all => vec![
            PlanStep {
                words: writer.words(&form.list),
                reason: writer.text(&form.list_reason),
                reader: Some("lines".to_owned()),
                needs: Vec::new(),
            },
            PlanStep { words: writer.words(&form.command), reason, reader: intent.reader.clone(), needs: vec![0] },
        ],
        _ => {
            let first = (writer.words(&intent.command), reason, &intent.reader);
            let then = intent.then.iter();
            let then = then.map(|next| (writer.words(&next.command), writer.text(&next.reason), &next.reader));
            let steps = std::iter::once(first).chain(then).enumerate();
            let step = |(at, (words, reason, reader)): (usize, (Vec<Word>, String, &Option<String>))| PlanStep {
                words,
                reason,
                reader: reader.clone(),
                needs: at.checked_sub(1).into_iter().collect(),
            };
            steps.map(step).collect()
        }
    }
}

/// The words of a list, where everything it needs is known.
pub(super) fn listing(
    slots: &Slots,
    values: &BTreeMap<String, Value>,
    tool: &Tool,
    list: &Template,
) -> Option<Vec<String>> {
    let writer = Writer { slots, values, tool };
    let needed = list.iter().filter_map(|item| match item {
        TemplateItem::Word(word) => Some(word),
        TemplateItem::Group { .. } => None,
    });
    if needed.into_iter().any(|word| writer.filled(word).is_none()) {
        return None;
    }
    let words = writer.words(list).into_iter().map(|word| match word {
        Word::Text(text) => Some(text),
        Word::Line(_) | Word::Listed { .. } => None,
    });
    words.collect()
}

struct Writer<'a> {
    slots: &'a Slots,
    values: &'a BTreeMap<String, Value>,
    tool: &'a Tool,
}

/// What joins commands and files in a template, and is not quoted in a line.
const OPERATORS: &[&str] = &["|", ">", "2>&1"];

impl Writer<'_> {
    /// What a shell has to join is one line; each of its other words is quoted as a shell needs it.
    fn words(&self, template: &Template) -> Vec<Word> {
        let words = self.of_one_command(template);
        if !words.iter().any(|word| matches!(word, Word::Line(_))) {
            return words;
        }
        let texts = words.into_iter().filter_map(|word| match word {
            Word::Text(text) => Some(join_words(&[text])),
            Word::Line(operator) => Some(operator),
            Word::Listed { .. } => None,
        });
        vec![Word::Line(texts.collect::<Vec<_>>().join(" "))]
    }

    /// Whether a group is used.
    fn holds(&self, item: &TemplateItem) -> bool {
        let TemplateItem::Group { set, unset, words } = item else { return true };
        set.iter().all(|name| self.values.contains_key(name))
            && !unset.iter().any(|name| self.values.contains_key(name))
            && words.iter().all(|word| self.filled(word).is_some())
    }

    fn of_one_command(&self, template: &Template) -> Vec<Word> {
        let mut words = Vec::new();
        for item in template {
            match item {
                TemplateItem::Word(word) => self.push(&mut words, word),
                TemplateItem::Group { words: group, .. } if self.holds(item) => {
                    group.iter().for_each(|word| self.push(&mut words, word));
                }
                TemplateItem::Group { .. } => {}
            }
        }
        words
    }

    fn push(&self, words: &mut Vec<Word>, word: &str) {
        if OPERATORS.contains(&word) {
            words.push(Word::Line(word.to_owned()));
            return;
        }
        if word == "{each}" {
            words.push(Word::Listed { step: 0 });
            return;
        }
        // Several names stand as several words.
        let name = word.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
        let several = name.and_then(|name| self.slots.get(name)).is_some_and(|spec| slots::several(spec.kind));
        match self.filled(word) {
            Some(text) if several => words.extend(text.split(BETWEEN_NAMES).map(|part| Word::Text(part.to_owned()))),
            Some(text) => words.push(Word::Text(text)),
            None => {}
        }
    }

    /// A word with its slots filled; `None` when one is empty.
    fn filled(&self, word: &str) -> Option<String> {
        let mut text = String::new();
        let mut rest = word;
        while let Some(open) = rest.find('{') {
            text.push_str(&rest[..open]);
            rest = &rest[open..];
            if rest.starts_with("{{") {
                let end = rest.find("}}").map_or(rest.len(), |end| end + 2);
                text.push_str(&rest[..end]);
                rest = &rest[end..];
                continue;
            }
            let Some(close) = rest.find('}') else { break };
            // `{..image}` and `{"spec": …}` are the command's own.
            if !rest[1..].starts_with(|first: char| first.is_ascii_lowercase()) {
                text.push('{');
                rest = &rest[1..];
                continue;
            }
            text.push_str(&self.slot(&rest[1..close])?);
            rest = &rest[close + 1..];
        }
        text.push_str(rest);
        Some(text)
    }

    /// What a reference stands for; of several, `a.port|b`, the first that is known.
    fn slot(&self, references: &str) -> Option<String> {
        references.split('|').find_map(|reference| self.value(reference))
    }

    fn value(&self, reference: &str) -> Option<String> {
        let (name, form) = reference.split_once('.').map_or((reference, ""), |(name, form)| (name, form));
        let default = || self.slots.get(name).and_then(|spec| spec.default.clone());
        let value = self.values.get(name).map(|value| value.text.clone()).or_else(default)?;
        match form {
            "one" => Some(self.tool.singular.get(&value).cloned().unwrap_or(value)),
            // `30m` as git and journalctl read it.
            "ago" => Some(ago(&value)),
            // With the line above a table.
            "next" => value.parse::<u64>().ok().map(|number| number.saturating_add(1).to_string()),
            "" => Some(value),
            table => self.tool.tables.get(table)?.get(bare(&value)).cloned(),
        }
    }

    /// A sentence with its slots filled; a slot that is empty reads as «it», and a dot, which would end it, as what it is.
    fn text(&self, sentence: &str) -> String {
        let mut text = String::new();
        let mut rest = sentence;
        while let Some(open) = rest.find('{') {
            text.push_str(&rest[..open]);
            let Some(close) = rest[open..].find('}') else { break };
            let reference = &rest[open + 1..open + close];
            text.push_str(&match self.slot(reference).as_deref() {
                None => "it".to_owned(),
                Some(".") => "this directory".to_owned(),
                Some(value) => value.replace(BETWEEN_NAMES, ", "),
            });
            rest = &rest[open + close + 1..];
        }
        text.push_str(rest);
        text
    }
}

/// The name that something is known by: `redis` of `registry.local/cache/redis:7`.
fn bare(value: &str) -> &str {
    let last = value.rsplit('/').next().unwrap_or(value);
    last.split([':', '@']).next().unwrap_or(last)
}

fn ago(value: &str) -> String {
    let split = value.find(|character: char| !character.is_ascii_digit()).unwrap_or(value.len());
    let unit = match &value[split..] {
        "s" => "seconds",
        "m" => "minutes",
        "h" => "hours",
        _ => return value.to_owned(),
    };
    format!("{} {unit} ago", &value[..split])
}
