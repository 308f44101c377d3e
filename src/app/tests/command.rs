//! Commands that begin with a slash: typed, completed, picked from the palette.

use super::*;
use crate::app::command::COMMANDS;
use crate::bus::By;
use crate::runtime::{Found, Past, Reading, Wanted};

fn session() -> SessionId {
    SessionId::new("session_004_2026-02-21_db-timeouts")
}

#[test]
fn a_slash_lists_the_commands_and_letters_choose_among_them() {
    let mut bench = Bench::new();
    bench.types("/");
    let screen = bench.draw();
    assert!(screen.contains("▶ /help") && screen.contains("/status"), "{screen}");
    bench.types("br");
    let screen = bench.draw();
    assert!(screen.contains("▶ /branch") && !screen.contains("/help"), "{screen}");
    bench.key(KeyCode::Tab);
    assert_eq!(bench.composer(), "/branch ");
    assert!(!bench.draw().contains('▶'), "nothing is left to complete");
}

#[test]
fn enter_on_half_a_name_runs_what_is_chosen_unless_more_must_be_said() {
    let mut bench = Bench::new();
    bench.enters("/gra");
    assert_eq!(bench.state.view().place, Place::Graph);
    assert_eq!(bench.composer(), "");
    let mut bench = Bench::new();
    bench.enters("/com");
    assert_eq!(bench.composer(), "/commit ");
    bench.enters("the pool is too small");
    assert_eq!(bench.told(), [say("COMMIT the pool is too small")]);
}

#[test]
fn the_list_is_put_away_by_escape_and_is_back_with_the_next_letter() {
    let mut bench = Bench::new();
    bench.types("/s");
    bench.key(KeyCode::Esc);
    assert!(!bench.draw().contains('▶'));
    bench.types("t");
    assert!(bench.draw().contains("▶ /status"));
}

#[test]
fn a_path_is_a_request_and_an_unknown_command_stays_to_be_corrected() {
    let mut bench = Bench::new();
    bench.enters("/usr/bin/uptime -p");
    assert_eq!(bench.told(), [say("/usr/bin/uptime -p")]);
    bench.enters("/zzz");
    assert_eq!(bench.told(), []);
    assert!(bench.last_words().contains("no command /zzz"), "{}", bench.last_words());
    assert_eq!(bench.composer(), "/zzz");
}

#[test]
fn words_of_the_memory_are_said_in_the_chat() {
    for (typed, said) in [
        ("/branch memory: is it the limit?", "BRANCH memory: is it the limit?"),
        ("/merge memory", "MERGE memory"),
        ("/context ", "CONTEXT"),
        ("/context --log", "CONTEXT --log"),
    ] {
        let mut bench = Bench::new();
        bench.enters(typed);
        assert_eq!(bench.told(), [say(said)], "{typed}");
    }
}

#[test]
fn the_runtime_is_told_what_is_chosen() {
    let mut bench = Bench::new();
    bench.bus(Bus::Session(session()));
    bench.effects.clear();
    for (typed, told) in [
        ("/model qwen3:8b", ToRuntime::UseModel("qwen3:8b".to_owned())),
        ("/fast-path off", ToRuntime::FastPath(false)),
        ("/fast-path ", ToRuntime::FastPath(false)),
        ("/continue 3", ToRuntime::Resume(SessionId::new("3"))),
        ("/fork look again", ToRuntime::Fork { from: session(), entry: None, goal: "look again".to_owned() }),
        ("/export r.md", ToRuntime::Export { session: session(), file: "r.md".to_owned() }),
        ("/grants revoke all", ToRuntime::Revoke(None)),
        ("/grants revoke g1", ToRuntime::Revoke(Some("g1".to_owned()))),
        ("/rename the pool, not the limit", ToRuntime::Rename("the pool, not the limit".to_owned())),
        ("/compact ", ToRuntime::Compact),
        ("/close ", ToRuntime::Summarise),
    ] {
        bench.enters(typed);
        assert_eq!(bench.told(), [told], "{typed}");
    }
}

