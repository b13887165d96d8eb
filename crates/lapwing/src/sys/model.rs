//! A foundation of plain Rust, for Miri: ports, and connections within the process, as far as the
//! crate's tests of its own memory need them (`tests/memory.rs`).  Nothing here is exported.
#![allow(non_snake_case)]

use lapwing_abi::{
    AF_INET, BOOL, HANDLE, LPWSAOVERLAPPED_COMPLETION_ROUTINE, OVERLAPPED, OVERLAPPED_ENTRY,
    SECURITY_ATTRIBUTES, SOCKADDR, SOCKADDR_IN, SOCKET, SOCKET_ERROR, STATUS_CANCELLED,
    STATUS_SUCCESS, WSABUF, WSADATA, WSAENOTCONN, WSAPROTOCOL_INFOW,
};
use std::cell::Cell;
use std::collections::{BTreeMap, VecDeque};
use std::ffi::c_void;
use std::sync::{Condvar, Mutex, MutexGuard};

/// What the crate takes from Windows, under Windows' paths.
pub(crate) mod Win32 {
    pub(crate) mod Foundation {
        pub(crate) use super::super::{CloseHandle, GetLastError};
        pub(crate) use lapwing_abi::{
            ERROR_IO_PENDING, HANDLE, INVALID_HANDLE_VALUE, WAIT_OBJECT_0, WAIT_TIMEOUT,
        };
    }
    pub(crate) mod Networking {
        pub(crate) mod WinSock {
            pub(crate) use super::super::super::{
                AcceptEx, WSAGetLastError, WSARecv, WSASend, WSASocketW, WSAStartup, bind,
                closesocket, connect, getpeername, getsockname, listen, setsockopt, shutdown,
            };
            pub(crate) use lapwing_abi::*;
        }
    }
    pub(crate) mod System {
        pub(crate) mod IO {
            pub(crate) use super::super::super::{
                CancelIoEx, CreateIoCompletionPort, GetQueuedCompletionStatus,
                GetQueuedCompletionStatusEx, PostQueuedCompletionStatus,
            };
            pub(crate) use lapwing_abi::{OVERLAPPED, OVERLAPPED_ENTRY};
        }
        pub(crate) mod Threading {
            pub(crate) use super::super::super::{
                CreateEventW, ResetEvent, SetEvent, WaitForSingleObject,
            };
            pub(crate) use lapwing_abi::INFINITE;
        }
    }
}

/// The address of an OVERLAPPED that the program has given away.
#[derive(Clone, Copy, PartialEq)]
struct Given(*mut OVERLAPPED);

// SAFETY: whoever finishes the operation uses it, once, whatever thread that is.
unsafe impl Send for Given {}

struct Packet {
    overlapped: Given,
    count: u32,
}

/// Where a receive wants its bytes.
struct Receive {
    overlapped: Given,
    start: usize,
    room: *mut u8,
}

// SAFETY: as for `Given`.
unsafe impl Send for Receive {}

#[derive(Default)]
struct Socket {
    port: usize,
    /// Its number in its address.
    number: u16,
    peer: usize,
    has_ended: bool,
    inbox: VecDeque<u8>,
    receives: VecDeque<Receive>,
    /// Sockets to be connected, for a listener.
    accepts: VecDeque<(usize, Given)>,
}

#[derive(Default)]
struct Model {
    last: usize,
    ports: BTreeMap<usize, VecDeque<Packet>>,
    /// Manual ones.
    events: BTreeMap<usize, bool>,
    sockets: BTreeMap<usize, Socket>,
}

static MODEL: Mutex<Option<Model>> = Mutex::new(None);
static CHANGED: Condvar = Condvar::new();

thread_local! {
    static LAST_ERROR: Cell<u32> = const { Cell::new(0) };
}

fn with<R>(act: impl FnOnce(&mut Model) -> R) -> R {
    let mut model: MutexGuard<'_, Option<Model>> = MODEL.lock().unwrap();
    let result = act(model.get_or_insert_default());
    CHANGED.notify_all();
    result
}

fn fail(code: u32) -> i32 {
    LAST_ERROR.set(code);
    SOCKET_ERROR
}

impl Model {
    fn new_handle(&mut self) -> usize {
        self.last += 4;
        self.last
    }

    /// The event of an operation that begins is reset.
    fn begin(&mut self, overlapped: *mut OVERLAPPED) {
        // SAFETY: the caller's OVERLAPPED.
        let event = unsafe { (*overlapped).hEvent.addr() } & !1;
        if let Some(is_set) = self.events.get_mut(&event) {
            *is_set = false;
        }
    }

