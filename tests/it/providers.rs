//! One model behind two protocols: what it does wrong is mended the same way through both, and what it may do is decided
//! the same way.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::support::home::{Home, Ran};
use super::support::ollama::{FakeOllama, Turn};
use super::support::provider::{Piece, Provider, Reply};

/// A request that only a model can take.
const REQUEST: &str = "is there anything odd about the history";

fn run(cmd: &str) -> Piece {
    Piece::Call("run_command", json!({ "cmd": cmd, "context": "Looks." }))
}

fn says(text: &'static str) -> Reply {
    Reply::Says(vec![Piece::Token(text)])
}

/// What one script comes to.
struct Scenario {
    name: &'static str,
    script: Vec<Reply>,
    code: i32,
    /// What the last line of the answer holds.
    answer: &'static str,
    /// What was announced.
    announced: &'static [&'static str],
    /// What is true of the questions besides.
    asked: fn(&Provider, &[Value]),
}

fn nothing(_: &Provider, _: &[Value]) {}

fn last_message(request: &Value) -> String {
    let messages = request["messages"].as_array().unwrap();
    messages.last().unwrap()["content"].as_str().unwrap().to_owned()
}

fn scenarios() -> Vec<Scenario> {
    const LOG: &[&str] = &["git log --oneline -3"];
    let scenario =
        |name, script, answer, announced| Scenario { name, script, code: 0, answer, announced, asked: nothing };
    let mut all = vec![scenario(
        "calls_and_answers",
        vec![Reply::Says(vec![Piece::Thinking("hm"), run("git log --oneline -3")]), says("Three commits.")],
        "Three commits.",
        LOG,
    )];
    for (name, text) in [
        ("a_call_as_json", r#"{"name": "run_command", "arguments": {"cmd": "git log --oneline -3"}}"#),
        (
            "a_call_in_a_fence",
            "```json\n{\"name\": \"run_command\", \"arguments\": {\"cmd\": \"git log --oneline -3\"}}\n```",
        ),
        (
            "a_tagged_call",
            r#"<tool_call>{"name": "run_command", "arguments": {"cmd": "git log --oneline -3"}}</tool_call>"#,
        ),
        ("a_function_tag", "<function=run_command><parameter=cmd>git log --oneline -3</parameter></function>"),
        ("a_mistral_call", r#"[TOOL_CALLS]run_command[ARGS]{"cmd": "git log --oneline -3"}"#),
    ] {
        all.push(Scenario {
            asked: |provider, asked| {
                assert_eq!(asked.len(), 2, "{}", provider.name());
                assert!(last_message(&asked[1]).starts_with("exit code 0"), "{}", last_message(&asked[1]));
            },
            ..scenario(name, vec![says(text), says("Three commits.")], "Three commits.", LOG)
        });
    }
    all.push(Scenario {
        asked: |provider, asked| {
            assert!(!provider.forbids_thinking(&asked[0]) && provider.forbids_thinking(&asked[1]), "{asked:#?}");
        },
        ..scenario(
            "thinks_and_says_nothing",
            vec![Reply::Says(vec![Piece::Thinking("much ado")]), says("Three commits.")],
            "Three commits.",
            &[],
        )
    });
    all.push(Scenario {
        asked: |provider, asked| {
            let forbids: Vec<bool> = asked.iter().map(|request| provider.forbids_thinking(request)).collect();
            assert_eq!(forbids, [false, true, false], "{asked:#?}");
        },
        ..scenario(
            "cannot_be_told_not_to_think",
            vec![
                Reply::Says(vec![Piece::Thinking("much ado")]),
                Reply::Refuses(400, "\"devstral:24b\" does not support thinking"),
                says("Three commits."),
            ],
            "Three commits.",
            &[],
        )
    });
    all.push(Scenario {
        asked: |_, asked| assert!(last_message(&asked[1]).contains("there is no tool `run_comand`"), "{asked:#?}"),
        ..scenario(
            "a_tool_that_is_not_there",
            vec![
                Reply::Says(vec![Piece::Call("run_comand", json!({ "cmd": "ls" }))]),
                Reply::Says(vec![run("git log --oneline -3")]),
                says("Three commits."),
            ],
            "Three commits.",
            LOG,
        )
    });
    all.push(Scenario {
        asked: |_, asked| assert!(last_message(&asked[1]).contains("it needs `cmd`"), "{asked:#?}"),
        ..scenario(
            "arguments_of_another_kind",
            vec![
                Reply::Says(vec![Piece::Call("run_command", json!({ "cmd": 7 }))]),
                Reply::Says(vec![Piece::Call("run_command", json!("{\"cmd\": \"git log --oneline -3\"}"))]),
                says("Three commits."),
            ],
            "Three commits.",
            LOG,
        )
    });
    all.push(scenario(
        "half_a_call_at_the_end_of_the_window",
        vec![
            Reply::Full(vec![Piece::Token("<tool_call>{\"name\": \"run_command\", \"argum")]),
            Reply::Says(vec![run("git log --oneline -3")]),
            says("Three commits."),
        ],
        "Three commits.",
        LOG,
    ));
    all.push(scenario(
        "the_same_call_again_and_again",
        vec![Reply::Says(vec![run("git log --oneline -3")]); 4],
        "3 times with the same result",
        &["git log --oneline -3"; 2],
    ));
    all.push(Scenario {
        code: 4,
        ..scenario(
            "calls_that_nobody_can_read",
            vec![says("<tool_call>{oops</tool_call>"); 4],
            "calls that can be read",
            &[],
        )
    });
    all.push(Scenario {
        asked: |_, asked| assert!(asked[0].get("tools").is_some() && asked[1].get("tools").is_none(), "{asked:#?}"),
        ..scenario(
            "a_server_without_tools",
            vec![
                Reply::Refuses(400, "this model does not support tools"),
                says("The history.\n```run\ngit log --oneline -3\n```"),
                says("Three commits."),
            ],
            "Three commits.",
            LOG,
        )
    });
    all.push(Scenario {
        code: 3,
        ..scenario(
            "a_change_that_nobody_can_agree_to",
            vec![Reply::Says(vec![run("git branch feature")]), says("Done.")],
            "needs approval",
            &["git branch feature"],
        )
    });
    all
}

fn announced(ran: &Ran) -> Vec<&str> {
    ran.stderr.lines().filter_map(|line| line.trim_start().strip_prefix("→  ")).collect()
}

/// The first scenarios: a call as it should be, then those that were written into the answer.
const IN_WORDS: usize = 6;

#[test]
fn a_call_is_read_the_same_through_both_protocols_however_it_was_written() {
    come_to_the_same(scenarios().into_iter().take(IN_WORDS));
}

#[test]
fn what_a_model_does_wrong_comes_to_the_same_through_both_protocols() {
    come_to_the_same(scenarios().into_iter().skip(IN_WORDS));
}

fn come_to_the_same(scenarios: impl Iterator<Item = Scenario>) {
    for scenario in scenarios {
        for (provider, place) in Provider::both(&scenario.script) {
            let what = format!("{} through {}", scenario.name, provider.name());
            let ran = place.run(&["ask", REQUEST]);
            assert_eq!(ran.code, scenario.code, "{what}: {ran:?}");
            assert!(ran.stdout.contains(scenario.answer), "{what}: {ran:?}");
            assert_eq!(announced(&ran), scenario.announced, "{what}: {ran:?}");
            (scenario.asked)(&provider, &provider.requests());
            assert_eq!(place.branches(), ["main"], "{what}");
        }
    }
}

#[test]
fn a_call_that_was_written_into_the_answer_is_not_shown_while_it_comes() {
    let text = "I look.\n<tool_call>{\"name\": \"run_command\", \"arguments\": {\"cmd\": \"git log --oneline -3\"}}</tool_call>";
    for (provider, place) in Provider::both(&[says(text), says("Three commits.")]) {
        let ran = place.run(&["ask", REQUEST]);
        assert!(ran.stderr.contains("I look.") && !ran.stderr.contains("tool_call"), "{}: {ran:?}", provider.name());
    }
}

/// The product's measure: another model by one line of `.env`, in less than half a minute.
#[test]
fn another_model_is_one_line_of_the_environment_file_away() {
    let script = vec![Turn::new().token("It is fine.").done_uncounted(); 2];
    let server = FakeOllama::start(&["devstral:24b", "qwen3:8b"], script);
    let place = Home::with_commits(3).var("OLLAMA_HOST", &server.host());
    let began = Instant::now();
    for model in ["devstral:24b", "qwen3:8b"] {
        place.file(".env", format!("OLLAMA_MODEL={model}\n"));
        let ran = place.run(&["ask", REQUEST]);
        assert_eq!((ran.code, ran.stdout.as_str()), (0, "It is fine.\n"), "{ran:?}");
    }
    assert!(began.elapsed() < Duration::from_secs(30), "{:?}", began.elapsed());
    let asked: Vec<Value> = server.requests().iter().map(|request| request["model"].clone()).collect();
    assert_eq!(asked, ["devstral:24b", "qwen3:8b"]);
}
