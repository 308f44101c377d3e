//! Tables of things told as a count: how many, in what state, which need a look.
//!
//! Owns when a row counts as unwell. States are counted as the program spells
//! them. Tables whose titles ask for more (pods, events, what is used) have
//! readers of their own.

use super::super::counted::counted;
use super::super::table::{Table, tables};
use super::nouns::{self, Noun};
use super::{events, listed, look, pods, quoted, tally, usage};

/// States, of any kind of thing, that somebody should know of. One that is not here is counted and no more.
const ILL: [&str; 11] = [
    "NotReady",
    "SchedulingDisabled",
    "Unknown",
    "unknown",
    "Pending",
    "Failed",
    "failed",
    "Lost",
    "Terminating",
    "Dead",
    "Error",
];

/// `3 containers: 2 Up, 1 Exited (0)`; without a state to count, only how many; `None` when there is no table.
pub(super) fn told(command: &str, stdout: &str) -> Option<String> {
    let tables = tables(stdout);
    match tables.as_slice() {
        [] => None,
        [table] => Some(one(table, nouns::of(command))),
        several => Some(by_kind(several).unwrap_or_else(|| {
            let rows: usize = several.iter().map(|table| table.rows.len()).sum();
            format!("{} in {}", counted(rows, "row", "rows"), counted(several.len(), "table", "tables"))
        })),
    }
}

/// `kubectl get all` prints a table a kind, and the kind before each name: `pod/web-0`.
fn by_kind(tables: &[Table]) -> Option<String> {
    let told: Option<Vec<String>> = tables
        .iter()
        .map(|table| {
            let (kind, _) = table.cell(table.rows.first()?, "NAME")?.split_once('/')?;
            Some(one(table, nouns::of_kind(kind.split('.').next().unwrap_or_default())))
        })
        .collect();
    Some(told?.join("; "))
}

fn one(table: &Table, noun: Noun) -> String {
    let count = counted(table.rows.len(), noun.0, noun.1);
    if table.rows.is_empty() {
        return count;
    }
    if let Some(told) = events::table(table).or_else(|| usage::told(table, &count)) {
        return told;
    }
    if let Some(told) = pods::table(table) {
        return told;
    }
    if table.has("STATUS") {
        let ill: Vec<String> = table
            .rows
            .iter()
            .filter_map(|row| Some(format!("{} ({})", name(table, row), trouble(table.cell(row, "STATUS")?)?)))
            .collect();
        return format!("{count}: {}{}", states(table), look(&ill));
    }
    if table.has("CLUSTER-IP") {
        return services(table, &count);
    }
    if table.rows.iter().all(|row| readiness(table, row).is_some()) {
        let short: Vec<String> = table
            .rows
            .iter()
            .filter_map(|row| {
                let (have, want) = readiness(table, row)?;
                (have < want).then(|| format!("{} ({have}/{want})", name(table, row)))
            })
            .collect();
        return match short.len() {
            0 if table.rows.len() == 1 => format!("{count}, ready"),
            0 => format!("{count}, all ready"),
            _ => format!("{count}; not ready: {}", listed(&short)),
        };
    }
    count
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
    let short = table.cell(row, "READY").is_some_and(is_short);
    stands_ill || (short && !is_done) || restarts.is_some_and(|times| times > pods::RESTARTS)
}

/// What is wrong with a thing in this state, or `None`.
fn trouble(status: &str) -> Option<String> {
    if status.starts_with("Up ") {
        return status.ends_with("(unhealthy)").then(|| "unhealthy".to_owned());
    }
    if let Some((first, code)) = status.split_once(" (") {
        let code = code.split(')').next()?;
        return match first {
            "Exited" if code != "0" => Some(format!("exited with code {}", quoted(code))),
            "Restarting" => Some(format!("restarts again and again, last exit code {}", quoted(code))),
            _ => None,
        };
    }
    let is_ill = status.starts_with("pending-") || status.split(',').any(|state| ILL.contains(&state));
    is_ill.then(|| quoted(status))
}

/// `4 services: 3 ClusterIP, 1 LoadBalancer; without an external address yet: web`.
fn services(table: &Table, count: &str) -> String {
    let types = tally(table.rows.iter().map(|row| quoted(table.cell(row, "TYPE").unwrap_or_default())));
    let waiting: Vec<String> = table
        .rows
        .iter()
        .filter(|row| table.cell(row, "EXTERNAL-IP") == Some("<pending>"))
        .map(|row| name(table, row))
        .collect();
    match waiting.as_slice() {
        [] => format!("{count}: {types}"),
        _ => format!("{count}: {types}; without an external address yet: {}", listed(&waiting)),
    }
}

/// What a row is about, with its namespace where one is shown.
pub(in crate::output) fn name(table: &Table, row: &[String]) -> String {
    let name = ["NAME", "NAMES"].iter().find_map(|title| table.cell(row, title)).or(row.first().map(String::as_str));
    let name = quoted(name.unwrap_or_default());
    match table.cell(row, "NAMESPACE").filter(|namespace| !namespace.is_empty()) {
        Some(namespace) => format!("{}/{name}", quoted(namespace)),
        None => name,
    }
}

