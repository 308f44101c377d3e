//! The search on real logs: what it finds, how it follows them, what it survives.

#[path = "search/chronicle.rs"]
mod chronicle;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::support::disk::Disk;
use chronicle::{Put, Question, Shape};
use devops_agent::domain::{At, Body, Entry, EntryId, Manual, Principal, SessionId, Step, Surroundings, Tier};
use devops_agent::history::Kind;
use devops_agent::index::{
    Answer, EmbedError, Embedder, Embedding, Ending, Filler, Filter, Hit, Index, Query, Registry, Sqlite, everywhere,
};
use devops_agent::redact::{Masked, Redactor};
use devops_agent::store::{Found, Memory, Session};

fn at(clock: &str) -> At {
    At::parse(&format!("2026-02-21T{clock}:00+01:00")).unwrap()
}

fn query(words: &str) -> Query {
    Query { words: words.to_owned(), filter: Filter::default(), limit: 10, now: at("18:00") }
}

fn only(words: &str, filter: Filter) -> Query {
    Query { filter, ..query(words) }
}

fn masked(clock: &str, by: Principal, body: Body) -> Masked<Entry> {
    Redactor::default().entry(Entry { at: at(clock), by, body })
}

fn request(words: &str) -> Masked<Entry> {
    masked("09:20", Principal::Person, Body::Request { text: words.to_owned() })
}

fn step(action: &str, output: &str, inference: &str) -> Masked<Entry> {
    let step = Step {
        permission: "auto-execute (read-only per kubectl/SKILL.md)".to_owned(),
        action: action.to_owned(),
        output: Some(output.to_owned()),
        inference: Some(inference.to_owned()),
        ..Step::default()
    };
    masked("09:21", Principal::Agent, Body::Step(step))
}

/// A memory with one session, and its place.
struct Place {
    base: tempfile::TempDir,
    memory: Memory,
}

impl Place {
    fn new() -> Place {
        let base = tempfile::tempdir().unwrap();
        let memory = Memory::open(&base.path().join(".GCC")).unwrap();
        Place { base, memory }
    }

    fn begin(&self, goal: &str) -> Session {
        self.memory.begin(&Redactor::default().text(goal), at("09:14"), &Surroundings::default()).unwrap()
    }

    fn filled(&self) -> Sqlite {
        let mut index = Sqlite::open(&self.memory).unwrap();
        assert!(index.fill(&|| false).unwrap().complete);
        index
    }

    fn root(&self) -> PathBuf {
        self.base.path().join(".GCC")
    }

    fn database(&self) -> PathBuf {
        self.root().join("index/search.db")
    }

    /// Whether any file of the index holds these bytes.
    fn index_holds(&self, word: &str) -> bool {
        let files = fs::read_dir(self.root().join("index")).unwrap().map(|item| item.unwrap().path());
        files
            .map(|file| fs::read(file).unwrap())
            .any(|bytes| bytes.windows(word.len()).any(|here| here == word.as_bytes()))
    }
}

fn hits(index: &mut Sqlite, words: &str) -> Vec<Hit> {
    index.search(&query(words)).unwrap().hits
}

fn names(answer: &Answer) -> Vec<EntryId> {
    answer.hits.iter().map(|hit| hit.entry.clone()).collect()
}

fn marked(hit: &Hit) -> Vec<&str> {
    hit.snippet.marks.iter().map(|mark| &hit.snippet.text[mark.clone()]).collect()
}

#[test]
fn every_sort_of_entry_is_found_and_can_be_opened() {
    let place = Place::new();
    let mut session = place.begin("why is the api down");
    let person = |command: &str, output: &str| {
        masked(
            "09:19",
            Principal::Person,
            Body::Human(Manual { command: command.into(), output: output.into(), ..Manual::default() }),
        )
    };
    let commit =
        Body::Commit { milestone: "Cause found".into(), finding: "limit too small".into(), saved_to: "x".into() };
    let written = [
        session.append(&request("why do invoices arrive twice?")).unwrap(),
        session.append(&person("systemctl status postfix", "queue is draining\n")).unwrap(),
        session.append(&step("kubectl logs api-7d4f9 -n shop", "java.lang.OutOfMemoryError\n", "1 line")).unwrap(),
        session
            .append(&masked("09:30", Principal::Agent, Body::Answer { text: "Because of a retry.".into() }))
            .unwrap(),
        session.append(&masked("09:31", Principal::Agent, commit)).unwrap(),
    ];
    let mut index = place.filled();
    let asked = [
        ("invoices", Kind::Request),
        ("draining", Kind::Human),
        ("api-7d4f9", Kind::Step),
        ("retries", Kind::Answer),
        ("small limits", Kind::Commit),
    ];
    for ((words, kind), id) in asked.into_iter().zip(&written) {
        let found = hits(&mut index, words);
        let first = found.first().unwrap_or_else(|| panic!("{words}"));
        assert_eq!((first.kind, &first.entry, first.sound, first.archived), (kind, id, true, false), "{words}");
        assert_eq!((first.branch.as_str(), &first.session), ("main", session.id()));
        let log = place.memory.log(&first.session, None).unwrap();
        let Found::One(record) = log.find(first.entry.as_str()).unwrap() else { panic!("{words}") };
        assert_eq!((record.head.seq, record.head.at), (first.seq, first.at));
        assert!(!first.snippet.marks.is_empty() && !first.snippet.text.contains('\n'), "{:?}", first.snippet);
    }
    let found = hits(&mut index, "out of memory error");
    assert_eq!(marked(&found[0]), ["OutOfMemoryError"], "{:?}", found[0].snippet);
}

