//! A long table told by the rows that need a look.

use crate::output::counted::{counted, grouped};
use crate::output::readers::needs_look;
use crate::output::table::{Table, tables};

/// Rows in good order that are shown for their form.
const EXAMPLES: usize = 3;

/// The header, a few rows and those that need a look, in at most `most` bytes, with what is hidden; `None` where the
/// text is no table of things that can be well or not.
pub(super) fn reduced(text: &str, most: usize) -> Option<(String, String)> {
    let all = tables(text);
    let [table] = all.as_slice() else { return None };
    let lines: Vec<&str> = text.trim_end().lines().collect();
    let (header, rows) = lines.split_first()?;
    if rows.len() != table.rows.len() || !can_tell(table) {
        return None;
    }
    let unwell: Vec<usize> =
        (0..rows.len()).filter(|at| table.rows.get(*at).is_some_and(|row| needs_look(table, row))).collect();
    let mut shown: Vec<usize> = unwell.clone();
    shown.extend((0..rows.len()).filter(|at| !unwell.contains(at)).take(EXAMPLES).collect::<Vec<_>>());
    let mut used = header.len() + 1;
    shown.retain(|at| {
        used += rows.get(*at).map_or(0, |row| row.len() + 1);
        used <= most
    });
    let troubled = shown.iter().filter(|at| unwell.contains(at)).count();
    shown.sort_unstable();
    let mut notice = format!("{} of {} hidden", grouped(rows.len() - shown.len()), counted(rows.len(), "row", "rows"));
    match unwell.len() - troubled {
        0 => notice.push_str(&format!("; all {} that need a look are shown", grouped(unwell.len()))),
        some => notice.push_str(&format!("; {} of them need a look too", grouped(some))),
    }
    let mut out = (*header).to_owned();
    for row in shown.iter().filter_map(|at| rows.get(*at)) {
        out.push('\n');
        out.push_str(row);
    }
    Some((out, notice))
}

fn can_tell(table: &Table) -> bool {
    ["STATUS", "READY"].iter().any(|title| table.has(title))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pods(unwell: impl Fn(usize) -> bool) -> String {
        let row = |number: usize| {
            let (ready, status) =
                if unwell(number) { ("0/1", "CrashLoopBackOff") } else { ("1/1", "Running         ") };
            format!("api-{number:<10}   {ready}     {status}   0          3d\n")
        };
        let head = "NAME             READY   STATUS             RESTARTS   AGE\n";
        std::iter::once(head.to_owned()).chain((0..3_000).map(row)).collect()
    }

    #[test]
    fn the_rows_that_need_a_look_stay_and_the_others_are_counted() {
        let (text, notice) = reduced(&pods(|number| number % 1_000 == 700), 4_000).unwrap();
        for name in ["api-700 ", "api-1700 ", "api-2700 ", "api-0 "] {
            assert!(text.contains(name), "{text}");
        }
        assert_eq!(text.lines().count(), 7);
        assert_eq!(notice, "2,994 of 3,000 rows hidden; all 3 that need a look are shown");
    }

    #[test]
    fn more_trouble_than_room_is_said() {
        let (text, notice) = reduced(&pods(|_| true), 4_000).unwrap();
        assert!(text.len() <= 4_000);
        assert!(notice.ends_with("of them need a look too"), "{notice}");
        assert_eq!(reduced("one line\nanother line\n", 4_000), None);
    }
}
