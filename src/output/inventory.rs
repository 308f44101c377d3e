//! Names of machines in the listings that tools print: nodes of clusters, virtual machines.
//!
//! Owns which commands list machines and under which title. Must not know what is done with the names.

use super::table::tables;

/// What a name is the name of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Machine {
    Node,
    Vm,
}

/// A command that lists machines: its program, words that all stand behind it, and the title over the names.
struct Listing {
    program: &'static str,
    words: &'static [&'static [&'static str]],
    title: &'static str,
    machine: Machine,
}

const fn listing(
    program: &'static str,
    words: &'static [&'static [&'static str]],
    title: &'static str,
    machine: Machine,
) -> Listing {
    Listing { program, words, title, machine }
}

/// The first that fits a command counts, but for `NODE`, which stands beside other names.
const LISTINGS: [Listing; 18] = [
    listing("kubectl", &[&["get", "top"], &["node", "nodes", "no"]], "NAME", Machine::Node),
    listing("kubectl", &[&["get"], &["vm", "vms", "vmi", "vmis", "virtualmachines"]], "NAME", Machine::Vm),
    listing("kubectl", &[&["get"]], "NODE", Machine::Node),
    listing("oc", &[&["get"], &["node", "nodes", "no"]], "NAME", Machine::Node),
    listing("docker", &[&["node"], &["ls"]], "HOSTNAME", Machine::Node),
    listing("virsh", &[&["list"]], "Name", Machine::Vm),
    listing("qm", &[&["list"]], "NAME", Machine::Vm),
    listing("pct", &[&["list"]], "Name", Machine::Vm),
    listing("pvecm", &[&["nodes", "status"]], "Name", Machine::Node),
    listing("pvesh", &[&["get"], &["/nodes"]], "node", Machine::Node),
    listing("multipass", &[&["list", "ls"]], "Name", Machine::Vm),
    listing("limactl", &[&["list", "ls"]], "NAME", Machine::Vm),
    listing("gcloud", &[&["instances"], &["list"]], "NAME", Machine::Vm),
    listing("az", &[&["vm"], &["list"]], "Name", Machine::Vm),
    listing("openstack", &[&["server"], &["list"]], "Name", Machine::Vm),
    listing("doctl", &[&["droplet"], &["list", "ls"]], "Name", Machine::Vm),
    listing("hcloud", &[&["server"], &["list"]], "NAME", Machine::Vm),
    listing("vim-cmd", &[&["vmsvc/getallvms"]], "Name", Machine::Vm),
];

/// The machines that what a command printed names, each once, in their order.
pub fn machines(command: &str, printed: &str) -> Vec<(Machine, String)> {
    let mut words = command.split_whitespace();
    let program = words.next().map_or("", |program| program.rsplit('/').next().unwrap_or(program));
    let words: Vec<&str> = words.collect();
    let fits = |listing: &&Listing| {
        listing.program == program && listing.words.iter().all(|any| words.iter().any(|word| any.contains(word)))
    };
    let mut found = Vec::new();
    for listing in LISTINGS.iter().filter(fits) {
        for name in under(listing.title, printed) {
            if is_name(&name) && !found.iter().any(|(_, known)| *known == name) {
                found.push((listing.machine, name));
            }
        }
    }
    found
}

fn is_name(text: &str) -> bool {
    text.len() >= 2
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'))
        && text.bytes().any(|byte| byte.is_ascii_alphabetic())
}

/// What stands under a title: in a table, else word by word.
fn under(title: &str, printed: &str) -> Vec<String> {
    let tables = tables(printed);
    let aligned: Vec<String> = tables
        .iter()
        .flat_map(|table| table.rows.iter().filter_map(|row| table.cell(row, title)))
        .map(str::to_owned)
        .collect();
    if aligned.is_empty() { by_words(title, printed) } else { aligned }
}

/// Rows with a word less than the header are counted from their end: a cell before it is empty.
fn by_words(title: &str, printed: &str) -> Vec<String> {
    let plain = printed.replace(['|', '\u{2502}'], " ");
    let mut lines = plain.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    let Some((header, at)) =
        lines.find_map(|line| line.iter().position(|word| *word == title).map(|at| (line.len(), at)))
    else {
        return Vec::new();
    };
    let name = |row: Vec<&str>| {
        let at = if row.len() < header { row.len().checked_sub(header - at)? } else { at };
        row.get(at).map(|name| (*name).to_owned())
    };
    lines.filter_map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(command: &str, printed: &str) -> Vec<String> {
        machines(command, printed).into_iter().map(|(_, name)| name).collect()
    }

    #[test]
    fn nodes_of_a_cluster_are_named_by_their_listing_and_beside_pods() {
        let nodes = "NAME       STATUS   ROLES           AGE   VERSION\npve-north  Ready    control-plane   9d    v1.32.1\npve-south  Ready    <none>          9d    v1.32.1\n";
        assert_eq!(named("kubectl --context c get nodes", nodes), ["pve-north", "pve-south"]);
        let pods = "NAME    READY   STATUS    RESTARTS   AGE   IP          NODE        NOMINATED NODE\nweb-1   1/1     Running   0          9d    10.0.0.1    pve-north   <none>\nweb-2   0/1     Pending   0          9d    <none>      <none>      <none>\n";
        assert_eq!(machines("kubectl get pods -o wide", pods), [(Machine::Node, "pve-north".to_owned())]);
    }

    #[test]
    fn virtual_machines_are_named_whatever_their_listing_looks_like() {
        let virsh = " Id   Name       State\n--------------------------\n 1    billing    running\n -    archive    shut off\n\n";
        assert_eq!(named("virsh list --all", virsh), ["billing", "archive"]);
        let qm = "      VMID NAME                 STATUS     MEM(MB)    BOOTDISK(GB) PID       \n       100 billing-db           running    2048              32.00 1234      \n       101 archive              stopped    512                8.00 0         \n";
        assert_eq!(machines("qm list", qm).first(), Some(&(Machine::Vm, "billing-db".to_owned())));
        let pct = "VMID       Status     Lock         Name\n200        running                 proxy\n201        stopped    backup       old-proxy\n";
        assert_eq!(named("/usr/sbin/pct list", pct), ["proxy", "old-proxy"]);
        let openstack = "+----+---------+--------+\n| ID | Name    | Status |\n+----+---------+--------+\n| 1  | billing | ACTIVE |\n+----+---------+--------+\n";
        assert_eq!(named("openstack server list", openstack), ["billing"]);
        let swarm = "ID                            HOSTNAME   STATUS    AVAILABILITY\nabc123 *                      manager1   Ready     Active\n";
        assert_eq!(named("docker node ls", swarm), ["manager1"]);
    }

    #[test]
    fn what_lists_no_machines_names_none() {
        assert_eq!(named("kubectl get pods", "NAME    READY   STATUS\nweb-1   1/1     Running\n"), [""; 0]);
        assert_eq!(named("docker ps", "CONTAINER ID   NAMES\nabc            web\n"), [""; 0]);
        assert_eq!(named("", "NAME  STATUS\nx  y\n"), [""; 0]);
    }
}
