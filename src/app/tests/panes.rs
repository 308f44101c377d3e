//! The panes of a wide screen, and the mouse over them.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};

use super::*;
use crate::app::ShellNow;
use crate::shell::{Standing, Wishes};
use crate::ui::Split;

impl Bench {
    fn mouse(&mut self, kind: MouseEventKind, column: u16, row: u16) {
        self.take(Event::Input(Input::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE })));
    }

    /// The column where the graph begins.
    fn border(&mut self) -> usize {
        let screen = self.draw();
        let line = screen.lines().find(|line| line.contains("GRAPH")).expect("a graph");
        line.chars().position(|letter| letter == '╭').expect("a corner")
    }
}

#[test]
fn a_border_is_moved_by_keys_and_kept() {
    let mut bench = Bench::sized(120, 40);
    assert_eq!(bench.border(), 60);
    bench.press(KeyCode::Left, KeyModifiers::ALT | KeyModifiers::SHIFT);
    assert_eq!(bench.effects, [Effect::KeepSplit(Split { across: 46, ..Split::default() })]);
    assert_eq!(bench.border(), 55);
    for _ in 0..40 {
        bench.press(KeyCode::Left, KeyModifiers::ALT | KeyModifiers::SHIFT);
        bench.press(KeyCode::Down, KeyModifiers::ALT | KeyModifiers::SHIFT);
    }
    assert_eq!(bench.border(), 24, "every pane keeps a part of the screen");
}

#[test]
fn a_border_is_dragged_by_the_mouse_and_kept_when_it_is_let_go() {
    let mut bench = Bench::sized(120, 40);
    bench.draw();
    bench.mouse(MouseEventKind::Down(MouseButton::Left), 59, 5);
    bench.mouse(MouseEventKind::Drag(MouseButton::Left), 83, 5);
    assert_eq!(bench.border(), 84);
    assert_eq!(bench.effects, []);
    bench.mouse(MouseEventKind::Up(MouseButton::Left), 83, 5);
    assert_eq!(bench.effects, [Effect::KeepSplit(Split { across: 70, ..Split::default() })]);
    assert_eq!(bench.state.view().place, Place::Chat, "a border is no pane");
}

#[test]
fn esc_puts_a_border_back_and_stops_nothing() {
    let mut bench = Bench::sized(120, 40);
    bench.bus(Bus::TurnBegan { turn: TurnId(1), text: "go".to_owned() });
    bench.draw();
    bench.effects.clear();
    bench.mouse(MouseEventKind::Down(MouseButton::Left), 59, 5);
    bench.mouse(MouseEventKind::Drag(MouseButton::Left), 83, 5);
    bench.key(KeyCode::Esc);
    assert_eq!(bench.border(), 60);
    bench.mouse(MouseEventKind::Up(MouseButton::Left), 83, 5);
    bench.mouse(MouseEventKind::Down(MouseButton::Left), 59, 5);
    bench.mouse(MouseEventKind::Up(MouseButton::Left), 59, 5);
    assert_eq!(bench.effects, [], "neither the turn is stopped nor are the shares written");
}

#[test]
fn a_click_on_the_shells_own_frame_stays_in_the_shell() {
    let mut bench = Bench::sized(120, 40);
    bench.draw();
    let shell = bench.state.drawn.panes.shell;
    bench.mouse(MouseEventKind::Down(MouseButton::Left), shell.x + 5, shell.y + 5);
    bench.draw();
    assert_eq!(bench.state.view().place, Place::Shell);
    bench.mouse(MouseEventKind::Down(MouseButton::Left), shell.x + 5, shell.y);
    assert_eq!(bench.state.view().place, Place::Shell);
    bench.mouse(MouseEventKind::Down(MouseButton::Left), 5, 5);
    assert_eq!(bench.state.view().place, Place::Chat);
}

