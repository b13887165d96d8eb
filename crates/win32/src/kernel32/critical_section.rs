//! Critical sections: recursive locks in 40 bytes of the program's memory.
//!
//! The fields look as they do on Windows, because programs and debuggers read them: `LockCount` is
//! −1 when free and −2 when held, `OwningThread` is the owner's id.  `LockCount` is the futex
//! word; it is −6 (as on Windows: one waiter) while somebody may be asleep on it.
#![allow(unsafe_code)]

use super::futex;
use crate::last_error;
use core::cell::Cell;
use core::ptr::null_mut;
use core::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use lapwing_abi::{
    BOOL, CRITICAL_SECTION, CRITICAL_SECTION_DEBUG, ERROR_INVALID_PARAMETER, FALSE, TRUE,
};
use lapwing_executive::ke::deadline::Deadline;

const FREE: u32 = (-1_i32).cast_unsigned();
const HELD: u32 = (-2_i32).cast_unsigned();
const CONTENDED: u32 = (-6_i32).cast_unsigned();
/// What a section has that was zeroed and never initialised; it is taken for a free one.
const ZEROED: u32 = 0;

/// How often a section without a spin count of its own is looked at before its thread sleeps.
const DEFAULT_SPINS: u32 = 100;
const MAXIMUM_SPINS: u32 = 0x00FF_FFFF;
/// The bits of `InitializeCriticalSectionEx` that are flags.
const FLAGS: u32 = 0xFF00_0000;

/// The parts of a section that several threads use.
struct Section<'a> {
    lock_count: &'a AtomicU32,
    recursion_count: &'a AtomicU32,
    owning_thread: &'a AtomicUsize,
    spin_count: &'a AtomicUsize,
}

impl Section<'_> {
    /// # Safety
    /// `section` must point to an aligned section that lives as long as it is used.
    unsafe fn of<'a>(section: *mut CRITICAL_SECTION) -> Section<'a> {
        // SAFETY: the fields lie in the section; all threads reach them through atomics.
        unsafe {
            Section {
                lock_count: AtomicU32::from_ptr((&raw mut (*section).LockCount).cast()),
                recursion_count: AtomicU32::from_ptr((&raw mut (*section).RecursionCount).cast()),
                owning_thread: AtomicUsize::from_ptr((&raw mut (*section).OwningThread).cast()),
                spin_count: AtomicUsize::from_ptr(&raw mut (*section).SpinCount),
            }
        }
    }

    fn try_enter(&self) -> bool {
        let own = own_id();
        // Only the owner itself writes its own id there.
        if self.owning_thread.load(Ordering::Relaxed) == own {
            self.recursion_count.fetch_add(1, Ordering::Relaxed);
            return true;
        }
        let taken = self.take(FREE) || self.take(ZEROED);
        if taken {
            self.own(own);
        }
        taken
    }

    fn take(&self, free: u32) -> bool {
        self.lock_count.compare_exchange(free, HELD, Ordering::Acquire, Ordering::Relaxed).is_ok()
    }

    fn own(&self, thread: usize) {
        self.owning_thread.store(thread, Ordering::Relaxed);
        self.recursion_count.store(1, Ordering::Relaxed);
    }

    #[cold]
    fn enter_contended(&self) {
        let spins = match self.spin_count.load(Ordering::Relaxed) as u32 & MAXIMUM_SPINS {
            0 => DEFAULT_SPINS,
            some => some,
        };
        let word = self.lock_count;
        if futex::spin(word, spins, |value| value == FREE) == FREE && self.take(FREE) {
            return self.own(own_id());
        }
        // From here on the word stays CONTENDED while this thread has it: others may sleep too.
        while ![FREE, ZEROED].contains(&word.swap(CONTENDED, Ordering::Acquire)) {
            futex::wait(word, CONTENDED, Deadline::Never);
        }
        self.own(own_id());
    }

    fn leave(&self) {
        if self.owning_thread.load(Ordering::Relaxed) != own_id() {
            return;
        }
        if self.recursion_count.fetch_sub(1, Ordering::Relaxed) > 1 {
            return;
        }
        self.owning_thread.store(0, Ordering::Relaxed);
        if self.lock_count.swap(FREE, Ordering::Release) == CONTENDED {
            futex::wake_one(self.lock_count);
        }
    }
}

