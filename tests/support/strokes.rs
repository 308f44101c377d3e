//! Box-drawing and block characters as shapes of exactly one cell.
//!
//! Owns their geometry: lines that meet the lines of the next cell at the same
//! pixels. Knows neither colours nor the place on the screen.

/// A filled rectangle in pixels from the cell's upper left corner.
pub struct Rect {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
    /// From 0 to 1; less than 1 for shades.
    pub opacity: f64,
}

/// What a character is made of.
#[derive(Default)]
pub struct Strokes {
    pub rects: Vec<Rect>,
    /// Path data for what has no corners, to be stroked one pixel wide.
    pub curve: Option<String>,
}

/// Weights of the arms left, right, up and down, for U+2500 to U+257F: 0 none,
/// 1 light, 2 heavy, 3 double. Arcs and diagonals, which are curves, have none.
const ARMS: [&str; 16] = [
    "1100 2200 0011 0022 1100 2200 0011 0022",
    "1100 2200 0011 0022 0101 0201 0102 0202",
    "1001 2001 1002 2002 0110 0210 0120 0220",
    "1010 2010 1020 2020 0111 0211 0121 0112",
    "0122 0221 0212 0222 1011 2011 1021 1012",
    "1022 2021 2012 2022 1101 2101 1201 2201",
    "1102 2102 1202 2202 1110 2110 1210 2210",
    "1120 2120 1220 2220 1111 2111 1211 2211",
    "1121 1112 1122 2121 1221 2112 1212 2221",
    "2212 2122 1222 2222 1100 2200 0011 0022",
    "3300 0033 0301 0103 0303 3001 1003 3003",
    "0310 0130 0330 3010 1030 3030 0311 0133",
    "0333 3011 1033 3033 3301 1103 3303 3310",
    "1130 3330 3311 1133 3333 0000 0000 0000",
    "0000 0000 0000 0000 1000 0010 0100 0001",
    "2000 0020 0200 0002 1200 0012 2100 0021",
];

/// The shapes of `c` in a cell of this size, for box-drawing and block characters.
pub fn of(c: char, width: i32, height: i32) -> Option<Strokes> {
    let cell = Cell { width: f64::from(width), height: f64::from(height) };
    match c {
        '╭' | '╮' | '╯' | '╰' | '╱' | '╲' | '╳' => {
            Some(Strokes { curve: Some(cell.curve(c)), ..Strokes::default() })
        }
        '\u{2500}'..='\u{257f}' => {
            let index = u32::from(c) as usize - 0x2500;
            let arms = ARMS.get(index / 8)?.split(' ').nth(index % 8)?;
            let weights: Vec<u32> = arms.chars().filter_map(|digit| digit.to_digit(10)).collect();
            let &[left, right, up, down] = weights.as_slice() else { return None };
            Some(Strokes { rects: cell.lines(left, right, up, down, dashes(c)), ..Strokes::default() })
        }
        '\u{2580}'..='\u{259f}' => Some(Strokes { rects: cell.block(c), ..Strokes::default() }),
        _ => None,
    }
}

/// Into how many pieces a line is broken.
fn dashes(c: char) -> u32 {
    match c {
        '╌' | '╍' | '╎' | '╏' => 2,
        '┄' | '┅' | '┆' | '┇' => 3,
        '┈' | '┉' | '┊' | '┋' => 4,
        _ => 1,
    }
}

/// Distance of a double line's rails from the middle.
const RAIL: f64 = 2.0;

struct Cell {
    width: f64,
    height: f64,
}

#[derive(Clone, Copy)]
enum Direction {
    Left,
    Right,
    Up,
    Down,
}

/// One arm of a character, with the weights around it.
struct Arm {
    direction: Direction,
    weight: u32,
    opposite: u32,
    /// The arms at its sides: the left or upper one, the right or lower one.
    sides: (u32, u32),
}

