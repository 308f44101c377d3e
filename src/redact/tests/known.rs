//! What is remembered, what the person says, and what is told about findings.

use super::super::*;
use super::masked;

#[test]
fn a_value_seen_once_is_masked_for_the_rest_of_the_session_by_every_clone() {
    let redactor = Redactor::default();
    let clone = redactor.clone();
    redactor.text("DB_PASSWORD=Kettle7Pebble");
    let out = clone.text("trying inv with Kettle7Pebble on db1").into_inner();
    assert!(out.starts_with("trying inv with [redacted:password#") && out.ends_with("] on db1"), "{out}");
    let fresh = Redactor::default().text("trying inv with Kettle7Pebble on db1").into_inner();
    assert!(fresh.contains("Kettle7Pebble"));
}

#[test]
fn its_base64_is_masked_too() {
    let redactor = Redactor::default();
    assert!(redactor.know("Kettle7Pebble-Magpie"));
    let out = redactor.text("aGVsbG8= S2V0dGxlN1BlYmJsZS1NYWdwaWU= S2V0dGxlN1BlYmJsZS1NYWdwaWUK").into_inner();
    assert!(out.starts_with("aGVsbG8= [redacted:") && !out.contains("S2V0"), "{out}");
}

#[test]
fn its_base64_is_masked_wherever_it_stands_in_a_longer_one() {
    let redactor = Redactor::default();
    assert!(redactor.know("Kettle7Pebble-Magpie?>?>"));
    for before in ["", "a", "ab", "abc", "HOME=/root\nTOKEN=", "PATH=/usr/bin\nX="] {
        let long = base64_of(&format!("{before}Kettle7Pebble-Magpie?>?>\nTERM=xterm\n"));
        for text in [long.clone(), long.replace('+', "-").replace('/', "_")] {
            let out = redactor.text(&text).into_inner();
            assert!(out.contains("[redacted:"), "{before:?}: {out}");
            assert!(hidden(&out, &text) >= 30, "{before:?}: {out} of {text}");
        }
    }
}

#[test]
fn its_base64_is_masked_where_a_line_of_it_was_broken_off() {
    let redactor = Redactor::default();
    assert!(redactor.know("Kettle7Pebble-Magpie4Otter"));
    for before in 0..120 {
        let long = base64_of(&format!("{}Kettle7Pebble-Magpie4Otter{}", "x".repeat(before), "y".repeat(90)));
        let lines: Vec<&str> = (0..long.len()).step_by(76).map(|at| &long[at..long.len().min(at + 76)]).collect();
        let text = lines.join("\n") + "\n";
        let out = redactor.text(&text).into_inner();
        // What is not masked on one side of the break is too short to be told from chance.
        assert!(hidden(&out, &text) >= 33 - 12, "{before}: {out} of {text}");
    }
}

/// Letters of a text that masks took the place of.
fn hidden(out: &str, text: &str) -> usize {
    let mut shown = 0;
    for (at, part) in out.split("[redacted:").enumerate() {
        shown += if at == 0 { part.len() } else { part.split_once(']').map_or(0, |(_, rest)| rest.len()) };
    }
    text.len() - shown
}

fn base64_of(text: &str) -> String {
    String::from_utf8(crate::redact::base64::encode(text.as_bytes())).unwrap()
}

#[test]
fn ordinary_words_never_become_masks() {
    let redactor = Redactor::default();
    for word in [
        "true",
        "admin",
        "production",
        "root",
        "postgres",
        "changeme",
        "password",
        "8080",
        "1234567",
        "/etc/passwd",
        "db1",
    ] {
        assert!(!redactor.know(word), "{word} was remembered");
        redactor.text(&format!("password: {word}"));
    }
    let text = "true admin production root postgres changeme password 8080 1234567 /etc/passwd db1";
    assert_eq!(redactor.text(text).get(), text);
}

#[test]
fn only_secret_variables_of_an_environment_are_remembered() {
    let redactor = Redactor::default();
    redactor.know_environment([("GITEA_TOKEN", "Kettle7Pebble"), ("EDITOR_NAME", "Magpie7Otter")]);
    let out = redactor.text("Kettle7Pebble Magpie7Otter").into_inner();
    assert!(out.starts_with("[redacted:token#") && out.ends_with(" Magpie7Otter"), "{out}");
}

#[test]
fn a_short_value_is_masked_only_where_it_stands_alone() {
    let redactor = Redactor::default();
    redactor.text("password=k3ttle9");
    let out = redactor.text("k3ttle9 k3ttle99 xk3ttle9").into_inner();
    assert!(out.starts_with("[redacted:") && out.ends_with(" k3ttle99 xk3ttle9"), "{out}");
}

#[test]
fn findings_tell_kind_and_place_in_the_source() {
    let text = "a\npassword: Kettle7Pebble\nhttps://u:Otter9Juniper@h/ end";
    let (_, findings) = Redactor::default().findings(text.as_bytes());
    let found: Vec<(&str, &str)> = findings.iter().map(|found| (found.kind, &text[found.start..found.end])).collect();
    assert_eq!(found, [("password", "Kettle7Pebble"), ("url-password", "Otter9Juniper")]);
}

#[test]
fn findings_of_a_stream_count_from_where_it_began() {
    let text =
        format!("{}password: Kettle7Pebble\n{} token=Otter9Juniper7x", "word ".repeat(3_000), "x".repeat(20_000));
    let mut stream = Redactor::default().stream();
    let mut found = Vec::new();
    for piece in text.as_bytes().chunks(1_000) {
        stream.push(piece);
        found.extend(stream.take_findings());
    }
    stream.finish();
    found.extend(stream.take_findings());
    let found: Vec<&str> = found.iter().map(|found| &text[found.start..found.end]).collect();
    assert_eq!(found, ["Kettle7Pebble", "Otter9Juniper7x"]);
}

#[test]
fn a_bad_pattern_is_refused_by_name() {
    for bad in ["(unclosed", "[z-a]", "a{99999999}", "", "x*"] {
        let error = Patterns::new(&[], &[bad.to_owned()]).unwrap_err();
        assert_eq!(error.pattern, bad);
        assert!(error.to_string().contains(&format!("`{bad}`")) && error.to_string().len() > bad.len() + 30, "{error}");
    }
}

#[test]
fn the_person_lets_through_and_holds_back() {
    let allow = ["demo-[a-z]+".to_owned()];
    let deny = ["PROJ-[0-9]+".to_owned()];
    let redactor = Redactor::default().with_patterns(Patterns::new(&allow, &deny).unwrap());
    assert_eq!(redactor.text("password=demo-secret").get(), "password=demo-secret");
    assert!(redactor.text("password=demo-secret9").get().contains("[redacted:password#"));
    assert!(redactor.text("see PROJ-77 there").get().contains("[redacted:denied#"));
}

#[test]
fn the_masks_of_a_log_say_which_secrets_are_the_same() {
    let text =
        masked("DB_PASSWORD=Kettle7Pebble\nTOKEN=Other9Kettle77\nseen Kettle7Pebble [redacted:x [redacted:A#abcd]\n");
    let seen = masks(&text);
    assert_eq!(
        seen.iter().map(|mask| (mask.kind, mask.number)).collect::<Vec<_>>(),
        [("password", 1), ("token", 2), ("password", 1)]
    );
    for mask in seen {
        assert_eq!(&text[mask.start..mask.end], format!("[redacted:{}#{}]", mask.kind, mask.suffix));
    }
}
