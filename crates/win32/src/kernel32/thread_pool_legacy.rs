//! The older thread pool: work items, registered waits, timer queues.
//!
//! One thread runs the callbacks that ask for the wait thread, the timer thread or a thread that
//! stays; all others run on the default pool.
#![allow(unsafe_code)]

use super::named::no_handle;
use super::thread_pool::callback;
use crate::entry;
use core::ffi::c_void;
use core::mem::transmute;
use core::ptr;
use core::time::Duration;
use lapwing_abi::{
    BOOL, HANDLE, LPTHREAD_START_ROUTINE, WAITORTIMERCALLBACK, WORKER_THREAD_FLAGS,
    WT_EXECUTEINIOTHREAD, WT_EXECUTEINPERSISTENTTHREAD, WT_EXECUTEINTIMERTHREAD,
    WT_EXECUTEINWAITTHREAD, WT_EXECUTELONGFUNCTION, WT_EXECUTEONLYONCE,
};
use lapwing_executive::ke::timer::Due;
use lapwing_executive::ob::handle;
use lapwing_executive::status::{Result, Status};
use lapwing_executive::tp::callback::{Arguments, Callback};
use lapwing_executive::tp::member::{self, Completion, Environment, Kind};
use lapwing_executive::tp::wait::WaitPart;
use lapwing_executive::tp::{pool, timer_queue};

const INFINITE: u32 = u32::MAX;

fn environment(flags: WORKER_THREAD_FLAGS) -> Result<Environment> {
    const ONE_THREAD: WORKER_THREAD_FLAGS = WT_EXECUTEINIOTHREAD
        | WT_EXECUTEINPERSISTENTTHREAD
        | WT_EXECUTEINTIMERTHREAD
        | WT_EXECUTEINWAITTHREAD;
    let pool = if flags & ONE_THREAD != 0 { pool::wait_thread()? } else { pool::default()? };
    let long = flags & WT_EXECUTELONGFUNCTION != 0;
    Ok(Environment { long, ..Environment::of(pool) })
}

/// How the program wants to hear of the end.
fn completion(event: HANDLE) -> Result<Completion> {
    match entry::number(event) {
        0 => Ok(Completion::Nobody),
        usize::MAX => Ok(Completion::Caller),
        event => {
            let event = handle::lookup(event)?.to_arc();
            event.event()?;
            Ok(Completion::Event(event))
        }
    }
}

/// TRUE, or FALSE with 997 (callbacks are outstanding) or an error.
fn deleted(result: Result<Status>) -> BOOL {
    match result {
        Ok(Status::PENDING) => entry::fail(Status::PENDING),
        Ok(_) => 1,
        Err(status) => entry::fail(status),
    }
}

fn call_item(callback: &Callback, _: &Arguments) {
    type Routine = unsafe extern "system" fn(*mut c_void) -> u32;
    // SAFETY: `QueueUserWorkItem` took the number from a routine of this type.
    let routine = unsafe { transmute::<usize, Routine>(callback.routine) };
    // SAFETY: callable with this context, by the promise given there.
    unsafe { routine(ptr::with_exposed_provenance_mut(callback.context)) };
}

/// Calls a routine once on a thread of the pool.  FALSE: 87 without a routine.
///
/// # Safety
/// The routine must be callable with the context on another thread.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn QueueUserWorkItem(
    routine: LPTHREAD_START_ROUTINE,
    context: *const c_void,
    flags: WORKER_THREAD_FLAGS,
) -> BOOL {
    let act = || -> Result<()> {
        let callback = callback(call_item, routine.map(|routine| routine as usize), context)?;
        member::submit_simple(environment(flags)?, callback)
    };
    entry::succeed(act())
}

fn call_wait_or_timer(callback: &Callback, arguments: &Arguments) {
    type Routine = unsafe extern "system" fn(*mut c_void, bool);
    // SAFETY: the number was taken from a routine of this type.
    let routine = unsafe { transmute::<usize, Routine>(callback.routine) };
    // A timer is told 1, a wait its result.
    let fired = arguments.told[0] == 1 || arguments.told[0] == Status::TIMEOUT.0 as usize;
    // SAFETY: callable with this context, by the promise given when the routine was.
    unsafe { routine(ptr::with_exposed_provenance_mut(callback.context), fired) };
}

/// Calls back whenever the object is signalled (with FALSE) and whenever so many milliseconds have
/// passed without that (with TRUE), or with `WT_EXECUTEONLYONCE` the first time only.  No thread
/// waits: any number of objects may be waited for.  `*wait_object` is written before the first
/// call.
///
/// A mutex goes to the thread that runs the callbacks with `WT_EXECUTEINWAITTHREAD`.
///
/// FALSE: 6 for a wrong handle, 5 for a process that was opened without `SYNCHRONIZE`, 87 without a
/// callback, 998 for a wild `wait_object`.
///
/// # Safety
/// `wait_object` must be writable; the callback must be callable with the context on another
/// thread.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn RegisterWaitForSingleObject(
    wait_object: *mut HANDLE,
    object: HANDLE,
    routine: WAITORTIMERCALLBACK,
    context: *const c_void,
    milliseconds: u32,
    flags: WORKER_THREAD_FLAGS,
) -> BOOL {
    if entry::is_wild(wait_object) {
        return entry::fail(Status::ACCESS_VIOLATION);
    }
    let act = || -> Result<()> {
        let routine = routine.map(|routine| routine as usize);
        let callback = callback(call_wait_or_timer, routine, context)?;
        let object = handle::lookup(entry::number(object))?;
        object.to_wait_for()?;
        let object = object.to_arc();
        let kind = Kind::Wait(WaitPart::default());
        let wait = member::create(environment(flags)?, callback, kind)?;
        let Kind::Wait(part) = wait.kind() else { return Err(Status::UNSUCCESSFUL) };
        // SAFETY: the caller's promise.
        unsafe { wait_object.write_unaligned(entry::handle(wait.number())) };
        let timeout =
            (milliseconds != INFINITE).then(|| Duration::from_millis(u64::from(milliseconds)));
        let once = flags & WT_EXECUTEONLYONCE != 0;
        part.register(&wait, object, timeout, once).inspect_err(|_| {
            wait.close();
        })
    };
    entry::succeed(act())
}

