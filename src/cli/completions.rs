//! `completions`: the script that lets a shell complete our commands and options.
//!
//! Owns which generator writes for which shell. Reads no setting: it is run while a package is built.

use std::process::ExitCode;

use clap_complete::{Generator, Shell};
use clap_complete_nushell::Nushell;

use super::args::{CompletedShell, Completions};
use super::speech;

pub(super) fn run(args: &Completions) -> ExitCode {
    let script = match args.reader {
        CompletedShell::Bash => bash(),
        CompletedShell::Zsh => script(Shell::Zsh),
        CompletedShell::Fish => script(Shell::Fish),
        CompletedShell::Powershell => script(Shell::PowerShell),
        CompletedShell::Nushell => script(Nushell),
    };
    speech::result(script.trim_end());
    ExitCode::SUCCESS
}

/// The generator looks a command up under another name than it gave it where the program's has a hyphen, so that no
/// option of a command is completed: <https://github.com/clap-rs/clap/issues/6421>. Once that is mended this finds
/// nothing to replace.
fn bash() -> String {
    script(Shell::Bash).replace("devops__subcmd__agent", "devops__agent")
}

/// Into memory first: the generators panic when a pipe is closed.
fn script(shell: impl Generator) -> String {
    let mut command = super::command();
    let name = command.get_name().to_owned();
    let mut bytes = Vec::new();
    clap_complete::generate(shell, &mut command, name, &mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}
