//! What happened, as blocks of the chat.

use super::reader;
use super::state::State;
use crate::bus::{Notice, NoticeKind, OutputChunk};
use crate::domain::{Announcement, CallId, CallReport, Checklist, Exit};
use crate::ui::{Block, BlockKind, Card, CardState, Face};

/// Bytes of one command's output kept for the screen; the whole is in the log.
const KEPT: usize = 512 * 1024;
/// And of all commands together: after a long day the oldest outputs are in the log alone.
const KEPT_IN_ALL: usize = 8 * 1024 * 1024;

impl State {
    pub(super) fn words(&mut self, face: Face, text: impl Into<String>) {
        self.add(BlockKind::Words { face, text: text.into() });
    }

    /// Adds to the last block when it is of the same face and still being written.
    pub(super) fn stream(&mut self, face: Face, text: &str) {
        if let Some(block) = self.blocks.last_mut().filter(|_| self.streaming)
            && let BlockKind::Words { face: last, text: words } = &mut block.kind
            && *last == face
        {
            words.push_str(text);
            block.version += 1;
            self.dirty = true;
            return;
        }
        self.words(face, text);
        self.streaming = true;
    }

    /// The final answer replaces what was streamed of it.
    pub(super) fn answer(&mut self, text: String) {
        if let Some(block) = self.blocks.last_mut().filter(|_| self.streaming)
            && let BlockKind::Words { face: Face::Agent, text: words } = &mut block.kind
        {
            *words = text;
            block.version += 1;
            self.dirty = true;
            return;
        }
        self.words(Face::Agent, text);
    }

    pub(super) fn notice(&mut self, notice: Notice) {
        let face = match notice.kind {
            NoticeKind::Info => Face::Info,
            NoticeKind::Warning => Face::Warning,
            NoticeKind::Failure => Face::Failure,
        };
        self.words(face, notice.text);
    }

    pub(super) fn announced(&mut self, announcement: Announcement) {
        let (closing, closing_once_it_runs) = (announcement.closing(), announcement.closing_once_it_runs());
        self.add(BlockKind::Card(Box::new(Card {
            call: announcement.call,
            command: announcement.command,
            reason: announcement.reason,
            tier: announcement.verdict.tier,
            closing,
            closing_once_it_runs,
            state: CardState::Announced,
            output: Vec::new(),
            kept: 0,
            dropped: 0,
        })));
    }

    /// The list of a turn takes the place of what it was before.
    pub(super) fn checklist(&mut self, list: Checklist) {
        for block in self.blocks.iter_mut().rev() {
            if let BlockKind::Checklist(old) = &mut block.kind
                && old.turn == list.turn
            {
                *old = list;
                block.version += 1;
                self.dirty = true;
                return;
            }
        }
        self.add(BlockKind::Checklist(list));
    }

    /// The newest list, while something of it may still be done.
    pub(super) fn open_checklist(&self) -> Option<&Checklist> {
        let newest = self.blocks.iter().rev().find_map(|block| match &block.kind {
            BlockKind::Checklist(list) => Some(list),
            BlockKind::Words { .. } | BlockKind::Card(_) => None,
        });
        newest.filter(|list| list.steps.iter().any(|step| step.state.is_open()))
    }

    fn card(&mut self, call: CallId, change: impl FnOnce(&mut Card)) {
        for block in self.blocks.iter_mut().rev() {
            if let BlockKind::Card(card) = &mut block.kind
                && card.call == call
            {
                change(card);
                block.version += 1;
                self.dirty = true;
                return;
            }
        }
    }

    pub(super) fn card_state(&mut self, call: CallId, state: CardState) {
        self.card(call, |card| card.state = state);
    }

    pub(super) fn output(&mut self, chunk: OutputChunk) {
        let (mut before, mut after) = (0, 0);
        self.card(chunk.call, |card| {
            before = card.kept;
            card.kept += chunk.bytes.len();
            match card.output.last_mut() {
                Some((stream, bytes)) if *stream == chunk.stream => bytes.extend_from_slice(&chunk.bytes),
                _ => card.output.push((chunk.stream, chunk.bytes)),
            }
            trim(card);
            after = card.kept;
        });
        self.printed = self.printed + after - before;
        if self.printed > KEPT_IN_ALL * 2 {
            self.forget(chunk.call);
        }
    }

