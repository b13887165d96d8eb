//! The queue under a completion port: packets first in, first out; threads last in, first out; and
//! not more threads running than the port allows.
//!
//! Here live the packets, the waiting threads and the count of running ones, which change together
//! under one lock.  How a waiting thread listens to the kernel is the [`Kernel`]'s business
//! (`engine::epoll`), which object a packet came from `io`'s.
//!
//! A thread that works for the port is in one of these places:
//!
//! ```text
//!              remove                          a packet for it
//!   running ------------> waiting in the kernel ---------------> running
//!   (active)    |         (pumping, at most limit - active)         ^
//!               |                                                   |
//!               `-------> parked on its own futex, a stack ---------'
//!                         (whoever finds no room in the kernel)
//! ```
//!
//! Until I/O may end at a port ([`Queue::listen`]) there is nothing to listen to in the kernel and
//! no room there: a futex is cheaper.
//!
//! Three rules hold whenever the lock is free:
//! 1. Nobody is parked, or `active + pumping + turning >= limit`, where `turning` threads have been
//!    woken to take a place: no place is left empty while somebody waits for it.  So a port with
//!    pending requests and a waiter always has somebody in the kernel, or as many running as it
//!    lets run.
//! 2. A packet waits only while the limit is reached, or nobody waits, or a wake-up is on its way.
//! 3. The first `handed` packets belong to threads in the kernel that have been woken for them;
//!    a later caller cannot steal them (Windows promises this to the chosen thread).
//!
//! Several threads may sit in the kernel: epoll wakes one of them for one event, the last that
//! came, which is the port's own order, and nobody has to be woken to take over the watch.  While
//! all turns are short, only as many work as are needed ([`super::pace`]): for places and finished
//! I/O the limit is that number, as long as those threads come back.

use super::deadline::Deadline;
use super::pace::Moment;
pub use super::packets::Packet;
use super::queue_state::{Change, LOOK_AFTER, State};
pub use super::queue_tend::Tended;
use super::waiter::{Given, WaitTerms, Wakes, Worker};
use crate::sync::brief::{BriefGuard, BriefMutex};
use core::time::Duration;
// Std's own: loom's cannot hold a trait object, and nothing here depends on when a count drops.
use std::sync::Arc;

/// How [`Queue::remove`] ended.
#[derive(Debug, PartialEq, Eq)]
pub enum Removed {
    /// So many packets, at least one, are in the caller's slice.
    Packets(usize),
    /// The deadline passed.
    TimedOut,
    /// The port was closed.
    Abandoned,
    /// A user APC is due; the caller runs it.
    Alerted,
}

/// Whoever looks only does not wait.
const LOOK: WaitTerms = WaitTerms { deadline: Deadline::Passed, alertable: false };

/// Where a port's waiters listen for finished I/O.
pub trait Kernel {
    /// Waits until I/O of this port may be finished, [`Kernel::wake`] is called, an APC is due
    /// (if alertable) or the deadline passes; then calls `awake` and finishes what is ready, which
    /// inserts packets.  May return early for no reason, even without the call.
    fn wait(&self, terms: &WaitTerms, awake: impl FnOnce());
    /// Makes one thread in `wait` return, or the next one that calls it.
    fn wake(&self);
    /// Says that the queue may need [`Queue::tend`] soon, and as long as that says so: packets or
    /// threads are held back, or nobody is left in the kernel although I/O may end here.
    fn ask_for_tending(&self);
    /// A packet waits, the limit lets a thread run, and no thread waits: one more is welcome.  No
    /// lock is held.  Called only after [`Queue::staff`].
    fn is_starved(&self) {}
}

/// The packets, the waiters and the running threads of one port.
pub struct Queue<K> {
    pub(super) state: BriefMutex<State>,
    pub(super) limit: usize,
    kernel: K,
}

impl<K: Kernel> Queue<K> {
    /// A queue that lets `limit` threads run at once.
    pub fn new(limit: usize, kernel: K) -> Self {
        debug_assert!(limit > 0);
        Queue { state: BriefMutex::new(State::default()), limit, kernel }
    }

