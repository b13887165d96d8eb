//! Condition variables over critical sections and SRW locks: eight bytes.
//!
//! The first word counts wake-ups, sleepers sleep on it; the second counts who is about to sleep
//! or asleep, so that a wake-up without sleepers is no system call.  A waiter counts itself while
//! it still holds the lock, so whoever changes the condition under the lock sees it.
#![allow(unsafe_code)]

use super::critical_section::{EnterCriticalSection, LeaveCriticalSection};
use super::futex;
use super::srw_lock::Lock;
use crate::last_error;
use core::sync::atomic::{AtomicU32, Ordering};
use lapwing_abi::{
    BOOL, CONDITION_VARIABLE, CONDITION_VARIABLE_INIT, CONDITION_VARIABLE_LOCKMODE_SHARED,
    CRITICAL_SECTION, ERROR_INVALID_PARAMETER, ERROR_TIMEOUT, FALSE, SRWLOCK, TRUE,
};
use lapwing_executive::ke::deadline::Deadline;

/// The two words of a condition variable.
struct Condition<'a> {
    wakes: &'a AtomicU32,
    sleepers: &'a AtomicU32,
}

impl Condition<'_> {
    /// # Safety
    /// `condition` must point to an aligned condition variable that lives as long as it is used.
    unsafe fn of<'a>(condition: *mut CONDITION_VARIABLE) -> Condition<'a> {
        let words: *mut u32 = condition.cast();
        // SAFETY: it has two words, and all threads reach them through atomics.
        unsafe {
            Condition {
                wakes: AtomicU32::from_ptr(words),
                sleepers: AtomicU32::from_ptr(words.add(1)),
            }
        }
    }

    /// Sleeps with the lock released; false when the time passed without a wake-up.
    fn sleep(&self, milliseconds: u32, release: impl FnOnce(), acquire: impl FnOnce()) -> bool {
        let deadline = Deadline::after_milliseconds(milliseconds);
        self.sleepers.fetch_add(1, Ordering::SeqCst);
        let wakes = self.wakes.load(Ordering::SeqCst);
        release();
        let mut in_time = true;
        while in_time && self.wakes.load(Ordering::Acquire) == wakes {
            in_time = futex::wait(self.wakes, wakes, deadline);
        }
        let woken = self.wakes.load(Ordering::Acquire) != wakes;
        self.sleepers.fetch_sub(1, Ordering::SeqCst);
        acquire();
        woken
    }

    fn wake(&self, wake: impl FnOnce(&AtomicU32)) {
        if self.sleepers.load(Ordering::SeqCst) != 0 {
            self.wakes.fetch_add(1, Ordering::SeqCst);
            wake(self.wakes);
        }
    }
}

/// Makes a condition variable ready for use; `CONDITION_VARIABLE_INIT` does the same.
///
/// # Safety
/// `condition` must point to eight writable, aligned bytes.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn InitializeConditionVariable(condition: *mut CONDITION_VARIABLE) {
    // SAFETY: the caller's promise.
    unsafe { condition.write(CONDITION_VARIABLE_INIT) }
}

/// Leaves the section (once), sleeps until it is woken or the time has passed, and enters the
/// section again.  May wake up for no reason.  FALSE with `ERROR_TIMEOUT` (1460) after the time.
///
/// # Safety
/// Both must be initialised, and the calling thread must own the section once.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn SleepConditionVariableCS(
    condition: *mut CONDITION_VARIABLE,
    section: *mut CRITICAL_SECTION,
    milliseconds: u32,
) -> BOOL {
    // SAFETY: the caller's promise.
    let woken = unsafe {
        let condition = Condition::of(condition);
        let release = || LeaveCriticalSection(section);
        condition.sleep(milliseconds, release, || EnterCriticalSection(section))
    };
    report(woken)
}

/// As [`SleepConditionVariableCS`] with an SRW lock, held exclusively, or shared when the flags say
/// `CONDITION_VARIABLE_LOCKMODE_SHARED`; other flags give `ERROR_INVALID_PARAMETER`.
///
/// # Safety
/// Both must be initialised, and the calling thread must hold the lock as the flags say.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn SleepConditionVariableSRW(
    condition: *mut CONDITION_VARIABLE,
    lock: *mut SRWLOCK,
    milliseconds: u32,
    flags: u32,
) -> BOOL {
    if flags & !CONDITION_VARIABLE_LOCKMODE_SHARED != 0 {
        last_error::set(ERROR_INVALID_PARAMETER);
        return FALSE;
    }
    // SAFETY: the caller's promise.
    let (condition, lock) = unsafe { (Condition::of(condition), Lock::of(lock)) };
    report(if flags & CONDITION_VARIABLE_LOCKMODE_SHARED != 0 {
        condition.sleep(milliseconds, || lock.release_shared(), || lock.shared())
    } else {
        condition.sleep(milliseconds, || lock.release_exclusive(), || lock.exclusive())
    })
}

