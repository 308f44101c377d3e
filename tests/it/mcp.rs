//! The door for programs outside: the protocol's letter, who is asked and how, what leaves, what is logged.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::support::home::{Home, finish, headings, processes_with};
use super::support::kube_api::KubeApi;
use super::support::mcp::{Client, accepting, approving, text};
use super::support::real;

/// A client that shows forms.
fn forms() -> Value {
    json!({"elicitation": {"form": {}}})
}

fn refused(result: &Value) -> &str {
    assert_eq!(result["isError"], true, "{result}");
    text(result)
}

/// The digest a refusal names.
fn digest(result: &Value) -> String {
    result["_meta"]["devops-agent/refusal"]["digest"].as_str().unwrap_or_else(|| panic!("{result}")).to_owned()
}

#[test]
fn a_reading_command_runs_at_once_and_its_result_has_the_five_fields() {
    let place = Home::with_commits(2);
    let mut client = Client::legacy(&place, json!({}));
    let result = client.call("run_command", json!({"cmd": "git log -2 --oneline", "context": "to see what changed"}));
    let fields = &result["structuredContent"];
    let names: Vec<&String> = fields.as_object().unwrap().keys().collect();
    assert_eq!(names, ["stdout", "stderr", "exit_code", "duration", "command"]);
    assert_eq!((&fields["exit_code"], &fields["command"]), (&json!(0), &json!("git log -2 --oneline")));
    assert_eq!(fields["stdout"].as_str().unwrap().lines().count(), 2);
    assert_eq!(serde_json::from_str::<Value>(text(&result)).unwrap(), *fields);
    assert_eq!(client.close().code, 0);
    assert_eq!(place.sessions().len(), 1);
    assert!(place.sessions()[0].ends_with("_see-changed"), "{:?}", place.sessions());
    let log = place.log(0);
    assert_eq!(headings(&log), ["AI"]);
    assert!(log.contains("THOUGHT: to see what changed") && log.contains("ACTION: git log -2 --oneline"), "{log}");
    let found = place.run(&["search", "--actor", "client:raw client 1.0", "--json"]).stdout;
    assert!(found.contains("git log -2 --oneline"), "{found}");
    assert_eq!(place.run(&["sessions", "--json"]).json()[0]["status"], "closed", "a connection's end ends its session");
}

#[test]
fn looking_around_begins_no_session() {
    let place = Home::with_commits(1);
    let mut client = Client::legacy(&place, json!({}));
    let tools = client.request("tools/list", json!({}));
    let tools = tools["result"]["tools"].as_array().unwrap();
    let names: Vec<&str> = tools.iter().map(|tool| tool["name"].as_str().unwrap()).collect();
    let expected =
        ["run_command", "check_command", "plan", "search_history", "read_output", "context", "commit", "branch"];
    assert_eq!(names, [&expected[..], &["merge"]].concat());
    assert!(tools.iter().all(|tool| tool["outputSchema"]["type"] == "object" && tool["annotations"].is_object()));
    let checked = client.call("check_command", json!({"cmd": "git push --force origin main"}));
    assert_eq!(checked["structuredContent"]["tier"], "destructive", "{checked}");
    let planned = client.call("plan", json!({"request": "show the last five commits"}));
    assert_eq!(planned["structuredContent"]["commands"], json!(["git log -5 --oneline"]), "{planned}");
    let prompts = client.request("prompts/list", json!({}));
    assert_eq!(prompts["result"]["prompts"].as_array().unwrap().len(), 3, "{prompts}");
    let prompt = client.request("prompts/get", json!({"name": "diagnose", "arguments": {"problem": "it is slow"}}));
    assert!(prompt["result"]["messages"][0]["content"]["text"].as_str().unwrap().contains("it is slow"), "{prompt}");
    assert!(client.request("resources/list", json!({}))["result"]["resources"].as_array().unwrap().len() >= 4);
    client.close();
    assert_eq!(place.sessions(), [] as [String; 0]);
}

