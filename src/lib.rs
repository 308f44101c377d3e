//! stub
#![forbid(unsafe_code)]
pub mod agent;
pub mod app;
pub mod bus;
pub mod cli;
pub mod config;
pub mod domain;
pub mod exec;
pub mod gate;
pub mod history;
pub mod library;
pub mod model;
pub mod output;
pub mod planner;
pub mod probe;
pub mod redact;
pub mod runtime;
pub mod skill;
pub mod store;
pub mod telemetry;
pub mod terminal;
pub mod tools;
pub mod ui;
