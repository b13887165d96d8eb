//! LockFile and its relatives: ranges of a file that others must not read or write.
#![allow(unsafe_code)]

use super::io::take_overlapped;
use crate::entry::{fail, is_wild, number, succeed};
use crate::last_error;
use lapwing_abi::{
    BOOL, ERROR_IO_PENDING, HANDLE, LOCK_FILE_FLAGS, LOCKFILE_EXCLUSIVE_LOCK,
    LOCKFILE_FAIL_IMMEDIATELY, OVERLAPPED,
};
use lapwing_executive::fs::byte_range::{Range, Wish};
use lapwing_executive::io::irp::Started;
use lapwing_executive::ob::handle;
use lapwing_executive::status::{Result, Status};

/// A range whose numbers come in halves.
fn range(start: (u32, u32), length: (u32, u32)) -> Result<Range> {
    let whole = |(low, high): (u32, u32)| u64::from(high) << 32 | u64::from(low);
    Range::new(whole(start), whole(length))
}

/// Where an OVERLAPPED begins.
///
/// # Safety
/// It must be NULL or readable.
unsafe fn start_of(overlapped: *const OVERLAPPED) -> Result<(u32, u32)> {
    if is_wild(overlapped) {
        return Err(Status::INVALID_PARAMETER);
    }
    // SAFETY: the caller's promise; whichever way it was written, it is two numbers.
    let place = unsafe { overlapped.read_unaligned().Anonymous.Anonymous };
    Ok((place.Offset, place.OffsetHigh))
}

/// Locks a range for this handle alone, now or never.  Nobody else can read or write there, through
/// another handle of this process or another Lapwing process of the user.
///
/// # Errors
/// FALSE with `ERROR_LOCK_VIOLATION` (33) when a part is locked already, by this handle too;
/// `ERROR_ACCESS_DENIED` for a handle that can neither read nor write,
/// `ERROR_INVALID_LOCK_RANGE` (307), `ERROR_INVALID_HANDLE`, `ERROR_INVALID_FUNCTION` for what is
/// no file, `ERROR_INVALID_PARAMETER` for a directory, `ERROR_NOT_SUPPORTED` for a standard handle.
#[unsafe(no_mangle)]
pub extern "system" fn LockFile(
    file: HANDLE,
    offset_low: u32,
    offset_high: u32,
    length_low: u32,
    length_high: u32,
) -> BOOL {
    succeed(handle::lookup(number(file)).and_then(|object| {
        let range = range((offset_low, offset_high), (length_low, length_high))?;
        object.file()?.disk()?.try_lock_range(&Wish { range, exclusive: true, immediate: true })
    }))
}

/// Locks a range from the place in the OVERLAPPED on, for this handle alone
/// (`LOCKFILE_EXCLUSIVE_LOCK`) or so that everybody may read and nobody write.  While somebody is
/// in the way the call waits, or with an overlapped handle the request is pending, unless
/// `LOCKFILE_FAIL_IMMEDIATELY` says otherwise.
///
/// A lock goes with its handle, and with its process, however that ends.  Between processes the
/// bytes above 2^62 are told apart by fours only.
///
/// # Errors
/// FALSE with `ERROR_IO_PENDING`, `ERROR_LOCK_VIOLATION` (33), `ERROR_INVALID_PARAMETER` (no
/// OVERLAPPED, `reserved`), and as for [`LockFile`]; a pending one that is cancelled ends with
/// `ERROR_OPERATION_ABORTED`.
///
/// # Safety
/// The OVERLAPPED must be NULL, or stay valid until the request has completed.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn LockFileEx(
    file: HANDLE,
    flags: LOCK_FILE_FLAGS,
    reserved: u32,
    length_low: u32,
    length_high: u32,
    overlapped: *mut OVERLAPPED,
) -> BOOL {
    let started = handle::lookup(number(file)).and_then(|object| {
        if reserved != 0 {
            return Err(Status::INVALID_PARAMETER);
        }
        // SAFETY: the caller's promise.
        let start = unsafe { start_of(overlapped) }?;
        let wish = Wish {
            range: range(start, (length_low, length_high))?,
            exclusive: flags & LOCKFILE_EXCLUSIVE_LOCK != 0,
            immediate: flags & LOCKFILE_FAIL_IMMEDIATELY != 0,
        };
        let file = object.file()?;
        let disk = file.disk()?;
        // SAFETY: the caller's promise.
        let taken = unsafe { take_overlapped(overlapped) }?.keeping_offset();
        disk.lock_range(&object, file, &wish, taken)
    });
    match started {
        Ok(Started::Done(_)) => 1,
        Ok(Started::Pending) => {
            last_error::set(ERROR_IO_PENDING);
            0
        }
        Err(status) => fail(status),
    }
}

/// Unlocks a range: exactly one that was locked through this handle, not a part of it.
///
/// # Errors
/// FALSE with `ERROR_NOT_LOCKED` (158), and as for [`LockFile`].
#[unsafe(no_mangle)]
pub extern "system" fn UnlockFile(
    file: HANDLE,
    offset_low: u32,
    offset_high: u32,
    length_low: u32,
    length_high: u32,
) -> BOOL {
    succeed(handle::lookup(number(file)).and_then(|object| {
        let range = range((offset_low, offset_high), (length_low, length_high))?;
        object.file()?.disk()?.unlock_range(range)
    }))
}

/// As [`UnlockFile`], from the place in the OVERLAPPED on; done when the call returns.
///
/// # Errors
/// As for [`UnlockFile`], and `ERROR_INVALID_PARAMETER` (no OVERLAPPED, `reserved`).
///
/// # Safety
/// The OVERLAPPED must be NULL or readable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn UnlockFileEx(
    file: HANDLE,
    reserved: u32,
    length_low: u32,
    length_high: u32,
    overlapped: *mut OVERLAPPED,
) -> BOOL {
    succeed(handle::lookup(number(file)).and_then(|object| {
        if reserved != 0 {
            return Err(Status::INVALID_PARAMETER);
        }
        // SAFETY: the caller's promise.
        let start = unsafe { start_of(overlapped) }?;
        object.file()?.disk()?.unlock_range(range(start, (length_low, length_high))?)
    }))
}
