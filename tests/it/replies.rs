//! What people reply to a request for approval, and how it is read: the product document's
//! own keywords, a table of real phrases, and what must hold for every phrase there is.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use devops_agent::domain::Consent;
use devops_agent::gate::{Replies, Reply};
use proptest::prelude::*;

const PHRASES: &str = include_str!("../../assets/replies/approval.yaml");

fn replies() -> &'static Replies {
    static REPLIES: LazyLock<Replies> = LazyLock::new(|| Replies::parse(PHRASES).unwrap());
    &REPLIES
}

/// Every word that stands in a phrase, or is read as one that does.
fn known() -> &'static BTreeSet<String> {
    static KNOWN: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
        let file: serde_yaml::Value = serde_yaml::from_str(PHRASES).unwrap();
        let contractions: BTreeMap<String, String> = serde_yaml::from_value(file["read_as"].clone()).unwrap();
        let phrases = shipped(LISTS).into_iter().chain(contractions.into_keys());
        phrases.flat_map(|phrase| phrase.split(' ').map(str::to_owned).collect::<Vec<_>>()).collect()
    });
    &KNOWN
}

/// Words, a typed word, the name `web1`.
fn consents() -> [Consent; 3] {
    [Consent::Words, Consent::TypedWord, Consent::Name("web1".to_owned())]
}

fn approves(reply: Reply) -> bool {
    matches!(reply, Reply::Approve | Reply::ApproveExplain | Reply::ApproveSession | Reply::ApproveScope)
}

/// The name of a class in the fixtures.
fn class(reply: Reply) -> &'static str {
    match reply {
        Reply::Approve => "approve",
        Reply::ApproveExplain => "approve_explain",
        Reply::ApproveSession => "session",
        Reply::ApproveScope => "scope",
        Reply::Deny => "deny",
        Reply::Explain => "explain",
        Reply::History => "history",
        Reply::Plan => "plan",
        Reply::NotEnough => "not_enough",
        Reply::Stale => "stale",
        Reply::Ambiguous => "ambiguous",
    }
}

/// The rows of a fixture: the text, its escapes undone, and the columns after it.
fn rows(fixture: &str) -> Vec<(String, Vec<&str>)> {
    let rows = fixture.lines().skip(1).map(|row| {
        let mut columns = row.split('\t');
        (unescaped(columns.next().unwrap()), columns.collect())
    });
    rows.collect()
}

fn unescaped(text: &str) -> String {
    let mut plain = text.replace("\\n", "\n").replace("\\r", "\r").replace("\\t", "\t");
    while let Some((before, rest)) = plain.split_once("\\u{") {
        let (digits, after) = rest.split_once('}').unwrap();
        let c = char::from_u32(u32::from_str_radix(digits, 16).unwrap()).unwrap();
        plain = format!("{before}{c}{after}");
    }
    plain
}

/// The phrases of the shipped lists.
fn shipped(lists: &[&str]) -> Vec<String> {
    let file: serde_yaml::Value = serde_yaml::from_str(PHRASES).unwrap();
    let phrases = |list: &&str| serde_yaml::from_value::<Vec<String>>(file[*list].clone()).unwrap();
    lists.iter().flat_map(phrases).collect()
}

const LISTS: &[&str] = &[
    "deny",
    "pause",
    "question",
    "history",
    "plan",
    "explain",
    "approve",
    "afterwards",
    "session",
    "scope",
    "always",
    "link",
    "filler",
];

#[test]
fn every_keyword_of_the_product_document_means_what_it_says_there() {
    let lists: &[(&[&str], Reply)] = &[
        (
            &[
                "y",
                "yes",
                "ok",
                "sure",
                "go",
                "do it",
                "approve",
                "approved",
                "looks good",
                "go ahead",
                "execute",
                "run it",
                "confirm",
                "agreed",
                "yep",
                "yup",
            ],
            Reply::Approve,
        ),
        (&["n", "no", "skip", "stop", "don't", "hold", "wait", "cancel", "abort", "not yet"], Reply::Deny),
        (
            &[
                "why",
                "explain",
                "what does",
                "what does this do",
                "how does",
                "reason",
                "tell me",
                "walk me through",
                "what's the reasoning",
            ],
            Reply::Explain,
        ),
        (&["what have we done", "what did we do", "history", "show session so far"], Reply::History),
        (&["what comes after", "what's the plan", "next steps", "plan"], Reply::Plan),
        (
            &[
                "yes but why",
                "approve explain it",
                "ok walk me through this",
                "sure what's the plan",
                "yes but explain what comes after",
            ],
            Reply::ApproveExplain,
        ),
    ];
    for (keywords, expected) in lists {
        for keyword in *keywords {
            assert_eq!(replies().read(keyword, &Consent::Words), *expected, "{keyword:?}");
        }
    }
}

