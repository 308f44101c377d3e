//! After a no: other ways or one argument, once, and the choice.

use super::steps::replied;
use super::*;
use crate::domain::{EntryId, LogLine, Origin, Way};

/// The request as it stood open, with the ways its skill names.
fn with_ways(request: &CallRequest, ways: &[(&str, &[&str])]) -> Event {
    let Event::ApprovalRequested(mut open) = open_request(request, Consent::TypedWord, None) else {
        panic!("a request for approval")
    };
    let effect = open.announcement.verdict.parts[0].effect.as_mut().unwrap();
    let way = |(title, lines): &(&str, &[&str])| Way {
        title: (*title).to_owned(),
        lines: lines.iter().map(|line| (*line).to_owned()).collect(),
        note: "It is slower.".to_owned(),
    };
    effect.instead = ways.iter().map(way).collect();
    Event::ApprovalRequested(open)
}

fn weighed(turn: u64, tiers: &[&[Tier]]) -> Event {
    Event::Weighed { turn: TurnId(turn), tiers: tiers.iter().map(|way| way.to_vec()).collect() }
}

fn entry(clock: &str, id: &str, text: &str) -> LogLine {
    let is_finding = text.starts_with("Commit");
    let shows = !text.ends_with(": denied");
    LogLine { clock: clock.to_owned(), entry: EntryId::new(id), text: text.to_owned(), is_finding, shows }
}

fn choice(effects: &[Effect]) -> &str {
    let found = effects.iter().find_map(|effect| match effect {
        Effect::Choose { text, .. } => Some(text.as_str()),
        _ => None,
    });
    found.unwrap_or_else(|| panic!("nothing to choose: {effects:#?}"))
}

fn lines_to_weigh(effects: &[Effect]) -> Vec<Vec<String>> {
    let found = effects.iter().find_map(|effect| match effect {
        Effect::Weigh { lines, .. } => Some(lines.clone()),
        _ => None,
    });
    found.unwrap_or_else(|| panic!("nothing is weighed: {effects:#?}"))
}

const WAYS: &[(&str, &[&str])] =
    &[("Seal it", &["box seal web1"]), ("Carry and seal", &["box move web1 attic", "box seal web1"])];

/// A refused removal of `web1` with two ways before the person.
fn offered(agent: &mut Agent) -> (CallRequest, Vec<Effect>) {
    let request = call(&say(agent, "remove crate web1"));
    agent.handle(with_ways(&request, WAYS));
    let effects = agent.handle(replied(&request, Decision::Denied, "no"));
    assert_eq!(lines_to_weigh(&effects), [vec!["box seal web1"], vec!["box move web1 attic", "box seal web1"]]);
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::End { .. })), "the turn waits");
    let effects = agent.handle(weighed(1, &[&[Tier::Auto], &[Tier::Approval, Tier::Destructive]]));
    (request, effects)
}

#[test]
fn a_no_is_answered_with_other_ways_and_the_tier_of_every_line() {
    let (_, effects) = offered(&mut agent());
    let wanted = "Understood. Let me find other ways to achieve this.\n\n**Goal:** remove crate web1\n\n\
                  **Alternative 1 — Seal it**\n- `box seal web1` (auto-execute)\n- It is slower.\n\n\
                  **Alternative 2 — Carry and seal**\n- `box move web1 attic` (requires approval)\n\
                  - `box seal web1` (requires explicit approval)\n- It is slower.\n\n\
                  Which would you prefer? What you choose is judged and asked about by itself.\n\
                  (original / alt1 / alt2 / skip)";
    assert_eq!(choice(&effects), wanted);
    assert_eq!(calls(&effects), [] as [&CallRequest; 0]);
}

#[test]
fn a_way_of_several_commands_is_made_one_after_the_other_each_a_call_of_its_own() {
    let mut agent = agent();
    let (refused, _) = offered(&mut agent);
    let first = call(&say(&mut agent, "alt2"));
    let reason = "You chose this: Carry and seal.";
    assert_eq!((first.command.as_str(), first.reason.as_str()), ("box move web1 attic", reason));
    assert!(first.call > refused.call && !first.again);
    let second = call(&agent.handle(ended(&first, 0, "", "moved")));
    assert_eq!(second.command, "box seal web1");
    assert_eq!(ending(&agent.handle(ended(&second, 0, "", "sealed"))), Ending::Done);
}

#[test]
fn the_original_is_asked_about_once_more_and_skip_ends_it_without_a_word_more() {
    let mut agent = agent();
    offered(&mut agent);
    let again = call(&say(&mut agent, "original"));
    assert_eq!((again.command.as_str(), again.again), ("box rm web1", true));
    let mut agent = self::agent();
    offered(&mut agent);
    let effects = say(&mut agent, "skip");
    assert_eq!((answer(&effects), ending(&effects)), ("Understood. I did not run `box rm web1`.", Ending::Refused));
    assert!(agent.is_idle());
}

