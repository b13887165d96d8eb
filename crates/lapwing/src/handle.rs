//! Handles that are closed when they are dropped.
#![allow(unsafe_code)]

use crate::sys::{self, HANDLE};

/// A handle.
#[derive(Debug)]
pub(crate) struct OwnedHandle(HANDLE);

// SAFETY: a handle is a number, which any thread may use.
unsafe impl Send for OwnedHandle {}
// SAFETY: as above.
unsafe impl Sync for OwnedHandle {}

impl OwnedHandle {
    /// Owns a handle that a function has just opened.
    pub(crate) fn new(handle: HANDLE) -> Self {
        OwnedHandle(handle)
    }

    pub(crate) fn raw(&self) -> HANDLE {
        self.0
    }
}

impl Drop for OwnedHandle {
    fn drop(&mut self) {
        // SAFETY: it is open, and ours alone.
        unsafe { sys::CloseHandle(self.0) };
    }
}
