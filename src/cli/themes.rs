//! The themes of the workbench: the built-in ones, those in the person's `themes/`, and which one is drawn with.

use std::collections::BTreeMap;
use std::error::Error;
use std::ffi::OsStr;
use std::fs;
use std::iter::{once, successors};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::app::Wardrobe;
use crate::domain::{Failure, FailureKind};
use crate::library;
use crate::ui::theme::{Depth, Theme, ThemeError};

/// What the workbench remembers, beside the person's configuration.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Remembered {
    theme: Option<String>,
}

/// All themes, in the colours that the terminal has. What was chosen counts, else what suits the terminal, which is
/// asked with `is_light` only then. A theme of the person's that cannot be read is left out, and told of on the screen.
///
/// # Errors
/// A built-in theme is damaged.
pub(super) fn wardrobe(
    environment: &BTreeMap<String, String>,
    config_dir: &Path,
    is_light: impl FnOnce() -> Option<bool>,
) -> Result<Wardrobe, Failure> {
    let mut told = Vec::new();
    let mut texts: BTreeMap<String, (String, Option<PathBuf>)> = BTreeMap::new();
    for name in library::theme_names() {
        texts.extend(library::theme(name).map(|text| (name.to_owned(), (text.to_owned(), None))));
    }
    texts.extend(own(&config_dir.join("themes"), &mut told));
    let text_of = |name: &str| texts.get(name).map(|(text, _)| text.clone());
    let variable = |name: &str| environment.get(name).map(String::as_str);
    let depth = Depth::of(variable("TERM"), variable("COLORTERM"), variable("NO_COLOR"));
    let plain = shipped(if depth == Depth::None { "mono" } else { "ansi" })?;
    let mut themes = Vec::new();
    for (name, (text, file)) in &texts {
        match (Theme::read(text, &text_of), file) {
            (Ok(theme), _) => themes.push((name.clone(), theme.within(depth, &plain))),
            (Err(error), None) => return Err(damaged(name).because(error)),
            (Err(error), Some(file)) => told.push(mistake(name, file, text, &error)),
        }
    }
    let kept_in = config_dir.join("workbench.yaml");
    let place = |name: &str| themes.iter().position(|(known, _)| known == name);
    let remembered = remembered(&kept_in, &mut told).filter(|name| name != "auto");
    let chosen = remembered.as_deref().and_then(place);
    if let (Some(name), None) = (&remembered, chosen) {
        told.push(format!("The theme {name}, which you chose, is not there. `/theme` chooses another."));
    }
    let light = chosen.is_none() && depth == Depth::True && is_light() == Some(true);
    let suits = if light { "light" } else { depth.suits() };
    let suits = place(suits).unwrap_or(0);
    Ok(Wardrobe { themes, chosen, suits, follows: depth == Depth::True, kept_in, told })
}

/// What is wrong with a file, where, and what mends it.
fn mistake(name: &str, file: &Path, text: &str, error: &ThemeError) -> String {
    let line = error.line(text).map_or_else(String::new, |line| format!(", line {line}"));
    let causes = successors(error.source(), |&cause| cause.source()).map(|cause| format!(": {cause}"));
    let why: String = once(error.to_string()).chain(causes).collect();
    format!("The theme {name} is left out. {}{line}: {why}. {}", file.display(), error.hint())
}

/// One that stands alone.
fn shipped(name: &str) -> Result<Theme, Failure> {
    Theme::parse(library::theme(name).unwrap_or_default()).map_err(|error| damaged(name).because(error))
}

fn damaged(name: &str) -> Failure {
    Failure::new(FailureKind::Error, format!("the theme {name} is damaged")).hint("Install it again.")
}

fn remembered(path: &Path, told: &mut Vec<String>) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    match serde_yaml::from_str::<Remembered>(&text) {
        Ok(remembered) => remembered.theme,
        Err(error) => {
            let place = path.display();
            told.push(format!("Which theme you chose cannot be read. {place}: {error}. `/theme` writes it anew."));
            None
        }
    }
}