#[test]
fn every_phrase_of_the_table_is_read_as_it_says_for_each_kind_of_consent() {
    let replies = replies();
    let rows = rows(include_str!("../fixtures/gate/replies.tsv"));
    assert!(rows.len() >= 250, "only {} phrases", rows.len());
    let mut wrong = Vec::new();
    for (text, expected) in rows {
        let read: Vec<&str> = consents().iter().map(|consent| class(replies.read(&text, consent))).collect();
        if read != expected {
            wrong.push(format!("{text:?} is {read:?} and should be {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn nearly_every_natural_reply_is_understood_and_none_approves_by_mistake() {
    let replies = replies();
    let rows = rows(include_str!("../fixtures/gate/replies-natural.tsv"));
    let mut understood = 0;
    for (text, expected) in &rows {
        let read = replies.read(text, &Consent::Words);
        understood += usize::from([class(read)] == expected[..]);
        assert!(!approves(read) || expected[0].starts_with("approve"), "{text:?} approves");
    }
    assert!(understood * 100 > rows.len() * 95, "{understood} of {}", rows.len());
}

#[test]
fn ten_thousand_letters_never_approve_unless_all_of_them_do() {
    let replies = replies();
    let long = "the quick brown fox says yes and goes ahead ".repeat(230);
    let last_word = format!("{} no", "yes ".repeat(2_500));
    let no_end = "yes".repeat(3_400);
    for consent in consents() {
        assert_eq!(replies.read(&long, &consent), Reply::Ambiguous);
        assert_eq!(replies.read(&no_end, &consent), Reply::Ambiguous);
        assert_eq!(replies.read(&last_word, &consent), Reply::Deny);
    }
}

#[test]
fn a_name_that_means_something_as_a_reply_must_be_typed_in_quotes() {
    let replies = replies();
    let cases = [
        ("stop", Reply::Deny),
        ("n", Reply::Deny),
        ("wait", Reply::Deny),
        ("plan", Reply::Plan),
        ("history", Reply::History),
        ("why", Reply::Explain),
        ("yes", Reply::NotEnough),
        ("go", Reply::NotEnough),
    ];
    for (name, bare) in cases {
        let consent = Consent::Name(name.to_owned());
        assert_eq!(replies.read(name, &consent), bare, "{name}");
        for quoted in [format!("\"{name}\""), format!("'{name}'"), format!(" `{name}`\n")] {
            assert_eq!(replies.read(&quoted, &consent), Reply::Approve, "{quoted}");
        }
    }
}

#[test]
fn a_name_is_typed_exactly_or_not_at_all() {
    let replies = replies();
    let consent = Consent::Name("pod/Web-1".to_owned());
    assert_eq!(replies.read("  pod/Web-1\n", &consent), Reply::Approve);
    for other in
        ["pod/web-1", "Web-1", "pod/Web-1 yes", "pod/Web-1?", "pod /Web-1", "pod/Web-1\npod/Web-2", "\"pod/Web-1"]
    {
        assert!(!approves(replies.read(other, &consent)), "{other:?}");
    }
    let nameless = Consent::Name(String::new());
    for text in ["", " ", "\"\"", "yes"] {
        assert!(!approves(replies.read(text, &nameless)), "{text:?}");
    }
}

#[test]
fn a_file_of_the_person_s_adds_phrases_to_every_list() {
    let file = "approve: [make my day, jawohl]\ndeny: [hands off]\nexplain: [warum]\n\
                session: [till i go home]\nlink: [moin]\n";
    let mine = replies().extended(file).unwrap();
    for (text, expected) in [
        ("Make my day!", Reply::Approve),
        ("moin, jawohl", Reply::Approve),
        ("jawohl, but warum", Reply::ApproveExplain),
        ("jawohl, till I go home", Reply::ApproveSession),
        ("hands off", Reply::Deny),
        ("jawohl, hands off", Reply::Deny),
        ("yes", Reply::Approve),
        ("no", Reply::Deny),
    ] {
        assert_eq!(mine.read(text, &Consent::Words), expected, "{text}");
        assert_eq!(replies().extended("").unwrap().read(text, &Consent::Words), replies().read(text, &Consent::Words));
    }
    assert_eq!(mine.read("jawohl", &Consent::TypedWord), Reply::Approve);
    assert_eq!(mine.read("jawohl", &Consent::Name("web1".to_owned())), Reply::NotEnough);
}

#[test]
fn a_phrase_can_be_moved_to_the_denials_and_nowhere_else() {
    let mine = replies().extended("deny: [ship it]").unwrap();
    assert_eq!(mine.read("ship it", &Consent::Words), Reply::Deny);
    let problem = |file: &str| replies().extended(file).unwrap_err().to_string();
    assert_eq!(
        problem("approve: [Stop]"),
        "`stop` under `approve` holds `stop`, which denies; choose a phrase without it"
    );
    assert_eq!(
        problem("approve: [next]"),
        "`next` under `approve` already means `plan`; a file can only move a phrase to `deny`"
    );
}

#[test]
fn a_file_that_contradicts_itself_or_hides_a_denial_is_refused_with_the_phrase() {
    let problem = |file: &str| replies().extended(file).unwrap_err().to_string();
    assert_eq!(
        problem("approve: [jawohl]\ndeny: [Jawohl!]"),
        "`jawohl` stands under `deny` and under `approve`; keep it in one of them"
    );
    assert_eq!(
        problem("approve: [please don't stop]"),
        "`please do not stop` under `approve` holds `do not`, which denies; choose a phrase without it"
    );
    assert!(problem("filler: [no]").contains("holds `no`, which denies"));
    assert!(problem("explain: [no really]").contains("holds `no`, which denies"));
    assert_eq!(
        problem("approve: [jawohl, ' !? ']"),
        "a phrase under `approve` has no words; remove it or write it out"
    );
    assert!(problem("approves: [jawohl]").starts_with("not a file of reply phrases: "));
    assert!(problem("approve: jawohl").starts_with("not a file of reply phrases: "));
    assert!(problem("read_as: {stop: go}").starts_with("`read_as` cannot stand in this file"));
}

#[test]
fn a_project_s_file_can_only_make_fewer_replies_consent() {
    let theirs = replies().tightened("deny: [ship it]\npause: [after lunch]\nquestion: [with a permit]\n").unwrap();
    assert_eq!(theirs.read("ship it", &Consent::Words), Reply::Deny);
    assert_eq!(theirs.read("yes, after lunch", &Consent::Words), Reply::Deny);
    assert_eq!(theirs.read("yes, with a permit", &Consent::Words), Reply::Explain);
    for list in LISTS.iter().filter(|list| !["deny", "pause", "question"].contains(*list)) {
        let problem = replies().tightened(&format!("{list}: [unless prod]")).unwrap_err().to_string();
        assert_eq!(problem, format!("`{list}` cannot stand in this file; it may hold `deny`, `pause` and `question`"));
    }
    assert!(replies().tightened("read_as: {stop: go}").is_err());
}

fn consenting() -> Vec<String> {
    rows(include_str!("../fixtures/gate/replies.tsv"))
        .into_iter()
        .filter(|(_, expected)| ["approve", "approve_explain", "session", "scope"].contains(&expected[0]))
        .map(|(text, _)| text)
        .chain(shipped(&["approve", "afterwards"]))
        .collect()
}

/// Every phrase of `lists` before and after every consent, with each of `gaps` between.
fn beside_each_consent(lists: &[&str], gaps: &[&str], mut check: impl FnMut(&str)) {
    for other in shipped(lists) {
        for phrase in consenting() {
            for between in gaps {
                check(&format!("{other}{between}{phrase}"));
                check(&format!("{phrase}{between}{other}"));
            }
        }
    }
}

#[test]
fn a_denial_before_or_after_any_consent_never_approves() {
    beside_each_consent(&["deny", "pause"], &[" ", ", ", " and "], |text| {
        assert!(!approves(replies().read(text, &Consent::Words)), "{text:?} approves");
    });
}

#[test]
fn a_question_beside_any_consent_never_approves() {
    beside_each_consent(&["question"], &[", ", "\n", ", but "], |text| {
        assert!(!approves(replies().read(text, &Consent::Words)), "{text:?} approves");
    });
    for phrase in consenting() {
        assert!(!approves(replies().read(&format!("{phrase}?"), &Consent::Words)), "{phrase:?} with a question mark");
    }
}

#[test]
fn what_asks_first_is_not_approved_by_the_words_that_follow() {
    for asked in shipped(&["explain", "plan", "history"]) {
        for phrase in shipped(&["approve"]) {
            let text = format!("{asked} {phrase}");
            assert!(!approves(replies().read(&text, &Consent::Words)), "{text:?} approves");
        }
    }
}

#[test]
fn a_grant_that_lasts_is_never_given_for_a_destructive_command() {
    for phrase in shipped(&["approve", "always"]) {
        for lasting in shipped(&["session", "scope"]) {
            let text = format!("{phrase}, {lasting}");
            assert!(approves(replies().read(&text, &Consent::Words)), "{text:?}");
            for consent in &consents()[1..] {
                assert_eq!(replies().read(&text, consent), Reply::NotEnough, "{text:?}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_word_nobody_knows_takes_the_consent_out_of_every_phrase(
        phrase in prop::sample::select(consenting()),
        word in "[a-z]{1,9}[0-9]?|[A-Z]{2,5}|[$\"<>*=]|\\PC",
        place in any::<prop::sample::Index>(),
    ) {
        let shape = word.to_lowercase();
        const SILENT: &str = ",.;:!()/-?\u{ff1f}\u{2026}\u{2013}\u{2014}\u{fe0f}";
        let silent = |c: char| c.is_whitespace() || SILENT.contains(c) || ('\u{1f3fb}'..='\u{1f3ff}').contains(&c);
        let means_nothing = shape.chars().all(silent);
        prop_assume!(!means_nothing && !known().contains(&shape));
        let words: Vec<&str> = phrase.split_whitespace().collect();
        let at = place.index(words.len() + 1);
        let text = [&words[..at], &[word.as_str()], &words[at..]].concat().join(" ");
        for consent in consents() {
            prop_assert!(!approves(replies().read(&text, &consent)), "{:?} approves {:?}", text, consent);
        }
    }

    #[test]
    fn no_bytes_make_the_reader_panic_or_approve(text in "\\PC{0,60}") {
        let plain = text.to_lowercase();
        let mut words = plain.split(|c: char| !c.is_alphanumeric());
        let of_known = words.all(|word| word.is_empty() || known().contains(word));
        for consent in consents() {
            prop_assert!(of_known || !approves(replies().read(&text, &consent)), "{text:?}");
        }
    }
}

/// The phrases of files, in a running runtime.
mod files {
    use std::fs;

    use devops_agent::bus::Event;
    use devops_agent::domain::Decision;

    use super::super::support::front::Front;
    use super::super::support::home::Home;

    /// A change that asks, answered with these words.
    async fn decided(place: &Home, words: &str) -> Decision {
        let mut front = Front::start(place).await;
        front.say("touch ./made").await;
        let request = front.approval().await;
        front.reply(&request, words).await;
        let decision = front
            .until("a decision", |event| match event {
                Event::ApprovalClosed { decision, .. } => Some(*decision),
                Event::Explained { .. } => Some(Decision::Unanswerable),
                _ => None,
            })
            .await;
        front.close().await;
        decision
    }

    fn person(place: &Home, text: &str) {
        let dir = place.home.join("config/devops-agent");
        fs::create_dir_all(&dir).unwrap();
        fs::write(dir.join("replies.yaml"), text).unwrap();
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_person_may_teach_words_that_approve() {
        let place = Home::new();
        assert_eq!(decided(&place, "engage").await, Decision::Unanswerable);
        person(&place, "approve: [engage]\n");
        assert_eq!(decided(&place, "engage").await, Decision::Approved);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_project_may_only_teach_words_that_deny() {
        let place = Home::new();
        fs::create_dir(place.project.join(".devops-agent")).unwrap();
        place.file(".devops-agent/replies.yaml", "deny: [engage]\n");
        assert_eq!(decided(&place, "engage").await, Decision::Denied);
        place.file(".devops-agent/replies.yaml", "approve: [engage]\n");
        assert_eq!(decided(&place, "engage").await, Decision::Unanswerable);
        let mut front = Front::start(&place).await;
        let warned = |event: &Event| matches!(event, Event::Notice(notice) if notice.text.contains("cannot stand in"));
        front.until("the warning", |event| warned(event).then_some(())).await;
        front.close().await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_name_that_is_itself_an_answer_is_asked_for_in_quotes() {
        let place = Home::new();
        fs::create_dir(place.project.join("stop")).unwrap();
        let mut front = Front::start(&place).await;
        front.say("rm -r stop").await;
        let request = front.approval().await;
        let shown = serde_json::to_string(&request.announcement.verdict.consent).unwrap();
        assert!(shown.contains(r#"\"stop\""#), "{shown}");
        front.reply(&request, "\"stop\"").await;
        assert!(front.report().await.succeeded());
        assert!(!place.project.join("stop").exists());
        front.close().await;
    }
}
