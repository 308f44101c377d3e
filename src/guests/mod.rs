//! Tools that other programs serve through the Model Context Protocol, for our agent.
//!
//! Owns the connections to the servers the person named or trusted: what they offer, under which names, whether that is
//! what it was when the person had it first, and the one way to use it: [`Guests::call`] consumes a [`Cleared`] and
//! takes nothing else that names a tool. Must not know how a call was judged, shown, masked or logged.
//!
//! - What a server says of itself is data: its words are bounded and escaped, and it never widens what it may do.
//! - A tool that is new or described otherwise than it was accepted is held back until the person accepts it.
//! - A server that dies, floods, hangs or writes endless lines costs its own connection and is told of, no more.
//! - Nothing is started before it is trusted, and nothing that was started outlives us.
#![allow(clippy::disallowed_methods)]

mod call;
mod http;
mod link;
mod meter;
mod tool;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rmcp::RoleClient;
use rmcp::service::Peer;
use tokio::sync::mpsc::{Sender, UnboundedSender};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::config::{Server, Way};
use crate::domain::OfferedTool;
use crate::exec::{Finished, Progress, Supervisor};
use crate::gate::Cleared;
use crate::output::{counted, escape};
use crate::probe::Probe;
use crate::store::{Definitions, Pins};

use tool::Described;
pub use tool::Held;

/// How long a server has to come up and to list its tools.
const START: Duration = Duration::from_secs(20);
/// How long all of them have to end.
const END: Duration = Duration::from_secs(8);
/// After a word of a change the list is read once, however many more words come.
const SETTLE: Duration = Duration::from_millis(500);

/// Something the person or the agent should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// What is offered is another than before.
    Tools,
    /// One sentence for the person.
    Told(String),
}

/// How a server stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Named by a file of the project that is not trusted.
    Untrusted,
    Waiting,
    Starting,
    Ready,
    /// It is gone, and why.
    Ended(String),
}

/// A server as it is shown.
#[derive(Debug, Clone)]
pub struct Standing {
    pub name: String,
    pub file: String,
    /// The command or the address.
    pub reached: String,
    pub state: State,
    pub tools: Vec<ToolStanding>,
}

/// One of its tools.
#[derive(Debug, Clone)]
pub struct ToolStanding {
    /// As the server calls it; what is held back too.
    pub tool: OfferedTool,
    pub held: Option<Held>,
}

/// The servers. Clones are the same ones.
#[derive(Clone)]
pub struct Guests(Arc<Inner>);

struct Inner {
    servers: Vec<Server>,
    probe: Arc<Probe>,
    supervisor: Arc<Supervisor>,
    pins: Pins,
    known: Mutex<BTreeMap<String, Guest>>,
    news: Mutex<Option<UnboundedSender<News>>>,
    tasks: Mutex<Vec<JoinHandle<()>>>,
}

#[derive(Clone)]
struct Guest {
    state: State,
    tools: Vec<Described>,
    peer: Option<Peer<RoleClient>>,
    stop: CancellationToken,
}

impl Guests {
    /// Knows the servers; starts none.
    pub fn new(servers: Vec<Server>, probe: Arc<Probe>, supervisor: Arc<Supervisor>, state_dir: &Path) -> Guests {
        let guest = |server: &Server| Guest {
            state: if server.trusted { State::Waiting } else { State::Untrusted },
            tools: Vec::new(),
            peer: None,
            stop: CancellationToken::new(),
        };
        let known = servers.iter().map(|server| (server.name.clone(), guest(server))).collect();
        let (news, tasks) = (Mutex::new(None), Mutex::new(Vec::new()));
        let inner =
            Inner { servers, probe, supervisor, pins: Pins::at(state_dir), known: Mutex::new(known), news, tasks };
        Guests(Arc::new(inner))
    }

    /// Starts all that are trusted and were never started; what becomes of them is told to `news`.
    pub fn start(&self, news: UnboundedSender<News>) {
        *lock(&self.0.news) = Some(news);
        for server in &self.0.servers {
            if lock(&self.0.known).get(&server.name).is_some_and(|guest| guest.state == State::Waiting) {
                self.begin(server);
            }
        }
    }

