//! The gate's matrix on a small book: order of rules, triggers, compounds,
//! decoration, binding and replies.

use super::*;
use crate::domain::{Action, At, Binary, Consent, Decision, FileStamp, Lane, Settings, Tier};
use crate::skill::parse;

const SKILL: &str = "\
## timeout
default: 30s
streaming_commands: [\"tool logs -f\"]
## auto_execute
- tool get *
- tool list
- tool stash list
- tool fetch --dry-run
- rm-not *
- bash *
## requires_approval
- tool stash *
- tool push *
- tool replace *
## destructive
- tool delete *
- tool push --force *
- tool push -f *
- tool replace --force *
- rm *
## options
```yaml
tool:
  aliases: [t]
  abbreviations: true
  global: \"-n= -v\"
  guarded: \"--config=\"
  verbs:
    get: \"-o= -A --wide\"
    fetch: \"--dry-run --all\"
    list: \"\"
    push: \"-u= --tags\"
rm: {verbs: {\"\": \"-v\"}}
```
## synonyms
```yaml
tool thing rm: tool delete
tool thing ls: tool list
```
## effects
```yaml
- match: tool delete
  text: Removes it.
  reversible: \"no\"
  objects: {}
  unknown_count: [--all]
```
";

fn book() -> RuleBook {
    RuleBook::compile(&[(parse("tool", "tool/SKILL.md", SKILL), Standing::Trusted)])
}

fn verdict(line: &str) -> crate::domain::Verdict {
    judge(&Action::Command { line: line.to_owned() }, &book()).verdict
}

fn tier(line: &str) -> Tier {
    verdict(line).tier
}

#[test]
fn the_book_is_read_without_a_problem_but_the_interpreter() {
    let book = book();
    let texts: Vec<&str> = book.problems().iter().map(|(_, problem)| problem.text.as_str()).collect();
    assert_eq!(texts, ["`bash *`: this program can run anything, so it is never automatic"]);
}

#[test]
fn tiers_follow_the_longest_verb_path_and_triggers_only_raise() {
    let cases = [
        ("tool get pods", Tier::Auto),
        ("t get pods -A -o wide", Tier::Auto),
        ("tool -n get delete x", Tier::Destructive),
        ("tool -nget get x", Tier::Auto),
        ("tool get pods --raw x", Tier::Approval),
        ("tool get pods --config=x", Tier::Approval),
        ("tool --config x get pods", Tier::Approval),
        ("tool --confi x delete pods", Tier::Destructive),
        ("tool --unknown delete x", Tier::Destructive),
        ("tool list", Tier::Auto),
        ("tool list x", Tier::Approval),
        ("tool thing ls", Tier::Auto),
        ("tool thing rm x", Tier::Destructive),
        ("tool stash list", Tier::Auto),
        ("tool stash drop", Tier::Approval),
        ("tool fetch --dry-run", Tier::Auto),
        ("tool fetch --dry-run --no-dry-run", Tier::Approval),
        ("tool fetch", Tier::Approval),
        ("tool push origin", Tier::Approval),
        ("tool push origin --force", Tier::Destructive),
        ("tool push origin --forc", Tier::Destructive),
        ("tool push -uf origin", Tier::Approval),
        ("tool push -qf origin", Tier::Destructive),
        ("tool replace x --force", Tier::Destructive),
        ("tool frobnicate", Tier::Approval),
        ("unheard of", Tier::Approval),
        ("sudo rm x", Tier::Destructive),
        ("env A=b tool delete x", Tier::Destructive),
        ("bash -c 'tool delete x'", Tier::Destructive),
        ("bash x.sh", Tier::Approval),
        ("/bin/rm x", Tier::Destructive),
        ("tool get x | rm y", Tier::Destructive),
        ("tool get x | tool list", Tier::Auto),
        ("tool get x && tool push y", Tier::Approval),
        ("tool get .env", Tier::Approval),
        ("tool get $(rm x)", Tier::Destructive),
        ("tool get > f", Tier::Approval),
        ("A=1 tool get x", Tier::Approval),
        ("r\\m x", Tier::Destructive),
        ("r'm' x $y", Tier::Destructive),
        ("tool g\u{435}t x", Tier::Approval),
        ("", Tier::Approval),
    ];
    for (line, expected) in cases {
        assert_eq!(tier(line), expected, "{line}: {:?}", verdict(line).deciding());
    }
}

const BY_OPERANDS: &str = "\
## auto_execute
- day *
- cut-out -n *
- say *
- tool show *
## requires_approval
- tool push *
- tool apply *
- tool keep *
## options
```yaml
day: {global: \"-u --utc\", operands: {\"\": \"+*\"}, help: \"--help\"}
say: {text: true, global: \"-n\"}
cut-out: {global: \"-n\", operands: {\"\": [\"#p #,#p\", \"*\"]}}
tool: {global: \"-n= -f= --staged --help\", help: \"--help -h\", verbs: {show: \"-o=\"}}
```
## operands
```yaml
- {match: tool push, like: [\"+*\", \":*\"], tier: destructive, why: it overwrites what is there}
- {match: tool keep, like: [\".\"], unless: [--staged], tier: destructive, why: it throws changes away}
- {match: tool show, like: [\"-o=*-file*\"], tier: approval, why: it reads a file}
- match: tool push
  none: true
  tier: destructive
  why: it pushes everything
```
## proof
```yaml
- {match: tool apply, run: \"tool diff {options} {operands}\", keep: \"-f -n\"}
- {match: tool keep, unless: [--staged], run: \"tool show {operands}\"}
- {match: tool keep, plugin: compare, operands: 2, run: \"tool compare {operands}\"}
```
";

#[test]
fn operands_keep_auto_raise_and_are_explained_by_their_rule() {
    let skill = parse("tool", "tool/SKILL.md", BY_OPERANDS);
    assert_eq!(skill.problems, []);
    let book = RuleBook::compile(&[(skill, Standing::Trusted)]);
    let verdict = |line: &str| judge(&Action::Command { line: line.into() }, &book).verdict;
    for (line, expected) in [
        ("day +%F -u", Tier::Auto),
        ("day", Tier::Auto),
        ("day --help", Tier::Auto),
        ("day 12:00", Tier::Approval),
        ("cut-out -n 1,5p a b", Tier::Auto),
        ("cut-out -n 1e a", Tier::Approval),
        ("say '--- a ---' -x -n b", Tier::Auto),
        ("cut-out 1p a", Tier::Approval),
        ("tool push x", Tier::Approval),
        ("tool push x +main", Tier::Destructive),
        ("tool push x -- :old", Tier::Destructive),
        ("tool push", Tier::Destructive),
        ("tool push --help", Tier::Auto),
        ("tool push x --help", Tier::Approval),
        ("tool nothing --help", Tier::Approval),
        ("tool keep .", Tier::Destructive),
        ("tool keep . --staged", Tier::Approval),
        ("tool keep . -- --staged", Tier::Destructive),
        ("tool keep . --staged --no-staged", Tier::Destructive),
        ("tool show x -o wide", Tier::Auto),
        ("tool show x -ogo-template-file=y", Tier::Approval),
    ] {
        assert_eq!(verdict(line).tier, expected, "{line}: {:?}", verdict(line).deciding());
    }
    let pushed = verdict("tool push x +main");
    let reason = pushed.deciding().unwrap();
    assert_eq!((reason.rule.as_str(), reason.text.as_str()), ("tool push +* :*", "it overwrites what is there"));
    let line: usize = reason.place().rsplit(':').next().unwrap().parse().unwrap();
    assert!(BY_OPERANDS.lines().nth(line - 1).unwrap().starts_with("- {match: tool push, like"));
}

#[test]
fn a_proof_takes_over_the_options_it_names_and_quotes_the_operands() {
    let skill = parse("tool", "tool/SKILL.md", BY_OPERANDS);
    let book = RuleBook::compile(&[(skill, Standing::Trusted)]);
    let proof = |line: &str| judge(&Action::Command { line: line.into() }, &book).verdict.parts[0].proof.clone();
    assert_eq!(proof("tool apply -n shop -f 'a b' --staged x").as_deref(), Some("tool diff -n shop -f 'a b' x"));
    assert_eq!(proof("tool apply").as_deref(), Some("tool diff"));
    assert_eq!(proof("tool show x"), None);
    assert_eq!(proof("tool keep x").as_deref(), Some("tool show x"));
    assert_eq!(proof("tool keep x --staged"), None);
}

#[test]
fn what_a_plugin_shows_goes_before_what_is_shown_without_it() {
    let skill = parse("tool", "tool/SKILL.md", BY_OPERANDS);
    let book = RuleBook::compile(&[(skill, Standing::Trusted)]);
    let compare = Plugin { program: "tool".to_owned(), name: "compare".to_owned() };
    let proof = |line: &str, plugins: &[&Plugin]| {
        let judged = judge(&Action::Command { line: line.into() }, &book);
        assert_eq!(judged.needs.contains(&FactQuery::Plugin(compare.clone())), line.contains("a b"), "{line}");
        let facts = Facts { plugins: plugins.iter().map(|plugin| (*plugin).clone()).collect(), ..Facts::default() };
        judged.with_facts(&facts).0.parts[0].proof.clone()
    };
    assert_eq!(proof("tool keep a b", &[]).as_deref(), Some("tool show a b"));
    assert_eq!(proof("tool keep a b", &[&compare]).as_deref(), Some("tool compare a b"));
    assert_eq!(proof("tool keep x", &[&compare]).as_deref(), Some("tool show x"), "too few operands");
}

#[test]
fn of_an_option_that_stands_twice_the_last_tells_the_effect() {
    let text = "## requires_approval\n- tool push *\n## options\n```yaml\ntool: {verbs: {push: \"--try=?\"}}\n```\n\
                ## effects\n```yaml\n- {match: tool push, like: [\"--try=server\"], text: Tries it., reversible: \"yes\"}\n\
                - {match: tool push, text: Does it., reversible: \"no\"}\n```\n";
    let skill = parse("tool", "tool/SKILL.md", text);
    assert_eq!(skill.problems, []);
    let book = RuleBook::compile(&[(skill, Standing::Trusted)]);
    let told = |line: &str| {
        let verdict = judge(&Action::Command { line: line.into() }, &book).verdict;
        verdict.effect().map(|effect| effect.text.clone()).unwrap_or_default()
    };
    assert_eq!(told("tool push x --try=server"), "Tries it.");
    assert_eq!(told("tool push x --try=none --try=server"), "Tries it.");
    for line in ["tool push x", "tool push x --try=server --try=none", "tool push x -- --try=server"] {
        assert_eq!(told(line), "Does it.", "{line}");
    }
}

#[test]
fn decoration_and_composition_never_lower_a_tier() {
    for line in ["tool get x", "tool list", "tool push y", "tool push -f", "tool delete x", "rm x", "nothing known"] {
        let plain = tier(line);
        for decorated in [
            format!("{line}; tool get x"),
            format!("tool get x && {line}"),
            format!("{line} | tool get x"),
            format!("tool get x\n{line}"),
            format!("{line} > f"),
            format!("A=1 {line}"),
            format!("echo $({line})"),
            format!("{line} --what-is-this"),
            format!("sudo {line}"),
            format!("timeout 5 {line}"),
            format!("{line} &"),
            format!("({line})"),
            format!("sh -c '{line}'"),
            format!("xargs {line}"),
        ] {
            assert!(tier(&decorated) >= plain, "{decorated} is {} where {line} is {plain}", tier(&decorated));
        }
    }
}

#[test]
fn the_rule_that_decides_is_named_with_its_file_and_line() {
    let verdict = verdict("tool delete x");
    let reason = verdict.deciding().unwrap();
    assert_eq!(reason.rule, "tool delete *");
    assert_eq!(
        SKILL.lines().nth(reason.place().rsplit(':').next().unwrap().parse::<usize>().unwrap() - 1),
        Some("- tool delete *")
    );
}

#[test]
fn one_object_takes_a_word_and_more_take_the_name() {
    assert_eq!(verdict("tool delete x").consent, Consent::TypedWord);
    assert_eq!(verdict("tool delete x y").consent, Consent::Name("x".into()));
    assert_eq!(verdict("tool delete --all").consent, Consent::Name("delete".into()));
    assert_eq!(verdict("tool push x").consent, Consent::Words);
    assert_eq!(verdict("tool get x").consent, Consent::Nothing);
}

#[test]
fn what_was_listed_as_all_takes_the_name_even_when_it_is_one() {
    let judged = judge(&Action::Command { line: "tool delete pod/x".into() }, &book());
    assert_eq!(judged.over_all().verdict.consent, Consent::Name("x".into()));
    let judged = judge(&Action::Command { line: "tool push x".into() }, &book());
    assert_eq!(judged.over_all().verdict.consent, Consent::Words);
}

#[test]
fn an_untrusted_file_makes_stricter_and_never_looser() {
    let found = parse("found", "found/SKILL.md", "## auto_execute\n- tool push *\n## destructive\n- tool get *\n");
    let book =
        RuleBook::compile(&[(parse("tool", "tool/SKILL.md", SKILL), Standing::Trusted), (found, Standing::Untrusted)]);
    let tier = |line: &str| judge(&Action::Command { line: line.into() }, &book).verdict.tier;
    assert_eq!(tier("tool push x"), Tier::Approval);
    assert_eq!(tier("tool get x"), Tier::Destructive);
}

#[test]
fn a_trusted_file_of_the_same_name_replaces_the_rules() {
    let own = parse("tool", "own/SKILL.md", "## auto_execute\n- tool push\n");
    let book =
        RuleBook::compile(&[(parse("tool", "tool/SKILL.md", SKILL), Standing::Trusted), (own, Standing::Trusted)]);
    let tier = |line: &str| judge(&Action::Command { line: line.into() }, &book).verdict.tier;
    assert_eq!(tier("tool push"), Tier::Auto);
    assert_eq!(tier("tool get x"), Tier::Approval);
}

fn binary(path: &str) -> Binary {
    Binary { path: path.into(), stamp: FileStamp { device: 1, inode: 2, size: 3, modified_ns: 4 } }
}

fn facts(word: &str) -> Facts {
    Facts {
        binaries: [(word.to_owned(), BinaryFact::Trusted { binary: binary("/usr/bin/tool") })].into(),
        settings: [("git".to_owned(), Settings::default())].into(),
        cwd: "/work".into(),
        shell: Some(binary("/bin/sh")),
        ..Facts::default()
    }
}

fn pending(line: &str) -> Pending {
    let word = line.split(' ').next().unwrap();
    judge(&Action::Command { line: line.to_owned() }, &book()).bind(facts(word), "s", true).unwrap()
}

#[test]
fn only_an_automatic_line_clears_itself() {
    let cleared = pending("tool get x").automatic().unwrap();
    assert_eq!(cleared.decision(), Decision::Auto);
    assert_eq!(cleared.program().timeout_ms, Some(30_000));
    assert!(pending("tool push x").automatic().is_err());
    assert!(pending("tool delete x").waived(Yes::from_flag()).is_err());
    assert!(pending("tool push x").waived(Yes::from_flag()).is_ok());
}

#[test]
fn a_program_may_agree_to_the_approval_tier_and_only_to_what_it_was_shown() {
    let line = pending("tool push x");
    let digest = line.digest().to_owned();
    assert!(line.agreed_by_program(&digest).is_ok());
    assert!(pending("tool push x").agreed_by_program("other").is_err());
    let line = pending("tool delete x");
    let digest = line.digest().to_owned();
    assert!(line.agreed_by_program(&digest).is_err());
}

#[test]
fn a_doubtful_binary_or_a_hostile_repository_asks() {
    let judged = judge(&Action::Command { line: "tool get x".into() }, &book());
    let mut facts = facts("tool");
    facts.binaries.insert(
        "tool".into(),
        BinaryFact::Doubtful { binary: binary("/work/tool"), why: "it lies in the working directory".into() },
    );
    let pending = judged.bind(facts, "s", false).unwrap();
    assert_eq!(pending.verdict().tier, Tier::Approval);
    assert_eq!(pending.verdict().deciding().unwrap().rule, "doubtful-binary");
    assert_eq!(pending.verdict().consent, Consent::Words);
    assert!(pending.automatic().is_err());
}

#[test]
fn a_missing_program_cannot_be_bound() {
    let judged = judge(&Action::Command { line: "tool get x".into() }, &book());
    let missing = judged.bind(Facts { cwd: "/".into(), ..Facts::default() }, "s", false).unwrap_err();
    assert!(missing.to_string().contains("not installed"));
}

#[test]
fn what_is_not_understood_runs_by_a_shell_with_exactly_its_bytes() {
    let line = "tool get $HOME > 'a file'";
    let pending = pending(line);
    assert_eq!(pending.verdict().lane, Lane::Complex);
    assert_eq!(pending.line(), line);
    assert!(matches!(&pending.program().run, crate::domain::Run::Shell { script, .. } if script == line));
}

#[test]
fn another_word_directory_or_session_is_another_digest() {
    let base = pending("tool get x");
    assert_ne!(base.digest(), pending("tool get y").digest());
    let bind = |facts: Facts, nonce: &str| {
        judge(&Action::Command { line: "tool get x".into() }, &book()).bind(facts, nonce, true).unwrap()
    };
    assert_eq!(base.digest(), bind(facts("tool"), "s").digest());
    assert_ne!(base.digest(), bind(facts("tool"), "other").digest());
    assert_ne!(base.digest(), bind(Facts { cwd: "/elsewhere".into(), ..facts("tool") }, "s").digest());
}

fn replies() -> Replies {
    Replies::parse(include_str!("../../assets/replies/approval.yaml")).unwrap()
}

#[test]
fn replies_are_read_whole_and_deny_beats_approve() {
    use Reply::*;
    let cases = [
        ("y", Approve),
        ("yes", Approve),
        ("ok", Approve),
        ("sure", Approve),
        ("go ahead", Approve),
        ("do it", Approve),
        ("Approved", Approve),
        ("looks good", Approve),
        ("yep", Approve),
        ("yup", Approve),
        ("run it", Approve),
        ("yes, please", Approve),
        ("ok do it", Approve),
        ("Yes!", Approve),
        ("confirm", Approve),
        ("agreed", Approve),
        ("execute", Approve),
        ("go", Approve),
        ("n", Deny),
        ("no", Deny),
        ("skip", Deny),
        ("don't", Deny),
        ("don't do it", Deny),
        ("no, go back", Deny),
        ("not yet", Deny),
        ("hold", Deny),
        ("wait", Deny),
        ("abort", Deny),
        ("cancel", Deny),
        ("stop", Deny),
        ("don\u{2019}t do it", Deny),
        ("no that is the wrong pod", Deny),
        ("yes but why", ApproveExplain),
        ("approve explain it", ApproveExplain),
        ("ok walk me through this", ApproveExplain),
        ("why", Explain),
        ("why?", Explain),
        ("what does this do", Explain),
        ("explain", Explain),
        ("what's the reasoning", Explain),
        ("history", History),
        ("what have we done", History),
        ("what comes after", Plan),
        ("next steps", Plan),
        ("yes?", Ambiguous),
        ("is it ok", Ambiguous),
        ("yesterday", Ambiguous),
        ("maybe", Ambiguous),
        ("", Ambiguous),
        ("ok banana", Ambiguous),
        ("the yes man", Ambiguous),
    ];
    for (text, expected) in cases {
        assert_eq!(replies().read(text, &Consent::Words), expected, "{text:?}");
    }
}

#[test]
fn a_destructive_line_takes_more_than_a_single_key_and_a_named_one_takes_the_name() {
    let replies = replies();
    assert_eq!(replies.read("y", &Consent::TypedWord), Reply::NotEnough);
    assert_eq!(replies.read("yes", &Consent::TypedWord), Reply::Approve);
    assert_eq!(replies.read("yes", &Consent::Name("web1".into())), Reply::NotEnough);
    assert_eq!(replies.read(" web1 ", &Consent::Name("web1".into())), Reply::Approve);
    assert_eq!(replies.read("web", &Consent::Name("web1".into())), Reply::Ambiguous);
    assert_eq!(replies.read("no", &Consent::Name("web1".into())), Reply::Deny);
}

#[test]
fn an_answer_to_another_request_clears_nothing() {
    let line = pending("tool delete x");
    match line.answer("yes", "0000", "s", At::EPOCH, &replies()) {
        Answered::Asked(Reply::Stale, _) => {}
        other => panic!("{other:?}"),
    }
}

#[test]
fn long_and_nested_lines_are_judged_in_time() {
    for line in ["a ".repeat(40_000), "$(".repeat(20_000), "a;".repeat(10_000), "'".repeat(9_999), "rm ".repeat(20_000)]
    {
        assert!(tier(&line) >= Tier::Approval);
    }
}

proptest::proptest! {
    #[test]
    fn no_bytes_make_the_gate_panic_or_turn_auto(line in "\\PC{0,120}") {
        let verdict = verdict(&line);
        proptest::prop_assert!(verdict.tier > Tier::Auto || line.contains("tool") || line.starts_with('t'));
    }
}
