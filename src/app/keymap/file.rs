//! What the person changed: `keymap.yaml`, a mapping from places to keys and what they do there.
//!
//! ```yaml
//! editing: vi
//! chat:
//!   ctrl+t: graph
//!   f7: none
//!   f8 g: sessions
//! ```
//!
//! Owns what may be changed. A key that types belongs to whoever types, no place is left without its way out, and what
//! could never be reached is told.

use std::collections::BTreeMap;

use crossterm::event::KeyCode;
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};

use super::sequence::{self, Own};
use super::{Action, Changed, Context, Key, Keymap, defaults, names, written};
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

/// Keys one after another as they stand in the file.
struct Line {
    context: Context,
    place: String,
    keys: Vec<Key>,
    wanted: String,
}

impl Keymap {
    /// Reads a file; what of it cannot be used is told, a sentence each, and left out.
    pub fn read(yaml: &str) -> (Keymap, Vec<String>) {
        let mut problems = Vec::new();
        let mut map = Keymap::default();
        let mut lines = Vec::new();
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
            for (name, wanted) in pairs {
                let changed = match names::read_all(&name).as_deref() {
                    None => Err(format!(
                        "{} is no key; write ctrl+g, alt+enter, f6, pgup, or keys one after another: f8 g",
                        escape::line(&name)
                    )),
                    Some([key]) => map.change(*context, *key, &wanted),
                    Some(keys) => {
                        lines.push(Line { context: *context, place: place.clone(), keys: keys.to_vec(), wanted });
                        Ok(())
                    }
                };
                if let Err(problem) = changed {
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
        // What single keys do is settled by now, and short sequences are before longer ones.
        lines.sort_by_key(|line| line.keys.len());
        for line in lines {
            if let Err(problem) = map.order(line.context, line.keys, &line.wanted) {
                problems.push(format!("keymap.yaml, {}: {problem}.", line.place));
            }
        }
        (map, problems)
    }

    fn change(&mut self, context: Context, key: Key, wanted: &str) -> Result<(), String> {
        let shown = names::told(key);
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

    /// Keys one after another do something, or nothing any more.
    fn order(&mut self, context: Context, keys: Vec<Key>, wanted: &str) -> Result<(), String> {
        let shown = written(&keys);
        let Some(first) = keys.first().copied() else { return Ok(()) };
        if context == Context::Dialog {
            return Err(format!("{shown} are several keys; the dialog takes single ones"));
        }
        if keys.iter().any(|(code, _)| *code == KeyCode::Esc) {
            return Err(format!("{shown} cannot be reached: Esc takes back what was begun; take another key"));
        }
        if !names::is_apart(first) && matches!(context, Context::Chat | Context::Shell) {
            let first = names::told(first);
            return Err(format!(
                "{shown} begins with {first}, which is for writing there; hold ctrl or alt, or take f8"
            ));
        }
        let action = match wanted {
            "none" => None,
            wanted => Some(action(context, wanted)?),
        };
        if let Some(earlier) = self.own.iter().find(|own| own.context == context && own.keys == keys) {
            let does = earlier.action.map_or("none", Action::name);
            return Err(format!("{shown} is {does} already; it cannot be {} too", escape::line(wanted)));
        }
        let alone = self.leads(context, first).map(|action| (names::told(first), action));
        let shorter = self.sequences(context).into_iter().find(|(known, _)| *known != keys && keys.starts_with(known));
        let hides = alone.or_else(|| shorter.map(|(known, action)| (written(&known), action)));
        if let Some((hides, does)) = hides.filter(|_| action.is_some()) {
            let does = does.name();
            return Err(format!(
                "{shown} cannot be reached: {hides} is {does} there and counts; make {hides} none, or begin with another key"
            ));
        }
        self.own.push(Own { context, keys, action });
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
    let does = |action: &&Action| {
        defaults(context).any(|binding| binding.action == **action) || sequence::does(context, **action)
    };
    let found = Action::ALL.iter().filter(does).find(|action| action.name() == wanted);
    found.copied().ok_or_else(|| {
        let known: Vec<&str> = Action::ALL.iter().filter(does).map(|action| action.name()).collect();
        format!("{} is nothing that can be done there; there are: {}", escape::line(wanted), known.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use crossterm::event::{KeyEvent, KeyModifiers};

    use super::super::Reached;
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

    /// What keys come to in the chat.
    fn reached(map: &Keymap, keys: &str) -> Reached {
        map.reached(Context::Chat, &names::read_all(keys).unwrap())
    }

    #[test]
    fn keys_one_after_another_can_be_bound_and_unbound_and_the_help_says_so() {
        let (map, problems) =
            Keymap::read("chat:\n  ctrl+k g: graph\n  ctrl+k ctrl+l: page-down\n  f8 g: none\n  f8 s: sessions\n");
        assert_eq!(problems, [] as [String; 0]);
        assert_eq!(reached(&map, "ctrl+k"), Reached::Begun);
        assert_eq!(reached(&map, "ctrl+k g"), Reached::Does(Action::Graph));
        assert_eq!(reached(&map, "f8 g"), Reached::Nothing);
        assert_eq!(reached(&map, "f8 s"), Reached::Does(Action::Sessions));
        assert_eq!(map.reached(Context::Graph, &names::read_all("ctrl+k").unwrap()), Reached::Nothing);
        let help = map.help(Context::Chat);
        let told = |keys: &str| help.iter().find(|row| row.keys == keys).map(|row| row.text.as_str());
        assert_eq!(told("Ctrl+K Ctrl+L"), Some("page down"));
        assert_eq!(told("Ctrl+K g"), Some("graph (of what was done and found)"));
        assert_eq!((told("F8 s"), told("F8 g")), (Some("list of sessions"), None));
    }

    #[test]
    fn whoever_gives_the_prefix_to_something_else_has_none_of_its_sequences() {
        for file in ["chat:\n  f8: none\n", "chat:\n  f8: help\n"] {
            let (map, problems) = Keymap::read(file);
            assert_eq!(problems, [] as [String; 0]);
            assert_eq!(reached(&map, "f8 g"), Reached::Nothing);
            let second = |keys: &str| keys.strip_prefix("F8 ").is_some_and(|second| !second.starts_with('/'));
            assert!(!map.help(Context::Chat).iter().any(|row| second(&row.keys)));
        }
        let (map, problems) = Keymap::read("chat:\n  f8 x: graph\n  f8: none\n");
        assert_eq!(problems, [] as [String; 0]);
        assert_eq!((reached(&map, "f8 x"), reached(&map, "f8 s")), (Reached::Does(Action::Graph), Reached::Nothing));
    }

    #[test]
    fn what_could_never_be_reached_is_told_with_what_hides_it() {
        for (file, problem) in [
            (
                "chat:\n  f7 g: help\n",
                "F7 g cannot be reached: F7 is graph there and counts; make F7 none, or begin with another key",
            ),
            (
                "chat:\n  ctrl+t g: help\n  ctrl+t: graph\n",
                "Ctrl+T g cannot be reached: Ctrl+T is graph there and counts; make Ctrl+T none, or begin with another key",
            ),
            (
                "chat:\n  f8 g x: help\n",
                "F8 g x cannot be reached: F8 g is graph there and counts; make F8 g none, or begin with another key",
            ),
            ("chat:\n  ctrl+t g: help\n  Ctrl+T  g: graph\n", "Ctrl+T g is help already; it cannot be graph too"),
            (
                "chat:\n  ctrl+t esc: help\n",
                "Ctrl+T Esc cannot be reached: Esc takes back what was begun; take another key",
            ),
            ("chat:\n  g g: help\n", "g g begins with g, which is for writing there; hold ctrl or alt, or take f8"),
            (
                "chat:\n  ctrl+t gg: help\n",
                "ctrl+t gg is no key; write ctrl+g, alt+enter, f6, pgup, or keys one after another: f8 g",
            ),
        ] {
            let (_, problems) = Keymap::read(file);
            assert_eq!(problems, [format!("keymap.yaml, chat: {problem}.")], "{file}");
        }
        assert_eq!(Keymap::read("chat:\n  f7 g: help\n  f7: none\n").1, [] as [String; 0]);
        assert_eq!(Keymap::read("graph:\n  z z: fold\n  z: none\n").1, [] as [String; 0]);
    }

    #[test]
    fn what_must_have_a_key_has_a_single_one_and_the_dialog_takes_no_others() {
        let (map, problems) = Keymap::read("chat:\n  ctrl+x: none\n  ctrl+x q: close\n");
        assert_eq!(problems.len(), 2, "{problems:?}");
        assert_eq!(problems[0], "keymap.yaml, chat: no key was left for close; its own keys stay.");
        assert!(problems[1].contains("Ctrl+X q cannot be reached: Ctrl+X is close there"), "{problems:?}");
        assert_eq!(does(&map, Context::Chat, KeyCode::Char('x'), KeyModifiers::CONTROL), Some(Action::Close));
        let (_, problems) = Keymap::read("dialog:\n  f8 y: send\n");
        assert_eq!(problems, ["keymap.yaml, dialog: F8 y are several keys; the dialog takes single ones."]);
    }

    #[test]
    fn what_cannot_be_read_is_told_and_the_rest_counts() {
        let (map, problems) = Keymap::read("chatt:\n  f9: help\nchat:\n  hyper+x: help\n  f9: dance\n  f8: help\n");
        assert_eq!(problems.len(), 3, "{problems:?}");
        assert_eq!(does(&map, Context::Chat, KeyCode::F(8), KeyModifiers::NONE), Some(Action::Help));
        assert_eq!(Keymap::read("- a list").1.len(), 1);
    }
}
