//! The caller's memory: addresses that the program owns and we only borrow.
//!
//! Nothing here is a Rust reference, because another thread of the program may read and write the
//! same bytes at any time.  An address can be handed to the kernel, which answers EFAULT for a wild
//! one; a status block or a small out-parameter can be written; nothing can be dereferenced by the
//! rest of the executive.
//!
//! The program's promise, which Windows asks of it too: the memory of a pending request (buffers,
//! OVERLAPPED, flags, addresses) stays where it is until the request has completed.
#![allow(unsafe_code)]

use super::irp::Outcome;
use crate::status::Status;
use crate::sync::Ordering;
use core::ptr::NonNull;
use core::sync::atomic::{AtomicU32, AtomicUsize};

/// A program's out-parameter of type T.  Null is allowed and swallows writes.
pub struct UserPointer<T>(*mut T);

impl<T> Clone for UserPointer<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for UserPointer<T> {}

// SAFETY: an address; whoever writes through it does so with the program's promise.
unsafe impl<T> Send for UserPointer<T> {}
// SAFETY: as above.
unsafe impl<T> Sync for UserPointer<T> {}

impl<T: Copy> UserPointer<T> {
    /// Takes an address from the program.
    ///
    /// # Safety
    /// Null, or valid for writes of T until the request it belongs to has completed.
    #[inline]
    pub const unsafe fn new(address: *mut T) -> Self {
        UserPointer(address)
    }

    /// No address: writes go nowhere.
    #[inline]
    pub const fn null() -> Self {
        UserPointer(core::ptr::null_mut())
    }

    /// True when there is nothing to write to.
    #[inline]
    pub fn is_null(self) -> bool {
        self.0.is_null()
    }

    /// Writes the value, if there is an address.
    #[inline]
    pub fn write(self, value: T) {
        if !self.0.is_null() {
            // SAFETY: the promise of `new`.
            unsafe { self.0.write_unaligned(value) }
        }
    }
}

/// The beginning of an OVERLAPPED: NT's IO_STATUS_BLOCK, and the word in which Winsock keeps the
/// result's flags (it is `Offset`, which means nothing to a stream; semantics 1.9).
#[repr(C)]
pub struct IoStatusBlock {
    /// The NTSTATUS; `STATUS_PENDING` while the request runs.
    pub status: AtomicUsize,
    /// Bytes transferred.
    pub information: AtomicUsize,
    /// Winsock's result flags.
    pub flags: AtomicU32,
}

/// Where a request leaves its result.
#[derive(Clone, Copy)]
pub struct StatusBlock {
    /// Its lowest bit, which the address leaves free, is [`NO_FLAGS`].
    block: NonNull<IoStatusBlock>,
}

/// Winsock's flags go where an OVERLAPPED has them; an IO_STATUS_BLOCK ends before.
const NO_FLAGS: usize = 1;

// SAFETY: the block is two atomics, and the program promised to keep it.
unsafe impl Send for StatusBlock {}
// SAFETY: as above.
unsafe impl Sync for StatusBlock {}

impl StatusBlock {
    /// Takes the address of an OVERLAPPED.  `DATATYPE_MISALIGNMENT_ERROR` if it is not a multiple
    /// of eight, which Windows' compilers guarantee and our atomics need.
    ///
    /// # Safety
    /// Not null, and valid until the request has completed.
    #[inline]
    pub unsafe fn new(address: *const IoStatusBlock) -> Result<Self, Status> {
        match NonNull::new(address.cast_mut()) {
            Some(block) if address.is_aligned() => Ok(StatusBlock { block }),
            _ => Err(Status::DATATYPE_MISALIGNMENT_ERROR),
        }
    }

    /// Takes the address of an IO_STATUS_BLOCK, as [`StatusBlock::new`] that of an OVERLAPPED.
    ///
    /// # Safety
    /// As for [`StatusBlock::new`].
    #[inline]
    pub unsafe fn without_flags(address: *const IoStatusBlock) -> Result<Self, Status> {
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
    fn block(&self) -> *const IoStatusBlock {
        self.block.as_ptr().map_addr(|address| address & !NO_FLAGS)
    }

    /// The address, by which programs recognise the request.
    #[inline]
    pub fn address(self) -> usize {
        self.block().addr()
    }

    #[inline]
    fn status(&self) -> &AtomicUsize {
        // SAFETY: the promise of `new`; the fields are atomics, so sharing them is sound.
        unsafe { &(*self.block()).status }
    }

    #[inline]
    fn information(&self) -> &AtomicUsize {
        // SAFETY: as above.
        unsafe { &(*self.block()).information }
    }

    #[inline]
    fn flags(&self) -> Option<&AtomicU32> {
        // SAFETY: as above, and the block is long enough.
        (self.block.addr().get() & NO_FLAGS == 0).then(|| unsafe { &(*self.block()).flags })
    }

    /// Marks the request as running.  The byte count stays as it was (semantics 1.3).
    #[inline]
    pub fn begin(self) {
        self.status().store(Status::PENDING.0 as usize, Ordering::Relaxed);
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
        self.information().store(information, Ordering::Relaxed);
        self.status().store(status.0 as usize, Ordering::Release);
    }

    /// The result so far.
    pub fn read(self) -> Outcome {
        // An NTSTATUS has 32 bits; a program may have left anything in the upper half.
        let status = Status(self.status().load(Ordering::Acquire) as u32);
        let information = self.information().load(Ordering::Relaxed);
        let flags = self.flags().map_or(0, |flags| flags.load(Ordering::Relaxed));
        Outcome { status, information, flags }
    }
}

/// One stretch of the program's memory.
#[derive(Clone, Copy, Debug)]
pub struct UserBuffer {
    address: usize,
    length: usize,
}

impl UserBuffer {
    /// Takes a buffer from the program.
    ///
    /// # Safety
    /// The memory stays until the request has completed, and nothing but the request uses it.  A
    /// wild address is allowed: the kernel then reports `ACCESS_VIOLATION`.
    #[inline]
    pub unsafe fn new(address: *mut u8, length: usize) -> Self {
        UserBuffer { address: address.addr(), length }
    }

