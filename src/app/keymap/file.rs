//! What the person changed: `keymap.yaml`, a mapping from places to keys and what they do there.
//!
//! ```yaml
//! editing: vi
//! chat:
//!   ctrl+t: graph
//!   f7: none
//! ```
//!
//! Owns what may be changed. A key that types belongs to whoever types, and no place is left without its way out.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};

use super::{Action, Changed, Context, Keymap, defaults, names};
use crate::output::escape;

const PLACES: &[(&str, Context)] = &[
    ("chat", Context::Chat),
    ("shell", Context::Shell),
    ("graph", Context::Graph),
    ("sessions", Context::Sessions),
    ("block", Context::Block),
    ("pager", Context::Pager),
    ("dialog", Context::Dialog),
];

/// What some key must do there, whatever was changed.
const NEEDED: &[(Context, Action)] = &[
    (Context::Chat, Action::Send),
    (Context::Chat, Action::Cancel),
    (Context::Chat, Action::Close),
    (Context::Shell, Action::Escape),
    (Context::Graph, Action::Chat),
    (Context::Sessions, Action::Chat),
    (Context::Block, Action::Leave),
    (Context::Pager, Action::Leave),
    (Context::Dialog, Action::Send),
    (Context::Dialog, Action::Deny),
    (Context::Dialog, Action::Cancel),
    (Context::Dialog, Action::PageDown),
];

/// What stands under a name of the file.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Part {
    Word(String),
    Keys(Pairs),
}

/// Keys with what they do, in the order of the file: the same key twice is told of and not lost.
#[derive(Debug, Default)]
struct Pairs(Vec<(String, String)>);

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Pairs;

            fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                out.write_str("keys with what they do")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Pairs, M::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_map(Reader)
    }
}

impl Keymap {
    /// Reads a file; what of it cannot be used is told, a sentence each, and left out.
    pub fn read(yaml: &str) -> (Keymap, Vec<String>) {
        let mut problems = Vec::new();
        let mut map = Keymap::default();
        let parts: BTreeMap<String, Part> = match serde_yaml::from_str(yaml) {
            Ok(parts) => parts,
            Err(error) => return (map, vec![format!("keymap.yaml is not used: {error}.")]),
        };
        for (place, part) in parts {
            let pairs = match (place.as_str(), part) {
                ("editing", Part::Word(word)) if word == "vi" || word == "readline" => {
                    map.vi = word == "vi";
                    continue;
                }
                ("editing", _) => {
                    problems.push("keymap.yaml: editing is vi or readline.".to_owned());
                    continue;
                }
                (_, Part::Keys(Pairs(pairs))) => pairs,
                (_, Part::Word(_)) => {
                    problems
                        .push(format!("keymap.yaml, {}: keys with what they do stand there.", escape::line(&place)));
                    continue;
                }
            };
            let Some((_, context)) = PLACES.iter().find(|(name, _)| *name == place) else {
                let known = PLACES.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
                problems.push(format!("keymap.yaml: there is no place {}; there are: {known}.", escape::line(&place)));
                continue;
            };
            for (key, action) in pairs {
                if let Err(problem) = map.change(*context, &key, &action) {
                    problems.push(format!("keymap.yaml, {place}: {problem}."));
                }
            }
        }
        for (context, action) in NEEDED {
            if map.keys(*context, *action).is_empty() {
                map.give_back(*context, *action);
                let place = PLACES.iter().find(|(_, known)| known == context).map_or("", |(name, _)| name);
                problems
                    .push(format!("keymap.yaml, {place}: no key was left for {}; its own keys stay.", action.name()));
            }
        }
        (map, problems)
    }

    fn change(&mut self, context: Context, name: &str, wanted: &str) -> Result<(), String> {
        let shown = escape::line(name);
        let key = names::read(name).ok_or_else(|| format!("{shown} is no key; write ctrl+g, alt+enter, f6, pgup"))?;
        if names::types(key) && matches!(context, Context::Chat | Context::Shell | Context::Dialog) {
            return Err(format!("{shown} types a letter there and stays that; hold ctrl or alt with it"));
        }
        let action = match wanted {
            "none" => None,
            wanted => Some(action(context, wanted)?),
        };
        if let Some(earlier) = self.changed.iter().find(|changed| changed.context == context && changed.key == key) {
            let does = earlier.action.map_or("none", Action::name);
            return Err(format!("{shown} is {does} already; it cannot be {} too", escape::line(wanted)));
        }
        self.changed.push(Changed { context, key, action });
        Ok(())
    }

