//! ReadFile and WriteFile, ReadFileEx and WriteFileEx.
#![allow(unsafe_code)]

use super::io::take_overlapped;
use crate::entry::{fail, is_wild, number};
use crate::{error, last_error};
use core::mem;
use lapwing_abi::{
    BOOL, ERROR_INVALID_PARAMETER, ERROR_IO_PENDING, ERROR_NOACCESS, HANDLE,
    LPOVERLAPPED_COMPLETION_ROUTINE, OVERLAPPED,
};
use lapwing_executive::fs::fast_io::{self, Tried};
use lapwing_executive::io::irp::{Notify, Overlapped, Routine, Started};
use lapwing_executive::io::read_write::{Given, Way, read_write};
use lapwing_executive::io::status_block::StatusBlock;
use lapwing_executive::io::user_memory::{UserBuffer, UserBuffers, UserPointer};
use lapwing_executive::ke::apc::ApcArguments;
use lapwing_executive::ke::thread::Thread;
use lapwing_executive::ob::handle;
use lapwing_executive::status::{Result, Status};

/// The place that stands in an OVERLAPPED.
///
/// # Safety
/// It is readable and aligned.
unsafe fn place(overlapped: *const OVERLAPPED) -> u64 {
    // SAFETY: the caller's promise.
    let place = unsafe { (*overlapped).Anonymous.Anonymous };
    u64::from(place.OffsetHigh) << 32 | u64::from(place.Offset)
}

/// What ReadFile and WriteFile share.
///
/// # Safety
/// As for [`ReadFile`].
unsafe fn transfer(
    way: Way,
    file: HANDLE,
    buffer: UserBuffer,
    count: *mut u32,
    overlapped: *mut OVERLAPPED,
) -> BOOL {
    if (overlapped.is_null() || !count.is_null()) && is_wild(count) {
        last_error::set(ERROR_NOACCESS);
        return 0;
    }
    // SAFETY: the caller's promise.
    let count = unsafe { UserPointer::new(count) };
    count.write(0);
    let given = || {
        if overlapped.is_null() {
            return Ok(None);
        }
        // SAFETY: the caller's promise, and not NULL.
        unsafe { given(overlapped) }.map(Some)
    };
    finish(read_write(number(file), way, UserBuffers::One(buffer), |_| given()), count)
}

/// Takes the OVERLAPPED of a transfer, and the place that stands in it.
///
/// # Safety
/// As for [`take_overlapped`].
pub(super) unsafe fn given(overlapped: *mut OVERLAPPED) -> Result<Given> {
    // SAFETY: the caller's promise.
    let taken = unsafe { take_overlapped(overlapped) }?;
    // SAFETY: as above; `take_overlapped` has looked at it.
    Ok(Given { overlapped: taken, place: unsafe { place(overlapped) } })
}

/// What the call returns.
#[inline]
pub(super) fn finish(started: Result<Started>, count: UserPointer<u32>) -> BOOL {
    match started {
        Ok(Started::Done(outcome)) => {
            count.write(outcome.information as u32);
            // A part of a message has been read, and is an error all the same (semantics 12.3).
            if outcome.status.is_success() { 1 } else { fail(outcome.status) }
        }
        Ok(Started::Pending) => {
            last_error::set(ERROR_IO_PENDING);
            0
        }
        Err(status) => fail(status),
    }
}

