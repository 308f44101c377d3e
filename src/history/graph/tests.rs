//! What the graph promises, on a typical incident and on whatever shape a history can have.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::text::Options;
use super::*;
use crate::domain::{ApprovalRecord, Body, Entry, EntryId, MergeRecord, Principal, Step};

const PLAIN: Options = Options { width: 100, ascii: false, newest_first: false };

fn session(number: u32) -> SessionId {
    SessionId::new(format!("session_{number:03}_2026-02-21_api-crash"))
}

fn at(clock: &str) -> At {
    At::parse(&format!("2026-02-21T{clock}:00+01:00")).unwrap()
}

fn logged(id: &str, clock: &str, body: Body) -> Logged {
    Logged { id: id.into(), entry: Entry { at: at(clock), by: Principal::Agent, body } }
}

fn step(id: &str, clock: &str, action: &str) -> Logged {
    let permission = "auto-execute (read-only per kubectl/SKILL.md)".to_owned();
    logged(id, clock, Body::Step(Step { permission, action: action.into(), ..Step::default() }))
}

fn commit(id: &str, clock: &str, milestone: &str) -> Logged {
    let (milestone, finding, saved_to) = (milestone.to_owned(), String::new(), "commit.md".to_owned());
    logged(id, clock, Body::Commit { milestone, finding, saved_to })
}

fn request(id: &str, clock: &str, text: &str) -> Logged {
    logged(id, clock, Body::Request { text: text.into() })
}

fn approval(id: &str, clock: &str, decision: Decision) -> Logged {
    let record = ApprovalRecord {
        command: "kubectl rollout restart deploy/api".into(),
        tier: Tier::Approval,
        response: None,
        decision,
        executed: decision.permits(),
        result: None,
    };
    logged(id, clock, Body::Approval(record))
}

fn begins(id: &str, clock: &str, branch: &str) -> Logged {
    logged(id, clock, Body::Branch { name: branch.into(), intent: "is it the memory?".into(), from: None })
}

fn merges(id: &str, clock: &str, branch: &str, head: &str) -> Logged {
    let last = Some(EntryId::new(head));
    let theirs = "it is the memory".to_owned();
    logged(id, clock, Body::Merge(MergeRecord { branch: branch.into(), theirs, last, ..MergeRecord::default() }))
}

fn own(number: u32, entries: Vec<Logged>) -> Log {
    Log { line: Line::main(session(number)), began: at("14:00"), from: None, closed: false, entries }
}

fn branch(number: u32, name: &str, from: &str, entries: Vec<Logged>) -> Log {
    let from = Some(Place { line: Line::main(session(number)), entry: from.into() });
    Log { line: Line::branch(session(number), name), began: at("14:00"), from, closed: false, entries }
}

/// A request, a look around, a branch that looks at memory and comes back while the main line goes on, a repair.
fn incident() -> Vec<Log> {
    vec![
        own(
            4,
            vec![
                request("2kqa", "14:30", "why does the api crash?\nit began at noon"),
                step("3bcd", "14:31", "kubectl get pods -n production"),
                step("4cde", "14:32", "kubectl describe pod api-7d4f9 -n production"),
                step("5def", "14:33", "kubectl logs api-7d4f9 --previous -n production"),
                begins("6efg", "14:34", "memory"),
                step("a7jk", "14:36", "kubectl get events -n production"),
                merges("b8km", "14:38", "memory", "9hij"),
                approval("cb2p", "14:39", Decision::Approved),
                commit("d3qr", "14:40", "the api runs again"),
            ],
        ),
        branch(
            4,
            "memory",
            "6efg",
            vec![step("7fgh", "14:35", "kubectl top pods"), commit("9hij", "14:37", "OOM at 512Mi")],
        ),
    ]
}

fn shown(logs: &[Log], fold: Fold, options: Options) -> String {
    let graph = Graph::from_logs(logs);
    text::render(&Drawing::new(&graph, fold).whole(), options)
}

#[test]
fn an_incident_reads_from_the_question_to_the_repair() {
    let expected = "\
◎    2kqa  14:30  request      why does the api crash? …
●    3bcd  14:31  auto         kubectl get pods -n production
●    4cde  14:32  auto         kubectl describe pod api-7d4f9 -n production
●    5def  14:33  auto         kubectl logs api-7d4f9 --previous -n production
◐─╮  6efg  14:34  branch       memory: is it the memory?
│ ●  7fgh  14:35  auto         [memory] kubectl top pods
● │  a7jk  14:36  auto         kubectl get events -n production
│ ◆  9hij  14:37  commit       OOM at 512Mi
◑─╯  b8km  14:38  merge        memory: it is the memory
▲    cb2p  14:39  approved     kubectl rollout restart deploy/api
◆    d3qr  14:40  commit       the api runs again
";
    assert_eq!(shown(&incident(), Fold::Nothing, PLAIN), expected);
}