#[test]
fn filters_leave_out_what_is_something_else() {
    let place = Place::new();
    let mut one = place.begin("one");
    one.append(&step("kubectl get pods -n shop", "api Running\n", "it failed with exit code 7: no")).unwrap();
    one.append(&step("docker ps", "api Up\n", "1 container")).unwrap();
    let client = Principal::Client { name: "editor".into() };
    one.append(&masked("12:00", client, Body::Request { text: "how is the api".into() })).unwrap();
    let first = one.id().clone();
    drop(one);
    let mut two = place.begin("two");
    two.append(&masked(
        "15:00",
        Principal::Agent,
        Body::Commit { milestone: "api".into(), finding: "fine".into(), saved_to: "x".into() },
    ))
    .unwrap();
    let mut index = place.filled();
    let mut count = |filter: Filter| index.search(&only("api", filter)).unwrap().hits.len();
    let any = Filter::default;
    assert_eq!(count(any()), 4);
    assert_eq!(count(Filter { session: Some(first), ..any() }), 3);
    assert_eq!(count(Filter { session: Some(SessionId::new("session_002")), ..any() }), 1);
    assert_eq!(count(Filter { session: Some(SessionId::new("session_00")), ..any() }), 0);
    assert_eq!(count(Filter { tool: Some("docker".into()), ..any() }), 1);
    assert_eq!(count(Filter { tier: Some(Tier::Auto), ..any() }), 2);
    assert_eq!(count(Filter { tier: Some(Tier::Destructive), ..any() }), 0);
    assert_eq!(count(Filter { actor: Some("client".into()), ..any() }), 1);
    assert_eq!(count(Filter { actor: Some("client:editor".into()), ..any() }), 1);
    assert_eq!(count(Filter { actor: Some("person".into()), ..any() }), 0);
    assert_eq!(count(Filter { exit: Some(Ending::Code(7)), ..any() }), 1);
    assert_eq!(count(Filter { exit: Some(Ending::Failed), ..any() }), 1);
    assert_eq!(count(Filter { exit: Some(Ending::Code(0)), ..any() }), 1);
    assert_eq!(count(Filter { since: Some(at("12:00")), ..any() }), 2);
    assert_eq!(count(Filter { until: Some(at("12:00")), ..any() }), 2);
    assert_eq!(count(Filter { finding: true, ..any() }), 1);
    let newest = index.search(&only("", Filter { finding: false, ..any() })).unwrap();
    assert_eq!(newest.hits.iter().map(|hit| hit.at.clock()).collect::<Vec<_>>()[..2], ["15:00", "12:00"]);
}

#[test]
fn names_phrases_slips_and_other_words_are_understood() {
    let place = Place::new();
    let mut session = place.begin("x");
    let id = session
        .append(&step("kubectl describe pod cart-5", "Last State: OOMKilled, exceeded its limit\n", "1 line"))
        .unwrap();
    for number in 0..30 {
        session
            .append(&step("kubectl get pods", &format!("limit is exceeded by cart {number}, last seen\n"), "ok"))
            .unwrap();
    }
    let mut index = place.filled();
    for words in [id.as_str(), &id.as_str()[..6], "\"last state\"", "OOMKilld", "out of memory", "oomkilld cart"] {
        assert_eq!(hits(&mut index, words)[0].entry, id, "{words}");
    }
    assert_eq!(hits(&mut index, "\"exceeded its limit\"").len(), 1);
    assert_eq!(hits(&mut index, "\"its exceeded limit\"").len(), 0);
    let corrected = index.search(&query("oomkilld")).unwrap().corrected;
    assert_eq!(corrected, [("oomkilld".to_owned(), vec!["oomkilled".to_owned()])]);
    assert_eq!(index.search(&query("qqqqqqqq")).unwrap().corrected, [("qqqqqqqq".to_owned(), vec![])]);
    assert_eq!(hits(&mut index, session.id().short()).len(), 10);
    assert_eq!(hits(&mut index, "session_009 cart").len(), 0);
}

#[test]
fn no_question_is_a_fault() {
    let place = Place::new();
    let mut session = place.begin("x");
    session.append(&request("a \"quoted\" NEAR(word) AND größe naïve x")).unwrap();
    let mut index = place.filled();
    let long = "word ".repeat(20_000);
    let odd = [
        "\"",
        "\"\"",
        "AND",
        "NEAR(a b)",
        "head: x",
        "a* ^b",
        "-x",
        "'; DROP TABLE entry; --",
        "\0",
        "你好",
        "größe",
        &long,
        "x-",
    ];
    for words in odd {
        index.search(&query(words)).unwrap();
    }
    assert_eq!(hits(&mut index, "GRÖSSE größe").len(), 1);
    assert_eq!(hits(&mut index, "naive").len(), 1);
    assert_eq!(marked(&hits(&mut index, "naïve")[0]), ["naïve"]);
}

