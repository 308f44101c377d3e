//! The tools that a model or a program can call, behind the gate.
//!
//! `server` is an MCP server with `run_command`; `steps` is the decision core
//! it stands on; `record` writes what was decided and done; `wire` is the
//! in-process client that the workbench uses, the first of all clients; `memory`
//! carries out COMMIT, CONTEXT, BRANCH, MERGE and GRAPH, `past` numbers the commands of a session, `privacy` tells what
//! was masked. Knows nothing of the agent or the screen: what happens goes to the bus.
#![allow(clippy::disallowed_methods)]

mod approval;
mod calls;
pub mod memory;
pub mod past;
pub mod privacy;
mod record;
mod run;
mod server;
mod steps;
mod wire;

pub use calls::Calls;
pub use record::SessionSlot;
pub use server::{Server, ServerParts};
pub use wire::{Approver, Wire, WireError};
