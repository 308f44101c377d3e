//! Where a Docker client would go: the context and what it stands for.
//!
//! Owns the client's order of sources and the place of a context's file. Asks
//! no daemon. Source of the layout: docker/cli, `cli/context/store`.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::reading;
use crate::domain::{DockerTarget, hex};

/// What the client uses when nothing else is said.
const USUAL: &str = "unix:///var/run/docker.sock";

/// The docker client's own order: the host, the context, the file, `default`.
pub(super) fn docker<'a>(variable: impl Fn(&str) -> Option<&'a str>) -> DockerTarget {
    if let Some(host) = variable("DOCKER_HOST") {
        return DockerTarget { context: host.to_owned(), endpoint: Some(host.to_owned()) };
    }
    let directory = match variable("DOCKER_CONFIG") {
        Some(directory) => Some(PathBuf::from(directory)),
        None => variable("HOME").map(|home| Path::new(home).join(".docker")),
    };
    let read = |path: PathBuf| serde_json::from_str::<serde_json::Value>(&reading::text(&path)?).ok();
    let configured = || {
        let config = read(directory.as_ref()?.join("config.json"))?;
        Some(config.get("currentContext")?.as_str()?.to_owned()).filter(|context| !context.is_empty())
    };
    let context =
        variable("DOCKER_CONTEXT").map(str::to_owned).or_else(configured).unwrap_or_else(|| "default".to_owned());
    let endpoint = if context == "default" {
        Some(USUAL.to_owned())
    } else {
        let name = hex(&Sha256::digest(context.as_bytes()));
        let meta = directory.as_ref().and_then(|dir| read(dir.join("contexts/meta").join(name).join("meta.json")));
        meta.and_then(|meta| Some(meta.pointer("/Endpoints/docker/Host")?.as_str()?.to_owned()))
    };
    DockerTarget { context, endpoint }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;
    use std::fs;

    #[test]
    fn a_named_context_stands_for_the_host_of_its_file() {
        let home = tempfile::tempdir().unwrap();
        let name = hex(&Sha256::digest(b"staging"));
        let meta = home.path().join(".docker/contexts/meta").join(name);
        fs::create_dir_all(&meta).unwrap();
        fs::write(
            meta.join("meta.json"),
            r#"{"Name":"staging","Endpoints":{"docker":{"Host":"tcp://10.0.0.7:2376"}}}"#,
        )
        .unwrap();
        fs::write(home.path().join(".docker/config.json"), r#"{"currentContext":"staging"}"#).unwrap();
        let variables = BTreeMap::from([("HOME", home.path().to_str().unwrap())]);
        let target = docker(|name| variables.get(name).copied());
        assert_eq!(target.context, "staging");
        assert_eq!(target.endpoint.as_deref(), Some("tcp://10.0.0.7:2376"));
        let target = docker(|name| if name == "DOCKER_CONTEXT" { Some("gone") } else { None });
        assert_eq!((target.context.as_str(), target.endpoint), ("gone", None));
    }
}
