//! Behaviour of the whole, one file a behaviour: the library's doors, the real
//! binary, real programs.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr
)]

#[path = "../support/mod.rs"]
mod support;

mod accessibility;
mod approvals;
mod ask;
mod bad_input;
mod binding;
mod chain;
mod check_plan;
mod completions;
mod composing;
mod config;
mod dialog;
mod docker;
mod doctor;
mod document;
mod documentation;
mod eval_model;
mod explain;
mod first_run;
mod grants;
mod graph_pane;
mod guests;
mod hooks;
mod hostile;
mod injections;
mod inline;
mod keymap;
mod killed;
mod killed_shell;
mod kube_api;
mod kubectl;
mod llama;
mod man;
mod manual;
mod matrix;
mod mcp;
mod mcp_http;
mod memory_cli;
mod model_turn;
mod negotiation;
mod ollama_client;
mod openai_client;
mod protected;
mod providers;
mod redact;
mod redact_cli;
mod replies;
mod resumed;
mod runbooks;
mod screenshots;
mod search;
mod sessions_place;
mod settings_trust;
mod shell_pane;
mod shells;
mod skill_files;
mod skills;
mod soak;
mod stats;
mod store;
mod sweep;
mod themes;
mod tmux;
mod traces;
mod workbench;
