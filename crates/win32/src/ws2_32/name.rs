//! `getaddrinfo`, `getnameinfo`, `gethostname` and their W forms.
//!
//! How names are found is in `resolve`; here are the program's buffers, and in
//! `name_list` its structures.  The A and W
//! forms differ in their characters only, so that one generic body serves them and the C programs'
//! 32-bit `wchar_t` too.
#![allow(unsafe_code)]

use core::net::SocketAddr;

use lapwing_abi::{
    ADDRINFOA, ADDRINFOW, ERROR_INSUFFICIENT_BUFFER, NI_DGRAM, NI_NAMEREQD, NI_NOFQDN,
    NI_NUMERICHOST, NI_NUMERICSERV, PCSTR, PCWSTR, PSTR, PWSTR, SOCKADDR, WSAEAFNOSUPPORT,
    WSAEFAULT, WSAHOST_NOT_FOUND, socklen_t,
};

use super::address;
use super::local_address;
use super::name_list;
use super::resolve;
use super::service;
use super::startup;
use super::text_address_syntax::{format_ipv4, format_ipv6};
use crate::entry::{is_wild, socket_succeed};
use crate::last_error;
use crate::text::{self, Fit, Unit};

/// The body of `getaddrinfo`, for any characters.
///
/// # Safety
/// As for `getaddrinfo`.
pub(super) unsafe fn get_address_info<U: Unit>(
    node: *const U,
    service: *const U,
    hints: *const ADDRINFOA,
    result: *mut *mut ADDRINFOA,
) -> i32 {
    let found = startup::check().and_then(|()| {
        if is_wild(result) {
            return Err(WSAEFAULT);
        }
        // SAFETY: writable by the caller's promise.
        unsafe { result.write_unaligned(core::ptr::null_mut()) };
        // SAFETY: the caller's promise.
        let (node, service, hints) = unsafe {
            (
                text::from_terminated(node),
                text::from_terminated(service),
                name_list::read_hints(hints)?,
            )
        };
        let resolved = resolve::resolve(node.as_deref(), service.as_deref(), &hints)?;
        let list = name_list::make::<ADDRINFOA, U>(&resolved, &hints)?;
        // SAFETY: as above.
        unsafe { result.write_unaligned(list) };
        Ok(())
    });
    tell(found)
}

/// 0 or the code itself, which is also the last error.
pub(super) fn tell(result: Result<(), i32>) -> i32 {
    let code = result.err().unwrap_or(0);
    last_error::set(code.cast_unsigned());
    code
}

/// Finds the addresses of a node and the port of a service.
///
/// On success `*result` is a list that belongs to the program, until `freeaddrinfo`; else it is
/// NULL.  Types and protocols in it are the program's own.  May block as long as the network takes.
/// (T:protocol:test_getaddrinfo)
///
/// # Errors
/// The code itself, which is also the last error: `WSAHOST_NOT_FOUND` (11001), `WSATRY_AGAIN`
/// (11002), `WSANO_RECOVERY` (11003), `WSANO_DATA` (11004), `WSATYPE_NOT_FOUND` (10109),
/// `WSAEAFNOSUPPORT`, `WSAESOCKTNOSUPPORT`, `WSAEINVAL`, `WSA_NOT_ENOUGH_MEMORY`, `WSAEFAULT`,
/// `WSANOTINITIALISED`.
///
/// Missing: names outside ASCII are not translated to Punycode.
///
/// # Safety
/// The strings must be NULL or terminated, `phints` NULL or readable, `ppresult` writable.
#[unsafe(export_name = "lapwing_getaddrinfo")]
pub unsafe extern "system" fn getaddrinfo(
    node: PCSTR,
    service: PCSTR,
    hints: *const ADDRINFOA,
    result: *mut *mut ADDRINFOA,
) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { get_address_info(node, service, hints, result) }
}

