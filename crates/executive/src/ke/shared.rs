//! The signal state of an object that several processes use: a number in memory that all of them
//! have mapped.
//!
//! Here is what the number means and how it is changed; where it lies, and how one process hears of
//! another, is behind [`Place`].  The waiting threads stand in their own process's list
//! ([`super::dispatcher`]), so within one process everything is as it is for other objects, and
//! without waiters a set, a reset and a satisfied wait are one compare-exchange.
//!
//! ```text
//!   event       0, 1, or PULSED: one that waited when the pulse came may go
//!   semaphore   the count
//!   timer       when it comes due, and 1 while it is signalled ([`super::shared_timer`])
//!   mutex       0                            nobody's
//!               process << 32 | thread       that thread's
//!               process << 32                reserved: the process has a thread that waits for it
//!               ABANDONED                    (beside the first or the third) its owner has died
//! ```
//!
//! *A signal is in the number until a thread has it.*  Whoever signals satisfies the waiters of its
//! own process, and rings at every process that has some if something is left; each of these takes
//! what it can by compare-exchange.  So a process that dies before it took has taken nothing.  One
//! that dies after it signalled and before it rang is made up for: who waits looks again from time
//! to time.
//!
//! *A mutex goes round.*  Its owner, who may be about to take it again, reserves it for the next
//! process that waits, in the order of their numbers, so no process starves another; within the
//! process the threads have it in the order in which they came.  A process that waits no longer
//! looks for a reservation before it forgets the mutex; whoever reserved looks afterwards whether
//! it still waits: one of the two finds the other's word.  A reservation or an ownership whose
//! process is dead ends when somebody looks who waits, and who waits is told of deaths.
//!
//! *Wait-all* takes from the shared objects one by one while it holds the locks of its own process,
//! and gives back if one of them is gone; it never holds anything while it sleeps.  Others may see
//! an object for that moment as taken, and are told when it is given back.

use super::dispatcher::{Dispatcher, Kind};
use super::mutant::Mutant;
use super::thread::Thread;
use super::wait_entry::{Taken, Woken};
use crate::status::{Result, Status};
use crate::sync::{AtomicBool, AtomicU32, AtomicU64, Mutex, Ordering, fence};
use std::sync::Arc;

const ABANDONED: u64 = 1 << 63;
const PULSED: u64 = 1 << 62;
const ORDER: Ordering = Ordering::SeqCst;

/// A process as a shared state names it: never 0, less than 2^31, and different from that of a
/// process that has died.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ProcessNumber(pub u32);

/// Where a shared state lies, and who else uses it.
pub trait Place: Send + Sync {
    /// The state.
    fn state(&self) -> &AtomicU64;
    /// How often the mutex's owner owns it.
    fn recursion(&self) -> &AtomicU32;
    /// How often the event was pulsed while other processes waited.
    fn pulses(&self) -> &AtomicU32;
    /// This process.
    fn own_process(&self) -> ProcessNumber;
    /// True as long as the process lives.
    fn is_alive(&self, process: ProcessNumber) -> bool;
    /// Says whether threads of this process wait; from the first on it hears of rings.
    fn note_waiting(&self, waiting: bool);
    /// The next living process after this one, in the order of their numbers, that has noted that
    /// its threads wait; this one does not count.
    fn next_waiting(&self) -> Option<ProcessNumber>;
    /// True when the process has noted that its threads wait.
    fn is_waiting(&self, process: ProcessNumber) -> bool;
    /// A thread waits for what another process has: this one looks again when that one dies.
    fn watch(&self, owner: ProcessNumber);
    /// A timer's period in nanoseconds; 0 for once.
    fn period(&self) -> &AtomicU64;
    /// How often the timer has been set or cancelled.
    fn settings(&self) -> &AtomicU32;
    /// A thread waits for a timer: this process looks again at this time, in nanoseconds of the
    /// monotonic clock.
    fn look_at(&self, due: u64);
    /// Lets the process look at its waiters.
    fn ring(&self, process: ProcessNumber);
    /// Lets all others that wait look at their waiters.
    fn ring_others(&self);
}

/// What this process knows of a shared state.
pub struct Shared {
    pub(super) place: Box<dyn Place>,
    /// It moves on by itself when its time has come.
    pub(super) is_timer: bool,
    /// What has been noted.  Changes under the dispatcher's lock.
    waiting: AtomicBool,
    /// The pulses that its waiters have had.  Changes under the dispatcher's lock.
    pulses_seen: AtomicU32,
    /// A mutex that a thread of this process owns lives on without handles.
    kept: Mutex<Option<Arc<Mutant>>>,
}

fn process_of(state: u64) -> ProcessNumber {
    ProcessNumber((state >> 32) as u32 & (u32::MAX >> 1))
}

