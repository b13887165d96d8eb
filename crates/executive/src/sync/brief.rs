//! A lock for what takes some dozen instructions and never waits: one locked instruction to take
//! it, and a plain store to give it back.
//!
//! That is half of what another lock costs where nobody else wants it, and possible because nobody
//! has to be woken: who finds it taken looks again, more and more seldom.  He has to wait for long
//! only if the kernel has interrupted who holds it; then he lets others run, and naps.
#![allow(unsafe_code)]

use super::{AtomicBool, Ordering, thread};
#[cfg(not(any(loom, shuttle)))]
use core::time::Duration;
#[cfg(not(any(loom, shuttle)))]
use parking_lot::lock_api;

/// The lock itself, without what it guards.
pub struct RawBrief {
    is_taken: AtomicBool,
}

impl RawBrief {
    /// A lock that is free.
    #[cfg(not(any(loom, shuttle)))]
    pub const fn new() -> Self {
        RawBrief { is_taken: AtomicBool::new(false) }
    }

    /// A lock that is free (a checker's types cannot be made in a constant).
    #[cfg(any(loom, shuttle))]
    pub fn new() -> Self {
        RawBrief { is_taken: AtomicBool::new(false) }
    }

    /// Takes the lock if it is free.
    #[inline]
    pub fn try_take(&self) -> bool {
        self.is_taken.compare_exchange(false, true, Ordering::Acquire, Ordering::Relaxed).is_ok()
    }

    /// Takes the lock, waiting for it if need be.
    #[inline]
    pub fn take(&self) {
        if !self.try_take() {
            self.take_later();
        }
    }

    /// Gives the lock back; only who has taken it does.
    #[inline]
    pub fn give_back(&self) {
        self.is_taken.store(false, Ordering::Release);
    }

    #[cold]
    fn take_later(&self) {
        let mut looks = 0;
        while self.is_taken.load(Ordering::Relaxed) || !self.try_take() {
            pause(looks);
            looks += 1;
        }
    }
}

impl Default for RawBrief {
    fn default() -> Self {
        Self::new()
    }
}

/// Between two looks, of which there have been so many.
#[cfg(not(any(loom, shuttle)))]
pub(crate) fn pause(looks: u32) {
    /// The first pauses are so many times twice as long as the one before,
    const DOUBLED: u32 = 6;
    /// then others may run for so many times,
    const YIELDS: u32 = 10;
    const LAST_YIELD: u32 = DOUBLED + YIELDS - 1;
    /// and then it naps for so long, and begins anew.
    const NAP: Duration = Duration::from_micros(50);
    match looks % (DOUBLED + YIELDS + 1) {
        looks @ 0..DOUBLED => (0..1 << looks).for_each(|_| core::hint::spin_loop()),
        DOUBLED..=LAST_YIELD => thread::yield_now(),
        _ => thread::sleep(NAP),
    }
}

#[cfg(any(loom, shuttle))]
pub(crate) fn pause(_looks: u32) {
    thread::yield_now();
}

// SAFETY: of those who take it one gets it, and the next one only when that gives it back.
#[cfg(not(any(loom, shuttle)))]
unsafe impl lock_api::RawMutex for RawBrief {
    #[allow(clippy::declare_interior_mutable_const, reason = "so the trait asks")]
    const INIT: Self = RawBrief::new();
    type GuardMarker = lock_api::GuardNoSend;

    #[inline]
    fn lock(&self) {
        self.take();
    }

    #[inline]
    fn try_lock(&self) -> bool {
        self.try_take()
    }

    #[inline]
    unsafe fn unlock(&self) {
        self.give_back();
    }
}

/// A value that is changed briefly.  The models have a lock of the checker's in its place.
#[cfg(not(any(loom, shuttle)))]
pub type BriefMutex<T> = lock_api::Mutex<RawBrief, T>;
/// Holds a [`BriefMutex`] locked.
#[cfg(not(any(loom, shuttle)))]
pub type BriefGuard<'a, T> = lock_api::MutexGuard<'a, RawBrief, T>;
#[cfg(any(loom, shuttle))]
pub use super::{Mutex as BriefMutex, MutexGuard as BriefGuard};

#[cfg(all(test, not(any(loom, shuttle))))]
mod tests {
    use super::*;

    #[test]
    fn many_threads_change_a_value_and_none_is_lost() {
        const THREADS: usize = 8;
        const CHANGES: usize = 20_000;
        let value = BriefMutex::new((0, 0));
        std::thread::scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(|| {
                    for _ in 0..CHANGES {
                        let mut both = value.lock();
                        both.0 += 1;
                        both.1 += 1;
                    }
                });
            }
        });
        assert_eq!(*value.lock(), (THREADS * CHANGES, THREADS * CHANGES));
        let held = value.lock();
        assert!(value.try_lock().is_none());
        drop(held);
        assert!(value.try_lock().is_some());
    }

    #[test]
    fn who_waits_for_long_naps_and_gets_it_at_last() {
        let value = BriefMutex::new(0);
        let waits = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let mut held = value.lock();
            let waiter = scope.spawn(|| {
                waits.store(true, Ordering::Relaxed);
                *value.lock()
            });
            while !waits.load(Ordering::Relaxed) {
                thread::yield_now();
            }
            // As long as the other needs for two naps, or about so.
            (0..40).for_each(pause);
            *held = 7;
            drop(held);
            assert_eq!(waiter.join().unwrap(), 7);
        });
    }
}
