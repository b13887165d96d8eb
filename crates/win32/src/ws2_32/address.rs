//! Socket addresses that the program gives, and the room it gives for them.
//!
//! Their layout, written for the program, is in [`lapwing_executive::afd::address`].
#![allow(unsafe_code)]

use core::net::{Ipv4Addr, Ipv6Addr, SocketAddrV4, SocketAddrV6};

use lapwing_abi::{
    AF_INET, AF_INET6, AF_UNIX, SOCKADDR, WSAEAFNOSUPPORT, WSAEFAULT, WSAEINVAL, WSAENETDOWN,
};
pub use lapwing_executive::afd::address::{
    Encoded, IPV4_LENGTH, IPV6_LENGTH, UNIX_LENGTH, encode, encode_ip,
};
use lapwing_executive::fs::path;
use lapwing_executive::status::Status;
use rustix::net::{SocketAddrAny, SocketAddrUnix};

/// The bytes of an array at an offset; the slice is long enough by construction.
fn array<const N: usize>(bytes: &[u8], offset: usize) -> [u8; N] {
    let mut array = [0; N];
    array.copy_from_slice(&bytes[offset..offset + N]);
    array
}

/// Reads an address in Windows' layout.
///
/// `WSAEFAULT` (10014) if it is too short for its family, `WSAEAFNOSUPPORT` (10047) for families
/// other than IPv4, IPv6 and AF_UNIX.  What follows the address in a longer buffer is ignored.
pub fn decode(bytes: &[u8]) -> Result<SocketAddrAny, i32> {
    if bytes.len() < 2 {
        return Err(WSAEFAULT);
    }
    let family = u16::from_ne_bytes(array(bytes, 0));
    let least = match family {
        AF_INET => IPV4_LENGTH,
        AF_INET6 => IPV6_LENGTH,
        AF_UNIX => 2,
        _ => return Err(WSAEAFNOSUPPORT),
    };
    if bytes.len() < least {
        return Err(WSAEFAULT);
    }
    match family {
        AF_INET => {
            let port = u16::from_be_bytes(array(bytes, 2));
            let ip = Ipv4Addr::from(array::<4>(bytes, 4));
            Ok(SocketAddrV4::new(ip, port).into())
        }
        AF_INET6 => {
            let port = u16::from_be_bytes(array(bytes, 2));
            let flow = u32::from_ne_bytes(array(bytes, 4));
            let ip = Ipv6Addr::from(array::<16>(bytes, 8));
            let scope = u32::from_ne_bytes(array(bytes, 24));
            Ok(SocketAddrV6::new(ip, port, flow, scope).into())
        }
        _ => unix(&bytes[2..bytes.len().min(UNIX_LENGTH)]),
    }
}

/// The AF_UNIX address of a path that a NUL or the end of the buffer ends.  One that only Windows
/// could mean is looked up as `CreateFile` does.
fn unix(path: &[u8]) -> Result<SocketAddrAny, i32> {
    let end = path.iter().position(|&byte| byte == 0).unwrap_or(path.len());
    let path = &path[..end];
    // Neither unnamed nor abstract addresses can be given, and the structure holds a terminator.
    if path.is_empty() || path.len() == UNIX_LENGTH - 2 {
        return Err(WSAEINVAL);
    }
    let address = if path.contains(&b'\\') || path.get(1) == Some(&b':') {
        let place =
            path::resolve(&String::from_utf8_lossy(path)).map_err(|status| match status {
                Status::OBJECT_PATH_NOT_FOUND => WSAENETDOWN,
                _ => WSAEINVAL,
            })?;
        SocketAddrUnix::new(place.path)
    } else {
        SocketAddrUnix::new(path)
    };
    address.map(SocketAddrAny::from).map_err(|_| WSAEINVAL)
}

/// Reads the address that a program gives to `bind`, `connect` or `sendto`.
///
/// `WSAEFAULT` (10014) for NULL or a length too small for the family, `WSAEAFNOSUPPORT` (10047)
/// for a family that we lack.  (T:sock:test_bind)
///
/// # Safety
/// `name` must be NULL or point to `length` readable bytes.
pub unsafe fn read(name: *const SOCKADDR, length: i32) -> Result<SocketAddrAny, i32> {
    let length = usize::try_from(length).map_err(|_| WSAEFAULT)?;
    if name.is_null() || length < 2 {
        return Err(WSAEFAULT);
    }
    let mut bytes = [0; UNIX_LENGTH];
    let length = length.min(UNIX_LENGTH);
    // SAFETY: `length` bytes are readable, and the array has as many.
    unsafe { core::ptr::copy_nonoverlapping(name.cast::<u8>(), bytes.as_mut_ptr(), length) };
    decode(&bytes[..length])
}

/// Checks the buffer that a program gives for an address, before anything is done for it.
///
/// A NULL `name` asks for no address.  `WSAEFAULT` (10014) if `length` is NULL then, or says less
/// than an address of the socket's family takes.
///
/// # Safety
/// `length` must be NULL or readable.
pub unsafe fn check_room(
    name: *mut SOCKADDR,
    length: *const i32,
    needed: usize,
) -> Result<(), i32> {
    if name.is_null() {
        return Ok(());
    }
    if length.is_null() {
        return Err(WSAEFAULT);
    }
    // SAFETY: not NULL, hence readable by the caller's promise.
    let length = unsafe { length.read_unaligned() };
    if usize::try_from(length).is_ok_and(|length| length >= needed) {
        Ok(())
    } else {
        Err(WSAEFAULT)
    }
}

/// Writes an address into the program's buffer and its length into `*length`.
///
/// `WSAEFAULT` (10014), and nothing is written, if a pointer is NULL or the buffer is too small.
///
/// # Safety
/// `length` must be NULL or writable, and `name` NULL or point to `*length` writable bytes.
pub unsafe fn write(name: *mut SOCKADDR, length: *mut i32, address: &Encoded) -> Result<(), i32> {
    if name.is_null() || length.is_null() {
        return Err(WSAEFAULT);
    }
    let bytes = address.bytes();
    // SAFETY: the caller's promise.
    unsafe { check_room(name, length, bytes.len()) }?;
    // SAFETY: the buffer has room for the bytes, as just checked, and `length` is writable.
    unsafe {
        core::ptr::copy_nonoverlapping(bytes.as_ptr(), name.cast::<u8>(), bytes.len());
        length.write_unaligned(bytes.len() as i32);
    }
    Ok(())
}

#[cfg(test)]
#[path = "address_tests.rs"]
mod tests;
