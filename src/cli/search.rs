//! `search`: anything that was ever done or found here, or in every memory of this person.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::args::{Search, Settings};
use super::{memory, setup, speech};
use crate::config::Config;
use crate::domain::{At, Failure, FailureKind, SessionId, Tier};
use crate::index::{Answer, Embedder, Ending, Filter, Hit, Index, IndexError, Query, Registry, Sqlite, everywhere};
use crate::output::escape;
use crate::store::MAIN;
use crate::{probe, runtime};

/// Entries that get their vector at one search, the newest first.
const EMBEDDED: usize = 512;
/// How long what is not in the index yet may take to get there before it is searched without.
const PATIENCE: Duration = Duration::from_secs(2);

pub(super) fn run(settings: &Settings, args: &Search) -> Result<ExitCode, Failure> {
    let config = setup::load(settings)?.loaded.config;
    let now = probe::now();
    let query = Query { words: args.words.clone(), filter: filter(args, now)?, limit: args.limit, now };
    let embedder = runtime::embedder(&config)?;
    let answer = answer(&config, args, &query, embedder.as_deref())?;
    if args.json {
        speech::result(&as_json(&answer).to_string());
    } else {
        answer.hits.iter().for_each(|hit| show(hit, args.everywhere));
    }
    for (typed, instead) in &answer.corrected {
        let instead: Vec<String> = instead.iter().map(|word| escape::line(word)).collect();
        match instead.as_slice() {
            [] => speech::say(&format!("no entry has the word {:?}, and none is near it", escape::line(typed))),
            words => speech::say(&format!("no entry has the word {:?}; looked for {}", typed, words.join(", "))),
        }
    }
    answer.notes.iter().for_each(|note| speech::warning(note));
    if !answer.behind.is_nothing() {
        let (entries, logs) = (answer.behind.entries, answer.behind.stale);
        speech::warning(&format!("the index is behind by {entries} entries and {logs} changed logs; search again"));
    }
    if answer.hits.is_empty() && !args.json {
        speech::say("nothing fits");
    }
    Ok(ExitCode::SUCCESS)
}

fn failed(error: IndexError) -> Failure {
    let hint = error.hint();
    Failure::new(FailureKind::Error, error.to_string()).hint(hint)
}

fn answer(config: &Config, args: &Search, query: &Query, embedder: Option<&dyn Embedder>) -> Result<Answer, Failure> {
    let until = Instant::now() + PATIENCE;
    let late = || Instant::now() >= until;
    if args.everywhere {
        let mut roots = Registry::new(&config.state_dir).roots().map_err(failed)?;
        if config.gcc_base_path.is_dir() && !roots.contains(&config.gcc_base_path) {
            roots.push(config.gcc_base_path.clone());
        }
        return Ok(everywhere(&roots, query, &late));
    }
    let memory = match memory::at(&config.gcc_base_path) {
        Ok(memory) => memory,
        Err(none) => return Ok(Answer { notes: vec![none.to_string()], ..Answer::default() }),
    };
    let mut index = Sqlite::open(&memory).map_err(failed)?;
    if let Err(error) = index.fill(&late) {
        // What is in it already is still found.
        speech::warning(&format!("{error}; {}", error.hint()));
    }
    let Some(embedder) = embedder else { return index.search(query).map_err(failed) };
    // A model that is slow or gone leaves the words.
    let by_meaning = async {
        index.embed(embedder, EMBEDDED).await?;
        index.search_by_meaning(query, embedder).await
    };
    super::wait(by_meaning)?.map_err(failed)
}

fn filter(args: &Search, now: At) -> Result<Filter, Failure> {
    let time = |text: &Option<String>| text.as_deref().map(|text| moment(text, now)).transpose();
    let tier = args.tier.as_deref().map(|word| {
        Tier::ALL.into_iter().find(|tier| tier.word() == word).ok_or_else(|| {
            Failure::new(FailureKind::Usage, format!("{word:?} is no tier"))
                .hint("They are auto, approval, destructive.")
        })
    });
    let exit = args.exit.as_deref().map(|text| match text {
        "failed" => Ok(Ending::Failed),
        code => code.parse().map(Ending::Code).map_err(|_| {
            Failure::new(FailureKind::Usage, format!("{code:?} is no exit code")).hint("Give a number, or `failed`.")
        }),
    });
    Ok(Filter {
        session: args.session.as_deref().map(session),
        actor: args.actor.clone(),
        tool: args.tool.clone(),
        tier: tier.transpose()?,
        since: time(&args.since)?,
        until: time(&args.until)?,
        exit: exit.transpose()?,
        finding: args.finding,
    })
}

