//! What `docker inspect` knows of containers, images, volumes and networks.
//!
//! Owns how the state of a container is put into words. An object is known by
//! the fields that only its kind has; one that has none of them is not told.

use serde_json::Value;

use super::super::counted::counted;
use super::objects::text;
use super::{listed, look, quoted, tally};

/// `web1 is running since …, healthy; image nginx:1.25; port 8080 leads to 80/tcp; 2 mounts`.
pub(super) fn told(stdout: &str) -> Option<String> {
    match serde_json::from_str(stdout.trim()).ok()? {
        Value::Array(objects) => match objects.as_slice() {
            [] => None,
            [only] => container(only).or_else(|| image(only)).or_else(|| volume(only)).or_else(|| network(only)),
            several => containers(several),
        },
        // `-f '{{json .State}}'`.
        state @ Value::Object(_) if state.get("ExitCode").is_some() => {
            Some(format!("it {}{}", doing(&state)?, circumstances(&state)))
        }
        _ => None,
    }
}

/// The few facts of each object, in lines; `None` where anything else was printed.
pub(super) fn facts(stdout: &str) -> Option<Vec<String>> {
    let objects = match serde_json::from_str(stdout.trim()).ok()? {
        Value::Array(objects) if !objects.is_empty() => objects,
        _ => return None,
    };
    let mut lines = Vec::new();
    for object in &objects {
        let told = container(object).or_else(|| image(object)).or_else(|| volume(object));
        lines.push(told.or_else(|| network(object))?);
        lines.extend(attached(object));
    }
    Some(lines)
}

/// What a container has of the machine: `  mount pgdata at /var/lib/postgresql/data`, `  network shop, 172.18.0.2`.
fn attached(object: &Value) -> Vec<String> {
    let mounts = object.get("Mounts").and_then(Value::as_array).into_iter().flatten();
    let mounts = mounts.filter_map(|mount| {
        let from = text(mount, "/Name").or_else(|| text(mount, "/Source"))?;
        Some(format!("  mount {} at {}", quoted(from), quoted(text(mount, "/Destination")?)))
    });
    let networks = object.pointer("/NetworkSettings/Networks").and_then(Value::as_object);
    let networks = networks.into_iter().flatten().map(|(network, place)| {
        let address = text(place, "/IPAddress").map(|address| format!(", {}", quoted(address))).unwrap_or_default();
        format!("  network {}{address}", quoted(network))
    });
    mounts.chain(networks).collect()
}

fn container(object: &Value) -> Option<String> {
    let state = object.get("State").filter(|state| state.get("ExitCode").is_some())?;
    let mut told = format!("{} {}{}", name(object), doing(state)?, circumstances(state));
    if let Some(image) = text(object, "/Config/Image") {
        told.push_str(&format!("; image {}", quoted(image)));
    }
    let ports = ports(object);
    if !ports.is_empty() {
        told.push_str(&format!("; {}", listed(&ports)));
    }
    let mounts = object.get("Mounts").and_then(Value::as_array).map_or(0, Vec::len);
    let restarts = object.get("RestartCount").and_then(Value::as_u64).unwrap_or(0);
    for (count, one, many) in
        [(Some(mounts), "mount", "mounts"), (usize::try_from(restarts).ok(), "restart", "restarts")]
    {
        if let Some(count) = count.filter(|count| *count > 0) {
            told.push_str(&format!("; {}", counted(count, one, many)));
        }
    }
    Some(told)
}

fn containers(objects: &[Value]) -> Option<String> {
    let states: Vec<&Value> = objects
        .iter()
        .map(|object| object.get("State").filter(|state| state.get("ExitCode").is_some()))
        .collect::<Option<_>>()?;
    let tally = tally(states.iter().map(|state| quoted(text(state, "/Status").unwrap_or_default())));
    let ill: Vec<String> = objects
        .iter()
        .zip(&states)
        .filter(|(_, state)| is_ill(state))
        .filter_map(|(object, state)| Some(format!("{} ({}{})", name(object), doing(state)?, circumstances(state))))
        .collect();
    Some(format!("{}: {tally}{}", counted(objects.len(), "container", "containers"), look(&ill)))
}

fn is_ill(state: &Value) -> bool {
    let status = text(state, "/Status");
    matches!(status, Some("restarting" | "dead"))
        || (status == Some("exited") && code(state) != Some(0))
        || text(state, "/Health/Status") == Some("unhealthy")
        || state.get("OOMKilled").and_then(Value::as_bool) == Some(true)
}

/// What a container does, or how it ended.
fn doing(state: &Value) -> Option<String> {
    let at = |place: &str| text(state, place).filter(|at| !at.starts_with("0001-")).map(second);
    let code = code(state).map_or("an unknown code".to_owned(), |code| format!("code {code}"));
    Some(match text(state, "/Status")? {
        "running" => match at("/StartedAt") {
            Some(at) => format!("is running since {at}"),
            None => "is running".to_owned(),
        },
        "exited" => match at("/FinishedAt") {
            Some(at) => format!("exited with {code} at {at}"),
            None => format!("exited with {code}"),
        },
        "restarting" => format!("restarts again and again, last exit {code}"),
        "created" => "was made and never started".to_owned(),
        other => format!("is {}", quoted(other)),
    })
}

