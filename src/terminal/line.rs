//! One line from standard input, for talk without a full screen.

use std::io::BufRead;

/// Reads a line beside what goes on; `None` at the end of input or when it is not text.
pub async fn read_line() -> Option<String> {
    let read = tokio::task::spawn_blocking(|| {
        let mut line = String::new();
        match std::io::stdin().lock().read_line(&mut line) {
            Ok(0) | Err(_) => None,
            Ok(_) => Some(line),
        }
    });
    read.await.ok().flatten()
}
