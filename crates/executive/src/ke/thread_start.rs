//! Starting threads of the program, and ending the process with its last thread.
//!
//! A Windows process lives until its last thread has ended, whatever `main` does.  On Linux the
//! first thread cannot end alone without taking the C run-time's exit with it, so a first thread
//! that calls `ExitThread` is run down and then waits here for the others.
//! Only threads that we know of are counted: those that we started and those that have called us.
#![allow(unsafe_code)]

use super::deadline::Deadline;
use super::thread::{self, Thread};
use crate::status::Result;
use crate::sys::program_thread::{Routine, leave, run, spawn};
use core::ffi::c_void;
use std::sync::Arc;

/// What the program wants to run, and with what.
#[derive(Clone, Copy)]
pub struct Entry {
    /// The routine.
    pub routine: Routine,
    /// Its argument.
    pub parameter: *mut c_void,
}

// SAFETY: the pointer is a number to us; what it points to is the program's, which gave it to the
// new thread.
unsafe impl Send for Entry {}

/// How a thread is made.
#[derive(Clone, Copy, Default)]
pub struct StartOptions {
    /// Bytes of stack; 0 for the default.
    pub stack_size: usize,
    /// The size is a reservation, and may be small.
    pub exact_stack: bool,
    /// The thread waits for [`Thread::resume`] before its routine runs.
    pub suspended: bool,
}

/// Starts a thread that runs the program's routine and ends with its code.
///
/// # Errors
/// `INSUFFICIENT_RESOURCES`.
///
/// # Safety
/// The entry's routine must be callable with its parameter, on any thread.
pub unsafe fn start(entry: Entry, options: StartOptions) -> Result<Arc<Thread>> {
    let thread = Thread::new();
    if options.suspended {
        thread.suspend_before_start();
    }
    thread.count_in();
    let own = thread.clone();
    let body = move || {
        // The whole entry moves, not its fields.
        let entry = entry;
        thread::adopt(own.clone());
        while own.is_suspended() {
            own.parker().park(Deadline::Never);
        }
        // APCs queued before the thread began run before its routine.
        // SAFETY: the shim takes what it is given here; `entry` outlives the run.
        let code = unsafe { run(begin, (&raw const entry).cast_mut().cast::<c_void>()) };
        own.set_exit_code(code);
    };
    match spawn(options.stack_size, options.exact_stack, Box::new(body)) {
        Ok(0) => {}
        Ok(id) => thread.set_id(id),
        Err(status) => {
            thread.count_out();
            return Err(status);
        }
    }
    Ok(thread)
}

/// Starts a thread of our own that calls the program's routines and ends with the body's code.  The
/// body sees to it that they may end by `ExitThread` ([`crate::sys::program_thread::on_base`]).
///
/// # Errors
/// `INSUFFICIENT_RESOURCES`.
pub fn start_own(
    stack_size: usize,
    body: impl FnOnce() -> u32 + Send + 'static,
) -> Result<Arc<Thread>> {
    let thread = Thread::new();
    thread.count_in();
    let own = thread.clone();
    let body = move || {
        thread::adopt(own.clone());
        own.set_exit_code(body());
    };
    match spawn(stack_size, true, Box::new(body)) {
        Ok(0) => {}
        Ok(id) => thread.set_id(id),
        Err(status) => {
            thread.count_out();
            return Err(status);
        }
    }
    Ok(thread)
}

unsafe extern "system" fn begin(entry: *mut c_void) -> u32 {
    // SAFETY: `start` passes the address of an `Entry` in a frame that stays.
    let entry = unsafe { *entry.cast::<Entry>() };
    super::apc::deliver();
    // SAFETY: callable, by the promise given to `start`.
    unsafe { (entry.routine)(entry.parameter) }
}

/// Ends the calling thread with this code.  Returns only on a thread that we did not start and that
/// is not the process's first; such a thread ends by `pthread_exit`, and its caller sees to that.
///
/// # Safety
/// As for [`leave`].
pub unsafe fn exit(code: u32) {
    thread::with_current(|thread| thread.set_exit_code(code));
    // SAFETY: the caller's promise.
    unsafe { leave(code) };
    if thread::is_first() {
        end_first();
    }
}

