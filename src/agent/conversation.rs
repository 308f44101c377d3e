//! A turn with a model: its words as they come, the calls it makes one after
//! the other, the limits that end a talk going nowhere.

mod calls;

use std::collections::VecDeque;

use calls::command;

use super::budget::{self, Budget};
use super::progress::Progress;
use super::prompt::{self, Parts};
use super::salvage::Curtain;
use super::steering::{self, Steer};
use super::steps::{self, Steps};
use super::tool_call::{self, Wanted};
use super::{Agent, Answerer, Effect, Ending, Joined, State};
use crate::domain::{CallId, Message, ModelEvent, ModelRequest, OfferedTool, Role, Room, StopReason, ToolCall, TurnId};

/// Answers in a row that no call can be read from, before the agent stops and says so.
const REPAIRS: usize = 2;

/// What a model is told that only thought.
const EMPTY: &str = "Your answer was empty. Make one call, or answer in words.";

/// Whose idea a call that waits for its turn is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    /// A model's, chosen by the person or not.
    Model,
    /// The person said no to it and chose it then.
    Again,
    /// The person typed it.
    Person,
}

/// A call that waits for its turn.
#[derive(Debug)]
struct Queued {
    call: ToolCall,
    whose: Whose,
}

/// A talk with a model.
#[derive(Debug)]
pub(super) struct Conversation {
    pub turn: TurnId,
    /// This turn's messages, the person's first.
    messages: Vec<Message>,
    /// What the planner has that comes near; said with the request and not kept when the turn is over.
    hints: String,
    text: String,
    /// What of the text is shown while it comes.
    curtain: Curtain,
    /// The answer without the calls that were written into it.
    said: Option<String>,
    /// It thought before it answered; and whether it shall.
    thought: bool,
    think: Option<bool>,
    calls: Vec<ToolCall>,
    /// Calls of the last answer that wait for their turn.
    queue: VecDeque<Queued>,
    running: Option<(CallId, ToolCall)>,
    /// The call that asks the memory.
    remembering: Option<ToolCall>,
    /// The last call that ran; what the model says next is inferred from it.
    ran: Option<CallId>,
    progress: Progress,
    /// Answers in a row that the model was asked to repair.
    repairs: usize,
    /// What the last answer has of a call that cannot be made.
    complaint: Option<String>,
    /// Where in the messages answers begin that had to be repaired; they go once one is good.
    spoiled: Option<usize>,
    steps: Steps,
    /// The command they said no to: what the model says next are other ways, or its one argument.
    refused: Option<String>,
    /// That was asked of it: once.
    weighed: bool,
    /// What the person said meanwhile; the model hears it before the next step.
    pub heard: Vec<String>,
    pub interrupted: bool,
}

impl Conversation {
    pub fn waits_for(&self, call: CallId) -> bool {
        self.running.as_ref().is_some_and(|(running, _)| *running == call)
    }

    pub fn running(&self) -> Option<CallId> {
        self.running.as_ref().map(|(call, _)| *call)
    }

    /// The commands that are known to come after the one that runs.
    pub fn remaining(&self, offered: &[OfferedTool]) -> Vec<(String, String)> {
        let mut lines = self.steps.left();
        for command in self.queue.iter().filter_map(|queued| command(&queued.call, offered)) {
            if !lines.contains(&command) {
                lines.push(command);
            }
        }
        lines.into_iter().map(|line| (line, String::new())).collect()
    }

    /// The calls that wait are not made; each gets its result, so that a server takes the transcript.
    fn drop_queue(&mut self, why: &str) {
        for queued in std::mem::take(&mut self.queue) {
            self.tool_result(&queued.call, why.to_owned());
        }
    }

    /// The person wants these commands, one after the other, and says so.
    pub fn person_wants(&mut self, lines: &[String], said: String, whose: Whose) {
        self.keep_words();
        self.drop_queue("not run: the person wants something else");
        self.messages.push(Message::text(Role::User, said));
        let call = |(index, line): (usize, &String)| ToolCall {
            id: format!("own-{}-{index}", self.messages.len()),
            name: tool_call::RUN_COMMAND.to_owned(),
            arguments: serde_json::json!({"cmd": line, "context": ""}),
        };
        let calls: Vec<ToolCall> = lines.iter().enumerate().map(call).collect();
        let mut message = Message::text(Role::Assistant, "");
        message.tool_calls.clone_from(&calls);
        self.messages.push(message);
        self.queue = calls.into_iter().map(|call| Queued { call, whose }).collect();
    }

