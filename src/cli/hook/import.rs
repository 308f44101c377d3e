//! `devops-agent hook import`: another program's rules as a draft of a skill file.

use std::fs::OpenOptions;
use std::io::Write;
use std::process::ExitCode;

use super::{Failure, FailureKind, Program, Settings};
use crate::cli::args::{HookImport, HookProgram};
use crate::cli::{setup, speech};
use crate::domain::{Source, Tier};
use crate::gate::{RuleBook, Standing, action_of, judge};
use crate::hooks::{self, Known};
use crate::output::{counted, escape};
use crate::runtime::read_skills;
use crate::skill::{Skill, parse};

pub(super) fn run(settings: &Settings, args: &HookImport) -> Result<ExitCode, Failure> {
    let shown = args.file.display();
    let text = std::fs::read_to_string(&args.file).map_err(|error| {
        Failure::new(FailureKind::Usage, format!("{shown} cannot be read")).because(error).hint("Name a settings file.")
    })?;
    let setup = setup::load(settings)?;
    let (known, book) = read_skills(&setup.loaded.skills);
    let rules = Rules { skills: known.into_iter().map(|known| (known.skill, known.standing)).collect(), book };
    let program = match args.from {
        HookProgram::ClaudeCode => Program::ClaudeCode,
        HookProgram::Codex => Program::Codex,
        HookProgram::Gemini => Program::Gemini,
    };
    let draft = hooks::import(program, &text, &rules).map_err(|why| {
        Failure::new(FailureKind::Usage, format!("{shown} holds no rules that could be read: {why}"))
            .hint("Say with --from whose rules they are.")
    })?;
    draft.left_out.iter().for_each(|why| speech::warning(&format!("not carried over: {}", escape::line(why))));
    match &args.output {
        None => speech::result(draft.text.trim_end()),
        Some(path) => {
            let written = OpenOptions::new().write(true).create_new(true).open(path);
            written.and_then(|mut file| file.write_all(draft.text.as_bytes())).map_err(|error| {
                Failure::new(FailureKind::Usage, format!("{} cannot be written", path.display()))
                    .because(error)
                    .hint("Name a file that is not there yet.")
            })?;
        }
    }
    speech::say(&format!(
        "{} carried over, {} left out. Look at every line, then put it into a directory of skills.",
        counted(draft.carried, "rule", "rules"),
        draft.left_out.len()
    ));
    Ok(ExitCode::SUCCESS)
}

/// The rules there are.
struct Rules {
    skills: Vec<(Skill, Standing)>,
    book: RuleBook,
}

impl Known for Rules {
    fn objection(&self, rule: &str) -> Option<String> {
        let words = rule.trim_end_matches('*').trim_end();
        let open = words.len() < rule.len();
        let first = judge(&action_of(words), &self.book).verdict;
        // A rule that names more words than ours would outweigh it; what was thought of here is not undone by an import.
        if let Some(reason) = first.deciding().filter(|reason| reason.source != Source::Default)
            && first.tier > Tier::Auto
        {
            return Some(format!("here it is rated {}: {} ({})", first.tier, reason.text, reason.rule));
        }
        let imported = parse("imported", "imported/SKILL.md", &format!("## auto_execute\n- {rule}\n"));
        let skills: Vec<_> = self.skills.iter().cloned().chain([(imported, Standing::Trusted)]).collect();
        let book = RuleBook::compile(&skills);
        let mut lines = vec![words.to_owned()];
        if open && !words.starts_with("mcp ") {
            lines.push(format!("{words} x"));
        }
        lines.iter().find_map(|line| {
            let verdict = judge(&action_of(line), &book).verdict;
            let why = verdict.deciding().map(|reason| format!("{} ({})", reason.text, reason.rule)).unwrap_or_default();
            (verdict.tier > Tier::Auto).then(|| format!("it could not make `{line}` automatic: {why}"))
        })
    }
}
