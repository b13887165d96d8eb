//! The foundation: the system's functions on Windows, Lapwing's elsewhere, and under Miri a model
//! of them, all under the same paths.  No other module asks which.
#![allow(unsafe_code)]

use crate::{Error, Result};
use lapwing_status::Status;
use std::ffi::OsStr;

#[cfg(windows)]
use windows_sys as foundation;

#[cfg(not(any(windows, miri)))]
use lapwing_win32 as foundation;

#[cfg(miri)]
mod model;
#[cfg(miri)]
use model as foundation;

pub(crate) use foundation::Win32::Foundation::{
    CloseHandle, DUPLICATE_SAME_ACCESS, DuplicateHandle, ERROR_IO_PENDING, ERROR_MORE_DATA,
    ERROR_SEM_TIMEOUT, FILETIME, GENERIC_READ, GENERIC_WRITE, HANDLE, INVALID_HANDLE_VALUE,
    WAIT_IO_COMPLETION, WAIT_OBJECT_0, WAIT_TIMEOUT,
};
pub(crate) use foundation::Win32::Networking::WinSock;
pub(crate) use foundation::Win32::Storage::FileSystem;
pub(crate) use foundation::Win32::System::Console;
pub(crate) use foundation::Win32::System::IO::{
    CancelIoEx, CreateIoCompletionPort, GetQueuedCompletionStatus, GetQueuedCompletionStatusEx,
    OVERLAPPED, OVERLAPPED_0_0, OVERLAPPED_ENTRY, PostQueuedCompletionStatus,
};
pub(crate) use foundation::Win32::System::Pipes;
pub(crate) use foundation::Win32::System::SystemServices::MAXIMUM_WAIT_OBJECTS;
pub(crate) use foundation::Win32::System::Threading::{
    CancelWaitableTimer, CreateEventW, CreateProcessW, CreateWaitableTimerW, GetCurrentProcess,
    GetCurrentThread, GetExitCodeProcess, GetProcessTimes, INFINITE, PROCESS_INFORMATION,
    QueueUserAPC, RegisterWaitForSingleObject, ResetEvent, STARTUPINFOW, SetEvent,
    SetWaitableTimer, SleepEx, TerminateProcess, UnregisterWaitEx, WT_EXECUTEONLYONCE,
    WaitForMultipleObjects, WaitForSingleObject, WaitForSingleObjectEx,
};

/// Windows that only have messages.
pub(crate) mod window {
    pub(crate) use super::foundation::Win32::Foundation::HWND;
    pub(crate) use super::foundation::Win32::UI::WindowsAndMessaging::{
        CreateWindowExW, DefWindowProcW, DestroyWindow, DispatchMessageW, HWND_MESSAGE, KillTimer,
        MSG, MWMO_ALERTABLE, MWMO_INPUTAVAILABLE, MsgWaitForMultipleObjectsEx, PM_REMOVE,
        PeekMessageW, PostMessageW, PostQuitMessage, QS_ALLINPUT, RegisterClassExW, SetTimer,
        TranslateMessage, WM_QUIT, WM_TIMER, WNDCLASSEXW,
    };
}

/// Why the calling thread's last call of Win32 failed.
pub(crate) fn last_error() -> u32 {
    // SAFETY: it takes nothing.
    unsafe { foundation::Win32::Foundation::GetLastError() }
}

/// Why the calling thread's last call of Winsock failed.
pub(crate) fn last_winsock_error() -> i32 {
    // SAFETY: it takes nothing.
    unsafe { WinSock::WSAGetLastError() }
}

/// What a function of Win32 returned that says whether it has succeeded.
pub(crate) fn checked(during: &'static str, returned: i32) -> Result<()> {
    if returned == 0 { Err(Error::last(during)) } else { Ok(()) }
}

/// What a function of Win32 returned that begins an operation: whether there will be a packet.
pub(crate) fn begun(during: &'static str, returned: i32) -> Result<()> {
    // Of the numbers the second is a warning: part of a message has come, and this is told like
    // any other end.
    if returned != 0 || matches!(last_error(), ERROR_IO_PENDING | ERROR_MORE_DATA) {
        return Ok(());
    }
    Err(Error::last(during))
}

/// The low and the high half.
pub(crate) fn halves(number: u64) -> (u32, u32) {
    (number as u32, (number >> 32) as u32)
}

/// A place in a file, for an OVERLAPPED.
pub(crate) fn place(offset: u64) -> OVERLAPPED_0_0 {
    let (low, high) = halves(offset);
    OVERLAPPED_0_0 { Offset: low, OffsetHigh: high }
}

/// A name as Windows takes it, with a zero at its end.
///
/// # Errors
/// `OBJECT_NAME_INVALID` when there is another zero in it, or it is no UTF-16.
pub(crate) fn wide(name: &OsStr, during: &'static str) -> Result<Vec<u16>> {
    let mut units = Vec::with_capacity(name.len() + 1);
    #[cfg(windows)]
    units.extend(std::os::windows::ffi::OsStrExt::encode_wide(name));
    #[cfg(not(windows))]
    units.extend(name.to_str().unwrap_or("\0").encode_utf16());
    if units.contains(&0) {
        return Err(Error::from_status(Status::OBJECT_NAME_INVALID, during));
    }
    units.push(0);
    Ok(units)
}
