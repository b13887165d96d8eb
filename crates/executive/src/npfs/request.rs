//! A request to a pipe: tried at once, queued when it has to wait, ended by whoever does what it
//! waits for.
//!
//! ```text
//! start ----- attempt --- Some(outcome) ------------------> told to everybody
//!                 `------ None --> a queue of the instance --'  by Ends::finish
//! perform --- attempt --- Some(outcome) ------------------> returned
//!                 `------ None --> the same queue, whose end wakes this thread
//! ```

use super::end::End;
use super::instance::Inner;
use super::wire::{Awaited, Wire};
use crate::io::complete::{self, Timing};
use crate::io::file::{File, SKIP_SET_EVENT};
use crate::io::irp::{Irp, Notify, Outcome, Overlapped, Started};
use crate::ke::deadline::Deadline;
use crate::ke::descriptor_wait::FdWait;
use crate::ke::dispatcher::{Dispatcher, Kind};
use crate::ke::thread::{self, Thread};
use crate::ke::wait::wait_for_single;
use crate::ob::object::Object;
use crate::ob::table::Keep;
use crate::status::{Result, Status};
use crate::sync::{AtomicBool, Mutex, MutexGuard, Ordering};
use std::sync::Arc;

/// A thread that waits inside its call.
pub struct Blocked {
    thread: Arc<Thread>,
    /// It waits for the connection to another process itself.
    polls: AtomicBool,
    signal: Dispatcher,
    outcome: Mutex<Option<Outcome>>,
}

std::thread_local! {
    /// A thread is in one call at a time, so one is enough for all of them.
    static BLOCKED: Arc<Blocked> = Arc::new(Blocked {
        thread: Thread::current(),
        polls: AtomicBool::new(false),
        signal: Dispatcher::new(Kind::Synchronization, 0),
        outcome: Mutex::new(None),
    });
}

impl Blocked {
    /// The calling thread's own.
    pub fn current() -> Arc<Blocked> {
        BLOCKED.with(Arc::clone)
    }

    /// The request has ended.
    pub fn tell(&self, outcome: Outcome) {
        *self.outcome.lock() = Some(outcome);
        if !self.polls.load(Ordering::SeqCst) {
            let _was_set = self.signal.set();
        } else if !thread::with_current(|current| Arc::ptr_eq(current, &self.thread)) {
            self.thread.wake_fd_wait();
        }
    }

    /// Waits for the other process too, of which nobody else may hear.
    fn wait_with(&self, end: &End, mut awaited: Awaited) -> Outcome {
        let is_own = |irp: &Irp| {
            irp.thread_id == self.thread.id() && matches!(irp.overlapped.notify, Notify::Blocked(_))
        };
        let instance = end.instance();
        loop {
            if let Some(outcome) = self.outcome.lock().take() {
                return outcome;
            }
            if let Some(fd) = instance.fd() {
                let is_over = || awaited.has_come() || self.outcome.lock().is_some();
                let ended = self.thread.spin().before(is_over, |is_over| match is_over {
                    true => FdWait::Ready,
                    false => self.thread.wait_for_fd(fd, awaited.events, Deadline::Never, false),
                });
                if ended == FdWait::Cancelled {
                    end.cancel(Status::CANCELLED, &is_own);
                }
            }
            awaited = instance.pump(false, Timing::LATER);
        }
    }

    /// Waits until the request has ended.
    pub fn wait(&self) -> Outcome {
        loop {
            let _signalled = wait_for_single(&self.signal, false, Deadline::Never);
            if let Some(outcome) = self.outcome.lock().take() {
                return outcome;
            }
        }
    }
}

/// What is to be done when no lock is held: the ends of requests of threads that wait inside their
/// calls, and of a connection whose peer may be slow.
#[derive(Default)]
pub struct Ends {
    first: Option<(Irp, Outcome)>,
    rest: Vec<(Irp, Outcome)>,
    timing: Option<Timing>,
    wire: Option<Box<Wire>>,
}

impl Ends {
    /// Ends that are told by a thread which has heard of a connection's readiness.
    pub fn told(timing: Timing) -> Self {
        Ends { timing: Some(timing), ..Ends::default() }
    }

    fn timing(&self) -> Timing {
        self.timing.unwrap_or(Timing::LATER)
    }

    /// Ends a request, under the instance's lock.
    pub fn finish(&mut self, irp: Irp, outcome: Outcome) {
        if !matches!(irp.overlapped.notify, Notify::Blocked(_)) {
            complete::complete(irp, outcome, self.timing());
        } else if self.first.is_none() {
            self.first = Some((irp, outcome));
        } else {
            self.rest.push((irp, outcome));
        }
    }

    /// Closes a connection that has still something to send.
    pub fn close_patiently(&mut self, wire: Box<Wire>) {
        debug_assert!(self.wire.is_none(), "a call closes one end");
        self.wire = Some(wire);
    }

