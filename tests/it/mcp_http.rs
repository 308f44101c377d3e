//! The same door over HTTP: who is let in, and that both generations of the protocol work there.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::process::Child;

use reqwest::{RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};

use super::support::home::{Home, finish};
use super::support::mcp::{LEGACY, STATELESS, accepting, approving};

/// A server that listens, and what lets one in.
struct Door {
    child: Option<Child>,
    address: String,
    token: String,
}

impl Door {
    fn open(place: &Home) -> Door {
        let mut child = place.start(&["mcp", "--http", "--port", "0"]);
        let mut told = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut line = || told.next().unwrap().unwrap();
        let address = line().rsplit_once("http://").unwrap().1.trim_end_matches("/mcp").to_owned();
        let file = line().rsplit_once(" in ").unwrap().1.to_owned();
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        let token = std::fs::read_to_string(file).unwrap();
        Door { child: Some(child), address, token }
    }

    fn post(&self, body: &Value) -> RequestBuilder {
        let request = reqwest::Client::new().post(format!("http://{}/mcp", self.address));
        let request = request.header("Accept", "application/json, text/event-stream");
        request.header("Content-Type", "application/json").body(body.to_string())
    }

    fn known(&self, body: &Value) -> RequestBuilder {
        self.post(body).bearer_auth(&self.token)
    }

    /// A request of the generation without a handshake.
    fn stateless(&self, method: &str, mut params: Value) -> RequestBuilder {
        params["_meta"] = json!({
            "io.modelcontextprotocol/protocolVersion": STATELESS,
            "io.modelcontextprotocol/clientInfo": {"name": "http client", "version": "1.0"},
            "io.modelcontextprotocol/clientCapabilities": {"elicitation": {"form": {}}},
        });
        let name = params.get("name").and_then(Value::as_str).map(str::to_owned);
        let request = self.known(&json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}));
        let request = request.header("MCP-Protocol-Version", STATELESS).header("Mcp-Method", method);
        match name {
            Some(name) => request.header("Mcp-Name", name),
            None => request,
        }
    }

    fn close(mut self) {
        let mut child = self.child.take().unwrap();
        nix::sys::signal::kill(nix::unistd::Pid::from_raw(child.id() as i32), nix::sys::signal::Signal::SIGTERM)
            .unwrap();
        drop(child.stdin.take());
        assert_eq!(finish(child, "mcp --http").code, 0);
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ended = child.kill();
            let _reaped = child.wait();
        }
    }
}

