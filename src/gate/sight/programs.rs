//! What the scan knows of programs: which take commands from their input,
//! which run what they are handed, and which run nothing at all.
//!
//! Lists of names with their reasons; knows no line.

use super::super::book::RuleBook;
use super::super::floors;

/// Programs that run text: from their input, from a file, or from a word.
const INTERPRETERS: &[&str] = &[
    // Shells, and what starts one when nothing else is said.
    "sh",
    "bash",
    "rbash",
    "zsh",
    "dash",
    "ksh",
    "mksh",
    "pdksh",
    "lksh",
    "yash",
    "posh",
    "ash",
    "fish",
    "csh",
    "tcsh",
    "rc",
    "es",
    "elvish",
    "nu",
    "xonsh",
    "pwsh",
    "powershell",
    "busybox",
    "toybox",
    "su",
    "sudo",
    "doas",
    "runuser",
    "sg",
    "newgrp",
    "chroot",
    "nsenter",
    "unshare",
    "setpriv",
    "firejail",
    "bwrap",
    "proot",
    "fakeroot",
    "script",
    "screen",
    "tmux",
    "ssh",
    "rsh",
    "dbclient",
    "mosh",
    "machinectl",
    // Builtins of a shell that run text or files.
    "eval",
    "source",
    ".",
    "trap",
    // Languages.
    "python",
    "pypy",
    "ipython",
    "perl",
    "raku",
    "ruby",
    "irb",
    "jruby",
    "node",
    "nodejs",
    "deno",
    "bun",
    "php",
    "lua",
    "luajit",
    "tclsh",
    "wish",
    "expect",
    "awk",
    "gawk",
    "mawk",
    "nawk",
    "original-awk",
    "R",
    "Rscript",
    "julia",
    "groovy",
    "scala",
    "jshell",
    "guile",
    "sbcl",
    "clisp",
    "ghci",
    "runghc",
    "erl",
    "iex",
    "elixir",
    "swift",
    "octave",
    "gnuplot",
    "osascript",
    "m4",
    // Editors and consoles with a command that runs a program.
    "ed",
    "ex",
    "vi",
    "vim",
    "view",
    "nvim",
    "emacs",
    "sed",
    "gsed",
    "gdb",
    "lldb",
    "dc",
    "psql",
    "mysql",
    "mariadb",
    "sqlite3",
    "mongosh",
    "redis-cli",
    "ftp",
    "sftp",
    "lftp",
    "telnet",
    // Programs that build commands from their input, or keep them for later.
    "xargs",
    "parallel",
    "at",
    "batch",
    "crontab",
    "make",
    "gmake",
    "cron",
    "systemd-run",
    "watch",
    "entr",
];

/// Whether a program takes commands, or their words, from its input.
pub(crate) fn feeds_interpreter(program: &str) -> bool {
    let name = program.rsplit('/').next().unwrap_or(program);
    // `python3.12`, `perl5.36.0` and `lua5.4` are python, perl and lua.
    let bare = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.' || c == '-');
    INTERPRETERS.contains(&name) || (!bare.is_empty() && INTERPRETERS.contains(&bare))
}

/// Whether a stage of a pipeline takes commands, or their words, from its input.
pub(super) fn reads_commands(words: &[String]) -> bool {
    let Some((program, rest)) = words.split_first() else { return false };
    let name = program.rsplit('/').next().unwrap_or(program);
    if feeds_interpreter(name) {
        return true;
    }
    // `sh` behind grep is a word to look for; behind env or `kubectl exec -i` it is a program that reads.
    let hands_on = rest.iter().any(|word| ["exec", "run", "debug", "compose", "attach"].contains(&word.as_str()));
    (!is_quiet(name) || hands_on) && rest.iter().any(|word| feeds_interpreter(word))
}

/// Whether a stage only completes the command that it names with words from its input.
pub(super) fn completes_arguments(words: &[String]) -> bool {
    let name = words.first().map(|word| word.rsplit('/').next().unwrap_or(word));
    name == Some("xargs")
}

/// Whether a stage may keep the text it is fed in a file.
pub(super) fn keeps_text(words: &[String]) -> bool {
    words.iter().any(|word| ["tee", "sponge", "dd"].contains(&word.rsplit('/').next().unwrap_or(word)))
}

