//! The runbooks of Docker: a real engine, and recorded output for disks that cannot be filled.

use std::time::{Duration, Instant};

use super::super::support::diagnosis::{Ended, ask, replay};
use super::super::support::docker::Engine;

const REQUEST: &str = "why does container web1 keep exiting?";
const LOG: &str = "auto docker logs --tail 50 web1";

#[test]
fn a_container_that_exits_is_diagnosed() {
    let Some(engine) = Engine::alone() else { return };
    let place = engine.home();
    let gone = ask(&place, REQUEST);
    gone.is("docker.container-exiting/gone", "There is no container web1").proposes(&["auto docker ps -a"]);
    let ended = |options: &[&str], script: &str| {
        let all = [&["run", "-d", "--name", "web1"], options, &["busybox:test", "sh", "-c", script]].concat();
        engine.docker(&all);
        engine.docker(&["wait", "web1"]);
        let ended = ask(&place, REQUEST);
        engine.docker(&["rm", "-f", "web1"]);
        ended
    };
    let command = "auto docker inspect --format '{{json .Config.Cmd}}' web1";
    ended(&[], "echo starting; echo 'fatal: no such file: /etc/app.conf' >&2; exit 3")
        .is("docker.container-exiting/code", "web1 ends with exit code 3: fatal: no such file: /etc/app.conf")
        .proposes(&["auto docker logs --tail 200 web1"]);
    ended(&[], "echo done")
        .is("docker.container-exiting/ends", "web1 ends by itself with exit code 0")
        .proposes(&[command]);
    ended(&[], "nothing-like-this")
        .is("docker.container-exiting/command", "The command of web1 cannot be run (exit code 127)")
        .proposes(&[command]);
    ended(&["--log-driver", "none"], "exit 3")
        .is("docker.container-exiting/mute", "web1 ends with exit code 3, and its log cannot be read: …")
        .proposes(&["auto docker inspect --format '{{json .HostConfig.LogConfig}}' web1"]);
    ended(&["--memory", "8m"], "tail /dev/zero")
        .is(
            "docker.container-exiting/oom",
            "web1 used more memory than it may, so the kernel killed it (limit 8388608 bytes)",
        )
        .proposes(&["auto docker stats --no-stream web1"]);
}

#[test]
fn a_container_that_never_ran_is_diagnosed() {
    let Some(engine) = Engine::alone() else { return };
    let place = engine.home();
    engine.docker(&["create", "--name", "web1", "busybox:test", "no-such-program"]);
    ask(&place, REQUEST)
        .is("docker.container-exiting/created", "web1 was made and never started")
        .proposes(&["approval docker start web1"]);
    engine.fails(&["start", "web1"]);
    ask(&place, REQUEST)
        .is("docker.container-exiting/start", "web1 cannot be started: …")
        .says("no-such-program")
        .proposes(&[LOG]);
}

#[test]
fn a_container_that_runs_is_looked_at_more_closely() {
    let Some(engine) = Engine::alone() else { return };
    let place = engine.home();
    engine.run("web1");
    ask(&place, REQUEST).is("docker.container-exiting/nothing", "Nothing found: web1 runs and was never restarted");
    engine.docker(&["pause", "web1"]);
    ask(&place, REQUEST)
        .is("docker.container-exiting/paused", "web1 is paused")
        .proposes(&["approval docker unpause web1"]);
    engine.docker(&["rm", "-f", "web1"]);

    let until = |template: &str, wanted: &str| {
        let deadline = Instant::now() + Duration::from_secs(30);
        while engine.docker(&["inspect", "--format", template, "web1"]).trim() != wanted {
            assert!(Instant::now() < deadline, "the container never came to {wanted}");
            std::thread::sleep(Duration::from_millis(50));
        }
    };
    let check = ["--health-cmd", "echo 'no route to db'; exit 1", "--health-interval", "1s", "--health-retries", "1"];
    engine.docker(&[&["run", "-d", "--name", "web1"], &check[..], &["busybox:test", "sleep", "1000"]].concat());
    until("{{.State.Health.Status}}", "unhealthy");
    ask(&place, REQUEST)
        .is("docker.container-exiting/unhealthy", "web1 runs, and its health check fails: no route to db")
        .proposes(&["auto docker inspect --format '{{json .State.Health}}' web1"]);
    engine.docker(&["rm", "-f", "web1"]);

    // While it runs between two ends, its exit code is that of nothing.
    let script = "if [ -e /once ]; then exec sleep 1000; fi; touch /once; echo 'error: no database'; exit 3";
    let again = ["run", "-d", "--name", "web1", "--restart", "always", "busybox:test", "sh", "-c", script];
    engine.docker(&again);
    until("{{.State.Status}} {{.RestartCount}}", "running 1");
    let die = "auto docker events --since 24h --until 0s --filter container=web1 --filter event=die";
    ask(&place, REQUEST)
        .is(
            "docker.container-exiting/restarted",
            "web1 runs now, but was started again before (restarts: 1): error: no database",
        )
        .proposes(&["auto docker logs --tail 200 --timestamps web1", die]);
}

