//! The log and its chain under the knife: cut at every byte, changed in every bit, shuffled. No entry that is whole
//! is lost, none that is torn is taken for one, and nothing is changed unseen.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use devops_agent::domain::{At, Body, Entry, Principal, SessionId, Step, Surroundings};
use devops_agent::history::Kind;
use devops_agent::redact::{Masked, Redactor};
use devops_agent::store::{ChainReport, Found, Memory, Session};

fn at(clock: &str) -> At {
    At::parse(&format!("2026-02-21T{clock}:00+01:00")).unwrap()
}

fn entry(clock: &str, body: Body) -> Masked<Entry> {
    let by = if matches!(body, Body::Request { .. }) { Principal::Person } else { Principal::Agent };
    Redactor::default().entry(Entry { at: at(clock), by, body })
}

fn step(clock: &str, output: &str) -> Masked<Entry> {
    let step = Step { action: "cat notes".into(), output: Some(output.into()), ..Step::default() };
    entry(clock, Body::Step(step))
}

/// A session with a log of five entries, and its files as they were left.
struct Victim {
    _place: tempfile::TempDir,
    memory: Memory,
    id: SessionId,
    directory: PathBuf,
    log: Vec<u8>,
    chain: Vec<u8>,
    /// Where each entry ends in the log, and each line in the chain.
    entries: Vec<usize>,
    lines: Vec<usize>,
}

/// In memory where there is such a place: thousands of sessions are opened, each with its syncs.
fn place() -> tempfile::TempDir {
    let shared = Path::new("/dev/shm");
    if shared.is_dir() { tempfile::tempdir_in(shared).unwrap() } else { tempfile::tempdir().unwrap() }
}

impl Victim {
    fn new() -> Victim {
        let place = place();
        let memory = Memory::open(&place.path().join(".GCC")).unwrap();
        let goal = Redactor::default().text("cut me");
        let mut session = memory.begin(&goal, at("09:14"), &Surroundings::default()).unwrap();
        let (mut entries, mut lines) = (Vec::new(), Vec::new());
        let written = [
            entry("09:15", Body::Request { text: "what is in the notes".into() }),
            step("09:16", "é\n---\n\n## [09:17] AI\nACTION: forged\n\n---\n\n## [09:18] HUMAN\n"),
            entry("09:17", Body::Commit { milestone: "Read.".into(), finding: "Notes.".into(), saved_to: "x".into() }),
            step("09:18", "-\n--\n---\n"),
            entry("09:19", Body::Answer { text: "It says — nothing.".into() }),
        ];
        for entry in &written {
            session.append(entry).unwrap();
            entries.push(length(&session, "log.md"));
            lines.push(length(&session, "log.chain"));
        }
        let (id, directory) = (session.id().clone(), session.directory().to_owned());
        drop(session);
        let log = fs::read(directory.join("log.md")).unwrap();
        let chain = fs::read(directory.join("log.chain")).unwrap();
        Victim { _place: place, memory, id, directory, log, chain, entries, lines }
    }

    /// Puts these files in the place of what the last round left.
    fn put(&self, log: &[u8], chain: &[u8]) {
        for made in ["recovered", "spool"] {
            let _ = fs::remove_dir_all(self.directory.join(made));
        }
        fs::write(self.directory.join("log.md"), log).unwrap();
        fs::write(self.directory.join("log.chain"), chain).unwrap();
    }

    fn open(&self) -> Session {
        self.memory.resume(&self.id, at("11:00")).unwrap()
    }

    fn now(&self) -> Vec<u8> {
        fs::read(self.directory.join("log.md")).unwrap()
    }

    fn verify(&self) -> ChainReport {
        self.memory.verify(&self.id).unwrap().into_iter().find(|report| report.chain == "log").unwrap()
    }

