//! Making, naming, connecting and closing sockets.
#![allow(unsafe_code)]

use super::address::{self, Encoded};
use super::lookup::{self, with_socket, with_socket_blocking};
use super::{option_state, startup};
use crate::entry::{is_wild, socket_fail, socket_succeed};
use crate::{error, last_error};
use lapwing_abi::{
    AF_INET, AF_INET6, AF_UNIX, AF_UNSPEC, INVALID_SOCKET, IPPROTO_TCP, IPPROTO_UDP, SD_BOTH,
    SD_RECEIVE, SD_SEND, SOCK_DGRAM, SOCK_RAW, SOCK_STREAM, SOCKADDR, SOCKET,
    WSA_FLAG_NO_HANDLE_INHERIT, WSA_FLAG_OVERLAPPED, WSABUF, WSAEAFNOSUPPORT, WSAEFAULT, WSAEINVAL,
    WSAEPROTONOSUPPORT, WSAESOCKTNOSUPPORT, WSAPROTOCOL_INFOA, WSAPROTOCOL_INFOW,
};
use lapwing_executive::afd::blocking::deadline;
use lapwing_executive::afd::connection::Direction;
use lapwing_executive::afd::duplicate::{self, Taken, Ticket};
use lapwing_executive::afd::event_select;
use lapwing_executive::afd::socket::{Kind, Socket};
use lapwing_executive::io::file::{Device, File};
use lapwing_executive::ke::deadline::Deadline;
use lapwing_executive::ob::handle;
use lapwing_executive::ob::object::{Body, Object};
use rustix::net::{AddressFamily, SocketType};

pub(super) fn socket_fails(code: i32) -> SOCKET {
    last_error::set(code.cast_unsigned());
    INVALID_SOCKET
}

pub(super) fn succeeds(socket: SOCKET) -> SOCKET {
    last_error::set(0);
    socket
}

/// What Windows' three numbers mean.  0 leaves the type or the protocol to the other one, and the
/// family to the protocol; the order of the checks is Windows' (T:sock:test_WSASocket).
fn kind(family: i32, socket_type: i32, protocol: i32) -> Result<Kind, i32> {
    let family = u16::try_from(family).map_err(|_| WSAEAFNOSUPPORT);
    if family == Ok(AF_UNSPEC) && protocol == 0 {
        return Err(WSAEINVAL);
    }
    let given = match socket_type {
        0 => None,
        SOCK_STREAM => Some(SocketType::STREAM),
        SOCK_DGRAM => Some(SocketType::DGRAM),
        SOCK_RAW => Some(SocketType::RAW),
        _ => return Err(WSAESOCKTNOSUPPORT),
    };
    let family = match family? {
        AF_INET | AF_UNSPEC => AddressFamily::INET,
        AF_INET6 => AddressFamily::INET6,
        AF_UNIX => AddressFamily::UNIX,
        _ => return Err(WSAEAFNOSUPPORT),
    };
    if family == AddressFamily::UNIX {
        return unix_kind(given, protocol);
    }
    let natural = match protocol {
        0 | IPPROTO_TCP => Some(SocketType::STREAM),
        IPPROTO_UDP => Some(SocketType::DGRAM),
        _ => None,
    };
    let socket_type = given.or(natural).ok_or(WSAEPROTONOSUPPORT)?;
    let fits = protocol == 0 || socket_type == SocketType::RAW || natural == Some(socket_type);
    let protocol = u16::try_from(protocol).ok().filter(|_| fits).ok_or(WSAEPROTONOSUPPORT)?;
    Ok(Kind { family, socket_type, protocol })
}

/// Windows' AF_UNIX has streams only.
fn unix_kind(given: Option<SocketType>, protocol: i32) -> Result<Kind, i32> {
    if given.is_some_and(|given| given != SocketType::STREAM) {
        return Err(WSAEAFNOSUPPORT);
    }
    if protocol != 0 {
        return Err(WSAEPROTONOSUPPORT);
    }
    Ok(Kind { family: AddressFamily::UNIX, socket_type: SocketType::STREAM, protocol: 0 })
}

