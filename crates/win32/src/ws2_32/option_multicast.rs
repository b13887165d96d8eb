//! The options of multicast: groups, their sources, the interface by which datagrams leave.
//!
//! Windows names an IPv4 interface by one of its addresses, or by its number written as an address
//! in 0.0.0.0/8.  Linux is always given the number, so that a group that was joined by one is left
//! by the other.

use core::net::Ipv4Addr;

use lapwing_abi::{AF_INET6, WSAEADDRNOTAVAIL, WSAENOPROTOOPT};
use lapwing_executive::afd::socket::Socket;
use lapwing_executive::sys::option as linux;
use rustix::io::Errno;

use super::local_address;
use super::option::refused;
use super::option_table::Keeper;

const IP: i32 = libc::IPPROTO_IP;

/// The number of an interface; 0 stands for the one that a route says.  `WSAEADDRNOTAVAIL` (10049)
/// when no interface has the address.
fn interface(bytes: [u8; 4]) -> Result<u32, i32> {
    match bytes {
        [0, ..] => Ok(u32::from_be_bytes(bytes)),
        address => local_address::interface_with(Ipv4Addr::from(address)).ok_or(WSAEADDRNOTAVAIL),
    }
}

/// Linux' refusal of an interface.
fn no_interface(error: Errno) -> i32 {
    match error {
        Errno::NODEV => WSAEADDRNOTAVAIL,
        other => refused(other),
    }
}

/// An `ip_mreqn`: group, address, interface number.
fn request(group: &[u8], number: u32) -> [u8; 12] {
    let mut request = [0; 12];
    request[..4].copy_from_slice(group);
    request[8..].copy_from_slice(&number.to_ne_bytes());
    request
}

/// `IP_MULTICAST_IF`, in network byte order; it is told as a number in the host's.
pub fn set_interface(socket: &Socket, value: u32) -> Result<(), i32> {
    let number = interface(value.to_ne_bytes())?;
    let request = request(&[0; 4], number);
    linux::set_bytes(socket.fd(), IP, libc::IP_MULTICAST_IF, &request).map_err(no_interface)?;
    socket.options().lock().multicast_interface = number;
    Ok(())
}

/// A `group_source_req` with IPv4 addresses: interface number, group, source.
fn source_request(number: u32, group: &[u8], source: &[u8]) -> [u8; 264] {
    let mut request = [0; 264];
    request[..4].copy_from_slice(&number.to_ne_bytes());
    for (at, address) in [(8, group), (136, source)] {
        request[at..at + 2].copy_from_slice(&(libc::AF_INET as u16).to_ne_bytes());
        request[at + 4..at + 8].copy_from_slice(address);
    }
    request
}

/// Joins or leaves a group, lets a source in or keeps it out.
pub fn set_structure(socket: &Socket, keeper: Keeper, bytes: &[u8]) -> Result<(), i32> {
    let fd = socket.fd();
    let number = |at: usize| interface([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
    let set = match keeper {
        Keeper::Same(level, name) => linux::set_bytes(fd, level, name, bytes),
        Keeper::Membership(name) => {
            linux::set_bytes(fd, IP, name, &request(&bytes[..4], number(4)?))
        }
        Keeper::Source(name) => {
            let request = source_request(number(8)?, &bytes[..4], &bytes[4..8]);
            linux::set_bytes(fd, IP, name, &request)
        }
        Keeper::Group(level, name) => {
            let mut request = bytes.to_vec();
            for family in request.chunks_exact_mut(8).skip(1).step_by(16) {
                if family[..2] == AF_INET6.to_ne_bytes() {
                    family[..2].copy_from_slice(&(libc::AF_INET6 as u16).to_ne_bytes());
                }
            }
            linux::set_bytes(fd, level, name, &request)
        }
        // The protocol's description cannot be set.
        _ => return Err(WSAENOPROTOOPT),
    };
    set.map_err(no_interface)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interface_is_an_address_or_a_number() {
        assert_eq!(interface([0, 0, 0, 0]), Ok(0));
        assert_eq!(interface([0, 0, 1, 2]), Ok(0x102));
        assert_eq!(interface([127, 0, 0, 1]).ok(), local_address::interface_number("lo"));
        assert_eq!(interface([192, 0, 2, 1]), Err(WSAEADDRNOTAVAIL));
    }

    #[test]
    fn a_source_stands_behind_its_group() {
        let bytes = source_request(7, &[239, 1, 2, 3], &[10, 0, 0, 1]);
        assert_eq!(bytes.len(), size_of::<lapwing_abi::GROUP_SOURCE_REQ>());
        assert_eq!((&bytes[..4], &bytes[12..16]), (&[7, 0, 0, 0][..], &[239, 1, 2, 3][..]));
        assert_eq!(bytes[140..144], [10, 0, 0, 1]);
    }
}
