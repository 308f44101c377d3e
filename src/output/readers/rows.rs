//! Tables of things told as a count: how many, in what state, which need a look.
//!
//! Owns the nouns of the things kubectl and docker list, and when a pod counts
//! as unwell. States are counted as the program spells them.

use super::super::counted::counted;
use super::super::table::{Table, tables};
use super::quoted;

/// Things named in one sentence before the rest is counted.
const NAMED: usize = 5;
/// A pod that restarted more often than this is named though it runs.
const RESTARTS: u64 = 5;

/// What a row of `kubectl get` is: the spellings of a resource, one, many.
const RESOURCES: [(&[&str], &str, &str); 19] = [
    (&["po", "pod", "pods"], "pod", "pods"),
    (&["deploy", "deployment", "deployments"], "deployment", "deployments"),
    (&["svc", "service", "services"], "service", "services"),
    (&["no", "node", "nodes"], "node", "nodes"),
    (&["ns", "namespace", "namespaces"], "namespace", "namespaces"),
    (&["rs", "replicaset", "replicasets"], "replica set", "replica sets"),
    (&["sts", "statefulset", "statefulsets"], "stateful set", "stateful sets"),
    (&["ds", "daemonset", "daemonsets"], "daemon set", "daemon sets"),
    (&["job", "jobs"], "job", "jobs"),
    (&["cj", "cronjob", "cronjobs"], "cron job", "cron jobs"),
    (&["ing", "ingress", "ingresses"], "ingress", "ingresses"),
    (&["cm", "configmap", "configmaps"], "config map", "config maps"),
    (&["secret", "secrets"], "secret", "secrets"),
    (&["pv", "persistentvolume", "persistentvolumes"], "volume", "volumes"),
    (&["pvc", "persistentvolumeclaim", "persistentvolumeclaims"], "volume claim", "volume claims"),
    (&["ev", "event", "events"], "event", "events"),
    (&["ep", "endpoints"], "endpoints object", "endpoints objects"),
    (&["sa", "serviceaccount", "serviceaccounts"], "service account", "service accounts"),
    (&["hpa", "horizontalpodautoscaler", "horizontalpodautoscalers"], "autoscaler", "autoscalers"),
];

/// `3 containers: 2 Up, 1 Exited (0)`; without a state to count, only how many; `None` when there is no table.
pub(super) fn told(command: &str, stdout: &str) -> Option<String> {
    let tables = tables(stdout);
    let [table] = tables.as_slice() else {
        let rows: usize = tables.iter().map(|table| table.rows.len()).sum();
        let count = counted(tables.len(), "table", "tables");
        return (!tables.is_empty()).then(|| format!("{} in {count}", counted(rows, "row", "rows")));
    };
    let (one, many) = noun(command);
    let count = counted(table.rows.len(), one, many);
    if table.rows.is_empty() {
        return Some(count);
    }
    if table.has("STATUS") {
        return Some(format!("{count}: {}", states(table)));
    }
    if table.rows.iter().all(|row| table.cell(row, "READY").is_some_and(|ready| parts(ready).is_some())) {
        let short = table.rows.iter().filter_map(|row| {
            let ready = table.cell(row, "READY")?;
            is_short(ready).then(|| format!("{} ({ready})", name(table, row)))
        });
        let short: Vec<String> = short.collect();
        return Some(match short.len() {
            0 if table.rows.len() == 1 => format!("{count}, ready"),
            0 => format!("{count}, all ready"),
            _ => format!("{count}; not ready: {}", listed(&short)),
        });
    }
    Some(count)
}

/// `4 pods: 3 Running, 1 CrashLoopBackOff; needs a look: api (CrashLoopBackOff, 0/1 ready, 12 restarts)`.
pub(super) fn pods(stdout: &str) -> Option<String> {
    let tables = tables(stdout);
    let [table] = tables.as_slice() else { return None };
    if !["NAME", "READY", "STATUS", "RESTARTS"].iter().all(|title| table.has(title)) {
        return None;
    }
    let count = counted(table.rows.len(), "pod", "pods");
    if table.rows.is_empty() {
        return Some(count);
    }
    let unwell: Vec<String> = table.rows.iter().filter_map(|row| complaint(table, row)).collect();
    let states = states(table);
    Some(match unwell.as_slice() {
        [] => format!("{count}: {states}; none needs a look"),
        [only] => format!("{count}: {states}; needs a look: {only}"),
        several => format!("{count}: {states}; need a look: {}", listed(several)),
    })
}

