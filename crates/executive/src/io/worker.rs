//! The process's worker: one lazy thread for what no thread of the program waits for.
//!
//! It fires the waitable timers, listens to the files without a port while no waiting thread
//! does ([`super::unbound`]), and tends the ports, as NT's balance set manager does: a port whose
//! threads all compute, or sleep where we cannot see it, must neither hold packets back nor leave
//! finished I/O unnoticed for long.
//!
//! Tending costs nothing while it is not needed: whoever leaves a port unwatched that listens to
//! something sets a flag, and makes a system call only if the worker does not tick already.

use super::cancel;
use super::complete::Timing;
use super::port::Port;
use super::ready::ready;
use super::unbound::Unbound;
use crate::engine::epoll::{EpollSet, Source};
use crate::ke::deadline::Deadline;
use crate::ke::{listen, thread, timer};
use crate::ob::hazard;
use crate::sync::{AtomicBool, Mutex, Ordering, fence};
use core::time::Duration;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock, Weak};
use std::time::Instant;

/// The longest that a stalled port waits to be noticed is two of these,
const TICK: Duration = Duration::from_millis(5);
/// or of these while not all of its threads are thought to be needed.
const SHORT_TICK: Duration = Duration::from_millis(2);
/// So many quiet ticks end the ticking.
const QUIET_TICKS: u32 = 4;

/// The number, instead of a port's, under which the worker's set knows the files without one.
const UNBOUND: u32 = 0;

/// The worker.
pub struct Worker {
    set: EpollSet,
    unbound: Unbound,
    ports: Mutex<BTreeMap<u32, Weak<Port>>>,
    tending: AtomicBool,
    has_thread: AtomicBool,
}

static WORKER: OnceLock<Worker> = OnceLock::new();

/// The process's worker.  Its thread starts when there is something to do for it: in a process
/// with more than one thread every system call on a descriptor takes longer.
#[inline]
pub fn get() -> &'static Worker {
    WORKER.get().unwrap_or_else(make)
}

#[cold]
fn make() -> &'static Worker {
    let mut is_new = false;
    let worker = WORKER.get_or_init(|| {
        is_new = true;
        // Without descriptors no socket and no port could have been made, and there is no call
        // here that could report it.
        const FULL: &str = "the process has no descriptor left for its worker";
        Worker {
            set: EpollSet::new().expect(FULL),
            unbound: Unbound::new().expect(FULL),
            ports: Mutex::new(BTreeMap::new()),
            tending: AtomicBool::new(false),
            has_thread: AtomicBool::new(false),
        }
    });
    if is_new {
        timer::set_driver(|| get().wake());
        listen::set_listener(&worker.unbound);
        thread::at_rundown(cancel::cancel_of_ending_thread);
    }
    worker
}

impl Worker {
    /// What only the worker listens to.
    pub fn set(&self) -> &EpollSet {
        self.start();
        &self.set
    }

    /// The thread is there from now on.
    fn start(&self) {
        if !self.has_thread.load(Ordering::Relaxed) && !self.has_thread.swap(true, Ordering::AcqRel)
        {
            crate::sys::thread::spawn_without_signals("lapwing-worker", || get().run());
        }
    }

    /// The thread looks what there is to do.
    fn wake(&self) {
        self.start();
        self.set.wake();
    }

    /// The files that no port listens to.
    pub fn unbound(&self) -> &Unbound {
        &self.unbound
    }

    /// Listens to the files without a port until the next event.  False when it cannot.
    pub(super) fn watch_unbound(&self, set: &EpollSet) -> bool {
        self.set().watch_port(UNBOUND, set).is_ok()
    }

    /// Somebody listens to the files without a port.  True when the worker is not told of their
    /// events any more.
    pub(super) fn parts_from_unbound(&self, set: &EpollSet) -> bool {
        self.set.does_without(set)
    }

    /// Learns of a new port.
    pub fn know(&self, number: u32, port: &Arc<Port>) {
        let mut ports = self.ports.lock();
        ports.retain(|_, known| known.strong_count() > 0);
        ports.insert(number, Arc::downgrade(port));
    }

