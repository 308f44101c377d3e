//! What a terraform directory runs or reaches when its state is only read.
//!
//! Owns the one file that decides it: `.terraform/terraform.tfstate` names the
//! backend that was set up. A local one reads a file; any other reaches a host
//! with credentials the directory can choose, even from a program of its own
//! (`backend "s3"` with `shared_config_files` and `credential_process`).

use std::io::ErrorKind;
use std::path::Path;

use serde_json::Value;

use super::hazards::Hazards;
use super::reading;

/// The backend, where it is not a local file; `None` when the file cannot be understood.
pub(super) fn hazards(cwd: &Path) -> Option<Hazards> {
    let mut hazards = Hazards::of(cwd);
    let bytes = match reading::read(&cwd.join(".terraform/terraform.tfstate"), reading::SMALL) {
        Ok(bytes) => bytes,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Some(hazards),
        Err(_) => return None,
    };
    let state: Value = serde_json::from_slice(&bytes).ok()?;
    if let Some(backend) = state.get("backend").filter(|backend| !backend.is_null()) {
        let kind = backend.get("type")?.as_str()?;
        if kind != "local" {
            hazards.add(format!("backend {}", kind.escape_debug()), Some(&backend.to_string()));
        }
    }
    Some(hazards)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn hazards(cwd: &Path) -> Option<Vec<String>> {
        super::hazards(cwd).map(|hazards| hazards.settings().names)
    }

    #[test]
    fn only_a_backend_that_is_no_local_file_is_a_hazard() {
        let place = tempfile::tempdir().unwrap();
        assert_eq!(hazards(place.path()), Some(Vec::new()));
        fs::create_dir(place.path().join(".terraform")).unwrap();
        let with = |text: &str| {
            fs::write(place.path().join(".terraform/terraform.tfstate"), text).unwrap();
            hazards(place.path())
        };
        assert_eq!(with(r#"{"backend": {"type": "local", "config": {}}}"#), Some(Vec::new()));
        assert_eq!(with(r#"{"version": 3}"#), Some(Vec::new()));
        assert_eq!(with(r#"{"backend": {"type": "s3"}}"#), Some(vec!["backend s3".to_owned()]));
        assert_eq!(with(r#"{"backend": 7}"#), None);
        assert_eq!(with("{"), None);
    }
}
