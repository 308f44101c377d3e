//! Which settings of a repository can run programs of its own choosing.
//!
//! Owns the list of such settings and the places where they can stand. Reads the
//! repository's files only: what the person has in their own configuration is
//! theirs to choose. Whether a hazard asks for consent is the gate's business.

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::path::Path;

use super::git_syntax::{Setting, parse};
use super::repository::{self, Found, Repository};
use super::{git_index, reading};

/// Repositories within repositories are followed this far.
const DEPTH: usize = 8;
/// The longest index that is read, in bytes; some two million files.
const LONGEST_INDEX: u64 = 256 << 20;

/// Names of the settings around `cwd` that can run a program, sorted: `core.fsmonitor`,
/// `filter.lfs.clean (vendor/library)` for a repository within. What cannot be read
/// is named too: `unreadable /path`. Empty without hazards or without a repository,
/// `None` when `cwd` itself cannot be read.
pub fn hazards(cwd: &Path) -> Option<Vec<String>> {
    let cwd = std::fs::canonicalize(cwd).ok()?;
    let mut names = BTreeSet::new();
    match repository::around(&cwd) {
        Found::Repository(repository) => collect(&repository, Path::new(""), DEPTH, &mut names),
        Found::Broken(path) => unreadable(&path, &mut names),
        Found::Nothing => {}
    }
    Some(names.into_iter().collect())
}

fn unreadable(path: &Path, names: &mut BTreeSet<String>) {
    names.insert(format!("unreadable {}", path.display()));
}

/// Adds the hazards of one repository and of those within it.
fn collect(repository: &Repository, within: &Path, depth: usize, names: &mut BTreeSet<String>) {
    // A tree of repositories that deep is not there by accident.
    let Some(depth) = depth.checked_sub(1) else { return unreadable(&repository.git_dir, names) };
    let mut hash = 20;
    for file in [repository.common_dir.join("config"), repository.git_dir.join("config.worktree")] {
        let settings = match reading::read(&file, reading::SMALL) {
            Ok(bytes) => parse(&bytes),
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            Err(_) => None,
        };
        let Some(settings) = settings else {
            unreadable(&file, names);
            continue;
        };
        for setting in settings {
            if setting.name() == "extensions.objectformat" && setting.value.as_deref() == Some("sha256") {
                hash = 32;
            }
            if runs_programs(&setting) {
                names.insert(match within.as_os_str().is_empty() {
                    true => setting.name(),
                    false => format!("{} ({})", setting.name(), within.display()),
                });
            }
        }
    }
    let Some(work_tree) = &repository.work_tree else { return };
    let index = repository.git_dir.join("index");
    let links = match reading::read(&index, LONGEST_INDEX) {
        Ok(bytes) => git_index::gitlinks(&bytes, hash),
        Err(error) if error.kind() == ErrorKind::NotFound => Some(Vec::new()),
        Err(_) => None,
    };
    let Some(links) = links else { return unreadable(&index, names) };
    for link in links {
        match repository::at(&work_tree.join(&link)) {
            Found::Repository(inner) => collect(&inner, &within.join(&link), depth, names),
            Found::Broken(path) => unreadable(&path, names),
            Found::Nothing => {}
        }
    }
}

