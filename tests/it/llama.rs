//! A real llama.cpp with a model file of ours: its own parser finds the calls, its own stream carries the words.
//!
//! `LLAMA_SERVER=/usr/local/bin/llama-server cargo test --test it llama:: -- --nocapture`

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::support::gguf;
use super::support::home::{Home, headings};

const REQUEST: &str = "anything odd since lunch — überhaupt?";
const CALL: &str = "Ich schaue nach.\n<tool_call>\n{\"name\": \"run_command\", \"arguments\": {\"cmd\": \"git log \
                    --oneline -3\", \"context\": \"Reads what came last.\"}}\n</tool_call>";
const ANSWER: &str = "Nothing odd: three commits, „sauber“ — 🙂.";

/// A server with a model, stopped with it.
struct Llama {
    child: Child,
    port: u16,
    directory: tempfile::TempDir,
}

impl Llama {
    /// The server that `LLAMA_SERVER` names, ready to answer with these texts; `None` after saying that there is none.
    fn start(answers: &[&str]) -> Option<Llama> {
        let Some(program) = std::env::var_os("LLAMA_SERVER").map(PathBuf::from) else {
            println!("skipped: LLAMA_SERVER names no llama.cpp server");
            return None;
        };
        let place = tempfile::tempdir().unwrap();
        let model = place.path().join("scripted.gguf");
        std::fs::write(&model, gguf::scripted(answers)).unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let child = Command::new(program)
            .args([
                "--jinja",
                "--host",
                "127.0.0.1",
                "--parallel",
                "1",
                "--threads",
                "1",
                "--no-warmup",
                "--alias",
                "scripted",
            ])
            .args(["--port", &port.to_string(), "--ctx-size", &gguf::WINDOW.to_string(), "--model"])
            .arg(&model)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(place.path().join("stderr")).unwrap())
            .spawn()
            .unwrap();
        let mut llama = Llama { child, port, directory: place };
        llama.wait();
        Some(llama)
    }

    fn wait(&mut self) {
        let began = Instant::now();
        while !self.is_ready() {
            let ended = self.child.try_wait().unwrap();
            let said = || std::fs::read_to_string(self.directory.path().join("stderr")).unwrap_or_default();
            assert!(ended.is_none(), "it ended: {ended:?}\n{}", said());
            assert!(began.elapsed() < Duration::from_secs(60), "it is not ready:\n{}", said());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn is_ready(&self) -> bool {
        let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.port)) else { return false };
        let asked = stream.write_all(b"GET /health HTTP/1.0\r\n\r\n");
        let mut answer = String::new();
        asked.is_ok() && stream.read_to_string(&mut answer).is_ok() && answer.contains(" 200 ")
    }

    fn place(&self) -> Home {
        Home::with_commits(3)
            .var("OPENAI_BASE_URL", &format!("http://127.0.0.1:{}/v1", self.port))
            .var("AGENT_MODEL", "openai:scripted")
    }
}

impl Drop for Llama {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_call_that_llama_cpp_reads_from_its_model_is_run_and_answered() {
    let Some(llama) = Llama::start(&[CALL, ANSWER]) else { return };
    let place = llama.place();
    let ran = place.run(&["ask", REQUEST]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, format!("{ANSWER}\n").as_str()), "{ran:?}");
    for text in ["Ich schaue nach.", "Reason: Reads what came last."] {
        assert!(ran.stderr.contains(text), "no {text:?} in {ran:?}");
    }
    let log = place.log(0);
    assert_eq!(headings(&log), ["HUMAN — REQUEST", "AI", "AI — ANSWER"]);
    assert!(log.contains("ACTION: git log --oneline -3") && log.contains(ANSWER), "{log}");
}

#[test]
fn a_call_printed_into_words_is_found_by_us_where_llama_cpp_leaves_it_there() {
    let fenced = "```json\n{\"name\": \"run_command\", \"arguments\": {\"cmd\": \"git status --short\", \
                  \"context\": \"Looks for changes.\"}}\n```";
    let Some(llama) = Llama::start(&[fenced, ANSWER]) else { return };
    let place = llama.place();
    let ran = place.run(&["ask", REQUEST]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, format!("{ANSWER}\n").as_str()), "{ran:?}");
    assert!(place.log(0).contains("ACTION: git status --short"), "{}", place.log(0));
}

#[test]
fn what_changes_something_is_refused_unattended_whoever_serves_the_model() {
    let push = "<tool_call>\n{\"name\": \"run_command\", \"arguments\": {\"cmd\": \"git branch -D main\", \"context\": \
                \"It is old.\"}}\n</tool_call>";
    let Some(llama) = Llama::start(&[push, ANSWER]) else { return };
    let place = llama.place();
    let ran = place.run(&["ask", REQUEST]);
    assert_ne!(ran.code, 0, "{ran:?}");
    assert_eq!(place.branches(), ["main"]);
}
