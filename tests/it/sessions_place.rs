//! The list of sessions in the real workbench.

use super::support::home::Home;
use super::support::pty::Key;
use super::support::screen::{close, idle, open_answered, open_sized};

#[test]
fn a_session_is_put_away_restored_and_gone_on_with_from_the_list() {
    let place = Home::with_commits(2);
    let mut terminal = open_answered(&place, 110, 30);
    terminal.enter("/new git log -1");
    terminal.wait_for_text("[session_002");
    idle(&terminal);
    terminal.press(Key::F(5));
    terminal.wait_for(|screen| screen.contains("▶ 002  here") && screen.contains("001  active"), "both sessions");
    terminal.press(Key::Down);
    terminal.wait_for_text("▶ 001");
    terminal.send("d");
    terminal.wait_for_text("Contents: 3 log entries");
    terminal.send("yes");
    terminal.press(Key::Enter);
    terminal.wait_for(|screen| !screen.contains("001  active"), "the session to go");
    assert!(place.project.join(".GCC/archived").read_dir().unwrap().next().is_some());
    terminal.send("a");
    terminal.wait_for_text("SESSIONS · put away");
    terminal.wait_for_text("▶ 001");
    terminal.send("r");
    terminal.wait_for_text("Nothing was put away.");
    terminal.send("a");
    terminal.wait_for_text("001  active");
    terminal.press(Key::End);
    terminal.press(Key::Enter);
    terminal.wait_for_text("[session_001");
    close(&mut terminal);
}

#[test]
fn commands_with_a_slash_show_what_they_name() {
    let place = Home::with_commits(2);
    let mut terminal = open_answered(&place, 110, 30);
    for (typed, shown) in [
        ("/why git push --force", "destructive"),
        ("/why ", "subcommand: shows what changed"),
        ("/skills git", "Runs by itself"),
        ("/permissions ", "REFUSED IN THIS SESSION"),
        ("/privacy ", "Nothing had to be masked in session_001"),
        ("/doctor ", "looked at"),
    ] {
        terminal.enter(typed);
        terminal.wait_for_text(shown);
        terminal.press(Key::Esc);
        terminal.wait_for(|screen| !screen.contains("line 1 of"), "the text to be put away");
    }
    terminal.enter("/rename look at the pool");
    terminal.wait_for_text("session_001 is for this now: look at the pool.");
    terminal.enter("/compact ");
    terminal.wait_for_text("as a summary from now on: 1.");
    close(&mut terminal);
}

#[test]
fn panes_stand_the_next_time_as_they_were_left() {
    let place = Home::with_commits(2);
    let border = |text: &str| {
        let line = text.lines().find(|line| line.contains("GRAPH")).unwrap();
        line.chars().position(|letter| letter == '╭').unwrap()
    };
    let mut terminal = open_answered(&place, 120, 30);
    let before = border(&terminal.text());
    terminal.send("\x1b[1;4D\x1b[1;4D\x1b[1;4D");
    terminal.wait_for(|screen| border(screen) + 10 < before, "the border to move");
    let moved = border(&terminal.text());
    close(&mut terminal);
    let mut terminal = open_sized(&place, 120, 30);
    terminal.wait_for_text("GRAPH");
    assert_eq!(border(&terminal.text()), moved);
    terminal.press(Key::Ctrl('x'));
    assert_eq!(terminal.wait_exit(), 0, "{}", terminal.text());
}
