//! sendto, recvfrom, WSASendTo, WSARecvFrom: data with addresses.
//!
//! A stream ignores the addresses (semantics 5.10), so that these are also the bodies of the calls
//! without them.
#![allow(unsafe_code)]

use super::address::{self, IPV4_LENGTH, IPV6_LENGTH};
use super::lookup::{FoundSocket, find};
use super::transfer::{
    Asynchronous, count, finish, receive_flags, receive_from, refused, send_flags, send_to,
    user_buffer, user_buffers,
};
use crate::entry::is_wild;
use crate::error::winsock;
use lapwing_abi::{
    AF_INET, AF_INET6, LPWSAOVERLAPPED_COMPLETION_ROUTINE, OVERLAPPED, SOCKADDR, SOCKET, WSABUF,
    WSAEAFNOSUPPORT, WSAEFAULT,
};
use lapwing_executive::afd::datagram::address_from_windows;
use lapwing_executive::afd::socket::Socket;
use lapwing_executive::io::user_memory::{UserAddress, UserPointer};
use lapwing_executive::sys::datagram::{ADDRESS_MAX, IpAddress};
use rustix::net::AddressFamily;

/// Where a sender's address goes.
///
/// # Errors
/// `WSAEFAULT` when there is too little room; a stream does not look.
///
/// # Safety
/// `length` is NULL or writable, and `name` NULL or points to `*length` writable bytes, until the
/// request has completed.
#[inline]
pub(super) unsafe fn place_of_address(
    found: &FoundSocket,
    name: *mut SOCKADDR,
    length: *mut i32,
) -> Result<UserAddress, i32> {
    let socket = found.socket().map_err(winsock)?;
    if name.is_null() || socket.is_stream() {
        return Ok(UserAddress::NONE);
    }
    if is_wild(name) || is_wild(length) {
        return Err(WSAEFAULT);
    }
    let (needed, _) = addresses_of(socket);
    // SAFETY: the caller's promise.
    unsafe {
        address::check_room(name, length, needed)?;
        Ok(UserAddress::new(name.cast(), length))
    }
}

/// The length of the socket's addresses, and their family.
fn addresses_of(socket: &Socket) -> (usize, u16) {
    match socket.kind().family {
        AddressFamily::INET6 => (IPV6_LENGTH, AF_INET6),
        _ => (IPV4_LENGTH, AF_INET),
    }
}

/// Where a datagram is to go; NULL means to the peer.
///
/// # Errors
/// `WSAEFAULT` (shorter than the socket's addresses), `WSAEAFNOSUPPORT` (of another family).
///
/// # Safety
/// `name` is NULL or points to `length` readable bytes.
pub(super) unsafe fn destination(
    socket: &Socket,
    name: *const SOCKADDR,
    length: i32,
) -> Result<IpAddress, i32> {
    if name.is_null() {
        return Ok(IpAddress::NONE);
    }
    let (needed, family) = addresses_of(socket);
    if is_wild(name) || usize::try_from(length).map_or(true, |length| length < needed) {
        return Err(WSAEFAULT);
    }
    let mut bytes = [0; ADDRESS_MAX];
    let bytes = &mut bytes[..needed];
    // SAFETY: the caller's promise; there are at least so many.
    unsafe { core::ptr::copy_nonoverlapping(name.cast::<u8>(), bytes.as_mut_ptr(), bytes.len()) };
    if bytes[..2] != family.to_ne_bytes() {
        return Err(WSAEAFNOSUPPORT);
    }
    address_from_windows(bytes).ok_or(WSAEFAULT)
}

/// Receives what has arrived, and tells where a datagram came from.  Returns the byte count.
///
/// A datagram that is longer than the buffer fills it, and the rest is lost.  `from` may be NULL.
///
/// # Errors
/// `WSAEINVAL` (a datagram socket without an address), `WSAEMSGSIZE` (cut off), `WSAECONNRESET`
/// (nobody listens where an earlier datagram went; see `SIO_UDP_CONNRESET`), `WSAENETRESET` (its
/// time to live expired), `WSAEFAULT` (also when there is too little room for the address, and the
/// datagram stays), `WSAEWOULDBLOCK`, `WSAESHUTDOWN`, `WSAETIMEDOUT`, `WSAEINTR`,
/// `WSAEOPNOTSUPP` (flags), `WSAENOTSOCK`.
///
/// # Safety
/// `buf` points to `len` writable bytes; `fromlen` is NULL or writable, and `from` NULL or points
/// to `*fromlen` writable bytes.
#[unsafe(export_name = "lapwing_recvfrom")]
pub unsafe extern "system" fn recvfrom(
    s: SOCKET,
    buf: *mut u8,
    len: i32,
    flags: i32,
    from: *mut SOCKADDR,
    fromlen: *mut i32,
) -> i32 {
    count(find(s).and_then(|found| {
        // SAFETY: the caller's promise.
        let buffers = unsafe { user_buffer(buf, len) }.inspect_err(|_| refused(&found))?;
        let socket = found.socket().map_err(winsock)?;
        let flags = receive_flags(socket, flags.cast_unsigned())?;
        // SAFETY: the caller's promise.
        let from = unsafe { place_of_address(&found, from, fromlen) }?;
        // SAFETY: there is no OVERLAPPED.
        unsafe { receive_from(s, found, (buffers, flags), from, Asynchronous::NONE) }
    }))
}

