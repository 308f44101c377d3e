//! What a terraform directory runs or reaches when its state is only read.
//!
//! Owns the one file that decides it: `.terraform/terraform.tfstate` names the
//! backend that was set up. A local one reads a file; any other reaches a host
//! with credentials the directory can choose, even from a program of its own
//! (`backend "s3"` with `shared_config_files` and `credential_process`).

use std::io::ErrorKind;
use std::path::Path;

use serde_json::Value;

use super::reading;

/// The backend, where it is not a local file; `None` when the file cannot be understood.
pub(super) fn hazards(cwd: &Path) -> Option<Vec<String>> {
    let bytes = match reading::read(&cwd.join(".terraform/terraform.tfstate"), reading::SMALL) {
        Ok(bytes) => bytes,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Some(Vec::new()),
        Err(_) => return None,
    };
    let state: Value = serde_json::from_slice(&bytes).ok()?;
    match state.get("backend") {
        None | Some(Value::Null) => Some(Vec::new()),
        Some(backend) => match backend.get("type")?.as_str()? {
            "local" => Some(Vec::new()),
            other => Some(vec![format!("backend {}", other.escape_debug())]),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

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
