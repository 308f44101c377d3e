//! The help: every command and every key, as one text.

use super::command::COMMANDS;
use super::keymap::{Action, Context, Keymap, joined};
use super::pager::Pager;
use super::state::State;
use crate::ui::Place;

/// Columns of names and keys; what they do begins behind them.
const NAMES: usize = 26;

/// Opens it: first what the place has where it was asked for.
pub(super) fn open(state: &mut State) {
    let here = match state.place {
        Place::Chat if state.reader.has_keys() => Some(Context::Block),
        Place::Chat => None,
        Place::Shell => Some(Context::Shell),
        Place::Graph => Some(Context::Graph),
        Place::Sessions => Some(Context::Sessions),
    };
    state.pager = Some(Pager::with("help".to_owned(), text(&state.keymap, here)).hanging(NAMES + 2));
}

/// Opens the keys alone, with how they are changed.
pub(super) fn keys(state: &mut State) {
    let mut lines = vec![
        "keymap.yaml in the configuration directory changes them, place by place:".to_owned(),
        "  chat:".to_owned(),
        "    ctrl+t: graph".to_owned(),
        "    f7: none".to_owned(),
        "    ctrl+k n: new".to_owned(),
        "Keys with a blank between are pressed one after another; what may follow is shown meanwhile.".to_owned(),
        "editing: vi gives the composer vi's keys.".to_owned(),
    ];
    lines.extend(PLACES.iter().flat_map(|(title, context)| section(&state.keymap, title, *context)));
    state.pager = Some(Pager::with("keys".to_owned(), lines).hanging(NAMES + 2));
}

const PLACES: &[(&str, Context)] = &[
    ("KEYS in the chat", Context::Chat),
    ("KEYS once something in the chat is chosen", Context::Block),
    ("KEYS in the shell; all others are the shell's", Context::Shell),
    ("KEYS in the graph", Context::Graph),
    ("KEYS in the list of sessions", Context::Sessions),
    ("KEYS over a long text", Context::Pager),
    ("KEYS of the approval dialog", Context::Dialog),
];

fn text(keymap: &Keymap, here: Option<Context>) -> Vec<String> {
    let (first, others): (Vec<_>, Vec<_>) = PLACES.iter().partition(|(_, context)| Some(*context) == here);
    let looks = keymap.does(Context::Chat, Action::Palette, "looks for one");
    let commands = std::iter::once(joined("COMMANDS, in the composer", "; ", looks))
        .chain(COMMANDS.iter().flat_map(|command| row(&command.usage(), command.help)))
        .chain([String::new()]);
    let of = |(title, context): &&(&str, Context)| section(keymap, title, *context);
    let mut lines: Vec<String> = first.iter().flat_map(of).chain(commands).chain(others.iter().flat_map(of)).collect();
    lines.pop();
    lines
}

/// The keys of a place, with a blank line behind them.
fn section(keymap: &Keymap, title: &str, context: Context) -> Vec<String> {
    let rows = keymap.help(context).into_iter().flat_map(|help| row(&help.keys, &help.text));
    std::iter::once(title.to_owned()).chain(rows).chain([String::new()]).collect()
}

/// A name with what it does behind it, or below it where the name is long.
fn row(name: &str, does: &str) -> Vec<String> {
    if name.chars().count() < NAMES {
        return vec![format!("  {name:<NAMES$}{does}")];
    }
    vec![format!("  {name}"), format!("{}{does}", " ".repeat(NAMES + 2))]
}
