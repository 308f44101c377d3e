//! What goes wrong from outside: each thing gives a clear message with a hint
//! and the right exit code, nothing is lost and nothing panics.

use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::process::{Command, Stdio};

use super::support::home::{Home, PROGRAM, Ran, finish, headings};
use super::support::ollama::{FakeOllama, Turn};

const MODEL: &str = "devstral:24b";

/// A request that only a model can take.
const FREE: &str = "flibber the wug";

fn told(ran: &Ran, code: i32, words: &[&str]) {
    assert_eq!(ran.code, code, "{ran:?}");
    assert!(!ran.stderr.contains("panicked"), "{ran:?}");
    for words in words {
        assert!(ran.stderr.contains(words), "no {words:?} in:\n{}", ran.stderr);
    }
}

#[test]
fn an_empty_request_says_how_to_ask() {
    let place = Home::new();
    for args in [&["ask", ""][..], &["ask", "  \n\t "], &["ask", "-"], &["ask"], &["plan", " "]] {
        told(&place.run(args), 2, &["error: the request is empty", "hint: Say what you want"]);
    }
    told(&place.run(&["check", "--", " "]), 2, &["error: there is no command", "hint: "]);
    assert!(!place.project.join(".GCC").exists());
}

#[test]
fn a_request_of_a_megabyte_is_told_its_limit() {
    let place = Home::new();
    let ran = place.run_with(&["ask", "-"], &vec![b'a'; 1 << 20]);
    told(&ran, 2, &["error: the request is ", "bytes", "hint: Put the data into a file"]);
    assert!(!place.project.join(".GCC").exists());
}

#[test]
fn a_request_of_many_megabytes_is_too_long_and_not_broken_text() {
    let place = Home::new();
    let ran = place.run_with(&["ask"], "€".repeat(1 << 20).as_bytes());
    told(&ran, 2, &["error: the request is ", "hint: Put the data into a file"]);
}

#[test]
fn a_long_request_that_is_taken_is_logged_and_answered() {
    let place = Home::new();
    let request = "wug ".repeat(20_000);
    let ran = place.run_with(&["ask", "-"], request.as_bytes());
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(headings(&place.log(0)), ["HUMAN — REQUEST", "AI — ANSWER"]);
}

#[test]
fn bytes_that_are_no_text_are_refused_with_a_way_out() {
    let place = Home::new();
    told(&place.run_with(&["ask", "-"], b"git \xff status"), 2, &["is not UTF-8 text", "hint: Convert it first"]);
    let mut program = Command::new(PROGRAM);
    program.arg("ask").arg(std::ffi::OsStr::from_bytes(b"git \xff status"));
    program.current_dir(&place.project).env_clear().envs(&place.env);
    let child = program.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    told(&finish(child, "ask"), 2, &["UTF-8"]);
}

#[test]
fn an_unknown_subcommand_is_a_usage_error() {
    let place = Home::new();
    told(&place.run(&["frobnicate"]), 2, &["unrecognized subcommand 'frobnicate'", "--help"]);
    told(&place.run(&["ask", "--frobnicate", "x"]), 2, &["--frobnicate"]);
}

#[test]
fn a_wrong_setting_names_its_key_its_file_and_its_line() {
    let place = Home::new();
    place.file(".env", "# settings\n\nOLLAMA_TIMEOUT=soon\n");
    for args in [["ask", "git status"], ["plan", "git status"], ["check", "git status"]] {
        told(&place.run(&args), 5, &["OLLAMA_TIMEOUT", ".env:3", "expected a whole number of seconds", "hint: "]);
    }
    fs::remove_file(place.project.join(".env")).unwrap();
    let place = place.var("OLLAMA_CONTEXT_SIZE", "big");
    told(&place.run(&["ask", "git status"]), 5, &["OLLAMA_CONTEXT_SIZE", "environment", "hint: "]);
    told(&place.run(&["ask", "--temperature", "9", "git status"]), 5, &["--temperature", "from 0 to 2"]);
}

#[test]
fn a_memory_that_cannot_be_written_is_named() {
    let place = Home::with_commits(1);
    place.file(".GCC", "not a directory");
    told(&place.run(&["ask", "git branch feature", "--yes"]), 1, &["error: ", ".GCC", "hint: "]);
    assert_eq!(place.branches(), ["main"]);
    assert_eq!(fs::read_to_string(place.project.join(".GCC")).unwrap(), "not a directory");
    told(&place.run(&["ask", "--gcc-path", "/proc/devops-agent", "git status"]), 1, &["/proc/devops-agent", "hint: "]);
}

