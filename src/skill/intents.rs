//! The phrase families a skill can answer: what must be said, which slots it
//! fills, which words it becomes. Declared in YAML under `## intents`.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::sayings::Sayings;
use super::slots::{SlotSpec, Slots};

/// A word of a command template, or a group used under a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TemplateItem {
    /// A word, perhaps with `{slot}` in it.
    Word(String),
    /// Used only when every slot in it is filled and every condition holds.
    Group { set: Vec<String>, unset: Vec<String>, words: Vec<String> },
}

/// The words a filled intent becomes.
pub type Template = Vec<TemplateItem>;

/// What «all» means: list first, then name every object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllForm {
    pub list: Template,
    pub list_reason: String,
    /// `{each}` stands for every object listed.
    pub command: Template,
}

/// What runs after an intent's first command, when that succeeded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextStep {
    pub command: Template,
    pub reason: String,
    pub reader: Option<String>,
}

/// One phrase family.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intent {
    pub id: String,
    /// Action classes; `any` when no action word is wanted.
    pub actions: Vec<String>,
    /// Each inner list: at least one must be said (a phrase, or `@class`).
    pub needs: Vec<Sayings>,
    /// None of these may be said.
    pub bars: Sayings,
    /// What the object is called when no noun says it: `branch`. A pronoun later in the session stands for both.
    pub about: Option<String>,
    /// Words that are names here, whatever they mean elsewhere: the service `docker`.
    pub names: Sayings,
    /// Said where the actions do not tell whether something is changed.
    pub reads: Option<bool>,
    pub slots: Slots,
    pub command: Template,
    pub reason: String,
    pub reader: Option<String>,
    /// Further commands of the deed, in their order.
    pub then: Vec<NextStep>,
    pub all: Option<AllForm>,
    /// Requests with the line they must become.
    pub examples: BTreeMap<String, String>,
}

impl Intent {
    /// Whether the command takes the slot's value as an operand: as a word of its own behind no option.
    pub fn has_operand(&self, slot: &str) -> bool {
        let is = |word: &String| word.strip_prefix('{').and_then(|word| word.strip_suffix('}')) == Some(slot);
        self.command.iter().any(|item| match item {
            TemplateItem::Word(word) => is(word),
            TemplateItem::Group { words, .. } => words.len() == 1 && words.iter().any(is),
        })
    }

    /// The intent without what people say for it: what it is and becomes, and what announces its slots.
    pub fn without_phrases(&self) -> Intent {
        let slot = |spec: &SlotSpec| SlotSpec {
            kind: spec.kind,
            after: spec.after.clone(),
            required: spec.required.clone(),
            default: spec.default.clone(),
            words: Sayings::default(),
            choices: spec.choices.keys().map(|word| (word.clone(), Sayings::default())).collect(),
            list: spec.list.clone(),
        };
        Intent {
            id: self.id.clone(),
            actions: self.actions.clone(),
            needs: Vec::new(),
            bars: Sayings::default(),
            about: self.about.clone(),
            names: self.names.clone(),
            reads: self.reads,
            slots: self.slots.iter().map(|(name, spec)| (name.clone(), slot(spec))).collect(),
            command: self.command.clone(),
            reason: self.reason.clone(),
            reader: self.reader.clone(),
            then: self.then.clone(),
            all: self.all.clone(),
            examples: self.examples.clone(),
        }
    }

    /// The readers that it names.
    pub(super) fn readers(&self) -> impl Iterator<Item = &str> {
        let then = self.then.iter().filter_map(|step| step.reader.as_deref());
        self.reader.as_deref().into_iter().chain(then)
    }

    /// What its commands are written from, in their order.
    fn written(&self) -> impl Iterator<Item = &TemplateItem> {
        self.command.iter().chain(self.then.iter().flat_map(|step| &step.command))
    }

