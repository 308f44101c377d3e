//! What is drawn: a picture of the state made for drawing, borrowed from it.

use std::ops::Range;

use ratatui::layout::Rect;
use tui_textarea::TextArea;

use super::shell::Chosen;
use crate::domain::pane::Snapshot;
use crate::domain::{ApprovalRequest, CallId, Checklist, Exit, Recalled, Stream, Tier};
use crate::history::graph::Row;

/// Rows of text that a composer has at most, and columns of it that are frame and mark.
const MOST_ROWS: usize = 8;
const COMPOSER_FRAME: u16 = 6;

/// How screens are shared out, in hundredths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Split {
    /// Columns of the chat; the shell and the graph have the others.
    pub across: u16,
    /// Rows of the shell; the graph has the others.
    pub down: u16,
    /// Where the chat stands above another pane: its rows with the composer.
    pub above: u16,
    /// There one pane at a time has all the room.
    pub alone: bool,
}

impl Default for Split {
    fn default() -> Self {
        Self { across: 50, down: 60, above: 60, alone: false }
    }
}

impl Split {
    /// The same within what leaves every pane enough to be read.
    #[must_use]
    pub fn bounded(self) -> Split {
        let bounded = |part: u16| part.clamp(LEAST_PART, 100 - LEAST_PART);
        Split { across: bounded(self.across), down: bounded(self.down), above: bounded(self.above), ..self }
    }
}

/// A pane keeps this much of the screen, in hundredths.
const LEAST_PART: u16 = 20;

/// Where the person is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Chat,
    Shell,
    Graph,
    Sessions,
}

/// How a command goes.
#[derive(Debug, Clone, PartialEq)]
pub enum CardState {
    /// Announced; nothing has been done about it yet.
    Announced,
    Asking,
    Running,
    /// The command reads from its terminal and gets nothing.
    WaitingForInput,
    /// It changes something and runs longer than its skill allows.
    AtLimit {
        seconds: u64,
    },
    Ended {
        exit: Exit,
        milliseconds: u64,
    },
    NotRun {
        why: String,
    },
}

/// One command with what came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Card {
    pub call: CallId,
    pub command: String,
    pub reason: String,
    pub tier: Tier,
    /// The closing line: who lets it run, and how it stands once it does.
    pub closing: String,
    pub closing_once_it_runs: String,
    pub state: CardState,
    /// What it printed, in the order it came.
    pub output: Vec<(Stream, Vec<u8>)>,
    /// Bytes in `output`.
    pub kept: usize,
    /// Bytes at the beginning that are no longer kept for the screen.
    pub dropped: u64,
}

impl Card {
    /// Whether it was let run.
    pub(super) fn has_begun(&self) -> bool {
        !matches!(self.state, CardState::Announced | CardState::Asking | CardState::NotRun { .. })
    }
}

/// Whose words a block holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Face {
    Human,
    Agent,
    Thinking,
    Question,
    /// What the person ran in their shell from here, and what it printed.
    Shell,
    Info,
    Warning,
    Failure,
}

/// What stands in a block of the chat.
#[derive(Debug, Clone, PartialEq)]
pub enum BlockKind {
    Words { face: Face, text: String },
    Card(Box<Card>),
    Checklist(Checklist),
}

/// One block of the chat. The version rises with every change.
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    pub id: u64,
    pub version: u64,
    /// Long text and output are seen whole.
    pub unfolded: bool,
    pub kind: BlockKind,
}

/// How far the chat is printed above a strip.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Printed {
    /// The newest block that is; 0 before there was one.
    pub through: u64,
    /// The newest block up to which none can change any more.
    pub settled: u64,
}

/// A row of the chat: of which block, and which of its rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spot {
    pub block: u64,
    pub row: usize,
}

/// Where to look next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Older,
    Newer,
}

/// Text that is looked for in the chat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindView<'a> {
    pub text: &'a str,
    /// From which row on; `None` from the end.
    pub from: Option<Spot>,
    /// Which way to look in this frame; `None` only shows where it stands.
    pub step: Option<Step>,
}

