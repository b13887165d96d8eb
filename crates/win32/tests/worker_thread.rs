//! The process's worker has a thread only when there is something to do for it.
#![allow(unsafe_code)]

mod support;

use core::ptr::null_mut;
use lapwing_abi::{HANDLE, INFINITE, INVALID_HANDLE_VALUE, OVERLAPPED, WSABUF};
use lapwing_win32::kernel32::completion_port::{
    CreateIoCompletionPort, GetQueuedCompletionStatus, PostQueuedCompletionStatus,
};
use lapwing_win32::kernel32::handle::CloseHandle;
use lapwing_win32::ws2_32::transfer::WSARecv;
use support::Listener;

fn threads() -> usize {
    std::fs::read_dir("/proc/self/task").expect("our threads").count()
}

fn new_port() -> HANDLE {
    CreateIoCompletionPort(INVALID_HANDLE_VALUE, null_mut(), 0, 1)
}

fn post_and_take(port: HANDLE) {
    let (mut count, mut key, mut overlapped) = (0, 0, null_mut());
    assert_eq!(PostQueuedCompletionStatus(port, 0, 1, null_mut()), 1);
    // SAFETY: places of ours.
    let taken =
        unsafe { GetQueuedCompletionStatus(port, &mut count, &mut key, &mut overlapped, INFINITE) };
    assert_eq!((taken, key), (1, 1));
}

#[test]
fn a_port_that_listens_to_nothing_needs_no_worker_thread() {
    let before = threads();
    let port = new_port();
    (0..100).for_each(|_| post_and_take(port));
    assert_eq!(CloseHandle(port), 1);
    assert_eq!(threads(), before);

    // With a pending receive, nobody must miss its end while the port's thread is away.
    let listener = Listener::new();
    let (socket, _peer) = listener.connection();
    let port = new_port();
    assert_eq!(CreateIoCompletionPort(socket as _, port, 1, 0), port);
    let mut byte = 0;
    let buffer = WSABUF { len: 1, buf: &raw mut byte };
    let overlapped: &'static mut OVERLAPPED = Box::leak(Box::default());
    let mut flags = 0;
    // SAFETY: nothing is sent, so that the memory is not written to.
    unsafe { WSARecv(socket, &buffer, 1, null_mut(), &mut flags, overlapped, None) };
    assert_eq!(threads(), before + 1);
}
