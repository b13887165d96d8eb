//! The foundation: the system's functions on Windows, Lapwing's elsewhere, and under Miri a model
//! of them, all under the same paths.  No other module asks which.
#![allow(unsafe_code)]

#[cfg(windows)]
use windows_sys as foundation;

#[cfg(not(any(windows, miri)))]
use lapwing_win32 as foundation;

#[cfg(miri)]
mod model;
#[cfg(miri)]
use model as foundation;

pub(crate) use foundation::Win32::Foundation::{
    CloseHandle, DUPLICATE_SAME_ACCESS, DuplicateHandle, ERROR_IO_PENDING, HANDLE,
    INVALID_HANDLE_VALUE, WAIT_IO_COMPLETION, WAIT_OBJECT_0, WAIT_TIMEOUT,
};
pub(crate) use foundation::Win32::Networking::WinSock;
pub(crate) use foundation::Win32::System::Console;
pub(crate) use foundation::Win32::System::IO::{
    CancelIoEx, CreateIoCompletionPort, GetQueuedCompletionStatus, GetQueuedCompletionStatusEx,
    OVERLAPPED, OVERLAPPED_ENTRY, PostQueuedCompletionStatus,
};
pub(crate) use foundation::Win32::System::Threading::{
    CreateEventW, GetCurrentProcess, GetCurrentThread, INFINITE, QueueUserAPC, ResetEvent,
    SetEvent, SleepEx, WaitForSingleObject, WaitForSingleObjectEx,
};

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
