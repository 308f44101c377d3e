//! The commands that begin with a slash: one table for the composer, its completion, the palette and the help.
//!
//! Owns their names and arguments and what each one does. Whatever the memory knows as a word is said as that word, so
//! that the chat and the log tell it; the rest reads something, tells the runtime, or changes the screen.

use super::keymap::Action;
use super::state::State;
use super::update::{self, Effect};
use super::{graph, help, pager, panes, question, reader, sending, sessions, status, themes, welcome};
use crate::domain::SessionId;
use crate::output::escape;
use crate::runtime::{Input as ToRuntime, Past, ServerWord, Wanted};
use crate::shell::clipboard;
use crate::ui::{BlockKind, Face, PickRow};

/// What one of them does with what was said after its name.
type Deed = fn(&mut State, &str, &mut Vec<Effect>);

/// One of them.
pub(super) struct Command {
    /// Without the slash.
    pub name: &'static str,
    /// `<so>` must be said, `[so]` may be.
    arguments: &'static str,
    pub help: &'static str,
    run: Deed,
}

impl Command {
    /// Whether it does nothing alone.
    pub fn needs_more(&self) -> bool {
        self.arguments.starts_with('<')
    }

    /// `/branch <name> [what it is for]`.
    pub fn usage(&self) -> String {
        format!("/{} {}", self.name, self.arguments).trim_end().to_owned()
    }

    pub fn row(&self) -> PickRow<'static> {
        PickRow { name: self.name, arguments: self.arguments, help: self.help, keys: String::new() }
    }

    /// What keys do that do the same.
    pub fn action(&self) -> Option<Action> {
        Some(match self.name {
            "help" => Action::Help,
            "new" => Action::New,
            "sessions" => Action::Sessions,
            "outline" => Action::Outline,
            "graph" => Action::Graph,
            "keymap" => Action::Keys,
            "theme" => Action::Themes,
            "close" => Action::Close,
            _ => return None,
        })
    }
}

const fn command(name: &'static str, arguments: &'static str, help: &'static str, run: Deed) -> Command {
    Command { name, arguments, help, run }
}

/// All of them, in the order of the lists.
pub(super) const COMMANDS: &[Command] = &[
    command("help", "", "every command and every key", |state, _, _| help::open(state)),
    command("welcome", "", "the first screen: the tiers, the model, something to try", |state, _, effects| {
        welcome::open(state, effects);
    }),
    command("status", "", "session, cluster, model, what goes on", |state, _, _| status::open(state)),
    command("model", "[name]", "the server's models, or another one from now on", model),
    command("fast-path", "[on | off]", "whether the built-in planner answers what it is sure of", fast_path),
    command("new", "[goal]", "a new session; this one stays active", new),
    command("continue", "[session]", "go on with an earlier session, by its number or from the list", go_on),
    command("rename", "<what it is for>", "say anew what this session is for", |_, rest, effects| {
        effects.push(Effect::Tell(ToRuntime::Rename(rest.to_owned())));
    }),
    command("sessions", "", "every session: find, continue, fork, close, put away", |state, _, effects| {
        sessions::enter(state, effects);
    }),
    command("fork", "[goal]", "a new session that begins where this one stands", fork),
    command("search", "<words>", "entries of all sessions with these words, to open one", |state, rest, effects| {
        pager::search(state, rest, effects);
    }),
    command("find", "<words>", "words in this chat, from place to place", |state, rest, _| reader::find(state, rest)),
    command("outline", "", "the turns of this chat, to go to one", |state, _, _| reader::outline(state)),
    command("context", "[--session | --log | --metadata]", "what the memory holds", |state, rest, effects| {
        word(state, "CONTEXT", rest, effects);
    }),
    command("graph", "", "what was done and found, as a tree", |state, _, effects| graph::enter(state, effects)),
    command("commit", "<finding>", "keep a confirmed finding", |state, rest, effects| {
        word(state, "COMMIT", rest, effects);
    }),
    command("branch", "<name> [what it is for]", "try another way from here on", |state, rest, effects| {
        word(state, "BRANCH", rest, effects);
    }),
    command("merge", "<branch>", "tell what a branch came to, where it began", |state, rest, effects| {
        word(state, "MERGE", rest, effects);
    }),
    command("compact", "", "have the talk so far told to the model as a summary", |_, _, effects| {
        effects.push(Effect::Tell(ToRuntime::Compact));
    }),
    command("plan", "<request>", "the commands a request becomes; runs nothing", plan),
    command("grants", "[revoke <id> | revoke all]", "what you allowed for a while, or take it back", grants),
    command("permissions", "", "what is granted, what was refused, which rules there are", |state, _, effects| {
        let wanted = Wanted::Permissions(state.session.clone());
        pager::open(state, "permissions".to_owned(), wanted, effects);
    }),
    command("why", "[command]", "which rule decides about a command: the last one, or this", why),
    command("skills", "[name]", "the skill files that count, or every rule of one", |state, rest, effects| {
        pager::open(state, format!("skills {}", escape::line(rest)), Wanted::Skills(rest.to_owned()), effects);
    }),
    command("privacy", "", "what was masked in this session", |state, _, effects| {
        let wanted = Wanted::Privacy(state.session.clone());
        pager::open(state, "privacy".to_owned(), wanted, effects);
    }),
    command("doctor", "", "whether everything this program leans on is as it should be", |state, _, effects| {
        pager::open(state, "doctor".to_owned(), Wanted::Doctor, effects);
    }),
    command(
        "mcp",
        "[accept <server> | restart <server>]",
        "servers of other programs' tools, and what each tool needs",
        mcp,
    ),
    command("export", "[file]", "this session as an incident report, or into a .md, .html or .json file", export),
    command("keymap", "", "all keys, and how to change them", |state, _, _| help::keys(state)),
    command("theme", "[name]", "other colours, tried out while you choose", theme),
    command("mouse", "", "the mouse scrolls here, or is the terminal's for selecting", |state, _, _| {
        panes::mouse(state)
    }),
    command("copy", "", "the agent's last answer into the clipboard", copy),
    command("close", "", "close the session, with its summary", |state, _, effects| update::close(state, effects)),
    command("quit", "", "leave; the session stays active", |_, _, effects| effects.push(Effect::Quit)),
];