/// Programs that no word, option or setting makes run a program that is named among their words, and builtins and
/// words of the shell's grammar of which the same holds. kubectl, docker and the others with verbs are looked at by
/// their verb too. Who sorts (`--compress-program`), splits (`--filter`), archives or transfers is not here.
const QUIET: &[&str] = &[
    // The shell's own.
    ":",
    "[",
    "[[",
    "break",
    "cd",
    "continue",
    "declare",
    "echo",
    "exit",
    "export",
    "false",
    "for",
    "getopts",
    "jobs",
    "local",
    "popd",
    "printf",
    "pushd",
    "pwd",
    "read",
    "readonly",
    "return",
    "select",
    "shift",
    "test",
    "times",
    "true",
    "type",
    "typeset",
    "ulimit",
    "umask",
    "unset",
    "wait",
    // Text.
    "base64",
    "basename",
    "cat",
    "cksum",
    "cmp",
    "column",
    "comm",
    "cut",
    "diff",
    "dirname",
    "egrep",
    "expand",
    "expr",
    "factor",
    "fgrep",
    "fmt",
    "fold",
    "grep",
    "head",
    "hexdump",
    "join",
    "jq",
    "md5sum",
    "nl",
    "numfmt",
    "od",
    "paste",
    "printenv",
    "rev",
    "seq",
    "sha1sum",
    "sha256sum",
    "sha512sum",
    "sleep",
    "strings",
    "tac",
    "tail",
    "tee",
    "tr",
    "tsort",
    "unexpand",
    "uniq",
    "wc",
    "xxd",
    "yes",
    // Files.
    "chgrp",
    "chmod",
    "chown",
    "cp",
    "df",
    "du",
    "file",
    "ln",
    "ls",
    "mkdir",
    "mktemp",
    "mv",
    "readlink",
    "realpath",
    "rmdir",
    "stat",
    "sync",
    "touch",
    "tree",
    // The machine.
    "arch",
    "blkid",
    "cal",
    "date",
    "dmesg",
    "free",
    "groups",
    "hostname",
    "hostnamectl",
    "id",
    "ip",
    "journalctl",
    "lsblk",
    "lscpu",
    "lsmod",
    "lsof",
    "lspci",
    "lsusb",
    "netstat",
    "nproc",
    "pgrep",
    "pidof",
    "ps",
    "pstree",
    "ss",
    "systemctl",
    "timedatectl",
    "tty",
    "uname",
    "uptime",
    "users",
    "vmstat",
    "w",
    "whereis",
    "which",
    "who",
    "whoami",
    // Clusters and containers.
    "docker",
    "docker-compose",
    "helm",
    "kubectl",
    "terraform",
];

/// Programs that run others only by options; quiet when every option is harmless and all is spelled out.
const CAREFUL: &[&str] = &["find", "git", "sort"];

/// Whether a program runs nothing it is handed.
pub(super) fn is_quiet(name: &str) -> bool {
    QUIET.contains(&name)
}

/// Whether a program is quiet as long as its options are.
pub(super) fn is_careful(name: &str) -> bool {
    CAREFUL.contains(&name)
}

/// Programs that run the command that stands behind their own options.
const WRAPPERS: &[&str] = &[
    "builtin", "chrt", "command", "doas", "env", "exec", "ionice", "nice", "nohup", "setsid", "stdbuf", "sudo",
    "taskset", "time", "timeout",
];

/// Whether a command only says where another one lies: `which` in the shell's own words.
pub(super) fn only_asks(words: &[String]) -> bool {
    matches!(words, [command, option, ..] if command == "command" && (option == "-v" || option == "-V"))
}

/// The place where the command begins that wrappers such as `sudo` and `timeout` run; `None` where it cannot be told.
pub(super) fn peel(words: &[String], book: &RuleBook) -> Option<usize> {
    let mut place = 0;
    while words.get(place).and_then(|word| name(word)).is_some_and(|name| WRAPPERS.contains(&name)) {
        let mut after_option = false;
        loop {
            place += 1;
            let word = words.get(place)?;
            if word.contains(|c: char| c.is_whitespace() || "$`;|&()<>".contains(c)) {
                return None;
            }
            let known = name(word).is_some_and(|name| {
                is_quiet(name) || is_careful(name) || WRAPPERS.contains(&name) || book.program(name).is_some()
            });
            if known {
                break;
            }
            let option = word.starts_with('-') && word.len() > 1;
            // A word that is neither the value of an option, a number of seconds nor an assignment may be a program.
            let number = word.starts_with(|c: char| c.is_ascii_digit());
            if !(option || number || after_option || word.contains('=')) || feeds_interpreter(word) {
                return None;
            }
            after_option = option;
        }
    }
    Some(place)
}

/// The bare name of a program where its path says no more than the name.
pub(super) fn name(word: &str) -> Option<&str> {
    const PLACES: &[&str] = &["/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin"];
    match word.rsplit_once('/') {
        None => Some(word),
        Some((place, name)) => PLACES.contains(&place).then_some(name),
    }
}

/// Whether a value that was given to a variable names a program, so that the variable can become one.
pub(super) fn names_one(value: &str, book: &RuleBook) -> bool {
    value
        .split(|c: char| !(c.is_alphanumeric() || "-_.+".contains(c)))
        .any(|word| book.program(word).is_some() || feeds_interpreter(word) || floors::never_auto(word))
}
