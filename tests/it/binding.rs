//! What a permission rests on, in the real world: clusters, Docker contexts, files, programs and the directory, each
//! changed between the question and the answer, or between the answer and the start.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use devops_agent::bus::Event;
use devops_agent::domain::{Action, ApprovalRequest, AskedKind, At, Decision, Exit};
use devops_agent::exec::{self, Supervisor};
use devops_agent::gate::{Answered, Cleared, Pending, Replies, RuleBook, Standing, judge};
use devops_agent::probe::Probe;
use devops_agent::skill::parse;

use super::support::front::Front;
use super::support::home::{Home, PROGRAM};
use super::support::kube_api::KubeApi;
use super::support::real;
use super::support::screen::{agree, asked, leave_it, open};

/// Skills that tie kubectl and docker to what is shown.
const KUBECTL: &str = include_str!("../../skills/kubectl/SKILL.md");

/// Two clusters and a kubeconfig that knows both.
pub struct Clusters {
    pub blue: KubeApi,
    pub green: KubeApi,
    pub kubeconfig: PathBuf,
    pub place: Home,
}

impl Clusters {
    /// `None` where there is no kubectl; the reason has been printed.
    pub fn start() -> Option<Clusters> {
        real::program("kubectl")?;
        let place = Home::new();
        let kubeconfig = place.home.join("kubeconfig");
        let place = place.var("KUBECONFIG", kubeconfig.to_str().unwrap());
        let clusters = Clusters { blue: KubeApi::start(), green: KubeApi::start(), kubeconfig, place };
        clusters.switch("blue");
        Some(clusters)
    }

    /// Makes this the current context, as `kubectl config use-context` does.
    pub fn switch(&self, context: &str) {
        self.write(context, &self.blue.url(), "default");
    }

    /// Writes the kubeconfig: the current context, and where blue is.
    pub fn write(&self, current: &str, blue: &str, namespace: &str) {
        write_kubeconfig(
            &self.kubeconfig,
            current,
            &[("blue", blue, namespace), ("green", &self.green.url(), "default")],
        );
    }
}

pub fn write_kubeconfig(path: &Path, current: &str, contexts: &[(&str, &str, &str)]) {
    let mut text = format!(
        "apiVersion: v1\nkind: Config\ncurrent-context: {current:?}\nusers:\n- name: tester\n  user: {{token: not-a-secret}}\n"
    );
    text.push_str("clusters:\n");
    for (name, server, _) in contexts {
        text.push_str(&format!("- name: {name:?}\n  cluster: {{server: {server:?}}}\n"));
    }
    text.push_str("contexts:\n");
    for (name, _, namespace) in contexts {
        text.push_str(&format!(
            "- name: {name:?}\n  context: {{cluster: {name:?}, user: tester, namespace: {namespace:?}}}\n"
        ));
    }
    fs::write(path, text).unwrap();
}

