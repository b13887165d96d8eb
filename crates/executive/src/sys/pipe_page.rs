//! A page of memory that the two ends of a pipe have in common.
//!
//! It is a file without a name whose size is sealed, so that a peer cannot take the memory away
//! under us.  What stands in it may be anything at any time: it is read as numbers, and each is
//! checked before it is used.
#![allow(unsafe_code)]

use crate::status::{Result, Status};
use core::ops::Deref;
use core::ptr::{NonNull, null_mut};
use core::sync::atomic::{AtomicU32, AtomicU64};
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, fcntl_get_seals};
use rustix::fs::{fstat, ftruncate, memfd_create};
use rustix::mm::{MapFlags, ProtFlags, mmap, munmap};

/// The size of the mapping.
const SIZE: usize = 4096;

/// One direction of a connection, written by who reads it.
#[repr(C, align(64))]
#[derive(Debug, Default)]
pub struct Consumed {
    /// Bytes read in all.
    pub bytes: AtomicU64,
    /// Writes read to their end.
    pub entries: AtomicU64,
    /// Set by the writer: it waits, and wants to hear of the next read.
    pub writer_waits: AtomicU32,
}

/// One direction of a connection, written by who sends.
#[repr(C, align(64))]
#[derive(Debug, Default)]
pub struct Sent {
    /// How often the socket has taken something.
    pub times: AtomicU64,
}

/// What stands in the page.
#[repr(C)]
#[derive(Debug, Default)]
pub struct Page {
    /// By the side that reads.
    pub consumed: [Consumed; 2],
    /// The server has parted from the client.
    pub disconnected: AtomicU32,
    /// By the side that writes.
    pub sent: [Sent; 2],
}

const _: () = assert!(size_of::<Page>() <= SIZE);

/// The page, as long as this lives.
#[derive(Debug)]
pub struct PipePage(NonNull<Page>);

// SAFETY: the mapping belongs to the process, and a page has only atomics.
unsafe impl Send for PipePage {}
// SAFETY: as above.
unsafe impl Sync for PipePage {}

fn failure(_error: rustix::io::Errno) -> Status {
    Status::INSUFFICIENT_RESOURCES
}

impl PipePage {
    /// A new page of zeros, and the file that the peer needs.
    ///
    /// # Errors
    /// `INSUFFICIENT_RESOURCES`.
    pub fn create() -> Result<(PipePage, OwnedFd)> {
        let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
        let file = memfd_create("lapwing-pipe", flags).map_err(failure)?;
        ftruncate(&file, SIZE as u64).map_err(failure)?;
        let seals = SealFlags::SHRINK | SealFlags::GROW | SealFlags::SEAL;
        fcntl_add_seals(&file, seals).map_err(failure)?;
        Ok((PipePage::map(&file)?, file))
    }

    /// The page of a peer.
    ///
    /// # Errors
    /// `ACCESS_DENIED` when its size is another, or not sealed; `INSUFFICIENT_RESOURCES`.
    pub fn open(file: &OwnedFd) -> Result<PipePage> {
        let size = fstat(file).map_err(failure)?.st_size;
        let is_sealed = fcntl_get_seals(file).is_ok_and(|seals| seals.contains(SealFlags::SHRINK));
        if size != SIZE as i64 || !is_sealed {
            return Err(Status::ACCESS_DENIED);
        }
        PipePage::map(file)
    }

    fn map(file: &OwnedFd) -> Result<PipePage> {
        let access = ProtFlags::READ | ProtFlags::WRITE;
        // SAFETY: a new mapping where the kernel likes; its file cannot become shorter.
        let address = unsafe { mmap(null_mut(), SIZE, access, MapFlags::SHARED, file.as_fd(), 0) };
        let address = address.map_err(failure)?;
        NonNull::new(address.cast()).map(PipePage).ok_or(Status::INSUFFICIENT_RESOURCES)
    }
}

impl Deref for PipePage {
    type Target = Page;

    fn deref(&self) -> &Page {
        // SAFETY: the mapping lives as long as this, is large and aligned enough, and any bits are
        // values of its atomics.
        unsafe { self.0.as_ref() }
    }
}

impl Drop for PipePage {
    fn drop(&mut self) {
        // SAFETY: nothing refers to the mapping any more.
        let _unmapped = unsafe { munmap(self.0.as_ptr().cast(), SIZE) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::sync::atomic::Ordering;

    #[test]
    fn both_see_one_page() {
        let (own, file) = PipePage::create().unwrap();
        let peers = PipePage::open(&file).unwrap();
        own.consumed[1].bytes.store(7, Ordering::SeqCst);
        assert_eq!(peers.consumed[1].bytes.load(Ordering::SeqCst), 7);
        assert!(ftruncate(&file, 0).is_err(), "it cannot be taken away");
    }

    #[test]
    fn a_file_that_can_shrink_is_refused() {
        let file = memfd_create("x", MemfdFlags::ALLOW_SEALING).unwrap();
        ftruncate(&file, SIZE as u64).unwrap();
        assert_eq!(PipePage::open(&file).unwrap_err(), Status::ACCESS_DENIED);
        let empty = memfd_create("x", MemfdFlags::empty()).unwrap();
        assert_eq!(PipePage::open(&empty).unwrap_err(), Status::ACCESS_DENIED);
    }
}
