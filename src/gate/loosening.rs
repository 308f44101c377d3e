//! What another book would allow that this one does not.
//!
//! Owns the comparison of two books: by what is written (rules, tables,
//! synonyms, effects), and by judging the lines that changed rules and verbs
//! speak of, because the longest verb path decides and one rule can outweigh
//! another. Says too much rather than too little: whatever it names waits for
//! the person. One thing it does not name: while a verb is not known, all other
//! words of the line count as possible commands; that ends when a rule for the
//! verb is written.

use std::collections::{BTreeMap, BTreeSet};

use super::book::{Placed, PlacedOperand, ProgramRules, RuleBook};
use super::judge::judge;
use crate::domain::{Action, Consent, Reversible, Tier};
use crate::skill::{EffectRule, OptionTable, Profile, Take};

/// Lines that are judged by both books; more changes than this are not compared one by one.
const MOST_LINES: usize = 10_000;
/// Sentences that a person can be expected to read.
const MOST_TOLD: usize = 200;

/// A sentence for each way in which `new` is looser than `old`; none when it is as strict or stricter.
pub fn loosens(old: &RuleBook, new: &RuleBook) -> Vec<String> {
    let mut told = Sentences::default();
    let nothing = ProgramRules::default();
    let names: BTreeSet<&str> = old.programs().chain(new.programs()).map(|(name, _)| name).collect();
    let (old_programs, new_programs): (BTreeMap<_, _>, BTreeMap<_, _>) =
        (old.programs().collect(), new.programs().collect());
    aliases(old, new, &mut told);
    for name in names {
        let before = old_programs.get(name).copied().unwrap_or(&nothing);
        let after = new_programs.get(name).copied().unwrap_or(&nothing);
        auto_rules(before, after, &mut told);
        strict_rules(&before.rules, &after.rules, &mut told);
        raises(&before.operands, &after.operands, &mut told);
        profile(name, before.profile.as_deref(), after, &mut told);
        no_longer_doubted(name, before, after, &mut told);
        forgotten(name, before, after, &mut told);
        synonyms(name, before, after, &mut told);
        effects(name, before, after, &mut told);
    }
    by_lines(old, new, &old_programs, &new_programs, &mut told);
    // Strict rules of files that nobody trusts: what they say stands in the books that raise.
    let (strict, kept) = (gathered(old), gathered(new));
    for (name, (rules, operands)) in &strict {
        let (after, after_operands) = kept.get(name).cloned().unwrap_or_default();
        strict_rules(rules, &after, &mut told);
        raises(operands, &after_operands, &mut told);
    }
    told.listed()
}

#[derive(Default)]
struct Sentences {
    in_order: Vec<String>,
    known: BTreeSet<String>,
}

impl Sentences {
    fn add(&mut self, sentence: String) {
        if self.known.insert(sentence.clone()) {
            self.in_order.push(sentence);
        }
    }

    fn listed(mut self) -> Vec<String> {
        let more = self.in_order.len().saturating_sub(MOST_TOLD);
        self.in_order.truncate(MOST_TOLD);
        if more > 0 {
            self.in_order.push(format!("and {more} more"));
        }
        self.in_order
    }
}

type Strict = BTreeMap<String, (Vec<Placed>, Vec<PlacedOperand>)>;

/// The strict rules of a book and of those that raise it.
fn gathered(book: &RuleBook) -> Strict {
    let mut all = Strict::new();
    let mut books = vec![book];
    while let Some(book) = books.pop() {
        books.extend(book.raises().iter().map(AsRef::as_ref));
        for (name, rules) in book.programs() {
            let entry = all.entry(name.to_owned()).or_default();
            entry.0.extend(rules.rules.iter().filter(|placed| placed.rule.tier > Tier::Auto).cloned());
            entry.1.extend(rules.operands.iter().cloned());
        }
    }
    all
}

fn aliases(old: &RuleBook, new: &RuleBook, told: &mut Sentences) {
    for (alias, program) in new.aliases() {
        if old.aliases().get(alias) != Some(program) {
            told.add(format!("`{alias}` is read as {program}"));
        }
    }
    for (alias, program) in old.aliases() {
        if !new.aliases().contains_key(alias) {
            told.add(format!("`{alias}` is no longer read as {program}, so its rules no longer hold for it"));
        }
    }
}

