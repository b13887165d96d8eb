//! send, recv, WSASend, WSARecv, and what all calls that move data have in common.
#![allow(unsafe_code)]

use super::datagram::{WSARecvFrom, WSASendTo, recvfrom, sendto};
use super::lookup::{FoundSocket, with_socket_blocking};
use super::one_buffer;
use super::overlapped;
use super::socket::{receive_deadline, send_deadline};
use crate::entry::{is_one_wild, is_wild, socket_fail};
use crate::error::winsock;
use crate::last_error;
use core::ptr::{null, null_mut};
use lapwing_abi::{
    LPWSAOVERLAPPED_COMPLETION_ROUTINE, MSG_DONTROUTE, MSG_OOB, MSG_PARTIAL, MSG_PEEK,
    MSG_PUSH_IMMEDIATE, MSG_WAITALL, OVERLAPPED, SOCKET, WSA_IO_PENDING, WSABUF, WSAEFAULT,
    WSAEINVAL, WSAEOPNOTSUPP,
};
use lapwing_executive::afd::datagram::{DatagramReceive, DatagramSend, MessageReceive};
use lapwing_executive::afd::incoming::Incoming;
use lapwing_executive::afd::outgoing::Outgoing;
use lapwing_executive::afd::receive::ReceiveCall;
use lapwing_executive::afd::request::{self, Started};
use lapwing_executive::afd::send::SendCall;
use lapwing_executive::afd::socket::Socket;
use lapwing_executive::io::irp::Outcome;
use lapwing_executive::io::user_memory::{UserAddress, UserBuffer, UserBuffers, UserPointer};

/// Where the kernel's half of the addresses begins.
pub(super) const ADDRESS_END: usize = 1 << 47;

/// Windows' flags of a receive in Linux' numbers.  A datagram arrives as a whole or is cut off, and
/// none is urgent.
///
/// # Errors
/// `WSAEOPNOTSUPP`
#[inline]
pub(super) fn receive_flags(socket: &Socket, flags: u32) -> Result<i32, i32> {
    let known: &[(i32, i32)] = &[
        (MSG_PEEK, libc::MSG_PEEK),
        (MSG_PUSH_IMMEDIATE, 0),
        (MSG_PARTIAL as i32, 0),
        (MSG_OOB, libc::MSG_OOB),
        (MSG_WAITALL, libc::MSG_WAITALL),
    ];
    translate(if socket.is_stream() { known } else { &known[..3] }, flags)
}

/// The same of a send.  Datagrams are not sent in parts.
///
/// # Errors
/// `WSAEOPNOTSUPP`
#[inline]
pub(super) fn send_flags(socket: &Socket, flags: u32) -> Result<i32, i32> {
    let known: &[(i32, i32)] =
        &[(MSG_DONTROUTE, libc::MSG_DONTROUTE), (MSG_OOB, libc::MSG_OOB), (MSG_PARTIAL as i32, 0)];
    translate(if socket.is_stream() { known } else { &known[..1] }, flags)
}

#[inline]
fn translate(known: &[(i32, i32)], flags: u32) -> Result<i32, i32> {
    let (mut rest, mut linux) = (flags, 0);
    for (windows, bit) in known {
        if flags & windows.cast_unsigned() != 0 {
            linux |= bit;
        }
        rest &= !windows.cast_unsigned();
    }
    if rest == 0 { Ok(linux) } else { Err(WSAEOPNOTSUPP) }
}

/// Takes the program's WSABUF array; the array itself is copied.
///
/// # Safety
/// `buffers` points to `count` readable structures, whose memory lasts as long as the request.
#[inline]
pub(super) unsafe fn user_buffers(buffers: *const WSABUF, count: u32) -> Result<UserBuffers, i32> {
    if count == 0 {
        return Err(WSAEINVAL);
    }
    if is_wild(buffers) {
        return Err(WSAEFAULT);
    }
    if count == 1 {
        // SAFETY: the caller's promise.
        return unsafe { one_of(buffers, 0) }.map(UserBuffers::One);
    }
    // SAFETY: the caller's promise.
    unsafe { many_buffers(buffers, count) }
}

