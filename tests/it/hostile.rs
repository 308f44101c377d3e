//! Repositories and surroundings that are out to get us: programs in every place git, kubectl and docker could start
//! one from. What still runs by itself there must start none of them; what ordinary clones hold must cost nothing.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use devops_agent::bus::Event;
use devops_agent::domain::{Action, ApprovalRequest, Decision, Tier};
use devops_agent::gate::judge;
use devops_agent::probe::Probe;
use devops_agent::runtime::{Knowledge, read_skills};

use super::support::front::Front;
use super::support::home::Home;

/// The automatic example lines of a shipped skill.
fn automatic(name: &str) -> Vec<String> {
    let known = read_skills(&[]).0.into_iter().find(|known| known.file.name == name).unwrap();
    known.skill.examples.into_iter().filter(|example| example.tier == Tier::Auto).map(|example| example.line).collect()
}

/// A project, and the programs that must never be started.
struct Trap {
    place: Home,
    sentinels: PathBuf,
    fired: PathBuf,
}

impl Trap {
    /// A repository with history, a changed file and a stash, before anything hostile is in it.
    fn new() -> Trap {
        let place = Home::with_commits(2);
        let sentinels = place.home.join("sentinels");
        let fired = place.home.join("fired");
        fs::create_dir(&sentinels).unwrap();
        fs::create_dir(place.project.join("src")).unwrap();
        for (file, text) in [("README.md", "TODO one\n"), ("src/main.rs", "fn main() {}\n"), ("data.bin", "\0\n")] {
            place.file(file, text);
        }
        place.git(&["add", "-A"]);
        place.git(&["commit", "-q", "-m", "files"]);
        place.file("README.md", "stashed\n");
        place.git(&["stash", "-q"]);
        Trap { place, sentinels, fired }
    }

    /// A program that leaves its name behind when it is started.
    fn sentinel(&self, name: &str) -> String {
        let path = self.sentinels.join(name);
        self.plant(&path);
        path.display().to_string()
    }

    fn plant(&self, path: &Path) {
        let name = path.file_name().unwrap().to_str().unwrap();
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, format!("#!/bin/sh\necho {name} >> '{}'\ncat\n", self.fired.display())).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// Every hook git knows, in this git directory.
    fn hooks(&self, git_dir: &Path) {
        for hook in [
            "applypatch-msg",
            "commit-msg",
            "fsmonitor-watchman",
            "post-applypatch",
            "post-checkout",
            "post-commit",
            "post-index-change",
            "post-merge",
            "post-receive",
            "post-rewrite",
            "post-update",
            "pre-applypatch",
            "pre-auto-gc",
            "pre-commit",
            "pre-merge-commit",
            "pre-push",
            "pre-rebase",
            "pre-receive",
            "prepare-commit-msg",
            "proc-receive",
            "push-to-checkout",
            "query-watchman",
            "reference-transaction",
            "sendemail-validate",
            "update",
        ] {
            self.plant(&git_dir.join("hooks").join(hook));
        }
    }

    /// Drivers for every file, by name only.
    fn attributes(&self, work_tree: &Path) {
        fs::write(work_tree.join(".gitattributes"), "* filter=evil diff=evil merge=evil\n").unwrap();
    }

