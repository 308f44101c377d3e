//! The way of one call, whoever makes it: judge, facts, announcement, consent, record, run, record, in that order; a
//! call that was cancelled before it ran never runs.
//!
//! Owns what a call is judged with and written down by. Knows no protocol: where a question goes is a [`Consult`].

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use super::calls::{Calls, Clock};
use super::looks::Looks;
use super::privacy;
use super::record::{Recorder, Said, SessionSlot};
use super::run::{self, Hands, Ran};
use super::steps::{self, Answer, Step, Unbound};
use crate::bus::{Bus, Event, Notice, NoticeKind};
use crate::domain::{
    Action, Announcement, ApprovalRequest, CallReport, CallRequest, Consent, Decision, Exit, Grant, Origin, Principal,
    Surroundings, Tier, TurnId, Verdict,
};
use crate::exec::{Limit, Supervisor};
use crate::gate::{Cleared, Impossible, Pending, Replies, Rules, Yes, judge};
use crate::guests::Guests;
use crate::history::{CAP, shortened};
use crate::output;
use crate::probe::{self, Probe};
use crate::redact::Redactor;
use crate::store::{Grants, Kept, Sink};

/// What a server is made of.
#[derive(Clone)]
pub struct ServerParts {
    pub rules: Rules,
    pub replies: Arc<Replies>,
    pub probe: Arc<Probe>,
    pub supervisor: Arc<Supervisor>,
    /// The servers of other programs' tools.
    pub guests: Guests,
    pub redactor: Redactor,
    pub bus: Bus,
    pub session: SessionSlot,
    /// What the person granted for longer than one run.
    pub grants: Grants,
    pub calls: Calls,
    /// Who calls and answers on the other side: the person through our own agent, or a program.
    pub approver: Principal,
    /// Consent given beforehand, to the approval tier only.
    pub waive: Option<Yes>,
    /// Whether approved commands get a terminal as stdin.
    pub interactive: bool,
}

/// What was refused in the turn that goes on: a model does not ask for the same thing twice.
#[derive(Clone, Default)]
struct Denied(Arc<Mutex<(Option<TurnId>, BTreeSet<String>)>>);

impl Denied {
    fn has(&self, turn: TurnId, fingerprint: &str) -> bool {
        let denied = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        denied.0 == Some(turn) && denied.1.contains(fingerprint)
    }

    fn add(&self, turn: TurnId, fingerprint: String) {
        let mut denied = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if denied.0 != Some(turn) {
            *denied = (Some(turn), BTreeSet::new());
        }
        denied.1.insert(fingerprint);
    }
}

/// What the other side is asked.
#[derive(Debug)]
pub struct Question<'a> {
    pub request: &'a ApprovalRequest,
    /// The digest without session and call: the same for the same command in the same world.
    pub fingerprint: &'a str,
}

/// Where a question goes, and how its answer comes back.
pub trait Consult: Sync {
    /// Asks once. A question that is taken back is answered [`Answer::Withdrawn`].
    fn ask(&self, question: &Question<'_>, cancel: &CancellationToken) -> impl Future<Output = Answer> + Send;
}

/// What became of a call.
#[derive(Debug)]
pub enum Called {
    /// It was carried out or refused, and that is written down.
    Ended(CallReport),
    /// It waits for an answer that comes with another call of the same number.
    Open(ApprovalRequest),
}

/// Carries out the calls of one connection.
#[derive(Clone)]
pub struct Core {
    parts: ServerParts,
    recorder: Recorder,
    denied: Denied,
    looks: Looks,
}

impl Core {
    /// A core over its parts.
    pub fn new(parts: ServerParts) -> Core {
        let recorder =
            Recorder { slot: parts.session.clone(), redactor: parts.redactor.clone(), caller: parts.approver.clone() };
        Core { parts, recorder, denied: Denied::default(), looks: Looks::default() }
    }

