//! What C programs call in place of ws2_32's W functions: `wchar_t` has 32 bits there.
//!
//! The headers bind each name to its twin; everything but the width of a character is the same.
#![allow(unsafe_code)]

use core::ffi::c_void;

use lapwing_abi::{
    ADDRINFOW, FD_SET, PSTR, SOCKADDR, SOCKET, WSAEFAULT, WSAPROTOCOL_INFOW, socklen_t,
};

use super::protocol::Characters;
use super::{duplicate, name, option, select, socket, socket_address_text, text_address};
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

/// `WSAAddressToStringW` for 32-bit `wchar_t`.
///
/// # Safety
/// As for `WSAAddressToStringW`.
#[unsafe(export_name = "lapwing_WSAAddressToStringW_lp64")]
pub unsafe extern "system" fn WSAAddressToStringW(
    address: *const SOCKADDR,
    address_length: u32,
    _protocol: *const c_void,
    buffer: *mut i32,
    length: *mut u32,
) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { socket_address_text::print(address, address_length, buffer, length) }
}

/// `WSAStringToAddressW` for 32-bit `wchar_t`.
///
/// # Safety
/// As for `WSAStringToAddressW`.
#[unsafe(export_name = "lapwing_WSAStringToAddressW_lp64")]
pub unsafe extern "system" fn WSAStringToAddressW(
    string: *const i32,
    family: i32,
    _protocol: *const c_void,
    address: *mut SOCKADDR,
    length: *mut i32,
) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { socket_address_text::parse(string, family, address, length) }
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

/// `GetAddrInfoW` for 32-bit `wchar_t`.
///
/// # Safety
/// As for `GetAddrInfoW`.
#[unsafe(export_name = "lapwing_GetAddrInfoW_lp64")]
pub unsafe extern "system" fn GetAddrInfoW(
    node: *const i32,
    service: *const i32,
    hints: *const ADDRINFOW,
    result: *mut *mut ADDRINFOW,
) -> i32 {
    // SAFETY: the caller's promise; the structures differ in what their names point to only.
    unsafe { name::get_address_info(node, service, hints.cast(), result.cast()) }
}

/// `FreeAddrInfoW` for 32-bit `wchar_t`.
///
/// # Safety
/// As for `FreeAddrInfoW`.
#[unsafe(export_name = "lapwing_FreeAddrInfoW_lp64")]
pub unsafe extern "system" fn FreeAddrInfoW(info: *const ADDRINFOW) {
    // SAFETY: the caller's promise; all kinds of lists are made alike.
    unsafe { name::FreeAddrInfoW(info) };
}

/// `GetNameInfoW` for 32-bit `wchar_t`; the capacities count characters.
///
/// # Safety
/// As for `GetNameInfoW`.
#[unsafe(export_name = "lapwing_GetNameInfoW_lp64")]
pub unsafe extern "system" fn GetNameInfoW(
    address: *const SOCKADDR,
    length: socklen_t,
    node: *mut i32,
    node_capacity: u32,
    service: *mut i32,
    service_capacity: u32,
    flags: i32,
) -> i32 {
    let (node, service) = ((node, node_capacity), (service, service_capacity));
    // SAFETY: the caller's promise.
    unsafe { name::get_name_info(address, length, node, service, flags) }
}

/// `WSASocketW` for 32-bit `wchar_t`; of the description only the numbers are read, which stand
/// before its name.
///
/// # Safety
/// As for `WSASocketW`.
#[unsafe(export_name = "lapwing_WSASocketW_lp64")]
pub unsafe extern "system" fn WSASocketW(
    family: i32,
    socket_type: i32,
    protocol: i32,
    info: *const WSAPROTOCOL_INFOW,
    group: u32,
    flags: u32,
) -> SOCKET {
    // SAFETY: the caller's promise; C's structure is longer than the one that is read.
    unsafe { socket::WSASocketW(family, socket_type, protocol, info, group, flags) }
}

/// `getsockopt` for a `WSAPROTOCOL_INFOW` with 32-bit `wchar_t`.
///
/// # Safety
/// As for `getsockopt`.
#[unsafe(export_name = "lapwing_getsockopt_lp64")]
pub unsafe extern "system" fn getsockopt(
    s: SOCKET,
    level: i32,
    name: i32,
    value: PSTR,
    length: *mut i32,
) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { option::getsockopt_lp64(s, level, name, value, length) }
}

/// `WSADuplicateSocketW` for 32-bit `wchar_t`.
///
/// # Safety
/// As for `WSADuplicateSocketW`, of a structure with such characters.
#[unsafe(export_name = "lapwing_WSADuplicateSocketW_lp64")]
pub unsafe extern "system" fn WSADuplicateSocketW(
    s: SOCKET,
    process: u32,
    info: *mut WSAPROTOCOL_INFOW,
) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { duplicate::give(s, process, info.cast(), Characters::Utf32) }
}

/// `WSAEnumProtocolsW` for 32-bit `wchar_t`.
///
/// # Safety
/// As for `WSAEnumProtocolsW`, of structures with such characters.
#[unsafe(export_name = "lapwing_WSAEnumProtocolsW_lp64")]
pub unsafe extern "system" fn WSAEnumProtocolsW(
    wanted: *const i32,
    buffer: *mut WSAPROTOCOL_INFOW,
    length: *mut u32,
) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { duplicate::enumerate(wanted, buffer.cast(), length, Characters::Utf32) }
}
