//! The behaviour of the module as a whole.
#![allow(clippy::disallowed_methods)]

mod identity;
mod known;
mod properties;

use std::sync::LazyLock;

use super::*;
use crate::domain::{ApprovalRecord, At, Body, Decision, Entry, Manual, Principal, Step, Tier};

/// What the shipped skills say about commands with secrets.
static SHIPPED: LazyLock<Vec<ToolSecret>> = LazyLock::new(|| {
    let skills = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("skills");
    let mut lines = Vec::new();
    for skill in std::fs::read_dir(skills).unwrap() {
        let text = std::fs::read_to_string(skill.unwrap().path().join("SKILL.md")).unwrap();
        let section = text.split("\n## secrets\n").nth(1).unwrap_or_default();
        let own = section.lines().take_while(|line| !line.starts_with("## "));
        lines.extend(own.filter_map(|line| line.strip_prefix("- ")).map(|line| ToolSecret::read(line).unwrap()));
    }
    assert!(lines.len() > 100, "{lines:?}");
    lines
});

fn redactor() -> Redactor {
    Redactor::default().with_tools(SHIPPED.iter())
}

fn masked(text: &str) -> String {
    redactor().text(text).into_inner()
}

fn assert_hidden(text: &str, secret: &str) {
    assert!(text.contains(secret), "the test itself is wrong: {text}");
    let out = masked(text);
    assert!(!out.contains(secret), "{out}");
    assert!(out.contains("[redacted:"), "{out}");
    assert_eq!(masked(&out), out, "a mask was masked again");
}

/// Text made at run time, so that no scanner of repositories takes it for a secret.
fn letters(prefix: &str, length: usize) -> String {
    let alphabet = b"aB3dE5fG7hJ9kLmN";
    let tail = (0..length).map(|at| char::from(alphabet[at % alphabet.len()]));
    prefix.chars().chain(tail).collect()
}

fn pem(label: &str, lines: usize) -> String {
    let mut text = format!("-----BEGIN {label}-----\n");
    for line in 0..lines {
        text.push_str(&letters(&format!("{line:02}"), 62));
        text.push('\n');
    }
    text + &format!("AbC=\n-----END {label}-----\n")
}

fn in_pieces(text: &[u8], size: usize) -> Vec<u8> {
    let mut stream = redactor().stream();
    let mut out = Vec::new();
    for piece in text.chunks(size) {
        out.extend(stream.push(piece).into_inner());
    }
    out.extend(stream.finish().into_inner());
    out
}

#[test]
fn vendor_tokens_are_masked_wherever_they_stand() {
    let upper = "AKIA".to_owned() + "ABCDEFGH23456789";
    for token in [
        letters("ghp_", 36),
        letters("gho_", 36),
        letters("github_pat_", 60),
        letters("glpat-", 20),
        letters("xoxb-123-", 24),
        letters("xoxp-", 24),
        upper,
        letters("sk-", 48),
        letters("sk-proj-", 60),
        letters("sk_live_", 24),
        letters("AIza", 35),
        letters("npm_", 36),
        letters("hf_", 34),
        letters("dckr_pat_", 27),
        letters("pypi-AgEI", 90),
        format!("{}.{}.{}", letters("eyJ", 30), letters("eyJ", 40), letters("", 43)),
    ] {
        assert_hidden(&format!("pushed with {token}, done"), &token);
        assert_hidden(&format!("x={token}"), &token);
    }
}

