//! What the workbench knows. Changed by `update` alone.

use std::time::Duration;

use tui_textarea::TextArea;

use super::activity::Activity;
use super::composer;
use super::dialog::DialogState;
use super::graph::GraphState;
use super::keymap::Keymap;
use super::mention::Mentions;
use super::pager::Pager;
use super::panes::PaneState;
use super::pick::Pick;
use super::picker::Palette;
use super::question::Question;
use super::reader::Reader;
use super::sequence::Sequence;
use super::sessions::SessionsState;
use super::shell::ShellState;
use super::summoner::Summoner;
use super::themes::Themes;
use super::vi::Vi;
use super::welcome::Welcome;
use crate::bus::Presence;
use crate::domain::{SessionId, Surroundings, Usage};
use crate::output::escape;
use crate::ui::{Block, BlockKind, Drawn, Face, Place, Split};

/// How the session that is written to is told of.
#[derive(Debug)]
pub(super) struct Way {
    pub name: String,
    /// The branch of the memory that entries go to; `None` for the session's own way.
    pub branch: Option<String>,
}

/// The offer to go on with an earlier session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OfferState {
    pub session: SessionId,
    pub goal: String,
    pub resume: bool,
}

/// What changed skill files would loosen, to be accepted or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RulesState {
    pub digest: String,
    pub loosens: Vec<String>,
    /// Whether *accept* is chosen.
    pub accept: bool,
    /// Rows scrolled down.
    pub scroll: u16,
}

/// The session's summary, before it is closed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct LeavingState {
    /// `None` while it is read.
    pub summary: Option<String>,
}

/// The workbench.
pub struct State {
    pub(super) agent: String,
    pub(super) blocks: Vec<Block>,
    pub(super) next_block: u64,
    /// Bytes of output that the blocks keep.
    pub(super) printed: usize,
    /// The last block is still being written.
    pub(super) streaming: bool,
    /// The newest block that is printed above the strip; `None` where everything is on the whole screen.
    pub(super) inline: Option<u64>,
    pub(super) reader: Reader,
    pub(super) composer: TextArea<'static>,
    /// Long texts that stand as one word in it.
    pub(super) pastes: Vec<String>,
    /// vi's keys, for whoever wants them.
    pub(super) vi: Option<Vi>,
    pub(super) mentions: Mentions,
    /// Earlier requests, oldest first, and which of them is in the composer.
    pub(super) said: Vec<String>,
    pub(super) recalled: Option<usize>,
    /// What was being written when an earlier request took its place.
    pub(super) draft: String,
    pub(super) place: Place,
    pub(super) panes: PaneState,
    pub(super) session: Option<SessionId>,
    /// The first block that is of it.
    pub(super) session_from: u64,
    /// How it is told of, once that is known.
    pub(super) way: Option<Way>,
    pub(super) surroundings: Surroundings,
    pub(super) presence: Presence,
    /// The planner answers what it is sure of although a model is there.
    pub(super) fast_path: bool,
    pub(super) usage: Usage,
    pub(super) dialog: Option<DialogState>,
    /// Questions that wait below the open one, the next last: each asks for a look at what the one below would change.
    pub(super) below: Vec<DialogState>,
    pub(super) offer: Option<OfferState>,
    pub(super) rules: Option<RulesState>,
    /// The first screen, while it is there.
    pub(super) welcome: Option<Welcome>,
    /// The close key was pressed and the summary is shown, or will be.
    pub(super) leaving: Option<LeavingState>,
    /// The session was closed; whether its summary was saved.
    pub(super) closed: Option<bool>,
    /// The list of commands over everything.
    pub(super) palette: Option<Palette>,
    /// Which completion of a command that is typed is chosen, and for what the list was put away.
    pub(super) completion: usize,
    pub(super) unlisted: Option<String>,
    /// Requests that were sent and not taken up yet.
    pub(super) waiting: Vec<String>,
    /// A turn is going on, and how far it is.
    pub(super) busy: bool,
    pub(super) activity: Activity,
    /// The close key was pressed while something runs; once more closes.
    pub(super) closing: bool,
    pub(super) shell: ShellState,
    pub(super) graph: GraphState,
    pub(super) sessions: SessionsState,
    pub(super) themes: Themes,
    pub(super) keymap: Keymap,
    pub(super) sequence: Sequence,
    /// A list over everything.
    pub(super) pick: Option<Pick>,
    /// A text over everything.
    pub(super) pager: Option<Pager>,
    /// A small question over everything.
    pub(super) question: Option<Question>,
    /// The box over the shell, while it is open.
    pub(super) summoner: Option<Summoner>,
    /// The terminal has the focus, as far as it says.
    pub(super) focused: bool,
    /// When the window last changed its size, as long as it may go on doing so.
    pub(super) resized: Option<Duration>,
    /// When a key last came, for the dialog that must not take focus from typing.
    pub(super) last_key: Option<Duration>,
    /// What the last drawing found out.
    pub(super) drawn: Drawn,
    /// The screen no longer shows the state.
    pub(super) dirty: bool,
    /// The whole screen must be drawn again.
    pub(super) repaint: bool,
}

