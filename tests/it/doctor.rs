//! `devops-agent doctor`: what it finds, what it says to do, and that nothing keeps it.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::support::home::{Home, Ran};
use super::support::ollama::{FakeOllama, Stock, Turn};
use super::support::real;

const MODEL: &str = "devstral:24b";

/// What was found of one thing: its state, and the text with what to do.
fn found(ran: &Ran, check: &str) -> (String, String) {
    let report = ran.json();
    let findings = report["findings"].as_array().unwrap();
    let of = |finding: &&Value| finding["check"] == check;
    let finding = findings.iter().find(of).unwrap_or_else(|| panic!("nothing of {check} in {report:#}"));
    let text = |key: &str| finding[key].as_str().unwrap_or_default().to_owned();
    (text("state"), format!("{}. {}", text("text"), text("todo")))
}

fn assert_found(ran: &Ran, check: &str, state: &str, words: &[&str]) {
    let (is, text) = found(ran, check);
    assert_eq!(is, state, "{check}: {text}");
    for words in words {
        assert!(text.contains(words), "no {words:?} in {check}: {text}");
    }
}

/// A server with the model, which answers the one question with this.
fn with_model(place: Home, stock: Stock, turns: Vec<Turn>) -> (Home, FakeOllama) {
    let server = FakeOllama::stocked(64, stock, turns);
    let place = place.var("OLLAMA_HOST", &server.host());
    (place, server)
}

