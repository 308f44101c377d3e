//! What the things are called that a command lists.
//!
//! Owns the spellings of kubectl's kinds, and where in a command line the kind
//! stands. What it does not know is a row.

use super::last_part;

/// One of them, and several.
pub(in crate::output) type Noun = (&'static str, &'static str);

/// What it is called when nothing better is known.
pub(super) const ROW: Noun = ("row", "rows");

/// Options of kubectl whose value stands behind them as a word of its own.
const VALUED: [&str; 11] = [
    "-n",
    "--namespace",
    "-l",
    "--selector",
    "-o",
    "--output",
    "--context",
    "--kubeconfig",
    "--sort-by",
    "--field-selector",
    "-L",
];

/// What a row of `kubectl get` is: the spellings of a resource, one, many.
const RESOURCES: [(&[&str], &str, &str); 19] = [
    (&["po", "pod", "pods"], "pod", "pods"),
    (&["deploy", "deployment", "deployments"], "deployment", "deployments"),
    (&["svc", "service", "services"], "service", "services"),
    (&["no", "node", "nodes"], "node", "nodes"),
    (&["ns", "namespace", "namespaces"], "namespace", "namespaces"),
    (&["rs", "replicaset", "replicasets"], "replica set", "replica sets"),
    (&["sts", "statefulset", "statefulsets"], "stateful set", "stateful sets"),
    (&["ds", "daemonset", "daemonsets"], "daemon set", "daemon sets"),
    (&["job", "jobs"], "job", "jobs"),
    (&["cj", "cronjob", "cronjobs"], "cron job", "cron jobs"),
    (&["ing", "ingress", "ingresses"], "ingress", "ingresses"),
    (&["cm", "configmap", "configmaps"], "config map", "config maps"),
    (&["secret", "secrets"], "secret", "secrets"),
    (&["pv", "persistentvolume", "persistentvolumes"], "volume", "volumes"),
    (&["pvc", "persistentvolumeclaim", "persistentvolumeclaims"], "volume claim", "volume claims"),
    (&["ev", "event", "events"], "event", "events"),
    (&["ep", "endpoints"], "endpoints object", "endpoints objects"),
    (&["sa", "serviceaccount", "serviceaccounts"], "service account", "service accounts"),
    (&["hpa", "horizontalpodautoscaler", "horizontalpodautoscalers"], "autoscaler", "autoscalers"),
];

/// What a command lists.
pub(in crate::output) fn of(command: &str) -> Noun {
    let mut takes_value = false;
    let words: Vec<&str> = last_part(command)
        .into_iter()
        .filter(|word| {
            let is_value = std::mem::replace(&mut takes_value, VALUED.contains(word));
            !is_value && !word.starts_with('-') && *word != "sudo"
        })
        .collect();
    let Some((tool, words)) = words.split_first() else { return ROW };
    match (tool.rsplit('/').next().unwrap_or(tool), words) {
        ("kubectl", ["events", ..]) => ("event", "events"),
        ("kubectl", ["get" | "top", kinds, ..]) => of_kind(kinds.split(['.', '/']).next().unwrap_or_default()),
        ("docker" | "podman", ["ps" | "container" | "compose" | "stats", ..]) => ("container", "containers"),
        ("docker" | "podman", ["images" | "image", ..]) => ("image", "images"),
        ("docker" | "podman", ["volume", ..]) => ("volume", "volumes"),
        ("docker" | "podman", ["network", ..]) => ("network", "networks"),
        ("ps", _) => ("process", "processes"),
        ("helm", ["list" | "ls", ..]) => ("release", "releases"),
        _ => ROW,
    }
}

/// What a kind is called, in any of its spellings: `po`, `pods`, `Pod`.
pub(super) fn of_kind(kind: &str) -> Noun {
    let kind = kind.to_ascii_lowercase();
    let known = RESOURCES.iter().find(|(spellings, ..)| spellings.contains(&kind.as_str()));
    known.map_or(ROW, |(_, one, many)| (one, many))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_stands_behind_the_verb_wherever_options_stand() {
        assert_eq!(of("kubectl -n events get pods -A"), ("pod", "pods"));
        assert_eq!(of("sudo kubectl get -n events deploy/api"), ("deployment", "deployments"));
        assert_eq!(of("kubectl top no"), ("node", "nodes"));
        assert_eq!(of("kubectl get certificates.cert-manager.io"), ROW);
        assert_eq!(of("/usr/bin/docker stats --no-stream"), ("container", "containers"));
    }
}
