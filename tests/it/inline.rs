//! `--inline` in real terminals: a strip of the ordinary screen, and the conversation above it in the terminal's own
//! scroll-back.

use std::fs;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::support::home::{Home, PROGRAM};
use super::support::pty::{Key, Pty};
use super::support::screen::{agree, idle, leave, ready};
use super::support::tmux::{PROMPT, Tmux};

/// Under a shell that says something before and after.
fn open(place: &Home, columns: u16, rows: u16) -> Pty {
    place.is_known();
    let env: Vec<(&str, &str)> = place.env.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let script =
        "stty -a > ../before; echo what stood here before; \"$0\" --inline; echo \"exit $?\"; stty -a > ../after";
    let terminal = Pty::spawn("/bin/sh", &["-c", script, PROGRAM], &env, &place.project, columns, rows);
    ready(&terminal);
    terminal
}

fn given_back(place: &Home, terminal: &mut Pty) {
    terminal.wait_exit();
    let settings = |name: &str| fs::read_to_string(place.project.with_file_name(name)).unwrap();
    assert_eq!(settings("before"), settings("after"));
    let screen = terminal.screen();
    assert!(!screen.alternate_screen() && !screen.bracketed_paste() && !screen.hide_cursor());
    let text = terminal.text();
    assert!(!text.contains("CHAT") && !text.contains('╭'), "the strip is still there:\n{text}");
}

#[test]
fn the_conversation_stays_on_the_ordinary_screen_and_the_strip_goes_at_the_end() {
    let place = Home::with_commits(2);
    let mut terminal = open(&place, 80, 24);
    assert!(!terminal.screen().alternate_screen());
    assert!(terminal.text().starts_with("what stood here before\n"), "{}", terminal.text());
    terminal.enter("git status");
    terminal.wait_for_text("nothing to commit");
    idle(&terminal);
    let text = terminal.text();
    let at = |what: &str| text.find(what).unwrap_or_else(|| panic!("no {what:?} in:\n{text}"));
    let order = ["what stood here before", "you", "→  git status", "nothing to commit", "╭", ">>>", "CHAT"].map(at);
    assert!(order.is_sorted(), "{text}");
    leave(&mut terminal);
    terminal.wait_for_text("exit 0");
    given_back(&place, &mut terminal);
    let text = terminal.text();
    let at = |what: &str| text.find(what).unwrap_or_else(|| panic!("no {what:?} in:\n{text}"));
    let order = ["what stood here before", "→  git status", "nothing to commit", "stays active", "exit 0"].map(at);
    assert!(order.is_sorted(), "{text}");
    assert_eq!(text.matches("→  git status").count(), 1, "nothing is printed twice:\n{text}");
}

#[test]
fn a_command_is_asked_about_in_the_strip_at_eighty_columns_and_at_forty() {
    for (columns, rows) in [(80, 24), (40, 12)] {
        let place = Home::with_commits(1);
        let mut terminal = open(&place, columns, rows);
        terminal.enter("git branch topic");
        if rows < 24 {
            // It is longer than the screen, and counts when all of it was seen.
            terminal.wait_for_text("[ deny ]");
            std::thread::sleep(std::time::Duration::from_millis(800));
            for _ in 0..12 {
                terminal.press(Key::PageDown);
            }
        }
        agree(&mut terminal, "yes");
        terminal.wait_for(|screen| !screen.contains("[ deny ]") && screen.contains('✓'), "the end of it");
        idle(&terminal);
        assert!(!terminal.screen().alternate_screen());
        assert_eq!(place.branches(), ["main", "topic"]);
        leave(&mut terminal);
        terminal.wait_for_text("exit 0");
        given_back(&place, &mut terminal);
    }
}

#[test]
fn reading_back_takes_the_whole_screen_and_gives_it_back() {
    let place = Home::with_commits(60);
    let mut terminal = open(&place, 80, 24);
    terminal.enter("show the last sixty commits");
    terminal.wait_for_text("60 commits");
    idle(&terminal);
    terminal.press(Key::Ctrl('o'));
    terminal.wait_for(|screen| screen.contains("▶▌ AI:"), "the output whole");
    assert!(terminal.screen().alternate_screen());
    terminal.press(Key::Esc);
    terminal.wait_for(|screen| screen.contains("folded · Ctrl+O shows them"), "the ordinary screen");
    assert!(!terminal.screen().alternate_screen());
    for (key, text) in [(Key::F(1), "help · line 1 of"), (Key::F(7), "GRAPH ·"), (Key::F(5), "SESSIONS")] {
        terminal.press(key);
        terminal.wait_for(|screen| screen.contains(text) && !screen.contains("folded · Ctrl+O"), text);
        assert!(terminal.screen().alternate_screen());
        terminal.press(Key::Esc);
        terminal.wait_for(|screen| screen.contains("CHAT") && screen.contains(">>>"), "the strip");
        assert!(!terminal.screen().alternate_screen());
    }
    let printed = terminal.text().matches("60 commits").count();
    assert_eq!(printed, 1, "{}", terminal.text());
    leave(&mut terminal);
    terminal.wait_for_text("exit 0");
    given_back(&place, &mut terminal);
}

