//! Earlier commands out of a shell's own history file.
//!
//! Owns the three formats, and which file holds them. What is broken
//! is left out: the file is another program's.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::choice::{Choice, Family};

/// Bytes of a history file that are read, from its end.
const HISTORY: u64 = 2 << 20;

/// Where a shell keeps its history, unless its own files say otherwise. `environment` looks up a variable.
pub fn history_file(family: Family, home: &Path, environment: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let named = |name: &str| environment(name).map(PathBuf::from).filter(|path| path.is_absolute());
    match family {
        Family::Bash => Some(named("HISTFILE").unwrap_or_else(|| home.join(".bash_history"))),
        Family::Zsh => named("HISTFILE").or_else(|| {
            let directory = named("ZDOTDIR").unwrap_or_else(|| home.to_owned());
            Some(directory.join(".zsh_history"))
        }),
        Family::Fish => {
            let data = named("XDG_DATA_HOME").unwrap_or_else(|| home.join(".local/share"));
            Some(data.join("fish/fish_history"))
        }
        Family::PowerShell | Family::Posix | Family::Other => None,
    }
}

/// The commands in the history of the person's own shell, oldest first; none where the file cannot be read.
pub fn earlier(choice: &Choice, environment: impl Fn(&str) -> Option<OsString>) -> Vec<String> {
    let Some(home) = environment("HOME").map(PathBuf::from) else { return Vec::new() };
    let Some(path) = history_file(choice.family, &home, environment) else { return Vec::new() };
    match end_of(&path) {
        Ok(bytes) => commands(choice.family, &bytes),
        Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
        Err(error) => {
            tracing::warn!(%error, path = %path.display(), "the shell's history cannot be read");
            Vec::new()
        }
    }
}

/// The last megabytes of a file; of more, from the beginning of a line.
fn end_of(path: &Path) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    let skipped = length.saturating_sub(HISTORY);
    file.seek(SeekFrom::Start(skipped))?;
    let mut bytes = Vec::new();
    file.take(HISTORY).read_to_end(&mut bytes)?;
    if skipped > 0 {
        let whole = bytes.iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |end| end + 1);
        bytes.drain(..whole);
    }
    Ok(bytes)
}

/// The commands in a history file, oldest first.
pub fn commands(family: Family, file: &[u8]) -> Vec<String> {
    match family {
        Family::Bash => bash(&String::from_utf8_lossy(file)),
        Family::Zsh => zsh(&String::from_utf8_lossy(&unmetafied(file))),
        Family::Fish => fish(&String::from_utf8_lossy(file)),
        Family::PowerShell | Family::Posix | Family::Other => Vec::new(),
    }
}

/// A line each; where times are kept, a line `#1700000000` before each command, which may then have several lines.
fn bash(text: &str) -> Vec<String> {
    let is_time = |line: &str| {
        line.strip_prefix('#').is_some_and(|time| !time.is_empty() && time.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let timed = text.lines().next().is_some_and(is_time);
    let mut commands: Vec<String> = Vec::new();
    let mut begins = true;
    for line in text.lines() {
        if is_time(line) {
            begins = true;
            continue;
        }
        match commands.last_mut().filter(|_| timed && !begins) {
            Some(command) => {
                command.push('\n');
                command.push_str(line);
            }
            None => commands.push(line.to_owned()),
        }
        begins = !timed;
    }
    commands.retain(|command| !command.trim().is_empty());
    commands
}

/// A line each, `: time:duration;` before it where that is kept; a backslash at the end goes on in the next line.
fn zsh(text: &str) -> Vec<String> {
    let mut commands = Vec::new();
    let mut open: Option<String> = None;
    for line in text.lines() {
        let command = match open.take() {
            Some(before) => format!("{before}\n{line}"),
            None => without_time(line).to_owned(),
        };
        match command.strip_suffix('\\') {
            Some(before) => open = Some(before.to_owned()),
            None => commands.push(command),
        }
    }
    commands.extend(open);
    commands.retain(|command| !command.trim().is_empty());
    commands
}

fn without_time(line: &str) -> &str {
    let Some((time, command)) = line.strip_prefix(": ").and_then(|rest| rest.split_once(';')) else { return line };
    let is_time = !time.is_empty() && time.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b':' | b' '));
    if is_time { command } else { line }
}

/// zsh writes certain bytes as 0x83 and the byte with its sixth bit turned.
fn unmetafied(file: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(file.len());
    let mut bytes = file.iter().copied();
    while let Some(byte) = bytes.next() {
        match byte {
            0x83 => plain.extend(bytes.next().map(|byte| byte ^ 0x20)),
            byte => plain.push(byte),
        }
    }
    plain
}

/// `- cmd: ` and the command, with `\n` and `\\` in it; what else a record holds is not asked for.
fn fish(text: &str) -> Vec<String> {
    let lines = text.lines().filter_map(|line| line.strip_prefix("- cmd: "));
    lines
        .map(|line| {
            let mut command = String::with_capacity(line.len());
            let mut letters = line.chars();
            while let Some(letter) = letters.next() {
                match letter {
                    '\\' => match letters.next() {
                        Some('n') => command.push('\n'),
                        Some(other) => command.push(other),
                        None => command.push('\\'),
                    },
                    letter => command.push(letter),
                }
            }
            command
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bash_with_and_without_times() {
        assert_eq!(commands(Family::Bash, b"ls\n# a comment\n\ncd /\n"), ["ls", "# a comment", "cd /"]);
        let timed = b"#1700000000\nfor i in 1\ndo echo\ndone\n#1700000001\nls\n";
        assert_eq!(commands(Family::Bash, timed), ["for i in 1\ndo echo\ndone", "ls"]);
    }

    #[test]
    fn zsh_with_times_lines_and_its_own_encoding() {
        let file = b": 1700000000:0;echo one\\\ntwo\nls; pwd\n: not a time;x\necho \x83\xa3\n";
        let found = commands(Family::Zsh, file);
        assert_eq!(found[..3], ["echo one\ntwo", "ls; pwd", ": not a time;x"]);
        assert_eq!(unmetafied(b"\xc3\x83\xa9"), b"\xc3\x89");
    }

    #[test]
    fn fish_with_newlines_and_backslashes() {
        let file = b"- cmd: echo a\\\\b\\nc\n  when: 1700000000\n  paths:\n    - x\n- cmd: ls\n  when: 1\n";
        assert_eq!(commands(Family::Fish, file), ["echo a\\b\nc", "ls"]);
    }

    #[test]
    fn each_shell_keeps_it_where_it_does() {
        let home = Path::new("/home/x");
        let nothing = |_: &str| None;
        assert_eq!(history_file(Family::Bash, home, nothing), Some(home.join(".bash_history")));
        let data = |name: &str| (name == "XDG_DATA_HOME").then(|| "/data".into());
        assert_eq!(history_file(Family::Fish, home, data), Some(PathBuf::from("/data/fish/fish_history")));
        assert_eq!(history_file(Family::Posix, home, nothing), None);
    }
}
