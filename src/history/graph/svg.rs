//! The graph as one picture that stands alone: no script, no font, no file beside it, readable on dark and on light.
//!
//! Owns the geometry and the style sheet. Every text passes `escaped`, so that nothing of outside can leave the
//! text it stands in.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::text::{cut, width_of};
use super::{Cell, Kind, Page, Row, one_line};
use crate::history::markup::escaped;

/// Distances in pixels.
const LANE: usize = 16;
const HEIGHT: usize = 24;
const MARGIN: usize = 12;
/// One column of the text.
const COLUMN: usize = 8;
/// The most columns of a label.
const LABEL: usize = 110;
/// How many colours the lines have in turn.
const COLOURS: usize = 6;

const STYLE: &str = "\
svg{background:#fff;color-scheme:light dark}
text{font:13px ui-monospace,Menlo,Consolas,monospace;fill:#1f2328;white-space:pre}
.dim{fill:#656d76}
path{fill:none;stroke-width:2}
.l0{stroke:#0969da}.l1{stroke:#8250df}.l2{stroke:#1a7f37}.l3{stroke:#bc4c00}.l4{stroke:#bf3989}.l5{stroke:#57606a}
.node{stroke:#fff;stroke-width:1.5}
.person{fill:#0969da}.agent{fill:#57606a}.auto{fill:#1a7f37}.approval{fill:#9a6700}.destructive{fill:#cf222e}
.refused{fill:#82071e}.finding{fill:#8250df}.structure{fill:#1f2328}.trouble{fill:#bc4c00}
@media (prefers-color-scheme:dark){
svg{background:#0d1117}
text{fill:#e6edf3}
.dim{fill:#8d96a0}
.l0{stroke:#58a6ff}.l1{stroke:#bc8cff}.l2{stroke:#3fb950}.l3{stroke:#db6d28}.l4{stroke:#f778ba}.l5{stroke:#8d96a0}
.node{stroke:#0d1117}
.person{fill:#58a6ff}.agent{fill:#8d96a0}.auto{fill:#3fb950}.approval{fill:#d29922}.destructive{fill:#f85149}
.refused{fill:#ff7b72}.finding{fill:#bc8cff}.structure{fill:#e6edf3}.trouble{fill:#db6d28}
}
";

/// The page as an SVG file; the rows stand as the page has them, the oldest above.
pub fn render(page: &Page, title: &str) -> String {
    let lanes = page.rows.iter().map(|row| row.cells.len()).max().unwrap_or_default();
    let ids = page.rows.iter().map(|row| row.short.chars().count()).max().unwrap_or_default();
    let days = page.spans_days();
    let labels: Vec<String> = page.rows.iter().map(|row| cut(&row.told(), LABEL, false)).collect();
    let longest = labels.iter().map(|label| width_of(label)).max().unwrap_or_default();
    // Where the columns begin: id, time, word, label.
    let id = centre(lanes) + LANE / 2;
    let time = id + (ids + 2) * COLUMN;
    let word = time + (if days { 16 } else { 5 } + 2) * COLUMN;
    let label = word + 13 * COLUMN;
    let (width, height) = (label + longest * COLUMN + MARGIN, page.rows.len() * HEIGHT + 2 * MARGIN);

    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\">\n<title>{}</title>\n<style>\n{STYLE}</style>\n",
        escaped(&one_line(title))
    );
    out.push_str(&lines(page));
    for (index, (row, told)) in page.rows.iter().zip(&labels).enumerate() {
        let y = middle(index);
        node(&mut out, row, y);
        // Writing to a String cannot fail.
        let _ = writeln!(
            out,
            "<text class=\"dim\" y=\"{0}\"><tspan x=\"{id}\">{1}</tspan><tspan x=\"{time}\">{2}</tspan>\
             <tspan x=\"{word}\">{3}</tspan></text><text x=\"{label}\" y=\"{0}\">{4}</text>",
            y + 4,
            escaped(&row.short),
            row.time(days),
            row.word(),
            escaped(told)
        );
    }
    out.push_str("</svg>\n");
    out
}

/// All edges, one path for every line of the graph.
fn lines(page: &Page) -> String {
    let mut paths = Paths::default();
    for (index, row) in page.rows.iter().enumerate() {
        for (lane, cell) in row.cells.iter().enumerate() {
            paths.cell(lane, middle(index), *cell);
        }
    }
    paths.finish()
}

/// Paths being drawn. Upright strokes are held back until they end, so that a long edge is one stroke.
#[derive(Debug, Default)]
struct Paths {
    of_line: BTreeMap<usize, String>,
    /// Of every lane the stroke that may go on: its line, where it begins and how far it came.
    upright: Vec<Option<(usize, usize, usize)>>,
}

impl Paths {
    fn cell(&mut self, lane: usize, y: usize, cell: Cell) {
        let (x, top, bottom) = (centre(lane), y - HEIGHT / 2, y + HEIGHT / 2);
        let (left, right) = (x - LANE / 2, x + LANE / 2);
        // An edge that turns here: its upright arm is bent towards the row's node.
        let turns = !cell.node && cell.older.is_some() != cell.newer.is_some();
        let bend = match (turns, cell.left, cell.right) {
            (true, Some(_), None) => Some(left),
            (true, None, Some(_)) => Some(right),
            // Another edge goes on sideways: a plain joint.
            _ => None,
        };
        if let Some(side) = bend {
            let (end, line) = match (cell.older, cell.newer) {
                (Some(line), _) => (top, line),
                (_, line) => (bottom, line.unwrap_or_default()),
            };
            self.add(line, format_args!("M{side} {y}Q{x} {y} {x} {end}"));
            return;
        }
        if let Some(line) = cell.left {
            self.add(line, format_args!("M{left} {y}H{x}"));
        }
        if let Some(line) = cell.right {
            self.add(line, format_args!("M{x} {y}H{right}"));
        }
        if let Some(line) = cell.older {
            self.down(lane, line, top, y);
        }
        if let Some(line) = cell.newer {
            self.down(lane, line, y, bottom);
        }
    }

    fn down(&mut self, lane: usize, line: usize, from: usize, to: usize) {
        if lane >= self.upright.len() {
            self.upright.resize(lane + 1, None);
        }
        match self.upright[lane] {
            Some((same, begin, end)) if same == line && end == from => self.upright[lane] = Some((line, begin, to)),
            earlier => {
                self.upright[lane] = Some((line, from, to));
                self.draw(lane, earlier);
            }
        }
    }

    fn draw(&mut self, lane: usize, stroke: Option<(usize, usize, usize)>) {
        if let Some((line, from, to)) = stroke {
            self.add(line, format_args!("M{} {from}V{to}", centre(lane)));
        }
    }

    fn add(&mut self, line: usize, stroke: std::fmt::Arguments<'_>) {
        // Writing to a String cannot fail.
        let _ = self.of_line.entry(line).or_default().write_fmt(stroke);
    }

    fn finish(mut self) -> String {
        for (lane, stroke) in std::mem::take(&mut self.upright).into_iter().enumerate() {
            self.draw(lane, stroke);
        }
        let mut out = String::new();
        for (line, strokes) in &self.of_line {
            let _ = writeln!(out, "<path class=\"l{}\" d=\"{strokes}\"/>", line % COLOURS);
        }
        out
    }
}

fn centre(lane: usize) -> usize {
    MARGIN + LANE / 2 + lane * LANE
}

fn middle(row: usize) -> usize {
    MARGIN + HEIGHT / 2 + row * HEIGHT
}

/// The node's shape: round for what was done, square for what was found, pointed for what was decided.
fn node(out: &mut String, row: &Row, y: usize) {
    let x = centre(row.lane);
    let class = row.class.word();
    // Writing to a String cannot fail.
    let _ = match row.kind {
        _ if row.count > 1 => {
            let (left, top) = (x - 3, y - 7);
            writeln!(out, "<rect class=\"node dim\" x=\"{left}\" y=\"{top}\" width=\"6\" height=\"14\" rx=\"3\"/>")
        }
        Kind::Commit | Kind::Answer => {
            let (left, top) = (x - 5, y - 5);
            writeln!(
                out,
                "<rect class=\"node {class}\" x=\"{left}\" y=\"{top}\" width=\"10\" height=\"10\" \
                 transform=\"rotate(45 {x} {y})\"/>"
            )
        }
        Kind::Approval { .. } => {
            let (left, right, top, bottom) = (x - 6, x + 6, y - 6, y + 5);
            writeln!(out, "<polygon class=\"node {class}\" points=\"{x},{top} {right},{bottom} {left},{bottom}\"/>")
        }
        _ => writeln!(out, "<circle class=\"node {class}\" cx=\"{x}\" cy=\"{y}\" r=\"5\"/>"),
    };
}
