//! The thread's block: where it sleeps, what it waits for, its APCs, what it owns, how it ends.
//!
//! Every thread that calls us has a [`Thread`]: those that `CreateThread` started from their first
//! instruction on ([`super::thread_start`]), foreign ones from their first call.  A thread's block
//! is run down when the thread ends, by the destructor of a thread-local value.
//!
//! *The wait word.*  A thread waits for one thing at a time (an APC that waits runs when the wait
//! which it interrupted is over).
//!
//! ```text
//!   IDLE --begin_wait--> WAITING --claim--> CLAIMED --conclude--> the result
//!                           '-------------give_up---------------> the result
//! ```
//!
//! WAITING is left by one compare-exchange: by the one who satisfies the wait, or by the thread
//! when it gives up.  CLAIMED lasts until everything has been taken for the thread: were the result
//! there before, the thread could end before the mutex that it got stands in its list, and never
//! abandon it.

use super::apc::{Alert, Apc, ApcQueue, Sleeper};
use super::dispatcher::{Dispatcher, Kind};
#[cfg(not(any(loom, shuttle)))]
use super::listen::Listening;
use super::mutant::Mutant;
use super::park::Parker;
use super::spin::Spin;
use super::teb::teb;
use crate::status::{Result, Status};
use crate::sync::{AtomicBool, AtomicU32, Mutex, Ordering, thread_local};
use core::cell::{Cell, RefCell};
use core::mem::ManuallyDrop;
use core::sync::atomic::{AtomicI32, AtomicU64 as Counter, AtomicUsize};
use std::sync::{Arc, Weak};

#[path = "rundown.rs"]
mod rundown;

use rundown::{FIRST, LIVE, run_down};
pub use rundown::{RundownHook, at_rundown, serve};
#[cfg(not(any(loom, shuttle)))]
pub(super) use rundown::{is_first, last_exit_code, run_down_early, wait_for_others};

const IDLE: u32 = u32::MAX;
const WAITING: u32 = u32::MAX - 1;
const CLAIMED: u32 = u32::MAX - 2;

/// The exit code of a thread that still runs.
pub const STILL_ACTIVE: u32 = 259;

/// A completion port as the threads tied to it see it.  Called by the thread itself.
pub trait PortWorker: Send + Sync {
    /// The thread is about to block: its place is free.
    fn blocks(&self);
    /// The thread runs again, even if that makes one too many.
    fn runs(&self);
    /// The thread ends, or will work for another port.
    fn leaves(&self);
}

/// One thread.
pub struct Thread {
    serial: u64,
    id: AtomicU32,
    parker: Parker,
    spin: Spin,
    wait: AtomicU32,
    apcs: ApcQueue,
    owned: Mutex<Vec<Weak<Mutant>>>,
    exit_code: AtomicU32,
    dispatcher: Dispatcher,
    worker: Mutex<Option<Arc<dyn PortWorker>>>,
    worker_address: AtomicUsize,
    /// How often `ResumeThread` must be called before the thread begins.
    suspended: AtomicU32,
    priority: AtomicI32,
    /// True while the process lives as long as this thread does.
    counted: AtomicBool,
    /// Requests that this thread issued and that are still pending.  `io` counts here and looks
    /// here whether there is anything to cancel when the thread ends.
    pub pending_requests: AtomicU32,
    #[cfg(not(any(loom, shuttle)))]
    listening: Listening,
    #[cfg(not(any(loom, shuttle)))]
    object: Mutex<crate::ob::object::ThreadObject>,
    /// Interrupts this thread's waits for a descriptor; made when first needed.
    #[cfg(not(any(loom, shuttle)))]
    pub(super) descriptor_wake: std::sync::OnceLock<std::os::fd::OwnedFd>,
    #[cfg(not(any(loom, shuttle)))]
    pub(super) synchronous_call: super::descriptor_wait::SynchronousCall,
}

