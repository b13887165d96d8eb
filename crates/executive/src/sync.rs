//! Atomics, locks and threads: std's (the lock parking_lot's), or those of a model checker.
//!
//! `--cfg loom` and `--cfg shuttle` put the checker's types in their place; everything that is
//! modelled takes them from here.

pub mod brief;

#[cfg(loom)]
mod chosen {
    pub use loom::sync::Condvar;
    pub use loom::sync::{
        Arc,
        atomic::{
            AtomicBool, AtomicPtr, AtomicU8, AtomicU32, AtomicU64, AtomicUsize, Ordering, fence,
        },
    };
    pub(super) use loom::sync::{Mutex, MutexGuard};
    pub use loom::thread;

    /// loom's macro does not know `const { … }` initialisers.
    #[macro_export]
    #[doc(hidden)]
    macro_rules! loom_thread_local {
        ($($(#[$meta:meta])* $vis:vis static $name:ident: $type:ty = const $init:block;)*) => {
            loom::thread_local! { $($(#[$meta])* $vis static $name: $type = $init;)* }
        };
    }
    pub use crate::loom_thread_local as thread_local;
}

#[cfg(shuttle)]
mod chosen {
    pub use shuttle::sync::Condvar;
    pub use shuttle::sync::{
        Arc,
        atomic::{
            AtomicBool, AtomicPtr, AtomicU8, AtomicU32, AtomicU64, AtomicUsize, Ordering, fence,
        },
    };
    pub(super) use shuttle::sync::{Mutex, MutexGuard};
    pub use shuttle::{thread, thread_local};
}

#[cfg(not(any(loom, shuttle)))]
mod chosen {
    pub(super) use parking_lot::{Mutex, MutexGuard};
    pub use std::sync::{
        Arc,
        atomic::{
            AtomicBool, AtomicPtr, AtomicU8, AtomicU32, AtomicU64, AtomicUsize, Ordering, fence,
        },
    };
    pub use std::{thread, thread_local};
}

#[cfg(any(loom, shuttle))]
pub use chosen::Condvar;
pub use chosen::{
    Arc, AtomicBool, AtomicPtr, AtomicU8, AtomicU32, AtomicU64, AtomicUsize, Ordering, fence,
    thread, thread_local,
};

/// A lock without poisoning: a panic of ours ends the process at the C boundary, so nobody comes
/// to see a half-changed value.  It is parking_lot's because std's asks at each lock and unlock
/// whether the thread panics.
#[derive(Default)]
pub struct Mutex<T>(chosen::Mutex<T>);

/// Holds a [`Mutex`] locked.
pub type MutexGuard<'a, T> = chosen::MutexGuard<'a, T>;

impl<T> Mutex<T> {
    /// A lock around a value.
    #[cfg(not(any(loom, shuttle)))]
    pub const fn new(value: T) -> Self {
        Mutex(chosen::Mutex::new(value))
    }

    /// A lock around a value (a checker's lock cannot be made in a constant).
    #[cfg(any(loom, shuttle))]
    pub fn new(value: T) -> Self {
        Mutex(chosen::Mutex::new(value))
    }

    /// Takes the lock if it is free, as [`brief`]'s is.
    #[cfg(any(loom, shuttle))]
    pub fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
        self.0.try_lock().ok()
    }

    /// Takes the lock.  The slow path asks the kernel to wait, which ThreadSanitizer does not see;
    /// `--cfg tsan` keeps to the fast one.
    #[cfg(tsan)]
    pub fn lock(&self) -> MutexGuard<'_, T> {
        loop {
            match self.0.try_lock() {
                Some(guard) => return guard,
                None => thread::yield_now(),
            }
        }
    }

    /// Takes the lock, waiting for it if need be.
    #[cfg(not(any(loom, shuttle, tsan)))]
    #[inline]
    pub fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock()
    }

    /// Takes the lock, waiting for it if need be.
    #[cfg(any(loom, shuttle))]
    pub fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}