#[test]
fn what_must_be_looked_up_is_read_beside_the_loop_and_shown_when_it_is_there() {
    for (typed, wanted) in [
        ("/model ", Wanted::Models),
        ("/grants ", Wanted::Grants),
        ("/permissions ", Wanted::Permissions(None)),
        ("/why git push -f", Wanted::Why("git push -f".to_owned())),
        ("/skills kubectl", Wanted::Skills("kubectl".to_owned())),
        ("/privacy ", Wanted::Privacy(None)),
        ("/search pool size", Wanted::Past(Past::Search("pool size".to_owned()))),
        ("/doctor ", Wanted::Doctor),
        ("/plan show the last commits", Wanted::Plan("show the last commits".to_owned())),
    ] {
        let mut bench = Bench::new();
        bench.enters(typed);
        assert_eq!(bench.effects, [Effect::Read(wanted)], "{typed}");
        assert!(bench.draw().contains("reading …"), "{typed}");
    }
}

#[test]
fn why_alone_is_about_the_last_command() {
    let mut bench = Bench::new();
    bench.enters("/why ");
    assert!(bench.last_words().contains("named no command yet"), "{}", bench.last_words());
    bench.announced(&request(1, "docker stop web"));
    bench.enters("/why ");
    assert_eq!(bench.effects, [Effect::Read(Wanted::Why("docker stop web".to_owned()))]);
}

#[test]
fn the_last_command_is_that_of_the_session_that_is_written_to() {
    let mut bench = Bench::new();
    bench.bus(Bus::Session(session()));
    bench.announced(&request(1, "docker stop web"));
    bench.bus(Bus::Session(session()));
    assert!(bench.state.last_command().is_some(), "the same session, told once more");
    bench.bus(Bus::Session(SessionId::new("session_009_2026-02-22_another")));
    bench.enters("/why ");
    assert!(bench.last_words().contains("named no command yet in this session"), "{}", bench.last_words());
    bench.key(KeyCode::F(3));
    assert!(bench.last_words().contains("could be taken along"), "{}", bench.last_words());
    bench.announced(&request(2, "docker start web"));
    assert_eq!(bench.state.last_command(), Some(("docker start web".to_owned(), false)));
    bench.enters("/new show the pods");
    assert!(bench.state.last_command().is_none());
}

#[test]
fn a_new_session_is_proposed_by_what_was_asked_for_last_and_its_name_is_confirmed() {
    let mut bench = Bench::new();
    bench.enters("why do the logins fail");
    bench.bus(Bus::TurnBegan { turn: TurnId(1), text: "why do the logins fail".to_owned() });
    bench.bus(Bus::TurnEnded { turn: TurnId(1), failure: None });
    bench.types("delete the pods");
    bench.control('c');
    bench.enters("/new ");
    assert!(bench.draw().contains("> why do the logins fail"), "{}", bench.draw());
    bench.effects.clear();
    bench.key(KeyCode::Enter);
    let wanted = Wanted::Past(Past::Proposed("why do the logins fail".to_owned()));
    assert_eq!(bench.effects, [Effect::Read(wanted.clone())]);
    for name in [None, Some("logins".to_owned())] {
        let found = Found::Text(["session_004_2026-02-21_logins-fail".to_owned()].into());
        bench.effects.clear();
        bench.take(Event::Read(Reading { wanted: wanted.clone(), found: Ok(found) }));
        let screen = bench.draw();
        assert!(screen.contains("Suggested name: session_004_2026-02-21_logins-fail"), "{screen}");
        assert!(screen.contains("Confirm name or rename? (press Enter to confirm)"), "{screen}");
        bench.enters(name.as_deref().unwrap_or_default());
        assert_eq!(bench.told(), [ToRuntime::New { goal: "why do the logins fail".to_owned(), name }]);
    }
    bench.bus(Bus::Session(session()));
    bench.bus(Bus::Session(SessionId::new("session_009_2026-02-22_another")));
    bench.enters("/new ");
    let screen = bench.draw();
    assert!(screen.contains("what is it for?") && !screen.contains("> why do the logins fail"), "{screen}");
}

