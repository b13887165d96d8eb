//! `WSAGetLastError` and `WSASetLastError`.
#![allow(unsafe_code)]

use crate::last_error;

/// The calling thread's last-error value, which `GetLastError` shares.
#[unsafe(no_mangle)]
pub extern "system" fn WSAGetLastError() -> i32 {
    last_error::get().cast_signed()
}

/// Sets the calling thread's last-error value.
#[unsafe(no_mangle)]
pub extern "system" fn WSASetLastError(code: i32) {
    last_error::set(code.cast_unsigned());
}
