//! Containers of a real Docker engine: what removes them, and what does not.

use super::support::docker::Engine;
use super::support::home::headings;
use super::support::pty::{Key, until};
use super::support::screen::{agree, asked, leave, open};

#[test]
fn removing_a_container_asks_with_the_exact_command_and_its_tier() {
    let Some(engine) = Engine::alone() else { return };
    engine.run("web1");
    let place = engine.home();
    let mut terminal = open(&place);
    terminal.enter("delete the container web1");
    let dialog = asked(&terminal);
    for row in ["APPROVAL REQUIRED — DESTRUCTIVE OPERATION", "Command:    docker rm web1", "Tier:       Destructive"]
    {
        assert!(dialog.contains(row), "no {row:?} in\n{dialog}");
    }
    assert!(dialog.contains("docker/SKILL.md:") && dialog.contains("Reversible: No"), "{dialog}");
    assert!(dialog.contains("Where: "), "{dialog}");
    terminal.press(Key::Esc);
    terminal.wait_for_text("(original / alt1 / alt2 / skip)");
    terminal.enter("skip");
    terminal.wait_for_text("I did not run docker rm web1");
    assert!(engine.runs("web1"));
}

#[test]
fn the_key_y_alone_removes_nothing_and_a_typed_yes_does() {
    let Some(engine) = Engine::alone() else { return };
    engine.run("web1");
    let place = engine.home();
    let mut terminal = open(&place);
    terminal.enter("force remove the container web1");
    asked(&terminal);
    terminal.send("y");
    terminal.wait_for_text(">>> y");
    assert!(engine.runs("web1"), "a key alone was enough");
    terminal.press(Key::Enter);
    terminal.wait_for_text("type a whole word");
    assert!(engine.runs("web1"), "a single letter was enough");
    agree(&mut terminal, "yes");
    terminal.wait_for_text("✓");
    assert!(!engine.has("web1"));
    leave(&mut terminal);
    assert_eq!(terminal.wait_exit(), 0);
    let log = place.log(0);
    assert!(headings(&log).contains(&"APPROVAL REQUEST"), "{log}");
    assert!(log.contains("docker rm -f web1") && log.contains("USER RESPONSE: \"yes\""), "{log}");
}

#[test]
fn no_leaves_the_container_running() {
    let Some(engine) = Engine::alone() else { return };
    engine.run("web1");
    let place = engine.home();
    let mut terminal = open(&place);
    terminal.enter("force remove the container web1");
    agree(&mut terminal, "no");
    terminal.wait_for_text("(original / alt1 / alt2 / skip)");
    terminal.enter("skip");
    terminal.wait_for_text("I did not run docker rm -f web1");
    assert!(engine.runs("web1"));
    assert!(place.log(0).contains("USER DECISION: denied\nACTION EXECUTED: no\n"), "{}", place.log(0));
}

#[test]
fn removing_all_containers_lists_them_names_each_and_wants_the_name_typed() {
    let Some(engine) = Engine::alone() else { return };
    engine.run("web1");
    engine.run("web2");
    let place = engine.home();
    let mut terminal = open(&place);
    terminal.enter("remove all containers");
    let dialog = asked(&terminal);
    assert!(dialog.contains("→  docker ps -a --format '{{.Names}}'"), "it was not listed first:\n{dialog}");
    // What stands between the dialog's borders, row by row.
    let rows: Vec<&str> = dialog.lines().filter_map(|row| row.split('║').nth(1).map(str::trim)).collect();
    let command = rows.iter().find_map(|row| row.strip_prefix("Command:    docker rm -f ")).expect("the command");
    let mut named: Vec<&str> = command.split(' ').collect();
    named.sort_unstable();
    assert_eq!(named, ["web1", "web2"], "{dialog}");
    let wanted = rows.iter().find_map(|row| row.split_once("— type this name to execute")).expect("a name to type");
    let name = wanted.0.trim().to_owned();

    agree(&mut terminal, "yes");
    terminal.wait_for_text("type the name");
    assert!(engine.runs("web1") && engine.runs("web2"), "a yes was enough");
    agree(&mut terminal, &name);
    terminal.wait_for(|screen| !screen.contains("[ deny ]"), "the end of the dialog");
    until(|| !engine.has("web1") && !engine.has("web2"), "the end of both");
}

#[test]
fn an_empty_engine_has_nothing_to_remove_and_nobody_is_asked() {
    let Some(engine) = Engine::alone() else { return };
    let place = engine.home();
    let ran = place.run(&["ask", "remove all containers"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stdout.contains("nothing to do"), "{ran:?}");
}

#[test]
fn on_the_command_line_a_container_goes_only_with_a_whole_word() {
    let Some(engine) = Engine::alone() else { return };
    engine.run("web1");
    let place = engine.home();
    let mut terminal = place.terminal(&["ask", "force remove the container web1"]);
    terminal.wait_for_text(">>>");
    assert!(terminal.text().contains("Command:    docker rm -f web1"), "{}", terminal.text());
    terminal.enter("y");
    terminal.wait_for(|screen| screen.matches(">>>").count() == 2, "a second prompt");
    assert!(engine.runs("web1"));
    terminal.enter("yes");
    assert_eq!(terminal.wait_exit(), 0, "{}", terminal.text());
    assert!(!engine.has("web1"));
}

#[test]
fn without_a_person_nothing_is_removed_whatever_the_flags() {
    let Some(engine) = Engine::alone() else { return };
    engine.run("web1");
    let place = engine.home();
    let ran = place.run(&["ask", "--yes", "force remove the container web1"]);
    assert_eq!(ran.code, 3, "{ran:?}");
    assert!(engine.runs("web1"));
}

#[test]
fn containers_are_listed_at_once() {
    let Some(engine) = Engine::alone() else { return };
    engine.run("web1");
    let place = engine.home();
    let ran = place.run(&["ask", "--json", "which containers are running?"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let told = ran.json();
    assert_eq!(told["commands"][0]["tier"], "auto");
    assert!(told["commands"][0]["stdout"].as_str().unwrap().contains("web1"), "{told}");
}
