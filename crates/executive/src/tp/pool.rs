//! A pool: its threads, their port, and the callbacks that wait for a thread.
//!
//! For each callback that is submitted one packet goes to the port; who takes the packet takes the
//! first callback of the highest priority.  A callback that is cancelled leaves its packet behind,
//! and who takes that finds nothing to do.  A request's packet has a key of [`super::io`].
//!
//! At most one thread is being started at any time; when it has taken its packet the port asks for
//! the next one if there is need.

use super::callback::Told;
use super::io;
use super::member::Member;
use crate::io::port::{Port, Staff};
use crate::ke::apc;
use crate::ke::deadline::Deadline;
use crate::ke::queue::{Packet, Removed};
use crate::ke::thread::{self, Thread};
use crate::ke::thread_start;
use crate::ke::waiter::WaitTerms;
use crate::ob::table::{Pinned, Table};
use crate::status::{Result, Status};
use crate::sync::{AtomicU32, Mutex, MutexGuard, Ordering};
use crate::sys::program_thread::on_base;
use core::time::Duration;
use std::collections::VecDeque;
use std::sync::{Arc, Weak};

/// A thread that has had nothing to do for so long ends.
const IDLE: Duration = Duration::from_secs(5);
/// Windows' own limit.
const MAXIMUM: u32 = 500;
/// The key of packets that stand for a submitted callback.
const SUBMITTED: usize = 0;

/// What goes first; the numbers are Windows'.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Priority {
    /// Before all others.
    High = 0,
    /// In between.
    #[default]
    Normal = 1,
    /// After all others.
    Low = 2,
}

/// A callback that waits for a thread.
pub(super) struct Item {
    pub(super) member: Arc<Member>,
    pub(super) told: Told,
}

/// The stack of new threads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StackInformation {
    /// Bytes of address space; 0 for the default.
    pub reserve: usize,
    /// Bytes of memory; Linux commits a stack when it is touched.
    pub commit: usize,
}

struct State {
    items: [VecDeque<Item>; 3],
    workers: u32,
    /// One of them has not begun yet.
    starting: bool,
    minimum: u32,
    maximum: u32,
    /// Pool objects that may still submit.
    members: u32,
    closed: bool,
    stack: StackInformation,
    /// The last thread that began, for the pool that has only one.
    thread: Option<Arc<Thread>>,
}

/// A pool.
pub struct Pool {
    this: Weak<Pool>,
    port: Arc<Port>,
    state: Mutex<State>,
    /// Workers that run a callback now.
    busy: AtomicU32,
    /// Its thread stays, waits alertably, and does not keep the process alive.
    persistent: bool,
}

static POOLS: Table<Pool> = Table::new();
static DEFAULT: Mutex<Option<Arc<Pool>>> = Mutex::new(None);
static WAIT_THREAD: Mutex<Option<Arc<Pool>>> = Mutex::new(None);

/// The process's own pool.
///
/// # Errors
/// `TOO_MANY_OPENED_FILES` and the like when its port cannot be made.
pub fn default() -> Result<Arc<Pool>> {
    get(&DEFAULT, MAXIMUM, false)
}

/// The pool whose one thread runs callbacks "in the wait thread" and "in the timer thread", and to
/// which the mutexes of waits go.
///
/// # Errors
/// As for [`default`].
pub fn wait_thread() -> Result<Arc<Pool>> {
    get(&WAIT_THREAD, 1, true)
}

fn get(place: &Mutex<Option<Arc<Pool>>>, maximum: u32, persistent: bool) -> Result<Arc<Pool>> {
    let mut known = place.lock();
    match &*known {
        Some(pool) => Ok(pool.clone()),
        None => Ok(known.insert(Pool::new(maximum, persistent)?).clone()),
    }
}

/// Makes a pool of the program's; its number.
///
/// # Errors
/// As for [`default`]; `INSUFFICIENT_RESOURCES`.
pub fn create() -> Result<u32> {
    POOLS.insert(Pool::new(MAXIMUM, false)?).ok_or(Status::INSUFFICIENT_RESOURCES)
}

/// The pool of this number.
pub fn find(number: usize) -> Option<Pinned<'static, Pool>> {
    POOLS.lookup(u32::try_from(number).ok()?)
}

/// The program needs the pool no longer; it goes with the last of its objects.  False for none.
pub fn close(number: usize) -> bool {
    let Some(pool) = u32::try_from(number).ok().and_then(|number| POOLS.remove(number)) else {
        return false;
    };
    pool.state.lock().closed = true;
    pool.tell_workers();
    true
}

impl Pool {
    fn new(maximum: u32, persistent: bool) -> Result<Arc<Pool>> {
        let port = Port::new(0)?;
        let state = State {
            items: Default::default(),
            workers: 0,
            starting: false,
            minimum: u32::from(persistent),
            maximum,
            members: 0,
            closed: false,
            stack: StackInformation::default(),
            thread: None,
        };
        let pool = Arc::new_cyclic(|this: &Weak<Pool>| Pool {
            this: this.clone(),
            port,
            state: Mutex::new(state),
            busy: AtomicU32::new(0),
            persistent,
        });
        pool.port.staff(pool.this.clone());
        Ok(pool)
    }

    /// The port whose threads the workers are.
    pub(super) fn port(&self) -> &Arc<Port> {
        &self.port
    }

    /// True for the pool of the one wait thread.
    pub(super) fn is_wait_thread(&self) -> bool {
        self.persistent
    }

    /// At most so many threads; at least one.
    pub fn set_maximum(&self, maximum: u32) {
        let mut state = self.state.lock();
        state.maximum = maximum.max(1);
        state.minimum = state.minimum.min(state.maximum);
    }

