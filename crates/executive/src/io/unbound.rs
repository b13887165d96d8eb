//! Files without a port: who listens to the kernel for them.
//!
//! Windows gives the program no place to wait for an event or a routine that would be the file's
//! own.  So a thread that waits for anything (`ke::wait`) listens meanwhile, if nobody else does:
//! it sits in `epoll_wait`, finishes what is ready on its own stack, and sees whether that was what
//! it waited for.  No other thread is between the kernel and the waiter.
//!
//! ```text
//!             waits, and the seat is free                its wait is over
//!   running ------------------------------> in the seat ------------------> running
//!        `----------------------------------> asleep ------------------------'
//!             the seat is taken, or listening has not paid
//! ```
//!
//! The seat is one.  While nobody sits there, the process's worker ([`super::worker`]) listens:
//! at once if others sleep whose files these may be, unless who left the seat comes back again and
//! again; else when its ticks find that nobody has come back.
//!
//! A thread in the seat is woken through the set's eventfd, by whoever unparks it.  Only who has
//! the seat takes events from the set, so that this one cannot reach another.

use super::complete::Timing;
use super::ready::ready;
use super::worker;
use crate::engine::epoll::{EpollSet, Source};
use crate::fs::ring::Ring;
use crate::ke::deadline::Deadline;
use crate::ke::listen::Listener;
use crate::ke::thread::Thread;
use crate::status::Result;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

/// Who has finished only others' requests so often in one wait leaves the seat.
const IN_VAIN: u32 = 16;
/// So many returns to the seat between two ticks make it a frequented one.
const FREQUENT: u32 = 4;

/// The descriptors that no port listens to, and the seat of who does.
pub struct Unbound {
    set: EpollSet,
    ring: OnceLock<Option<Arc<Ring>>>,
    taken: AtomicBool,
    /// The worker's set tells of the next event.
    watched: AtomicBool,
    /// Threads asleep that found the seat taken or left it.
    asleep: AtomicUsize,
    /// How often a thread of the program left the seat, or would have sat down there had the worker
    /// not been before it, and how often at the last tick.
    turns: AtomicU32,
    turns_tended: AtomicU32,
    /// Between the last ticks threads came to the seat again and again.
    is_frequented: AtomicBool,
    /// Who left the seat last is expected back: it did not fall asleep, nor has anybody since.
    is_expected: AtomicBool,
}

/// Having the seat; dropping it is leaving it.
struct Seat<'a>(&'a Unbound);

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        self.0.taken.store(false, Ordering::SeqCst);
    }
}

impl Unbound {
    /// An empty set.
    ///
    /// # Errors
    /// `INSUFFICIENT_RESOURCES` when the process has no descriptor left.
    pub fn new() -> Result<Self> {
        Ok(Unbound {
            set: EpollSet::new()?,
            ring: OnceLock::new(),
            taken: AtomicBool::new(false),
            watched: AtomicBool::new(false),
            asleep: AtomicUsize::new(0),
            turns: AtomicU32::new(0),
            turns_tended: AtomicU32::new(0),
            is_frequented: AtomicBool::new(false),
            is_expected: AtomicBool::new(false),
        })
    }

    /// The descriptors.
    pub fn set(&self) -> &EpollSet {
        &self.set
    }

    /// The transfers of disk files without a port; None where io_uring is forbidden.
    pub fn ring(&self) -> Option<&Arc<Ring>> {
        self.ring.get_or_init(|| Ring::new(&self.set)).as_ref()
    }

