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
use lapwing_executive::ps::process::{DUPLICATE_HANDLES, QUERY, QUERY_LIMITED, of_handle, reopen};
use lapwing_executive::status::{Result, Status};

/// Closes a handle.  The object lives on as long as other handles, waits or requests refer to it.
///
/// Fails with 6 for a handle that is not open or is protected from being closed.
#[unsafe(no_mangle)]
pub extern "system" fn CloseHandle(object: HANDLE) -> BOOL {
    entry::succeed(handle::close(entry::number(object)))
}

/// Counts the handles that this process has open.
///
/// Missing: of other processes (50).
///
/// Fails with 6 when `process` is no process, with 5 when it was opened without a right to query,
/// with 998 for a place that is wild.
///
/// # Safety
/// `count` must be NULL or point to a place for the number.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetProcessHandleCount(process: HANDLE, count: *mut u32) -> BOOL {
    match of_handle(entry::number(process), QUERY | QUERY_LIMITED) {
        Ok(process) if process.is_own() => {}
        Ok(_) => return entry::fail(Status::NOT_SUPPORTED),
        Err(status) => return entry::fail(status),
    }
    if entry::is_wild(count) {
        return entry::fail(Status::ACCESS_VIOLATION);
    }
    // There are at most four million.
    let open = handle::all().len() as u32;
    // SAFETY: the caller's promise, and not NULL.
    unsafe { count.write_unaligned(open) };
    1
}

/// Opens another handle to the same object.  Source and target must be this process.
/// The access counts for processes only, unless `DUPLICATE_SAME_ACCESS` says that it is the same.
///
/// Missing: handles of other processes (50, `ERROR_NOT_SUPPORTED`); a child is given handles by
/// `CreateProcess`, and sockets by `WSADuplicateSocket`.
///
/// Fails with 6 for a wrong handle, with 5 for a process that was opened without
/// `PROCESS_DUP_HANDLE`, with 87 for a target place that is wild.
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
    let access = (options & DUPLICATE_SAME_ACCESS == 0).then_some(desired_access);
    let processes = [source_process, target_process];
    let result = duplicate(processes, source, access, inherit != 0, options);
    if let (Ok(new), false) = (result, target.is_null()) {
        // SAFETY: not NULL, hence a place for a handle by the caller's promise.
        unsafe { target.write_unaligned(new) };
    }
    entry::succeed(result.map(|_| ()))
}

fn duplicate(
    processes: [HANDLE; 2],
    source: HANDLE,
    access: Option<u32>,
    inherit: bool,
    options: DUPLICATE_HANDLE_OPTIONS,
) -> Result<HANDLE> {
    for process in processes {
        if !of_handle(entry::number(process), DUPLICATE_HANDLES)?.is_own() {
            return Err(Status::NOT_SUPPORTED);
        }
    }
    let source = entry::number(source);
    let new = match access.map(|access| reopen(source, access)).transpose()?.flatten() {
        Some(reopened) => reopened,
        None => handle::duplicate(source)?,
    };
    if inherit {
        handle::set_flags(new as usize, INHERIT, INHERIT)?;
    } else {
        handle::set_flags(new as usize, INHERIT, 0)?;
    }
    if options & DUPLICATE_CLOSE_SOURCE != 0 {
        // The duplicate stands whatever becomes of the source.
        let _protected = handle::close(source);
    }
    Ok(entry::handle(new))
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
