//! What systemctl says of units: one in detail, or a list.
//!
//! Owns how `systemctl status` and `systemctl list-units` are laid out. Status
//! ends with the newest lines of the journal; of these the last one that looks
//! like an error is quoted.

use super::super::counted::counted;
use super::super::severity::{Severity, severity};
use super::{filled, listed, quoted, tally};

/// The marks that stand before a unit.
const MARKS: [char; 6] = ['●', '○', '×', '↻', '↺', '*'];

pub(super) fn told(command: &str, stdout: &str) -> Option<String> {
    list(command, stdout).or_else(|| status(stdout))
}

/// `nginx.service is failed (Result: exit-code) since …; its main process ended with code=exited, status=1/FAILURE`.
pub(super) fn status(stdout: &str) -> Option<String> {
    let units: Vec<Unit<'_>> = units(stdout);
    match units.as_slice() {
        [] => None,
        [unit] => Some(unit.told()),
        several => {
            let states: Vec<String> = several.iter().map(Unit::state).collect();
            Some(format!("{}: {}", counted(several.len(), "unit", "units"), listed(&states)))
        }
    }
}

struct Unit<'a> {
    name: &'a str,
    loaded: Option<&'a str>,
    active: &'a str,
    main: Option<&'a str>,
    journal: Vec<&'a str>,
}

impl Unit<'_> {
    fn state(&self) -> String {
        // `since Mon 2026-01-05 10:00:00 UTC; 3h ago` reads on.
        format!("{} is {}", quoted(self.name), quoted(&self.active.replace("; ", ", ")))
    }

    fn told(&self) -> String {
        let mut told = self.state();
        // `loaded (/path; disabled; preset: enabled)`: more than the usual is said.
        let loaded = self.loaded.unwrap_or_default();
        match loaded.split(' ').next().unwrap_or_default() {
            "loaded" if loaded.split("; ").any(|part| part.trim_end_matches(')') == "disabled") => {
                told.push_str("; it does not start at boot");
            }
            "loaded" | "" => {}
            odd => told.push_str(&format!("; its unit file is {}", quoted(odd))),
        }
        if let Some((number, how)) = self.main.and_then(|main| main.split_once(' ')) {
            let how = how.trim_start_matches('(').trim_end_matches(')');
            if how.starts_with("code=") {
                told.push_str(&format!("; its main process ended with {}", quoted(how)));
            } else {
                told.push_str(&format!("; main process {} ({})", quoted(number), quoted(how)));
            }
        }
        if let Some(error) = self.journal.iter().rfind(|line| severity(line) == Some(Severity::Error)) {
            told.push_str(&format!("; the newest line that looks like an error: “{}”", quoted(error.trim())));
        }
        told
    }
}

/// The units of `systemctl status`: each begins with its name and is active somehow.
fn units(stdout: &str) -> Vec<Unit<'_>> {
    let mut units: Vec<Unit<'_>> = Vec::new();
    let mut title = None;
    let mut is_journal = false;
    for line in stdout.lines() {
        let trimmed = line.trim();
        if let Some(after) = line.strip_prefix(MARKS).and_then(|rest| rest.strip_prefix(' ')) {
            title = after.split(' ').next().map(|name| (name, None));
            is_journal = false;
        } else if let (Some(loaded), Some((_, place))) = (trimmed.strip_prefix("Loaded: "), &mut title) {
            *place = Some(loaded);
        } else if let (Some(active), Some((name, loaded))) = (trimmed.strip_prefix("Active: "), title) {
            title = None;
            units.push(Unit { name, loaded, active, main: None, journal: Vec::new() });
        } else if let Some(unit) = units.last_mut() {
            match trimmed.strip_prefix("Main PID: ") {
                Some(main) if !is_journal => unit.main = Some(main),
                _ if trimmed.is_empty() => is_journal = true,
                _ if is_journal => unit.journal.push(line),
                _ => {}
            }
        }
    }
    units
}

/// `2 units failed: nginx.service, backup.service`, or how many are in which state.
fn list(command: &str, stdout: &str) -> Option<String> {
    let mut lines = stdout.lines();
    let titles: Vec<&str> = lines.next()?.split_whitespace().collect();
    if titles.get(..4)? != ["UNIT", "LOAD", "ACTIVE", "SUB"] {
        return None;
    }
    let rows: Vec<(&str, &str, &str)> = lines
        .take_while(|line| !line.trim().is_empty() && !line.contains(" loaded units listed"))
        .map(|line| {
            let mut words = line.split_whitespace().filter(|word| !is_mark(word));
            Some((words.next()?, words.nth(1)?, words.next()?))
        })
        .collect::<Option<_>>()?;
    let failed: Vec<String> =
        rows.iter().filter(|(_, active, _)| *active == "failed").map(|(name, ..)| quoted(name)).collect();
    let is_about_failed = command.split_whitespace().any(|word| matches!(word, "--failed" | "--state=failed"));
    if is_about_failed && failed.len() == rows.len() {
        return Some(match failed.as_slice() {
            [] => "no unit failed".to_owned(),
            _ => format!("{} failed: {}", counted(failed.len(), "unit", "units"), listed(&failed)),
        });
    }
    let count = counted(rows.len(), "unit", "units");
    if rows.is_empty() {
        return Some(count);
    }
    let states = tally(rows.iter().map(|(_, _, sub)| quoted(sub)));
    Some(match failed.as_slice() {
        [] => format!("{count}: {states}"),
        _ => format!("{count}: {states}; failed: {}", listed(&failed)),
    })
}

