//! What follows a *no*: other ways with the tier each would have, or one argument out of the log; then the person's
//! choice. Once a turn and never again.
//!
//! Owns the way from the refusal to the choice, and what a choice makes of the turn. Choosing is not approving: what is
//! chosen is a call like any other, judged and asked about. That a turn weighs once is a field of the turn, not a
//! sentence to a model.

use super::conversation::{Conversation, Whose};
use super::turn::PlannedTurn;
use super::{Agent, Effect, Ending, State};
use crate::domain::{ApprovalRequest, CallReport, LogLine, Tier, TurnId, Way};

/// Ways that are offered.
const MOST: usize = 2;
/// Entries that an argument or a reason names.
const NAMED: usize = 6;

/// A turn that waits for the person's choice.
#[derive(Debug)]
pub(super) struct Offer {
    held: Held,
    /// The command they said no to.
    refused: String,
    ways: Vec<Way>,
    /// The choice was put to them.
    pub put: bool,
}

/// The turn behind it.
#[derive(Debug)]
enum Held {
    Plan { planned: Box<PlannedTurn>, at: usize },
    Talk(Box<Conversation>),
}

impl Offer {
    pub fn turn(&self) -> TurnId {
        match &self.held {
            Held::Plan { planned, .. } => planned.turn,
            Held::Talk(talk) => talk.turn,
        }
    }
}

/// What the person chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Choice {
    Original,
    /// Counted from 0.
    Way(usize),
    Skip,
}

fn choice(said: &str, ways: usize) -> Option<Choice> {
    let said = said.trim().trim_end_matches(['.', '!']).to_lowercase();
    let said = said.strip_prefix("the ").unwrap_or(&said).trim();
    let number = ["alternative ", "alternative", "alt ", "alt", "number ", "option "]
        .iter()
        .find_map(|word| said.strip_prefix(word))
        .unwrap_or(said);
    let place = match number {
        "first" | "first one" => Some(0),
        "second" | "second one" => Some(1),
        digits => digits.parse::<usize>().ok().and_then(|number| number.checked_sub(1)),
    };
    match said {
        "original" | "o" | "original one" => Some(Choice::Original),
        // Where there is nothing else to choose.
        "y" | "yes" if ways == 0 => Some(Choice::Original),
        "skip" | "s" | "no" | "n" | "none" | "neither" | "skip it" | "stop" | "cancel" => Some(Choice::Skip),
        _ => place.filter(|place| *place < ways).map(Choice::Way),
    }
}

impl Agent {
    /// The person said no to a step of a plan. Gives the plan back where nothing is left to be said about it.
    pub(super) fn weigh_plan(
        &mut self,
        mut planned: PlannedTurn,
        at: usize,
        report: &CallReport,
        effects: &mut Vec<Effect>,
    ) -> Option<PlannedTurn> {
        if std::mem::replace(&mut planned.weighed, true) || report.said.is_none() {
            return Some(planned);
        }
        let turn = planned.turn;
        let held = Held::Plan { planned: Box::new(planned), at };
        self.weigh(turn, held, report.command.clone(), self.known_ways(report), effects);
        None
    }

    /// The person said no to a command of a model's; `ways` are what it then proposed.
    pub(super) fn weigh_talk(
        &mut self,
        talk: Conversation,
        refused: String,
        ways: Vec<Way>,
        effects: &mut Vec<Effect>,
    ) {
        let known = self.asked.as_ref().filter(|asked| asked.announcement.command == refused);
        let known = known.and_then(|asked| asked.announcement.verdict.effect()).map(|effect| effect.instead.clone());
        let ways = if ways.is_empty() { known.unwrap_or_default() } else { ways };
        self.weigh(talk.turn, Held::Talk(Box::new(talk)), refused, ways, effects);
    }

    /// What the skill of the refused command names.
    fn known_ways(&self, report: &CallReport) -> Vec<Way> {
        let asked = self.asked.as_ref().filter(|asked| asked.announcement.call == report.call);
        asked
            .and_then(|asked| asked.announcement.verdict.effect())
            .map_or_else(Vec::new, |effect| effect.instead.clone())
    }