/// Reads, at most so many bytes: from a socket what has arrived, from a file what stands at its
/// position or, with an OVERLAPPED, at its Offset.  Overlapped if an OVERLAPPED is given and the
/// handle is; the count is zeroed first and is written when the call succeeds.
///
/// A file's end is success with a count of 0, or, with an OVERLAPPED, `ERROR_HANDLE_EOF` (38).
///
/// # Errors
/// FALSE with `ERROR_IO_PENDING`, `ERROR_INVALID_HANDLE`, `ERROR_NOACCESS`, for a socket
/// `ERROR_NETNAME_DELETED` and the others of a receive, in their Win32 reading; for a file
/// `ERROR_ACCESS_DENIED` (opened without the right to read), `ERROR_HANDLE_EOF`,
/// `ERROR_INVALID_PARAMETER` (an overlapped file without OVERLAPPED, a negative place); for a
/// pipe `ERROR_MORE_DATA` (234, a part of a message), `ERROR_BROKEN_PIPE` (109, the other end has
/// gone and everything was read), `ERROR_NO_DATA` (232, nothing there and `PIPE_NOWAIT`, or a write
/// to an end that has gone), `ERROR_PIPE_LISTENING` (536), `ERROR_PIPE_NOT_CONNECTED` (233).
///
/// # Safety
/// The pointers are NULL or as Windows' documentation asks; with an OVERLAPPED the memory belongs
/// to the request until it has completed.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn ReadFile(
    hfile: HANDLE,
    lpbuffer: *mut u8,
    nnumberofbytestoread: u32,
    lpnumberofbytesread: *mut u32,
    lpoverlapped: *mut OVERLAPPED,
) -> BOOL {
    // SAFETY: the caller's promise.
    let buffer = unsafe { UserBuffer::new(lpbuffer, nnumberofbytestoread as usize) };
    if !lpnumberofbytesread.is_null() && is_wild(lpnumberofbytesread) {
        last_error::set(ERROR_NOACCESS);
        return 0;
    }
    // SAFETY: the caller's promise.
    let count = unsafe { UserPointer::new(lpnumberofbytesread) };
    // SAFETY: the caller's promise.
    if let Some((block, place)) = unsafe { usual(lpoverlapped) }
        && let Ok(object) = handle::lookup(number(hfile))
        && let Ok(file) = object.file()
    {
        match fast_io::read(file, buffer, block, place) {
            Tried::Done => {
                count.write(nnumberofbytestoread);
                return 1;
            }
            Tried::Missed(missed) => {
                count.write(0);
                return finish(fast_io::more(&object, file, buffer, block, place, missed), count);
            }
            Tried::Unusual => {}
        }
    }
    // SAFETY: the caller's promise.
    unsafe { transfer(Way::Read, hfile, buffer, lpnumberofbytesread, lpoverlapped) }
}

/// Where the result of a usual request goes and from where it reads: an OVERLAPPED without an
/// event.  Whatever is wrong with it is for the general way to say.
///
/// # Safety
/// As for [`ReadFile`].
#[inline]
unsafe fn usual(overlapped: *mut OVERLAPPED) -> Option<(StatusBlock, u64)> {
    if is_wild(overlapped) {
        return None;
    }
    // SAFETY: the caller's promise.
    let block = unsafe { StatusBlock::new(overlapped.cast()) }.ok()?;
    // SAFETY: the caller's promise; aligned, as the status block has checked.
    let (event, place) = unsafe { ((*overlapped).hEvent, place(overlapped)) };
    event.is_null().then_some((block, place))
}

/// Writes everything, to a socket, or to a file at its position or, with an OVERLAPPED, at its
/// Offset (all ones: at the file's end).  Overlapped if an OVERLAPPED is given and the handle is;
/// the count is zeroed first and is written when the call succeeds.
///
/// # Errors
/// As for [`ReadFile`], and `ERROR_DISK_FULL`; `ERROR_INVALID_USER_BUFFER` (1784) for NULL.
///
/// # Safety
/// As for [`ReadFile`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn WriteFile(
    hfile: HANDLE,
    lpbuffer: *const u8,
    nnumberofbytestowrite: u32,
    lpnumberofbyteswritten: *mut u32,
    lpoverlapped: *mut OVERLAPPED,
) -> BOOL {
    // SAFETY: the caller's promise; writing only reads.
    let buffer = unsafe { UserBuffer::new(lpbuffer.cast_mut(), nnumberofbytestowrite as usize) };
    // SAFETY: the caller's promise.
    unsafe { transfer(Way::Write, hfile, buffer, lpnumberofbyteswritten, lpoverlapped) }
}

/// What ReadFileEx and WriteFileEx share.
///
/// # Safety
/// As for [`ReadFileEx`].
unsafe fn transfer_with_routine(
    way: Way,
    file: HANDLE,
    buffer: UserBuffer,
    overlapped: *mut OVERLAPPED,
    routine: LPOVERLAPPED_COMPLETION_ROUTINE,
) -> BOOL {
    let (false, Some(routine)) = (overlapped.is_null(), routine) else {
        last_error::set(ERROR_INVALID_PARAMETER);
        return 0;
    };
    let given = || -> Result<_> {
        // SAFETY: the caller's promise, and not NULL.
        let taken = unsafe { take_with_routine(overlapped, routine) }?;
        // SAFETY: the caller's promise; it is aligned.
        Ok(Some(Given { overlapped: taken, place: unsafe { place(overlapped) } }))
    };
    match read_write(number(file), way, UserBuffers::One(buffer), |_| given()) {
        Ok(Started::Done(_) | Started::Pending) => 1,
        Err(status) => fail(status),
    }
}