#[test]
fn the_newest_may_stand_above_and_ascii_is_enough() {
    let expected = "\
#    d3qr  14:40  commit       the api runs again
!    cb2p  14:39  approved     kubectl rollout restart depl~
M-.  b8km  14:38  merge        memory: it is the memory
| #  9hij  14:37  commit       OOM at 512Mi
* |  a7jk  14:36  auto         kubectl get events -n produc~
| *  7fgh  14:35  auto         [memory] kubectl top pods
Y-'  6efg  14:34  branch       memory: is it the memory?
:          14:31               ... 3 steps
?    2kqa  14:30  request      why does the api crash? ...
";
    assert_eq!(shown(&incident(), Fold::Runs, Options { width: 60, ascii: true, newest_first: true }), expected);
}

#[test]
fn two_branches_that_cross_pass_each_other_without_meeting() {
    let logs = [
        own(
            1,
            vec![
                begins("a", "14:00", "left"),
                begins("b", "14:02", "right"),
                merges("c", "14:04", "left", "l1"),
                merges("d", "14:05", "right", "r1"),
                begins("e", "14:06", "next"),
            ],
        ),
        branch(1, "left", "a", vec![step("l1", "14:01", "x")]),
        branch(1, "right", "a", vec![step("r1", "14:03", "y")]),
        branch(1, "next", "e", vec![step("n1", "14:07", "z")]),
    ];
    let expected = "\
◐─┬─╮  a   14:00  branch       left: is it the memory?
│ ● │  l1  14:01  auto         [left] x
◐ │ │  b   14:02  branch       right: is it the memory?
│ │ ●  r1  14:03  auto         [right] y
◑─╯ │  c   14:04  merge        left: it is the memory
◑───╯  d   14:05  merge        right: it is the memory
◐─╮    e   14:06  branch       next: is it the memory?
  ●    n1  14:07  auto         [next] z
";
    assert_eq!(shown(&logs, Fold::Nothing, PLAIN), expected);
    let mut crossed = logs.to_vec();
    // The right one comes back first, behind the left one.
    crossed[0].entries.swap(2, 3);
    crossed[0].entries[2].entry.at = at("14:04");
    crossed[0].entries[3].entry.at = at("14:05");
    let text = shown(&crossed, Fold::Nothing, PLAIN);
    assert!(text.contains("\n◑─│─╯  d   14:04"), "{text}");
}

#[test]
fn a_branch_that_goes_on_after_it_came_back_gets_a_way_of_its_own() {
    let logs = [
        own(1, vec![begins("a", "14:00", "try"), merges("b", "14:02", "try", "t1"), merges("c", "14:05", "try", "t2")]),
        branch(1, "try", "a", vec![step("t1", "14:01", "x"), step("t2", "14:03", "y")]),
    ];
    let expected = "\
◐─╮    a   14:00  branch       try: is it the memory?
│ ●─╮  t1  14:01  auto         [try] x
◑─╯ │  b   14:02  merge        try: it is the memory
│   ●  t2  14:03  auto         y
◑───╯  c   14:05  merge        try: it is the memory
";
    assert_eq!(shown(&logs, Fold::Nothing, PLAIN), expected);
}

#[test]
fn a_forked_session_hangs_on_the_entry_it_continues_and_a_closed_one_frees_its_lane() {
    let mut first = own(1, vec![request("a", "14:00", "why?"), step("b", "14:01", "uptime")]);
    first.closed = true;
    let mut second = own(2, vec![request("c", "14:03", "again")]);
    second.began = at("14:02");
    second.from = Some(Place { line: Line::main(session(1)), entry: "a".into() });
    let third = own(3, vec![request("d", "14:04", "other"), step("e", "14:05", "uptime")]);
    let expected = "\
◎─╮  a  14:00  request      [session_001] why?
● │  b  14:01  auto         uptime
  ◒     14:02  fork         [session_002] continues a of session_001
  ◎  c  14:03  request      again
◎    d  14:04  request      [session_003] other
●    e  14:05  auto         uptime
";
    assert_eq!(shown(&[first.clone(), second.clone(), third], Fold::Nothing, PLAIN), expected);
    // Right below the last entry of another, a session would seem to go on with it.
    let third = own(3, vec![request("d", "14:02", "other")]);
    assert!(
        shown(&[first, third], Fold::Nothing, PLAIN).ends_with("\n  ◎  d  14:02  request      [session_003] other\n")
    );
    // Alone, the fork says where it comes from; nothing is missing, as it would be beside a session without that entry.
    let alone = shown(std::slice::from_ref(&second), Fold::Nothing, PLAIN);
    assert_eq!(alone.lines().next(), Some("◒     14:02  fork         continues a of session_001"));
    let beside = shown(&[own(1, vec![request("z", "14:00", "why?")]), second], Fold::Nothing, PLAIN);
    assert!(beside.contains(" continues a of session_001 (follows a, not found here)\n"), "{beside}");
}

