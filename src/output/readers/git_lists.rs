//! Short lists that git prints: stashes, remotes, who committed.
//!
//! Owns how an entry of each is written. A name and a token in the address of a
//! remote are left out.

use super::super::counted::counted;
use super::{filled, listed, quoted};

/// `2 stashes; the newest: On main: try it`.
pub(super) fn stashes(stdout: &str) -> Option<String> {
    let entries: Vec<&str> = filled(stdout)
        .into_iter()
        .map(|line| line.strip_prefix("stash@{")?.split_once("}: "))
        .map(|entry| Some(entry?.1))
        .collect::<Option<_>>()?;
    Some(match entries.as_slice() {
        [] => "nothing is stashed".to_owned(),
        [only] => format!("1 stash: {}", quoted(only)),
        [newest, ..] => format!("{}; the newest: {}", counted(entries.len(), "stash", "stashes"), quoted(newest)),
    })
}

/// `2 remotes: origin at https://example.org/y.git, upstream at …`.
pub(super) fn remotes(stdout: &str) -> Option<String> {
    let mut remotes: Vec<(&str, &str, Option<&str>)> = Vec::new();
    for line in filled(stdout) {
        // Behind the use there may stand what is left out of a partial clone: `[blob:none]`.
        let (name, rest) = line.split_once('\t')?;
        if let Some((address, _)) = rest.split_once(" (fetch)") {
            remotes.push((name, address, None));
        } else {
            let (address, _) = rest.split_once(" (push)")?;
            let known = remotes.iter_mut().find(|(known, fetch, _)| *known == name && *fetch != address);
            if let Some((.., push)) = known {
                *push = Some(address);
            }
        }
    }
    let told: Vec<String> = remotes
        .iter()
        .map(|(name, fetch, push)| {
            let push = push.map(|push| format!(", pushed to {}", address(push))).unwrap_or_default();
            format!("{} at {}{push}", quoted(name), address(fetch))
        })
        .collect();
    Some(match told.as_slice() {
        [] => "there is no remote".to_owned(),
        _ => format!("{}: {}", counted(told.len(), "remote", "remotes"), listed(&told)),
    })
}

fn address(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else { return quoted(text) };
    let host = rest.split('/').next().unwrap_or_default();
    match host.rfind('@') {
        Some(at) => quoted(&format!("{scheme}://{}", rest.get(at + 1..).unwrap_or_default())),
        None => quoted(text),
    }
}

/// `3 people; the most commits: A Person (12)`, of `git shortlog -s`.
pub(super) fn people(stdout: &str) -> Option<String> {
    let people: Vec<(usize, &str)> = filled(stdout)
        .into_iter()
        .map(|line| {
            let (count, name) = line.split_once('\t')?;
            Some((count.trim().parse().ok()?, name))
        })
        .collect::<Option<_>>()?;
    let (most, name) = people.iter().copied().reduce(|best, next| if next.0 > best.0 { next } else { best })?;
    let commits = counted(most, "commit", "commits");
    Some(match people.len() {
        1 => format!("{}: {commits}", quoted(name)),
        several => format!("{}; the most commits: {} ({most})", counted(several, "person", "people"), quoted(name)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stashes_are_counted_and_the_newest_told() {
        let text = "stash@{0}: On master: try it\nstash@{1}: WIP on master: 331aafd Mine two\n";
        assert_eq!(stashes(text).unwrap(), "2 stashes; the newest: On master: try it");
        assert_eq!(stashes("").unwrap(), "nothing is stashed");
        assert_eq!(stashes("331aafd try it\n"), None);
    }

    #[test]
    fn remotes_are_told_once_and_without_a_token() {
        let text = "origin\thttps://me:secret@example.org/y.git (fetch)\norigin\thttps://me:secret@example.org/y.git (push)\n\
                    up\tgit@example.org:acme/y.git (fetch) [blob:none]\nup\t/srv/y.git (push)\n";
        assert_eq!(
            remotes(text).unwrap(),
            "2 remotes: origin at https://example.org/y.git, up at git@example.org:acme/y.git, pushed to /srv/y.git"
        );
        assert_eq!(remotes("").unwrap(), "there is no remote");
        assert_eq!(remotes("origin\n"), None);
    }

    #[test]
    fn who_committed_most_is_named() {
        assert_eq!(
            people("    12\tA Person\n     3\tB Person\n").unwrap(),
            "2 people; the most commits: A Person (12)"
        );
        assert_eq!(people("     3\tA Person\n").unwrap(), "A Person: 3 commits");
        assert_eq!(people("A Person (3):\n"), None);
    }
}
