//! The catalog of protocols as programs see it, and sockets that are given away with one of its
//! structures: `WSAEnumProtocols`, `WSADuplicateSocket`.
//!
//! What such a structure is worth is in [`lapwing_executive::afd::duplicate`]; its ticket lies in
//! members that are the provider's own.
#![allow(unsafe_code)]

use lapwing_abi::{
    SOCKET, SOCKET_ERROR, WSAEFAULT, WSAEINVAL, WSAENOBUFS, WSAPROTOCOL_INFOA, WSAPROTOCOL_INFOW,
};
use lapwing_executive::afd::duplicate::{self, Ticket};

use super::protocol::{self, Characters};
use super::{lookup, startup};
use crate::entry::{is_wild, socket_fail, socket_succeed};
use crate::{error, last_error};

/// The ticket in an information; none in one of the catalog.
pub(super) fn ticket(info: &WSAPROTOCOL_INFOA) -> Option<Ticket> {
    let token = u64::from(info.dwServiceFlags3) | u64::from(info.dwServiceFlags4) << 32;
    (info.dwProviderReserved != 0).then_some(Ticket { giver: info.dwProviderReserved, token })
}

/// Offers a socket to a process and describes how to take it.
///
/// # Safety
/// `place` is NULL or has room for a `WSAPROTOCOL_INFO` with such characters.
pub(super) unsafe fn give(s: SOCKET, process: u32, place: *mut u8, name: Characters) -> i32 {
    let given = startup::check().and_then(|()| {
        let found = lookup::find(s)?;
        if process == 0 {
            return Err(WSAEINVAL);
        }
        if is_wild(place) {
            return Err(WSAEFAULT);
        }
        let file = found.file().map_err(error::winsock)?;
        let kind = found.socket().map_err(error::winsock)?.kind();
        let mut info = protocol::information(kind).ok_or(WSAEINVAL)?;
        let ticket = duplicate::offer(s, file, process).map_err(error::winsock)?;
        info.dwServiceFlags3 = ticket.token as u32;
        info.dwServiceFlags4 = (ticket.token >> 32) as u32;
        info.dwProviderReserved = ticket.giver;
        let bytes = protocol::bytes(&info, name);
        // SAFETY: the structure has room, by the caller's promise.
        unsafe { core::ptr::copy_nonoverlapping(bytes.as_ptr(), place, bytes.len()) };
        Ok(())
    });
    socket_succeed(given)
}

/// Makes a structure with which a process, this one or another of the same user, gets the same open
/// socket by `WSASocket`: with its state and its pending data.  It works once.
///
/// Missing: the other process must take the socket while this one lives, and AF_UNIX sockets cannot
/// be given.
///
/// # Errors
/// −1 with `WSAEINVAL` (no such process), `WSAEFAULT` (NULL), `WSAENOBUFS`, `WSAENOTSOCK`,
/// `WSANOTINITIALISED`.
///
/// # Safety
/// `lpprotocolinfo` is NULL or points to a writable structure.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn WSADuplicateSocketA(
    s: SOCKET,
    dwprocessid: u32,
    lpprotocolinfo: *mut WSAPROTOCOL_INFOA,
) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { give(s, dwprocessid, lpprotocolinfo.cast(), Characters::Char) }
}

/// As [`WSADuplicateSocketA`].
///
/// Missing: as for `WSADuplicateSocketA`.
///
/// # Errors
/// As for [`WSADuplicateSocketA`].
///
/// # Safety
/// As for [`WSADuplicateSocketA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn WSADuplicateSocketW(
    s: SOCKET,
    dwprocessid: u32,
    lpprotocolinfo: *mut WSAPROTOCOL_INFOW,
) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { give(s, dwprocessid, lpprotocolinfo.cast(), Characters::Utf16) }
}

/// The wanted lines of the catalog, into the program's buffer.
///
/// # Safety
/// As for [`WSAEnumProtocolsA`].
pub(super) unsafe fn enumerate(
    wanted: *const i32,
    place: *mut u8,
    length: *mut u32,
    name: Characters,
) -> i32 {
    let listed = startup::check().and_then(|()| {
        if is_wild(length) {
            return Err(WSAEFAULT);
        }
        let is_wanted = |protocol: i32| {
            // SAFETY: a 0 ends the list, by the caller's promise.
            let listed = |index| unsafe { wanted.add(index).read_unaligned() };
            wanted.is_null()
                || (0..).map(listed).take_while(|&known| known != 0).any(|known| known == protocol)
        };
        let lines: Vec<Vec<u8>> = protocol::shown()
            .filter(|info| is_wanted(info.iProtocol))
            .map(|info| protocol::bytes(&info, name))
            .collect();
        let bytes = lines.concat();
        // SAFETY: readable and writable by the caller's promise.
        let room = unsafe { length.replace(bytes.len() as u32) };
        if is_wild(place) || (room as usize) < bytes.len() {
            return Err(WSAENOBUFS);
        }
        // SAFETY: the buffer has room, as just seen.
        unsafe { core::ptr::copy_nonoverlapping(bytes.as_ptr(), place, bytes.len()) };
        Ok(lines.len() as i32)
    });
    match listed {
        Ok(count) => {
            last_error::set(0);
            count
        }
        Err(code) => {
            socket_fail(code);
            SOCKET_ERROR
        }
    }
}

/// Lists the protocols that there are, or those of a list of numbers that 0 ends; returns how many.
///
/// # Errors
/// −1 with `WSAENOBUFS` (the buffer is NULL or too small; `*lpdwbufferlength` says what is needed),
/// `WSAEFAULT` (no length), `WSANOTINITIALISED`.
///
/// # Safety
/// `lpiprotocols` is NULL or points to a list that 0 ends, `lpdwbufferlength` is NULL or writable,
/// and `lpprotocolbuffer` NULL or has room for so many bytes.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn WSAEnumProtocolsA(
    lpiprotocols: *const i32,
    lpprotocolbuffer: *mut WSAPROTOCOL_INFOA,
    lpdwbufferlength: *mut u32,
) -> i32 {
    let place = lpprotocolbuffer.cast();
    // SAFETY: the caller's promise.
    unsafe { enumerate(lpiprotocols, place, lpdwbufferlength, Characters::Char) }
}

/// As [`WSAEnumProtocolsA`].
///
/// # Errors
/// As for [`WSAEnumProtocolsA`].
///
/// # Safety
/// As for [`WSAEnumProtocolsA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn WSAEnumProtocolsW(
    lpiprotocols: *const i32,
    lpprotocolbuffer: *mut WSAPROTOCOL_INFOW,
    lpdwbufferlength: *mut u32,
) -> i32 {
    let place = lpprotocolbuffer.cast();
    // SAFETY: the caller's promise.
    unsafe { enumerate(lpiprotocols, place, lpdwbufferlength, Characters::Utf16) }
}
