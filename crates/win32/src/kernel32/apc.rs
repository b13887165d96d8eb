//! `QueueUserAPC`, and `TerminateThread`, which is one.
#![allow(unsafe_code)]

use super::thread::{ExitThread, GetCurrentThreadId, GetThreadId};
use crate::entry;
use lapwing_abi::{BOOL, HANDLE, PAPCFUNC};
use lapwing_executive::ke::apc::{Apc, ApcArguments};
use lapwing_executive::ob::handle;
use lapwing_executive::status::{Result, Status};

/// Calls the program's routine with its argument.
fn call(arguments: &ApcArguments) {
    type Routine = unsafe extern "system" fn(usize);
    // SAFETY: `QueueUserAPC` took the number from a routine of this type.
    let routine = unsafe { core::mem::transmute::<usize, Routine>(arguments[0]) };
    // SAFETY: callable with this argument, by the promise given to `QueueUserAPC`.
    unsafe { routine(arguments[1]) }
}

/// Queues a routine to a thread, which calls it when it waits alertably.  0 on failure: 6 for a
/// wrong handle, 31 for a thread that has ended, 87 without a routine.
///
/// # Safety
/// The routine must be callable with the argument on that thread, whenever it waits alertably.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn QueueUserAPC(
    routine: PAPCFUNC,
    thread: HANDLE,
    argument: usize,
) -> u32 {
    let queue = || -> Result<()> {
        handle::with_thread(entry::number(thread), |thread| {
            let routine = routine.ok_or(Status::INVALID_PARAMETER)?;
            let arguments = [routine as usize, argument, 0, 0, 0];
            thread.queue_apc(Apc { routine: call, arguments, origin: 0 })
        })
    };
    entry::succeed(queue()).cast_unsigned()
}

/// Ends a thread with an exit code: the calling one at once, another one when it waits alertably
/// or as soon as it does so.  A thread that has ended stays as it is.
///
/// Missing: a thread that never waits alertably goes on.  Linux cannot end a thread from outside
/// without leaving locked whatever it holds, in this library and in the C library too.
///
/// # Safety
/// As for [`ExitThread`], in the thread that is ended.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn TerminateThread(thread: HANDLE, exit_code: u32) -> BOOL {
    let queue = || -> Result<()> {
        let object = handle::resolve(entry::number(thread))?;
        let arguments = [exit_code as usize, 0, 0, 0, 0];
        let thread = object.thread()?;
        match thread.queue_apc(Apc { routine: end, arguments, origin: 0 }) {
            Err(Status::UNSUCCESSFUL) => Ok(()),
            result => result,
        }
    };
    if GetThreadId(thread) == GetCurrentThreadId() {
        // SAFETY: the caller's promise.
        unsafe { ExitThread(exit_code) }
    }
    entry::succeed(queue())
}

/// Ends the thread that this APC was queued to.
fn end(arguments: &ApcArguments) {
    // SAFETY: by the promise given to `TerminateThread`.
    unsafe { ExitThread(arguments[0] as u32) }
}