#[test]
fn a_memory_without_write_permission_is_named() {
    let place = Home::with_commits(1);
    if nix::unistd::geteuid().is_root() {
        println!("skipped: root may write everywhere");
        return;
    }
    let memory = place.project.join(".GCC");
    fs::create_dir(&memory).unwrap();
    fs::set_permissions(&memory, std::os::unix::fs::PermissionsExt::from_mode(0o500)).unwrap();
    told(&place.run(&["ask", "git status"]), 1, &["error: cannot write", ".GCC", "hint: "]);
}

/// A file system of this many bytes at `.GCC`; `None` where we may not mount one.
struct SmallDisk<'a>(&'a Home);

impl<'a> SmallDisk<'a> {
    fn mounted(place: &'a Home) -> Option<Self> {
        let memory = place.project.join(".GCC");
        fs::create_dir(&memory).unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=256k,mode=0700", "devops-agent-test"]).arg(&memory);
        let mounted = mount.stderr(Stdio::null()).status().is_ok_and(|status| status.success());
        if !mounted {
            println!("skipped: no file system may be mounted here");
        }
        mounted.then_some(Self(place))
    }

    fn fill(&self) {
        let mut size = 1 << 20;
        let filler = self.0.project.join(".GCC/filler");
        let mut bytes = Vec::new();
        // Every page that is left, then every byte.
        while size > 0 {
            bytes.resize(bytes.len() + size, b'x');
            if fs::write(&filler, &bytes).is_err() {
                bytes.truncate(bytes.len() - size);
                size /= 2;
            }
        }
        let _full = fs::write(&filler, [&bytes[..], b"x"].concat());
    }
}

impl Drop for SmallDisk<'_> {
    fn drop(&mut self) {
        let _gone = Command::new("umount").arg(self.0.project.join(".GCC")).status();
    }
}

#[test]
fn a_full_disk_begins_no_session_and_runs_nothing() {
    let place = Home::with_commits(1);
    let Some(disk) = SmallDisk::mounted(&place) else { return };
    disk.fill();
    told(
        &place.run(&["ask", "--yes", "git branch feature"]),
        1,
        &["no room left on the disk", "hint: free some space"],
    );
    assert_eq!(place.branches(), ["main"]);
}

#[test]
fn a_disk_that_fills_up_stops_the_next_command_and_keeps_the_log_whole() {
    let place = Home::with_commits(1);
    let Some(disk) = SmallDisk::mounted(&place) else { return };
    assert_eq!(place.run(&["ask", "git status"]).code, 0);
    let before = place.log(0);
    disk.fill();
    told(&place.run(&["ask", "--yes", "git branch feature"]), 1, &["no room left on the disk", "free some space"]);
    assert_eq!(place.branches(), ["main"], "what cannot be logged does not run");
    fs::remove_file(place.project.join(".GCC/filler")).unwrap();
    assert!(place.log(0).starts_with(&before));
    let next = place.run(&["ask", "git status"]);
    assert_eq!(next.code, 0, "{next:?}");
    assert!(place.log(0).ends_with("\n---\n\n"));
}

fn with_model(turns: Vec<Turn>) -> (FakeOllama, Home) {
    let ollama = FakeOllama::start(&[MODEL], turns);
    let place = Home::with_commits(1).var("OLLAMA_HOST", &ollama.host()).var("OLLAMA_TIMEOUT", "1");
    (ollama, place)
}

/// Asks what only a model can take; the failure is told, has its exit code and stands in the log.
fn model_fails(turn: Turn, why: &str) {
    let (_ollama, place) = with_model(vec![turn]);
    let ran = place.run(&["ask", FREE]);
    told(&ran, 4, &["error: the model failed", "hint: "]);
    assert!(ran.stdout.contains(why), "no {why:?} in {:?}", ran.stdout);
    let log = place.log(0);
    assert_eq!(headings(&log), ["HUMAN — REQUEST", "AI — ANSWER"]);
    assert!(log.contains("The model failed: ") && log.contains(why), "{log}");
    // The planner goes on all the same.
    let next = place.run(&["ask", "git status"]);
    assert_eq!(next.code, 0, "{next:?}");
}