#[test]
fn a_bare_home_fails_nothing_and_says_what_would_be_better() {
    let place = Home::new();
    let ran = place.run(&["doctor"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    for line in ran.stdout.lines() {
        let (state, rest) = line.split_once(' ').unwrap();
        assert!(["ok", "warn"].contains(&state), "{line}");
        assert!(state == "ok" || rest.contains(". "), "a warning without what to do: {line}");
    }
    let ran = place.run(&["doctor", "--json"]);
    assert_eq!((ran.code, ran.json()["ok"].clone()), (0, json!(true)));
    assert_found(&ran, "model", "warn", &["does not answer", "Everyday requests need none"]);
    assert_found(&ran, "memory", "ok", &["none here yet"]);
    assert_found(&ran, "skills", "ok", &["built-in"]);
    assert!(!place.project.join(".GCC").exists(), "a look makes no memory");
}

#[test]
fn programs_are_told_with_their_path_and_version_and_missing_ones_as_missing() {
    let Some(git) = real::program("git") else { return };
    let place = Home::new();
    let ran = place.run(&["doctor", "--json"]);
    assert_found(&ran, "git", "ok", &[git.to_str().unwrap(), "git version "]);

    let place = Home::new().var("PATH", "/nowhere");
    let ran = place.run(&["doctor", "--json"]);
    for program in ["git", "docker", "kubectl", "helm"] {
        assert_found(&ran, program, "warn", &["not found on PATH", "Install it"]);
    }
    assert_eq!(ran.code, 0, "one can do without them");
}

#[test]
fn an_engine_that_does_not_answer_is_named_with_its_endpoint() {
    if real::program("docker").is_none() {
        return;
    }
    let place = Home::new();
    let ran = place.run(&["doctor", "--json"]);
    assert_found(&ran, "docker", "ok", &["Docker version"]);
    assert_found(&ran, "engine", "warn", &["no-docker.sock", "does not answer", "Start the engine"]);
}

#[test]
fn a_model_that_calls_the_tool_is_told_with_its_window() {
    let called = Turn::new().call("1", "report_status", &json!({"word": "ready"})).done("stop", 40, 8);
    let stock = Stock { trained: Some(16_384), ..Stock::of(&[MODEL]) };
    let (place, server) = with_model(Home::new(), stock, vec![called]);
    let ran = place.run(&["doctor", "--json"]);
    assert_found(&ran, "model", "ok", &[MODEL, "on this machine", "window 16384 tokens"]);
    assert_found(&ran, "tool call", "ok", &["made as asked"]);
    drop(server);
}

#[test]
fn a_model_that_writes_its_call_or_none_is_told_apart() {
    let written = r#"{"name": "report_status", "arguments": {"word": "ready"}}"#;
    let cases = [(written, "written into the answer"), ("I am ready.", "asked for and not made")];
    for (answer, words) in cases {
        let turn = Turn::new().token(answer).done("stop", 40, 8);
        let (place, _server) = with_model(Home::new(), Stock::of(&[MODEL]), vec![turn]);
        assert_found(&place.run(&["doctor", "--json"]), "tool call", "warn", &[words, "devops-agent models"]);
    }
    let stock = Stock { toolless: vec![MODEL.to_owned()], ..Stock::of(&[MODEL]) };
    let (place, _server) = with_model(Home::new(), stock, Vec::new());
    assert_found(&place.run(&["doctor", "--json"]), "tool call", "warn", &["the model makes none"]);
}

#[test]
fn a_server_that_is_silent_is_left_after_its_time() {
    let (place, _server) = with_model(Home::new().var("OLLAMA_TIMEOUT", "2"), Stock::of(&[MODEL]), vec![Turn::mute()]);
    let began = Instant::now();
    let ran = place.run(&["doctor", "--json"]);
    assert!(began.elapsed() < Duration::from_secs(40), "{:?}", began.elapsed());
    assert_found(&ran, "tool call", "fail", &["2 s"]);
    assert_eq!(ran.code, 1);
}

#[test]
fn a_model_that_is_named_and_not_there_fails() {
    let (place, _server) = with_model(Home::new(), Stock::of(&["other:7b"]), Vec::new());
    let ran = place.run(&["doctor", "--json", "--model", MODEL]);
    assert_found(&ran, "model", "fail", &["not installed", "other:7b", "devops-agent models"]);
    assert_eq!(ran.code, 1);
}

#[test]
fn what_others_can_read_or_write_is_named_with_its_cure() {
    let place = Home::new();
    let state = place.home.join("state/devops-agent");
    let config = place.home.join("config/devops-agent");
    for (directory, mode) in [(&state, 0o755), (&config, 0o777)] {
        fs::create_dir_all(directory).unwrap();
        fs::set_permissions(directory, Permissions::from_mode(mode)).unwrap();
    }
    let env = place.file(".env", "OPENAI_API_KEY=abc\n");
    fs::set_permissions(&env, Permissions::from_mode(0o644)).unwrap();
    let ran = place.run(&["doctor", "--json"]);
    assert_eq!(ran.code, 1);
    assert_found(&ran, "state", "fail", &["open to others (0755)", "chmod 700"]);
    assert_found(&ran, "config", "fail", &["others can write", "chmod go-w"]);
    assert!(ran.stdout.contains(".env holds a key and others can read it"), "{}", ran.stdout);
    assert!(!ran.stdout.contains("abc"), "{}", ran.stdout);
}

#[test]
fn a_memory_that_was_tampered_with_fails_and_a_sound_one_is_counted() {
    let place = Home::with_commits(1);
    assert_eq!(place.run(&["ask", "git status"]).code, 0);
    assert_found(&place.run(&["doctor", "--json"]), "memory", "ok", &["1 sessions", "as they were written"]);
    let log = place.project.join(".GCC/sessions").join(&place.sessions()[0]).join("log.md");
    let text = fs::read_to_string(&log).unwrap();
    fs::write(&log, text.replace("git status", "git stasis")).unwrap();
    let ran = place.run(&["doctor", "--json"]);
    assert_found(&ran, "memory", "fail", &["session_001", "log, entry 1", "devops-agent verify"]);
    assert_eq!(ran.code, 1);
}

#[test]
fn a_skill_file_with_a_mistake_is_sent_to_the_check_of_skills() {
    let place = Home::new();
    let skill = place.home.join("skills/mine");
    fs::create_dir_all(&skill).unwrap();
    fs::write(skill.join("SKILL.md"), "## auto_execute\n<<<<<<< HEAD\n").unwrap();
    let ran = place.run(&["doctor", "--json", "--skills", place.home.join("skills").to_str().unwrap()]);
    assert_found(&ran, "skills", "fail", &["1 file: ", "devops-agent skills check"]);
    assert_eq!(ran.code, 1);
}

#[test]
fn a_broken_setting_is_a_finding_and_not_the_end() {
    let place = Home::new().var("OLLAMA_TEMPERATURE", "hot");
    let ran = place.run(&["doctor", "--json"]);
    assert_eq!(ran.code, 1);
    assert_found(&ran, "settings", "fail", &["OLLAMA_TEMPERATURE"]);
    assert_found(&ran, "terminal", "warn", &["TERM is not set"]);
}

#[test]
fn secrets_of_the_environment_are_not_told() {
    let place = Home::new().var("DOCKER_HOST", "tcp://ada:hunter2hunter2@10.0.0.7:2376");
    let ran = place.run(&["doctor"]);
    assert!(!ran.stdout.contains("hunter2hunter2") && !ran.stderr.contains("hunter2hunter2"), "{ran:?}");
}

#[test]
fn on_a_terminal_the_keyboard_is_asked_and_tmux_is_noticed() {
    let place = Home::new().var("TMUX", "/tmp/tmux-0/default,1,0").var("COLORTERM", "truecolor");
    let mut terminal = place.terminal(&["doctor"]);
    terminal.wait_for_text("to mend");
    let screen = terminal.text();
    for words in ["xterm-256color, 16 million colours", "keyboard", "inside tmux", "set-clipboard on"] {
        assert!(screen.contains(words), "no {words:?} in:\n{screen}");
    }
    assert_eq!(terminal.wait_exit(), 0);
}
