//! What happened as OpenTelemetry traces, for who collects them: sessions, turns, the model's answers, calls.
//!
//! Owns the export, which is off unless `OTEL_EXPORTER_OTLP_ENDPOINT` of the person's own environment names a
//! collector. Follows the bus like a screen does and holds nobody up: what cannot be sent is counted and dropped. Times,
//! tiers, decisions, exit codes and token counts leave; no request, command line, argument, output or answer does.
//!
//! OTLP over HTTP in its JSON form, written here: the exporter of the OpenTelemetry crates wants a runtime, a global
//! state and protobuf for the few spans that the events on the bus already describe.
//!
//! Sources: opentelemetry.io/docs/specs/otlp (JSON), the GenAI semantic conventions (`gen_ai.*`), and the
//! specification's environment variables.
#![allow(clippy::disallowed_methods)]

mod spans;

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect;
use serde_json::{Value, json};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::bus::{Bus, Delivery, Subscriber};

use spans::{Span, Tracer};

/// How often what is there is sent.
const EVERY: Duration = Duration::from_secs(5);
/// Spans that are sent at once, and that wait at most where a collector does not answer.
const BATCH: usize = 64;
const MOST: usize = 2048;
/// How long a collector may take, and how long our end waits for it.
const PATIENCE: Duration = Duration::from_secs(5);
const END: Duration = Duration::from_secs(3);

/// Where traces go.
pub struct Exporter {
    client: reqwest::Client,
    url: String,
    service: String,
}

impl Exporter {
    /// What the environment asks for; `None` where it asks for nothing.
    ///
    /// # Errors
    /// A sentence about a variable that cannot be used.
    pub fn from_environment(environment: &BTreeMap<String, String>) -> Result<Option<Exporter>, String> {
        let set = |name: &str| environment.get(name).map(|value| value.trim()).filter(|value| !value.is_empty());
        if set("OTEL_SDK_DISABLED").is_some_and(|value| value.eq_ignore_ascii_case("true")) {
            return Ok(None);
        }
        let url = match (set("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"), set("OTEL_EXPORTER_OTLP_ENDPOINT")) {
            (Some(whole), _) => whole.to_owned(),
            (None, Some(base)) => format!("{}/v1/traces", base.trim_end_matches('/')),
            (None, None) => return Ok(None),
        };
        if !(url.starts_with("http://") || url.starts_with("https://")) {
            return Err("OTEL_EXPORTER_OTLP_ENDPOINT is no address such as http://localhost:4318".to_owned());
        }
        let protocol = set("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL").or(set("OTEL_EXPORTER_OTLP_PROTOCOL"));
        if protocol.is_some_and(|protocol| protocol == "grpc") {
            return Err("traces are sent over HTTP; OTEL_EXPORTER_OTLP_PROTOCOL=grpc is not spoken here".to_owned());
        }
        let given = set("OTEL_EXPORTER_OTLP_TRACES_HEADERS").or(set("OTEL_EXPORTER_OTLP_HEADERS"));
        let headers = headers(given.unwrap_or_default())?;
        let client = reqwest::Client::builder()
            .default_headers(headers)
            .redirect(redirect::Policy::none())
            .timeout(PATIENCE)
            .build()
            .map_err(|error| format!("HTTP cannot be spoken here: {error}"))?;
        let service = set("OTEL_SERVICE_NAME").unwrap_or(env!("CARGO_PKG_NAME")).to_owned();
        Ok(Some(Exporter { client, url, service }))
    }

    /// Follows a bus from now on.
    pub fn follow(self, bus: &Bus) -> Following {
        let (end, ended) = oneshot::channel();
        let events = bus.subscribe();
        Following { end, task: tokio::spawn(self.run(events, ended)) }
    }

