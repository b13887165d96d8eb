//! Waiting for one object, for any, for all.
//!
//! A satisfied wait takes from each object what its kind says ([`super::dispatcher::Kind`]).
//! Results are statuses: `SUCCESS` (`WAIT_0`) + index, `ABANDONED_WAIT_0` + index, `USER_APC`,
//! `TIMEOUT`.
//!
//! `USER_APC` means that APCs are due, not that they have run: the caller calls
//! [`super::apc::deliver`] when it holds nothing any more (the reason stands there).
//!
//! Only a wait that blocks looks at the calling thread's block or allocates.

use super::apc::Sleeper;
use super::deadline::Deadline;
use super::dispatcher::{Dispatcher, Waitable};
use super::thread::{self, Thread};
use super::wait_entry::Waiter;
use super::waiting_list::{Guard, MANY, Satisfied, lock_all, take_all};
use crate::status::{Result, Status};
use smallvec::SmallVec;
use std::sync::Arc;

/// Waits for one object.
#[inline]
pub fn wait_for_single(object: &Dispatcher, alertable: bool, deadline: Deadline) -> Status {
    if !alertable && object.take_at_once() {
        return Status::SUCCESS;
    }
    wait_for_any(&[object], alertable, deadline)
}

/// As [`wait_for_single`], for so many milliseconds.  No clock is read if the object is signalled.
#[inline]
pub fn wait_milliseconds(object: &Dispatcher, alertable: bool, milliseconds: u32) -> Status {
    if !alertable && object.take_at_once() {
        return Status::SUCCESS;
    }
    wait_for_any(&[object], alertable, Deadline::after_milliseconds(milliseconds))
}

/// Waits until one of the objects is signalled; if several are, the one of the lowest index counts,
/// and only from that one anything is taken.
pub fn wait_for_any(objects: &[&Dispatcher], alertable: bool, deadline: Deadline) -> Status {
    let looked = if alertable { Looked::Unsure } else { take_any_fast(objects) };
    match looked {
        Looked::Took(status) => {
            would_park(deadline);
            return status;
        }
        Looked::Nothing if deadline == Deadline::Passed => return Status::TIMEOUT,
        Looked::Nothing | Looked::Unsure => {}
    }
    thread::with_current(|thread| {
        if alertable && thread.apcs().is_due() {
            would_park(deadline);
            return Status::USER_APC;
        }
        // What nobody has signalled is not looked at twice before it is locked.
        let unsure = if matches!(looked, Looked::Nothing) { &[] } else { objects };
        for (index, object) in (0..).zip(unsure) {
            if let Some(taken) = object.try_take(thread) {
                return taken.status(index);
            }
        }
        if deadline == Deadline::Passed {
            return Status::TIMEOUT;
        }
        block_for_any(thread, objects, alertable, deadline)
    })
}

/// From so many objects on it is dear to stand in the lists of all of them.
const DEAR: usize = 8;

/// A wait for any of so many objects that ends without blocking: `attempt` says how, perhaps only
/// after I/O that has finished meanwhile.  None when it does not.
pub fn without_blocking(
    count: usize,
    deadline: Deadline,
    attempt: impl Fn() -> Option<Status>,
) -> Option<Status> {
    if let Some(status) = attempt() {
        would_park(deadline);
        return Some(status);
    }
    let may_look = count >= DEAR && deadline != Deadline::Passed;
    if may_look && thread::with_current(|thread| look(thread)) { attempt() } else { None }
}

/// What a look at some objects came to.
enum Looked {
    /// The wait is over.
    Took(Status),
    /// None was signalled.
    Nothing,
    /// It takes the thread or a lock to tell.
    Unsure,
}

/// The waits that need neither the thread nor a lock.
fn take_any_fast(objects: &[&Dispatcher]) -> Looked {
    for (index, object) in (0..).zip(objects) {
        match object.try_take_fast() {
            Some(true) => return Looked::Took(Status(index)),
            Some(false) => {}
            None => return Looked::Unsure,
        }
    }
    Looked::Nothing
}

fn block_for_any(
    thread: &Arc<Thread>,
    objects: &[&Dispatcher],
    alertable: bool,
    deadline: Deadline,
) -> Status {
    thread.begin_wait();
    let mut enlisted = 0;
    for (index, object) in (0..).zip(objects) {
        let mut guard = object.lock();
        if !thread.is_waiting() {
            break;
        }
        guard.announce();
        // Unless somebody has satisfied the wait meanwhile, it satisfies itself.
        if guard.is_ready(thread) && guard.satisfy(thread, index) != Satisfied::Missed {
            break;
        }
        guard.enlist(Waiter::One { thread: thread.clone(), index });
        enlisted += 1;
    }
    let status = sleep(thread, alertable, deadline);
    // Whoever satisfied a wait for one object has taken it from the list.
    let satisfied = status != Status::TIMEOUT && status != Status::USER_APC;
    if !(satisfied && objects.len() == 1) {
        for object in &objects[..enlisted] {
            object.lock().withdraw(thread);
        }
    }
    status
}

