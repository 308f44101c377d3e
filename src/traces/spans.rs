//! Events to spans.
//!
//! Owns which events begin and end a span, how spans hang together, and what stands on them. Knows no clock and no
//! collector. A session is the root; what is still open at the end is ended with it.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::bus::{Event, Presence};
use crate::domain::{Announcement, CallId, CallReport, Decision, TurnId, Usage, hex};

/// A span that has ended.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Span {
    trace: String,
    id: String,
    parent: Option<String>,
    name: String,
    begun: u64,
    ended: u64,
    attributes: BTreeMap<&'static str, Value>,
    failed: Option<String>,
}

impl Span {
    /// In the form of OTLP's JSON: ids in hex, 64-bit numbers as text.
    pub fn json(&self) -> Value {
        let attribute = |(key, value): (&&str, &Value)| {
            let value = match value {
                Value::Number(number) => json!({"intValue": number.to_string()}),
                Value::Bool(truth) => json!({"boolValue": truth}),
                Value::String(text) => json!({"stringValue": text}),
                other => json!({"stringValue": other.to_string()}),
            };
            json!({"key": key, "value": value})
        };
        // SPAN_KIND_INTERNAL; STATUS_CODE_ERROR and STATUS_CODE_UNSET.
        let status = match &self.failed {
            Some(why) => json!({"code": 2, "message": why}),
            None => json!({}),
        };
        json!({
            "traceId": self.trace,
            "spanId": self.id,
            "parentSpanId": self.parent.clone().unwrap_or_default(),
            "name": self.name,
            "kind": 1,
            "startTimeUnixNano": self.begun.to_string(),
            "endTimeUnixNano": self.ended.to_string(),
            "attributes": self.attributes.iter().map(attribute).collect::<Vec<_>>(),
            "status": status,
        })
    }
}

/// A span that goes on.
struct Open {
    id: String,
    begun: u64,
}

/// A call that goes on.
struct Call {
    open: Open,
    turn: TurnId,
    tier: &'static str,
    program: String,
    /// When a question about it was put, and how long questions have waited before.
    asked: Option<u64>,
    waited: u64,
}

/// A model's answer that is being streamed.
struct Chat {
    open: Open,
    usage: Usage,
    ended: Option<u64>,
}

/// What has begun and not ended.
pub(super) struct Tracer {
    seed: u64,
    made: u64,
    trace: String,
    session: Open,
    name: Option<String>,
    model: Option<String>,
    turn: Option<(TurnId, Open)>,
    chat: Option<Chat>,
    calls: BTreeMap<CallId, Call>,
}

impl Tracer {
    /// A trace that begins now.
    pub fn new(now: u64) -> Tracer {
        let mut tracer = Tracer {
            seed: now,
            made: 0,
            trace: String::new(),
            session: Open { id: String::new(), begun: now },
            name: None,
            model: None,
            turn: None,
            chat: None,
            calls: BTreeMap::new(),
        };
        tracer.begin_trace(now);
        tracer
    }

    fn begin_trace(&mut self, now: u64) {
        self.trace = self.id(16);
        self.session = self.open(now);
    }

    /// So many bytes that no other span has, in hex. The process and its clock make them differ from every other one's.
    fn id(&mut self, bytes: usize) -> String {
        self.made += 1;
        let seed = format!("{}/{}/{}", std::process::id(), self.seed, self.made);
        hex(Sha256::digest(seed.as_bytes()).get(..bytes).unwrap_or_default())
    }

    fn open(&mut self, now: u64) -> Open {
        Open { id: self.id(8), begun: now }
    }

