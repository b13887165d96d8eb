//! What the crate takes from Windows and its tests of its own memory do not call.

use lapwing_abi::{
    BOOL, FD_SET, HANDLE, HWND, LPOVERLAPPED_COMPLETION_ROUTINE, OVERLAPPED, SECURITY_ATTRIBUTES,
    SOCKADDR, SOCKET, TIMEVAL, TRANSMIT_FILE_BUFFERS, WSAEVENT, WSANETWORKEVENTS,
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
    WSAAsyncSelect(SOCKET, HWND, u32, i32) -> i32;
    WSAEnumNetworkEvents(SOCKET, WSAEVENT, *mut WSANETWORKEVENTS) -> i32;
    WSAEventSelect(SOCKET, WSAEVENT, i32) -> i32;
    WSAWaitForMultipleEvents(u32, *const HANDLE, BOOL, u32, BOOL) -> u32;
    FlushFileBuffers(HANDLE) -> BOOL;
    GetFileSizeEx(HANDLE, *mut i64) -> BOOL;
    LockFileEx(HANDLE, u32, u32, u32, u32, *mut OVERLAPPED) -> BOOL;
    ReadFileEx(HANDLE, *mut u8, u32, *mut OVERLAPPED, LPOVERLAPPED_COMPLETION_ROUTINE) -> BOOL;
    SetFileInformationByHandle(HANDLE, i32, *const c_void, u32) -> BOOL;
    UnlockFileEx(HANDLE, u32, u32, u32, *mut OVERLAPPED) -> BOOL;
    WriteFileEx(HANDLE, *const u8, u32, *mut OVERLAPPED, LPOVERLAPPED_COMPLETION_ROUTINE) -> BOOL;
    WriteFile(HANDLE, *const u8, u32, *mut u32, *mut OVERLAPPED) -> BOOL;
    ConnectNamedPipe(HANDLE, *mut OVERLAPPED) -> BOOL;
    CreateNamedPipeW(*const u16, u32, u32, u32, u32, u32, u32, *const SECURITY_ATTRIBUTES)
        -> HANDLE;
    DisconnectNamedPipe(HANDLE) -> BOOL;
    GetNamedPipeInfo(HANDLE, *mut u32, *mut u32, *mut u32, *mut u32) -> BOOL;
    SetNamedPipeHandleState(HANDLE, *const u32, *const u32, *const u32) -> BOOL;
    TransactNamedPipe(HANDLE, *const c_void, u32, *mut c_void, u32, *mut u32, *mut OVERLAPPED)
        -> BOOL;
    WaitNamedPipeW(*const u16, u32) -> BOOL;
}

pub(crate) mod window {
    use lapwing_abi::{BOOL, HANDLE, HINSTANCE, HMENU, HWND, MSG, TIMERPROC, WNDCLASSEXW};
    use std::ffi::c_void;

    unmodelled! {
        CreateWindowExW(
            u32, *const u16, *const u16, u32, i32, i32, i32, i32, HWND, HMENU, HINSTANCE,
            *const c_void
        ) -> HWND;
        DefWindowProcW(HWND, u32, usize, isize) -> isize;
        DestroyWindow(HWND) -> BOOL;
        DispatchMessageW(*const MSG) -> isize;
        KillTimer(HWND, usize) -> BOOL;
        MsgWaitForMultipleObjectsEx(u32, *const HANDLE, u32, u32, u32) -> u32;
        PeekMessageW(*mut MSG, HWND, u32, u32, u32) -> BOOL;
        PostMessageW(HWND, u32, usize, isize) -> BOOL;
        PostQuitMessage(i32) -> ();
        RegisterClassExW(*const WNDCLASSEXW) -> u16;
        SetTimer(HWND, usize, u32, TIMERPROC) -> usize;
        TranslateMessage(*const MSG) -> BOOL;
    }
}

pub(crate) mod timer {
    use lapwing_abi::{BOOL, HANDLE, PTIMERAPCROUTINE, SECURITY_ATTRIBUTES};
    use std::ffi::c_void;

    unmodelled! {
        CancelWaitableTimer(HANDLE) -> BOOL;
        CreateWaitableTimerW(*const SECURITY_ATTRIBUTES, BOOL, *const u16) -> HANDLE;
        SetWaitableTimer(HANDLE, *const i64, i32, PTIMERAPCROUTINE, *const c_void, BOOL) -> BOOL;
        WaitForMultipleObjects(u32, *const HANDLE, BOOL, u32) -> u32;
    }
}

pub(crate) mod process {
    use lapwing_abi::{
        BOOL, FILETIME, HANDLE, PROCESS_INFORMATION, SECURITY_ATTRIBUTES, STARTUPINFOW,
    };
    use std::ffi::c_void;

    unmodelled! {
        CreateProcessW(
            *const u16, *mut u16, *const SECURITY_ATTRIBUTES, *const SECURITY_ATTRIBUTES, BOOL, u32,
            *const c_void, *const u16, *const STARTUPINFOW, *mut PROCESS_INFORMATION
        ) -> BOOL;
        GetExitCodeProcess(HANDLE, *mut u32) -> BOOL;
        GetProcessTimes(HANDLE, *mut FILETIME, *mut FILETIME, *mut FILETIME, *mut FILETIME) -> BOOL;
        TerminateProcess(HANDLE, u32) -> BOOL;
    }
}
