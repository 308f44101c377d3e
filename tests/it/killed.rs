//! The program is killed with SIGKILL at random moments of its work: nothing it had shown as done is missing.
//!
//! A run starts the real binary with a request of its own, kills it when a drawn time has passed or a drawn number of
//! bytes has been printed, reads the streams to their end, lets the program put the memory right and compares the log
//! with what the streams showed. Other work wants the processor and the disk meanwhile. Twenty runs by default;
//! the full measure, about a quarter of an hour on two cores, is:
//!
//! ```text
//! KILL_RUNS=1000 cargo test --test it killed:: -- --nocapture
//! ```
//!
//! The seed is printed; `KILL_SEED=<number>` draws the same moments again.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read;
use std::path::PathBuf;
use std::process::Child;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::support::havoc::{self, Dice, Load, processes_in};
use super::support::home::Home;

/// Runs in one project; then the next begins with an empty one, so that a log stays short enough to be read whole.
const IN_ONE_PLACE: u64 = 25;
/// No run is left alone for longer.
const LONGEST: Duration = Duration::from_secs(3);
/// How long what the program started may outlive it.
const GRACE: Duration = Duration::from_secs(5);

#[test]
fn what_was_shown_as_done_outlives_a_kill_at_any_moment() {
    let (runs, seed) = havoc::runs_and_seed(20);
    let _load = Load::start();
    let mut dice = Dice(seed);
    let mut tally = Tally::default();
    let mut done = 0;
    while done < runs {
        let mut place = Place::new();
        for _ in 0..IN_ONE_PLACE.min(runs - done) {
            place.run_and_kill(done, &mut dice, &mut tally);
            done += 1;
        }
        place.everything_ever_shown_is_there(&mut tally);
    }
    println!("{tally:#?}");
    assert!(tally.killed > 0, "every run had ended before its kill: {tally:?}");
}

/// What came out of all runs.
#[derive(Debug, Default)]
struct Tally {
    killed: u64,
    ended_before: u64,
    killed_before_a_word: u64,
    requests_shown: u64,
    output_lines_shown: u64,
    answers_shown: u64,
    commits_shown: u64,
    branches_made: u64,
    calls_found_interrupted: u64,
    entries_read: u64,
}

/// What an undisturbed run takes and prints.
#[derive(Debug, Clone, Copy)]
struct Usual {
    takes: Duration,
    prints: usize,
}

/// When a run is killed: at `at` the latest, or `pause` after so many bytes were printed.
#[derive(Debug)]
struct Moment {
    at: Duration,
    bytes: Option<usize>,
    pause: Duration,
}

impl Moment {
    /// Half of them by the clock, half by what was printed: those hit the instants around a write.
    fn draw(dice: &mut Dice, usual: Usual) -> Moment {
        let pause = Duration::from_micros(dice.below(4_000));
        if dice.below(2) == 0 {
            let micros = u64::try_from(usual.takes.min(LONGEST).as_micros()).unwrap();
            return Moment { at: Duration::from_micros(dice.below(micros)), bytes: None, pause };
        }
        let bytes = 1 + dice.below(u64::try_from(usual.prints).unwrap());
        Moment { at: LONGEST, bytes: Some(usize::try_from(bytes).unwrap()), pause }
    }
}

/// A kind of work, each run's a little different so that it is found again in the log.
struct Work {
    kind: &'static str,
    args: Vec<String>,
    /// The words of the request; `None` for what leaves none in the log.
    request: Option<String>,
    /// The branch the command makes.
    branch: Option<String>,
}

impl Work {
    fn of(number: u64, dice: &mut Dice, place: &Home) -> Work {
        let asked = |kind, request: String| {
            let args = vec!["ask".to_owned(), "--yes".to_owned(), request.clone()];
            Work { kind, args, request: Some(request), branch: None }
        };
        match dice.below(12) {
            0..=2 => {
                let branch = format!("x{number}");
                Work { branch: Some(branch.clone()), ..asked("branch", format!("git branch {branch}")) }
            }
            3 | 4 => asked("history", format!("git log -{} --oneline", 3 + number)),
            5 | 6 => {
                let name = format!("note{number}.txt");
                place.file(&name, format!("the first line of {number}\nthe second line of {number}\n"));
                asked("file", format!("cat {name}"))
            }
            // Ends only by being ended: nothing of it may stay.
            7 => {
                let name = format!("tail{number}.txt");
                place.file(&name, format!("a line that {number} waits behind\n"));
                asked("endless", format!("tail -f {name}"))
            }
            8 => asked("long", format!("seq {}", 200_000 + number)),
            // A word of the memory leaves its own entry and no request.
            9 => Work { request: None, ..asked("word", format!("COMMIT a word of {number}")) },
            _ => Work {
                kind: "commit",
                args: vec!["commit".to_owned(), format!("milestone of {number}")],
                request: None,
                branch: None,
            },
        }
    }
}

