//! HTTP/1.1 as far as a Kubernetes client needs it.
//!
//! Owns reading one request (Content-Length and chunked bodies, keep-alive, `Expect`) and writing replies, whole or
//! in chunks. Knows nothing of Kubernetes but the content type of its JSON.

use std::collections::BTreeMap;
use std::io::{self, BufRead, Read, Write};
use std::net::TcpStream;

use serde_json::Value;

const LARGEST_BODY: usize = 16 << 20;
const LONGEST_LINE: u64 = 64 << 10;

/// What happens to the connection after the reply.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum After {
    KeepAlive,
    Close,
}

pub struct Request {
    pub method: String,
    /// Percent-decoded, without the query.
    pub path: String,
    pub query: BTreeMap<String, String>,
    /// Names in lower case.
    pub headers: BTreeMap<String, String>,
    pub body: Vec<u8>,
    pub after: After,
}

pub enum Incoming {
    Request(Request),
    Closed,
    Malformed(String),
}

impl Request {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    pub fn parameter(&self, name: &str) -> &str {
        self.query.get(name).map_or("", String::as_str)
    }

    /// Whether a query parameter says yes; Go clients write `true` or `1`.
    pub fn asks(&self, name: &str) -> bool {
        matches!(self.parameter(name), "true" | "1")
    }
}

pub struct Reply {
    pub code: u16,
    pub content_type: &'static str,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn json(code: u16, value: &Value) -> Reply {
        Reply { code, content_type: "application/json", body: value.to_string().into_bytes() }
    }

    pub fn text(code: u16, text: &str) -> Reply {
        Reply { code, content_type: "text/plain", body: text.as_bytes().to_vec() }
    }
}

/// Reads the next request; `interim` is where a `100 Continue` goes.
pub fn read_request(reader: &mut impl BufRead, mut interim: impl Write) -> io::Result<Incoming> {
    let Some(first) = read_line(reader)? else { return Ok(Incoming::Closed) };
    let mut words = first.split(' ');
    let (Some(method), Some(target), Some(version)) = (words.next(), words.next(), words.next()) else {
        return Ok(Incoming::Malformed(format!("not a request line: {first}")));
    };
    let mut headers = BTreeMap::new();
    loop {
        let Some(line) = read_line(reader)? else { return Ok(Incoming::Closed) };
        if line.is_empty() {
            break;
        }
        let Some((name, value)) = line.split_once(':') else {
            return Ok(Incoming::Malformed(format!("not a header: {line}")));
        };
        // A repeated header is one list; Go sends Accept that way.
        headers
            .entry(name.trim().to_ascii_lowercase())
            .and_modify(|all: &mut String| {
                all.push(',');
                all.push_str(value.trim());
            })
            .or_insert_with(|| value.trim().to_owned());
    }
    let says = |name: &str, word: &str| {
        headers.get(name).is_some_and(|value: &String| value.to_ascii_lowercase().split(',').any(|w| w.trim() == word))
    };
    let after = match (version, says("connection", "close"), says("connection", "keep-alive")) {
        (_, true, _) | ("HTTP/1.0", _, false) => After::Close,
        _ => After::KeepAlive,
    };
    if says("expect", "100-continue") {
        interim.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
    }
    let body = if says("transfer-encoding", "chunked") {
        read_chunked(reader)?
    } else {
        match headers.get("content-length").map(|length| length.parse::<usize>()) {
            None => Some(Vec::new()),
            Some(Ok(length)) if length <= LARGEST_BODY => {
                let mut body = vec![0; length];
                reader.read_exact(&mut body)?;
                Some(body)
            }
            Some(_) => None,
        }
    };
    let Some(body) = body else { return Ok(Incoming::Malformed("a body without a usable length".to_owned())) };
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let query = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (decoded(name, Plus::IsSpace), decoded(value, Plus::IsSpace)))
        .collect();
    let (method, path) = (method.to_owned(), decoded(path, Plus::IsPlus));
    Ok(Incoming::Request(Request { method, path, query, headers, body, after }))
}

/// One line without its line end, `None` at the end of the stream.
fn read_line(reader: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut line = Vec::new();
    reader.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line)?;
    if line.pop() != Some(b'\n') {
        return Ok(None);
    }
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    Ok(Some(String::from_utf8_lossy(&line).into_owned()))
}

/// A chunked body with its extensions and trailers dropped, `None` when it is not one.
fn read_chunked(reader: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let mut body = Vec::new();
    loop {
        let Some(line) = read_line(reader)? else { return Ok(None) };
        let digits = line.split(';').next().unwrap_or_default().trim();
        let Ok(size) = usize::from_str_radix(digits, 16) else { return Ok(None) };
        if size == 0 {
            break;
        }
        if body.len().saturating_add(size) > LARGEST_BODY {
            return Ok(None);
        }
        let start = body.len();
        body.resize(start + size, 0);
        reader.read_exact(&mut body[start..])?;
        if read_line(reader)?.is_none_or(|line| !line.is_empty()) {
            return Ok(None);
        }
    }
    while read_line(reader)?.is_some_and(|trailer| !trailer.is_empty()) {}
    Ok(Some(body))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Plus {
    IsSpace,
    IsPlus,
}

fn decoded(text: &str, plus: Plus) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        let escaped = || u8::from_str_radix(std::str::from_utf8(tail.get(..2)?).ok()?, 16).ok();
        match byte {
            b'%' => match escaped() {
                Some(value) => {
                    bytes.push(value);
                    rest = &tail[2..];
                }
                None => bytes.push(b'%'),
            },
            b'+' if plus == Plus::IsSpace => bytes.push(b' '),
            other => bytes.push(other),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

pub fn write_reply(mut stream: &TcpStream, reply: &Reply, after: After) -> io::Result<()> {
    let Reply { code, content_type, body } = reply;
    let connection = match after {
        After::KeepAlive => "keep-alive",
        After::Close => "close",
    };
    let mut whole = format!(
        "HTTP/1.1 {code} {}\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\nConnection: {connection}\r\n\r\n",
        phrase(*code),
        body.len()
    )
    .into_bytes();
    whole.extend_from_slice(body);
    stream.write_all(&whole)
}

/// Starts a reply of chunks; `write_chunk` and `end_chunks` go on with it.
pub fn begin_chunks(mut stream: &TcpStream, content_type: &str) -> io::Result<()> {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nTransfer-Encoding: chunked\r\n\r\n");
    stream.write_all(head.as_bytes())
}

pub fn write_chunk(mut stream: &TcpStream, bytes: &[u8]) -> io::Result<()> {
    if bytes.is_empty() {
        return Ok(());
    }
    let mut chunk = format!("{:x}\r\n", bytes.len()).into_bytes();
    chunk.extend_from_slice(bytes);
    chunk.extend_from_slice(b"\r\n");
    stream.write_all(&chunk)
}

pub fn end_chunks(mut stream: &TcpStream) -> io::Result<()> {
    stream.write_all(b"0\r\n\r\n")
}

fn phrase(code: u16) -> &'static str {
    match code {
        200 => "OK",
        201 => "Created",
        400 => "Bad Request",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        409 => "Conflict",
        415 => "Unsupported Media Type",
        _ => "Unprocessable Entity",
    }
}
