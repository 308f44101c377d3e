//! The gate's reading of lines, held against real shells and another parser.
//!
//! Random lines of tricky pieces are run by bash, dash and zsh, where they are
//! installed, with stubs in place of programs that record the words they were
//! started with. Whatever a line that is read word for word starts must be what
//! was read; whatever any line starts that is destructive by itself must make
//! the line destructive. The search path leads to the stubs and a few harmless
//! programs only, and no piece names another place.
//!
//! `FUZZ_SECONDS=600 cargo test --test it shells` searches that long, each time
//! elsewhere with another `FUZZ_SEED`; without it some seconds, always the same.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use devops_agent::domain::{Action, Binary, FileStamp, Lane, Run, Settings, Tier};
use devops_agent::gate::{BinaryFact, FactQuery, Facts, Judged, RuleBook, Standing, judge};
use devops_agent::skill::parse;

#[path = "../oracle/mod.rs"]
mod oracle;

const BOOK: &str = "\
## auto_execute
- show *
- kubectl get *
- git log *
## destructive
- rm *
- kubectl delete *
- git push --force *
- git push -f *
";

/// What records its words instead of doing anything.
const STUBS: [&str; 4] = ["rm", "kubectl", "git", "show"];
/// Programs that are really there.
const REAL: [&str; 13] =
    ["sh", "bash", "dash", "env", "xargs", "cat", "grep", "base64", "rev", "find", "awk", "perl", "tee"];

const PIECES: &[&str] = &[
    // Commands and their parts.
    "rm",
    "rm d",
    "rm -rf d",
    "r",
    "m",
    "kubectl",
    "kubectl delete pod x",
    "kubectl get x",
    "delete",
    "git push",
    "git push --force",
    "git push -f",
    "--force",
    "-f",
    "git log",
    "show a",
    "show",
    "echo",
    "echo rm d",
    "echo 'rm d'",
    "cat",
    "grep rm",
    "x",
    "d",
    // Blanks, operators and redirections.
    " ",
    " ",
    " ",
    " ",
    "\t",
    "\n",
    ";",
    "; ",
    "&",
    "&&",
    " && ",
    "||",
    "|",
    " | ",
    "|&",
    " & ",
    "!",
    " ! ",
    "\\\n",
    "\r",
    "\u{c}",
    "\u{b}",
    "> f ",
    ">f",
    " >> f",
    " 2>&1",
    " 2>/dev/null",
    "</dev/null ",
    " &>f ",
    " >&2",
    "<f",
    "1>f ",
    " >/dev/null",
    "3>&1 ",
    // Quotes and escapes.
    "'",
    "'",
    "\"",
    "\"",
    "\\",
    "''",
    "\"\"",
    "$'",
    "$\"",
    "\\'",
    "\\\"",
    "\\ ",
    "\\;",
    "\\|",
    "'rm'",
    "\"rm\"",
    "$'\\x72m'",
    "$'r\\155'",
    "\\r",
    "\\m",
    "'r'",
    "\"m\"",
    // Expansions.
    "$",
    "$x",
    "${x}",
    "$@",
    "$*",
    "$1",
    "${x:-rm}",
    "${x:=rm}",
    "${x:+rm}",
    "${x-",
    "${",
    "}",
    "$(",
    ")",
    "`",
    "$(echo rm)",
    "`echo rm`",
    "\"$(rm d)\"",
    "$((1+1))",
    "$((",
    "))",
    "((",
    "x=rm",
    "x=r ",
    "y=m",
    "$x$y",
    "x=rm; $x d",
    "x='rm d';",
    "${IFS}",
    "$IFS",
    "~",
    "<(",
    ">(",
    "<(rm d)",
    // Patterns and lists.
    "*",
    "?",
    "[",
    "]",
    "[m]",
    "{",
    "{ ",
    "; }",
    "{rm,d}",
    "r{m,}",
    "{",
    ",",
    "..",
    "{a..c}",
    "$B/r?",
    "$B/r[m]",
    "$B/*m",
    // Grammar.
    "if ",
    "; then ",
    "; fi",
    "else ",
    "for x in a; do ",
    "; done",
    "for x in rm; do $x d; done",
    "case x in x) ",
    ";; esac",
    "case ",
    "(",
    "( ",
    " )",
    "{ rm d; }",
    "f() { rm d; }; f",
    "function g { rm d; }; g",
    "#",
    " #",
    "# '",
    "<<E\n",
    "\nE\n",
    "<<'E'\n",
    "<<<",
    "[[ ",
    " ]]",
    "[ ",
    " ]",
    "time ",
    "coproc ",
    "=",
    "rm=",
    "a=(",
    "\nrm d\n",
    // Programs that run others.
    "sh -c ",
    "sh -c 'rm d'",
    "bash -c \"",
    "eval ",
    "eval 'rm d'",
    "env ",
    "env A=1 ",
    "env -S 'rm d'",
    "command ",
    "exec ",
    "xargs ",
    "| sh",
    "| xargs ",
    "| xargs rm",
    "trap 'rm d' EXIT",
    "<<< 'rm d'",
    "sh <<< 'rm d'",
    "sh <<E\nrm d\nE\n",
    ". ",
    "set -- rm d; \"$@\"",
    "find . -exec rm {} +",
    "find . -exec sh -c 'rm d' \\;",
    "awk 'BEGIN{system(\"rm d\")}'",
    "perl -e 'system(\"rm\",\"d\")'",
    "perl -e 'exec\"rm d\"'",
    "base64 -d",
    "cm0gZA==",
    "echo cm0gZA== | base64 -d | sh",
    "rev <<< 'd mr' | sh",
    "echo 'd mr' | rev | sh",
    "printf '\\x72m d' | sh",
    "printf 'a\\nrm d\\n'",
    "echo -e '\\162m d'",
    "printf",
    "alias k=rm\nk d",
    "read x <<< rm; $x d",
    "tee f",
    "cat f | sh",
    "sh f",
    "cat <<E | sh\nrm d\nE\n",
    "builtin ",
    "noglob ",
    "repeat 2 ",
    "let ",
    "export x=rm;",
    "unset x;",
];

