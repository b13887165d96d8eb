//! An io_uring: operations on files go in at one end, and come out at the other when the kernel
//! has done them.
//!
//! The two ends are values of which there is one each, so whoever holds one holds its lock.  An
//! operation that was begun by a thread which ends before it is broken off by the kernel, with
//! ECANCELED or EFAULT; who asked for it begins it again (`fs::ring`).
#![allow(unsafe_code)]

use super::file::Place;
use crate::io::user_memory::{UserBuffers, Vector};
use io_uring::{IoUring, opcode, squeue, types};
use rustix::fd::{AsFd, AsRawFd, BorrowedFd};
use rustix::io::Errno;
use std::sync::Arc;

/// So many operations fit between two calls of the kernel; each is handed over at once.
const ENTRIES: u32 = 64;
/// So many results fit before the kernel keeps the rest.
const RESULTS: u32 = 4096;
/// The number of an operation whose own result interests nobody.
const NOBODY: u64 = u64::MAX;

/// An operation as the kernel takes it.
pub struct Operation(squeue::Entry);

impl Operation {
    /// Reads into the buffers from byte `skip` on.  Several buffers are listed in `vector`, which
    /// must stay until the operation has come out.
    pub fn read(
        fd: BorrowedFd<'_>,
        (buffers, skip): (&UserBuffers, usize),
        place: Place,
        vector: &mut Option<Box<Vector>>,
        number: u64,
    ) -> Self {
        let (fd, (offset, flags)) = (types::Fd(fd.as_raw_fd()), place.raw());
        let entry = match buffers.single(skip) {
            Some((address, length)) => opcode::Read::new(fd, address.cast(), clamped(length))
                .offset(offset.cast_unsigned())
                .rw_flags(flags)
                .build(),
            None => {
                let entries = vector.insert(Box::new(buffers.vector(skip))).entries();
                opcode::Readv::new(fd, entries.as_ptr(), entries.len() as u32)
                    .offset(offset.cast_unsigned())
                    .rw_flags(flags)
                    .build()
            }
        };
        Operation(entry.user_data(number))
    }

    /// Writes the buffers from byte `skip` on, as [`Operation::read`] reads.
    pub fn write(
        fd: BorrowedFd<'_>,
        (buffers, skip): (&UserBuffers, usize),
        place: Place,
        vector: &mut Option<Box<Vector>>,
        number: u64,
    ) -> Self {
        let (fd, (offset, flags)) = (types::Fd(fd.as_raw_fd()), place.raw());
        let entry = match buffers.single(skip) {
            Some((address, length)) => {
                opcode::Write::new(fd, address.cast_const().cast(), clamped(length))
                    .offset(offset.cast_unsigned())
                    .rw_flags(flags)
                    .build()
            }
            None => {
                let entries = vector.insert(Box::new(buffers.vector(skip))).entries();
                opcode::Writev::new(fd, entries.as_ptr(), entries.len() as u32)
                    .offset(offset.cast_unsigned())
                    .rw_flags(flags)
                    .build()
            }
        };
        Operation(entry.user_data(number))
    }

    /// Breaks the operation with this number off, if it can be.
    pub fn cancel(number: u64) -> Self {
        Operation(opcode::AsyncCancel::new(number).build().user_data(NOBODY))
    }
}

/// The kernel moves less than 2 GiB at once; what is left over is another operation.
fn clamped(length: usize) -> u32 {
    const MOST: usize = 0x7fff_f000;
    length.min(MOST) as u32
}

/// Where operations go in.
pub struct Submissions(Arc<IoUring>);

/// Where they come out.
pub struct Completions {
    ring: Arc<IoUring>,
    /// Taken since there was nothing to take.
    since_empty: u32,
}

/// A new ring.
///
/// # Errors
/// What Linux says: EPERM and ENOSYS where io_uring is forbidden or not there.
pub fn open() -> Result<(Submissions, Completions), Errno> {
    let ring = IoUring::builder()
        .dontfork()
        .setup_cqsize(RESULTS)
        .setup_submit_all()
        .build(ENTRIES)
        .map_err(|error| Errno::from_io_error(&error).unwrap_or(Errno::NOSYS))?;
    // Without it results could be lost; every kernel with `submit_all` has it.
    if !ring.params().is_feature_nodrop() {
        return Err(Errno::NOSYS);
    }
    let ring = Arc::new(ring);
    Ok((Submissions(ring.clone()), Completions { ring, since_empty: 0 }))
}

impl Submissions {
    /// Hands an operation to the kernel.  `make_room` is called when the kernel has no room for
    /// more results before some are taken.
    ///
    /// The memory is the program's, promised until the operation has come out; the list of several
    /// buffers is kept by who keeps the request.
    pub fn submit(&mut self, operation: &Operation, mut make_room: impl FnMut()) {
        loop {
            // SAFETY: there is one `Submissions` for each ring, and it is borrowed exclusively.
            let mut queue = unsafe { self.0.submission_shared() };
            // SAFETY: the entry's addresses are good for as long as the operation runs, by the
            // program's promise and by the owner of the vector.
            let pushed = unsafe { queue.push(&operation.0) }.is_ok();
            drop(queue);
            self.enter(&mut make_room);
            if pushed {
                return;
            }
        }
    }

    /// Calls the kernel until it has taken everything.
    fn enter(&mut self, make_room: &mut impl FnMut()) {
        loop {
            match kept_errno(|| self.0.submit()) {
                // SAFETY: as in `submit`.
                Ok(_) if unsafe { self.0.submission_shared() }.is_empty() => return,
                Err(error) if error.raw_os_error() == Some(libc::EBUSY) => make_room(),
                // A signal; or there is no memory for the moment.
                _ => std::thread::yield_now(),
            }
        }
    }
}

impl Completions {
    /// The number of an operation that is done, and how many bytes it moved.
    pub fn take(&mut self) -> Option<(u64, Result<usize, Errno>)> {
        loop {
            // SAFETY: there is one `Completions` for each ring, and it is borrowed exclusively.
            let next = unsafe { self.ring.completion_shared() }.next();
            let Some(entry) = next else {
                if core::mem::take(&mut self.since_empty) < RESULTS {
                    return None;
                }
                // They may have been full.  The kernel gives what it has kept back when it is
                // called.
                let _asked = kept_errno(|| self.ring.submit());
                continue;
            };
            self.since_empty = self.since_empty.saturating_add(1);
            if entry.user_data() == NOBODY {
                continue;
            }
            let moved = entry.result();
            let moved = usize::try_from(moved).map_err(|_| Errno::from_raw_os_error(-moved));
            return Some((entry.user_data(), moved));
        }
    }
}

impl AsFd for Completions {
    fn as_fd(&self) -> BorrowedFd<'_> {
        // SAFETY: the descriptor is open as long as the ring is.
        unsafe { BorrowedFd::borrow_raw(self.ring.as_raw_fd()) }
    }
}

/// The program's `errno` stays as it was; Windows' calls never touch it.
fn kept_errno<T>(call: impl FnOnce() -> T) -> T {
    // SAFETY: glibc's location of this thread's errno is valid for the thread's life.
    let errno = unsafe { &mut *libc::__errno_location() };
    let before = *errno;
    let result = call();
    *errno = before;
    result
}