/// The state of a mutex that only this process can take.
pub fn reserved_for(process: ProcessNumber) -> u64 {
    u64::from(process.0) << 32
}

impl Shared {
    /// A state at a place that has been initialised.
    pub fn new(place: Box<dyn Place>) -> Self {
        Shared {
            place,
            is_timer: false,
            waiting: AtomicBool::new(false),
            pulses_seen: AtomicU32::new(0),
            kept: Mutex::default(),
        }
    }

    /// As [`Shared::new`], a timer's.
    pub fn new_timer(place: Box<dyn Place>) -> Self {
        Shared { is_timer: true, ..Shared::new(place) }
    }

    pub(super) fn state(&self) -> &AtomicU64 {
        self.place.state()
    }

    /// Takes over what was this process's alone; nobody else has the place yet.
    pub(super) fn begin(&self, kind: &Kind, value: u32) {
        let state = match kind {
            Kind::Mutant(ownership) => {
                let (owner, recursion, abandoned) = ownership.state();
                self.place.recursion().store(recursion, ORDER);
                if owner == 0 {
                    if abandoned { ABANDONED } else { 0 }
                } else {
                    *self.kept.lock() = ownership.mutant();
                    self.owned_by(owner)
                }
            }
            _ => u64::from(value),
        };
        self.state().store(state, ORDER);
    }

    /// The state of a mutex that the thread of this serial number owns.
    fn owned_by(&self, serial: u64) -> u64 {
        // 2^32 threads later a number comes again.
        reserved_for(self.place.own_process()) | u64::from(serial as u32)
    }

    /// The state of a mutex that is reserved for this process.
    fn reservation(&self, kind: &Kind) -> Option<u64> {
        let Kind::Mutant(_) = kind else { return None };
        let state = self.state().load(ORDER);
        let is_reserved = state & !ABANDONED == reserved_for(self.place.own_process());
        is_reserved.then_some(state)
    }

    /// True while threads of this process wait.
    fn is_awaited(&self) -> bool {
        self.waiting.load(Ordering::Relaxed)
    }

    pub(super) fn exchange(&self, from: u64, to: u64) -> bool {
        self.state().compare_exchange(from, to, ORDER, ORDER).is_ok()
    }

    pub(super) fn is_owned_by(&self, thread: &Thread) -> bool {
        self.state().load(ORDER) & !ABANDONED == self.owned_by(thread.serial())
    }

    /// As [`Dispatcher::value`]; a mutex counts while a thread of this process could have it.
    pub(super) fn value(&self, kind: &Kind) -> u32 {
        self.tick();
        let state = self.state().load(ORDER);
        match kind {
            Kind::Notification | Kind::Synchronization => (state & 1) as u32,
            Kind::Semaphore { limit } => state.min(u64::from(*limit)) as u32,
            Kind::Mutant(_) => u32::from(self.is_free(state) || self.bury(state)),
        }
    }

    fn is_free(&self, state: u64) -> bool {
        let process = process_of(state);
        process.0 == 0 || state & !ABANDONED == reserved_for(self.place.own_process())
    }

    /// Frees a mutex that a dead process owns, or that is reserved for one.
    fn bury(&self, state: u64) -> bool {
        let process = process_of(state);
        if process == self.place.own_process() || self.place.is_alive(process) {
            return false;
        }
        let owned = state as u32 != 0;
        if self.exchange(state, if owned { ABANDONED } else { state & ABANDONED }) {
            self.place.ring_others();
            self.place.ring(self.place.own_process());
        }
        true
    }

    /// Somebody waits: when another process has the mutex, or is about to, its death matters, and
    /// a timer's time does.
    pub(super) fn watch(&self, kind: &Kind) {
        let state = self.state().load(ORDER);
        if self.is_timer {
            return self.watch_time(state);
        }
        let process = process_of(state);
        let is_elsewhere = process.0 != 0 && process != self.place.own_process();
        if is_elsewhere && matches!(kind, Kind::Mutant(_)) {
            self.place.watch(process);
        }
    }

    /// One attempt to take what a wait takes from an event or a semaphore.
    pub(super) fn take_signal(&self, kind: &Kind) -> bool {
        self.tick();
        let mut state = self.state().load(ORDER);
        loop {
            let left = match kind {
                Kind::Notification => return state & 1 != 0,
                Kind::Synchronization if state & 1 != 0 => state & !1,
                Kind::Semaphore { limit } if state != 0 => state.min(u64::from(*limit)) - 1,
                _ => return false,
            };
            match self.state().compare_exchange(state, left, ORDER, ORDER) {
                Ok(_) => return true,
                Err(seen) => state = seen,
            }
        }
    }