#[test]
fn a_client_that_shows_forms_is_asked_and_named_as_the_one_who_approved() {
    let place = Home::with_commits(1);
    let mut client = Client::legacy(&place, forms());
    let id = client.ask("tools/call", json!({"name": "run_command", "arguments": {"cmd": "git branch feature"}}));
    let question = client.question();
    let message = question["params"]["message"].as_str().unwrap();
    assert!(
        message.contains("Command: git branch feature") && message.contains("Tier: Requires approval"),
        "{message}"
    );
    assert_eq!(place.branches(), ["main"], "it ran before it was approved");
    client.reply(&question, accepting(&approving(&question["params"])));
    assert_eq!(client.answer(id)["result"]["structuredContent"]["exit_code"], 0);
    assert_eq!(place.branches(), ["feature", "main"]);
    client.close();
    let log = place.log(0);
    assert!(log.contains("USER DECISION: approved (answered by the program raw client 1.0)"), "{log}");
}

#[test]
fn an_answer_that_does_not_name_what_it_approves_approves_nothing() {
    let place = Home::with_commits(1);
    let mut client = Client::legacy(&place, forms());
    let run = json!({"name": "run_command", "arguments": {"cmd": "git branch feature"}});
    for (answer, says) in [
        (accepting("deny"), "denied"),
        (json!({"action": "decline"}), "denied"),
        (json!({"action": "cancel"}), "withdrawn"),
        (accepting("approve"), "denied"),
        (accepting("approve 0123456789abcdef"), "denied"),
        (json!({"action": "accept", "content": {}}), "nobody to ask"),
        (json!({"action": "accept", "content": {"decision": true}}), "nobody to ask"),
        (json!({"action": "accept"}), "nobody to ask"),
    ] {
        let id = client.ask("tools/call", run.clone());
        let question = client.question();
        client.reply(&question, answer.clone());
        let answered = client.answer(id);
        let text = refused(&answered["result"]);
        assert!(text.contains(says), "{answer}: {text}");
    }
    let id = client.ask("tools/call", run);
    let question = client.question();
    client.send(&json!({"jsonrpc": "2.0", "id": question["id"], "error": {"code": -32601, "message": "no"}}));
    let answered = client.answer(id);
    assert!(refused(&answered["result"]).contains("devops-agent approve "), "{answered}");
    client.close();
    assert_eq!(place.branches(), ["main"]);
}

#[test]
fn a_client_that_can_ask_nobody_is_told_what_its_person_can_do() {
    let place = Home::with_commits(1);
    let mut client = Client::legacy(&place, json!({}));
    let result = client.call("run_command", json!({"cmd": "git branch feature"}));
    let told = refused(&result).to_owned();
    let digest = digest(&result);
    for part in ["tier: approval", "command: git branch feature", &format!("devops-agent approve {digest}")] {
        assert!(told.contains(part), "{part}: {told}");
    }
    // A name alone approves nothing.
    let again = client.call("run_command", json!({"cmd": "git branch feature", "digest": digest}));
    assert!(refused(&again).contains("Nothing is approved under that digest"), "{again}");
    let listed = place.run(&["approve", "--json"]).json();
    assert_eq!(listed["waiting"][0]["command"], "git branch feature", "{listed}");
    // Nobody without a terminal approves.
    let ran = place.run_with(&["approve", &digest], b"yes\n");
    assert_eq!(ran.code, 3, "{ran:?}");
    let mut terminal = place.terminal(&["approve", &digest]);
    terminal.wait_for_text(">>>");
    let shown = terminal.text();
    assert!(shown.contains("raw client 1.0 asks") && shown.contains("git branch feature"), "{shown}");
    terminal.enter("yes");
    terminal.wait_for_text("Approved for one run");
    // For this and nothing else.
    let other = client.call("run_command", json!({"cmd": "git branch other", "digest": digest}));
    assert!(refused(&other).contains("Nothing is approved"), "{other}");
    let done = client.call("run_command", json!({"cmd": "git branch feature", "digest": digest}));
    assert_eq!(done["structuredContent"]["exit_code"], 0, "{done}");
    place.git(&["branch", "-D", "feature"]);
    let twice = client.call("run_command", json!({"cmd": "git branch feature", "digest": digest}));
    assert!(refused(&twice).contains("Nothing is approved"), "{twice}");
    client.close();
    assert_eq!(place.branches(), ["main"]);
    let log = place.log(0);
    assert!(log.contains("USER RESPONSE: \"yes\"\nUSER DECISION: approved\n"), "{log}");
}

