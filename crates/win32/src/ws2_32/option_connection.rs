//! The options of a connection that AcceptEx or ConnectEx has made: `SO_UPDATE_ACCEPT_CONTEXT`,
//! `SO_UPDATE_CONNECT_CONTEXT`, which can only be set, and `SO_CONNECT_TIME`, which can only be
//! read.
#![allow(unsafe_code)]

use lapwing_abi::{
    SO_CONNECT_TIME, SO_UPDATE_ACCEPT_CONTEXT, SO_UPDATE_CONNECT_CONTEXT, SOCKET, SOL_SOCKET,
    WSAEFAULT, WSAENOPROTOOPT,
};
use lapwing_executive::afd::socket::Socket;

use super::lookup;
use super::option_table::Reply;
use crate::entry::is_wild;
use crate::error;

/// True for the options of this file.
pub fn is_of_connection(level: i32, option: i32) -> bool {
    let known = [SO_UPDATE_ACCEPT_CONTEXT, SO_UPDATE_CONNECT_CONTEXT, SO_CONNECT_TIME];
    level == SOL_SOCKET && known.contains(&option)
}

/// Sets one.  `WSAEFAULT` (10014) when there is no listener's handle in the value, `WSAENOTSOCK`
/// when it is none, `WSAEINVAL` when that socket does not listen, `WSAENOTCONN`.
///
/// # Safety
/// `value` must be NULL or point to `length` readable bytes.
pub unsafe fn set(socket: &Socket, option: i32, value: *const u8, length: i32) -> Result<(), i32> {
    match option {
        SO_UPDATE_ACCEPT_CONTEXT => {
            if is_wild(value) || length < size_of::<SOCKET>() as i32 {
                return Err(WSAEFAULT);
            }
            // SAFETY: long enough, by the caller's promise.
            let listener = lookup::find(unsafe { value.cast::<SOCKET>().read_unaligned() })?;
            let listener = listener.socket().map_err(error::winsock)?;
            socket.update_accept_context(listener).map_err(error::winsock)
        }
        SO_UPDATE_CONNECT_CONTEXT => socket.update_connect_context().map_err(error::winsock),
        _ => Err(WSAENOPROTOOPT),
    }
}

/// Reads one.  `WSAEFAULT` (10014) if the variable is too short for the seconds since the
/// connection came to be, which are all ones without one (T:sock:test_connect_time).
pub fn get(socket: &Socket, option: i32, length: i32) -> Result<Reply, i32> {
    const SIZE: i32 = size_of::<u32>() as i32;
    if option != SO_CONNECT_TIME {
        return Err(WSAENOPROTOOPT);
    }
    if length < SIZE {
        return Err(WSAEFAULT);
    }
    let age = socket.connection_age().map_or(u64::from(u32::MAX), |age| age.as_secs());
    let seconds = u32::try_from(age).unwrap_or(u32::MAX);
    Ok(Reply { bytes: seconds.to_ne_bytes().to_vec(), length: SIZE, error: 0 })
}