    /// What was asked for.
    pub fn request(&self) -> &str {
        self.messages.first().map_or("", |message| message.content.as_str())
    }

    /// Whether the model said something that stands in no message yet.
    pub fn has_words(&self) -> bool {
        !self.text.trim().is_empty()
    }

    /// What the model said last, where it stands in no message yet.
    pub fn keep_words(&mut self) {
        let text = std::mem::take(&mut self.text);
        if !text.trim().is_empty() {
            self.messages.push(Message::text(Role::Assistant, text));
        }
    }

    fn tell(&self, effects: &mut Vec<Effect>) {
        effects.extend(self.steps.list(self.turn).map(Effect::Checklist));
    }

    /// Forgets answers that had to be repaired, and what was said about them: nothing was done on their account.
    fn forget_spoiled(&mut self) {
        if let Some(from) = self.spoiled.take() {
            self.messages.truncate(from);
        }
    }

    fn tool_result(&mut self, call: &ToolCall, content: String) {
        let mut message = Message::text(Role::Tool, content);
        message.tool_name = Some(call.name.clone());
        message.tool_call_id = (!call.id.is_empty()).then(|| call.id.clone());
        self.messages.push(message);
    }
}

impl Agent {
    pub(super) fn talk(&mut self, turn: TurnId, text: String, effects: &mut Vec<Effect>) {
        effects.push(Effect::TakenBy { turn, by: Answerer::Model });
        // What it will do and list is not kept for words that lean on it: it hears them itself.
        self.past.last = None;
        self.context.listing = None;
        let hints = self.hints(&text);
        let talk = Conversation {
            turn,
            messages: vec![Message::text(Role::User, text)],
            hints,
            text: String::new(),
            curtain: Curtain::default(),
            said: None,
            thought: false,
            think: None,
            calls: Vec::new(),
            queue: VecDeque::new(),
            running: None,
            remembering: None,
            ran: None,
            progress: Progress::default(),
            repairs: 0,
            complaint: None,
            spoiled: None,
            steps: Steps::default(),
            refused: None,
            weighed: false,
            heard: Vec::new(),
            interrupted: false,
        };
        self.ask(talk, effects);
    }

    /// Turns that are over become a summary, whether the window is full or not.
    pub(super) fn compact(&mut self, effects: &mut Vec<Effect>) {
        let (gone, before) = (self.summary.turns(), budget::all(&self.transcript));
        prompt::compact(&mut self.transcript, &mut self.summary, 0);
        let count = self.summary.turns() - gone;
        let phrases = &self.setup.phrases;
        effects.push(Effect::Notice(if count == 0 {
            phrases.plain("nothing_to_compact")
        } else {
            let summary = self.summary.text(usize::MAX).unwrap_or_default();
            let most = self.model.map_or(usize::MAX, |joined| Budget::of(joined.window).aside());
            let after = self.summary.text(most).map_or(0, |text| budget::tokens(&text));
            let (count, before, after) = (count.to_string(), before.to_string(), after.to_string());
            let values = [("count", &*count), ("before", &*before), ("after", &*after), ("summary", &*summary)];
            phrases.fill("compacted_now", &values)
        }));
    }

    fn ask(&mut self, mut talk: Conversation, effects: &mut Vec<Effect>) {
        // A model that left while it was asked is asked no more; its failure is on its way.
        let joined = self.model.unwrap_or_default();
        (talk.curtain, talk.said, talk.thought) = (Curtain::new(joined.calls_tools), None, false);
        let (request, room) = self.question(joined, &talk.messages, &talk.hints, talk.think, effects);
        effects.push(Effect::Room(room));
        effects.push(Effect::AskModel { turn: talk.turn, request });
        self.state = State::Talking(talk);
    }

    /// What a model is asked, with all it is told besides; turns that have no room for it become a summary, and the
    /// person is told.
    pub(super) fn question(
        &mut self,
        Joined { window, calls_tools }: Joined,
        turn: &[Message],
        hints: &str,
        think: Option<bool>,
        effects: &mut Vec<Effect>,
    ) -> (ModelRequest, Room) {
        let tools = if calls_tools { tool_call::specifications(&self.offered) } else { Vec::new() };
        let parts = Parts {
            prompts: &self.setup.prompts,
            name: &self.setup.name,
            surroundings: &self.surroundings,
            skills: &self.setup.skills,
            standing: self.standing.as_deref(),
            turn,
            hints,
            tools: &tools,
            window,
        };
        let gone = self.summary.turns();
        let (messages, room) = prompt::compose(&parts, &mut self.transcript, &mut self.summary);
        if self.summary.turns() > gone {
            let count = (self.summary.turns() - gone).to_string();
            let summary = self.summary.text(usize::MAX).unwrap_or_default();
            let text = self.setup.phrases.fill("compacted", &[("count", &count), ("summary", &summary)]);
            effects.push(Effect::Notice(text));
        }
        (ModelRequest { messages, tools, think }, room)
    }

