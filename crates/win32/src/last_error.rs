//! The thread's last-error value, which `GetLastError` and `WSAGetLastError` share.

use core::cell::Cell;

thread_local! {
    static LAST_ERROR: Cell<u32> = const { Cell::new(0) };
}

/// The calling thread's last-error value.
#[inline]
pub fn get() -> u32 {
    LAST_ERROR.get()
}

/// Sets the calling thread's last-error value.
#[inline]
pub fn set(code: u32) {
    LAST_ERROR.set(code);
}
