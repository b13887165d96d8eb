//! Tests of [`super`]: lengths as T:sock:test_set_getsockopt saw them on Windows.

use super::*;

fn shape(level: i32, option: i32) -> Shape {
    find(level, option).expect("a known option").shape
}

/// What is left of 0xDEADBEEF when a 1 is read into a variable of this length, and the length.
fn read_one(shape: Shape, length: i32) -> (u32, i32, i32) {
    let mut variable = 0xDEAD_BEEF_u32.to_le_bytes();
    let reply = shape.reply(1, length);
    variable[..reply.bytes.len()].copy_from_slice(&reply.bytes);
    (u32::from_le_bytes(variable), reply.length, reply.error)
}

#[test]
fn a_flag_of_the_socket_layer_says_one_byte_until_four_fit() {
    let broadcast = shape(SOL_SOCKET, SO_BROADCAST);
    assert_eq!(read_one(broadcast, 1), (0xDEAD_BE01, 1, 0));
    assert_eq!(read_one(broadcast, 2), (0xDEAD_0001, 1, 0));
    assert_eq!(read_one(broadcast, 4), (1, 4, 0));
    assert_eq!(read_one(broadcast, 8), (1, 4, 0));
    assert_eq!(broadcast.parse(&0x100_u32.to_le_bytes(), 4), Ok(1));
    assert_eq!((broadcast.parse(&[], 0), broadcast.parse(&[1], 1)), (Ok(0), Ok(1)));
    assert_eq!(broadcast.parse(&[1, 0, 0, 0], -1), Ok(1));
}

#[test]
fn some_flags_are_a_byte_whatever_the_length() {
    for option in
        [(SOL_SOCKET, SO_KEEPALIVE), (IPPROTO_TCP, TCP_NODELAY), (IPPROTO_IPV6, IPV6_V6ONLY)]
    {
        let shape = shape(option.0, option.1);
        for length in [1, 2, 4, 42] {
            assert_eq!(read_one(shape, length), (0xDEAD_BE01, 1, 0));
        }
        assert_eq!(shape.parse(&0x100_u32.to_le_bytes(), 4), Ok(0));
        assert_eq!(shape.parse(&[], 0), Err(WSAEFAULT));
        assert_eq!(shape.parse(&[1, 0, 0, 0], -1), Err(WSAENOBUFS));
    }
}

#[test]
fn numbers_of_the_socket_layer_need_four_bytes() {
    let (buffer, timeout) = (shape(SOL_SOCKET, SO_RCVBUF), shape(SOL_SOCKET, SO_RCVTIMEO));
    assert_eq!(read_one(buffer, 1), (0xDEAD_BE00, 1, WSAEFAULT));
    assert_eq!(read_one(buffer, 2), (0xDEAD_0000, 2, WSAEFAULT));
    assert_eq!(read_one(timeout, 2), (0xDEAD_BEEF, 2, WSAEFAULT));
    assert_eq!(read_one(timeout, 4), (1, 4, 0));
    assert_eq!(timeout.parse(&[1, 0], 2), Err(WSAEFAULT));
    assert_eq!(timeout.parse(&[0, 1, 0, 0], -1), Ok(0x100));
}

#[test]
fn values_of_the_network_layers() {
    let (ttl, info, idle) = (
        shape(IPPROTO_IP, IP_TTL),
        shape(IPPROTO_IP, IP_PKTINFO),
        shape(IPPROTO_TCP, TCP_KEEPIDLE),
    );
    assert_eq!(read_one(ttl, 2), (0xDEAD_BE01, 1, 0));
    assert_eq!(ttl.parse(&0x100_u32.to_le_bytes(), 4), Err(WSAEINVAL));
    assert_eq!((ttl.parse(&[7], 1), ttl.parse(&[0xFF; 4], 4)), (Ok(7), Ok(u32::MAX)));
    assert_eq!(read_one(info, 2), (0xDEAD_BEEF, 0, WSAEFAULT));
    assert_eq!(info.parse(&0x100_u32.to_le_bytes(), 4), Ok(1));
    assert_eq!((idle.parse(&[1, 0], 2), idle.parse(&[0, 14, 0, 0], 4)), (Err(WSAEFAULT), Ok(3584)));
    assert_eq!(idle.parse(&[1, 0, 0, 0], -1), Err(WSAENOBUFS));
}

#[test]
fn no_room_is_a_fault_and_changes_nothing() {
    for row in TABLE {
        for length in [0, -1] {
            let reply = row.shape.reply(1, length);
            assert_eq!((reply.bytes.len(), reply.length, reply.error), (0, length, WSAEFAULT));
        }
    }
}

#[test]
fn never_more_is_read_than_the_value_has_or_the_program_gives() {
    assert_eq!(Shape::Byte.readable(42), 1);
    assert_eq!(Shape::Flag.readable(2), 2);
    assert_eq!(Shape::Flag.readable(-1), 4);
    assert_eq!(Shape::Structure(20).readable(100), 20);
}

#[test]
fn strange_levels_and_unknown_options() {
    for level in [-1, 0x8000, 0x800, 0x1234_FFFF] {
        assert_eq!(find(level, SO_RCVTIMEO), Err(WSAEINVAL));
    }
    assert_eq!(find(SOL_SOCKET, 0x7777), Err(WSAENOPROTOOPT));
    assert_eq!(find(IPPROTO_UDP, 1), Err(WSAENOPROTOOPT));
}

#[test]
fn no_option_is_listed_twice() {
    for (index, row) in TABLE.iter().enumerate() {
        let again = TABLE[..index]
            .iter()
            .any(|other| (other.level, other.option) == (row.level, row.option));
        assert!(!again, "{row:?}");
    }
}
