//! `QueueUserAPC`.
#![allow(unsafe_code)]

use crate::entry;
use lapwing_abi::{HANDLE, PAPCFUNC};
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
        let object = handle::resolve(entry::number(thread))?;
        let routine = routine.ok_or(Status::INVALID_PARAMETER)?;
        let arguments = [routine as usize, argument, 0, 0, 0];
        object.thread()?.queue_apc(Apc { routine: call, arguments, origin: 0 })
    };
    entry::succeed(queue()).cast_unsigned()
}
