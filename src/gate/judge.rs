//! Decides the tier of a command line.
//!
//! Owns the order of rules: the longest verb path sets the tier, triggers and
//! floors only raise it, a compound takes the highest of its parts. Knows
//! nothing of who asks, how the answer is shown, or how the command is run.
//! Doubt never lowers a tier.

use super::book::{Placed, PlacedOperand, ProgramRules, RuleBook};
use super::canonical::{self, Call, Standing, triggered};
use super::facts::{CONFIGURED, FactQuery};
use super::floors;
use super::foreign;
use super::line::{self, Command, CommandPipeline};
use super::objects;
use super::operands::{self, WithPlugin};
use super::protected;
use super::reach::{self, Reach};
use super::secrets;
use super::sight::{self, Seen, Sighting};
use super::ways;
use crate::domain::{Action, Consent, Lane, MCP, Part, Reason, Reversible, Source, Tier, ToolUse, Verdict};
use crate::skill::{Endpoint, Profile};

/// A judgement that still wants facts.
#[derive(Debug, Clone)]
pub struct Judged {
    /// What the words alone say; facts can only raise it.
    pub verdict: Verdict,
    /// What must be known before the command may run.
    pub needs: Vec<FactQuery>,
    pub(super) line: String,
    pub(super) reading: Option<Vec<CommandPipeline>>,
    /// What each command reaches; for a line that was not read, what anything in it could.
    pub(super) reach: Vec<Reach>,
    /// What each command is, for a grant; empty where the line was not read.
    pub(super) calls: Vec<Called>,
    /// What shows more of what each command would change, where a plugin is there; empty where the line was not read.
    pub(super) looks: Vec<Option<WithPlugin>>,
    /// Milliseconds the line may run; `None` for streaming commands.
    pub(super) timeout_ms: Option<u64>,
    /// The tool of another program's server, where it is one and no line.
    pub(super) tool: Option<ToolUse>,
}

/// What of a command a grant and the protection of places look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Called {
    pub program: String,
    pub path: Vec<String>,
    /// Name and value of each option.
    pub options: Vec<(String, Option<String>)>,
    pub operands: Vec<String>,
    /// It runs what stands in its own words: a shell, `kubectl exec`, a program nobody knows.
    pub runs_others: bool,
    /// Every option is one its skill vouches for.
    pub vouched: bool,
}

impl Judged {
    /// The objects come from a listing of all there are: the name of one must be typed, however few they turn out to be.
    #[must_use]
    pub fn over_all(mut self) -> Judged {
        if self.verdict.consent == Consent::TypedWord {
            let destructive = self.verdict.parts.iter().filter(|part| part.tier == Tier::Destructive);
            let name = destructive.flat_map(|part| part.objects.first().or(part.canonical.last())).next();
            if let Some(name) = name {
                self.verdict.consent = Consent::Name(objects::last_part(name));
            }
        }
        self
    }
}

/// Judges an action by its words.
pub fn judge(action: &Action, book: &RuleBook) -> Judged {
    match action {
        Action::Command { line } => judge_line(line, book),
        Action::ToolCall { used } => foreign::judge(used, book),
        Action::Http { method, url } => request(format!("{method} {url}")),
    }
}

fn request(line: String) -> Judged {
    let reason = floor(Tier::Approval, "outside-tool", "a request to a host is never automatic");
    let verdict = Verdict {
        tier: Tier::Approval,
        lane: Lane::Complex,
        parts: Vec::new(),
        reasons: vec![reason],
        consent: Consent::Words,
    };
    Judged {
        verdict,
        needs: Vec::new(),
        line,
        reading: None,
        reach: Vec::new(),
        calls: Vec::new(),
        looks: Vec::new(),
        timeout_ms: None,
        tool: None,
    }
}

fn judge_line(text: &str, book: &RuleBook) -> Judged {
    match line::read(text) {
        Ok(pipelines) => simple(text, pipelines, book),
        Err(why) => complex(text, &why, book),
    }
}

