//! What uses the most: tables of processor time, memory and disk.
//!
//! Owns which columns say how much something uses, and how their values
//! compare. Shows them as the program printed them.

use super::super::table::Table;
use super::{quoted, rows};

/// Titles of processor time and of memory: kubectl, docker, ps.
const COLUMNS: [(&str, &str); 3] = [("CPU(cores)", "MEMORY(bytes)"), ("CPU %", "MEM USAGE / LIMIT"), ("%CPU", "%MEM")];
/// Titles of the same as a share of a node, in older and newer kubectl.
const SHARES: [(&str, &str); 2] = [("CPU%", "MEMORY%"), ("CPU(%)", "MEMORY(%)")];

/// What uses the most of each; `None` for a table that is about something else.
pub(super) fn told(table: &Table, count: &str) -> Option<String> {
    let has = |(cpu, memory): &&(&str, &str)| table.has(cpu) && table.has(memory);
    match COLUMNS.iter().find(has) {
        Some((cpu, memory)) => {
            let (cpu_share, memory_share) = SHARES.iter().find(has).copied().unzip();
            let cpu = most(table, cpu, cpu_share)?;
            let memory = most(table, memory, memory_share)?;
            Some(format!("{count}; the most CPU: {cpu}; the most memory: {memory}"))
        }
        None if table.has("RECLAIMABLE") && table.has("TYPE") => Some(engine(table)),
        None if table.has("REPOSITORY") && table.has("SIZE") => images(table, count),
        None => None,
    }
}

/// `api-1 with 950m (47%)`.
fn most(table: &Table, title: &str, share: Option<&str>) -> Option<String> {
    let (row, value) = largest(table, title)?;
    let share = share.and_then(|share| table.cell(row, share)).filter(|share| quantity(share).is_some());
    let share = share.map(|share| format!(" ({})", quoted(share))).unwrap_or_default();
    Some(format!("{} with {}{}{share}", user(table, row), quoted(value), unit(title)))
}

/// Titles that carry the sign of per cent print bare numbers in ps, and numbers with it elsewhere.
fn unit(title: &str) -> &'static str {
    if title.starts_with('%') { "%" } else { "" }
}

fn largest<'a>(table: &'a Table, title: &str) -> Option<(&'a [String], &'a str)> {
    let values = table.rows.iter().filter_map(|row| {
        let value = table.cell(row, title)?;
        Some((quantity(value)?, row.as_slice(), value))
    });
    // The first of equals: tables are often sorted already.
    values.reduce(|best, next| if next.0 > best.0 { next } else { best }).map(|(_, row, value)| (row, value))
}

/// A process is known by its command and number, a container in a pod by both names, anything else by its name.
fn user(table: &Table, row: &[String]) -> String {
    match (table.cell(row, "COMMAND"), table.cell(row, "PID"), table.cell(row, "POD")) {
        (Some(command), Some(pid), _) => format!("{} (process {})", quoted(command), quoted(pid)),
        (_, _, Some(pod)) => format!("{} in {}", rows::name(table, row), quoted(pod)),
        _ => rows::name(table, row),
    }
}

/// `Images: 16.4GB, 11.6GB (70%) reclaimable; Build Cache: none`.
fn engine(table: &Table) -> String {
    let parts = table.rows.iter().map(|row| {
        let cell = |title: &str| quoted(table.cell(row, title).unwrap_or_default());
        match quantity(table.cell(row, "SIZE").unwrap_or_default()) {
            Some(0.0) => format!("{}: none", cell("TYPE")),
            _ => format!("{}: {}, {} reclaimable", cell("TYPE"), cell("SIZE"), cell("RECLAIMABLE")),
        }
    });
    parts.collect::<Vec<_>>().join("; ")
}

/// `5 images; the largest is redis:7 with 1.2GB; 2 without a name`.
fn images(table: &Table, count: &str) -> Option<String> {
    let (row, size) = largest(table, "SIZE")?;
    let is_nameless = |row: &[String]| table.cell(row, "REPOSITORY") == Some("<none>");
    let name = match (table.cell(row, "REPOSITORY"), table.cell(row, "TAG"), table.cell(row, "IMAGE ID")) {
        (_, _, Some(id)) if is_nameless(row) => id.to_owned(),
        (Some(repository), Some(tag), _) => format!("{repository}:{tag}"),
        (Some(repository), ..) => repository.to_owned(),
        _ => return None,
    };
    let largest = match table.rows.len() {
        1 => format!("{count}: {} with {}", quoted(&name), quoted(size)),
        _ => format!("{count}; the largest is {} with {}", quoted(&name), quoted(size)),
    };
    Some(match table.rows.iter().filter(|row| is_nameless(row)).count() {
        0 => largest,
        some => format!("{largest}; {some} without a name"),
    })
}

