//! What a request may be answered with.
//!
//! Owns the shapes of answers and the `Status` objects of errors, in the words of the real server. Decides none.

use serde_json::{Value, json};

use super::catalogue::Kind;
use super::http::Reply;
use super::selectors::Selection;
use super::tables::Include;

pub enum Answer {
    Reply(Reply),
    Watch(Box<Watch>),
    Follow(Follow),
}

/// A watch: what to send first, then which changes.
pub struct Watch {
    pub kind: &'static Kind,
    pub namespace: Option<String>,
    pub selection: Selection,
    pub view: View,
    /// Changes after this version are sent.
    pub since: u64,
    /// Objects sent as ADDED before anything else.
    pub initial: Vec<Value>,
    pub marker: Marker,
    pub seconds: Option<u64>,
}

/// Whether the initial objects end with the bookmark streaming lists wait for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Marker {
    None,
    EndOfInitial,
}

/// The form a client asked objects in.
#[derive(Clone, Copy)]
pub enum View {
    Objects,
    Table(Include),
}

/// A followed log: the lines so far, and the pod whose end ends it.
pub struct Follow {
    pub lines: Vec<String>,
    pub namespace: String,
    pub pod: String,
}

fn failure(code: u16, reason: &str, message: &str, details: Value) -> Reply {
    let status = json!({
        "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "message": message,
        "reason": reason, "details": details, "code": code
    });
    Reply::json(code, &status)
}

fn details(kind: &Kind, name: &str) -> Value {
    let mut details = json!({"kind": kind.plural});
    if !name.is_empty() {
        details["name"] = json!(name);
    }
    if !kind.group.is_empty() {
        details["group"] = json!(kind.group);
    }
    details
}

pub fn success(kind: &Kind, object: &Value) -> Reply {
    let mut details = details(kind, object["metadata"]["name"].as_str().unwrap_or_default());
    details["uid"] = object["metadata"]["uid"].clone();
    let status = json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": details});
    Reply::json(200, &status)
}

pub fn not_found(kind: &Kind, name: &str) -> Reply {
    failure(404, "NotFound", &format!("{} \"{name}\" not found", kind.qualified()), details(kind, name))
}

pub fn no_such_path() -> Reply {
    failure(404, "NotFound", "the server could not find the requested resource", json!({}))
}

pub fn not_allowed() -> Reply {
    let message = "the server does not allow this method on the requested resource";
    failure(405, "MethodNotAllowed", message, json!({}))
}

pub fn already_exists(kind: &Kind, name: &str) -> Reply {
    failure(409, "AlreadyExists", &format!("{} \"{name}\" already exists", kind.qualified()), details(kind, name))
}

pub fn conflict(kind: &Kind, name: &str) -> Reply {
    let message = format!(
        "Operation cannot be fulfilled on {} \"{name}\": the object has been modified; please apply your changes to \
         the latest version and try again",
        kind.qualified()
    );
    failure(409, "Conflict", &message, details(kind, name))
}

pub fn bad_request(message: &str) -> Reply {
    failure(400, "BadRequest", message, json!({}))
}

pub fn unsupported(content_type: &str) -> Reply {
    let message = format!("the body of the request was in an unknown format: {content_type}");
    failure(415, "UnsupportedMediaType", &message, json!({}))
}

/// The 403 of role based access control; `resource` is `pods` or `pods/log`.
pub fn forbidden(kind: &Kind, resource: &str, name: &str, verb: &str, namespace: &str) -> Reply {
    let subject = match name {
        "" => format!("{} is forbidden", kind.qualified()),
        name => format!("{} \"{name}\" is forbidden", kind.qualified()),
    };
    let message = format!(
        "{subject}: User \"tester\" cannot {verb} resource \"{resource}\" in API group \"{}\" in the namespace \
         \"{namespace}\"",
        kind.group
    );
    failure(403, "Forbidden", &message, details(kind, name))
}