/// The calling thread's id, which is the kernel's; asked for once per thread.
fn own_id() -> usize {
    thread_local! {
        static OWN_ID: Cell<usize> = const { Cell::new(0) };
    }
    match OWN_ID.get() {
        0 => {
            let id = rustix::thread::gettid().as_raw_nonzero().get().unsigned_abs() as usize;
            OWN_ID.set(id);
            id
        }
        id => id,
    }
}

/// Makes a section ready for use.  It needs nothing that would have to be freed.
///
/// # Safety
/// `section` must point to 40 writable, aligned bytes that stay where they are while it is in use.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn InitializeCriticalSection(section: *mut CRITICAL_SECTION) {
    // SAFETY: the caller's promise.
    unsafe { initialize(section, 0) }
}

/// As [`InitializeCriticalSection`]; a thread looks `spin_count` times before it sleeps.
///
/// # Safety
/// As for [`InitializeCriticalSection`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn InitializeCriticalSectionAndSpinCount(
    section: *mut CRITICAL_SECTION,
    spin_count: u32,
) -> BOOL {
    // SAFETY: the caller's promise.
    unsafe { initialize(section, spin_count & MAXIMUM_SPINS) };
    TRUE
}

/// As [`InitializeCriticalSectionAndSpinCount`], with flags; none of them changes anything here,
/// because no section has debug information.  Unknown flags or a spin count above 0x00FFFFFF fail
/// with `ERROR_INVALID_PARAMETER`.
///
/// # Safety
/// As for [`InitializeCriticalSection`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn InitializeCriticalSectionEx(
    section: *mut CRITICAL_SECTION,
    spin_count: u32,
    flags: u32,
) -> BOOL {
    if flags & !FLAGS != 0 || spin_count > MAXIMUM_SPINS {
        last_error::set(ERROR_INVALID_PARAMETER);
        return FALSE;
    }
    // SAFETY: the caller's promise.
    unsafe { initialize(section, spin_count) };
    TRUE
}

/// # Safety
/// As for [`InitializeCriticalSection`].
unsafe fn initialize(section: *mut CRITICAL_SECTION, spin_count: u32) {
    // What Windows puts there for a section without debug information.
    let no_debug: *mut CRITICAL_SECTION_DEBUG = core::ptr::without_provenance_mut(usize::MAX);
    let fresh = CRITICAL_SECTION {
        DebugInfo: no_debug,
        LockCount: FREE.cast_signed(),
        RecursionCount: 0,
        OwningThread: null_mut(),
        LockSemaphore: null_mut(),
        SpinCount: spin_count as usize,
    };
    // SAFETY: the caller's promise; nobody uses the section yet.
    unsafe { section.write(fresh) };
}

/// Enters the section, waiting until it is free; its owner may enter again.
///
/// # Safety
/// `section` must point to an initialised section.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn EnterCriticalSection(section: *mut CRITICAL_SECTION) {
    // SAFETY: the caller's promise.
    let section = unsafe { Section::of(section) };
    if !section.try_enter() {
        section.enter_contended();
    }
}

/// Enters the section if that is possible without waiting.
///
/// # Safety
/// As for [`EnterCriticalSection`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn TryEnterCriticalSection(section: *mut CRITICAL_SECTION) -> BOOL {
    // SAFETY: the caller's promise.
    BOOL::from(unsafe { Section::of(section) }.try_enter())
}

/// Leaves the section once.  From a thread that does not own it, this changes nothing.
///
/// # Safety
/// As for [`EnterCriticalSection`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn LeaveCriticalSection(section: *mut CRITICAL_SECTION) {
    // SAFETY: the caller's promise.
    unsafe { Section::of(section) }.leave();
}

/// Sets how often a thread looks before it sleeps; gives the count before.
///
/// # Safety
/// As for [`EnterCriticalSection`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn SetCriticalSectionSpinCount(
    section: *mut CRITICAL_SECTION,
    spin_count: u32,
) -> u32 {
    // SAFETY: the caller's promise.
    let section = unsafe { Section::of(section) };
    let spins = (spin_count & MAXIMUM_SPINS) as usize;
    section.spin_count.swap(spins, Ordering::Relaxed) as u32
}