/// What part of the chat is seen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sight<'a> {
    /// The row on top; `None` follows the end.
    pub top: Option<Spot>,
    /// Rows to go from there; up is negative.
    pub by: isize,
    /// A block that must be seen, whatever was.
    pub show: Option<u64>,
    /// The block that keys act on.
    pub chosen: Option<u64>,
    pub find: Option<FindView<'a>>,
}

/// What came of looking for a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sought {
    #[default]
    NotLooked,
    Nowhere,
    At(Spot),
    /// In the folded part of a block: it is looked through once it is unfolded.
    InFold(u64),
}

/// A request for approval as it is shown.
#[derive(Debug, Clone)]
pub struct Dialog<'a> {
    pub request: &'a ApprovalRequest,
    /// Only a line that it waits, because keys are coming.
    pub banner: bool,
    pub reply: &'a str,
    /// Bytes of it before the cursor.
    pub reply_at: usize,
    /// What was explained, newest last.
    pub explained: &'a [String],
    pub scroll: u16,
    /// A word about the last key, such as that a paste was ignored.
    pub note: &'a str,
    /// The answer was sent and is not settled yet.
    pub answered: bool,
}

/// The offer to go on with an earlier session.
#[derive(Debug, Clone)]
pub struct Offer<'a> {
    pub session: &'a str,
    pub goal: &'a str,
    /// Whether *resume* is chosen.
    pub resume: bool,
}

/// What changed skill files would loosen.
#[derive(Debug, Clone)]
pub struct RulesOffer<'a> {
    /// A sentence each.
    pub loosens: &'a [String],
    /// Whether *accept* is chosen.
    pub accept: bool,
    /// Rows scrolled down.
    pub scroll: u16,
}

/// The first screen.
#[derive(Debug, Clone)]
pub struct WelcomeView<'a> {
    /// Who answers, and what would be better; `None` while it is looked for.
    pub model: Option<&'a str>,
    /// A request to try with the command it becomes; `None` while one is looked for.
    pub task: Option<(&'a str, &'a str)>,
    /// Rows scrolled down.
    pub scroll: u16,
}

/// One part of the status line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusPart {
    pub text: String,
    pub tone: super::theme::Tone,
    /// It is never left out: where a command would run.
    pub vital: bool,
}

/// Keys and what they do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HelpRow {
    pub keys: String,
    pub text: String,
}

/// Keys that wait for another, and what that may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingView {
    /// As they are written.
    pub keys: String,
    pub rows: Vec<HelpRow>,
}

/// Keys that are named where they help, as they are written; `None` where the person left none for it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Keys {
    pub send: String,
    pub cancel: String,
    pub close: String,
    /// Shows what is folded.
    pub unfold: Option<String>,
    pub page_down: Option<String>,
    /// To the end of the chat.
    pub to_end: Option<String>,
    /// To the shell, while nothing is written.
    pub shell: Option<String>,
    /// To the shell, always.
    pub other_place: Option<String>,
    /// To the shell with the agent's last command.
    pub carry: Option<String>,
    /// In the graph: those of all sessions.
    pub all_sessions: Option<String>,
    /// In the list of sessions: one more, and the way out.
    pub new_session: Option<String>,
    pub out_of_sessions: String,
    /// In the dialog: sends what was typed, shows the rest, shows what the command would change.
    pub answer: String,
    pub see_more: String,
    pub look_first: Option<String>,
}

/// A key with what it does, where there is one: `Ctrl+O shows them`.
pub(super) fn does(key: Option<&String>, what: &str) -> Option<String> {
    key.map(|key| format!("{key} {what}"))
}

