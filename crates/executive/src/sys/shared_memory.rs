//! Memory in a file that several processes have mapped, and the sleep on a word of it.
//!
//! A mapping is read and written only through atomics, because others write to it at any time.
//! Offsets are checked against its length; who truncates the file below the length that it had when
//! it was mapped kills everybody who uses it, and only the user himself can (the file lies in
//! [`super::runtime_directory`]).
#![allow(unsafe_code)]

use crate::fs::error::general;
use crate::status::{Result, Status};
use core::sync::atomic::{AtomicU8, AtomicU32, AtomicU64};
use core::time::Duration;
use rustix::fd::BorrowedFd;
use rustix::fs::{self, FallocateFlags};
use rustix::io::Errno;
use rustix::mm::{MapFlags, ProtFlags, mmap, munmap};
use rustix::thread::futex::{Flags, Timespec, wait, wake};
use std::ptr::NonNull;

/// The first bytes of a file, shared with everybody who maps them.
#[derive(Debug)]
pub struct SharedMemory {
    start: NonNull<u8>,
    length: usize,
}

// SAFETY: it is read and written through atomics only.
unsafe impl Send for SharedMemory {}
// SAFETY: as above.
unsafe impl Sync for SharedMemory {}

impl SharedMemory {
    /// Maps the first `length` bytes of a file, which is made so long if it is shorter; what is new
    /// is zero.
    ///
    /// # Errors
    /// `DISK_FULL` and others of the file system, `NO_MEMORY`.
    pub fn map(file: BorrowedFd<'_>, length: usize) -> Result<Self> {
        let stat = fs::fstat(file).map_err(general)?;
        if u64::try_from(stat.st_size).unwrap_or(0) < length as u64 {
            reserve(file, length as u64)?;
        }
        let (protection, flags) = (ProtFlags::READ | ProtFlags::WRITE, MapFlags::SHARED);
        // SAFETY: the kernel chooses a place where nothing is yet.
        let start = unsafe { mmap(core::ptr::null_mut(), length, protection, flags, file, 0) };
        let start = start.map_err(|_| Status::NO_MEMORY)?;
        let start = NonNull::new(start.cast::<u8>()).ok_or(Status::NO_MEMORY)?;
        Ok(SharedMemory { start, length })
    }

    /// # Panics
    /// When the offset is not one of a `T` inside, which only a mistake of ours can cause.
    fn at<T>(&self, offset: usize) -> NonNull<T> {
        let inside = offset.checked_add(size_of::<T>()).is_some_and(|end| end <= self.length);
        assert!(
            inside && offset.is_multiple_of(align_of::<T>()),
            "an offset outside of a shared page"
        );
        // SAFETY: inside the mapping, which is page-aligned.
        unsafe { self.start.add(offset) }.cast()
    }

    /// The number of 64 bits at this offset.
    pub fn u64(&self, offset: usize) -> &AtomicU64 {
        // SAFETY: mapped, aligned, and every bit pattern is one; the borrow keeps it mapped.
        unsafe { self.at::<AtomicU64>(offset).as_ref() }
    }

    /// The number of 32 bits at this offset.
    pub fn u32(&self, offset: usize) -> &AtomicU32 {
        // SAFETY: as above.
        unsafe { self.at::<AtomicU32>(offset).as_ref() }
    }

    /// The byte at this offset.
    pub fn u8(&self, offset: usize) -> &AtomicU8 {
        // SAFETY: as above.
        unsafe { self.at::<AtomicU8>(offset).as_ref() }
    }
}

impl Drop for SharedMemory {
    fn drop(&mut self) {
        // SAFETY: nobody borrows from it any more.  The mapping is ours, so it cannot fail.
        let _unmapped = unsafe { munmap(self.start.as_ptr().cast(), self.length) };
    }
}

/// Makes a file so long, with room on its disk: a write to memory cannot report a full disk.
///
/// # Errors
/// `DISK_FULL` and others of the file system.
pub fn reserve(file: BorrowedFd<'_>, length: u64) -> Result<()> {
    loop {
        match fs::fallocate(file, FallocateFlags::empty(), 0, length) {
            Err(Errno::INTR) => {}
            // A file system that cannot promise room.
            Err(Errno::OPNOTSUPP) => return fs::ftruncate(file, length).map_err(general),
            other => return other.map_err(general),
        }
    }
}

/// Sleeps while the word has this value, for at most this long.  May return early.
pub fn sleep_on(word: &AtomicU32, value: u32, at_most: Option<Duration>) {
    let at_most = at_most.and_then(|time| Timespec::try_from(time).ok());
    // However it ends, the caller looks again.
    let _ended = wait(word, Flags::empty(), value, at_most.as_ref());
}

/// Wakes who sleeps on the word, in whichever process.
pub fn wake_all(word: &AtomicU32) {
    let _nobody = wake(word, Flags::empty(), i32::MAX as u32);
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::sync::atomic::Ordering;
    use rustix::fd::AsFd;
    use rustix::fs::{MemfdFlags, memfd_create};

    #[test]
    fn two_mappings_of_a_file_are_one_memory() {
        let file = memfd_create("shared", MemfdFlags::CLOEXEC).unwrap();
        let one = SharedMemory::map(file.as_fd(), 4096).unwrap();
        let two = SharedMemory::map(file.as_fd(), 4096).unwrap();
        one.u64(8).store(7, Ordering::SeqCst);
        assert_eq!(two.u64(8).load(Ordering::SeqCst), 7);
        assert_eq!(two.u8(4095).load(Ordering::SeqCst), 0);
    }

    #[test]
    #[should_panic(expected = "outside")]
    fn nothing_is_read_behind_the_end() {
        let file = memfd_create("shared", MemfdFlags::CLOEXEC).unwrap();
        let memory = SharedMemory::map(file.as_fd(), 4096).unwrap();
        memory.u64(4092);
    }
}
