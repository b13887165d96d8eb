//! One completion port for a socket, a pipe and a posted packet, and a timer's routine: what a
//! server on `windows-sys` does, in one thread that can foresee the order of everything.

// Some functions that take no pointer are safe on Linux.
#![allow(unused_unsafe)]

use std::io::{Read, Write};
use std::mem::zeroed;
use std::net::TcpStream;
use std::ptr::{null, null_mut};
use windows_sys::Win32::Foundation::{
    CloseHandle, ERROR_IO_PENDING, ERROR_PIPE_CONNECTED, GENERIC_WRITE, GetLastError, HANDLE,
    INVALID_HANDLE_VALUE, WAIT_IO_COMPLETION, WAIT_TIMEOUT,
};
use windows_sys::Win32::Networking::WinSock::{
    AF_INET, AcceptEx, INVALID_SOCKET, IPPROTO_TCP, SO_UPDATE_ACCEPT_CONTEXT, SOCK_STREAM,
    SOCKADDR_IN, SOCKADDR_STORAGE, SOCKET, SOL_SOCKET, SOMAXCONN, WSA_FLAG_OVERLAPPED, WSABUF,
    WSAGetLastError, WSARecv, WSASend, WSASocketW, WSAStartup, bind, closesocket, getsockname,
    listen, setsockopt,
};
use windows_sys::Win32::Storage::FileSystem::{
    CreateFileW, FILE_ATTRIBUTE_NORMAL, FILE_FLAG_OVERLAPPED, OPEN_EXISTING, PIPE_ACCESS_INBOUND,
    ReadFile, WriteFile,
};
use windows_sys::Win32::System::IO::{
    CancelIoEx, CreateIoCompletionPort, GetQueuedCompletionStatus, OVERLAPPED,
    PostQueuedCompletionStatus,
};
use windows_sys::Win32::System::Pipes::{
    ConnectNamedPipe, CreateNamedPipeW, PIPE_READMODE_MESSAGE, PIPE_TYPE_MESSAGE, PIPE_WAIT,
};
use windows_sys::Win32::System::Threading::{
    CreateWaitableTimerW, INFINITE, SetWaitableTimer, SleepEx,
};
use windows_sys::w;

const SOCKET_KEY: usize = 1;
const PIPE_KEY: usize = 2;
const POSTED_KEY: usize = 3;
/// What AcceptEx wants for each address.
const ADDRESS: usize = size_of::<SOCKADDR_STORAGE>() + 16;

/// Panics with the reason unless that went well.
fn check(what: &str, done: bool) {
    // SAFETY: it takes nothing.
    assert!(done, "{what}: error {}", unsafe { GetLastError() });
}

/// Likewise for what is done later, if it has been begun.
fn check_begun(what: &str, done: bool) {
    // SAFETY: it takes nothing.
    check(what, done || unsafe { GetLastError() } == ERROR_IO_PENDING);
}

/// Takes what comes next and says what it is.
fn take(port: HANDLE, what: &str) -> u32 {
    let (mut count, mut key, mut overlapped) = (0, 0, null_mut());
    // SAFETY: places of ours.
    let taken =
        unsafe { GetQueuedCompletionStatus(port, &mut count, &mut key, &mut overlapped, INFINITE) };
    // SAFETY: it takes nothing.
    let error = if taken != 0 { 0 } else { unsafe { GetLastError() } };
    println!("{what}: key {key}, {count} bytes, error {error}");
    count
}

fn listener() -> (SOCKET, u16) {
    // SAFETY: all zeros are a description, an address; the places are ours.
    unsafe {
        let mut data = zeroed();
        assert_eq!(WSAStartup(0x0202, &mut data), 0);
        let listener = stream_socket();
        let mut address: SOCKADDR_IN = zeroed();
        let mut length = size_of::<SOCKADDR_IN>() as i32;
        address.sin_family = AF_INET;
        address.sin_addr.S_un.S_addr = u32::from_ne_bytes([127, 0, 0, 1]);
        check("bind", bind(listener, (&raw const address).cast(), length) == 0);
        check("listen", listen(listener, SOMAXCONN as i32) == 0);
        let named = getsockname(listener, (&raw mut address).cast(), &mut length);
        check("getsockname", named == 0);
        (listener, u16::from_be(address.sin_port))
    }
}

fn stream_socket() -> SOCKET {
    // SAFETY: the description may be absent.
    let socket = unsafe {
        WSASocketW(i32::from(AF_INET), SOCK_STREAM, IPPROTO_TCP, null(), 0, WSA_FLAG_OVERLAPPED)
    };
    check("WSASocketW", socket != INVALID_SOCKET);
    socket
}

