//! One program outside and the session its calls are written to, which begins with its first call that leaves a trace.
//!
//! Owns that session, the numbers of the calls and the questions that stand open. Invariants: a question is answered
//! once; when the link ends, what is open is written down as withdrawn.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use tokio::sync::{OwnedRwLockReadGuard, RwLock};

use super::house::House;
use super::sealed::PATIENCE;
use crate::bus::{Bus, Delivery, Event};
use crate::domain::{ApprovalRequest, CallId, CallRequest, Failure, FailureKind, Principal};
use crate::index::Registry;
use crate::probe;
use crate::runtime::{self, SessionChoice};
use crate::store::{Grants, Writer};
use crate::tools::{Calls, Core, ServerParts, SessionSlot};
use crate::traces::{Exporter, Following};

/// Questions of one program that may stand open; beyond that the oldest are withdrawn.
const OPEN: usize = 16;

/// A question that went out and waits for another call.
pub(super) struct Open {
    pub request: CallRequest,
    pub asked: ApprovalRequest,
    until: Instant,
}

/// One program.
pub(super) struct Link {
    house: Arc<House>,
    client: String,
    slot: SessionSlot,
    bus: Bus,
    core: Core,
    /// Held while a session begins, so that two first calls begin one.
    begins: tokio::sync::Mutex<()>,
    calls: AtomicU64,
    open: Mutex<BTreeMap<CallId, Open>>,
    /// Read by every call, written by the end, which so waits for them.
    running: Arc<RwLock<()>>,
    /// Where what happens goes too, when the person names a collector.
    traces: Mutex<Option<Following>>,
}

impl Link {
    /// A program that has called nothing yet.
    pub fn new(house: Arc<House>, client: &str) -> Link {
        let (slot, bus, kit) = (SessionSlot::default(), Bus::default(), &house.kit);
        let core = Core::new(ServerParts {
            rules: kit.rules.clone(),
            replies: Arc::clone(&kit.knowledge.replies),
            probe: Arc::clone(&kit.probe),
            supervisor: Arc::clone(&kit.supervisor),
            guests: kit.guests.clone(),
            redactor: house.redactor.clone(),
            bus: bus.clone(),
            session: slot.clone(),
            grants: Grants::at(&kit.config.state_dir),
            calls: Calls::default(),
            approver: Principal::Client { name: client.to_owned() },
            waive: None,
            interactive: false,
        });
        tokio::spawn(tell(bus.clone()));
        let traces = Exporter::from_environment(&kit.sources.environment).unwrap_or_else(|why| {
            tracing::warn!("no traces are exported: {why}");
            None
        });
        let traces = Mutex::new(traces.map(|exporter| exporter.follow(&bus)));
        Link {
            house,
            client: client.to_owned(),
            slot,
            bus,
            core,
            begins: tokio::sync::Mutex::default(),
            calls: AtomicU64::new(1),
            open: Mutex::default(),
            traces,
            running: Arc::default(),
        }
    }

    /// The program's name and version, as it says them, escaped.
    pub fn client(&self) -> &str {
        &self.client
    }

    pub fn house(&self) -> &Arc<House> {
        &self.house
    }

    pub fn core(&self) -> &Core {
        &self.core
    }

    pub fn bus(&self) -> &Bus {
        &self.bus
    }

    /// The number of a new call.
    pub fn next_call(&self) -> CallId {
        CallId(self.calls.fetch_add(1, Ordering::Relaxed))
    }

    /// Held by a call while it goes on.
    pub async fn running(&self) -> OwnedRwLockReadGuard<()> {
        Arc::clone(&self.running).read_owned().await
    }

    /// The session that is written to, if it has begun.
    pub async fn begun(&self) -> Option<Writer> {
        self.slot.writer().await
    }

    /// The session that is written to; begins it for `goal` where there is none.
    pub async fn session(&self, goal: &str) -> Result<Writer, Failure> {
        let _begins = self.begins.lock().await;
        if let Some(writer) = self.slot.writer().await {
            return Ok(writer);
        }
        let (house, goal) = (Arc::clone(&self.house), goal.to_owned());
        let opened = tokio::task::spawn_blocking(move || {
            let (mut told, now) = (Vec::new(), probe::now());
            let surroundings = house.kit.probe.surroundings();
            let choice = SessionChoice::New;
            let opened =
                runtime::open_session(&house.memory, &choice, &goal, now, &surroundings, &house.redactor, &mut told);
            if let Err(error) = Registry::new(&house.kit.config.state_dir).note(house.memory.root()) {
                tracing::warn!(%error, "searches over every memory will not know this one");
            }
            opened
        });
        let (writer, _begun) = opened
            .await
            .map_err(|error| Failure::new(FailureKind::Error, "the session could not be begun").because(error))??;
        self.slot.hold(writer.clone()).await;
        self.note_surroundings();
        Ok(writer)
    }

    /// Notes where the session begins, beside what goes on.
    fn note_surroundings(&self) {
        let (house, slot) = (Arc::clone(&self.house), self.slot.clone());
        tokio::spawn(async move {
            let snapshot = runtime::snapshot(&house.kit).await;
            let Some(writer) = slot.writer().await else { return };
            if let Err(error) = writer.ask(move |session| session.note(&snapshot, probe::now())).await {
                tracing::warn!(%error, "where the session begins could not be noted");
            }
        });
    }

    /// Keeps a question until its answer comes.
    pub async fn keep(&self, request: CallRequest, asked: ApprovalRequest) {
        let gone = {
            let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
            let until = Instant::now() + PATIENCE;
            let call = request.call;
            open.insert(call, Open { request, asked, until });
            if open.len() > OPEN { open.pop_first() } else { None }
        };
        if let Some((_, gone)) = gone {
            self.core.withdrawn(&gone.request, &gone.asked).await;
        }
    }

    /// Takes a question away for its answer; `None` when there is none: it was answered, or its time is over.
    pub async fn answered(&self, call: CallId) -> Option<Open> {
        self.sweep().await;
        self.open.lock().unwrap_or_else(PoisonError::into_inner).remove(&call)
    }

    /// Withdraws the questions whose time is over.
    pub async fn sweep(&self) {
        let now = Instant::now();
        self.withdraw(|open| open.until <= now).await;
    }

    async fn withdraw(&self, goes: impl Fn(&Open) -> bool) {
        let gone: Vec<Open> = {
            let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
            let calls: Vec<CallId> = open.iter().filter(|(_, open)| goes(open)).map(|(call, _)| *call).collect();
            calls.iter().filter_map(|call| open.remove(call)).collect()
        };
        for open in gone {
            self.core.withdrawn(&open.request, &open.asked).await;
        }
    }

    /// Ends the link: waits for what runs, withdraws what is open, closes the session.
    pub async fn end(&self) {
        let _all = self.running.write().await;
        self.withdraw(|_| true).await;
        if let Some(writer) = self.slot.writer().await {
            // What a program found is for the person to put on the project's page.
            if let Err(error) = writer.ask(|session| session.close(false, probe::now())).await {
                tracing::error!(%error, "the session could not be closed");
            }
        }
        self.slot.release().await;
        let traces = self.traces.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(traces) = traces {
            traces.end().await;
        }
    }
}

/// Keeps the output lane empty, and puts what the core has to say into the program's own log.
pub(super) async fn tell(bus: Bus) {
    let mut events = bus.subscribe();
    // Ends with the last clone that publishes.
    drop(bus);
    while let Some(delivery) = events.next().await {
        if let Delivery::Event(Event::Notice(notice)) = delivery {
            tracing::warn!("{}", notice.text);
        }
    }
}
