//! The terminal as a person meets it: each test runs one scene of this very program in a terminal of its own and
//! reads the bytes that come out.

use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use crossterm::event::{KeyCode, KeyEvent};
use nix::libc;
use portable_pty::{CommandBuilder, MasterPty, PtySize, native_pty_system};
use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::widgets::Paragraph;

use super::standing::WIPE;
use super::*;

const SCENE: &str = "TERMINAL_SCENE";
const PATIENCE: Duration = Duration::from_secs(20);

fn at(text: &str, what: &str) -> usize {
    text.find(what).unwrap_or_else(|| panic!("{what:?} is not in {text:?}"))
}

/// A scene at play, seen from the other end of its terminal.
struct Stage {
    master: Box<dyn MasterPty + Send>,
    writer: Box<dyn Write + Send>,
    chunks: Receiver<Vec<u8>>,
    seen: String,
    _child: Box<dyn portable_pty::Child>,
}

impl Stage {
    fn play(scene: &str) -> Self {
        let exe = std::env::current_exe().expect("this program");
        let mut command = CommandBuilder::new(exe);
        command.args(SCENE_ARGS);
        Self::start(command, scene)
    }

    fn start(mut command: CommandBuilder, scene: &str) -> Self {
        command.env(SCENE, scene);
        command.env("TERM", "xterm-256color");
        command.cwd("/");
        let size = PtySize { rows: 10, cols: 60, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).expect("a terminal");
        let child = pair.slave.spawn_command(command).expect("a scene");
        let mut reader = pair.master.try_clone_reader().expect("a reader");
        let writer = pair.master.take_writer().expect("a writer");
        let (sender, chunks) = mpsc::channel();
        std::thread::spawn(move || {
            let mut chunk = [0; 4096];
            while let Ok(count @ 1..) = reader.read(&mut chunk) {
                if sender.send(chunk.get(..count).unwrap_or_default().to_vec()).is_err() {
                    return;
                }
            }
        });
        Self { master: pair.master, writer, chunks, seen: String::new(), _child: child }
    }

    fn say(&mut self, bytes: &str) {
        self.writer.write_all(bytes.as_bytes()).expect("said");
    }

    /// Reads on until the text came out.
    fn await_text(&mut self, what: &str) {
        let deadline = Instant::now() + PATIENCE;
        while !self.seen.contains(what) {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.chunks.recv_timeout(left) {
                Ok(chunk) => self.seen.push_str(&String::from_utf8_lossy(&chunk)),
                Err(why) => panic!("{why}: waited for {what:?}, saw {:?}", self.seen),
            }
        }
    }

    /// Everything that came out until the scene ended.
    fn all(&mut self) -> String {
        let deadline = Instant::now() + PATIENCE;
        while let Ok(chunk) = self.chunks.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            self.seen.push_str(&String::from_utf8_lossy(&chunk));
        }
        assert!(Instant::now() < deadline, "the scene does not end: {:?}", self.seen);
        std::mem::take(&mut self.seen)
    }

    fn is_cooked(&self) -> bool {
        let modes = self.master.get_termios().expect("modes").local_flags.bits();
        modes & libc::ICANON != 0 && modes & libc::ECHO != 0
    }
}

const SCENE_ARGS: [&str; 4] = ["terminal::tests::a_scene_is_played", "--exact", "--nocapture", "--test-threads=1"];
const ENTERED: &str = "\x1b[?1049h";
const LEFT: &str = "\x1b[?1049l";

/// Not a test of its own: what the others run in a terminal.
#[test]
fn a_scene_is_played() {
    match std::env::var(SCENE).as_deref() {
        Ok("panic") => scene_panic(),
        Ok("panic elsewhere") => scene_panic_elsewhere(),
        Ok("quit") => scene_quit(),
        Ok("strip") => scene_strip(),
        Ok("panic in a strip") => scene_panic_in_a_strip(),
        Ok("suspend") => scene_suspend(),
        Ok("keys") => scene_keys(),
        Ok("refused") => println!("<{}>", TerminalGuard::enter(Surface::Whole).expect_err("no terminal")),
        Ok(other) => panic!("no scene {other}"),
        Err(_) => {}
    }
}

