//! What every waitable object has: a signal state and the threads that wait for it.
//!
//! The state is one word; the list of waiters has a lock.
//!
//! ```text
//!   31    30                                                        0
//!  +----+------------------------------------------------------------+
//!  |SLOW| value: 0 or 1, or a semaphore's count                      |
//!  +----+------------------------------------------------------------+
//! ```
//!
//! While SLOW is clear nobody waits, and set, reset and a satisfied wait are one compare-exchange.
//! Taking the lock sets SLOW; while SLOW is set the word changes only under the lock; giving the
//! lock back with an empty list clears SLOW.
//!
//! A waiting thread stands in the list of each object it waits for.  Which of them ends its wait is
//! decided by one compare-exchange on the thread's own wait word ([`Thread`]`::wait`), always made
//! under the lock of the object (for wait-all: under the locks of all objects, taken in the order
//! of their addresses).  The thread leaves all lists before its wait returns, so no entry outlives
//! its wait.  Threads are woken after the locks have been given back.
//!
//! *Wait-all.*  Whoever signals an object in whose list a wait-all stands completes that wait
//! itself before it returns: so `SetEvent` followed by a wait of zero by the same thread cannot
//! take the event away from a wait-all that it completed.  It publishes the new value, looks at the
//! other objects' words without their locks, and takes all locks only when everything looks
//! signalled.  Of two threads that signal the last two objects, at least one sees the other's
//! value, because each publishes, fences, and then looks.

//!
//! *Shared objects.*  An object that other processes use too has its value elsewhere
//! ([`super::shared`]), and its list has nothing but the threads of this process.  An object
//! becomes shared when it first goes to another process ([`Dispatcher::share`]), and stays so.
//! That happens under the lock, and SLOW is set from then on: who had not seen it comes to the lock
//! and looks again.

use super::mutant::Ownership;
use super::shared::Shared;
use super::thread::Thread;
use super::wait_entry::{Taken, Woken};
use super::waiting_list::{Guard, Waiters, try_complete};
use crate::status::{Result, Status};
use crate::sync::{AtomicU32, Mutex, Ordering};
use once_cell::race::OnceBox;
use std::sync::Arc;

pub(super) const SLOW: u32 = 1 << 31;

/// What a satisfied wait takes from the object.
pub enum Kind {
    /// Nothing: it stays signalled until reset (manual-reset events, threads, files).
    Notification,
    /// The signal: one thread gets through (auto-reset events).
    Synchronization,
    /// One of the count.
    Semaphore {
        /// The largest count.
        limit: u32,
    },
    /// Ownership.  The value is 1 while nobody owns the mutex.
    Mutant(Box<Ownership>),
}

/// Signal state and waiters.
pub struct Dispatcher {
    pub(super) word: AtomicU32,
    pub(super) kind: Kind,
    waiters: Mutex<Waiters>,
    shared: OnceBox<Shared>,
}

// Every object and every connection has one.
#[cfg(not(any(loom, shuttle)))]
const _: () = assert!(size_of::<Dispatcher>() <= 48);

/// An object that can be waited for and kept alive meanwhile.
pub trait Waitable: Send + Sync {
    /// Its signal state.
    fn dispatcher(&self) -> &Dispatcher;
}

impl Dispatcher {
    /// A dispatcher with an initial value: 0 or 1, or a semaphore's count.
    pub fn new(kind: Kind, value: u32) -> Self {
        debug_assert!(value < SLOW);
        let (word, waiters) = (AtomicU32::new(value), Mutex::default());
        Dispatcher { word, kind, waiters, shared: OnceBox::new() }
    }

    /// A dispatcher whose value other processes use too.
    pub fn new_shared(kind: Kind, shared: Shared) -> Self {
        let word = AtomicU32::new(SLOW);
        Dispatcher {
            word,
            shared: OnceBox::with_value(Box::new(shared)),
            ..Dispatcher::new(kind, 0)
        }
    }

    /// From now on other processes use the value too.  False when they did already.
    pub fn share(&self, shared: Shared) -> bool {
        let guard = self.lock();
        if guard.is_shared() {
            return false;
        }
        shared.begin(&self.kind, guard.value);
        let first = self.shared.set(Box::new(shared)).is_ok();
        if !guard.list.is_empty() {
            guard.announce();
        }
        first
    }

    /// What it has in common with other processes.
    pub(super) fn shared(&self) -> Option<&Shared> {
        self.shared.get()
    }

    /// What a wait takes from it.
    pub fn kind(&self) -> &Kind {
        &self.kind
    }

