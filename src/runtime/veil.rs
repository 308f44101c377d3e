//! What a model or another program gets to see, and what its words mean here.
//!
//! Owns the masking of a whole question: secrets for everybody, names of machines and people too for whoever is not to
//! know them. Puts real names back into the calls they make, before anybody judges them; a name that was never
//! given to them stands for nothing, and the call or the answer ends there.

use serde_json::Value;

use crate::domain::{Meant, Message, ModelEvent, ModelProblem, ModelRequest, ToolCall};
use crate::redact::{Mode, Redactor, UnknownPseudonym};

/// Between us and one model or program.
#[derive(Clone)]
pub struct Veil(Redactor);

impl Veil {
    /// For a model on this machine, or on another.
    pub(super) fn before(redactor: &Redactor, local: bool) -> Veil {
        Veil::new(redactor, !local)
    }

    /// For someone who is to know the names of machines and people, or not.
    pub fn new(redactor: &Redactor, anonymize: bool) -> Veil {
        Veil(redactor.in_mode(if anonymize { Mode::Anonymize } else { Mode::Secrets }))
    }

    /// A text as the other side may read it.
    pub fn masked(&self, text: &str) -> String {
        self.0.text(text).into_inner()
    }

    /// What the other side's word means here.
    ///
    /// # Errors
    /// It names a pseudonym nobody was given.
    pub fn meant(&self, text: &str) -> Result<String, UnknownPseudonym> {
        self.0.map_back(text)
    }

    /// The question as the model may read it.
    pub(super) fn request(&self, request: ModelRequest) -> ModelRequest {
        let messages = request.messages.into_iter().map(|message| self.message(message)).collect();
        ModelRequest { messages, tools: request.tools, think: request.think }
    }

    fn message(&self, message: Message) -> Message {
        let call = |call: ToolCall| ToolCall {
            arguments: strings(call.arguments, &mut |text| Ok::<_, UnknownPseudonym>(self.masked(text)))
                .unwrap_or(Value::Null),
            ..call
        };
        Message {
            content: self.masked(&message.content),
            tool_calls: message.tool_calls.into_iter().map(call).collect(),
            ..message
        }
    }

    /// A piece of the answer as it is meant here.
    pub(super) fn event(&self, event: ModelEvent) -> ModelEvent {
        let meant = match event {
            ModelEvent::ToolCall(call) => self.call(call).map(ModelEvent::ToolCall),
            ModelEvent::Meant(meant) => {
                let calls: Result<_, _> = meant.calls.into_iter().map(|call| self.call(call)).collect();
                calls.map(|calls| ModelEvent::Meant(Meant { calls, ..meant }))
            }
            other => return other,
        };
        match meant {
            Ok(meant) => meant,
            Err(unknown) => ModelEvent::Failed(ModelProblem {
                summary: format!("it named something it was never shown: {unknown}"),
                hint: "Ask again, or name the machine yourself.".to_owned(),
                refuses_tools: false,
            }),
        }
    }
}

impl Veil {
    fn call(&self, call: ToolCall) -> Result<ToolCall, UnknownPseudonym> {
        let arguments = strings(call.arguments, &mut |text| self.meant(text))?;
        Ok(ToolCall { arguments, ..call })
    }
}

/// The same value with other strings.
fn strings<E>(value: Value, change: &mut impl FnMut(&str) -> Result<String, E>) -> Result<Value, E> {
    Ok(match value {
        Value::String(text) => Value::String(change(&text)?),
        Value::Array(items) => {
            Value::Array(items.into_iter().map(|item| strings(item, change)).collect::<Result<_, E>>()?)
        }
        Value::Object(fields) => {
            let fields = fields.into_iter().map(|(key, value)| Ok((key, strings(value, change)?)));
            Value::Object(fields.collect::<Result<_, E>>()?)
        }
        other => other,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::Role;

    fn veil(local: bool) -> Veil {
        Veil::before(&Redactor::default(), local)
    }

    fn call(cmd: &str) -> ToolCall {
        ToolCall { id: "c1".into(), name: "run_command".into(), arguments: json!({ "cmd": cmd }) }
    }

    #[test]
    fn a_model_elsewhere_sees_no_address_and_its_call_means_the_real_one() {
        let veil = veil(false);
        let mut message = Message::text(Role::User, "ping 10.20.30.40 please");
        message.tool_calls = vec![call("ping 10.20.30.40")];
        let sent = veil.request(ModelRequest { messages: vec![message], tools: Vec::new(), think: None });
        let seen = format!("{sent:?}");
        assert!(!seen.contains("10.20.30.40"), "{seen}");
        let pseudonym = sent.messages[0].content.split(' ').nth(1).unwrap().to_owned();
        let back = veil.event(ModelEvent::ToolCall(call(&format!("ping {pseudonym}"))));
        assert_eq!(back, ModelEvent::ToolCall(call("ping 10.20.30.40")));
        let written = |cmd: &str| ModelEvent::Meant(Meant { calls: vec![call(cmd)], ..Meant::default() });
        assert_eq!(veil.event(written(&format!("ping {pseudonym}"))), written("ping 10.20.30.40"));
        let mut unknown = pseudonym.clone();
        let last = unknown.pop().unwrap();
        unknown.push(if last == 'a' { 'b' } else { 'a' });
        let refused = veil.event(ModelEvent::ToolCall(call(&format!("ping {unknown}"))));
        assert!(matches!(refused, ModelEvent::Failed(_)), "{refused:?}");
    }

    #[test]
    fn a_model_on_this_machine_sees_addresses_and_no_secrets() {
        let token = ["ghp_", "aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY3zA5"].concat();
        let message = Message::text(Role::User, format!("10.20.30.40 has the token {token}"));
        let sent = veil(true).request(ModelRequest { messages: vec![message], tools: Vec::new(), think: None });
        assert!(sent.messages[0].content.starts_with("10.20.30.40 has the token ["), "{sent:?}");
        assert!(!sent.messages[0].content.contains(&token), "{sent:?}");
    }
}