/// All that is drawn.
pub struct View<'a> {
    pub place: Place,
    pub split: Split,
    /// What stands below the chat where there is room for two; `None` before the person went anywhere.
    pub beside: Option<Place>,
    pub agent: &'a str,
    pub blocks: &'a [Block],
    /// How far it stands above the strip; `None` where it has the whole screen.
    pub printed: Option<Printed>,
    pub sight: Sight<'a>,
    pub composer: &'a TextArea<'static>,
    /// `[session_004 · production · main]`.
    pub prompt: String,
    pub status: Vec<StatusPart>,
    pub hints: Vec<HelpRow>,
    pub pending: Option<PendingView>,
    pub keys: Keys,
    pub dialog: Option<Dialog<'a>>,
    pub offer: Option<Offer<'a>>,
    pub rules: Option<RulesOffer<'a>>,
    /// Over the chat.
    pub welcome: Option<WelcomeView<'a>>,
    /// The summary of the session that is about to be closed.
    pub closing: Option<&'a str>,
    /// What is going on, for the line above the composer; empty when nothing is.
    pub activity: String,
    pub shell: ShellPane<'a>,
    pub summoner: Option<SummonerView<'a>>,
    pub graph: GraphView<'a>,
    pub sessions: Option<SessionsView<'a>>,
    pub pager: Option<PagerView<'a>>,
    pub question: Option<QuestionView<'a>>,
    /// A list over everything: the commands, or the themes.
    pub palette: Option<PickView<'a>>,
    /// The commands that what is typed may become.
    pub completion: Option<PickView<'a>>,
}

impl View<'_> {
    /// Rows that a composer so wide wants, its border included.
    pub(super) fn composer_rows(&self, width: u16) -> u16 {
        let width = width.saturating_sub(COMPOSER_FRAME).max(1);
        let mut rows = 0;
        for line in self.composer.lines().iter().take(MOST_ROWS) {
            // A line that fills them all is not laid out to know it.
            let long = line.len() > MOST_ROWS * usize::from(width) * 4;
            rows += if long { MOST_ROWS } else { super::markdown::wrap(line, width).len() };
        }
        u16::try_from(rows.clamp(1, MOST_ROWS)).unwrap_or(u16::MAX) + 2
    }

    /// Whether nothing lies above the places.
    pub(super) fn is_bare(&self) -> bool {
        self.dialog.is_none()
            && self.offer.is_none()
            && self.rules.is_none()
            && self.welcome.is_none()
            && self.closing.is_none()
            && self.palette.is_none()
            && self.completion.is_none()
            && self.pager.is_none()
            && self.question.is_none()
            && self.pending.is_none()
    }
}

/// The person's shell.
#[derive(Debug)]
pub struct ShellPane<'a> {
    /// `None` before there was a shell.
    pub picture: Option<&'a Snapshot>,
    /// What the frame says while the shell has the keys.
    pub title: String,
    /// What there is to know, and the way back that works now.
    pub banner: String,
    /// Selected or found.
    pub chosen: Vec<Chosen>,
    /// It has the whole screen.
    pub zoomed: bool,
    /// A program in it has the whole of its terminal.
    pub full: bool,
    /// There is one, or will be in a moment.
    pub running: bool,
}

/// The box over the shell.
#[derive(Debug)]
pub struct SummonerView<'a> {
    pub text: &'a str,
    /// The best first; `None` while they are read.
    pub commands: Option<Vec<&'a Recalled>>,
    pub chosen: usize,
    /// The agent's words about the last command, once it was asked.
    pub answer: Option<&'a str>,
}

/// What was done and found.
#[derive(Debug)]
pub struct GraphView<'a> {
    /// The oldest first.
    pub rows: &'a [Row],
    /// The most lanes that one of them has.
    pub lanes: usize,
    /// Whether they are of more than one day.
    pub days: bool,
    pub chosen: usize,
    pub marked: Option<usize>,
    /// The row that was on top before.
    pub top: usize,
    /// Whose graph it is.
    pub title: String,
    /// What there is to know, and the way back.
    pub banner: String,
    /// It has the whole screen.
    pub zoomed: bool,
    /// It is on its way.
    pub reading: bool,
}

/// A session in the list.
#[derive(Debug)]
pub struct SessionRow<'a> {
    pub number: &'a str,
    pub status: &'static str,
    /// It is worked on.
    pub active: bool,
    /// Since something was last written there.
    pub age: String,
    pub commits: u32,
    /// Both safe to show; the finding may be empty.
    pub goal: String,
    pub finding: String,
}

