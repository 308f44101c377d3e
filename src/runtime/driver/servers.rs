//! The servers of other programs' tools, as the driver meets them: they come up with the model, what they offer goes to
//! the agent, what becomes of them to the person.

use std::time::Duration;

use tokio::sync::mpsc::UnboundedSender;

use super::Driver;
use crate::agent;
use crate::bus::NoticeKind;
use crate::guests::{Guests, News};
use crate::runtime::ServerWord;

/// How long the model waits for them; one that is slower is offered with a later question.
const PATIENCE: Duration = Duration::from_secs(5);

/// Starts them, and waits for those that are quick.
pub(super) async fn come_up(guests: &Guests, news: &UnboundedSender<News>) {
    guests.start(news.clone());
    let _slow = tokio::time::timeout(PATIENCE, guests.settled()).await;
}

impl Driver {
    pub(super) fn offer_tools(&mut self) {
        // Other tools have no effects.
        self.agent.handle(agent::Event::Tools(self.kit.guests.offered().into()));
    }

    pub(super) fn news(&mut self, news: News) {
        match news {
            News::Tools => self.offer_tools(),
            News::Told(text) => self.notice(NoticeKind::Warning, text),
        }
    }

    /// The person's word about one of them.
    pub(super) async fn servers(&mut self, word: ServerWord) {
        let done = match word {
            ServerWord::Accept(name) => self.kit.guests.accept(&name).await,
            ServerWord::Restart(name) => self.kit.guests.restart(&name),
        };
        match done {
            Ok(text) => self.notice(NoticeKind::Info, format!("{text}.")),
            Err(why) => self.notice(NoticeKind::Warning, format!("Nothing was done: {why}.")),
        }
    }
}
