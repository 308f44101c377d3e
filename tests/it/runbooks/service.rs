//! The runbook of systemd, on what `systemctl show` of systemd 252 printed of units made for it, and journals.

use super::super::support::diagnosis::{Ended, replay};

/// What systemctl printed of a unit in this state.
macro_rules! state {
    ($name:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/runbooks/systemctl/", $name, ".txt"))
    };
}

/// A diagnosis of `nginx` in this state, with this journal.
#[track_caller]
fn told(state: &str, journal: &str) -> Ended {
    let (state, journal): (&'static str, &'static str) = (state.to_owned().leak(), journal.to_owned().leak());
    let recorded = [("systemctl show nginx", 0, state, ""), ("journalctl -u nginx", 0, journal, "")];
    replay("why did the nginx service fail?", &recorded)
}

const JOURNAL: &str = "auto journalctl -u nginx -n 50 --no-pager";
const LONG_JOURNAL: &str = "auto journalctl -u nginx -n 200 --no-pager";

#[test]
fn a_service_that_failed_is_diagnosed_by_what_it_said() {
    let title = "nginx fails with code 3: nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)";
    told(state!("failed"), recorded!("journalctl-nginx.txt"))
        .is("systemd.service-failed/said", title)
        .proposes(&[LONG_JOURNAL, "approval systemctl restart nginx"]);
    let quiet = "Started nginx.service.\nnginx.service: Main process exited, code=killed, status=9/KILL\n\
                 nginx.service: Failed with result 'signal'.\n";
    told(state!("signal"), quiet)
        .is("systemd.service-failed/failed", "nginx fails by signal 9: nginx.service: Failed with result 'signal'.")
        .proposes(&[LONG_JOURNAL]);
    // Between two attempts it is neither failed nor active.
    let title = "nginx fails with code 1: nginx: [emerg]…";
    told(state!("looping"), recorded!("journalctl-nginx.txt")).is("systemd.service-failed/said", title);
    // A socket fails with results of its own.
    let limit = "nginx.socket: Failed with result 'service-start-limit-hit'.\n";
    told(state!("socket"), limit).is("systemd.service-failed/failed", "nginx fails: nginx.socket: Failed with result…");
}

#[test]
fn a_service_that_systemd_gave_up_on_is_diagnosed_by_its_state() {
    let oom = state!("failed").replace("Result=exit-code", "Result=oom-kill");
    let cases: [(&str, &str, &str, &[&str]); 16] = [
        (
            state!("not-found"),
            "systemd.service-failed/gone",
            "There is no unit nginx",
            &["auto systemctl list-unit-files --type=service"],
        ),
        (
            state!("masked"),
            "systemd.service-failed/masked",
            "nginx is masked, so nothing can start it",
            &["approval systemctl unmask nginx"],
        ),
        (
            state!("bad-setting"),
            "systemd.service-failed/settings",
            "The unit file of nginx has a mistake",
            &["approval systemd-analyze verify nginx"],
        ),
        (&oom, "systemd.service-failed/oom", "nginx used more memory than there was, and was killed", &[JOURNAL]),
        (
            state!("timeout"),
            "systemd.service-failed/timeout",
            "nginx did not start or stop in the time it has",
            &[JOURNAL],
        ),
        (
            state!("watchdog"),
            "systemd.service-failed/watchdog",
            "nginx stopped reporting to the watchdog, and was ended",
            &[JOURNAL],
        ),
        (
            state!("exec"),
            "systemd.service-failed/exec",
            "The program of nginx cannot be executed (203)",
            &["auto systemctl show nginx --property=ExecStart"],
        ),
        (
            state!("setup"),
            "systemd.service-failed/setup",
            "nginx failed before its program began (code 200)",
            &["auto systemctl show nginx --property=WorkingDirectory,User,Group,StateDirectory"],
        ),
        (
            state!("condition"),
            "systemd.service-failed/condition",
            "nginx was not started, because a condition of its file does not hold",
            &["auto systemctl status nginx"],
        ),
        (
            state!("assertion"),
            "systemd.service-failed/condition",
            "nginx was not started, because a condition of its file does not hold",
            &["auto systemctl status nginx"],
        ),
        (
            state!("exec-condition"),
            "systemd.service-failed/condition",
            "nginx was not started, because a condition of its file does not hold",
            &["auto systemctl status nginx"],
        ),
        (
            state!("triggered"),
            "systemd.service-failed/triggered",
            "nginx does not run now, and its last run did not fail; backup.timer starts it",
            &["auto systemctl status backup.timer", JOURNAL],
        ),
        (
            state!("disabled"),
            "systemd.service-failed/disabled",
            "nginx does not run, and is not started at boot",
            &["approval systemctl enable --now nginx"],
        ),
        (
            state!("stopped"),
            "systemd.service-failed/inactive",
            "nginx does not run (inactive), and did not fail",
            &["approval systemctl start nginx", JOURNAL],
        ),
        (
            state!("starting"),
            "systemd.service-failed/starting",
            "nginx is still starting (start)",
            &[JOURNAL, "auto systemctl show nginx --property=Type,TimeoutStartUSec"],
        ),
        (
            state!("restarted"),
            "systemd.service-failed/restarted",
            "nginx runs now, but systemd had to start it again (restarts: 1)",
            &[LONG_JOURNAL],
        ),
    ];
    for (state, finding, title, remedies) in cases {
        told(state, "").is(finding, title).proposes(remedies);
    }
}

#[test]
fn a_service_that_runs_is_left_alone_and_an_unknown_state_is_none() {
    told(state!("healthy"), "").is("systemd.service-failed/nothing", "Nothing found: nginx is active");
    // A state of the manual that no unit of ours came to.
    let kept = state!("healthy").replace("ActiveState=active", "ActiveState=maintenance");
    told(&kept, "")
        .is("systemd.service-failed/unclear", "systemd does not say how nginx is")
        .proposes(&["auto systemctl status nginx"]);
    let no_bus = "System has not been booted with systemd as init system (PID 1). Can't operate.\n";
    replay("why did the nginx service fail?", &[("systemctl", 1, "", no_bus)])
        .is_stuck("it ended with exit code 1: System has not been booted");
}
