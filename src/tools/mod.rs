//! The tools that a model or a program can call, behind the gate.
//!
//! `core` is the way of one call and `steps` the decisions on it, whoever calls; `record` writes what was decided and
//! done; `server` and `wire` are the in-process MCP server and client that the workbench stands on, the first of all
//! clients (those outside come through `door`); `memory` carries out COMMIT, CONTEXT, BRANCH, MERGE and GRAPH, `looks` remembers tables for the next look, `past`
//! numbers the commands of a session, `privacy` tells what was masked. Knows nothing of the agent or the screen: what
//! happens goes to the bus.
#![allow(clippy::disallowed_methods)]

mod approval;
mod calls;
mod core;
mod looks;
pub mod memory;
pub mod past;
pub mod privacy;
mod record;
mod run;
mod server;
mod steps;
mod wire;

pub use approval::{Elicited, elicit};
pub use calls::Calls;
pub use core::{Called, Consult, Core, Question, ServerParts};
pub use record::SessionSlot;
pub use server::{RUN_COMMAND, Server, fields};
pub use steps::Answer;
pub use wire::{Approver, Wire, WireError};