/// Ends the section's use; it must be initialised before it is used again.
///
/// # Safety
/// `section` must point to an initialised section that nobody owns or waits for.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn DeleteCriticalSection(section: *mut CRITICAL_SECTION) {
    // SAFETY: the caller's promise.
    unsafe {
        initialize(section, 0);
        (*section).DebugInfo = null_mut();
    }
}

const _: () = assert!(size_of::<CRITICAL_SECTION>() == 40);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel32::test_cell::TestCell;

    /// A section and a counter that is used under it.
    fn shared() -> (TestCell<CRITICAL_SECTION>, TestCell<u64>) {
        let shared = <(TestCell<CRITICAL_SECTION>, TestCell<u64>)>::default();
        // SAFETY: the section is new.
        unsafe { InitializeCriticalSection(shared.0.get()) };
        shared
    }

    #[test]
    fn threads_count_under_it() {
        const THREADS: u64 = 4;
        const ROUNDS: u64 = 20_000;
        let shared = shared();
        std::thread::scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(|| {
                    for round in 0..ROUNDS {
                        // SAFETY: the section is initialised, the counter is under it.
                        unsafe {
                            EnterCriticalSection(shared.0.get());
                            if round % 3 == 0 {
                                assert_eq!(TryEnterCriticalSection(shared.0.get()), TRUE);
                                LeaveCriticalSection(shared.0.get());
                            }
                            *shared.1.get() += 1;
                            LeaveCriticalSection(shared.0.get());
                        }
                    }
                });
            }
        });
        // SAFETY: all threads have ended.
        unsafe {
            assert_eq!(*shared.1.get(), THREADS * ROUNDS);
            assert_eq!((*shared.0.get()).LockCount, -1);
            DeleteCriticalSection(shared.0.get());
        }
    }

    #[test]
    fn only_the_owner_enters_again_or_leaves() {
        let shared = shared();
        // SAFETY: the section is initialised.
        unsafe {
            EnterCriticalSection(shared.0.get());
            EnterCriticalSection(shared.0.get());
            assert_eq!((*shared.0.get()).LockCount, -2);
            assert_eq!((*shared.0.get()).RecursionCount, 2);
        }
        let other = || {
            std::thread::scope(|scope| {
                let attempt = scope.spawn(|| {
                    // SAFETY: the section is initialised.
                    unsafe {
                        LeaveCriticalSection(shared.0.get());
                        let entered = TryEnterCriticalSection(shared.0.get());
                        LeaveCriticalSection(shared.0.get());
                        entered
                    }
                });
                attempt.join().ok()
            })
        };
        assert_eq!(other(), Some(FALSE));
        // SAFETY: the section is initialised.
        unsafe { LeaveCriticalSection(shared.0.get()) };
        assert_eq!(other(), Some(FALSE));
        // SAFETY: the section is initialised.
        unsafe { LeaveCriticalSection(shared.0.get()) };
        assert_eq!(other(), Some(TRUE));
    }

    #[test]
    fn the_spin_count_is_kept_and_bad_flags_are_refused() {
        let mut section = CRITICAL_SECTION::default();
        // SAFETY: the section is this test's alone.
        unsafe {
            assert_eq!(InitializeCriticalSectionAndSpinCount(&raw mut section, 4000), TRUE);
            assert_eq!(SetCriticalSectionSpinCount(&raw mut section, 7), 4000);
            assert_eq!(SetCriticalSectionSpinCount(&raw mut section, 0), 7);
            assert_eq!(InitializeCriticalSectionEx(&raw mut section, 0, 1), FALSE);
            assert_eq!(last_error::get(), ERROR_INVALID_PARAMETER);
            let flags = lapwing_abi::CRITICAL_SECTION_NO_DEBUG_INFO;
            assert_eq!(InitializeCriticalSectionEx(&raw mut section, 0, flags), TRUE);
        }
    }

    #[test]
    fn a_zeroed_section_is_a_free_one() {
        let mut section = CRITICAL_SECTION::default();
        // SAFETY: the section is this test's alone.
        unsafe {
            assert_eq!(TryEnterCriticalSection(&raw mut section), TRUE);
            LeaveCriticalSection(&raw mut section);
            assert_eq!(section.LockCount, -1);
        }
    }
}
