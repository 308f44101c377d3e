//! What all connections share: the configuration, the memory, the redactor, what waits for the person.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::task::JoinHandle;

use super::link::{self, Link};
use super::sealed::{PATIENCE, Seal};
use crate::bus::Bus;
use crate::config::Mcp;
use crate::domain::{Failure, FailureKind};
use crate::redact::Redactor;
use crate::runtime::{self, Kit, Veil};
use crate::store::{self, Approvals, Memory};

/// Programs that have a session of their own at the same time, where only their name tells them apart.
const PROGRAMS: usize = 8;

/// What the connections of one process have in common.
pub struct House {
    pub(super) kit: Kit,
    pub(super) memory: Memory,
    pub(super) redactor: Redactor,
    /// Between us and every program outside.
    pub(super) veil: Veil,
    pub(super) approvals: Approvals,
    pub(super) seal: Seal,
    pub(super) rights: Mcp,
    /// Skill files that become stricter count at once.
    skills: JoinHandle<()>,
    /// The programs that name themselves with each request, the one heard last at the end.
    named: Mutex<Vec<Arc<Link>>>,
    /// The programs that began with a handshake; each belongs to its connection.
    greeted: Mutex<Vec<Weak<Link>>>,
}

impl House {
    /// Opens the memory, reads what is secret and watches the skill files. Blocks on the disk.
    ///
    /// # Errors
    /// When the memory cannot be had, or no key for masks.
    pub fn open(kit: Kit) -> Result<Arc<House>, Failure> {
        let memory = Memory::open(&kit.config.gcc_base_path)?;
        let mut warnings = kit.config.warnings.clone();
        let (sources, secrets) = (&kit.sources, &kit.knowledge.secrets);
        let redactor = runtime::redactor(&kit.config, &sources.cwd, &sources.environment, secrets, &mut warnings)?;
        for warning in &warnings {
            tracing::warn!("{warning}");
        }
        let seal = store::passing_key().map_err(Failure::from).and_then(|key| {
            Seal::new(key, PATIENCE)
                .map_err(|error| Failure::new(FailureKind::Error, "questions cannot be sealed").because(error))
        })?;
        let bus = Bus::default();
        tokio::spawn(link::tell(bus.clone()));
        Ok(Arc::new(House {
            veil: Veil::new(&redactor, kit.config.mcp.anonymize),
            approvals: Approvals::at(&kit.config.state_dir),
            rights: kit.config.mcp,
            memory,
            redactor,
            seal,
            skills: runtime::follow_skills(&kit, bus),
            named: Mutex::default(),
            greeted: Mutex::default(),
            kit,
        }))
    }

    /// The link of a program that names itself with each request; the program not heard for the longest time gives way.
    pub(super) fn link_of(self: &Arc<Self>, client: &str) -> (Arc<Link>, Option<Arc<Link>>) {
        let mut named = self.named.lock().unwrap_or_else(PoisonError::into_inner);
        let known = named.iter().position(|link| link.client() == client).map(|place| named.remove(place));
        let link = known.unwrap_or_else(|| Arc::new(Link::new(Arc::clone(self), client)));
        named.push(Arc::clone(&link));
        let gone = (named.len() > PROGRAMS).then(|| named.remove(0));
        (link, gone)
    }

    /// The link of a program that begins with a handshake.
    pub(super) fn greet(self: &Arc<Self>, client: &str) -> Arc<Link> {
        let link = Arc::new(Link::new(Arc::clone(self), client));
        let mut greeted = self.greeted.lock().unwrap_or_else(PoisonError::into_inner);
        greeted.retain(|link| link.strong_count() > 0);
        greeted.push(Arc::downgrade(&link));
        link
    }

    /// Every program there is, to be let go.
    pub(super) fn all(&self) -> Vec<Arc<Link>> {
        let mut all = std::mem::take(&mut *self.named.lock().unwrap_or_else(PoisonError::into_inner));
        let greeted = std::mem::take(&mut *self.greeted.lock().unwrap_or_else(PoisonError::into_inner));
        all.extend(greeted.iter().filter_map(Weak::upgrade));
        all
    }
}

impl Drop for House {
    fn drop(&mut self) {
        self.skills.abort();
    }
}
