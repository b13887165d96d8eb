//! Moving, copying and replacing files.
#![allow(unsafe_code)]

use crate::entry::{is_wild, succeed};
use crate::last_error;
use crate::text::{self, Unit};
use core::ffi::c_void;
use core::ptr;
use lapwing_abi::{
    BOOL, CALLBACK_CHUNK_FINISHED, CALLBACK_STREAM_SWITCH, COPY_FILE_FAIL_IF_EXISTS,
    COPYFILE_FLAGS, ERROR_FILE_EXISTS, LPPROGRESS_ROUTINE, MOVE_FILE_FLAGS, MOVEFILE_COPY_ALLOWED,
    MOVEFILE_CREATE_HARDLINK, MOVEFILE_DELAY_UNTIL_REBOOT, MOVEFILE_REPLACE_EXISTING,
    MOVEFILE_WRITE_THROUGH, PCSTR, PCWSTR, PROGRESS_CANCEL, PROGRESS_QUIET, PROGRESS_STOP,
    REPLACE_FILE_FLAGS,
};
use lapwing_executive::fs::copy::{self, Existing, Progress};
use lapwing_executive::fs::rename::{self, How};
use lapwing_executive::status::{Result, Status};

/// # Safety
/// As for [`MoveFileExA`], in units of `U`.
pub(super) unsafe fn rename<U: Unit>(old: *const U, new: *const U, flags: u32) -> BOOL {
    // SAFETY: the caller's promises.
    let (old, new) = unsafe { (text::from_terminated(old), text::from_terminated(new)) };
    let has = |flag: u32| flags & flag != 0;
    if has(MOVEFILE_DELAY_UNTIL_REBOOT) {
        let both = has(MOVEFILE_COPY_ALLOWED);
        let status = if both { Status::INVALID_PARAMETER } else { Status::NOT_SUPPORTED };
        return succeed(Err(status));
    }
    let how = How {
        replace: has(MOVEFILE_REPLACE_EXISTING),
        copy: has(MOVEFILE_COPY_ALLOWED),
        link: has(MOVEFILE_CREATE_HARDLINK),
        write_through: has(MOVEFILE_WRITE_THROUGH),
    };
    succeed(rename::rename(&old.unwrap_or_default(), &new.unwrap_or_default(), how))
}

/// Moves a file or a directory, also to another volume if it is a file.
///
/// # Errors
/// FALSE with `ERROR_ALREADY_EXISTS` (183) when something has the new name, else as for
/// [`MoveFileExA`].
///
/// # Safety
/// The names must be NULL or terminated.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn MoveFileA(existing: PCSTR, new: PCSTR) -> BOOL {
    // SAFETY: the caller's promise.
    unsafe { rename(existing, new, MOVEFILE_COPY_ALLOWED) }
}

/// As [`MoveFileA`], in UTF-16.
///
/// # Safety
/// As for [`MoveFileA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn MoveFileW(existing: PCWSTR, new: PCWSTR) -> BOOL {
    // SAFETY: the caller's promise.
    unsafe { rename(existing, new, MOVEFILE_COPY_ALLOWED) }
}

/// Moves a file or a directory.  On one volume it is done at one go, also in the place of a file
/// that has the new name (`MOVEFILE_REPLACE_EXISTING`).
///
/// Missing: `MOVEFILE_DELAY_UNTIL_REBOOT`.
///
/// # Errors
/// FALSE with `ERROR_ALREADY_EXISTS` (183), `ERROR_ACCESS_DENIED` (what has the new name cannot be
/// replaced: a directory, read-only, open; permissions), `ERROR_SHARING_VIOLATION` (the old one is
/// open and not shared for that, or a directory would come into itself), `ERROR_NOT_SAME_DEVICE`
/// (17), `ERROR_FILE_NOT_FOUND`, `ERROR_PATH_NOT_FOUND`, `ERROR_INVALID_NAME`,
/// `ERROR_NOT_SUPPORTED` (the missing flag).
///
/// # Safety
/// The names must be NULL or terminated.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn MoveFileExA(
    existing: PCSTR,
    new: PCSTR,
    flags: MOVE_FILE_FLAGS,
) -> BOOL {
    // SAFETY: the caller's promise.
    unsafe { rename(existing, new, flags) }
}

/// As [`MoveFileExA`], in UTF-16.
///
/// # Safety
/// As for [`MoveFileExA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn MoveFileExW(
    existing: PCWSTR,
    new: PCWSTR,
    flags: MOVE_FILE_FLAGS,
) -> BOOL {
    // SAFETY: the caller's promise.
    unsafe { rename(existing, new, flags) }
}

fn copied(done: Result<()>) -> BOOL {
    match done {
        Err(Status::OBJECT_NAME_COLLISION) => {
            last_error::set(ERROR_FILE_EXISTS);
            0
        }
        done => succeed(done),
    }
}

/// Who is told of a copy, and may end it.
pub(super) struct Listener {
    pub routine: LPPROGRESS_ROUTINE,
    pub data: *const c_void,
    pub cancel: *mut BOOL,
}

impl Listener {
    /// Nobody.
    pub(super) const NOBODY: Listener =
        Listener { routine: None, data: ptr::null(), cancel: ptr::null_mut() };

    /// Asks whether to go on.
    fn goes_on(&mut self, progress: Progress) -> bool {
        // SAFETY: `CopyFileExA`'s caller promises that the flag can be read during the call.
        if !is_wild(self.cancel) && unsafe { self.cancel.read_volatile() } != 0 {
            return false;
        }
        let Some(routine) = self.routine else { return true };
        let reason =
            if progress.done == 0 { CALLBACK_STREAM_SWITCH } else { CALLBACK_CHUNK_FINISHED };
        let (total, done) = (progress.total as i64, progress.done as i64);
        let nothing = ptr::null_mut();
        // SAFETY: the program's routine, with what Windows hands it.
        let answer =
            unsafe { routine(total, done, total, done, 1, reason, nothing, nothing, self.data) };
        match answer {
            PROGRESS_QUIET => self.routine = None,
            PROGRESS_CANCEL | PROGRESS_STOP => return false,
            _ => {}
        }
        true
    }
}

