//! What a table showed at the last look of this connection, so that the next look can say what changed.
//!
//! Owns how many looks are remembered. What is a table, and what of it counts, is `output`'s.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use crate::output::changes::changes;

/// Commands whose last output is remembered.
const KEPT: usize = 16;
/// Bytes of an output that is remembered.
const LONGEST: usize = 256 << 10;

/// The last looks, newest last: the command as it ran, with the cluster it is tied to, and what it printed.
#[derive(Clone, Default)]
pub(super) struct Looks(Arc<Mutex<VecDeque<(String, String)>>>);

impl Looks {
    /// Remembers what a command shows; tells what is different from its last look.
    pub fn taken(&self, command: &str, shown: &str) -> Option<String> {
        let mut looks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let last = looks.iter().position(|(of, _)| of == command).and_then(|at| looks.remove(at));
        if shown.len() <= LONGEST {
            looks.push_back((command.to_owned(), shown.to_owned()));
        }
        if looks.len() > KEPT {
            looks.pop_front();
        }
        last.and_then(|(_, before)| changes(&before, shown, command))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEFORE: &str = "NAME    READY   STATUS    RESTARTS   AGE\napi-1   1/1     Running   0          2d\n";
    const AFTER: &str =
        "NAME    READY   STATUS             RESTARTS   AGE\napi-1   0/1     CrashLoopBackOff   3          2d\n";

    #[test]
    fn the_second_look_tells_what_changed_since_the_first() {
        let looks = Looks::default();
        assert_eq!(looks.taken("kubectl get pods", BEFORE), None);
        assert_eq!(looks.taken("kubectl get pods -n other", BEFORE), None);
        let told = looks.taken("kubectl get pods", AFTER).unwrap();
        assert!(told.contains("api-1: ") && told.contains("from Running to CrashLoopBackOff"), "{told}");
    }

    #[test]
    fn only_the_last_few_commands_are_remembered() {
        let looks = Looks::default();
        (0..=KEPT).for_each(|number| assert_eq!(looks.taken(&format!("kubectl get pods -n {number}"), BEFORE), None));
        assert_eq!(looks.taken("kubectl get pods -n 0", AFTER), None);
        assert!(looks.taken(&format!("kubectl get pods -n {KEPT}"), AFTER).is_some());
    }
}
