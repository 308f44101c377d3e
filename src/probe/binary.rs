//! Which file a command word runs, and whether somebody else could have put it there.
//!
//! Owns the frozen search path and the conditions a trusted program meets. Runs
//! nothing and remembers nothing: a file that changes is seen as it is now.

use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use nix::unistd::{AccessFlags, Group, User, access, geteuid};

use super::repository::{self, Found};
use crate::domain::{Binary, FileStamp};
use crate::gate::BinaryFact;

const WRITABLE_BY_GROUP: u32 = 0o020;
const WRITABLE_BY_ALL: u32 = 0o002;
const STICKY: u32 = 0o1000;
/// As many symbolic links in a row as the kernel follows.
const LONGEST_CHAIN: usize = 40;

/// What identifies a file now; symbolic links are followed.
///
/// # Errors
/// Whatever reading the file's metadata says.
pub fn stamp(path: &Path) -> io::Result<FileStamp> {
    let metadata = fs::metadata(path)?;
    Ok(FileStamp {
        device: metadata.dev(),
        inode: metadata.ino(),
        size: metadata.size(),
        modified_ns: metadata.mtime().saturating_mul(1_000_000_000).saturating_add(metadata.mtime_nsec()),
    })
}

/// The directories programs are looked for in, frozen when the process starts.
#[derive(Debug, Clone)]
pub struct SearchPath {
    entries: Vec<PathBuf>,
    temporary: Vec<PathBuf>,
    person: Person,
}

/// Whose files are as good as root's.
#[derive(Debug, Clone)]
struct Person {
    uid: u32,
    /// The group that holds nobody else, as many systems give to each account.
    private_group: Option<u32>,
}

/// How close a directory is to the program; what others may do to it differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Distance {
    Holds,
    /// In a sticky directory others can add files but not replace ours.
    Above,
}

impl SearchPath {
    /// Takes a `PATH` as it is written; entries that are not absolute are left out.
    /// `tmpdir` is the person's own temporary directory.
    pub fn new(path: &str, tmpdir: Option<&str>) -> Self {
        let temporary = ["/tmp", "/var/tmp"].into_iter().chain(tmpdir.filter(|dir| !dir.is_empty()));
        Self::with_temporary(path, temporary.map(PathBuf::from).collect())
    }

    fn with_temporary(path: &str, named: Vec<PathBuf>) -> Self {
        let mut entries: Vec<PathBuf> = Vec::new();
        for entry in path.split(':').map(PathBuf::from).filter(|entry| entry.is_absolute()) {
            if !entries.contains(&entry) {
                entries.push(entry);
            }
        }
        let temporary = named.iter().filter_map(|dir| fs::canonicalize(dir).ok()).filter(|dir| !is_root(dir)).collect();
        Self { entries, temporary, person: Person::current() }
    }

    /// The search path for a child.
    pub fn joined(&self) -> String {
        self.entries.iter().map(|entry| entry.to_string_lossy()).collect::<Vec<_>>().join(":")
    }

    /// The file `word` runs when it is typed in `cwd`. The first match counts even
    /// when it is doubtful, because it is what a shell would run.
    pub fn resolve(&self, word: &str, cwd: &Path) -> BinaryFact {
        if !word.contains('/') {
            return match self.first_match(word) {
                Some(path) => self.judge(path, cwd),
                None => BinaryFact::Missing,
            };
        }
        let path = cwd.join(word);
        let by_name = path.file_name().and_then(|name| name.to_str()).and_then(|name| self.first_match(name));
        if by_name.is_some_and(|found| found == Path::new(word)) {
            let fact = self.judge(path.clone(), cwd);
            if matches!(fact, BinaryFact::Trusted { .. }) {
                return fact;
            }
        }
        match stamp(&path) {
            Ok(stamp) if is_executable(&path) => {
                BinaryFact::Doubtful { binary: Binary { path, stamp }, why: "named by a path".to_owned() }
            }
            _ => BinaryFact::Missing,
        }
    }

    fn first_match(&self, name: &str) -> Option<PathBuf> {
        if name.is_empty() {
            return None;
        }
        self.entries.iter().map(|entry| entry.join(name)).find(|path| is_executable(path))
    }

    fn judge(&self, path: PathBuf, cwd: &Path) -> BinaryFact {
        let Ok(stamp) = stamp(&path) else { return BinaryFact::Missing };
        let objection = self.objection(&path, cwd);
        let binary = Binary { path, stamp };
        match objection {
            Ok(()) => BinaryFact::Trusted { binary },
            Err(why) => BinaryFact::Doubtful { binary, why },
        }
    }

