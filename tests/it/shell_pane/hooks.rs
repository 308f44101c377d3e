//! One command at a time: what each shell tells, and what is made of what it cannot tell.

use devops_agent::shell::{Ending, Source};

use super::driver::{Driver, plain};
use crate::support::real;

const SHELLS: [&str; 4] = ["bash", "zsh", "fish", "dash"];

fn shells() -> impl Iterator<Item = (&'static str, Driver)> {
    SHELLS.into_iter().filter_map(|name| {
        let mut driver = Driver::start(&real::program(name)?, &[(".zshrc", ""), (".bashrc", "")]);
        driver.wait_prompts(1);
        Some((name, driver))
    })
}

#[test]
fn a_command_is_recorded_with_output_exit_code_directory_and_time() {
    for (name, mut shell) in shells() {
        shell.line("cd /tmp");
        shell.line("echo one; echo two >&2; sleep 0.2; sh -c 'exit 7'");
        let record = shell.last();
        assert_eq!(record.command, "echo one; echo two >&2; sleep 0.2; sh -c 'exit 7'", "{name}");
        assert_eq!(plain(record), "one\ntwo", "{name}");
        assert_eq!(record.ending, Ending::Exit(7), "{name}");
        assert_eq!(record.cwd.as_deref(), Some(std::path::Path::new("/tmp")), "{name}");
        // Taken where the marks are read, which may be a little after the shell wrote them.
        assert!(record.duration.as_millis() >= 100, "{name} {:?}", record.duration);
        assert_eq!(shell.records.len(), 2, "{name} {:?}", shell.brief());
    }
}

#[test]
fn a_leading_space_makes_a_command_private() {
    for (name, mut shell) in shells() {
        shell.line(" echo secret");
        let record = shell.last().clone();
        assert!(record.private, "{name} {:?}", shell.brief());
        assert_eq!((record.command.as_str(), record.output.total()), ("", 0), "{name}");
        shell.line("echo open");
        assert_eq!((shell.last().command.as_str(), shell.last().private), ("echo open", false), "{name}");
        let written = String::from_utf8_lossy(&shell.written.0.lock().unwrap()).into_owned();
        assert!(!written.contains("secret") && written.contains("open"), "{name} {written:?}");
    }
}

#[test]
fn between_private_on_and_off_all_is_private() {
    for (name, mut shell) in shells() {
        shell.line("private on");
        shell.line("echo secret");
        assert!(shell.last().private, "{name} {:?}", shell.brief());
        shell.line("private off");
        shell.line("echo open");
        assert!(!shell.last().private, "{name} {:?}", shell.brief());
        let written = String::from_utf8_lossy(&shell.written.0.lock().unwrap()).into_owned();
        assert!(!written.contains("secret") && written.contains("open"), "{name} {written:?}");
    }
}

#[test]
fn debians_settings_keep_no_command_from_the_log() {
    let Some(bash) = real::program("bash") else { return };
    let mut shell = Driver::start(&bash, &[(".bashrc", "HISTCONTROL=ignoreboth\n")]);
    shell.wait_prompts(1);
    for line in ["echo a", "echo a", "echo b", " echo c", "echo b"] {
        shell.line(line);
    }
    let commands: Vec<&str> = shell.records.iter().map(|record| record.command.as_str()).collect();
    assert_eq!(commands, ["echo a", "echo a", "echo b", "", "echo b"]);
}

#[test]
fn a_line_the_shell_refuses_is_recorded_off_the_screen() {
    let Some(bash) = real::program("bash") else { return };
    let mut shell = Driver::start(&bash, &[]);
    shell.wait_prompts(1);
    shell.line("echo )");
    let record = shell.last();
    assert_eq!((record.command.as_str(), record.source), ("echo )", Source::Screen));
    assert_eq!(record.ending.code(), Some(2));
    assert!(plain(record).contains("syntax error"), "{:?}", plain(record));
}

#[test]
fn a_forged_mark_is_told_and_changes_nothing() {
    let Some(bash) = real::program("bash") else { return };
    let mut shell = Driver::start(&bash, &[]);
    shell.wait_prompts(1);
    shell.line(r"printf '\033]7717;0123;99;%s;C;s;rm -rf /\a' $$");
    assert_eq!(shell.records.len(), 1, "{:?}", shell.brief());
    let forged = shell.events.iter().filter(|event| format!("{event:?}").contains("Forged")).count();
    assert_eq!(forged, 1);
}

fn bash(rc: &str) -> Option<Driver> {
    let mut shell = Driver::start(&real::program("bash")?, &[(".bashrc", rc)]);
    shell.wait_prompts(1);
    Some(shell)
}

