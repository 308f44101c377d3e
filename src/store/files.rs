//! How a file or directory of the memory comes to be: private, whole or not at all, and still there after a
//! power cut.
//!
//! Owns permissions, syncing and renaming. Knows nothing of what the files hold.

use std::fs::{self, DirBuilder, DirEntry, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use nix::fcntl::OFlag;

use super::StoreError;

/// Makes a directory only its owner can enter; one that is there already is left as it is.
pub(super) fn ensure_dir(path: &Path) -> Result<(), StoreError> {
    match make_dir(path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
        made => made.map_err(StoreError::at(path)),
    }
}

/// Makes a directory and those above it that are missing, all of them private.
pub(super) fn ensure_dirs(path: &Path) -> Result<(), StoreError> {
    DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(StoreError::at(path))
}

/// Makes a new directory only its owner can enter.
pub(super) fn make_dir(path: &Path) -> io::Result<()> {
    DirBuilder::new().mode(0o700).create(path)
}

/// Opens a file for reading and writing, private when it is new. Never follows a symbolic link, which a
/// checked-out repository could have put there to lead a write elsewhere.
pub(super) fn open(path: &Path, options: &mut OpenOptions) -> Result<File, StoreError> {
    let options = options.read(true).create(true).mode(0o600).custom_flags(OFlag::O_NOFOLLOW.bits());
    options.open(path).map_err(StoreError::at(path))
}

/// Opens a file for reading; `None` when there is none. Never follows a symbolic link, whose target would be copied.
pub(super) fn open_existing(path: &Path) -> Result<Option<File>, StoreError> {
    match OpenOptions::new().read(true).custom_flags(OFlag::O_NOFOLLOW.bits()).open(path) {
        Ok(file) => Ok(Some(file)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(StoreError::at(path)(error)),
    }
}

/// The file's bytes; `None` when there is none.
pub(super) fn read(path: &Path) -> Result<Option<Vec<u8>>, StoreError> {
    let Some(mut file) = open_existing(path)? else { return Ok(None) };
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(StoreError::at(path))?;
    Ok(Some(bytes))
}

/// Writes a file that is not there yet and that nobody else may read; where it cannot be written whole, none is left.
///
/// # Errors
/// [`ErrorKind::AlreadyExists`] where something of that name is there.
pub fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(bytes).inspect_err(|_| {
        // What was begun is of no use; that it cannot be written is told.
        let _gone = fs::remove_file(path);
    })
}

/// Puts `bytes` in the place of whatever the file held, in one step: written beside, synced, renamed. When it
/// returns, the new content survives a power cut; when it fails, the old content stands.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    put(path, bytes, File::sync_all)?;
    sync_dir_of(path)
}

/// The same for a file that can be made anew at any time: readers find the old or the new content, and after a power
/// cut perhaps neither.
pub(super) fn replace_derived(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    put(path, bytes, |_| Ok(()))
}

fn put(path: &Path, bytes: &[u8], sync: fn(&File) -> io::Result<()>) -> Result<(), StoreError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let beside = path.with_file_name(format!(".{name}.new"));
    let mut file = open(&beside, OpenOptions::new().write(true).truncate(true))?;
    let written = file.write_all(bytes).and_then(|()| sync(&file)).and_then(|()| fs::rename(&beside, path));
    if let Err(error) = written {
        // What lies beside is never read; the next attempt writes over it if it cannot be removed now.
        let _ = fs::remove_file(&beside);
        return Err(StoreError::at(path)(error));
    }
    Ok(())
}

/// What lies in a directory, in no order; nothing in one that is not there.
pub(super) fn entries(directory: &Path) -> Result<Vec<DirEntry>, StoreError> {
    match fs::read_dir(directory) {
        Ok(listing) => listing.collect::<io::Result<_>>().map_err(StoreError::at(directory)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(StoreError::at(directory)(error)),
    }
}

/// Removes a file that is no longer needed, for good; one that is not there is no error.
pub(super) fn remove(path: &Path) -> Result<(), StoreError> {
    match fs::remove_file(path) {
        Ok(()) => sync_dir_of(path),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(StoreError::at(path)(error)),
    }
}

/// Makes the names in a directory survive a power cut.
pub(super) fn sync_dir(directory: &Path) -> Result<(), StoreError> {
    match File::open(directory).and_then(|file| file.sync_all()) {
        // Some network file systems cannot sync a directory and say so this way.
        Err(error) if error.kind() == ErrorKind::InvalidInput => Ok(()),
        synced => synced.map_err(StoreError::at(directory)),
    }
}

fn sync_dir_of(path: &Path) -> Result<(), StoreError> {
    path.parent().map_or(Ok(()), sync_dir)
}
