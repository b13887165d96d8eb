//! A foundation of plain Rust, for Miri: ports, and connections within the process, as far as the
//! crate's tests of its own memory need them (`tests/memory.rs`).  Nothing here is exported.
#![allow(non_snake_case)]

mod console;
mod datagram;
mod file;
mod registered;
mod unmodelled;
mod waits;
mod winsock;

use lapwing_abi::{
    BOOL, HANDLE, OVERLAPPED, OVERLAPPED_ENTRY, SECURITY_ATTRIBUTES, SOCKET_ERROR,
    STATUS_CANCELLED, STATUS_SUCCESS,
};
use std::cell::Cell;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Condvar, Mutex, MutexGuard};

/// What the crate takes from Windows, under Windows' paths.
pub(crate) mod Win32 {
    pub(crate) mod Foundation {
        pub(crate) use super::super::waits::DuplicateHandle;
        pub(crate) use super::super::{CloseHandle, GetLastError};
        pub(crate) use lapwing_abi::{
            DUPLICATE_SAME_ACCESS, ERROR_IO_PENDING, ERROR_MORE_DATA, ERROR_SEM_TIMEOUT, FILETIME,
            GENERIC_READ, GENERIC_WRITE, HANDLE, HWND, INVALID_HANDLE_VALUE, WAIT_IO_COMPLETION,
            WAIT_OBJECT_0, WAIT_TIMEOUT,
        };
    }
    pub(crate) mod Networking {
        pub(crate) mod WinSock {
            pub(crate) use super::super::super::WSAGetLastError;
            pub(crate) use super::super::super::datagram::{WSARecvFrom, WSASendTo};
            pub(crate) use super::super::super::unmodelled::*;
            pub(crate) use super::super::super::winsock::*;
            pub(crate) use lapwing_abi::*;
        }
    }
    pub(crate) mod Storage {
        pub(crate) mod FileSystem {
            pub(crate) use super::super::super::file::{CreateFileW, ReadFile};
            pub(crate) use super::super::super::unmodelled::*;
            pub(crate) use lapwing_abi::*;
        }
    }
    pub(crate) mod UI {
        pub(crate) mod WindowsAndMessaging {
            pub(crate) use super::super::super::unmodelled::window::*;
            pub(crate) use lapwing_abi::{
                HWND_MESSAGE, MSG, MWMO_ALERTABLE, MWMO_INPUTAVAILABLE, PM_REMOVE, QS_ALLINPUT,
                WM_QUIT, WM_TIMER, WNDCLASSEXW,
            };
        }
    }
    pub(crate) mod System {
        pub(crate) mod Console {
            pub(crate) use super::super::super::console::SetConsoleCtrlHandler;
            pub(crate) use lapwing_abi::{
                CTRL_BREAK_EVENT, CTRL_C_EVENT, CTRL_CLOSE_EVENT, CTRL_LOGOFF_EVENT,
                CTRL_SHUTDOWN_EVENT,
            };
        }
        pub(crate) mod IO {
            pub(crate) use super::super::super::{
                CancelIoEx, CreateIoCompletionPort, GetQueuedCompletionStatus,
                GetQueuedCompletionStatusEx, PostQueuedCompletionStatus,
            };
            pub(crate) use lapwing_abi::{OVERLAPPED, OVERLAPPED_0_0, OVERLAPPED_ENTRY};
        }
        pub(crate) mod Pipes {
            pub(crate) use super::super::super::unmodelled::*;
            pub(crate) use lapwing_abi::*;
        }
        pub(crate) mod SystemServices {
            pub(crate) use lapwing_abi::MAXIMUM_WAIT_OBJECTS;
        }
        pub(crate) mod Threading {
            pub(crate) use super::super::super::registered::{
                RegisterWaitForSingleObject, UnregisterWaitEx,
            };
            pub(crate) use super::super::super::unmodelled::process::*;
            pub(crate) use super::super::super::unmodelled::timer::*;
            pub(crate) use super::super::super::waits::{
                GetCurrentProcess, GetCurrentThread, QueueUserAPC, SleepEx, WaitForSingleObject,
                WaitForSingleObjectEx,
            };
            pub(crate) use super::super::super::{CreateEventW, ResetEvent, SetEvent};
            pub(crate) use lapwing_abi::{
                INFINITE, PROCESS_INFORMATION, STARTUPINFOW, WT_EXECUTEONLYONCE,
            };
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
    /// How much each piece has, and where.
    rooms: Vec<(usize, *mut u8)>,
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
    datagrams: datagram::Datagrams,
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
    routines: waits::Routines,
    registered: registered::Registered,
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
        if self.routines.end(overlapped) || event & 1 != 0 {
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
            let mut count = 0;
            for (size, room) in receive.rooms {
                let bytes: Vec<u8> = it.inbox.drain(..size.min(it.inbox.len())).collect();
                // SAFETY: the program has given so much room away with the operation.
                unsafe { room.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
                count += bytes.len();
            }
            let port = it.port;
            self.finish(port, receive.overlapped, STATUS_SUCCESS, count);
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
        let mut all: Vec<_> = ended.chain(refused.into_iter().map(|(_, it)| it)).collect();
        all.extend(it.datagrams.cancel(is_chosen));
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
        let was_open = model.registered.close(handle)
            || model.ports.remove(&handle).is_some()
            || model.events.remove(&handle).is_some();
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
    let was_open = with(|model| {
        let event = model.registered.event(event.addr());
        BOOL::from(model.events.insert(event, is_set).is_some())
    });
    registered::call_back();
    was_open
}

pub(crate) unsafe extern "system" fn SetEvent(event: HANDLE) -> BOOL {
    change(event, true)
}

pub(crate) unsafe extern "system" fn ResetEvent(event: HANDLE) -> BOOL {
    change(event, false)
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
        // Nothing else ends there.
        if let Some(socket) = model.sockets.get_mut(&handle.addr()) {
            socket.port = port.addr();
        }
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
