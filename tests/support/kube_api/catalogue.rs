//! The kinds of objects this server knows.
//!
//! Owns their names, groups and subresources, from which discovery and routing both read. Knows no object.

/// One kind of object.
pub struct Kind {
    /// Empty for the core group.
    pub group: &'static str,
    pub version: &'static str,
    pub plural: &'static str,
    pub singular: &'static str,
    pub kind: &'static str,
    pub short: &'static [&'static str],
    pub scope: Scope,
    pub use_: Use,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    Cluster,
    Namespaced,
}

/// What a client may do with a kind.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Use {
    Stored,
    /// Stored, and shown by `kubectl get all`.
    StoredInAll,
    /// A question that is posted and answered, never kept.
    Review,
}

impl Kind {
    /// `v1` or `apps/v1`.
    pub fn group_version(&self) -> String {
        if self.group.is_empty() { self.version.to_owned() } else { format!("{}/{}", self.group, self.version) }
    }

    /// The name errors use: `pods`, `deployments.apps`.
    pub fn qualified(&self) -> String {
        if self.group.is_empty() { self.plural.to_owned() } else { format!("{}.{}", self.plural, self.group) }
    }

    /// Subresources as (name, group, version, kind, verbs).
    pub fn subresources(&self) -> &'static [Subresource] {
        match self.plural {
            "pods" => &[
                ("log", "", "v1", "Pod", &["get"]),
                ("status", "", "v1", "Pod", &["get"]),
                ("eviction", "policy", "v1", "Eviction", &["create"]),
            ],
            "deployments" | "replicasets" | "statefulsets" => {
                &[("scale", "autoscaling", "v1", "Scale", &["get", "patch", "update"])]
            }
            _ => &[],
        }
    }
}

pub type Subresource = (&'static str, &'static str, &'static str, &'static str, &'static [&'static str]);

const fn kind(
    (group, version): (&'static str, &'static str),
    (plural, singular, kind): (&'static str, &'static str, &'static str),
    short: &'static [&'static str],
    scope: Scope,
    use_: Use,
) -> Kind {
    Kind { group, version, plural, singular, kind, short, scope, use_ }
}

use Scope::{Cluster, Namespaced};
use Use::{Review, Stored, StoredInAll};

const CORE: (&str, &str) = ("", "v1");
const APPS: (&str, &str) = ("apps", "v1");
const BATCH: (&str, &str) = ("batch", "v1");
const AUTHORIZATION: (&str, &str) = ("authorization.k8s.io", "v1");
const AUTHENTICATION: (&str, &str) = ("authentication.k8s.io", "v1");

pub static KINDS: &[Kind] = &[
    kind(CORE, ("namespaces", "namespace", "Namespace"), &["ns"], Cluster, Stored),
    kind(CORE, ("nodes", "node", "Node"), &["no"], Cluster, Stored),
    kind(CORE, ("pods", "pod", "Pod"), &["po"], Namespaced, StoredInAll),
    kind(CORE, ("services", "service", "Service"), &["svc"], Namespaced, StoredInAll),
    kind(CORE, ("secrets", "secret", "Secret"), &[], Namespaced, Stored),
    kind(CORE, ("configmaps", "configmap", "ConfigMap"), &["cm"], Namespaced, Stored),
    kind(CORE, ("events", "event", "Event"), &["ev"], Namespaced, Stored),
    kind(CORE, ("endpoints", "endpoints", "Endpoints"), &["ep"], Namespaced, Stored),
    kind(CORE, ("serviceaccounts", "serviceaccount", "ServiceAccount"), &["sa"], Namespaced, Stored),
    kind(CORE, ("resourcequotas", "resourcequota", "ResourceQuota"), &["quota"], Namespaced, Stored),
    kind(CORE, ("limitranges", "limitrange", "LimitRange"), &["limits"], Namespaced, Stored),
    kind(CORE, ("persistentvolumes", "persistentvolume", "PersistentVolume"), &["pv"], Cluster, Stored),
    kind(
        CORE,
        ("persistentvolumeclaims", "persistentvolumeclaim", "PersistentVolumeClaim"),
        &["pvc"],
        Namespaced,
        Stored,
    ),
    kind(APPS, ("deployments", "deployment", "Deployment"), &["deploy"], Namespaced, StoredInAll),
    kind(APPS, ("replicasets", "replicaset", "ReplicaSet"), &["rs"], Namespaced, StoredInAll),
    kind(APPS, ("statefulsets", "statefulset", "StatefulSet"), &["sts"], Namespaced, StoredInAll),
    kind(APPS, ("daemonsets", "daemonset", "DaemonSet"), &["ds"], Namespaced, StoredInAll),
    kind(BATCH, ("jobs", "job", "Job"), &[], Namespaced, StoredInAll),
    kind(BATCH, ("cronjobs", "cronjob", "CronJob"), &["cj"], Namespaced, StoredInAll),
    kind(("networking.k8s.io", "v1"), ("ingresses", "ingress", "Ingress"), &["ing"], Namespaced, Stored),
    kind(("discovery.k8s.io", "v1"), ("endpointslices", "endpointslice", "EndpointSlice"), &[], Namespaced, Stored),
    kind(("coordination.k8s.io", "v1"), ("leases", "lease", "Lease"), &[], Namespaced, Stored),
    kind(
        AUTHORIZATION,
        ("selfsubjectaccessreviews", "selfsubjectaccessreview", "SelfSubjectAccessReview"),
        &[],
        Cluster,
        Review,
    ),
    kind(
        AUTHORIZATION,
        ("selfsubjectrulesreviews", "selfsubjectrulesreview", "SelfSubjectRulesReview"),
        &[],
        Cluster,
        Review,
    ),
    kind(AUTHENTICATION, ("selfsubjectreviews", "selfsubjectreview", "SelfSubjectReview"), &[], Cluster, Review),
];

/// The kind of a path: group, version and plural as they stand there.
pub fn at(group: &str, version: &str, plural: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.group == group && kind.version == version && kind.plural == plural)
}

/// The kind by any of the names kubectl takes.
pub fn named(name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| [kind.plural, kind.singular, kind.kind].contains(&name) || kind.short.contains(&name))
}

/// A kind this server's own code relies on.
pub fn known(plural: &str) -> &'static Kind {
    named(plural).unwrap_or_else(|| panic!("{plural} is not in the catalogue"))
}

/// The groups but core, each with its version, in order of their first kind.
pub fn groups() -> Vec<(&'static str, &'static str)> {
    let mut groups: Vec<_> = KINDS.iter().map(|kind| (kind.group, kind.version)).collect();
    groups.retain(|(group, _)| !group.is_empty());
    groups.dedup();
    groups
}
