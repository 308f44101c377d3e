//! Which key does what where: one table for the keys themselves, the footer,
//! the help above the screen and the end of `--help`.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::ui::HelpRow;

/// Where a key is pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Context {
    Chat,
    Shell,
    Dialog,
}

/// What a key does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    Send,
    Newline,
    Shell,
    Chat,
    OtherPlace,
    Close,
    Cancel,
    PageUp,
    PageDown,
    ToEnd,
    Unfold,
    Help,
    Redraw,
    Deny,
    /// Back to the chat from anything; twice it is the program's.
    Escape,
    /// Commands of before, over the shell.
    Summon,
    /// To the shell with the agent's last command on the prompt.
    Carry,
    /// The shell on the whole screen.
    Zoom,
}

struct Binding {
    context: Context,
    code: KeyCode,
    modifiers: KeyModifiers,
    action: Action,
    /// How the key is written.
    keys: &'static str,
    text: &'static str,
    /// Whether the footer names it.
    footer: bool,
}

const NONE: KeyModifiers = KeyModifiers::NONE;
const CONTROL: KeyModifiers = KeyModifiers::CONTROL;

const fn bind(
    context: Context,
    code: KeyCode,
    modifiers: KeyModifiers,
    action: Action,
    keys: &'static str,
    text: &'static str,
    footer: bool,
) -> Binding {
    Binding { context, code, modifiers, action, keys, text, footer }
}

/// The table, in the order of the help. A row with empty keys is another spelling of the one above it.
const TABLE: &[Binding] = &[
    bind(Context::Chat, KeyCode::Enter, NONE, Action::Send, "Enter", "send the request", true),
    bind(
        Context::Chat,
        KeyCode::Enter,
        KeyModifiers::ALT,
        Action::Newline,
        "Alt+Enter",
        "new line (also Ctrl+J, Shift+Enter, \\ Enter)",
        true,
    ),
    bind(Context::Chat, KeyCode::Enter, KeyModifiers::SHIFT, Action::Newline, "", "", false),
    bind(Context::Chat, KeyCode::Char('j'), CONTROL, Action::Newline, "", "", false),
    bind(
        Context::Chat,
        KeyCode::Char('c'),
        CONTROL,
        Action::Cancel,
        "Ctrl+C",
        "cancel: dialog, command or answer, input",
        true,
    ),
    bind(
        Context::Chat,
        KeyCode::Char('d'),
        CONTROL,
        Action::Shell,
        "Ctrl+D",
        "to the shell (when the input is empty)",
        false,
    ),
    bind(Context::Chat, KeyCode::F(2), NONE, Action::OtherPlace, "F2", "over to the shell and back", true),
    bind(
        Context::Chat,
        KeyCode::F(3),
        NONE,
        Action::Carry,
        "F3",
        "to the shell with the agent's last command on the prompt",
        false,
    ),
    bind(Context::Chat, KeyCode::F(4), NONE, Action::Zoom, "F4", "to the shell on the whole screen", false),
    bind(Context::Chat, KeyCode::Char(']'), CONTROL, Action::Escape, "", "", false),
    bind(Context::Chat, KeyCode::Char('5'), CONTROL, Action::Escape, "", "", false),
    bind(Context::Chat, KeyCode::PageUp, NONE, Action::PageUp, "PgUp / PgDn", "scroll the chat", false),
    bind(Context::Chat, KeyCode::PageDown, NONE, Action::PageDown, "", "", false),
    bind(Context::Chat, KeyCode::End, CONTROL, Action::ToEnd, "Ctrl+End", "to the end of the chat", false),
    bind(Context::Chat, KeyCode::Char('o'), CONTROL, Action::Unfold, "Ctrl+O", "show folded output, or fold it", false),
    bind(Context::Chat, KeyCode::Char('l'), CONTROL, Action::Redraw, "Ctrl+L", "draw the screen again", false),
    bind(Context::Chat, KeyCode::F(1), NONE, Action::Help, "F1", "keys", true),
    bind(Context::Chat, KeyCode::Char('x'), CONTROL, Action::Close, "Ctrl+X", "close", true),
    bind(Context::Shell, KeyCode::Char('s'), CONTROL, Action::Chat, "Ctrl+S", "back to the chat (in the shell)", true),
    bind(
        Context::Shell,
        KeyCode::Char(']'),
        CONTROL,
        Action::Escape,
        "Ctrl+]",
        "back to the chat, from anything (twice: the program's)",
        true,
    ),
    // Terminals without extended keys send the same byte for Ctrl+] and Ctrl+5.
    bind(Context::Shell, KeyCode::Char('5'), CONTROL, Action::Escape, "", "", false),
    bind(Context::Shell, KeyCode::F(2), NONE, Action::OtherPlace, "", "", false),
    bind(
        Context::Shell,
        KeyCode::Char('r'),
        CONTROL,
        Action::Summon,
        "Ctrl+R",
        "commands of before (at a prompt; twice: the shell's own)",
        true,
    ),
    bind(
        Context::Shell,
        KeyCode::PageUp,
        KeyModifiers::SHIFT,
        Action::PageUp,
        "Shift+PgUp",
        "what scrolled by (then / searches)",
        true,
    ),
    bind(Context::Shell, KeyCode::PageDown, KeyModifiers::SHIFT, Action::PageDown, "", "", false),
    bind(Context::Shell, KeyCode::Char('x'), CONTROL, Action::Close, "", "", false),
    bind(Context::Dialog, KeyCode::Enter, NONE, Action::Send, "Enter", "answer what was typed (empty: decline)", true),
    bind(Context::Dialog, KeyCode::Esc, NONE, Action::Deny, "Esc", "decline", true),
    bind(Context::Dialog, KeyCode::Char('c'), CONTROL, Action::Cancel, "Ctrl+C", "withdraw the question", true),
    bind(Context::Dialog, KeyCode::PageDown, NONE, Action::PageDown, "PgDn", "see the rest", true),
    bind(Context::Dialog, KeyCode::PageUp, NONE, Action::PageUp, "", "", false),
    bind(Context::Dialog, KeyCode::Char('x'), CONTROL, Action::Close, "", "", false),
];

