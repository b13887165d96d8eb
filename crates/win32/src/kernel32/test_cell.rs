//! For the tests of the locks: a value that threads share as a C program's threads do.
#![allow(unsafe_code)]

use core::cell::UnsafeCell;

/// A value without any protection of its own.
#[derive(Default)]
pub(super) struct TestCell<T>(UnsafeCell<T>);

// SAFETY: the tests use the value under the lock that they test, or it is that lock.
unsafe impl<T> Sync for TestCell<T> {}

impl<T> TestCell<T> {
    /// Where the value is.
    pub(super) fn get(&self) -> *mut T {
        self.0.get()
    }
}