fn commands(shell: &Driver) -> Vec<&str> {
    shell.records.iter().map(|record| record.command.as_str()).collect()
}

#[test]
fn prompts_that_are_made_anew_each_time_keep_their_marks() {
    let themes = [
        "theme() { PS1=\"[$?] \\w> \"; }; PROMPT_COMMAND=theme\n",
        "theme() { PS1='$(printf two)\\n> '; }; PROMPT_COMMAND=('true' 'theme')\n",
        "PROMPT_COMMAND='echo -n; PS1=\"x\\$ \"'\nPS0='before '\n",
        "trap 'true' DEBUG\nPROMPT_COMMAND=$'true;\\ntrue;'\n",
        "shopt -u promptvars\nPS1='plain> '\n",
    ];
    for theme in themes {
        let Some(mut shell) = bash(theme) else { return };
        shell.line("(exit 4)");
        shell.line("echo )");
        shell.line("echo done");
        assert_eq!(commands(&shell), ["(exit 4)", "echo )", "echo done"], "{theme}");
        assert_eq!(shell.records[0].ending, Ending::Exit(4), "{theme}");
        assert!(plain(&shell.records[2]).ends_with("done"), "{theme}");
    }
}

#[test]
fn a_prompt_sees_the_exit_code_of_the_command() {
    let Some(mut shell) = bash("PROMPT_COMMAND='PS1=\"<$?> \"'\n") else { return };
    shell.line("(exit 42)");
    shell.wait_text("<42>");
}

#[test]
fn zsh_themes_that_set_the_prompt_keep_their_marks() {
    let Some(zsh) = real::program("zsh") else { return };
    let rc = "setopt promptsubst\nprecmd() { PROMPT=\"<$?> \" }\nRPROMPT='right'\nautoload -U add-zsh-hook\nf() { :; }; add-zsh-hook precmd f\n";
    let mut shell = Driver::start(&zsh, &[(".zshrc", rc)]);
    shell.wait_prompts(1);
    shell.line("(exit 4)");
    shell.line("echo )");
    shell.line("printf unfinished");
    assert_eq!(commands(&shell), ["(exit 4)", "echo )", "printf unfinished"]);
    assert_eq!(shell.records[0].ending, Ending::Exit(4));
    assert!(plain(&shell.records[1]).contains("parse error"), "{:?}", plain(&shell.records[1]));
    assert_eq!(plain(&shell.records[2]), "unfinished");
    shell.line("echo $ZDOTDIR-$precmd_functions");
    assert_eq!(plain(shell.last()), "-__da_first f");
}

#[test]
fn a_command_of_several_lines_is_one() {
    for (name, mut shell) in shells() {
        let (first, rest): (&str, &[&str]) = match name {
            "fish" => ("for i in 1 2", &["echo line $i", "end"]),
            _ => ("for i in 1 2; do", &["echo line $i", "done"]),
        };
        for line in [&[first], rest].concat() {
            shell.send(line);
            shell.send("\r");
            shell.quiet(std::time::Duration::from_millis(150));
        }
        shell.wait("the record", |shell| !shell.records.is_empty());
        let record = shell.last().clone();
        assert_eq!(plain(&record), "line 1\nline 2", "{name}");
        // bash tells such a command on one line; what was typed is kept beside it.
        let typed = record.on_screen.as_ref().unwrap_or(&record.command);
        let lines: Vec<&str> = typed.split(['\n', ';']).map(str::trim).filter(|line| !line.is_empty()).collect();
        let expected: Vec<&str> =
            [&[first], rest].concat().iter().flat_map(|line| line.split(';')).map(str::trim).collect();
        assert_eq!(lines, expected, "{name} {:?}", record.command);
        assert_eq!(shell.records.len(), 1, "{name} {:?}", shell.brief());
    }
}

#[test]
fn an_interrupted_command_is_recorded_and_an_interrupted_line_is_none() {
    for (name, mut shell) in shells() {
        shell.send("echo never");
        shell.quiet(std::time::Duration::from_millis(150));
        let prompts = shell.prompts;
        shell.send("\x03");
        if name != "fish" {
            shell.wait_prompts(prompts + 1);
        }
        shell.quiet(std::time::Duration::from_millis(150));
        shell.send("sleep 30\r");
        shell.wait("sleep", |shell| shell.shell.running().is_some_and(|running| running.command == "sleep 30"));
        std::thread::sleep(std::time::Duration::from_millis(100));
        let prompts = shell.prompts;
        shell.send("\x03");
        shell.wait_prompts(prompts + 1);
        assert_eq!(commands(&shell), ["sleep 30"], "{name}");
        assert_eq!(shell.last().ending, Ending::Exit(130), "{name}");
    }
}