    /// One attempt to take what a wait of this thread takes; says whether it was abandoned.
    pub(super) fn take(&self, kind: &Kind, thread: &Arc<Thread>) -> Option<bool> {
        let Kind::Mutant(ownership) = kind else {
            return self.take_signal(kind).then_some(false);
        };
        let own = self.owned_by(thread.serial());
        loop {
            let state = self.state().load(ORDER);
            if state == own {
                let before = self.place.recursion().load(ORDER);
                self.place.recursion().store(before.saturating_add(1), ORDER);
                return Some(false);
            }
            if !self.is_free(state) {
                return None;
            }
            if self.exchange(state, own) {
                self.place.recursion().store(1, ORDER);
                ownership.note_owner(thread);
                *self.kept.lock() = ownership.mutant();
                return Some(state & ABANDONED != 0);
            }
        }
    }

    /// Under the dispatcher's lock: its first waiter has come.
    pub(super) fn somebody_waits(&self) {
        if !self.waiting.swap(true, ORDER) {
            self.pulses_seen.store(self.place.pulses().load(ORDER), ORDER);
            self.place.note_waiting(true);
        }
    }

    /// Under the dispatcher's lock: its list is empty.
    pub(super) fn nobody_waits(&self) {
        if self.waiting.load(Ordering::Relaxed) && self.waiting.swap(false, ORDER) {
            self.place.note_waiting(false);
        }
    }
}

impl Dispatcher {
    pub(super) fn set_shared(&self, shared: &Shared) -> bool {
        let before = shared.state().swap(1, ORDER);
        self.tell(shared);
        before & 1 != 0
    }

    pub(super) fn clear_shared(&self, shared: &Shared) -> bool {
        shared.state().swap(0, ORDER) & 1 != 0
    }

    pub(super) fn pulse_shared(&self, shared: &Shared) -> bool {
        let before = shared.state().swap(1, ORDER) & 1 != 0;
        self.deliver_if_awaited(shared);
        let waits_elsewhere = shared.place.next_waiting().is_some();
        let one = matches!(self.kind, Kind::Synchronization);
        let left = if one && waits_elsewhere { PULSED } else { 0 };
        // Nothing is left to others when a thread of this process had it.
        let left = shared.exchange(1, left);
        if waits_elsewhere && (left || !one) {
            let before = shared.place.pulses().fetch_add(1, ORDER);
            // Its own waiters have had it.
            let after = before.wrapping_add(1);
            let _older = shared.pulses_seen.compare_exchange(before, after, ORDER, ORDER);
            shared.place.ring_others();
        }
        before
    }

    pub(super) fn release_shared(&self, shared: &Shared, count: u32, limit: u32) -> Result<u32> {
        let mut state = shared.state().load(ORDER);
        loop {
            let before = state.min(u64::from(limit)) as u32;
            let sum = before.checked_add(count).filter(|&sum| sum <= limit);
            let sum = sum.ok_or(Status::SEMAPHORE_LIMIT_EXCEEDED)?;
            match shared.state().compare_exchange(state, u64::from(sum), ORDER, ORDER) {
                Ok(_) => {
                    self.tell(shared);
                    return Ok(before);
                }
                Err(seen) => state = seen,
            }
        }
    }

    /// The state has become better for those who wait.
    fn tell(&self, shared: &Shared) {
        self.deliver_if_awaited(shared);
        if shared.value(&self.kind) > 0 {
            shared.place.ring_others();
        }
    }

    fn deliver_if_awaited(&self, shared: &Shared) {
        fence(ORDER);
        if shared.is_awaited() {
            self.deliver(self.lock());
        }
    }

    /// One attempt of a wait by this thread.
    pub(super) fn try_take_shared(&self, shared: &Shared, thread: &Arc<Thread>) -> Option<Taken> {
        let is_mine = shared.is_owned_by(thread);
        if !is_mine && shared.value(&self.kind) == 0 {
            return None;
        }
        shared.take(&self.kind, thread).map(|abandoned| Taken { abandoned })
    }

    /// The thread could not use what it took from a shared object.  Whether or not the caller holds
    /// the dispatcher's lock.
    pub(super) fn give_back(&self, thread: &Arc<Thread>, taken: Taken) {
        let Some(shared) = self.shared() else { return };
        match &self.kind {
            Kind::Notification => return,
            Kind::Synchronization => {
                let set = |state| Some(state & !PULSED | 1);
                let _always = shared.state().fetch_update(ORDER, ORDER, set);
            }
            Kind::Semaphore { limit } => {
                let limit = u64::from(*limit);
                // A release that came between had its place taken; nothing is above the limit.
                let add = |count: u64| (count < limit).then_some(count + 1);
                let _full = shared.state().fetch_update(ORDER, ORDER, add);
            }
            Kind::Mutant(_) => {
                let recursion = shared.place.recursion().load(ORDER);
                shared.place.recursion().store(recursion.saturating_sub(1), ORDER);
                if recursion > 1 {
                    return;
                }
                let abandoned = if taken.abandoned { ABANDONED } else { 0 };
                drop(self.disown(shared, thread));
                shared.state().store(abandoned, ORDER);
            }
        }
        // This process too: its own threads have found the object taken.
        shared.place.ring_others();
        shared.place.ring(shared.place.own_process());
    }

