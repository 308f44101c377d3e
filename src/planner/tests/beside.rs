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

#[test]
fn what_people_tell_of_themselves_bounds_nothing_and_what_they_order_does() {
    all_become(&[
        ("We don't build against it any more, so delete the container web1", "box rm web1"),
        ("delete the container web1, I'll go on tomorrow", "box rm web1"),
        ("delete the container web1, we're replacing its disk", "box rm web1"),
        ("Deploys broke after the upgrade. Delete the container web1", "box rm web1"),
        ("Left-overs everywhere after the last runs. Delete the container web1", "box rm web1"),
    ]);
    for bound in [
        "delete the container web1, we don't delete web2",
        "I don't want web2 touched, delete all containers",
        "delete all containers, do not delete web2",
        "delete all containers but keep web2",
        "we never delete web2, delete all containers",
    ] {
        assert!(lines(bound)[0].starts_with("??"), "{bound}: {:?}", lines(bound));
    }
}

#[test]
fn a_short_form_is_what_it_is_short_for() {
    all_become(&[
        ("it's down, so delete the container web1", "box rm web1"),
        ("don't delete the container web1", "?? don't"),
    ]);
}

#[test]
fn what_is_not_named_is_left_alone_anyway() {
    all_become(&[
        ("delete the container web1, not the rest", "box rm web1"),
        ("delete the container web1 and nothing else", "box rm web1"),
        ("delete the container web1, not the others in the list", "box rm web1"),
        ("list nothing else", "?? nothing else"),
    ]);
}

#[test]
fn a_deed_does_not_lose_the_thing_that_it_leans_on() {
    for request in
        ["I accidentally started clamav, delete all containers of it", "please get rid of that broken container"]
    {
        assert!(lines(request)[0].starts_with('?'), "{request}: {:?}", lines(request));
    }
    all_become(&[("I need a container deleted", "? Which container?")]);
}

#[test]
fn what_a_look_is_of_is_not_passed_over() {
    all_become(&[
        ("show the largest of nginx", "?? nginx"),
        ("logs of nginx in namespace shop", "box logs nginx -n shop"),
    ]);
}

#[test]
fn a_deed_bears_no_word_of_what_is_to_stay_that_it_does_not_honour() {
    for said in [
        "web2 has to stay",
        "web2 stays",
        "web2 is still needed",
        "I still need web2",
        "web2 excluded",
        "hands off web2",
        "web2 is off limits",
        "we want to hold on to web2",
        "web2 is sacred",
        "web2 should survive",
        "dry run",
    ] {
        for request in [format!("delete all containers, {said}"), format!("{said}. Delete all containers")] {
            assert!(lines(&request)[0].starts_with("??"), "{request}: {:?}", lines(&request));
        }
    }
    all_become(&[
        ("web1 is no longer needed, delete the container web1", "box rm web1"),
        ("the container web1 stays in its crash loop, delete it", "box rm web1"),
        ("everything else stays as it is, delete the container web1", "box rm web1"),
        ("I still need web1, show the containers", "box ls"),
    ]);
}

#[test]
fn a_sentence_that_says_why_is_left_aside_whatever_it_denies() {
    all_become(&[
        ("Uploads don't come through. Delete the container web1", "box rm web1"),
        ("No page answers. Delete the container web1", "box rm web1"),
        ("delete the container web1, it's only the demo", "box rm web1"),
        ("which containers are there? I can never remember their names", "box ls"),
        ("The plumber comes at 3. Delete the container web1", "box rm web1"),
        ("New memory for web1 arrives later today. Delete the container web1", "box rm web1"),
        ("Stop has no effect. Delete the container web1", "box rm web1"),
        ("show the containers? We must check a setting", "box ls"),
    ]);
    for bound in [
        "Only the demo. Delete all containers",
        "It must not delete web2. Delete all containers",
        "They should survive. Delete all containers",
        "Newest first. Show the containers",
        "something eats the memory. delete it",
    ] {
        assert!(lines(bound)[0].starts_with('?'), "{bound}: {:?}", lines(bound));
    }
}

#[test]
fn a_named_deed_leaves_alone_what_is_beside_its_object_and_not_what_may_be_in_it() {
    all_become(&[
        ("delete the container web1 but don't touch the others", "box rm web1"),
        ("delete the container web1, leave the other containers", "box rm web1"),
        ("delete the container web1 without touching the rest", "box rm web1"),
    ]);
    for bound in [
        "delete all containers but don't touch web2",
        "delete the container web1 but don't touch its data",
        "delete the container web1 but don't touch web2",
        "delete the container web1 but leave the other data of it",
        "copy web1 to web2, not the .map files",
    ] {
        assert!(lines(bound)[0].starts_with('?'), "{bound}: {:?}", lines(bound));
    }
}

#[test]
fn what_changes_no_command_is_left_aside() {
    all_become(&[
        ("delete the container web1, no questions asked", "box rm web1"),
        ("show the containers, no pager", "box ls"),
    ]);
}

#[test]
fn a_place_is_no_name_and_a_kind_with_a_name_is_no_file() {
    for request in ["delete the container /tmp/dump.sql", "I broke the container/web1. delete the file web.conf"] {
        assert!(lines(request)[0].starts_with('?'), "{request}: {:?}", lines(request));
    }
}

#[test]
fn nobodys_name_has_an_apostrophe() {
    for request in ["delete the old containers, we're short of space", "delete the container, they're broken"] {
        assert!(lines(request)[0].starts_with('?'), "{request}: {:?}", lines(request));
    }
}

#[test]
fn a_question_about_a_quoted_command_is_no_order() {
    assert!(lines("would 'box rm' delete the container web1?")[0].starts_with('?'));
}

#[test]
fn a_clause_with_a_verb_of_its_own_is_left_aside_beside_a_mere_comma() {
    for request in [
        "players can't connect, delete the container web1",
        "the lobby crashed, delete the container web1",
        "delete the container web1, the contract is over",
        "delete the container web1, somebody knows why",
    ] {
        assert_eq!(lines(request), ["box rm web1"], "{request}");
    }
    for request in [
        "delete the container web1, volumes kept",
        "delete the container web1, the pods stay",
        "delete the container web1, players come first",
        "delete the container web1, everything else stops later",
    ] {
        assert!(lines(request)[0].starts_with('?'), "{request}: {:?}", lines(request));
    }
}

#[test]
fn what_stands_before_who_speaks_says_when_or_why() {
    for prelude in ["Having seen enough", "Before signing off", "To answer the audit"] {
        let request = format!("{prelude} I'd like to delete the container web1");
        assert_eq!(lines(&request), ["box rm web1"], "{request}");
    }
    for prelude in ["Before midnight", "To shop", "Having stopped the pods"] {
        let request = format!("{prelude} I'd like to delete the container web1");
        assert!(lines(&request)[0].starts_with('?'), "{request}: {:?}", lines(&request));
    }
}

#[test]
fn a_name_is_not_taken_from_behind_the_noun_of_another_clause() {
    let planned = lines("remove my container, the exercise is finished");
    assert!(planned[0].starts_with('?'), "{planned:?}");
    assert_eq!(lines("Our container is called web1. Could you delete it?"), ["box rm web1"]);
}
