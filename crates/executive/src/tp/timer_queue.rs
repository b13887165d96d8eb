//! Timer queues: timers that go together.

use super::callback::Callback;
use super::member::{self, Completion, Environment, Kind, Member};
use super::timer::TimerPart;
use crate::ke::timer::Due;
use crate::ob::object::Reference;
use crate::ob::table::{Pinned, Table};
use crate::status::{Result, Status};
use crate::sync::{AtomicU32, Mutex, Ordering};
use core::time::Duration;
use std::sync::{Arc, Weak};

/// A queue of timers; the default one is the timers that are in none.
#[derive(Default)]
pub struct TimerQueue {
    timers: Mutex<Vec<Weak<Member>>>,
}

static QUEUES: Table<TimerQueue> = Table::new();

/// Makes a queue; its number.
///
/// # Errors
/// `INSUFFICIENT_RESOURCES`.
pub fn create() -> Result<u32> {
    QUEUES.insert(Arc::default()).ok_or(Status::INSUFFICIENT_RESOURCES)
}

/// The queue of this number.
///
/// # Errors
/// `INVALID_HANDLE`.
pub fn find(number: usize) -> Result<Pinned<'static, TimerQueue>> {
    let number = u32::try_from(number).map_err(|_| Status::INVALID_HANDLE)?;
    QUEUES.lookup(number).ok_or(Status::INVALID_HANDLE)
}

/// Makes a timer, in a queue or in none.  It is not set yet.
///
/// # Errors
/// `INSUFFICIENT_RESOURCES`.
pub fn create_timer(
    queue: Option<&TimerQueue>,
    environment: Environment,
    callback: Callback,
) -> Result<Arc<Member>> {
    let member = member::create(environment, callback, Kind::Timer(TimerPart::telling([1, 0, 0])))?;
    if let Some(queue) = queue {
        let mut timers = queue.timers.lock();
        timers.retain(|timer| timer.strong_count() > 0);
        timers.push(member.weak());
    }
    Ok(member)
}

/// Changes when a timer goes off.
///
/// # Errors
/// `INVALID_HANDLE`.
pub fn change(timer: usize, due: Due, period: Duration) -> Result<()> {
    let member = member::find(timer).ok_or(Status::INVALID_HANDLE)?;
    let Kind::Timer(part) = member.kind() else { return Err(Status::INVALID_HANDLE) };
    part.change(&member, due, period);
    Ok(())
}

/// Deletes a queue with its timers: `PENDING` when callbacks are outstanding.
///
/// # Errors
/// `INVALID_HANDLE`.
pub fn delete(number: usize, completion: Completion) -> Result<Status> {
    let number = u32::try_from(number).map_err(|_| Status::INVALID_HANDLE)?;
    let queue = QUEUES.remove(number).ok_or(Status::INVALID_HANDLE)?;
    let timers = core::mem::take(&mut *queue.timers.lock());
    let timers: Vec<Arc<Member>> = timers.iter().filter_map(Weak::upgrade).collect();
    for timer in &timers {
        timer.close();
    }
    match completion {
        Completion::Caller => {
            for timer in &timers {
                timer.wait_for_callbacks(false);
            }
            Ok(Status::SUCCESS)
        }
        Completion::Nobody => {
            let pending = timers.iter().any(|timer| timer.is_outstanding());
            Ok(if pending { Status::PENDING } else { Status::SUCCESS })
        }
        Completion::Event(event) => Ok(tell_when_done(&timers, event)),
    }
}

/// Sets the event when no callback of these is outstanding.
fn tell_when_done(timers: &[Arc<Member>], event: Reference) -> Status {
    let last = Arc::new(Last { event, left: AtomicU32::new(1) });
    for timer in timers {
        last.left.fetch_add(1, Ordering::Relaxed);
        let last = last.clone();
        timer.when_done(Box::new(move || last.one_less()));
    }
    if last.one_less() { Status::SUCCESS } else { Status::PENDING }
}

/// Counts the timers that are not done.
struct Last {
    event: Reference,
    left: AtomicU32,
}

impl Last {
    /// True when nothing is left, and the event set.
    fn one_less(&self) -> bool {
        let last = self.left.fetch_sub(1, Ordering::AcqRel) == 1;
        if last {
            self.event.dispatcher().set();
        }
        last
    }
}
