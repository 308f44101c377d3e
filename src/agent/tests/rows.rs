//! «the second one»: rows of the last listing.

use super::*;

const CRATES: &str = "alpha\nbeta\n-rf\ngamma\n";

/// An agent that has listed four crates.
fn listed() -> Agent {
    let mut agent = agent();
    let request = call(&say(&mut agent, "show the crates"));
    agent.handle(ended(&request, 0, CRATES, "4 crates"));
    agent
}

#[test]
fn a_place_means_the_row_of_the_last_listing() {
    for (said, command) in [
        ("remove the second one", "box rm beta"),
        ("remove the first", "box rm alpha"),
        ("remove number 4", "box rm gamma"),
        ("remove #4", "box rm gamma"),
        ("remove the 2nd, please", "box rm beta"),
        ("remove the last one", "box rm gamma"),
        ("remove the second crate", "box rm beta"),
        ("remove the second one in the list", "box rm beta"),
    ] {
        let request = call(&say(&mut listed(), said));
        assert_eq!(request.command, command, "{said}");
    }
}

#[test]
fn a_place_that_means_no_row_is_asked_about() {
    for (said, told) in [
        ("remove the ninth one", "has 4"),
        ("remove the third one", "no plain name"),
        ("remove the second lid", "called crate"),
        ("seal the second one", "the crate `beta`"),
        ("the 2nd", "the crate `beta`"),
    ] {
        let effects = say(&mut listed(), said);
        assert!(question(&effects).contains(told), "{said}: {}", question(&effects));
    }
    assert!(question(&say(&mut agent(), "remove the second one")).contains("no listing"));
}

#[test]
fn a_request_that_names_a_row_is_told_from_a_choice() {
    let agent = listed();
    for (said, is_one) in [
        ("remove the second one", true),
        ("the second one", false),
        ("I take the second one", false),
        ("remove the ninth one", false),
        ("remove it", false),
    ] {
        assert_eq!(agent.does_with_row(said), is_one, "{said}");
    }
    // This one is understood as it stands.
    assert!(agent.is_a_request("remove the second crate"));
}

#[test]
fn a_row_that_was_picked_is_meant_by_it_and_the_listing_stays_for_the_next() {
    let mut agent = listed();
    say(&mut agent, "the 2nd");
    let request = call(&say(&mut agent, "remove it"));
    assert_eq!(request.command, "box rm beta");
    agent.handle(ended(&request, 0, "", "removed"));
    assert_eq!(call(&say(&mut agent, "remove the first one")).command, "box rm alpha");
}

#[test]
fn another_output_than_a_listing_leaves_nothing_to_count_in() {
    let mut agent = listed();
    let request = call(&say(&mut agent, "box look x1"));
    agent.handle(ended(&request, 0, "rust\nmore rust\n", "2 lines"));
    assert!(question(&say(&mut agent, "remove the first one")).contains("no listing"));
}
