//! What leaves as traces where a collector is named, and the ids on the lines of the program's own log.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::support::home::Home;
use super::support::mcp::Client;
use super::support::ollama::{FakeOllama, Turn};
use super::support::torn::{Answer, End, Reply, TornServer};

const MODEL: &str = "devstral:24b";
/// A request that only a model can take.
const REQUEST: &str = "anything odd since lunch — überhaupt?";

/// A collector that takes everything.
fn collector() -> TornServer {
    let taken = Answer { status: 200, location: None, kind: "application/json", body: b"{}".to_vec(), end: End::Whole };
    TornServer::start(64, vec![taken; 50], Box::new(|_| Reply::Scripted))
}

fn spans(collector: &TornServer) -> Vec<Value> {
    let spans = |body: Value| body["resourceSpans"][0]["scopeSpans"][0]["spans"].as_array().cloned().unwrap();
    collector.requests().into_iter().flat_map(|request| spans(request.body)).collect()
}

fn attributes(span: &Value) -> BTreeMap<String, String> {
    let value = |value: &Value| {
        let of = ["stringValue", "intValue", "boolValue"].iter().find_map(|kind| value.get(*kind));
        of.map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned)).unwrap()
    };
    let all = span["attributes"].as_array().unwrap().iter();
    all.map(|one| (one["key"].as_str().unwrap().to_owned(), value(&one["value"]))).collect()
}

#[test]
fn a_turn_with_a_model_is_a_trace_of_chats_and_calls_without_anything_that_was_said() {
    let turns = vec![
        Turn::new()
            .token("I look. ")
            .call("c1", "run_command", &json!({"cmd": "git log --oneline -1", "context": "Reads."}))
            .done("stop", 120, 30),
        Turn::new()
            .call("c2", "run_command", &json!({"cmd": "git branch feature-x", "context": "Makes one."}))
            .done("stop", 150, 20),
    ];
    let ollama = FakeOllama::start(&[MODEL], turns);
    let collector = collector();
    let place = Home::with_commits(1)
        .var("OLLAMA_HOST", &ollama.host())
        .var("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.url())
        .var("OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer%20t0k3n")
        .var("OTEL_SERVICE_NAME", "ops");
    let ran = place.run(&["ask", REQUEST]);
    assert_eq!(ran.code, 3, "the second command asks, and nobody is there: {ran:?}");
    let requests = collector.requests();
    assert!(requests.iter().all(|request| request.path == "/v1/traces"));
    assert_eq!(requests[0].authorization.as_deref(), Some("Bearer t0k3n"));
    assert_eq!(requests[0].body["resourceSpans"][0]["resource"]["attributes"][0]["value"]["stringValue"], "ops");
    let spans = spans(&collector);
    let named = |name: &str| -> Vec<&Value> { spans.iter().filter(|span| span["name"] == name).collect() };
    let (chats, calls) = (named(&format!("chat {MODEL}")), named("execute_tool run_command"));
    let (turns, sessions) = (named("invoke_agent devops-agent"), named("session"));
    assert_eq!((chats.len(), calls.len(), turns.len(), sessions.len()), (2, 2, 1, 1), "{spans:#?}");
    assert!(spans.iter().all(|span| span["traceId"] == sessions[0]["traceId"]));
    assert_eq!(turns[0]["parentSpanId"], sessions[0]["spanId"]);
    assert!(chats.iter().chain(&calls).all(|span| span["parentSpanId"] == turns[0]["spanId"]));
    let chat = attributes(chats[0]);
    assert_eq!(
        (chat["gen_ai.usage.input_tokens"].as_str(), chat["gen_ai.usage.output_tokens"].as_str()),
        ("120", "30")
    );
    assert_eq!(chat["gen_ai.conversation.id"], "session_001");
    let (read, refused) = (attributes(calls[0]), attributes(calls[1]));
    assert_eq!((read["devops_agent.tier"].as_str(), read["process.exit.code"].as_str()), ("auto", "0"));
    assert_eq!(
        (refused["devops_agent.tier"].as_str(), refused["devops_agent.decision"].as_str()),
        ("approval", "refused")
    );
    assert!(!refused.contains_key("process.exit.code") && refused["devops_agent.program"] == "git", "{refused:?}");
    let everything = requests.iter().map(|request| request.body.to_string()).collect::<String>();
    for said in ["lunch", "I look", "oneline", "feature-x", "commit 1", "Makes one"] {
        assert!(!everything.contains(said), "{said}");
    }
}

#[test]
fn nothing_is_sent_unless_the_person_s_own_environment_says_so_and_a_collector_that_is_gone_holds_nobody_up() {
    let collector = collector();
    let place = Home::with_commits(1);
    place.file(".env", format!("OTEL_EXPORTER_OTLP_ENDPOINT={}\n", collector.url()));
    assert_eq!(place.run(&["ask", "git status"]).code, 0);
    assert_eq!(collector.requests().len(), 0);
    let place = place.var("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9");
    let ran = place.run(&["ask", "git status"]);
    assert_eq!(ran.code, 0, "{ran:?}");
}

#[test]
fn the_lines_about_a_call_in_our_own_log_carry_session_turn_and_call() {
    let place = Home::with_commits(1);
    let mut client = Client::legacy(&place, json!({}));
    client.call("run_command", json!({"cmd": "git log --oneline -1"}));
    client.close();
    let log = std::fs::read_to_string(place.home.join("state/devops-agent/devops-agent.log")).unwrap();
    let line = log.lines().find(|line| line.contains("a call ended")).unwrap_or_else(|| panic!("{log}"));
    let line: Value = serde_json::from_str(line).unwrap();
    assert_eq!(line["spans"], json!([{"name": "call", "session": "session_001", "turn": 0, "call": 1}]));
    assert_eq!((&line["fields"]["tier"], &line["fields"]["exit"]), (&json!("auto"), &json!(0)));
    assert!(!log.contains("oneline"), "{log}");
}

#[test]
fn ask_keeps_our_own_log_too_and_every_line_of_it_is_json() {
    let place = Home::with_commits(1);
    assert_eq!(place.run(&["ask", "git log --oneline -1"]).code, 0);
    let log = std::fs::read_to_string(place.home.join("state/devops-agent/devops-agent.log")).unwrap();
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let of = |message: &str| lines.iter().find(|line| line["fields"]["message"] == message).unwrap_or(&Value::Null);
    assert_eq!(of("the program began")["fields"]["command"], "ask", "{log}");
    let span = &of("a turn ended")["spans"][0];
    assert_eq!((&span["session"], &span["turn"]), (&json!("session_001"), &json!(1)), "{log}");
    assert_eq!(of("a call ended")["spans"][0]["session"], "session_001", "{log}");
    assert!(!log.contains("oneline"), "{log}");
}
