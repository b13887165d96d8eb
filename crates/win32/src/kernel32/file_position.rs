//! An open file's size, position and end; what kind of file a handle names.
#![allow(unsafe_code)]

use crate::entry::{fail, is_wild, number, succeed};
use crate::last_error;
use lapwing_abi::{
    BOOL, ERROR_NEGATIVE_SEEK, ERROR_NOACCESS, FILE_BEGIN, FILE_CURRENT, FILE_END, FILE_TYPE,
    FILE_TYPE_CHAR, FILE_TYPE_DISK, FILE_TYPE_PIPE, FILE_TYPE_UNKNOWN, HANDLE, INVALID_FILE_SIZE,
    INVALID_SET_FILE_POINTER, SET_FILE_POINTER_MOVE_METHOD,
};
use lapwing_executive::fs::disk_file::{DiskFile, Kind, Origin};
use lapwing_executive::io::file::Device;
use lapwing_executive::io::user_memory::UserPointer;
use lapwing_executive::ob::handle;
use lapwing_executive::status::{Result, Status};

fn with_disk<T>(file: HANDLE, call: impl FnOnce(&DiskFile) -> Result<T>) -> Result<T> {
    handle::lookup(number(file)).and_then(|object| call(object.file()?.disk()?))
}

/// A 64-bit number as two of 32 bits: low, high.
fn halves(number: u64) -> (u32, u32) {
    (number as u32, (number >> 32) as u32)
}

/// The file's size; the upper half goes to `high`, if that is not NULL.
///
/// # Errors
/// `INVALID_FILE_SIZE` with `ERROR_INVALID_HANDLE`, or with `ERROR_INVALID_FUNCTION` (1) for what
/// has no size.  The last error is 0 after success if the low half is that number.
///
/// # Safety
/// `high` must be NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetFileSize(file: HANDLE, high: *mut u32) -> u32 {
    match with_disk(file, DiskFile::size) {
        Ok(size) => {
            let (low, upper) = halves(size);
            // SAFETY: the caller's promise.
            unsafe { UserPointer::new(high) }.write(upper);
            if low == INVALID_FILE_SIZE {
                last_error::set(0);
            }
            low
        }
        Err(status) => {
            fail(status);
            INVALID_FILE_SIZE
        }
    }
}

/// The file's size.
///
/// # Errors
/// FALSE with the codes of [`GetFileSize`], or `ERROR_NOACCESS`.
///
/// # Safety
/// `size` must be writable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetFileSizeEx(file: HANDLE, size: *mut i64) -> BOOL {
    if is_wild(size) {
        return fail(Status::ACCESS_VIOLATION);
    }
    succeed(with_disk(file, DiskFile::size).map(|bytes| {
        // SAFETY: the caller's promise; Linux has no larger sizes.
        unsafe { UserPointer::new(size) }.write(bytes as i64);
    }))
}

/// What kind of file the handle names: on a disk, a character device, or a pipe, which sockets
/// count as.
///
/// # Errors
/// `FILE_TYPE_UNKNOWN` with `ERROR_INVALID_HANDLE`; the last error is left alone after success.
#[unsafe(no_mangle)]
pub extern "system" fn GetFileType(file: HANDLE) -> FILE_TYPE {
    let kind = handle::lookup(number(file)).and_then(|object| {
        Ok(match object.file()?.device() {
            Device::Disk(disk) => match disk.kind() {
                Kind::Disk | Kind::Directory => FILE_TYPE_DISK,
                Kind::Character => FILE_TYPE_CHAR,
                Kind::Pipe => FILE_TYPE_PIPE,
            },
            Device::Serial(_) => FILE_TYPE_CHAR,
            _ => FILE_TYPE_PIPE,
        })
    });
    kind.unwrap_or_else(|status| {
        fail(status);
        FILE_TYPE_UNKNOWN
    })
}

/// Moves the position; `suits` refuses a new one.  Writes the last error when it fails.
fn seek(
    file: HANDLE,
    distance: i64,
    method: SET_FILE_POINTER_MOVE_METHOD,
    suits: impl FnOnce(u64) -> Result<()>,
) -> Option<u64> {
    let origin = match method {
        FILE_BEGIN => Ok(Origin::Begin),
        FILE_CURRENT => Ok(Origin::Current),
        FILE_END => Ok(Origin::End),
        _ => Err(Status::INVALID_PARAMETER),
    };
    match with_disk(file, |disk| disk.seek(origin?, distance, suits)) {
        Ok(Some(position)) => Some(position),
        Ok(None) => {
            last_error::set(ERROR_NEGATIVE_SEEK);
            None
        }
        Err(status) => {
            fail(status);
            None
        }
    }
}

