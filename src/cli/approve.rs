//! `devops-agent approve`: the person's word, typed at a terminal, for a command that another program asked for. Shows
//! the whole of what would run, as the dialog does; the word counts once, for exactly that, for a few minutes.

use std::process::ExitCode;

use serde_json::json;

use super::args::{Approve, Settings};
use super::{question, setup, speech};
use crate::domain::{Failure, FailureKind};
use crate::gate::Reply;
use crate::output::escape;
use crate::probe;
use crate::runtime::Kit;
use crate::store::{Approvals, Asking};

pub(super) fn run(settings: &Settings, args: &Approve) -> Result<ExitCode, Failure> {
    let setup = setup::load(settings)?;
    let approvals = Approvals::at(&setup.loaded.config.state_dir);
    let waiting = approvals.waiting(probe::now())?;
    let Some(digest) = &args.digest else {
        list(&waiting, args.json);
        return Ok(ExitCode::SUCCESS);
    };
    let asking = find(&waiting, digest)?;
    if !question::attended() {
        return Err(Failure::new(
            FailureKind::Refused,
            "an approval is typed at a terminal, by the person who read it",
        )
        .hint(format!("Run `devops-agent approve {}` in a terminal.", Asking::short(&asking.fingerprint))));
    }
    let replies = Kit::build(&setup.loaded, &setup.sources)?.knowledge.replies;
    speech::say(&format!(
        "{} asks for this, in {}, {}:",
        escape::line(&asking.client),
        escape::line(&asking.session),
        asking.asked.clock()
    ));
    speech::approval(&asking.request);
    speech::prompt("  >>> ");
    let reply = question::line().unwrap_or_default();
    match replies.read(&reply, &asking.request.announcement.verdict.consent) {
        Reply::Approve | Reply::ApproveExplain => {
            if !approvals.give(&asking.fingerprint, reply.trim(), probe::now())? {
                return Err(Failure::new(FailureKind::Refused, "the question waits no more")
                    .hint("Have the program ask again."));
            }
            speech::say("Approved for one run of exactly this, within five minutes. The program may ask for it now.");
            Ok(ExitCode::SUCCESS)
        }
        Reply::Deny => {
            approvals.drop(&asking.fingerprint)?;
            Err(Failure::new(FailureKind::Refused, "declined; the program gets nothing"))
        }
        _ => Err(Failure::new(FailureKind::Refused, "that approves nothing, so nothing is approved")
            .hint("Ask again with the same digest and answer with the words that are asked for.")),
    }
}

/// The question of this digest, or of the only one that begins so.
fn find<'a>(waiting: &'a [Asking], digest: &str) -> Result<&'a Asking, Failure> {
    let fits = |asking: &&Asking| Asking::names(digest, &asking.fingerprint);
    let mut found = waiting.iter().filter(fits);
    match (found.next(), found.next()) {
        (Some(asking), None) => Ok(asking),
        _ => Err(Failure::new(FailureKind::Usage, format!("nothing waits under {digest:?}")).hint(
            "See what waits with: devops-agent approve. A question waits half an hour; have the program ask again.",
        )),
    }
}

fn list(waiting: &[Asking], as_json: bool) {
    if as_json {
        let rows: Vec<_> = waiting
            .iter()
            .map(|asking| {
                let announcement = &asking.request.announcement;
                json!({
                    "digest": asking.fingerprint,
                    "client": asking.client,
                    "session": asking.session,
                    "command": announcement.command,
                    "tier": announcement.verdict.tier,
                    "asked": asking.asked,
                    "expires": asking.expires,
                    "approved": asking.is_given(),
                })
            })
            .collect();
        speech::result(&json!({ "waiting": rows }).to_string());
        return;
    }
    if waiting.is_empty() {
        speech::say("no program waits for an approval");
    }
    for asking in waiting {
        let announcement = &asking.request.announcement;
        let state = if asking.is_given() { "approved" } else { announcement.verdict.tier.word() };
        let (client, line) = (escape::line(&asking.client), escape::line(&announcement.command));
        speech::result(&format!(
            "{}  {state:<11}  until {}  {client}  {line}",
            Asking::short(&asking.fingerprint),
            asking.expires.clock()
        ));
    }
}
