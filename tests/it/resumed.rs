//! Sessions taken up again: what was found in each of them is known again, to the person and to a model.

use devops_agent::bus::Event;
use devops_agent::domain::SessionId;
use devops_agent::runtime::Input;

use super::support::front::Front;
use super::support::home::Home;
use super::support::ollama::{FakeOllama, Turn};

const MODEL: &str = "devstral:24b";
const SESSIONS: usize = 10;

/// What was planted in a session: a finding, a command, and what the agent said last.
fn facts(number: usize) -> [String; 2] {
    [format!("pool {number} holds {} of 18 connections", number * 7 + 3), format!("git log -{} --oneline", number + 1)]
}

async fn session(front: &mut Front) -> SessionId {
    front
        .until("a session", |event| match event {
            Event::Session(id) => Some(id.clone()),
            _ => None,
        })
        .await
}

/// The product's measure: at least 85 % of what was planted in ten sessions is recalled.
#[tokio::test(flavor = "multi_thread")]
async fn ten_sessions_that_are_taken_up_again_are_recalled() {
    let script = vec![Turn::new().token("I remember.").done("stop", 9, 9); SESSIONS];
    let ollama = FakeOllama::start_in_chunks_of(4_096, &[MODEL], script);
    let place = Home::with_commits(3).var("OLLAMA_HOST", &ollama.host()).var("OLLAMA_TIMEOUT", "20");
    let mut front = Front::start(&place).await;
    let mut sessions = Vec::new();
    for number in 0..SESSIONS {
        front.tell(Input::Begin).await;
        let [finding, command] = facts(number);
        front.say(&format!("COMMIT {finding}")).await;
        sessions.push(session(&mut front).await);
        front.idle().await;
        front.say(&command).await;
        front.idle().await;
    }
    let (mut told, mut known) = (0, 0);
    for (number, id) in sessions.iter().enumerate() {
        front.heard.clear();
        front.tell(Input::Resume(id.clone())).await;
        front.say("flibber the wug, will you").await;
        front.until("an answer of the model", |event| matches!(event, Event::Token { .. }).then_some(())).await;
        front.idle().await;
        let words: String = front.heard.iter().map(|event| format!("{event:?}\n")).collect();
        let request = ollama.requests().pop().unwrap();
        let system = request["messages"][0]["content"].as_str().unwrap();
        for fact in facts(number) {
            told += usize::from(words.contains(&fact));
            known += usize::from(system.contains(&fact));
        }
    }
    let wanted = SESSIONS * 2 * 85 / 100;
    assert!(told >= wanted, "the person is told {told} of {}", SESSIONS * 2);
    assert!(known >= wanted, "the model knows {known} of {}", SESSIONS * 2);
    front.close().await;
}

/// Only what was there at the start, or what the person chose, is gone on with.
#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_begins_elsewhere_after_the_start_is_not_joined() {
    let place = Home::with_commits(1);
    let mut front = Front::start(&place).await;
    assert_eq!(place.run(&["new", "what another terminal is for"]).code, 0);
    front.say("git status --short").await;
    assert_eq!(session(&mut front).await.short(), "session_002");
    front.idle().await;
    front.close().await;
}
