//! Turns of several steps: the list that fills in, and what the person's words do to it.

use super::*;
use crate::domain::CheckStep;

const THREE: &str = "show the crates and then remove crate web1 and then remove crate web2";

/// The newest list among the effects, a mark and the command a line.
fn list(effects: &[Effect]) -> String {
    let newest = effects.iter().rev().find_map(|effect| match effect {
        Effect::Checklist(list) => Some(&list.steps),
        _ => None,
    });
    let rows = newest.into_iter().flatten().map(|CheckStep { line, state }| format!("{}: {line}", state.word()));
    rows.collect::<Vec<_>>().join("\n")
}

fn steer(agent: &mut Agent, text: &str) -> Vec<Effect> {
    agent.handle(Event::Steered(text.to_owned()))
}

pub(super) fn replied(request: &CallRequest, decision: Decision, said: &str) -> Event {
    let Event::Finished(report) = not_run(request, decision) else { panic!("a report") };
    Event::Finished(CallReport { said: Some(said.to_owned()), ..report })
}

#[test]
fn a_plan_of_several_steps_is_a_list_that_fills_in_and_one_step_is_none() {
    let mut agent = agent();
    let effects = say(&mut agent, THREE);
    assert_eq!(list(&effects), "running: box ls\npending: box rm web1\npending: box rm web2");
    let effects = agent.handle(ended(&call(&effects), 0, "one\n", "1 crate"));
    assert_eq!(list(&effects), "done: box ls\nrunning: box rm web1\npending: box rm web2");
    let effects = agent.handle(ended(&call(&effects), 0, "", "removed"));
    let effects = agent.handle(ended(&call(&effects), 0, "", "removed"));
    assert_eq!(list(&effects), "done: box ls\ndone: box rm web1\ndone: box rm web2");
    assert_eq!(answer(&effects), "1 crate\n\nremoved\n\nremoved");
    assert_eq!(list(&say(&mut agent, "show the crates")), "");
}

#[test]
fn a_failed_step_stops_the_rest_and_says_what_was_done_and_what_was_not() {
    let mut agent = agent();
    let first = call(&say(&mut agent, THREE));
    let second = call(&agent.handle(ended(&first, 0, "one\n", "1 crate")));
    let effects = agent.handle(ended(&second, 1, "", "it is locked"));
    assert_eq!(calls(&effects), [] as [&CallRequest; 0]);
    assert_eq!(list(&effects), "done: box ls\nfailed: box rm web1\nnot done: box rm web2");
    let told = "1 crate\n\nit is locked\n\nI stopped there: `box rm web1` did not succeed.\n\n\
                Done: `box ls`. Failed: `box rm web1`. Not done: `box rm web2`.";
    assert_eq!(answer(&effects), told);
    assert!(agent.is_idle());
}

#[test]
fn a_step_that_is_skipped_by_number_is_left_out_and_the_others_go_on() {
    let mut agent = agent();
    let first = call(&say(&mut agent, THREE));
    let effects = steer(&mut agent, "skip 2");
    assert_eq!(list(&effects), "running: box ls\nskipped: box rm web1\npending: box rm web2");
    assert_eq!(effects[0], Effect::Record(Body::Request { text: "skip 2".to_owned() }));
    assert_eq!(effects[1], Effect::Steered { turn: TurnId(1), text: "skip 2".to_owned() });
    let next = call(&agent.handle(ended(&first, 0, "one\n", "1 crate")));
    assert_eq!(next.command, "box rm web2");
    let effects = agent.handle(ended(&next, 0, "", "removed"));
    assert!(answer(&effects).ends_with("Done: `box ls`, `box rm web2`. Skipped: `box rm web1`."), "{effects:?}");
}