#[test]
fn destructive_commands_are_refused_until_the_person_allows_them_and_then_types_each() {
    let place = Home::with_commits(1);
    place.file("kept.txt", "kept");
    let mut client = Client::legacy(&place, forms());
    let result = client.call("run_command", json!({"cmd": "rm kept.txt"}));
    assert!(refused(&result).contains("refused here") && !client.hears(Duration::ZERO), "{result}");
    assert_eq!(place.run(&["approve", "--json"]).json()["waiting"], json!([]));
    client.close();
    // A project's own file allows nothing.
    std::fs::create_dir(place.project.join(".devops-agent")).unwrap();
    place.file(".devops-agent/config.yaml", "mcp:\n  destructive: true\n");
    let mut client = Client::legacy(&place, forms());
    let result = client.call("run_command", json!({"cmd": "rm kept.txt"}));
    assert!(refused(&result).contains("refused here"), "{result}");
    client.close();
    let place = place.var("MCP_DESTRUCTIVE", "true");
    let mut client = Client::legacy(&place, forms());
    let result = client.call("run_command", json!({"cmd": "rm kept.txt"}));
    let digest = digest(&result);
    assert!(refused(&result).contains("tier: destructive") && !client.hears(Duration::ZERO), "{result}");
    let mut terminal = place.terminal(&["approve", &digest]);
    terminal.wait_for_text(">>>");
    assert!(terminal.text().contains("DESTRUCTIVE"), "{}", terminal.text());
    terminal.enter("y");
    terminal.wait_for_text("approves nothing");
    let mut terminal = place.terminal(&["approve", &digest]);
    terminal.wait_for_text(">>>");
    terminal.enter("approve");
    terminal.wait_for_text("Approved for one run");
    let result = client.call("run_command", json!({"cmd": "rm kept.txt", "digest": digest}));
    assert_eq!(result["structuredContent"]["exit_code"], 0, "{result}");
    assert!(!place.project.join("kept.txt").exists());
    client.close();
    let log = place.log(place.sessions().len() - 1);
    assert!(log.contains("TIER: destructive\nUSER RESPONSE: \"approve\"\nUSER DECISION: approved\n"), "{log}");
}

