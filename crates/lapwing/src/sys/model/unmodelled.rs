//! What the crate takes from Windows and its tests of its own memory do not call.

use lapwing_abi::{
    BOOL, FD_SET, HANDLE, OVERLAPPED, SOCKADDR, SOCKET, TIMEVAL, TRANSMIT_FILE_BUFFERS, WSAEVENT,
    WSANETWORKEVENTS,
};
use std::ffi::c_void;

macro_rules! unmodelled {
    ($($name:ident($($parameter:ty),*) -> $result:ty;)*) => {
        $(pub(crate) unsafe extern "system" fn $name($(_: $parameter),*) -> $result {
            panic!("{} is not modelled", stringify!($name))
        })*
    };
}

unmodelled! {
    accept(SOCKET, *mut SOCKADDR, *mut i32) -> SOCKET;
    ioctlsocket(SOCKET, i32, *mut u32) -> i32;
    recv(SOCKET, *mut u8, i32, i32) -> i32;
    recvfrom(SOCKET, *mut u8, i32, i32, *mut SOCKADDR, *mut i32) -> i32;
    select(i32, *mut FD_SET, *mut FD_SET, *mut FD_SET, *const TIMEVAL) -> i32;
    send(SOCKET, *const u8, i32, i32) -> i32;
    sendto(SOCKET, *const u8, i32, i32, *const SOCKADDR, i32) -> i32;
    TransmitFile(
        SOCKET, HANDLE, u32, u32, *mut OVERLAPPED, *const TRANSMIT_FILE_BUFFERS, u32
    ) -> BOOL;
    WSAEnumNetworkEvents(SOCKET, WSAEVENT, *mut WSANETWORKEVENTS) -> i32;
    WSAEventSelect(SOCKET, WSAEVENT, i32) -> i32;
    WSAWaitForMultipleEvents(u32, *const HANDLE, BOOL, u32, BOOL) -> u32;
    FlushFileBuffers(HANDLE) -> BOOL;
    GetFileSizeEx(HANDLE, *mut i64) -> BOOL;
    LockFileEx(HANDLE, u32, u32, u32, u32, *mut OVERLAPPED) -> BOOL;
    SetFileInformationByHandle(HANDLE, i32, *const c_void, u32) -> BOOL;
    UnlockFileEx(HANDLE, u32, u32, u32, *mut OVERLAPPED) -> BOOL;
    WriteFile(HANDLE, *const u8, u32, *mut u32, *mut OVERLAPPED) -> BOOL;
}
