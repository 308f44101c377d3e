//! The runbooks of a machine: real ports and certificates, and recorded output where a machine cannot be made ill.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::super::support::diagnosis::{ask, outside, replay};
use super::super::support::home::Home;
use super::super::support::real;

// Ports.

#[test]
fn a_port_in_use_is_traced_to_its_process() {
    if real::program("ss").is_none() {
        return;
    }
    let place = Home::new();
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let told = ask(&place, &format!("port {port} is already in use"));
    let pid = std::process::id();
    told.is("system.port-in-use/process", &format!("…listens on port {port}"))
        .says(&format!("(process {pid}) of "))
        .proposes(&[&format!("approval kill {pid}"), &format!("auto systemctl status {pid}")]);
    drop(listener);
    let told = ask(&place, &format!("bind: address already in use :{port}"));
    told.is("system.port-in-use/nothing", &format!("Nothing found: nobody listens on port {port} here"));
}

#[test]
fn who_has_a_port_is_told_as_far_as_it_can_be_seen() {
    let request = "port 8080 is already in use";
    let seen = |users: &str| {
        let line = format!("tcp LISTEN 0      4096   0.0.0.0:8080 0.0.0.0:* {users}\n");
        let seen: &'static str = line.leak();
        ("ss -Hltunp", 0, seen, "")
    };
    let nginx = seen("users:((\"nginx\",pid=812,fd=6))");
    replay(request, &[nginx, ("ps -p 812", 1, "", "")])
        .is("system.port-in-use/program", "nginx (process 812) listens on port 8080")
        .proposes(&["approval kill 812"]);
    let proxy = seen("users:((\"docker-proxy\",pid=17461,fd=4))");
    let title = "Docker publishes port 8080 (process 17461) for a container this engine does not name";
    let list = "auto docker ps --format '{{.Names}} {{.Ports}}'";
    replay(request, &[proxy, ("docker ps", 0, "", "")]).is("system.port-in-use/proxy", title).proposes(&[list]);
    // Without root the process of another account is not seen: most often that is the engine's.
    let hidden = seen("");
    let stop = "approval docker stop web1";
    let told = replay(request, &[hidden, ("docker ps", 0, "web1\n", "")]);
    told.is("system.port-in-use/container", "The container web1 publishes port 8080").proposes(&[stop]);
    for no_engine in [("docker ps", 0, "", ""), ("docker ps", 1, "", "Cannot connect"), ("docker ps", 127, "", "")] {
        let title = "Somebody listens on port 8080, and this account may not see who";
        let sudo = "approval sudo ss -Hltunp 'sport = :8080'";
        replay(request, &[hidden, no_engine]).is("system.port-in-use/hidden", title).proposes(&[sudo]);
    }
    // An engine without its proxy has no listener, and the port is taken all the same.
    let told = replay(request, &[("ss -Hltunp", 0, "", ""), ("docker ps", 0, "web1\n", "")]);
    told.is("system.port-in-use/container", "The container web1 publishes port 8080").proposes(&[stop]);
}

// Disks.

#[test]
fn a_full_disk_is_diagnosed() {
    let space = ("df -P -x tmpfs", 0, recorded!("df-full.txt"), "");
    let largest = ("du -x -d 1 -k /", 0, recorded!("du-root.txt"), "");
    let told = replay("the disk is full", &[space, ("lsof", 0, recorded!("lsof-removed.txt"), "")]);
    let title = "/ is 98% full, and java (process 2310) holds a removed file of 9663676416 bytes open";
    told.is("system.disk-full/removed", title)
        .says("/var/log/app/app.log is gone from its directory")
        .proposes(&["auto systemctl status 2310"]);
    for missing in [("lsof", 1, "", ""), ("lsof", 127, "", "lsof: not found")] {
        let told = replay("no space left on device", &[space, missing, largest]);
        told.is("system.disk-full/largest", "/ is 98% full; /var is the largest directory, 14500000 KiB")
            .proposes(&["auto du -x -d 2 -k /var", "auto journalctl --disk-usage"]);
    }
    let told = replay("the disk is full", &[space, ("lsof", 1, "", ""), ("du", 124, "", "")]);
    told.is("system.disk-full/full", "/ is 98% full").proposes(&["auto du -x -d 1 -k /"]);
    let roomy = ("df -P -x tmpfs", 0, recorded!("df-roomy.txt"), "");
    let told = replay("the disk is full", &[roomy, ("df -P -i", 0, recorded!("df-inodes-full.txt"), "")]);
    told.is("system.disk-full/inodes", "/data has room, but its inodes are 100% used")
        .proposes(&["auto du -x -d 1 --inodes /data"]);
    let told = replay("the disk is full", &[roomy, ("df -P -i", 0, recorded!("df-inodes-roomy.txt"), "")]);
    told.is("system.disk-full/nothing", "Nothing found: below 90 %, in space or inodes");
    ask(&Home::new(), "the disk / is over 100% full").is("system.disk-full/nothing", "Nothing found: below 100 %…");
}

