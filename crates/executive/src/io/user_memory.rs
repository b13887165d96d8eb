//! The caller's memory: addresses that the program owns and we only borrow.
//!
//! Nothing here is a Rust reference, because another thread of the program may read and write the
//! same bytes at any time.  An address can be handed to the kernel, which answers EFAULT for a wild
//! one; a small out-parameter can be written, and a status block ([`super::status_block`]); nothing
//! can be dereferenced by the rest of the executive.
//!
//! The program's promise, which Windows asks of it too: the memory of a pending request (buffers,
//! OVERLAPPED, flags, addresses) stays where it is until the request has completed.
#![allow(unsafe_code)]

use crate::status::{Result, Status};

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
    pub fn one(&self) -> Result<UserBuffer> {
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
