//! `devops-agent ask`: one request without the screen. The answer goes to
//! stdout, announcements and output to stderr; approvals are asked on the
//! terminal, and without one they are refusals.

use std::io::Write;
use std::pin::Pin;
use std::process::ExitCode;

use serde_json::{Value, json};
use tokio::signal::unix::{SignalKind, signal};

use super::args::{Ask, SessionArgs, Settings};
use super::meant::{self, Meant};
use super::{question, setup, speech};
use crate::bus::{Bus, By, Delivery, Event, NoticeKind, OutputChunk, Presence, Subscriber};
use crate::domain::{Action, ApprovalRequest, AskedKind, CallId, CallReport, Exit, Failure, SessionId, Verdict};
use crate::gate::{Yes, judge};
use crate::output::escape;
use crate::planner::{Context, Planning};
use crate::runtime::{Input, Kit, Manner, Runtime};
use crate::terminal;

/// `outer` are the session flags before the subcommand's name; those after it are stronger.
pub(super) fn run(settings: &Settings, args: &Ask, outer: &SessionArgs) -> Result<ExitCode, Failure> {
    let request = setup::request(args.request.as_deref())?;
    let setup = setup::load(settings)?;
    let kit = Kit::build(&setup.loaded, &setup.sources)?;
    let session = if args.session.is_set() { &args.session } else { outer };
    carry_out(request, kit, args, session)
}

/// The request in what was built for it; `args` says how.
pub(super) fn carry_out(request: String, kit: Kit, args: &Ask, session: &SessionArgs) -> Result<ExitCode, Failure> {
    if args.dry_run {
        return Ok(dry_run(&request, &kit, args.json));
    }
    let _log = setup::own_log(&kit.config, "ask");
    let attended = question::attended();
    let manner = Manner {
        attended,
        waive: args.yes.then(Yes::from_flag),
        interactive: false,
        session: setup::session_choice(session),
        offer: false,
        watches: false,
    };
    super::wait(converse(request, kit, manner, args.json))?
}

/// What happened, for the answer.
#[derive(Default)]
pub(super) struct Story {
    session: Option<SessionId>,
    answer: Option<String>,
    question: Option<String>,
    /// Who answered; nobody did where the memory was asked.
    by: Option<By>,
    /// A model is there, so that either could answer.
    model_is_there: bool,
    /// That none is there was told already, with what would be better.
    told_of_model: bool,
    reports: Vec<CallReport>,
    /// The command that was announced last.
    announced: String,
    /// The commands that were told as the plan.
    plan: Vec<String>,
    /// The model's words have not ended their line.
    midline: bool,
}

async fn converse(request: String, kit: Kit, manner: Manner, as_json: bool) -> Result<ExitCode, Failure> {
    let bus = Bus::default();
    let mut events = bus.subscribe();
    let runtime = Runtime::start(kit, manner, bus).await?;
    let mut story = Story::default();
    runtime.tell(Input::Say(request)).await;
    let failure = follow(&runtime, &mut events, &mut story).await;
    runtime.close().await;
    if as_json {
        speech::result(&story.json().to_string());
    } else if let Some(text) = story.told() {
        speech::result(&escape::for_terminal(text));
    }
    match failure {
        None => Ok(ExitCode::SUCCESS),
        Some(failure) => Err(failure),
    }
}

/// What a line answers.
enum To {
    /// A request for approval, by its digest.
    Approval(CallId, String),
    /// What there is to choose after a no.
    Choice,
    /// Whether a command goes on past its limit.
    Limit,
}

/// A question on the terminal that waits for its line.
struct Open {
    to: To,
    line: Pin<Box<dyn Future<Output = Option<String>> + Send>>,
}

/// Follows the turn to its end; tells on stderr what happens.
pub(super) async fn follow(runtime: &Runtime, events: &mut Subscriber, story: &mut Story) -> Option<Failure> {
    let mut open: Option<Open> = None;
    let mut interrupts = signal(SignalKind::interrupt()).ok();
    loop {
        let delivery = tokio::select! {
            delivery = events.next() => delivery?,
            input = answer(&mut open) => {
                runtime.tell(input).await;
                continue;
            }
            Some(()) = async { interrupts.as_mut()?.recv().await } => {
                runtime.tell(Input::Interrupt).await;
                continue;
            }
        };
        match delivery {
            Delivery::Output(chunk) => print_output(&chunk),
            Delivery::Event(Event::ApprovalRequested(request)) => open = Some(ask(&request)),
            Delivery::Event(Event::AtLimit { seconds, .. }) => {
                speech::say(&format!(
                    "The command runs for {seconds} s, longer than its skill allows. It changes something, so it was not \
                     stopped. wait lets it go on, stop ends it."
                ));
                prompt();
                open = Some(Open { to: To::Limit, line: Box::pin(terminal::read_line()) });
            }
            Delivery::Event(Event::Choice { text, .. }) => {
                speech::say(&escape::for_terminal(&text));
                prompt();
                open = Some(Open { to: To::Choice, line: Box::pin(terminal::read_line()) });
            }
            Delivery::Event(Event::TurnEnded { failure, .. }) => {
                return failure;
            }
            Delivery::Event(Event::Finished(report)) => {
                // Events overtake output; an end is told after what was printed.
                while let Some(chunk) = events.try_output() {
                    print_output(&chunk);
                }
                tell(Event::Finished(report), story);
            }
            Delivery::Event(event) => tell(event, story),
        }
    }
}

