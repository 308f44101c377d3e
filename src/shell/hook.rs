//! How a shell is started with our hooks, and without a change to any file of the person's.
//!
//! Owns the arguments, variables and files for each family. Must not know how the process is started. The person's own
//! files are read by the shell as ever; the hooks come after them.

use std::ffi::OsString;
use std::io;

use super::choice::{Choice, Family};
use super::room::Room;

/// How a shell is started.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Start {
    pub args: Vec<OsString>,
    /// Variables on top of the inherited ones.
    pub set: Vec<(OsString, OsString)>,
}

/// Writes the hooks into the room and says how to start the shell with them. `environment` looks up a variable that
/// the shell would inherit.
pub(super) fn inject(
    choice: &Choice,
    nonce: &str,
    room: &Room,
    environment: impl Fn(&str) -> Option<OsString>,
) -> io::Result<Start> {
    let hook = |text: &str| text.replace("@NONCE@", nonce).replace("@ROOM@", &room.path().display().to_string());
    let mut start = Start::default();
    match choice.family {
        Family::Bash => {
            room.write("bash", &hook(include_str!("../../assets/shell/hook.bash")))?;
            let rc = room.write("rc.bash", &hook(include_str!("../../assets/shell/rc.bash")))?;
            start.args = vec!["--init-file".into(), rc.into(), "-i".into()];
        }
        Family::Zsh => {
            room.write("zsh/hook.zsh", &hook(include_str!("../../assets/shell/hook.zsh")))?;
            room.write("zsh/.zshenv", &hook(include_str!("../../assets/shell/env.zsh")))?;
            start.args = vec!["-i".into()];
            if let Some(own) = environment("ZDOTDIR") {
                start.set.push(("DEVOPS_AGENT_ZDOTDIR".into(), own));
            }
            start.set.push(("ZDOTDIR".into(), room.path().join("zsh").into()));
        }
        Family::Fish => {
            let file = room.write("hook.fish", &hook(include_str!("../../assets/shell/hook.fish")))?;
            let mut command = OsString::from("source '");
            command.push(file);
            command.push("'");
            start.args = vec!["-i".into(), "-C".into(), command];
        }
        Family::PowerShell => {
            let file = room.write("hook.ps1", &hook(include_str!("../../assets/shell/hook.ps1")))?;
            let mut command = OsString::from(". '");
            command.push(file);
            command.push("'");
            start.args = vec!["-NoLogo".into(), "-NoExit".into(), "-Command".into(), command];
        }
        Family::Posix => {
            let file = room.write("hook.sh", &hook(include_str!("../../assets/shell/hook.sh")))?;
            if choice.program.file_name().is_some_and(|name| name == "busybox") {
                start.args.push("sh".into());
            }
            start.args.push("-i".into());
            if let Some(own) = environment("ENV") {
                start.set.push(("DEVOPS_AGENT_ENV".into(), own));
            }
            start.set.push(("ENV".into(), file.into()));
        }
        Family::Other => {}
    }
    Ok(start)
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::*;

    fn start(program: &str) -> (Room, Start) {
        let room = Room::new().unwrap();
        let choice = Choice { program: PathBuf::from(program), family: Family::of(Path::new(program)) };
        let start = inject(&choice, "word", &room, |name| (name == "ZDOTDIR").then(|| "/z".into())).unwrap();
        (room, start)
    }

    #[test]
    fn zsh_is_led_through_our_directory_and_told_the_way_back() {
        let (room, start) = start("/bin/zsh");
        let ours = room.path().join("zsh");
        assert!(start.set.contains(&("DEVOPS_AGENT_ZDOTDIR".into(), "/z".into())));
        assert!(start.set.contains(&("ZDOTDIR".into(), ours.into())));
    }

    #[test]
    fn powershell_stays_after_its_hooks() {
        let (room, start) = start("/usr/bin/pwsh");
        let command = format!(". '{}'", room.path().join("hook.ps1").display());
        assert_eq!(start.args, ["-NoLogo", "-NoExit", "-Command", command.as_str()].map(OsString::from));
    }

    #[test]
    fn a_shell_nobody_knows_is_started_as_it_is() {
        assert_eq!(start("/usr/bin/nu").1, Start::default());
    }

    #[test]
    fn the_word_stands_in_files_only_their_owner_reads_and_they_go_with_the_room() {
        use std::os::unix::fs::PermissionsExt;
        let (room, start) = start("/bin/bash");
        let path = room.path().to_owned();
        let file = path.join("bash");
        assert!(std::fs::read_to_string(&file).unwrap().contains("word"));
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o700);
        assert!(!format!("{start:?}").contains("word"));
        drop(room);
        assert!(!path.exists());
    }
}
