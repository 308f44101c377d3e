//! The client of OpenAI's protocol against a scripted server: what it asks, what it hears, what it says when that goes
//! wrong.

use std::time::Duration;

use devops_agent::domain::{
    Message, ModelEvent, ModelProblem, ModelRequest, Role, StopReason, ToolCall, ToolSpec, Usage,
};
use devops_agent::model::{Availability, OpenAiModel, OpenAiSettings, SetupError};
use serde_json::json;

use crate::support::chat::{ask, question, text_of};
use crate::support::home::Home;
use crate::support::ollama::{FakeOllama, Stock};
use crate::support::openai::{FakeOpenAi, Said};

const MODEL: &str = "qwen3-32b";
const KEY: &str = "sk-test-4f9a8c2e7b1d";

fn settings(base_url: &str) -> OpenAiSettings {
    OpenAiSettings {
        base_url: base_url.to_owned(),
        api_key: Some(KEY.to_owned()),
        model: MODEL.to_owned(),
        temperature: 0.5,
        timeout: Duration::from_secs(30),
    }
}

fn client(server: &FakeOpenAi) -> OpenAiModel {
    OpenAiModel::new(settings(&server.base_url())).unwrap()
}

async fn heard(said: Said) -> Vec<ModelEvent> {
    ask(&client(&FakeOpenAi::start(&[MODEL], vec![said])), question()).await
}

async fn failure_of(said: Said) -> (String, ModelProblem) {
    let mut events = heard(said).await;
    let Some(ModelEvent::Failed(problem)) = events.pop() else { panic!("no failure ends {events:?}") };
    assert!(!problem.hint.is_empty() && !format!("{problem:?}").contains(KEY), "{problem:?}");
    (text_of(&events), problem)
}

fn called(id: &str, cmd: &str) -> ModelEvent {
    ModelEvent::ToolCall(ToolCall { id: id.into(), name: "run_command".into(), arguments: json!({ "cmd": cmd }) })
}

#[tokio::test]
async fn an_answer_with_calls_in_pieces_arrives_whole_however_it_is_torn() {
    let text = "Drei Pods — 再起動 🚀 naïve";
    for chunk in [1, 2, 3, 5, 7, 64, 100_000] {
        let said = Said::new()
            .raw(b": keep-alive\n\n")
            .thinking("größer?")
            .token(text)
            .call(0, "a", "run_command", &json!({ "cmd": "git status — ü" }))
            .call(1, "b", "run_command", &json!({ "cmd": "docker ps" }))
            .finish("tool_calls")
            .done(11, 5);
        let server = FakeOpenAi::start_in_chunks_of(chunk, &[MODEL], vec![said]);
        let expected = [
            ModelEvent::Thinking("größer?".into()),
            ModelEvent::Token(text.into()),
            called("a", "git status — ü"),
            called("b", "docker ps"),
            ModelEvent::Usage(Usage { prompt_tokens: Some(11), output_tokens: Some(5) }),
            ModelEvent::Done(StopReason::Stop),
        ];
        assert_eq!(ask(&client(&server), question()).await, expected, "in chunks of {chunk}");
    }
}

#[tokio::test]
async fn a_question_carries_tools_results_and_the_key() {
    let server = FakeOpenAi::start(&[MODEL], vec![Said::new().token("ok").finish("length").done(1, 1)]);
    let mut asked = Message::text(Role::Assistant, "");
    asked.tool_calls =
        vec![ToolCall { id: "call_1".into(), name: "run_command".into(), arguments: json!({ "cmd": "ls" }) }];
    let mut result = Message::text(Role::Tool, "README.md");
    result.tool_call_id = Some("call_1".into());
    let schema = json!({ "type": "object", "properties": { "cmd": { "type": "string" } }, "required": ["cmd"] });
    let tool = ToolSpec { name: "run_command".into(), description: "runs it".into(), parameters: schema.clone() };

    let events =
        ask(&client(&server), ModelRequest { messages: vec![asked, result], tools: vec![tool], think: None }).await;

    assert_eq!(events.last(), Some(&ModelEvent::Done(StopReason::Length)));
    let requests = server.requests();
    assert_eq!(requests[0].authorization.as_deref(), Some(format!("Bearer {KEY}").as_str()));
    let function = json!({ "name": "run_command", "arguments": "{\"cmd\":\"ls\"}" });
    let offered = json!({ "name": "run_command", "description": "runs it", "parameters": schema });
    let expected = json!({
        "model": MODEL,
        "messages": [
            { "role": "assistant", "content": "",
              "tool_calls": [{ "id": "call_1", "type": "function", "function": function }] },
            { "role": "tool", "content": "README.md", "tool_call_id": "call_1" },
        ],
        "tools": [{ "type": "function", "function": offered }],
        "stream": true,
        "stream_options": { "include_usage": true },
        "temperature": 0.5,
    });
    assert_eq!(requests[0].body, expected);
}