fn simple(text: &str, pipelines: Vec<CommandPipeline>, book: &RuleBook) -> Judged {
    let commands: Vec<&Command> = pipelines.iter().flat_map(|pipeline| &pipeline.commands).collect();
    let mut parts: Vec<JudgedPart> = commands.iter().map(|command| judge_command(&command.words, book)).collect();
    let stages: Vec<Vec<&[String]>> =
        pipelines.iter().map(|pipeline| pipeline.commands.iter().map(|command| &command.words[..]).collect()).collect();
    for (place, sighting) in Sighting::of_pipelines(&stages) {
        if let Some(part) = parts.get_mut(place) {
            fed(part, sighting.seen(book));
        }
    }
    let mut needs = Vec::new();
    for (command, part) in commands.iter().zip(&parts) {
        ask(&mut needs, FactQuery::Binary { word: command.words.first().cloned().unwrap_or_default() });
        if CONFIGURED.contains(&part.program.as_str()) {
            ask(&mut needs, FactQuery::Settings { program: part.program.clone() });
        }
        ask_about(&part.reach, part.part.tier, &mut needs);
        part.look.iter().for_each(|look| ask(&mut needs, FactQuery::Plugin(look.plugin.clone())));
        if part.part.tier > Tier::Auto {
            ask_where(protected::words_of(&part.called), &mut needs);
        }
    }
    let streams = parts.iter().any(|part| part.streams);
    let timeout = parts.iter().map(|part| part.timeout_ms).sum();
    let consent = consent(&parts);
    let (mut judged, mut reach, mut calls, mut looks) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for part in parts {
        judged.push(part.part);
        reach.push(part.reach);
        calls.push(part.called);
        looks.push(part.look);
    }
    let mut verdict = Verdict { tier: Tier::Auto, lane: Lane::Simple, consent, parts: judged, reasons: Vec::new() };
    verdict.tier = verdict.parts.iter().map(|part| part.tier).max().unwrap_or(Tier::Approval);
    Judged {
        verdict,
        needs,
        line: text.to_owned(),
        reading: Some(pipelines),
        reach,
        calls,
        looks,
        timeout_ms: (!streams).then_some(timeout),
        tool: None,
    }
}

/// The questions about what a command reaches. Of files only where somebody will be asked.
fn ask_about(reach: &Reach, tier: Tier, needs: &mut Vec<FactQuery>) {
    match &reach.context {
        Some(name) => ask(needs, FactQuery::KubeContext { name: name.clone() }),
        None if reach.goes_to(Endpoint::Kube) => ask(needs, FactQuery::Kube),
        None => {}
    }
    if reach.goes_to(Endpoint::Docker) {
        ask(needs, FactQuery::Docker);
    }
    if tier > Tier::Auto {
        reach.files.iter().for_each(|path| ask(needs, FactQuery::File { path: path.clone() }));
    }
}

/// The questions where words lie that name places; a line with more of them is not for people.
pub(super) fn ask_where(words: Vec<String>, needs: &mut Vec<FactQuery>) {
    for path in words {
        if needs.len() >= MOST_QUESTIONS {
            return;
        }
        ask(needs, FactQuery::Real { path });
    }
}

/// A question that is asked already is asked once.
fn ask(needs: &mut Vec<FactQuery>, query: FactQuery) {
    if !needs.contains(&query) {
        needs.push(query);
    }
}

/// Raises a part by what earlier parts of its pipeline may make it do.
fn fed(part: &mut JudgedPart, seen: Seen<'_>) {
    let name = name_of(&seen).filter(|_| part.part.tier < Tier::Destructive);
    let reasons = meant(seen).into_iter().filter(|reason| reason.tier == Tier::Destructive);
    part.part.reasons.extend(reasons);
    part.part.reasons.sort_by_key(|reason| std::cmp::Reverse(reason.tier));
    if name.is_some() {
        part.part.tier = Tier::Destructive;
        part.name = name;
    }
}

