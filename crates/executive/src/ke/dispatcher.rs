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

use super::mutant::Mutant;
use super::thread::Thread;
use super::wait_entry::{Taken, WaitPacket, Waiter, Woken, is_same};
use crate::status::{Result, Status};
use crate::sync::{AtomicBool, AtomicU32, AtomicU64, Mutex, MutexGuard, Ordering, fence};
use std::collections::VecDeque;
use std::sync::{Arc, Weak};

const SLOW: u32 = 1 << 31;

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
    Mutant(Ownership),
}

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
}

/// Signal state and waiters.
pub struct Dispatcher {
    word: AtomicU32,
    kind: Kind,
    waiters: Mutex<VecDeque<Waiter>>,
}

/// An object that can be waited for and kept alive meanwhile.
pub trait Waitable: Send + Sync {
    /// Its signal state.
    fn dispatcher(&self) -> &Dispatcher;
}

/// Holds a dispatcher locked.  Dropping it publishes the value.
pub(super) struct Guard<'a> {
    dispatcher: &'a Dispatcher,
    value: u32,
    list: MutexGuard<'a, VecDeque<Waiter>>,
}

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        let slow = if self.list.is_empty() { 0 } else { SLOW };
        self.dispatcher.word.store(self.value | slow, Ordering::Release);
    }
}

impl Guard<'_> {
    /// Adds a waiter at the end.
    pub(super) fn enlist(&mut self, waiter: Waiter) {
        self.list.push_back(waiter);
    }

    /// Removes every entry of this thread.
    pub(super) fn withdraw(&mut self, thread: &Arc<Thread>) {
        self.list.retain(|waiter| !waiter.is_of(thread));
    }

    /// Removes this packet's entry; false when there is none, because it has been satisfied.
    pub(super) fn withdraw_packet(&mut self, packet: &Arc<dyn WaitPacket>) -> bool {
        let before = self.list.len();
        self.list.retain(|waiter| !matches!(waiter, Waiter::Packet(own) if is_same(own, packet)));
        self.list.len() != before
    }

    /// True when a wait of this thread would be satisfied now.
    pub(super) fn is_ready(&self, thread: &Thread) -> bool {
        self.value > 0 || self.dispatcher.is_owned_by(thread)
    }

    /// Takes what a satisfied wait of this thread takes.  The caller has checked
    /// [`Guard::is_ready`].
    pub(super) fn take(&mut self, thread: &Arc<Thread>) -> Taken {
        let mut abandoned = false;
        match &self.dispatcher.kind {
            Kind::Notification => {}
            Kind::Synchronization | Kind::Semaphore { .. } => self.value -= 1,
            Kind::Mutant(ownership) if self.value == 0 => {
                let recursion = ownership.recursion.load(Ordering::Relaxed);
                ownership.recursion.store(recursion.saturating_add(1), Ordering::Relaxed);
            }
            Kind::Mutant(ownership) => {
                self.value = 0;
                ownership.owner.store(thread.serial(), Ordering::Relaxed);
                ownership.recursion.store(1, Ordering::Relaxed);
                abandoned = ownership.abandoned.swap(false, Ordering::Relaxed);
                thread.owned().lock().push(ownership.this.clone());
            }
        }
        Taken { abandoned }
    }

    /// Ends the thread's wait with this object, unless it has ended already.
    pub(super) fn satisfy(&mut self, thread: &Arc<Thread>, index: u32) -> bool {
        let claimed = thread.claim();
        if claimed {
            let taken = self.take(thread);
            thread.conclude(taken.status(index));
        }
        claimed
    }

    /// Gives the value to waiters, first come first served.  Returns a wait-all that seems to be
    /// complete; the caller tries it without this lock and comes back.
    fn hand_out(&mut self, woken: &mut Woken) -> Option<Waiter> {
        let mut position = 0;
        while self.value > 0 && position < self.list.len() {
            if let Waiter::All { thread, all } = &self.list[position] {
                if !thread.is_waiting() {
                    self.list.remove(position);
                } else if self.seems_complete(thread, all) {
                    return Some(self.list[position].clone());
                } else {
                    position += 1;
                }
                continue;
            }
            match self.list.remove(position) {
                Some(Waiter::One { thread, index }) => {
                    if self.satisfy(&thread, index) {
                        woken.push(thread);
                    }
                }
                Some(Waiter::Packet(packet)) => {
                    let taken = self.take(packet.owner());
                    woken.push_packet(packet, taken.status(0));
                }
                Some(Waiter::All { .. }) | None => break,
            }
        }
        None
    }

    /// Publishes this object's value and looks at the others of a wait-all.
    fn seems_complete(&self, thread: &Thread, all: &[Arc<dyn Waitable>]) -> bool {
        self.dispatcher.word.store(self.value | SLOW, Ordering::Release);
        fence(Ordering::SeqCst);
        all.iter().all(|object| object.dispatcher().seems_ready(thread))
    }
}

/// Locks every object of a wait-all.
pub(super) fn lock_all(objects: &[Arc<dyn Waitable>]) -> Vec<Guard<'_>> {
    objects.iter().map(|object| object.dispatcher().lock()).collect()
}

