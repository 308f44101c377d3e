//! The chat: blocks measured once for a width, drawn from the row on top downwards, and only as far as they are seen.
//!
//! Owns which rows are seen, and the cache of measured lines. However long the chat is, a frame looks at the blocks on
//! the screen; what a block looks like is `block`'s.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::ops::Range;

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::{Paragraph, Widget};

use super::block::{self, Paper, Stream};
use super::card;
use super::highlight::Highlighter;
use super::links::Link;
use super::needle::Needle;
use super::scroll::Scroll;
use super::theme::{Theme, Tone};
use super::tint::Tint;
use super::view::{Block, BlockKind, Card, Drawn, Face, Sought, Spot, Step, View};

/// Rows that are drawn at most; whoever wants more does not look at their tones.
const DRAWN: usize = 2_000;

/// Rows that are looked through to count the places with a text.
const COUNTED: usize = 10_000;

/// Rows that are looked through at a time.
const LOOKED: usize = 512;

/// Rows that are kept measured; beyond them, only what was seen last.
const KEPT: usize = 20_000;

/// A block that was looked at.
struct Measured {
    version: u64,
    width: u16,
    /// The frame it was last looked at in.
    frame: u64,
    rows: Rows,
}

enum Rows {
    All(Vec<Line<'static>>),
    /// Too many, perhaps.
    Scroll(Box<Scroll>),
}

impl Rows {
    fn count(&self) -> usize {
        match self {
            Rows::All(lines) => lines.len(),
            Rows::Scroll(scroll) => scroll.rows(),
        }
    }

    /// Those that are kept laid out.
    fn kept(&self) -> usize {
        match self {
            Rows::All(lines) => lines.len(),
            Rows::Scroll(scroll) => scroll.kept(),
        }
    }
}

/// Measured lines by block, outside the recorded state.
#[derive(Default)]
pub struct Cache {
    blocks: BTreeMap<u64, Measured>,
    rows: usize,
    frame: u64,
    /// Rows that were laid out since the frame began.
    laid: usize,
    /// The part of the answer under way that can no longer change.
    stream: Option<Stream>,
    pub(super) highlighter: Highlighter,
    pub(super) links: Vec<Link>,
}

impl Cache {
    /// The addresses that stand on the screen.
    pub fn links(&self) -> &[Link] {
        &self.links
    }

    /// A frame begins: nothing is laid out for it yet, and no address is seen.
    pub(super) fn begin(&mut self) {
        self.links.clear();
        self.laid = 0;
        self.frame += 1;
    }

    /// Rows that were laid out for this frame so far.
    pub(super) fn laid(&self) -> usize {
        self.laid
    }

    /// Measures a block, where that is not done.
    fn measured(&mut self, block: &Block, is_last: bool, page: &Paper<'_>) -> Option<&Measured> {
        let known = self.blocks.get(&block.id);
        if !known.is_some_and(|known| known.version == block.version && known.width == page.width) {
            let before = self.blocks.remove(&block.id);
            self.rows -= before.as_ref().map_or(0, |before| before.rows.kept());
            let before = before.filter(|before| before.width == page.width).map(|before| before.rows);
            let rows = self.laid_out(block, is_last, page, before);
            self.rows += rows.kept();
            let measured = Measured { version: block.version, width: page.width, frame: 0, rows };
            self.blocks.insert(block.id, measured);
        }
        let measured = self.blocks.get_mut(&block.id)?;
        measured.frame = self.frame;
        Some(measured)
    }

    fn laid_out(&mut self, block: &Block, is_last: bool, page: &Paper<'_>, before: Option<Rows>) -> Rows {
        if let Some(card) = whole(block) {
            let mut scroll = match before {
                Some(Rows::Scroll(scroll)) => scroll,
                _ => Box::new(Scroll::new(page.width)),
            };
            self.laid += scroll.follow(card, page);
            return Rows::Scroll(scroll);
        }
        let stream = is_last.then_some(&mut self.stream);
        let lines = block::lines(block, page, &self.highlighter, stream);
        self.laid += lines.len();
        Rows::All(lines)
    }

    /// Lets go of what nobody looks at, where there is much of it.
    fn tidy(&mut self) {
        if self.rows > KEPT {
            let frame = self.frame;
            self.blocks.retain(|_, measured| measured.frame == frame);
            self.rows = self.blocks.values().map(|measured| measured.rows.kept()).sum();
        }
    }
}

/// The command of a block that is seen with all of its output.
fn whole(block: &Block) -> Option<&Card> {
    match &block.kind {
        BlockKind::Card(card) if block.unfolded => Some(card),
        _ => None,
    }
}

/// A row: of which block, by its place among them, and which of its rows.
type Place = (usize, usize);

/// What rows are wanted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Looks {
    Seen,
    /// Their text alone matters.
    Sought,
}