fn auto_rules(before: &ProgramRules, after: &ProgramRules, told: &mut Sentences) {
    let key = |placed: &Placed| {
        let rule = &placed.rule;
        (rule.path.clone(), rule.flags.iter().cloned().collect::<BTreeSet<_>>(), rule.open)
    };
    let automatic = |rules: &ProgramRules| {
        rules.rules.iter().filter(|placed| placed.rule.tier == Tier::Auto).cloned().collect::<Vec<_>>()
    };
    let (before, after) = (automatic(before), automatic(after));
    let known: BTreeSet<_> = before.iter().map(key).collect();
    let kept: BTreeSet<_> = after.iter().map(key).collect();
    for placed in after.iter().filter(|placed| !known.contains(&key(placed))) {
        told.add(format!("`{}` becomes automatic ({}:{})", placed.rule.text, placed.file, placed.rule.line));
    }
    let outweighed = |path: &[String]| {
        after.iter().find(|placed| placed.rule.path.len() < path.len() && path.starts_with(&placed.rule.path))
    };
    for placed in before.iter().filter(|placed| !kept.contains(&key(placed))) {
        // The longer path kept the shorter one's looser terms away.
        if let Some(shorter) = outweighed(&placed.rule.path) {
            let (gone, shorter) = (&placed.rule.text, &shorter.rule.text);
            told.add(format!("`{gone}` is gone, so `{shorter}` decides where it did"));
        }
    }
}

fn strict_rules(before: &[Placed], after: &[Placed], told: &mut Sentences) {
    let mut by_path: BTreeMap<&[String], Vec<&Placed>> = BTreeMap::new();
    for placed in after.iter().filter(|placed| placed.rule.tier > Tier::Auto) {
        by_path.entry(&placed.rule.path).or_default().push(placed);
    }
    for placed in before.iter().filter(|placed| placed.rule.tier > Tier::Auto) {
        let rule = &placed.rule;
        let covers = |other: &&Placed| {
            // Fewer triggers are touched more often; a rule without any outweighs none on a longer path.
            other.rule.tier >= rule.tier
                && other.rule.flags.is_empty() == rule.flags.is_empty()
                && other.rule.flags.iter().all(|flag| rule.flags.contains(flag))
        };
        if !by_path.get(rule.path.as_slice()).is_some_and(|others| others.iter().any(covers)) {
            told.add(format!("`{}` is no longer {} ({}:{})", rule.text, tier(rule.tier), placed.file, rule.line));
        }
    }
}

fn tier(tier: Tier) -> &'static str {
    match tier {
        Tier::Auto => "automatic",
        Tier::Approval => "a rule that asks",
        Tier::Destructive => "destructive",
    }
}

fn raises(before: &[PlacedOperand], after: &[PlacedOperand], told: &mut Sentences) {
    for placed in before {
        let rule = &placed.rule;
        let covers = |other: &PlacedOperand| {
            let other = &other.rule;
            other.tier >= rule.tier
                && rule.path.starts_with(&other.path)
                && rule.like.iter().all(|form| other.like.contains(form))
                && other.unless.iter().all(|option| rule.unless.contains(option))
                && (other.none || !rule.none)
                && (rule.first || !other.first)
        };
        if !after.iter().any(covers) {
            let to = rule.tier;
            told.add(format!("`{}` no longer raises to {to} ({}:{})", rule.text(), placed.file, rule.line));
        }
    }
}