fn open(family: i32, socket_type: i32, protocol: i32, flags: u32) -> Result<SOCKET, i32> {
    startup::check()?;
    let kind = kind(family, socket_type, protocol)?;
    let socket = Socket::new(kind).map_err(error::winsock)?;
    let inherit = flags & WSA_FLAG_NO_HANDLE_INHERIT == 0;
    publish(socket, flags & WSA_FLAG_OVERLAPPED != 0, inherit)
}

/// Opens a handle to a new socket.
pub(super) fn publish(socket: Socket, overlapped: bool, inherit: bool) -> Result<SOCKET, i32> {
    let object = Object::new(Body::File(File::new(Device::Socket(socket), overlapped)));
    let number = handle::insert(object.clone()).map_err(error::winsock)?;
    let number = name_handle(number, inherit)?;
    if object.file().and_then(File::socket).is_ok_and(Socket::is_selected) {
        with_socket(number, event_select::begin_inherited)?;
    }
    Ok(number)
}

/// Makes a handle one that Winsock knows.
fn name_handle(number: u32, inherit: bool) -> Result<SOCKET, i32> {
    let socket = number as SOCKET;
    let object = handle::lookup(socket).map_err(error::winsock)?;
    object.file().map_err(error::winsock)?.set_socket_value(number);
    if !inherit {
        handle::set_flags(socket, handle::INHERIT, 0).map_err(error::winsock)?;
    }
    Ok(socket)
}

