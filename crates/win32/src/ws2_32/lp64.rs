//! What C programs call in place of ws2_32's W functions: `wchar_t` has 32 bits there.
//!
//! The headers bind each name to its twin; everything but the width of a character is the same.
#![allow(unsafe_code)]

use core::ffi::c_void;

use lapwing_abi::{FD_SET, WSAEFAULT};

use super::{select, text_address};
use crate::entry::{is_wild, socket_fail};

/// `InetPtonW` for 32-bit `wchar_t`.
///
/// # Safety
/// As for `InetPtonW`.
#[unsafe(export_name = "lapwing_InetPtonW_lp64")]
pub unsafe extern "system" fn InetPtonW(
    family: i32,
    text: *const i32,
    address: *mut c_void,
) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { text_address::parse_wide(family, text, address) }
}

/// `InetNtopW` for 32-bit `wchar_t`; the capacity counts characters.
///
/// # Safety
/// As for `InetNtopW`.
#[unsafe(export_name = "lapwing_InetNtopW_lp64")]
pub unsafe extern "system" fn InetNtopW(
    family: i32,
    address: *const c_void,
    buffer: *mut i32,
    capacity: usize,
) -> *const i32 {
    // SAFETY: the caller's promise.
    unsafe { text_address::print(family, address, buffer, capacity) }
}

/// `select` for C's `struct timeval` of two 64-bit numbers.
///
/// # Safety
/// As for `select`.
#[unsafe(export_name = "lapwing_select_lp64")]
pub unsafe extern "system" fn select(
    _nfds: i32,
    readfds: *mut FD_SET,
    writefds: *mut FD_SET,
    exceptfds: *mut FD_SET,
    timeout: *const [i64; 2],
) -> i32 {
    if !timeout.is_null() && is_wild(timeout) {
        return socket_fail(WSAEFAULT);
    }
    let timeout = (!timeout.is_null()).then(|| {
        // SAFETY: readable by the caller's promise.
        let [seconds, microseconds] = unsafe { timeout.read_unaligned() };
        (seconds, microseconds)
    });
    // SAFETY: the caller's promise.
    unsafe { select::select_until([readfds, writefds, exceptfds], timeout) }
}