    /// The whole way of one call; `outside` is cancelled when the other side wants no answer any more.
    pub async fn call(&self, request: CallRequest, consult: &impl Consult, outside: &CancellationToken) -> Called {
        let cancel = self.parts.calls.token(request.call);
        // Cancelled from outside is cancelled: the same token, watched in every wait.
        let watch = watch(outside, &cancel);
        let mut clock = Clock::new(request.patience, &cancel);
        // Lines of the program's own log that are written meanwhile carry these, at any level.
        let session = self.parts.session.writer().await.map(|writer| writer.session().short().to_owned());
        let span = tracing::error_span!("call", session, turn = request.turn.0, call = request.call.0);
        let called = self.decide_and_run(&request, consult, &cancel, &mut clock).instrument(span.clone()).await;
        watch.abort();
        clock.stop();
        self.parts.calls.forget(request.call);
        match called {
            Ok(report) => {
                let exit = report.exit.as_ref().map(Exit::code);
                span.in_scope(|| {
                    tracing::info!(tier = %report.tier, decision = report.decision.word(), exit, "a call ended");
                });
                self.parts.bus.publish(&Event::Finished(report.clone()));
                Called::Ended(report)
            }
            Err(open) => Called::Open(open),
        }
    }

    /// What the gate says of a line, with the facts of this machine; runs nothing and writes nothing.
    pub async fn check(&self, line: &str) -> Result<(Verdict, Vec<Impossible>), String> {
        let judged = judge(&Action::Command { line: line.to_owned() }, &self.parts.rules.book());
        let probe = Arc::clone(&self.parts.probe);
        let looked = tokio::task::spawn_blocking(move || judged.with_facts(&probe.facts(&judged.needs))).await;
        looked.map_err(|error| format!("what it would touch could not be looked up: {error}"))
    }

    /// Writes down that a question which was open is answered by nobody any more.
    pub async fn withdrawn(&self, request: &CallRequest, open: &ApprovalRequest) {
        let request = request.as_bound(&open.announcement.command);
        self.refused(&request, &open.announcement, Decision::Withdrawn, &Said::nothing(&self.parts.approver)).await;
    }

