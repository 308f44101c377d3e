//! The person's shell, held against the real ones: bash, zsh, fish and dash in terminals of their own.
//!
//! Each test starts a shell as the workbench does, types like a person, and compares what was recorded with what the
//! shell itself wrote down, or with what a person would have seen.

pub mod driver;
mod every_command;
mod hooks;
mod life;
mod screens;
