//! The chat: blocks measured once for a width, drawn from the row on top downwards, and only as far as they are seen.
//!
//! Owns which rows are seen, and the cache of measured lines. However long the chat is, a frame looks at the blocks on
//! the screen; what a block looks like is `block`'s.

use std::collections::BTreeMap;

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::{Paragraph, Widget};

use super::block::{self, Stream};
use super::highlight::Highlighter;
use super::links::Link;
use super::needle::Needle;
use super::theme::{Theme, Tone};
use super::view::{Block, Drawn, Sought, Spot, Step, View};

/// Rows that are kept measured; beyond them, only what was seen last.
const KEPT: usize = 20_000;

struct Measured {
    version: u64,
    width: u16,
    /// The frame it was last looked at in.
    frame: u64,
    lines: Vec<Line<'static>>,
}

/// Measured lines by block, outside the recorded state.
#[derive(Default)]
pub struct Cache {
    blocks: BTreeMap<u64, Measured>,
    rows: usize,
    frame: u64,
    /// The part of the answer under way that can no longer change.
    stream: Option<Stream>,
    highlighter: Highlighter,
    pub(super) links: Vec<Link>,
}

impl Cache {
    /// The addresses that stand on the screen.
    pub fn links(&self) -> &[Link] {
        &self.links
    }

    pub(super) fn forget_links(&mut self) {
        self.links.clear();
    }

    fn lines(&mut self, block: &Block, is_last: bool, page: &Paper<'_>) -> &[Line<'static>] {
        let measured = self.blocks.get(&block.id);
        let fresh = measured.is_some_and(|measured| measured.version == block.version && measured.width == page.width);
        if !fresh {
            let stream = is_last.then_some(&mut self.stream);
            let lines = block::lines(block, page.agent, page.width, page.theme, &self.highlighter, stream);
            self.rows += lines.len();
            let measured = Measured { version: block.version, width: page.width, frame: 0, lines };
            let before = self.blocks.insert(block.id, measured);
            self.rows -= before.map_or(0, |before| before.lines.len());
        }
        match self.blocks.get_mut(&block.id) {
            Some(measured) => {
                measured.frame = self.frame;
                &measured.lines
            }
            None => &[],
        }
    }

    /// Lets go of what nobody looks at, where there is much of it.
    fn tidy(&mut self) {
        if self.rows > KEPT {
            let frame = self.frame;
            self.blocks.retain(|_, measured| measured.frame == frame);
            self.rows = self.blocks.values().map(|measured| measured.lines.len()).sum();
        }
    }
}

/// What every block is laid out on.
struct Paper<'a> {
    agent: &'a str,
    width: u16,
    theme: &'a Theme,
}

/// A row: of which block, by its place among them, and which of its rows.
type Place = (usize, usize);

/// The blocks one below the other.
struct Page<'a> {
    blocks: &'a [Block],
    paper: Paper<'a>,
    cache: &'a mut Cache,
}

impl Page<'_> {
    fn lines(&mut self, at: usize) -> &[Line<'static>] {
        let is_last = at + 1 == self.blocks.len();
        match self.blocks.get(at) {
            Some(block) => self.cache.lines(block, is_last, &self.paper),
            None => &[],
        }
    }

    fn height(&mut self, at: usize) -> usize {
        self.lines(at).len()
    }

    /// The row on top when the last one stands at the bottom.
    fn end(&mut self, rows: usize) -> Place {
        let mut room = rows;
        for at in (0..self.blocks.len()).rev() {
            let height = self.height(at);
            if height >= room {
                return (at, height - room);
            }
            room -= height;
        }
        (0, 0)
    }

    /// Where a row is now; one that is no longer there is the last of its block.
    fn place(&mut self, spot: Spot) -> Place {
        let at = self.blocks.partition_point(|block| block.id < spot.block);
        (at, spot.row.min(self.height(at).saturating_sub(1)))
    }

    fn spot(&self, (at, row): Place) -> Option<Spot> {
        self.blocks.get(at).map(|block| Spot { block: block.id, row })
    }

    fn up(&mut self, (mut at, mut row): Place, mut by: usize) -> Place {
        while by > row {
            if at == 0 {
                return (0, 0);
            }
            by -= row + 1;
            at -= 1;
            row = self.height(at).saturating_sub(1);
        }
        (at, row - by)
    }

    /// So many rows further down; behind the last one where there are not so many.
    fn down(&mut self, (mut at, row): Place, by: usize) -> Place {
        let mut rest = row + by;
        while at < self.blocks.len() {
            let height = self.height(at);
            if rest < height {
                return (at, rest);
            }
            rest -= height;
            at += 1;
        }
        (at, 0)
    }

    fn moved(&mut self, top: Place, by: isize) -> Place {
        match by {
            0 => top,
            ..0 => self.up(top, by.unsigned_abs()),
            _ => self.down(top, by.unsigned_abs()),
        }
    }

    /// A top from which the row is seen: the same where it is already.
    fn showing(&mut self, wanted: Place, top: Place, rows: usize) -> Place {
        let seen = wanted >= top && wanted < self.down(top, rows);
        if seen { top } else { self.up(wanted, rows / 4) }
    }

    /// The next row with the text, from a row on in a direction. Blocks that cannot have it are not measured.
    fn find(&mut self, needle: &Needle, from: Place, step: Step) -> Option<Place> {
        let (mut at, mut row) = from;
        let mut first = true;
        loop {
            let block = self.blocks.get(at);
            if block.is_some_and(|block| first || needle.may_be_in(block)) {
                let lines = self.lines(at);
                let fits = |row: &usize| lines.get(*row).is_some_and(|line| needle.is_in(line));
                let found = match step {
                    Step::Newer => (if first { row + 1 } else { 0 }..lines.len()).find(fits),
                    Step::Older => (0..row.min(lines.len())).rev().find(fits),
                };
                if let Some(row) = found {
                    return Some((at, row));
                }
            }
            first = false;
            (at, row) = match step {
                Step::Newer if at + 1 < self.blocks.len() => (at + 1, 0),
                Step::Older if at > 0 => (at - 1, usize::MAX),
                Step::Newer | Step::Older => return None,
            };
        }
    }
}

