//! Another reader of shell lines, to hold the gate's scan against: brush-parser.
//!
//! It overflows the stack and takes all memory on some short lines, so it runs
//! in a child: this test binary once more, asked for [`CHILD`] alone, under
//! limits of memory and time. Owns the protocol between the two and the way
//! from a tree to literal commands. Knows nothing of the gate.

use std::io::{Read, Write};
use std::process::{Command, Stdio};

use brush_parser::ast;
use brush_parser::word::{self, WordPiece, WordPieceWithSource};
use brush_parser::{Parser, ParserOptions};

/// Set for the child: where it writes what it found.
const REPORT: &str = "ORACLE_REPORT";
/// The test that is the child.
const CHILD: &str = "shells::oracle::the_child_reads_what_it_is_given";

/// The literal words of each command of each line, or `None` for lines it cannot read.
pub fn commands(lines: &[String]) -> Vec<Option<Vec<Vec<String>>>> {
    let mut found = Vec::new();
    while found.len() < lines.len() {
        // Few at a time: a line that ends the child must be cheap to step over.
        let some = &lines[found.len()..lines.len().min(found.len() + 100)];
        let read = child(some);
        let fell = read.len() < some.len();
        found.extend(read);
        if fell {
            found.push(None);
        }
    }
    found
}

