//! Winsock's names for events and for waiting on them.
#![allow(unsafe_code)]

use crate::kernel32::{event, handle, wait};
use lapwing_abi::{BOOL, HANDLE, WAIT_EVENT, WSAEVENT};

/// Makes an event that is reset by hand and not signalled.
///
/// # Errors
/// NULL (`WSA_INVALID_EVENT`) with `WSA_NOT_ENOUGH_MEMORY`.
#[unsafe(no_mangle)]
pub extern "system" fn WSACreateEvent() -> WSAEVENT {
    // SAFETY: no attributes, no name.
    let event = unsafe { event::CreateEventW(core::ptr::null(), 1, 0, core::ptr::null()) };
    event.addr().cast_signed()
}

/// Microsoft's metadata has a WSAEVENT as a number; to C programs it is a HANDLE.
fn as_handle(event: WSAEVENT) -> HANDLE {
    core::ptr::without_provenance_mut(event.cast_unsigned())
}

/// Closes an event's handle.
///
/// # Errors
/// FALSE with `WSA_INVALID_HANDLE`.
#[unsafe(no_mangle)]
pub extern "system" fn WSACloseEvent(hevent: WSAEVENT) -> BOOL {
    handle::CloseHandle(as_handle(hevent))
}

/// Signals an event.
///
/// # Errors
/// FALSE with `WSA_INVALID_HANDLE`.
#[unsafe(no_mangle)]
pub extern "system" fn WSASetEvent(hevent: WSAEVENT) -> BOOL {
    event::SetEvent(as_handle(hevent))
}

/// Resets an event.
///
/// # Errors
/// FALSE with `WSA_INVALID_HANDLE`.
#[unsafe(no_mangle)]
pub extern "system" fn WSAResetEvent(hevent: WSAEVENT) -> BOOL {
    event::ResetEvent(as_handle(hevent))
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
