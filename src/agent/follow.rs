//! What a person says that is no request by itself: a word in passing, a question what can be asked for, and what leans
//! on what was done before.
//!
//! Owns which words mean which. Only the whole of what was said counts: a word more, and it is a request like any other.

/// What was meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Follow<'t> {
    Greets,
    Thanks,
    Agrees,
    Declines,
    Nods,
    /// What can be asked for?
    Help,
    /// Why did the last command fail?
    WhyFailed,
    /// The last change is to be taken back.
    Undo,
    /// The last request once more.
    Again,
    /// The last request for another thing, or in another place.
    Same {
        other: &'t str,
        place: bool,
    },
}

// Phrases, with a comma between.
const GREETINGS: &str = "good afternoon, good evening, good morning, hello, hello there, hey, hey there, hi, hi \
    there, howdy, morning";
const THANKS: &str = "cheers, great thanks, many thanks, ok thanks, okay thanks, perfect thanks, thank you, thank \
    you very much, thanks, thanks a lot, thx";
const AGREEING: &str = "do it, go ahead, sure, y, yeah, yep, yes, yes do it, yup";
const DECLINING: &str = "cancel, forget it, n, nah, never mind, nevermind, no, no thank you, no thanks, nope, skip, \
    skip it, skip that, stop";
const NODS: &str = "all right, alright, cool, fine, good, got it, great, i see, nice, ok, okay, perfect, sounds \
    good, very good";
const HELP: &str = "help, help me, how do i use this, how does this work, what can i ask, what can i ask for, what \
    can i ask you, what can i do, what can i do here, what can i say, what can you do, what can you do for me, what \
    can you do here, what do you do, what do you know";
const FAILED: &str = "explain that error, explain the error, explain the failure, explain this error, what does \
    that error mean, what does the error mean, what does this error mean, what failed, what was the error, what \
    went wrong, what went wrong there, why, why did it fail, why did it go wrong, why did it not work, why did that \
    fail, why did that go wrong, why did that not work, why did the command fail, why did the last command fail, \
    why did the last one fail, why did this fail, why didn't it work, why didn't that work, why has it failed, why \
    has that failed";
const UNDOING: &str = "change it back, put it back, reverse it, reverse that, revert it, revert that, revert the \
    last change, revert the last command, revert this, take it back, take that back, take the last change back, \
    undo, undo it, undo that, undo the last change, undo the last command, undo the last one, undo the last step, \
    undo this, undo what you did, undo what you just did";
const AGAIN: &str = "again, and again, do it again, do it once more, do that again, do that once more, do the same \
    again, once again, once more, one more time, redo, redo it, redo that, repeat, repeat it, repeat that, rerun, \
    rerun it, rerun that, retry, retry it, retry that, run it again, run that again, same again, the same again, \
    try again, try it again, try that again";
/// What stands before the other thing.
const SAME: &str = "again, do it, do it again, do that, do that again, do the same, do the same again, do the same \
    thing, once more, repeat, repeat it, repeat that, same, same again, same thing, the same, the same again, the \
    same thing";
/// Say nothing before or behind the rest.
const AROUND: &[&str] = &["and", "but", "just", "now", "please", "so", "then", "well"];

/// What was said, when it is one of these and nothing else.
pub(super) fn read(text: &str) -> Option<Follow<'_>> {
    let stops = ['.', ',', '!', '?', ';', ':'];
    let bare = text.trim().trim_end_matches(stops);
    let words: Vec<String> =
        bare.split_whitespace().map(|word| word.trim_matches(stops).to_lowercase().replace('’', "'")).collect();
    let said = |words: &[String]| words.join(" ");
    let whole = said(&words);
    let mut inner = words.as_slice();
    while let [first, rest @ ..] = inner
        && AROUND.contains(&first.as_str())
    {
        inner = rest;
    }
    while let [rest @ .., last] = inner
        && AROUND.contains(&last.as_str())
    {
        inner = rest;
    }
    let inner = said(inner);
    let kinds = [
        (GREETINGS, Follow::Greets),
        (THANKS, Follow::Thanks),
        (AGREEING, Follow::Agrees),
        (DECLINING, Follow::Declines),
        (NODS, Follow::Nods),
        (HELP, Follow::Help),
        (FAILED, Follow::WhyFailed),
        (UNDOING, Follow::Undo),
        (AGAIN, Follow::Again),
    ];
    let is_one = |phrases: &str| phrases.split(", ").any(|phrase| phrase == whole || phrase == inner);
    kinds.into_iter().find(|(phrases, _)| is_one(phrases)).map(|(_, follow)| follow).or_else(|| same(bare))
}

/// «same for the api service», «do the same in staging».
fn same(text: &str) -> Option<Follow<'_>> {
    let lower = text.to_lowercase();
    // Only where the lower case has every letter at its old place can the rest be cut out of what was written.
    if lower.len() != text.len() {
        return None;
    }
    ["for", "with", "to", "on", "in"].into_iter().find_map(|word| {
        let at = lower.find(&format!(" {word} "))?;
        let head: Vec<&str> = lower.get(..at)?.split_whitespace().skip_while(|word| AROUND.contains(word)).collect();
        let other = text.get(at + word.len() + 2..)?.trim();
        let head = head.join(" ");
        let fits = SAME.split(", ").any(|phrase| phrase == head) && !other.is_empty();
        fits.then_some(Follow::Same { other, place: word == "in" })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_in_passing_and_what_leans_on_what_was_done_is_told_apart() {
        for (text, follow) in [
            ("Hi!", Follow::Greets),
            ("thanks", Follow::Thanks),
            ("OK, thanks.", Follow::Thanks),
            ("yes", Follow::Agrees),
            ("No.", Follow::Declines),
            ("skip", Follow::Declines),
            ("ok", Follow::Nods),
            ("help", Follow::Help),
            ("What can I ask?", Follow::Help),
            ("so what can you do", Follow::Help),
            ("why did it fail?", Follow::WhyFailed),
            ("and what went wrong?", Follow::WhyFailed),
            ("why didn’t that work", Follow::WhyFailed),
            ("undo that please", Follow::Undo),
            ("take it back", Follow::Undo),
            ("do it again", Follow::Again),
            ("Retry", Follow::Again),
            ("same for the api service", Follow::Same { other: "the api service", place: false }),
            ("now do the same with Web-2", Follow::Same { other: "Web-2", place: false }),
            ("do the same in staging", Follow::Same { other: "staging", place: true }),
        ] {
            assert_eq!(read(text), Some(follow), "{text}");
        }
    }

    #[test]
    fn a_request_is_none_of_it() {
        for text in [
            "",
            "undo the last commit",
            "undo deployment web",
            "why is the pod web-1 failing",
            "help me find the biggest files",
            "restart it again",
            "no, the other one",
            "yes to all",
            "again and again the pod web-1 crashes",
            "show the same for",
            "ok restart web",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
