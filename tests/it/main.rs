//! Behaviour of the whole, one file a behaviour: the library's doors, the real
//! binary, real programs.

#[path = "../support/mod.rs"]
mod support;

mod config;
mod kube_api;
mod ollama_client;
mod skills;
mod store;