/// What is to be known beside: its health, that memory ran out, the engine's own error.
fn circumstances(state: &Value) -> String {
    let mut told = String::new();
    match text(state, "/Health/Status") {
        Some("unhealthy") => {
            told.push_str(", unhealthy");
            let log = state.pointer("/Health/Log").and_then(Value::as_array).and_then(|log| log.last());
            if let Some(said) =
                log.and_then(|check| text(check, "/Output")).map(str::trim).filter(|said| !said.is_empty())
            {
                told.push_str(&format!(" (the last check said “{}”)", quoted(said)));
            }
        }
        Some("none") | None => {}
        Some(health) => told.push_str(&format!(", {}", quoted(health))),
    }
    if state.get("OOMKilled").and_then(Value::as_bool) == Some(true) {
        told.push_str(", killed because memory ran out");
    }
    if let Some(error) = text(state, "/Error") {
        told.push_str(&format!(", the engine says: {}", quoted(error)));
    }
    told
}

fn code(state: &Value) -> Option<i64> {
    state.get("ExitCode").and_then(Value::as_i64)
}

/// `port 8080 leads to 80/tcp`, once for the two address families.
fn ports(object: &Value) -> Vec<String> {
    let published = object.pointer("/NetworkSettings/Ports").and_then(Value::as_object);
    let mut ports = Vec::new();
    for (inside, places) in published.into_iter().flatten() {
        for place in places.as_array().into_iter().flatten() {
            let Some(port) = text(place, "/HostPort") else { continue };
            let told = match text(place, "/HostIp") {
                Some("0.0.0.0" | "::") | None => format!("port {} leads to {}", quoted(port), quoted(inside)),
                Some(ip) => format!("port {} of {} leads to {}", quoted(port), quoted(ip), quoted(inside)),
            };
            if !ports.contains(&told) {
                ports.push(told);
            }
        }
    }
    ports
}

fn image(object: &Value) -> Option<String> {
    let tags = object.get("RepoTags").and_then(Value::as_array)?;
    let name = tags.first().and_then(Value::as_str).or_else(|| text(object, "/Id")).map(quoted)?;
    let mut told = format!("image {name}");
    if let Some(size) = object.get("Size").and_then(Value::as_f64) {
        told.push_str(&format!(" of {:.1} MB", size / 1e6));
    }
    if let Some(made) = text(object, "/Created").filter(|at| !at.starts_with("0001-")) {
        told.push_str(&format!(", made at {}", second(made)));
    }
    if let (Some(system), Some(machine)) = (text(object, "/Os"), text(object, "/Architecture")) {
        told.push_str(&format!(", for {}/{}", quoted(system), quoted(machine)));
    }
    Some(told)
}

fn volume(object: &Value) -> Option<String> {
    let place = text(object, "/Mountpoint")?;
    let driver = text(object, "/Driver").map(|driver| format!(" ({})", quoted(driver))).unwrap_or_default();
    Some(format!("volume {}{driver} at {}", name(object), quoted(place)))
}

fn network(object: &Value) -> Option<String> {
    object.get("IPAM")?;
    let driver = text(object, "/Driver").map(|driver| format!(" ({})", quoted(driver))).unwrap_or_default();
    let subnet = text(object, "/IPAM/Config/0/Subnet").map(|net| format!(", {}", quoted(net))).unwrap_or_default();
    let members = object.get("Containers").and_then(Value::as_object);
    let members: Vec<String> =
        members.into_iter().flatten().filter_map(|(_, member)| text(member, "/Name").map(quoted)).collect();
    let count = counted(members.len(), "container", "containers");
    let members = if members.is_empty() { count } else { format!("{count}: {}", listed(&members)) };
    Some(format!("network {}{driver}{subnet}; {members}", name(object)))
}

/// The engine puts a slash before a container's name.
fn name(object: &Value) -> String {
    quoted(text(object, "/Name").or_else(|| text(object, "/Id")).unwrap_or("one").trim_start_matches('/'))
}