#[test]
fn a_whole_output_is_found_and_shown_by_its_middle() {
    let place = Place::new();
    let mut session = place.begin("x");
    let filler = "an ordinary line of a long output\n".repeat(4_000);
    session
        .append(&step("journalctl -u api", &format!("{filler}the xylophone broke\n{filler}"), "8001 lines"))
        .unwrap();
    let found = hits(&mut place.filled(), "xylophones");
    let snippet = &found[0].snippet;
    assert_eq!(marked(&found[0]), ["xylophone"]);
    let file = session.directory().join(snippet.output.as_ref().unwrap());
    assert!(fs::read_to_string(file).unwrap().contains("the xylophone broke"));
}

#[test]
fn the_index_says_how_far_it_is_behind_and_catches_up() {
    let place = Place::new();
    let mut session = place.begin("x");
    session.append(&request("the first zebra")).unwrap();
    let mut index = place.filled();
    assert!(index.status().unwrap().behind.is_nothing());
    let before = fs::metadata(session.directory().join("log.md")).unwrap().len();
    session.append(&request("the second zebra")).unwrap();
    let grown = fs::metadata(session.directory().join("log.md")).unwrap().len() - before;
    let answer = index.search(&query("zebra")).unwrap();
    assert_eq!((answer.hits.len(), answer.behind.entries, answer.behind.bytes), (1, 1, grown));
    let filled = index.fill(&|| false).unwrap();
    assert_eq!((filled.entries, filled.removed, filled.complete), (1, 0, true));
    let answer = index.search(&query("zebra")).unwrap();
    assert_eq!((answer.hits.len(), answer.behind.is_nothing()), (2, true));
    assert_eq!(index.fill(&|| false).unwrap().entries, 0);
    // A branch is a log of its own.
    let text = |text: &str| Redactor::default().text(text);
    session.branch(&text("other-way"), &text("try it"), Principal::Agent, at("10:00")).unwrap();
    session.append(&request("a zebra on a branch")).unwrap();
    assert!(!index.fill(&|| true).unwrap().complete);
    index.fill(&|| false).unwrap();
    assert_eq!(hits(&mut index, "zebra branch")[0].branch, "other-way");
}

#[test]
fn a_session_put_away_is_found_and_one_that_is_gone_leaves_no_word() {
    let place = Place::new();
    let mut session = place.begin("x");
    session.append(&request("the zqxylo question")).unwrap();
    let id = session.id().clone();
    drop(session);
    let mut index = place.filled();
    place.memory.archive(&id, at("10:00")).unwrap();
    // Before anything was filled, too.
    assert!(hits(&mut index, "zqxylo")[0].archived);
    assert_eq!(index.fill(&|| false).unwrap().removed, 0);
    let found = hits(&mut index, "zqxylo").remove(0);
    assert!(found.archived);
    // What was found can be read, wherever it lies; what is not there is told.
    let read = |entry: &str| place.memory.entry_in_full(&found.session, None, entry);
    assert!(read(&found.entry.to_string()).unwrap().contains("the zqxylo question"));
    assert!(read("zzzzzzzz").is_err());
    place.memory.restore(&id, at("10:01")).unwrap();
    index.fill(&|| false).unwrap();
    assert!(!hits(&mut index, "zqxylo")[0].archived);
    assert!(place.index_holds("zqxylo"));
    place.memory.delete_forever(&id, at("10:02")).unwrap();
    let answer = index.search(&query("zqxylo")).unwrap();
    assert_eq!((answer.hits.len(), answer.behind.stale), (0, 1));
    assert_eq!(index.fill(&|| false).unwrap().removed, 1);
    assert!(index.search(&query("zqxylo")).unwrap().hits.is_empty());
    assert!(!place.index_holds("zqxylo"), "what is gone for good stays in the index");
}

#[test]
fn a_log_that_was_edited_or_cut_is_taken_in_anew() {
    let place = Place::new();
    let mut session = place.begin("x");
    session.append(&request("the first zebra")).unwrap();
    session.append(&request("the second okapi")).unwrap();
    let log = session.directory().join("log.md");
    drop(session);
    let mut index = place.filled();
    let text = fs::read_to_string(&log).unwrap();
    fs::write(&log, text.replace("zebra", "hyena")).unwrap();
    assert_eq!(index.search(&query("okapi")).unwrap().behind.stale, 1);
    assert_eq!(index.fill(&|| false).unwrap().removed, 2);
    assert!(hits(&mut index, "zebra").is_empty());
    let found = hits(&mut index, "hyena");
    assert!(!found[0].sound, "an edited entry passes for what was written");
    // Cut in the middle of the second entry.
    fs::write(&log, &text[..text.len() - 20]).unwrap();
    index.fill(&|| false).unwrap();
    assert_eq!(hits(&mut index, "zebra").len(), 1);
    assert_eq!(fs::read_to_string(&log).unwrap(), &text[..text.len() - 20]);
    // Gone altogether.
    fs::write(&log, "").unwrap();
    index.fill(&|| false).unwrap();
    assert!(hits(&mut index, "zebra").is_empty());
    // Taken up, mended, and gone on with.
    let mut session = place.memory.resume(&SessionId::new("1"), at("11:00")).unwrap();
    session.append(&request("a zebra again")).unwrap();
    index.fill(&|| false).unwrap();
    assert_eq!(hits(&mut index, "zebra again")[0].snippet.text, "a zebra again");
    assert!(index.status().unwrap().behind.is_nothing());
}

