//! send, recv, WSASend, WSARecv.
#![allow(unsafe_code)]

use super::lookup::{find, with_socket_blocking};
use super::overlapped;
use super::socket::{receive_deadline, send_deadline};
use crate::entry::{is_wild, socket_fail};
use crate::error::winsock;
use crate::last_error;
use lapwing_abi::{
    LPWSAOVERLAPPED_COMPLETION_ROUTINE, MSG_DONTROUTE, MSG_OOB, MSG_PARTIAL, MSG_PEEK,
    MSG_PUSH_IMMEDIATE, MSG_WAITALL, OVERLAPPED, SOCKET, WSA_IO_PENDING, WSABUF, WSAEFAULT,
    WSAEINVAL, WSAEOPNOTSUPP,
};
use lapwing_executive::afd::incoming::Incoming;
use lapwing_executive::afd::outgoing::Outgoing;
use lapwing_executive::afd::receive::ReceiveCall;
use lapwing_executive::afd::request::{self, Started};
use lapwing_executive::afd::send::SendCall;
use lapwing_executive::io::irp::Outcome;
use lapwing_executive::io::user_memory::{UserBuffer, UserBuffers, UserPointer};

fn receive_flags(flags: u32) -> Result<i32, i32> {
    let mut linux = 0;
    for (windows, bit) in [
        (MSG_OOB, libc::MSG_OOB),
        (MSG_PEEK, libc::MSG_PEEK),
        (MSG_WAITALL, libc::MSG_WAITALL),
        (MSG_PUSH_IMMEDIATE, 0),
        (MSG_PARTIAL as i32, 0),
    ] {
        if flags & windows.cast_unsigned() != 0 {
            linux |= bit;
        }
    }
    let known = MSG_OOB | MSG_PEEK | MSG_WAITALL | MSG_PUSH_IMMEDIATE | MSG_PARTIAL as i32;
    if flags & !known.cast_unsigned() != 0 { Err(WSAEOPNOTSUPP) } else { Ok(linux) }
}

fn send_flags(flags: u32) -> Result<i32, i32> {
    let known = MSG_OOB | MSG_DONTROUTE | MSG_PARTIAL as i32;
    if flags & !known.cast_unsigned() != 0 {
        return Err(WSAEOPNOTSUPP);
    }
    let oob = if flags & MSG_OOB.cast_unsigned() != 0 { libc::MSG_OOB } else { 0 };
    let dont_route = flags & MSG_DONTROUTE.cast_unsigned() != 0;
    Ok(oob | if dont_route { libc::MSG_DONTROUTE } else { 0 })
}

/// Takes the program's WSABUF array; the array itself is copied.
///
/// # Safety
/// `buffers` points to `count` readable structures, whose memory lasts as long as the request.
unsafe fn user_buffers(buffers: *const WSABUF, count: u32) -> Result<UserBuffers, i32> {
    if count == 0 {
        return Err(WSAEINVAL);
    }
    if is_wild(buffers) {
        return Err(WSAEFAULT);
    }
    // SAFETY: the caller's promise; the structure is plain data and may be unaligned.
    let read = |index: usize| unsafe { buffers.add(index).read_unaligned() };
    // SAFETY: the caller's promise for the memory that each structure names.
    let buffer = |wsabuf: WSABUF| unsafe { user_range(wsabuf.buf, wsabuf.len as usize) };
    if count == 1 {
        return buffer(read(0)).map(UserBuffers::One);
    }
    let many: Result<_, i32> = (0..count as usize).map(|index| buffer(read(index))).collect();
    many.map(UserBuffers::Many)
}

/// The program's memory, unless it obviously is none: Windows probes a buffer when the call is
/// made; we see what costs nothing to see.
///
/// # Safety
/// The memory lasts as long as the request.
unsafe fn user_range(address: *mut u8, length: usize) -> Result<UserBuffer, i32> {
    /// Where the kernel's half of the addresses begins.
    const END: usize = 1 << 47;
    let ends = address.addr().checked_add(length);
    if length > 0 && (is_wild(address) || ends.is_none_or(|end| end > END)) {
        return Err(WSAEFAULT);
    }
    // SAFETY: the caller's promise.
    Ok(unsafe { UserBuffer::new(address, length) })
}

