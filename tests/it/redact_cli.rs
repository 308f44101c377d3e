//! `devops-agent redact`: a filter, a batch, and files that already stand.

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::support::home::Home;

/// Made up here, and put together so that nobody takes it for a real one.
fn token() -> String {
    ["ghp_", "wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx"].concat()
}

/// What the filter makes of `input`, and what it says beside.
fn filtered(place: &Home, args: &[&str], input: &[u8]) -> (Vec<u8>, String) {
    let mut child = place.start(&[&["redact"], args].concat());
    child.stdin.take().unwrap().write_all(input).unwrap();
    let ran = child.wait_with_output().unwrap();
    assert!(ran.status.success(), "{ran:?}");
    (ran.stdout, String::from_utf8(ran.stderr).unwrap())
}

fn batch(place: &Home, lines: &[Value]) -> Vec<Value> {
    let input: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let (out, _) = filtered(place, &["--batch"], input.as_bytes());
    String::from_utf8(out).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_stream_loses_its_secrets_and_nothing_else() {
    let place = Home::new();
    let text = [b"start \xff\xfe\nexport GITHUB_TOKEN=".as_slice(), token().as_bytes(), b"\nend\r\n"].concat();
    let (out, told) = filtered(&place, &["--report"], &text);
    let shown = String::from_utf8_lossy(&out);
    assert!(
        out.starts_with(b"start \xff\xfe\nexport GITHUB_TOKEN=[redacted:") && out.ends_with(b"]\nend\r\n"),
        "{shown}"
    );
    assert!(!shown.contains(&token()), "{shown}");
    assert!(told.contains("1  "), "{told}");
}

#[test]
fn the_same_secret_has_the_same_mask_in_every_run_here_and_another_one_elsewhere() {
    let (here, elsewhere) = (Home::new(), Home::new());
    let mask = |place: &Home| filtered(place, &[], format!("token: {}\n", token()).as_bytes()).0;
    assert_eq!(mask(&here), mask(&here));
    assert_ne!(mask(&here), mask(&elsewhere));
    let key = here.home.join("state/devops-agent/redaction.key");
    assert_eq!(fs::metadata(key).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn names_of_machines_stay_without_the_mode_that_takes_them() {
    let place = Home::new();
    let text = b"ssh ada@db1.example.org from 10.1.2.3\n";
    assert_eq!(filtered(&place, &[], text).0, text);
    let hidden = String::from_utf8(filtered(&place, &["--mode", "anonymize"], text).0).unwrap();
    assert!(!hidden.contains("10.1.2.3") && !hidden.contains("db1.example.org"), "{hidden}");
}

#[test]
fn a_batch_answers_each_line_with_what_was_found_where() {
    let place = Home::new();
    let text = format!("token={} \u{e9}", token());
    let sum: String = Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    let answers = batch(
        &place,
        &[
            json!({"id": 1, "text": text, "in_sha256": sum}),
            json!({"id": "two", "text": "nothing here", "mode": "anonymize"}),
            json!({"id": 3, "text": "x", "in_sha256": "00"}),
            json!({"id": 4, "text": "x", "mode": "all"}),
        ],
    );
    assert_eq!(answers[0]["id"], 1);
    assert_eq!(answers[0]["in_sha256"], sum.as_str());
    let out = answers[0]["out"].as_str().unwrap();
    assert!(out.starts_with("token=[redacted:") && out.ends_with("] \u{e9}"), "{out}");
    let found = &answers[0]["findings"][0];
    let range = |name: &str| usize::try_from(found[name].as_u64().unwrap()).unwrap();
    assert_eq!(&text[range("start")..range("end")], token());
    assert!(found["kind"].is_string());
    assert_eq!((&answers[1]["out"], &answers[1]["findings"]), (&json!("nothing here"), &json!([])));
    assert!(answers[2]["error"].as_str().unwrap().contains("in_sha256"));
    assert!(answers[3]["error"].as_str().unwrap().contains("anonymize"));
}

#[test]
fn files_that_already_stand_are_changed_where_they_lie_and_told_of() {
    let place = Home::new();
    let dir = place.project.join(".GCC/sessions/session_001_2026-02-21_old");
    fs::create_dir_all(&dir).unwrap();
    let log = dir.join("log.md");
    fs::write(&log, format!("## [09:00] HUMAN\nexport GITHUB_TOKEN={}\n\n---\n\n", token())).unwrap();
    fs::write(dir.join("metadata.yaml"), "status: closed\n").unwrap();
    fs::set_permissions(&log, fs::Permissions::from_mode(0o640)).unwrap();
    let kept = place.file("notes.txt", format!("{}\n", token()));

    let ran = place.run(&["redact", "--in-place"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(
        ran.stdout.contains("changed  ") && ran.stdout.contains("log.md") && !ran.stdout.contains("metadata"),
        "{ran:?}"
    );
    assert!(ran.stderr.contains("1  "), "{ran:?}");
    let text = fs::read_to_string(&log).unwrap();
    assert!(text.contains("GITHUB_TOKEN=[redacted:") && !text.contains(&token()), "{text}");
    assert_eq!(fs::metadata(&log).unwrap().permissions().mode() & 0o777, 0o640);
    assert!(fs::read_to_string(&kept).unwrap().contains(&token()), "only what was named is changed");

    let again = place.run(&["redact", "--in-place"]);
    assert!(again.stdout.is_empty(), "{again:?}");
    assert_eq!(place.run(&["redact", "--in-place", "notes.txt"]).code, 0);
    assert!(!fs::read_to_string(&kept).unwrap().contains(&token()));
    assert_eq!(place.run(&["redact", "notes.txt"]).code, 2);
    assert_eq!(place.run(&["redact", "--in-place", "no-such-file"]).code, 1);
}

#[test]
fn patterns_of_the_person_count_and_a_bad_one_is_named() {
    let place = Home::new();
    let config = place.home.join("config/devops-agent");
    fs::create_dir_all(&config).unwrap();
    let file = config.join("config.yaml");
    fs::write(&file, "privacy:\n  allow: ['ghp_wWPw.*']\n  deny: ['PROJ-\\d+']\n").unwrap();
    let text = format!("token={} in PROJ-17\n", token());
    let out = String::from_utf8(filtered(&place, &[], text.as_bytes()).0).unwrap();
    assert!(out.contains(&token()) && !out.contains("PROJ-17"), "{out}");

    fs::write(&file, "privacy:\n  deny: ['(']\n").unwrap();
    let ran = place.run(&["redact"]);
    assert_eq!(ran.code, 5, "{ran:?}");
    assert!(ran.stderr.contains("the pattern `(` cannot be used"), "{ran:?}");

    fs::write(&file, "privacy:\n  deny: PROJ\n").unwrap();
    let ran = place.run(&["redact"]);
    assert_eq!(ran.code, 5, "{ran:?}");
    assert!(ran.stderr.contains("privacy.deny") && ran.stderr.contains("config.yaml:2"), "{ran:?}");
}

#[test]
fn a_project_may_hide_more_but_let_nothing_through() {
    let place = Home::new();
    fs::create_dir(place.project.join(".devops-agent")).unwrap();
    place.file(".devops-agent/config.yaml", "privacy: {deny: ['PROJ-\\d+']}\n");
    let out = String::from_utf8(filtered(&place, &[], b"PROJ-17\n").0).unwrap();
    assert!(!out.contains("PROJ-17"), "{out}");
    place.file(".devops-agent/config.yaml", "privacy: {allow: ['ghp_.*']}\n");
    let ran = place.run(&["redact"]);
    assert_eq!(ran.code, 5, "{ran:?}");
    assert!(ran.stderr.contains("only your own config.yaml"), "{ran:?}");
}
