//! The person's own keys in the real workbench.

use std::fs;
use std::path::Path;

use super::support::home::Home;
use super::support::pty::Key;
use super::support::screen::{close, open_sized};

#[test]
fn a_key_of_the_person_s_own_works_and_what_cannot_be_used_is_told() {
    let place = Home::with_commits(1);
    let config = Path::new(&place.env["XDG_CONFIG_HOME"]).join("devops-agent");
    fs::create_dir_all(&config).unwrap();
    fs::write(config.join("keymap.yaml"), "chat:\n  ctrl+g: graph\n  y: close\n").unwrap();
    let mut terminal = open_sized(&place, 100, 40);
    terminal.wait_for_text("y types a letter there and stays that");
    terminal.press(Key::Ctrl('g'));
    terminal.wait_for_text("Esc to the chat");
    terminal.press(Key::F(6));
    terminal.wait_for(|screen| !screen.contains("Esc to the chat"), "the chat again");
    close(&mut terminal);
}
