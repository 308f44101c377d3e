//! A front of the runtime for tests: says, replies, interrupts, and hears
//! everything on the bus.
//!
//! Owns the runtime it started and what it heard so far. Knows nothing of what
//! the events mean.

#![allow(dead_code, reason = "each program that includes this file uses its own part of it")]

use std::sync::Arc;
use std::time::Duration;

use devops_agent::bus::{Bus, Delivery, Event, Subscriber};
use devops_agent::config::{self, Flags, Sources, TrustStore};
use devops_agent::domain::{ApprovalRequest, CallReport, Decision};
use devops_agent::exec::Supervisor;
use devops_agent::guests::Guests;
use devops_agent::runtime::{Input, Kit, Manner, Runtime, SessionChoice};

use super::home::{Home, PROGRAM};

/// How long anything is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// The front.
pub struct Front {
    runtime: Runtime,
    events: Subscriber,
    /// Everything heard, in order.
    pub heard: Vec<Event>,
    /// Output heard, both streams.
    pub printed: String,
}

/// What a runtime in this place is made of.
pub fn kit(place: &Home) -> Kit {
    let sources = Sources {
        cwd: place.project.clone(),
        home: place.home.clone(),
        environment: place.env.clone(),
        flags: Flags::default(),
    };
    let trust = TrustStore::open(&sources.state_dir()).unwrap();
    let loaded = config::load(&sources, &trust).unwrap();
    let mut kit = Kit::build(&loaded, &sources).unwrap();
    kit.supervisor = Arc::new(Supervisor::at(PROGRAM.into()));
    let (probe, supervisor) = (Arc::clone(&kit.probe), Arc::clone(&kit.supervisor));
    kit.guests = Guests::new(loaded.servers.clone(), probe, supervisor, &kit.config.state_dir);
    kit
}

impl Front {
    /// A runtime with a person to ask.
    pub async fn start(place: &Home) -> Self {
        let manner = Manner {
            attended: true,
            waive: None,
            interactive: false,
            session: SessionChoice::Active,
            offer: false,
            watches: true,
        };
        let bus = Bus::default();
        let events = bus.subscribe();
        let runtime = Runtime::start(kit(place), manner, bus).await.unwrap();
        Self { runtime, events, heard: Vec::new(), printed: String::new() }
    }

    pub async fn tell(&self, input: Input) {
        assert!(self.runtime.tell(input).await, "the runtime has ended");
    }

    pub async fn say(&self, text: &str) {
        self.tell(Input::Say(text.to_owned())).await;
    }

    pub async fn reply(&self, request: &ApprovalRequest, text: &str) {
        let (call, digest) = (request.announcement.call, request.digest.clone());
        self.tell(Input::Reply { call, digest, text: text.to_owned() }).await;
    }

    /// Listens until `wanted` gives something.
    pub async fn until<T>(&mut self, what: &str, mut wanted: impl FnMut(&Event) -> Option<T>) -> T {
        let listening = async {
            loop {
                match self.events.next().await {
                    Some(Delivery::Output(chunk)) => self.printed.push_str(&String::from_utf8_lossy(&chunk.bytes)),
                    Some(Delivery::Event(event)) => {
                        let found = wanted(&event);
                        self.heard.push(event);
                        if let Some(found) = found {
                            return found;
                        }
                    }
                    None => panic!("the bus ended before {what}; heard: {:#?}", self.heard),
                }
            }
        };
        match tokio::time::timeout(PATIENCE, listening).await {
            Ok(found) => found,
            Err(_) => panic!("waited in vain for {what}; heard: {:#?}", self.heard),
        }
    }

    /// Listens until this stands in the output.
    pub async fn until_printed(&mut self, text: &str) {
        let listening = async {
            while !self.printed.contains(text) {
                match self.events.next().await {
                    Some(Delivery::Output(chunk)) => self.printed.push_str(&String::from_utf8_lossy(&chunk.bytes)),
                    Some(Delivery::Event(event)) => self.heard.push(event),
                    None => break,
                }
            }
        };
        let waited = tokio::time::timeout(PATIENCE, listening).await;
        assert!(waited.is_ok() && self.printed.contains(text), "{text:?} was never printed; heard: {:#?}", self.heard);
    }

    pub async fn approval(&mut self) -> ApprovalRequest {
        self.until("a request for approval", |event| match event {
            Event::ApprovalRequested(request) => Some(request.clone()),
            _ => None,
        })
        .await
    }

    pub async fn closed(&mut self) -> Decision {
        self.until("the end of a request for approval", |event| match event {
            Event::ApprovalClosed { decision, .. } => Some(*decision),
            _ => None,
        })
        .await
    }

    pub async fn report(&mut self) -> CallReport {
        self.until("the end of a call", |event| match event {
            Event::Finished(report) => Some(report.clone()),
            _ => None,
        })
        .await
    }

    pub async fn answer(&mut self) -> String {
        self.until("an answer", |event| match event {
            Event::Answer { text, .. } => Some(text.clone()),
            _ => None,
        })
        .await
    }

    /// What there is to choose from, after a no.
    pub async fn choice(&mut self) -> String {
        self.until("a choice", |event| match event {
            Event::Choice { text, .. } => Some(text.clone()),
            _ => None,
        })
        .await
    }

    /// Rest, after a no: of other ways that are offered none is wanted.
    pub async fn leaves_it(&mut self) {
        let offered = self.until("rest or a choice", |event| match event {
            Event::Choice { .. } => Some(true),
            Event::Idle => Some(false),
            _ => None,
        });
        if offered.await {
            self.say("skip").await;
            self.idle().await;
        }
    }

    pub async fn notice(&mut self) -> String {
        self.until("a notice", |event| match event {
            Event::Notice(notice) => Some(notice.text.clone()),
            _ => None,
        })
        .await
    }

    pub async fn idle(&mut self) {
        self.until("rest", |event| matches!(event, Event::Idle).then_some(())).await;
    }

    /// The place of the first event of this kind among those heard.
    pub fn position(&self, what: &str, wanted: impl Fn(&Event) -> bool) -> usize {
        self.heard.iter().position(wanted).unwrap_or_else(|| panic!("no {what} in {:#?}", self.heard))
    }

    pub async fn close(self) {
        self.runtime.close().await;
    }
}
