//! Who may know whom: the module matrix and the places of the things only some modules may touch.
//!
//! Owns the two tables and nothing of how they are checked. Where the code shows
//! that a table is wrong, change the table and say why in the commit.

/// What a module is for, and so what it may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Computes. No file, process, environment, network, clock, thread or unordered map.
    Pure,
    /// Draws. No IO.
    Draw,
    /// Does one sort of IO.
    Io,
    /// Puts the others together.
    Compose,
}

/// One module of `src/`, the modules of this crate it may name, and the external crates.
#[derive(Debug)]
pub struct Row {
    pub module: &'static str,
    pub kind: Kind,
    pub modules: &'static [&'static str],
    pub crates: &'static [&'static str],
}

use Kind::{Compose, Draw, Io, Pure};

/// From those that know nothing to those that know everything; a module stands below all it may import.
#[rustfmt::skip]
pub const MATRIX: &[Row] = &[
    Row { module: "domain", kind: Pure,
          modules: &[],
          crates: &["serde", "serde_json", "sha2", "jiff"] },
    // Long JSON is reduced by its shape.
    Row { module: "output", kind: Pure,
          modules: &["domain"],
          crates: &["serde_json"] },
    Row { module: "history", kind: Pure,
          modules: &["domain"],
          crates: &["serde"] },
    Row { module: "redact", kind: Pure,
          modules: &["domain"],
          crates: &["sha2", "regex", "memchr"] },
    // The redactor owns how a line of `## secrets` is read. The build writes the YAML of built-in skills as JSON, which is
    // read in a tenth of the time at every start.
    Row { module: "skill", kind: Pure,
          modules: &["domain", "redact"],
          crates: &["serde", "serde_json", "serde_yaml", "strsim"] },
    Row { module: "gate", kind: Pure,
          modules: &["domain", "skill"],
          crates: &["sha2", "serde", "serde_json", "serde_yaml", "thiserror"] },
    Row { module: "hooks", kind: Pure,
          modules: &["domain", "skill"],
          crates: &["serde_json"] },
    // indexmap: a map that is quick and has an order.
    Row { module: "planner", kind: Pure,
          modules: &["domain", "skill"],
          crates: &["serde", "serde_yaml", "thiserror", "strsim", "indexmap"] },
    Row { module: "runbook", kind: Pure,
          modules: &["domain", "skill", "output"],
          crates: &["serde", "serde_json", "regex", "strsim", "jiff"] },
    // Asks the gate through an effect, never itself.
    Row { module: "agent", kind: Pure,
          modules: &["domain", "planner", "runbook", "output"],
          crates: &["serde_json", "serde_yaml", "thiserror", "strsim"] },

    // Of history: the graph's rows.
    Row { module: "ui", kind: Draw,
          modules: &["domain", "output", "history"],
          crates: &["ratatui", "tui_textarea", "pulldown_cmark", "syntect", "unicode_width", "serde", "serde_yaml", "thiserror"] },

    Row { module: "library", kind: Io,
          modules: &["domain"],
          crates: &["include_dir", "flate2", "sha2", "thiserror", "notify"] },
    Row { module: "config", kind: Io,
          modules: &["domain", "library", "redact"],
          crates: &["serde", "serde_json", "serde_yaml", "dotenvy", "sha2", "nix"] },
    Row { module: "telemetry", kind: Io,
          modules: &["domain", "config"],
          crates: &["tracing", "tracing_subscriber", "serde_json", "nix", "thiserror"] },
    Row { module: "bus", kind: Io,
          modules: &["domain"],
          crates: &["tokio", "serde"] },
    Row { module: "traces", kind: Io,
          modules: &["domain", "bus"],
          crates: &["reqwest", "tokio", "serde_json", "sha2", "tracing"] },
    Row { module: "model", kind: Io,
          modules: &["domain"],
          crates: &["tokio", "tokio_util", "futures_util", "reqwest", "ollama_rs", "serde", "serde_json", "thiserror"] },
    // Of the gate: the facts it asks for.
    Row { module: "probe", kind: Io,
          modules: &["domain", "gate"],
          crates: &["nix", "jiff", "serde_json", "serde_yaml", "sha2"] },
    // Of probe: the look at a file that the facts were taken with.
    Row { module: "exec", kind: Io,
          modules: &["domain", "gate", "probe"],
          crates: &["tokio", "tokio_util", "nix", "portable_pty", "serde", "serde_json", "thiserror", "tracing"] },
    Row { module: "store", kind: Io,
          modules: &["domain", "history", "redact"],
          crates: &["nix", "tokio", "jiff", "serde", "serde_json", "serde_yaml", "sha2", "thiserror", "tracing", "notify"] },
    Row { module: "index", kind: Io,
          modules: &["domain", "history", "library", "store"],
          crates: &["rusqlite", "nix", "serde", "serde_json", "serde_yaml", "thiserror", "tracing"] },
    // Of config: which servers there are. Of exec: what starts and ends their programs.
    Row { module: "guests", kind: Io,
          modules: &["domain", "output", "gate", "config", "probe", "exec", "store"],
          crates: &["rmcp", "reqwest", "sse_stream", "futures_util", "tokio", "tokio_util", "serde_json", "sha2", "tracing"] },
    Row { module: "tools", kind: Io,
          modules: &["domain", "skill", "output", "history", "redact", "gate", "bus", "probe", "exec", "store", "index", "guests"],
          crates: &["rmcp", "tokio", "tokio_util", "serde", "serde_json", "thiserror", "tracing"] },
    // Of exec: the signals and the process tree of a supervisor.
    Row { module: "shell", kind: Io,
          modules: &["domain", "exec"],
          crates: &["tokio", "nix", "portable_pty", "vt100", "crossterm", "unicode_width", "thiserror", "tracing"] },
    // Of the shell: whether a panic is one it mends.
    Row { module: "terminal", kind: Io,
          modules: &["domain", "shell"],
          crates: &["crossterm", "ratatui", "tokio", "memchr", "nix", "thiserror", "tracing"] },

    // The arguments of a model's calls are JSON, and are masked and put back there.
    Row { module: "runtime", kind: Compose,
          modules: &["domain", "skill", "output", "history", "redact", "gate", "planner", "runbook", "agent",
                     "library", "config", "telemetry", "bus", "traces", "model", "probe", "exec", "store", "index", "guests", "tools", "shell"],
          crates: &["tokio", "tokio_util", "futures_util", "jiff", "serde_json", "thiserror", "tracing"] },
    // Speaks to the agent through the runtime's handle.
    Row { module: "app", kind: Compose,
          modules: &["domain", "output", "history", "ui", "bus", "config", "exec", "shell", "terminal", "runtime"],
          crates: &["crossterm", "ratatui", "tui_textarea", "nucleo_matcher", "tokio", "futures_util", "serde", "serde_yaml", "thiserror", "tracing"] },
    // Of the agent: the words of the memory and of a request it cannot plan, which programs get as a model does.
    Row { module: "door", kind: Compose,
          modules: &["domain", "output", "history", "redact", "gate", "planner", "agent", "library", "config", "bus", "traces",
                     "probe", "store", "index", "tools", "runtime"],
          crates: &["rmcp", "hyper", "hyper_util", "http_body_util", "tokio", "tokio_util", "serde", "serde_json", "sha2",
                    "tracing"] },
    // Of the shell: which one the person gets.
    Row { module: "cli", kind: Compose,
          modules: &["domain", "skill", "output", "history", "redact", "gate", "hooks", "planner", "runbook", "agent", "ui",
                     "library", "config", "telemetry", "bus", "model", "probe", "exec", "store", "index", "guests", "tools",
                     "terminal", "shell", "runtime", "door", "app"],
          crates: &["clap", "clap_complete", "clap_complete_nushell", "clap_mangen", "tokio", "tokio_util", "serde",
                    "serde_json", "serde_yaml", "jiff", "sha2", "thiserror", "tracing"] },
    // The two roots: the map of the library, and the binary's way into it.
    Row { module: "lib.rs", kind: Compose,
          modules: &[],
          crates: &[] },
    Row { module: "main.rs", kind: Compose,
          modules: &["domain", "exec", "shell", "cli"],
          crates: &[] },
];