/// Takes the OVERLAPPED of a call with a completion routine.
///
/// # Errors
/// `ACCESS_VIOLATION` and `DATATYPE_MISALIGNMENT_ERROR` for a bad pointer.
///
/// # Safety
/// As for [`take_overlapped`]; the routine can be called until it has run.
pub(super) unsafe fn take_with_routine(
    overlapped: *mut OVERLAPPED,
    routine: unsafe extern "system" fn(u32, u32, *mut OVERLAPPED),
) -> Result<Overlapped> {
    if is_wild(overlapped) {
        return Err(Status::ACCESS_VIOLATION);
    }
    // SAFETY: the caller's promise, and not NULL.
    let status_block = Some(unsafe { StatusBlock::new(overlapped.cast()) }?);
    // hEvent is the program's own (semantics 1.8).
    let (thread, routine) = (Thread::current(), routine as usize);
    let notify = Notify::Routine(Routine { thread, deliver, routine });
    Ok(Overlapped { status_block, event: None, notify })
}

/// Calls a program's completion routine.
fn deliver(arguments: &ApcArguments) {
    let [routine, status, information, overlapped, _] = *arguments;
    // SAFETY: the address was the program's routine when the request began, and it promised to
    // keep it.
    let routine: unsafe extern "system" fn(u32, u32, *mut OVERLAPPED) =
        unsafe { mem::transmute(routine) };
    let code = error::win32(Status(status as u32));
    let overlapped = core::ptr::with_exposed_provenance_mut(overlapped);
    // SAFETY: as above; the OVERLAPPED belongs to the program again.
    unsafe { routine(code, information as u32, overlapped) };
}

/// Reads as [`ReadFile`] with an OVERLAPPED, whose hEvent is the program's own.  The end is told
/// by the routine, which gets the Win32 code, the count and the OVERLAPPED; it runs on the calling
/// thread, in one of its alertable waits, also when the data was there at once.  TRUE says that it
/// will run.
///
/// # Errors
/// FALSE, and no routine runs, with `ERROR_INVALID_PARAMETER` (no OVERLAPPED, no routine, or the
/// handle has a completion port), `ERROR_INVALID_HANDLE`, and those of [`ReadFile`] that are known
/// before a request begins.
///
/// # Safety
/// As for [`ReadFile`]; the routine can be called as its type says until it has run.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn ReadFileEx(
    hfile: HANDLE,
    lpbuffer: *mut u8,
    nnumberofbytestoread: u32,
    lpoverlapped: *mut OVERLAPPED,
    lpcompletionroutine: LPOVERLAPPED_COMPLETION_ROUTINE,
) -> BOOL {
    // SAFETY: the caller's promise.
    let buffer = unsafe { UserBuffer::new(lpbuffer, nnumberofbytestoread as usize) };
    // SAFETY: the caller's promise.
    unsafe { transfer_with_routine(Way::Read, hfile, buffer, lpoverlapped, lpcompletionroutine) }
}

/// Writes as [`WriteFile`] with an OVERLAPPED, and tells the end as [`ReadFileEx`].
///
/// # Errors
/// As for [`ReadFileEx`] and [`WriteFile`].
///
/// # Safety
/// As for [`ReadFileEx`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn WriteFileEx(
    hfile: HANDLE,
    lpbuffer: *const u8,
    nnumberofbytestowrite: u32,
    lpoverlapped: *mut OVERLAPPED,
    lpcompletionroutine: LPOVERLAPPED_COMPLETION_ROUTINE,
) -> BOOL {
    // SAFETY: the caller's promise; writing only reads.
    let buffer = unsafe { UserBuffer::new(lpbuffer.cast_mut(), nnumberofbytestowrite as usize) };
    // SAFETY: the caller's promise.
    unsafe { transfer_with_routine(Way::Write, hfile, buffer, lpoverlapped, lpcompletionroutine) }
}
