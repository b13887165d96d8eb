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

/// Reads from a socket: what has arrived, at most so many bytes.  Overlapped if an OVERLAPPED is
/// given and the socket is; the count is zeroed first and is written when the call succeeds.
///
/// Missing: files, pipes and devices, which this version cannot open.
///
/// # Errors
/// FALSE with `ERROR_IO_PENDING`, `ERROR_INVALID_HANDLE`, `ERROR_NOACCESS`,
/// `ERROR_NETNAME_DELETED` and the others of a receive, in their Win32 reading.
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

/// Writes to a socket, everything.  Overlapped if an OVERLAPPED is given and the socket is; the
/// count is zeroed first and is written when the call succeeds.
///
/// Missing: files, pipes and devices, which this version cannot open.
///
/// # Errors
/// As for [`ReadFile`].
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
