//! Whole paths: of a name, of an open file.
#![allow(unsafe_code)]

use super::directory::answer;
use crate::entry::{fail, number};
use crate::last_error;
use crate::text::{self, Fit, Unit};
use core::ptr;
use lapwing_abi::{
    ERROR_INVALID_PARAMETER, GETFINALPATHNAMEBYHANDLE_FLAGS, HANDLE, PCSTR, PCWSTR, PSTR, PWSTR,
    VOLUME_NAME_DOS, VOLUME_NAME_NONE,
};
use lapwing_executive::fs::full_path;
use lapwing_executive::io::user_memory::UserPointer;
use lapwing_executive::ob::handle;
use lapwing_executive::status::{Result, Status};

/// All `FILE_NAME_` and `VOLUME_NAME_` bits.
const FINAL_FLAGS: u32 = 0xF;
/// `FILE_NAME_OPENED`
const OPENED: u32 = 8;

/// # Safety
/// As for [`GetFullPathNameA`], in units of `U`.
pub(super) unsafe fn full<U: Unit>(
    name: *const U,
    size: u32,
    buffer: *mut U,
    file_part: *mut *mut U,
) -> u32 {
    // SAFETY: the caller's promise.
    let name = unsafe { text::from_terminated(name) }.unwrap_or_default();
    let whole = match full_path::full(&name) {
        Ok(whole) => whole,
        Err(status) => {
            fail(status);
            return 0;
        }
    };
    // SAFETY: the caller's promise.
    match unsafe { text::into_buffer(&whole, buffer, size as usize) } {
        Fit::Written(length) => {
            let part = full_path::file_part(&whole).map(|at| U::encode(&whole[..at]).len());
            let part = part.map_or(ptr::null_mut(), |units| buffer.wrapping_add(units));
            // SAFETY: the caller's promise.
            unsafe { UserPointer::new(file_part) }.write(part);
            length as u32
        }
        Fit::Needed(length) => length as u32,
    }
}

/// The whole path that a name means: with its drive, without `.` and `..`.  Nothing is looked up.
/// Returns its length, or the size that the buffer needs with the terminator.  `file_part` then
/// points to the last name in the buffer, or is NULL when the path ends with a separator.
///
/// # Errors
/// 0 with `ERROR_INVALID_NAME` for an empty name.
///
/// # Safety
/// The name must be NULL or terminated, `buffer` NULL or of `size` characters, `file_part` NULL or
/// writable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetFullPathNameA(
    name: PCSTR,
    size: u32,
    buffer: PSTR,
    file_part: *mut PSTR,
) -> u32 {
    // SAFETY: the caller's promise.
    unsafe { full(name, size, buffer, file_part) }
}

/// As [`GetFullPathNameA`], in UTF-16.
///
/// # Safety
/// As for [`GetFullPathNameA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetFullPathNameW(
    name: PCWSTR,
    size: u32,
    buffer: PWSTR,
    file_part: *mut PWSTR,
) -> u32 {
    // SAFETY: the caller's promise.
    unsafe { full(name, size, buffer, file_part) }
}

fn final_name(file: HANDLE, flags: u32) -> Result<String> {
    let object = handle::lookup(number(file))?;
    let name = object.file()?.disk()?.name()?;
    match flags & !OPENED {
        VOLUME_NAME_DOS if name.starts_with(r"\\?\") => Ok(name),
        VOLUME_NAME_DOS => Ok(format!(r"\\?\{name}")),
        VOLUME_NAME_NONE => Ok(full_path::without_drive(&name).to_owned()),
        _ => Err(Status::OBJECT_PATH_NOT_FOUND),
    }
}

/// # Safety
/// As for [`GetFinalPathNameByHandleA`], in units of `U`.
pub(super) unsafe fn final_path<U: Unit>(
    file: HANDLE,
    buffer: *mut U,
    size: u32,
    flags: u32,
) -> u32 {
    if flags & !FINAL_FLAGS != 0 {
        last_error::set(ERROR_INVALID_PARAMETER);
        return 0;
    }
    // SAFETY: the caller's promise.
    unsafe { answer(final_name(file, flags), size, buffer) }
}

/// The path that an open file has now, links resolved: `\\?\C:\folder\file`, or without the volume
/// for `VOLUME_NAME_NONE`.  Returns its length, or the size that the buffer needs with the
/// terminator.
///
/// Missing: `VOLUME_NAME_GUID` and `VOLUME_NAME_NT`, for which there is nothing here.
///
/// # Errors
/// 0 with `ERROR_INVALID_HANDLE`, `ERROR_INVALID_PARAMETER` (flags), `ERROR_PATH_NOT_FOUND` (the
/// missing ones), `ERROR_FILE_NOT_FOUND` when the file has no name any more,
/// `ERROR_INVALID_FUNCTION` for what is no file.
///
/// # Safety
/// `buffer` must be NULL or have `size` characters.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetFinalPathNameByHandleA(
    file: HANDLE,
    buffer: PSTR,
    size: u32,
    flags: GETFINALPATHNAMEBYHANDLE_FLAGS,
) -> u32 {
    // SAFETY: the caller's promise.
    unsafe { final_path(file, buffer, size, flags) }
}

/// As [`GetFinalPathNameByHandleA`], in UTF-16.
///
/// # Safety
/// As for [`GetFinalPathNameByHandleA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetFinalPathNameByHandleW(
    file: HANDLE,
    buffer: PWSTR,
    size: u32,
    flags: GETFINALPATHNAMEBYHANDLE_FLAGS,
) -> u32 {
    // SAFETY: the caller's promise.
    unsafe { final_path(file, buffer, size, flags) }
}
