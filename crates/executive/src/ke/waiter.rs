//! The threads that wait for a port's packets: how they sleep, what they are given, and whom to
//! wake.
//!
//! When and why is [`super::queue`]'s business.

use super::deadline::Deadline;
use super::pace::Turn;
use super::queue::{Kernel, Packet};
use crate::sync::{AtomicBool, Mutex, Ordering};
// Std's own: loom's cannot hold a trait object, and nothing here depends on when a count drops.
use std::sync::Arc;

/// Until when, and for what else, a thread waits.
#[derive(Clone, Copy)]
pub struct WaitTerms {
    /// Until when.
    pub deadline: Deadline,
    /// Whether a user APC ends the wait.
    pub alertable: bool,
}

/// How a thread sleeps and is woken when it is parked.
pub trait Sleeper: Send + Sync {
    /// Sleeps until [`Sleeper::unpark`], the deadline, or an APC if alertable.  May return early.
    fn park(&self, terms: &WaitTerms);
    /// Wakes the thread, or makes its next `park` return at once.
    fn unpark(&self);
    /// True when a user APC is due.
    fn is_alerted(&self) -> bool;
    /// True when the thread sleeps in the kernel now.  Slow; asked only about a stalled port.
    fn sleeps_in_kernel(&self) -> bool;
}

pub(super) enum Given {
    Packet(Packet),
    /// Come and look: there is room in the kernel, or the port was closed.
    Turn,
}

/// A thread that works for a port: the last it called [`super::queue::Queue::remove`] on.
pub struct Worker {
    pub(super) sleeper: Arc<dyn Sleeper>,
    /// Counted in `active`.  Changes only under the queue's lock.
    pub(super) counted: AtomicBool,
    pub(super) given: Mutex<Option<Given>>,
    pub(super) turn: Turn,
}

impl Worker {
    /// A worker that is not yet tied to a queue.
    pub fn new(sleeper: Arc<dyn Sleeper>) -> Arc<Self> {
        Arc::new(Worker {
            sleeper,
            counted: AtomicBool::new(false),
            given: Mutex::new(None),
            turn: Turn::default(),
        })
    }

    #[inline]
    pub(super) fn is_counted(&self) -> bool {
        self.counted.load(Ordering::Relaxed)
    }

    pub(super) fn give(&self, given: Given) {
        *self.given.lock() = Some(given);
    }
}

/// Whom to wake once the lock is free.
#[derive(Default)]
pub(super) struct Wakes {
    pub(super) first: Option<Arc<Worker>>,
    pub(super) more: Vec<Arc<Worker>>,
    pub(super) kernel: usize,
}

impl Wakes {
    pub(super) fn thread(&mut self, worker: Arc<Worker>) {
        match self.first {
            None => self.first = Some(worker),
            Some(_) => self.more.push(worker),
        }
    }

    #[inline]
    pub(super) fn fire(self, kernel: &impl Kernel) {
        if self.first.is_some() || self.kernel > 0 {
            self.wake(kernel);
        }
    }

    #[cold]
    fn wake(self, kernel: &impl Kernel) {
        for worker in self.first.iter().chain(&self.more) {
            worker.sleeper.unpark();
        }
        for _ in 0..self.kernel {
            kernel.wake();
        }
    }
}
