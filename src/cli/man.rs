//! `man`: the manual, one page for the program and one a command.
//!
//! Owns what a page says beside what the arguments tell: keys, files, exit codes, where to read on. Reads no setting:
//! it is run while a package is built, and the same program always writes the same bytes.

use std::io;
use std::path::Path;
use std::process::ExitCode;

use clap_mangen::Man as Page;
use clap_mangen::roff::{Roff, bold, roman};

use super::args::{Man, SETTINGS};
use super::speech;
use crate::app;
use crate::domain::{Failure, FailureKind};

/// What the program reads and writes, for the page's FILES.
const FILES: [(&str, &str); 6] = [
    ("./.GCC", "the memory of the project: sessions, logs, their chains"),
    ("./.env", "settings, as in .env.example; its paths and hosts count once you trusted them"),
    ("./.devops-agent/config.yaml", "settings of the project; they count once you trusted them"),
    ("~/.config/devops-agent/config.yaml", "your settings"),
    ("~/.config/devops-agent/replies.yaml", "words of your own that approve and deny"),
    ("~/.local/state/devops-agent", "what you trusted and granted, and the program's own log"),
];

/// The exit codes, for EXIT STATUS.
const EXITS: [(&str, &str); 7] = [
    ("0", "done; the command that was run may have failed all the same, see its exit_code with --json"),
    ("1", "an error, or a check that found something"),
    ("2", "the arguments cannot be understood"),
    ("3", "refused by the gate or by the person"),
    ("4", "a model was named and is not there"),
    ("5", "a setting or a skill file has a mistake"),
    ("130", "interrupted"),
];

pub(super) fn run(args: &Man) -> Result<ExitCode, Failure> {
    // `help` would be documented as a command with a copy of every other.
    let mut command = super::command().disable_help_subcommand(true);
    command.build();
    match &args.dir {
        None => {
            let (_, page) = rendered(&command, true).map_err(|error| not_written(Path::new("the page"), error))?;
            speech::result(page.trim_end());
        }
        Some(dir) => {
            std::fs::create_dir_all(dir).map_err(|error| not_written(dir, error))?;
            let count = write(&command, true, dir)?;
            speech::say(&format!("{count} pages are in {}", dir.display()));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Writes the page of a command and those of what is below it; gives how many.
fn write(command: &clap::Command, is_main: bool, dir: &Path) -> Result<usize, Failure> {
    let (name, page) = rendered(command, is_main).map_err(|error| not_written(dir, error))?;
    let file = dir.join(name);
    std::fs::write(&file, page).map_err(|error| not_written(&file, error))?;
    let mut count = 1;
    for below in command.get_subcommands().filter(|below| !below.is_hide_set()) {
        count += write(below, false, dir)?;
    }
    Ok(count)
}

/// A page with the name of its file.
fn rendered(command: &clap::Command, is_main: bool) -> io::Result<(String, String)> {
    let command = if is_main { command.clone() } else { without_settings(command.clone()) };
    let (has_options, has_commands) =
        (command.get_arguments().any(|arg| !arg.is_hide_set()), command.has_subcommands());
    // An empty date would be left out, and what follows would take its place.
    let page = Page::new(command).date(" ").source(concat!("devops-agent ", env!("CARGO_PKG_VERSION")));
    let page = page.manual("User Commands");
    let mut bytes = Vec::new();
    page.render_title(&mut bytes)?;
    page.render_name_section(&mut bytes)?;
    page.render_synopsis_section(&mut bytes)?;
    page.render_description_section(&mut bytes)?;
    if has_options {
        page.render_options_section(&mut bytes)?;
    }
    if has_commands {
        page.render_subcommands_section(&mut bytes)?;
    }
    let more = if is_main { main_sections() } else { see_also() };
    more.to_writer(&mut bytes)?;
    Ok((page.get_filename(), in_ascii(&String::from_utf8_lossy(&bytes))))
}

/// Letters beyond ASCII as roff writes them, whatever encoding it takes a page for.
fn in_ascii(page: &str) -> String {
    let mut out = String::with_capacity(page.len());
    for letter in page.chars() {
        if letter.is_ascii() {
            out.push(letter);
        } else {
            out.push_str(&format!("\\[u{:04X}]", u32::from(letter)));
        }
    }
    out
}

/// Every command takes the settings; they are told once, on the main page.
fn without_settings(command: clap::Command) -> clap::Command {
    command.mut_args(|arg| if arg.get_help_heading() == Some(SETTINGS) { arg.hide(true) } else { arg })
}

fn main_sections() -> Roff {
    let mut roff = Roff::new();
    let shortcuts = app::shortcuts_help();
    roff.control("SH", ["KEYS OF THE WORKBENCH"]);
    // A table: as it stands.
    roff.control("nf", []);
    for line in shortcuts.lines().skip(1) {
        roff.text([roman(line)]);
    }
    roff.control("fi", []);
    roff.control("SH", ["EXIT STATUS"]);
    tagged(&mut roff, &EXITS);
    roff.control("SH", ["FILES"]);
    tagged(&mut roff, &FILES);
    roff.text([roman("XDG_CONFIG_HOME and XDG_STATE_HOME move the last three.")]);
    roff
}

fn see_also() -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", ["SEE ALSO"]);
    roff.text([bold("devops-agent"), roman("(1) lists the settings that every command takes.")]);
    roff
}

fn tagged(roff: &mut Roff, rows: &[(&str, &str)]) {
    for (tag, text) in rows {
        roff.control("TP", []);
        roff.text([bold(*tag)]);
        roff.text([roman(*text)]);
    }
    roff.control("PP", []);
}

fn not_written(what: &Path, error: io::Error) -> Failure {
    Failure::new(FailureKind::Error, format!("{} cannot be written", what.display()))
        .because(error)
        .hint("Name a directory that you may write to.")
}