    /// Follows the chain of symbolic links from `path` to the file; every directory
    /// on the way decides what is run, so every one has to hold.
    fn objection(&self, path: &Path, cwd: &Path) -> Result<(), String> {
        let places = self.places(cwd);
        let mut current = path.to_path_buf();
        for _ in 0..LONGEST_CHAIN {
            let unclear = |_| format!("{} cannot be read", current.display());
            let lexical = current.parent().unwrap_or(Path::new("/")).to_path_buf();
            let physical = fs::canonicalize(&lexical).map_err(unclear)?;
            if let Some((_, what)) = places.iter().find(|(place, _)| physical.starts_with(place)) {
                return Err(format!("{} is in {what}", current.display()));
            }
            for directory in [&lexical, &physical] {
                for (above, ancestor) in directory.ancestors().enumerate() {
                    let distance = if above == 0 { Distance::Holds } else { Distance::Above };
                    let metadata = fs::metadata(ancestor).map_err(unclear)?;
                    self.person.objection(ancestor, &metadata, distance)?;
                }
            }
            let metadata = fs::symlink_metadata(&current).map_err(unclear)?;
            if !metadata.is_symlink() {
                return self.person.objection(&current, &metadata, Distance::Holds);
            }
            current = lexical.join(fs::read_link(&current).map_err(unclear)?);
        }
        Err(format!("{} leads through too many links", path.display()))
    }

    /// Directories whose content comes from somewhere else, with their names.
    fn places(&self, cwd: &Path) -> Vec<(PathBuf, &'static str)> {
        let mut places: Vec<_> = self.temporary.iter().map(|dir| (dir.clone(), "a temporary directory")).collect();
        let root = match repository::around(cwd) {
            Found::Repository(repository) => repository.work_tree,
            Found::Broken(dot_git) => dot_git.parent().map(Path::to_path_buf),
            Found::Nothing => None,
        };
        let cwd = fs::canonicalize(cwd).unwrap_or_else(|_| cwd.to_path_buf());
        // Everything is inside `/`; standing there says nothing about a file.
        if !is_root(&cwd) {
            places.push((cwd, "the working directory"));
        }
        if let Some(root) = root.and_then(|root| fs::canonicalize(root).ok()).filter(|root| !is_root(root)) {
            places.push((root, "the repository around the working directory"));
        }
        places
    }
}

impl Person {
    fn current() -> Self {
        let uid = geteuid();
        let private_group = User::from_uid(uid).ok().flatten().and_then(|user| {
            let group = Group::from_gid(user.gid).ok().flatten()?;
            let alone = group.name == user.name && group.mem.iter().all(|member| *member == user.name);
            alone.then(|| user.gid.as_raw())
        });
        Self { uid: uid.as_raw(), private_group }
    }

    fn objection(&self, path: &Path, metadata: &Metadata, distance: Distance) -> Result<(), String> {
        if metadata.uid() != 0 && metadata.uid() != self.uid {
            return Err(format!("{} belongs to another account", path.display()));
        }
        let by_group = metadata.mode() & WRITABLE_BY_GROUP != 0 && Some(metadata.gid()) != self.private_group;
        let by_all = metadata.mode() & WRITABLE_BY_ALL != 0;
        let held = distance == Distance::Above && metadata.mode() & STICKY != 0;
        if (by_group || by_all) && !held {
            return Err(format!("{} can be changed by others", path.display()));
        }
        Ok(())
    }
}

fn is_root(path: &Path) -> bool {
    path.parent().is_none()
}

fn is_executable(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| metadata.is_file()) && access(path, AccessFlags::X_OK).is_ok()
}

#[cfg(test)]
mod tests {
    use super::super::repository::tests::{lay_out, place};
    use super::*;
    use std::os::unix::fs::{PermissionsExt, symlink};

