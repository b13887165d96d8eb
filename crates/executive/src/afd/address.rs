//! Socket addresses in Windows' layout, as requests write them when they complete.
//!
//! IPv4 and AF_UNIX look the same on Linux; IPv6 differs in the number of its family, 23 here and
//! 10 there.  Inside, an address is rustix' [`SocketAddrAny`].  Who may bind where is not decided
//! here.

use core::net::SocketAddr;

use lapwing_abi::{AF_INET, AF_INET6, AF_UNIX, SOCKADDR_IN, SOCKADDR_IN6};
use rustix::net::{SocketAddrAny, SocketAddrUnix};

/// The bytes of a `sockaddr_in`.
pub const IPV4_LENGTH: usize = size_of::<SOCKADDR_IN>();
/// The bytes of a `sockaddr_in6`.
pub const IPV6_LENGTH: usize = size_of::<SOCKADDR_IN6>();
/// The bytes of a `sockaddr_un`: the family and 108 of path.
pub const UNIX_LENGTH: usize = 2 + 108;

/// An address in Windows' layout: the first `length` bytes of `bytes`.
#[derive(Clone, Copy, Debug)]
pub struct Encoded {
    bytes: [u8; UNIX_LENGTH],
    length: usize,
}

impl Encoded {
    /// The address as the program sees it.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }

    fn start(family: u16, length: usize) -> Encoded {
        let mut encoded = Encoded { bytes: [0; UNIX_LENGTH], length };
        encoded.put(0, &family.to_ne_bytes());
        encoded
    }

    fn put(&mut self, offset: usize, bytes: &[u8]) {
        self.bytes[offset..offset + bytes.len()].copy_from_slice(bytes);
    }
}

/// The address in Windows' layout; none for a family that Windows does not have.
pub fn encode(address: &SocketAddrAny) -> Option<Encoded> {
    if let Ok(ip) = SocketAddr::try_from(address.clone()) {
        return Some(encode_ip(&ip));
    }
    let unix = SocketAddrUnix::try_from(address.clone()).ok()?;
    let path = unix.path_bytes().unwrap_or(&[]);
    // A name is told with its terminator; a socket without one has the whole, empty structure.
    let length = if path.is_empty() { UNIX_LENGTH } else { (path.len() + 3).min(UNIX_LENGTH) };
    let mut encoded = Encoded::start(AF_UNIX, length);
    encoded.put(2, path);
    Some(encoded)
}

/// An IPv4 or IPv6 address in Windows' layout.
pub fn encode_ip(address: &SocketAddr) -> Encoded {
    match address {
        SocketAddr::V4(v4) => {
            let mut encoded = Encoded::start(AF_INET, IPV4_LENGTH);
            encoded.put(2, &v4.port().to_be_bytes());
            encoded.put(4, &v4.ip().octets());
            encoded
        }
        SocketAddr::V6(v6) => {
            let mut encoded = Encoded::start(AF_INET6, IPV6_LENGTH);
            encoded.put(2, &v6.port().to_be_bytes());
            encoded.put(4, &v6.flowinfo().to_ne_bytes());
            encoded.put(8, &v6.ip().octets());
            encoded.put(24, &v6.scope_id().to_ne_bytes());
            encoded
        }
    }
}
