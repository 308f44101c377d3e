//! Secrets through every door at once: environment, commands, outputs, the person's shell, a model that repeats them, a
//! program on the other side of a connection. None may stand anywhere afterwards.

use std::fs;
use std::path::Path;
use std::time::Duration;

use serde_json::json;

use super::support::home::Home;
use super::support::mcp::Client;
use super::support::ollama::{FakeOllama, Turn};
use super::support::pty::{Key, until};
use super::support::screen::{agree, idle, leave, open};

/// Invented, and put together so that no scanner takes this file for a leak.
fn secrets() -> [(&'static str, String); 5] {
    [
        ("environment", ["AKIA", "Q3EGRIZ7", "M2XKLWPT"].concat()),
        ("file", ["ghp_", "Zx81Kd03mQpa7sLw", "T5vB2nYc9RuE4hJq60Xo"].concat()),
        ("shell", ["glpat-", "Wq7Zr2Lk", "9Xm4Tb1Nc8Vd"].concat()),
        ("model", ["xoxb-", "217483920174-", "918273645501-", "aZbYcXdWeVfUgThSiRjQkPlO"].concat()),
        ("client", ["npm_", "k3Jd92mZqLx0Pw8sVbT7", "nRy5cHu1GfAe6XoB"].concat()),
    ]
}

/// Every file below a directory.
fn files(path: &Path, found: &mut Vec<(String, Vec<u8>)>) {
    for item in fs::read_dir(path).into_iter().flatten() {
        let path = item.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.is_file() {
            found.push((path.display().to_string(), fs::read(&path).unwrap_or_default()));
        }
    }
}

/// How base64 writes the text inside a longer one, wherever it begins.
fn encoded(secret: &str) -> Vec<String> {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut forms = Vec::new();
    for lead in 0..3 {
        let padded = [vec![b'x'; lead], secret.as_bytes().to_vec()].concat();
        let bits = padded.chunks_exact(3).flat_map(|three| {
            let value = u32::from(three[0]) << 16 | u32::from(three[1]) << 8 | u32::from(three[2]);
            [18, 12, 6, 0].map(|shift| LETTERS[(value >> shift & 63) as usize] as char)
        });
        let text: String = bits.collect();
        // The letters that the lead shares are left out.
        forms.push(text[if lead == 0 { 0 } else { 4 }..].to_owned());
    }
    forms
}

#[test]
fn no_secret_that_passed_by_is_in_any_file_or_in_what_a_model_or_a_client_received() {
    let [environment, file, shell, model, client] = secrets().map(|(_, secret)| secret);
    let call = json!({"cmd": "cat deploy.txt", "context": format!("with the token {model} it should work")});
    let turns = vec![
        Turn::new().token(&format!("I use {model}.")).call("c1", "run_command", &call).done("stop", 100, 20),
        Turn::new().token(&format!("The file has a token; yours is {model}.")).done("stop", 120, 20),
    ];
    let ollama = FakeOllama::start(&["devstral:24b"], turns);
    let place = Home::with_commits(1)
        .var("OLLAMA_HOST", &ollama.host())
        .var("LOG_LEVEL", "trace")
        .var("SHELL", "/bin/bash")
        .var("AWS_ACCESS_KEY_ID", &environment);
    fs::write(place.home.join(".bashrc"), "PS1='person$ '\n").unwrap();
    place.file("deploy.txt", format!("DEPLOY_TOKEN={file}\nAWS={environment}\n"));
    place.file("remote.json", format!("{{\"token\": \"{client}\"}}\n"));
    place.git(&["remote", "add", "origin", &format!("https://ci:{file}@git.example.com/a.git")]);

    let mut terminal = open(&place);
    for (request, shows) in [
        ("git remote -v", "git.example.com"),
        ("cat deploy.txt", "DEPLOY_TOKEN"),
        (format!("echo {file}").as_str(), "echo"),
    ] {
        terminal.enter(request);
        terminal.wait_for_text(shows);
        terminal.settle(Duration::from_millis(400));
        if terminal.text().contains("[ deny ]") {
            agree(&mut terminal, "yes");
        }
        idle(&terminal);
    }
    terminal.enter("why would the deployment of the thing refuse its credentials — überhaupt?");
    terminal.wait_for_text("The file has a token");
    idle(&terminal);
    terminal.press(Key::F(2));
    terminal.wait_for_text("person$");
    for (line, shows) in [
        (format!("export GITLAB_TOKEN={shell}; echo sto''red"), "stored"),
        ("env | grep -a GITLAB; echo li''sted".to_owned(), "listed"),
        ("env | base64; env | base64 -w0; echo en''coded".to_owned(), "encoded"),
        (format!("curl -s -H 'Authorization: Bearer {shell}' http://127.0.0.1:1/; echo as''ked"), "asked"),
    ] {
        terminal.enter(&line);
        terminal.wait_for_text(shows);
        terminal.settle(Duration::from_millis(200));
    }
    until(|| place.log(0).contains("asked"), "the shell's entries");
    terminal.press(Key::Ctrl('s'));
    terminal.wait_for_text("I see you ran");
    leave(&mut terminal);
    terminal.wait_exit();

    let mut outside = Client::legacy(&place, json!({}));
    let read = outside.call("run_command", json!({"cmd": "cat remote.json", "context": format!("for {client}")}));
    let all = outside.call("run_command", json!({"cmd": "cat deploy.txt", "context": "to see it"}));
    let found = outside.call("search_history", json!({"words": "token"}));
    let received = format!("{read}{all}{found}");
    outside.close();
    for request in ["cat deploy.txt".to_owned(), format!("echo {file}")] {
        place.run(&["ask", &request]);
    }
    let own_log = fs::read_to_string(place.home.join("state/devops-agent/devops-agent.log")).unwrap();
    for command in ["workbench", "mcp", "ask"] {
        let began = format!("\"command\":\"{command}\"");
        assert!(own_log.contains(&began), "{command} keeps no log: {own_log}");
    }

    let mut kept = vec![("what the client received".to_owned(), received.into_bytes())];
    kept.extend(ollama.requests().iter().map(|asked| ("what the model received".to_owned(), asked.to_string().into())));
    files(&place.project.join(".GCC"), &mut kept);
    files(&place.home.join("state"), &mut kept);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(kept.iter().any(|(_, bytes)| text(bytes).contains("[redacted:")), "nothing was masked at all");
    assert!(kept.iter().any(|(name, _)| name.ends_with("shell-1.raw")), "no transcript");
    assert!(kept.iter().any(|(name, _)| name.contains("state")), "no trace");
    for (door, secret) in secrets() {
        for form in std::iter::once(secret.clone()).chain(encoded(&secret)) {
            for (name, bytes) in &kept {
                assert!(!text(bytes).contains(&form), "the secret of the {door} stands in {name} as {form}");
            }
        }
    }
}
