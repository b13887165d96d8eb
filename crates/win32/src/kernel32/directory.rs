//! Directories: making, removing, the current one.
#![allow(unsafe_code)]

use crate::entry::{fail, succeed};
use crate::text::{self, Fit, Unit};
use lapwing_abi::{BOOL, PCSTR, PCWSTR, PSTR, PWSTR, SECURITY_ATTRIBUTES};
use lapwing_executive::fs::directory;
use lapwing_executive::status::Result;

/// A call with one name.
///
/// # Safety
/// The name must be NULL or terminated.
pub(super) unsafe fn with_name<U: Unit>(
    name: *const U,
    call: impl FnOnce(&str) -> Result<()>,
) -> BOOL {
    // SAFETY: the caller's promise.
    let name = unsafe { text::from_terminated(name) };
    succeed(call(&name.unwrap_or_default()))
}

/// Makes a directory.
///
/// Missing: the security descriptor; a directory has Linux' permissions.
///
/// # Errors
/// FALSE with `ERROR_ALREADY_EXISTS` (183), `ERROR_PATH_NOT_FOUND`, `ERROR_ACCESS_DENIED`,
/// `ERROR_INVALID_NAME`, `ERROR_FILENAME_EXCED_RANGE`, `ERROR_DISK_FULL`.
///
/// # Safety
/// The name must be NULL or terminated.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn CreateDirectoryA(
    name: PCSTR,
    _attributes: *const SECURITY_ATTRIBUTES,
) -> BOOL {
    // SAFETY: the caller's promise.
    unsafe { with_name(name, directory::create) }
}

/// As [`CreateDirectoryA`], in UTF-16.
///
/// # Safety
/// As for [`CreateDirectoryA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn CreateDirectoryW(
    name: PCWSTR,
    _attributes: *const SECURITY_ATTRIBUTES,
) -> BOOL {
    // SAFETY: the caller's promise.
    unsafe { with_name(name, directory::create) }
}

/// Removes an empty directory, or a symbolic link to one.
///
/// # Errors
/// FALSE with `ERROR_DIR_NOT_EMPTY` (145), `ERROR_DIRECTORY` (267: it is a file),
/// `ERROR_SHARING_VIOLATION` (it is open, or the current directory), `ERROR_ACCESS_DENIED`,
/// `ERROR_FILE_NOT_FOUND`, `ERROR_PATH_NOT_FOUND`, `ERROR_INVALID_NAME`.
///
/// # Safety
/// The name must be NULL or terminated.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn RemoveDirectoryA(name: PCSTR) -> BOOL {
    // SAFETY: the caller's promise.
    unsafe { with_name(name, directory::remove) }
}

/// As [`RemoveDirectoryA`], in UTF-16.
///
/// # Safety
/// As for [`RemoveDirectoryA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn RemoveDirectoryW(name: PCWSTR) -> BOOL {
    // SAFETY: the caller's promise.
    unsafe { with_name(name, directory::remove) }
}

/// Changes the current directory, of which every process has one.
///
/// # Errors
/// FALSE with `ERROR_FILE_NOT_FOUND`, `ERROR_PATH_NOT_FOUND`, `ERROR_DIRECTORY` (267: it is a
/// file), `ERROR_ACCESS_DENIED`, `ERROR_INVALID_NAME`.
///
/// # Safety
/// The name must be NULL or terminated.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn SetCurrentDirectoryA(name: PCSTR) -> BOOL {
    // SAFETY: the caller's promise.
    unsafe { with_name(name, directory::set_current) }
}

/// As [`SetCurrentDirectoryA`], in UTF-16.
///
/// # Safety
/// As for [`SetCurrentDirectoryA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn SetCurrentDirectoryW(name: PCWSTR) -> BOOL {
    // SAFETY: the caller's promise.
    unsafe { with_name(name, directory::set_current) }
}

/// Writes a text; returns its length, or the size that the buffer needs with the terminator, or 0
/// with the last error.
///
/// # Safety
/// `buffer` must be NULL or have `size` characters.
pub(super) unsafe fn answer<U: Unit>(text: Result<String>, size: u32, buffer: *mut U) -> u32 {
    match text {
        // SAFETY: the caller's promise.
        Ok(text) => match unsafe { text::into_buffer(&text, buffer, size as usize) } {
            Fit::Written(length) | Fit::Needed(length) => u32::try_from(length).unwrap_or(u32::MAX),
        },
        Err(status) => {
            fail(status);
            0
        }
    }
}

/// The current directory.  Returns its length, or the size that the buffer needs with the
/// terminator.
///
/// # Errors
/// 0 with `ERROR_PATH_NOT_FOUND` when it has been removed.
///
/// # Safety
/// `buffer` must be NULL or have `size` characters.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetCurrentDirectoryA(size: u32, buffer: PSTR) -> u32 {
    // SAFETY: the caller's promise.
    unsafe { answer(directory::current(), size, buffer) }
}

/// As [`GetCurrentDirectoryA`], in UTF-16.
///
/// # Safety
/// As for [`GetCurrentDirectoryA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetCurrentDirectoryW(size: u32, buffer: PWSTR) -> u32 {
    // SAFETY: the caller's promise.
    unsafe { answer(directory::current(), size, buffer) }
}
