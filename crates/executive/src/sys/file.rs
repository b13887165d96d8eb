//! Reading a disk file into and writing it from the caller's memory.
#![allow(unsafe_code)]

use super::net::keep_errno;
use crate::io::read_write::Way;
use crate::io::user_memory::{UserBuffer, UserBuffers};
use rustix::fd::{AsRawFd, BorrowedFd};
use rustix::io::Errno;
use syscalls::Sysno;

/// Where in a file a transfer takes place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// So many bytes behind the beginning.
    At(u64),
    /// The device has no places.
    Next,
    /// At the end, wherever that is by then.
    End,
}

impl Place {
    /// The kernel's offset and flags.
    pub(super) fn raw(self) -> (i64, i32) {
        match self {
            // More than the largest offset is none; the kernel says EINVAL.
            Place::At(offset) => (i64::try_from(offset).unwrap_or(i64::MIN), 0),
            Place::Next => (-1, 0),
            Place::End => (-1, libc::RWF_APPEND),
        }
    }
}

/// Whether a call may wait for the disk, or for data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patience {
    /// As long as it takes.
    Waits,
    /// What would have to wait is not done: EAGAIN.  Some files have no such way: EOPNOTSUPP.
    None,
}

impl Patience {
    fn raw(self) -> i32 {
        if self == Patience::None { libc::RWF_NOWAIT } else { 0 }
    }
}

/// Reads into the buffers from byte `skip` on; 0 bytes at the end of the file.
pub fn read(
    fd: BorrowedFd<'_>,
    buffers: &UserBuffers,
    skip: usize,
    place: Place,
    patience: Patience,
) -> Result<usize, Errno> {
    transfer(Way::Read, fd, (buffers, skip), place, patience)
}

/// Writes the buffers from byte `skip` on; returns how many bytes were taken.
pub fn write(
    fd: BorrowedFd<'_>,
    buffers: &UserBuffers,
    skip: usize,
    place: Place,
    patience: Patience,
) -> Result<usize, Errno> {
    transfer(Way::Write, fd, (buffers, skip), place, patience)
}

/// Reads into one buffer what is in memory; EAGAIN when nothing is.
#[inline]
pub fn read_at_once(fd: BorrowedFd<'_>, buffer: UserBuffer, place: u64) -> Result<usize, Errno> {
    let (iov_base, iov_len) = buffer.parts();
    let entry = libc::iovec { iov_base, iov_len };
    let entry = (&raw const entry).expose_provenance();
    let (fd, place) = (fd.as_raw_fd().unsigned_abs() as usize, place as usize);
    let flags = libc::RWF_NOWAIT.unsigned_abs() as usize;
    // SAFETY: the kernel writes at most what the entry says, which is memory that the program keeps
    // for this request, or answers EFAULT.
    let done = unsafe { syscalls::syscall6(Sysno::preadv2, fd, entry, 1, place, 0, flags) };
    done.map_err(|error| Errno::from_raw_os_error(error.into_raw()))
}

/// Reads or writes, as [`read`] and [`write()`].
#[inline]
pub fn transfer(
    way: Way,
    fd: BorrowedFd<'_>,
    (buffers, skip): (&UserBuffers, usize),
    place: Place,
    patience: Patience,
) -> Result<usize, Errno> {
    let call = if way == Way::Read { libc::SYS_preadv2 } else { libc::SYS_pwritev2 };
    let (offset, flags) = place.raw();
    // Whole registers, as the variadic function passes them on.
    let flags = libc::c_long::from(flags | patience.raw());
    let descriptor = libc::c_long::from(fd.as_raw_fd());
    // The system call itself: glibc's function is a cancellation point, which costs atomic
    // operations before and after.  The upper half of the offset is for machines of 32 bits.
    // SAFETY: the kernel touches at most what the entries say, which is memory that the program
    // keeps for this request, or answers EFAULT.
    let enter = |entries: &[libc::iovec]| unsafe {
        let (first, count) = (entries.as_ptr(), entries.len());
        libc::syscall(call, descriptor, first, count, offset, 0_usize, flags) as isize
    };
    match buffers.single(skip) {
        Some((iov_base, iov_len)) => {
            let entry = [libc::iovec { iov_base, iov_len }];
            keep_errno(|| enter(&entry))
        }
        None => {
            let mut vector = buffers.vector(skip);
            keep_errno(|| enter(vector.entries()))
        }
    }
}

/// True when two descriptors are one open file: they share its position.
pub fn are_one(left: BorrowedFd<'_>, right: BorrowedFd<'_>) -> bool {
    /// `KCMP_FILE`
    const FILE: i32 = 0;
    let own = std::process::id();
    let (a, b) = (left.as_raw_fd(), right.as_raw_fd());
    // SAFETY: it takes numbers only.
    match unsafe { libc::syscall(libc::SYS_kcmp, own, own, FILE, a, b) } {
        0 => true,
        // Not allowed here: then what both are of must do.
        -1 => matches!((rustix::fs::fstat(left), rustix::fs::fstat(right)), (Ok(left), Ok(right))
            if (left.st_dev, left.st_ino) == (right.st_dev, right.st_ino)),
        _ => false,
    }
}