/// A value to compare by: `250m`, `1.5GiB / 2GiB`, `12.50%`, `16.43GB`.
fn quantity(text: &str) -> Option<f64> {
    let text = text.split(' ').next()?;
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '%');
    let base = if text.contains('i') { 1024_f64 } else { 1000_f64 };
    let power = match text.get(digits.len()..)?.chars().next() {
        None | Some('B' | '%') => 0,
        Some('n') => -3,
        Some('u') => -2,
        Some('m') => -1,
        Some('k' | 'K') => 1,
        Some('M') => 2,
        Some('G') => 3,
        Some('T') => 4,
        Some(_) => return None,
    };
    Some(digits.parse::<f64>().ok()? * base.powi(power))
}

#[cfg(test)]
mod tests {
    use super::super::rows::told;

    #[test]
    fn the_pods_that_use_the_most_are_named() {
        let text = "\
NAMESPACE   NAME    CPU(cores)   MEMORY(bytes)   
shop        api-1   950m         64Mi            
shop        web-0   1            1Gi             
shop        idle    3m           900Mi           
";
        assert_eq!(
            told("kubectl top pods -A", text).unwrap(),
            "3 pods; the most CPU: shop/web-0 with 1; the most memory: shop/web-0 with 1Gi"
        );
    }

    #[test]
    fn nodes_are_shown_with_their_share() {
        let text = "\
NAME   CPU(cores)   CPU%   MEMORY(bytes)   MEMORY%   
n1     950m         47%    3000Mi          80%       
n2     100m         5%     3100Mi          40%       
";
        assert_eq!(
            told("kubectl top nodes", text).unwrap(),
            "2 nodes; the most CPU: n1 with 950m (47%); the most memory: n2 with 3100Mi (40%)"
        );
        let newer = text.replace("CPU%  ", "CPU(%)").replace("MEMORY%  ", "MEMORY(%)");
        assert!(told("kubectl top nodes", &newer).unwrap().contains("n1 with 950m (47%)"));
    }

    #[test]
    fn containers_that_use_the_most_are_named() {
        let text = "\
CONTAINER ID   NAME      CPU %     MEM USAGE / LIMIT     MEM %     NET I/O           BLOCK I/O        PIDS
b95a83497c91   awesome   0.28%     5.629MiB / 1.952GiB   0.28%     916B / 0B         147kB / 0B       9
67b2525d8ad1   foobar    12.50%    1.727GiB / 1.952GiB   88.47%    2.48kB / 0B       4.11MB / 0B      2
";
        assert_eq!(
            told("docker stats --no-stream", text).unwrap(),
            "2 containers; the most CPU: foobar with 12.50%; the most memory: foobar with 1.727GiB / 1.952GiB"
        );
    }

    #[test]
    fn processes_are_named_with_their_numbers() {
        let text = "\
USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND
root           1  0.0  0.1 168140 11236 ?        Ss   06:26   0:02 /sbin/init splash
www-data   12345 12.5  3.4 998877 99112 ?        Sl   07:01   1:02 nginx: worker process
";
        assert_eq!(
            told("ps aux --sort=-%cpu", text).unwrap(),
            "2 processes; the most CPU: nginx: worker process (process 12345) with 12.5%; \
             the most memory: nginx: worker process (process 12345) with 3.4%"
        );
    }

    #[test]
    fn images_are_told_by_the_largest() {
        let text = "\
REPOSITORY   TAG       IMAGE ID       CREATED        SIZE
redis        7         7614ae9453d1   3 months ago   113MB
<none>       <none>    77af4d6b9913   19 hours ago   1.089GB
";
        assert_eq!(
            told("docker images", text).unwrap(),
            "2 images; the largest is 77af4d6b9913 with 1.089GB; 1 without a name"
        );
    }

    #[test]
    fn what_the_engine_could_give_back_is_told() {
        let text = "\
TYPE            TOTAL     ACTIVE    SIZE      RECLAIMABLE
Images          5         2         16.43MB   11.63MB (70%)
Containers      2         0         212B      212B (100%)
Local Volumes   2         1         36B       0B (0%)
Build Cache     0         0         0B        0B
";
        assert_eq!(
            told("docker system df", text).unwrap(),
            "Images: 16.43MB, 11.63MB (70%) reclaimable; Containers: 212B, 212B (100%) reclaimable; \
             Local Volumes: 36B, 0B (0%) reclaimable; Build Cache: none"
        );
    }
}
