//! What is said beside a request.

use super::lines;

fn all_become(cases: &[(&str, &str)]) {
    for (request, expected) in cases {
        assert_eq!(lines(request)[0], *expected, "{request}");
    }
}

#[test]
fn a_heading_is_left_aside_unless_it_says_when_or_whose() {
    all_become(&[
        ("Ticket 311: delete the container web1", "box rm web1"),
        ("Before the migration tonight: delete the container web1", "box rm web1"),
        ("Patch day tomorrow. Delete the container web1", "box rm web1"),
        ("Tomorrow at 9: delete the container web1", "?? Tomorrow 9"),
        ("After the migration: delete the container web1", "?? After migration"),
        ("Not the web one: delete the container web1", "?? Not web one"),
    ]);
}

#[test]
fn a_clause_that_gives_a_reason_is_left_aside_and_a_condition_is_not() {
    all_become(&[
        ("delete the container web1 while I look at the queue", "box rm web1"),
        ("delete the container web1 even though it is not empty", "box rm web1"),
        ("delete the container web1 so that we can go home", "box rm web1"),
        ("delete the container web1 before I reboot", "box rm web1"),
        ("delete the container web1 when I say so", "?? when"),
        ("delete the container web1 after I reboot", "?? after reboot"),
        ("show the containers before I joined", "?? before joined"),
    ]);
}

#[test]
fn brackets_are_left_aside_unless_they_name_or_bound_something() {
    all_become(&[
        ("delete the container web1 (mails bounce with it)", "box rm web1"),
        ("delete the container web1 (not its volumes)", "?? not volumes"),
        ("logs of web1 (qa)", "?? qa"),
        ("delete the container web1 (mails bounce", "?? mails bounce"),
    ]);
}

#[test]
fn a_look_does_nothing_that_is_forbidden_beside_it() {
    all_become(&[
        ("show the containers, don't remove anything", "box ls"),
        ("list the containers without restarting them", "box ls"),
        ("don't delete the container web1", "?? don't"),
        ("delete the container web1 without restarting it", "?? without restarting"),
        ("show the containers not running", "?? not running"),
    ]);
}

#[test]
fn somebody_who_only_intends_a_deed_unknown_here_is_shown_what_was_asked() {
    all_become(&[("which containers are there? I want to retire web1", "box ls")]);
}

#[test]
fn who_asks_politely_is_obeyed() {
    all_become(&[
        ("would you delete the container web1?", "box rm web1"),
        ("could you please show the containers", "box ls"),
    ]);
}
