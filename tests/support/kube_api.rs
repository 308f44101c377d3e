//! A small Kubernetes API server inside the test process, real enough for the real kubectl.
//!
//! Owns the listening socket, the threads that serve it and what a test may ask about the cluster.
//! What is in the cluster lies in `world`, what a path means in `routes`. Plain HTTP on loopback; must not
//! know the program under test: it reaches this server only through kubectl.

#[path = "kube_api/answers.rs"]
mod answers;
#[path = "kube_api/catalogue.rs"]
mod catalogue;
#[path = "kube_api/clock.rs"]
mod clock;
#[path = "kube_api/controllers.rs"]
mod controllers;
#[path = "kube_api/discovery.rs"]
mod discovery;
#[path = "kube_api/http.rs"]
mod http;
#[path = "kube_api/logs.rs"]
mod logs;
#[path = "kube_api/patch.rs"]
mod patch;
#[path = "kube_api/pods.rs"]
mod pods;
#[path = "kube_api/population.rs"]
mod population;
#[path = "kube_api/protobuf.rs"]
mod protobuf;
#[path = "kube_api/routes.rs"]
mod routes;
#[path = "kube_api/selectors.rs"]
mod selectors;
#[path = "kube_api/streams.rs"]
mod streams;
#[path = "kube_api/tables.rs"]
mod tables;
#[path = "kube_api/world.rs"]
mod world;
#[path = "kube_api/writes.rs"]
mod writes;

use std::collections::BTreeMap;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use answers::Answer;
use http::{Incoming, Reply};
use serde_json::Value;
use world::World;

/// A running API server with a small populated cluster; dropping it stops its threads.
pub struct KubeApi {
    address: SocketAddr,
    cluster: Arc<Cluster>,
    acceptor: Option<JoinHandle<()>>,
}

/// What the threads share.
struct Cluster {
    world: Mutex<World>,
    /// Signalled on every change of the world and at the end, for watches and followed logs.
    changed: Condvar,
    connections: Mutex<BTreeMap<u64, TcpStream>>,
}

impl KubeApi {
    /// Starts a server on a free loopback port, with the population `population` describes.
    pub fn start() -> KubeApi {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free loopback port");
        let address = listener.local_addr().expect("a bound address");
        let mut world = World::new();
        population::populate(&mut world);
        let cluster = Arc::new(Cluster {
            world: Mutex::new(world),
            changed: Condvar::new(),
            connections: Mutex::new(BTreeMap::new()),
        });
        let shared = Arc::clone(&cluster);
        let acceptor = std::thread::spawn(move || accept(&listener, &shared));
        KubeApi { address, cluster, acceptor: Some(acceptor) }
    }

    /// Where the server listens, as `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Writes a kubeconfig with the one context `test-cluster`, namespace `default`.
    pub fn write_kubeconfig(&self, path: &Path) {
        let url = self.url();
        let text = format!(
            "apiVersion: v1\nkind: Config\ncurrent-context: test-cluster\n\
             clusters:\n- name: test-cluster\n  cluster:\n    server: {url}\n\
             contexts:\n- name: test-cluster\n  context:\n    cluster: test-cluster\n    namespace: default\n    \
             user: tester\n\
             users:\n- name: tester\n  user:\n    token: not-a-secret\n"
        );
        std::fs::write(path, text).expect("a writable kubeconfig");
    }

    /// Every request so far as `METHOD /path`, without its query, in order of arrival.
    pub fn requests(&self) -> Vec<String> {
        self.cluster.world().requests.clone()
    }

    /// Whether the object exists. `kind` is any name kubectl takes (`pod`, `pods`, `po`, `Pod`); the namespace of a
    /// cluster-wide kind is ignored.
    pub fn has(&self, kind: &str, namespace: &str, name: &str) -> bool {
        let kind = catalogue::named(kind).unwrap_or_else(|| panic!("this server has no kind called {kind}"));
        self.cluster.world().get(kind, namespace, name).is_some()
    }

    /// Puts an object into the cluster as it is, status included; no controller acts on it.
    pub fn put(&self, object: Value) {
        let name = object["kind"].as_str().unwrap_or_default();
        let kind = catalogue::named(name).unwrap_or_else(|| panic!("this server has no kind called {name}"));
        self.cluster.world().put(kind, object);
        self.cluster.changed.notify_all();
    }

    /// The wanted replicas of a deployment, `None` when there is no such deployment.
    pub fn replicas(&self, namespace: &str, name: &str) -> Option<u64> {
        let world = self.cluster.world();
        world.get(catalogue::named("deployment")?, namespace, name)?.pointer("/spec/replicas")?.as_u64()
    }
}

impl Drop for KubeApi {
    fn drop(&mut self) {
        self.cluster.world().stopped = true;
        self.cluster.changed.notify_all();
        // The acceptor sits in accept(2): a connection of our own wakes it, and it then ends its connections.
        drop(TcpStream::connect(self.address));
        if let Some(acceptor) = self.acceptor.take() {
            drop(acceptor.join());
        }
    }
}

impl Cluster {
    /// The world, also after a thread died holding it: the test that caused that has its own message.
    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn connections(&self) -> MutexGuard<'_, BTreeMap<u64, TcpStream>> {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn accept(listener: &TcpListener, cluster: &Arc<Cluster>) {
    let mut threads: Vec<JoinHandle<()>> = Vec::new();
    for (serial, stream) in (0u64..).zip(listener.incoming()) {
        if cluster.world().stopped {
            break;
        }
        let Ok(stream) = stream else { continue };
        let Ok(kept) = stream.try_clone() else { continue };
        cluster.connections().insert(serial, kept);
        let shared = Arc::clone(cluster);
        threads.retain(|thread| !thread.is_finished());
        threads.push(std::thread::spawn(move || {
            // A broken connection is the client's affair: kubectl is killed in mid-watch by many tests.
            drop(serve(&stream, &shared));
            drop(stream.shutdown(Shutdown::Both));
            shared.connections().remove(&serial);
        }));
    }
    for stream in cluster.connections().values() {
        drop(stream.shutdown(Shutdown::Both));
    }
    for thread in threads {
        drop(thread.join());
    }
}

/// Answers the requests of one connection until either side ends it.
fn serve(stream: &TcpStream, cluster: &Cluster) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = std::io::BufReader::new(stream);
    loop {
        let request = match http::read_request(&mut reader, stream)? {
            Incoming::Request(request) => request,
            Incoming::Closed => return Ok(()),
            Incoming::Malformed(why) => {
                return http::write_reply(stream, &Reply::text(400, &why), http::After::Close);
            }
        };
        let answer = {
            let mut world = cluster.world();
            world.requests.push(format!("{} {}", request.method, request.path));
            routes::answer(&mut world, &request)
        };
        cluster.changed.notify_all();
        match answer {
            Answer::Reply(reply) => http::write_reply(stream, &reply, request.after)?,
            Answer::Watch(watch) => streams::watch(stream, cluster, *watch)?,
            Answer::Follow(follow) => streams::follow(stream, cluster, &follow)?,
        }
        if request.after == http::After::Close {
            return Ok(());
        }
    }
}