fn profile(name: &str, before: Option<&Profile>, after: &ProgramRules, told: &mut Sentences) {
    let nothing = Profile::default();
    let (old, new) = (before.unwrap_or(&nothing), after.profile.as_deref().unwrap_or(&nothing));
    if old.abbreviations && !new.abbreviations {
        told.add(format!("the options of {name} are no longer known by their abbreviations"));
    }
    let by_option = after.effects.iter().any(|(_, effect)| !effect.flags.is_empty());
    if by_option && (before.is_none() != after.profile.is_none() || new.abbreviations && !old.abbreviations) {
        // An effect with an option outweighs one without, which may ask for more.
        told.add(format!("the options by which the effects of {name} are told apart are spelt otherwise"));
    }
    guarded(name, &old.guarded, Some(&new.guarded), told);
    for (path, table) in &old.guarded_verbs {
        guarded(&verb(name, path), table, new.guarded_verbs.get(path), told);
    }
    if after.profile.is_none() {
        // Without a profile only exact words are automatic.
        return;
    }
    if before.is_none() {
        let open = after.rules.iter().filter(|placed| placed.rule.tier == Tier::Auto && placed.rule.open);
        for placed in open {
            told.add(format!("`{}` is automatic with operands, now that {name} has options", placed.rule.text));
        }
    }
    if before.is_some() && (old.single_dash, old.globals_first) != (new.single_dash, new.globals_first) {
        told.add(format!("the options of {name} are read otherwise (single_dash, globals_first)"));
    }
    match (old.max_operands, new.max_operands) {
        (Some(most), None) => told.add(format!("{name} may have more than {most} operands and stay automatic")),
        (Some(most), Some(more)) if more > most => {
            told.add(format!("{name} may have {more} operands, not {most}, and stay automatic"));
        }
        _ => {}
    }
    for (path, forms) in &old.operands {
        match new.operands.get(path) {
            Some(same) if same == forms => {}
            Some(_) => told.add(format!("the operands that leave `{}` automatic are others", verb(name, path))),
            None => told.add(format!("any operand leaves `{}` automatic", verb(name, path))),
        }
    }
    for word in new.help.iter().filter(|word| !old.help.contains(word)) {
        told.add(format!("`{name} … {word}` becomes automatic as a request for help"));
    }
    harmless(&format!("{name} everywhere"), Some(&old.global), &new.global, told);
    for (path, table) in &new.verbs {
        harmless(&format!("`{}`", verb(name, path)), old.verbs.get(path), table, told);
    }
}

fn verb(program: &str, path: &str) -> String {
    if path.is_empty() { program.to_owned() } else { format!("{program} {path}") }
}

/// Every option of a table; `-#` stands for options such as `-5`.
fn options(table: &OptionTable) -> BTreeMap<&str, Option<Take>> {
    let numbers = table.get("-0").is_some().then_some(("-#", Some(Take::Nothing)));
    table.names().map(|name| (name, table.get(name))).chain(numbers).collect()
}

fn harmless(place: &str, before: Option<&OptionTable>, after: &OptionTable, told: &mut Sentences) {
    let known = before.map(options).unwrap_or_default();
    for (name, take) in options(after) {
        match known.get(name) {
            None => told.add(format!("`{name}` becomes harmless for {place}")),
            Some(before) if *before != take => told.add(format!("`{name}` takes its value otherwise for {place}")),
            Some(_) => {}
        }
    }
}

fn guarded(place: &str, before: &OptionTable, after: Option<&OptionTable>, told: &mut Sentences) {
    let kept = after.map(options).unwrap_or_default();
    for (name, take) in options(before) {
        match kept.get(name) {
            None => told.add(format!("`{name}` of {place} is no longer guarded")),
            Some(after) if *after != take => told.add(format!("`{name}` of {place} takes its value otherwise")),
            Some(_) => {}
        }
    }
}

/// The options of `table` that stand in none of the others.
fn missing_from<'a>(others: &[Option<&OptionTable>], table: &'a OptionTable) -> Vec<&'a str> {
    let known: BTreeMap<_, _> = others.iter().flatten().flat_map(|table| options(table)).collect();
    let names = options(table).into_keys();
    names.filter(|option| !known.contains_key(option)).collect()
}

