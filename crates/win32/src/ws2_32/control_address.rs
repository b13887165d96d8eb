//! What `WSAIoctl` tells of this machine's addresses: lists, interfaces, routes.
#![allow(unsafe_code)]

use core::ffi::c_void;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::net::UdpSocket;

use lapwing_abi::{
    INTERFACE_INFO, SOCKADDR, SOCKET_ADDRESS, SOCKET_ADDRESS_LIST, WSAEAFNOSUPPORT, WSAEFAULT,
    WSAEINVAL, WSAEOPNOTSUPP,
};
use lapwing_executive::afd::socket::Socket;
use rustix::net::AddressFamily;

use super::control_command::{Answer, Refusal, Short, Told};
use super::{address, local_address};
use crate::entry::is_wild;
use crate::error;

/// Where the first entry of an address list begins.
const LIST_HEAD: usize = core::mem::offset_of!(SOCKET_ADDRESS_LIST, Address);
/// A longer list is not one.
const LIST_MAX: usize = 4096;

fn is_ipv6(socket: &Socket) -> bool {
    socket.kind().family == AddressFamily::INET6
}

/// A `SOCKET_ADDRESS_LIST` for the program's buffer at `place`: the entries point behind them.
fn list(addresses: &[SocketAddr], place: usize) -> Vec<u8> {
    const ENTRY: usize = size_of::<SOCKET_ADDRESS>();
    let mut names: Vec<u8> = Vec::new();
    let mut bytes = (addresses.len() as u64).to_le_bytes().to_vec();
    let names_begin = place + LIST_HEAD + addresses.len() * ENTRY;
    for one in addresses {
        let encoded = address::encode_ip(one);
        bytes.extend((names_begin + names.len()).to_le_bytes());
        bytes.extend((encoded.bytes().len() as u64).to_le_bytes());
        names.extend(encoded.bytes());
    }
    bytes.extend(names);
    bytes
}

const _: () = assert!(LIST_HEAD == 8 && size_of::<SOCKET_ADDRESS>() == 16);

/// `SIO_ADDRESS_LIST_QUERY`: this machine's addresses of the socket's family.
pub fn address_list(socket: &Socket, output: *mut c_void, length: u32) -> Result<Answer, Refusal> {
    if !is_wild(output) && (1..LIST_HEAD).contains(&(length as usize)) {
        return Err(Refusal { code: WSAEINVAL, told: Told::Exactly(0) });
    }
    let mut own = local_address::all();
    own.retain(|own| own.is_ipv6() == is_ipv6(socket));
    Ok(Answer::Bytes(list(&own, output.addr()), Short::Needed))
}

/// RFC 6724's table: the longest prefix that fits says how much a destination is preferred.
fn precedence(ip: Ipv6Addr) -> u32 {
    const TABLE: [(u128, u32, u32); 9] = [
        (1, 128, 50),
        (0xffff << 32, 96, 35),
        (0x2001 << 112, 32, 5),
        (0x2002 << 112, 16, 30),
        (0x3ffe << 112, 16, 1),
        (0xfec0 << 112, 10, 1),
        (0, 96, 1),
        (0xfc00 << 112, 7, 3),
        (0, 0, 40),
    ];
    let bits = u128::from(ip);
    let fits = |prefix: u128, length: u32| (bits ^ prefix).leading_zeros() >= length;
    TABLE.iter().find(|row| fits(row.0, row.1)).map_or(40, |row| row.2)
}

/// The address from which a datagram to this one would be sent.
fn source_of(destination: SocketAddr) -> std::io::Result<IpAddr> {
    let any: IpAddr = match destination {
        SocketAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        SocketAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    };
    let asked = UdpSocket::bind((any, 0))?;
    let mut destination = destination;
    if destination.port() == 0 {
        destination.set_port(9);
    }
    asked.connect(destination)?;
    asked.local_addr().map(|source| source.ip())
}