/// Whether a row is about something that is not as it should be.
pub(in crate::output) fn needs_look(table: &Table, row: &[String]) -> bool {
    const WELL: [&str; 9] =
        ["Running", "Completed", "Succeeded", "Active", "Bound", "Ready", "Complete", "Available", "deployed"];
    let status = table.cell(row, "STATUS");
    let is_done = status.is_some_and(|status| matches!(status, "Completed" | "Succeeded"));
    let restarts = table.cell(row, "RESTARTS").and_then(|cell| cell.split(' ').next()?.parse::<u64>().ok());
    let stands_ill = status.is_some_and(|status| {
        let up = status.starts_with("Up ") && !status.contains("unhealthy");
        !up && !WELL.contains(&status)
    });
    let short = table.cell(row, "READY").is_some_and(|ready| parts(ready).is_some() && is_short(ready));
    stands_ill || (short && !is_done) || restarts.is_some_and(|times| times > RESTARTS)
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
        complaints.push(format!("{ready} ready"));
    }
    if restarts > RESTARTS {
        complaints.push(format!("{restarts} restarts"));
    }
    (!complaints.is_empty()).then(|| format!("{} ({})", name(table, row), complaints.join(", ")))
}

fn name(table: &Table, row: &[String]) -> String {
    let name = ["NAME", "NAMES"].iter().find_map(|title| table.cell(row, title)).or(row.first().map(String::as_str));
    let name = quoted(name.unwrap_or_default());
    match table.cell(row, "NAMESPACE") {
        Some(namespace) => format!("{}/{name}", quoted(namespace)),
        None => name,
    }
}

/// The states and how many are in each, the most frequent first.
fn states(table: &Table) -> String {
    let mut counts: Vec<(String, usize)> = Vec::new();
    for row in &table.rows {
        let state = state(table.cell(row, "STATUS").unwrap_or_default());
        match counts.iter_mut().find(|(known, _)| *known == state) {
            Some((_, count)) => *count += 1,
            None => counts.push((state, 1)),
        }
    }
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    if let [(state, count)] = counts.as_slice()
        && *count > 1
    {
        return format!("all {state}");
    }
    let all: Vec<String> = counts.iter().map(|(state, count)| format!("{count} {state}")).collect();
    listed(&all)
}

/// A docker status says how long, which is no state: `Up 3 hours (unhealthy)`, `Exited (137) 2 days ago`.
fn state(status: &str) -> String {
    let mut words = status.split(' ');
    let first = words.next().unwrap_or_default();
    let note = match first {
        "Exited" | "Restarting" => words.next().filter(|word| word.starts_with('(')),
        "Up" => status.rsplit_once(" (").and_then(|(before, _)| status.get(before.len() + 1..)),
        "" => return "without a state".to_owned(),
        _ => return quoted(status),
    };
    note.map_or(first.to_owned(), |note| quoted(&format!("{first} {note}")))
}

fn listed(all: &[String]) -> String {
    let named = all.get(..NAMED.min(all.len())).unwrap_or_default().join(", ");
    match all.len().saturating_sub(NAMED) {
        0 => named,
        more => format!("{named} and {more} more"),
    }
}

/// The two numbers of `1/3`.
fn parts(ready: &str) -> Option<(u64, u64)> {
    let (have, want) = ready.split_once('/')?;
    Some((have.parse().ok()?, want.parse().ok()?))
}

fn is_short(ready: &str) -> bool {
    parts(ready).is_some_and(|(have, want)| have < want)
}

