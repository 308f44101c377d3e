//! The prompts a person can pick in their client. Their words lie under `assets/prompts/mcp`.

use rmcp::ErrorData;
use rmcp::model::{GetPromptResult, JsonObject, Prompt, PromptArgument, PromptMessage, Role};
use serde_json::Value;

use crate::library;

/// Bytes of an argument.
const LONGEST: usize = 16 * 1024;

/// A prompt: its name, what it is for, its one argument with what that is, and what stands for it when it is left out.
struct Wording {
    name: &'static str,
    text: &'static str,
    argument: &'static str,
    what: &'static str,
    otherwise: Option<&'static str>,
}

const PROMPTS: &[Wording] = &[
    Wording {
        name: "diagnose",
        text: "Find the cause of a fault with reading commands, and write it down",
        argument: "problem",
        what: "What is wrong, for example: pod api in shop keeps restarting",
        otherwise: None,
    },
    Wording {
        name: "explain",
        text: "Explain a command line before it runs",
        argument: "command",
        what: "The command line",
        otherwise: None,
    },
    Wording {
        name: "handover",
        text: "Hand a session over to a colleague",
        argument: "session",
        what: "The session, for example: session_004; the newest when it is left out",
        otherwise: Some("the newest session"),
    },
];

/// What is listed.
pub(super) fn list() -> Vec<Prompt> {
    let prompt = |wording: &Wording| {
        let argument = PromptArgument::new(wording.argument)
            .with_description(wording.what)
            .with_required(wording.otherwise.is_none());
        Prompt::new(wording.name, Some(wording.text), Some(vec![argument]))
    };
    PROMPTS.iter().map(prompt).collect()
}

/// A prompt with its argument put in. The client's own words go back to the client: nothing of ours is in them.
pub(super) fn get(name: &str, arguments: Option<JsonObject>) -> Result<GetPromptResult, ErrorData> {
    let invalid = |text: String| ErrorData::invalid_params(text, None);
    let wording = PROMPTS.iter().find(|wording| wording.name == name);
    let wording = wording.ok_or_else(|| {
        let names: Vec<&str> = PROMPTS.iter().map(|wording| wording.name).collect();
        invalid(format!("there is no prompt {name:?}; there are {}", names.join(", ")))
    })?;
    let given = arguments.as_ref().and_then(|arguments| arguments.get(wording.argument)).and_then(Value::as_str);
    let given = given.map(str::trim).filter(|given| !given.is_empty()).or(wording.otherwise);
    let given = given.ok_or_else(|| invalid(format!("`{name}` needs `{}`: {}", wording.argument, wording.what)))?;
    if given.len() > LONGEST {
        return Err(invalid(format!("`{}` is longer than {LONGEST} bytes", wording.argument)));
    }
    let path = format!("prompts/mcp/{name}.md");
    let text = library::asset(&path);
    let text = text.ok_or_else(|| ErrorData::internal_error(format!("this build lacks its own file {path}"), None))?;
    let text = text.replace(&format!("{{{}}}", wording.argument), given);
    Ok(GetPromptResult::new(vec![PromptMessage::new_text(Role::User, text)]).with_description(wording.text))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_prompt_has_its_words_with_a_place_for_its_argument() {
        for wording in PROMPTS {
            let text = library::asset(&format!("prompts/mcp/{}.md", wording.name)).unwrap();
            assert_eq!(text.matches('{').count(), 1, "{}", wording.name);
            let given = json!({ wording.argument: "the thing" });
            let got = get(wording.name, given.as_object().cloned()).unwrap();
            let shown = serde_json::to_string(&got).unwrap();
            assert!(shown.contains("the thing") && !shown.contains('}'.to_string().repeat(9).as_str()), "{shown}");
        }
    }

    #[test]
    fn a_prompt_that_lacks_its_argument_says_which() {
        assert!(get("diagnose", None).unwrap_err().message.contains("needs `problem`"));
        assert!(get("handover", None).is_ok());
        assert!(get("else", None).unwrap_err().message.contains("diagnose, explain, handover"));
    }
}
