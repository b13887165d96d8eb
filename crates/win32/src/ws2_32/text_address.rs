//! Addresses as text: `inet_addr`, `inet_ntoa`, `inet_pton`, `inet_ntop` and their W forms.
//!
//! What counts as an address is in `text_address_syntax`; here are pointers, buffers and codes.
//! None of these calls needs `WSAStartup`.
#![allow(unsafe_code)]

use core::cell::UnsafeCell;
use core::ffi::c_void;

use lapwing_abi::{
    AF_INET, AF_INET6, IN_ADDR, INADDR_NONE, PCSTR, PCWSTR, PSTR, PWSTR, WSAEAFNOSUPPORT,
    WSAEFAULT, WSAEINVAL,
};
use lapwing_executive::status::Status;

use super::text_address_syntax::{Parsed, format_ipv4, format_ipv6, ipv4, ipv4_historic, ipv6};
use crate::last_error;
use crate::text::{self, Fit, Unit};

thread_local! {
    /// The string that `inet_ntoa` returns: "255.255.255.255" and its terminator.
    static BUFFER: UnsafeCell<[u8; 16]> = const { UnsafeCell::new([0; 16]) };
}

/// An IPv4 address from text in any of its historic forms: `a.b.c.d`, `a.b.c`, `a.b`, `a`, each
/// number decimal, octal (`0…`) or hexadecimal (`0x…`).
///
/// Text after a white space is not read.  `INADDR_NONE` for what is no address, without touching
/// the last error, and for NULL, with `WSAEFAULT` (10014).  (T:protocol:test_inet_addr)
///
/// # Safety
/// `text` must be NULL or point to a terminated string.
#[unsafe(export_name = "lapwing_inet_addr")]
pub unsafe extern "system" fn inet_addr(text: PCSTR) -> u32 {
    if text.is_null() {
        last_error::set(WSAEFAULT.cast_unsigned());
        return INADDR_NONE;
    }
    // SAFETY: not NULL, hence terminated by the caller's promise.
    let length = unsafe { text::length(text) };
    // SAFETY: the string has that many bytes, and nobody changes it during the call.
    let bytes = unsafe { core::slice::from_raw_parts(text, length) };
    ipv4_historic(bytes).map_or(INADDR_NONE, u32::from_ne_bytes)
}

/// An IPv4 address as `a.b.c.d`.
///
/// The string belongs to the thread: it stays until the thread calls this function again or ends.
#[unsafe(export_name = "lapwing_inet_ntoa")]
pub extern "system" fn inet_ntoa(address: IN_ADDR) -> PSTR {
    // SAFETY: every bit pattern is an address.
    let octets = unsafe { address.S_un.S_addr }.to_ne_bytes();
    BUFFER.with(|buffer| {
        let buffer = buffer.get().cast::<u8>();
        // SAFETY: the thread's own buffer, in which the longest IPv4 address fits.
        let fit = unsafe { text::into_buffer(&format_ipv4(octets), buffer, 16) };
        debug_assert!(matches!(fit, Fit::Written(_)));
        buffer
    })
}

/// The address in a terminated string; 1, 0 for what is no address, −1 with a last error.
///
/// # Safety
/// `text` must be NULL or point to a terminated string; `address` must be NULL or have room for
/// an address of the family.
unsafe fn parse<U: Unit>(family: i32, text: *const U, address: *mut c_void) -> i32 {
    let fail = |code: i32| {
        last_error::set(code.cast_unsigned());
        -1
    };
    // SAFETY: the caller's promise.
    let Some(text) = (unsafe { text::from_terminated(text) }) else { return fail(WSAEFAULT) };
    if address.is_null() {
        return fail(WSAEFAULT);
    }
    let address = address.cast::<u8>();
    match family {
        f if f == i32::from(AF_INET) => {
            let parsed = ipv4(text.as_bytes());
            if let Parsed::Address(octets) | Parsed::Followed(octets) = parsed {
                // SAFETY: room for four bytes, by the caller's promise.
                unsafe { core::ptr::copy_nonoverlapping(octets.as_ptr(), address, 4) };
            }
            i32::from(matches!(parsed, Parsed::Address(_)))
        }
        f if f == i32::from(AF_INET6) => {
            let Some(octets) = ipv6(text.as_bytes()) else { return 0 };
            // SAFETY: room for sixteen bytes, by the caller's promise.
            unsafe { core::ptr::copy_nonoverlapping(octets.as_ptr(), address, 16) };
            1
        }
        _ => fail(WSAEAFNOSUPPORT),
    }
}

