//! Names of machines and people: addresses, host names, mail, phone and card numbers, users in paths.
//!
//! Owns how each is told from other text. What only an inventory can tell, such as the name of a virtual machine, is
//! `known`'s. Loopback, netmasks and the hosts that everybody uses stay as they are.

use super::address;
use super::pseudonym::Class;
use super::sight::{ESCAPE, Secret, past_colours};

/// Endings of host names. Those that file names end in too are left out.
#[rustfmt::skip]
const ENDINGS: &[&[u8]] = &[
    b"ai", b"app", b"arpa", b"at", b"au", b"be", b"biz", b"br", b"ca", b"ch", b"cloud", b"cn", b"co", b"com", b"corp",
    b"cz", b"de", b"dev", b"dk", b"edu", b"es", b"eu", b"example", b"fi", b"fr", b"gov", b"home", b"hu", b"ie", b"in",
    b"info", b"int", b"internal", b"intern", b"intra", b"intranet", b"io", b"it", b"jp", b"kr", b"lan", b"local",
    b"localdomain", b"mil", b"net", b"nl", b"no", b"nz", b"online", b"org", b"priv", b"private", b"pt", b"ru", b"se",
    b"site", b"test", b"tech", b"uk", b"us", b"xyz", b"za",
];

/// Hosts that everybody uses: their names say nothing about anyone.
#[rustfmt::skip]
const EVERYBODYS: &[&[u8]] = &[
    b"docker.io", b"docker.com", b"github.com", b"githubusercontent.com", b"ghcr.io", b"gitlab.com", b"bitbucket.org",
    b"quay.io", b"gcr.io", b"k8s.io", b"kubernetes.io", b"googleapis.com", b"npmjs.org", b"npmjs.com", b"pypi.org",
    b"pythonhosted.org", b"crates.io", b"docs.rs", b"golang.org", b"debian.org", b"ubuntu.com", b"alpinelinux.org",
    b"fedoraproject.org", b"centos.org", b"archlinux.org", b"hashicorp.com", b"terraform.io", b"helm.sh",
    b"proxmox.com", b"example.com", b"example.org", b"example.net", b"svc.cluster.local", b"cluster.local",
    b"in-addr.arpa", b"ip6.arpa", b"schema.org", b"w3.org", b"kernel.org", b"gnu.org", b"apache.org", b"mozilla.org",
    b"cncf.io", b"istio.io", b"coreos.com", b"opencontainers.org", b"ntp.org", b"letsencrypt.org", b"json-schema.org",
    b"mcr.microsoft.com", b"java.net", b"cert-manager.io", b"x-k8s.io", b"projectcalico.org", b"cilium.io",
    b"fluxcd.io", b"argoproj.io", b"moby.buildkit.dev",
];

/// The longest name of a host, and of a mailbox.
const LONGEST: usize = 253;

/// Finds identities in a line.
pub(super) fn find(bytes: &[u8], found: &mut Vec<Secret>) {
    let mut at = 0;
    while let Some(byte) = bytes.get(at).copied() {
        if matches!(byte, ESCAPE | b'\\') {
            let past = past_colours(bytes, at);
            if past > at {
                at = past;
                continue;
            }
        }
        if byte == b'+' || byte == b':' && !starts_word(bytes, at) {
            at = number(bytes, at, found).max(at + 1);
            continue;
        }
        if !is_part(byte) {
            at = path(bytes, at, byte, found).max(at + 1);
            continue;
        }
        // A run that may be an address, a host or a number.
        let end = at + bytes.get(at..).unwrap_or_default().iter().take_while(|byte| is_part(**byte)).count();
        at = run(bytes, at, end, found).max(end);
    }
}

/// Bytes of addresses, hosts and mailboxes.
fn is_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b".-_:%@".contains(&byte)
}

fn starts_word(bytes: &[u8], at: usize) -> bool {
    bytes.get(at + 1).is_some_and(|byte| is_part(*byte))
}

/// A run of parts; gives where to go on.
fn run(bytes: &[u8], start: usize, end: usize, found: &mut Vec<Secret>) -> usize {
    let whole = bytes.get(start..end).unwrap_or_default();
    if whole.len() > 2 * LONGEST {
        return end;
    }
    let before = start.checked_sub(1).and_then(|before| bytes.get(before)).copied();
    let text = whole
        .get(..whole.len() - whole.iter().rev().take_while(|byte| b".:-".contains(byte)).count())
        .unwrap_or_default();
    // `::` at the end belongs to an address.
    let six = if whole.ends_with(b"::") { whole } else { text };
    if let Some(length) = ip6(six) {
        found.push(Secret::identity(start, start + length, Class::Ipv6));
        return end;
    }
    if is_mac(text) {
        found.push(Secret::identity(start, start + text.len(), Class::Mac));
        return end;
    }
    if let Some(length) = card(bytes, start, before) {
        found.push(Secret::identity(start, start + length, Class::Card));
        return end.max(start + length);
    }
    if text.contains(&b'@')
        && let Some((from, length)) = mail(text)
    {
        found.push(Secret::identity(start + from, start + from + length, Class::Mail));
        pieces(bytes, start + from + length, start + text.len(), found);
        return end;
    }
    pieces(bytes, start, start + text.len(), found);
    end
}