/// Guarded options that were not known: an unknown one makes everything else in a line count as a possible command.
fn no_longer_doubted(name: &str, before: &ProgramRules, after: &ProgramRules, told: &mut Sentences) {
    let destructive = before.rules.iter().any(|placed| placed.rule.tier == Tier::Destructive)
        || before.operands.iter().any(|placed| placed.rule.tier == Tier::Destructive);
    let (Some(new), true) = (&after.profile, destructive) else { return };
    let nothing = Profile::default();
    let old = before.profile.as_deref().unwrap_or(&nothing);
    let mut known = |place: &str, table: &OptionTable, tables: &[Option<&OptionTable>]| {
        for option in missing_from(tables, table) {
            told.add(format!("`{option}` of {place} is known and raises no doubt any more"));
        }
    };
    known(name, &new.guarded, &[Some(&old.guarded), Some(&old.global)]);
    for (path, table) in &new.guarded_verbs {
        let known_before = [old.guarded_verbs.get(path), old.verbs.get(path), Some(&old.guarded), Some(&old.global)];
        known(&verb(name, path), table, &known_before);
    }
}

/// Options of which nothing is known any more. Alone that is stricter; but where operands raise or are counted, a value
/// that is no longer read as one takes an operand's place.
fn forgotten(name: &str, before: &ProgramRules, after: &ProgramRules, told: &mut Sentences) {
    let counted = before.effects.iter().any(|(_, effect)| effect.objects.is_some() || !effect.name_kinds.is_empty());
    let placed = before.operands.iter().map(|placed| &placed.rule);
    let weighed = placed.clone().any(|rule| rule.none || rule.first);
    let held = placed.flat_map(|rule| &rule.like).any(|form| form.text().starts_with('-'));
    let (Some(old), true) = (&before.profile, counted || weighed || held) else { return };
    let nothing = Profile::default();
    let new = after.profile.as_deref().unwrap_or(&nothing);
    let mut gone = |place: &str, table: &OptionTable, tables: &[Option<&OptionTable>]| {
        for option in missing_from(tables, table) {
            told.add(format!("`{option}` of {place} is no longer known"));
        }
    };
    gone(name, &old.global, &[Some(&new.global), Some(&new.guarded)]);
    for (path, table) in &old.verbs {
        let kept = [new.verbs.get(path), new.guarded_verbs.get(path), Some(&new.global), Some(&new.guarded)];
        gone(&verb(name, path), table, &kept);
    }
}

fn synonyms(name: &str, before: &ProgramRules, after: &ProgramRules, told: &mut Sentences) {
    let line = |words: &[String]| verb(name, &words.join(" "));
    let (known, kept): (BTreeSet<_>, BTreeSet<_>) = (before.synonyms.iter().collect(), after.synonyms.iter().collect());
    for (from, to) in kept.difference(&known) {
        told.add(format!("`{}` is read as `{}`", line(from), line(to)));
    }
    for (from, to) in known.difference(&kept) {
        told.add(format!("`{}` is no longer read as `{}`", line(from), line(to)));
    }
}

/// What an effect demands of the person before a destructive command.
fn demands(effect: &EffectRule) -> BTreeSet<String> {
    let mut all: BTreeSet<String> = effect.unknown_count.iter().chain(&effect.name_kinds).cloned().collect();
    all.extend(effect.always_name.then(|| "a name, always".to_owned()));
    // Without objects nothing is counted; a skip moves what is counted.
    all.extend(effect.objects.as_ref().map(|objects| format!("objects after {}", objects.skip)));
    all
}

fn effects(name: &str, before: &ProgramRules, after: &ProgramRules, told: &mut Sentences) {
    let same = |one: &(Vec<String>, EffectRule), other: &(Vec<String>, EffectRule)| {
        one.0 == other.0 && one.1.flags == other.1.flags
    };
    let looser = |old: &EffectRule, new: &EffectRule| !demands(old).is_subset(&demands(new));
    for old in &before.effects {
        match after.effects.iter().rfind(|new| same(old, new)) {
            Some(new) if looser(&old.1, &new.1) => {
                told.add(format!("`{}` asks for a name less often", verb(name, &old.0.join(" "))));
            }
            None if !demands(&old.1).is_empty() => {
                told.add(format!("`{}` no longer says when a name must be typed", verb(name, &old.0.join(" "))));
            }
            _ => {}
        }
    }
    for new in after.effects.iter().filter(|new| !before.effects.iter().any(|old| same(old, new))) {
        let shadowed = before.effects.iter().filter(|old| new.0.starts_with(&old.0) && looser(&old.1, &new.1));
        if let Some(old) = shadowed.max_by_key(|old| old.0.len()) {
            let (new, old) = (verb(name, &new.0.join(" ")), verb(name, &old.0.join(" ")));
            told.add(format!("`{new}` asks for a name less often than `{old}` does"));
        }
    }
    // A deed that is called reversible is agreed to more lightly.
    for old in before.effects.iter().filter(|old| old.1.reversible == Reversible::No) {
        if after.effects.iter().any(|new| same(old, new) && new.1.reversible == Reversible::Yes) {
            told.add(format!("`{}` is now said to be reversible", verb(name, &old.0.join(" "))));
        }
    }
}