    pub(super) fn model_event(&mut self, turn: TurnId, event: ModelEvent, effects: &mut Vec<Effect>) {
        let mut talk = match std::mem::replace(&mut self.state, State::Idle) {
            State::Talking(talk) if talk.turn == turn && talk.running.is_none() && talk.remembering.is_none() => talk,
            // Words of a talk that is over.
            state => {
                self.state = state;
                return;
            }
        };
        match event {
            ModelEvent::Token(text) => {
                talk.text.push_str(&text);
                let text = talk.curtain.push(&text);
                effects.extend((!text.is_empty()).then_some(Effect::Token { turn, text }));
            }
            ModelEvent::Thinking(text) => {
                talk.thought = true;
                effects.push(Effect::Thinking { turn, text });
            }
            ModelEvent::ToolCall(call) => talk.calls.push(call),
            ModelEvent::Usage(usage) => effects.push(Effect::Usage(usage)),
            ModelEvent::Meant(meant) => {
                talk.complaint = meant.complaint;
                talk.said = Some(meant.said.clone());
                if talk.complaint.is_none() {
                    (talk.text, talk.calls) = (meant.said, meant.calls);
                }
            }
            ModelEvent::Window(window) => {
                self.model = self.model.map(|joined| Joined { window, ..joined });
                effects.push(Effect::Window(window));
            }
            ModelEvent::Done(reason) => {
                let said = talk.said.take();
                let text = talk.curtain.end(said.as_deref());
                effects.extend((!text.is_empty()).then_some(Effect::Token { turn, text }));
                return self.spoken(talk, &reason, effects);
            }
            ModelEvent::Failed(problem)
                if problem.refuses_tools && self.model.is_some_and(|joined| joined.calls_tools) =>
            {
                self.model = self.model.map(|joined| Joined { calls_tools: false, ..joined });
                effects.push(Effect::Notice(self.setup.phrases.plain("without_tools")));
                return self.ask(talk, effects);
            }
            ModelEvent::Failed(problem) => {
                let values = [("why", problem.summary.as_str()), ("hint", problem.hint.as_str())];
                let text = self.setup.phrases.fill("model_failed", &values);
                return self.break_off(talk, &text, Ending::ModelFailed, effects);
            }
        }
        self.state = State::Talking(talk);
    }

    /// The model finished an answer.
    fn spoken(&mut self, mut talk: Conversation, reason: &StopReason, effects: &mut Vec<Effect>) {
        let text = std::mem::take(&mut talk.text);
        let calls = std::mem::take(&mut talk.calls);
        if let Some(complaint) = talk.complaint.take() {
            talk.spoiled.get_or_insert(talk.messages.len());
            talk.messages.push(Message::text(Role::Assistant, text));
            return self.repair(talk, complaint, effects);
        }
        if calls.is_empty() {
            let mut answer = text.trim().to_owned();
            if answer.is_empty() {
                if talk.repairs < REPAIRS {
                    // Whoever thought and then said nothing is asked to answer at once.
                    talk.think = talk.thought.then_some(false).or(talk.think);
                    talk.spoiled.get_or_insert(talk.messages.len());
                    return self.repair(talk, EMPTY.to_owned(), effects);
                }
                answer = self.setup.phrases.plain("model_empty");
            } else if *reason == StopReason::Length {
                answer.push_str(" […]");
            }
            talk.forget_spoiled();
            return match talk.refused.take() {
                Some(refused) => {
                    talk.text = answer;
                    self.weigh_talk(talk, refused, Vec::new(), effects);
                }
                None => self.conclude(talk, answer, effects),
            };
        }
        if let Some(call) = talk.ran.take()
            && !text.trim().is_empty()
        {
            effects.push(Effect::Infer { call, text: text.trim().to_owned() });
        }
        talk.forget_spoiled();
        let commands: Vec<String> = calls.iter().filter_map(|call| command(call, &self.offered)).collect();
        let lines = |call: &ToolCall| matches!(tool_call::read(call, &self.offered), Ok(Wanted::Command { .. }));
        if calls.iter().any(lines)
            && let Some(refused) = talk.refused.take()
        {
            return self.proposed(talk, refused, (text, calls), effects);
        }
        talk.steps.planned(steps::announced(&text, &self.setup.lexicon), &commands);
        let mut message = Message::text(Role::Assistant, text);
        message.tool_calls.clone_from(&calls);
        talk.messages.push(message);
        talk.queue = calls.into_iter().map(|call| Queued { call, whose: Whose::Model }).collect();
        self.next_tool(talk, effects);
    }