    /// Takes an event in; the spans that ended with it.
    pub fn take(&mut self, event: &Event, now: u64) -> Vec<Span> {
        let mut ended = Vec::new();
        match event {
            Event::Session(session) => {
                let name = session.short().to_owned();
                if self.name.as_ref().is_some_and(|known| *known != name) {
                    ended = self.end(now);
                    self.begin_trace(now);
                }
                self.name = Some(name);
            }
            Event::Presence(Presence::Model { name, .. }) => self.model = Some(name.clone()),
            Event::Presence(Presence::Planner) => self.model = None,
            Event::TurnBegan { turn, .. } => {
                ended = self.end_turn(now, None);
                self.turn = Some((*turn, self.open(now)));
            }
            // Told when a question goes out to the model.
            Event::Room(_) => {
                ended.extend(self.end_chat(now));
                let open = self.open(now);
                self.chat = Some(Chat { open, usage: Usage::default(), ended: None });
            }
            Event::Usage(usage) => {
                if let Some(chat) = &mut self.chat {
                    (chat.usage, chat.ended) = (*usage, Some(now));
                }
            }
            Event::Announced(announcement) => {
                ended.extend(self.end_chat(now));
                self.announced(announcement, now);
            }
            Event::ApprovalRequested(request) => {
                if let Some(call) = self.calls.get_mut(&request.announcement.call) {
                    call.asked.get_or_insert(now);
                }
            }
            Event::ApprovalClosed { call, .. } => {
                if let Some(call) = self.calls.get_mut(call)
                    && let Some(asked) = call.asked.take()
                {
                    call.waited += now.saturating_sub(asked);
                }
            }
            Event::Finished(report) => ended.extend(self.finished(report, now)),
            Event::Answer { .. } | Event::Question { .. } => ended.extend(self.end_chat(now)),
            Event::TurnEnded { turn, failure } if self.turn.as_ref().is_some_and(|(open, _)| open == turn) => {
                ended = self.end_turn(now, failure.as_ref().map(|failure| format!("{:?}", failure.kind)));
            }
            _ => {}
        }
        ended
    }

    /// Ends all that is open, the session last.
    pub fn end(&mut self, now: u64) -> Vec<Span> {
        let mut ended = self.end_turn(now, None);
        self.calls.clear();
        let root = Open { id: self.session.id.clone(), begun: self.session.begun };
        let mut span = self.span(root, now, "session".to_owned());
        span.parent = None;
        ended.push(span);
        ended
    }

    fn span(&self, open: Open, ended: u64, name: String) -> Span {
        let mut attributes = BTreeMap::new();
        if let Some(session) = &self.name {
            attributes.insert("gen_ai.conversation.id", json!(session));
        }
        let parent = Some(self.session.id.clone());
        Span {
            trace: self.trace.clone(),
            id: open.id,
            parent,
            name,
            begun: open.begun,
            ended,
            attributes,
            failed: None,
        }
    }

    fn end_turn(&mut self, now: u64, failed: Option<String>) -> Vec<Span> {
        let mut ended: Vec<Span> = self.end_chat(now).into_iter().collect();
        if let Some((turn, open)) = self.turn.take() {
            let mut span = self.span(open, now, format!("invoke_agent {}", env!("CARGO_PKG_NAME")));
            span.attributes.insert("gen_ai.operation.name", json!("invoke_agent"));
            span.attributes.insert("gen_ai.agent.name", json!(env!("CARGO_PKG_NAME")));
            span.attributes.insert("devops_agent.turn", json!(turn.0));
            span.failed = failed;
            ended.push(span);
        }
        ended
    }

    fn end_chat(&mut self, now: u64) -> Option<Span> {
        let Chat { open, usage, ended } = self.chat.take()?;
        let model = self.model.clone().unwrap_or_default();
        let mut span = self.span(open, ended.unwrap_or(now), format!("chat {model}").trim_end().to_owned());
        if let Some((turn, open)) = &self.turn {
            span.parent = Some(open.id.clone());
            span.attributes.insert("devops_agent.turn", json!(turn.0));
        }
        span.attributes.insert("gen_ai.operation.name", json!("chat"));
        span.attributes.insert("gen_ai.request.model", json!(model));
        if let Some(tokens) = usage.prompt_tokens {
            span.attributes.insert("gen_ai.usage.input_tokens", json!(tokens));
        }
        if let Some(tokens) = usage.output_tokens {
            span.attributes.insert("gen_ai.usage.output_tokens", json!(tokens));
        }
        Some(span)
    }

    fn announced(&mut self, announcement: &Announcement, now: u64) {
        let program = announcement.verdict.parts.first().and_then(|part| part.canonical.first());
        let open = self.open(now);
        let call = Call {
            open,
            turn: announcement.turn,
            tier: announcement.verdict.tier.word(),
            program: program.map(|program| named(program)).unwrap_or_default(),
            asked: None,
            waited: 0,
        };
        self.calls.insert(announcement.call, call);
    }

