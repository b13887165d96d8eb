//! ReadFile and WriteFile.
#![allow(unsafe_code)]

use super::io::take_overlapped;
use crate::entry::{fail, is_wild, number};
use crate::last_error;
use lapwing_abi::{BOOL, ERROR_IO_PENDING, ERROR_NOACCESS, HANDLE, OVERLAPPED};
use lapwing_executive::afd::incoming::Incoming;
use lapwing_executive::afd::outgoing::Outgoing;
use lapwing_executive::afd::receive::ReceiveCall;
use lapwing_executive::afd::request::{self, Started};
use lapwing_executive::afd::send::SendCall;
use lapwing_executive::fs::disk_file::Transfer;
use lapwing_executive::io::file::File;
use lapwing_executive::io::irp::Outcome;
use lapwing_executive::io::user_memory::{UserBuffer, UserBuffers, UserPointer};
use lapwing_executive::ke::apc;
use lapwing_executive::ke::deadline::Deadline;
use lapwing_executive::ob::handle;
use lapwing_executive::ob::object::Object;
use lapwing_executive::ob::table::Pinned;
use lapwing_executive::status::{Result, Status};

/// Repeats a blocking call while APCs interrupt it, holding nothing while they run.
fn blocking(
    file: usize,
    mut call: impl FnMut(&Pinned<'static, Object>, &File) -> Result<Outcome>,
) -> Result<Started> {
    loop {
        let object = handle::lookup(file)?;
        match object.file().and_then(|file| call(&object, file)) {
            Err(Status::USER_APC) => {
                drop(object);
                apc::deliver();
            }
            result => return result.map(Started::Done),
        }
    }
}

fn finish(started: Result<Started>, count: UserPointer<u32>) -> BOOL {
    match started {
        Ok(Started::Done(outcome)) => {
            count.write(outcome.information as u32);
            1
        }
        Ok(Started::Pending) => {
            last_error::set(ERROR_IO_PENDING);
            0
        }
        Err(status) => fail(status),
    }
}

/// Takes a transfer of a file on a disk: the place stands in the OVERLAPPED.
///
/// # Safety
/// As for [`take_overlapped`]; NULL is allowed.
unsafe fn transfer(overlapped: *mut OVERLAPPED, buffer: UserBuffer) -> Result<Transfer> {
    let buffers = UserBuffers::One(buffer);
    if overlapped.is_null() {
        return Ok(Transfer { overlapped: None, buffers });
    }
    // SAFETY: the caller's promise.
    let taken = unsafe { take_overlapped(overlapped) }?.keeping_offset();
    // SAFETY: the caller's promise; it is aligned, as `take_overlapped` has checked.
    let place = unsafe { (*overlapped).Anonymous.Anonymous };
    let place = u64::from(place.OffsetHigh) << 32 | u64::from(place.Offset);
    Ok(Transfer { overlapped: Some((taken, place)), buffers })
}

/// Reads, at most so many bytes: from a socket what has arrived, from a file what stands at its
/// position or, with an OVERLAPPED, at its Offset.  Overlapped if an OVERLAPPED is given and the
/// handle is; the count is zeroed first and is written when the call succeeds.
///
/// A file's end is success with a count of 0, or, with an OVERLAPPED, `ERROR_HANDLE_EOF` (38).
///
/// Missing: pipes and consoles other than the standard handles.
///
/// # Errors
/// FALSE with `ERROR_IO_PENDING`, `ERROR_INVALID_HANDLE`, `ERROR_NOACCESS`, for a socket
/// `ERROR_NETNAME_DELETED` and the others of a receive, in their Win32 reading; for a file
/// `ERROR_ACCESS_DENIED` (opened without the right to read), `ERROR_HANDLE_EOF`,
/// `ERROR_INVALID_PARAMETER` (an overlapped file without OVERLAPPED, a negative place); for a
/// pipe without writers `ERROR_BROKEN_PIPE` (109).
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
    let count = unsafe { UserPointer::new(lpnumberofbytesread) };
    if (lpoverlapped.is_null() || !lpnumberofbytesread.is_null()) && is_wild(lpnumberofbytesread) {
        last_error::set(ERROR_NOACCESS);
        return 0;
    }
    count.write(0);
    // SAFETY: the caller's promise.
    let buffer = unsafe { UserBuffer::new(lpbuffer, nnumberofbytestoread as usize) };
    let mut call = Incoming::from(ReceiveCall::new(UserBuffers::One(buffer), 0));
    let started = handle::lookup(number(hfile)).and_then(|object| {
        let file = object.file()?;
        if let Ok(disk) = file.disk() {
            if is_wild(lpbuffer) && nnumberofbytestoread > 0 {
                return Err(Status::ACCESS_VIOLATION);
            }
            // SAFETY: the caller's promise.
            return disk.read(file, unsafe { transfer(lpoverlapped, buffer) }?);
        }
        if lpoverlapped.is_null() || !file.is_overlapped() {
            drop(object);
            return blocking(number(hfile), |object, file| {
                request::perform(object, file, &mut call, Deadline::Never)
            });
        }
        // SAFETY: the caller's promise.
        let overlapped = unsafe { take_overlapped(lpoverlapped) }?;
        request::start::<Incoming>(&object, file, call, overlapped)
    });
    finish(started, count)
}

/// Writes everything, to a socket, or to a file at its position or, with an OVERLAPPED, at its
/// Offset (all ones: at the file's end).  Overlapped if an OVERLAPPED is given and the handle is;
/// the count is zeroed first and is written when the call succeeds.
///
/// Missing: pipes and consoles other than the standard handles.
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
    // SAFETY: the caller's promise.
    let count = unsafe { UserPointer::new(lpnumberofbyteswritten) };
    if (lpoverlapped.is_null() || !lpnumberofbyteswritten.is_null())
        && is_wild(lpnumberofbyteswritten)
    {
        last_error::set(ERROR_NOACCESS);
        return 0;
    }
    count.write(0);
    // SAFETY: the caller's promise; sending only reads.
    let buffer = unsafe { UserBuffer::new(lpbuffer.cast_mut(), nnumberofbytestowrite as usize) };
    let mut call = Outgoing::from(SendCall::new(UserBuffers::One(buffer), 0));
    let started = handle::lookup(number(hfile)).and_then(|object| {
        let file = object.file()?;
        if let Ok(disk) = file.disk() {
            if is_wild(lpbuffer) && nnumberofbytestowrite > 0 {
                return Err(Status::INVALID_USER_BUFFER);
            }
            // SAFETY: the caller's promise.
            return disk.write(file, unsafe { transfer(lpoverlapped, buffer) }?);
        }
        if lpoverlapped.is_null() || !file.is_overlapped() {
            drop(object);
            return blocking(number(hfile), |object, file| {
                request::perform(object, file, &mut call, Deadline::Never)
            });
        }
        // SAFETY: the caller's promise.
        let overlapped = unsafe { take_overlapped(lpoverlapped) }?;
        request::start::<Outgoing>(&object, file, call, overlapped)
    });
    finish(started, count)
}
