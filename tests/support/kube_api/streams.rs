//! Answers that go on: watches and followed logs.
//!
//! Owns the sending and when it ends: the time the client gave, the client's leaving, the pod's end, the server's.
//! What is watched was decided in `routes`.

use std::io;
use std::net::TcpStream;
use std::sync::{MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::Cluster;
use super::answers::{Follow, Marker, View, Watch};
use super::catalogue::known;
use super::http;
use super::logs;
use super::tables::{self, Include};
use super::world::{Change, World, text};

/// How long a stream may take to notice that its client has left.
const POLL: Duration = Duration::from_millis(100);
const HEARTBEAT: Duration = Duration::from_millis(500);

pub fn watch(stream: &TcpStream, cluster: &Cluster, watch: Watch) -> io::Result<()> {
    let deadline = watch.seconds.map(|seconds| Instant::now() + Duration::from_secs(seconds));
    http::begin_chunks(stream, "application/json")?;
    for object in &watch.initial {
        http::write_chunk(stream, &frame(&watch, "ADDED", object))?;
    }
    if watch.marker == Marker::EndOfInitial {
        http::write_chunk(stream, &bookmark(&watch))?;
    }
    let mut since = watch.since;
    loop {
        let world = waiting(cluster, cluster.world(), |world| world.version == since);
        let stopped = world.stopped;
        let news: Vec<Vec<u8>> =
            world.history.iter().filter(|change| change.version > since).filter_map(|c| news(&watch, c)).collect();
        since = world.version;
        drop(world);
        for frame in news {
            http::write_chunk(stream, &frame)?;
        }
        if stopped || deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            return http::end_chunks(stream);
        }
        still_there(stream)?;
    }
}

pub fn follow(stream: &TcpStream, cluster: &Cluster, follow: &Follow) -> io::Result<()> {
    http::begin_chunks(stream, "text/plain")?;
    for line in &follow.lines {
        http::write_chunk(stream, line.as_bytes())?;
    }
    let (mut beat, mut last) = (0, Instant::now());
    loop {
        let there = |world: &World| world.get(known("pods"), &follow.namespace, &follow.pod).is_some();
        let world = waiting(cluster, cluster.world(), there);
        if world.stopped || !there(&world) {
            drop(world);
            return http::end_chunks(stream);
        }
        drop(world);
        still_there(stream)?;
        if last.elapsed() >= HEARTBEAT {
            http::write_chunk(stream, logs::heartbeat(beat).as_bytes())?;
            (beat, last) = (beat + 1, Instant::now());
        }
    }
}

/// Waits one poll while `quiet` holds; returns with the lock in any case.
fn waiting<'a>(
    cluster: &'a Cluster,
    world: MutexGuard<'a, World>,
    quiet: impl Fn(&World) -> bool,
) -> MutexGuard<'a, World> {
    cluster
        .changed
        .wait_timeout_while(world, POLL, |world| !world.stopped && quiet(world))
        .unwrap_or_else(PoisonError::into_inner)
        .0
}

/// # Errors
/// When the client has closed the connection.
fn still_there(stream: &TcpStream) -> io::Result<()> {
    stream.set_nonblocking(true)?;
    let peeked = stream.peek(&mut [0]);
    stream.set_nonblocking(false)?;
    match peeked {
        Ok(0) => Err(io::ErrorKind::ConnectionAborted.into()),
        Err(error) if error.kind() != io::ErrorKind::WouldBlock => Err(error),
        _ => Ok(()),
    }
}

/// The change as this watch sees it: an object that starts or stops matching comes or goes.
fn news(watch: &Watch, change: &Change) -> Option<Vec<u8>> {
    if change.plural != watch.kind.plural {
        return None;
    }
    let here = |object: &&Value| {
        watch.namespace.as_ref().is_none_or(|home| text(object, "/metadata/namespace") == home)
            && watch.selection.matches(object)
    };
    match (change.before.as_ref().filter(here), change.after.as_ref().filter(here)) {
        (None, Some(after)) => Some(frame(watch, "ADDED", after)),
        (Some(_), Some(after)) => Some(frame(watch, "MODIFIED", after)),
        (Some(before), None) => Some(frame(watch, "DELETED", change.after.as_ref().unwrap_or(before))),
        (None, None) => None,
    }
}

fn frame(watch: &Watch, type_: &str, object: &Value) -> Vec<u8> {
    let shown = match watch.view {
        View::Objects => object.clone(),
        View::Table(include) => table(watch, object, include),
    };
    line(&json!({"type": type_, "object": shown}))
}

fn table(watch: &Watch, object: &Value, include: Include) -> Value {
    tables::table(watch.kind, &[object], include, text(object, "/metadata/resourceVersion"))
}

fn bookmark(watch: &Watch) -> Vec<u8> {
    line(&json!({"type": "BOOKMARK", "object": {
        "kind": watch.kind.kind, "apiVersion": watch.kind.group_version(),
        "metadata": {
            "resourceVersion": watch.since.to_string(), "annotations": {"k8s.io/initial-events-end": "true"}
        }
    }}))
}

fn line(event: &Value) -> Vec<u8> {
    let mut line = event.to_string().into_bytes();
    line.push(b'\n');
    line
}
