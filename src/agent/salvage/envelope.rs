//! The envelopes that families of models put a call into.
//!
//! Owns their marks and where each ends: `<tool_call>` of Qwen and Hermes,
//! `<function=…>` of Qwen's coders and Llama, `[TOOL_CALLS]` of Mistral,
//! `<|python_tag|>` of Llama, `to=functions.…` of gpt-oss, JSON alone or in a
//! fence. Knows no tool but by name.

use std::ops::Range;

use serde_json::{Deserializer, Map, Value};

use crate::domain::ToolCall;

/// What an envelope holds.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Found {
    Calls(Vec<ToolCall>),
    /// It is no call after all.
    Words,
    /// Something like a call, and what is wrong with it.
    Unreadable(String),
}

/// A way of writing calls: how it begins, and how it is read from after that. The length is what it took of the text.
struct Family {
    mark: &'static str,
    read: fn(&str, &[&str]) -> (Found, usize),
}

const FAMILIES: &[Family] = &[
    Family { mark: "<tool_call>", read: tagged },
    Family { mark: "<function=", read: function },
    Family { mark: "[TOOL_CALLS]", read: listed },
    Family { mark: "<|python_tag|>", read: valued },
    Family { mark: "to=functions.", read: channelled },
    Family { mark: "```", read: fenced },
];

/// What any of them begins with.
pub(super) fn marks() -> impl Iterator<Item = &'static str> {
    FAMILIES.iter().map(|family| family.mark)
}

/// The first envelope of `text` and where it stands.
pub(super) fn next(text: &str, tools: &[&str]) -> Option<(Found, Range<usize>)> {
    // An answer that is nothing but JSON.
    let bare = text.trim_start();
    if bare.starts_with('{') || bare.starts_with("[{") {
        match alone(bare, tools) {
            Found::Words => {}
            found => return Some((found, text.len() - bare.len()..text.len())),
        }
    }
    let first = FAMILIES.iter().filter_map(|family| Some((text.find(family.mark)?, family)));
    let (start, family) = first.min_by_key(|(start, _)| *start)?;
    let inside = text.get(start + family.mark.len()..)?;
    let (found, length) = (family.read)(inside, tools);
    Some((found, start..start + family.mark.len() + length))
}

/// `{…}</tool_call>`, or what Qwen's coders put between.
fn tagged(inside: &str, tools: &[&str]) -> (Found, usize) {
    const CLOSE: &str = "</tool_call>";
    let (body, length) = match inside.find(CLOSE) {
        Some(end) => (inside.get(..end).unwrap_or_default(), end + CLOSE.len()),
        // Some never close it, and begin the next one.
        None => {
            let end = inside.find("<tool_call>").unwrap_or(inside.len());
            (inside.get(..end).unwrap_or_default(), end)
        }
    };
    let body = body.trim();
    let found = match body.strip_prefix("<function=") {
        Some(inside) => function(inside, tools).0,
        None => values(body),
    };
    (found, length)
}

/// `name>{…}</function>` or `name><parameter=key>value</parameter></function>`.
fn function(inside: &str, _: &[&str]) -> (Found, usize) {
    const CLOSE: &str = "</function>";
    let (body, length) = match inside.find(CLOSE) {
        Some(end) => (inside.get(..end).unwrap_or_default(), end + CLOSE.len()),
        None => return (half(), inside.len()),
    };
    let Some((name, body)) = body.split_once('>') else { return (half(), length) };
    let (name, body) = (name.trim().trim_matches('"'), body.trim());
    if body.starts_with('{') {
        let found = match first_value(body) {
            Some((arguments, _)) => Found::Calls(vec![called(name, arguments)]),
            None => half(),
        };
        return (found, length);
    }
    let mut arguments = Map::new();
    let mut rest = body;
    while let Some((_, after)) = rest.split_once("<parameter=") {
        let Some((key, after)) = after.split_once('>') else { return (half(), length) };
        let Some((value, after)) = after.split_once("</parameter>") else { return (half(), length) };
        arguments.insert(key.trim().to_owned(), Value::String(value.trim_matches('\n').to_owned()));
        rest = after;
    }
    (Found::Calls(vec![called(name, Value::Object(arguments))]), length)
}

/// `[{…}]`, `name{…}` or `name[ARGS]{…}`.
fn listed(inside: &str, _: &[&str]) -> (Found, usize) {
    let body = inside.trim_start();
    let skipped = inside.len() - body.len();
    if body.starts_with(['[', '{']) {
        let (found, length) = valued(body, &[]);
        return (found, skipped + length);
    }
    let end = body.find(['{', '[']).unwrap_or(body.len());
    let name = body.get(..end).unwrap_or_default();
    let after = body.get(end..).unwrap_or_default();
    let arguments = after.strip_prefix("[ARGS]").unwrap_or(after);
    let begins = body.len() - arguments.len();
    match first_value(arguments) {
        Some((value, length)) => (Found::Calls(vec![called(name.trim(), value)]), skipped + begins + length),
        None => (half(), inside.len()),
    }
}