    fn finish(&mut self, port: usize, overlapped: Given, status: i32, count: usize) {
        // SAFETY: the program has given it away, and it is finished once.
        let event = unsafe {
            (*overlapped.0).Internal = status as u32 as usize;
            (*overlapped.0).InternalHigh = count;
            (*overlapped.0).hEvent.addr()
        };
        if let Some(is_set) = self.events.get_mut(&(event & !1)) {
            *is_set = true;
        }
        if event & 1 != 0 {
            return;
        }
        if let Some(packets) = self.ports.get_mut(&port) {
            packets.push_back(Packet { overlapped, count: count as u32 });
        }
    }

    /// Gives what has come to those who wait for it.
    fn deliver(&mut self, socket: usize) {
        loop {
            let Some(it) = self.sockets.get_mut(&socket) else { return };
            if it.receives.is_empty() || it.inbox.is_empty() && !it.has_ended {
                return;
            }
            let receive = it.receives.pop_front().unwrap();
            let bytes: Vec<u8> = {
                let count = receive.start.min(it.inbox.len());
                it.inbox.drain(..count).collect()
            };
            // SAFETY: the program has given so much room away with the operation.
            unsafe { receive.room.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
            let port = it.port;
            self.finish(port, receive.overlapped, STATUS_SUCCESS, bytes.len());
        }
    }

    /// Ends what is under way at a handle, or one of it; how many there were.
    fn cancel(&mut self, socket: usize, chosen: *const OVERLAPPED) -> usize {
        let Some(it) = self.sockets.get_mut(&socket) else { return 0 };
        let is_chosen = |it: Given| chosen.is_null() || std::ptr::eq(it.0, chosen);
        let (ended, kept): (Vec<_>, Vec<_>) =
            it.receives.drain(..).partition(|receive| is_chosen(receive.overlapped));
        it.receives = kept.into();
        let (refused, kept): (Vec<_>, Vec<_>) =
            it.accepts.drain(..).partition(|(_, overlapped)| is_chosen(*overlapped));
        it.accepts = kept.into();
        let port = it.port;
        let ended = ended.into_iter().map(|receive| receive.overlapped);
        let all: Vec<_> = ended.chain(refused.into_iter().map(|(_, it)| it)).collect();
        all.iter().for_each(|it| self.finish(port, *it, STATUS_CANCELLED, 0));
        all.len()
    }

    fn join(&mut self, one: usize, other: usize) {
        for (socket, peer) in [(one, other), (other, one)] {
            self.sockets.get_mut(&socket).expect("it is open").peer = peer;
        }
    }
}

pub(crate) unsafe extern "system" fn CloseHandle(handle: HANDLE) -> BOOL {
    with(|model| {
        let handle = handle.addr();
        let was_open =
            model.ports.remove(&handle).is_some() || model.events.remove(&handle).is_some();
        BOOL::from(was_open)
    })
}

pub(crate) unsafe extern "system" fn CreateEventW(
    _rights: *const SECURITY_ATTRIBUTES,
    is_manual: BOOL,
    is_set: BOOL,
    _name: *const u16,
) -> HANDLE {
    assert!(is_manual != 0, "others are not modelled");
    with(|model| {
        let event = model.new_handle();
        model.events.insert(event, is_set != 0);
        std::ptr::without_provenance_mut(event)
    })
}

fn change(event: HANDLE, is_set: bool) -> BOOL {
    with(|model| BOOL::from(model.events.insert(event.addr(), is_set).is_some()))
}

pub(crate) unsafe extern "system" fn SetEvent(event: HANDLE) -> BOOL {
    change(event, true)
}

pub(crate) unsafe extern "system" fn ResetEvent(event: HANDLE) -> BOOL {
    change(event, false)
}

pub(crate) unsafe extern "system" fn WaitForSingleObject(event: HANDLE, time: u32) -> u32 {
    let mut model = MODEL.lock().unwrap();
    loop {
        let is_set = model.as_ref().and_then(|model| model.events.get(&event.addr()));
        if *is_set.expect("it is open") {
            return lapwing_abi::WAIT_OBJECT_0;
        }
        if time == 0 {
            return lapwing_abi::WAIT_TIMEOUT;
        }
        model = CHANGED.wait(model).unwrap();
    }
}

pub(crate) unsafe extern "system" fn GetLastError() -> u32 {
    LAST_ERROR.get()
}

pub(crate) unsafe extern "system" fn WSAGetLastError() -> i32 {
    LAST_ERROR.get().cast_signed()
}

pub(crate) unsafe extern "system" fn CreateIoCompletionPort(
    handle: HANDLE,
    port: HANDLE,
    _key: usize,
    _concurrency: u32,
) -> HANDLE {
    with(|model| {
        if port.is_null() {
            let number = model.new_handle();
            model.ports.insert(number, VecDeque::new());
            return std::ptr::without_provenance_mut(number);
        }
        model.sockets.get_mut(&handle.addr()).expect("it is open").port = port.addr();
        port
    })
}

pub(crate) unsafe extern "system" fn PostQueuedCompletionStatus(
    port: HANDLE,
    count: u32,
    _key: usize,
    overlapped: *const OVERLAPPED,
) -> BOOL {
    let packet = Packet { overlapped: Given(overlapped.cast_mut()), count };
    with(|model| model.ports.get_mut(&port.addr()).expect("it is open").push_back(packet));
    1
}

pub(crate) unsafe extern "system" fn GetQueuedCompletionStatus(
    port: HANDLE,
    count: *mut u32,
    key: *mut usize,
    overlapped: *mut *mut OVERLAPPED,
    time: u32,
) -> BOOL {
    let mut model = MODEL.lock().unwrap();
    loop {
        let packets = model.as_mut().and_then(|model| model.ports.get_mut(&port.addr()));
        if let Some(packet) = packets.expect("it is open").pop_front() {
            // SAFETY: the caller's places.
            unsafe {
                (*count, *key, *overlapped) = (packet.count, 0, packet.overlapped.0);
                return BOOL::from((*packet.overlapped.0).Internal == 0);
            }
        }
        if time == 0 {
            LAST_ERROR.set(lapwing_abi::WAIT_TIMEOUT);
            return 0;
        }
        model = CHANGED.wait(model).unwrap();
    }
}

pub(crate) unsafe extern "system" fn GetQueuedCompletionStatusEx(
    port: HANDLE,
    entries: *mut OVERLAPPED_ENTRY,
    _room: u32,
    removed: *mut u32,
    time: u32,
    _alertable: BOOL,
) -> BOOL {
    let (mut count, mut key, mut overlapped) = (0, 0, std::ptr::null_mut());
    // SAFETY: the places are there, and the caller's.
    unsafe {
        GetQueuedCompletionStatus(port, &mut count, &mut key, &mut overlapped, time);
        if overlapped.is_null() {
            return 0;
        }
        let (lpOverlapped, dwNumberOfBytesTransferred) = (overlapped, count);
        entries.write(OVERLAPPED_ENTRY {
            lpCompletionKey: 0,
            lpOverlapped,
            Internal: 0,
            dwNumberOfBytesTransferred,
        });
        *removed = 1;
    }
    1
}

pub(crate) unsafe extern "system" fn CancelIoEx(
    handle: HANDLE,
    overlapped: *const OVERLAPPED,
) -> BOOL {
    with(|model| BOOL::from(model.cancel(handle.addr(), overlapped) > 0))
}

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
    _buffer_count: u32,
    _count: *mut u32,
    _flags: *mut u32,
    overlapped: *mut OVERLAPPED,
    _routine: LPWSAOVERLAPPED_COMPLETION_ROUTINE,
) -> i32 {
    // SAFETY: the caller's one buffer.
    let (start, room) = unsafe { ((*buffers).len as usize, (*buffers).buf) };
    with(|model| {
        model.begin(overlapped);
        let it = model.sockets.get_mut(&socket).expect("it is open");
        it.receives.push_back(Receive { overlapped: Given(overlapped), start, room });
        model.deliver(socket);
    });
    fail(lapwing_abi::ERROR_IO_PENDING)
}

