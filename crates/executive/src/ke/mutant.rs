//! Mutexes, which the kernel calls mutants: owned by a thread, recursive, abandoned when the owner
//! ends.
//!
//! Who owns the mutant is part of its [`Dispatcher`], and a wait takes ownership; here is what that
//! is, and how a mutant is made, released and abandoned.

use super::dispatcher::{Dispatcher, Kind};
use super::shared::Shared;
use super::thread::Thread;
use crate::status::{Result, Status};
use crate::sync::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Weak};

/// Who owns a mutex.  Changed only under the dispatcher's lock.
pub struct Ownership {
    this: Weak<Mutant>,
    /// The owner's serial number, or 0.
    owner: AtomicU64,
    recursion: AtomicU32,
    abandoned: AtomicBool,
}

impl Ownership {
    pub(super) fn new(this: Weak<Mutant>) -> Self {
        Ownership {
            this,
            owner: AtomicU64::new(0),
            recursion: AtomicU32::new(0),
            abandoned: AtomicBool::new(false),
        }
    }

    pub(super) fn mutant(&self) -> Option<Arc<Mutant>> {
        self.this.upgrade()
    }

    /// The owner's serial number or 0, how often it owns the mutex, and whether that is abandoned.
    pub(super) fn state(&self) -> (u64, u32, bool) {
        (
            self.owner.load(Ordering::Relaxed),
            self.recursion.load(Ordering::Relaxed),
            self.abandoned.load(Ordering::Relaxed),
        )
    }

    pub(super) fn is_of(&self, thread: &Thread) -> bool {
        self.owner.load(Ordering::Relaxed) == thread.serial()
    }

    /// The thread becomes the owner.  Says whether the mutex was abandoned.
    pub(super) fn enter(&self, thread: &Arc<Thread>) -> bool {
        self.owner.store(thread.serial(), Ordering::Relaxed);
        self.recursion.store(1, Ordering::Relaxed);
        self.note_owner(thread);
        self.abandoned.swap(false, Ordering::Relaxed)
    }

    /// The owner owns it once more.
    pub(super) fn enter_again(&self) {
        let recursion = self.recursion.load(Ordering::Relaxed);
        self.recursion.store(recursion.saturating_add(1), Ordering::Relaxed);
    }

    /// The mutex stands in the list of what the thread abandons when it ends.
    pub(super) fn note_owner(&self, thread: &Thread) {
        thread.owned().lock().push(self.this.clone());
    }

    pub(super) fn forget_owner(&self, thread: &Thread) {
        let mut owned = thread.owned().lock();
        if let Some(place) = owned.iter().rposition(|mutant| mutant.ptr_eq(&self.this)) {
            owned.swap_remove(place);
        }
    }
}

/// A mutex object.
pub struct Mutant {
    dispatcher: Dispatcher,
}

impl Mutant {
    /// A mutex that nobody owns.
    pub fn new() -> Arc<Mutant> {
        Arc::new_cyclic(|this: &Weak<Mutant>| Mutant {
            dispatcher: Dispatcher::new(Kind::Mutant(Box::new(Ownership::new(this.clone()))), 1),
        })
    }

    /// A mutex that other processes use too.
    pub fn new_shared(shared: Shared) -> Arc<Mutant> {
        Arc::new_cyclic(|this: &Weak<Mutant>| Mutant {
            dispatcher: Dispatcher::new_shared(
                Kind::Mutant(Box::new(Ownership::new(this.clone()))),
                shared,
            ),
        })
    }

    /// A mutex that this thread owns once.
    pub fn new_owned(owner: &Arc<Thread>) -> Arc<Mutant> {
        let mutant = Mutant::new();
        mutant.take(owner);
        mutant
    }

    /// The thread becomes the owner of a new mutex.
    pub fn take(&self, owner: &Arc<Thread>) {
        let taken = self.dispatcher.try_take(owner);
        debug_assert!(taken.is_some());
    }

    /// What waits use.
    pub fn dispatcher(&self) -> &Dispatcher {
        &self.dispatcher
    }

    /// Gives up one ownership of this thread.  Returns how often the thread owned the mutex before.
    ///
    /// # Errors
    /// `MUTANT_NOT_OWNED` when the thread does not own it.
    pub fn release(&self, owner: &Arc<Thread>) -> Result<u32> {
        self.dispatcher.release_mutant(owner)
    }

    /// The owner has ended: the next wait gets the mutex and is told.
    pub(super) fn abandon(&self, owner: &Arc<Thread>) {
        self.dispatcher.abandon_mutant(owner);
    }
}

impl Drop for Mutant {
    fn drop(&mut self) {
        // Another process may have reserved it for this one, in which nobody can wait any more.
        self.dispatcher.reconsider();
    }
}

impl Dispatcher {
    pub(super) fn release_mutant(&self, owner: &Arc<Thread>) -> Result<u32> {
        if let Some(shared) = self.shared() {
            return self.release_shared_mutant(shared, owner);
        }
        let Kind::Mutant(ownership) = &self.kind else {
            return Err(Status::OBJECT_TYPE_MISMATCH);
        };
        let Some(mut guard) = self.lock_own() else { return self.release_mutant(owner) };
        if !ownership.is_of(owner) {
            return Err(Status::MUTANT_NOT_OWNED);
        }
        let recursion = ownership.recursion.load(Ordering::Relaxed);
        ownership.recursion.store(recursion - 1, Ordering::Relaxed);
        if recursion > 1 {
            return Ok(recursion);
        }
        ownership.forget_owner(owner);
        ownership.owner.store(0, Ordering::Relaxed);
        guard.value = 1;
        self.deliver(guard);
        Ok(recursion)
    }

    pub(super) fn abandon_mutant(&self, owner: &Arc<Thread>) {
        if let Some(shared) = self.shared() {
            return self.abandon_shared_mutant(shared, owner);
        }
        let Kind::Mutant(ownership) = &self.kind else { return };
        let Some(mut guard) = self.lock_own() else { return self.abandon_mutant(owner) };
        if !ownership.is_of(owner) {
            return;
        }
        ownership.owner.store(0, Ordering::Relaxed);
        ownership.recursion.store(0, Ordering::Relaxed);
        ownership.abandoned.store(true, Ordering::Relaxed);
        guard.value = 1;
        self.deliver(guard);
    }

    /// How often the mutex's owner owns it, whether this thread is the owner, and whether it was
    /// abandoned; all zero for other objects.
    pub fn mutant_state(&self, thread: &Thread) -> (u32, bool, bool) {
        let Kind::Mutant(ownership) = &self.kind else { return (0, false, false) };
        if let Some(shared) = self.shared() {
            return Self::shared_mutant_state(shared, thread);
        }
        let Some(_guard) = self.lock_own() else { return self.mutant_state(thread) };
        (
            ownership.recursion.load(Ordering::Relaxed),
            self.is_owned_by(thread),
            ownership.abandoned.load(Ordering::Relaxed),
        )
    }
}