#[test]
fn a_border_is_taken_by_the_line_on_either_side_of_it() {
    for column in [59, 60] {
        let mut bench = Bench::sized(120, 40);
        bench.draw();
        bench.mouse(MouseEventKind::Down(MouseButton::Left), column, 5);
        bench.mouse(MouseEventKind::Drag(MouseButton::Left), 83, 5);
        assert_eq!(bench.border(), 84, "{column}");
    }
    for above in [0, 1] {
        let mut bench = Bench::sized(120, 40);
        bench.draw();
        let graph = bench.state.drawn.panes.graph.y;
        bench.mouse(MouseEventKind::Down(MouseButton::Left), 90, graph - above);
        bench.mouse(MouseEventKind::Drag(MouseButton::Left), 90, 10);
        bench.draw();
        assert!(bench.state.drawn.panes.graph.y < graph, "{above}");
    }
}

#[test]
fn the_wheel_scrolls_what_it_is_over_and_a_click_goes_there() {
    let mut bench = Bench::sized(120, 40);
    for line in 0..100 {
        bench.bus(Bus::Notice(Notice { kind: NoticeKind::Info, text: format!("notice {line:03}") }));
    }
    bench.draw();
    for _ in 0..20 {
        bench.mouse(MouseEventKind::ScrollUp, 5, 5);
        bench.draw();
    }
    assert!(!bench.draw().contains("notice 099"), "{}", bench.draw());
    bench.mouse(MouseEventKind::Down(MouseButton::Left), 90, 35);
    assert_eq!(bench.state.view().place, Place::Graph);
    bench.mouse(MouseEventKind::Down(MouseButton::Left), 5, 5);
    assert_eq!(bench.state.view().place, Place::Chat);
    bench.mouse(MouseEventKind::Down(MouseButton::Left), 90, 5);
    assert_eq!(bench.state.view().place, Place::Shell);
}

#[test]
fn from_eighty_columns_the_chat_stands_above_what_was_opened_and_the_border_is_moved_by_keys_and_mouse() {
    let mut bench = Bench::sized(80, 24);
    bench.draw();
    assert!(bench.state.drawn.panes.below().is_empty());
    bench.key(KeyCode::F(7));
    bench.key(KeyCode::Esc);
    assert!(bench.draw().contains("GRAPH"));
    let border = |bench: &mut Bench| {
        bench.draw();
        bench.state.drawn.panes.below().y
    };
    assert_eq!(border(&mut bench), 13);
    bench.effects.clear();
    bench.press(KeyCode::Up, KeyModifiers::ALT | KeyModifiers::SHIFT);
    assert_eq!(bench.effects, [Effect::KeepSplit(Split { above: 55, ..Split::default() })]);
    assert_eq!(border(&mut bench), 12);
    bench.press(KeyCode::Down, KeyModifiers::ALT | KeyModifiers::SHIFT);
    assert_eq!(border(&mut bench), 13);
    bench.mouse(MouseEventKind::Down(MouseButton::Left), 40, 12);
    bench.mouse(MouseEventKind::Drag(MouseButton::Left), 40, 15);
    bench.mouse(MouseEventKind::Up(MouseButton::Left), 40, 15);
    assert_eq!(border(&mut bench), 15);
    bench.mouse(MouseEventKind::Down(MouseButton::Left), 40, 18);
    assert_eq!(bench.state.view().place, Place::Graph);
    bench.mouse(MouseEventKind::Down(MouseButton::Left), 40, 3);
    assert_eq!(bench.state.view().place, Place::Chat);
}

#[test]
fn where_two_share_the_screen_a_zoom_stays_until_the_border_is_wanted_again() {
    let mut bench = Bench::sized(80, 24);
    bench.draw();
    bench.key(KeyCode::F(4));
    bench.draw();
    assert_eq!((bench.state.view().place, bench.state.drawn.shell.height), (Place::Shell, 20));
    bench.key(KeyCode::F(2));
    bench.draw();
    assert!(bench.state.drawn.panes.below().is_empty() && bench.state.view().split.alone);
    bench.press(KeyCode::Up, KeyModifiers::ALT | KeyModifiers::SHIFT);
    assert!(bench.draw().contains(" SHELL "));
    assert_eq!(bench.state.drawn.shell.height, 7);
    assert_eq!(bench.effects.last(), Some(&Effect::KeepSplit(Split::default())));
}

