//! A lock that costs its usual holder no locked instruction.
//!
//! Nearly every lock of a connection is taken by one thread only, thousands of times.  Such a lock
//! becomes biased to that thread, its owner, which then takes it by a note ([`crate::ob::hazard`])
//! and gives it back by taking the note away: two plain stores.  Whoever else comes takes the bias
//! away, which costs the barrier that the owner has been spared, and waits until the owner's note
//! is gone:
//!
//! ```text
//!   owner: store the note          other: take the inner lock
//!          light barrier                  store "biased to nobody"
//!          still biased to me?            heavy barrier
//!            yes: it is mine              wait until there is no note
//!            no: take the note away,      it is mine
//!                take the inner lock
//! ```
//!
//! If the owner's look comes before the other's store, the note is seen; if it comes after it, the
//! owner sees that it is no owner any more.  A lock becomes biased after a thread has taken it so
//! many times in a row as the barrier is worth, and each time that it was in vain it takes twice as
//! many; so a lock that wanders costs little more than one without a bias.
#![allow(unsafe_code)]

use crate::ob::hazard::{self, MARK, Place, Places};
use crate::sync::brief::pause;
use crate::sync::{AtomicU32, Mutex, MutexGuard, Ordering};
use core::cell::UnsafeCell;
use core::ops::{Deref, DerefMut};

/// So many times in a row a thread takes a lock before that counts once.  Once is enough at first,
/// and twice as often after each bias in vain,
const USES: u8 = 64;
/// which are not counted beyond so many.
const MOST_IN_VAIN: u8 = 7;

/// So many times are enough the first time, while nobody else could take the bias away by a note.
const USES_ALONE: u8 = 8;

/// Who has taken the lock lately; under the inner lock.
#[derive(Default)]
pub struct Past {
    uses: u8,
    rounds: u8,
    in_vain: u8,
}

/// A lock around a value.  A thread holds one by its note; a second it takes as anybody else would.
#[derive(Default)]
pub struct BiasedMutex<T> {
    /// To whom the lock is biased: the owner's mark ([`Places::mark`]).  While that is nobody, the
    /// number of who took it last, which is no mark.
    owner: AtomicU32,
    past: Mutex<Past>,
    value: UnsafeCell<T>,
}

// Each connection has two.
#[cfg(not(any(loom, shuttle)))]
const _: () = assert!(size_of::<BiasedMutex<u64>>() == 16);

// SAFETY: as for any lock: the value goes from thread to thread.
unsafe impl<T: Send> Send for BiasedMutex<T> {}
// SAFETY: as above; one thread at a time has a reference, see `Guard`.
unsafe impl<T: Send> Sync for BiasedMutex<T> {}

/// A lock is held by a note, until this goes.
pub struct Noted(&'static Place);

/// By what a lock is held.
pub enum Hold<'a> {
    /// By a note.
    Note(Noted),
    /// By the inner lock.
    Lock(MutexGuard<'a, Past>),
}

/// Holds a [`BiasedMutex`] locked, on the thread that has locked it.
pub struct Guard<'a, T, H> {
    value: &'a UnsafeCell<T>,
    hold: H,
}

/// Holds it by a note: two words, which calls hand on in registers.
pub type NotedGuard<'a, T> = Guard<'a, T, Noted>;

/// Holds it by whatever its thread has got it.
pub type BiasedGuard<'a, T> = Guard<'a, T, Hold<'a>>;

/// The calling thread's mark, or 0.
fn own_mark() -> u32 {
    hazard::at_hand().mark()
}

impl<T> BiasedMutex<T> {
    fn address(&self) -> usize {
        self.value.get().addr()
    }

