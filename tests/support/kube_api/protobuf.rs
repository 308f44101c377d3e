//! The protobuf bodies some kubectl commands send (`create …`, `auth can-i`), read into the JSON the others send.
//!
//! Owns the wire format and the part of the Kubernetes schema those commands fill in. A kind without a schema here is
//! refused by the caller, never half read. Nothing is ever written in protobuf: every client also takes JSON.

use serde_json::{Map, Value, json};

/// What stands before the envelope of every Kubernetes protobuf.
const MAGIC: &[u8] = b"k8s\0";

/// A field: number, name in JSON, shape.
type Field = (u64, &'static str, Shape);

enum Shape {
    Text,
    Integer,
    Truth,
    /// A map from text to text.
    Texts,
    /// A map from text to bytes, base64 in JSON.
    Blobs,
    TextOrInteger,
    Message(&'static [Field]),
    Many(&'static Shape),
}

use Shape::{Blobs, Integer, Many, Message, Text, TextOrInteger, Texts, Truth};

const ENVELOPE: &[Field] = &[(1, "type", Message(&[(1, "apiVersion", Text), (2, "kind", Text)]))];
const METADATA: Field = (
    1,
    "metadata",
    Message(&[
        (1, "name", Text),
        (2, "generateName", Text),
        (3, "namespace", Text),
        (11, "labels", Texts),
        (12, "annotations", Texts),
    ]),
);
const PORT: Shape = Message(&[(1, "name", Text), (3, "containerPort", Integer), (4, "protocol", Text)]);
const CONTAINER: Shape = Message(&[
    (1, "name", Text),
    (2, "image", Text),
    (3, "command", Many(&Text)),
    (4, "args", Many(&Text)),
    (6, "ports", Many(&PORT)),
]);
const POD_SPEC: Field = (2, "spec", Message(&[(2, "containers", Many(&CONTAINER)), (3, "restartPolicy", Text)]));
const DEPLOYMENT_SPEC: Field = (
    2,
    "spec",
    Message(&[
        (1, "replicas", Integer),
        (2, "selector", Message(&[(1, "matchLabels", Texts)])),
        (3, "template", Message(&[METADATA, POD_SPEC])),
    ]),
);
const SERVICE_PORT: Shape = Message(&[
    (1, "name", Text),
    (2, "protocol", Text),
    (3, "port", Integer),
    (4, "targetPort", TextOrInteger),
    (5, "nodePort", Integer),
]);
const SERVICE_SPEC: Field = (
    2,
    "spec",
    Message(&[(1, "ports", Many(&SERVICE_PORT)), (2, "selector", Texts), (3, "clusterIP", Text), (4, "type", Text)]),
);
const ACCESS_SPEC: Field = (
    2,
    "spec",
    Message(&[(
        1,
        "resourceAttributes",
        Message(&[
            (1, "namespace", Text),
            (2, "verb", Text),
            (3, "group", Text),
            (4, "version", Text),
            (5, "resource", Text),
            (6, "subresource", Text),
            (7, "name", Text),
        ]),
    )]),
);
const DELETE_OPTIONS: &[Field] = &[
    (1, "gracePeriodSeconds", Integer),
    (3, "orphanDependents", Truth),
    (4, "propagationPolicy", Text),
    (5, "dryRun", Many(&Text)),
];

fn schema(kind: &str) -> Option<&'static [Field]> {
    Some(match kind {
        "Namespace" | "ServiceAccount" | "SelfSubjectReview" => &[METADATA],
        "ConfigMap" => &[METADATA, (2, "data", Texts), (3, "binaryData", Blobs)],
        "Secret" => &[METADATA, (2, "data", Blobs), (3, "type", Text), (4, "stringData", Texts)],
        "Deployment" => &[METADATA, DEPLOYMENT_SPEC],
        "Service" => &[METADATA, SERVICE_SPEC],
        "SelfSubjectAccessReview" => &[METADATA, ACCESS_SPEC],
        "SelfSubjectRulesReview" => &[METADATA, (2, "spec", Message(&[(1, "namespace", Text)]))],
        "DeleteOptions" => DELETE_OPTIONS,
        "Eviction" => &[METADATA, (2, "deleteOptions", Message(DELETE_OPTIONS))],
        _ => return None,
    })
}

/// The object in the body, `None` when it is torn or of a kind without a schema here.
pub fn read(body: &[u8]) -> Option<Value> {
    let envelope = body.strip_prefix(MAGIC)?;
    let type_ = message(envelope, ENVELOPE)?;
    let kind = type_["type"]["kind"].as_str()?;
    let raw = fields(envelope)?.into_iter().find_map(|(number, wire)| match wire {
        Wire::Bytes(bytes) if number == 2 => Some(bytes),
        _ => None,
    })?;
    let mut object = message(raw, schema(kind)?)?;
    object["apiVersion"] = type_["type"]["apiVersion"].clone();
    object["kind"] = json!(kind);
    Some(object)
}

#[derive(Clone, Copy)]
enum Wire<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

fn message(bytes: &[u8], schema: &[Field]) -> Option<Value> {
    let mut object = Map::new();
    for (number, wire) in fields(bytes)? {
        let Some((_, name, shape)) = schema.iter().find(|(known, _, _)| *known == number) else { continue };
        let slot = object.entry(*name).or_insert(Value::Null);
        match shape {
            Many(item) => {
                let value = value(wire, item)?;
                match slot {
                    Value::Array(items) => items.push(value),
                    _ => *slot = json!([value]),
                }
            }
            Texts | Blobs => {
                let (key, value) = entry(wire, shape)?;
                slot[key] = value;
            }
            // The empty text is how this format says nothing.
            Text if matches!(wire, Wire::Bytes([])) => drop(object.remove(*name)),
            _ => *slot = value(wire, shape)?,
        }
    }
    Some(Value::Object(object))
}

fn value(wire: Wire<'_>, shape: &Shape) -> Option<Value> {
    match (shape, wire) {
        (Text, Wire::Bytes(bytes)) => Some(json!(String::from_utf8(bytes.to_vec()).ok()?)),
        (Integer, Wire::Number(number)) => Some(json!(number)),
        (Truth, Wire::Number(number)) => Some(json!(number != 0)),
        (Message(schema), Wire::Bytes(bytes)) => message(bytes, schema),
        (TextOrInteger, Wire::Bytes(bytes)) => {
            let parts = message(bytes, &[(1, "text", Truth), (2, "integer", Integer), (3, "string", Text)])?;
            Some(if parts["text"] == true { parts["string"].clone() } else { parts["integer"].clone() })
        }
        _ => None,
    }
}

/// One entry of a map, which travels as a message of key and value.
fn entry(wire: Wire<'_>, shape: &Shape) -> Option<(String, Value)> {
    let Wire::Bytes(bytes) = wire else { return None };
    let (mut key, mut value) = (String::new(), String::new());
    for (number, wire) in fields(bytes)? {
        match (number, wire, shape) {
            (1, Wire::Bytes(bytes), _) => key = String::from_utf8(bytes.to_vec()).ok()?,
            (2, Wire::Bytes(bytes), Blobs) => value = base64(bytes),
            (2, Wire::Bytes(bytes), _) => value = String::from_utf8(bytes.to_vec()).ok()?,
            _ => return None,
        }
    }
    Some((key, json!(value)))
}

fn fields(mut bytes: &[u8]) -> Option<Vec<(u64, Wire<'_>)>> {
    let mut fields = Vec::new();
    while !bytes.is_empty() {
        let tag = varint(&mut bytes)?;
        let wire = match tag & 7 {
            0 => Wire::Number(varint(&mut bytes)?),
            1 => Wire::Bytes(bytes.split_off(..8)?),
            2 => {
                let length = usize::try_from(varint(&mut bytes)?).ok()?;
                Wire::Bytes(bytes.split_off(..length)?)
            }
            5 => Wire::Bytes(bytes.split_off(..4)?),
            _ => return None,
        };
        fields.push((tag >> 3, wire));
    }
    Some(fields)
}

fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let byte = *bytes.split_off_first()?;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let bits = three.iter().fold(0, |bits, byte| bits << 8 | usize::from(*byte)) << (8 * (3 - three.len()));
        for place in 0..4 {
            let letter = char::from(ALPHABET[bits >> (18 - 6 * place) & 63]);
            text.push(if place <= three.len() { letter } else { '=' });
        }
    }
    text
}
