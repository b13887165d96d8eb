//! Thread pools, callback environments, cleanup groups, work and simple callbacks.
//!
//! `PTP_…` are numbers of the executive's.  Windows raises an exception for one that is none of
//! its kind; here the process ends with a message, which is what an exception would come to.
#![allow(unsafe_code)]

use crate::entry;
use core::ffi::c_void;
use core::mem::transmute;
use core::ptr;
use lapwing_abi::{
    BOOL, PTP_CALLBACK_INSTANCE, PTP_CLEANUP_GROUP, PTP_CLEANUP_GROUP_CANCEL_CALLBACK, PTP_POOL,
    PTP_SIMPLE_CALLBACK, PTP_WORK, PTP_WORK_CALLBACK, TP_CALLBACK_ENVIRON_V3,
    TP_POOL_STACK_INFORMATION,
};
use lapwing_executive::ob::table::Pinned;
use lapwing_executive::status::{Result, Status};
use lapwing_executive::tp::callback::{Arguments, Callback};
use lapwing_executive::tp::group;
use lapwing_executive::tp::member::{self, Environment, Kind, Member};
use lapwing_executive::tp::pool::{self, Pool, Priority, StackInformation};

/// Ends the process: the program has given a function something that is no object of its kind.
pub(super) fn misused(function: &str) -> ! {
    eprintln!("lapwing: {function}: not a thread pool object of this kind, or closed already");
    std::process::abort()
}

/// A `PTP_…` as the executive takes it.
fn number(object: isize) -> usize {
    object.cast_unsigned()
}

/// A `PTP_…` as the program takes it; 0 (NULL) for a failure, with the last error.
pub(super) fn object_or_null(made: Result<u32>) -> isize {
    match made {
        Ok(number) => number as isize,
        Err(status) => {
            entry::fail(status);
            0
        }
    }
}

/// The object of this kind.
pub(super) fn find(
    object: isize,
    is_right: impl FnOnce(&Kind) -> bool,
    function: &str,
) -> Pinned<'static, Member> {
    match member::find(number(object)) {
        Some(member) if is_right(member.kind()) => member,
        _ => misused(function),
    }
}

fn find_pool(pool: PTP_POOL, function: &str) -> Pinned<'static, Pool> {
    pool::find(number(pool)).unwrap_or_else(|| misused(function))
}

fn context(callback: &Callback) -> *mut c_void {
    ptr::with_exposed_provenance_mut(callback.context)
}

fn call_simple(callback: &Callback, arguments: &Arguments) {
    type Routine = unsafe extern "system" fn(PTP_CALLBACK_INSTANCE, *mut c_void);
    // SAFETY: the number was taken from a routine of this type.
    let routine = unsafe { transmute::<usize, Routine>(callback.routine) };
    // SAFETY: callable with this context, by the promise given when the routine was.
    unsafe { routine(arguments.instance.cast_signed(), context(callback)) }
}

fn call_cancelled(callback: &Callback, arguments: &Arguments) {
    type Routine = unsafe extern "system" fn(*mut c_void, *mut c_void);
    // SAFETY: as in `call_simple`.
    let routine = unsafe { transmute::<usize, Routine>(callback.routine) };
    let [object, cleanup, _] = arguments.told.map(ptr::with_exposed_provenance_mut);
    // SAFETY: as in `call_simple`.
    unsafe { routine(object, cleanup) }
}

fn call_work(callback: &Callback, arguments: &Arguments) {
    type Routine = unsafe extern "system" fn(PTP_CALLBACK_INSTANCE, *mut c_void, PTP_WORK);
    // SAFETY: as in `call_simple`.
    let routine = unsafe { transmute::<usize, Routine>(callback.routine) };
    let instance = arguments.instance.cast_signed();
    // SAFETY: as in `call_simple`.
    unsafe { routine(instance, context(callback), arguments.object.cast_signed()) }
}

/// A routine of the program with its context.
pub(super) fn callback(
    call: fn(&Callback, &Arguments),
    routine: Option<usize>,
    context: *const c_void,
) -> Result<Callback> {
    let routine = routine.ok_or(Status::INVALID_PARAMETER)?;
    Ok(Callback { call, routine, context: context.expose_provenance() })
}

