//! The chat read back: scrolled, looked through, chosen from.

use super::*;

impl Bench {
    fn hears(&mut self, text: &str) {
        self.bus(Bus::Notice(Notice { kind: NoticeKind::Info, text: text.to_owned() }));
    }

    /// A chat of so many requests with their answers.
    fn of_turns(turns: u64) -> Bench {
        let mut bench = Bench::new();
        for turn in 1..=turns {
            bench.bus(Bus::TurnBegan { turn: TurnId(turn), text: format!("request {turn:03}") });
            bench.bus(Bus::Answer { turn: TurnId(turn), text: format!("answer {turn:03}\n\nmore of it") });
            bench.bus(Bus::TurnEnded { turn: TurnId(turn), failure: None });
        }
        bench.draw();
        bench
    }
}

#[test]
fn what_is_read_stays_where_it_is_while_more_comes() {
    let mut bench = Bench::of_turns(40);
    bench.key(KeyCode::PageUp);
    let before = bench.draw();
    bench.hears("something else");
    bench.bus(Bus::Token { turn: TurnId(41), text: "a long answer\n\n".repeat(30) });
    assert_eq!(bench.draw(), before);
    bench.press(KeyCode::End, KeyModifiers::CONTROL);
    assert!(bench.draw().contains("a long answer"));
}

#[test]
fn words_are_found_from_the_newest_back_and_on_again() {
    let mut bench = Bench::of_turns(40);
    bench.press(KeyCode::Char('s'), KeyModifiers::ALT);
    bench.types("ANSWER 0");
    bench.draw();
    assert!(bench.draw().contains("nowhere in the chat"), "capitals fit only capitals");
    bench.key(KeyCode::Esc);
    bench.press(KeyCode::Char('s'), KeyModifiers::ALT);
    bench.types("answer 00");
    let screen = bench.draw();
    assert!(screen.contains("answer 009"), "{screen}");
    bench.key(KeyCode::Enter);
    for _ in 0..8 {
        bench.types("n");
        bench.draw();
    }
    assert!(bench.draw().contains("answer 001"), "{}", bench.draw());
    bench.types("n");
    bench.draw();
    assert!(bench.draw().contains("there is no other place"), "{}", bench.draw());
    bench.types("N");
    bench.draw();
    assert_eq!(bench.composer(), "", "no letter went to the composer");
    bench.key(KeyCode::Esc);
    bench.types("next");
    assert_eq!(bench.composer(), "next");
}

#[test]
fn what_stands_in_a_fold_is_found_counted_and_folded_again() {
    let mut bench = Bench::new();
    bench.announced(&request(1, "docker logs web"));
    let lines: String = (1..=200).map(|row| format!("row {row}\n")).collect();
    bench.output(1, Stream::Stdout, lines.as_bytes());
    bench.hears("row 100 is odd");
    assert!(bench.draw().contains("folded"));
    bench.press(KeyCode::Char('s'), KeyModifiers::ALT);
    bench.types("row 100");
    bench.draw();
    assert!(bench.draw().contains("2 of 2"), "{}", bench.draw());
    bench.key(KeyCode::Enter);
    bench.types("n");
    bench.draw();
    bench.draw();
    let screen = bench.draw();
    assert!(screen.contains("row 101") && screen.contains("1 of 2"), "{screen}");
    bench.key(KeyCode::Esc);
    assert!(bench.draw().contains("folded"), "{}", bench.draw());
}