    /// What the model said last is the end of the turn.
    pub(super) fn conclude_in_its_words(&mut self, mut talk: Conversation, effects: &mut Vec<Effect>) {
        let answer = std::mem::take(&mut talk.text);
        self.conclude(talk, answer, effects);
    }

    /// The model's answer is the end of the turn.
    fn conclude(&mut self, mut talk: Conversation, answer: String, effects: &mut Vec<Effect>) {
        talk.steps.stops();
        talk.tell(effects);
        talk.messages.push(Message::text(Role::Assistant, answer.clone()));
        self.transcript.append(&mut talk.messages);
        self.take_up_later(&mut talk);
        self.answer(talk.turn, answer, Ending::Done, effects);
    }

    /// What the person said and the model has not heard is a request for after this one.
    fn take_up_later(&mut self, talk: &mut Conversation) {
        for text in talk.heard.drain(..).rev() {
            self.waiting.push_front(text);
        }
    }

    /// The person said something to what the model does.
    pub(super) fn steer_talk(&mut self, mut talk: Conversation, text: String, effects: &mut Vec<Effect>) {
        self.took(talk.turn, &text, effects);
        match steering::read(&text) {
            Steer::Stop => match talk.running() {
                // It runs to its end.
                Some(_) => talk.interrupted = true,
                None => {
                    self.state = State::Talking(talk);
                    return self.interrupt(effects);
                }
            },
            Steer::Skip(number) => match talk.steps.pending(number).map(str::to_owned) {
                Some(line) => {
                    talk.steps.skip(&line);
                    let wants = |queued: &Queued| command(&queued.call, &self.offered).as_ref() == Some(&line);
                    let at = talk.queue.iter().position(wants);
                    match at.and_then(|at| talk.queue.remove(at)) {
                        Some(Queued { call, .. }) => {
                            talk.tool_result(&call, "not run: the person skipped it".to_owned());
                        }
                        None => talk.heard.push(format!("I skip `{line}`. Do not run it.")),
                    }
                }
                None => effects.push(Effect::Notice(self.setup.phrases.plain("no_such_step"))),
            },
            Steer::Edit(number, line) => match talk.steps.pending(Some(number)).map(str::to_owned) {
                Some(old) => {
                    talk.steps.skip(&old);
                    talk.heard.push(format!("Run `{line}` in the place of `{old}`."));
                }
                None => effects.push(Effect::Notice(self.setup.phrases.plain("no_such_step"))),
            },
            Steer::Correction(_) | Steer::Other => talk.heard.push(text),
        }
        talk.tell(effects);
        self.state = State::Talking(talk);
    }

    /// Shows the model what was wrong with its answer; not more than twice in a row.
    fn repair(&mut self, mut talk: Conversation, complaint: String, effects: &mut Vec<Effect>) {
        talk.repairs += 1;
        if talk.repairs > REPAIRS {
            let text = self.setup.phrases.fill("calls_unreadable", &[("why", &complaint)]);
            return self.break_off(talk, &text, Ending::ModelFailed, effects);
        }
        talk.messages.push(Message::text(Role::User, complaint));
        self.ask(talk, effects);
    }

    /// Ends a talk before its answer. What was said so far stays in the record, and the transcript stays one that a
    /// server takes: every call in it has its result.
    pub(super) fn break_off(&mut self, mut talk: Conversation, why: &str, ending: Ending, effects: &mut Vec<Effect>) {
        talk.forget_spoiled();
        talk.drop_queue("not run: the turn ended before");
        talk.steps.stops();
        talk.tell(effects);
        let text = match talk.text.trim() {
            "" => why.to_owned(),
            said => format!("{said}\n\n{why}"),
        };
        talk.messages.push(Message::text(Role::Assistant, text.clone()));
        self.transcript.append(&mut talk.messages);
        self.take_up_later(&mut talk);
        self.answer(talk.turn, text, ending, effects);
    }
}
