//! The strip of the inline mode: what is printed above it and when, what is seen in it, and who gets the whole screen.

use ratatui::layout::Size;

use super::*;
use crate::ui::Strip;

/// What a frame left: the rows that were printed above, and the strip.
pub(super) struct Seen {
    pub above: Vec<String>,
    strip: String,
}

impl Bench {
    pub(super) fn inline(columns: u16, rows: u16) -> Bench {
        let mut bench = Bench::sized(columns, rows);
        bench.state = State::new("DevOps-Agent").with_strip();
        bench
    }

    /// Draws as the loop does.
    pub(super) fn frame(&mut self) -> Seen {
        assert!(self.state.is_strip(), "the whole screen is wanted");
        self.state.take_dirty();
        let size = Size::new(self.size.0, self.size.1);
        let mut strip = Strip::new(self.state.view(), &mut self.cache, &self.theme, size);
        let above = std::mem::take(&mut strip.above);
        let mut terminal = Terminal::new(TestBackend::new(size.width, strip.rows())).unwrap();
        let mut drawn = ui::Drawn::default();
        terminal.draw(|frame| drawn = strip.draw(&mut self.cache, &self.theme, frame)).unwrap();
        self.take(Event::Drawn(drawn));
        let row = |cells: &[ratatui::buffer::Cell]| {
            cells.iter().map(|cell| cell.symbol()).collect::<String>().trim_end().to_owned()
        };
        let strip = terminal.backend().buffer().content.chunks(size.width.into()).map(row).collect::<Vec<_>>();
        Seen { above: above.iter().map(|printed| row(&printed.content)).collect(), strip: strip.join("\n") }
    }

    fn tells(&mut self, count: usize) {
        for number in 1..=count {
            self.bus(Bus::Notice(Notice { kind: NoticeKind::Info, text: format!("notice {number}") }));
        }
    }
}

#[test]
fn what_can_no_longer_change_is_printed_once_and_what_still_comes_is_in_the_strip() {
    let mut bench = Bench::inline(80, 24);
    bench.bus(Bus::TurnBegan { turn: TurnId(1), text: "why is it slow?".to_owned() });
    bench.bus(Bus::Token { turn: TurnId(1), text: "Because of".to_owned() });
    let seen = bench.frame();
    assert_eq!(seen.above, [" you", " why is it slow?", ""]);
    assert!(seen.strip.contains("Because of") && !seen.strip.contains("why is it slow"), "{}", seen.strip);
    bench.bus(Bus::Token { turn: TurnId(1), text: " the disk.".to_owned() });
    let seen = bench.frame();
    assert_eq!(seen.above, [] as [String; 0], "nothing is printed twice");
    assert!(seen.strip.contains("Because of the disk."), "{}", seen.strip);
    bench.bus(Bus::Answer { turn: TurnId(1), text: "Because of the disk.".to_owned() });
    bench.bus(Bus::TurnEnded { turn: TurnId(1), failure: None });
    let seen = bench.frame();
    assert_eq!(seen.above, [" DevOps-Agent", " Because of the disk.", ""]);
    assert!(!seen.strip.contains("disk"), "{}", seen.strip);
    assert_eq!(bench.frame().above, [] as [String; 0]);
}

#[test]
fn a_command_is_printed_when_it_has_ended_and_what_came_meanwhile_after_it() {
    let mut bench = Bench::inline(80, 24);
    bench.announced(&stop_web1());
    bench.bus(Bus::Started { call: CallId(1) });
    bench.output(1, Stream::Stdout, b"web1\n");
    bench.tells(1);
    let seen = bench.frame();
    assert_eq!(seen.above, [" you", " do it", ""]);
    assert!(seen.strip.contains("docker stop web1") && seen.strip.contains("notice 1"), "{}", seen.strip);
    bench.bus(Bus::Finished(report(1, Some(Exit::Code(0)))));
    let above = bench.frame().above.join("\n");
    let at = |text: &str| above.find(text).unwrap_or_else(|| panic!("no {text:?} in:\n{above}"));
    assert!(["docker stop web1", "web1\n", "✓ 1.2 s", "notice 1"].map(at).is_sorted(), "{above}");
}

