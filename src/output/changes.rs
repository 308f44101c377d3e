//! What changed between two looks at the same table.
//!
//! Owns how a row is found again, by its name and namespace, and which columns
//! move by themselves (an age, what is used) and so are no change.
//! Knows neither when the looks were taken nor who keeps them.

use std::collections::BTreeMap;

use super::counted::counted;
use super::readers;
use super::table::{Table, tables};

/// Columns that move by themselves, or only with another one.
const MOVING: [&str; 13] = [
    "AGE",
    "LAST SEEN",
    "LAST SCHEDULE",
    "DURATION",
    "CREATED",
    "UPDATED",
    "TARGETS",
    "SIZE",
    "MEM USAGE / LIMIT",
    "MEM %",
    "NET I/O",
    "BLOCK I/O",
    "PIDS",
];

/// A row by its name, with its cells by their titles.
struct Row {
    name: String,
    cells: Vec<(String, String)>,
}

/// `gone: web-1; new: web-2; api-1: STATUS from Running to CrashLoopBackOff, RESTARTS from 0 to 3`.
///
/// Both texts are what `command` printed, first and then. `None` when one of them is no table whose rows can be told
/// apart; then nothing is known of a change. A look that found nothing is empty, so only runs that ended well may be
/// compared.
pub fn changes(before: &str, after: &str, command: &str) -> Option<String> {
    let (before, after) = (rows(before)?, rows(after)?);
    if before.is_empty() && after.is_empty() {
        return None;
    }
    let (known, seen) = (by_name(&before), by_name(&after));
    let missing = |here: &[Row], there: &BTreeMap<&str, &Row>| -> Vec<String> {
        here.iter().filter(|row| !there.contains_key(row.name.as_str())).map(|row| row.name.clone()).collect()
    };
    let (gone, new) = (missing(&before, &seen), missing(&after, &known));
    let moved: Vec<String> = after
        .iter()
        .filter_map(|row| {
            let moves = moves(known.get(row.name.as_str())?, row);
            (!moves.is_empty()).then(|| format!("{}: {}", row.name, moves.join(", ")))
        })
        .collect();
    let mut told: Vec<String> = Vec::new();
    for (what, names) in [("gone", &gone), ("new", &new)] {
        if !names.is_empty() {
            told.push(format!("{what}: {}", readers::listed(names)));
        }
    }
    if !moved.is_empty() {
        told.push(readers::listed(&moved));
    }
    if told.is_empty() {
        let (one, many) = readers::noun(command);
        return Some(format!("nothing changed among {}", counted(after.len(), one, many)));
    }
    Some(told.join("; "))
}

fn by_name(rows: &[Row]) -> BTreeMap<&str, &Row> {
    rows.iter().map(|row| (row.name.as_str(), row)).collect()
}

/// What is another way than before. A column that only one look shows says nothing.
fn moves(before: &Row, after: &Row) -> Vec<String> {
    after
        .cells
        .iter()
        .filter_map(|(title, now)| {
            let (_, then) = before.cells.iter().find(|(known, _)| known == title)?;
            (then != now).then(|| format!("{} from {} to {}", readers::quoted(title), shown(then), shown(now)))
        })
        .collect()
}

fn shown(cell: &str) -> String {
    if cell.is_empty() { "nothing".to_owned() } else { readers::quoted(cell) }
}

/// The rows of every table in a text; `None` where a row has no name or two have the same.
fn rows(text: &str) -> Option<Vec<Row>> {
    let tables = tables(text);
    if tables.is_empty() && !text.trim().is_empty() {
        return None;
    }
    let mut rows: Vec<Row> = Vec::new();
    for table in &tables {
        for row in &table.rows {
            let name = name(table, row)?;
            let cells = table.titles.iter().zip(row).filter(|(title, _)| !is_moving(title));
            let cells = cells.map(|(title, text)| (title.clone(), cell(title, text))).collect();
            rows.push(Row { name, cells });
        }
    }
    (by_name(&rows).len() == rows.len()).then_some(rows)
}

/// What a row is found by. Without a column of names it cannot be found again: a process, an event.
fn name(table: &Table, row: &[String]) -> Option<String> {
    if table.has("NAME") || table.has("NAMES") {
        return Some(readers::name(table, row));
    }
    let (repository, tag) = (table.cell(row, "REPOSITORY")?, table.cell(row, "TAG")?);
    Some(readers::quoted(&format!("{repository}:{tag}")))
}

