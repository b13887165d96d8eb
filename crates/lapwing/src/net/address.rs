//! Socket addresses, between Rust's type and Windows' structures.
#![allow(unsafe_code)]

use crate::sys::WinSock::{
    AF_INET, AF_INET6, IN_ADDR, IN_ADDR_0, IN6_ADDR, IN6_ADDR_0, SOCKADDR, SOCKADDR_IN,
    SOCKADDR_IN6, SOCKADDR_IN6_0, SOCKADDR_STORAGE,
};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

/// An address as Winsock takes it.
pub(crate) enum Address {
    V4(SOCKADDR_IN),
    V6(SOCKADDR_IN6),
}

impl Address {
    pub(crate) fn family(&self) -> i32 {
        i32::from(match self {
            Address::V4(_) => AF_INET,
            Address::V6(_) => AF_INET6,
        })
    }

    /// The structure and its size, valid as long as this stays where it is.
    pub(crate) fn parts(&self) -> (*const SOCKADDR, i32) {
        match self {
            Address::V4(it) => (core::ptr::from_ref(it).cast(), size_of::<SOCKADDR_IN>() as i32),
            Address::V6(it) => (core::ptr::from_ref(it).cast(), size_of::<SOCKADDR_IN6>() as i32),
        }
    }

    /// Writes the structure to the beginning of a storage; its size.
    pub(crate) fn write(&self, storage: &mut SOCKADDR_STORAGE) -> i32 {
        let to = core::ptr::from_mut(storage);
        // SAFETY: the storage is large enough and aligned for each.
        unsafe {
            match self {
                Address::V4(it) => to.cast::<SOCKADDR_IN>().write(*it),
                Address::V6(it) => to.cast::<SOCKADDR_IN6>().write(*it),
            }
        }
        self.parts().1
    }
}

/// An address without a port, as Winsock takes it.
pub(crate) fn v4(address: Ipv4Addr) -> IN_ADDR {
    IN_ADDR { S_un: IN_ADDR_0 { S_addr: u32::from_ne_bytes(address.octets()) } }
}

/// An address without a port, as Winsock takes it.
pub(crate) fn v6(address: Ipv6Addr) -> IN6_ADDR {
    IN6_ADDR { u: IN6_ADDR_0 { Byte: address.octets() } }
}

impl From<SocketAddr> for Address {
    fn from(address: SocketAddr) -> Self {
        match address {
            SocketAddr::V4(it) => Address::V4(SOCKADDR_IN {
                sin_family: AF_INET,
                sin_port: it.port().to_be(),
                sin_addr: v4(*it.ip()),
                sin_zero: [0; 8],
            }),
            SocketAddr::V6(it) => Address::V6(SOCKADDR_IN6 {
                sin6_family: AF_INET6,
                sin6_port: it.port().to_be(),
                sin6_flowinfo: it.flowinfo(),
                sin6_addr: v6(*it.ip()),
                Anonymous: SOCKADDR_IN6_0 { sin6_scope_id: it.scope_id() },
            }),
        }
    }
}

/// Reads what Winsock has written; None for another family.
pub(crate) fn read(storage: &SOCKADDR_STORAGE) -> Option<SocketAddr> {
    let start = core::ptr::from_ref(storage);
    match storage.ss_family {
        AF_INET => {
            // SAFETY: the storage is large enough and aligned for each, and any bytes are one.
            let it = unsafe { start.cast::<SOCKADDR_IN>().read() };
            // SAFETY: any bytes are an address.
            let ip = Ipv4Addr::from(unsafe { it.sin_addr.S_un.S_addr }.to_ne_bytes());
            Some(SocketAddrV4::new(ip, u16::from_be(it.sin_port)).into())
        }
        AF_INET6 => {
            // SAFETY: as above.
            let it = unsafe { start.cast::<SOCKADDR_IN6>().read() };
            // SAFETY: any bytes are an address, and a number.
            let (ip, scope) = unsafe { (it.sin6_addr.u.Byte, it.Anonymous.sin6_scope_id) };
            let (ip, port) = (Ipv6Addr::from(ip), u16::from_be(it.sin6_port));
            Some(SocketAddrV6::new(ip, port, it.sin6_flowinfo, scope).into())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_go_there_and_back() {
        for text in ["127.0.0.1:80", "[::1]:65535", "[fe80::1%3]:7"] {
            let address: SocketAddr = text.parse().unwrap();
            let written = Address::from(address);
            // SAFETY: all zeros are a storage.
            let mut storage: SOCKADDR_STORAGE = unsafe { core::mem::zeroed() };
            assert_eq!(Address::from(address).write(&mut storage), written.parts().1);
            assert_eq!(read(&storage), Some(address));
        }
    }
}
