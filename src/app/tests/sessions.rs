//! The list of sessions: found, looked at, gone on with, put away; nothing goes without its confirmation.

use std::sync::Arc;

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};

use super::*;
use crate::domain::At;
use crate::history::graph::Line;
use crate::history::session::{SessionSummary, Status};
use crate::runtime::{Found, Hit, Past, Reading, Wanted};

fn at(time: &str) -> At {
    At::parse(&format!("2026-02-21T{time}:00+01:00")).unwrap()
}

fn session(id: &str, status: Status, last: &str) -> SessionSummary {
    let id = SessionId::new(id);
    SessionSummary {
        name: id.slug().to_owned(),
        goal: id.slug().replace('-', " "),
        id,
        status,
        started: at("08:00"),
        last_activity: at(last),
        commits: 1,
        last_commit: Some("a milestone".to_owned()),
        finding: Some("the pool is too small".to_owned()),
    }
}

fn pods() -> SessionId {
    SessionId::new("session_003_2026-02-21_pods-crash")
}

fn sessions(archived: bool) -> Wanted {
    Wanted::Past(Past::Sessions { archived })
}

impl Bench {
    /// In the list of three sessions, the newest of which is written to.
    fn in_sessions() -> Bench {
        let mut bench = Bench::sized(100, 24);
        bench.bus(Bus::Session(pods()));
        bench.key(KeyCode::F(5));
        assert_eq!(bench.effects.pop(), Some(Effect::Read(sessions(false))));
        let list: Arc<[SessionSummary]> = Arc::from([
            session(pods().as_str(), Status::Active, "14:00"),
            session("session_002_2026-02-21_db-timeouts", Status::Active, "11:00"),
            session("session_001_2026-02-20_certificates", Status::Closed, "10:00"),
        ]);
        bench.finds(sessions(false), Found::Sessions { list, at: at("14:05") });
        bench.effects.clear();
        bench
    }

    fn finds(&mut self, wanted: Wanted, found: Found) {
        self.take(Event::Read(Reading { wanted, found: Ok(found) }));
    }

    fn rows(&self) -> Vec<String> {
        let view = self.state.view().sessions.expect("the list");
        view.rows.iter().map(|row| format!("{} {} {}", row.number, row.status, row.age)).collect()
    }

    fn note(&self) -> String {
        self.state.view().sessions.expect("the list").banner
    }
}

#[test]
fn what_an_empty_list_says_is_whole_on_a_narrow_screen_too() {
    let mut bench = Bench::sized(40, 12);
    bench.key(KeyCode::F(5));
    bench.finds(sessions(false), Found::Sessions { list: Arc::from([]), at: at("14:05") });
    let screen = bench.draw();
    assert!(screen.contains("There are no sessions yet. n begins") && screen.contains("one."), "{screen}");
}

#[test]
fn every_session_is_listed_with_its_standing_and_its_age() {
    let mut bench = Bench::in_sessions();
    assert_eq!(bench.rows(), ["003 here 5m", "002 active 3h", "001 closed 4h"]);
    assert!(bench.draw().contains("pods crash · the pool"));
}

#[test]
fn a_few_letters_find_one_and_enter_goes_on_with_it() {
    let mut bench = Bench::in_sessions();
    bench.types("/dbtime");
    assert_eq!(bench.rows(), ["002 active 3h"]);
    bench.key(KeyCode::Enter);
    bench.key(KeyCode::Enter);
    assert_eq!(bench.told(), [ToRuntime::Resume(SessionId::new("session_002_2026-02-21_db-timeouts"))]);
    assert_eq!(bench.state.view().place, Place::Chat);
}

#[test]
fn the_chosen_session_is_told_of_beside_the_list() {
    let mut bench = Bench::in_sessions();
    bench.key(KeyCode::Down);
    let id = SessionId::new("session_002_2026-02-21_db-timeouts");
    let standing = Wanted::Past(Past::Standing(id));
    assert_eq!(bench.effects, [Effect::Read(standing.clone())]);
    bench.finds(standing, Found::Text(vec!["Last commit: 'the pool'".to_owned()].into()));
    assert!(bench.draw().contains("Last commit: 'the pool'"));
}