/// As [`user_buffers`] for several.
///
/// # Safety
/// As there.
#[inline(never)]
unsafe fn many_buffers(buffers: *const WSABUF, count: u32) -> Result<UserBuffers, i32> {
    /// So many are noted without the list having to grow.
    const USUAL: usize = 64;
    let count = count as usize;
    let mut many = Vec::with_capacity(count.min(USUAL));
    for index in 0..count {
        // SAFETY: the caller's promise.
        many.push(unsafe { one_of(buffers, index) }?);
    }
    Ok(UserBuffers::Many(many.into_boxed_slice()))
}

/// The memory that one of the structures names.
///
/// # Safety
/// As for [`user_buffers`].
#[inline]
unsafe fn one_of(buffers: *const WSABUF, index: usize) -> Result<UserBuffer, i32> {
    // SAFETY: the caller's promise; the structure is plain data and may be unaligned.
    let wsabuf = unsafe { buffers.add(index).read_unaligned() };
    // SAFETY: the caller's promise.
    unsafe { user_range(wsabuf.buf, wsabuf.len as usize) }
}

/// The program's memory, unless it obviously is none: Windows probes a buffer when the call is
/// made; we see what costs nothing to see.
///
/// # Safety
/// The memory lasts as long as the request.
#[inline]
pub(crate) unsafe fn user_range(address: *mut u8, length: usize) -> Result<UserBuffer, i32> {
    let ends = address.addr().checked_add(length);
    if length > 0 && (is_wild(address) || ends.is_none_or(|end| end > ADDRESS_END)) {
        return Err(WSAEFAULT);
    }
    // SAFETY: the caller's promise.
    Ok(unsafe { UserBuffer::new(address, length) })
}

/// Takes the single buffer of `send` and `recv`.
///
/// # Safety
/// The memory lasts as long as the call.
pub(super) unsafe fn user_buffer(address: *mut u8, length: i32) -> Result<UserBuffers, i32> {
    let length = usize::try_from(length).map_err(|_| WSAEFAULT)?;
    // SAFETY: the caller's promise.
    unsafe { user_range(address, length) }.map(UserBuffers::One)
}

/// The OVERLAPPED of a call and its routine; the address is NULL for a call without.
#[derive(Clone, Copy)]
pub(super) struct Asynchronous {
    pub(super) overlapped: *mut OVERLAPPED,
    pub(super) routine: LPWSAOVERLAPPED_COMPLETION_ROUTINE,
}

impl Asynchronous {
    /// A call that waits for its end.
    pub(super) const NONE: Self = Asynchronous { overlapped: null_mut(), routine: None };
}

/// Receives: blocks, or starts the request if there is an OVERLAPPED and the socket is overlapped.
///
/// # Safety
/// The OVERLAPPED stays valid until the request has completed, and the routine until it has run.
#[inline]
pub(super) unsafe fn receive<F: request::First<Incoming>>(
    s: SOCKET,
    found: FoundSocket,
    mut call: F,
    how: Asynchronous,
) -> Result<Started, i32> {
    let file = found.file().map_err(winsock)?;
    if how.overlapped.is_null() || !file.is_overlapped() {
        drop(found);
        let deadline = receive_deadline(s)?;
        let perform = |object: &_, file: &_| {
            request::perform::<Incoming, F>(object, file, &mut call, deadline)
        };
        return with_socket_blocking(s, perform).map(Started::Done);
    }
    // SAFETY: the caller's promise.
    let overlapped = unsafe { overlapped::take(file, how.overlapped, how.routine) }?;
    request::begin::<Incoming, F>(found.object(), file, call, overlapped).map_err(winsock)
}

