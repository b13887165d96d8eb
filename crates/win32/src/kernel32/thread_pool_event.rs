//! Thread pool objects that something outside sets off: timers, waits, I/O.
#![allow(unsafe_code)]

use super::thread_pool::{
    callback, close, environment, find, misused, object_or_null, with_context,
};
use crate::{entry, error};
use core::ffi::c_void;
use core::mem::transmute;
use core::ptr;
use core::time::Duration;
use lapwing_abi::{
    BOOL, FILETIME, HANDLE, PTP_CALLBACK_INSTANCE, PTP_IO, PTP_TIMER, PTP_TIMER_CALLBACK, PTP_WAIT,
    PTP_WAIT_CALLBACK, PTP_WIN32_IO_CALLBACK, TP_CALLBACK_ENVIRON_V3,
};
use lapwing_executive::ke::timer::Due;
use lapwing_executive::ob::handle;
use lapwing_executive::status::{Result, Status};
use lapwing_executive::tp::callback::{Arguments, Callback};
use lapwing_executive::tp::member::{self, Kind};
use lapwing_executive::tp::timer::TimerPart;
use lapwing_executive::tp::wait::WaitPart;
use lapwing_executive::tp::{io, pool};

fn context(callback: &Callback) -> *mut c_void {
    ptr::with_exposed_provenance_mut(callback.context)
}

/// When a FILETIME means: negative for relative.  None for NULL.
///
/// # Safety
/// `time` must be NULL or readable.
unsafe fn due(time: *const FILETIME) -> Option<Due> {
    if time.is_null() {
        return None;
    }
    // SAFETY: the caller's promise.
    let time = unsafe { time.read_unaligned() };
    let intervals = u64::from(time.dwHighDateTime) << 32 | u64::from(time.dwLowDateTime);
    Some(Due::from_intervals(intervals.cast_signed()))
}

fn call_timer(callback: &Callback, arguments: &Arguments) {
    type Routine = unsafe extern "system" fn(PTP_CALLBACK_INSTANCE, *mut c_void, PTP_TIMER);
    // SAFETY: `CreateThreadpoolTimer` took the number from a routine of this type.
    let routine = unsafe { transmute::<usize, Routine>(callback.routine) };
    let instance = arguments.instance.cast_signed();
    // SAFETY: callable with this context, by the promise given there.
    unsafe { routine(instance, context(callback), arguments.object.cast_signed()) }
}

fn is_timer(kind: &Kind) -> bool {
    matches!(kind, Kind::Timer(_))
}

/// Makes a timer, which is not set.  NULL: 87 without a callback or for a wrong environment.
///
/// # Safety
/// `pcbe` must be NULL or readable; the callback must be callable with the context on another
/// thread.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn CreateThreadpoolTimer(
    routine: PTP_TIMER_CALLBACK,
    context: *mut c_void,
    pcbe: *const TP_CALLBACK_ENVIRON_V3,
) -> PTP_TIMER {
    let act = || -> Result<u32> {
        let callback = callback(call_timer, routine.map(|routine| routine as usize), context)?;
        // SAFETY: the caller's promise.
        let environment = with_context(unsafe { environment(pcbe) }?, context);
        let kind = Kind::Timer(TimerPart::default());
        Ok(member::create(environment, callback, kind)?.number())
    };
    object_or_null(act())
}

/// Sets a timer (a time that is past goes off at once), or unsets it without a time.  With a
/// period it goes off every so many milliseconds.  Windows may let it go off as much later as the
/// window is long; ours does not.
///
/// # Safety
/// `due_time` must be NULL or readable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn SetThreadpoolTimer(
    timer: PTP_TIMER,
    due_time: *const FILETIME,
    period: u32,
    window: u32,
) {
    // SAFETY: the caller's promise.
    unsafe { SetThreadpoolTimerEx(timer, due_time, period, window) };
}

/// [`SetThreadpoolTimer`] that returns TRUE if the timer was set and will not go off as it was.
///
/// # Safety
/// As for [`SetThreadpoolTimer`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn SetThreadpoolTimerEx(
    timer: PTP_TIMER,
    due_time: *const FILETIME,
    period: u32,
    _window: u32,
) -> BOOL {
    let member = find(timer, is_timer, "SetThreadpoolTimer");
    let Kind::Timer(part) = member.kind() else { misused("SetThreadpoolTimer") };
    // SAFETY: the caller's promise.
    let due = unsafe { due(due_time) };
    let period = Duration::from_millis(u64::from(period));
    BOOL::from(part.set(&member, due.map(|due| (due, period))))
}

