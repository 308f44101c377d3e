//! `df` told by the fullest file system, `du` by its total or its largest entry.
//!
//! Owns what counts as fuller and as larger. Images that are full by nature
//! (loop devices) are counted but never called the fullest.

use super::super::counted::counted;
use super::super::table::{Table, tables};
use super::{filled, last_part, quoted};

/// Tells `df` and `du` apart by what they printed.
pub(super) fn told(command: &str, stdout: &str) -> Option<String> {
    match tables(stdout).first() {
        Some(table) => df(table),
        None => du(command, stdout),
    }
}

/// `5 file systems; the fullest is / at 91%, 22G free`.
fn df(table: &Table) -> Option<String> {
    let percent_title = ["Use%", "Capacity", "IUse%"].into_iter().find(|title| table.has(title))?;
    let fullest = table
        .rows
        .iter()
        .filter(|row| !row.first().is_some_and(|device| device.starts_with("/dev/loop")))
        .filter_map(|row| {
            let percent = table.cell(row, percent_title)?.trim_end_matches('%').parse::<u8>().ok()?;
            Some((percent, table.cell(row, "Mounted on")?, row))
        })
        // The first of equals: the root comes before what is mounted in it.
        .reduce(|best, next| if next.0 > best.0 { next } else { best });
    let count = counted(table.rows.len(), "file system", "file systems");
    let Some((percent, place, row)) = fullest else { return Some(count) };
    let place = quoted(place);
    let free = ["Avail", "IFree"].into_iter().find_map(|title| table.cell(row, title));
    let what = if percent_title == "IUse%" { " of its inodes" } else { "" };
    let free = free.map(|free| format!(", {} free", quoted(free))).unwrap_or_default();
    Some(match table.rows.len() {
        1 => format!("{place} is at {percent}%{what}{free}"),
        _ => format!("{count}; the fullest is {place} at {percent}%{what}{free}"),
    })
}

/// `1.2G in ./target`, `3.4G in all, 12 entries`, `12 entries; the largest is ./target with 1.2G`.
fn du(command: &str, stdout: &str) -> Option<String> {
    let entries: Vec<(&str, &str)> = filled(stdout)
        .into_iter()
        .map(|line| line.split_once('\t').filter(|(size, _)| bytes(size).is_some()))
        .collect::<Option<_>>()?;
    let (last_size, last) = entries.last()?;
    let unit = unit(command);
    let size = |size: &str| {
        if size.ends_with(|c: char| c.is_ascii_digit()) { format!("{size}{unit}") } else { size.to_owned() }
    };
    if entries.len() == 1 {
        return Some(format!("{} in {}", size(last_size), quoted(last)));
    }
    let before = entries.get(..entries.len() - 1).unwrap_or_default();
    if *last == "total" && last_part(command).iter().any(|word| is_total_flag(word)) {
        return Some(format!("{} in all, {}", size(last_size), counted(before.len(), "entry", "entries")));
    }
    // du lists a directory after all that is in it; sorted by size, it comes before.
    let after = entries.get(1..).unwrap_or_default();
    for ((whole_size, whole), parts) in [(entries.last()?, before), (entries.first()?, after)] {
        let holds = |(_, path): &(&str, &str)| {
            path.strip_prefix(whole).is_some_and(|rest| rest.starts_with('/') || *whole == "/")
        };
        if !parts.iter().all(holds) {
            continue;
        }
        let (text, path) = largest(parts)?;
        let (all, of) = (size(whole_size), size(text));
        return Some(match parts.len() {
            1 => format!("{all} in {}, {of} of it in {}", quoted(whole), quoted(path)),
            below => {
                let below = counted(below, "entry", "entries");
                format!("{all} in {}, {below} below it; the largest is {} with {of}", quoted(whole), quoted(path))
            }
        });
    }
    let (largest, path) = largest(&entries)?;
    let count = counted(entries.len(), "entry", "entries");
    Some(format!("{count}; the largest is {} with {}", quoted(path), size(largest)))
}

