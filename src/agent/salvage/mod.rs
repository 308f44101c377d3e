//! Damaged tool calls, read as they were meant.

pub(super) mod arguments;