    /// Takes the mutex from the list of what the thread owns.  What comes back is dropped when
    /// nothing of the mutex is used any more.
    fn disown(&self, shared: &Shared, thread: &Arc<Thread>) -> Option<Arc<Mutant>> {
        if let Kind::Mutant(ownership) = &self.kind {
            ownership.forget_owner(thread);
        }
        shared.kept.lock().take()
    }

    pub(super) fn release_shared_mutant(
        &self,
        shared: &Shared,
        owner: &Arc<Thread>,
    ) -> Result<u32> {
        if !shared.is_owned_by(owner) {
            return Err(Status::MUTANT_NOT_OWNED);
        }
        let recursion = shared.place.recursion().load(ORDER);
        if recursion > 1 {
            shared.place.recursion().store(recursion - 1, ORDER);
            return Ok(recursion);
        }
        let kept = self.disown(shared, owner);
        self.pass_mutant_on(shared, 0);
        drop(kept);
        Ok(1)
    }

    pub(super) fn abandon_shared_mutant(&self, shared: &Shared, owner: &Arc<Thread>) {
        if shared.is_owned_by(owner) {
            let kept = shared.kept.lock().take();
            self.pass_mutant_on(shared, ABANDONED);
            drop(kept);
        }
    }

    /// The owner gives the mutex up: to the next process that waits, or to its own.
    fn pass_mutant_on(&self, shared: &Shared, abandoned: u64) {
        match shared.place.next_waiting() {
            Some(process) => {
                let reserved = abandoned | reserved_for(process);
                shared.state().store(reserved, ORDER);
                shared.place.ring(process);
                if !shared.place.is_waiting(process) && shared.exchange(reserved, abandoned) {
                    self.tell(shared);
                }
            }
            None => {
                shared.state().store(abandoned, ORDER);
                self.tell(shared);
            }
        }
    }

    /// How often the mutex is owned, whether by this thread, and whether it was abandoned.
    pub(super) fn shared_mutant_state(shared: &Shared, thread: &Thread) -> (u32, bool, bool) {
        let state = shared.state().load(ORDER);
        let owned = state as u32 != 0;
        let recursion = if owned { shared.place.recursion().load(ORDER) } else { 0 };
        (recursion, shared.is_owned_by(thread), state & ABANDONED != 0)
    }

    /// Looks at a shared object's waiters: something may have changed in another process.
    pub fn reconsider(&self) {
        let Some(shared) = self.shared() else { return };
        fence(ORDER);
        // One that comes later is for the waiters first, and rings again.
        let reservation = shared.reservation(&self.kind);
        if shared.is_awaited() {
            let guard = self.lock();
            if shared.is_awaited() {
                // It may have been taken for that of a dead process in the same place.
                shared.place.note_waiting(true);
            }
            drop(guard);
            self.take_pulses(shared);
            if shared.value(&self.kind) > 0 {
                self.deliver(self.lock());
            }
        }
        if let Some(reserved) = reservation {
            self.pass_reservation_on(shared, reserved);
        }
        if shared.is_awaited() {
            shared.watch(&self.kind);
        }
    }

    /// A mutex that is still reserved for this process, although its waiters have had a look since,
    /// is for everybody: nobody here could use it.
    fn pass_reservation_on(&self, shared: &Shared, reserved: u64) {
        if shared.exchange(reserved, reserved & ABANDONED) {
            shared.place.ring_others();
            self.deliver_if_awaited(shared);
        }
    }

    /// Gives the pulses of other processes to those who waited then.
    fn take_pulses(&self, shared: &Shared) {
        let pulses = shared.place.pulses().load(ORDER);
        if pulses == shared.pulses_seen.load(ORDER) {
            return;
        }
        let mut woken = Woken::default();
        let mut guard = self.lock();
        if shared.pulses_seen.swap(pulses, ORDER) != pulses {
            match self.kind {
                Kind::Synchronization => {
                    guard.let_one_through(&mut woken, || shared.exchange(PULSED, 0));
                }
                _ => guard.let_all_through(&mut woken),
            }
        }
        drop(guard);
        woken.tell();
    }
}