    fn finished(&mut self, report: &CallReport, now: u64) -> Option<Span> {
        let call = self.calls.remove(&report.call)?;
        let waited = call.waited + call.asked.map_or(0, |asked| now.saturating_sub(asked));
        let mut span = self.span(call.open, now, "execute_tool run_command".to_owned());
        if let Some((turn, open)) = &self.turn
            && *turn == call.turn
        {
            span.parent = Some(open.id.clone());
        }
        let decision = match report.decision {
            Decision::Granted => "granted",
            Decision::Waived => "waived",
            decision => decision.word(),
        };
        span.attributes.extend([
            ("gen_ai.operation.name", json!("execute_tool")),
            ("gen_ai.tool.name", json!("run_command")),
            ("gen_ai.tool.type", json!("function")),
            ("gen_ai.tool.call.id", json!(report.call.0.to_string())),
            ("devops_agent.turn", json!(call.turn.0)),
            ("devops_agent.tier", json!(call.tier)),
            ("devops_agent.decision", json!(decision)),
            ("devops_agent.program", json!(call.program)),
            ("devops_agent.ran", json!(report.exit.is_some())),
            ("devops_agent.waited_ms", json!(waited / 1_000_000)),
            ("devops_agent.printed_bytes", json!(report.printed)),
        ]);
        if let Some(exit) = &report.exit {
            span.attributes.insert("process.exit.code", json!(exit.code()));
            span.failed = (!exit.is_success()).then(|| format!("exit code {}", exit.code()));
        }
        Some(span)
    }
}

/// A program's name, if it is one: what else stands there may be anything.
fn named(program: &str) -> String {
    let name = program.rsplit('/').next().unwrap_or_default();
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '+');
    if !name.is_empty() && name.len() <= 40 && name.chars().all(plain) { name.to_owned() } else { "other".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Room, SessionId};

    fn began(turn: u64) -> Event {
        Event::TurnBegan { turn: TurnId(turn), text: "secret request".to_owned() }
    }

    fn ended(turn: u64) -> Event {
        Event::TurnEnded { turn: TurnId(turn), failure: None }
    }

    #[test]
    fn chats_hang_below_their_turn_and_turns_below_their_session() {
        let mut tracer = Tracer::new(1);
        let usage = Event::Usage(Usage { prompt_tokens: Some(12), output_tokens: None });
        let events = [
            Event::Session(SessionId::new("session_001_2026-01-01_secret-goal")),
            Event::Presence(Presence::Model { name: "m".to_owned(), window: 1 }),
            began(1),
            Event::Room(Room::default()),
            usage,
            Event::Answer { turn: TurnId(1), text: "secret answer".to_owned() },
            ended(1),
        ];
        let mut spans: Vec<Span> = events.iter().zip(10..).flat_map(|(event, now)| tracer.take(event, now)).collect();
        spans.extend(tracer.end(99));
        let names: Vec<&str> = spans.iter().map(|span| span.name.as_str()).collect();
        assert_eq!(names, ["chat m", "invoke_agent devops-agent", "session"]);
        let [chat, turn, session] = spans.as_slice() else { panic!("{spans:?}") };
        assert_eq!((chat.parent.as_ref(), turn.parent.as_ref()), (Some(&turn.id), Some(&session.id)));
        assert_eq!((session.parent.as_ref(), chat.begun, chat.ended, session.ended), (None, 13, 14, 99));
        assert_eq!(chat.attributes["gen_ai.usage.input_tokens"], 12);
        assert!(!chat.attributes.contains_key("gen_ai.usage.output_tokens"), "what nobody counted is no zero");
        let all = spans.iter().map(|span| span.json().to_string()).collect::<String>();
        assert!(!all.contains("secret"), "{all}");
        assert!(all.contains("\"startTimeUnixNano\":\"13\"") && all.contains("\"intValue\":\"12\""), "{all}");
    }

    #[test]
    fn another_session_is_another_trace_and_ids_are_never_twice_the_same() {
        let mut tracer = Tracer::new(1);
        tracer.take(&Event::Session(SessionId::new("session_001_2026-01-01_a")), 2);
        tracer.take(&began(1), 3);
        let first = tracer.take(&Event::Session(SessionId::new("session_002_2026-01-01_b")), 4);
        assert_eq!(first.len(), 2, "the open turn and the session: {first:?}");
        let second = tracer.end(5);
        assert_ne!(first[0].trace, second[0].trace);
        assert_eq!((first[0].trace.len(), first[0].id.len()), (32, 16));
        assert_ne!(first[0].id, first[1].id);
    }

    #[test]
    fn what_stands_in_a_program_s_place_leaves_only_as_a_name() {
        assert_eq!(named("/usr/bin/kubectl"), "kubectl");
        assert_eq!(named("password=hunter2"), "other");
        assert_eq!(named("a b"), "other");
    }
}
