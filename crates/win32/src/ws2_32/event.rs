//! Winsock's names for events and for waiting on them.
#![allow(unsafe_code)]

use crate::kernel32::{event, handle, wait};
use lapwing_abi::{BOOL, HANDLE, WAIT_EVENT};

/// Makes an event that is reset by hand and not signalled.
///
/// # Errors
/// NULL (`WSA_INVALID_EVENT`) with `WSA_NOT_ENOUGH_MEMORY`.
#[unsafe(no_mangle)]
pub extern "system" fn WSACreateEvent() -> HANDLE {
    // SAFETY: no attributes, no name.
    unsafe { event::CreateEventW(core::ptr::null(), 1, 0, core::ptr::null()) }
}

/// Closes an event's handle.
///
/// # Errors
/// FALSE with `WSA_INVALID_HANDLE`.
#[unsafe(no_mangle)]
pub extern "system" fn WSACloseEvent(hevent: HANDLE) -> BOOL {
    handle::CloseHandle(hevent)
}

/// Signals an event.
///
/// # Errors
/// FALSE with `WSA_INVALID_HANDLE`.
#[unsafe(no_mangle)]
pub extern "system" fn WSASetEvent(hevent: HANDLE) -> BOOL {
    event::SetEvent(hevent)
}

/// Resets an event.
///
/// # Errors
/// FALSE with `WSA_INVALID_HANDLE`.
#[unsafe(no_mangle)]
pub extern "system" fn WSAResetEvent(hevent: HANDLE) -> BOOL {
    event::ResetEvent(hevent)
}

/// Waits for one event or for all.  0 or more than 64 events fail at once with
/// `WSA_INVALID_PARAMETER`.
///
/// # Errors
/// `WSA_WAIT_FAILED` with `WSA_INVALID_PARAMETER` or `WSA_INVALID_HANDLE`.
///
/// # Safety
/// `lphevents` points to `cevents` readable handles.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn WSAWaitForMultipleEvents(
    cevents: u32,
    lphevents: *const HANDLE,
    fwaitall: BOOL,
    dwtimeout: u32,
    falertable: BOOL,
) -> WAIT_EVENT {
    // SAFETY: the caller's promise.
    unsafe { wait::WaitForMultipleObjectsEx(cevents, lphevents, fwaitall, dwtimeout, falertable) }
}