#[test]
fn values_beside_secret_keys_are_masked() {
    for (text, secret) in [
        ("PGPASSWORD=hunter2 psql -h db", "hunter2"),
        ("MYSQL_PWD=hunter2 mysql", "hunter2"),
        ("mysqldump --password=hunter2 all", "hunter2"),
        ("tool --password hunter2 --verbose", "hunter2"),
        ("password: hunter2", "hunter2"),
        ("  - password: correct horse battery # mine", "correct horse battery"),
        (r#"{"password":"hun,ter 2","user":"x"}"#, "hun,ter 2"),
        (r#"{"a":"{\"client_secret\":\"hunter2\"}"}"#, "hunter2"),
        ("DB_PASSWORD='hun ter2'", "hun ter2"),
        ("export API_KEY=abc,def;ghi", "abc,def;ghi"),
        ("spring.datasource.password = hunter2", "hunter2"),
        ("clientSecret: hunter2", "hunter2"),
        ("aws_secret_access_key = abcdEFGH/1234", "abcdEFGH/1234"),
        ("kubectl create secret generic x --from-literal=token=abc123", "abc123"),
        ("https://h/x?access_token=abc123&y=1", "abc123"),
        ("my password: hunter2", "hunter2"),
        ("Authorization: Bearer abc", "abc"),
        ("curl -H 'Authorization: Basic dXNlcjpwYXNz' http://h", "dXNlcjpwYXNz"),
        (r#""authorization": "token abcdef""#, "abcdef"),
        ("postgres://app:s3cr:et@db:5432/x", "s3cr:et"),
    ] {
        assert_hidden(text, secret);
    }
}

#[test]
fn what_stands_around_a_secret_stays() {
    assert_eq!(masked("PGPASSWORD=hunter2 psql -h db"), masked("PGPASSWORD=hunter2") + " psql -h db");
    assert!(masked("tool --password hunter2 --verbose").ends_with("] --verbose"));
    assert!(masked("curl -H 'Authorization: Bearer abc' http://h").ends_with("]' http://h"));
    assert!(masked("postgres://app:secret@db:5432/x").ends_with("]@db:5432/x"));
    assert!(masked("https://h/x?access_token=abc123&y=1").ends_with("]&y=1"));
}

#[test]
fn what_is_no_secret_stays_as_it_is() {
    for text in [
        "token count: 5",
        "kubectl get secret",
        "kubectl get secret db -o yaml",
        "password:",
        "Password: ",
        "Enter password:\n",
        "commit 3f786850e387550fdab836ed7e6dc881de23001b",
        "pip install sk-learn scikit-learn-extra",
        "sk-learn-some-very-long-package-name-indeed",
        "password: ${DB_PASSWORD}",
        "password=$PASS",
        "token: {{ .Values.token }}",
        "password: <your password>",
        "password=***",
        "password: null",
        "secret: true",
        "password=",
        "PWD=/home/x",
        "OLDPWD=/tmp",
        "secretName: db",
        "token:  1024 bytes",
        "image: team/token:v1",
        "unexpected token: end of input",
        "    token: refresh it in time",
        "max_token: 512",
        "Access denied for user 'x' (using password: YES)",
        "      --password string   Password for the registry",
        "docker login --password-stdin",
        "docker build --secret id=npmrc .",
        "ansible --private-key ~/.ssh/id x",
        "git clone ssh://git@github.com/a/b",
        "http://localhost:11434/api@v1",
        "if token == expected",
        "type token::Kind",
        "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
        "echo 'Authorization: Bearer $TOKEN'",
        "WWW-Authenticate: Basic realm=\"x\"",
    ] {
        assert_eq!(masked(text), text);
    }
}

#[test]
fn private_keys_are_masked_whole_and_in_every_dress() {
    let key = pem("RSA PRIVATE KEY", 20);
    let indented: String = key.lines().map(|line| format!("    {line}\n")).collect();
    let escaped = key.replace('\n', "\\n");
    let crlf = key.replace('\n', "\r\n");
    let spaced = key.replace('\n', " ");
    let value = format!("private_key={key}");
    let quoted = format!("PRIVATE_KEY=\"{key}\"");
    let yaml = format!("private_key: {escaped}");
    for dress in [&key, &indented, &escaped, &crlf, &spaced, &value, &quoted, &yaml] {
        let out = masked(&format!("before\n{dress}\nafter"));
        assert!(!out.contains("aB3dE5") && !out.contains("AbC="), "{out}");
        assert!(out.starts_with("before\n") && out.ends_with("\nafter"), "{out}");
        assert_eq!(String::from_utf8(in_pieces(format!("before\n{dress}\nafter").as_bytes(), 333)).unwrap(), out);
        assert_eq!(out.matches("[redacted:private-key#").count(), 1);
    }
    let suffix = |text: &str| masked(text).trim().trim_end_matches("\\n").to_owned();
    assert_eq!(suffix(&key), suffix(&indented));
    assert_eq!(suffix(&key), suffix(&escaped));
}

#[test]
fn a_key_without_its_end_is_masked_and_what_follows_stays() {
    let key = pem("PRIVATE KEY", 10);
    let cut = key.split_at(500).0;
    let out = masked(&format!("{cut}\n\n[12 bytes left out]\ntotal 5\n"));
    assert!(!out.contains("aB3dE5"), "{out}");
    assert!(out.ends_with("[12 bytes left out]\ntotal 5\n"), "{out}");
}

#[test]
fn a_key_without_its_beginning_is_masked() {
    let key = pem("PRIVATE KEY", 10);
    let tail = key.lines().skip(4).map(|line| format!("{line}\n")).collect::<String>();
    for text in [tail.clone(), tail.replace('\n', "\r\n")] {
        let out = masked(&format!("$ tail key\n{text}done\n"));
        assert!(!out.contains("aB3dE5") && !out.contains("AbC="), "{out}");
        assert!(out.starts_with("$ tail key\n") && out.ends_with("done\n"), "{out}");
        let pieces = String::from_utf8(in_pieces(format!("$ tail key\n{text}done\n").as_bytes(), 50)).unwrap();
        assert_eq!(pieces, out);
    }
}

#[test]
fn a_short_made_up_key_is_masked_through_its_end_line() {
    let out = masked("-----BEGIN PRIVATE KEY-----\nMIIB\nAAAA\nBBBB\n-----END PRIVATE KEY-----\nnext\n");
    assert!(out.ends_with("]\nnext\n") && !out.contains("AAAA"), "{out}");
}

#[test]
fn pieces_of_any_size_give_what_the_whole_gives() {
    let text = format!(
        "one\npassword: hunter2\n{}curl -H 'Authorization: Bearer {}' x\nhttps://u:pw@h/ {} end",
        pem("EC PRIVATE KEY", 3),
        letters("", 30),
        letters("ghp_", 36)
    );
    for size in 1..text.len() {
        assert_eq!(String::from_utf8(in_pieces(text.as_bytes(), size)).unwrap(), masked(&text), "pieces of {size}");
    }
}

#[test]
fn a_secret_split_in_a_line_without_end_does_not_leak() {
    let token = letters("ghp_", 36);
    for before in [3_900, 4_090, 4_096, 8_150, 8_190, 12_280, 40_000] {
        let text = format!("{}password={} {token} {}", "word ".repeat(before / 5), letters("", 40), "x ".repeat(9_000));
        for size in [7, 1_000, 4_096, 8_192] {
            let out = String::from_utf8(in_pieces(text.as_bytes(), size)).unwrap();
            assert_eq!(out, masked(&text), "{before} bytes before, pieces of {size}");
            assert!(!out.contains("aB3d"));
        }
    }
}

#[test]
fn a_secret_longer_than_what_is_held_is_swallowed_to_its_end() {
    for (opening, closing) in [("{\"password\":\"", "\",\"x\":1}"), ("a password=", " b"), ("x ghp_", " b")] {
        let text = format!("{opening}{}{closing}", letters("", 50_000));
        let out = String::from_utf8(in_pieces(text.as_bytes(), 1_000)).unwrap();
        assert!(!out.contains("aB3d") && out.ends_with(closing), "{out}");
        assert_eq!(out, masked(&text));
    }
}

#[test]
fn lines_are_let_go_as_soon_as_they_end_and_the_rest_is_bounded() {
    let mut stream = redactor().stream();
    assert_eq!(stream.push(b"pulling\nlay").into_inner(), b"pulling\n");
    assert_eq!(stream.push(b"er 50%\r").into_inner(), b"layer 50%\r");
    let mut released = 0;
    for _ in 0..1_000 {
        released += stream.push(&[b'.'; 1_000]).get().len();
    }
    assert!(released > 1_000_000 - 16_384);
}

#[test]
fn bytes_that_are_no_text_pass_through_and_secrets_among_them_do_not() {
    let mut bytes = vec![0xff, 0xfe, 0x00, b'\n'];
    bytes.extend_from_slice(b"password=hunter2\n\xc3\x28");
    let out = redactor().bytes(&bytes).into_inner();
    assert!(out.starts_with(&[0xff, 0xfe, 0x00, b'\n']) && out.ends_with(b"\n\xc3\x28"));
    assert!(!out.windows(7).any(|window| window == b"hunter2"));
}

#[test]
fn the_same_secret_is_recognised_and_another_key_gives_another_suffix() {
    let suffix = |redactor: &Redactor, text: &str| redactor.text(text).get().split_once('#').unwrap().1[..4].to_owned();
    let plain = redactor();
    assert_eq!(suffix(&plain, "password=hunter2"), suffix(&plain, "token: \"hunter2\""));
    assert_ne!(suffix(&plain, "password=hunter2"), suffix(&plain, "password=hunter3"));
    assert_ne!(suffix(&plain, "password=hunter2"), suffix(&Redactor::keyed([7; 32]), "password=hunter2"));
}

#[test]
fn every_text_of_an_entry_is_masked() {
    let secret = "password=hunter2".to_owned();
    let bodies = [
        Body::Human(Manual { command: secret.clone(), output: secret.clone(), ..Manual::default() }),
        Body::Request { text: secret.clone() },
        Body::Step(Step {
            observation: Some(secret.clone()),
            thought: Some(secret.clone()),
            permission: secret.clone(),
            action: secret.clone(),
            output: Some(secret.clone()),
            inference: Some(secret.clone()),
        }),
        Body::Answer { text: secret.clone() },
        Body::Commit { milestone: secret.clone(), finding: secret.clone(), saved_to: secret.clone() },
        Body::Approval(ApprovalRecord {
            command: secret.clone(),
            tier: Tier::Approval,
            response: Some(secret.clone()),
            decision: Decision::Approved,
            executed: true,
            result: Some(secret.clone()),
        }),
        Body::Recovery { text: secret.clone() },
    ];
    for body in bodies {
        let entry = Entry { at: At::EPOCH, by: Principal::Client { name: secret.clone() }, body };
        let before = serde_json::to_string(&entry).unwrap();
        let after = serde_json::to_string(redactor().entry(entry).get()).unwrap();
        assert_eq!(before.matches("hunter2").count(), after.matches("[redacted:").count());
        assert!(!after.contains("hunter2"), "{after}");
    }
}

#[test]
fn text_made_to_be_slow_comes_to_an_end() {
    let flood = |piece: &str| piece.repeat((1 << 17) / piece.len());
    for piece in [
        "token=${",
        "token:",
        "pwd=/",
        "authorization=",
        "sk-",
        "eyJ-",
        "eyJ.",
        "://:",
        "-----BEGIN PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\nMIIB\n",
        "-",
        "\r",
        "token={[",
        "token=\"${'",
        "password=\\",
        "[redacted:",
        "a@",
        "bearer ",
        "AKIA",
        "-----END PRIVATE KEY-----\n",
        "token ",
        "password:\t",
        "=",
        "\"",
        ";",
        "mysql ",
        "user ",
        "@tcp(",
        "password,",
        "VALUES (",
        "echo x | ",
        "10.0.0.",
        "IDENTIFIED BY ",
        "\"data\":{",
        "name: PASSWORD ",
        "%22token",
    ] {
        // A square of this length would not end within the patience of the test runner.
        masked(&flood(piece));
    }
}
