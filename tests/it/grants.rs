//! Consent for longer than one run: what it covers, how long, who may give it, how it is listed and taken back.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;

use devops_agent::bus::{Bus, Event};
use devops_agent::domain::{
    ApprovalRequest, CallId, CallReport, CallRequest, Decision, GrantKind, Origin, Principal, Tier, TurnId,
};
use devops_agent::probe;
use devops_agent::runtime::Input;
use devops_agent::store::{Grants, Memory, Writer};
use devops_agent::tools::{Approver, Calls, Server, ServerParts, SessionSlot, Wire};
use serde_json::Value;

use super::binding::{Clusters, flat};
use super::support::front::{Front, kit};
use super::support::home::Home;
use super::support::screen::{agree, asked, idle, open};

const SCALE: &str = "kubectl scale deployment/web --replicas=5";

/// The state directory of a place.
fn state(place: &Home) -> std::path::PathBuf {
    place.home.join("state/devops-agent")
}

fn listed(place: &Home) -> Vec<Value> {
    let ran = place.run(&["grants", "--json"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    ran.json()["grants"].as_array().unwrap().clone()
}

/// Says it and agrees with these words; it must have run.
async fn agreed(front: &mut Front, line: &str, reply: &str) -> CallReport {
    front.say(line).await;
    let request = front.approval().await;
    front.reply(&request, reply).await;
    let report = front.report().await;
    assert_eq!(report.decision, Decision::Approved, "{line}");
    front.idle().await;
    report
}

/// Says it: the question, when there is one. A question is declined.
async fn asks(front: &mut Front, line: &str) -> bool {
    front.say(line).await;
    enum What {
        Question(Box<ApprovalRequest>),
        End(Decision),
    }
    let what = front
        .until("a question or an end", |event| match event {
            Event::ApprovalRequested(request) => Some(What::Question(Box::new(request.clone()))),
            Event::Finished(report) => Some(What::End(report.decision)),
            _ => None,
        })
        .await;
    match what {
        What::Question(request) => {
            front.reply(&request, "no").await;
            front.leaves_it().await;
            true
        }
        What::End(decision) => {
            assert_eq!(decision, Decision::Granted, "{line}");
            front.idle().await;
            false
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_grant_covers_the_same_bytes_in_the_same_world_until_the_session_ends() {
    let place = Home::new();
    let script = place.file("deploy.sh", "echo one\n");
    std::fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    let mut front = Front::start(&place).await;
    agreed(&mut front, "echo go && ./deploy.sh now", "yes, this session").await;
    assert!(!asks(&mut front, "echo go && ./deploy.sh now").await, "the same command in the same world");
    assert!(asks(&mut front, "echo go &&  ./deploy.sh now").await, "one byte more");
    assert!(asks(&mut front, "echo go && ./deploy.sh now && true").await, "one command more");
    fs::write(&script, "echo two\n").unwrap();
    assert!(asks(&mut front, "echo go && ./deploy.sh now").await, "another script");
    agreed(&mut front, "echo go && ./deploy.sh now", "yes, this session").await;
    assert!(!asks(&mut front, "echo go && ./deploy.sh now").await);
    front.tell(Input::Begin).await;
    assert!(asks(&mut front, "echo go && ./deploy.sh now").await, "another session");
    front.close().await;
    assert_eq!(listed(&place), [] as [Value; 0]);
    let log = place.log(0);
    assert!(log.contains("USER DECISION: approved beforehand by a grant\nACTION EXECUTED: yes\n"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_grant_ends_with_the_program_and_holds_in_no_other_process() {
    let place = Home::new();
    let mut front = Front::start(&place).await;
    agreed(&mut front, "touch ./made", "yes, this session").await;
    let [grant] = listed(&place).try_into().unwrap();
    assert_eq!((&grant["grant"], &grant["line"]), (&"exact".into(), &"touch ./made".into()));
    let other = place.run(&["ask", "touch ./made"]);
    assert_eq!(other.code, 3, "another session: {other:?}");
    front.close().await;
    assert_eq!(listed(&place), [] as [Value; 0]);
    assert_eq!(place.run(&["ask", "touch ./made"]).code, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_manifest_that_changed_is_not_covered() {
    let Some(clusters) = Clusters::start() else { return };
    let manifest = clusters.place.file("web.yaml", "kind: nothing\n");
    let mut front = Front::start(&clusters.place).await;
    agreed(&mut front, "kubectl apply -f web.yaml", "yes, this session").await;
    assert!(!asks(&mut front, "kubectl apply -f web.yaml").await);
    fs::write(&manifest, "kind: nothing else\n").unwrap();
    assert!(asks(&mut front, "kubectl apply -f web.yaml").await);
    fs::write(&manifest, "kind: nothing\n").unwrap();
    clusters.switch("green");
    assert!(asks(&mut front, "kubectl apply -f web.yaml").await, "another cluster");
    clusters.switch("blue");
    assert!(!asks(&mut front, "kubectl apply -f web.yaml").await, "as it was");
    front.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_directory_is_not_covered() {
    let Some(clusters) = Clusters::start() else { return };
    let mut front = Front::start(&clusters.place).await;
    agreed(&mut front, "touch ./made", "yes, this session").await;
    let elsewhere = clusters.place.home.join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    let mut other = Home::new();
    other.env = clusters.place.env.clone();
    other.project = elsewhere;
    let ran = other.run(&["ask", "touch ./made"]);
    assert_eq!(ran.code, 3, "{ran:?}");
    front.close().await;
}

#[test]
fn a_scope_grant_survives_the_program_is_listed_and_taken_back() {
    let Some(clusters) = Clusters::start() else { return };
    let place = &clusters.place;
    assert_eq!(place.run(&["ask", SCALE]).code, 3);
    let mut terminal = place.terminal(&["ask", SCALE]);
    terminal.wait_for_text(">>>");
    // The terminal ends its rows within words.
    let shown = terminal.text().replace('\n', "");
    assert!(shown.contains("kubectl scale deployment in namespace default of blue for 30 minutes"), "{shown}");
    terminal.enter("yes, for 30m");
    assert_eq!(terminal.wait_exit(), 0, "{}", terminal.text());
    let file = state(place).join("grants.yaml");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);

    let told = place.run(&["ask", "--json", "kubectl scale deployment/web --replicas=4"]);
    assert_eq!(told.code, 0, "{told:?}");
    assert_eq!(told.json()["commands"][0]["decision"], "approved");
    assert_eq!(clusters.blue.replicas("default", "web"), Some(4));
    assert!(place.logs().contains("USER DECISION: approved beforehand by a grant\nACTION EXECUTED: yes\n"));

    let [grant] = listed(place).try_into().unwrap();
    let id = grant["id"].as_str().unwrap();
    assert_eq!(grant["grant"], "scope");
    let plain = place.run(&["grants"]);
    assert!(plain.stdout.contains(id) && plain.stdout.contains("kubectl scale deployment"), "{plain:?}");
    assert_eq!(place.run(&["grants", "list"]).stdout, plain.stdout);

    let wrong = place.run(&["grants", "revoke", "ffffffff"]);
    assert_eq!(wrong.code, 2, "{wrong:?}");
    assert!(wrong.stderr.contains("ffffffff") && wrong.stderr.contains("devops-agent grants"), "{wrong:?}");
    assert_eq!(place.run(&["grants", "revoke"]).code, 2);
    assert_eq!(listed(place).len(), 1);
    let gone = place.run(&["grants", "revoke", id]);
    assert_eq!(gone.code, 0, "{gone:?}");
    assert_eq!(listed(place), [] as [Value; 0]);
    assert_eq!(place.run(&["ask", SCALE]).code, 3);
    assert_eq!(place.run(&["grants", "revoke", id]).code, 2);
}

#[test]
fn everything_granted_is_taken_back_at_once() {
    let Some(clusters) = Clusters::start() else { return };
    let place = &clusters.place;
    for line in [SCALE, "kubectl label pods/web-1 a=b", "kubectl rollout restart deployment/web"] {
        let mut terminal = place.terminal(&["ask", line]);
        terminal.wait_for_text(">>>");
        terminal.enter("yes, for 30m");
        terminal.wait_exit();
    }
    assert_eq!(listed(place).len(), 3);
    let gone = place.run(&["grants", "revoke", "--all", "--json"]);
    assert_eq!((gone.code, gone.json()["grants"].as_array().unwrap().len()), (0, 3), "{gone:?}");
    assert_eq!(listed(place), [] as [Value; 0]);
    assert_eq!(place.run(&["grants", "revoke", "--all"]).code, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scope_covers_nothing_wider_in_the_real_world() {
    let Some(clusters) = Clusters::start() else { return };
    let mut front = Front::start(&clusters.place).await;
    agreed(&mut front, SCALE, "yes, for 30m").await;
    assert!(!asks(&mut front, "kubectl scale deployment/web --replicas=3").await);
    let wider = [
        "kubectl scale deployment/web replicaset/x --replicas=0",
        "kubectl scale replicaset/x --replicas=0",
        "kubectl scale deployment/web --replicas=0 -n production",
        "kubectl --context green scale deployment/web --replicas=0",
        "kubectl scale deployment/web --replicas=0 --as=admin",
        "kubectl scale deployment --all --replicas=0",
        "kubectl label deployment/web a=b",
        "kubectl scale deployment/web --replicas=0 > log",
        "kubectl delete deployment/web",
    ];
    for line in wider {
        assert!(asks(&mut front, line).await, "{line}");
    }
    clusters.switch("green");
    assert!(asks(&mut front, SCALE).await, "another context");
    clusters.write("blue", &clusters.green.url(), "default");
    assert!(asks(&mut front, SCALE).await, "another server behind the same name");
    clusters.write("blue", &clusters.blue.url(), "production");
    assert!(asks(&mut front, SCALE).await, "another namespace");
    assert_eq!(clusters.green.requests(), [] as [String; 0]);
    front.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_agreed_after_a_change_is_granted_for_the_world_as_it_is_now() {
    let Some(clusters) = Clusters::start() else { return };
    let mut front = Front::start(&clusters.place).await;
    front.say(SCALE).await;
    let first = front.approval().await;
    assert_eq!(first.offers.iter().map(|offer| offer.kind).collect::<Vec<_>>(), [GrantKind::Session, GrantKind::Scope]);
    clusters.switch("green");
    front.reply(&first, "yes, for 30m").await;
    let second = front.approval().await;
    assert_eq!(listed(&clusters.place), [] as [Value; 0], "granted without having run");
    front.reply(&second, "no").await;
    front.leaves_it().await;
    assert_eq!(listed(&clusters.place), [] as [Value; 0]);
    clusters.switch("blue");
    assert!(asks(&mut front, SCALE).await);
    front.close().await;
}

#[test]
fn a_damaged_file_of_grants_asks_and_says_so_and_is_left_alone() {
    let Some(clusters) = Clusters::start() else { return };
    let place = &clusters.place;
    fs::create_dir_all(state(place)).unwrap();
    let file = state(place).join("grants.yaml");
    for damage in
        ["grants: [", "version: 99\ngrants: []\n", "\u{0}\u{1}", "version: 1\ngrants: [{id: x, anything: goes}]\n"]
    {
        fs::write(&file, damage).unwrap();
        let ran = place.run(&["ask", SCALE]);
        assert_eq!(ran.code, 3, "{damage:?}: {ran:?}");
        assert!(ran.stderr.contains("What you granted could not be read, so it asks"), "{damage:?}: {}", ran.stderr);
        assert!(ran.stderr.contains("grants.yaml"), "{}", ran.stderr);
        let mut terminal = place.terminal(&["ask", SCALE]);
        terminal.wait_for_text(">>>");
        terminal.enter("yes, for 30m");
        assert_eq!(terminal.wait_exit(), 0, "{}", terminal.text());
        assert!(flat(&terminal.text()).contains("is asked about again"), "{}", terminal.text());
        assert_eq!(fs::read_to_string(&file).unwrap(), damage);
        assert_eq!(place.run(&["grants"]).code, 5, "a damaged file is no empty list");
        assert_eq!(place.run(&["grants", "revoke", "--all"]).code, 5);
    }
    assert_eq!(clusters.blue.replicas("default", "web"), Some(5));
}

#[test]
fn a_grant_somebody_wrote_by_hand_lets_nothing_destructive_run() {
    let Some(clusters) = Clusters::start() else { return };
    let place = &clusters.place;
    fs::create_dir_all(state(place)).unwrap();
    let server = clusters.blue.url();
    let text = format!(
        "version: 1\ngrants:\n- id: '00000000'\n  grant: scope\n  scope:\n    program: kubectl\n    path: [delete]\n    \
         kind: deployment\n    namespace: default\n    context: blue\n    server: {server}\n    options: []\n  \
         session: s\n  given: 2020-01-01T00:00:00+00:00\n  expires: 2099-01-01T00:00:00+00:00\n"
    );
    fs::write(state(place).join("grants.yaml"), text).unwrap();
    assert_eq!(listed(place).len(), 1);
    for flags in [vec!["ask"], vec!["ask", "--yes"]] {
        let ran = place.run(&[flags, vec!["kubectl delete deployment/web"]].concat());
        assert_eq!(ran.code, 3, "{ran:?}");
    }
    assert!(clusters.blue.has("deployment", "default", "web"));
}

#[test]
fn what_expired_covers_nothing_and_is_not_listed() {
    let Some(clusters) = Clusters::start() else { return };
    let place = &clusters.place;
    let mut terminal = place.terminal(&["ask", SCALE]);
    terminal.wait_for_text(">>>");
    terminal.enter("yes, for 30m");
    assert_eq!(terminal.wait_exit(), 0);
    let file = state(place).join("grants.yaml");
    let text = fs::read_to_string(&file).unwrap();
    let expires = text.lines().find(|line| line.trim_start().starts_with("expires:")).unwrap();
    fs::write(&file, text.replace(expires, "  expires: 2020-01-01T00:00:00+00:00")).unwrap();
    assert_eq!(listed(place), [] as [Value; 0]);
    assert_eq!(place.run(&["ask", SCALE]).code, 3);
}

#[test]
fn processes_that_grant_at_once_lose_nothing() {
    let Some(clusters) = Clusters::start() else { return };
    let place = &clusters.place;
    let mut terminals: Vec<_> = (0..4).map(|_| place.terminal(&["ask", "--new", SCALE])).collect();
    terminals.iter().for_each(|terminal| terminal.wait_for_text(">>>"));
    terminals.iter_mut().for_each(|terminal| terminal.enter("yes, for 30m"));
    for terminal in &mut terminals {
        assert_eq!(terminal.wait_exit(), 0, "{}", terminal.text());
    }
    // Each in a session of its own.
    assert_eq!(listed(place).len(), 4);
}

#[test]
fn the_workbench_grants_by_the_words_it_shows() {
    let Some(clusters) = Clusters::start() else { return };
    let mut terminal = open(&clusters.place);
    terminal.enter(SCALE);
    let dialog = asked(&terminal);
    assert!(flat(&dialog).contains("exactly this command until the session ends"), "{dialog}");
    assert!(flat(&dialog).contains("kubectl scale deployment in namespace default of blue for 30 minutes"), "{dialog}");
    agree(&mut terminal, "yes, this session");
    terminal.wait_for_text("✓");
    idle(&terminal);
    assert_eq!(listed(&clusters.place).len(), 1);
    terminal.enter(SCALE);
    terminal.wait_for(|screen| screen.matches('✓').count() >= 2, "a second run");
    assert!(!terminal.text().contains("[ deny ]"));
    idle(&terminal);
}

/// A server whose other side is this principal; what it asks comes out of the receiver.
async fn server_for(
    place: &Home,
    approver: Principal,
) -> (Wire, tokio::sync::mpsc::UnboundedReceiver<ApprovalRequest>) {
    let kit = kit(place);
    let session = SessionSlot::default();
    let memory = Memory::open(&kit.config.gcc_base_path).unwrap();
    let begun = memory
        .begin(&devops_agent::redact::Redactor::default().text("a program's wish"), probe::now(), &Default::default())
        .unwrap();
    session.hold(Writer::start(begun).unwrap()).await;
    let server = Server::new(ServerParts {
        rules: kit.rules.clone(),
        replies: Arc::clone(&kit.knowledge.replies),
        probe: Arc::clone(&kit.probe),
        supervisor: Arc::clone(&kit.supervisor),
        guests: kit.guests.clone(),
        redactor: devops_agent::redact::Redactor::default(),
        bus: Bus::default(),
        session,
        grants: Grants::at(&kit.config.state_dir),
        calls: Calls::default(),
        approver,
        waive: None,
        interactive: false,
    });
    let (asks, questions) = tokio::sync::mpsc::unbounded_channel();
    (Wire::connect(server, Approver::Person(asks)).await.unwrap(), questions)
}

/// Calls, and answers every question with this; the report and how often it asked.
async fn called(place: &Home, approver: Principal, call: u64, line: &str, reply: &str) -> (CallReport, usize) {
    let (wire, mut questions) = server_for(place, approver).await;
    let request = CallRequest {
        call: CallId(call),
        turn: TurnId(0),
        command: line.to_owned(),
        reason: String::new(),
        observation: None,
        thought: None,
        reader: None,
        every: false,
        origin: Origin::default(),
        ceiling: None,
        patience: None,
        again: false,
        tool: None,
    };
    let mut asked = 0;
    let calling = wire.call(&request);
    tokio::pin!(calling);
    loop {
        tokio::select! {
            report = &mut calling => return (report.unwrap(), asked),
            Some(question) = questions.recv() => {
                asked += 1;
                wire.reply(question.announcement.call, &question.digest, reply);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_on_the_other_side_neither_makes_nor_uses_a_grant() {
    let Some(clusters) = Clusters::start() else { return };
    let place = &clusters.place;
    let client = || Principal::Client { name: "other-agent".to_owned() };
    for reply in ["yes, for 30m", "yes, this session"] {
        let (report, asked) = called(place, client(), 1, SCALE, reply).await;
        assert_eq!((report.decision, asked), (Decision::Approved, 1), "{reply}");
        assert_eq!(listed(place), [] as [Value; 0], "{reply}");
    }
    let (report, _) = called(place, Principal::Person, 2, SCALE, "yes, for 30m").await;
    assert_eq!(report.decision, Decision::Approved);
    assert_eq!(listed(place).len(), 1);
    let (report, asked) = called(place, Principal::Person, 3, SCALE, "no").await;
    assert_eq!((report.decision, asked), (Decision::Granted, 0), "the person's own grant");
    let (report, asked) = called(place, client(), 4, SCALE, "yes").await;
    assert_eq!((report.decision, asked), (Decision::Approved, 1), "a program is asked all the same");
    let (report, _) = called(place, client(), 5, "kubectl delete deployment/web", "yes").await;
    assert_eq!((report.tier, report.exit), (Tier::Destructive, None));
    assert!(clusters.blue.has("deployment", "default", "web"));
}
