//! What stands on the screen can be read: the contrast of every cell with what lies behind it, in every theme that names
//! its colours. Finds the pairs that nobody thought of.

use std::collections::BTreeSet;

use super::*;
use crate::ui::theme::tests::{COLOURED, LEAST_OF_SIGNS, contrast, read, rgb};

/// All that words and commands look like.
fn in_every_tone() -> Scene {
    let step = |line: &str, state| CheckStep { line: line.to_owned(), state };
    let states = [StepState::Pending, StepState::Running, StepState::Done, StepState::Failed, StepState::Skipped];
    let steps = states.map(|state| step("kubectl get pods", state)).to_vec();
    let mut failed = card("make", Tier::Destructive, ended(Exit::Code(2)));
    failed.output = vec![(Stream::Stdout, b"built\n".to_vec()), (Stream::Stderr, b"oh no\n".to_vec())];
    let answer = "# So\n\n> said\n\n[there](https://a.example)\n\n```diff\n-old\n+new\n```\n\n|a|b|\n|-|-|\n|1|2|";
    Scene::empty()
        .block(BlockKind::Checklist(Checklist { turn: TurnId(1), steps }))
        .card(failed)
        .words(Face::Warning, "take care")
        .words(Face::Failure, "it went wrong")
        .words(Face::Thinking, "hm")
        .words(Face::Info, "by the way")
        .words(Face::Agent, answer)
}

#[test]
fn every_cell_of_every_scene_is_readable_in_every_theme_with_colours() {
    let mut scenes = every_scene();
    scenes.push(("every tone", in_every_tone()));
    let mut faint = BTreeSet::new();
    for (name, grounds, least) in COLOURED {
        let theme = read(name);
        for (scene_name, scene) in &scenes {
            for (columns, rows) in [(80, 24), (120, 40), (120, 80), (40, 10), (20, 5)] {
                let (buffer, _) = scene.drawn(columns, rows, &theme);
                for cell in buffer.content().iter().filter(|cell| !cell.symbol().trim().is_empty()) {
                    // Text without a colour has the terminal's own, made for its own background.
                    let Some(front) = rgb(Some(cell.fg)) else {
                        assert_eq!(cell.bg, Color::Reset, "{scene_name} in {name}: {:?}", cell.symbol());
                        continue;
                    };
                    let is_read = cell.symbol().chars().any(char::is_alphanumeric);
                    let least = if is_read { least } else { LEAST_OF_SIGNS };
                    for ground in rgb(Some(cell.bg)).map_or(grounds.to_vec(), |ground| vec![ground]) {
                        if contrast(front, ground) < least {
                            faint.insert(format!("{name}: {front:?} on {ground:?}, as in {scene_name}"));
                        }
                    }
                }
            }
        }
    }
    assert!(faint.is_empty(), "{faint:#?}");
}
