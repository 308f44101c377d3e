//! Which settings of a repository can make a reading git run a program, write a
//! file, reach another place than it shows, or say something that is not so.
//!
//! Owns the list of such settings and the places where they can stand. Reads the
//! repository's files only: what the person has in their own configuration is
//! theirs to choose. Whether a hazard asks for consent is the gate's business.
//! Source: git-config(1), and git-lfs-config(5) for what its filter reads.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::git_syntax::{Setting, parse};
use super::hazards::Hazards;
use super::repository::{self, Found, Repository};
use super::{git_index, reading};

/// Repositories within repositories are followed this far.
const DEPTH: usize = 8;
/// The longest index that is read, in bytes; some two million files.
const LONGEST_INDEX: u64 = 256 << 20;

/// The settings around `cwd` that are hazards: `core.fsmonitor`,
/// `filter.lfs.clean (vendor/library)` for a repository within. What cannot be read
/// is named too: `unreadable /path`. Empty without hazards or without a repository,
/// `None` when `cwd` itself cannot be read.
pub fn hazards(cwd: &Path) -> Option<Hazards> {
    let cwd = std::fs::canonicalize(cwd).ok()?;
    Some(match repository::around(&cwd) {
        Found::Repository(repository) => {
            let mut hazards = Hazards::of(&repository.common_dir);
            collect(&repository, Path::new(""), DEPTH, &mut hazards);
            hazards
        }
        Found::Broken(path) => {
            let mut hazards = Hazards::of(&path);
            hazards.add_unreadable(&path);
            hazards
        }
        Found::Nothing => Hazards::of(&cwd),
    })
}