fn is_mark(word: &str) -> bool {
    let mut characters = word.chars();
    matches!((characters.next(), characters.next()), (Some(mark), None) if MARKS.contains(&mark))
}

/// What `systemctl is-active` and its like answer by their status too: a single word.
pub(super) fn word(stdout: &str) -> Option<String> {
    match filled(stdout).as_slice() {
        [only] => Some(quoted(only.trim())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FAILED: &str = "\
× nginx.service - A high performance web server and a reverse proxy server
     Loaded: loaded (/lib/systemd/system/nginx.service; disabled; preset: enabled)
     Active: failed (Result: exit-code) since Mon 2026-01-05 10:00:00 UTC; 3h 5min ago
       Docs: man:nginx(8)
    Process: 811 ExecStartPre=/usr/sbin/nginx -t (code=exited, status=1/FAILURE)
   Main PID: 811 (code=exited, status=1/FAILURE)
        CPU: 12ms

Jan 05 10:00:00 host nginx[811]: nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)
Jan 05 10:00:00 host systemd[1]: nginx.service: Control process exited, code=exited, status=1/FAILURE
Jan 05 10:00:00 host systemd[1]: Stopped A high performance web server.
";

    #[test]
    fn a_failed_unit_is_told_with_its_newest_error() {
        assert_eq!(
            status(FAILED).unwrap(),
            "nginx.service is failed (Result: exit-code) since Mon 2026-01-05 10:00:00 UTC, 3h 5min ago; it does not \
             start at boot; its main process ended with code=exited, status=1/FAILURE; the newest line that looks like \
             an error: “Jan 05 10:00:00 host systemd[1]: nginx.service: Control process exited, code=exited, \
             status=1/FAILURE”"
        );
    }

    #[test]
    fn a_running_unit_is_told_with_its_process() {
        let text = "\
● ssh.service - OpenBSD Secure Shell server
     Loaded: loaded (/lib/systemd/system/ssh.service; enabled; preset: enabled)
     Active: active (running) since Mon 2026-01-05 09:00:00 UTC; 4h ago
   Main PID: 702 (sshd)
      Tasks: 1 (limit: 2339)

Jan 05 09:00:00 host sshd[702]: Server listening on 0.0.0.0 port 22.
";
        assert_eq!(
            told("systemctl status ssh --no-pager", text).unwrap(),
            "ssh.service is active (running) since Mon 2026-01-05 09:00:00 UTC, 4h ago; main process 702 (sshd)"
        );
        let both = format!("{text}\n{FAILED}");
        assert_eq!(
            told("systemctl status ssh nginx", &both).unwrap(),
            "2 units: ssh.service is active (running) since Mon 2026-01-05 09:00:00 UTC, 4h ago, \
             nginx.service is failed (Result: exit-code) since Mon 2026-01-05 10:00:00 UTC, 3h 5min ago"
        );
    }

    #[test]
    fn a_unit_without_a_file_is_told_as_such() {
        let text = "○ gone.service\n     Loaded: not-found (Reason: Unit gone.service not found.)\n     Active: inactive (dead)\n";
        assert_eq!(status(text).unwrap(), "gone.service is inactive (dead); its unit file is not-found");
    }

    #[test]
    fn failed_units_are_named() {
        let text = "  UNIT                 LOAD   ACTIVE SUB    DESCRIPTION
● kdump.service        loaded failed failed Crash recovery kernel arming
● network.service      loaded failed failed LSB: Bring up/down networking

LOAD   = Reflects whether the unit definition was properly loaded.
ACTIVE = The high-level unit activation state, i.e. generalization of SUB.
SUB    = The low-level unit activation state, values depend on unit type.
2 loaded units listed.
";
        assert_eq!(told("systemctl --failed", text).unwrap(), "2 units failed: kdump.service, network.service");
        let none = "  UNIT LOAD ACTIVE SUB DESCRIPTION\n\n0 loaded units listed.\n";
        assert_eq!(told("systemctl list-units --failed --no-pager", none).unwrap(), "no unit failed");
        assert_eq!(told("systemctl list-units", none).unwrap(), "0 units");
    }

    #[test]
    fn units_are_counted_by_state() {
        let text = "  UNIT          LOAD   ACTIVE SUB     DESCRIPTION
  cron.service  loaded active running Regular background program processing daemon
  ssh.service   loaded active running OpenBSD Secure Shell server
● x.service     loaded failed failed  X

3 loaded units listed.
";
        assert_eq!(
            told("systemctl list-units --type=service", text).unwrap(),
            "3 units: 2 running, 1 failed; failed: x.service"
        );
        assert_eq!(told("systemctl list-timers", "NEXT LEFT LAST PASSED UNIT ACTIVATES\n"), None);
    }
}