/// The command of that name.
pub(super) fn named(name: &str) -> Option<&'static Command> {
    COMMANDS.iter().find(|command| command.name == name)
}

/// Whether the text is a command: a slash and a name. The first word of a path has a second slash.
pub(super) fn is_command(text: &str) -> bool {
    let first = text.split(char::is_whitespace).next().unwrap_or_default();
    first.strip_prefix('/').is_some_and(|name| !name.contains('/'))
}

/// Runs a line like `/branch memory`. False when there is no such command or it misses something, which is told.
pub(super) fn run(state: &mut State, line: &str, effects: &mut Vec<Effect>) -> bool {
    let line = line.trim().trim_start_matches('/');
    let (name, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let rest = rest.trim();
    let Some(command) = named(name) else {
        let name = escape::line(name);
        let words = format!("There is no command /{name}. / lists them; with a blank before it, it is a request.");
        state.words(Face::Warning, words);
        return false;
    };
    if rest.is_empty() && command.needs_more() {
        state.words(Face::Warning, format!("Say more: {} — {}.", command.usage(), command.help));
        return false;
    }
    (command.run)(state, rest, effects);
    true
}

/// A word of the memory's, said in the chat.
fn word(state: &mut State, word: &str, rest: &str, effects: &mut Vec<Effect>) {
    sending::say(state, format!("{word} {rest}").trim_end().to_owned(), effects);
}

fn model(state: &mut State, rest: &str, effects: &mut Vec<Effect>) {
    if rest.is_empty() {
        pager::open(state, "models".to_owned(), Wanted::Models, effects);
    } else {
        effects.push(Effect::Tell(ToRuntime::UseModel(rest.to_owned())));
    }
}

fn fast_path(state: &mut State, rest: &str, effects: &mut Vec<Effect>) {
    let on = match rest {
        "" => !state.fast_path,
        "on" => true,
        "off" => false,
        _ => return state.words(Face::Warning, "Say /fast-path on or /fast-path off; alone it changes over."),
    };
    effects.push(Effect::Tell(ToRuntime::FastPath(on)));
    let told = match on {
        true => "The built-in planner answers what it is sure of; the model gets the rest, with the nearest commands.",
        false => "The model answers everything while one is there, with the planner's own plan as an example.",
    };
    state.words(Face::Info, told);
}

fn new(state: &mut State, rest: &str, effects: &mut Vec<Effect>) {
    if rest.is_empty() {
        return question::new_session(state);
    }
    state.session_from = state.next_block;
    effects.push(Effect::Tell(ToRuntime::Begin));
    sending::say(state, rest.to_owned(), effects);
}

fn go_on(state: &mut State, rest: &str, effects: &mut Vec<Effect>) {
    if rest.is_empty() {
        sessions::enter(state, effects);
    } else {
        effects.push(Effect::Tell(ToRuntime::Resume(SessionId::new(rest))));
    }
}

fn fork(state: &mut State, rest: &str, effects: &mut Vec<Effect>) {
    match state.session.clone() {
        Some(from) => effects.push(Effect::Tell(ToRuntime::Fork { from, entry: None, goal: rest.to_owned() })),
        None => state.words(Face::Info, "There is no session yet that could be forked."),
    }
}

fn plan(state: &mut State, rest: &str, effects: &mut Vec<Effect>) {
    pager::open(state, format!("plan: {}", escape::line(rest)), Wanted::Plan(rest.to_owned()), effects);
}

fn why(state: &mut State, rest: &str, effects: &mut Vec<Effect>) {
    let line = if rest.is_empty() { state.last_command().map(|(command, _)| command) } else { Some(rest.to_owned()) };
    match line {
        Some(line) => pager::open(state, format!("why: {}", escape::line(&line)), Wanted::Why(line), effects),
        None => state.words(Face::Info, "The agent named no command yet in this session; /why <command> takes any."),
    }
}

fn grants(state: &mut State, rest: &str, effects: &mut Vec<Effect>) {
    match rest.split_whitespace().collect::<Vec<_>>().as_slice() {
        [] => pager::open(state, "grants".to_owned(), Wanted::Grants, effects),
        ["revoke", "all"] => effects.push(Effect::Tell(ToRuntime::Revoke(None))),
        ["revoke", id] => effects.push(Effect::Tell(ToRuntime::Revoke(Some((*id).to_owned())))),
        _ => {
            state.words(Face::Warning, "/grants lists them; /grants revoke <id> takes one back, revoke all every one.")
        }
    }
}

fn mcp(state: &mut State, rest: &str, effects: &mut Vec<Effect>) {
    let tell = |word: ServerWord| Effect::Tell(ToRuntime::Servers(word));
    match rest.split_whitespace().collect::<Vec<_>>().as_slice() {
        [] => pager::open(state, "servers of tools".to_owned(), Wanted::Servers, effects),
        ["accept", name] => effects.push(tell(ServerWord::Accept((*name).to_owned()))),
        ["restart", name] => effects.push(tell(ServerWord::Restart((*name).to_owned()))),
        _ => state.words(
            Face::Warning,
            "/mcp lists them; /mcp accept <server> takes its tools as they are now, restart <server> starts it again.",
        ),
    }
}

fn theme(state: &mut State, rest: &str, effects: &mut Vec<Effect>) {
    if rest.is_empty() {
        themes::open(state);
    } else {
        themes::named(state, rest, effects);
    }
}

fn export(state: &mut State, file: &str, effects: &mut Vec<Effect>) {
    let Some(session) = state.session.clone() else {
        return state.words(Face::Info, "There is no session yet that could be told of.");
    };
    if !file.is_empty() {
        return effects.push(Effect::Tell(ToRuntime::Export { session, file: file.to_owned() }));
    }
    // A name for each session: no report takes the place of another one's.
    let title = format!("report · /export {}.md writes it", session.short());
    pager::open(state, title, Wanted::Past(Past::Report(session)), effects);
}

fn copy(state: &mut State, _: &str, effects: &mut Vec<Effect>) {
    let answer = state.blocks.iter().rev().find_map(|block| match &block.kind {
        BlockKind::Words { face: Face::Agent, text } => Some(text.as_str()),
        _ => None,
    });
    let Some(answer) = answer else {
        return state.words(Face::Info, "The agent said nothing yet that could be copied.");
    };
    match clipboard(answer) {
        Some(bytes) => {
            effects.push(Effect::Outer(bytes));
            // A terminal never says whether it took it.
            state.words(Face::Info, "The last answer was sent to the terminal's clipboard.");
        }
        None => state.words(Face::Warning, "The last answer is longer than a terminal's clipboard takes."),
    }
}
