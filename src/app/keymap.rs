//! Which key does what where: one table for the keys themselves, the footer,
//! the help and the end of `--help`, and what the person changed in it.
//!
//! `table` has the keys as they are without any change, `file` reads the person's, `names` says how a key is written,
//! `sequence` what keys pressed one after another do.

mod file;
mod names;
mod sequence;
mod table;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use self::table::{Binding, CONTROL, NONE, TABLE};
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
