//! Tests of [`super`]: the facts of semantics section 9.

use core::ptr::null_mut;

use lapwing_abi::{AF_INET, FD_SET, SOCK_DGRAM, SOCK_STREAM, SOCKADDR, SOCKADDR_IN, WSADATA};
use lapwing_abi::{FIONBIO, INVALID_SOCKET, MSG_OOB};

use super::*;
use crate::ws2_32::accept::accept;
use crate::ws2_32::control::ioctlsocket;
use crate::ws2_32::socket::{bind, closesocket, connect, getsockname, listen, socket};
use crate::ws2_32::startup::WSAStartup;
use crate::ws2_32::transfer::{recv, send};

const AT_ONCE: Option<(i64, i64)> = Some((0, 0));
const FOR_EVER: Option<(i64, i64)> = None;
const LENGTH: i32 = size_of::<SOCKADDR_IN>() as i32;

fn tcp() -> SOCKET {
    let mut data = core::mem::MaybeUninit::<WSADATA>::uninit();
    // SAFETY: `data` is writable.
    assert_eq!(unsafe { WSAStartup(0x202, data.as_mut_ptr()) }, 0);
    let number = socket(i32::from(AF_INET), SOCK_STREAM, 0);
    assert_ne!(number, INVALID_SOCKET);
    number
}

/// An address on 127.0.0.1, in Windows' layout.
fn loopback(port: u16) -> [u8; 16] {
    let [high, low] = port.to_be_bytes();
    [2, 0, high, low, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]
}

/// A listening socket and its address.
fn listener() -> (SOCKET, [u8; 16]) {
    let (number, mut address, mut length) = (tcp(), loopback(0), LENGTH);
    let name = address.as_mut_ptr().cast::<SOCKADDR>();
    // SAFETY: `address` has as many bytes as said.
    unsafe {
        assert_eq!(bind(number, name, LENGTH), 0);
        assert_eq!(listen(number, 5), 0);
        assert_eq!(getsockname(number, name, &raw mut length), 0);
    }
    (number, address)
}

fn connect_to(number: SOCKET, address: &[u8; 16]) -> i32 {
    // SAFETY: `address` has as many bytes as said.
    unsafe { connect(number, address.as_ptr().cast(), LENGTH) }
}

/// Two ends of a connection.
fn pair() -> (SOCKET, SOCKET) {
    let (listening, address) = listener();
    let client = tcp();
    assert_eq!(connect_to(client, &address), 0);
    // SAFETY: no address is asked for.
    let server = unsafe { accept(listening, null_mut(), null_mut()) };
    assert_ne!(server, INVALID_SOCKET);
    closesocket(listening);
    (client, server)
}

fn put(number: SOCKET, bytes: &[u8], flags: i32) {
    // SAFETY: the slice has as many bytes as said.
    let sent = unsafe { send(number, bytes.as_ptr(), bytes.len() as i32, flags) };
    assert_eq!(sent, bytes.len() as i32);
}

fn set(sockets: &[SOCKET]) -> FD_SET {
    let mut fd_array = [0; 64];
    fd_array[..sockets.len()].copy_from_slice(sockets);
    FD_SET { fd_count: sockets.len() as u32, fd_array }
}

fn listed(set: &FD_SET) -> &[SOCKET] {
    &set.fd_array[..set.fd_count as usize]
}

/// Calls select; the result and what is left in each set.
fn ask(sets: [&[SOCKET]; 3], timeout: Option<(i64, i64)>) -> (i32, [Vec<SOCKET>; 3]) {
    let mut sets = sets.map(set);
    let [read, write, except] = &mut sets;
    // SAFETY: the sets are ours.
    let result = unsafe { select_until([read, write, except], timeout) };
    (result, sets.map(|set| listed(&set).to_vec()))
}

fn fails(sets: [&[SOCKET]; 3], timeout: Option<(i64, i64)>) -> i32 {
    assert_eq!(ask(sets, timeout).0, -1);
    last_error::get().cast_signed()
}

#[test]
fn nothing_to_wait_for_is_an_error() {
    let _started = tcp();
    assert_eq!(fails([&[], &[], &[]], AT_ONCE), WSAEINVAL);
    // SAFETY: NULL is allowed.
    assert_eq!(unsafe { select_until([null_mut(); 3], AT_ONCE) }, -1);
    assert_eq!(last_error::get().cast_signed(), WSAEINVAL);
    assert_eq!(fails([&[_started], &[], &[]], Some((-1, 0))), WSAEINVAL);
}

#[test]
fn what_is_no_socket_leaves_the_sets_alone() {
    let (client, _server) = pair();
    let (result, sets) = ask([&[client, INVALID_SOCKET], &[client], &[]], AT_ONCE);
    assert_eq!((result, last_error::get().cast_signed()), (-1, WSAENOTSOCK));
    assert_eq!(sets, [vec![client, INVALID_SOCKET], vec![client], vec![]]);
}

