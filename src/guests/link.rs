//! The connection to one server, over its standard streams or HTTP.
//!
//! Owns what a server's program gets (the environment of any command, and what its entry names) and what it says
//! beside the protocol. We offer it nothing: no files, no model, no questions to the person.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rmcp::model::{ClientCapabilities, ClientConfig, Implementation};
use rmcp::service::{NotificationContext, Peer, RunningService, RunningServiceCancellationToken};
use rmcp::transport::async_rw::AsyncRwTransport;
use rmcp::{ClientHandler, RoleClient, ServiceExt};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::meter::{LINE, Metered, Verdict};
use super::{http, lock};
use crate::config::{Server, Way};
use crate::domain::Exit;
use crate::exec::{Companion, Service, Supervisor, accompany};
use crate::gate::{BinaryFact, FactQuery};
use crate::output::escape;
use crate::probe::Probe;

/// Bytes of what a server last said beside the protocol.
const TAIL: usize = 2 << 10;
/// How long the end of a connection may take by itself.
const GRACE: Duration = Duration::from_secs(1);

/// A connection that stands.
pub(super) struct Link {
    pub peer: Peer<RoleClient>,
    /// Rings when the server says that its tools are others.
    pub changed: Arc<Notify>,
    /// Trips when the connection is over.
    over: CancellationToken,
    quit: RunningServiceCancellationToken,
    verdict: Verdict,
    program: Option<Program>,
}

/// The program at the other end.
struct Program {
    life: JoinHandle<Exit>,
    stop: CancellationToken,
    said: Arc<Mutex<Vec<u8>>>,
}

