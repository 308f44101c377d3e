//! What tests share: real programs, servers that stand in for what cannot be
//! had, eyes and hands for a terminal.

pub mod chat;
pub mod diagnosis;
pub mod disk;
pub mod docker;
pub mod front;
pub mod gguf;
pub mod havoc;
pub mod home;
pub mod kube_api;
pub mod mcp;
pub mod odd_server;
pub mod ollama;
pub mod openai;
pub mod picture;
pub mod provider;
pub mod pty;
pub mod real;
pub mod rows;
pub mod scenes;
pub mod screen;
pub mod tmux;
pub mod torn;
