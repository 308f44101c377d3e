//! Which of several things a few letters mean.

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

/// Where the things stand that fit, the best first; of equal ones the earlier. No letters leave all in their order.
pub(super) fn ranked<'a>(things: impl Iterator<Item = &'a str>, letters: &str) -> Vec<usize> {
    let pattern = Pattern::parse(letters, CaseMatching::Smart, Normalization::Smart);
    let mut matcher = Matcher::new(Config::DEFAULT);
    let mut buffer = Vec::new();
    let scored = things
        .enumerate()
        .filter_map(|(at, thing)| Some((pattern.score(Utf32Str::new(thing, &mut buffer), &mut matcher)?, at)));
    let mut scored: Vec<(u32, usize)> = scored.collect();
    scored.sort_by_key(|(score, at)| (std::cmp::Reverse(*score), *at));
    scored.into_iter().map(|(_, at)| at).collect()
}