#[tokio::test]
async fn the_last_word_may_be_missing_when_it_was_said_why_it_stopped() {
    let events = heard(Said::new().token("two").finish("stop")).await;
    assert_eq!(events, [ModelEvent::Token("two".into()), ModelEvent::Done(StopReason::Stop)]);
    let (said, problem) = failure_of(Said::new().token("so far")).await;
    assert_eq!(said, "so far");
    assert!(problem.summary.contains("without its end"), "{problem:?}");
}

#[tokio::test]
async fn a_stream_that_is_cut_or_ends_inside_an_event_is_no_end() {
    let half = Said::new().token("so far").raw("data: {\"choices\":[{\"delta\":{\"content\":\"größ".as_bytes());
    let half_a_character = Said::new().token("so far").raw(b"data: {\"a\":\"\xc3");
    let between = Said::new().token("so far").then_cut();
    for said in [half.clone().then_cut(), half, half_a_character, between] {
        let (before, problem) = failure_of(said).await;
        assert_eq!(before, "so far");
        assert!(problem.summary.contains("closed in the middle"), "{problem:?}");
    }
}

#[tokio::test]
async fn what_is_no_event_ends_the_answer() {
    let (before, problem) = failure_of(Said::new().token("so far").event("{\"choices\": oops}").done(1, 1)).await;
    assert_eq!(before, "so far");
    assert!(problem.summary.contains("oops"), "{problem:?}");
    let (_, problem) = failure_of(Said::new().raw(b"<html>welcome</html>\n")).await;
    assert!(problem.summary.contains("<html>welcome") && problem.hint.contains("chat completions"), "{problem:?}");
}

