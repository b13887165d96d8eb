//! Threads as the C run-time starts and ends them.
#![allow(unsafe_code)]

use crate::kernel32::thread::{CreateThread, ExitThread, start};
use crate::{entry, last_error};
use core::cell::Cell;
use core::ffi::c_void;
use lapwing_abi::{CREATE_SUSPENDED, ERROR_INVALID_PARAMETER, LPTHREAD_START_ROUTINE};
use lapwing_executive::ob::{handle, object};

/// Starts a thread and returns a handle to it, which the caller closes.  0 on failure, with `errno`
/// EINVAL (no routine, unknown flags) or EAGAIN.
///
/// # Safety
/// As for [`CreateThread`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _beginthreadex(
    security: *mut c_void,
    stack_size: u32,
    start_address: LPTHREAD_START_ROUTINE,
    argument: *mut c_void,
    flags: u32,
    thread_id: *mut u32,
) -> usize {
    let before = last_error::get();
    // SAFETY: the caller's promises.
    let thread = unsafe {
        CreateThread(
            security.cast(),
            stack_size as usize,
            start_address,
            argument,
            flags,
            thread_id,
        )
    };
    if thread.is_null() {
        let invalid = last_error::get() == ERROR_INVALID_PARAMETER;
        set_errno(if invalid { libc::EINVAL } else { libc::EAGAIN });
    } else {
        last_error::set(before);
    }
    entry::number(thread)
}

/// Ends the calling thread.
///
/// # Safety
/// As for [`ExitThread`].
#[unsafe(naked)]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _endthreadex(exit_code: u32) -> ! {
    core::arch::naked_asm!("jmp {exit}", exit = sym ExitThread)
}

type Routine = unsafe extern "C" fn(*mut c_void);

/// What a thread of `_beginthread` needs to know.
struct Beginning {
    routine: Routine,
    argument: *mut c_void,
    handle: Cell<u32>,
}

thread_local! {
    /// The handle that `_beginthread` returned for this thread, which closes it itself.
    static OWN_HANDLE: Cell<u32> = const { Cell::new(0) };
}

/// Starts a thread that closes its own handle when it returns from its routine or calls
/// `_endthread`: the value returned is of little use.  −1 on failure, with `errno` EINVAL or
/// EAGAIN.
///
/// # Safety
/// The routine must be callable with the argument on another thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _beginthread(
    start_address: Option<Routine>,
    stack_size: u32,
    argument: *mut c_void,
) -> usize {
    let Some(routine) = start_address else {
        set_errno(libc::EINVAL);
        return usize::MAX;
    };
    let beginning = Box::into_raw(Box::new(Beginning { routine, argument, handle: Cell::new(0) }));
    // It is suspended until it can be told its handle.
    // SAFETY: `begin` takes the box.
    let started = unsafe { start(stack_size as usize, begin, beginning.cast(), CREATE_SUSPENDED) };
    let Ok(thread) = started else {
        // SAFETY: no thread was started, so the box is still ours.
        drop(unsafe { Box::from_raw(beginning) });
        set_errno(libc::EAGAIN);
        return usize::MAX;
    };
    // A full table leaves the thread without a handle, which it can do without.
    let number = handle::insert(object::of_thread(&thread)).unwrap_or(0);
    // SAFETY: the thread takes the box only when it is resumed.
    unsafe { (*beginning).handle.set(number) };
    thread.resume();
    number as usize
}

unsafe extern "system" fn begin(beginning: *mut c_void) -> u32 {
    // SAFETY: `_beginthread` gave the box to this thread.
    let beginning = *unsafe { Box::from_raw(beginning.cast::<Beginning>()) };
    // The box itself is gone before the routine runs, which need not come back.
    let Beginning { routine, argument, handle } = beginning;
    OWN_HANDLE.set(handle.get());
    // SAFETY: callable, by the promise given to `_beginthread`.
    unsafe { routine(argument) };
    close_own_handle();
    0
}

extern "C" fn close_own_handle() {
    let number = OWN_HANDLE.take();
    if number != 0 {
        // The program may have closed it, against the rules; then there is nothing to do.
        let _closed = handle::close(number as usize);
    }
}

/// Ends the calling thread and closes the handle that `_beginthread` returned for it.
///
/// # Safety
/// As for [`ExitThread`].
#[unsafe(naked)]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _endthread() -> ! {
    core::arch::naked_asm!(
        ".cfi_startproc",
        "sub rsp, 8",
        ".cfi_adjust_cfa_offset 8",
        "call {close}",
        "add rsp, 8",
        ".cfi_adjust_cfa_offset -8",
        "xor edi, edi",
        "jmp {exit}",
        ".cfi_endproc",
        close = sym close_own_handle,
        exit = sym ExitThread,
    )
}

fn set_errno(code: i32) {
    // SAFETY: the address of the calling thread's errno is always good.
    unsafe { *libc::__errno_location() = code };
}