#[test]
fn a_sessions_own_line_keeps_its_lane_when_a_branch_takes_it_up() {
    let mut graph = Graph { lines: vec![Line::main(session(1)), Line::branch(session(1), "b")], nodes: Vec::new() };
    for (line, parents) in [(0, vec![]), (1, vec![0]), (0, vec![0]), (1, vec![1, 2]), (0, vec![2])] {
        graph.add(node(line, parents));
    }
    assert_eq!(lanes::assign(&graph).of, [0, 1, 0, 1, 0]);
}

#[test]
fn a_branch_may_take_a_lane_on_the_other_side() {
    let lines = vec![Line::main(session(1)), Line::main(session(2)), Line::branch(session(2), "b")];
    let mut graph = Graph { lines, nodes: Vec::new() };
    graph.add(Node { ends: true, ..node(0, vec![]) });
    for (line, parents) in [(1, vec![]), (2, vec![1]), (1, vec![1, 2])] {
        graph.add(node(line, parents));
    }
    let page = Drawing::new(&graph, Fold::Nothing).whole();
    let strokes: Vec<String> = text::render(&page, PLAIN).lines().map(|line| line.chars().take(3).collect()).collect();
    assert_eq!(strokes, ["○  ", "╭─○", "○ │", "╰─○"]);
    let svg = svg::render(&page, "x");
    assert!(svg.contains("M28 48Q20 48 20 60") && svg.contains("M28 96Q20 96 20 84"), "{svg}");
}

#[test]
fn a_picture_of_the_incident_stands_alone() {
    let graph = Graph::from_logs(&incident());
    let svg = svg::render(&Drawing::new(&graph, Fold::Runs).whole(), "session_004");
    assert!(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\""));
    assert!(svg.ends_with("</svg>\n"));
    for part in [
        "<title>session_004</title>",
        "@media (prefers-color-scheme:dark)",
        // The main line is one stroke from the question to the repair; the branch leaves and comes back in a bend.
        "<path class=\"l0\" d=\"M20 24V216\"/>",
        "<path class=\"l1\" d=\"M20 72H28M28 72Q36 72 36 84M20 168H28M28 168Q36 168 36 156M36 84V156\"/>",
        "<circle class=\"node person\" cx=\"20\" cy=\"24\" r=\"5\"/>",
        "<polygon class=\"node approval\" points=\"20,186 26,197 14,197\"/>",
        ">d3qr</tspan><tspan x=\"108\">14:40</tspan><tspan x=\"164\">commit</tspan></text>",
        ">the api runs again</text>",
        ">… 3 steps</text>",
    ] {
        assert!(svg.contains(part), "{part} is not in\n{svg}");
    }
    for no in ["<script", "href", "url(", "@import"] {
        assert!(!svg.contains(no), "{no}");
    }
}

#[test]
fn a_page_is_read_by_machines_too() {
    let graph = Graph::from_logs(&incident());
    let page = serde_json::to_value(Drawing::new(&graph, Fold::Nothing).whole()).unwrap();
    assert_eq!(page["version"], 1);
    assert_eq!(page["lines"][1]["branch"], "memory");
    let merge = &page["rows"][8];
    assert_eq!(merge["kind"], "merge");
    assert_eq!(merge["parents"], serde_json::json!(["a7jk", "9hij"]));
    assert_eq!(merge["cells"][1], serde_json::json!({ "older": 1, "left": 1 }));
    let approval = &page["rows"][9];
    assert_eq!((&approval["decision"], &approval["class"]), (&"approved".into(), &"approval".into()));
}

#[test]
fn a_step_at_which_something_begins_shows_beside_the_run() {
    let steps = |count: usize| -> Vec<Logged> { (0..count).map(|n| step(&format!("s{n}"), "14:00", "x")).collect() };
    // A branch that names a mere step as its beginning; the main line goes on, or does not.
    for after in [0, 2] {
        let mut main = steps(5);
        main.extend((0..after).map(|n| commit(&format!("c{n}"), "14:02", "found")));
        let logs = [own(1, main), branch(1, "b", "s4", vec![step("b0", "14:01", "y"), commit("b1", "14:03", "seen")])];
        let text = shown(&logs, Fold::Runs, PLAIN);
        let expected = "\
●    s0  14:00  auto         x
┆        14:00               … 3 steps
●─╮  s4  14:00  auto         x
  ●  b0  14:01  auto         [b] y
";
        let drawn: String = text.lines().take(4).map(|line| format!("{}\n", line.replacen('│', " ", 1))).collect();
        assert_eq!(drawn, expected);
    }
}