    /// Settings that name a sentinel in every place, and what stands there alone.
    fn settings(&self) -> Vec<String> {
        let run = |name: &str| self.sentinel(name);
        vec![
            format!("[core]\nfsmonitor = {}\n", run("fsmonitor")),
            format!("[core]\nhooksPath = {}\n", self.sentinels.display()),
            format!("[core]\nsshCommand = {}\n", run("sshcommand")),
            format!("[core]\npager = {}\n", run("pager")),
            format!("[core]\neditor = {}\n", run("editor")),
            format!("[core]\naskPass = {}\n", run("askpass")),
            format!("[core]\ngitProxy = {}\n", run("gitproxy")),
            format!("[core]\nalternateRefsCommand = {}\n", run("alternaterefs")),
            format!("[pager]\nlog = {}\n", run("pager-log")),
            format!("[pager]\nstatus = {}\n", run("pager-status")),
            format!("[alias]\nst = !{}\n", run("alias")),
            format!("[filter \"evil\"]\nclean = {}\n", run("clean")),
            format!("[filter \"evil\"]\nsmudge = {}\n", run("smudge")),
            format!("[filter \"evil\"]\nprocess = {}\nrequired = true\n", run("process")),
            format!("[diff \"evil\"]\ntextconv = {}\n", run("textconv")),
            format!("[diff \"evil\"]\ncommand = {}\n", run("diff-command")),
            format!("[diff]\nexternal = {}\n", run("diff-external")),
            format!("[merge \"evil\"]\ndriver = {}\n", run("merge-driver")),
            format!("[gpg]\nprogram = {}\n", run("gpg")),
            format!("[gpg \"ssh\"]\nprogram = {}\n", run("gpg-ssh")),
            format!("[credential]\nhelper = {}\n", run("credential")),
            format!("[remote \"origin\"]\nuploadpack = {}\n", run("uploadpack")),
            format!("[url \"ext::{} \"]\ninsteadOf = https://\n", run("insteadof")),
            format!("[remote \"origin\"]\nurl = ext::{}\n", run("ext")),
            format!("[trailer \"x\"]\ncommand = {}\n", run("trailer")),
            format!("[sequence]\neditor = {}\n", run("sequence-editor")),
            format!("[interactive]\ndiffFilter = {}\n", run("difffilter")),
            format!("[submodule \"s\"]\nupdate = !{}\n", run("submodule-update")),
            format!("[gc]\nrecentObjectsHook = {}\n", run("recentobjects")),
            "[log]\nshowSignature = true\n".to_owned(),
            "[format]\npretty = %h %G? %s\n".to_owned(),
            "[remote \"origin\"]\npromisor = true\npartialclonefilter = blob:none\n".to_owned(),
            "[include]\npath = ../included\n".to_owned(),
            "[includeIf \"gitdir:**\"]\npath = ../included\n".to_owned(),
            "[core]\nworktree = /\n".to_owned(),
            "[protocol \"ext\"]\nallow = always\n".to_owned(),
            "[http]\nproxy = http://127.0.0.1:1\n".to_owned(),
        ]
    }

    fn configure(&self, settings: &str) {
        let config = self.place.project.join(".git/config");
        let before = fs::read_to_string(&config).unwrap();
        fs::write(config, before + settings).unwrap();
    }

    /// What was started, once each.
    fn fired(&self) -> Vec<String> {
        let names = fs::read_to_string(&self.fired).unwrap_or_default();
        let mut names: Vec<String> = names.lines().map(str::to_owned).collect();
        names.sort();
        names.dedup();
        names
    }

    /// Says each line from `cwd` to a runtime; a question is answered with no. The lines that ran by themselves.
    async fn ran(&mut self, cwd: &Path, lines: &[String]) -> Vec<String> {
        let project = std::mem::replace(&mut self.place.project, cwd.to_path_buf());
        let mut front = Front::start(&self.place).await;
        let mut alone = Vec::new();
        for line in lines {
            front.say(line).await;
            loop {
                let settled = front
                    .until(line, |event| match event {
                        Event::ApprovalRequested(request) => Some(Settled::Question(Box::new(request.clone()))),
                        Event::Finished(report) => {
                            if report.decision == Decision::Auto {
                                alone.push(report.command.clone());
                            }
                            None
                        }
                        Event::Choice { .. } => Some(Settled::Choice),
                        Event::Idle => Some(Settled::Rest),
                        _ => None,
                    })
                    .await;
                match settled {
                    Settled::Question(request) => front.reply(&request, "no").await,
                    Settled::Choice => front.say("skip").await,
                    Settled::Rest => break,
                }
            }
        }
        front.close().await;
        self.place.project = project;
        alone
    }
}

/// What a line comes to.
enum Settled {
    Question(Box<ApprovalRequest>),
    Choice,
    Rest,
}

/// The tier of a line in a directory, with the facts of the disk.
fn tier(knowledge: &Knowledge, place: &Home, cwd: &Path, line: &str) -> Tier {
    let probe = Probe::new(cwd, place.env.clone());
    let judged = judge(&Action::Command { line: line.to_owned() }, &knowledge.book);
    let facts = probe.facts(&judged.needs);
    judged.bind(facts, "nonce", false).map_or(Tier::Approval, |pending| pending.verdict().tier)
}

