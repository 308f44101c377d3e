//! Performs the agent's effects and tells it what came of them. No decisions:
//! what to do is the agent's, whether is the gate's. `session` holds what is done to the session that is written to.

mod choices;
mod export;
mod growth;
mod manual;
mod preview;
mod put_away;
mod recall;
mod servers;
mod session;
mod weigh;

use std::sync::Arc;
use std::time::Instant;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use self::growth::Growth;
use super::explained;
use super::models::{self, Found};
use super::privacy;
use super::reading::Shelf;
use super::sessions::SessionChoice;
use super::transcript::ShellLog;
use super::veil::Veil;
use super::watching::{Seen, Watching};
use super::{Input, Kit, Manner};
use crate::agent::{self, Agent, Answerer, Effect, Ending, Joined, Setup};
use crate::bus::{Bus, By, Event, Notice, NoticeKind, Presence};
use crate::domain::{
    ApprovalRequest, CallId, CallReport, CallRequest, Decision, Failure, FailureKind, ModelEvent, Principal,
    Surroundings, Tier, TurnId,
};
use crate::gate;
use crate::guests::News;
use crate::index::Filler;
use crate::model::Model;
use crate::redact::{Class, Redactor};
use crate::store::{Grants, Memory, PageWatch, StoreError};
use crate::tools::{Approver, Calls, Server, ServerParts, SessionSlot, Wire};

/// How long a model that did not answer is left alone before it is looked for again.
const LOOK_AGAIN: std::time::Duration = std::time::Duration::from_secs(20);

/// How long the end waits for the note about where a session began.
const NOTE: std::time::Duration = std::time::Duration::from_millis(300);

/// What tasks of the driver's own report back.
enum Internal {
    Finished(Box<CallReport>),
    Model(Result<Found, Failure>),
    Remembered {
        turn: TurnId,
        told: Result<String, String>,
    },
    Weighed {
        turn: TurnId,
        tiers: Vec<Vec<Tier>>,
    },
    /// Whoever was asked about a look wants this line in its place.
    LookAgain {
        of: CallId,
        line: String,
    },
}

/// A piece of a model's answer with the turn it belongs to.
type Piece = (TurnId, ModelEvent);

pub(super) struct Driver {
    kit: Kit,
    manner: Manner,
    bus: Bus,
    agent: Agent,
    memory: Memory,
    slot: SessionSlot,
    calls: Calls,
    wire: Arc<Wire>,
    approvals: mpsc::UnboundedReceiver<ApprovalRequest>,
    internal: (mpsc::UnboundedSender<Internal>, mpsc::UnboundedReceiver<Internal>),
    pieces: (mpsc::UnboundedSender<Piece>, mpsc::UnboundedReceiver<Piece>),
    model: Option<Arc<dyn Model>>,
    /// Who answers what goes on, or went on last.
    by: By,
    /// The answer that is being streamed.
    answering: Option<(TurnId, CancellationToken)>,
    /// The request for approval that was opened last.
    open: Option<ApprovalRequest>,
    /// The request of a look at what that one would change, opened last.
    look: Option<ApprovalRequest>,
    /// When the model was looked for; `None` while a look is under way.
    looked: Option<Instant>,
    /// Requests that only a model can take, while it is being looked for.
    held: Vec<String>,
    /// What was last told about a model that is not there; the same is not told again.
    told_absent: Option<String>,
    /// What was inferred from a call whose entry could not wait for it.
    late: Option<String>,
    /// The session to write to once nothing goes on.
    switching: Option<SessionChoice>,
    surroundings: Surroundings,
    /// What was last told of the session's name and branch.
    way: Option<Event>,
    redactor: Redactor,
    /// What the person's shell shows.
    shell_log: ShellLog,
    /// Looks at what a command would change, so far.
    previews: u64,
    /// The note about where a session that was just begun begins.
    noting: Option<JoinHandle<()>>,
    /// Follows what is written, for searches.
    filler: Option<Filler>,
    /// Whether the session's log grows.
    growth: Growth,
    /// Sessions that begin and end in other terminals.
    page: Option<PageWatch>,
    /// Skill files that change count at once.
    skills: Option<Watching>,
    seen: (mpsc::UnboundedSender<Seen>, mpsc::UnboundedReceiver<Seen>),
    /// What becomes of the servers of tools.
    news: (mpsc::UnboundedSender<News>, mpsc::UnboundedReceiver<News>),
}

