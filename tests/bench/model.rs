//! What a model's words cost on their way in, and what a long log costs on its way to one.
//!
//! Owns the sizes. Asks no real model: a scripted server answers, in pieces as
//! they come from a network.
//!
//! `cargo bench --bench model`

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a benchmark reads the clock, and the servers are those of the tests"
)]

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use devops_agent::agent::{Agent, Effect, Event, Joined, Prompts, Setup};
use devops_agent::domain::{
    At, Body, CallReport, Capture, Decision, Entry, Exit, Message, ModelEvent, ModelRequest, Principal, Role,
    SessionId, Step, Surroundings, Tier, ToolCall, TurnId, Window,
};
use devops_agent::model::{Model, OllamaModel, OllamaSettings};
use devops_agent::output::{escape, reduce};
use devops_agent::redact::Redactor;
use devops_agent::runbook::Runbooks;
use devops_agent::runtime::Knowledge;
use devops_agent::store::Memory;
use devops_agent::tools::memory;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

#[path = "../support/ollama.rs"]
mod ollama;
#[path = "percentiles.rs"]
mod percentiles;
#[path = "../support/torn.rs"]
mod torn;

use ollama::{FakeOllama, Turn};

const MODEL: &str = "scripted";
const TOKENS: u32 = 4_000;
/// A fast model writes a hundred a second; what we do with each must not be felt beside that.
const TOKEN_AIM: Duration = Duration::from_micros(50);
const ANSWERS: usize = 20;
const LOG: usize = 100 << 20;
/// The log of a session that is taken up: its commits and last entries stand in the question.
const PROMPT_AIM: Duration = Duration::from_millis(50);
const PROMPTS: usize = 40;
/// What a command printed is kept and reduced while it prints; this is all of that at once.
const LOG_AIM: Duration = Duration::from_secs(2);

fn agent() -> Agent {
    let knowledge = Knowledge::build(&[]).expect("the files of this build are sound");
    let mut agent = Agent::new(Setup {
        name: "bench".to_owned(),
        lexicon: knowledge.lexicon,
        runbooks: Arc::new(Runbooks::new(Vec::new())),
        phrases: knowledge.phrases,
        prompts: Prompts {
            system: "{acting}{surroundings}".into(),
            tools: "".into(),
            plain: "".into(),
            hints: "{hints}".into(),
        },
        skills: Arc::default(),
        fast_path: true,
    });
    agent.handle(Event::ModelPresence(Some(Joined { window: 32_768, calls_tools: true })));
    agent
}

/// One answer of many tokens, from the socket into the agent's state.
fn streamed(runtime: &tokio::runtime::Runtime) -> Duration {
    let turn = (0..TOKENS).fold(Turn::new(), |turn, _| turn.token("words "));
    let server = FakeOllama::start_in_chunks_of(1_400, &[MODEL], vec![turn.done_uncounted()]);
    let settings = OllamaSettings {
        host: server.host(),
        model: MODEL.to_owned(),
        temperature: 0.3,
        context_size: 32_768,
        timeout: Duration::from_secs(30),
        keep_alive: None,
    };
    let model = OllamaModel::new(settings).expect("the address is one");
    let mut agent = agent();
    agent.handle(Event::Said("flibber the wug".to_owned()));
    let request = ModelRequest { messages: vec![Message::text(Role::User, "flibber")], tools: Vec::new(), think: None };
    runtime.block_on(async {
        let (events, mut heard) = mpsc::channel(256);
        let began = Instant::now();
        tokio::spawn(model.chat(request, events, CancellationToken::new()));
        while let Some(event) = heard.recv().await {
            agent.handle(Event::Model { turn: TurnId(1), event });
        }
        began.elapsed()
    })
}

