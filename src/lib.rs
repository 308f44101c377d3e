//! stub
#![forbid(unsafe_code)]
pub mod domain;
pub mod gate;
pub mod redact;
pub mod skill;
