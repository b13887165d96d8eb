//! Host and network byte order.  x86-64 is little-endian, so each of these swaps.
//!
//! The WSA forms ask for a socket because another protocol might have another order; ours all have
//! the network's.
#![allow(unsafe_code)]

use lapwing_abi::{SOCKET, WSAEFAULT};

use super::lookup;
use crate::entry::{is_wild, socket_succeed};

/// Writes a number for a program that has named a socket: 0, or −1 with `WSAENOTSOCK` (10038),
/// `WSAEFAULT` (10014) or `WSANOTINITIALISED` (10093).
///
/// # Safety
/// `result` must be NULL or writable.
unsafe fn write<T>(socket: SOCKET, value: T, result: *mut T) -> i32 {
    let written = lookup::find(socket).and_then(|_| {
        if is_wild(result) {
            return Err(WSAEFAULT);
        }
        // SAFETY: writable by the caller's promise.
        unsafe { result.write_unaligned(value) };
        Ok(())
    });
    socket_succeed(written)
}

/// A 32-bit number in network byte order.
#[unsafe(export_name = "lapwing_htonl")]
pub extern "system" fn htonl(host: u32) -> u32 {
    host.to_be()
}

/// A 16-bit number in network byte order.
#[unsafe(export_name = "lapwing_htons")]
pub extern "system" fn htons(host: u16) -> u16 {
    host.to_be()
}

/// A 32-bit number in host byte order.
#[unsafe(export_name = "lapwing_ntohl")]
pub extern "system" fn ntohl(network: u32) -> u32 {
    u32::from_be(network)
}

/// A 16-bit number in host byte order.
#[unsafe(export_name = "lapwing_ntohs")]
pub extern "system" fn ntohs(network: u16) -> u16 {
    u16::from_be(network)
}

/// A 32-bit number in the socket's byte order.
///
/// # Errors
/// −1 with `WSAENOTSOCK`, `WSAEFAULT` (`result` is NULL), `WSANOTINITIALISED`.
///
/// # Safety
/// `result` must be NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn WSAHtonl(s: SOCKET, value: u32, result: *mut u32) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { write(s, htonl(value), result) }
}

/// A 16-bit number in the socket's byte order.
///
/// # Errors
/// −1 with `WSAENOTSOCK`, `WSAEFAULT` (`result` is NULL), `WSANOTINITIALISED`.
///
/// # Safety
/// `result` must be NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn WSAHtons(s: SOCKET, value: u16, result: *mut u16) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { write(s, htons(value), result) }
}

/// A 32-bit number of the socket's, in host byte order.
///
/// # Errors
/// −1 with `WSAENOTSOCK`, `WSAEFAULT` (`result` is NULL), `WSANOTINITIALISED`.
///
/// # Safety
/// `result` must be NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn WSANtohl(s: SOCKET, value: u32, result: *mut u32) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { write(s, ntohl(value), result) }
}

/// A 16-bit number of the socket's, in host byte order.
///
/// # Errors
/// −1 with `WSAENOTSOCK`, `WSAEFAULT` (`result` is NULL), `WSANOTINITIALISED`.
///
/// # Safety
/// `result` must be NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn WSANtohs(s: SOCKET, value: u16, result: *mut u16) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { write(s, ntohs(value), result) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn network_order_is_big_endian() {
        assert_eq!(htonl(0x0102_0304).to_ne_bytes(), [1, 2, 3, 4]);
        assert_eq!(htons(0x0102).to_ne_bytes(), [1, 2]);
        assert_eq!(ntohl(htonl(7)), 7);
        assert_eq!(ntohs(htons(7)), 7);
    }
}