/// What a key does in a context.
pub(super) fn action(context: Context, key: KeyEvent) -> Option<Action> {
    let code = match key.code {
        KeyCode::Char(letter) if key.modifiers.contains(CONTROL) => KeyCode::Char(letter.to_ascii_lowercase()),
        code => code,
    };
    let binding = TABLE
        .iter()
        .find(|binding| binding.context == context && binding.code == code && binding.modifiers == key.modifiers);
    binding.map(|binding| binding.action)
}

/// The footer's keys.
pub(super) fn footer(context: Context) -> Vec<HelpRow> {
    let mut rows = rows(|binding| binding.context == context && binding.footer);
    // The footer has no room for what stands in parentheses or after a colon.
    for row in &mut rows {
        let end = row.text.find(" (").or_else(|| row.text.find(':')).unwrap_or(row.text.len());
        row.text.truncate(end);
    }
    rows
}

/// The help's rows.
pub(super) fn help() -> Vec<HelpRow> {
    rows(|binding| !binding.keys.is_empty() && binding.context != Context::Dialog)
}

fn rows(fits: impl Fn(&Binding) -> bool) -> Vec<HelpRow> {
    let fitting = TABLE.iter().filter(|binding| fits(binding));
    fitting.map(|binding| HelpRow { keys: binding.keys.to_owned(), text: binding.text.to_owned() }).collect()
}

/// The keys for the end of `--help`.
pub fn shortcuts_help() -> String {
    let rows = help();
    let width = rows.iter().map(|row| row.keys.chars().count()).max().unwrap_or(0);
    let lines: Vec<String> = rows.iter().map(|row| format!("  {:<width$}  {}", row.keys, row.text)).collect();
    format!("Keyboard shortcuts:\n{}", lines.join("\n"))
}
