//! The completion port: the queue, the set of descriptors it listens to, and who works for it.

use super::complete::Timing;
use super::ready::ready;
use super::worker;
use crate::engine::epoll::{EpollSet, Source};
use crate::fs::ring::Ring;
use crate::ke::apc::Alert;
use crate::ke::deadline::Deadline;
use crate::ke::descriptor_wait::FdWait;
use crate::ke::dispatcher::{Dispatcher, Kind};
use crate::ke::queue::{Kernel, Packet, Queue, Tended};
use crate::ke::thread::Thread;
use crate::ke::waiter::{Sleeper, WaitTerms};
use crate::status::{Result, Status};
use crate::sync::{AtomicBool, AtomicU32, Ordering};
use core::num::NonZeroU32;
use rustix::fd::AsFd;
use std::sync::{Arc, OnceLock, Weak};

/// A completion port.
pub struct Port {
    queue: Queue<PortKernel>,
    signal: Dispatcher,
    /// Somebody waits, or has waited, for the port's handle itself.
    waited_for: AtomicBool,
    /// A request of its files is, or was, waited for elsewhere than here.
    heard_elsewhere: AtomicBool,
}

/// Starts threads for a port.
pub trait Staff: Send + Sync {
    /// A packet waits, and no thread does although one more may run.  No lock is held.
    fn is_starved(&self);
}

/// How a port's waiters listen.
pub struct PortKernel {
    /// None is [`Timing::INLINE`]'s, and so a call need not ask whether it is for the port.
    number: NonZeroU32,
    set: EpollSet,
    staff: OnceLock<Weak<dyn Staff>>,
    ring: OnceLock<Option<Arc<Ring>>>,
}

impl Kernel for PortKernel {
    fn wait(&self, terms: &WaitTerms, awake: impl FnOnce()) {
        let mut deadline = terms.deadline;
        if terms.alertable && deadline != Deadline::Passed {
            // An APC can interrupt a wait for a descriptor, and an epoll set is one.
            let set = self.set.as_fd();
            let ended = Thread::current().wait_in_port(set, deadline);
            if ended != FdWait::Ready {
                return;
            }
            deadline = Deadline::Passed;
        }
        let mut awake = Some(awake);
        let mut awake = || {
            if let Some(awake) = awake.take() {
                awake();
            }
        };
        self.finish_ready(deadline, &mut awake, Timing::pumped(self.number.get()));
    }

    fn wake(&self) {
        self.set.wake();
    }

    #[inline]
    fn ask_for_tending(&self) {
        worker::get().start_tending();
    }

    fn is_starved(&self) {
        if let Some(staff) = self.staff.get().and_then(Weak::upgrade) {
            staff.is_starved();
        }
    }
}

impl PortKernel {
    fn ring(&self) -> Option<&Arc<Ring>> {
        self.ring.get_or_init(|| Ring::new(&self.set)).as_ref()
    }

    /// One function for all who wait, because what data brings about is part of it ([`ready`]).
    #[inline(never)]
    fn finish_ready(&self, deadline: Deadline, awake: &mut dyn FnMut(), timing: Timing) {
        self.set.wait_and(deadline, awake, |source| match source {
            Source::File(registration, readiness) => ready(registration, readiness, timing),
            Source::Ring => {
                if let Some(ring) = self.ring() {
                    ring.finish_ready(timing);
                }
            }
            Source::Port(_) => {}
        });
    }
}

impl Port {
    /// A port that lets `concurrency` threads run at once; 0 means one per processor.
    pub fn new(concurrency: u32) -> Result<Arc<Self>> {
        static NEXT_NUMBER: AtomicU32 = AtomicU32::new(Timing::FIRST_PORT);
        let processors = || std::thread::available_parallelism().map_or(1, usize::from);
        let limit = if concurrency == 0 { processors() } else { concurrency as usize };
        let number = NEXT_NUMBER.fetch_add(1, Ordering::Relaxed);
        let number = NonZeroU32::new(number).ok_or(Status::INSUFFICIENT_RESOURCES)?;
        let set = EpollSet::new()?;
        let kernel = PortKernel { number, set, staff: OnceLock::new(), ring: OnceLock::new() };
        let port = Arc::new(Port {
            queue: Queue::new(limit, kernel),
            signal: Dispatcher::new(Kind::Notification, 0),
            waited_for: AtomicBool::new(false),
            heard_elsewhere: AtomicBool::new(false),
        });
        worker::get().know(number.get(), &port);
        Ok(port)
    }

    /// The port's threads come from here: it is told when the port lacks one.  The first stays.
    pub fn staff(&self, staff: Weak<dyn Staff>) {
        let _first = self.queue.kernel().staff.set(staff);
        self.queue.staff();
    }

    /// Its packets and threads.
    #[inline]
    pub(super) fn queue(&self) -> &Queue<PortKernel> {
        &self.queue
    }

    /// The port's number, by which the worker knows it.
    #[inline]
    pub fn number(&self) -> u32 {
        self.queue.kernel().number.get()
    }

    /// The descriptors the port listens to, for who adds one or knows of one.
    pub fn set(&self) -> &EpollSet {
        let set = &self.queue.kernel().set;
        if set.is_empty() {
            self.queue.listen();
        }
        set
    }