    /// Waits until nobody holds the lock; then the caller does.
    #[inline(always)]
    pub fn lock(&self) -> BiasedGuard<'_, T> {
        match self.lock_noted(hazard::at_hand()) {
            Some(guard) => guard.into(),
            None => self.lock_by_anybody(),
        }
    }

    /// Takes the lock by a note in the caller's own place; None where that does not do.
    #[inline(always)]
    pub(crate) fn lock_noted(&self, own: &'static Places) -> Option<NotedGuard<'_, T>> {
        let guard = Guard { value: &self.value, hold: Noted(own.note_lock(self.address())?) };
        (self.owner.load(Ordering::Acquire) == own.mark()).then_some(guard)
    }

    #[inline(never)]
    fn lock_by_anybody(&self) -> BiasedGuard<'_, T> {
        let mut past = self.past.lock();
        let own = own_mark() & !MARK;
        let last = self.owner.load(Ordering::Relaxed);
        if last & MARK != 0 {
            self.owner.store(own, Ordering::Release);
            self.wait_for_owner();
            past.has_been_in_vain();
        } else if last != own {
            self.owner.store(own, Ordering::Relaxed);
            past.begin();
        } else if past.is_enough() && hazard::enter() {
            self.bias(&mut past);
        }
        Guard { value: &self.value, hold: Hold::Lock(past) }
    }

    /// The lock is biased to the caller, who holds it, from now on.
    fn bias(&self, past: &mut Past) {
        past.begin();
        self.owner.store(own_mark(), Ordering::Release);
    }

    /// The bias is taken away; its owner may hold the lock still.
    #[cold]
    fn wait_for_owner(&self) {
        hazard::settle();
        let mut looks = 0;
        while hazard::is_lock_noted(self.address()) {
            pause(looks);
            looks += 1;
        }
    }

    /// The lock becomes biased to the caller: for a model, in which nothing is done often.
    #[cfg(any(loom, shuttle))]
    pub fn bias_to_caller(&self) {
        let mut guard = self.lock_by_anybody();
        if let Hold::Lock(past) = &mut guard.hold
            && hazard::enter()
        {
            self.bias(past);
        }
    }
}

impl Past {
    /// Another thread than the last has come, or it begins anew.
    fn begin(&mut self) {
        (self.uses, self.rounds) = (0, 0);
    }

    /// The last thread has come once more.  True when it has come often enough.
    fn is_enough(&mut self) -> bool {
        // A model would have to try everything twice; it has `bias_to_caller`.
        if cfg!(any(loom, shuttle)) {
            return false;
        }
        self.uses += 1;
        if self.uses == USES {
            (self.uses, self.rounds) = (0, self.rounds + 1);
        }
        self.rounds >= 1 << self.in_vain
            || self.in_vain == 0 && self.uses >= USES_ALONE && hazard::is_alone()
    }

    fn has_been_in_vain(&mut self) {
        self.begin();
        self.in_vain = (self.in_vain + 1).min(MOST_IN_VAIN);
    }
}

impl<'a, T> From<NotedGuard<'a, T>> for BiasedGuard<'a, T> {
    #[inline(always)]
    fn from(guard: NotedGuard<'a, T>) -> Self {
        Guard { value: guard.value, hold: Hold::Note(guard.hold) }
    }
}

impl<T, H> Deref for Guard<'_, T, H> {
    type Target = T;

    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: the guard's thread holds the lock, so no other has a guard.
        unsafe { &*self.value.get() }
    }
}

impl<T, H> DerefMut for Guard<'_, T, H> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: as above, and the borrow is as long as that of the guard.
        unsafe { &mut *self.value.get() }
    }
}

impl Drop for Noted {
    #[inline(always)]
    fn drop(&mut self) {
        hazard::take_back(self.0);
    }
}

#[cfg(all(test, not(any(loom, shuttle))))]
mod tests {
    use super::*;

    fn is_biased(lock: &BiasedMutex<u32>) -> bool {
        lock.owner.load(Ordering::Relaxed) & MARK != 0
    }

    /// How often the caller takes the lock until it is biased.
    fn uses_until_biased(lock: &BiasedMutex<u32>) -> u32 {
        let uses = (1..1 << 20).find(|_| {
            *lock.lock() += 1;
            is_biased(lock)
        });
        uses.expect("the kernel has membarrier")
    }

    #[test]
    fn who_takes_it_often_gets_it_and_after_each_bias_in_vain_later() {
        let lock = BiasedMutex::default();
        let mut before = 0;
        for _ in 0..3 {
            let uses = uses_until_biased(&lock);
            assert!(uses >= u32::from(USES) && uses > before, "{uses} after {before}");
            before = uses;
            // By its note now, which leaves the bias where it is; another thread takes it away.
            *lock.lock() += 1;
            assert!(is_biased(&lock));
            std::thread::scope(|scope| {
                scope.spawn(|| *lock.lock() += 1);
            });
            assert!(!is_biased(&lock));
        }
    }

    #[test]
    fn a_second_lock_is_taken_beside_the_first() {
        let (one, two) = (BiasedMutex::default(), BiasedMutex::default());
        uses_until_biased(&one);
        uses_until_biased(&two);
        let (first, mut second) = (one.lock(), two.lock());
        *second += *first;
        drop((first, second));
        assert!(is_biased(&one) && !is_biased(&two));
    }

    #[test]
    fn threads_that_take_turns_lose_no_count() {
        const THREADS: u32 = 4;
        const TIMES: u32 = 20_000;
        let lock = BiasedMutex::<u32>::default();
        std::thread::scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(|| {
                    for _ in 0..TIMES {
                        *lock.lock() += 1;
                    }
                });
            }
        });
        assert_eq!(*lock.lock(), THREADS * TIMES);
    }
}