/// One value right after the mark.
fn valued(inside: &str, _: &[&str]) -> (Found, usize) {
    match first_value(inside) {
        Some((value, length)) => (call_of(&value).map_or_else(half, Found::Calls), length),
        None => (half(), inside.len()),
    }
}

/// `name … <|message|>{…}`.
fn channelled(inside: &str, _: &[&str]) -> (Found, usize) {
    const MESSAGE: &str = "<|message|>";
    let end = inside.find(|c: char| c.is_whitespace() || c == '<').unwrap_or(inside.len());
    let name = inside.get(..end).unwrap_or_default();
    // Without the second mark it is talk about a function.
    let Some(at) = inside.find(MESSAGE) else { return (Found::Words, end) };
    let begins = at + MESSAGE.len();
    match first_value(inside.get(begins..).unwrap_or_default()) {
        Some((value, length)) => (Found::Calls(vec![called(name, value)]), begins + length),
        None => (half(), inside.len()),
    }
}

/// A fenced block that holds nothing but calls.
fn fenced(inside: &str, tools: &[&str]) -> (Found, usize) {
    let (body, length, closed) = match inside.find("```") {
        Some(end) => (inside.get(..end).unwrap_or_default(), end + 3, true),
        None => (inside, inside.len(), false),
    };
    let body = match body.split_once('\n') {
        Some((_, body)) => body.trim(),
        None => body.trim(),
    };
    if !body.starts_with(['{', '[', '<']) {
        return (Found::Words, length);
    }
    let mut calls = Vec::new();
    let mut rest = body;
    while !rest.trim().is_empty() {
        match next(rest, tools) {
            Some((Found::Calls(more), span))
                if rest.get(..span.start).is_some_and(|before| before.trim().is_empty()) =>
            {
                calls.extend(more);
                rest = rest.get(span.end..).unwrap_or_default();
            }
            Some((unreadable @ Found::Unreadable(_), _)) if !closed => return (unreadable, length),
            // A block with anything else in it is shown.
            _ => return (Found::Words, length),
        }
    }
    (Found::Calls(calls), length)
}

/// JSON without a mark: only what names one of the tools, or nearly so, and has arguments, is a call.
fn alone(text: &str, tools: &[&str]) -> Found {
    let Some((value, length)) = first_value(text) else {
        let names_one = tools.iter().any(|tool| text.contains(&format!("\"{tool}\"")));
        return if names_one && text.contains("\"name\"") { half() } else { Found::Words };
    };
    let rest = text.get(length..).unwrap_or_default().trim();
    match call_of(&value) {
        Some(calls) if rest.is_empty() && calls.iter().all(|call| is_near(&call.name, tools)) => Found::Calls(calls),
        _ => Found::Words,
    }
}

fn is_near(name: &str, tools: &[&str]) -> bool {
    tools.iter().any(|tool| strsim::damerau_levenshtein(name, tool) <= 2 || name.ends_with(&format!(".{tool}")))
}

/// One value or several after each other.
fn values(body: &str) -> Found {
    let mut calls = Vec::new();
    let mut rest = body.trim();
    while !rest.is_empty() {
        let Some((value, length)) = first_value(rest) else { return half() };
        let Some(more) = call_of(&value) else { return half() };
        calls.extend(more);
        rest = rest.get(length..).unwrap_or_default().trim();
    }
    if calls.is_empty() { half() } else { Found::Calls(calls) }
}

/// The value a text begins with, and its length in bytes.
fn first_value(text: &str) -> Option<(Value, usize)> {
    let mut values = Deserializer::from_str(text).into_iter::<Value>();
    let value = values.next()?.ok()?;
    (value.is_object() || value.is_array()).then(|| (value, values.byte_offset()))
}

/// The calls a value stands for; `None` when it is something else.
fn call_of(value: &Value) -> Option<Vec<ToolCall>> {
    if let Value::Array(items) = value {
        let calls: Vec<ToolCall> =
            items.iter().map(call_of).collect::<Option<Vec<_>>>()?.into_iter().flatten().collect();
        return (!calls.is_empty()).then_some(calls);
    }
    let fields = value.as_object()?;
    let inner = match fields.get("function") {
        Some(Value::Object(inner)) => inner,
        _ => fields,
    };
    let name = ["name", "function", "tool", "tool_name"].iter().find_map(|key| inner.get(*key)?.as_str())?;
    let arguments = ["arguments", "parameters", "args", "input"].iter().find_map(|key| inner.get(*key))?;
    Some(vec![called(name, arguments.clone())])
}

fn called(name: &str, arguments: Value) -> ToolCall {
    ToolCall { id: String::new(), name: name.to_owned(), arguments }
}

fn half() -> Found {
    Found::Unreadable("your answer holds a tool call that is cut off or is no JSON; nothing was run".to_owned())
}
