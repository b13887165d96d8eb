//! Socket addresses as text, with port and scope: `WSAAddressToString`, `WSAStringToAddress`.
//!
//! `1.2.3.4:80`, `::1`, `[fe80::1%3]:80`.  What an address without a port looks like is in
//! `text_address_syntax`.
#![allow(unsafe_code)]

use core::net::{SocketAddr, SocketAddrV4, SocketAddrV6};

use lapwing_abi::{
    AF_INET, AF_INET6, PCSTR, PCWSTR, PSTR, PWSTR, SOCKADDR, WSAEFAULT, WSAEINVAL,
    WSAPROTOCOL_INFOA, WSAPROTOCOL_INFOW,
};

use super::text_address_syntax::{format_ipv4, format_ipv6, ipv4_historic, ipv6};
use super::{address, startup};
use crate::entry::{is_wild, socket_succeed};
use crate::text::{self, Fit, Unit};

/// The text of an address; the port is left out when it is 0, and so is the scope.
fn format(address: &SocketAddr) -> String {
    match address {
        SocketAddr::V4(v4) => {
            let text = format_ipv4(v4.ip().octets());
            if v4.port() == 0 { text } else { format!("{text}:{}", v4.port()) }
        }
        SocketAddr::V6(v6) => {
            let mut text = format_ipv6(v6.ip().octets());
            if v6.scope_id() != 0 {
                text = format!("{text}%{}", v6.scope_id());
            }
            if v6.port() == 0 { text } else { format!("[{text}]:{}", v6.port()) }
        }
    }
}

fn port(text: &str) -> Option<u16> {
    // `parse` would take a sign.
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

fn parse_ipv4(text: &str) -> Option<SocketAddrV4> {
    let (host, port_text) = text.split_once(':').map_or((text, None), |(a, b)| (a, Some(b)));
    // `ipv4_historic` ends at a white space; here nothing may follow.
    if host.is_empty() || host.contains(|letter: char| letter.is_ascii_whitespace()) {
        return None;
    }
    let octets = ipv4_historic(host.as_bytes())?;
    let port = port_text.map_or(Some(0), port)?;
    Some(SocketAddrV4::new(octets.into(), port))
}

fn parse_ipv6(text: &str) -> Option<SocketAddrV6> {
    let (host, port_text) = match text.strip_prefix('[') {
        None => (text, None),
        Some(rest) => {
            let (host, behind) = rest.split_once(']')?;
            let port = if behind.is_empty() { None } else { Some(behind.strip_prefix(':')?) };
            (host, port)
        }
    };
    let (host, scope) = match host.split_once('%') {
        None => (host, 0),
        Some((host, scope)) => (host, scope.parse().ok()?),
    };
    let octets = ipv6(host.as_bytes())?;
    let port = port_text.map_or(Some(0), port)?;
    Some(SocketAddrV6::new(octets.into(), port, 0, scope))
}

/// The body of `WSAAddressToString`.
///
/// # Safety
/// As for [`WSAAddressToStringA`].
pub(super) unsafe fn print<U: Unit>(
    socket_address: *const SOCKADDR,
    address_length: u32,
    buffer: *mut U,
    length: *mut u32,
) -> i32 {
    let written = || {
        startup::check()?;
        if is_wild(socket_address) || is_wild(length) {
            return Err(WSAEFAULT);
        }
        let address_length = i32::try_from(address_length).map_err(|_| WSAEFAULT)?;
        // SAFETY: the caller's promise.
        let any = unsafe { address::read(socket_address, address_length) }.map_err(|code| {
            // A family that has no text is an argument like any other.
            if code == WSAEFAULT { code } else { WSAEINVAL }
        })?;
        let text = format(&SocketAddr::try_from(any).map_err(|_| WSAEINVAL)?);
        // SAFETY: readable by the caller's promise.
        let capacity = unsafe { length.read_unaligned() } as usize;
        // SAFETY: the caller's promise.
        let (units, result) = match unsafe { text::into_buffer(&text, buffer, capacity) } {
            Fit::Written(units) => (units + 1, Ok(())),
            Fit::Needed(units) => (units, Err(WSAEFAULT)),
        };
        // SAFETY: writable by the caller's promise.
        unsafe { length.write_unaligned(units as u32) };
        result
    };
    socket_succeed(written())
}

/// The body of `WSAStringToAddress`.
///
/// # Safety
/// As for [`WSAStringToAddressA`].
pub(super) unsafe fn parse<U: Unit>(
    string: *const U,
    family: i32,
    socket_address: *mut SOCKADDR,
    length: *mut i32,
) -> i32 {
    let parsed = || {
        startup::check()?;
        if is_wild(length) || is_wild(socket_address) {
            return Err(WSAEFAULT);
        }
        // SAFETY: the caller's promise.
        let text = unsafe { text::from_terminated(string) }.ok_or(WSAEINVAL)?;
        let found = match u16::try_from(family) {
            Ok(AF_INET) => parse_ipv4(&text).map(SocketAddr::V4),
            Ok(AF_INET6) => parse_ipv6(&text).map(SocketAddr::V6),
            _ => None,
        };
        let encoded = address::encode_ip(&found.ok_or(WSAEINVAL)?);
        // SAFETY: the caller's promise.
        let result = unsafe { address::write(socket_address, length, &encoded) };
        if result.is_err() {
            // SAFETY: writable by the caller's promise.
            unsafe { length.write_unaligned(encoded.bytes().len() as i32) };
        }
        result
    };
    socket_succeed(parsed())
}

/// Writes an IPv4 or IPv6 address as text, with its port and scope unless they are 0, and its
/// length with the terminator into `*length`.
///
/// # Errors
/// −1 with `WSAEFAULT` (a bad pointer, a `sockaddr` that is too short, or a buffer without room;
/// then `*length` says how much is needed), `WSAEINVAL` (another family),
/// `WSANOTINITIALISED`.
///
/// # Safety
/// `address` is NULL or has `address_length` readable bytes, `buffer` NULL or `*length` writable
/// characters, `length` NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn WSAAddressToStringA(
    address: *const SOCKADDR,
    address_length: u32,
    _protocol: *const WSAPROTOCOL_INFOA,
    buffer: PSTR,
    length: *mut u32,
) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { print(address, address_length, buffer, length) }
}