#[test]
fn a_log_without_a_chain_is_searched_as_it_stands() {
    let place = Place::new();
    let mut session = place.begin("x");
    session.append(&request("the only zebra")).unwrap();
    let directory = session.directory().to_owned();
    drop(session);
    for name in ["log.chain", "commit.chain"] {
        fs::remove_file(directory.join(name)).unwrap();
    }
    let mut index = place.filled();
    assert_eq!(hits(&mut index, "zebra").len(), 1);
    drop(place.memory.resume(&SessionId::new("1"), at("11:00")).unwrap());
    index.fill(&|| false).unwrap();
    assert_eq!(hits(&mut index, "zebra").len(), 1);
}

#[test]
fn whatever_lies_in_the_place_of_the_index_is_replaced_and_nothing_else_is_touched() {
    let place = Place::new();
    let mut session = place.begin("x");
    session.append(&request("the only zebra")).unwrap();
    let log = fs::read(session.directory().join("log.md")).unwrap();
    drop(place.filled());
    let sound = fs::read(place.database()).unwrap();
    let elsewhere = place.base.path().join("elsewhere");
    fs::write(&elsewhere, "a letter").unwrap();
    let lay = |bytes: &[u8]| {
        let _ = fs::remove_file(place.database());
        fs::write(place.database(), bytes).unwrap();
    };
    let torn = [&sound[..4096], &vec![0xa5; sound.len() - 4096]].concat();
    let mut old = sound.clone();
    // The number of the tables' version in the file's head.
    old[60..64].copy_from_slice(&0_u32.to_be_bytes());
    let mut foreign = sound.clone();
    foreign[68..72].copy_from_slice(&7_u32.to_be_bytes());
    for bytes in [&b"garbage"[..], b"", &[0; 100_000], &sound[..5000], &torn, &old, &foreign] {
        lay(bytes);
        let mut index = Sqlite::open(&place.memory).unwrap();
        index.fill(&|| false).unwrap();
        assert_eq!(hits(&mut index, "zebra").len(), 1, "{} bytes", bytes.len());
        assert_eq!(index.status().unwrap().trouble, None);
    }
    fs::remove_file(place.database()).unwrap();
    std::os::unix::fs::symlink(&elsewhere, place.database()).unwrap();
    assert_eq!(hits(&mut place.filled(), "zebra").len(), 1);
    assert_eq!(fs::read_to_string(&elsewhere).unwrap(), "a letter");
    assert_eq!(fs::metadata(place.database()).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::read(session.directory().join("log.md")).unwrap(), log);
}

#[test]
fn an_index_that_is_damaged_or_taken_away_while_it_is_open_is_made_anew() {
    let place = Place::new();
    let mut session = place.begin("x");
    for number in 0..400 {
        session.append(&request(&format!("zebra number {number} with words{number} of its own"))).unwrap();
    }
    let mut index = place.filled();
    fs::remove_file(place.database()).unwrap();
    index.fill(&|| false).unwrap();
    assert_eq!(hits(&mut index, "words7").len(), 1);
    assert!(place.database().exists());
    // The same file with other bytes, as a failing disk leaves it.
    let mut other = Sqlite::open(&place.memory).unwrap();
    drop(index);
    let length = fs::metadata(place.database()).unwrap().len();
    for end in ["", "-wal"] {
        let path = place.root().join(format!("index/search.db{end}"));
        if let Ok(file) = fs::OpenOptions::new().write(true).open(&path) {
            use std::os::unix::fs::FileExt;
            file.write_all_at(&vec![0xa5; usize::try_from(length).unwrap()], 0).unwrap();
        }
    }
    let answer = other.search(&query("words7")).unwrap();
    assert_eq!(answer.hits.len(), 1, "{answer:?}");
}

#[test]
fn a_newer_index_is_left_alone_and_the_logs_are_searched_in_memory() {
    let place = Place::new();
    let mut session = place.begin("x");
    session.append(&request("the only zebra")).unwrap();
    drop(place.filled());
    let mut newer = fs::read(place.database()).unwrap();
    newer[60..64].copy_from_slice(&9_999_u32.to_be_bytes());
    fs::write(place.database(), &newer).unwrap();
    let answer = Sqlite::open(&place.memory).unwrap().search(&query("zebra")).unwrap();
    assert_eq!(answer.hits.len(), 1);
    assert!(answer.notes[0].contains("newer devops-agent"), "{:?}", answer.notes);
    assert_eq!(fs::read(place.database()).unwrap(), newer);
}

