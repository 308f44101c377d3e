//! What tests that kill share: chance that can be drawn again, other work on the machine, who is still there.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// How often is killed and with which seed: `KILL_RUNS` and `KILL_SEED`, else `runs` and a new one. Printed.
pub fn runs_and_seed(runs: u64) -> (u64, u64) {
    let number = |name: &str| std::env::var(name).ok().map(|value| value.parse::<u64>().expect(name));
    let runs = number("KILL_RUNS").unwrap_or(runs);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let seed = number("KILL_SEED").unwrap_or_else(|| u64::from(now.subsec_nanos()) ^ now.as_secs()).max(1);
    println!("KILL_RUNS={runs} KILL_SEED={seed}");
    (runs, seed)
}

/// xorshift64: the same seed draws the same numbers.
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound.max(1)
    }
}

/// The processes that work in a directory, with their command lines.
pub fn processes_in(directory: &Path) -> Vec<String> {
    let numbers = fs::read_dir("/proc").unwrap().filter_map(|entry| entry.ok().map(|entry| entry.path()));
    let there = numbers.filter(|process| fs::read_link(process.join("cwd")).is_ok_and(|cwd| cwd == directory));
    let line = |process: PathBuf| {
        let line = fs::read(process.join("cmdline")).unwrap_or_default();
        format!("{} {}", process.display(), String::from_utf8_lossy(&line).replace('\0', " "))
    };
    there.map(line).collect()
}

/// Other work on the machine: one thread that computes, one that writes and syncs. Dropping it ends both.
pub struct Load {
    ended: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Load {
    pub fn start() -> Load {
        let ended = Arc::new(AtomicBool::new(false));
        let (one, other) = (Arc::clone(&ended), Arc::clone(&ended));
        let computes = std::thread::spawn(move || {
            let mut dice = Dice(1);
            while !one.load(Ordering::Relaxed) {
                let until = Instant::now() + Duration::from_millis(dice.below(40));
                while Instant::now() < until {
                    std::hint::spin_loop();
                }
                std::thread::sleep(Duration::from_millis(10));
            }
        });
        let syncs = std::thread::spawn(move || {
            let directory = tempfile::tempdir().unwrap();
            let mut file = File::create(directory.path().join("load")).unwrap();
            while !other.load(Ordering::Relaxed) {
                file.write_all(&[0; 4096]).unwrap();
                file.sync_all().unwrap();
                std::thread::sleep(Duration::from_millis(2));
            }
        });
        Load { ended, threads: vec![computes, syncs] }
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            // A load that failed has said so; the runs' own result is what counts.
            drop(thread.join());
        }
    }
}
