//! Reads the YAML of the built-in skills once, when the program is built: as JSON a start reads it in a tenth of the time
//! and of the memory. It is packed, so that a running program does not keep in memory what it reads once.
//!
//! What is compiled in of a skill file is a copy in which the lines of the large blocks are empty: the binary and what it
//! holds in memory carry them once. A block that cannot be read stays; the program then reads the YAML and says what is
//! wrong with it.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    clippy::print_stdout,
    reason = "what a build script is for"
)]

use std::error::Error;
use std::fmt::Write as _;
use std::io::Write as _;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use flate2::Compression;
use flate2::write::ZlibEncoder;
use serde_json::Value;
use sha2::{Digest, Sha256};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=skills");
    println!("cargo::rerun-if-changed=build.rs");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let copies = out.join("skills");
    if copies.exists() {
        fs::remove_dir_all(&copies)?;
    }
    let (mut blocks, mut digests) = (String::from("&[\n"), String::from("&[\n"));
    let mut skills: Vec<_> = fs::read_dir("skills")?.collect::<Result<_, _>>()?;
    skills.sort_by_key(|skill| skill.file_name());
    for skill in skills {
        let file = skill.path().join("SKILL.md");
        let name = skill.file_name().to_string_lossy().into_owned();
        if !file.is_file() {
            continue;
        }
        copy(&skill.path(), &copies.join(&name))?;
        let text = fs::read_to_string(&file)?;
        let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
        for block in yaml_blocks(&text) {
            let yaml = lines.get(block.lines.clone()).unwrap_or_default().concat();
            let Ok(mut value) = serde_yaml::from_str::<Value>(&yaml) else { continue };
            numbers_to_words(&mut value);
            let first = block.lines.start + 1;
            let path = out.join(format!("{name}-{first}.json.zlib"));
            let mut packed = ZlibEncoder::new(fs::File::create(&path)?, Compression::best());
            packed.write_all(value.to_string().as_bytes())?;
            packed.finish()?;
            writeln!(blocks, "    ({name:?}, {first}, include_bytes!({path:?})),")?;
            if block.without_places {
                lines.get_mut(block.lines).unwrap_or_default().fill("\n");
            }
        }
        fs::write(copies.join(&name).join("SKILL.md"), lines.concat())?;
        let digest: Vec<String> = Sha256::digest(&text).iter().map(|byte| format!("{byte:02x}")).collect();
        writeln!(digests, "    ({name:?}, \"{}\"),", digest.concat())?;
    }
    fs::write(out.join("blocks.rs"), blocks + "]\n")?;
    fs::write(out.join("digests.rs"), digests + "]\n")?;
    Ok(())
}

/// Copies a directory with what lies in it.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
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

/// The sections of a skill file whose lines nobody is pointed to: what is made of the others knows where it stands.
const WITHOUT_PLACES: &[&str] = &["## intents", "## options"];

/// A fenced YAML block of a skill file.
struct Block {
    /// The lines inside it, counted from nought.
    lines: Range<usize>,
    /// It is in a section whose lines nobody is pointed to.
    without_places: bool,
}

fn yaml_blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open = None;
    let mut without_places = false;
    for (at, line) in text.lines().enumerate() {
        match (open, line.trim()) {
            (None, "```yaml") => open = Some(at + 1),
            (None, heading) if heading.starts_with("## ") => without_places = WITHOUT_PLACES.contains(&heading),
            (Some(first), "```") => {
                blocks.push(Block { lines: first..at, without_places });
                open = None;
            }
            _ => {}
        }
    }
    blocks
}
