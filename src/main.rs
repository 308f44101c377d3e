//! Parses arguments, calls the library, maps an error to an exit code.
#![allow(clippy::disallowed_methods)]

use std::process::ExitCode;

use devops_agent::{cli, exec, shell};

fn main() -> ExitCode {
    // The hidden supervisor must be what it is before anything else starts.
    match std::env::args_os().nth(1) {
        Some(first) if first == exec::SUPERVISE => return exec::supervise_main(),
        Some(first) if first == shell::KEEPER => return shell::keeper_main(),
        _ => {}
    }
    cli::main()
}