/// Ends the program with whoever holds it, however that ends.
impl Drop for Program {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

struct Handler {
    changed: Arc<Notify>,
}

impl ClientHandler for Handler {
    fn get_info(&self) -> ClientConfig {
        ClientConfig::new(
            ClientCapabilities::default(),
            Implementation::new(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION")),
        )
    }

    async fn on_tool_list_changed(&self, _context: NotificationContext<RoleClient>) {
        self.changed.notify_one();
    }
}

/// Connects to a server and comes to terms with it. The error is a lower-case sentence about it.
pub(super) async fn connect(server: &Server, probe: &Arc<Probe>, supervisor: &Supervisor) -> Result<Link, String> {
    let verdict = Verdict::default();
    let changed = Arc::new(Notify::new());
    let handler = Handler { changed: Arc::clone(&changed) };
    match &server.way {
        Way::Program { command, args, env, directory } => {
            let words = std::iter::once(command).chain(args).cloned().collect();
            let service = service(probe, words, env, directory.clone()).await?;
            let companion = accompany(service, supervisor).map_err(|error| format!("it cannot be started: {error}"))?;
            let Companion { input, output, errors, life } = companion;
            let (stop, said) = (CancellationToken::new(), Arc::default());
            let ends = stop.clone();
            let life = tokio::spawn(async move { life.lived(&ends).await });
            tokio::spawn(listen(errors, Arc::clone(&said)));
            let program = Program { life, stop, said };
            let output = Metered::new(output, verdict.clone());
            let transport = AsyncRwTransport::new_client(output, input).with_max_line_length(LINE);
            match handler.serve(transport).await {
                Ok(running) => Ok(Link::new(running, changed, verdict, Some(program))),
                Err(error) => {
                    let said = verdict.said().or(program.last_words().await);
                    Err(said.unwrap_or_else(|| no_terms(&error)))
                }
            }
        }
        Way::Http { url, headers } => {
            let transport = http::transport(url, headers, verdict.clone())?;
            match handler.serve(transport).await {
                Ok(running) => Ok(Link::new(running, changed, verdict, None)),
                Err(error) => Err(verdict.said().unwrap_or_else(|| no_terms(&error))),
            }
        }
    }
}

fn no_terms(error: &impl std::fmt::Display) -> String {
    let told: String = escape::line(&error.to_string()).chars().take(300).collect();
    format!("it does not speak the Model Context Protocol: {told}")
}

/// What is started: the file that the name stands for, in the environment of any command and with what the entry adds.
async fn service(
    probe: &Arc<Probe>,
    words: Vec<String>,
    env: &BTreeMap<String, String>,
    cwd: std::path::PathBuf,
) -> Result<Service, String> {
    let word = words.first().cloned().unwrap_or_default();
    let (probe, asked) = (Arc::clone(probe), FactQuery::Binary { word: word.clone() });
    let facts = tokio::task::spawn_blocking(move || probe.facts(&[asked])).await;
    let facts = facts.map_err(|error| format!("its program could not be looked up: {error}"))?;
    let path = match facts.binaries.get(&word).and_then(BinaryFact::binary) {
        Some(binary) => binary.path.clone(),
        None => return Err(format!("there is no program {}", escape::line(&word))),
    };
    // A key of the person's is lent only by name.
    let usual = facts.environment.into_iter().filter(|(name, _)| name != "SSH_AUTH_SOCK");
    let mut all: BTreeMap<String, String> = usual.collect();
    all.extend(env.clone());
    Ok(Service { path, words, env: all.into_iter().collect(), cwd })
}

/// Keeps the end of what is said.
async fn listen(mut from: impl AsyncRead + Unpin, said: Arc<Mutex<Vec<u8>>>) {
    let mut buffer = vec![0; 4 << 10];
    while let Ok(count @ 1..) = from.read(&mut buffer).await {
        let mut said = lock(&said);
        said.extend_from_slice(buffer.get(..count).unwrap_or_default());
        let surplus = said.len().saturating_sub(TAIL);
        said.drain(..surplus);
    }
}

impl Program {
    /// How it ended, once it is asked to, and what it said last.
    async fn last_words(mut self) -> Option<String> {
        let by_itself = tokio::time::timeout(GRACE, &mut self.life).await;
        let exit = match by_itself {
            Ok(exit) => exit.ok(),
            Err(_lives) => {
                self.stop.cancel();
                // It is brought to an end by then, or with us.
                let _ended = (&mut self.life).await;
                None
            }
        };
        let said = escape::text(&lock(&self.said));
        let last = said.lines().rev().find(|line| !line.trim().is_empty()).map(|line| format!("; it said: {line}"));
        let last: String = last.unwrap_or_default().chars().take(300).collect();
        exit.map(|exit| format!("its program ended ({}){last}", how(&exit)))
    }
}

fn how(exit: &Exit) -> String {
    match exit {
        Exit::NotStarted(why) => escape::line(why),
        Exit::Signal(signal) => format!("signal {signal}"),
        exit => format!("exit code {}", exit.code()),
    }
}

impl Link {
    fn new(
        running: RunningService<RoleClient, Handler>,
        changed: Arc<Notify>,
        verdict: Verdict,
        program: Option<Program>,
    ) -> Link {
        let (peer, quit, over) = (running.peer().clone(), running.cancellation_token(), CancellationToken::new());
        let ended = over.clone().drop_guard();
        tokio::spawn(async move {
            let _over = ended;
            if let Err(error) = running.waiting().await {
                tracing::debug!(%error, "a connection to a server of tools failed inside");
            }
        });
        Link { peer, changed, over, quit, verdict, program }
    }

    /// Returns when the connection is over.
    pub async fn closed(&self) {
        self.over.cancelled().await;
    }

    /// Ends it; why it was over, when it was.
    pub async fn end(self) -> String {
        let Link { over, quit, verdict, program, .. } = self;
        let by_itself = over.is_cancelled();
        quit.cancel();
        if !by_itself {
            let _late = tokio::time::timeout(GRACE, over.cancelled()).await;
        }
        let last_words = match program {
            Some(program) => {
                if !by_itself {
                    program.stop.cancel();
                }
                program.last_words().await
            }
            None => None,
        };
        verdict.said().or(last_words).unwrap_or_else(|| "the connection was closed".to_owned())
    }
}