    fn kept(&self) -> BTreeMap<String, Vec<u8>> {
        let Ok(listing) = fs::read_dir(self.directory.join("recovered")) else { return BTreeMap::new() };
        let files = listing.map(|item| item.unwrap());
        files.map(|file| (file.file_name().into_string().unwrap(), fs::read(file.path()).unwrap())).collect()
    }

    /// The bytes of one entry, and of one line.
    fn entry(&self, number: usize) -> &[u8] {
        part(&self.log, &self.entries, number)
    }

    fn line(&self, number: usize) -> &[u8] {
        part(&self.chain, &self.lines, number)
    }

    /// Opens the session after both files were cut, and looks at all that was promised.
    fn cut(&self, log_cut: usize, chain_cut: usize) {
        let what = format!("log cut at {log_cut}, chain at {chain_cut}");
        self.put(&self.log[..log_cut], &self.chain[..chain_cut]);
        let session = self.open();
        let told = session.recovered().to_vec();
        let log = self.now();
        let whole = self.entries.iter().copied().filter(|end| *end <= log_cut).max().unwrap_or(0);
        assert_eq!(log.get(..whole), Some(&self.log[..whole]), "{what}: an entry was lost");
        // Behind it stands what was found, or nothing.
        let rest = String::from_utf8(log[whole..].to_vec()).unwrap();
        // Both cut behind the same entry look like a log that never went on; only main.md can tell.
        let number = |ends: &[usize], cut| {
            if cut == 0 { Some(0) } else { ends.iter().position(|end| *end == cut).map(|at| at + 1) }
        };
        let same = number(&self.entries, log_cut).is_some_and(|entry| number(&self.lines, chain_cut) == Some(entry));
        assert_eq!(rest.is_empty(), same, "{what}: {rest}");
        assert_eq!(rest.is_empty(), told.is_empty(), "{what}");
        if !rest.is_empty() {
            assert_eq!(rest.matches("## [").count(), 1, "{what}: {rest}");
            assert!(rest.starts_with("## [11:00] SYSTEM — RE") && rest.ends_with("\n\n---\n\n"), "{what}: {rest}");
        }
        let torn = &self.log[whole..log_cut];
        assert!(torn.is_empty() || self.kept().values().any(|kept| kept == torn), "{what}: the torn text is gone");
        let begun = self.lines.iter().copied().filter(|end| *end <= chain_cut).max().unwrap_or(0);
        let torn = &self.chain[begun..chain_cut];
        assert!(
            torn.is_empty() || self.kept().values().any(|kept| kept.ends_with(torn)),
            "{what}: the torn line is gone"
        );
        // Entries the chain knew and the log has no more are a loss, and stay one.
        let known = self.lines.iter().filter(|end| **end <= chain_cut).count();
        let there = self.entries.iter().filter(|end| **end <= log_cut).count();
        let bad = self.verify().first_bad;
        if known > there {
            assert!(
                rest.contains("SYSTEM — REPAIR") && rest.contains(&format!("entry {}", there + 1)),
                "{what}: {rest}"
            );
            assert!(bad.is_some_and(|bad| bad.seq == there as u64 + 1), "{what}");
        } else if there > known + 1 {
            assert!(bad.is_some_and(|bad| bad.problem.contains("lost or changed")), "{what}");
        } else if there < 3 {
            // The page remembers the third entry, a commit.
            assert_eq!(bad.map(|bad| bad.seq), Some(3), "{what}: {rest}");
        } else {
            assert_eq!(bad, None, "{what}: {rest}");
        }
        drop(session);
        // And it stays as it is.
        assert_eq!(self.open().recovered(), [""; 0], "{what}");
        assert_eq!(self.now(), log, "{what}");
    }

