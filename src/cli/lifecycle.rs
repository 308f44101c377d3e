//! `new`, `continue`, `close`, `delete` and `restore`: how a session begins, is gone on with, ends and is put away
//! (product document, section 8). With nobody at a terminal nothing is asked and no screen is opened.

use std::process::ExitCode;

use serde_json::json;

use super::args::{Close, Continue, Delete, New, Restore, SessionArgs, Settings};
use super::chronicle::Desk;
use super::{memory, question, setup, speech, workbench};
use crate::domain::{Counted, Failure, FailureKind, SessionId, Snapshot};
use crate::output::escape;
use crate::probe;
use crate::runtime::{self, Kit};
use crate::store::{Contents, Memory, SessionSummary, Status};

/// Sessions that `continue` offers.
const OFFERED: usize = 9;

pub(super) fn new(settings: &Settings, args: &New) -> Result<ExitCode, Failure> {
    let setup = setup::load(settings)?;
    let goal = setup::request(Some(&args.goal))?;
    let memory = Memory::open(&setup.loaded.config.gcc_base_path)?;
    let desk = Desk::over(&setup, memory)?;
    let goal = desk.redactor.text(&goal);
    let proposed = desk.memory.propose(&goal, desk.now)?;
    let asks = args.name.is_none() && !args.yes && !args.json && question::attended();
    let mut name = args.name.clone().unwrap_or_default();
    if asks {
        speech::say(&format!("\n  Suggested name: {}", escape::line(proposed.as_str())));
        speech::say("  Confirm name or rename? (press Enter to confirm)");
        name = prompt()?;
    }
    let kit = Kit::build(&setup.loaded, &setup.sources)?;
    let snapshot = super::wait(runtime::snapshot(&kit))?;
    let mut session = if name.trim().is_empty() {
        desk.memory.begin(&goal, desk.now, &snapshot.surroundings)?
    } else {
        desk.memory.begin_named(&desk.redactor.text(name.trim()), &goal, desk.now, &snapshot.surroundings)?
    };
    session.note(&snapshot, desk.now)?;
    let id = session.id().clone();
    drop(session);
    if args.json {
        let value = json!({"session": id.as_str(), "goal": goal.get(), "snapshot": snapshot});
        speech::result(&value.to_string());
        return Ok(ExitCode::SUCCESS);
    }
    speech::say("\n  ✓ Session created");
    speech::say("  ✓ metadata.yaml snapshot taken:");
    taken(&snapshot).iter().for_each(|line| speech::say(&format!("    {}", escape::line(line))));
    enter(settings, &desk.memory, &id)
}

/// What the snapshot holds, a line each for cluster, repository and engine.
fn taken(snapshot: &Snapshot) -> [String; 3] {
    let place = &snapshot.surroundings;
    let absent = |tool: &str| snapshot.absent.iter().any(|absent| absent == tool);
    let counted = |counted: &Counted, what: &str| match counted {
        Counted::Nothing => String::new(),
        Counted::Known(1) => format!(", 1 {what}"),
        Counted::Known(count) => format!(", {count} {what}s"),
        Counted::Unanswered(why) => format!(", {what}s not counted: {why}"),
    };
    let kube = match &place.kube_context {
        Some(context) => {
            format!("kube-context: {context} / namespace: {}", place.namespace.as_deref().unwrap_or("default"))
        }
        None if absent("kubectl") => "kube-context: none, kubectl is absent".to_owned(),
        None => "kube-context: none".to_owned(),
    };
    let git = match &place.git_branch {
        _ if absent("git") => "git: absent".to_owned(),
        Some(branch) => format!("git: {branch} branch{}", counted(&snapshot.uncommitted, "uncommitted change")),
        None => "git: no repository here".to_owned(),
    };
    let docker = match &place.docker_context {
        _ if absent("docker") => "docker: absent".to_owned(),
        Some(context) => format!("docker: {context} context{}", counted(&snapshot.containers, "running container")),
        None => "docker: no context".to_owned(),
    };
    [kube, git, docker]
}