#[test]
fn a_step_that_needed_consent_is_never_folded() {
    let mut log = own(1, (0..9).map(|n| step(&format!("s{n}"), "14:00", "x")).collect());
    if let Body::Step(step) = &mut log.entries[4].entry.body {
        step.permission = "requires explicit approval (deletes per kubectl/SKILL.md)".into();
    }
    let graph = Graph::from_logs(&[log]);
    let rows = Drawing::new(&graph, Fold::Runs).whole().rows;
    let counts: Vec<(usize, &str)> = rows.iter().map(|row| (row.count, row.word())).collect();
    assert_eq!(counts, [(1, "auto"), (3, ""), (1, "destructive"), (3, ""), (1, "auto")]);
}

#[test]
fn who_refused_and_what_was_refused_is_told_by_sign_word_and_class() {
    let graph = Graph::from_logs(&[own(1, vec![approval("a", "14:00", Decision::Denied)])]);
    let page = Drawing::new(&graph, Fold::Nothing).whole();
    assert_eq!(page.rows[0].class, Class::Refused);
    assert!(text::render(&page, PLAIN).starts_with("△  a  14:00  denied "));
}

#[test]
fn within_a_log_its_order_wins_over_a_clock_that_went_backwards() {
    let log = own(1, vec![step("a", "15:00", "one"), step("b", "14:00", "two"), step("c", "14:30", "three")]);
    let ids: Vec<String> = Graph::from_logs(&[log]).nodes().iter().map(|node| node.id.clone()).collect();
    assert_eq!(ids, ["a", "b", "c"]);
}

#[test]
fn a_branch_is_told_behind_its_beginning_and_before_its_merge_whatever_the_clock_says() {
    let logs = [
        own(1, vec![begins("a", "15:00", "b"), merges("c", "14:30", "b", "b2")]),
        branch(1, "b", "a", vec![step("b1", "14:00", "x"), step("b2", "16:00", "y")]),
    ];
    let ids: Vec<String> = Graph::from_logs(&logs).nodes().iter().map(|node| node.id.clone()).collect();
    assert_eq!(ids, ["a", "b1", "b2", "c"]);
}

#[test]
fn a_fork_of_a_fork_hangs_on_the_entry_it_names() {
    let fork = |number: u32, from: u32, entry: &str, entries: Vec<Logged>| {
        let place = Place { line: Line::main(session(from)), entry: entry.into() };
        Log { from: Some(place), ..own(number, entries) }
    };
    let logs = [
        own(1, vec![step("a", "14:00", "x")]),
        fork(2, 1, "a", vec![step("b", "14:01", "x"), step("c", "14:03", "x")]),
        fork(3, 2, "b", vec![step("d", "14:02", "x")]),
    ];
    let graph = Graph::from_logs(&logs);
    let page = Drawing::new(&graph, Fold::Nothing).whole();
    let beginning = page.rows.iter().find(|row| row.id == session(3).as_str()).unwrap();
    assert_eq!((beginning.kind, &beginning.parents[..]), (Kind::Fork, &["b".to_owned()][..]));
}

#[test]
fn logs_that_wait_for_each_other_are_told_all_the_same_and_say_what_they_miss() {
    // Each branch claims to begin at the other's entry.
    let place = |name: &str, entry: &str| Some(Place { line: Line::branch(session(1), name), entry: entry.into() });
    let mut one = branch(1, "one", "", vec![step("a", "14:00", "x")]);
    one.from = place("two", "b");
    let mut two = branch(1, "two", "", vec![step("b", "14:01", "y")]);
    two.from = place("one", "a");
    let graph = Graph::from_logs(&[one, two]);
    assert_eq!(graph.nodes().len(), 2);
    assert_eq!(graph.nodes()[0].missing, ["b"]);
    assert_eq!(graph.nodes()[1].parents, [0]);
}

#[test]
fn a_place_that_is_nowhere_is_named() {
    let log = branch(1, "lost", "zzzz", vec![step("a", "14:00", "x")]);
    let text = shown(&[log], Fold::Nothing, PLAIN);
    assert_eq!(text, "●  a  14:00  auto         [lost] x (follows zzzz, not found here)\n");
}

#[test]
fn two_entries_with_one_id_are_both_there() {
    let graph = Graph::from_logs(&[own(1, vec![step("a", "14:00", "x"), step("a", "14:01", "y")])]);
    assert_eq!(graph.nodes()[1].parents, [0]);
    assert_eq!(graph.nodes()[1].label, "y");
}

#[test]
fn ids_are_as_long_as_tells_them_apart() {
    let log = own(1, vec![step("abcdef11", "14:00", "x"), step("abcdeg22", "14:01", "y")]);
    let graph = Graph::from_logs(&[log]);
    let shorts: Vec<String> =
        Drawing::new(&graph, Fold::Nothing).whole().rows.into_iter().map(|row| row.short).collect();
    assert_eq!(shorts, ["abcdef", "abcdeg"]);
}

