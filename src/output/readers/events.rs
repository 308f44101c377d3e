//! Events of a cluster told by the newest warning.
//!
//! Owns which event is the newest: in a table the one seen last, in objects the
//! one with the latest time. A normal event is counted and never quoted.

use serde_json::Value;

use super::super::counted::{counted, grouped};
use super::super::table::Table;
use super::{objects, quoted};

/// One warning, as it is told.
struct Warning<'a> {
    namespace: Option<&'a str>,
    reason: &'a str,
    object: String,
    message: &'a str,
}

/// `12 events, 3 are warnings; the newest: BackOff of pod/api-1: “…”`; `None` for another table.
pub(super) fn table(table: &Table) -> Option<String> {
    if !["TYPE", "REASON", "OBJECT", "MESSAGE"].iter().all(|title| table.has(title)) {
        return None;
    }
    let warnings: Vec<&Vec<String>> =
        table.rows.iter().filter(|row| table.cell(row, "TYPE") == Some("Warning")).collect();
    // Of equals the last: events are listed with the newest at the end.
    let newest = warnings.iter().rev().min_by_key(|row| {
        let seen = table.cell(row, "LAST SEEN").and_then(|cell| cell.split(' ').next());
        seen.and_then(seconds).unwrap_or(u64::MAX)
    });
    let newest = newest.map(|row| Warning {
        namespace: table.cell(row, "NAMESPACE"),
        reason: table.cell(row, "REASON").unwrap_or_default(),
        object: table.cell(row, "OBJECT").unwrap_or_default().to_owned(),
        message: table.cell(row, "MESSAGE").unwrap_or_default(),
    });
    Some(told(table.rows.len(), warnings.len(), newest.as_ref()))
}

/// The same of objects as the cluster hands them out.
pub(super) fn objects(events: &[&Value]) -> String {
    let warnings: Vec<&Value> =
        events.iter().copied().filter(|event| objects::text(event, "/type") == Some("Warning")).collect();
    let newest = warnings.iter().max_by_key(|event| time(event)).map(|event| {
        let kind = objects::text(event, "/involvedObject/kind").or_else(|| objects::text(event, "/regarding/kind"));
        let name = objects::text(event, "/involvedObject/name").or_else(|| objects::text(event, "/regarding/name"));
        Warning {
            namespace: objects::text(event, "/metadata/namespace"),
            reason: objects::text(event, "/reason").unwrap_or_default(),
            object: format!("{}/{}", kind.unwrap_or_default().to_ascii_lowercase(), name.unwrap_or_default()),
            message: objects::text(event, "/message").or_else(|| objects::text(event, "/note")).unwrap_or_default(),
        }
    });
    told(events.len(), warnings.len(), newest.as_ref())
}

fn told(events: usize, warnings: usize, newest: Option<&Warning<'_>>) -> String {
    let count = counted(events, "event", "events");
    let Some(newest) = newest else { return format!("{count}, none is a warning") };
    let namespace = newest.namespace.map(|name| format!(" in {}", quoted(name))).unwrap_or_default();
    format!(
        "{count}, {} {}; the newest warning: {} of {}{namespace}: “{}”",
        grouped(warnings),
        if warnings == 1 { "is a warning" } else { "are warnings" },
        quoted(newest.reason),
        quoted(&newest.object),
        quoted(newest.message.trim())
    )
}

/// `2m4s`, `5d`: the age of an event, to compare by.
fn seconds(age: &str) -> Option<u64> {
    let mut total: u64 = 0;
    let mut rest = age;
    while !rest.is_empty() {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, after) = rest.split_at(digits);
        let unit = after.chars().next()?;
        let seconds = match unit {
            's' => 1,
            'm' => 60,
            'h' => 3_600,
            'd' => 86_400,
            'y' => 31_536_000,
            _ => return None,
        };
        total = total.checked_add(number.parse::<u64>().ok()?.checked_mul(seconds)?)?;
        rest = after.get(unit.len_utf8()..)?;
    }
    (!age.is_empty()).then_some(total)
}

/// When an event was last seen. All times are UTC; without the `Z`, a time with a fraction comes after the one without.
fn time(event: &Value) -> &str {
    let places = ["/series/lastObservedTime", "/lastTimestamp", "/eventTime", "/metadata/creationTimestamp"];
    places.iter().find_map(|place| objects::text(event, place)).unwrap_or_default().trim_end_matches('Z')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::super::table::tables;
    use super::*;

    const EVENTS: &str = "\
LAST SEEN               TYPE      REASON      OBJECT      MESSAGE
2m4s                    Warning   Unhealthy   pod/api-1   Readiness probe failed: connection refused
45s (x12 over 10m)      Warning   BackOff     pod/api-1   Back-off restarting failed container api
5s                      Normal    Pulled      pod/web-0   Container image \"nginx\" already present on machine
";

    #[test]
    fn the_newest_warning_is_quoted() {
        let tables = tables(EVENTS);
        assert_eq!(
            table(&tables[0]).unwrap(),
            "3 events, 2 are warnings; the newest warning: BackOff of pod/api-1: “Back-off restarting failed container api”"
        );
    }

    #[test]
    fn quiet_events_are_said_to_be_quiet() {
        let tables = tables(&EVENTS.replace("Warning", "Normal "));
        assert_eq!(table(&tables[0]).unwrap(), "3 events, none is a warning");
    }

    #[test]
    fn events_as_objects_are_compared_by_their_times() {
        let event = |time: &str, message: &str| {
            json!({"kind": "Event", "type": "Warning", "reason": "Failed", "message": message, "lastTimestamp": time,
                "involvedObject": {"kind": "Pod", "name": "api-1"}, "metadata": {"namespace": "shop"}})
        };
        let (old, new) = (event("2025-05-01T10:00:00Z", "old"), event("2025-05-01T10:02:00Z", "new"));
        assert_eq!(
            objects(&[&new, &old]),
            "2 events, 2 are warnings; the newest warning: Failed of pod/api-1 in shop: “new”"
        );
    }

    #[test]
    fn ages_are_compared_by_their_seconds() {
        assert_eq!(seconds("2m4s"), Some(124));
        assert_eq!(seconds("2d3h"), Some(183_600));
        assert_eq!(seconds("<unknown>"), None);
    }
}
