//! The talk around an approval through the runtime's own door, over real git and a real log: why, edit, the yes that
//! wants to know first, what follows a no.

use devops_agent::bus::{Event, Presence};
use devops_agent::domain::{Consent, Decision, Tier};

use super::support::front::Front;
use super::support::home::{Home, headings};
use super::support::provider::{Piece, Provider, Reply};

/// The words of the newest explanation.
async fn explained(front: &mut Front) -> String {
    let said = front.until("an explanation", |event| match event {
        Event::Explained { text, .. } => Some(text.clone()),
        _ => None,
    });
    said.await
}

/// The names of the entries that a log's chain lists.
fn entries(place: &Home) -> Vec<String> {
    let chain =
        std::fs::read_to_string(place.project.join(".GCC/sessions").join(&place.sessions()[0]).join("log.chain"))
            .unwrap();
    let names = chain.lines().filter_map(|line| {
        let entry: serde_json::Value = serde_json::from_str(line).ok()?;
        entry["id"].as_str().map(str::to_owned)
    });
    names.collect()
}

/// The names of entries that stand in a text, in brackets.
fn named(text: &str) -> Vec<&str> {
    text.lines()
        .filter_map(|line| line.strip_prefix("- ")?.split_once('[')?.1.split_once(']').map(|(id, _)| id))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_no_is_followed_by_ways_that_are_judged_and_the_chosen_one_is_asked_about() {
    let place = Home::with_commits(3);
    let mut front = Front::start(&place).await;
    front.say("git reset --hard HEAD~1").await;
    let request = front.approval().await;
    assert_eq!(request.announcement.verdict.tier, Tier::Destructive);
    front.reply(&request, "no").await;
    assert_eq!(front.report().await.decision, Decision::Denied);
    let choice = front.choice().await;
    assert!(choice.contains("- `git reset --keep HEAD~1` (requires approval)"), "{choice}");
    assert!(choice.contains("- `git reset --hard HEAD~1` (requires explicit approval)"), "{choice}");
    assert!(choice.ends_with("(original / alt1 / alt2 / skip)"), "{choice}");
    front.say("alt1").await;
    let request = front.approval().await;
    assert_eq!(request.announcement.command, "git reset --keep HEAD~1");
    assert_eq!(request.announcement.verdict.consent, Consent::Words, "it is judged by itself");
    front.reply(&request, "yes").await;
    assert_eq!(front.report().await.decision, Decision::Approved);
    front.idle().await;
    let log = place.log(0);
    assert!(log.contains("USER DECISION: denied") && log.contains("COMMAND: git reset --keep HEAD~1"), "{log}");
    front.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_original_is_asked_again_and_a_second_no_is_the_end_of_it() {
    let place = Home::with_commits(3);
    let mut front = Front::start(&place).await;
    front.say("git reset --hard HEAD~1").await;
    let request = front.approval().await;
    front.reply(&request, "no").await;
    front.choice().await;
    front.say("original").await;
    let request = front.approval().await;
    assert_eq!(request.announcement.command, "git reset --hard HEAD~1");
    front.reply(&request, "no").await;
    assert_eq!(front.answer().await, "Understood. I did not run `git reset --hard HEAD~1`.");
    front.idle().await;
    assert_eq!(front.heard.iter().filter(|event| matches!(event, Event::Choice { .. })).count(), 1);
    front.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edited_command_is_judged_anew_and_the_log_tells_both() {
    let place = Home::with_commits(1);
    let mut front = Front::start(&place).await;
    front.say("git branch feature").await;
    let request = front.approval().await;
    front.reply(&request, "edit git branch -D main").await;
    assert_eq!(front.report().await.decision, Decision::Changed);
    let request = front.approval().await;
    let verdict = &request.announcement.verdict;
    assert_eq!((request.announcement.command.as_str(), verdict.tier), ("git branch -D main", Tier::Destructive));
    front.reply(&request, "y").await;
    assert!(explained(&mut front).await.contains("whole word"), "a yes to the first is none to the second");
    front.reply(&request, "edit git status --short").await;
    let report = front.until("the end of what ran", |event| match event {
        Event::Finished(report) if report.exit.is_some() => Some(report.clone()),
        _ => None,
    });
    assert_eq!(report.await.decision, Decision::Auto);
    front.idle().await;
    let log = place.log(0);
    assert!(log.contains("USER RESPONSE: \"edit git branch -D main\"\nUSER DECISION: changed by the person"), "{log}");
    assert_eq!(place.branches(), ["main"]);
    front.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_yes_that_wants_to_know_is_explained_before_anything_runs() {
    let place = Home::with_commits(1);
    let mut front = Front::start(&place).await;
    front.say("git branch feature").await;
    let request = front.approval().await;
    front.reply(&request, "yes but explain what this does and what comes after").await;
    assert_eq!(front.report().await.decision, Decision::ApprovedExplained);
    front.idle().await;
    let told = front.position("explanation", |event| matches!(event, Event::Explained { .. }));
    let ran = front.position("start", |event| matches!(event, Event::Started { .. }));
    assert!(told < ran, "{:#?}", front.heard);
    assert_eq!(place.branches(), ["feature", "main"]);
    front.close().await;
}

/// The product's measure: twenty explanations, each with its four dimensions and with entries that are there.
#[tokio::test(flavor = "multi_thread")]
async fn twenty_explanations_have_four_dimensions_and_name_entries_of_the_log() {
    const COMMANDS: [&str; 20] = [
        "git branch feature",
        "git branch -D feature",
        "git reset --hard HEAD~1",
        "git reset HEAD~1",
        "git checkout -b other",
        "git commit --amend --no-edit",
        "git clean -fd",
        "git stash push",
        "git merge feature",
        "git rebase feature",
        "git tag v1",
        "git push --force origin main",
        "git push origin main",
        "git pull",
        "git revert HEAD",
        "rm notes.txt",
        "mkdir build",
        "chmod +x run.sh",
        "mv notes.txt old.txt",
        "cp notes.txt copy.txt",
    ];
    let place = Home::with_commits(3);
    let mut front = Front::start(&place).await;
    for said in ["git log --oneline", "git status --short", "COMMIT the branch main has three commits"] {
        front.say(said).await;
        front.idle().await;
    }
    for command in COMMANDS {
        front.say(command).await;
        let request = front.approval().await;
        front.reply(&request, "why").await;
        let text = explained(&mut front).await;
        for dimension in ["**What it does:**", "**Why now:**", "**What it won't solve:**", "**What comes next:**"] {
            assert!(text.contains(dimension), "{command}: {text}");
        }
        let (known, named) = (entries(&place), named(&text));
        assert!(!named.is_empty(), "{command} names no entry: {text}");
        for id in named {
            assert!(known.iter().any(|known| known.starts_with(id)), "{command}: {id} is no entry: {text}");
        }
        assert!(text.contains("Commit #1: the branch main has three commits"), "{command}: {text}");
        front.tell(devops_agent::runtime::Input::Interrupt).await;
        front.idle().await;
    }
    assert!(headings(&place.log(0)).len() > COMMANDS.len());
    front.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_free_question_is_answered_by_the_model_while_the_request_stays_open() {
    let call = serde_json::json!({ "cmd": "git branch feature", "context": "A place to work." });
    let script = [
        Reply::Says(vec![Piece::Call("run_command", call)]),
        Reply::Says(vec![Piece::Token("Nobody else works on it.")]),
        Reply::Says(vec![Piece::Token("It is there.")]),
    ];
    for (provider, place) in Provider::both(&script) {
        let mut front = Front::start(&place).await;
        front.until("a model", |event| matches!(event, Event::Presence(Presence::Model { .. })).then_some(())).await;
        front.say("I need room for something odd — überhaupt?").await;
        let request = front.approval().await;
        front.reply(&request, "who else works on this repository").await;
        let known = explained(&mut front).await;
        assert!(known.starts_with("I put that to the model") && known.contains("git branch"), "{known}");
        let answered = explained(&mut front).await;
        assert!(answered.starts_with("Nobody else works on it.\n\n"), "{}: {answered}", provider.name());
        assert_eq!(place.branches(), ["main"], "the question decided nothing");
        front.reply(&request, "yes").await;
        assert_eq!(front.report().await.decision, Decision::Approved);
        front.idle().await;
        assert_eq!(place.branches(), ["feature", "main"]);
        let asked = provider.requests();
        assert!(asked[1].to_string().contains("who else works on this repository"), "{}", asked[1]);
        assert!(!asked[2].to_string().contains("who else works"), "it stands in no later question: {}", asked[2]);
        front.close().await;
    }
}
