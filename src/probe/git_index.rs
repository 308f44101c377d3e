//! The repositories within a repository, as its index lists them.
//!
//! Owns the layout of git's index, as far as needed to find gitlinks: `git status`
//! runs itself inside each of them, under that repository's own settings. Knows
//! nothing of those settings.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

const GITLINK: u32 = 0o160_000;
/// Times, device, inode, mode, owner and size come before the object's name.
const STAT: usize = 40;
const MODE: usize = 24;
/// Set in an entry's flags when two more bytes of them follow.
const EXTENDED: u16 = 0x4000;

/// Paths of the gitlinks, relative to the work tree. `hash` is the length of an
/// object's name in bytes: 20, or 32 with SHA-256. `None` when the bytes are not
/// an index this understands (a split index keeps entries elsewhere).
pub(super) fn gitlinks(bytes: &[u8], hash: usize) -> Option<Vec<PathBuf>> {
    let version = word(bytes, 4)?;
    if !bytes.starts_with(b"DIRC") || !(2..=4).contains(&version) {
        return None;
    }
    let mut links = Vec::new();
    let mut name: Vec<u8> = Vec::new();
    let mut at = 12;
    for _ in 0..word(bytes, 8)? {
        let start = at;
        let mode = word(bytes, start + MODE)?;
        let flags = start + STAT + hash;
        let extended = u16::from_be_bytes(bytes.get(flags..flags + 2)?.try_into().ok()?) & EXTENDED != 0;
        at = flags + if extended { 4 } else { 2 };
        if version == 4 {
            let stripped = variable_length(bytes, &mut at)?;
            name.truncate(name.len().checked_sub(stripped)?);
        } else {
            name.clear();
        }
        let rest = bytes.get(at..)?;
        let length = rest.iter().position(|byte| *byte == 0)?;
        name.extend_from_slice(rest.get(..length)?);
        at += length;
        // Older versions pad each entry with one to eight zeroes to a multiple of eight.
        at = if version == 4 { at + 1 } else { start + ((at - start + 8) & !7) };
        if mode == GITLINK {
            links.push(PathBuf::from(OsStr::from_bytes(&name)));
        }
    }
    let end = bytes.len().checked_sub(hash)?;
    while at + 8 <= end {
        if bytes.get(at..at + 4)? == b"link" {
            return None;
        }
        at = at.checked_add(8)?.checked_add(word(bytes, at + 4)? as usize)?;
    }
    Some(links)
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

/// git's offset encoding: seven bits a byte, each continuation adding one.
fn variable_length(bytes: &[u8], at: &mut usize) -> Option<usize> {
    let mut value = 0usize;
    loop {
        let byte = *bytes.get(*at)?;
        *at += 1;
        value = value.checked_mul(128)?.checked_add(usize::from(byte & 127))?;
        if byte & 128 == 0 {
            return Some(value);
        }
        value = value.checked_add(1)?;
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// An index of version 2 with these modes and names.
    pub fn index(entries: &[(u32, &str)]) -> Vec<u8> {
        let mut bytes = b"DIRC\0\0\0\x02".to_vec();
        bytes.extend((entries.len() as u32).to_be_bytes());
        for (mode, name) in entries {
            let start = bytes.len();
            bytes.extend([0; MODE]);
            bytes.extend(mode.to_be_bytes());
            bytes.extend([0; STAT - MODE - 4 + 20]);
            bytes.extend((name.len() as u16).to_be_bytes());
            bytes.extend(name.as_bytes());
            let padding = 8 - (bytes.len() - start) % 8;
            bytes.resize(bytes.len() + padding, 0);
        }
        bytes.extend([0; 20]);
        bytes
    }

    #[test]
    fn gitlinks_are_told_from_files() {
        let bytes = index(&[(0o100_644, "README"), (GITLINK, "vendor/library"), (0o120_000, "link")]);
        assert_eq!(gitlinks(&bytes, 20), Some(vec![PathBuf::from("vendor/library")]));
    }

    #[test]
    fn names_that_share_a_beginning_are_put_together_again() {
        let mut bytes = b"DIRC\0\0\0\x04\0\0\0\x02".to_vec();
        for (mode, tail) in [(0o100_644u32, &b"\0vendor/a\0"[..]), (GITLINK, &b"\x01b\0"[..])] {
            bytes.extend([0; MODE]);
            bytes.extend(mode.to_be_bytes());
            bytes.extend([0; STAT - MODE - 4 + 20 + 2]);
            bytes.extend(tail);
        }
        bytes.extend([0; 20]);
        assert_eq!(gitlinks(&bytes, 20), Some(vec![PathBuf::from("vendor/b")]));
    }

    #[test]
    fn an_index_that_is_torn_or_split_is_not_understood() {
        let whole = index(&[(0o100_644, "README")]);
        assert_eq!(gitlinks(&whole[..60], 20), None);
        assert_eq!(gitlinks(b"not an index", 20), None);
        let mut split = whole[..whole.len() - 20].to_vec();
        split.extend(b"link\0\0\0\x14");
        split.extend([0; 40]);
        assert_eq!(gitlinks(&split, 20), None);
    }
}