/// What a run's streams had shown, to be looked for now and when the place is left.
struct Shown {
    what: String,
    needles: Vec<Needle>,
}

enum Needle {
    /// The request is written down.
    Request(String),
    /// This text stands in an entry after the request, or in an output kept beside the log.
    After(String, String),
    /// The answer to the request begins with this: the kill may have cut off its end.
    Answer(String, String),
    /// There is a commit whose name is this.
    Commit(String),
    /// A command that did something is written down.
    Command(String),
}

/// A project with a session in it.
struct Place {
    home: Home,
    /// What the last run of each kind that ended before its kill took.
    usual: BTreeMap<&'static str, Usual>,
    shown: Vec<Shown>,
}

impl Place {
    fn new() -> Place {
        let home = Home::with_commits(3);
        assert_eq!(home.run(&["new", "outlive every kill"]).code, 0);
        Place { home, usual: BTreeMap::new(), shown: Vec::new() }
    }

    fn run_and_kill(&mut self, number: u64, dice: &mut Dice, tally: &mut Tally) {
        let work = Work::of(number, dice, &self.home);
        let guess = match work.kind {
            "commit" => Usual { takes: Duration::from_millis(60), prints: 60 },
            "long" => Usual { takes: Duration::from_millis(1500), prints: 1_300_000 },
            _ => Usual { takes: Duration::from_millis(800), prints: 420 },
        };
        let moment = Moment::draw(dice, self.usual.get(work.kind).copied().unwrap_or(guess));
        let what = format!("run {number}, {} killed at {moment:?}", work.args.join(" "));

        let args: Vec<&str> = work.args.iter().map(String::as_str).collect();
        let mut child = self.home.start(&args);
        drop(child.stdin.take());
        let (stdout, stderr) = (Stream::of(child.stdout.take().unwrap()), Stream::of(child.stderr.take().unwrap()));
        let began = Instant::now();
        if kill_at(&mut child, &moment, || stdout.len() + stderr.len(), began) {
            tally.killed += 1;
        } else {
            tally.ended_before += 1;
            let prints = stdout.len() + stderr.len();
            self.usual.insert(work.kind, Usual { takes: began.elapsed(), prints });
        }
        self.nothing_stays(&what);
        let (stdout, stderr) = (stdout.whole(), stderr.whole());
        tally.killed_before_a_word += u64::from(stdout.is_empty() && stderr.is_empty());

        let verified = self.home.run(&["verify", "--json"]);
        assert_eq!(verified.code, 0, "{what}: {verified:?}");
        assert_eq!(verified.json()["ok"], true, "{what}");

        let shown = self.shown(what, &work, &stdout, &stderr, tally);
        let log = self.read(12);
        self.is_there(&shown, &log);
        self.shown.push(shown);
    }

