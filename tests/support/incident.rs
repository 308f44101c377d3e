//! What a person and the agent did in one session: a request, a denial, a branch with its finding, a merge.
//!
//! Owns that story alone, for every picture of a graph. The crate's own tests include it too.

use devops_agent::domain::{
    ApprovalRecord, At, Body, Decision, Entry, EntryId, Manual, MergeRecord, Principal, SessionId, Step, Tier,
};
use devops_agent::history::graph::{Line, Log, Logged, Place as Origin};

/// The two logs of the session.
pub fn logs(session: SessionId) -> Vec<Log> {
    let at = |clock: &str| At::parse(&format!("2026-02-21T{clock}:00+01:00")).expect("a time");
    let logged = |id: &str, clock: &str, by: Principal, body: Body| Logged {
        id: id.to_owned(),
        entry: Entry { at: at(clock), by, body },
    };
    let step = |action: &str| {
        let permission = "auto-execute (read-only per kubectl/SKILL.md)".to_owned();
        Body::Step(Step { permission, action: action.to_owned(), ..Step::default() })
    };
    let commit = |milestone: &str| Body::Commit {
        milestone: milestone.to_owned(),
        finding: String::new(),
        saved_to: String::new(),
    };
    let denied = Body::Approval(ApprovalRecord {
        command: "kubectl delete pod api-7d4f9".to_owned(),
        tier: Tier::Destructive,
        response: None,
        decision: Decision::Denied,
        executed: false,
        result: None,
    });
    let (human, agent) = (|| Principal::Person, || Principal::Agent);
    let merged = MergeRecord {
        branch: "memory".to_owned(),
        theirs: "it is the memory".to_owned(),
        last: Some(EntryId::new("9hij")),
        ..MergeRecord::default()
    };
    let main = vec![
        logged("2kqa", "14:30", human(), Body::Request { text: "why does the api crash?".to_owned() }),
        logged("3bcd", "14:31", agent(), step("kubectl get pods -n shop")),
        logged("4cde", "14:32", agent(), denied),
        logged("6efg", "14:33", human(), Body::Branch { name: "memory".to_owned(), intent: String::new(), from: None }),
        logged("b8km", "14:38", human(), Body::Merge(merged)),
        logged(
            "c4de",
            "14:39",
            human(),
            Body::Human(Manual { command: "kubectl top pods".to_owned(), ..Manual::default() }),
        ),
        logged("d3qr", "14:40", agent(), commit("the api runs again with 1Gi")),
    ];
    let side = vec![
        logged("7fgh", "14:35", agent(), step("kubectl describe pod api-7d4f9")),
        logged("9hij", "14:37", agent(), commit("OOM at 512Mi")),
    ];
    let own = Line::main(session.clone());
    let from = Some(Origin { line: own.clone(), entry: "6efg".to_owned() });
    let began = at("14:30");
    vec![
        Log { line: own, began, from: None, closed: false, entries: main },
        Log { line: Line::branch(session, "memory"), began, from, closed: true, entries: side },
    ]
}