#[test]
fn a_command_is_chosen_and_copied_and_unfolded() {
    let mut bench = Bench::new();
    bench.announced(&request(1, "docker stop web"));
    let lines: String = (1..=200).map(|row| format!("row {row}\n")).collect();
    bench.output(1, Stream::Stdout, lines.as_bytes());
    bench.hears("something after it");
    bench.draw();
    bench.press(KeyCode::Up, KeyModifiers::ALT);
    bench.press(KeyCode::Up, KeyModifiers::ALT);
    let screen = bench.draw();
    assert!(screen.contains("▶▌ AI:"), "the chosen one is marked\n{screen}");
    bench.types("y");
    assert_eq!(bench.effects, [Effect::Outer(crate::shell::clipboard("docker stop web").unwrap())]);
    assert!(bench.draw().contains("15 characters"), "{}", bench.draw());
    bench.types("o");
    assert!(!bench.draw().contains("folded"), "{}", bench.draw());
    bench.types("hello");
    assert_eq!(bench.composer(), "hello", "whoever types writes");
}

#[test]
fn a_turn_is_gone_to_by_a_few_of_its_letters() {
    let mut bench = Bench::of_turns(40);
    bench.press(KeyCode::Char('o'), KeyModifiers::ALT);
    assert!(bench.draw().contains("▶ request 040"), "{}", bench.draw());
    bench.types("003");
    bench.key(KeyCode::Enter);
    let screen = bench.draw();
    assert!(screen.contains("request 003") && screen.contains("answer 003"), "{screen}");
    assert!(!screen.contains("request 040"), "{screen}");
}

#[test]
fn thoughts_are_seen_while_they_come_and_folded_afterwards() {
    let mut bench = Bench::new();
    bench.bus(Bus::Thinking { turn: TurnId(1), text: "one\ntwo\nthree\nfour\nfive\n".to_owned() });
    assert!(bench.draw().contains("five"));
    bench.bus(Bus::Token { turn: TurnId(1), text: "It is so.".to_owned() });
    let screen = bench.draw();
    assert!(!screen.contains("five") && screen.contains("more lines folded"), "{screen}");
    bench.control('o');
    assert!(bench.draw().contains("five"));
}

#[test]
fn of_an_unfolded_flood_a_frame_lays_out_what_is_seen() {
    let mut bench = Bench::sized(80, 24);
    bench.announced(&request(1, "docker logs web"));
    let lines: String = (1..=100_000).map(|row| format!("row {row}\n")).collect();
    bench.output(1, Stream::Stdout, lines.as_bytes());
    bench.control('o');
    let rows = |bench: &mut Bench| (bench.draw(), bench.state.drawn.laid);
    let (screen, first) = rows(&mut bench);
    assert!(screen.contains("row 100000") && !screen.contains("folded"), "{screen}");
    let mut laid = vec![first];
    for more in 1..=20 {
        bench.output(1, Stream::Stdout, format!("more {more}\n").as_bytes());
        let (screen, of_it) = rows(&mut bench);
        assert!(screen.contains(&format!("more {more}")), "{screen}");
        laid.push(of_it);
    }
    for _ in 0..20 {
        bench.key(KeyCode::PageUp);
        laid.push(rows(&mut bench).1);
    }
    bench.press(KeyCode::Up, KeyModifiers::ALT);
    let (screen, of_it) = rows(&mut bench);
    assert!(screen.contains("→  docker logs web"), "{screen}");
    laid.push(of_it);
    assert!(laid.iter().all(|rows| (1..=60).contains(rows)), "{laid:?}");
}

#[test]
fn words_are_found_in_an_unfolded_flood() {
    let mut bench = Bench::sized(80, 24);
    bench.announced(&request(1, "docker logs web"));
    let lines: String = (1..=20_000).map(|row| format!("row {row}\n")).collect();
    bench.output(1, Stream::Stdout, lines.as_bytes());
    bench.control('o');
    bench.draw();
    bench.press(KeyCode::Char('s'), KeyModifiers::ALT);
    bench.types("row 1234");
    let screen = bench.draw();
    assert!(screen.contains("row 12349"), "from the newest back\n{screen}");
    bench.key(KeyCode::Enter);
    for _ in 0..10 {
        bench.types("n");
        bench.draw();
    }
    let screen = bench.draw();
    assert!(screen.contains("row 1234\n") || screen.contains("row 1234 "), "{screen}");
}
