//! An object's list of waiters while its lock is held, and how its signal is given to them.
//!
//! When this happens, and why in this order, is [`super::dispatcher`]'s business; who can wait is
//! in [`super::wait_entry`].  The value of an object that several processes use
//! ([`super::shared`]) changes at any moment, so taking from it can fail; what a thread takes that
//! cannot use it any more is given back.

use super::dispatcher::{Dispatcher, Kind, SLOW, Waitable};
use super::thread::Thread;
use super::wait_entry::{Taken, WaitPacket, Waiter, Woken, is_same};
use crate::status::Status;
use crate::sync::{MutexGuard, Ordering, fence};
use core::ops::{Deref, DerefMut};
use smallvec::SmallVec;
use std::collections::VecDeque;
use std::sync::Arc;

/// A wait is for so many objects at most, and needs no allocation for them.
pub(super) const MANY: usize = 64;

/// What became of the attempt to end a thread's wait.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Satisfied {
    /// It has ended with this object.
    Yes,
    /// It had ended before.
    Ended,
    /// Another process was faster; the thread waits on.
    Missed,
}

/// Who waits, first come first.  Nobody ever does for most objects: then it is one word.
#[derive(Default)]
// The box is what makes it one word.
#[allow(clippy::box_collection)]
pub(super) struct Waiters(Option<Box<VecDeque<Waiter>>>);

static NOBODY: VecDeque<Waiter> = VecDeque::new();

impl Deref for Waiters {
    type Target = VecDeque<Waiter>;

    fn deref(&self) -> &VecDeque<Waiter> {
        self.0.as_deref().unwrap_or(&NOBODY)
    }
}

impl DerefMut for Waiters {
    fn deref_mut(&mut self) -> &mut VecDeque<Waiter> {
        self.0.get_or_insert_default()
    }
}

/// Holds a dispatcher locked.  Dropping it publishes the value.
pub(super) struct Guard<'a> {
    pub(super) dispatcher: &'a Dispatcher,
    /// Nothing to go by for a shared object.
    pub(super) value: u32,
    pub(super) list: MutexGuard<'a, Waiters>,
}

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        let mut slow = if self.list.is_empty() { 0 } else { SLOW };
        if let Some(shared) = self.dispatcher.shared() {
            if slow == 0 {
                shared.nobody_waits();
            }
            slow = SLOW;
        }
        self.dispatcher.word.store(self.value | slow, Ordering::Release);
    }
}

