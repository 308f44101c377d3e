//! What the terminal around us can do, as far as it tells.

use std::collections::BTreeMap;
use std::io::{IsTerminal, stdin, stdout};

use super::Finding;
use crate::terminal::{self, Keyboard};
use crate::ui::theme::Depth;

/// `asks` the terminal too, where nobody else has it.
pub(super) fn look(environment: &BTreeMap<String, String>, asks: bool) -> Vec<Finding> {
    let variable = |name: &str| environment.get(name).map(String::as_str).filter(|value| !value.is_empty());
    let mut findings = vec![kind(&variable), letters(&variable)];
    if asks && stdin().is_terminal() && stdout().is_terminal() {
        findings.push(keyboard());
    }
    findings.push(clipboard(variable("TMUX").is_some(), variable("STY").is_some()));
    findings
}

fn kind<'a>(variable: &impl Fn(&str) -> Option<&'a str>) -> Finding {
    let term = variable("TERM");
    let depth = Depth::of(term, variable("COLORTERM"), variable("NO_COLOR"));
    match term {
        None | Some("dumb") => {
            let text = format!("TERM is {}, so there is no full screen", term.unwrap_or("not set"));
            Finding::warn(
                "terminal",
                text,
                "Set TERM to what the terminal is, such as xterm-256color; `devops-agent ask` needs none",
            )
        }
        Some(term) => Finding::ok("terminal", format!("{term}, {}", depth.words())),
    }
}

/// As the C library chooses: the first of the three that is set.
fn letters<'a>(variable: &impl Fn(&str) -> Option<&'a str>) -> Finding {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(variable).unwrap_or("C");
    let plain = locale.to_ascii_lowercase().replace('-', "");
    if plain.contains("utf8") {
        return Finding::ok("letters", locale);
    }
    let text = format!("the locale is {locale}, so programs may print letters that are not UTF-8");
    Finding::warn("letters", text, "Set LANG to a UTF-8 locale, such as C.UTF-8")
}

fn keyboard() -> Finding {
    match terminal::keyboard() {
        Ok(Keyboard::Enhanced) => Finding::ok("keyboard", "the kitty protocol: Shift+Enter begins a new line"),
        Ok(Keyboard::Plain) => Finding::ok("keyboard", "plain: Alt+Enter or Ctrl+J begins a new line"),
        Err(error) => Finding::warn(
            "keyboard",
            format!("it did not say what it can: {error}"),
            "Alt+Enter begins a new line in any terminal",
        ),
    }
}

/// A terminal never answers whether it took a text.
fn clipboard(tmux: bool, screen: bool) -> Finding {
    match (tmux, screen) {
        (true, _) => Finding::warn(
            "clipboard",
            "inside tmux, which keeps what is copied to itself unless it is told otherwise",
            "Put `set -g set-clipboard on` into tmux.conf",
        ),
        (false, true) => Finding::warn(
            "clipboard",
            "inside GNU screen, which does not pass it on",
            "Select with the mouse and Shift held, or use tmux",
        ),
        (false, false) => Finding::ok("clipboard", "by OSC 52; whether the terminal takes it, it does not tell"),
    }
}
