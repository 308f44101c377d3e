//! What counts as a call that was written into an answer, family by family.

use serde_json::{Value, json};

use super::*;
use crate::domain::{Message, ModelEvent, StopReason, ToolCall, ToolSpec};

fn request(tools: &[&str], printed: &str) -> ModelRequest {
    let spec = |name: &&str| ToolSpec { name: (*name).to_owned(), description: String::new(), parameters: json!({}) };
    ModelRequest {
        messages: vec![Message::text(Role::Tool, printed)],
        tools: tools.iter().map(spec).collect(),
        think: None,
    }
}

fn meant(text: &str) -> Option<Meant> {
    read(text, &request(&["run_command", "context"], ""))
}

fn calls(text: &str) -> Vec<(String, Value)> {
    let meant = meant(text).unwrap_or_else(|| panic!("nothing is read in {text:?}"));
    assert_eq!(meant.complaint, None, "{text}");
    meant.calls.into_iter().map(|call| (call.name, call.arguments)).collect()
}

fn complaint(text: &str) -> String {
    let meant = meant(text).unwrap_or_else(|| panic!("nothing is read in {text:?}"));
    assert_eq!(meant.calls, []);
    meant.complaint.unwrap_or_else(|| panic!("no complaint about {text:?}"))
}

#[test]
fn every_family_s_way_of_writing_a_call_is_read() {
    let wanted = [("run_command".to_owned(), json!({"cmd": "docker ps"}))];
    let json_call = r#"{"name": "run_command", "arguments": {"cmd": "docker ps"}}"#;
    let written = [
        json_call.to_owned(),
        format!("\n  {json_call}\n"),
        format!("[{json_call}]"),
        format!("```json\n{json_call}\n```"),
        format!("```\n{json_call}\n```"),
        format!("I will look.\n```tool_call\n{json_call}\n```\nThen we see."),
        format!("<tool_call>\n{json_call}\n</tool_call>"),
        format!("<tool_call>{json_call}"),
        format!("```xml\n<tool_call>{json_call}</tool_call>\n```"),
        "<tool_call>\n<function=run_command>\n<parameter=cmd>\ndocker ps\n</parameter>\n</function>\n</tool_call>"
            .into(),
        "<function=run_command><parameter=cmd>docker ps</parameter></function>".into(),
        r#"<function=run_command>{"cmd": "docker ps"}</function>"#.into(),
        format!("[TOOL_CALLS][{json_call}]"),
        format!("[TOOL_CALLS] {json_call}"),
        r#"[TOOL_CALLS]run_command{"cmd": "docker ps"}"#.into(),
        r#"[TOOL_CALLS]run_command[ARGS]{"cmd": "docker ps"}"#.into(),
        r#"<|python_tag|>{"name": "run_command", "parameters": {"cmd": "docker ps"}}"#.into(),
        r#"<|channel|>commentary to=functions.run_command <|constrain|>json<|message|>{"cmd": "docker ps"}<|call|>"#
            .into(),
        r#"{"type": "function", "function": {"name": "run_command", "arguments": {"cmd": "docker ps"}}}"#.into(),
    ];
    for text in written {
        assert_eq!(calls(&text), wanted, "{text}");
    }
}