#[test]
fn a_second_no_in_the_same_turn_is_never_answered_with_anything() {
    let mut agent = agent();
    offered(&mut agent);
    let again = call(&say(&mut agent, "original"));
    agent.handle(with_ways(&again, WAYS));
    let effects = agent.handle(replied(&again, Decision::Denied, "no"));
    assert_eq!((answer(&effects), ending(&effects)), ("Understood. I did not run `box rm web1`.", Ending::Refused));

    let mut agent = self::agent();
    offered(&mut agent);
    let first = call(&say(&mut agent, "alt1"));
    agent.handle(with_ways(&first, WAYS));
    let effects = agent.handle(replied(&first, Decision::Denied, "no"));
    assert!(
        !effects.iter().any(|effect| matches!(effect, Effect::Weigh { .. } | Effect::Choose { .. })),
        "{effects:?}"
    );
    assert_eq!(ending(&effects), Ending::Refused);
}

#[test]
fn without_another_way_the_log_makes_one_argument_and_names_its_entries() {
    let mut agent = agent();
    let request = call(&say(&mut agent, "remove crate web1"));
    agent.handle(with_ways(&request, &[]));
    let effects = agent.handle(replied(&request, Decision::Denied, "no"));
    assert_eq!(lines_to_weigh(&effects), [] as [Vec<String>; 0]);
    agent.handle(Event::Log(vec![
        entry("14:30", "aaaaaaaaaa", "`box ls`: 3 crates"),
        entry("14:32", "bbbbbbbbbb", "`box look web1`: stuck for 18 minutes"),
        entry("14:33", "cccccccccc", "`box rm web1`: denied"),
        entry("14:34", "dddddddddd", "Commit #1: web1 does not come loose by itself"),
    ]));
    let effects = agent.handle(weighed(1, &[]));
    let text = choice(&effects);
    assert!(text.contains("- 14:34 [dddddd] Commit #1: web1 does not come loose by itself"), "{text}");
    assert!(text.contains("- 14:32 [bbbbbb] `box look web1`: stuck for 18 minutes"), "{text}");
    assert!(!text.contains("14:30") && !text.contains("14:33"), "only what is about it: {text}");
    assert_eq!(call(&say(&mut agent, "y")).command, "box rm web1");
}

#[test]
fn that_something_was_only_looked_at_is_no_argument() {
    let mut agent = agent();
    let request = call(&say(&mut agent, "remove crate web1"));
    agent.handle(with_ways(&request, &[]));
    agent.handle(replied(&request, Decision::Denied, "no"));
    agent.handle(Event::Log(vec![entry("14:30", "aaaaaaaaaa", "`box look web1`: 1 lid")]));
    assert_eq!(ending(&agent.handle(weighed(1, &[]))), Ending::Refused);
}

#[test]
fn without_another_way_and_without_an_entry_nothing_is_argued() {
    let mut agent = agent();
    let request = call(&say(&mut agent, "remove crate web1"));
    agent.handle(with_ways(&request, &[]));
    agent.handle(replied(&request, Decision::Denied, "no"));
    agent.handle(Event::Log(vec![entry("14:30", "aaaaaaaaaa", "`box ls`: 3 crates")]));
    let effects = agent.handle(weighed(1, &[]));
    assert_eq!((answer(&effects), ending(&effects)), ("Understood. I did not run `box rm web1`.", Ending::Refused));
}

#[test]
fn words_that_choose_nothing_put_the_choice_again_and_an_interrupt_ends_it() {
    let mut agent = agent();
    offered(&mut agent);
    let again = "I did not read that as a choice. Say original, alt1, alt2 or skip.";
    assert_eq!(choice(&say(&mut agent, "hm, alt7")), again);
    let effects = agent.handle(Event::Interrupt);
    assert_eq!(ending(&effects), Ending::Interrupted);
    assert!(agent.is_idle());
    assert_eq!(agent.handle(weighed(1, &[])), []);
}

#[test]
fn a_request_of_its_own_drops_the_choice() {
    let mut agent = agent();
    offered(&mut agent);
    let effects = say(&mut agent, "show the crates");
    assert_eq!(ending(&effects), Ending::Refused);
    assert_eq!(call(&effects).command, "box ls");
}

#[test]
fn a_refused_step_of_a_plan_is_skipped_and_the_others_go_on() {
    let mut agent = agent();
    let request = call(&say(&mut agent, "remove crate web1 and then show the crates"));
    agent.handle(with_ways(&request, WAYS));
    agent.handle(replied(&request, Decision::Denied, "no"));
    agent.handle(weighed(1, &[&[Tier::Auto], &[Tier::Auto, Tier::Auto]]));
    let next = call(&say(&mut agent, "skip"));
    assert_eq!(next.command, "box ls");
    let text = answer(&agent.handle(ended(&next, 0, "", "no crates"))).to_owned();
    assert!(text.starts_with("Understood. I did not run `box rm web1`.\n\nno crates"), "{text}");
}

