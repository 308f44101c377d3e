//! What each path and method does to the cluster.
//!
//! Owns the reading of paths, access (everything but the namespace `forbidden`), dry runs, and the reading verbs get,
//! list, watch and log. The writing verbs are in `writes`.

use serde_json::{Value, json};

use super::answers::{self, Answer, Follow, Marker, View, Watch};
use super::catalogue::{self, Kind, Use};
use super::discovery;
use super::http::{Reply, Request};
use super::logs;
use super::protobuf;
use super::selectors::Selection;
use super::tables::{self, Include};
use super::world::{World, items, text};
use super::writes;

pub const FORBIDDEN: &str = "forbidden";

/// What a path names.
pub struct Target {
    pub kind: &'static Kind,
    pub namespace: Option<String>,
    /// Empty for a collection.
    pub name: String,
    /// Empty for the object itself.
    subresource: String,
}

/// Answers the request, changing the world as it asks.
pub fn answer(world: &mut World, request: &Request) -> Answer {
    if request.method == "GET" {
        if matches!(request.path.as_str(), "/healthz" | "/livez" | "/readyz") {
            return Answer::Reply(Reply::text(200, "ok"));
        }
        if let Some(document) = discovery::document(&request.path) {
            return Answer::Reply(Reply::json(200, &document));
        }
    }
    let Some(target) = target(&request.path) else { return Answer::Reply(answers::no_such_path()) };
    // A dry run is a real run in a world that is then forgotten.
    let mut scratch = is_dry_run(request).then(|| world.rehearsal());
    let world = scratch.as_mut().unwrap_or(world);
    verb(world, request, &target).unwrap_or_else(Answer::Reply)
}

/// Deletions say so in their body, everything else in the query.
fn is_dry_run(request: &Request) -> bool {
    let options = match (request.method.as_str(), body(request)) {
        ("DELETE" | "POST", Ok(body)) => body,
        _ => Value::Null,
    };
    let in_body = ["/dryRun", "/deleteOptions/dryRun"].iter().any(|place| !items(&options, place).is_empty());
    request.parameter("dryRun") == "All" || in_body
}

/// The object in the body; an empty body is an empty object.
pub fn body(request: &Request) -> Result<Value, Reply> {
    let content_type = request.header("content-type");
    if content_type.contains("protobuf") {
        return protobuf::read(&request.body).ok_or_else(|| answers::unsupported(content_type));
    }
    if request.body.is_empty() {
        return Ok(json!({}));
    }
    serde_json::from_slice(&request.body).map_err(|error| answers::bad_request(&format!("not JSON: {error}")))
}

fn target(path: &str) -> Option<Target> {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let (group, version, rest) = match parts.as_slice() {
        ["api", version, rest @ ..] => ("", *version, rest),
        ["apis", group, version, rest @ ..] => (*group, *version, rest),
        _ => return None,
    };
    let namespaced = match rest {
        ["namespaces", namespace, plural, tail @ ..] => {
            catalogue::at(group, version, plural).map(|kind| (kind, Some((*namespace).to_owned()), tail))
        }
        _ => None,
    };
    let (kind, namespace, tail) = match (namespaced, rest) {
        (Some(found), _) => found,
        (None, [plural, tail @ ..]) => (catalogue::at(group, version, plural)?, None, tail),
        _ => return None,
    };
    let (name, subresource) = match tail {
        [] => ("", ""),
        [name] => (*name, ""),
        [name, subresource] => (*name, *subresource),
        _ => return None,
    };
    Some(Target { kind, namespace, name: name.to_owned(), subresource: subresource.to_owned() })
}

impl Target {
    pub fn home(&self) -> &str {
        self.namespace.as_deref().unwrap_or_default()
    }

    pub fn object<'a>(&self, world: &'a World) -> Result<&'a Value, Reply> {
        world.get(self.kind, self.home(), &self.name).ok_or_else(|| answers::not_found(self.kind, &self.name))
    }

    fn check_access(&self, verb: &str) -> Result<(), Reply> {
        let own = self.kind.plural == "namespaces" && self.name == FORBIDDEN && verb != "get";
        if self.home() != FORBIDDEN && !own {
            return Ok(());
        }
        let resource = match self.subresource.as_str() {
            "" => self.kind.plural.to_owned(),
            subresource => format!("{}/{subresource}", self.kind.plural),
        };
        Err(answers::forbidden(self.kind, &resource, &self.name, verb, FORBIDDEN))
    }
}