#[test]
fn days_are_told_where_there_are_several() {
    let mut log = own(1, vec![step("a", "14:00", "x"), step("b", "14:01", "y")]);
    log.entries[1].entry.at = At::parse("2026-02-22T09:00:00+01:00").unwrap();
    let text = shown(&[log], Fold::Nothing, PLAIN);
    assert!(text.contains("  2026-02-21 14:00  ") && text.contains("  2026-02-22 09:00  "), "{text}");
}

#[test]
fn no_logs_are_no_rows() {
    let graph = Graph::from_logs(&[]);
    let drawing = Drawing::new(&graph, Fold::Runs);
    assert!(drawing.is_empty());
    assert_eq!(text::render(&drawing.whole(), PLAIN), "");
    assert!(svg::render(&drawing.whole(), "").ends_with("</svg>\n"));
}

#[test]
fn more_lanes_than_fit_leave_the_node_in_sight() {
    let mut logs = vec![own(1, vec![begins("a", "14:00", "b0")])];
    logs.extend((0..9).map(|n| branch(1, &format!("b{n}"), "a", vec![step(&format!("s{n}"), "14:01", "x")])));
    let text = shown(&logs, Fold::Nothing, Options { width: 24, ..PLAIN });
    assert!(text.lines().all(|line| line.chars().count() <= 24), "{text}");
    assert!(text.lines().skip(1).all(|line| line.contains('●')), "{text}");
    assert!(text.lines().next().unwrap().starts_with("◐─┬─┬─»"), "{text}");
}

#[test]
fn ten_thousand_entries_with_branches_are_laid_out() {
    let ops: Vec<(u8, u8)> = (0..10_000_u32).map(|n| ((n % 13) as u8, (n % 5) as u8)).collect();
    let logs = history(&ops, false);
    let graph = Graph::from_logs(&logs);
    assert_eq!(graph.nodes().len(), logs.iter().map(|log| log.entries.len()).sum::<usize>());
    let drawing = Drawing::new(&graph, Fold::Nothing);
    let page = drawing.whole();
    assert_eq!(page.rows.len(), graph.nodes().len());
    assert!(page.rows.iter().all(|row| row.cells.len() < 16), "merged branches free their lanes");
    assert_eq!(drawing.page(5_000..5_040).rows, page.rows[5_000..5_040]);
    assert!(svg::render(&page, "all").len() < 10_000_000);
}

/// A session's history from numbers: each an entry on the main line or an open branch, a new branch, or a merge.
fn history(ops: &[(u8, u8)], merge_all: bool) -> Vec<Log> {
    let mut logs = vec![own(1, vec![request("root", "14:00", "why?")])];
    let mut open: Vec<usize> = Vec::new();
    let mut seconds = 0;
    let mut number = 0;
    let mut put = |logs: &mut Vec<Log>, log: usize, mut entry: Logged| {
        seconds += 1;
        number += 1;
        entry.id = format!("n{number:05}");
        entry.entry.at = at("14:00").later(seconds);
        logs[log].entries.push(entry);
    };
    let merge_one = |logs: &mut Vec<Log>, log: usize, put: &mut dyn FnMut(&mut Vec<Log>, usize, Logged)| {
        let Some(head) = logs[log].entries.last().map(|entry| entry.id.clone()) else { return };
        let Some(name) = logs[log].line.branch.clone() else { return };
        put(logs, 0, merges("", "14:00", &name, &head));
    };
    for (what, which) in ops {
        match what % 8 {
            0 if open.len() < 8 => {
                let name = format!("b{}", logs.len());
                // From the main line, or from another branch.
                let from = if which % 3 == 0 { 0 } else { open.get(usize::from(*which)).copied().unwrap_or(0) };
                put(&mut logs, from, begins("", "14:00", &name));
                let place =
                    Place { line: logs[from].line.clone(), entry: logs[from].entries.last().unwrap().id.clone() };
                open.push(logs.len());
                logs.push(Log { from: Some(place), ..branch(1, &name, "", Vec::new()) });
            }
            1 if !open.is_empty() => {
                let log = open.remove(usize::from(*which) % open.len());
                merge_one(&mut logs, log, &mut put);
            }
            2 if !open.is_empty() => {
                // Brought back, and carried on.
                let log = open[usize::from(*which) % open.len()];
                merge_one(&mut logs, log, &mut put);
            }
            3 => put(&mut logs, 0, commit("", "14:00", "found")),
            4 | 5 => put(&mut logs, 0, step("", "14:00", "kubectl get pods")),
            _ => {
                let log = if open.is_empty() { 0 } else { open[usize::from(*which) % open.len()] };
                put(&mut logs, log, step("", "14:00", "kubectl top pods"));
            }
        }
    }
    if merge_all {
        // The innermost first, since a branch may have begun on another.
        for log in (1..logs.len()).rev() {
            if logs[log].entries.is_empty() {
                put(&mut logs, log, step("", "14:00", "uptime"));
            }
            merge_one(&mut logs, log, &mut put);
        }
    }
    logs
}

