//! Makes a picture of a real program on a real terminal: starts it, types what the
//! script says, and writes what stands on the screen as SVG and PNG.
//!
//! Owns the script's words and the two files. How a screen is drawn and how a
//! terminal is driven is the support files' business.
//!
//! ```text
//! cargo run --example picture -- --out screenshots/workbench --bin target/release/devops-agent \
//!     --cwd DIR -- 'wait:Ready' 'type:show the last five commits' key:enter 'wait:5 commits' settle
//! ```
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr
)]

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::str::FromStr;
use std::time::Duration;

use clap::Parser;

#[path = "../support/picture.rs"]
mod picture;
#[path = "../support/pty.rs"]
mod pty;

use pty::{Key, Pty, PtyError, UnknownKey};

/// Between two typed characters, so that a script types like a person and not like a paste.
const KEYSTROKE: Duration = Duration::from_millis(15);
/// A screen that did not change for this long is at rest.
const QUIET: Duration = Duration::from_millis(400);
/// The PNG is this much larger than the SVG, for screens with small pixels.
const ZOOM: &str = "2";

/// Drives a program in a terminal and writes a picture of the screen.
#[derive(Parser)]
struct Call {
    /// The files to write, without their endings.
    #[arg(long)]
    out: PathBuf,
    /// The program.
    #[arg(long)]
    bin: PathBuf,
    /// An argument for the program; may be given several times.
    #[arg(long = "arg", allow_hyphen_values = true)]
    args: Vec<String>,
    /// Where the program starts.
    #[arg(long, default_value = ".")]
    cwd: PathBuf,
    #[arg(long, default_value_t = 120)]
    cols: u16,
    #[arg(long, default_value_t = 36)]
    rows: u16,
    /// NAME=VALUE for the program, which otherwise sees HOME, USER, PATH, a UTF-8 LANG and the
    /// terminal's variables; may be given several times.
    #[arg(long = "env", value_parser = assignment)]
    env: Vec<(String, String)>,
    /// `type:TEXT`, `key:NAME` (enter, esc, ctrl-d, …), `wait:TEXT`, `settle`.
    #[arg(last = true)]
    steps: Vec<Step>,
}

/// One thing a person does, or waits for.
#[derive(Debug, Clone)]
enum Step {
    Type(String),
    Press(Key),
    Wait(String),
    Settle,
}

#[derive(Debug, thiserror::Error)]
enum PictureError {
    #[error("`{0}` is no step; write type:TEXT, key:NAME, wait:TEXT or settle")]
    UnknownStep(String),
    #[error("`{0}` is not NAME=VALUE")]
    NoAssignment(String),
    #[error(transparent)]
    Key(#[from] UnknownKey),
    #[error(transparent)]
    Terminal(#[from] PtyError),
    #[error("cannot find {path}: {source}")]
    Missing { path: PathBuf, source: io::Error },
    #[error("cannot write {path}: {source}")]
    Write { path: PathBuf, source: io::Error },
    #[error(
        "cannot make {png}: rsvg-convert cannot be started ({source}); the SVG is written\n\
         hint: install it with `apt-get install librsvg2-bin fonts-dejavu-core`"
    )]
    NoConverter { png: PathBuf, source: io::Error },
    #[error("cannot make {png}: rsvg-convert failed: {message}")]
    Converter { png: PathBuf, message: String },
}

impl FromStr for Step {
    type Err = PictureError;

    fn from_str(text: &str) -> Result<Self, PictureError> {
        match text.split_once(':') {
            Some(("type", typed)) => Ok(Step::Type(typed.to_owned())),
            Some(("key", name)) => Ok(Step::Press(name.parse()?)),
            Some(("wait", awaited)) => Ok(Step::Wait(awaited.to_owned())),
            None if text == "settle" => Ok(Step::Settle),
            _ => Err(PictureError::UnknownStep(text.to_owned())),
        }
    }
}

fn assignment(text: &str) -> Result<(String, String), PictureError> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err(PictureError::NoAssignment(text.to_owned())),
    }
}

fn main() -> ExitCode {
    match run(&Call::parse()) {
        Ok((svg, png)) => {
            println!("wrote {} and {}", svg.display(), png.display());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(call: &Call) -> Result<(PathBuf, PathBuf), PictureError> {
    let screen = drive(call)?;
    let (svg, png) = (ending(&call.out, ".svg"), ending(&call.out, ".png"));
    if let Some(directory) = svg.parent() {
        std::fs::create_dir_all(directory)
            .map_err(|source| PictureError::Write { path: directory.to_path_buf(), source })?;
    }
    std::fs::write(&svg, picture::svg(&screen)).map_err(|source| PictureError::Write { path: svg.clone(), source })?;
    convert(&svg, &png)?;
    Ok((svg, png))
}

/// The screen after the last step.
fn drive(call: &Call) -> Result<vt100::Screen, PictureError> {
    let present =
        |path: &Path| path.canonicalize().map_err(|source| PictureError::Missing { path: path.to_path_buf(), source });
    let (program, cwd) = (present(&call.bin)?, present(&call.cwd)?);
    let mut env: Vec<(String, String)> = ["HOME", "USER", "PATH"]
        .into_iter()
        .filter_map(|name| Some((name.to_owned(), std::env::var(name).ok()?)))
        .collect();
    env.push(("LANG".to_owned(), "C.UTF-8".to_owned()));
    env.push(("COLORTERM".to_owned(), "truecolor".to_owned()));
    env.extend(call.env.iter().cloned());
    let env: Vec<(&str, &str)> = env.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let args: Vec<&str> = call.args.iter().map(String::as_str).collect();
    let mut pty = Pty::open(&program, &args, &env, &cwd, call.cols, call.rows)?;
    for step in &call.steps {
        match step {
            Step::Type(text) => {
                for c in text.chars() {
                    pty.type_bytes(c.to_string().as_bytes())?;
                    std::thread::sleep(KEYSTROKE);
                }
            }
            Step::Press(key) => pty.type_bytes(key.sequence().as_bytes())?,
            Step::Wait(text) => pty.await_screen(|screen| screen.contains(text.as_str()), &format!("{text:?}"))?,
            Step::Settle => pty.settle(QUIET),
        }
    }
    Ok(pty.screen())
}

/// Adds an ending to a name that may have dots of its own.
fn ending(out: &Path, ending: &str) -> PathBuf {
    let mut name: OsString = out.into();
    name.push(ending);
    name.into()
}

fn convert(svg: &Path, png: &Path) -> Result<(), PictureError> {
    let output = Command::new("rsvg-convert")
        .args(["--zoom", ZOOM, "--output"])
        .arg(png)
        .arg(svg)
        .output()
        .map_err(|source| PictureError::NoConverter { png: png.to_path_buf(), source })?;
    if output.status.success() {
        return Ok(());
    }
    let message = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(PictureError::Converter { png: png.to_path_buf(), message })
}
