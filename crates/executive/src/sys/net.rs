//! Receiving into and sending from the caller's memory, without ever blocking or raising SIGPIPE.
#![allow(unsafe_code)]

use crate::io::user_memory::UserBuffers;
use rustix::fd::{AsRawFd, BorrowedFd, OwnedFd};
use rustix::io::Errno;

/// Runs a system call and keeps the program's `errno` as it was; Windows' calls never touch it.
pub(super) fn keep_errno(mut call: impl FnMut() -> isize) -> Result<usize, Errno> {
    // SAFETY: glibc's location of this thread's errno is valid for the thread's life.
    let errno = unsafe { &mut *libc::__errno_location() };
    let before = *errno;
    loop {
        let result = call();
        if let Ok(count) = usize::try_from(result) {
            return Ok(count);
        }
        let error = *errno;
        *errno = before;
        if error != libc::EINTR {
            return Err(Errno::from_raw_os_error(error));
        }
    }
}

fn message(entries: &mut [libc::iovec]) -> libc::msghdr {
    // SAFETY: a msghdr of zeros says: no address, no control data, no buffers.
    let mut message: libc::msghdr = unsafe { core::mem::zeroed() };
    message.msg_iov = entries.as_mut_ptr();
    message.msg_iovlen = entries.len();
    message
}

/// The system call itself.  Glibc's `recv` and `send` are cancellation points, which costs atomic
/// operations before and after; these never block, so there is nothing to cancel.
///
/// # Safety
/// As the call asks of its memory.
unsafe fn transfer(
    call: libc::c_long,
    fd: BorrowedFd<'_>,
    address: *mut libc::c_void,
    length: usize,
    flags: i32,
) -> isize {
    // No address of a peer, whose length is 0 or nowhere: both are zero.
    // SAFETY: the caller's promise.
    unsafe {
        libc::syscall(call, fd.as_raw_fd(), address, length, flags, 0_usize, 0_usize) as isize
    }
}

/// Receives into the buffers from byte `skip` on.  Returns the byte count and the message's flags
/// (`MSG_TRUNC`, `MSG_OOB` …); 0 bytes mean the peer's end.
pub fn receive(
    fd: BorrowedFd<'_>,
    buffers: &UserBuffers,
    skip: usize,
    flags: i32,
) -> Result<(usize, i32), Errno> {
    let flags = flags | libc::MSG_DONTWAIT;
    if let Some((address, length)) = buffers.single(skip) {
        // SAFETY: the kernel writes at most `length` bytes at the address, which the program keeps
        // for this request, or answers EFAULT.
        let call = || unsafe { transfer(libc::SYS_recvfrom, fd, address, length, flags) };
        return keep_errno(call).map(|count| (count, 0));
    }
    let mut vector = buffers.vector(skip);
    let mut message = message(vector.entries());
    // SAFETY: as above for each entry; the header lives through the call.
    let call = || unsafe { libc::recvmsg(fd.as_raw_fd(), &mut message, flags) };
    let count = keep_errno(call)?;
    Ok((count, message.msg_flags))
}

/// True (or an error) when a receive would not block; consumes nothing.
pub fn peek(fd: BorrowedFd<'_>) -> Result<(), Errno> {
    let mut byte = 0_u8;
    let flags = libc::MSG_PEEK | libc::MSG_DONTWAIT;
    // SAFETY: one byte of ours.
    let call = || unsafe { libc::recv(fd.as_raw_fd(), (&raw mut byte).cast(), 1, flags) };
    keep_errno(call).map(|_| ())
}

/// Sends from the buffers, beginning with byte `skip`; returns how many bytes were taken.
pub fn send(
    fd: BorrowedFd<'_>,
    buffers: &UserBuffers,
    skip: usize,
    flags: i32,
) -> Result<usize, Errno> {
    let flags = flags | libc::MSG_DONTWAIT | libc::MSG_NOSIGNAL;
    if let Some((address, length)) = buffers.single(skip) {
        // SAFETY: the kernel only reads, and answers EFAULT for a wild address.
        let call = || unsafe { transfer(libc::SYS_sendto, fd, address, length, flags) };
        return keep_errno(call);
    }
    let mut vector = buffers.vector(skip);
    let message = message(vector.entries());
    // SAFETY: as above for each entry; the header lives through the call.
    keep_errno(|| unsafe { libc::sendmsg(fd.as_raw_fd(), &message, flags) })
}

/// Gives a descriptor the open socket of another; it keeps its number, and the file that it had
/// goes.
pub fn replace(fd: BorrowedFd<'_>, other: &OwnedFd) -> Result<(), Errno> {
    // SAFETY: both are open; whoever uses `fd` meanwhile uses one socket or the other.
    let call =
        || unsafe { libc::dup3(other.as_raw_fd(), fd.as_raw_fd(), libc::O_CLOEXEC) as isize };
    keep_errno(call).map(|_| ())
}