impl Thread {
    /// A thread that has not begun.
    pub(super) fn new() -> Arc<Thread> {
        static NEXT_SERIAL: Counter = Counter::new(1);
        Arc::new(Thread {
            serial: NEXT_SERIAL.fetch_add(1, core::sync::atomic::Ordering::Relaxed),
            id: AtomicU32::new(0),
            parker: Parker::new(),
            spin: Spin::default(),
            wait: AtomicU32::new(IDLE),
            apcs: ApcQueue::default(),
            owned: Mutex::default(),
            exit_code: AtomicU32::new(0),
            dispatcher: Dispatcher::new(Kind::Notification, 0),
            worker: Mutex::default(),
            worker_address: AtomicUsize::new(0),
            suspended: AtomicU32::new(0),
            priority: AtomicI32::new(0),
            counted: AtomicBool::new(false),
            pending_requests: AtomicU32::new(0),
            #[cfg(not(any(loom, shuttle)))]
            listening: Listening::default(),
            #[cfg(not(any(loom, shuttle)))]
            object: Mutex::default(),
            #[cfg(not(any(loom, shuttle)))]
            descriptor_wake: std::sync::OnceLock::new(),
            #[cfg(not(any(loom, shuttle)))]
            synchronous_call: super::descriptor_wait::SynchronousCall::default(),
        })
    }

    /// The calling thread.
    pub fn current() -> Arc<Thread> {
        with_current(Arc::clone)
    }

    /// A number that no other thread of this process has, had or will have.
    pub fn serial(&self) -> u64 {
        self.serial
    }

    /// The thread's id, which is also the kernel's (`gettid`).
    #[inline]
    pub fn id(&self) -> u32 {
        self.id.load(Ordering::Relaxed)
    }

    pub(super) fn set_id(&self, id: u32) {
        self.id.store(id, Ordering::Relaxed);
    }

    /// Where this thread sleeps.  Anybody may unpark it; only the thread itself parks.
    pub fn parker(&self) -> &Parker {
        &self.parker
    }

    /// Whether it looks before it sleeps; only the thread itself uses it.
    pub fn spin(&self) -> &Spin {
        &self.spin
    }

    /// Whether it listens when it waits; only the thread itself uses it.
    #[cfg(not(any(loom, shuttle)))]
    pub fn listening(&self) -> &Listening {
        &self.listening
    }

    /// The thread's APCs.
    pub fn apcs(&self) -> &ApcQueue {
        &self.apcs
    }

    /// Signalled when the thread has ended.
    pub fn dispatcher(&self) -> &Dispatcher {
        &self.dispatcher
    }

    /// True once the thread has been run down.
    pub fn has_ended(&self) -> bool {
        self.dispatcher.is_signalled()
    }

    /// The exit code, or [`STILL_ACTIVE`].
    pub fn exit_code(&self) -> u32 {
        if self.has_ended() { self.exit_code.load(Ordering::Relaxed) } else { STILL_ACTIVE }
    }

    /// Says with which code the thread is going to end.
    pub fn set_exit_code(&self, code: u32) {
        self.exit_code.store(code, Ordering::Relaxed);
    }

    /// The object under which handles name this thread.
    #[cfg(not(any(loom, shuttle)))]
    pub(crate) fn object(&self) -> &Mutex<crate::ob::object::ThreadObject> {
        &self.object
    }

    pub(super) fn owned(&self) -> &Mutex<Vec<Weak<Mutant>>> {
        &self.owned
    }

    /// Queues an APC and wakes the thread if it waits alertably.
    ///
    /// # Errors
    /// `UNSUCCESSFUL` when the thread has ended.
    pub fn queue_apc(&self, apc: Apc) -> Result<()> {
        match self.apcs.queue(apc)? {
            Sleeper::Awake => {}
            Sleeper::Parked => self.parker.unpark(),
            #[cfg(not(any(loom, shuttle)))]
            Sleeper::Descriptor => self.wake_fd_wait(),
            #[cfg(any(loom, shuttle))]
            Sleeper::Descriptor => {}
            Sleeper::Other(sleeper) => sleeper.alert(),
        }
        Ok(())
    }

    /// The calling thread starts an alertable wait of another component's making: from now on a
    /// queued APC unparks it (None) or alerts what it sleeps in.  False when APCs are due already.
    /// After the wait the thread calls [`Thread::end_alertable`], but only if this was true.
    pub fn begin_alertable(&self, elsewhere: Option<Arc<dyn Alert>>) -> bool {
        self.apcs.fall_asleep(elsewhere.map_or(Sleeper::Parked, Sleeper::Other))
    }

