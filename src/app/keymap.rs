//! Which key does what where: one table for the keys themselves, the footer,
//! the help and the end of `--help`, and what the person changed in it.
//!
//! `file` reads their changes, `names` says how a key is written, `sequence` what keys pressed one after another do.

mod file;
mod names;
mod sequence;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::ui::{HelpRow, Keys};

pub(super) use sequence::{Reached, written};

/// Where a key is pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Context {
    Chat,
    Shell,
    Graph,
    Sessions,
    /// Something that stands in the chat is chosen or looked for.
    Block,
    Pager,
    Dialog,
}

macro_rules! actions {
    ($($(#[$doc:meta])* $action:ident $name:literal,)*) => {
        /// What a key does. In a keymap file it goes by its name in small letters and dashes.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Action {
            $($(#[$doc])* $action,)*
        }

        impl Action {
            const ALL: &'static [Action] = &[$(Action::$action,)*];

            fn name(self) -> &'static str {
                match self {
                    $(Action::$action => $name,)*
                }
            }
        }
    };
}

actions! {
    Send "send",
    /// After what goes on, where Enter says it to what goes on.
    Queue "queue",
    /// What goes on.
    Stop "stop",
    Newline "newline",
    Shell "shell",
    Chat "chat",
    OtherPlace "other-place",
    Close "close",
    Cancel "cancel",
    PageUp "page-up",
    PageDown "page-down",
    ToEnd "to-end",
    Unfold "unfold",
    Help "help",
    Redraw "redraw",
    Deny "deny",
    /// Back to the chat from anything; twice it is the program's.
    Escape "escape",
    /// Commands of before, over the shell.
    Summon "summon",
    /// To the shell with the agent's last command on the prompt.
    Carry "carry",
    /// The shell or the graph on the whole screen.
    Zoom "zoom",
    /// Chat, shell, graph, and again.
    NextPlace "next-place",
    Graph "graph",
    Up "up",
    Down "down",
    ToStart "to-start",
    /// Away from what lies above the places.
    Leave "leave",
    /// The chosen thing whole.
    Open "open",
    Find "find",
    FindOlder "find-older",
    FindNewer "find-newer",
    Mark "mark",
    /// The marked one with the chosen one.
    Compare "compare",
    Branch "branch",
    Merge "merge",
    AllSessions "all-sessions",
    /// Runs of steps as one row, or each.
    Fold "fold",
    /// The list of commands.
    Palette "palette",
    Sessions "sessions",
    /// Words in every log.
    Search "search",
    New "new",
    /// Other colours, tried out.
    Themes "themes",
    /// Every key, and how they are changed.
    Keys "keys",
    Preview "preview",
    Fork "fork",
    CloseSession "close-session",
    Archive "archive",
    Delete "delete",
    Restore "restore",
    /// The turns of the chat, to go to one.
    Outline "outline",
    Copy "copy",
    /// Which rule decided.
    Why "why",
    /// Requests of before.
    Earlier "earlier",
    /// The request in the person's own editor.
    Editor "editor",
    /// Back to the shell that started us, for a while.
    Suspend "suspend",
    /// What a command that waits would change.
    LookFirst "look-first",
    /// Borders between panes, moved there.
    Left "left",
    Right "right",
    Higher "higher",
    Lower "lower",
}

/// A key as bindings have it.
pub(super) type Key = (KeyCode, KeyModifiers);

#[derive(Debug)]
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
const ALT_SHIFT: KeyModifiers = KeyModifiers::ALT.union(KeyModifiers::SHIFT);

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
    bind(Context::Chat, KeyCode::Enter, NONE, Action::Send, "Enter", "send (the request)", true),
    bind(
        Context::Chat,
        KeyCode::Tab,
        NONE,
        Action::Queue,
        "Tab",
        "while it works: for afterwards (what is sent steers its next step)",
        false,
    ),
    bind(Context::Chat, KeyCode::Esc, NONE, Action::Stop, "Esc", "while it works: stop it", false),
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
    bind(Context::Chat, KeyCode::F(2), NONE, Action::OtherPlace, "F2", "shell (over to it and back)", true),
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
    bind(Context::Chat, KeyCode::F(7), NONE, Action::Graph, "F7", "graph (of what was done and found)", true),
    bind(
        Context::Chat,
        KeyCode::Left,
        ALT_SHIFT,
        Action::Left,
        "Alt+Shift+←→↑↓",
        "move the borders between panes (also dragged with the mouse); after F4 show both again",
        false,
    ),
    bind(Context::Chat, KeyCode::Right, ALT_SHIFT, Action::Right, "", "", false),
    bind(Context::Chat, KeyCode::Up, ALT_SHIFT, Action::Higher, "", "", false),
    bind(Context::Chat, KeyCode::Down, ALT_SHIFT, Action::Lower, "", "", false),
    bind(Context::Chat, KeyCode::Char(']'), CONTROL, Action::Escape, "", "", false),
    bind(Context::Chat, KeyCode::Char('5'), CONTROL, Action::Escape, "", "", false),
    bind(Context::Chat, KeyCode::PageUp, NONE, Action::PageUp, "PgUp / PgDn", "scroll the chat", false),
    bind(Context::Chat, KeyCode::PageDown, NONE, Action::PageDown, "", "", false),
    bind(Context::Chat, KeyCode::End, CONTROL, Action::ToEnd, "Ctrl+End", "to the end of the chat", false),
    bind(Context::Chat, KeyCode::Char('o'), CONTROL, Action::Unfold, "Ctrl+O", "show folded output, or fold it", false),
    bind(Context::Chat, KeyCode::Char('r'), CONTROL, Action::Earlier, "Ctrl+R", "requests of before", false),
    bind(Context::Chat, KeyCode::Char('g'), CONTROL, Action::Editor, "Ctrl+G", "write in your own editor", false),
    bind(
        Context::Chat,
        KeyCode::Up,
        KeyModifiers::ALT,
        Action::Up,
        "Alt+↑ / Alt+↓",
        "choose what stands in the chat: copy, unfold, why",
        false,
    ),
    bind(Context::Chat, KeyCode::Down, KeyModifiers::ALT, Action::Down, "", "", false),
    bind(
        Context::Chat,
        KeyCode::Char('s'),
        KeyModifiers::ALT,
        Action::Find,
        "Alt+S",
        "look for words in the chat",
        false,
    ),
    bind(
        Context::Chat,
        KeyCode::Char('o'),
        KeyModifiers::ALT,
        Action::Outline,
        "Alt+O",
        "the turns, to go to one",
        false,
    ),
    bind(
        Context::Chat,
        KeyCode::Char('z'),
        CONTROL,
        Action::Suspend,
        "Ctrl+Z",
        "back to the shell that started this; fg returns",
        false,
    ),
    bind(Context::Chat, KeyCode::Char('l'), CONTROL, Action::Redraw, "Ctrl+L", "draw the screen again", false),
    bind(Context::Chat, KeyCode::Char('p'), CONTROL, Action::Palette, "Ctrl+P", "commands (also typed: /)", true),
    bind(Context::Chat, KeyCode::F(1), NONE, Action::Help, "F1", "help (also ? when the input is empty)", true),
    bind(Context::Chat, KeyCode::Char('x'), CONTROL, Action::Close, "Ctrl+X", "close", true),
    bind(Context::Shell, KeyCode::Char('s'), CONTROL, Action::Chat, "Ctrl+S", "chat (back to it)", true),
    bind(
        Context::Shell,
        KeyCode::Char(']'),
        CONTROL,
        Action::Escape,
        "Ctrl+]",
        "chat, from any program (twice: the program's)",
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
    bind(Context::Shell, KeyCode::Left, ALT_SHIFT, Action::Left, "", "", false),
    bind(Context::Shell, KeyCode::Right, ALT_SHIFT, Action::Right, "", "", false),
    bind(Context::Shell, KeyCode::Up, ALT_SHIFT, Action::Higher, "", "", false),
    bind(Context::Shell, KeyCode::Down, ALT_SHIFT, Action::Lower, "", "", false),
    bind(Context::Shell, KeyCode::Char('x'), CONTROL, Action::Close, "", "", false),
    bind(Context::Graph, KeyCode::Esc, NONE, Action::Chat, "Esc", "chat (back to it)", true),
    bind(
        Context::Graph,
        KeyCode::Enter,
        NONE,
        Action::Open,
        "Enter",
        "open (the entry whole, with all of its output)",
        true,
    ),
    bind(Context::Graph, KeyCode::Char('/'), NONE, Action::Find, "/", "find (words in it)", true),
    bind(Context::Graph, KeyCode::Char('n'), NONE, Action::FindOlder, "n / N", "the next place: older, newer", false),
    bind(Context::Graph, KeyCode::Char('N'), NONE, Action::FindNewer, "", "", false),
    bind(Context::Graph, KeyCode::Char(' '), NONE, Action::Mark, "Space", "mark (an entry)", true),
    bind(Context::Graph, KeyCode::Char('d'), NONE, Action::Compare, "d", "compare (with the marked one)", true),
    bind(Context::Graph, KeyCode::Char('b'), NONE, Action::Branch, "b", "branch (from here)", true),
    bind(Context::Graph, KeyCode::Char('m'), NONE, Action::Merge, "m", "merge (a branch)", true),
    bind(Context::Graph, KeyCode::Char('f'), NONE, Action::Fork, "f", "fork (a session that begins there)", false),
    bind(Context::Graph, KeyCode::Char('a'), NONE, Action::AllSessions, "a", "all (sessions, or this one)", true),
    bind(Context::Graph, KeyCode::Char('z'), NONE, Action::Fold, "z", "fold (runs of steps into one row)", true),
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
    bind(Context::Graph, KeyCode::Char('G'), NONE, Action::ToEnd, "", "", false),
    bind(Context::Graph, KeyCode::Left, ALT_SHIFT, Action::Left, "", "", false),
    bind(Context::Graph, KeyCode::Right, ALT_SHIFT, Action::Right, "", "", false),
    bind(Context::Graph, KeyCode::Up, ALT_SHIFT, Action::Higher, "", "", false),
    bind(Context::Graph, KeyCode::Down, ALT_SHIFT, Action::Lower, "", "", false),
    bind(Context::Graph, KeyCode::F(4), NONE, Action::Zoom, "F4", "on the whole screen", false),
    bind(Context::Graph, KeyCode::F(6), NONE, Action::NextPlace, "F6", "chat, shell, graph, and again", false),
    bind(Context::Graph, KeyCode::F(5), NONE, Action::Sessions, "F5", "to the list of sessions", false),
    bind(Context::Graph, KeyCode::F(7), NONE, Action::Chat, "", "", false),
    bind(Context::Graph, KeyCode::F(2), NONE, Action::OtherPlace, "F2", "over to the shell", false),
    bind(Context::Graph, KeyCode::Char('z'), CONTROL, Action::Suspend, "", "", false),
    bind(Context::Graph, KeyCode::Char('c'), CONTROL, Action::Cancel, "", "", false),
    bind(Context::Graph, KeyCode::Char('l'), CONTROL, Action::Redraw, "", "", false),
    bind(Context::Graph, KeyCode::Char('p'), CONTROL, Action::Palette, "Ctrl+P", "commands", false),
    bind(Context::Graph, KeyCode::F(1), NONE, Action::Help, "F1", "help (also ?)", true),
    bind(Context::Graph, KeyCode::Char('?'), NONE, Action::Help, "", "", false),
    bind(Context::Graph, KeyCode::Char('x'), CONTROL, Action::Close, "Ctrl+X", "close", false),
    bind(Context::Sessions, KeyCode::Esc, NONE, Action::Chat, "Esc", "chat (back to it)", true),
    bind(Context::Sessions, KeyCode::Enter, NONE, Action::Open, "Enter", "go on (with it)", true),
    bind(Context::Sessions, KeyCode::Char('/'), NONE, Action::Find, "/", "find (by a few letters)", true),
    bind(Context::Sessions, KeyCode::Char('s'), NONE, Action::Search, "s", "search (words in every log)", true),
    bind(Context::Sessions, KeyCode::Char('n'), NONE, Action::New, "n", "new (a session)", true),
    bind(Context::Sessions, KeyCode::Char('p'), NONE, Action::Preview, "p", "look (how it stands)", true),
    bind(Context::Sessions, KeyCode::Char('f'), NONE, Action::Fork, "f", "fork (it)", true),
    bind(Context::Sessions, KeyCode::Char('c'), NONE, Action::CloseSession, "c", "close (it)", true),
    bind(Context::Sessions, KeyCode::Char('d'), NONE, Action::Archive, "d", "put it away (recoverable)", true),
    bind(
        Context::Sessions,
        KeyCode::Char('D'),
        NONE,
        Action::Delete,
        "D",
        "delete it for good (its name is asked for)",
        false,
    ),
    bind(
        Context::Sessions,
        KeyCode::Char('a'),
        NONE,
        Action::AllSessions,
        "a",
        "archive (those that were put away, or the others)",
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
    bind(Context::Sessions, KeyCode::Char('z'), CONTROL, Action::Suspend, "", "", false),
    bind(Context::Sessions, KeyCode::Char('c'), CONTROL, Action::Cancel, "", "", false),
    bind(Context::Sessions, KeyCode::Char('l'), CONTROL, Action::Redraw, "", "", false),
    bind(Context::Sessions, KeyCode::F(1), NONE, Action::Help, "F1", "help (also ?)", true),
    bind(Context::Sessions, KeyCode::Char('?'), NONE, Action::Help, "", "", false),
    bind(Context::Sessions, KeyCode::Char('x'), CONTROL, Action::Close, "", "", false),
    bind(Context::Block, KeyCode::Esc, NONE, Action::Leave, "Esc", "write (on)", true),
    bind(Context::Block, KeyCode::Up, KeyModifiers::ALT, Action::Up, "Alt+↑ / Alt+↓", "older, newer (also k, j)", true),
    bind(Context::Block, KeyCode::Char('k'), NONE, Action::Up, "", "", false),
    bind(Context::Block, KeyCode::Down, KeyModifiers::ALT, Action::Down, "", "", false),
    bind(Context::Block, KeyCode::Char('j'), NONE, Action::Down, "", "", false),
    bind(Context::Block, KeyCode::Char('y'), NONE, Action::Copy, "y", "copy (the command, or the words)", true),
    bind(Context::Block, KeyCode::Char('o'), NONE, Action::Unfold, "o", "unfold (or fold)", true),
    bind(Context::Block, KeyCode::Char('o'), CONTROL, Action::Unfold, "", "", false),
    bind(Context::Block, KeyCode::Char('w'), NONE, Action::Why, "w", "why (which rule decided)", true),
    bind(Context::Block, KeyCode::Char('/'), NONE, Action::Find, "/", "find (words in the chat)", true),
    bind(Context::Block, KeyCode::Char('s'), KeyModifiers::ALT, Action::Find, "", "", false),
    bind(Context::Block, KeyCode::Char('n'), NONE, Action::FindOlder, "n / N", "the next place: older, newer", false),
    bind(Context::Block, KeyCode::Char('N'), NONE, Action::FindNewer, "", "", false),
    bind(Context::Block, KeyCode::Char('t'), NONE, Action::Outline, "t", "turns (to go to one)", true),
    bind(Context::Block, KeyCode::Char('o'), KeyModifiers::ALT, Action::Outline, "", "", false),
    bind(Context::Block, KeyCode::PageUp, NONE, Action::PageUp, "PgUp / PgDn", "a page", false),
    bind(Context::Block, KeyCode::PageDown, NONE, Action::PageDown, "", "", false),
    bind(Context::Block, KeyCode::Char('g'), NONE, Action::ToStart, "g / G", "the first, the end", false),
    bind(Context::Block, KeyCode::Char('G'), NONE, Action::ToEnd, "", "", false),
    bind(Context::Block, KeyCode::End, CONTROL, Action::ToEnd, "", "", false),
    bind(Context::Pager, KeyCode::Esc, NONE, Action::Leave, "Esc", "close (also q)", true),
    bind(Context::Pager, KeyCode::Char('q'), NONE, Action::Leave, "", "", false),
    bind(Context::Pager, KeyCode::Char('/'), NONE, Action::Find, "/", "find (words in the text)", true),
    bind(Context::Pager, KeyCode::Char('n'), NONE, Action::FindNewer, "n / N", "the next place: below, above", false),
    bind(Context::Pager, KeyCode::Char('N'), NONE, Action::FindOlder, "", "", false),
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
    bind(Context::Pager, KeyCode::Char('G'), NONE, Action::ToEnd, "", "", false),
    bind(Context::Pager, KeyCode::Char('l'), CONTROL, Action::Redraw, "", "", false),
    bind(Context::Dialog, KeyCode::Enter, NONE, Action::Send, "Enter", "answer what was typed (empty: decline)", true),
    bind(Context::Dialog, KeyCode::Esc, NONE, Action::Deny, "Esc", "decline", true),
    bind(Context::Dialog, KeyCode::Char('c'), CONTROL, Action::Cancel, "Ctrl+C", "withdraw the question", true),
    bind(Context::Dialog, KeyCode::Tab, NONE, Action::LookFirst, "Tab", "look first (what it would change)", true),
    bind(Context::Dialog, KeyCode::PageDown, NONE, Action::PageDown, "PgDn", "see the rest", true),
    bind(Context::Dialog, KeyCode::PageUp, NONE, Action::PageUp, "", "", false),
    bind(Context::Dialog, KeyCode::Char('x'), CONTROL, Action::Close, "", "", false),
];

/// A key as bindings have it: without Shift where the letter tells it, and control with the small letter.
pub(super) fn plain(key: KeyEvent) -> Key {
    match key.code {
        KeyCode::Char(letter) if key.modifiers.contains(CONTROL) => {
            (KeyCode::Char(letter.to_ascii_lowercase()), key.modifiers)
        }
        KeyCode::Char(_) => (key.code, key.modifiers.difference(KeyModifiers::SHIFT)),
        code => (code, key.modifiers),
    }
}

/// The table with what the person changed in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Keymap {
    /// A key that does something else there, or nothing.
    changed: Vec<Changed>,
    /// Keys of the person's that do something one after another, or no longer do.
    own: Vec<sequence::Own>,
    /// The composer has vi's keys.
    vi: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Changed {
    context: Context,
    key: Key,
    action: Option<Action>,
}

impl Keymap {
    /// Whether the composer has vi's keys.
    pub(super) fn is_vi(&self) -> bool {
        self.vi
    }

    /// What a key does in a context.
    pub(super) fn action(&self, context: Context, key: KeyEvent) -> Option<Action> {
        self.leads(context, plain(key))
    }

    fn leads(&self, context: Context, key: Key) -> Option<Action> {
        let own = self.changed.iter().find(|changed| changed.context == context && changed.key == key);
        match own {
            Some(changed) => changed.action,
            None => {
                defaults(context).find(|binding| (binding.code, binding.modifiers) == key).map(|found| found.action)
            }
        }
    }

    /// The keys that do something in a context, the person's first.
    fn keys(&self, context: Context, action: Action) -> Vec<Key> {
        let own = self.changed.iter().filter(|changed| changed.context == context).map(|changed| changed.key);
        let table = defaults(context).map(|binding| (binding.code, binding.modifiers));
        let mut keys = Vec::new();
        for key in own.chain(table).filter(|key| self.leads(context, *key) == Some(action)) {
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        keys
    }

    /// The key that does something in a context, or the keys one after another, as they are written; `None` where the
    /// person left none for it.
    pub(super) fn told(&self, context: Context, action: Action) -> Option<String> {
        self.alone(context, action).or_else(|| self.sequence_to(context, action))
    }

    /// The single key that does it, for where no other key is ours.
    pub(super) fn alone(&self, context: Context, action: Action) -> Option<String> {
        self.keys(context, action).first().copied().map(names::told)
    }

    /// The same for what no change leaves without a key.
    pub(super) fn kept(&self, context: Context, action: Action) -> String {
        self.told(context, action).unwrap_or_default()
    }

    /// That key with what it does, for a sentence: `F2 goes there`.
    pub(super) fn does(&self, context: Context, action: Action, what: &str) -> Option<String> {
        self.told(context, action).map(|key| format!("{key} {what}"))
    }

    /// The same as a sentence of its own behind another.
    pub(super) fn adds(&self, context: Context, action: Action, what: &str) -> String {
        self.does(context, action, what).map_or_else(String::new, |does| format!(" {does}."))
    }

    /// The keys that the drawing names.
    pub(super) fn named(&self) -> Keys {
        let chat = |action| self.told(Context::Chat, action);
        Keys {
            send: self.kept(Context::Chat, Action::Send),
            cancel: self.kept(Context::Chat, Action::Cancel),
            close: self.kept(Context::Chat, Action::Close),
            unfold: chat(Action::Unfold),
            page_down: chat(Action::PageDown),
            to_end: chat(Action::ToEnd),
            shell: chat(Action::Shell),
            other_place: chat(Action::OtherPlace),
            carry: chat(Action::Carry),
            all_sessions: self.told(Context::Graph, Action::AllSessions),
            new_session: self.told(Context::Sessions, Action::New),
            out_of_sessions: self.kept(Context::Sessions, Action::Chat),
            answer: self.kept(Context::Dialog, Action::Send),
            see_more: self.kept(Context::Dialog, Action::PageDown),
            look_first: self.told(Context::Dialog, Action::LookFirst),
        }
    }

    /// The footer's keys.
    pub(super) fn footer(&self, context: Context) -> Vec<HelpRow> {
        let mut rows = self.foot(context, |binding| binding.footer);
        rows.extend(self.prefixes(context));
        rows
    }

    /// The footer where one thing alone can be done.
    pub(super) fn footer_of(&self, context: Context, action: Action) -> Vec<HelpRow> {
        self.foot(context, |binding| binding.action == action && !binding.keys.is_empty())
    }

    /// The footer without what begins others and without one thing that cannot be done now.
    pub(super) fn footer_without(&self, context: Context, action: Action) -> Vec<HelpRow> {
        self.foot(context, |binding| binding.footer && binding.action != action)
    }

    fn foot(&self, context: Context, fits: impl Fn(&Binding) -> bool) -> Vec<HelpRow> {
        let mut rows = self.rows(context, fits);
        for row in &mut rows {
            row.text.truncate(short(&row.text).len());
        }
        rows
    }

    /// The keys of a place.
    pub(super) fn help(&self, context: Context) -> Vec<HelpRow> {
        let mut rows = self.rows(context, |binding| !binding.keys.is_empty());
        rows.extend(self.sequence_rows(context));
        rows
    }

    fn rows(&self, context: Context, fits: impl Fn(&Binding) -> bool) -> Vec<HelpRow> {
        let all: Vec<&Binding> = defaults(context).collect();
        let heads = all.iter().enumerate().filter(|(_, binding)| fits(binding));
        let row = |(at, head): (usize, &&Binding)| {
            // `PgUp / PgDn`: the other deed of a pair stands below, in a row without a name of its own.
            let others = all.iter().skip(at + 1).take_while(|binding| binding.keys.is_empty());
            let other = others.map(|binding| binding.action).find(|action| *action != head.action);
            let pair = other.filter(|_| head.keys.contains(" / "));
            let actions: Vec<Action> = std::iter::once(head.action).chain(pair).collect();
            if !self.changed.iter().any(|changed| changed.context == context && touches(changed, &actions)) {
                return Some(HelpRow { keys: head.keys.to_owned(), text: head.text.to_owned() });
            }
            let keys = actions.into_iter().flat_map(|action| self.keys(context, action));
            let names: Vec<String> = keys.map(names::told).collect();
            let text = head.text.split(" (").next().unwrap_or_default().to_owned();
            (!names.is_empty()).then(|| HelpRow { keys: names.join(" / "), text })
        };
        heads.filter_map(row).collect()
    }
}

/// What a key does, where there is no room for what stands in parentheses or after a colon.
fn short(text: &str) -> &str {
    let end = text.find(" (").or_else(|| text.find(':'));
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}

/// Whether a change gives these deeds another key, or takes one of theirs.
fn touches(changed: &Changed, actions: &[Action]) -> bool {
    let own = defaults(changed.context).find(|binding| (binding.code, binding.modifiers) == changed.key);
    changed.action.into_iter().chain(own.map(|binding| binding.action)).any(|action| actions.contains(&action))
}

fn defaults(context: Context) -> impl Iterator<Item = &'static Binding> {
    TABLE.iter().filter(move |binding| binding.context == context)
}

/// A sentence with what a key does behind it, where some key does that.
pub(super) fn joined(sentence: &str, between: &str, key: Option<String>) -> String {
    key.map_or_else(|| sentence.to_owned(), |key| format!("{sentence}{between}{key}"))
}

/// The keys for the end of `--help`.
pub fn shortcuts_help() -> String {
    let map = Keymap::default();
    let mut rows = map.help(Context::Chat);
    for row in map.help(Context::Shell) {
        // What keys one after another do in both is told once.
        if !rows.contains(&row) {
            rows.push(row);
        }
    }
    let width = rows.iter().map(|row| row.keys.chars().count()).max().unwrap_or(0);
    let lines: Vec<String> = rows.iter().map(|row| format!("  {:<width$}  {}", row.keys, row.text)).collect();
    format!("Keyboard shortcuts:\n{}", lines.join("\n"))
}
