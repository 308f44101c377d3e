//! Rules built into the gate, which no file can lower.

use super::canonical::Call;
use crate::domain::Tier;
use crate::skill::Profile;

/// Programs that run other programs, edit, page or reach hosts: never automatic, whatever a file says.
const NEVER_AUTO: &[&str] = &[
    "sh",
    "bash",
    "zsh",
    "dash",
    "ksh",
    "fish",
    "csh",
    "tcsh",
    "ash",
    "busybox",
    "pwsh",
    "python",
    "python2",
    "python3",
    "perl",
    "ruby",
    "node",
    "deno",
    "bun",
    "php",
    "lua",
    "tclsh",
    "awk",
    "gawk",
    "mawk",
    "nawk",
    "sudo",
    "doas",
    "su",
    "env",
    "nice",
    "ionice",
    "nohup",
    "timeout",
    "stdbuf",
    "setsid",
    "xargs",
    "parallel",
    "watch",
    "chroot",
    "flock",
    "unshare",
    "nsenter",
    "strace",
    "gdb",
    "make",
    "vi",
    "vim",
    "nvim",
    "nano",
    "emacs",
    "ed",
    "less",
    "more",
    "man",
    "curl",
    "wget",
    "nc",
    "ncat",
    "netcat",
    "socat",
    "ssh",
    "scp",
    "sftp",
    "rsync",
    "telnet",
    "ftp",
    "at",
    "batch",
    "crontab",
    "systemd-run",
    "screen",
    "tmux",
    "script",
    "expect",
    "osascript",
];

/// Whether a program may never run by itself.
pub(crate) fn never_auto(program: &str) -> bool {
    NEVER_AUTO.contains(&program)
}

/// `kubectl get secret` in a form that prints what is in it.
pub(crate) fn prints_kubernetes_secrets(call: &Call) -> bool {
    if call.program != "kubectl" {
        return false;
    }
    if call.path.first().map(String::as_str) == Some("describe") {
        // describe hides what a Secret holds and prints what a ConfigMap does.
        return call.operands.iter().flat_map(|operand| operand.split(',')).any(|kind| {
            let kind = kind.split(['/', '.']).next().unwrap_or_default();
            ["configmap", "configmaps", "cm"].contains(&kind.to_ascii_lowercase().as_str())
        });
    }
    if call.path.first().map(String::as_str) != Some("get") {
        return false;
    }
    let names_secret = call.operands.iter().any(|operand| {
        operand.split(',').any(|kind| {
            let kind = kind.split(['/', '.']).next().unwrap_or_default().to_ascii_lowercase();
            kind == "secret" || kind == "secrets" || kind == "configmap" || kind == "configmaps" || kind == "cm"
        })
    });
    names_secret
        && call.options.iter().any(|option| {
            matches!(option.name.as_str(), "-o" | "--output")
                && !matches!(option.value.as_deref(), Some("name" | "wide"))
        })
}

/// Whether a command's operands are another command.
pub(crate) fn hands_on(call: &Call, profile: &Profile) -> bool {
    let verb = |path: &String| {
        path.split_whitespace().eq(call.path.iter().take(path.split_whitespace().count()).map(String::as_str))
    };
    profile.hands_on.iter().any(verb)
}

/// Forms of a command that only its operands tell: the tier, the floor's name, and why.
pub(crate) fn by_operands(call: &Call, words: &[String]) -> Option<(Tier, &'static str, &'static str)> {
    let verb = call.path.first().map(String::as_str);
    let operand = |fits: &dyn Fn(&str) -> bool| call.operands.iter().any(|operand| fits(operand));
    match (call.program.as_str(), verb) {
        // git-push(1): `+` forces one refspec, an empty source deletes what stands behind the colon.
        ("git", Some("push")) if operand(&|operand| operand.starts_with(['+', ':'])) => {
            Some((Tier::Destructive, "refspec", "the refspec forces or deletes a branch on the other side"))
        }
        ("git", Some("checkout")) if words.iter().any(|word| word == "--") || operand(&|operand| operand == ".") => {
            Some((Tier::Destructive, "checkout-paths", "it throws away what was changed in these files"))
        }
        // kubectl and helm read templates from local files through these.
        ("kubectl", _)
            if call.options.iter().any(|option| option.value.as_ref().is_some_and(|value| value.contains("-file"))) =>
        {
            Some((Tier::Approval, "template-file", "the output form is read from a file"))
        }
        // More words are options of ps on the host, which can print environments.
        ("docker", Some("top")) if call.operands.len() > 1 => {
            Some((Tier::Approval, "ps-options", "what follows the container is given to ps as it is"))
        }
        // A host name in a filter is looked up.
        ("ss", _) if operand(&|operand| operand.contains('.') && operand.chars().any(|c| c.is_ascii_alphabetic())) => {
            Some((Tier::Approval, "chosen-host", "it looks up a host that was chosen here"))
        }
        // A name is looked up before it is pinged: whoever serves the name learns what it says.
        ("ping", _) if operand(&|operand| !is_numeric_or_local(operand)) => {
            Some((Tier::Approval, "chosen-host", "it reaches a host that was chosen here"))
        }
        _ => None,
    }
}

/// `localhost`, or an address: digits and dots, or with a colon the hexadecimal digits too. No name looks so.
fn is_numeric_or_local(host: &str) -> bool {
    let fits = |byte: u8| byte == b'.' || byte.is_ascii_digit();
    let colon = host.contains(':');
    host == "localhost" || host.bytes().all(|byte| fits(byte) || (colon && (byte == b':' || byte.is_ascii_hexdigit())))
}

/// Settings a clean git is told, so that a repository cannot make a reading command run programs.
/// Source: git-config(1), GIT_CONFIG_COUNT.
pub(crate) fn git_hardening() -> Vec<(String, String)> {
    let settings = [
        ("core.fsmonitor", "false"),
        ("core.hooksPath", "/dev/null"),
        ("safe.bareRepository", "explicit"),
        ("protocol.ext.allow", "never"),
        ("diff.submodule", "short"),
        ("submodule.recurse", "false"),
        ("fetch.recurseSubmodules", "false"),
        ("gc.auto", "0"),
        ("maintenance.auto", "false"),
        ("http.saveCookies", "false"),
        ("log.showSignature", "false"),
        ("gpg.program", "false"),
        ("gpg.openpgp.program", "false"),
        ("gpg.ssh.program", "false"),
        ("gpg.x509.program", "false"),
    ];
    let mut all = vec![
        // What is missing is not fetched from wherever the repository says.
        ("GIT_NO_LAZY_FETCH".to_owned(), "1".to_owned()),
        ("GIT_CONFIG_COUNT".to_owned(), settings.len().to_string()),
    ];
    for (index, (key, value)) in settings.iter().enumerate() {
        all.push((format!("GIT_CONFIG_KEY_{index}"), (*key).to_owned()));
        all.push((format!("GIT_CONFIG_VALUE_{index}"), (*value).to_owned()));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_to_reach_is_told_from_an_address() {
        assert!(is_numeric_or_local("10.0.0.1") && is_numeric_or_local("::1") && is_numeric_or_local("localhost"));
        assert!(!is_numeric_or_local("secret.example.org") && !is_numeric_or_local("localhost.example.org"));
    }
}