#[test]
fn a_step_that_waits_for_a_skipped_listing_is_left_out_with_it() {
    let mut agent = agent();
    let first = call(&say(&mut agent, "show the crates and then remove all crates"));
    let effects = steer(&mut agent, "skip 2");
    assert_eq!(list(&effects), "running: box ls\nskipped: box ls --format names\nskipped: box rm <each of step 2>");
    let effects = agent.handle(ended(&first, 0, "one\n", "1 crate"));
    assert_eq!((calls(&effects).len(), ending(&effects)), (0, Ending::Done));
}

#[test]
fn stop_lets_what_runs_end_and_does_nothing_more() {
    let mut agent = agent();
    let first = call(&say(&mut agent, THREE));
    let effects = steer(&mut agent, "stop there");
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::StopCall { .. })), "{effects:?}");
    let effects = agent.handle(ended(&first, 0, "one\n", "1 crate"));
    assert_eq!(calls(&effects), [] as [&CallRequest; 0]);
    assert_eq!(answer(&effects), "1 crate\n\nDone: `box ls`. Not done: `box rm web1`, `box rm web2`.");
}

#[test]
fn a_step_that_is_edited_is_called_as_it_was_written_and_asked_about_like_any_other() {
    let mut agent = agent();
    let first = call(&say(&mut agent, THREE));
    let effects = steer(&mut agent, "edit 2 box seal web9");
    assert_eq!(list(&effects), "running: box ls\npending: box seal web9\npending: box rm web2");
    let next = call(&agent.handle(ended(&first, 0, "one\n", "1 crate")));
    assert_eq!((next.command.as_str(), next.reason.as_str()), ("box seal web9", "You changed this step."));
    assert_eq!((next.ceiling, next.origin), (None, Default::default()));
}

#[test]
fn only_steps_that_have_not_begun_can_be_changed() {
    let mut agent = agent();
    let first = call(&say(&mut agent, THREE));
    for words in ["skip 1", "edit 1 box ls", "skip 7", "skip 0"] {
        let effects = steer(&mut agent, words);
        let told = effects.iter().any(|effect| matches!(effect, Effect::Notice(text) if text.contains("No step")));
        assert!(told, "{words}: {effects:?}");
    }
    assert_eq!(call(&agent.handle(ended(&first, 0, "", ""))).command, "box rm web1");
}

#[test]
fn no_the_other_one_changes_what_is_left_and_what_was_done_is_not_done_again() {
    let mut agent = agent();
    let first = call(&say(&mut agent, "show the crates and then remove crate web1"));
    let effects = steer(&mut agent, "no, web2 instead of web1");
    assert_eq!(list(&effects), "running: box ls\npending: box rm web2");
    let next = call(&agent.handle(ended(&first, 0, "one\n", "1 crate")));
    assert_eq!(next.command, "box rm web2");
    assert!(next.thought.is_some(), "the new plan tells its thought");
    let effects = agent.handle(ended(&next, 0, "", "removed"));
    assert_eq!(answer(&effects), "1 crate\n\nremoved");
}

#[test]
fn a_correction_that_is_not_understood_ends_the_plan_before_its_next_step_and_is_taken_up_as_a_request() {
    let mut agent = agent();
    let first = call(&say(&mut agent, THREE));
    let effects = steer(&mut agent, "no, the wobbly quuxes of yore");
    assert_eq!(calls(&effects), [] as [&CallRequest; 0]);
    let effects = agent.handle(ended(&first, 0, "one\n", "1 crate"));
    assert_eq!(calls(&effects), [] as [&CallRequest; 0]);
    let text = answer(&effects);
    assert!(text.contains("I do not know what «the wobbly quuxes of yore» changes"), "{text}");
    assert!(text.ends_with("Not done: `box rm web1`, `box rm web2`."), "{text}");
    let again = Effect::Begin { turn: TurnId(2), text: "the wobbly quuxes of yore".to_owned() };
    assert!(effects.contains(&again), "{effects:?}");
}