/// Waits until all objects are signalled at once, and takes from all of them or from none.
///
/// # Errors
/// `INVALID_PARAMETER_MIX` when an object occurs twice.
pub fn wait_for_all(
    objects: &[Arc<dyn Waitable>],
    alertable: bool,
    deadline: Deadline,
) -> Result<Status> {
    let mut objects: SmallVec<[_; MANY]> = objects.iter().collect();
    objects.sort_unstable_by_key(|object| address(object));
    if objects.windows(2).any(|pair| address(pair[0]) == address(pair[1])) {
        return Err(Status::INVALID_PARAMETER_MIX);
    }
    Ok(thread::with_current(|thread| {
        if alertable && thread.apcs().is_due() {
            return Status::USER_APC;
        }
        let ready = |object: &&Arc<dyn Waitable>| object.dispatcher().seems_ready(thread);
        if deadline == Deadline::Passed && !objects.iter().all(ready) {
            return Status::TIMEOUT;
        }
        block_for_all(thread, &objects, alertable, deadline)
    }))
}

/// Locks are taken in this order.
fn address(object: &Arc<dyn Waitable>) -> usize {
    core::ptr::from_ref(object.dispatcher()).addr()
}

fn block_for_all(
    thread: &Arc<Thread>,
    objects: &[&Arc<dyn Waitable>],
    alertable: bool,
    deadline: Deadline,
) -> Status {
    let mut guards = lock_all(objects.iter().copied());
    if let Some(status) = take_all(&mut guards, thread, || true) {
        return status;
    }
    if deadline == Deadline::Passed {
        return Status::TIMEOUT;
    }
    if guards.iter().any(Guard::is_shared) {
        guards.iter().for_each(Guard::announce);
        if let Some(status) = take_all(&mut guards, thread, || true) {
            return status;
        }
    }
    thread.begin_wait();
    let all: Arc<[Arc<dyn Waitable>]> = objects.iter().copied().cloned().collect();
    for guard in &mut guards {
        guard.enlist(Waiter::All { thread: thread.clone(), all: all.clone() });
    }
    drop(guards);
    let status = sleep(thread, alertable, deadline);
    // Whoever satisfied a wait-all has taken it from the lists.
    if status == Status::TIMEOUT || status == Status::USER_APC {
        for object in all.iter() {
            object.dispatcher().lock().withdraw(thread);
        }
    }
    status
}

/// Sleeps until the thread's wait has ended one way or another.
fn sleep(thread: &Arc<Thread>, alertable: bool, deadline: Deadline) -> Status {
    if let Some(status) = thread.wait_result() {
        return status;
    }
    if alertable && !thread.apcs().fall_asleep(Sleeper::Parked) {
        return thread.give_up(Status::USER_APC);
    }
    let status = thread::blocking_as(thread, || {
        loop {
            if let Some(status) = thread.wait_result() {
                return status;
            }
            if alertable && thread.apcs().is_due() {
                return thread.give_up(Status::USER_APC);
            }
            let parker = thread.parker();
            if !thread.spin().before(|| parker.is_unparked(), |_| park(thread, deadline)) {
                return thread.give_up(Status::TIMEOUT);
            }
        }
    });
    if alertable {
        thread.apcs().wake_up();
    }
    status
}

#[cfg(not(any(loom, shuttle)))]
pub(super) use super::listen::would_park;
#[cfg(not(any(loom, shuttle)))]
use super::listen::{look, park};

/// Models do no I/O.
#[cfg(any(loom, shuttle))]
fn park(thread: &Thread, deadline: Deadline) -> bool {
    thread.parker().park(deadline)
}

#[cfg(any(loom, shuttle))]
pub(super) fn would_park(_deadline: Deadline) {}

#[cfg(any(loom, shuttle))]
fn look(_thread: &Thread) -> bool {
    false
}

/// `SleepEx` that is alertable: sleeps until the deadline or until an APC is due.
pub fn sleep_alertably(deadline: Deadline) -> Status {
    wait_for_any(&[], true, deadline)
}

#[cfg(all(test, not(any(loom, shuttle))))]
#[path = "wait_tests.rs"]
mod tests;
