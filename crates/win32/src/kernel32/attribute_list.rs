//! The list of attributes that goes with a STARTUPINFOEX.
//!
//! ```text
//!   Header { mask, capacity, count } | Entry { attribute, size, value } …
//! ```
//!
//! The memory is the program's; the values stay where it has them.
#![allow(unsafe_code)]

use crate::entry::{self, is_wild};
use core::ffi::c_void;
use lapwing_abi::{
    BOOL, ERROR_BAD_LENGTH, ERROR_GEN_FAILURE, ERROR_INSUFFICIENT_BUFFER, ERROR_INVALID_PARAMETER,
    ERROR_NOT_SUPPORTED, ERROR_OBJECT_NAME_EXISTS, HANDLE, LPPROC_THREAD_ATTRIBUTE_LIST,
    PROC_THREAD_ATTRIBUTE_HANDLE_LIST,
};
use lapwing_executive::status::{Result, Status};

/// So many attributes Windows has, and takes at most.
const MOST: u32 = 32;
/// The part of an attribute that says which it is.
const NUMBER: usize = 0xFFFF;

#[repr(C)]
#[derive(Clone, Copy)]
struct Header {
    mask: u32,
    capacity: u32,
    count: u32,
    unused: u32,
    unknown: usize,
}

#[repr(C)]
#[derive(Clone, Copy)]
struct Entry {
    attribute: usize,
    size: usize,
    value: *const c_void,
}

fn refuse(code: u32) -> BOOL {
    crate::last_error::set(code);
    0
}

/// Makes an empty list for so many attributes in the program's memory; with NULL it only says how
/// many bytes that takes.
///
/// # Errors
/// FALSE with `ERROR_INSUFFICIENT_BUFFER` (the size is told), `ERROR_INVALID_PARAMETER` (flags, or
/// more than 32 attributes), `ERROR_NOACCESS` (no place for the size).
///
/// # Safety
/// The list is NULL or has as many bytes as `*lpsize` says; that is NULL or a place for a number.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn InitializeProcThreadAttributeList(
    lpattributelist: LPPROC_THREAD_ATTRIBUTE_LIST,
    dwattributecount: u32,
    dwflags: u32,
    lpsize: *mut usize,
) -> BOOL {
    if dwflags != 0 || dwattributecount > MOST {
        return refuse(ERROR_INVALID_PARAMETER);
    }
    if is_wild(lpsize) {
        return entry::fail(Status::ACCESS_VIOLATION);
    }
    let needed = size_of::<Header>() + dwattributecount as usize * size_of::<Entry>();
    // SAFETY: the caller's promise, and not NULL.
    let given = unsafe { lpsize.read_unaligned() };
    // SAFETY: as above.
    unsafe { lpsize.write_unaligned(needed) };
    if lpattributelist.is_null() || given < needed {
        return refuse(ERROR_INSUFFICIENT_BUFFER);
    }
    let header = Header { mask: 0, capacity: dwattributecount, count: 0, unused: 0, unknown: 0 };
    // SAFETY: so many bytes are there, by the caller's promise.
    unsafe { lpattributelist.cast::<Header>().write_unaligned(header) };
    1
}

/// Adds an attribute.  Its value must stay until the list is deleted.
///
/// Missing: every attribute but `PROC_THREAD_ATTRIBUTE_HANDLE_LIST`.
///
/// # Errors
/// FALSE with `ERROR_NOT_SUPPORTED` (another attribute), `ERROR_BAD_LENGTH` (not a whole number of
/// handles), `ERROR_OBJECT_NAME_EXISTS` (it is in the list), `ERROR_GEN_FAILURE` (the list is
/// full), `ERROR_INVALID_PARAMETER` (flags).
///
/// # Safety
/// The list must be one that `InitializeProcThreadAttributeList` has made.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn UpdateProcThreadAttribute(
    lpattributelist: LPPROC_THREAD_ATTRIBUTE_LIST,
    dwflags: u32,
    attribute: usize,
    lpvalue: *const c_void,
    cbsize: usize,
    _lppreviousvalue: *mut c_void,
    _lpreturnsize: *const usize,
) -> BOOL {
    if dwflags != 0 {
        return refuse(ERROR_INVALID_PARAMETER);
    }
    if is_wild(lpattributelist) {
        return entry::fail(Status::ACCESS_VIOLATION);
    }
    let place = lpattributelist.cast::<Header>();
    // SAFETY: the caller's promise.
    let mut header = unsafe { place.read_unaligned() };
    if header.count >= header.capacity {
        return refuse(ERROR_GEN_FAILURE);
    }
    let bit = 1_u32.checked_shl((attribute & NUMBER) as u32).unwrap_or(0);
    if header.mask & bit != 0 {
        return refuse(ERROR_OBJECT_NAME_EXISTS);
    }
    if attribute != PROC_THREAD_ATTRIBUTE_HANDLE_LIST as usize {
        return refuse(ERROR_NOT_SUPPORTED);
    }
    if !cbsize.is_multiple_of(size_of::<HANDLE>()) {
        return refuse(ERROR_BAD_LENGTH);
    }
    let entry = Entry { attribute, size: cbsize, value: lpvalue };
    // SAFETY: the list has room for `capacity` entries behind its header.
    unsafe {
        let entries = lpattributelist.cast::<u8>().add(size_of::<Header>()).cast::<Entry>();
        entries.add(header.count as usize).write_unaligned(entry);
    }
    header.mask |= bit;
    header.count += 1;
    // SAFETY: as above.
    unsafe { place.write_unaligned(header) };
    1
}

/// Ends the use of a list, whose memory is the program's.
#[unsafe(no_mangle)]
pub extern "system" fn DeleteProcThreadAttributeList(
    _lpattributelist: LPPROC_THREAD_ATTRIBUTE_LIST,
) {
}

/// The handles that a list allows to be inherited; None when it says nothing about them.
///
/// # Safety
/// NULL, or a list as it was made, with values that are still there.
pub(super) unsafe fn handles(list: LPPROC_THREAD_ATTRIBUTE_LIST) -> Result<Option<Vec<usize>>> {
    if list.is_null() {
        return Ok(None);
    }
    // SAFETY: the caller's promise.
    let header = unsafe { list.cast::<Header>().read_unaligned() };
    if header.count > header.capacity || header.capacity > MOST {
        return Err(Status::INVALID_PARAMETER);
    }
    for at in 0..header.count as usize {
        // SAFETY: so many entries stand behind the header.
        let entry = unsafe {
            let entries = list.cast::<u8>().add(size_of::<Header>()).cast::<Entry>();
            entries.add(at).read_unaligned()
        };
        if entry.attribute == PROC_THREAD_ATTRIBUTE_HANDLE_LIST as usize {
            let values = entry.value.cast::<HANDLE>();
            let count = entry.size / size_of::<HANDLE>();
            // SAFETY: the caller's promise.
            let value = |at| entry::number(unsafe { values.add(at).read_unaligned() });
            return Ok(Some((0..count).map(value).collect()));
        }
    }
    Ok(None)
}
