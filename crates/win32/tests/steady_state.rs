//! Nothing is allocated in steady state: ten thousand messages, packets, waits, routines, reads,
//! after as many as it takes to have everything ready.
#![allow(unsafe_code)]

mod support;

use core::ptr::{null, null_mut};
use lapwing_abi::{
    FILE_FLAG_OVERLAPPED, GENERIC_READ, GENERIC_WRITE, HANDLE, INFINITE, INVALID_HANDLE_VALUE,
    OPEN_EXISTING, OVERLAPPED, OVERLAPPED_ENTRY, PIPE_ACCESS_DUPLEX, SOCKET, WAIT_IO_COMPLETION,
    WSABUF,
};
use lapwing_win32::kernel32::apc::QueueUserAPC;
use lapwing_win32::kernel32::completion_port::{
    CreateIoCompletionPort, GetQueuedCompletionStatus, GetQueuedCompletionStatusEx,
    PostQueuedCompletionStatus,
};
use lapwing_win32::kernel32::create_file::CreateFileA;
use lapwing_win32::kernel32::event::{CreateEventA, SetEvent};
use lapwing_win32::kernel32::file::{ReadFile, WriteFile};
use lapwing_win32::kernel32::handle::GetCurrentThread;
use lapwing_win32::kernel32::named_pipe::CreateNamedPipeA;
use lapwing_win32::kernel32::wait::{SleepEx, WaitForMultipleObjects, WaitForSingleObject};
use lapwing_win32::ws2_32::event::WSAWaitForMultipleEvents;
use lapwing_win32::ws2_32::overlapped::WSAGetOverlappedResult;
use lapwing_win32::ws2_32::transfer::{WSARecv, WSASend};
use std::io::{Read, Write};
use std::net::TcpStream;
use support::{Listener, allocations};

const WARM_UP: usize = 1_000;
const ROUNDS: usize = 10_000;
/// What is made when first needed may be needed late, on a busy machine: a list of waiters by the
/// first thread that has to sleep.
const ATTEMPTS: usize = 5;

/// How many allocations so many rounds made, at the least.
fn allocations_of(mut round: impl FnMut()) -> usize {
    (0..WARM_UP).for_each(|_| round());
    let mut least = usize::MAX;
    for _ in 0..ATTEMPTS {
        let before = allocations();
        (0..ROUNDS).for_each(|_| round());
        least = least.min(allocations() - before);
        if least == 0 {
            break;
        }
    }
    least
}

/// A request's memory.
struct Request {
    overlapped: OVERLAPPED,
    bytes: [u8; 64],
}

impl Request {
    fn new() -> Box<Self> {
        Box::new(Request { overlapped: OVERLAPPED::default(), bytes: [0; 64] })
    }

    fn buffer(&mut self) -> WSABUF {
        WSABUF { len: 64, buf: self.bytes.as_mut_ptr() }
    }
}

type Routine = unsafe extern "system" fn(u32, u32, *mut OVERLAPPED, u32);

fn receive(socket: SOCKET, request: &mut Request, routine: Option<Routine>) {
    let (buffer, mut flags) = (request.buffer(), 0);
    let overlapped = &raw mut request.overlapped;
    // SAFETY: the caller keeps the request until it has ended.
    unsafe { WSARecv(socket, &buffer, 1, null_mut(), &mut flags, overlapped, routine) };
}

fn send(socket: SOCKET, request: &mut Request, routine: Option<Routine>) {
    let buffer = request.buffer();
    let overlapped = &raw mut request.overlapped;
    // SAFETY: as above.
    let sent = unsafe { WSASend(socket, &buffer, 1, null_mut(), 0, overlapped, routine) };
    assert_eq!(sent, 0);
}

/// The packet that comes next is this request's.
fn take(port: HANDLE, request: &mut Request) {
    let (mut count, mut key, mut overlapped) = (0, 0, null_mut());
    // SAFETY: places of ours.
    let taken =
        unsafe { GetQueuedCompletionStatus(port, &mut count, &mut key, &mut overlapped, INFINITE) };
    assert_eq!((taken, count, overlapped), (1, 64, &raw mut request.overlapped));
}

/// So many packets come next.
fn take_entries(port: HANDLE, wanted: u32) {
    let mut entries = [OVERLAPPED_ENTRY::default(); 8];
    let mut taken = 0;
    while taken < wanted {
        let mut count = 0;
        let (place, room) = (entries.as_mut_ptr(), entries.len() as u32);
        // SAFETY: room of ours.
        let success =
            unsafe { GetQueuedCompletionStatusEx(port, place, room, &mut count, INFINITE, 0) };
        assert_eq!(success, 1);
        taken += count;
    }
    assert_eq!(taken, wanted);
}

