//! What a word looks like: a name, a path, an image, a pair of ports.

use super::lexicon::Lexicon;
use super::matching::Matching;
use super::passive;
use super::tokens::{DEFINITE, End, Token};

/// Whether a token can be the name of something.
pub(super) fn is_name(matching: &Matching<'_>, at: usize) -> bool {
    let Some(token) = matching.tokens.get(at) else { return false };
    // «we're» is nobody's name.
    let shortened = !token.quoted && token.raw.contains(['\'', '\u{2019}']);
    // «in use», «in question» say which.
    let which = ["use", "question"].contains(&matching.norm(at)) && at > 0 && matching.norm(at - 1) == "in";
    if which && !token.quoted || token.raw.starts_with('-') || shortened || is_misspelt_noun(matching, at) {
        return false;
    }
    // `deployment/web` is no container.
    let kind = token.raw.split_once('/').map(|(kind, _)| kind.to_lowercase());
    if kind.is_some_and(|kind| {
        let own = matching.tool.nouns.get(&kind).is_some_and(|written| matching.tool.kinds.contains(written));
        !own && !token.quoted && matching.lexicon.is_kind(&kind)
    }) {
        return false;
    }
    let stated = token.quoted || token.literal || matching.named.contains(&at) || matching.names.contains(&token.norm);
    // «a file downloaded»: what is done to a thing is no name.
    if !stated && token.norm.ends_with("ed") && passive::verb(matching.tokens, at, matching.lexicon).is_some() {
        return false;
    }
    stated
        || matching.lexicon.is_usual_name(&token.norm)
        || !(matching.lexicon.common.contains(&token.norm)
            || matching.lexicon.means_something(&token.norm)
            || matching.lexicon.vocabulary.is_in(&token.norm, &matching.tool.meaningful))
}

/// `svc/geo`: a thing by its kind and its name, and neither a file nor a directory as `deploy/charts` is.
pub(super) fn names_by_kind(lexicon: &Lexicon, token: &Token) -> bool {
    let parts = token.raw.split_once('/').filter(|_| !token.quoted);
    parts.is_some_and(|(kind, name)| {
        let place = name.is_empty() || name.contains(['/', '.']) || name.contains("chart");
        lexicon.is_kind(&kind.to_lowercase()) && !place
    })
}

/// «the new relase»: behind an article and beside a noun that it nearly is, a word is no name.
fn is_misspelt_noun(matching: &Matching<'_>, at: usize) -> bool {
    let Some(meant) = matching.tokens.get(at).and_then(|token| token.meant.as_ref()) else { return false };
    let before = at.checked_sub(1).map_or("", |before| matching.norm(before));
    let article = ["the", "new", "a", "my"].contains(&before);
    // «the dependecies of the chart»: nobody calls a thing nearly as a long word.
    let long = ["the", "my"].contains(&before) && meant.len() >= 8 && matching.norm(at + 1) == "of";
    // «the cart deployment» names its deployment.
    // «in the uploader contaner»: what stands before is its name.
    let ends = matching.tokens[at].end > End::Nothing || at + 1 == matching.tokens.len();
    let one = at.checked_sub(2).is_some_and(|first| DEFINITE.contains(&matching.norm(first)));
    let named = ends && one && !matching.lexicon.is_noun(before) && !meant.ends_with('s');
    (long || (article || named) && matching.lexicon.is_noun(meant)) && !matching.lexicon.is_noun(matching.norm(at + 1))
}

/// Whether a word can be a name where a cue stands before it, although it means something elsewhere.
pub(super) fn is_cued_name(matching: &Matching<'_>, at: usize) -> bool {
    let Some(token) = matching.tokens.get(at) else { return false };
    let lexicon = matching.lexicon;
    let plain = lexicon.stop_words.contains(&token.norm)
        || lexicon.restricting.contains(&token.norm) && !introduced(matching, at)
        || lexicon.units.contains_key(&token.norm)
        || lexicon.numbers.contains_key(&token.norm)
        || lexicon.actions.contains_key(&token.norm)
        || lexicon.is_noun(&token.norm)
        || lexicon.common.contains(&token.norm) && !introduced(matching, at)
        || lexicon.programs.contains_key(&token.norm)
        // A skill's name is a topic: «the database host», but «in network».
        || lexicon.tools.iter().any(|tool| tool.name == token.norm) && !placed(matching, at)
        || matching.tool.evidence.contains(&token.norm);
    !plain && !token.raw.starts_with('-') && !is_misspelt_noun(matching, at)
}

/// `in network`, `namespace storage`: said to be a place or a name.
fn placed(matching: &Matching<'_>, at: usize) -> bool {
    let places = ["in", "namespace", "ns", "named", "called"];
    at.checked_sub(1).is_some_and(|before| places.contains(&matching.norm(before)))
}