pub(super) fn go_on(settings: &Settings, args: &Continue) -> Result<ExitCode, Failure> {
    let memory = memory::open(settings)?;
    let id = match &args.id {
        Some(id) => memory.find(&SessionId::new(id.clone()))?,
        None => picked(&memory.sessions()?)?,
    };
    // Taken up, so that whatever is asked next goes there.
    let session = memory.resume(&id, probe::now())?;
    session.recovered().iter().for_each(|text| speech::warning(text));
    drop(session);
    if args.json {
        let standing = memory.standing(&id)?;
        let value = json!({"session": id.as_str(), "goal": standing.goal, "last_commit": standing.last_commit,
                           "last_action": standing.last_action, "next": standing.next});
        speech::result(&value.to_string());
        return Ok(ExitCode::SUCCESS);
    }
    enter(settings, &memory, &id)
}

/// The session that the person picks out of the last ones.
fn picked(list: &[SessionSummary]) -> Result<SessionId, Failure> {
    let usage = |text: &str| {
        Failure::new(FailureKind::Usage, text)
            .hint("Name one: devops-agent continue 4. List them: devops-agent sessions")
    };
    if list.is_empty() {
        return Err(Failure::new(FailureKind::Error, "there are no sessions yet")
            .hint("Begin one: devops-agent new \"investigate database connection timeouts\""));
    }
    if !question::attended() {
        return Err(usage("which session to continue must be said where nobody can be asked"));
    }
    speech::say("\n  Recent sessions:");
    let widest = list.iter().take(OFFERED).map(|session| session.name.chars().count()).max().unwrap_or(0).max(28);
    for (index, session) in list.iter().take(OFFERED).enumerate() {
        let standing = if session.status == Status::Active { "in progress" } else { "closed" };
        let (short, date) = (session.id.short(), session.started.date());
        let name = escape::line(&session.name);
        speech::say(&format!("  [{}] {short}  {date}  {name:<widest$}  ({standing})", index + 1));
    }
    speech::say("\n  Which session? (1)");
    let typed = prompt()?;
    let number = if typed.trim().is_empty() { Ok(1) } else { typed.trim().parse::<usize>() };
    let chosen = number.ok().and_then(|number| list.iter().take(OFFERED).nth(number.checked_sub(1)?));
    chosen.map(|session| session.id.clone()).ok_or_else(|| usage("that is none of the numbers"))
}

/// Into the workbench with a session; where there is no terminal, its standing is told.
fn enter(settings: &Settings, memory: &Memory, id: &SessionId) -> Result<ExitCode, Failure> {
    if question::attended() && std::io::IsTerminal::is_terminal(&std::io::stdout()) {
        return workbench::run(settings, &SessionArgs { session: Some(id.as_str().to_owned()), new: false });
    }
    let standing = memory.standing(id)?;
    speech::say("");
    agent(&standing.told(id));
    speech::result(id.as_str());
    Ok(ExitCode::SUCCESS)
}

pub(super) fn close(settings: &Settings, args: &Close) -> Result<ExitCode, Failure> {
    let desk = Desk::open(settings)?;
    let mut session = desk.session(args.id.as_deref())?;
    let id = session.id().clone();
    let tally = desk.memory.tally(&id)?;
    let asks = question::attended() && !args.json && !args.yes && !args.no_summary;
    if !args.json {
        speech::say("");
        agent(&tally.told(&id));
        speech::say("");
    }
    let saved = if asks {
        speech::say("      Save summary to main.md? (y/n)");
        question::means_yes(&prompt()?)
    } else {
        !args.no_summary
    };
    session.close(saved, desk.now)?;
    if args.json {
        let commits: Vec<&String> = tally.commits.iter().map(|(_, milestone)| milestone).collect();
        let value = json!({"session": id.as_str(), "status": "closed", "commits": commits,
                           "commands": {"agent": tally.by_agent, "person": tally.by_person},
                           "duration": tally.duration(), "summary_saved": saved});
        speech::result(&value.to_string());
    } else {
        speech::say(if saved { "\n      ✓ Session closed and saved." } else { "\n      ✓ Session closed." });
        speech::say(&format!("      Take it up again with: devops-agent continue {}", id.number()));
    }
    Ok(ExitCode::SUCCESS)
}