    /// Where the waiters listen.
    pub fn kernel(&self) -> &K {
        &self.kernel
    }

    /// The lock, for who changes more than the packets.
    pub(super) fn change(&self) -> Change<'_> {
        Change::new(self.state.lock(), self.limit)
    }

    /// From now on [`Kernel::is_starved`] is called.
    pub fn staff(&self) {
        self.change().staffed = true;
    }

    /// From now on [`Queue::next`] finds nothing, so that its caller sees that packets go.
    pub fn observe(&self) {
        self.change().is_observed = true;
    }

    /// I/O may end here: from now on waiters listen to the kernel, those of now among them.
    pub fn listen(&self) {
        let mut state = self.change();
        state.listens = true;
        self.release_and_wake(state);
    }

    /// Ties a thread to this queue, before its first [`Queue::remove`].
    pub fn tie(&self, worker: &Arc<Worker>) {
        self.change().tied.push(worker.clone());
    }

    /// Unties a thread that ends or turns to another port.
    pub fn untie(&self, worker: &Arc<Worker>) {
        let mut state = self.change();
        state.tied.retain(|tied| !Arc::ptr_eq(tied, worker));
        state.rest(worker);
        self.release_and_wake(state);
    }

    /// The thread is about to block somewhere else: its place goes to another at once.
    pub fn worker_blocks(&self, worker: &Worker) {
        let mut state = self.change();
        state.rest(worker);
        self.release_and_wake(state);
    }

    /// The thread runs again.  The limit may be exceeded until a worker comes back.
    pub fn worker_runs(&self, worker: &Worker) {
        self.change().run(worker);
    }

    /// Queues the packet of finished I/O and wakes one thread for it, if the limit allows, and no
    /// thread is about to come for it.
    pub fn insert(&self, packet: Packet) {
        self.insert_finished(packet, false);
    }

    /// Queues a posted packet and wakes one thread for it, if the limit allows.
    #[inline]
    pub fn post(&self, packet: Packet) {
        let mut state = self.state.lock();
        state.packets.put(packet);
        if !state.usual.posted {
            self.choose_for_new(Change::new(state, self.limit), true);
        }
    }

    #[inline(never)]
    fn choose_for_new(&self, mut state: Change<'_>, is_posted: bool) {
        let mut wakes = Wakes::default();
        state.release(self.limit, &mut wakes);
        if is_posted {
            state.release_one(self.limit, &mut wakes);
        }
        let asks = state.must_ask_for_tending(false);
        self.give_back(state, wakes);
        if asks {
            self.kernel.ask_for_tending();
        }
    }

    /// Queues a packet on behalf of a thread inside [`Kernel::wait`] of this queue: it takes it
    /// itself, or wakes others when it has finished with all that was ready.
    pub fn insert_from_kernel(&self, packet: Packet) {
        self.insert_finished(packet, true);
    }

    /// One of the two, [`Queue::insert_from_kernel`] if so.
    #[inline(always)]
    pub fn insert_finished(&self, packet: Packet, from_kernel: bool) {
        let mut state = self.state.lock();
        state.packets.put(packet);
        if !from_kernel && !state.usual.finished {
            self.choose_for_new(Change::new(state, self.limit), false);
        }
    }

    /// The worker's next packet, if there is one and everything is as usual.
    #[inline]
    pub fn next(&self, worker: &Worker) -> Option<Packet> {
        let mut state = self.state.try_lock()?;
        if !state.is_usual_for(worker) {
            return None;
        }
        let packet = state.packets.take();
        drop(state);
        packet
    }

    /// As [`Queue::next`], but as many as are queued and fit into `packets`; how many that is.
    #[inline]
    pub fn next_some(&self, worker: &Worker, packets: &mut [Packet]) -> usize {
        match self.state.try_lock() {
            Some(mut state) if state.is_usual_for(worker) => state.packets.take_some(packets),
            _ => 0,
        }
    }

    /// Waits for a packet, and takes as many as are queued and fit into `packets`.
    pub fn remove(
        &self,
        worker: &Arc<Worker>,
        terms: &WaitTerms,
        packets: &mut [Packet],
    ) -> Removed {
        debug_assert!(!packets.is_empty());
        let mut state = self.state.lock();
        if state.is_usual_for(worker) {
            return Removed::Packets(state.packets.take_some(packets));
        }
        if !terms.alertable && state.begin_alone(worker, self.limit) {
            return self.listen_alone(state, worker, terms, packets);
        }
        let mut state = Change::new(state, self.limit);
        state.waits += 1;
        state.rest(worker);
        self.look_or_wait(state, worker, terms, packets, false)
    }

    /// The only thread of a queue listens: as [`Queue::look_or_wait`], which goes on where it turns
    /// out that there is more to do than to take what has come.
    fn listen_alone<'a>(
        &'a self,
        state: BriefGuard<'a, State>,
        worker: &Arc<Worker>,
        terms: &WaitTerms,
        packets: &mut [Packet],
    ) -> Removed {
        drop(state);
        self.kernel.wait(terms, || {});
        let mut state = self.state.lock();
        if state.end_alone(worker, self.limit) {
            return Removed::Packets(state.packets.take_some(packets));
        }
        let mut state = Change::new(state, self.limit);
        state.pumping -= 1;
        match state.take_handed() {
            None => self.look_or_wait(state, worker, terms, packets, true),
            handed => self.leave_with(state, worker, true, handed, packets),
        }
    }

    /// The worker, which is not counted, looks at the kernel if it has not `looked`, and waits.
    fn look_or_wait<'a>(
        &'a self,
        mut state: Change<'a>,
        worker: &Arc<Worker>,
        terms: &WaitTerms,
        packets: &mut [Packet],
        mut looked: bool,
    ) -> Removed {
        loop {
            if state.closed {
                return self.leave(state, worker, looked, Removed::Abandoned);
            }
            let mut places = state.places(self.limit);
            if places != self.limit && terms.deadline.has_passed() {
                // It only looks, whoever listens.
                places = self.limit;
            }
            let room = state.has_free_place(places);
            let unclaimed = state.has_unclaimed_packet();
            let overdue = unclaimed && room && !looked && state.unlooked() >= LOOK_AFTER;
            if !overdue {
                if unclaimed && !state.limit_reached(self.limit) {
                    let first = state.take_unclaimed();
                    return self.leave_with(state, worker, looked, first, packets);
                }
                if terms.alertable && worker.sleeper.is_alerted() {
                    return self.leave(state, worker, looked, Removed::Alerted);
                }
                if (looked || !room) && terms.deadline.has_passed() {
                    return self.leave(state, worker, looked, Removed::TimedOut);
                }
            }
            if room {
                // With one thread there is nobody to be kept from listening.
                let has_company = self.limit > 1 && state.tied.len() > 1;
                let began = has_company.then(Moment::now);
                if began.is_some_and(|now| state.ends_turn(worker, now)) {
                    state = self.release_and_go_on(state);
                    continue;
                }
                let terms = if overdue { &LOOK } else { terms };
                let slows_down;
                (state, slows_down) = self.pump(state, worker, terms, began);
                looked = true;
                if let Some(packet) = state.take_handed() {
                    return self.leave_with(state, worker, looked, Some(packet), packets);
                }
                if slows_down {
                    state = self.release_and_go_on(state);
                }
            } else {
                state = self.park(state, worker, terms);
                match worker.given.lock().take() {
                    Some(Given::Packet(packet)) => {
                        return self.leave_with(state, worker, looked, Some(packet), packets);
                    }
                    Some(Given::Turn) => state.turning -= 1,
                    None => state.parked.retain(|parked| !Arc::ptr_eq(parked, worker)),
                }
            }
        }
    }

    /// Listens; if that has begun at a moment, whether more threads are needed afterwards.
    fn pump<'a>(
        &'a self,
        mut state: Change<'a>,
        worker: &Worker,
        terms: &WaitTerms,
        began: Option<Moment>,
    ) -> (Change<'a>, bool) {
        state.pumping += 1;
        state.looked = state.packets.taken();
        state.check(self.limit);
        drop(state);
        let mut listened = Duration::ZERO;
        self.kernel.wait(terms, || {
            listened = began.map_or(Duration::ZERO, |began| Moment::now().since(began));
        });
        let ended = began.map(|_| Moment::now());
        state = self.change();
        state.pumping -= 1;
        let slows_down = ended.is_some_and(|now| state.begins_turn(worker, now, listened));
        (state, slows_down)
    }

    /// More threads are needed than was thought.
    #[cold]
    fn release_and_go_on<'a>(&'a self, state: Change<'a>) -> Change<'a> {
        self.release_and_wake(state);
        self.change()
    }

    fn park<'a>(
        &'a self,
        mut state: Change<'a>,
        worker: &Arc<Worker>,
        terms: &WaitTerms,
    ) -> Change<'a> {
        state.parked.push(worker.clone());
        state.check(self.limit);
        let asks = state.must_ask_for_tending(false);
        drop(state);
        if asks {
            self.kernel.ask_for_tending();
        }
        worker.sleeper.park(terms);
        self.change()
    }

    /// For whoever finished I/O here without being one of the queue's threads: the wake-up of a
    /// thread in the kernel may have reached him instead.
    pub fn wake_again(&self) {
        let state = self.state.lock();
        if state.pumping > 0 && (state.closed || state.handed > 0) {
            drop(state);
            self.kernel.wake();
        }
    }

    /// True while packets are queued that nobody has been woken for.
    pub fn has_backlog(&self) -> bool {
        self.state.lock().has_unclaimed_packet()
    }

    /// True while nobody listens to the kernel although I/O may end here.
    pub fn is_unwatched(&self) -> bool {
        self.state.lock().is_unwatched()
    }

    /// True once [`Queue::close`] has been called.
    pub fn is_closed(&self) -> bool {
        self.state.lock().closed
    }

    /// Closes the queue: waiters return [`Removed::Abandoned`], now and later.
    pub fn close(&self) {
        let mut state = self.change();
        state.closed = true;
        state.packets.clear();
        state.handed = 0;
        let parked = core::mem::take(&mut state.parked);
        state.turning += parked.len();
        for worker in &parked {
            worker.give(Given::Turn);
        }
        let pumping = state.pumping;
        drop(state);
        for worker in parked {
            worker.sleeper.unpark();
        }
        if pumping > 0 {
            self.kernel.wake();
        }
    }

    /// Gives the lock back, wakes whom it was decided to wake, and says if nobody was there.
    pub(super) fn give_back(&self, state: Change<'_>, wakes: Wakes) {
        let starved = state.is_starved(self.limit);
        drop(state);
        wakes.fire(&self.kernel);
        if starved {
            self.kernel.is_starved();
        }
    }

    fn leave_with(
        &self,
        mut state: Change<'_>,
        worker: &Worker,
        was_in_kernel: bool,
        first: Option<Packet>,
        packets: &mut [Packet],
    ) -> Removed {
        let count = state.fill(first, packets);
        self.leave(state, worker, was_in_kernel, Removed::Packets(count))
    }

    /// The end of every `remove`: the caller runs again, the rest is for others.
    fn leave(
        &self,
        mut state: Change<'_>,
        worker: &Worker,
        was_in_kernel: bool,
        removed: Removed,
    ) -> Removed {
        state.run(worker);
        state.waits += 1;
        // Two wake-ups may be one event, which reached this thread.  Who was not in the kernel has
        // taken none, and what was handed over there is on its way.
        let chain = was_in_kernel && state.pumping > 0 && (state.closed || state.handed > 0);
        let mut wakes = Wakes { kernel: usize::from(chain), ..Wakes::default() };
        state.release(self.limit, &mut wakes);
        let asks = state.must_ask_for_tending(true);
        self.give_back(state, wakes);
        if asks {
            self.kernel.ask_for_tending();
        }
        removed
    }

    fn release_and_wake(&self, mut state: Change<'_>) {
        let mut wakes = Wakes::default();
        state.release(self.limit, &mut wakes);
        self.give_back(state, wakes);
    }
}

#[cfg(all(test, not(any(loom, shuttle))))]
#[path = "queue_tests.rs"]
mod tests;
