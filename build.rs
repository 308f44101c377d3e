//! Reads the YAML of the built-in skills once, when the program is built: as JSON a start reads it in a tenth of the time
//! and of the memory.
//!
//! A block that cannot be read is left out; the program then reads the YAML and says what is wrong with it.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    clippy::print_stdout,
    reason = "what a build script is for"
)]

use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use serde_json::Value;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=skills");
    println!("cargo::rerun-if-changed=build.rs");
    let out = env::var("OUT_DIR")?;
    let mut table = String::from("&[\n");
    let mut skills: Vec<_> = fs::read_dir("skills")?.collect::<Result<_, _>>()?;
    skills.sort_by_key(|skill| skill.file_name());
    for skill in skills {
        let file = skill.path().join("SKILL.md");
        let name = skill.file_name().to_string_lossy().into_owned();
        if !file.is_file() {
            continue;
        }
        for (line, block) in blocks(&fs::read_to_string(&file)?) {
            let Ok(mut value) = serde_yaml::from_str::<Value>(&block) else { continue };
            numbers_to_words(&mut value);
            let path = Path::new(&out).join(format!("{name}-{line}.json"));
            fs::write(&path, value.to_string())?;
            writeln!(table, "    ({name:?}, {line}, include_str!({path:?})),")?;
        }
    }
    table.push_str("]\n");
    fs::write(Path::new(&out).join("blocks.rs"), table)?;
    Ok(())
}

/// A number in a list is what somebody says or types.
fn numbers_to_words(value: &mut Value) {
    match value {
        Value::Array(items) => {
            for item in items {
                if item.is_i64() {
                    *item = Value::String(item.to_string());
                }
                numbers_to_words(item);
            }
        }
        Value::Object(entries) => entries.values_mut().for_each(numbers_to_words),
        _ => {}
    }
}

/// The fenced YAML blocks of a skill file, each with the number of its first line.
fn blocks(text: &str) -> Vec<(usize, String)> {
    let mut blocks: Vec<(usize, String)> = Vec::new();
    let mut open = false;
    for (at, line) in text.lines().enumerate() {
        match (open, line.trim()) {
            (false, "```yaml") => {
                open = true;
                blocks.push((at + 2, String::new()));
            }
            (true, "```") => open = false,
            (true, _) => {
                if let Some((_, block)) = blocks.last_mut() {
                    block.push_str(line);
                    block.push('\n');
                }
            }
            (false, _) => {}
        }
    }
    blocks
}
