//! What things on the screen mean, and how a theme draws each meaning.
//!
//! Owns the closed list of tones and the reading of `themes/*.yaml`. With `depth`, which fits a theme to a terminal, the
//! only file that knows colours: everything else names a tone. A theme may use no
//! colour at all, so nothing may be told by a tone alone.
//!
//! A theme is one YAML mapping, tone to look, where a look is words:
//! `"#rrggbb"`, a colour of the terminal (`red`, `bright-red`, `default`), the
//! same after `on` for the background, and `bold dim italic underline reverse`. `inherits` names the theme that has the
//! tones this one does not mention; `glyphs: ascii` draws lines and signs with characters of ASCII.

mod depth;

use std::collections::BTreeMap;

use ratatui::style::{Color, Modifier, Style};
use thiserror::Error;

pub use depth::Depth;

use crate::domain::pane::{Ink, Look};

macro_rules! tones {
    ($($(#[$doc:meta])* $tone:ident $name:literal,)*) => {
        /// A meaning that has a look. In a theme file it goes by its name in small letters and underscores.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Tone {
            $($(#[$doc])* $tone,)*
        }

        impl Tone {
            /// Every tone, in the order of the declaration.
            pub const ALL: &'static [Tone] = &[$(Tone::$tone,)*];

            /// The name in a theme file.
            pub fn name(self) -> &'static str {
                match self {
                    $(Tone::$tone => $name,)*
                }
            }
        }
    };
}

tones! {
    /// What is read. Tones a theme does not mention look like this one.
    Text "text",
    /// What may be overlooked: times, units, addresses.
    Dim "dim",
    /// What draws the eye without being good or bad.
    Accent "accent",
    /// The person's name and words.
    Human "human",
    /// The agent's name and words.
    Agent "agent",
    /// A command line.
    Command "command",
    /// The tier that runs at once.
    Auto "auto",
    /// The tier that asks.
    Approval "approval",
    /// The tier that asks for a typed answer.
    Destructive "destructive",
    Success "success",
    Warning "warning",
    Failure "failure",
    /// What a program prints on its error stream.
    Stderr "stderr",
    /// Lines alone; what is to be read on them has another tone.
    Border "border",
    /// The lines of what has the keys, and its name on them.
    BorderFocus "border_focus",
    StatusLine "status_line",
    /// What lies above the panes: dialogs, banners, the palette.
    Panel "panel",
    /// The name of a key.
    Key "key",
    /// Text that stands where input is awaited.
    Placeholder "placeholder",
    Selection "selection",
    /// What a model thinks aloud.
    Thinking "thinking",
    Heading "heading",
    Link "link",
    Quote "quote",
    /// Code inside a sentence.
    Code "code",
    CodeBlock "code_block",
    Keyword "keyword",
    Literal "literal",
    Number "number",
    Comment "comment",
    /// The name of a function, a type, a field in code.
    Name "name",
}

/// Why a theme cannot be read.
#[derive(Debug, Error)]
pub enum ThemeError {
    /// No YAML mapping from names to words; the source names the line.
    #[error("a theme is a mapping from names to looks")]
    Shape(#[source] serde_yaml::Error),
    #[error("there is no tone \"{name}\" (the tones are {known})")]
    UnknownTone { name: String, known: String },
    #[error("the look of \"{tone}\" is empty")]
    Empty { tone: String },
    #[error("\"{word}\" in the look of \"{tone}\" is no colour and none of bold, dim, italic, underline, reverse")]
    UnknownWord { tone: String, word: String },
    #[error("the look of \"{tone}\" has a colour too many: \"{word}\"")]
    SecondColour { tone: String, word: String },
    #[error("the look of \"{tone}\" ends with \"on\", which wants a colour behind it")]
    NoBackground { tone: String },
    #[error("it inherits \"{name}\", and there is no such theme")]
    UnknownParent { name: String },
    #[error("the themes it inherits lead back to \"{name}\"")]
    Ring { name: String },
    /// The mistake is in another file than the one that was read.
    #[error("it inherits \"{name}\", which cannot be read")]
    Inherited {
        name: String,
        #[source]
        error: Box<ThemeError>,
    },
    #[error("\"glyphs\" is \"ascii\" or \"unicode\", not \"{word}\"")]
    Glyphs { word: String },
}

impl ThemeError {
    /// The line of the file that is wrong, where it can be told.
    pub fn line(&self, yaml: &str) -> Option<usize> {
        let wrong: &str = match self {
            ThemeError::Shape(error) => return error.location().map(|place| place.line()),
            ThemeError::UnknownTone { name, .. } => name,
            ThemeError::Empty { tone }
            | ThemeError::UnknownWord { tone, .. }
            | ThemeError::SecondColour { tone, .. }
            | ThemeError::NoBackground { tone } => tone,
            ThemeError::UnknownParent { .. } | ThemeError::Ring { .. } | ThemeError::Inherited { .. } => "inherits",
            ThemeError::Glyphs { .. } => "glyphs",
        };
        let name = |line: &str| line.split_once(':').map(|(name, _)| name.trim().trim_matches(['"', '\'']).to_owned());
        yaml.lines().position(|line| name(line).as_deref() == Some(wrong)).map(|at| at + 1)
    }

    /// What mends it.
    pub fn hint(&self) -> &'static str {
        match self {
            ThemeError::Shape(_) => "Write a line a tone, such as `accent: \"#88b8f5 bold\"`.",
            ThemeError::UnknownTone { .. } => "Correct its name, or take the line out.",
            ThemeError::Empty { .. } => "Put a look with # into quotes, or what follows is a comment: \"#88b8f5\".",
            ThemeError::UnknownWord { .. } => "Write a colour as \"#88b8f5\" or as red, bright-red or default.",
            ThemeError::SecondColour { .. } => "Write `on` before the colour of the background.",
            ThemeError::NoBackground { .. } => "Write one, or take `on` out.",
            ThemeError::UnknownParent { .. } => "`/theme` lists those there are.",
            ThemeError::Ring { .. } => {
                "Let one of them inherit another, or none; a file named as a built-in theme stands in its place."
            }
            ThemeError::Inherited { .. } => "Mend that one first.",
            ThemeError::Glyphs { .. } => "Write one of the two, or take the line out.",
        }
    }
}

/// A look for every tone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theme {
    styles: BTreeMap<Tone, Style>,
    ascii: bool,
}

impl Theme {
    /// Reads a theme file that stands alone.
    pub fn parse(yaml: &str) -> Result<Theme, ThemeError> {
        Theme::read(yaml, &|_| None)
    }

    /// Reads a theme file; `others` gives the text of the theme of a name.
    pub fn read(yaml: &str, others: &dyn Fn(&str) -> Option<String>) -> Result<Theme, ThemeError> {
        Theme::inheriting(yaml, others, &mut Vec::new())
    }

    /// `above` are the names of the themes that were inherited on the way here.
    fn inheriting(
        yaml: &str,
        others: &dyn Fn(&str) -> Option<String>,
        above: &mut Vec<String>,
    ) -> Result<Theme, ThemeError> {
        let mut looks: BTreeMap<String, String> = serde_yaml::from_str(yaml).map_err(ThemeError::Shape)?;
        let mut theme = match looks.remove("inherits") {
            None => Theme { styles: BTreeMap::new(), ascii: false },
            Some(name) if above.contains(&name) => return Err(ThemeError::Ring { name }),
            Some(name) => {
                let parent = others(&name).ok_or_else(|| ThemeError::UnknownParent { name: name.clone() })?;
                above.push(name.clone());
                Theme::inheriting(&parent, others, above).map_err(|error| match error {
                    error @ (ThemeError::Ring { .. } | ThemeError::Inherited { .. }) => error,
                    error => ThemeError::Inherited { name, error: Box::new(error) },
                })?
            }
        };
        match looks.remove("glyphs").as_deref() {
            None => {}
            Some("ascii") => theme.ascii = true,
            Some("unicode") => theme.ascii = false,
            Some(word) => return Err(ThemeError::Glyphs { word: word.to_owned() }),
        }
        for (name, look) in &looks {
            let tone = Tone::ALL.iter().find(|tone| tone.name() == name).ok_or_else(|| ThemeError::UnknownTone {
                name: name.clone(),
                known: Tone::ALL.iter().map(|tone| tone.name()).collect::<Vec<_>>().join(", "),
            })?;
            theme.styles.insert(*tone, style(name, look)?);
        }
        Ok(theme)
    }

    /// Whether lines and signs are to be of ASCII.
    pub(super) fn is_ascii(&self) -> bool {
        self.ascii
    }

    /// How a tone looks here.
    pub fn style(&self, tone: Tone) -> Style {
        self.styles.get(&tone).or_else(|| self.styles.get(&Tone::Text)).copied().unwrap_or_default()
    }

    /// How a cell of the person's shell looks. The colours are the programs', chosen by the person, and none of the
    /// theme's; where the terminal has none they are not sent.
    pub fn look(&self, look: Look) -> Style {
        let mut style = Style { fg: Some(colour(look.front)), bg: Some(colour(look.back)), ..Style::default() };
        for (on, modifier) in [
            (look.bold, Modifier::BOLD),
            (look.dim, Modifier::DIM),
            (look.italic, Modifier::ITALIC),
            (look.underline, Modifier::UNDERLINED),
            (look.inverse, Modifier::REVERSED),
        ] {
            if on {
                style = style.add_modifier(modifier);
            }
        }
        style
    }
}

fn style(tone: &str, look: &str) -> Result<Style, ThemeError> {
    if look.trim().is_empty() {
        return Err(ThemeError::Empty { tone: tone.to_owned() });
    }
    let mut style = Style::default();
    let mut words = look.split_whitespace();
    while let Some(word) = words.next() {
        if let Some(modifier) = modifier(word) {
            style = style.add_modifier(modifier);
            continue;
        }
        let (word, is_background) = match word {
            "on" => (words.next().ok_or_else(|| ThemeError::NoBackground { tone: tone.to_owned() })?, true),
            word => (word, false),
        };
        let color =
            color(word).ok_or_else(|| ThemeError::UnknownWord { tone: tone.to_owned(), word: word.to_owned() })?;
        let place = if is_background { &mut style.bg } else { &mut style.fg };
        if place.replace(color).is_some() {
            return Err(ThemeError::SecondColour { tone: tone.to_owned(), word: word.to_owned() });
        }
    }
    Ok(style)
}

fn modifier(word: &str) -> Option<Modifier> {
    Some(match word {
        "bold" => Modifier::BOLD,
        "dim" => Modifier::DIM,
        "italic" => Modifier::ITALIC,
        "underline" => Modifier::UNDERLINED,
        "reverse" => Modifier::REVERSED,
        _ => return None,
    })
}

fn color(word: &str) -> Option<Color> {
    if word == "default" {
        return Some(Color::Reset);
    }
    // The library reads bare numbers as well; a look would then not say what it looks like.
    let is_name = word.starts_with('#') || word.chars().all(|c| c.is_ascii_lowercase() || c == '-');
    word.parse().ok().filter(|color| is_name && *color != Color::Reset)
}

fn colour(ink: Ink) -> Color {
    match ink {
        Ink::Default => Color::Reset,
        Ink::Indexed(index) => Color::Indexed(index),
        Ink::Rgb(r, g, b) => Color::Rgb(r, g, b),
    }
}

#[cfg(test)]
pub(in crate::ui) mod tests {
    use super::*;

    const DARK: &str = include_str!("../../themes/dark.yaml");
    const LIGHT: &str = include_str!("../../themes/light.yaml");
    const ANSI: &str = include_str!("../../themes/ansi.yaml");
    const MONO: &str = include_str!("../../themes/mono.yaml");

    pub(in crate::ui) type Rgb = (u8, u8, u8);

    /// A dark terminal's background is black to dark grey, a light one's white to paper.
    const ON_DARK: [Rgb; 2] = [(0, 0, 0), (40, 44, 52)];
    const ON_LIGHT: [Rgb; 2] = [(255, 255, 255), (250, 246, 236)];

    /// The themes that name their colours, the terminals' backgrounds they are for, and the least contrast of text.
    pub(in crate::ui) const COLOURED: [(&str, [Rgb; 2], f64); 6] = [
        ("dark", ON_DARK, 4.5),
        ("gruvbox", ON_DARK, 4.5),
        ("colour-blind", ON_DARK, 4.5),
        ("high-contrast", ON_DARK, 7.0),
        ("light", ON_LIGHT, 4.5),
        ("solarized", ON_LIGHT, 4.5),
    ];

    /// That of lines and signs.
    pub(in crate::ui) const LEAST_OF_SIGNS: f64 = 3.0;

    /// The tones that are drawn over another's background. What is selected has the colours of the selection alone.
    const OVER: [(Tone, &[Tone]); 2] = [
        (
            Tone::Panel,
            &[
                Tone::Text,
                Tone::Dim,
                Tone::Accent,
                Tone::Command,
                Tone::Auto,
                Tone::Approval,
                Tone::Destructive,
                Tone::Warning,
                Tone::BorderFocus,
                Tone::Key,
            ],
        ),
        (Tone::StatusLine, &[Tone::Accent, Tone::Dim]),
    ];

    /// The contrast of two colours after WCAG 2: 1 to 21.
    pub(in crate::ui) fn contrast(one: Rgb, other: Rgb) -> f64 {
        let luminance = |(r, g, b): Rgb| {
            let linear = |channel: u8| {
                let channel = f64::from(channel) / 255.0;
                if channel <= 0.03928 { channel / 12.92 } else { ((channel + 0.055) / 1.055).powf(2.4) }
            };
            0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
        };
        let (a, b) = (luminance(one), luminance(other));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    pub(in crate::ui) fn rgb(color: Option<Color>) -> Option<Rgb> {
        match color {
            Some(Color::Rgb(r, g, b)) => Some((r, g, b)),
            _ => None,
        }
    }

    /// The text of a shipped theme.
    fn shipped(name: &str) -> Option<String> {
        let text = match name {
            "dark" => DARK,
            "light" => LIGHT,
            "ansi" => ANSI,
            "mono" => MONO,
            "high-contrast" => include_str!("../../themes/high-contrast.yaml"),
            "colour-blind" => include_str!("../../themes/colour-blind.yaml"),
            "gruvbox" => include_str!("../../themes/gruvbox.yaml"),
            "solarized" => include_str!("../../themes/solarized.yaml"),
            "ascii" => include_str!("../../themes/ascii.yaml"),
            _ => return None,
        };
        Some(text.to_owned())
    }

    pub(in crate::ui) fn read(name: &str) -> Theme {
        Theme::read(&shipped(name).unwrap(), &shipped).unwrap()
    }

    const ALL: [&str; 9] =
        ["ansi", "ascii", "colour-blind", "dark", "gruvbox", "high-contrast", "light", "mono", "solarized"];

    #[test]
    fn every_shipped_theme_names_every_tone() {
        for name in ALL {
            for tone in Tone::ALL {
                assert!(read(name).styles.contains_key(tone), "{} in {name}", tone.name());
            }
        }
    }

    #[test]
    fn a_theme_has_what_it_inherits_and_its_own_counts_more() {
        let others = |name: &str| (name == "base").then(|| "text: red\naccent: blue\nglyphs: ascii\n".to_owned());
        let theme = Theme::read("inherits: base\naccent: green\n", &others).unwrap();
        assert_eq!(theme.style(Tone::Text).fg, Some(Color::Red));
        assert_eq!(theme.style(Tone::Accent).fg, Some(Color::Green));
        assert!(theme.is_ascii());
    }

    #[test]
    fn a_theme_that_inherits_nothing_that_is_there_or_itself_says_so() {
        let unknown = Theme::read("inherits: nowhere\n", &|_| None).unwrap_err().to_string();
        assert!(unknown.contains("\"nowhere\""), "{unknown}");
        let ring = |name: &str| Some(if name == "a" { "inherits: b\n" } else { "inherits: a\n" }.to_owned());
        for yaml in ["inherits: a\n", "inherits: b\n", "inherits: c\n"] {
            assert!(Theme::read(yaml, &ring).unwrap_err().to_string().contains("lead back to"), "{yaml}");
        }
        let deep = |name: &str| {
            let number: u32 = name.parse().ok()?;
            Some(if number == 0 { "text: red\n".to_owned() } else { format!("inherits: \"{}\"\n", number - 1) })
        };
        assert_eq!(Theme::read("inherits: \"30\"\n", &deep).unwrap().style(Tone::Text).fg, Some(Color::Red));
    }

    #[test]
    fn a_mistake_is_told_with_its_line_and_one_of_an_inherited_theme_as_that_one_s() {
        for (yaml, line) in [
            ("# mine\ntext: red\n\"txet\": red\n", 3),
            ("text: red\naccent: rde\n", 2),
            ("text: red\naccent: #88b8f5\n", 2),
            ("text: red blue\n", 1),
            ("text: red\n\nlink : red on\n", 3),
            ("text: red\nglyphs: none\n", 2),
            ("text: red\ninherits: nowhere\n", 2),
            ("text: red\naccent: [red]\n", 2),
        ] {
            let error = Theme::parse(yaml).unwrap_err();
            assert_eq!(error.line(yaml), Some(line), "{error} in {yaml}");
            assert!(!error.hint().is_empty());
        }
        let others = |name: &str| Some(if name == "a" { "inherits: b\n" } else { "txet: red\n" }.to_owned());
        for yaml in ["inherits: a\n", "inherits: b\n"] {
            let error = Theme::read(yaml, &others).unwrap_err();
            assert!(matches!(&error, ThemeError::Inherited { name, .. } if name == "b"), "{error:?}");
            assert_eq!(error.line(yaml), Some(1));
        }
    }

    #[test]
    fn every_text_is_readable_on_usual_backgrounds() {
        for (name, grounds, least) in COLOURED {
            let theme = read(name);
            for tone in Tone::ALL {
                let style = theme.style(*tone);
                let least = if *tone == Tone::Border { LEAST_OF_SIGNS } else { least };
                let grounds = rgb(style.bg).map_or(grounds.to_vec(), |ground| vec![ground]);
                for ground in grounds {
                    let found = contrast(rgb(style.fg).unwrap(), ground);
                    assert!(found >= least, "{} of {name} has {found:.2} on {ground:?}", tone.name());
                }
            }
        }
    }

    #[test]
    fn every_text_is_readable_above_what_has_a_background_of_its_own() {
        for (name, grounds, least) in COLOURED {
            let theme = read(name);
            for (ground, tones) in OVER {
                let grounds = rgb(theme.style(ground).bg).map_or(grounds.to_vec(), |ground| vec![ground]);
                for (tone, below) in tones.iter().flat_map(|tone| grounds.iter().map(move |below| (tone, *below))) {
                    let found = contrast(rgb(theme.style(*tone).fg).unwrap(), below);
                    let over = ground.name();
                    assert!(found >= least, "{} of {name} has {found:.2} over {over}", tone.name());
                }
            }
        }
    }

    #[test]
    fn the_mono_theme_has_no_colour() {
        let theme = Theme::parse(MONO).unwrap();
        for tone in Tone::ALL {
            let style = theme.style(*tone);
            assert!(matches!((style.fg, style.bg), (None | Some(Color::Reset), None)), "{}", tone.name());
        }
    }

    #[test]
    fn the_ansi_theme_keeps_to_the_sixteen_colours_of_the_terminal() {
        let theme = Theme::parse(ANSI).unwrap();
        for tone in Tone::ALL {
            assert_eq!(rgb(theme.style(*tone).fg), None);
        }
    }

    #[test]
    fn a_missing_tone_looks_like_text() {
        let theme = Theme::parse("text: \"#102030 on bright-white italic\"\n").unwrap();
        let text = Style::new().fg(Color::Rgb(16, 32, 48)).bg(Color::White).add_modifier(Modifier::ITALIC);
        assert_eq!(theme.style(Tone::Link), text);
    }

    #[test]
    fn wrong_themes_are_refused_with_the_word_that_is_wrong() {
        for (yaml, word) in [
            ("txet: red", "txet"),
            ("text: rde", "rde"),
            ("text: \"#12345\"", "#12345"),
            ("text: \"200\"", "200"),
            ("text: red on", "on"),
            ("text: red blue", "blue"),
            ("text: [red]", "mapping"),
        ] {
            let error = Theme::parse(yaml).unwrap_err().to_string();
            assert!(error.contains(word), "{error}");
        }
    }
}
