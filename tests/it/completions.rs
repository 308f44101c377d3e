//! The completion scripts, loaded by the shells they are for.

use std::fs;
use std::process::Command;

use super::support::home::Home;
use super::support::pty::Pty;
use super::support::real;

/// A script in a file of the project.
fn script(place: &Home, shell: &str, file: &str) {
    let ran = place.run(&["completions", shell]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    place.file(file, ran.stdout);
}

/// What a shell prints for a script of its own; it must have nothing to say against ours.
fn printed(place: &Home, program: &str, args: &[&str]) -> Option<String> {
    let shell = real::program(program)?;
    let ran = Command::new(shell).args(args).current_dir(&place.project).env_clear().envs(&place.env).output().unwrap();
    let stderr = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success() && stderr.is_empty(), "{}: {stderr}", ran.status);
    Some(String::from_utf8_lossy(&ran.stdout).into_owned())
}

#[test]
fn bash_completes_a_command_and_the_option_of_a_command() {
    let place = Home::new();
    script(&place, "bash", "ours.bash");
    let asked = |words: &str, typed: &str, before: &str| {
        let line = format!(
            "source ./ours.bash; COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); \
             $(complete -p devops-agent | sed 's/.*-F \\([^ ]*\\).*/\\1/') devops-agent '{typed}' '{before}'; \
             printf '%s\\n' \"${{COMPREPLY[@]}}\""
        );
        printed(&place, "bash", &["--noprofile", "--norc", "-c", &line])
    };
    let Some(commands) = asked("devops-agent sess", "sess", "devops-agent") else { return };
    assert_eq!(commands, "sessions\n");
    assert_eq!(asked("devops-agent export --for", "--for", "export").unwrap(), "--format\n");
    assert_eq!(asked("devops-agent export --format h", "h", "--format").unwrap(), "html\n");
}

#[test]
fn zsh_completes_a_command_on_its_prompt() {
    let Some(zsh) = real::program("zsh") else { return };
    let place = Home::new();
    let functions = place.project.join("functions");
    fs::create_dir(&functions).unwrap();
    script(&place, "zsh", "functions/_devops-agent");
    let env: Vec<(&str, &str)> = place.env.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let mut terminal = Pty::spawn(zsh.to_str().unwrap(), &["-f", "-i"], &env, &place.project, 110, 30);
    terminal.enter("PS1='ready> '; fpath=($PWD/functions $fpath); autoload -U compinit; compinit -D -u; clear");
    terminal.wait_for(|screen| screen.trim() == "ready>", "an empty screen with the prompt");
    terminal.send("devops-agent sess\t");
    terminal.wait_for_text("ready> devops-agent sessions");
    terminal.send("--arch\t");
    terminal.wait_for_text("devops-agent sessions --archived");
}

#[test]
fn fish_completes_a_command_and_tells_what_it_is_for() {
    let place = Home::new();
    script(&place, "fish", "ours.fish");
    let line = "source ./ours.fish; complete -C 'devops-agent veri'; complete -C 'devops-agent skills exp'";
    let Some(found) = printed(&place, "fish", &["--no-config", "-c", line]) else { return };
    let lines: Vec<&str> = found.lines().collect();
    assert_eq!(
        lines,
        ["verify\tCheck that the logs are what was written", "explain\tSay what the gate does with a tool"]
    );
}

#[test]
fn the_scripts_for_powershell_and_nushell_name_the_commands_too() {
    let place = Home::new();
    for shell in ["powershell", "nushell"] {
        let ran = place.run(&["completions", shell]);
        for word in ["sessions", "verify", "skills", "--archived"] {
            assert!(ran.code == 0 && ran.stdout.contains(word), "no {word} for {shell}");
        }
    }
}

#[test]
fn scripts_need_neither_settings_nor_a_home_that_can_be_written() {
    let place = Home::new().var("OLLAMA_HOST", "not a host").var("XDG_STATE_HOME", "/proc/nowhere");
    assert_eq!(place.run(&["completions", "bash"]).code, 0);
    assert_eq!(place.run(&["man"]).code, 0);
}