#[test]
fn a_table_in_another_language_is_not_called_roomy() {
    let german = ("df -P -x tmpfs", 0, recorded!("df-german.txt"), "");
    replay("the disk is full", &[german]).is_stuck("the output is not a table");
}

// Load and memory.

#[test]
fn a_busy_machine_is_diagnosed() {
    let cpus = ("nproc", 0, "2\n", "");
    let high = ("cat /proc/loadavg", 0, "7.31 5.02 3.10 9/812 4242\n", "");
    let roomy = ("cat /proc/meminfo", 0, recorded!("meminfo-roomy.txt"), "");
    let told = replay("the load is high", &[high, cpus, ("ps", 0, recorded!("ps-busy.txt"), "")]);
    let title = "ffmpeg (process 4242) keeps 287 % of a processor busy; the load is 7.31 on 2 processors";
    told.is("system.high-load/cpu", title).proposes(&["auto systemctl status 4242", "approval renice -n 10 -p 4242"]);
    let waiting = ("ps", 0, recorded!("ps-waiting.txt"), "");
    let told = replay("the load is high", &[high, cpus, waiting, roomy]);
    told.is("system.high-load/waiting", "Processes wait for the disk, rsync (process 4242) among them; the load is…")
        .proposes(&["auto cat /proc/pressure/io", "auto dmesg --level=err"]);
    let many = ("ps", 0, recorded!("ps-many.txt"), "");
    replay("the load is high", &[high, cpus, many])
        .is("system.high-load/many", "The load is 7.31 on 2 processors, and no single process makes it")
        .proposes(&["approval top -b -n 2 -d 1", "auto ps -eo pid,stat,pcpu,comm --sort=-pcpu"]);
    // One busy process does not make the load of a machine with many processors.
    let load = ("cat /proc/loadavg", 0, "97.00 80.02 60.10 99/4812 4242\n", "");
    let told = replay("the load is high", &[load, ("nproc", 0, "64\n", ""), ("ps", 0, recorded!("ps-busy.txt"), "")]);
    told.is("system.high-load/many", "The load is 97.00 on 64 processors…");
}

#[test]
fn a_machine_short_of_memory_is_diagnosed() {
    let cpus = ("nproc", 0, "2\n", "");
    let low = ("cat /proc/loadavg", 0, "0.31 0.02 0.10 1/812 4242\n", "");
    let short = ("cat /proc/meminfo", 0, recorded!("meminfo-low.txt"), "");
    let eaters = ("ps -eo pid,pmem", 0, recorded!("ps-memory.txt"), "");
    let title = "java (process 2310) uses most of the memory, 81.3 %; 310000 of 8147352 KiB are left";
    replay("we are running out of memory", &[low, cpus, short, eaters])
        .is("system.high-load/memory", title)
        .proposes(&["auto systemctl status 2310"]);
    // Who waits for the disk may wait for swap.
    let high = ("cat /proc/loadavg", 0, "7.31 5.02 3.10 9/812 4242\n", "");
    let waiting = ("ps -eo pid,stat", 0, recorded!("ps-waiting.txt"), "");
    replay("the load is high", &[high, cpus, waiting, short, eaters]).is("system.high-load/memory", title);
    let swapped = ("cat /proc/meminfo", 0, recorded!("meminfo-swapped.txt"), "");
    replay("why is the server so slow?", &[low, cpus, swapped])
        .is("system.high-load/swap", "Memory is left, but only 104000 of 2097148 KiB swap")
        .proposes(&["auto vmstat 1 5", "auto ps -eo pid,pmem,rss,comm --sort=-rss"]);
    let roomy = ("cat /proc/meminfo", 0, recorded!("meminfo-roomy.txt"), "");
    replay("why is the server so slow?", &[low, cpus, roomy])
        .is("system.high-load/nothing", "Nothing found: the load is 0.31, and memory is left");
    // Where /proc is masked, a file of it is empty.
    replay("why is the server so slow?", &[("cat /proc/loadavg", 0, "", "")])
        .is("system.high-load/unknown", "The system does not say how busy it is")
        .proposes(&["auto uptime"]);
    // Whatever this machine is doing, it can be said.
    let told = ask(&Home::new(), "the load is high");
    assert!(!told.title().is_empty() && !told.title().contains("does not say"), "{told:?}");
}

