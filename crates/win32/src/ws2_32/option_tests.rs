//! Tests of [`super`] on real sockets.

use core::ptr::{null, null_mut, without_provenance};

use lapwing_abi::{
    AF_INET, AF_INET6, IP_DONTFRAGMENT, IP_HDRINCL, IP_MULTICAST_TTL, IPPROTO_IP, IPPROTO_IPV6,
    IPPROTO_TCP, IPPROTO_UDP, IPV6_V6ONLY, SO_ACCEPTCONN, SO_BROADCAST, SO_DONTLINGER,
    SO_DONTROUTE, SO_ERROR, SO_EXCLUSIVEADDRUSE, SO_KEEPALIVE, SO_LINGER, SO_MAX_MSG_SIZE,
    SO_PROTOCOL_INFOA, SO_PROTOCOL_INFOW, SO_RCVBUF, SO_RCVTIMEO, SO_REUSEADDR, SO_SNDBUF, SO_TYPE,
    SOL_SOCKET, TCP_KEEPCNT, TCP_KEEPIDLE, TCP_MAXRT, TCP_NODELAY, WSADATA, WSAENOTSOCK,
    WSAPROTOCOL_INFOA, WSAPROTOCOL_INFOW,
};

use super::*;
use crate::last_error;
use crate::ws2_32::socket::{closesocket, socket};
use crate::ws2_32::startup::WSAStartup;

/// A socket that closes itself.
struct Opened(SOCKET);

impl Opened {
    fn new(family: u16, socket_type: i32) -> Opened {
        let mut data = core::mem::MaybeUninit::<WSADATA>::uninit();
        // SAFETY: `data` is writable.
        assert_eq!(unsafe { WSAStartup(0x202, data.as_mut_ptr()) }, 0);
        let number = socket(i32::from(family), socket_type, 0);
        assert_ne!(number, usize::MAX, "error {}", last_error::get());
        Opened(number)
    }

    fn set(&self, level: i32, option: i32, value: &[u8]) -> Result<(), u32> {
        // SAFETY: the slice has as many bytes as said.
        let result =
            unsafe { setsockopt(self.0, level, option, value.as_ptr(), value.len() as i32) };
        if result == 0 { Ok(()) } else { Err(last_error::get()) }
    }

    fn set_u32(&self, level: i32, option: i32, value: u32) -> Result<(), u32> {
        self.set(level, option, &value.to_le_bytes())
    }

    fn get_u32(&self, level: i32, option: i32) -> Result<u32, u32> {
        let (mut value, mut length) = ([0; 4], 4);
        // SAFETY: `value` has the length said.
        let result =
            unsafe { getsockopt(self.0, level, option, value.as_mut_ptr(), &raw mut length) };
        if result == 0 { Ok(u32::from_le_bytes(value)) } else { Err(last_error::get()) }
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        closesocket(self.0);
    }
}

const EFAULT: u32 = WSAEFAULT.cast_unsigned();
const EINVAL: u32 = WSAEINVAL.cast_unsigned();
const ENOPROTOOPT: u32 = WSAENOPROTOOPT.cast_unsigned();

#[test]
fn what_is_set_is_reported() {
    let tcp = Opened::new(AF_INET, SOCK_STREAM);
    for (level, option, value) in [
        (SOL_SOCKET, SO_KEEPALIVE, 1),
        (SOL_SOCKET, SO_DONTROUTE, 1),
        (SOL_SOCKET, SO_REUSEADDR, 1),
        (SOL_SOCKET, SO_SNDBUF, 4096),
        (SOL_SOCKET, SO_RCVBUF, 0),
        (SOL_SOCKET, SO_RCVTIMEO, 63000),
        (SOL_SOCKET, SO_LINGER, 1 | 189 << 16),
        (SOL_SOCKET, SO_ERROR, 1234),
        (IPPROTO_TCP, TCP_NODELAY, 1),
        (IPPROTO_TCP, TCP_KEEPIDLE, 3600),
        (IPPROTO_TCP, TCP_KEEPCNT, 5),
        (IPPROTO_TCP, TCP_MAXRT, 30),
    ] {
        assert_eq!(tcp.set_u32(level, option, value), Ok(()), "{level} {option}");
        assert_eq!(tcp.get_u32(level, option), Ok(value), "{level} {option}");
    }
    assert_eq!(tcp.get_u32(SOL_SOCKET, SO_DONTLINGER), Ok(0));
    assert_eq!(tcp.set_u32(SOL_SOCKET, SO_DONTLINGER, 1), Ok(()));
    assert_eq!(tcp.get_u32(SOL_SOCKET, SO_LINGER), Ok(0));
}

#[test]
fn what_a_new_socket_has() {
    let (tcp, udp) = (Opened::new(AF_INET, SOCK_STREAM), Opened::new(AF_INET, SOCK_DGRAM));
    assert_eq!(tcp.get_u32(SOL_SOCKET, SO_REUSEADDR), Ok(0));
    assert_eq!(tcp.get_u32(SOL_SOCKET, SO_ERROR), Ok(0));
    assert_eq!(tcp.get_u32(SOL_SOCKET, SO_ACCEPTCONN), Ok(0));
    assert_eq!(tcp.get_u32(SOL_SOCKET, SO_TYPE), Ok(1));
    assert_eq!(udp.get_u32(SOL_SOCKET, SO_TYPE), Ok(2));
    assert_eq!(udp.get_u32(SOL_SOCKET, SO_MAX_MSG_SIZE), Ok(65507));
    assert_eq!(tcp.get_u32(IPPROTO_IP, IP_DONTFRAGMENT), Ok(1));
    assert_eq!(udp.get_u32(IPPROTO_IP, IP_DONTFRAGMENT), Ok(0));
    let v6 = Opened::new(AF_INET6, SOCK_STREAM);
    assert_eq!(v6.get_u32(IPPROTO_IPV6, IPV6_V6ONLY), Ok(1));
}

