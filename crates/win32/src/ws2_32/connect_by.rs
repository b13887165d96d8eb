//! Connecting to the first of several addresses that answers: `WSAConnectByName`,
//! `WSAConnectByList`.
#![allow(unsafe_code)]

use core::net::SocketAddr;
use core::time::Duration;

use lapwing_abi::{
    AF_INET, AF_INET6, AI_ALL, AI_V4MAPPED, BOOL, OVERLAPPED, PCSTR, PCWSTR, SOCK_STREAM, SOCKADDR,
    SOCKET, SOCKET_ADDRESS_LIST, TIMEVAL, WSAEAFNOSUPPORT, WSAEFAULT, WSAEHOSTUNREACH, WSAEINVAL,
};
use lapwing_executive::ke::deadline::Deadline;
use rustix::net::{AddressFamily, SocketAddrAny, sockopt};

use super::address;
use super::lookup::{self, with_socket, with_socket_blocking};
use super::resolve::{Hints, resolve};
use crate::entry::is_wild;
use crate::last_error;
use crate::text::{self, Unit};

/// Where a name of the socket goes: the length, then the address.
type Name = (*mut u32, *mut SOCKADDR);

/// Seconds and microseconds, none of them negative.
pub(super) fn duration((seconds, microseconds): (i64, i64)) -> Result<Duration, i32> {
    let seconds = u64::try_from(seconds).map_err(|_| WSAEINVAL)?;
    let microseconds = u64::try_from(microseconds).map_err(|_| WSAEINVAL)?;
    Ok(Duration::from_secs(seconds).saturating_add(Duration::from_micros(microseconds)))
}

/// The deadline of a time; none is for ever.
fn deadline(time: Option<(i64, i64)>) -> Result<Deadline, i32> {
    time.map_or(Ok(Deadline::Never), |time| duration(time).map(Deadline::after))
}

/// A program's `TIMEVAL`.
///
/// # Safety
/// The pointer is NULL or readable.
pub(super) unsafe fn time(time: *const TIMEVAL) -> Option<(i64, i64)> {
    // SAFETY: the caller's promise.
    let time = (!time.is_null()).then(|| unsafe { time.read_unaligned() })?;
    Some((i64::from(time.tv_sec), i64::from(time.tv_usec)))
}

/// Tries the addresses, then tells both names.
///
/// # Safety
/// The names are NULL or writable, an address as long as its length says.
unsafe fn connect_to(
    s: SOCKET,
    addresses: &[SocketAddrAny],
    deadline: Deadline,
    names: [Name; 2],
) -> Result<(), i32> {
    let mut result = Err(WSAEHOSTUNREACH);
    for address in addresses {
        result = with_socket_blocking(s, |_, file| file.socket()?.connect(address, deadline));
        if result.is_ok() || deadline.has_passed() {
            break;
        }
    }
    result?;
    let own = with_socket(s, |_, file| file.socket()?.local_name())?;
    let peer = with_socket(s, |_, file| file.socket()?.peer_name())?;
    // Windows tells the own address without its port.  (T:sock:test_WSAConnectByName)
    let own = match SocketAddr::try_from(own.clone()) {
        Ok(mut ip) => {
            ip.set_port(0);
            ip.into()
        }
        Err(_) => own,
    };
    for ((length, place), name) in names.into_iter().zip([own, peer]) {
        if !length.is_null() && !place.is_null() {
            let name = address::encode(&name).ok_or(WSAEAFNOSUPPORT)?;
            // SAFETY: the caller's promise; a length of 2^31 is as good as any.
            unsafe { address::write(place, length.cast(), &name) }?;
        }
    }
    Ok(())
}

fn tell(connected: Result<(), i32>) -> BOOL {
    last_error::set(connected.err().unwrap_or(0).cast_unsigned());
    BOOL::from(connected.is_ok())
}

/// The body of `WSAConnectByName`, for any characters and times.
///
/// # Safety
/// As for [`WSAConnectByNameA`].
pub(super) unsafe fn by_name<U: Unit>(
    s: SOCKET,
    (node, service): (*const U, *const U),
    names: [Name; 2],
    time: Option<(i64, i64)>,
    reserved: *const OVERLAPPED,
) -> BOOL {
    let connected = lookup::find(s).and_then(|found| {
        if node.is_null() || service.is_null() || !reserved.is_null() {
            return Err(WSAEINVAL);
        }
        let deadline = deadline(time)?;
        // SAFETY: the caller's promise.
        let (node, service) =
            unsafe { (text::from_terminated(node), text::from_terminated(service)) };
        let socket = found.socket().map_err(crate::error::winsock)?;
        let hints = match socket.kind().family {
            AddressFamily::INET => Hints { family: i32::from(AF_INET), ..Hints::default() },
            AddressFamily::INET6 => {
                let only = sockopt::ipv6_v6only(socket.fd()).unwrap_or(true);
                let flags = if only { 0 } else { AI_V4MAPPED | AI_ALL };
                Hints { family: i32::from(AF_INET6), flags, ..Hints::default() }
            }
            _ => return Err(WSAEAFNOSUPPORT),
        };
        if !socket.is_stream() {
            return Err(WSAEINVAL);
        }
        drop(found);
        let hints = Hints { socket_type: SOCK_STREAM, ..hints };
        let resolved = resolve(node.as_deref(), service.as_deref(), &hints)?;
        let addresses: Vec<_> = resolved.addresses.into_iter().map(SocketAddrAny::from).collect();
        // SAFETY: the caller's promise.
        unsafe { connect_to(s, &addresses, deadline, names) }
    });
    tell(connected)
}

