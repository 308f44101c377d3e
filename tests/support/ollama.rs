//! A scripted Ollama server on loopback, inside the test process.
//!
//! Owns the socket, its threads, the script and what was asked. It speaks
//! `/api/tags`, `/api/show`, `/api/version` and `/api/chat`, the last as NDJSON
//! in HTTP chunks of an odd size, so that lines and characters arrive torn; it
//! also misbehaves on demand. Knows nothing of the client under test.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use serde_json::{Value, json};

/// Bytes of one HTTP chunk unless a test says otherwise: odd, and smaller than most characters' line.
const CHUNK: usize = 7;

/// How often a hanging answer looks whether it may go.
const TICK: Duration = Duration::from_millis(5);

/// What one call of `/api/chat` is answered with.
#[derive(Debug, Clone)]
pub struct Turn {
    status: u16,
    location: Option<String>,
    body: Vec<u8>,
    end: End,
}

/// How an answer ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// In good order.
    Whole,
    /// Nothing more comes, the connection stays open.
    Hang,
    /// Not even a status line comes.
    Mute,
    /// The connection is closed without the last chunk.
    Cut,
}

impl Turn {
    /// An answer without lines yet; chain what it says.
    pub fn new() -> Self {
        Self { status: 200, location: None, body: Vec::new(), end: End::Whole }
    }

    /// A bad status with this body.
    pub fn status(status: u16, body: &str) -> Self {
        Self { status, body: body.as_bytes().to_vec(), ..Self::new() }
    }

    /// A redirect to `location` that keeps method and body.
    pub fn redirect(location: &str) -> Self {
        Self { status: 307, location: Some(location.to_owned()), ..Self::new() }
    }

    /// Takes the question and never answers.
    pub fn mute() -> Self {
        Self { end: End::Mute, ..Self::new() }
    }

    /// Reasoning, before the answer.
    pub fn thinking(self, text: &str) -> Self {
        self.message(json!({ "role": "assistant", "content": "", "thinking": text }))
    }

    /// A piece of the answer.
    pub fn token(self, text: &str) -> Self {
        self.message(json!({ "role": "assistant", "content": text }))
    }

    /// A tool call with an id, as recent servers send it.
    pub fn call(self, id: &str, name: &str, arguments: &Value) -> Self {
        let function = json!({ "index": 0, "name": name, "arguments": arguments });
        self.message(json!({ "role": "assistant", "content": "", "tool_calls": [{ "id": id, "function": function }] }))
    }

    /// The last line, with what was counted.
    pub fn done(self, reason: &str, prompt_tokens: u64, output_tokens: u64) -> Self {
        let counted = json!({ "prompt_eval_count": prompt_tokens, "eval_count": output_tokens });
        self.last(reason, counted)
    }

    /// The last line of a server that counted nothing.
    pub fn done_uncounted(self) -> Self {
        self.last("stop", json!({}))
    }

    /// Any line, malformed ones too.
    pub fn line(self, line: &str) -> Self {
        self.raw(format!("{line}\n").as_bytes())
    }

    /// Any bytes, without an end of line.
    pub fn raw(mut self, bytes: &[u8]) -> Self {
        self.body.extend_from_slice(bytes);
        self
    }

    /// After what was said so far, silence.
    pub fn then_hang(self) -> Self {
        Self { end: End::Hang, ..self }
    }

    /// After what was said so far, the connection is cut.
    pub fn then_cut(self) -> Self {
        Self { end: End::Cut, ..self }
    }

    fn message(self, message: Value) -> Self {
        let line = json!({
            "model": "scripted", "created_at": "2026-08-01T10:00:00.000000Z", "message": message, "done": false
        });
        self.line(&line.to_string())
    }

    fn last(self, reason: &str, counted: Value) -> Self {
        let mut line = json!({
            "model": "scripted", "created_at": "2026-08-01T10:00:01.000000Z",
            "message": { "role": "assistant", "content": "" }, "done": true, "done_reason": reason,
        });
        line.as_object_mut().unwrap().extend(counted.as_object().unwrap().clone());
        self.line(&line.to_string())
    }
}

/// The server; dropping it stops its threads.
pub struct FakeOllama {
    address: SocketAddr,
    shared: Arc<Shared>,
    acceptor: Option<JoinHandle<()>>,
}

struct Shared {
    models: Vec<String>,
    chunk: usize,
    turns: Mutex<VecDeque<Turn>>,
    requests: Mutex<Vec<Value>>,
    abandoned: AtomicUsize,
    stopping: AtomicBool,
}

impl FakeOllama {
    /// A server that has `models` and answers one chat after the other with `turns`.
    pub fn start(models: &[&str], turns: Vec<Turn>) -> Self {
        Self::start_in_chunks_of(CHUNK, models, turns)
    }

