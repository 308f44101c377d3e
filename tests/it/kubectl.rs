//! Real kubectl against the tests' own API server, through the real binary.

use std::fs;

use serde_json::{Value, json};

use super::support::home::{Home, headings};
use super::support::kube_api::KubeApi;
use super::support::pty::{Key, until};
use super::support::real;
use super::support::screen::{agree, asked, idle, open};

/// A cluster, and a home whose kubectl talks to it.
struct Cluster {
    api: KubeApi,
    place: Home,
}

impl Cluster {
    /// `None` where there is no kubectl; the reason has been printed.
    fn start() -> Option<Cluster> {
        real::program("kubectl")?;
        let api = KubeApi::start();
        let place = Home::new();
        let kubeconfig = place.home.join("kubeconfig");
        api.write_kubeconfig(&kubeconfig);
        Some(Cluster { api, place: place.var("KUBECONFIG", kubeconfig.to_str().unwrap()) })
    }

    /// The object that `ask --json` prints; the exit code must be this.
    fn asked(&self, code: i32, args: &[&str]) -> Value {
        let ran = self.place.run(&[&["ask", "--json"], args].concat());
        assert_eq!(ran.code, code, "{ran:?}");
        ran.json()
    }

    fn changes(&self) -> Vec<String> {
        self.api.requests().into_iter().filter(|request| !request.starts_with("GET ")).collect()
    }
}