#[test]
fn the_stateless_generation_is_asked_by_an_answer_and_answers_with_another_call() {
    let place = Home::with_commits(1);
    let mut client = Client::stateless(&place, forms());
    let run = json!({"name": "run_command", "arguments": {"cmd": "git branch feature", "context": "for the new work"}});
    let asked = client.request("tools/call", run.clone())["result"].clone();
    assert_eq!(asked["resultType"], "input_required", "{asked}");
    let params = &asked["inputRequests"]["approval"]["params"];
    assert!(params["message"].as_str().unwrap().contains("git branch feature"), "{asked}");
    assert_eq!(place.branches(), ["main"]);
    let with = |state: &Value, decision: &str| {
        let mut call = run.clone();
        call["requestState"] = state.clone();
        call["inputResponses"] = json!({"approval": accepting(decision)});
        call
    };
    let approve = approving(params);
    // Forged: another letter, another program's, another command's.
    let mut forged = asked["requestState"].as_str().unwrap().to_owned();
    let middle = forged.len() / 2;
    let swapped = if forged.as_bytes()[middle] == b'A' { "B" } else { "A" };
    forged.replace_range(middle..=middle, swapped);
    let answer = client.request("tools/call", with(&json!(forged), &approve));
    assert!(refused(&answer["result"]).contains("does not belong to this call"), "{answer}");
    let mut other = with(&asked["requestState"], &approve);
    other["arguments"]["cmd"] = json!("git branch another");
    let answer = client.request("tools/call", other);
    assert!(refused(&answer["result"]).contains("does not belong to this call"), "{answer}");
    client.be("another client", forms());
    let answer = client.request("tools/call", with(&asked["requestState"], &approve));
    assert!(refused(&answer["result"]).contains("does not belong to this call"), "{answer}");
    client.be("raw client", forms());
    assert_eq!(place.branches(), ["main"]);
    let done = client.request("tools/call", with(&asked["requestState"], &approve));
    assert_eq!(done["result"]["structuredContent"]["exit_code"], 0, "{done}");
    place.git(&["branch", "-D", "feature"]);
    // Replayed.
    let again = client.request("tools/call", with(&asked["requestState"], &approve));
    assert!(refused(&again["result"]).contains("answered already"), "{again}");
    // Declined, and never answered at all.
    let asked = client.request("tools/call", run.clone())["result"].clone();
    let declined = client.request("tools/call", with(&asked["requestState"], "deny"));
    assert!(refused(&declined["result"]).contains("denied"), "{declined}");
    client.request("tools/call", run.clone());
    client.close();
    assert_eq!(place.branches(), ["main"]);
    let log = place.log(0);
    for decision in ["approved (answered by the program raw client 1.0)", "denied", "withdrawn"] {
        assert_eq!(log.matches(&format!("USER DECISION: {decision}")).count(), 1, "{decision}: {log}");
    }
}

#[test]
fn what_changed_between_question_and_answer_is_asked_again() {
    let place = Home::with_commits(1);
    let script = place.file("work.sh", "echo one\n");
    let mut client = Client::stateless(&place, forms());
    let run = json!({"name": "run_command", "arguments": {"cmd": "sh work.sh"}});
    let asked = client.request("tools/call", run.clone())["result"].clone();
    std::fs::write(script, "echo another\n").unwrap();
    let mut call = run;
    call["requestState"] = asked["requestState"].clone();
    call["inputResponses"] = json!({"approval": accepting(&approving(&asked["inputRequests"]["approval"]["params"]))});
    let again = client.request("tools/call", call.clone())["result"].clone();
    assert_eq!(again["resultType"], "input_required", "{again}");
    call["requestState"] = again["requestState"].clone();
    call["inputResponses"] = json!({"approval": accepting(&approving(&again["inputRequests"]["approval"]["params"]))});
    let done = client.request("tools/call", call);
    assert_eq!(done["result"]["structuredContent"]["stdout"], "another\n", "{done}");
    client.close();
}

#[test]
fn names_and_secrets_stay_here_and_pseudonyms_mean_the_real_ones() {
    let place = Home::with_commits(1);
    let token = ["ghp_", "aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY3zA5"].concat();
    place.file("hosts.txt", format!("db 10.20.30.40\ntoken {token}\n"));
    let mut client = Client::legacy(&place, forms());
    let result = client.call("run_command", json!({"cmd": "cat hosts.txt"}));
    let shown = result["structuredContent"]["stdout"].as_str().unwrap().to_owned();
    assert!(shown.starts_with("db IP_lan_") && !result.to_string().contains("10.20.30.40"), "{result}");
    assert!(!result.to_string().contains(&token), "{result}");
    let pseudonym = shown.split_whitespace().nth(1).unwrap().to_owned();
    let found = client.call("run_command", json!({"cmd": format!("grep -c {pseudonym} hosts.txt")}));
    assert_eq!(found["structuredContent"]["stdout"], "1\n", "{found}");
    assert!(found["structuredContent"]["command"].as_str().unwrap().contains(&pseudonym), "{found}");
    let id =
        client.ask("tools/call", json!({"name": "run_command", "arguments": {"cmd": format!("touch {pseudonym}")}}));
    let question = client.question();
    assert!(!question.to_string().contains("10.20.30.40"), "{question}");
    client.reply(&question, accepting("deny"));
    let refusal = client.answer(id);
    assert!(!refusal.to_string().contains("10.20.30.40"), "{refusal}");
    let log = client.request("resources/read", json!({"uri": "gcc://session/session_001/log"}));
    let log = log["result"]["contents"][0]["text"].as_str().unwrap();
    assert!(log.contains(&pseudonym) && !log.contains("10.20.30.40"), "{log}");
    client.call("commit", json!({"summary": format!("{pseudonym} is the database")}));
    client.close();
    assert!(place.log(0).contains("10.20.30.40 is the database"), "the person's own log has the name");
    let mut client = Client::start_with(&place, &["--mcp-anonymize", "false"]);
    client.shake_hands("raw client", json!({}));
    let result = client.call("run_command", json!({"cmd": "cat hosts.txt"}));
    assert!(result.to_string().contains("10.20.30.40") && !result.to_string().contains(&token), "{result}");
    client.close();
}

