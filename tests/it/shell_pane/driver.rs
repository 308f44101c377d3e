//! A shell under test: started as the workbench starts it, typed at like a person.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use devops_agent::shell::{
    Choice, Colours, Family, Happened, Opening, Record, Shell, ShellEvent, Snapshot, Transcript,
};

pub const PATIENCE: Duration = Duration::from_secs(20);

/// What was written to the transcript.
#[derive(Clone, Default)]
pub struct Written(pub Arc<Mutex<Vec<u8>>>);

impl Transcript for Written {
    fn write(&mut self, bytes: &[u8]) {
        self.0.lock().unwrap().extend_from_slice(bytes);
    }

    fn settle(&mut self) {}
}

pub struct Driver {
    pub shell: Shell,
    pub home: tempfile::TempDir,
    pub records: Vec<Record>,
    pub events: Vec<ShellEvent>,
    pub prompts: usize,
    pub ended: Option<Option<i32>>,
    pub written: Written,
    runtime: tokio::runtime::Runtime,
    picture: Snapshot,
}

/// Files of the person's, by their names in the home directory.
pub type Files<'a> = &'a [(&'a str, &'a str)];

impl Driver {
    pub fn start(program: &Path, files: Files) -> Driver {
        Self::with(program, files, &[])
    }

    pub fn with(program: &Path, files: Files, variables: &[(&str, &str)]) -> Driver {
        let home = tempfile::tempdir().unwrap();
        for (name, content) in files {
            let path = home.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, content).unwrap();
        }
        let mut environment: Vec<(OsString, OsString)> = vec![
            ("HOME".into(), home.path().into()),
            ("PATH".into(), std::env::var_os("PATH").unwrap()),
            ("LANG".into(), "C.UTF-8".into()),
            ("USER".into(), "tester".into()),
        ];
        environment.extend(variables.iter().map(|(name, value)| (name.into(), value.into())));
        let opening = Opening {
            choice: Choice { program: program.to_owned(), family: Family::of(program) },
            binary: PathBuf::from(env!("CARGO_BIN_EXE_devops-agent")),
            cwd: home.path().to_owned(),
            environment,
            session: "session_001".to_owned(),
            rows: 24,
            columns: 80,
            colours: Colours::default(),
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let written = Written::default();
        let shell = Shell::start(opening, Box::new(written.clone())).unwrap();
        let (records, events, picture) = (Vec::new(), Vec::new(), Snapshot::default());
        Driver { shell, home, records, events, prompts: 0, ended: None, written, runtime, picture }
    }

    /// Takes one event, or none within the time.
    fn step(&mut self, patience: Duration) -> bool {
        let event = self.runtime.block_on(async { tokio::time::timeout(patience, self.shell.next()).await });
        match event {
            Err(_) => return false,
            Ok(None) => {
                std::thread::sleep(Duration::from_millis(5));
                return false;
            }
            Ok(Some(ShellEvent::Changed)) => {}
            Ok(Some(event)) => {
                match &event {
                    ShellEvent::Happened(Happened::Finished(record)) => self.records.push((**record).clone()),
                    ShellEvent::Happened(Happened::Prompt { .. }) => self.prompts += 1,
                    ShellEvent::Ended { code, .. } => self.ended = Some(*code),
                    _ => {}
                }
                self.events.push(event);
            }
        }
        true
    }

    pub fn wait(&mut self, what: &str, mut done: impl FnMut(&mut Driver) -> bool) {
        let until = Instant::now() + PATIENCE;
        while !done(self) {
            self.step(Duration::from_millis(50));
            assert!(
                Instant::now() < until,
                "waited in vain for {what}; the screen:\n{}\nrecords: {:#?}",
                self.text(),
                self.brief()
            );
        }
    }

    pub fn wait_text(&mut self, text: &str) {
        self.wait(&format!("{text:?}"), |driver| driver.text().contains(text));
    }

    pub fn wait_prompts(&mut self, count: usize) {
        self.wait(&format!("prompt {count}"), |driver| driver.prompts >= count);
        // The prompt mark comes before the prompt is drawn.
        self.wait("the prompt's text", |driver| driver.picture().cursor.is_some_and(|cursor| cursor.column > 1));
        self.quiet(Duration::from_millis(5));
    }

    /// Waits until nothing comes any more.
    pub fn quiet(&mut self, quiet: Duration) {
        while self.step(quiet) {}
    }

    pub fn send(&mut self, text: &str) {
        assert!(self.shell.send(text.as_bytes()));
    }

    /// Types a line and waits for the next prompt.
    pub fn line(&mut self, line: &str) {
        let prompts = self.prompts;
        self.send(line);
        self.send("\r");
        self.wait_prompts(prompts + 1);
    }

    pub fn picture(&mut self) -> Snapshot {
        self.shell.draw(&mut self.picture);
        self.picture.clone()
    }

    pub fn text(&mut self) -> String {
        self.picture().text()
    }

    /// Closes the shell as the workbench does: the events that were left.
    pub fn close(self) -> Vec<ShellEvent> {
        let Driver { shell, runtime, .. } = self;
        runtime.block_on(shell.close())
    }

    pub fn brief(&self) -> Vec<String> {
        self.records.iter().map(|r| format!("{:?} {:?} {:?} {}", r.command, r.source, r.ending, r.private)).collect()
    }

    pub fn last(&self) -> &Record {
        self.records.last().expect("nothing was recorded")
    }
}

/// The output as a person reads it.
pub fn plain(record: &Record) -> String {
    devops_agent::shell::rendered(&record.output.head(), 400)
}