/// Makes an overlapped socket, unless the thread's `SO_OPENTYPE` says otherwise.
///
/// # Errors
/// `INVALID_SOCKET` with `WSAEAFNOSUPPORT`, `WSAESOCKTNOSUPPORT`, `WSAEPROTONOSUPPORT`,
/// `WSAEINVAL`, `WSAENOBUFS`, `WSANOTINITIALISED`.
#[unsafe(export_name = "lapwing_socket")]
pub extern "system" fn socket(af: i32, r#type: i32, protocol: i32) -> SOCKET {
    let flags = if option_state::open_type() == 0 { WSA_FLAG_OVERLAPPED } else { 0 };
    open(af, r#type, protocol, flags).map_or_else(socket_fails, succeeds)
}

/// Makes a socket, overlapped or not as the flags say.
///
/// A protocol information supplies the numbers that are given as `FROM_PROTOCOL_INFO` (-1) or 0.
/// From one that [`super::duplicate::WSADuplicateSocketA`] has filled for this process the socket
/// is that open socket itself, overlapped as it is; this can be done once.
///
/// # Errors
/// As for [`socket`]; `WSAEINVAL` for an information of a duplicate that is forged, spent, meant
/// for another process, or of a process that has ended.
///
/// # Safety
/// `lpprotocolinfo` is NULL or points to a readable structure.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn WSASocketA(
    af: i32,
    r#type: i32,
    protocol: i32,
    lpprotocolinfo: *const WSAPROTOCOL_INFOA,
    _g: u32,
    dwflags: u32,
) -> SOCKET {
    // SAFETY: the caller's promise; the numbers stand before the name, in all kinds of characters.
    unsafe { open_from(lpprotocolinfo.cast(), [af, r#type, protocol], dwflags) }
}

/// As [`WSASocketA`].
///
/// # Safety
/// `lpprotocolinfo` is NULL or points to a readable structure.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn WSASocketW(
    af: i32,
    r#type: i32,
    protocol: i32,
    lpprotocolinfo: *const WSAPROTOCOL_INFOW,
    _g: u32,
    dwflags: u32,
) -> SOCKET {
    // SAFETY: as for `WSASocketA`.
    unsafe { open_from(lpprotocolinfo.cast(), [af, r#type, protocol], dwflags) }
}

/// # Safety
/// `info` is NULL or points to a readable structure.
unsafe fn open_from(info: *const WSAPROTOCOL_INFOA, given: [i32; 3], flags: u32) -> SOCKET {
    const FROM_PROTOCOL_INFO: i32 = -1;
    let mut numbers = given;
    // SAFETY: the caller's promise.
    if let Some(info) = unsafe { info.as_ref() } {
        if let Some(ticket) = super::duplicate::ticket(info) {
            return reopen(ticket, flags).map_or_else(socket_fails, succeeds);
        }
        let known = [info.iAddressFamily, info.iSocketType, info.iProtocol];
        for (number, known) in numbers.iter_mut().zip(known) {
            if *number == FROM_PROTOCOL_INFO || *number == 0 {
                *number = known;
            }
        }
    }
    let [family, socket_type, protocol] = numbers;
    open(family, socket_type, protocol, flags).map_or_else(socket_fails, succeeds)
}

/// A socket from another process, or a second handle to one of this process.
fn reopen(ticket: Ticket, flags: u32) -> Result<SOCKET, i32> {
    startup::check()?;
    let inherit = flags & WSA_FLAG_NO_HANDLE_INHERIT == 0;
    match duplicate::take(ticket).map_err(error::winsock)? {
        Taken::Handle(number) => name_handle(number, inherit),
        Taken::Socket(socket, overlapped) => publish(*socket, overlapped, inherit),
    }
}

/// Waits before the close of a socket's last handle as `SO_LINGER` asks.
fn linger(s: SOCKET) -> Result<(), i32> {
    let found = lookup::find(s)?;
    let deadline = found.socket().ok().and_then(Socket::linger_deadline);
    let is_last = found.object().handle_count() == 1;
    drop(found);
    match deadline.filter(|_| is_last) {
        Some(deadline) => with_socket_blocking(s, |_, file| file.socket()?.linger(deadline)),
        None => Ok(()),
    }
}

/// Closes a socket.  Pending requests end with their own notifications after this call, and their
/// memory stays in use until then.  With `SO_LINGER` and a time it waits until everything is sent,
/// or resets the connection when the time is over; with the time 0 it resets it at once.
///
/// # Errors
/// `WSAEWOULDBLOCK` when a non-blocking socket would have to wait, and the socket stays open;
/// `WSAENOTSOCK`, `WSANOTINITIALISED`.
#[unsafe(no_mangle)]
pub extern "system" fn closesocket(s: SOCKET) -> i32 {
    let closed = linger(s).and_then(|()| {
        let object = handle::remove(s).map_err(error::winsock)?;
        if let (1, Ok(socket)) = (object.handle_count(), object.file().and_then(File::socket)) {
            // Winsock forgets whom it was to tell; CloseHandle alone would tell it (semantics 6.2).
            socket.forget_selection();
        }
        handle::release(&object);
        Ok(())
    });
    socket_succeed(closed)
}

/// Closes every socket, at the last `WSACleanup`.
pub(super) fn close_all() {
    for number in handle::all() {
        let number = number as usize;
        let is_socket = handle::lookup(number)
            .is_ok_and(|object| object.file().is_ok_and(|file| file.is_socket_value(number)));
        if is_socket {
            // Closed meanwhile by another thread, or protected by the program: its business.
            let _closed = handle::close(number);
        }
    }
}

/// Gives a socket its local address.
///
/// # Errors
/// `WSAEFAULT`, `WSAEINVAL` (bound already), `WSAEADDRINUSE`, `WSAEADDRNOTAVAIL`, `WSAEACCES`,
/// `WSAEAFNOSUPPORT`, `WSAENOTSOCK`.
///
/// # Safety
/// `name` points to `namelen` readable bytes.
#[unsafe(export_name = "lapwing_bind")]
pub unsafe extern "system" fn bind(s: SOCKET, name: *const SOCKADDR, namelen: i32) -> i32 {
    let bound = lookup::find(s).and_then(|_| {
        if is_wild(name) {
            return Err(WSAEFAULT);
        }
        // SAFETY: the caller's promise.
        let address = unsafe { address::read(name, namelen) }?;
        with_socket(s, |_, file| file.socket()?.bind(&address))
    });
    socket_succeed(bound)
}

/// Starts accepting connections.
///
/// # Errors
/// `WSAEINVAL` (not bound), `WSAEISCONN`, `WSAEOPNOTSUPP`, `WSAENOTSOCK`.
#[unsafe(export_name = "lapwing_listen")]
pub extern "system" fn listen(s: SOCKET, backlog: i32) -> i32 {
    socket_succeed(with_socket(s, |_, file| file.socket()?.listen(backlog)))
}

/// Connects a socket.  A datagram socket may change its peer, and has none any more after the
/// family `AF_UNSPEC` or an address of zeros.
///
/// # Errors
/// `WSAEFAULT`, `WSAEINVAL` (listening), `WSAEISCONN`, `WSAEALREADY`, `WSAEWOULDBLOCK`,
/// `WSAECONNREFUSED`, `WSAETIMEDOUT`, `WSAENETUNREACH`, `WSAEHOSTUNREACH`, `WSAEADDRNOTAVAIL`,
/// `WSAENOTSOCK`.
///
/// # Safety
/// `name` points to `namelen` readable bytes.
#[unsafe(export_name = "lapwing_connect")]
pub unsafe extern "system" fn connect(s: SOCKET, name: *const SOCKADDR, namelen: i32) -> i32 {
    let connected = lookup::find(s).and_then(|found| {
        if is_wild(name) {
            return Err(WSAEFAULT);
        }
        let socket = found.socket().map_err(error::winsock)?;
        // SAFETY: the caller's promise.
        if namelen >= 2 && !socket.is_stream() && unsafe { (*name).sa_family } == AF_UNSPEC {
            return socket.forget_peer().map_err(error::winsock);
        }
        drop(found);
        // SAFETY: the caller's promise.
        let address = unsafe { address::read(name, namelen) }?;
        with_socket_blocking(s, |_, file| file.socket()?.connect(&address, Deadline::Never))
    });
    socket_succeed(connected)
}

/// As [`connect`]; TCP carries no connect data and no quality of service.
///
/// # Errors
/// As for [`connect`].
///
/// # Safety
/// As for [`connect`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn WSAConnect(
    s: SOCKET,
    name: *const SOCKADDR,
    namelen: i32,
    _lpcallerdata: *const WSABUF,
    _lpcalleedata: *mut WSABUF,
    _lpsqos: *const lapwing_abi::QOS,
    _lpgqos: *const lapwing_abi::QOS,
) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { connect(s, name, namelen) }
}

/// Ends one direction of a connection or both.
///
/// # Errors
/// `WSAENOTCONN`, `WSAEINVAL` (bad `how`), `WSAENOTSOCK`.
#[unsafe(export_name = "lapwing_shutdown")]
pub extern "system" fn shutdown(s: SOCKET, how: i32) -> i32 {
    let direction = match how {
        SD_RECEIVE => Direction::Receive,
        SD_SEND => Direction::Send,
        SD_BOTH => Direction::Both,
        _ => return socket_fail(lookup::find(s).err().unwrap_or(WSAEINVAL)),
    };
    socket_succeed(with_socket(s, |_, file| file.socket()?.shut_down(direction)))
}

/// Ends sending; TCP carries no disconnect data.
///
/// # Errors
/// As for [`shutdown`].
#[unsafe(no_mangle)]
pub extern "system" fn WSASendDisconnect(
    s: SOCKET,
    _lpoutbounddisconnectdata: *const WSABUF,
) -> i32 {
    shutdown(s, SD_SEND)
}

/// Ends receiving; TCP carries no disconnect data.
///
/// # Errors
/// As for [`shutdown`].
#[unsafe(no_mangle)]
pub extern "system" fn WSARecvDisconnect(
    s: SOCKET,
    _lpinbounddisconnectdata: *const WSABUF,
) -> i32 {
    shutdown(s, SD_RECEIVE)
}

/// Writes a name into the program's buffer.
///
/// # Safety
/// As for [`getsockname`].
unsafe fn write_name(
    name: *mut SOCKADDR,
    length: *mut i32,
    address: Option<Encoded>,
) -> Result<(), i32> {
    if is_wild(name) || is_wild(length) {
        return Err(WSAEFAULT);
    }
    // SAFETY: the caller's promise.
    unsafe { address::write(name, length, &address.ok_or(WSAEAFNOSUPPORT)?) }
}

/// The socket's own address.
///
/// # Errors
/// `WSAEINVAL` (not bound), `WSAEFAULT`, `WSAENOTSOCK`.
///
/// # Safety
/// `name` points to `*namelen` writable bytes.
#[unsafe(export_name = "lapwing_getsockname")]
pub unsafe extern "system" fn getsockname(
    s: SOCKET,
    name: *mut SOCKADDR,
    namelen: *mut i32,
) -> i32 {
    let named = with_socket(s, |_, file| file.socket()?.local_name());
    // SAFETY: the caller's promise.
    socket_succeed(
        named.and_then(|own| unsafe { write_name(name, namelen, address::encode(&own)) }),
    )
}

/// The peer's address.
///
/// # Errors
/// `WSAENOTCONN`, `WSAEFAULT`, `WSAENOTSOCK`.
///
/// # Safety
/// `name` points to `*namelen` writable bytes.
#[unsafe(export_name = "lapwing_getpeername")]
pub unsafe extern "system" fn getpeername(
    s: SOCKET,
    name: *mut SOCKADDR,
    namelen: *mut i32,
) -> i32 {
    let named = with_socket(s, |_, file| file.socket()?.peer_name());
    // SAFETY: the caller's promise.
    socket_succeed(
        named.and_then(|peer| unsafe { write_name(name, namelen, address::encode(&peer)) }),
    )
}

/// The deadline of a blocking receive on this socket.
pub(super) fn receive_deadline(s: SOCKET) -> Result<Deadline, i32> {
    with_socket(s, |_, file| Ok(deadline(file.socket()?.receive_timeout_ms())))
}

/// The deadline of a blocking send on this socket.
pub(super) fn send_deadline(s: SOCKET) -> Result<Deadline, i32> {
    with_socket(s, |_, file| Ok(deadline(file.socket()?.send_timeout_ms())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_numbers_choose_or_refuse_as_on_windows() {
        let stream = Ok(SocketType::STREAM);
        let datagram = Ok(SocketType::DGRAM);
        let (inet, unspecified) = (i32::from(AF_INET), i32::from(AF_UNSPEC));
        let rows = [
            (inet, 0, 0, stream),
            (inet, 0, IPPROTO_TCP, stream),
            (inet, 0, IPPROTO_UDP, datagram),
            (inet, SOCK_STREAM, IPPROTO_UDP, Err(WSAEPROTONOSUPPORT)),
            (inet, SOCK_DGRAM, IPPROTO_TCP, Err(WSAEPROTONOSUPPORT)),
            (inet, SOCK_STREAM, 0xdead, Err(WSAEPROTONOSUPPORT)),
            (inet, SOCK_STREAM, -1, Err(WSAEPROTONOSUPPORT)),
            (inet, 0, 0xdead, Err(WSAEPROTONOSUPPORT)),
            (inet, 0xdead, 0, Err(WSAESOCKTNOSUPPORT)),
            (0xdead, 0xdead, IPPROTO_TCP, Err(WSAESOCKTNOSUPPORT)),
            (0xdead, SOCK_STREAM, IPPROTO_TCP, Err(WSAEAFNOSUPPORT)),
            (-1, SOCK_STREAM, IPPROTO_TCP, Err(WSAEAFNOSUPPORT)),
            (unspecified, SOCK_STREAM, 0, Err(WSAEINVAL)),
            (unspecified, 0xdead, 0, Err(WSAEINVAL)),
            (unspecified, 0xdead, IPPROTO_UDP, Err(WSAESOCKTNOSUPPORT)),
            (unspecified, 0, IPPROTO_TCP, stream),
            (unspecified, SOCK_STREAM, IPPROTO_TCP, stream),
            (unspecified, 0, IPPROTO_UDP, datagram),
            (unspecified, 0, 0xdead, Err(WSAEPROTONOSUPPORT)),
        ];
        for (family, socket_type, protocol, expected) in rows {
            let chosen = kind(family, socket_type, protocol).map(|kind| kind.socket_type);
            assert_eq!(chosen, expected, "{family}, {socket_type}, {protocol}");
        }
    }
}
