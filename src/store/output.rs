//! Outputs too long for the log, whole, one file each.
//!
//! Owns `output/` of a session. A file is named after what it holds, as an entry is, so that keeping it twice keeps it
//! once; the entry that belongs to it names the file, its size and its SHA-256, and shows head and tail.

use std::borrow::Cow;
use std::path::Path;

use sha2::{Digest as _, Sha256};

use super::link::{self, Hash};
use super::{StoreError, files};
use crate::domain::{Body, Entry, hex};
use crate::history::{CAP, bytes, shortened, whole};

/// What the line between head and tail takes at most.
const NOTICE: usize = 256;

/// An output that lies on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Relative to the session's directory: `output/k7f2....txt`.
    pub path: String,
    pub bytes: u64,
    /// Hexadecimal.
    pub sha256: String,
}

impl Kept {
    /// What an output of this hash and length is called. Makes the directory it lies in, below `session`.
    pub(super) fn called(session: &Path, hash: &Hash, bytes: u64) -> Result<Kept, StoreError> {
        files::ensure_dir(&session.join("output"))?;
        Ok(Kept { path: format!("output/{}.txt", link::name(hash)), bytes, sha256: hex(hash) })
    }
}

/// Puts bytes below `session`, and returns once they are on disk.
fn keep(session: &Path, bytes: &[u8]) -> Result<Kept, StoreError> {
    let kept = Kept::called(session, &Sha256::digest(bytes).into(), bytes.len() as u64)?;
    let path = session.join(&kept.path);
    if files::read(&path)?.as_deref() != Some(bytes) {
        files::replace(&path, bytes)?;
    }
    Ok(kept)
}

/// The entry as the log takes it: a long output is kept whole beside it, unless it lies there as `kept` already, and
/// shortened here.
pub(super) fn fitted<'a>(session: &Path, entry: &'a Entry, kept: Option<&Kept>) -> Result<Cow<'a, Entry>, StoreError> {
    let output = match &entry.body {
        Body::Human(manual) => Some(&manual.output),
        Body::Step(step) => step.output.as_ref(),
        _ => None,
    };
    let Some(output) = output.filter(|output| output.len() > CAP) else { return Ok(Cow::Borrowed(entry)) };
    let kept = match kept {
        Some(kept) => kept.clone(),
        None => keep(session, &bytes::from_text(output))?,
    };
    let more = whole::notice(kept.bytes, &kept.path, &kept.sha256);
    let short = shortened(output, CAP - NOTICE, &more);
    let mut entry = entry.clone();
    match &mut entry.body {
        Body::Human(manual) => manual.output = short,
        Body::Step(step) => step.output = Some(short),
        _ => {}
    }
    Ok(Cow::Owned(entry))
}

/// An output that is kept whole in the session that lies there, by its name without directory and ending.
///
/// # Errors
/// When the file cannot be read.
pub fn kept_output(session: &Path, name: &str) -> Result<Option<String>, StoreError> {
    let is_plain = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if !is_plain {
        return Ok(None);
    }
    let kept = files::read(&session.join("output").join(format!("{name}.txt")))?;
    Ok(kept.map(|bytes| bytes::to_text(&bytes)))
}

/// The text of an entry of the session that lies there, with the whole of an output it shows only the ends of.
///
/// # Errors
/// When the file that holds it cannot be read. A file that is gone leaves the text as it is.
pub fn in_full(session: &Path, text: &str) -> Result<String, StoreError> {
    let kept = match whole::named(text) {
        Some(path) => files::read(&session.join(path))?,
        None => None,
    };
    Ok(kept.map_or_else(|| text.to_owned(), |kept| whole::inlined(text, &kept)))
}
