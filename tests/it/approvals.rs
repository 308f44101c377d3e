//! Consent through the runtime's own door: what is announced, asked, answered,
//! withdrawn and run, in which order.

use devops_agent::bus::{Event, NoticeKind};
use devops_agent::domain::{AskedKind, CallId, Consent, Decision, Exit, Tier};
use devops_agent::runtime::Input;

use super::support::front::Front;
use super::support::home::{Home, headings, processes_with};

fn announced(event: &Event) -> bool {
    matches!(event, Event::Announced(_))
}

fn started(event: &Event) -> bool {
    matches!(event, Event::Started { .. })
}

fn finished(event: &Event) -> bool {
    matches!(event, Event::Finished(_))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_is_announced_before_it_starts_and_reported_after_it_ended() {
    let place = Home::with_commits(3);
    let mut front = Front::start(&place).await;
    front.say("show the last two commits").await;
    let report = front.report().await;
    assert_eq!((report.command.as_str(), report.decision), ("git log -2 --oneline", Decision::Auto));
    assert_eq!(report.exit, Some(Exit::Code(0)));
    front.idle().await;
    let order = [
        front.position("session", |event| matches!(event, Event::Session(_))),
        front.position("turn", |event| matches!(event, Event::TurnBegan { .. })),
        front.position("announcement", announced),
        front.position("start", started),
        front.position("end", finished),
        front.position("answer", |event| matches!(event, Event::Answer { .. })),
        front.position("turn's end", |event| matches!(event, Event::TurnEnded { failure: None, .. })),
        front.position("rest", |event| matches!(event, Event::Idle)),
    ];
    assert!(order.is_sorted(), "{order:?} in {:#?}", front.heard);
    assert!(!front.heard.iter().any(|event| matches!(event, Event::ApprovalRequested(_))));
    front.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_counts_the_bytes_that_went_to_the_screen() {
    let place = Home::with_commits(3);
    let mut front = Front::start(&place).await;
    front.say("git log --oneline").await;
    let report = front.report().await;
    front.until_printed("commit 1\n").await;
    assert_eq!(front.printed, report.stdout);
    assert_eq!(report.printed, front.printed.len() as u64);
    front.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_waits_for_its_yes_and_then_runs_once() {
    let place = Home::with_commits(1);
    let mut front = Front::start(&place).await;
    front.say("git branch feature").await;
    let request = front.approval().await;
    assert_eq!(request.announcement.verdict.tier, Tier::Approval);
    assert_eq!(request.announcement.command, "git branch feature");
    assert_eq!(request.asked, None);
    assert!(!front.heard.iter().any(started), "it started before the yes");
    assert_eq!(place.branches(), ["main"]);
    front.reply(&request, "yes").await;
    assert_eq!(front.closed().await, Decision::Approved);
    let report = front.report().await;
    assert!(report.succeeded(), "{report:?}");
    front.idle().await;
    assert_eq!(place.branches(), ["feature", "main"]);
    front.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_yes_that_comes_after_the_interrupt_never_runs() {
    let place = Home::with_commits(1);
    let mut front = Front::start(&place).await;
    front.say("git branch feature").await;
    let request = front.approval().await;
    front.tell(Input::Interrupt).await;
    front.reply(&request, "yes").await;
    let report = front.report().await;
    assert_eq!((report.decision, &report.exit), (Decision::Withdrawn, &None));
    front.idle().await;
    front.reply(&request, "yes").await;
    assert!(front.notice().await.contains("no longer open"));
    front.say("git log -1").await;
    assert_eq!(front.report().await.command, "git log -1");
    front.idle().await;
    assert_eq!(place.branches(), ["main"]);
    front.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupt_during_the_dialog_withdraws_it_and_nothing_ran() {
    let place = Home::with_commits(1);
    let mut front = Front::start(&place).await;
    front.say("git branch feature").await;
    front.approval().await;
    front.tell(Input::Interrupt).await;
    assert_eq!(front.closed().await, Decision::Withdrawn);
    let answer = front.answer().await;
    assert!(answer.contains("`git branch feature` did not run"), "{answer}");
    front.idle().await;
    assert!(!front.heard.iter().any(started));
    front.close().await;
    assert_eq!(place.branches(), ["main"]);
    let log = place.log(0);
    assert_eq!(headings(&log), ["HUMAN — REQUEST", "APPROVAL REQUEST", "AI — ANSWER"]);
    assert!(log.contains("USER DECISION: withdrawn\nACTION EXECUTED: no\n"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupt_during_the_run_keeps_the_output_and_ends_the_whole_tree() {
    let place = Home::new();
    // A number no other process of this machine sleeps for.
    let seconds = format!("86{:05}", std::process::id());
    let sleeping = format!("sleep {seconds}");
    let mut front = Front::start(&place).await;
    front.say(&format!("echo before && sh -c '{sleeping} & {sleeping}'")).await;
    let request = front.approval().await;
    front.reply(&request, "yes").await;
    front.until_printed("before\n").await;
    front.tell(Input::Interrupt).await;
    let report = front.report().await;
    assert_eq!((report.decision, &report.exit), (Decision::Approved, &Some(Exit::Interrupted)));
    assert_eq!(report.stdout, "before\n");
    front.idle().await;
    assert_eq!(processes_with(&sleeping), [] as [u32; 0]);
    front.close().await;
    let log = place.log(0);
    assert!(log.contains("OUTPUT:\nbefore\n"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_while_a_command_runs_ends_it_and_writes_its_end() {
    let place = Home::new();
    let file = place.file("growing.txt", "the first line\n");
    let command = format!("tail -n +1 -f {}", file.display());
    let mut front = Front::start(&place).await;
    front.say(&command).await;
    front.until_printed("the first line").await;
    front.close().await;
    assert_eq!(processes_with(&command), [] as [u32; 0]);
    let log = place.log(0);
    assert_eq!(headings(&log), ["HUMAN — REQUEST", "AI", "AI — ANSWER"], "{log}");
    assert!(log.contains("OUTPUT:\nthe first line\n"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_begun_while_a_command_runs_does_not_lose_the_command_s_end() {
    let place = Home::new();
    let file = place.file("growing.txt", "the first line\n");
    let mut front = Front::start(&place).await;
    front.say(&format!("tail -n +1 -f {}", file.display())).await;
    front.until_printed("the first line").await;
    front.tell(Input::Begin).await;
    front.tell(Input::Interrupt).await;
    front.idle().await;
    front.say("pwd").await;
    front.idle().await;
    front.close().await;
    assert_eq!(place.sessions().len(), 2);
    assert!(place.log(0).contains("OUTPUT:\nthe first line\n"), "{}", place.log(0));
    assert_eq!(headings(&place.log(0)), ["HUMAN — REQUEST", "AI", "AI — ANSWER"]);
    assert_eq!(headings(&place.log(1)), ["HUMAN — REQUEST", "AI", "AI — ANSWER"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_during_the_dialog_writes_that_it_was_withdrawn() {
    let place = Home::with_commits(1);
    let mut front = Front::start(&place).await;
    front.say("git branch feature").await;
    front.approval().await;
    front.close().await;
    assert_eq!(place.branches(), ["main"]);
    let log = place.log(0);
    assert!(log.contains("USER DECISION: withdrawn\nACTION EXECUTED: no\n"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_to_another_digest_or_another_call_does_nothing() {
    let place = Home::with_commits(1);
    let mut front = Front::start(&place).await;
    front.say("git branch feature").await;
    let request = front.approval().await;
    let mut wrong = request.clone();
    wrong.digest = "0".repeat(request.digest.len());
    front.reply(&wrong, "yes").await;
    assert!(front.notice().await.contains("no longer open"));
    let mut other = request.clone();
    other.announcement.call = CallId(request.announcement.call.0 + 1);
    front.reply(&other, "yes").await;
    assert!(front.notice().await.contains("no longer open"));
    assert_eq!(place.branches(), ["main"]);
    // The question is still open for its own answer.
    front.reply(&request, "no").await;
    assert_eq!(front.report().await.decision, Decision::Denied);
    assert_eq!(place.branches(), ["main"]);
    front.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_yes_is_good_for_one_run() {
    let place = Home::with_commits(1);
    let mut front = Front::start(&place).await;
    front.say("git branch feature").await;
    let first = front.approval().await;
    front.reply(&first, "yes").await;
    front.idle().await;
    place.git(&["branch", "-d", "feature"]);
    front.say("git branch feature").await;
    let second = front.approval().await;
    assert_ne!(first.digest, second.digest);
    front.reply(&first, "yes").await;
    assert!(front.notice().await.contains("no longer open"));
    front.reply(&second, "no").await;
    front.idle().await;
    assert_eq!(place.branches(), ["main"]);
    front.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_single_key_does_not_destroy_and_a_word_does() {
    let place = Home::with_commits(1);
    place.git(&["branch", "doomed"]);
    let mut front = Front::start(&place).await;
    front.say("git branch -D doomed").await;
    let request = front.approval().await;
    assert_eq!(request.announcement.verdict.tier, Tier::Destructive);
    assert_eq!(request.announcement.verdict.consent, Consent::TypedWord);
    front.reply(&request, "y").await;
    let again = front.approval().await;
    assert_eq!(again.asked.as_ref().map(|asked| asked.kind), Some(AskedKind::NotEnough));
    assert_eq!(place.branches(), ["doomed", "main"]);
    front.reply(&again, "yes").await;
    assert!(front.report().await.succeeded());
    assert_eq!(place.branches(), ["main"]);
    front.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn destroying_two_things_wants_the_name_typed() {
    let place = Home::with_commits(1);
    place.git(&["branch", "one"]);
    place.git(&["branch", "two"]);
    let mut front = Front::start(&place).await;
    front.say("git branch -D one two").await;
    let request = front.approval().await;
    let Consent::Name(name) = request.announcement.verdict.consent.clone() else {
        panic!("no name is wanted: {request:?}");
    };
    front.reply(&request, "yes").await;
    let again = front.approval().await;
    assert_eq!(again.asked.as_ref().map(|asked| asked.kind), Some(AskedKind::NotEnough));
    let explained = front
        .until("the explanation", |event| match event {
            Event::Explained { text, .. } => Some(text.clone()),
            _ => None,
        })
        .await;
    assert!(explained.contains(&format!("`{name}`")), "{explained}");
    assert_eq!(place.branches(), ["main", "one", "two"]);
    front.reply(&again, &name).await;
    assert!(front.report().await.succeeded());
    assert_eq!(place.branches(), ["main"]);
    front.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_about_an_open_request_is_answered_and_keeps_it_open() {
    let place = Home::with_commits(1);
    let mut front = Front::start(&place).await;
    front.say("git log -1").await;
    front.idle().await;
    front.say("git branch feature").await;
    let mut request = front.approval().await;
    let talk = [
        ("why?", AskedKind::Explain, "Why I ask:"),
        ("history", AskedKind::History, "`git log -1`"),
        ("plan", AskedKind::Plan, "nothing; this is the last step"),
        ("which remote is that", AskedKind::Other, "Why I ask:"),
    ];
    for (reply, kind, words) in talk {
        front.reply(&request, reply).await;
        let explained = front
            .until("words", |event| match event {
                Event::Explained { text, .. } => Some(text.clone()),
                _ => None,
            })
            .await;
        assert!(explained.contains(words), "{reply}: {explained}");
        let asked = front.heard.iter().rev().find_map(|event| match event {
            Event::ApprovalRequested(request) => Some(request.clone()),
            _ => None,
        });
        request = asked.expect("it is asked again");
        assert_eq!(request.asked.as_ref().map(|asked| asked.kind), Some(kind), "{reply}");
    }
    assert_eq!(place.branches(), ["main"]);
    front.reply(&request, "yes but explain it first").await;
    assert_eq!(front.closed().await, Decision::ApprovedExplained);
    front.idle().await;
    assert_eq!(place.branches(), ["feature", "main"]);
    front.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_no_the_steps_that_follow_are_not_asked_for() {
    let place = Home::with_commits(1);
    let mut front = Front::start(&place).await;
    front.say("create a branch called feature and then show the last commit").await;
    let request = front.approval().await;
    front.reply(&request, "no").await;
    front.idle().await;
    assert_eq!(front.heard.iter().filter(|event| announced(event)).count(), 1, "{:#?}", front.heard);
    assert_eq!(place.branches(), ["main"]);
    front.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_while_a_command_runs_comes_after_it() {
    let place = Home::with_commits(1);
    let mut front = Front::start(&place).await;
    front.say("git branch feature").await;
    let request = front.approval().await;
    front.say("git log -1").await;
    front.reply(&request, "yes").await;
    assert_eq!(front.report().await.command, "git branch feature");
    assert_eq!(front.report().await.command, "git log -1");
    front.idle().await;
    front.close().await;
    let first = ["HUMAN — REQUEST", "APPROVAL REQUEST", "AI — ANSWER"];
    assert_eq!(headings(&place.log(0)), [&first[..], &["HUMAN — REQUEST", "AI", "AI — ANSWER"]].concat());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_that_was_changed_during_the_dialog_is_asked_about_again() {
    let place = Home::new();
    let script = place.file("deploy.sh", "#!/bin/sh\necho harmless\n");
    std::fs::set_permissions(&script, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let mut front = Front::start(&place).await;
    front.say(&format!("echo start && {}", script.display())).await;
    let request = front.approval().await;
    std::fs::write(&script, "#!/bin/sh\necho something else entirely\n").unwrap();
    front.reply(&request, "yes").await;
    let again = front.approval().await;
    let asked = again.asked.as_ref().unwrap();
    assert_eq!(asked.kind, AskedKind::Changed);
    assert!(asked.text.contains("deploy.sh is another file than before"), "{}", asked.text);
    assert_ne!(again.digest, request.digest);
    front.reply(&again, "yes").await;
    assert!(front.report().await.stdout.contains("something else"));
    front.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_decision_is_on_disk_before_the_command_starts() {
    let place = Home::new();
    let file = place.file("growing.txt", "the first line\n");
    let mut front = Front::start(&place).await;
    let command = format!("tail -n +1 -f {}", file.display());
    front.say(&command).await;
    front.until_printed("the first line").await;
    let spool = place.project.join(".GCC/sessions").join(&place.sessions()[0]).join("spool");
    let mut noted = String::new();
    for entry in std::fs::read_dir(&spool).unwrap() {
        noted.push_str(&std::fs::read_to_string(entry.unwrap().path()).unwrap());
    }
    assert!(noted.contains(&command), "{noted:?}");
    front.tell(Input::Interrupt).await;
    front.idle().await;
    assert_eq!(std::fs::read_dir(&spool).unwrap().count(), 0);
    assert!(
        !front.heard.iter().any(|event| matches!(event, Event::Notice(notice) if notice.kind == NoticeKind::Failure))
    );
    front.close().await;
}
