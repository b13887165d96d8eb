//! What a port's queue knows under its lock: the packets, who works and who waits; and the choice
//! of threads for packets and places, by the rules of [`super::queue`], which does the waiting and
//! the waking.
//!
//! Most packets come and go while nothing else changes.  So whoever changes more than the packets
//! holds the lock as a [`Change`], and giving that back says anew what is [`Usual`]: who puts a
//! packet in or takes one needs to look at nothing else.

use super::pace::{Moment, Pace};
use super::packets::{Packet, Packets};
use super::waiter::{Given, Wakes, Worker};
use crate::sync::Ordering;
use crate::sync::brief::BriefGuard;
use core::ops::{Deref, DerefMut};
use core::time::Duration;
// Std's own: loom's cannot hold a trait object, and nothing here depends on when a count drops.
use std::sync::Arc;

#[derive(Default)]
pub(super) struct State {
    pub(super) packets: Packets,
    pub(super) usual: Usual,
    pub(super) handed: usize,
    pub(super) active: usize,
    pub(super) pumping: usize,
    pub(super) turning: usize,
    pub(super) parked: Vec<Arc<Worker>>,
    pub(super) tied: Vec<Arc<Worker>>,
    pub(super) closed: bool,
    /// I/O may end here.  Until then there is no place in the kernel, and all waiters are parked.
    pub(super) listens: bool,
    /// Calls that waited, or might have, and packets taken, at the last tending.
    pub(super) waits: usize,
    pub(super) turns_tended: usize,
    /// How many packets had been taken when a thread last looked at the kernel.
    pub(super) looked: usize,
    /// [`super::queue::Queue::tend`] will be called again.
    pub(super) is_tended: bool,
    /// Somebody wants to know of each packet that is taken.
    pub(super) is_observed: bool,
    /// Threads are started for it when it lacks them.
    pub(super) staffed: bool,
    /// How often in a row tending found packets that nobody came for.
    pub(super) stalled: u32,
    /// How many are needed.
    pub(super) pace: Pace,
}

/// What needs no more than the packets, as long as nothing else has changed.
#[derive(Default)]
pub(super) struct Usual {
    /// When fewer packets than so many have been taken since the beginning, a counted worker may
    /// take the next.
    taken: usize,
    /// A packet of finished I/O, and one that is posted, may be put in, and nobody is to be chosen
    /// for it, nor to be told.
    pub(super) finished: bool,
    pub(super) posted: bool,
}

/// The state, held by who changes more than the packets.
pub(super) struct Change<'a> {
    state: BriefGuard<'a, State>,
    limit: usize,
}

impl<'a> Change<'a> {
    #[inline]
    pub(super) fn new(state: BriefGuard<'a, State>, limit: usize) -> Self {
        Change { state, limit }
    }
}

impl Deref for Change<'_> {
    type Target = State;

    #[inline]
    fn deref(&self) -> &State {
        &self.state
    }
}

impl DerefMut for Change<'_> {
    #[inline]
    fn deref_mut(&mut self) -> &mut State {
        &mut self.state
    }
}

impl Drop for Change<'_> {
    #[inline]
    fn drop(&mut self) {
        self.state.usual = self.state.what_is_usual(self.limit);
    }
}

/// After so many looks that found a staffed queue stalled its running threads count as asleep.
pub(super) const PATIENCE: u32 = 20;

/// After so many packets a thread looks at the kernel although more are queued: requests that
/// complete at once could keep the queue full for ever, and finished I/O would never be seen.
pub(super) const LOOK_AFTER: usize = if cfg!(any(loom, shuttle)) { 1 } else { 128 };

impl State {
    /// Counts the worker as running.
    pub(super) fn run(&mut self, worker: &Worker) {
        if !worker.is_counted() {
            worker.counted.store(true, Ordering::Relaxed);
            self.active += 1;
        }
    }

    /// Counts the worker as not running.
    pub(super) fn rest(&mut self, worker: &Worker) {
        if worker.is_counted() {
            worker.counted.store(false, Ordering::Relaxed);
            self.active -= 1;
        }
    }

