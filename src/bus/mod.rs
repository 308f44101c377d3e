//! The one way things that happened reach those who show them.
//!
//! A closed set of events on two lanes: an ordered control lane, and a bulk
//! lane for output that is bounded in bytes, so that a flood slows the child
//! and not the screen. Several subscribers; each has lanes of its own. Knows
//! nothing of what an event means.

mod event;

pub use event::{By, Event, Notice, NoticeKind, OutputChunk, Presence};

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

/// Bytes of output that may wait for one subscriber.
pub const BULK_BYTES: usize = 256 * 1024;

struct Lane {
    control: mpsc::UnboundedSender<Event>,
    bulk: mpsc::UnboundedSender<(OutputChunk, OwnedSemaphorePermit)>,
    room: Arc<Semaphore>,
}

/// Where events are published. Clones publish to the same subscribers.
#[derive(Clone, Default)]
pub struct Bus {
    lanes: Arc<Mutex<Vec<Lane>>>,
}

/// One reader of the bus.
pub struct Subscriber {
    control: mpsc::UnboundedReceiver<Event>,
    bulk: mpsc::UnboundedReceiver<(OutputChunk, OwnedSemaphorePermit)>,
}

/// What a subscriber gets next.
#[derive(Debug, Clone, PartialEq)]
pub enum Delivery {
    Event(Event),
    Output(OutputChunk),
}

impl Bus {
    /// A new reader; it sees what is published from now on.
    pub fn subscribe(&self) -> Subscriber {
        let (control, control_end) = mpsc::unbounded_channel();
        let (bulk, bulk_end) = mpsc::unbounded_channel();
        let lane = Lane { control, bulk, room: Arc::new(Semaphore::new(BULK_BYTES)) };
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner).push(lane);
        Subscriber { control: control_end, bulk: bulk_end }
    }

    /// Publishes on the control lane; never waits.
    pub fn publish(&self, event: &Event) {
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        lanes.retain(|lane| lane.control.send(event.clone()).is_ok());
    }

    /// Publishes output; waits until every subscriber has room for it.
    pub async fn publish_output(&self, chunk: OutputChunk) {
        let lanes: Vec<_> = {
            let lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
            lanes.iter().map(|lane| (lane.bulk.clone(), Arc::clone(&lane.room))).collect()
        };
        let size = u32::try_from(chunk.bytes.len().clamp(1, BULK_BYTES)).unwrap_or(u32::MAX);
        for (bulk, room) in lanes {
            // A subscriber that went away frees its room by being dropped; its lane is skipped.
            tokio::select! {
                permit = room.acquire_many_owned(size) => {
                    if let Ok(permit) = permit {
                        let _gone = bulk.send((chunk.clone(), permit));
                    }
                }
                () = bulk.closed() => {}
            }
        }
    }
}

impl Subscriber {
    /// The next thing; control first. `None` when the bus is gone.
    pub async fn next(&mut self) -> Option<Delivery> {
        tokio::select! {
            biased;
            event = self.control.recv() => event.map(Delivery::Event),
            Some((chunk, _room)) = self.bulk.recv() => Some(Delivery::Output(chunk)),
        }
    }

    /// Output that is there already, past any event. Everything a call printed is there before its end is told.
    pub fn try_output(&mut self) -> Option<OutputChunk> {
        self.bulk.try_recv().ok().map(|(chunk, _room)| chunk)
    }

    /// What is there already, without waiting; control first.
    pub fn try_next(&mut self) -> Option<Delivery> {
        if let Ok(event) = self.control.try_recv() {
            return Some(Delivery::Event(event));
        }
        self.bulk.try_recv().ok().map(|(chunk, _room)| Delivery::Output(chunk))
    }
}

#[cfg(test)]
#[allow(clippy::disallowed_methods)]
mod tests {
    use super::*;
    use crate::domain::{CallId, Stream};

    fn chunk(size: usize) -> OutputChunk {
        OutputChunk { call: CallId(1), stream: Stream::Stdout, bytes: vec![b'x'; size] }
    }

    #[tokio::test]
    async fn a_full_bulk_lane_makes_the_publisher_wait_and_control_passes_by() {
        let bus = Bus::default();
        let mut reader = bus.subscribe();
        bus.publish_output(chunk(BULK_BYTES)).await;
        let waiting = tokio::spawn({
            let bus = bus.clone();
            async move { bus.publish_output(chunk(10)).await }
        });
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        bus.publish(&Event::Idle);
        assert_eq!(reader.next().await, Some(Delivery::Event(Event::Idle)));
        assert!(matches!(reader.next().await, Some(Delivery::Output(_))));
        waiting.await.unwrap();
        assert!(matches!(reader.next().await, Some(Delivery::Output(chunk)) if chunk.bytes.len() == 10));
    }

    #[tokio::test]
    async fn a_subscriber_that_left_holds_nobody_up() {
        let bus = Bus::default();
        let reader = bus.subscribe();
        bus.publish_output(chunk(BULK_BYTES)).await;
        drop(reader);
        bus.publish_output(chunk(BULK_BYTES)).await;
        bus.publish(&Event::Idle);
    }
}
