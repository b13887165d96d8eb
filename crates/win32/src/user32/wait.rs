//! Waiting for messages, alone or beside handles.
#![allow(unsafe_code)]

use crate::entry;
use crate::kernel32::wait::{failed, finish};
use lapwing_abi::{
    BOOL, HANDLE, MAXIMUM_WAIT_OBJECTS, MSG_WAIT_FOR_MULTIPLE_OBJECTS_EX_FLAGS, MWMO_ALERTABLE,
    MWMO_INPUTAVAILABLE, MWMO_WAITALL, QUEUE_STATUS_FLAGS, WAIT_EVENT,
};
use lapwing_executive::ke::deadline::Deadline;
use lapwing_executive::ke::dispatcher::Waitable;
use lapwing_executive::ke::wait;
use lapwing_executive::ob::handle;
use lapwing_executive::status::{Result, Status};
use lapwing_executive::win32k::queue::{self, Armed, MessageQueue, QS_ANY};
use smallvec::SmallVec;
use std::sync::Arc;

/// So many objects are waited for without allocating.
const USUAL: usize = 8;

/// Waits until the calling thread gets a message that it has not looked at yet.
#[unsafe(no_mangle)]
pub extern "system" fn WaitMessage() -> BOOL {
    while !queue::with_current(|queue| queue.wait(0, QS_ANY, Deadline::Never)) {}
    1
}

/// [`MsgWaitForMultipleObjectsEx`] for one or for all, without the flags.
///
/// # Safety
/// As for [`MsgWaitForMultipleObjectsEx`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn MsgWaitForMultipleObjects(
    count: u32,
    handles: *const HANDLE,
    wait_all: BOOL,
    milliseconds: u32,
    wake_mask: QUEUE_STATUS_FLAGS,
) -> WAIT_EVENT {
    let flags = if wait_all != 0 { MWMO_WAITALL } else { 0 };
    // SAFETY: the caller's promise.
    unsafe { MsgWaitForMultipleObjectsEx(count, handles, milliseconds, wake_mask, flags) }
}

/// Waits for one of up to 63 objects or for a message of these kinds, for at most so many
/// milliseconds.  A message counts when it has come since the thread last looked at its queue; with
/// `MWMO_INPUTAVAILABLE` also one that it has seen.
///
/// Returns the lowest index of a signalled object (128 + index for an abandoned mutex), `count` for
/// a message, 258 when the time has passed, 192 after APCs (`MWMO_ALERTABLE`).  `MWMO_WAITALL`
/// waits for everything at once, a message included.  `WAIT_FAILED`: 87 for more than 63 objects,
/// for one that occurs twice in a wait for all, or for flags that do not exist; 6 for a wrong
/// handle, 5 for one without the right to wait; 998 for a wild array.
///
/// # Safety
/// `handles` must point to `count` readable handles.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn MsgWaitForMultipleObjectsEx(
    count: u32,
    handles: *const HANDLE,
    milliseconds: u32,
    wake_mask: QUEUE_STATUS_FLAGS,
    flags: MSG_WAIT_FOR_MULTIPLE_OBJECTS_EX_FLAGS,
) -> WAIT_EVENT {
    let known = MWMO_ALERTABLE | MWMO_INPUTAVAILABLE | MWMO_WAITALL;
    if count >= MAXIMUM_WAIT_OBJECTS || flags & !known != 0 {
        return failed(Status::INVALID_PARAMETER);
    }
    if count != 0 && entry::is_wild(handles) {
        return failed(Status::ACCESS_VIOLATION);
    }
    let number = |index: usize| {
        // SAFETY: `index` is below `count`, and so many handles are readable.
        entry::number(unsafe { handles.add(index).read_unaligned() })
    };
    let terms = Terms {
        present: if flags & MWMO_INPUTAVAILABLE != 0 { wake_mask } else { 0 },
        changed: wake_mask,
        alertable: flags & MWMO_ALERTABLE != 0,
        deadline: Deadline::after_milliseconds(milliseconds),
    };
    let numbers: SmallVec<[usize; USUAL]> = (0..count as usize).map(number).collect();
    let waited = queue::with_current(|queue| {
        let waited = match flags & MWMO_WAITALL {
            0 => for_any(queue, &numbers, &terms),
            _ => for_all(queue, &numbers, &terms),
        };
        queue.disarm();
        waited
    });
    drop(numbers);
    waited.map_or_else(failed, finish)
}

struct Terms {
    present: u32,
    changed: u32,
    alertable: bool,
    deadline: Deadline,
}

impl Terms {
    /// Arms the queue and says until when it makes sense to sleep.
    fn arm(&self, queue: &MessageQueue) -> Deadline {
        match queue.arm(self.present, self.changed) {
            Armed::Ready => self.deadline,
            Armed::Until(due) => self.deadline.earlier(due),
        }
    }

    /// Whether a wait is to go on after it has ended so: for a timer that was due.
    fn goes_on(&self, status: Status) -> bool {
        status == Status::TIMEOUT && !self.deadline.has_passed()
    }
}

fn for_any(queue: &Arc<MessageQueue>, numbers: &[usize], terms: &Terms) -> Result<Status> {
    let objects = numbers.iter().map(|&number| handle::lookup(number));
    let objects = objects.collect::<Result<SmallVec<[_; USUAL]>>>()?;
    let dispatchers = objects.iter().map(|object| object.to_wait_for());
    let mut dispatchers = dispatchers.collect::<Result<SmallVec<[_; USUAL]>>>()?;
    dispatchers.push(queue.dispatcher());
    loop {
        let deadline = terms.arm(queue);
        let status = wait::wait_for_any(&dispatchers, terms.alertable, deadline);
        let by_queue = status.0 as usize == numbers.len();
        // The queue may have been signalled only so that its timers are looked at.
        let by_nothing =
            by_queue && !matches!(queue.arm(terms.present, terms.changed), Armed::Ready);
        if !terms.goes_on(status) && !by_nothing {
            return Ok(status);
        }
    }
}

fn for_all(queue: &Arc<MessageQueue>, numbers: &[usize], terms: &Terms) -> Result<Status> {
    let object = |&number: &usize| {
        let found = handle::lookup(number)?;
        found.to_wait_for()?;
        Ok(found.to_arc() as Arc<dyn Waitable>)
    };
    let mut objects = numbers.iter().map(object).collect::<Result<Vec<_>>>()?;
    objects.push(queue.clone());
    loop {
        let deadline = terms.arm(queue);
        let status = wait::wait_for_all(&objects, terms.alertable, deadline)?;
        if !terms.goes_on(status) {
            return Ok(status);
        }
    }
}
