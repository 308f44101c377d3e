//! The colours of code, as tones of the theme.
//!
//! Owns which grammatical scope means which tone, and the grammars, which are
//! unpacked on first use. Knows no colour: a theme without colours highlights
//! without them. Code that is too long to read quickly is left plain, because
//! drawing must not wait; lines of output are read one by one, only those that
//! are seen, and each once.

use std::collections::BTreeMap;
use std::sync::{Mutex, OnceLock, PoisonError};

use ratatui::style::Style;
use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxReference, SyntaxSet};

use super::theme::{Theme, Tone};

/// Code above this many bytes stays plain.
pub(super) const MOST_BYTES: usize = 64 << 10;
/// And so does code with a line above this many: minified text costs much and gives nothing.
const LONGEST_LINE: usize = 2_000;
/// Lines of output that are kept as they were read.
const KEPT: usize = 4_096;

/// What a scope means, longest prefix first where one begins another.
const MEANINGS: [(&str, Tone); 25] = [
    ("comment", Tone::Comment),
    ("constant.character.escape", Tone::Number),
    ("constant.language", Tone::Number),
    ("constant.numeric", Tone::Number),
    ("constant", Tone::Number),
    ("entity.name.function", Tone::Name),
    ("entity.name.section", Tone::Name),
    ("entity.name.tag", Tone::Keyword),
    ("entity.name", Tone::Name),
    ("entity.other.attribute-name", Tone::Name),
    ("invalid", Tone::Failure),
    ("keyword.operator", Tone::CodeBlock),
    ("keyword", Tone::Keyword),
    ("markup.deleted", Tone::Failure),
    ("markup.heading", Tone::Heading),
    ("markup.inserted", Tone::Success),
    ("meta.diff.header", Tone::Comment),
    ("meta.diff.range", Tone::Keyword),
    ("storage", Tone::Keyword),
    ("string.unquoted", Tone::CodeBlock),
    ("string", Tone::Literal),
    ("support.function", Tone::Name),
    ("support.type", Tone::Name),
    ("variable.function", Tone::Name),
    ("variable.language", Tone::Keyword),
];

/// Names people give to code that the grammars know by another.
const ALIASES: [(&str, &str); 12] = [
    ("console", "sh"),
    ("shell", "sh"),
    ("shell-session", "sh"),
    ("shellscript", "sh"),
    ("jsonc", "json"),
    ("json5", "json"),
    ("jsonl", "json"),
    ("golang", "go"),
    ("patch", "diff"),
    ("node", "js"),
    ("makefile", "make"),
    ("python3", "python"),
];

/// A line as runs of one style, without its end.
type Runs = Vec<(String, Style)>;
/// Several of them.
pub type Highlighted = Vec<Runs>;

/// Highlights code in one theme. Cheap to make; the first use unpacks the grammars once (some ten milliseconds).
#[derive(Debug, Default)]
pub struct Highlighter {
    grammars: OnceLock<Grammars>,
    /// Lines that were read by themselves, by their language, the tone of what means nothing, and their text.
    lines: Mutex<BTreeMap<String, Option<Runs>>>,
}

#[derive(Debug)]
struct Grammars {
    syntaxes: SyntaxSet,
    meanings: Vec<(Scope, Tone)>,
}

impl Highlighter {
    /// The lines of `code` in their styles; `None` when the language is not known or the code is too long.
    pub fn highlight(&self, language: &str, code: &str, theme: &Theme) -> Option<Highlighted> {
        if code.len() > MOST_BYTES || code.lines().any(|line| line.len() > LONGEST_LINE) {
            return None;
        }
        let grammars = self.grammars.get_or_init(Grammars::unpack);
        let mut state = ParseState::new(grammars.find(language)?);
        let mut scopes = ScopeStack::new();
        let lines = code.split_inclusive('\n');
        lines.map(|line| grammars.runs(line, &mut state, &mut scopes, theme, Tone::CodeBlock)).collect()
    }

    /// A line read by itself, whatever stands above it; what means nothing in it is `plain`. `None` when the language is
    /// not known or the line is too long.
    pub(super) fn line(&self, language: &str, line: &str, theme: &Theme, plain: Tone) -> Option<Runs> {
        if line.len() > LONGEST_LINE {
            return None;
        }
        let key = format!("{language} {}\n{line}", plain.name());
        // What a thread left that panicked is whole: a line is put in when it was read.
        let mut known = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(runs) = known.get(&key) {
            return runs.clone();
        }
        if known.len() >= KEPT {
            known.clear();
        }
        let runs = self.read(language, line, theme, plain);
        known.insert(key, runs.clone());
        runs
    }

    fn read(&self, language: &str, line: &str, theme: &Theme, plain: Tone) -> Option<Runs> {
        let grammars = self.grammars.get_or_init(Grammars::unpack);
        let mut state = ParseState::new(grammars.find(language)?);
        let runs = grammars.runs(&format!("{line}\n"), &mut state, &mut ScopeStack::new(), theme, plain)?;
        // Tones change; the text never does.
        (runs.iter().map(|(text, _)| text.len()).sum::<usize>() == line.len()).then_some(runs)
    }
}

