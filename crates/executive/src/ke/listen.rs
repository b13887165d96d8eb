//! What a waiting thread may do instead of sleeping: listen to the kernel for finished I/O.
//!
//! `ke` knows no descriptors; who listens, and to what, is [`Listener`]'s business (`io::unbound`).

use super::deadline::Deadline;
use super::thread::Thread;
use core::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::OnceLock;

/// Where one waiting thread may listen.
pub trait Listener: Sync {
    /// Listens until the calling thread is unparked (true, and the token is used up) or the
    /// deadline comes; finishes what is ready.  None: it is to sleep instead.
    fn listen(&self, thread: &Thread, deadline: Deadline) -> Option<bool>;
    /// A thread that might have listened is about to sleep: somebody must listen for it.
    fn falls_asleep(&self);
    /// It sleeps no longer.
    fn wakes_up(&self);
    /// A thread would have listened, or slept, but what it waits for has happened already.
    fn would_listen(&self);
    /// Wakes the thread that listens.
    fn wake(&self);
}

static LISTENER: OnceLock<&'static dyn Listener> = OnceLock::new();

/// Registers the listener.  The first one stays.
pub fn set_listener(listener: &'static dyn Listener) {
    let _first = LISTENER.set(listener);
}

/// Wakes the thread that listens.
#[cold]
pub(super) fn wake() {
    if let Some(listener) = LISTENER.get() {
        listener.wake();
    }
}

/// The calling thread was ready to wait, and need not.
#[inline]
pub(super) fn would_park(deadline: Deadline) {
    // Who only looks now and then relies on others to listen.
    if deadline != Deadline::Passed
        && let Some(listener) = LISTENER.get()
    {
        listener.would_listen();
    }
}

/// Sleeps, listening if that may be, until the calling thread is unparked (true) or the deadline
/// comes.
pub(super) fn park(thread: &Thread, deadline: Deadline) -> bool {
    let Some(listener) = LISTENER.get() else { return thread.parker().park(deadline) };
    if let Some(unparked) = listener.listen(thread, deadline) {
        return unparked;
    }
    listener.falls_asleep();
    let unparked = thread.parker().park(deadline);
    listener.wakes_up();
    unparked
}

/// Whether listening has paid for a thread; only the thread itself uses it.
#[derive(Default)]
pub struct Listening {
    /// Waits that others ended, in a row.
    poor: AtomicU32,
    /// Waits to be slept through.
    skipped: AtomicU32,
}

/// So many waits in a row that others ended say that the thread does not wait for I/O.
const POOR: u32 = 4;
/// For so many waits it then sleeps.
const SKIPPED: u32 = 64;

impl Listening {
    /// True when the thread should listen in this wait.
    pub fn is_wanted(&self) -> bool {
        match self.skipped.load(Relaxed) {
            0 => true,
            left => {
                self.skipped.store(left - 1, Relaxed);
                false
            }
        }
    }

    /// A wait in which it listened has ended, by what it finished itself or by others.
    pub fn has_ended(&self, by_itself: bool) {
        let poor = if by_itself { 0 } else { self.poor.load(Relaxed) + 1 };
        if poor >= POOR {
            self.skipped.store(SKIPPED, Relaxed);
        }
        self.poor.store(poor % POOR, Relaxed);
    }
}

#[cfg(all(test, not(any(loom, shuttle))))]
mod tests {
    use super::*;

    #[test]
    fn a_thread_whose_waits_others_end_sleeps_for_some_time() {
        let listening = Listening::default();
        for _ in 0..POOR {
            assert!(listening.is_wanted());
            listening.has_ended(false);
        }
        for _ in 0..SKIPPED {
            assert!(!listening.is_wanted());
        }
        for _ in 0..10 * POOR {
            assert!(listening.is_wanted());
            listening.has_ended(false);
            listening.has_ended(true);
        }
    }
}