fn noun(command: &str) -> (&'static str, &'static str) {
    let words = super::last_part(command);
    let mut words = words.iter().copied().filter(|word| !word.starts_with('-'));
    let tool = words.next().map(|tool| tool.rsplit('/').next().unwrap_or(tool));
    let words: Vec<&str> = words.collect();
    match (tool, words.as_slice()) {
        (Some("kubectl"), words) => {
            let kind = words.iter().skip_while(|word| **word != "get").nth(1).copied().unwrap_or_default();
            let kind = kind.split(['.', '/']).next().unwrap_or_default();
            let known = RESOURCES.iter().find(|(spellings, ..)| spellings.contains(&kind));
            known.map_or(("row", "rows"), |(_, one, many)| (one, many))
        }
        (Some("docker" | "podman"), ["ps" | "container" | "compose", ..]) => ("container", "containers"),
        (Some("docker" | "podman"), ["images" | "image", ..]) => ("image", "images"),
        (Some("docker" | "podman"), ["volume", ..]) => ("volume", "volumes"),
        (Some("docker" | "podman"), ["network", ..]) => ("network", "networks"),
        (Some("ps"), _) => ("process", "processes"),
        (Some("helm"), ["list" | "ls", ..]) => ("release", "releases"),
        _ => ("row", "rows"),
    }
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
            pods(PODS).unwrap(),
            "4 pods: 2 Running, 1 CrashLoopBackOff, 1 Completed; need a look: \
             shop/api-7d4b9c6f5d-x2x1z (CrashLoopBackOff, 0/1 ready, 12 restarts), shop/worker-0 (1/2 ready)"
        );
    }

    #[test]
    fn healthy_pods_are_said_to_be_fine_and_no_more() {
        let text = "NAME    READY   STATUS    RESTARTS   AGE\nweb-0   1/1     Running   5          3d\n";
        assert_eq!(pods(text).unwrap(), "1 pod: 1 Running; none needs a look");
        let restarts = text.replace("Running   5", "Running   6");
        assert_eq!(pods(&restarts).unwrap(), "1 pod: 1 Running; needs a look: web-0 (6 restarts)");
    }

    #[test]
    fn containers_are_counted_by_state() {
        let text = "\
CONTAINER ID   IMAGE     COMMAND        CREATED       STATUS                     PORTS     NAMES
3f1c2a9b8d7e   busybox   \"sleep 1000\"   2 hours ago   Up 2 hours                           web1
3f1c2a9b8d7f   busybox   \"sleep 1000\"   2 hours ago   Up 2 hours (unhealthy)               web2
4f1c2a9b8d7e   busybox   \"sleep 1000\"   5 hours ago   Exited (137) 2 hours ago             web3
5f1c2a9b8d7e   busybox   \"sleep 1000\"   5 hours ago   Up 5 hours                           web4
";
        assert_eq!(told("docker ps -a", text).unwrap(), "4 containers: 2 Up, 1 Up (unhealthy), 1 Exited (137)");
    }

    #[test]
    fn deployments_that_are_short_are_named() {
        let text = "\
NAME   READY   UP-TO-DATE   AVAILABLE   AGE
api    1/3     3            1           5d
web    2/2     2            2           5d
";
        assert_eq!(told("kubectl -n shop get deploy", text).unwrap(), "2 deployments; not ready: api (1/3)");
        let well = text.replace("1/3", "3/3");
        assert_eq!(told("kubectl get deploy", &well).unwrap(), "2 deployments, all ready");
    }

    #[test]
    fn rows_without_a_known_name_are_rows() {
        let text = "NAME     CREATED AT\nwidgets  2024-05-01T10:00:00Z\n";
        assert_eq!(told("kubectl get crd", text).unwrap(), "1 row");
        assert_eq!(told("kubectl get pods", "nothing here\n"), None);
        let header = "CONTAINER ID   IMAGE     COMMAND   CREATED   STATUS    PORTS     NAMES\n";
        assert_eq!(told("docker ps", header).unwrap(), "0 containers");
    }

    #[test]
    fn one_state_of_several_rows_is_all_of_them() {
        let text = "NAME     STATUS   AGE\ndefault  Active   5d\nshop     Active   5d\n";
        assert_eq!(told("kubectl get ns", text).unwrap(), "2 namespaces: all Active");
    }
}
