//! Other ways to what a command is for, and the way back from it, as its skill names them.
//!
//! Owns how a skill's lines are filled from the call. They are only named: whoever chooses one has it judged and is asked
//! like about any other line.

use super::canonical::Call;
use super::operands::{kept, name, placed};
use crate::domain::Way;
use crate::skill::{EffectRule, WayRule};

/// The signs that Kubernetes makes the ends of a pod's name of (`k8s.io/apimachinery/pkg/util/rand`).
const SUFFIX: &str = "bcdfghjklmnpqrstvwxz2456789";

/// The ways that fit the call.
pub(super) fn of(call: &Call, effect: &EffectRule) -> Vec<Way> {
    effect.instead.iter().filter_map(|rule| way(call, effect, rule)).collect()
}

fn way(call: &Call, effect: &EffectRule, rule: &WayRule) -> Option<Way> {
    // What an option selects, or where it acts, must not get lost on the way.
    let known: Vec<&str> = rule.keep.split_whitespace().chain(rule.drop.split_whitespace()).collect();
    let told = |name: &str| known.contains(&name) || effect.flags.iter().any(|flag| flag == name);
    if call.uncertain || !call.options.iter().all(|option| told(&option.name)) {
        return None;
    }
    let kind = call.operands.first().map(|operand| operand.split('/').next().unwrap_or(operand));
    if !rule.kinds.is_empty() && !kind.is_some_and(|kind| rule.kinds.iter().any(|wanted| wanted == kind)) {
        return None;
    }
    let options = kept(call, &rule.keep);
    let owner = owner(call);
    let fill = |line: &String| {
        let needs = |place: &str| line.split_whitespace().any(|word| word == place);
        let known = (owner.is_some() || !needs("{owner}")) && (name(call).is_some() || !needs("{name}"));
        let operands = !call.operands.is_empty() || !(needs("{first}") || needs("{last}"));
        (known && operands).then(|| placed(line, &options, call, owner.as_deref()))
    };
    let lines: Option<Vec<String>> = rule.run.iter().map(fill).collect();
    Some(Way { title: rule.title.clone(), lines: lines?, note: rule.note.clone() })
}

/// The line that takes the call back; `None` where its skill knows none, or the call has more to it than that line would
/// take back.
pub(super) fn back(call: &Call, effect: &EffectRule) -> Option<String> {
    let rule = effect.undo.as_ref()?;
    let known: Vec<&str> = rule.keep.split_whitespace().chain(rule.drop.split_whitespace()).collect();
    let told = |name: &str| known.contains(&name) || effect.flags.iter().any(|flag| flag == name);
    let is_it = effect.matches.split_whitespace().skip(1).eq(call.path.iter().map(String::as_str));
    let needs_operands = rule.run.split_whitespace().any(|word| ["{operands}", "{first}"].contains(&word));
    let fits = !call.uncertain
        && is_it
        && call.options.iter().all(|option| told(&option.name))
        && rule.operands.is_none_or(|count| count == call.operands.len())
        && !(needs_operands && call.operands.is_empty())
        && !call.operands.iter().any(|operand| operand.starts_with('-'));
    fits.then(|| placed(&rule.run, &kept(call, &rule.keep), call, None))
}

/// What made the one pod that is named: its name without the ends that were made up for it.
fn owner(call: &Call) -> Option<String> {
    let name = name(call)?;
    let made_up = |part: &str| (5..=10).contains(&part.len()) && part.chars().all(|sign| SUFFIX.contains(sign));
    let mut rest = name;
    for _ in 0..2 {
        match rest.rsplit_once('-') {
            Some((before, end)) if made_up(end) && !before.is_empty() => rest = before,
            _ => break,
        }
    }
    (rest.len() < name.len()).then(|| rest.to_owned())
}

#[cfg(test)]
mod tests {
    use crate::domain::Action;
    use crate::gate::{RuleBook, Standing, judge};
    use crate::skill::parse;

    const SKILL: &str = r#"
## destructive
- tool delete *
## options
```yaml
tool: {global: "-C=", verbs: {delete: "-n= --force --wait --all", stop: "-n= -q --all"}}
```
## effects
```yaml
- match: tool delete
  flags: [--force]
  text: Removes it at once.
  reversible: "no"
  instead:
  - title: Restart what made it
    run: ["tool restart {options} {owner}"]
    keep: -n
    kinds: [pod]
  - title: Let it stop first
    run: ["tool stop {operands}", "tool delete {options} {operands}"]
    keep: -n
    drop: --wait
    note: Slower.
- match: tool stop
  text: Stops it.
  reversible: "yes"
  undo: {run: "tool start {options} {operands}", keep: -n, drop: -q}
```
"#;

    fn lines(line: &str) -> Vec<String> {
        let skill = parse("tool", "tool/SKILL.md", SKILL);
        assert_eq!(skill.problems, []);
        let book = RuleBook::compile(&[(skill, Standing::Trusted)]);
        let verdict = judge(&Action::Command { line: line.to_owned() }, &book).verdict;
        let ways = verdict.effect().map_or_else(Vec::new, |effect| effect.instead.clone());
        ways.into_iter().map(|way| way.lines.join("; ")).collect()
    }

    #[test]
    fn a_way_takes_over_what_it_keeps_and_names_what_made_a_pod() {
        let stop = "tool stop pod api-7d4f9c5b8d-x2k4q; tool delete -n shop pod api-7d4f9c5b8d-x2k4q";
        let pod = "tool delete --force -n shop pod api-7d4f9c5b8d-x2k4q";
        assert_eq!(lines(pod), ["tool restart -n shop api", stop]);
        let stop = "tool stop pod web-server; tool delete pod web-server";
        assert_eq!(lines("tool delete --force pod web-server"), [stop]);
        let quoted = "tool stop job 'a b'; tool delete job 'a b'";
        assert_eq!(lines("tool delete --force job 'a b'"), [quoted]);
    }

    #[test]
    fn a_way_that_would_lose_what_an_option_selects_or_where_it_acts_is_not_offered() {
        assert_eq!(lines("tool delete --force --wait pod b").len(), 1);
        for options in ["--force --all", "-C /srv --force", "--force --odd"] {
            assert_eq!(lines(&format!("tool delete {options} pod b")), [] as [String; 0], "{options}");
        }
    }

    #[test]
    fn the_way_back_takes_over_what_it_keeps_and_is_none_where_it_would_take_back_something_else() {
        let back = |line: &str| {
            let book = RuleBook::compile(&[(parse("tool", "tool/SKILL.md", SKILL), Standing::Trusted)]);
            let verdict = judge(&Action::Command { line: line.to_owned() }, &book).verdict;
            verdict.whole_effect().and_then(|effect| effect.undo.clone()).unwrap_or_default()
        };
        assert_eq!(back("tool stop -n shop -q pod 'a b'"), "tool start -n shop pod 'a b'");
        for none in
            ["tool stop", "tool stop --all x", "tool -C /srv stop x", "tool stop --odd x", "tool stop x; tool stop y"]
        {
            assert_eq!(back(none), "", "{none}");
        }
    }

    #[test]
    fn a_line_of_the_second_lane_has_no_ways() {
        assert_eq!(lines("tool delete --force pod $(cat names)"), [] as [String; 0]);
    }
}