/// The sessions of a directory.
#[derive(Debug)]
pub struct SessionsView<'a> {
    pub rows: Vec<SessionRow<'a>>,
    pub chosen: usize,
    /// The row that was on top before.
    pub top: usize,
    /// They are on their way.
    pub reading: bool,
    /// Those that were put away.
    pub archived: bool,
    pub filter: &'a str,
    pub typing: bool,
    /// How the chosen one stands; safe to show.
    pub preview: Option<&'a [String]>,
    pub banner: String,
}

/// A long text.
#[derive(Debug)]
pub struct PagerView<'a> {
    pub title: &'a str,
    /// Safe to show; `None` while they are read.
    pub lines: Option<&'a [String]>,
    pub top: usize,
    /// The column at which what goes on in another row begins there.
    pub hang: usize,
    /// The lines that a command printed, and their language.
    pub printed: Option<(&'a str, Range<usize>)>,
    /// What is looked for, and what there is to know of it.
    pub find: &'a str,
    pub banner: String,
}

/// A small question.
#[derive(Debug)]
pub struct QuestionView<'a> {
    pub title: String,
    pub text: &'a str,
    /// What there is to know before answering; safe to show.
    pub details: &'a [String],
}

/// Something in a list, safe to show.
#[derive(Debug, Default)]
pub struct PickRow<'a> {
    pub name: &'a str,
    pub arguments: &'a str,
    pub help: &'a str,
    /// The keys that do the same, as they are written.
    pub keys: String,
}

/// Things to choose from.
#[derive(Debug)]
pub struct PickView<'a> {
    pub title: &'static str,
    /// What is looked for, where letters choose.
    pub text: Option<&'a str>,
    /// What every name begins with.
    pub lead: &'static str,
    /// The best first.
    pub rows: Vec<PickRow<'a>>,
    pub chosen: usize,
    /// What is told where there are none.
    pub empty: &'static str,
}

/// Where the panes lie, frames included; empty for those that are not seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Panes {
    /// What they share.
    pub main: Rect,
    pub chat: Rect,
    pub composer: Rect,
    pub shell: Rect,
    pub graph: Rect,
    pub sessions: Rect,
    /// The chat stands above another pane, or would if there were one.
    pub stacks: bool,
}

impl Panes {
    /// What stands below the chat, where it does.
    pub fn below(&self) -> Rect {
        if self.shell.is_empty() { self.graph } else { self.shell }
    }
}

/// What drawing found out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Drawn {
    /// Where the panes lie that are seen; nothing for those that are not.
    pub panes: Panes,
    /// Rows of the chat's pane.
    pub chat_rows: u16,
    /// The row on top of it; `None` where the end is seen.
    pub chat_top: Option<Spot>,
    /// What came of looking for a text in it.
    pub found: Sought,
    /// Which of the places with it that is, the oldest being the first, and how many there are; `None` where there is too
    /// much to count.
    pub places: Option<(usize, usize)>,
    /// Rows that the offer of changed rules can be scrolled down.
    pub rules_above: u16,
    /// Rows that the first screen can be scrolled down.
    pub welcome_below: u16,
    /// Where the shell's picture lies: its terminal has this size.
    pub shell: Rect,
    /// Rows of the graph that were seen, and which was the first.
    pub graph_rows: u16,
    pub graph_top: usize,
    /// Where the list of sessions lies, and which of its rows was the first.
    pub sessions_list: Rect,
    pub sessions_top: usize,
    /// Rows of the long text, and the last line of it that may stand on top.
    pub pager_rows: u16,
    pub pager_last: usize,
    /// The dialog that was on the screen.
    pub dialog: Option<DialogDrawn>,
    /// The newest block that was printed above a strip.
    pub printed: Option<u64>,
    /// Rows of the chat and of the graph that were laid out for it: what a frame costs.
    pub laid: usize,
}

/// How much of a dialog was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DialogDrawn {
    pub call: CallId,
    pub seen_end: bool,
    /// Rows it was scrolled by; no more than there are.
    pub scroll: u16,
    /// Rows of the text that were seen.
    pub page: u16,
}