pub(crate) unsafe extern "system" fn WSASend(
    socket: SOCKET,
    buffers: *const WSABUF,
    _buffer_count: u32,
    _count: *mut u32,
    _flags: u32,
    overlapped: *mut OVERLAPPED,
    _routine: LPWSAOVERLAPPED_COMPLETION_ROUTINE,
) -> i32 {
    // SAFETY: the caller's one buffer, which is so long.
    let bytes = unsafe { std::slice::from_raw_parts((*buffers).buf, (*buffers).len as usize) };
    with(|model| {
        let (port, peer) = {
            let it = model.sockets.get(&socket).expect("it is open");
            (it.port, it.peer)
        };
        let Some(to) = model.sockets.get_mut(&peer) else {
            return fail(WSAENOTCONN.cast_unsigned());
        };
        to.inbox.extend(bytes);
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

pub(crate) unsafe extern "system" fn getsockname(
    socket: SOCKET,
    address: *mut SOCKADDR,
    _length: *mut i32,
) -> i32 {
    let number = with(|model| model.sockets.get(&socket).expect("it is open").number);
    let address = address.cast::<SOCKADDR_IN>();
    // SAFETY: the caller's room for any address.
    unsafe {
        (*address).sin_family = AF_INET;
        (*address).sin_port = number.to_be();
        (*address).sin_addr.S_un.S_addr = u32::from_ne_bytes([127, 0, 0, 1]);
    }
    0
}

pub(crate) unsafe extern "system" fn getpeername(
    _socket: SOCKET,
    _address: *mut SOCKADDR,
    _length: *mut i32,
) -> i32 {
    fail(WSAENOTCONN.cast_unsigned())
}