    pub(super) fn has_unclaimed_packet(&self) -> bool {
        self.packets.len() > self.handed
    }

    /// Packets, or a place in the kernel, wait for a thread that waits too: for the limit's sake.
    /// A thread in the kernel may be one too many there, when another took a place before it.
    pub(super) fn is_held_back(&self) -> bool {
        let parked = !self.parked.is_empty();
        let waits = parked || self.pumping > self.handed;
        (waits || self.staffed) && self.has_unclaimed_packet() || parked && self.is_unwatched()
    }

    /// True when I/O may end here and nobody listens.
    #[inline]
    pub(super) fn is_unwatched(&self) -> bool {
        self.pumping == 0 && self.listens
    }

    /// What may be done to the packets without looking at anything else: a busy port's usual case.
    #[inline]
    fn what_is_usual(&self, limit: usize) -> Usual {
        let all_work = self.active >= self.places(limit);
        let nobody_listens = self.pumping == 0;
        let for_who_runs = nobody_listens
            && (self.parked.is_empty() || all_work)
            && self.active <= limit
            && !(self.closed || self.staffed || self.is_observed)
            && (self.is_tended || !self.listens);
        let taken = match (for_who_runs, self.listens) {
            (false, _) => 0,
            (true, true) => self.looked + LOOK_AFTER,
            (true, false) => usize::MAX,
        };
        // Nobody waits who could be chosen, nor would be if there were one more thread.
        let posted = self.parked.is_empty() && self.pumping <= self.handed && !self.staffed;
        Usual { taken, posted, finished: posted || nobody_listens && self.listens && all_work }
    }

    /// True when there is a packet and the worker's taking it concerns nobody else: the place that
    /// it gives up it takes again.
    #[inline]
    pub(super) fn is_usual_for(&self, worker: &Worker) -> bool {
        worker.is_counted() && self.packets.taken() < self.usual.taken && self.packets.len() > 0
    }

    /// The worker, which is about to look or wait, listens from now on, if it is the queue's only
    /// thread and nothing but the kernel is left for it to look at.  False, and nothing has
    /// changed, otherwise.
    pub(super) fn begin_alone(&mut self, worker: &Worker, limit: usize) -> bool {
        let is_alone = self.tied.len() == 1 && worker.is_counted() && self.active == 1;
        if !is_alone || self.packets.len() > 0 || !self.listens || self.closed || self.staffed {
            return false;
        }
        // Whoever is one of these is tied.
        debug_assert!(self.parked.is_empty() && self.pumping + self.turning + self.handed == 0);
        self.rest(worker);
        self.pumping = 1;
        self.waits += 1;
        self.looked = self.packets.taken();
        self.usual = self.what_is_usual(limit);
        true
    }

    /// The worker runs again, if it is still alone, and there is something for it, and nobody needs
    /// to be told.  False, and nothing has changed, otherwise.
    pub(super) fn end_alone(&mut self, worker: &Worker, limit: usize) -> bool {
        let is_alone = self.tied.len() == 1 && self.handed == 0 && self.is_tended;
        if !is_alone || self.packets.len() == 0 || self.closed || self.staffed {
            return false;
        }
        self.run(worker);
        self.pumping = 0;
        self.waits += 1;
        self.usual = self.what_is_usual(limit);
        true
    }

    /// Packets taken since a thread last looked at the kernel.
    pub(super) fn unlooked(&self) -> usize {
        self.packets.taken() - self.looked
    }

    /// Grows whenever a worker comes back.
    pub(super) fn turns(&self) -> usize {
        self.waits + self.packets.taken()
    }

    /// True when the queue is to be tended and has not been promised to be: what is held back, or
    /// that a thread leaves and nobody listens, asks for it.
    pub(super) fn must_ask_for_tending(&mut self, leaves: bool) -> bool {
        let needed = self.is_held_back() || leaves && self.is_unwatched();
        let asks = needed && !self.is_tended;
        self.is_tended |= needed;
        asks
    }

