//! The room on a file system.

use std::io;
use std::path::Path;

use nix::sys::statvfs::statvfs;

/// Bytes that this process may still write to the file system of `path`.
///
/// # Errors
/// Whatever asking the file system says.
#[allow(clippy::useless_conversion, reason = "the types of the fields differ between systems")]
pub fn free_bytes(path: &Path) -> io::Result<u64> {
    let found = statvfs(path)?;
    Ok(u64::from(found.blocks_available()).saturating_mul(u64::from(found.fragment_size())))
}