    /// What waits for the port's handle use: signalled while packets are queued (semantics 4.7).
    pub fn signal(&self) -> &Dispatcher {
        // From the first such wait on the signal is kept; until then nobody pays for it.
        if !self.waited_for.swap(true, Ordering::SeqCst) {
            self.queue.observe();
            if self.queue.has_backlog() {
                self.signal.set();
            }
        }
        &self.signal
    }

    /// True while packets are queued that nobody has been woken for.
    pub fn has_backlog(&self) -> bool {
        self.queue.has_backlog()
    }

    /// The transfers of its disk files; None where io_uring is forbidden.
    pub fn ring(&self) -> Option<&Arc<Ring>> {
        let kernel = self.queue.kernel();
        if kernel.ring.get().is_none() {
            self.queue.listen();
        }
        kernel.ring()
    }

    /// Queues a packet that a program posts.
    #[inline]
    pub fn post(&self, packet: Packet) {
        self.queue.post(packet);
        self.keep_signal();
    }

    /// Queues the packet of finished I/O.
    #[inline(always)]
    pub fn insert(&self, packet: Packet, timing: Timing) {
        let from_kernel = timing == Timing::pumped(self.number());
        self.queue.insert_finished(packet, from_kernel);
        self.keep_signal();
    }

    /// The last handle is closed: waiters are told, direct ones too.
    pub fn close(self: &Arc<Self>) {
        self.queue.close();
        self.signal.set();
        // Its files may live on and have events or routines to serve; nobody else will.
        if !self.queue.kernel().set.is_empty() {
            worker::get().watch(self);
        }
    }

    /// Says that nobody may be listening.
    #[inline(always)]
    pub fn may_be_unwatched(&self) {
        let kernel = self.queue.kernel();
        // Packets come without the kernel's help, and a request that needs it asks when it begins.
        if !kernel.set.is_empty() {
            kernel.ask_for_tending();
        }
    }

    /// Says that something of its files is waited for elsewhere, whether its threads listen or not.
    pub fn is_heard_elsewhere(&self) {
        if !self.heard_elsewhere.load(Ordering::Relaxed) {
            self.heard_elsewhere.store(true, Ordering::Relaxed);
        }
        worker::get().watch(self);
    }

    /// True when who does not belong to it has to listen as long as its threads do not: they have
    /// not come back lately, or they are not the only ones to whom it matters.
    pub fn needs_a_listener(&self) -> bool {
        let elsewhere = self.heard_elsewhere.load(Ordering::Relaxed);
        (elsewhere || self.queue.is_left_alone()) && self.queue.is_unwatched()
    }

    /// Its own threads come back, or listen: in the long run the worker, whose set this is, is told
    /// of its events no more.  True when that has come about too early, and it has to watch again.
    pub(super) fn does_without(&self, worker: &EpollSet) -> bool {
        let elsewhere = || self.heard_elsewhere.load(Ordering::Relaxed);
        !elsewhere()
            && worker.does_without(&self.queue.kernel().set)
            && (elsewhere() || self.needs_a_listener())
    }

    /// See [`Queue::tend`].
    pub fn tend(&self) -> Tended {
        self.queue.tend()
    }

    /// See [`Queue::is_tended`].
    pub fn is_tended(&self) -> bool {
        self.queue.is_tended()
    }

    /// Finishes what is ready, on behalf of whoever does not listen.
    pub fn finish_ready(&self) {
        self.queue.kernel().finish_ready(Deadline::Passed, &mut || {}, Timing::LATER);
        self.queue.wake_again();
    }

    #[inline]
    pub(super) fn keep_signal(&self) {
        if self.waited_for.load(Ordering::Relaxed) {
            self.follow_signal();
        }
    }

    #[cold]
    fn follow_signal(&self) {
        if self.queue.has_backlog() {
            self.signal.set();
        } else if !self.queue.is_closed() {
            self.signal.clear();
        }
    }
}

/// A thread, parked at a port.
pub(super) struct ThreadSleeper(pub(super) Arc<Thread>);

impl ThreadSleeper {
    fn look_and_park(&self, deadline: Deadline) {
        let parker = self.0.parker();
        self.0.spin().before(|| parker.is_unparked(), |_| parker.park(deadline));
    }
}

impl Sleeper for ThreadSleeper {
    fn park(&self, terms: &WaitTerms) {
        if !terms.alertable {
            self.look_and_park(terms.deadline);
        } else if self.0.begin_alertable(None::<Arc<dyn Alert>>) {
            self.look_and_park(terms.deadline);
            self.0.end_alertable();
        }
    }

    fn unpark(&self) {
        self.0.parker().unpark();
    }

    fn is_alerted(&self) -> bool {
        self.0.apcs().is_due()
    }

    fn sleeps_in_kernel(&self) -> bool {
        sleeps_in_kernel(self.0.id())
    }
}

/// True when the kernel says that this thread sleeps.  False when it cannot be told.
fn sleeps_in_kernel(thread_id: u32) -> bool {
    let Ok(stat) = std::fs::read_to_string(format!("/proc/self/task/{thread_id}/stat")) else {
        return false;
    };
    // The state is the first field behind the name, which stands in parentheses and may hold any.
    let state = stat.rsplit_once(')').and_then(|(_, fields)| fields.trim_start().chars().next());
    matches!(state, Some('S' | 'D'))
}