    /// The worker is going to listen: its turn is over.  True when more threads are needed now.
    pub(super) fn ends_turn(&mut self, worker: &Worker, now: Moment) -> bool {
        let was_quick = self.pace.is_quick();
        if let Some(took) = worker.turn.end(now) {
            self.pace.came_back(took, self.unlooked());
        }
        was_quick && !self.pace.is_quick()
    }

    /// The worker has listened for so long.  True when more threads are needed now.
    pub(super) fn begins_turn(&mut self, worker: &Worker, now: Moment, listened: Duration) -> bool {
        let was_quick = self.pace.is_quick();
        self.pace.listened(listened);
        worker.turn.begin(now);
        was_quick && !self.pace.is_quick()
    }

    /// So many may listen to the kernel, or run for finished I/O.
    #[inline]
    pub(super) fn places(&self, limit: usize) -> usize {
        if self.staffed { limit } else { self.pace.threads(limit) }
    }

    /// True when one more thread would help.
    pub(super) fn is_starved(&self, limit: usize) -> bool {
        self.staffed
            && !self.closed
            && self.has_unclaimed_packet()
            && !self.limit_reached(limit)
            && self.parked.is_empty()
            && self.pumping <= self.handed
    }

    pub(super) fn limit_reached(&self, limit: usize) -> bool {
        self.active + self.handed >= limit
    }

    /// The first packet that nobody has been woken for.
    #[inline]
    pub(super) fn take_unclaimed(&mut self) -> Option<Packet> {
        self.packets.take_behind(self.handed)
    }

    /// A woken thread in the kernel has come back and takes a packet that was handed over.
    pub(super) fn take_handed(&mut self) -> Option<Packet> {
        if self.handed == 0 {
            return None;
        }
        self.handed -= 1;
        self.packets.take()
    }

    /// Takes the first packet, and as many as follow and fit; how many there are.
    #[inline]
    pub(super) fn fill(&mut self, first: Option<Packet>, packets: &mut [Packet]) -> usize {
        let mut count = 0;
        let mut next = first;
        for place in packets {
            let Some(packet) = next.take().or_else(|| self.take_unclaimed()) else { break };
            *place = packet;
            count += 1;
        }
        count
    }

    /// Chooses threads for what is queued and for free places, as far as the limit allows.
    pub(super) fn release(&mut self, limit: usize, wakes: &mut Wakes) {
        if self.parked.is_empty() && self.pumping <= self.handed {
            // The busy port's usual case: there is nobody to choose.
            return;
        }
        let places = self.places(limit);
        while self.has_unclaimed_packet() && !self.limit_reached(places) {
            if let Some(worker) = self.parked.pop() {
                if let Some(packet) = self.take_unclaimed() {
                    self.run(&worker);
                    worker.give(Given::Packet(packet));
                }
                wakes.thread(worker);
            } else if self.pumping > self.handed {
                self.handed += 1;
                wakes.kernel += 1;
            } else {
                return;
            }
        }
        while self.has_free_place(places) {
            let Some(worker) = self.parked.pop() else { break };
            self.turning += 1;
            worker.give(Given::Turn);
            wakes.thread(worker);
        }
        self.check(limit);
    }

    /// Wakes a parked thread for a posted packet: who posts wants it to be taken by somebody else.
    pub(super) fn release_one(&mut self, limit: usize, wakes: &mut Wakes) {
        if self.has_unclaimed_packet()
            && !self.limit_reached(limit)
            && let Some(worker) = self.parked.pop()
        {
            if let Some(packet) = self.take_unclaimed() {
                self.run(&worker);
                worker.give(Given::Packet(packet));
            }
            wakes.thread(worker);
        }
    }

    /// True when one more thread may listen, where so many may listen or run.
    pub(super) fn has_free_place(&self, places: usize) -> bool {
        self.listens && self.active + self.pumping + self.turning < places
    }

    /// Rule 1, where the lock is about to be given back.
    pub(super) fn check(&self, limit: usize) {
        debug_assert!(
            self.closed || self.parked.is_empty() || !self.has_free_place(self.places(limit))
        );
    }
}
