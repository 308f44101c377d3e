//! How many colours a terminal has, and a theme made to fit.
//!
//! Owns what the environment says of it, and the way to the nearest of 256 colours. A theme is fitted when it is read:
//! what draws knows nothing of it.

use ratatui::style::Color;

use super::Theme;

/// How many colours a terminal has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    None,
    /// Those whose look is the terminal's own.
    Sixteen,
    /// These and 240 that look the same everywhere.
    Palette,
    True,
}

impl Depth {
    /// What the variables `TERM`, `COLORTERM` and `NO_COLOR` say, as they are set. Where they do not tell, there are
    /// sixteen: what a terminal does not understand it may print.
    pub fn of(term: Option<&str>, colorterm: Option<&str>, no_color: Option<&str>) -> Depth {
        let term = term.unwrap_or_default();
        if no_color.is_some_and(|value| !value.is_empty())
            || matches!(term, "" | "dumb" | "vt52" | "vt100" | "vt102" | "vt220" | "vt320")
            || term.ends_with("-m")
            || term.ends_with("-mono")
        {
            return Depth::None;
        }
        // The console of a Linux has no more, and may have been reached from a terminal that had.
        if term == "linux" || term.starts_with("linux-") {
            return Depth::Sixteen;
        }
        let is_true = matches!(colorterm, Some("truecolor" | "24bit"))
            || term.ends_with("-direct")
            || term.ends_with("-truecolor")
            || ["alacritty", "foot", "xterm-ghostty", "xterm-kitty", "wezterm"].contains(&term);
        if is_true {
            Depth::True
        } else if term.contains("256color") || ["xterm", "screen", "tmux"].contains(&term) {
            Depth::Palette
        } else {
            Depth::Sixteen
        }
    }

    /// The name of the theme that suits it. A light background cannot be known from it.
    pub fn suits(self) -> &'static str {
        match self {
            Depth::None => "mono",
            Depth::Sixteen | Depth::Palette => "ansi",
            Depth::True => "dark",
        }
    }

    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Depth::None => "no colours",
            Depth::Sixteen => "16 colours",
            Depth::Palette => "256 colours",
            Depth::True => "16 million colours",
        }
    }

    fn has(self, color: Color) -> bool {
        match color {
            Color::Reset => true,
            Color::Rgb(..) => self == Depth::True,
            Color::Indexed(_) => matches!(self, Depth::True | Depth::Palette),
            _ => self != Depth::None,
        }
    }
}

impl Theme {
    /// The same theme in the colours there are: of 256 the nearest; where there are fewer, what cannot be drawn as it
    /// is looks as in `plain`.
    #[must_use]
    pub fn within(mut self, depth: Depth, plain: &Theme) -> Theme {
        for (tone, style) in &mut self.styles {
            if depth == Depth::Palette {
                (style.fg, style.bg) = (style.fg.map(nearest), style.bg.map(nearest));
            } else if ![style.fg, style.bg].into_iter().flatten().all(|color| depth.has(color)) {
                *style = plain.style(*tone);
            }
        }
        self
    }
}

/// Of the colours that look the same everywhere the one that is nearest to a true one.
fn nearest(color: Color) -> Color {
    let Color::Rgb(r, g, b) = color else { return color };
    let apart = |one: u8, other: u8| u32::from(one.abs_diff(other)).pow(2);
    let far = |index: &u8| {
        let other = shown(*index);
        apart(r, other.0) + apart(g, other.1) + apart(b, other.2)
    };
    (16..=u8::MAX).min_by_key(far).map_or(color, Color::Indexed)
}

/// What one of them looks like: a cube of six steps a side, then greys.
fn shown(index: u8) -> (u8, u8, u8) {
    if let Some(grey) = index.checked_sub(232) {
        let level = 8 + 10 * grey;
        return (level, level, level);
    }
    let level = |step: u8| if step == 0 { 0 } else { 55 + 40 * step };
    let at = index.saturating_sub(16);
    (level(at / 36), level(at / 6 % 6), level(at % 6))
}

#[cfg(test)]
mod tests {
    use super::super::Tone;
    use super::super::tests::{COLOURED, LEAST_OF_SIGNS, contrast, read};
    use super::*;

