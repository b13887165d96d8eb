//! Mutexes, which the kernel calls mutants: owned by a thread, recursive, abandoned when the owner
//! ends.
//!
//! Who owns the mutant is part of its [`Dispatcher`] (a wait takes ownership); here is what is
//! left: making one, releasing it, abandoning it.

use super::dispatcher::{Dispatcher, Kind, Ownership};
use super::shared::Shared;
use super::thread::Thread;
use crate::status::Result;
use std::sync::{Arc, Weak};

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
