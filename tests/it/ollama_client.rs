//! The Ollama client against a scripted server: what it asks, what it hears, what it says when that goes wrong.

use std::net::TcpListener;
use std::process::Command;
use std::time::Duration;

use devops_agent::domain::{
    Message, ModelEvent, ModelProblem, ModelRequest, Role, StopReason, ToolCall, ToolSpec, Usage,
};
use devops_agent::model::{Availability, Model, OllamaModel, OllamaSettings, SetupError};
use serde_json::json;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::support::chat::{ask, question, text_of};
use crate::support::ollama::{FakeOllama, Stock, Turn};

const MODEL: &str = "devstral:24b";

fn settings(host: &str) -> OllamaSettings {
    OllamaSettings {
        host: host.to_owned(),
        model: MODEL.to_owned(),
        temperature: 0.3,
        context_size: 32768,
        timeout: Duration::from_millis(300),
        keep_alive: Some("10m".to_owned()),
    }
}

/// For answers that must come whole however busy the machine is.
fn patient(host: &str) -> OllamaModel {
    OllamaModel::new(OllamaSettings { timeout: Duration::from_secs(30), ..settings(host) }).unwrap()
}

fn impatient(host: &str) -> OllamaModel {
    OllamaModel::new(settings(host)).unwrap()
}

/// What `turn` is answered with: the events before the failure, and the failure.
async fn failure_of(turn: Turn) -> (Vec<ModelEvent>, ModelProblem) {
    let server = FakeOllama::start(&[MODEL], vec![turn]);
    failure(&patient(&server.host())).await
}

async fn failure(model: &OllamaModel) -> (Vec<ModelEvent>, ModelProblem) {
    let mut events = ask(model, question()).await;
    let Some(ModelEvent::Failed(problem)) = events.pop() else { panic!("no failure ends {events:?}") };
    assert!(problem.summary.starts_with(|first: char| first.is_lowercase()), "{problem:?}");
    assert!(!problem.hint.is_empty());
    (events, problem)
}

