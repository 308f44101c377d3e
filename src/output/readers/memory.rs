//! `free` told as used of total, and what is available.
//!
//! Owns the units `free` prints without naming them.

use super::last_part;
use super::quoted;

/// `3.1Gi of 23Gi used, 19Gi available; swap: 1.2Gi of 2.0Gi used`.
pub(super) fn told(command: &str, stdout: &str) -> Option<String> {
    let mut lines = stdout.lines();
    let titles: Vec<&str> = lines.next()?.split_whitespace().collect();
    let rows: Vec<Vec<&str>> = lines.map(|line| line.split_whitespace().collect()).collect();
    // The rows have a name before their first number, so a column stands one further right than its title.
    let value = |row: &str, title: &str| {
        let column = titles.iter().position(|known| *known == title)?;
        rows.iter().find(|cells| cells.first() == Some(&row))?.get(column + 1).copied()
    };
    let amount = |text: &str| format!("{}{}", quoted(text), unit(command, text));
    let (used, total) = (value("Mem:", "used")?, value("Mem:", "total")?);
    let mut told = format!("{} of {} used", amount(used), amount(total));
    if let Some(available) = value("Mem:", "available") {
        told.push_str(&format!(", {} available", amount(available)));
    }
    if let (Some(used), Some(total)) = (value("Swap:", "used"), value("Swap:", "total")) {
        told.push_str(&match (used.trim_end_matches('B'), total.trim_end_matches('B')) {
            (_, "0") => "; there is no swap".to_owned(),
            ("0", _) => format!("; none of {} swap used", amount(total)),
            _ => format!("; swap: {} of {} used", amount(used), amount(total)),
        });
    }
    Some(told)
}

/// The unit of a bare number, by the flags; empty where the flags name one this does not know.
fn unit(command: &str, text: &str) -> &'static str {
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return "";
    }
    let mut unit = " KiB";
    for flag in last_part(command).into_iter().filter(|word| word.starts_with('-')) {
        unit = match flag {
            "-b" | "--bytes" => " bytes",
            "-k" | "--kibi" => " KiB",
            "-m" | "--mebi" => " MiB",
            "-g" | "--gibi" => " GiB",
            "-h" | "--human" | "-w" | "--wide" | "-t" | "--total" | "-l" | "--lohi" => unit,
            _ => "",
        };
    }
    unit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_told_as_used_of_total() {
        let text = "\
               total        used        free      shared  buff/cache   available
Mem:            23Gi       691Mi        20Gi       8.6Mi       2.6Gi        22Gi
Swap:             0B          0B          0B
";
        assert_eq!(told("free -h", text).unwrap(), "691Mi of 23Gi used, 22Gi available; there is no swap");
    }

    #[test]
    fn bare_numbers_get_the_unit_of_the_flags() {
        let text = "\
               total        used        free      shared  buff/cache   available
Mem:           24000         691       20000           8        2600       22000
Swap:           2000        1200         800
";
        assert_eq!(
            told("free -m", text).unwrap(),
            "691 MiB of 24000 MiB used, 22000 MiB available; swap: 1200 MiB of 2000 MiB used"
        );
        assert!(told("free", text).unwrap().starts_with("691 KiB of 24000 KiB used"));
    }
}