impl Driver {
    pub async fn build(kit: Kit, manner: Manner, bus: Bus) -> Result<Driver, Failure> {
        let base = kit.config.gcc_base_path.clone();
        let memory = tokio::task::spawn_blocking(move || Memory::open(&base))
            .await
            .map_err(|error| Failure::new(FailureKind::Error, "the memory could not be opened").because(error))??;
        let (config, sources, added) = (kit.config.clone(), kit.sources.clone(), Arc::clone(&kit.knowledge.secrets));
        let redactor = tokio::task::spawn_blocking(move || {
            let mut warnings = Vec::new();
            privacy::redactor(&config, &sources.cwd, &sources.environment, &added, &mut warnings)
                .map(|found| (found, warnings))
        });
        let (redactor, warnings) = redactor
            .await
            .map_err(|error| Failure::new(FailureKind::Error, "the start failed inside").because(error))??;
        let slot = SessionSlot::default();
        let calls = Calls::default();
        let (asks, approvals) = mpsc::unbounded_channel();
        let server = Server::new(ServerParts {
            rules: kit.rules.clone(),
            replies: Arc::clone(&kit.knowledge.replies),
            probe: Arc::clone(&kit.probe),
            supervisor: Arc::clone(&kit.supervisor),
            guests: kit.guests.clone(),
            redactor: redactor.clone(),
            bus: bus.clone(),
            session: slot.clone(),
            grants: Grants::at(&kit.config.state_dir),
            calls: calls.clone(),
            approver: Principal::Person,
            waive: manner.waive,
            interactive: manner.interactive,
        });
        let approver = if manner.attended { Approver::Person(asks) } else { Approver::Nobody };
        let wire = Wire::connect(server, approver).await.map_err(|error| {
            Failure::new(FailureKind::Error, "the tools could not be started").because(error).hint("Try again.")
        })?;
        let agent = Agent::new(Setup {
            name: kit.config.agent_name.clone(),
            lexicon: Arc::clone(&kit.knowledge.lexicon),
            runbooks: Arc::clone(&kit.runbooks),
            phrases: Arc::clone(&kit.knowledge.phrases),
            prompts: kit.prompts.clone(),
            skills: Arc::clone(&kit.knowledge.contexts),
            fast_path: kit.config.fast_path,
        });
        let mut driver = Driver {
            kit,
            manner,
            bus,
            agent,
            memory,
            slot,
            calls,
            wire: Arc::new(wire),
            approvals,
            internal: mpsc::unbounded_channel(),
            pieces: mpsc::unbounded_channel(),
            model: None,
            by: By::Planner,
            answering: None,
            open: None,
            looked: None,
            held: Vec::new(),
            told_absent: None,
            late: None,
            switching: None,
            surroundings: Surroundings::default(),
            way: None,
            shell_log: ShellLog::new(&redactor),
            redactor,
            look: None,
            previews: 0,
            noting: None,
            filler: None,
            growth: Growth::default(),
            page: None,
            skills: None,
            seen: mpsc::unbounded_channel(),
            news: mpsc::unbounded_channel(),
        };
        driver.bus.publish(&Event::FastPath(driver.kit.config.fast_path));
        driver.report_problems();
        for warning in warnings {
            driver.notice(NoticeKind::Warning, warning);
        }
        driver.watch_skills().await;
        driver.watch_sessions();
        driver.offer().await?;
        if driver.kit.config.model_named_by_flag {
            driver.demand_model().await?;
        } else {
            driver.look_for_model();
        }
        Ok(driver)
    }

    pub fn shell_log(&self) -> ShellLog {
        self.shell_log.clone()
    }

    pub fn shelf(&self) -> Shelf {
        Shelf { memory: self.memory.clone(), kit: self.kit.clone() }
    }

    /// Offers the newest active session where the front wants to ask first. What begins elsewhere from now on is none
    /// of ours.
    async fn offer(&mut self) -> Result<(), Failure> {
        match self.manner.session.clone() {
            SessionChoice::Named(id) => {
                if self.manner.offer {
                    self.resume(id).await;
                }
                return Ok(());
            }
            SessionChoice::New | SessionChoice::Found(_) => return Ok(()),
            SessionChoice::Active => {}
        }
        let memory = self.memory.clone();
        let newest = tokio::task::spawn_blocking(move || memory.newest_active())
            .await
            .map_err(|error| Failure::new(FailureKind::Error, "the sessions could not be read").because(error))??;
        self.manner.session = match newest {
            Some(newest) => {
                if self.manner.offer {
                    self.bus.publish(&Event::Resumable { session: newest.id.clone(), goal: newest.goal });
                }
                SessionChoice::Found(newest.id)
            }
            None => SessionChoice::New,
        };
        Ok(())
    }

