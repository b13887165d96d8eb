//! Handles and sockets that are closed when they are dropped.
#![allow(unsafe_code)]

use crate::sys::{self, HANDLE, WinSock};
use crate::{Error, Result};
use std::sync::OnceLock;

/// A handle.
#[derive(Debug)]
pub(crate) struct OwnedHandle(HANDLE);

// SAFETY: a handle is a number, which any thread may use.
unsafe impl Send for OwnedHandle {}
// SAFETY: as above.
unsafe impl Sync for OwnedHandle {}

impl OwnedHandle {
    /// Owns a handle that a function has just opened.
    pub(crate) fn new(handle: HANDLE) -> Self {
        OwnedHandle(handle)
    }

    pub(crate) fn raw(&self) -> HANDLE {
        self.0
    }
}

impl Drop for OwnedHandle {
    fn drop(&mut self) {
        // SAFETY: it is open, and ours alone.
        unsafe { sys::CloseHandle(self.0) };
    }
}

/// A socket.
#[derive(Debug)]
pub(crate) struct OwnedSocket(WinSock::SOCKET);

impl OwnedSocket {
    /// A socket for overlapped I/O; starts Winsock if nobody has.
    pub(crate) fn new(family: i32, kind: i32, protocol: i32) -> Result<Self> {
        start_winsock()?;
        // SAFETY: the protocol's description may be absent.
        let socket = unsafe {
            let flags = WinSock::WSA_FLAG_OVERLAPPED | WinSock::WSA_FLAG_NO_HANDLE_INHERIT;
            WinSock::WSASocketW(family, kind, protocol, core::ptr::null(), 0, flags)
        };
        match socket {
            WinSock::INVALID_SOCKET => Err(Error::last_of_winsock("WSASocketW")),
            socket => Ok(OwnedSocket(socket)),
        }
    }

    pub(crate) fn raw(&self) -> WinSock::SOCKET {
        self.0
    }
}

impl Drop for OwnedSocket {
    fn drop(&mut self) {
        // SAFETY: it is open, and ours alone.
        unsafe { WinSock::closesocket(self.0) };
    }
}

/// Winsock 2.2, once for the process and to its end.
fn start_winsock() -> Result<()> {
    static STARTED: OnceLock<i32> = OnceLock::new();
    let code = STARTED.get_or_init(|| {
        let mut data = core::mem::MaybeUninit::uninit();
        // SAFETY: the place is large enough and used for nothing else.
        unsafe { WinSock::WSAStartup(0x0202, data.as_mut_ptr()) }
    });
    match code {
        0 => Ok(()),
        code => Err(Error::of_winsock(*code, "WSAStartup")),
    }
}
