//! Waitable timers.
#![allow(unsafe_code)]

use super::named;
use crate::entry;
use crate::text::Unit;
use core::ffi::c_void;
use core::time::Duration;
use lapwing_abi::{
    BOOL, CREATE_WAITABLE_TIMER_HIGH_RESOLUTION, CREATE_WAITABLE_TIMER_MANUAL_RESET, HANDLE,
    PTIMERAPCROUTINE, SECURITY_ATTRIBUTES,
};
use lapwing_executive::io::worker;
use lapwing_executive::ke::apc::ApcArguments;
use lapwing_executive::ke::thread::Thread;
use lapwing_executive::ke::timer::{Due, TimerRoutine};
use lapwing_executive::ob::access::{ALL, MODIFY_STATE};
use lapwing_executive::ob::handle;
use lapwing_executive::ob::object::Object;
use lapwing_executive::ob::shared::Template;
use lapwing_executive::status::{Result, Status};

fn is_timer(object: &Object) -> bool {
    object.timer().is_ok()
}

/// `CreateWaitableTimer…` in any alphabet.
///
/// # Safety
/// As for [`CreateWaitableTimerA`].
pub(super) unsafe fn create<U: Unit>(
    attributes: *const SECURITY_ATTRIBUTES,
    name: *const U,
    flags: u32,
    access: u32,
) -> HANDLE {
    // Linux's timers all have the high resolution.
    if flags & !(CREATE_WAITABLE_TIMER_MANUAL_RESET | CREATE_WAITABLE_TIMER_HIGH_RESOLUTION) != 0 {
        return named::no_handle(Status::INVALID_PARAMETER);
    }
    let template =
        Template::Timer { manual_reset: flags & CREATE_WAITABLE_TIMER_MANUAL_RESET != 0 };
    // SAFETY: the caller's promises.
    unsafe { named::create_shared(attributes, name, template, access) }
}

/// `OpenWaitableTimer…` in any alphabet.
///
/// # Safety
/// As for [`OpenWaitableTimerW`].
pub(super) unsafe fn open<U: Unit>(access: u32, inherit: BOOL, name: *const U) -> HANDLE {
    // SAFETY: the caller's promise.
    unsafe { named::open(inherit, name, is_timer, access) }
}

/// The flags of `CreateWaitableTimerEx` for the boolean of `CreateWaitableTimer`.
pub(super) fn flags(manual_reset: BOOL) -> u32 {
    if manual_reset != 0 { CREATE_WAITABLE_TIMER_MANUAL_RESET } else { 0 }
}

/// Creates a timer, or opens the one of this name (last error 183).  NULL on failure: 6 when the
/// name belongs to another type of object.
///
/// # Safety
/// `attributes` must be NULL or readable, `name` NULL or a terminated string.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn CreateWaitableTimerA(
    attributes: *const SECURITY_ATTRIBUTES,
    manual_reset: BOOL,
    name: *const u8,
) -> HANDLE {
    // SAFETY: the caller's promises.
    unsafe { create(attributes, name, flags(manual_reset), ALL) }
}

/// [`CreateWaitableTimerA`] with a name in UTF-16.
///
/// # Safety
/// As for [`CreateWaitableTimerA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn CreateWaitableTimerW(
    attributes: *const SECURITY_ATTRIBUTES,
    manual_reset: BOOL,
    name: *const u16,
) -> HANDLE {
    // SAFETY: the caller's promises.
    unsafe { create(attributes, name, flags(manual_reset), ALL) }
}

/// [`CreateWaitableTimerA`] with flags; the handle has the rights that are asked for.
///
/// # Safety
/// As for [`CreateWaitableTimerA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn CreateWaitableTimerExA(
    attributes: *const SECURITY_ATTRIBUTES,
    name: *const u8,
    flags: u32,
    desired_access: u32,
) -> HANDLE {
    // SAFETY: the caller's promises.
    unsafe { create(attributes, name, flags, desired_access) }
}

