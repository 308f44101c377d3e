//! HTTP on loopback, inside the test process, that misbehaves on demand: what the servers of models stand on.
//!
//! Owns the socket, its threads, the script of answers and what was asked. A
//! scripted body goes out in HTTP chunks of an odd size, so that lines and
//! characters arrive torn. Knows no protocol above HTTP and nothing of the
//! client under test.

#![allow(dead_code, reason = "each program that includes this file uses its own part of it")]

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use serde_json::Value;

/// How often a hanging answer looks whether it may go.
const TICK: Duration = Duration::from_millis(5);

/// One scripted answer.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub location: Option<String>,
    pub kind: &'static str,
    pub body: Vec<u8>,
    pub end: End,
}

/// How an answer ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// In good order.
    Whole,
    /// Nothing more comes, the connection stays open.
    Hang,
    /// Not even a status line comes.
    Mute,
    /// The connection is closed without the last chunk.
    Cut,
    /// The connection is closed before anything is answered.
    Dropped,
}

/// What was asked.
#[derive(Debug, Clone)]
pub struct Request {
    pub path: String,
    pub authorization: Option<String>,
    pub body: Value,
}

/// What a request is answered with.
pub enum Reply {
    Json(u16, Value),
    /// The next answer of the script; the request is kept.
    Scripted,
}

/// The server; dropping it stops its threads.
pub struct TornServer {
    address: SocketAddr,
    shared: Arc<Shared>,
    acceptor: Option<JoinHandle<()>>,
}

type Route = Box<dyn Fn(&Request) -> Reply + Send + Sync>;

struct Shared {
    route: Route,
    chunk: usize,
    script: Mutex<VecDeque<Answer>>,
    requests: Mutex<Vec<Request>>,
    abandoned: AtomicUsize,
    stopping: AtomicBool,
}

impl TornServer {
    /// A server that answers by `route`, and where that says so with the next of `script` in chunks of `chunk` bytes.
    pub fn start(chunk: usize, script: Vec<Answer>, route: Route) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            route,
            chunk,
            script: Mutex::new(script.into()),
            requests: Mutex::new(Vec::new()),
            abandoned: AtomicUsize::new(0),
            stopping: AtomicBool::new(false),
        });
        let serving = Arc::clone(&shared);
        let acceptor = std::thread::spawn(move || accept(&listener, &serving));
        Self { address, shared, acceptor: Some(acceptor) }
    }

    /// Its address, `http://127.0.0.1:port`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What was answered from the script, in order.
    pub fn requests(&self) -> Vec<Request> {
        self.shared.requests.lock().unwrap().clone()
    }

    /// How many answers were left by the client before their end.
    pub fn abandoned(&self) -> usize {
        self.shared.abandoned.load(Ordering::SeqCst)
    }
}

impl Drop for TornServer {
    fn drop(&mut self) {
        self.shared.stopping.store(true, Ordering::SeqCst);
        // Wakes the accepting thread, which then sees that it is over.
        drop(TcpStream::connect(self.address));
        if let Some(acceptor) = self.acceptor.take() {
            let _ = acceptor.join();
        }
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    let mut connections = Vec::new();
    for connection in listener.incoming() {
        if shared.stopping.load(Ordering::SeqCst) {
            break;
        }
        let (Ok(connection), serving) = (connection, Arc::clone(shared)) else { continue };
        // A client that goes away in the middle is part of the tests, not a failure of the server.
        connections.push(std::thread::spawn(move || drop(serve(&connection, &serving))));
    }
    for connection in connections {
        let _ = connection.join();
    }
}

/// Answers the one request of a connection, then closes it.
fn serve(connection: &TcpStream, shared: &Shared) -> std::io::Result<()> {
    connection.set_nodelay(true)?;
    let request = read_request(connection)?;
    match (shared.route)(&request) {
        Reply::Json(status, body) => reply(connection, status, &body),
        Reply::Scripted => {
            shared.requests.lock().unwrap().push(request);
            let answer = shared.script.lock().unwrap().pop_front();
            match answer {
                Some(answer) => play(connection, &answer, shared),
                None => reply(connection, 500, &serde_json::json!({ "error": "the script has no more turns" })),
            }
        }
    }
}

fn read_request(connection: &TcpStream) -> std::io::Result<Request> {
    let mut reader = BufReader::new(connection);
    let mut first = String::new();
    reader.read_line(&mut first)?;
    let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
    let (mut length, mut authorization) = (0, None);
    loop {
        let mut header = String::new();
        if reader.read_line(&mut header)? == 0 || header.trim().is_empty() {
            break;
        }
        let Some((name, value)) = header.split_once(':') else { continue };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.trim().parse().map_err(std::io::Error::other)?,
            "authorization" => authorization = Some(value.trim().to_owned()),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
    Ok(Request { path, authorization, body })
}

fn reply(mut connection: &TcpStream, status: u16, body: &Value) -> std::io::Result<()> {
    let (head, body) = (head(status, "application/json"), body.to_string());
    write!(connection, "{head}Content-Length: {}\r\n\r\n{body}", body.len())
}

fn head(status: u16, kind: &str) -> String {
    format!("HTTP/1.1 {status} Scripted\r\nContent-Type: {kind}\r\nConnection: close\r\n")
}

fn play(mut connection: &TcpStream, answer: &Answer, shared: &Shared) -> std::io::Result<()> {
    match answer.end {
        End::Mute => return hang(connection, shared),
        End::Dropped => return Ok(()),
        End::Whole | End::Hang | End::Cut => {}
    }
    let mut head = head(answer.status, answer.kind);
    if let Some(location) = &answer.location {
        head.push_str(&format!("Location: {location}\r\n"));
    }
    write!(connection, "{head}Transfer-Encoding: chunked\r\n\r\n")?;
    for piece in answer.body.chunks(shared.chunk) {
        let mut chunk = format!("{:x}\r\n", piece.len()).into_bytes();
        chunk.extend_from_slice(piece);
        chunk.extend_from_slice(b"\r\n");
        connection.write_all(&chunk)?;
    }
    match answer.end {
        End::Whole => connection.write_all(b"0\r\n\r\n"),
        End::Hang | End::Mute => hang(connection, shared),
        End::Cut | End::Dropped => Ok(()),
    }
}

/// Keeps the connection open and silent until the client or the test goes.
fn hang(mut connection: &TcpStream, shared: &Shared) -> std::io::Result<()> {
    connection.set_read_timeout(Some(TICK))?;
    while !shared.stopping.load(Ordering::SeqCst) {
        match connection.read(&mut [0; 64]) {
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Ok(0) | Err(_) => {
                shared.abandoned.fetch_add(1, Ordering::SeqCst);
                return Ok(());
            }
            Ok(_) => {}
        }
    }
    Ok(())
}
