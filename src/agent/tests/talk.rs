//! What leans on what was done before, and what is no request.

use super::*;

/// Ends a command of which its skill says this.
fn ended_with(request: &CallRequest, code: i32, effect: Option<crate::domain::Effect>) -> Event {
    let report =
        CallReport::not_run(request.call, request.turn, request.command.clone(), Tier::Approval, Decision::Auto);
    Event::Finished(CallReport { exit: Some(Exit::Code(code)), summary: "done".to_owned(), effect, ..report })
}

fn effect(reversible: Reversible, detail: &str, undo: Option<&str>) -> crate::domain::Effect {
    crate::domain::Effect {
        text: "Removes the crate.".to_owned(),
        reversible,
        detail: detail.to_owned(),
        safer: None,
        limits: None,
        undo: undo.map(str::to_owned),
        instead: Vec::new(),
    }
}

#[test]
fn the_last_request_is_done_again_and_for_another_thing() {
    let mut agent = agent();
    assert!(answer(&say(&mut agent, "do it again")).contains("nothing that I could do again"));
    let request = call(&say(&mut agent, "remove the crate alpha"));
    agent.handle(ended(&request, 0, "", "removed"));
    let request = call(&say(&mut agent, "once more"));
    assert_eq!(request.command, "box rm alpha");
    agent.handle(ended(&request, 0, "", "removed"));
    for unclear in ["same for the lid beta", "same for all", "same for the big red crate"] {
        assert!(question(&say(&mut agent, unclear)).contains("takes the place"), "{unclear}");
    }
    let request = call(&say(&mut agent, "same for the crate beta"));
    assert_eq!((request.command.as_str(), request.ceiling), ("box rm beta", None));
}

#[test]
fn a_failure_is_explained_from_what_the_command_said() {
    let mut agent = agent();
    assert!(answer(&say(&mut agent, "what went wrong?")).contains("No command failed"));
    let request = call(&say(&mut agent, "remove the crate alpha"));
    agent.handle(ended(&request, 3, "the lid is rusty\n", "it failed"));
    let effects = say(&mut agent, "why did it fail?");
    let told = answer(&effects);
    assert!(told.contains("`box rm alpha`: it failed with exit code 3: the lid is rusty"), "{told}");
    assert_eq!((calls(&effects).len(), ending(&effects)), (0, Ending::Done));
}

#[test]
fn what_the_person_stopped_in_their_own_shell_did_not_fail() {
    let mut agent = agent();
    let manual = |exit, output: &str| Event::Manual(by_hand("box watch", output, exit));
    agent.handle(manual(130, "the lid moves\n^C"));
    assert!(answer(&say(&mut agent, "why did it fail?")).contains("No command failed"));
    agent.handle(manual(2, "the lid is stuck\n"));
    assert!(answer(&say(&mut agent, "why did it fail?")).contains("the lid is stuck"));
}

#[test]
fn a_change_is_taken_back_by_the_line_of_its_skill_and_by_no_other() {
    let changed = |effect, code| {
        let mut agent = agent();
        let request = call(&say(&mut agent, "remove the crate alpha"));
        agent.handle(ended_with(&request, code, effect));
        say(&mut agent, "undo that")
    };
    let back = changed(Some(effect(Reversible::Yes, "box add", Some("box add alpha"))), 0);
    assert_eq!((call(&back).command.as_str(), call(&back).ceiling), ("box add alpha", None));
    for (effects, told) in [
        (changed(Some(effect(Reversible::Yes, "add it again", None)), 0), "can be taken back: add it again; I propose"),
        (changed(Some(effect(Reversible::No, "it is gone", None)), 0), "cannot be taken back: it is gone"),
        (changed(None, 0), "I do not know whether `box rm alpha`"),
        (changed(Some(effect(Reversible::Yes, "box add", Some("box add alpha"))), 1), "did not succeed"),
        (say(&mut agent(), "take it back"), "nothing to take back"),
    ] {
        assert!(answer(&effects).contains(told), "{}", answer(&effects));
    }
}

#[test]
fn what_found_nothing_to_do_is_not_taken_back() {
    let mut agent = agent();
    let request = call(&say(&mut agent, "remove the crate alpha"));
    let Event::Finished(report) = ended_with(&request, 0, Some(effect(Reversible::Yes, "", Some("box add alpha"))))
    else {
        unreachable!()
    };
    agent.handle(Event::Finished(CallReport { stdout: "No local changes to save\n".to_owned(), ..report }));
    assert!(answer(&say(&mut agent, "undo that")).contains("`box rm alpha` found nothing to do"));
}

#[test]
fn a_word_in_passing_gets_a_sentence_and_starts_nothing() {
    for said in ["yes", "No.", "thanks", "hi", "ok"] {
        let effects = say(&mut agent(), said);
        assert!(!answer(&effects).is_empty() && calls(&effects).is_empty(), "{said}");
        assert_eq!(ending(&effects), Ending::Done, "{said}");
    }
}

#[test]
fn no_leaves_an_open_question_and_a_nod_does_not_answer_it() {
    let mut agent = agent();
    say(&mut agent, "remove the crate");
    assert!(answer(&say(&mut agent, "ok")).contains("still need an answer"));
    assert!(agent.awaits_answer());
    assert!(answer(&say(&mut agent, "no")).contains("I leave it"));
    assert!(!agent.awaits_answer());
}

#[test]
fn what_can_be_asked_is_told_with_requests_that_fit_what_is_here() {
    let mut agent = agent_with_model();
    let kube_context = Some("minikube".to_owned());
    agent.handle(Event::Surroundings(Surroundings { kube_context, ..Surroundings::default() }));
    assert!(agent.knows("what can you do"));
    let effects = say(&mut agent, "what can I ask?");
    let told = answer(&effects);
    assert!(told.contains("«show the pods»") && !told.contains("containers") && told.contains("Ctrl+P"), "{told}");
}

#[test]
fn what_a_model_was_told_it_hears_itself() {
    let mut agent = agent_with_model();
    for said in ["yes", "thanks", "undo that", "again"] {
        let turn = agent.turns + 1;
        asked_model(&say(&mut agent, said));
        model_says(&mut agent, turn, [ModelEvent::Token("Well.".to_owned())]);
    }
}