    /// The alertable wait is over.
    pub fn end_alertable(&self) {
        self.apcs.wake_up();
    }

    /// The thread is not to begin before [`Thread::resume`].
    #[cfg(not(any(loom, shuttle)))]
    pub(super) fn suspend_before_start(&self) {
        self.suspended.store(1, Ordering::Relaxed);
    }

    #[cfg(not(any(loom, shuttle)))]
    pub(super) fn is_suspended(&self) -> bool {
        self.suspended.load(Ordering::Acquire) != 0
    }

    /// Lets a thread begin that was created suspended.  Returns how often it was suspended before:
    /// 0 for a thread that runs.
    pub fn resume(&self) -> u32 {
        let before = self.suspended.swap(0, Ordering::AcqRel);
        if before != 0 {
            self.parker.unpark();
        }
        before
    }

    /// The priority that was last set: 0 is normal.
    pub fn priority(&self) -> i32 {
        self.priority.load(core::sync::atomic::Ordering::Relaxed)
    }

    #[cfg(not(any(loom, shuttle)))]
    pub(super) fn note_priority(&self, priority: i32) {
        self.priority.store(priority, core::sync::atomic::Ordering::Relaxed);
    }

    /// The process lives as long as this thread.
    pub(super) fn count_in(&self) {
        if !self.counted.swap(true, Ordering::Relaxed) {
            LIVE.fetch_add(1, core::sync::atomic::Ordering::Relaxed);
        }
    }

    /// The thread has ended, or belongs to us and not to the program.
    pub fn count_out(&self) {
        if self.counted.swap(false, Ordering::Relaxed)
            && LIVE.fetch_sub(1, core::sync::atomic::Ordering::AcqRel) == 1
            && let Some(waiting) = FIRST.get()
        {
            waiting.parker.unpark();
        }
    }

    pub(super) fn begin_wait(&self) {
        self.wait.store(WAITING, Ordering::Relaxed);
    }

    pub(super) fn is_waiting(&self) -> bool {
        self.wait.load(Ordering::Relaxed) == WAITING
    }