    /// Listens to a port's events once, beside its own waiters.
    pub fn watch(&self, port: &Port) {
        // It fails only for lack of memory; the ticks, which come anyway, then do the work.
        let _without = self.set().watch_port(port.number(), port.set());
        self.start_tending();
    }

    /// Looks after the ports for a while.
    #[inline]
    pub fn start_tending(&self) {
        if !self.tending.load(Ordering::Relaxed) {
            self.begin_tending();
        }
    }

    #[cold]
    fn begin_tending(&self) {
        if !self.tending.swap(true, Ordering::AcqRel) {
            self.wake();
        }
    }

    fn run(&self) {
        thread::serve();
        hazard::abstain();
        let mut quiet_ticks = 0;
        let mut next_tick = Deadline::Never;
        let mut was_late = false;
        let mut ports = Vec::new();
        loop {
            self.set.wait(next_tick.earlier(timer::next_deadline()), |source| match source {
                Source::File(registration, readiness) => {
                    ready(registration, readiness, Timing::LATER);
                }
                Source::Port(UNBOUND) => self.unbound.serve(),
                Source::Port(number) => self.serve(number),
                Source::Ring => {}
            });
            timer::fire_due(Instant::now());
            if !self.tending.load(Ordering::Acquire) {
                next_tick = Deadline::Never;
                continue;
            }
            if next_tick == Deadline::Never {
                quiet_ticks = 0;
                next_tick = Deadline::after(SHORT_TICK);
            } else if next_tick.has_long_passed(SHORT_TICK) && !was_late {
                // Who has not come back may have lacked a processor as we did.
                was_late = true;
                next_tick = Deadline::after(SHORT_TICK);
            } else if next_tick.has_passed() {
                was_late = false;
                let (again, soon) = self.tend(&mut ports);
                next_tick = Deadline::after(if soon { SHORT_TICK } else { TICK });
                quiet_ticks = if again { 0 } else { quiet_ticks + 1 };
                if quiet_ticks > QUIET_TICKS && self.ends_tending(&mut ports) {
                    next_tick = Deadline::Never;
                }
            }
        }
    }

    /// The ticks end; false when somebody found just before that they did not yet.
    fn ends_tending(&self, ports: &mut Vec<Arc<Port>>) -> bool {
        self.tending.store(false, Ordering::SeqCst);
        // Who asks for ticks says first why; either this sees it, or who asks that they have ended.
        fence(Ordering::SeqCst);
        self.collect(ports);
        let is_needed = ports.drain(..).any(|port| port.is_tended()) || self.unbound.is_tended();
        if is_needed {
            self.tending.store(true, Ordering::SeqCst);
        }
        !is_needed
    }

    /// The ports that there are; the last reference to one may be dropped with no lock held.
    fn collect(&self, ports: &mut Vec<Arc<Port>>) {
        ports.extend(self.ports.lock().values().filter_map(Weak::upgrade));
    }

    /// A watched port has events.  If its own threads listen, they have them already.  If they
    /// only come back again and again, they will look sooner than the worker could be of use: what
    /// it took here would cost a change of threads for each message, and the locks that are biased
    /// to them.  The ticks tell when they do so no more.
    fn serve(&self, number: u32) {
        let port = self.ports.lock().get(&number).and_then(Weak::upgrade);
        let Some(port) = port else { return };
        if !port.needs_a_listener() {
            self.start_tending();
            return;
        }
        port.finish_ready();
        if port.needs_a_listener() {
            self.watch(&port);
        }
    }

    /// Whether a port, or what has none, needs another look, and whether at once.  `ports` has
    /// room for them, which stays.
    fn tend(&self, ports: &mut Vec<Arc<Port>>) -> (bool, bool) {
        let (mut again, mut soon) = (self.unbound.tend(), false);
        self.collect(ports);
        for port in ports.drain(..) {
            let tended = port.tend();
            again |= tended.again;
            soon |= tended.soon;
            if tended.unwatched {
                port.finish_ready();
                let _without = self.set.watch_port(port.number(), port.set());
            } else if port.does_without(&self.set) {
                self.watch(&port);
            }
        }
        (again, soon)
    }
}