/// `2026-01-01T10:00:00.123456789Z` without parts of a second.
fn second(time: &str) -> String {
    match time.split_once('.') {
        Some((second, rest)) => {
            let zone = rest.trim_start_matches(|c: char| c.is_ascii_digit());
            quoted(&format!("{second}{zone}"))
        }
        None => quoted(time),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RUNNING: &str = r#"[{"Id": "3f1c2a9b8d7e", "State": {"Status": "running", "Running": true, "OOMKilled": false,
        "Dead": false, "Pid": 4711, "ExitCode": 0, "Error": "", "StartedAt": "2026-01-01T10:00:00.123456789Z",
        "FinishedAt": "0001-01-01T00:00:00Z", "Health": {"Status": "healthy", "FailingStreak": 0, "Log": []}},
        "Name": "/web1", "RestartCount": 0, "Config": {"Image": "nginx:1.25"}, "Mounts": [{"Type": "bind"}],
        "NetworkSettings": {"Ports": {"80/tcp": [{"HostIp": "0.0.0.0", "HostPort": "8080"}, {"HostIp": "::", "HostPort": "8080"}],
        "443/tcp": null}}}]"#;
    const EXITED: &str = r#"[{"State": {"Status": "exited", "OOMKilled": true, "ExitCode": 137, "Error": "",
        "FinishedAt": "2026-01-01T11:00:00Z"}, "Name": "/worker", "RestartCount": 3, "Config": {"Image": "app:1"},
        "Mounts": [], "NetworkSettings": {"Ports": {}}}]"#;

    #[test]
    fn a_running_container_is_told_with_its_surroundings() {
        assert_eq!(
            told(RUNNING).unwrap(),
            "web1 is running since 2026-01-01T10:00:00Z, healthy; image nginx:1.25; port 8080 leads to 80/tcp; 1 mount"
        );
    }

    #[test]
    fn a_container_that_ended_is_told_with_why() {
        assert_eq!(
            told(EXITED).unwrap(),
            "worker exited with code 137 at 2026-01-01T11:00:00Z, killed because memory ran out; image app:1; 3 restarts"
        );
        let state = r#"{"Status":"created","OOMKilled":false,"ExitCode":127,"Error":"exec: \"x\": not found"}"#;
        assert_eq!(told(state).unwrap(), "it was made and never started, the engine says: exec: \"x\": not found");
    }

    #[test]
    fn what_an_ill_container_answered_is_quoted() {
        let log = r#"[{"ExitCode": 7, "Output": "curl: (7) Failed to connect\n"}]"#;
        let ill = RUNNING.replace("healthy", "unhealthy").replace("\"Log\": []", &format!("\"Log\": {log}"));
        let told = told(&ill).unwrap();
        assert!(told.contains(", unhealthy (the last check said “curl: (7) Failed to connect”);"), "{told}");
    }

    #[test]
    fn of_several_containers_the_ill_ones_are_named() {
        let both = format!("{},{}", RUNNING.trim_end_matches(']'), EXITED.trim_start_matches('['));
        assert_eq!(
            told(&both).unwrap(),
            "2 containers: 1 running, 1 exited; needs a look: worker (exited with code 137 at 2026-01-01T11:00:00Z, \
             killed because memory ran out)"
        );
    }

    #[test]
    fn images_volumes_and_networks_are_told_by_what_they_are() {
        let image = r#"[{"Id": "sha256:1", "RepoTags": ["nginx:1.25"], "Created": "2024-02-14T10:00:00Z",
            "Size": 186812345, "Os": "linux", "Architecture": "amd64"}]"#;
        assert_eq!(told(image).unwrap(), "image nginx:1.25 of 186.8 MB, made at 2024-02-14T10:00:00Z, for linux/amd64");
        let volume = r#"[{"Name": "data", "Driver": "local", "Mountpoint": "/var/lib/docker/volumes/data/_data"}]"#;
        assert_eq!(told(volume).unwrap(), "volume data (local) at /var/lib/docker/volumes/data/_data");
        let network = r#"[{"Name": "shop", "Driver": "bridge", "IPAM": {"Config": [{"Subnet": "172.18.0.0/16"}]},
            "Containers": {"3f1c": {"Name": "web1"}}}]"#;
        assert_eq!(told(network).unwrap(), "network shop (bridge), 172.18.0.0/16; 1 container: web1");
    }

    #[test]
    fn the_facts_of_a_container_are_its_state_and_what_it_has_of_the_machine() {
        let attached = r#""Mounts": [{"Type": "volume", "Name": "pgdata", "Source": "/var/lib/docker/x", "Destination": "/data"}]"#;
        let networks = r#""NetworkSettings": {"Networks": {"shop": {"IPAddress": "172.18.0.2"}}, "#;
        let web =
            RUNNING.replace(r#""Mounts": [{"Type": "bind"}]"#, attached).replace(r#""NetworkSettings": {"#, networks);
        let facts = facts(&web).unwrap();
        assert!(facts[0].starts_with("web1 is running since ") && facts[0].contains("; image nginx:1.25; port 8080"));
        assert_eq!(facts[1..], ["  mount pgdata at /data", "  network shop, 172.18.0.2"]);
        assert_eq!(super::facts("[{\"Name\": \"x\"}]"), None);
        assert_eq!(super::facts("[]"), None);
    }

    #[test]
    fn what_is_none_of_these_is_not_told() {
        assert_eq!(told("[]"), None);
        assert_eq!(told("[{\"Name\": \"x\"}]"), None);
        assert_eq!(told("[{\"State\": 3}, 7]"), None);
        assert_eq!(told("web1"), None);
    }
}
