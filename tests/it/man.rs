//! The manual, read by the program that people read it with.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use super::support::home::Home;
use super::support::real;

/// The pages, in a directory that was not there before.
fn pages(place: &Home) -> Vec<PathBuf> {
    let ran = place.run(&["man", "share/man1"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let mut pages: Vec<PathBuf> =
        fs::read_dir(place.project.join("share/man1")).unwrap().map(|entry| entry.unwrap().path()).collect();
    pages.sort();
    pages
}

#[test]
fn every_command_has_a_page_and_groff_has_no_word_against_any() {
    let place = Home::new();
    let pages = pages(&place);
    let names: Vec<&str> = pages.iter().map(|page| page.file_name().unwrap().to_str().unwrap()).collect();
    for name in ["devops-agent.1", "devops-agent-ask.1", "devops-agent-skills-check.1", "devops-agent-man.1"] {
        assert!(names.contains(&name), "no {name} in {names:?}");
    }
    assert!(!names.iter().any(|name| name.contains("help")), "{names:?}");
    let Some(groff) = real::program("groff") else { return };
    for page in &pages {
        let ran = Command::new(&groff).args(["-ww", "-man", "-Tutf8"]).arg(page).output().unwrap();
        let stderr = String::from_utf8_lossy(&ran.stderr);
        assert!(ran.status.success() && stderr.is_empty(), "{}: {stderr}", page.display());
    }
}

#[test]
fn the_main_page_tells_keys_files_and_exit_codes_and_the_others_send_back_to_it() {
    let place = Home::new();
    let main = place.run(&["man"]).stdout;
    for heading in ["OPTIONS", "SETTINGS", "SUBCOMMANDS", "\"KEYS OF THE WORKBENCH\"", "\"EXIT STATUS\"", "FILES"] {
        assert!(main.contains(&format!(".SH {heading}\n")), "no {heading} in:\n{main}");
    }
    let ask = pages(&place).into_iter().find(|page| page.ends_with("devops-agent-ask.1")).unwrap();
    let ask = fs::read_to_string(ask).unwrap();
    assert!(ask.contains("\\-\\-dry\\-run") && ask.contains(".SH \"SEE ALSO\"\n"), "{ask}");
    assert!(!ask.contains("SETTINGS"), "the settings stand on the main page:\n{ask}");
    assert!(ask.starts_with(".TH") || ask.contains("\n.TH devops-agent-ask 1 \" \" \"devops-agent "), "{ask}");
}

#[test]
fn a_directory_that_cannot_be_written_is_named() {
    let place = Home::new();
    place.file("taken", "a file");
    let ran = place.run(&["man", "taken/man1"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("error: taken/man1 cannot be written") && ran.stderr.contains("hint: "), "{ran:?}");
}