/// `SIO_ADDRESS_LIST_SORT`: the best destination first, those that cannot be reached last.
///
/// # Safety
/// `input` is NULL or points to `length` readable bytes, the list's pointers to addresses.
pub unsafe fn sorted_list(
    socket: &Socket,
    (input, length): (*const c_void, u32),
    output: *mut c_void,
) -> Result<Answer, Refusal> {
    if !is_ipv6(socket) {
        return Err(WSAEOPNOTSUPP.into());
    }
    if is_wild(input) || (length as usize) < LIST_HEAD {
        return Err(WSAEFAULT.into());
    }
    let head = input.cast::<SOCKET_ADDRESS_LIST>();
    // SAFETY: the head is readable, as just seen.
    let count = unsafe { (&raw const (*head).iAddressCount).read_unaligned() };
    let count = usize::try_from(count).ok().filter(|count| *count <= LIST_MAX).ok_or(WSAEINVAL)?;
    if (length as usize) < LIST_HEAD + count * size_of::<SOCKET_ADDRESS>() {
        return Err(WSAEFAULT.into());
    }
    // SAFETY: as above.
    let entries = unsafe { (&raw const (*head).Address).cast::<SOCKET_ADDRESS>() };
    let mut addresses = Vec::with_capacity(count);
    for index in 0..count {
        // SAFETY: the list is long enough for its entries.
        let entry = unsafe { entries.add(index).read_unaligned() };
        // SAFETY: the caller's promise.
        let one = unsafe { address::read(entry.lpSockaddr, entry.iSockaddrLength) }?;
        addresses.push(SocketAddr::try_from(one).map_err(|_| WSAEAFNOSUPPORT)?);
    }
    addresses.sort_by_cached_key(|one| {
        let ip = match one.ip() {
            IpAddr::V4(v4) => v4.to_ipv6_mapped(),
            IpAddr::V6(v6) => v6,
        };
        let plain = SocketAddr::new(one.ip().to_canonical(), one.port());
        (source_of(plain).is_err(), u32::MAX - precedence(ip))
    });
    Ok(Answer::Bytes(list(&addresses, output.addr()), Short::Needed))
}

/// Windows' `IFF_` flags of Linux'.
fn flags(linux: u32) -> u32 {
    use lapwing_abi::{IFF_BROADCAST, IFF_LOOPBACK, IFF_MULTICAST, IFF_POINTTOPOINT, IFF_UP};
    [
        (libc::IFF_UP, IFF_UP),
        (libc::IFF_BROADCAST, IFF_BROADCAST),
        (libc::IFF_LOOPBACK, IFF_LOOPBACK),
        (libc::IFF_POINTOPOINT, IFF_POINTTOPOINT),
        (libc::IFF_MULTICAST, IFF_MULTICAST),
    ]
    .into_iter()
    .filter(|(linux_flag, _)| linux & linux_flag.cast_unsigned() != 0)
    .fold(0, |flags, (_, flag)| flags | flag)
}

/// `SIO_GET_INTERFACE_LIST`: an `INTERFACE_INFO` for each address of the socket's family.
pub fn interface_list(socket: &Socket) -> Answer {
    /// An address in it; of an IPv6 address the scope is left out.
    const NAME: usize = 24;
    let mut bytes = Vec::new();
    let name = |bytes: &mut Vec<u8>, of: SocketAddr| {
        let encoded = address::encode_ip(&of);
        let mut place = [0; NAME];
        let length = encoded.bytes().len().min(NAME);
        place[..length].copy_from_slice(&encoded.bytes()[..length]);
        bytes.extend(place);
    };
    for interface in local_address::interfaces() {
        if interface.address.is_ipv6() != is_ipv6(socket) {
            continue;
        }
        let flags = flags(interface.flags);
        let nothing = SocketAddr::new(interface.address.ip(), 0);
        bytes.extend(flags.to_le_bytes());
        name(&mut bytes, interface.address);
        if flags & lapwing_abi::IFF_BROADCAST != 0 && !is_ipv6(socket) {
            name(&mut bytes, (Ipv4Addr::BROADCAST, 0).into());
        } else {
            bytes.extend([0; NAME]);
        }
        name(&mut bytes, interface.mask.unwrap_or(nothing));
    }
    Answer::Transferred(bytes)
}