fn child(lines: &[String]) -> Vec<Option<Vec<Vec<String>>>> {
    let report = tempfile::NamedTempFile::new().unwrap();
    let mut child = Command::new("sh")
        .args(["-c", "ulimit -v 2000000; ulimit -t 2; ulimit -c 0; exec \"$0\" --exact --nocapture \"$1\""])
        .arg(std::env::current_exe().unwrap())
        .arg(CHILD)
        .env(REPORT, report.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // A child that ends early reads no more; what it has read is in its report.
    let _ = child.stdin.take().unwrap().write_all(lines.join("\0").as_bytes());
    child.wait().unwrap();
    let text = std::fs::read_to_string(report.path()).unwrap();
    text.split_inclusive('\n')
        .filter(|line| line.ends_with('\n'))
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// Does nothing unless it is the child.
#[test]
fn the_child_reads_what_it_is_given() {
    let Some(report) = std::env::var_os(REPORT) else { return };
    let mut report = std::fs::OpenOptions::new().append(true).open(report).unwrap();
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).unwrap();
    for line in text.split('\0') {
        let found = read(line);
        writeln!(report, "{}", serde_json::to_string(&found).unwrap()).unwrap();
    }
}

fn read(line: &str) -> Option<Vec<Vec<String>>> {
    let mut finder = Finder::default();
    finder.text(line)?;
    Some(finder.found)
}

#[derive(Default)]
struct Finder {
    options: ParserOptions,
    found: Vec<Vec<String>>,
}

impl Finder {
    fn text(&mut self, text: &str) -> Option<()> {
        let mut parser = Parser::new(text.as_bytes(), &self.options);
        let program = parser.parse_program().ok()?;
        program.complete_commands.iter().for_each(|list| self.list(list));
        Some(())
    }

    fn list(&mut self, list: &ast::CompoundList) {
        for ast::CompoundListItem(and_or, _) in &list.0 {
            self.pipeline(&and_or.first);
            for next in &and_or.additional {
                let (ast::AndOr::And(pipeline) | ast::AndOr::Or(pipeline)) = next;
                self.pipeline(pipeline);
            }
        }
    }

    fn pipeline(&mut self, pipeline: &ast::Pipeline) {
        pipeline.seq.iter().for_each(|command| self.command(command));
    }

    fn command(&mut self, command: &ast::Command) {
        match command {
            ast::Command::Simple(simple) => self.simple(simple),
            ast::Command::Compound(compound, redirects) => {
                self.compound(compound);
                redirects.iter().flat_map(|list| &list.0).for_each(|redirect| self.redirect(redirect));
            }
            ast::Command::Function(function) => self.compound(&function.body.0),
            ast::Command::ExtendedTest(..) => {}
        }
    }

    fn compound(&mut self, compound: &ast::CompoundCommand) {
        use ast::CompoundCommand as C;
        match compound {
            C::Arithmetic(_) => {}
            C::ArithmeticForClause(clause) => self.list(&clause.body.list),
            C::BraceGroup(group) => self.list(&group.list),
            C::Subshell(shell) => self.list(&shell.list),
            C::ForClause(clause) => {
                clause.values.iter().flatten().for_each(|word| drop(self.word(&word.value)));
                self.list(&clause.body.list);
            }
            C::CaseClause(clause) => {
                self.word(&clause.value.value);
                clause.cases.iter().filter_map(|case| case.cmd.as_ref()).for_each(|list| self.list(list));
            }
            C::IfClause(clause) => {
                self.list(&clause.condition);
                self.list(&clause.then);
                for part in clause.elses.iter().flatten() {
                    part.condition.iter().for_each(|list| self.list(list));
                    self.list(&part.body);
                }
            }
            C::WhileClause(clause) | C::UntilClause(clause) => {
                self.list(&clause.0);
                self.list(&clause.1.list);
            }
            C::Coprocess(clause) => self.command(&clause.body),
        }
    }

    fn simple(&mut self, simple: &ast::SimpleCommand) {
        let mut words = Vec::new();
        let mut is_spelled = true;
        simple.prefix.iter().flat_map(|prefix| &prefix.0).for_each(|item| drop(self.item(item)));
        if let Some(name) = &simple.word_or_name {
            match self.word(&name.value) {
                Some(text) => words.push(text),
                None => is_spelled = false,
            }
        }
        for item in simple.suffix.iter().flat_map(|suffix| &suffix.0) {
            words.extend(self.item(item));
        }
        if is_spelled && !words.is_empty() {
            self.found.push(words);
        }
    }

    /// The literal text of a word among others.
    fn item(&mut self, item: &ast::CommandPrefixOrSuffixItem) -> Option<String> {
        use ast::CommandPrefixOrSuffixItem as Item;
        match item {
            Item::IoRedirect(redirect) => self.redirect(redirect),
            Item::Word(word) => return self.word(&word.value),
            Item::AssignmentWord(_, word) => drop(self.word(&word.value)),
            Item::ProcessSubstitution(_, shell) => self.list(&shell.list),
        }
        None
    }

    fn redirect(&mut self, redirect: &ast::IoRedirect) {
        match redirect {
            ast::IoRedirect::File(_, _, ast::IoFileRedirectTarget::ProcessSubstitution(_, shell)) => {
                self.list(&shell.list);
            }
            ast::IoRedirect::File(_, _, ast::IoFileRedirectTarget::Filename(word)) => drop(self.word(&word.value)),
            _ => {}
        }
    }

    /// The text of a word without expansions and patterns; what its substitutions run is found on the way.
    fn word(&mut self, text: &str) -> Option<String> {
        let pieces = word::parse(text, &self.options).ok()?;
        self.pieces(&pieces, false)
    }

    fn pieces(&mut self, pieces: &[WordPieceWithSource], is_quoted: bool) -> Option<String> {
        let mut whole = Some(String::new());
        for piece in pieces {
            let text = match &piece.piece {
                WordPiece::Text(text) => (is_quoted || !text.contains(['*', '?', '[', '{', '~'])).then(|| text.clone()),
                WordPiece::SingleQuotedText(text) => Some(text.clone()),
                WordPiece::EscapeSequence(text) => text.strip_prefix('\\').map(str::to_owned),
                WordPiece::DoubleQuotedSequence(inner) => self.pieces(inner, true),
                WordPiece::CommandSubstitution(text) | WordPiece::BackquotedCommandSubstitution(text) => {
                    self.text(text);
                    None
                }
                _ => None,
            };
            whole = whole.zip(text).map(|(whole, text)| whole + &text);
        }
        whole
    }
}
