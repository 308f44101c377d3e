//! Makes the pictures in `screenshots/`: every place, dialog and theme, as SVG and PNG.
//!
//! Owns the files. What is on them is the support files' business; `tests/it/screenshots.rs` fails when one of the SVGs
//! is no longer what the program draws. The PNGs are made by rsvg-convert (librsvg2-bin, fonts-dejavu-core).
//!
//! ```text
//! cargo run --example screenshots
//! ```
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a tool of ours"
)]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it prints what it wrote")]

use std::path::Path;
use std::process::{Command, ExitCode};

#[path = "../support/picture.rs"]
mod picture;
#[path = "../support/pty.rs"]
mod pty;
#[path = "../support/scenes.rs"]
mod scenes;

fn main() -> ExitCode {
    let place = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/screenshots"));
    let dark = &scenes::themes()["dark"];
    for scene in scenes::scenes(dark).into_iter().chain(scenes::in_every_theme()) {
        let svg = place.join(format!("{}.svg", scene.name));
        let png = svg.with_extension("png");
        let light = ["theme-light", "theme-solarized"].contains(&scene.name.as_str());
        std::fs::write(&svg, picture::of(&scene.picture, light)).expect("screenshots/ can be written");
        match Command::new("rsvg-convert").arg("--output").arg(&png).arg(&svg).status() {
            Ok(status) if status.success() => println!("wrote {}", svg.with_extension("{svg,png}").display()),
            Ok(status) => {
                eprintln!("error: rsvg-convert ended with {status} over {}", svg.display());
                return ExitCode::FAILURE;
            }
            Err(error) => {
                eprintln!(
                    "error: rsvg-convert cannot be started ({error}); install librsvg2-bin and fonts-dejavu-core"
                );
                return ExitCode::FAILURE;
            }
        }
    }
    ExitCode::SUCCESS
}