impl Guard<'_> {
    /// True for an object that other processes use too.
    pub(super) fn is_shared(&self) -> bool {
        self.dispatcher.shared().is_some()
    }

    /// Somebody may be going to wait: from now on this process hears of every change.  To be
    /// called before the look whether the object is ready.
    pub(super) fn announce(&self) {
        if let Some(shared) = self.dispatcher.shared() {
            shared.somebody_waits();
            fence(Ordering::SeqCst);
        }
    }

    /// Adds a waiter at the end.
    pub(super) fn enlist(&mut self, waiter: Waiter) {
        self.list.push_back(waiter);
        if let Some(shared) = self.dispatcher.shared() {
            shared.watch(&self.dispatcher.kind);
        }
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

    fn is_signalled(&self) -> bool {
        match self.dispatcher.shared() {
            None => self.value > 0,
            Some(shared) => shared.value(&self.dispatcher.kind) > 0,
        }
    }

    /// True when a wait of this thread would be satisfied now.
    pub(super) fn is_ready(&self, thread: &Thread) -> bool {
        self.is_signalled() || self.dispatcher.is_owned_by(thread)
    }

    /// Takes what a satisfied wait of this thread takes.  The caller has checked
    /// [`Guard::is_ready`]; only another process can have made it untrue.
    pub(super) fn take(&mut self, thread: &Arc<Thread>) -> Option<Taken> {
        let kind = &self.dispatcher.kind;
        if let Some(shared) = self.dispatcher.shared() {
            return shared.take(kind, thread).map(|abandoned| Taken { abandoned });
        }
        let mut abandoned = false;
        match kind {
            Kind::Notification => {}
            Kind::Synchronization | Kind::Semaphore { .. } => self.value -= 1,
            Kind::Mutant(ownership) if self.value == 0 => ownership.enter_again(),
            Kind::Mutant(ownership) => {
                self.value = 0;
                abandoned = ownership.enter(thread);
            }
        }
        Some(Taken { abandoned })
    }

    /// Ends the thread's wait with this object, unless it has ended already.
    pub(super) fn satisfy(&mut self, thread: &Arc<Thread>, index: u32) -> Satisfied {
        if self.dispatcher.shared().is_none() {
            if !thread.claim() {
                return Satisfied::Ended;
            }
            // Under the lock nobody else takes, so there is something.
            let taken = self.take(thread).unwrap_or(Taken { abandoned: false });
            thread.conclude(taken.status(index));
            return Satisfied::Yes;
        }
        if !thread.is_waiting() {
            return Satisfied::Ended;
        }
        let Some(taken) = self.take(thread) else { return Satisfied::Missed };
        if thread.claim() {
            thread.conclude(taken.status(index));
            Satisfied::Yes
        } else {
            self.dispatcher.give_back(thread, taken);
            Satisfied::Ended
        }
    }

    /// Ends an entry's wait with what was taken for it; false when it has ended before.
    fn conclude(waiter: &Waiter, taken: Taken, woken: &mut Woken) -> bool {
        match waiter {
            Waiter::One { thread, index } if thread.claim() => {
                thread.conclude(taken.status(*index));
                woken.push(thread.clone());
                true
            }
            Waiter::One { .. } | Waiter::All { .. } => false,
            Waiter::Packet(packet) => {
                woken.push_packet(packet.clone(), taken.status(0));
                true
            }
        }
    }

    /// Ends the waits for this object alone that wait now, without taking anything: a pulse that
    /// came from another process.
    pub(super) fn let_all_through(&mut self, woken: &mut Woken) {
        self.list.retain(|waiter| {
            let stays = matches!(waiter, Waiter::All { .. });
            if !stays {
                Self::conclude(waiter, Taken { abandoned: false }, woken);
            }
            stays
        });
    }

    /// Lets one through if `take` says so, without another look at the value.
    pub(super) fn let_one_through(&mut self, woken: &mut Woken, take: impl FnOnce() -> bool) {
        let waits = |waiter: &Waiter| match waiter {
            Waiter::One { thread, .. } => thread.is_waiting(),
            Waiter::All { .. } => false,
            Waiter::Packet(_) => true,
        };
        let Some(position) = self.list.iter().position(waits) else { return };
        if take()
            && let Some(waiter) = self.list.remove(position)
        {
            Self::conclude(&waiter, Taken { abandoned: false }, woken);
        }
    }

    /// Gives the value to waiters, first come first served.  Returns a wait-all that seems to be
    /// complete; the caller tries it without this lock and comes back.
    pub(super) fn hand_out(&mut self, woken: &mut Woken) -> Option<Waiter> {
        let mut position = 0;
        while position < self.list.len() && self.is_signalled() {
            match self.list[position].clone() {
                Waiter::All { thread, all } => {
                    if !thread.is_waiting() {
                        self.list.remove(position);
                    } else if self.seems_complete(&thread, &all) {
                        return Some(self.list[position].clone());
                    } else {
                        position += 1;
                    }
                    continue;
                }
                Waiter::One { thread, index } => match self.satisfy(&thread, index) {
                    Satisfied::Missed => return None,
                    Satisfied::Yes => woken.push(thread),
                    Satisfied::Ended => {}
                },
                Waiter::Packet(packet) => {
                    let taken = self.take(packet.owner())?;
                    woken.push_packet(packet, taken.status(0));
                }
            }
            self.list.remove(position);
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
pub(super) fn lock_all<'a>(
    objects: impl IntoIterator<Item = &'a Arc<dyn Waitable>>,
) -> SmallVec<[Guard<'a>; MANY]> {
    objects.into_iter().map(|object| object.dispatcher().lock()).collect()
}

/// Takes everything for a thread if everything is ready; `claim` decides whether the wait is still
/// to be had.
///
/// Of what other processes use too is taken first: it is the only thing that can fail, and then
/// everything is given back before anybody sleeps.
pub(super) fn take_all(
    guards: &mut [Guard<'_>],
    thread: &Arc<Thread>,
    claim: impl FnOnce() -> bool,
) -> Option<Status> {
    if !guards.iter().all(|guard| guard.is_ready(thread)) {
        return None;
    }
    let (mut abandoned, mut taken, mut missed) = (false, Vec::new(), false);
    for guard in guards.iter_mut().filter(|guard| guard.dispatcher.shared().is_some()) {
        let Some(got) = guard.take(thread) else {
            missed = true;
            break;
        };
        taken.push((guard.dispatcher, got));
        abandoned |= got.abandoned;
    }
    if missed || !claim() {
        for (dispatcher, got) in taken {
            dispatcher.give_back(thread, got);
        }
        return None;
    }
    for guard in guards {
        if guard.dispatcher.shared().is_none() {
            abandoned |= guard.take(thread).is_some_and(|taken| taken.abandoned);
        }
        guard.withdraw(thread);
    }
    Some(Taken { abandoned }.status(0))
}

/// Completes another thread's wait-all if everything it waits for is signalled.
pub(super) fn try_complete(waiter: &Waiter) {
    let Waiter::All { thread, all } = waiter else { return };
    let mut guards = lock_all(all.iter());
    let done = take_all(&mut guards, thread, || thread.claim());
    drop(guards);
    if let Some(status) = done {
        thread.conclude(status);
        thread.parker().unpark();
    }
}
