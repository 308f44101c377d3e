//! What a run does, seen from outside, with the real supervisor.
//!
//! The binary under test is `DEVOPS_AGENT_TEST_BIN` or the `devops-agent`
//! beside the tests' own directory. Survivors are found by a mark in their
//! environment, which every process of a tree inherits.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio::sync::mpsc::{Receiver, channel};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::launch::launch;
use super::{Finished, Limit, Progress, Supervisor};
use crate::domain::{Binary, Exit, Link, Pipeline, Program, Run, Sink, Stage, StdinKind, Stream, Target};

fn supervisor() -> Supervisor {
    let beside = || {
        let tests = std::env::current_exe().unwrap();
        tests.parent().and_then(Path::parent).unwrap().join("devops-agent")
    };
    let binary = std::env::var_os("DEVOPS_AGENT_TEST_BIN").map_or_else(beside, PathBuf::from);
    assert!(binary.exists(), "{} does not exist: run `cargo build` first", binary.display());
    Supervisor::at(binary)
}

async fn binary(path: &Path) -> Binary {
    Binary { path: path.to_owned(), stamp: crate::probe::stamp(path).unwrap() }
}

async fn stage(words: &[&str]) -> Stage {
    let found = ["/usr/bin", "/bin"].iter().map(|place| Path::new(place).join(words[0])).find(|path| path.exists());
    Stage {
        binary: binary(&found.unwrap()).await,
        words: words.iter().map(|word| word.to_string()).collect(),
        stdout: Sink::Pass,
        stderr: Sink::Pass,
        stdin_null: false,
    }
}

async fn piped(link: Link, commands: &[&[&str]]) -> Pipeline {
    let mut stages = Vec::new();
    for words in commands {
        stages.push(stage(words).await);
    }
    Pipeline { link, stages }
}

fn program(run: Run) -> Program {
    Program {
        line: String::new(),
        run,
        env: vec![("PATH".to_owned(), "/usr/bin:/bin".to_owned())],
        cwd: PathBuf::from("/"),
        target: Target::default(),
        stdin: StdinKind::Null,
        conditions: Vec::new(),
        timeout_ms: None,
    }
}

fn argv(pipelines: Vec<Pipeline>) -> Program {
    program(Run::Argv { pipelines })
}

async fn shell(script: &str) -> Program {
    program(Run::Shell { shell: binary(Path::new("/bin/sh")).await, script: script.to_owned() })
}

/// A name for the environment of one test's processes that no other process has.
struct Mark(String);