#[test]
fn where_no_index_can_be_written_the_logs_are_searched_and_the_answer_says_so() {
    let place = Place::new();
    let mut session = place.begin("x");
    session.append(&request("the only zebra")).unwrap();
    let _ = fs::remove_dir_all(place.root().join("index"));
    fs::write(place.root().join("index"), "in the way").unwrap();
    let mut index = Sqlite::open(&place.memory).unwrap();
    let answer = index.search(&query("zebras")).unwrap();
    assert_eq!(answer.hits.len(), 1);
    assert!(answer.notes[0].starts_with("the index is kept in memory"), "{:?}", answer.notes);
    session.append(&request("one more zebra")).unwrap();
    assert_eq!(hits(&mut index, "zebras").len(), 2);
}

#[test]
fn a_directory_that_is_a_link_leads_no_index_away() {
    let place = Place::new();
    let mut session = place.begin("x");
    session.append(&request("the only zebra")).unwrap();
    let elsewhere = place.base.path().join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    let _ = fs::remove_dir_all(place.root().join("index"));
    std::os::unix::fs::symlink(&elsewhere, place.root().join("index")).unwrap();
    let mut index = Sqlite::open(&place.memory).unwrap();
    assert_eq!(hits(&mut index, "zebras").len(), 1);
    assert!(index.status().unwrap().trouble.is_some());
    assert_eq!(fs::read_dir(&elsewhere).unwrap().count(), 0);
}

#[test]
fn a_full_disk_stops_the_filling_and_no_search() {
    let Some(disk) = Disk::mount("size=2m") else { return };
    let memory = Memory::open(&disk.path().join(".GCC")).unwrap();
    let goal = Redactor::default().text("x");
    let mut session = memory.begin(&goal, at("09:14"), &Surroundings::default()).unwrap();
    session.append(&request("the first zebra")).unwrap();
    let mut index = Sqlite::open(&memory).unwrap();
    index.fill(&|| false).unwrap();
    for number in 0..60 {
        session.append(&request(&format!("zebra {}", format!("w{number}x ").repeat(1_500)))).unwrap();
    }
    let log = fs::read(session.directory().join("log.md")).unwrap();
    fs::write(disk.path().join("ballast"), vec![0; 4 << 20]).unwrap_err();
    let _ = index.fill(&|| false);
    assert!(!hits(&mut index, "zebra").is_empty());
    let mut another = Sqlite::open(&memory).unwrap();
    let answer = another.search(&query("zebra")).unwrap();
    assert!(!answer.hits.is_empty(), "{answer:?}");
    assert_eq!(fs::read(session.directory().join("log.md")).unwrap(), log);
    drop((index, another));
    fs::remove_file(disk.path().join("ballast")).unwrap();
    let mut index = Sqlite::open(&memory).unwrap();
    assert!(index.fill(&|| false).unwrap().complete);
    assert_eq!(index.status().unwrap().entries, 61);
}

#[test]
fn processes_that_fill_at_once_and_are_killed_leave_a_whole_index() {
    let base = tempfile::tempdir().unwrap();
    let root = base.path().join(".GCC");
    let shape = Shape { sessions: 30, entries: 60, bytes: 200, incidents: 6 };
    let (memory, _) = chronicle::write(&root, &shape, 3);
    let logs = || -> Vec<Vec<u8>> {
        let sessions = memory.sessions().unwrap();
        sessions
            .iter()
            .map(|session| fs::read(root.join("sessions").join(session.id.as_str()).join("log.md")).unwrap())
            .collect()
    };
    let before = logs();
    for pause in [20, 45, 70, 95, 120, 200] {
        let mut children: Vec<_> = (0..2).map(|_| child("fill", base.path()).spawn().unwrap()).collect();
        std::thread::sleep(Duration::from_millis(pause));
        children[0].kill().unwrap();
        // A search beside them, and one after the death.
        Sqlite::open(&memory).unwrap().search(&query("kubectl")).unwrap();
        if pause % 2 == 0 {
            children[1].kill().unwrap();
        }
        for child in &mut children {
            let _ = child.wait().unwrap();
        }
        if pause == 70 {
            fs::remove_file(root.join("index/search.db")).unwrap();
        }
    }
    let mut last: Vec<_> = (0..3).map(|_| child("fill", base.path()).spawn().unwrap()).collect();
    last.iter_mut().for_each(|child| assert!(child.wait().unwrap().success()));
    let mut index = Sqlite::open(&memory).unwrap();
    index.fill(&|| false).unwrap();
    let standing = index.status().unwrap();
    let expected: u64 = memory
        .sessions()
        .unwrap()
        .iter()
        .map(|session| memory.log(&session.id, None).unwrap().heads().unwrap().len() as u64)
        .sum();
    assert_eq!((standing.entries, standing.behind.is_nothing(), standing.trouble), (expected, true, None));
    let all = Query { limit: 5_000, ..query("") };
    let answer = index.search(&all).unwrap();
    let different: BTreeSet<(String, u64)> = answer.hits.iter().map(|hit| (hit.session.to_string(), hit.seq)).collect();
    assert_eq!((different.len() as u64, answer.hits.len() as u64), (expected, expected));
    assert_eq!(logs(), before);
}

