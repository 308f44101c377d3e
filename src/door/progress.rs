//! Progress for a client that wants it: where its call stands and how much was printed. Never what was printed: a piece
//! of output is no place to tell a name from.

use std::time::{Duration, Instant};

use rmcp::RoleServer;
use rmcp::model::{ProgressNotificationParam, ProgressToken};
use rmcp::service::Peer;
use tokio::task::JoinHandle;

use crate::bus::{Bus, Delivery, Event};
use crate::domain::CallId;

/// How often output is told of.
const PACE: Duration = Duration::from_millis(250);

/// Follows a call until its end, or until the handle is aborted.
pub(super) fn follow(bus: &Bus, peer: Peer<RoleServer>, token: ProgressToken, call: CallId) -> JoinHandle<()> {
    let mut events = bus.subscribe();
    tokio::spawn(async move {
        let (mut step, mut printed, mut told) = (0.0, 0_u64, None::<Instant>);
        while let Some(delivery) = events.next().await {
            let message = match delivery {
                Delivery::Event(Event::Announced(announcement)) if announcement.call == call => {
                    format!("judged: {}", announcement.verdict.tier)
                }
                Delivery::Event(Event::Started { call: started }) if started == call => "started".to_owned(),
                Delivery::Event(Event::Finished(report)) if report.call == call => return,
                Delivery::Output(chunk) if chunk.call == call => {
                    printed += chunk.bytes.len() as u64;
                    if told.is_some_and(|told| told.elapsed() < PACE) {
                        continue;
                    }
                    told = Some(Instant::now());
                    format!("{printed} bytes printed")
                }
                Delivery::Event(_) | Delivery::Output(_) => continue,
            };
            step += 1.0;
            let progress = ProgressNotificationParam::new(token.clone(), step).with_message(message);
            if peer.notify_progress(progress).await.is_err() {
                return;
            }
        }
    })
}