/// # Safety
/// As for [`CopyFileExA`], in units of `U`.
pub(super) unsafe fn copy<U: Unit>(
    old: *const U,
    new: *const U,
    mut listener: Listener,
    flags: u32,
) -> BOOL {
    // SAFETY: the caller's promises.
    let (old, new) = unsafe { (text::from_terminated(old), text::from_terminated(new)) };
    let refused = flags & COPY_FILE_FAIL_IF_EXISTS != 0;
    let existing = if refused { Existing::Refused } else { Existing::Replaced };
    let mut goes_on = |progress| listener.goes_on(progress);
    copied(copy::copy(&old.unwrap_or_default(), &new.unwrap_or_default(), existing, &mut goes_on))
}

/// Copies a file, with its attributes and the time of its data.
///
/// # Errors
/// FALSE with `ERROR_FILE_EXISTS` (80) when something has the new name and is to stay,
/// `ERROR_ACCESS_DENIED` (a directory, a read-only or hidden file in the place of the copy),
/// `ERROR_SHARING_VIOLATION`, `ERROR_DISK_FULL`, `ERROR_FILE_NOT_FOUND`, `ERROR_PATH_NOT_FOUND`,
/// `ERROR_INVALID_NAME`.  What is not whole is deleted.
///
/// # Safety
/// The names must be NULL or terminated.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn CopyFileA(existing: PCSTR, new: PCSTR, fail_if_exists: BOOL) -> BOOL {
    // SAFETY: the caller's promise.
    unsafe { copy(existing, new, Listener::NOBODY, u32::from(fail_if_exists != 0)) }
}

/// As [`CopyFileA`], in UTF-16.
///
/// # Safety
/// As for [`CopyFileA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn CopyFileW(
    existing: PCWSTR,
    new: PCWSTR,
    fail_if_exists: BOOL,
) -> BOOL {
    // SAFETY: the caller's promise.
    unsafe { copy(existing, new, Listener::NOBODY, u32::from(fail_if_exists != 0)) }
}

/// As [`CopyFileA`], and tells a routine how far it is, which may end it, as `cancel` may.
///
/// Missing: flags other than `COPY_FILE_FAIL_IF_EXISTS`, which change nothing.
///
/// # Errors
/// As for [`CopyFileA`], and `ERROR_REQUEST_ABORTED` (1235) when it was ended.
///
/// # Safety
/// The names must be NULL or terminated, `cancel` NULL or readable during the call.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn CopyFileExA(
    existing: PCSTR,
    new: PCSTR,
    routine: LPPROGRESS_ROUTINE,
    data: *const c_void,
    cancel: *mut BOOL,
    flags: COPYFILE_FLAGS,
) -> BOOL {
    // SAFETY: the caller's promise.
    unsafe { copy(existing, new, Listener { routine, data, cancel }, flags) }
}

/// As [`CopyFileExA`], in UTF-16.
///
/// # Safety
/// As for [`CopyFileExA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn CopyFileExW(
    existing: PCWSTR,
    new: PCWSTR,
    routine: LPPROGRESS_ROUTINE,
    data: *const c_void,
    cancel: *mut BOOL,
    flags: COPYFILE_FLAGS,
) -> BOOL {
    // SAFETY: the caller's promise.
    unsafe { copy(existing, new, Listener { routine, data, cancel }, flags) }
}

/// # Safety
/// As for [`ReplaceFileA`], in units of `U`.
pub(super) unsafe fn replace<U: Unit>(
    replaced: *const U,
    replacement: *const U,
    backup: *const U,
) -> BOOL {
    // SAFETY: the caller's promises.
    let names = unsafe {
        (
            text::from_terminated(replaced),
            text::from_terminated(replacement),
            text::from_terminated(backup),
        )
    };
    let (Some(replaced), Some(replacement), backup) = names else {
        return succeed(Err(Status::INVALID_PARAMETER));
    };
    succeed(rename::replace(&replaced, &replacement, backup.as_deref()))
}

/// Puts a file in another's place, which keeps its attributes; the old one stays under the name of
/// the backup, unless that is NULL.
///
/// Missing: the flags change nothing.
///
/// # Errors
/// FALSE with `ERROR_INVALID_PARAMETER` (NULL), `ERROR_FILE_NOT_FOUND`, `ERROR_ACCESS_DENIED` (a
/// directory, a read-only file), `ERROR_SHARING_VIOLATION`, `ERROR_NOT_SAME_DEVICE`.
///
/// # Safety
/// The names must be NULL or terminated.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn ReplaceFileA(
    replaced: PCSTR,
    replacement: PCSTR,
    backup: PCSTR,
    _flags: REPLACE_FILE_FLAGS,
    _exclude: *const c_void,
    _reserved: *const c_void,
) -> BOOL {
    // SAFETY: the caller's promise.
    unsafe { replace(replaced, replacement, backup) }
}

/// As [`ReplaceFileA`], in UTF-16.
///
/// # Safety
/// As for [`ReplaceFileA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn ReplaceFileW(
    replaced: PCWSTR,
    replacement: PCWSTR,
    backup: PCWSTR,
    _flags: REPLACE_FILE_FLAGS,
    _exclude: *const c_void,
    _reserved: *const c_void,
) -> BOOL {
    // SAFETY: the caller's promise.
    unsafe { replace(replaced, replacement, backup) }
}
