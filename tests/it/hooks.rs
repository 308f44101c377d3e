//! Other programs' agents that ask our gate: recorded messages of their hooks, and their rules taken over.

use serde_json::{Value, json};

use super::support::home::{Home, Ran, headings};

/// A message as Claude Code 2.1 sends it.
fn claude(place: &Home, mode: &str, tool: &str, input: Value) -> Value {
    json!({
        "session_id": "b7c9d5a1-0f7e-4b55-9c8e-0f3f0c6d2a11",
        "transcript_path": "/home/ada/.claude/projects/p/b7c9d5a1.jsonl",
        "cwd": place.project,
        "permission_mode": mode,
        "hook_event_name": "PreToolUse",
        "tool_name": tool,
        "tool_input": input,
        "tool_use_id": "toolu_01ABC123",
    })
}

/// A message of Codex, by its own schema (codex-rs/hooks/schema/generated).
fn codex(place: &Home, event: &str, command: &str) -> Value {
    json!({
        "session_id": "019a3f", "turn_id": "1", "transcript_path": null, "cwd": place.project, "hook_event_name": event,
        "model": "gpt-5", "permission_mode": "default", "tool_name": "Bash",
        "tool_input": {"command": command}, "tool_use_id": "call_1",
    })
}

/// A message of Gemini CLI, by its reference of hooks.
fn gemini(place: &Home, command: &str) -> Value {
    json!({
        "session_id": "f2", "transcript_path": "/home/ada/.gemini/t.json", "cwd": place.project,
        "hook_event_name": "BeforeTool", "timestamp": "2026-11-01T10:00:00Z", "tool_name": "run_shell_command",
        "tool_input": {"command": command, "description": "looks"},
    })
}

fn asked(place: &Home, args: &[&str], message: &Value) -> (Value, Ran) {
    let ran = place.run_with(&[&["hook"], args].concat(), message.to_string().as_bytes());
    assert_eq!(ran.code, 0, "{ran:?}");
    (ran.json(), ran)
}

/// `allow`, `ask`, `deny`, or nothing.
fn decision(answer: &Value) -> String {
    let specific = &answer["hookSpecificOutput"];
    let found = [&specific["permissionDecision"], &specific["decision"]["behavior"], &answer["decision"]];
    found.iter().find_map(|value| value.as_str()).unwrap_or("").to_owned()
}

#[test]
fn claude_code_is_told_what_the_gate_says_and_every_answer_is_logged_first() {
    let place = Home::with_commits(1);
    let bash = |command: &str| claude(&place, "default", "Bash", json!({"command": command, "description": "x"}));
    let told = |message: &Value| asked(&place, &["claude-code"], message).0;
    for (command, expected) in [
        ("git status", "allow"),
        ("git branch feature", "ask"),
        ("nobody-knows-this --now", "ask"),
        ("git status; git branch feature", "ask"),
        ("git push --force origin main", "deny"),
        ("rm -rf /srv/data", "deny"),
    ] {
        let answer = told(&bash(command));
        assert_eq!(decision(&answer), expected, "{command}: {answer}");
        assert_eq!(answer["hookSpecificOutput"]["hookEventName"], "PreToolUse");
        let reason = answer["hookSpecificOutput"]["permissionDecisionReason"].as_str().unwrap();
        assert!(reason.starts_with("devops-agent"), "{reason}");
    }
    assert_eq!(place.sessions().len(), 1, "one session of the program is one session here");
    let log = place.log(0);
    assert_eq!(headings(&log), ["AI"; 6].map(|heading| heading.to_owned()), "{log}");
    assert!(log.contains("ACTION: rm -rf /srv/data") && log.contains("claude-code was answered deny"), "{log}");
    assert_eq!(place.branches(), ["main"], "nothing is run");
}

#[test]
fn who_wants_to_be_asked_nothing_is_refused_what_would_be_asked() {
    let place = Home::with_commits(1);
    for mode in ["bypassPermissions", "dontAsk"] {
        let message = claude(&place, mode, "Bash", json!({"command": "git branch feature"}));
        assert_eq!(decision(&asked(&place, &["claude-code"], &message).0), "deny");
        let message = claude(&place, mode, "Bash", json!({"command": "git status"}));
        assert_eq!(decision(&asked(&place, &["claude-code"], &message).0), "allow");
    }
}

#[test]
fn tools_of_servers_files_and_the_rest_each_have_their_answer() {
    let place = Home::with_commits(1);
    let told = |tool: &str, input: Value| asked(&place, &["claude-code"], &claude(&place, "default", tool, input)).0;
    assert_eq!(decision(&told("mcp__grafana__query", json!({"expr": "up"}))), "ask");
    assert_eq!(decision(&told("Read", json!({"file_path": "/etc/hosts"}))), "");
    assert_eq!(decision(&told("Write", json!({"file_path": place.project.join("notes.md"), "content": "x"}))), "");
    let rules = place.home.join("config/devops-agent/skills/x/SKILL.md");
    std::fs::create_dir_all(rules.parent().unwrap()).unwrap();
    assert_eq!(decision(&told("Write", json!({"file_path": rules, "content": "x"}))), "deny");
    assert_eq!(decision(&told("Edit", json!({"file_path": place.project.join(".GCC/main.md")}))), "deny");
}

