//! The result of a request, and cancelling it.
#![allow(unsafe_code)]

use crate::entry::{fail, is_wild, number, succeed};
use crate::last_error;
use lapwing_abi::{
    BOOL, ERROR_IO_INCOMPLETE, ERROR_NOACCESS, HANDLE, OVERLAPPED, WAIT_IO_COMPLETION, WAIT_TIMEOUT,
};
use lapwing_executive::io::cancel;
use lapwing_executive::io::irp::{Notify, Outcome, Overlapped};
use lapwing_executive::io::status_block::StatusBlock;
use lapwing_executive::io::user_memory::UserPointer;
use lapwing_executive::ke::apc;
use lapwing_executive::ke::deadline::Deadline;
use lapwing_executive::ke::wait::wait_for_single;
use lapwing_executive::ob::access::MODIFY_STATE;
use lapwing_executive::ob::handle;
use lapwing_executive::ob::object::Reference;
use lapwing_executive::status::Status;

/// Takes the OVERLAPPED of a call without a completion routine.
///
/// # Errors
/// `ACCESS_VIOLATION` and `DATATYPE_MISALIGNMENT_ERROR` for a bad pointer, `INVALID_HANDLE` when
/// `hEvent` is no event.
///
/// # Safety
/// The OVERLAPPED stays valid until the request has completed.
#[inline]
pub unsafe fn take_overlapped(overlapped: *mut OVERLAPPED) -> Result<Overlapped, Status> {
    if is_wild(overlapped) {
        return Err(Status::ACCESS_VIOLATION);
    }
    // SAFETY: the caller's promise, and not NULL.
    let status_block = Some(unsafe { StatusBlock::new(overlapped.cast()) }?);
    // SAFETY: the caller's promise; aligned, as the status block has checked.
    let event = number(unsafe { (*overlapped).hEvent });
    // The low bit asks for no packet (semantics 1.7).
    let notify = if event & 1 == 0 { Notify::Packet } else { Notify::Nobody };
    let event = match event & !1 {
        0 => None,
        event => Some(find_event(event)?),
    };
    Ok(Overlapped { status_block, event, notify })
}

#[inline(never)]
fn find_event(event: usize) -> Result<Reference, Status> {
    let object = handle::lookup(event)?;
    object.event().map_err(|_| Status::INVALID_HANDLE)?;
    object.require(MODIFY_STATE)?;
    Ok(object.to_arc())
}

/// A request's outcome; while it is pending, waits for its event or for the file.
///
/// # Errors
/// `TIMEOUT` and `USER_APC` (already delivered) as the wait ends; `INVALID_HANDLE`.
///
/// # Safety
/// The OVERLAPPED is readable, and not NULL.
pub unsafe fn await_outcome(
    file: usize,
    overlapped: *const OVERLAPPED,
    deadline: Deadline,
    alertable: bool,
) -> Result<Outcome, Status> {
    // SAFETY: the caller's promise.
    let block = unsafe { StatusBlock::new(overlapped.cast()) }?;
    let outcome = block.read();
    if outcome.status != Status::PENDING {
        return Ok(outcome);
    }
    if deadline == Deadline::Passed {
        return Err(Status::TIMEOUT);
    }
    // SAFETY: the caller's promise.
    let event = number(unsafe { (*overlapped).hEvent }) & !1;
    let object = handle::lookup(if event == 0 { file } else { event })?.to_arc();
    let waited = wait_for_single(object.dispatcher(), alertable, deadline);
    drop(object);
    match waited {
        Status::USER_APC => {
            apc::deliver();
            Err(Status::USER_APC)
        }
        Status::TIMEOUT => Err(Status::TIMEOUT),
        _ => {
            // The event is believed even if the request is still pending (semantics 1.10).
            let outcome = block.read();
            let pending = outcome.status == Status::PENDING;
            let status = if pending { Status::SUCCESS } else { outcome.status };
            Ok(Outcome { status, ..outcome })
        }
    }
}

