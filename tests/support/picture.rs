//! Draws a screen as SVG.
//!
//! Owns the cell's size, the palette and the order of the layers: backgrounds, lines
//! and blocks, text, cursor. Knows nothing of the program on the screen.
//!
//! Every position is a whole pixel and every word is told its length, so that the
//! grid holds in any renderer and with any monospaced font.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::num::NonZeroU16;

use ratatui::backend::{Backend, CrosstermBackend};
use ratatui::buffer::Buffer;
use unicode_width::UnicodeWidthChar;

use super::pty::{Style, StyledRun, Weight, styled_rows};

#[path = "strokes.rs"]
mod strokes;

/// A cell in pixels; odd, so that a line can stand in its middle.
pub const CELL_WIDTH: i32 = 9;
pub const CELL_HEIGHT: i32 = 19;
const BASELINE: i32 = 14;
/// At this size a character of DejaVu Sans Mono is as wide as a cell.
const FONT_SIZE: f32 = 14.949;
/// Empty space around the screen.
const MARGIN: i32 = 14;

type Rgb = (u8, u8, u8);

/// A light terminal's ground and letters.
const PAPER: &str = "#faf8f2";
const INK: &str = "#2b2b2b";

const FOREGROUND: Rgb = (0xd5, 0xd8, 0xdf);
const BACKGROUND: Rgb = (0x14, 0x16, 0x1b);
const PALETTE: [Rgb; 16] = [
    (0x2a, 0x2e, 0x37),
    (0xe0, 0x6c, 0x75),
    (0x8f, 0xc3, 0x7e),
    (0xe2, 0xb8, 0x6b),
    (0x6c, 0xa8, 0xf0),
    (0xc0, 0x86, 0xe0),
    (0x5f, 0xbf, 0xc9),
    (0xc4, 0xc8, 0xd0),
    (0x6b, 0x72, 0x80),
    (0xf2, 0x8b, 0x92),
    (0xa9, 0xd8, 0x9a),
    (0xf3, 0xd0, 0x8c),
    (0x92, 0xc1, 0xfa),
    (0xd6, 0xa5, 0xf0),
    (0x85, 0xd6, 0xde),
    (0xf4, 0xf6, 0xfa),
];

/// What ratatui drew as a whole SVG document, on a dark ground or on paper; without a cursor.
pub fn of(buffer: &Buffer, light: bool) -> String {
    let mut bytes = b"\x1b[?25l".to_vec();
    let cells = buffer.area.positions().filter_map(|at| buffer.cell(at).map(|cell| (at.x, at.y, cell)));
    CrosstermBackend::new(&mut bytes).draw(cells).expect("memory takes everything");
    let (rows, cols) = (NonZeroU16::new(buffer.area.height), NonZeroU16::new(buffer.area.width));
    let (Some(rows), Some(cols)) = (rows, cols) else { return String::new() };
    let mut parser = vt100::Parser::new(rows, cols, 0);
    parser.process(&bytes);
    let svg = svg(parser.screen());
    if light { svg.replace(&hex(BACKGROUND), PAPER).replace(&hex(FOREGROUND), INK) } else { svg }
}

/// The screen as a whole SVG document.
fn svg(screen: &vt100::Screen) -> String {
    let mut layers = Layers::default();
    for (row, runs) in styled_rows(screen).iter().enumerate() {
        for run in runs {
            layers.add(run, i32::try_from(row).unwrap_or(i32::MAX));
        }
    }
    let (rows, cols) = screen.size();
    let (width, height) = (i32::from(cols.get()) * CELL_WIDTH, i32::from(rows.get()) * CELL_HEIGHT);
    let (full_width, full_height) = (width + 2 * MARGIN, height + 2 * MARGIN);
    let cursor = if screen.hide_cursor() { String::new() } else { cursor(screen.cursor_position()) };
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{full_width}\" height=\"{full_height}\" \
         viewBox=\"{} {} {full_width} {full_height}\">\n\
         <rect x=\"{}\" y=\"{}\" width=\"{full_width}\" height=\"{full_height}\" rx=\"8\" fill=\"{}\"/>\n\
         <g shape-rendering=\"crispEdges\">\n{}</g>\n\
         <g fill=\"none\">\n{}</g>\n\
         <g font-family=\"'DejaVu Sans Mono','Liberation Mono',Menlo,Consolas,monospace\" \
         font-size=\"{FONT_SIZE}\" xml:space=\"preserve\">\n{}</g>\n{cursor}</svg>\n",
        -MARGIN,
        -MARGIN,
        -MARGIN,
        -MARGIN,
        hex(BACKGROUND),
        layers.filled(),
        layers.curves,
        layers.text,
    )
}

/// Half see-through, so that the character below stays readable.
fn cursor((row, column): (u16, u16)) -> String {
    let (x, y) = (i32::from(column) * CELL_WIDTH, i32::from(row) * CELL_HEIGHT);
    let color = hex(FOREGROUND);
    format!(
        "<rect x=\"{x}\" y=\"{y}\" width=\"{CELL_WIDTH}\" height=\"{CELL_HEIGHT}\" fill=\"{color}\" opacity=\"0.55\"/>\n"
    )
}

/// What lies over what.
#[derive(Default)]
struct Layers {
    backgrounds: String,
    /// Path data by colour: all lines of one colour are one element.
    lines: BTreeMap<String, String>,
    curves: String,
    text: String,
}