    /// `Err` is a question that was asked by returning it.
    async fn decide_and_run(
        &self,
        request: &CallRequest,
        consult: &impl Consult,
        cancel: &CancellationToken,
        clock: &mut Clock,
    ) -> Result<CallReport, ApprovalRequest> {
        let session = self.session_name().await;
        let nonce = format!("{session}/{}", request.call.0);
        let (words_only, bound) = self.look(request, &nonce).await;
        let (pending, mut place) = match bound {
            Ok(bound) => bound,
            Err(why) => {
                let announcement = self.announcement(request, &words_only);
                self.parts.bus.publish(&Event::Announced(announcement.clone()));
                return Ok(self.impossible(request, &announcement, why).await);
            }
        };
        // What is shown and written down is what would run, with the cluster it is tied to; what is looked at again
        // are the words that were asked for, which name no cluster that is no longer the current one.
        let asked_for = request;
        let mut request = asked_for.as_bound(pending.line());
        let mut announcement = self.announcement(&request, pending.verdict());
        let mut said = Said::nothing(&self.parts.approver);
        let grants = self.grants(pending.verdict().tier).await;
        let beforehand =
            steps::Beforehand { waive: self.parts.waive, grants: &grants, session: &session, now: probe::now() };
        let fingerprint = pending.fingerprint().to_owned();
        if request.origin != Origin::Planned && !request.again && self.denied.has(request.turn, &fingerprint) {
            self.parts.bus.publish(&Event::Announced(announcement.clone()));
            return Ok(self.refused(&request, &announcement, Decision::Denied, &said).await);
        }
        let (mut step, grant) = steps::begin(pending, &beforehand);
        announcement.granted = grant.map(Grant::told);
        self.parts.bus.publish(&Event::Announced(announcement.clone()));
        let cleared = loop {
            match step {
                Step::Cleared(cleared, grant) if said.response.is_some() => {
                    // The world may have moved while the question stood open.
                    step = match self.look(asked_for, &nonce).await.1 {
                        Ok((pending, now)) => {
                            place = now;
                            request = asked_for.as_bound(pending.line());
                            announcement = self.announcement(&request, pending.verdict());
                            steps::still(cleared, pending)
                        }
                        Err(why) => {
                            let (call, decision) = (request.call, cleared.decision());
                            self.parts.bus.publish(&Event::ApprovalClosed { call, decision });
                            return Ok(self.impossible(&request, &announcement, why).await);
                        }
                    };
                    if let Step::Cleared(cleared, _) = step {
                        if let Some(grant) = grant {
                            self.keep(grant).await;
                        }
                        let decision = cleared.decision();
                        self.parts.bus.publish(&Event::ApprovalClosed { call: request.call, decision });
                        break cleared;
                    }
                }
                Step::Cleared(cleared, _) => break cleared,
                Step::Refused(decision) => {
                    if decision == Decision::Denied {
                        self.denied.add(request.turn, fingerprint);
                    }
                    return Ok(self.refused(&request, &announcement, decision, &said).await);
                }
                Step::Needs(pending, asked) => {
                    let open = ApprovalRequest {
                        announcement: announcement.clone(),
                        digest: pending.digest().to_owned(),
                        place: place.clone(),
                        offers: pending.offers(),
                        asked,
                    };
                    let question = Question { request: &open, fingerprint: pending.fingerprint() };
                    clock.stop();
                    let answer = consult.ask(&question, cancel).await;
                    clock.start();
                    if answer == Answer::Later {
                        return Err(open);
                    }
                    said.hear(&answer);
                    let when = (session.as_str(), probe::now());
                    step = steps::answered(pending, answer, &self.parts.replies, when);
                }
            }
        };
        // A yes that comes after the cancellation finds nothing to run.
        if cancel.is_cancelled() {
            return Ok(self.refused(&request, &announcement, Decision::Withdrawn, &said).await);
        }
        Ok(self.run(&request, &announcement, cleared, &said, cancel.clone()).await)
    }

    /// What is shown of a call; a name that would be read as an answer is asked for in quotes.
    fn announcement(&self, request: &CallRequest, verdict: &Verdict) -> Announcement {
        let mut announcement = steps::announcement(request, verdict);
        if let Consent::Name(name) = &announcement.verdict.consent {
            announcement.verdict.consent = Consent::Name(self.parts.replies.to_type(name));
        }
        announcement
    }

    /// Judges the words and binds them to the world as it is now; the words' own verdict goes with it.
    async fn look(&self, request: &CallRequest, nonce: &str) -> (Verdict, Result<(Pending, Surroundings), Unbound>) {
        let judged = steps::judged(request, &self.parts.rules.book());
        let words_only = judged.verdict.clone();
        let probe = Arc::clone(&self.parts.probe);
        let needs = judged.needs.clone();
        let bound = match tokio::task::spawn_blocking(move || probe.facts(&needs)).await {
            Ok(facts) => {
                let place = facts.surroundings.clone();
                steps::bound(judged, facts, nonce, self.parts.interactive, request.ceiling)
                    .map(|pending| (pending, place))
            }
            Err(error) => Err(Unbound::Failed(format!("what it would touch could not be looked up: {error}"))),
        };
        (words_only, bound)
    }

    /// What the person granted before; read only where it could matter. A file that cannot be read grants nothing.
    async fn grants(&self, tier: Tier) -> Vec<Grant> {
        if tier != Tier::Approval || !matches!(self.parts.approver, Principal::Person) {
            return Vec::new();
        }
        let grants = self.parts.grants.clone();
        match tokio::task::spawn_blocking(move || grants.list(probe::now())).await {
            Ok(Ok(list)) => list,
            Ok(Err(error)) => {
                self.tell(format!("What you granted could not be read, so it asks: {error}. {}", error.hint()));
                Vec::new()
            }
            Err(error) => {
                self.tell(format!("What you granted could not be read, so it asks: {error}."));
                Vec::new()
            }
        }
    }

