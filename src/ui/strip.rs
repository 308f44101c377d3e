//! The workbench in a strip below what stands on the ordinary screen: what still changes in the chat, the composer or
//! what asks in its place, and the two lines at the bottom. What no longer changes is printed above it, once.
//!
//! Owns how many rows that takes. The pieces look as they do on the whole screen.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Position, Rect, Size};

use super::chat::Cache;
use super::theme::{Theme, Tone};
use super::view::{Block, Drawn, Printed, Sight, View};
use super::{approval, ascii, chat, composer, layout, pending, picker, shell, status, too_small};

/// Rows printed at a time: keys come in between, however much there is.
const ENOUGH: usize = 1_000;
/// The status line and the keys.
const FEET: u16 = 2;
/// Columns at the right that stay empty: a window that is made narrower by as much lays no row of the strip anew. What it
/// lays anew takes more rows, and pushes the strip into the scroll-back, where nothing can be wiped away.
const SPARE: u16 = 1;
/// Rows that say that a terminal is too small.
const TOO_SMALL: u16 = 3;

/// What is seen in one frame.
pub struct Strip<'a> {
    view: View<'a>,
    screen: Rect,
    /// What cannot change any more, to be printed above.
    pub above: Vec<Buffer>,
    /// The newest block of it.
    through: Option<u64>,
    /// Rows of the part of the chat that is seen, and of what is below it.
    chat: u16,
    below: u16,
}

impl<'a> Strip<'a> {
    /// Lays out what is seen on a screen of this size.
    pub fn new(mut view: View<'a>, cache: &mut Cache, theme: &Theme, size: Size) -> Strip<'a> {
        cache.begin();
        let screen = Rect::from((Position::ORIGIN, size));
        if !layout::is_enough(screen) {
            return Strip { view, screen, above: Vec::new(), through: None, chat: 0, below: 0 };
        }
        let width = size.width - SPARE;
        let at = |blocks: &'a [Block], id: u64| blocks.split_at(blocks.partition_point(|block| block.id <= id));
        let Printed { through: printed, settled } = view.printed.unwrap_or(Printed { through: 0, settled: 0 });
        let (_, unprinted) = at(view.blocks, printed);
        view.sight = Sight::default();
        (view.blocks, _) = at(unprinted, settled);
        let (mut above, through) = chat::printed(&view, cache, theme, width, ENOUGH);
        if theme.is_ascii() {
            above.iter_mut().for_each(|row| ascii::translate(row, None));
        }
        (_, view.blocks) = at(unprinted, through.unwrap_or(printed));
        let room = size.height - FEET;
        let below = below(&view, theme, Rect { width, height: room, ..screen }).min(room);
        // What waits until nobody types is told in a row of the chat.
        let least = u16::from(view.dialog.is_some() || !view.blocks.is_empty());
        let listed = view.completion.as_ref().map_or(0, |completion| picker::height(completion));
        // What may follow a key lies over the composer too.
        let follow = view.pending.as_ref().map_or(0, pending::height).saturating_sub(below);
        let seen = listed.max(follow);
        let most = room - below;
        let chat = chat::height(&view, cache, theme, width, most).max(least).max(seen).min(most);
        Strip { view, screen, above, through, chat, below }
    }

    /// Rows that it wants.
    pub fn rows(&self) -> u16 {
        if self.below == 0 { TOO_SMALL.min(self.screen.height) } else { self.chat + self.below + FEET }
    }

    /// Draws it at the end of the frame's area.
    pub fn draw(&self, cache: &mut Cache, theme: &Theme, frame: &mut Frame<'_>) -> Drawn {
        let view = &self.view;
        let all = Rect { width: frame.area().width.saturating_sub(SPARE), ..frame.area() };
        frame.buffer_mut().set_style(all, theme.style(Tone::Text));
        let rows = self.rows().min(all.height);
        let area = Rect { y: all.bottom() - rows, height: rows, ..all };
        if self.below == 0 {
            too_small(&view.keys, area, theme, frame);
            return Drawn::default();
        }
        let parts = [self.chat, self.below, 1, 1].map(Constraint::Length);
        let [body, below, status, hints] = Layout::vertical(parts).areas(area);
        let mut drawn = Drawn { printed: self.through, ..Drawn::default() };
        chat::draw(view, cache, theme, frame, body, &mut drawn);
        // A page is one of the whole screen, where the chat is read back.
        drawn.chat_rows = self.screen.height.saturating_sub(view.composer_rows(self.screen.width) + FEET);
        drawn.shell = layout::shell(self.screen, view).map(shell::inside).unwrap_or_default();
        status::draw(view, theme, frame, status);
        status::hints(view, theme, frame, hints);
        match (&view.dialog, &view.offer) {
            (Some(dialog), _) if !dialog.banner => {
                drawn.dialog = Some(approval::draw(dialog, &view.keys, theme, &cache.highlighter, frame, below));
            }
            (None, Some(offer)) => approval::offer(offer, theme, frame, below),
            (dialog, _) => {
                composer::draw(view, theme, frame, below);
                if let Some(completion) = &view.completion {
                    picker::completions(completion, theme, frame, below);
                }
                if let Some(dialog) = dialog {
                    drawn.dialog = Some(approval::draw(dialog, &view.keys, theme, &cache.highlighter, frame, area));
                }
            }
        }
        if let Some(pending) = &view.pending {
            pending::draw(pending, theme, frame, Rect { height: area.height.saturating_sub(FEET), ..area });
        }
        if theme.is_ascii() {
            ascii::translate(frame.buffer_mut(), None);
        }
        drawn.laid = cache.laid();
        drawn
    }
}

/// Rows of what is below the chat: a question that takes the keys, or the composer.
fn below(view: &View<'_>, theme: &Theme, room: Rect) -> u16 {
    match (&view.dialog, &view.offer) {
        (Some(dialog), _) if !dialog.banner => approval::height(dialog, &view.keys, theme, room),
        (None, Some(_)) => approval::OFFER_ROWS,
        _ => layout::composer(view.composer_rows(room.width), room.height + FEET),
    }
}
