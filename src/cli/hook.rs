//! `devops-agent hook`: another program's agent asks our gate before it runs something. Standard output belongs to the
//! program; what goes wrong here ends in a question or a refusal there, never in silence.

mod import;

use std::io::Read;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::args::{HookArgs, HookCommand, Settings};
use super::speech;
use crate::config::{self, Config, Loaded, Sources, TrustStore};
use crate::domain::{Action, Body, Entry, Failure, FailureKind, Principal, Step, Verdict, join_words};
use crate::gate::{Impossible, judge};
use crate::history::session::Status;
use crate::hooks::{self, Asked, Opinion, Program, Unaskable, Wanted};
use crate::output::escape;
use crate::probe::{self, Probe};
use crate::redact::Redactor;
use crate::runtime::{self, Knowledge, Trust};
use crate::store::{Memory, Session, StoreError};

/// Bytes of one message.
const MOST: u64 = 1 << 20;
/// How long another hook of the same session may take to write.
const PATIENCE: Duration = Duration::from_secs(2);

pub(super) fn run(settings: &Settings, command: &HookCommand) -> Result<ExitCode, Failure> {
    let (program, args) = match command {
        HookCommand::ClaudeCode(args) => (Program::ClaudeCode, args),
        HookCommand::Codex(args) => (Program::Codex, args),
        HookCommand::Gemini(args) => (Program::Gemini, args),
        HookCommand::Import(args) => return import::run(settings, args),
    };
    if args.settings {
        return Ok(show_settings(program, args));
    }
    let answer = match answered(settings, program, args) {
        Ok(answer) => answer,
        Err(why) => {
            speech::warning(&why);
            hooks::doubt(program, &why)
        }
    };
    speech::result(&answer);
    Ok(ExitCode::SUCCESS)
}

fn show_settings(program: Program, args: &HookArgs) -> ExitCode {
    let leave = if args.leave { " --leave" } else { "" };
    let (file, settings) = program.settings(&format!("devops-agent hook {}{leave}", program.word()));
    speech::say(&format!("Add this to {file}; nothing was changed there."));
    let shown = serde_json::to_string_pretty(&settings).unwrap_or_default();
    speech::result(&shown);
    ExitCode::SUCCESS
}

/// The answer to the message on standard input; the error says why there is none.
fn answered(settings: &Settings, program: Program, args: &HookArgs) -> Result<String, String> {
    let mut text = String::new();
    let read = std::io::stdin().lock().take(MOST + 1).read_to_string(&mut text);
    read.map_err(|error| format!("its message could not be read: {error}"))?;
    if text.len() as u64 > MOST {
        return Err(format!("its message is longer than {MOST} bytes"));
    }
    let asked = hooks::read(program, &text)?;
    let (action, writes) = match &asked.wanted {
        Wanted::Other => return Ok(hooks::answer(program, asked.permission, None, "")),
        Wanted::Deed(action) => (action.clone(), false),
        // The words of a command that writes there: the gate knows which places nobody's agent writes to.
        Wanted::Write(path) => (Action::Command { line: join_words(&["tee", path]) }, true),
    };
    let mut sources = Sources::from_process(settings.flags()).map_err(told)?;
    if let Some(cwd) = asked.cwd.as_deref().map(Path::new).filter(|cwd| cwd.is_absolute() && cwd.is_dir()) {
        sources.cwd = cwd.to_owned();
    }
    let trust = TrustStore::open(&sources.state_dir()).map_err(told)?;
    let loaded = config::load(&sources, &trust).map_err(told)?;
    let judgement = Judgement::of(&action, &loaded, &sources)?;
    if writes && !judgement.forbidden() {
        // Whether its files change is the program's own question.
        return Ok(hooks::answer(program, asked.permission, None, ""));
    }
    let opinion = Opinion::of(judgement.verdict.tier, judgement.forbidden(), loaded.config.mcp.destructive);
    let unaskable = if args.leave { Unaskable::Leave } else { Unaskable::Refuse };
    let told = hooks::effective(program, &asked, opinion, unaskable);
    let reason = judgement.reason(&action, told);
    let line = judgement.line;
    log(program, &asked, &loaded, &sources, &line, &judgement.verdict, told)
        .map_err(|why| format!("the decision could not be written down: {why}"))?;
    Ok(hooks::answer(program, asked.permission, told, &reason))
}

