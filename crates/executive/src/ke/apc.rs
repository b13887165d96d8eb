//! User APCs: calls that a thread makes when it waits alertably.
//!
//! Each thread has a queue; any thread may append to it.  The queue also knows how its owner sleeps
//! while it waits alertably, so there is one way to wake it ([`ApcQueue::queue`]).
//!
//! A wait never runs APCs itself.  It returns `USER_APC`, and the caller, once it holds no
//! reference, no pin and no lock, calls [`deliver`].  The reason: an APC's routine may end the
//! thread (`ExitThread`), and then the frames below it are left without their destructors.

use super::deadline::Deadline;
use super::thread;
use super::wait::would_park;
use crate::status::{Result, Status};
use crate::sync::{AtomicBool, Mutex, Ordering};
use std::collections::VecDeque;
use std::sync::Arc;

/// What an APC's routine is given; the surface decides the meaning of each.
pub type ApcArguments = [usize; 5];

/// One queued call.
#[derive(Clone, Copy)]
pub struct Apc {
    /// Calls the program's routine.
    pub routine: fn(&ApcArguments),
    /// For the routine.
    pub arguments: ApcArguments,
    /// Zero, or a number by which [`ApcQueue::withdraw`] finds the APC again (a timer's).
    pub origin: usize,
}

/// Something a thread sleeps in that is neither its parker nor its own descriptor wait.
pub trait Alert: Send + Sync {
    /// Wakes the sleeping thread; it then looks at its APC queue.  Called without a lock held.
    fn alert(&self);
}

/// How the owner sleeps while it waits alertably.
#[derive(Clone, Default)]
pub enum Sleeper {
    /// It does not wait alertably now.
    #[default]
    Awake,
    /// In its parker.
    Parked,
    /// In [`super::thread::Thread::wait_for_fd`].
    Descriptor,
    /// Elsewhere, in something that knows how to wake it.
    Other(Arc<dyn Alert>),
}

#[derive(Default)]
struct Inner {
    queue: VecDeque<Apc>,
    sleeper: Sleeper,
    closed: bool,
}

/// A thread's APCs.
#[derive(Default)]
pub struct ApcQueue {
    inner: Mutex<Inner>,
    due: AtomicBool,
}

impl ApcQueue {
    /// Appends an APC and says how its owner must be woken.
    ///
    /// # Errors
    /// `UNSUCCESSFUL` when the thread has ended.
    pub(super) fn queue(&self, apc: Apc) -> Result<Sleeper> {
        let mut inner = self.inner.lock();
        if inner.closed {
            return Err(Status::UNSUCCESSFUL);
        }
        if apc.origin != 0 && inner.queue.iter().any(|queued| queued.origin == apc.origin) {
            // A timer has one APC object: while it is queued, a further tick changes nothing.
            return Ok(Sleeper::Awake);
        }
        inner.queue.push_back(apc);
        self.due.store(true, Ordering::Release);
        Ok(inner.sleeper.clone())
    }

    /// True when an APC is queued.
    pub fn is_due(&self) -> bool {
        self.due.load(Ordering::Acquire)
    }

    /// Says how the owner is going to sleep.  False when an APC is due already; then nothing is
    /// noted.
    pub(super) fn fall_asleep(&self, sleeper: Sleeper) -> bool {
        let mut inner = self.inner.lock();
        if !inner.queue.is_empty() {
            return false;
        }
        inner.sleeper = sleeper;
        true
    }

    /// The owner's alertable wait is over.
    pub(super) fn wake_up(&self) {
        self.inner.lock().sleeper = Sleeper::Awake;
    }

    /// Takes the oldest APC.
    fn take(&self) -> Option<Apc> {
        if !self.is_due() {
            return None;
        }
        let mut inner = self.inner.lock();
        let apc = inner.queue.pop_front();
        self.due.store(!inner.queue.is_empty(), Ordering::Release);
        apc
    }

    /// Removes the queued APC of this origin, if it is still queued.
    pub fn withdraw(&self, origin: usize) {
        let mut inner = self.inner.lock();
        inner.queue.retain(|apc| apc.origin != origin);
        self.due.store(!inner.queue.is_empty(), Ordering::Release);
    }

    /// Drops what is queued and refuses everything from now on.
    pub(super) fn close(&self) {
        let mut inner = self.inner.lock();
        inner.closed = true;
        inner.queue = VecDeque::new();
        self.due.store(false, Ordering::Release);
    }
}

/// Runs the calling thread's APCs, oldest first, until none is due; those that the routines queue
/// are run too.  True when at least one ran.
///
/// The caller holds no lock, pin or reference that must be given back: a routine may end the
/// thread.
pub fn deliver() -> bool {
    let mut ran = false;
    // The thread's block is not borrowed while a routine runs.
    while let Some(apc) = thread::with_current(|thread| thread.apcs().take()) {
        if ran {
            // Between two APCs it is in its wait; were there no second one, it would listen.
            would_park(Deadline::Never);
        }
        (apc.routine)(&apc.arguments);
        ran = true;
    }
    ran
}
