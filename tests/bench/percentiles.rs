//! How long one call takes, call by call: the middle, the slow end and the aim.
//!
//! Owns the clock around a call and the line that is printed. Knows nothing of
//! what is called. Divan prints the middle and the slowest; neither says what
//! a person meets one time in a hundred, which this does.

#![allow(dead_code, reason = "each benchmark that includes this file uses its own part of it")]

use std::hint::black_box;
use std::time::{Duration, Instant};

/// Calls before the first one that counts: caches and branch prediction are warm afterwards, as they are in use.
const WARM_UP: usize = 100;

/// The table's head.
pub fn head(what: &str) {
    println!("\n{what:<60} {:>10} {:>10} {:>10} {:>10}", "p50", "p99", "slowest", "aim");
}

/// Measures `calls` calls, each on an input of its own that is made outside the clock, and prints a line.
pub fn measure<I, O>(
    name: &str,
    calls: usize,
    aim: Duration,
    mut input: impl FnMut() -> I,
    mut call: impl FnMut(I) -> O,
) {
    let mut taken = Vec::with_capacity(calls);
    for number in 0..WARM_UP + calls {
        let input = black_box(input());
        let started = Instant::now();
        // What comes back is dropped after the clock was read.
        let output = black_box(call(input));
        let time = started.elapsed();
        drop(output);
        if number >= WARM_UP {
            taken.push(time);
        }
    }
    line(name, taken, aim);
}

/// Prints the percentiles of what was measured elsewhere.
pub fn line(name: &str, mut taken: Vec<Duration>, aim: Duration) {
    taken.sort_unstable();
    // The smallest time that so many per cent of the calls kept to.
    let percentile = |percent: usize| taken.get((taken.len() * percent).div_ceil(100).saturating_sub(1)).copied();
    let shown = |time: Option<Duration>| time.map_or_else(|| "-".to_owned(), |time| format!("{time:.2?}"));
    let missed = percentile(99).is_some_and(|time| time > aim);
    println!(
        "{name:<60} {:>10} {:>10} {:>10} {:>10}{}",
        shown(percentile(50)),
        shown(percentile(99)),
        shown(taken.last().copied()),
        format!("{aim:.0?}"),
        if missed { "  p99 misses it" } else { "" },
    );
}