#[test]
fn sharing_an_address_and_keeping_it_exclude_each_other() {
    let tcp = Opened::new(AF_INET, SOCK_STREAM);
    assert_eq!(tcp.set_u32(SOL_SOCKET, SO_REUSEADDR, 1), Ok(()));
    assert_eq!(tcp.set_u32(SOL_SOCKET, SO_EXCLUSIVEADDRUSE, 1), Err(EINVAL));
    assert_eq!(tcp.set_u32(SOL_SOCKET, SO_REUSEADDR, 0), Ok(()));
    assert_eq!(tcp.set_u32(SOL_SOCKET, SO_EXCLUSIVEADDRUSE, 1), Ok(()));
    assert_eq!(tcp.set_u32(SOL_SOCKET, SO_REUSEADDR, 1), Err(EINVAL));
}

#[test]
fn a_multicast_ttl_is_read_from_as_many_bytes_as_there_are() {
    let udp = Opened::new(AF_INET, SOCK_DGRAM);
    for (bytes, ttl) in [(&[10, 0xFF][..1], 10), (&[11, 0], 11), (&[12, 0, 0], 12)] {
        assert_eq!(udp.set(IPPROTO_IP, IP_MULTICAST_TTL, bytes), Ok(()));
        assert_eq!(udp.get_u32(IPPROTO_IP, IP_MULTICAST_TTL), Ok(ttl));
    }
    assert_eq!(udp.set_u32(IPPROTO_IP, IP_MULTICAST_TTL, 0x100), Err(EINVAL));
}

#[test]
fn options_of_another_kind_of_socket() {
    let (tcp, udp) = (Opened::new(AF_INET, SOCK_STREAM), Opened::new(AF_INET, SOCK_DGRAM));
    assert_eq!(udp.get_u32(SOL_SOCKET, SO_LINGER), Err(ENOPROTOOPT));
    assert_eq!(udp.get_u32(IPPROTO_TCP, TCP_NODELAY), Err(ENOPROTOOPT));
    assert_eq!(tcp.set_u32(SOL_SOCKET, SO_TYPE, 1), Err(ENOPROTOOPT));
    assert_eq!(udp.set_u32(SOL_SOCKET, SO_TYPE, 1), Err(EINVAL));
    assert_eq!(tcp.set_u32(SOL_SOCKET, SO_ACCEPTCONN, 1), Err(ENOPROTOOPT));
    for socket in [&tcp, &udp] {
        assert_eq!(socket.set_u32(IPPROTO_IP, IP_HDRINCL, 1), Err(EINVAL));
        assert_eq!(socket.get_u32(IPPROTO_IP, IP_HDRINCL), Err(EINVAL));
    }
    assert_eq!(tcp.set_u32(-1, SO_RCVTIMEO, 1), Err(EINVAL));
    assert_eq!(tcp.set_u32(IPPROTO_UDP, 1, 1), Err(ENOPROTOOPT));
}

#[test]
fn the_catalog_describes_a_socket() {
    let tcp = Opened::new(AF_INET, SOCK_STREAM);
    let mut wide = core::mem::MaybeUninit::<WSAPROTOCOL_INFOW>::zeroed();
    let mut length = 100;
    // SAFETY: the variable is at least as long as each length; every bit pattern is a description.
    let wide = unsafe {
        let value = wide.as_mut_ptr().cast::<u8>();
        assert_eq!(getsockopt(tcp.0, SOL_SOCKET, SO_PROTOCOL_INFOA, value, &raw mut length), -1);
        assert_eq!((last_error::get(), length), (EFAULT, size_of::<WSAPROTOCOL_INFOA>() as i32));
        length = size_of::<WSAPROTOCOL_INFOW>() as i32;
        assert_eq!(getsockopt(tcp.0, SOL_SOCKET, SO_PROTOCOL_INFOW, value, &raw mut length), 0);
        wide.assume_init()
    };
    assert_eq!((wide.iAddressFamily, wide.iSocketType, wide.iProtocol), (2, 1, 6));
}

#[test]
fn bad_pointers_are_faults_and_other_handles_no_sockets() {
    let udp = Opened::new(AF_INET, SOCK_DGRAM);
    let mut length = 4;
    let mut value = [0; 4];
    // SAFETY: wild pointers are refused before they are used.
    unsafe {
        let wild = without_provenance::<u8>(1);
        assert_eq!(setsockopt(udp.0, SOL_SOCKET, SO_DONTROUTE, wild, 1), -1);
        assert_eq!(last_error::get(), EFAULT);
        assert_eq!(setsockopt(udp.0, SOL_SOCKET, SO_BROADCAST, null(), 0), -1);
        assert_eq!(last_error::get(), EFAULT);
        assert_eq!(getsockopt(udp.0, SOL_SOCKET, SO_TYPE, null_mut(), &raw mut length), -1);
        assert_eq!(last_error::get(), EFAULT);
        assert_eq!(getsockopt(udp.0, SOL_SOCKET, SO_TYPE, value.as_mut_ptr(), null_mut()), -1);
        assert_eq!(last_error::get(), EFAULT);
        assert_eq!(getsockopt(usize::MAX, SOL_SOCKET, SO_TYPE, null_mut(), null_mut()), -1);
        assert_eq!(last_error::get(), WSAENOTSOCK.cast_unsigned());
    }
    assert_eq!((value, length), ([0; 4], 4));
}