    fn weigh(&mut self, turn: TurnId, held: Held, refused: String, mut ways: Vec<Way>, effects: &mut Vec<Effect>) {
        ways.retain(|way| !way.lines.is_empty() && way.lines != [refused.as_str()]);
        ways.truncate(MOST);
        effects.push(Effect::Weigh { turn, lines: ways.iter().map(|way| way.lines.clone()).collect() });
        self.state = State::Offering(Offer { held, refused, ways, put: false });
    }

    /// The gate's word about each line, and the log as it stands.
    pub(super) fn weighed(&mut self, mut offer: Offer, tiers: &[Vec<Tier>], effects: &mut Vec<Effect>) {
        offer.put = true;
        let turn = offer.turn();
        let phrases = &self.setup.phrases;
        let text = if offer.ways.is_empty() {
            let about = self.entries_about(&offer.refused);
            // That something was looked at speaks for nothing by itself: it takes a finding, or a model that says why.
            let argues = match &offer.held {
                Held::Plan { .. } => about.iter().any(|line| line.is_finding),
                Held::Talk(_) => !about.is_empty(),
            };
            if !argues {
                offer.put = false;
                return self.settle(offer, Choice::Skip, effects);
            }
            let entries: Vec<String> = about.iter().map(|line| told(line)).collect();
            phrases.fill("argument", &[("command", &offer.refused), ("entries", &entries.join("\n"))])
        } else {
            let mut parts = vec![phrases.fill("offer", &[("goal", &self.goal(&offer))])];
            for (index, way) in offer.ways.iter().enumerate() {
                let title = if way.title.is_empty() { String::new() } else { format!(" — {}", way.title) };
                let mut lines = vec![format!("**Alternative {}{title}**", index + 1)];
                let tiers = tiers.get(index).map(Vec::as_slice).unwrap_or_default();
                for (place, line) in way.lines.iter().enumerate() {
                    let tier = tiers.get(place).copied().unwrap_or(Tier::Destructive);
                    lines.push(format!("- `{line}` ({})", tier.permission()));
                }
                lines.extend((!way.note.is_empty()).then(|| format!("- {}", way.note)));
                parts.push(lines.join("\n"));
            }
            let names: Vec<String> = (1..=offer.ways.len()).map(|number| format!("alt{number}")).collect();
            parts.push(phrases.fill("offer_choice", &[("ways", &names.join(" / "))]));
            parts.join("\n\n")
        };
        effects.push(Effect::Choose { turn, text });
        self.state = State::Offering(offer);
    }

    fn goal(&self, offer: &Offer) -> String {
        match &offer.held {
            Held::Plan { planned, .. } => planned.request().to_owned(),
            Held::Talk(talk) => talk.request().to_owned(),
        }
    }

    /// The person's words to the choice. A request of its own drops it: nothing of what was refused is wanted any more.
    pub(super) fn chosen(&mut self, offer: Offer, said: &str, effects: &mut Vec<Effect>) {
        let turn = offer.turn();
        let choice = choice(said, offer.ways.len());
        if choice.is_none() && (self.is_a_request(said) || self.does_with_row(said)) {
            self.waiting.push_back(said.to_owned());
            return self.settle(offer, Choice::Skip, effects);
        }
        self.took(turn, said, effects);
        match choice {
            Some(choice) => self.settle(offer, choice, effects),
            None => {
                let names: Vec<String> = (1..=offer.ways.len()).map(|number| format!(", alt{number}")).collect();
                let text = self.setup.phrases.fill("offer_again", &[("ways", &names.concat())]);
                effects.push(Effect::Choose { turn, text });
                self.state = State::Offering(offer);
            }
        }
    }

    fn settle(&mut self, offer: Offer, choice: Choice, effects: &mut Vec<Effect>) {
        let Offer { held, refused, mut ways, put } = offer;
        let (title, lines) = match choice {
            Choice::Original => (String::new(), vec![refused.clone()]),
            Choice::Way(place) if place < ways.len() => {
                let way = ways.swap_remove(place);
                (way.title, way.lines)
            }
            Choice::Way(_) | Choice::Skip => {
                let text = self.setup.phrases.fill("denied", &[("command", &refused)]);
                return match held {
                    Held::Plan { planned, at } => self.refuse_step(*planned, (at, put), text, effects),
                    // What it said of the refusal, with nothing to choose, is its answer.
                    Held::Talk(talk) if !put && talk.has_words() => self.conclude_in_its_words(*talk, effects),
                    Held::Talk(mut talk) => {
                        talk.keep_words();
                        self.break_off(*talk, &text, Ending::Refused, effects);
                    }
                };
            }
        };
        match held {
            Held::Plan { mut planned, at } => {
                let reader = |line: &str| self.setup.lexicon.reader_of(line).map(str::to_owned);
                planned.put_in_place(at, &lines, &title, reader);
                self.advance(*planned, effects);
            }
            Held::Talk(mut talk) => {
                let said = format!("I choose this: {}", lines.join("; "));
                let whose = if choice == Choice::Original { Whose::Again } else { Whose::Model };
                talk.person_wants(&lines, said, whose);
                self.next_tool(*talk, effects);
            }
        }
    }

