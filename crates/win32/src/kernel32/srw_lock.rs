//! Slim reader/writer locks: eight bytes, zero when free, writers preferred.
//!
//! The first word counts readers (all ones: a writer) and says in its two highest bits whether
//! readers or writers sleep; readers sleep on it.  Writers sleep on the second word, a counter of
//! wake-ups, so that one writer is woken and not all.  While anybody sleeps, no new reader gets
//! in: a stream of readers cannot starve a writer.  (The algorithm of Rust's own `RwLock`.)
#![allow(unsafe_code)]

use super::futex;
use core::sync::atomic::{AtomicU32, Ordering};
use lapwing_abi::SRWLOCK;
use lapwing_executive::ke::deadline::Deadline;

const COUNT: u32 = (1 << 30) - 1;
const WRITER: u32 = COUNT;
const MOST_READERS: u32 = COUNT - 1;
const READERS_WAIT: u32 = 1 << 30;
const WRITERS_WAIT: u32 = 1 << 31;
const SPINS: u32 = 100;

/// The two words of a lock.
pub(super) struct Lock<'a> {
    state: &'a AtomicU32,
    writer_wakes: &'a AtomicU32,
}

fn is_free(state: u32) -> bool {
    state & COUNT == 0
}

fn admits_reader(state: u32) -> bool {
    state & COUNT < MOST_READERS && state & (READERS_WAIT | WRITERS_WAIT) == 0
}

impl Lock<'_> {
    /// # Safety
    /// `lock` must point to an aligned lock that lives as long as it is used.
    pub(super) unsafe fn of<'a>(lock: *mut SRWLOCK) -> Lock<'a> {
        let words: *mut u32 = lock.cast();
        // SAFETY: a lock has two words, and all threads reach them through atomics.
        unsafe {
            Lock {
                state: AtomicU32::from_ptr(words),
                writer_wakes: AtomicU32::from_ptr(words.add(1)),
            }
        }
    }

    fn try_change(&self, from: u32, to: u32) -> Result<u32, u32> {
        self.state.compare_exchange_weak(from, to, Ordering::Acquire, Ordering::Relaxed)
    }

    pub(super) fn try_shared(&self) -> bool {
        self.state
            .fetch_update(Ordering::Acquire, Ordering::Relaxed, |state| {
                admits_reader(state).then(|| state + 1)
            })
            .is_ok()
    }

    pub(super) fn try_exclusive(&self) -> bool {
        self.state
            .fetch_update(Ordering::Acquire, Ordering::Relaxed, |state| {
                is_free(state).then_some(state | WRITER)
            })
            .is_ok()
    }

    pub(super) fn shared(&self) {
        if !self.try_shared() {
            self.shared_contended();
        }
    }

    #[cold]
    fn shared_contended(&self) {
        let look = || futex::spin(self.state, SPINS, |state| state != WRITER);
        let mut state = look();
        loop {
            if admits_reader(state) {
                match self.try_change(state, state + 1) {
                    Ok(_) => return,
                    Err(now) => state = now,
                }
                continue;
            }
            if state & READERS_WAIT == 0
                && let Err(now) = self.try_change(state, state | READERS_WAIT)
            {
                state = now;
                continue;
            }
            futex::wait(self.state, state | READERS_WAIT, Deadline::Never);
            state = look();
        }
    }

    pub(super) fn exclusive(&self) {
        if self.try_change(0, WRITER).is_err() {
            self.exclusive_contended();
        }
    }

    #[cold]
    fn exclusive_contended(&self) {
        let look = || futex::spin(self.state, SPINS, is_free);
        // After the first sleep others may sleep too, although the bit was taken off for this one.
        let mut others_wait = 0;
        let mut state = look();
        loop {
            if is_free(state) {
                match self.try_change(state, state | WRITER | others_wait) {
                    Ok(_) => return,
                    Err(now) => state = now,
                }
                continue;
            }
            if state & WRITERS_WAIT == 0
                && let Err(now) = self.try_change(state, state | WRITERS_WAIT)
            {
                state = now;
                continue;
            }
            others_wait = WRITERS_WAIT;
            let wakes = self.writer_wakes.load(Ordering::Acquire);
            state = self.state.load(Ordering::Relaxed);
            // Between the bit and the counter the lock may have been released for us.
            if is_free(state) || state & WRITERS_WAIT == 0 {
                continue;
            }
            futex::wait(self.writer_wakes, wakes, Deadline::Never);
            state = look();
        }
    }

    /// Gives back a shared hold; without one, changes nothing.
    pub(super) fn release_shared(&self) {
        if matches!(self.state.load(Ordering::Relaxed) & COUNT, 0 | WRITER) {
            return;
        }
        let state = self.state.fetch_sub(1, Ordering::Release) - 1;
        if is_free(state) && state & WRITERS_WAIT != 0 {
            self.wake(state);
        }
    }

    /// Gives back the exclusive hold; without one, changes nothing.
    pub(super) fn release_exclusive(&self) {
        if self.state.load(Ordering::Relaxed) & COUNT != WRITER {
            return;
        }
        let state = self.state.fetch_sub(WRITER, Ordering::Release) - WRITER;
        if state != 0 {
            self.wake(state);
        }
    }

    /// The lock is free and somebody sleeps: wakes one writer, or all readers.
    #[cold]
    fn wake(&self, mut state: u32) {
        let change =
            |from, to| self.state.compare_exchange(from, to, Ordering::Relaxed, Ordering::Relaxed);
        if state == WRITERS_WAIT {
            match change(state, 0) {
                Ok(_) => {
                    self.wake_writer();
                    return;
                }
                Err(now) => state = now,
            }
        }
        if state == READERS_WAIT | WRITERS_WAIT {
            // If this fails, somebody took the lock and will wake the others.
            if change(state, READERS_WAIT).is_err() || self.wake_writer() {
                return;
            }
            // The writer had not fallen asleep yet and looks again; the readers are asleep.
            state = READERS_WAIT;
        }
        if state == READERS_WAIT && change(state, 0).is_ok() {
            futex::wake_all(self.state);
        }
    }

    fn wake_writer(&self) -> bool {
        self.writer_wakes.fetch_add(1, Ordering::Release);
        futex::wake_one(self.writer_wakes)
    }
}