    pub(super) fn lock(&self) -> Guard<'_> {
        let list = self.waiters.lock();
        let before = self.word.fetch_or(SLOW, Ordering::Acquire);
        Guard { dispatcher: self, value: before & !SLOW, list }
    }

    /// As [`Dispatcher::lock`], for a value that is here; None when others have begun to use it.
    pub(super) fn lock_own(&self) -> Option<Guard<'_>> {
        Some(self.lock()).filter(|guard| !guard.is_shared())
    }

    /// How many entries stand in the list: for tests that must know that somebody waits.
    #[cfg(test)]
    pub(super) fn waiter_count(&self) -> usize {
        self.waiters.lock().len()
    }

    /// True while a wait would be satisfied (for a mutex: while nobody owns it).
    pub fn is_signalled(&self) -> bool {
        self.value() > 0
    }

    /// The value: 0 or 1, or a semaphore's count.
    pub fn value(&self) -> u32 {
        if let Some(shared) = self.shared() {
            return shared.value(&self.kind);
        }
        self.word.load(Ordering::Acquire) & !SLOW
    }

    pub(super) fn is_owned_by(&self, thread: &Thread) -> bool {
        if let Some(shared) = self.shared() {
            return matches!(self.kind, Kind::Mutant(_)) && shared.is_owned_by(thread);
        }
        match &self.kind {
            Kind::Mutant(ownership) => ownership.is_of(thread),
            _ => false,
        }
    }

    /// Without the lock: whether a wait of this thread would probably be satisfied.
    pub(super) fn seems_ready(&self, thread: &Thread) -> bool {
        if let Some(shared) = self.shared() {
            return self.is_owned_by(thread) || shared.value(&self.kind) > 0;
        }
        self.word.load(Ordering::Relaxed) & !SLOW > 0 || self.is_owned_by(thread)
    }

    /// Signals the object.  Returns whether it was signalled before.
    ///
    /// Setting a set event changes nothing, but what the caller wrote before is still visible to
    /// the thread whose wait the event satisfies.
    #[inline]
    pub fn set(&self) -> bool {
        self.change_fast(1).unwrap_or_else(|| self.set_slowly())
    }

    /// As [`Dispatcher::set`], after `publish`: who sees what that published and then clears the
    /// object takes this very signal away.  Between processes it is no more than the one and then
    /// the other.
    pub fn set_after(&self, publish: impl FnOnce()) {
        let Some(mut guard) = self.lock_own() else {
            publish();
            let _was_set = self.set();
            return;
        };
        publish();
        guard.value = 1;
        self.deliver(guard);
    }

    /// As [`Dispatcher::set`], of an object that is probably not signalled.  None, and nothing has
    /// happened, when somebody waits or another process is concerned.
    #[inline(always)]
    pub fn set_in_passing(&self) -> Option<bool> {
        // Who looked first would wait for the word twice.
        self.change_from(0, 1)
    }

    /// A wait for an event, which is satisfied if this returns true.  False also where it cannot
    /// be told in passing.
    #[inline(always)]
    pub fn take_in_passing(&self, is_probably_set: bool) -> bool {
        let is_set = || self.word.load(Ordering::Acquire) == 1;
        match self.kind {
            Kind::Notification => is_set(),
            // Who looked first would wait for the word twice.
            Kind::Synchronization if is_probably_set || is_set() => {
                let order = (Ordering::AcqRel, Ordering::Relaxed);
                self.word.compare_exchange(1, 0, order.0, order.1).is_ok()
            }
            _ => false,
        }
    }

    /// Without the lock: whether a wait would be satisfied.  None where that cannot be told: for a
    /// mutex, where others wait too, and where other processes are concerned.
    #[inline(always)]
    pub fn is_signalled_in_passing(&self) -> Option<bool> {
        let word = self.word.load(Ordering::Acquire);
        let is_plain = word & SLOW == 0 && !matches!(self.kind, Kind::Mutant(_));
        is_plain.then_some(word != 0)
    }

    /// A wait that is satisfied if this returns true.  False also where it needs the lock.
    #[inline]
    pub fn take_at_once(&self) -> bool {
        self.try_take_fast() == Some(true)
    }

    /// As [`Dispatcher::set`], for what is mostly set already, and then stays as it is.
    #[inline]
    pub fn keep_set(&self) {
        if self.word.load(Ordering::Acquire) != 1 {
            self.set();
        }
    }

    /// Gives the word a value if nobody waits and no other process is concerned, whose objects
    /// stay SLOW; what it was.
    #[inline]
    fn change_fast(&self, value: u32) -> Option<bool> {
        self.change_from(self.word.load(Ordering::Relaxed), value)
    }

    /// As [`Dispatcher::change_fast`], for a word that probably is this one.
    #[inline(always)]
    fn change_from(&self, mut word: u32, value: u32) -> Option<bool> {
        while word & SLOW == 0 {
            let order = (Ordering::AcqRel, Ordering::Relaxed);
            match self.word.compare_exchange_weak(word, value, order.0, order.1) {
                Ok(_) => return Some(word != 0),
                Err(seen) => word = seen,
            }
        }
        None
    }

    #[cold]
    fn set_slowly(&self) -> bool {
        if let Some(shared) = self.shared() {
            return self.set_shared(shared);
        }
        let Some(mut guard) = self.lock_own() else { return self.set_slowly() };
        let before = guard.value;
        guard.value = 1;
        self.deliver(guard);
        before != 0
    }

    /// Takes the signal away.  Returns whether there was one.
    #[inline]
    pub fn clear(&self) -> bool {
        self.change_fast(0).unwrap_or_else(|| self.clear_slowly())
    }

    #[cold]
    fn clear_slowly(&self) -> bool {
        if let Some(shared) = self.shared() {
            return self.clear_shared(shared);
        }
        let Some(mut guard) = self.lock_own() else { return self.clear_slowly() };
        core::mem::replace(&mut guard.value, 0) != 0
    }

    /// Lets through the threads that wait now (one, for a synchronization object) and leaves the
    /// object unsignalled.  Returns whether it was signalled before.
    pub fn pulse(&self) -> bool {
        if let Some(shared) = self.shared() {
            return self.pulse_shared(shared);
        }
        let Some(mut guard) = self.lock_own() else { return self.pulse() };
        let before = guard.value;
        guard.value = 1;
        self.deliver_and(guard, |guard| guard.value = 0);
        before != 0
    }

    /// Adds to a semaphore's count.  Returns the count before.
    ///
    /// # Errors
    /// `INVALID_PARAMETER` for nothing to add, `SEMAPHORE_LIMIT_EXCEEDED` above the limit,
    /// `OBJECT_TYPE_MISMATCH` if it is no semaphore.  The count is unchanged then.
    pub fn release(&self, count: u32) -> Result<u32> {
        let Kind::Semaphore { limit } = self.kind else {
            return Err(Status::OBJECT_TYPE_MISMATCH);
        };
        if count == 0 {
            return Err(Status::INVALID_PARAMETER);
        }
        if let Some(shared) = self.shared() {
            return self.release_shared(shared, count, limit);
        }
        let sum = |value: u32| {
            let sum = value.checked_add(count).filter(|&sum| sum <= limit);
            sum.ok_or(Status::SEMAPHORE_LIMIT_EXCEEDED)
        };
        let mut word = self.word.load(Ordering::Relaxed);
        while word & SLOW == 0 {
            let new = sum(word)?;
            match self.word.compare_exchange_weak(word, new, Ordering::AcqRel, Ordering::Relaxed) {
                Ok(_) => return Ok(word),
                Err(seen) => word = seen,
            }
        }
        let Some(mut guard) = self.lock_own() else { return self.release(count) };
        let before = guard.value;
        guard.value = sum(before)?;
        self.deliver(guard);
        Ok(before)
    }

    /// Hands a locked dispatcher's value to its waiters and wakes them.
    pub(super) fn deliver<'a>(&'a self, guard: Guard<'a>) {
        self.deliver_and(guard, |_| {});
    }

    /// As [`Dispatcher::deliver`]; `finish` sees what is left before others do.
    fn deliver_and<'a>(&'a self, mut guard: Guard<'a>, finish: fn(&mut Guard<'_>)) {
        loop {
            let mut woken = Woken::default();
            let candidate = guard.hand_out(&mut woken);
            if candidate.is_none() {
                finish(&mut guard);
            }
            drop(guard);
            woken.tell();
            let Some(candidate) = candidate else { return };
            try_complete(&candidate);
            // What the wait-all did not take is for those behind it.
            guard = self.lock();
        }
    }

    /// One attempt of a wait without the lock.  None when it needs the lock: the list is in use, or
    /// the object is a mutex.
    #[inline]
    pub(super) fn try_take_fast(&self) -> Option<bool> {
        let mut word = self.word.load(Ordering::Acquire);
        loop {
            if word & SLOW != 0 {
                return self.try_take_beside_others(word);
            }
            match self.kind {
                Kind::Mutant(_) => return None,
                _ if word == 0 => return Some(false),
                Kind::Notification => return Some(true),
                Kind::Synchronization | Kind::Semaphore { .. } => {}
            }
            let taken = self.word.compare_exchange_weak(
                word,
                word - 1,
                Ordering::AcqRel,
                Ordering::Acquire,
            );
            match taken {
                Ok(_) => return Some(true),
                Err(seen) => word = seen,
            }
        }
    }

    /// As [`Dispatcher::try_take_fast`], where others wait or other processes are concerned.
    #[inline(never)]
    fn try_take_beside_others(&self, word: u32) -> Option<bool> {
        if matches!(self.kind, Kind::Mutant(_)) {
            return None;
        }
        match self.shared() {
            Some(shared) => Some(shared.take_signal(&self.kind)),
            None => (word == SLOW).then_some(false),
        }
    }

    /// One attempt of a wait by this thread.
    pub(super) fn try_take(&self, thread: &Arc<Thread>) -> Option<Taken> {
        if let Some(shared) = self.shared() {
            return self.try_take_shared(shared, thread);
        }
        match self.try_take_fast() {
            Some(true) => Some(Taken { abandoned: false }),
            Some(false) => None,
            None => {
                let mut guard = self.lock();
                if guard.is_ready(thread) { guard.take(thread) } else { None }
            }
        }
    }
}
