//! The OVERLAPPED of Winsock calls, completion routines, and `WSAGetOverlappedResult`.
#![allow(unsafe_code)]

use super::lookup;
use crate::entry::is_wild;
use crate::kernel32::io;
use crate::{error, last_error};
use core::mem;
use lapwing_abi::{
    BOOL, LPWSAOVERLAPPED_COMPLETION_ROUTINE, OVERLAPPED, SOCKET, WSA_INVALID_HANDLE,
    WSA_IO_INCOMPLETE, WSAEFAULT, WSAEINVAL, WSAENOTSOCK,
};
use lapwing_executive::io::file::File;
use lapwing_executive::io::irp::{Notify, Overlapped, Routine};
use lapwing_executive::io::status_block::StatusBlock;
use lapwing_executive::io::user_memory::UserPointer;
use lapwing_executive::ke::apc::ApcArguments;
use lapwing_executive::ke::deadline::Deadline;
use lapwing_executive::ke::thread::Thread;
use lapwing_executive::status::Status;

/// Takes what the program gave with an overlapped call.
///
/// # Errors
/// `WSA_INVALID_HANDLE` when `hEvent` is no event; `WSAEINVAL` for a routine when the socket has a
/// port; `WSAEFAULT`.
///
/// # Safety
/// The OVERLAPPED stays valid until the request has completed, and the routine until it has run.
#[inline]
pub unsafe fn take(
    file: &File,
    overlapped: *mut OVERLAPPED,
    routine: LPWSAOVERLAPPED_COMPLETION_ROUTINE,
) -> Result<Overlapped, i32> {
    let Some(routine) = routine else {
        // SAFETY: the caller's promise.
        return unsafe { io::take_overlapped(overlapped) }.map_err(|status| match status {
            // It is the event's handle that is bad, not the socket.
            Status::INVALID_HANDLE => WSA_INVALID_HANDLE,
            other => error::winsock(other),
        });
    };
    // SAFETY: the caller's promise.
    unsafe { take_with_routine(file, overlapped, routine) }
}

/// As [`take`].
///
/// # Safety
/// As for [`take`].
#[inline(never)]
unsafe fn take_with_routine(
    file: &File,
    overlapped: *mut OVERLAPPED,
    routine: unsafe extern "system" fn(u32, u32, *mut OVERLAPPED, u32),
) -> Result<Overlapped, i32> {
    if file.binding().is_some() {
        return Err(WSAEINVAL);
    }
    if is_wild(overlapped) {
        return Err(WSAEFAULT);
    }
    // SAFETY: the caller's promise, and not NULL.
    let status_block = unsafe { StatusBlock::new(overlapped.cast()) }.map_err(error::winsock)?;
    // With a routine hEvent is the program's own (semantics 1.8).
    let (thread, routine) = (Thread::current(), routine as usize);
    let notify = Notify::Routine(Routine { thread, deliver, routine });
    Ok(Overlapped { status_block: Some(status_block), event: None, notify })
}

/// Calls a program's completion routine.
fn deliver(arguments: &ApcArguments) {
    let [routine, status, information, overlapped, flags] = *arguments;
    // SAFETY: the address was the program's routine in `take`, and it promised to keep it.
    let routine: unsafe extern "system" fn(u32, u32, *mut OVERLAPPED, u32) =
        unsafe { mem::transmute(routine) };
    let code = match Status(status as u32) {
        Status::SUCCESS => 0,
        failure => error::winsock(failure),
    };
    let overlapped = core::ptr::with_exposed_provenance_mut(overlapped);
    // SAFETY: as above; the OVERLAPPED belongs to the program again.
    unsafe { routine(code.cast_unsigned(), information as u32, overlapped, flags as u32) };
}

/// The result of an overlapped request on a socket.  Looks at the OVERLAPPED first and waits only
/// while it is pending, so a reset event does not make it hang; the wait is not alertable.
///
/// # Errors
/// FALSE with `WSA_IO_INCOMPLETE` (pending, and not to wait), the request's own Winsock error,
/// `WSAENOTSOCK`, `WSAEFAULT`.  A bad `lpdwflags` is noticed last, after the byte count has been
/// written; NULL is taken (semantics 1.12).  It is written only after success.
///
/// # Safety
/// The pointers are NULL or as Windows' documentation asks.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn WSAGetOverlappedResult(
    s: SOCKET,
    lpoverlapped: *const OVERLAPPED,
    lpcbtransfer: *mut u32,
    fwait: BOOL,
    lpdwflags: *mut u32,
) -> BOOL {
    let result = || {
        if !lookup::find(s)?.file().is_ok_and(|file| file.is_socket_value(s)) {
            return Err(WSAENOTSOCK);
        }
        if is_wild(lpoverlapped) || is_wild(lpcbtransfer) {
            return Err(WSAEFAULT);
        }
        let deadline = if fwait != 0 { Deadline::Never } else { Deadline::Passed };
        // SAFETY: the caller's promise, and not NULL.
        let outcome = unsafe { io::await_outcome(s, lpoverlapped, deadline, false) };
        let outcome = match outcome {
            Ok(outcome) => outcome,
            Err(Status::TIMEOUT) => return Err(WSA_IO_INCOMPLETE),
            Err(status) => return Err(error::winsock(status)),
        };
        // SAFETY: the caller's promise.
        unsafe { UserPointer::new(lpcbtransfer) }.write(outcome.information as u32);
        if !lpdwflags.is_null() && is_wild(lpdwflags) {
            return Err(WSAEFAULT);
        }
        if !outcome.status.is_success() {
            return Err(error::winsock(outcome.status));
        }
        // SAFETY: the caller's promise.
        unsafe { UserPointer::new(lpdwflags) }.write(outcome.flags);
        Ok(())
    };
    let result = result();
    last_error::set(result.err().unwrap_or(0).cast_unsigned());
    BOOL::from(result.is_ok())
}
