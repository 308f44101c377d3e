//! From flags to what the commands stand on: configuration, trust, knowledge.

use std::io::Read;

use super::args::{SessionArgs, Settings};
use super::{question, speech};
use crate::config::{self, Config, Loaded, Sources, TrustStore, Untrusted};
use crate::domain::{Failure, FailureKind, SessionId};
use crate::runtime::SessionChoice;
use crate::telemetry::{self, TelemetryGuard};

/// The configuration and where it came from.
pub(super) struct Setup {
    pub loaded: Loaded,
    pub sources: Sources,
}

/// Longest request that is taken, in bytes.
pub(super) const MAX_REQUEST: usize = 256 * 1024;

/// Loads the configuration; a file that was found and not trusted yet is asked about once, when somebody can be asked.
pub(super) fn load(settings: &Settings) -> Result<Setup, Failure> {
    let sources = Sources::from_process(settings.flags())?;
    let mut trust = TrustStore::open(&sources.state_dir())?;
    let mut loaded = config::load(&sources, &trust)?;
    let attended = question::attended();
    if !loaded.untrusted.is_empty() && attended {
        for found in &loaded.untrusted {
            if asked(found) {
                trust.trust(found)?;
            } else {
                trust.refuse(found)?;
            }
        }
        loaded = config::load(&sources, &trust)?;
    }
    for found in &loaded.untrusted {
        speech::warning(&format!(
            "{} sets {} and is not trusted, so these settings do not count",
            found.file.display(),
            found.keys.join(", ")
        ));
    }
    Ok(Setup { loaded, sources })
}

/// Begins the program's own log, to be kept as long as the guard is. Without one everything works; the person is told.
pub(super) fn own_log(config: &Config, command: &str) -> Option<TelemetryGuard> {
    match telemetry::start(config.log_level.word(), &config.state_dir) {
        Ok(guard) => {
            tracing::info!(command, version = env!("CARGO_PKG_VERSION"), pid = std::process::id(), "the program began");
            Some(guard)
        }
        Err(error) => {
            speech::warning(&format!("no log of our own is kept: {error}"));
            None
        }
    }
}

fn asked(found: &Untrusted) -> bool {
    speech::trust_question(found);
    question::agreed()
}

/// Where the person wants to write.
pub(super) fn session_choice(args: &SessionArgs) -> SessionChoice {
    match &args.session {
        Some(id) => SessionChoice::Named(SessionId::new(id.clone())),
        None if args.new => SessionChoice::New,
        None => SessionChoice::Active,
    }
}

/// A request from the argument or from stdin, checked.
pub(super) fn request(argument: Option<&str>) -> Result<String, Failure> {
    let text = match argument {
        Some(text) if text != "-" => text.to_owned(),
        _ => stdin_text()?,
    };
    if text.trim().is_empty() {
        return Err(Failure::new(FailureKind::Usage, "the request is empty")
            .hint("Say what you want: devops-agent ask \"show the last five commits\""));
    }
    if text.len() > MAX_REQUEST {
        return Err(too_long(&format!("{} bytes long; {MAX_REQUEST} are read at most", text.len())));
    }
    Ok(text.trim().to_owned())
}

fn too_long(how: &str) -> Failure {
    Failure::new(FailureKind::Usage, format!("the request is {how}"))
        .hint("Put the data into a file and name the file in the request.")
}

fn stdin_text() -> Result<String, Failure> {
    let mut bytes = Vec::new();
    // One byte more than is taken tells that there was too much.
    let most = MAX_REQUEST as u64 + 1;
    std::io::stdin()
        .lock()
        .take(most)
        .read_to_end(&mut bytes)
        .map_err(|error| Failure::new(FailureKind::Error, "stdin could not be read").because(error))?;
    if bytes.len() > MAX_REQUEST {
        // What was cut off need not end between two characters.
        return Err(too_long(&format!("more than {MAX_REQUEST} bytes long")));
    }
    String::from_utf8(bytes).map_err(|error| {
        Failure::new(FailureKind::Usage, "what came on stdin is not UTF-8 text")
            .because(error)
            .hint("Convert it first, for example with iconv -t UTF-8.")
    })
}