    /// Writes a grant down. The one run was agreed to whether or not this succeeds.
    async fn keep(&self, grant: Grant) {
        let grants = self.parts.grants.clone();
        let kept = tokio::task::spawn_blocking(move || grants.add(grant, probe::now())).await;
        match kept {
            Ok(Ok(())) => {}
            Ok(Err(error)) => self.tell(format!("It runs now, but is asked about again: {error}. {}", error.hint())),
            Err(error) => self.tell(format!("It runs now, but is asked about again: {error}.")),
        }
    }

    /// A command that cannot run whoever agrees. What the gate forbids is written to the log.
    async fn impossible(&self, request: &CallRequest, announcement: &Announcement, why: Unbound) -> CallReport {
        let decision = match &why {
            Unbound::Gate(Impossible::Protected { .. }) | Unbound::Above { .. } => Decision::Forbidden,
            _ => return self.not_run(request, announcement, Decision::Auto, why.to_string()),
        };
        let report = self.not_run(request, announcement, decision, why.to_string());
        let said = Said::nothing(&self.parts.approver);
        if let Err(error) = self.recorder.done(probe::now(), request, announcement, &report, &said, None).await {
            self.log_failed(&error);
        }
        report
    }

    async fn session_name(&self) -> String {
        self.parts.session.writer().await.map_or_else(String::new, |writer| writer.session().to_string())
    }

    async fn run(
        &self,
        request: &CallRequest,
        announcement: &Announcement,
        cleared: Cleared,
        said: &Said,
        cancel: CancellationToken,
    ) -> CallReport {
        let decision = cleared.decision();
        if let Err(error) = self.recorder.decided(probe::now(), request, announcement, decision).await {
            let why = format!("the decision could not be written down first: {error}; {}", error.hint());
            return self.not_run(request, announcement, decision, why);
        }
        self.parts.bus.publish(&Event::Started { call: request.call });
        let parts = &self.parts;
        let hands = Hands { supervisor: Arc::clone(&parts.supervisor), guests: parts.guests.clone() };
        let sink = match self.recorder.sink(request.call).await {
            Ok(sink) => Some(sink),
            Err(error) => {
                self.tell(format!("Only the ends of a long output will be kept: {error}. {}", error.hint()));
                None
            }
        };
        // Half a change may be worse than a slow one: with a person there it is theirs to stop.
        let attended = said.response.is_some() || parts.interactive;
        let changes = announcement.verdict.tier > Tier::Auto && parts.approver == Principal::Person;
        let limit = if changes && attended { Limit::Tell } else { Limit::Stop };
        let (redactor, bus) = (&parts.redactor, &parts.bus);
        let mut ran = run::run(cleared, request.call, hands, (redactor, bus), cancel, sink, limit).await;
        // What is shorter stands in its entry.
        let kept = self.kept(ran.sink.take().filter(|sink| sink.bytes() > CAP as u64)).await;
        let report = self.report(request, announcement, decision, ran, kept.as_ref(), said);
        let written = self.recorder.done(probe::now(), request, announcement, &report, said, kept).await;
        if let Err(error) = written {
            self.log_failed(&error);
        }
        report
    }

    /// Puts an output among those that are kept.
    async fn kept(&self, sink: Option<Sink>) -> Option<Kept> {
        let sink = sink?;
        match tokio::task::spawn_blocking(move || sink.keep()).await {
            Ok(Ok(kept)) => Some(kept),
            Ok(Err(error)) => {
                self.log_failed(&error);
                None
            }
            Err(error) => {
                self.tell(format!("The whole output could not be kept: {error}."));
                None
            }
        }
    }

