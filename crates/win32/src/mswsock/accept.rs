//! AcceptEx and the reading of the addresses that it leaves.
#![allow(unsafe_code)]

use crate::entry::is_wild;
use crate::ws2_32::{lookup, overlapped};
use crate::{error, last_error};
use core::ffi::c_void;
use lapwing_abi::{
    BOOL, ERROR_INVALID_PARAMETER, OVERLAPPED, SOCKADDR, SOCKET, WSA_IO_PENDING, WSAEFAULT,
};
use lapwing_executive::afd::accept::{ADDRESS_OFFSET, AcceptArea, AcceptCall};
use lapwing_executive::afd::incoming::Incoming;
use lapwing_executive::afd::request;
use lapwing_executive::io::status_block::StatusBlock;
use lapwing_executive::io::user_memory::UserBuffer;

/// FALSE, with a Winsock code, which is `WSA_IO_PENDING` after success.
pub(super) fn pending_or(code: Result<(), i32>) -> BOOL {
    last_error::set(code.err().unwrap_or(WSA_IO_PENDING).cast_unsigned());
    0
}

/// Marks the program's OVERLAPPED as running: Windows' extensions do so first of all, also when
/// they then fail (T:sock:test_AcceptEx, test_connect).
///
/// # Errors
/// `ERROR_INVALID_PARAMETER` without an OVERLAPPED.
///
/// # Safety
/// NULL or a writable OVERLAPPED.
pub(super) unsafe fn mark(overlapped: *mut OVERLAPPED) -> Result<(), i32> {
    if is_wild(overlapped) {
        return Err(ERROR_INVALID_PARAMETER as i32);
    }
    // SAFETY: the caller's promise, and not NULL.
    let block = unsafe { StatusBlock::new(overlapped.cast()) }.map_err(error::winsock)?;
    block.begin();
    Ok(())
}

/// Accepts the next connection into `sacceptsocket`, an unbound stream socket, and writes the
/// first data (if `dwreceivedatalength` is not 0: it waits for some), the local and the peer's
/// address into the buffer, in areas that are 16 bytes larger than the addresses.  Always pending:
/// the end is told by the OVERLAPPED, the listener's port, or `hEvent`, with the bytes of data.
///
/// Until `SO_UPDATE_ACCEPT_CONTEXT` the socket can only send, receive and be closed.  The buffer
/// and the OVERLAPPED belong to the request until it has completed.
///
/// # Errors
/// FALSE, always, with `ERROR_IO_PENDING` when it has begun, `ERROR_INVALID_PARAMETER` (no
/// OVERLAPPED), `WSAENOTSOCK`, `WSAEINVAL` (not listening; the socket is bound, connected, of
/// another type or in another AcceptEx), `WSAEFAULT` (no buffer, no area for the peer).  Later:
/// `ERROR_INSUFFICIENT_BUFFER` when an area is too small, and the connection stays in the queue;
/// `ERROR_OPERATION_ABORTED` when either socket is closed; `ERROR_NETNAME_DELETED` when the peer
/// resets the connection before its first data.
///
/// # Safety
/// The pointers are NULL or as Windows' documentation asks.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn AcceptEx(
    slistensocket: SOCKET,
    sacceptsocket: SOCKET,
    lpoutputbuffer: *mut c_void,
    dwreceivedatalength: u32,
    dwlocaladdresslength: u32,
    dwremoteaddresslength: u32,
    _lpdwbytesreceived: *mut u32,
    lpoverlapped: *mut OVERLAPPED,
) -> BOOL {
    let begun = || {
        // SAFETY: the caller's promise.
        unsafe { mark(lpoverlapped) }?;
        let listener = lookup::find(slistensocket)?;
        let into = lookup::find(sacceptsocket)?;
        if is_wild(lpoutputbuffer) || dwremoteaddresslength == 0 {
            return Err(WSAEFAULT);
        }
        let [data, local, remote] =
            [dwreceivedatalength, dwlocaladdresslength, dwremoteaddresslength]
                .map(|length| length as usize);
        // SAFETY: the caller's promise.
        let buffer = unsafe { UserBuffer::new(lpoutputbuffer.cast(), data + local + remote) };
        let area = AcceptArea { buffer, data, local, remote };
        let file = listener.file().map_err(error::winsock)?;
        // SAFETY: the caller's promise.
        let request = unsafe { overlapped::take(file, lpoverlapped, None) }?;
        let call = AcceptCall::new(&listener.object().to_arc(), into.object().to_arc(), area)
            .map_err(error::winsock)?;
        request::start::<Incoming>(listener.object(), file, call, request)
            .map_err(error::winsock)?;
        Ok(())
    };
    pending_or(begun())
}

/// Finds the addresses in the buffer of an AcceptEx that has completed; the three lengths are those
/// of its call.  The results point into the buffer.  Without an area for the local address the
/// results for it are left alone (T:sock:test_AcceptEx).
///
/// # Safety
/// `lpoutputbuffer` is the buffer of such an AcceptEx; the results are NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetAcceptExSockaddrs(
    lpoutputbuffer: *const c_void,
    dwreceivedatalength: u32,
    dwlocaladdresslength: u32,
    dwremoteaddresslength: u32,
    localsockaddr: *mut *mut SOCKADDR,
    localsockaddrlength: *mut i32,
    remotesockaddr: *mut *mut SOCKADDR,
    remotesockaddrlength: *mut i32,
) {
    let local = lpoutputbuffer.cast::<u8>().wrapping_add(dwreceivedatalength as usize);
    let remote = local.wrapping_add(dwlocaladdresslength as usize);
    let areas = [
        (local, dwlocaladdresslength, localsockaddr, localsockaddrlength),
        (remote, dwremoteaddresslength, remotesockaddr, remotesockaddrlength),
    ];
    for (area, size, address, length) in areas {
        if (size as usize) < ADDRESS_OFFSET || is_wild(lpoutputbuffer) {
            continue;
        }
        // SAFETY: AcceptEx has left a length there.
        let found = unsafe { area.cast::<u32>().read_unaligned() };
        if !is_wild(address) {
            // SAFETY: writable by the caller's promise.
            unsafe { address.write_unaligned(area.add(ADDRESS_OFFSET).cast_mut().cast()) };
        }
        if !is_wild(length) {
            // SAFETY: writable by the caller's promise.
            unsafe { length.write_unaligned(found as i32) };
        }
    }
}