/// Words before a command that mean something to zsh, and are programs to every other shell and to us.
const ONLY_ZSH: [&str; 4] = ["-", "noglob", "nocorrect", "repeat"];

/// Pieces that could run without end, for the parser only.
const LOOPS: &[&str] =
    &["while ", "until ", "; do ", "f|f", "f() {", "select x in a; do ", "while read x; do $x; done", "f &", "f() "];

/// Small and repeatable (xorshift64*).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        usize::try_from(self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33).unwrap() % bound
    }

    fn line(&mut self, pieces: &[&str]) -> String {
        let count = 1 + self.below(7);
        let mut line = String::new();
        for _ in 0..count {
            line.push_str(pieces[self.below(pieces.len())]);
            if self.below(3) == 0 {
                line.push(' ');
            }
        }
        line
    }

    /// Lines of the few pieces that the simple lane reads: they are rare among the others.
    fn simple_line(&mut self) -> String {
        const SIMPLE: &[&str] = &[
            "show ",
            "show a",
            "rm d",
            "kubectl get x",
            "git log",
            "'",
            "'a b'",
            "\"a b\"",
            "\"",
            "\\\\",
            "\\ ",
            "\\;",
            "a",
            "''",
            " ",
            " ",
            "; ",
            " && ",
            " || ",
            " | ",
            "\n",
            "=",
            "a=b",
            "@{0}",
            "~",
            "!",
            "{}",
            "{a}",
            "^",
            "%",
            "+",
            ",",
            ":",
            "}",
            "\\'",
            "\"\\\"\"",
            "'\\'",
            "\"\\a\"",
            "\\\n",
            "-x",
            "--",
            "#a",
            "a#",
            ".",
            "..",
            " 2>&1",
            " >/dev/null",
            " 2>/dev/null",
            "</dev/null",
            "\u{e9}",
            "if",
            "then",
            "!a",
            "a!",
            "[",
            "]",
            "2",
            "show 2",
            "&",
            "-",
            "\"\n\"",
            "'\n'",
            "time",
            "in",
        ];
        self.line(SIMPLE)
    }
}

fn book() -> RuleBook {
    RuleBook::compile(&[(parse("fuzz", "fuzz/SKILL.md", BOOK), Standing::Trusted)])
}

fn judged(line: &str, book: &RuleBook) -> Judged {
    judge(&Action::Command { line: line.to_owned() }, book)
}

fn quoted(words: &[String]) -> String {
    let quote = |word: &String| format!("'{}'", word.replace('\'', "'\\''"));
    words.iter().map(quote).collect::<Vec<_>>().join(" ")
}

/// Whether these words by themselves are destructive by the book.
fn destroys(words: &[String], book: &RuleBook) -> bool {
    words.first().is_some_and(|word| STUBS.contains(&word.as_str()))
        && judged(&quoted(words), book).verdict.tier == Tier::Destructive
}