const _: () = assert!(size_of::<INTERFACE_INFO>() == 4 + 3 * 24);

/// `SIO_ROUTING_INTERFACE_QUERY`: the own address on the way to another.
///
/// # Safety
/// `input` is NULL or points to `length` readable bytes.
pub unsafe fn route(
    socket: &Socket,
    (input, length): (*const c_void, u32),
    output: *mut c_void,
) -> Result<Answer, Refusal> {
    let silent = |code| Refusal { code, told: Told::Nothing };
    let needed = if is_ipv6(socket) { address::IPV6_LENGTH } else { address::IPV4_LENGTH };
    if is_wild(input) || (length as usize) < needed {
        return Err(silent(WSAEINVAL));
    }
    let length = i32::try_from(length).unwrap_or(i32::MAX);
    // SAFETY: the caller's promise.
    let wanted = unsafe { address::read(input.cast::<SOCKADDR>(), length) }.map_err(silent)?;
    let wanted = SocketAddr::try_from(wanted).map_err(|_| silent(WSAEAFNOSUPPORT))?;
    if wanted.is_ipv6() != is_ipv6(socket) {
        return Err(silent(WSAEAFNOSUPPORT));
    }
    if wanted.ip().is_unspecified() {
        return Err(silent(WSAEINVAL));
    }
    if is_wild(output) {
        return Err(silent(WSAEFAULT));
    }
    let source = source_of(wanted).map_err(|failure| {
        let errno = rustix::io::Errno::from_io_error(&failure);
        let errno = errno.unwrap_or(rustix::io::Errno::NETUNREACH);
        silent(error::winsock(lapwing_executive::afd::error::general(errno)))
    })?;
    let encoded = address::encode_ip(&SocketAddr::new(source, 0));
    Ok(Answer::Bytes(encoded.bytes().to_vec(), Short::Needed))
}

/// `SIO_GET_BROADCAST_ADDRESS`: 255.255.255.255, for datagrams of IPv4.
pub fn broadcast(socket: &Socket) -> Result<Answer, Refusal> {
    if is_ipv6(socket) || socket.is_stream() {
        return Err(WSAEOPNOTSUPP.into());
    }
    let everybody = SocketAddr::from((Ipv4Addr::BROADCAST, 0));
    Ok(Answer::Bytes(address::encode_ip(&everybody).bytes().to_vec(), Short::Zero))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn destinations_are_preferred_as_the_table_says() {
        let rows = [
            ("::1", 50),
            ("::ffff:1.2.3.4", 35),
            ("2001::1", 5),
            ("2001:db8::1", 40),
            ("2002::1", 30),
            ("fc00::1", 3),
            ("fe80::1", 40),
            ("::2", 1),
        ];
        for (text, expected) in rows {
            assert_eq!(precedence(text.parse().expect("an address")), expected, "{text}");
        }
    }

    #[test]
    fn a_list_points_into_itself() {
        let two = [SocketAddr::from(([10, 0, 0, 1], 1)), SocketAddr::from(([10, 0, 0, 2], 2))];
        let bytes = list(&two, 0x10000);
        assert_eq!(bytes.len(), 8 + 2 * 16 + 2 * 16);
        assert_eq!(bytes[..8], [2, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(bytes[24..32], (0x10000_u64 + 8 + 32 + 16).to_le_bytes());
        assert_eq!(bytes[56..60], [2, 0, 0, 2]);
        assert_eq!(u16::from_le_bytes([bytes[40], bytes[41]]), lapwing_abi::AF_INET);
    }
}
