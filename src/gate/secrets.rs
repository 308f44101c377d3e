//! Places where secrets lie, by their names: reading one asks, whatever the
//! program.
//!
//! Owns the names. Errs towards asking; what a file really holds is not looked at.

use crate::skill::Pattern;

/// A word that names such a place.
pub(super) fn place<'a>(program: &str, words: &'a [String]) -> Option<&'a str> {
    // These expand patterns themselves, and read what they find.
    let expands = ["git", "grep", "rg", "ag", "egrep", "fgrep", "zgrep"].contains(&program);
    let named = |word: &&String| {
        word.split(['=', ':', ',']).any(|part| is_secret(part) || (expands && could_name_a_secret(part)))
    };
    words.iter().skip(1).find(named).map(String::as_str)
}

/// Directories whose files are not for every eye, at any depth.
const DIRECTORIES: &[&str] = &[
    ".ssh",
    ".aws",
    ".kube",
    ".gnupg",
    ".azure",
    ".gcloud",
    "gcloud",
    ".oci",
    ".password-store",
    ".age",
    ".sops",
    ".terraform.d",
    ".minikube",
    "keyrings",
    ".mozilla",
    ".thunderbird",
    ".vault",
    "sudoers.d",
    "wireguard",
    "system-connections",
    ".secrets",
];

/// Files by their whole name, in a directory that is named too, or hidden, or a key.
const FILES: &[&str] = &[
    ".netrc",
    "_netrc",
    ".pgpass",
    ".npmrc",
    ".pypirc",
    ".git-credentials",
    ".my.cnf",
    ".mylogin.cnf",
    "shadow",
    "gshadow",
    "opasswd",
    "environ",
    "credentials",
    "kubeconfig",
    "id_rsa",
    "id_dsa",
    "id_ecdsa",
    "id_ed25519",
    "id_ed25519_sk",
    "id_ecdsa_sk",
    "auth.json",
    ".dockercfg",
    ".dockerconfigjson",
    "service-account.json",
    "sudoers",
    ".vault-token",
    ".htpasswd",
    ".boto",
    ".s3cfg",
    ".terraformrc",
    "terraform.rc",
    "credentials.tfrc.json",
    "kcore",
    "kmsg",
    ".rediscli_auth",
    "master.passwd",
    "wp-config.php",
    ".envrc",
    ".pgpassfile",
    ".gitlab-token",
    ".erlang.cookie",
];

/// Files by how their name begins.
const STEMS: &[&str] = &[
    "shadow-",
    "shadow.",
    "gshadow-",
    "id_rsa.",
    "id_ed25519.",
    "id_rsa_",
    "id_ed25519_",
    "credentials.",
    "kubeconfig.",
    ".env~",
    ".env-",
    ".env_",
    "client_secret",
    "service_account",
    "serviceaccount",
];

/// Files by how their name ends.
const ENDS: &[&str] = &[
    ".pem",
    ".key",
    ".p12",
    ".pfx",
    ".p8",
    ".jks",
    ".keystore",
    ".kdbx",
    ".kdb",
    ".ppk",
    ".keytab",
    ".tfstate",
    ".tfstate.backup",
    ".tfvars",
    ".tfvars.json",
    ".ovpn",
    ".age",
    "_history",
    ".agekey",
    ".pkcs12",
    ".env",
];

/// Pieces of a path.
const PIECES: &[&str] = &[
    "/run/secrets/",
    "/serviceaccount/token",
    "/etc/kubernetes/",
    "k3s.yaml",
    ".git/config",
    "/etc/ssl/private",
    "/etc/letsencrypt/",
    "/var/lib/kubelet",
    "/etc/openvpn",
    ".config/gh/",
    ".config/hub",
    ".config/doctl",
    ".config/op/",
    ".cargo/credentials",
    ".gem/credentials",
    ".m2/settings",
    ".config/google-chrome",
    ".config/chromium",
    ".config/rclone",
    "/etc/krb5",
    ".fly/",
    "/etc/security/opasswd",
    "/dev/mem",
    "/dev/kmem",
    "/dev/port",
    ".docker/config.json",
];

