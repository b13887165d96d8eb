//! Locks on ranges of a file that belong to an open file description: Linux drops them when its
//! last descriptor goes, even by `kill -9`.
#![allow(unsafe_code)]

use super::net::keep_errno;
use rustix::fd::{AsRawFd, BorrowedFd};
use rustix::io::Errno;

/// How a range is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// Others may hold it so too.
    Shared,
    /// By nobody else.
    Exclusive,
}

impl Hold {
    fn raw(self) -> i32 {
        match self {
            Hold::Shared => libc::F_RDLCK,
            Hold::Exclusive => libc::F_WRLCK,
        }
    }
}

/// Bytes of a file, as Linux counts them; 0 bytes are all to the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first.
    pub start: i64,
    /// How many.
    pub length: i64,
}

fn control(fd: BorrowedFd<'_>, command: i32, kind: i32, span: Span) -> Result<libc::flock, Errno> {
    let mut lock = libc::flock {
        l_type: kind as i16,
        l_whence: libc::SEEK_SET as i16,
        l_start: span.start,
        l_len: span.length,
        l_pid: 0,
    };
    // SAFETY: the structure lives through the call.
    keep_errno(|| unsafe { libc::fcntl(fd.as_raw_fd(), command, &mut lock) as isize })?;
    Ok(lock)
}

/// Takes the span, if nobody else's hold is in the way; a hold of the same description's is
/// replaced.
///
/// # Errors
/// `AGAIN` when it is held by others.
pub fn try_lock(fd: BorrowedFd<'_>, span: Span, hold: Hold) -> Result<(), Errno> {
    control(fd, libc::F_OFD_SETLK, hold.raw(), span).map(drop)
}

/// Takes the span, as soon as nobody else's hold is in the way.
///
/// # Errors
/// `NOLCK` when the system has no room for more.
pub fn lock(fd: BorrowedFd<'_>, span: Span, hold: Hold) -> Result<(), Errno> {
    control(fd, libc::F_OFD_SETLKW, hold.raw(), span).map(drop)
}

/// Gives the span back.
///
/// # Errors
/// `NOLCK` when a part of a span is given back and the system has no room for two.
pub fn unlock(fd: BorrowedFd<'_>, span: Span) -> Result<(), Errno> {
    control(fd, libc::F_OFD_SETLK, libc::F_UNLCK, span).map(drop)
}

/// One of the spans that another description holds so that this hold has no room.
///
/// # Errors
/// Those of Linux, for a descriptor that has no locks.
pub fn find_elsewhere(fd: BorrowedFd<'_>, span: Span, hold: Hold) -> Result<Option<Span>, Errno> {
    control(fd, libc::F_OFD_GETLK, hold.raw(), span).map(|found| {
        let is_held = i32::from(found.l_type) != libc::F_UNLCK;
        is_held.then_some(Span { start: found.l_start, length: found.l_len })
    })
}

/// True when another description's hold is in the way of this one.
///
/// # Errors
/// Those of Linux, for a descriptor that has no locks.
pub fn is_held_elsewhere(fd: BorrowedFd<'_>, span: Span, hold: Hold) -> Result<bool, Errno> {
    find_elsewhere(fd, span, hold).map(|found| found.is_some())
}