/// Whether a setting can make git run a program, or reach for another place than it shows.
fn runs_programs(setting: &Setting) -> bool {
    let value = setting.value.as_deref();
    match (setting.section.as_str(), setting.key.as_str()) {
        ("core", "fsmonitor") => !value.is_some_and(|value| value.eq_ignore_ascii_case("false")),
        ("core", key) => matches!(
            key,
            "hookspath"
                | "sshcommand"
                | "pager"
                | "editor"
                | "askpass"
                | "gitproxy"
                | "worktree"
                | "alternaterefscommand"
        ),
        ("alias", _) => value.is_some_and(|value| value.starts_with('!')),
        ("pager" | "include" | "includeif", _) => true,
        ("diff", "external" | "command" | "textconv") => true,
        ("filter", "clean" | "smudge" | "process") => true,
        ("merge", "driver") => true,
        ("difftool" | "mergetool", "cmd") => true,
        ("hook", "command") => true,
        ("interactive", "difffilter") => true,
        ("trailer", "command" | "cmd") => true,
        ("sequence", "editor") => true,
        ("remote", "uploadpack" | "receivepack" | "vcs") => true,
        ("url", "insteadof" | "pushinsteadof") => true,
        ("protocol", "allow") => true,
        ("uploadpack", "packobjectshook") => true,
        ("submodule", "update") => true,
        (section, "program" | "defaultkeycommand") => section.starts_with("gpg"),
        (section, "helper") => section.starts_with("credential"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::git_index::tests::index;
    use super::super::repository::tests::{lay_out, place};
    use super::*;
    use std::fs;

    fn hazards_of(config: &str) -> Vec<String> {
        let (_guard, root) = place();
        lay_out(&root.join(".git"), "ref: refs/heads/main\n");
        fs::write(root.join(".git/config"), config).unwrap();
        hazards(&root).unwrap()
    }

    #[test]
    fn a_plain_clone_has_no_hazards() {
        let plain = "[core]\n\trepositoryformatversion = 0\n\tbare = false\n[remote \"origin\"]\n\turl = git@h:r\n\
                     [branch \"main\"]\n\tremote = origin\n[alias]\n\tst = status\n";
        assert_eq!(hazards_of(plain), Vec::<String>::new());
    }

    #[test]
    fn no_repository_has_no_hazards_and_no_directory_has_no_answer() {
        let (_guard, root) = place();
        assert_eq!(hazards(&root), Some(Vec::new()));
        assert_eq!(hazards(&root.join("gone")), None);
    }

    #[test]
    fn every_setting_that_can_run_a_program_is_named() {
        for (config, name) in [
            ("[CORE]FSMonitor=/x", "core.fsmonitor"),
            ("[core]fsmonitor", "core.fsmonitor"),
            ("[core]hooks\\\nPath=/x\n", ""),
            ("[core]hooksPath=/\\\nx", "core.hookspath"),
            ("[core]sshCommand=x", "core.sshcommand"),
            ("[core]worktree=/", "core.worktree"),
            ("[pager]log=x", "pager.log"),
            ("[alias]log=\"!rm -rf\"", "alias.log"),
            ("[diff \"Bin\"]textconv=x", "diff.Bin.textconv"),
            ("[diff]external=x", "diff.external"),
            ("[filter \"lfs\"]process=git-lfs filter-process", "filter.lfs.process"),
            ("[merge \"m\"]driver=x", "merge.m.driver"),
            ("[gpg \"ssh\"]program=x", "gpg.ssh.program"),
            ("[gpg.ssh]defaultKeyCommand=x", "gpg.ssh.defaultkeycommand"),
            ("[credential \"https://h.example\"]helper=!x", "credential.https://h.example.helper"),
            ("[remote \"o\"]uploadpack=x", "remote.o.uploadpack"),
            ("[url \"ext::x\"]insteadOf=https://", "url.ext::x.insteadof"),
            ("[include]path=other", "include.path"),
            ("[includeIf \"gitdir:~/x\"]path=other", "includeif.gitdir:~/x.path"),
            ("[protocol \"ext\"]allow=always", "protocol.ext.allow"),
            ("[submodule \"s\"]update=!x", "submodule.s.update"),
            ("[sequence]editor=x", "sequence.editor"),
        ] {
            let found = hazards_of(config);
            match name {
                // A key cannot be continued; git refuses the file.
                "" => assert!(found.iter().all(|name| name.starts_with("unreadable ")) && found.len() == 1),
                name => assert_eq!(found, [name], "{config:?}"),
            }
        }
    }

    #[test]
    fn only_a_monitor_that_is_false_is_harmless() {
        assert_eq!(hazards_of("[core]fsmonitor=False"), Vec::<String>::new());
        assert_eq!(hazards_of("[core]attributesFile=x"), Vec::<String>::new());
        assert_eq!(hazards_of("[core]fsmonitor=false\nfsmonitor=true"), ["core.fsmonitor"]);
    }

    #[test]
    fn a_file_that_cannot_be_understood_is_named() {
        let (_guard, root) = place();
        lay_out(&root.join(".git"), "ref: refs/heads/main\n");
        let config = root.join(".git/config");
        for content in ["[core\n", "[core]\nfsmonitor = \"open\n"] {
            fs::write(&config, content).unwrap();
            assert_eq!(hazards(&root).unwrap(), [format!("unreadable {}", config.display())]);
        }
        fs::remove_file(&config).unwrap();
        std::os::unix::fs::symlink("config", &config).unwrap();
        assert_eq!(hazards(&root).unwrap(), [format!("unreadable {}", config.display())]);
    }

    #[test]
    fn a_git_file_that_points_nowhere_is_named() {
        let (_guard, root) = place();
        fs::write(root.join(".git"), "gitdir: /nowhere\n").unwrap();
        assert_eq!(hazards(&root).unwrap(), [format!("unreadable {}", root.join(".git").display())]);
    }

    #[test]
    fn a_linked_work_tree_has_the_hazards_of_the_shared_and_of_its_own_file() {
        let (_guard, root) = place();
        lay_out(&root.join("main/.git"), "ref: refs/heads/main\n");
        fs::write(root.join("main/.git/config"), "[core]editor=x\n").unwrap();
        let private = root.join("main/.git/worktrees/side");
        fs::create_dir_all(&private).unwrap();
        fs::create_dir(root.join("side")).unwrap();
        fs::write(private.join("HEAD"), "ref: refs/heads/side\n").unwrap();
        fs::write(private.join("commondir"), "../..\n").unwrap();
        fs::write(private.join("config.worktree"), "[core]pager=x\n").unwrap();
        fs::write(root.join("side/.git"), format!("gitdir: {}\n", private.display())).unwrap();
        assert_eq!(hazards(&root.join("side")).unwrap(), ["core.editor", "core.pager"]);
    }

    #[test]
    fn a_repository_within_brings_its_hazards_along() {
        let (_guard, root) = place();
        lay_out(&root.join(".git"), "ref: refs/heads/main\n");
        fs::write(root.join(".git/index"), index(&[(0o100_644, "a"), (0o160_000, "inner"), (0o160_000, "absent")]))
            .unwrap();
        lay_out(&root.join("inner/.git"), "ref: refs/heads/main\n");
        fs::write(root.join("inner/.git/config"), "[filter \"e\"]clean=x\n").unwrap();
        assert_eq!(hazards(&root).unwrap(), ["filter.e.clean (inner)"]);
    }

    #[test]
    fn an_index_that_cannot_be_understood_is_named() {
        let (_guard, root) = place();
        lay_out(&root.join(".git"), "ref: refs/heads/main\n");
        fs::write(root.join(".git/index"), "DIRC").unwrap();
        assert_eq!(hazards(&root).unwrap(), [format!("unreadable {}", root.join(".git/index").display())]);
    }
}
