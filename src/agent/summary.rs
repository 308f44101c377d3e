//! What is left of turns that a model's window has no room for.
//!
//! Owns which facts of a turn are kept: what was asked, what ran and how it
//! ended, what the person decided, what was found, what is still open. Made of
//! what is known for certain, by no model: neither a name nor a refusal can be
//! lost or invented in it.

use crate::domain::{Message, Role};

use super::budget::tokens;

/// Characters of a fact.
const FACT: usize = 240;

/// One fact of a turn that is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Fact {
    kind: Kind,
    text: String,
}

/// What a fact is. The first ones are the last to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Decided,
    Open,
    Found,
    Asked,
    Done,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Kind::Decided => "DECIDED",
            Kind::Open => "OPEN",
            Kind::Found => "FOUND",
            Kind::Asked => "ASKED",
            Kind::Done => "DONE",
        }
    }
}

/// The facts of every turn that is gone, oldest first.
#[derive(Debug, Clone, Default)]
pub(super) struct Summary {
    facts: Vec<Fact>,
    turns: usize,
}

impl Summary {
    /// How many turns it stands for.
    pub fn turns(&self) -> usize {
        self.turns
    }

    /// Takes a whole turn in, the person's words first.
    pub fn take(&mut self, turn: &[Message]) {
        self.turns += 1;
        let mut commands: Vec<String> = Vec::new();
        for (at, message) in turn.iter().enumerate() {
            match message.role {
                Role::User if at == 0 => self.push(Kind::Asked, &message.content),
                // What the model was shown to mend its answer.
                Role::User | Role::System => {}
                Role::Assistant => {
                    let wanted = |call: &crate::domain::ToolCall| {
                        let command = call.arguments.get("cmd").and_then(|cmd| cmd.as_str());
                        command.map_or_else(|| format!("{} {}", call.name, call.arguments), str::to_owned)
                    };
                    commands = message.tool_calls.iter().map(wanted).rev().collect();
                    let is_last = at + 1 == turn.len();
                    if is_last {
                        let asks = message.content.trim_end().ends_with('?');
                        self.push(if asks { Kind::Open } else { Kind::Found }, &message.content);
                    }
                }
                Role::Tool => {
                    let command = commands.pop().unwrap_or_default();
                    let result = message.content.lines().filter(|line| !line.trim().is_empty());
                    let refused = message.content.starts_with("not run: the person refused");
                    let text = match refused {
                        true => format!("the person refused `{command}`"),
                        false => format!("`{command}`: {}", told(result)),
                    };
                    self.push(if refused { Kind::Decided } else { Kind::Done }, &text);
                }
            }
        }
    }

    fn push(&mut self, kind: Kind, text: &str) {
        let line: Vec<&str> = text.split_whitespace().collect();
        let line = line.join(" ");
        if line.is_empty() {
            return;
        }
        let text = match line.char_indices().nth(FACT) {
            Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
            None => line,
        };
        let fact = Fact { kind, text };
        if !self.facts.contains(&fact) {
            self.facts.push(fact);
        }
    }

    /// The facts in at most `most` tokens, in their order; `None` while nothing is gone. What goes first is what was
    /// done long ago, what goes last is what the person decided.
    pub fn text(&self, most: usize) -> Option<String> {
        if self.turns == 0 {
            return None;
        }
        let head =
            format!("What happened before, as devops-agent noted it ({} turns; the log has all of it):", self.turns);
        let mut ranked: Vec<(usize, &Fact)> = self.facts.iter().enumerate().collect();
        ranked.sort_by_key(|(at, fact)| (fact.kind, std::cmp::Reverse(*at)));
        let mut used = tokens(&head) + 20;
        let mut kept: Vec<(usize, &Fact)> = Vec::new();
        for (at, fact) in ranked {
            let size = tokens(&fact.text) + 4;
            if used + size <= most {
                used += size;
                kept.push((at, fact));
            }
        }
        kept.sort_by_key(|(at, _)| *at);
        let mut text = head;
        for (_, fact) in &kept {
            text.push_str(&format!("\n{}: {}", fact.kind.word(), fact.text));
        }
        let hidden = self.facts.len() - kept.len();
        if hidden > 0 {
            text.push_str(&format!("\n[… {hidden} older lines hidden; search_history finds them …]"));
        }
        Some(text)
    }
}

/// The first words of a result and, where there is one, its first line that says something is wrong.
fn told<'a>(mut lines: impl Iterator<Item = &'a str>) -> String {
    let first = lines.next().unwrap_or_default();
    let second = lines.find(|line| !line.ends_with(':')).map_or_else(String::new, |line| format!(", {line}"));
    format!("{first}{second}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::ToolCall;

    fn turn(asked: &str, command: &str, result: &str, answer: &str) -> Vec<Message> {
        let mut call = Message::text(Role::Assistant, "");
        let arguments = json!({"cmd": command});
        call.tool_calls = vec![ToolCall { id: String::new(), name: "run_command".into(), arguments }];
        let [asked, answer] =
            [(Role::User, asked), (Role::Assistant, answer)].map(|(role, text)| Message::text(role, text));
        vec![asked, call, Message::text(Role::Tool, result), answer]
    }

    #[test]
    fn requests_commands_decisions_findings_and_open_questions_stay() {
        let mut summary = Summary::default();
        assert_eq!(summary.text(1_000), None);
        summary.take(&turn(
            "why is api slow",
            "kubectl top pod api-7d4f9",
            "exit code 0\nstdout:\napi-7d4f9 401Mi",
            "api-7d4f9 uses 401Mi of 256Mi.",
        ));
        let refused = "not run: the person refused this command. Do not ask for it again.";
        summary.take(&turn("fix it", "kubectl delete pod api-7d4f9", refused, "Shall I raise the limit instead?"));
        let text = summary.text(1_000).unwrap();
        let lines: Vec<&str> = text.lines().skip(1).collect();
        assert_eq!(
            lines,
            [
                "ASKED: why is api slow",
                "DONE: `kubectl top pod api-7d4f9`: exit code 0, api-7d4f9 401Mi",
                "FOUND: api-7d4f9 uses 401Mi of 256Mi.",
                "ASKED: fix it",
                "DECIDED: the person refused `kubectl delete pod api-7d4f9`",
                "OPEN: Shall I raise the limit instead?",
            ]
        );
    }

    #[test]
    fn where_there_is_little_room_old_commands_go_before_decisions() {
        let mut summary = Summary::default();
        let refused = "not run: the person refused this command.";
        summary.take(&turn("remove it", "docker rm -f web", refused, "Left alone."));
        for number in 0..200 {
            summary.take(&turn("look", &format!("docker logs web{number}"), "exit code 0", "Nothing."));
        }
        let text = summary.text(300).unwrap();
        assert!(tokens(&text) <= 300, "{text}");
        assert!(text.contains("DECIDED: the person refused `docker rm -f web`"), "{text}");
        assert!(text.contains("web199") && !text.contains("web3`") && text.contains("older lines hidden"), "{text}");
    }
}
