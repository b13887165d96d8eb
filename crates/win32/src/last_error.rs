//! The thread's last-error value, which `GetLastError` and `WSAGetLastError` share.

use lapwing_executive::ke::teb::teb;

/// The calling thread's last-error value.
#[inline]
pub fn get() -> u32 {
    teb().last_error.get()
}

/// Sets the calling thread's last-error value.
#[inline]
pub fn set(code: u32) {
    teb().last_error.set(code);
}
