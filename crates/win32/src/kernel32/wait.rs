//! Waiting for one object, for several, and for time to pass.
#![allow(unsafe_code)]

use crate::entry;
use core::array;
use lapwing_abi::{
    BOOL, HANDLE, MAXIMUM_WAIT_OBJECTS, WAIT_EVENT, WAIT_FAILED, WAIT_IO_COMPLETION,
};
use lapwing_executive::ke::deadline::Deadline;
use lapwing_executive::ke::dispatcher::Waitable;
use lapwing_executive::ke::{apc, thread, wait};
use lapwing_executive::ob::access::{MODIFY_STATE, SYNCHRONIZE};
use lapwing_executive::ob::handle;
use lapwing_executive::ob::object::{Body, Object};
use lapwing_executive::ob::table::Pinned;
use lapwing_executive::status::{Result, Status};
use smallvec::SmallVec;
use std::sync::Arc;
use std::time::Duration;

const MANY: usize = MAXIMUM_WAIT_OBJECTS as usize;
/// Most waits for several objects are for so many at most, and need less room to be cleared.
const FEW: usize = 4;

/// `WAIT_FAILED`, with the status as the last error.
pub(crate) fn failed(status: Status) -> WAIT_EVENT {
    entry::fail(status);
    WAIT_FAILED
}

/// A wait's result as Windows returns it; due APCs run first.  The caller holds nothing any more.
pub(crate) fn finish(status: Status) -> WAIT_EVENT {
    if status == Status::USER_APC {
        apc::deliver();
    }
    // `WAIT_OBJECT_0`, `WAIT_ABANDONED_0`, `WAIT_IO_COMPLETION` and `WAIT_TIMEOUT` are the
    // statuses' own numbers.
    status.0
}

/// Waits until an object is signalled, for at most so many milliseconds.
///
/// Returns 0, 128 (a mutex whose owner ended), 258 (time has passed), or `WAIT_FAILED`: 6 for a
/// handle that is not open, 5 for one that was opened without `SYNCHRONIZE`.
#[unsafe(no_mangle)]
pub extern "system" fn WaitForSingleObject(object: HANDLE, milliseconds: u32) -> WAIT_EVENT {
    // Who waits for no time often finds nothing.
    let is_probably_set = milliseconds != 0;
    let in_passing = handle::in_passing(entry::number(object), |object| {
        object.require(SYNCHRONIZE).ok()?;
        object.event().ok()?.take_in_passing(is_probably_set).then_some(())
    });
    if in_passing.is_some() { 0 } else { WaitForSingleObjectEx(object, milliseconds, 0) }
}

/// [`WaitForSingleObject`], alertable if wanted: then due APCs run, and the call returns 192.
#[unsafe(no_mangle)]
pub extern "system" fn WaitForSingleObjectEx(
    object: HANDLE,
    milliseconds: u32,
    alertable: BOOL,
) -> WAIT_EVENT {
    let wait = || -> Result<Status> {
        let object = handle::resolve(entry::number(object))?;
        Ok(wait::wait_milliseconds(object.to_wait_for()?, alertable != 0, milliseconds))
    };
    wait().map_or_else(failed, finish)
}

/// Waits for one or for all of up to 64 objects, for at most so many milliseconds.
///
/// Returns the lowest index of a signalled object (128 + index for an abandoned mutex); for all, 0
/// or 128.  `WAIT_FAILED`: 87 for no handles, for more than 64, or for an object that occurs twice
/// in a wait for all; 6 for a wrong handle, pseudo handles among them; 5 for one that was opened
/// without `SYNCHRONIZE` and for a section; 998 for a wild array.
///
/// # Safety
/// `handles` must point to `count` readable handles.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn WaitForMultipleObjects(
    count: u32,
    handles: *const HANDLE,
    wait_all: BOOL,
    milliseconds: u32,
) -> WAIT_EVENT {
    // SAFETY: the caller's promise.
    unsafe { WaitForMultipleObjectsEx(count, handles, wait_all, milliseconds, 0) }
}

/// [`WaitForMultipleObjects`], alertable if wanted: then due APCs run, and the call returns 192.
///
/// # Safety
/// As for [`WaitForMultipleObjects`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn WaitForMultipleObjectsEx(
    count: u32,
    handles: *const HANDLE,
    wait_all: BOOL,
    milliseconds: u32,
    alertable: BOOL,
) -> WAIT_EVENT {
    let count = count as usize;
    if count == 0 || count > MANY {
        return failed(Status::INVALID_PARAMETER);
    }
    if entry::is_wild(handles) {
        return failed(Status::ACCESS_VIOLATION);
    }
    let number = |index: usize| {
        // SAFETY: `index` is below `count`, and so many handles are readable.
        entry::number(unsafe { handles.add(index).read_unaligned() })
    };
    let deadline = Deadline::after_milliseconds(milliseconds);
    let waited = if wait_all != 0 {
        for_all(count, number, alertable != 0, deadline)
    } else if count <= FEW {
        for_any::<FEW>(count, number, alertable != 0, deadline)
    } else {
        for_any::<MANY>(count, number, alertable != 0, deadline)
    };
    waited.map_or_else(failed, finish)
}