    /// The slots that its commands name or ask for, each with the form it is written in.
    fn references(&self) -> impl Iterator<Item = (String, Option<String>)> {
        let all = self.all.iter().flat_map(|form| form.list.iter().chain(&form.command));
        references(self.written().chain(all))
    }

    /// The slots that its commands depend on; the others only explain words of a request.
    pub fn used_slots(&self) -> BTreeSet<String> {
        self.references().map(|(name, _)| name).filter(|name| self.slots.contains(name)).collect()
    }

    /// Its slots in the order in which the command writes them last, then the others.
    pub fn slots_in_order(&self) -> Vec<String> {
        let words = self.written().flat_map(|item| match item {
            TemplateItem::Word(word) => std::slice::from_ref(word),
            TemplateItem::Group { words, .. } => words,
        });
        let written: Vec<String> = words.flat_map(|word| names_in(word)).map(|(name, _)| name).collect();
        let mut names: Vec<String> = self.slots.keys().cloned().collect();
        names.sort_by_key(|name| written.iter().rposition(|other| other == name).unwrap_or(usize::MAX));
        names
    }
}

/// All that a skill says about language.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct IntentBook {
    pub actions: BTreeMap<String, Vec<String>>,
    /// Noun classes: what is written, to its other spellings (the first is the singular).
    pub words: BTreeMap<String, Vec<String>>,
    /// Noun classes a slot of type kind accepts.
    pub kinds: Vec<String>,
    /// Words that name the tool.
    pub evidence: Vec<String>,
    /// Words that say nothing more where this tool only looks.
    pub filler: Vec<String>,
    /// Commands that print what a slot could be, a name a line; they only look.
    pub lists: BTreeMap<String, Template>,
    /// What is known of things by their names: `port: {redis: "6379"}` fills `{image.port}`.
    pub tables: BTreeMap<String, BTreeMap<String, String>>,
    pub intents: Vec<Intent>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawBook {
    #[serde(default)]
    actions: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    words: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    kinds: Vec<String>,
    #[serde(default)]
    evidence: Vec<String>,
    #[serde(default)]
    filler: Vec<String>,
    #[serde(default)]
    lists: BTreeMap<String, Vec<RawItem>>,
    #[serde(default)]
    tables: BTreeMap<String, BTreeMap<String, String>>,
    #[serde(default)]
    intents: Vec<RawIntent>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawIntent {
    id: String,
    actions: Vec<String>,
    #[serde(default)]
    needs: Vec<Sayings>,
    #[serde(default)]
    bars: Sayings,
    about: Option<String>,
    #[serde(default)]
    names: Sayings,
    reads: Option<bool>,
    #[serde(default)]
    slots: Slots,
    command: Vec<RawItem>,
    reason: String,
    reader: Option<String>,
    #[serde(default)]
    then: Vec<RawStep>,
    all: Option<RawAll>,
    #[serde(default)]
    examples: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawStep {
    command: Vec<RawItem>,
    reason: String,
    reader: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawAll {
    list: Vec<RawItem>,
    #[serde(default)]
    list_reason: String,
    command: Vec<RawItem>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum RawItem {
    Word(String),
    Number(i64),
    Group(Vec<String>),
}

impl RawBook {
    pub(super) fn build(self) -> Result<IntentBook, String> {
        let intents = self.intents.into_iter().map(RawIntent::build).collect::<Result<Vec<Intent>, String>>()?;
        let named = intents.iter().flat_map(|intent| intent.slots.values().map(move |slot| (intent, slot)));
        for (intent, list) in named.filter_map(|(intent, slot)| Some((intent, slot.list.as_ref()?))) {
            if !self.lists.contains_key(list) {
                return Err(format!("intent {}: `{list}` stands not under `lists`", intent.id));
            }
        }
        for intent in &intents {
            let unknown = intent
                .references()
                .filter_map(|(_, form)| form)
                .find(|form| !FORMS.contains(&form.as_str()) && !self.tables.contains_key(form));
            if let Some(form) = unknown {
                return Err(format!("intent {}: `{form}` stands not under `tables`", intent.id));
            }
        }
        Ok(IntentBook {
            actions: self.actions,
            words: self.words,
            kinds: self.kinds,
            evidence: self.evidence,
            filler: self.filler,
            lists: self.lists.into_iter().map(|(name, words)| (name, template(words))).collect(),
            tables: self.tables,
            intents,
        })
    }
}

pub(super) const NO_FORM: &str = "is no form of a literal";

pub(super) const ALL_AND_THEN: &str = "`all` names every object in one command and bears no `then`";

/// Forms of literals that a need or a bar may ask for: `#image`.
pub(super) const LITERALS: &[&str] = &[
    "absolute",
    "chart",
    "commit",
    "compose",
    "daemon",
    "date",
    "dir",
    "dockerfile",
    "email",
    "endpoint",
    "environment",
    "field",
    "file",
    "glob",
    "host",
    "image",
    "keyvalue",
    "oci",
    "path",
    "pod",
    "ports",
    "quoted",
    "remote",
    "slashed",
    "stash",
    "tar",
    "unit",
    "url",
    "usual",
    "variable",
    "version",
    "yaml",
    "zip",
];

impl RawIntent {
    fn build(self) -> Result<Intent, String> {
        let id = self.id;
        let said = self.needs.iter().chain([&self.bars]).flat_map(Sayings::iter);
        if let Some(form) = said.filter_map(|item| item.strip_prefix('#')).find(|form| !LITERALS.contains(form)) {
            return Err(format!("intent {id}: `#{form}` {NO_FORM}"));
        }
        let check = |template: Template, extra: Option<&str>| -> Result<Template, String> {
            for (name, _) in references(&template) {
                if !self.slots.contains(&name) && Some(name.as_str()) != extra {
                    return Err(format!("intent {id}: the command uses {{{name}}}, which is not a slot"));
                }
            }
            Ok(template)
        };
        let command = check(template(self.command), None)?;
        let step = |raw: RawStep| -> Result<NextStep, String> {
            let command = check(template(raw.command), None)?;
            Ok(NextStep { command, reason: raw.reason, reader: raw.reader })
        };
        let then = self.then.into_iter().map(step).collect::<Result<Vec<NextStep>, String>>()?;
        if self.all.is_some() && !then.is_empty() {
            return Err(format!("intent {id}: {ALL_AND_THEN}"));
        }
        let all = match self.all {
            None => None,
            Some(raw) => Some(AllForm {
                list: check(template(raw.list), None)?,
                list_reason: raw.list_reason,
                command: check(template(raw.command), Some("each"))?,
            }),
        };
        Ok(Intent {
            id,
            actions: self.actions,
            needs: self.needs,
            bars: self.bars,
            about: self.about,
            names: self.names,
            reads: self.reads,
            slots: self.slots,
            command,
            reason: self.reason,
            reader: self.reader,
            then,
            all,
            examples: self.examples,
        })
    }
}

fn template(raw: Vec<RawItem>) -> Template {
    raw.into_iter()
        .map(|item| match item {
            RawItem::Word(word) => TemplateItem::Word(word),
            RawItem::Number(number) => TemplateItem::Word(number.to_string()),
            RawItem::Group(words) => {
                let mut set = Vec::new();
                let mut unset = Vec::new();
                let mut rest = Vec::new();
                for word in words {
                    if let Some(name) = word.strip_prefix('?') {
                        set.push(name.to_owned());
                    } else if let Some(name) = word.strip_prefix('!') {
                        unset.push(name.to_owned());
                    } else {
                        rest.push(word);
                    }
                }
                TemplateItem::Group { set, unset, words: rest }
            }
        })
        .collect()
}

/// How a value can be written besides as it is: in the singular, as a time before now, one more.
const FORMS: &[&str] = &["one", "ago", "next"];

/// The slots a template names, each with the form it is written in.
fn references<'a>(
    template: impl IntoIterator<Item = &'a TemplateItem>,
) -> impl Iterator<Item = (String, Option<String>)> {
    template.into_iter().flat_map(|item| match item {
        TemplateItem::Word(word) => names_in(word),
        TemplateItem::Group { set, unset, words } => {
            let tested = set.iter().chain(unset).map(|name| (name.clone(), None));
            tested.chain(words.iter().flat_map(|word| names_in(word))).collect()
        }
    })
}

/// The slots named in one word: `{name}`, `{name.one}` and `{name.port|other}`, not `{{…}}`.
fn names_in(word: &str) -> Vec<(String, Option<String>)> {
    let mut names = Vec::new();
    let mut rest = word;
    while let Some(open) = rest.find('{') {
        rest = &rest[open + 1..];
        if let Some(after) = rest.strip_prefix('{') {
            rest = after.find("}}").map_or("", |end| &after[end + 2..]);
            continue;
        }
        // `{..image}` and `{"spec": …}` are the command's own.
        if !rest.starts_with(|first: char| first.is_ascii_lowercase()) {
            continue;
        }
        let Some(close) = rest.find('}') else { break };
        let name = &rest[..close];
        rest = &rest[close + 1..];
        names.extend(name.split('|').map(|reference| match reference.split_once('.') {
            Some((name, form)) => (name.to_owned(), Some(form.to_owned())),
            None => (reference.to_owned(), None),
        }));
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_that_uses_an_unknown_slot_is_a_problem() {
        let raw: RawBook =
            serde_yaml::from_str("intents: [{id: a, actions: [show], command: [ls, '{where}'], reason: r}]").unwrap();
        assert!(raw.build().unwrap_err().contains("{where}"));
    }

    #[test]
    fn a_form_that_nothing_has_is_a_problem() {
        let book = "intents: [{id: a, actions: [show], needs: [['#imgae']], command: [ls], reason: r}]";
        let raw: RawBook = serde_yaml::from_str(book).unwrap();
        assert!(raw.build().unwrap_err().contains("`#imgae`"));
    }

    #[test]
    fn a_further_command_that_uses_an_unknown_slot_is_a_problem() {
        let book =
            "intents: [{id: a, actions: [run], command: [a], reason: r, then: [{command: [b, '{on}'], reason: r}]}]";
        let raw: RawBook = serde_yaml::from_str(book).unwrap();
        assert!(raw.build().unwrap_err().contains("{on}"));
    }

    #[test]
    fn a_deed_over_all_things_has_no_further_command() {
        let all = "all: {list: [ls], command: [rm, '{each}']}";
        let book = format!(
            "intents: [{{id: a, actions: [run], command: [a], reason: r, {all}, then: [{{command: [b], reason: r}}]}}]"
        );
        let raw: RawBook = serde_yaml::from_str(&book).unwrap();
        assert!(raw.build().unwrap_err().contains("`all`"));
    }

    #[test]
    fn double_braces_are_no_slot() {
        let names = |word| names_in(word).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
        assert_eq!(names("{{.Names}}-{a}{b.one}{..image}{\"spec\":{\"on\":\"{c}\"}}"), ["a", "b", "c"]);
    }

    #[test]
    fn a_table_that_is_not_there_is_a_problem() {
        let book = |tables: &str| -> Result<IntentBook, String> {
            let slots = "image: {type: image}";
            let intent =
                format!("{{id: a, actions: [run], slots: {{{slots}}}, command: ['{{image.port}}'], reason: r}}");
            serde_yaml::from_str::<RawBook>(&format!("{{intents: [{intent}], tables: {tables}}}")).unwrap().build()
        };
        assert!(book("{}").unwrap_err().contains("`port`"));
        assert!(book("{port: {redis: '6379'}}").is_ok());
    }
}