/// The row of a module.
pub fn row(module: &str) -> Option<&'static Row> {
    MATRIX.iter().find(|row| row.module == module)
}

/// Where something may be named.
#[derive(Debug, Clone, Copy)]
pub enum Where {
    Only(&'static [&'static str]),
    NotIn(&'static [Kind]),
}

/// Something that not every module may name: a path by its first segments, or a lone name wherever it stands in a path.
#[derive(Debug)]
pub struct Place {
    pub names: &'static [&'static str],
    pub allowed: Where,
    /// The way out for who was stopped here.
    pub instead: &'static str,
}

use Where::{NotIn, Only};

/// The things with a place. A name with `::` is a path's beginning.
#[rustfmt::skip]
pub const PLACES: &[Place] = &[
    Place { names: &["std::fs", "tokio::fs"],
            allowed: Only(&["store", "index", "probe", "config", "library", "telemetry", "exec", "shell", "terminal", "cli", "app"]),
            instead: "ask a module that owns files (store, probe, config, library) for what you need" },
    Place { names: &["std::process::Command", "tokio::process"],
            allowed: Only(&["exec", "shell"]),
            instead: "clear the command at the gate and hand the clearance to exec::run" },
    Place { names: &["tokio::spawn", "tokio::task::spawn", "tokio::task::spawn_blocking", "tokio::task::spawn_local",
                     "tokio::task::JoinSet", "tokio::task::LocalSet", "std::thread::spawn", "std::thread::scope", "std::thread::Builder"],
            allowed: Only(&["runtime", "library", "config", "telemetry", "bus", "traces", "model", "probe", "exec", "shell", "store", "index",
                            "guests", "tools", "door", "terminal"]),
            instead: "return an effect; the runtime's driver starts what must run beside" },
    Place { names: &["std::process", "std::env", "std::net", "std::os", "std::thread",
                     "std::io::stdin", "std::io::stdout", "std::io::stderr"],
            allowed: NotIn(&[Pure, Draw]),
            instead: "take the value as an argument, or leave the deed to an effect" },
    Place { names: &["std::time::Instant", "std::time::SystemTime", "jiff::Zoned::now", "jiff::Timestamp::now",
                     "jiff::tz::TimeZone::system", "jiff::tz::TimeZone::try_system"],
            allowed: NotIn(&[Pure, Draw]),
            instead: "take the time as an argument (`now: At`)" },
    Place { names: &["HashMap", "HashSet"],
            allowed: NotIn(&[Pure]),
            instead: "use BTreeMap or BTreeSet: the same events must always give the same effects" },
];

