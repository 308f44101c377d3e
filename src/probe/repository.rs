//! Finds the git repository around a directory, the way git does.
//!
//! Owns `.git` directories, `gitdir:` files, `commondir` and `HEAD`. Knows
//! nothing of settings or of what they mean.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use super::reading;

/// A repository on disk; all paths absolute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Repository {
    /// Holds `HEAD` and the index of this work tree.
    pub git_dir: PathBuf,
    /// Holds `config`, objects and references, shared by all work trees.
    pub common_dir: PathBuf,
    /// `None` for a bare repository.
    pub work_tree: Option<PathBuf>,
}

/// What looking around found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    Repository(Repository),
    /// Something named `.git` that leads nowhere; git may refuse it or look further up.
    Broken(PathBuf),
    Nothing,
}

/// The innermost repository around `cwd`.
pub(super) fn around(cwd: &Path) -> Found {
    // git starts at the physical directory, so symbolic links in `cwd` do not count.
    let Ok(start) = std::fs::canonicalize(cwd) else { return Found::Nothing };
    start.ancestors().map(at).find(|found| *found != Found::Nothing).unwrap_or(Found::Nothing)
}

/// The repository whose work tree or bare directory is exactly `dir`.
pub(super) fn at(dir: &Path) -> Found {
    let dot_git = dir.join(".git");
    if dot_git.symlink_metadata().is_ok() {
        let git_dir = if dot_git.is_dir() { Some(dot_git.clone()) } else { pointed_at(&dot_git) };
        return match git_dir.and_then(|git_dir| repository(git_dir, Some(dir.to_path_buf()))) {
            Some(repository) => Found::Repository(repository),
            None => Found::Broken(dot_git),
        };
    }
    // A bare repository, or the inside of a `.git` directory.
    let work_tree = dir.parent().filter(|_| dir.file_name() == Some(OsStr::new(".git"))).map(Path::to_path_buf);
    repository(dir.to_path_buf(), work_tree).map_or(Found::Nothing, Found::Repository)
}

/// The directory a `.git` file names: `gitdir: ../.git/worktrees/x`.
fn pointed_at(dot_git: &Path) -> Option<PathBuf> {
    let bytes = reading::read(dot_git, reading::SMALL).ok()?;
    let named = bytes.strip_prefix(b"gitdir: ")?;
    let end = named.iter().rposition(|byte| !matches!(byte, b'\n' | b'\r'))?;
    Some(dot_git.parent()?.join(OsStr::from_bytes(named.get(..=end)?)))
}

/// Checks what git checks: a `HEAD`, and objects and references in the common directory.
fn repository(git_dir: PathBuf, work_tree: Option<PathBuf>) -> Option<Repository> {
    git_dir.join("HEAD").symlink_metadata().ok()?;
    let commondir = git_dir.join("commondir");
    let common_dir = match commondir.symlink_metadata() {
        Ok(_) => git_dir.join(reading::text(&commondir)?.trim_end()),
        Err(_) => git_dir.clone(),
    };
    let complete = common_dir.join("objects").is_dir() && common_dir.join("refs").is_dir();
    complete.then_some(Repository { git_dir, common_dir, work_tree })
}