/// Receives: from a stream, whose data has no address, or one datagram.
///
/// # Safety
/// As for [`receive`].
#[inline]
pub(super) unsafe fn receive_from(
    s: SOCKET,
    found: FoundSocket,
    (buffers, flags): (UserBuffers, i32),
    from: UserAddress,
    how: Asynchronous,
) -> Result<Started, i32> {
    if found.socket().map_err(winsock)?.is_stream() {
        // SAFETY: the caller's promise.
        return unsafe { receive(s, found, ReceiveCall::new(buffers, flags), how) };
    }
    let call: Incoming = match buffers {
        UserBuffers::One(buffer) if flags == 0 => DatagramReceive { buffer, from }.into(),
        buffers => MessageReceive { buffers, flags, from, control: None }.into(),
    };
    // SAFETY: the caller's promise.
    unsafe { receive(s, found, call, how) }
}

/// As [`receive`], for a send in the form that it has before it waits.
///
/// # Safety
/// As for [`receive`].
#[inline]
pub(super) unsafe fn send_as<F: request::First<Outgoing>>(
    s: SOCKET,
    found: FoundSocket,
    mut call: F,
    how: Asynchronous,
) -> Result<Started, i32> {
    let file = found.file().map_err(winsock)?;
    if how.overlapped.is_null() || !file.is_overlapped() {
        drop(found);
        let deadline = send_deadline(s)?;
        let perform = |object: &_, file: &_| {
            request::perform::<Outgoing, F>(object, file, &mut call, deadline)
        };
        return with_socket_blocking(s, perform).map(Started::Done);
    }
    // SAFETY: the caller's promise.
    let overlapped = unsafe { overlapped::take(file, how.overlapped, how.routine) }?;
    request::begin::<Outgoing, F>(found.object(), file, call, overlapped).map_err(winsock)
}

/// Sends: by a stream, which has no use for an address, or as one datagram.
///
/// # Safety
/// As for [`receive`].
#[inline]
pub(super) unsafe fn send_to(
    s: SOCKET,
    found: FoundSocket,
    (buffers, flags): (UserBuffers, i32),
    to: impl FnOnce(&Socket) -> Result<lapwing_executive::sys::datagram::IpAddress, i32>,
    how: Asynchronous,
) -> Result<Started, i32> {
    let socket = found.socket().map_err(winsock)?;
    if socket.is_stream() {
        let call = SendCall::new(buffers, flags);
        // SAFETY: the caller's promise.
        return unsafe { send_as(s, found, call, how) };
    }
    let call = DatagramSend::new(socket, buffers, flags, to(socket)?);
    // SAFETY: the caller's promise.
    unsafe { send_as(s, found, call, how) }
}

/// A receive failed before the socket has seen it; `WSAAsyncSelect` posts again after that too.
pub(super) fn refused(found: &FoundSocket) {
    if let Ok(socket) = found.socket() {
        socket.receive_was_refused();
    }
}

/// The byte count of a call that returns it.
pub(super) fn count(result: Result<Started, i32>) -> i32 {
    match result {
        Ok(Started::Done(outcome)) if outcome.status.is_success() => {
            last_error::set(0);
            // The buffer's length was an i32.
            outcome.information as i32
        }
        Ok(Started::Done(outcome)) => socket_fail(winsock(outcome.status)),
        Ok(Started::Pending) => socket_fail(WSA_IO_PENDING),
        Err(code) => socket_fail(code),
    }
}

/// Receives what has arrived; blocks while nothing has, unless the socket is non-blocking.
/// Returns the byte count, 0 at the peer's end.
///
/// # Errors
/// `WSAEWOULDBLOCK`, `WSAENOTCONN`, `WSAECONNRESET`, `WSAESHUTDOWN`, `WSAETIMEDOUT`, `WSAEINTR`
/// (closed meanwhile), `WSAEFAULT`, `WSAEOPNOTSUPP` (flags), `WSAENOTSOCK`; for a datagram socket
/// those of [`recvfrom`].
///
/// # Safety
/// `buf` points to `len` writable bytes.
#[unsafe(export_name = "lapwing_recv")]
pub unsafe extern "system" fn recv(s: SOCKET, buf: *mut u8, len: i32, flags: i32) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { recvfrom(s, buf, len, flags, null_mut(), null_mut()) }
}

