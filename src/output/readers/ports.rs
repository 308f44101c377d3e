//! `ss` told as the ports that are listened on and by whom.
//!
//! Owns the columns of `ss`, and which addresses only this machine reaches.
//! Sockets that do not listen are counted by their state.

use super::super::counted::counted;
use super::{last_part, quoted, tally};

/// Ports named in one sentence before the rest is counted: who asks for a list of them wants to see them.
const NAMED: usize = 12;

struct Port<'a> {
    protocol: Option<&'a str>,
    number: &'a str,
    program: Option<&'a str>,
    is_local: bool,
}

/// `3 ports are listened on: 22 (sshd), 80 (nginx), 5432 only from this machine (postgres)`.
pub(super) fn told(command: &str, stdout: &str) -> Option<String> {
    let mut lines = stdout.lines();
    let header = lines.next()?;
    if !header.contains("Local Address:Port") {
        return None;
    }
    let shift = usize::from(header.starts_with("Netid"));
    let rows: Vec<Vec<&str>> =
        lines.map(|line| line.split_whitespace().collect()).filter(|row: &Vec<_>| !row.is_empty()).collect();
    if rows.is_empty() {
        let asked = |protocol: char| {
            let flags = last_part(command).into_iter().filter(|word| word.starts_with('-') && !word.starts_with("--"));
            flags.into_iter().any(|word| word.contains(protocol))
        };
        // Of the other protocol nothing was looked at.
        let kind = match (asked('t'), asked('u')) {
            (true, false) => "TCP ",
            (false, true) => "UDP ",
            _ => "",
        };
        return Some(format!("no such {kind}socket is open"));
    }
    let mut ports: Vec<Port<'_>> = Vec::new();
    let mut states = Vec::new();
    let mut is_nameless = false;
    for row in &rows {
        let state = row.get(shift)?;
        let (address, number) = row.get(shift + 3)?.rsplit_once(':')?;
        states.push(quoted(state));
        if !matches!(*state, "LISTEN" | "UNCONN") {
            continue;
        }
        let program = row.get(shift + 5).and_then(|users| users.split('"').nth(1));
        is_nameless |= program.is_none();
        let port = Port {
            protocol: (shift == 1).then(|| row.first().copied()).flatten(),
            number,
            program,
            is_local: address.starts_with("127.") || address == "[::1]" || address.ends_with("%lo"),
        };
        // The two address families are one port; it is open when either is.
        let is_same = |known: &&mut Port<'_>| {
            known.number == port.number && known.protocol == port.protocol && known.program == port.program
        };
        match ports.iter_mut().find(is_same) {
            Some(known) => known.is_local &= port.is_local,
            None => ports.push(port),
        }
    }
    if ports.is_empty()
        || rows.len() != states.iter().filter(|state| matches!(state.as_str(), "LISTEN" | "UNCONN")).count()
    {
        return Some(format!("{}: {}", counted(rows.len(), "socket", "sockets"), tally(states.into_iter())));
    }
    let named: Vec<String> = ports.iter().take(NAMED).map(Port::told).collect();
    let more = match ports.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let asked = last_part(command).iter().any(|word| match word.strip_prefix("--") {
        Some(long) => long == "processes",
        None => word.starts_with('-') && word.contains('p'),
    });
    let nameless = if is_nameless && asked { "; programs of other users are shown to root only" } else { "" };
    let are = if ports.len() == 1 { "is" } else { "are" };
    Some(format!("{} {are} listened on: {}{more}{nameless}", counted(ports.len(), "port", "ports"), named.join(", ")))
}

impl Port<'_> {
    fn told(&self) -> String {
        let mut told = match self.protocol {
            Some(protocol) => format!("{} {}", quoted(protocol), quoted(self.number)),
            None => quoted(self.number),
        };
        if self.is_local {
            told.push_str(" only from this machine");
        }
        if let Some(program) = self.program {
            told.push_str(&format!(" ({})", quoted(program)));
        }
        told
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_told_with_who_listens() {
        let text = "\
State  Recv-Q Send-Q Local Address:Port Peer Address:PortProcess
LISTEN 0      244        127.0.0.1:5432      0.0.0.0:*    users:((\"postgres\",pid=901,fd=6))
LISTEN 0      511          0.0.0.0:80        0.0.0.0:*    users:((\"nginx\",pid=812,fd=6),(\"nginx\",pid=811,fd=6))
LISTEN 0      511             [::]:80           [::]:*    users:((\"nginx\",pid=812,fd=7),(\"nginx\",pid=811,fd=7))
";
        assert_eq!(
            told("ss -ltnp", text).unwrap(),
            "2 ports are listened on: 5432 only from this machine (postgres), 80 (nginx)"
        );
    }

    #[test]
    fn programs_that_are_not_shown_are_said_to_be_hidden() {
        let text = "\
Netid State  Recv-Q Send-Q Local Address:Port Peer Address:PortProcess
udp   UNCONN 0      0            0.0.0.0:68        0.0.0.0:*          
tcp   LISTEN 0      128          0.0.0.0:2024      0.0.0.0:*          
";
        assert_eq!(
            told("ss -tulpn", text).unwrap(),
            "2 ports are listened on: udp 68, tcp 2024; programs of other users are shown to root only"
        );
        assert_eq!(told("ss -tuln", text).unwrap(), "2 ports are listened on: udp 68, tcp 2024");
    }

    #[test]
    fn connections_are_counted_by_state() {
        let text = "\
State  Recv-Q Send-Q Local Address:Port  Peer Address:Port Process
ESTAB  0      0          10.0.0.5:22         10.0.0.9:51000
ESTAB  0      0          10.0.0.5:22         10.0.0.9:51001
LISTEN 0      128         0.0.0.0:22          0.0.0.0:*
";
        assert_eq!(told("ss -tan", text).unwrap(), "3 sockets: 2 ESTAB, 1 LISTEN");
        let none = "State  Recv-Q Send-Q Local Address:Port Peer Address:PortProcess\n";
        assert_eq!(told("ss -tulpn 'sport = :81'", none).unwrap(), "no such socket is open");
        assert_eq!(told("ss -ltnp 'sport = :81'", none).unwrap(), "no such TCP socket is open");
        assert_eq!(told("ss -ulnp 'sport = :81'", none).unwrap(), "no such UDP socket is open");
        assert_eq!(told("ss -s", "Total: 3\n"), None);
    }
}