/// Connects a stream socket to a service of a node, by the first of its addresses that answers.
/// An IPv6 socket with `IPV6_V6ONLY` off tries IPv4 addresses too.  The names of both ends are told
/// where the program wants them.
///
/// # Errors
/// FALSE with `WSAEINVAL` (NULL, or no stream socket), the codes of `getaddrinfo`, those of
/// `connect` for the last address, `WSAETIMEDOUT`, `WSAEFAULT` (too small a place for a name; the
/// socket is connected then), `WSAENOTSOCK`, `WSANOTINITIALISED`.
///
/// # Safety
/// The strings are NULL or terminated, the other pointers NULL or good for what they point to.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn WSAConnectByNameA(
    s: SOCKET,
    nodename: PCSTR,
    servicename: PCSTR,
    localaddresslength: *mut u32,
    localaddress: *mut SOCKADDR,
    remoteaddresslength: *mut u32,
    remoteaddress: *mut SOCKADDR,
    timeout: *const TIMEVAL,
    reserved: *const OVERLAPPED,
) -> BOOL {
    let names = [(localaddresslength, localaddress), (remoteaddresslength, remoteaddress)];
    // SAFETY: the caller's promise.
    unsafe { by_name(s, (nodename, servicename), names, time(timeout), reserved) }
}

/// As [`WSAConnectByNameA`].
///
/// # Errors
/// As for [`WSAConnectByNameA`].
///
/// # Safety
/// As for [`WSAConnectByNameA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn WSAConnectByNameW(
    s: SOCKET,
    nodename: PCWSTR,
    servicename: PCWSTR,
    localaddresslength: *mut u32,
    localaddress: *mut SOCKADDR,
    remoteaddresslength: *mut u32,
    remoteaddress: *mut SOCKADDR,
    timeout: *const TIMEVAL,
    reserved: *const OVERLAPPED,
) -> BOOL {
    let names = [(localaddresslength, localaddress), (remoteaddresslength, remoteaddress)];
    // SAFETY: the caller's promise.
    unsafe { by_name(s, (nodename, servicename), names, time(timeout), reserved) }
}

/// The body of `WSAConnectByList`, for any times.
///
/// # Safety
/// As for [`WSAConnectByList`].
pub(super) unsafe fn by_list(
    s: SOCKET,
    list: *const SOCKET_ADDRESS_LIST,
    names: [Name; 2],
    time: Option<(i64, i64)>,
    reserved: *const OVERLAPPED,
) -> BOOL {
    let connected = lookup::find(s).and_then(|found| {
        drop(found);
        if !reserved.is_null() {
            return Err(WSAEINVAL);
        }
        if is_wild(list) {
            return Err(WSAEFAULT);
        }
        let deadline = deadline(time)?;
        let is_mapped = with_socket(s, |_, file| Ok(file.socket()?.kind().family))?;
        // SAFETY: the caller's promise.
        let count = usize::try_from(unsafe { (*list).iAddressCount }).map_err(|_| WSAEINVAL)?;
        // SAFETY: as above.
        let entries = unsafe { (&raw const (*list).Address).cast::<lapwing_abi::SOCKET_ADDRESS>() };
        let mut addresses = Vec::new();
        for index in 0..count {
            // SAFETY: the list has as many entries as it says.
            let entry = unsafe { entries.add(index).read_unaligned() };
            // SAFETY: the address is as long as the entry says.
            let address = unsafe { address::read(entry.lpSockaddr, entry.iSockaddrLength) }?;
            addresses.push(match SocketAddr::try_from(address.clone()) {
                Ok(SocketAddr::V4(v4)) if is_mapped == AddressFamily::INET6 => {
                    SocketAddr::from((v4.ip().to_ipv6_mapped(), v4.port())).into()
                }
                _ => address,
            });
        }
        if addresses.is_empty() {
            return Err(WSAEINVAL);
        }
        // SAFETY: the caller's promise.
        unsafe { connect_to(s, &addresses, deadline, names) }
    });
    tell(connected)
}

/// Connects a stream socket to the first address of a list that answers; IPv4 addresses of an IPv6
/// socket may be written as IPv6.
///
/// # Errors
/// FALSE with `WSAEFAULT` (NULL), `WSAEINVAL` (an empty list), those of `connect` for the last
/// address, `WSAETIMEDOUT`, `WSAENOTSOCK`, `WSANOTINITIALISED`.
///
/// # Safety
/// The list is NULL or readable, the other pointers NULL or good for what they point to.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn WSAConnectByList(
    s: SOCKET,
    socketaddress: *const SOCKET_ADDRESS_LIST,
    localaddresslength: *mut u32,
    localaddress: *mut SOCKADDR,
    remoteaddresslength: *mut u32,
    remoteaddress: *mut SOCKADDR,
    timeout: *const TIMEVAL,
    reserved: *const OVERLAPPED,
) -> BOOL {
    let names = [(localaddresslength, localaddress), (remoteaddresslength, remoteaddress)];
    // SAFETY: the caller's promise.
    unsafe { by_list(s, socketaddress, names, time(timeout), reserved) }
}