fn new_port() -> HANDLE {
    CreateIoCompletionPort(INVALID_HANDLE_VALUE, null_mut(), 0, 1)
}

fn new_event(manual: bool) -> HANDLE {
    // SAFETY: NULL is allowed.
    unsafe { CreateEventA(null(), i32::from(manual), 0, null()) }
}

/// A round of an echo whose peer is this thread too.
fn asked(peer: &mut TcpStream) {
    peer.write_all(&[7; 64]).expect("room");
}

fn answered(peer: &mut TcpStream) {
    let mut bytes = [0; 64];
    peer.read_exact(&mut bytes).expect("an answer");
    assert_eq!(bytes, [7; 64]);
}

fn echo_by_port(listener: &Listener, receives_first: bool, several: bool) -> usize {
    let (socket, mut peer) = listener.connection();
    let port = new_port();
    assert_eq!(CreateIoCompletionPort(socket as _, port, 1, 0), port);
    let mut request = Request::new();
    allocations_of(|| {
        if receives_first {
            receive(socket, &mut request, None);
            asked(&mut peer);
        } else {
            asked(&mut peer);
            receive(socket, &mut request, None);
        }
        let mut end = || if several { take_entries(port, 1) } else { take(port, &mut request) };
        end();
        send(socket, &mut request, None);
        if several {
            take_entries(port, 1)
        } else {
            take(port, &mut request)
        }
        answered(&mut peer);
    })
}

fn echo_by_event(listener: &Listener) -> usize {
    let (socket, mut peer) = listener.connection();
    let event = new_event(true);
    let mut request = Request::new();
    let wait = |request: &mut Request| {
        let (mut count, mut flags) = (0, 0);
        // SAFETY: an event, and the request's own places.
        unsafe {
            assert_eq!(WSAWaitForMultipleEvents(1, &event, 0, INFINITE, 0), 0);
            let of = &raw const request.overlapped;
            assert_eq!(WSAGetOverlappedResult(socket, of, &mut count, 0, &mut flags), 1);
        }
        assert_eq!(count, 64);
    };
    request.overlapped.hEvent = event;
    allocations_of(|| {
        receive(socket, &mut request, None);
        asked(&mut peer);
        wait(&mut request);
        send(socket, &mut request, None);
        wait(&mut request);
        answered(&mut peer);
    })
}

unsafe extern "system" fn ended(code: u32, count: u32, _: *mut OVERLAPPED, _: u32) {
    assert_eq!((code, count), (0, 64));
}

fn echo_by_routine(listener: &Listener) -> usize {
    let (socket, mut peer) = listener.connection();
    let mut request = Request::new();
    allocations_of(|| {
        receive(socket, &mut request, Some(ended));
        asked(&mut peer);
        assert_eq!(SleepEx(INFINITE, 1), WAIT_IO_COMPLETION);
        send(socket, &mut request, Some(ended));
        assert_eq!(SleepEx(INFINITE, 1), WAIT_IO_COMPLETION);
        answered(&mut peer);
    })
}

fn packets() -> usize {
    let (port, mut request) = (new_port(), Request::new());
    allocations_of(|| {
        assert_eq!(PostQueuedCompletionStatus(port, 64, 1, &request.overlapped), 1);
        take(port, &mut request);
    })
}

fn events() -> usize {
    let events: Vec<HANDLE> = (0..64).map(|_| new_event(false)).collect();
    allocations_of(|| {
        assert_eq!(SetEvent(events[40]), 1);
        assert_eq!(WaitForSingleObject(events[40], INFINITE), 0);
        assert_eq!(SetEvent(events[63]), 1);
        // SAFETY: 64 handles.
        let any = unsafe { WaitForMultipleObjects(64, events.as_ptr(), 0, INFINITE) };
        assert_eq!(any, 63);
    })
}

fn all_of_64() -> usize {
    let events: Vec<HANDLE> = (0..64).map(|_| new_event(false)).collect();
    allocations_of(|| {
        for event in &events {
            assert_eq!(SetEvent(*event), 1);
        }
        // SAFETY: 64 handles.
        let all = unsafe { WaitForMultipleObjects(64, events.as_ptr(), 1, INFINITE) };
        assert_eq!(all, 0);
    })
}

