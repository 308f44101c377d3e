//! The help: every command and every key, as one text.

use super::command::COMMANDS;
use super::keymap::{Action, Context, Keymap, joined};
use super::pager::Pager;
use super::state::State;

/// Opens it.
pub(super) fn open(state: &mut State) {
    state.pager = Some(Pager::with("help".to_owned(), text(&state.keymap)));
}

/// Opens the keys alone, with how they are changed.
pub(super) fn keys(state: &mut State) {
    let mut lines = vec![
        "keymap.yaml in the configuration directory changes them, place by place:".to_owned(),
        "  chat:".to_owned(),
        "    ctrl+t: graph".to_owned(),
        "    f7: none".to_owned(),
        "editing: vi gives the composer vi's keys.".to_owned(),
    ];
    lines.extend(bound(&state.keymap));
    state.pager = Some(Pager::with("keys".to_owned(), lines));
}

fn text(keymap: &Keymap) -> Vec<String> {
    let looks = keymap.does(Context::Chat, Action::Palette, "looks for one");
    let mut lines = vec![joined("COMMANDS, in the composer", "; ", looks)];
    lines.extend(COMMANDS.iter().map(|command| format!("  {:<34} {}", command.usage(), command.help)));
    lines.extend(bound(keymap));
    lines
}

fn bound(keymap: &Keymap) -> Vec<String> {
    let mut lines = Vec::new();
    for (title, context) in [
        ("KEYS in the chat", Context::Chat),
        ("KEYS once something in the chat is chosen", Context::Block),
        ("KEYS in the shell; all others are the shell's", Context::Shell),
        ("KEYS in the graph", Context::Graph),
        ("KEYS in the list of sessions", Context::Sessions),
        ("KEYS over a long text", Context::Pager),
        ("KEYS of the approval dialog", Context::Dialog),
    ] {
        lines.push(String::new());
        lines.push(title.to_owned());
        lines.extend(keymap.help(context).into_iter().map(|row| format!("  {:<34} {}", row.keys, row.text)));
    }
    lines
}