// Names.

#[test]
fn a_name_that_does_not_resolve_is_diagnosed() {
    let request = "db.internal does not resolve";
    let servers = ("cat /etc/resolv.conf", 0, recorded!("resolv.txt"), "");
    let unknown = ("getent ahosts db.internal", 2, "", "");
    let asked = |exit: i32, stdout: &str| {
        let stdout: &'static str = stdout.to_owned().leak();
        replay(request, &[servers, unknown, ("dig", exit, stdout, "")])
    };
    asked(0, recorded!("dig-nxdomain.txt"))
        .is("system.dns/nonexistent", "The name db.internal does not exist, says 10.0.0.2")
        .proposes(&[]);
    asked(9, ";; communications error to 10.0.0.2#53: timed out\n")
        .is("system.dns/silent", "The name server 10.0.0.2 does not answer")
        .proposes(&["auto ping -c 3 10.0.0.2", "auto resolvectl status"]);
    asked(0, &recorded!("dig-nxdomain.txt").replace("NXDOMAIN", "SERVFAIL"))
        .is("system.dns/refused", "The name server 10.0.0.2 does not answer for db.internal: SERVFAIL")
        .proposes(&["approval dig @1.1.1.1 db.internal"]);
    asked(0, &recorded!("dig-nxdomain.txt").replace("NXDOMAIN", "NOERROR"))
        .is("system.dns/addressless", "The name db.internal exists, but has no address")
        .proposes(&["approval dig db.internal AAAA"]);
    asked(0, recorded!("dig-noerror.txt"))
        .is("system.dns/local", "10.0.0.2 knows db.internal, but this system does not resolve it")
        .proposes(&["auto cat /etc/nsswitch.conf", "approval resolvectl flush-caches"]);
    asked(127, "")
        .is("system.dns/unresolved", "db.internal does not resolve; 10.0.0.2 is asked for it")
        .proposes(&["auto cat /etc/nsswitch.conf", "approval resolvectl query db.internal"]);
    let no_file = "cat: /etc/resolv.conf: No such file or directory\n";
    for resolv in [("cat /etc/resolv.conf", 0, "# empty\n", ""), ("cat /etc/resolv.conf", 1, "", no_file)] {
        replay(request, &[resolv])
            .is("system.dns/unset", "No name server is set up in /etc/resolv.conf")
            .proposes(&["auto resolvectl status", "auto cat /etc/nsswitch.conf"]);
    }
    let known = ("getent ahosts db.internal", 0, "10.1.2.3       STREAM db.internal\n", "");
    replay(request, &[servers, known]).is("system.dns/nothing", "Nothing found: db.internal resolves to 10.1.2.3");
}

#[test]
fn a_name_of_this_machine_resolves() {
    let resolv = fs::read_to_string("/etc/resolv.conf").unwrap_or_default();
    if !resolv.lines().any(|line| line.trim_start().starts_with("nameserver ")) {
        println!("skipped: no name server is set up here");
        return;
    }
    ask(&Home::new(), "localhost does not resolve").is("system.dns/nothing", "Nothing found: localhost resolves to…");
}

// Certificates.

/// Runs openssl in the project, on a day of its own where one is given.
fn openssl(place: &Home, day: Option<&str>, args: &[&str]) {
    let mut command = match day {
        None => Command::new("openssl"),
        Some(day) => {
            let mut command = Command::new("faketime");
            command.args([day, "openssl"]);
            command
        }
    };
    let made = command.args(args).current_dir(&place.project).env("TZ", "UTC").output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}

/// What every new key is.
const KEY: [&str; 5] = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

/// Makes a certificate `tls.crt` for a name that is valid for so many days from the given day on.
fn certificate(place: &Home, name: &str, day: Option<&str>, days: &str) {
    let mut args = vec!["req", "-x509"];
    args.extend(KEY);
    let (subject, other) = (format!("/CN={name}"), format!("subjectAltName=DNS:{name}"));
    args.extend(["-keyout", "tls.key", "-out", "tls.crt", "-days", days, "-subj", &subject, "-addext", &other]);
    openssl(place, day, &args);
}

/// A home that trusts the certificate in one of its files.
fn trusting(place: Home, file: &str) -> Home {
    let trusted = place.project.join(file);
    place.var("SSL_CERT_FILE", trusted.to_str().unwrap())
}

