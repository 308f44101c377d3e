//! The command line: one file a command. Only here (and on the workbench's
//! screen) words are put before a person; the answer goes to stdout, everything
//! else to stderr.
#![allow(clippy::disallowed_methods, clippy::print_stdout, clippy::print_stderr)]

mod approve;
mod args;
mod ask;
mod batch;
mod check;
mod chronicle;
mod completions;
mod context;
mod doctor;
mod eval;
mod explain;
mod explanation;
mod export;
mod first_run;
mod grants;
mod hook;
mod lifecycle;
mod linear;
mod log;
mod man;
mod mcp;
mod meant;
mod memory;
mod models;
mod past;
mod plan;
mod privacy;
mod question;
mod redact;
mod search;
mod setup;
mod skills;
mod speech;
mod stats;
mod themes;
mod trust;
mod workbench;

use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches};

use crate::app;
use crate::domain::{Failure, FailureKind};

use args::{Args, Command};

/// Runs the program with the process's arguments.
pub fn main() -> ExitCode {
    let args = match command().try_get_matches().and_then(|matches| Args::from_arg_matches(&matches)) {
        Ok(args) => args,
        Err(error) => {
            let code = error.exit_code();
            // A closed pipe is no reason to panic over a help text.
            let _unread = error.print();
            return ExitCode::from(u8::try_from(code).unwrap_or(2));
        }
    };
    let result = match args.command {
        None if args.linear => linear::run(&args.settings, &args.session),
        None => workbench::run(&args.settings, &args.session),
        Some(Command::Ask(ref ask)) => ask::run(&args.settings, ask, &args.session),
        Some(Command::Plan(ref plan)) => plan::run(&args.settings, plan),
        Some(Command::Eval(ref eval)) => eval::run(&args.settings, eval),
        Some(Command::Models(ref args_of)) => models::run(&args.settings, args_of),
        Some(Command::Check(ref check)) => check::run(&args.settings, check),
        Some(Command::Explain(ref explain)) => explain::run(&args.settings, explain),
        Some(Command::Skills(ref skills)) => skills::run(&args.settings, skills),
        Some(Command::Trust(ref trust)) => trust::run(&args.settings, trust),
        Some(Command::Privacy(ref privacy)) => privacy::run(&args.settings, privacy),
        Some(Command::Redact(ref redact)) => redact::run(&args.settings, redact),
        Some(Command::New(ref args_of)) => lifecycle::new(&args.settings, args_of),
        Some(Command::Continue(ref args_of)) => lifecycle::go_on(&args.settings, args_of),
        Some(Command::Sessions(ref args_of)) => memory::sessions(&args.settings, args_of),
        Some(Command::Log(ref args_of)) => log::run(&args.settings, args_of),
        Some(Command::Context(ref args_of)) => context::run(&args.settings, args_of),
        Some(Command::Verify(ref args_of)) => memory::verify(&args.settings, args_of),
        Some(Command::Graph(ref args_of)) => memory::graph(&args.settings, args_of),
        Some(Command::Delete(ref args_of)) => lifecycle::delete(&args.settings, args_of),
        Some(Command::Restore(ref args_of)) => lifecycle::restore(&args.settings, args_of),
        Some(Command::Commit(ref args_of)) => chronicle::commit(&args.settings, args_of),
        Some(Command::Branch(ref args_of)) => chronicle::branch(&args.settings, args_of),
        Some(Command::Merge(ref args_of)) => chronicle::merge(&args.settings, args_of),
        Some(Command::Fork(ref args_of)) => chronicle::fork(&args.settings, args_of),
        Some(Command::Close(ref args_of)) => lifecycle::close(&args.settings, args_of),
        Some(Command::History(ref args_of)) => past::history(&args.settings, args_of),
        Some(Command::Rerun(ref args_of)) => past::rerun(&args.settings, args_of),
        Some(Command::Search(ref args_of)) => search::run(&args.settings, args_of),
        Some(Command::Export(ref args_of)) => export::run(&args.settings, args_of),
        Some(Command::Grants(ref grants)) => grants::run(&args.settings, grants),
        Some(Command::Mcp(ref mcp)) => mcp::run(&args.settings, mcp),
        Some(Command::Hook(ref hook)) => hook::run(&args.settings, &hook.command),
        Some(Command::Approve(ref approve)) => approve::run(&args.settings, approve),
        Some(Command::Stats(ref args_of)) => stats::run(&args.settings, args_of),
        Some(Command::Doctor(ref args_of)) => doctor::run(&args.settings, args_of),
        Some(Command::Completions(ref args_of)) => Ok(completions::run(args_of)),
        Some(Command::Man(ref args_of)) => man::run(args_of),
    };
    match result {
        Ok(code) => code,
        Err(failure) => fail(&failure),
    }
}

/// The command line as `--help`, the completions and the manual describe it.
fn command() -> clap::Command {
    Args::command().after_help(app::shortcuts_help())
}

/// Tells what went wrong and what to do next; gives the exit code.
fn fail(failure: &Failure) -> ExitCode {
    speech::failure(failure);
    ExitCode::from(failure.kind.exit_code())
}

/// Runs something asynchronous to its end.
fn wait<F: Future>(work: F) -> Result<F::Output, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.map_err(|error| {
        Failure::new(FailureKind::Error, "the system gives no threads").because(error).hint("Free some and try again.")
    })?;
    let output = runtime.block_on(work);
    // A thread that still waits for a line of input must not keep the process.
    runtime.shutdown_background();
    Ok(output)
}
