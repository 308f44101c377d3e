//! The redactor of a session: the installation's key, the person's patterns, and what is known to be secret before
//! anything was printed.

use std::collections::BTreeMap;
use std::path::Path;

use crate::config::Config;
use crate::domain::{Failure, FailureKind};
use crate::library::{Origin, SkillFile};
use crate::redact::{Patterns, Redactor, ToolSecret};
use crate::{library, probe, skill, store};

/// Where commands carry or print secrets, as added files say that were not brought along by a project: a stranger could
/// otherwise say that what a command deletes is a secret.
pub fn added(files: &[SkillFile]) -> Vec<ToolSecret> {
    files.iter().filter(|file| file.origin == Origin::Added).flat_map(|file| skill::secrets(&file.text)).collect()
}

/// Reads the key, what the built-in skills and `added` ones say about commands with secrets, and the kubeconfig files for
/// the credentials in them. Where no key can be kept, one of this run's own
/// serves, and `warnings` says so.
///
/// # Errors
/// A pattern cannot be used, or the system gives no key at all: without one masks would tell more than they should.
pub fn redactor(
    config: &Config,
    cwd: &Path,
    environment: &BTreeMap<String, String>,
    added: &[ToolSecret],
    warnings: &mut Vec<String>,
) -> Result<Redactor, Failure> {
    let kept = store::installation_key(&config.state_dir).or_else(|error| {
        warnings.push(format!("masks are not the same in the next session: {error}. {}", error.hint()));
        store::passing_key()
    });
    let key = kept.map_err(|error| Failure::new(FailureKind::Error, "there is no key for masks").because(error))?;
    let patterns = Patterns::new(&config.privacy.allow, &config.privacy.deny).map_err(|bad| {
        Failure::new(FailureKind::Configuration, "a pattern under `privacy` cannot be used")
            .because(bad)
            .hint("Correct it in config.yaml, or take it out.")
    })?;
    // A file of the person's that replaces a built-in one's rules takes no mask away.
    let built_in: Vec<ToolSecret> = library::built_in().iter().flat_map(|file| skill::secrets(&file.text)).collect();
    let redactor = Redactor::keyed(key).with_patterns(patterns).with_tools(built_in.iter().chain(added));
    redactor.know_environment(environment.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    if let Some(key) = config.openai.as_ref().and_then(|openai| openai.api_key.as_deref()) {
        redactor.know(key);
    }
    for text in probe::kubeconfigs(cwd, environment) {
        // What is found in it is known from then on.
        redactor.bytes(&text);
    }
    Ok(redactor)
}