/// The graph of the first entries of a history, in the order of their times.
fn until(logs: &[Log], count: u64) -> Graph {
    let end = at("14:00").later(count);
    let mut logs = logs.to_vec();
    for log in &mut logs {
        log.entries.retain(|entry| entry.entry.at <= end);
    }
    Graph::from_logs(&logs)
}

fn node(line: usize, parents: Vec<usize>) -> Node {
    let (id, label) = (String::new(), String::new());
    Node { id, kind: Kind::Human, line, label, at: at("14:00"), parents, missing: Vec::new(), ends: false }
}

/// Text as nobody should print it.
fn hostile() -> impl Strategy<Value = String> {
    let marks: Vec<char> =
        "\0\t\n\r\u{1b}\u{7f}\u{9b}\u{85}\u{2028}\u{202e}\u{feff}\u{fffe}\u{ffff}<>&'\"\\|─●".chars().collect();
    let character = prop_oneof![any::<char>(), prop::sample::select(marks), prop::char::range(' ', '~')];
    prop::collection::vec(character, 0..300).prop_map(|characters| characters.into_iter().collect())
}

/// Any graph at all: a node's line, its parents as distances, whether its line ends.
fn any_graph() -> impl Strategy<Value = Graph> {
    let numbers = (0..5_usize, prop::collection::vec(1..12_usize, 0..4), prop::bool::weighted(0.1), 0..3_u8);
    prop::collection::vec(numbers, 1..60).prop_map(|nodes| {
        let mut lines: Vec<Line> = (0..4).map(|n| Line::branch(session(1), format!("b{n}"))).collect();
        lines.insert(0, Line::main(session(1)));
        let mut graph = Graph { lines, nodes: Vec::new() };
        for (index, (line, back, ends, kind)) in nodes.into_iter().enumerate() {
            let parents = back.into_iter().filter_map(|back| index.checked_sub(back)).collect();
            let kind = if kind == 0 { Kind::Commit } else { Kind::Human };
            graph.add(Node { id: format!("n{index:05}"), kind, ends, ..node(line, parents) });
        }
        graph
    })
}

/// A row that stands for several nodes cannot say which of them an edge leaves sideways.
fn no_edge_leaves_a_run_sideways(page: &Page) -> Result<(), TestCaseError> {
    for row in page.rows.iter().filter(|row| row.count > 1) {
        let cell = row.cells[row.lane];
        prop_assert!(cell.left.is_none() && cell.right.is_none(), "{row:?}");
    }
    Ok(())
}

/// The edges as somebody reads them who sees the cells alone, as pairs of rows. Fails where a stroke leads nowhere.
fn read_back(page: &Page) -> Result<BTreeSet<(usize, usize)>, TestCaseError> {
    let cell = |row: usize, lane: usize| page.rows[row].cells.get(lane).copied().unwrap_or_default();
    let mut edges = BTreeSet::new();
    // Arms that were walked: row, lane, and which of the four.
    let mut walked: BTreeSet<(usize, usize, char)> = BTreeSet::new();
    for (index, row) in page.rows.iter().enumerate() {
        prop_assert!(cell(index, row.lane).node, "row {index} has its node in its lane");
        prop_assert_eq!(row.cells.iter().filter(|cell| cell.node).count(), 1, "row {} has one node", index);
        let mut begun = Vec::new();
        if cell(index, row.lane).newer.is_some() {
            begun.push(row.lane);
        }
        for (out, back, step) in [('r', 'l', 1_isize), ('l', 'r', -1)] {
            let mut lane = row.lane;
            let has = |cell: Cell, arm: char| if arm == 'r' { cell.right.is_some() } else { cell.left.is_some() };
            while has(cell(index, lane), out) {
                walked.insert((index, lane, out));
                lane = lane.checked_add_signed(step).unwrap();
                let here = cell(index, lane);
                prop_assert!(has(here, back), "a sideways stroke goes on into row {index} lane {lane}");
                walked.insert((index, lane, back));
                if here.newer.is_some() && here.older.is_none() {
                    begun.push(lane);
                }
                prop_assert!(has(here, out) || here.newer.is_some() != here.older.is_some(), "it ends in a turn");
            }
        }
        for lane in begun {
            walked.insert((index, lane, 'n'));
            let mut bottom = index + 1;
            loop {
                prop_assert!(bottom < page.rows.len() && cell(bottom, lane).older.is_some(), "an edge ends in the air");
                walked.insert((bottom, lane, 'o'));
                let here = cell(bottom, lane);
                if here.node || here.newer.is_none() {
                    break;
                }
                walked.insert((bottom, lane, 'n'));
                bottom += 1;
            }
            prop_assert!(edges.insert((index, bottom)), "one edge is drawn once");
        }
    }
    for (index, row) in page.rows.iter().enumerate() {
        for (lane, cell) in row.cells.iter().enumerate() {
            for (arm, line) in [('o', cell.older), ('n', cell.newer), ('l', cell.left), ('r', cell.right)] {
                prop_assert!(
                    line.is_none() || walked.contains(&(index, lane, arm)),
                    "row {index} lane {lane}: {arm} leads nowhere"
                );
            }
        }
    }
    Ok(edges)
}

