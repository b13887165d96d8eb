//! ConnectEx and DisconnectEx, which Windows exports by their GUIDs only.
#![allow(unsafe_code)]

use super::accept::{mark, pending_or};
use crate::entry::is_wild;
use crate::ws2_32::{address, lookup, overlapped};
use crate::{error, last_error};
use core::ffi::c_void;
use lapwing_abi::{BOOL, OVERLAPPED, SOCKADDR, SOCKET, TF_REUSE_SOCKET, WSAEFAULT, WSAEINVAL};
use lapwing_executive::afd::connect::{self, ConnectCall, DisconnectCall};
use lapwing_executive::afd::outgoing::Outgoing;
use lapwing_executive::afd::request;
use lapwing_executive::afd::send::SendCall;
use lapwing_executive::io::user_memory::{UserBuffer, UserBuffers};
use lapwing_executive::ke::deadline::Deadline;

/// Connects a bound stream socket, then sends the data, if there is any.  Always pending: the end
/// is told by the OVERLAPPED, the port, or `hEvent`, with the bytes that were sent.
///
/// Until `SO_UPDATE_CONNECT_CONTEXT` the socket can only send, receive and be closed.  Data and
/// OVERLAPPED belong to the request until it has completed.
///
/// # Errors
/// FALSE, always, with `ERROR_IO_PENDING` when it has begun, `ERROR_INVALID_PARAMETER` (no
/// OVERLAPPED), `WSAENOTSOCK`, `WSAEINVAL` (not bound, listening, connecting already),
/// `WSAEISCONN`, `WSAEFAULT`.  Later:
/// `ERROR_CONNECTION_REFUSED` and the others of `connect`, after which the socket may try again.
///
/// # Safety
/// The pointers are NULL or as Windows' documentation asks.
pub unsafe extern "system" fn ConnectEx(
    s: SOCKET,
    name: *const SOCKADDR,
    namelen: i32,
    lpsendbuffer: *const c_void,
    dwsenddatalength: u32,
    _lpdwbytessent: *mut u32,
    lpoverlapped: *mut OVERLAPPED,
) -> BOOL {
    let begun = || {
        // SAFETY: the caller's promise.
        unsafe { mark(lpoverlapped) }?;
        let found = lookup::find(s)?;
        if is_wild(name) {
            return Err(WSAEFAULT);
        }
        // SAFETY: the caller's promise.
        let address = unsafe { address::read(name, namelen) }?;
        let data = (!is_wild(lpsendbuffer) && dwsenddatalength > 0).then(|| {
            let length = dwsenddatalength as usize;
            // SAFETY: the caller's promise; sending only reads.
            let data = unsafe { UserBuffer::new(lpsendbuffer.cast_mut().cast(), length) };
            SendCall::new(UserBuffers::One(data), 0)
        });
        let file = found.file().map_err(error::winsock)?;
        // SAFETY: the caller's promise.
        let request = unsafe { overlapped::take(file, lpoverlapped, None) }?;
        let call = ConnectCall::new(address, data);
        connect::start(found.object(), file, call, request).map_err(error::winsock)?;
        Ok(())
    };
    pending_or(begun())
}

/// Disconnects a socket once everything has been sent.  What the peer still sends can be received.
/// With `TF_REUSE_SOCKET` the socket can then be given to AcceptEx or ConnectEx again; what the
/// peer still sends is lost.  Pending with an OVERLAPPED, at once done without one.
///
/// # Errors
/// FALSE with `ERROR_IO_PENDING` when it has begun, `WSAENOTSOCK`, `WSAENOTCONN`, `WSAEINVAL`
/// (`dwreserved`, unknown flags).
///
/// # Safety
/// The OVERLAPPED is NULL or stays valid until the request has completed.
pub unsafe extern "system" fn DisconnectEx(
    s: SOCKET,
    lpoverlapped: *mut OVERLAPPED,
    dwflags: u32,
    dwreserved: u32,
) -> BOOL {
    let call = |found: &lookup::FoundSocket| {
        if dwreserved != 0 || dwflags & !TF_REUSE_SOCKET != 0 {
            return Err(WSAEINVAL);
        }
        let reuse = dwflags & TF_REUSE_SOCKET != 0;
        Ok(DisconnectCall::new(reuse.then(|| found.object().to_arc())))
    };
    if lpoverlapped.is_null() {
        let done = lookup::find(s).and_then(|found| call(&found)).and_then(|call| {
            let mut call = Outgoing::from(call);
            lookup::with_socket_blocking(s, |object, file| {
                request::perform(object, file, &mut call, Deadline::Never)
            })
        });
        last_error::set(done.err().unwrap_or(0).cast_unsigned());
        return BOOL::from(done.is_ok());
    }
    let begun = || {
        let found = lookup::find(s)?;
        let call = call(&found)?;
        let file = found.file().map_err(error::winsock)?;
        // SAFETY: the caller's promise.
        let request = unsafe { overlapped::take(file, lpoverlapped, None) }?;
        request::start::<Outgoing>(found.object(), file, call, request).map_err(error::winsock)?;
        Ok(())
    };
    pending_or(begun())
}
