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
use crate::ke::queue::{Kernel, Packet, Queue, Removed, Tended};
use crate::ke::thread::{PortWorker, Thread};
use crate::ke::waiter::{Sleeper, WaitTerms, Worker as QueueWorker};
use crate::ob::handle;
use crate::ob::object::{Object, Reference};
use crate::ob::table::Witness;
use crate::status::Result;
use crate::sync::{AtomicBool, AtomicU32, Ordering};
use core::cell::RefCell;
use rustix::fd::AsFd;
use std::sync::{Arc, OnceLock, Weak};

/// A completion port.
pub struct Port {
    queue: Queue<PortKernel>,
    signal: Dispatcher,
    /// Somebody waits, or has waited, for the port's handle itself.
    waited_for: AtomicBool,
}

/// Starts threads for a port.
pub trait Staff: Send + Sync {
    /// A packet waits, and no thread does although one more may run.  No lock is held.
    fn is_starved(&self);
}

/// How a port's waiters listen.
pub struct PortKernel {
    number: u32,
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
        self.finish_ready(deadline, awake, Timing::Pumped(self.number));
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

    fn finish_ready(&self, deadline: Deadline, awake: impl FnOnce(), timing: Timing) {
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
        static NEXT_NUMBER: AtomicU32 = AtomicU32::new(1);
        let processors = || std::thread::available_parallelism().map_or(1, usize::from);
        let limit = if concurrency == 0 { processors() } else { concurrency as usize };
        let number = NEXT_NUMBER.fetch_add(1, Ordering::Relaxed);
        let set = EpollSet::new()?;
        let kernel = PortKernel { number, set, staff: OnceLock::new(), ring: OnceLock::new() };
        let port = Arc::new(Port {
            queue: Queue::new(limit, kernel),
            signal: Dispatcher::new(Kind::Notification, 0),
            waited_for: AtomicBool::new(false),
        });
        worker::get().know(number, &port);
        Ok(port)
    }

    /// The port's threads come from here: it is told when the port lacks one.  The first stays.
    pub fn staff(&self, staff: Weak<dyn Staff>) {
        let _first = self.queue.kernel().staff.set(staff);
        self.queue.staff();
    }