/// Ends a registered wait.  FALSE: 997 when callbacks are outstanding, which are still called, 6
/// for what is no registered wait.
#[unsafe(no_mangle)]
pub extern "system" fn UnregisterWait(wait: HANDLE) -> BOOL {
    UnregisterWaitEx(wait, ptr::null_mut())
}

/// [`UnregisterWait`] that sets an event when the last callback has returned, or with
/// `INVALID_HANDLE_VALUE` itself waits for that (in such a callback, for ever).
#[unsafe(no_mangle)]
pub extern "system" fn UnregisterWaitEx(wait: HANDLE, event: HANDLE) -> BOOL {
    let act = || -> Result<Status> {
        let member = member::find(entry::number(wait)).ok_or(Status::INVALID_HANDLE)?;
        let Kind::Wait(_) = member.kind() else { return Err(Status::INVALID_HANDLE) };
        let member = member.to_arc();
        member.close_and_tell(completion(event)?)
    };
    deleted(act())
}

/// Makes a timer queue.  NULL on failure.
#[unsafe(no_mangle)]
pub extern "system" fn CreateTimerQueue() -> HANDLE {
    timer_queue::create().map_or_else(no_handle, entry::handle)
}

/// Makes a timer in a queue (NULL: the process's own) that goes off in `due_time` milliseconds and
/// then, if `period` is not 0, every so many.  The callback gets TRUE.  `*timer` is written before
/// the first call.
///
/// FALSE: 6 for a wrong queue, 87 without a callback, 998 for a wild `timer`.
///
/// # Safety
/// `timer` must be writable; the callback must be callable with the parameter on another thread.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn CreateTimerQueueTimer(
    timer: *mut HANDLE,
    queue: HANDLE,
    routine: WAITORTIMERCALLBACK,
    parameter: *const c_void,
    due_time: u32,
    period: u32,
    flags: WORKER_THREAD_FLAGS,
) -> BOOL {
    if entry::is_wild(timer) {
        return entry::fail(Status::ACCESS_VIOLATION);
    }
    let act = || -> Result<()> {
        let routine = routine.map(|routine| routine as usize);
        let callback = callback(call_wait_or_timer, routine, parameter)?;
        let environment = environment(flags)?;
        let member = if queue.is_null() {
            timer_queue::create_timer(None, environment, callback)?
        } else {
            let queue = timer_queue::find(entry::number(queue))?;
            timer_queue::create_timer(Some(&queue), environment, callback)?
        };
        let Kind::Timer(part) = member.kind() else { return Err(Status::UNSUCCESSFUL) };
        // SAFETY: the caller's promise.
        unsafe { timer.write_unaligned(entry::handle(member.number())) };
        let once = flags & WT_EXECUTEONLYONCE != 0;
        let period = if once { 0 } else { period };
        part.set(&member, Some((after(due_time), milliseconds(period))));
        Ok(())
    };
    entry::succeed(act())
}

fn milliseconds(count: u32) -> Duration {
    Duration::from_millis(u64::from(count))
}

fn after(count: u32) -> Due {
    Due::After(milliseconds(count))
}

/// Changes when a timer goes off.  One that has gone off for good stays as it is.  The queue is
/// not looked at, as on Windows.  FALSE: 6 for what is no timer.
#[unsafe(no_mangle)]
pub extern "system" fn ChangeTimerQueueTimer(
    _queue: HANDLE,
    timer: HANDLE,
    due_time: u32,
    period: u32,
) -> BOOL {
    let changed = timer_queue::change(entry::number(timer), after(due_time), milliseconds(period));
    entry::succeed(changed)
}

/// Deletes a timer.  FALSE: 997 when callbacks are outstanding, which are still called, 87 for
/// NULL, 6 for what is no timer.  An event is set when the last callback has returned; with
/// `INVALID_HANDLE_VALUE` the call itself waits for that (in such a callback, for ever).
#[unsafe(no_mangle)]
pub extern "system" fn DeleteTimerQueueTimer(_queue: HANDLE, timer: HANDLE, event: HANDLE) -> BOOL {
    if timer.is_null() {
        return entry::fail(Status::INVALID_PARAMETER);
    }
    let act = || -> Result<Status> {
        let member = member::find(entry::number(timer)).ok_or(Status::INVALID_HANDLE)?;
        let Kind::Timer(_) = member.kind() else { return Err(Status::INVALID_HANDLE) };
        let member = member.to_arc();
        member.close_and_tell(completion(event)?)
    };
    deleted(act())
}

/// Deletes a queue with its timers; as for a timer ([`DeleteTimerQueueTimer`]).  FALSE with 6 for
/// what is no queue, and for NULL: the process's own stays.
#[unsafe(no_mangle)]
pub extern "system" fn DeleteTimerQueueEx(queue: HANDLE, event: HANDLE) -> BOOL {
    let act = || -> Result<Status> {
        timer_queue::find(entry::number(queue))?;
        timer_queue::delete(entry::number(queue), completion(event)?)
    };
    deleted(act())
}

/// [`DeleteTimerQueueEx`] without an event.
#[unsafe(no_mangle)]
pub extern "system" fn DeleteTimerQueue(queue: HANDLE) -> BOOL {
    DeleteTimerQueueEx(queue, ptr::null_mut())
}