#[test]
fn a_signal_to_end_takes_the_strip_away_and_leaves_what_was_said() {
    let place = Home::with_commits(1);
    let mut terminal = open(&place, 80, 24);
    terminal.enter("git status");
    terminal.wait_for_text("nothing to commit");
    idle(&terminal);
    let shell = terminal.process_id().unwrap();
    let children = fs::read_to_string(format!("/proc/{shell}/task/{shell}/children")).unwrap();
    kill(Pid::from_raw(children.split_whitespace().next().unwrap().parse().unwrap()), Signal::SIGTERM).unwrap();
    terminal.wait_for_text("exit 143");
    given_back(&place, &mut terminal);
    assert!(terminal.text().contains("nothing to commit"), "{}", terminal.text());
}

#[test]
fn the_setting_is_taken_from_the_environment_and_colours_are_left_out_where_they_are_not_wanted() {
    let place = Home::with_commits(1).var("AGENT_INLINE", "on").var("NO_COLOR", "1");
    place.is_known();
    let mut terminal = place.terminal(&[]);
    ready(&terminal);
    terminal.enter("git status");
    terminal.wait_for_text("nothing to commit");
    idle(&terminal);
    assert!(!terminal.screen().alternate_screen());
    let raw = String::from_utf8_lossy(&terminal.raw()).into_owned();
    assert!(!raw.contains("\x1b[38;") && !raw.contains("\x1b[48;"), "{raw:?}");
    leave(&mut terminal);
    assert_eq!(terminal.wait_exit(), 0);
    let whole = place.terminal(&["--inline=off"]);
    whole.wait_for_text("Resume the last active session?");
    assert!(whole.screen().alternate_screen());
}

#[test]
fn a_window_that_changes_its_size_leaves_one_strip_and_what_was_said_once() {
    let place = Home::with_commits(1);
    let Some(tmux) = Tmux::open(&place, 100, 30) else { return };
    tmux.enter("echo what stood here before");
    tmux.start("--inline");
    tmux.enter("git status");
    tmux.wait_for_text("nothing to commit");
    tmux.wait_for(|screen| !screen.contains("Ctrl+C stops"), "rest");
    for (columns, rows) in [(60, 30), (40, 12), (80, 24), (120, 20), (44, 40), (100, 30)] {
        tmux.resize(columns, rows);
        let whole = |screen: &str| {
            let tops: Vec<&str> = screen.lines().filter(|line| line.contains('╭') || line.contains('╮')).collect();
            // The last column stays empty.
            let width = usize::from(columns) - 1;
            tops.len() == 1 && tops[0].trim_end().chars().count() == width && screen.contains("CHAT")
        };
        tmux.wait_for(whole, &format!("one strip of {columns}×{rows}"));
    }
    let history = tmux.history();
    for once in ["→  git status", "nothing to commit, working tree clean", "CHAT", ">>>"] {
        assert_eq!(history.matches(once).count(), 1, "{once} in\n{history}");
    }
    assert!(history.matches("what stood here before").count() >= 1, "{history}");
    tmux.press("C-x");
    tmux.wait_for_text("Save summary to main.md?");
    tmux.press("C-x");
    tmux.wait_for(|screen| screen.trim_end().ends_with(PROMPT.trim()), "the prompt");
    assert!(!tmux.history().contains("CHAT"), "{}", tmux.history());
}

#[test]
fn a_conversation_longer_than_the_screen_is_whole_in_the_scroll_back() {
    let place = Home::with_commits(1);
    let Some(tmux) = Tmux::open(&place, 80, 24) else { return };
    tmux.start("--inline");
    for number in 1..=12 {
        place.git(&["commit", "-q", "--allow-empty", "-m", &format!("change {number:02}")]);
        tmux.enter("git log -1 --oneline");
        tmux.wait_for_text(&format!("change {number:02}"));
        tmux.wait_for(|screen| !screen.contains("Ctrl+C stops"), "rest");
    }
    let history = tmux.history();
    for number in 1..=12 {
        let change = format!("change {number:02}");
        assert!(history.contains(&change), "{change} is missing in\n{history}");
    }
    assert_eq!(history.matches("CHAT").count(), 1, "{history}");
    assert_eq!(history.matches("→  git log -1 --oneline").count(), 12, "{history}");
}

#[test]
fn a_job_that_was_stopped_goes_on_below_what_the_shell_said_meanwhile() {
    let place = Home::with_commits(1);
    let Some(tmux) = Tmux::open(&place, 80, 24) else { return };
    tmux.enter("exec bash --norc");
    tmux.wait_for(|screen| screen.lines().any(|line| line.starts_with("bash-")), "bash");
    tmux.start("--inline");
    tmux.enter("git status");
    tmux.wait_for_text("nothing to commit");
    tmux.wait_for(|screen| !screen.contains("Ctrl+C stops"), "rest");
    tmux.press("C-z");
    tmux.wait_for_text("Stopped");
    tmux.enter("echo in between");
    tmux.wait_for(|screen| screen.matches("in between").count() == 2 && !screen.contains("CHAT"), "the shell");
    tmux.enter("fg");
    let screen = tmux.wait_for_text("CHAT");
    let at = |what: &str| screen.find(what).unwrap_or_else(|| panic!("no {what:?} in:\n{screen}"));
    assert!(["nothing to commit", "Stopped", "in between", "CHAT"].map(at).is_sorted(), "{screen}");
    tmux.enter("git log -1 --oneline");
    tmux.wait_for_text("commit 1");
}
