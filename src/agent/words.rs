//! The words of our own in the chat: the memory's COMMIT, CONTEXT, BRANCH, MERGE, GRAPH, with SEARCH, OUTPUT and
//! PRIVACY beside them, in capitals at the beginning, and `explain` before a command line.
//!
//! Owns how they are read (product document 7.5). In small letters the memory's words are plain English, and `commit`
//! means git's.

use crate::domain::{MemoryWord, Window};

/// The word that was said, what is wrong with it, or `None` for anything else.
pub(super) fn read(text: &str) -> Option<Result<MemoryWord, &'static str>> {
    let text = text.trim();
    let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let rest = rest.trim();
    let read = match word {
        "COMMIT" if rest.is_empty() => Err("Say what was reached: COMMIT <summary>"),
        "COMMIT" => Ok(MemoryWord::Commit { summary: rest.to_owned(), finding: String::new() }),
        "CONTEXT" => context(rest).map(MemoryWord::Context),
        "BRANCH" if rest.is_empty() => Err("Name the branch: BRANCH <name> [what it is for]"),
        "BRANCH" => {
            let (name, intent) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
            Ok(MemoryWord::Branch { name: name.trim_end_matches(':').to_owned(), intent: intent.trim().to_owned() })
        }
        "MERGE" if rest.is_empty() || rest.contains(char::is_whitespace) => {
            Err("Name the branch, one word: MERGE <branch>")
        }
        "MERGE" => Ok(MemoryWord::Merge { name: rest.to_owned() }),
        "GRAPH" => match rest {
            "" => Ok(MemoryWord::Graph { all: false }),
            "--all" => Ok(MemoryWord::Graph { all: true }),
            _ => Err("GRAPH draws this session, GRAPH --all every session of this directory"),
        },
        "PRIVACY" => Ok(MemoryWord::Privacy),
        // A number after it is no English.
        "OUTPUT" | "output" if rest.parse::<usize>().is_ok() => Ok(MemoryWord::Read { entry: rest.to_owned() }),
        "OUTPUT" if rest.is_empty() || rest.contains(char::is_whitespace) => {
            Err("Say which: OUTPUT <number of the command as `devops-agent history` shows it, or name of an entry>")
        }
        "OUTPUT" => Ok(MemoryWord::Read { entry: rest.to_owned() }),
        "SEARCH" if rest.is_empty() => Err("Say what to look for: SEARCH <words>"),
        "SEARCH" => Ok(MemoryWord::Search { words: rest.to_owned() }),
        _ => return None,
    };
    Some(read)
}

/// What stands after `explain`, without quotes around it: perhaps a command line.
pub(super) fn to_explain(text: &str) -> Option<&str> {
    let (word, rest) = text.trim().split_once(char::is_whitespace)?;
    let rest = rest.trim();
    let bare = ['`', '"', '\''].iter().find_map(|mark| rest.strip_prefix(*mark)?.strip_suffix(*mark));
    let bare = bare.filter(|bare| !bare.contains(['`', '"', '\''])).unwrap_or(rest);
    (word.eq_ignore_ascii_case("explain") && !bare.is_empty()).then_some(bare)
}

fn context(rest: &str) -> Result<Window, &'static str> {
    let words: Vec<&str> = rest.split_whitespace().collect();
    match words.as_slice() {
        [] => Ok(Window::Project),
        ["--session"] => Ok(Window::Session(None)),
        ["--session", id] => Ok(Window::Session(Some((*id).to_owned()))),
        ["--log"] => Ok(Window::Log(None)),
        ["--metadata"] => Ok(Window::Metadata(None)),
        ["--commit", commit] => Ok(Window::Commit(None, (*commit).to_owned())),
        _ => Err("CONTEXT alone shows the project; also --session [id], --log, --metadata, --commit <number>"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_the_product_document_are_read() {
        let said = |text: &str| read(text).unwrap().unwrap();
        let commit = MemoryWord::Commit { summary: "root cause found".into(), finding: String::new() };
        assert_eq!(said("COMMIT root cause found"), commit);
        assert_eq!(said("CONTEXT"), MemoryWord::Context(Window::Project));
        assert_eq!(said("CONTEXT --session 4"), MemoryWord::Context(Window::Session(Some("4".into()))));
        assert_eq!(said("CONTEXT --log"), MemoryWord::Context(Window::Log(None)));
        assert_eq!(said(" CONTEXT --metadata "), MemoryWord::Context(Window::Metadata(None)));
        let branch = MemoryWord::Branch { name: "memory".into(), intent: "is it the limit?".into() };
        assert_eq!(said("BRANCH memory: is it the limit?"), branch);
        assert_eq!(said("MERGE memory"), MemoryWord::Merge { name: "memory".into() });
        assert_eq!(said("SEARCH pool size"), MemoryWord::Search { words: "pool size".into() });
        assert_eq!(said("output 17"), MemoryWord::Read { entry: "17".into() });
        assert_eq!(said("OUTPUT k7f2"), MemoryWord::Read { entry: "k7f2".into() });
        assert_eq!(said("GRAPH --all"), MemoryWord::Graph { all: true });
    }

    #[test]
    fn a_word_without_what_it_needs_says_so() {
        for text in ["COMMIT", "BRANCH", "MERGE", "MERGE two words", "CONTEXT --what", "GRAPH sideways", "OUTPUT"] {
            assert!(matches!(read(text), Some(Err(_))), "{text}");
        }
    }

    #[test]
    fn what_is_to_be_explained_stands_after_the_word_with_quotes_around_it_or_without() {
        assert_eq!(to_explain("explain git push -f"), Some("git push -f"));
        assert_eq!(to_explain("Explain `git push -f`"), Some("git push -f"));
        assert_eq!(to_explain("explain git commit -m 'x'"), Some("git commit -m 'x'"));
        assert_eq!(to_explain("explain"), None);
        assert_eq!(to_explain("please explain git push"), None);
    }

    #[test]
    fn plain_english_is_no_word_of_the_memory() {
        for text in [
            "commit my changes",
            "Merge the branch",
            "show the graph",
            "COMMITTED?",
            "",
            "git commit",
            "output of the build",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