#[test]
fn a_clock_that_went_backwards_changes_no_finding() {
    let place = Place::new();
    let mut session = place.begin("x");
    for (clock, day) in
        [("10:00", "2026-02-21"), ("09:00", "2026-02-20"), ("23:59", "2031-01-01"), ("00:01", "1999-01-01")]
    {
        let at = At::parse(&format!("{day}T{clock}:00+01:00")).unwrap();
        let body = Body::Request { text: format!("zebra of {day}") };
        session.append(&Redactor::default().entry(Entry { at, by: Principal::Person, body })).unwrap();
    }
    let mut index = place.filled();
    let answer = index.search(&query("zebra")).unwrap();
    assert_eq!(answer.hits.len(), 4);
    assert!(answer.hits.iter().all(|hit| hit.score.is_finite()));
    let early = Query { now: At::EPOCH, ..query("zebra") };
    assert_eq!(index.search(&early).unwrap().hits.len(), 4);
    let since = only("zebra", Filter { since: Some(at("00:00")), ..Filter::default() });
    assert_eq!(index.search(&since).unwrap().hits.len(), 2);
}

#[test]
fn the_same_logs_always_give_the_same_order() {
    let base = tempfile::tempdir().unwrap();
    let shape = Shape { sessions: 6, entries: 80, bytes: 200, incidents: 12 };
    let (memory, _) = chronicle::write(&base.path().join(".GCC"), &shape, 5);
    let asked = ["kubectl get pods", "checkout slow", "memory limit", "connection pool worker queue", "status"];
    let ask = |index: &mut Sqlite| asked.map(|words| names(&index.search(&query(words)).unwrap()));
    let mut one = Sqlite::open(&memory).unwrap();
    one.fill(&|| false).unwrap();
    let first = ask(&mut one);
    assert!(first.iter().all(|found| !found.is_empty()));
    let mut other = Sqlite::in_memory(&memory).unwrap();
    other.fill(&|| false).unwrap();
    assert_eq!(ask(&mut other), first);
    assert_eq!(ask(&mut one), first);
}

#[test]
fn several_memories_are_asked_at_once() {
    let base = tempfile::tempdir().unwrap();
    let registry = Registry::new(&base.path().join("state"));
    for name in ["one", "two"] {
        let root = base.path().join(name);
        fs::create_dir(&root).unwrap();
        let memory = Memory::open(&root.join(".GCC")).unwrap();
        let goal = Redactor::default().text("x");
        let mut session = memory.begin(&goal, at("09:14"), &Surroundings::default()).unwrap();
        session.append(&request(&format!("the zebra of {name}"))).unwrap();
        registry.note(memory.root()).unwrap();
    }
    let mut roots = registry.roots().unwrap();
    roots.push(base.path().join("nowhere\0"));
    let answer = everywhere(&roots, &query("zebra"), &|| false);
    let found: BTreeSet<PathBuf> = answer.hits.iter().map(|hit| hit.root.clone()).collect();
    assert_eq!((answer.hits.len(), found.len(), answer.notes.len()), (2, 2, 1));
    assert!(answer.notes[0].contains("could not be searched"), "{:?}", answer.notes);
}

#[test]
fn the_index_is_filled_beside_everything_else() {
    let place = Place::new();
    let mut session = place.begin("x");
    let filler = Filler::start(&place.memory).unwrap();
    let mut index = Sqlite::open(&place.memory).unwrap();
    session.append(&request("the only zebra")).unwrap();
    let started = Instant::now();
    while hits(&mut index, "zebra").is_empty() {
        assert!(started.elapsed() < Duration::from_secs(30));
        filler.nudge();
        std::thread::sleep(Duration::from_millis(10));
    }
    drop(filler);
}

/// Knows three meanings, by the words that carry them.
struct Three {
    works: bool,
}

impl Embedder for Three {
    fn model(&self) -> &str {
        "three"
    }

    fn embed<'a>(&'a self, texts: &'a [String]) -> Embedding<'a> {
        const MEANINGS: [&[&str]; 3] =
            [&["animal", "zebra", "okapi"], &["vehicle", "lorry", "tram"], &["fruit", "quince"]];
        let carries = |text: &str, words: &[&str]| words.iter().filter(|word| text.contains(**word)).count() as f32;
        let vector = |text: &String| MEANINGS.map(|words| carries(text, words)).to_vec();
        let found = texts.iter().map(vector).collect();
        let failed = || EmbedError { model: "three".into(), problem: "it is asleep".into() };
        let answer = if self.works { Ok(found) } else { Err(failed()) };
        Box::pin(async move { answer })
    }
}

