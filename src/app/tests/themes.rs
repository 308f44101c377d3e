//! Other colours: tried out while one chooses, kept when one has chosen.

use super::*;

fn bench() -> Bench {
    let mut bench = Bench::new();
    let names = ["dark", "gruvbox", "light"].map(str::to_owned).to_vec();
    bench.state = State::new("DevOps-Agent").with_themes(names, Some(0), 2);
    bench
}

#[test]
fn moving_through_the_list_draws_with_each_and_enter_keeps_one() {
    let mut bench = bench();
    bench.enters("/theme ");
    let screen = bench.draw();
    assert!(screen.contains("▶ dark") && screen.contains("  light"), "{screen}");
    bench.key(KeyCode::Down);
    assert_eq!(bench.state.theme(), 1);
    bench.key(KeyCode::Enter);
    assert_eq!(bench.effects, [Effect::KeepTheme("gruvbox".to_owned())]);
    assert!(!bench.draw().contains("▶ gruvbox"));
}

#[test]
fn escape_leaves_it_as_it_was() {
    let mut bench = bench();
    bench.enters("/theme ");
    bench.key(KeyCode::Down);
    bench.key(KeyCode::Down);
    bench.key(KeyCode::Esc);
    assert_eq!((bench.state.theme(), bench.effects.len()), (0, 0));
}

#[test]
fn a_terminal_that_becomes_light_is_followed_until_one_is_chosen() {
    let mut bench = bench();
    bench.take(Event::Input(Input::Light(true)));
    assert_eq!(bench.state.theme(), 0, "the person chose this one before");
    let names = ["dark", "gruvbox", "light"].map(str::to_owned).to_vec();
    bench.state = State::new("DevOps-Agent").with_themes(names, None, 0).with_colours_of_the_terminal(true);
    bench.take(Event::Input(Input::Light(true)));
    assert_eq!(bench.state.theme(), 2);
    bench.enters("/theme ");
    bench.key(KeyCode::Down);
    bench.key(KeyCode::Down);
    bench.take(Event::Input(Input::Light(false)));
    assert_eq!(bench.state.theme(), 1, "others are tried out");
    bench.key(KeyCode::Esc);
    assert_eq!(bench.state.theme(), 0);
    bench.enters("/theme gruvbox");
    bench.take(Event::Input(Input::Light(true)));
    assert_eq!(bench.state.theme(), 1);
}

#[test]
fn a_theme_is_chosen_by_its_name_and_an_unknown_one_names_those_there_are() {
    let mut bench = bench();
    bench.enters("/theme light");
    assert_eq!(bench.state.theme(), 2);
    assert_eq!(bench.effects, [Effect::KeepTheme("light".to_owned())]);
    bench.enters("/theme nice");
    assert!(bench.last_words().contains("there are: auto, dark, gruvbox, light"), "{}", bench.last_words());
}

#[test]
fn auto_leaves_it_to_the_terminal_again() {
    let mut bench = bench();
    bench.enters("/theme auto");
    assert_eq!(bench.state.theme(), 2);
    assert_eq!(bench.effects, [Effect::KeepTheme("auto".to_owned())]);
    bench.enters("/theme ");
    let screen = bench.draw();
    assert!(screen.contains("▶ auto") && screen.contains("what suits the terminal:  light"), "{screen}");
    bench.key(KeyCode::Down);
    assert_eq!(bench.state.theme(), 0);
    bench.key(KeyCode::Up);
    bench.key(KeyCode::Enter);
    assert_eq!((bench.state.theme(), bench.effects.last()), (2, Some(&Effect::KeepTheme("auto".to_owned()))));
}