/// `called fix`, `release old`: said to be a name.
fn introduced(matching: &Matching<'_>, at: usize) -> bool {
    // Behind a noun such a word tells no property of it, as «broken» does.
    const NAMES: &[&str] =
        &["old", "new", "next", "extra", "spare", "mine", "hourly", "daily", "nightly", "weekly", "monthly"];
    let before = at.checked_sub(1).filter(|before| matching.tokens[*before].end == End::Nothing);
    before.is_some_and(|before| {
        let before = matching.norm(before);
        ["named", "called", "branch", "tag", "namespace"].contains(&before)
            || NAMES.contains(&matching.norm(at)) && matching.tool.nouns.contains_key(before)
    })
}

/// Longer endings than most files have.
const LONG_ENDINGS: &[&str] = &["properties", "dockerfile", "markdown", "backup", "sqlite", "sqlite3", "parquet"];

pub(super) fn is_path(raw: &str) -> bool {
    raw.contains('/') && !raw.contains("://")
        || raw == "."
        || raw == ".."
        || raw.rsplit_once('.').is_some_and(|(stem, end)| {
            !stem.is_empty()
                && ((1..=5).contains(&end.len()) || LONG_ENDINGS.contains(&end))
                && end.chars().all(|character| character.is_ascii_alphanumeric())
                && !end.chars().all(|character| character.is_ascii_digit())
                && !is_host(raw)
        })
        || raw.starts_with('.') && raw.len() > 1
}

/// `feature/login`: a branch as well as a file.
pub(super) fn is_slashed(raw: &str) -> bool {
    is_path(raw)
        && raw.contains('/')
        && !raw.contains("://")
        && !raw.starts_with(['/', '.', '~'])
        && !raw.ends_with('/')
        && !raw.rsplit('/').next().is_some_and(|end| end.contains('.'))
}

pub(super) fn is_image(raw: &str) -> bool {
    !raw.contains("://")
        && !raw.starts_with(['.', '/', '-'])
        && raw.chars().all(|character| character.is_ascii_alphanumeric() || "._-/:@".contains(character))
}

pub(super) fn is_pair(raw: &str) -> bool {
    raw.split_once(':').is_some_and(|(left, right)| {
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        digits(left) && digits(right)
    })
}

/// `redis:7`, `ghcr.io/acme/tool`: an image and nothing else.
pub(super) fn is_tagged_image(raw: &str) -> bool {
    let tagged = raw.rsplit_once(':').is_some_and(|(name, tag)| {
        !name.is_empty() && !tag.is_empty() && !tag.contains('/') && name.bytes().any(|byte| byte.is_ascii_alphabetic())
    });
    let from_registry = raw.split_once('/').is_some_and(|(host, rest)| {
        host.contains('.') && !host.starts_with('.') && !host.ends_with('.') && !rest.is_empty()
    });
    !is_endpoint(raw)
        && is_image(raw)
        && (tagged && !raw.contains('@') || from_registry && !raw.ends_with(".git") && !raw.contains('@'))
}

/// `values-prod.yaml`: what a chart is given, and no chart.
pub(super) fn is_values_file(raw: &str) -> bool {
    [".yaml", ".yml", ".json"].iter().any(|end| raw.len() > end.len() && raw.ends_with(end))
}

