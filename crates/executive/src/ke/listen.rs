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
    /// Finishes what is ready, without waiting for it; false when that was nothing, or the calling
    /// thread is not to listen.
    fn look(&self, thread: &Thread) -> bool;
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

/// Finishes what is ready, if the calling thread may listen; whether that was anything.
pub(super) fn look(thread: &Thread) -> bool {
    LISTENER.get().is_some_and(|listener| listener.look(thread))
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
    /// Looks in a row that found nothing, then the waits without a look.
    vain: AtomicU32,
}

/// So many waits in a row that others ended say that the thread does not wait for I/O.
const POOR: u32 = 4;
/// For so many waits it then sleeps.
const SKIPPED: u32 = 64;
/// So many looks in a row that found nothing say that the thread has less to do than time.
const VAIN: u32 = 2;
/// In so many waits it then does not look before it blocks.
const UNLOOKED: u32 = 16;

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

    /// True when the thread should look for finished I/O before it blocks.
    pub fn is_worth_a_look(&self) -> bool {
        if self.skipped.load(Relaxed) > 0 {
            return false;
        }
        let vain = self.vain.load(Relaxed);
        if vain >= VAIN {
            self.vain.store((vain + 1) % (VAIN + UNLOOKED), Relaxed);
        }
        vain < VAIN
    }

    /// It has looked.
    pub fn has_looked(&self, found: bool) {
        self.vain.store(if found { 0 } else { self.vain.load(Relaxed) + 1 }, Relaxed);
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

    #[test]
    fn a_thread_that_looks_in_vain_leaves_it_for_some_time() {
        let listening = Listening::default();
        for _ in 0..3 {
            for _ in 0..VAIN {
                assert!(listening.is_worth_a_look());
                listening.has_looked(false);
            }
            for _ in 0..UNLOOKED {
                assert!(!listening.is_worth_a_look());
            }
        }
        for _ in 0..10 * VAIN {
            assert!(listening.is_worth_a_look());
            listening.has_looked(false);
            assert!(listening.is_worth_a_look());
            listening.has_looked(true);
        }
        for _ in 0..POOR {
            listening.has_ended(false);
        }
        assert!(!listening.is_worth_a_look(), "it sleeps through its waits");
    }
}