/// `4` and `004` mean `session_004`, as everywhere.
fn session(wanted: &str) -> SessionId {
    match wanted.parse::<u32>() {
        Ok(number) => SessionId::new(format!("session_{number:03}")),
        Err(_) => SessionId::new(wanted),
    }
}

/// `2h`, `3d`, `2026-02-21`, or a whole time.
fn moment(text: &str, now: At) -> Result<At, Failure> {
    let wrong = || {
        Failure::new(FailureKind::Usage, format!("{text:?} is no time"))
            .hint("Give 30m, 2h, 3d, 1w, a date like 2026-02-21, or a time like 2026-02-21T09:14:00+01:00.")
    };
    if let Some(at) = At::parse(text) {
        return Ok(at);
    }
    let date = now.rfc3339();
    let zone = date.get(19..).unwrap_or("+00:00");
    if let Some(at) = At::parse(&format!("{text}T00:00:00{zone}")) {
        return Ok(at);
    }
    let unit = text.chars().last().ok_or_else(wrong)?;
    let count: u64 =
        text.get(..text.len() - unit.len_utf8()).and_then(|digits| digits.parse().ok()).ok_or_else(wrong)?;
    let seconds = match unit {
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        'w' => 604_800,
        _ => return Err(wrong()),
    };
    now.earlier(count.saturating_mul(seconds)).ok_or_else(wrong)
}

fn show(hit: &Hit, everywhere: bool) {
    let (date, clock) = (hit.at.date(), hit.at.clock());
    let branch = if hit.branch == MAIN { String::new() } else { format!(" [{}]", escape::line(&hit.branch)) };
    let archived = if hit.archived { " (archived)" } else { "" };
    let (short, kind) = (hit.session.short(), hit.kind.word());
    speech::result(&format!(
        "{date} {clock}  {}{archived}{branch}  {}  {}  {kind}",
        escape::line(short),
        hit.entry,
        escape::line(&hit.actor)
    ));
    speech::result(&format!("    {}", escape::line(&hit.snippet.text)));
    if let Some(output) = &hit.snippet.output {
        speech::result(&format!("    in {}", escape::line(output)));
    }
    if !hit.sound {
        speech::warning(&format!("entry {} is not what was written", hit.entry));
    }
    if everywhere {
        speech::result(&format!("    {}", escape::line(&hit.root.display().to_string())));
    }
}

fn as_json(answer: &Answer) -> Value {
    let hits: Vec<Value> = answer.hits.iter().map(hit).collect();
    json!({
        "hits": hits,
        "behind": {"entries": answer.behind.entries, "bytes": answer.behind.bytes, "stale": answer.behind.stale},
        "corrected": answer.corrected.iter().map(|(typed, instead)| json!({"typed": typed, "instead": instead}))
            .collect::<Vec<_>>(),
        "by_meaning": answer.by_meaning,
        "notes": answer.notes,
    })
}

fn hit(hit: &Hit) -> Value {
    json!({
        "root": hit.root,
        "session": hit.session.as_str(),
        "archived": hit.archived,
        "branch": hit.branch,
        "entry": hit.entry.as_str(),
        "seq": hit.seq,
        "at": hit.at.rfc3339(),
        "kind": hit.kind.word(),
        "actor": hit.actor,
        "tool": hit.tool,
        "tier": hit.tier.map(Tier::word),
        "exit": hit.exit,
        "score": hit.score,
        "snippet": hit.snippet.text,
        "marks": hit.snippet.marks.iter().map(|mark| json!([mark.start, mark.end])).collect::<Vec<_>>(),
        "output": hit.snippet.output,
        "sound": hit.sound,
    })
}