/// The message in an answer, which is JSON or the last event of a stream.
async fn message(response: Response) -> Value {
    assert_eq!(response.status(), StatusCode::OK);
    let text = response.text().await.unwrap();
    let mut events = text.lines().filter_map(|line| line.strip_prefix("data:")).map(str::trim);
    let last = events.rfind(|data| !data.is_empty()).unwrap_or(&text);
    serde_json::from_str(last).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn run(line: &str) -> Value {
    json!({"name": "run_command", "arguments": {"cmd": line}})
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_has_the_token_and_comes_from_this_machine_is_let_in() {
    let place = Home::with_commits(1);
    let door = Door::open(&place);
    let list = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}});
    let status = |request: RequestBuilder| async { request.send().await.unwrap().status() };
    assert_eq!(status(door.post(&list)).await, StatusCode::UNAUTHORIZED);
    assert_eq!(status(door.post(&list).bearer_auth("")).await, StatusCode::UNAUTHORIZED);
    let mut wrong = door.token.clone();
    wrong.replace_range(63.., if wrong.ends_with('0') { "1" } else { "0" });
    assert_eq!(status(door.post(&list).bearer_auth(wrong)).await, StatusCode::UNAUTHORIZED);
    assert_eq!(status(door.post(&list).basic_auth("x", Some(&door.token))).await, StatusCode::UNAUTHORIZED);
    let stateless = || door.stateless("tools/list", json!({}));
    for origin in ["https://evil.example", "null", "http://localhost.evil.example", "file://"] {
        assert_eq!(status(stateless().header("Origin", origin)).await, StatusCode::FORBIDDEN, "{origin}");
    }
    assert_eq!(status(stateless().header("Origin", "http://localhost:3000")).await, StatusCode::OK);
    assert_eq!(status(door.post(&list).header("Origin", "http://localhost:3000")).await, StatusCode::UNAUTHORIZED);
    assert_eq!(status(stateless().header("Host", "evil.example")).await, StatusCode::FORBIDDEN);
    let huge = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {"x": "x".repeat(2 << 20)}});
    assert_eq!(status(door.known(&huge)).await, StatusCode::PAYLOAD_TOO_LARGE);
    let elsewhere = reqwest::Client::new().get(format!("http://{}/", door.address));
    assert_eq!(status(elsewhere.bearer_auth(&door.token)).await, StatusCode::NOT_FOUND);
    let tools = message(stateless().send().await.unwrap()).await;
    assert_eq!(tools["result"]["tools"][0]["name"], "run_command", "{tools}");
    // What is no HTTP takes nobody else's place.
    let mut garbage = TcpStream::connect(&door.address).unwrap();
    garbage.write_all(b"\x16\x03\x01 nothing\r\n\r\n").unwrap();
    let _closed = garbage.read(&mut [0; 256]);
    assert_eq!(status(stateless()).await, StatusCode::OK);
    door.close();
    assert_eq!(place.sessions(), [] as [String; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_handshake_a_question_is_answered_by_another_request() {
    let place = Home::with_commits(1);
    let door = Door::open(&place);
    let read = message(door.stateless("tools/call", run("git log -1")).send().await.unwrap()).await;
    assert_eq!(read["result"]["structuredContent"]["exit_code"], 0, "{read}");
    let asked = message(door.stateless("tools/call", run("git branch feature")).send().await.unwrap()).await;
    let asked = &asked["result"];
    assert_eq!(asked["resultType"], "input_required", "{asked}");
    let mut call = run("git branch feature");
    call["requestState"] = asked["requestState"].clone();
    call["inputResponses"] = json!({"approval": accepting(&approving(&asked["inputRequests"]["approval"]["params"]))});
    let done = message(door.stateless("tools/call", call.clone()).send().await.unwrap()).await;
    assert_eq!(done["result"]["structuredContent"]["exit_code"], 0, "{done}");
    let again = message(door.stateless("tools/call", call).send().await.unwrap()).await;
    assert_eq!(again["result"]["isError"], true, "{again}");
    door.close();
    assert_eq!(place.branches(), ["feature", "main"]);
    assert_eq!(place.sessions().len(), 1, "requests of one program are one session");
    assert!(place.log(0).contains("answered by the program http client 1.0"));
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_handshake_each_connection_is_a_session_that_ends_with_it() {
    let place = Home::with_commits(1);
    let door = Door::open(&place);
    for _ in 0..2 {
        let info = json!({"name": "old client", "version": "2"});
        let params = json!({"protocolVersion": LEGACY, "capabilities": {}, "clientInfo": info});
        let hello = json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params});
        let response = door.known(&hello).send().await.unwrap();
        let session = response.headers()["mcp-session-id"].to_str().unwrap().to_owned();
        assert_eq!(message(response).await["result"]["protocolVersion"], LEGACY);
        let ready = json!({"jsonrpc": "2.0", "method": "notifications/initialized"});
        let here =
            |request: RequestBuilder| request.header("Mcp-Session-Id", &session).header("MCP-Protocol-Version", LEGACY);
        assert_eq!(here(door.known(&ready)).send().await.unwrap().status(), StatusCode::ACCEPTED);
        let call = json!({"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": run("git log -1")});
        let done = message(here(door.known(&call)).send().await.unwrap()).await;
        assert_eq!(done["result"]["structuredContent"]["exit_code"], 0, "{done}");
        let gone = reqwest::Client::new().delete(format!("http://{}/mcp", door.address)).bearer_auth(&door.token);
        assert!(here(gone).send().await.unwrap().status().is_success());
        assert_eq!(here(door.known(&call)).send().await.unwrap().status(), StatusCode::NOT_FOUND);
    }
    door.close();
    let sessions = place.run(&["sessions", "--json"]).json();
    let status: Vec<&Value> = sessions.as_array().unwrap().iter().map(|session| &session["status"]).collect();
    assert_eq!(status, ["closed", "closed"]);
}

#[test]
fn an_address_that_others_can_reach_is_refused() {
    let place = Home::new();
    for address in ["0.0.0.0", "::", "192.168.1.10"] {
        let ran = place.run(&["mcp", "--http", "--bind", address]);
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(ran.stderr.contains("ssh -L"), "{ran:?}");
    }
    assert_eq!(place.run(&["mcp", "--port", "1"]).code, 2);
}

#[test]
fn our_own_client_reaches_a_server_over_http_with_the_header_its_entry_names() {
    let place = Home::with_commits(1);
    let door = Door::open(&place);
    let dir = place.home.join("config/devops-agent");
    std::fs::create_dir_all(&dir).unwrap();
    let listed = |token: &str| {
        let headers = json!({"Authorization": format!("Bearer {token}")});
        let url = format!("http://{}/mcp", door.address);
        let named = json!({"servers": {"far": {"type": "http", "url": url, "headers": headers}}});
        std::fs::write(dir.join("mcp.yaml"), named.to_string()).unwrap();
        place.run(&["mcp", "servers", "--json"]).json()["servers"][0].clone()
    };
    let far = listed(&door.token);
    assert_eq!((&far["state"], far["tools"].as_array().unwrap().len()), (&json!("ready"), 9), "{far}");
    let refused = listed("wrong");
    assert_eq!((&refused["state"], refused["tools"].as_array().unwrap().len()), (&json!("ended"), 0), "{refused}");
    assert!(!refused.to_string().contains("wrong"), "{refused}");
    door.close();
}
