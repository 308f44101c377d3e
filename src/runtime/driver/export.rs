//! A session's report, written into a file that the person names.
//!
//! Owns where it goes. What stands in it is the memory's; a file that is there already is left as it is.

use std::io;
use std::path::{Path, PathBuf};

use super::Driver;
use crate::bus::NoticeKind;
use crate::domain::SessionId;
use crate::output::escape;
use crate::store::{Memory, write_new};
use crate::tools::memory::{ReportForm, incident};

impl Driver {
    /// Writes the report and tells where it lies, or why it does not.
    pub(super) async fn export(&mut self, session: SessionId, file: &str) {
        let path = place(file, &self.kit.sources.cwd, &self.kit.sources.home);
        let (memory, wanted) = (self.memory.clone(), path.clone());
        let written = tokio::task::spawn_blocking(move || write(&memory, &session, &wanted)).await;
        let shown = escape::line(&path.display().to_string());
        let (kind, text) = match written {
            Ok(Ok(())) => (NoticeKind::Info, format!("The report is in {shown}. Read it before you pass it on.")),
            Ok(Err(why)) => (NoticeKind::Failure, format!("The report could not be written to {shown}: {why}.")),
            Err(error) => (NoticeKind::Failure, format!("The report could not be written to {shown}: {error}.")),
        };
        self.notice(kind, text);
    }
}

/// `~` is the home, quotes around it all are none of its letters, the rest is seen from where commands run.
fn place(file: &str, cwd: &Path, home: &Path) -> PathBuf {
    let bare = ['"', '\''].iter().find_map(|quote| file.strip_prefix(*quote)?.strip_suffix(*quote));
    let file = bare.unwrap_or(file);
    match file.strip_prefix('~').filter(|rest| rest.is_empty() || rest.starts_with('/')) {
        Some(rest) => home.join(rest.trim_start_matches('/')),
        None => cwd.join(file),
    }
}

fn write(memory: &Memory, session: &SessionId, path: &Path) -> Result<(), String> {
    let incident = incident(memory, session).map_err(|error| error.to_string())?;
    let form = ReportForm::of(path);
    let text = form.text(&incident).map_err(|error| error.to_string())?;
    let text = format!("{}\n", form.escaped(&text).trim_end());
    write_new(path, text.as_bytes()).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => "there is such a file already, and it stays as it is; name another".to_owned(),
        _ => error.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_as_people_name_files() {
        let place = |file: &str| place(file, Path::new("/srv/shop"), Path::new("/home/ann"));
        assert_eq!(place("r.md"), Path::new("/srv/shop/r.md"));
        assert_eq!(place("~/r.md"), Path::new("/home/ann/r.md"));
        assert_eq!(place("~"), Path::new("/home/ann"));
        assert_eq!(place("~ann/r.md"), Path::new("/srv/shop/~ann/r.md"));
        assert_eq!(place("'the pool.html'"), Path::new("/srv/shop/the pool.html"));
        assert_eq!(place("/tmp/r.json"), Path::new("/tmp/r.json"));
    }
}