    /// Without a watch the rules of the start hold on.
    async fn watch_skills(&mut self) {
        if !self.manner.watches {
            return;
        }
        let (reloader, rules) = (self.kit.reloader.clone(), self.kit.rules.clone());
        let (bus, report) = (self.bus.clone(), self.seen.0.clone());
        let digest = self.kit.knowledge.digest.clone();
        let started = tokio::task::spawn_blocking(move || Watching::start(reloader, rules, bus, report, digest)).await;
        match started {
            Ok(Ok(mut watching)) => {
                if let Some(runbooks) = watching.changed_runbooks() {
                    // Other runbooks have no effects.
                    self.agent.handle(agent::Event::Runbooks(runbooks));
                }
                self.skills = Some(watching);
            }
            Ok(Err(failure)) => self.notice(NoticeKind::Warning, format!("Skill files are not watched: {failure}.")),
            Err(error) => self.notice(NoticeKind::Warning, format!("Skill files are not watched: {error}.")),
        }
    }

    /// Whoever looks at the list of sessions hears of other terminals' too.
    fn watch_sessions(&mut self) {
        if !self.manner.watches {
            return;
        }
        let bus = self.bus.clone();
        match self.memory.watch(move || bus.publish(&Event::SessionsChanged)) {
            Ok(watch) => self.page = Some(watch),
            Err(error) => tracing::warn!(%error, "the sessions are not watched; their list is read when it is opened"),
        }
    }

    fn report_problems(&self) {
        for (file, problem) in self.kit.knowledge.book.problems() {
            self.notice(NoticeKind::Warning, format!("{file}:{}: {}", problem.line, problem.text));
        }
        for warning in &self.kit.config.warnings {
            self.notice(NoticeKind::Warning, warning.clone());
        }
    }

    /// A model that was named for this call must be there.
    async fn demand_model(&mut self) -> Result<(), Failure> {
        match models::look(&self.kit.config).await? {
            Found::Ready(model, joined) => {
                servers::come_up(&self.kit.guests, &self.news.0).await;
                self.joined(model, joined);
                Ok(())
            }
            Found::Absent(why) => Err(Failure::new(FailureKind::Model, why)
                .hint("Name a model that is there, or leave --model out and go on with the built-in planner.")),
        }
    }

    fn look_for_model(&mut self) {
        self.looked = None;
        let config = self.kit.config.clone();
        let (internal, guests, news) = (self.internal.0.clone(), self.kit.guests.clone(), self.news.0.clone());
        tokio::spawn(async move {
            let found = models::look(&config).await;
            // Only a model uses them, and its first question offers them.
            if matches!(found, Ok(Found::Ready(..))) {
                servers::come_up(&guests, &news).await;
            }
            // A driver that ended needs no model.
            let _gone = internal.send(Internal::Model(found));
        });
    }

    fn joined(&mut self, model: Arc<dyn Model>, joined: Joined) {
        self.model = Some(model);
        self.tell_model(joined.window);
        self.looked = Some(Instant::now());
        self.offer_tools();
        // A presence has no effects but words.
        for effect in self.agent.handle(agent::Event::ModelPresence(Some(joined))) {
            if let Effect::Notice(text) = effect {
                self.notice(NoticeKind::Info, text);
            }
        }
    }

    fn tell_model(&self, window: u32) {
        if let Some(model) = &self.model {
            self.bus.publish(&Event::Presence(Presence::Model { name: model.name().to_owned(), window }));
        }
    }

    pub async fn run(mut self, mut inputs: mpsc::Receiver<Input>) {
        self.look_around().await;
        loop {
            let event = tokio::select! {
                biased;
                input = inputs.recv() => match input {
                    None | Some(Input::Close) => break,
                    Some(input) => self.input(input).await,
                },
                Some(request) = self.approvals.recv() => {
                    if request.asked.is_some() {
                        self.tell_log().await;
                    }
                    self.bus.publish(&Event::ApprovalRequested(request.clone()));
                    if Driver::is_look(request.announcement.call) {
                        self.look = Some(request.clone());
                        Some(agent::Event::LookRequested(request))
                    } else {
                        self.open = Some(request.clone());
                        Some(agent::Event::ApprovalRequested(request))
                    }
                }
                Some(internal) = self.internal.1.recv() => self.internal(internal).await,
                Some(seen) = self.seen.1.recv() => {
                    self.skills.as_mut().and_then(|skills| {
                        skills.seen(seen);
                        skills.changed_runbooks().map(agent::Event::Runbooks)
                    })
                }
                Some(news) = self.news.1.recv() => {
                    self.news(news);
                    None
                }
                Some((turn, event)) = self.pieces.1.recv() => Some(agent::Event::Model { turn, event }),
                () = self.growth.next() => {
                    self.bus.publish(&Event::Logged);
                    // BRANCH and MERGE come from other terminals too.
                    self.tell_way().await;
                    None
                }
            };
            if let Some(event) = event {
                self.handle(event).await;
            }
        }
        self.shut_down().await;
    }

