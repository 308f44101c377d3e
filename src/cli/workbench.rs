//! `devops-agent` alone: the workbench, on the whole screen or in a strip of it.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use super::args::{SessionArgs, Settings};
use super::{doctor, first_run, setup, speech, themes};
use crate::app::{self, Keymap, Layout, Opening, Welcomed};
use crate::bus::Bus;
use crate::domain::{Failure, FailureKind, PANE, SessionId};
use crate::runtime::{self, Manner, Runtime};
use crate::terminal::{self, Bell};

pub(super) fn run(settings: &Settings, session: &SessionArgs) -> Result<ExitCode, Failure> {
    let setup = setup::load(settings)?;
    if let Some(session) = setup.sources.environment.get(PANE) {
        let session = SessionId::new(session.as_str());
        return Err(Failure::new(
            FailureKind::Usage,
            format!("this shell runs inside a workbench already, on {}", session.short()),
        )
        .hint("Go back to it with Ctrl+S. Commands like commit, branch, merge, log and search work here."));
    }
    let config = setup.loaded.config.clone();
    let welcomed = Welcomed::below(&config.state_dir);
    let _log = setup::own_log(&config, "workbench");
    let wardrobe = themes::wardrobe(&setup.sources.environment, &config.config_dir, terminal::is_light)?;
    let bus = Bus::default();
    let opening = Opening {
        agent: config.agent_name.clone(),
        wardrobe,
        keymap: keymap(&config.config_dir.join("keymap.yaml")),
        bus: bus.clone(),
        shell: config.shell.clone(),
        bell: config.notifications.then(|| Bell::of(|name| setup.sources.environment.get(name).map(String::as_str))),
        inline: config.inline,
        is_still: config.reduced_motion,
        layout: Layout::at(config.gcc_base_path.join("index").join("panes.yaml")),
        first_run: first_run::is_due(&config, &welcomed),
        welcomed,
        // The console of a Linux without a graphical screen shows what it does not know.
        links: setup.sources.environment.get("TERM").is_none_or(|term| term != "linux"),
        doctor: Arc::new({
            let settings = settings.clone();
            move || doctor::told(&settings)
        }),
    };
    let manner = Manner {
        attended: true,
        waive: None,
        interactive: true,
        session: setup::session_choice(session),
        offer: true,
        watches: true,
    };
    let start = async move {
        let kit = runtime::prepare(setup.loaded, setup.sources).await?;
        Runtime::start(kit, manner, bus).await
    };
    let ended = super::wait(app::run(opening, start))?.map_err(|error| {
        let hint = error.hint();
        Failure::new(FailureKind::Error, error.to_string()).hint(hint)
    })?;
    if let Some(id) = &ended.session {
        let log = config.gcc_base_path.join("sessions").join(id.as_str()).join("log.md");
        let end = match ended.closed {
            Some(true) => "is closed and saved",
            Some(false) => "is closed",
            None => "stays active",
        };
        speech::say(&format!("{} {end}. Its log: {}", id.short(), log.display()));
    }
    match ended.failure {
        Some(failure) => Err(failure),
        None => Ok(ended.by_signal.map_or(ExitCode::SUCCESS, ExitCode::from)),
    }
}

/// The person's keys. No file of theirs is no problem; a project has no say in them.
fn keymap(path: &Path) -> (Keymap, Vec<String>) {
    match fs::read_to_string(path) {
        Ok(text) => Keymap::read(&text),
        Err(error) if error.kind() == ErrorKind::NotFound => (Keymap::default(), Vec::new()),
        Err(error) => (Keymap::default(), vec![format!("{} is not used: {error}.", path.display())]),
    }
}
