//! The way of a line to the disk: a queue bounded in bytes and one thread behind it.
//!
//! Owns the queue. Drawing and input log too, and a slow disk must not hold them up: a line that finds the queue full
//! is counted instead of waited for, and the count is written when there is room. Must not know what the lines say.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use serde_json::json;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime, SystemTime};

/// Bytes that may wait.
const CAPACITY: usize = 1024 * 1024;

/// Takes lines from any thread; clones share the queue.
#[derive(Debug, Clone)]
pub(super) struct Lines {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    queue: Mutex<Queue>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Queue {
    waiting: VecDeque<Vec<u8>>,
    bytes: usize,
    /// Lines that never reached the file: no room, or the disk refused.
    lost: u64,
    stage: Stage,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Stage {
    #[default]
    Open,
    /// No more lines; the writer takes what waits and ends.
    Closing,
    /// The writer has ended.
    Closed,
}

impl Shared {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lines {
    /// Starts the thread that writes to `file`.
    pub(super) fn to(file: impl Write + Send + 'static) -> io::Result<Self> {
        let shared = Arc::new(Shared::default());
        let for_writer = Arc::clone(&shared);
        thread::Builder::new().name("log".to_owned()).spawn(move || write_all(&for_writer, file))?;
        Ok(Self { shared })
    }

    /// Takes no more lines and waits until those taken are written, for `patience` at most.
    pub(super) fn close(&self, patience: Duration) {
        let mut queue = self.shared.queue();
        if queue.stage == Stage::Open {
            queue.stage = Stage::Closing;
        }
        self.shared.changed.notify_all();
        drop(
            self.shared
                .changed
                .wait_timeout_while(queue, patience, |queue| queue.stage != Stage::Closed)
                .unwrap_or_else(PoisonError::into_inner),
        );
    }
}

/// Takes batches until the queue is closed and empty. Each batch goes out with one write.
fn write_all(shared: &Shared, mut file: impl Write) {
    loop {
        let mut queue = shared
            .changed
            .wait_while(shared.queue(), |queue| queue.waiting.is_empty() && queue.stage == Stage::Open)
            .unwrap_or_else(PoisonError::into_inner);
        if queue.waiting.is_empty() {
            queue.stage = Stage::Closed;
            shared.changed.notify_all();
            return;
        }
        let (lines, lost) = (std::mem::take(&mut queue.waiting), std::mem::take(&mut queue.lost));
        queue.bytes = 0;
        drop(queue);
        let count = lines.len() as u64;
        let mut batch: Vec<u8> = lines.into_iter().flatten().collect();
        if lost > 0 {
            batch.extend(loss(lost).bytes());
        }
        // There is no other place to say that the log cannot be written; a later batch will.
        if file.write_all(&batch).is_err() {
            shared.queue().lost += lost + count;
        }
    }
}

/// The line that tells of lines that are not there, in the form of the others.
fn loss(lost: u64) -> String {
    let mut at = String::new();
    // Only a text that takes nothing could refuse the time.
    let _told = SystemTime.format_time(&mut Writer::new(&mut at));
    let fields = json!({"message": "lines of this log were lost", "lost": lost});
    format!("{}\n", json!({"timestamp": at, "level": "WARN", "fields": fields, "target": module_path!()}))
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = &'a Lines;

    fn make_writer(&'a self) -> Self::Writer {
        self
    }
}

/// The formatter hands over each event with one call, newline included.
impl Write for &Lines {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let mut queue = self.shared.queue();
        if queue.stage != Stage::Open || queue.bytes + line.len() > CAPACITY {
            queue.lost += 1;
        } else {
            queue.bytes += line.len();
            queue.waiting.push_back(line.to_vec());
            self.shared.changed.notify_all();
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};

    use serde_json::Value;

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(20);

    #[test]
    fn closing_writes_what_waits() {
        let dir = tempfile::tempdir().expect("directory");
        let path = dir.path().join("log");
        let lines = Lines::to(File::create(&path).expect("file")).expect("writer");
        for number in 0..1000 {
            writeln!(&lines, "{number}").expect("taken");
        }
        lines.close(PATIENCE);
        let expected: String = (0..1000).map(|number| format!("{number}\n")).collect();
        assert_eq!(fs::read_to_string(path).expect("text"), expected);
    }

    #[test]
    fn a_full_queue_counts_and_never_waits() {
        let shared = Arc::new(Shared::default());
        let lines = Lines { shared: Arc::clone(&shared) };
        let mut half = vec![b'x'; CAPACITY / 2];
        half[CAPACITY / 2 - 1] = b'\n';
        for _ in 0..5 {
            (&lines).write_all(&half).expect("taken or counted");
        }
        assert_eq!(shared.queue().lost, 3);
        let dir = tempfile::tempdir().expect("directory");
        let path = dir.path().join("log");
        shared.queue().stage = Stage::Closing;
        write_all(&shared, File::create(&path).expect("file"));
        let text = fs::read_to_string(path).expect("text");
        let last: Value = serde_json::from_str(text.lines().next_back().expect("a line")).expect("JSON");
        assert_eq!(last["fields"], json!({"message": "lines of this log were lost", "lost": 3}));
        assert!(last["timestamp"].as_str().is_some_and(|at| at.ends_with('Z')), "{last}");
    }

    #[test]
    fn a_line_after_the_end_is_not_waited_for() {
        let dir = tempfile::tempdir().expect("directory");
        let lines = Lines::to(File::create(dir.path().join("log")).expect("file")).expect("writer");
        lines.close(PATIENCE);
        (&lines).write_all(b"late\n").expect("counted");
        lines.close(PATIENCE);
    }
}