#[test]
fn a_port_that_a_container_publishes_is_traced_to_it() {
    let Some(engine) = Engine::alone() else { return };
    let port = std::net::TcpListener::bind(("0.0.0.0", 0)).unwrap().local_addr().unwrap().port();
    let Some(_network) = engine.publish("web1", port) else { return };
    ask(&engine.home(), &format!("port {port} is already in use"))
        .is("system.port-in-use/container", &format!("The container web1 publishes port {port}"))
        .proposes(&["approval docker stop web1"]);
}

/// A disk that is as full as `df` says, under an engine that uses so much.
fn disk(uses: &str, largest: &str) -> Ended {
    let (uses, largest): (&'static str, &'static str) = (uses.to_owned().leak(), largest.to_owned().leak());
    replay(
        "docker disk is full",
        &[
            ("docker info", 0, "build-7 /var/lib/docker\n", ""),
            ("uname -n", 0, "build-7\n", ""),
            ("df -P /var/lib/docker", 0, recorded!("df-full.txt"), ""),
            ("docker system df", 0, uses, ""),
            ("du -x -d 1 -k /var/lib/docker", 0, largest, ""),
        ],
    )
}

#[test]
fn what_fills_the_disk_of_an_engine_is_named() {
    let uses = recorded!("docker-system-df.txt");
    let told = disk(uses, "");
    told.is("docker.disk-full/images", "The disk is 98% full, and unused images take 11.2GB (91%)")
        .says("the build cache could give 2.5GB")
        .proposes(&["destructive docker image prune", "destructive docker image prune -a"]);
    let uses = uses.replace("11.2GB (91%)", "110MB (91%)");
    disk(&uses, "")
        .is("docker.disk-full/cache", "The disk is 98% full, and the build cache takes 2.5GB")
        .proposes(&["destructive docker builder prune"]);
    let uses = uses.replace("2.5GB", "25MB");
    let volumes = uses
        .replace("\"0B\",\"Size\":\"0B\",\"TotalCount\":\"0\"", "\"8GB (80%)\",\"Size\":\"10GB\",\"TotalCount\":\"4\"");
    disk(&volumes, "")
        .is("docker.disk-full/volumes", "The disk is 98% full, and volumes that no container uses take 8GB (80%)")
        .proposes(&["auto docker volume ls --filter dangling=true"]);
    disk(&uses.replace("\"Size\":\"63B\"", "\"Size\":\"21.5GB\""), "")
        .is("docker.disk-full/containers", "The disk is 98% full, and files written by containers take 21.5GB")
        .proposes(&["auto docker ps -a --size", "destructive docker container prune"]);
    let largest = recorded!("du-docker.txt");
    disk(&uses, largest)
        .is("docker.disk-full/logs", "The disk is 98% full, and the containers' logs and state take 2400000 KiB")
        .proposes(&["auto docker ps -a --size"]);
    disk(&uses, &largest.replace("2400000", "24000"))
        .is(
            "docker.disk-full/elsewhere",
            "The disk is 98% full; of the engine's data /var/lib/docker/overlay2 is the largest, 900000 KiB",
        )
        .proposes(&["auto docker system df -v"]);
    disk(&uses, "")
        .is("docker.disk-full/full", "The disk is 98% full, and little of it can be had back from the engine")
        .proposes(&["auto docker system df -v"]);
}

#[test]
fn the_disk_of_an_engine_elsewhere_is_not_taken_for_this_machines() {
    let here = ("uname -n", 0, "laptop\n", "");
    let no_such = "df: /var/lib/docker: No such file or directory\n";
    let cases: [&[(&str, i32, &str, &str)]; 3] = [
        &[("docker info", 0, "build-7 /var/lib/docker\n", ""), here],
        &[("docker info", 0, "laptop /var/lib/docker\n", ""), here, ("df -P", 1, "", no_such)],
        &[("docker info", 0, "win-9 C:\\ProgramData\\docker\n", "")],
    ];
    for recorded in cases {
        replay("docker disk is full", recorded)
            .is("docker.disk-full/remote", "The engine's data is not on this machine")
            .proposes(&["auto docker system df"]);
    }
}

#[test]
fn the_disk_under_a_real_engine_is_looked_at() {
    let Some(engine) = Engine::alone() else { return };
    let place = engine.home();
    let well = ask(&place, "docker disk over 100%");
    well.is("docker.disk-full/nothing", "Nothing found: the disk under the engine has room");
    let told = ask(&place, "docker disk over 1%");
    assert!(told.title().starts_with("The disk is "), "{told:?}");
}
