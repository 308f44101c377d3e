//! `devops-agent redact`: takes secrets out of a stream, of JSON lines, or of files that already stand.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::args::{Redact as Args, RedactMode, Settings};
use super::{batch, setup, speech};
use crate::domain::{Failure, FailureKind, hex};
use crate::output::escape;
use crate::redact::{Finding, Masked, Mode, Redactor};
use crate::store::{self, Outcome};
use crate::{probe, runtime};

/// Bytes that are read at a time.
const CHUNK: usize = 64 * 1024;

pub(super) fn run(settings: &Settings, args: &Args) -> Result<ExitCode, Failure> {
    let setup = setup::load(settings)?;
    let sources = &setup.sources;
    let mut warnings = Vec::new();
    let added = runtime::added_secrets(&setup.loaded.skills);
    let redactor = runtime::redactor(&setup.loaded.config, &sources.cwd, &sources.environment, &added, &mut warnings)?;
    warnings.iter().for_each(|warning| speech::warning(warning));
    if args.batch {
        return batch::run("text", |text, line| of_line(&redactor, args.mode, text, line));
    }
    let redactor = redactor.in_mode(args.mode.into());
    if args.in_place {
        let paths = match args.paths.as_slice() {
            [] => vec![setup.loaded.config.gcc_base_path],
            paths => paths.iter().map(|path| sources.cwd.join(path)).collect(),
        };
        return in_place(&redactor, &paths);
    }
    if let Some(path) = args.paths.first() {
        return Err(Failure::new(FailureKind::Usage, format!("{} is not read without --in-place", path.display()))
            .hint("Give the text on stdin, or say --in-place to change the files."));
    }
    let counts = filter(&redactor)?;
    if args.report {
        counts.tell();
    }
    Ok(ExitCode::SUCCESS)
}

impl From<RedactMode> for Mode {
    fn from(mode: RedactMode) -> Mode {
        match mode {
            RedactMode::Secrets => Mode::Secrets,
            RedactMode::Anonymize => Mode::Anonymize,
        }
    }
}

/// stdin to stdout, as it comes.
fn filter(redactor: &Redactor) -> Result<Counts, Failure> {
    let failure = |what: &str, error: std::io::Error| Failure::new(FailureKind::Error, what).because(error);
    let (mut input, mut out) = (std::io::stdin().lock(), std::io::stdout().lock());
    let mut counts = Counts::default();
    let mut stream = redactor.stream();
    let mut chunk = vec![0; CHUNK];
    loop {
        let read = match input.read(&mut chunk) {
            Ok(read) => read,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(failure("stdin could not be read", error)),
        };
        let masked = match chunk.get(..read) {
            Some([]) | None => stream.finish(),
            Some(bytes) => stream.push(bytes),
        };
        counts.add(&stream.take_findings());
        match out.write_all(masked.get()).and_then(|()| out.flush()) {
            Ok(()) => {}
            // Nobody reads on.
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => return Ok(counts),
            Err(error) => return Err(failure("stdout could not be written", error)),
        }
        if read == 0 {
            return Ok(counts);
        }
    }
}

/// One line of a batch; each says its mode, or the command line's counts.
fn of_line(redactor: &Redactor, mode: RedactMode, text: &str, line: &Value) -> Value {
    let mode = match line.get("mode").map(Value::as_str) {
        None => mode.into(),
        Some(Some("secrets")) => Mode::Secrets,
        Some(Some("anonymize")) => Mode::Anonymize,
        Some(_) => return json!({"error": "`mode` is `secrets` or `anonymize`"}),
    };
    let in_sha256 = hex(&Sha256::digest(text.as_bytes()));
    if line.get("in_sha256").is_some_and(|told| told.as_str() != Some(in_sha256.as_str())) {
        return json!({"error": format!("the text is not the one of `in_sha256`: it has {in_sha256}")});
    }
    let (masked, findings) = redactor.in_mode(mode).findings(text.as_bytes());
    let findings: Vec<Value> =
        findings.iter().map(|found| json!({"kind": found.kind, "start": found.start, "end": found.end})).collect();
    json!({"out": String::from_utf8_lossy(masked.get()), "findings": findings, "in_sha256": in_sha256})
}

/// Files that already stand. What cannot be changed is told, and the exit code is 1 in the end.
fn in_place(redactor: &Redactor, paths: &[PathBuf]) -> Result<ExitCode, Failure> {
    let mut counts = Counts::default();
    let mut failed = false;
    for path in paths {
        let mut change = |_: &Path, bytes: &[u8]| -> Option<Masked<Vec<u8>>> {
            let (masked, findings) = redactor.findings(bytes);
            counts.add(&findings);
            (masked.get().as_slice() != bytes).then_some(masked)
        };
        let done = store::rewrite(path, probe::now(), &mut change).map_err(|error| {
            let hint = error.hint();
            Failure::new(FailureKind::Error, format!("{} cannot be read", path.display())).because(error).hint(hint)
        })?;
        for rewritten in done {
            let shown = escape::line(&rewritten.path.display().to_string());
            match rewritten.outcome {
                Outcome::Changed => speech::result(&format!("changed  {shown}")),
                Outcome::Left(error) => {
                    failed = true;
                    speech::warning(&format!("{shown} is left as it is: {error}. {}", error.hint()));
                }
            }
        }
    }
    counts.tell();
    Ok(ExitCode::from(u8::from(failed)))
}

/// What was masked, by kind.
#[derive(Default)]
struct Counts(BTreeMap<&'static str, u64>);

impl Counts {
    fn add(&mut self, findings: &[Finding]) {
        findings.iter().for_each(|found| *self.0.entry(found.kind).or_default() += 1);
    }

    fn tell(&self) {
        if self.0.is_empty() {
            speech::say("nothing was masked");
        }
        for (kind, count) in &self.0 {
            speech::say(&format!("{count:>7}  {kind}"));
        }
    }
}