/// Takes everything for a thread if everything is ready; `claim` decides whether the wait is still
/// to be had.
pub(super) fn take_all(
    guards: &mut [Guard<'_>],
    thread: &Arc<Thread>,
    claim: impl FnOnce() -> bool,
) -> Option<Status> {
    if !guards.iter().all(|guard| guard.is_ready(thread)) || !claim() {
        return None;
    }
    let mut abandoned = false;
    for guard in guards {
        abandoned |= guard.take(thread).abandoned;
        guard.withdraw(thread);
    }
    Some(Taken { abandoned }.status(0))
}

/// Completes another thread's wait-all if everything it waits for is signalled.
fn try_complete(waiter: &Waiter) {
    let Waiter::All { thread, all } = waiter else { return };
    let mut guards = lock_all(all);
    let done = take_all(&mut guards, thread, || thread.claim());
    drop(guards);
    if let Some(status) = done {
        thread.conclude(status);
        thread.parker().unpark();
    }
}

impl Dispatcher {
    /// A dispatcher with an initial value: 0 or 1, or a semaphore's count.
    pub fn new(kind: Kind, value: u32) -> Self {
        debug_assert!(value < SLOW);
        Dispatcher { word: AtomicU32::new(value), kind, waiters: Mutex::default() }
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
        self.word.load(Ordering::Acquire) & !SLOW
    }

    fn is_owned_by(&self, thread: &Thread) -> bool {
        match &self.kind {
            Kind::Mutant(ownership) => ownership.owner.load(Ordering::Relaxed) == thread.serial(),
            _ => false,
        }
    }

    /// Without the lock: whether a wait of this thread would probably be satisfied.
    pub(super) fn seems_ready(&self, thread: &Thread) -> bool {
        self.word.load(Ordering::Relaxed) & !SLOW > 0 || self.is_owned_by(thread)
    }

    /// Signals the object.  Returns whether it was signalled before.
    ///
    /// Setting a set event changes nothing, but what the caller wrote before is still visible to
    /// the thread whose wait the event satisfies.
    pub fn set(&self) -> bool {
        let mut word = self.word.load(Ordering::Relaxed);
        while word & SLOW == 0 {
            match self.word.compare_exchange_weak(word, 1, Ordering::AcqRel, Ordering::Relaxed) {
                Ok(_) => return word != 0,
                Err(seen) => word = seen,
            }
        }
        let mut guard = self.lock();
        let before = guard.value;
        guard.value = 1;
        self.deliver(guard);
        before != 0
    }

    /// Takes the signal away.  Returns whether there was one.
    pub fn clear(&self) -> bool {
        let mut word = self.word.load(Ordering::Relaxed);
        while word & SLOW == 0 {
            match self.word.compare_exchange_weak(word, 0, Ordering::AcqRel, Ordering::Relaxed) {
                Ok(_) => return word != 0,
                Err(seen) => word = seen,
            }
        }
        let mut guard = self.lock();
        core::mem::replace(&mut guard.value, 0) != 0
    }

    /// Lets through the threads that wait now (one, for a synchronization object) and leaves the
    /// object unsignalled.  Returns whether it was signalled before.
    pub fn pulse(&self) -> bool {
        let mut guard = self.lock();
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
        let mut guard = self.lock();
        let before = guard.value;
        guard.value = sum(before)?;
        self.deliver(guard);
        Ok(before)
    }

    /// Hands a locked dispatcher's value to its waiters and wakes them.
    fn deliver<'a>(&'a self, guard: Guard<'a>) {
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
    pub(super) fn try_take_fast(&self) -> Option<bool> {
        let mut word = self.word.load(Ordering::Acquire);
        loop {
            if word & !SLOW == 0 && !matches!(self.kind, Kind::Mutant(_)) {
                return Some(false);
            }
            if word & SLOW != 0 {
                return None;
            }
            match self.kind {
                Kind::Notification => return Some(true),
                Kind::Mutant(_) => return None,
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

    /// One attempt of a wait by this thread.
    pub(super) fn try_take(&self, thread: &Arc<Thread>) -> Option<Taken> {
        match self.try_take_fast() {
            Some(true) => Some(Taken { abandoned: false }),
            Some(false) => None,
            None => {
                let mut guard = self.lock();
                guard.is_ready(thread).then(|| guard.take(thread))
            }
        }
    }

    pub(super) fn release_mutant(&self, owner: &Arc<Thread>) -> Result<u32> {
        let Kind::Mutant(ownership) = &self.kind else {
            return Err(Status::OBJECT_TYPE_MISMATCH);
        };
        let mut guard = self.lock();
        if ownership.owner.load(Ordering::Relaxed) != owner.serial() {
            return Err(Status::MUTANT_NOT_OWNED);
        }
        let recursion = ownership.recursion.load(Ordering::Relaxed);
        ownership.recursion.store(recursion - 1, Ordering::Relaxed);
        if recursion > 1 {
            return Ok(recursion);
        }
        let mut owned = owner.owned().lock();
        if let Some(place) = owned.iter().rposition(|mutant| mutant.ptr_eq(&ownership.this)) {
            owned.swap_remove(place);
        }
        drop(owned);
        ownership.owner.store(0, Ordering::Relaxed);
        guard.value = 1;
        self.deliver(guard);
        Ok(recursion)
    }

    pub(super) fn abandon_mutant(&self, owner: &Arc<Thread>) {
        let Kind::Mutant(ownership) = &self.kind else { return };
        let mut guard = self.lock();
        if ownership.owner.load(Ordering::Relaxed) != owner.serial() {
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
        let _guard = self.lock();
        (
            ownership.recursion.load(Ordering::Relaxed),
            self.is_owned_by(thread),
            ownership.abandoned.load(Ordering::Relaxed),
        )
    }
}