/// What both functions share; `timed_out` is the code for a request that is still pending.
///
/// # Safety
/// As for [`GetOverlappedResult`].
unsafe fn overlapped_result(
    file: HANDLE,
    overlapped: *const OVERLAPPED,
    count: *mut u32,
    deadline: Deadline,
    alertable: bool,
) -> BOOL {
    if is_wild(overlapped) || is_wild(count) {
        last_error::set(ERROR_NOACCESS);
        return 0;
    }
    // SAFETY: the caller's promise, and not NULL.
    match unsafe { await_outcome(number(file), overlapped, deadline, alertable) } {
        Ok(outcome) => {
            // SAFETY: the caller's promise.
            unsafe { UserPointer::new(count) }.write(outcome.information as u32);
            let success = outcome.status.is_success();
            succeed(if success { Ok(()) } else { Err(outcome.status) })
        }
        Err(Status::TIMEOUT) => {
            let code =
                if deadline == Deadline::Passed { ERROR_IO_INCOMPLETE } else { WAIT_TIMEOUT };
            last_error::set(code);
            0
        }
        Err(Status::USER_APC) => {
            last_error::set(WAIT_IO_COMPLETION);
            0
        }
        Err(status) => fail(status),
    }
}

/// The result of an overlapped request.  Looks at the OVERLAPPED first and waits only while it is
/// pending.
///
/// # Errors
/// FALSE with `ERROR_IO_INCOMPLETE` (996) when it is pending and not to be waited for, or the
/// request's own Win32 error; `ERROR_NOACCESS`, `ERROR_INVALID_HANDLE`.
///
/// # Safety
/// The pointers are NULL or as Windows' documentation asks.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetOverlappedResult(
    hfile: HANDLE,
    lpoverlapped: *const OVERLAPPED,
    lpnumberofbytestransferred: *mut u32,
    bwait: BOOL,
) -> BOOL {
    let deadline = if bwait != 0 { Deadline::Never } else { Deadline::Passed };
    // SAFETY: the caller's promise.
    unsafe { overlapped_result(hfile, lpoverlapped, lpnumberofbytestransferred, deadline, false) }
}

/// As [`GetOverlappedResult`], with a time and perhaps alertably.
///
/// # Errors
/// FALSE with `ERROR_IO_INCOMPLETE` (996) for a time of 0, `WAIT_TIMEOUT` (258) when the time has
/// passed, `WAIT_IO_COMPLETION` (192) when an APC has run; else as [`GetOverlappedResult`].
///
/// # Safety
/// As for [`GetOverlappedResult`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetOverlappedResultEx(
    hfile: HANDLE,
    lpoverlapped: *const OVERLAPPED,
    lpnumberofbytestransferred: *mut u32,
    dwmilliseconds: u32,
    balertable: BOOL,
) -> BOOL {
    let deadline = Deadline::after_milliseconds(dwmilliseconds);
    let (count, alertable) = (lpnumberofbytestransferred, balertable != 0);
    // SAFETY: the caller's promise.
    unsafe { overlapped_result(hfile, lpoverlapped, count, deadline, alertable) }
}

/// Cancels the calling thread's pending requests on a file; they end later, mostly with 995.
/// Success even if there are none.
///
/// # Errors
/// FALSE with `ERROR_INVALID_HANDLE`.
#[unsafe(no_mangle)]
pub extern "system" fn CancelIo(hfile: HANDLE) -> BOOL {
    let cancelled = handle::lookup(number(hfile)).and_then(|object| {
        cancel::cancel_own(object.file()?);
        Ok(())
    });
    succeed(cancelled)
}

/// Cancels one pending request on a file, or all (NULL), whoever issued them.  They end later.
///
/// # Errors
/// FALSE with `ERROR_NOT_FOUND` (1168) when there is none, `ERROR_INVALID_HANDLE`.
#[unsafe(no_mangle)]
pub extern "system" fn CancelIoEx(hfile: HANDLE, lpoverlapped: *const OVERLAPPED) -> BOOL {
    succeed(
        handle::lookup(number(hfile))
            .and_then(|object| cancel::cancel(object.file()?, lpoverlapped.addr())),
    )
}

/// Breaks off the blocking call (a read, a write, the wait for a pipe's client) in which another
/// thread is; that call then fails with `ERROR_OPERATION_ABORTED` (995).
///
/// # Errors
/// FALSE with `ERROR_NOT_FOUND` (1168) when the thread is in no such call, `ERROR_INVALID_HANDLE`
/// for what is no thread.
#[unsafe(no_mangle)]
pub extern "system" fn CancelSynchronousIo(hthread: HANDLE) -> BOOL {
    succeed(handle::resolve(number(hthread)).and_then(|object| {
        let thread = object.thread().map_err(|_| Status::INVALID_HANDLE)?;
        cancel::cancel_synchronous(thread)
    }))
}