impl State {
    /// The state before anything happened.
    pub fn new(agent: &str) -> State {
        State {
            agent: agent.to_owned(),
            blocks: Vec::new(),
            next_block: 1,
            printed: 0,
            inline: None,
            reader: Reader::default(),
            composer: composer::empty(),
            pastes: Vec::new(),
            vi: None,
            mentions: Mentions::default(),
            said: Vec::new(),
            recalled: None,
            draft: String::new(),
            streaming: false,
            place: Place::Chat,
            panes: PaneState::default(),
            session: None,
            session_from: 0,
            way: None,
            surroundings: Surroundings::default(),
            presence: Presence::Planner,
            fast_path: true,
            usage: Usage::default(),
            dialog: None,
            below: Vec::new(),
            offer: None,
            rules: None,
            welcome: None,
            leaving: None,
            closed: None,
            palette: None,
            completion: 0,
            unlisted: None,
            waiting: Vec::new(),
            busy: false,
            activity: Activity::default(),
            closing: false,
            shell: ShellState::default(),
            graph: GraphState::default(),
            sessions: SessionsState::default(),
            themes: Themes::default(),
            keymap: Keymap::default(),
            sequence: Sequence::default(),
            pick: None,
            pager: None,
            question: None,
            summoner: None,
            focused: true,
            resized: None,
            last_key: None,
            drawn: Drawn::default(),
            dirty: true,
            repaint: false,
        }
    }

    /// The same state with the person's keys; what of them cannot be used is told in the chat.
    #[must_use]
    pub fn with_keymap(mut self, (keymap, problems): (Keymap, Vec<String>)) -> State {
        self.vi = keymap.is_vi().then(Vi::default);
        self.keymap = keymap;
        self.with_warnings(problems)
    }

    /// The same state with what went wrong before there was a screen to tell it on.
    #[must_use]
    pub fn with_warnings(mut self, warnings: Vec<String>) -> State {
        warnings.into_iter().for_each(|warning| self.words(Face::Warning, warning));
        self
    }

    /// The same state in a strip below what stands on the ordinary screen.
    #[must_use]
    pub fn with_strip(mut self) -> State {
        self.inline = Some(0);
        self
    }

    /// The same state with the panes as they were left.
    #[must_use]
    pub fn with_split(mut self, split: Split) -> State {
        self.panes.split = split.bounded();
        self
    }

    /// The same state, in which nothing moves by itself where the person wants it so.
    #[must_use]
    pub fn with_stillness(mut self, is_still: bool) -> State {
        self.activity.is_still = is_still;
        self
    }

    /// Whether the screen must be drawn; asking takes the mark away.
    pub fn take_dirty(&mut self) -> bool {
        std::mem::take(&mut self.dirty)
    }

    /// Whether everything must be painted anew; asking takes the mark away.
    pub fn take_repaint(&mut self) -> bool {
        std::mem::take(&mut self.repaint)
    }

    /// The branch of the memory that entries go to, where they do not go the session's own way.
    pub(super) fn memory_branch(&self) -> Option<String> {
        self.way.as_ref()?.branch.as_deref().map(escape::line)
    }

    /// The session that is written to.
    pub fn session(&self) -> Option<&SessionId> {
        self.session.as_ref()
    }

    /// Whether the session was closed, and its summary saved.
    pub fn closed(&self) -> Option<bool> {
        self.closed
    }

    pub(super) fn add(&mut self, kind: BlockKind) {
        // Thoughts are seen while they come.
        if let Some(last) = self.blocks.last_mut().filter(|last| last.unfolded && is_thought(last)) {
            last.unfolded = false;
            last.version += 1;
        }
        self.streaming = false;
        let id = self.next_block;
        self.next_block += 1;
        let mut block = Block { id, version: 0, unfolded: false, kind };
        block.unfolded = is_thought(&block);
        self.blocks.push(block);
        self.dirty = true;
    }
}

fn is_thought(block: &Block) -> bool {
    matches!(block.kind, BlockKind::Words { face: Face::Thinking, .. })
}
