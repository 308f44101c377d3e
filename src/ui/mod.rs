//! Draws a view. Knows what things look like and nothing of how they came to
//! be: no state changes here but the cache of measured lines, no file, no
//! clock, no process.
//!
//! `view` is what is drawn, `layout` where on the whole screen, `strip` what and how much of it below what stands on the
//! ordinary one, `chat`, `block`, `card`, `scroll`, `printed`, `composer`,
//! `approval`, `shell`, `summoner`, `welcome`, `graph`, `sessions`, `pager`, `question`, `picker`, `pending` and
//! `status` how; `markdown`, `highlight`, `tint`, `needle`, `links` and `theme` serve them.

mod approval;
mod ascii;
mod block;
mod card;
mod chat;
mod checklist;
mod closing;
mod composer;
mod graph;
pub mod highlight;
mod layout;
mod links;
pub mod markdown;
mod needle;
mod pager;
mod panel;
mod pending;
mod picker;
mod printed;
mod question;
mod rules;
mod scroll;
mod sessions;
mod shell;
mod status;
mod strip;
mod summoner;
pub mod theme;
mod tint;
mod view;
mod welcome;

pub use chat::Cache;
pub use links::Link;
pub use shell::Chosen;
pub use strip::Strip;
pub use view::{
    Block, BlockKind, Card, CardState, Dialog, DialogDrawn, Drawn, Face, FindView, GraphView, HelpRow, Keys, Offer,
    PagerView, Panes, PendingView, PickRow, PickView, Place, Printed, QuestionView, RulesOffer, SessionRow,
    SessionsView, ShellPane, Sight, Sought, Split, Spot, StatusPart, Step, SummonerView, View, WelcomeView,
};

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::widgets::Paragraph;

use theme::{Theme, Tone};

/// Draws the whole screen; says what was seen of the dialog and of the chat.
pub fn draw(view: &View<'_>, cache: &mut Cache, theme: &Theme, frame: &mut Frame<'_>) -> Drawn {
    let area = frame.area();
    cache.begin();
    frame.buffer_mut().set_style(area, theme.style(Tone::Text));
    let Some(places) = layout::split(area, view, view.place) else {
        too_small(&view.keys, area, theme, frame);
        return Drawn::default();
    };
    let mut drawn = Drawn { panes: places.panes(area), ..Drawn::default() };
    if let Some(chat) = places.chat {
        chat::draw(view, cache, theme, frame, chat, &mut drawn);
        if let Some(welcome) = &view.welcome {
            drawn.welcome_below = welcome::draw(welcome, &view.keys, theme, frame, chat);
        }
    }
    // Also while it is not seen: the size its terminal has.
    drawn.shell = layout::shell(area, view).map(shell::inside).unwrap_or_default();
    let mut theirs = None;
    if let Some(area) = places.shell {
        shell::draw(&view.shell, &view.keys, view.place == Place::Shell, theme, frame, area);
        // A program's own signs are no signs of ours.
        if theme.is_ascii() && view.shell.picture.is_some() {
            theirs = Some(ascii::Theirs::of(frame.buffer_mut(), shell::inside(area)));
        }
        if let Some(summoner) = &view.summoner {
            summoner::draw(summoner, theme, frame, area);
        }
    }
    if let Some(area) = places.graph {
        graph::draw(view, theme, frame, area, &mut drawn);
    }
    if let (Some(area), Some(sessions)) = (places.sessions, &view.sessions) {
        sessions::draw(sessions, &view.keys, theme, frame, area, &mut drawn);
    }
    if let Some(area) = places.composer {
        composer::draw(view, theme, frame, area);
        if let Some(completion) = view.completion.as_ref().filter(|_| view.place == Place::Chat) {
            picker::completions(completion, theme, frame, area);
        }
    }
    status::draw(view, theme, frame, places.status);
    status::hints(view, theme, frame, places.hints);
    if let Some(offer) = &view.offer {
        approval::offer(offer, theme, frame, area);
    }
    if let Some(offer) = &view.rules {
        drawn.rules_above = rules::draw(offer, &view.keys, theme, frame, area);
    }
    if let Some(summary) = view.closing {
        closing::draw(summary, &view.keys, theme, frame, area);
    }
    if let Some(pager) = &view.pager {
        pager::draw(
            pager,
            theme,
            &cache.highlighter,
            frame,
            Rect { height: area.height.saturating_sub(2), ..area },
            &mut drawn,
        );
    }
    if let Some(pending) = &view.pending {
        pending::draw(pending, theme, frame, Rect { height: area.height.saturating_sub(2), ..area });
    }
    if let Some(palette) = &view.palette {
        picker::over(palette, theme, frame, area);
    }
    if let Some(question) = &view.question {
        question::draw(question, theme, frame, area);
    }
    // Elsewhere the frame says that one waits.
    if let Some(dialog) = view.dialog.as_ref().filter(|dialog| !dialog.banner || view.place == Place::Chat) {
        drawn.dialog = Some(approval::draw(dialog, &view.keys, theme, &cache.highlighter, frame, area));
    }
    // Where something lies above the chat, its addresses are not seen.
    if let Some(chat) = places.chat.filter(|_| view.is_bare()) {
        cache.links = links::in_area(frame.buffer_mut(), chat::inside(chat));
    }
    if theme.is_ascii() {
        ascii::translate(frame.buffer_mut(), theirs.as_ref());
    }
    drawn.laid += cache.laid();
    drawn
}

/// A terminal this small shows that it is, and what would help.
fn too_small(keys: &Keys, area: Rect, theme: &Theme, frame: &mut Frame<'_>) {
    let (width, height) = (area.width, area.height);
    let text = format!("{width}×{height} is too small.\nMake it 40×10 or larger.\n{} closes.", keys.close);
    frame.render_widget(Paragraph::new(text).style(theme.style(Tone::Warning)), area);
}

#[cfg(test)]
mod tests;