#[test]
fn the_strip_is_no_higher_than_what_it_shows_and_than_the_screen() {
    let mut bench = Bench::inline(80, 24);
    assert_eq!(bench.frame().strip.lines().count(), 5, "the composer and two lines");
    bench.bus(Bus::TurnBegan { turn: TurnId(1), text: "tell".to_owned() });
    bench.bus(Bus::Token { turn: TurnId(1), text: "a line\n\n".repeat(100) });
    bench.bus(Bus::Token { turn: TurnId(1), text: "the newest".to_owned() });
    let seen = bench.frame();
    assert_eq!(seen.strip.lines().count(), 24);
    assert!(seen.strip.contains("the newest") && seen.strip.contains(">>>"), "{}", seen.strip);
    bench.bus(Bus::TurnEnded { turn: TurnId(1), failure: None });
    let seen = bench.frame();
    assert!(seen.above.len() > 100, "the answer is printed whole");
    assert_eq!(seen.strip.lines().count(), 5);
}

#[test]
fn a_dialog_is_in_the_strip_and_an_answer_counts_when_it_was_seen_there() {
    for size in [(80, 24), (40, 12)] {
        let mut bench = Bench::inline(size.0, size.1);
        bench.announced(&stop_web1());
        bench.bus(Bus::ApprovalRequested(stop_web1()));
        bench.types("y");
        assert_eq!(bench.composer(), "y", "it was not seen yet");
        bench.pass(600);
        let seen = bench.frame();
        assert!(seen.strip.contains("[ deny ]") && seen.strip.contains("docker stop web1"), "{}", seen.strip);
        assert!(seen.strip.lines().count() <= usize::from(size.1));
        bench.pass(300);
        for _ in 0..20 {
            bench.key(KeyCode::PageDown);
            bench.frame();
        }
        bench.enters("yes");
        assert_eq!(bench.told(), [reply("yes")]);
    }
}

#[test]
fn a_dialog_that_waits_is_told_above_the_composer() {
    let mut bench = Bench::inline(80, 24);
    bench.types("s");
    bench.bus(Bus::ApprovalRequested(stop_web1()));
    let strip = bench.frame().strip;
    assert!(strip.contains("waits until you stop typing") && strip.contains(">>> s"), "{strip}");
}

#[test]
fn whoever_reads_back_has_the_whole_screen_until_they_have_read_enough() {
    let mut bench = Bench::inline(80, 24);
    bench.tells(60);
    bench.frame();
    bench.key(KeyCode::PageUp);
    assert!(!bench.state.is_strip());
    assert!(bench.draw().contains("more below · Ctrl+End"));
    bench.key(KeyCode::Esc);
    assert!(bench.state.is_strip());
    bench.press(KeyCode::Up, KeyModifiers::ALT);
    assert!(!bench.state.is_strip());
    bench.types("h");
    assert!(bench.state.is_strip() && bench.composer() == "h", "whoever types writes");
    bench.control('u');
    bench.press(KeyCode::Char('s'), KeyModifiers::ALT);
    bench.types("notice 1");
    assert!(bench.draw().contains("notice 19"));
    bench.key(KeyCode::Esc);
    assert!(bench.state.is_strip(), "what was looked for was seen");
    for key in [KeyCode::F(1), KeyCode::F(5), KeyCode::F(7)] {
        bench.key(key);
        assert!(!bench.state.is_strip(), "{key:?}");
        bench.draw();
        bench.key(KeyCode::Esc);
        assert!(bench.state.is_strip(), "{key:?}");
    }
}