    /// Takes back what took an action's own keys away.
    fn give_back(&mut self, context: Context, action: Action) {
        let own: Vec<_> = defaults(context)
            .filter(|binding| binding.action == action)
            .map(|binding| (binding.code, binding.modifiers))
            .collect();
        self.changed.retain(|changed| changed.context != context || !own.contains(&changed.key));
    }
}

/// An action of that name that some key does there.
fn action(context: Context, wanted: &str) -> Result<Action, String> {
    let does = |action: &&Action| defaults(context).any(|binding| binding.action == **action);
    let found = Action::ALL.iter().filter(does).find(|action| action.name() == wanted);
    found.copied().ok_or_else(|| {
        let known: Vec<&str> = Action::ALL.iter().filter(does).map(|action| action.name()).collect();
        format!("{} is nothing that can be done there; there are: {}", escape::line(wanted), known.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

    use super::*;

    fn does(map: &Keymap, context: Context, code: KeyCode, modifiers: KeyModifiers) -> Option<Action> {
        map.action(context, KeyEvent::new(code, modifiers))
    }

    #[test]
    fn a_key_can_be_bound_and_unbound_and_the_help_says_so() {
        let (map, problems) = Keymap::read("chat:\n  ctrl+g: graph\n  f7: none\n");
        assert_eq!(problems, [] as [String; 0]);
        assert_eq!(does(&map, Context::Chat, KeyCode::Char('g'), KeyModifiers::CONTROL), Some(Action::Graph));
        assert_eq!(does(&map, Context::Chat, KeyCode::F(7), KeyModifiers::NONE), None);
        assert_eq!(does(&map, Context::Graph, KeyCode::F(7), KeyModifiers::NONE), Some(Action::Chat));
        let help = map.help(Context::Chat);
        assert!(help.iter().any(|row| row.keys == "Ctrl+G" && row.text.contains("graph")), "{help:?}");
        assert!(!help.iter().any(|row| row.keys.contains("F7")), "{help:?}");
        assert!(map.footer(Context::Chat).iter().any(|row| row.keys == "Ctrl+G"));
    }

    #[test]
    fn the_composer_has_the_keys_of_vi_where_the_file_says_so() {
        assert!(!Keymap::default().is_vi());
        let (map, problems) = Keymap::read("editing: vi\n");
        assert!(map.is_vi() && problems.is_empty(), "{problems:?}");
        let (map, problems) = Keymap::read("editing: emacs\n");
        assert_eq!((map.is_vi(), problems.len()), (false, 1));
    }

    #[test]
    fn two_things_on_one_key_are_told_of_and_the_first_counts() {
        let (map, problems) = Keymap::read("chat:\n  ctrl+g: graph\n  Ctrl+G: sessions\n");
        assert_eq!(problems, ["keymap.yaml, chat: Ctrl+G is graph already; it cannot be sessions too."]);
        assert_eq!(does(&map, Context::Chat, KeyCode::Char('g'), KeyModifiers::CONTROL), Some(Action::Graph));
    }

    #[test]
    fn no_place_is_left_without_its_way_out() {
        let (map, problems) = Keymap::read("shell:\n  ctrl+]: none\n  ctrl+5: none\n");
        assert_eq!(problems, ["keymap.yaml, shell: no key was left for escape; its own keys stay."]);
        assert_eq!(does(&map, Context::Shell, KeyCode::Char(']'), KeyModifiers::CONTROL), Some(Action::Escape));
    }

    #[test]
    fn what_types_a_letter_goes_on_typing_it() {
        for place in ["chat", "shell", "dialog"] {
            let (map, problems) = Keymap::read(&format!("{place}:\n  y: close\n"));
            assert!(problems[0].contains("y types a letter there"), "{problems:?}");
            assert_eq!(map, Keymap::default());
        }
    }

    #[test]
    fn what_cannot_be_read_is_told_and_the_rest_counts() {
        let (map, problems) = Keymap::read("chatt:\n  f9: help\nchat:\n  hyper+x: help\n  f9: dance\n  f8: help\n");
        assert_eq!(problems.len(), 3, "{problems:?}");
        assert_eq!(does(&map, Context::Chat, KeyCode::F(8), KeyModifiers::NONE), Some(Action::Help));
        assert_eq!(Keymap::read("- a list").1.len(), 1);
    }
}