impl Arm {
    /// The rails it is made of: how far beyond the middle each starts (negative: before it,
    /// to fill a corner), how far beside the middle it runs, and how thick it is.
    fn rails(&self) -> Vec<(f64, f64, f64)> {
        let (low, high) = self.sides;
        match self.weight {
            0 => Vec::new(),
            3 => vec![(inset(low, high), -RAIL, 1.0), (inset(high, low), RAIL, 1.0)],
            weight => {
                let start = match (low == 3, high == 3) {
                    _ if self.opposite != 0 && low.max(high) == 3 => 0.0,
                    (true, true) => RAIL,
                    (true, false) | (false, true) => -RAIL,
                    (false, false) => (1.0 - thickness(low.max(high))) / 2.0,
                };
                vec![(start, 0.0, thickness(weight))]
            }
        }
    }
}

/// Where a rail of a double line starts, by the arm on its own side and the one on the other.
fn inset(near: u32, far: u32) -> f64 {
    match (near, far) {
        (3, _) => RAIL,
        (0, 3) => -RAIL,
        _ => 0.0,
    }
}

fn thickness(weight: u32) -> f64 {
    if weight == 2 { 3.0 } else { 1.0 }
}

fn solid(x: f64, y: f64, width: f64, height: f64) -> Rect {
    Rect { x, y, width, height, opacity: 1.0 }
}

impl Cell {
    /// The pixel in the middle, where light lines run.
    fn middle(&self) -> (f64, f64) {
        ((self.width / 2.0).floor(), (self.height / 2.0).floor())
    }

    fn lines(&self, left: u32, right: u32, up: u32, down: u32, dashes: u32) -> Vec<Rect> {
        if dashes > 1 {
            return self.dashed(left, up, f64::from(dashes));
        }
        let arms = [
            Arm { direction: Direction::Left, weight: left, opposite: right, sides: (up, down) },
            Arm { direction: Direction::Right, weight: right, opposite: left, sides: (up, down) },
            Arm { direction: Direction::Up, weight: up, opposite: down, sides: (left, right) },
            Arm { direction: Direction::Down, weight: down, opposite: up, sides: (left, right) },
        ];
        let mut rects = Vec::new();
        for arm in arms {
            rects.extend(arm.rails().into_iter().map(|rail| self.rail(arm.direction, rail)));
        }
        rects
    }

    /// A piece from near the middle to the cell's edge.
    fn rail(&self, direction: Direction, (start, beside, thick): (f64, f64, f64)) -> Rect {
        let (cx, cy) = self.middle();
        let across = beside - (thick - 1.0) / 2.0;
        match direction {
            Direction::Left => solid(0.0, cy + across, cx + 1.0 - start, thick),
            Direction::Right => solid(cx + start, cy + across, self.width - cx - start, thick),
            Direction::Up => solid(cx + across, 0.0, thick, cy + 1.0 - start),
            Direction::Down => solid(cx + across, cy + start, thick, self.height - cy - start),
        }
    }

    /// A line in pieces, across (`horizontal` not 0) or down.
    fn dashed(&self, horizontal: u32, vertical: u32, pieces: f64) -> Vec<Rect> {
        let (cx, cy) = self.middle();
        let thick = thickness(horizontal.max(vertical));
        let aside = (thick - 1.0) / 2.0;
        let step = if horizontal == 0 { self.height } else { self.width } / pieces;
        let (gap, mut rects) = (step / 3.0, Vec::new());
        for piece in 0..pieces as u32 {
            let start = f64::from(piece) * step + gap / 2.0;
            rects.push(match horizontal {
                0 => solid(cx - aside, start, thick, step - gap),
                _ => solid(start, cy - aside, step - gap, thick),
            });
        }
        rects
    }