/// Judges what rules and verbs speak of by both books.
fn by_lines(
    old: &RuleBook,
    new: &RuleBook,
    before: &BTreeMap<&str, &ProgramRules>,
    after: &BTreeMap<&str, &ProgramRules>,
    told: &mut Sentences,
) {
    let (old_lines, new_lines) = (lines(before), lines(after));
    let mut chosen: BTreeSet<&String> = old_lines.union(&new_lines).map(|(line, _)| line).collect();
    if chosen.len() > MOST_LINES {
        chosen = old_lines.symmetric_difference(&new_lines).map(|(line, _)| line).collect();
    }
    if chosen.len() > MOST_LINES {
        told.add(format!("{} rules and verbs changed, too many to compare", chosen.len()));
        return;
    }
    for line in chosen {
        let of = |book: &RuleBook| {
            let judged = judge(&Action::Command { line: line.clone() }, book);
            (judged.verdict.tier, judged.verdict.consent)
        };
        let ((tier_before, consent_before), (tier_after, consent_after)) = (of(old), of(new));
        if tier_after < tier_before {
            told.add(format!("`{line}` was {tier_before} and becomes {tier_after}"));
        } else if matches!(consent_before, Consent::Name(_)) && consent_after == Consent::TypedWord {
            told.add(format!("`{line}` no longer asks for a name"));
        }
    }
}