#[test]
fn a_certificate_in_a_file_is_read() {
    if real::program("openssl").is_none() || real::program("faketime").is_none() {
        return;
    }
    let place = Home::new();
    let request = "is the certificate ./tls.crt expiring?";
    certificate(&place, "localhost", None, "365");
    let told = ask(&place, request);
    told.is("system.certificate-file/nothing", "Nothing found: the certificate in ./tls.crt is valid until …");
    certificate(&place, "localhost", None, "5");
    let told = ask(&place, request);
    let title = "The certificate in ./tls.crt expires in less than 30 days, on …";
    told.is("system.certificate-file/soon", title).proposes(&[]);
    certificate(&place, "localhost", Some("2024-01-01 00:00:00"), "91");
    let told = ask(&place, request);
    let title = "The certificate in ./tls.crt expired on Apr  1 00:00:…";
    told.is("system.certificate-file/expired", title).proposes(&[]);
    place.file("tls.crt", "not a certificate");
    ask(&place, request)
        .is("system.certificate-file/other", "./tls.crt holds no certificate that can be read")
        .proposes(&["auto openssl x509 -in ./tls.crt -inform DER -noout -enddate"]);
    fs::remove_file(place.project.join("tls.crt")).unwrap();
    ask(&place, request).is("system.certificate-file/gone", "./tls.crt cannot be opened").proposes(&[]);
}

/// A TLS server with the key and certificate of the place; ends with this value.
struct TlsServer {
    server: Child,
    port: u16,
}

impl TlsServer {
    fn start(place: &Home, options: &[&str]) -> TlsServer {
        let port = free_port();
        let server = Command::new("openssl")
            .args(["s_server", "-cert", "tls.crt", "-key", "tls.key", "-quiet", "-accept", &port.to_string()])
            .args(options)
            .current_dir(&place.project)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let deadline = Instant::now() + Duration::from_secs(20);
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < deadline, "the TLS server does not answer");
            std::thread::sleep(Duration::from_millis(20));
        }
        TlsServer { server, port }
    }

    fn request(&self) -> String {
        format!("is the certificate of localhost port {} expiring?", self.port)
    }

    /// The command that shows all the server sends.
    fn shown(&self) -> String {
        format!("approval openssl s_client -connect localhost:{} -servername localhost -showcerts", self.port)
    }
}

impl Drop for TlsServer {
    fn drop(&mut self) {
        drop(self.server.kill());
        drop(self.server.wait());
    }
}

fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}

#[test]
fn the_certificate_of_a_server_is_read() {
    if real::program("openssl").is_none() || real::program("faketime").is_none() {
        return;
    }
    let place = Home::new();
    certificate(&place, "localhost", None, "365");
    let server = TlsServer::start(&place, &[]);
    ask(&place, &server.request())
        .is("system.certificate-host/untrusted", "The certificate of localhost is not trusted here: self…")
        .proposes(&[&server.shown()]);
    let place = trusting(place, "tls.crt");
    let title = "Nothing found: the certificate of localhost is trusted and valid until …";
    outside(&place, &server.request()).is("system.certificate-host/nothing", title);
    drop(server);
    certificate(&place, "localhost", None, "5");
    let server = TlsServer::start(&place, &[]);
    let title = "The certificate of localhost expires in less than 30 days, on …";
    outside(&place, &server.request()).is("system.certificate-host/soon", title).proposes(&[]);
    drop(server);
    certificate(&place, "localhost", Some("2024-01-01 00:00:00"), "91");
    let server = TlsServer::start(&place, &[]);
    let title = "The certificate of localhost expired on Apr  1 00:00:…";
    outside(&place, &server.request()).is("system.certificate-host/expired", title).proposes(&[]);
    drop(server);
    certificate(&place, "localhost", Some("2090-01-01 00:00:00"), "365");
    let server = TlsServer::start(&place, &[]);
    outside(&place, &server.request())
        .is("system.certificate-host/early", "The certificate of localhost is not valid yet")
        .proposes(&["auto date -u"]);
    drop(server);
    certificate(&place, "other.example", None, "365");
    let server = TlsServer::start(&place, &[]);
    let title = "The certificate of localhost is for another name: …";
    outside(&place, &server.request()).is("system.certificate-host/name", title).proposes(&[]);
}