/// An address from its standard text form: 1, or 0 for what is no address (the last error stays),
/// or −1 with `WSAEFAULT` (10014) for NULL or `WSAEAFNOSUPPORT` (10047).
///
/// As on Windows, an IPv4 address followed by other text gives 0 and is stored all the same.
/// (T:protocol:test_inet_pton)
///
/// # Safety
/// `text` must be NULL or point to a terminated string; `address` must be NULL or have room for
/// an `in_addr` or `in6_addr`, by the family.
#[unsafe(export_name = "lapwing_inet_pton")]
pub unsafe extern "system" fn inet_pton(family: i32, text: PCSTR, address: *mut c_void) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { parse(family, text, address) }
}

/// As [`inet_pton`], but what is no address sets the last error to `WSAEINVAL` (10022).
///
/// # Safety
/// As for [`inet_pton`].
pub(super) unsafe fn parse_wide<U: Unit>(family: i32, text: *const U, address: *mut c_void) -> i32 {
    // SAFETY: the caller's promise.
    let result = unsafe { parse(family, text, address) };
    if result == 0 {
        last_error::set(WSAEINVAL.cast_unsigned());
    }
    result
}

/// As `inet_pton`, but what is no address sets the last error to `WSAEINVAL` (10022).
///
/// # Safety
/// As for [`inet_pton`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn InetPtonW(family: i32, text: PCWSTR, address: *mut c_void) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { parse_wide(family, text, address) }
}

/// Writes an address as text into `buffer` of `capacity` units and returns `buffer`, or NULL with
/// `WSAEAFNOSUPPORT` (10047), or, for NULL pointers and a buffer without room, with
/// `STATUS_INVALID_PARAMETER`: Windows does not translate this status.
/// (T:protocol:test_addr_to_print)
///
/// # Safety
/// `address` must be NULL or point to an `in_addr` or `in6_addr`, by the family; `buffer` must be
/// NULL or have room for `capacity` units.
pub(super) unsafe fn print<U: Unit>(
    family: i32,
    address: *const c_void,
    buffer: *mut U,
    capacity: usize,
) -> *const U {
    let fail = |code: u32| {
        last_error::set(code);
        core::ptr::null()
    };
    let is_ipv4 = family == i32::from(AF_INET);
    if !is_ipv4 && family != i32::from(AF_INET6) {
        return fail(WSAEAFNOSUPPORT.cast_unsigned());
    }
    if address.is_null() {
        return fail(Status::INVALID_PARAMETER.0);
    }
    let text = if is_ipv4 {
        // SAFETY: the caller's promise for IPv4.
        format_ipv4(unsafe { address.cast::<[u8; 4]>().read_unaligned() })
    } else {
        // SAFETY: the caller's promise for IPv6.
        format_ipv6(unsafe { address.cast::<[u8; 16]>().read_unaligned() })
    };
    // SAFETY: the caller's promise.
    match unsafe { text::into_buffer(&text, buffer, capacity) } {
        Fit::Written(_) => buffer,
        Fit::Needed(_) => fail(Status::INVALID_PARAMETER.0),
    }
}

/// An address as text, in the program's buffer of `capacity` bytes; the buffer, or NULL with
/// `WSAEAFNOSUPPORT` (10047) or `STATUS_INVALID_PARAMETER`.
///
/// # Safety
/// `address` must be NULL or point to an `in_addr` or `in6_addr`, by the family; `buffer` must be
/// NULL or have room for `capacity` bytes.
#[unsafe(export_name = "lapwing_inet_ntop")]
pub unsafe extern "system" fn inet_ntop(
    family: i32,
    address: *const c_void,
    buffer: PSTR,
    capacity: usize,
) -> PCSTR {
    // SAFETY: the caller's promise.
    unsafe { print(family, address, buffer, capacity) }
}

/// As `inet_ntop`, with a capacity in characters.
///
/// # Safety
/// `address` must be NULL or point to an `in_addr` or `in6_addr`, by the family; `buffer` must be
/// NULL or have room for `capacity` characters.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn InetNtopW(
    family: i32,
    address: *const c_void,
    buffer: PWSTR,
    capacity: usize,
) -> PCWSTR {
    // SAFETY: the caller's promise.
    unsafe { print(family, address, buffer, capacity) }
}