/// As `getaddrinfo`, in UTF-16.
///
/// Missing: names outside ASCII are not translated to Punycode.
///
/// # Safety
/// As for [`getaddrinfo`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetAddrInfoW(
    node: PCWSTR,
    service: PCWSTR,
    hints: *const ADDRINFOW,
    result: *mut *mut ADDRINFOW,
) -> i32 {
    // SAFETY: the caller's promise; the structures differ in what their names point to only.
    unsafe { get_address_info(node, service, hints.cast(), result.cast()) }
}

/// Frees what `getaddrinfo` has returned; NULL is allowed.
///
/// # Safety
/// The list must come from `getaddrinfo`, whole, and not have been freed.
#[unsafe(export_name = "lapwing_freeaddrinfo")]
pub unsafe extern "system" fn freeaddrinfo(info: *const ADDRINFOA) {
    // SAFETY: the caller's promise.
    unsafe { name_list::free(info.cast_mut()) };
}

/// Frees what `GetAddrInfoW` has returned; NULL is allowed.
///
/// # Safety
/// The list must come from `GetAddrInfoW`, whole, and not have been freed.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn FreeAddrInfoW(info: *const ADDRINFOW) {
    // SAFETY: the caller's promise; both kinds of lists are made alike.
    unsafe { name_list::free(info.cast_mut().cast::<ADDRINFOA>()) };
}

/// The name of an address, or the address itself where a name is not wanted or not known.
fn node_name(address: &SocketAddr, flags: u32) -> Result<String, i32> {
    let has = |flag| flags & flag != 0;
    if !has(NI_NUMERICHOST) {
        match resolve::reverse(address.ip()) {
            Ok(name) if has(NI_NOFQDN) => {
                return Ok(name.split('.').next().unwrap_or_default().to_owned());
            }
            Ok(name) => return Ok(name),
            Err(code) if has(NI_NAMEREQD) => return Err(code),
            Err(_) => {}
        }
    } else if has(NI_NAMEREQD) {
        return Err(WSAHOST_NOT_FOUND);
    }
    Ok(match address {
        SocketAddr::V4(v4) => format_ipv4(v4.ip().octets()),
        SocketAddr::V6(v6) if v6.scope_id() == 0 => format_ipv6(v6.ip().octets()),
        SocketAddr::V6(v6) => format!("{}%{}", format_ipv6(v6.ip().octets()), v6.scope_id()),
    })
}

/// The name of a port, or the port itself where a name is not wanted or not known.
fn service_name(port: u16, flags: u32) -> String {
    let protocol = if flags & NI_DGRAM == 0 { "tcp" } else { "udp" };
    let known = (flags & NI_NUMERICSERV == 0).then(|| service::by_port(port, Some(protocol)));
    known.flatten().map_or_else(|| port.to_string(), |service| service.name.clone())
}

/// A program's buffer, by its address and its capacity in characters.
type Buffer<U> = (*mut U, u32);

/// The body of `getnameinfo`, for any characters.
///
/// # Safety
/// As for `getnameinfo`.
pub(super) unsafe fn get_name_info<U: Unit>(
    address: *const SOCKADDR,
    length: socklen_t,
    node: Buffer<U>,
    service: Buffer<U>,
    flags: i32,
) -> i32 {
    let flags = flags.cast_unsigned();
    let found = startup::check().and_then(|()| {
        if is_wild(address) {
            return Err(WSAEFAULT);
        }
        // SAFETY: the caller's promise.
        let address = unsafe { address::read(address, length) }?;
        let address = SocketAddr::try_from(address).map_err(|_| WSAEAFNOSUPPORT)?;
        let wanted = |buffer: Buffer<U>| !buffer.0.is_null() && buffer.1 > 0;
        if !wanted(node) && !wanted(service) {
            return Err(WSAHOST_NOT_FOUND);
        }
        // Both are made before one is written: a failure changes nothing.
        let name = wanted(node).then(|| node_name(&address, flags)).transpose()?;
        let port = wanted(service).then(|| service_name(address.port(), flags));
        let fits = |text: &Option<String>, buffer: Buffer<U>| {
            text.as_ref().is_none_or(|text| U::encode(text).len() < buffer.1 as usize)
        };
        if !fits(&name, node) || !fits(&port, service) {
            return Err(ERROR_INSUFFICIENT_BUFFER.cast_signed());
        }
        for (text, buffer) in [(name, node), (port, service)] {
            if let Some(text) = text {
                // SAFETY: the caller's promise.
                let fit = unsafe { text::into_buffer(&text, buffer.0, buffer.1 as usize) };
                debug_assert!(matches!(fit, Fit::Written(_)));
            }
        }
        Ok(())
    });
    tell(found)
}

