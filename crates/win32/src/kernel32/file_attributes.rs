//! A file's attributes and times.
#![allow(unsafe_code)]

use super::directory::with_name;
use crate::entry::{fail, is_wild, number, succeed};
use crate::text::{self, Unit};
use core::ffi::c_void;
use lapwing_abi::{
    BOOL, FILE_FLAGS_AND_ATTRIBUTES, FILETIME, GET_FILEEX_INFO_LEVELS, GetFileExInfoStandard,
    HANDLE, INVALID_FILE_ATTRIBUTES, PCSTR, PCWSTR, WIN32_FILE_ATTRIBUTE_DATA,
};
use lapwing_executive::fs::basic::Times;
use lapwing_executive::fs::by_handle;
use lapwing_executive::fs::information::Information;
use lapwing_executive::io::user_memory::UserPointer;
use lapwing_executive::ob::handle;
use lapwing_executive::status::{Result, Status};

/// A time as the program has it.
pub(super) fn file_time(time: u64) -> FILETIME {
    FILETIME { dwLowDateTime: time as u32, dwHighDateTime: (time >> 32) as u32 }
}

/// # Safety
/// As for [`GetFileAttributesA`], in units of `U`.
unsafe fn about<U: Unit>(name: *const U) -> Result<Information> {
    // SAFETY: the caller's promise.
    let name = unsafe { text::from_terminated(name) };
    by_handle::information_of(&name.unwrap_or_default())
}

/// # Safety
/// As for [`GetFileAttributesA`], in units of `U`.
pub(super) unsafe fn attributes<U: Unit>(name: *const U) -> u32 {
    // SAFETY: the caller's promise.
    unsafe { about(name) }.map_or_else(
        |status| {
            fail(status);
            INVALID_FILE_ATTRIBUTES
        },
        |found| found.attributes,
    )
}

/// The attributes of what has a name; of a symbolic link, those of the link.
///
/// # Errors
/// `INVALID_FILE_ATTRIBUTES` with `ERROR_FILE_NOT_FOUND`, `ERROR_PATH_NOT_FOUND`,
/// `ERROR_ACCESS_DENIED`, `ERROR_INVALID_NAME`.
///
/// # Safety
/// The name must be NULL or terminated.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetFileAttributesA(name: PCSTR) -> u32 {
    // SAFETY: the caller's promise.
    unsafe { attributes(name) }
}

/// As [`GetFileAttributesA`], in UTF-16.
///
/// # Safety
/// As for [`GetFileAttributesA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetFileAttributesW(name: PCWSTR) -> u32 {
    // SAFETY: the caller's promise.
    unsafe { attributes(name) }
}

/// # Safety
/// As for [`GetFileAttributesExA`], in units of `U`.
pub(super) unsafe fn attributes_ex<U: Unit>(
    name: *const U,
    level: GET_FILEEX_INFO_LEVELS,
    data: *mut c_void,
) -> BOOL {
    if level != GetFileExInfoStandard {
        return fail(Status::INVALID_PARAMETER);
    }
    if is_wild(data) {
        return fail(Status::ACCESS_VIOLATION);
    }
    // SAFETY: the caller's promise.
    succeed(unsafe { about(name) }.map(|found| {
        let answer = WIN32_FILE_ATTRIBUTE_DATA {
            dwFileAttributes: found.attributes,
            ftCreationTime: file_time(found.created),
            ftLastAccessTime: file_time(found.accessed),
            ftLastWriteTime: file_time(found.written),
            nFileSizeHigh: (found.size >> 32) as u32,
            nFileSizeLow: found.size as u32,
        };
        // SAFETY: the caller's promise.
        unsafe { UserPointer::new(data.cast()) }.write(answer);
    }))
}

/// The attributes, times and size of what has a name; of a symbolic link, those of the link.
///
/// # Errors
/// FALSE with the codes of [`GetFileAttributesA`], `ERROR_INVALID_PARAMETER` (the level),
/// `ERROR_NOACCESS`.
///
/// # Safety
/// The name must be NULL or terminated, `data` a writable `WIN32_FILE_ATTRIBUTE_DATA`.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetFileAttributesExA(
    name: PCSTR,
    level: GET_FILEEX_INFO_LEVELS,
    data: *mut c_void,
) -> BOOL {
    // SAFETY: the caller's promise.
    unsafe { attributes_ex(name, level, data) }
}