#[test]
fn a_request_of_its_own_waits_for_the_end_of_the_plan() {
    let mut agent = agent();
    let first = call(&say(&mut agent, "show the crates and then remove crate web1"));
    assert_eq!(steer(&mut agent, "show me the lid of b7"), []);
    let second = call(&agent.handle(ended(&first, 0, "one\n", "1 crate")));
    assert_eq!(second.command, "box rm web1");
    let effects = agent.handle(ended(&second, 0, "", "removed"));
    assert_eq!((call(&effects).command.as_str(), call(&effects).turn), ("box look b7", TurnId(2)));
}

#[test]
fn skip_in_the_dialog_leaves_one_step_out_and_no_ends_the_plan() {
    let mut agent = agent();
    let first = call(&say(&mut agent, "remove crate web1 and then show the crates"));
    let effects = agent.handle(replied(&first, Decision::Denied, "skip this one"));
    assert_eq!(list(&effects), "skipped: box rm web1\nrunning: box ls");
    let mut agent = self::agent();
    let first = call(&say(&mut agent, "remove crate web1 and then show the crates"));
    let effects = agent.handle(replied(&first, Decision::Denied, "no"));
    assert_eq!(list(&effects), "denied: box rm web1\npending: box ls", "it no longer runs while more is asked");
    let effects = agent.handle(Event::Weighed { turn: TurnId(1), tiers: Vec::new() });
    assert_eq!((calls(&effects).len(), ending(&effects)), (0, Ending::Refused));
    assert_eq!(list(&effects), "denied: box rm web1\nnot done: box ls");
    assert!(answer(&effects).ends_with("Denied: `box rm web1`. Not done: `box ls`."), "{}", answer(&effects));
}

#[test]
fn a_command_that_the_person_changed_in_the_dialog_is_a_call_of_its_own() {
    let mut agent = agent();
    let first = call(&say(&mut agent, "remove crate web1"));
    let effects = agent.handle(replied(&first, Decision::Changed, "edit box rm web2"));
    let second = call(&effects);
    assert_eq!((second.command.as_str(), second.origin), ("box rm web2", Default::default()));
    assert_ne!(second.call, first.call);
    assert_eq!((answer(&agent.handle(ended(&second, 0, "", "removed"))), agent.is_idle()), ("removed", true));
}

#[test]
fn a_no_with_what_was_meant_is_a_correction() {
    let mut agent = agent();
    let first = call(&say(&mut agent, "remove crate web1"));
    let effects = agent.handle(replied(&first, Decision::Denied, "no, web2 instead of web1"));
    assert_eq!(call(&effects).command, "box rm web2");
}

#[test]
fn what_a_model_calls_in_one_answer_and_what_it_announces_is_a_list() {
    let mut agent = agent_with_model();
    say(&mut agent, FREE);
    let effects = model_says(&mut agent, 1, [run_command("box ls"), run_command("box look b7")]);
    assert_eq!(list(&effects), "running: box ls\npending: box look b7");
    let effects = agent.handle(ended(&call(&effects), 0, "one\n", "1 crate"));
    assert_eq!(list(&effects), "done: box ls\nrunning: box look b7");

    let mut agent = agent_with_model();
    say(&mut agent, FREE);
    let plan = "I will:\n1. look: `box ls`\n2. seal it: `box seal web1`\n3. think about it\n";
    let effects = model_says(&mut agent, 1, [ModelEvent::Token(plan.to_owned()), run_command("box ls")]);
    assert_eq!(list(&effects), "running: box ls\npending: box seal web1");
    agent.handle(ended(&call(&effects), 0, "one\n", "1 crate"));
    let effects = model_says(&mut agent, 1, [ModelEvent::Token("That is all.".to_owned())]);
    assert_eq!(list(&effects), "done: box ls\nnot done: box seal web1", "what was announced only is not done");
}

