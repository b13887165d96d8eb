//! WSASendMsg and WSARecvMsg: datagrams with everything that travels beside them.
//!
//! Programs reach WSARecvMsg by its GUID only.
#![allow(unsafe_code)]

use super::datagram::{destination, place_of_address};
use super::lookup::{FoundSocket, find};
use super::transfer::{
    Asynchronous, finish, receive, receive_flags, send_as, send_flags, user_buffers, user_range,
};
use crate::entry::is_wild;
use crate::error::winsock;
use lapwing_abi::{
    LPWSAOVERLAPPED_COMPLETION_ROUTINE, MSG_BCAST, MSG_CTRUNC, MSG_MCAST, MSG_TRUNC, OVERLAPPED,
    SOCKET, WSABUF, WSAEFAULT, WSAEINVAL, WSAMSG,
};
use lapwing_executive::afd::control_data;
use lapwing_executive::afd::datagram::{DatagramSend, MessageReceive, UserControl};
use lapwing_executive::afd::incoming::Incoming;
use lapwing_executive::afd::socket::Socket;
use lapwing_executive::io::user_memory::UserPointer;
use lapwing_executive::sys::datagram::{CONTROL_MAX, Control};

/// The socket, if it has messages at all.
fn socket_of(found: &FoundSocket) -> Result<&Socket, i32> {
    let socket = found.socket().map_err(winsock)?;
    if socket.is_stream() { Err(WSAEINVAL) } else { Ok(socket) }
}

/// The records that a program sends.
///
/// # Safety
/// The memory that the structure names is readable.
unsafe fn control_of(place: WSABUF) -> Result<Option<Control>, i32> {
    let length = place.len as usize;
    if length == 0 {
        return Ok(None);
    }
    if is_wild(place.buf) {
        return Err(WSAEFAULT);
    }
    if length > CONTROL_MAX {
        return Err(WSAEINVAL);
    }
    let mut bytes = [0; CONTROL_MAX];
    // SAFETY: the caller's promise; the array is long enough.
    unsafe { core::ptr::copy_nonoverlapping(place.buf, bytes.as_mut_ptr(), length) };
    control_data::to_linux(&bytes[..length]).map(Some).map_err(winsock)
}

/// Sends several buffers as one datagram, with control data: `IP_PKTINFO`, `IP_TTL`, `IP_TOS`,
/// `IPV6_PKTINFO`, `IPV6_HOPLIMIT`, `IPV6_TCLASS`.  Overlapped if an OVERLAPPED is given and the
/// socket is; the message, its address and its control data are copied, the buffers are not.
///
/// # Errors
/// Those of `WSASendTo`; `WSAEINVAL` also for a stream, and for control data that is broken or
/// unknown.
///
/// # Safety
/// The pointers are NULL or as Windows' documentation asks.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn WSASendMsg(
    handle: SOCKET,
    lpmsg: *const WSAMSG,
    dwflags: u32,
    lpnumberofbytessent: *mut u32,
    lpoverlapped: *mut OVERLAPPED,
    lpcompletionroutine: LPWSAOVERLAPPED_COMPLETION_ROUTINE,
) -> i32 {
    // SAFETY: the caller's promise.
    let count = unsafe { UserPointer::new(lpnumberofbytessent) };
    let how = Asynchronous { overlapped: lpoverlapped, routine: lpcompletionroutine };
    let started = find(handle).and_then(|found| {
        if is_wild(lpmsg) || lpoverlapped.is_null() && is_wild(lpnumberofbytessent) {
            return Err(WSAEFAULT);
        }
        let socket = socket_of(&found)?;
        // SAFETY: the caller's promise, and not NULL.
        let message = unsafe { lpmsg.read_unaligned() };
        let flags = send_flags(socket, dwflags)?;
        // SAFETY: the caller's promise.
        let (buffers, to, control) = unsafe {
            (
                user_buffers(message.lpBuffers, message.dwBufferCount)?,
                destination(socket, message.name, message.namelen)?,
                control_of(message.Control)?,
            )
        };
        let call = DatagramSend::new(socket, buffers, flags, to);
        let call = match control {
            Some(control) => call.with_control(control),
            None => call,
        };
        // SAFETY: the caller's promise.
        unsafe { send_as(handle, found, call, how) }
    });
    finish(started, count, UserPointer::null())
}

/// Receives one datagram into several buffers, with where it came from and its control data, as
/// options ask for it (`IP_PKTINFO`, `IP_RECVTTL`, `IP_RECVTOS` and IPv6's).  `dwFlags` receives
/// `MSG_TRUNC`, `MSG_CTRUNC` and, with `IP_PKTINFO`, `MSG_BCAST` and `MSG_MCAST`.
///
/// With an OVERLAPPED the message itself belongs to the request too until it has completed.
///
/// # Errors
/// Those of `WSARecvFrom`; `WSAEMSGSIZE` also when the control data was longer than its buffer,
/// which then has the records that fit; `WSAEINVAL` also for a stream.
///
/// # Safety
/// The pointers are NULL or as Windows' documentation asks.
pub unsafe extern "system" fn WSARecvMsg(
    s: SOCKET,
    lpmsg: *mut WSAMSG,
    lpdwnumberofbytesrecvd: *mut u32,
    lpoverlapped: *mut OVERLAPPED,
    lpcompletionroutine: LPWSAOVERLAPPED_COMPLETION_ROUTINE,
) -> i32 {
    // SAFETY: the caller's promise.
    let count = unsafe { UserPointer::new(lpdwnumberofbytesrecvd) };
    let how = Asynchronous { overlapped: lpoverlapped, routine: lpcompletionroutine };
    let started = find(s).and_then(|found| {
        if is_wild(lpmsg) || lpoverlapped.is_null() && is_wild(lpdwnumberofbytesrecvd) {
            return Err(WSAEFAULT);
        }
        let socket = socket_of(&found)?;
        // SAFETY: the caller's promise, and not NULL.
        let call = unsafe { message_receive(&found, socket, lpmsg) }?;
        // SAFETY: the caller's promise.
        unsafe { receive(s, found, Incoming::from(call), how) }
    });
    finish(started, count, UserPointer::null())
}

/// What a WSAMSG asks for.
///
/// # Safety
/// The message is readable and writable until the request has completed, and what it names.
unsafe fn message_receive(
    found: &FoundSocket,
    socket: &Socket,
    place: *mut WSAMSG,
) -> Result<MessageReceive, i32> {
    /// What an earlier receive has left there.
    const RESULTS: u32 = MSG_TRUNC | MSG_CTRUNC | MSG_BCAST | MSG_MCAST;
    // SAFETY: the caller's promise.
    unsafe {
        let message = place.read_unaligned();
        let flags = receive_flags(socket, message.dwFlags & !RESULTS)?;
        let buffers = user_buffers(message.lpBuffers, message.dwBufferCount)?;
        let from = place_of_address(found, message.name, &raw mut (*place).namelen)?;
        let control = UserControl {
            buffer: user_range(message.Control.buf, message.Control.len as usize)?,
            length: UserPointer::new(&raw mut (*place).Control.len),
            flags: UserPointer::new(&raw mut (*place).dwFlags),
        };
        Ok(MessageReceive { buffers, flags, from, control: Some(control) })
    }
}