#[test]
fn a_model_that_answers_500_is_a_failure_with_its_words() {
    model_fails(Turn::status(500, r#"{"error":"the runner crashed"}"#), "the runner crashed");
}

#[test]
fn a_model_that_never_begins_is_a_failure() {
    model_fails(Turn::mute(), "nothing came for");
}

#[test]
fn a_model_that_falls_silent_is_a_failure() {
    model_fails(Turn::new().token("I would").then_hang(), "nothing came for");
}

#[test]
fn a_model_that_closes_in_the_middle_of_a_line_is_a_failure() {
    model_fails(Turn::new().token("I would").raw(b"{\"model\":\"scripted\",\"mess").then_cut(), "closed");
}

#[test]
fn a_model_that_stops_without_its_end_is_a_failure() {
    model_fails(Turn::new().token("I would"), "stopped without its end");
}

#[test]
fn a_model_that_sends_malformed_json_is_a_failure() {
    model_fails(Turn::new().token("I would").line("{\"message\": oops}"), "a line of the answer cannot be read");
}

#[test]
fn a_model_that_sends_an_error_line_is_a_failure_with_its_words() {
    model_fails(Turn::new().token("I would").line(r#"{"error":"out of memory"}"#), "out of memory");
}

#[test]
fn what_a_model_said_before_it_broke_off_is_not_lost() {
    let turn = Turn::new().token("The disk of db1 is full.").line(r#"{"error":"out of memory"}"#);
    let (_ollama, place) = with_model(vec![turn]);
    let ran = place.run(&["ask", FREE]);
    assert_eq!(ran.code, 4, "{ran:?}");
    assert!(place.log(0).contains("The disk of db1 is full."), "{}", place.log(0));
}

#[test]
fn a_host_that_never_answers_leaves_the_planner() {
    // Takes connections and never answers.
    let mute = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let host = format!("http://{}", mute.local_addr().unwrap());
    let place = Home::with_commits(1).var("OLLAMA_HOST", &host).var("OLLAMA_TIMEOUT", "1");
    let ran = place.run(&["ask", "git status"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let ran = place.run(&["ask", FREE]);
    told(&ran, 0, &["No model: ", "does not answer"]);
    assert!(ran.stdout.contains("«flibber»"), "{ran:?}");
}

#[test]
fn a_model_that_is_missing_is_told_once_with_those_there_are() {
    let ollama = FakeOllama::start(&["qwen3:8b", "llama3.2:3b"], Vec::new());
    let place = Home::with_commits(1).var("OLLAMA_HOST", &ollama.host());
    let ran = place.run(&["ask", FREE]);
    told(&ran, 0, &["devstral:24b", "qwen3:8b", "llama3.2:3b"]);
    assert_eq!(ran.stderr.matches("qwen3:8b").count(), 1, "{}", ran.stderr);
}

#[test]
fn a_model_named_by_a_flag_that_is_not_installed_lists_what_is_and_ends_with_4() {
    let ollama = FakeOllama::start(&["qwen3:8b", "llama3.2:3b"], Vec::new());
    let place = Home::with_commits(1).var("OLLAMA_HOST", &ollama.host());
    let ran = place.run(&["ask", "--model", "nope:1b", "git status"]);
    told(&ran, 4, &["nope:1b", "qwen3:8b", "llama3.2:3b", "hint: "]);
    assert!(!ran.stderr.contains("planner goes on"), "it does not go on:\n{}", ran.stderr);
    assert_eq!(ran.stdout, "");
    assert_eq!(place.sessions(), [] as [String; 0]);
}

#[test]
fn a_model_named_by_a_flag_without_a_server_ends_with_4() {
    let place = Home::with_commits(1);
    told(&place.run(&["ask", "--model", "nope:1b", "git status"]), 4, &["does not answer", "hint: "]);
}

#[test]
fn garbage_in_a_batch_is_answered_in_its_place_and_the_rest_goes_on() {
    let place = Home::new();
    let deep = "[".repeat(100_000);
    for (args, field, good) in [
        (["check", "--batch"], "command", "git status"),
        (["plan", "--batch"], "request", "show the last five commits"),
    ] {
        let mut input = b"garbage\n[]\n{\"id\":2}\n\xff\xfe\n".to_vec();
        input.extend(format!("{{\"id\":3,\"{field}\":5}}\n\n{deep}\n{{\"id\":4,\"{field}\":\"{good}\"}}").bytes());
        let ran = place.run_with(&args, &input);
        assert_eq!(ran.code, 2, "{ran:?}");
        let told = ran.json_lines();
        assert_eq!(told.len(), 7, "{told:?}");
        assert!(told[..6].iter().all(|line| line["error"].is_string()), "{told:?}");
        assert_eq!((&told[2]["id"], &told[4]["id"]), (&2.into(), &3.into()));
        assert_eq!(told[6]["id"], 4);
        assert!(told[6].get("error").is_none(), "{told:?}");
    }
}

#[test]
fn a_directory_that_is_gone_is_said_so() {
    let place = Home::new();
    let mut shell = Command::new("sh");
    shell.args(["-c", "cd gone && rmdir ../gone && exec \"$0\" ask 'git status'", PROGRAM]);
    fs::create_dir(place.project.join("gone")).unwrap();
    shell.current_dir(&place.project).env_clear().envs(&place.env);
    let child = shell.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    told(&finish(child, "ask"), 5, &["the working directory cannot be read", "hint: "]);
}