/// The files that may name colours begin so.
pub const THEME: &str = "src/ui/theme";

/// The modules whose texts are read on the screen, and the beginning of the files that say which key does what there.
pub const SCREEN: &[&str] = &["app", "ui"];
pub const KEYMAP: &str = "src/app/keymap";

/// What names a colour without the theme: types, and the paths that bring the shorthand methods.
pub const COLOURS: &[&str] = &["Color", "Stylize", "ratatui::style::palette", "ratatui::prelude"];

/// The shorthand methods of ratatui that name a colour (`on_…` and `light_…` are read off before the look-up).
pub const COLOUR_METHODS: &[&str] =
    &["black", "red", "green", "yellow", "blue", "magenta", "cyan", "gray", "dark_gray", "white", "fg", "bg"];

/// Macros that print past the screen, and the modules that own a plain standard output.
pub const PRINTING: &[&str] = &["print", "println", "eprint", "eprintln"];
pub const PRINTERS: &[&str] = &["cli", "main.rs"];

/// Macros that may stand nowhere, tests included.
pub const UNFINISHED: &[&str] = &["todo", "unimplemented", "dbg"];

/// The lints that keep deeds in their place, whose exceptions stand at the top of a module that does IO or composes.
pub const PLACE_LINTS: &[&str] = &["disallowed_methods", "print_stdout", "print_stderr"];
