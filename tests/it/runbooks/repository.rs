//! The runbooks of git: real repositories.

use std::process::Command;

use super::super::support::diagnosis::ask;
use super::super::support::home::Home;

/// Adds a bare repository as the remote `origin` and pushes `main` to it.
fn push(place: &Home) {
    let remote = place.home.join("remote.git").display().to_string();
    place.git(&["init", "-q", "--bare", "-b", "main", &remote]);
    place.git(&["remote", "add", "origin", &remote]);
    place.git(&["push", "-q", "-u", "origin", "main"]);
}

/// Writes a file and commits it, the name of the commit being what is in it.
fn commit(place: &Home, file: &str, text: &str) {
    place.file(file, text);
    place.git(&["add", file]);
    place.git(&["commit", "-q", "-m", text.trim_end()]);
}

/// A git command that must fail, as one that stops in a conflict does.
#[track_caller]
fn fails(place: &Home, args: &[&str]) {
    let mut git = Command::new("git");
    git.args(["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]).args(args);
    let output = git.current_dir(&place.project).env_clear().envs(&place.env).output().unwrap();
    assert!(!output.status.success(), "git {args:?} succeeded");
}

#[test]
fn a_detached_head_is_diagnosed() {
    let place = Home::with_commits(3);
    let request = "git says my head is detached, help";
    ask(&place, request).is("git.detached-head/nothing", "Nothing found: HEAD is on the branch main");
    place.git(&["checkout", "-q", "--detach", "HEAD~1"]);
    let commit = place.git(&["rev-parse", "--short", "HEAD"]).trim().to_owned();
    ask(&place, request)
        .is("git.detached-head/detached", &format!("HEAD is detached at {commit}, and nothing can be lost"))
        .says("«commit 2» is on a branch")
        .proposes(&["approval git switch -", &format!("auto git branch --contains {commit}")]);
    place.git(&["commit", "-q", "--allow-empty", "-m", "precious"]);
    let commit = place.git(&["rev-parse", "--short", "HEAD"]).trim().to_owned();
    let title = format!("HEAD is detached, and the commits up to {commit} are on no branch");
    let told = ask(&place, request);
    told.is("git.detached-head/unsaved", &title)
        .says("«precious» is the newest")
        .proposes(&["approval git switch -c rescue"]);
    // Whoever takes the session up again is told where the diagnosis wants to go on.
    let resumed = place.run(&["continue", "1"]);
    let next = format!("Next logical step: give the commits up to {commit} a branch");
    assert!(resumed.stderr.contains(&next), "{resumed:?}");
    ask(&Home::new(), request).is_stuck("it ended with exit code 128: fatal: not a git repository");
}

#[test]
fn a_head_that_git_itself_detached_is_left_to_what_did() {
    let request = "git says my head is detached, help";
    let place = Home::with_commits(1);
    commit(&place, "notes.txt", "base\n");
    place.git(&["switch", "-q", "-c", "other"]);
    commit(&place, "notes.txt", "theirs\n");
    place.git(&["switch", "-q", "main"]);
    commit(&place, "notes.txt", "ours\n");
    fails(&place, &["rebase", "-q", "other"]);
    let stopped = place.git(&["rev-parse", "REBASE_HEAD"])[..10].to_owned();
    let ways = ["auto git status", "approval git rebase --continue", "approval git rebase --abort"];
    ask(&place, request)
        .is(
            "git.detached-head/rebase",
            &format!("A rebase is under way, so HEAD is on no branch; it stopped at {stopped}"),
        )
        .proposes(&ways);
    place.git(&["rebase", "--abort"]);
    // Between two commits it waits for what a failed command of its own wants.
    fails(&place, &["rebase", "-q", "--exec", "false", "HEAD~1"]);
    ask(&place, request)
        .is("git.detached-head/rebase", "A rebase is under way, so HEAD is on no branch")
        .proposes(&ways);
    place.git(&["rebase", "--abort"]);
    place.git(&["bisect", "start", "HEAD", "HEAD~2"]);
    ask(&place, request)
        .is("git.detached-head/bisect", "A bisection is under way, so HEAD is on no branch")
        .proposes(&["auto git bisect log", "approval git bisect reset"]);
}

#[test]
fn a_branch_that_diverged_is_diagnosed() {
    let place = Home::with_commits(2);
    let request = "my branch has diverged from origin";
    ask(&place, request)
        .is("git.diverged/alone", "The branch main has no remote branch to follow")
        .proposes(&["approval git push -u origin main", "auto git branch -a"]);
    push(&place);
    let title = "Nothing found: the branch main is where origin/main is, as of the last fetch";
    ask(&place, request).is("git.diverged/nothing", title);
    place.git(&["commit", "-q", "--allow-empty", "-m", "theirs"]);
    ask(&place, request)
        .is("git.diverged/ahead", "The branch main is 1 ahead of origin/main, as far as is known here")
        .proposes(&["approval git fetch", "approval git push"]);
    place.git(&["push", "-q"]);
    place.git(&["reset", "-q", "--hard", "HEAD~1"]);
    ask(&place, request)
        .is("git.diverged/behind", "The branch main is 1 behind origin/main, and has nothing of its own")
        .proposes(&["approval git pull --ff-only"]);
    place.git(&["commit", "-q", "--allow-empty", "-m", "ours"]);
    ask(&place, "why was my push rejected?")
        .is("git.diverged/diverged", "The branch main and origin/main have diverged: 1 here, 1 there")
        .says("theirs")
        .says("ours")
        .proposes(&["approval git pull --rebase", "approval git pull --no-rebase"]);
    place.git(&["update-ref", "-d", "refs/remotes/origin/main"]);
    ask(&place, request)
        .is("git.diverged/gone", "The remote branch that main follows is gone")
        .proposes(&["auto git branch -r", "approval git branch --unset-upstream"]);
    place.git(&["checkout", "-q", "--detach"]);
    ask(&place, request)
        .is("git.diverged/detached", "HEAD is on no branch, so there is nothing to compare")
        .proposes(&["approval git switch -"]);
}

#[test]
fn a_conflict_is_diagnosed() {
    let place = Home::with_commits(1);
    let request = "i have a merge conflict";
    commit(&place, "notes.txt", "base\n");
    place.git(&["switch", "-q", "-c", "other"]);
    commit(&place, "notes.txt", "theirs\n");
    let theirs = place.git(&["rev-parse", "HEAD"])[..10].to_owned();
    place.git(&["switch", "-q", "main"]);
    commit(&place, "notes.txt", "ours\n");
    let ours = place.git(&["rev-parse", "HEAD"])[..10].to_owned();
    ask(&place, request).is("git.merge-conflict/nothing", "Nothing found: no file is in conflict");
    let stopped = |finding: &str, by: &str, title: &str| {
        let abort = format!("approval git {by} --abort");
        ask(&place, "the rebase stopped with conflicts").is(finding, title).proposes(&["auto git diff", &abort]);
    };

    fails(&place, &["merge", "-q", "other"]);
    stopped("git.merge-conflict/merge", "merge", &format!("A merge of {theirs} stopped: notes.txt is in conflict"));
    place.git(&["add", "notes.txt"]);
    let title = "Nothing is in conflict, but conflict markers were left in notes.txt, line 1";
    ask(&place, request).is("git.merge-conflict/markers", title).proposes(&["auto git diff --check HEAD"]);
    place.git(&["merge", "--abort"]);

    fails(&place, &["rebase", "-q", "other"]);
    let title = format!("A rebase stopped at {ours}: notes.txt is in conflict");
    stopped("git.merge-conflict/rebase", "rebase", &title);
    place.git(&["rebase", "--abort"]);

    fails(&place, &["cherry-pick", "other"]);
    let title = format!("A cherry-pick of {theirs} stopped: notes.txt is in conflict");
    stopped("git.merge-conflict/pick", "cherry-pick", &title);
    place.git(&["cherry-pick", "--abort"]);

    commit(&place, "notes.txt", "ours again\n");
    fails(&place, &["revert", "--no-edit", "HEAD~1"]);
    let title = format!("A revert of {ours} stopped: notes.txt is in conflict");
    stopped("git.merge-conflict/revert", "revert", &title);
    place.git(&["revert", "--abort"]);

    place.file("notes.txt", "half done\n");
    place.git(&["stash", "push", "-q"]);
    commit(&place, "notes.txt", "ours at last\n");
    fails(&place, &["stash", "pop", "-q"]);
    let title = "notes.txt is in conflict, and no merge, rebase, cherry-pick or revert is under way";
    ask(&place, request).is("git.merge-conflict/applied", title).proposes(&["auto git status", "auto git diff"]);
}

#[test]
fn a_lost_commit_is_found_again() {
    let place = Home::with_commits(3);
    let request = "i lost a commit";
    let nothing = "Nothing found: every commit the reflog knows is on a branch or a tag";
    ask(&place, request).is("git.lost-commit/nothing", nothing);
    // Its words are those git gives to what it stashes, up to the branch.
    place.git(&["commit", "-q", "--allow-empty", "-m", "On startup, read the settings"]);
    let commit = place.git(&["rev-parse", "--short", "HEAD"]).trim().to_owned();
    place.git(&["reset", "-q", "--hard", "HEAD~1"]);
    let told = ask(&place, request);
    let title = format!("The newest commit that no branch has is {commit}, «On startup, read the settings», from …");
    let rescue = format!("git branch rescue {commit}");
    told.is("git.lost-commit/lost", &title).proposes(&[
        &format!("approval {rescue}"),
        &format!("auto git show --stat {commit}"),
        "auto git reflog",
    ]);
    place.git(&rescue.split(' ').skip(1).collect::<Vec<_>>());
    assert_eq!(place.branches(), ["main", "rescue"]);
    place.file("kept.txt", "x");
    place.git(&["add", "kept.txt"]);
    place.git(&["stash", "push", "-q", "-m", "half done"]);
    ask(&place, request)
        .is("git.lost-commit/stashed", "No commit is lost, but work lies in the stash: stash@{0}, «On main: half done»")
        .proposes(&["auto git stash show -p 'stash@{0}'", "approval git stash apply 'stash@{0}'"]);
}

#[test]
fn a_large_file_is_found_where_it_is() {
    let place = Home::with_commits(1);
    let request = "i committed a large file by accident";
    let add = |name: &str, bytes: usize| {
        place.file(name, vec![0u8; bytes]);
        place.git(&["add", name]);
        place.git(&["commit", "-q", "-m", name]);
        place.git(&["rev-parse", "--short", "HEAD"]).trim().to_owned()
    };
    add("small.bin", 20_000);
    let nothing = "Nothing found: no file of 10 MB or more in HEAD, and no binary one in the history";
    ask(&place, request).is("git.large-file/nothing", nothing);
    let commit = add("dump.bin", 12_000_000);
    let remove = "approval git rm --cached -- dump.bin";
    let title = format!("dump.bin has 12000000 bytes; commit {commit} brought it, and nothing was pushed yet");
    ask(&place, request)
        .is("git.large-file/local", &title)
        .proposes(&[remove, "approval git commit --amend --no-edit"]);
    push(&place);
    let title = format!("dump.bin has 12000000 bytes; commit {commit} brought it, and origin/main has it already");
    ask(&place, request).is("git.large-file/pushed", &title).proposes(&[remove]);
    place.git(&["rm", "-q", "dump.bin"]);
    place.git(&["commit", "-q", "-m", "away"]);
    ask(&place, request)
        .is("git.large-file/history", "dump.bin was removed, but its 12000000 bytes still lie in the history")
        .proposes(&["auto git log --all --oneline -- dump.bin"]);
}

#[test]
fn a_large_file_that_a_merge_brought_is_found_without_its_commit() {
    let place = Home::with_commits(1);
    place.git(&["switch", "-q", "-c", "other"]);
    place.git(&["commit", "-q", "--allow-empty", "-m", "theirs"]);
    place.git(&["switch", "-q", "main"]);
    place.git(&["merge", "-q", "--no-ff", "--no-commit", "other"]);
    place.file("dump.bin", vec![0u8; 12_000_000]);
    place.git(&["add", "dump.bin"]);
    place.git(&["commit", "-q", "-m", "merged"]);
    ask(&place, "i committed a large file by accident")
        .is("git.large-file/held", "dump.bin has 12000000 bytes")
        .proposes(&["approval git rm --cached -- dump.bin"]);
}

#[test]
fn a_secret_is_found_and_never_shown() {
    let place = Home::with_commits(1);
    let request = "did I commit any secrets?";
    let nothing = "Nothing found: no well-known form of a key, in the files or in the history";
    ask(&place, request).is("git.secret-committed/nothing", nothing);
    // Put together here, so that no scanner takes this file for a leak.
    let key = ["AKIA", "QWERTYUIOPASDFGH"].concat();
    let clean = "AWS_ACCESS_KEY_ID=\n";
    commit(&place, "deploy.env", clean);
    place.file("deploy.env", format!("AWS_ACCESS_KEY_ID={key}\n"));
    ask(&place, request)
        .is("git.secret-committed/staged", "deploy.env holds what looks like a secret, and no commit has it yet")
        .proposes(&["approval git restore --staged deploy.env"]);
    place.git(&["commit", "-q", "-a", "-m", "deploy"]);
    let brought = place.git(&["rev-parse", "--short", "HEAD"]).trim().to_owned();
    let local = format!(
        "Commit {brought} brought what looks like a secret in deploy.env, and no remote branch is known to have it"
    );
    let show = format!("auto git show --stat {brought}");
    let told = ask(&place, request);
    told.is("git.secret-committed/local", &local).proposes(&[&show]);
    assert!(!told.said().contains(&key));
    place.file("deploy.env", clean);
    place.git(&["commit", "-q", "-a", "-m", "without"]);
    ask(&place, request).is("git.secret-committed/local", &local).proposes(&[&show]);
    // That it was taken out again changes nothing about who has it.
    let remote = place.home.join("remote.git").display().to_string();
    place.git(&["init", "-q", "--bare", "-b", "main", &remote]);
    place.git(&["remote", "add", "origin", &remote]);
    place.git(&["push", "-q", "origin", &format!("{brought}:refs/heads/main")]);
    let told = ask(&place, request);
    let pushed =
        format!("Commit {brought} brought what looks like a secret in deploy.env, and origin/main has that commit");
    told.is("git.secret-committed/pushed", &pushed).proposes(&[]);
    assert!(!told.said().contains(&key));
}