    /// Whether looking finds something at once, and whether it is still told after an opening put it right.
    fn is_named(&self, log: &[u8], chain: &[u8], what: &str) {
        self.put(log, chain);
        assert!(self.verify().first_bad.is_some(), "{what}: verify sees nothing");
        let mut session = self.open();
        let told = session.recovered().join("\n");
        let bad = self.verify().first_bad;
        // A line without its end may be a crash: then it is told and mended, and nothing is lost.
        let crash = self.now().starts_with(&self.log) && !told.is_empty();
        assert!(bad.is_some() || crash, "{what}: forgotten after opening; {told}");
        // Work goes on whatever was found, and what is written now is sound.
        let before = self.now().len();
        session.append(&step("11:05", "on\n")).unwrap();
        let after = self.now();
        assert!(String::from_utf8_lossy(&after[before..]).starts_with("## [11:05] AI\n"), "{what}");
    }
}

fn length(session: &Session, name: &str) -> usize {
    usize::try_from(fs::metadata(session.directory().join(name)).unwrap().len()).unwrap()
}

fn part<'a>(bytes: &'a [u8], ends: &[usize], number: usize) -> &'a [u8] {
    &bytes[if number == 0 { 0 } else { ends[number - 1] }..ends[number]]
}

#[test]
fn a_session_that_was_left_alone_verifies() {
    let victim = Victim::new();
    let report = victim.verify();
    assert_eq!((report.entries, report.bytes, report.first_bad), (5, victim.log.len() as u64, None));
    assert!(report.head.unwrap().len() == 64);
    victim.cut(victim.log.len(), victim.chain.len());
}

#[test]
fn both_files_cut_at_every_byte_of_the_last_two_entries_lose_no_whole_entry_and_take_no_torn_one() {
    let victim = Victim::new();
    let spots = |ends: &[usize]| {
        let (first, middle, last) = (ends[2], ends[3], ends[4]);
        vec![first, first + 1, middle - 1, middle, middle + 1, (middle + last) / 2, last - 1, last]
    };
    for log_cut in victim.entries[2]..=victim.log.len() {
        for chain_cut in spots(&victim.lines) {
            victim.cut(log_cut, chain_cut);
        }
    }
    for chain_cut in victim.lines[2]..=victim.chain.len() {
        for log_cut in spots(&victim.entries) {
            victim.cut(log_cut, chain_cut);
        }
    }
}

#[test]
fn a_log_or_a_chain_that_is_gone_but_for_a_few_bytes_is_taken_up_too() {
    let victim = Victim::new();
    for cut in [0, 1, victim.entries[0] - 1, victim.entries[0]] {
        victim.cut(cut, victim.chain.len());
    }
    for cut in [0, 1, victim.lines[0] - 1, victim.lines[0]] {
        victim.cut(victim.log.len(), cut);
    }
    victim.cut(0, 0);
}

#[test]
fn every_flipped_byte_of_the_log_is_named() {
    let victim = Victim::new();
    for at in 0..victim.log.len() {
        let mut log = victim.log.clone();
        log[at] ^= 1;
        victim.put(&log, &victim.chain);
        let bad = victim.verify().first_bad.unwrap();
        let entry = victim.entries.iter().filter(|end| **end <= at).count() as u64 + 1;
        assert_eq!(bad.seq, entry, "byte {at}");
        if at >= victim.entries[2] {
            victim.is_named(&log, &victim.chain, &format!("byte {at} of the log flipped"));
        }
    }
}

#[test]
fn every_flipped_byte_of_the_chain_is_named() {
    let victim = Victim::new();
    for at in 0..victim.chain.len() {
        for bit in [1, 0x20] {
            let mut chain = victim.chain.clone();
            chain[at] ^= bit;
            victim.put(&victim.log, &chain);
            assert!(victim.verify().first_bad.is_some(), "byte {at}");
            if at >= victim.lines[2] {
                victim.is_named(&victim.log, &chain, &format!("byte {at} of the chain flipped"));
            }
        }
    }
}

