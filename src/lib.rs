//! stub
#![forbid(unsafe_code)]
pub mod domain;
pub mod gate;
pub mod planner;
pub mod redact;
pub mod skill;