#[test]
fn codex_is_silent_where_it_may_go_on_and_refused_what_it_could_not_ask_about() {
    let place = Home::with_commits(1);
    let told =
        |args: &[&str], event: &str, command: &str| decision(&asked(&place, args, &codex(&place, event, command)).0);
    assert_eq!(told(&["codex"], "PreToolUse", "git status"), "");
    assert_eq!(told(&["codex"], "PreToolUse", "git branch x"), "deny");
    assert_eq!(told(&["codex", "--leave"], "PreToolUse", "git branch x"), "");
    assert_eq!(told(&["codex", "--leave"], "PreToolUse", "git push --force"), "deny");
    assert_eq!(told(&["codex"], "PermissionRequest", "git status"), "allow");
    assert_eq!(told(&["codex"], "PermissionRequest", "git branch x"), "", "it asks its person this moment");
    assert_eq!(told(&["codex"], "PermissionRequest", "git push --force"), "deny");
}

#[test]
fn gemini_is_answered_in_its_own_words() {
    let place = Home::with_commits(1);
    let (answer, _) = asked(&place, &["gemini"], &gemini(&place, "git status"));
    assert_eq!(answer, json!({"decision": "allow"}));
    let (answer, _) = asked(&place, &["gemini"], &gemini(&place, "git branch x"));
    assert_eq!(answer["decision"], "deny");
    assert!(answer["reason"].as_str().unwrap().contains("devops-agent ask"), "{answer}");
    let (answer, _) = asked(&place, &["gemini", "--leave"], &gemini(&place, "git branch x"));
    assert_eq!(answer, json!({}));
}

#[test]
fn what_cannot_be_read_judged_or_written_down_does_not_run_unasked() {
    let place = Home::with_commits(1);
    for (program, expected) in [("claude-code", "ask"), ("codex", "deny"), ("gemini", "deny")] {
        for damaged in ["", "{", "[]", "{\"hook_event_name\":\"PreToolUse\"}", &"x".repeat(2 << 20)] {
            let ran = place.run_with(&["hook", program], damaged.as_bytes());
            assert_eq!((ran.code, decision(&ran.json()).as_str()), (0, expected), "{program}: {ran:?}");
        }
    }
    let message = claude(&place, "default", "Bash", json!({"command": "git status"}));
    let broken = place.file(".GCC", "no directory");
    assert_eq!(decision(&asked(&place, &["claude-code"], &message).0), "ask");
    std::fs::remove_file(broken).unwrap();
    assert_eq!(decision(&asked(&place, &["claude-code"], &message).0), "allow");
    std::fs::create_dir_all(place.home.join("config/devops-agent")).unwrap();
    std::fs::write(place.home.join("config/devops-agent/config.yaml"), "log_level: [").unwrap();
    assert_eq!(decision(&asked(&place, &["claude-code"], &message).0), "ask");
}

#[test]
fn the_settings_are_printed_and_nothing_is_changed() {
    let place = Home::new();
    for (program, event) in [("claude-code", "PreToolUse"), ("codex", "PermissionRequest"), ("gemini", "BeforeTool")] {
        let ran = place.run(&["hook", program, "--settings"]);
        let settings: Value = serde_json::from_str(&ran.stdout).unwrap();
        let command = settings["hooks"][event][0]["hooks"][0]["command"].as_str().unwrap();
        assert_eq!(command, format!("devops-agent hook {program}"));
        assert!(ran.stderr.contains("nothing was changed"), "{ran:?}");
    }
    assert!(!place.home.join(".claude").exists() && place.sessions().is_empty());
}

#[test]
fn imported_rules_never_outrank_ours_and_every_one_that_is_left_out_is_told() {
    let place = Home::new();
    let settings = json!({"permissions": {
        "allow": ["Bash(git push:*)", "Bash(python3:*)", "Bash(kubectl exec mypod:*)", "Bash(deploy-status)",
                  "Bash(npm run:*)", "mcp__grafana__query", "WebFetch(domain:x.org)"],
        "deny": ["Bash(deploy-now:*)"]}});
    let file = place.file("settings.json", settings.to_string());
    let file = file.to_str().unwrap();
    let draft = place.project.join("draft.md");
    let ran = place.run(&["hook", "import", file, "--from", "claude-code", "-o", draft.to_str().unwrap()]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let text = std::fs::read_to_string(&draft).unwrap();
    let rules: Vec<&str> = text.lines().filter(|line| line.starts_with("- ")).collect();
    assert_eq!(rules, ["- deploy-status", "- mcp grafana query", "- deploy-now *"], "{text}\n{}", ran.stderr);
    for left in ["git push", "python3", "kubectl exec mypod", "npm run", "WebFetch"] {
        assert!(ran.stderr.lines().any(|line| line.contains("not carried over") && line.contains(left)), "{left}");
    }
    let again = place.run(&["hook", "import", file, "--from", "claude-code", "-o", draft.to_str().unwrap()]);
    assert_eq!(again.code, 2, "a file that is there is not written over: {again:?}");
    std::fs::create_dir_all(place.project.join("mine/imported")).unwrap();
    std::fs::copy(&draft, place.project.join("mine/imported/SKILL.md")).unwrap();
    let ran = place.run(&["skills", "check", place.project.join("mine").to_str().unwrap()]);
    assert_eq!(ran.code, 0, "the draft is a sound skill file: {ran:?}");
    let wrong = place.run(&["hook", "import", file, "--from", "codex"]);
    assert_eq!(wrong.code, 2, "{wrong:?}");
}