pub(super) fn delete(settings: &Settings, args: &Delete) -> Result<ExitCode, Failure> {
    let memory = memory::open(settings)?;
    let wanted = SessionId::new(args.id.clone());
    let id = if args.permanent { memory.find_anywhere(&wanted) } else { memory.find(&wanted) }?;
    let contents = memory.contents(&id)?;
    if args.json {
        return delete_told(&memory, &id, args, contents);
    }
    let counted = |count: u64, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
    speech::say("\n  About to delete:");
    speech::say(&format!("  {}\n", escape::line(id.as_str())));
    let mut parts = vec![
        counted(contents.entries, "log entry", "log entries"),
        counted(contents.commits, "commit", "commits"),
        "1 metadata snapshot".to_owned(),
    ];
    if contents.branches > 0 {
        parts.push(counted(contents.branches, "branch", "branches"));
    }
    if contents.outputs > 0 {
        parts.push(counted(contents.outputs, "whole output", "whole outputs"));
    }
    speech::say(&format!("  Contents: {}", parts.join(", ")));
    if let Some(milestone) = memory.last_commit(&id)? {
        speech::say(&format!("  Last commit: '{}'", escape::line(&milestone)));
    }
    if args.permanent { forever(&memory, &id, args) } else { put_away(&memory, &id, args) }
}

/// For a program, which gives its word beforehand.
fn delete_told(memory: &Memory, id: &SessionId, args: &Delete, contents: Contents) -> Result<ExitCode, Failure> {
    let agreed = if args.permanent { args.confirm.as_deref() == Some(id.as_str()) } else { args.yes };
    if !agreed {
        let wanted = if args.permanent { format!("--confirm {id}") } else { "--yes".to_owned() };
        return Err(Failure::new(FailureKind::Refused, "nothing was deleted: nobody gave their word")
            .hint(format!("Give {wanted} with --json.")));
    }
    let now = probe::now();
    let gone = if args.permanent { memory.delete_forever(id, now) } else { memory.archive(id, now) };
    gone?;
    let state = if args.permanent { "deleted" } else { "archived" };
    speech::result(&json!({"session": id.as_str(), "state": state, "contents": contents}).to_string());
    Ok(ExitCode::SUCCESS)
}

fn put_away(memory: &Memory, id: &SessionId, args: &Delete) -> Result<ExitCode, Failure> {
    let number = id.number();
    speech::say("\n  This will move the session to .GCC/archived/ (recoverable).");
    speech::say(&format!("  To permanently delete: devops-agent delete {} --permanent\n", id.short()));
    if !args.yes {
        speech::say("  Confirm? (yes / no)");
        if !question::means_yes(&answer()?) {
            return Err(Failure::new(FailureKind::Refused, "nothing was archived"));
        }
    }
    memory.archive(id, probe::now())?;
    speech::say("\n  ✓ Session archived.");
    speech::say(&format!("  Take it back with: devops-agent restore {number}"));
    Ok(ExitCode::SUCCESS)
}

fn forever(memory: &Memory, id: &SessionId, args: &Delete) -> Result<ExitCode, Failure> {
    let name = id.as_str();
    speech::say("\n  This deletes the session for good. It cannot be undone.");
    let typed = match &args.confirm {
        Some(name) => name.clone(),
        None => {
            speech::say(&format!("  Type {} to delete it:", escape::line(name)));
            answer()?
        }
    };
    if typed.trim() != name {
        return Err(Failure::new(FailureKind::Refused, "the name was not typed; nothing was deleted")
            .hint(format!("Give the whole name: --confirm {name}")));
    }
    memory.delete_forever(id, probe::now())?;
    speech::say("\n  ✓ Session deleted for good.");
    Ok(ExitCode::SUCCESS)
}

pub(super) fn restore(settings: &Settings, args: &Restore) -> Result<ExitCode, Failure> {
    let memory = memory::open(settings)?;
    let back = memory.restore(&SessionId::new(args.id.clone()), probe::now())?;
    if args.json {
        speech::result(&json!({"session": back.as_str(), "state": "restored"}).to_string());
    } else {
        speech::say(&format!("  ✓ {} is back.", escape::line(back.as_str())));
    }
    Ok(ExitCode::SUCCESS)
}

/// The agent's words, indented as the product's pictures have them.
fn agent(text: &str) {
    for (index, line) in escape::for_terminal(text).lines().enumerate() {
        speech::say(format!("  {}{line}", if index == 0 { "AI: " } else { "    " }).trim_end());
    }
}

/// Asks where somebody can answer.
fn answer() -> Result<String, Failure> {
    if !question::attended() {
        return Err(Failure::new(FailureKind::Refused, "this needs a person's word and nobody can be asked")
            .hint("Run it in a terminal, or give --yes (or --confirm NAME with --permanent)."));
    }
    prompt()
}

fn prompt() -> Result<String, Failure> {
    speech::prompt("  > ");
    question::line().map_err(|error| Failure::new(FailureKind::Error, "the answer could not be read").because(error))
}
