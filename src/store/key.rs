//! The installation's own keys: masks and pseudonyms made with one are the same in every session here and tell nobody
//! elsewhere what they stand for; the other lets programs in that connect over HTTP.
//!
//! Owns `redaction.key` and `mcp.token` in the person's state directory, readable by the person alone.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::lock::ProjectLock;
use super::{StoreError, files};
use crate::domain::hex;

const NAME: &str = "redaction.key";
const TOKEN: &str = "mcp.token";

/// The key, made at the first call.
///
/// # Errors
/// It cannot be read or made, or the file holds something else.
pub fn installation_key(state_dir: &Path) -> Result<[u8; 32], StoreError> {
    kept(state_dir, NAME)
}

/// What programs over HTTP show, and the file it lies in; made at the first call, another one once that is removed.
///
/// # Errors
/// As [`installation_key`].
pub fn door_token(state_dir: &Path) -> Result<(String, PathBuf), StoreError> {
    Ok((hex(&kept(state_dir, TOKEN)?), state_dir.join(TOKEN)))
}

fn kept(state_dir: &Path, name: &str) -> Result<[u8; 32], StoreError> {
    let path = state_dir.join(name);
    if let Some(key) = read(&path)? {
        return Ok(key);
    }
    files::ensure_dirs(state_dir)?;
    // Two first starts at once must end with one key; one lock serves both.
    let _lock = ProjectLock::wait(&state_dir.join("redaction.lock"))?;
    if let Some(key) = read(&path)? {
        return Ok(key);
    }
    let key = passing_key()?;
    files::replace(&path, hex(&key).as_bytes())?;
    Ok(key)
}

/// A key for this run alone, where none can be kept.
///
/// # Errors
/// The system gives no random bytes.
pub fn passing_key() -> Result<[u8; 32], StoreError> {
    let mut key = [0; 32];
    let random = Path::new("/dev/urandom");
    File::open(random).and_then(|mut source| source.read_exact(&mut key)).map_err(StoreError::at(random))?;
    Ok(key)
}

fn read(path: &Path) -> Result<Option<[u8; 32]>, StoreError> {
    let Some(bytes) = files::read(path)? else { return Ok(None) };
    let problem = || StoreError::Malformed {
        path: path.to_owned(),
        problem: "it is no key of 64 hexadecimal digits; remove it for a new one".to_owned(),
    };
    let text = std::str::from_utf8(&bytes).map_err(|_| problem())?.trim();
    let mut key = [0; 32];
    if text.len() != 64 || !text.is_ascii() {
        return Err(problem());
    }
    for (byte, place) in key.iter_mut().zip((0..64).step_by(2)) {
        let digits = text.get(place..place + 2).unwrap_or_default();
        *byte = u8::from_str_radix(digits, 16).map_err(|_| problem())?;
    }
    Ok(Some(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_made_once_and_stays() {
        let place = tempfile::tempdir().unwrap();
        let dir = place.path().join("state/devops-agent");
        let key = installation_key(&dir).unwrap();
        assert_ne!(key, [0; 32]);
        assert_eq!(installation_key(&dir).unwrap(), key);
        std::fs::write(dir.join(NAME), "short").unwrap();
        let (token, path) = door_token(&dir).unwrap();
        assert_eq!((door_token(&dir).unwrap().0, token.len()), (token.clone(), 64));
        assert_eq!(std::fs::read_to_string(path).unwrap(), token);
        assert!(installation_key(&dir).unwrap_err().to_string().contains("64 hexadecimal digits"));
    }
}