fn edges_of(graph: &Graph, row_of: impl Fn(usize) -> usize) -> BTreeSet<(usize, usize)> {
    let nodes = graph.nodes().iter().enumerate();
    let all = nodes.flat_map(|(child, node)| node.parents.iter().map(move |parent| (*parent, child)));
    all.map(|(parent, child)| (row_of(parent), row_of(child))).filter(|(parent, child)| parent != child).collect()
}

fn reachable(graph: &Graph, from: usize) -> BTreeSet<usize> {
    let mut seen = BTreeSet::from([from]);
    let mut open = vec![from];
    while let Some(node) = open.pop() {
        open.extend(graph.nodes()[node].parents.iter().copied().filter(|parent| seen.insert(*parent)));
    }
    seen
}

/// Everything a tag holds, in order, without the text between tags.
fn tags(svg: &str) -> Vec<&str> {
    // What stands before it is as wide as the longest text.
    let body = &svg[svg.find("</style>").unwrap()..];
    body.match_indices('<').map(|(begin, _)| &body[begin..=begin + body[begin..].find('>').unwrap()]).collect()
}

proptest! {
    #[test]
    fn a_node_never_changes_its_lane_when_others_are_added(graph in any_graph()) {
        let whole = lanes::assign(&graph);
        for count in 0..graph.nodes.len() {
            let part = Graph { lines: graph.lines.clone(), nodes: graph.nodes[..count].to_vec() };
            let lanes = lanes::assign(&part);
            prop_assert_eq!(&lanes.of[..], &whole.of[..count]);
            prop_assert_eq!(&lanes.edges[..], &whole.edges[..lanes.edges.len()]);
        }
    }

    #[test]
    fn a_log_that_grows_moves_no_entry(ops in prop::collection::vec(any::<(u8, u8)>(), 0..80), part in 0.0..1.0_f64) {
        let logs = history(&ops, false);
        let whole = Graph::from_logs(&logs);
        let earlier = until(&logs, (whole.nodes().len() as f64 * part) as u64);
        prop_assert_eq!(earlier.nodes(), &whole.nodes()[..earlier.nodes().len()]);
        prop_assert_eq!(&lanes::assign(&earlier).of[..], &lanes::assign(&whole).of[..earlier.nodes().len()]);
    }

    #[test]
    fn every_edge_is_drawn_and_ends_at_its_nodes(graph in any_graph()) {
        let page = Drawing::new(&graph, Fold::Nothing).whole();
        prop_assert_eq!(read_back(&page)?, edges_of(&graph, |node| node));
    }

    #[test]
    fn no_lane_carries_two_edges_at_once_and_no_edge_passes_a_node(graph in any_graph()) {
        let lanes = lanes::assign(&graph);
        for (index, edge) in lanes.edges.iter().enumerate() {
            for node in edge.parent + 1..edge.child {
                prop_assert_ne!(lanes.of[node], edge.lane, "node {} stands on {:?}", node, edge);
            }
            for other in &lanes.edges[index + 1..] {
                let (begin, end) = (edge.parent.max(other.parent), edge.child.min(other.child));
                // They may touch in one row, at a node in their lane.
                let apart = begin > end || (begin == end && lanes.of[begin] == edge.lane);
                prop_assert!(edge.lane != other.lane || apart, "{:?} and {:?}", edge, other);
            }
        }
    }

    #[test]
    fn a_merge_of_any_branch_keeps_every_entry_reachable(ops in prop::collection::vec(any::<(u8, u8)>(), 0..80)) {
        let logs = history(&ops, true);
        let graph = Graph::from_logs(&logs);
        let newest = graph.nodes().iter().rposition(|node| node.line == 0).unwrap();
        let entries: BTreeSet<&str> = logs.iter().flat_map(|log| &log.entries).map(|entry| entry.id.as_str()).collect();
        let reached: BTreeSet<&str> =
            reachable(&graph, newest).into_iter().map(|node| graph.nodes()[node].id.as_str()).collect();
        prop_assert_eq!(reached, entries);
        prop_assert_eq!(read_back(&Drawing::new(&graph, Fold::Nothing).whole())?, edges_of(&graph, |node| node));
    }

    #[test]
    fn folding_hides_only_steps_and_keeps_every_edge(ops in prop::collection::vec(any::<(u8, u8)>(), 0..120)) {
        let graph = Graph::from_logs(&history(&ops, false));
        let drawing = Drawing::new(&graph, Fold::Runs);
        let page = drawing.whole();
        prop_assert_eq!(page.rows.iter().map(|row| row.count).sum::<usize>(), graph.nodes().len());
        prop_assert!(page.rows.iter().all(|row| row.count == 1 || (row.count >= 3 && row.kind.folds())));
        prop_assert_eq!(page.rows.last().map(|row| row.count), Some(1));
        no_edge_leaves_a_run_sideways(&page)?;
        prop_assert_eq!(read_back(&page)?, edges_of(&graph, |node| drawing.row_of(node).unwrap()));
    }

    #[test]
    fn folding_any_graph_keeps_every_edge(graph in any_graph()) {
        let drawing = Drawing::new(&graph, Fold::Runs);
        no_edge_leaves_a_run_sideways(&drawing.whole())?;
        prop_assert_eq!(read_back(&drawing.whole())?, edges_of(&graph, |node| drawing.row_of(node).unwrap()));
    }

    #[test]
    fn a_part_of_the_page_is_that_part_of_the_whole(graph in any_graph(), start in 0..70_usize, count in 0..70_usize) {
        let drawing = Drawing::new(&graph, Fold::Runs);
        let whole = drawing.whole().rows;
        let end = (start + count).min(whole.len());
        prop_assert_eq!(&drawing.page(start..start + count).rows[..], &whole[start.min(end)..end]);
    }

    #[test]
    fn hostile_text_stays_in_its_row_and_in_its_tag(
        text in hostile(), name in hostile(), id in hostile(),
        width in 0..120_usize, ascii: bool, newest_first: bool,
    ) {
        let build = |text: &str, name: &str| vec![
            own(1, vec![request("a", "14:00", text), begins("b", "14:01", name), merges("d", "14:03", name, "c")]),
            branch(1, name, "b", vec![step("c", "14:02", text)]),
        ];
        let mut logs = build(&text, &name);
        let page = |logs: &[Log]| Drawing::new(&Graph::from_logs(logs), Fold::Nothing).whole();
        let svg = svg::render(&page(&logs), &text);
        let plain = svg::render(&page(&build("plain", "plain")), "plain");
        prop_assert_eq!(tags(&svg), tags(&plain));
        let no_xml = |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{fffe}' | '\u{ffff}');
        prop_assert!(!svg.contains(no_xml));
        logs[0].entries[0].id = id;
        let shown = text::render(&page(&logs), Options { width, ascii, newest_first });
        prop_assert_eq!(shown.matches('\n').count(), 4);
        let obeyed = |c: char| c != '\n' && (c.is_control() || matches!(c, '\u{2028}'..='\u{202e}'));
        prop_assert!(!shown.contains(obeyed));
        prop_assert!(shown.lines().all(|line| text::width_of(line) <= width));
    }
}