/// What the program says about callbacks; NULL is the default pool and nothing else.
///
/// # Errors
/// `INVALID_PARAMETER` for a version, a priority, a pool or a group that does not exist.
///
/// # Safety
/// `environment` must be NULL or readable, as far as its version says.
pub(super) unsafe fn environment(
    environment: *const TP_CALLBACK_ENVIRON_V3,
) -> Result<Environment> {
    const WITHOUT_PRIORITY: u32 = 1;
    const WITH_PRIORITY: u32 = 3;
    if environment.is_null() {
        return Ok(Environment::of(pool::default()?));
    }
    // SAFETY: readable, by the caller's promise; the later fields only in the later version.
    let (version, pool, group, cancelled, finalization, flags) = unsafe {
        (
            (*environment).Version,
            (*environment).Pool,
            (*environment).CleanupGroup,
            (*environment).CleanupGroupCancelCallback,
            (*environment).FinalizationCallback,
            (*environment).u.Flags,
        )
    };
    let priority = match version {
        WITHOUT_PRIORITY => Priority::Normal,
        // SAFETY: this version has it.
        WITH_PRIORITY => match unsafe { (*environment).CallbackPriority } {
            0 => Priority::High,
            1 => Priority::Normal,
            2 => Priority::Low,
            _ => return Err(Status::INVALID_PARAMETER),
        },
        _ => return Err(Status::INVALID_PARAMETER),
    };
    let (long, persistent) = (flags & 1 != 0, flags & 2 != 0);
    let pool = match number(pool) {
        0 if persistent => pool::wait_thread()?,
        0 => pool::default()?,
        pool => pool::find(pool).ok_or(Status::INVALID_PARAMETER)?.to_arc(),
    };
    let group = match number(group) {
        0 => None,
        group => Some(group::find(group).ok_or(Status::INVALID_PARAMETER)?.to_arc()),
    };
    let cancelled: PTP_CLEANUP_GROUP_CANCEL_CALLBACK = cancelled;
    let cancelled =
        cancelled.map(|call| Callback { call: call_cancelled, routine: call as usize, context: 0 });
    let finalization =
        finalization.map(|call| Callback { call: call_simple, routine: call as usize, context: 0 });
    Ok(Environment { pool, group, cancelled, finalization, priority, long })
}

/// An environment whose finalization callback gets this context.
pub(super) fn with_context(mut environment: Environment, context: *const c_void) -> Environment {
    if let Some(finalization) = &mut environment.finalization {
        finalization.context = context.expose_provenance();
    }
    environment
}

/// Makes a pool with threads of its own, which start when they are needed.  NULL on failure.
#[unsafe(no_mangle)]
pub extern "system" fn CreateThreadpool(_reserved: *const c_void) -> PTP_POOL {
    object_or_null(pool::create())
}

/// Closes a pool; its threads end when its objects are closed and their callbacks have returned.
#[unsafe(no_mangle)]
pub extern "system" fn CloseThreadpool(pool: PTP_POOL) {
    if !pool::close(number(pool)) {
        misused("CloseThreadpool");
    }
}

/// Lets the pool have so many threads at the most; 0 is taken as 1.
#[unsafe(no_mangle)]
pub extern "system" fn SetThreadpoolThreadMaximum(pool: PTP_POOL, most: u32) {
    find_pool(pool, "SetThreadpoolThreadMaximum").set_maximum(most);
}

/// Starts so many threads now, and keeps them.  FALSE with 1450 when there is no room for them.
#[unsafe(no_mangle)]
pub extern "system" fn SetThreadpoolThreadMinimum(pool: PTP_POOL, least: u32) -> BOOL {
    entry::succeed(find_pool(pool, "SetThreadpoolThreadMinimum").set_minimum(least))
}

/// Says how large the stacks of new threads are.  What is committed of them is Linux's business;
/// the number is only kept.
///
/// # Safety
/// `information` must be readable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn SetThreadpoolStackInformation(
    pool: PTP_POOL,
    information: *const TP_POOL_STACK_INFORMATION,
) -> BOOL {
    if entry::is_wild(information) {
        return entry::fail(Status::ACCESS_VIOLATION);
    }
    // SAFETY: the caller's promise.
    let given = unsafe { information.read_unaligned() };
    let stack = StackInformation { reserve: given.StackReserve, commit: given.StackCommit };
    find_pool(pool, "SetThreadpoolStackInformation").set_stack(stack);
    1
}

