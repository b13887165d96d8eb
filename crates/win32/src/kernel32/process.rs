//! Processes: this one, and others by their handles.
#![allow(unsafe_code)]

use super::named::{no_handle, with_inheritance};
use crate::entry;
use lapwing_abi::{BOOL, FILETIME, HANDLE, PROCESS_ACCESS_RIGHTS};
use lapwing_executive::ob::handle;
use lapwing_executive::ob::object::Body;
use lapwing_executive::ps::process::{Process, QUERY, QUERY_LIMITED, TERMINATE, of_handle};
use lapwing_executive::status::{Result, Status};

/// The process's id, which is the kernel's.
#[unsafe(no_mangle)]
pub extern "system" fn GetCurrentProcessId() -> u32 {
    std::process::id()
}

/// Ends the process, whatever its threads are doing.  The C run-time's exit functions run and its
/// streams are written out.  A parent that is a program of ours reads the whole code; Linux keeps
/// eight bits of it.
#[unsafe(no_mangle)]
pub extern "system" fn ExitProcess(exit_code: u32) -> ! {
    std::process::exit(exit_code.cast_signed())
}

/// Ends a process at once; of this process not even the C run-time's exit functions run.  Whoever
/// waits for it reads the code, as far as it asks by Windows' functions.
///
/// # Errors
/// FALSE with `ERROR_INVALID_HANDLE`; `ERROR_ACCESS_DENIED` without `PROCESS_TERMINATE`, for a
/// process that has ended, or for another user's.
#[unsafe(no_mangle)]
pub extern "system" fn TerminateProcess(hprocess: HANDLE, uexitcode: u32) -> BOOL {
    let process = of_handle(entry::number(hprocess), TERMINATE);
    entry::succeed(process.and_then(|process| process.terminate(uexitcode)))
}

/// The code with which a process has ended, or 259 (`STILL_ACTIVE`).
///
/// A process that a signal of Linux' has ended reads as Windows would have ended it: SIGSEGV as
/// 0xC0000005, SIGBUS 0xC0000006, SIGILL and SIGSYS 0xC000001D, SIGFPE 0xC0000094, SIGTRAP
/// 0x80000003; SIGINT, SIGQUIT, SIGHUP and SIGTERM as 0xC000013A (`STATUS_CONTROL_C_EXIT`); SIGABRT
/// as 3; SIGKILL as 1; any other, and an end that the kernel tells nobody, as 0xC0000001.  The
/// upper bits of a code reach only parents that are programs of ours, and their children.
///
/// # Errors
/// FALSE with `ERROR_INVALID_HANDLE`, `ERROR_ACCESS_DENIED` (the handle was opened without a right
/// to query), `ERROR_NOACCESS`.
///
/// # Safety
/// `lpexitcode` must be NULL or a place for a number.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetExitCodeProcess(hprocess: HANDLE, lpexitcode: *mut u32) -> BOOL {
    if entry::is_wild(lpexitcode) {
        return entry::fail(Status::ACCESS_VIOLATION);
    }
    match of_handle(entry::number(hprocess), QUERY | QUERY_LIMITED) {
        Ok(process) => {
            // SAFETY: the caller's promise, and not NULL.
            unsafe { lpexitcode.write_unaligned(process.exit_code()) };
            1
        }
        Err(status) => entry::fail(status),
    }
}

/// The id of a process; 0 on failure.
///
/// # Errors
/// `ERROR_INVALID_HANDLE`, `ERROR_ACCESS_DENIED` (the handle was opened without a right to query).
#[unsafe(no_mangle)]
pub extern "system" fn GetProcessId(process: HANDLE) -> u32 {
    let found = of_handle(entry::number(process), QUERY | QUERY_LIMITED);
    found.map(|process| process.id()).unwrap_or_else(|status| {
        entry::fail(status);
        0
    })
}

/// A handle to the process with this id, with the wanted rights; NULL on failure.
///
/// The rights are asked for: `PROCESS_TERMINATE` by `TerminateProcess`, `SYNCHRONIZE` by waits,
/// `PROCESS_DUP_HANDLE` by `DuplicateHandle`, and `PROCESS_QUERY_INFORMATION` or
/// `PROCESS_QUERY_LIMITED_INFORMATION` by what reads codes, times and ids.
///
/// Missing: what needs a look into another process's memory does not exist.
///
/// # Errors
/// `ERROR_INVALID_PARAMETER` (87: no such process, or the id 0), `ERROR_ACCESS_DENIED` (another
/// user's).
#[unsafe(no_mangle)]
pub extern "system" fn OpenProcess(
    dwdesiredaccess: PROCESS_ACCESS_RIGHTS,
    binherithandle: BOOL,
    dwprocessid: u32,
) -> HANDLE {
    let opened = Process::open(dwprocessid, dwdesiredaccess);
    match opened.and_then(|opened| handle::create(Body::Process(opened))) {
        Ok(number) => with_inheritance(number, binherithandle != 0),
        Err(status) => no_handle(status),
    }
}

fn file_time(time: u64) -> FILETIME {
    FILETIME { dwLowDateTime: time as u32, dwHighDateTime: (time >> 32) as u32 }
}

/// When a process began and ended (0 while it runs), and how long it has computed in the kernel and
/// in itself: this process to a microsecond, another to a hundredth of a second.
///
/// # Errors
/// FALSE with `ERROR_INVALID_HANDLE`, `ERROR_ACCESS_DENIED`, `ERROR_NOACCESS`.
///
/// # Safety
/// Each must be NULL or a place for a time.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetProcessTimes(
    hprocess: HANDLE,
    lpcreationtime: *mut FILETIME,
    lpexittime: *mut FILETIME,
    lpkerneltime: *mut FILETIME,
    lpusertime: *mut FILETIME,
) -> BOOL {
    let places = [lpcreationtime, lpexittime, lpkerneltime, lpusertime];
    let result: Result<()> = (|| {
        let process = of_handle(entry::number(hprocess), QUERY | QUERY_LIMITED)?;
        if places.iter().any(|place| entry::is_wild(*place)) {
            return Err(Status::ACCESS_VIOLATION);
        }
        let times = process.times();
        let values = [times.created, times.ended, times.kernel, times.user];
        for (place, value) in places.iter().zip(values) {
            // SAFETY: the caller's promise, and not NULL.
            unsafe { place.write_unaligned(file_time(value)) };
        }
        Ok(())
    })();
    entry::succeed(result)
}