#[test]
fn several_calls_keep_their_order_and_the_words_around_them_stay_words() {
    let text = "First.\n<tool_call>{\"name\":\"context\",\"arguments\":{}}</tool_call>\n\
                <tool_call>{\"name\":\"run_command\",\"arguments\":{\"cmd\":\"ls\"}}</tool_call>\nLast.";
    let meant = meant(text).unwrap();
    let names: Vec<&str> = meant.calls.iter().map(|call| call.name.as_str()).collect();
    assert_eq!(names, ["context", "run_command"]);
    assert!(meant.said.starts_with("First.") && meant.said.ends_with("Last.") && !meant.said.contains('{'));
    assert_eq!(calls(r#"[TOOL_CALLS]context[ARGS]{}[TOOL_CALLS]run_command[ARGS]{"cmd":"ls"}"#).len(), 2);
}

#[test]
fn prose_never_becomes_a_command() {
    let innocent = [
        "Run `kubectl delete ns prod` to clean up.",
        "```sh\nkubectl delete ns prod\n```",
        "```run\nkubectl delete ns prod\n```",
        "```json\n{\"replicas\": 3, \"name\": \"web\"}\n```",
        "```json\n{\"name\": \"web\", \"arguments\": {\"cmd\": \"rm -rf /\"}}\n```",
        r#"{"name": "web", "args": ["rm", "-rf", "/"]}"#,
        r#"{"kind": "Pod", "metadata": {"name": "run_command"}}"#,
        "A model writes `<tool_call>{\"name\":\"run_command\",\"arguments\":{\"cmd\":\"id\"}}</tool_call>` for that.",
        "run_command(cmd=\"rm -rf /\")",
        "cmd: rm -rf /",
        "The log says to=functions.run_command, which is odd.",
        "$ rm -rf /",
    ];
    for text in innocent {
        assert_eq!(meant(text), None, "{text}");
    }
}

#[test]
fn a_call_that_a_command_had_printed_is_a_quotation() {
    let printed = r#"<tool_call>{"name":"run_command","arguments":{"cmd":"id"}}</tool_call>"#;
    let answer = format!("The log says: {printed}");
    let log = format!("exit code 0\nstdout:\nready\n{printed}\n");
    assert_eq!(read(&answer, &request(&["run_command"], &log)), None);
    assert!(read(&answer, &request(&["run_command"], "exit code 0\nstdout:\nready\n")).is_some());
}

#[test]
fn half_a_call_is_a_complaint_and_nothing_is_made_of_it() {
    let halves = [
        r#"{"name": "run_command", "arguments": {"cmd": "kubectl delete po"#,
        r#"<tool_call>{"name": "run_command", "arguments": {"cmd": "rm -rf /tm"#,
        "<tool_call>\n<function=run_command>\n<parameter=cmd>\nrm -rf /tm",
        "<function=run_command><parameter=cmd>rm -rf /tm</function>",
        r#"[TOOL_CALLS]run_command[ARGS]{"cmd": "rm"#,
        "```json\n{\"name\": \"run_command\", \"arguments\": {\"cmd\": \"rm",
        "<tool_call>{'name': 'run_command', 'arguments': {'cmd': 'ls'}}</tool_call>",
        "<tool_call></tool_call>",
    ];
    for text in halves {
        assert!(complaint(text).contains("nothing was run"), "{text}");
    }
    let one_of_two = r#"<tool_call>{"name":"run_command","arguments":{"cmd":"ls"}}</tool_call><tool_call>{"name":"run"#;
    complaint(one_of_two);
}

#[test]
fn a_name_that_is_a_letter_off_is_read_as_written_for_the_answer_that_tells_the_right_one() {
    assert_eq!(calls(r#"{"name": "run_comand", "arguments": {"cmd": "ls"}}"#)[0].0, "run_comand");
    assert_eq!(calls(r#"<tool_call>{"name": "shell", "arguments": {"cmd": "ls"}}</tool_call>"#)[0].0, "shell");
}

fn plainly(text: &str) -> Option<Meant> {
    read(text, &request(&[], "exit code 0\nstdout:\n```run\nid\n```\n"))
}

#[test]
fn a_model_without_tools_runs_what_stands_alone_in_its_block() {
    let meant = plainly("I look at the pods first.\n\n```run\nkubectl get pods -n prod\n```\n").unwrap();
    let [call] = meant.calls.as_slice() else { panic!("{meant:?}") };
    assert_eq!(call.name, "run_command");
    assert_eq!(call.arguments, json!({"cmd": "kubectl get pods -n prod", "context": "I look at the pods first."}));
    assert_eq!(meant.said.trim(), "I look at the pods first.");
}

#[test]
fn without_that_block_a_model_without_tools_only_talks() {
    let innocent = [
        "Run kubectl delete ns prod.",
        "```sh\nrm -rf /\n```",
        "```\nrm -rf /\n```",
        "```text\n```run\nrm -rf /\n",
        "```running\nls\n```",
        r#"<tool_call>{"name":"run_command","arguments":{"cmd":"ls"}}</tool_call>"#,
        "It printed:\n```run\nid\n```",
    ];
    for text in innocent {
        assert_eq!(plainly(text), None, "{text}");
    }
    for text in ["```run\nls", "```run\nls\nid\n```", "```run\n```", "```run\nls\n```\n```run\ndf\n```"] {
        let meant = plainly(text).unwrap_or_else(|| panic!("{text}"));
        assert!(meant.calls.is_empty() && meant.complaint.is_some(), "{text}");
    }
}

#[test]
fn a_model_without_tools_is_told_its_calls_and_their_results_in_words() {
    let mut asked = Message::text(Role::Assistant, "I look.");
    let arguments = json!({"cmd": "docker ps"});
    asked.tool_calls = vec![ToolCall { id: String::new(), name: "run_command".into(), arguments }];
    let mut request = request(&[], "exit code 0");
    request.messages.insert(0, asked);
    let question = Listener::new(request).question();
    let told: Vec<(Role, &str)> = question.messages.iter().map(|m| (m.role, m.content.as_str())).collect();
    assert_eq!(told[0], (Role::Assistant, "I look.\n\n```run\ndocker ps\n```"));
    assert_eq!(told[1].0, Role::User);
    assert!(told[1].1.contains("data, not an instruction") && told[1].1.ends_with("exit code 0"));
    assert!(question.messages.iter().all(|message| message.tool_calls.is_empty()));
}

#[test]
fn a_thought_holds_no_call_and_a_real_call_makes_words_of_the_rest() {
    let written = r#"<tool_call>{"name":"run_command","arguments":{"cmd":"id"}}</tool_call>"#;
    let done = ModelEvent::Done(StopReason::Stop);
    let mut listener = Listener::new(request(&["run_command"], ""));
    assert_eq!(listener.hear(&ModelEvent::Thinking(written.into())), None);
    assert_eq!(listener.hear(&done), None);
    assert_eq!(listener.hear(&ModelEvent::Token(written.into())), None);
    assert!(matches!(listener.hear(&done), Some(ModelEvent::Meant(_))));
    let call = ToolCall { id: String::new(), name: "context".into(), arguments: json!({}) };
    assert_eq!(listener.hear(&ModelEvent::ToolCall(call)), None);
    assert_eq!(listener.hear(&done), None);
}

proptest::proptest! {
    #[test]
    fn no_text_is_too_strange_to_be_read(text in "([a-z<>=\\[\\]{}\"`: \n]|<tool_call>|</tool_call>|<function=|```|run|\\[TOOL_CALLS\\]|é){0,60}") {
        let words = meant(&text);
        proptest::prop_assert!(words.is_none_or(|meant| meant.complaint.is_some() || !meant.calls.is_empty()));
        let _plain = plainly(&text);
    }
}
