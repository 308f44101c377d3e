//! A tmux of its own, with a shell in its one window: what people run a terminal program inside.
//!
//! Owns the server, the keys that go in and the pane as it looks. Knows nothing of the program.

use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use super::home::{Home, PROGRAM};
use super::pty::{PATIENCE, Pty};
use super::real;

/// The prompt of the shell in it.
pub const PROMPT: &str = "person$ ";

/// A server with one window. Dropping it ends everything in it.
pub struct Tmux {
    program: PathBuf,
    socket: PathBuf,
    home: Vec<(String, String)>,
    project: PathBuf,
}

impl Tmux {
    /// A shell in the place's project, in a window of this size; `None` where there is no tmux.
    pub fn open(place: &Home, columns: u16, rows: u16) -> Option<Tmux> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let program = real::program("tmux")?;
        place.is_known();
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        // The path of a socket may be a hundred bytes long: it does not lie in the place.
        let socket = std::env::temp_dir().join(format!("devops-agent-tmux-{}-{number}", std::process::id()));
        let mut home: Vec<(String, String)> = place.env.clone().into_iter().collect();
        home.push(("TERM".to_owned(), "xterm-256color".to_owned()));
        let tmux = Tmux { program, socket, home, project: place.project.clone() };
        let size = [columns.to_string(), rows.to_string()];
        tmux.run(&["new-session", "-d", "-x", &size[0], "-y", &size[1], "/bin/sh"]);
        // A shell of root's takes no prompt from its environment.
        tmux.enter(&format!("PS1='{PROMPT}'; clear"));
        tmux.wait_for(|screen| screen.starts_with(PROMPT.trim()), "the prompt");
        Some(tmux)
    }

    /// Starts the program at the prompt, and waits for its first picture.
    pub fn start(&self, arguments: &str) {
        self.enter(&format!("{PROGRAM} {arguments}"));
        self.wait_for(|screen| screen.contains("CHAT"), "the first picture");
    }

    /// Runs a command of tmux's; what it prints.
    pub fn run(&self, words: &[&str]) -> String {
        let mut command = Command::new(&self.program);
        command.arg("-S").arg(&self.socket).args(["-f", "/dev/null"]).args(words);
        let env = self.home.iter().map(|(name, value)| (name, value));
        let output = command.current_dir(&self.project).env_clear().envs(env).output().unwrap();
        assert!(output.status.success(), "tmux {words:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
    }

    /// Types a text as it is.
    pub fn send(&self, text: &str) {
        self.run(&["send-keys", "-l", "--", text]);
    }

    /// Presses a key by tmux's name of it.
    pub fn press(&self, key: &str) {
        self.run(&["send-keys", key]);
    }

    /// Types a line and Enter.
    pub fn enter(&self, line: &str) {
        self.send(line);
        self.press("Enter");
    }

    /// What is seen, without blanks at the ends of rows.
    pub fn screen(&self) -> String {
        self.run(&["capture-pane", "-p"])
    }

    /// The same with everything that scrolled away, wrapped rows as the one line they are.
    pub fn history(&self) -> String {
        self.run(&["capture-pane", "-p", "-J", "-S", "-"])
    }

    pub fn resize(&self, columns: u16, rows: u16) {
        self.run(&["resize-window", "-x", &columns.to_string(), "-y", &rows.to_string()]);
    }

    /// Waits until what is seen is what is wanted; what it is then.
    pub fn wait_for(&self, mut done: impl FnMut(&str) -> bool, what: &str) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let screen = self.screen();
            if done(&screen) {
                return screen;
            }
            assert!(Instant::now() < deadline, "waited in vain for {what}; the screen was:\n{screen}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    pub fn wait_for_text(&self, text: &str) -> String {
        self.wait_for(|screen| screen.contains(text), &format!("the text {text:?}"))
    }

    /// A person's terminal that shows the window, until it is dropped or detaches.
    pub fn attach(&self, columns: u16, rows: u16) -> Pty {
        let env: Vec<(&str, &str)> = self.home.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let socket = self.socket.to_str().unwrap();
        Pty::spawn(&self.program, &["-S", socket, "-f", "/dev/null", "attach"], &env, &self.project, columns, rows)
    }
}

impl Drop for Tmux {
    fn drop(&mut self) {
        let mut end = Command::new(&self.program);
        // An error here means that it has ended already.
        let _gone = end.arg("-S").arg(&self.socket).arg("kill-server").output();
        let _gone = std::fs::remove_file(&self.socket);
    }
}