    /// The same with `chunk` bytes in every HTTP chunk of an answer.
    pub fn start_in_chunks_of(chunk: usize, models: &[&str], turns: Vec<Turn>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            models: models.iter().map(|&name| name.to_owned()).collect(),
            chunk,
            turns: Mutex::new(turns.into()),
            requests: Mutex::new(Vec::new()),
            abandoned: AtomicUsize::new(0),
            stopping: AtomicBool::new(false),
        });
        let serving = Arc::clone(&shared);
        let acceptor = std::thread::spawn(move || accept(&listener, &serving));
        Self { address, shared, acceptor: Some(acceptor) }
    }

    /// The value for `OLLAMA_HOST`.
    pub fn host(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The bodies `/api/chat` was asked with, in order.
    pub fn requests(&self) -> Vec<Value> {
        self.shared.requests.lock().unwrap().clone()
    }

    /// How many answers were left by the client before their end.
    pub fn abandoned(&self) -> usize {
        self.shared.abandoned.load(Ordering::SeqCst)
    }
}

impl Drop for FakeOllama {
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
    let (path, body) = read_request(connection)?;
    let question: Value = serde_json::from_slice(&body).unwrap_or(Value::Null);
    let model = |key: &str| question.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    match path.as_str() {
        "/api/version" => reply(connection, 200, &json!({ "version": "0.12.6" })),
        "/api/tags" => {
            let listed = |name: &String| json!({ "name": name, "modified_at": "2026-08-01T10:00:00Z", "size": 1 });
            reply(connection, 200, &json!({ "models": shared.models.iter().map(listed).collect::<Vec<_>>() }))
        }
        "/api/embed" if shared.knows(&model("model")) => {
            let texts = question["input"].as_array().cloned().unwrap_or_default();
            let vectors: Vec<_> = texts.iter().map(|text| meaning(text.as_str().unwrap_or_default())).collect();
            reply(connection, 200, &json!({ "model": model("model"), "embeddings": vectors }))
        }
        "/api/show" if shared.knows(&model("name")) => {
            reply(connection, 200, &json!({ "capabilities": ["completion", "tools", "thinking"] }))
        }
        "/api/chat" if shared.knows(&model("model")) => {
            shared.requests.lock().unwrap().push(question);
            let turn = shared.turns.lock().unwrap().pop_front();
            let turn = turn.unwrap_or_else(|| Turn::status(500, r#"{"error":"the script has no more turns"}"#));
            play(connection, &turn, shared)
        }
        "/api/show" | "/api/chat" | "/api/embed" => {
            reply(connection, 404, &json!({ "error": "model not found, try pulling it" }))
        }
        _ => reply(connection, 404, &json!("404 page not found")),
    }
}

/// A vector that knows two things: trees and water.
fn meaning(text: &str) -> [f32; 3] {
    let counted = |words: &[&str]| words.iter().filter(|word| text.contains(*word)).count() as f32;
    [counted(&["xylem", "sapwood", "bark"]), counted(&["brook", "estuary", "tide"]), 0.1]
}

impl Shared {
    fn knows(&self, model: &str) -> bool {
        self.models.iter().any(|known| known == model || *known == format!("{model}:latest"))
    }
}

/// The path and body of a request.
fn read_request(connection: &TcpStream) -> std::io::Result<(String, Vec<u8>)> {
    let mut reader = BufReader::new(connection);
    let mut first = String::new();
    reader.read_line(&mut first)?;
    let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut length = 0;
    loop {
        let mut header = String::new();
        if reader.read_line(&mut header)? == 0 || header.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = header.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().map_err(std::io::Error::other)?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok((path, body))
}

fn reply(mut connection: &TcpStream, status: u16, body: &Value) -> std::io::Result<()> {
    let (head, body) = (head(status, "application/json"), body.to_string());
    write!(connection, "{head}Content-Length: {}\r\n\r\n{body}", body.len())
}

fn head(status: u16, kind: &str) -> String {
    format!("HTTP/1.1 {status} Scripted\r\nContent-Type: {kind}\r\nConnection: close\r\n")
}

fn play(mut connection: &TcpStream, turn: &Turn, shared: &Shared) -> std::io::Result<()> {
    if turn.end == End::Mute {
        return hang(connection, shared);
    }
    let mut head = head(turn.status, "application/x-ndjson");
    if let Some(location) = &turn.location {
        head.push_str(&format!("Location: {location}\r\n"));
    }
    write!(connection, "{head}Transfer-Encoding: chunked\r\n\r\n")?;
    for piece in turn.body.chunks(shared.chunk) {
        let mut chunk = format!("{:x}\r\n", piece.len()).into_bytes();
        chunk.extend_from_slice(piece);
        chunk.extend_from_slice(b"\r\n");
        connection.write_all(&chunk)?;
    }
    match turn.end {
        End::Whole => connection.write_all(b"0\r\n\r\n"),
        End::Hang | End::Mute => hang(connection, shared),
        End::Cut => Ok(()),
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