/// Adds the hazards of one repository and of those within it.
fn collect(repository: &Repository, within: &Path, depth: usize, hazards: &mut Hazards) {
    // A tree of repositories that deep is not there by accident.
    let Some(depth) = depth.checked_sub(1) else { return hazards.add_unreadable(&repository.git_dir) };
    let mut hash = 20;
    for file in [repository.common_dir.join("config"), repository.git_dir.join("config.worktree")] {
        let settings = match reading::read(&file, reading::SMALL) {
            Ok(bytes) => parse(&bytes),
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            Err(_) => None,
        };
        let Some(settings) = settings else {
            hazards.add_unreadable(&file);
            continue;
        };
        for setting in settings {
            if setting.name() == "extensions.objectformat" && setting.value.as_deref() == Some("sha256") {
                hash = 32;
            }
            if is_hazard(&setting, repository) {
                let name = match within.as_os_str().is_empty() {
                    true => setting.name(),
                    false => format!("{} ({})", setting.name(), within.display()),
                };
                hazards.add(name, setting.value.as_deref());
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
    let Some(links) = links else { return hazards.add_unreadable(&index) };
    for link in links {
        match repository::at(&work_tree.join(&link)) {
            Found::Repository(inner) => collect(&inner, &within.join(&link), depth, hazards),
            Found::Broken(path) => hazards.add_unreadable(&path),
            Found::Nothing => {}
        }
    }
}

/// Whether a setting makes an automatic command do more than it says.
fn is_hazard(setting: &Setting, repository: &Repository) -> bool {
    let value = setting.value.as_deref();
    // A key without a value means true.
    let text = value.unwrap_or("true");
    match (setting.section.as_str(), setting.key.as_str()) {
        // Programs.
        ("core", "fsmonitor") => !is_false(text),
        ("core", "hookspath" | "sshcommand" | "pager" | "editor" | "askpass" | "gitproxy" | "alternaterefscommand") => {
            true
        }
        ("alias", _) => text.starts_with('!'),
        ("pager", _) => !is_boolean(text),
        ("include" | "includeif", _) => true,
        ("diff", "external" | "command" | "textconv") => true,
        ("filter", "clean" | "smudge" | "process") => true,
        ("merge", "driver") => true,
        ("difftool" | "mergetool" | "guitool" | "man" | "browser", "cmd" | "path") => true,
        ("help" | "web" | "instaweb", "browser") => true,
        ("hook", "command") => true,
        ("interactive", "difffilter") => true,
        ("trailer", "command" | "cmd") => true,
        ("sequence", "editor") => true,
        ("uploadpack", "packobjectshook") => true,
        ("gc", "recentobjectshook") => true,
        ("submodule", "update") => text.starts_with('!'),
        ("credential", "helper") => true,
        ("gpg", "program" | "defaultkeycommand") => true,
        // A signature is checked by a program.
        ("log", "showsignature") => !is_false(text),
        ("format", "pretty") | ("pretty", _) => shows_signatures(text),

        // Places that are reached, and how.
        ("remote", "uploadpack" | "receivepack" | "vcs" | "proxy" | "proxyauthmethod" | "lfsurl" | "lfspushurl") => {
            true
        }
        // What is missing in a partial clone is fetched while it is read.
        ("remote", "promisor" | "partialclonefilter") | ("extensions", "partialclone") => true,
        ("remote", "url") | ("branch", "remote") => names_a_helper(text),
        ("url", "insteadof" | "pushinsteadof") => true,
        ("protocol", "allow") => true,
        // Bundles are downloaded and their branches written, in a dry run too.
        ("fetch", "bundleuri") => true,
        ("http", key) => !is_harmless_http(key, text),
        // A name that may hold a line end asks a helper for another host's password.
        ("credential", "protectprotocol" | "sanitizeprompt") => is_false(text),
        // Read by the filter of git-lfs, which the person may have in their own configuration.
        ("lfs", key) => !is_harmless_lfs(key),

        // A submodule's settings name its own work tree; any other is another place than the one that is shown.
        ("core", "worktree") => !is_work_tree(text, repository),

        // Files.
        ("trace2", _) => true,
        // A line that is not understood is printed, whosever file it is.
        ("core", "excludesfile" | "attributesfile")
        | ("blame", "ignorerevsfile")
        | ("mailmap", "file")
        | ("diff", "orderfile")
        | ("fetch" | "fsck", "skiplist") => leads_outside(text, repository),
        _ => false,
    }
}

fn is_false(text: &str) -> bool {
    ["false", "no", "off", "0", ""].iter().any(|word| text.eq_ignore_ascii_case(word))
}

fn is_boolean(text: &str) -> bool {
    is_false(text) || ["true", "yes", "on", "1"].iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// `%G?` and its kin, also with the marks that may stand between: `%+GS`.
fn shows_signatures(format: &str) -> bool {
    ["%G", "%+G", "%-G", "% G"].iter().any(|placeholder| format.contains(placeholder))
}

/// `helper::address` runs `git-remote-helper`; `ssh://[::1]/` does not.
fn names_a_helper(url: &str) -> bool {
    url.split_once("::").is_some_and(|(helper, _)| {
        !helper.is_empty() && helper.chars().all(|c| c.is_ascii_alphanumeric() || "+-._".contains(c))
    })
}

/// Sizes, times and names that leave the connection as it would be. The rest chooses where it goes, what it trusts, who
/// it says it is, or writes cookies.
fn is_harmless_http(key: &str, text: &str) -> bool {
    match key {
        "postbuffer" | "version" | "lowspeedlimit" | "lowspeedtime" | "maxrequests" | "minsessions" | "noepsv"
        | "useragent" | "pinnedpubkey" => true,
        "sslverify" => !is_false(text),
        "followredirects" => is_false(text) || text.eq_ignore_ascii_case("initial"),
        "savecookies" => is_false(text),
        _ => false,
    }
}

/// What git-lfs writes down itself, and settings of size, time and choice. The rest names programs, hosts or places.
fn is_harmless_lfs(key: &str) -> bool {
    matches!(
        key,
        "repositoryformatversion"
            | "access"
            | "locksverify"
            | "lockignoredfiles"
            | "setlockablereadonly"
            | "fetchinclude"
            | "fetchexclude"
            | "fetchrecentalways"
            | "fetchrecentcommitsdays"
            | "fetchrecentrefsdays"
            | "fetchrecentremoterefs"
            | "pruneoffsetdays"
            | "pruneremotetocheck"
            | "pruneverifyremotealways"
            | "pruneverifyunreachablealways"
            | "concurrenttransfers"
            | "basictransfersonly"
            | "batch"
            | "skipdownloaderrors"
            | "allowincompletepush"
            | "contenttype"
            | "activitytimeout"
            | "dialtimeout"
            | "tlstimeout"
            | "keepalive"
            | "maxretries"
            | "maxretrydelay"
            | "maxverifies"
            | "enablehrefrewrite"
    )
}

fn is_work_tree(path: &str, repository: &Repository) -> bool {
    let named = std::fs::canonicalize(repository.common_dir.join(path));
    let real = repository.work_tree.as_ref().map(std::fs::canonicalize);
    matches!((named, real), (Ok(named), Some(Ok(real))) if named == real)
}

/// Whether a file that a setting names lies beyond the repository. What is not there is nowhere.
fn leads_outside(path: &str, repository: &Repository) -> bool {
    // A home, git's own directory, a form of git to come.
    if ["~", "%(", ":("].iter().any(|start| path.starts_with(start)) {
        return true;
    }
    let base = repository.work_tree.as_ref().unwrap_or(&repository.git_dir);
    let Ok(real) = std::fs::canonicalize(base.join(path)) else { return false };
    let within = |place: &PathBuf| std::fs::canonicalize(place).is_ok_and(|place| real.starts_with(place));
    !(within(base) || within(&repository.common_dir))
}

#[cfg(test)]
mod tests {
    use super::super::git_index::tests::index;
    use super::super::repository::tests::{lay_out, place};
    use super::*;

    fn hazards(cwd: &Path) -> Option<Vec<String>> {
        super::hazards(cwd).map(|hazards| hazards.settings().names)
    }
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
            ("[man]viewer=x\n[man \"x\"]cmd=y", "man.x.cmd"),
            ("[browser \"x\"]path=y", "browser.x.path"),
            ("[help]browser=x", "help.browser"),
            ("[mergetool \"x\"]path=y", "mergetool.x.path"),
            ("[gc]recentObjectsHook=x", "gc.recentobjectshook"),
            ("[log]showSignature", "log.showsignature"),
            ("[format]pretty=format:%h %G? %s", "format.pretty"),
            ("[pretty]mine=%h%+GS", "pretty.mine"),
            ("[remote \"o\"]url=ext::sh -c x", "remote.o.url"),
            ("[remote \"o\"]url=fd::17", "remote.o.url"),
            ("[branch \"main\"]remote=ext::sh", "branch.main.remote"),
            ("[remote \"o\"]proxy=http://p", "remote.o.proxy"),
            ("[remote \"o\"]promisor=true", "remote.o.promisor"),
            ("[remote \"o\"]partialclonefilter=blob:none", "remote.o.partialclonefilter"),
            ("[extensions]partialClone=o", "extensions.partialclone"),
            ("[fetch]bundleURI=https://h/b", "fetch.bundleuri"),
            ("[http]proxy=http://p", "http.proxy"),
            ("[http \"https://h\"]saveCookies=true", "http.https://h.savecookies"),
            ("[http]cookieFile=x", "http.cookiefile"),
            ("[http]sslVerify=false", "http.sslverify"),
            ("[http \"https://h\"]sslCAInfo=x", "http.https://h.sslcainfo"),
            ("[http]sslCert=x", "http.sslcert"),
            ("[http]extraHeader=A: b", "http.extraheader"),
            ("[http]curloptResolve=h:443:1.2.3.4", "http.curloptresolve"),
            ("[http]followRedirects=true", "http.followredirects"),
            ("[credential]protectProtocol=false", "credential.protectprotocol"),
            ("[lfs \"customtransfer.x\"]path=y", "lfs.customtransfer.x.path"),
            ("[lfs \"extension.x\"]clean=y", "lfs.extension.x.clean"),
            ("[lfs]url=https://h", "lfs.url"),
            ("[lfs]storage=/tmp", "lfs.storage"),
            ("[trace2]eventTarget=/tmp/x", "trace2.eventtarget"),
            ("[core]excludesFile=/etc/passwd", "core.excludesfile"),
            ("[core]attributesFile=~/x", "core.attributesfile"),
            ("[blame]ignoreRevsFile=../../../../../../etc/passwd", "blame.ignorerevsfile"),
            ("[mailmap]file=/etc/passwd", "mailmap.file"),
            ("[fetch \"fsck\"]skipList=/etc/passwd", "fetch.fsck.skiplist"),
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
    fn the_configurations_of_ordinary_clones_have_no_hazards() {
        for config in [
            // git clone, with what later commands write.
            "[core]\nrepositoryformatversion=0\nfilemode=true\nbare=false\nlogallrefupdates=true\nignorecase=true\n\
             precomposeunicode=true\n[remote \"origin\"]\nurl=https://github.com/o/r.git\n\
             fetch=+refs/heads/*:refs/remotes/origin/*\npushurl=git@github.com:o/r.git\nprune=true\n\
             tagOpt=--no-tags\n[branch \"main\"]\nremote=origin\nmerge=refs/heads/main\nrebase=true\n\
             vscode-merge-base=origin/main\n",
            // A person's own choices.
            "[user]\nname=Ada\nemail=a@b\nsigningkey=ABC\n[commit]\ngpgsign=true\n[tag]\ngpgSign=true\n\
             [gpg]\nformat=ssh\n[pull]\nrebase=true\n[push]\ndefault=current\nautoSetupRemote=true\n\
             [fetch]\nprune=true\n[rebase]\nautoStash=true\n[merge]\nconflictStyle=zdiff3\ntool=vimdiff\n\
             [diff]\nalgorithm=histogram\nrenames=copies\n[color]\nui=auto\n[init]\ndefaultBranch=main\n\
             [rerere]\nenabled=true\n[log]\nshowSignature=false\ndate=iso\n[format]\npretty=format:%h %an %s\n\
             [pager]\nbranch=false\nlog=true\n[column]\nui=auto\n[help]\nautocorrect=1\n[alias]\nst=status -sb\n\
             [advice]\ndetachedHead=false\n[credential \"https://github.com\"]\nusername=ada\n",
            // Submodules, work trees, sparse and large checkouts.
            "[submodule]\nactive=.\n[submodule \"lib\"]\nurl=https://github.com/o/lib\nactive=true\nupdate=rebase\n\
             [extensions]\nworktreeConfig=true\nobjectFormat=sha1\n[core]\nsparseCheckout=true\n\
             sparseCheckoutCone=true\nautocrlf=input\nsymlinks=true\nuntrackedCache=true\ncommitGraph=true\n\
             [index]\nversion=4\nsparse=true\n[gc]\nauto=0\n[maintenance]\nauto=false\nstrategy=incremental\n\
             [feature]\nmanyFiles=true\n[pack]\nthreads=4\n",
            // Other tools.
            "[remote \"origin\"]\ngh-resolved=base\nurl=ssh://git@[::1]:22/r\n[lfs]\nrepositoryformatversion=0\n\
             [lfs \"https://h/r.git/info/lfs\"]\naccess=basic\nlocksverify=true\n\
             [gitflow \"branch\"]\nmaster=main\n[http]\npostBuffer=524288000\nversion=HTTP/1.1\nsslVerify=true\n\
             [sendemail]\nsmtpServer=h\n[gui]\ngeometry=1\n[svn-remote \"svn\"]\nurl=https://h/svn\n\
             [blame]\nignoreRevsFile=.git-blame-ignore-revs\n",
        ] {
            assert_eq!(hazards_of(config), Vec::<String>::new(), "{config}");
        }
    }

    #[test]
    fn a_file_within_the_repository_is_harmless_unless_it_is_a_link_out_of_it() {
        let (_guard, root) = place();
        lay_out(&root.join("r/.git"), "ref: refs/heads/main\n");
        fs::write(root.join("secret"), "x").unwrap();
        fs::write(root.join("r/revs"), "").unwrap();
        fs::write(root.join("r/.git/own"), "").unwrap();
        let hazards_with = |path: &str| {
            fs::write(root.join("r/.git/config"), format!("[blame]ignoreRevsFile={path}\n")).unwrap();
            hazards(&root.join("r")).unwrap()
        };
        assert_eq!(hazards_with("revs"), Vec::<String>::new());
        assert_eq!(hazards_with(".git/own"), Vec::<String>::new());
        assert_eq!(hazards_with("../secret"), ["blame.ignorerevsfile"]);
        fs::remove_file(root.join("r/revs")).unwrap();
        std::os::unix::fs::symlink("../secret", root.join("r/revs")).unwrap();
        assert_eq!(hazards_with("revs"), ["blame.ignorerevsfile"]);
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
    fn a_submodule_that_names_its_own_work_tree_has_no_hazard_and_one_that_names_another_has() {
        let (_guard, root) = place();
        lay_out(&root.join(".git/modules/vendor"), "ref: refs/heads/main\n");
        fs::create_dir(root.join("vendor")).unwrap();
        fs::write(root.join("vendor/.git"), "gitdir: ../.git/modules/vendor\n").unwrap();
        for (work_tree, expected) in
            [("../../../vendor", &[][..]), ("../../..", &["core.worktree"]), ("/", &["core.worktree"])]
        {
            let config = format!("[core]worktree={work_tree}\n");
            fs::write(root.join(".git/modules/vendor/config"), config).unwrap();
            assert_eq!(hazards(&root.join("vendor")).unwrap(), expected, "{work_tree}");
        }
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
