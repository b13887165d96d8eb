//! A page of memory that a process has in common with those it starts.
#![allow(unsafe_code)]

use crate::fs::error::general;
use crate::status::{Result, Status};
use core::ptr::{self, NonNull};
use core::sync::atomic::{AtomicU32, AtomicU64};
use rustix::fd::{AsFd, BorrowedFd};
use rustix::mm::{MapFlags, ProtFlags, mmap, munmap};

/// Bytes in a page.
pub const PAGE: usize = 4096;
/// "LAPWING1"
pub const MAGIC: u64 = u64::from_le_bytes(*b"LAPWING1");

/// What stands at the beginning of the page.
#[repr(C)]
pub struct Words {
    /// Whose page it is; the process writes it before it becomes a program.
    pub process: AtomicU32,
    /// Not 0 as soon as it answers those who ask for handles.
    pub serves: AtomicU32,
    /// [`MAGIC`]
    pub magic: AtomicU64,
    /// With what code the process ended itself; 0 while it has not, else the code above bit 32.
    pub own_end: AtomicU64,
    /// With what code another has ended it.
    pub killed: AtomicU64,
}

/// A page of a file, mapped.
pub struct SharedPage {
    words: NonNull<Words>,
}

// SAFETY: atomics only.
unsafe impl Send for SharedPage {}
// SAFETY: as above.
unsafe impl Sync for SharedPage {}

impl SharedPage {
    /// Maps the first page of a file.
    ///
    /// # Errors
    /// `INVALID_PARAMETER` for a file without a whole page, `INSUFFICIENT_RESOURCES`.
    pub fn map(file: BorrowedFd<'_>) -> Result<Self> {
        let size = rustix::fs::fstat(file).map_err(general)?.st_size;
        if size < PAGE as i64 {
            return Err(Status::INVALID_PARAMETER);
        }
        let rights = ProtFlags::READ | ProtFlags::WRITE;
        // SAFETY: a new mapping, of which nobody else in this process knows.
        let page =
            unsafe { mmap(ptr::null_mut(), PAGE, rights, MapFlags::SHARED, file.as_fd(), 0) };
        let page = page.map_err(|_| Status::INSUFFICIENT_RESOURCES)?;
        let words = NonNull::new(page.cast::<Words>()).ok_or(Status::INSUFFICIENT_RESOURCES)?;
        Ok(SharedPage { words })
    }

    /// The words.
    pub fn words(&self) -> &Words {
        // SAFETY: mapped until `drop`; atomics, which any process may change.
        unsafe { self.words.as_ref() }
    }
}

impl Drop for SharedPage {
    fn drop(&mut self) {
        // SAFETY: mapped by `map`, and nobody has a reference any more.
        let _unmapped = unsafe { munmap(self.words.as_ptr().cast(), PAGE) };
    }
}