fn complex(text: &str, why: &str, book: &RuleBook) -> Judged {
    let sighting = Sighting::of_text(text);
    let mut reasons = vec![floor(Tier::Approval, "complex-line", format!("not read word for word: {why}"))];
    let seen = sighting.seen(book);
    let name = name_of(&seen);
    let parts: Vec<JudgedPart> = seen.commands.iter().map(|words| judge_command(words, book)).collect();
    let destructive = || parts.iter().filter(|part| part.part.tier == Tier::Destructive);
    let name = destructive().map(|part| part.name.clone().unwrap_or_else(|| part.program.clone())).next().or(name);
    reasons.extend(destructive().filter_map(|part| part.part.reasons.first().cloned()));
    reasons.extend(meant(seen).into_iter().filter(|reason| reason.tier == Tier::Destructive));
    reasons.sort_by_key(|reason| std::cmp::Reverse(reason.tier));
    // A command that is judged and sighted has one reason twice.
    let mut told = std::collections::BTreeSet::new();
    reasons.retain(|reason| told.insert(reason.rule.clone()));
    let tier = reasons.iter().map(|reason| reason.tier).max().unwrap_or(Tier::Approval);
    let consent = match name {
        // Nobody can say how many objects such a line touches.
        Some(name) => Consent::Name(name),
        None => Consent::Words,
    };
    let part = Part {
        canonical: vec![text.to_owned()],
        tier,
        reasons: Vec::new(),
        effect: None,
        proof: None,
        objects: Vec::new(),
    };
    let reach = reach::of_text(text, book);
    let mut needs = Vec::new();
    reach.iter().for_each(|reach| ask_about(reach, tier, &mut needs));
    ask_where(protected::words_of_text(text), &mut needs);
    Judged {
        verdict: Verdict { tier, lane: Lane::Complex, parts: vec![part], reasons, consent },
        needs,
        line: text.to_owned(),
        reading: None,
        reach,
        calls: Vec::new(),
        looks: Vec::new(),
        timeout_ms: (!sighting.streams(book)).then_some(DEFAULT_TIMEOUT_MS),
        tool: None,
    }
}

/// Questions about one line.
const MOST_QUESTIONS: usize = 512;

/// The product's default timeout.
const DEFAULT_TIMEOUT_MS: u64 = 30_000;

pub(super) struct JudgedPart {
    pub part: Part,
    program: String,
    /// The name that must be typed, when there must be one.
    name: Option<String>,
    streams: bool,
    timeout_ms: u64,
    reach: Reach,
    called: Called,
    look: Option<WithPlugin>,
}

/// A command whose verb or options nobody knows may do anything with its words.
fn called(call: &Call, profile: &Profile, understood: bool) -> Called {
    let options = call.options.iter().map(|option| (option.name.clone(), option.value.clone())).collect();
    // What stands in the place of an unknown verb may be anything too.
    let verb = if understood { &[][..] } else { &call.path };
    Called {
        program: call.program.clone(),
        path: call.path.clone(),
        options,
        operands: verb.iter().chain(&call.operands).cloned().collect(),
        runs_others: !understood || floors::never_auto(&call.program) || floors::hands_on(call, profile),
        vouched: call.options.iter().all(|option| option.standing == Standing::Harmless),
    }
}