    /// So many threads stay, and are started now.
    ///
    /// # Errors
    /// `INSUFFICIENT_RESOURCES`: there is no room for them; those that could be started stay.
    pub fn set_minimum(&self, minimum: u32) -> Result<()> {
        let mut state = self.state.lock();
        state.minimum = minimum;
        state.maximum = state.maximum.max(minimum);
        while state.workers < minimum {
            state = self.start(state)?;
        }
        Ok(())
    }

    /// The stack of threads that are started from now on.
    pub fn set_stack(&self, stack: StackInformation) {
        self.state.lock().stack = stack;
    }

    /// See [`Pool::set_stack`].
    pub fn stack(&self) -> StackInformation {
        self.state.lock().stack
    }

    /// The wait thread.
    ///
    /// # Errors
    /// `INSUFFICIENT_RESOURCES` when it cannot be started.
    pub(super) fn thread(&self) -> Result<Arc<Thread>> {
        let mut state = self.state.lock();
        if state.workers == 0 {
            state = self.start(state)?;
        }
        state.thread.clone().ok_or(Status::INSUFFICIENT_RESOURCES)
    }

    /// Queues a callback.
    pub(super) fn push(&self, priority: Priority, item: Item) {
        self.state.lock().items[priority as usize].push_back(item);
        self.send();
    }

    fn send(&self) {
        let packet = Packet { key: SUBMITTED, ..Packet::default() };
        self.port.post(packet);
    }

    /// Takes the queued callbacks of an object back; how many there were.
    pub(super) fn take_back(&self, member: &Member) -> u32 {
        let mut removed = Vec::new();
        for queue in &mut self.state.lock().items {
            let (own, others) = core::mem::take(queue)
                .into_iter()
                .partition::<VecDeque<Item>, _>(|item| core::ptr::eq(&*item.member, member));
            *queue = others;
            removed.extend(own);
        }
        // They go, with their references, when no lock is held.
        u32::try_from(removed.len()).unwrap_or(u32::MAX)
    }

    /// One object more may submit.
    pub(super) fn join(&self) {
        self.state.lock().members += 1;
    }

    /// One less.
    pub(super) fn leave(&self) {
        let mut state = self.state.lock();
        state.members -= 1;
        let last = state.closed && state.members == 0;
        drop(state);
        if last {
            self.tell_workers();
        }
    }

    /// Makes every worker look whether it is needed.
    fn tell_workers(&self) {
        let workers = self.state.lock().workers;
        for _ in 0..workers {
            self.send();
        }
    }

    /// True when a thread is there, or could be started, for other callbacks than the caller's.
    pub(super) fn has_another_thread(&self) -> bool {
        let state = self.state.lock();
        state.workers < state.maximum || state.workers > self.busy.load(Ordering::Relaxed)
    }

    /// Starts a thread.  Gives the lock back meanwhile.
    fn start<'a>(&'a self, mut state: MutexGuard<'a, State>) -> Result<MutexGuard<'a, State>> {
        let pool = self.this.upgrade().ok_or(Status::INSUFFICIENT_RESOURCES)?;
        state.workers += 1;
        state.starting = true;
        let stack = state.stack.reserve;
        drop(state);
        let started = thread_start::start_own(stack, move || pool.work());
        let mut state = self.state.lock();
        match started {
            Ok(thread) => state.thread = Some(thread),
            Err(status) => {
                state.workers -= 1;
                state.starting = false;
                return Err(status);
            }
        }
        Ok(state)
    }

    /// The life of a worker; the thread's exit code.
    fn work(&self) -> u32 {
        if self.persistent {
            thread::serve();
        }
        self.state.lock().starting = false;
        loop {
            let terms = WaitTerms { deadline: Deadline::after(IDLE), alertable: self.persistent };
            let mut packets = [Packet::default()];
            let (left, idle) = match self.port.remove(&terms, &mut packets) {
                Removed::Packets(_) => {
                    self.busy.fetch_add(1, Ordering::Relaxed);
                    let left = self.serve(packets[0]);
                    self.busy.fetch_sub(1, Ordering::Relaxed);
                    (left, false)
                }
                Removed::Alerted => (on_base(deliver_apcs), false),
                Removed::TimedOut | Removed::Abandoned => (None, true),
            };
            if let Some(code) = left {
                self.end(|_| true);
                return code;
            }
            let over = |state: &State| {
                state.closed && state.members == 0 || idle && state.workers > state.minimum
            };
            if self.end(over) {
                // A packet that came just before has found a thread, so none was started for it.
                if idle && self.port.has_backlog() {
                    self.is_starved();
                }
                return 0;
            }
        }
    }

    /// Ends the calling worker if the state says so.
    fn end(&self, is_over: impl FnOnce(&State) -> bool) -> bool {
        let mut state = self.state.lock();
        let over = is_over(&state);
        if over {
            state.workers -= 1;
        }
        over
    }

    /// Does what a packet stands for.  The exit code, if the callback has ended the thread.
    fn serve(&self, packet: Packet) -> Option<u32> {
        if packet.key != SUBMITTED {
            return io::serve(packet);
        }
        let mut state = self.state.lock();
        let item = state.items.iter_mut().find_map(VecDeque::pop_front);
        drop(state);
        let item = item?;
        item.member.execute(item.told)
    }
}

impl Staff for Pool {
    fn is_starved(&self) {
        let state = self.state.lock();
        if !state.starting && state.workers < state.maximum {
            // Without room for a thread the callbacks wait for those that there are.
            let _started = self.start(state);
        }
    }
}

fn deliver_apcs() {
    apc::deliver();
}

/// The calling worker is not to be counted among the running ones until it comes back.
pub(super) fn do_not_count_caller() {
    if let Some(port) = thread::with_current(|thread| thread.worker_of()) {
        port.blocks();
    }
}
