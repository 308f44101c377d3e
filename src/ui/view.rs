//! What is drawn: a picture of the state made for drawing, borrowed from it.

use ratatui::layout::Rect;
use tui_textarea::TextArea;

use super::shell::Chosen;
use crate::domain::pane::Snapshot;
use crate::domain::{ApprovalRequest, CallId, Exit, Recalled, Stream, Tier};
use crate::history::graph::Row;

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
    /// The closing line: who lets it run.
    pub closing: String,
    pub state: CardState,
    /// What it printed, in the order it came.
    pub output: Vec<(Stream, Vec<u8>)>,
    /// Bytes in `output`.
    pub kept: usize,
    /// Bytes at the beginning that are no longer kept for the screen.
    pub dropped: u64,
    pub unfolded: bool,
}

/// Whose words a block holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Face {
    Human,
    Agent,
    Thinking,
    Question,
    Info,
    Warning,
    Failure,
}

/// What stands in a block of the chat.
#[derive(Debug, Clone, PartialEq)]
pub enum BlockKind {
    Words { face: Face, text: String },
    Card(Box<Card>),
}

/// One block of the chat. The version rises with every change.
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    pub id: u64,
    pub version: u64,
    pub kind: BlockKind,
}

/// A request for approval as it is shown.
#[derive(Debug, Clone)]
pub struct Dialog<'a> {
    pub request: &'a ApprovalRequest,
    /// Only a line that it waits, because keys are coming.
    pub banner: bool,
    pub reply: &'a str,
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

/// One part of the status line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub text: String,
    pub tone: super::theme::Tone,
}

/// Keys and what they do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HelpRow {
    pub keys: String,
    pub text: String,
}

/// All that is drawn.
pub struct View<'a> {
    pub place: Place,
    pub agent: &'a str,
    pub blocks: &'a [Block],
    /// Rows above the end that the chat is scrolled up.
    pub scroll: usize,
    pub composer: &'a TextArea<'static>,
    /// `[session_004 · production · main]`.
    pub prompt: String,
    pub status: Vec<Line>,
    pub hints: Vec<HelpRow>,
    pub dialog: Option<Dialog<'a>>,
    pub offer: Option<Offer<'a>>,
    pub rules: Option<RulesOffer<'a>>,
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
    /// Rows the composer wants, its border included.
    pub(super) fn composer_rows(&self, _width: u16) -> u16 {
        let lines = u16::try_from(self.composer.lines().len()).unwrap_or(u16::MAX);
        lines.clamp(1, 8) + 2
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
#[derive(Debug)]
pub struct PickRow<'a> {
    pub name: &'a str,
    pub arguments: &'static str,
    pub help: &'static str,
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
}

/// What drawing found out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Drawn {
    /// Rows of the chat's pane.
    pub chat_rows: u16,
    /// Rows of the chat above what is seen when it is scrolled to the end.
    pub chat_above: usize,
    /// Rows that the offer of changed rules can be scrolled down.
    pub rules_above: u16,
    /// Where the shell's picture lies: its terminal has this size.
    pub shell: Rect,
    /// Rows of the graph that were seen, and which was the first.
    pub graph_rows: u16,
    pub graph_top: usize,
    /// Rows of the list of sessions.
    pub sessions_rows: u16,
    /// Rows of the long text, and the last line of it that may stand on top.
    pub pager_rows: u16,
    pub pager_last: usize,
    /// The dialog that was on the screen.
    pub dialog: Option<DialogDrawn>,
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
