//! Handles that are closed when they are dropped.
#![allow(unsafe_code)]

use crate::sys::{self, HANDLE};
use crate::{Error, Result};

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

    /// A handle of the calling thread.
    pub(crate) fn of_this_thread() -> Result<Self> {
        let mut thread = core::ptr::null_mut();
        // SAFETY: the place is there.
        let duplicated = unsafe {
            let (process, access) = (sys::GetCurrentProcess(), sys::DUPLICATE_SAME_ACCESS);
            let this = sys::GetCurrentThread();
            sys::DuplicateHandle(process, this, process, &mut thread, 0, 0, access)
        };
        if duplicated == 0 { Err(Error::last("DuplicateHandle")) } else { Ok(OwnedHandle(thread)) }
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