    fn curve(&self, c: char) -> String {
        let (w, h) = (self.width, self.height);
        let (cx, cy) = self.middle();
        let (x, y) = (cx + 0.5, cy + 0.5);
        match c {
            '╭' => format!("M{x} {h}V{}Q{x} {y} {w} {y}", y + cx),
            '╮' => format!("M{x} {h}V{}Q{x} {y} 0 {y}", y + cx),
            '╯' => format!("M{x} 0V{}Q{x} {y} 0 {y}", y - cx),
            '╰' => format!("M{x} 0V{}Q{x} {y} {w} {y}", y - cx),
            '╱' => format!("M0 {h}L{w} 0"),
            '╲' => format!("M0 0L{w} {h}"),
            _ => format!("M0 {h}L{w} 0M0 0L{w} {h}"),
        }
    }

    fn block(&self, c: char) -> Vec<Rect> {
        let (w, h) = (self.width, self.height);
        let code = u32::from(c);
        let eighths = |count: u32| f64::from(count) / 8.0;
        match c {
            '▀' => vec![solid(0.0, 0.0, w, h / 2.0)],
            '▁'..='█' => {
                let height = h * eighths(code - 0x2580);
                vec![solid(0.0, h - height, w, height)]
            }
            '▉'..='▏' => vec![solid(0.0, 0.0, w * eighths(0x2590 - code), h)],
            '▐' => vec![solid(w / 2.0, 0.0, w / 2.0, h)],
            '░'..='▓' => vec![Rect { opacity: f64::from(code - 0x2590) / 4.0, ..solid(0.0, 0.0, w, h) }],
            '▔' => vec![solid(0.0, 0.0, w, h / 8.0)],
            '▕' => vec![solid(w * eighths(7), 0.0, w / 8.0, h)],
            _ => {
                // Bits from the left: upper left, upper right, lower left, lower right.
                const QUADRANTS: [u8; 10] =
                    [0b0010, 0b0001, 0b1000, 0b1011, 0b1001, 0b1110, 0b1101, 0b0100, 0b0110, 0b0111];
                let bits = QUADRANTS.get((code - 0x2596) as usize).copied().unwrap_or(0);
                [(0b1000, 0.0, 0.0), (0b0100, w / 2.0, 0.0), (0b0010, 0.0, h / 2.0), (0b0001, w / 2.0, h / 2.0)]
                    .into_iter()
                    .filter(|(bit, _, _)| bits & bit != 0)
                    .map(|(_, x, y)| solid(x, y, w / 2.0, h / 2.0))
                    .collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn box_of(c: char) -> Vec<(f64, f64, f64, f64)> {
        of(c, 9, 19).unwrap().rects.into_iter().map(|r| (r.x, r.y, r.width, r.height)).collect()
    }

    #[test]
    fn every_line_and_block_has_a_shape_within_its_cell() {
        for c in '\u{2500}'..='\u{259f}' {
            let strokes = of(c, 9, 19).unwrap();
            assert!(!strokes.rects.is_empty() || strokes.curve.is_some(), "{c} is empty");
            for r in strokes.rects {
                assert!(
                    r.x >= 0.0 && r.y >= 0.0 && r.x + r.width <= 9.0 && r.y + r.height <= 19.0,
                    "{c} leaves its cell"
                );
                assert!(r.width > 0.0 && r.height > 0.0, "{c} has nothing in one of its shapes");
            }
        }
    }

    #[test]
    fn a_light_line_reaches_both_edges_in_the_middle_row() {
        assert_eq!(box_of('─'), [(0.0, 9.0, 5.0, 1.0), (4.0, 9.0, 5.0, 1.0)]);
    }

    #[test]
    fn the_outer_rails_of_a_double_corner_go_round_the_inner_ones() {
        assert_eq!(
            box_of('╔'),
            [(2.0, 7.0, 7.0, 1.0), (6.0, 11.0, 3.0, 1.0), (2.0, 7.0, 1.0, 12.0), (6.0, 11.0, 1.0, 8.0)]
        );
    }

    #[test]
    fn letters_are_left_to_the_font() {
        assert!(of('a', 9, 19).is_none());
    }
}