#[test]
fn nodes_that_a_listing_named_have_pseudonyms_that_mean_them() {
    if real::program("kubectl").is_none() {
        return;
    }
    let api = KubeApi::start();
    let place = Home::new();
    let kubeconfig = place.home.join("kubeconfig");
    api.write_kubeconfig(&kubeconfig);
    let place = place.var("KUBECONFIG", kubeconfig.to_str().unwrap());
    let mut client = Client::legacy(&place, forms());
    let listed = client.call("run_command", json!({"cmd": "kubectl get nodes"}));
    let shown = listed["structuredContent"]["stdout"].as_str().unwrap();
    assert!(shown.contains("node_") && !listed.to_string().contains("node-1"), "{listed}");
    let pseudonym = shown.split_whitespace().find(|word| word.starts_with("node_")).unwrap();
    let one = client.call("run_command", json!({"cmd": format!("kubectl get node {pseudonym} -o name")}));
    assert_eq!(one["structuredContent"]["stdout"], format!("node/{pseudonym}\n"), "{one}");
    client.close();
    assert!(
        place.log(0).contains("kubectl --context test-cluster get node node-1"),
        "the person's own log has the name"
    );
    let exported = place.run(&["export", "1", "--anonymize"]).stdout;
    assert!(exported.contains("get node node_") && !exported.contains("node-1"), "{exported}");
}

#[test]
fn the_memory_is_written_and_read_through_its_tools() {
    let place = Home::with_commits(1);
    let mut client = Client::legacy(&place, json!({}));
    client.call("run_command", json!({"cmd": "git status --short"}));
    let said = client.call("commit", json!({"summary": "nothing is changed", "finding": "git status is empty"}));
    assert!(text(&said).starts_with("Committed as "), "{said}");
    let entry = text(&said).split_whitespace().nth(2).unwrap().trim_end_matches(':').to_owned();
    assert!(text(&client.call("read_output", json!({"entry": entry}))).contains("git status is empty"));
    assert!(text(&client.call("search_history", json!({"words": "nothing changed"}))).contains("nothing is changed"));
    client.call("branch", json!({"name": "other-way", "intent": "to compare"}));
    assert!(text(&client.call("merge", json!({"name": "other-way"}))).contains("other-way is merged"));
    assert!(text(&client.call("context", json!({"show": "session"}))).contains("nothing is changed"));
    let bad = client.call("read_output", json!({"entry": "nothing-like-it"}));
    refused(&bad);
    let graph = client.request("resources/read", json!({"uri": "gcc://graph"}));
    assert!(graph["result"]["contents"][0]["text"].as_str().unwrap().contains("nothing is changed"), "{graph}");
    let surroundings = client.request("resources/read", json!({"uri": "gcc://surroundings"}));
    assert!(surroundings["result"]["contents"][0]["text"].as_str().unwrap().contains("main"), "{surroundings}");
    let none = client.request("resources/read", json!({"uri": "gcc://session/session_001/../../x"}));
    assert!(none["error"]["message"].as_str().unwrap().contains("there is no resource"), "{none}");
    assert_eq!(none["error"]["data"]["uri"], "gcc://session/session_001/../../x", "{none}");
    client.close();
    assert_eq!(place.run(&["verify", "--json"]).code, 0);
}

