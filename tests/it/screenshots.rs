//! The pictures in `screenshots/` are what the program draws.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::support::{picture, scenes};

#[test]
fn every_picture_is_what_the_program_draws_and_there_is_no_other() {
    let place = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/screenshots"));
    let dark = &scenes::themes()["dark"];
    let mut names = BTreeSet::new();
    let mut drifted = Vec::new();
    for scene in scenes::scenes(dark).into_iter().chain(scenes::in_every_theme()) {
        let light = ["theme-light", "theme-solarized"].contains(&scene.name.as_str());
        let kept = fs::read_to_string(place.join(format!("{}.svg", scene.name))).unwrap_or_default();
        if kept != picture::of(&scene.picture, light) {
            drifted.push(scene.name.clone());
        }
        names.extend([format!("{}.svg", scene.name), format!("{}.png", scene.name)]);
    }
    assert!(drifted.is_empty(), "cargo run --example screenshots draws these anew: {}", drifted.join(", "));
    let there: BTreeSet<String> =
        fs::read_dir(place).unwrap().map(|file| file.unwrap().file_name().to_string_lossy().into_owned()).collect();
    assert_eq!(there, names);
    let size: u64 = fs::read_dir(place).unwrap().map(|file| file.unwrap().metadata().unwrap().len()).sum();
    assert!(size < 3_250_000, "{size} bytes of pictures");
}