impl Repository {
    /// The branch, or the first seven digits of a detached head.
    pub fn branch(&self) -> Option<String> {
        let head = reading::text(&self.git_dir.join("HEAD"))?;
        let head = head.trim();
        if let Some(reference) = head.strip_prefix("ref:") {
            let name = reference.trim();
            let name = name.strip_prefix("refs/heads/").unwrap_or(name);
            // A reftable repository keeps its head elsewhere and says so with this name.
            return (!name.is_empty() && name != ".invalid").then(|| name.to_owned());
        }
        let is_commit = head.len() >= 40 && head.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_commit.then(|| head.chars().take(7).collect())
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use std::fs;

    /// The least that git takes for a repository.
    pub fn lay_out(git_dir: &Path, head: &str) {
        fs::create_dir_all(git_dir.join("objects")).unwrap();
        fs::create_dir_all(git_dir.join("refs")).unwrap();
        fs::write(git_dir.join("HEAD"), head).unwrap();
    }

    /// A temporary directory by its physical name.
    pub fn place() -> (tempfile::TempDir, PathBuf) {
        let guard = tempfile::tempdir().unwrap();
        let path = fs::canonicalize(guard.path()).unwrap();
        (guard, path)
    }

    fn found(dir: &Path) -> Repository {
        match around(dir) {
            Found::Repository(repository) => repository,
            other => panic!("no repository but {other:?}"),
        }
    }

    #[test]
    fn a_repository_is_found_from_deep_below_its_root() {
        let (_guard, root) = place();
        lay_out(&root.join(".git"), "ref: refs/heads/fix/timeouts\n");
        fs::create_dir_all(root.join("a/b")).unwrap();
        let repository = found(&root.join("a/b"));
        assert_eq!(repository.work_tree.as_deref(), Some(root.as_path()));
        assert_eq!(repository.branch().as_deref(), Some("fix/timeouts"));
    }

    #[test]
    fn a_detached_head_is_shown_by_seven_digits() {
        let (_guard, root) = place();
        lay_out(&root.join(".git"), "0123456789abcdef0123456789abcdef01234567\n");
        assert_eq!(found(&root).branch().as_deref(), Some("0123456"));
    }

    #[test]
    fn a_linked_work_tree_shares_the_common_directory() {
        let (_guard, root) = place();
        lay_out(&root.join("main/.git"), "ref: refs/heads/main\n");
        let private = root.join("main/.git/worktrees/side");
        fs::create_dir_all(&private).unwrap();
        fs::write(private.join("HEAD"), "ref: refs/heads/side\n").unwrap();
        fs::write(private.join("commondir"), "../..\n").unwrap();
        fs::create_dir(root.join("side")).unwrap();
        fs::write(root.join("side/.git"), "gitdir: ../main/.git/worktrees/side\n").unwrap();

        let repository = found(&root.join("side"));
        assert_eq!(repository.branch().as_deref(), Some("side"));
        assert_eq!(fs::canonicalize(repository.common_dir).unwrap(), root.join("main/.git"));
        assert_eq!(repository.work_tree, Some(root.join("side")));
    }

    #[test]
    fn a_git_file_that_points_nowhere_is_broken_and_not_overlooked() {
        let (_guard, root) = place();
        lay_out(&root.join(".git"), "ref: refs/heads/main\n");
        fs::create_dir(root.join("inner")).unwrap();
        fs::write(root.join("inner/.git"), "gitdir: /nowhere/at/all\n").unwrap();
        assert_eq!(around(&root.join("inner")), Found::Broken(root.join("inner/.git")));
        fs::write(root.join("inner/.git"), "not a pointer").unwrap();
        assert_eq!(around(&root.join("inner")), Found::Broken(root.join("inner/.git")));
    }

    #[test]
    fn a_git_link_that_goes_in_circles_is_broken() {
        let (_guard, root) = place();
        std::os::unix::fs::symlink(".git", root.join(".git")).unwrap();
        assert_eq!(around(&root), Found::Broken(root.join(".git")));
    }

    #[test]
    fn a_bare_repository_has_no_work_tree() {
        let (_guard, root) = place();
        lay_out(&root.join("bare"), "ref: refs/heads/main\n");
        assert_eq!(found(&root.join("bare/objects")).work_tree, None);
    }

    #[test]
    fn the_inside_of_a_git_directory_belongs_to_its_work_tree() {
        let (_guard, root) = place();
        lay_out(&root.join(".git"), "ref: refs/heads/main\n");
        assert_eq!(found(&root.join(".git/refs")).work_tree, Some(root));
    }
}