    /// Wakes the threads, and lets a peer take what was written to it.
    pub fn wake(self) {
        for (irp, outcome) in self.first.into_iter().chain(self.rest) {
            complete::complete(irp, outcome, Timing::LATER);
        }
        if let Some(wire) = self.wire {
            wire.close_patiently();
        }
    }
}

/// What is to be done, and where it waits.
pub trait Call {
    /// Tries it.  None when it has to wait.
    ///
    /// # Errors
    /// The status of the call.
    fn attempt(&mut self, inner: &mut Inner, ends: &mut Ends) -> Result<Option<Outcome>>;

    /// It waits from now on.
    fn queue(self, inner: &mut Inner, irp: Irp);
}

/// Runs a call: as a request with an OVERLAPPED on an overlapped file, else to its end.
///
/// # Errors
/// As for [`start`] and [`perform`].
pub fn run<C: Call>(
    object: &impl Keep<Object>,
    file: &File,
    inner: MutexGuard<'_, Inner>,
    call: C,
    overlapped: Option<Overlapped>,
) -> Result<Started> {
    let Some(overlapped) = overlapped else {
        return perform(object, file, inner, call).map(Started::Done);
    };
    if file.is_overlapped() {
        return start(object, file, inner, call, overlapped);
    }
    overlapped.start(file);
    let result = perform(object, file, inner, call);
    complete::deliver_performed(file, &overlapped, result);
    result.map(Started::Done)
}

fn irp(object: &impl Keep<Object>, overlapped: Overlapped) -> Irp {
    let thread_id = thread::current_id();
    Irp { file: object.keep(), thread_id, overlapped }
}

/// Starts a call with an OVERLAPPED.
///
/// # Errors
/// A call that fails at once tells nobody else.  `BUFFER_OVERFLOW` has told everybody: the part
/// that was read is in the OVERLAPPED (semantics 12.3).
pub fn start<C: Call>(
    object: &impl Keep<Object>,
    file: &File,
    mut inner: MutexGuard<'_, Inner>,
    mut call: C,
    overlapped: Overlapped,
) -> Result<Started> {
    overlapped.start(file);
    // Windows marks it as running before anything else, and leaves it so when the call fails.
    if let Some(block) = overlapped.status_block {
        block.begin();
    }
    let mut ends = Ends::default();
    let mut looked_after = None;
    let started = match call.attempt(&mut inner, &mut ends) {
        Err(status) => Err(status),
        Ok(Some(outcome)) if outcome.status.is_success() => {
            // Under the lock, so that packets come in the order of the data.
            complete::deliver(file, &overlapped, outcome, Timing::INLINE);
            Ok(Started::Done(outcome))
        }
        Ok(Some(outcome)) => {
            complete::deliver(file, &overlapped, outcome, Timing::LATER);
            Err(outcome.status)
        }
        Ok(None) => {
            let has_event = overlapped.event.is_some();
            looked_after = inner.is_remote().then_some(has_event);
            inner.register(object, file).map(|()| {
                call.queue(&mut inner, irp(object, overlapped));
                inner.hear_progress(&mut ends);
                Started::Pending
            })
        }
    };
    inner.see_to_outbox(object, file);
    drop(inner);
    ends.wake();
    if let Some(has_event) = looked_after {
        file.look_after(has_event);
    }
    started
}

/// Performs a call, however long it takes.  The file is signalled when it has succeeded, and not
/// while it waits, nor after a failure.
///
/// # Errors
/// Those of the call.
pub fn perform<C: Call>(
    object: &impl Keep<Object>,
    file: &File,
    mut inner: MutexGuard<'_, Inner>,
    mut call: C,
) -> Result<Outcome> {
    let mut ends = Ends::default();
    let attempted = call.attempt(&mut inner, &mut ends);
    if let Ok(None) = attempted {
        let _was_set = file.signal().clear();
        let blocked = Blocked::current();
        let remote = inner.is_remote().then(|| file.pipe()).transpose()?;
        blocked.polls.store(remote.is_some(), Ordering::SeqCst);
        let notify = Notify::Blocked(blocked.clone());
        let overlapped = Overlapped { status_block: None, event: None, notify };
        call.queue(&mut inner, irp(object, overlapped));
        inner.hear_progress(&mut ends);
        let awaited = inner.awaited();
        drop(inner);
        ends.wake();
        let outcome = match remote {
            Some(end) => blocked.wait_with(end, awaited),
            None => blocked.wait(),
        };
        return if outcome.status.is_error() { Err(outcome.status) } else { Ok(outcome) };
    }
    inner.see_to_outbox(object, file);
    drop(inner);
    ends.wake();
    match attempted {
        Ok(outcome) => {
            if !file.has_mode(SKIP_SET_EVENT) {
                let _was_set = file.signal().set();
            }
            Ok(outcome.unwrap_or(Outcome::bytes(0)))
        }
        Err(status) => {
            let _was_set = file.signal().clear();
            Err(status)
        }
    }
}
