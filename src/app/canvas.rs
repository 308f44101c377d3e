//! What the workbench is drawn on: the whole of the alternate screen, or a strip of the ordinary one.
//!
//! Owns both surfaces, the themes and the cache of what was measured. Which of the surfaces it is, is the state's to say.

use std::path::PathBuf;

use super::state::State;
use crate::domain::pane::Snapshot;
use crate::terminal::{Screen, Strip, Surface, TerminalError, TerminalGuard};
use crate::ui::theme::Theme;
use crate::ui::{self, Cache, Drawn, Printed};

/// The themes there are.
pub struct Wardrobe {
    pub themes: Vec<(String, Theme)>,
    /// The one the person chose.
    pub chosen: Option<usize>,
    /// The one that suits the terminal, where they chose none.
    pub suits: usize,
    /// Whether the terminal has the colours for the dark theme and the light one, and may change between them.
    pub follows: bool,
    /// The file that keeps the name of the one the person chooses.
    pub kept_in: PathBuf,
    /// What of the person's own cannot be used.
    pub told: Vec<String>,
}

impl Wardrobe {
    /// The theme at a place, or the first.
    fn theme(&self, place: usize) -> Option<&Theme> {
        self.themes.get(place).or(self.themes.first()).map(|(_, theme)| theme)
    }
}

/// Both surfaces.
pub(super) struct Canvas {
    screen: Screen,
    strip: Strip,
    cache: Cache,
    wardrobe: Wardrobe,
    /// The theme that the cache was made with.
    worn: usize,
    /// Whether the terminal takes addresses that can be opened.
    links: bool,
}

impl Canvas {
    pub fn new(guard: &TerminalGuard, wardrobe: Wardrobe, links: bool) -> Result<Canvas, TerminalError> {
        Ok(Canvas {
            screen: Screen::new(guard)?,
            strip: Strip::new(guard)?,
            cache: Cache::default(),
            worn: wardrobe.chosen.unwrap_or(wardrobe.suits),
            wardrobe,
            links,
        })
    }

    /// The file that keeps the theme.
    pub fn theme_file(&self) -> &PathBuf {
        &self.wardrobe.kept_in
    }

    /// Draws the state; what was seen, or nothing where nothing could be: the terminal is lent.
    pub fn draw(
        &mut self,
        state: &mut State,
        picture: Option<&Snapshot>,
        guard: &mut TerminalGuard,
    ) -> Result<Option<Drawn>, TerminalError> {
        state.take_dirty();
        if state.take_repaint() {
            self.screen.repaint();
            self.strip.repaint();
        }
        if std::mem::replace(&mut self.worn, state.theme()) != self.worn {
            // Measured lines have their looks with them.
            self.cache = Cache::default();
        }
        if state.is_strip() {
            guard.go_to(Surface::Strip)?;
            if state.is_resizing() {
                self.strip.wipe()?;
                return Ok(None);
            }
            return self.draw_strip(state, None);
        }
        guard.go_to(Surface::Whole)?;
        let Some(theme) = self.wardrobe.theme(self.worn) else { return Ok(None) };
        let (cache, takes_links) = (&mut self.cache, self.links);
        let mut view = state.view();
        view.shell.picture = picture;
        let mut drawn = Drawn::default();
        self.screen.draw(|frame| {
            drawn = ui::draw(&view, cache, theme, frame);
            let links = cache.links().iter().filter(|_| takes_links);
            links.map(|link| (link.cells, link.address.clone())).collect()
        })?;
        Ok(Some(drawn))
    }

    /// Leaves what stands in the chat on the ordinary screen, also what would have gone on.
    pub fn part(&mut self, state: &State, guard: &mut TerminalGuard) -> Result<(), TerminalError> {
        let Some(mut printed) = state.view().printed else { return Ok(()) };
        guard.go_to(Surface::Strip)?;
        printed.settled = u64::MAX;
        while let Some(through) = self.draw_strip(state, Some(printed))?.and_then(|drawn| drawn.printed) {
            printed.through = through;
        }
        Ok(())
    }

    fn draw_strip(&mut self, state: &State, printed: Option<Printed>) -> Result<Option<Drawn>, TerminalError> {
        let Some(theme) = self.wardrobe.theme(self.worn) else { return Ok(None) };
        let mut view = state.view();
        view.printed = printed.or(view.printed);
        let cache = &mut self.cache;
        let mut strip = ui::Strip::new(view, cache, theme, self.strip.size()?);
        let above = std::mem::take(&mut strip.above);
        let mut drawn = None;
        let shown = self.strip.draw(above.into_iter(), strip.rows(), |frame| {
            drawn = Some(strip.draw(cache, theme, frame));
        })?;
        Ok(drawn.filter(|_| shown))
    }
}