/// Takes the single buffer of `send` and `recv`.
///
/// # Safety
/// The memory lasts as long as the call.
unsafe fn user_buffer(address: *mut u8, length: i32) -> Result<UserBuffers, i32> {
    let length = usize::try_from(length).map_err(|_| WSAEFAULT)?;
    // SAFETY: the caller's promise.
    unsafe { user_range(address, length) }.map(UserBuffers::One)
}

fn received(socket: SOCKET, buffers: UserBuffers, flags: i32) -> Result<Outcome, i32> {
    let deadline = receive_deadline(socket)?;
    let mut call = Incoming::from(ReceiveCall::new(buffers, flags));
    with_socket_blocking(socket, |object, file| request::perform(object, file, &mut call, deadline))
}

fn sent(socket: SOCKET, buffers: UserBuffers, flags: i32) -> Result<Outcome, i32> {
    let deadline = send_deadline(socket)?;
    let mut call = Outgoing::from(SendCall::new(buffers, flags));
    with_socket_blocking(socket, |object, file| request::perform(object, file, &mut call, deadline))
}

/// The byte count of a call that returns it.
fn count(result: Result<Outcome, i32>) -> i32 {
    match result {
        Ok(outcome) => {
            last_error::set(0);
            // The buffer's length was an i32.
            outcome.information as i32
        }
        Err(code) => socket_fail(code),
    }
}

/// Receives what has arrived; blocks while nothing has, unless the socket is non-blocking.
/// Returns the byte count, 0 at the peer's end.
///
/// # Errors
/// `WSAEWOULDBLOCK`, `WSAENOTCONN`, `WSAECONNRESET`, `WSAESHUTDOWN`, `WSAETIMEDOUT`, `WSAEINTR`
/// (closed meanwhile), `WSAEFAULT`, `WSAEOPNOTSUPP` (flags), `WSAENOTSOCK`.
///
/// # Safety
/// `buf` points to `len` writable bytes.
#[unsafe(export_name = "lapwing_recv")]
pub unsafe extern "system" fn recv(s: SOCKET, buf: *mut u8, len: i32, flags: i32) -> i32 {
    // SAFETY: the caller's promise.
    let buffers = find(s).and_then(|_| unsafe { user_buffer(buf, len) });
    count(buffers.and_then(|buffers| received(s, buffers, receive_flags(flags.cast_unsigned())?)))
}

/// Sends everything; blocks while there is no room.  On a non-blocking socket it is taken whole or
/// refused.  Returns the byte count.
///
/// # Errors
/// As for [`recv`].
///
/// # Safety
/// `buf` points to `len` readable bytes.
#[unsafe(export_name = "lapwing_send")]
pub unsafe extern "system" fn send(s: SOCKET, buf: *const u8, len: i32, flags: i32) -> i32 {
    // SAFETY: the caller's promise; sending only reads.
    let buffers = find(s).and_then(|_| unsafe { user_buffer(buf.cast_mut(), len) });
    count(buffers.and_then(|buffers| sent(s, buffers, send_flags(flags.cast_unsigned())?)))
}

/// 0 with the count (and flags) written, or the code, for a call without an OVERLAPPED.
fn finish(result: Result<Outcome, i32>, count: UserPointer<u32>, flags: UserPointer<u32>) -> i32 {
    match result {
        Ok(outcome) => {
            count.write(outcome.information as u32);
            flags.write(outcome.flags);
            last_error::set(0);
            0
        }
        Err(code) => socket_fail(code),
    }
}

/// What the call with an OVERLAPPED returns.
fn finish_started(
    started: Result<Started, i32>,
    count: UserPointer<u32>,
    flags: UserPointer<u32>,
) -> i32 {
    match started {
        Ok(Started::Done(outcome)) => finish(Ok(outcome), count, flags),
        Ok(Started::Pending) => socket_fail(WSA_IO_PENDING),
        Err(code) => socket_fail(code),
    }
}