/// The entry with the largest size, the first of equals.
fn largest<'e>(entries: &[(&'e str, &'e str)]) -> Option<(&'e str, &'e str)> {
    let sized = entries.iter().filter_map(|(text, path)| Some((bytes(text)?, *text, *path)));
    let (_, text, path) = sized.reduce(|best, next| if next.0 > best.0 { next } else { best })?;
    Some((text, path))
}

fn is_total_flag(word: &str) -> bool {
    word == "--total" || (word.starts_with('-') && !word.starts_with("--") && word.contains('c'))
}

/// The unit of bare numbers: kibibytes, where no flag may have changed it.
fn unit(command: &str) -> &'static str {
    let changed = last_part(command).into_iter().skip(1).any(|word| {
        word.starts_with("--b")
            || word.starts_with("--si")
            || word.starts_with("--apparent")
            || (word.starts_with('-') && !word.starts_with("--") && word.contains(['b', 'm', 'B', 'h']))
    });
    if changed { "" } else { " KiB" }
}

/// A size to compare by; `1.2G` and `1200` never stand in one listing.
fn bytes(size: &str) -> Option<f64> {
    let digits = size.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let power = match size.get(digits.len()..)?.chars().next() {
        None | Some('B') => 0,
        Some('K' | 'k') => 1,
        Some('M') => 2,
        Some('G') => 3,
        Some('T') => 4,
        Some('P') => 5,
        Some(_) => return None,
    };
    Some(digits.parse::<f64>().ok()? * 1024_f64.powi(power))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fullest_file_system_is_named() {
        let text = "\
Filesystem               Size  Used Avail Use% Mounted on
/dev/vda                 252G  230G   22G  92% /
tmpfs                     24G     0   24G   0% /dev/shm
/dev/loop3                64M   64M     0 100% /snap/core20/1828
";
        assert_eq!(told("df -h", text).unwrap(), "3 file systems; the fullest is / at 92%, 22G free");
    }

    #[test]
    fn inodes_are_called_inodes() {
        let text = "Filesystem       Inodes  IUsed    IFree IUse% Mounted on\n/dev/vda       16777216 421337 16355879    3% /\n";
        assert_eq!(told("df -i /", text).unwrap(), "/ is at 3% of its inodes, 16355879 free");
    }

    #[test]
    fn du_is_told_by_its_total() {
        assert_eq!(told("du -sh .", "1.2G\t.\n").unwrap(), "1.2G in .");
        assert_eq!(told("du -s .", "1200\t.\n").unwrap(), "1200 KiB in .");
        assert_eq!(told("du -shc a b", "1.0G\ta\n2.0G\tb\n3.0G\ttotal\n").unwrap(), "3.0G in all, 2 entries");
        assert_eq!(
            told("du -h d", "2.0M\td/b\n1.0G\td/a\n1.1G\td\n").unwrap(),
            "1.1G in d, 2 entries below it; the largest is d/a with 1.0G"
        );
        assert_eq!(told("du -h d", "1.0G\td/a\n1.1G\td\n").unwrap(), "1.1G in d, 1.0G of it in d/a");
    }

    #[test]
    fn a_directory_sorted_before_what_is_in_it_is_not_called_the_largest() {
        assert_eq!(
            told("du -h --max-depth=1 /d | sort -rh", "1.1G\t/d\n1.0G\t/d/a\n2.0M\t/d/b\n").unwrap(),
            "1.1G in /d, 2 entries below it; the largest is /d/a with 1.0G"
        );
    }

    #[test]
    fn several_places_are_told_by_the_largest() {
        let text = "900M\tsrc\n1.2G\ttarget\n12K\tREADME.md\n";
        assert_eq!(told("du -sh *", text).unwrap(), "3 entries; the largest is target with 1.2G");
    }
}