/// Tells what [`SetThreadpoolStackInformation`] was told; zeros before.
///
/// # Safety
/// `information` must be writable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn QueryThreadpoolStackInformation(
    pool: PTP_POOL,
    information: *mut TP_POOL_STACK_INFORMATION,
) -> BOOL {
    if entry::is_wild(information) {
        return entry::fail(Status::ACCESS_VIOLATION);
    }
    let stack = find_pool(pool, "QueryThreadpoolStackInformation").stack();
    let told = TP_POOL_STACK_INFORMATION { StackReserve: stack.reserve, StackCommit: stack.commit };
    // SAFETY: the caller's promise.
    unsafe { information.write_unaligned(told) };
    1
}

/// Makes a group of objects that are closed together.  NULL on failure.
#[unsafe(no_mangle)]
pub extern "system" fn CreateThreadpoolCleanupGroup() -> PTP_CLEANUP_GROUP {
    object_or_null(group::create())
}

/// Closes a group, whose members have been closed before.
#[unsafe(no_mangle)]
pub extern "system" fn CloseThreadpoolCleanupGroup(group: PTP_CLEANUP_GROUP) {
    if !group::close(number(group)) {
        misused("CloseThreadpoolCleanupGroup");
    }
}

/// Closes the group's objects and waits for their callbacks.  With `cancel`, callbacks that have
/// not begun are dropped, and the environment's cancel callback is called, on this thread, for
/// each object that the program has not closed meanwhile.
#[unsafe(no_mangle)]
pub extern "system" fn CloseThreadpoolCleanupGroupMembers(
    group: PTP_CLEANUP_GROUP,
    cancel: BOOL,
    cleanup_context: *mut c_void,
) {
    // A reference and not a pin: callbacks may close the group.
    let group = group::find(number(group)).map(|group| group.to_arc());
    let group = group.unwrap_or_else(|| misused("CloseThreadpoolCleanupGroupMembers"));
    group.close_members(cancel != 0, cleanup_context.expose_provenance());
}

/// Calls back once.  FALSE: 87 without a callback or for a wrong environment.
///
/// # Safety
/// `environment` must be NULL or readable; the callback must be callable with the context on
/// another thread.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn TrySubmitThreadpoolCallback(
    routine: PTP_SIMPLE_CALLBACK,
    context: *mut c_void,
    pcbe: *const TP_CALLBACK_ENVIRON_V3,
) -> BOOL {
    let act = || -> Result<()> {
        let callback = callback(call_simple, routine.map(|routine| routine as usize), context)?;
        // SAFETY: the caller's promise.
        let environment = with_context(unsafe { environment(pcbe) }?, context);
        member::submit_simple(environment, callback)
    };
    entry::succeed(act())
}

/// Makes a work object.  NULL: 87 without a callback or for a wrong environment.
///
/// # Safety
/// As for [`TrySubmitThreadpoolCallback`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn CreateThreadpoolWork(
    routine: PTP_WORK_CALLBACK,
    context: *mut c_void,
    pcbe: *const TP_CALLBACK_ENVIRON_V3,
) -> PTP_WORK {
    let act = || -> Result<u32> {
        let callback = callback(call_work, routine.map(|routine| routine as usize), context)?;
        // SAFETY: the caller's promise.
        let environment = with_context(unsafe { environment(pcbe) }?, context);
        Ok(member::create(environment, callback, Kind::Work)?.number())
    };
    object_or_null(act())
}

fn is_work(kind: &Kind) -> bool {
    matches!(kind, Kind::Work)
}

/// Calls the work object's callback once more, as soon as a thread is free.
#[unsafe(no_mangle)]
pub extern "system" fn SubmitThreadpoolWork(work: PTP_WORK) {
    find(work, is_work, "SubmitThreadpoolWork").submit([0; 3]);
}

/// Waits until the callbacks have returned; with `cancel`, those that have not begun are dropped.
#[unsafe(no_mangle)]
pub extern "system" fn WaitForThreadpoolWorkCallbacks(work: PTP_WORK, cancel: BOOL) {
    let work = find(work, is_work, "WaitForThreadpoolWorkCallbacks").to_arc();
    work.wait_for_callbacks(cancel != 0);
}

/// Closes a work object; what has been submitted is still called.
#[unsafe(no_mangle)]
pub extern "system" fn CloseThreadpoolWork(work: PTP_WORK) {
    close(work, is_work, "CloseThreadpoolWork");
}

/// Closes an object of this kind.
pub(super) fn close(object: isize, is_right: impl FnOnce(&Kind) -> bool, function: &str) {
    let member = find(object, is_right, function).to_arc();
    if !member.close() {
        misused(function);
    }
}