/// A screen as running text, whatever was wrapped or framed.
pub fn flat(screen: &str) -> String {
    screen.replace('║', " ").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn executable(path: &Path, text: &str) {
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

fn started(event: &Event) -> bool {
    matches!(event, Event::Started { .. })
}

/// Says it, changes the world under the question, agrees: the second question, which says what changed.
async fn asked_again(front: &mut Front, request: &str, change: impl FnOnce(), words: &str) -> ApprovalRequest {
    front.say(request).await;
    let first = front.approval().await;
    assert_eq!(first.asked, None);
    change();
    front.reply(&first, "yes").await;
    let second = front.approval().await;
    let asked = second.asked.clone().unwrap_or_else(|| panic!("{second:?}"));
    assert_eq!(asked.kind, AskedKind::Changed, "{request}");
    assert!(asked.text.contains(words), "{request}: {}", asked.text);
    assert_ne!(second.digest, first.digest);
    assert!(!front.heard.iter().any(started), "{request}: something ran");
    second
}

async fn declined(front: &mut Front, request: &ApprovalRequest) {
    front.reply(request, "no").await;
    let report = front.report().await;
    assert_eq!((report.decision, report.exit), (Decision::Denied, None));
    front.leaves_it().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unchanged_world_runs_at_the_first_yes() {
    let Some(clusters) = Clusters::start() else { return };
    let mut front = Front::start(&clusters.place).await;
    front.say("kubectl scale deployment/web --replicas=5").await;
    let request = front.approval().await;
    front.reply(&request, "yes").await;
    assert_eq!(front.report().await.decision, Decision::Approved);
    front.idle().await;
    let questions = front.heard.iter().filter(|event| matches!(event, Event::ApprovalRequested(_))).count();
    assert_eq!(questions, 1);
    assert_eq!(clusters.blue.replicas("default", "web"), Some(5));
    front.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_context_that_was_switched_during_the_question_is_asked_about_again_and_reaches_no_cluster() {
    let Some(clusters) = Clusters::start() else { return };
    let mut front = Front::start(&clusters.place).await;
    let change = || clusters.switch("green");
    let line = "kubectl scale deployment/web --replicas=5";
    let second =
        asked_again(&mut front, line, change, "the Kubernetes context blue (namespace default) has changed").await;
    declined(&mut front, &second).await;
    front.close().await;
    assert_eq!(clusters.blue.requests(), [] as [String; 0]);
    assert_eq!(clusters.green.requests(), [] as [String; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_never_shows_one_cluster_and_names_another() {
    let Some(clusters) = Clusters::start() else { return };
    let mut front = Front::start(&clusters.place).await;
    let change = || clusters.switch("green");
    let line = "kubectl scale deployment/web --replicas=5";
    let second = asked_again(&mut front, line, change, "has changed").await;
    let shown = second.place.kube_context.clone().unwrap();
    let named = format!("--context {shown}");
    assert!(second.announcement.command.contains(&named), "{} under {shown}", second.announcement.command);
    front.reply(&second, "yes").await;
    assert!(front.report().await.succeeded());
    let (blue, green) = (clusters.blue.replicas("default", "web"), clusters.green.replicas("default", "web"));
    assert_eq!((blue, green), if shown == "blue" { (Some(5), Some(2)) } else { (Some(2), Some(5)) });
    front.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_server_or_namespace_behind_the_same_name_is_asked_about_again() {
    let Some(clusters) = Clusters::start() else { return };
    let mut front = Front::start(&clusters.place).await;
    let (blue, green) = (clusters.blue.url(), clusters.green.url());
    for (server, namespace) in [(&green, "default"), (&blue, "production")] {
        clusters.switch("blue");
        let change = || clusters.write("blue", server, namespace);
        let second = asked_again(&mut front, "kubectl scale deployment/web --replicas=5", change, "context blue").await;
        declined(&mut front, &second).await;
    }
    front.close().await;
    assert_eq!(clusters.blue.requests(), [] as [String; 0]);
    assert_eq!(clusters.green.requests(), [] as [String; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_context_named_in_the_line_is_held_to_its_server_and_not_to_the_current_one() {
    let Some(clusters) = Clusters::start() else { return };
    let mut front = Front::start(&clusters.place).await;
    clusters.switch("green");
    let line = "kubectl --context blue scale deployment/web --replicas=5";
    let green = clusters.green.url();
    let second = asked_again(&mut front, line, || clusters.write("green", &green, "default"), "blue").await;
    declined(&mut front, &second).await;
    front.close().await;
    assert_eq!(clusters.green.requests(), [] as [String; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_change_after_the_second_question_asks_a_third_time() {
    let Some(clusters) = Clusters::start() else { return };
    let mut front = Front::start(&clusters.place).await;
    let change = || clusters.switch("green");
    let second = asked_again(&mut front, "kubectl scale deployment/web --replicas=5", change, "has changed").await;
    clusters.write("blue", &clusters.green.url(), "default");
    front.reply(&second, "yes").await;
    let third = front.approval().await;
    assert_eq!(third.asked.as_ref().map(|asked| asked.kind), Some(AskedKind::Changed));
    assert_ne!(third.digest, second.digest);
    declined(&mut front, &third).await;
    front.close().await;
    assert_eq!(clusters.green.requests(), [] as [String; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_answer_to_the_first_question_does_not_answer_the_second() {
    let Some(clusters) = Clusters::start() else { return };
    let mut front = Front::start(&clusters.place).await;
    front.say("kubectl scale deployment/web --replicas=5").await;
    let first = front.approval().await;
    clusters.switch("green");
    front.reply(&first, "yes").await;
    let second = front.approval().await;
    front.reply(&first, "yes").await;
    assert!(front.notice().await.contains("no longer open"));
    assert!(!front.heard.iter().any(started));
    declined(&mut front, &second).await;
    front.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_looks_at_the_world_however_late_or_soon_it_comes() {
    let place = Home::new();
    let script = place.file("deploy.sh", "echo one\n");
    let mut front = Front::start(&place).await;
    front.say("echo go; sh deploy.sh > out").await;
    let mut request = front.approval().await;
    for text in ["echo two\n", "echo three\n", "echo four\n"] {
        fs::write(&script, text).unwrap();
        front.reply(&request, "yes").await;
        request = front.approval().await;
        assert_eq!(request.asked.as_ref().map(|asked| asked.kind), Some(AskedKind::Changed));
    }
    front.reply(&request, "yes").await;
    assert!(front.report().await.succeeded());
    assert_eq!(fs::read_to_string(place.project.join("out")).unwrap(), "four\n");
    front.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_was_taken_back_before_the_answer_is_no_change() {
    let Some(clusters) = Clusters::start() else { return };
    let mut front = Front::start(&clusters.place).await;
    front.say("kubectl scale deployment/web --replicas=5").await;
    let request = front.approval().await;
    clusters.switch("green");
    clusters.switch("blue");
    front.reply(&request, "yes").await;
    assert!(front.report().await.succeeded());
    assert_eq!(clusters.blue.replicas("default", "web"), Some(5));
    front.close().await;
}

/// A place where the Docker context `desk` is the current one, and the real client, which also knows `prod`. It writes
/// its own files; nothing listens at either end.
fn two_docker_contexts() -> Option<(Home, impl Fn(&[&str]))> {
    let docker = real::program("docker")?;
    let mut place = Home::new();
    place.env.remove("DOCKER_HOST");
    let env = place.env.clone();
    let client = move |args: &[&str]| {
        let ran = std::process::Command::new(&docker).args(args).env_clear().envs(&env).output().unwrap();
        assert!(ran.status.success(), "{args:?}: {ran:?}");
    };
    client(&["context", "create", "desk", "--docker", "host=tcp://127.0.0.1:1"]);
    client(&["context", "create", "prod", "--docker", "host=tcp://127.0.0.1:2"]);
    client(&["context", "use", "desk"]);
    Some((place, client))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_docker_context_or_its_endpoint_that_changed_is_asked_about_again() {
    let Some((place, client)) = two_docker_contexts() else { return };
    let mut front = Front::start(&place).await;
    let words = "the Docker context desk has changed";
    let second = asked_again(&mut front, "docker restart web", || client(&["context", "use", "prod"]), words).await;
    declined(&mut front, &second).await;
    client(&["context", "use", "desk"]);
    let change = || client(&["context", "update", "desk", "--docker", "host=tcp://127.0.0.1:3"]);
    let second = asked_again(&mut front, "docker restart web", change, words).await;
    front.reply(&second, "yes").await;
    let report = front.report().await;
    assert!(report.stderr.contains("127.0.0.1:3"), "{}", report.stderr);
    front.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_docker_client_is_told_which_context_was_shown() {
    let Some((place, client)) = two_docker_contexts() else { return };
    let mut front = Front::start(&place).await;
    // The list goes on while another process switches the context.
    front.say("docker ps; sleep 1; docker restart web").await;
    let request = front.approval().await;
    front.reply(&request, "yes").await;
    front.until("the start", |event| started(event).then_some(())).await;
    client(&["context", "use", "prod"]);
    let report = front.report().await;
    assert!(report.stderr.contains("127.0.0.1:1") && !report.stderr.contains("127.0.0.1:2"), "{}", report.stderr);
    front.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_manifest_that_was_changed_is_asked_about_again() {
    let Some(clusters) = Clusters::start() else { return };
    let manifest = clusters.place.file("web.yaml", "kind: ConfigMap\n");
    let mut front = Front::start(&clusters.place).await;
    let change = || fs::write(&manifest, "kind: Secret\n").unwrap();
    let second = asked_again(&mut front, "kubectl apply -f web.yaml", change, "web.yaml has changed").await;
    declined(&mut front, &second).await;
    let change = || fs::remove_file(&manifest).unwrap();
    let second = asked_again(&mut front, "kubectl apply -f ./web.yaml", change, "web.yaml has changed").await;
    declined(&mut front, &second).await;
    front.close().await;
    assert_eq!(clusters.blue.requests(), [] as [String; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_a_kustomized_directory_that_was_changed_added_or_linked_elsewhere_is_asked_about_again() {
    let Some(clusters) = Clusters::start() else { return };
    let project = &clusters.place.project;
    fs::create_dir_all(project.join("app/sub")).unwrap();
    fs::write(project.join("outside.yaml"), "a: 1\n").unwrap();
    clusters.place.file("app/kustomization.yaml", "resources: [sub/web.yaml, linked.yaml]\n");
    clusters.place.file("app/sub/web.yaml", "a: 1\n");
    std::os::unix::fs::symlink("../outside.yaml", project.join("app/linked.yaml")).unwrap();
    let mut front = Front::start(&clusters.place).await;
    let changes: [(&str, &str); 3] =
        [("app/sub/web.yaml", "a: 2\n"), ("app/sub/new.yaml", "a: 3\n"), ("outside.yaml", "a: 4\n")];
    for (name, text) in changes {
        let change = || drop(clusters.place.file(name, text));
        let second = asked_again(&mut front, "kubectl apply -k app", change, "app has changed").await;
        declined(&mut front, &second).await;
    }
    front.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_directory_that_draws_on_files_outside_it_is_said_not_to_be_held_to_anything() {
    let Some(clusters) = Clusters::start() else { return };
    fs::create_dir_all(clusters.place.project.join("base")).unwrap();
    fs::create_dir_all(clusters.place.project.join("overlay")).unwrap();
    clusters.place.file("base/kustomization.yaml", "resources: [web.yaml]\n");
    clusters.place.file("base/web.yaml", "a: 1\n");
    clusters.place.file("overlay/kustomization.yaml", "resources:\n- ../base\n");
    let mut front = Front::start(&clusters.place).await;
    front.say("kubectl apply -k overlay").await;
    let request = front.approval().await;
    let reasons = &request.announcement.verdict.parts[0].reasons;
    assert!(reasons.iter().any(|reason| reason.rule == "unbound-input"), "{reasons:#?}");
    declined(&mut front, &request).await;
    front.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_that_a_shell_would_run_is_held_to_its_bytes() {
    let place = Home::new();
    let script = place.file("deploy.sh", "echo old\n");
    let mut front = Front::start(&place).await;
    for line in [
        "echo go; sh deploy.sh > out",
        "echo go && sh ./deploy.sh > out",
        "echo go && sh deploy.sh",
        "echo go && bash -e deploy.sh",
    ] {
        fs::write(&script, "echo old\n").unwrap();
        let change = || fs::write(&script, "echo new\n").unwrap();
        let second = asked_again(&mut front, line, change, "deploy.sh has changed").await;
        declined(&mut front, &second).await;
    }
    front.close().await;
    assert!(!place.project.join("out").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_was_replaced_or_touched_is_asked_about_again() {
    let place = Home::new();
    let bin = place.home.join("bin");
    fs::create_dir(&bin).unwrap();
    let path = format!("{}:{}", bin.display(), place.env["PATH"]);
    let place = place.var("PATH", &path);
    let tool = bin.join("wrench");
    executable(&tool, "#!/bin/sh\necho old\n");
    let mut front = Front::start(&place).await;
    let replace = || {
        let other = bin.join("other");
        executable(&other, "#!/bin/sh\necho new\n");
        fs::rename(&other, &tool).unwrap();
    };
    let second = asked_again(&mut front, "echo go && wrench turn", replace, "wrench is another file than before").await;
    declined(&mut front, &second).await;
    let touch = || {
        let later = std::time::SystemTime::now() + Duration::from_secs(5);
        fs::File::options().write(true).open(&tool).unwrap().set_modified(later).unwrap();
    };
    let second = asked_again(&mut front, "echo go && wrench turn", touch, "wrench is another file than before").await;
    declined(&mut front, &second).await;
    // One that now stands before it in the search path.
    let earlier = place.home.join("earlier");
    fs::create_dir(&earlier).unwrap();
    front.close().await;
    let path = format!("{}:{path}", earlier.display());
    let place = place.var("PATH", &path);
    let mut front = Front::start(&place).await;
    let shadow = || executable(&earlier.join("wrench"), "#!/bin/sh\necho shadow\n");
    let second = asked_again(&mut front, "echo go && wrench turn", shadow, "instead of").await;
    front.reply(&second, "yes").await;
    assert_eq!(front.report().await.stdout, "go\nshadow\n");
    front.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_directory_that_was_moved_away_nothing_runs_and_it_is_said() {
    for replaced in [false, true] {
        let place = Home::new();
        let mut front = Front::start(&place).await;
        front.say("touch ./made").await;
        let request = front.approval().await;
        let away = place.home.join("away");
        fs::rename(&place.project, &away).unwrap();
        if replaced {
            fs::create_dir(&place.project).unwrap();
        }
        front.reply(&request, "yes").await;
        let report = front.report().await;
        assert!(!report.succeeded(), "{report:?}");
        assert!(!away.join("made").exists() && !place.project.join("made").exists());
        let said = format!("{} {:?} {:?}", report.summary, report.exit, front.heard);
        assert!(said.contains("directory") || said.contains("could not be written"), "{said}");
        front.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_was_removed_during_the_question_closes_it_and_is_said_to_be_gone() {
    let place = Home::new();
    let bin = place.home.join("bin");
    fs::create_dir(&bin).unwrap();
    let path = format!("{}:{}", bin.display(), place.env["PATH"]);
    let place = place.var("PATH", &path);
    executable(&bin.join("wrench"), "#!/bin/sh\necho turned\n");
    let mut front = Front::start(&place).await;
    front.say("echo go && wrench turn").await;
    let request = front.approval().await;
    fs::remove_file(bin.join("wrench")).unwrap();
    front.reply(&request, "yes").await;
    let report = front.report().await;
    assert_eq!(report.exit, None);
    assert!(report.summary.contains("wrench is not installed"), "{}", report.summary);
    front.position("end of the question", |event| matches!(event, Event::ApprovalClosed { .. }));
    front.close().await;
}

// From the answer to the start.

fn replies() -> Replies {
    Replies::parse(include_str!("../../assets/replies/approval.yaml")).unwrap()
}

fn book() -> RuleBook {
    let looking = "## auto_execute\n- printenv *\n## options\n```yaml\nprintenv: {verbs: {\"\": \"\"}}\n```\n";
    RuleBook::compile(&[
        (parse("kubectl", "kubectl/SKILL.md", KUBECTL), Standing::Trusted),
        (parse("looking", "looking/SKILL.md", looking), Standing::Trusted),
    ])
}

fn pending(place: &Home, line: &str) -> Pending {
    let probe = Probe::new(place.project.clone(), place.env.clone());
    let judged = judge(&Action::Command { line: line.to_owned() }, &book());
    let facts = probe.facts(&judged.needs);
    judged.bind(facts, "session/1", false).unwrap()
}

fn agreed(pending: Pending) -> Cleared {
    let digest = pending.digest().to_owned();
    match pending.answer("yes", &digest, "session", At::EPOCH, &replies()) {
        Answered::Cleared(cleared) => cleared,
        other => panic!("{other:?}"),
    }
}

/// Runs what was cleared: how it ended and what it printed.
async fn run(cleared: Cleared) -> (Exit, String) {
    let (sender, mut receiver) = tokio::sync::mpsc::channel(64);
    let running = tokio::spawn(async move {
        exec::run(
            cleared,
            &Supervisor::at(PROGRAM.into()),
            tokio_util::sync::CancellationToken::new(),
            sender,
            exec::Limit::Stop,
        )
        .await
    });
    let mut printed = String::new();
    while let Some(progress) = receiver.recv().await {
        if let exec::Progress::Output(chunk) = progress {
            printed.push_str(&String::from_utf8_lossy(&chunk.bytes));
        }
    }
    (running.await.unwrap().exit, printed)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changes_between_the_yes_and_the_start_keeps_it_from_starting() {
    let Some(clusters) = Clusters::start() else { return };
    let place = &clusters.place;
    let manifest = place.file("web.yaml", "a: 1\n");
    let script = place.file("deploy.sh", "touch ran\n");
    type Change<'a> = (&'a str, &'a str, &'a dyn Fn());
    let changes: [Change<'_>; 4] = [
        ("kubectl scale deployment/web --replicas=5", "the Kubernetes context blue", &|| {
            clusters.write("blue", &clusters.green.url(), "default");
        }),
        ("kubectl scale deployment/web --replicas=5 > log", "the Kubernetes context blue", &|| {
            clusters.switch("green")
        }),
        ("kubectl apply -f web.yaml", "web.yaml has changed since it was judged", &|| {
            fs::write(&manifest, "a: 2\n").unwrap();
        }),
        ("sh deploy.sh && touch $HOME/ran", "deploy.sh has changed since it was judged", &|| {
            fs::write(&script, "touch ran; touch more\n").unwrap();
        }),
    ];
    for (line, words, change) in changes {
        clusters.switch("blue");
        let cleared = agreed(pending(place, line));
        change();
        let (exit, printed) = run(cleared).await;
        let Exit::NotStarted(why) = exit else { panic!("{line} ran: {exit:?}, {printed}") };
        assert!(why.contains(words), "{line}: {why}");
        assert_eq!(printed, "");
    }
    assert!(!place.project.join("ran").exists() && !place.project.join("log").exists());
    assert_eq!(clusters.blue.requests(), [] as [String; 0]);
    assert_eq!(clusters.green.requests(), [] as [String; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_did_not_change_starts() {
    let Some(clusters) = Clusters::start() else { return };
    let (exit, printed) = run(agreed(pending(&clusters.place, "kubectl scale deployment/web --replicas=5"))).await;
    assert_eq!(exit, Exit::Code(0), "{printed}");
    assert_eq!(clusters.blue.replicas("default", "web"), Some(5));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_key_agent_is_lent_to_what_was_approved_and_to_nothing_automatic() {
    let place = Home::new().var("SSH_AUTH_SOCK", "/run/key-agent.sock");
    let automatic = pending(&place, "printenv SSH_AUTH_SOCK").automatic().expect("the book says it is automatic");
    assert_eq!(run(automatic).await, (Exit::Code(1), String::new()));
    let approved = agreed(pending(&place, "printenv SSH_AUTH_SOCK > /dev/stdout"));
    assert_eq!(run(approved).await, (Exit::Code(0), "/run/key-agent.sock\n".to_owned()));
}

// The pinned context.

#[tokio::test(flavor = "multi_thread")]
async fn what_is_announced_shown_reported_and_logged_carries_the_context() {
    let Some(clusters) = Clusters::start() else { return };
    let mut front = Front::start(&clusters.place).await;
    front.say("kubectl get pods -n production | grep api").await;
    let report = front.report().await;
    let pinned = "kubectl --context blue get pods -n production | grep api";
    assert_eq!((report.command.as_str(), report.decision), (pinned, Decision::Auto));
    assert!(report.stdout.contains("api-7d4f9"), "{report:?}");
    front.idle().await;
    front.say("kubectl scale deployment/web --replicas=5 && kubectl get pods").await;
    let request = front.approval().await;
    let both = "kubectl --context blue scale deployment/web --replicas=5 && kubectl --context blue get pods";
    assert_eq!(request.announcement.command, both);
    front.reply(&request, "yes").await;
    assert_eq!(front.report().await.command, both);
    front.idle().await;
    let announced = front
        .heard
        .iter()
        .any(|event| matches!(event, Event::Announced(announcement) if announcement.command == pinned));
    assert!(announced, "{:#?}", front.heard);
    front.close().await;
    let log = clusters.place.log(0);
    assert!(log.contains(&format!("ACTION: {pinned}\n")) && log.contains(&format!("ACTION: {both}\n")), "{log}");
    assert!(log.contains(&format!("COMMAND: {both}\n")), "{log}");
}

#[test]
fn the_dialog_shows_the_context_it_will_run_with() {
    let Some(clusters) = Clusters::start() else { return };
    let mut terminal = open(&clusters.place);
    terminal.enter("kubectl scale deployment/web --replicas=5");
    let dialog = asked(&terminal);
    assert!(dialog.contains("Command:    kubectl --context blue scale deployment/web --replicas=5"), "{dialog}");
    assert!(dialog.contains("kube blue/default"), "{dialog}");
    clusters.switch("green");
    agree(&mut terminal, "yes");
    terminal.wait_for(|screen| flat(screen).contains("(namespace default) has changed"), "a second question");
    let dialog = agree(&mut terminal, "no");
    assert!(flat(&dialog).contains("the Kubernetes context blue (namespace default) has changed"), "{dialog}");
    assert!(dialog.contains("kubectl --context green scale") && dialog.contains("kube green/default"), "{dialog}");
    leave_it(&mut terminal);
    assert_eq!(clusters.blue.replicas("default", "web"), Some(2));
    assert_eq!(clusters.green.replicas("default", "web"), Some(2));
}

#[test]
fn on_the_command_line_the_second_question_is_shown_whole() {
    let Some(clusters) = Clusters::start() else { return };
    let mut terminal = clusters.place.terminal(&["ask", "kubectl scale deployment/web --replicas=5"]);
    terminal.wait_for_text(">>>");
    clusters.write("blue", &clusters.green.url(), "production");
    terminal.enter("yes");
    terminal.wait_for(|screen| screen.matches(">>>").count() == 2, "a second question");
    let screen = terminal.text();
    assert!(screen.contains("Nothing ran: since you were asked"), "{screen}");
    // The person must see where it would go now, not where it would have gone.
    assert!(screen.contains("kube blue/production"), "{screen}");
    terminal.enter("no");
    terminal.wait_for_text("Which would you prefer?");
    terminal.enter("skip");
    assert_eq!(terminal.wait_exit(), 3);
    assert_eq!(clusters.green.requests(), [] as [String; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn kubectl_talks_to_the_cluster_that_was_shown_while_another_process_switches() {
    let Some(clusters) = Clusters::start() else { return };
    let mut front = Front::start(&clusters.place).await;
    front.say("kubectl get pods; sleep 2; kubectl scale deployment/web --replicas=5").await;
    let request = front.approval().await;
    front.reply(&request, "yes").await;
    front.until_printed("web-").await;
    clusters.switch("green");
    let report = front.report().await;
    assert!(report.succeeded(), "{report:?}");
    assert_eq!(clusters.blue.replicas("default", "web"), Some(5));
    assert_eq!(clusters.green.requests(), [] as [String; 0]);
    front.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_context_with_blanks_and_quotes_reaches_its_cluster_at_the_first_yes() {
    let Some(clusters) = Clusters::start() else { return };
    let name = "ada's own \\ cluster; $HOME";
    write_kubeconfig(&clusters.kubeconfig, name, &[(name, &clusters.blue.url(), "default")]);
    let mut front = Front::start(&clusters.place).await;
    front.say("kubectl scale deployment/web --replicas=5").await;
    let request = front.approval().await;
    front.reply(&request, "yes").await;
    let report = front.report().await;
    assert!(report.succeeded(), "{report:?}");
    assert_eq!(clusters.blue.replicas("default", "web"), Some(5));
    front.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_says_where_it_goes_is_left_as_it_is() {
    let Some(clusters) = Clusters::start() else { return };
    let mut front = Front::start(&clusters.place).await;
    let lines = [
        "kubectl --context green get pods".to_owned(),
        "kubectl get pods --context green".to_owned(),
        format!("kubectl --server={} get pods", clusters.green.url()),
        "kubectl config current-context".to_owned(),
    ];
    for line in lines {
        front.say(&line).await;
        let (command, decided) = front
            .until("an announcement", |event| match event {
                Event::Announced(told) => Some((told.command.clone(), told.verdict.tier)),
                _ => None,
            })
            .await;
        assert_eq!(command, line);
        if decided > devops_agent::domain::Tier::Auto {
            let request = front.approval().await;
            front.reply(&request, "yes").await;
        }
        front.idle().await;
        // Some builds of kubectl first ask the current cluster for its version, to run the client that fits it.
        let mut requests = clusters.blue.requests();
        requests.retain(|request| request != "GET /version");
        assert_eq!(requests, [] as [String; 0], "{line}");
    }
    front.close().await;
}
