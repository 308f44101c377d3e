//! Where the agent's own commands may not write: its memory, the skills, what the person granted and configured.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::support::home::{Home, Ran};

/// A project with a memory, a tracked file and skills the person named.
fn place() -> Home {
    let place = Home::with_commits(1);
    fs::create_dir_all(place.project.join("skills/x")).unwrap();
    fs::create_dir(place.project.join("sub")).unwrap();
    place.file("skills/x/SKILL.md", "## auto_execute\n- xyzzy\n");
    let skills = place.project.join("skills").display().to_string();
    let place = place.var("SKILLS_PATH", &skills);
    let ran = place.run(&["ask", "git status"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(place.project.join(".GCC/main.md").exists());
    place
}

/// Every protected file with what it holds, but the logs that grow by asking.
fn holdings(place: &Home) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    let mut waiting = vec![place.project.join("skills")];
    while let Some(dir) = waiting.pop() {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { waiting.push(path) } else { found.push((path.clone(), fs::read(&path).unwrap())) }
        }
    }
    found.sort();
    found
}

fn ask(place: &Home, line: &str) -> Ran {
    place.run(&["ask", "--yes", "--json", line])
}

fn refused(place: &Home, line: &str) -> Result<(), String> {
    let before = holdings(place);
    let ran = ask(place, line);
    let told: Value = serde_json::from_str(&ran.stdout).unwrap_or_default();
    let command = &told["commands"][0];
    if ran.code != 3 || command["decision"] != "refused" || command["exit_code"] != Value::Null {
        return Err(format!("{line}: exit code {}, {told}", ran.code));
    }
    if !ran.stderr.contains("may not write to") && !ran.stdout.contains("may not write to") {
        return Err(format!("{line}: it was asked, not refused: {ran:?}"));
    }
    if holdings(place) != before || !place.project.join(".GCC/main.md").exists() {
        return Err(format!("{line}: it wrote"));
    }
    Ok(())
}

#[test]
fn a_command_that_writes_to_the_memory_is_refused_whatever_was_agreed() {
    let place = place();
    let absolute = place.project.join(".GCC").display().to_string();
    let state = place.home.join("state/devops-agent").display().to_string();
    let lines = [
        "rm -rf .GCC".to_owned(),
        "mv .GCC x".to_owned(),
        "echo x >> .GCC/main.md".to_owned(),
        "tee .GCC/x".to_owned(),
        "cp README .GCC/".to_owned(),
        "sed -i s/a/b/ skills/x/SKILL.md".to_owned(),
        "ln -s .GCC x".to_owned(),
        "rm -rf .".to_owned(),
        "rm -rf ../project".to_owned(),
        "chmod -R 000 .".to_owned(),
        "find . -delete".to_owned(),
        "git clean -fdx".to_owned(),
        "git checkout -- .GCC".to_owned(),
        "rm -rf '.G'\"C\"\\C".to_owned(),
        "echo go; cd .GCC && rm main.md".to_owned(),
        format!("rm -rf {absolute}"),
        format!("rm -rf {absolute}/../.GCC"),
        format!("rm -rf {state}"),
        format!("echo x > {state}/grants.yaml"),
    ];
    let missed: Vec<String> = lines.iter().filter_map(|line| refused(&place, line).err()).collect();
    assert!(missed.is_empty(), "{missed:#?}");
    let log = place.logs();
    assert!(log.contains("USER DECISION: refused by the gate\nACTION EXECUTED: no\n"), "{log}");
    assert!(!log.contains("ACTION EXECUTED: yes"), "{log}");
}

#[test]
fn a_shell_in_between_hides_nothing() {
    let place = place();
    let lines = [
        "echo go; sh -c 'rm -rf .GCC'",
        "echo go; nice sh -c 'rm -rf .GCC'",
        "env rm -rf .",
        "echo go; python3 -c \"import shutil; shutil.rmtree('.GCC')\"",
        "echo go; cd sub && rm -rf ../.GCC",
        "rm -rf .G*",
        "rm -rf $PWD/.GCC",
        "rm -rf . ; echo $HOME",
        "git stash --all",
    ];
    let missed: Vec<String> = lines.iter().filter_map(|line| refused(&place, line).err()).collect();
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn a_link_to_the_project_or_to_the_memory_is_seen_through() {
    let place = place();
    let link = place.home.join("link");
    std::os::unix::fs::symlink(&place.project, &link).unwrap();
    std::os::unix::fs::symlink(".GCC", place.project.join("innocent")).unwrap();
    let lines = [
        format!("rm -rf {}", link.join(".GCC").display()),
        format!("touch {}", link.join(".GCC/x").display()),
        "rm -rf innocent/sessions".to_owned(),
        "touch innocent/x".to_owned(),
    ];
    let missed: Vec<String> = lines.iter().filter_map(|line| refused(&place, line).err()).collect();
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn a_project_entered_through_a_link_is_protected_by_every_name() {
    let mut place = place();
    let link = place.home.join("link");
    std::os::unix::fs::symlink(&place.project, &link).unwrap();
    let real = place.project.clone();
    place.project = link.clone();
    let through = |path: &Path| format!("rm -rf {}", path.join(".GCC").display());
    let lines = ["rm -rf .GCC".to_owned(), through(&real), through(&link)];
    let missed: Vec<String> = lines.iter().filter_map(|line| refused(&place, line).err()).collect();
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn reading_the_memory_and_working_beside_it_is_as_before() {
    let place = place();
    for line in ["cat .GCC/main.md", "ls .GCC", "grep -r session .GCC", "git status", "find . -name main.md"] {
        let ran = place.run(&["ask", "--json", line]);
        let told = ran.json();
        let command = &told["commands"][0];
        assert_eq!((ran.code, &command["decision"]), (0, &"auto".into()), "{line}: {ran:?}");
    }
    place.file("draft.txt", "x");
    let lines = [
        "git add .",
        "git commit -q -m 'Leave .GCC alone'",
        "mkdir -p build/out",
        "rm -rf build",
        "mv draft.txt sub/",
        "mv sub/draft.txt .",
        "touch new",
        "git clean -fdx -e .GCC -e skills",
    ];
    for line in lines {
        let ran = place.run(&["ask", "--json", line]);
        let told = ran.json();
        let told = &told["commands"][0];
        let refused_here = ran.stderr.contains("may not write to") || ran.stdout.contains("may not write to");
        assert!(!refused_here, "{line}: {told}");
    }
    assert!(place.project.join(".GCC/main.md").exists());
}

#[test]
fn check_says_that_it_would_be_refused() {
    let place = place();
    let ran = place.run(&["check", "--json", "rm -rf .GCC"]);
    let told = ran.json();
    assert_eq!((ran.code, &told["runs_here"]), (0, &false.into()), "{told}");
    assert!(told["note"].as_str().unwrap().contains("may not write to"), "{told}");
    let told = place.run(&["check", "--json", "cat .GCC/main.md"]).json();
    assert_eq!((&told["tier"], &told["runs_here"]), (&"auto".into(), &true.into()), "{told}");
}

#[test]
fn a_refusal_tells_the_person_what_to_do() {
    let place = place();
    let ran = place.run(&["ask", "rm -rf .GCC"]);
    assert_eq!(ran.code, 3, "{ran:?}");
    let said = format!("{}{}", ran.stdout, ran.stderr);
    assert!(said.contains("do it in your own shell"), "{said}");
}
