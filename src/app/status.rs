//! How things stand, as a text: what `/status` shows.

use super::pager::Pager;
use super::state::State;
use crate::bus::Presence;
use crate::output::escape;

/// Opens it.
pub(super) fn open(state: &mut State) {
    state.pager = Some(Pager::with("status".to_owned(), text(state)));
}

fn text(state: &State) -> Vec<String> {
    let place = &state.surroundings;
    let named = |name: &Option<String>| name.as_deref().map_or_else(|| "none".to_owned(), escape::line);
    let mut rows = vec![("session", state.session.as_ref().map_or("none yet", |session| session.as_str()).to_owned())];
    let slug = state.session.as_ref().map_or("", |session| session.slug());
    let given = state.way.as_ref().map(|way| way.name.as_str()).filter(|name| *name != slug);
    rows.extend(given.map(|name| ("name", escape::line(name))));
    rows.extend(state.memory_branch().map(|branch| ("memory", format!("branch {branch}"))));
    rows.extend([
        ("directory", escape::line(&place.cwd)),
        ("cluster", named(&place.kube_context)),
        ("namespace", named(&place.namespace)),
        ("git branch", named(&place.git_branch)),
        ("docker", named(&place.docker_context)),
    ]);
    match &state.presence {
        Presence::Planner => rows.push(("who answers", "the built-in planner".to_owned())),
        Presence::Model { name, window } => {
            let name = escape::line(name);
            let who = match state.fast_path {
                true => format!("the built-in planner what it is sure of, {name} the rest"),
                false => format!("{name}; the fast path is off"),
            };
            rows.push(("who answers", who));
            let used = state.usage.prompt_tokens.unwrap_or(0) + state.usage.output_tokens.unwrap_or(0);
            rows.push(("context", format!("{used} of {window} tokens")));
        }
    }
    let goes_on = match (state.busy, state.waiting.len()) {
        (true, 0) => "a request is worked on".to_owned(),
        (true, waiting) => format!("a request is worked on, {waiting} wait"),
        (false, 0) => "nothing".to_owned(),
        (false, waiting) => format!("{waiting} wait"),
    };
    rows.push(("goes on", goes_on));
    rows.into_iter().map(|(name, value)| format!("  {name:<12} {value}")).collect()
}
