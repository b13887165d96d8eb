//! `CloseHandle`, `DuplicateHandle`, the flags of a handle, the pseudo handles.
#![allow(unsafe_code)]

use crate::entry;
use core::ptr;
use lapwing_abi::{
    BOOL, DUPLICATE_CLOSE_SOURCE, DUPLICATE_HANDLE_OPTIONS, DUPLICATE_SAME_ACCESS, HANDLE,
    HANDLE_FLAGS,
};
use lapwing_executive::ob::handle::{
    self, CURRENT_PROCESS, CURRENT_THREAD, INHERIT, PROTECT_FROM_CLOSE,
};
use lapwing_executive::ps::duplicate;
use lapwing_executive::status::Status;

/// Closes a handle.  The object lives on as long as other handles, waits or requests refer to it.
///
/// Fails with 6 for a handle that is not open or is protected from being closed.
#[unsafe(no_mangle)]
pub extern "system" fn CloseHandle(object: HANDLE) -> BOOL {
    entry::succeed(handle::close(entry::number(object)))
}

/// Counts the handles that a process has open.
///
/// Fails with 6 when `process` is no process, with 5 when it was opened without a right to query or
/// has ended, with 50 for a process that is none of ours, with 998 for a place that is wild.
///
/// # Safety
/// `count` must be NULL or point to a place for the number.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetProcessHandleCount(process: HANDLE, count: *mut u32) -> BOOL {
    let counted = duplicate::count_handles(entry::number(process));
    if counted.is_ok() && entry::is_wild(count) {
        return entry::fail(Status::ACCESS_VIOLATION);
    }
    entry::succeed(counted.map(|open| {
        // SAFETY: the caller's promise, and not NULL.
        unsafe { count.write_unaligned(open) };
    }))
}

/// Opens another handle to the same object: in this process, in another of ours (a child, a parent,
/// one that was opened by its id), or from there.  `*target` is the value in the target process.
/// The access counts for events, mutexes, semaphores, timers, sections and processes, unless
/// `DUPLICATE_SAME_ACCESS` says that it is the same.
/// With `DUPLICATE_CLOSE_SOURCE` the source is closed, whatever becomes of the duplicate; without a
/// target process nothing else happens.
///
/// What goes to another process: files, pipes, sockets, processes, sections, events, mutexes,
/// semaphores, and timers with a name.  A file is associated with a port in each process anew, and
/// a position that the program sets, or that reading moves, is common.  A connected end of a named
/// pipe is there as one of an anonymous pipe, both ways: its calls are not overlapped, and messages
/// are bytes.
///
/// Missing: timers without a name, threads, ports, mailslots and directory watches stay in their
/// process; programs that are none of ours, or that no other has started or opened, and children
/// that were created suspended and have not begun, have nowhere to put a handle (all 50,
/// `ERROR_NOT_SUPPORTED`, and the source stays open).
///
/// Fails with 6 for a wrong handle, with 5 for a process that was opened without
/// `PROCESS_DUP_HANDLE` or has ended, with 121 for one that does not answer for ten seconds, with
/// 87 for a target place that is wild.  `*target` is NULL then.
///
/// # Safety
/// `target` must be NULL or point to a place for a handle.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn DuplicateHandle(
    source_process: HANDLE,
    source: HANDLE,
    target_process: HANDLE,
    target: *mut HANDLE,
    desired_access: u32,
    inherit: BOOL,
    options: DUPLICATE_HANDLE_OPTIONS,
) -> BOOL {
    if !target.is_null() && entry::is_wild(target) {
        return entry::fail(Status::INVALID_PARAMETER);
    }
    let result = duplicate::duplicate(&duplicate::Request {
        source_process: entry::number(source_process),
        source: entry::number(source),
        target_process: entry::number(target_process),
        access: (options & DUPLICATE_SAME_ACCESS == 0).then_some(desired_access),
        flags: if inherit != 0 { INHERIT } else { 0 },
        close_source: options & DUPLICATE_CLOSE_SOURCE != 0,
    });
    if !target.is_null() {
        let new = result.map_or(ptr::null_mut(), entry::handle);
        // SAFETY: not NULL, hence a place for a handle by the caller's promise.
        unsafe { target.write_unaligned(new) };
    }
    entry::succeed(result.map(drop))
}

/// Reads `HANDLE_FLAG_INHERIT` and `HANDLE_FLAG_PROTECT_FROM_CLOSE`.
///
/// # Safety
/// `flags` must be NULL (fails with 87) or point to a place for 32 bits.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetHandleInformation(object: HANDLE, flags: *mut u32) -> BOOL {
    if entry::is_wild(flags) {
        return entry::fail(Status::INVALID_PARAMETER);
    }
    match handle::flags(entry::number(object)) {
        Ok(value) => {
            // SAFETY: the caller's promise.
            unsafe { flags.write_unaligned(value) };
            1
        }
        Err(status) => entry::fail(status),
    }
}

/// Changes the flags that `mask` names.  Fails with 87 for unknown flags in the mask.
#[unsafe(no_mangle)]
pub extern "system" fn SetHandleInformation(
    object: HANDLE,
    mask: u32,
    flags: HANDLE_FLAGS,
) -> BOOL {
    if mask & !(INHERIT | PROTECT_FROM_CLOSE) != 0 {
        return entry::fail(Status::INVALID_PARAMETER);
    }
    entry::succeed(handle::set_flags(entry::number(object), mask, flags))
}

/// The pseudo handle of this process, −1.
#[unsafe(no_mangle)]
pub extern "system" fn GetCurrentProcess() -> HANDLE {
    ptr::without_provenance_mut(CURRENT_PROCESS)
}

/// The pseudo handle of the calling thread, −2.
#[unsafe(no_mangle)]
pub extern "system" fn GetCurrentThread() -> HANDLE {
    ptr::without_provenance_mut(CURRENT_THREAD)
}