impl Mark {
    fn on(program: &mut Program) -> Mark {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let mark = format!("{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        program.env.push(("EXEC_TEST_MARK".to_owned(), mark.clone()));
        Mark(format!("EXEC_TEST_MARK={mark}\0"))
    }

    fn bearers(&self) -> Vec<String> {
        let bears = |path: &Path| {
            let environ = fs::read(path.join("environ")).unwrap_or_default();
            environ.windows(self.0.len()).any(|window| window == self.0.as_bytes())
        };
        let entries = fs::read_dir("/proc").unwrap().flatten().filter(|entry| bears(&entry.path()));
        entries.map(|entry| fs::read_to_string(entry.path().join("stat")).unwrap_or_default()).collect()
    }

    /// Waits until nobody bears the mark; a test that hangs here has left an orphan.
    async fn is_gone(&self) {
        for _ in 0..1000 {
            if self.bearers().is_empty() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("still alive: {:?}", self.bearers());
    }
}

/// A run going on.
struct Going {
    run: JoinHandle<Finished>,
    progress: Receiver<Progress>,
    cancel: CancellationToken,
    said: Said,
}

/// What a run has told so far.
#[derive(Debug, Default)]
struct Said {
    stdout: Vec<u8>,
    stderr: Vec<u8>,
    waits: usize,
    late: usize,
}

impl Said {
    fn take(&mut self, progress: Progress) {
        match progress {
            Progress::Output(chunk) => {
                assert!((1..=16 << 10).contains(&chunk.bytes.len()));
                match chunk.stream {
                    Stream::Stdout => self.stdout.extend(chunk.bytes),
                    Stream::Stderr => self.stderr.extend(chunk.bytes),
                }
            }
            Progress::WaitingForInput => self.waits += 1,
            Progress::AtLimit(_) => self.late += 1,
        }
    }

    fn stdout(&self) -> String {
        String::from_utf8(self.stdout.clone()).unwrap()
    }

    fn stderr(&self) -> String {
        String::from_utf8(self.stderr.clone()).unwrap()
    }
}

impl Going {
    fn start(program: Program) -> Going {
        Going::limited(program, Limit::Stop)
    }

    fn limited(program: Program, limit: Limit) -> Going {
        let (sender, progress) = channel(4);
        let cancel = CancellationToken::new();
        let token = cancel.clone();
        let supervisor = supervisor();
        let run = tokio::spawn(async move { launch(program, &supervisor, token, sender, limit).await });
        Going { run, progress, cancel, said: Said::default() }
    }

    async fn next(&mut self) -> Option<()> {
        let progress = self.progress.recv().await?;
        self.said.take(progress);
        Some(())
    }

    /// Listens until the command has printed this.
    async fn until(&mut self, text: &str) {
        while !String::from_utf8_lossy(&self.said.stdout).contains(text) {
            self.next().await.unwrap_or_else(|| panic!("ended without {text:?}: {:?}", self.said));
        }
    }

    async fn end(mut self) -> (Exit, Said) {
        while self.next().await.is_some() {}
        (self.run.await.unwrap().exit, self.said)
    }
}

async fn run(program: Program) -> (Exit, Said) {
    Going::start(program).end().await
}

#[tokio::test]
async fn stdout_and_stderr_are_told_apart() {
    let (exit, said) = run(shell("echo out; echo err >&2; exit 3").await).await;
    assert_eq!((exit, said.stdout(), said.stderr()), (Exit::Code(3), "out\n".into(), "err\n".into()));
}

#[tokio::test]
async fn the_exit_of_a_pipeline_is_its_last_stages() {
    let pipeline = piped(Link::Always, &[&["echo", "b\na"], &["sort"], &["grep", "a"]]).await;
    let (exit, said) = run(argv(vec![pipeline])).await;
    assert_eq!((exit, said.stdout()), (Exit::Code(0), "a\n".into()));
    let (exit, _) = run(argv(vec![piped(Link::Always, &[&["true"], &["false"]]).await])).await;
    assert_eq!(exit, Exit::Code(1));
    let (exit, _) = run(argv(vec![piped(Link::Always, &[&["false"], &["true"]]).await])).await;
    assert_eq!(exit, Exit::Code(0));
}

#[tokio::test]
async fn a_stage_whose_reader_leaves_is_ended_by_its_broken_pipe() {
    let (exit, said) = run(argv(vec![piped(Link::Always, &[&["yes"], &["head", "-n1"]]).await])).await;
    assert_eq!((exit, said.stdout()), (Exit::Code(0), "y\n".into()));
}

#[tokio::test]
async fn links_decide_by_the_last_pipeline_that_ran() {
    let mut pipelines = vec![piped(Link::Always, &[&["false"]]).await];
    for (link, word) in [
        (Link::IfOk, "no"),
        (Link::IfFailed, "rescued"),
        (Link::IfFailed, "no"),
        (Link::IfOk, "on"),
        (Link::Always, "end"),
    ] {
        pipelines.push(piped(link, &[&["echo", word]]).await);
    }
    let (exit, said) = run(argv(pipelines)).await;
    assert_eq!((exit, said.stdout()), (Exit::Code(0), "rescued\non\nend\n".into()));
}

#[tokio::test]
async fn sinks_join_and_silence_streams() {
    let both = ["sh", "-c", "echo out; echo err >&2"];
    let with = async |stdout, stderr| {
        let mut pipeline = piped(Link::Always, &[&both]).await;
        pipeline.stages[0].stdout = stdout;
        pipeline.stages[0].stderr = stderr;
        let (_, said) = run(argv(vec![pipeline])).await;
        (said.stdout(), said.stderr())
    };
    assert_eq!(with(Sink::Pass, Sink::Stdout).await, ("out\nerr\n".into(), String::new()));
    assert_eq!(with(Sink::Stdout, Sink::Pass).await, (String::new(), "out\nerr\n".into()));
    assert_eq!(with(Sink::Null, Sink::Pass).await, (String::new(), "err\n".into()));
    assert_eq!(with(Sink::Null, Sink::Stdout).await, (String::new(), String::new()));
    let mut pipeline = piped(Link::Always, &[&both, &["tr", "a-z", "A-Z"]]).await;
    pipeline.stages[0].stderr = Sink::Stdout;
    assert_eq!(run(argv(vec![pipeline])).await.1.stdout(), "OUT\nERR\n");
}

#[tokio::test]
async fn a_stage_can_be_cut_off_from_what_comes_before_it() {
    let mut pipeline = piped(Link::Always, &[&["echo", "unread"], &["cat"]]).await;
    pipeline.stages[1].stdin_null = true;
    assert_eq!(run(argv(vec![pipeline])).await.1.stdout(), "");
}

#[tokio::test]
async fn without_a_terminal_stdin_is_empty_and_there_is_no_dev_tty() {
    let (_, said) = run(shell("cat; echo read; (echo x >/dev/tty) 2>/dev/null || echo none").await).await;
    assert_eq!(said.stdout(), "read\nnone\n");
}

#[tokio::test]
async fn a_death_by_signal_is_told_as_one() {
    assert_eq!(run(shell("kill -TERM $$").await).await.0, Exit::Signal(15));
    // Real-time signals have numbers but no names.
    assert_eq!(run(shell("kill -40 $$").await).await.0, Exit::Signal(40));
}

#[tokio::test]
async fn adopted_processes_are_reaped_however_they_end() {
    let script = "for s in TERM 40; do (sh -c \"kill -$s \\$\\$\" &); done; (true &); sleep 0.2; \
         for child in $(cat /proc/$PPID/task/*/children); do echo $child; done; echo $$";
    let (exit, said) = run(shell(script).await).await;
    assert_eq!(exit, Exit::Code(0));
    let printed = said.stdout();
    let children: Vec<_> = printed.lines().collect();
    // The only child that is left is the one that looks.
    assert!(children.len() == 2 && children[0] == children[1], "{children:?}");
}

#[tokio::test]
async fn a_stage_that_cannot_be_executed_says_so_with_the_status_of_a_shell() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("tool");
    fs::write(&path, "#!/does/not/exist\n").unwrap();
    let mut missing = piped(Link::Always, &[&["true"]]).await;
    missing.stages[0].words = vec!["tool".to_owned()];
    missing.stages[0].binary = binary(&path).await;
    let (exit, said) = run(argv(vec![missing.clone()])).await;
    assert_eq!((exit, said.stderr()), (Exit::Code(126), "tool: Permission denied\n".into()));
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    missing.stages[0].binary = binary(&path).await;
    let (exit, said) = run(argv(vec![missing])).await;
    assert_eq!((exit, said.stderr()), (Exit::Code(127), "tool: No such file or directory\n".into()));
}

#[tokio::test]
async fn the_name_a_binary_is_called_by_is_the_first_word() {
    let mut pipeline = piped(Link::Always, &[&["sh", "-c", "echo $0"]]).await;
    pipeline.stages[0].words[0] = "other".to_owned();
    assert_eq!(run(argv(vec![pipeline])).await.1.stdout(), "other\n");
}

#[tokio::test]
async fn a_script_that_begins_with_a_dash_is_still_a_script() {
    assert_eq!(run(shell("-x 2>/dev/null; echo ran").await).await.1.stdout(), "ran\n");
}

#[tokio::test]
async fn the_environment_is_exactly_what_was_given() {
    let mut program = argv(vec![piped(Link::Always, &[&["env"]]).await]);
    program.env = vec![("B".to_owned(), "2 = two\nlines".to_owned()), ("A".to_owned(), String::new())];
    let (_, said) = run(program).await;
    let mut lines: Vec<_> = said.stdout().lines().map(str::to_owned).collect();
    lines.sort();
    assert_eq!(lines, ["A=", "B=2 = two", "lines"]);
}

#[tokio::test]
async fn a_command_gets_no_blocked_signals_and_no_files_but_its_three() {
    let blocked = piped(Link::Always, &[&["grep", "SigBlk", "/proc/self/status"]]).await;
    let files = piped(Link::Always, &[&["ls", "/proc/self/fd"]]).await;
    let (_, said) = run(argv(vec![blocked, files])).await;
    // The fourth is the directory that `ls` reads.
    assert_eq!(said.stdout(), "SigBlk:\t0000000000000000\n0\n1\n2\n3\n");
}

#[tokio::test]
async fn binary_garbage_passes_byte_for_byte() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("garbage");
    let garbage: Vec<u8> = (0..200_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    fs::write(&path, &garbage).unwrap();
    let pipeline = piped(Link::Always, &[&["cat", path.to_str().unwrap()], &["cat"]]).await;
    let (exit, said) = run(argv(vec![pipeline])).await;
    assert_eq!(exit, Exit::Code(0));
    assert!(said.stdout == garbage);
}

#[tokio::test]
async fn a_flood_waits_for_a_slow_reader_and_arrives_whole() {
    let place = tempfile::tempdir().unwrap();
    let done = place.path().join("done");
    let mut going = Going::start(shell(&format!("yes | head -c 50000000; : >{}", done.display())).await);
    going.next().await.unwrap();
    // Without a bound the flood would be through long before this is over.
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert!(!done.exists());
    let (exit, said) = going.end().await;
    assert_eq!((exit, said.stdout.len()), (Exit::Code(0), 50_000_000));
    assert!(done.exists());
}

#[tokio::test]
async fn a_run_goes_on_when_nobody_listens_any_more() {
    let place = tempfile::tempdir().unwrap();
    let done = place.path().join("done");
    let mut going = Going::start(shell(&format!("yes | head -c 1000000; : >{}", done.display())).await);
    going.progress.close();
    assert_eq!(going.end().await.0, Exit::Code(0));
    assert!(done.exists());
}

#[tokio::test]
async fn a_run_past_its_time_is_stopped_and_keeps_what_it_printed() {
    let mut program = shell("echo before; sleep 300").await;
    program.timeout_ms = Some(300);
    let mark = Mark::on(&mut program);
    let (exit, said) = run(program).await;
    assert_eq!((exit, said.stdout()), (Exit::TimedOut, "before\n".into()));
    assert!(mark.bearers().is_empty());
}

#[tokio::test]
async fn a_run_past_its_time_that_is_only_told_goes_on_until_somebody_stops_it() {
    let mut program = shell("echo before; sleep 300").await;
    program.timeout_ms = Some(200);
    let mark = Mark::on(&mut program);
    let mut going = Going::limited(program, Limit::Tell);
    while going.said.late < 2 {
        let progress = going.progress.recv().await.expect("it goes on");
        going.said.take(progress);
    }
    assert!(!mark.bearers().is_empty());
    going.cancel.cancel();
    let (exit, said) = going.end().await;
    assert_eq!((exit, said.stdout()), (Exit::Interrupted, "before\n".into()));
    assert!(mark.bearers().is_empty());
}

#[tokio::test]
async fn an_interrupt_is_a_ctrl_c_that_a_command_may_answer() {
    let script = "trap 'echo cleaned; exit 0' INT; echo ready; while :; do sleep 0.05; done";
    let mut going = Going::start(shell(script).await);
    going.until("ready").await;
    going.cancel.cancel();
    let (exit, said) = going.end().await;
    assert_eq!((exit, said.stdout()), (Exit::Interrupted, "ready\ncleaned\n".into()));
}

#[tokio::test]
async fn an_interrupt_stops_the_rest_of_the_line() {
    let place = tempfile::tempdir().unwrap();
    let never = place.path().join("never");
    let going_on = piped(Link::Always, &[&["sh", "-c", "echo ready; sleep 300"]]).await;
    let next = piped(Link::Always, &[&["touch", never.to_str().unwrap()]]).await;
    let mut going = Going::start(argv(vec![going_on, next]));
    going.until("ready").await;
    going.cancel.cancel();
    assert_eq!(going.end().await.0, Exit::Interrupted);
    assert!(!never.exists());
}

/// Everything that is hard to end: another session, an orphan, an orphan in another
/// session that ignores what it can, and (last) a main command that does so too.
const STUBBORN: &str = "setsid sleep 300 & (sleep 300 &) ; (setsid sh -c 'trap \"\" TERM INT HUP; echo one; sleep 300; sleep 300' &); \
     trap '' TERM INT HUP; while ! [ \"$one\" ]; do one=1; sleep 0.2; done; echo ready; sleep 300; sleep 300";

#[tokio::test]
async fn an_interrupt_ends_the_whole_tree_also_what_hides_or_ignores_it() {
    let mut program = shell(STUBBORN).await;
    let mark = Mark::on(&mut program);
    let mut going = Going::start(program);
    going.until("ready").await;
    going.until("one").await;
    assert!(mark.bearers().len() >= 4, "{:?}", mark.bearers());
    going.cancel.cancel();
    let (exit, _) = going.end().await;
    assert_eq!((exit, mark.bearers()), (Exit::Interrupted, vec![]));
}

#[tokio::test]
async fn what_a_line_leaves_in_the_background_ends_with_it() {
    let mut program = shell(&STUBBORN.replace("; echo ready; sleep 300; sleep 300", "; echo ready; exit 7")).await;
    let mark = Mark::on(&mut program);
    let (exit, said) = run(program).await;
    assert!(said.stdout().contains("ready"));
    assert_eq!((exit, mark.bearers()), (Exit::Code(7), vec![]));
}

#[tokio::test]
async fn the_tree_dies_when_the_run_is_dropped() {
    let mut program = shell(STUBBORN).await;
    let mark = Mark::on(&mut program);
    let mut going = Going::start(program);
    going.until("ready").await;
    going.until("one").await;
    going.run.abort();
    mark.is_gone().await;
}

#[tokio::test]
async fn the_tree_dies_when_our_process_is_killed() {
    let own = std::env::current_exe().unwrap();
    let mut child = tokio::process::Command::new(own);
    child.args(["--exact", "exec::tests::a_process_that_only_runs_a_tree", "--nocapture"]);
    child.env(DOOMED, "1").stdout(std::process::Stdio::piped());
    let mut child = child.spawn().unwrap();
    let mut lines = tokio::io::AsyncBufReadExt::lines(tokio::io::BufReader::new(child.stdout.take().unwrap()));
    let mark = loop {
        let line = lines.next_line().await.unwrap().unwrap();
        if let Some((_, mark)) = line.split_once("EXEC_TEST_MARK=") {
            break Mark(format!("EXEC_TEST_MARK={mark}\0"));
        }
    };
    assert!(mark.bearers().len() >= 4, "{:?}", mark.bearers());
    child.kill().await.unwrap();
    mark.is_gone().await;
}

const DOOMED: &str = "EXEC_TEST_DOOMED";

/// Not a test of its own: the process that the test before kills.
#[tokio::test]
async fn a_process_that_only_runs_a_tree() {
    if std::env::var_os(DOOMED).is_none() {
        return;
    }
    let mut program = shell(STUBBORN).await;
    let mark = Mark::on(&mut program);
    let mut going = Going::start(program);
    going.until("ready").await;
    going.until("one").await;
    println!("{}", mark.0.trim_end_matches('\0'));
    going.end().await;
}

#[tokio::test]
async fn a_command_cannot_stop_its_supervisor_by_signalling_its_group() {
    let script = "trap '' TERM HUP USR1; kill -TERM 0; kill -HUP 0; kill -USR1 0; echo alive; exit 4";
    let (exit, said) = run(shell(script).await).await;
    assert_eq!((exit, said.stdout()), (Exit::Code(4), "alive\n".into()));
}

#[tokio::test]
async fn a_group_that_stopped_itself_can_be_interrupted_and_clean_up() {
    let mut program = shell("trap 'echo cleaned; exit' INT TERM; echo ready; kill -STOP 0; sleep 300").await;
    let mark = Mark::on(&mut program);
    let mut going = Going::start(program);
    going.until("ready").await;
    while !mark.bearers().iter().any(|stat| stat.contains(") T ")) {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    going.cancel.cancel();
    let (exit, said) = going.end().await;
    assert_eq!((exit, said.stdout()), (Exit::Interrupted, "ready\ncleaned\n".into()));
    assert!(mark.bearers().is_empty());
}

#[tokio::test]
async fn the_death_of_the_supervisor_ends_its_group_and_the_run() {
    let mut program = shell("(trap '' TERM HUP; sleep 300; sleep 300) & kill -KILL $PPID; sleep 300").await;
    let mark = Mark::on(&mut program);
    assert_eq!(run(program).await.0, Exit::Signal(9));
    mark.is_gone().await;
}

#[tokio::test]
async fn a_binary_that_changed_since_it_was_judged_is_refused() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("tool");
    fs::copy("/bin/sh", &path).unwrap();
    let mut pipeline = piped(Link::Always, &[&["sh", "-c", "echo ran"]]).await;
    pipeline.stages[0].binary = binary(&path).await;
    assert_eq!(run(argv(vec![pipeline.clone()])).await.1.stdout(), "ran\n");
    // The same bytes in another file are another file.
    fs::copy(&path, place.path().join("new")).unwrap();
    fs::rename(place.path().join("new"), &path).unwrap();
    let (exit, said) = run(argv(vec![pipeline.clone()])).await;
    let Exit::NotStarted(reason) = exit else { panic!("{exit:?} {said:?}") };
    assert!(reason.contains("changed since"), "{reason}");
    fs::remove_file(&path).unwrap();
    assert!(matches!(run(argv(vec![pipeline])).await.0, Exit::NotStarted(_)));
}

#[tokio::test]
async fn a_missing_working_directory_is_refused() {
    let mut program = shell("echo ran").await;
    program.cwd = PathBuf::from("/does/not/exist");
    let (exit, said) = run(program).await;
    assert_eq!(said.stdout(), "");
    let Exit::NotStarted(reason) = exit else { panic!("{exit:?}") };
    assert!(reason.contains("/does/not/exist"), "{reason}");
}

#[tokio::test]
async fn a_command_runs_in_its_working_directory() {
    let place = tempfile::tempdir().unwrap();
    let mut program = shell("pwd -P").await;
    program.cwd = place.path().to_owned();
    let expected = format!("{}\n", place.path().canonicalize().unwrap().display());
    assert_eq!(run(program).await.1.stdout(), expected);
}

#[tokio::test]
async fn a_job_too_large_for_its_frame_is_refused() {
    let mut program = shell("echo ran").await;
    program.env.push(("LONG".to_owned(), "x".repeat(1 << 20)));
    let (exit, _) = run(program).await;
    let Exit::NotStarted(reason) = exit else { panic!("{exit:?}") };
    assert!(reason.contains("bytes"), "{reason}");
}

#[tokio::test]
async fn a_supervisor_that_is_none_is_told() {
    let (sender, _progress) = channel(4);
    let wrong = Supervisor::at(PathBuf::from("/bin/true"));
    let finished = launch(shell("echo ran").await, &wrong, CancellationToken::new(), sender, Limit::Stop).await;
    assert!(matches!(finished.exit, Exit::NotStarted(_)), "{finished:?}");
}

#[tokio::test]
async fn our_own_binary_is_found_and_started_again() {
    let (sender, mut progress) = channel(4);
    let listening = tokio::spawn(async move {
        let mut said = Said::default();
        while let Some(progress) = progress.recv().await {
            said.take(progress);
        }
        said
    });
    let own = Supervisor::current().unwrap();
    let finished = launch(shell("echo ran").await, &own, CancellationToken::new(), sender, Limit::Stop).await;
    // Here our own binary is the tests', which take the hidden argument for a filter that fits none.
    assert!(matches!(finished.exit, Exit::NotStarted(_)), "{finished:?}");
    let said = listening.await.unwrap();
    assert!(said.stdout().contains("running 0 tests"), "{said:?}");
}

#[tokio::test]
async fn a_read_on_the_terminal_is_noticed_once_and_can_be_interrupted() {
    let mut program = shell("echo ready; read answer; echo \"got $answer\"").await;
    program.stdin = StdinKind::Pty;
    let mut going = Going::start(program);
    while going.said.waits == 0 {
        going.next().await.unwrap();
    }
    going.cancel.cancel();
    let (exit, said) = going.end().await;
    assert_eq!((exit, said.waits, said.stdout()), (Exit::Interrupted, 1, "ready\n".into()));
}

#[tokio::test]
async fn a_command_that_is_only_silent_does_not_wait_for_input() {
    let mut program = shell("echo x | (sleep 2; cat)").await;
    program.stdin = StdinKind::Pty;
    let (exit, said) = run(program).await;
    assert_eq!((exit, said.waits, said.stdout()), (Exit::Code(0), 0, "x\n".into()));
}

#[tokio::test]
async fn what_is_written_to_the_terminal_itself_comes_as_stderr() {
    let mut program = shell("test -t 0 && echo tty; printf 'Password: ' >/dev/tty; echo out").await;
    program.stdin = StdinKind::Pty;
    let (exit, said) = run(program).await;
    let all = (exit, said.stdout(), said.stderr());
    assert_eq!(all, (Exit::Code(0), "tty\nout\n".into(), "Password: ".into()));
}

#[tokio::test]
async fn the_terminal_is_read_to_its_last_byte_however_slowly() {
    let mut program = shell("yes x | tr -d '\\n' | head -c 1000000 >/dev/tty").await;
    program.stdin = StdinKind::Pty;
    let mut going = Going::start(program);
    while going.next().await.is_some() {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    assert_eq!(going.said.stderr.len(), 1_000_000);
}

#[tokio::test]
async fn the_duration_is_that_of_the_command() {
    let mut going = Going::start(shell("sleep 0.1").await);
    while going.next().await.is_some() {}
    let finished = going.run.await.unwrap();
    assert!(finished.duration >= Duration::from_millis(100), "{finished:?}");
}
