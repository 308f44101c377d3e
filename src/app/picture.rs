//! The state as a view to be drawn.

use super::dialog::Phase;
use super::keymap::{Action, Context};
use super::picker;
use super::state::State;
use crate::bus::Presence;
use crate::output::escape;
use crate::ui::theme::Tone;
use crate::ui::{Dialog, HelpRow, Offer, PagerView, Place, QuestionView, RulesOffer, StatusPart, SummonerView, View};

impl State {
    /// What is to be drawn.
    pub fn view(&self) -> View<'_> {
        let dialog = self.dialog.as_ref().map(|dialog| {
            let (reply, reply_at) = dialog.reply();
            Dialog {
                request: &dialog.request,
                banner: dialog.phase == Phase::Banner,
                reply,
                reply_at,
                explained: &dialog.explained,
                scroll: dialog.scroll,
                note: &dialog.note,
                answered: dialog.phase == Phase::Answered,
            }
        });
        View {
            place: self.place,
            split: self.panes.split,
            beside: self.panes.beside,
            agent: &self.agent,
            blocks: &self.blocks,
            printed: self.above(),
            sight: self.reader.sight(),
            composer: &self.composer,
            prompt: self.prompt(),
            status: self.status(),
            hints: self.hints(),
            pending: self.pending_view(),
            keys: self.keymap.named(),
            dialog,
            offer: self.offer.as_ref().filter(|_| self.offers()).map(|offer| Offer {
                session: offer.session.short(),
                goal: &offer.goal,
                resume: offer.resume,
            }),
            rules: self.rules.as_ref().filter(|_| self.offers()).map(|rules| RulesOffer {
                loosens: &rules.loosens,
                accept: rules.accept,
                scroll: rules.scroll,
            }),
            welcome: self.welcome_view(),
            closing: self.leaving.as_ref().and_then(|leaving| leaving.summary.as_deref()),
            activity: self.activity(),
            shell: self.shell_pane(),
            graph: self.graph_view(),
            sessions: (self.place == Place::Sessions).then(|| self.sessions_view()),
            palette: self.palette_view().or_else(|| self.themes_view()).or_else(|| self.pick_view()),
            completion: self.completion_view().or_else(|| self.mention_view()),
            pager: self.pager.as_ref().map(|pager| PagerView {
                title: &pager.title,
                lines: (!pager.is_waiting()).then_some(&*pager.lines),
                top: pager.top,
                hang: pager.hang,
                printed: pager.printed.clone(),
                find: pager.find(),
                banner: pager.banner(&self.keymap),
            }),
            question: self.question.as_ref().map(|question| QuestionView {
                title: question.purpose.title(),
                text: &question.text,
                details: &question.details,
            }),
            summoner: self.summoner.as_ref().map(|summoner| SummonerView {
                text: &summoner.text,
                commands: summoner.fitting(),
                chosen: summoner.chosen,
                answer: summoner.answer.as_deref(),
            }),
        }
    }

    /// Whether there is something to complete what is typed with.
    fn completes(&self) -> bool {
        self.completion_view().or_else(|| self.mention_view()).is_some_and(|view| !view.rows.is_empty())
    }

    /// The keys that do something now, and before them what became of the last ones.
    fn hints(&self) -> Vec<HelpRow> {
        let mut rows = self.sequence_hints();
        if !self.has_begun() {
            rows.extend(self.place_hints());
        }
        rows
    }

    fn place_hints(&self) -> Vec<HelpRow> {
        match self.dialog.as_ref().filter(|dialog| dialog.phase != Phase::Banner) {
            Some(dialog) if dialog.proof().is_some() => return self.keymap.footer(Context::Dialog),
            Some(_) => return self.keymap.footer_without(Context::Dialog, Action::LookFirst),
            None => {}
        }
        // A question, a list and a text that is typed tell their few keys themselves.
        let asks = self.question.is_some() || self.leaving.is_some() || self.offers();
        if asks || self.palette.is_some() || self.themes.is_open() || self.pick.is_some() {
            return Vec::new();
        }
        match &self.pager {
            Some(pager) if pager.is_typing() => return Vec::new(),
            Some(_) => return self.keymap.footer(Context::Pager),
            None => {}
        }
        match self.place {
            Place::Chat if self.reader.is_typing() => Vec::new(),
            Place::Chat if self.reader.has_keys() => self.keymap.footer(Context::Block),
            Place::Chat if self.completes() => picker::hints(),
            Place::Chat => self.keymap.footer(Context::Chat),
            Place::Shell if self.summoner.is_some() || self.shell.asks() => Vec::new(),
            Place::Shell if self.shell.is_full() => self.keymap.footer_of(Context::Shell, Action::Escape),
            Place::Shell if self.shell.is_busy() => self.keymap.footer_without(Context::Shell, Action::Summon),
            Place::Shell => self.keymap.footer(Context::Shell),
            Place::Graph if self.graph.is_typing() => Vec::new(),
            Place::Graph => self.keymap.footer(Context::Graph),
            Place::Sessions if self.sessions.is_typing() => Vec::new(),
            Place::Sessions => self.keymap.footer(Context::Sessions),
        }
    }

    /// `[session_004 · production · main]`.
    fn prompt(&self) -> String {
        let mut parts = vec![self.session.as_ref().map_or("no session yet", |session| session.short()).to_owned()];
        let place = &self.surroundings;
        parts.extend([&place.namespace, &place.git_branch].into_iter().flatten().map(|name| escape::line(name)));
        parts.extend(self.vi.as_ref().filter(|vi| vi.is_commanding()).map(|_| "vi: command".to_owned()));
        format!("[{}]", parts.join(" · "))
    }

    fn status(&self) -> Vec<StatusPart> {
        let part = |text: String, tone: Tone| StatusPart { text, tone, vital: false };
        let place = &self.surroundings;
        let mut parts = Vec::new();
        let session = self.session.as_ref().map_or("no session yet", |session| session.short());
        parts.push(part(session.to_owned(), Tone::StatusLine));
        if let Some(branch) = self.memory_branch() {
            parts.push(part(format!("memory {branch}"), Tone::StatusLine));
        }
        if let Some(context) = &place.kube_context {
            let namespace = place.namespace.as_deref().unwrap_or("default");
            let text = format!("kube {}/{}", escape::line(context), escape::line(namespace));
            parts.push(StatusPart { vital: true, ..part(text, Tone::StatusLine) });
        }
        if let Some(branch) = &place.git_branch {
            parts.push(part(format!("git {}", escape::line(branch)), Tone::StatusLine));
        }
        if let Some(docker) = &place.docker_context {
            parts.push(part(format!("docker {}", escape::line(docker)), Tone::StatusLine));
        }
        match &self.presence {
            Presence::Planner => parts.push(part("planner".to_owned(), Tone::StatusLine)),
            Presence::Model { name, window } => {
                parts.push(part(escape::line(name), Tone::StatusLine));
                let used = self.usage.prompt_tokens.unwrap_or(0) + self.usage.output_tokens.unwrap_or(0);
                let percent = used * 100 / u64::from((*window).max(1));
                parts.push(part(format!("context {percent} %"), Tone::StatusLine));
            }
        }
        let mode = match self.place {
            Place::Chat => "CHAT",
            Place::Shell => "SHELL",
            Place::Graph => "GRAPH",
            Place::Sessions => "SESSIONS",
        };
        parts.push(part(mode.to_owned(), Tone::Accent));
        parts
    }
}
