//! What README and assets/docs tell people to type is what the program takes.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use super::support::home::{Home, PROGRAM};

/// A command of a code block, as its words.
struct Told {
    place: String,
    line: String,
    words: Vec<String>,
}

/// README and the documents.
fn pages() -> Vec<(String, String)> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let mut files = vec![root.join("README.md"), root.join("assets/packaging/README.md")];
    files.extend(fs::read_dir(root.join("assets/docs")).unwrap().map(|entry| entry.unwrap().path()));
    files.sort();
    let name = |file: &PathBuf| file.strip_prefix(&root).unwrap().display().to_string();
    files.iter().map(|file| (name(file), fs::read_to_string(file).unwrap())).collect()
}

/// The lines of blocks in this language, with where they stand.
fn block_lines(page: &str, text: &str, language: &str) -> Vec<(String, String)> {
    let mut inside: Option<String> = None;
    let mut lines = Vec::new();
    for (index, line) in text.lines().enumerate() {
        match (line.trim_start().strip_prefix("```"), &inside) {
            (Some(of), None) => inside = Some(of.trim().to_owned()),
            (Some(_), Some(_)) => inside = None,
            (None, Some(of)) if of == language => lines.push((format!("{page}:{}", index + 1), line.to_owned())),
            _ => {}
        }
    }
    lines
}

/// The commands of `sh` blocks, their words as a shell reads them; comments and redirections are the shell's.
fn commands() -> Vec<Told> {
    let mut all = Vec::new();
    for (page, text) in pages() {
        for (place, line) in block_lines(&page, &text, "sh") {
            if !line.starts_with("devops-agent") {
                continue;
            }
            // What the line redirects is not written: only what was said on 3 is looked at.
            let line_told = line.replacen("devops-agent", "told", 1);
            let script = format!("exec 3>&1\ntold() {{ printf '%s\\n' \"$@\" >&3; }}\n{line_told}\n");
            let read = Command::new("sh").args(["-c", &script]).output().unwrap();
            assert!(read.status.success(), "{place}: {line}: {}", String::from_utf8_lossy(&read.stderr));
            let words = String::from_utf8(read.stdout).unwrap().lines().map(str::to_owned).collect();
            all.push(Told { place, line, words });
        }
    }
    all
}

#[test]
fn every_command_of_the_documents_is_one_that_the_arguments_allow() {
    let place = Home::new();
    let commands = commands();
    assert!(commands.len() > 20, "the blocks are no longer found");
    for Told { place: at, line, words } in &commands {
        let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
        // Help is told only when everything before it was understood.
        let end = words.iter().position(|word| *word == "--").unwrap_or(words.len());
        words.insert(end, "--help");
        let ran = place.run(&words);
        assert_eq!(ran.code, 0, "{at}: {line}\n{}", ran.stderr);
    }
}

#[test]
fn the_commands_of_the_memory_run_as_they_stand_in_the_documents() {
    let place = Home::with_commits(2);
    for goal in ["one", "two", "three", "four"] {
        assert_eq!(place.run(&["new", goal, "--yes", "--json"]).code, 0);
    }
    assert_eq!(place.run(&["ask", "git status"]).code, 0);
    let mut count = 0;
    for Told { place: at, line, words } in commands() {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let of_memory = at.starts_with("README.md") || at.starts_with("assets/docs/memory.md");
        // These wait for a person, for what comes, or for another program.
        let waits =
            words.contains(&"--follow") || words.first().is_some_and(|word| ["mcp", "approve", "eval"].contains(word));
        if !of_memory || waits {
            continue;
        }
        let ran = place.run(&words);
        assert!(![2, 101].contains(&ran.code), "{at}: {line}\n{ran:?}");
        assert!(!ran.stderr.contains("panicked"), "{at}: {line}\n{ran:?}");
        count += 1;
    }
    assert!(count > 15, "{count} commands were run");
}

/// What `--help` says of a command and of its commands.
fn help(place: &Home, words: &[&str]) -> String {
    let mut words = words.to_vec();
    words.push("--help");
    place.run(&words).stdout
}