    /// It was stopped while the choice stood open.
    pub(super) fn leave_offer(&mut self, offer: Offer, effects: &mut Vec<Effect>) {
        let text = self.setup.phrases.fill("withdrawn", &[("command", &offer.refused)]);
        match offer.held {
            Held::Plan { planned, at } => {
                let mut planned = *planned;
                planned.interrupted = true;
                self.refuse_step(planned, (at, false), text, effects);
            }
            Held::Talk(talk) => self.break_off(*talk, &text, Ending::Interrupted, effects),
        }
    }

    /// What was seen in this session of the objects that a command names; without any, nothing.
    fn entries_about(&self, command: &str) -> Vec<&LogLine> {
        let names = objects(command, self.asked.as_ref());
        let named = |line: &&LogLine| line.shows && names.iter().any(|name| line.text.contains(name.as_str()));
        let mut found: Vec<&LogLine> = self.log.iter().rev().filter(named).take(NAMED).collect();
        found.reverse();
        found
    }

    /// What leads to an open request: entries that name its objects and findings; where there are none, the last ones.
    pub(super) fn entries_before(&self, request: &ApprovalRequest) -> Vec<String> {
        let names = names(&request.announcement.command, Some(request));
        let fits = |line: &&LogLine| line.is_finding || names.iter().any(|name| line.text.contains(name.as_str()));
        let mut found: Vec<&LogLine> = self.log.iter().rev().filter(fits).take(NAMED).collect();
        if found.is_empty() {
            found.extend(self.log.iter().rev().take(NAMED / 2));
        }
        found.reverse();
        found.into_iter().map(told).collect()
    }

    /// The last entries of the session.
    pub(super) fn entries_so_far(&self) -> Vec<String> {
        let skipped = self.log.len().saturating_sub(12);
        self.log.iter().skip(skipped).map(told).collect()
    }
}

/// `- 14:32 [k7f2] …`.
fn told(line: &LogLine) -> String {
    let id: String = line.entry.as_str().chars().take(6).collect();
    format!("- {} [{id}] {}", line.clock, line.text)
}

/// The names of the objects that the gate sees in a command.
fn objects(command: &str, request: Option<&ApprovalRequest>) -> Vec<String> {
    let parts = request.filter(|request| request.announcement.command == command);
    let parts = parts.into_iter().flat_map(|request| &request.announcement.verdict.parts);
    let names =
        parts.flat_map(|part| &part.objects).map(|object| object.rsplit('/').next().unwrap_or(object).to_owned());
    names.filter(|name| name.len() > 2).collect()
}

/// What a command is about: its objects, else its words that are no options.
fn names(command: &str, request: Option<&ApprovalRequest>) -> Vec<String> {
    let mut names = objects(command, request);
    if names.is_empty() {
        let words = command.split_whitespace().skip(2).filter(|word| !word.starts_with('-'));
        names.extend(words.map(|word| word.rsplit('/').next().unwrap_or(word).to_owned()));
    }
    names.retain(|name| name.len() > 2);
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_is_read_from_its_words() {
        for (said, wanted) in [
            ("original", Some(Choice::Original)),
            ("alt1", Some(Choice::Way(0))),
            ("Alternative 2.", Some(Choice::Way(1))),
            ("the second one", Some(Choice::Way(1))),
            ("2", Some(Choice::Way(1))),
            ("alt3", None),
            ("skip", Some(Choice::Skip)),
            ("no", Some(Choice::Skip)),
            ("yes", None),
            ("whatever", None),
        ] {
            assert_eq!(choice(said, 2), wanted, "{said}");
        }
        assert_eq!(choice("yes", 0), Some(Choice::Original), "one argument has one thing to agree to");
    }
}