/// Makes a lock ready for use; `SRWLOCK_INIT` does the same.  Nothing needs to be freed.
///
/// # Safety
/// `lock` must point to eight writable, aligned bytes.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn InitializeSRWLock(lock: *mut SRWLOCK) {
    // SAFETY: the caller's promise.
    unsafe { lock.write(lapwing_abi::SRWLOCK_INIT) }
}

/// Takes the lock for this thread alone; not recursive.
///
/// # Safety
/// `lock` must point to an initialised lock.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn AcquireSRWLockExclusive(lock: *mut SRWLOCK) {
    // SAFETY: the caller's promise.
    unsafe { Lock::of(lock) }.exclusive();
}

/// Takes the lock together with other readers.
///
/// # Safety
/// `lock` must point to an initialised lock.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn AcquireSRWLockShared(lock: *mut SRWLOCK) {
    // SAFETY: the caller's promise.
    unsafe { Lock::of(lock) }.shared();
}

/// Takes the lock for this thread alone if that is possible without waiting.
///
/// # Safety
/// `lock` must point to an initialised lock.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn TryAcquireSRWLockExclusive(lock: *mut SRWLOCK) -> bool {
    // SAFETY: the caller's promise.
    unsafe { Lock::of(lock) }.try_exclusive()
}

/// Takes the lock together with other readers if that is possible without waiting.
///
/// # Safety
/// `lock` must point to an initialised lock.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn TryAcquireSRWLockShared(lock: *mut SRWLOCK) -> bool {
    // SAFETY: the caller's promise.
    unsafe { Lock::of(lock) }.try_shared()
}

/// Gives the lock back.
///
/// # Safety
/// `lock` must point to an initialised lock.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn ReleaseSRWLockExclusive(lock: *mut SRWLOCK) {
    // SAFETY: the caller's promise.
    unsafe { Lock::of(lock) }.release_exclusive();
}

/// Gives the lock back.
///
/// # Safety
/// `lock` must point to an initialised lock.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn ReleaseSRWLockShared(lock: *mut SRWLOCK) {
    // SAFETY: the caller's promise.
    unsafe { Lock::of(lock) }.release_shared();
}

const _: () = assert!(size_of::<SRWLOCK>() == 8);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel32::test_cell::TestCell;

    #[test]
    fn readers_never_see_a_writer_at_work() {
        const ROUNDS: u64 = 20_000;
        let shared = (TestCell::<SRWLOCK>::default(), TestCell::<[u64; 2]>::default());
        std::thread::scope(|scope| {
            for worker in 0..4 {
                let shared = &shared;
                scope.spawn(move || {
                    for _ in 0..ROUNDS {
                        // SAFETY: the lock is initialised, the numbers are under it.
                        unsafe {
                            if worker % 2 == 0 {
                                AcquireSRWLockExclusive(shared.0.get());
                                (*shared.1.get())[0] += 1;
                                (*shared.1.get())[1] += 1;
                                ReleaseSRWLockExclusive(shared.0.get());
                            } else {
                                AcquireSRWLockShared(shared.0.get());
                                let [one, two] = *shared.1.get();
                                assert_eq!(one, two);
                                ReleaseSRWLockShared(shared.0.get());
                            }
                        }
                    }
                });
            }
        });
        // SAFETY: all threads have ended.
        unsafe {
            assert_eq!(*shared.1.get(), [2 * ROUNDS; 2]);
            assert!(is_free(Lock::of(shared.0.get()).state.load(Ordering::Relaxed)));
        }
    }

    #[test]
    fn attempts_fail_where_they_would_wait() {
        let mut lock = SRWLOCK::default();
        // SAFETY: the lock is this test's alone.
        unsafe {
            assert!(TryAcquireSRWLockShared(&raw mut lock));
            assert!(TryAcquireSRWLockShared(&raw mut lock));
            assert!(!TryAcquireSRWLockExclusive(&raw mut lock));
            ReleaseSRWLockShared(&raw mut lock);
            ReleaseSRWLockShared(&raw mut lock);
            // One release too many changes nothing.
            ReleaseSRWLockShared(&raw mut lock);
            ReleaseSRWLockExclusive(&raw mut lock);
            assert!(TryAcquireSRWLockExclusive(&raw mut lock));
            assert!(!TryAcquireSRWLockShared(&raw mut lock));
            ReleaseSRWLockExclusive(&raw mut lock);
            assert!(lock.Ptr.is_null());
        }
    }
}