#[test]
fn the_readme_lists_every_command_and_no_option_that_is_not_there() {
    let place = Home::new();
    let (page, text) = pages().into_iter().find(|(page, _)| page == "README.md").unwrap();
    let listed: Vec<(String, String)> = block_lines(&page, &text, "text");
    let listed: Vec<(String, String)> = listed
        .into_iter()
        .flat_map(|(at, line)| {
            let parts: Vec<String> = line.split("devops-agent ").skip(1).map(str::to_owned).collect();
            parts.into_iter().map(move |part| (at.clone(), part))
        })
        .collect();
    let main = help(&place, &[]);
    let commands = main.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    for name in
        commands.lines().filter_map(|line| line.strip_prefix("  ")?.split(' ').next().filter(|name| !name.is_empty()))
    {
        let is_listed = listed.iter().any(|(_, line)| line.split_whitespace().next() == Some(name));
        assert!(is_listed || name == "help", "README.md does not list `{name}`");
    }
    for (at, line) in &listed {
        let name = line.split_whitespace().next().unwrap();
        let below = match name {
            "skills" => &["list", "check", "trust", "explain"][..],
            "grants" => &["revoke"],
            "mcp" => &["servers", "accept"],
            "hook" => &["claude-code", "codex", "gemini", "import"],
            _ => &[],
        };
        let mut known = help(&place, &[name]);
        below.iter().for_each(|word| known.push_str(&help(&place, &[name, word])));
        let options = line
            .split(|c: char| !(c.is_ascii_lowercase() || c == '-'))
            .filter(|word| word.len() > 2 && word.starts_with("--"));
        for option in options {
            assert!(known.contains(option), "{at}: `{name}` takes no {option}");
        }
    }
}

#[test]
fn documents_name_only_files_that_are_there() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    for (page, text) in pages() {
        let directory = root.join(&page).parent().unwrap().to_owned();
        for link in text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next()) {
            let elsewhere = link.is_empty() || link.contains("://");
            assert!(elsewhere || directory.join(link).exists(), "{page} names {link}, which is not there");
        }
    }
}

#[test]
fn what_packages_carry_is_written_by_the_program_itself() {
    let place = Home::new();
    let out = place.project.join("package-files");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/packaging/generate");
    let ran = Command::new(script).arg(PROGRAM).arg(&out).output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    for file in
        ["man/devops-agent.1", "man/devops-agent-ask.1", "completions/devops-agent", "completions/_devops-agent"]
    {
        assert!(fs::metadata(out.join(file)).is_ok_and(|file| file.len() > 500), "{file}");
    }
    let manifest = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")).unwrap();
    let carried = manifest.split("target/package-files/").skip(1).filter_map(|rest| rest.split('"').next());
    for file in carried.filter(|file| !file.contains('*')) {
        assert!(out.join(file).exists(), "the packages name {file}, which nobody writes");
    }
}

#[test]
fn packages_are_built_with_every_directory_that_is_compiled_in() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let read = |name: &str| fs::read_to_string(root.join(name)).unwrap();
    let sources =
        fs::read_dir(root.join("src/library")).unwrap().map(|entry| fs::read_to_string(entry.unwrap().path()));
    let sources: String = sources.map(Result::unwrap).collect();
    let script = read("build.rs");
    let compiled_in: Vec<&str> = sources
        .split("include_dir!(\"$CARGO_MANIFEST_DIR/")
        .skip(1)
        .chain(script.split("read_dir(\"").skip(1))
        .filter_map(|rest| rest.split(['"', '/']).next())
        .collect();
    assert!(compiled_in.contains(&"skills"), "{compiled_in:?}");
    for directory in compiled_in {
        for (file, line) in [
            ("Cargo.toml", format!("\"/{directory}\"")),
            ("assets/packaging/Dockerfile", format!("COPY {directory} ")),
            (".dockerignore", format!("!{directory}\n")),
        ] {
            assert!(read(file).contains(&line), "{file} leaves {directory} out");
        }
    }
}
