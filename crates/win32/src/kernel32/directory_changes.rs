//! ReadDirectoryChangesW, and FindFirstChangeNotification and its relatives: hearing of what
//! happens in a directory.
#![allow(unsafe_code)]

use super::file;
use super::io::take_overlapped;
use crate::entry::{self, fail, is_wild, number, succeed};
use crate::text::{self, Unit};
use core::ffi::c_void;
use core::ptr;
use lapwing_abi::{
    BOOL, FILE_NOTIFY_CHANGE, FILE_NOTIFY_CHANGE_SIZE, HANDLE, LPOVERLAPPED_COMPLETION_ROUTINE,
    OVERLAPPED, PCSTR, PCWSTR,
};
use lapwing_executive::fs::directory_notify::{self, Question};
use lapwing_executive::fs::wide::Wide;
use lapwing_executive::io::complete::{self, Timing};
use lapwing_executive::io::irp::{Overlapped, Started};
use lapwing_executive::io::user_memory::{UserBuffer, UserPointer};
use lapwing_executive::ob::handle;
use lapwing_executive::status::{Result, Status};

/// What a call of ReadDirectoryChangesW gives.
pub(super) struct Call {
    pub directory: HANDLE,
    pub buffer: *mut c_void,
    pub length: u32,
    pub subtree: BOOL,
    pub filter: FILE_NOTIFY_CHANGE,
    pub count: *mut u32,
    pub overlapped: *mut OVERLAPPED,
    pub routine: LPOVERLAPPED_COMPLETION_ROUTINE,
}

impl Call {
    /// # Safety
    /// As for [`ReadDirectoryChangesW`].
    unsafe fn question(&self, wide: Wide) -> Result<Question> {
        let mut question =
            Question { filter: self.filter, subtree: self.subtree != 0, buffer: None, wide };
        question.check()?;
        if self.length > 0 {
            if is_wild(self.buffer) {
                return Err(Status::ACCESS_VIOLATION);
            }
            if !self.buffer.addr().is_multiple_of(align_of::<u32>()) {
                return Err(Status::DATATYPE_MISALIGNMENT_ERROR);
            }
            // SAFETY: the caller's promise.
            let buffer = unsafe { UserBuffer::new(self.buffer.cast(), self.length as usize) };
            question.buffer = Some(buffer);
        }
        Ok(question)
    }

    /// What stands in the OVERLAPPED, if there is one.
    ///
    /// # Safety
    /// As for [`ReadDirectoryChangesW`].
    unsafe fn take(&self) -> Result<Option<Overlapped>> {
        // SAFETY: the caller's promises.
        unsafe {
            match self.routine {
                _ if self.overlapped.is_null() => Ok(None),
                None => take_overlapped(self.overlapped).map(|it| Some(it.keeping_offset())),
                Some(routine) => file::take_with_routine(self.overlapped, routine).map(Some),
            }
        }
    }

    /// # Safety
    /// As for [`ReadDirectoryChangesW`].
    pub(super) unsafe fn run(&self, wide: Wide) -> BOOL {
        let begun = || -> Result<Option<u32>> {
            // SAFETY: the caller's promise.
            let question = unsafe { self.question(wide) }?;
            let object = handle::lookup(number(self.directory))?;
            let file = object.file()?;
            // SAFETY: the caller's promise.
            let overlapped = unsafe { self.take() }?;
            match overlapped {
                Some(overlapped) if file.is_overlapped() => {
                    match directory_notify::start(&object, file, question, overlapped)? {
                        Started::Done(_) | Started::Pending => Ok(None),
                    }
                }
                overlapped => {
                    let outcome = directory_notify::wait(&object, file, question)?;
                    if let Some(overlapped) = overlapped {
                        complete::deliver(file, &overlapped, outcome, Timing::INLINE);
                    }
                    Ok(Some(outcome.information as u32))
                }
            }
        };
        match begun() {
            Ok(Some(count)) if !is_wild(self.count) => {
                // SAFETY: the caller's promise, and not NULL.
                unsafe { UserPointer::new(self.count) }.write(count);
                1
            }
            Ok(_) => 1,
            Err(status) => fail(status),
        }
    }
}

