//! Whether something stands between backticks: shown, not meant.

/// Whether what follows `before` begins inside a code span of its line.
pub(super) fn is_quoted(before: &str) -> bool {
    let line = before.rsplit('\n').next().unwrap_or_default();
    line.matches('`').count() % 2 == 1
}