pub(super) fn judge_command(words: &[String], book: &RuleBook) -> JudgedPart {
    let word = words.first().map(String::as_str).unwrap_or_default();
    let name = word.rsplit('/').next().unwrap_or(word);
    // Rules for `mcp` speak of tools of servers, not of a program that happens to be called so.
    let Some((program, rules)) = book.program(name).filter(|(program, _)| *program != MCP) else {
        return unknown_program(name, words, book);
    };
    let no_profile = Profile::default();
    let profile = rules.profile.as_deref().unwrap_or(&no_profile);
    let call = canonical::read(program, words, profile, |path| rules.is_verb_prefix(path), &rules.synonyms);
    if only_help(words, profile, rules, program) {
        return help(call, program, profile);
    }
    let mut reasons = vec![base(&call, words, rules)];
    let understood = !call.uncertain && reasons.iter().all(|reason| reason.source != Source::Default);
    reasons.extend(rules.operands.iter().filter(|placed| operands::raises(&placed.rule, &call)).map(by_operand));
    for placed in rules.rules_over(&call.path) {
        let rule = &placed.rule;
        if rule.tier > Tier::Auto
            && !rule.flags.is_empty()
            && rule.flags.iter().all(|flag| triggered(flag, words, Some((profile, &call.path))))
        {
            let flags = rule.flags.join(" ");
            reasons.push(by_rule(placed, rule.tier, format!("{flags} is in the command")));
        }
    }
    if call.uncertain || (!call.path.is_empty() && !rules.is_verb_prefix(&call.path)) {
        let text = "an option or verb is not known, so the command may do something else";
        reasons.push(floor(Tier::Approval, "unknown-words", text));
        reasons.extend(meant(Sighting::of_command(words).seen(book)));
    }
    let runs_others = floors::never_auto(program)
        || floors::hands_on(&call, profile)
        || call.options.iter().any(|option| option.standing != Standing::Harmless);
    if runs_others {
        reasons.extend(meant(Sighting::of_command(&words[1..]).seen(book)));
    }
    reasons.extend(word_floors(&call, words));
    reasons.extend(path_floor(word));
    let tier = reasons.iter().map(|reason| reason.tier).max().unwrap_or(Tier::Approval);
    // The deciding reason first, the others in the order they were found.
    reasons.sort_by_key(|reason| std::cmp::Reverse(reason.tier));
    let effect_rule = objects::effect(&call, words, rules);
    let objects = objects::named(&call, effect_rule);
    let name = (tier == Tier::Destructive)
        .then(|| objects::name_to_type(&call, words, effect_rule, &objects, profile))
        .flatten();
    let streams = rules.streaming.iter().any(|pattern| streams(pattern, &call, words, profile));
    let timeout_ms = rules
        .timeout
        .map_or(DEFAULT_TIMEOUT_MS, |timeout| u64::try_from(timeout.as_millis()).unwrap_or(DEFAULT_TIMEOUT_MS));
    let effect = effect_rule.map(|rule| crate::domain::Effect {
        text: rule.text.clone(),
        reversible: rule.reversible,
        detail: rule.detail.clone(),
        safer: rule.safer.clone(),
        limits: rule.limits.clone(),
        undo: ways::back(&call, rule),
        instead: ways::of(&call, rule),
    });
    if effect.as_ref().is_some_and(|effect| effect.reversible == Reversible::Yes) {
        let said = describe(Tier::Destructive);
        reasons.iter_mut().filter(|reason| reason.text == said).for_each(|reason| reason.text = HARMS.to_owned());
    }
    let (proof, look) = if tier > Tier::Auto { operands::proofs(&call, rules) } else { (None, None) };
    let verb_known = call.path.is_empty() || rules.is_verb_prefix(&call.path);
    let called = called(&call, profile, understood);
    let own = reach::of_call(&call, profile, verb_known);
    JudgedPart {
        part: Part { canonical: call.canonical(), tier, reasons, effect, proof, objects },
        program: program.to_owned(),
        name,
        streams,
        timeout_ms,
        reach: if called.runs_others { reach::through(own, &words[1..], book) } else { own },
        called,
        look,
    }
}

/// Whether nothing but a verb stands before the request for help.
fn only_help(words: &[String], profile: &Profile, rules: &ProgramRules, program: &str) -> bool {
    let Some((last, before)) = words.split_last() else { return false };
    let verb = before.get(1..).unwrap_or_default();
    profile.help.contains(last)
        && before.first().is_some_and(|program| !program.contains('/'))
        && (verb.is_empty() || rules.is_verb_prefix(verb))
        && !floors::never_auto(program)
}

fn help(call: Call, program: &str, profile: &Profile) -> JudgedPart {
    let reasons = vec![floor(Tier::Auto, "help", "it only prints how it is used")];
    let canonical = call.canonical();
    JudgedPart {
        part: Part { canonical, tier: Tier::Auto, reasons, effect: None, proof: None, objects: Vec::new() },
        program: program.to_owned(),
        name: None,
        streams: false,
        timeout_ms: DEFAULT_TIMEOUT_MS,
        reach: Reach::default(),
        called: called(&call, profile, true),
        look: None,
    }
}

fn unknown_program(name: &str, words: &[String], book: &RuleBook) -> JudgedPart {
    let text = if floors::never_auto(name) {
        format!("{name} can run anything, so it always asks")
    } else {
        format!("no skill knows {name}")
    };
    let mut reasons =
        vec![Reason { tier: Tier::Approval, rule: "unmatched".to_owned(), source: Source::Default, text }];
    reasons.splice(0..0, meant(Sighting::of_command(&words[1..]).seen(book)));
    let tier = reasons.iter().map(|reason| reason.tier).max().unwrap_or(Tier::Approval);
    let typed = (tier == Tier::Destructive).then(|| words.last().cloned()).flatten();
    JudgedPart {
        part: Part { canonical: words.to_vec(), tier, reasons, effect: None, proof: None, objects: Vec::new() },
        program: name.to_owned(),
        name: typed,
        streams: Sighting::of_command(words).streams(book),
        timeout_ms: DEFAULT_TIMEOUT_MS,
        reach: reach::through(Reach::default(), &words[1..], book),
        called: Called {
            program: name.to_owned(),
            path: Vec::new(),
            options: Vec::new(),
            operands: words[1..].to_vec(),
            runs_others: true,
            vouched: false,
        },
        look: None,
    }
}

