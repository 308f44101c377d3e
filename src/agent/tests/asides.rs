//! A question about an open request, put to the model beside the turn.

use super::*;

const QUESTION: &str = "who packed it";

/// A model wants a crate gone, and the person asks something of their own; the question that the model gets.
fn asked_aside(agent: &mut Agent) -> (CallRequest, u64, Vec<Effect>) {
    say(agent, FREE);
    let request = call(&model_says(agent, 1, [run_command("box rm web1")]));
    let effects = agent.handle(open_request(&request, Consent::TypedWord, Some((AskedKind::Other, QUESTION))));
    let turn = effects.iter().find_map(|effect| match effect {
        Effect::AskModel { turn, .. } => Some(turn.0),
        _ => None,
    });
    (request, turn.expect("the model is asked"), effects)
}

fn told(effects: &[Effect]) -> &str {
    let text = effects.iter().find_map(|effect| match effect {
        Effect::Explain { text, .. } => Some(text.as_str()),
        _ => None,
    });
    text.unwrap_or_else(|| panic!("no explanation: {effects:#?}"))
}

#[test]
fn a_free_question_is_put_to_the_model_and_its_words_stand_before_what_is_known() {
    let mut agent = agent_with_model();
    let (_, turn, effects) = asked_aside(&mut agent);
    let asked = asked_model(&effects).messages.last().unwrap().content.clone();
    assert!(
        asked.contains(QUESTION) && asked.contains("box rm web1") && asked.contains("Removes the crate."),
        "{asked}"
    );
    assert!(told(&effects).contains("Removes the crate."), "what is known is there at once: {effects:?}");
    let pieces = [ModelEvent::Token("Ada ".to_owned()), ModelEvent::Token("did.".to_owned())];
    for piece in pieces {
        assert_eq!(agent.handle(heard(turn, piece)), [], "nothing of it reaches the chat");
    }
    let effects = agent.handle(heard(turn, done()));
    let text = told(&effects);
    assert!(text.starts_with("Ada did.\n\n") && text.contains("Removes the crate."), "{text}");
}

#[test]
fn a_call_in_such_an_answer_is_not_made() {
    let mut agent = agent_with_model();
    let (_, turn, _) = asked_aside(&mut agent);
    assert_eq!(agent.handle(heard(turn, run_command("box rm web2"))), []);
    let effects = agent.handle(heard(turn, done()));
    assert_eq!(calls(&effects), [] as [&CallRequest; 0]);
    assert!(told(&effects).starts_with("The model had no words for that."), "{effects:?}");
}

#[test]
fn a_model_that_fails_at_it_leaves_the_turn_and_what_is_known() {
    let mut agent = agent_with_model();
    let (request, turn, _) = asked_aside(&mut agent);
    let problem = ModelProblem { summary: "it is gone".to_owned(), hint: "Start it.".to_owned(), refuses_tools: false };
    let effects = agent.handle(heard(turn, ModelEvent::Failed(problem)));
    assert!(told(&effects).contains("it is gone") && told(&effects).contains("Removes"), "{effects:?}");
    let effects = agent.handle(ended(&request, 0, "", "one is gone"));
    asked_model(&effects);
}

#[test]
fn whoever_answers_the_request_first_hears_no_more_of_it() {
    let mut agent = agent_with_model();
    let (request, turn, _) = asked_aside(&mut agent);
    let effects = agent.handle(ended(&request, 0, "", "one is gone"));
    assert!(effects.contains(&Effect::StopModel { turn: TurnId(turn) }), "{effects:?}");
    let next = asked_model(&effects).messages.clone();
    assert!(next.iter().all(|message| !message.content.contains(QUESTION)), "{next:#?}");
    assert_eq!(agent.handle(heard(turn, ModelEvent::Token("Ada did.".to_owned()))), []);
    assert_eq!(agent.handle(heard(turn, done())), []);
}

#[test]
fn another_reply_takes_its_place() {
    let mut agent = agent_with_model();
    let (request, turn, _) = asked_aside(&mut agent);
    let effects = agent.handle(open_request(&request, Consent::TypedWord, Some((AskedKind::Plan, "plan"))));
    assert!(effects.contains(&Effect::StopModel { turn: TurnId(turn) }), "{effects:?}");
    assert!(told(&effects).contains("What comes next"), "{effects:?}");
    assert_eq!(agent.handle(heard(turn, done())), []);
}