    /// Bytes of ours as a buffer, which `body` only reads, and does not keep.
    pub fn with_bytes<R>(bytes: &[u8], body: impl FnOnce(UserBuffer) -> R) -> R {
        body(UserBuffer { address: bytes.as_ptr().expose_provenance(), length: bytes.len() })
    }

    /// Room of ours as a buffer, which `body` may write, and does not keep.
    pub fn with_room<R>(room: &mut [u8], body: impl FnOnce(UserBuffer) -> R) -> R {
        body(UserBuffer { address: room.as_mut_ptr().expose_provenance(), length: room.len() })
    }

    /// Memory for a test, which is never freed.
    #[cfg(test)]
    pub fn leaked(length: usize) -> Self {
        UserBuffer { address: vec![0_u8; length].leak().as_mut_ptr().expose_provenance(), length }
    }

    /// Bytes in the buffer.
    #[inline]
    pub fn length(&self) -> usize {
        self.length
    }

    /// The part of at most `length` bytes from byte `skip` on.
    pub fn part(&self, skip: usize, length: usize) -> Self {
        let skip = skip.min(self.length);
        UserBuffer { address: self.address + skip, length: length.min(self.length - skip) }
    }

    /// Writes the bytes at the beginning, as many as there is room for.
    pub fn put(&self, bytes: &[u8]) {
        let length = bytes.len().min(self.length);
        let to = core::ptr::with_exposed_provenance_mut::<u8>(self.address);
        // SAFETY: the promise of `new`; the surface has refused what is obviously no memory.
        unsafe { core::ptr::copy_nonoverlapping(bytes.as_ptr(), to, length) }
    }

    /// Copies the bytes to the beginning of another buffer, as many as there is room for.  The two
    /// may overlap.
    pub fn copy_to(&self, to: UserBuffer) {
        let length = self.length.min(to.length);
        let from = core::ptr::with_exposed_provenance::<u8>(self.address);
        let to = core::ptr::with_exposed_provenance_mut::<u8>(to.address);
        // SAFETY: the promises of `new` for both; the surface has refused what is obviously no
        // memory.
        unsafe { core::ptr::copy(from, to, length) }
    }

    /// A copy of the bytes.
    pub fn to_box(&self) -> Box<[u8]> {
        let mut bytes = Vec::with_capacity(self.length);
        let from = core::ptr::with_exposed_provenance::<u8>(self.address);
        // SAFETY: the promise of `new`; the new memory has the capacity, and is filled.
        unsafe {
            core::ptr::copy_nonoverlapping(from, bytes.as_mut_ptr(), self.length);
            bytes.set_len(self.length);
        }
        bytes.into_boxed_slice()
    }

    /// Where it is, and how long.
    #[inline]
    pub fn parts(&self) -> (*mut libc::c_void, usize) {
        (self.address as *mut libc::c_void, self.length)
    }
}

/// Where the program wants an address and its length.  Null is allowed and swallows writes.
#[derive(Clone, Copy)]
pub struct UserAddress {
    bytes: UserPointer<u8>,
    length: UserPointer<i32>,
}

impl UserAddress {
    /// Nowhere.
    pub const NONE: Self = UserAddress { bytes: UserPointer::null(), length: UserPointer::null() };

    /// Takes an address's place from the program.
    ///
    /// # Safety
    /// Null, or valid for writes until the request has completed: the length, and as many bytes as
    /// an address of the socket's family has.
    #[inline]
    pub const unsafe fn new(bytes: *mut u8, length: *mut i32) -> Self {
        // SAFETY: the caller's promise.
        unsafe { UserAddress { bytes: UserPointer::new(bytes), length: UserPointer::new(length) } }
    }

