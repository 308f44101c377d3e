//! Secrets in the manifests of Kubernetes and in lists of names and values.
//!
//! Owns what `kind: Secret` says about `data`, in YAML and JSON, and that a secret's name and its value may stand in
//! two fields. `data` often comes before `kind`: then a value counts when it is base64 of something readable.

use super::base64;
use super::innocent::is_reference;
use super::key::{Key, Sure};
use super::mark::has_mask;
use super::names::is_open;
use super::pair;
use super::scan::{Line, Named, Notes};
use super::shape::is_structure;
use super::sight::{Ending, Secret, blanks, find};

/// Lines between a name and its value.
const NEAR: usize = 4;
const KIND: &str = "secret";

#[derive(Clone, Copy, Default)]
pub(super) struct Manifest {
    kind: Kind,
    /// Within `data` of this indentation.
    data: Option<Data>,
    /// A field named a secret; its value is near.
    named: Option<(Key, usize)>,
    /// A file's text within a Secret, deeper than this.
    file: Option<usize>,
}

#[derive(Clone, Copy, Default, PartialEq)]
enum Kind {
    #[default]
    Unknown,
    Secret,
    Other,
}

#[derive(Clone, Copy)]
struct Data {
    indent: usize,
    /// `stringData`, which only a Secret has and which is not encoded.
    plain: bool,
}

impl Manifest {
    pub(super) fn line(&mut self, line: Line<'_>, notes: &Notes, found: &mut Vec<Secret>) {
        let bytes = line.bytes;
        let idle = self.data.is_none() && self.named.is_none() && self.file.is_none();
        if !notes.manifest && idle && notes.keys.is_empty() {
            if bytes == b"---" {
                *self = Self::default();
            }
            return;
        }
        self.within_data(bytes, found);
        if notes.manifest {
            // A new token of Proxmox, as JSON.
            if find(bytes, b"\"full-tokenid\"").is_some() {
                value_after(line, 0, Key { kind: "token", sure: Sure::Yes }, found);
            }
            self.fields(bytes);
            if bytes.contains(&b'{') {
                in_one_line(bytes, found);
            }
        }
        self.name_and_value(line, notes, found);
    }

    /// `data:`, `stringData:` and `kind:` at the beginning of a line.
    fn fields(&mut self, bytes: &[u8]) {
        let indent = indent(bytes);
        let text = bytes.get(indent..).unwrap_or_default().trim_ascii_end();
        let text = text.strip_prefix(b"\"").unwrap_or(text);
        let field = |name: &[u8]| -> Option<&[u8]> {
            let rest = text.strip_prefix(name)?;
            let rest = rest.strip_prefix(b"\"").unwrap_or(rest);
            rest.strip_prefix(b":").map(<[u8]>::trim_ascii)
        };
        if let Some(kind) = field(b"kind") {
            let kind = kind.strip_prefix(b"\"").unwrap_or(kind);
            let secret = kind.starts_with(b"Secret") && !kind.get(6).is_some_and(u8::is_ascii_alphanumeric);
            self.kind = if secret { Kind::Secret } else { Kind::Other };
        }
        if text.starts_with(b"apiVersion") || bytes == b"---" {
            self.kind = Kind::Unknown;
        }
        for (name, plain) in [(&b"data"[..], false), (b"stringData", true), (b"binaryData", false)] {
            match field(name) {
                Some(b"" | b"{") if plain || self.kind != Kind::Other => self.data = Some(Data { indent, plain }),
                _ => {}
            }
        }
    }

    fn within_data(&mut self, bytes: &[u8], found: &mut Vec<Secret>) {
        let Some(data) = self.data else { return };
        let indent = indent(bytes);
        let text = bytes.get(indent..).unwrap_or_default().trim_ascii_end();
        if text.is_empty() {
            return;
        }
        if let Some(file) = self.file {
            if indent > file {
                return;
            }
            self.file = None;
        }
        if indent <= data.indent {
            self.data = None;
            return;
        }
        let Some(colon) =
            text.windows(2).position(|two| two == b": ").or_else(|| text.strip_suffix(b":").map(<[u8]>::len))
        else {
            return;
        };
        let name = text.get(..colon).unwrap_or_default();
        let value = text.get(colon + 1..).unwrap_or_default();
        let start = indent + colon + 1 + (value.len() - value.trim_ascii_start().len());
        let value = value.trim_ascii();
        let value = value.strip_suffix(b",").unwrap_or(value);
        if matches!(value, b"" | b"|" | b"|-" | b">" | b">-" | b"|+") {
            self.file = Some(indent);
            return;
        }
        let (start, value) = match value {
            [b'"', inner @ .., b'"'] | [b'\'', inner @ .., b'\''] => (start + 1, inner),
            value => (start, value),
        };
        let hidden = if data.plain { !is_open(name) } else { is_encoded(value, self.kind == Kind::Secret) };
        if hidden && !is_reference(value) && !is_structure(value) && !has_mask(value) {
            found.push(Secret::new(start, start + value.len(), KIND, Ending::Line));
        }
    }