/// A log as a command printed it, kept, escaped, reduced and put into the next question.
fn questioned(log: &[u8]) -> (Duration, usize) {
    let mut agent = agent();
    agent.handle(Event::Said("flibber the wug".to_owned()));
    let arguments = serde_json::json!({"cmd": "cat app.log", "context": "Reads it."});
    let call = ToolCall { id: String::new(), name: "run_command".to_owned(), arguments };
    agent.handle(Event::Model { turn: TurnId(1), event: ModelEvent::ToolCall(call) });
    let done = ModelEvent::Done(devops_agent::domain::StopReason::Stop);
    let effects = agent.handle(Event::Model { turn: TurnId(1), event: done });
    let Some(Effect::Call(request)) = effects.into_iter().find(|effect| matches!(effect, Effect::Call(_))) else {
        panic!("no call")
    };
    let began = Instant::now();
    let mut capture = Capture::default();
    log.chunks(64 << 10).for_each(|chunk| capture.push(chunk));
    let stdout = escape::text(&capture.bytes());
    let brief = reduce::streams(&stdout, "", reduce::MODEL_TOKENS);
    let effects = agent.handle(Event::Finished(CallReport {
        exit: Some(Exit::Code(0)),
        brief: Some(brief),
        ..CallReport::not_run(request.call, request.turn, request.command, Tier::Auto, Decision::Auto)
    }));
    let took = began.elapsed();
    let asked = effects.iter().find_map(|effect| match effect {
        Effect::AskModel { request, .. } => Some(request.messages.iter().map(|message| message.content.len()).sum()),
        _ => None,
    });
    (took, asked.expect("the model is asked again"))
}

/// A session whose log holds 100 MB.
fn logged(root: &Path) -> (Memory, SessionId) {
    let at = At::parse("2026-02-21T09:14:00+01:00").expect("a time");
    let memory = Memory::open(root).unwrap();
    let redactor = Redactor::default();
    let mut session = memory.begin(&redactor.text("long"), at, &Surroundings::default()).unwrap();
    let output = Some("api-7d4f9     0/1     CrashLoopBackOff   14\n".repeat(21));
    let step = Step { permission: "auto-execute".into(), action: "kubectl get pods".into(), output, ..Step::default() };
    session.append(&redactor.entry(Entry { at, by: Principal::Agent, body: Body::Step(step) })).unwrap();
    let (id, directory) = (session.id().clone(), session.directory().to_owned());
    drop(session);
    let one = fs::read(directory.join("log.md")).unwrap();
    let mut log = File::create(directory.join("log.md")).unwrap();
    for _ in 0..LOG / one.len() {
        log.write_all(&one).unwrap();
    }
    for name in ["log.chain", "commit.chain"] {
        fs::remove_file(directory.join(name)).unwrap();
    }
    // Its first opening makes the chain.
    drop(memory.resume(&id, at).unwrap());
    (memory, id)
}

/// Where the session stands, read and put into a question.
fn prompted(memory: &Memory, id: &SessionId) -> Duration {
    let mut agent = agent();
    let began = Instant::now();
    let standing = memory::context(memory, Some(id), &Window::Session(None)).unwrap().text();
    agent.handle(Event::Standing(Some(standing)));
    let effects = agent.handle(Event::Said("flibber the wug".to_owned()));
    let took = began.elapsed();
    let asks = |effect: &Effect| match effect {
        Effect::AskModel { request, .. } => {
            request.messages.iter().any(|said| said.content.contains("CrashLoopBackOff"))
        }
        _ => false,
    };
    assert!(effects.iter().any(asks), "the log stands in the question");
    took
}

fn print(name: &str, mut taken: Vec<Duration>, aim: Duration) {
    taken.sort_unstable();
    let (middle, slowest) = (taken[taken.len() / 2], taken[taken.len() - 1]);
    println!("{name:<60} {middle:>10.1?} {slowest:>10.1?} {slowest:>10.1?} {aim:>10.1?}");
}

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.expect("the system gives threads");
    percentiles::head("a model's words become state");
    let taken = (0..ANSWERS).map(|_| streamed(&runtime) / TOKENS).collect();
    print("one token of 4,000, connection and start included", taken, TOKEN_AIM);
    percentiles::head("a long log becomes a question");
    let place = tempfile::tempdir().unwrap();
    let (memory, id) = logged(place.path());
    let taken = (0..PROMPTS).map(|_| prompted(&memory, &id)).collect();
    percentiles::line("a session whose log holds 100 MB is gone on with", taken, PROMPT_AIM);
    let line = |at: usize| format!("2026-08-01T10:00:{:02}Z INFO request {at} served in {} ms\n", at % 60, at % 977);
    let mut log = String::with_capacity(LOG + 128);
    let mut at = 0;
    while log.len() < LOG {
        log.push_str(&line(at));
        if at % 5_000 == 0 {
            log.push_str("2026-08-01T10:00:00Z ERROR pool exhausted\n");
        }
        at += 1;
    }
    let runs: Vec<(Duration, usize)> = (0..5).map(|_| questioned(log.as_bytes())).collect();
    let bytes = runs[0].1;
    print(&format!("100 MB printed, {bytes} bytes asked"), runs.into_iter().map(|run| run.0).collect(), LOG_AIM);
}