/// Waits for changes in a directory, and tells them as `FILE_NOTIFY_INFORMATION`s.  The first call
/// on a handle says which changes (the filter), whether those below count too, and by its buffer's
/// length how much is kept between calls; what later calls say about that is ignored.
///
/// Overlapped if an OVERLAPPED is given and the handle is; then TRUE says that the request has
/// begun, and its end is told by the event, the routine or the port.  When more has happened than
/// the buffer holds, or none was given, the call succeeds with 0 bytes (`ERROR_NOTIFY_ENUM_DIR` in
/// `Internal`), as it does when the handle is closed (`STATUS_NOTIFY_CLEANUP`, a success: D:
/// FsRtlNotifyFullChangeDirectory, MS-SMB2 3.3.5.10).
///
/// `FILE_NOTIFY_CHANGE_CREATION` tells of a time of making that SetFileTime sets, not of new files
/// (MS-FSA 2.1.5.15.2).  Linux does not say which of a file's attributes, times and rights have
/// changed: `FILE_NOTIFY_CHANGE_ATTRIBUTES`, `_SECURITY` and `_LAST_WRITE` hear of all of them.
///
/// # Errors
/// FALSE with `ERROR_INVALID_PARAMETER` (87: the filter, no directory, a routine on a handle that
/// has a port), `ERROR_INVALID_FUNCTION` (1: a pipe, a socket), `ERROR_INVALID_HANDLE` (6),
/// `ERROR_ACCESS_DENIED` (5: no right to list it, or it has been deleted), `ERROR_NOACCESS` (998: a
/// buffer that is wild or no multiple of four), `ERROR_NO_SYSTEM_RESOURCES` (1450:
/// Linux lets the user watch no more).
///
/// # Safety
/// The pointers are NULL or as Windows' documentation asks; with an OVERLAPPED the memory belongs
/// to the request until it has completed.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn ReadDirectoryChangesW(
    directory: HANDLE,
    buffer: *mut c_void,
    length: u32,
    subtree: BOOL,
    filter: FILE_NOTIFY_CHANGE,
    count: *mut u32,
    overlapped: *mut OVERLAPPED,
    routine: LPOVERLAPPED_COMPLETION_ROUTINE,
) -> BOOL {
    let call = Call { directory, buffer, length, subtree, filter, count, overlapped, routine };
    // SAFETY: the caller's promise.
    unsafe { call.run(Wide::Utf16) }
}

fn ask(handle: u32, filter: u32, subtree: bool) -> Result<()> {
    let object = handle::lookup(handle as usize)?;
    let question = Question { filter, subtree, buffer: None, wide: Wide::Utf16 };
    directory_notify::start(&object, object.file()?, question, Overlapped::internal()).map(drop)
}

/// # Safety
/// As for [`FindFirstChangeNotificationA`], in units of `U`.
pub(super) unsafe fn first<U: Unit>(name: *const U, subtree: BOOL, filter: u32) -> HANDLE {
    // SAFETY: the caller's promise.
    let name = unsafe { text::from_terminated(name) };
    let begun = directory_notify::open(&name.unwrap_or_default()).and_then(|file| {
        let number = handle::create(file)?;
        ask(number, filter, subtree != 0).inspect_err(|_| {
            let _closed = handle::close(number as usize);
        })?;
        Ok(number)
    });
    match begun {
        Ok(number) => entry::handle(number),
        Err(status) => {
            fail(status);
            ptr::without_provenance_mut(usize::MAX)
        }
    }
}

/// Opens a handle that becomes signalled when something of the filter happens in the directory, or
/// below it too.
///
/// Missing: as in [`ReadDirectoryChangesW`].
///
/// # Errors
/// `INVALID_HANDLE_VALUE` with `ERROR_INVALID_PARAMETER` (87: the filter), `ERROR_FILE_NOT_FOUND`
/// (2), `ERROR_PATH_NOT_FOUND` (3), `ERROR_DIRECTORY` (267: it is none), `ERROR_ACCESS_DENIED`,
/// `ERROR_NO_SYSTEM_RESOURCES` (1450: Linux lets the user watch no more).
///
/// # Safety
/// The name must be NULL or terminated.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn FindFirstChangeNotificationA(
    name: PCSTR,
    subtree: BOOL,
    filter: FILE_NOTIFY_CHANGE,
) -> HANDLE {
    // SAFETY: the caller's promise.
    unsafe { first(name, subtree, filter) }
}

/// As [`FindFirstChangeNotificationA`], in UTF-16.
///
/// # Safety
/// As for [`FindFirstChangeNotificationA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn FindFirstChangeNotificationW(
    name: PCWSTR,
    subtree: BOOL,
    filter: FILE_NOTIFY_CHANGE,
) -> HANDLE {
    // SAFETY: the caller's promise.
    unsafe { first(name, subtree, filter) }
}

/// Has the handle signalled by the next change; what has happened since the last one counts.
///
/// # Errors
/// FALSE with `ERROR_INVALID_HANDLE` (6), `ERROR_INVALID_PARAMETER` (87: a file's),
/// `ERROR_INVALID_FUNCTION` (1: a pipe's, a socket's), `ERROR_ACCESS_DENIED` (5: the directory has
/// been deleted).
#[unsafe(no_mangle)]
pub extern "system" fn FindNextChangeNotification(notification: HANDLE) -> BOOL {
    let handle = u32::try_from(number(notification)).map_err(|_| Status::INVALID_HANDLE);
    // What to look for has been said.
    succeed(handle.and_then(|handle| ask(handle, FILE_NOTIFY_CHANGE_SIZE, false)))
}

/// Closes the handle.
///
/// # Errors
/// FALSE with `ERROR_INVALID_HANDLE` (6).
#[unsafe(no_mangle)]
pub extern "system" fn FindCloseChangeNotification(notification: HANDLE) -> BOOL {
    succeed(handle::close(number(notification)))
}