    /// Writes an address and its length.
    #[inline]
    pub fn write(self, bytes: &[u8]) {
        if !self.bytes.is_null() {
            // SAFETY: the promise of `new`.
            unsafe { core::ptr::copy_nonoverlapping(bytes.as_ptr(), self.bytes.0, bytes.len()) };
            self.length.write(bytes.len() as i32);
        }
    }
}

/// The buffers of one request, which together are one stretch of data (semantics 5.8).
pub enum UserBuffers {
    /// One buffer, by far the commonest case, needs no allocation.
    One(UserBuffer),
    /// The array is copied when the call is made, so the program's own may be on its stack.
    Many(Box<[UserBuffer]>),
    /// Memory of ours: what a non-blocking send took over from the program.
    Owned(Box<[u8]>),
}

/// At most so many buffers go to the kernel in one call; IOV_MAX is larger, and more calls follow.
const VECTOR: usize = 64;

/// A part of some [`UserBuffers`] in the kernel's own form.
pub struct Vector {
    entries: [libc::iovec; VECTOR],
    count: usize,
}

// SAFETY: addresses of the program's memory, as in `UserBuffer`.
unsafe impl Send for Vector {}

impl Vector {
    /// The kernel's array.
    pub fn entries(&mut self) -> &mut [libc::iovec] {
        &mut self.entries[..self.count]
    }

    /// Bytes in the array.
    #[inline]
    pub fn length(&self) -> usize {
        self.entries[..self.count].iter().map(|entry| entry.iov_len).sum()
    }
}

impl UserBuffers {
    /// Bytes in all buffers.
    #[inline]
    pub fn length(&self) -> usize {
        match self {
            UserBuffers::One(buffer) => buffer.length,
            UserBuffers::Many(buffers) => buffers.iter().map(|buffer| buffer.length).sum(),
            UserBuffers::Owned(bytes) => bytes.len(),
        }
    }

    /// True when it is not empty and where Windows never maps memory.
    pub fn is_nowhere(&self) -> bool {
        matches!(self, UserBuffers::One(buffer) if buffer.length > 0 && buffer.address < 0x1_0000)
    }

    /// The only buffer.
    ///
    /// # Errors
    /// `INVALID_PARAMETER` when there are several.
    pub fn one(&self) -> Result<UserBuffer, Status> {
        match self {
            UserBuffers::One(buffer) => Ok(*buffer),
            UserBuffers::Many(_) | UserBuffers::Owned(_) => Err(Status::INVALID_PARAMETER),
        }
    }

    /// At most so many bytes from byte `skip` on, as far as one call to the kernel reaches.
    pub fn first_part(&self, skip: usize, length: usize) -> Box<[UserBuffer]> {
        let mut left = length;
        let mut vector = self.vector(skip);
        let entries = vector.entries().iter();
        let part = entries.map(|entry| {
            let part = UserBuffer { address: entry.iov_base.addr(), length: entry.iov_len };
            let part = part.part(0, left);
            left -= part.length;
            part
        });
        part.collect()
    }

    /// The buffers from byte `skip` on.
    pub fn vector(&self, mut skip: usize) -> Vector {
        let empty = libc::iovec { iov_base: core::ptr::null_mut(), iov_len: 0 };
        let mut vector = Vector { entries: [empty; VECTOR], count: 0 };
        let mut add = |buffer: &UserBuffer| {
            if skip >= buffer.length {
                skip -= buffer.length;
                return true;
            }
            vector.entries[vector.count] = libc::iovec {
                iov_base: (buffer.address + skip) as *mut libc::c_void,
                iov_len: buffer.length - skip,
            };
            vector.count += 1;
            skip = 0;
            vector.count < VECTOR
        };
        match self {
            UserBuffers::One(buffer) => {
                add(buffer);
            }
            UserBuffers::Many(buffers) => {
                buffers.iter().all(&mut add);
            }
            UserBuffers::Owned(bytes) => {
                add(&UserBuffer { address: bytes.as_ptr().addr(), length: bytes.len() });
            }
        }
        vector
    }

    /// The single stretch from byte `skip` on, when there is only one.
    pub fn single(&self, skip: usize) -> Option<(*mut libc::c_void, usize)> {
        let (address, length) = match self {
            UserBuffers::One(buffer) => (buffer.address, buffer.length),
            UserBuffers::Owned(bytes) => (bytes.as_ptr().addr(), bytes.len()),
            UserBuffers::Many(_) => return None,
        };
        Some(((address + skip) as *mut libc::c_void, length - skip))
    }

    /// Bytes that one call to the kernel can take from byte `skip` on.
    pub fn vector_length(&self, skip: usize) -> usize {
        match self {
            UserBuffers::Many(_) => self.vector(skip).length(),
            _ => self.length() - skip,
        }
    }

    /// Copies everything from byte `skip` on into memory of ours: a non-blocking stream send is
    /// accepted whole (semantics 5.5), and the program may reuse its memory when the call returns.
    pub fn copy_from(&self, skip: usize) -> Box<[u8]> {
        let length = self.length();
        let mut bytes = Vec::with_capacity(length - skip);
        while skip + bytes.len() < length {
            for entry in self.vector(skip + bytes.len()).entries() {
                // SAFETY: the program promised these buffers to the call that is still running.
                let part = unsafe {
                    core::slice::from_raw_parts(entry.iov_base.cast::<u8>(), entry.iov_len)
                };
                bytes.extend_from_slice(part);
            }
        }
        bytes.into_boxed_slice()
    }
}
