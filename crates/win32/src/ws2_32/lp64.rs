//! What C programs call in place of ws2_32's W functions: `wchar_t` has 32 bits there.
//!
//! The headers bind each name to its twin; everything but the width of a character is the same.
#![allow(unsafe_code)]

use core::ffi::c_void;

use lapwing_abi::{
    ADDRINFOEXW, ADDRINFOW, BOOL, FD_SET, GUID, HANDLE, LPLOOKUPSERVICE_COMPLETION_ROUTINE,
    OVERLAPPED, PCSTR, PSTR, SOCKADDR, SOCKET, SOCKET_ADDRESS_LIST, WSAEFAULT, WSAPROTOCOL_INFOW,
    socklen_t,
};

use super::name_extended::{self, Asked, Overlapping};
use super::protocol::Characters;
use super::{
    connect_by, duplicate, name, option, select, socket, socket_address_text, text_address,
};
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

/// `GetHostNameW` for 32-bit `wchar_t`.
///
/// # Safety
/// As for `GetHostNameW`.
#[unsafe(export_name = "lapwing_GetHostNameW_lp64")]
pub unsafe extern "system" fn GetHostNameW(name: *mut i32, capacity: i32) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { name::get_host_name(name, capacity) }
}

/// C's `struct timeval` of two 64-bit numbers.
///
/// # Safety
/// The pointer is NULL or readable.
unsafe fn time(time: *const [i64; 2]) -> Option<(i64, i64)> {
    // SAFETY: the caller's promise.
    let time = (!time.is_null()).then(|| unsafe { time.read_unaligned() })?;
    Some((time[0], time[1]))
}

/// `WSAConnectByNameA` for C's `struct timeval`.
///
/// # Safety
/// As for `WSAConnectByNameA`.
#[unsafe(export_name = "lapwing_WSAConnectByNameA_lp64")]
pub unsafe extern "system" fn WSAConnectByNameA(
    s: SOCKET,
    node: PCSTR,
    service: PCSTR,
    local_length: *mut u32,
    local: *mut SOCKADDR,
    remote_length: *mut u32,
    remote: *mut SOCKADDR,
    timeout: *const [i64; 2],
    reserved: *const OVERLAPPED,
) -> BOOL {
    let names = [(local_length, local), (remote_length, remote)];
    // SAFETY: the caller's promise.
    unsafe { connect_by::by_name(s, (node, service), names, time(timeout), reserved) }
}

/// `WSAConnectByNameW` for 32-bit `wchar_t` and C's `struct timeval`.
///
/// # Safety
/// As for `WSAConnectByNameW`.
#[unsafe(export_name = "lapwing_WSAConnectByNameW_lp64")]
pub unsafe extern "system" fn WSAConnectByNameW(
    s: SOCKET,
    node: *const i32,
    service: *const i32,
    local_length: *mut u32,
    local: *mut SOCKADDR,
    remote_length: *mut u32,
    remote: *mut SOCKADDR,
    timeout: *const [i64; 2],
    reserved: *const OVERLAPPED,
) -> BOOL {
    let names = [(local_length, local), (remote_length, remote)];
    // SAFETY: the caller's promise.
    unsafe { connect_by::by_name(s, (node, service), names, time(timeout), reserved) }
}

/// `WSAConnectByList` for C's `struct timeval`.
///
/// # Safety
/// As for `WSAConnectByList`.
#[unsafe(export_name = "lapwing_WSAConnectByList_lp64")]
pub unsafe extern "system" fn WSAConnectByList(
    s: SOCKET,
    list: *const SOCKET_ADDRESS_LIST,
    local_length: *mut u32,
    local: *mut SOCKADDR,
    remote_length: *mut u32,
    remote: *mut SOCKADDR,
    timeout: *const [i64; 2],
    reserved: *const OVERLAPPED,
) -> BOOL {
    let names = [(local_length, local), (remote_length, remote)];
    // SAFETY: the caller's promise.
    unsafe { connect_by::by_list(s, list, names, time(timeout), reserved) }
}

/// `GetAddrInfoExW` for 32-bit `wchar_t` and C's `struct timeval`.
///
/// # Safety
/// As for `GetAddrInfoExW`.
#[unsafe(export_name = "lapwing_GetAddrInfoExW_lp64")]
pub unsafe extern "system" fn GetAddrInfoExW(
    node: *const i32,
    service: *const i32,
    name_space: u32,
    provider: *const GUID,
    hints: *const ADDRINFOEXW,
    result: *mut *mut ADDRINFOEXW,
    timeout: *const [i64; 2],
    overlapped: *mut OVERLAPPED,
    routine: LPLOOKUPSERVICE_COMPLETION_ROUTINE,
    handle: *mut HANDLE,
) -> i32 {
    let asked = Asked { node, service, name_space, provider, hints: hints.cast() };
    // SAFETY: the caller's promise.
    let wish = Overlapping { time: unsafe { time(timeout) }, overlapped, routine, handle };
    // SAFETY: the caller's promise.
    unsafe { name_extended::get_wide(&asked, result, &wish) }
}
