//! Runbooks of a few lines: what is read, what is refused, where walks end.

use std::sync::Arc;

use super::*;
use crate::domain::Exit;

const DISK: &str = r"---
id: system.disk
title: The disk is full
phrases: ['disk [<path>] full', 'no space left [on <path>]']
inputs:
  path: {type: path, default: /}
examples: {'my disk is full': {}, 'why is the disk /var full?': {path: /var}}
---

Looks where the space went.

## use: How full it is

```sh
df -P {path}
```

- when table `[Use%>=90].Use%` as use: go to biggest
- otherwise: nothing found

## biggest: What takes the space

```sh
du -x -d 1 -k {path}
```

- may exit 1
- take errors from error `(?<errors>cannot read.*)`
- when output `^(?<size>\d+)\s+(?<dir>/\S+)$` and value `{size}` > `1000`:
  finding big
- otherwise: nothing found

## finding big: {dir} takes {size} KiB[, {errors}]

The file system is {use} full.

- remedy `ls -lS {dir}`: shows its largest files
- remedy `rm {errors}`: removes what cannot be read
- remedy: move what is not needed elsewhere
- next: look into {dir}

## nothing: Nothing is full

- next: look at inodes with df -i
";

fn disk() -> Arc<Runbook> {
    match parse("disk.md", DISK) {
        Ok(runbook) => Arc::new(runbook),
        Err(problems) => panic!("{problems:#?}"),
    }
}

fn saw(walk: &mut Walk, exit: i32, stdout: &str, stderr: &str) {
    walk.saw(&Observed { exit: &Exit::Code(exit), stdout, stderr });
}

fn step(walk: &Walk) -> String {
    match walk.next() {
        Next::Step(step) => crate::domain::join_words(&step.words),
        other => panic!("{other:?}"),
    }
}

const FULL: &str = "Filesystem Size Used Avail Use% Mounted on\n/dev/vda2 100 97 3 97% /\n";

#[test]
fn a_walk_goes_from_step_to_step_to_its_finding() {
    let mut walk = Walk::start(disk(), &Values::new()).unwrap();
    assert_eq!(step(&walk), "df -P /");
    saw(&mut walk, 0, FULL, "");
    assert_eq!(step(&walk), "du -x -d 1 -k /");
    saw(&mut walk, 1, "12\t/a\n5000\t/var\n", "du: cannot read directory '/root'\n");
    // The first line that matches is the one that counts.
    let Next::Nothing(nothing) = walk.next() else { panic!("{:?}", walk.next()) };
    assert_eq!(nothing.looked.len(), 2);

    let mut walk = Walk::start(disk(), &Values::new()).unwrap();
    saw(&mut walk, 0, FULL, "");
    saw(&mut walk, 0, "5000\t/var\n", "");
    let Next::Finding(finding) = walk.next() else { panic!("{:?}", walk.next()) };
    assert_eq!((finding.id.as_str(), finding.title.as_str()), ("big", "/var takes 5000 KiB"));
    assert_eq!(finding.text, "The file system is 97% full.");
    let shown: Vec<&String> = finding.evidence.iter().flat_map(|evidence| &evidence.shown).collect();
    assert_eq!(shown.len(), 3, "{shown:?}");
    assert!(shown[0].contains("Use% 97%") && shown[1].contains("/var") && shown[2] == "5000 > 1000", "{shown:?}");
    assert_eq!(finding.remedies[0].words.as_deref().unwrap(), ["ls", "-lS", "/var"]);
    assert_eq!(finding.remedies[1].words, None);
    assert_eq!(finding.remedies.len(), 2, "a command that lacks a value is left out");
    assert_eq!(finding.next_step, "look into /var");
}

#[test]
fn a_healthy_system_ends_with_nothing_found_and_what_was_looked_at() {
    let mut walk = Walk::start(disk(), &Values::new()).unwrap();
    saw(&mut walk, 0, &FULL.replace("97%", "12%"), "");
    let Next::Nothing(nothing) = walk.next() else { panic!("{:?}", walk.next()) };
    assert_eq!(nothing.title, "Nothing is full");
    assert_eq!(nothing.looked[0].words, ["df", "-P", "/"]);
}