fn verb(world: &mut World, request: &Request, target: &Target) -> Result<Answer, Reply> {
    let verb = match (request.method.as_str(), target.name.as_str()) {
        ("GET", "") if request.asks("watch") => "watch",
        ("GET", "") => "list",
        ("GET", _) => "get",
        ("POST", _) => "create",
        ("PUT", _) => "update",
        ("PATCH", _) => "patch",
        ("DELETE", "") => "deletecollection",
        ("DELETE", _) => "delete",
        _ => return Err(answers::not_allowed()),
    };
    target.check_access(verb)?;
    if target.kind.use_ == Use::Review {
        return writes::review(target.kind, &body(request)?).map(Answer::Reply);
    }
    match (target.subresource.as_str(), verb) {
        ("log", "get") => return log(world, request, target),
        ("scale", "get" | "update" | "patch") => return writes::scale(world, request, target).map(Answer::Reply),
        ("eviction", "create") => return writes::delete(world, request, target).map(Answer::Reply),
        ("" | "status", _) => {}
        _ => return Err(answers::no_such_path()),
    }
    let reply = match verb {
        "watch" => return watch(world, request, target),
        "list" => list(world, request, target)?,
        "get" => shown(target.kind, target.object(world)?, view(request)),
        "create" => writes::create(world, request, target)?,
        "update" => {
            let object = body(request)?;
            Reply::json(200, &writes::replace(world, target, object)?)
        }
        "patch" => writes::patch_object(world, request, target)?,
        "delete" => writes::delete(world, request, target)?,
        _ => writes::delete_all(world, request, target)?,
    };
    Ok(Answer::Reply(reply))
}

/// The form the client wants objects in; anything but a table is answered with the objects themselves.
fn view(request: &Request) -> View {
    if !request.header("accept").contains("as=Table") {
        return View::Objects;
    }
    View::Table(match request.parameter("includeObject") {
        "None" => Include::Nothing,
        "Object" => Include::Object,
        _ => Include::Metadata,
    })
}

fn shown(kind: &Kind, object: &Value, view: View) -> Reply {
    match view {
        View::Objects => Reply::json(200, object),
        View::Table(include) => {
            let version = text(object, "/metadata/resourceVersion");
            Reply::json(200, &tables::table(kind, &[object], include, version))
        }
    }
}

pub fn selection(request: &Request) -> Result<Selection, Reply> {
    Selection::parse(request.parameter("labelSelector"), request.parameter("fieldSelector"))
        .map_err(|why| answers::bad_request(&why))
}

fn list(world: &World, request: &Request, target: &Target) -> Result<Reply, Reply> {
    let selection = selection(request)?;
    let mut found = world.list(target.kind, target.namespace.as_deref());
    found.retain(|object| selection.matches(object));
    let version = world.version.to_string();
    Ok(match view(request) {
        View::Table(include) => Reply::json(200, &tables::table(target.kind, &found, include, &version)),
        View::Objects => Reply::json(
            200,
            &json!({
                "kind": format!("{}List", target.kind.kind), "apiVersion": target.kind.group_version(),
                "metadata": {"resourceVersion": version}, "items": found
            }),
        ),
    })
}

fn watch(world: &World, request: &Request, target: &Target) -> Result<Answer, Reply> {
    let selection = selection(request)?;
    let since = request.parameter("resourceVersion").parse::<u64>().unwrap_or_default();
    let streaming = request.asks("sendInitialEvents");
    let initial = if since == 0 || streaming {
        let mut found = world.list(target.kind, target.namespace.as_deref());
        found.retain(|object| selection.matches(object));
        found.into_iter().cloned().collect()
    } else {
        Vec::new()
    };
    Ok(Answer::Watch(Box::new(Watch {
        kind: target.kind,
        namespace: target.namespace.clone(),
        selection,
        view: view(request),
        since: if since == 0 || streaming { world.version } else { since },
        initial,
        marker: if streaming { Marker::EndOfInitial } else { Marker::None },
        seconds: request.parameter("timeoutSeconds").parse().ok(),
    })))
}

fn log(world: &World, request: &Request, target: &Target) -> Result<Answer, Reply> {
    let pod = target.object(world)?;
    let lines = logs::of(pod, request).map_err(|why| answers::bad_request(&why))?;
    if request.asks("follow") && !request.asks("previous") {
        let (namespace, pod) = (target.home().to_owned(), target.name.clone());
        return Ok(Answer::Follow(Follow { lines, namespace, pod }));
    }
    Ok(Answer::Reply(Reply::text(200, &lines.concat())))
}