/// TRUE since the timer was set until it is unset, even if it has gone off for good.
#[unsafe(no_mangle)]
pub extern "system" fn IsThreadpoolTimerSet(timer: PTP_TIMER) -> BOOL {
    let member = find(timer, is_timer, "IsThreadpoolTimerSet");
    BOOL::from(matches!(member.kind(), Kind::Timer(part) if part.is_set()))
}

/// Waits until the callbacks have returned that are outstanding; with `cancel`, those that have not
/// begun are dropped.  The timer itself stays set.
#[unsafe(no_mangle)]
pub extern "system" fn WaitForThreadpoolTimerCallbacks(timer: PTP_TIMER, cancel: BOOL) {
    let timer = find(timer, is_timer, "WaitForThreadpoolTimerCallbacks").to_arc();
    timer.wait_for_callbacks(cancel != 0);
}

/// Closes a timer; callbacks that are outstanding are still called.
#[unsafe(no_mangle)]
pub extern "system" fn CloseThreadpoolTimer(timer: PTP_TIMER) {
    close(timer, is_timer, "CloseThreadpoolTimer");
}

fn call_wait(callback: &Callback, arguments: &Arguments) {
    type Routine = unsafe extern "system" fn(PTP_CALLBACK_INSTANCE, *mut c_void, PTP_WAIT, u32);
    // SAFETY: `CreateThreadpoolWait` took the number from a routine of this type.
    let routine = unsafe { transmute::<usize, Routine>(callback.routine) };
    let (instance, wait) = (arguments.instance.cast_signed(), arguments.object.cast_signed());
    // SAFETY: callable with this context, by the promise given there.
    unsafe { routine(instance, context(callback), wait, arguments.told[0] as u32) }
}

fn is_wait(kind: &Kind) -> bool {
    matches!(kind, Kind::Wait(_))
}

/// Makes a wait, which waits for nothing yet.  NULL: 87 without a callback or for a wrong
/// environment.
///
/// # Safety
/// As for [`CreateThreadpoolTimer`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn CreateThreadpoolWait(
    routine: PTP_WAIT_CALLBACK,
    context: *mut c_void,
    pcbe: *const TP_CALLBACK_ENVIRON_V3,
) -> PTP_WAIT {
    let act = || -> Result<u32> {
        let callback = callback(call_wait, routine.map(|routine| routine as usize), context)?;
        // SAFETY: the caller's promise.
        let environment = with_context(unsafe { environment(pcbe) }?, context);
        let kind = Kind::Wait(WaitPart::default());
        Ok(member::create(environment, callback, kind)?.number())
    };
    object_or_null(act())
}

/// Waits once for an object, or with NULL for nothing any more.  The callback gets 0, 128 (a mutex
/// whose owner ended) or 258 (the time has passed).  Without a time the wait is for ever; a time
/// of 0 only looks.
///
/// # Safety
/// `timeout` must be NULL or readable, unless the handle is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn SetThreadpoolWait(
    wait: PTP_WAIT,
    object: HANDLE,
    timeout: *const FILETIME,
) {
    // SAFETY: the caller's promise.
    unsafe { SetThreadpoolWaitEx(wait, object, timeout, ptr::null()) };
}

/// [`SetThreadpoolWait`] that returns TRUE if something was waited for and will not call back.
///
/// # Safety
/// As for [`SetThreadpoolWait`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn SetThreadpoolWaitEx(
    wait: PTP_WAIT,
    object: HANDLE,
    timeout: *const FILETIME,
    _reserved: *const c_void,
) -> BOOL {
    let member = find(wait, is_wait, "SetThreadpoolWait");
    let Kind::Wait(part) = member.kind() else { misused("SetThreadpoolWait") };
    if object.is_null() {
        return BOOL::from(part.set(&member, None, None).unwrap_or(false));
    }
    let Ok(found) = handle::resolve(entry::number(object)) else { misused("SetThreadpoolWait") };
    // SAFETY: the caller's promise.
    let timeout = unsafe { due(timeout) };
    match part.set(&member, Some(found.to_reference()), timeout) {
        Ok(ended) => BOOL::from(ended),
        Err(status) => entry::fail(status),
    }
}

/// Waits until the callbacks have returned that are outstanding; with `cancel`, those that have not
/// begun are dropped.  What is waited for stays.
#[unsafe(no_mangle)]
pub extern "system" fn WaitForThreadpoolWaitCallbacks(wait: PTP_WAIT, cancel: BOOL) {
    let wait = find(wait, is_wait, "WaitForThreadpoolWaitCallbacks").to_arc();
    wait.wait_for_callbacks(cancel != 0);
}

/// Closes a wait; callbacks that are outstanding are still called.
#[unsafe(no_mangle)]
pub extern "system" fn CloseThreadpoolWait(wait: PTP_WAIT) {
    close(wait, is_wait, "CloseThreadpoolWait");
}