/// What patterns are tried on.
const SAMPLES: &[&str] = &[
    ".env",
    ".env.local",
    "id_rsa",
    "id_ed25519",
    "server.pem",
    "server.key",
    ".netrc",
    ".npmrc",
    "credentials",
    "kubeconfig",
    ".git-credentials",
    ".bash_history",
    "terraform.tfstate",
    ".ssh",
    ".aws",
    ".kube",
];

fn is_secret(path: &str) -> bool {
    if path.starts_with("/dev/tcp") || path.starts_with("/dev/udp") {
        return true;
    }
    let lower = path.to_ascii_lowercase();
    if lower.split('/').any(|component| DIRECTORIES.contains(&component)) {
        return true;
    }
    let name = lower.rsplit('/').next().unwrap_or_default();
    let placed = lower.contains('/');
    let whole = FILES.contains(&name) && (placed || name.starts_with('.') || name.starts_with("id_"));
    let stemmed = STEMS.iter().any(|stem| name.starts_with(stem))
        && !name.ends_with(".pub")
        && (placed || name.starts_with('.') || name.starts_with("id_") || name.ends_with(".json"));
    let environment = name.starts_with(".env.")
        && ![".example", ".sample", ".template", ".dist"].iter().any(|end| name.ends_with(end));
    whole
        || stemmed
        || environment
        || ENDS.iter().any(|end| name.ends_with(end))
        || PIECES.iter().any(|piece| lower.contains(piece))
}

/// Whether a pattern the program expands could name a secret: more than a star, and one of the samples fits.
fn could_name_a_secret(path: &str) -> bool {
    if !path.contains(['*', '?', '[']) {
        return false;
    }
    path.to_ascii_lowercase().split('/').any(|component| {
        // A set of letters is any letter here, and so is a single one.
        let mut form = String::new();
        let mut in_set = false;
        for character in component.chars() {
            match character {
                '[' => in_set = true,
                ']' if in_set => {
                    in_set = false;
                    form.push('*');
                }
                '?' => form.push('*'),
                _ if in_set => {}
                other => form.push(other),
            }
        }
        let literal = form.chars().any(|character| character != '*');
        literal
            && form.contains('*')
            && Pattern::parse(&form, true).is_ok_and(|form| SAMPLES.iter().any(|sample| form.fits(sample)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_of_secrets_are_known_in_every_spelling() {
        for path in [
            "/root/.ssh/id_rsa",
            "../.aws/credentials",
            ".env",
            "x/.env.production",
            "cert.PEM",
            "/proc/1/environ",
            "HEAD:.env",
            "--file=/home/a/.kube/config",
            "/etc/shadow",
            "~/.docker/config.json",
            "/dev/tcp/1.2.3.4/80",
            "/etc/letsencrypt/live/a/privkey.pem",
            "/root/.bash_history",
            "/proc/kcore",
            ".config/gh/hosts.yml",
            "prod.tfvars",
        ] {
            assert!(place("cat", &["cat".into(), path.into()]).is_some(), "{path}");
        }
        for path in [
            "README.md",
            ".env.example",
            "src/environ.rs",
            "app=credentials",
            "shadow",
            "docs/key.md",
            "src/memory.rs",
            "environment.md",
            "/etc/hosts",
        ] {
            assert_eq!(place("cat", &["cat".into(), path.into()]), None, "{path}");
        }
    }

    #[test]
    fn a_pattern_that_a_program_expands_is_tried_on_the_names_of_secrets() {
        for path in [".en*", "*.pem", "config/.e?v", "id_[re]*", "*/.ssh/*"] {
            assert!(place("git", &["git".into(), path.into()]).is_some(), "{path}");
        }
        for path in ["*.rs", "*", "src/**", "docs/*.md", "a[0-9].txt", "*.y*ml"] {
            assert_eq!(place("git", &["git".into(), path.into()]), None, "{path}");
        }
        assert_eq!(place("ls", &["ls".into(), ".en*".into()]), None);
    }
}