    /// Waits until none of them is starting any more.
    pub async fn settled(&self) {
        let busy = |guest: &Guest| matches!(guest.state, State::Starting);
        while lock(&self.0.known).values().any(busy) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// What the agent may offer to a model, names settled.
    pub fn offered(&self) -> Vec<OfferedTool> {
        self.standings().into_iter().flat_map(|standing| standing.tools).filter_map(offer).collect()
    }

    /// How each server stands, in the order of the files.
    pub fn standings(&self) -> Vec<Standing> {
        let known = lock(&self.0.known).clone();
        let mut names = tool::Names::default();
        let standing = |server: &Server| {
            let guest = known.get(&server.name)?;
            let tools = guest.tools.iter().map(|described| ToolStanding {
                tool: described.offered(&server.name, &mut names),
                held: described.held,
            });
            Some(Standing {
                name: server.name.clone(),
                file: escape::line(&server.file.display().to_string()),
                reached: escape::line(&reached(&server.way)),
                state: guest.state.clone(),
                tools: tools.collect(),
            })
        };
        self.0.servers.iter().filter_map(standing).collect()
    }

    /// Takes the tools of a server as they are described now; the sentence says what that was.
    ///
    /// # Errors
    /// A sentence, when there is no such server or it offers nothing now.
    pub async fn accept(&self, name: &str) -> Result<String, String> {
        let server = self.server(name)?.clone();
        let tools = lock(&self.0.known).get(name).map(|guest| guest.tools.clone()).unwrap_or_default();
        if tools.is_empty() {
            return Err(format!("{name} offers no tools now, so there is nothing to accept"));
        }
        let held = tools.iter().filter(|tool| tool.held.is_some()).count();
        let definitions: Definitions = tools.iter().map(|tool| (tool.name.clone(), tool.digest.clone())).collect();
        let (pins, key) = (self.0.pins.clone(), pin_key(&server));
        let kept = tokio::task::spawn_blocking(move || pins.accept(&key, definitions)).await;
        match kept {
            Ok(Ok(())) => {}
            Ok(Err(error)) => return Err(format!("{error}; {}", error.hint())),
            Err(error) => return Err(error.to_string()),
        }
        self.change(name, |guest| {
            // What the server changed while it was accepted is none of it.
            for tool in guest.tools.iter_mut().filter(|tool| tools.iter().any(|known| known.digest == tool.digest)) {
                tool.held = None;
            }
        });
        self.tell(News::Tools);
        Ok(format!("{} of {name} accepted as they are described now", counted(held, "tool", "tools")))
    }

    /// Ends a server's connection and makes a new one.
    ///
    /// # Errors
    /// A sentence, when there is no such server or it is not trusted.
    pub fn restart(&self, name: &str) -> Result<String, String> {
        let server = self.server(name)?;
        if !server.trusted {
            return Err(format!("{} names {name} and is not trusted", server.file.display()));
        }
        if let Some(guest) = lock(&self.0.known).get(name) {
            guest.stop.cancel();
        }
        self.begin(server);
        Ok(format!("{name} is started again"))
    }

    /// Makes a cleared call and waits for its end; it is the only way to one.
    pub async fn call(&self, cleared: Cleared, cancel: CancellationToken, progress: Sender<Progress>) -> Finished {
        call::made(self, cleared, cancel, progress).await
    }

    /// Ends all of them.
    pub async fn close(&self) {
        for guest in lock(&self.0.known).values() {
            guest.stop.cancel();
        }
        let tasks = std::mem::take(&mut *lock(&self.0.tasks));
        let ended = async {
            for task in tasks {
                // A task that failed has ended too.
                let _ended = task.await;
            }
        };
        if tokio::time::timeout(END, ended).await.is_err() {
            tracing::warn!("a server of tools did not end in time; it ends with us");
        }
    }

    fn server(&self, name: &str) -> Result<&Server, String> {
        let found = self.0.servers.iter().find(|server| server.name == name);
        found.ok_or_else(|| {
            let names: Vec<&str> = self.0.servers.iter().map(|server| server.name.as_str()).collect();
            let known = if names.is_empty() { "none is configured".to_owned() } else { names.join(", ") };
            format!("there is no server `{}`; known: {known}", escape::line(name))
        })
    }

    fn begin(&self, server: &Server) {
        let stop = CancellationToken::new();
        let mine = stop.clone();
        self.change(&server.name, |guest| {
            (guest.state, guest.tools, guest.peer, guest.stop) = (State::Starting, Vec::new(), None, mine);
        });
        let (guests, server) = (self.clone(), server.clone());
        let task = tokio::spawn(async move { guests.live(&server, &stop).await });
        lock(&self.0.tasks).push(task);
    }

    /// The life of one server, from its start to its end.
    async fn live(&self, server: &Server, stop: &CancellationToken) {
        let name = &server.name;
        let link = tokio::select! {
            () = stop.cancelled() => return,
            link = tokio::time::timeout(START, link::connect(server, &self.0.probe, &self.0.supervisor)) => link,
        };
        let link = match link {
            Ok(Ok(link)) => link,
            Ok(Err(why)) => return self.ended(name, stop, why),
            Err(_late) => {
                return self.ended(name, stop, format!("it did not answer within {} s", START.as_secs()));
            }
        };
        let mut why = None;
        loop {
            match tokio::time::timeout(START, tool::listed(&link.peer)).await {
                Ok(Ok((tools, left_out))) => self.adopt(server, &link.peer, stop, tools, left_out).await,
                Ok(Err(error)) => why = Some(error),
                Err(_late) => why = Some(format!("it did not list its tools within {} s", START.as_secs())),
            }
            if why.is_some() {
                break;
            }
            tokio::select! {
                () = stop.cancelled() => break,
                () = link.closed() => break,
                () = link.changed.notified() => {}
            }
            tokio::select! {
                () = stop.cancelled() => break,
                () = link.closed() => break,
                () = tokio::time::sleep(SETTLE) => {}
            }
        }
        // Nothing is offered while it ends.
        self.change_of(name, stop, |guest| (guest.tools, guest.peer) = (Vec::new(), None));
        let last_words = link.end().await;
        if !stop.is_cancelled() {
            self.ended(name, stop, why.unwrap_or(last_words));
        }
    }

    /// Takes over what a server offers, and holds back what nobody accepted.
    async fn adopt(
        &self,
        server: &Server,
        peer: &Peer<RoleClient>,
        stop: &CancellationToken,
        mut tools: Vec<Described>,
        left_out: Vec<String>,
    ) {
        let now: Definitions = tools.iter().map(|tool| (tool.name.clone(), tool.digest.clone())).collect();
        let (pins, key) = (self.0.pins.clone(), pin_key(server));
        let known = tokio::task::spawn_blocking(move || match pins.of(&key) {
            Ok(None) => pins.accept(&key, now.clone()).map(|()| now),
            Ok(Some(known)) => Ok(known),
            Err(error) => Err(error),
        });
        let known = match known.await {
            Ok(Ok(known)) => known,
            Ok(Err(error)) => {
                self.tell(News::Told(format!(
                    "The tools of {} are held back: what was accepted of them cannot be told: {error}. {}",
                    server.name,
                    error.hint()
                )));
                Definitions::new()
            }
            Err(_ended) => Definitions::new(),
        };
        for tool in &mut tools {
            tool.held = match known.get(&tool.name) {
                Some(digest) if *digest == tool.digest => None,
                Some(_) => Some(Held::Changed),
                None => Some(Held::New),
            };
        }
        let told = |held: Held| -> Vec<String> {
            let of = tools.iter().filter(|tool| tool.held == Some(held)).map(|tool| tool.name.clone());
            of.collect()
        };
        let name = &server.name;
        for (what, names) in
            [("describes otherwise than before", told(Held::Changed)), ("newly offers", told(Held::New))]
        {
            if !names.is_empty() {
                self.tell(News::Told(format!(
                    "The server {name} {what}: {}. These tools are not used until you look at them with /mcp and say \
                     /mcp accept {name}.",
                    names.join(", ")
                )));
            }
        }
        if !left_out.is_empty() {
            self.tell(News::Told(format!("Of the server {name} is not used: {}.", left_out.join("; "))));
        }
        let peer = peer.clone();
        self.change_of(name, stop, |guest| {
            (guest.state, guest.tools, guest.peer) = (State::Ready, tools, Some(peer));
        });
        self.tell(News::Tools);
    }

    fn ended(&self, name: &str, stop: &CancellationToken, why: String) {
        self.change_of(name, stop, |guest| {
            (guest.state, guest.tools, guest.peer) = (State::Ended(why.clone()), Vec::new(), None);
        });
        self.tell(News::Told(format!(
            "The tools of the server {name} are gone: {why}. /mcp restart {name} tries again."
        )));
        self.tell(News::Tools);
    }

    fn change(&self, name: &str, change: impl FnOnce(&mut Guest)) {
        if let Some(guest) = lock(&self.0.known).get_mut(name) {
            change(guest);
        }
    }

    /// Changes it unless it was started anew meanwhile.
    fn change_of(&self, name: &str, stop: &CancellationToken, change: impl FnOnce(&mut Guest)) {
        self.change(name, |guest| {
            if !stop.is_cancelled() {
                change(guest);
            }
        });
    }

    fn tell(&self, news: News) {
        if let Some(to) = &*lock(&self.0.news) {
            // Nobody listens any more at the end.
            let _gone = to.send(news);
        }
    }
}

fn offer(standing: ToolStanding) -> Option<OfferedTool> {
    standing.held.is_none().then_some(standing.tool)
}

/// The same name in another file is another server.
fn pin_key(server: &Server) -> String {
    format!("{}#{}", server.file.display(), server.name)
}

fn reached(way: &Way) -> String {
    match way {
        Way::Program { command, args, .. } => {
            std::iter::once(command).chain(args).map(String::as_str).collect::<Vec<_>>().join(" ")
        }
        Way::Http { url, .. } => url.clone(),
    }
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}