/// The blocks one below the other.
struct Page<'a> {
    blocks: &'a [Block],
    paper: Paper<'a>,
    cache: &'a mut Cache,
}

impl<'a> Page<'a> {
    fn of(view: &'a View<'_>, cache: &'a mut Cache, theme: &'a Theme, width: u16) -> Page<'a> {
        let paper = Paper { agent: view.agent, keys: &view.keys, width: inner(width), theme };
        Page { blocks: view.blocks, paper, cache }
    }

    fn measured(&mut self, at: usize) -> Option<&Measured> {
        let is_last = at + 1 == self.blocks.len();
        self.cache.measured(self.blocks.get(at)?, is_last, &self.paper)
    }

    fn height(&mut self, at: usize) -> usize {
        self.measured(at).map_or(0, |measured| measured.rows.count())
    }

    /// Rows of a block, from one on.
    fn rows(&mut self, at: usize, from: usize, most: usize, looks: Looks) -> Vec<Line<'static>> {
        let (blocks, theme) = (self.blocks, self.paper.theme);
        let Some(block) = blocks.get(at).filter(|_| self.measured(at).is_some()) else { return Vec::new() };
        let lines = match (self.cache.blocks.get(&block.id).map(|measured| &measured.rows), whole(block)) {
            (Some(Rows::All(lines)), _) => return lines.iter().skip(from).take(most).cloned().collect(),
            (Some(Rows::Scroll(scroll)), Some(card)) => {
                let rows = from..scroll.rows().min(from.saturating_add(most));
                let tint = match looks {
                    Looks::Seen if rows.len() <= DRAWN => Tint::of(card, &self.cache.highlighter, theme),
                    Looks::Seen | Looks::Sought => Tint::none(theme),
                };
                scroll.lay(card, rows, &tint)
            }
            _ => Vec::new(),
        };
        self.cache.laid += lines.len();
        lines
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

    /// The first or the last of these rows with the text; a part of them is laid out at a time.
    fn find_in(&mut self, needle: &Needle, at: usize, mut rows: Range<usize>, step: Step) -> Option<usize> {
        while !rows.is_empty() {
            let part = match step {
                Step::Newer => rows.start..rows.end.min(rows.start + LOOKED),
                Step::Older => rows.start.max(rows.end.saturating_sub(LOOKED))..rows.end,
            };
            let lines = self.rows(at, part.start, part.len(), Looks::Sought);
            let found = match step {
                Step::Newer => lines.iter().position(|line| needle.is_in(line)),
                Step::Older => lines.iter().rposition(|line| needle.is_in(line)),
            };
            if let Some(found) = found {
                return Some(part.start + found);
            }
            match step {
                Step::Newer => rows.start = part.end,
                Step::Older => rows.end = part.start,
            }
        }
        None
    }

    /// Lines with the text in the folded part of a block. Where words are folded, they are none or those of all.
    fn in_fold(&mut self, needle: &Needle, at: usize) -> usize {
        let blocks = self.blocks;
        match blocks.get(at).filter(|block| !block.unfolded).map(|block| &block.kind) {
            Some(BlockKind::Card(card)) => {
                card::hidden(card, self.paper.width).filter(|line| needle.is_in_bytes(line)).count()
            }
            Some(BlockKind::Words { face: Face::Human | Face::Thinking | Face::Shell, text }) => {
                let count = text.lines().filter(|line| needle.is_in_bytes(line.as_bytes())).count();
                let is_seen =
                    count > 0 && self.rows(at, 0, usize::MAX, Looks::Sought).iter().any(|line| needle.is_in(line));
                if is_seen { 0 } else { count }
            }
            _ => 0,
        }
    }

    /// Which of the places with the text a row is, and how many there are.
    fn places(&mut self, needle: &Needle, (at, row): Place) -> Option<(usize, usize)> {
        let blocks = self.blocks;
        let (mut until, mut all, mut looked) = (0, 0, 0);
        for (place, block) in blocks.iter().enumerate() {
            let may = match &block.kind {
                BlockKind::Words { text, .. } => place == at || needle.is_in_bytes(text.as_bytes()),
                BlockKind::Card(_) | BlockKind::Checklist(_) => needle.may_be_in(block),
            };
            if !may {
                continue;
            }
            looked += self.height(place);
            if looked > COUNTED {
                return None;
            }
            let rows = self.rows(place, 0, usize::MAX, Looks::Sought);
            let hits: Vec<bool> = rows.iter().map(|line| needle.is_in(line)).collect();
            let here = hits.iter().filter(|hit| **hit).count() + self.in_fold(needle, place);
            all += here;
            until += match place.cmp(&at) {
                Ordering::Less => here,
                Ordering::Equal => hits.iter().take(row + 1).filter(|hit| **hit).count(),
                Ordering::Greater => 0,
            };
        }
        Some((until, all))
    }

    /// The next row with the text, from a row on in a direction. Blocks that cannot have it are not measured; one that has
    /// it in its folded part comes before its rows.
    fn find(&mut self, needle: &Needle, from: Place, step: Step) -> Result<Place, Sought> {
        let (mut at, mut row) = from;
        let mut first = true;
        loop {
            let block = self.blocks.get(at);
            if block.is_some_and(|block| first || needle.may_be_in(block)) {
                if let Some(block) = block.filter(|_| !first && self.in_fold(needle, at) > 0) {
                    return Err(Sought::InFold(block.id));
                }
                let height = self.height(at);
                let rows = match step {
                    Step::Newer => (if first { row + 1 } else { 0 })..height,
                    Step::Older => 0..row.min(height),
                };
                if let Some(row) = self.find_in(needle, at, rows, step) {
                    return Ok((at, row));
                }
            }
            first = false;
            (at, row) = match step {
                Step::Newer if at + 1 < self.blocks.len() => (at + 1, 0),
                Step::Older if at > 0 => (at - 1, usize::MAX),
                Step::Newer | Step::Older => return Err(Sought::Nowhere),
            };
        }
    }
}

