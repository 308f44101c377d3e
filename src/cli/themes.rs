//! The themes of the workbench: the built-in ones, those in the person's `themes/`, and which one is drawn with.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;

use super::speech;
use crate::app::Wardrobe;
use crate::domain::{Failure, FailureKind};
use crate::library;
use crate::ui::theme::{Depth, Theme};

/// What the workbench remembers, beside the person's configuration.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Remembered {
    theme: Option<String>,
}

/// All themes, in the colours that the terminal has. What was chosen counts, else what suits the terminal, which is
/// asked with `is_light` only then. A theme of the person's that cannot be read is told of and left out.
///
/// # Errors
/// A built-in theme is damaged.
pub(super) fn wardrobe(
    environment: &BTreeMap<String, String>,
    config_dir: &Path,
    is_light: impl FnOnce() -> Option<bool>,
) -> Result<Wardrobe, Failure> {
    let mut texts: BTreeMap<String, (String, bool)> = BTreeMap::new();
    for name in library::theme_names() {
        texts.extend(library::theme(name).map(|text| (name.to_owned(), (text.to_owned(), true))));
    }
    texts.extend(own(&config_dir.join("themes")).into_iter().map(|(name, text)| (name, (text, false))));
    let text_of = |name: &str| texts.get(name).map(|(text, _)| text.clone());
    let variable = |name: &str| environment.get(name).map(String::as_str);
    let depth = Depth::of(variable("TERM"), variable("COLORTERM"), variable("NO_COLOR"));
    let plain = shipped(if depth == Depth::None { "mono" } else { "ansi" })?;
    let mut themes = Vec::new();
    for (name, (text, built_in)) in &texts {
        match Theme::read(text, &text_of) {
            Ok(theme) => themes.push((name.clone(), theme.within(depth, &plain))),
            Err(error) if *built_in => return Err(damaged(name).because(error)),
            Err(error) => speech::warning(&format!("the theme {name} in themes/ is not used: {error}")),
        }
    }
    let kept_in = config_dir.join("workbench.yaml");
    let place = |name: &str| themes.iter().position(|(known, _)| known == name);
    let remembered = remembered(&kept_in).and_then(|name| place(&name));
    let follows = depth == Depth::True && remembered.is_none();
    let suits = || if depth == Depth::True && is_light() == Some(true) { "light" } else { depth.suits() };
    let chosen = remembered.or_else(|| place(suits())).unwrap_or(0);
    Ok(Wardrobe { themes, chosen, follows, kept_in })
}

/// One that stands alone.
fn shipped(name: &str) -> Result<Theme, Failure> {
    Theme::parse(library::theme(name).unwrap_or_default()).map_err(|error| damaged(name).because(error))
}

fn damaged(name: &str) -> Failure {
    Failure::new(FailureKind::Error, format!("the theme {name} is damaged")).hint("Install it again.")
}

fn remembered(path: &Path) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    match serde_yaml::from_str::<Remembered>(&text) {
        Ok(remembered) => remembered.theme,
        Err(error) => {
            speech::warning(&format!("{} is not used: {error}", path.display()));
            None
        }
    }
}

/// The person's own, by their file names.
fn own(directory: &Path) -> Vec<(String, String)> {
    let Ok(files) = fs::read_dir(directory) else { return Vec::new() };
    let files = files.filter_map(Result::ok).map(|file| file.path());
    let files = files.filter(|path| path.extension().is_some_and(|end| end == "yaml"));
    files.filter_map(|path| Some((path.file_stem()?.to_str()?.to_owned(), fs::read_to_string(&path).ok()?))).collect()
}

#[cfg(test)]
mod tests {
    use ratatui::style::Color;

    use super::*;
    use crate::ui::theme::Tone;

    fn opened(variables: &[(&str, &str)], config_dir: &Path, is_light: Option<bool>) -> Wardrobe {
        let environment = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        wardrobe(&environment, config_dir, || is_light).unwrap()
    }

    fn chosen(variables: &[(&str, &str)], config_dir: &Path, is_light: Option<bool>) -> String {
        let wardrobe = opened(variables, config_dir, is_light);
        wardrobe.themes[wardrobe.chosen].0.clone()
    }

    #[test]
    fn a_light_terminal_gets_the_light_theme_until_the_person_chooses_one() {
        let dir = tempfile::tempdir().unwrap();
        let colours = [("TERM", "xterm-256color"), ("COLORTERM", "truecolor")];
        assert_eq!(chosen(&colours, dir.path(), Some(true)), "light");
        assert_eq!(chosen(&colours, dir.path(), Some(false)), "dark");
        assert_eq!(chosen(&colours, dir.path(), None), "dark");
        assert_eq!(chosen(&[("TERM", "linux")], dir.path(), Some(true)), "ansi");
        assert!(opened(&colours, dir.path(), None).follows);
        assert!(!opened(&[("TERM", "linux")], dir.path(), None).follows);
        fs::write(dir.path().join("workbench.yaml"), "theme: gruvbox\n").unwrap();
        assert_eq!(chosen(&colours, dir.path(), Some(true)), "gruvbox");
        assert!(!opened(&colours, dir.path(), None).follows, "the person chose one");
    }

    #[test]
    fn a_remembered_theme_of_true_colours_is_drawn_in_those_that_the_terminal_has() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("workbench.yaml"), "theme: gruvbox\n").unwrap();
        let text = |variables: &[(&str, &str)]| {
            let wardrobe = opened(variables, dir.path(), None);
            let (name, theme) = &wardrobe.themes[wardrobe.chosen];
            assert_eq!(name, "gruvbox");
            theme.style(Tone::Warning).fg
        };
        assert!(matches!(text(&[("TERM", "xterm-256color"), ("COLORTERM", "truecolor")]), Some(Color::Rgb(..))));
        assert!(matches!(text(&[("TERM", "xterm-256color")]), Some(Color::Indexed(16..))));
        assert_eq!(text(&[("TERM", "linux")]), Some(Color::Yellow));
        assert_eq!(text(&[("TERM", "xterm-256color"), ("NO_COLOR", "1")]), Some(Color::Reset));
    }
}