/// Sends everything; blocks while there is no room.  On a non-blocking socket it is taken whole or
/// refused.  Returns the byte count.
///
/// # Errors
/// As for [`recv`]; for a datagram socket those of [`sendto`].
///
/// # Safety
/// `buf` points to `len` readable bytes.
#[unsafe(export_name = "lapwing_send")]
pub unsafe extern "system" fn send(s: SOCKET, buf: *const u8, len: i32, flags: i32) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { sendto(s, buf, len, flags, null(), 0) }
}

/// What the call returns, with the count (and flags) written when it is done.  A datagram that was
/// cut off has a count too.
#[inline]
pub(super) fn finish(
    started: Result<Started, i32>,
    count: UserPointer<u32>,
    flags: UserPointer<u32>,
) -> i32 {
    let outcome: Outcome = match started {
        Ok(Started::Done(outcome)) => outcome,
        Ok(Started::Pending) => return socket_fail(WSA_IO_PENDING),
        Err(code) => return socket_fail(code),
    };
    count.write(outcome.information as u32);
    flags.write(outcome.flags);
    if outcome.status.is_success() {
        last_error::set(0);
        return 0;
    }
    socket_fail(winsock(outcome.status))
}

/// Receives into several buffers, as one; overlapped if an OVERLAPPED is given and the socket is.
///
/// With an OVERLAPPED the buffers and the OVERLAPPED belong to the request until it has completed;
/// the WSABUF array may go at once.  `*lpnumberofbytesrecvd` is written only when the call itself
/// is done.
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
    let general = move || unsafe {
        receive_anyhow(
            s,
            lpbuffers,
            dwbuffercount,
            lpnumberofbytesrecvd,
            lpflags,
            lpoverlapped,
            lpcompletionroutine,
        )
    };
    let is_simple = dwbuffercount == 1
        && lpcompletionroutine.is_none()
        && !is_one_wild(lpbuffers, lpflags, lpoverlapped)
        // SAFETY: the caller's promise.
        && unsafe { lpflags.read_unaligned() } == 0;
    if !is_simple {
        return general();
    }
    // SAFETY: the caller's promise.
    unsafe { one_buffer::receive(s, lpbuffers, lpnumberofbytesrecvd, lpoverlapped, general) }
}

/// As [`WSARecv`], in any form.  With its own arguments, so that it is jumped to.
///
/// # Safety
/// As there.
#[inline(never)]
unsafe extern "system" fn receive_anyhow(
    s: SOCKET,
    buffers: *const WSABUF,
    count: u32,
    received: *mut u32,
    flags: *mut u32,
    overlapped: *mut OVERLAPPED,
    routine: LPWSAOVERLAPPED_COMPLETION_ROUTINE,
) -> i32 {
    let (nobody, length) = (null_mut(), null_mut());
    // SAFETY: the caller's promise.
    unsafe { WSARecvFrom(s, buffers, count, received, flags, nobody, length, overlapped, routine) }
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
    let general = move || unsafe {
        send_anyhow(
            s,
            lpbuffers,
            dwbuffercount,
            lpnumberofbytessent,
            dwflags,
            lpoverlapped,
            lpcompletionroutine,
        )
    };
    let is_simple = dwbuffercount == 1
        && dwflags == 0
        && lpcompletionroutine.is_none()
        && !is_wild(lpbuffers)
        && !is_wild(lpoverlapped);
    if !is_simple {
        return general();
    }
    // SAFETY: the caller's promise.
    unsafe { one_buffer::send(s, lpbuffers, lpnumberofbytessent, lpoverlapped, general) }
}

/// As [`WSASend`], in any form.
///
/// # Safety
/// As there.
#[inline(never)]
unsafe extern "system" fn send_anyhow(
    s: SOCKET,
    buffers: *const WSABUF,
    count: u32,
    sent: *mut u32,
    flags: u32,
    overlapped: *mut OVERLAPPED,
    routine: LPWSAOVERLAPPED_COMPLETION_ROUTINE,
) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { WSASendTo(s, buffers, count, sent, flags, null(), 0, overlapped, routine) }
}