fn git_in(place: &Home, cwd: &Path, args: &[&str]) {
    let mut git = Command::new("git");
    git.args(["-c", "user.name=Ada", "-c", "user.email=a@example.org", "-c", "protocol.file.allow=always"]).args(args);
    let output = git.current_dir(cwd).env_clear().envs(&place.env).output().unwrap();
    assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn the_sentinels_are_alive_where_nobody_guards() {
    let trap = Trap::new();
    trap.hooks(&trap.place.project.join(".git"));
    trap.attributes(&trap.place.project);
    for setting in ["fsmonitor", "[filter", "textconv", "[gpg]", "external"] {
        let text: String = trap.settings().into_iter().filter(|text| text.contains(setting)).collect();
        let text = text.replace("[filter \"evil\"]\nprocess", "[filter \"other\"]\nprocess");
        let config = trap.place.project.join(".git/config");
        let before = fs::read_to_string(&config).unwrap();
        trap.configure(&text);
        for args in [&["status"][..], &["diff"], &["log", "-p", "-2"], &["log", "-1", "--show-signature"]] {
            trap.place.file("README.md", format!("changed for {args:?}\n"));
            let mut git = Command::new("git");
            git.args(args).current_dir(&trap.place.project).env_clear().envs(&trap.place.env);
            let _whatever_came_of_it = git.output().unwrap();
        }
        fs::write(config, before).unwrap();
    }
    let fired = trap.fired();
    for name in ["clean", "diff-external", "fsmonitor", "post-index-change", "textconv"] {
        assert!(fired.iter().any(|fired| fired == name), "{name} is a dummy: {fired:?}");
    }
}

/// The whole environment of an automatic git line, as it is bound in an honest repository.
fn environment(knowledge: &Knowledge) -> Vec<(String, String)> {
    let honest = Home::with_commits(1);
    let probe = Probe::new(&honest.project, honest.env.clone());
    let judged = judge(&Action::Command { line: "git status".to_owned() }, &knowledge.book);
    let facts = probe.facts(&judged.needs);
    let pending = judged.bind(facts, "nonce", false).unwrap();
    assert_eq!(pending.verdict().tier, Tier::Auto);
    pending.program().env.clone()
}

#[test]
fn the_environment_of_an_automatic_line_alone_keeps_most_of_them_still() {
    let env = environment(&Knowledge::build(&[]).unwrap());
    let trap = Trap::new();
    let unsigned = trap.place.git(&["cat-file", "commit", "HEAD"]);
    let signature = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----";
    let signed = unsigned.replacen("\n\n", &format!("\n{signature}\n\n"), 1);
    let file = trap.place.file("signed", signed);
    let id = trap.place.git(&["hash-object", "-t", "commit", "-w", file.to_str().unwrap()]);
    trap.place.git(&["update-ref", "HEAD", id.trim()]);
    trap.hooks(&trap.place.project.join(".git"));
    let still = ["fsmonitor", "hooksPath", "pager", "gpg", "showSignature", "format", "url = ext::", "editor"];
    let settings = trap.settings().into_iter().filter(|text| still.iter().any(|word| text.contains(word)));
    trap.configure(&settings.collect::<String>());
    for args in [
        &["status"][..],
        &["diff"],
        &["log", "-p", "-2"],
        &["log", "-1", "--format=%G? %GS"],
        &["show"],
        &["stash", "list"],
        &["fetch", "--dry-run"],
        &["grep", "-n", "TODO"],
        &["branch", "-vv"],
        &["describe", "--always", "--dirty"],
    ] {
        trap.place.file("README.md", format!("changed for {args:?}\n"));
        let mut git = Command::new("git");
        git.args(args).current_dir(&trap.place.project).env_clear().envs(env.iter().cloned());
        let _some_are_refused = git.output().unwrap();
    }
    assert_eq!(trap.fired(), [] as [String; 0]);
}

#[test]
fn each_hostile_setting_alone_takes_auto_from_every_git_line() {
    let knowledge = Knowledge::build(&[]).unwrap();
    let trap = Trap::new();
    let config = trap.place.project.join(".git/config");
    let before = fs::read_to_string(&config).unwrap();
    for settings in trap.settings() {
        for (place, text) in
            [(&config, format!("{before}{settings}")), (&config.with_extension("worktree"), settings.clone())]
        {
            fs::write(place, text).unwrap();
            for line in automatic("git") {
                assert!(
                    tier(&knowledge, &trap.place, &trap.place.project, &line) > Tier::Auto,
                    "{line} with {settings}"
                );
            }
        }
        fs::write(&config, &before).unwrap();
        fs::remove_file(config.with_extension("worktree")).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn with_every_setting_hostile_nothing_runs_and_nobody_is_started() {
    let mut trap = Trap::new();
    let project = trap.place.project.clone();
    trap.hooks(&project.join(".git"));
    trap.attributes(&project);
    trap.place.file("included", format!("[core]\nfsmonitor = {}\n", trap.sentinel("included")));
    trap.configure(&trap.settings().concat().replace("worktree = /", ""));
    let alone = trap.ran(&project, &automatic("git")).await;
    assert_eq!(alone, [] as [String; 0]);
    assert_eq!(trap.fired(), [] as [String; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_setting_betrays_runs_by_itself_and_starts_nobody() {
    let mut trap = Trap::new();
    let project = trap.place.project.clone();
    let hostile: String = trap.settings().concat();

    // A remote in the next directory, itself hostile in every way.
    let remote = trap.place.home.join("remote.git");
    git_in(&trap.place, &project, &["clone", "-q", "--bare", ".", remote.to_str().unwrap()]);
    trap.hooks(&remote);
    let config = fs::read_to_string(remote.join("config")).unwrap();
    fs::write(remote.join("config"), config + &hostile.replace("worktree = /", "")).unwrap();
    trap.place.git(&["remote", "add", "origin", remote.to_str().unwrap()]);

    // A submodule whose directory has hooks and attributes, and a file that is new again for every look.
    let library = trap.place.home.join("library");
    fs::create_dir(&library).unwrap();
    git_in(&trap.place, &library, &["init", "-q", "-b", "main"]);
    trap.attributes(&library);
    git_in(&trap.place, &library, &["add", "-A"]);
    git_in(&trap.place, &library, &["commit", "-q", "-m", "one"]);
    git_in(&trap.place, &project, &["submodule", "--quiet", "add", library.to_str().unwrap(), "vendor"]);
    git_in(&trap.place, &project, &["commit", "-q", "-m", "vendor"]);
    trap.hooks(&project.join(".git/modules/vendor"));
    fs::write(project.join("vendor/.gitattributes"), "* filter=evil\n# changed\n").unwrap();
    let modules = fs::read_to_string(project.join(".gitmodules")).unwrap();
    let update = trap.sentinel("gitmodules-update");
    fs::write(project.join(".gitmodules"), format!("{modules}\tupdate = !{update}\n\tfetchRecurseSubmodules = true\n"))
        .unwrap();

    // Repositories that the tree brings along, bare and not, with everything in their settings.
    for inner in ["bare.git", "nested/.git"] {
        let git_dir = project.join(inner);
        git_in(&trap.place, &project, &["clone", "-q", "--bare", ".", git_dir.to_str().unwrap()]);
        trap.hooks(&git_dir);
        let config = fs::read_to_string(git_dir.join("config")).unwrap().replace("bare = true", "");
        fs::write(git_dir.join("config"), config + &hostile).unwrap();
    }

    // Files that select drivers, and programs that look like git's.
    trap.attributes(&project);
    trap.hooks(&project.join(".git"));
    fs::write(project.join(".lfsconfig"), "[lfs \"extension.x\"]\n\tclean = touch /x\n").unwrap();
    for program in ["git", "git-status", "git-log", "git-upload-pack", "ssh", "less", "gpg", "diff"] {
        trap.plant(&project.join(program));
    }
    symlink("/etc/passwd", project.join(".mailmap")).unwrap();

    // And an environment that means no good.
    let sentinel = trap.sentinel("environment");
    for name in [
        "GIT_EXTERNAL_DIFF",
        "GIT_SSH",
        "GIT_SSH_COMMAND",
        "GIT_PAGER",
        "PAGER",
        "GIT_ASKPASS",
        "SSH_ASKPASS",
        "EDITOR",
        "VISUAL",
        "GIT_EDITOR",
        "GIT_SEQUENCE_EDITOR",
        "GIT_PROXY_COMMAND",
        "BASH_ENV",
        "ENV",
        "LESSOPEN",
        "MANPAGER",
    ] {
        trap.place.env.insert(name.to_owned(), sentinel.clone());
    }
    let traced = trap.place.home.join("traced");
    for name in ["GIT_TRACE", "GIT_TRACE2", "GIT_TRACE2_EVENT", "GIT_TRACE_SETUP", "GIT_CURL_VERBOSE"] {
        trap.place.env.insert(name.to_owned(), traced.display().to_string());
    }
    trap.place.env.insert("GIT_CONFIG_PARAMETERS".to_owned(), format!("'core.fsmonitor={sentinel}'"));
    trap.place.env.insert("GIT_DIR".to_owned(), project.join("bare.git").display().to_string());
    let honest = format!(".::{}", trap.place.env["PATH"]);
    trap.place.env.insert("PATH".to_owned(), honest.clone());

    let lines = automatic("git");
    let alone = trap.ran(&project, &lines).await;
    let asked: Vec<&String> = lines.iter().filter(|line| !alone.contains(line)).collect();
    assert_eq!(asked, [] as [&String; 0], "an honest configuration costs nothing");
    assert_eq!(trap.fired(), [] as [String; 0]);
    assert!(!traced.exists(), "{}", fs::read_to_string(&traced).unwrap());

    // With the tree itself in the search path its `git` is found first, and never by itself.
    trap.place.env.insert("PATH".to_owned(), format!("{}:{honest}", project.display()));
    assert_eq!(trap.ran(&project, &lines).await, [] as [String; 0]);
    trap.place.env.insert("PATH".to_owned(), honest);

    // From inside what the tree brought along.
    for inside in ["bare.git", "bare.git/refs", "nested", "nested/.git"] {
        assert_eq!(trap.ran(&project.join(inside), &lines).await, [] as [String; 0], "in {inside}");
    }
    let alone = trap.ran(&project.join("vendor"), &lines).await;
    assert_eq!(alone, lines, "the submodule's configuration is honest");
    assert_eq!(trap.fired(), [] as [String; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_git_file_that_points_to_a_hostile_repository_brings_its_settings_along() {
    let mut trap = Trap::new();
    let project = trap.place.project.clone();
    trap.hooks(&project.join(".git"));
    trap.attributes(&project);
    trap.configure(&format!("[filter \"evil\"]\nclean = {}\n", trap.sentinel("clean")));
    let elsewhere = trap.place.home.join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    fs::write(elsewhere.join(".git"), format!("gitdir: {}\n", project.join(".git").display())).unwrap();
    fs::write(elsewhere.join("README.md"), "other\n").unwrap();
    let linked = trap.place.home.join("linked");
    symlink(&project, &linked).unwrap();
    for cwd in [elsewhere, linked] {
        assert_eq!(trap.ran(&cwd, &automatic("git")).await, [] as [String; 0], "in {}", cwd.display());
    }
    assert_eq!(trap.fired(), [] as [String; 0]);
}

#[test]
fn a_hostile_submodule_takes_auto_from_the_repository_around_it() {
    let knowledge = Knowledge::build(&[]).unwrap();
    let trap = Trap::new();
    let library = trap.place.home.join("library");
    fs::create_dir(&library).unwrap();
    git_in(&trap.place, &library, &["init", "-q", "-b", "main"]);
    git_in(&trap.place, &library, &["commit", "-q", "--allow-empty", "-m", "one"]);
    let project = &trap.place.project;
    git_in(&trap.place, project, &["submodule", "--quiet", "add", library.to_str().unwrap(), "vendor"]);
    assert_eq!(tier(&knowledge, &trap.place, project, "git status"), Tier::Auto);
    let config = project.join(".git/modules/vendor/config");
    let before = fs::read_to_string(&config).unwrap();
    fs::write(&config, format!("{before}[core]\nfsmonitor = {}\n", trap.sentinel("fsmonitor"))).unwrap();
    for line in automatic("git") {
        assert!(tier(&knowledge, &trap.place, project, &line) > Tier::Auto, "{line}");
    }
}

#[test]
fn ordinary_clones_keep_every_automatic_line() {
    let knowledge = Knowledge::build(&[]).unwrap();
    let trap = Trap::new();
    let (place, source) = (&trap.place, trap.place.project.clone());
    let clone = place.home.join("clone");
    git_in(place, &source, &["clone", "-q", ".", clone.to_str().unwrap()]);
    for pair in [
        "user.name=Ada",
        "user.email=a@example.org",
        "commit.gpgsign=true",
        "pull.rebase=true",
        "branch.main.rebase=true",
        "remote.origin.prune=true",
        "push.autoSetupRemote=true",
        "credential.https://github.com.username=ada",
        "http.postBuffer=524288000",
        "lfs.repositoryformatversion=0",
        "blame.ignoreRevsFile=.git-blame-ignore-revs",
        "alias.st=status",
        "color.ui=auto",
        "core.autocrlf=input",
        "pager.branch=false",
        "submodule.active=.",
    ] {
        let (key, value) = pair.split_once('=').unwrap();
        git_in(place, &clone, &["config", key, value]);
    }
    let work_tree = place.home.join("work-tree");
    git_in(place, &clone, &["worktree", "add", "-q", work_tree.to_str().unwrap()]);
    let sparse = place.home.join("sparse");
    git_in(place, &source, &["clone", "-q", "--sparse", ".", sparse.to_str().unwrap()]);
    let with_submodule = place.home.join("with-submodule");
    git_in(place, &source, &["clone", "-q", ".", with_submodule.to_str().unwrap()]);
    git_in(place, &with_submodule, &["submodule", "--quiet", "add", source.to_str().unwrap(), "vendor"]);
    let shallow = place.home.join("shallow");
    let url = format!("file://{}", source.display());
    git_in(place, &source, &["clone", "-q", "--depth=1", &url, shallow.to_str().unwrap()]);
    for cwd in [source, clone, work_tree, sparse, with_submodule.join("vendor"), with_submodule, shallow] {
        for line in automatic("git") {
            assert_eq!(tier(&knowledge, place, &cwd, &line), Tier::Auto, "{line} in {}", cwd.display());
        }
    }
}

/// Puts words after the program's name.
fn with(line: &str, program: &str, words: &str) -> String {
    line.replacen(program, &format!("{program} {words}"), 1)
}

#[test]
fn a_configuration_named_on_the_line_is_never_automatic() {
    let knowledge = Knowledge::build(&[]).unwrap();
    let place = Home::new();
    for (program, forms) in [
        ("kubectl", &["--kubeconfig=./x", "--kubeconfig ./x", "--cache-dir=./x", "--kuberc=./x"][..]),
        ("docker", &["--config ./x", "--config=./x", "-H unix://./x", "--host=unix://./x"]),
    ] {
        let lines: Vec<String> = automatic(program).into_iter().filter(|line| line.starts_with(program)).collect();
        assert!(lines.len() > 20, "{lines:?}");
        for line in lines {
            for form in forms {
                let line = with(&line, program, form);
                assert!(tier(&knowledge, &place, &place.project, &line) > Tier::Auto, "{line}");
            }
            for path in ["./", "../", "bin/", "/tmp/"] {
                let line = format!("{path}{line}");
                assert!(tier(&knowledge, &place, &place.project, &line) > Tier::Auto, "{line}");
            }
            let line = format!("KUBECONFIG=./x DOCKER_CONFIG=./x {line}");
            assert!(tier(&knowledge, &place, &place.project, &line) > Tier::Auto, "{line}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn kubectl_and_docker_start_nothing_that_lies_in_the_working_directory() {
    let mut trap = Trap::new();
    let project = trap.place.project.clone();
    let plugin = trap.sentinel("exec-plugin");
    let user =
        format!("exec: {{apiVersion: client.authentication.k8s.io/v1, command: {plugin}, interactiveMode: Never}}");
    let config = format!(
        "apiVersion: v1\nkind: Config\ncurrent-context: evil\n\
         contexts: [{{name: evil, context: {{cluster: c, user: u}}}}]\n\
         clusters: [{{name: c, cluster: {{server: 'https://127.0.0.1:1'}}}}]\n\
         users: [{{name: u, user: {{{user}}}}}]\n"
    );
    for path in [".kube/config", "kubeconfig", "config", "x"] {
        let path = project.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, &config).unwrap();
    }
    for directory in ["cli-plugins", ".docker/cli-plugins"] {
        for plugin in ["docker-compose", "docker-buildx", "docker-evil"] {
            trap.plant(&project.join(directory).join(plugin));
        }
    }
    fs::write(project.join(".docker/config.json"), r#"{"credsStore": "evil", "currentContext": "evil"}"#).unwrap();
    for program in ["kubectl", "docker", "kubectl-get", "kubectl-evil", "docker-credential-evil", "diff"] {
        trap.plant(&project.join(program));
    }
    let sentinel = trap.sentinel("environment");
    for name in ["KUBECTL_EXTERNAL_DIFF", "KUBE_EDITOR", "EDITOR", "KUBECTL_KUBERC", "DOCKER_CLI_PLUGIN_EXTRA_DIRS"] {
        trap.place.env.insert(name.to_owned(), sentinel.clone());
    }
    let path = format!(".::{}", trap.place.env["PATH"]);
    trap.place.env.insert("PATH".to_owned(), path);
    // A line that follows its program's output would wait for an end that never comes.
    let ends = |line: &String| !line.contains(" -f") && !line.contains("--follow") && !line.contains("-w");
    let lines: Vec<String> = automatic("kubectl").into_iter().chain(automatic("docker")).filter(ends).collect();
    let alone = trap.ran(&project, &lines).await;
    assert!(alone.len() * 10 > lines.len() * 9, "{} of {} ran", alone.len(), lines.len());
    assert_eq!(trap.fired(), [] as [String; 0]);
}
