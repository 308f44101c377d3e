//! What a child process may see of the environment, and what it is told instead.
//!
//! Owns the allow-list. Everything else stays behind: a variable like
//! `GIT_TRACE` or `LD_PRELOAD` turns a reading command into a writing one.

use std::collections::BTreeMap;

use super::SearchPath;

/// Passed on as they were at the start, when they were set.
const PASSED: &[&str] = &[
    "HOME",
    "USER",
    "LOGNAME",
    "LANG",
    "LANGUAGE",
    "TERM",
    "TZ",
    "KUBECONFIG",
    "DOCKER_HOST",
    "DOCKER_CONTEXT",
    "DOCKER_CONFIG",
    "DOCKER_TLS_VERIFY",
    "DOCKER_CERT_PATH",
    "HELM_KUBECONTEXT",
    "HELM_NAMESPACE",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "XDG_RUNTIME_DIR",
    "SSH_AUTH_SOCK",
];

/// Nothing may page, ask, open an editor or colour its output.
const FORCED: &[(&str, &str)] = &[
    ("DEVOPS_AGENT", "1"),
    ("GIT_EDITOR", "false"),
    ("GIT_OPTIONAL_LOCKS", "0"),
    ("GIT_PAGER", "cat"),
    ("GIT_TERMINAL_PROMPT", "0"),
    ("NO_COLOR", "1"),
    ("PAGER", "cat"),
    ("SYSTEMD_COLORS", "0"),
    ("SYSTEMD_PAGER", "cat"),
];

/// The whole environment of a child, sorted by name, with the frozen search path.
pub fn child_environment(environment: &BTreeMap<String, String>, search_path: &SearchPath) -> Vec<(String, String)> {
    let passed = |name: &str| PASSED.contains(&name) || name.starts_with("LC_");
    let mut child: BTreeMap<String, String> = environment
        .iter()
        .filter(|(name, _)| passed(name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    child.insert("PATH".to_owned(), search_path.joined());
    child.extend(FORCED.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    child.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn child_of(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        let environment = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        child_environment(&environment, &SearchPath::new("/usr/bin:relative::/bin", None))
    }

    #[test]
    fn variables_that_run_or_write_something_stay_behind() {
        let hostile =
            ["GIT_TRACE", "GIT_DIR", "LD_PRELOAD", "BASH_ENV", "EDITOR", "KUBE_EDITOR", "PYTHONSTARTUP", "LESSOPEN"];
        let pairs: Vec<(&str, &str)> = hostile.iter().map(|name| (*name, "/tmp/x")).collect();
        let child = child_of(&pairs);
        assert!(child.iter().all(|(_, value)| value != "/tmp/x"), "{child:?}");
    }

    #[test]
    fn the_person_s_locale_and_targets_are_passed_on() {
        let child =
            child_of(&[("LC_ALL", "C.UTF-8"), ("KUBECONFIG", "/k"), ("https_proxy", "http://p"), ("HOME", "/h")]);
        for name in ["LC_ALL", "KUBECONFIG", "https_proxy", "HOME"] {
            assert!(child.iter().any(|(key, _)| key == name), "{name} is missing");
        }
    }

    #[test]
    fn the_search_path_is_the_frozen_one_and_a_pager_cannot_be_chosen() {
        let child = child_of(&[("PATH", "/evil"), ("PAGER", "less"), ("GIT_PAGER", "less")]);
        assert!(child.contains(&("PATH".to_owned(), "/usr/bin:/bin".to_owned())));
        assert!(child.contains(&("PAGER".to_owned(), "cat".to_owned())));
        assert!(child.contains(&("GIT_PAGER".to_owned(), "cat".to_owned())));
        assert!(child.is_sorted());
    }
}
