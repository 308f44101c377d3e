//! Themes in the real workbench: the person's own beside the built-in ones, and what was chosen remembered.

use std::fs;
use std::path::Path;

use super::support::home::Home;
use super::support::pty::Key;
use super::support::screen::{close, open_sized};

#[test]
fn a_theme_that_was_chosen_is_remembered_and_one_of_the_person_s_own_is_among_them() {
    let place = Home::with_commits(1);
    let config = Path::new(&place.env["XDG_CONFIG_HOME"]).join("devops-agent");
    fs::create_dir_all(config.join("themes")).unwrap();
    fs::write(config.join("themes/mine.yaml"), "inherits: dark\nglyphs: ascii\n").unwrap();
    let mut terminal = open_sized(&place, 100, 40);
    terminal.enter("/theme");
    terminal.wait_for_text("▶ auto");
    terminal.wait_for_text("what suits the terminal:  ansi");
    terminal.wait_for_text("gruvbox");
    terminal.press(Key::Esc);
    terminal.wait_for(|screen| !screen.contains("▶ auto"), "the chat again");
    terminal.enter("/theme mine");
    terminal.wait_for(|screen| screen.contains('+') && !screen.contains('╭'), "frames of ASCII");
    close(&mut terminal);
    let kept = fs::read_to_string(config.join("workbench.yaml")).unwrap();
    assert!(kept.ends_with("theme: mine\n"), "{kept}");
    let mut terminal = open_sized(&place, 100, 40);
    terminal.wait_for(|screen| screen.contains('+') && !screen.contains('╭'), "the same frames");
    close(&mut terminal);
}