/// Finds the name of an address and of its port; either buffer may be NULL or have no capacity if
/// its name is not wanted.  May block as long as the network takes.
///
/// # Errors
/// The code itself, which is also the last error: `WSAHOST_NOT_FOUND` (11001: no name under
/// `NI_NAMEREQD`, or nothing is wanted), `ERROR_INSUFFICIENT_BUFFER` (122), `WSAEAFNOSUPPORT`,
/// `WSAEFAULT` (NULL or too short an address), `WSANOTINITIALISED`.
///
/// # Safety
/// `address` must be NULL or point to `length` readable bytes, each buffer be NULL or have its
/// capacity.
#[unsafe(export_name = "lapwing_getnameinfo")]
pub unsafe extern "system" fn getnameinfo(
    address: *const SOCKADDR,
    length: socklen_t,
    node: PSTR,
    node_capacity: u32,
    service: PSTR,
    service_capacity: u32,
    flags: i32,
) -> i32 {
    let (node, service) = ((node, node_capacity), (service, service_capacity));
    // SAFETY: the caller's promise.
    unsafe { get_name_info(address, length, node, service, flags) }
}

/// As `getnameinfo`, with capacities in characters.
///
/// # Safety
/// As for [`getnameinfo`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetNameInfoW(
    address: *const SOCKADDR,
    length: socklen_t,
    node: PWSTR,
    node_capacity: u32,
    service: PWSTR,
    service_capacity: u32,
    flags: i32,
) -> i32 {
    let (node, service) = ((node, node_capacity), (service, service_capacity));
    // SAFETY: the caller's promise.
    unsafe { get_name_info(address, length, node, service, flags) }
}

/// The body of `gethostname`, for any characters.
///
/// # Safety
/// As for [`gethostname`].
pub(super) unsafe fn get_host_name<U: Unit>(name: *mut U, capacity: i32) -> i32 {
    let told = startup::check().and_then(|()| {
        let capacity = usize::try_from(capacity).map_err(|_| WSAEFAULT)?;
        if is_wild(name) {
            return Err(WSAEFAULT);
        }
        // SAFETY: the caller's promise.
        match unsafe { text::into_buffer(&local_address::host_name(), name, capacity) } {
            Fit::Written(_) => Ok(()),
            Fit::Needed(_) => Err(WSAEFAULT),
        }
    });
    socket_succeed(told)
}

/// The machine's name, into a buffer of `capacity` bytes.
///
/// # Errors
/// −1 with `WSAEFAULT` (10014: no buffer or too small a one, which stays as it was),
/// `WSANOTINITIALISED`.
///
/// # Safety
/// `name` must be NULL or have room for `capacity` bytes.
#[unsafe(export_name = "lapwing_gethostname")]
pub unsafe extern "system" fn gethostname(name: PSTR, capacity: i32) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { get_host_name(name, capacity) }
}

/// As [`gethostname`]; the capacity counts characters.
///
/// # Errors
/// As for [`gethostname`].
///
/// # Safety
/// `name` must be NULL or have room for `capacity` characters.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetHostNameW(name: PWSTR, capacity: i32) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { get_host_name(name, capacity) }
}
