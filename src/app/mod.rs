//! stub
pub fn shortcuts_help() -> String { String::new() }