    fn sit_down(&self) -> Option<Seat<'_>> {
        // Not `then_some`: a seat that is dropped is left.
        (!self.taken.swap(true, Ordering::SeqCst)).then(|| Seat(self))
    }

    /// True when nobody sits in the seat and the worker is not told of events either.
    fn is_unattended(&self) -> bool {
        !self.taken.load(Ordering::SeqCst) && !self.watched.load(Ordering::SeqCst)
    }

    /// True when others sleep whose files these may be, and nobody is expected to serve them soon.
    fn needs_the_worker(&self) -> bool {
        self.asleep.load(Ordering::SeqCst) > 0
            && !(self.is_expected.load(Ordering::Relaxed)
                && self.is_frequented.load(Ordering::Relaxed))
    }

    /// The worker is to listen, if nobody does.
    pub fn watch(&self) {
        if !self.is_unattended() || self.watched.swap(true, Ordering::SeqCst) {
            return;
        }
        self.rely_on_worker();
    }

    fn rely_on_worker(&self) {
        let worker = worker::get();
        if !worker.watch_unbound(&self.set) {
            // For lack of memory; the ticks come again.
            self.watched.store(false, Ordering::SeqCst);
            worker.start_tending();
        }
    }

    /// The worker has been told of an event.  If others sleep whose files these may be, or nobody
    /// has come back to the seat lately, it finishes what is ready and listens on, unless a thread
    /// sits in the seat.  Otherwise the ticks look on: for who comes back again and again the
    /// worker would only be in the way.
    pub fn serve(&self) {
        self.watched.store(false, Ordering::SeqCst);
        let turns = self.turns.load(Ordering::Relaxed);
        let is_left_alone = turns == self.turns_tended.load(Ordering::Relaxed);
        if !is_left_alone && !self.needs_the_worker() {
            worker::get().start_tending();
            return;
        }
        if let Some(seat) = self.sit_down() {
            self.finish_ready(Deadline::Passed, || {});
            drop(seat);
        }
        self.watch();
    }

    /// A tick: when nobody has come back to the seat since the last one, the worker listens.  True
    /// when another tick is needed.
    pub fn tend(&self) -> bool {
        let turns = self.turns.load(Ordering::Relaxed);
        let came = turns.wrapping_sub(self.turns_tended.swap(turns, Ordering::Relaxed));
        self.is_frequented.store(came >= FREQUENT, Ordering::Relaxed);
        if came == 0 && self.is_tended() {
            self.watch();
        } else if !self.watched.load(Ordering::SeqCst)
            && worker::get().parts_from_unbound(&self.set)
            && self.watched.load(Ordering::SeqCst)
        {
            // Somebody has asked meanwhile, and may have found them together still.
            self.rely_on_worker();
        }
        self.is_tended()
    }

    /// True when another tick is needed: there are files, and nobody listens.
    pub fn is_tended(&self) -> bool {
        self.is_unattended() && !self.set.is_empty()
    }

    /// A thread of the program leaves the seat.
    fn leave(&self, seat: Seat<'_>) {
        self.turns.fetch_add(1, Ordering::Relaxed);
        drop(seat);
        // In this order: who falls asleep counts itself and then looks whether the seat is taken.
        if self.needs_the_worker() {
            self.watch();
        }
        // Even so: the ticks tell who comes back.
        worker::get().start_tending();
    }

    /// How many things were ready.
    fn finish_ready(&self, deadline: Deadline, awake: impl FnOnce()) -> usize {
        let mut count = 0;
        self.set.wait_and(deadline, awake, |source| {
            count += 1;
            match source {
                Source::File(registration, readiness) => {
                    ready(registration, readiness, Timing::LATER);
                }
                Source::Ring => {
                    if let Some(ring) = self.ring() {
                        ring.finish_ready(Timing::LATER);
                    }
                }
                Source::Port(_) => {}
            }
        });
        count
    }

    /// In the seat until the thread is unparked (true) or the deadline comes; None when only others
    /// were served.
    fn listen_in(&self, _seat: &Seat<'_>, thread: &Thread, deadline: Deadline) -> Option<bool> {
        let parker = thread.parker();
        for _ in 0..IN_VAIN {
            if !parker.begin_listening() {
                return Some(true);
            }
            let count = self.finish_ready(deadline, || parker.end_listening());
            if parker.take_token() {
                thread.listening().has_ended(count > 0);
                return Some(true);
            }
            if deadline.has_passed() {
                return Some(false);
            }
        }
        thread.listening().has_ended(false);
        None
    }
}

impl Listener for Unbound {
    fn listen(&self, thread: &Thread, deadline: Deadline) -> Option<bool> {
        if self.set.is_empty() || !thread.listening().is_wanted() {
            return None;
        }
        let seat = self.sit_down()?;
        let ended = self.listen_in(&seat, thread, deadline);
        self.is_expected.store(ended.is_some(), Ordering::Relaxed);
        self.leave(seat);
        ended
    }

    fn look(&self, thread: &Thread) -> bool {
        if self.set.is_empty() || !thread.listening().is_worth_a_look() {
            return false;
        }
        let Some(seat) = self.sit_down() else { return false };
        let count = self.finish_ready(Deadline::Passed, || {});
        if count > 0 {
            self.is_expected.store(true, Ordering::Relaxed);
        }
        self.leave(seat);
        thread.listening().has_looked(count > 0);
        count > 0
    }

    fn falls_asleep(&self) {
        self.is_expected.store(false, Ordering::Relaxed);
        self.asleep.fetch_add(1, Ordering::SeqCst);
        if !self.set.is_empty() {
            self.watch();
        }
    }

    fn would_listen(&self) {
        // As long as the worker is before it, it never comes to listen itself.
        if self.watched.load(Ordering::Relaxed) {
            self.turns.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn wakes_up(&self) {
        self.asleep.fetch_sub(1, Ordering::SeqCst);
    }

    fn wake(&self) {
        self.set.wake();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_need_not_wait_has_come_back_only_if_the_worker_was_before_it() {
        let unbound = Unbound::new().unwrap();
        unbound.would_listen();
        assert_eq!(unbound.turns.load(Ordering::Relaxed), 0, "it found no worker in its way");
        unbound.watched.store(true, Ordering::SeqCst);
        unbound.would_listen();
        assert_eq!(unbound.turns.load(Ordering::Relaxed), 1);
        drop(unbound.sit_down());
        assert_eq!(unbound.turns.load(Ordering::Relaxed), 1, "the worker's seat is no turn");
    }

    #[test]
    fn sleepers_do_not_need_the_worker_while_who_served_them_comes_again_and_again() {
        let unbound = Unbound::new().unwrap();
        let turns = |count| {
            unbound.turns.fetch_add(count, Ordering::Relaxed);
            unbound.tend();
        };
        turns(FREQUENT);
        assert!(!unbound.needs_the_worker(), "nobody sleeps");
        unbound.falls_asleep();
        assert!(unbound.needs_the_worker(), "nobody has left the seat");
        unbound.is_expected.store(true, Ordering::Relaxed);
        assert!(!unbound.needs_the_worker());
        turns(FREQUENT - 1);
        assert!(unbound.needs_the_worker(), "it comes too seldom");
        turns(FREQUENT);
        unbound.falls_asleep();
        assert!(unbound.needs_the_worker(), "it may be the one that sleeps");
    }
}