    async fn shut_down(mut self) {
        self.stop_looking();
        let effects = self.agent.handle(agent::Event::Interrupt);
        for effect in effects {
            if let Effect::StopCall { call } = &effect {
                self.calls.interrupt(*call);
                // The command's end is logged before we go.
                while let Some(internal) = self.internal.1.recv().await {
                    // A look for the model may end in between.
                    if let Internal::Finished(report) = internal
                        && report.call == *call
                    {
                        self.handle(agent::Event::Finished(*report)).await;
                        break;
                    }
                }
            } else {
                self.perform(effect).await;
            }
        }
        if let Some(noting) = self.noting.take() {
            // A session of one question has its note too; nobody waits long for it.
            let _late = tokio::time::timeout(NOTE, noting).await;
        }
        self.kit.guests.close().await;
        self.let_go().await;
    }

    async fn input(&mut self, input: Input) -> Option<agent::Event> {
        match input {
            Input::Say(text) => self.say(text).await,
            // What it was to steer may be over by now.
            Input::Steer(text) if self.agent.is_idle() => self.say(text).await,
            Input::Steer(text) => Some(agent::Event::Steered(text)),
            Input::Reply { call, digest, text } => {
                self.replied(call, &text).await;
                if !self.wire.reply(call, &digest, &text) {
                    self.notice(NoticeKind::Warning, "That question is no longer open; nothing was done.".to_owned());
                }
                None
            }
            Input::Interrupt => {
                self.stop_looking();
                for _stopped in self.held.drain(..) {
                    let failure = failure_of(Ending::Interrupted);
                    self.bus.publish(&Event::TurnEnded { turn: TurnId(0), failure });
                }
                Some(agent::Event::Interrupt)
            }
            Input::Resume(id) => {
                self.switch(SessionChoice::Named(id)).await;
                None
            }
            Input::Begin => {
                self.switch(SessionChoice::New).await;
                None
            }
            Input::Summarise => {
                self.summarise().await;
                None
            }
            Input::CloseSession { summarised } => {
                self.close_session(summarised).await;
                None
            }
            Input::Rules { digest, accept } => {
                if let Some(skills) = &self.skills {
                    skills.answered(&digest, accept);
                }
                None
            }
            Input::ManualBegan(record) => {
                self.manual_began(*record).await;
                None
            }
            Input::ManualEnded { record, columns } => {
                self.manual_ended(*record, columns).await;
                None
            }
            Input::Returned => {
                self.returned().await;
                None
            }
            Input::LookAround => {
                self.look_for_drift().await;
                None
            }
            Input::AskAbout(question) => Some(agent::Event::AskedAbout(question)),
            Input::Recall => {
                self.recall();
                None
            }
            Input::FastPath(on) => {
                self.bus.publish(&Event::FastPath(on));
                Some(agent::Event::FastPath(on))
            }
            Input::UseModel(name) => {
                self.use_model(name);
                None
            }
            Input::Rename(goal) => {
                self.rename(&goal).await;
                None
            }
            Input::Compact => Some(agent::Event::Compact),
            Input::Preview { of, line } => {
                self.preview(of, line);
                None
            }
            Input::New { goal, name } => {
                self.begin(goal, name).await;
                None
            }
            Input::Fork { from, entry, goal } => {
                self.fork(from, entry, goal).await;
                None
            }
            Input::Export { session, file } => {
                self.export(session, &file).await;
                None
            }
            Input::Revoke(id) => {
                self.revoke(id).await;
                None
            }
            Input::CloseOther { session, summarised } => {
                self.close_other(session, summarised).await;
                None
            }
            Input::Archive(id) => {
                self.archive(id).await;
                None
            }
            Input::Restore(id) => {
                self.restore(id).await;
                None
            }
            Input::DeleteForever(id) => {
                self.delete_forever(id).await;
                None
            }
            Input::Servers(word) => {
                self.servers(word).await;
                None
            }
            Input::Close => None,
        }
    }