#[tokio::test]
async fn meaning_adds_to_words_where_there_is_an_embedder_that_answers() {
    let place = Place::new();
    let mut session = place.begin("x");
    for text in ["a zebra stands in the yard", "the lorry is late", "quince for breakfast", "the vehicle register"] {
        session.append(&request(text)).unwrap();
    }
    let mut index = place.filled();
    let (works, sleeps) = (Three { works: true }, Three { works: false });
    assert_eq!(index.embed(&sleeps, 100).await.unwrap(), 0);
    assert_eq!(index.embed(&works, 3).await.unwrap(), 3);
    assert_eq!(index.embed(&works, 100).await.unwrap(), 1);
    assert_eq!(index.status().unwrap().vectors, 4);
    let texts = |answer: &Answer| answer.hits.iter().map(|hit| hit.snippet.text.clone()).collect::<Vec<_>>();
    let words = index.search(&query("animal")).unwrap();
    assert!(words.hits.is_empty() && !words.by_meaning);
    let meaning = index.search_by_meaning(&query("animal"), &works).await.unwrap();
    assert_eq!((texts(&meaning), meaning.by_meaning), (vec!["a zebra stands in the yard".to_owned()], true));
    // What the words and the meaning both have stands first.
    let both = index.search_by_meaning(&query("vehicle"), &works).await.unwrap();
    assert_eq!(texts(&both), ["the vehicle register", "the lorry is late"]);
    let asleep = index.search_by_meaning(&query("vehicle"), &sleeps).await.unwrap();
    assert_eq!((texts(&asleep), asleep.by_meaning), (vec!["the vehicle register".to_owned()], false));
    // A filter holds for meaning too, and what is gone is not meant any more.
    let none = only("animal", Filter { tool: Some("git".into()), ..Filter::default() });
    assert!(index.search_by_meaning(&none, &works).await.unwrap().hits.is_empty());
    let id = session.id().clone();
    drop(session);
    place.memory.delete_forever(&id, at("11:00")).unwrap();
    index.fill(&|| false).unwrap();
    assert!(index.search_by_meaning(&query("animal"), &works).await.unwrap().hits.is_empty());
    assert_eq!(index.status().unwrap().vectors, 0);
}

fn is_answered(answer: &Answer, question: &Question) -> bool {
    answer.hits.iter().any(|hit| hit.session.as_str() == question.session && question.answers.contains(&hit.seq))
}

/// The least that must be found among the first ten. These numbers only rise.
const FLOORS: [(Put, f64); 4] =
    [(Put::AsWritten, 0.99), (Put::Slipped, 0.97), (Put::Otherwise, 0.97), (Put::Unseen, 0.5)];

#[test]
fn what_was_found_once_is_found_again_among_twenty_thousand_entries() {
    let base = tempfile::tempdir().unwrap();
    let shape = Shape { sessions: 80, entries: 252, bytes: 300, incidents: 240 };
    let (memory, questions) = chronicle::write(&base.path().join(".GCC"), &shape, 7);
    let mut index = Sqlite::open(&memory).unwrap();
    let filled = index.fill(&|| false).unwrap();
    assert!(filled.complete && filled.entries >= 20_000);
    let mut recall: BTreeMap<Put, (usize, usize)> = BTreeMap::new();
    for question in &questions {
        let asked = Query { now: At::parse("2026-08-01T12:00:00+00:00").unwrap(), ..query(&question.words) };
        let answer = index.search(&asked).unwrap();
        let (right, asked) = recall.entry(question.put).or_default();
        *asked += 1;
        *right += usize::from(is_answered(&answer, question));
        if !is_answered(&answer, question) {
            println!("missed: {:?}, corrected {:?}", question.words, answer.corrected);
        }
    }
    let as_written = recall[&Put::AsWritten].1;
    assert!(questions.len() >= 150 && (questions.len() - as_written) * 2 >= questions.len());
    for (put, floor) in FLOORS {
        let (right, asked) = recall[&put];
        let share = right as f64 / asked as f64;
        println!("recall at 10 of {} entries, {put:?}: {share:.3} of {asked} questions", filled.entries);
        assert!(share >= floor, "{put:?}: {share:.3} is below {floor}");
    }
}

const ROLE: &str = "SEARCH_TEST_ROLE";
const BASE: &str = "SEARCH_TEST_BASE";

/// This test program once more, to run nothing but the role below.
fn child(role: &str, base: &Path) -> Command {
    let name = format!("{}::the_other_process", module_path!().split_once("::").unwrap().1);
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([&name, "--exact", "--nocapture"]).env(ROLE, role).env(BASE, base).stdout(Stdio::null());
    command
}

/// What a child process of the tests above does; passes by itself.
#[test]
fn the_other_process() {
    let (Ok(role), Ok(base)) = (std::env::var(ROLE), std::env::var(BASE)) else { return };
    let memory = Memory::open(&Path::new(&base).join(".GCC")).unwrap();
    if role == "fill" {
        let mut index = Sqlite::open(&memory).unwrap();
        while !index.fill(&|| false).unwrap().complete {}
    }
}

