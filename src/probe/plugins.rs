//! Which plugins a program has.
//!
//! Owns where they lie, for a child with the environment it would have. Runs none and asks the program nothing.

use std::path::{Path, PathBuf};

use serde_yaml::Value;

use crate::gate::Plugin;

/// Longest description of a plugin, in bytes.
const LONGEST: u64 = 64 << 10;

/// Whether the program would find it. Only helm's are known.
pub(super) fn is_there(plugin: &Plugin, environment: &[(String, String)]) -> bool {
    let home = environment.iter().find(|(name, _)| name == "HOME").map(|(_, value)| Path::new(value));
    match (plugin.program.as_str(), home) {
        ("helm", Some(home)) => {
            let Ok(entries) = std::fs::read_dir(helm(home)) else { return false };
            entries.flatten().any(|entry| name(&entry.path()).is_some_and(|name| name == plugin.name))
        }
        _ => false,
    }
}

/// Where helm keeps plugins without `HELM_PLUGINS`, `HELM_DATA_HOME` and `XDG_DATA_HOME`, none of which a child has.
fn helm(home: &Path) -> PathBuf {
    let data = if cfg!(target_os = "macos") { "Library" } else { ".local/share" };
    home.join(data).join("helm/plugins")
}

fn name(directory: &Path) -> Option<String> {
    let file = directory.join("plugin.yaml");
    let is_small = file.metadata().is_ok_and(|found| found.is_file() && found.len() <= LONGEST);
    let text = is_small.then(|| std::fs::read_to_string(file).ok()).flatten()?;
    let described = serde_yaml::from_str::<Value>(&text).ok()?;
    described.get("name")?.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plugin_of_helm_is_known_by_what_describes_it() {
        let home = tempfile::tempdir().unwrap();
        let environment = [("HOME".to_owned(), home.path().to_str().unwrap().to_owned())];
        let there = |program: &str, name: &str| {
            is_there(&Plugin { program: program.to_owned(), name: name.to_owned() }, &environment)
        };
        assert!(!there("helm", "diff"), "no directory");
        let plugins = helm(home.path());
        for (directory, text) in [("helm-diff", "name: \"diff\"\nversion: 3.9.11\n"), ("broken", "name: [s3")] {
            std::fs::create_dir_all(plugins.join(directory)).unwrap();
            std::fs::write(plugins.join(directory).join("plugin.yaml"), text).unwrap();
        }
        std::fs::create_dir_all(plugins.join("empty")).unwrap();
        assert!(there("helm", "diff"));
        assert!(!there("helm", "secrets") && !there("helm", "broken") && !there("kubectl", "diff"));
        assert!(!is_there(&Plugin { program: "helm".to_owned(), name: "diff".to_owned() }, &[]));
        let long = format!("name: diff\nusage: {}\n", "x".repeat(64 << 10));
        std::fs::write(plugins.join("helm-diff/plugin.yaml"), long).unwrap();
        assert!(!there("helm", "diff"), "no description is that long");
    }
}
