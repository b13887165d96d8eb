//! Anonymous pipes.
#![allow(unsafe_code)]

use super::named::{inherits, with_inheritance};
use crate::entry::{fail, is_wild};
use lapwing_abi::{BOOL, FALSE, HANDLE, SECURITY_ATTRIBUTES, TRUE};
use lapwing_executive::io::file::{Device, File};
use lapwing_executive::npfs::anonymous::{self, AnonymousPipe};
use lapwing_executive::ob::handle;
use lapwing_executive::ob::object::{Body, Object};
use lapwing_executive::status::{Result, Status};

fn open(end: AnonymousPipe) -> Result<u32> {
    let file = File::new(Device::AnonymousPipe(end), false);
    // Nothing is under way.
    let _was_set = file.signal().set();
    handle::insert(Object::new(Body::File(file)))
}

/// Makes a pipe of bytes and opens both ends: what is written to one is read from the other.
///
/// A read returns what there is and waits for something; when everything is read and nobody can
/// write any more, it fails with `ERROR_BROKEN_PIPE` (109).  A write returns when everything is in
/// the pipe; when nobody can read any more, it fails with `ERROR_NO_DATA` (232), and there is no
/// signal SIGPIPE.  Neither waits alertably.  The size is what the pipe takes at least without a
/// reader, as far as Linux gives it; 0 means the system's.
///
/// The pipe is Linux' own, so that a program of Linux' can have an end of it.  An empty write is
/// therefore not seen by the reader, where Windows' reader gets 0 bytes; and a write of more than
/// 4096 bytes that waits for room can be read in parts before it returns.  Closing a handle while
/// another thread reads from it ends the read with `ERROR_OPERATION_ABORTED` (995), where Windows'
/// `CloseHandle` waits for the read.
///
/// # Errors
/// FALSE with `ERROR_TOO_MANY_OPEN_FILES`, `ERROR_NO_SYSTEM_RESOURCES`, `ERROR_NOACCESS`.
///
/// # Safety
/// The first two are NULL or places for a handle, `lppipeattributes` is NULL or readable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn CreatePipe(
    hreadpipe: *mut HANDLE,
    hwritepipe: *mut HANDLE,
    lppipeattributes: *const SECURITY_ATTRIBUTES,
    nsize: u32,
) -> BOOL {
    if is_wild(hreadpipe) || is_wild(hwritepipe) {
        return fail(Status::ACCESS_VIOLATION);
    }
    // SAFETY: the caller's promise.
    let inherit = unsafe { inherits(lppipeattributes) };
    let opened = anonymous::create(nsize).and_then(|(read, write)| {
        let read = open(read)?;
        match open(write) {
            Ok(write) => Ok((read, write)),
            Err(status) => {
                let _closed = handle::close(read as usize);
                Err(status)
            }
        }
    });
    match opened {
        Ok((read, write)) => {
            // SAFETY: the caller's promises, and neither is NULL.
            unsafe {
                hreadpipe.write_unaligned(with_inheritance(read, inherit));
                hwritepipe.write_unaligned(with_inheritance(write, inherit));
            }
            TRUE
        }
        Err(status) => {
            fail(status);
            FALSE
        }
    }
}