/// The Win32 code and the bytes of a request that has ended so.
fn result(arguments: &Arguments) -> (u32, usize) {
    let [_, status, information] = arguments.told;
    let status = Status(status as u32);
    (if status.is_success() { 0 } else { error::win32(status) }, information)
}

fn overlapped(arguments: &Arguments) -> *mut c_void {
    ptr::with_exposed_provenance_mut(arguments.told[0])
}

fn call_io(callback: &Callback, arguments: &Arguments) {
    type Routine = unsafe extern "system" fn(
        PTP_CALLBACK_INSTANCE,
        *mut c_void,
        *mut c_void,
        u32,
        usize,
        PTP_IO,
    );
    // SAFETY: `CreateThreadpoolIo` took the number from a routine of this type.
    let routine = unsafe { transmute::<usize, Routine>(callback.routine) };
    let (instance, object) = (arguments.instance.cast_signed(), arguments.object.cast_signed());
    let (code, bytes) = result(arguments);
    // SAFETY: callable with this context, by the promise given there.
    unsafe { routine(instance, context(callback), overlapped(arguments), code, bytes, object) }
}

fn is_io(kind: &Kind) -> bool {
    matches!(kind, Kind::Io(_))
}

/// Makes an I/O object for a file: its requests call back when they have ended, each if
/// [`StartThreadpoolIo`] was called before it.  NULL: 6 for a wrong handle; 87 without a callback,
/// for a wrong environment, and for a file that has a port or is not overlapped.
///
/// # Safety
/// As for [`CreateThreadpoolTimer`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn CreateThreadpoolIo(
    file: HANDLE,
    routine: PTP_WIN32_IO_CALLBACK,
    context: *mut c_void,
    pcbe: *const TP_CALLBACK_ENVIRON_V3,
) -> PTP_IO {
    let act = || -> Result<u32> {
        let callback = callback(call_io, routine.map(|routine| routine as usize), context)?;
        // SAFETY: the caller's promise.
        let environment = with_context(unsafe { environment(pcbe) }?, context);
        Ok(io::create(entry::number(file), environment, callback)?.number())
    };
    object_or_null(act())
}

/// Announces a request of the file: its end will call back.
#[unsafe(no_mangle)]
pub extern "system" fn StartThreadpoolIo(object: PTP_IO) {
    find(object, is_io, "StartThreadpoolIo").announce();
}

/// Takes an announcement back: the request has failed at once (or succeeded at once, where that
/// sends no packet), so no end will be told.
#[unsafe(no_mangle)]
pub extern "system" fn CancelThreadpoolIo(object: PTP_IO) {
    find(object, is_io, "CancelThreadpoolIo").withdraw();
}

/// Waits until all announced requests have called back; with `cancel`, they do not call back any
/// more, though they go on.
#[unsafe(no_mangle)]
pub extern "system" fn WaitForThreadpoolIoCallbacks(object: PTP_IO, cancel: BOOL) {
    let object = find(object, is_io, "WaitForThreadpoolIoCallbacks").to_arc();
    object.wait_for_callbacks(cancel != 0);
}

/// Closes an I/O object; requests that were announced still call back.
#[unsafe(no_mangle)]
pub extern "system" fn CloseThreadpoolIo(object: PTP_IO) {
    close(object, is_io, "CloseThreadpoolIo");
}

fn call_completion(callback: &Callback, arguments: &Arguments) {
    type Routine = unsafe extern "system" fn(u32, u32, *mut c_void);
    // SAFETY: `BindIoCompletionCallback` took the number from a routine of this type.
    let routine = unsafe { transmute::<usize, Routine>(callback.routine) };
    let (code, bytes) = result(arguments);
    // SAFETY: callable for each request of the file, by the promise given there.
    unsafe { routine(code, if code == 0 { bytes as u32 } else { 0 }, overlapped(arguments)) }
}

/// Lets all requests of a file call a routine when they have ended, on a thread of the default
/// pool.  FALSE: 6 for a wrong handle; 87 without a routine, for flags, and for a file that has a
/// port or is not overlapped.
///
/// # Safety
/// The routine must be callable on another thread.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn BindIoCompletionCallback(
    file: HANDLE,
    routine: lapwing_abi::LPOVERLAPPED_COMPLETION_ROUTINE,
    flags: u32,
) -> BOOL {
    let act = || -> Result<()> {
        if flags != 0 {
            return Err(Status::INVALID_PARAMETER);
        }
        let routine = routine.map(|routine| routine as usize);
        let callback = callback(call_completion, routine, ptr::null())?;
        // The port would otherwise be made for nothing.
        handle::lookup(entry::number(file))?;
        pool::default()?;
        io::bind(entry::number(file), callback)
    };
    entry::succeed(act())
}
