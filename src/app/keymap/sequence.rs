//! Keys pressed one after another: `F8 g`. Those of the table, and those of the person.
//!
//! Owns what a key begins, what it may go on with and what it comes to. A key that does something by itself begins
//! nothing, and the shorter of two sequences hides the longer: `file` refuses what could never be reached.

use crossterm::event::KeyCode;

use super::{Action, Context, Key, Keymap, NONE, defaults, names, short};
use crate::ui::HelpRow;

/// What begins every sequence of the table: every terminal sends it, no shell and no readline does anything with it,
/// and it stands beside the keys that lead from place to place.
const PREFIX: Key = (KeyCode::F(8), NONE);

/// A sequence of the table.
#[derive(Debug)]
struct Way {
    /// The letter behind the prefix.
    letter: char,
    action: Action,
    text: &'static str,
    contexts: &'static [Context],
}

const PLACES: &[Context] = &[Context::Chat, Context::Shell, Context::Graph, Context::Sessions];
/// Where letters are nobody's but ours.
const LISTS: &[Context] = &[Context::Graph, Context::Sessions];

const fn way(letter: char, action: Action, text: &'static str, contexts: &'static [Context]) -> Way {
    Way { letter, action, text, contexts }
}

/// The table, in the order in which it is told.
const TABLE: &[Way] = &[
    way('c', Action::Chat, "chat", &[Context::Shell]),
    // Past a search or a filter, which the chat's own key takes away first.
    way('c', Action::NextPlace, "chat", LISTS),
    way('s', Action::OtherPlace, "shell", &[Context::Chat, Context::Graph, Context::Sessions]),
    way('g', Action::Graph, "graph (of what was done and found)", &[Context::Chat, Context::Shell, Context::Sessions]),
    way('l', Action::Sessions, "list of sessions", &[Context::Chat, Context::Shell, Context::Graph]),
    way(
        'z',
        Action::Zoom,
        "whole screen (for the shell, or the graph)",
        &[Context::Chat, Context::Shell, Context::Graph],
    ),
    way('f', Action::Find, "find (words)", &[Context::Chat, Context::Graph, Context::Sessions]),
    way('o', Action::Outline, "turns (to go to one)", &[Context::Chat]),
    way('n', Action::New, "new session", &[Context::Chat, Context::Sessions]),
    way('p', Action::Palette, "commands", PLACES),
    way('t', Action::Themes, "themes (other colours)", PLACES),
    way('k', Action::Keys, "keys (and how they are changed)", PLACES),
    way('h', Action::Help, "help", PLACES),
];

fn ways(context: Context) -> impl Iterator<Item = &'static Way> {
    TABLE.iter().filter(move |way| way.contexts.contains(&context))
}

/// Whether a sequence of the table does it there.
pub(super) fn does(context: Context, action: Action) -> bool {
    ways(context).any(|way| way.action == action)
}

/// A sequence of the person's: what it does there, or that it does nothing any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Own {
    pub context: Context,
    pub keys: Vec<Key>,
    pub action: Option<Action>,
}

/// What keys pressed one after another come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::app) enum Reached {
    Nothing,
    /// Others may follow.
    Begun,
    Does(Action),
}

/// How keys one after another are written.
pub(in crate::app) fn written(keys: &[Key]) -> String {
    keys.iter().copied().map(names::told).collect::<Vec<_>>().join(" ")
}

impl Keymap {
    /// What these keys come to in a context.
    pub(in crate::app) fn reached(&self, context: Context, keys: &[Key]) -> Reached {
        let alone = if let [key] = keys { self.leads(context, *key) } else { None };
        let all = self.sequences(context);
        let whole = || all.iter().find(|(known, _)| known == keys).map(|(_, action)| *action);
        match alone.or_else(whole) {
            Some(action) => Reached::Does(action),
            None if all.iter().any(|(known, _)| known.starts_with(keys)) => Reached::Begun,
            None => Reached::Nothing,
        }
    }

