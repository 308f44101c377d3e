//! The door for programs outside: an MCP server over stdin and stdout or HTTP, with the tools, resources and prompts
//! they get.
//!
//! `stdio` and `http` let them in, `lines` bounds what they say at once; `server` speaks the protocol and `catalog` says what is offered; `link` is one program with the session its calls
//! are written to; `run` carries out `run_command`, `consult` asks for consent and `sealed` keeps the questions of
//! the stateless generation; `page` is what can be read. Judges nothing: every command goes through [`crate::tools::Core`],
//! as the workbench's own do. Invariants: what leaves has gone through the veil; what a program says about a call beyond
//! its arguments counts nothing; a program's yes clears the approval tier at most.
#![allow(clippy::disallowed_methods)]

mod arguments;
mod catalog;
mod consult;
mod house;
mod http;
mod lines;
mod link;
mod page;
mod progress;
mod prompts;
mod run;
mod sealed;
mod server;
mod stdio;

pub use house::House;
pub use http::{PATH, listen, serve_http};
pub use stdio::serve;