/// [`CreateWaitableTimerExA`] with a name in UTF-16.
///
/// # Safety
/// As for [`CreateWaitableTimerA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn CreateWaitableTimerExW(
    attributes: *const SECURITY_ATTRIBUTES,
    name: *const u16,
    flags: u32,
    desired_access: u32,
) -> HANDLE {
    // SAFETY: the caller's promises.
    unsafe { create(attributes, name, flags, desired_access) }
}

/// Opens an existing timer.  NULL on failure: 2 when no object has the name, 6 when another type of
/// object has it, 87 without a name.
///
/// # Safety
/// `name` must be NULL or a terminated string.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn OpenWaitableTimerW(
    desired_access: u32,
    inherit: BOOL,
    name: *const u16,
) -> HANDLE {
    // SAFETY: the caller's promise.
    unsafe { open(desired_access, inherit, name) }
}

/// Calls the program's routine: its address, its argument, the time's low and high halves.
fn call(arguments: &ApcArguments) {
    type Routine = unsafe extern "system" fn(*const c_void, u32, u32);
    let [routine, argument, low, high, _] = *arguments;
    // SAFETY: `SetWaitableTimer` took the number from a routine of this type.
    let routine = unsafe { core::mem::transmute::<usize, Routine>(routine) };
    // SAFETY: callable with this argument, by the promise given to `SetWaitableTimer`.
    unsafe { routine(core::ptr::with_exposed_provenance(argument), low as u32, high as u32) }
}

/// Sets a timer: it is signalled at the due time (negative: from now; else a FILETIME in UTC; in
/// 100 nanoseconds), and then every `period` milliseconds, if that is not 0.  The routine is queued
/// as an APC to the calling thread, which must wait alertably for it.
///
/// Fails with 6 for anything but a timer, with 5 without `TIMER_MODIFY_STATE`, with 87 for a
/// negative period, with 998 for a wild `due_time`.  `_resume` has no meaning here: we wake no
/// sleeping computer.
///
/// The timers of one name are one timer in all processes.  A routine is withdrawn when this process
/// sets the timer anew or stops it; when another does, one that has been queued still runs.
///
/// # Safety
/// `due_time` must point to a readable number; the routine must be callable with the argument.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn SetWaitableTimer(
    timer: HANDLE,
    due_time: *const i64,
    period: i32,
    routine: PTIMERAPCROUTINE,
    argument: *const c_void,
    _resume: BOOL,
) -> BOOL {
    if entry::is_wild(due_time) {
        return entry::fail(Status::ACCESS_VIOLATION);
    }
    // SAFETY: not wild, hence readable by the caller's promise.
    let due = Due::from_intervals(unsafe { due_time.read_unaligned() });
    let set = || -> Result<()> {
        let object = handle::lookup(entry::number(timer))?;
        let timer = object.timer()?;
        object.require(MODIFY_STATE)?;
        let period = u64::try_from(period).map_err(|_| Status::INVALID_PARAMETER)?;
        let routine = routine.map(|routine| TimerRoutine {
            thread: Thread::current(),
            routine: call,
            arguments: [routine as usize, argument.expose_provenance()],
        });
        // The worker is what fires timers; it is started by being asked for.
        worker::get();
        timer.set(due, Duration::from_millis(period), routine);
        Ok(())
    };
    entry::succeed(set())
}

/// Stops a timer; its signal stays as it is, a routine that has not run is withdrawn.  Fails with 6
/// for anything but a timer, with 5 without `TIMER_MODIFY_STATE`.
#[unsafe(no_mangle)]
pub extern "system" fn CancelWaitableTimer(timer: HANDLE) -> BOOL {
    let act = || -> Result<()> {
        let object = handle::lookup(entry::number(timer))?;
        let timer = object.timer()?;
        object.require(MODIFY_STATE)?;
        timer.cancel();
        Ok(())
    };
    entry::succeed(act())
}