#[test]
fn what_is_written_moves_no_border_and_a_program_with_a_terminal_of_its_own_has_the_whole_screen() {
    let mut bench = Bench::sized(80, 24);
    bench.key(KeyCode::F(2));
    bench.take(Event::ShellStarted);
    bench.key(KeyCode::F(2));
    bench.draw();
    let shell = bench.state.drawn.shell;
    for _ in 0..9 {
        bench.key(KeyCode::Char('x'));
        bench.press(KeyCode::Enter, KeyModifiers::ALT);
    }
    bench.draw();
    assert_eq!(bench.state.drawn.shell, shell);
    assert!(bench.state.drawn.panes.chat.height >= 3);
    let wishes = Wishes { alternate_screen: true, ..Wishes::default() };
    bench.key(KeyCode::F(2));
    bench.take(Event::ShellNow(ShellNow { standing: Standing::FullScreen, wishes, scrolled: 0 }));
    bench.draw();
    assert_eq!(bench.state.drawn.shell.height, 20);
    bench.take(Event::ShellNow(ShellNow { standing: Standing::Prompt, wishes: Wishes::default(), scrolled: 0 }));
    bench.draw();
    assert_eq!(bench.state.drawn.shell, shell);
}

#[test]
fn a_mouse_that_only_moves_draws_nothing() {
    let mut bench = Bench::sized(120, 40);
    bench.draw();
    assert!(bench.state.take_dirty());
    bench.mouse(MouseEventKind::Moved, 20, 20);
    assert!(!bench.state.take_dirty());
}

#[test]
fn no_click_answers_a_dialog_and_the_mouse_is_given_back_on_demand() {
    let mut bench = Bench::sized(120, 40);
    bench.asked(stop_web1());
    for row in 0..40 {
        for column in (0..120).step_by(7) {
            bench.mouse(MouseEventKind::Down(MouseButton::Left), column, row);
            bench.mouse(MouseEventKind::Up(MouseButton::Left), column, row);
        }
    }
    assert!(bench.has_dialog());
    assert_eq!(bench.told(), []);
    assert!(bench.state.wants_mouse());
    let mut bench = Bench::new();
    bench.enters("/mouse ");
    assert!(!bench.state.wants_mouse());
}

#[test]
fn on_the_smallest_screen_words_end_where_they_are_read_whole() {
    let mut bench = Bench::sized(40, 12);
    let screen = bench.draw();
    assert!(screen.contains("Say what you want · / ! @ ") && !screen.contains("? hel"), "{screen}");
    bench.asked(request(1, "rm big.bin"));
    let screen = bench.draw();
    assert!(screen.lines().any(|row| row.contains("more lines · PgDn") && !row.contains('—')), "{screen}");
}

#[test]
fn a_double_click_on_a_title_gives_the_pane_the_whole_screen_and_takes_it_back() {
    let mut bench = Bench::sized(120, 40);
    let corner = u16::try_from(bench.border()).unwrap();
    let title = |bench: &mut Bench, wanted: &str| {
        let screen = bench.draw();
        u16::try_from(screen.lines().position(|line| line.contains(wanted)).expect("a title")).unwrap()
    };
    for zoomed in [true, false] {
        let row = title(&mut bench, "GRAPH");
        for kind in [MouseEventKind::Down(MouseButton::Left), MouseEventKind::Up(MouseButton::Left)].repeat(2) {
            bench.mouse(kind, corner + 4, row);
        }
        assert_eq!((bench.state.view().graph.zoomed, bench.state.view().place), (zoomed, Place::Graph));
    }
    let row = title(&mut bench, "GRAPH");
    bench.mouse(MouseEventKind::Down(MouseButton::Left), corner + 4, row);
    bench.mouse(MouseEventKind::Up(MouseButton::Left), corner + 4, row);
    bench.pass(600);
    bench.mouse(MouseEventKind::Down(MouseButton::Left), corner + 4, row);
    bench.mouse(MouseEventKind::Up(MouseButton::Left), corner + 4, row);
    assert!(!bench.state.view().graph.zoomed, "two clicks are no double one");
}