fn is_moving(title: &str) -> bool {
    MOVING.contains(&title) || ["CPU", "MEMORY"].iter().any(|start| title.starts_with(start))
}

/// A cell without what moves by itself: `Up 3 hours (healthy)`, `12 (3m ago)`.
fn cell(title: &str, text: &str) -> String {
    match title {
        "STATUS" => readers::state(text),
        "RESTARTS" => text.split(' ').next().unwrap_or_default().to_owned(),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEFORE: &str = "\
NAMESPACE   NAME     READY   STATUS    RESTARTS     AGE
shop        api-1    1/1     Running   0            5m
shop        web-1    1/1     Running   3 (9m ago)   3d
ops         api-1    1/1     Running   0            3d
";

    #[test]
    fn rows_that_went_came_and_moved_are_told() {
        let after = "\
NAMESPACE   NAME     READY   STATUS             RESTARTS      AGE
shop        api-1    0/1     CrashLoopBackOff   3 (12s ago)   9m
shop        web-2    1/1     Running            0             4s
ops         api-1    1/1     Running            0             3d
";
        assert_eq!(
            changes(BEFORE, after, "kubectl get pods -A").unwrap(),
            "gone: shop/web-1; new: shop/web-2; shop/api-1: READY from 1/1 to 0/1, \
             STATUS from Running to CrashLoopBackOff, RESTARTS from 0 to 3"
        );
    }

    #[test]
    fn ages_are_no_change() {
        let after =
            BEFORE.replace("5m", "6m").replace("(9m ago)", "(10m ago)").replace("3 (10m ago)  ", "3 (10m ago) ");
        assert_eq!(changes(BEFORE, &after, "kubectl get pods -A").unwrap(), "nothing changed among 3 pods");
        let docker = |status: &str| format!("CONTAINER ID   STATUS          NAMES\n3f1c2a9b8d7e   {status}   web1\n");
        assert_eq!(
            changes(&docker("Up 5 minutes "), &docker("Up 2 hours   "), "docker ps").unwrap(),
            "nothing changed among 1 container"
        );
        let ended = docker("Exited (1)   ");
        assert_eq!(
            changes(&docker("Up 5 minutes "), &ended, "docker ps -a").unwrap(),
            "web1: STATUS from Up to Exited (1)"
        );
    }

    #[test]
    fn nothing_left_is_a_change_and_nothing_before_too() {
        assert_eq!(changes(BEFORE, "", "kubectl get pods -A").unwrap(), "gone: shop/api-1, shop/web-1, ops/api-1");
        assert_eq!(changes("", BEFORE, "kubectl get pods -A").unwrap(), "new: shop/api-1, shop/web-1, ops/api-1");
        assert_eq!(changes("", "", "kubectl get pods"), None);
    }

    #[test]
    fn what_cannot_be_compared_is_not() {
        assert_eq!(changes(BEFORE, "error: no such thing\n", "kubectl get pods -A"), None);
        let twice = format!("{BEFORE}shop        api-1    1/1     Running   0            5m\n");
        assert_eq!(changes(BEFORE, &twice, "kubectl get pods -A"), None);
        let processes = "USER         PID %CPU COMMAND\nroot           1  0.0 init\n";
        assert_eq!(changes(processes, processes, "ps aux"), None);
    }

    #[test]
    fn any_column_that_stands_still_by_itself_is_told() {
        let contexts = |first: &str, second: &str| {
            format!("CURRENT   NAME   CLUSTER   NAMESPACE\n{first}         dev    dev\n{second}         prod   prod\n")
        };
        assert_eq!(
            changes(&contexts("*", " "), &contexts(" ", "*"), "kubectl config get-contexts").unwrap(),
            "dev: CURRENT from * to nothing, prod: CURRENT from nothing to *"
        );
    }

    #[test]
    fn an_image_is_found_by_repository_and_tag() {
        let images = |id: &str| format!("REPOSITORY   TAG   IMAGE ID       SIZE\nredis        7     {id}   113MB\n");
        assert_eq!(
            changes(&images("7614ae9453d1"), &images("77af4d6b9913"), "docker images").unwrap(),
            "redis:7: IMAGE ID from 7614ae9453d1 to 77af4d6b9913"
        );
    }
}
