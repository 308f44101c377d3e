//! Which shell the person gets.
//!
//! Owns the order of preference and what a program's name says about its hooks. The order is a function of what is
//! there, so that every machine can be tried on one; [`choose_here`] looks at this one.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// A family of shells, by the hooks it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    Bash,
    Zsh,
    Fish,
    PowerShell,
    /// Reads the file named in `ENV` and expands its prompt: dash, ash, ksh and the like.
    Posix,
    /// Runs without hooks: its lines are known from the screen and its output only.
    Other,
}

impl Family {
    /// The family of a program, by its name.
    pub fn of(program: &Path) -> Family {
        let name = program.file_name().map(|name| name.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
        let name = name.strip_suffix(".exe").unwrap_or(&name);
        // A version at the end, as in bash-5.2 or zsh5.
        let name = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.' || c == '-');
        match name {
            "bash" | "rbash" => Family::Bash,
            "zsh" => Family::Zsh,
            "fish" => Family::Fish,
            "pwsh" | "powershell" | "pwsh-preview" => Family::PowerShell,
            "sh" | "dash" | "ash" | "busybox" | "ksh" | "mksh" | "lksh" | "pdksh" | "oksh" | "yash" => Family::Posix,
            _ => Family::Other,
        }
    }
}

/// A shell that can be started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    pub program: PathBuf,
    pub family: Family,
}

/// What the choice depends on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wish {
    /// The person's own setting, a path or a name.
    pub setting: Option<String>,
    /// `$SHELL`.
    pub shell: Option<String>,
    /// `$PATH`, taken apart; or the directories of Windows.
    pub path: Vec<PathBuf>,
    pub windows: bool,
}

/// What is tried in order after the setting and `$SHELL`.
const UNIX: [&str; 8] = ["bash", "zsh", "fish", "dash", "ksh", "mksh", "ash", "sh"];
const WINDOWS: [&str; 4] = ["pwsh.exe", "powershell.exe", "bash.exe", "cmd.exe"];

/// Chooses: the setting, then `$SHELL`, then what is found first. `runs` says whether a file is there and executable.
pub fn choose(wish: &Wish, runs: impl Fn(&Path) -> bool) -> Option<Choice> {
    let usual: &[&str] = if wish.windows { &WINDOWS } else { &UNIX };
    let wanted = [&wish.setting, &wish.shell].into_iter().flatten().map(String::as_str);
    let found = wanted.chain(usual.iter().copied()).find_map(|name| find(name, wish, &runs));
    // A machine whose PATH leads nowhere still has this one.
    let last = || Some(PathBuf::from("/bin/sh")).filter(|path| !wish.windows && runs(path));
    let program = found.or_else(last)?;
    Some(Choice { family: Family::of(&program), program })
}

/// Chooses on this machine; `variable` looks up the environment.
pub fn choose_here(setting: Option<&str>, variable: impl Fn(&str) -> Option<OsString>) -> Option<Choice> {
    let text = |name: &str| variable(name)?.into_string().ok();
    let path = variable("PATH").map(|path| std::env::split_paths(&path).collect());
    let wish = Wish {
        setting: setting.map(str::to_owned),
        shell: text("SHELL"),
        path: path.unwrap_or_default(),
        windows: cfg!(windows),
    };
    choose(&wish, |program| nix::unistd::access(program, nix::unistd::AccessFlags::X_OK).is_ok() && program.is_file())
}

fn find(name: &str, wish: &Wish, runs: &impl Fn(&Path) -> bool) -> Option<PathBuf> {
    let named = Path::new(name);
    if name.is_empty() || is_no_shell(named) {
        return None;
    }
    if named.is_absolute() {
        return Some(named.to_owned()).filter(|path| runs(path));
    }
    let bare = named.components().count() == 1;
    let places = wish.path.iter().filter(|place| bare && place.is_absolute());
    places.map(|place| place.join(named)).find(|path| runs(path))
}

/// What stands in `$SHELL` of accounts that may not log in, and would end at once.
fn is_no_shell(program: &Path) -> bool {
    let name = program.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    matches!(name.as_str(), "nologin" | "false" | "true" | "sync" | "git-shell")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn machine(files: &'static [&'static str]) -> impl Fn(&Path) -> bool {
        |path| files.iter().any(|file| Path::new(file) == path)
    }

    fn wish(shell: Option<&str>) -> Wish {
        let path = ["/usr/local/bin", "/usr/bin", "/bin"].map(PathBuf::from).to_vec();
        Wish { setting: None, shell: shell.map(str::to_owned), path, windows: false }
    }

    fn chosen(wish: &Wish, files: &'static [&'static str]) -> Option<(String, Family)> {
        choose(wish, machine(files)).map(|choice| (choice.program.display().to_string(), choice.family))
    }

    #[test]
    fn the_setting_comes_before_the_environment() {
        let wish = Wish { setting: Some("fish".to_owned()), ..wish(Some("/bin/zsh")) };
        assert_eq!(chosen(&wish, &["/usr/bin/fish", "/bin/zsh"]), Some(("/usr/bin/fish".to_owned(), Family::Fish)));
    }

    #[test]
    fn the_persons_shell_comes_before_bash() {
        let found = chosen(&wish(Some("/bin/zsh")), &["/bin/zsh", "/usr/bin/bash"]);
        assert_eq!(found, Some(("/bin/zsh".to_owned(), Family::Zsh)));
    }

    #[test]
    fn a_shell_that_is_gone_or_none_gives_way() {
        for shell in ["/opt/gone/zsh", "/usr/sbin/nologin", "/bin/false", "", "zsh/../x"] {
            let found = chosen(&wish(Some(shell)), &["/usr/bin/bash", "/usr/sbin/nologin", "/bin/false"]);
            assert_eq!(found, Some(("/usr/bin/bash".to_owned(), Family::Bash)), "{shell}");
        }
    }

    #[test]
    fn any_shell_does_where_there_is_no_bash() {
        assert_eq!(chosen(&wish(None), &["/bin/sh"]), Some(("/bin/sh".to_owned(), Family::Posix)));
        let nowhere = Wish { path: Vec::new(), ..wish(None) };
        assert_eq!(chosen(&nowhere, &["/bin/sh"]), Some(("/bin/sh".to_owned(), Family::Posix)));
        assert_eq!(chosen(&nowhere, &[]), None);
    }

    #[test]
    fn windows_gets_powershell() {
        let wish = Wish { windows: true, path: vec![PathBuf::from("/w")], ..Wish::default() };
        let found = choose(&wish, machine(&["/w/powershell.exe", "/w/cmd.exe"]));
        assert_eq!(found.map(|choice| choice.family), Some(Family::PowerShell));
    }

    #[test]
    fn a_name_tells_the_family_with_version_and_suffix() {
        for (name, family) in [
            ("/bin/bash", Family::Bash),
            ("/opt/bash-5.2", Family::Bash),
            ("zsh-5.9", Family::Zsh),
            ("C/pwsh.EXE", Family::PowerShell),
            ("/bin/busybox", Family::Posix),
            ("/usr/bin/nu", Family::Other),
        ] {
            assert_eq!(Family::of(Path::new(name)), family, "{name}");
        }
    }
}
