//! A small executor: its threads are the workers of a port, and a task that can go on is a packet.
//!
//! So the port's own rules say who runs a task: the thread that waited last, and no more threads at
//! once than the port's concurrency.

use crate::port::posted::Repeated;
use crate::port::registry::Registry;
use crate::port::{Associated, CompletionPort, Overlapped};
use crate::task::future::Woken;
use crate::{Error, Result};
use core::future::Future;
use core::pin::{Pin, pin};
use core::task::{Context, Poll, Waker};
use core::{fmt, ptr};
use lapwing_status::Status;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, TryLockError, Weak};
use std::task::Wake;
use std::thread::{self, JoinHandle, Thread};

/// What comes out of an executor's port; its own business.
pub struct Work(Inner);

enum Inner {
    /// An operation has ended, and has woken its task.
    Woken,
    Run(Arc<TaskPacket>),
    Stop,
}

impl From<Woken> for Work {
    fn from(_: Woken) -> Self {
        Work(Inner::Woken)
    }
}

/// What the executor, its threads and its tasks share.
struct Shared {
    port: CompletionPort<Work>,
    /// Those that have not ended.
    tasks: Registry<TaskPacket>,
}

type TaskFuture = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A task, as what is posted when it can go on.
type TaskPacket = Repeated<Task, Work>;

struct Task {
    executor: Weak<Shared>,
    /// None when it has ended.
    future: Mutex<Option<TaskFuture>>,
    /// A packet for it is in the port.
    queued: AtomicBool,
}

impl Wake for TaskPacket {
    fn wake(self: Arc<Self>) {
        if self.queued.swap(true, Ordering::AcqRel) {
            return;
        }
        let task = self.clone();
        if self.executor.upgrade().is_some_and(|it| it.port.post_again(task).is_err()) {
            // For lack of memory; whoever wakes it next tries again.
            self.queued.store(false, Ordering::Release);
        }
    }
}

impl TaskPacket {
    /// Polls it.  A panic ends the task and nothing else.
    fn run(self: Arc<Self>) {
        self.queued.store(false, Ordering::Release);
        let waker = Waker::from(self.clone());
        let mut place = self.future.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(future) = &mut *place else { return };
        let mut context = Context::from_waker(&waker);
        let polled = catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(&mut context)));
        if !matches!(polled, Ok(Poll::Pending)) {
            let ended = place.take();
            drop(place);
            let _panicked = catch_unwind(AssertUnwindSafe(|| drop(ended)));
        }
    }

    /// Ends it where it is, unless it is this very task that asks.
    fn end(&self) {
        let ended = match self.future.try_lock() {
            Ok(mut place) => place.take(),
            Err(TryLockError::Poisoned(place)) => place.into_inner().take(),
            Err(TryLockError::WouldBlock) => None,
        };
        let _panicked = catch_unwind(AssertUnwindSafe(|| drop(ended)));
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        if let Some(executor) = self.executor.upgrade() {
            executor.tasks.remove(ptr::from_ref(self).addr());
        }
    }
}

/// Threads that run tasks, and the port at which their operations finish.
///
/// Dropping it ends the threads after the tasks they are at, cancels all operations, and drops the
/// tasks.
///
/// ```
/// use lapwing::{Accept, Executor, Operation, TcpListener};
/// # use std::io::{Read, Write};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let executor = Executor::new(1)?;
/// let listener = executor.associate(TcpListener::bind("127.0.0.1:0")?)?;
/// let address = listener.local_address()?;
/// let spawner = executor.spawner();
/// executor.spawn(async move {
///     let mut accept = Operation::new(Accept::new());
///     loop {
///         let mut done = listener.accept(accept).await;
///         let stream = done.accepted().and_then(|stream| spawner.associate(stream));
///         let Ok(stream) = stream else { break };
///         accept = done.operation;
///         let echo = async move {
///             let mut operation = Operation::new(Vec::with_capacity(4096));
///             loop {
///                 let received = stream.receive(operation).await;
///                 if !received.result.is_ok_and(|count| count > 0) {
///                     break;
///                 }
///                 operation = stream.send(received.operation).await.operation;
///             }
///         };
///         if spawner.spawn(echo).is_err() {
///             break;
///         }
///     }
/// })?;
///
/// let mut client = std::net::TcpStream::connect(address)?;
/// client.write_all(b"hello")?;
/// let mut answer = [0; 5];
/// client.read_exact(&mut answer)?;
/// assert_eq!(&answer, b"hello");
/// # Ok(())
/// # }
/// ```
pub struct Executor {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

/// Starts tasks in an executor, from anywhere; it does not keep it.
#[derive(Clone)]
pub struct Spawner(Weak<Shared>);

impl Executor {
    /// An executor with so many threads; 0: as many as there are processors.
    ///
    /// # Errors
    /// As for [`CompletionPort::new`]; `INSUFFICIENT_RESOURCES` when a thread cannot be started.
    pub fn new(threads: u32) -> Result<Self> {
        let processors = || thread::available_parallelism().map_or(1, |count| count.get() as u32);
        let count = if threads == 0 { processors() } else { threads };
        let (port, tasks) = (CompletionPort::new(count)?, Registry::default());
        let mut executor =
            Executor { shared: Arc::new(Shared { port, tasks }), threads: Vec::new() };
        for number in 0..count {
            let shared = executor.shared.clone();
            let name = format!("lapwing-{number}");
            let thread = thread::Builder::new().name(name).spawn(move || work(&shared.port));
            let error = Error::from_status(Status::INSUFFICIENT_RESOURCES, "CreateThread");
            executor.threads.push(thread.map_err(|_| error)?);
        }
        Ok(executor)
    }