#[test]
fn a_page_down_at_the_end_changes_no_screen_and_one_up_where_all_is_seen_comes_back_by_itself() {
    let mut bench = Bench::inline(80, 24);
    bench.tells(2);
    bench.frame();
    bench.key(KeyCode::PageDown);
    assert!(bench.state.is_strip());
    bench.key(KeyCode::PageUp);
    bench.draw();
    assert!(bench.state.is_strip() && bench.state.take_dirty(), "the strip is drawn again");
}

#[test]
fn output_that_was_printed_folded_is_unfolded_on_the_whole_screen() {
    let mut bench = Bench::inline(80, 24);
    bench.announced(&stop_web1());
    let lines: String = (1..=200).map(|row| format!("row {row}\n")).collect();
    bench.output(1, Stream::Stdout, lines.as_bytes());
    bench.bus(Bus::Finished(report(1, Some(Exit::Code(0)))));
    bench.bus(Bus::TurnEnded { turn: TurnId(1), failure: None });
    assert!(bench.frame().above.iter().any(|row| row.contains("folded · Ctrl+O shows them")));
    bench.control('o');
    let screen = bench.draw();
    assert!(screen.contains("▶▌ AI:") && !screen.contains("folded"), "{screen}");
    bench.key(KeyCode::Esc);
    assert!(bench.state.is_strip());
    bench.control('o');
    assert!(!bench.draw().contains("folded"), "it is shown again, and not folded unseen");
}

#[test]
fn much_to_print_is_printed_in_parts_and_whole() {
    let mut bench = Bench::inline(80, 24);
    bench.tells(5_000);
    let mut above = Vec::new();
    let mut frames = 0;
    while bench.state.dirty {
        above.extend(bench.frame().above);
        frames += 1;
    }
    let notices: Vec<&String> = above.iter().filter(|row| !row.is_empty()).collect();
    assert_eq!(notices.len(), 5_000);
    assert!(frames > 5, "{frames}");
}

#[test]
fn while_the_window_changes_its_size_the_strip_is_wiped_away_and_comes_back_once() {
    let mut bench = Bench::inline(80, 24);
    for columns in (60..80).rev() {
        bench.take(Event::Input(Input::Resize(columns, 24)));
        assert!(bench.state.is_resizing());
        bench.pass(30);
    }
    bench.state.take_dirty();
    bench.pass(300);
    assert!(!bench.state.is_resizing() && bench.state.take_dirty());
    assert_eq!(bench.wake, None, "nothing wakes at rest");
}

#[test]
fn the_last_column_of_a_strip_stays_empty_so_that_a_narrower_window_lays_no_row_anew() {
    let mut bench = Bench::inline(60, 24);
    let seen = bench.frame();
    assert!(seen.strip.lines().all(|row| row.chars().count() < 60), "{}", seen.strip);
}

#[test]
fn beside_a_strip_the_mouse_is_the_terminals_own() {
    let mut bench = Bench::inline(80, 24);
    assert!(!bench.state.wants_mouse());
    bench.key(KeyCode::F(7));
    assert!(bench.state.wants_mouse());
}

#[test]
fn a_strip_with_no_room_says_so_and_keeps_what_is_to_be_printed() {
    let mut bench = Bench::inline(20, 24);
    bench.tells(1);
    let seen = bench.frame();
    assert!(seen.strip.contains("too small") && seen.above.is_empty());
    assert!(!bench.state.dirty, "nothing is drawn again and again");
    bench.size = (80, 24);
    assert_eq!(bench.frame().above, [" · notice 1", ""]);
}

#[test]
fn what_may_follow_a_key_is_shown_in_the_strip() {
    let mut bench = Bench::inline(80, 24);
    bench.key(KeyCode::F(8));
    let strip = bench.frame().strip;
    for told in ["F8 …", "s shell", "g graph", "h help", "F8 and one of these keys  Esc take it back"] {
        assert!(strip.contains(told), "{told}: {strip}");
    }
    bench.key(KeyCode::Esc);
    assert!(!bench.frame().strip.contains("g graph"));
}