/// Waits, without blocking the client's own tasks, until its connection is closed.
async fn until_abandoned(server: &FakeOllama) {
    let closed = async {
        while server.abandoned() == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    assert!(tokio::time::timeout(Duration::from_secs(10), closed).await.is_ok(), "the client kept its connection");
}

#[tokio::test]
async fn an_answer_arrives_whole_however_it_is_torn() {
    let said = "Drei Pods — 再起動 🚀 naïve";
    for chunk in [1, 2, 3, 5, 7, 64, 100_000] {
        let turn = Turn::new().thinking("größer?").token(said).token("!").done("stop", 11, 5);
        let server = FakeOllama::start_in_chunks_of(chunk, &[MODEL], vec![turn]);
        let expected = [
            ModelEvent::Thinking("größer?".into()),
            ModelEvent::Token(said.into()),
            ModelEvent::Token("!".into()),
            ModelEvent::Usage(Usage { prompt_tokens: Some(11), output_tokens: Some(5) }),
            ModelEvent::Done(StopReason::Stop),
        ];
        assert_eq!(ask(&patient(&server.host()), question()).await, expected, "in chunks of {chunk}");
    }
}

#[tokio::test]
async fn tool_calls_come_with_their_id_or_without_and_with_arguments_as_object_or_string() {
    let bare = r#"{"message":{"role":"assistant","tool_calls":[{"function":{"name":"run_command","arguments":"{\"cmd\":\"docker ps\"}"}}]},"done":false}"#;
    let turn = Turn::new().call("call_1", "run_command", &json!({ "cmd": "git status" })).line(bare).done_uncounted();
    let server = FakeOllama::start(&[MODEL], vec![turn]);
    let call = |id: &str, cmd: &str| {
        ModelEvent::ToolCall(ToolCall { id: id.into(), name: "run_command".into(), arguments: json!({ "cmd": cmd }) })
    };
    // How it was meant is for whoever knows the tool.
    let bare_call = ModelEvent::ToolCall(ToolCall {
        id: String::new(),
        name: "run_command".into(),
        arguments: json!("{\"cmd\":\"docker ps\"}"),
    });
    let expected = [call("call_1", "git status"), bare_call, ModelEvent::Done(StopReason::Stop)];
    assert_eq!(ask(&patient(&server.host()), question()).await, expected);
}

#[tokio::test]
async fn a_question_carries_tools_results_and_a_window_the_server_may_not_cut() {
    let server = FakeOllama::start(&[MODEL], vec![Turn::new().token("ok").done("length", 1, 1)]);
    let mut asked = Message::text(Role::Assistant, "");
    asked.tool_calls =
        vec![ToolCall { id: "call_1".into(), name: "run_command".into(), arguments: json!({ "cmd": "ls" }) }];
    let mut result = Message::text(Role::Tool, "README.md");
    result.tool_name = Some("run_command".into());
    result.tool_call_id = Some("call_1".into());
    let schema = json!({ "type": "object", "properties": { "cmd": { "type": "string" } }, "required": ["cmd"] });
    let tool = ToolSpec { name: "run_command".into(), description: "runs it".into(), parameters: schema.clone() };
    let messages = vec![Message::text(Role::System, "be brief"), asked, result];

    let events = ask(&patient(&server.host()), ModelRequest { messages, tools: vec![tool], think: None }).await;

    assert_eq!(events.last(), Some(&ModelEvent::Done(StopReason::Length)));
    let function = json!({ "name": "run_command", "description": "runs it", "parameters": schema });
    let called = json!({ "index": 0, "name": "run_command", "arguments": { "cmd": "ls" } });
    let expected = json!({
        "model": MODEL,
        "messages": [
            { "role": "system", "content": "be brief" },
            { "role": "assistant", "content": "", "tool_calls": [{ "id": "call_1", "function": called }] },
            { "role": "tool", "content": "README.md", "tool_name": "run_command", "tool_call_id": "call_1" },
        ],
        "tools": [{ "type": "function", "function": function }],
        "stream": true,
        "options": { "num_ctx": 32768, "temperature": 0.3 },
        "keep_alive": "10m",
        "truncate": false,
        "shift": false,
    });
    assert_eq!(server.requests(), [expected]);
}

#[tokio::test]
async fn turns_follow_each_other_and_a_last_line_may_lack_its_end() {
    let first = Turn::new().token("one").done_uncounted();
    let second = Turn::new().token("two").raw(br#"{"done":true}"#);
    let server = FakeOllama::start(&[MODEL], vec![first, second]);
    let model = patient(&server.host());
    assert_eq!(text_of(&ask(&model, question()).await), "one");
    assert_eq!(text_of(&ask(&model, question()).await), "two");
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_refused_connection_says_where_and_how_to_start_the_server() {
    // Bound and dropped: a port nobody listens on.
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let (before, problem) = failure(&patient(&format!("http://{address}"))).await;
    assert_eq!(before, []);
    assert!(problem.summary.contains(&address.to_string()) && problem.summary.contains("refused"), "{problem:?}");
    assert!(problem.hint.contains("ollama serve") && problem.hint.contains("OLLAMA_HOST"), "{problem:?}");
}

#[tokio::test]
async fn a_server_error_is_told_in_the_servers_words() {
    let (_, problem) = failure_of(Turn::status(500, r#"{"error":"llama runner process has terminated"}"#)).await;
    assert!(problem.summary.contains("500: llama runner process has terminated"), "{problem:?}");
    let (_, problem) =
        failure_of(Turn::status(400, r#"{"error":"the input length exceeds the context length"}"#)).await;
    assert!(problem.hint.contains("OLLAMA_CONTEXT_SIZE"), "{problem:?}");
}

#[tokio::test]
async fn a_server_that_never_answers_is_given_up() {
    let server = FakeOllama::start(&[MODEL], vec![Turn::mute()]);
    let (before, problem) = failure(&impatient(&server.host())).await;
    assert_eq!(before, []);
    assert!(problem.summary.contains("300 ms") && problem.hint.contains("OLLAMA_TIMEOUT"), "{problem:?}");
    until_abandoned(&server).await;
}

#[tokio::test]
async fn silence_in_the_middle_keeps_what_was_said() {
    let server = FakeOllama::start(&[MODEL], vec![Turn::new().token("so far").raw(b"{\"mess").then_hang()]);
    // Long enough for the beginning to arrive on a busy machine.
    let settings = OllamaSettings { timeout: Duration::from_secs(2), ..settings(&server.host()) };
    let (before, problem) = failure(&OllamaModel::new(settings).unwrap()).await;
    assert_eq!(text_of(&before), "so far");
    assert!(problem.summary.contains("nothing came for 2 s"), "{problem:?}");
}

#[tokio::test]
async fn a_connection_cut_inside_a_line_is_not_taken_for_an_end() {
    let half = Turn::new().token("so far").raw("{\"message\":{\"content\":\"größ".as_bytes());
    let half_a_character = Turn::new().token("so far").raw(b"{\"a\":\"\xc3");
    let between_lines = Turn::new().token("so far").then_cut();
    for turn in [half.clone().then_cut(), half, half_a_character, between_lines] {
        let (before, problem) = failure_of(turn).await;
        assert_eq!(text_of(&before), "so far");
        assert!(problem.summary.contains("closed in the middle"), "{problem:?}");
    }
}

#[tokio::test]
async fn an_answer_without_its_last_line_is_not_complete() {
    let (before, problem) = failure_of(Turn::new().token("so far")).await;
    assert_eq!(text_of(&before), "so far");
    assert!(problem.summary.contains("without its end"), "{problem:?}");
}

#[tokio::test]
async fn a_malformed_line_is_shown_and_ends_the_answer() {
    let (before, problem) = failure_of(Turn::new().token("so far").line("{\"message\": oops}").done_uncounted()).await;
    assert_eq!(text_of(&before), "so far");
    assert!(problem.summary.contains("oops"), "{problem:?}");
    let (_, problem) = failure_of(Turn::new().raw(b"\xff\xfe\n")).await;
    assert!(problem.summary.contains("UTF8"), "{problem:?}");
    let (_, problem) = failure_of(Turn::new().raw(b"<html>welcome</html>")).await;
    assert!(problem.summary.contains("<html>welcome") && problem.hint.contains("ollama server"), "{problem:?}");
}

#[tokio::test]
async fn a_line_without_end_is_not_kept_in_memory() {
    let endless = Turn::new().raw(&vec![b'x'; 5 * 1024 * 1024]).then_hang();
    let server = FakeOllama::start_in_chunks_of(60_001, &[MODEL], vec![endless]);
    let (_, problem) = failure(&patient(&server.host())).await;
    assert!(problem.summary.contains("longer than 4194304 bytes"), "{problem:?}");
}

#[tokio::test]
async fn an_error_in_the_middle_of_a_good_answer_is_a_failure() {
    let turn = Turn::new().token("so far").line(r#"{"error":"model requires more system memory"}"#).done_uncounted();
    let (before, problem) = failure_of(turn).await;
    assert_eq!(text_of(&before), "so far");
    assert!(problem.summary.contains("broke off: model requires more system memory"), "{problem:?}");
    assert!(problem.hint.contains("smaller model"), "{problem:?}");
}

#[tokio::test]
async fn a_model_that_is_not_there_comes_with_the_command_that_gets_it() {
    let server = FakeOllama::start(&["llama3:latest"], vec![Turn::new().done_uncounted()]);
    let (_, problem) = failure(&patient(&server.host())).await;
    assert!(problem.summary.contains("has no model `devstral:24b`"), "{problem:?}");
    assert!(problem.hint.contains("ollama pull devstral:24b"), "{problem:?}");
    assert_eq!(server.requests().len(), 0);
}

#[tokio::test]
async fn a_question_is_not_carried_to_another_address() {
    let elsewhere = FakeOllama::start(&[MODEL], vec![Turn::new().token("stolen").done_uncounted()]);
    let (before, problem) = failure_of(Turn::redirect(&format!("{}/api/chat", elsewhere.host()))).await;
    assert_eq!(before, []);
    assert!(problem.summary.contains("307") && problem.hint.contains("redirects are not followed"), "{problem:?}");
    assert_eq!(elsewhere.requests().len(), 0);
}

#[tokio::test]
async fn a_connection_that_is_lost_before_anything_was_said_is_made_again() {
    let turns = vec![Turn::dropped(), Turn::status(503, "busy"), Turn::new().token("here").done_uncounted()];
    let server = FakeOllama::start(&[MODEL], turns);
    assert_eq!(text_of(&ask(&patient(&server.host()), question()).await), "here");
    let asked = server.requests();
    assert_eq!(asked.len(), 3);
    assert!(asked.iter().all(|question| *question == asked[0]));
}

#[tokio::test]
async fn what_the_server_refused_or_already_said_is_not_asked_again() {
    let again = || Turn::new().token("again").done_uncounted();
    let begun = Turn::new().token("so far").then_cut();
    for first in [Turn::status(400, "{}"), Turn::status(401, "{}"), Turn::status(429, "{}"), begun] {
        let server = FakeOllama::start(&[MODEL], vec![first, again()]);
        failure(&patient(&server.host())).await;
        assert_eq!(server.requests().len(), 1);
    }
}

#[tokio::test]
async fn a_connection_that_stays_lost_is_given_up() {
    let server = FakeOllama::start(&[MODEL], vec![Turn::dropped(), Turn::dropped(), Turn::dropped(), Turn::dropped()]);
    failure(&patient(&server.host())).await;
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn the_window_the_model_was_loaded_with_is_told_once() {
    let stock = Stock { loaded: Some(4096), ..Stock::of(&[MODEL]) };
    let turn = || Turn::new().token("ok").done("stop", 10, 1);
    let server = FakeOllama::stocked(7, stock, vec![turn(), turn()]);
    let model = patient(&server.host());
    assert!(ask(&model, question()).await.contains(&ModelEvent::Window(4096)));
    assert!(!ask(&model, question()).await.contains(&ModelEvent::Window(4096)));
}

#[tokio::test]
async fn a_prompt_that_was_cut_is_an_error_and_no_answer() {
    let long = || ModelRequest {
        messages: vec![Message::text(Role::User, "a log line\n".repeat(8_000))],
        tools: vec![],
        think: None,
    };
    let stock = Stock { loaded: Some(4096), ..Stock::of(&[MODEL]) };
    let cut = Turn::new().token("nothing odd").done("stop", 2_900, 3);
    let server = FakeOllama::stocked(60_001, stock, vec![cut, Turn::new().token("ok").done("stop", 24_000, 1)]);
    let model = patient(&server.host());
    let events = ask(&model, long()).await;
    let Some(ModelEvent::Failed(problem)) = events.last() else { panic!("{events:?}") };
    assert!(problem.summary.contains("did not read the whole question: of 88000 bytes it read 2900"), "{problem:?}");
    assert!(problem.hint.contains("OLLAMA_CONTEXT_SIZE"), "{problem:?}");
    assert_eq!(ask(&model, long()).await.last(), Some(&ModelEvent::Done(StopReason::Stop)));
}

#[tokio::test]
async fn a_thought_in_the_answer_is_no_part_of_it() {
    let turn = Turn::new().token("<thi").token("nk>maybe</thi").token("nk>\n\nTwo").token(" pods.").done_uncounted();
    let server = FakeOllama::start(&[MODEL], vec![turn]);
    let events = ask(&patient(&server.host()), question()).await;
    assert_eq!(text_of(&events), "Two pods.");
    assert!(events.contains(&ModelEvent::Thinking("maybe".into())), "{events:?}");
}

#[tokio::test]
async fn the_list_of_models_tells_what_each_can_do() {
    let stock = Stock {
        toolless: vec!["gemma:2b".into()],
        trained: Some(131_072),
        loaded: Some(32_768),
        ..Stock::of(&[MODEL, "gemma:2b"])
    };
    let server = FakeOllama::stocked(7, stock, Vec::new());
    let listed = patient(&server.host()).list().await.unwrap();
    let told = |at: usize| (listed[at].name.as_str(), listed[at].is_chosen, listed[at].calls_tools);
    assert_eq!((told(0), told(1)), ((MODEL, true, Some(true)), ("gemma:2b", false, Some(false))));
    assert_eq!((listed[0].window, listed[0].loaded), (Some(131_072), Some(32_768)));
}

#[test]
fn a_proxy_in_the_environment_gets_no_question() {
    // Set for a run of another test in a process of its own: this one is shared with other tests.
    let answered = "ollama_client::turns_follow_each_other_and_a_last_line_may_lack_its_end";
    let run = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", answered])
        .env("HTTP_PROXY", "http://127.0.0.1:1")
        .env("http_proxy", "http://127.0.0.1:1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success() && said.contains("1 passed"), "{said}");
}

#[tokio::test]
async fn cancelling_drops_the_request_and_says_nothing_more() {
    let server = FakeOllama::start(&[MODEL], vec![Turn::new().token("so far").then_hang()]);
    let (events, mut heard) = mpsc::channel(4);
    let cancel = CancellationToken::new();
    let answering = tokio::spawn(patient(&server.host()).chat(question(), events, cancel.clone()));
    assert_eq!(heard.recv().await, Some(ModelEvent::Token("so far".into())));
    cancel.cancel();
    assert_eq!(heard.recv().await, None);
    answering.await.unwrap();
    until_abandoned(&server).await;
}

#[tokio::test]
async fn nobody_listening_ends_the_request() {
    let server = FakeOllama::start(&[MODEL], vec![Turn::new().token("one").then_hang()]);
    let (events, mut heard) = mpsc::channel(1);
    let answering = tokio::spawn(patient(&server.host()).chat(question(), events, CancellationToken::new()));
    assert_eq!(heard.recv().await, Some(ModelEvent::Token("one".into())));
    drop(heard);
    let ended = tokio::time::timeout(Duration::from_secs(10), answering).await;
    assert!(ended.is_ok(), "it waits for more, for nobody");
    until_abandoned(&server).await;
}

#[tokio::test]
async fn the_probe_tells_what_the_model_can_do() {
    let server = FakeOllama::start(&["llama3:latest", MODEL], Vec::new());
    let ready = Availability::Ready {
        capabilities: vec!["completion".into(), "tools".into(), "thinking".into()],
        window: None,
    };
    assert_eq!(patient(&server.host()).probe().await, ready);
    let host = format!("{}/", server.host());
    let untagged = OllamaSettings { model: "llama3".into(), timeout: Duration::from_secs(30), ..settings(&host) };
    assert_eq!(OllamaModel::new(untagged).unwrap().probe().await, ready);
}

#[tokio::test]
async fn the_probe_lists_what_is_there_instead() {
    let server = FakeOllama::start(&["llama3:latest", "devstral:24b-q8"], Vec::new());
    let installed = vec!["llama3:latest".into(), "devstral:24b-q8".into()];
    assert_eq!(patient(&server.host()).probe().await, Availability::NoModel { installed });
}

#[tokio::test]
async fn the_probe_gives_up_a_server_that_is_down_or_silent() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = format!("http://{}", silent.local_addr().unwrap());
    let Availability::Unreachable { why } = impatient(&host).probe().await else { panic!("a silent server is up") };
    assert!(why.contains(&host) && why.contains("nothing came for 300 ms"), "{why}");
    drop(silent);
    let Availability::Unreachable { why } = patient(&host).probe().await else { panic!("a dead server is up") };
    assert!(why.contains(&host) && why.contains("refused"), "{why}");
}

#[test]
fn what_is_no_address_is_refused_before_anything_is_sent() {
    let wrong = OllamaModel::new(settings("ftp://box"));
    assert!(matches!(&wrong, Err(SetupError::Host { host, .. }) if host == "ftp://box"), "{wrong:?}");
}
