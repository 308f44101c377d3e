//! A long day, made short: turns, floods, refusals, resizes and kills, one after the other, from a seed.
//!
//! `SOAK_TURNS=10000 cargo test --test it soak::` is the whole of it; left out, it ends after a minute. `SOAK_SEED`
//! chooses another day. At the end nothing may be lost, nothing may run on, and memory may not have grown.

use std::fs;
use std::time::{Duration, Instant};

use devops_agent::runtime::Input;

use super::shell_pane::driver::Driver;
use super::support::front::Front;
use super::support::home::{Home, finish, processes_with};
use super::support::real;

/// How long it takes when no number of turns is asked for.
const SLICE: Duration = Duration::from_secs(60);
/// Turns until every buffer has been as full as it gets.
const WARM: usize = 20;
/// What the process may grow after that, whatever it holds: the allocator keeps what it was given.
const SLACK_KIB: usize = 24 * 1024;
/// And a turn, on average: the list of what was done in a session.
const A_TURN_KIB: usize = 4;

/// Xorshift: the same seed is the same day on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{name} is no number: {text}")))
}

/// Kibibytes of memory this process holds.
fn resident() -> usize {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

struct Day {
    place: Home,
    front: Front,
    shell: Driver,
    /// What was asked, in order.
    asked: Vec<String>,
    branches: Vec<String>,
    killed: usize,
}

impl Day {
    /// A big file that only this test knows, so that whatever reads it can be told from others.
    fn flood(&self) -> String {
        format!("flood-{}.txt", self.place.project.parent().unwrap().file_name().unwrap().to_str().unwrap())
    }

    async fn say(&mut self, line: String) {
        self.front.say(&line).await;
        self.asked.push(line);
    }

    async fn turn(&mut self, dice: &mut Dice) {
        match dice.roll(5) {
            0 => {
                self.say(format!("git log --oneline -{}", 1 + dice.roll(3))).await;
            }
            1 => self.say(format!("cat {}", self.flood())).await,
            2 => {
                self.say("git branch topic-0".to_owned()).await;
                let request = self.front.approval().await;
                self.front.reply(&request, "no").await;
            }
            3 => {
                let name = format!("branch-{}", self.branches.len());
                self.say(format!("git branch {name}")).await;
                let request = self.front.approval().await;
                self.front.reply(&request, "yes").await;
                self.branches.push(name);
            }
            _ => {
                self.say(format!("tail -f {}", self.flood())).await;
                self.front.until_printed("the last line").await;
                self.front.tell(Input::Interrupt).await;
            }
        }
        self.front.idle().await;
        self.front.heard.clear();
        self.front.printed.clear();
    }

    /// A second program in the same directory, ended without warning while its command prints.
    fn kill_another(&mut self) {
        let mut other = self.place.start(&["ask", "--new", &format!("tail -f {}", self.flood())]);
        let until = Instant::now() + Duration::from_secs(20);
        let follows = format!("tail -f {}", self.flood());
        // Itself, its supervisor, and the command.
        while processes_with(&follows).len() < 2 {
            assert!(Instant::now() < until, "the other program runs nothing");
            std::thread::sleep(Duration::from_millis(20));
        }
        other.kill().unwrap();
        finish(other, "the killed program");
        self.killed += 1;
    }

    /// The person's shell: a flood while the window changes.
    fn flood_the_shell(&mut self, dice: &mut Dice) {
        let prompts = self.shell.prompts;
        self.shell.send("seq 1 20000\r");
        for _ in 0..4 {
            let (rows, columns) = (5 + dice.roll(60), 10 + dice.roll(200));
            self.shell.shell.resize(u16::try_from(rows).unwrap(), u16::try_from(columns).unwrap());
        }
        self.shell.wait("the prompt behind the flood", |driver| driver.prompts > prompts);
        assert!(
            self.shell.written.0.lock().unwrap().windows(5).any(|bytes| bytes == b"20000"),
            "the flood's end is lost"
        );
        self.shell.written.0.lock().unwrap().clear();
        self.shell.records.clear();
        self.shell.events.clear();
    }
}

#[test]
fn a_long_day_loses_nothing_leaves_nothing_running_and_holds_no_more_memory() {
    let Some(bash) = real::program("bash") else { return };
    let (turns, seed) = (number("SOAK_TURNS"), number("SOAK_SEED").unwrap_or(20_261_121));
    println!("seed {seed}");
    let mut dice = Dice(seed.max(1));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();

    let place = Home::with_commits(5);
    let front = runtime.block_on(Front::start(&place));
    let shell = Driver::start(&bash, &[]);
    let mut day = Day { place, front, shell, asked: Vec::new(), branches: Vec::new(), killed: 0 };
    let lines: String = (0..20_000).map(|line| format!("line {line} of a file that is read whole\n")).collect();
    day.place.file(&day.flood(), format!("{lines}the last line\n"));
    day.shell.wait_prompts(1);

    let (began, mut warm) = (Instant::now(), None);
    for turn in 0.. {
        let enough = turns.map_or(began.elapsed() > SLICE && turn > WARM, |turns| turn as u64 >= turns);
        if enough {
            break;
        }
        runtime.block_on(day.turn(&mut dice));
        if turn % 5 == 4 {
            day.flood_the_shell(&mut dice);
        }
        if turn % 10 == 9 {
            day.kill_another();
        }
        if turn == WARM {
            warm = Some(resident());
        }
    }
    let (done, held) = (day.asked.len(), resident());
    println!(
        "{done} turns, {} kills in {:?}; {warm:?} KiB held after the first {WARM}, {held} at the end",
        day.killed,
        began.elapsed()
    );

    let Day { place, front, shell, asked, branches, killed } = day;
    runtime.block_on(front.close());
    runtime.block_on(shell.shell.close());

    // Nothing runs on.
    let mark = format!("flood-{}", place.project.parent().unwrap().file_name().unwrap().to_str().unwrap());
    let until = Instant::now() + Duration::from_secs(10);
    while !processes_with(&mark).is_empty() {
        assert!(Instant::now() < until, "left running: {:?}", processes_with(&mark));
        std::thread::sleep(Duration::from_millis(50));
    }

    // Nothing is lost: every request in its order, every approved branch, and logs as they were written.
    let verified = place.run(&["verify", "--json"]);
    assert_eq!(verified.code, 0, "{verified:?}");
    assert_eq!(verified.json()["sessions"].as_array().unwrap().len(), 1 + killed);
    let log = place.run(&["log", "1", "--last", "1000000", "--json"]).json();
    let entries = log["entries"].as_array().unwrap();
    let texts = entries.iter().filter(|entry| entry["kind"] == "request").map(|entry| entry["text"].as_str().unwrap());
    let logged: Vec<&str> = texts.map(|text| text.lines().nth(1).unwrap_or_default()).collect();
    assert_eq!(logged, asked);
    assert!(entries.iter().all(|entry| entry["sound"] == true));
    let mut there = place.branches();
    there.retain(|name| name != "main");
    there.sort();
    let mut approved = branches;
    approved.sort();
    assert_eq!(there, approved);

    // Memory is what it was.
    if let Some(warm) = warm {
        let grown = held.saturating_sub(warm);
        assert!(grown < SLACK_KIB + A_TURN_KIB * done, "{grown} KiB more after {done} turns");
    }
}
