//! Deleting a file by its name, and names for temporary files.
#![allow(unsafe_code)]

use crate::entry::{fail, is_wild, succeed};
use crate::last_error;
use crate::text::{self, Fit, Unit};
use lapwing_abi::{
    BOOL, ERROR_BUFFER_OVERFLOW, ERROR_INVALID_PARAMETER, MAX_PATH, PCSTR, PCWSTR, PSTR, PWSTR,
};
use lapwing_executive::fs::{name, path};

/// Letters of a temporary file's prefix.
const PREFIX: usize = 3;
/// What comes behind the folder: a separator, prefix, number, `.tmp`.
const TEMPORARY_NAME: usize = 14;

/// # Safety
/// As for [`DeleteFileA`], in units of `U`.
pub(super) unsafe fn delete<U: Unit>(name: *const U) -> BOOL {
    // SAFETY: the caller's promise.
    let name = unsafe { text::from_terminated(name) };
    succeed(name::delete(&name.unwrap_or_default()))
}

/// Deletes a file.  Who has it open with `FILE_SHARE_DELETE` keeps what is in it.
///
/// # Errors
/// FALSE with `ERROR_FILE_NOT_FOUND`, `ERROR_PATH_NOT_FOUND`, `ERROR_ACCESS_DENIED` (permissions, a
/// read-only file, a directory), `ERROR_SHARING_VIOLATION`, `ERROR_INVALID_NAME`.
///
/// # Safety
/// The name must be NULL or terminated.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn DeleteFileA(name: PCSTR) -> BOOL {
    // SAFETY: the caller's promise.
    unsafe { delete(name) }
}

/// As [`DeleteFileA`], in UTF-16.
///
/// # Safety
/// As for [`DeleteFileA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn DeleteFileW(name: PCWSTR) -> BOOL {
    // SAFETY: the caller's promise.
    unsafe { delete(name) }
}

/// # Safety
/// As for [`GetTempPathA`], in units of `U`.
pub(super) unsafe fn temporary_path<U: Unit>(size: u32, buffer: *mut U) -> u32 {
    let mut folder = path::to_windows(&name::temporary_folder());
    if !folder.ends_with('\\') {
        folder.push('\\');
    }
    // SAFETY: the caller's promise.
    match unsafe { text::into_buffer(&folder, buffer, size as usize) } {
        Fit::Written(length) | Fit::Needed(length) => u32::try_from(length).unwrap_or(u32::MAX),
    }
}

/// The folder for temporary files, with a backslash at its end: `TMP`, `TEMP` or `TMPDIR` of the
/// environment, else `C:\tmp\`.  Returns its length, or the size that the buffer needs with the
/// terminator.
///
/// # Safety
/// `buffer` must be NULL or have `size` characters.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetTempPathA(size: u32, buffer: PSTR) -> u32 {
    // SAFETY: the caller's promise.
    unsafe { temporary_path(size, buffer) }
}

/// As [`GetTempPathA`], in UTF-16.
///
/// # Safety
/// As for [`GetTempPathA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetTempPathW(size: u32, buffer: PWSTR) -> u32 {
    // SAFETY: the caller's promise.
    unsafe { temporary_path(size, buffer) }
}

/// # Safety
/// As for [`GetTempFileNameA`], in units of `U`.
pub(super) unsafe fn temporary_name<U: Unit>(
    folder: *const U,
    prefix: *const U,
    unique: u32,
    buffer: *mut U,
) -> u32 {
    // SAFETY: the caller's promise.
    let (folder, prefix) =
        unsafe { (text::from_terminated(folder), text::from_terminated(prefix)) };
    let Some(folder) = folder.filter(|_| !is_wild(buffer)) else {
        last_error::set(ERROR_INVALID_PARAMETER);
        return 0;
    };
    if U::encode(&folder).len() > MAX_PATH as usize - TEMPORARY_NAME {
        last_error::set(ERROR_BUFFER_OVERFLOW);
        return 0;
    }
    let prefix: String = prefix.unwrap_or_default().chars().take(PREFIX).collect();
    match name::temporary(&folder, &prefix, unique as u16) {
        Ok((name, number)) => {
            // SAFETY: MAX_PATH characters by the caller's promise, and the name is shorter.
            let _fits = unsafe { text::into_buffer(&name, buffer, MAX_PATH as usize) };
            u32::from(number)
        }
        Err(status) => {
            fail(status);
            0
        }
    }
}

/// A name for a temporary file: the folder, up to three letters of the prefix, a number, `.tmp`.
/// The number is the low half of `unique`; if that is 0 one is chosen so that the name is new, and
/// an empty file is made.  Returns the number.
///
/// # Errors
/// 0 with `ERROR_DIRECTORY` (267) when there is no such folder, `ERROR_BUFFER_OVERFLOW` (111) when
/// its name is too long, `ERROR_INVALID_PARAMETER` for NULL, `ERROR_ACCESS_DENIED`.
///
/// # Safety
/// The names must be NULL or terminated, `buffer` must have `MAX_PATH` characters.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetTempFileNameA(
    folder: PCSTR,
    prefix: PCSTR,
    unique: u32,
    buffer: PSTR,
) -> u32 {
    // SAFETY: the caller's promise.
    unsafe { temporary_name(folder, prefix, unique, buffer) }
}

/// As [`GetTempFileNameA`], in UTF-16.
///
/// # Safety
/// As for [`GetTempFileNameA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetTempFileNameW(
    folder: PCWSTR,
    prefix: PCWSTR,
    unique: u32,
    buffer: PWSTR,
) -> u32 {
    // SAFETY: the caller's promise.
    unsafe { temporary_name(folder, prefix, unique, buffer) }
}
