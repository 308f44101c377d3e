//! Notices that a command waits for a person to type.
//!
//! Owns the rule: after a while without output, one and the same thread of the
//! tree blocks in a read of its terminal in several samples. Must not know
//! what is done about it. Where processes cannot be looked into (another
//! user's, or elsewhere than on Linux) a terminal set for a password tells.

use std::time::Duration;

use nix::unistd::Pid;

use super::Progress;
use super::pump::Outlet;
use super::terminal::Terminal;

/// Time without output before anyone is suspected of waiting.
const SILENCE: Duration = Duration::from_millis(700);

/// Time between two samples.
const PACE: Duration = Duration::from_millis(250);

/// Samples that must agree.
const SAMPLES: usize = 3;

/// What one sample shows. Two equal ones mean the same wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sight {
    /// This thread of the tree blocks in a read of the terminal.
    Reads {
        thread: i32,
    },
    /// Someone cannot be looked into, and the terminal is set as for a password.
    HidesTyping,
    Busy,
}

/// Tells `outlet` once when a process below `root` waits for input on `terminal`; then returns.
pub(super) async fn watch(root: Pid, terminal: &Terminal, outlet: &Outlet) {
    let mut spell = Spell::default();
    loop {
        let silence = outlet.silence();
        if silence < SILENCE {
            spell = Spell::default();
            tokio::time::sleep(SILENCE - silence).await;
            continue;
        }
        if spell.add(look(root, terminal)) >= SAMPLES {
            outlet.tell(Progress::WaitingForInput).await;
            return;
        }
        tokio::time::sleep(PACE).await;
    }
}

/// Equal sights of someone waiting, one after the other.
#[derive(Debug, Default)]
struct Spell {
    last: Option<Sight>,
    length: usize,
}

impl Spell {
    fn add(&mut self, sight: Sight) -> usize {
        self.length = match sight {
            Sight::Busy => 0,
            _ if self.last == Some(sight) => self.length + 1,
            _ => 1,
        };
        self.last = Some(sight);
        self.length
    }
}

/// What one thread is seen to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Thread {
    #[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "only Linux lets us look into processes"))]
    Reads {
        thread: i32,
    },
    Hidden,
}

fn judge(threads: impl IntoIterator<Item = Thread>, terminal: &Terminal) -> Sight {
    let mut sight = Sight::Busy;
    for thread in threads {
        match thread {
            Thread::Reads { thread } => return Sight::Reads { thread },
            Thread::Hidden if terminal.hides_typing() => sight = Sight::HidesTyping,
            Thread::Hidden => {}
        }
    }
    sight
}

#[cfg(not(target_os = "linux"))]
fn look(_root: Pid, terminal: &Terminal) -> Sight {
    judge([Thread::Hidden], terminal)
}

#[cfg(target_os = "linux")]
use linux::look;

#[cfg(target_os = "linux")]
mod linux {
    use std::fs;
    use std::io::ErrorKind;
    use std::path::Path;

    use nix::unistd::Pid;

    use super::super::tree;
    use super::{Sight, Terminal, Thread, judge};

    /// The number of `read` in the kernel's table for this machine.
    #[cfg(target_arch = "x86_64")]
    const READ: &str = "0";
    #[cfg(any(target_arch = "x86", target_arch = "arm", target_arch = "powerpc64", target_arch = "s390x"))]
    const READ: &str = "3";
    #[cfg(not(any(
        target_arch = "x86_64",
        target_arch = "x86",
        target_arch = "arm",
        target_arch = "powerpc64",
        target_arch = "s390x"
    )))]
    const READ: &str = "63";

    pub fn look(root: Pid, terminal: &Terminal) -> Sight {
        let threads = tree::descendants(root).into_iter().flat_map(|process| threads(process, &terminal.path));
        judge(threads, terminal)
    }

    /// The threads of `process` that are worth a thought; none when it ends meanwhile.
    fn threads(process: Pid, terminal: &Path) -> Vec<Thread> {
        let tasks = fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
        tasks.filter_map(|task| glance(&task.path(), terminal)).collect()
    }

    fn glance(task: &Path, terminal: &Path) -> Option<Thread> {
        let call = match fs::read_to_string(task.join("syscall")) {
            Ok(call) => call,
            Err(error) if error.kind() == ErrorKind::PermissionDenied => return Some(Thread::Hidden),
            Err(_ended) => return None,
        };
        let target = fs::read_link(task.join("fd").join(read_from(&call)?.to_string())).ok()?;
        let thread = task.file_name()?.to_str()?.parse().ok()?;
        (target == terminal || target == Path::new("/dev/tty")).then_some(Thread::Reads { thread })
    }

    /// The descriptor that a thread blocks reading from, by its line in `/proc/PID/task/TID/syscall`:
    /// the number of the call in decimal, then its arguments in hexadecimal; `running` when in none.
    pub(super) fn read_from(call: &str) -> Option<u64> {
        let mut words = call.split_whitespace();
        words.next().filter(|number| *number == READ)?;
        u64::from_str_radix(words.next()?.strip_prefix("0x")?, 16).ok()
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn only_a_read_is_a_wait_for_a_line() {
            let call = format!("{READ} 0xa 0x7f882ca44000 0x20000 0x0 0x0 0x0 0x7ffe66a06c88 0x7f882cbc02ad");
            assert_eq!(read_from(&call), Some(10));
            assert_eq!(read_from("running"), None);
            assert_eq!(read_from("-1 0x7ffe66a06c88 0x7f882cbc02ad"), None);
            assert_eq!(read_from("230 0x0 0x0 0x7ffe66a06c88"), None);
            assert_eq!(read_from(""), None);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_thread_must_be_seen_in_the_same_wait_again_and_again() {
        let mut spell = Spell::default();
        let (one, other) = (Sight::Reads { thread: 1 }, Sight::Reads { thread: 2 });
        let lengths = [one, one, other, other, Sight::Busy, other, other, other].map(|sight| spell.add(sight));
        assert_eq!(lengths, [1, 2, 1, 2, 0, 1, 2, 3]);
    }

    #[tokio::test]
    async fn a_process_that_cannot_be_looked_into_waits_when_the_terminal_hides_typing() {
        let opened = Terminal::open().unwrap();
        assert_eq!(judge([Thread::Hidden], &opened.terminal), Sight::Busy);
        let mut stty = std::process::Command::new("stty");
        assert!(stty.arg("-F").arg(&opened.terminal.path).arg("-echo").status().unwrap().success());
        assert_eq!(judge([Thread::Hidden], &opened.terminal), Sight::HidesTyping);
        assert_eq!(judge([], &opened.terminal), Sight::Busy);
    }
}
