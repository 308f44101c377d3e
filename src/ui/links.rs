//! Addresses that stand on the screen, so that a terminal can open them.
//!
//! Owns what an address is: what reads `http://` or `https://` on the screen itself. Nothing is opened that is not
//! read, so that no text can lead elsewhere than it says.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Longest address that is told of.
const LONGEST: usize = 2_000;

/// A run of cells of one row that is an address, or a part of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub cells: Rect,
    /// The whole address: letters, digits and marks of ASCII alone.
    pub address: String,
}

/// The addresses in an area, row by row. One that fills a row goes on in the next, behind what stands before every row
/// of its text. One that fills the last row is none: whether it goes on is not seen.
pub(super) fn in_area(buffer: &Buffer, area: Rect) -> Vec<Link> {
    let mut links: Vec<Link> = Vec::new();
    // The cells of the address that reached the end of the row above.
    let mut open: Option<(Vec<Rect>, String)> = None;
    for row in area.rows() {
        let letters: Vec<char> = row.columns().map(|cell| letter(buffer, cell)).collect();
        let mut at = 0;
        if let Some((mut cells, mut address)) = open.take() {
            let from = behind_lead(&letters);
            // Text that begins further right than the address is not of its paragraph.
            let below = cells.first().is_some_and(|first| row.x + columns(from) <= first.x);
            let run = if below && !begins(&letters, from) { run(&letters, from) } else { 0 };
            if run > 0 {
                cells.push(Rect { x: row.x + columns(from), width: columns(run), ..row });
                address.extend(letters.iter().skip(from).take(run));
                at = from + run;
            }
            if run > 0 && at == letters.len() && address.len() < LONGEST {
                open = Some((cells, address));
                continue;
            }
            close(&mut links, cells, address);
        }
        while at < letters.len() {
            if !begins(&letters, at) {
                at += 1;
                continue;
            }
            let length = run(&letters, at);
            let cells = vec![Rect { x: row.x + columns(at), width: columns(length), ..row }];
            let address: String = letters.iter().skip(at).take(length).collect();
            if at + length == letters.len() {
                open = Some((cells, address));
            } else {
                close(&mut links, cells, address);
            }
            at += length;
        }
    }
    links
}

/// Where the text of a row begins: behind blanks and lines, which are no letters, and the mark of an error output.
fn behind_lead(letters: &[char]) -> usize {
    let mark = if letters.starts_with(&['!', ' ']) { 2 } else { 0 };
    let blanks = letters.iter().skip(mark).take_while(|letter| **letter == ' ').count();
    mark + blanks
}

/// What ends a sentence or a bracket behind an address is no part of it.
fn close(links: &mut Vec<Link>, mut cells: Vec<Rect>, mut address: String) {
    while let Some(last) = address.chars().next_back() {
        let unopened = last == ')' && !address.contains('(');
        if !(unopened || ".,;:!?'\"]>".contains(last)) {
            break;
        }
        address.pop();
        if let Some(cell) = cells.last_mut() {
            cell.width = cell.width.saturating_sub(1);
        }
        cells.retain(|cells| cells.width > 0);
    }
    let host = address.split_once("://").map_or("", |(_, host)| host);
    if host.is_empty() || address.len() > LONGEST {
        return;
    }
    links.extend(cells.into_iter().map(|cells| Link { cells, address: address.clone() }));
}

fn letter(buffer: &Buffer, cell: Rect) -> char {
    let symbol = buffer.cell((cell.x, cell.y)).map_or(" ", |cell| cell.symbol());
    let mut letters = symbol.chars();
    letters.next().filter(|letter| letters.next().is_none() && letter.is_ascii_graphic()).unwrap_or(' ')
}

fn begins(letters: &[char], at: usize) -> bool {
    let here = |text: &str| text.chars().enumerate().all(|(index, letter)| letters.get(at + index) == Some(&letter));
    let free = at.checked_sub(1).and_then(|before| letters.get(before)).is_none_or(|before| !before.is_alphanumeric());
    free && (here("https://") || here("http://"))
}

/// Letters of an address from here on.
fn run(letters: &[char], from: usize) -> usize {
    let ends = |letter: &&char| **letter == ' ' || "\"<>`{}|\\^".contains(**letter);
    letters.iter().skip(from).take_while(|letter| !ends(letter)).count()
}

fn columns(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(rows: &[&str]) -> Vec<(u16, u16, u16, String)> {
        let links = in_area(&Buffer::with_lines(rows.to_vec()), Buffer::with_lines(rows.to_vec()).area);
        links.into_iter().map(|link| (link.cells.x, link.cells.y, link.cells.width, link.address)).collect()
    }

    #[test]
    fn an_address_ends_before_what_belongs_to_the_sentence() {
        let all = found(&["see (https://a.example/x), or http://b.example/y_(z). "]);
        assert_eq!(all[0], (5, 0, 19, "https://a.example/x".to_owned()));
        assert_eq!(all[1].3, "http://b.example/y_(z)");
        assert_eq!(found(&["nohttps://a.example https:// "]), []);
    }

    #[test]
    fn an_address_that_fills_a_row_goes_on_in_the_next() {
        let all = found(&["https://a.ex", "ample/x  and"]);
        let address = "https://a.example/x".to_owned();
        assert_eq!(all, [(0, 0, 12, address.clone()), (0, 1, 7, address)]);
    }

    #[test]
    fn every_part_of_an_address_leads_to_the_whole_of_it_whatever_stands_before_the_rows() {
        for lead in ["  ", "↪ ", "! ", "│ "] {
            let all = found(&[&format!("{lead}see https://a.exa"), &format!("{lead}mple/x, and")]);
            let address = "https://a.example/x".to_owned();
            assert_eq!(all, [(6, 0, 13, address.clone()), (2, 1, 6, address)], "{lead}");
        }
        let all = found(&["https://a.exa", "mple/long/pat", "h.           "]);
        assert_eq!(all.iter().map(|link| link.3.as_str()).collect::<Vec<_>>(), ["https://a.example/long/path"; 3]);
        let all = found(&["https://a.ex", "https://b.ex", "   word"]);
        assert_eq!(all.iter().map(|link| link.3.as_str()).collect::<Vec<_>>(), ["https://a.ex", "https://b.ex"]);
    }

    #[test]
    fn an_address_whose_end_is_not_seen_cannot_be_opened() {
        assert_eq!(found(&["at https://a.ex"]), []);
    }
}