/// The first thread has ended as far as the program can see.
fn end_first() -> ! {
    let thread = Thread::current();
    thread::run_down_early(&thread);
    thread::wait_for_others(&thread);
    // The last thread's code is the process's.
    std::process::exit(thread::last_exit_code().cast_signed())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ke::apc::Apc;
    use crate::ke::thread::STILL_ACTIVE;
    use crate::ke::wait::wait_for_single;
    use crate::status::Status;
    use core::ptr;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn start_with(routine: Routine, parameter: *mut c_void, suspended: bool) -> Arc<Thread> {
        let options = StartOptions { suspended, ..StartOptions::default() };
        // SAFETY: the tests' routines take what the tests give them.
        unsafe { start(Entry { routine, parameter }, options) }.unwrap()
    }

    fn join(thread: &Thread) -> u32 {
        let status = wait_for_single(thread.dispatcher(), false, Deadline::Never);
        assert_eq!(status, Status::SUCCESS);
        thread.exit_code()
    }

    unsafe extern "system" fn echo(parameter: *mut c_void) -> u32 {
        parameter.addr() as u32
    }

    unsafe extern "system" fn exits(parameter: *mut c_void) -> u32 {
        // SAFETY: this frame holds nothing.
        unsafe { exit(parameter.addr() as u32) };
        0
    }

    unsafe extern "system" fn own_id(place: *mut c_void) -> u32 {
        // SAFETY: the test gives an atomic that outlives the thread.
        let place = unsafe { &*place.cast::<AtomicUsize>() };
        place.store(thread::with_current(|thread| thread.id()) as usize, Ordering::Relaxed);
        0
    }

    #[test]
    fn a_thread_ends_with_its_code_however_it_ends() {
        let code = ptr::without_provenance_mut(STILL_ACTIVE as usize);
        assert_eq!(join(&start_with(echo, code, false)), STILL_ACTIVE);
        assert_eq!(join(&start_with(exits, ptr::without_provenance_mut(77), false)), 77);
    }

    #[test]
    fn the_id_is_known_to_the_starter_and_is_the_threads_own() {
        let place = AtomicUsize::new(0);
        let thread = start_with(own_id, ptr::from_ref(&place).cast_mut().cast(), true);
        let id = thread.id();
        assert_ne!(id, 0);
        thread.resume();
        join(&thread);
        assert_eq!(place.load(Ordering::Relaxed), id as usize);
    }

    fn add(arguments: &[usize; 5]) {
        // SAFETY: the test gives the address of an atomic that outlives the thread.
        let counter = unsafe { &*ptr::with_exposed_provenance::<AtomicUsize>(arguments[0]) };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    unsafe extern "system" fn load(place: *mut c_void) -> u32 {
        // SAFETY: as above.
        unsafe { &*place.cast::<AtomicUsize>() }.load(Ordering::Relaxed) as u32
    }

    #[test]
    fn a_suspended_thread_begins_with_its_apcs_when_it_is_resumed() {
        let counter = AtomicUsize::new(0);
        let place = ptr::from_ref(&counter).cast_mut().cast::<c_void>();
        let thread = start_with(load, place, true);
        let apc =
            Apc { routine: add, arguments: [place.expose_provenance(), 0, 0, 0, 0], origin: 0 };
        thread.queue_apc(apc).unwrap();
        thread.queue_apc(apc).unwrap();
        assert_eq!(thread.exit_code(), STILL_ACTIVE);
        assert_eq!(thread.resume(), 1);
        assert_eq!(thread.resume(), 0);
        assert_eq!(join(&thread), 2);
        assert_eq!(thread.queue_apc(apc), Err(Status::UNSUCCESSFUL));
    }

    fn exit_from_apc(arguments: &[usize; 5]) {
        // SAFETY: `apc::deliver` holds nothing while it calls.
        unsafe { exit(arguments[0] as u32) };
    }

    unsafe extern "system" fn waits(_: *mut c_void) -> u32 {
        let status = crate::ke::wait::sleep_alertably(Deadline::Never);
        assert_eq!(status, Status::USER_APC);
        crate::ke::apc::deliver();
        0
    }

    #[test]
    fn an_apc_may_end_the_thread() {
        let thread = start_with(waits, ptr::null_mut(), false);
        thread
            .queue_apc(Apc { routine: exit_from_apc, arguments: [9, 0, 0, 0, 0], origin: 0 })
            .unwrap();
        assert_eq!(join(&thread), 9);
    }
}