    /// The keys that may follow these, each with what it does.
    pub(in crate::app) fn follow(&self, context: Context, begun: &[Key]) -> Vec<HelpRow> {
        let mut rows: Vec<HelpRow> = Vec::new();
        for (keys, action) in self.sequences(context) {
            let Some([next, rest @ ..]) = keys.strip_prefix(begun) else { continue };
            let text = if rest.is_empty() { short(&text(context, action)).to_owned() } else { "…".to_owned() };
            let row = HelpRow { keys: names::told(*next), text };
            if !rows.contains(&row) {
                rows.push(row);
            }
        }
        rows
    }

    /// The sequences of a context for the help.
    pub(super) fn sequence_rows(&self, context: Context) -> Vec<HelpRow> {
        let all = self.sequences(context).into_iter();
        all.map(|(keys, action)| HelpRow { keys: written(&keys), text: text(context, action) }).collect()
    }

    /// What begins something, for the footer.
    pub(super) fn prefixes(&self, context: Context) -> Vec<HelpRow> {
        let mut rows: Vec<HelpRow> = Vec::new();
        for (keys, _) in self.sequences(context) {
            let keys = keys.first().copied().map(names::told).unwrap_or_default();
            let row = HelpRow { keys, text: "more".to_owned() };
            if !rows.contains(&row) {
                rows.push(row);
            }
        }
        rows
    }

    /// The sequence that does something in a context, as it is written.
    pub(super) fn sequence_to(&self, context: Context, action: Action) -> Option<String> {
        self.sequences(context).into_iter().find(|(_, does)| *does == action).map(|(keys, _)| written(&keys))
    }

    /// Those that work in a context, the person's first.
    pub(super) fn sequences(&self, context: Context) -> Vec<(Vec<Key>, Action)> {
        let own: Vec<&Own> = self.own.iter().filter(|own| own.context == context).collect();
        let mut all: Vec<(Vec<Key>, Action)> =
            own.iter().filter_map(|own| own.action.map(|action| (own.keys.clone(), action))).collect();
        // Whoever gave the prefix to something else, or to nothing, has none of the table's.
        if self.changed.iter().any(|changed| changed.context == context && changed.key == PREFIX) {
            return all;
        }
        for way in ways(context) {
            let keys = vec![PREFIX, (KeyCode::Char(way.letter), NONE)];
            if !own.iter().any(|own| own.keys == keys) {
                all.push((keys, way.action));
            }
        }
        all
    }
}

/// What is told of an action in a context.
fn text(context: Context, action: Action) -> String {
    let way = ways(context).find(|way| way.action == action).map(|way| way.text);
    let alone = || defaults(context).find(|binding| binding.action == action && !binding.text.is_empty());
    let told = way.or_else(|| alone().map(|binding| binding.text));
    told.map_or_else(|| action.name().replace('-', " "), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_of_the_table_begins_something_and_does_something() {
        for context in PLACES {
            assert!(defaults(*context).all(|binding| (binding.code, binding.modifiers) != PREFIX), "{context:?}");
            let keys: Vec<_> = Keymap::default().sequences(*context).into_iter().map(|(keys, _)| keys).collect();
            let twice = keys.iter().filter(|one| keys.iter().filter(|other| one == other).count() > 1).count();
            assert_eq!(twice, 0, "{context:?}");
        }
    }

    #[test]
    fn a_key_that_leads_nowhere_is_nothing_and_the_whole_of_a_sequence_does_something() {
        let map = Keymap::default();
        let letter = |letter| (KeyCode::Char(letter), NONE);
        assert_eq!(map.reached(Context::Chat, &[PREFIX]), Reached::Begun);
        assert_eq!(map.reached(Context::Chat, &[PREFIX, letter('g')]), Reached::Does(Action::Graph));
        assert_eq!(map.reached(Context::Chat, &[PREFIX, letter('q')]), Reached::Nothing);
        assert_eq!(map.reached(Context::Dialog, &[PREFIX]), Reached::Nothing);
        assert_eq!(map.reached(Context::Pager, &[PREFIX]), Reached::Nothing);
    }

    #[test]
    fn what_may_follow_is_told_once_and_shortly() {
        let rows = Keymap::default().follow(Context::Shell, &[PREFIX]);
        let told: Vec<String> = rows.iter().map(|row| format!("{} {}", row.keys, row.text)).collect();
        let wanted =
            ["c chat", "g graph", "l list of sessions", "z whole screen", "p commands", "t themes", "k keys", "h help"];
        assert_eq!(told, wanted);
    }
}
