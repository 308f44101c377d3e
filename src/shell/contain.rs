//! Whether a panic on this thread is one we catch and mend.
//!
//! The workbench's panic hook gives the outer terminal back; it must not do so for a panic of the emulation that is
//! caught a moment later. The hook asks [`is_contained`] first.

use std::cell::Cell;

thread_local! {
    static CONTAINED: Cell<bool> = const { Cell::new(false) };
}

/// Whether the panic that is going on will be caught and mended.
pub fn is_contained() -> bool {
    CONTAINED.with(Cell::get)
}

/// Runs what catches its own panics.
pub(super) fn contained<T>(run: impl FnOnce() -> T) -> T {
    let before = CONTAINED.with(|contained| contained.replace(true));
    let result = run();
    CONTAINED.with(|contained| contained.set(before));
    result
}