/// Addresses and hosts among what `:`, `@`, `_` and `%` part.
fn pieces(bytes: &[u8], start: usize, end: usize, found: &mut Vec<Secret>) {
    let mut at = start;
    while at < end {
        let rest = bytes.get(at..end).unwrap_or_default();
        let length = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || b".-".contains(byte)).count();
        let piece = rest.get(..length).unwrap_or_default();
        let joined = |byte: Option<&u8>| byte == Some(&b'_');
        let alone = !joined(rest.get(length)) && !joined(at.checked_sub(1).and_then(|before| bytes.get(before)));
        if alone && !piece.is_empty() {
            let lead = piece.iter().take_while(|byte| b".-".contains(byte)).count();
            let tail = piece.iter().rev().take_while(|byte| b".-".contains(byte)).count();
            let name = piece.get(lead..piece.len().saturating_sub(tail)).unwrap_or_default();
            let (from, to) = (at + lead, at + lead + name.len());
            match address::v4(name) {
                Some(address) if !address::is_nobodys_v4(address) => {
                    found.push(Secret::identity(from, to, Class::Ipv4))
                }
                Some(_) => {}
                None if is_host(name) => found.push(Secret::identity(from, to, Class::Host)),
                None => range(name, from, found),
            }
        }
        at += length + 1;
    }
}

/// `10.0.0.5-10.0.0.9`, or an address with a dash and a word behind it.
fn range(name: &[u8], from: usize, found: &mut Vec<Secret>) {
    let mut at = 0;
    for part in name.split(|byte| *byte == b'-') {
        if address::v4(part).is_some_and(|address| !address::is_nobodys_v4(address)) {
            found.push(Secret::identity(from + at, from + at + part.len(), Class::Ipv4));
        }
        at += part.len() + 1;
    }
}

fn ip6(text: &[u8]) -> Option<usize> {
    if text.iter().filter(|byte| **byte == b':').count() < 2 {
        return None;
    }
    let length = text.iter().position(|byte| *byte == b'%').unwrap_or(text.len());
    let address = address::v6(text.get(..length)?)?;
    (!address::is_nobodys_v6(address) && text.iter().any(u8::is_ascii_hexdigit)).then_some(length)
}

fn is_mac(text: &[u8]) -> bool {
    let separator = text.get(2).copied().filter(|byte| matches!(byte, b':' | b'-'));
    let same = text.iter().all(|byte| Some(byte) == text.first() || !byte.is_ascii_alphanumeric());
    separator.is_some_and(|separator| {
        text.len() == 17
            && text
                .iter()
                .enumerate()
                .all(|(at, byte)| if at % 3 == 2 { *byte == separator } else { byte.is_ascii_hexdigit() })
    }) && !same
}

/// A mailbox in a run: where it begins, and its length.
fn mail(text: &[u8]) -> Option<(usize, usize)> {
    let at = text.iter().position(|byte| *byte == b'@')?;
    let local = text
        .get(..at)?
        .iter()
        .rev()
        .take(64)
        .take_while(|byte| byte.is_ascii_alphanumeric() || b"._%+-".contains(byte))
        .count();
    let rest = text.get(at + 1..)?;
    let length = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || b".-".contains(byte)).count();
    let domain = rest.get(..length)?;
    let lead = text.get(at - local..at)?.iter().take_while(|byte| b"._%+-".contains(byte)).count();
    let local = local - lead;
    let last = domain.rsplit(|byte| *byte == b'.').next()?;
    let named = domain.contains(&b'.')
        && last.len() >= 2
        && last.iter().all(u8::is_ascii_alphabetic)
        && address::v4(domain).is_none();
    let joined = rest.get(length).is_some_and(|byte| *byte == b'_')
        || at.checked_sub(local + 1).and_then(|before| text.get(before)) == Some(&b'_');
    (local > 0 && named && !joined && text.get(at - local..at)? != b"git").then_some((at - local, local + 1 + length))
}

fn is_host(name: &[u8]) -> bool {
    if name.len() > LONGEST || !name.contains(&b'.') {
        return false;
    }
    let mut labels = name.split(|byte| *byte == b'.');
    let whole = name
        .split(|byte| *byte == b'.')
        .all(|label| !label.is_empty() && label.len() < 64 && !label.starts_with(b"-") && !label.ends_with(b"-"));
    let Some(last) = labels.next_back() else { return false };
    let ends = ENDINGS.iter().any(|ending| last.eq_ignore_ascii_case(ending));
    let open = EVERYBODYS.iter().any(|host| {
        name.len() >= host.len()
            && name.get(name.len() - host.len()..).is_some_and(|end| end.eq_ignore_ascii_case(host))
            && (name.len() == host.len() || name.get(name.len() - host.len() - 1) == Some(&b'.'))
    });
    // `System.IO`, `java.Net`: a name in a program.
    let capital =
        name.iter().any(u8::is_ascii_uppercase) && !name.iter().any(u8::is_ascii_digit) && !name.contains(&b'-');
    whole && ends && !open && !capital && name.iter().any(u8::is_ascii_alphabetic)
}