    /// `name: DB_PASSWORD` and `value: …`, also as JSON, XML and HCL.
    fn name_and_value(&mut self, line: Line<'_>, notes: &Notes, found: &mut Vec<Secret>) {
        let bytes = line.bytes;
        let mut named = self.named.take();
        for key in &notes.keys {
            // A field that has a value of its own names nothing.
            if key.key.sure != Sure::Basic && (is_value_of_name(bytes, *key) || holds_object(bytes, key.end)) {
                named = Some((key.key, 0));
                value_after(line, key.end, key.key, found);
            }
        }
        if notes.keys.is_empty()
            && let Some((key, lines)) = named
        {
            value_after(line, 0, key, found);
            named = (lines < NEAR && !bytes.trim_ascii().starts_with(b"}")).then_some((key, lines + 1));
        } else if let Some((key, lines)) = named.filter(|(_, lines)| *lines > 0) {
            value_after(line, 0, key, found);
            named = (lines < NEAR).then_some((key, lines + 1));
        } else if let Some((key, 0)) = named {
            named = Some((key, 1));
        }
        self.named = named;
    }
}

/// `"admin_password": {"sensitive": true, "value": "x"}`
fn holds_object(bytes: &[u8], end: usize) -> bool {
    let rest = bytes.get(end..bytes.len().min(end + 12)).unwrap_or_default();
    let marks = rest.iter().take_while(|byte| b"\\\"' :=".contains(byte)).count();
    rest.get(marks) == Some(&b'{')
        && rest.get(..marks).is_some_and(|marks| marks.contains(&b':') || marks.contains(&b'='))
}

/// Blanks, and the dashes of lists, before a line's text.
fn indent(bytes: &[u8]) -> usize {
    let mut at = blanks(bytes, 0);
    while bytes.get(at..).is_some_and(|rest| rest.starts_with(b"- ")) {
        at += 2 + blanks(bytes, at + 2);
    }
    at
}

/// Base64 as `data` of a Secret holds it.
fn is_encoded(value: &[u8], certain: bool) -> bool {
    let body = value.strip_suffix(b"==").or_else(|| value.strip_suffix(b"=")).unwrap_or(value);
    let whole = value.len() >= 4
        && value.len().is_multiple_of(4)
        && body.iter().all(|byte| byte.is_ascii_alphanumeric() || b"+/".contains(byte));
    let mixed = body.iter().any(u8::is_ascii_uppercase) && body.iter().any(u8::is_ascii_lowercase);
    whole && (certain || value.len() >= 8 && mixed && base64::hides_text(value) || value.len() >= 40 && mixed)
}

/// Objects of JSON that lie in one line: the values of `"data"` and `"stringData"`.
fn in_one_line(bytes: &[u8], found: &mut Vec<Secret>) {
    for (name, plain) in [(&b"data"[..], false), (b"stringData", true)] {
        let mut from = 0;
        while let Some(offset) = bytes.get(from..).and_then(|rest| find(rest, name)) {
            let at = from + offset + name.len();
            from = at;
            if (from - name.len())
                .checked_sub(1)
                .and_then(|before| bytes.get(before))
                .is_some_and(u8::is_ascii_alphanumeric)
            {
                continue;
            }
            let Some(after) = past_marks(bytes, at, b"\\\"':= ") else { continue };
            let own = bytes.get(at).is_some_and(|byte| b"\\\"':".contains(byte));
            if own && bytes.get(after) == Some(&b'{') {
                object(bytes, after + 1, plain, found);
            }
        }
    }
}

fn past_marks(bytes: &[u8], at: usize, marks: &[u8]) -> Option<usize> {
    let count = bytes.get(at..)?.iter().take(24).take_while(|byte| marks.contains(byte)).count();
    Some(at + count)
}

/// The members of an object whose first key begins near `at`.
fn object(bytes: &[u8], at: usize, plain: bool, found: &mut Vec<Secret>) {
    let certain = bytes.get(..bytes.len().min(at + 4096)).is_some_and(|line| {
        line.windows(6)
            .enumerate()
            .any(|(place, part)| part == b"Secret" && matches!(line.get(place + 6), Some(b'"' | b'\\' | b'\'')))
    });
    let mut at = at;
    for _ in 0..64 {
        let Some(name) = past_marks(bytes, at, b"\\\"', \t") else { return };
        let length = bytes
            .get(name..)
            .map_or(0, |rest| rest.iter().take(256).take_while(|byte| !b"\\\"':}{".contains(byte)).count());
        let Some(value) = past_marks(bytes, name + length, b"\\\"': \t") else { return };
        if length == 0 || value == name + length {
            return;
        }
        let size =
            bytes.get(value..).map_or(0, |rest| rest.iter().take_while(|byte| !b"\\\"',}{".contains(byte)).count());
        let text = bytes.get(value..value + size).unwrap_or_default();
        let label = bytes.get(name..name + length).unwrap_or_default();
        let hidden = if plain { !is_open(label) && !text.is_empty() } else { is_encoded(text, certain) };
        if hidden && !is_reference(text) && !has_mask(text) {
            found.push(Secret::new(value, value + size, KIND, Ending::Argument));
        }
        let Some(next) = past_marks(bytes, value + size, b"\\\"'") else { return };
        if bytes.get(next) != Some(&b',') {
            return;
        }
        at = next + 1;
    }
}