#[test]
fn wide_characters_are_counted_as_wide() {
    let text =
        shown(&[own(1, vec![request("a", "14:00", "接口为什么崩溃")])], Fold::Nothing, Options { width: 35, ..PLAIN });
    assert_eq!(text, "◎  a  14:00  request      接口为什…\n");
}

#[test]
fn what_imitates_a_picture_or_a_terminal_is_written_out() {
    let evil = "</text><script>alert('x')</script>\x1b[2J&\u{202e}\u{ffff}\"";
    let graph = Graph::from_logs(&[own(1, vec![request("a", "14:00", evil)])]);
    let page = Drawing::new(&graph, Fold::Nothing).whole();
    let told =
        ">&lt;/text&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;\\x1b[2J&amp;\\u{202e}\\u{ffff}&quot;</text>";
    assert!(svg::render(&page, "x").contains(told));
    assert!(text::render(&page, PLAIN).contains("\\x1b[2J&\\u{202e}"));
}

#[test]
fn what_lies_between_two_commits_is_what_only_the_newer_followed() {
    let graph = Graph::from_logs(&incident());
    let (main, side) = (Line::main(session(4)), Line::branch(session(4), "memory"));
    let place = |line: &Line, id: &str| graph.find(line, id).unwrap();
    let names = |older: usize, newer: usize| {
        graph.since(older, newer).into_iter().map(|node| node.id.as_str()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(names(place(&main, "5def"), place(&main, "a7jk")), "6efg a7jk");
    assert_eq!(names(place(&side, "9hij"), place(&main, "d3qr")), "a7jk b8km cb2p d3qr");
    assert_eq!(names(place(&main, "a7jk"), place(&side, "9hij")), "7fgh 9hij");
    assert_eq!(names(place(&main, "d3qr"), place(&side, "9hij")), "");
}
