//! JSON lines in, JSON lines out, in order, in one process.

use std::io::{BufRead, Write};
use std::process::ExitCode;

use serde_json::{Value, json};

use crate::domain::{Failure, FailureKind};

/// Reads every line as an object with `field`; `answer` gives the fields of its answer from that text and the whole line.
/// A line that is no such object is answered with an error, and the exit code is 2 in the end.
pub(super) fn run(field: &str, mut answer: impl FnMut(&str, &Value) -> Value) -> Result<ExitCode, Failure> {
    let mut clean = true;
    let mut input = std::io::stdin().lock();
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut bytes = Vec::new();
    loop {
        bytes.clear();
        let read = input.read_until(b'\n', &mut bytes);
        let read = read.map_err(|error| Failure::new(FailureKind::Error, "stdin could not be read").because(error))?;
        if read == 0 {
            break;
        }
        if bytes.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let reply = match serde_json::from_slice::<Value>(&bytes) {
            Ok(value) => match value.get(field).and_then(Value::as_str) {
                Some(text) => {
                    let mut reply = json!({"id": value.get("id").cloned().unwrap_or(Value::Null)});
                    if let (Some(reply), Value::Object(fields)) = (reply.as_object_mut(), answer(text, &value)) {
                        reply.extend(fields);
                    }
                    reply
                }
                None => {
                    clean = false;
                    let id = value.get("id").cloned().unwrap_or(Value::Null);
                    json!({"id": id, "error": format!("the line needs a string `{field}`")})
                }
            },
            Err(error) => {
                clean = false;
                json!({"id": null, "error": format!("the line is not JSON: {error}")})
            }
        };
        if writeln!(out, "{reply}").is_err() {
            // Nobody reads on.
            return Ok(ExitCode::SUCCESS);
        }
    }
    let flushed = out.flush().is_ok();
    Ok(if clean && flushed { ExitCode::SUCCESS } else { ExitCode::from(2) })
}
