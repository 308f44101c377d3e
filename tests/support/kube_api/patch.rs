//! The patches a client may send.
//!
//! Owns JSON Patch, JSON merge patch and the strategic merge patch (lists merged by their key field). Server-side
//! apply is treated as a strategic merge: nobody tracks field owners here. Knows nothing of where objects are kept.

use serde_json::{Map, Value};

/// Lists of objects that merge by a field, not as a whole: (name of the list, its key field).
const MERGED_LISTS: &[(&str, &str)] = &[
    ("containers", "name"),
    ("initContainers", "name"),
    ("ephemeralContainers", "name"),
    ("volumes", "name"),
    ("env", "name"),
    ("imagePullSecrets", "name"),
    ("volumeMounts", "mountPath"),
    ("conditions", "type"),
    ("ownerReferences", "uid"),
    ("hostAliases", "ip"),
];

/// `original` with a patch of the given content type applied, `None` when that type is unknown.
///
/// # Errors
/// What is wrong with the patch.
pub fn apply(content_type: &str, original: &Value, patch: &Value) -> Option<Result<Value, String>> {
    let mut patched = original.clone();
    Some(match content_type.split(';').next().unwrap_or_default().trim() {
        "application/merge-patch+json" => {
            merge(&mut patched, patch);
            Ok(patched)
        }
        "application/strategic-merge-patch+json" | "application/apply-patch+yaml" => {
            merge_strategically(&mut patched, patch);
            Ok(patched)
        }
        "application/json-patch+json" => operations(&mut patched, patch).map(|()| patched),
        _ => return None,
    })
}

/// Drops nulls, such as the empty creation time Go clients send for a template.
pub fn without_nulls(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|_, field| !field.is_null());
            fields.values_mut().for_each(without_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(without_nulls),
        _ => {}
    }
}

fn object(value: &mut Value) -> &mut Map<String, Value> {
    if !value.is_object() {
        *value = Value::Object(Map::new());
    }
    value.as_object_mut().expect("made an object just above")
}

fn merge(target: &mut Value, patch: &Value) {
    let Some(fields) = patch.as_object() else {
        *target = patch.clone();
        return;
    };
    let target = object(target);
    for (name, field) in fields {
        if field.is_null() {
            target.remove(name);
        } else {
            merge(target.entry(name.clone()).or_insert(Value::Null), field);
        }
    }
}

fn merge_strategically(target: &mut Value, patch: &Value) {
    let Some(fields) = patch.as_object() else {
        *target = patch.clone();
        return;
    };
    if fields.get("$patch").and_then(Value::as_str) == Some("replace") {
        *target = patch.clone();
        object(target).remove("$patch");
        return;
    }
    let target = object(target);
    if let Some(kept) = fields.get("$retainKeys").and_then(Value::as_array) {
        target.retain(|name, _| kept.iter().any(|kept| kept.as_str() == Some(name)));
    }
    for (name, field) in fields {
        if let Some(list) = name.strip_prefix("$deleteFromPrimitiveList/") {
            if let (Some(items), Some(gone)) = (target.get_mut(list).and_then(Value::as_array_mut), field.as_array()) {
                items.retain(|item| !gone.contains(item));
            }
            continue;
        }
        if name.starts_with('$') {
            continue;
        }
        if field.is_null() {
            target.remove(name);
            continue;
        }
        let slot = target.entry(name.clone()).or_insert(Value::Null);
        match (field.as_array(), merge_key(name, field)) {
            (Some(items), Some(key)) => merge_list(slot, items, key),
            _ => merge_strategically(slot, field),
        }
    }
}

/// The key field of a list, `None` when the list is replaced as a whole.
fn merge_key(name: &str, list: &Value) -> Option<&'static str> {
    let first = list.as_array()?.first()?;
    let keyed = |key: &&'static str| first.get(key).is_some() || first.get("$patch").is_some();
    match name {
        // A container's ports are keyed by containerPort, a service's by port.
        "ports" => ["containerPort", "port"].into_iter().find(keyed),
        _ => MERGED_LISTS.iter().find(|(list, _)| *list == name).map(|(_, key)| *key).filter(keyed),
    }
}

fn merge_list(slot: &mut Value, items: &[Value], key: &str) {
    if items.iter().any(|item| item.get("$patch").and_then(Value::as_str) == Some("replace")) {
        *slot = Value::Array(items.iter().filter(|item| item.get("$patch").is_none()).cloned().collect());
        return;
    }
    if !slot.is_array() {
        *slot = Value::Array(Vec::new());
    }
    let present = slot.as_array_mut().expect("made a list just above");
    for item in items {
        let place = present.iter().position(|other| other.get(key) == item.get(key));
        match (place, item.get("$patch").and_then(Value::as_str)) {
            (Some(place), Some("delete")) => drop(present.remove(place)),
            (None, Some("delete")) => {}
            (Some(place), _) => merge_strategically(&mut present[place], item),
            (None, _) => {
                let mut fresh = Value::Null;
                merge_strategically(&mut fresh, item);
                present.push(fresh);
            }
        }
    }
}

fn operations(target: &mut Value, patch: &Value) -> Result<(), String> {
    for operation in patch.as_array().ok_or("a JSON patch is a list of operations")? {
        let word = |name: &str| operation.get(name).and_then(Value::as_str);
        let path = word("path").ok_or("an operation without a path")?;
        let value = operation.get("value").cloned().unwrap_or(Value::Null);
        match word("op") {
            Some("test") if target.pointer(path) != Some(&value) => return Err(format!("testing value {path} failed")),
            Some("test") => {}
            Some("add") => insert(target, path, value)?,
            Some("replace") => {
                *target.pointer_mut(path).ok_or_else(|| format!("replace operation: missing path {path}"))? = value;
            }
            Some("remove") => take(target, path)?,
            other => return Err(format!("unexpected kind of operation: {other:?}")),
        }
    }
    Ok(())
}

/// The parent of a JSON pointer and its last step, unescaped.
fn parent<'a>(target: &'a mut Value, path: &str) -> Result<(&'a mut Value, String), String> {
    let (above, last) = path.rsplit_once('/').ok_or_else(|| format!("not a path: {path}"))?;
    let above = target.pointer_mut(above).ok_or_else(|| format!("missing path: {path}"))?;
    Ok((above, last.replace("~1", "/").replace("~0", "~")))
}

fn insert(target: &mut Value, path: &str, value: Value) -> Result<(), String> {
    match parent(target, path)? {
        (Value::Object(fields), name) => drop(fields.insert(name, value)),
        (Value::Array(items), place) if place == "-" => items.push(value),
        (Value::Array(items), place) => match place.parse::<usize>() {
            Ok(place) if place <= items.len() => items.insert(place, value),
            _ => return Err(format!("no such place: {path}")),
        },
        _ => return Err(format!("nothing to add to at {path}")),
    }
    Ok(())
}

fn take(target: &mut Value, path: &str) -> Result<(), String> {
    let gone = match parent(target, path)? {
        (Value::Object(fields), name) => fields.remove(&name),
        (Value::Array(items), place) => {
            place.parse::<usize>().ok().filter(|place| *place < items.len()).map(|place| items.remove(place))
        }
        _ => None,
    };
    gone.map(drop).ok_or_else(|| format!("remove operation: missing path {path}"))
}
