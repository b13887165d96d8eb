//! What an idle connection costs in this process's memory: accepted, with a port and a pending
//! receive, beyond the program's own OVERLAPPED and buffer.
#![allow(unsafe_code)]

mod support;

use core::ptr::null_mut;
use lapwing_abi::{OVERLAPPED, SOCKET, WSA_IO_PENDING, WSABUF};
use lapwing_win32::kernel32::completion_port::CreateIoCompletionPort;
use lapwing_win32::ws2_32::error::WSAGetLastError;
use lapwing_win32::ws2_32::transfer::WSARecv;
use support::{Listener, taken};

/// An entry for the handle and one for the registration, in tables that grow by thousands.
const IN_TABLES: usize = 2 * 16;
/// What is promised.
const LIMIT: usize = 512;
/// How many connections are made at a time.
const MANY: usize = 200;

fn receive(socket: SOCKET) {
    let buffer: &'static mut [u8] = vec![0; 8].leak();
    let overlapped: &'static mut OVERLAPPED = Box::leak(Box::default());
    let memory = WSABUF { len: 8, buf: buffer.as_mut_ptr() };
    let mut flags = 0;
    // SAFETY: the memory lasts.
    let started = unsafe { WSARecv(socket, &memory, 1, null_mut(), &mut flags, overlapped, None) };
    assert_eq!((started, WSAGetLastError()), (-1, WSA_IO_PENDING));
}

#[test]
fn an_idle_connection_takes_at_most_so_much() {
    let listener = Listener::new();
    let port = CreateIoCompletionPort(usize::MAX as _, null_mut(), 0, 1);
    assert!(!port.is_null());
    let mut peers = Vec::with_capacity(2 * MANY);
    let mut connect = || {
        let (socket, peer) = listener.connection();
        peers.push(peer);
        assert_eq!(CreateIoCompletionPort(socket as _, port, 1, 0), port);
        receive(socket);
    };
    (0..MANY).for_each(|_| connect());
    let before = taken();
    (0..MANY).for_each(|_| connect());
    let own = 32 + 48;
    let each = (taken() - before) as f64 / MANY as f64 - own as f64 + IN_TABLES as f64;
    println!("{each} bytes for an idle connection with a posted receive");
    assert!(each <= LIMIT as f64, "{each} bytes");
}