/// The person's line to the open question, once.
async fn answer(open: &mut Option<Open>) -> Input {
    let Some(question) = open else { return std::future::pending().await };
    // The end of input is no consent.
    let text = question.line.as_mut().await.map_or_else(|| "no".to_owned(), |line| line.trim().to_owned());
    let asked = open.take().map(|question| question.to);
    match asked {
        Some(To::Approval(call, digest)) => Input::Reply { call, digest, text },
        Some(To::Limit) if !["stop", "s", "no", "n"].contains(&text.to_lowercase().as_str()) => {
            // It goes on; there is nothing to tell anybody.
            std::future::pending().await
        }
        Some(To::Limit) => Input::Interrupt,
        Some(To::Choice) | None => Input::Steer(text),
    }
}

fn tell(event: Event, story: &mut Story) {
    match event {
        Event::Session(id) => story.session = Some(id),
        Event::Notice(notice) => match notice.kind {
            NoticeKind::Info => speech::say(&escape::for_terminal(&notice.text)),
            NoticeKind::Warning | NoticeKind::Failure => speech::warning(&notice.text),
        },
        Event::Announced(announcement) => {
            if std::mem::take(&mut story.midline) {
                speech::say("");
            }
            speech::announcement(&announcement);
            story.announced = announcement.command;
        }
        Event::Checklist(list) => {
            let lines: Vec<String> = list.steps.into_iter().map(|step| step.line).collect();
            // How far it is stands in what is told of the commands.
            if lines != story.plan {
                speech::plan(&lines);
                story.plan = lines;
            }
        }
        Event::Explained { text, .. } => {
            speech::say(&escape::for_terminal(&text));
            prompt();
        }
        Event::WaitingForInput { .. } => {
            let command = escape::line(&story.announced);
            speech::warning(&format!(
                "the command waits for input that cannot be given here; Ctrl+C stops it. Run it in your own shell: {command}"
            ));
        }
        Event::Finished(report) => {
            if let Some(exit) = &report.exit
                && !matches!(exit, Exit::Code(0))
            {
                speech::say(&format!("      [exit code {}]", exit.code()));
            }
            story.reports.push(report);
        }
        Event::Token { text, .. } => {
            story.midline = !text.ends_with('\n');
            let mut err = std::io::stderr().lock();
            let _unread = err.write_all(escape::for_terminal(&text).as_bytes()).and_then(|()| err.flush());
        }
        Event::ModelAbsent(text) => {
            if !std::mem::take(&mut story.told_of_model) {
                speech::say(&escape::for_terminal(&text));
            }
        }
        Event::Presence(presence) => story.model_is_there = matches!(presence, Presence::Model { .. }),
        Event::TakenBy { by, .. } => {
            if story.model_is_there {
                speech::say(&format!("[{}]", escape::line(by.name())));
            }
            story.by = Some(by);
        }
        Event::Answer { text, .. } => story.answer = Some(text),
        Event::Question { text, .. } => story.question = Some(text),
        Event::Resumable { .. }
        | Event::Way { .. }
        | Event::Closing { .. }
        | Event::Closed { .. }
        | Event::RulesOffered { .. }
        | Event::RulesSettled
        | Event::Surroundings(_)
        | Event::FastPath(_)
        | Event::TurnBegan { .. }
        | Event::Steered { .. }
        | Event::Thinking { .. }
        | Event::Usage(_)
        | Event::Room(_)
        | Event::ApprovalRequested(_)
        | Event::Choice { .. }
        | Event::AtLimit { .. }
        | Event::ApprovalClosed { .. }
        | Event::Started { .. }
        | Event::TurnEnded { .. }
        | Event::Recalled(_)
        | Event::Logged
        | Event::SessionsChanged
        | Event::Idle => {}
    }
}

