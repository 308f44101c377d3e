//! Parses arguments, calls the library, maps an error to an exit code.
#![allow(clippy::disallowed_methods)]

use std::process::ExitCode;

use devops_agent::{cli, exec};

fn main() -> ExitCode {
    // The hidden supervisor must be what it is before anything else starts.
    if std::env::args_os().nth(1).is_some_and(|first| first == exec::SUPERVISE) {
        return exec::supervise_main();
    }
    cli::main()
}