#[test]
fn shells_in_the_shell_and_jobs_behind_it_are_followed() {
    let Some(mut shell) = bash("") else { return };
    shell.line("sleep 0.3 & true");
    shell.line("(cd /; echo sub)");
    shell.line("bash");
    shell.line("echo inner");
    shell.line("exit 5");
    shell.line("exec bash");
    shell.line("echo replaced");
    shell.line("bash --norc");
    shell.line("echo deep");
    shell.line("exit");
    let expected = [
        "sleep 0.3 & true",
        "(cd /; echo sub)",
        "echo inner",
        "exit 5",
        "bash",
        "exec bash",
        "echo replaced",
        "echo deep",
        "exit",
        "bash --norc",
    ];
    assert_eq!(commands(&shell), expected);
    let depths: Vec<usize> = shell.records.iter().map(|record| record.depth).collect();
    assert_eq!(depths, [0, 0, 1, 1, 0, 0, 0, 1, 1, 0]);
    assert_eq!(shell.records[4].ending, Ending::Exit(5));
    assert_eq!(shell.records[5].ending, Ending::Replaced);
}

#[test]
fn history_that_is_off_or_a_hook_that_is_unset_loses_no_command() {
    let Some(mut shell) = bash("") else { return };
    for line in ["set +o history", "echo a", "set -o history", "HISTSIZE=0", "echo b", "unset PROMPT_COMMAND", "echo c"]
    {
        shell.send(line);
        shell.send("\r");
        shell.quiet(std::time::Duration::from_millis(250));
    }
    shell.send("PS0=\r");
    shell.quiet(std::time::Duration::from_millis(250));
    let expected =
        ["set +o history", "echo a", "set -o history", "HISTSIZE=0", "echo b", "unset PROMPT_COMMAND", "echo c"];
    assert_eq!(commands(&shell), expected);
    assert_eq!(shell.records[6].ending, Ending::Unknown);
    assert!(plain(&shell.records[6]).starts_with('c'));
}

#[test]
fn commands_of_one_paste_are_told_apart() {
    let Some(mut shell) = bash("") else { return };
    let wishes = shell.shell.wishes();
    assert!(wishes.bracketed_paste);
    let paste = devops_agent::shell::paste("echo one\n echo two\necho 'th\tree'", wishes);
    assert!(shell.shell.send(&paste));
    let prompts = shell.prompts;
    shell.send("\r");
    shell.wait_prompts(prompts + 1);
    assert_eq!(commands(&shell), ["echo one", "", "echo 'th\tree'"]);
    assert_eq!(shell.records.iter().map(plain).collect::<Vec<_>>(), ["one", "", "th      ree"]);
    let endings: Vec<Ending> = shell.records.iter().map(|record| record.ending).collect();
    assert_eq!(endings, [Ending::Unknown, Ending::Unknown, Ending::Exit(0)]);
}

#[test]
fn what_is_typed_into_a_program_is_told_with_it() {
    let Some(mut shell) = bash("") else { return };
    let prompts = shell.prompts;
    shell.send("env -i sh -i\r");
    shell.quiet(std::time::Duration::from_millis(300));
    shell.send("echo unseen\r");
    shell.wait_text("\nunseen");
    shell.send("exit\r");
    shell.wait_prompts(prompts + 1);
    assert_eq!(commands(&shell), ["env -i sh -i"]);
    assert_eq!(shell.last().typed_into, 2);
    assert!(plain(shell.last()).contains("echo unseen\nunseen"), "{:?}", plain(shell.last()));
}

#[test]
fn a_shell_that_tells_its_prompts_only_loses_nothing_typed_ahead_or_while_the_size_changed() {
    let Some(dash) = real::program("dash") else { return };
    let mut shell = Driver::start(&dash, &[]);
    shell.wait_prompts(1);
    shell.send("sleep 0.4; echo first\r");
    shell.quiet(std::time::Duration::from_millis(100));
    shell.send("echo ahead | cat\r");
    shell.wait_prompts(3);
    assert_eq!(commands(&shell), ["sleep 0.4; echo first", ""]);
    assert_eq!((shell.last().source, plain(shell.last())), (Source::Unseen, "ahead".to_owned()));
    shell.send("echo 'a line that is typed ");
    shell.quiet(std::time::Duration::from_millis(50));
    shell.shell.resize(20, 20);
    shell.line("on and on'");
    assert_eq!(shell.last().command, "echo 'a line that is typed on and on'");
}