/// The person's own by their file names: the text of each, and where it lies.
fn own(directory: &Path, told: &mut Vec<String>) -> Vec<(String, (String, Option<PathBuf>))> {
    let Ok(files) = fs::read_dir(directory) else { return Vec::new() };
    let files = files.filter_map(Result::ok).map(|file| file.path());
    let mut own = Vec::new();
    for path in files.filter(|path| path.extension().is_some_and(|end| end == "yaml")) {
        let Some(name) = path.file_stem().and_then(OsStr::to_str).map(str::to_owned) else { continue };
        match fs::read_to_string(&path) {
            Ok(text) => own.push((name, (text, Some(path)))),
            Err(error) => told.push(format!("The theme {name} is left out. {}: {error}.", path.display())),
        }
    }
    own
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

    fn worn(wardrobe: &Wardrobe) -> &(String, Theme) {
        &wardrobe.themes[wardrobe.chosen.unwrap_or(wardrobe.suits)]
    }

    fn chosen(variables: &[(&str, &str)], config_dir: &Path, is_light: Option<bool>) -> String {
        worn(&opened(variables, config_dir, is_light)).0.clone()
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
        let asked = std::cell::Cell::new(false);
        let environment = colours.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        wardrobe(&environment, dir.path(), || {
            asked.set(true);
            None
        })
        .unwrap();
        assert!(!asked.get(), "a start does not wait for an answer that changes nothing");
        fs::write(dir.path().join("workbench.yaml"), "theme: auto\n").unwrap();
        assert_eq!(chosen(&colours, dir.path(), Some(true)), "light");
        assert!(opened(&colours, dir.path(), Some(true)).told.is_empty());
    }

    #[test]
    fn a_remembered_theme_of_true_colours_is_drawn_in_those_that_the_terminal_has() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("workbench.yaml"), "theme: gruvbox\n").unwrap();
        let text = |variables: &[(&str, &str)]| {
            let wardrobe = opened(variables, dir.path(), None);
            let (name, theme) = worn(&wardrobe);
            assert_eq!(name, "gruvbox");
            theme.style(Tone::Warning).fg
        };
        assert!(matches!(text(&[("TERM", "xterm-256color"), ("COLORTERM", "truecolor")]), Some(Color::Rgb(..))));
        assert!(matches!(text(&[("TERM", "xterm-256color")]), Some(Color::Indexed(16..))));
        assert_eq!(text(&[("TERM", "linux")]), Some(Color::Yellow));
        assert_eq!(text(&[("TERM", "xterm-256color"), ("NO_COLOR", "1")]), Some(Color::Reset));
    }

    #[test]
    fn mistakes_in_the_person_s_themes_are_told_with_file_line_and_what_to_do() {
        let dir = tempfile::tempdir().unwrap();
        let themes = dir.path().join("themes");
        fs::create_dir(&themes).unwrap();
        fs::write(themes.join("base.yaml"), "inherits: dark\naccent: #88b8f5\n").unwrap();
        fs::write(themes.join("mine.yaml"), "# Mine.\ninherits: base\n").unwrap();
        fs::write(themes.join("other.yaml"), b"text: \xff\n").unwrap();
        fs::write(dir.path().join("workbench.yaml"), "theme: mine\n").unwrap();
        let wardrobe = opened(&[("TERM", "xterm-256color")], dir.path(), None);
        assert_eq!(worn(&wardrobe).0, "ansi");
        let told = wardrobe.told.join("\n");
        for words in [
            "base.yaml, line 2: the look of \"accent\" is empty. Put a look with # into quotes",
            "mine.yaml, line 2: it inherits \"base\", which cannot be read: the look of \"accent\" is empty. Mend that",
            "other.yaml: ",
            "The theme mine, which you chose, is not there.",
        ] {
            assert!(told.contains(words), "no {words:?} in\n{told}");
        }
        assert_eq!(wardrobe.told.len(), 4, "{told}");
        fs::write(dir.path().join("workbench.yaml"), "theme: [mine]\n").unwrap();
        let told = opened(&[("TERM", "xterm-256color")], dir.path(), None).told.join("\n");
        assert!(told.contains("workbench.yaml: "), "{told}");
    }
}