mod command {
    use super::super::support::home::Home;
    use super::super::support::ollama::FakeOllama;

    fn place() -> Home {
        let place = Home::with_commits(2);
        assert_eq!(place.run(&["ask", "git log -2 --oneline"]).code, 0);
        assert_eq!(place.run(&["ask", "cat no-such-manifest.yaml"]).code, 0);
        assert_eq!(place.run(&["commit", "the connection pool was too small"]).code, 0);
        place
    }

    #[test]
    fn what_was_found_can_be_opened() {
        let place = place();
        let told = place.run(&["search", "conection pool"]);
        assert_eq!(told.code, 0, "{told:?}");
        assert!(told.stdout.contains("session_001") && told.stdout.contains("commit"), "{told:?}");
        assert!(told.stderr.contains("no entry has the word \"conection\"; looked for connection"), "{told:?}");
        let found = place.run(&["search", "connection pool", "--finding", "--json"]).json();
        let hit = &found["hits"][0];
        let (session, entry) = (hit["session"].as_str().unwrap(), hit["entry"].as_str().unwrap());
        let opened = place.run(&["log", session, "--at", entry]).stdout;
        assert!(opened.contains("MILESTONE: the connection pool was too small"), "{opened}");
    }

    #[test]
    fn filters_narrow_and_wrong_ones_are_told() {
        let place = place();
        let hits = |args: &[&str]| place.run(args).json()["hits"].as_array().unwrap().len();
        assert!(hits(&["search", "log", "--tool", "git", "--json"]) >= 1);
        assert_eq!(hits(&["search", "log", "--tool", "kubectl", "--json"]), 0);
        assert!(hits(&["search", "manifest", "--exit", "failed", "--json"]) >= 1);
        assert_eq!(hits(&["search", "manifest", "--until", "1h", "--json"]), 0);
        assert!(hits(&["search", "manifest", "--since", "1h", "--session", "1", "--json"]) >= 1);
        for wrong in [["--since", "sometime"], ["--tier", "low"], ["--exit", "one"]] {
            let refused = place.run(&["search", "log", wrong[0], wrong[1]]);
            assert_eq!(refused.code, 2, "{refused:?}");
        }
        assert!(place.run(&["search", "zzyzx"]).stderr.contains("nothing fits"));
    }

    #[test]
    fn every_memory_of_this_person_is_searched_where_that_is_wanted() {
        let place = place();
        let elsewhere = place.home.join("elsewhere");
        std::fs::create_dir(&elsewhere).unwrap();
        let root = elsewhere.join(".GCC");
        let ran = place.run(&["--gcc-path", root.to_str().unwrap(), "search", "pool", "--everywhere", "--json"]);
        let found = ran.json();
        assert_eq!(found["hits"][0]["root"], place.project.join(".GCC").to_str().unwrap(), "{found}");
        let here = place.run(&["--gcc-path", root.to_str().unwrap(), "search", "pool"]);
        assert_eq!(here.stdout, "", "{here:?}");
    }

    #[test]
    fn what_is_masked_afterwards_leaves_the_index_too() {
        let place = place();
        assert_eq!(place.run(&["commit", "the word xylophone was seen"]).code, 0);
        assert!(place.run(&["search", "xylophone"]).stdout.contains("xylophone"));
        let config = place.home.join("config/devops-agent");
        std::fs::create_dir_all(&config).unwrap();
        std::fs::write(config.join("config.yaml"), "privacy:\n  deny:\n    - xylophone\n").unwrap();
        let masked = place.run(&["redact", "--in-place"]);
        assert_eq!(masked.code, 0, "{masked:?}");
        let database = place.project.join(".GCC/index/search.db");
        assert!(!database.exists() || !String::from_utf8_lossy(&std::fs::read(database).unwrap()).contains("xylophon"));
        assert!(!place.run(&["search", "word seen"]).stdout.contains("xylophone"));
    }

    #[test]
    fn a_model_the_person_named_finds_what_no_word_leads_to() {
        let ollama = FakeOllama::start(&["nomic-embed-text"], Vec::new());
        let place = place();
        for finding in ["sapwood was seen", "the estuary was seen"] {
            assert_eq!(place.run(&["commit", finding]).code, 0);
        }
        assert_eq!(place.run(&["search", "xylem", "--json"]).json()["by_meaning"], false);
        let place = place.var("OLLAMA_HOST", &ollama.host()).var("EMBED_MODEL", "nomic-embed-text");
        let found = place.run(&["search", "xylem", "--json"]).json();
        assert_eq!(found["by_meaning"], true, "{found}");
        assert!(found["hits"][0]["snippet"].as_str().unwrap().contains("sapwood"), "{found}");
        drop(ollama);
        let without = place.run(&["search", "estuary", "--json"]);
        assert_eq!((without.code, &without.json()["by_meaning"]), (0, &false.into()), "{without:?}");
        assert!(without.json()["hits"][0]["snippet"].as_str().unwrap().contains("estuary"));
    }
}
