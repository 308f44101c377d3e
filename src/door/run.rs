//! `run_command` and `check_command`: a call from outside on its way to the core, and what the program reads of it.

use std::sync::{Arc, Mutex};

use rmcp::RoleServer;
use rmcp::model::{
    CallToolResponse, CallToolResult, ContentBlock, ElicitRequest, ElicitResult, InputRequest, InputRequests,
    InputRequiredResult, InputResponses, MetaObject, ProtocolVersion,
};
use rmcp::service::RequestContext;
use serde_json::{Value, json};

use super::arguments::Arguments;
use super::consult::{Asker, Given, Refusal, Way, Why};
use super::link::Link;
use super::progress;
use super::sealed::{Bound, State};
use crate::domain::{
    ApprovalRequest, CallId, CallReport, CallRequest, Decision, Exit, Origin, Reason, Tier, TurnId, Verdict,
};
use crate::gate::Impossible;
use crate::history::shortened;
use crate::output::approval;
use crate::store::Asking;
use crate::tools::{Called, RUN_COMMAND, fields};

/// The one question in an answer that asks.
const QUESTION: &str = "approval";
/// Where a refusal says again, for programs, what its text says.
const REFUSAL_META: &str = "devops-agent/refusal";
/// Bytes of one stream that a program gets; `read_output` has the whole.
const STREAM: usize = 128 << 10;

/// What a stateless client sends with the answer to a question.
pub(super) struct Returned {
    pub state: String,
    pub responses: InputResponses,
}

/// A result that is an error the caller reads.
pub(super) fn complaint(text: impl Into<String>) -> CallToolResponse {
    CallToolResult::error(vec![ContentBlock::text(text)]).into()
}

/// Carries the call out.
pub(super) async fn command(
    link: &Arc<Link>,
    arguments: &Arguments,
    returned: Option<Returned>,
    context: &RequestContext<RoleServer>,
) -> CallToolResponse {
    let _running = link.running().await;
    link.sweep().await;
    let (line, why, named) = (arguments.text("cmd"), arguments.text("context"), arguments.text("digest"));
    let goal = if why.trim().is_empty() { line } else { why };
    let session = match link.session(goal).await {
        Ok(writer) => writer.session().to_string(),
        Err(failure) => return complaint(format!("not run: {failure}. {}", failure.hints.join(" "))),
    };
    let cwd = link.house().kit.sources.cwd.display().to_string();
    let bound = Bound::to(&[RUN_COMMAND, &session, link.client(), &cwd, line, why, named]);
    let (call, given) = match returned {
        None => (link.next_call(), None),
        Some(returned) => match answer(link, &bound, returned).await {
            Ok((call, given)) => (call, Some(given)),
            Err(why) => return complaint(format!("not run: {why}. Call again without the request state.")),
        },
    };
    let request = CallRequest {
        call,
        turn: TurnId(0),
        command: line.to_owned(),
        reason: why.to_owned(),
        observation: None,
        thought: None,
        reader: None,
        every: false,
        origin: Origin::Planned,
        ceiling: None,
        patience: None,
        again: false,
        tool: None,
    };
    let asker = Asker::new(link, &session, named, way(context, given));
    let progress = context.meta.get_progress_token();
    let progress = progress.map(|token| progress::follow(link.bus(), context.peer.clone(), token, call));
    let called = link.core().call(request.clone(), &asker, &context.ct).await;
    if let Some(progress) = progress {
        progress.abort();
    }
    match called {
        Called::Ended(report) => told(link, &report, asker.refusal().as_ref()).into(),
        Called::Open(asked) => ask(link, request, asked, &bound, asker).await,
    }
}

/// How this client is asked, by what it declares and the generation it speaks.
fn way<'a>(context: &'a RequestContext<RoleServer>, given: Option<Given>) -> Way<'a> {
    let form = context.client_capabilities().and_then(|capabilities| capabilities.elicitation);
    // `{}` is what clients declared before there was anything but forms.
    if form.is_none_or(|elicitation| elicitation.form.is_none() && elicitation.url.is_some()) {
        return Way::Nobody;
    }
    let stateless = context.protocol_version().is_some_and(|version| version >= ProtocolVersion::V_2026_07_28);
    if stateless { Way::Return(Mutex::new(given)) } else { Way::Elicit(&context.peer) }
}

/// Opens the state of an answer: which call it is to, and what was answered.
async fn answer(link: &Link, bound: &Bound, returned: Returned) -> Result<(CallId, Given), String> {
    let state = link.house().seal.open(&returned.state, bound).map_err(|error| {
        tracing::warn!(%error, client = link.client(), "a request state was refused");
        format!("this request state does not belong to this call ({error})")
    })?;
    let result = returned.responses.get(QUESTION).cloned().map(serde_json::from_value::<ElicitResult>);
    // Whatever comes of it, this state was used.
    let open = link.answered(state.call).await.ok_or("this question was answered already, or its time is over")?;
    match result {
        Some(Ok(result)) => Ok((state.call, Given { digest: state.digest, result })),
        _ => {
            link.core().withdrawn(&open.request, &open.asked).await;
            Err(format!("the answer to `{QUESTION}` is missing"))
        }
    }
}

