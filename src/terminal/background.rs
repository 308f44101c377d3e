//! Whether the terminal is light or dark, as it says itself.
//!
//! Must be asked before anything reads the terminal's input.

use std::time::Duration;

use terminal_colorsaurus::{QueryOptions, ThemeMode, theme_mode};

/// A terminal that answers no question about itself is not waited for longer.
const PATIENCE: Duration = Duration::from_millis(150);

/// Whether its background is light; `None` where it does not say.
pub fn is_light() -> Option<bool> {
    let mut options = QueryOptions::default();
    options.timeout = PATIENCE;
    theme_mode(options).map(|mode| mode == ThemeMode::Light).ok()
}