/// Rows that blocks take on a page so wide, as far as it matters.
pub(super) fn height(view: &View<'_>, cache: &mut Cache, theme: &Theme, width: u16, most: u16) -> u16 {
    let mut page = Page { blocks: view.blocks, paper: Paper { agent: view.agent, width: inner(width), theme }, cache };
    let mut rows = 0;
    for at in (0..view.blocks.len()).rev() {
        if rows >= usize::from(most) {
            break;
        }
        rows += page.height(at);
    }
    u16::try_from(rows).unwrap_or(most).min(most)
}

/// The first of the blocks as rows, each on a page so wide, until there are enough of them; with the last block that is
/// among them whole.
pub(super) fn printed(
    view: &View<'_>,
    cache: &mut Cache,
    theme: &Theme,
    width: u16,
    enough: usize,
) -> (Vec<Buffer>, Option<u64>) {
    let mut page = Page { blocks: view.blocks, paper: Paper { agent: view.agent, width: inner(width), theme }, cache };
    let (mut rows, mut last) = (Vec::new(), None);
    for (at, block) in view.blocks.iter().enumerate() {
        if rows.len() >= enough {
            break;
        }
        rows.extend(page.lines(at).iter().map(|line| {
            let mut row = Buffer::empty(Rect { x: 0, y: 0, width, height: 1 });
            row.set_style(row.area, theme.style(Tone::Text));
            Paragraph::new(line.clone()).render(Rect { x: 1, width: inner(width), ..row.area }, &mut row);
            row
        }));
        last = Some(block.id);
    }
    (rows, last)
}

/// Columns of the text: one is for the mark at the chosen block, one stays free.
fn inner(width: u16) -> u16 {
    width.saturating_sub(2).max(1)
}

/// Draws the chat; tells which row is on top, and what was found.
pub(super) fn draw(
    view: &View<'_>,
    cache: &mut Cache,
    theme: &Theme,
    frame: &mut Frame<'_>,
    area: Rect,
    drawn: &mut Drawn,
) {
    let width = inner(area.width);
    let rows = usize::from(area.height);
    drawn.chat_rows = area.height;
    cache.frame += 1;
    let sight = &view.sight;
    let mut page = Page { blocks: view.blocks, paper: Paper { agent: view.agent, width, theme }, cache };
    let top = match sight.top {
        Some(spot) => page.place(spot),
        None => page.end(rows),
    };
    let mut top = page.moved(top, sight.by);
    if let Some(block) = sight.show {
        let wanted = page.place(Spot { block, row: 0 });
        top = page.showing(wanted, top, rows);
    }
    let needle = sight.find.as_ref().map(|find| Needle::new(find.text));
    if let (Some(find), Some(needle)) = (&sight.find, &needle)
        && let Some(step) = find.step
    {
        let from = match find.from {
            Some(spot) => page.place(spot),
            None => (view.blocks.len(), 0),
        };
        let found = page.find(needle, from, step);
        drawn.found = found.and_then(|place| page.spot(place)).map_or(Sought::Nowhere, Sought::At);
        if let Some(found) = found {
            top = page.showing(found, top, rows);
        }
    }
    let bottom = page.down(top, rows);
    let follows = bottom.0 >= view.blocks.len();
    if follows {
        top = page.end(rows);
    }
    drawn.chat_top = if follows { None } else { page.spot(top) };
    let inner = Rect { x: area.x + 1, width, ..area };
    let (mut at, mut skip) = top;
    let mut y = inner.y;
    while y < inner.bottom() && at < view.blocks.len() {
        let chosen = view.blocks.get(at).is_some_and(|block| sight.chosen == Some(block.id));
        // The last row of a block is the gap below it.
        let last = page.height(at).saturating_sub(1);
        let room = usize::from(inner.bottom() - y);
        let seen: Vec<Line<'static>> = page.lines(at).iter().skip(skip).take(room).cloned().collect();
        for (index, line) in seen.into_iter().enumerate() {
            let row = Rect { y, height: 1, ..inner };
            let hits = needle.as_ref().map(|needle| needle.places(&line)).unwrap_or_default();
            frame.render_widget(Paragraph::new(line), row);
            for (from, columns) in hits {
                let hit = Rect { x: row.x.saturating_add(from), width: columns, ..row }.intersection(row);
                frame.buffer_mut().set_style(hit, theme.style(Tone::Selection));
            }
            if chosen && skip + index < last {
                let mark = Rect { x: area.x, y, width: 1, height: 1 };
                frame.render_widget(Paragraph::new("▶").style(theme.style(Tone::Accent)), mark);
            }
            y += 1;
        }
        at += 1;
        skip = 0;
    }
    if !follows {
        let text = " more below · Ctrl+End ";
        let length = u16::try_from(text.chars().count()).unwrap_or(area.width).min(area.width);
        let corner = Rect { x: area.right() - length, y: area.bottom().saturating_sub(1), width: length, height: 1 };
        frame.render_widget(Paragraph::new(text).style(theme.style(Tone::Accent)), corner);
    }
    cache.tidy();
}
