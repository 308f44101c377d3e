//! `devops-agent`: a full-screen terminal workbench for people who run systems.
//!
//! An agent turns plain English into kubectl, docker, git, helm and system
//! commands; a deterministic gate decides whether each may run; what was asked,
//! thought, approved, run and found is written to `.GCC`, plain text that the
//! person and the agent both read. This page is the map: one paragraph a
//! module, then what always holds.
//!
//! # One request
//!
//! A key reaches [`app`]'s `update`, which tells the [`runtime`] what was said.
//! The runtime's driver hands it to the [`agent`], a pure state machine. The
//! agent asks the [`planner`] first and a model ([`model`]) only when the planner
//! is unsure; either way a command leaves it as an effect. The driver calls
//! `run_command` of [`tools`] through MCP, in process. The server judges
//! ([`gate`]), asks [`probe`] for the facts the gate wants, announces, waits for
//! consent where it must, writes the decision down ([`store`]), runs
//! ([`exec`]), masks what is printed ([`redact`]) on its way to the [`bus`] and
//! the log, lets [`output`] say what it means, and returns a report. Events come
//! back over the bus to whoever shows them: [`ui`] draws, [`cli`] prints.
//!
//! # Modules
//!
//! Pure: no file, clock, process, thread or network.
//!
//! - [`domain`] — the vocabulary: ids, times, tiers, verdicts, plans, programs,
//!   reports, entries, failures.
//! - [`skill`] — what a SKILL.md declares, typed: permission rules, option
//!   profiles, effects, examples, intents; problems with their lines.
//! - [`output`] — bytes to text, tables, error lines; the readers that answer
//!   without a model; reduction for a model; escaping for terminal and log.
//! - [`history`] — entries, sessions and the index page as text; what a log tells read back; the graph of what was
//!   done and found, laid out and drawn as text and SVG.
//! - [`gate`] — may this run? Lines read word for word, and the scan of those
//!   that are not; canonical forms, rules, operands, floors, facts; what an
//!   approval is bound to, grants, replies, clearance; what a changed rule loosens.
//! - [`redact`] — secrets out of text, and names of machines and people where that is asked; streaming; the only
//!   maker of `Masked`.
//! - [`planner`] — plain English to a plan, a question, or *unsure*; what was named before and the services of the
//!   compose file at hand say what a bare name is.
//! - [`runbook`] — a diagnosis written in Markdown, walked step by step to a named finding or to *nothing found*;
//!   which runbook a request asks for.
//! - [`hooks`] — other programs' agents that ask our gate: the words of their hooks, and their rules as a draft of ours.
//! - [`agent`] — the conversation: `handle(Event) -> Vec<Effect>`.
//!
//! Drawing: [`ui`] — a view to a frame; themes, markdown, highlighting.
//!
//! Doors to the world: each does one thing and imports none of the four below.
//!
//! - [`config`] — defaults, files, environment and flags to one plain value;
//!   what a project's files may not do before they are trusted.
//! - [`library`] — skills, wording and themes that are compiled in or lie on disk; the watch over skill files. What the
//!   built-in skills say in YAML is read by `build.rs` and lies beside them as JSON.
//! - [`bus`] — the closed set of events; a control lane, and a bulk lane bounded in bytes.
//! - [`model`] — the trait, Ollama, servers of OpenAI's protocol, and a scripted one.
//! - [`exec`] — runs what was cleared, under a supervisor that ends the whole tree.
//! - [`store`] — `.GCC` on disk: chained logs, branches, archive; one thread appends, syncs, renames, locks, recovers;
//!   the person's grants.
//! - [`index`] — the search over one memory or several: a derived database of words, filled by following the logs'
//!   chains.
//! - [`probe`] — the gate's facts, the person's surroundings and the compose project there; reads, runs nothing; the
//!   clock.
//! - [`guests`] — the tools that other programs serve: connections, names, what they were when they were accepted, and
//!   the one way to call them.
//! - [`tools`] — the way of one call and the decisions on it, and the in-process MCP server and client before it.
//! - [`shell`] — the person's own shell in a terminal of its own: hooks that tell its commands, the screen, records, the
//!   keeper that ends it with us.
//! - [`terminal`] — raw mode, panic hook, keys, signals, frames on the whole screen or in a strip of it.
//! - [`telemetry`] — our own log: a file of JSON lines with session, turn and call.
//! - [`traces`] — what happened as OpenTelemetry traces, where the person names a collector.
//!
//! Composition: only these see all the others.
//!
//! - [`runtime`] — one session without a screen. `ask` and the workbench stand on it.
//! - [`app`] — the workbench's state: `update(state, event, now) -> effects`, and its loop.
//! - [`door`] — MCP for programs outside: the same decisions, a session of their own, consent by their person.
//! - [`cli`] — one file a command.
//!
//! # What always holds
//!
//! 1. No command reaches `exec`, and no call a server of tools, without a [`gate::Cleared`]. Guard: the type, with
//!    its doctest and compile-fail twins.
//! 2. Pure modules do no IO and know no clock; imports run one way. Guard: `tests/tidy.rs`, `.clippy.toml`.
//! 3. Doubt, composition and decoration never lower a tier; what is not
//!    understood is never automatic. Guard: `gate::tests`, `tests/it/{skills,matrix,shells}.rs`.
//! 4. What the dialog showed is byte for byte what runs, where it was shown to run. Guard: the digest,
//!    `tests/it/{approvals,binding}.rs`.
//! 5. Keys typed before a dialog was seen never answer it; a paste never does. Guard: `app::tests`.
//! 6. The agent has no effect that writes to a shell of the person's; what is put on its prompt was a key of the
//!    person's and cannot run by itself. Guard: `agent::Effect`, [`shell::ShellInsert`].
//! 7. State changes only in `agent::handle` and `app::update`; tasks start only in
//!    the runtime and the doors. Guard: `tests/tidy.rs`.
//! 8. Every lane that carries output is bounded in bytes: a flood slows the
//!    child, not the screen. Guard: `bus::tests`, `exec::tests`, `tests/it/workbench.rs`.
//! 9. The log is only appended to; what was decided is on disk before it is
//!    done, what was done before it is shown as done; every change is named. Guard: `tests/it/{store,chain}.rs`.
//! 10. The same events give the same screens. Guard: `app::tests`, `ui::tests`.
#![forbid(unsafe_code)]

// Fixtures of `tests/support` name the crate as programs outside of it do.
#[cfg(test)]
extern crate self as devops_agent;

pub mod agent;
pub mod app;
pub mod bus;
pub mod cli;
pub mod config;
pub mod domain;
pub mod door;
pub mod exec;
pub mod gate;
pub mod guests;
pub mod history;
pub mod hooks;
pub mod index;
pub mod library;
pub mod model;
pub mod output;
pub mod planner;
pub mod probe;
pub mod redact;
pub mod runbook;
pub mod runtime;
pub mod shell;
pub mod skill;
pub mod store;
pub mod telemetry;
pub mod terminal;
pub mod tools;
pub mod traces;
pub mod ui;