/// A line for each rule, for each verb, and for each form of an operand, with what was said of it.
fn lines(programs: &BTreeMap<&str, &ProgramRules>) -> BTreeSet<(String, Option<Tier>)> {
    let mut all = BTreeSet::new();
    for (name, rules) in programs {
        for placed in &rules.rules {
            let bare = placed.rule.text.trim_end_matches('*').trim_end();
            let tier = Some(placed.rule.tier);
            all.insert((bare.to_owned(), tier));
            all.insert((format!("{bare} x"), tier));
        }
        for path in rules.verbs() {
            all.insert((format!("{name} {path}"), None));
            all.insert((format!("{name} {path} x"), None));
            let help = rules.profile.iter().flat_map(|profile| &profile.help);
            all.extend(help.map(|word| (format!("{name} {path} {word}"), None)));
        }
        for placed in &rules.operands {
            let verb = verb(name, &placed.rule.path.join(" "));
            let tier = Some(placed.rule.tier);
            let forms = placed.rule.like.iter();
            all.extend(forms.map(|form| (format!("{verb} {}", form.text().replace(['*', '#'], "1")), tier)));
            all.insert((verb, tier));
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::subsequence;

    use super::*;
    use crate::gate::{Standing, judge as judge_by_all};
    use crate::skill::parse;

    const BASE: &str = "\
## auto_execute
- tool get *
- tool remote show
- tool remote *
## requires_approval
- tool push *
## destructive
- tool delete *
- tool push --force *
## options
```yaml
tool:
  aliases: [t]
  abbreviations: true
  max_operands: 2
  global: \"-n=\"
  guarded: \"--config=\"
  verbs: {get: \"-o=\", push: \"-v\"}
  operands: {get: \"pods nodes\"}
```
## synonyms
```yaml
tool rm: tool delete
```
## effects
```yaml
- {match: tool delete, text: deletes, reversible: \"no\", always_name: true}
```
## operands
```yaml
- {match: tool push, like: [\"+*\"], tier: destructive, why: it overwrites}
```
";

    fn book(text: &str) -> RuleBook {
        let skill = parse("tool", "tool/SKILL.md", text);
        assert_eq!(skill.problems, [], "{text}");
        RuleBook::compile(&[(skill, Standing::Trusted)])
    }

    fn change(from: &str, to: &str) -> Vec<String> {
        assert!(BASE.contains(from), "{from}");
        loosens(&book(BASE), &book(&BASE.replacen(from, to, 1)))
    }

    #[test]
    fn what_is_equal_or_stricter_loosens_nothing() {
        assert_eq!(loosens(&book(BASE), &book(BASE)), [] as [String; 0]);
        for (from, to) in [
            ("- tool delete *", "- tool delete *\n- tool drain *"),
            ("- tool push *\n", "- tool push *\n- tool cordon *\n"),
            ("- tool get *\n", ""),
            ("get: \"-o=\"", "get: \"\""),
            ("max_operands: 2", "max_operands: 1"),
            ("like: [\"+*\"]", "like: [\"+*\", \":*\"]"),
            ("global: \"-n=\"", "global: \"\""),
        ] {
            assert_eq!(change(from, to), [] as [String; 0], "{to}");
        }
    }

    #[test]
    fn each_way_of_loosening_is_named() {
        for (from, to, told) in [
            ("- tool get *\n", "- tool get *\n- tool top *\n", "`tool top *` becomes automatic (tool/SKILL.md:3)"),
            ("- tool remote show\n", "", "`tool remote show` is gone, so `tool remote *` decides where it did"),
            ("- tool delete *\n", "", "`tool delete *` is no longer destructive (tool/SKILL.md:8)"),
            ("- tool push --force *\n", "", "`tool push --force *` is no longer destructive (tool/SKILL.md:9)"),
            (
                "- tool push *\n",
                "- tool push *\n- tool delete pod *\n",
                "`tool delete pod` was destructive and becomes approval",
            ),
            (
                "- tool push *\n",
                "- tool push *\n- tool push +x *\n",
                "`tool push +x` was destructive and becomes approval",
            ),
            (
                "tier: destructive, why",
                "tier: approval, why",
                "`tool push +*` no longer raises to destructive (tool/SKILL.md:31)",
            ),
            (
                "like: [\"+*\"]",
                "like: [\"+*\"], unless: [\"-v\"]",
                "`tool push +*` no longer raises to destructive (tool/SKILL.md:31)",
            ),
            ("get: \"-o=\"", "get: \"-o= -w\"", "`-w` becomes harmless for `tool get`"),
            ("get: \"-o=\"", "get: \"-o\"", "`-o` takes its value otherwise for `tool get`"),
            ("global: \"-n=\"", "global: \"-n= -#\"", "`-#` becomes harmless for tool everywhere"),
            ("guarded: \"--config=\"", "guarded: \"\"", "`--config` of tool is no longer guarded"),
            ("  max_operands: 2\n", "", "tool may have more than 2 operands and stay automatic"),
            ("max_operands: 2", "max_operands: 3", "tool may have 3 operands, not 2, and stay automatic"),
            ("\"pods nodes\"", "\"*\"", "the operands that leave `tool get` automatic are others"),
            ("  operands: {get: \"pods nodes\"}\n", "", "any operand leaves `tool get` automatic"),
            ("  abbreviations: true\n", "  help: --help\n", "`tool … --help` becomes automatic as a request for help"),
            ("  abbreviations: true\n", "", "the options of tool are no longer known by their abbreviations"),
            ("aliases: [t]", "aliases: [t, tl]", "`tl` is read as tool"),
            ("aliases: [t]", "aliases: []", "`t` is no longer read as tool, so its rules no longer hold for it"),
            ("tool rm: tool delete", "tool rm: tool get", "`tool rm` is read as `tool get`"),
            ("tool rm: tool delete", "tool rm: tool get", "`tool rm` is no longer read as `tool delete`"),
            (", always_name: true", "", "`tool delete` asks for a name less often"),
            ("reversible: \"no\"", "reversible: \"yes\"", "`tool delete` is now said to be reversible"),
        ] {
            let sentences = change(from, to);
            assert!(sentences.iter().any(|sentence| sentence == told), "{told}\nnot in {sentences:#?}");
        }
    }

    #[test]
    fn a_profile_where_there_was_none_opens_its_auto_rules() {
        let old = book("## auto_execute\n- aws list *\n");
        let new = book("## auto_execute\n- aws list *\n## options\n```yaml\naws: {verbs: {list: \"\"}}\n```\n");
        let told = loosens(&old, &new);
        assert_eq!(told[0], "`aws list *` is automatic with operands, now that aws has options");
        assert_eq!(told[1], "`aws list x` was approval and becomes auto");
    }

    #[test]
    fn strict_rules_of_an_untrusted_file_that_go_are_named() {
        let strict = parse("found", "found/SKILL.md", "## destructive\n- tool get *\n");
        let raised = RuleBook::compile(&[
            (parse("tool", "tool/SKILL.md", BASE), Standing::Trusted),
            (strict, Standing::Untrusted),
        ]);
        assert_eq!(loosens(&book(BASE), &raised), [] as [String; 0], "what only raises loosens nothing");
        assert_eq!(loosens(&raised, &book(BASE)), ["`tool get *` is no longer destructive (found/SKILL.md:2)"]);
    }

    /// Pieces of files that touch one another, to be put together at random.
    const RULES: &[&str] = &[
        "tool get *",
        "tool get",
        "tool get x *",
        "tool get --all *",
        "tool put *",
        "tool put +a *",
        "tool put x y *",
        "tool put --force *",
        "tool put -f *",
        "tool rm *",
        "tool rm x",
        "tool *",
        "tool --version",
    ];
    const OPTIONS: &[&str] = &[
        "aliases: [t]",
        "abbreviations: true",
        "max_operands: 1",
        "global: \"-n= -v\"",
        "guarded: \"--conf=\"",
        "verbs: {get: \"-o= --all\", put: \"--all\"}",
        "guarded_verbs: {put: \"-o\"}",
        "operands: {get: \"x y\"}",
        "globals_first: true",
        "single_dash: true",
        "help: --help",
    ];
    const SYNONYMS: &[&str] = &["tool del: tool rm", "tool get a: tool get", "tool show: tool get"];
    const RAISES: &[&str] = &[
        "{match: tool put, like: [\"+*\"], tier: destructive, why: w}",
        "{match: tool, like: [\"x\"], tier: approval, why: w}",
        "{match: tool get, like: [\"-o=j*\"], tier: destructive, unless: [\"-v\"], why: w}",
        "{match: tool put, none: true, tier: destructive, why: w}",
    ];
    const EFFECTS: &[&str] = &[
        "{match: tool rm, text: t, reversible: unknown, objects: {}}",
        "{match: tool put, text: t, reversible: unknown, always_name: true}",
        "{match: tool put, flags: [--force], text: t, reversible: unknown}",
        "{match: tool, text: t, reversible: unknown, unknown_count: [--all]}",
    ];
    const LINES: &[&str] = &[
        "tool",
        "tool get",
        "tool get x",
        "tool get y z",
        "tool get a x",
        "tool get --all",
        "tool get -o json x",
        "tool get -ojson x",
        "tool get -v -o json",
        "tool get -n x",
        "tool -n get rm x",
        "tool show x",
        "tool put",
        "tool put x",
        "tool put +a",
        "tool put +a b",
        "tool put x y",
        "tool put --force x",
        "tool put --forc x",
        "tool put -f x",
        "tool put -vf x",
        "tool put -o x",
        "tool put --conf x",
        "tool rm",
        "tool rm x",
        "tool rm x y",
        "tool rm --all",
        "tool del x",
        "t rm x",
        "t get x",
        "tool get --help",
        "tool --version",
        "tool --conf get rm x",
        "tool get -5",
        "tool x",
        "echo $(tool rm x)",
        "sudo tool put --force",
    ];

    fn text() -> impl Strategy<Value = String> {
        let some = |all: &'static [&'static str]| subsequence(all, 0..=all.len());
        let rules = proptest::collection::vec(0..8_u8, RULES.len());
        (rules, some(OPTIONS), some(SYNONYMS), some(RAISES), some(EFFECTS)).prop_map(
            |(tiers, options, synonyms, raises, effects)| {
                let mut text = String::new();
                for (number, tier) in ["auto_execute", "requires_approval", "destructive"].iter().enumerate() {
                    text.push_str(&format!("## {tier}\n"));
                    let chosen = RULES.iter().zip(&tiers).filter(|(_, tier)| usize::from(**tier) == number);
                    chosen.for_each(|(rule, _)| text.push_str(&format!("- {rule}\n")));
                }
                let block = |name: &str, body: String| format!("## {name}\n```yaml\n{body}```\n");
                let list = |items: &[&str]| items.iter().map(|item| format!("- {item}\n")).collect::<String>();
                if !options.is_empty() {
                    let body = options.iter().map(|option| format!("  {option}\n")).collect::<String>();
                    text.push_str(&block("options", format!("tool:\n{body}")));
                }
                if !synonyms.is_empty() {
                    text.push_str(&block("synonyms", synonyms.join("\n") + "\n"));
                }
                if !raises.is_empty() {
                    text.push_str(&block("operands", list(&raises)));
                }
                if !effects.is_empty() {
                    text.push_str(&block("effects", list(&effects)));
                }
                text
            },
        )
    }

    proptest! {
        #[test]
        fn where_nothing_is_told_no_line_is_looser(old in text(), new in text()) {
            let (before, after) = (book(&old), book(&new));
            if loosens(&before, &after).is_empty() {
                for line in LINES {
                    let of = |book: &RuleBook| judge(&Action::Command { line: (*line).to_owned() }, book).verdict.tier;
                    prop_assert!(of(&after) >= of(&before), "{} is looser by\n{}\nthan by\n{}", line, new, old);
                }
            }
        }

        #[test]
        fn one_piece_less_or_more_is_told_when_a_line_is_looser(old in text(), piece in 0..200_usize) {
            // Two files at random are seldom comparable; one that lost a line often is.
            let lines: Vec<&str> = old.lines().collect();
            let gone = piece % lines.len().max(1);
            let new: String = lines.iter().enumerate().filter(|(index, _)| *index != gone)
                .map(|(_, line)| format!("{line}\n")).collect();
            for (old, new) in [(&old, &new), (&new, &old)] {
                let (skill, other) = (parse("tool", "tool/SKILL.md", old), parse("tool", "tool/SKILL.md", new));
                let compile = |skill| RuleBook::compile(&[(skill, Standing::Trusted)]);
                let (before, after) = (compile(skill), compile(other));
                if loosens(&before, &after).is_empty() {
                    for line in LINES {
                        let of = |book: &RuleBook| judge(&Action::Command { line: (*line).to_owned() }, book).verdict;
                        let (was, is) = (of(&before), of(&after));
                        let doubted = was.deciding().is_some_and(|reason| reason.text.contains("could be meant"));
                        if doubted && is.tier > Tier::Auto {
                            continue;
                        }
                        prop_assert!(is.tier >= was.tier, "{} is looser by\n{}\nthan by\n{}", line, new, old);
                        let named = |verdict: &crate::domain::Verdict| matches!(verdict.consent, Consent::Name(_));
                        prop_assert!(is.tier > was.tier || !named(&was) || named(&is), "{} asks for no name by\n{}\nbut by\n{}", line, new, old);
                    }
                }
            }
        }

        #[test]
        fn an_untrusted_file_never_makes_a_line_looser(own in text(), found in text()) {
            let own = parse("tool", "tool/SKILL.md", &own);
            let found = parse("tool", "found/SKILL.md", &found);
            let alone = RuleBook::compile(&[(own.clone(), Standing::Trusted)]);
            let both = RuleBook::compile(&[(own, Standing::Trusted), (found, Standing::Untrusted)]);
            prop_assert_eq!(loosens(&alone, &both), [] as [String; 0]);
            for line in LINES {
                let of = |book: &RuleBook| judge_by_all(&Action::Command { line: (*line).to_owned() }, book).verdict.tier;
                prop_assert!(of(&both) >= of(&alone), "{}", line);
            }
        }
    }
}