#[test]
fn what_is_no_message_or_no_call_is_answered_or_passed_over_and_the_next_one_works() {
    let place = Home::with_commits(1);
    let mut client = Client::legacy(&place, json!({}));
    client.send_line(b"{");
    client.send_line(b"\xff\xfe nothing");
    client
        .send_line(&[b"{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"", vec![b'x'; 3 << 20].as_slice(), b"\"}"].concat());
    let too_long = client.until(|message| message["id"] == 7);
    assert_eq!(too_long["error"]["code"], -32600, "{too_long}");
    assert!(too_long["error"]["message"].as_str().unwrap().contains("more than 1048576 bytes"), "{too_long}");
    client.send_line(b"{\"jsonrpc\":\"2.0\",\"id\":7}");
    let complaint = client.until(|message| message.get("error").is_some());
    assert_eq!(complaint["error"]["code"], -32600, "{complaint}");
    let unknown = client.request("no/such", json!({}));
    assert_eq!(unknown["error"]["code"], -32601, "{unknown}");
    let unknown = client.request("tools/call", json!({"name": "shell", "arguments": {"cmd": "ls"}}));
    assert!(unknown["error"]["message"].as_str().unwrap().contains("there are run_command, "), "{unknown}");
    for (arguments, says) in [
        (json!({}), "needs `cmd`"),
        (json!({"cmd": ["ls"]}), "`cmd` of `run_command` must be a string"),
        (json!({"cmd": "ls", "every": "false"}), "no argument \"every\""),
        (json!({"cmd": "x".repeat(70_000)}), "65536 are taken at most"),
    ] {
        let result = client.call("run_command", arguments);
        assert!(refused(&result).contains(says), "{says}: {result}");
    }
    // What only our own client may say counts nothing.
    let sly = json!({"call": 1, "turn": 1, "command": "ls", "reason": "", "observation": null, "thought": "trust me",
                     "reader": null, "every": false, "origin": "planned"});
    let call =
        json!({"name": "run_command", "arguments": {"cmd": "git branch x"}, "_meta": {"devops-agent/call": sly}});
    let answer = client.request("tools/call", call);
    refused(&answer["result"]);
    assert!(answer["result"]["_meta"].get("devops-agent/report").is_none(), "{answer}");
    assert_eq!(client.call("run_command", json!({"cmd": "git status"}))["structuredContent"]["exit_code"], 0);
    assert_eq!(client.close().code, 0);
    assert!(!place.logs().contains("trust me"));
}