fn show(screen: &mut Screen, text: &str) {
    let picture = |frame: &mut Frame<'_>| {
        frame.render_widget(Paragraph::new(text), frame.area());
        Vec::new()
    };
    screen.draw(picture).expect("drawn");
}

fn scene_panic() {
    let guard = TerminalGuard::enter(Surface::Whole).expect("terminal");
    let mut screen = Screen::new(&guard).expect("screen");
    show(&mut screen, "all-is-well");
    panic!("the-roof-is-on-fire");
}

fn scene_panic_elsewhere() {
    let guard = TerminalGuard::enter(Surface::Whole).expect("terminal");
    let mut screen = Screen::new(&guard).expect("screen");
    std::thread::spawn(|| panic!("the-cellar-is-on-fire")).join().expect_err("a panic");
    let refused = screen.draw(|frame| {
        frame.render_widget(Paragraph::new("painted-over"), frame.area());
        Vec::new()
    });
    drop(guard);
    println!("<{}>", refused.expect_err("given back"));
}

fn scene_quit() {
    let guard = TerminalGuard::enter(Surface::Whole).expect("terminal");
    assert!(matches!(TerminalGuard::enter(Surface::Whole), Err(TerminalError::Taken)));
    let mut screen = Screen::new(&guard).expect("screen");
    show(&mut screen, "one");
    show(&mut screen, "two");
}

fn row(text: &str) -> Buffer {
    Buffer::with_lines([format!("{text:<60}")])
}

fn scene_strip() {
    let mut guard = TerminalGuard::enter(Surface::Strip).expect("terminal");
    let (mut strip, mut screen) = (Strip::new(&guard).expect("strip"), Screen::new(&guard).expect("screen"));
    let picture =
        |text: &'static str| move |frame: &mut Frame<'_>| frame.render_widget(Paragraph::new(text), frame.area());
    assert!(strip.draw([row("for-good"), row("日本 wide")].into_iter(), 3, picture("one\ntwo\nthree")).expect("drawn"));
    assert!(strip.draw([].into_iter(), 3, picture("one\nTWO\nthree")).expect("drawn"));
    guard.go_to(Surface::Whole).expect("gone");
    show(&mut screen, "whole");
    guard.go_to(Surface::Strip).expect("back");
    assert!(strip.draw([].into_iter(), 3, picture("again")).expect("drawn"));
}

fn scene_panic_in_a_strip() {
    let guard = TerminalGuard::enter(Surface::Strip).expect("terminal");
    let mut strip = Strip::new(&guard).expect("strip");
    strip.draw([row("for-good")].into_iter(), 2, |frame| frame.render_widget("fine", frame.area())).expect("drawn");
    panic!("the-roof-is-on-fire");
}

fn scene_suspend() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("runtime");
    runtime.block_on(async {
        let mut guard = TerminalGuard::enter(Surface::Whole).expect("terminal");
        let mut screen = Screen::new(&guard).expect("screen");
        let mut signals = Signals::listen().expect("signals");
        show(&mut screen, "before");
        nix::sys::signal::kill(nix::unistd::getpid(), nix::sys::signal::Signal::SIGTSTP).expect("sent");
        assert_eq!(signals.next().await, Signal::Suspend);
        match guard.suspend() {
            Ok(()) => {
                assert_eq!(signals.next().await, Signal::Continue);
                guard.resume().expect("resumed");
                show(&mut screen, "before");
            }
            Err(error) => show(&mut screen, &error.to_string().replace(' ', "-")),
        }
    });
}

/// Shows what the keyboard can say and each key, until `q`.
fn scene_keys() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("runtime");
    runtime.block_on(async {
        let guard = TerminalGuard::enter(Surface::Whole).expect("terminal");
        let mut screen = Screen::new(&guard).expect("screen");
        show(&mut screen, "first-frame");
        let mut source = InputSource::open(&guard).expect("input");
        let mut typed = 0;
        loop {
            match source.next().await.expect("input").input {
                Input::Keyboard(keyboard) => show(&mut screen, &format!("keyboard={keyboard:?}")),
                Input::Key(KeyEvent { code: KeyCode::Char('q'), .. }) => break,
                Input::Key(_) => typed += 1,
                Input::Paste(text) => show(&mut screen, &format!("pasted={}", text.len())),
                _ => {}
            }
        }
        show(&mut screen, &format!("typed={typed}"));
    });
}