#[test]
fn whoever_is_chosen_stays_chosen_when_the_list_changes() {
    let mut bench = Bench::in_sessions();
    bench.key(KeyCode::Down);
    let [newer, old] = ["session_004_2026-02-21_renew", "session_002_2026-02-21_db-timeouts"];
    let chosen = |bench: &Bench| {
        let view = bench.state.view().sessions.expect("the list");
        view.rows[view.chosen].number.to_owned()
    };
    let listed = |bench: &mut Bench, ids: &[&str]| {
        let list: Arc<[SessionSummary]> = ids.iter().map(|id| session(id, Status::Active, "14:00")).collect();
        bench.finds(sessions(false), Found::Sessions { list, at: at("14:05") });
    };
    listed(&mut bench, &[newer, pods().as_str(), old]);
    assert_eq!(chosen(&bench), "002");
    listed(&mut bench, &[newer, pods().as_str()]);
    assert_eq!(chosen(&bench), "003", "the last row, since the chosen one is gone");
}

#[test]
fn the_session_one_works_in_is_neither_put_away_nor_deleted() {
    for key in ["d", "D"] {
        let mut bench = Bench::in_sessions();
        bench.types(key);
        assert!(bench.note().contains("you work in it"), "{key}: {}", bench.note());
        assert!(bench.state.view().question.is_none() && bench.effects.is_empty(), "{key}");
    }
}

#[test]
fn another_is_put_away_only_after_what_it_holds_was_told_and_a_yes_was_typed() {
    let put_away = |answer: &str| {
        let mut bench = Bench::in_sessions();
        bench.key(KeyCode::Down);
        bench.effects.clear();
        bench.types("d");
        let id = SessionId::new("session_002_2026-02-21_db-timeouts");
        let contents = Wanted::Past(Past::Contents(id.clone()));
        assert_eq!(bench.effects.pop(), Some(Effect::Read(contents.clone())));
        bench.finds(contents, Found::Text(vec!["Contents: 12 log entries, 2 commits".to_owned()].into()));
        let screen = bench.draw();
        assert!(screen.contains("12 log entries") && screen.contains("(recoverable)? (yes / no)"), "{screen}");
        bench.enters(answer);
        (bench.told() == [ToRuntime::Archive(id)], bench)
    };
    assert!(put_away("yes").0);
    let (done, bench) = put_away("no");
    assert!(!done && bench.note().contains("nothing was archived"));
}

#[test]
fn a_question_about_a_session_that_was_left_meanwhile_is_not_asked() {
    let mut bench = Bench::in_sessions();
    bench.key(KeyCode::Down);
    bench.types("d");
    bench.key(KeyCode::Esc);
    let contents = Wanted::Past(Past::Contents(SessionId::new("session_002_2026-02-21_db-timeouts")));
    bench.finds(contents, Found::Text(Arc::from([])));
    assert!(bench.state.view().question.is_none());
}

#[test]
fn a_session_is_deleted_for_good_only_by_its_whole_name() {
    let mut bench = Bench::in_sessions();
    bench.key(KeyCode::End);
    bench.types("D");
    bench.enters("yes");
    assert_eq!(bench.told(), []);
    assert!(bench.note().contains("nothing was deleted"));
    bench.types("D");
    bench.enters("session_001_2026-02-20_certificates");
    let id = SessionId::new("session_001_2026-02-20_certificates");
    assert_eq!(bench.told(), [ToRuntime::DeleteForever(id)]);
}

#[test]
fn another_session_is_closed_with_the_question_about_its_summary() {
    for (answer, summarised) in [("y", true), ("n", false)] {
        let mut bench = Bench::in_sessions();
        bench.key(KeyCode::Down);
        bench.types("c");
        assert!(bench.draw().contains("Save summary to main.md? (y/n)"));
        bench.effects.clear();
        bench.enters(answer);
        let session = SessionId::new("session_002_2026-02-21_db-timeouts");
        assert_eq!(bench.told(), [ToRuntime::CloseOther { session, summarised }]);
    }
}

