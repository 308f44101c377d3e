//! What the containers of this cluster have logged.
//!
//! Owns the lines and which of them a request asked for. Knows nothing of how they are sent.

use serde_json::Value;

use super::clock;
use super::http::Request;
use super::world::{items, number, text};

/// The chosen lines, each with its newline.
///
/// # Errors
/// The message of the `Status` the real server would send with 400.
pub fn of(pod: &Value, request: &Request) -> Result<Vec<String>, String> {
    let name = text(pod, "/metadata/name");
    let containers = items(pod, "/spec/containers");
    let names = || containers.iter().map(|container| text(container, "/name")).collect::<Vec<_>>().join(" ");
    let container = match request.parameter("container") {
        "" if containers.len() == 1 => text(pod, "/spec/containers/0/name"),
        "" => return Err(format!("a container name must be specified for pod {name}, choose one of: [{}]", names())),
        wanted => wanted,
    };
    if !containers.iter().any(|known| known["name"] == container) {
        return Err(format!("container {container} is not valid for pod {name}"));
    }
    let status = items(pod, "/status/containerStatuses").iter().find(|status| status["name"] == container);
    let restarts = status.map_or(0, |status| number(status, "/restartCount"));
    let (lines, started) = if request.asks("previous") {
        if restarts == 0 {
            return Err(format!("previous terminated container \"{container}\" in pod \"{name}\" not found"));
        }
        (out_of_memory(), status.map_or("", |status| text(status, "/lastState/terminated/startedAt")))
    } else if restarts > 0 {
        (short_life(container), status.map_or("", |status| text(status, "/lastState/terminated/finishedAt")))
    } else {
        (steady_life(container), text(pod, "/status/startTime"))
    };
    let tail = request.parameter("tailLines").parse::<usize>().unwrap_or(usize::MAX);
    let skipped = lines.len().saturating_sub(tail);
    let start = clock::parse(started).unwrap_or_else(clock::now);
    let stamped = |(second, line): (u64, String)| match request.asks("timestamps") {
        true => format!("{} {line}\n", clock::rfc3339(start + second).replace('Z', ".000000000Z")),
        false => format!("{line}\n"),
    };
    let mut lines: Vec<String> = (0u64..).zip(lines).skip(skipped).map(stamped).collect();
    if let Ok(mut left) = request.parameter("limitBytes").parse::<usize>() {
        for line in &mut lines {
            line.truncate(left);
            left -= line.len();
        }
    }
    Ok(lines)
}

/// The line a followed log gets now and then.
pub fn heartbeat(beat: usize) -> String {
    format!("GET /healthz 200 {}ms\n", 2 + beat % 5)
}

fn out_of_memory() -> Vec<String> {
    vec!["java.lang.OutOfMemoryError: Java heap space".to_owned(), "Killed".to_owned()]
}

fn short_life(container: &str) -> Vec<String> {
    vec![format!("{container} starting"), "connected to database".to_owned(), "loading cache".to_owned()]
}

fn steady_life(container: &str) -> Vec<String> {
    let requests = (1..=20).map(|serial| format!("GET /orders/{serial} 200 {}ms", 3 + serial * 7 % 11));
    [format!("{container} starting"), format!("{container} listening on :8080")].into_iter().chain(requests).collect()
}