/// The words that a line of the simple lane would start, stage by stage.
fn predicted(line: &str, book: &RuleBook) -> Option<Vec<Vec<String>>> {
    let judged = judged(line, book);
    if judged.verdict.lane != Lane::Simple {
        return None;
    }
    let stamp = FileStamp { device: 1, inode: 1, size: 1, modified_ns: 1 };
    let mut facts =
        Facts { cwd: "/".to_owned(), settings: [("git".to_owned(), Settings::default())].into(), ..Facts::default() };
    for need in &judged.needs {
        if let FactQuery::Binary { word } = need {
            let binary = Binary { path: PathBuf::from("/stub"), stamp };
            facts.binaries.insert(word.clone(), BinaryFact::Trusted { binary });
        }
    }
    match &judged.bind(facts, "fuzz", false).unwrap().program().run {
        Run::Argv { pipelines } => {
            Some(pipelines.iter().flat_map(|pipeline| &pipeline.stages).map(|stage| stage.words.clone()).collect())
        }
        Run::Shell { .. } | Run::Tool { .. } => None,
    }
}

/// A directory with stubs, and one for each line to run in.
struct Place {
    root: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let place = Place { root: tempfile::tempdir().unwrap() };
        fs::create_dir(place.bin()).unwrap();
        for name in STUBS {
            // One write for each start, so that starts at the same time do not mix; the end is marked against `>>`.
            let log = place.log().display().to_string();
            let text =
                format!("#!/bin/sh\nprintf '%s\\0' \"$FUZZ_LINE\" \"$#\" {name} \"$@\" >> {log}\nexit $(($# % 2))\n");
            fs::write(place.bin().join(name), text).unwrap();
            fs::set_permissions(place.bin().join(name), fs::Permissions::from_mode(0o755)).unwrap();
        }
        for name in REAL {
            if let Some(path) = on_path(name) {
                symlink(path, place.bin().join(name)).unwrap();
            }
        }
        place
    }

    fn bin(&self) -> PathBuf {
        self.root.path().join("bin")
    }

    fn log(&self) -> PathBuf {
        self.root.path().join("log")
    }

    /// Runs the lines by a shell; gives what was started, with the number of its line.
    fn run(&self, shell: &Shell, lines: &[String]) -> Vec<(usize, Vec<String>)> {
        // `set -C` keeps redirections from writing over the stubs.
        const SCRIPT: &str = "set -C; n=0; root=$PWD; for line do ( cd -- \"$root/$n\" || exit; FUZZ_LINE=$n; export FUZZ_LINE; \
                              set --; unset n root; eval \"$line\" ); n=$((n + 1)); done";
        let work = tempfile::tempdir_in(self.root.path()).unwrap();
        for number in 0..lines.len() {
            fs::create_dir(work.path().join(number.to_string())).unwrap();
        }
        fs::write(self.log(), "").unwrap();
        let timeout = on_path("timeout").unwrap();
        Command::new("/bin/sh")
            .args(["-c", "ulimit -t 10; ulimit -f 2048; ulimit -c 0; exec \"$0\" -k 1 30 \"$@\""])
            .arg(timeout)
            .arg(&shell.path)
            .args(shell.options)
            .args(["-c", SCRIPT, "fuzz"])
            .args(lines)
            .current_dir(work.path())
            .env_clear()
            .env("PATH", self.bin())
            .env("B", self.bin())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .unwrap();
        // What was left in the background has no more to do than to write its words.
        std::thread::sleep(Duration::from_millis(30));
        starts(&fs::read(self.log()).unwrap())
    }
}

/// What the stubs wrote.
fn starts(log: &[u8]) -> Vec<(usize, Vec<String>)> {
    let text = String::from_utf8_lossy(log);
    let mut fields = text.split('\0');
    let mut found = Vec::new();
    while let (Some(line), Some(count)) = (fields.next(), fields.next()) {
        let count: usize = count.parse().unwrap();
        let words = fields.by_ref().take(count + 1).map(str::to_owned).collect();
        // A line that changed its own number is nobody's.
        if let Ok(line) = line.parse() {
            found.push((line, words));
        }
    }
    found
}

struct Shell {
    name: &'static str,
    path: PathBuf,
    options: &'static [&'static str],
}

fn shells() -> Vec<Shell> {
    // Nothing of ours runs zsh, so a word such as `=rm` need not be the path of rm.
    let all: [(&str, &[&str]); 3] = [("bash", &["--norc"]), ("dash", &[]), ("zsh", &["-f", "+o", "equals"])];
    let found = all.into_iter().filter_map(|(name, options)| Some(Shell { name, path: on_path(name)?, options }));
    let found: Vec<Shell> = found.collect();
    let all_wanted = std::env::var_os("REQUIRE_REAL").is_some();
    assert!(!all_wanted || found.len() == 3, "bash, dash and zsh must be installed");
    found
}

fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|place| place.join(name)).find(|file| file.is_file())
}

