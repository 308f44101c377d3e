//! The graph in the workbench: when it is read, how one moves through it, and what is done from it.

use std::sync::Arc;

use super::*;
use crate::domain::{At, Body, Entry, Principal, Step};
use crate::history::graph::{Drawing, Fold, Graph, Line, Log, Logged, Page};
use crate::runtime::{Found, Past, Reading, Wanted};

fn session() -> SessionId {
    SessionId::new("session_004_2026-02-21_db-timeouts")
}

fn wanted() -> Wanted {
    Wanted::Past(Past::Graph { session: Some(session()), fold: Fold::Nothing })
}

/// So many steps; every tenth is a commit.
fn page(count: usize) -> Arc<Page> {
    let entries = (1..=count).map(|number| {
        let body = if number % 10 == 0 {
            Body::Commit { milestone: format!("finding {number}"), finding: String::new(), saved_to: String::new() }
        } else {
            Body::Step(Step { action: format!("kubectl get pod p{number}"), ..Step::default() })
        };
        Logged { id: format!("e{number:05}"), entry: Entry { at: At::EPOCH, by: Principal::Agent, body } }
    });
    let line = Line::main(session());
    let log = Log { line, began: At::EPOCH, from: None, closed: false, entries: entries.collect() };
    Arc::new(Drawing::new(&Graph::from_logs(&[log]), Fold::Nothing).whole())
}

impl Bench {
    /// In the graph of a session with so many entries.
    fn in_graph(columns: u16, rows: u16, count: usize) -> Bench {
        let mut bench = Bench::sized(columns, rows);
        bench.bus(Bus::Session(session()));
        bench.key(KeyCode::F(7));
        bench.arrives(page(count));
        bench.draw();
        bench.effects.clear();
        bench
    }

    fn arrives(&mut self, page: Arc<Page>) {
        self.take(Event::Read(Reading { wanted: wanted(), found: Ok(Found::Graph(page)) }));
    }

    fn reads(&mut self) -> Vec<Wanted> {
        let effects = std::mem::take(&mut self.effects).into_iter();
        let reads = effects.filter_map(|effect| match effect {
            Effect::Read(wanted) => Some(wanted),
            _ => None,
        });
        reads.collect()
    }

    fn chosen(&self) -> usize {
        self.state.view().graph.chosen
    }

    fn banner(&self) -> String {
        self.state.view().graph.banner
    }
}

#[test]
fn it_is_read_only_while_it_is_seen_and_one_reading_at_a_time() {
    let mut bench = Bench::sized(80, 24);
    bench.bus(Bus::Session(session()));
    bench.draw();
    bench.bus(Bus::Logged);
    assert_eq!(bench.reads(), []);
    bench.key(KeyCode::F(7));
    assert_eq!(bench.reads(), [wanted()]);
    bench.bus(Bus::Logged);
    bench.bus(Bus::Logged);
    assert_eq!(bench.reads(), [], "a reading is under way");
    bench.arrives(page(1));
    assert_eq!(bench.reads(), [wanted()], "something was written meanwhile");
    bench.arrives(page(3));
    assert_eq!(bench.reads(), []);
}

#[test]
fn beside_the_chat_it_is_read_as_soon_as_there_is_room_for_it() {
    let mut bench = Bench::sized(120, 40);
    bench.bus(Bus::Session(session()));
    bench.draw();
    assert_eq!(bench.reads(), [wanted()]);
    bench.arrives(page(2));
    bench.bus(Bus::Logged);
    assert_eq!(bench.reads(), [wanted()]);
    assert_eq!(bench.state.view().place, Place::Chat);
}

#[test]
fn a_line_that_was_logged_changes_no_picture_by_itself() {
    let mut bench = Bench::in_graph(120, 40, 3);
    bench.state.take_dirty();
    bench.bus(Bus::Logged);
    assert!(!bench.state.take_dirty());
}

#[test]
fn the_newest_is_followed_until_one_moves_away_from_it() {
    let mut bench = Bench::in_graph(100, 24, 50);
    assert_eq!(bench.chosen(), 49);
    bench.arrives(page(51));
    assert_eq!(bench.chosen(), 50);
    bench.key(KeyCode::Up);
    bench.arrives(page(60));
    assert_eq!(bench.chosen(), 49, "what was chosen stays chosen");
    bench.key(KeyCode::End);
    bench.arrives(page(70));
    assert_eq!(bench.chosen(), 69);
}

#[test]
fn keys_move_by_a_row_by_a_page_and_to_both_ends() {
    let mut bench = Bench::in_graph(100, 24, 200);
    let page = bench.state.drawn.graph_rows as usize - 1;
    bench.key(KeyCode::Home);
    assert_eq!(bench.chosen(), 0);
    bench.key(KeyCode::PageDown);
    assert_eq!(bench.chosen(), page);
    bench.key(KeyCode::Down);
    bench.key(KeyCode::PageUp);
    assert_eq!(bench.chosen(), 1);
    bench.key(KeyCode::PageUp);
    assert_eq!(bench.chosen(), 0);
}