/// Receives into several buffers, as one; overlapped if an OVERLAPPED is given and the socket is.
///
/// With an OVERLAPPED the buffers and the OVERLAPPED belong to the request until it has completed;
/// the WSABUF array may go at once.  `*lpnumberofbytesrecvd` is written only when the call itself
/// succeeds.
///
/// # Errors
/// `WSA_IO_PENDING` when it will complete later; those of [`recv`]; `WSAEINVAL` (no buffer, or a
/// routine for a socket with a port).
///
/// # Safety
/// The pointers are NULL or as Windows' documentation asks.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn WSARecv(
    s: SOCKET,
    lpbuffers: *const WSABUF,
    dwbuffercount: u32,
    lpnumberofbytesrecvd: *mut u32,
    lpflags: *mut u32,
    lpoverlapped: *mut OVERLAPPED,
    lpcompletionroutine: LPWSAOVERLAPPED_COMPLETION_ROUTINE,
) -> i32 {
    // SAFETY: the caller's promise.
    let count = unsafe { UserPointer::new(lpnumberofbytesrecvd) };
    // SAFETY: the caller's promise.
    let flags_out = unsafe { UserPointer::new(lpflags) };
    let started = find(s).and_then(|found| {
        if is_wild(lpflags) || lpoverlapped.is_null() && is_wild(lpnumberofbytesrecvd) {
            return Err(WSAEFAULT);
        }
        // SAFETY: the caller's promise, and not NULL.
        let flags = receive_flags(unsafe { lpflags.read_unaligned() })?;
        // SAFETY: the caller's promise.
        let buffers = unsafe { user_buffers(lpbuffers, dwbuffercount) }?;
        let file = found.file().map_err(winsock)?;
        if lpoverlapped.is_null() || !file.is_overlapped() {
            drop(found);
            return received(s, buffers, flags).map(Started::Done);
        }
        // SAFETY: the caller's promise.
        let overlapped = unsafe { overlapped::take(file, lpoverlapped, lpcompletionroutine) }?;
        let call = ReceiveCall::new(buffers, flags);
        request::start::<Incoming>(found.object(), file, call, overlapped).map_err(winsock)
    });
    finish_started(started, count, flags_out)
}

/// Sends several buffers, as one; overlapped if an OVERLAPPED is given and the socket is.  A
/// stream send is never short.
///
/// # Errors
/// As for [`WSARecv`].
///
/// # Safety
/// As for [`WSARecv`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn WSASend(
    s: SOCKET,
    lpbuffers: *const WSABUF,
    dwbuffercount: u32,
    lpnumberofbytessent: *mut u32,
    dwflags: u32,
    lpoverlapped: *mut OVERLAPPED,
    lpcompletionroutine: LPWSAOVERLAPPED_COMPLETION_ROUTINE,
) -> i32 {
    // SAFETY: the caller's promise.
    let count = unsafe { UserPointer::new(lpnumberofbytessent) };
    let started = find(s).and_then(|found| {
        if lpoverlapped.is_null() && is_wild(lpnumberofbytessent) {
            return Err(WSAEFAULT);
        }
        let flags = send_flags(dwflags)?;
        // SAFETY: the caller's promise.
        let buffers = unsafe { user_buffers(lpbuffers, dwbuffercount) }?;
        let file = found.file().map_err(winsock)?;
        if lpoverlapped.is_null() || !file.is_overlapped() {
            drop(found);
            return sent(s, buffers, flags).map(Started::Done);
        }
        // SAFETY: the caller's promise.
        let overlapped = unsafe { overlapped::take(file, lpoverlapped, lpcompletionroutine) }?;
        let call = SendCall::new(buffers, flags);
        request::start::<Outgoing>(found.object(), file, call, overlapped).map_err(winsock)
    });
    finish_started(started, count, UserPointer::null())
}