/// Waits for any of at most `PLACES` objects.
fn for_any<const PLACES: usize>(
    count: usize,
    number: impl Fn(usize) -> usize,
    alertable: bool,
    deadline: Deadline,
) -> Result<Status> {
    let attempt = || any_in_passing(count, &number, deadline);
    if !alertable && let Some(status) = wait::without_blocking(count, deadline, attempt) {
        return Ok(status);
    }
    let mut found: [_; PLACES] = array::from_fn(|_| None);
    for (index, place) in found[..count].iter_mut().enumerate() {
        *place = Some(handle::lookup(number(index))?);
    }
    let Some(first) = &found[0] else { return Err(Status::INVALID_PARAMETER) };
    let mut dispatchers = [first.to_wait_for()?; PLACES];
    for (place, object) in dispatchers.iter_mut().zip(found.iter().flatten()) {
        *place = object.to_wait_for()?;
    }
    Ok(wait::wait_for_any(&dispatchers[..count], alertable, deadline))
}

/// The lowest of the objects that is signalled now; time has passed, if that is none.  Nothing is
/// held between two of them, which costs a fraction.  None, and nothing has happened, when it
/// cannot be told so: all must be there, and be such as can be waited for.
fn any_in_passing(
    count: usize,
    number: impl Fn(usize) -> usize,
    deadline: Deadline,
) -> Option<Status> {
    let mut first = None;
    for index in 0..count {
        let is_signalled = handle::in_passing(number(index), |object| {
            object.to_wait_for().ok()?.is_signalled_in_passing()
        })?;
        if is_signalled && first.is_none() {
            first = Some(index);
        }
    }
    let Some(index) = first else {
        return (deadline == Deadline::Passed).then_some(Status::TIMEOUT);
    };
    let take =
        |object: &Pinned<'_, Object>| object.to_wait_for().ok()?.take_at_once().then_some(());
    handle::in_passing(number(index), take).map(|()| Status(index as u32))
}

fn for_all(
    count: usize,
    number: impl Fn(usize) -> usize,
    alertable: bool,
    deadline: Deadline,
) -> Result<Status> {
    let object = |index| {
        let found = handle::lookup(number(index))?;
        found.to_wait_for()?;
        Ok(found.to_arc() as Arc<dyn Waitable>)
    };
    let objects = (0..count).map(object).collect::<Result<SmallVec<[_; MANY]>>>()?;
    wait::wait_for_all(&objects, alertable, deadline)
}

/// Signals one object (sets an event, releases a semaphore by one or a mutex once) and waits for
/// another.
///
/// `WAIT_FAILED`: 6 for a wrong handle or an object that cannot be signalled, 298 for a semaphore
/// at its maximum, 288 for a mutex of somebody else, 5 for a process that was opened without
/// `SYNCHRONIZE`; nothing has been signalled then.
#[unsafe(no_mangle)]
pub extern "system" fn SignalObjectAndWait(
    to_signal: HANDLE,
    to_wait_on: HANDLE,
    milliseconds: u32,
    alertable: BOOL,
) -> WAIT_EVENT {
    let act = || -> Result<Status> {
        let to_signal = handle::lookup(entry::number(to_signal))?;
        let to_wait_on = handle::resolve(entry::number(to_wait_on))?;
        let dispatcher = to_wait_on.to_wait_for()?;
        match to_signal.body() {
            Body::Event(event) => {
                to_signal.require(MODIFY_STATE)?;
                event.set();
            }
            Body::Semaphore(semaphore) => {
                to_signal.require(MODIFY_STATE)?;
                semaphore.release(1)?;
            }
            Body::Mutant(mutant) => {
                thread::with_current(|thread| mutant.release(thread))?;
            }
            _ => return Err(Status::OBJECT_TYPE_MISMATCH),
        }
        let deadline = Deadline::after_milliseconds(milliseconds);
        Ok(wait::wait_for_single(dispatcher, alertable != 0, deadline))
    };
    act().map_or_else(failed, finish)
}

/// Lets so many milliseconds pass; 0 gives the rest of the time slice away.
#[unsafe(no_mangle)]
pub extern "system" fn Sleep(milliseconds: u32) {
    match Deadline::after_milliseconds(milliseconds) {
        Deadline::Passed => std::thread::yield_now(),
        deadline => thread::blocking(|| {
            while let left = deadline.remaining()
                && left != Some(Duration::ZERO)
            {
                // A day at a time is for ever.
                std::thread::sleep(left.unwrap_or(Duration::from_secs(86_400)));
            }
        }),
    }
}

/// [`Sleep`], alertable if wanted: then due APCs run, and the call returns 192; otherwise 0.
#[unsafe(no_mangle)]
pub extern "system" fn SleepEx(milliseconds: u32, alertable: BOOL) -> u32 {
    if alertable == 0 {
        Sleep(milliseconds);
        return 0;
    }
    let status = wait::sleep_alertably(Deadline::after_milliseconds(milliseconds));
    if status != Status::USER_APC {
        return 0;
    }
    apc::deliver();
    WAIT_IO_COMPLETION
}

/// Gives the processor to another thread.  TRUE if there was one that took it.
#[unsafe(no_mangle)]
pub extern "system" fn SwitchToThread() -> BOOL {
    let before = switches();
    std::thread::yield_now();
    BOOL::from(switches() != before)
}

/// How often the calling thread has lost its processor.
fn switches() -> i64 {
    let mut usage = core::mem::MaybeUninit::<libc::rusage>::uninit();
    // SAFETY: the place is writable.
    if unsafe { libc::getrusage(libc::RUSAGE_THREAD, usage.as_mut_ptr()) } != 0 {
        return 0;
    }
    // SAFETY: the call has succeeded and written it.
    let usage = unsafe { usage.assume_init() };
    usage.ru_nvcsw + usage.ru_nivcsw
}