    /// Lets the caller, and nobody else, satisfy the wait; false when it has ended already.  The
    /// caller takes what the wait takes and then calls [`Thread::conclude`].
    pub(super) fn claim(&self) -> bool {
        self.wait.compare_exchange(WAITING, CLAIMED, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }

    /// Ends a wait that the caller has claimed.
    pub(super) fn conclude(&self, status: Status) {
        self.wait.store(status.0, Ordering::Release);
    }

    /// The result of the calling thread's wait, once there is one.
    pub(super) fn wait_result(&self) -> Option<Status> {
        let word = self.wait.load(Ordering::Acquire);
        (word != WAITING && word != CLAIMED).then_some(Status(word))
    }

    /// The calling thread gives its wait up with this result, unless it was satisfied meanwhile.
    pub(super) fn give_up(&self, status: Status) -> Status {
        let waiting = Ordering::Relaxed;
        if self.wait.compare_exchange(WAITING, status.0, waiting, waiting).is_ok() {
            return status;
        }
        loop {
            if let Some(satisfied) = self.wait_result() {
                return satisfied;
            }
            // Who has claimed the wait concludes it at once and then unparks.
            self.parker.park(super::deadline::Deadline::Never);
        }
    }

    /// Ties the calling thread to a port, or to none; `self` is the calling thread.
    pub fn set_worker_of(&self, port: Option<Arc<dyn PortWorker>>) {
        WORKS_FOR_A_PORT.with(|works| works.set(port.is_some()));
        let address = port.as_ref().map_or(0, |port| Arc::as_ptr(port).cast::<()>().addr());
        self.worker_address.store(address, core::sync::atomic::Ordering::Relaxed);
        let before = core::mem::replace(&mut *self.worker.lock(), port);
        // Told and dropped without the lock: it may be the last reference to a port.
        if let Some(before) = before {
            before.leaves();
        }
    }

    /// The address of the port object that this thread is tied to, or 0: a cheap way to ask "still
    /// mine?" before [`Thread::set_worker_of`].
    pub fn worker_address(&self) -> usize {
        self.worker_address.load(core::sync::atomic::Ordering::Relaxed)
    }

    /// The port that this thread is tied to.
    pub fn worker_of(&self) -> Option<Arc<dyn PortWorker>> {
        self.worker.lock().clone()
    }
}

thread_local! {
    /// No destructor: it stays usable while other thread-local values are destroyed.
    static CURRENT: ManuallyDrop<RefCell<Option<Arc<Thread>>>> =
        const { ManuallyDrop::new(RefCell::new(None)) };
    static WORKS_FOR_A_PORT: Cell<bool> = const { Cell::new(false) };
}

#[cfg(not(any(loom, shuttle)))]
thread_local! {
    static RUNDOWN: Rundown = const { Rundown };
}

/// Its destructor runs the thread's block down.
#[cfg(not(any(loom, shuttle)))]
struct Rundown;

#[cfg(not(any(loom, shuttle)))]
impl Drop for Rundown {
    fn drop(&mut self) {
        end();
    }
}

/// The calling thread ends.  Only models call this themselves.
pub fn end() {
    if let Some(thread) = CURRENT.with(|current| current.borrow().clone()) {
        run_down(&thread);
        CURRENT.with(|current| current.take());
    }
}

/// Calls with the calling thread's block, without counting a reference.
pub fn with_current<R>(body: impl FnOnce(&Arc<Thread>) -> R) -> R {
    CURRENT.with(|current| {
        if let Some(thread) = &*current.borrow() {
            return body(thread);
        }
        let thread = Thread::new();
        thread.set_id(own_id());
        adopt_into(current, thread, body)
    })
}

/// The calling thread's id.
#[inline]
pub fn current_id() -> u32 {
    match teb().thread_id.get() {
        0 => find_current_id(),
        id => id,
    }
}

#[cold]
fn find_current_id() -> u32 {
    let id = with_current(|thread| thread.id());
    teb().thread_id.set(id);
    id
}

#[cold]
fn adopt_into<R>(
    current: &RefCell<Option<Arc<Thread>>>,
    thread: Arc<Thread>,
    body: impl FnOnce(&Arc<Thread>) -> R,
) -> R {
    // A model's threads run down by hand: a checker's thread-local values cannot be reached while
    // one of them is destroyed.
    #[cfg(not(any(loom, shuttle)))]
    if RUNDOWN.try_with(|_| ()).is_err() {
        // The thread is at its very end (a destructor of the program's calls us after ours ran).
        // It gets a block for this one call, which what the call does finds too.
        current.replace(Some(thread.clone()));
        let result = body(&thread);
        run_down(&thread);
        current.take();
        return result;
    }
    thread.count_in();
    current.replace(Some(thread));
    match &*current.borrow() {
        Some(thread) => body(thread),
        None => unreachable!("it was just put there, and only this thread takes it"),
    }
}

/// Makes this block the calling thread's, at the beginning of a thread that we started.
#[cfg(not(any(loom, shuttle)))]
pub(super) fn adopt(thread: Arc<Thread>) {
    thread.set_id(own_id());
    CURRENT.with(|current| adopt_into(current, thread, |_| ()));
}

#[cfg(not(any(loom, shuttle)))]
fn own_id() -> u32 {
    // Kernel thread ids are positive.
    rustix::thread::gettid().as_raw_nonzero().get().unsigned_abs()
}

#[cfg(any(loom, shuttle))]
fn own_id() -> u32 {
    1
}

/// Does something that may block.  A thread tied to a port gives its place there to another
/// meanwhile; for all others this costs a look at a flag.
pub fn blocking<R>(body: impl FnOnce() -> R) -> R {
    if !WORKS_FOR_A_PORT.with(Cell::get) {
        return body();
    }
    with_current(|thread| blocking_as(thread, body))
}

/// As [`blocking`], for a caller that has its block at hand.
pub(super) fn blocking_as<R>(thread: &Arc<Thread>, body: impl FnOnce() -> R) -> R {
    if thread.worker_address() == 0 {
        return body();
    }
    let Some(port) = thread.worker_of() else { return body() };
    port.blocks();
    let result = body();
    port.runs();
    result
}

#[cfg(all(test, not(any(loom, shuttle))))]
#[path = "thread_tests.rs"]
mod tests;
