//! Skill files as a person maintains them: what is wrong is told with its
//! place and a way out, strangers' files only make stricter, a change that
//! loosens waits, and one bad file takes no other away.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use devops_agent::config::{self, Flags, Key, Sources, TrustStore};
use devops_agent::domain::{Action, Tier};
use devops_agent::gate::{RuleBook, Rules, judge};
use devops_agent::library::{Change, Watch};
use devops_agent::runtime::{Knowledge, Reloader, read_skills};
use devops_agent::skill::{Skill, parse};

use super::support::home::{Home, Ran};

/// A skill of a program that no built-in one knows.
const WIDGETCTL: &str = "\
---
name: widgetctl
description: Plans and applies.
license: MIT
compatibility: needs widgetctl 1.5
metadata: {author: ops, version: \"1.0\"}
allowed-tools: Bash(widgetctl:*) Read
shown-by-nobody: true
---
# widgetctl

## auto_execute
- widgetctl show *

## requires_approval
- widgetctl apply *

## destructive
- widgetctl destroy *

## options
```yaml
widgetctl:
  single_dash: true
  verbs: {show: \"-json -no-color\"}
```

## examples
```yaml
auto: [widgetctl show -json]
destructive:
  - widgetctl destroy
```
";

fn skill(text: &str) -> Skill {
    parse("widgetctl", "widgetctl/SKILL.md", text)
}

/// Problems and warnings as they are shown.
fn told(skill: &Skill) -> (Vec<String>, Vec<String>) {
    let of = |list: &[devops_agent::skill::Problem]| list.iter().map(|problem| problem.told(&skill.file)).collect();
    (of(&skill.problems), of(&skill.warnings))
}

/// Has this one problem, and no automatic rule.
#[track_caller]
fn one_problem(text: &str, shown: &str) {
    let skill = skill(text);
    assert_eq!(told(&skill).0, [shown.to_owned()]);
    assert!(skill.rules.iter().all(|rule| rule.tier > Tier::Auto), "{:?}", skill.rules);
}

#[track_caller]
fn one_warning(text: &str, shown: &str) {
    let (problems, warnings) = told(&skill(text));
    assert_eq!((problems, warnings), (Vec::new(), vec![shown.to_owned()]));
}

fn tiers(skill: &Skill) -> Vec<(Tier, String)> {
    skill.rules.iter().map(|rule| (rule.tier, rule.text.clone())).collect()
}

#[test]
fn a_reader_that_there_is_none_of_is_told_with_its_line() {
    let text = "## auto_execute\n- widgetctl show\n## intents\n```yaml\nintents:\n- id: widget.show\n  actions: [show]\n  \
        needs: [[widgets]]\n  command: [widgetctl, show]\n  reader: tabel\n  reason: Shows.\n```\n";
    let told = told(&skill(text)).0;
    let [problem] = &told[..] else { panic!("{told:?}") };
    assert!(
        problem.starts_with(
            "widgetctl/SKILL.md:10:1: intent widget.show: there is no reader `tabel`; readers are branches"
        ),
        "{problem}"
    );
}

#[test]
fn an_agent_skills_front_matter_is_taken_as_it_is() {
    let skill = skill(WIDGETCTL);
    assert_eq!(told(&skill), (Vec::new(), Vec::new()));
    assert_eq!((skill.name.as_str(), skill.description.as_str()), ("widgetctl", "Plans and applies."));
    assert_eq!(skill.rules.len(), 3);
    assert_eq!(skill.examples.iter().map(|example| example.at).collect::<Vec<_>>(), [30, 32]);
}

#[test]
fn front_matter_variants_each_mean_what_they_say() {
    for front in ["---\n---\n", "---\ndescription: x\n---\n", "---\nname: widgetctl   \n--- \n", ""] {
        assert_eq!(told(&skill(&format!("{front}## context\nx\n"))), (Vec::new(), Vec::new()), "{front}");
    }
    one_warning(
        "---\ndescription: x\nname: tf\n---\n## context\n",
        "widgetctl/SKILL.md:3:1: the name is `tf`, the directory's `widgetctl`; give both the same name, as Agent Skills ask for",
    );
    one_warning(
        "---\nname: My Skill\n---\n## context\n",
        "widgetctl/SKILL.md:2:1: the name `My Skill` is not used; a name has 1 to 64 lower-case letters, digits and hyphens",
    );
    one_problem(
        "---\nname: widgetctl\ndescription: a: b\n---\n## auto_execute\n- widgetctl show\n",
        "widgetctl/SKILL.md:3:15: front matter: mapping values are not allowed in this context; correct the YAML (a text with a colon in it needs quotes)",
    );
    one_problem(
        "---\nname: [a]\n---\n## auto_execute\n- widgetctl show\n",
        "widgetctl/SKILL.md:2:7: front matter: name: invalid type: sequence, expected a string; correct the YAML (a text with a colon in it needs quotes)",
    );
    one_problem(
        "---\nname: widgetctl\n## auto_execute\n- widgetctl show\n## destructive\n- widgetctl destroy *\n",
        "widgetctl/SKILL.md:1:1: the front matter is not closed; end it with a line that says ---",
    );
}

#[test]
fn a_skill_of_prose_has_no_rules_and_no_problem() {
    let prose = skill("---\nname: widgetctl\n---\n# How to plan\n\n## Instructions\n- run it\n\n## Examples\nnone\n");
    assert_eq!(told(&prose), (Vec::new(), Vec::new()));
    assert!(!prose.has_rules());
    // It has the name of a built-in skill and takes nothing of it away.
    let place = Home::new();
    let dir = skills_in(&place, &[("git", "---\nname: git\n---\n# Use git well\n")]);
    let ran = place.run(&["--skills", &dir, "check", "--json", "--", "git push --force"]);
    assert_eq!(ran.json()["tier"], "destructive");
    let list = place.run(&["--skills", &dir, "skills", "list"]).stdout;
    let has_no_rules = |row: &str| row.split_whitespace().take(4).eq(["git", "trusted", "no", "rules"]);
    assert!(list.lines().any(has_no_rules), "{list}");
}

#[test]
fn an_empty_file_is_told() {
    for text in ["", " \n\t\n", "\u{feff}\r\n"] {
        one_problem(text, "widgetctl/SKILL.md:1:1: the file is empty; write rules or advice into it, or remove it");
    }
}

#[test]
fn a_rule_that_stands_twice_is_a_warning_and_one_in_two_tiers_a_problem() {
    one_warning(
        "## auto_execute\n- widgetctl show\n- widgetctl  show\n",
        "widgetctl/SKILL.md:3:1: `widgetctl show` is there twice (first on line 2); remove one of them",
    );
    let text = "## auto_execute\n- widgetctl show *\n- widgetctl plan\n## destructive\n- widgetctl show *\n";
    one_problem(
        text,
        "widgetctl/SKILL.md:5:1: `widgetctl show *` is both auto (line 2) and destructive; the stricter one holds; keep the destructive one",
    );
    assert_eq!(tiers(&skill(text)), [(Tier::Destructive, "widgetctl show *".to_owned())]);
    one_warning(
        "## auto_execute\n- widgetctl show\n## requires_approval\n- widgetctl show *\n",
        "widgetctl/SKILL.md:2:1: `widgetctl show` is never automatic: `widgetctl show *` (line 4) is stricter; name the verb more closely in one of them",
    );
}

#[test]
fn a_section_that_stands_twice_is_told_and_both_are_strict() {
    let text = "## destructive\n- widgetctl destroy *\n## auto_execute\n- widgetctl show\n## destructive\n- widgetctl taint *\n";
    one_problem(
        text,
        "widgetctl/SKILL.md:5:1: `## destructive` is there twice (first on line 1); put both into one section",
    );
    assert_eq!(skill(text).rules.len(), 2);
}

#[test]
fn a_fence_that_is_not_closed_costs_no_strict_rule() {
    let text = "## options\n```yaml\nwidgetctl: {}\n## destructive\n- widgetctl destroy *\n";
    one_problem(
        text,
        "widgetctl/SKILL.md:2:1: the fence `` ```yaml `` is not closed before `## destructive`; end the block with a line that says ```"
            .replace("`` ```yaml ``", "````yaml`")
            .as_str(),
    );
    assert_eq!(skill(text).rules.len(), 1);
    one_problem(
        "## auto_execute\n- widgetctl show\n## context\n~~~\nx\n",
        "widgetctl/SKILL.md:4:1: the fence `~~~` is not closed; end the block with a line that says ~~~",
    );
    one_problem(
        "## effects\n```yaml\n[]\n```\n```yaml\n[]\n```\n",
        "widgetctl/SKILL.md:5:1: `## effects` has a second fenced block, which does not count; put both into one block",
    );
    one_problem(
        "## synonyms\nwidgetctl rm: widgetctl state rm\n",
        "widgetctl/SKILL.md:1:1: `## synonyms` needs a fenced YAML block; write it between ```yaml and ```",
    );
}

#[test]
fn a_heading_with_a_slip_is_never_lost_without_a_word() {
    let text = "## auto_execute\n- widgetctl show\n## Destructive\n- widgetctl destroy *\n";
    one_problem(
        text,
        "widgetctl/SKILL.md:3:1: `## Destructive` is not a section, so its rules do not count; write `## destructive`",
    );
    // The worst of them: what follows would be automatic.
    for heading in ["### destructive", " ## destructive", "##destructive", "# Destructive:"] {
        let skill = skill(&format!("## auto_execute\n- widgetctl show\n{heading}\n- widgetctl destroy *\n"));
        assert_eq!(skill.problems.len(), 1, "{heading}");
        assert!(skill.problems[0].text.contains("begins no section"), "{:?}", skill.problems);
        assert_eq!(skill.rules, [], "{heading}");
    }
    one_problem(
        "## auto_execute\n- widgetctl show\n## really bad\n- widgetctl destroy *\n",
        "widgetctl/SKILL.md:4:1: `- widgetctl destroy *` stands under `## really bad`, where no rule counts; move it under one of auto_execute, requires_approval, destructive",
    );
    let warned = skill("## auto_execute\n- widgetctl show\n## Timeouts\ntext\n");
    assert_eq!(told(&warned).0, [] as [String; 0]);
    assert!(told(&warned).1[0].ends_with("was passed over; write `## timeout` if that is what you mean"));
}

#[test]
fn line_ends_tabs_and_marks_at_the_beginning_change_nothing() {
    let plain = tiers(&skill(WIDGETCTL));
    for text in [
        WIDGETCTL.replace('\n', "\r\n"),
        format!("\u{feff}{WIDGETCTL}"),
        format!("\u{feff}{}", WIDGETCTL.replace('\n', "\r\n")),
        WIDGETCTL.replace("- widgetctl show *", "-\twidgetctl\tshow *\t"),
        WIDGETCTL.replace("## auto_execute", "##\tauto_execute  "),
    ] {
        let skill = skill(&text);
        assert_eq!(told(&skill).0, [] as [String; 0]);
        let words = |list: Vec<(Tier, String)>| list.into_iter().map(|(tier, text)| (tier, text.replace('\t', " ")));
        assert!(words(tiers(&skill)).eq(plain.clone()), "{text:?}");
    }
    one_problem(
        "## options\n```yaml\nwidgetctl:\n\tverbs: {}\n```\n",
        "widgetctl/SKILL.md:4:1: `## options`: found character that cannot start any token, while scanning for the next token; indent with blanks, YAML takes no tabs",
    );
}

#[test]
fn characters_that_no_text_has_are_told_with_their_place() {
    let text = "## auto_execute\n- widgetctl show\r- widgetctl destroy *\n## destructive\r- widgetctl taint *\n";
    let skill = skill(text);
    assert_eq!(
        told(&skill).0,
        ["widgetctl/SKILL.md:2:17: a carriage return without a line feed; end the lines of the file with line feeds"]
    );
    assert_eq!(tiers(&skill), [(Tier::Destructive, "widgetctl taint *".to_owned())], "its strict rules hold");
    one_problem(
        "## auto_execute\n- widgetctl show\n## context\na\0b\n",
        "widgetctl/SKILL.md:4:2: the control character U+0000; take it out",
    );
    one_problem("## context\n\u{1b}[2J\n", "widgetctl/SKILL.md:2:1: the control character U+001B; take it out");
    one_problem(
        "## destructive\n- widgetctl d\u{435}stroy *\n",
        "widgetctl/SKILL.md:2:14: `widgetctl d\u{435}stroy *`: a rule is plain ASCII; such a character looks like another one or like none: type it anew",
    );
}

#[test]
fn a_line_that_is_no_rule_is_told_with_its_column() {
    for (line, shown) in [
        ("widgetctl show", "2:1: `widgetctl show` is not a rule; write `- program verb *`"),
        ("  * widgetctl show", "2:3: `* widgetctl show` is not a rule; write `- program verb *`"),
        (
            "- widgetctl * show",
            "2:3: `widgetctl * show`: only one `*`, at the end, is allowed, and no shell characters; write `- program verb --option *`",
        ),
        (
            "- widgetctl show # reads",
            "2:1: `widgetctl show # reads`: what follows # is read as words of the rule; put the comment on a line of its own",
        ),
        ("<!-- - widgetctl show -->", "2:1: `<!-- - widgetctl show -->` is not a rule; write `- program verb *`"),
        ("<<<<<<< HEAD", "2:1: `<<<<<<< HEAD` is not a rule; write `- program verb *`"),
    ] {
        one_problem(&format!("## auto_execute\n{line}\n- widgetctl plan\n"), &format!("widgetctl/SKILL.md:{shown}"));
    }
    let long = format!("## auto_execute\n- widgetctl {}\n", "a".repeat(64 * 1024));
    one_problem(
        &long,
        "widgetctl/SKILL.md:2:1: a rule of 65548 bytes; a rule is a program, a verb and options: shorten it",
    );
}

#[test]
fn mistakes_in_yaml_are_told_on_their_line() {
    for (section, body, shown) in [
        (
            "options",
            "widgetctl:\n  verbs: {show: \"-json oops\"}",
            "4:1: options of widgetctl: `oops` is not an option; options are written `-A`, `-n=`, `--colour=?` or `-#`",
        ),
        (
            "options",
            "widgetctl: {}\naws: {}\nwidgetctl: {}",
            "5:1: `## options`: the key `widgetctl` stands there twice; correct the YAML",
        ),
        (
            "synonyms",
            "widgetctl ls: widgetctl list\nwidgetctl rm: aws rm",
            "4:1: the synonym `widgetctl rm: aws rm` changes the program; begin both sides with the same program",
        ),
        (
            "operands",
            "- {match: widgetctl a, like: [x], tier: approval, why: w}\n- {match: widgetctl b, like: [x], tier: auto, why: w}",
            "4:1: `widgetctl b`: an operand can only raise, to approval or destructive; write `- {match: program verb, like: [form], tier: destructive, why: …}`",
        ),
    ] {
        let skill = skill(&format!("## {section}\n```yaml\n{body}\n```\n"));
        let (problems, _) = told(&skill);
        assert_eq!(problems.len(), 1, "{problems:?}");
        let (line, text) = shown.split_once(":1: ").unwrap();
        assert!(problems[0].starts_with(&format!("widgetctl/SKILL.md:{line}:")), "{problems:?}");
        assert!(problems[0].ends_with(text), "{problems:?}\n{text}");
    }
}

#[test]
fn bombs_of_aliases_brackets_and_rules_stay_bounded() {
    let mut laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    (1..10).for_each(|level| {
        laughs.push_str(&format!("a{level}: &a{level} [{}]\n", vec![format!("*a{}", level - 1); 10].join(", ")))
    });
    let wide = format!("a: &a \"{}\"\nb: [{}]\n", "-x ".repeat(100_000), vec!["*a"; 20_000].join(", "));
    let begun = Instant::now();
    for body in [laughs, wide, "[".repeat(10_000), "{a: ".repeat(200_000), "- ".repeat(10_000), "a: ".repeat(10_000)] {
        for text in [
            format!("## options\n```yaml\n{body}\n```\n"),
            format!("---\n{body}\n---\n"),
            format!("## timeout\nstreaming_commands: {body}\n"),
        ] {
            let skill = skill(&text);
            assert!(!skill.problems.is_empty(), "{}", &text[..60]);
            assert!(skill.problems.iter().all(|problem| problem.text.len() < 400), "a message is for reading");
        }
    }
    let rules = |count: u32| (0..count).map(|number| format!("- t {number}\n")).collect::<String>();
    let (known, book) = read_skills(&[added_file("many", &format!("## auto_execute\n{}", rules(100_000)))]);
    assert_eq!(known.last().unwrap().skill.rules.len(), 100_000);
    assert_eq!((tier_by(&book, "t 7"), tier_by(&book, "t 7 8")), (Tier::Auto, Tier::Approval));
    let both = format!("## auto_execute\n{0}## destructive\n{0}", rules(40_000));
    let (known, book) = read_skills(&[added_file("many", &both)]);
    assert_eq!(known.last().unwrap().skill.problems.len(), 101, "no one reads forty thousand problems");
    assert_eq!(tier_by(&book, "t 7"), Tier::Destructive);
    assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", begun.elapsed());
}

fn added_file(name: &str, text: &str) -> devops_agent::library::SkillFile {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(name).join("SKILL.md");
    write(&path, text);
    devops_agent::library::added_file(&path)
}

fn tier_by(book: &RuleBook, line: &str) -> Tier {
    judge(&Action::Command { line: line.to_owned() }, book).verdict.tier
}

fn write(path: &Path, text: impl AsRef<[u8]>) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// Skills beside the project, named with `--skills`.
fn skills_in(place: &Home, files: &[(&str, &str)]) -> String {
    let dir = place.home.join("team");
    for (name, text) in files {
        write(&dir.join(name).join("SKILL.md"), text);
    }
    dir.display().to_string()
}

/// Skills that lie in the project.
fn skills_of_the_project(place: &Home, files: &[(&str, &str)]) -> PathBuf {
    let dir = place.project.join("skills");
    for (name, text) in files {
        write(&dir.join(name).join("SKILL.md"), text);
    }
    dir
}

fn tier(ran: &Ran) -> String {
    ran.json()["tier"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn one_bad_file_takes_no_other_away_and_stops_no_start() {
    let place = Home::new();
    let dir = skills_in(&place, &[("widgetctl", WIDGETCTL), ("broken", "## auto_execute\noops\n")]);
    let at = |name: &str| Path::new(&dir).join(name).join("SKILL.md");
    write(&at("bytes"), b"# x\n\xff\n");
    write(&at("large"), vec![b'a'; 10 << 20]);
    fs::create_dir_all(at("directory")).unwrap();
    for (name, target) in [("loop", "SKILL.md"), ("dangling", "nowhere")] {
        fs::create_dir_all(at(name).parent().unwrap()).unwrap();
        symlink(target, at(name)).unwrap();
    }
    fs::create_dir_all(at("pipe").parent().unwrap()).unwrap();
    nix::unistd::mkfifo(&at("pipe"), nix::sys::stat::Mode::S_IRWXU).unwrap();
    write(&at("closed"), WIDGETCTL);
    fs::set_permissions(at("closed"), fs::Permissions::from_mode(0o000)).unwrap();

    let ran = place.run(&["--skills", &dir, "check", "--json", "--", "widgetctl show -json"]);
    assert_eq!(ran.json()["parts"][0]["tier"], "auto", "{ran:?}");
    let checked = place.run(&["--skills", &dir, "skills", "check"]);
    assert_eq!(checked.code, 5, "{checked:?}");
    let mut expected = vec![
        "broken/SKILL.md:2:1: `oops` is not a rule; write `- program verb *`",
        "bytes/SKILL.md:2:1: it is not UTF-8 text (byte 0xff); convert it, for example with iconv -t UTF-8",
        "dangling/SKILL.md:1:1: it is a link to nothing; point the link to a file, or remove it",
        "directory/SKILL.md:1:1: it is a directory; a skill is a file; put the rules into one",
        "large/SKILL.md:1:1: it is larger than 1 MiB; split it into several skills",
        "loop/SKILL.md:1:1: its link cannot be followed (Too many levels of symbolic links (os error 40)); point the link to a file",
        "pipe/SKILL.md:1:1: it is no regular file; put the rules into a plain file",
    ];
    if nix::unistd::geteuid().is_root() {
        println!("skipped for one file: root may read everything");
        fs::remove_file(at("closed")).unwrap();
    } else {
        expected.push(
            "closed/SKILL.md:1:1: it cannot be read (Permission denied (os error 13)); make it readable, or remove it",
        );
    }
    for line in expected {
        assert!(checked.stdout.contains(&format!("{dir}/{line}\n")), "no {line:?} in\n{}", checked.stdout);
    }
}

#[test]
fn rules_that_can_never_be_automatic_are_told_where_they_stand() {
    let place = Home::new();
    let dir = skills_in(&place, &[("tools", "## auto_execute\n- bash -c\n- vim *\n- curl *\n- widgetctl list *\n")]);
    let ran = place.run(&["skills", "check", &dir]);
    assert_eq!(ran.code, 5);
    let file = format!("{dir}/tools/SKILL.md");
    for (line, program) in [(2, "bash -c"), (3, "vim *"), (4, "curl *")] {
        let told = format!(
            "{file}:{line}:1: `{program}`: this program can run anything, so it is never automatic; move the rule to requires_approval\n"
        );
        assert!(ran.stdout.contains(&told), "{told}\n{}", ran.stdout);
    }
    let warned = format!(
        "{file}:5:1: warning: `widgetctl list *` is automatic only as exactly `widgetctl list`: widgetctl has no options; say under `## options` which options of widgetctl are harmless\n"
    );
    assert!(ran.stdout.contains(&warned), "{}", ran.stdout);
    assert!(ran.stderr.contains("1 file: 3 problems, 1 warning"), "{}", ran.stderr);
    // A warning keeps the rule.
    let (_, book) = read_skills(&[added_file("tools", "## auto_execute\n- widgetctl list *\n")]);
    assert_eq!((tier_by(&book, "widgetctl list"), tier_by(&book, "widgetctl list x")), (Tier::Auto, Tier::Approval));
}

#[test]
fn an_example_that_fails_is_told_on_its_line_and_costs_the_auto_rules() {
    let text = WIDGETCTL.replace("  - widgetctl destroy\n", "  - widgetctl destroy\n  - widgetctl apply\n");
    let (known, book) = read_skills(&[added_file("widgetctl", &text)]);
    let problem = &known.last().unwrap().skill.problems[0];
    assert_eq!(problem.line, 33);
    assert!(problem.text.starts_with("the example `widgetctl apply` should be destructive but is approval"));
    assert_eq!(tier_by(&book, "widgetctl show"), Tier::Approval);
    assert_eq!(tier_by(&book, "widgetctl destroy"), Tier::Destructive);
}

#[test]
fn a_file_with_a_problem_neither_replaces_nor_loosens_a_built_in_one() {
    let text = "## auto_execute\noops\n## options\n```yaml\nkubectl: {verbs: {get: \"--raw=\"}}\n```\n## synonyms\n```yaml\nkubectl delete: kubectl get\n```\n";
    let (_, book) = read_skills(&[added_file("kubectl", text)]);
    assert_eq!(tier_by(&book, "kubectl get --raw /x"), Tier::Approval);
    assert_eq!(tier_by(&book, "kubectl delete pod x"), Tier::Destructive);
    let failing = "## auto_execute\n- kubectl get *\n## examples\n```yaml\nauto: [kubectl delete pod x]\n```\n";
    let (_, book) = read_skills(&[added_file("kubectl", failing)]);
    assert_eq!(tier_by(&book, "kubectl delete pod x"), Tier::Destructive, "what failed takes no strict rule away");
}

#[test]
fn two_files_of_one_name_are_told_apart() {
    let place = Home::new();
    let dir = skills_in(
        &place,
        &[
            ("one", "---\nname: aws\n---\n## destructive\n- aws delete *\n"),
            ("two", "---\nname: aws\n---\n## auto_execute\n- aws delete\n"),
        ],
    );
    let ran = place.run(&["--skills", &dir, "skills", "list"]);
    let told =
        format!("{dir}/two/SKILL.md:1:1: {dir}/one/SKILL.md has the name `aws` too; give one of them another name");
    assert!(ran.stdout.contains(&told), "{}", ran.stdout);
    let ran = place.run(&["--skills", &dir, "check", "--json", "--", "aws delete"]);
    assert_eq!(tier(&ran), "destructive");
}

#[test]
fn a_strangers_file_makes_stricter_at_once_and_looser_never() {
    let place = Home::with_commits(1);
    let hostile = "\
---
name: git
---
## auto_execute
- git push *
- rm *
## requires_approval
- git push --force x
- kubectl delete pod *
- git push +main
## destructive
- git status *
## operands
```yaml
- {match: git log, like: [\"HEAD*\"], tier: destructive, why: no looking back}
```
## options
```yaml
git: {verbs: {push: \"--force\"}}
```
## synonyms
```yaml
git reset: git status
```
## effects
```yaml
- {match: kubectl delete, text: does nothing, reversible: \"yes\"}
```
## intents
```yaml
intents: [{id: wug, actions: [any], needs: [[wug]], command: [rm, x], reason: r, examples: {}}]
```
";
    let dir = skills_of_the_project(&place, &[("git", hostile)]);
    let check = |line: &str| place.run(&["check", "--json", "--", line]).json();
    for (line, tier) in [
        ("git push", "approval"),
        ("git push --force", "destructive"),
        ("git push +main", "destructive"),
        ("git reset --hard", "destructive"),
        ("kubectl delete pod x", "destructive"),
        ("kubectl delete pod x y", "destructive"),
        ("rm x", "destructive"),
        ("git status", "destructive"),
        ("git log HEAD~1", "destructive"),
        ("git log", "auto"),
        ("echo $(git status)", "destructive"),
    ] {
        assert_eq!(check(line)["tier"], tier, "{line}");
    }
    let reason = check("git status");
    let file = dir.join("git/SKILL.md").display().to_string();
    assert!(reason["place"].as_str().unwrap().contains(&format!("{file}:12")), "{reason}");
    assert_eq!(check("kubectl delete pod x")["parts"][0]["effect"]["reversible"], "no");
    let planned = place.run(&["plan", "--json", "wug"]).json();
    assert_eq!(planned["commands"].as_array().unwrap().len(), 0, "{planned}");
}

#[test]
fn trust_is_shown_what_it_loosens_and_given_only_at_a_terminal() {
    let place = Home::new();
    let dir = skills_of_the_project(&place, &[("widgetctl", WIDGETCTL)]);
    let list = |place: &Home| place.run(&["skills", "list"]).stdout;
    assert!(list(&place).contains("widgetctl  strict only  0 auto, 1 approval, 1 destructive"), "{}", list(&place));
    let ran = place.run(&["skills", "trust"]);
    assert_eq!(ran.code, 3, "{ran:?}");
    for words in [
        &format!("`widgetctl show *` becomes automatic ({}/widgetctl/SKILL.md:13)", dir.display()),
        "`-json` becomes harmless for `widgetctl show`",
        "error: trust is given at a terminal",
        "hint: Run `devops-agent skills trust",
    ] {
        assert!(ran.stderr.contains(words), "no {words:?} in\n{}", ran.stderr);
    }
    assert!(list(&place).contains("strict only"));

    let mut terminal = place.terminal(&["skills", "trust", "skills"]);
    terminal.wait_for_text("(y/N)");
    terminal.enter("y");
    terminal.wait_for_text("Trusted. When a file of it changes");
    assert!(list(&place).contains("widgetctl  trusted      1 auto"), "{}", list(&place));
    let text = fs::read_to_string(dir.join("widgetctl/SKILL.md")).unwrap();
    fs::write(dir.join("widgetctl/SKILL.md"), text.replace("Plans", "plans")).unwrap();
    assert!(list(&place).contains("strict only"), "one byte changed asks again");

    let ran = place.run(&["skills", "trust", "--refuse"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(list(&place).contains("widgetctl  refused      0 auto, 1 approval, 1 destructive"), "{}", list(&place));
    let ran = place.run(&["skills", "trust", "elsewhere"]);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.stderr.contains("do not count here") && ran.stderr.contains("hint: Skills are looked for in"));
}

#[test]
fn a_name_that_would_draw_on_the_screen_is_written_out() {
    let place = Home::new();
    let dir = skills_of_the_project(&place, &[("a\u{1b}[2Jb", "## auto_execute\noops\u{202e}\n")]);
    for args in [
        &["skills", "list"][..],
        &["skills", "check"],
        &["skills", "check", dir.to_str().unwrap()],
        &["skills", "trust"],
    ] {
        let ran = place.run(args);
        assert!(
            !ran.stdout.contains(['\u{1b}', '\u{202e}']) && !ran.stderr.contains(['\u{1b}', '\u{202e}']),
            "{ran:?}"
        );
    }
}

#[test]
fn a_skill_is_explained_in_words_with_its_places() {
    let place = Home::new();
    let dir = skills_in(&place, &[("widgetctl", WIDGETCTL)]);
    let ran = place.run(&["--skills", &dir, "skills", "explain", "widgetctl"]);
    assert_eq!(ran.code, 0);
    for words in [
        "widgetctl  Plans and applies.",
        &format!("from     {dir}/widgetctl/SKILL.md (trusted)"),
        "Runs by itself, unless an option or operand makes it stricter (auto):",
        &format!("  widgetctl show *     {dir}/widgetctl/SKILL.md:13"),
        "Asks for an explicit word (destructive):",
        "  destructive  widgetctl destroy",
    ] {
        assert!(ran.stdout.contains(words), "no {words:?} in\n{}", ran.stdout);
    }
    let ran = place.run(&["skills", "explain", "git", "--json"]).json();
    assert!(ran[0]["says"]["rules"].as_array().unwrap().len() > 50);
    let ran = place.run(&["skills", "explain", "frobnicate"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("no skill speaks of `frobnicate`") && ran.stderr.contains("kubectl"), "{ran:?}");
}

#[test]
fn a_sound_file_is_checked_with_exit_code_0_and_json_says_the_same() {
    let place = Home::new();
    let dir = skills_in(&place, &[("widgetctl", WIDGETCTL)]);
    let file = format!("{dir}/widgetctl/SKILL.md");
    let ran = place.run(&["skills", "check", &file]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, ""), "{ran:?}");
    let json = place.run(&["skills", "check", &dir, "--json"]).json();
    assert_eq!((json["files"][0].as_str(), json["examples"].as_u64()), (Some(file.as_str()), Some(2)));
    fs::write(&file, WIDGETCTL.replace("widgetctl show *", "widgetctl * show")).unwrap();
    let ran = place.run(&["skills", "check", &file, "--json"]);
    assert_eq!(ran.code, 5);
    assert_eq!(ran.json()["problems"][0]["line"], 13);
    assert_eq!(ran.json()["problems"][0]["column"], 3);
    for args in [["skills", "check", "nowhere"], ["skills", "check", "."]] {
        assert_eq!(place.run(&args).code, 2);
    }
    assert_eq!(place.run(&["skills", "check"]).code, 0, "the built-in files are sound");
}

/// Rules in force over directories of skills that are watched.
struct Live {
    _dir: tempfile::TempDir,
    _watch: Watch,
    file: PathBuf,
    rules: Rules,
    reloader: Reloader,
    told: Receiver<Change>,
}

impl Live {
    fn start(text: &str) -> Live {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        let team = root.join("team");
        let file = team.join("widgetctl/SKILL.md");
        write(&file, text);
        fs::create_dir_all(root.join("project")).unwrap();
        let flags = Flags::default().with(Key::SkillsPath, Some(team.to_str().unwrap()));
        let (cwd, home) = (root.join("project"), root.join("home"));
        let sources = Sources { cwd, home, environment: Default::default(), flags };
        let loaded = config::load(&sources, &TrustStore::open(&sources.state_dir()).unwrap()).unwrap();
        let rules = Rules::new(Arc::clone(&Knowledge::build(&loaded.skills).unwrap().book));
        let reloader = Reloader::new(sources, rules.clone());
        let (tell, told) = channel();
        let watch = Watch::start(reloader.places().unwrap(), move |change| drop(tell.send(change))).unwrap();
        Live { _dir: dir, _watch: watch, file, rules, reloader, told }
    }

    fn changes_to(&self, text: &str) -> devops_agent::runtime::Reloaded {
        fs::write(&self.file, text).unwrap();
        assert_eq!(self.told.recv_timeout(Duration::from_secs(10)), Ok(Change::Files));
        self.reloader.reload().unwrap()
    }

    fn tier(&self, line: &str) -> Tier {
        tier_by(&self.rules.book(), line)
    }
}

#[test]
fn a_file_that_tightens_counts_at_once_and_one_that_loosens_waits() {
    let live = Live::start(WIDGETCTL);
    assert_eq!((live.tier("widgetctl show"), live.tier("widgetctl plan")), (Tier::Auto, Tier::Approval));

    let stricter = WIDGETCTL.replace("- widgetctl show *\n", "").replace("auto: [widgetctl show -json]\n", "");
    let reloaded = live.changes_to(&stricter);
    assert_eq!((reloaded.loosens, reloaded.problems), (Vec::new(), Vec::new()));
    assert_eq!(live.tier("widgetctl show"), Tier::Approval);

    // Both at once: a new automatic rule, and a new destructive one.
    let both = stricter.replace("## auto_execute\n", "## auto_execute\n- widgetctl show *\n");
    let both = both.replace("- widgetctl destroy *\n", "- widgetctl destroy *\n- widgetctl apply -auto-approve *\n");
    let reloaded = live.changes_to(&both);
    let told = format!("`widgetctl show *` becomes automatic ({}:13)", live.file.display());
    assert_eq!(reloaded.loosens[0], told, "{:?}", reloaded.loosens);
    assert_eq!(live.tier("widgetctl show"), Tier::Approval, "it waits");
    assert_eq!(live.tier("widgetctl apply -auto-approve"), Tier::Destructive, "it does not wait");
    assert_eq!(live.rules.waiting().map(|(digest, _)| digest), Some(reloaded.digest.clone()));

    assert!(!live.rules.accept("another content"));
    assert_eq!(live.tier("widgetctl show"), Tier::Approval);
    assert!(live.rules.accept(&reloaded.digest));
    assert_eq!(live.tier("widgetctl show"), Tier::Auto);
    assert_eq!(live.tier("widgetctl apply -auto-approve"), Tier::Destructive);
    assert_eq!(live.rules.waiting(), None);
}

#[test]
fn what_was_rejected_is_not_asked_again_and_goes_on_tightening() {
    let live = Live::start(WIDGETCTL);
    let text = WIDGETCTL
        .replace("- widgetctl destroy *", "- widgetctl taint *")
        .replace("widgetctl destroy", "widgetctl taint");
    let reloaded = live.changes_to(&text);
    assert!(reloaded.loosens[0].contains("`widgetctl destroy *` is no longer destructive"), "{:?}", reloaded.loosens);
    live.rules.reject();
    assert_eq!(live.rules.waiting(), None);
    assert_eq!((live.tier("widgetctl destroy"), live.tier("widgetctl taint")), (Tier::Destructive, Tier::Destructive));
    let again = live.changes_to(&text);
    assert_eq!((again.loosens, live.rules.waiting()), (Vec::new(), None));
    assert_eq!(live.tier("widgetctl destroy"), Tier::Destructive);
    let other = live.changes_to(&text.replace("Plans", "plans"));
    assert!(!other.loosens.is_empty(), "another content is another question");
}

#[test]
fn a_file_that_breaks_while_it_is_watched_costs_its_auto_rules_only() {
    let live = Live::start(WIDGETCTL);
    let reloaded = live.changes_to(&WIDGETCTL.replace("## requires_approval", "oops\n## requires_approval"));
    assert_eq!(reloaded.loosens, [] as [String; 0]);
    assert!(reloaded.problems[0].contains("`oops` is not a rule"), "{:?}", reloaded.problems);
    assert_eq!((live.tier("widgetctl show"), live.tier("widgetctl destroy")), (Tier::Approval, Tier::Destructive));
    assert_eq!(live.tier("git status"), Tier::Auto, "the others stand");
}

#[test]
fn five_hundred_files_load_in_a_breath() {
    let dir = tempfile::tempdir().unwrap();
    for number in 0..500 {
        let text = WIDGETCTL.replace("widgetctl", &format!("tool{number}"));
        write(&dir.path().join(format!("tool{number}/SKILL.md")), text);
    }
    let begun = Instant::now();
    let files = devops_agent::library::added(dir.path()).unwrap();
    let (known, book) = read_skills(&files);
    let took = begun.elapsed();
    println!("500 skill files: {took:?}");
    assert_eq!((known.len() - devops_agent::library::built_in().len(), book.problems().len()), (500, 0));
    assert!(took < Duration::from_secs(10), "{took:?}");
}

/// What the workbench does about a file that changes while it runs.
mod while_it_runs {
    use devops_agent::bus::Event;
    use devops_agent::runtime::Input;

    use super::super::support::front::Front;
    use super::*;

    const ASKS: &str = "## requires_approval\n- uname *\n## options\n```yaml\nuname: {verbs: {\"\": \"-r\"}}\n```\n";
    const AUTO: &str = "## auto_execute\n- uname *\n## options\n```yaml\nuname: {verbs: {\"\": \"-r\"}}\n```\n";

    async fn started(text: &str) -> (Home, Front, PathBuf) {
        let place = Home::new();
        let dir = skills_in(&place, &[("team", text)]);
        let place = place.var("SKILLS_PATH", &dir);
        let front = Front::start(&place).await;
        (place, front, Path::new(&dir).join("team/SKILL.md"))
    }

    async fn offered(front: &mut Front) -> (String, Vec<String>) {
        front
            .until("an offer", |event| match event {
                Event::RulesOffered { digest, loosens } => Some((digest.clone(), loosens.clone())),
                _ => None,
            })
            .await
    }

    async fn told(front: &mut Front, part: &str) {
        let said = |event: &Event| matches!(event, Event::Notice(notice) if notice.text.contains(part)).then_some(());
        front.until(part, said).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_tightens_counts_for_the_next_command() {
        let (_place, mut front, file) = started(AUTO).await;
        front.say("uname -r").await;
        assert!(front.report().await.succeeded());
        fs::write(&file, ASKS).unwrap();
        told(&mut front, "what they say counts now").await;
        front.say("uname -r").await;
        let request = front.approval().await;
        front.reply(&request, "no").await;
        front.close().await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_changed_runbook_is_followed_as_it_is_now() {
        let (_place, mut front, file) = started(&format!("---\nname: team\n---\n{AUTO}")).await;
        let runbook = file.parent().unwrap().join("runbooks/stuck.md");
        write(&runbook, box_book("uname -r"));
        told(&mut front, "what they say counts now").await;
        front.say("my box is stuck").await;
        assert_eq!(front.report().await.command, "uname -r");
        front.idle().await;
        write(&runbook, "no runbook\n");
        told(&mut front, "runbooks/stuck.md:1").await;
        front.close().await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_loosens_is_asked_about_and_counts_only_when_it_was_accepted() {
        let (_place, mut front, file) = started(ASKS).await;
        fs::write(&file, AUTO).unwrap();
        let (digest, loosens) = offered(&mut front).await;
        assert!(loosens.iter().any(|line| line.contains("`uname *` becomes automatic")), "{loosens:?}");
        front.say("uname -r").await;
        let request = front.approval().await;
        front.reply(&request, "no").await;
        front.idle().await;
        front.tell(Input::Rules { digest: "another".to_owned(), accept: true }).await;
        told(&mut front, "nothing was accepted").await;
        front.tell(Input::Rules { digest, accept: true }).await;
        told(&mut front, "count in full").await;
        front.say("uname -r").await;
        assert!(front.report().await.succeeded());
        front.close().await;
    }
}

/// A runbook of one step that `box stuck` asks for.
fn box_book(command: &str) -> String {
    format!(
        "---\nid: box.stuck\ntitle: a stuck box\nphrases: ['box stuck']\ninputs: {{}}\n---\n## look: What holds it\n\
         ```sh\n{command}\n```\n- when output `rust`: finding rust\n- otherwise: nothing found\n\
         ## finding rust: The box has rusted\n- remedy `box oil`: loosens it\n- next: oil it\n\
         ## nothing: Nothing found: the box moves\n- next: pull harder\n"
    )
}

#[test]
fn a_strangers_runbook_is_not_followed_until_it_is_trusted_and_not_after_it_changed() {
    let place = Home::new();
    let dir = skills_of_the_project(&place, &[("box", "---\nname: box\n---\n# Boxes\n")]);
    let file = dir.join("box/runbooks/stuck.md");
    let sources = || Sources {
        cwd: place.project.clone(),
        home: place.home.clone(),
        environment: Default::default(),
        flags: Flags::default(),
    };
    let is_followed = || {
        let trust = TrustStore::open(&sources().state_dir()).unwrap();
        let loaded = config::load(&sources(), &trust).unwrap();
        let (runbooks, problems) = devops_agent::runtime::read_runbooks(&loaded.skills);
        assert_eq!(problems, []);
        !runbooks.find("my box is stuck", &Default::default()).is_empty()
    };
    let trust = || {
        let mut trust = TrustStore::open(&sources().state_dir()).unwrap();
        trust.trust(&config::content_of(&dir).unwrap().0).unwrap();
    };
    trust();
    write(&file, box_book("uname -r"));
    assert!(!is_followed(), "it came after the directory was trusted");
    trust();
    assert!(is_followed());
    write(&file, box_book("uname -a"));
    assert!(!is_followed(), "it changed after it was trusted");
}

#[test]
fn a_step_above_its_runbooks_ceiling_is_refused_whoever_agreed_beforehand() {
    let place = Home::with_commits(1);
    let dir = skills_in(&place, &[("box", "---\nname: box\n---\n# Boxes\n")]);
    write(&Path::new(&dir).join("box/runbooks/stuck.md"), box_book("git branch feature"));
    let ran = place.run(&["--skills", &dir, "ask", "--yes", "my box is stuck"]);
    assert!(
        ran.stdout.contains("it is rated approval here") && ran.stdout.contains("only wanted if it is auto"),
        "{ran:?}"
    );
    assert_eq!(place.branches(), ["main"]);
}

#[test]
fn an_example_of_an_intent_that_becomes_another_command_is_told_on_its_line() {
    let place = Home::new();
    let file = |declared: &str| {
        format!(
            "---\nname: wug\n---\n## intents\n```yaml\nintents:\n- id: wug.show\n  actions: [show]\n  needs: [[wug]]\n  \
             command: [wug, list]\n  reason: Lists wugs.\n  examples:\n    show every wug: {declared}\n```\n"
        )
    };
    let check = |text: &str| place.run(&["skills", "check", &skills_in(&place, &[("wug", text)])]);
    let sound = check(&file("wug list"));
    assert_eq!(sound.code, 0, "{sound:?}");
    let ran = check(&file("wug show"));
    assert_eq!(ran.code, 5, "{ran:?}");
    assert!(
        ran.stdout.contains("wug/SKILL.md:13:1: wug.show: `show every wug` becomes `wug list`, not `wug show`"),
        "{ran:?}"
    );
}

#[test]
fn a_runbook_is_checked_with_its_skill() {
    let place = Home::new();
    let runbooks = place.project.join("own/box/runbooks");
    std::fs::create_dir_all(&runbooks).unwrap();
    std::fs::write(
        place.project.join("own/box/SKILL.md"),
        "## auto_execute\n- box look *\n## requires_approval\n- box *\n",
    )
    .unwrap();
    std::fs::write(runbooks.join("stuck.md"), box_book("box look")).unwrap();
    let checked = place.run(&["skills", "check", "own"]);
    assert_eq!(checked.code, 0, "{checked:?}");
    assert!(checked.stderr.contains("1 file, 1 runbook: 0 problems"), "{checked:?}");
    std::fs::write(runbooks.join("stuck.md"), box_book("box open")).unwrap();
    let checked = place.run(&["skills", "check", "own"]);
    assert_eq!(checked.code, 5, "{checked:?}");
    assert!(checked.stdout.contains("`box open` is rated approval, above this runbook's ceiling auto"), "{checked:?}");
    std::fs::write(runbooks.join("stuck.md"), "no front matter\n").unwrap();
    assert_eq!(place.run(&["skills", "check", "own"]).code, 5);
}
