//! Threads: start, end, exit code, priority, description.
#![allow(unsafe_code)]

use super::named;
use crate::entry;
use crate::text::{Unit, from_terminated};
use core::ffi::c_void;
use lapwing_abi::{
    BOOL, CREATE_SUSPENDED, HANDLE, HRESULT, LPTHREAD_START_ROUTINE, SECURITY_ATTRIBUTES,
    STACK_SIZE_PARAM_IS_A_RESERVATION, THREAD_CREATION_FLAGS, THREAD_PRIORITY,
    THREAD_PRIORITY_ERROR_RETURN,
};
use lapwing_executive::ke::thread::Thread;
use lapwing_executive::ke::thread_start::{self, Entry, StartOptions};
use lapwing_executive::ke::{priority, thread};
use lapwing_executive::ob::handle;
use lapwing_executive::ob::object::{self, Body};
use lapwing_executive::ps::process::Process;
use lapwing_executive::status::{Result, Status};
use lapwing_executive::sys::program_thread::Routine;
use std::sync::Arc;

/// Starts a thread of the program.
///
/// # Errors
/// `INSUFFICIENT_RESOURCES`.
///
/// # Safety
/// The routine must be callable with the parameter, on any thread.
pub(crate) unsafe fn start(
    stack_size: usize,
    routine: Routine,
    parameter: *mut c_void,
    flags: THREAD_CREATION_FLAGS,
) -> Result<Arc<Thread>> {
    let options = StartOptions {
        stack_size,
        exact_stack: flags & STACK_SIZE_PARAM_IS_A_RESERVATION != 0,
        suspended: flags & CREATE_SUSPENDED != 0,
    };
    // SAFETY: the caller's promise.
    unsafe { thread_start::start(Entry { routine, parameter }, options) }
}

/// Starts a thread and opens a handle to it.  NULL on failure: 87 without a routine or for flags
/// that do not exist, 1450 when there is no room for another thread.
///
/// # Safety
/// `attributes` must be NULL or readable, `thread_id` NULL or a place for a number; the routine
/// must be callable with the parameter on another thread.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn CreateThread(
    attributes: *const SECURITY_ATTRIBUTES,
    stack_size: usize,
    start_address: LPTHREAD_START_ROUTINE,
    parameter: *const c_void,
    flags: THREAD_CREATION_FLAGS,
    thread_id: *mut u32,
) -> HANDLE {
    let known = CREATE_SUSPENDED | STACK_SIZE_PARAM_IS_A_RESERVATION;
    let (Some(routine), true) = (start_address, flags & !known == 0) else {
        return named::no_handle(Status::INVALID_PARAMETER);
    };
    // SAFETY: the C prototype's parameter is not const; the caller's promise.
    let thread = match unsafe { start(stack_size, routine, parameter.cast_mut(), flags) } {
        Ok(thread) => thread,
        Err(status) => return named::no_handle(status),
    };
    if !thread_id.is_null() {
        // SAFETY: the caller's promise.
        unsafe { thread_id.write_unaligned(thread.id()) };
    }
    // SAFETY: the caller's promise.
    unsafe { named::create_unnamed(attributes, object::of_thread(&thread)) }
}

/// Ends the calling thread, without the destructors of the calls that it is in.
///
/// On a thread that `CreateThread` or `_beginthreadex` started this jumps back to the thread's
/// first frame.  The process's first thread stays until the others have ended.  A foreign thread
/// ends by `pthread_exit`, to which this *jumps*, so that no frame of Rust's is there to be
/// unwound.
///
/// # Safety
/// The frames of the thread are abandoned: what they hold is lost.
#[unsafe(naked)]
#[unsafe(no_mangle)]
pub unsafe extern "system" fn ExitThread(exit_code: u32) -> ! {
    core::arch::naked_asm!(
        ".cfi_startproc",
        "sub rsp, 8",
        ".cfi_adjust_cfa_offset 8",
        "call {end}",
        "add rsp, 8",
        ".cfi_adjust_cfa_offset -8",
        "xor edi, edi",
        "jmp {pthread_exit}@PLT",
        ".cfi_endproc",
        end = sym end_thread,
        pthread_exit = sym libc::pthread_exit,
    )
}

extern "C" fn end_thread(exit_code: u32) {
    // SAFETY: this frame holds nothing, and those above have the caller's promise.
    unsafe { thread_start::exit(exit_code) };
}

fn with_thread<R>(thread: HANDLE, act: impl FnOnce(&Arc<Thread>) -> Result<R>) -> Result<R> {
    let object = handle::resolve(entry::number(thread))?;
    act(object.thread()?)
}

