//! The person's editor on a text of theirs.
//!
//! Owns the file it lies in meanwhile: private, and gone afterwards. The terminal must be lent before.

use std::ffi::OsString;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::process::{Child, Command};

/// Bytes that are read back.
const MOST: u64 = 256 * 1024;

/// How long an editor that is told to end has for that.
const FAREWELL: Duration = Duration::from_secs(1);

/// Why a text could not be edited.
#[derive(Debug, thiserror::Error)]
pub enum EditorError {
    #[error("no file for the text can be made in {}", .0.display())]
    Make(PathBuf, #[source] io::Error),
    #[error("the editor `{0}` cannot be started")]
    Start(String, #[source] io::Error),
    #[error("the editor `{0}` ended with {1}; the text is as it was")]
    Ended(String, std::process::ExitStatus),
    #[error("the text cannot be read back")]
    Read(#[source] io::Error),
    #[error("the text is more than {MOST} bytes long now, which no request holds")]
    Long,
    #[error("the editor was left")]
    Left,
}

/// Opens a text in `$VISUAL`, else `$EDITOR`, else vi, and gives what it became. Once `told_to_end` is there the editor
/// is told the same.
///
/// # Errors
/// No editor could be started, it failed or was left, or the text cannot be read back.
pub async fn edit(text: &str, told_to_end: impl Future<Output = ()>) -> Result<String, EditorError> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    let editor = set("VISUAL").or_else(|| set("EDITOR")).unwrap_or_else(|| OsString::from("vi"));
    let told = editor.to_string_lossy().into_owned();
    let file = Draft::make(text)?;
    // A shell takes the setting apart: it may have arguments, as in `code --wait`.
    let mut script = editor;
    script.push(" \"$1\"");
    let started = Command::new("/bin/sh").arg("-c").arg(script).arg("sh").arg(&file.path).spawn();
    let mut child = started.map_err(|error| EditorError::Start(told.clone(), error))?;
    let status = tokio::select! {
        status = child.wait() => Some(status),
        () = told_to_end => None,
    };
    let Some(status) = status else {
        end(&mut child).await;
        return Err(EditorError::Left);
    };
    let status = status.map_err(|error| EditorError::Start(told.clone(), error))?;
    if !status.success() {
        return Err(EditorError::Ended(told, status));
    }
    if fs::metadata(&file.path).map_err(EditorError::Read)?.len() > MOST {
        return Err(EditorError::Long);
    }
    let text = fs::read_to_string(&file.path).map_err(EditorError::Read)?;
    Ok(text.trim_end_matches('\n').to_owned())
}

/// Has it leave the terminal as it found it; the terminal is the shell's right after.
async fn end(editor: &mut Child) {
    let sent = editor.id().and_then(|id| i32::try_from(id).ok()).map(|id| kill(Pid::from_raw(id), Signal::SIGTERM));
    if let Some(Err(error)) = sent {
        tracing::warn!(%error, "the editor was not told to end");
    }
    if tokio::time::timeout(FAREWELL, editor.wait()).await.is_err() {
        tracing::warn!("the editor goes on by itself");
    }
}

/// A file that is gone when it is dropped.
struct Draft {
    path: PathBuf,
}

impl Draft {
    fn make(text: &str) -> Result<Draft, EditorError> {
        let directory = std::env::temp_dir();
        let failed = |error| EditorError::Make(directory.clone(), error);
        for number in 0..100 {
            let path = directory.join(format!("devops-agent-{}-{number}.md", std::process::id()));
            match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path) {
                Ok(mut file) => {
                    let draft = Draft { path };
                    return file.write_all(text.as_bytes()).map(|()| draft).map_err(failed);
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(failed(error)),
            }
        }
        Err(failed(io::ErrorKind::AlreadyExists.into()))
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        remove(&self.path);
    }
}

fn remove(path: &Path) {
    if let Err(error) = fs::remove_file(path) {
        tracing::warn!(%error, path = %path.display(), "a text that was edited is still there");
    }
}