#[test]
fn swapped_and_removed_entries_are_named_in_the_log_in_the_chain_and_in_both() {
    let victim = Victim::new();
    let log = |order: &[usize]| order.iter().flat_map(|number| victim.entry(*number).to_vec()).collect::<Vec<u8>>();
    let chain = |order: &[usize]| order.iter().flat_map(|number| victim.line(*number).to_vec()).collect::<Vec<u8>>();
    let all: &[usize] = &[0, 1, 2, 3, 4];
    let orders: [&[usize]; 8] = [
        &[1, 0, 2, 3, 4],
        &[0, 1, 3, 2, 4],
        &[0, 1, 2, 4, 3],
        &[1, 2, 3, 4],
        &[0, 1, 3, 4],
        &[0, 1, 2, 4],
        &[0, 1, 1, 2, 3, 4],
        &[0, 1, 2, 3, 4, 4],
    ];
    for order in orders {
        victim.is_named(&log(order), &chain(all), &format!("log {order:?}"));
        victim.is_named(&log(all), &chain(order), &format!("chain {order:?}"));
        victim.is_named(&log(order), &chain(order), &format!("both {order:?}"));
    }
}

#[test]
fn a_log_that_was_edited_keeps_what_was_not_and_says_what_was() {
    let victim = Victim::new();
    let text = String::from_utf8(victim.log.clone()).unwrap();
    let edited = text.replace("what is in the notes", "what is in my own notes");
    victim.put(edited.as_bytes(), &victim.chain);
    let session = victim.open();
    let told = session.recovered().join("\n");
    assert!(told.contains("log.md was changed after it was written: 1 entries are gone or not as written"), "{told}");
    let now = String::from_utf8(victim.now()).unwrap();
    assert!(now.starts_with(&edited) && now[edited.len()..].starts_with("## [11:00] SYSTEM — REPAIR\n"), "{now}");
    assert_eq!(victim.kept()["log.chain.1"], victim.chain);
    assert_eq!(victim.verify().first_bad.unwrap().seq, 6);
}

#[test]
fn a_log_of_an_older_version_gets_its_chain_and_says_so() {
    let victim = Victim::new();
    for name in ["log.chain", "commit.chain"] {
        fs::remove_file(victim.directory.join(name)).unwrap();
    }
    let session = victim.open();
    let told = session.recovered().join("\n");
    assert!(told.contains("log.md had no log.chain: its 5 entries were taken as they stand"), "{told}");
    let report = victim.verify();
    assert_eq!((report.entries, report.first_bad), (6, None));
    let chain = fs::read_to_string(victim.directory.join("log.chain")).unwrap();
    assert!(chain.contains("\"ts\":\"2026-02-21T09:16:00+01:00\",\"kind\":\"step\",\"actor\":\"agent\""), "{chain}");
}

#[test]
fn a_chain_that_was_taken_away_is_named() {
    let victim = Victim::new();
    fs::remove_file(victim.directory.join("log.chain")).unwrap();
    assert!(victim.verify().first_bad.unwrap().problem.contains("no chain"));
    drop(victim.open());
    assert!(victim.verify().first_bad.unwrap().problem.contains("lost or changed"));
}

#[test]
fn an_editor_that_saves_while_the_session_is_held_loses_nothing() {
    let victim = Victim::new();
    let mut session = victim.open();
    let path = victim.directory.join("log.md");
    let beside = victim.directory.join("edited");
    let text = String::from_utf8(victim.log.clone()).unwrap().replace("It says", "It really says");
    fs::write(&beside, &text).unwrap();
    fs::rename(&beside, &path).unwrap();
    session.append(&step("11:05", "on\n")).unwrap();
    let log = String::from_utf8(victim.now()).unwrap();
    assert!(log.starts_with(&text) && log.contains("SYSTEM — REPAIR") && log.contains("## [11:05] AI\n"), "{log}");
    fs::remove_file(&path).unwrap();
    session.append(&step("11:06", "on\n")).unwrap();
    let log = String::from_utf8(victim.now()).unwrap();
    assert!(
        log.starts_with("## [11:05] SYSTEM — REPAIR\n") || log.starts_with("## [11:06] SYSTEM — REPAIR\n"),
        "{log}"
    );
    assert!(log.contains("no longer holds entry 1"), "{log}");
}