    /// The port's number, by which the worker knows it.
    #[inline]
    pub fn number(&self) -> u32 {
        self.queue.kernel().number
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
        if !self.waited_for.swap(true, Ordering::SeqCst) && self.queue.has_backlog() {
            self.signal.set();
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
    pub fn post(&self, packet: Packet) {
        self.queue.post(packet);
        self.keep_signal();
    }

    /// Queues the packet of finished I/O.
    #[inline]
    pub fn insert(&self, packet: Packet, timing: Timing) {
        if timing == Timing::Pumped(self.number()) {
            self.queue.insert_from_kernel(packet);
        } else {
            self.queue.insert(packet);
        }
        self.keep_signal();
    }

    /// As [`remove`], for a port without a handle.
    pub fn remove(self: &Arc<Self>, terms: &WaitTerms, packets: &mut [Packet]) -> Removed {
        self.remove_as(|| None, terms, packets)
    }

    #[inline(never)]
    fn remove_as(
        self: &Arc<Self>,
        name: impl FnOnce() -> Option<Name>,
        terms: &WaitTerms,
        packets: &mut [Packet],
    ) -> Removed {
        let is_tied = WORKER
            .with_borrow(|tied| tied.as_ref().is_some_and(|tied| Arc::ptr_eq(&tied.port, self)));
        if !is_tied {
            WORKER.set(Some(TiedWorker::tie(self, name())));
        }
        WORKER.with_borrow(|tied| match tied {
            Some(tied) => tied.remove(terms, packets),
            None => Removed::Abandoned,
        })
    }

    /// True when the calling thread works for this port.
    pub fn is_worked_for_by_caller(&self) -> bool {
        WORKER.with_borrow(|tied| {
            tied.as_ref().is_some_and(|tied| core::ptr::eq(Arc::as_ptr(&tied.port), self))
        })
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
    #[inline]
    pub fn may_be_unwatched(&self) {
        let kernel = self.queue.kernel();
        // Packets come without the kernel's help, and a request that needs it asks when it begins.
        if !kernel.set.is_empty() {
            kernel.ask_for_tending();
        }
    }

    /// See [`Queue::tend`].
    pub fn tend(&self) -> Tended {
        self.queue.tend()
    }

    /// True while none of its threads listens.
    pub fn is_unwatched(&self) -> bool {
        self.queue.is_unwatched()
    }

    /// Finishes what is ready, on behalf of whoever does not listen.
    pub fn finish_ready(&self) {
        self.queue.kernel().finish_ready(Deadline::Passed, || {}, Timing::Later);
        self.queue.wake_again();
    }

    #[inline]
    fn keep_signal(&self) {
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

/// The next packet of the port behind a handle, when the calling thread worked for it last and
/// nothing else is to be done.
#[inline]
pub fn next(handle: usize) -> Option<Packet> {
    WORKER.with_borrow(|tied| {
        let tied = tied.as_ref()?;
        if !tied.is_to(handle) {
            return None;
        }
        let packet = tied.port.queue.next(&tied.worker)?;
        tied.port.keep_signal();
        Some(packet)
    })
}

/// Waits for packets of the port behind a handle; the calling thread works for it from now on.
///
/// # Errors
/// `INVALID_HANDLE`, `OBJECT_TYPE_MISMATCH` when it names no port.
#[inline]
pub fn remove(handle: usize, terms: &WaitTerms, packets: &mut [Packet]) -> Result<Removed> {
    let again = WORKER.with_borrow(|tied| {
        let tied = tied.as_ref()?;
        tied.is_to(handle).then(|| tied.remove(terms, packets))
    });
    if let Some(removed) = again {
        return Ok(removed);
    }
    let object = handle::lookup(handle)?;
    let port = object.port()?.clone();
    let name = || Some(Name { handle, witness: object.witness(), _object: object.to_arc() });
    Ok(port.remove_as(name, terms, packets))
}

thread_local! {
    /// The port that this thread works for: the last it asked for a packet.
    static WORKER: RefCell<Option<TiedWorker>> = const { RefCell::new(None) };
}

/// A handle that names a port.
struct Name {
    handle: usize,
    witness: Witness<'static, Object>,
    /// The witness's object.
    _object: Reference,
}

/// The thread's tie to a port; dropping it unties.
struct TiedWorker {
    /// The handle that led to the port, if one did.
    name: Option<Name>,
    port: Arc<Port>,
    worker: Arc<QueueWorker>,
}

impl TiedWorker {
    fn tie(port: &Arc<Port>, name: Option<Name>) -> Self {
        let thread = Thread::current();
        let worker = QueueWorker::new(Arc::new(ThreadSleeper(thread.clone())));
        port.queue.tie(&worker);
        let (port, worker) = (port.clone(), worker);
        let hook = Hook { port: port.clone(), worker: worker.clone() };
        thread.set_worker_of(Some(Arc::new(hook)));
        TiedWorker { name, port, worker }
    }

    /// True when the handle led here and still does, so that it need not be looked up.
    #[inline]
    fn is_to(&self, handle: usize) -> bool {
        self.name.as_ref().is_some_and(|name| name.handle == handle && name.witness.holds())
    }

    #[inline]
    fn remove(&self, terms: &WaitTerms, packets: &mut [Packet]) -> Removed {
        let removed = self.port.queue.remove(&self.worker, terms, packets);
        self.port.keep_signal();
        removed
    }
}

/// What the thread tells its port when it blocks elsewhere.
struct Hook {
    port: Arc<Port>,
    worker: Arc<QueueWorker>,
}

impl PortWorker for Hook {
    fn blocks(&self) {
        self.port.queue.worker_blocks(&self.worker);
    }

    fn runs(&self) {
        self.port.queue.worker_runs(&self.worker);
    }

    fn leaves(&self) {
        self.port.queue.untie(&self.worker);
    }
}

/// A thread, parked at a port.
struct ThreadSleeper(Arc<Thread>);

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