/// As [`GetFileAttributesExA`], in UTF-16.
///
/// # Safety
/// As for [`GetFileAttributesExA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetFileAttributesExW(
    name: PCWSTR,
    level: GET_FILEEX_INFO_LEVELS,
    data: *mut c_void,
) -> BOOL {
    // SAFETY: the caller's promise.
    unsafe { attributes_ex(name, level, data) }
}

/// Gives what has a name other attributes.  Read-only takes the right to write from everybody, from
/// a directory nothing; the others are kept in the extended attribute `user.DOSATTRIB`.
///
/// # Errors
/// FALSE with the codes of [`GetFileAttributesA`], `ERROR_INVALID_PARAMETER` (a directory's
/// attribute for a file, `FILE_ATTRIBUTE_TEMPORARY` for a directory), `ERROR_NOT_SUPPORTED` when
/// the file system cannot keep them.
///
/// # Safety
/// The name must be NULL or terminated.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn SetFileAttributesA(
    name: PCSTR,
    attributes: FILE_FLAGS_AND_ATTRIBUTES,
) -> BOOL {
    // SAFETY: the caller's promise.
    unsafe { with_name(name, |name| by_handle::set_attributes(name, attributes)) }
}

/// As [`SetFileAttributesA`], in UTF-16.
///
/// # Safety
/// As for [`SetFileAttributesA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn SetFileAttributesW(
    name: PCWSTR,
    attributes: FILE_FLAGS_AND_ATTRIBUTES,
) -> BOOL {
    // SAFETY: the caller's promise.
    unsafe { with_name(name, |name| by_handle::set_attributes(name, attributes)) }
}

/// The times of an open file; each that is not NULL is told.
///
/// # Errors
/// FALSE with `ERROR_INVALID_HANDLE`, `ERROR_INVALID_FUNCTION` for what is no file.
///
/// # Safety
/// The pointers must be NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetFileTime(
    file: HANDLE,
    created: *mut FILETIME,
    accessed: *mut FILETIME,
    written: *mut FILETIME,
) -> BOOL {
    let found =
        handle::lookup(number(file)).and_then(|object| object.file()?.disk()?.information());
    succeed(found.map(|found| {
        let times = [found.created, found.accessed, found.written];
        for (place, time) in [created, accessed, written].into_iter().zip(times) {
            // SAFETY: the caller's promise.
            unsafe { UserPointer::new(place) }.write(file_time(time));
        }
    }))
}

/// A time that a program wants; 0 and what means "leave it alone from now on" change nothing.
///
/// # Safety
/// The pointer must be NULL or readable.
pub(super) unsafe fn wanted(time: *const FILETIME) -> Option<u64> {
    if time.is_null() {
        return None;
    }
    // SAFETY: the caller's promise.
    let time = unsafe { time.read_unaligned() };
    meant(u64::from(time.dwHighDateTime) << 32 | u64::from(time.dwLowDateTime))
}

/// 0 means that the time stays, and -1 and -2 that the handle's use does not change it.
pub(super) fn meant(time: u64) -> Option<u64> {
    (time != 0 && time < u64::MAX - 1).then_some(time)
}

/// Gives an open file other times; those that are NULL or 0 stay.  The time of its making is passed
/// over where the file system cannot keep it.
///
/// Missing: all ones, which keep the handle's own use from changing a time, change nothing.
///
/// # Errors
/// FALSE with `ERROR_ACCESS_DENIED` without `FILE_WRITE_ATTRIBUTES`, `ERROR_INVALID_HANDLE`,
/// `ERROR_INVALID_FUNCTION` for what is no file.
///
/// # Safety
/// The pointers must be NULL or readable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn SetFileTime(
    file: HANDLE,
    created: *const FILETIME,
    accessed: *const FILETIME,
    written: *const FILETIME,
) -> BOOL {
    // SAFETY: the caller's promises.
    let times = unsafe {
        Times { created: wanted(created), accessed: wanted(accessed), written: wanted(written) }
    };
    succeed(
        handle::lookup(number(file))
            .and_then(|object| object.file()?.disk()?.set_basic(times, None)),
    )
}