    /// What tasks start others with.
    pub fn spawner(&self) -> Spawner {
        Spawner(Arc::downgrade(&self.shared))
    }

    /// Associates a handle, whose operations any task can then await.
    ///
    /// # Errors
    /// As for [`CompletionPort::associate`].
    pub fn associate<S: Overlapped>(&self, object: S) -> Result<Associated<S, (), Work>> {
        self.shared.port.associate(object, ())
    }

    /// Starts a task.
    ///
    /// # Errors
    /// As for [`CompletionPort::post`].
    pub fn spawn(&self, future: impl Future<Output = ()> + Send + 'static) -> Result<()> {
        self.spawner().spawn(future)
    }

    /// Runs a future on the calling thread to its end; the executor's threads run the tasks.
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        let mut future = pin!(future);
        let waker = Waker::from(Arc::new(Unpark(thread::current())));
        loop {
            if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
                return output;
            }
            thread::park();
        }
    }
}

const GONE: Error = Error::from_status(Status::CANCELLED, "the executor");

impl Spawner {
    fn executor(&self) -> Result<Arc<Shared>> {
        self.0.upgrade().ok_or(GONE)
    }

    /// As [`Executor::associate`].
    ///
    /// # Errors
    /// As there; `CANCELLED` when the executor is gone.
    pub fn associate<S: Overlapped>(&self, object: S) -> Result<Associated<S, (), Work>> {
        self.executor()?.port.associate(object, ())
    }

    /// As [`Executor::spawn`].
    ///
    /// # Errors
    /// As there; `CANCELLED` when the executor is gone.
    pub fn spawn(&self, future: impl Future<Output = ()> + Send + 'static) -> Result<()> {
        let future = Mutex::new(Some(Box::pin(future) as TaskFuture));
        let (executor, queued) = (self.0.clone(), AtomicBool::new(true));
        let task = Task { executor, future, queued };
        let task = Repeated::new(task, |task| Work(Inner::Run(task)));
        let executor = self.executor()?;
        if !executor.tasks.add(ptr::from_ref::<Task>(&task).addr(), Arc::downgrade(&task)) {
            return Err(GONE);
        }
        executor.port.post_again(task)
    }
}

impl fmt::Debug for Executor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let threads = &self.threads.len();
        f.debug_struct("Executor").field("threads", threads).finish_non_exhaustive()
    }
}

impl fmt::Debug for Spawner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Spawner").finish_non_exhaustive()
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

fn work(port: &CompletionPort<Work>) {
    while let Ok(Work(work)) = port.get() {
        match work {
            Inner::Run(task) => task.run(),
            Inner::Woken => {}
            Inner::Stop => return,
        }
    }
}

impl Drop for Executor {
    fn drop(&mut self) {
        for _ in &self.threads {
            let _full = self.shared.port.post(Work(Inner::Stop));
        }
        let mut is_own = false;
        for thread in self.threads.drain(..) {
            if thread.thread().id() == thread::current().id() {
                is_own = true;
            } else {
                let _panicked = thread.join();
            }
        }
        // What a task waits for need not know of the executor, and may keep the task for ever; who
        // wakes one at this moment has the port for that long.
        self.shared.tasks.close().iter().for_each(|task| task.end());
        self.shared.port.close();
        if is_own {
            // One of its own tasks drops it: that thread ends by itself.
            let _full = self.shared.port.post(Work(Inner::Stop));
        }
    }
}