#[test]
fn the_expired_certificate_of_an_issuer_is_told_from_the_servers_own() {
    if real::program("openssl").is_none() || real::program("faketime").is_none() {
        return;
    }
    let place = Home::new();
    place.file("ca.ext", "basicConstraints=critical,CA:true\n");
    place.file("host.ext", "subjectAltName=DNS:localhost\n");
    let mut root = vec!["req", "-x509"];
    root.extend(KEY);
    root.extend(["-keyout", "root.key", "-out", "root.crt", "-days", "3650", "-subj", "/CN=Root"]);
    openssl(&place, Some("2024-01-01 00:00:00"), &root);
    for (name, by, day, days, kind) in [
        ("Middle", "root", Some("2024-01-01 00:00:00"), "30", "ca.ext"),
        ("localhost", "Middle", None, "300", "host.ext"),
    ] {
        let file = |name: &str, end: &str| format!("{}.{end}", if name == "localhost" { "tls" } else { name });
        let (key, request, made) = (file(name, "key"), file(name, "csr"), file(name, "crt"));
        let (issuer, signing, subject) = (file(by, "crt"), file(by, "key"), format!("/CN={name}"));
        let mut args = vec!["req"];
        args.extend(KEY);
        args.extend(["-keyout", &key, "-out", &request, "-subj", &subject]);
        openssl(&place, None, &args);
        let args = ["x509", "-req", "-in", &request, "-CA", &issuer, "-CAkey", &signing, "-CAcreateserial"];
        let args: Vec<&str> = args.into_iter().chain(["-days", days, "-extfile", kind, "-out", &made]).collect();
        openssl(&place, day, &args);
    }
    let server = TlsServer::start(&place, &["-cert_chain", "Middle.crt"]);
    let place = trusting(place, "root.crt");
    outside(&place, &server.request())
        .is(
            "system.certificate-host/issuer",
            "localhost is not trusted here: the certificate of its issuer expired on Jan 31 00:00:…",
        )
        .says("Middle: the server sends it")
        .proposes(&[&server.shown()]);
}

#[test]
fn a_server_that_shows_no_certificate_is_diagnosed() {
    if real::program("openssl").is_none() {
        return;
    }
    let place = Home::new();
    let port = free_port();
    let told = ask(&place, &format!("is the certificate of localhost port {port} expiring?"));
    told.is("system.certificate-host/unreachable", &format!("Nothing answers on localhost:{port}"))
        .proposes(&["auto ping -c 3 localhost"]);

    let plain = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = plain.local_addr().unwrap().port();
    let answers = std::thread::spawn(move || {
        let (mut stream, _) = plain.accept().unwrap();
        let mut hello = [0; 64];
        drop(stream.read(&mut hello));
        drop(stream.write_all(b"HTTP/1.0 400 Bad Request\r\n\r\n"));
    });
    ask(&place, &format!("is the certificate of 127.0.0.1 port {port} expiring?"))
        .is("system.certificate-host/plain", &format!("127.0.0.1:{port} answers, but not with TLS"))
        .says("-starttls")
        .proposes(&[&format!("approval curl -sSI http://127.0.0.1:{port}")]);
    answers.join().unwrap();

    certificate(&place, "localhost", None, "365");
    // The key is none for RSA, and the client offers it TLS 1.3 as well, which this server does not speak.
    let server = TlsServer::start(&place, &["-tls1_2", "-cipher", "ECDHE-RSA-AES128-GCM-SHA256"]);
    let told = ask(&place, &server.request());
    let title = format!("localhost:{} speaks TLS, and refuses to show its certificate: …", server.port);
    let older = format!("approval openssl s_client -connect localhost:{} -servername localhost -tls1_2", server.port);
    told.is("system.certificate-host/handshake", &title).says("handshake failure").proposes(&[&older]);
}

#[test]
fn what_openssl_prints_elsewhere_is_understood() {
    let request = "the certificate of example.test expired";
    let unknown = "80DB:error:10080002:BIO routines:BIO_lookup_ex:system lib:../crypto/bio/bio_addr.c:746:Name or \
                   service not known\nconnect:errno=0\n";
    replay(request, &[("openssl", 1, "", unknown)])
        .is("system.certificate-host/unresolved", "The name example.test does not resolve")
        .proposes(&[]);
    // Nobody answered before the time was up.
    replay(request, &[("openssl", 124, "", "")])
        .is("system.certificate-host/unreachable", "Nothing answers on example.test:443");
    replay(request, &[("openssl", 0, recorded!("openssl-1.1.1.txt"), "depth=0 CN = example.test\nverify return:1\n")])
        .is("system.certificate-host/unread", "Until when the certificate of example.test is valid could not be read")
        .proposes(&["auto openssl version"]);
}