    fn report(
        &self,
        request: &CallRequest,
        announcement: &Announcement,
        decision: Decision,
        ran: Ran,
        kept: Option<&Kept>,
        said: &Said,
    ) -> CallReport {
        let stdout = output::escape::text(&ran.stdout.bytes());
        let stderr = output::escape::text(&ran.stderr.bytes());
        privacy::learn_machines(&self.parts.redactor, &request.command, &stdout);
        let brief = brief(&stdout, &stderr, kept);
        let mut reader = request.reader.as_deref();
        if announcement.verdict.tier > Tier::Auto {
            reader = output::readers::of_change(reader, &stdout, &stderr);
        }
        let mut summary = if ran.stdout.is_whole() || ran.exit != Exit::Code(0) {
            output::readers::read(reader, &request.command, &stdout, &stderr, &ran.exit)
        } else {
            output::readers::long(ran.stdout.lines)
        };
        // What changes something shows what it did, not how things stand.
        if announcement.verdict.tier == Tier::Auto
            && ran.exit == Exit::Code(0)
            && ran.stdout.is_whole()
            && let Some(changed) = self.looks.taken(&request.command, &stdout)
        {
            summary.push_str(&format!("; since the last look: {changed}"));
        }
        CallReport {
            exit: Some(ran.exit),
            stdout: reported(stdout),
            stderr: reported(stderr),
            brief,
            printed: ran.printed,
            duration: ran.duration,
            said: said.response.clone(),
            ..self.not_run(request, announcement, decision, summary)
        }
    }

    async fn refused(
        &self,
        request: &CallRequest,
        announcement: &Announcement,
        decision: Decision,
        said: &Said,
    ) -> CallReport {
        self.parts.bus.publish(&Event::ApprovalClosed { call: request.call, decision });
        let mut report = self.not_run(request, announcement, decision, decision.words().to_owned());
        report.said.clone_from(&said.response);
        if let Err(error) = self.recorder.done(probe::now(), request, announcement, &report, said, None).await {
            self.log_failed(&error);
        }
        report
    }

    fn not_run(
        &self,
        request: &CallRequest,
        announcement: &Announcement,
        decision: Decision,
        why: String,
    ) -> CallReport {
        CallReport {
            summary: why,
            effect: announcement.verdict.whole_effect().cloned(),
            ..CallReport::not_run(
                request.call,
                request.turn,
                request.command.clone(),
                announcement.verdict.tier,
                decision,
            )
        }
    }

    fn log_failed(&self, error: &crate::store::StoreError) {
        self.tell(format!("the log could not be written: {error}. {}", error.hint()));
    }

    fn tell(&self, text: String) {
        self.parts.bus.publish(&Event::Notice(Notice { kind: NoticeKind::Failure, text }));
    }
}

/// A stream as far as a report carries it: one message of the protocol is read up to 16 MiB, dropped beyond, and holds
/// each stream several times. The whole lies in `output/`.
fn reported(text: String) -> String {
    const MOST: usize = 512 << 10;
    if text.len() > MOST { shortened(&text, MOST, "") } else { text }
}

/// What a model reads of an output that is too long for one, made before anything of it is cut, and where the rest is.
fn brief(stdout: &str, stderr: &str, kept: Option<&Kept>) -> Option<String> {
    use output::reduce::{BYTES_PER_TOKEN, MODEL_TOKENS, streams};
    let most = MODEL_TOKENS * BYTES_PER_TOKEN;
    if stdout.len() <= most && stderr.len() <= most {
        return None;
    }
    let mut text = streams(stdout, stderr, MODEL_TOKENS);
    if let Some(kept) = kept {
        let name = kept.path.trim_end_matches(".txt");
        text.push_str(&format!("[all {} bytes: read_output with entry {name}]\n", kept.bytes));
    }
    Some(text)
}

fn watch(outside: &CancellationToken, inside: &CancellationToken) -> tokio::task::JoinHandle<()> {
    let (outside, inside) = (outside.clone(), inside.clone());
    tokio::spawn(async move {
        outside.cancelled().await;
        inside.cancel();
    })
}
