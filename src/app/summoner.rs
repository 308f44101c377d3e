//! The box over the shell: commands of before by a few letters, and a question about the last one.
//!
//! Owns what is typed there and which command is chosen. Puts a command on the prompt and never runs one.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::fuzzy::ranked;
use super::keymap::{Action, Context};
use super::state::State;
use super::update::Effect;
use crate::domain::Recalled;
use crate::runtime::Input as ToRuntime;
use crate::shell::{ShellInsert, key, paste};

/// What is asked when nothing was typed.
const QUESTION: &str = "What does the last command's output mean?";
/// Commands that fit, at most; nobody reads on.
const SHOWN: usize = 200;
/// Longest text that is looked for, in characters.
const LONGEST: usize = 500;

/// What is done in the box.
#[derive(Debug, Default)]
pub(super) struct Summoner {
    pub text: String,
    /// `None` while they are read.
    all: Option<Vec<Recalled>>,
    /// Those that fit, the best first.
    fitting: Vec<usize>,
    pub chosen: usize,
    /// The agent was asked; its words so far.
    pub answer: Option<String>,
}

impl Summoner {
    /// The commands are there.
    pub fn recalled(&mut self, commands: Vec<Recalled>) {
        self.all = Some(commands);
        self.search();
    }

    /// More text to look for.
    pub fn add(&mut self, text: &str) {
        let room = LONGEST.saturating_sub(self.text.chars().count());
        self.text.extend(text.chars().filter(|letter| !letter.is_control()).take(room));
        self.search();
    }

    /// The commands that fit; `None` while they are read.
    pub fn fitting(&self) -> Option<Vec<&Recalled>> {
        let all = self.all.as_ref()?;
        Some(self.fitting.iter().filter_map(|at| all.get(*at)).collect())
    }

    fn search(&mut self) {
        self.chosen = 0;
        let Some(all) = &self.all else { return };
        // Of equal ones the newest; nothing typed leaves the order.
        self.fitting = ranked(all.iter().map(|one| one.command.as_str()), &self.text);
        self.fitting.truncate(SHOWN);
    }
}

/// A key while the box is open.
pub(super) fn pressed(state: &mut State, event: KeyEvent, effects: &mut Vec<Effect>) {
    let again = state.keymap.action(Context::Shell, event) == Some(Action::Summon);
    let Some(summoner) = &mut state.summoner else { return };
    let control = event.modifiers.contains(KeyModifiers::CONTROL);
    match event.code {
        // The shell's own search.
        _ if again => {
            state.summoner = None;
            effects.push(Effect::Type(key(event, state.shell.now.wishes)));
        }
        KeyCode::Esc => state.summoner = None,
        KeyCode::Char('c' | 'g' | 's') if control => state.summoner = None,
        KeyCode::Up => summoner.chosen = summoner.chosen.saturating_sub(1),
        KeyCode::Char('p' | 'k') if control => summoner.chosen = summoner.chosen.saturating_sub(1),
        KeyCode::Down => summoner.chosen = (summoner.chosen + 1).min(summoner.fitting.len().saturating_sub(1)),
        KeyCode::Char('n' | 'j') if control => {
            summoner.chosen = (summoner.chosen + 1).min(summoner.fitting.len().saturating_sub(1));
        }
        KeyCode::Char('u') if control => {
            summoner.text.clear();
            summoner.search();
        }
        KeyCode::Tab => {
            let question = if summoner.text.trim().is_empty() { QUESTION } else { summoner.text.trim() }.to_owned();
            summoner.answer = Some(String::new());
            effects.push(Effect::Tell(ToRuntime::AskAbout(question)));
        }
        KeyCode::Enter => take(state, event, effects),
        KeyCode::Backspace => {
            summoner.text.pop();
            summoner.search();
        }
        KeyCode::Char(letter) if !control && !event.modifiers.contains(KeyModifiers::ALT) => {
            summoner.answer = None;
            summoner.add(letter.encode_utf8(&mut [0; 4]));
        }
        _ => {}
    }
}

/// Puts the chosen command on the prompt, and leaves Enter to the person.
fn take(state: &mut State, event: KeyEvent, effects: &mut Vec<Effect>) {
    let Some(summoner) = state.summoner.take() else { return };
    let chosen = summoner.fitting().and_then(|fitting| fitting.get(summoner.chosen).map(|one| one.command.clone()));
    let Some(command) = chosen else { return };
    let wishes = state.shell.now.wishes;
    match ShellInsert::at_key(event, &command) {
        Some(insert) => effects.push(Effect::Insert(insert)),
        // Between the marks of a paste no line runs by itself.
        None if wishes.bracketed_paste => effects.push(Effect::Type(paste(command.trim_end(), wishes))),
        None => {
            let note = "a command of several lines cannot be put on the prompt of this shell";
            state.shell.note = note.to_owned();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Whence;

    fn summoner(commands: &[&str], text: &str) -> Summoner {
        let mut summoner = Summoner::default();
        let recalled = |command: &&str| Recalled { command: (*command).to_owned(), whence: Whence::Session };
        summoner.recalled(commands.iter().map(recalled).collect());
        summoner.add(text);
        summoner
    }

    fn first(summoner: &Summoner) -> &str {
        &summoner.fitting().unwrap()[0].command
    }

    #[test]
    fn nothing_typed_shows_the_newest_first() {
        assert_eq!(first(&summoner(&["make test", "git push"], "")), "make test");
    }

    #[test]
    fn a_few_letters_of_several_words_find_a_command() {
        let all = ["kubectl get pods -n production", "kubectl delete pod api", "git log -5"];
        assert_eq!(first(&summoner(&all, "del api")), "kubectl delete pod api");
        assert_eq!(first(&summoner(&all, "gtlg")), "git log -5");
        assert!(summoner(&all, "terraform").fitting().unwrap().is_empty());
    }

    #[test]
    fn what_is_pasted_into_the_box_cannot_be_a_key() {
        assert_eq!(summoner(&[], "a\x1b[A\nb").text, "a[Ab");
    }
}
