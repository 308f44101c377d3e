//! A long text over everything: read, and looked through.

use super::*;

/// The help, on a screen of this size.
fn help(columns: u16, rows: u16) -> Bench {
    let mut bench = Bench::sized(columns, rows);
    bench.types("?");
    bench.draw();
    bench
}

/// The row on top of the text.
fn top(bench: &mut Bench) -> String {
    bench.draw().lines().nth(1).unwrap_or_default().trim_matches('│').trim_end().to_owned()
}

#[test]
fn on_a_narrow_screen_the_second_column_stands_nearer() {
    let screen = help(40, 24).draw();
    assert!(screen.contains(&format!("{:<19}every command and", "  /help")), "{screen}");
    assert!(screen.contains(&format!("{:<19}every key", "")), "{screen}");
}

#[test]
fn words_are_looked_for_and_gone_through_and_escape_first_forgets_them() {
    let mut bench = help(80, 24);
    bench.types("/merge");
    assert!(top(&mut bench).starts_with("  /merge <branch>"), "{}", bench.draw());
    assert!(bench.draw().contains("/merge▏ · Enter keeps it · Esc"));
    bench.key(KeyCode::Enter);
    assert!(bench.draw().contains("/merge · n below · N above · Esc"), "{}", bench.draw());
    bench.types("n");
    assert!(bench.draw().contains("merge (a branch)"), "{}", bench.draw());
    bench.types("N");
    assert!(top(&mut bench).starts_with("  /merge <branch>"));
    bench.types("N");
    assert!(bench.draw().contains("there is no other place · /merge"));
    bench.types("/zzz");
    assert!(bench.draw().contains("it stands nowhere in the text · /zzz▏"));
    bench.key(KeyCode::Esc);
    assert!(!bench.draw().contains("zzz") && bench.draw().contains("help · line"));
    bench.key(KeyCode::Esc);
    assert!(!bench.draw().contains("help · line"));
}

#[test]
fn a_help_row_that_goes_on_goes_on_below_what_it_tells() {
    for (columns, indent) in [(80, 28), (40, 19)] {
        let mut bench = help(columns, 24);
        let screen = bench.draw();
        let mut rows = screen.lines().skip_while(|row| !row.contains("/welcome"));
        let rest = rows.nth(1).unwrap_or_else(|| panic!("{screen}")).trim_matches('│');
        assert_eq!(rest.len() - rest.trim_start().len(), indent, "{screen}");
    }
}

#[test]
fn the_help_begins_with_the_keys_of_the_place_where_it_was_asked_for() {
    assert!(top(&mut help(80, 24)).starts_with("COMMANDS"));
    let mut bench = Bench::sized(80, 60);
    bench.key(KeyCode::F(7));
    bench.types("?");
    assert_eq!(top(&mut bench), "KEYS in the graph");
    assert!(bench.draw().contains("COMMANDS"), "{}", bench.draw());
}

#[test]
fn what_cannot_be_read_says_why_and_ends_once() {
    use crate::runtime::{Reading, Wanted};
    let mut bench = Bench::sized(80, 24);
    bench.enters("/doctor ");
    bench.take(Event::Read(Reading { wanted: Wanted::Doctor, found: Err("it is off. Start it.".to_owned()) }));
    assert_eq!(top(&mut bench), "It cannot be read: it is off. Start it.");
}