    #[test]
    fn the_environment_says_how_many_colours_there_are() {
        let depth = Depth::of;
        for (term, colorterm, no_color, wanted) in [
            ("xterm-256color", Some("truecolor"), None, Depth::True),
            ("screen-256color", Some("24bit"), None, Depth::True),
            ("xterm-kitty", None, None, Depth::True),
            ("xterm-direct", None, None, Depth::True),
            ("xterm-256color", None, Some(""), Depth::Palette),
            ("screen.xterm-256color", Some("yes"), None, Depth::Palette),
            ("xterm", None, None, Depth::Palette),
            ("screen", None, None, Depth::Palette),
            ("tmux", Some(""), None, Depth::Palette),
            ("linux", None, None, Depth::Sixteen),
            ("linux", Some("truecolor"), None, Depth::Sixteen),
            ("xterm-16color", None, None, Depth::Sixteen),
            ("something-new", None, None, Depth::Sixteen),
            ("xterm-256color", Some("truecolor"), Some("1"), Depth::None),
            ("xterm-mono", None, None, Depth::None),
            ("vt220", Some("truecolor"), None, Depth::None),
            ("dumb", None, None, Depth::None),
        ] {
            assert_eq!(depth(Some(term), colorterm, no_color), wanted, "{term} {colorterm:?} {no_color:?}");
        }
        assert_eq!(depth(None, Some("truecolor"), None), Depth::None);
    }

    #[test]
    fn a_true_colour_becomes_the_nearest_of_256() {
        for (rgb, index) in [
            ((0, 0, 0), 16),
            ((255, 255, 255), 231),
            ((95, 135, 175), 67),
            ((94, 137, 172), 67),
            ((8, 8, 8), 232),
            ((237, 238, 239), 255),
        ] {
            assert_eq!(nearest(Color::Rgb(rgb.0, rgb.1, rgb.2)), Color::Indexed(index), "{rgb:?}");
            let (r, g, b) = shown(index);
            assert_eq!(nearest(Color::Rgb(r, g, b)), Color::Indexed(index));
        }
        assert_eq!(nearest(Color::LightRed), Color::LightRed);
        assert_eq!(nearest(Color::Reset), Color::Reset);
    }

    #[test]
    fn no_theme_has_colours_that_the_terminal_has_not() {
        for (name, ..) in COLOURED {
            for (depth, plain) in [(Depth::None, "mono"), (Depth::Sixteen, "ansi"), (Depth::Palette, "ansi")] {
                let theme = read(name).within(depth, &read(plain));
                for tone in Tone::ALL {
                    let style = theme.style(*tone);
                    let colours = [style.fg, style.bg].into_iter().flatten();
                    for color in colours {
                        assert!(depth.has(color), "{} of {name} is {color:?} where there are {depth:?}", tone.name());
                    }
                }
                if depth != Depth::Palette {
                    assert_eq!(theme, read(plain), "{name}");
                }
            }
            assert_eq!(read(name).within(Depth::True, &read("ansi")), read(name));
        }
    }

    #[test]
    fn what_a_terminal_can_draw_stays_as_the_person_wants_it() {
        let mine = Theme::parse("text: default\naccent: green\nlink: \"#102030 underline\"\nglyphs: ascii\n").unwrap();
        let theme = mine.clone().within(Depth::Sixteen, &read("ansi"));
        assert_eq!(theme.style(Tone::Accent).fg, Some(Color::Green));
        assert_eq!(theme.style(Tone::Link), read("ansi").style(Tone::Link));
        assert!(theme.is_ascii());
        let theme = mine.within(Depth::None, &read("mono"));
        assert_eq!(theme.style(Tone::Accent), read("mono").style(Tone::Accent));
    }

    #[test]
    fn what_is_nearest_can_still_be_read() {
        let rgb = |color: Option<Color>| match color {
            Some(Color::Indexed(index)) => Some(shown(index)),
            _ => None,
        };
        for (name, grounds, least) in COLOURED {
            let theme = read(name).within(Depth::Palette, &read("ansi"));
            for tone in Tone::ALL {
                let style = theme.style(*tone);
                // A little less than of the colours themselves: there is not one for each.
                let least = 0.95 * if *tone == Tone::Border { LEAST_OF_SIGNS } else { least };
                for ground in rgb(style.bg).map_or(grounds.to_vec(), |ground| vec![ground]) {
                    let found = contrast(rgb(style.fg).unwrap(), ground);
                    assert!(found >= least, "{} of {name} has {found:.2} on {ground:?}", tone.name());
                }
            }
        }
    }
}