/// The states and how many are in each, the most frequent first.
pub(super) fn states(table: &Table) -> String {
    tally(table.rows.iter().map(|row| state(table.cell(row, "STATUS").unwrap_or_default())))
}

/// A docker status says how long, which is no state: `Up 3 hours (unhealthy)`, `Exited (137) 2 days ago`.
pub(in crate::output) fn state(status: &str) -> String {
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

/// How many are ready of how many: `1/3`, or two columns of a daemon set.
fn readiness(table: &Table, row: &[String]) -> Option<(u64, u64)> {
    let ready = table.cell(row, "READY")?;
    parts(ready).or_else(|| Some((ready.parse().ok()?, table.cell(row, "DESIRED")?.parse().ok()?)))
}

/// The two numbers of `1/3`.
fn parts(ready: &str) -> Option<(u64, u64)> {
    let (have, want) = ready.split_once('/')?;
    Some((have.parse().ok()?, want.parse().ok()?))
}

pub(super) fn is_short(ready: &str) -> bool {
    parts(ready).is_some_and(|(have, want)| have < want)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn containers_are_counted_by_state() {
        let text = "\
CONTAINER ID   IMAGE     COMMAND        CREATED       STATUS                     PORTS     NAMES
3f1c2a9b8d7e   busybox   \"sleep 1000\"   2 hours ago   Up 2 hours                           web1
3f1c2a9b8d7f   busybox   \"sleep 1000\"   2 hours ago   Up 2 hours (unhealthy)               web2
4f1c2a9b8d7e   busybox   \"sleep 1000\"   5 hours ago   Exited (137) 2 hours ago             web3
5f1c2a9b8d7e   busybox   \"sleep 1000\"   5 hours ago   Up 5 hours                           web4
";
        assert_eq!(
            told("docker ps -a", text).unwrap(),
            "4 containers: 2 Up, 1 Up (unhealthy), 1 Exited (137); \
             need a look: web2 (unhealthy), web3 (exited with code 137)"
        );
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

    #[test]
    fn nodes_and_claims_that_are_ill_are_named() {
        let nodes = "\
NAME   STATUS                     ROLES           AGE   VERSION
cp1    Ready                      control-plane   40d   v1.31.2
n1     NotReady                   <none>          40d   v1.31.2
n2     Ready,SchedulingDisabled   <none>          40d   v1.31.2
";
        assert_eq!(
            told("kubectl get nodes", nodes).unwrap(),
            "3 nodes: 1 Ready, 1 NotReady, 1 Ready,SchedulingDisabled; \
             need a look: n1 (NotReady), n2 (Ready,SchedulingDisabled)"
        );
        let claims = "\
NAME       STATUS    VOLUME     CAPACITY   ACCESS MODES   STORAGECLASS   AGE
data-0     Bound     pvc-1d2c   8Gi        RWO            standard       3d
data-1     Pending                                        fast           3d
";
        assert_eq!(
            told("kubectl get pvc", claims).unwrap(),
            "2 volume claims: 1 Bound, 1 Pending; needs a look: data-1 (Pending)"
        );
    }

    #[test]
    fn a_state_that_is_not_known_is_counted_and_not_judged() {
        let text = "NAME   STATUS      AGE\nshop   OutOfSync   5d\n";
        assert_eq!(told("kubectl get applications", text).unwrap(), "1 row: 1 OutOfSync");
    }

    #[test]
    fn services_that_wait_for_an_address_are_named() {
        let text = "\
NAME         TYPE           CLUSTER-IP      EXTERNAL-IP   PORT(S)        AGE
api          ClusterIP      10.96.110.12    <none>        80/TCP         5d
web          LoadBalancer   10.96.200.7     <pending>     80:31234/TCP   5d
kubernetes   ClusterIP      10.96.0.1       <none>        443/TCP        9d
";
        assert_eq!(
            told("kubectl get svc", text).unwrap(),
            "3 services: 2 ClusterIP, 1 LoadBalancer; without an external address yet: web"
        );
    }

    #[test]
    fn a_daemon_set_is_short_by_its_columns() {
        let text = "\
NAME         DESIRED   CURRENT   READY   UP-TO-DATE   AVAILABLE   NODE SELECTOR            AGE
kube-proxy   3         3         2       3            2           kubernetes.io/os=linux   40d
";
        assert_eq!(told("kubectl get ds", text).unwrap(), "1 daemon set; not ready: kube-proxy (2/3)");
    }

    #[test]
    fn everything_of_a_namespace_is_told_by_kind() {
        let text = "\
NAME        READY   STATUS             RESTARTS   AGE
pod/web-0   0/1     CrashLoopBackOff   3          5d

NAME          TYPE        CLUSTER-IP   EXTERNAL-IP   PORT(S)   AGE
service/web   ClusterIP   10.96.0.9    <none>        80/TCP    5d

NAME                  READY   UP-TO-DATE   AVAILABLE   AGE
deployment.apps/web   1/1     1            1           5d
";
        assert_eq!(
            told("kubectl get all", text).unwrap(),
            "1 pod: 1 CrashLoopBackOff; needs a look: pod/web-0 (CrashLoopBackOff, 0/1 ready); \
             1 service: 1 ClusterIP; 1 deployment, ready"
        );
    }
}