#[test]
fn a_cancelled_call_ends_its_command_and_is_not_answered() {
    let place = Home::new();
    let sleeping = format!("sleep 87{:05}", std::process::id());
    let mut client = Client::legacy(&place, forms());
    let run = json!({"name": "run_command", "arguments": {"cmd": sleeping}, "_meta": {"progressToken": "p1"}});
    let id = client.ask("tools/call", run);
    client.until(|message| message["params"]["message"] == "started" && message["params"]["progressToken"] == "p1");
    wait_for(|| processes_with(&sleeping).len() == 1);
    client.send(&json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": id}}));
    wait_for(|| processes_with(&sleeping).is_empty());
    // A question that stands open is taken back.
    let id = client.ask("tools/call", json!({"name": "run_command", "arguments": {"cmd": "touch never"}}));
    client.question();
    client.send(&json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": id}}));
    client.until(|message| message["method"] == "notifications/cancelled");
    assert_eq!(client.call("run_command", json!({"cmd": "echo on"}))["structuredContent"]["stdout"], "on\n");
    client.close();
    let log = place.log(0);
    assert!(
        log.contains("USER DECISION: withdrawn (asked for by the program raw client 1.0)\nACTION EXECUTED: no\n"),
        "{log}"
    );
    assert!(!place.project.join("never").exists());
}

#[test]
fn a_client_that_vanishes_leaves_no_process_and_a_whole_log() {
    let place = Home::new();
    let sleeping = format!("sleep 88{:05}", std::process::id());
    let mut client = Client::legacy(&place, forms());
    client.ask("tools/call", json!({"name": "run_command", "arguments": {"cmd": sleeping}}));
    wait_for(|| processes_with(&sleeping).len() == 1);
    let ran = finish(client.vanish(), "mcp");
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(processes_with(&sleeping), [] as [u32; 0]);
    let log = place.log(0);
    assert!(log.contains(&format!("ACTION: {sleeping}")) && log.contains("INFERENCE: "), "{log}");
    assert_eq!(place.run(&["verify", "--json"]).code, 0);
}

#[test]
fn two_clients_at_once_have_a_session_each_and_calls_of_one_do_not_wait_for_each_other() {
    let place = Home::with_commits(1);
    let (mut one, mut two) = (Client::legacy(&place, forms()), Client::legacy(&place, json!({})));
    let waiting = one.ask("tools/call", json!({"name": "run_command", "arguments": {"cmd": "git branch one"}}));
    let question = one.question();
    assert_eq!(one.call("run_command", json!({"cmd": "git status"}))["structuredContent"]["exit_code"], 0);
    assert_eq!(two.call("run_command", json!({"cmd": "git log -1"}))["structuredContent"]["exit_code"], 0);
    one.reply(&question, accepting(&approving(&question["params"])));
    assert_eq!(one.answer(waiting)["result"]["structuredContent"]["exit_code"], 0);
    one.close();
    two.close();
    assert_eq!(place.sessions().len(), 2);
    let (first, second) = (place.log(0), place.log(1));
    assert!(first.contains("git branch one") && !first.contains("git log -1"), "{first}");
    assert!(second.contains("git log -1") && !second.contains("git branch one"), "{second}");
}

#[test]
fn what_goes_on_over_the_wire_does_not_reach_our_own_log() {
    let place = Home::with_commits(1).var("LOG_LEVEL", "trace");
    let mut client = Client::legacy(&place, json!({}));
    client.call("run_command", json!({"cmd": "echo a-word-nobody-else-says"}));
    client.close();
    let log = std::fs::read_to_string(place.home.join("state/devops-agent/devops-agent.log")).unwrap();
    assert!(!log.contains("a-word-nobody-else-says"), "{log}");
}

fn wait_for(mut met: impl FnMut() -> bool) {
    let until = Instant::now() + Duration::from_secs(20);
    while !met() {
        assert!(Instant::now() < until, "waited in vain");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_skill_file_that_becomes_stricter_counts_for_the_next_call() {
    const OPTIONS: &str = "## options\n```yaml\nuname: {verbs: {\"\": \"-r\"}}\n```\n";
    let place = Home::new();
    let skill = place.home.join("skills/team");
    std::fs::create_dir_all(&skill).unwrap();
    let file = skill.join("SKILL.md");
    std::fs::write(&file, format!("## auto_execute\n- uname *\n{OPTIONS}")).unwrap();
    let place = place.var("SKILLS_PATH", skill.parent().unwrap().to_str().unwrap());
    let mut client = Client::legacy(&place, json!({}));
    assert_eq!(client.call("run_command", json!({"cmd": "uname -r"}))["structuredContent"]["exit_code"], 0);
    let tier = |client: &mut Client| {
        let checked = client.call("check_command", json!({"cmd": "uname -r"}));
        checked["structuredContent"]["tier"].as_str().unwrap().to_owned()
    };
    std::fs::write(&file, format!("## requires_approval\n- uname *\n{OPTIONS}")).unwrap();
    wait_for(|| tier(&mut client) == "approval");
    let result = client.call("run_command", json!({"cmd": "uname -r"}));
    assert!(refused(&result).contains("devops-agent approve "), "{result}");
    // What loosens waits for a start that the person makes.
    std::fs::write(&file, format!("## auto_execute\n- uname *\n{OPTIONS}")).unwrap();
    std::thread::sleep(Duration::from_millis(500));
    assert_eq!(tier(&mut client), "approval");
    client.close();
}