#[test]
fn the_palette_finds_by_what_a_command_does_and_does_it() {
    let mut bench = Bench::new();
    bench.control('p');
    bench.types("keys");
    assert!(bench.draw().contains("▶ /keymap"), "{}", bench.draw());
    bench.control('u');
    bench.types("cluster model");
    assert!(bench.draw().contains("▶ /status"));
    bench.key(KeyCode::Enter);
    assert!(bench.draw().contains("the built-in planner"));
    bench.key(KeyCode::Esc);
    bench.types("the pool");
    bench.control('p');
    bench.types("finding");
    bench.key(KeyCode::Enter);
    assert_eq!(bench.composer(), "/commit the pool", "what was written becomes what is said");
}

#[test]
fn the_help_tells_every_command_and_is_a_key_away() {
    for open in [KeyCode::F(1), KeyCode::Char('?')] {
        let mut bench = Bench::sized(100, 160);
        bench.key(open);
        let screen = bench.draw();
        for command in COMMANDS {
            assert!(screen.contains(&command.usage()), "no {} in\n{screen}", command.name);
        }
        assert!(screen.contains("F6") && screen.contains("Ctrl+S"), "{screen}");
    }
    let mut bench = Bench::new();
    bench.types("why?");
    assert_eq!(bench.composer(), "why?");
}

#[test]
fn the_last_answer_is_copied_by_the_terminal() {
    let mut bench = Bench::new();
    bench.enters("/copy ");
    assert!(bench.last_words().contains("said nothing yet"));
    bench.bus(Bus::Answer { turn: TurnId(1), text: "hi".to_owned() });
    bench.enters("/copy ");
    assert_eq!(bench.effects, [Effect::Outer(b"\x1b]52;c;aGk=\x1b\\".to_vec())]);
}

#[test]
fn a_branch_of_the_memory_and_a_new_name_of_the_session_are_shown() {
    let mut bench = Bench::new();
    bench.bus(Bus::Session(session()));
    let way = |name: &str, branch: Option<&str>| Bus::Way {
        session: session(),
        name: name.to_owned(),
        branch: branch.map(str::to_owned),
    };
    bench.bus(way(session().slug(), None));
    assert!(!bench.draw().contains("memory "), "{}", bench.draw());
    bench.bus(way("pool-trouble", Some("hyp2")));
    assert!(bench.draw().contains(" · memory hyp2 · "), "{}", bench.draw());
    bench.enters("/status ");
    let told = bench.draw();
    assert!(told.contains("  name         pool-trouble") && told.contains("  memory       branch hyp2"), "{told}");
}

#[test]
fn which_of_the_two_answers_is_seen_where_a_model_is_there() {
    let mut bench = Bench::new();
    let turn = TurnId(1);
    bench.bus(Bus::TakenBy { turn, by: By::Planner });
    assert!(!bench.draw().contains("built-in planner"));
    bench.bus(Bus::Presence(Presence::Model { name: "qwen3:14b".to_owned(), window: 8192 }));
    bench.bus(Bus::TakenBy { turn, by: By::Planner });
    assert!(bench.draw().contains("· built-in planner"));
    bench.bus(Bus::TakenBy { turn, by: By::Model { name: "qwen3:14b".to_owned() } });
    assert!(bench.draw().contains("· qwen3:14b"));
    bench.enters("/status ");
    assert!(bench.draw().contains("the built-in planner what it is sure of, qwen3:14b the rest"), "{}", bench.draw());
    bench.bus(Bus::FastPath(false));
    bench.key(KeyCode::Esc);
    bench.enters("/status ");
    assert!(bench.draw().contains("qwen3:14b; the fast path is off"), "{}", bench.draw());
}

#[test]
fn the_palette_tells_the_keys_that_do_the_same() {
    let mut bench = Bench::sized(100, 40);
    bench.control('p');
    let screen = bench.draw();
    let row = |name: &str| screen.lines().find(|line| line.contains(name)).unwrap_or_default();
    assert!(row("/graph").contains("as a tree  F7") && row("/help").contains("F1"), "{screen}");
    assert!(row("/new").contains("[goal]  F8 n") && !row("/status").contains("F8"), "{screen}");
    bench.types("colours");
    assert!(bench.draw().contains("[name]  F8 t"), "{}", bench.draw());
}
