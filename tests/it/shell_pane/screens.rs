//! Recordings of real programs, replayed: the pane shows what another terminal showed.
//!
//! `tests/fixtures/terminal/NAME.bytes` is what a program sent to a terminal of 80 columns by 24 rows,
//! `NAME.screen` the text that tmux 3.3 showed of the same bytes.

use std::path::PathBuf;
use std::time::{Duration, Instant, SystemTime};

use devops_agent::shell::{Moment, Pane, Snapshot};

fn fixtures() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/terminal")
}

fn at() -> Moment {
    Moment { steady: Instant::now(), wall: SystemTime::UNIX_EPOCH }
}

fn replayed(bytes: &[u8], piece: usize) -> String {
    let mut pane = Pane::new(24, 80, "word".to_owned(), Box::new(()), at());
    for part in bytes.chunks(piece) {
        pane.feed(part, at());
    }
    let mut picture = Snapshot::default();
    pane.draw(&mut picture, Instant::now() + Duration::from_secs(1));
    let rows: Vec<String> = picture.rows.iter().map(|row| row.text().trim_end().to_owned()).collect();
    rows.join("\n").trim_end().to_owned()
}

#[test]
fn recorded_programs_look_as_in_another_terminal() {
    let mut count = 0;
    let mut wrong = Vec::new();
    for entry in std::fs::read_dir(fixtures()).unwrap().flatten() {
        let path = entry.path();
        if path.extension().is_none_or(|extension| extension != "bytes") {
            continue;
        }
        count += 1;
        let bytes = std::fs::read(&path).unwrap();
        let expected = std::fs::read_to_string(path.with_extension("screen")).unwrap();
        let expected: Vec<&str> = expected.lines().map(str::trim_end).collect();
        let expected = expected.join("\n").trim_end().to_owned();
        for piece in [1, 13, 4096] {
            let shown = replayed(&bytes, piece);
            if shown != expected {
                wrong.push(format!("{} by {piece}:\n--- shown\n{shown}\n--- expected\n{expected}", path.display()));
                break;
            }
        }
    }
    assert!(count >= 10, "only {count} recordings");
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn a_program_that_draws_itself_anew_fits_every_size() {
    for entry in std::fs::read_dir(fixtures())
        .unwrap()
        .flatten()
        .filter(|entry| entry.path().extension().is_some_and(|extension| extension == "bytes"))
    {
        let bytes = std::fs::read(entry.path()).unwrap();
        let mut pane = Pane::new(24, 80, "word".to_owned(), Box::new(()), at());
        let mut picture = Snapshot::default();
        for (number, part) in bytes.chunks(257).enumerate() {
            pane.feed(part, at());
            let step = u16::try_from(number % 37).unwrap();
            pane.resize(2 + step, 90 - 2 * step);
            pane.draw(&mut picture, Instant::now() + Duration::from_secs(1));
            assert_eq!(picture.rows.len(), usize::from(2 + step));
            assert!(picture.rows.iter().all(|row| row.cells.len() <= usize::from(90 - 2 * step)));
        }
        assert_eq!(pane.mended(), 0, "{}", entry.path().display());
    }
}
