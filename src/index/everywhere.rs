//! One question to several memories.
//!
//! Owns the merging of their answers. A memory that cannot be asked is told of and hides no other.

use std::path::PathBuf;

use super::answer::Answer;
use super::query::Query;
use super::{Index, IndexError, Sqlite};
use crate::store::Memory;

/// Asks the memories in these directories, each filled until `stop` says so, and merges what they answer: best first,
/// then newest.
pub fn everywhere(roots: &[PathBuf], query: &Query, stop: &dyn Fn() -> bool) -> Answer {
    let mut all = Answer::default();
    for root in roots {
        match one(root, query, stop) {
            Ok(answer) => {
                all.hits.extend(answer.hits);
                all.behind.entries += answer.behind.entries;
                all.behind.bytes += answer.behind.bytes;
                all.behind.stale += answer.behind.stale;
                all.notes.extend(answer.notes.into_iter().map(|note| format!("{}: {note}", root.display())));
                for corrected in answer.corrected {
                    if !all.corrected.contains(&corrected) {
                        all.corrected.push(corrected);
                    }
                }
            }
            Err(error) => {
                all.notes.push(format!("{} could not be searched: {error}; {}", root.display(), error.hint()))
            }
        }
    }
    all.hits.sort_by(|one, other| {
        let place = |hit: &super::Hit| (hit.root.clone(), hit.session.clone(), hit.branch.clone(), hit.seq);
        other.score.total_cmp(&one.score).then(other.at.cmp(&one.at)).then_with(|| place(one).cmp(&place(other)))
    });
    all.hits.truncate(query.limit);
    all
}

fn one(root: &std::path::Path, query: &Query, stop: &dyn Fn() -> bool) -> Result<Answer, IndexError> {
    let mut index = Sqlite::open(&Memory::open(root)?)?;
    if let Err(error) = index.fill(stop) {
        tracing::warn!(%error, root = %root.display(), "the index could not be filled");
    }
    index.search(query)
}