/// Sends a datagram to an address, or to the peer if `to` is NULL; a stream has its peer.  A
/// socket without an address of its own is given one.  Returns the byte count.
///
/// # Errors
/// `WSAENOTCONN` (no address and no peer), `WSAEMSGSIZE` (too long), `WSAEACCES` (to everybody,
/// without `SO_BROADCAST`), `WSAEFAULT`, `WSAEAFNOSUPPORT`, `WSAENETUNREACH`, `WSAEHOSTUNREACH`,
/// `WSAEWOULDBLOCK`, `WSAESHUTDOWN`, `WSAETIMEDOUT`, `WSAEINTR`, `WSAENOBUFS`,
/// `WSAEOPNOTSUPP` (flags), `WSAENOTSOCK`.
///
/// # Safety
/// `buf` points to `len` readable bytes, and `to` is NULL or points to `tolen` readable ones.
#[unsafe(export_name = "lapwing_sendto")]
pub unsafe extern "system" fn sendto(
    s: SOCKET,
    buf: *const u8,
    len: i32,
    flags: i32,
    to: *const SOCKADDR,
    tolen: i32,
) -> i32 {
    count(find(s).and_then(|found| {
        // SAFETY: the caller's promise; sending only reads.
        let buffers = unsafe { user_buffer(buf.cast_mut(), len) }?;
        let flags = send_flags(found.socket().map_err(winsock)?, flags.cast_unsigned())?;
        // SAFETY: the caller's promise.
        let to = |socket: &_| unsafe { destination(socket, to, tolen) };
        // SAFETY: there is no OVERLAPPED.
        unsafe { send_to(s, found, (buffers, flags), to, Asynchronous::NONE) }
    }))
}

/// As [`recvfrom`] into several buffers; overlapped if an OVERLAPPED is given and the socket is.
///
/// With an OVERLAPPED the buffers, the OVERLAPPED, the address and its length belong to the request
/// until it has completed.  A datagram that is cut off is then told as a request that was pending.
///
/// # Errors
/// `WSA_IO_PENDING` when it will complete later; those of [`recvfrom`]; `WSAEINVAL` (no buffer, or
/// a routine for a socket with a port).
///
/// # Safety
/// The pointers are NULL or as Windows' documentation asks.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn WSARecvFrom(
    s: SOCKET,
    lpbuffers: *const WSABUF,
    dwbuffercount: u32,
    lpnumberofbytesrecvd: *mut u32,
    lpflags: *mut u32,
    lpfrom: *mut SOCKADDR,
    lpfromlen: *mut i32,
    lpoverlapped: *mut OVERLAPPED,
    lpcompletionroutine: LPWSAOVERLAPPED_COMPLETION_ROUTINE,
) -> i32 {
    // SAFETY: the caller's promise.
    let count = unsafe { UserPointer::new(lpnumberofbytesrecvd) };
    // SAFETY: the caller's promise.
    let flags_out = unsafe { UserPointer::new(lpflags) };
    let how = Asynchronous { overlapped: lpoverlapped, routine: lpcompletionroutine };
    let started = find(s).and_then(|found| {
        if is_wild(lpflags) || lpoverlapped.is_null() && is_wild(lpnumberofbytesrecvd) {
            return Err(WSAEFAULT);
        }
        let socket = found.socket().map_err(winsock)?;
        // SAFETY: the caller's promise, and not NULL.
        let flags = receive_flags(socket, unsafe { lpflags.read_unaligned() })?;
        // SAFETY: the caller's promise.
        let buffers = unsafe { user_buffers(lpbuffers, dwbuffercount) };
        let buffers = buffers.inspect_err(|_| refused(&found))?;
        // SAFETY: the caller's promise.
        let from = unsafe { place_of_address(&found, lpfrom, lpfromlen) }?;
        // SAFETY: the caller's promise.
        unsafe { receive_from(s, found, (buffers, flags), from, how) }
    });
    finish(started, count, flags_out)
}

/// As [`sendto`] from several buffers, which are one datagram; overlapped if an OVERLAPPED is given
/// and the socket is.
///
/// With an OVERLAPPED the buffers and the OVERLAPPED belong to the request until it has completed;
/// the address is copied.
///
/// # Errors
/// `WSA_IO_PENDING` when it will complete later; those of [`sendto`]; `WSAEINVAL` (no buffer, or a
/// routine for a socket with a port).
///
/// # Safety
/// The pointers are NULL or as Windows' documentation asks.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn WSASendTo(
    s: SOCKET,
    lpbuffers: *const WSABUF,
    dwbuffercount: u32,
    lpnumberofbytessent: *mut u32,
    dwflags: u32,
    lpto: *const SOCKADDR,
    itolen: i32,
    lpoverlapped: *mut OVERLAPPED,
    lpcompletionroutine: LPWSAOVERLAPPED_COMPLETION_ROUTINE,
) -> i32 {
    // SAFETY: the caller's promise.
    let count = unsafe { UserPointer::new(lpnumberofbytessent) };
    let how = Asynchronous { overlapped: lpoverlapped, routine: lpcompletionroutine };
    let started = find(s).and_then(|found| {
        if lpoverlapped.is_null() && is_wild(lpnumberofbytessent) {
            return Err(WSAEFAULT);
        }
        let flags = send_flags(found.socket().map_err(winsock)?, dwflags)?;
        // SAFETY: the caller's promise.
        let buffers = unsafe { user_buffers(lpbuffers, dwbuffercount) }?;
        // SAFETY: the caller's promise.
        let to = |socket: &_| unsafe { destination(socket, lpto, itolen) };
        // SAFETY: the caller's promise.
        unsafe { send_to(s, found, (buffers, flags), to, how) }
    });
    finish(started, count, UserPointer::null())
}
