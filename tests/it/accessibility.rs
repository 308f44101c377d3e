//! Nothing is told by colour alone: what differs in meaning differs in its characters.

use crossterm::event::{KeyCode, KeyModifiers};
use ratatui::buffer::Buffer;
use ratatui::style::Modifier;

use devops_agent::bus::Event as Bus;
use devops_agent::domain::SessionId;
use devops_agent::runtime::{Found, Past, Wanted};

use super::support::scenes::{self, Stage};

/// What stands on the screen, without any look.
fn letters(buffer: &Buffer) -> String {
    let rows = buffer.content().chunks(usize::from(buffer.area.width));
    rows.map(|row| row.iter().map(|cell| cell.symbol()).collect::<String>() + "\n").collect()
}

/// The same with what a terminal without colours shows: bold, reverse, underlined.
fn weights(buffer: &Buffer) -> Vec<(String, Modifier)> {
    buffer.content().iter().map(|cell| (cell.symbol().to_owned(), cell.modifier)).collect()
}

fn mono() -> devops_agent::ui::theme::Theme {
    scenes::themes().remove("mono").unwrap()
}

#[test]
fn no_theme_changes_a_word() {
    let all = scenes::themes();
    let words: Vec<String> = scenes::scenes(&all["mono"]).iter().map(|scene| letters(&scene.picture)).collect();
    for (name, theme) in all.iter().filter(|(name, _)| *name != "ascii") {
        for (scene, words) in scenes::scenes(theme).iter().zip(&words) {
            // The box of themes says which one is worn.
            assert_eq!(&letters(&scene.picture), words, "{} in {name}", scene.name);
        }
    }
}

#[test]
fn the_theme_of_ascii_draws_no_sign_of_its_own_beyond_it() {
    let theme = &scenes::themes()["ascii"];
    for scene in scenes::scenes(theme) {
        let text = letters(&scene.picture);
        assert!(text.is_ascii(), "{}: {:?}", scene.name, text.chars().find(|letter| !letter.is_ascii()));
    }
}

/// Opens something in which one of several is chosen, then chooses the next.
fn chosen(open: impl Fn(&mut Stage), next: KeyCode) -> [String; 2] {
    let mut stage = scenes::chat(100, 30);
    stage.draw(&mono());
    open(&mut stage);
    let before = letters(&stage.draw(&mono()));
    stage.key(next);
    [before, letters(&stage.draw(&mono()))]
}

#[test]
fn what_is_chosen_is_marked_by_a_sign() {
    type Open = fn(&mut Stage);
    let lists: [(&str, Open, KeyCode); 9] = [
        ("palette", |stage| stage.press(KeyCode::Char('p'), KeyModifiers::CONTROL), KeyCode::Down),
        ("completion", |stage| stage.types("/co"), KeyCode::Down),
        ("mention", |stage| stage.types("describe @"), KeyCode::Down),
        (
            "resume",
            |stage| {
                stage.bus(Bus::Resumable { session: SessionId::new("session_003"), goal: "look".to_owned() });
            },
            KeyCode::Down,
        ),
        (
            "rules",
            |stage| {
                stage.bus(Bus::RulesOffered { digest: "d".to_owned(), loosens: vec!["less strict".to_owned()] });
            },
            KeyCode::Down,
        ),
        (
            "graph",
            |stage| {
                stage.key(KeyCode::F(7));
                stage.with_graph();
            },
            KeyCode::Up,
        ),
        (
            "sessions",
            |stage| {
                stage.key(KeyCode::F(5));
                let found = Found::Sessions { list: scenes::sessions().into(), at: scenes::at("15:00") };
                stage.read(Wanted::Past(Past::Sessions { archived: false }), found);
            },
            KeyCode::Down,
        ),
        (
            "themes",
            |stage| {
                stage.types("/theme ");
                stage.key(KeyCode::Enter);
            },
            KeyCode::Down,
        ),
        ("blocks", |stage| stage.press(KeyCode::Up, KeyModifiers::ALT), KeyCode::Char('k')),
    ];
    for (name, open, next) in lists {
        let [before, after] = chosen(open, next);
        assert_ne!(before, after, "{name}: nothing but a colour says which one is chosen\n{before}");
    }
}

#[test]
fn where_the_keys_go_is_said_in_words() {
    let mut screens = Vec::new();
    for key in [None, Some(KeyCode::F(2)), Some(KeyCode::F(7)), Some(KeyCode::F(5))] {
        let mut stage = scenes::chat(120, 36);
        stage.draw(&mono());
        key.into_iter().for_each(|key| stage.key(key));
        screens.push(letters(&stage.draw(&mono())));
    }
    for (at, word) in ["CHAT", "SHELL", "GRAPH", "SESSIONS"].into_iter().enumerate() {
        let status = screens[at].lines().rev().nth(1).unwrap();
        assert!(status.trim_end().ends_with(word), "{status}");
    }
}

#[test]
fn tiers_ends_and_found_words_are_told_without_colour() {
    let of = |command: &str| {
        let mut stage = Stage::new(100, 30);
        stage.asks("do it", command, "Because.");
        letters(&stage.draw(&mono()))
    };
    let (approval, destructive) = (of("docker stop web"), of("docker rm -f web"));
    assert!(approval.contains("Requires approval") && !destructive.contains("Requires approval"), "{approval}");
    assert!(destructive.contains("DESTRUCTIVE") || destructive.contains("Destructive"), "{destructive}");
    let mut stage = scenes::chat(100, 30);
    stage.draw(&mono());
    let plain = stage.draw(&mono());
    stage.press(KeyCode::Char('s'), KeyModifiers::ALT);
    stage.types("crashloop");
    let found = stage.draw(&mono());
    let row = |buffer: &Buffer| {
        let at = letters(buffer).lines().position(|line| line.contains("CrashLoopBackOff")).unwrap();
        weights(buffer).chunks(100).nth(at).unwrap().to_vec()
    };
    assert_ne!(row(&plain), row(&found), "what is found is marked by its weight");
}