fn sockets(port: HANDLE) {
    let (listener, number) = listener();
    let (accepted, mut received) = (stream_socket(), [0_u8; 64]);
    let (mut addresses, mut count, mut flags) = ([0_u8; 2 * ADDRESS], 0, 0);
    // SAFETY: all that is passed stays until its packet has been taken.
    unsafe {
        let mut overlapped: OVERLAPPED = zeroed();
        CreateIoCompletionPort(listener as HANDLE, port, SOCKET_KEY, 0);
        let (room, length) = (addresses.as_mut_ptr().cast(), ADDRESS as u32);
        let begun =
            AcceptEx(listener, accepted, room, 0, length, length, &mut count, &mut overlapped);
        check_begun("AcceptEx", begun != 0);
        let mut client = TcpStream::connect(("127.0.0.1", number)).expect("somebody listens");
        take(port, "accepted");
        let (level, length) = (SOL_SOCKET, size_of::<SOCKET>() as i32);
        let context = (&raw const listener).cast();
        setsockopt(accepted, level, SO_UPDATE_ACCEPT_CONTEXT, context, length);
        CreateIoCompletionPort(accepted as HANDLE, port, SOCKET_KEY, 0);

        overlapped = zeroed();
        let buffer = WSABUF { len: 64, buf: received.as_mut_ptr() };
        let begun = WSARecv(accepted, &buffer, 1, null_mut(), &mut flags, &mut overlapped, None);
        check_begun("WSARecv", begun == 0);
        client.write_all(b"hello").expect("a connection");
        let len = take(port, "received");
        overlapped = zeroed();
        let buffer = WSABUF { len, ..buffer };
        let begun = WSASend(accepted, &buffer, 1, null_mut(), 0, &mut overlapped, None);
        check_begun("WSASend", begun == 0);
        take(port, "sent");
        let mut answer = [0; 5];
        client.read_exact(&mut answer).expect("an answer");
        println!("answer: {}", String::from_utf8_lossy(&answer));

        overlapped = zeroed();
        let buffer = WSABUF { len: 64, buf: received.as_mut_ptr() };
        let begun = WSARecv(accepted, &buffer, 1, null_mut(), &mut flags, &mut overlapped, None);
        println!("begun: {begun}, {}", WSAGetLastError());
        check("CancelIoEx", CancelIoEx(accepted as HANDLE, &overlapped) != 0);
        take(port, "cancelled");
        closesocket(accepted);
        closesocket(listener);
    }
}

fn pipe(port: HANDLE) {
    let name = format!(r"\\.\pipe\for-windows-{}", std::process::id());
    let name: Vec<u16> = name.encode_utf16().chain([0]).collect();
    // SAFETY: all that is passed stays until its packet has been taken.
    unsafe {
        let mode = PIPE_TYPE_MESSAGE | PIPE_READMODE_MESSAGE | PIPE_WAIT;
        let access = PIPE_ACCESS_INBOUND | FILE_FLAG_OVERLAPPED;
        let server = CreateNamedPipeW(name.as_ptr(), access, mode, 1, 64, 64, 0, null());
        check("CreateNamedPipeW", server != INVALID_HANDLE_VALUE);
        CreateIoCompletionPort(server, port, PIPE_KEY, 0);
        let mut overlapped: OVERLAPPED = zeroed();
        let connected = ConnectNamedPipe(server, &mut overlapped) != 0;
        check_begun("ConnectNamedPipe", connected || GetLastError() == ERROR_PIPE_CONNECTED);
        let (share, attributes) = (0, FILE_ATTRIBUTE_NORMAL);
        let (access, how) = (GENERIC_WRITE, OPEN_EXISTING);
        let none = null_mut();
        let client = CreateFileW(name.as_ptr(), access, share, null(), how, attributes, none);
        check("CreateFileW", client != INVALID_HANDLE_VALUE);
        take(port, "pipe connected");

        let (mut received, mut written) = ([0_u8; 64], 0);
        overlapped = zeroed();
        let begun = ReadFile(server, received.as_mut_ptr(), 64, null_mut(), &mut overlapped);
        check_begun("ReadFile", begun != 0);
        let message = b"a message";
        let done = WriteFile(client, message.as_ptr(), 9, &mut written, null_mut());
        check("WriteFile", done != 0);
        let count = take(port, "pipe read") as usize;
        println!("message: {}", String::from_utf8_lossy(&received[..count]));
        CloseHandle(client);
        CloseHandle(server);
    }
}

unsafe extern "system" fn expired(argument: *const core::ffi::c_void, _low: u32, _high: u32) {
    println!("timer: {}", argument.addr());
}

fn timer() {
    // SAFETY: the name is a constant, the time's place is ours.
    unsafe {
        let timer = CreateWaitableTimerW(null(), 1, w!("Local\\for-windows-timer"));
        check("CreateWaitableTimerW", !timer.is_null());
        let soon = -10_000_i64; // of 100 ns, from now
        let argument = std::ptr::without_provenance(7);
        let set = SetWaitableTimer(timer, &soon, 0, Some(expired), argument, 0);
        check("SetWaitableTimer", set != 0);
        println!("woken by a routine: {}", SleepEx(INFINITE, 1) == WAIT_IO_COMPLETION);
        CloseHandle(timer);
    }
}

fn main() {
    // SAFETY: no pointer is passed that is not ours.
    unsafe {
        let port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, null_mut(), 0, 1);
        check("CreateIoCompletionPort", !port.is_null());
        sockets(port);
        pipe(port);
        PostQueuedCompletionStatus(port, 42, POSTED_KEY, null());
        take(port, "posted");
        timer();
        let (mut count, mut key, mut overlapped) = (0, 0, null_mut());
        let taken = GetQueuedCompletionStatus(port, &mut count, &mut key, &mut overlapped, 0);
        println!("nothing left: {}", taken == 0 && GetLastError() == WAIT_TIMEOUT);
        CloseHandle(port);
    }
}