/// Moves the file's position by a distance of 32 bits, or of 64 with `high`, which then receives
/// the upper half of the new position.  Returns its lower half.
///
/// # Errors
/// `INVALID_SET_FILE_POINTER` with `ERROR_NEGATIVE_SEEK` (131), `ERROR_INVALID_PARAMETER` (method,
/// or a position of more than 32 bits and `high` is NULL), `ERROR_INVALID_HANDLE`.  The last error
/// is 0 after success if the lower half is that number.
///
/// # Safety
/// `high` must be NULL or readable and writable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn SetFilePointer(
    file: HANDLE,
    distance: i32,
    high: *mut i32,
    method: SET_FILE_POINTER_MOVE_METHOD,
) -> u32 {
    let wide = !high.is_null();
    if wide && is_wild(high) {
        last_error::set(ERROR_NOACCESS);
        return INVALID_SET_FILE_POINTER;
    }
    let distance = if wide {
        // SAFETY: readable by the caller's promise.
        let upper = unsafe { high.read_unaligned() };
        i64::from(upper) << 32 | i64::from(distance.cast_unsigned())
    } else {
        i64::from(distance)
    };
    let fits = |new: u64| {
        let low_only = u32::try_from(new).is_ok();
        if wide || low_only { Ok(()) } else { Err(Status::INVALID_PARAMETER) }
    };
    let Some(position) = seek(file, distance, method, fits) else {
        return INVALID_SET_FILE_POINTER;
    };
    let (low, upper) = halves(position);
    // SAFETY: the caller's promise.
    unsafe { UserPointer::new(high) }.write(upper.cast_signed());
    if low == INVALID_SET_FILE_POINTER {
        last_error::set(0);
    }
    low
}

/// Moves the file's position, and tells the new one unless `new` is NULL.
///
/// # Errors
/// FALSE with `ERROR_NEGATIVE_SEEK` (131), `ERROR_INVALID_PARAMETER` (method),
/// `ERROR_INVALID_HANDLE`.
///
/// # Safety
/// `new` must be NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn SetFilePointerEx(
    file: HANDLE,
    distance: i64,
    new: *mut i64,
    method: SET_FILE_POINTER_MOVE_METHOD,
) -> BOOL {
    if !new.is_null() && is_wild(new) {
        last_error::set(ERROR_NOACCESS);
        return 0;
    }
    let Some(position) = seek(file, distance, method, |_| Ok(())) else { return 0 };
    // SAFETY: the caller's promise; a position is never larger.
    unsafe { UserPointer::new(new) }.write(position as i64);
    1
}

/// The file ends at its position from now on: it is cut off, or filled up with zeros.
///
/// # Errors
/// FALSE with `ERROR_ACCESS_DENIED` without the right to write, `ERROR_DISK_FULL`,
/// `ERROR_INVALID_FUNCTION` for what is on no disk, `ERROR_INVALID_HANDLE`.
#[unsafe(no_mangle)]
pub extern "system" fn SetEndOfFile(file: HANDLE) -> BOOL {
    succeed(with_disk(file, DiskFile::set_end))
}

/// Waits until everything that was written is on the disk, or until the other end of a pipe has
/// read it.
///
/// # Errors
/// FALSE with `ERROR_ACCESS_DENIED` without the right to write, `ERROR_IO_DEVICE` (1117),
/// `ERROR_INVALID_FUNCTION` for a socket, `ERROR_INVALID_HANDLE`; for a pipe
/// `ERROR_PIPE_NOT_CONNECTED` (233) and, when the other end goes meanwhile, `ERROR_BROKEN_PIPE`
/// (109).
#[unsafe(no_mangle)]
pub extern "system" fn FlushFileBuffers(file: HANDLE) -> BOOL {
    succeed(handle::lookup(number(file)).and_then(|object| {
        let file = object.file()?;
        match file.device() {
            Device::Pipe(end) => end.flush(&object, file),
            Device::AnonymousPipe(end) => end.flush(),
            _ => file.disk()?.flush(),
        }
    }))
}