/// `db-0`, `web-6f5b7d88c4-9jh2t`: a name as a StatefulSet, or a Deployment, gives its pods.
pub(super) fn is_pod_name(raw: &str) -> bool {
    let Some((stem, last)) = raw.rsplit_once('-') else { return false };
    let plain = |text: &str| {
        text.starts_with(|first: char| first.is_ascii_alphabetic())
            && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    let digits = |text: &str| text.bytes().any(|byte| byte.is_ascii_digit());
    let numbered = (1..=3).contains(&last.len()) && last.bytes().all(|byte| byte.is_ascii_digit());
    // In conversation both are shortened: `web-7d8b-x2`.
    let short = |hash: &str| {
        let hex = hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        (4..8).contains(&hash.len()) && hex && digits(hash) && hash.bytes().any(|byte| byte.is_ascii_alphabetic())
    };
    let whole = |hash: &str| (8..=10).contains(&hash.len()) && digits(hash);
    let end = last.len() == 5 || (2..5).contains(&last.len()) && digits(last) && !numbered;
    let hashed = end && stem.rsplit_once('-').is_some_and(|(_, hash)| short(hash) || last.len() == 5 && whole(hash));
    plain(raw) && (numbered || hashed)
}

/// `db-0`, `web-6f5b7d88c4-9jh2t`: a name that a cluster gives and hardly anybody else; `web-1` is a container too.
pub(super) fn is_replica(raw: &str) -> bool {
    let last = raw.rsplit('-').next().unwrap_or_default();
    is_pod_name(raw) && (last == "0" || last.bytes().any(|byte| byte.is_ascii_alphabetic()))
}

/// `nginx.service`
pub(super) fn is_unit(raw: &str) -> bool {
    [".service", ".socket", ".timer", ".target", ".mount"].iter().any(|end| raw.len() > end.len() && raw.ends_with(end))
}

/// `db.internal`, `10.0.0.7`: a dotted name that is no file.
pub(super) fn is_host(raw: &str) -> bool {
    let parts: Vec<&str> = raw.split('.').collect();
    let plain = |part: &&str| {
        !part.is_empty() && part.chars().all(|character| character.is_ascii_alphanumeric() || "-_".contains(character))
    };
    let numbers = parts.len() == 4 && parts.iter().all(|part| part.parse::<u8>().is_ok());
    let known = [
        "com", "org", "net", "io", "de", "dev", "internal", "local", "lan", "test", "eu", "uk", "us", "co", "app",
        "cloud", "edu", "gov", "info", "int",
    ];
    let named = parts.len() > 1 && parts.last().is_some_and(|last| known.contains(last));
    parts.iter().all(plain) && (numbers || named) || raw == "localhost"
}

/// `10.1.2.3:6379`, `db.internal:5432`
pub(super) fn is_endpoint(raw: &str) -> bool {
    raw.split_once(':').is_some_and(|(host, port)| is_host(host) && port.parse::<u16>().is_ok())
}

/// What git could take for a branch, a tag or a commit.
pub(super) fn is_ref(raw: &str) -> bool {
    !raw.contains([':', ' ', '\\', '*', '?', '[']) && !raw.starts_with(['/', '.']) && !raw.ends_with(".lock")
}

/// `4f2a91c`
pub(super) fn is_hash(raw: &str) -> bool {
    (6..=40).contains(&raw.len())
        && raw.bytes().all(|byte| byte.is_ascii_hexdigit())
        && raw.bytes().any(|byte| byte.is_ascii_digit())
        && raw.bytes().any(|byte| byte.is_ascii_alphabetic())
}

/// A commit by its hash or by its place: `4f2a91c`, `HEAD~2`, `v1.2.0`.
pub(super) fn is_commit(raw: &str) -> bool {
    is_hash(raw)
        || raw.to_ascii_lowercase().starts_with("head")
        || raw.contains(['/', '~', '^', '@'])
        || raw.contains('.')
        || raw.contains('-')
}

pub(super) fn is_email(raw: &str) -> bool {
    raw.split_once('@')
        .is_some_and(|(user, host)| !user.is_empty() && host.contains('.') && !host.contains([':', '/', '@']))
}

/// `LOG_LEVEL=debug`, and no option
pub(super) fn is_key_value(raw: &str) -> bool {
    raw.split_once('=').is_some_and(|(key, _)| !key.is_empty() && !key.starts_with('-') && !key.contains("://"))
}

/// `2.1`, `v1.20.3`
pub(super) fn is_version(raw: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let bare = raw.strip_prefix('v').unwrap_or(raw);
    let (numbers, rest) = bare.split_at(bare.find(['-', '+']).unwrap_or(bare.len()));
    let plain = rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-+.".contains(&byte));
    let address = rest.is_empty() && numbers.split('.').count() == 4;
    numbers.contains('.') && numbers.split('.').all(digits) && plain && !address
}

/// `640`, `0755`, `u+x`, `go-w`
pub(super) fn is_mode(raw: &str) -> bool {
    let octal = (3..=4).contains(&raw.len()) && raw.bytes().all(|byte| (b'0'..=b'7').contains(&byte));
    let symbolic = raw.split_once(['+', '-', '=']).is_some_and(|(who, what)| {
        who.len() <= 4
            && who.chars().all(|c| "ugoa".contains(c))
            && !what.is_empty()
            && what.chars().all(|c| "rwxXst".contains(c))
    });
    octal || symbolic
}

/// A path that looks like a directory: nothing in its last part says that it is a file.
pub(super) fn is_directory(raw: &str) -> bool {
    const FILES: &[&str] = &[
        "syslog",
        "messages",
        "hosts",
        "hostname",
        "passwd",
        "group",
        "shadow",
        "fstab",
        "secure",
        "crontab",
        "sudoers",
        "dmesg",
        "README",
        "Makefile",
        "Dockerfile",
        "LICENSE",
        "services",
        "environment",
        "faillog",
        "lastlog",
    ];
    let last = raw.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let whole = raw.starts_with(['/', '~']) || raw.starts_with("./") || raw.starts_with("../") || raw.ends_with('/');
    raw == "." || raw == ".." || whole && !raw.contains("://") && !last.contains('.') && !FILES.contains(&last)
}

/// `LOG_LEVEL=debug`: a variable of a process with its value.
pub(super) fn is_variable(raw: &str) -> bool {
    raw.split_once('=').is_some_and(|(name, _)| {
        name.starts_with(|first: char| first.is_ascii_uppercase() || first == '_')
            && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
    })
}

/// A day as ISO 8601 writes it: `2026-02-01` of itself, of `1.2.2026` and, with its time, of `2026-02-01T14:00:00Z`.
pub(super) fn date(raw: &str) -> Option<String> {
    let (day, time) = raw.split_once('T').map_or((raw, None), |(day, time)| (day, Some(time)));
    let numbers = |parted: char| -> Option<[u32; 3]> {
        let parts = day.split(parted).map(|part| part.parse().ok().filter(|_| part.len() <= 4));
        parts.collect::<Option<Vec<u32>>>()?.try_into().ok()
    };
    let iso = numbers('-').filter(|_| day.len() == 10);
    let written = || numbers('.').filter(|_| time.is_none()).map(|[day, month, year]| [year, month, day]);
    let [year, month, day_of_month] = iso.or_else(written)?;
    let day = ((1970..=2999).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day_of_month))
        .then(|| format!("{year:04}-{month:02}-{day_of_month:02}"))?;
    match time {
        None => Some(day),
        Some(time) => {
            let plain = time.bytes().all(|byte| byte.is_ascii_digit() || b":.Z+-".contains(&byte));
            (plain && clock(time.get(..5)?).is_some()).then(|| format!("{day}T{time}"))
        }
    }
}