fn sleepers() -> usize {
    let (go, done) = (new_event(false) as usize, new_event(false) as usize);
    std::thread::spawn(move || {
        loop {
            assert_eq!(WaitForSingleObject(go as HANDLE, INFINITE), 0);
            assert_eq!(SetEvent(done as HANDLE), 1);
        }
    });
    allocations_of(|| {
        assert_eq!(SetEvent(go as HANDLE), 1);
        assert_eq!(WaitForSingleObject(done as HANDLE, INFINITE), 0);
    })
}

unsafe extern "system" fn called(_: usize) {}

fn routines() -> usize {
    allocations_of(|| {
        // SAFETY: the routine stays.
        assert_eq!(unsafe { QueueUserAPC(Some(called), GetCurrentThread(), 0) }, 1);
        assert_eq!(SleepEx(0, 1), WAIT_IO_COMPLETION);
    })
}

fn cached_reads() -> usize {
    let path = std::env::temp_dir().join(format!("lapwing-steady-{}", std::process::id()));
    std::fs::write(&path, [7; 4096]).expect("a place for files");
    let name = format!("{}\0", path.display());
    let overlapped = FILE_FLAG_OVERLAPPED;
    // SAFETY: a text with an end.
    let file = unsafe {
        let name = name.as_ptr();
        CreateFileA(name, GENERIC_READ, 0, null(), OPEN_EXISTING, overlapped, null_mut())
    };
    assert_ne!(file, INVALID_HANDLE_VALUE);
    let port = new_port();
    assert_eq!(CreateIoCompletionPort(file, port, 1, 0), port);
    let mut request = Request::new();
    let count = allocations_of(|| {
        let (to, of) = (request.bytes.as_mut_ptr(), &raw mut request.overlapped);
        // SAFETY: the request stays until its packet has come.
        unsafe { ReadFile(file, to, 64, null_mut(), of) };
        take(port, &mut request);
    });
    std::fs::remove_file(path).expect("it is ours");
    count
}

/// Both ends of a named pipe at one port: reads that wait, and writes that find them.
fn pipe() -> usize {
    let name = format!("\\\\.\\pipe\\lapwing-steady-{}\0", std::process::id());
    let (duplex, overlapped) = (PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED, FILE_FLAG_OVERLAPPED);
    let access = GENERIC_READ | GENERIC_WRITE;
    // SAFETY: a text with an end.
    let (server, client) = unsafe {
        let name = name.as_ptr();
        (
            CreateNamedPipeA(name, duplex, 0, 1, 4096, 4096, 0, null()),
            CreateFileA(name, access, 0, null(), OPEN_EXISTING, overlapped, null_mut()),
        )
    };
    assert!(server != INVALID_HANDLE_VALUE && client != INVALID_HANDLE_VALUE);
    let port = new_port();
    for end in [server, client] {
        assert_eq!(CreateIoCompletionPort(end, port, 1, 0), port);
    }
    let mut requests = [(); 2].map(|()| Request::new());
    allocations_of(|| {
        let [read, write] = &mut requests;
        for (reader, writer) in [(server, client), (client, server)] {
            // SAFETY: the requests stay until their packets have come.
            unsafe {
                let (to, of) = (read.bytes.as_mut_ptr(), &raw mut read.overlapped);
                ReadFile(reader, to, 64, null_mut(), of);
                let (from, of) = (write.bytes.as_ptr(), &raw mut write.overlapped);
                WriteFile(writer, from, 64, null_mut(), of);
            }
            take_entries(port, 2);
        }
    })
}

#[test]
fn nothing_is_allocated_in_steady_state() {
    let listener = Listener::new();
    let found = [
        ("a pending receive, GetQueuedCompletionStatus", echo_by_port(&listener, true, false)),
        ("a receive that has data", echo_by_port(&listener, false, false)),
        ("GetQueuedCompletionStatusEx", echo_by_port(&listener, true, true)),
        ("events of requests", echo_by_event(&listener)),
        ("completion routines", echo_by_routine(&listener)),
        ("PostQueuedCompletionStatus", packets()),
        ("SetEvent, waits for one and for any of 64", events()),
        ("a wait for all of 64", all_of_64()),
        ("waits of threads that answer each other", sleepers()),
        ("QueueUserAPC and SleepEx", routines()),
        ("ReadFile of what is in memory", cached_reads()),
        ("a named pipe", pipe()),
    ];
    let guilty: Vec<_> = found.iter().filter(|(_, count)| *count > 0).collect();
    assert!(guilty.is_empty(), "allocations in {ROUNDS} rounds: {guilty:#?}");
}