/// The reason of the rule with the longest verb path.
fn base(call: &Call, words: &[String], rules: &ProgramRules) -> Reason {
    let mut longest: Vec<&Placed> = Vec::new();
    for placed in rules.rules_over(&call.path) {
        let rule = &placed.rule;
        let counts = rule.tier == Tier::Auto || rule.flags.is_empty();
        if !counts {
            continue;
        }
        match longest.first().map_or(0, |best| best.rule.path.len()).cmp(&rule.path.len()) {
            std::cmp::Ordering::Less => longest = vec![placed],
            std::cmp::Ordering::Equal => longest.push(placed),
            std::cmp::Ordering::Greater => {}
        }
    }
    let strictest = longest.iter().filter(|placed| placed.rule.tier > Tier::Auto).max_by_key(|placed| placed.rule.tier);
    if let Some(placed) = strictest {
        return by_rule(placed, placed.rule.tier, describe(placed.rule.tier).to_owned());
    }
    let mut why_not = None;
    for placed in &longest {
        match auto_holds(placed, call, words, rules) {
            Ok(()) => return by_rule(placed, Tier::Auto, describe(Tier::Auto).to_owned()),
            // The first rule's objection is the one that is shown.
            Err(why) => why_not = why_not.or(Some((placed, why))),
        }
    }
    match why_not {
        Some((placed, why)) => by_rule(placed, Tier::Approval, format!("not automatic: {why}")),
        None => Reason {
            tier: Tier::Approval,
            rule: "unmatched".to_owned(),
            source: Source::Default,
            text: "no rule matches, so it asks".to_owned(),
        },
    }
}

fn auto_holds(placed: &Placed, call: &Call, words: &[String], rules: &ProgramRules) -> Result<(), String> {
    let rule = &placed.rule;
    let Some(profile) = &rules.profile else {
        let exact = words.len() == 1 + rule.path.len() + rule.flags.len() && !rule.open
            || (rule.open && words.len() == 1 + rule.path.len() && rule.flags.is_empty());
        return if exact { Ok(()) } else { Err(format!("{} has no option table", rule.program)) };
    };
    for flag in &rule.flags {
        let present = call.options.iter().any(|option| option.name == *flag);
        if !present {
            return Err(format!("the rule wants {flag}"));
        }
        if let Some(name) = flag.strip_prefix("--") {
            let negated = format!("--no-{name}");
            if call.options.iter().any(|option| option.name.starts_with("--no-") && negated.starts_with(&option.name)) {
                return Err(format!("{flag} is taken back"));
            }
        }
    }
    if !rule.open && !call.operands.is_empty() {
        let operand = call.operands.first().map(String::as_str).unwrap_or_default();
        return Err(format!("the rule allows no operand such as `{operand}`"));
    }
    if let Some(operand) = profile.operands.get(&call.path.join(" ")).and_then(|forms| forms.misfit(&call.operands)) {
        return Err(format!("`{operand}` has none of the forms that only read"));
    }
    if profile.max_operands.is_some_and(|most| call.operands.len() > most) {
        return Err("it has more operands than only reading needs".to_owned());
    }
    for option in &call.options {
        let required = rule.flags.contains(&option.name) && option.standing != Standing::Guarded;
        match option.standing {
            Standing::Harmless => {}
            _ if required && option.value.is_none() => {}
            Standing::Guarded => return Err(format!("{} is not harmless", option.name)),
            Standing::Unknown => return Err(format!("{} is not known to be harmless", option.name)),
        }
    }
    if call.uncertain {
        return Err("an unknown option stands before the verb".to_owned());
    }
    Ok(())
}

