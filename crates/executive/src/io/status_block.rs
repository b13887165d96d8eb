//! Where a request leaves its result: at the beginning of the program's OVERLAPPED, which is an
//! IO_STATUS_BLOCK, or in a bare one.
//!
//! It is the program's memory ([`super::user_memory`]), and stays until the request has completed.
#![allow(unsafe_code)]

use super::irp::Outcome;
use crate::status::{Result, Status};
use crate::sync::Ordering;
use core::ptr::NonNull;
use core::sync::atomic::{AtomicU32, AtomicUsize};

/// NT's IO_STATUS_BLOCK.
#[repr(C)]
pub struct IoStatusBlock {
    /// The NTSTATUS; `STATUS_PENDING` while the request runs.
    pub status: AtomicUsize,
    /// Bytes transferred.
    pub information: AtomicUsize,
}

impl IoStatusBlock {
    /// Marks the request as running.  The byte count stays as it was (semantics 1.3).
    #[inline]
    fn begin(&self) {
        self.status.store(Status::PENDING.0 as usize, Ordering::Relaxed);
    }

    /// The status comes last: whoever sees it may read everything else (semantics 1.2).
    #[inline]
    fn end(&self, status: Status, information: usize) {
        self.information.store(information, Ordering::Relaxed);
        self.status.store(status.0 as usize, Ordering::Release);
    }
}

/// The beginning of an OVERLAPPED, with the word in which Winsock keeps the result's flags (it is
/// `Offset`, which means nothing to a stream; semantics 1.9).
#[repr(C)]
struct WithFlags {
    block: IoStatusBlock,
    flags: AtomicU32,
}

/// Where a usual request leaves its result.
pub trait ResultBlock: Copy {
    /// As [`StatusBlock::publish`], of success.
    fn succeed(self, information: usize);

    /// The address, by which programs recognise the request.
    fn address(self) -> usize;
}

/// The OVERLAPPED of a Winsock call: the flags have their place.
#[derive(Clone, Copy)]
pub struct OverlappedBlock(NonNull<WithFlags>);

// SAFETY: the block is atomics, and the program promised to keep it.
unsafe impl Send for OverlappedBlock {}
// SAFETY: as above.
unsafe impl Sync for OverlappedBlock {}

impl OverlappedBlock {
    /// Takes the address of an OVERLAPPED.  `DATATYPE_MISALIGNMENT_ERROR` if it is not a multiple
    /// of eight, which Windows' compilers guarantee and our atomics need.
    ///
    /// # Safety
    /// Not null, and valid until the request has completed.
    #[inline]
    pub unsafe fn new(address: *const IoStatusBlock) -> Result<Self> {
        if !address.is_aligned() {
            return Err(Status::DATATYPE_MISALIGNMENT_ERROR);
        }
        // SAFETY: the caller's promise.
        Ok(OverlappedBlock(unsafe { NonNull::new_unchecked(address.cast_mut()) }.cast()))
    }

    /// Memory for a test, which is never freed.
    #[cfg(test)]
    pub fn leaked() -> Self {
        let block = IoStatusBlock { status: AtomicUsize::new(0), information: AtomicUsize::new(0) };
        OverlappedBlock(Box::leak(Box::new(WithFlags { block, flags: AtomicU32::new(0) })).into())
    }

    #[inline]
    fn parts(&self) -> &WithFlags {
        // SAFETY: the promise of `new`; they are atomics, so sharing them is sound.
        unsafe { self.0.as_ref() }
    }

    /// Marks the request as running.
    #[inline]
    pub fn begin(self) {
        self.parts().block.begin();
    }
}

impl ResultBlock for OverlappedBlock {
    #[inline(always)]
    fn succeed(self, information: usize) {
        self.parts().flags.store(0, Ordering::Relaxed);
        self.parts().block.end(Status::SUCCESS, information);
    }

    #[inline(always)]
    fn address(self) -> usize {
        self.0.addr().get()
    }
}