/// Rows that blocks take on a page so wide, as far as it matters.
pub(super) fn height(view: &View<'_>, cache: &mut Cache, theme: &Theme, width: u16, most: u16) -> u16 {
    let mut page = Page::of(view, cache, theme, width);
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
    let mut page = Page::of(view, cache, theme, width);
    let (mut rows, mut last) = (Vec::new(), None);
    for (at, block) in view.blocks.iter().enumerate() {
        if rows.len() >= enough {
            break;
        }
        let lines = page.rows(at, 0, usize::MAX, Looks::Seen);
        rows.extend(lines.into_iter().map(|line| {
            let mut row = Buffer::empty(Rect { x: 0, y: 0, width, height: 1 });
            row.set_style(row.area, theme.style(Tone::Text));
            Paragraph::new(line).render(Rect { x: 1, width: inner(width), ..row.area }, &mut row);
            row
        }));
        last = Some(block.id);
    }
    (rows, last)
}

/// Where the text of the chat stands.
pub(super) fn inside(area: Rect) -> Rect {
    Rect { x: area.x + 1, width: inner(area.width), ..area }
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
    let rows = usize::from(area.height);
    drawn.chat_rows = area.height;
    let sight = &view.sight;
    let mut page = Page::of(view, cache, theme, area.width);
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
        match page.find(needle, from, step) {
            Ok(found) => {
                drawn.found = page.spot(found).map_or(Sought::Nowhere, Sought::At);
                drawn.places = page.places(needle, found);
                top = page.showing(found, top, rows);
            }
            Err(sought) => drawn.found = sought,
        }
    }
    let bottom = page.down(top, rows);
    let follows = bottom.0 >= view.blocks.len();
    if follows {
        top = page.end(rows);
    }
    drawn.chat_top = if follows { None } else { page.spot(top) };
    let inner = inside(area);
    let (mut at, mut skip) = top;
    let mut y = inner.y;
    while y < inner.bottom() && at < view.blocks.len() {
        let chosen = view.blocks.get(at).is_some_and(|block| sight.chosen == Some(block.id));
        // The last row of a block is the gap below it.
        let last = page.height(at).saturating_sub(1);
        let room = usize::from(inner.bottom() - y);
        for (index, line) in page.rows(at, skip, room, Looks::Seen).into_iter().enumerate() {
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
        let end = view.keys.to_end.as_ref().map_or_else(String::new, |key| format!("· {key} "));
        let text = format!(" more below {end}");
        let length = u16::try_from(text.chars().count()).unwrap_or(area.width).min(area.width);
        let corner = Rect { x: area.right() - length, y: area.bottom().saturating_sub(1), width: length, height: 1 };
        frame.render_widget(Paragraph::new(text).style(theme.style(Tone::Accent)), corner);
    }
    cache.tidy();
}