/// A card number at `start`: groups of digits, and the check digit fits.
fn card(bytes: &[u8], start: usize, before: Option<u8>) -> Option<usize> {
    let first = bytes.get(start)?;
    if !matches!(first, b'2'..=b'6')
        || before.is_some_and(|byte| byte.is_ascii_alphanumeric() || b".+-_#/=".contains(&byte) && byte != b'=')
    {
        return None;
    }
    let mut digits = [0_u8; 19];
    let mut count = 0;
    let mut length = 0;
    let mut groups = 0;
    let rest = bytes.get(start..bytes.len().min(start + 24))?;
    for (at, byte) in rest.iter().enumerate() {
        match byte {
            b'0'..=b'9' => {
                *digits.get_mut(count)? = byte - b'0';
                count += 1;
                length = at + 1;
            }
            b' ' | b'-'
                if rest.get(at + 1).is_some_and(u8::is_ascii_digit)
                    && at > 0
                    && rest.get(at - 1).is_some_and(u8::is_ascii_digit) =>
            {
                if count % 4 != 0 && count != 10 {
                    return None;
                }
                groups += 1;
            }
            _ => break,
        }
    }
    let after = rest.get(length);
    let alone = !after.is_some_and(|byte| {
        byte.is_ascii_alphanumeric()
            || *byte == b'_'
            || *byte == b'.' && rest.get(length + 1).is_some_and(u8::is_ascii_digit)
    });
    let sum: u32 = digits.get(..count)?.iter().rev().enumerate().fold(0, |sum, (place, digit)| {
        let value = u32::from(*digit) << (place % 2);
        sum + if value > 9 { value - 9 } else { value }
    });
    let fits = matches!(count, 15 | 16) || count >= 13 && groups > 0;
    (fits && alone && sum.is_multiple_of(10)).then_some(length)
}

/// `+49 30 1234567`; gives where it ends.
fn number(bytes: &[u8], at: usize, found: &mut Vec<Secret>) -> usize {
    let before = at.checked_sub(1).and_then(|before| bytes.get(before)).copied();
    if bytes.get(at) != Some(&b'+')
        || before.is_some_and(|byte| byte.is_ascii_alphanumeric() || b"+/=_".contains(&byte) && byte != b'=')
    {
        return 0;
    }
    let rest = bytes.get(at + 1..bytes.len().min(at + 25)).unwrap_or_default();
    if !rest.first().is_some_and(|byte| matches!(byte, b'1'..=b'9')) {
        return 0;
    }
    let mut count = 0;
    let mut length = 0;
    for (place, byte) in rest.iter().enumerate() {
        match byte {
            b'0'..=b'9' => {
                count += 1;
                length = place + 1;
            }
            b' ' | b'-' | b'(' | b')' | b'/'
                if rest.get(place + 1).is_some_and(|next| next.is_ascii_digit() || b"( ".contains(next)) => {}
            _ => break,
        }
    }
    let alone = !rest.get(length).is_some_and(|byte| byte.is_ascii_alphanumeric() || b"_.:".contains(byte));
    if !(9..=15).contains(&count) || !alone {
        return 0;
    }
    found.push(Secret::identity(at, at + 1 + length, Class::Phone));
    at + 1 + length
}

/// The user in `/home/ada/…` and `C:\Users\ada`; gives where to go on.
fn path(bytes: &[u8], at: usize, byte: u8, found: &mut Vec<Secret>) -> usize {
    const HOMES: &[&[u8]] = &[b"/home/", b"/Users/", b"\\Users\\", b"/var/home/", b"\\\\Users\\\\"];
    if !matches!(byte, b'/' | b'\\') {
        return 0;
    }
    let rest = bytes.get(at..).unwrap_or_default();
    let Some(home) = HOMES.iter().find(|home| rest.starts_with(home)) else { return 0 };
    let start = at + home.len();
    let name = bytes.get(start..).map_or(0, |rest| {
        rest.iter().take(40).take_while(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(byte)).count()
    });
    let text = bytes.get(start..start + name).unwrap_or_default();
    let open = matches!(text, b"Public" | b"Shared" | b"Default" | b"linuxbrew" | b"All" | b"default")
        || text.starts_with(b"user_");
    if name < 2 || open || !text.iter().any(u8::is_ascii_alphabetic) || text.ends_with(b".") {
        return start;
    }
    found.push(Secret::identity(start, start + name, Class::User));
    start + name
}