/// The question, as an answer that asks.
async fn ask(
    link: &Link,
    request: CallRequest,
    asked: ApprovalRequest,
    bound: &Bound,
    asker: Asker<'_>,
) -> CallToolResponse {
    let state = State { call: request.call, digest: asked.digest.clone() };
    let sealed = link.house().seal.seal(&state, bound);
    let form = asker.form();
    let (Ok(sealed), Some(form)) = (sealed, form) else {
        link.core().withdrawn(&request, &asked).await;
        return complaint("not run: the question could not be asked");
    };
    link.keep(request, asked).await;
    let mut requests = InputRequests::new();
    requests.insert(QUESTION.to_owned(), InputRequest::Elicitation(ElicitRequest::new(form)));
    InputRequiredResult::new(Some(requests), Some(sealed)).into()
}

/// What the program reads of a call that ended.
fn told(link: &Link, report: &CallReport, refusal: Option<&Refusal>) -> CallToolResult {
    let veil = &link.house().veil;
    let Some(exit) = &report.exit else {
        return refused(link, report, refusal);
    };
    let stream = |text: &str| {
        let text = veil.masked(text);
        if text.len() > STREAM {
            shortened(&text, STREAM, "; search_history names its entry, read_output has the whole")
        } else {
            text
        }
    };
    let shown = CallReport {
        command: veil.masked(&report.command),
        stdout: stream(&report.stdout),
        stderr: stream(&report.stderr),
        ..report.clone()
    };
    match exit {
        // It never came to run, so there is no result to read.
        Exit::NotStarted(why) => {
            CallToolResult::error(vec![ContentBlock::text(format!("it could not be started: {}", veil.masked(why)))])
        }
        exit => CallToolResult::structured(fields(&shown, exit)),
    }
}

/// Why it did not run, and what to do next.
fn refused(link: &Link, report: &CallReport, refusal: Option<&Refusal>) -> CallToolResult {
    let veil = &link.house().veil;
    let command = veil.masked(&report.command);
    let Some(refusal) = refusal.filter(|_| report.decision == Decision::Unanswerable) else {
        let next = match report.decision {
            Decision::Denied => "Do not ask for the same again; say what you need and why, or find another way.",
            Decision::Changed => "The person wants another command in its place; ask them which.",
            Decision::Withdrawn => "Nothing was changed.",
            _ => "Nothing was changed. Change the command, or ask the person.",
        };
        let text = format!("not run: {}.\ncommand: {command}\n{next}", veil.masked(&report.summary));
        return CallToolResult::error(vec![ContentBlock::text(text)]);
    };
    let digest = Asking::short(&refusal.fingerprint);
    let next = match refusal.why {
        Why::NotAllowed => "Destructive commands of programs are refused here. The person can run it in the workbench \
                            or a shell, or set `mcp.destructive: true` in their own config.yaml."
            .to_owned(),
        Why::Terminal => format!(
            "It needs the person's approval. Ask them to type `devops-agent approve {digest}` in a terminal, then call \
             {RUN_COMMAND} again with the same arguments and \"digest\": \"{digest}\"."
        ),
        Why::NotApproved => format!(
            "Nothing is approved under that digest: it was not approved yet, was used already, ran out, or the command \
             or what it rests on changed. Ask the person to type `devops-agent approve {digest}` in a terminal, then \
             call again with \"digest\": \"{digest}\"."
        ),
        Why::Unkept => {
            "It needs the person's approval, and the question could not be kept for them. They can run it in \
                        the workbench or a shell."
                .to_owned()
        }
    };
    let reason = veil.masked(&refusal.reason);
    let text = format!(
        "not run: nobody approved it.\ncommand: {command}\ntier: {}\nreason: {reason}\ndigest: {digest}\n{next}",
        refusal.tier
    );
    let mut result = CallToolResult::error(vec![ContentBlock::text(text)]);
    let mut meta = MetaObject::new();
    let approve = match refusal.why {
        Why::Terminal | Why::NotApproved => format!("devops-agent approve {digest}"),
        Why::NotAllowed | Why::Unkept => String::new(),
    };
    let value = json!({"tier": refusal.tier, "reason": reason, "digest": digest, "approve": approve});
    meta.insert(REFUSAL_META.to_owned(), value);
    result.meta = Some(meta);
    result
}

/// The gate's word on a line.
pub(super) async fn check(link: &Link, arguments: &Arguments) -> CallToolResponse {
    let line = arguments.text("cmd");
    match link.core().check(line).await {
        Ok((verdict, notes)) => CallToolResult::structured(judged(link, line, &verdict, &notes)).into(),
        Err(why) => complaint(why),
    }
}

fn judged(link: &Link, line: &str, verdict: &Verdict, notes: &[Impossible]) -> Value {
    let veil = &link.house().veil;
    let reason = verdict.deciding();
    let effect = if verdict.tier > Tier::Auto { approval::effect(verdict) } else { "" };
    let notes: Vec<String> = notes.iter().map(|note| veil.masked(&note.to_string())).collect();
    json!({
        "command": veil.masked(line),
        "tier": verdict.tier,
        "rule": reason.map(|reason| veil.masked(&reason.rule)).unwrap_or_default(),
        "place": reason.map(Reason::place).unwrap_or_default(),
        "reason": reason.map(|reason| veil.masked(&reason.text)).unwrap_or_default(),
        "effect": veil.masked(effect),
        "runs_here": notes.is_empty(),
        "notes": notes,
    })
}