/// Where any request leaves its result.
#[derive(Clone, Copy)]
pub struct StatusBlock {
    /// Its lowest bit, which the address leaves free, is [`NO_FLAGS`].
    block: NonNull<IoStatusBlock>,
}

/// Winsock's flags go where an OVERLAPPED has them; an IO_STATUS_BLOCK ends before.
const NO_FLAGS: usize = 1;

// SAFETY: as for an [`OverlappedBlock`].
unsafe impl Send for StatusBlock {}
// SAFETY: as above.
unsafe impl Sync for StatusBlock {}

impl From<OverlappedBlock> for StatusBlock {
    #[inline]
    fn from(OverlappedBlock(block): OverlappedBlock) -> Self {
        StatusBlock { block: block.cast() }
    }
}

impl StatusBlock {
    /// As [`OverlappedBlock::new`].
    ///
    /// # Safety
    /// As there.
    #[inline]
    pub unsafe fn new(address: *const IoStatusBlock) -> Result<Self> {
        // SAFETY: the caller's promise.
        unsafe { OverlappedBlock::new(address) }.map(Self::from)
    }

    /// Takes the address of an IO_STATUS_BLOCK, as [`StatusBlock::new`] that of an OVERLAPPED.
    ///
    /// # Safety
    /// As for [`StatusBlock::new`].
    #[inline]
    pub unsafe fn without_flags(address: *const IoStatusBlock) -> Result<Self> {
        // SAFETY: the caller's promise.
        Ok(unsafe { Self::new(address) }?.keeping_offset())
    }

    /// The same for a request that takes a place in a file from it, which stays as it is: no flags
    /// are kept there.
    #[inline]
    pub fn keeping_offset(self) -> Self {
        StatusBlock { block: self.block.map_addr(|address| address | NO_FLAGS) }
    }

    #[inline]
    fn place(&self) -> *const IoStatusBlock {
        self.block.as_ptr().map_addr(|address| address & !NO_FLAGS)
    }

    /// The address, by which programs recognise the request.
    #[inline]
    pub fn address(self) -> usize {
        self.place().addr()
    }

    #[inline]
    fn block(&self) -> &IoStatusBlock {
        // SAFETY: the promise of `new`; the fields are atomics, so sharing them is sound.
        unsafe { &*self.place() }
    }

    #[inline]
    fn flags(&self) -> Option<&AtomicU32> {
        let with_flags = self.place().cast::<WithFlags>();
        // SAFETY: as above, and the memory is long enough.
        (self.block.addr().get() & NO_FLAGS == 0).then(|| unsafe { &(*with_flags).flags })
    }

    /// Marks the request as running.  The byte count stays as it was (semantics 1.3).
    #[inline]
    pub fn begin(self) {
        self.block().begin();
    }

    /// Publishes the result.  The status comes last: whoever sees it may read everything else
    /// (semantics 1.2).  A failure has no flags (T:sock:test_ip_pktinfo).
    #[inline]
    pub fn publish(self, status: Status, information: usize, flags: u32) {
        if let Some(place) = self.flags()
            && status.is_success()
        {
            place.store(flags, Ordering::Relaxed);
        }
        self.block().end(status, information);
    }

    /// The result so far.
    pub fn read(self) -> Outcome {
        // An NTSTATUS has 32 bits; a program may have left anything in the upper half.
        let status = Status(self.block().status.load(Ordering::Acquire) as u32);
        let information = self.block().information.load(Ordering::Relaxed);
        let flags = self.flags().map_or(0, |flags| flags.load(Ordering::Relaxed));
        Outcome { status, information, flags }
    }
}

impl ResultBlock for StatusBlock {
    #[inline(always)]
    fn succeed(self, information: usize) {
        self.publish(Status::SUCCESS, information, 0);
    }

    #[inline(always)]
    fn address(self) -> usize {
        StatusBlock::address(self)
    }
}