#[tokio::test]
async fn an_error_in_the_middle_of_a_good_answer_is_a_failure() {
    let said = Said::new().token("so far").event(r#"{"error":{"message":"out of memory","code":500}}"#).done(1, 1);
    let (before, problem) = failure_of(said).await;
    assert_eq!(before, "so far");
    assert!(problem.summary.contains("broke off: out of memory"), "{problem:?}");
}

#[tokio::test]
async fn a_server_that_refuses_is_not_asked_again_and_the_hint_says_why() {
    let body = r#"{"error":{"message":"no"}}"#;
    for (status, helps) in [(401, "OPENAI_API_KEY"), (429, "limits"), (404, "/v1"), (500, "log"), (400, "log")] {
        let server =
            FakeOpenAi::start(&[MODEL], vec![Said::status(status, body), Said::new().token("again").done(1, 1)]);
        let events = ask(&client(&server), question()).await;
        let [ModelEvent::Failed(problem)] = events.as_slice() else { panic!("{status}: {events:?}") };
        assert!(problem.summary.contains(&format!("answered {status}: no")), "{problem:?}");
        assert!(problem.hint.contains(helps), "{status}: {problem:?}");
        assert_eq!(server.requests().len(), 1);
    }
}

#[tokio::test]
async fn a_connection_that_is_lost_before_anything_was_said_is_made_again() {
    let said = vec![Said::dropped(), Said::status(502, "gone"), Said::new().token("here").finish("stop").done(1, 1)];
    let server = FakeOpenAi::start(&[MODEL], said);
    assert_eq!(text_of(&ask(&client(&server), question()).await), "here");
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn silence_is_given_up_at_the_beginning_and_in_the_middle() {
    for said in [Said::mute(), Said::new().token("so far").then_hang()] {
        let server = FakeOpenAi::start(&[MODEL], vec![said]);
        let impatient = OpenAiSettings { timeout: Duration::from_secs(1), ..settings(&server.base_url()) };
        let events = ask(&OpenAiModel::new(impatient).unwrap(), question()).await;
        let Some(ModelEvent::Failed(problem)) = events.last() else { panic!("{events:?}") };
        assert!(problem.summary.contains("nothing came for 1 s"), "{problem:?}");
        while server.abandoned() == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

#[tokio::test]
async fn an_answer_that_was_not_streamed_is_read_all_the_same() {
    let call = json!({ "id": "a", "type": "function", "function": { "name": "run_command", "arguments": "{\"cmd\":\"ls\"}" } });
    let message = json!({ "role": "assistant", "content": "<think>hm</think>Looking.", "tool_calls": [call] });
    let whole = json!({ "choices": [{ "message": message, "finish_reason": "tool_calls" }] }).to_string();
    let expected = [
        ModelEvent::Thinking("hm".into()),
        ModelEvent::Token("Looking.".into()),
        called("a", "ls"),
        ModelEvent::Done(StopReason::Stop),
    ];
    assert_eq!(heard(Said::new().raw(whole.as_bytes())).await, expected);
}

#[tokio::test]
async fn the_probe_finds_the_model_its_window_or_what_is_there_instead() {
    let server = FakeOpenAi::start(&[MODEL, "other"], Vec::new());
    let ready = Availability::Ready { capabilities: Vec::new(), window: Some(16_384) };
    assert_eq!(client(&server).probe().await, ready);
    let missing = OpenAiSettings { model: "gone".into(), ..settings(&server.base_url()) };
    let installed = vec![MODEL.to_owned(), "other".to_owned()];
    assert_eq!(OpenAiModel::new(missing).unwrap().probe().await, Availability::NoModel { installed });
}

#[test]
fn the_key_is_shown_nowhere() {
    let model = OpenAiModel::new(settings("http://localhost:8000/v1")).unwrap();
    assert!(!format!("{model:?}").contains(KEY));
    let broken = OpenAiSettings { api_key: Some("two\nlines".into()), ..settings("http://localhost:8000/v1") };
    assert!(matches!(OpenAiModel::new(broken), Err(SetupError::Key)));
}

#[test]
fn one_line_of_the_environment_chooses_such_a_model_and_no_log_holds_the_key() {
    let call = json!({ "cmd": "git log --oneline -3", "context": "Reads what came last." });
    let script = vec![
        Said::new().call(0, "c1", "run_command", &call).finish("tool_calls").done(9, 9),
        Said::new().token("Three commits.").finish("stop").done(9, 9),
    ];
    let server = FakeOpenAi::start(&[MODEL], script);
    let place = Home::with_commits(3)
        .var("OPENAI_BASE_URL", &server.base_url())
        .var("OPENAI_API_KEY", KEY)
        .var("LOG_LEVEL", "trace")
        .var("AGENT_MODEL", &format!("openai:{MODEL}"));
    let ran = place.run(&["ask", "is there anything odd about the history"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, "Three commits.\n"), "{ran:?}");
    assert!(ran.stderr.contains("→  git log --oneline -3"), "{}", ran.stderr);
    assert_eq!(server.requests().len(), 2);
    let written = walk(&place.home).into_iter().chain(walk(&place.project));
    for file in written {
        let bytes = std::fs::read(&file).unwrap_or_default();
        assert!(!String::from_utf8_lossy(&bytes).contains(KEY), "{} holds the key", file.display());
    }
}

fn walk(dir: &std::path::Path) -> Vec<std::path::PathBuf> {
    let Ok(entries) = std::fs::read_dir(dir) else { return Vec::new() };
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    paths.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}

#[test]
fn the_models_of_the_chosen_server_are_listed_with_what_they_can_do() {
    let stock =
        Stock { toolless: vec!["gemma:2b".into()], trained: Some(131_072), ..Stock::of(&["devstral:24b", "gemma:2b"]) };
    let ollama = FakeOllama::stocked(7, stock, Vec::new());
    let place = Home::with_commits(1).var("OLLAMA_HOST", &ollama.host());
    let ran = place.run(&["models"]);
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert_eq!(lines.len(), 3, "{ran:?}");
    assert!(lines[1].starts_with("* devstral:24b") && lines[1].contains("yes"), "{}", lines[1]);
    assert!(
        lines[2].starts_with("  gemma:2b") && lines[2].contains("no") && lines[2].contains("131072"),
        "{}",
        lines[2]
    );
    let other = FakeOpenAi::start(&[MODEL], Vec::new());
    let place = place.var("OPENAI_BASE_URL", &other.base_url());
    let ran = place.run(&["models", "--json", "--model", &format!("openai:{MODEL}")]);
    let listed = ran.json();
    assert_eq!(listed["models"][0]["name"], MODEL);
    assert_eq!((&listed["models"][0]["chosen"], &listed["models"][0]["tools"]), (&json!(true), &json!(null)));
    assert_eq!(place.run(&["models", "--host", "http://127.0.0.1:1"]).code, 4);
}

#[test]
fn a_server_that_refuses_tools_gets_the_question_without_them() {
    let refusal = r#"{"error":{"message":"tools param requires --jinja flag"}}"#;
    let script = vec![
        Said::status(500, refusal),
        Said::new().token("The history.\n```run\ngit log --oneline -3\n```").finish("stop").done(9, 9),
        Said::new().token("Three commits.").finish("stop").done(9, 9),
    ];
    let server = FakeOpenAi::start(&[MODEL], script);
    let place =
        Home::with_commits(3).var("OPENAI_BASE_URL", &server.base_url()).var("AGENT_MODEL", &format!("openai:{MODEL}"));
    let ran = place.run(&["ask", "is there anything odd about the history"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, "Three commits.\n"), "{ran:?}");
    let requests = server.requests();
    let tools: Vec<bool> = requests.iter().map(|request| request.body.get("tools").is_some()).collect();
    assert_eq!(tools, [true, false, false]);
    let roles: Vec<&str> =
        requests[2].body["messages"].as_array().unwrap().iter().map(|m| m["role"].as_str().unwrap()).collect();
    assert_eq!(roles, ["system", "user", "assistant", "user"]);
}