/// Whether the word is what a field called `name`, `key` or the like holds, or what a block is called.
fn is_value_of_name(bytes: &[u8], named: Named) -> bool {
    const FIELDS: &[&[u8]] = &[
        b"name",
        b"key",
        b"path",
        b"id",
        b"variable",
        b"resource",
        b"field",
        b"parameterkey",
        b"parametername",
        b"property",
        b"label",
        b"type",
        b"optionname",
    ];
    let before = bytes.get(named.start.saturating_sub(64)..named.start).unwrap_or_default();
    // What stands before the word within its own value, as in `fs.s3a.secret.key` or `/data/token`, counts as part.
    let cut = before
        .iter()
        .rposition(|byte| !(byte.is_ascii_alphanumeric() || b"_./-".contains(byte)))
        .map_or(0, |at| at + 1);
    let before = before.get(..cut).unwrap_or_default();
    let marks = before.iter().rev().take_while(|byte| b" \t:=\"'\\>`".contains(byte)).count();
    let joint = before.get(before.len() - marks..).unwrap_or_default();
    let name = before.get(..before.len() - marks).unwrap_or_default();
    let length = name.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(byte)).count();
    let field = name.get(name.len() - length..).unwrap_or_default();
    let declares =
        matches!(field, b"variable" | b"resource" | b"output") && joint.contains(&b'"') || field == b"random_password";
    let after = bytes.get(named.end..).unwrap_or_default();
    let ends = after.first().is_none_or(|byte| b" \t\"'\\<,}`".contains(byte));
    let holds = (joint.contains(&b':') || joint.contains(&b'=') || joint.contains(&b'>'))
        && FIELDS.iter().any(|name| {
            field.len() >= name.len()
                && field.get(field.len() - name.len()..).is_some_and(|end| end.eq_ignore_ascii_case(name))
        });
    ends && (declares || holds) && named.key.sure != Sure::Scheme
}

/// The value of the first field called `value` or the like from `from` on.
fn value_after(line: Line<'_>, from: usize, key: Key, found: &mut Vec<Secret>) {
    const FIELDS: &[&[u8]] = &[
        b"value",
        b"default",
        b"result",
        b"content",
        b"defaultvalue",
        b"parametervalue",
        b"current_value",
        b"string",
        b"values",
        b"secretstring",
    ];
    let bytes = line.bytes;
    let window = bytes.get(..bytes.len().min(from + 512)).unwrap_or_default();
    let typed = bytes.get(..from).is_some_and(|before| before.windows(6).any(|part| part == b"\"type\""));
    let mut at = from;
    // `<property name="password">x</property>`
    if let Some(rest) = bytes.get(from..).filter(|rest| rest.starts_with(b"\">") || rest.starts_with(b"'>")) {
        let length = rest.get(2..).unwrap_or_default().iter().take(256).take_while(|byte| **byte != b'<').count();
        let value = rest.get(2..2 + length).unwrap_or_default();
        if length > 0
            && rest.get(2 + length) == Some(&b'<')
            && !is_reference(value)
            && !has_mask(value)
            && !value.contains(&b'\n')
        {
            found.push(Secret::new(from + 2, from + 2 + length, key.kind, Ending::Byte(b'<')));
            return;
        }
    }
    while let Some(rest) = window.get(at..).filter(|rest| !rest.is_empty()) {
        let skip = rest.iter().take_while(|byte| !byte.is_ascii_alphanumeric()).count();
        let start = at + skip;
        let length = window
            .get(start..)
            .map_or(0, |rest| rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count());
        if length == 0 {
            return;
        }
        let word = window.get(start..start + length).unwrap_or_default();
        if FIELDS.iter().any(|field| word.eq_ignore_ascii_case(field)) {
            let before = found.len();
            let key = if key.sure == Sure::Cookies || key.sure == Sure::IfDrawn {
                key
            } else {
                Key { kind: key.kind, sure: Sure::Yes }
            };
            pair::value(line, start, start + length, key, found);
            if found.len() > before {
                return;
            }
        }
        // Another name begins: what follows is its value.
        let closes = start.checked_sub(1).and_then(|before| bytes.get(before)) == Some(&b'/');
        if word.eq_ignore_ascii_case(b"name") && start > from && !closes && !typed {
            return;
        }
        at = start + length;
    }
}