impl Grammars {
    fn unpack() -> Grammars {
        let meanings = MEANINGS.iter().filter_map(|(name, tone)| Some((Scope::new(name).ok()?, *tone))).collect();
        Grammars { syntaxes: SyntaxSet::load_defaults_newlines(), meanings }
    }

    fn find(&self, language: &str) -> Option<&SyntaxReference> {
        let language = language.to_ascii_lowercase();
        let known = ALIASES.iter().find(|(alias, _)| *alias == language).map_or(language.as_str(), |(_, name)| name);
        let syntax = self.syntaxes.find_syntax_by_token(known)?;
        (syntax.name != "Plain Text").then_some(syntax)
    }

    /// The runs of the next line.
    fn runs(
        &self,
        line: &str,
        state: &mut ParseState,
        scopes: &mut ScopeStack,
        theme: &Theme,
        plain: Tone,
    ) -> Option<Runs> {
        let changes = state.parse_line(line, &self.syntaxes).ok()?;
        let style = |scopes: &ScopeStack| match self.tone(scopes) {
            Tone::CodeBlock => theme.style(plain),
            tone => theme.style(tone),
        };
        let mut runs = Runs::new();
        let mut from = 0;
        for (at, change) in &changes {
            push(&mut runs, line.get(from..*at)?, style(scopes));
            from = *at;
            scopes.apply(change).ok()?;
        }
        push(&mut runs, line.get(from..)?, style(scopes));
        Some(runs)
    }

    /// The innermost scope that means something decides.
    fn tone(&self, scopes: &ScopeStack) -> Tone {
        scopes
            .as_slice()
            .iter()
            .rev()
            .find_map(|scope| self.meanings.iter().find(|(prefix, _)| prefix.is_prefix_of(*scope)))
            .map_or(Tone::CodeBlock, |(_, tone)| *tone)
    }
}

fn push(runs: &mut Runs, text: &str, style: Style) {
    let text = text.trim_end_matches(['\n', '\r']);
    if text.is_empty() {
        return;
    }
    match runs.last_mut() {
        Some((run, same)) if *same == style => run.push_str(text),
        _ => runs.push((text.to_owned(), style)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tones(language: &str, code: &str) -> Vec<Vec<(String, Tone)>> {
        // Every tone has a look of its own here, so looks can be read back as tones.
        let yaml: String = Tone::ALL
            .iter()
            .enumerate()
            .map(|(index, tone)| format!("{}: \"#0000{index:02x}\"\n", tone.name()))
            .collect();
        let theme = Theme::parse(&yaml).unwrap();
        let tone = |style: Style| *Tone::ALL.iter().find(|tone| theme.style(**tone) == style).unwrap();
        let lines = Highlighter::default().highlight(language, code, &theme).unwrap();
        lines.into_iter().map(|line| line.into_iter().map(|(text, style)| (text, tone(style))).collect()).collect()
    }

    fn tone_of(lines: &[Vec<(String, Tone)>], wanted: &str) -> Tone {
        lines.iter().flatten().find(|(text, _)| text.contains(wanted)).unwrap().1
    }

    #[test]
    fn words_of_a_language_get_the_tones_of_the_theme() {
        let lines = tones("bash", "# note\nif true; then echo \"hello\"; fi\n");
        assert_eq!(tone_of(&lines, "# note"), Tone::Comment);
        assert_eq!(tone_of(&lines, "if"), Tone::Keyword);
        assert_eq!(tone_of(&lines, "hello"), Tone::Literal);
        let lines = tones("yaml", "kind: Pod\nreplicas: 3\n");
        assert_eq!(tone_of(&lines, "kind"), Tone::Keyword);
        assert_eq!(tone_of(&lines, "3"), Tone::Number);
        let lines = tones("diff", "-old\n+new\n");
        assert_eq!((tone_of(&lines, "old"), tone_of(&lines, "new")), (Tone::Failure, Tone::Success));
    }

    #[test]
    fn no_character_is_lost() {
        let code = "fn main() {\n\tlet x = \"ä\";\n\n}\n";
        let lines = tones("rust", code);
        let text: Vec<String> = lines.iter().map(|line| line.iter().map(|(text, _)| text.as_str()).collect()).collect();
        assert_eq!(text, code.lines().collect::<Vec<_>>());
    }

    #[test]
    fn every_meaning_names_a_scope() {
        assert_eq!(Grammars::unpack().meanings.len(), MEANINGS.len());
    }

    #[test]
    fn unknown_languages_and_endless_code_stay_plain() {
        let theme = Theme::parse("text: default").unwrap();
        let highlighter = Highlighter::default();
        assert!(highlighter.highlight("no-such-language", "x", &theme).is_none());
        assert!(highlighter.highlight("rust", &"x".repeat(LONGEST_LINE + 1), &theme).is_none());
        assert!(highlighter.highlight("rust", &"x\n".repeat(MOST_BYTES), &theme).is_none());
        assert!(highlighter.highlight("text", "x", &theme).is_none());
    }
}
