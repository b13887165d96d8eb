//! Windows' handle of a file that the C run-time knows by its number, and the other way round.  The
//! numbers are Linux' descriptors.
#![allow(unsafe_code)]

use lapwing_executive::fs::standard::{Stream, of_descriptor};
use lapwing_executive::io::file::File;
use lapwing_executive::ob::handle;
use lapwing_executive::ob::object::{Body, Object};
use lapwing_executive::status::{Result, Status};
use rustix::fd::{BorrowedFd, IntoRawFd};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A number and its handle, which goes when the number does.
struct Pair {
    number: i32,
    handle: u32,
}

static PAIRS: Mutex<Vec<Pair>> = Mutex::new(Vec::new());

fn pairs() -> MutexGuard<'static, Vec<Pair>> {
    PAIRS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Sets errno to EBADF; returns -1.
fn bad_number() -> i32 {
    // SAFETY: it is the calling thread's own.
    unsafe { *libc::__errno_location() = libc::EBADF };
    -1
}

/// True when the handle is open to the descriptor's file.
fn is_of(handle: u32, fd: BorrowedFd<'_>) -> bool {
    handle::lookup(handle as usize)
        .is_ok_and(|object| object.file().is_ok_and(|file| file.is_descriptor(fd)))
}

fn handle_of(number: i32) -> Result<u32> {
    if number < 0 {
        return Err(Status::INVALID_HANDLE);
    }
    // SAFETY: a number that is not open is EBADF to every call it is used in, and none keeps it.
    let fd = unsafe { BorrowedFd::borrow_raw(number) };
    let standard = [Stream::Input, Stream::Output, Stream::Error].get(number as usize);
    if let Some(handle) = standard.and_then(|&stream| crate::kernel32::standard_handle::of(stream))
        && is_of(handle, fd)
    {
        return Ok(handle);
    }
    let mut pairs = pairs();
    if let Some(at) = pairs.iter().position(|pair| pair.number == number) {
        if is_of(pairs[at].handle, fd) {
            return Ok(pairs[at].handle);
        }
        // The number was closed behind our back, and is open to another file.
        let _was_open = handle::close(pairs.swap_remove(at).handle as usize);
    }
    let file = File::new(of_descriptor(fd)?, false);
    // Nothing is under way.
    let _was_set = file.signal().set();
    let handle = handle::insert(Object::new(Body::File(file)))?;
    pairs.push(Pair { number, handle });
    Ok(handle)
}

/// The handle of a file that is open under a number; the same each time, and closed by `_close`.
///
/// Missing: `close` and `fclose` do not close it; it goes when the number is used anew.
///
/// # Errors
/// -1 with errno EBADF.
#[unsafe(no_mangle)]
pub extern "C" fn _get_osfhandle(number: i32) -> isize {
    handle_of(number).map_or_else(|_| bad_number() as isize, |handle| handle as isize)
}

/// A number for the file behind a handle.  It owns the handle: `_close` closes both.
///
/// Missing: sockets; the flags, of which none changes anything here.
///
/// # Errors
/// -1 with errno EBADF.
#[unsafe(no_mangle)]
pub extern "C" fn _open_osfhandle(handle: isize, _flags: i32) -> i32 {
    let fd = handle::lookup(handle as usize)
        .and_then(|object| object.file().and_then(File::disk).and_then(|disk| disk.descriptor()));
    let Ok(fd) = fd else { return bad_number() };
    let number = fd.into_raw_fd();
    let mut pairs = pairs();
    // The number was closed behind our back.
    pairs.retain(|pair| pair.number != number);
    pairs.push(Pair { number, handle: handle as u32 });
    number
}

/// Closes a file's number, and its handle if it has one.
///
/// # Errors
/// -1 with errno EBADF, or what else Linux' close says.
#[unsafe(no_mangle)]
pub extern "C" fn _close(number: i32) -> i32 {
    let mut pairs = pairs();
    if let Some(at) = pairs.iter().position(|pair| pair.number == number) {
        let _was_open = handle::close(pairs.swap_remove(at).handle as usize);
    }
    drop(pairs);
    // SAFETY: the number is the program's.
    unsafe { libc::close(number) }
}