    async fn run(self, mut events: Subscriber, mut ended: oneshot::Receiver<()>) {
        let mut tracer = Tracer::new(nanoseconds());
        let (mut waiting, mut lost) = (Vec::new(), 0_usize);
        let mut clock = tokio::time::interval(EVERY);
        clock.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            let due = tokio::select! {
                biased;
                delivery = events.next() => match delivery {
                    Some(Delivery::Event(event)) => {
                        waiting.extend(tracer.take(&event, nanoseconds()));
                        waiting.len() >= BATCH && lost == 0
                    }
                    // What was printed is nobody's outside.
                    Some(Delivery::Output(_)) => false,
                    None => break,
                },
                _ended = &mut ended => break,
                _tick = clock.tick() => true,
            };
            if due {
                self.send(&mut waiting, &mut lost).await;
            }
        }
        while let Some(delivery) = events.try_next() {
            if let Delivery::Event(event) = delivery {
                waiting.extend(tracer.take(&event, nanoseconds()));
            }
        }
        waiting.extend(tracer.end(nanoseconds()));
        self.send(&mut waiting, &mut lost).await;
        if lost > 0 {
            tracing::warn!(lost, "spans could not be sent");
        }
    }

    /// Sends all that waits; what a collector does not take waits on, up to a bound.
    async fn send(&self, waiting: &mut Vec<Span>, lost: &mut usize) {
        if waiting.is_empty() {
            return;
        }
        let body = self.request(waiting).to_string();
        let request = self.client.post(&self.url).header(CONTENT_TYPE, "application/json").body(body);
        match request.send().await {
            Ok(response) if response.status().is_success() => return waiting.clear(),
            // What it does not understand it will not understand later.
            Ok(response) if response.status().is_client_error() => {
                tracing::warn!(status = response.status().as_u16(), "the collector of traces refused spans");
                *lost += waiting.len();
                return waiting.clear();
            }
            Ok(response) => tracing::debug!(status = response.status().as_u16(), "the collector is not ready"),
            Err(error) => tracing::debug!(error = %error.without_url(), "the collector cannot be reached"),
        }
        let surplus = waiting.len().saturating_sub(MOST);
        *lost += surplus;
        waiting.drain(..surplus);
    }

    fn request(&self, spans: &[Span]) -> Value {
        let text = |key: &str, value: &str| json!({"key": key, "value": {"stringValue": value}});
        json!({"resourceSpans": [{
            "resource": {"attributes": [
                text("service.name", &self.service),
                text("service.version", env!("CARGO_PKG_VERSION")),
            ]},
            "scopeSpans": [{
                "scope": {"name": env!("CARGO_PKG_NAME"), "version": env!("CARGO_PKG_VERSION")},
                "spans": spans.iter().map(Span::json).collect::<Vec<_>>(),
            }],
        }]})
    }
}

/// An export that goes on.
pub struct Following {
    end: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Following {
    /// Ends it; what is there is sent, if the collector takes it soon.
    pub async fn end(self) {
        let _ended_already = self.end.send(());
        if tokio::time::timeout(END, self.task).await.is_err() {
            tracing::warn!("the collector of traces did not answer in time");
        }
    }
}

/// `name=value,other=value`, the values percent-encoded.
fn headers(text: &str) -> Result<HeaderMap, String> {
    let mut headers = HeaderMap::new();
    for pair in text.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
        // A header's value may be secret: it is not repeated.
        let wrong = || "OTEL_EXPORTER_OTLP_HEADERS has a part that is no name=value".to_owned();
        let (name, value) = pair.split_once('=').ok_or_else(wrong)?;
        let name = HeaderName::try_from(name.trim()).map_err(|_| wrong())?;
        let mut value = HeaderValue::from_bytes(&decoded(value.trim())).map_err(|_| wrong())?;
        value.set_sensitive(true);
        headers.insert(name, value);
    }
    Ok(headers)
}

fn decoded(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        match hex.and_then(|two| u8::from_str_radix(two, 16).ok()).filter(|_| *first == b'%') {
            Some(byte) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    bytes
}

fn nanoseconds() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exporter(pairs: &[(&str, &str)]) -> Result<Option<Exporter>, String> {
        let all = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Exporter::from_environment(&all.collect())
    }

    #[test]
    fn without_an_endpoint_there_is_no_export_and_a_base_gets_its_path() {
        assert!(exporter(&[("OTEL_SERVICE_NAME", "x")]).unwrap().is_none());
        let base = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:4318/");
        assert_eq!(exporter(&[base]).unwrap().unwrap().url, "http://localhost:4318/v1/traces");
        assert!(exporter(&[base, ("OTEL_SDK_DISABLED", "true")]).unwrap().is_none());
        let whole = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "https://x/otel");
        assert_eq!(exporter(&[base, whole]).unwrap().unwrap().url, "https://x/otel");
        assert!(exporter(&[("OTEL_EXPORTER_OTLP_ENDPOINT", "localhost:4317")]).is_err());
        assert!(exporter(&[base, ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")]).is_err());
    }

    #[test]
    fn headers_are_decoded_and_a_wrong_one_is_told_without_its_value() {
        let read = headers("x-api-key=a%20b%3D, other=1").unwrap();
        assert_eq!(read.get("x-api-key").unwrap(), "a b=");
        let wrong = headers("se cret=hunter2").unwrap_err();
        assert!(!wrong.contains("hunter2"), "{wrong}");
    }
}