/// A time of day in hours and minutes: `14:30` of itself, `02:00` of `2am`, `12:00` of `noon`.
pub(super) fn clock(word: &str) -> Option<String> {
    match word {
        "noon" | "midday" => return Some("12:00".to_owned()),
        "midnight" => return Some("00:00".to_owned()),
        _ => {}
    }
    let (digits, half) = word.split_at(word.find(|letter: char| letter.is_ascii_alphabetic()).unwrap_or(word.len()));
    let (hour, minute) = digits.split_once(':').unwrap_or((digits, "00"));
    let short = |part: &str| (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    if !short(hour) || !short(minute) || minute.len() != 2 || half.is_empty() && !digits.contains(':') {
        return None;
    }
    let (hour, minute): (u32, u32) = (hour.parse().ok()?, minute.parse().ok()?);
    let hour = match half {
        "" => hour,
        "am" if (1..=12).contains(&hour) => hour % 12,
        "pm" if (1..=12).contains(&hour) => hour % 12 + 12,
        _ => return None,
    };
    (hour < 24 && minute < 60).then(|| format!("{hour:02}:{minute:02}"))
}

/// Whether a file has one of these endings.
pub(super) fn ends_in(raw: &str, endings: &[&str]) -> bool {
    let ending = raw.rsplit_once('.').filter(|(stem, _)| !stem.is_empty()).map(|(_, ending)| ending.to_lowercase());
    ending.is_some_and(|ending| endings.contains(&ending.as_str())) && !raw.contains("://")
}

/// `web02:/tmp`, `kim@web02:notes`: a path on another machine.
pub(super) fn is_remote_path(raw: &str) -> bool {
    raw.split_once(':').is_some_and(|(host, path)| {
        let named = host.len() > 1 && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._@".contains(&byte));
        named && (path.starts_with(['/', '~', '.']) || host.contains('@') && !path.is_empty())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_times_of_day_are_written_as_every_tool_reads_them() {
        let days =
            ["2026-02-01", "1.2.2026", "2026-02-01T14:00:00Z", "2026-13-01", "10.0.0.1", "v1.2.2026", "2026-2-1"];
        let written = ["2026-02-01", "2026-02-01", "2026-02-01T14:00:00Z"].map(|day| Some(day.to_owned()));
        assert_eq!(days.map(date), [written.as_slice(), &[None, None, None, None]].concat().as_slice());
        let times = ["14:30", "2am", "12am", "12pm", "9:15pm", "noon", "14", "25:00", "13pm", "8080:80", "1:2"];
        let written = ["14:30", "02:00", "00:00", "12:00", "21:15", "12:00"].map(|time| Some(time.to_owned()));
        assert_eq!(times.map(clock), [written.as_slice(), &[None, None, None, None, None]].concat().as_slice());
    }
}
