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
use lapwing_executive::condrv;
use lapwing_executive::fs::disk_file::DiskFile;
use lapwing_executive::fs::standard::{Stream, open};
use lapwing_executive::io::file::File;
use lapwing_executive::io::read_write::{Way, read_write};
use lapwing_executive::io::user_memory::{UserBuffer, UserBuffers, UserPointer};
use lapwing_executive::ob::handle;
use lapwing_executive::ob::object::{Body, Object};
use lapwing_executive::ps::start;
use lapwing_executive::status::{Result, Status};
use std::sync::{Mutex, PoisonError};

/// Handles for input, output and errors; made when they are first asked for, unless the parent or
/// the program has set them.
static HANDLES: Mutex<[Slot; 3]> = Mutex::new([Slot::Unknown; 3]);

#[derive(Clone, Copy)]
enum Slot {
    /// What the parent gave, or the descriptor.
    Unknown,
    /// Made for the descriptor; 0 when there is none.
    Made(u32),
    /// Set to this, whatever it is.
    Set(usize),
}

impl Slot {
    fn value(self) -> Option<usize> {
        match self {
            Slot::Unknown => None,
            Slot::Made(number) => Some(number as usize),
            Slot::Set(value) => Some(value),
        }
    }
}

/// The stream's handle; none when the program was started without.
pub(crate) fn of(stream: Stream) -> Option<u32> {
    get(stream).ok().and_then(|value| u32::try_from(value).ok()).filter(|&number| number != 0)
}

fn get(stream: Stream) -> Result<usize> {
    let mut handles = HANDLES.lock().unwrap_or_else(PoisonError::into_inner);
    let slot = &mut handles[stream as usize];
    if let Some(value) = slot.value() {
        return Ok(value);
    }
    let given = start::own().and_then(|start| start.startup.standard);
    *slot = match given {
        Some(values) => Slot::Set(values[stream as usize] as usize),
        None => Slot::Made(make(stream)?),
    };
    Ok(slot.value().unwrap_or_default())
}

/// The handles that the program, or its parent, has set: a child gets those in place of the
/// descriptors.
pub(super) fn all() -> [Option<usize>; 3] {
    let given = start::own().and_then(|start| start.startup.standard);
    let slots = *HANDLES.lock().unwrap_or_else(PoisonError::into_inner);
    core::array::from_fn(|stream| match slots[stream] {
        Slot::Set(value) => Some(value),
        Slot::Made(_) => None,
        Slot::Unknown => given.map(|values| values[stream] as usize),
    })
}

fn stream_of(number: STD_HANDLE) -> Result<Stream> {
    match number {
        STD_INPUT_HANDLE => Ok(Stream::Input),
        STD_OUTPUT_HANDLE => Ok(Stream::Output),
        STD_ERROR_HANDLE => Ok(Stream::Error),
        _ => Err(Status::INVALID_HANDLE),
    }
}

fn make(stream: Stream) -> Result<u32> {
    let Some(device) = open(stream)? else { return Ok(0) };
    let file = File::new(device, false);
    // Nothing is under way.
    let _was_set = file.signal().set();
    let object = Object::new(Body::File(file));
    condrv::listen(&object);
    handle::insert(object)
}

/// The handle of the program's input, output or error output: a console, a file or a pipe,
/// whatever the program was started with.  NULL when it was started without.
///
/// # Errors
/// `INVALID_HANDLE_VALUE` with `ERROR_INVALID_HANDLE` (6) for another number,
/// `ERROR_TOO_MANY_OPEN_FILES` (4).
#[unsafe(no_mangle)]
pub extern "system" fn GetStdHandle(nstdhandle: STD_HANDLE) -> HANDLE {
    match stream_of(nstdhandle).and_then(get) {
        Ok(number) => ptr::without_provenance_mut(number),
        Err(status) => {
            last_error::set(error::win32(status));
            // INVALID_HANDLE_VALUE
            ptr::without_provenance_mut(usize::MAX)
        }
    }
}

/// Replaces a standard handle of the program, and of the children that it starts from now on.  The
/// descriptors 0, 1 and 2, and with them the C run-time's streams, stay as they are.
///
/// # Errors
/// FALSE with `ERROR_INVALID_HANDLE` (6) for another number.  The handle is not looked at.
#[unsafe(no_mangle)]
pub extern "system" fn SetStdHandle(nstdhandle: STD_HANDLE, hhandle: HANDLE) -> BOOL {
    let stream = match stream_of(nstdhandle) {
        Ok(stream) => stream,
        Err(status) => return fail(status),
    };
    let mut handles = HANDLES.lock().unwrap_or_else(PoisonError::into_inner);
    handles[stream as usize] = Slot::Set(number(hhandle));
    TRUE
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