    async fn say(&mut self, text: String) -> Option<agent::Event> {
        if let Err(failure) = self.ensure_session(&text).await {
            self.bus.publish(&Event::TurnEnded { turn: TurnId(0), failure: Some(failure) });
            return None;
        }
        self.look_around().await;
        if self.model.is_none() {
            let stale = self.looked.is_some_and(|looked| looked.elapsed() > LOOK_AGAIN);
            if stale {
                self.look_for_model();
            }
            // An answer to an open question is the agent's to read, whatever it looks like alone.
            if self.looked.is_none() && !self.agent.awaits_answer() && !self.agent.knows(&text) {
                self.held.push(text);
                return None;
            }
        }
        Some(agent::Event::Said(text))
    }

    async fn internal(&mut self, internal: Internal) -> Option<agent::Event> {
        match internal {
            Internal::Finished(report) => {
                self.look_around().await;
                Some(agent::Event::Finished(*report))
            }
            Internal::Remembered { turn, told } => Some(agent::Event::Remembered { turn, told }),
            Internal::Weighed { turn, tiers } => Some(agent::Event::Weighed { turn, tiers }),
            Internal::LookAgain { of, line } => {
                self.preview(of, line);
                None
            }
            Internal::Model(found) => {
                match found {
                    Ok(Found::Ready(model, joined)) => self.joined(model, joined),
                    Ok(Found::Absent(why)) => {
                        self.looked = Some(Instant::now());
                        self.bus.publish(&Event::Presence(Presence::Planner));
                        if self.told_absent.as_ref() != Some(&why) {
                            self.bus.publish(&Event::ModelAbsent(format!("{why} The built-in planner goes on.")));
                            self.told_absent = Some(why);
                        }
                    }
                    Err(failure) => {
                        self.looked = Some(Instant::now());
                        self.notice(NoticeKind::Warning, failure.to_string());
                    }
                }
                for text in std::mem::take(&mut self.held) {
                    self.handle(agent::Event::Said(text)).await;
                }
                None
            }
        }
    }

    async fn handle(&mut self, event: agent::Event) {
        for effect in self.agent.handle(event) {
            self.perform(effect).await;
        }
        if self.agent.is_idle()
            && let Some(choice) = self.switching.take()
        {
            self.switch(choice).await;
        }
        if self.agent.is_idle() && self.held.is_empty() {
            self.bus.publish(&Event::Idle);
            if let Some(filler) = &self.filler {
                filler.nudge();
            }
        }
    }