impl Layers {
    fn filled(&self) -> String {
        let mut svg = self.backgrounds.clone();
        for (paint, path) in &self.lines {
            // Writing to a String cannot fail.
            let _ = writeln!(svg, "<path {paint} d=\"{path}\"/>");
        }
        svg
    }

    fn add(&mut self, run: &StyledRun, row: i32) {
        let (foreground, background) = colors(run.style);
        let y = row * CELL_HEIGHT;
        let start = i32::from(run.column) * CELL_WIDTH;
        let mut x = start;
        let mut word = Word { x, ..Word::default() };
        for c in run.text.chars() {
            let cells = c.width().and_then(|width| i32::try_from(width).ok()).unwrap_or(0);
            let drawn = self.draw(c, x, y, foreground);
            // Words are positioned one by one: not every renderer heeds a text's length.
            let alone = !drawn && !c.is_ascii() && cells > 0;
            if drawn || alone || c == ' ' {
                self.write(&mut word, y, run.style, foreground);
            }
            x += cells * CELL_WIDTH;
            if !drawn && c != ' ' {
                word.push(c, x - cells * CELL_WIDTH, cells);
            }
            if alone && cells > 1 {
                self.write(&mut word, y, run.style, foreground);
            }
        }
        self.write(&mut word, y, run.style, foreground);
        let width = x - start;
        if background != BACKGROUND {
            let fill = hex(background);
            let _ = writeln!(
                self.backgrounds,
                "<rect x=\"{start}\" y=\"{y}\" width=\"{width}\" height=\"{CELL_HEIGHT}\" fill=\"{fill}\"/>"
            );
        }
        if run.style.underline {
            let path = self.lines.entry(fill(foreground, 1.0)).or_default();
            let _ = write!(path, "M{start} {}h{width}v1h-{width}z", y + BASELINE + 2);
        }
    }

    /// Draws lines and blocks, which no font joins without seams. False for anything else.
    fn draw(&mut self, c: char, x: i32, y: i32, color: Rgb) -> bool {
        let Some(strokes) = strokes::of(c, CELL_WIDTH, CELL_HEIGHT) else { return false };
        for rect in strokes.rects {
            let path = self.lines.entry(fill(color, rect.opacity)).or_default();
            let (left, top) = (f64::from(x) + rect.x, f64::from(y) + rect.y);
            let _ = write!(path, "M{left} {top}h{w}v{h}h-{w}z", w = rect.width, h = rect.height);
        }
        if let Some(curve) = strokes.curve {
            let stroke = hex(color);
            let _ = writeln!(self.curves, "<path transform=\"translate({x} {y})\" stroke=\"{stroke}\" d=\"{curve}\"/>");
        }
        true
    }

    /// Writes a word out and empties it.
    fn write(&mut self, word: &mut Word, y: i32, style: Style, color: Rgb) {
        let word = std::mem::take(word);
        if word.text.is_empty() {
            return;
        }
        let text = word.text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let weight = if style.weight == Weight::Bold { " font-weight=\"bold\"" } else { "" };
        let slant = if style.italic { " font-style=\"italic\"" } else { "" };
        let _ = writeln!(
            self.text,
            "<text x=\"{}\" y=\"{}\" textLength=\"{}\" lengthAdjust=\"spacingAndGlyphs\" fill=\"{}\"{weight}{slant}>{text}</text>",
            word.x,
            y + BASELINE,
            word.cells * CELL_WIDTH,
            hex(color),
        );
    }
}

/// Characters that are written in one go.
#[derive(Default)]
struct Word {
    x: i32,
    cells: i32,
    text: String,
}

impl Word {
    fn push(&mut self, c: char, x: i32, cells: i32) {
        if self.text.is_empty() {
            self.x = x;
        }
        self.cells += cells;
        self.text.push(c);
    }
}

/// Foreground and background as they are seen.
fn colors(style: Style) -> (Rgb, Rgb) {
    let foreground = color(style.foreground, FOREGROUND);
    let background = color(style.background, BACKGROUND);
    let (foreground, background) = if style.inverse { (background, foreground) } else { (foreground, background) };
    match style.weight {
        Weight::Dim => (mixed(foreground, background), background),
        Weight::Normal | Weight::Bold => (foreground, background),
    }
}

/// Five parts of one colour, three of another.
fn mixed((r, g, b): Rgb, (s, h, c): Rgb) -> Rgb {
    let mix = |strong: u8, weak: u8| ((u16::from(strong) * 5 + u16::from(weak) * 3) / 8) as u8;
    (mix(r, s), mix(g, h), mix(b, c))
}

fn color(color: vt100::Color, default: Rgb) -> Rgb {
    match color {
        vt100::Color::Default => default,
        vt100::Color::Rgb(r, g, b) => (r, g, b),
        vt100::Color::Idx(index @ 232..) => {
            let grey = 8 + 10 * (index - 232);
            (grey, grey, grey)
        }
        vt100::Color::Idx(index) => match PALETTE.get(usize::from(index)) {
            Some(color) => *color,
            None => {
                let level = |step: u8| if step == 0 { 0 } else { 55 + 40 * step };
                let cube = index - 16;
                (level(cube / 36), level(cube / 6 % 6), level(cube % 6))
            }
        },
    }
}

fn hex((r, g, b): Rgb) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

/// The attributes that paint an area.
fn fill(color: Rgb, opacity: f64) -> String {
    match opacity {
        1.0 => format!("fill=\"{}\"", hex(color)),
        opacity => format!("fill=\"{}\" fill-opacity=\"{opacity}\"", hex(color)),
    }
}
