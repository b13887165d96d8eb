//! The model's sockets, as Winsock knows them.

use super::datagram::write_address;
use super::{Given, Receive, Socket, fail, with};
use lapwing_abi::{
    BOOL, LPWSAOVERLAPPED_COMPLETION_ROUTINE, OVERLAPPED, SOCKADDR, SOCKADDR_IN, SOCKET,
    STATUS_SUCCESS, WSABUF, WSADATA, WSAENOTCONN, WSAPROTOCOL_INFOW,
};
use std::ffi::c_void;

pub(crate) unsafe extern "system" fn WSAStartup(_version: u16, _data: *mut WSADATA) -> i32 {
    0
}

pub(crate) unsafe extern "system" fn WSASocketW(
    _family: i32,
    _kind: i32,
    _protocol: i32,
    _information: *const WSAPROTOCOL_INFOW,
    _group: u32,
    _flags: u32,
) -> SOCKET {
    with(|model| {
        let socket = model.new_handle();
        model.sockets.insert(socket, Socket::default());
        socket
    })
}

pub(crate) unsafe extern "system" fn closesocket(socket: SOCKET) -> i32 {
    with(|model| {
        model.cancel(socket, std::ptr::null());
        let gone = model.sockets.remove(&socket).expect("it is open");
        if let Some(peer) = model.sockets.get_mut(&gone.peer) {
            peer.has_ended = true;
            model.deliver(gone.peer);
        }
    });
    0
}

pub(crate) unsafe extern "system" fn bind(socket: SOCKET, _: *const SOCKADDR, _: i32) -> i32 {
    with(|model| {
        let it = model.sockets.get_mut(&socket).expect("it is open");
        it.number = u16::try_from(socket).expect("few are opened");
    });
    0
}

pub(crate) unsafe extern "system" fn listen(_socket: SOCKET, _backlog: i32) -> i32 {
    0
}

/// An accept must wait already: more is not modelled.
pub(crate) unsafe extern "system" fn connect(
    socket: SOCKET,
    address: *const SOCKADDR,
    _length: i32,
) -> i32 {
    // SAFETY: the caller's address, which is one of IPv4.
    let wanted = u16::from_be(unsafe { (*address.cast::<SOCKADDR_IN>()).sin_port });
    with(|model| {
        let listener = usize::from(wanted);
        let it = model.sockets.get_mut(&listener).expect("somebody listens");
        let ((accepted, overlapped), port) = (it.accepts.pop_front().expect("one waits"), it.port);
        model.join(socket, accepted);
        model.finish(port, overlapped, STATUS_SUCCESS, 0);
    });
    0
}

pub(crate) unsafe extern "system" fn AcceptEx(
    listener: SOCKET,
    accepted: SOCKET,
    _addresses: *mut c_void,
    _data: u32,
    _local: u32,
    _remote: u32,
    _count: *mut u32,
    overlapped: *mut OVERLAPPED,
) -> BOOL {
    with(|model| {
        let it = model.sockets.get_mut(&listener).expect("it is open");
        it.accepts.push_back((accepted, Given(overlapped)));
    });
    fail(lapwing_abi::ERROR_IO_PENDING);
    0
}

pub(crate) unsafe extern "system" fn WSARecv(
    socket: SOCKET,
    buffers: *const WSABUF,
    buffer_count: u32,
    _count: *mut u32,
    _flags: *mut u32,
    overlapped: *mut OVERLAPPED,
    routine: LPWSAOVERLAPPED_COMPLETION_ROUTINE,
) -> i32 {
    // SAFETY: the caller's buffers.
    let buffers = unsafe { std::slice::from_raw_parts(buffers, buffer_count as usize) };
    let rooms = buffers.iter().map(|it| (it.len as usize, it.buf)).collect();
    with(|model| {
        model.begin(overlapped);
        model.routines.begin(overlapped, routine);
        let it = model.sockets.get_mut(&socket).expect("it is open");
        it.receives.push_back(Receive { overlapped: Given(overlapped), rooms });
        model.deliver(socket);
    });
    fail(lapwing_abi::ERROR_IO_PENDING)
}

pub(crate) unsafe extern "system" fn WSASend(
    socket: SOCKET,
    buffers: *const WSABUF,
    buffer_count: u32,
    _count: *mut u32,
    _flags: u32,
    overlapped: *mut OVERLAPPED,
    routine: LPWSAOVERLAPPED_COMPLETION_ROUTINE,
) -> i32 {
    // SAFETY: the caller's buffers.
    let buffers = unsafe { std::slice::from_raw_parts(buffers, buffer_count as usize) };
    let bytes: Vec<u8> = buffers
        .iter()
        // SAFETY: each is so long.
        .flat_map(|it| unsafe { std::slice::from_raw_parts(it.buf, it.len as usize) })
        .copied()
        .collect();
    with(|model| {
        let (port, peer) = {
            let it = model.sockets.get(&socket).expect("it is open");
            (it.port, it.peer)
        };
        let Some(to) = model.sockets.get_mut(&peer) else {
            return fail(WSAENOTCONN.cast_unsigned());
        };
        to.inbox.extend(&bytes);
        model.routines.begin(overlapped, routine);
        model.finish(port, Given(overlapped), STATUS_SUCCESS, bytes.len());
        model.deliver(peer);
        0
    })
}

pub(crate) unsafe extern "system" fn shutdown(_socket: SOCKET, _how: i32) -> i32 {
    0
}

pub(crate) unsafe extern "system" fn setsockopt(
    _socket: SOCKET,
    _level: i32,
    _option: i32,
    _value: *const u8,
    _length: i32,
) -> i32 {
    0
}

pub(crate) unsafe extern "system" fn getsockopt(
    _socket: SOCKET,
    _level: i32,
    _option: i32,
    _value: *mut u8,
    _length: *mut i32,
) -> i32 {
    0
}

pub(crate) unsafe extern "system" fn WSAIoctl(
    _socket: SOCKET,
    _code: u32,
    _in: *const c_void,
    _in_length: u32,
    _out: *mut c_void,
    _out_length: u32,
    _count: *mut u32,
    _overlapped: *mut OVERLAPPED,
    _routine: LPWSAOVERLAPPED_COMPLETION_ROUTINE,
) -> i32 {
    0
}

pub(crate) unsafe extern "system" fn getsockname(
    socket: SOCKET,
    address: *mut SOCKADDR,
    _length: *mut i32,
) -> i32 {
    let number = with(|model| model.sockets.get(&socket).expect("it is open").number);
    // SAFETY: the caller's room for any address.
    unsafe { write_address(address, number) };
    0
}

pub(crate) unsafe extern "system" fn getpeername(
    _socket: SOCKET,
    _address: *mut SOCKADDR,
    _length: *mut i32,
) -> i32 {
    fail(WSAENOTCONN.cast_unsigned())
}
