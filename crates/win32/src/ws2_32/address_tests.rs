//! Tests of [`super`].

use core::net::SocketAddr;
use core::ptr::{null, null_mut};

use super::*;

const V4: [u8; 16] = [2, 0, 0x1F, 0x90, 127, 0, 0, 1, 9, 9, 9, 9, 9, 9, 9, 9];

fn v6() -> [u8; 28] {
    let mut bytes = [0; 28];
    bytes[0] = 23;
    bytes[2..4].copy_from_slice(&[0, 80]);
    bytes[4] = 5;
    bytes[23] = 1;
    bytes[24] = 7;
    bytes
}

#[test]
fn ipv4_goes_there_and_back() {
    let address = decode(&V4).expect("an address");
    assert_eq!(SocketAddr::try_from(address.clone()).ok(), "127.0.0.1:8080".parse().ok());
    let encoded = encode(&address).expect("a Windows family");
    assert_eq!(encoded.bytes()[..8], V4[..8]);
    assert_eq!(encoded.bytes()[8..], [0; 8]);
}

#[test]
fn ipv6_changes_its_family_only() {
    let address = decode(&v6()).expect("an address");
    assert_eq!(address.address_family(), rustix::net::AddressFamily::INET6);
    let SocketAddr::V6(inside) = SocketAddr::try_from(address.clone()).expect("IP") else {
        panic!("IPv6 stays IPv6");
    };
    assert_eq!((inside.port(), inside.scope_id(), inside.flowinfo()), (80, 7, 5));
    assert_eq!(encode(&address).expect("a Windows family").bytes(), v6());
}

#[test]
fn a_path_ends_at_its_nul() {
    let mut bytes = [0; UNIX_LENGTH];
    bytes[0] = 1;
    bytes[2..8].copy_from_slice(b"a/b\0xy");
    let address = decode(&bytes).expect("an address");
    assert_eq!(encode(&address).expect("a Windows family").bytes(), b"\x01\0a/b\0");
    let unnamed = rustix::net::SocketAddrUnix::new_unnamed().into();
    assert_eq!(encode(&unnamed).expect("a Windows family").bytes().len(), UNIX_LENGTH);
    assert_eq!(decode(&[1, 0]).err(), Some(WSAEINVAL));
}

#[test]
fn short_and_foreign_addresses_are_refused() {
    assert_eq!(decode(&V4[..15]).err(), Some(WSAEFAULT));
    assert_eq!(decode(&v6()[..24]).err(), Some(WSAEFAULT));
    assert_eq!(decode(&[2]).err(), Some(WSAEFAULT));
    // AF_UNSPEC, Linux' own number for IPv6, and an invented family.
    for family in [0, 10, 0xAD] {
        let mut bytes = V4;
        bytes[0] = family;
        assert_eq!(decode(&bytes).err(), Some(WSAEAFNOSUPPORT));
    }
}

#[test]
fn bad_pointers_and_lengths_of_a_program_are_faults() {
    let name = V4.as_ptr().cast::<SOCKADDR>();
    // SAFETY: the lengths are at most the array's.
    unsafe {
        assert_eq!(read(null(), 16).err(), Some(WSAEFAULT));
        assert_eq!(read(name, 0).err(), Some(WSAEFAULT));
        assert_eq!(read(name, -1).err(), Some(WSAEFAULT));
        assert_eq!(read(name, 15).err(), Some(WSAEFAULT));
        assert!(read(name, 16).is_ok());
    }
}

#[test]
fn a_buffer_gets_the_address_only_if_it_fits() {
    let encoded = encode_ip(&"1.2.3.4:5".parse().expect("an address"));
    let mut buffer = [0xEE_u8; 20];
    let name = buffer.as_mut_ptr().cast::<SOCKADDR>();
    let mut length = 15;
    // SAFETY: `length` never says more than the buffer has.
    unsafe {
        assert_eq!(write(name, &raw mut length, &encoded), Err(WSAEFAULT));
        assert_eq!(write(null_mut(), &raw mut length, &encoded), Err(WSAEFAULT));
        assert_eq!(write(name, null_mut(), &encoded), Err(WSAEFAULT));
        length = -1;
        assert_eq!(write(name, &raw mut length, &encoded), Err(WSAEFAULT));
        assert_eq!(length, -1);
        length = 20;
        assert_eq!(write(name, &raw mut length, &encoded), Ok(()));
    }
    assert_eq!(length, 16);
    assert_eq!(buffer[..8], [2, 0, 0, 5, 1, 2, 3, 4]);
    assert_eq!(buffer[16..], [0xEE; 4]);
}
