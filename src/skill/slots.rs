//! The values an intent or a runbook takes: their kinds, what announces them, what is asked where one is missing.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::sayings::Sayings;

/// What a slot accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SlotKind {
    Name,
    /// A branch, tag or commit: a name without a colon.
    Ref,
    /// A commit: a hash, `HEAD~2`, something no plain word is.
    Commit,
    Names,
    Kind,
    /// Kinds joined by «and», written with commas: `deployments,services`.
    Kinds,
    Namespace,
    Count,
    Number,
    Duration,
    Path,
    Paths,
    Url,
    /// A URL, or what `ssh` and `git` take for one: `git@example.org:acme/x.git`.
    Address,
    Email,
    /// A file pattern: `*.log`.
    Glob,
    /// Permissions as `chmod` takes them: `640`, `u+x`.
    Mode,
    Image,
    /// A Helm chart: a path, an address or `repository/name`.
    Chart,
    Port,
    Pair,
    KeyValue,
    Message,
    /// A command to be run somewhere else, as its words.
    Command,
    /// A span of whole days: `7`.
    Days,
    /// A size as `find` writes it: `500M`.
    Size,
    /// A day, as ISO 8601 writes it, perhaps with a time: `2026-02-01`, `2026-02-01T14:00:00Z`.
    Date,
    /// A time of day: `14:30`.
    Clock,
    Host,
    /// `1.2.3`, `v2.0.0-rc.1`
    Version,
    Flag,
    Choice,
}

/// One slot of an intent.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SlotSpec {
    #[serde(rename = "type")]
    pub kind: SlotKind,
    /// Words that announce the value.
    #[serde(default)]
    pub after: Sayings,
    /// The question to ask when the value is missing.
    pub required: Option<String>,
    /// The value when nothing was said.
    pub default: Option<String>,
    /// For flags: what sets them.
    #[serde(default)]
    pub words: Sayings,
    /// For choices: the word written to the phrases that mean it.
    #[serde(default)]
    pub choices: BTreeMap<String, Sayings>,
    /// The book's list that names what there is, to be offered when the value is missing.
    pub list: Option<String>,
}

/// The slots of an intent by their names, in alphabetical order. There are few of each and many of all, so they stand
/// side by side: a map would leave most of its room empty.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(from = "BTreeMap<String, SlotSpec>")]
pub struct Slots(Box<[(String, SlotSpec)]>);

impl Slots {
    /// The slot of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&SlotSpec> {
        self.iter().find(|(known, _)| *known == name).map(|(_, spec)| spec)
    }

    /// Whether there is a slot of this name.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Each with its name.
    pub fn iter(&self) -> impl Iterator<Item = (&String, &SlotSpec)> {
        self.0.iter().map(|(name, spec)| (name, spec))
    }

    /// The names.
    pub fn keys(&self) -> impl Iterator<Item = &String> {
        self.0.iter().map(|(name, _)| name)
    }

    /// The slots without their names.
    pub fn values(&self) -> impl Iterator<Item = &SlotSpec> {
        self.0.iter().map(|(_, spec)| spec)
    }

    /// The slots to be changed.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut SlotSpec> {
        self.0.iter_mut().map(|(_, spec)| spec)
    }
}

impl From<BTreeMap<String, SlotSpec>> for Slots {
    fn from(slots: BTreeMap<String, SlotSpec>) -> Slots {
        Slots(slots.into_iter().collect())
    }
}

impl FromIterator<(String, SlotSpec)> for Slots {
    fn from_iter<T: IntoIterator<Item = (String, SlotSpec)>>(slots: T) -> Slots {
        slots.into_iter().collect::<BTreeMap<_, _>>().into()
    }
}