/// Asks on the terminal.
fn ask(request: &ApprovalRequest) -> Open {
    // What was asked back is explained first; the prompt follows the explanation. A changed question is shown whole.
    if request.asked.as_ref().is_none_or(|asked| asked.kind == AskedKind::Changed) {
        speech::approval(request);
    }
    if request.asked.is_none() {
        prompt();
    }
    let to = To::Approval(request.announcement.call, request.digest.clone());
    Open { to, line: Box::pin(terminal::read_line()) }
}

fn prompt() {
    let mut err = std::io::stderr().lock();
    let _unread = write!(err, "  >>> ").and_then(|()| err.flush());
}

fn print_output(chunk: &OutputChunk) {
    let text = escape::for_terminal(&escape::text(&chunk.bytes));
    let mut err = std::io::stderr().lock();
    let _unread = err.write_all(text.as_bytes());
}

impl Story {
    /// One behind words that told already that no model answers, or did not.
    pub fn after(told_of_model: bool) -> Story {
        Story { told_of_model, ..Story::default() }
    }

    /// The words that ended the turn.
    pub fn told(&self) -> Option<&str> {
        self.question.as_deref().or(self.answer.as_deref())
    }

    fn json(&self) -> Value {
        let commands: Vec<Value> = self
            .reports
            .iter()
            .map(|report| {
                json!({
                    "command": report.command,
                    "tier": report.tier,
                    "decision": report.decision.word(),
                    "exit_code": report.exit.as_ref().map(Exit::code),
                    "stdout": report.stdout,
                    "stderr": report.stderr,
                    "duration_ms": u64::try_from(report.duration.as_millis()).unwrap_or(u64::MAX),
                })
            })
            .collect();
        let mut told = json!({
            "session": self.session.as_ref().map(SessionId::as_str),
            "answer": self.answer,
            "question": self.question,
            "commands": commands,
        });
        if self.model_is_there {
            told["answered_by"] = self.by.as_ref().map(By::name).into();
        }
        told
    }
}

/// Plans and judges, runs nothing, writes nothing.
fn dry_run(request: &str, kit: &Kit, as_json: bool) -> ExitCode {
    let mut story = Story::default();
    let mut commands = Vec::new();
    let mut runbook = None;
    let mut planned = |line: String, verdict: &Verdict| {
        commands.push(json!({
            "command": line, "tier": verdict.tier, "decision": "dry-run", "exit_code": null,
            "stdout": "", "stderr": "", "duration_ms": 0,
        }));
    };
    let context = Context { compose: kit.probe.compose_project(), ..Context::default() };
    match meant::meant(request, &kit.knowledge.lexicon, &kit.runbooks, &context) {
        Meant::Runbook(found) => {
            let steps = meant::steps(&found, |line| verdict(line, kit));
            steps.iter().for_each(|judged| planned(judged.step.shown(), &judged.verdict));
            if !as_json {
                meant::say(&found, &steps);
            }
            runbook = Some(meant::as_json(&found, &steps));
        }
        Meant::Question(text) => story.question = Some(text),
        Meant::Planning(Planning::Plan(plan)) => {
            for step in &plan.steps {
                let line = step.preview();
                let verdict = verdict(&step.line_with(&["<each>".to_owned()]), kit);
                if !as_json {
                    speech::result(&escape::for_terminal(&line));
                    let rule = verdict.deciding().map(|reason| format!("{} ({})", reason.rule, reason.place()));
                    speech::say(&format!("  {} — {}; {}", verdict.tier, rule.unwrap_or_default(), step.reason));
                }
                planned(line, &verdict);
            }
        }
        Meant::Planning(Planning::Ask(question)) => story.question = Some(question.text),
        Meant::Planning(Planning::Unsure(unsure)) => {
            story.question = Some(kit.knowledge.phrases.unsure(&unsure, true));
        }
    }
    if as_json {
        let mut told = json!({"session": null, "answer": null, "question": story.question, "commands": commands});
        if let Some(runbook) = runbook {
            told["runbook"] = runbook;
        }
        speech::result(&told.to_string());
    } else if let Some(question) = &story.question {
        speech::result(&escape::for_terminal(question));
    }
    ExitCode::SUCCESS
}

/// The verdict with the facts of this machine.
fn verdict(line: &str, kit: &Kit) -> Verdict {
    let judged = judge(&Action::Command { line: line.to_owned() }, &kit.knowledge.book);
    let words_only = judged.verdict.clone();
    let facts = kit.probe.facts(&judged.needs);
    judged.bind(facts, "dry-run", false).map_or(words_only, |pending| pending.verdict().clone())
}