/// As [`WSAAddressToStringA`].
///
/// # Safety
/// As for [`WSAAddressToStringA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn WSAAddressToStringW(
    address: *const SOCKADDR,
    address_length: u32,
    _protocol: *const WSAPROTOCOL_INFOW,
    buffer: PWSTR,
    length: *mut u32,
) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { print(address, address_length, buffer, length) }
}

/// Reads an IPv4 or IPv6 address with an optional port and scope from text.
///
/// # Errors
/// −1 with `WSAEINVAL` (no such address, another family), `WSAEFAULT` (a bad pointer, or a buffer
/// without room; then `*length` says how much is needed), `WSANOTINITIALISED`.
///
/// # Safety
/// `string` is NULL or terminated, `address` NULL or has `*length` writable bytes, `length` NULL or
/// writable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn WSAStringToAddressA(
    string: PCSTR,
    family: i32,
    _protocol: *const WSAPROTOCOL_INFOA,
    address: *mut SOCKADDR,
    length: *mut i32,
) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { parse(string, family, address, length) }
}

/// As [`WSAStringToAddressA`].
///
/// # Safety
/// As for [`WSAStringToAddressA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn WSAStringToAddressW(
    string: PCWSTR,
    family: i32,
    _protocol: *const WSAPROTOCOL_INFOW,
    address: *mut SOCKADDR,
    length: *mut i32,
) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { parse(string, family, address, length) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_go_there_and_back() {
        for text in ["1.2.3.4", "1.2.3.4:80", "255.255.255.255:65535"] {
            assert_eq!(parse_ipv4(text).map(|v4| format(&v4.into())).as_deref(), Some(text));
        }
        for text in ["::1", "[::1]:80", "fe80::1%3", "[fe80::1%3]:65535"] {
            assert_eq!(parse_ipv6(text).map(|v6| format(&v6.into())).as_deref(), Some(text));
        }
        assert_eq!(parse_ipv6("[::1]").map(|v6| v6.port()), Some(0));
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in ["", " ", "1.2.3.4 ", "1.2.3.4:", "1.2.3.4:65536", "1.2.3.4:+1", "::1", "a"] {
            assert_eq!(parse_ipv4(text), None, "{text}");
        }
        for text in ["", "1.2.3.4", "[::1", "[::1]80", "[::1]:", "::1%", "::1:80:"] {
            assert_eq!(parse_ipv6(text), None, "{text}");
        }
    }
}