    fn program(path: &Path) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "#!/bin/sh\n").unwrap();
        mode(path, 0o755);
    }

    fn mode(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    /// The test's own directories are in a temporary one, which here does not count as such.
    fn search(path: &[&Path]) -> SearchPath {
        let path: Vec<&str> = path.iter().map(|entry| entry.to_str().unwrap()).collect();
        SearchPath::with_temporary(&path.join(":"), Vec::new())
    }

    fn elsewhere() -> &'static Path {
        Path::new("/")
    }

    fn trusted(fact: &BinaryFact) -> &Path {
        match fact {
            BinaryFact::Trusted { binary } => &binary.path,
            other => panic!("not trusted: {other:?}"),
        }
    }

    fn doubt(fact: &BinaryFact) -> &str {
        match fact {
            BinaryFact::Doubtful { why, .. } => why,
            other => panic!("not doubtful: {other:?}"),
        }
    }

    #[test]
    fn a_program_of_the_person_in_the_search_path_is_trusted_and_keeps_its_name() {
        let (_guard, root) = place();
        program(&root.join("real/box"));
        fs::create_dir(root.join("bin")).unwrap();
        symlink("../real/box", root.join("bin/ls")).unwrap();
        let fact = search(&[&root.join("bin")]).resolve("ls", elsewhere());
        assert_eq!(trusted(&fact), root.join("bin/ls"));
    }

    #[test]
    fn relative_and_empty_entries_are_never_searched() {
        let (_guard, root) = place();
        program(&root.join("kubectl"));
        let search = SearchPath::with_temporary(":.:bin:", Vec::new());
        assert_eq!(search.resolve("kubectl", &root), BinaryFact::Missing);
        assert_eq!(search.joined(), "");
    }

    #[test]
    fn the_first_match_counts_even_when_a_better_one_follows() {
        let (_guard, root) = place();
        program(&root.join("open/git"));
        program(&root.join("bin/git"));
        mode(&root.join("open"), 0o777);
        let search = search(&[&root.join("open"), &root.join("bin")]);
        assert!(doubt(&search.resolve("git", elsewhere())).ends_with("can be changed by others"));
    }

    #[test]
    fn a_sticky_directory_that_all_can_write_is_no_place_for_a_program() {
        let (_guard, root) = place();
        program(&root.join("bin/git"));
        mode(&root.join("bin"), 0o1777);
        assert!(doubt(&search(&[&root.join("bin")]).resolve("git", elsewhere())).contains("changed by others"));
    }

    #[test]
    fn a_directory_further_up_that_all_can_rename_is_doubtful() {
        let (_guard, root) = place();
        program(&root.join("open/bin/git"));
        mode(&root.join("open"), 0o777);
        assert!(doubt(&search(&[&root.join("open/bin")]).resolve("git", elsewhere())).contains("changed by others"));
    }

    #[test]
    fn a_file_that_others_can_write_is_doubtful() {
        let (_guard, root) = place();
        program(&root.join("bin/git"));
        mode(&root.join("bin/git"), 0o757);
        assert!(doubt(&search(&[&root.join("bin")]).resolve("git", elsewhere())).contains("changed by others"));
    }

    #[test]
    fn a_link_to_a_place_that_others_can_write_is_doubtful() {
        let (_guard, root) = place();
        program(&root.join("open/git"));
        mode(&root.join("open"), 0o777);
        fs::create_dir(root.join("bin")).unwrap();
        symlink(root.join("open/git"), root.join("bin/git")).unwrap();
        assert!(doubt(&search(&[&root.join("bin")]).resolve("git", elsewhere())).contains("changed by others"));
    }

    #[test]
    fn links_in_circles_directories_and_plain_files_are_not_programs() {
        let (_guard, root) = place();
        symlink("loop", root.join("loop")).unwrap();
        fs::create_dir(root.join("folder")).unwrap();
        fs::write(root.join("text"), "").unwrap();
        let search = search(&[&root]);
        for word in ["loop", "folder", "text", ".", "..", "", "a\0b", "gone"] {
            assert_eq!(search.resolve(word, elsewhere()), BinaryFact::Missing, "{word:?}");
        }
    }

    #[test]
    fn a_program_in_the_working_directory_or_its_repository_is_doubtful() {
        let (_guard, root) = place();
        lay_out(&root.join(".git"), "ref: refs/heads/main\n");
        program(&root.join("tools/git"));
        fs::create_dir(root.join("src")).unwrap();
        let search = search(&[&root.join("tools")]);
        assert!(doubt(&search.resolve("git", &root.join("tools"))).ends_with("is in the working directory"));
        assert!(doubt(&search.resolve("git", &root.join("src"))).contains("the repository around"));
        trusted(&search.resolve("git", elsewhere()));
    }

    #[test]
    fn a_program_in_a_temporary_directory_is_doubtful() {
        let (_guard, root) = place();
        program(&root.join("bin/git"));
        let search = SearchPath::new(root.join("bin").to_str().unwrap(), root.to_str());
        assert!(doubt(&search.resolve("git", elsewhere())).ends_with("is in a temporary directory"));
    }

    #[test]
    fn a_word_with_a_slash_is_doubtful_unless_it_is_what_the_name_finds() {
        let (_guard, root) = place();
        program(&root.join("bin/git"));
        program(&root.join("other/git"));
        let search = search(&[&root.join("bin")]);
        trusted(&search.resolve(root.join("bin/git").to_str().unwrap(), elsewhere()));
        assert_eq!(doubt(&search.resolve(root.join("other/git").to_str().unwrap(), elsewhere())), "named by a path");
        assert_eq!(doubt(&search.resolve("./git", &root.join("bin"))), "named by a path");
        assert_eq!(search.resolve("./gone", &root), BinaryFact::Missing);
    }

    #[test]
    fn another_file_in_the_same_place_has_another_stamp() {
        let (_guard, root) = place();
        program(&root.join("git"));
        let before = stamp(&root.join("git")).unwrap();
        assert_eq!(stamp(&root.join("git")).unwrap(), before);
        program(&root.join("new"));
        fs::rename(root.join("new"), root.join("git")).unwrap();
        assert_ne!(stamp(&root.join("git")).unwrap(), before);
    }
}