    async fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::Begin { turn, text } => {
                tracing::Span::current().record("turn", turn.0);
                tracing::info!("a turn began");
                self.bus.publish(&Event::TurnBegan { turn, text });
            }
            Effect::TakenBy { turn, by } => {
                self.by = match (by, &self.model) {
                    (Answerer::Model, Some(model)) => By::Model { name: model.name().to_owned() },
                    (Answerer::Model, None) | (Answerer::Planner, _) => By::Planner,
                };
                self.bus.publish(&Event::TakenBy { turn, by: self.by.clone() });
            }
            Effect::Call(mut request) => {
                // What a model thinks is logged in its own words; where it was there and not asked, the log says so.
                if self.model.is_some() && self.by == By::Planner {
                    request.thought = request.thought.map(|thought| format!("{}: {thought}", self.by.name()));
                }
                if let Some(late) = self.late.take() {
                    request.observation = Some(late);
                }
                self.call(request);
            }
            Effect::AskModel { turn, request } => match &self.model {
                Some(model) => {
                    let cancel = CancellationToken::new();
                    self.answering = Some((turn, cancel.clone()));
                    let veil = Veil::before(&self.redactor, self.kit.config.model_is_local());
                    models::chat(model, turn, request, cancel, veil, self.pieces.0.clone());
                }
                None => tracing::error!("a model was asked for that is not there"),
            },
            Effect::StopModel { turn } => {
                if let Some((answering, cancel)) = self.answering.take()
                    && answering == turn
                {
                    cancel.cancel();
                }
            }
            Effect::StopCall { call } => self.calls.interrupt(call),
            Effect::Steered { turn, text } => self.bus.publish(&Event::Steered { turn, text }),
            Effect::Weigh { turn, lines } => self.weigh(turn, lines).await,
            Effect::Choose { turn, text } => self.bus.publish(&Event::Choice { turn, text }),
            Effect::Checklist(list) => self.bus.publish(&Event::Checklist(list)),
            Effect::Token { turn, text } => self.bus.publish(&Event::Token { turn, text }),
            Effect::Thinking { turn, text } => self.bus.publish(&Event::Thinking { turn, text }),
            Effect::Window(window) => self.tell_model(window),
            Effect::Room(room) => self.bus.publish(&Event::Room(room)),
            Effect::Notice(text) => self.notice(NoticeKind::Info, text),
            Effect::Usage(usage) => self.bus.publish(&Event::Usage(usage)),
            Effect::Explain { call, text } => self.bus.publish(&Event::Explained { call, text }),
            Effect::Record(body) => self.record(body).await,
            Effect::Infer { call, text } => self.infer(call, &text).await,
            Effect::Remember { turn, word, by } => self.remember(turn, word, by).await,
            Effect::Dissect { turn, line } => {
                let told = explained(&gate::dissect(&line, &self.kit.rules.book())).join("\n");
                // The driver is there to hear it: it is the driver that says it.
                let _heard = self.internal.0.send(Internal::Remembered { turn, told: Ok(told) });
            }
            Effect::Answer { turn, text } => self.bus.publish(&Event::Answer { turn, text }),
            Effect::Question { turn, text } => self.bus.publish(&Event::Question { turn, text }),
            Effect::End { turn, ending } => {
                tracing::info!(?ending, "a turn ended");
                self.bus.publish(&Event::TurnEnded { turn, failure: failure_of(ending) });
            }
        }
    }

    fn call(&self, request: CallRequest) {
        let wire = Arc::clone(&self.wire);
        let internal = self.internal.0.clone();
        let bus = self.bus.clone();
        // Made before the call starts, so that an interrupt in between is not lost.
        let _token = self.calls.token(request.call);
        tokio::spawn(async move {
            let report = match wire.call(&request).await {
                Ok(report) => report,
                Err(error) => {
                    let report = lost(&request, &error.to_string());
                    bus.publish(&Event::Finished(report.clone()));
                    report
                }
            };
            let _gone = internal.send(Internal::Finished(Box::new(report)));
        });
    }

    /// Looks where we stand; tells only what changed.
    async fn look_around(&mut self) {
        let probe = Arc::clone(&self.kit.probe);
        let looked = tokio::task::spawn_blocking(move || (probe.surroundings(), probe.compose_project())).await;
        let Ok((surroundings, compose)) = looked else { return };
        self.agent.handle(agent::Event::Compose(compose));
        if surroundings != self.surroundings {
            if let Some(host) = surroundings.host.as_deref().filter(|host| *host != "localhost") {
                self.redactor.know_name(Class::Host, host);
            }
            self.surroundings = surroundings.clone();
            self.agent.handle(agent::Event::Surroundings(surroundings.clone()));
            self.bus.publish(&Event::Surroundings(surroundings));
        }
    }

    fn log_failed(&self, error: &StoreError) {
        self.notice(NoticeKind::Failure, format!("The log could not be written: {error}. {}", error.hint()));
    }

    fn notice(&self, kind: NoticeKind, text: String) {
        self.bus.publish(&Event::Notice(Notice { kind, text }));
    }
}

fn failure_of(ending: Ending) -> Option<Failure> {
    match ending {
        Ending::Done => None,
        Ending::Unattended => {
            Some(Failure::new(FailureKind::Refused, "the command needs approval and nobody could be asked").hint(
                "Run it in a terminal. --yes agrees beforehand to what changes something, never to what destroys.",
            ))
        }
        Ending::Refused => Some(Failure::new(FailureKind::Refused, "the command was refused")),
        Ending::ModelFailed => Some(
            Failure::new(FailureKind::Model, "the model failed")
                .hint("Ask again, or use words the built-in planner knows."),
        ),
        Ending::Failed => {
            Some(Failure::new(FailureKind::Refused, "the memory did not take it").hint("The answer says why."))
        }
        Ending::Interrupted => Some(Failure::new(FailureKind::Interrupted, "interrupted")),
    }
}

/// The report of a call whose connection was lost.
fn lost(request: &CallRequest, why: &str) -> CallReport {
    CallReport {
        summary: why.to_owned(),
        ..CallReport::not_run(request.call, request.turn, request.command.clone(), Tier::Approval, Decision::Withdrawn)
    }
}