#[test]
fn what_is_said_while_a_model_works_reaches_it_before_its_next_step() {
    let mut agent = agent_with_model();
    say(&mut agent, FREE);
    let effects = model_says(&mut agent, 1, [run_command("box ls"), run_command("box rm web1")]);
    assert!(steer(&mut agent, "no, the staging one").iter().all(|effect| !matches!(effect, Effect::AskModel { .. })));
    let effects = agent.handle(ended(&call(&effects), 0, "one\n", "1 crate"));
    assert_eq!(calls(&effects), [] as [&CallRequest; 0], "the second call is not made");
    let messages = &asked_model(&effects).messages;
    let last = &messages[messages.len() - 1];
    assert_eq!((last.role, last.content.as_str()), (Role::User, "no, the staging one"));
    let results: Vec<&str> =
        messages.iter().filter(|message| message.role == Role::Tool).map(|message| message.content.as_str()).collect();
    assert_eq!(results.len(), 2, "every call has its result");
    assert!(results[1].starts_with("not run: the person said something"), "{results:?}");
}

#[test]
fn what_a_model_did_not_hear_before_its_answer_is_the_next_request() {
    let mut agent = agent_with_model();
    say(&mut agent, FREE);
    steer(&mut agent, "no, the wug of staging");
    let effects = model_says(&mut agent, 1, [ModelEvent::Token("Flibbered.".to_owned())]);
    let next = Effect::Begin { turn: TurnId(2), text: "no, the wug of staging".to_owned() };
    assert!(effects.contains(&next), "{effects:?}");
}

#[test]
fn a_step_of_a_model_can_be_skipped_and_a_failed_one_stops_the_others_of_its_answer() {
    let mut agent = agent_with_model();
    say(&mut agent, FREE);
    let wanted = [run_command("box ls"), run_command("box rm web1"), run_command("box rm web2")];
    let first = call(&model_says(&mut agent, 1, wanted));
    steer(&mut agent, "skip 2");
    let second = agent.handle(ended(&first, 0, "one\n", "1 crate"));
    assert_eq!(call(&second).command, "box rm web2");
    assert_eq!(list(&second), "done: box ls\nskipped: box rm web1\nrunning: box rm web2");

    let mut agent = agent_with_model();
    say(&mut agent, FREE);
    let first = call(&model_says(&mut agent, 1, [run_command("box seal web1"), run_command("box rm web1")]));
    let effects = agent.handle(ended(&first, 1, "", "it is locked"));
    assert_eq!(calls(&effects), [] as [&CallRequest; 0]);
    let told =
        asked_model(&effects).messages.iter().any(|message| message.content.contains("an earlier command failed"));
    assert!(told, "{effects:?}");
}

#[test]
fn a_model_s_command_that_the_person_changed_runs_as_theirs_and_the_model_is_told() {
    let mut agent = agent_with_model();
    say(&mut agent, FREE);
    let first = call(&model_says(&mut agent, 1, [run_command("box rm web1"), run_command("box ls")]));
    let effects = agent.handle(replied(&first, Decision::Changed, "edit box rm web2"));
    let second = call(&effects);
    assert_eq!((second.command.as_str(), second.origin), ("box rm web2", crate::domain::Origin::Planned));
    let effects = agent.handle(ended(&second, 0, "", "removed"));
    let messages = &asked_model(&effects).messages;
    let told = messages.iter().any(|message| message.content.contains("I want `box rm web2` in the place of"));
    assert!(told, "{messages:#?}");
}

#[test]
fn a_runbook_is_told_as_the_steps_it_took() {
    let mut agent = agent();
    let request = call(&agent.handle(Event::Said("why is the lid b7 stuck?".to_owned())));
    let effects = agent.handle(report(&request, Decision::Auto, Some(Exit::Code(0)), "rust\n", "1 line"));
    assert_eq!(list(&effects), "done: box look b7\nrunning: box look b7 --age");
    steer(&mut agent, "stop");
    let effects = agent.handle(report(&call(&effects), Decision::Auto, Some(Exit::Code(0)), "12\n", "1 line"));
    assert_eq!(ending(&effects), Ending::Interrupted);
    assert_eq!(list(&effects), "done: box look b7\ndone: box look b7 --age");
}
