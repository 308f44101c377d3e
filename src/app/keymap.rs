//! Which key does what where: one table for the keys themselves, the footer,
//! the help and the end of `--help`.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::ui::HelpRow;

/// Where a key is pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Context {
    Chat,
    Shell,
    Graph,
    Sessions,
    Pager,
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
    /// The shell or the graph on the whole screen.
    Zoom,
    /// Chat, shell, graph, and again.
    NextPlace,
    Graph,
    Up,
    Down,
    ToStart,
    /// Away from what lies above the places.
    Leave,
    /// The chosen thing whole.
    Open,
    Find,
    FindOlder,
    FindNewer,
    Mark,
    /// The marked one with the chosen one.
    Compare,
    Branch,
    Merge,
    AllSessions,
    /// Runs of steps as one row, or each.
    Fold,
    /// The list of commands.
    Palette,
    Sessions,
    /// Words in every log.
    Search,
    New,
    Preview,
    Fork,
    CloseSession,
    Archive,
    Delete,
    Restore,
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
    bind(Context::Chat, KeyCode::F(5), NONE, Action::Sessions, "F5", "to the list of sessions", false),
    bind(Context::Chat, KeyCode::F(6), NONE, Action::NextPlace, "F6", "chat, shell, graph, and again", false),
    bind(Context::Chat, KeyCode::F(7), NONE, Action::Graph, "F7", "to the graph of what was done and found", true),
    bind(Context::Chat, KeyCode::Char(']'), CONTROL, Action::Escape, "", "", false),
    bind(Context::Chat, KeyCode::Char('5'), CONTROL, Action::Escape, "", "", false),
    bind(Context::Chat, KeyCode::PageUp, NONE, Action::PageUp, "PgUp / PgDn", "scroll the chat", false),
    bind(Context::Chat, KeyCode::PageDown, NONE, Action::PageDown, "", "", false),
    bind(Context::Chat, KeyCode::End, CONTROL, Action::ToEnd, "Ctrl+End", "to the end of the chat", false),
    bind(Context::Chat, KeyCode::Char('o'), CONTROL, Action::Unfold, "Ctrl+O", "show folded output, or fold it", false),
    bind(Context::Chat, KeyCode::Char('l'), CONTROL, Action::Redraw, "Ctrl+L", "draw the screen again", false),
    bind(Context::Chat, KeyCode::Char('p'), CONTROL, Action::Palette, "Ctrl+P", "commands (also typed: /)", true),
    bind(Context::Chat, KeyCode::F(1), NONE, Action::Help, "F1", "help (also ? when the input is empty)", true),
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
    bind(Context::Shell, KeyCode::F(6), NONE, Action::NextPlace, "", "", false),
    bind(Context::Shell, KeyCode::F(7), NONE, Action::Graph, "", "", false),
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
    bind(Context::Graph, KeyCode::Esc, NONE, Action::Chat, "Esc", "back to the chat", true),
    bind(Context::Graph, KeyCode::Enter, NONE, Action::Open, "Enter", "the entry whole, with all of its output", true),
    bind(Context::Graph, KeyCode::Char('/'), NONE, Action::Find, "/", "look for a text (n older, N newer)", true),
    bind(Context::Graph, KeyCode::Char('n'), NONE, Action::FindOlder, "", "", false),
    bind(Context::Graph, KeyCode::Char('N'), KeyModifiers::SHIFT, Action::FindNewer, "", "", false),
    bind(Context::Graph, KeyCode::Char('N'), NONE, Action::FindNewer, "", "", false),
    bind(Context::Graph, KeyCode::Char(' '), NONE, Action::Mark, "Space", "mark an entry", true),
    bind(Context::Graph, KeyCode::Char('d'), NONE, Action::Compare, "d", "compare with the marked one", true),
    bind(Context::Graph, KeyCode::Char('b'), NONE, Action::Branch, "b", "branch from here", true),
    bind(Context::Graph, KeyCode::Char('m'), NONE, Action::Merge, "m", "merge a branch", true),
    bind(Context::Graph, KeyCode::Char('a'), NONE, Action::AllSessions, "a", "all sessions, or this one", true),
    bind(Context::Graph, KeyCode::Char('z'), NONE, Action::Fold, "z", "runs of steps as one row, or each", true),
    bind(Context::Graph, KeyCode::Up, NONE, Action::Up, "↑ / ↓", "older, newer (also k, j)", false),
    bind(Context::Graph, KeyCode::Char('k'), NONE, Action::Up, "", "", false),
    bind(Context::Graph, KeyCode::Down, NONE, Action::Down, "", "", false),
    bind(Context::Graph, KeyCode::Char('j'), NONE, Action::Down, "", "", false),
    bind(Context::Graph, KeyCode::PageUp, NONE, Action::PageUp, "PgUp / PgDn", "a page", false),
    bind(Context::Graph, KeyCode::PageDown, NONE, Action::PageDown, "", "", false),
    bind(
        Context::Graph,
        KeyCode::Home,
        NONE,
        Action::ToStart,
        "Home / End",
        "the oldest, the newest (also g, G)",
        false,
    ),
    bind(Context::Graph, KeyCode::Char('g'), NONE, Action::ToStart, "", "", false),
    bind(Context::Graph, KeyCode::End, NONE, Action::ToEnd, "", "", false),
    bind(Context::Graph, KeyCode::Char('G'), KeyModifiers::SHIFT, Action::ToEnd, "", "", false),
    bind(Context::Graph, KeyCode::Char('G'), NONE, Action::ToEnd, "", "", false),
    bind(Context::Graph, KeyCode::F(4), NONE, Action::Zoom, "F4", "on the whole screen", false),
    bind(Context::Graph, KeyCode::F(6), NONE, Action::NextPlace, "F6", "chat, shell, graph, and again", false),
    bind(Context::Graph, KeyCode::F(5), NONE, Action::Sessions, "F5", "to the list of sessions", false),
    bind(Context::Graph, KeyCode::F(7), NONE, Action::Chat, "", "", false),
    bind(Context::Graph, KeyCode::F(2), NONE, Action::OtherPlace, "F2", "over to the shell", false),
    bind(Context::Graph, KeyCode::Char('c'), CONTROL, Action::Cancel, "", "", false),
    bind(Context::Graph, KeyCode::Char('l'), CONTROL, Action::Redraw, "", "", false),
    bind(Context::Graph, KeyCode::Char('p'), CONTROL, Action::Palette, "Ctrl+P", "commands", false),
    bind(Context::Graph, KeyCode::F(1), NONE, Action::Help, "F1", "help (also ?)", true),
    bind(Context::Graph, KeyCode::Char('?'), NONE, Action::Help, "", "", false),
    bind(Context::Graph, KeyCode::Char('?'), KeyModifiers::SHIFT, Action::Help, "", "", false),
    bind(Context::Graph, KeyCode::Char('x'), CONTROL, Action::Close, "Ctrl+X", "close", false),
    bind(Context::Sessions, KeyCode::Esc, NONE, Action::Chat, "Esc", "back to the chat", true),
    bind(Context::Sessions, KeyCode::Enter, NONE, Action::Open, "Enter", "go on with it", true),
    bind(Context::Sessions, KeyCode::Char('/'), NONE, Action::Find, "/", "a few letters of it", true),
    bind(Context::Sessions, KeyCode::Char('s'), NONE, Action::Search, "s", "words in every log", true),
    bind(Context::Sessions, KeyCode::Char('n'), NONE, Action::New, "n", "a new one", true),
    bind(Context::Sessions, KeyCode::Char('p'), NONE, Action::Preview, "p", "how it stands", true),
    bind(Context::Sessions, KeyCode::Char('f'), NONE, Action::Fork, "f", "fork it", true),
    bind(Context::Sessions, KeyCode::Char('c'), NONE, Action::CloseSession, "c", "close it", true),
    bind(Context::Sessions, KeyCode::Char('d'), NONE, Action::Archive, "d", "put it away (recoverable)", true),
    bind(
        Context::Sessions,
        KeyCode::Char('D'),
        KeyModifiers::SHIFT,
        Action::Delete,
        "D",
        "delete it for good (its name is asked for)",
        false,
    ),
    bind(Context::Sessions, KeyCode::Char('D'), NONE, Action::Delete, "", "", false),
    bind(
        Context::Sessions,
        KeyCode::Char('a'),
        NONE,
        Action::AllSessions,
        "a",
        "those that were put away, or the others",
        true,
    ),
    bind(Context::Sessions, KeyCode::Char('r'), NONE, Action::Restore, "r", "bring it back", false),
    bind(Context::Sessions, KeyCode::Up, NONE, Action::Up, "↑ / ↓", "newer, older (also k, j)", false),
    bind(Context::Sessions, KeyCode::Char('k'), NONE, Action::Up, "", "", false),
    bind(Context::Sessions, KeyCode::Down, NONE, Action::Down, "", "", false),
    bind(Context::Sessions, KeyCode::Char('j'), NONE, Action::Down, "", "", false),
    bind(Context::Sessions, KeyCode::PageUp, NONE, Action::PageUp, "PgUp / PgDn", "a page", false),
    bind(Context::Sessions, KeyCode::PageDown, NONE, Action::PageDown, "", "", false),
    bind(Context::Sessions, KeyCode::Home, NONE, Action::ToStart, "Home / End", "the newest, the oldest", false),
    bind(Context::Sessions, KeyCode::End, NONE, Action::ToEnd, "", "", false),
    bind(Context::Sessions, KeyCode::F(5), NONE, Action::Chat, "", "", false),
    bind(Context::Sessions, KeyCode::F(6), NONE, Action::NextPlace, "", "", false),
    bind(Context::Sessions, KeyCode::F(7), NONE, Action::Graph, "", "", false),
    bind(Context::Sessions, KeyCode::Char('p'), CONTROL, Action::Palette, "", "", false),
    bind(Context::Sessions, KeyCode::Char('c'), CONTROL, Action::Cancel, "", "", false),
    bind(Context::Sessions, KeyCode::Char('l'), CONTROL, Action::Redraw, "", "", false),
    bind(Context::Sessions, KeyCode::F(1), NONE, Action::Help, "F1", "help (also ?)", true),
    bind(Context::Sessions, KeyCode::Char('?'), NONE, Action::Help, "", "", false),
    bind(Context::Sessions, KeyCode::Char('?'), KeyModifiers::SHIFT, Action::Help, "", "", false),
    bind(Context::Sessions, KeyCode::Char('x'), CONTROL, Action::Close, "", "", false),
    bind(Context::Pager, KeyCode::Esc, NONE, Action::Leave, "Esc", "close (also q)", true),
    bind(Context::Pager, KeyCode::Char('q'), NONE, Action::Leave, "", "", false),
    bind(Context::Pager, KeyCode::Up, NONE, Action::Up, "↑ / ↓", "a line (also k, j)", true),
    bind(Context::Pager, KeyCode::Char('k'), NONE, Action::Up, "", "", false),
    bind(Context::Pager, KeyCode::Down, NONE, Action::Down, "", "", false),
    bind(Context::Pager, KeyCode::Char('j'), NONE, Action::Down, "", "", false),
    bind(Context::Pager, KeyCode::PageUp, NONE, Action::PageUp, "PgUp / PgDn", "a page", true),
    bind(Context::Pager, KeyCode::PageDown, NONE, Action::PageDown, "", "", false),
    bind(Context::Pager, KeyCode::Char(' '), NONE, Action::PageDown, "", "", false),
    bind(Context::Pager, KeyCode::Home, NONE, Action::ToStart, "Home / End", "beginning and end (also g, G)", true),
    bind(Context::Pager, KeyCode::Char('g'), NONE, Action::ToStart, "", "", false),
    bind(Context::Pager, KeyCode::End, NONE, Action::ToEnd, "", "", false),
    bind(Context::Pager, KeyCode::Char('G'), KeyModifiers::SHIFT, Action::ToEnd, "", "", false),
    bind(Context::Pager, KeyCode::Char('G'), NONE, Action::ToEnd, "", "", false),
    bind(Context::Pager, KeyCode::Char('l'), CONTROL, Action::Redraw, "", "", false),
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

/// The keys of a place.
pub(super) fn help(context: Context) -> Vec<HelpRow> {
    rows(|binding| !binding.keys.is_empty() && binding.context == context)
}

fn rows(fits: impl Fn(&Binding) -> bool) -> Vec<HelpRow> {
    let fitting = TABLE.iter().filter(|binding| fits(binding));
    fitting.map(|binding| HelpRow { keys: binding.keys.to_owned(), text: binding.text.to_owned() }).collect()
}

/// The keys for the end of `--help`.
pub fn shortcuts_help() -> String {
    let rows = rows(|binding| !binding.keys.is_empty() && matches!(binding.context, Context::Chat | Context::Shell));
    let width = rows.iter().map(|row| row.keys.chars().count()).max().unwrap_or(0);
    let lines: Vec<String> = rows.iter().map(|row| format!("  {:<width$}  {}", row.keys, row.text)).collect();
    format!("Keyboard shortcuts:\n{}", lines.join("\n"))
}