#[test]
fn what_a_model_wants_after_a_no_is_offered_and_not_made() {
    let mut agent = agent_with_model();
    say(&mut agent, FREE);
    let request = call(&model_says(&mut agent, 1, [run_command("box rm web1")]));
    let effects = agent.handle(replied(&request, Decision::Denied, "no, it is still used"));
    let told = &asked_model(&effects).messages;
    let told = &told[told.len() - 1].content;
    assert!(told.contains("Their words: it is still used.") && told.contains("only once"), "{told}");
    let proposed = [run_command("box move web1 attic\nbox seal web1"), run_command("box rm web1")];
    let effects = model_says(&mut agent, 1, proposed);
    assert_eq!(calls(&effects), [] as [&CallRequest; 0]);
    let wanted = [["box move web1 attic", "box seal web1"]];
    assert_eq!(lines_to_weigh(&effects), wanted, "the refused one is no other way");
    let effects = agent.handle(weighed(1, &[&[Tier::Approval, Tier::Approval]]));
    assert!(choice(&effects).contains("- `box seal web1` (requires approval)\n- Because."), "{effects:?}");
    let first = call(&say(&mut agent, "alt1"));
    assert_eq!((first.command.as_str(), first.origin), ("box move web1 attic", Origin::AfterOutput));
    let second = call(&agent.handle(ended(&first, 0, "", "moved")));
    let effects = agent.handle(ended(&second, 0, "", "sealed"));
    let messages = &asked_model(&effects).messages;
    assert!(messages.iter().any(|message| message.content.starts_with("I choose this: box move web1 attic")));
    for message in messages.iter().filter(|message| message.role == Role::Tool) {
        assert!(message.tool_call_id.is_some(), "{messages:#?}");
    }
}

#[test]
fn a_model_argues_once_and_a_second_no_ends_its_turn_without_asking_it() {
    let mut agent = agent_with_model();
    say(&mut agent, FREE);
    let request = call(&model_says(&mut agent, 1, [run_command("box rm web1")]));
    agent.handle(with_ways(&request, &[]));
    agent.handle(replied(&request, Decision::Denied, "no"));
    let argument = ModelEvent::Token("It has been stuck for 18 minutes.".to_owned());
    model_says(&mut agent, 1, [argument]);
    agent.handle(Event::Log(vec![entry("14:32", "bbbbbbbbbb", "`box look web1`: stuck")]));
    let effects = agent.handle(weighed(1, &[]));
    assert!(choice(&effects).contains("[bbbbbb] `box look web1`: stuck"), "{effects:?}");
    let again = call(&say(&mut agent, "original"));
    assert_eq!((again.command.as_str(), again.again, again.origin), ("box rm web1", true, Origin::AfterOutput));
    let effects = agent.handle(replied(&again, Decision::Denied, "no"));
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::AskModel { .. })), "{effects:?}");
    assert_eq!((answer(&effects), ending(&effects)), ("Understood. I did not run `box rm web1`.", Ending::Refused));
}

#[test]
fn what_a_model_says_of_a_no_with_nothing_to_choose_is_its_answer() {
    let mut agent = agent_with_model();
    say(&mut agent, FREE);
    let request = call(&model_says(&mut agent, 1, [run_command("box rm web1")]));
    agent.handle(replied(&request, Decision::Denied, "no"));
    model_says(&mut agent, 1, [ModelEvent::Token("As you wish.".to_owned())]);
    let effects = agent.handle(weighed(1, &[]));
    assert_eq!((answer(&effects), ending(&effects)), ("As you wish.", Ending::Done));
}

#[test]
fn why_names_the_entries_that_led_here_and_history_the_last_of_them() {
    let mut agent = agent();
    let request = call(&say(&mut agent, "remove crate web1"));
    agent.handle(Event::Log(vec![
        entry("14:30", "aaaaaaaaaa", "`box ls`: 3 crates"),
        entry("14:32", "bbbbbbbbbb", "`box look web1`: stuck"),
        entry("14:35", "cccccccccc", "Commit #1: the lid has rusted"),
    ]));
    let effects = agent.handle(open_request(&request, Consent::TypedWord, Some((AskedKind::Explain, "why"))));
    let text = explained(&effects);
    let wanted = "**Why now:** Removes web1.\n- 14:32 [bbbbbb] `box look web1`: stuck\n\
                  - 14:35 [cccccc] Commit #1: the lid has rusted\n\n";
    assert!(text.contains(wanted), "{text}");
    let effects = agent.handle(open_request(&request, Consent::TypedWord, Some((AskedKind::History, "history"))));
    assert!(explained(&effects).starts_with("So far:\n- 14:30 [aaaaaa] `box ls`: 3 crates"), "{effects:?}");
}