    /// The oldest outputs go, but not that of `but`; to half of what may come together, so that it is seldom done.
    fn forget(&mut self, but: CallId) {
        for block in &mut self.blocks {
            if self.printed <= KEPT_IN_ALL {
                return;
            }
            if let BlockKind::Card(card) = &mut block.kind
                && card.call != but
                && card.kept > 0
            {
                self.printed -= card.kept;
                card.dropped += card.kept as u64;
                card.kept = 0;
                card.output = Vec::new();
                block.version += 1;
            }
        }
    }

    pub(super) fn finished(&mut self, report: CallReport) {
        self.card(report.call, |card| {
            card.state = match report.exit {
                None => CardState::NotRun { why: report.summary },
                Some(Exit::NotStarted(why)) => CardState::NotRun { why },
                Some(exit) => CardState::Ended {
                    exit,
                    milliseconds: u64::try_from(report.duration.as_millis()).unwrap_or(u64::MAX),
                },
            };
        });
    }

    /// The command of a call.
    pub(super) fn command_of(&self, call: CallId) -> Option<&str> {
        self.blocks.iter().rev().find_map(|block| match &block.kind {
            BlockKind::Card(card) if card.call == call => Some(card.command.as_str()),
            _ => None,
        })
    }

    /// What was asked for last in this session, as it was written.
    pub(super) fn last_request(&self) -> Option<&str> {
        let mut own = self.blocks.iter().rev().take_while(|block| block.id >= self.session_from);
        own.find_map(|block| match &block.kind {
            BlockKind::Words { face: Face::Human, text } if self.said.contains(text) => Some(text.as_str()),
            _ => None,
        })
    }

    /// The newest command that was announced in this session, and whether it waits for input now.
    pub(super) fn last_command(&self) -> Option<(String, bool)> {
        let mut own = self.blocks.iter().rev().take_while(|block| block.id >= self.session_from);
        own.find_map(|block| match &block.kind {
            BlockKind::Card(card) => Some((card.command.clone(), card.state == CardState::WaitingForInput)),
            BlockKind::Words { .. } | BlockKind::Checklist(_) => None,
        })
    }

    /// Folds a block, or unfolds it.
    pub(super) fn fold(&mut self, id: u64, folded: bool) {
        let at = self.blocks.partition_point(|block| block.id < id);
        if let Some(block) = self.blocks.get_mut(at).filter(|block| block.id == id && block.unfolded == folded) {
            block.unfolded = !folded;
            block.version += 1;
            self.dirty = true;
        }
    }

    /// Folds or unfolds the chosen block, else the newest that has output or thoughts.
    pub(super) fn unfold(&mut self, chosen: Option<u64>) {
        let is_meant = |block: &Block| match (chosen, &block.kind) {
            (Some(chosen), _) => block.id == chosen,
            (None, BlockKind::Card(card)) => !card.output.is_empty(),
            (None, BlockKind::Checklist(_)) => false,
            (None, BlockKind::Words { face, .. }) => matches!(face, Face::Thinking | Face::Shell),
        };
        let printed = self.inline.filter(|_| chosen.is_none()).unwrap_or(0);
        if let Some(block) = self.blocks.iter_mut().rev().find(|block| is_meant(block)) {
            // What stands above a strip cannot unfold there.
            let is_printed = block.id <= printed;
            block.unfolded = is_printed || !block.unfolded;
            block.version += 1;
            self.dirty = true;
            let id = block.id;
            if is_printed {
                reader::show(self, id);
            }
        }
    }
}

/// Keeps the newest bytes, whole lines of them. Trims to half of what it lets come together, so that a flood costs no
/// more a byte than a trickle, however small its pieces are.
fn trim(card: &mut Card) {
    if card.kept <= KEPT * 2 {
        return;
    }
    let mut excess = card.kept - KEPT;
    let mut whole = 0;
    for (_, bytes) in &card.output {
        if bytes.len() > excess {
            break;
        }
        excess -= bytes.len();
        whole += 1;
    }
    let mut gone: usize = card.output.drain(..whole).map(|(_, bytes)| bytes.len()).sum();
    if excess > 0
        && let Some((_, first)) = card.output.first_mut()
    {
        let line_end = first[excess..].iter().position(|byte| *byte == b'\n').map_or(excess, |at| excess + at + 1);
        first.drain(..line_end);
        gone += line_end;
    }
    card.kept -= gone;
    card.dropped += gone as u64;
}