#[test]
fn enter_opens_the_entry_and_escape_leads_back_to_the_graph_and_to_the_chat() {
    let mut bench = Bench::in_graph(80, 24, 12);
    bench.key(KeyCode::Enter);
    let entry = Wanted::Past(Past::Entry { line: Line::main(session()), entry: "e00012".to_owned() });
    assert_eq!(bench.reads(), std::slice::from_ref(&entry));
    assert!(bench.draw().contains("reading …"));
    let lines = (1..=100).map(|number| format!("line {number}")).collect::<Vec<_>>().into();
    bench.take(Event::Read(Reading { wanted: entry, found: Ok(Found::Text(lines)) }));
    assert!(bench.draw().contains("line 1 of 100"));
    bench.key(KeyCode::End);
    let screen = bench.draw();
    assert!(screen.contains("line 100"), "{screen}");
    bench.key(KeyCode::Esc);
    assert_eq!(bench.state.view().place, Place::Graph);
    bench.key(KeyCode::Esc);
    assert_eq!(bench.state.view().place, Place::Chat);
}

#[test]
fn a_text_that_comes_after_the_pager_was_put_away_opens_nothing() {
    let mut bench = Bench::in_graph(80, 24, 12);
    bench.key(KeyCode::Enter);
    let wanted = bench.reads().remove(0);
    bench.key(KeyCode::Esc);
    bench.take(Event::Read(Reading { wanted, found: Ok(Found::Text(vec!["late".to_owned()].into())) }));
    assert!(bench.state.view().pager.is_none());
}

#[test]
fn a_search_goes_from_the_newest_to_the_older_and_round_the_end() {
    let mut bench = Bench::in_graph(100, 24, 50);
    bench.types("/FINDING");
    assert_eq!(bench.chosen(), 49, "the chosen row fits already");
    bench.key(KeyCode::Enter);
    bench.types("n");
    assert_eq!(bench.chosen(), 39);
    bench.types("N");
    bench.types("N");
    assert_eq!(bench.chosen(), 9);
    bench.types("/terraform");
    assert!(bench.banner().contains("terraform"));
    bench.key(KeyCode::Enter);
    bench.types("n");
    assert!(bench.banner().contains("stands nowhere"), "{}", bench.banner());
}

#[test]
fn two_entries_are_compared_by_a_mark_and_a_key() {
    let mut bench = Bench::in_graph(100, 24, 20);
    bench.types("d");
    assert!(bench.banner().contains("mark one entry with Space first"));
    bench.types(" ");
    bench.types("d");
    assert!(bench.banner().contains("the marked entry itself"));
    bench.key(KeyCode::Home);
    bench.types("d");
    let entry = |id: &str| (Line::main(session()), id.to_owned());
    let between = Past::Between { session: Some(session()), one: entry("e00020"), other: entry("e00001") };
    assert_eq!(bench.reads(), [Wanted::Past(between)]);
    assert!(bench.draw().contains("compared"));
}

#[test]
fn a_branch_begins_at_the_newest_entry_under_a_name_that_is_asked_for() {
    let mut bench = Bench::in_graph(100, 24, 20);
    bench.key(KeyCode::Up);
    bench.types("b");
    // From an earlier entry a session of its own begins, and what is typed is its goal.
    let screen = bench.draw();
    assert!(screen.contains("A session that begins where session_004 stood there"), "{screen}");
    bench.key(KeyCode::Esc);
    bench.key(KeyCode::End);
    bench.types("b");
    bench.paste("memory is it\nthe limit?");
    assert!(bench.draw().contains("> memory is itthe limit?"));
    bench.key(KeyCode::Enter);
    assert_eq!(bench.told(), [say("BRANCH memory is itthe limit?")]);
    bench.types("b");
    bench.key(KeyCode::Enter);
    assert_eq!(bench.told(), [], "a name is needed");
}

#[test]
fn a_dialog_waits_for_whoever_is_in_the_graph_and_appears_in_the_chat() {
    let mut bench = Bench::in_graph(100, 24, 20);
    bench.announced(&stop_web1());
    bench.bus(Bus::ApprovalRequested(stop_web1()));
    bench.pass(5_000);
    assert!(bench.has_banner());
    assert!(bench.draw().contains("⚠ a command waits for your approval"));
    bench.key(KeyCode::Enter);
    assert_eq!(bench.told(), [], "Enter opens the entry and answers nothing");
    bench.key(KeyCode::Esc);
    bench.key(KeyCode::Esc);
    bench.pass(600);
    assert!(bench.has_dialog());
}

