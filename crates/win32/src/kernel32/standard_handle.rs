//! The standard handles, and text for a console.
#![allow(unsafe_code)]

use crate::entry::{fail, number};
use crate::text::{self, Unit};
use crate::{error, last_error};
use core::ffi::c_void;
use core::ptr;
use lapwing_abi::{
    BOOL, HANDLE, STD_ERROR_HANDLE, STD_HANDLE, STD_INPUT_HANDLE, STD_OUTPUT_HANDLE, TRUE,
};
use lapwing_executive::fs::disk_file::DiskFile;
use lapwing_executive::fs::standard::{Stream, open};
use lapwing_executive::io::file::{Device, File};
use lapwing_executive::io::read_write::{Way, read_write};
use lapwing_executive::io::user_memory::{UserBuffer, UserBuffers, UserPointer};
use lapwing_executive::ob::handle;
use lapwing_executive::ob::object::{Body, Object};
use lapwing_executive::status::{Result, Status};
use std::sync::{Mutex, PoisonError};

/// Handles for input, output and errors; made when they are first asked for.
static HANDLES: Mutex<[Option<u32>; 3]> = Mutex::new([None; 3]);

/// The stream's handle; none when the program was started without.
pub(crate) fn of(stream: Stream) -> Option<u32> {
    get(stream).ok().filter(|&number| number != 0)
}

fn get(stream: Stream) -> Result<u32> {
    let mut handles = HANDLES.lock().unwrap_or_else(PoisonError::into_inner);
    let slot = &mut handles[stream as usize];
    let number = slot.map_or_else(|| make(stream), Ok)?;
    *slot = Some(number);
    Ok(number)
}

fn make(stream: Stream) -> Result<u32> {
    let Some(disk) = open(stream)? else { return Ok(0) };
    let file = File::new(Device::Disk(disk), false);
    // Nothing is under way.
    let _was_set = file.signal().set();
    handle::insert(Object::new(Body::File(Box::new(file))))
}

/// The handle of the program's input, output or error output: a console, a file or a pipe,
/// whatever the program was started with.  NULL when it was started without.
///
/// # Errors
/// `INVALID_HANDLE_VALUE` with `ERROR_INVALID_HANDLE` (6) for another number,
/// `ERROR_TOO_MANY_OPEN_FILES` (4).
#[unsafe(no_mangle)]
pub extern "system" fn GetStdHandle(nstdhandle: STD_HANDLE) -> HANDLE {
    let stream = match nstdhandle {
        STD_INPUT_HANDLE => Ok(Stream::Input),
        STD_OUTPUT_HANDLE => Ok(Stream::Output),
        STD_ERROR_HANDLE => Ok(Stream::Error),
        _ => Err(Status::INVALID_HANDLE),
    };
    match stream.and_then(get) {
        Ok(number) => ptr::without_provenance_mut(number as usize),
        Err(status) => {
            last_error::set(error::win32(status));
            // INVALID_HANDLE_VALUE
            ptr::without_provenance_mut(usize::MAX)
        }
    }
}

/// # Safety
/// As for [`WriteConsoleA`], in units of `U`.
pub(super) unsafe fn write<U: Unit>(output: HANDLE, units: *const U, count: u32) -> Result<()> {
    let object = handle::lookup(number(output))?;
    let file = object.file().map_err(|_| Status::INVALID_HANDLE)?;
    if !file.disk().is_ok_and(DiskFile::is_console) {
        return Err(Status::INVALID_HANDLE);
    }
    drop(object);
    // SAFETY: the caller's promise.
    let text = unsafe { text::from_counted(units, count as usize) }.unwrap_or_default();
    // SAFETY: the text lives longer than the call, which only reads it.
    let buffer = unsafe { UserBuffer::new(text.as_ptr().cast_mut(), text.len()) };
    read_write(number(output), Way::Write, UserBuffers::One(buffer), |_| Ok(None)).map(drop)
}

/// # Safety
/// `written` must be NULL or writable.
pub(super) unsafe fn finish(result: Result<()>, count: u32, written: *mut u32) -> BOOL {
    // SAFETY: the caller's promise.
    let written = unsafe { UserPointer::new(written) };
    match result {
        Ok(()) => {
            written.write(count);
            TRUE
        }
        Err(status) => {
            written.write(0);
            fail(status)
        }
    }
}

/// Writes text to a console, and to nothing else: redirected output is a file or a pipe, and
/// `WriteFile`'s.
///
/// # Errors
/// FALSE with `ERROR_INVALID_HANDLE` (6) for what is no console, `ERROR_ACCESS_DENIED`.
///
/// # Safety
/// So many characters must be readable; the count is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn WriteConsoleA(
    hconsoleoutput: HANDLE,
    lpbuffer: *const u8,
    nnumberofcharstowrite: u32,
    lpnumberofcharswritten: *mut u32,
    _lpreserved: *const c_void,
) -> BOOL {
    // SAFETY: the caller's promises.
    unsafe {
        let result = write(hconsoleoutput, lpbuffer, nnumberofcharstowrite);
        finish(result, nnumberofcharstowrite, lpnumberofcharswritten)
    }
}

/// As [`WriteConsoleA`], in UTF-16.
///
/// # Safety
/// As for [`WriteConsoleA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn WriteConsoleW(
    hconsoleoutput: HANDLE,
    lpbuffer: *const u16,
    nnumberofcharstowrite: u32,
    lpnumberofcharswritten: *mut u32,
    _lpreserved: *const c_void,
) -> BOOL {
    // SAFETY: the caller's promises.
    unsafe {
        let result = write(hconsoleoutput, lpbuffer, nnumberofcharstowrite);
        finish(result, nnumberofcharstowrite, lpnumberofcharswritten)
    }
}