fn report(woken: bool) -> BOOL {
    if woken {
        return TRUE;
    }
    last_error::set(ERROR_TIMEOUT);
    FALSE
}

/// Wakes one sleeper, if there is one.
///
/// # Safety
/// `condition` must point to an initialised condition variable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn WakeConditionVariable(condition: *mut CONDITION_VARIABLE) {
    // SAFETY: the caller's promise.
    let condition = unsafe { Condition::of(condition) };
    condition.wake(|word| {
        futex::wake_one(word);
    });
}

/// Wakes every sleeper.
///
/// # Safety
/// As for [`WakeConditionVariable`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn WakeAllConditionVariable(condition: *mut CONDITION_VARIABLE) {
    // SAFETY: the caller's promise.
    unsafe { Condition::of(condition) }.wake(futex::wake_all);
}

const _: () = assert!(size_of::<CONDITION_VARIABLE>() == 8);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel32::critical_section::InitializeCriticalSection;
    use crate::kernel32::srw_lock::{
        AcquireSRWLockExclusive, AcquireSRWLockShared, ReleaseSRWLockExclusive,
        ReleaseSRWLockShared, TryAcquireSRWLockShared,
    };
    use crate::kernel32::test_cell::TestCell;

    #[derive(Default)]
    struct Queue {
        section: TestCell<CRITICAL_SECTION>,
        lock: TestCell<SRWLOCK>,
        not_empty: TestCell<CONDITION_VARIABLE>,
        /// Used under the section or the lock.
        items: TestCell<Vec<u64>>,
    }

    #[test]
    fn consumers_get_every_item() {
        const ITEMS: u64 = 20_000;
        let queue = Queue::default();
        // SAFETY: the section is initialised first; the items are under it.
        let taken: u64 = unsafe {
            InitializeCriticalSection(queue.section.get());
            std::thread::scope(|scope| {
                let consume = || {
                    let mut sum = 0;
                    loop {
                        EnterCriticalSection(queue.section.get());
                        while (*queue.items.get()).is_empty() {
                            let condition = queue.not_empty.get();
                            let section = queue.section.get();
                            assert_eq!(SleepConditionVariableCS(condition, section, u32::MAX), 1);
                        }
                        let item = (*queue.items.get()).pop().expect("it is not empty");
                        LeaveCriticalSection(queue.section.get());
                        if item == 0 {
                            return sum;
                        }
                        sum += item;
                    }
                };
                let consumers = [scope.spawn(consume), scope.spawn(consume)];
                for item in (1..=ITEMS).chain([0, 0]) {
                    EnterCriticalSection(queue.section.get());
                    // Items after the two end marks would be lost, so the marks go to the bottom.
                    (*queue.items.get()).insert(0, item);
                    LeaveCriticalSection(queue.section.get());
                    WakeConditionVariable(queue.not_empty.get());
                }
                consumers.map(|consumer| consumer.join().expect("no panic")).iter().sum()
            })
        };
        assert_eq!(taken, ITEMS * (ITEMS + 1) / 2);
    }

    #[test]
    fn all_readers_are_woken_and_hold_the_lock_again() {
        let queue = Queue::default();
        // SAFETY: the items are under the lock.
        unsafe {
            std::thread::scope(|scope| {
                for _ in 0..3 {
                    scope.spawn(|| {
                        AcquireSRWLockShared(queue.lock.get());
                        while (*queue.items.get()).is_empty() {
                            let condition = queue.not_empty.get();
                            let lock = queue.lock.get();
                            assert_eq!(SleepConditionVariableSRW(condition, lock, u32::MAX, 1), 1);
                        }
                        ReleaseSRWLockShared(queue.lock.get());
                    });
                }
                AcquireSRWLockExclusive(queue.lock.get());
                (*queue.items.get()).push(1);
                ReleaseSRWLockExclusive(queue.lock.get());
                WakeAllConditionVariable(queue.not_empty.get());
            });
            assert!((*queue.lock.get()).Ptr.is_null());
        }
    }

    #[test]
    fn time_passes_with_1460_and_the_lock_comes_back() {
        let queue = Queue::default();
        // SAFETY: all are this test's alone.
        unsafe {
            let (condition, lock) = (queue.not_empty.get(), queue.lock.get());
            AcquireSRWLockExclusive(lock);
            for milliseconds in [0, 5] {
                last_error::set(0);
                assert_eq!(SleepConditionVariableSRW(condition, lock, milliseconds, 0), FALSE);
                assert_eq!(last_error::get(), ERROR_TIMEOUT);
                assert!(!TryAcquireSRWLockShared(lock));
            }
            assert_eq!(SleepConditionVariableSRW(condition, lock, 0, 2), FALSE);
            assert_eq!(last_error::get(), ERROR_INVALID_PARAMETER);
            ReleaseSRWLockExclusive(lock);
            // Nobody sleeps: a wake-up is not remembered.
            WakeConditionVariable(condition);
            assert!((*condition).Ptr.is_null());
        }
    }
}
