//! What the person said about settings that can run programs, as the probe asks for it.
//!
//! Owns nothing: the word lies in the person's state directory and is read each time, so that one that was given or
//! taken back in another window counts at once.

use std::path::PathBuf;

use crate::config::{Choice, TrustStore, Untrusted};
use crate::domain::Settings;
use crate::probe;

/// The person's word, on disk.
#[derive(Debug)]
pub struct Trust {
    state_dir: PathBuf,
}

impl Trust {
    /// The word kept in this directory.
    pub fn at(state_dir: PathBuf) -> Trust {
        Trust { state_dir }
    }
}

impl probe::Trust for Trust {
    fn covers(&self, settings: &Settings) -> bool {
        // A store that cannot be read trusts nothing; commands that use it say what is wrong.
        let store = TrustStore::open(&self.state_dir);
        store.is_ok_and(|store| store.choice(&settings.place, &settings.sha256) == Some(Choice::Trusted))
    }
}

/// Settings as something to be trusted; `shown` are their lines.
pub fn candidate(settings: &Settings, shown: Vec<String>) -> Untrusted {
    Untrusted { file: settings.place.clone(), sha256: settings.sha256.clone(), keys: settings.names.clone(), shown }
}
