//! A raw client of `devops-agent mcp`: writes lines, reads lines, and makes nothing of them that the test did not ask for.
//!
//! Owns the process and the thread that reads it. Every line on its standard output must be a message.

#![allow(dead_code, reason = "each program that includes this file uses its own part of it")]

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use serde_json::{Value, json};

use super::home::{Home, Ran, finish};

/// How long a message is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

pub const LEGACY: &str = "2025-11-25";
pub const STATELESS: &str = "2026-07-28";

/// A client.
pub struct Client {
    child: Option<Child>,
    stdin: Option<ChildStdin>,
    lines: Receiver<String>,
    /// Messages that came while another one was waited for.
    pub aside: Vec<Value>,
    next: i64,
    /// What goes with every request of the stateless generation.
    meta: Option<Value>,
}

impl Client {
    /// Starts the server and says nothing yet.
    pub fn start(place: &Home) -> Client {
        Client::start_with(place, &[])
    }

    pub fn start_with(place: &Home, args: &[&str]) -> Client {
        let mut child = place.start(&[&["mcp"], args].concat());
        let stdin = child.stdin.take();
        let stdout = child.stdout.take().unwrap();
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines() {
                let Ok(line) = line else { return };
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        Client { child: Some(child), stdin, lines, aside: Vec::new(), next: 1, meta: None }
    }

    /// With a handshake; `capabilities` are the client's.
    pub fn legacy(place: &Home, capabilities: Value) -> Client {
        let mut client = Client::start(place);
        client.shake_hands("raw client", capabilities);
        client
    }

    pub fn shake_hands(&mut self, name: &str, capabilities: Value) -> Value {
        let info = json!({"name": name, "version": "1.0"});
        let params = json!({"protocolVersion": LEGACY, "capabilities": capabilities, "clientInfo": info});
        let answer = self.request("initialize", params);
        self.send(&json!({"jsonrpc": "2.0", "method": "notifications/initialized"}));
        answer
    }

    /// Of the generation without a handshake.
    pub fn stateless(place: &Home, capabilities: Value) -> Client {
        let mut client = Client::start(place);
        client.be("raw client", capabilities);
        client
    }

    /// Names itself so from now on.
    pub fn be(&mut self, name: &str, capabilities: Value) {
        self.meta = Some(json!({
            "io.modelcontextprotocol/protocolVersion": STATELESS,
            "io.modelcontextprotocol/clientInfo": {"name": name, "version": "1.0"},
            "io.modelcontextprotocol/clientCapabilities": capabilities,
        }));
    }

    /// Writes a message.
    pub fn send(&mut self, message: &Value) {
        self.send_line(message.to_string().as_bytes());
    }

    /// Writes whatever this is, and a newline.
    pub fn send_line(&mut self, bytes: &[u8]) {
        let stdin = self.stdin.as_mut().unwrap();
        stdin.write_all(bytes).and_then(|()| stdin.write_all(b"\n")).and_then(|()| stdin.flush()).unwrap();
    }

    /// The next message; every line must be one.
    pub fn receive(&mut self) -> Value {
        match self.lines.recv_timeout(PATIENCE) {
            Ok(line) => serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line:?} is no message")),
            Err(RecvTimeoutError::Timeout) => panic!("waited in vain for a message; aside: {:#?}", self.aside),
            Err(RecvTimeoutError::Disconnected) => panic!("the server ended; aside: {:#?}", self.aside),
        }
    }

    /// Whether a message comes within this time; it is kept aside.
    pub fn hears(&mut self, within: Duration) -> bool {
        match self.lines.recv_timeout(within) {
            Ok(line) => {
                self.aside.push(serde_json::from_str(&line).unwrap());
                true
            }
            Err(_) => false,
        }
    }

    /// Sends a request and gives its number.
    pub fn ask(&mut self, method: &str, mut params: Value) -> i64 {
        let id = self.next;
        self.next += 1;
        if let Some(meta) = &self.meta {
            let own = params.get("_meta").and_then(Value::as_object).cloned().unwrap_or_default();
            let mut all = meta.as_object().unwrap().clone();
            all.extend(own);
            params["_meta"] = Value::Object(all);
        }
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        id
    }

    /// The message that `wanted` fits, whatever comes before it.
    pub fn until(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        if let Some(place) = self.aside.iter().position(&wanted) {
            return self.aside.remove(place);
        }
        loop {
            let message = self.receive();
            if wanted(&message) {
                return message;
            }
            self.aside.push(message);
        }
    }

    /// The answer to a request.
    pub fn answer(&mut self, id: i64) -> Value {
        self.until(|message| message["id"] == id && message.get("method").is_none())
    }

    /// Sends a request and waits for its answer.
    pub fn request(&mut self, method: &str, params: Value) -> Value {
        let id = self.ask(method, params);
        self.answer(id)
    }

    /// Calls a tool; its result.
    pub fn call(&mut self, tool: &str, arguments: Value) -> Value {
        let answer = self.request("tools/call", json!({"name": tool, "arguments": arguments}));
        assert!(answer.get("error").is_none(), "{answer}");
        answer["result"].clone()
    }

    /// The next question of the server.
    pub fn question(&mut self) -> Value {
        self.until(|message| message["method"] == "elicitation/create")
    }

    /// Answers a question of the server.
    pub fn reply(&mut self, question: &Value, result: Value) {
        self.send(&json!({"jsonrpc": "2.0", "id": question["id"], "result": result}));
    }

    /// Closes its end and waits for the server's.
    pub fn close(mut self) -> Ran {
        drop(self.stdin.take());
        let ran = finish(self.child.take().unwrap(), "mcp");
        for line in self.lines.try_iter() {
            assert!(serde_json::from_str::<Value>(&line).is_ok(), "{line:?} is no message");
        }
        ran
    }

    /// Goes away without a word; the server is left to end by itself.
    pub fn vanish(mut self) -> Child {
        drop(self.stdin.take());
        self.child.take().unwrap()
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ended = child.kill();
            let _reaped = child.wait();
        }
    }
}

/// The text of a result.
pub fn text(result: &Value) -> &str {
    result["content"][0]["text"].as_str().unwrap_or_else(|| panic!("no text in {result}"))
}

/// The approving value of a form.
pub fn approving(params: &Value) -> String {
    params["requestedSchema"]["properties"]["decision"]["enum"][1]
        .as_str()
        .unwrap_or_else(|| panic!("{params}"))
        .to_owned()
}

/// Accepts a form with this decision.
pub fn accepting(decision: &str) -> Value {
    json!({"action": "accept", "content": {"decision": decision}})
}