#[test]
fn what_was_put_away_is_listed_apart_and_can_be_restored_but_not_gone_on_with() {
    let mut bench = Bench::in_sessions();
    bench.types("a");
    assert_eq!(bench.effects.pop(), Some(Effect::Read(sessions(true))));
    let list: Arc<[SessionSummary]> = Arc::from([session("session_000_2026-02-19_old", Status::Closed, "09:00")]);
    bench.finds(sessions(true), Found::Sessions { list, at: at("14:05") });
    bench.effects.clear();
    bench.key(KeyCode::Enter);
    assert!(bench.note().contains("r restores it first"));
    bench.types("r");
    assert_eq!(bench.told(), [ToRuntime::Restore(SessionId::new("session_000_2026-02-19_old"))]);
    bench.bus(Bus::SessionsChanged);
    assert_eq!(bench.effects, [Effect::Read(sessions(true))]);
}

#[test]
fn a_click_chooses_the_row_under_it() {
    let mut bench = Bench::in_sessions();
    bench.draw();
    let list = bench.state.drawn.sessions_list;
    let mut click = |column: u16, row: u16| {
        bench.effects.clear();
        let kind = MouseEventKind::Down(MouseButton::Left);
        bench.take(Event::Input(Input::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE })));
        (bench.state.view().sessions.expect("the list").chosen, bench.effects.clone())
    };
    let standing = Wanted::Past(Past::Standing(SessionId::new("session_001_2026-02-20_certificates")));
    assert_eq!(click(list.x + 4, list.y + 2), (2, vec![Effect::Read(standing)]));
    assert_eq!(click(list.x + 4, list.y + 3), (2, Vec::new()), "no session stands there");
    assert_eq!(click(list.right() + 1, list.y), (2, Vec::new()), "that is what is told beside the list");
}

#[test]
fn words_are_looked_for_in_every_log() {
    let mut bench = Bench::in_sessions();
    bench.types("s");
    bench.enters("pool size");
    assert_eq!(bench.effects, [Effect::Read(Wanted::Past(Past::Search("pool size".to_owned())))]);
    assert!(bench.draw().contains("search: pool size"));
}

#[test]
fn what_was_found_is_opened_at_its_entry_and_the_list_is_there_again() {
    let mut bench = Bench::in_sessions();
    bench.types("s");
    bench.enters("pool size");
    bench.effects.clear();
    let line = Line::main(SessionId::new("session_002_2026-02-21_db-timeouts"));
    let told = "session_002 2026-02-21 09:14 commit: the pool is 50 now".to_owned();
    let hits = Arc::from([Hit { line: line.clone(), entry: "a1b2".to_owned(), told }]);
    bench.finds(Wanted::Past(Past::Search("pool size".to_owned())), Found::Hits { hits, behind: 3 });
    let screen = bench.draw();
    assert!(screen.contains("▶ session_002") && screen.contains("(3 entries are not searched yet)"), "{screen}");
    bench.key(KeyCode::Enter);
    let entry = Wanted::Past(Past::Entry { line, entry: "a1b2".to_owned() });
    assert_eq!(bench.effects, [Effect::Read(entry.clone())]);
    bench.finds(entry, Found::Text(vec!["MILESTONE: the pool is 50 now".to_owned()].into()));
    assert!(bench.draw().contains("MILESTONE"), "{}", bench.draw());
    bench.key(KeyCode::Esc);
    assert!(bench.draw().contains("▶ session_002"), "{}", bench.draw());
}

#[test]
fn on_a_narrow_screen_the_room_is_for_what_a_session_is_for() {
    let mut bench = Bench::in_sessions();
    assert!(bench.draw().contains("commits  goal"), "{}", bench.draw());
    bench.size = (40, 12);
    let screen = bench.draw();
    assert!(screen.contains("▶ 003  here     pods crash") && !screen.contains("commits"), "{screen}");
}