    /// Nothing the program started lives on in the project.
    fn nothing_stays(&self, what: &str) {
        let deadline = Instant::now() + GRACE;
        loop {
            let left = processes_in(&self.home.project);
            if left.is_empty() {
                return;
            }
            assert!(Instant::now() < deadline, "{what}: still running: {left:?}");
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    fn shown(&self, what: String, work: &Work, stdout: &str, stderr: &str, tally: &mut Tally) -> Shown {
        let mut needles = Vec::new();
        for line in whole_lines(stdout).chain(whole_lines(stderr)) {
            if let Some((_, told)) = line.split_once("Committed as ") {
                tally.commits_shown += 1;
                let name = told.split(|character: char| !character.is_ascii_alphanumeric()).next().unwrap();
                needles.push(Needle::Commit(name.to_owned()));
            }
        }
        if let Some(request) = &work.request {
            let announced = whole_lines(stderr).position(|line| line.trim_start().starts_with("→  "));
            if announced.is_some() {
                tally.requests_shown += 1;
                needles.push(Needle::Request(request.clone()));
            }
            // What the command printed comes after the line that says how it was judged.
            let judged = |line: &str| line.trim_start().starts_with('[') && line.contains("SKILL.md");
            let printed = whole_lines(stderr).skip_while(|line| !judged(line)).skip(1);
            let printed: String = printed.flat_map(|line| [line, "\n"]).collect();
            if !printed.is_empty() {
                tally.output_lines_shown += printed.lines().count() as u64;
                needles.push(Needle::After(request.clone(), printed));
            }
            if !stdout.is_empty() {
                tally.answers_shown += 1;
                needles.push(Needle::Answer(request.clone(), stdout.to_owned()));
            }
        }
        if let Some(branch) = work.branch.as_ref().filter(|branch| self.home.branches().contains(branch)) {
            tally.branches_made += 1;
            needles.push(Needle::Command(format!("git branch {branch}")));
        }
        Shown { what, needles }
    }

    fn read(&self, last: usize) -> Log {
        let name = self.home.sessions().remove(0);
        let value = self.home.run(&["log", "1", "--json", "--last", &last.to_string()]).json();
        let directory = self.home.project.join(".GCC/sessions").join(name);
        Log { entries: value["entries"].as_array().unwrap().clone(), directory }
    }

    fn is_there(&self, shown: &Shown, log: &Log) {
        for needle in &shown.needles {
            let found = match needle {
                Needle::Request(request) => log.asked(request).is_some(),
                Needle::After(request, printed) => log.holds_after(request, printed),
                Needle::Answer(request, answer) => log.answers(request, answer),
                Needle::Commit(name) => {
                    log.entries.iter().any(|entry| entry["id"] == *name && entry["kind"] == "commit")
                }
                Needle::Command(command) => {
                    // An entry's own line, or what is told of a call whose end nobody saw.
                    let names = |line: &str| line.ends_with(command) || line.contains(&format!(" ran: {command};"));
                    let line = |text: &str| text.lines().any(names);
                    log.entries.iter().any(|entry| entry["kind"] != "request" && line(entry["text"].as_str().unwrap()))
                }
            };
            assert!(found, "{}: {} is missing in\n{}", shown.what, needle.told(), log.told());
        }
    }

    /// All runs in this place at once, and the log itself: entry follows entry without a byte between them.
    fn everything_ever_shown_is_there(&self, tally: &mut Tally) {
        let log = self.read(1000);
        for shown in &self.shown {
            self.is_there(shown, &log);
        }
        let texts: Vec<&str> = log.entries.iter().map(|entry| entry["text"].as_str().unwrap()).collect();
        for (entry, text) in log.entries.iter().zip(&texts) {
            assert_eq!(entry["sound"], true, "{entry}");
            assert!(text.starts_with("## [") && text.ends_with("\n\n---\n\n"), "a torn entry: {text:?}");
        }
        assert_eq!(fs::read_to_string(log.directory.join("log.md")).unwrap(), texts.concat());
        // Every run's milestone is another one, so that none may stand twice, in the log or in commit.md.
        let told = |text: &str| -> Vec<String> {
            text.lines().filter(|line| line.starts_with("MILESTONE: ")).map(str::to_owned).collect()
        };
        let milestones = told(&texts.concat());
        assert_eq!(milestones.iter().collect::<BTreeSet<_>>().len(), milestones.len(), "twice: {milestones:?}");
        assert_eq!(told(&fs::read_to_string(log.directory.join("commit.md")).unwrap()), milestones);
        assert_eq!(self.home.run(&["sessions", "--json"]).json()[0]["commits"], milestones.len());
        // A file that was being written beside its place is never read, and the next one is written over it.
        let left = fs::read_dir(log.directory.join("spool")).unwrap().map(|entry| entry.unwrap().file_name());
        let left: Vec<_> = left.filter(|name| !name.to_string_lossy().ends_with(".new")).collect();
        assert_eq!(left, [""; 0], "all calls have their entry, and what they printed is told there");
        tally.entries_read += texts.len() as u64;
        tally.calls_found_interrupted +=
            texts.iter().filter(|text| text.contains("\nthe process ended while this ran: ")).count() as u64;
    }
}

impl Needle {
    fn told(&self) -> String {
        match self {
            Needle::Request(text) => format!("the request {text:?}"),
            Needle::After(request, text) => format!("what {request:?} printed, {} bytes: {text:.200?}", text.len()),
            Needle::Answer(request, text) => format!("the answer to {request:?}, {text:?}"),
            Needle::Commit(text) => format!("the commit {text}"),
            Needle::Command(text) => format!("the command {text:?}, which was done,"),
        }
    }
}

/// The entries of a session as `log --json` has them.
struct Log {
    entries: Vec<Value>,
    directory: PathBuf,
}

impl Log {
    /// Where the request stands.
    fn asked(&self, request: &str) -> Option<usize> {
        let heading = format!("HUMAN — REQUEST\n{request}\n");
        self.entries.iter().position(|entry| entry["text"].as_str().unwrap().contains(&heading))
    }

    /// The entries that belong to the request, the request left out.
    fn after(&self, request: &str) -> impl Iterator<Item = &Value> {
        let rest = self.asked(request).map_or(&[][..], |index| &self.entries[index + 1..]);
        rest.iter().take_while(|entry| entry["kind"] != "request")
    }

    /// The text stands in such an entry, or in the output it names.
    fn holds_after(&self, request: &str, printed: &str) -> bool {
        self.after(request).any(|entry| {
            let text = entry["text"].as_str().unwrap();
            text.contains(printed) || self.outputs_of(text).any(|output| output.contains(printed))
        })
    }

    fn outputs_of(&self, text: &str) -> impl Iterator<Item = String> {
        let names = text.split(|character: char| character.is_whitespace() || ",;)".contains(character));
        let names = names.filter(|word| word.starts_with("output/"));
        names.filter_map(|name| fs::read_to_string(self.directory.join(name)).ok())
    }

    /// Its answer begins with what was shown of it.
    fn answers(&self, request: &str, shown: &str) -> bool {
        let answer = |entry: &&Value| entry["kind"] == "answer";
        self.after(request).filter(answer).any(|entry| {
            let text = entry["text"].as_str().unwrap();
            text.split_once('\n').is_some_and(|(_, body)| body.starts_with(shown))
        })
    }

    fn told(&self) -> String {
        self.entries.iter().map(|entry| entry["text"].as_str().unwrap().chars().take(600).collect::<String>()).collect()
    }
}

/// Waits for the moment and kills; false when the program had ended before.
fn kill_at(child: &mut Child, moment: &Moment, printed: impl Fn() -> usize, began: Instant) -> bool {
    let reached = || moment.bytes.is_some_and(|bytes| printed() >= bytes);
    while began.elapsed() < moment.at && !reached() {
        if child.try_wait().unwrap().is_some() {
            return false;
        }
        std::thread::sleep(Duration::from_micros(200));
    }
    if reached() {
        std::thread::sleep(moment.pause);
    }
    let ended = child.try_wait().unwrap().is_some();
    child.kill().unwrap();
    child.wait().unwrap();
    !ended
}

/// A stream that is read as it comes.
struct Stream {
    seen: Arc<Mutex<Vec<u8>>>,
    reader: JoinHandle<()>,
}

impl Stream {
    fn of(mut stream: impl Read + Send + 'static) -> Stream {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let into = Arc::clone(&seen);
        let reader = std::thread::spawn(move || {
            let mut buffer = [0; 16384];
            while let Ok(length @ 1..) = stream.read(&mut buffer) {
                into.lock().unwrap().extend_from_slice(&buffer[..length]);
            }
        });
        Stream { seen, reader }
    }

    fn len(&self) -> usize {
        self.seen.lock().unwrap().len()
    }

    /// All of it: what lay in the pipe at the kill is read too.
    fn whole(self) -> String {
        self.reader.join().unwrap();
        let bytes = self.seen.lock().unwrap();
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

/// The lines that came to their end.
fn whole_lines(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive('\n').filter_map(|line| line.strip_suffix('\n'))
}
