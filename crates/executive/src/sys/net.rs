//! Receiving into and sending from the caller's memory, and sending from files, without ever
//! blocking or raising SIGPIPE.
#![allow(unsafe_code)]

use crate::io::user_memory::{UserBuffer, UserBuffers};
use rustix::fd::{AsRawFd, BorrowedFd, OwnedFd};
use rustix::io::Errno;
use syscalls::Sysno;

/// Runs a system call and keeps the program's `errno` as it was; Windows' calls never touch it.
pub(super) fn keep_errno(mut call: impl FnMut() -> isize) -> Result<usize, Errno> {
    // SAFETY: glibc's location of this thread's errno, which is valid for the thread's life.
    let errno = unsafe { libc::__errno_location() };
    // SAFETY: as before.
    let before = unsafe { *errno };
    loop {
        let result = call();
        if let Ok(count) = usize::try_from(result) {
            return Ok(count);
        }
        // SAFETY: as before; the call has written it, so no reference to it may last.
        let error = unsafe { errno.replace(before) };
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
#[inline(always)]
unsafe fn transfer(
    call: Sysno,
    fd: BorrowedFd<'_>,
    (address, length): (*mut libc::c_void, usize),
    flags: i32,
) -> Result<usize, Errno> {
    let fd = fd.as_raw_fd().cast_unsigned() as usize;
    let (address, flags) = (address.expose_provenance(), flags.unsigned_abs() as usize);
    loop {
        // No address of a peer, whose length is 0 or nowhere: both are zero.
        // SAFETY: the caller's promise.
        match unsafe { syscalls::syscall6(call, fd, address, length, flags, 0, 0) } {
            Ok(count) => return Ok(count),
            Err(syscalls::Errno::EINTR) => {}
            Err(error) => return Err(Errno::from_raw_os_error(error.into_raw())),
        }
    }
}

/// Receives into one buffer what is there; returns the byte count.
#[inline(always)]
pub fn receive_into(fd: BorrowedFd<'_>, buffer: UserBuffer) -> Result<usize, Errno> {
    // SAFETY: the kernel writes at most `length` bytes at the address, which the program keeps for
    // this request, or answers EFAULT.
    unsafe { transfer(Sysno::recvfrom, fd, buffer.parts(), libc::MSG_DONTWAIT) }
}

/// Sends from one buffer; returns how many bytes were taken.
#[inline(always)]
pub fn send_from(fd: BorrowedFd<'_>, buffer: UserBuffer) -> Result<usize, Errno> {
    // SAFETY: the kernel only reads, and answers EFAULT for a wild address.
    unsafe { transfer(Sysno::sendto, fd, buffer.parts(), libc::MSG_DONTWAIT | libc::MSG_NOSIGNAL) }
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
    if let Some(single) = buffers.single(skip) {
        // SAFETY: as for [`receive_into`].
        return unsafe { transfer(Sysno::recvfrom, fd, single, flags) }.map(|count| (count, 0));
    }
    let mut vector = buffers.vector(skip);
    let mut message = message(vector.entries());
    // SAFETY: as above for each entry; the header lives through the call.
    let call = || unsafe { libc::recvmsg(fd.as_raw_fd(), &mut message, flags) };
    let count = keep_errno(call)?;
    Ok((count, message.msg_flags))
}

/// How many bytes have been given to a stream and not been confirmed by the peer.
pub fn unsent(fd: BorrowedFd<'_>) -> Result<usize, Errno> {
    let mut bytes: libc::c_int = 0;
    // SAFETY: the kernel writes the number in the call.
    let call = || unsafe { libc::ioctl(fd.as_raw_fd(), libc::TIOCOUTQ, &raw mut bytes) as isize };
    keep_errno(call).map(|_| bytes.unsigned_abs() as usize)
}

/// As a receive of one byte that consumes nothing; 0 is the peer's end, or an empty datagram.
pub fn peek(fd: BorrowedFd<'_>) -> Result<usize, Errno> {
    let mut byte = 0_u8;
    let flags = libc::MSG_PEEK | libc::MSG_DONTWAIT;
    // SAFETY: one byte of ours.
    let call = || unsafe { libc::recv(fd.as_raw_fd(), (&raw mut byte).cast(), 1, flags) };
    keep_errno(call)
}

/// Sends from the buffers, beginning with byte `skip`; returns how many bytes were taken.
pub fn send(
    fd: BorrowedFd<'_>,
    buffers: &UserBuffers,
    skip: usize,
    flags: i32,
) -> Result<usize, Errno> {
    let flags = flags | libc::MSG_DONTWAIT | libc::MSG_NOSIGNAL;
    if let Some(single) = buffers.single(skip) {
        // SAFETY: as for [`send_from`].
        return unsafe { transfer(Sysno::sendto, fd, single, flags) };
    }
    let mut vector = buffers.vector(skip);
    let message = message(vector.entries());
    // SAFETY: as above for each entry; the header lives through the call.
    keep_errno(|| unsafe { libc::sendmsg(fd.as_raw_fd(), &message, flags) })
}

/// Sends a head and the program's bytes behind it; returns how many bytes of both were taken.
pub fn send_frame(fd: BorrowedFd<'_>, head: &[u8], bytes: UserBuffer) -> Result<usize, Errno> {
    let (address, length) = bytes.parts();
    let head = libc::iovec { iov_base: head.as_ptr().cast_mut().cast(), iov_len: head.len() };
    let mut entries = [head, libc::iovec { iov_base: address, iov_len: length }];
    let message = message(&mut entries);
    let flags = libc::MSG_DONTWAIT | libc::MSG_NOSIGNAL;
    // SAFETY: the kernel only reads: the head, and the program's memory or answers EFAULT.
    let call = || unsafe {
        libc::syscall(libc::SYS_sendmsg, fd.as_raw_fd(), &raw const message, flags) as isize
    };
    keep_errno(call)
}

/// Gives a descriptor the open socket of another; it keeps its number, and the file that it had
/// goes.
pub fn replace(fd: BorrowedFd<'_>, other: &OwnedFd) -> Result<(), Errno> {
    // SAFETY: both are open; whoever uses `fd` meanwhile uses one socket or the other.
    let call =
        || unsafe { libc::dup3(other.as_raw_fd(), fd.as_raw_fd(), libc::O_CLOEXEC) as isize };
    keep_errno(call).map(|_| ())
}

/// Keeps SIGPIPE from the calling thread for as long as it lives.
struct NoPipeSignal {
    before: libc::sigset_t,
    pipe: libc::sigset_t,
    was_pending: bool,
}

impl NoPipeSignal {
    fn new() -> Self {
        // SAFETY: the sets are ours, and are initialised before they are read.
        unsafe {
            let mut pipe: libc::sigset_t = core::mem::zeroed();
            libc::sigemptyset(&mut pipe);
            libc::sigaddset(&mut pipe, libc::SIGPIPE);
            let (mut before, mut pending) = (pipe, core::mem::zeroed());
            libc::pthread_sigmask(libc::SIG_BLOCK, &pipe, &mut before);
            // Only a thread that blocks the signal anyway can have one pending.
            let was_pending = libc::sigismember(&before, libc::SIGPIPE) == 1
                && libc::sigpending(&mut pending) == 0
                && libc::sigismember(&pending, libc::SIGPIPE) == 1;
            NoPipeSignal { before, pipe, was_pending }
        }
    }

    /// A call has raised the signal: takes it back.
    fn consume(&self) {
        if !self.was_pending {
            let at_once = libc::timespec { tv_sec: 0, tv_nsec: 0 };
            // SAFETY: set and time are ours; no information is asked for.
            let take = || unsafe {
                libc::sigtimedwait(&self.pipe, core::ptr::null_mut(), &at_once) as isize
            };
            // A program that ignores the signal has none.
            let _none = keep_errno(take);
        }
    }
}

impl Drop for NoPipeSignal {
    fn drop(&mut self) {
        // SAFETY: the mask is the one that we found.
        unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, &self.before, core::ptr::null_mut()) };
    }
}

/// Sends from a file, beginning at `offset`; returns how many bytes were taken, 0 at its end.
pub fn send_file(
    socket: BorrowedFd<'_>,
    file: BorrowedFd<'_>,
    offset: u64,
    count: usize,
) -> Result<usize, Errno> {
    // sendfile has no MSG_NOSIGNAL.
    let signal = NoPipeSignal::new();
    loop {
        let mut place = offset;
        match rustix::fs::sendfile(socket, file, Some(&mut place), count) {
            Err(Errno::INTR) => {}
            Err(Errno::PIPE) => {
                signal.consume();
                return Err(Errno::PIPE);
            }
            other => return other,
        }
    }
}