#[test]
fn what_could_not_be_looked_at_is_not_called_well() {
    let stuck = |exit: Exit, stdout: &str, stderr: &str| {
        let mut walk = Walk::start(disk(), &Values::new()).unwrap();
        walk.saw(&Observed { exit: &exit, stdout, stderr });
        match walk.next() {
            Next::Stuck(stuck) => stuck.why,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(
        stuck(Exit::Code(1), "", "df: /: Permission denied\n"),
        "it ended with exit code 1: df: /: Permission denied"
    );
    assert!(stuck(Exit::TimedOut, FULL, "").contains("too long"));
    assert!(stuck(Exit::NotStarted("no such program".into()), "", "").contains("no such program"));
    assert_eq!(stuck(Exit::Code(0), "words without columns\n", ""), "the output is not a table");
    let mut walk = Walk::start(disk(), &Values::new()).unwrap();
    walk.could_not("it was denied");
    assert!(matches!(walk.next(), Next::Stuck(stuck) if stuck.why == "it was denied"));
}

#[test]
fn what_is_seen_after_the_end_changes_nothing() {
    let mut walk = Walk::start(disk(), &Values::new()).unwrap();
    saw(&mut walk, 0, "", "");
    let end = walk.next();
    saw(&mut walk, 0, FULL, "");
    assert_eq!(walk.next(), end);
}

#[test]
fn inputs_that_do_not_fit_start_nothing() {
    let start = |name: &str, value: &str| {
        Walk::start(disk(), &Values::from([(name.to_owned(), value.to_owned())])).map(|_| ()).unwrap_err()
    };
    assert!(start("path", "-rf").contains("dash"));
    assert!(start("path", "a\nb").contains("control character"));
    assert!(start("other", "a").contains("no input"));
}

#[test]
fn captured_text_never_becomes_an_option_or_two_words() {
    let mut walk = Walk::start(disk(), &Values::new()).unwrap();
    saw(&mut walk, 0, FULL, "");
    saw(&mut walk, 0, "5000\t/x\u{1b}[2J;rm\n", "");
    let Next::Finding(finding) = walk.next() else { panic!("{:?}", walk.next()) };
    assert!(finding.title.contains("\\x1b"), "{}", finding.title);
    assert_eq!(finding.remedies[0].words, None, "a control character stands in no command");
}

#[test]
fn samples_name_every_command() {
    let samples = disk().samples();
    let told: Vec<String> =
        samples.iter().map(|sample| format!("{:?} {}", sample.role, sample.words.join(" "))).collect();
    assert_eq!(
        told,
        ["Step df -P /var/log", "Step du -x -d 1 -k /var/log", "Remedy ls -lS sample", "Remedy rm sample"]
    );
    assert_eq!(DISK.lines().nth(samples[0].line as usize - 1), Some("df -P {path}"));
}

fn refused(from: &str, to: &str) -> String {
    assert!(DISK.contains(from), "{from}");
    match parse("disk.md", &DISK.replacen(from, to, 1)) {
        Ok(_) => panic!("{to} was accepted"),
        Err(problems) => problems.iter().map(|problem| problem.told("disk.md")).collect::<Vec<_>>().join("\n"),
    }
}

#[test]
fn every_mistake_is_told_with_its_line_and_a_way_out() {
    let line = |wanted: &str| DISK.lines().position(|line| line.contains(wanted)).unwrap() + 1;
    let cases = [
        ("go to biggest", "go to nowhere", line("go to biggest"), "there is no step `nowhere`"),
        ("go to biggest", "go to use", line("go to biggest"), "leads only to later ones"),
        ("go to biggest", "nothing found", line("## biggest"), "no step leads to `biggest`"),
        ("  finding big", "  nothing found", line("## finding big"), "no step comes to the finding `big`"),
        ("- otherwise: nothing found\n\n## biggest", "\n## biggest", line("## use"), "when no condition holds"),
        ("df -P {path}", "df -P {place}", line("df -P"), "needs {place}"),
        ("df -P {path}", "df -P | sort", line("df -P"), "belongs to a shell"),
        (
            "takes {size} KiB[, {errors}]",
            "takes {size} KiB, {errors}",
            line("## finding big"),
            "which not every way here knows",
        ),
        ("value `{size}`", "value `{amount}`", line("value `{size}`"), "{amount} is neither"),
        ("- next: look into {dir}", "", line("## finding big"), "does not say what comes next"),
        ("## nothing: Nothing is full", "## nothing at all", line("## nothing:"), "heading is not understood"),
        ("- may exit 1", "- might exit 1", line("- may exit"), "does not say where to"),
        ("`[Use%>=90].Use%`", "`[Use%>=90`", line("[Use%"), "`]` is missing"),
        ("(?<errors>cannot", "(?<errors>(cannot", line("take errors"), "cannot be read"),
        ("title: The disk is full", "titel: x", 3, "titel"),
        ("[on <path>]", "[on <where>]", 2, "<where>, which is no input"),
        ("default: /}", "default: -x}", 2, "the default of `path`"),
        (
            "- otherwise: nothing found\n\n## finding",
            "- otherwise: nothing found\n- otherwise: finding big\n\n## finding",
            line("- otherwise: nothing found") + 13,
            "nothing gets past",
        ),
    ];
    for (from, to, at, wanted) in cases {
        let told = refused(from, to);
        let found = told.lines().find(|line| line.contains(wanted)).unwrap_or_else(|| panic!("{wanted} in {told}"));
        assert!(found.contains("; "), "no way out: {found}");
        assert!(found.starts_with(&format!("disk.md:{at}:")), "line {at} is wanted: {found}");
    }
}

#[test]
fn an_example_that_does_not_hold_is_told() {
    assert_eq!(disk().broken_examples(), [] as [String; 0]);
    let other =
        parse("disk.md", &DISK.replacen("'my disk is full': {}", "'where is my cat': {}, 'disk full': {path: /x}", 1));
    let told = other.unwrap().broken_examples();
    assert!(
        told[0].contains("disk full") && told[1].contains("no phrase matches the example `where is my cat`"),
        "{told:?}"
    );
}

#[test]
fn text_that_is_no_runbook_is_refused() {
    for text in ["", "# Notes\n", "---\nid: a\n", "---\nid: a.b\ntitle: t\nphrases: []\n---\n", "---\n- a\n---\n"] {
        assert!(parse("x.md", text).is_err(), "{text}");
    }
    assert!(parse("x.md", &DISK.replacen("How full", "How\u{7} full", 1)).is_err());
    assert!(parse("x.md", &format!("{DISK}{}", "x".repeat(300_000))).is_err());
}

#[test]
fn requests_find_their_runbook_and_its_inputs() {
    let all = Runbooks::new(vec![Runbook::clone(&disk())]);
    let best = |request: &str| all.find(request, &Values::new()).into_iter().next();
    for (request, path) in [
        ("disk full", None),
        ("hey, my disk is full again!", None),
        ("Why is the disk /var full?", Some("/var")),
        ("the dsik is full", None),
        ("there's no space left on /data", Some("/data")),
    ] {
        let found = best(request).unwrap_or_else(|| panic!("{request}"));
        assert!(found.is_confident(), "{request}: {found:?}");
        assert_eq!(found.inputs.get("path").map(String::as_str), path, "{request}");
    }
    for (request, path) in [
        ("why is the disk full at 98%", None),
        ("the disk /var full, sort it out", Some("/var")),
        ("the disk was full an hour ago, full I say", None),
    ] {
        let found = best(request).unwrap_or_else(|| panic!("{request}"));
        assert!(found.is_confident(), "{request}: {found:?}");
        assert_eq!(found.inputs.get("path").map(String::as_str), path, "{request}");
    }
    for request in ["delete what makes the disk full", "is the tank full", "show the disk", "full disk", ""] {
        assert!(!best(request).is_some_and(|found| found.is_confident()), "{request}");
    }
}

/// One runbook about a server, with the phrases given.
fn about(phrases: &str, inputs: &str) -> Runbooks {
    let text = format!(
        "---\nid: net.server\ntitle: A server is silent\nphrases: [{phrases}]\ninputs: {{{inputs}}}\n---\n\n\
         ## look: How it is\n\n```sh\nuptime\n```\n\n- otherwise: nothing found\n\n## nothing: Nothing found\n\n- next: wait\n"
    );
    match parse("server.md", &text) {
        Ok(runbook) => Runbooks::new(vec![runbook]),
        Err(problems) => panic!("{problems:#?}"),
    }
}

#[test]
fn a_question_that_denies_asks_what_its_statement_says() {
    let all = about("'server <host> not answering'", "host: {type: host}");
    for request in ["server db.internal isn't answering", "why isn't server db.internal answering?"] {
        let found = all.find(request, &Values::new());
        assert_eq!(found[0].inputs.get("host").map(String::as_str), Some("db.internal"), "{request}");
    }
}

#[test]
fn a_port_behind_a_host_a_share_and_a_unit_are_read_for_what_they_are() {
    let all = about("'server <host> [port <port>] silent'", "host: {type: host}, port: {type: port}");
    let found = all.find("server db.internal:8443 is silent", &Values::new());
    let input = |name: &str| found[0].inputs.get(name).map(String::as_str);
    assert_eq!((input("host"), input("port")), (Some("db.internal"), Some("8443")));

    let all = about("'server at <level> percent', 'server at (97|98)'", "level: {type: number}");
    let found = all.find("the server is at 98%", &Values::new());
    assert_eq!(found[0].inputs.get("level").map(String::as_str), Some("98"));

    let all = about("'(service|unit) <unit> silent'", "unit: {type: name}");
    let found = all.find("why is web.service silent", &Values::new());
    assert_eq!(found[0].inputs.get("unit").map(String::as_str), Some("web.service"));
}

#[test]
fn a_count_of_what_went_wrong_asks_for_no_deed() {
    let all = about("'(wrong|problem) server <host>'", "host: {type: host}");
    let confident = |request: &str| all.find(request, &Values::new()).first().is_some_and(Found::is_confident);
    assert!(confident("what is wrong with server db.internal, it has 30 restarts"));
    assert!(!confident("restart the server db.internal, it has a problem, restart it"));
}

#[test]
fn what_is_forbidden_is_no_complaint_that_it_fails() {
    let all = about("'not push'", "");
    let finds = |request: &str| !all.find(request, &Values::new()).is_empty();
    assert!(finds("I can not push") && finds("don't know why I can't push"));
    assert!(!finds("do not push yet") && !finds("please don't push to main") && !finds("never push there"));
}

proptest::proptest! {
    #[test]
    fn no_text_makes_the_parser_panic(text in "(---\nid: a.b\ntitle: t\nphrases: [x]\n---\n)?(## |- |when |otherwise: |```|\n|`|\\{a\\}|\\[|\\]|go to a|nothing found|finding a|json |[ -~]){0,40}") {
        drop(parse("x.md", &text));
    }

    #[test]
    fn no_output_makes_a_walk_panic_or_endless(outputs in proptest::collection::vec(("(\\PC|\n|Use%|/|9){0,60}", 0..3i32), 0..5)) {
        let mut walk = Walk::start(disk(), &Values::new()).unwrap();
        for (output, exit) in &outputs {
            saw(&mut walk, *exit, output, output);
        }
        if outputs.len() >= 2 {
            proptest::prop_assert!(!matches!(walk.next(), Next::Step(_)));
        }
    }

    #[test]
    fn no_request_makes_the_search_panic(request in "\\PC{0,80}") {
        drop(Runbooks::new(vec![Runbook::clone(&disk())]).find(&request, &Values::new()));
    }
}