#[test]
fn pods_are_listed_and_counted() {
    let Some(cluster) = Cluster::start() else { return };
    let ran = cluster.place.run(&["ask", "list the pods in production"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stderr.contains("→  kubectl --context test-cluster get pods -n production"), "{}", ran.stderr);
    assert!(ran.stderr.contains("CrashLoopBackOff") && ran.stderr.contains("api-7d4fa"), "{}", ran.stderr);
    assert!(ran.stderr.contains("[auto-executing — read-only per kubectl/SKILL.md (kubectl get *, line"), "{ran:?}");
    assert!(ran.stdout.contains("api-7d4f9"), "the answer names what is wrong: {}", ran.stdout);
    assert_eq!(cluster.changes(), [] as [String; 0]);
}

#[test]
fn the_log_of_a_crash_is_read() {
    let Some(cluster) = Cluster::start() else { return };
    let told = cluster.asked(0, &["show the previous logs of pod api-7d4f9 in production"]);
    let command = &told["commands"][0];
    assert_eq!(command["command"], "kubectl --context test-cluster logs api-7d4f9 --previous -n production");
    assert_eq!(command["stdout"], "java.lang.OutOfMemoryError: Java heap space\nKilled\n");
    assert!(told["answer"].as_str().unwrap().contains("2 look like errors"), "{told}");
}

#[test]
fn json_tells_all_that_ran() {
    let Some(cluster) = Cluster::start() else { return };
    let told = cluster.asked(0, &["kubectl --context test-cluster get pods -n production -o name"]);
    let fields: Vec<&String> = told.as_object().unwrap().keys().collect();
    assert_eq!(fields, ["session", "answer", "question", "commands"]);
    let mut command = told["commands"][0].clone();
    assert!(command["duration_ms"].is_u64());
    command["duration_ms"] = json!(0);
    let wanted = json!({
        "command": "kubectl --context test-cluster get pods -n production -o name", "tier": "auto", "decision": "auto", "exit_code": 0,
        "stdout": "pod/api-7d4f9\npod/api-7d4fa\npod/api-7d4fb\n", "stderr": "", "duration_ms": 0,
    });
    assert_eq!(command, wanted);
}

#[test]
fn scaling_waits_for_consent_and_yes_gives_it() {
    let Some(cluster) = Cluster::start() else { return };
    let refused = cluster.asked(3, &["scale the deployment web to 5 replicas"]);
    assert_eq!(refused["commands"][0]["decision"], "refused");
    assert_eq!(refused["commands"][0]["tier"], "approval");
    assert_eq!(cluster.api.replicas("default", "web"), Some(2));
    let approved = cluster.asked(0, &["--yes", "scale the deployment web to 5 replicas"]);
    assert_eq!(approved["commands"][0]["command"], "kubectl --context test-cluster scale deployment/web --replicas=5");
    assert_eq!(approved["commands"][0]["decision"], "approved");
    assert!(approved["commands"][0]["stdout"].as_str().unwrap().contains("scaled"), "{approved}");
    assert_eq!(cluster.api.replicas("default", "web"), Some(5));
}

#[test]
fn deleting_is_refused_without_a_person_whatever_the_flags() {
    let Some(cluster) = Cluster::start() else { return };
    for flags in [vec![], vec!["--yes"]] {
        let told = cluster.asked(3, &[flags, vec!["delete the pod api-7d4fa in production"]].concat());
        let command = &told["commands"][0];
        assert_eq!(command["command"], "kubectl --context test-cluster delete pod api-7d4fa -n production");
        assert_eq!((&command["tier"], &command["decision"]), (&json!("destructive"), &json!("refused")));
        assert_eq!(command["exit_code"], Value::Null);
    }
    assert!(cluster.api.has("pod", "production", "api-7d4fa"));
    assert_eq!(cluster.changes(), [] as [String; 0]);
}

#[test]
fn deleting_a_namespace_wants_its_name() {
    let Some(cluster) = Cluster::start() else { return };
    let mut terminal = cluster.place.terminal(&["ask", "delete the namespace production"]);
    terminal.wait_for_text(">>>");
    assert!(terminal.text().contains("Tier:       Destructive"), "{}", terminal.text());
    terminal.enter("yes");
    terminal.wait_for(|screen| screen.matches(">>>").count() == 2, "a second prompt");
    assert!(cluster.api.has("namespace", "", "production"));
    terminal.enter("production");
    assert_eq!(terminal.wait_exit(), 0, "{}", terminal.text());
    assert!(!cluster.api.has("namespace", "", "production"));
}

#[test]
fn all_pods_are_named_before_they_go() {
    let Some(cluster) = Cluster::start() else { return };
    let told = cluster.asked(3, &["delete all pods in production"]);
    let commands: Vec<&str> =
        told["commands"].as_array().unwrap().iter().map(|command| command["command"].as_str().unwrap()).collect();
    let wanted = [
        "kubectl --context test-cluster get pods -n production -o name",
        "kubectl --context test-cluster delete pod/api-7d4f9 pod/api-7d4fa pod/api-7d4fb -n production",
    ];
    assert_eq!(commands, wanted);
    assert_eq!(cluster.changes(), [] as [String; 0]);
}

#[test]
fn what_is_not_there_is_told_in_the_server_s_words_with_a_hint() {
    let Some(cluster) = Cluster::start() else { return };
    let told = cluster.asked(0, &["show the pod nosuch"]);
    assert_eq!(told["commands"][0]["exit_code"], 1);
    let answer = told["answer"].as_str().unwrap();
    assert!(answer.contains("pods \"nosuch\" not found") && answer.contains("kubectl get <kind> -A"), "{answer}");
}

#[test]
fn what_is_forbidden_is_told_in_the_server_s_words_with_a_hint() {
    let Some(cluster) = Cluster::start() else { return };
    let told = cluster.asked(0, &["list the pods in the namespace forbidden"]);
    assert_eq!(told["commands"][0]["exit_code"], 1);
    let answer = told["answer"].as_str().unwrap();
    assert!(answer.contains("is forbidden") && answer.contains("kubectl auth can-i --list"), "{answer}");
}

#[test]
fn a_cluster_that_is_gone_is_told_with_a_hint() {
    let Some(cluster) = Cluster::start() else { return };
    let Cluster { api, place } = cluster;
    drop(api);
    let ran = place.run(&["ask", "list the pods"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stdout.contains("refused"), "{}", ran.stdout);
}

#[test]
fn the_workbench_says_which_cluster_and_namespace() {
    let Some(cluster) = Cluster::start() else { return };
    let mut terminal = open(&cluster.place);
    terminal.wait_for_text("kube test-cluster/default");
    terminal.enter("list the pods");
    terminal.wait_for_text("web-");
    terminal.wait_for_text("[session_001 · default]");
    terminal.enter("delete the deployment web");
    let dialog = asked(&terminal);
    assert!(dialog.contains("Command:    kubectl --context test-cluster delete deployment web"), "{dialog}");
    assert!(dialog.contains("kube test-cluster/default"), "{dialog}");
    assert!(dialog.contains("DESTRUCTIVE OPERATION"), "{dialog}");
    terminal.press(Key::Esc);
    terminal.wait_for_text("(original / alt1 / alt2 / skip)");
    terminal.enter("skip");
    terminal.wait_for_text("I did not run");
    assert!(cluster.api.has("deployment", "default", "web"));
    idle(&terminal);
}

#[test]
fn a_deletion_that_a_person_typed_yes_to_is_done() {
    let Some(cluster) = Cluster::start() else { return };
    let mut terminal = open(&cluster.place);
    terminal.enter("delete the pod api-7d4fa in production");
    agree(&mut terminal, "y");
    terminal.wait_for_text("type a whole word");
    assert!(cluster.api.has("pod", "production", "api-7d4fa"));
    agree(&mut terminal, "yes");
    terminal.wait_for_text("✓");
    assert!(!cluster.api.has("pod", "production", "api-7d4fa"));
    idle(&terminal);
    let log = cluster.place.log(0);
    assert_eq!(headings(&log)[..2], ["HUMAN — REQUEST", "APPROVAL REQUEST"], "{log}");
}

#[test]
fn a_look_that_runs_what_others_wrote_asks_above_the_question_and_leaves_it_open() {
    let Some(cluster) = Cluster::start() else { return };
    let overlay = cluster.place.project.join("overlay");
    fs::create_dir(&overlay).unwrap();
    fs::write(overlay.join("kustomization.yaml"), "resources: [cache.yaml]\n").unwrap();
    fs::write(
        overlay.join("cache.yaml"),
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: cache\n  namespace: default\ndata:\n  size: big\n",
    )
    .unwrap();
    let mut terminal = open(&cluster.place);
    terminal.enter("kubectl apply -k overlay");
    let dialog = asked(&terminal);
    assert!(dialog.contains("Look first: kubectl diff -k overlay (Tab)"), "{dialog}");
    // No to the look leaves the question as it was.
    terminal.press(Key::Tab);
    terminal.wait_for_text("Shows what `kubectl --context test-cluster apply -k overlay`");
    agree(&mut terminal, "no");
    terminal.wait_for_text("was not run");
    let dialog = asked(&terminal);
    assert!(dialog.contains("apply -k overlay"), "{dialog}");
    terminal.press(Key::Tab);
    terminal.wait_for_text("Shows what `kubectl --context test-cluster apply -k overlay`");
    agree(&mut terminal, "y");
    terminal.wait_for_text("+  size: big");
    assert!(!cluster.api.has("configmap", "default", "cache"));
    agree(&mut terminal, "y");
    until(|| cluster.api.has("configmap", "default", "cache"), "the map");
    idle(&terminal);
}