/// How long to search, and from where.
fn effort(ordinary: Duration) -> (Duration, u64) {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    (number("FUZZ_SECONDS").map_or(ordinary, Duration::from_secs), number("FUZZ_SEED").unwrap_or(1))
}

/// Lines in one run of a shell.
const BATCH: usize = 150;

#[test]
fn what_shells_start_was_read_or_is_sighted() {
    let (time, seed) = effort(Duration::from_secs(12));
    let began = Instant::now();
    let book = book();
    let place = Place::new();
    let shells = shells();
    let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let mut wrong = BTreeSet::new();
    let (mut lines, mut accepted, mut started, mut destructive) = (0, 0, 0, 0);
    // At least one batch, however slow the machine is.
    while lines == 0 || began.elapsed() < time {
        let batch: Vec<String> = (0..BATCH)
            .map(|place| if place % 3 == 0 { random.simple_line() } else { random.line(PIECES) })
            .filter(|line| !line.contains('\0'))
            .collect();
        let read: Vec<Option<Vec<Vec<String>>>> = batch.iter().map(|line| predicted(line, &book)).collect();
        lines += batch.len();
        accepted += read.iter().flatten().count();
        for shell in &shells {
            for (number, words) in place.run(shell, &batch) {
                let Some(line) = batch.get(number) else { continue };
                started += 1;
                let commands = read.get(number).and_then(Option::as_ref);
                // A program that is really there may start others, which nobody reads; so do words of zsh alone.
                let only_stubs = commands.filter(|commands| {
                    commands
                        .iter()
                        .flat_map(|words| words.first())
                        .all(|word| !REAL.contains(&word.as_str()) && !ONLY_ZSH.contains(&word.as_str()))
                });
                if only_stubs.is_some_and(|commands| !commands.contains(&words)) {
                    wrong.insert(format!("{}: {line:?} starts {words:?}, read was {commands:?}", shell.name));
                }
                if destroys(&words, &book) {
                    destructive += 1;
                    if judged(line, &book).verdict.tier != Tier::Destructive {
                        wrong.insert(format!("{}: {line:?} starts {words:?} unseen", shell.name));
                    }
                }
            }
        }
    }
    let names: Vec<&str> = shells.iter().map(|shell| shell.name).collect();
    println!("{lines} lines by {names:?}: {accepted} accepted, {started} starts, {destructive} of them destructive");
    let told = wrong.iter().fold(String::new(), |mut told, one| {
        writeln!(told, "{one}").unwrap();
        told
    });
    assert!(wrong.is_empty(), "{} of {lines} lines:\n{told}", wrong.len());
    assert!(accepted > 0 && destructive > 0, "the lines try nothing: {accepted} accepted, {destructive} destructive");
}

#[test]
fn every_literal_command_that_another_parser_finds_is_sighted() {
    let (time, seed) = effort(Duration::from_secs(4));
    let began = Instant::now();
    let book = book();
    let mut random = Random(seed.wrapping_mul(0x51_7c_c1_b7_27_22_0a_95) | 1);
    let pieces: Vec<&str> = PIECES.iter().chain(LOOPS).copied().collect();
    let mut wrong = BTreeSet::new();
    let (mut lines, mut read, mut destructive) = (0, 0, 0);
    while lines == 0 || began.elapsed() < time {
        let batch: Vec<String> = (0..1000).map(|_| random.line(&pieces)).collect();
        for (line, commands) in batch.iter().zip(oracle::commands(&batch)) {
            lines += 1;
            read += usize::from(commands.is_some());
            for words in commands.into_iter().flatten().filter(|words| destroys(words, &book)) {
                destructive += 1;
                if judged(line, &book).verdict.tier != Tier::Destructive {
                    wrong.insert(format!("{line:?} holds {words:?} unseen"));
                }
            }
        }
    }
    println!("{lines} lines: {read} read by the other parser, {destructive} destructive commands in them");
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(destructive > 0, "the other parser found nothing in {lines} lines, {read} of them read");
}

#[test]
fn the_stubs_tell_what_they_were_started_with() {
    let place = Place::new();
    for shell in shells() {
        let lines = ["rm -rf 'a b'".to_owned(), "true".to_owned(), "sh -c 'kubectl delete x' & show".to_owned()];
        let mut found = place.run(&shell, &lines);
        found.sort();
        let words = |text: &str| text.split(',').map(str::to_owned).collect::<Vec<_>>();
        let expected = [(0, words("rm,-rf,a b")), (2, words("kubectl,delete,x")), (2, words("show"))];
        assert_eq!(found, expected, "{}", shell.name);
    }
    assert!(Path::new(&place.bin()).join("rm").is_file());
}
