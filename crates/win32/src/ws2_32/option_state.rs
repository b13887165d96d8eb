//! Two socket options that are no option of a socket: `SO_OPENTYPE`, which is the thread's, and
//! `SO_BSP_STATE`, which is everything about a socket in one structure.
#![allow(unsafe_code)]

use core::cell::Cell;

use lapwing_abi::{CSADDR_INFO, SO_OPENTYPE, SOCKADDR, SOCKET_ADDRESS, SOL_SOCKET, WSAEFAULT};
use lapwing_executive::afd::socket::Socket;

use super::option_table::Reply;
use super::{address, protocol};

thread_local! {
    static OPEN_TYPE: Cell<i32> = const { Cell::new(0) };
}

/// True for the option that any SOCKET will do for, even an invalid one.
pub fn is_of_thread(level: i32, option: i32) -> bool {
    (level, option) == (SOL_SOCKET, SO_OPENTYPE)
}

/// The calling thread's `SO_OPENTYPE`: 0 makes `socket` give overlapped sockets.
pub fn open_type() -> i32 {
    OPEN_TYPE.get()
}

/// Sets the calling thread's `SO_OPENTYPE` to the first four bytes; `WSAEFAULT` (10014) for fewer.
pub fn set_open_type(value: &[u8]) -> Result<(), i32> {
    let value = value.first_chunk().ok_or(WSAEFAULT)?;
    OPEN_TYPE.set(i32::from_ne_bytes(*value));
    Ok(())
}

/// What `getsockopt` answers for `SO_OPENTYPE`; `WSAEFAULT` (10014) if the variable is too short.
pub fn open_type_reply(length: i32) -> Result<Reply, i32> {
    const SIZE: i32 = size_of::<i32>() as i32;
    if length < SIZE {
        return Err(WSAEFAULT);
    }
    Ok(Reply { bytes: open_type().to_ne_bytes().to_vec(), length: SIZE, error: 0 })
}

/// The bytes of a `CSADDR_INFO` for the program's variable at `place`, and behind it the two
/// addresses that it points to; an address that the socket has not is NULL.
///
/// `WSAEFAULT` (10014) if the variable has no room for both addresses.
pub fn bsp_state(socket: &Socket, place: *mut u8, length: i32) -> Result<Reply, i32> {
    const HEAD: usize = size_of::<CSADDR_INFO>();
    let info = protocol::information(socket.kind()).ok_or(WSAEFAULT)?;
    let room = usize::try_from(info.iMaxSockAddr).map_err(|_| WSAEFAULT)?;
    let size = HEAD + 2 * room;
    if usize::try_from(length).map_or(true, |length| length < size) {
        return Err(WSAEFAULT);
    }
    let mut bytes = vec![0; size];
    let mut lay_down = |at: usize, name: Option<address::Encoded>| {
        let none = SOCKET_ADDRESS { lpSockaddr: core::ptr::null_mut(), iSockaddrLength: 0 };
        let Some(name) = name.filter(|name| name.bytes().len() <= room) else { return none };
        bytes[at..at + name.bytes().len()].copy_from_slice(name.bytes());
        SOCKET_ADDRESS {
            lpSockaddr: place.wrapping_add(at).cast::<SOCKADDR>(),
            iSockaddrLength: name.bytes().len() as i32,
        }
    };
    let own = socket.local_name().ok().as_ref().and_then(address::encode);
    let peer = socket.peer_name().ok().as_ref().and_then(address::encode);
    let state = CSADDR_INFO {
        LocalAddr: lay_down(HEAD, own),
        RemoteAddr: lay_down(HEAD + room, peer),
        iSocketType: info.iSocketType,
        iProtocol: info.iProtocol,
    };
    // SAFETY: the vector begins with room for the structure, which may lie at any address.
    unsafe { bytes.as_mut_ptr().cast::<CSADDR_INFO>().write_unaligned(state) };
    Ok(Reply { bytes, length, error: 0 })
}