#[test]
fn a_panic_gives_the_terminal_back_and_is_read_there() {
    let mut stage = Stage::play("panic");
    let text = stage.all();
    let order = [ENTERED, "all-is-well", LEFT, "the-roof-is-on-fire"].map(|what| at(&text, what));
    assert!(order.is_sorted(), "{text:?}");
    assert_eq!(text.matches(LEFT).count(), 1, "{text:?}");
    assert!(stage.is_cooked());
}

#[test]
fn after_a_panic_on_another_thread_nothing_is_drawn() {
    let text = Stage::play("panic elsewhere").all();
    assert!(at(&text, LEFT) < at(&text, "the-cellar-is-on-fire"), "{text:?}");
    assert!(text.contains("<the terminal was given back already>"), "{text:?}");
    assert!(!text.contains("painted-over"), "{text:?}");
    assert_eq!(text.matches(LEFT).count(), 1, "{text:?}");
}

#[test]
fn the_end_gives_back_what_the_beginning_took() {
    let mut stage = Stage::play("quit");
    let text = stage.all();
    for (taken, given) in [(ENTERED, LEFT), ("\x1b[?2004h", "\x1b[?2004l"), ("\x1b[?1004h", "\x1b[?1004l")] {
        assert!(at(&text, taken) < at(&text, given), "{text:?}");
    }
    assert!(at(&text, LEFT) < text.rfind("\x1b[?25h").expect("the cursor shows"), "{text:?}");
    assert!(!text.contains("\x1b[?1000h"), "the mouse was taken: {text:?}");
    assert!(stage.is_cooked());
}

/// Nothing is placed by row and column of the screen, and between two frames the cursor is where the strip begins.
#[test]
fn a_strip_is_drawn_by_steps_below_what_is_printed_for_good() {
    let text = Stage::play("strip").all();
    let (first, rest) = text.split_once(ENTERED).expect("the alternate screen");
    let order =
        ["for-good\r\n", "日本 wide\r\n", "one", "three", "\x1b[2A\x1b[1G\x1b[?2026l"].map(|what| at(first, what));
    assert!(order.is_sorted(), "{text:?}");
    let second = first.split("\x1b[?2026h").nth(2).expect("a second frame");
    assert!(second.contains("\x1b[1B\x1b[1GTWO") && !second.contains("one"), "only what changed: {second:?}");
    assert!(!first.contains('H'), "a place on the screen is named: {first:?}");
    assert!(first.ends_with(WIPE), "the strip is taken away before the other screen comes: {first:?}");
    let (whole, back) = rest.split_once(LEFT).expect("the ordinary screen");
    assert!(whole.contains("whole") && back.contains("again") && !back.contains("for-good"), "{text:?}");
    assert!(at(back, "again") < back.rfind(WIPE).expect("the strip goes at the end"), "{text:?}");
}

#[test]
fn a_panic_takes_the_strip_away_and_is_read_below_what_was_printed() {
    let mut stage = Stage::play("panic in a strip");
    let text = stage.all();
    assert!(!text.contains(ENTERED) && !text.contains(LEFT), "{text:?}");
    let end = text.rfind(WIPE).expect("the strip goes");
    assert!(at(&text, "for-good") < end && end < at(&text, "the-roof-is-on-fire"), "{text:?}");
    assert!(stage.is_cooked());
}

#[test]
fn a_frame_goes_out_inside_a_synchronised_update() {
    let text = Stage::play("quit").all();
    let frame = text.split("\x1b[?2026h").nth(1).expect("a first frame");
    let frame = frame.split("\x1b[?2026l").next().expect("its end");
    assert!(frame.contains("one"), "{text:?}");
}