#[test]
fn one_key_goes_round_through_chat_shell_and_graph() {
    let mut bench = Bench::sized(100, 30);
    let places = (0..3).map(|_| {
        bench.key(KeyCode::F(6));
        bench.state.view().place
    });
    assert_eq!(places.collect::<Vec<_>>(), [Place::Shell, Place::Graph, Place::Chat]);
}

#[test]
fn a_frame_lays_out_as_many_rows_of_ten_thousand_entries_as_of_a_hundred() {
    let laid = |count: usize| {
        let mut bench = Bench::in_graph(120, 40, count);
        let frames = (0..60).map(|_| {
            bench.key(KeyCode::Up);
            bench.draw();
            bench.state.drawn.laid
        });
        frames.collect::<Vec<_>>()
    };
    let (few, many) = (laid(100), laid(10_000));
    assert_eq!(few, many);
    assert!(many.iter().all(|rows| (1..=40).contains(rows)), "{many:?}");
}

#[test]
fn a_session_is_forked_where_it_stood_at_the_chosen_entry() {
    let mut bench = Bench::in_graph(80, 24, 30);
    bench.key(KeyCode::Home);
    bench.types("f");
    bench.types("another way");
    bench.key(KeyCode::Enter);
    let (from, entry) = (session(), Some("e00001".to_owned()));
    assert_eq!(bench.told(), [ToRuntime::Fork { from, entry, goal: "another way".to_owned() }]);
    assert_eq!(bench.state.view().place, Place::Chat);
}

#[test]
fn a_merge_is_asked_about_only_where_there_is_a_branch() {
    let mut bench = Bench::in_graph(120, 24, 5);
    bench.key(KeyCode::Char('m'));
    assert!(bench.state.view().question.is_none());
    assert!(bench.banner().contains("no branch to merge; b on the newest entry begins one"), "{}", bench.banner());
    assert!(bench.draw().contains("b on the newest entry begins one"), "there is room for it beside the chat");
    let log = |line: Line| {
        let id = line.branch.clone().unwrap_or_else(|| "own".to_owned());
        let entry = Entry { at: At::EPOCH, by: Principal::Agent, body: Body::Step(Step::default()) };
        Log { line, began: At::EPOCH, from: None, closed: false, entries: vec![Logged { id, entry }] }
    };
    let mut logs = vec![log(Line::main(session())), log(Line::branch(session(), "memory"))];
    for (names, proposed, told) in [("memory", "memory", vec![]), ("network", "", vec!["There are: memory, network"])] {
        logs.extend((names == "network").then(|| log(Line::branch(session(), "network"))));
        bench.arrives(Arc::new(Drawing::new(&Graph::from_logs(&logs), Fold::Nothing).whole()));
        bench.key(KeyCode::Char('g'));
        bench.key(KeyCode::Char('m'));
        let view = bench.state.view();
        let question = view.question.unwrap();
        assert_eq!(question.text, proposed);
        assert_eq!(question.details, told);
        if proposed.is_empty() {
            bench.types("memory");
        }
        bench.key(KeyCode::Enter);
        assert_eq!(bench.told(), [say("MERGE memory")]);
    }
}

#[test]
fn in_a_graph_with_nothing_in_it_no_way_can_begin_or_come_back() {
    let mut bench = Bench::sized(120, 40);
    bench.key(KeyCode::F(7));
    for letter in ['m', 'b', 'f'] {
        bench.key(KeyCode::Char(letter));
        assert!(bench.state.view().question.is_none());
        assert!(bench.banner().contains("no entry stands here yet"), "{}", bench.banner());
    }
    bench.key(KeyCode::Up);
    assert!(!bench.banner().contains("no entry"), "{}", bench.banner());
}

#[test]
fn what_was_asked_for_from_the_graph_is_answered_there() {
    let mut bench = Bench::in_graph(80, 24, 5);
    bench.key(KeyCode::Char('b'));
    bench.enters("memory, or the network");
    let text = "Name the branch, one word: BRANCH <name>".to_owned();
    bench.bus(Bus::Answer { turn: TurnId(1), text });
    assert!(
        bench.banner().contains("Name the branch, one word: BRANCH <name> · Esc to the chat"),
        "{}",
        bench.banner()
    );
    bench.key(KeyCode::Up);
    assert_eq!(bench.banner(), "Esc to the chat");
    bench.key(KeyCode::Esc);
    bench.bus(Bus::Answer { turn: TurnId(2), text: "3 pods".to_owned() });
    bench.key(KeyCode::F(7));
    assert_eq!(bench.banner(), "Esc to the chat", "what was answered in the chat stands there");
}

#[test]
fn what_is_looked_for_is_seen_while_one_goes_from_place_to_place() {
    let mut bench = Bench::in_graph(80, 24, 5);
    bench.enters("/step");
    assert_eq!(bench.banner(), "/step · n older · N newer · Esc");
}