#[test]
fn a_history_that_was_made_anew_does_not_fit_what_the_page_says() {
    let (victim, other) = (Victim::new(), Victim::new());
    let mut session = other.open();
    session.append(&step("10:00", "another story\n")).unwrap();
    drop(session);
    // Sound in itself, and cut back to before the commit the page knows of.
    victim.put(&victim.log[..victim.entries[1]], &victim.chain[..victim.lines[1]]);
    assert_eq!(victim.verify().first_bad.unwrap().seq, 3);
    let place = place();
    let memory = Memory::open(&place.path().join(".GCC")).unwrap();
    let mut session = memory.begin(&Redactor::default().text("forge"), at("09:14"), &Surroundings::default()).unwrap();
    for number in 0..6 {
        session.append(&step("09:30", &format!("forged {number}\n"))).unwrap();
    }
    let forged = |name| fs::read(session.directory().join(name)).unwrap();
    victim.put(&forged("log.md"), &forged("log.chain"));
    let bad = victim.verify().first_bad.unwrap();
    assert!(bad.seq == 3 && bad.problem.starts_with("main.md knows another entry"), "{bad:?}");
}

#[test]
fn a_clock_that_goes_backwards_is_no_fault() {
    let victim = Victim::new();
    let mut session = victim.open();
    session.append(&step("08:00", "earlier\n")).unwrap();
    drop(session);
    assert_eq!(victim.open().recovered(), [""; 0]);
    assert_eq!(victim.verify().first_bad, None);
}

#[test]
fn windows_of_a_log_hand_out_what_was_written_and_no_more() {
    let victim = Victim::new();
    let reader = victim.memory.log(&victim.id, None).unwrap();
    let texts = |records: Vec<devops_agent::history::Record>| {
        assert!(records.iter().all(|record| record.sound));
        records.into_iter().map(|record| record.text).collect::<Vec<_>>()
    };
    let entry = |number| String::from_utf8(victim.entry(number).to_vec()).unwrap();
    assert_eq!(texts(reader.last(2).unwrap()), [entry(3), entry(4)]);
    assert_eq!(texts(reader.before(4, 2).unwrap()), [entry(1), entry(2)]);
    assert_eq!(texts(reader.after(3).unwrap()), [entry(3), entry(4)]);
    assert_eq!(reader.last(99).unwrap().len(), 5);
    assert_eq!(reader.after(5).unwrap(), []);
    let heads = reader.heads().unwrap();
    let kinds: Vec<Kind> = heads.iter().map(|head| head.kind).collect();
    assert_eq!(kinds, [Kind::Request, Kind::Step, Kind::Commit, Kind::Step, Kind::Answer]);
    // The output that imitates entries made none.
    assert_eq!(heads[1].at, at("09:16"));
    let name = heads[1].id.as_str();
    let Found::One(record) = reader.find(&name[..6]).unwrap() else { panic!("{name}") };
    assert_eq!(record.text, entry(1));
    let Found::Several(names) = reader.find("").unwrap() else { panic!("every name begins with nothing") };
    assert_eq!(names.len(), 5);
    assert_eq!(reader.find("1").unwrap(), Found::Nothing);
    let log = String::from_utf8(victim.log.clone()).unwrap();
    let lines: Vec<&str> = log.lines().collect();
    assert_eq!(reader.last_lines(20).unwrap(), lines[lines.len() - 20..]);
    assert_eq!(reader.last_lines(1000).unwrap(), lines);
    fs::remove_file(victim.directory.join("log.chain")).unwrap();
    assert_eq!(texts(reader.last(2).unwrap()), [entry(3), entry(4)]);
    assert_eq!(reader.heads().unwrap(), heads);
}