fn told(failure: Failure) -> String {
    failure.to_string()
}

/// What our gate says, and about what.
struct Judgement {
    line: String,
    verdict: Verdict,
    impossible: Vec<Impossible>,
}

impl Judgement {
    fn of(action: &Action, loaded: &Loaded, sources: &Sources) -> Result<Judgement, String> {
        let knowledge = Knowledge::build(&loaded.skills).map_err(told)?;
        let probe = Probe::new(sources.cwd.clone(), sources.environment.clone())
            .protecting(runtime::protected(&loaded.config))
            .trusting(Arc::new(Trust::at(sources.state_dir())));
        let judged = judge(action, &knowledge.book);
        let (verdict, impossible) = judged.with_facts(&probe.facts(&judged.needs));
        let line = match action {
            Action::Command { line } => line.clone(),
            Action::ToolCall { used } => used.line(),
            Action::Http { method, url } => format!("{method} {url}"),
        };
        Ok(Judgement { line, verdict, impossible })
    }

    fn forbidden(&self) -> bool {
        self.impossible.iter().any(|why| matches!(why, Impossible::Protected { .. }))
    }

    fn reason(&self, action: &Action, told: Option<Opinion>) -> String {
        if let Some(why) = self.impossible.iter().find(|why| matches!(why, Impossible::Protected { .. })) {
            return format!("devops-agent: {why}");
        }
        let because = self.verdict.deciding().map(|reason| format!("{} ({})", reason.text, reason.rule));
        let mut text = format!("devops-agent rates this {}: {}", self.verdict.tier, because.unwrap_or_default());
        if told == Some(Opinion::Deny) && matches!(action, Action::Command { .. }) {
            text.push_str(
                ". The person can run it themselves, or allow it through devops-agent (`devops-agent ask`, or the \
                 tool run_command of `devops-agent mcp`)",
            );
        }
        escape::line(&text)
    }
}

/// Writes down what was asked and answered, before the answer is given.
fn log(
    program: Program,
    asked: &Asked,
    loaded: &Loaded,
    sources: &Sources,
    line: &str,
    verdict: &Verdict,
    told: Option<Opinion>,
) -> Result<(), String> {
    let config: &Config = &loaded.config;
    let mut warnings = Vec::new();
    let added = runtime::added_secrets(&loaded.skills);
    let redactor = runtime::redactor(config, &sources.cwd, &sources.environment, &added, &mut warnings)
        .map_err(|failure| failure.to_string())?;
    let memory = Memory::open(&config.gcc_base_path).map_err(|error| error.to_string())?;
    let mut session = session(&memory, program, asked, sources, &redactor).map_err(|error| error.to_string())?;
    let answer = told.map_or("left to its own rules", Opinion::word);
    let step = Step {
        permission: format!("{}: {} was answered {answer}", verdict.permission(), program.word()),
        action: line.to_owned(),
        ..Step::default()
    };
    let by = Principal::Client { name: program.word().to_owned() };
    let entry = redactor.entry(Entry { at: probe::now(), by, body: Body::Step(step) });
    session.append(&entry).map(|_id| ()).map_err(|error| error.to_string())
}

/// The session of the program's own session, begun with its first question.
fn session(
    memory: &Memory,
    program: Program,
    asked: &Asked,
    sources: &Sources,
    redactor: &Redactor,
) -> Result<Session, StoreError> {
    let own: String = asked.session.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').take(40).collect();
    let goal = redactor.text(format!("{} {own}", program.word()).trim_end());
    let until = Instant::now() + PATIENCE;
    loop {
        let now = probe::now();
        let known = memory.sessions()?;
        let known = known.iter().find(|known| known.status == Status::Active && known.goal == *goal.get());
        let opened = match known {
            Some(known) => memory.resume(&known.id, now),
            None => memory.begin(&goal, now, &probe::surroundings(&sources.cwd, &sources.environment)),
        };
        match opened {
            Err(StoreError::Busy { .. }) if Instant::now() < until => std::thread::sleep(Duration::from_millis(20)),
            opened => return opened,
        }
    }
}
