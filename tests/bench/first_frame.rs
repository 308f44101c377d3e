//! How long a person looks at nothing: from the start of the real binary to a
//! frame with the workbench on it.
//!
//! Owns the place it starts in and the clock. Process, terminal and emulated
//! screen are all in the time; the terminal is 120 columns by 40 rows, in a
//! small git repository, with a home of its own and no model in reach.
//!
//! `cargo bench --bench first_frame`

#![allow(clippy::disallowed_methods, clippy::print_stdout, reason = "a benchmark reads the clock")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "the support files are written for tests")]

use std::time::{Duration, Instant};

#[path = "../support/home.rs"]
mod home;
#[path = "percentiles.rs"]
mod percentiles;
#[path = "../support/pty.rs"]
mod pty;

use home::{Home, PROGRAM};
use pty::Pty;

const AIM: Duration = Duration::from_millis(50);
const STARTS: usize = 200;
/// Starts that do not count: the binary comes into the page cache.
const WARM_UP: usize = 5;
const COLS: u16 = 120;
const ROWS: u16 = 40;

fn main() {
    let place = Home::with_commits(5);
    place.is_known();
    let env: Vec<(&str, &str)> = place.env.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let start = |awaited: &str| {
        let started = Instant::now();
        let pty = Pty::spawn(PROGRAM, &[], &env, &place.project, COLS, ROWS);
        pty.wait_for_text(awaited);
        started.elapsed()
    };
    percentiles::head("from the start of the program");
    for (name, awaited) in [("to the first frame", "F1"), ("to the branch in the status line", "main")] {
        let taken = (0..WARM_UP + STARTS).map(|_| start(awaited)).skip(WARM_UP).collect();
        percentiles::line(name, taken, AIM);
    }
}