#[test]
fn an_unconnected_socket_is_in_no_set() {
    let number = tcp();
    let (result, sets) = ask([&[number], &[number], &[number]], Some((0, 500)));
    assert_eq!((result, sets), (0, [vec![], vec![], vec![]]));
    let udp = socket(i32::from(AF_INET), SOCK_DGRAM, 0);
    let (result, sets) = ask([&[udp], &[udp], &[udp]], FOR_EVER);
    assert_eq!((result, sets), (1, [vec![], vec![udp], vec![]]));
}

#[test]
fn data_connections_and_ends_are_readable() {
    let (listening, address) = listener();
    assert_eq!(ask([&[listening], &[listening], &[listening]], AT_ONCE).0, 0);
    let client = tcp();
    assert_eq!(connect_to(client, &address), 0);
    let (result, sets) = ask([&[listening, client], &[listening, client], &[]], FOR_EVER);
    assert_eq!(result, i32::try_from(sets[0].len() + sets[1].len()).expect("few"));
    assert_eq!(sets[1], [client]);
    // SAFETY: no address is asked for.
    let server = unsafe { accept(listening, null_mut(), null_mut()) };
    put(client, b"1234", 0);
    let (result, sets) = ask([&[listening, server], &[server], &[server]], FOR_EVER);
    assert_eq!(
        (result, sets[1].as_slice(), sets[2].as_slice()),
        (sets[0].len() as i32 + 1, [server].as_slice(), [].as_slice())
    );
    closesocket(client);
    let mut buffer = [0; 8];
    // SAFETY: the buffer has as many bytes as said.
    assert_eq!(unsafe { recv(server, buffer.as_mut_ptr(), 8, 0) }, 4);
    assert_eq!(ask([&[server], &[], &[]], FOR_EVER), (1, [vec![server], vec![], vec![]]));
}

#[test]
fn urgent_data_is_an_exception() {
    let (client, server) = pair();
    put(client, b"A", MSG_OOB);
    let (result, sets) = ask([&[server], &[], &[server]], FOR_EVER);
    assert_eq!((result, sets), (1, [vec![], vec![], vec![server]]));
}

#[test]
fn one_set_in_two_places_and_duplicates() {
    let (client, server) = pair();
    let mut both = set(&[client, server]);
    let shared: *mut FD_SET = &raw mut both;
    put(client, b"x", 0);
    // SAFETY: the set is ours.
    let result = unsafe { select_until([shared, shared, null_mut()], FOR_EVER) };
    assert_eq!(result, 2);
    assert!(listed(&both).contains(&client) && listed(&both).contains(&server));
    let twice = ask([&[], &[client, client], &[]], FOR_EVER);
    assert_eq!(twice, (1, [vec![], vec![client], vec![]]));
    // SAFETY: the set is ours, and NULL is allowed.
    unsafe {
        assert_eq!((__WSAFDIsSet(client, shared), __WSAFDIsSet(7, shared)), (1, 0));
        assert_eq!(__WSAFDIsSet(client, null_mut()), 0);
    }
}

#[test]
fn a_failed_connect_is_an_exception_until_one_succeeds() {
    let (listening, address) = listener();
    let number = tcp();
    let mut on = 1;
    // SAFETY: `on` is writable.
    assert_eq!(unsafe { ioctlsocket(number, FIONBIO, &raw mut on) }, 0);
    closesocket(listening);
    assert_eq!(connect_to(number, &address), -1);
    assert_eq!(last_error::get(), 10035);
    let (result, sets) = ask([&[number], &[number], &[number]], FOR_EVER);
    assert_eq!((result, sets), (1, [vec![], vec![], vec![number]]));
    let (result, sets) = ask([&[number], &[number], &[number]], FOR_EVER);
    assert_eq!((result, sets), (1, [vec![], vec![], vec![number]]));
    let (_listening, address) = listener();
    let connected = connect_to(number, &address);
    assert!(connected == 0 || last_error::get() == 10035);
    let (result, sets) = ask([&[number], &[number], &[number]], FOR_EVER);
    assert_eq!((result, sets), (1, [vec![], vec![number], vec![]]));
}

#[test]
fn another_thread_closes_the_socket() {
    for readable in [true, false] {
        let (client, _server) = pair();
        let closing = std::thread::spawn(move || closesocket(client));
        let read: &[SOCKET] = if readable { &[client] } else { &[] };
        let (result, sets) = ask([read, &[], &[client]], FOR_EVER);
        // It may also have been closed before we came.
        if result == -1 {
            assert_eq!(last_error::get().cast_signed(), WSAENOTSOCK);
        } else {
            assert_eq!((result, sets), (1, [vec![client], vec![], vec![]]));
            assert!(readable);
        }
        assert_eq!(closing.join().ok(), Some(0));
    }
}
