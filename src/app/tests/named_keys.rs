//! Texts that name keys: those the person has, and none that they took away.

use super::*;

/// A workbench with keys of the person's own.
fn with(yaml: &str) -> Bench {
    let (keymap, problems) = super::super::Keymap::read(yaml);
    assert_eq!(problems, [] as [String; 0]);
    let mut bench = Bench::new();
    bench.state = State::new("DevOps-Agent").with_keymap((keymap, Vec::new()));
    bench
}

/// A long output of a command that runs.
fn flooded(bench: &mut Bench) {
    bench.bus(Bus::TurnBegan { turn: TurnId(1), text: "count".to_owned() });
    bench.announced(&request(1, "seq 100"));
    bench.bus(Bus::Started { call: CallId(1) });
    bench.output(1, Stream::Stdout, (0..100).map(|line| format!("{line}\n")).collect::<String>().as_bytes());
}

#[test]
fn a_key_that_was_moved_is_told_where_it_is_now() {
    let mut bench = with(
        "chat:\n  ctrl+c: none\n  f9: cancel\n  ctrl+o: none\n  alt+f: unfold\n  ctrl+end: none\n  f12: to-end\n  ctrl+x: none\n  f10: close\n\
         dialog:\n  pgdn: none\n  f8: page-down\n  enter: none\n  f11: send\n  ctrl+c: none\n  f7: cancel\n",
    );
    flooded(&mut bench);
    let screen = bench.draw();
    assert!(screen.contains("folded · Alt+F shows them") && screen.contains("running · F9 stops it"), "{screen}");
    assert!(screen.contains("runs seq 100 · F9 stops"), "{screen}");
    bench.key(KeyCode::F(10));
    assert!(bench.draw().contains("F10 once more stops it and closes; F9 only stops it."), "{}", bench.draw());
    bench.key(KeyCode::PageUp);
    assert!(bench.draw().contains("more below · F12"));
    bench.pass(1_000);
    bench.asked(request(2, "rm big.bin"));
    let screen = bench.draw();
    assert!(screen.contains("decline (F11 alone declines too)"), "{screen}");
    assert!(!screen.contains("Ctrl+") && !screen.contains("PgDn"), "{screen}");
}

#[test]
fn of_a_key_that_was_taken_away_nothing_is_told() {
    let mut bench = with(
        "chat:\n  ctrl+o: none\n  ctrl+d: none\n  f2: none\n  f3: none\n  ctrl+end: none\n  pgdn: none\n  ctrl+p: none\n  f8: none\n\
         graph:\n  a: none\n",
    );
    bench.size = (140, 40);
    flooded(&mut bench);
    bench.bus(Bus::WaitingForInput { call: CallId(1) });
    let screen = bench.draw();
    assert!(screen.contains("74 of 100 lines folded "), "{screen}");
    assert!(screen.contains("cannot be given here · Ctrl+C stops it"), "{screen}");
    assert!(screen.contains("Your own shell. What you run there is logged"), "{screen}");
    assert!(screen.contains("Ask for something."), "{screen}");
    for gone in ["Ctrl+O", "Ctrl+D", "F2", "F3", "Ctrl+End", "Ctrl+P"] {
        assert!(!screen.contains(gone), "{gone}: {screen}");
    }
    bench.size = (140, 24);
    bench.draw();
    bench.key(KeyCode::PageUp);
    assert!(bench.draw().contains(" more below "));
    bench.types("?");
    let help = bench.draw();
    assert!(help.contains("COMMANDS, in the composer ") && !help.contains("looks for one"), "{help}");
}

#[test]
fn notes_of_graph_and_sessions_name_the_keys_that_work_there() {
    let mut bench = with(
        "graph:\n  space: none\n  f9: mark\n  esc: none\n  q: chat\nsessions:\n  esc: none\n  q: chat\n  n: none\n",
    );
    bench.key(KeyCode::F(7));
    bench.key(KeyCode::Char('d'));
    let screen = bench.draw();
    assert!(screen.contains("mark one entry with F9 first, then choose another · q to the chat"), "{screen}");
    bench.key(KeyCode::Char('q'));
    bench.key(KeyCode::F(5));
    assert!(bench.draw().contains("q to the chat"));
}

impl Bench {
    /// The line of keys at the bottom.
    fn footer(&mut self) -> String {
        self.draw().rsplit('\n').next().unwrap_or_default().trim().to_owned()
    }
}

#[test]
fn the_footer_names_the_keys_that_do_something_now_and_no_others() {
    let mut bench = Bench::sized(120, 40);
    let chat = "Enter send  Alt+Enter new line  Ctrl+C cancel  F2 shell  F7 graph  Ctrl+P commands  F1 help  Ctrl+X close  F8 more";
    assert_eq!(bench.footer(), chat);
    bench.types("/");
    assert_eq!(bench.footer(), "Tab complete  Enter take it  ↑ / ↓ choose  Esc put the list away");
    bench.control('u');
    bench.control('p');
    assert_eq!(bench.footer(), "", "the list tells its keys");
    bench.key(KeyCode::Esc);
    bench.key(KeyCode::F(7));
    assert!(bench.footer().starts_with("Esc chat  Enter open"), "{}", bench.footer());
    bench.key(KeyCode::Char('/'));
    assert_eq!(bench.footer(), "", "letters are letters");
    bench.key(KeyCode::Esc);
    bench.key(KeyCode::Char('b'));
    bench.key(KeyCode::F(2));
    bench.take(Event::ShellStarted);
    let at = |standing| Event::ShellNow(super::super::ShellNow { standing, ..Default::default() });
    bench.take(at(crate::shell::Standing::Prompt));
    assert!(bench.footer().starts_with("Ctrl+S chat  Ctrl+] chat, from any program"), "{}", bench.footer());
    assert!(bench.footer().contains("Ctrl+R") && bench.footer().contains("F8"), "{}", bench.footer());
    bench.take(at(crate::shell::Standing::Command));
    assert_eq!(bench.footer(), "Ctrl+S chat  Ctrl+] chat, from any program  Shift+PgUp what scrolled by");
    bench.take(at(crate::shell::Standing::FullScreen));
    assert_eq!(bench.footer(), "Ctrl+] chat, from any program");
}

#[test]
fn the_rows_of_changed_rules_are_scrolled_by_the_keys_of_the_chat() {
    let mut bench = with("chat:\n  pgdn: none\n  f9: page-down\n");
    bench.bus(Bus::RulesOffered {
        digest: "d".to_owned(),
        loosens: (0..40).map(|rule| format!("rule {rule}")).collect(),
    });
    assert!(bench.draw().contains("more rows: F9"));
    bench.key(KeyCode::F(9));
    assert!(bench.draw().contains("• rule 5") && !bench.draw().contains("• rule 4\u{20}"), "{}", bench.draw());
}
