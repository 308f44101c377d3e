//! The help: every command and every key, as one text.

use super::command::COMMANDS;
use super::keymap::{self, Context};
use super::pager::Pager;
use super::state::State;

/// Opens it.
pub(super) fn open(state: &mut State) {
    state.pager = Some(Pager::with("help".to_owned(), text()));
}

fn text() -> Vec<String> {
    let mut lines = vec!["COMMANDS, in the composer; Ctrl+P looks for one".to_owned()];
    lines.extend(COMMANDS.iter().map(|command| format!("  {:<34} {}", command.usage(), command.help)));
    for (title, context) in [
        ("KEYS in the chat", Context::Chat),
        ("KEYS in the shell; all others are the shell's", Context::Shell),
        ("KEYS in the graph", Context::Graph),
        ("KEYS in the list of sessions", Context::Sessions),
        ("KEYS over a long text", Context::Pager),
        ("KEYS of the approval dialog", Context::Dialog),
    ] {
        lines.push(String::new());
        lines.push(title.to_owned());
        lines.extend(keymap::help(context).into_iter().map(|row| format!("  {:<34} {}", row.keys, row.text)));
    }
    lines
}
