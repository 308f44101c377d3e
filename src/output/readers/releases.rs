//! helm's releases: the list, one in detail, its history.
//!
//! Owns what helm prints: tables with tabs, and the status as `NAME: value`.

use super::super::counted::counted;
use super::super::table::{Table, tables};
use super::{filled, look, quoted, rows, tally};

pub(super) fn told(stdout: &str) -> Option<String> {
    match tables(stdout).as_slice() {
        [table] => list(table).or_else(|| history(table)),
        _ => status(stdout),
    }
}

/// `3 releases: 2 deployed, 1 failed; needs a look: shop/api (failed, revision 4 of 2026-01-05 10:00:00 UTC)`.
fn list(table: &Table) -> Option<String> {
    if !["NAME", "REVISION", "STATUS", "CHART"].iter().all(|title| table.has(title)) {
        return None;
    }
    let count = counted(table.rows.len(), "release", "releases");
    if table.rows.is_empty() {
        return Some(count);
    }
    let cell = |row: &[String], title: &str| quoted(table.cell(row, title).unwrap_or_default());
    let ill: Vec<String> = table
        .rows
        .iter()
        .filter(|row| table.cell(row, "STATUS").is_some_and(is_ill))
        .map(|row| {
            let at = when(&cell(row, "UPDATED"));
            format!("{} ({}, revision {} of {at})", rows::name(table, row), cell(row, "STATUS"), cell(row, "REVISION"))
        })
        .collect();
    let states = tally(table.rows.iter().map(|row| cell(row, "STATUS")));
    Some(format!("{count}: {states}{}", look(&ill)))
}

/// `4 revisions; the newest is 4, failed: Upgrade "api" failed: …; 3 is deployed`.
fn history(table: &Table) -> Option<String> {
    if !["REVISION", "UPDATED", "STATUS", "DESCRIPTION"].iter().all(|title| table.has(title)) {
        return None;
    }
    let cell = |row: &[String], title: &str| quoted(table.cell(row, title).unwrap_or_default());
    let number = |row: &&Vec<String>| table.cell(row, "REVISION").and_then(|cell| cell.parse::<u64>().ok());
    let newest = table.rows.iter().max_by_key(number)?;
    let mut told = format!(
        "{}; the newest is {}, {} at {}: {}",
        counted(table.rows.len(), "revision", "revisions"),
        cell(newest, "REVISION"),
        cell(newest, "STATUS"),
        cell(newest, "UPDATED"),
        cell(newest, "DESCRIPTION")
    );
    // The one that runs, when it is not the newest.
    let deployed = table.rows.iter().filter(|row| table.cell(row, "STATUS") == Some("deployed")).max_by_key(number);
    if let Some(deployed) = deployed.filter(|deployed| *deployed != newest) {
        told.push_str(&format!("; {} is deployed", cell(deployed, "REVISION")));
    }
    Some(told)
}

/// `api in shop is failed, revision 4, last deployed Mon Jan  5 10:00:00 2026: Upgrade "api" failed`.
fn status(stdout: &str) -> Option<String> {
    let fields: Vec<(&str, &str)> = filled(stdout)
        .into_iter()
        // What follows is the chart's own text.
        .take_while(|line| *line != "NOTES:")
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name, value.trim()))
        .collect();
    let field = |wanted: &str| {
        fields.iter().find(|(name, _)| *name == wanted).map(|(_, value)| *value).filter(|value| !value.is_empty())
    };
    let (name, status) = (field("NAME")?, field("STATUS")?);
    let namespace = field("NAMESPACE").map(|namespace| format!(" in {}", quoted(namespace))).unwrap_or_default();
    let mut told = format!("{}{namespace} is {}", quoted(name), quoted(status));
    for (title, words) in [("REVISION", "revision"), ("LAST DEPLOYED", "last deployed")] {
        if let Some(value) = field(title) {
            told.push_str(&format!(", {words} {}", quoted(value)));
        }
    }
    if let Some(why) = field("DESCRIPTION").filter(|_| is_ill(status)) {
        told.push_str(&format!(": {}", quoted(why)));
    }
    Some(told)
}

/// `2026-01-05 10:00:00.123456789 +0000 UTC` to the second.
fn when(updated: &str) -> String {
    match updated.split_once('.') {
        Some((second, rest)) => format!("{second}{}", rest.trim_start_matches(|c: char| c.is_ascii_digit())),
        None => updated.to_owned(),
    }
}

fn is_ill(status: &str) -> bool {
    matches!(status, "failed" | "unknown" | "uninstalling") || status.starts_with("pending-")
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = "\
NAME       \tNAMESPACE\tREVISION\tUPDATED                                \tSTATUS         \tCHART          \tAPP VERSION
rocket     \tdefault  \t4       \t2016-01-16 00:00:02.123456789 +0000 UTC\tfailed         \tchickadee-1.0.0\t1.0
starlord   \tdefault  \t3       \t2016-01-16 00:00:01.5 +0000 UTC        \tdeployed       \tchickadee-1.0.0\t           
thanos     \tshop     \t1       \t2016-01-16 00:00:01 +0000 UTC          \tpending-install\tchickadee-1.0.0\t           
";

    #[test]
    fn releases_that_failed_or_hang_are_named() {
        assert_eq!(
            told(LIST).unwrap(),
            "3 releases: 1 failed, 1 deployed, 1 pending-install; need a look: \
             default/rocket (failed, revision 4 of 2016-01-16 00:00:02 +0000 UTC), \
             shop/thanos (pending-install, revision 1 of 2016-01-16 00:00:01 +0000 UTC)"
        );
        let header = LIST.lines().next().unwrap();
        assert_eq!(told(header).unwrap(), "0 releases");
    }

    #[test]
    fn a_history_is_told_by_its_newest_and_by_what_runs() {
        let text = "\
REVISION\tUPDATED                 \tSTATUS    \tCHART    \tAPP VERSION\tDESCRIPTION
9       \tMon Jan  5 09:00:00 2026\tdeployed  \tapi-1.0.0\t1.0        \tUpgrade complete
10      \tMon Jan  5 10:00:00 2026\tfailed    \tapi-1.1.0\t1.1        \tUpgrade \"api\" failed: timed out waiting for the condition
";
        assert_eq!(
            told(text).unwrap(),
            "2 revisions; the newest is 10, failed at Mon Jan  5 10:00:00 2026: Upgrade \"api\" failed: timed out \
             waiting for the condition; 9 is deployed"
        );
    }

    #[test]
    fn a_status_is_told_without_the_charts_notes() {
        let text = "\
NAME: api
LAST DEPLOYED: Mon Jan  5 10:00:00 2026
NAMESPACE: shop
STATUS: failed
REVISION: 4
DESCRIPTION: Upgrade \"api\" failed: context deadline exceeded
NOTES:
STATUS: deployed
";
        assert_eq!(
            told(text).unwrap(),
            "api in shop is failed, revision 4, last deployed Mon Jan  5 10:00:00 2026: Upgrade \"api\" failed: \
             context deadline exceeded"
        );
        assert_eq!(told("NAME: x\n"), None);
    }
}
