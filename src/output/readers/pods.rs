//! The table of pods told as a count, by state, and with what is wrong.
//!
//! Owns when a pod in a table counts as unwell. Pods as objects say more, and
//! are told in `objects`.

use super::super::counted::counted;
use super::super::table::{Table, tables};
use super::rows::{is_short, name, states};
use super::{look, quoted};

/// A pod that restarted more often than this is named though it runs.
pub(super) const RESTARTS: u64 = 5;
/// `4 pods: 3 Running, 1 CrashLoopBackOff; needs a look: api (CrashLoopBackOff, 0/1 ready, 12 restarts)`.
pub(super) fn told(stdout: &str) -> Option<String> {
    let tables = tables(stdout);
    let [table] = tables.as_slice() else { return None };
    self::table(table)
}

/// The same for one table; `None` when it is not about pods.
pub(super) fn table(table: &Table) -> Option<String> {
    if !["NAME", "READY", "STATUS", "RESTARTS"].iter().all(|title| table.has(title)) {
        return None;
    }
    let count = counted(table.rows.len(), "pod", "pods");
    if table.rows.is_empty() {
        return Some(count);
    }
    let unwell: Vec<String> = table.rows.iter().filter_map(|row| complaint(table, row)).collect();
    let told = format!("{count}: {}", states(table));
    Some(if unwell.is_empty() { format!("{told}; none needs a look") } else { format!("{told}{}", look(&unwell)) })
}

/// What is wrong with a pod, or `None`.
fn complaint(table: &Table, row: &[String]) -> Option<String> {
    let status = table.cell(row, "STATUS")?;
    let ready = table.cell(row, "READY")?;
    // `12 (3m ago)`: the count comes first.
    let restarts = table.cell(row, "RESTARTS")?.split(' ').next()?.parse::<u64>().unwrap_or(0);
    let is_done = matches!(status, "Completed" | "Succeeded");
    let mut complaints = Vec::new();
    if status != "Running" && !is_done {
        complaints.push(quoted(status));
    }
    if is_short(ready) && !is_done {
        complaints.push(format!("{} ready", quoted(ready)));
    }
    if restarts > RESTARTS {
        complaints.push(format!("{restarts} restarts"));
    }
    (!complaints.is_empty()).then(|| format!("{} ({})", name(table, row), complaints.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PODS: &str = "\
NAMESPACE   NAME                   READY   STATUS             RESTARTS        AGE
shop        api-7d4b9c6f5d-x2x1z   0/1     CrashLoopBackOff   12 (2m4s ago)   40m
shop        web-0                  1/1     Running            0               3d
shop        worker-0               1/2     Running            0               3d
shop        migrate-4xk2p          0/1     Completed          0               3d
";

    #[test]
    fn pods_that_are_unwell_are_named_with_why() {
        assert_eq!(
            told(PODS).unwrap(),
            "4 pods: 2 Running, 1 CrashLoopBackOff, 1 Completed; need a look: \
             shop/api-7d4b9c6f5d-x2x1z (CrashLoopBackOff, 0/1 ready, 12 restarts), shop/worker-0 (1/2 ready)"
        );
    }

    #[test]
    fn healthy_pods_are_said_to_be_fine_and_no_more() {
        let text = "NAME    READY   STATUS    RESTARTS   AGE\nweb-0   1/1     Running   5          3d\n";
        assert_eq!(told(text).unwrap(), "1 pod: 1 Running; none needs a look");
        let restarts = text.replace("Running   5", "Running   6");
        assert_eq!(told(&restarts).unwrap(), "1 pod: 1 Running; needs a look: web-0 (6 restarts)");
    }
}
