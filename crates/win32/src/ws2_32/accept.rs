//! Taking connections: `accept`, and `WSAAccept` with its condition.
#![allow(unsafe_code)]

use lapwing_abi::{
    CF_ACCEPT, CF_DEFER, LPCONDITIONPROC, SOCKADDR, SOCKET, WSABUF, WSAECONNREFUSED, WSAEFAULT,
    WSATRY_AGAIN,
};
use lapwing_executive::afd::deferred::Connection;
use lapwing_executive::afd::socket::Socket;
use lapwing_executive::ke::deadline::Deadline;
use lapwing_executive::ob::handle;
use rustix::net::{AddressFamily, SocketAddrAny};

use super::address::{self, Encoded};
use super::lookup::{self, with_socket, with_socket_blocking};
use super::socket::{publish, socket_fails, succeeds};
use crate::entry::is_wild;

/// How long an address of the socket's family is, for the check before anything is taken.
fn check_room(s: SOCKET, addr: *mut SOCKADDR, addrlen: *const i32) -> Result<(), i32> {
    let found = lookup::find(s)?;
    let needed = match found.socket().map(|socket| socket.kind().family) {
        Ok(AddressFamily::INET6) => address::IPV6_LENGTH,
        Ok(AddressFamily::UNIX) => address::UNIX_LENGTH,
        _ => address::IPV4_LENGTH,
    };
    // Without a length no address is told.  (T:sock:test_accept)
    if addrlen.is_null() {
        return Ok(());
    }
    if !addr.is_null() && is_wild(addrlen) {
        return Err(WSAEFAULT);
    }
    // SAFETY: not NULL, and readable by the promise of the exported function's caller.
    unsafe { address::check_room(addr, addrlen, needed) }
}

/// Gives the connection a handle and tells the peer's address.
///
/// # Safety
/// As for `accept`, whose room has been checked.
unsafe fn finish(
    s: SOCKET,
    (addr, addrlen): (*mut SOCKADDR, *mut i32),
    connection: Connection,
) -> Result<SOCKET, i32> {
    let peer = connection.peer_name().cloned();
    let (socket, overlapped) = with_socket(s, |_, file| {
        Ok((connection.become_socket(file.socket()?), file.is_overlapped()))
    })?;
    let inherit = handle::flags(s).is_ok_and(|flags| flags & handle::INHERIT != 0);
    let number = publish(socket, overlapped, inherit)?;
    let wanted = !addr.is_null() && !addrlen.is_null();
    if let Some(peer) = peer.as_ref().and_then(address::encode).filter(|_| wanted) {
        // SAFETY: the caller's promise.
        unsafe { address::write(addr, addrlen, &peer) }?;
    }
    Ok(number)
}

fn take(s: SOCKET) -> Result<Connection, i32> {
    with_socket_blocking(s, |_, file| file.socket()?.take_connection(Deadline::Never))
}

/// Takes the next connection.  The new socket has the listener's properties.
///
/// # Errors
/// `INVALID_SOCKET` with `WSAEINVAL` (not listening), `WSAEOPNOTSUPP`, `WSAEFAULT` (address buffer
/// too small), `WSAEWOULDBLOCK`, `WSAEINTR` (closed meanwhile), `WSAENOBUFS`, `WSAENOTSOCK`.
///
/// # Safety
/// `addr` is NULL or points to `*addrlen` writable bytes.
#[unsafe(export_name = "lapwing_accept")]
pub unsafe extern "system" fn accept(s: SOCKET, addr: *mut SOCKADDR, addrlen: *mut i32) -> SOCKET {
    // SAFETY: the caller's promise.
    unsafe { WSAAccept(s, addr, addrlen, None, 0) }
}

/// An address as a condition sees it.
fn identity(name: Option<&SocketAddrAny>) -> Option<Encoded> {
    name.and_then(address::encode)
}

fn buffer(identity: &mut Option<Vec<u8>>) -> WSABUF {
    match identity {
        Some(bytes) => WSABUF { len: bytes.len() as u32, buf: bytes.as_mut_ptr() },
        None => WSABUF { len: 0, buf: core::ptr::null_mut() },
    }
}

/// Asks the condition, with nothing held: it may close the listener.
fn ask(condition: LPCONDITIONPROC, data: usize, connection: &Connection) -> u32 {
    let Some(condition) = condition else { return CF_ACCEPT };
    let bytes = |name: Option<Encoded>| name.map(|name| name.bytes().to_vec());
    let mut caller = bytes(identity(connection.peer_name()));
    let mut callee = bytes(identity(connection.local_name().as_ref()));
    let none = WSABUF { len: 0, buf: core::ptr::null_mut() };
    let (mut caller, mut callee) = (buffer(&mut caller), buffer(&mut callee));
    let (mut caller_data, mut callee_data) = (none, none);
    let mut group = 0;
    let null = core::ptr::null_mut;
    // SAFETY: all structures and the addresses that they point to live through the call.
    let answer = unsafe {
        condition(
            &raw mut caller,
            &raw mut caller_data,
            null(),
            null(),
            &raw mut callee,
            &raw mut callee_data,
            &raw mut group,
            data,
        )
    };
    answer.cast_unsigned()
}

/// As [`accept`], if the condition agrees, which runs in this thread and sees both addresses; TCP
/// carries no connect data and no quality of service.  The peer's connect has succeeded by then:
/// `CF_REJECT` (or any other answer) resets it, `CF_DEFER` leaves it to the next accept.
///
/// # Errors
/// As for [`accept`]; `WSAECONNREFUSED` after `CF_REJECT`, `WSATRY_AGAIN` after `CF_DEFER`.
///
/// # Safety
/// As for [`accept`]; `lpfncondition` is NULL or such a function.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn WSAAccept(
    s: SOCKET,
    addr: *mut SOCKADDR,
    addrlen: *mut i32,
    lpfncondition: LPCONDITIONPROC,
    dwcallbackdata: usize,
) -> SOCKET {
    let accepted = check_room(s, addr, addrlen).and_then(|()| {
        let connection = take(s)?;
        match ask(lpfncondition, dwcallbackdata, &connection) {
            // SAFETY: the caller's promise.
            CF_ACCEPT => unsafe { finish(s, (addr, addrlen), connection) },
            CF_DEFER => {
                with_socket(s, |_, file| {
                    file.socket().map(|socket| socket.defer(file, connection))
                })?;
                Err(WSATRY_AGAIN)
            }
            _ => {
                connection.reset();
                Err(WSAECONNREFUSED)
            }
        }
    });
    if accepted != Err(WSATRY_AGAIN) {
        // A listener that the condition has closed has nobody to tell.
        let _closed = with_socket(s, |_, file| file.socket().map(Socket::accept_is_over));
    }
    accepted.map_or_else(socket_fails, succeeds)
}