/// Floors that words alone can touch.
fn word_floors(call: &Call, words: &[String]) -> Vec<Reason> {
    let mut reasons = Vec::new();
    let heads = words.iter().take(1 + call.path.len()).chain(words.iter().filter(|word| word.starts_with('-')));
    if heads.into_iter().any(|word| !word.split('=').next().unwrap_or(word).is_ascii()) {
        reasons.push(floor(Tier::Approval, "look-alike", "the program, verb or an option is not plain ASCII"));
    }
    if let Some(word) = secrets::place(&call.program, words) {
        reasons.push(floor(Tier::Approval, "secret-path", format!("`{word}` is a place where secrets lie")));
    }
    if let Some(danger) = sight::written_over(words) {
        reasons.push(floor(Tier::Destructive, danger.name, danger.why));
    }
    if let Some((tier, name, why)) = floors::by_operands(call, words) {
        reasons.push(floor(tier, name, why));
    }
    if floors::prints_kubernetes_secrets(call) {
        reasons.push(floor(Tier::Approval, "kubernetes-secret", "it would print what a Secret or ConfigMap holds"));
    }
    reasons
}

/// A program named by a path from here can be anybody's, whatever its name.
fn path_floor(word: &str) -> Option<Reason> {
    let relative = word.contains('/') && !word.starts_with('/');
    relative.then(|| floor(Tier::Approval, "relative-program", format!("`{word}` is a file of this directory")))
}

fn consent(parts: &[JudgedPart]) -> Consent {
    let tier = parts.iter().map(|part| part.part.tier).max().unwrap_or(Tier::Approval);
    match tier {
        Tier::Auto => Consent::Nothing,
        Tier::Approval => Consent::Words,
        Tier::Destructive => {
            let mut destructive = parts.iter().filter(|part| part.part.tier == Tier::Destructive);
            match destructive.find_map(|part| part.name.clone()) {
                Some(name) => Consent::Name(name),
                None => Consent::TypedWord,
            }
        }
    }
}

fn streams(pattern: &[String], call: &Call, words: &[String], profile: &Profile) -> bool {
    let (flags, path): (Vec<&String>, Vec<&String>) = pattern.iter().partition(|word| word.starts_with('-'));
    let path_fits = path.len() <= call.path.len() && path.iter().zip(&call.path).all(|(a, b)| *a == b);
    path_fits && flags.iter().all(|flag| triggered(flag, words, Some((profile, &call.path))))
}

/// Of what is destructive by its rule although it can be taken back: `kubectl uncordon`.
const HARMS: &str = "may do harm before it is taken back";

pub(super) fn describe(tier: Tier) -> &'static str {
    match tier {
        Tier::Auto => "read-only",
        Tier::Approval => "changes something",
        Tier::Destructive => "cannot be taken back",
    }
}

pub(super) fn by_rule(placed: &Placed, tier: Tier, text: String) -> Reason {
    let source =
        Source::Skill { skill: placed.skill.to_string(), file: placed.file.to_string(), line: placed.rule.line };
    Reason { tier, rule: placed.rule.text.clone(), source, text }
}

fn by_operand(placed: &PlacedOperand) -> Reason {
    let rule = &placed.rule;
    let source = Source::Skill { skill: placed.skill.to_string(), file: placed.file.to_string(), line: rule.line };
    Reason { tier: rule.tier, rule: rule.text(), source, text: rule.why.clone() }
}

fn sighted(placed: &Placed) -> Reason {
    by_rule(placed, placed.rule.tier, format!("`{}` could be meant by what stands in it", placed.rule.text))
}

/// What could be meant by words that are not understood.
pub(super) fn meant(seen: Seen<'_>) -> Vec<Reason> {
    let danger = seen.danger.map(|danger| floor(Tier::Destructive, danger.name, danger.why));
    danger.into_iter().chain(seen.rule.map(sighted)).chain(seen.operand.map(by_operand)).collect()
}

/// The name to type before what was seen may run: nobody can say how many objects such words touch.
fn name_of(seen: &Seen<'_>) -> Option<String> {
    let verb = |path: &[String], program: &String| path.last().unwrap_or(program).clone();
    let rule = seen.rule.map(|placed| &placed.rule).filter(|rule| rule.tier == Tier::Destructive);
    let operand = seen.operand.map(|placed| &placed.rule).filter(|rule| rule.tier == Tier::Destructive);
    rule.map(|rule| verb(&rule.path, &rule.program))
        .or_else(|| operand.map(|rule| verb(&rule.path, &rule.program)))
        .or_else(|| seen.danger.as_ref().map(|danger| danger.object.clone()))
}

/// A reason of the gate's own.
pub(super) fn floor(tier: Tier, name: &str, text: impl Into<String>) -> Reason {
    Reason { tier, rule: name.to_owned(), source: Source::Floor, text: text.into() }
}