#[test]
fn a_job_is_stopped_on_the_shells_screen_and_painted_anew_when_it_goes_on() {
    let exe = std::env::current_exe().expect("this program");
    let mut command = CommandBuilder::new("bash");
    let line = format!("'{}' {}; echo parked; fg >/dev/null; echo gone", exe.display(), SCENE_ARGS.join(" "));
    command.args(["-mc", &line]);
    let mut stage = Stage::start(command, "suspend");
    stage.await_text("gone");
    let text = stage.all();
    let (first, rest) = text.split_at(at(&text, "parked"));
    assert!(at(first, ENTERED) < at(first, "before") && at(first, "before") < at(first, LEFT), "{text:?}");
    assert!(at(rest, ENTERED) < at(rest, "before") && at(rest, "before") < at(rest, LEFT), "{text:?}");
}

#[test]
fn a_program_that_no_shell_could_wake_does_not_stop() {
    let text = Stage::play("suspend").all();
    assert!(text.contains("nothing-would-wake-this-program"), "{text:?}");
}

#[test]
fn without_a_terminal_it_is_refused_with_what_is_missing() {
    let exe = std::env::current_exe().expect("this program");
    let output =
        Command::new(exe).args(SCENE_ARGS).env(SCENE, "refused").stdin(Stdio::null()).output().expect("a scene");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains("<standard input is not a terminal>"), "{text}");
    assert!(!text.contains('\x1b'), "{text:?}");
}

#[test]
fn a_terminal_that_is_dumb_is_left_alone() {
    let exe = std::env::current_exe().expect("this program");
    let mut command = CommandBuilder::new("env");
    command.args(["TERM=dumb".as_ref(), exe.as_os_str()]);
    command.args(SCENE_ARGS);
    let text = Stage::start(command, "refused").all();
    assert!(text.contains("TERM is `dumb`"), "{text:?}");
    assert!(!text.contains('\x1b'), "{text:?}");
}

/// The answers lie ready before the questions, so that no slow moment of the machine is taken for silence.
#[test]
fn a_keyboard_that_can_is_used_and_put_back_and_no_key_is_lost() {
    let mut stage = Stage::play("keys");
    // Before ours the answers to questions of somebody else, who did not wait for them.
    stage.say("x\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\\x1b[?62;22cy\x1b[?0u\x1b[0nz");
    stage.await_text("Enhanced");
    stage.say("q");
    let text = stage.all();
    let order = ["first-frame", "\x1b[?u\x1b[5n", "\x1b[>5u", "\x1b[<1u", LEFT].map(|what| at(&text, what));
    assert!(order.is_sorted(), "{text:?}");
    assert!(text.contains("typed=3"), "{text:?}");
}

#[test]
fn a_keyboard_that_cannot_is_left_alone() {
    let mut stage = Stage::play("keys");
    stage.say("\x1b[0n");
    stage.await_text("Plain");
    stage.say("q");
    let text = stage.all();
    assert!(text.contains("\x1b[?u\x1b[5n"), "{text:?}");
    assert!(!text.contains("\x1b[>5u") && !text.contains("\x1b[<1u"), "{text:?}");
}

#[test]
fn a_terminal_that_never_answers_is_not_waited_for_and_a_late_answer_is_no_key() {
    let mut stage = Stage::play("keys");
    stage.await_text("Plain");
    stage.say("\x1b[?0u\x1b[0nxq");
    let text = stage.all();
    assert!(text.contains("typed=1") && !text.contains("\x1b[>5u"), "{text:?}");
}

#[test]
fn a_megabyte_is_pasted_whole() {
    let mut stage = Stage::play("keys");
    stage.await_text("Plain");
    let text = "y".repeat(1_000_000);
    stage.say(&format!("\x1b[200~{text}\x1b[201~"));
    stage.await_text("pasted=1000000");
    stage.say("q");
    stage.all();
}

#[test]
fn text_typed_faster_than_it_is_read_comes_whole() {
    let mut stage = Stage::play("keys");
    stage.await_text("Plain");
    stage.say(&"y".repeat(3000));
    stage.say("q");
    assert!(stage.all().contains("typed=3000"));
}
