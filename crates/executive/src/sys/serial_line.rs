//! The lines of a serial port besides its data.
#![allow(unsafe_code)]

use super::net::keep_errno;
use rustix::fd::{AsRawFd, BorrowedFd};
use rustix::io::Errno;

/// Bytes that have not left yet.
pub fn queued_output(fd: BorrowedFd<'_>) -> Result<usize, Errno> {
    let mut count: libc::c_int = 0;
    let fd = fd.as_raw_fd();
    // SAFETY: the kernel writes one int.
    keep_errno(|| unsafe { libc::ioctl(fd, libc::TIOCOUTQ, &raw mut count) as isize })?;
    Ok(count.unsigned_abs() as usize)
}

/// The modem's lines, `TIOCM_` bits.
pub fn modem_lines(fd: BorrowedFd<'_>) -> Result<i32, Errno> {
    let mut lines: libc::c_int = 0;
    let fd = fd.as_raw_fd();
    // SAFETY: the kernel writes one int.
    keep_errno(|| unsafe { libc::ioctl(fd, libc::TIOCMGET, &raw mut lines) as isize })?;
    Ok(lines)
}

/// Raises or lowers lines of ours.
pub fn set_modem_lines(fd: BorrowedFd<'_>, lines: i32, raise: bool) -> Result<(), Errno> {
    let request = if raise { libc::TIOCMBIS } else { libc::TIOCMBIC };
    let fd = fd.as_raw_fd();
    // SAFETY: the kernel reads one int.
    keep_errno(|| unsafe { libc::ioctl(fd, request, &raw const lines) as isize }).map(drop)
}

/// Begins or ends a break.
pub fn set_break(fd: BorrowedFd<'_>, on: bool) -> Result<(), Errno> {
    let request = if on { libc::TIOCSBRK } else { libc::TIOCCBRK };
    let fd = fd.as_raw_fd();
    // SAFETY: it takes nothing.
    keep_errno(|| unsafe { libc::ioctl(fd, request) as isize }).map(drop)
}