/// Asks the process of which this is the first thread; None for any other handle.
fn primary(thread: HANDLE, ask: impl FnOnce(&Process) -> u32) -> Option<u32> {
    match handle::lookup(entry::number(thread)).ok()?.body() {
        Body::PrimaryThread(process) => Some(ask(process)),
        _ => None,
    }
}

/// Reads a thread's exit code: 259 (`STILL_ACTIVE`) while it runs.
///
/// # Safety
/// `exit_code` must be NULL (fails with 998) or a place for a number.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetExitCodeThread(thread: HANDLE, exit_code: *mut u32) -> BOOL {
    if entry::is_wild(exit_code) {
        return entry::fail(Status::ACCESS_VIOLATION);
    }
    let code = primary(thread, Process::exit_code)
        .map_or_else(|| with_thread(thread, |thread| Ok(thread.exit_code())), Ok);
    match code {
        Ok(code) => {
            // SAFETY: the caller's promise.
            unsafe { exit_code.write_unaligned(code) };
            1
        }
        Err(status) => entry::fail(status),
    }
}

/// Lets a thread begin that was created suspended, or a process by its first thread.  Returns how
/// often it was suspended before, or −1 on failure: 6 for a wrong handle.
#[unsafe(no_mangle)]
pub extern "system" fn ResumeThread(thread: HANDLE) -> u32 {
    if let Some(before) = primary(thread, Process::resume) {
        return before;
    }
    with_thread(thread, |thread| Ok(thread.resume())).unwrap_or_else(|status| {
        entry::fail(status);
        u32::MAX
    })
}

/// The calling thread's id, which is the kernel's.
#[unsafe(no_mangle)]
pub extern "system" fn GetCurrentThreadId() -> u32 {
    thread::with_current(|thread| thread.id())
}

/// A thread's id, or 0 on failure: 6 for a wrong handle.
#[unsafe(no_mangle)]
pub extern "system" fn GetThreadId(thread: HANDLE) -> u32 {
    if let Some(id) = primary(thread, Process::id) {
        return id;
    }
    with_thread(thread, |thread| Ok(thread.id())).unwrap_or_else(|status| {
        entry::fail(status);
        0
    })
}

/// Sets a thread's priority, −15, −2 to 2, or 15: its nice value on Linux.  Raising it above normal
/// has an effect only where the system allows it.
///
/// Fails with 87 for any other number.
#[unsafe(no_mangle)]
pub extern "system" fn SetThreadPriority(thread: HANDLE, thread_priority: THREAD_PRIORITY) -> BOOL {
    entry::succeed(with_thread(thread, |thread| priority::set(thread, thread_priority)))
}

/// A thread's priority, or 0x7FFFFFFF on failure: 6 for a wrong handle.
#[unsafe(no_mangle)]
pub extern "system" fn GetThreadPriority(thread: HANDLE) -> i32 {
    with_thread(thread, |thread| Ok(thread.priority())).unwrap_or_else(|status| {
        entry::fail(status);
        THREAD_PRIORITY_ERROR_RETURN.cast_signed()
    })
}

/// Binds a thread to the processors of a mask and returns the mask before, or 0 on failure: 87 for
/// a mask without a processor that the process may use.
#[unsafe(no_mangle)]
pub extern "system" fn SetThreadAffinityMask(thread: HANDLE, affinity_mask: usize) -> usize {
    let set = |thread: &Arc<Thread>| priority::set_affinity(thread, affinity_mask as u64);
    with_thread(thread, set).map_or_else(
        |status| {
            entry::fail(status);
            0
        },
        |before| before as usize,
    )
}

/// `SetThreadDescription` in any alphabet.
///
/// # Safety
/// As for [`SetThreadDescription`].
pub(super) unsafe fn describe<U: Unit>(thread: HANDLE, description: *const U) -> HRESULT {
    /// `FACILITY_NT_BIT`: marks an NTSTATUS among HRESULTs.
    const NT: u32 = 0x1000_0000;
    // SAFETY: the caller's promise.
    let description = unsafe { from_terminated(description) }.unwrap_or_default();
    match with_thread(thread, |thread| priority::describe(thread, &description)) {
        Ok(()) => 0,
        Err(status) => (status.0 | NT).cast_signed(),
    }
}

/// Names a thread for debuggers: the first 15 bytes are its name in `ps` and `gdb`.  Returns an
/// HRESULT: 0, or the NTSTATUS with the bit 0x10000000.
///
/// # Safety
/// `description` must be NULL (no name) or a terminated string.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn SetThreadDescription(
    thread: HANDLE,
    description: *const u16,
) -> HRESULT {
    // SAFETY: the caller's promise.
    unsafe { describe(thread, description) }
}
