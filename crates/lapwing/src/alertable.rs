//! Completion routines: closures that run on the thread which began the operations, while it waits.
//!
//! The oldest of Windows' models, and the one that needs the least: no port, no event, no lock.  A
//! thread begins operations and gives a closure with each; whenever it then waits *alertably*, the
//! closures of those that have ended run, on it and on no other.  So they share the thread's own
//! data as it is (an `Rc`, a `Cell`, what is borrowed from outside).  It fits a thread that has
//! many connections to itself; work does not move to an idle thread, as it does with a port.
//!
//! A routine costs its operation one call of the system, and a call of the closure; no memory is
//! allocated for a closure of up to four words.
//!
//! ```
//! use lapwing::{Accept, Alertable, Operation, TcpListener, TcpStream, alertable};
//! use std::rc::Rc;
//! # use std::io::{Read, Write};
//!
//! /// Receives, and sends back what has come, until nothing more comes.
//! fn echo<'t>(
//!     thread: &'t Alertable<'t, '_>,
//!     stream: Rc<TcpStream>,
//!     operation: Operation<Vec<u8>>,
//! ) {
//!     let same = stream.clone();
//!     // If it is refused the operation is dropped, and with it the connection.
//!     let _refused = stream.receive(operation).call(thread, move |received| {
//!         if received.result.is_ok_and(|count| count > 0) {
//!             let stream = same.clone();
//!             let _refused = same.send(received.operation).call(thread, move |sent| {
//!                 echo(thread, stream, sent.operation);
//!             });
//!         }
//!     });
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let listener = TcpListener::bind("127.0.0.1:0")?;
//! let address = listener.local_address()?;
//! let client = std::thread::spawn(move || {
//!     let mut stream = std::net::TcpStream::connect(address)?;
//!     stream.write_all(b"hello")?;
//!     let mut answer = [0; 5];
//!     stream.read_exact(&mut answer).map(|()| answer)
//! });
//! let mut accepted = listener.accept(Operation::new(Accept::new())).begin()?.wait()?;
//! let stream = Rc::new(accepted.accepted()?);
//! alertable(|thread| {
//!     echo(thread, stream, Operation::new(Vec::with_capacity(4096)));
//!     thread.run();
//! });
//! assert_eq!(&client.join().unwrap()?, b"hello");
//! # Ok(())
//! # }
//! ```
//!
//! # Which waits
//! A routine runs only in the waits of [`Alertable`].  Windows calls a plain routine in every
//! alertable wait of its thread, such as a blocking call of Winsock, where it may hardly do
//! anything; here what has ended then waits until the thread asks for it.
//!
//! # Panics
//! A routine that panics takes nothing from the others: all that are due run, and then the wait
//! panics as the first of them did.
#![allow(unsafe_code)]

pub(crate) mod routine;

use crate::alertable::routine::Ended;
use crate::deadline::Deadline;
use crate::handle::OwnedHandle;
use crate::sys::{self, HANDLE, OVERLAPPED};
use crate::wait::Waitable;
use crate::{Error, Result};
use core::cell::{Cell, OnceCell, RefCell};
use core::marker::PhantomData;
use core::time::Duration;
use lapwing_status::Status;
use std::collections::VecDeque;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

type Sent = Box<dyn for<'s, 'e> FnOnce(&'s Alertable<'s, 'e>) + Send>;

/// Operations that are under way.
#[derive(Default)]
struct UnderWay {
    places: Vec<Option<(HANDLE, *mut OVERLAPPED)>>,
    free: Vec<usize>,
}

impl UnderWay {
    fn add(&mut self, handle: HANDLE, overlapped: *mut OVERLAPPED) -> usize {
        let given = Some((handle, overlapped));
        if let Some(place) = self.free.pop() {
            self.places[place] = given;
            return place;
        }
        self.places.push(given);
        self.places.len() - 1
    }

    fn remove(&mut self, place: usize) {
        self.places[place] = None;
        self.free.push(place);
    }

    fn count(&self) -> usize {
        self.places.len() - self.free.len()
    }
}

/// The calling thread, as one that can wait alertably; see [`alertable`].
///
/// It stays on its thread, as the closures do.
pub struct Alertable<'scope, 'env: 'scope> {
    due: RefCell<VecDeque<Ended>>,
    under_way: RefCell<UnderWay>,
    is_open: Cell<bool>,
    queue: OnceCell<Arc<Queue>>,
    scope: PhantomData<&'scope mut &'scope ()>,
    env: PhantomData<&'env mut &'env ()>,
}

/// Why an alertable wait for an object has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alerted {
    /// Routines have run.  Whether the object is signaled has not been looked at.
    Routines,
    /// The object was signaled.
    Signaled,
    /// The time has passed.
    TimedOut,
}

/// Lets the calling thread begin operations with routines ([`Prepared::call`]) and wait alertably.
///
/// When `run` returns or panics, what is under way is cancelled and waited for, and the routines
/// that have not run are dropped with their operations.  So a routine may borrow what lives longer
/// than this call, and none runs on any other thread, or too late.
///
/// [`Prepared::call`]: crate::Prepared::call
pub fn alertable<'env, F, R>(run: F) -> R
where
    F: for<'scope> FnOnce(&'scope Alertable<'scope, 'env>) -> R,
{
    let thread = Alertable {
        due: RefCell::default(),
        under_way: RefCell::default(),
        is_open: Cell::new(true),
        queue: OnceCell::new(),
        scope: PhantomData,
        env: PhantomData,
    };
    let returned = catch_unwind(AssertUnwindSafe(|| run(&thread)));
    let closed = thread.close();
    match (returned, closed) {
        (Ok(returned), None) => returned,
        (Err(panic), _) | (Ok(_), Some(panic)) => resume_unwind(panic),
    }
}

type Panic = Box<dyn std::any::Any + Send>;

impl<'scope, 'env> Alertable<'scope, 'env> {
    /// Waits until routines have run, but no longer than this, in whole milliseconds
    /// ([`Duration::MAX`]: for ever); whether any have.
    ///
    /// # Panics
    /// As the first routine that has panicked, after all that were due have run.
    pub fn sleep(&'scope self, time: Duration) -> bool {
        // SAFETY: it takes nothing of ours.
        let sleep = |time| unsafe { sys::SleepEx(time, 1) };
        self.wait_by(&Deadline::after(time), sleep) == sys::WAIT_IO_COMPLETION
    }

    /// Waits until the object is signaled or routines have run, but no longer than this, in whole
    /// milliseconds ([`Duration::MAX`]: for ever).
    ///
    /// # Errors
    /// What `WaitForSingleObjectEx` fails with.
    ///
    /// # Panics
    /// As for [`Alertable::sleep`].
    pub fn wait(&'scope self, object: &impl Waitable, time: Duration) -> Result<Alerted> {
        let handle = object.waited();
        // SAFETY: the handle is open.
        let wait = |time| unsafe { sys::WaitForSingleObjectEx(handle, time, 1) };
        match self.wait_by(&Deadline::after(time), wait) {
            sys::WAIT_OBJECT_0 => Ok(Alerted::Signaled),
            sys::WAIT_IO_COMPLETION => Ok(Alerted::Routines),
            sys::WAIT_TIMEOUT => Ok(Alerted::TimedOut),
            _ => Err(Error::last("WaitForSingleObjectEx")),
        }
    }

    /// Waits and runs routines until no operation is under way that has one.
    ///
    /// # Panics
    /// As for [`Alertable::sleep`].
    pub fn run(&'scope self) {
        while self.under_way() > 0 || !self.due.borrow().is_empty() {
            self.sleep(Duration::MAX);
        }
    }

    /// How many operations with routines have not ended.
    pub fn under_way(&self) -> usize {
        self.under_way.borrow().count()
    }

    /// What other threads send closures to this one with.
    ///
    /// # Errors
    /// What `DuplicateHandle` fails with.
    pub fn remote(&self) -> Result<Remote> {
        if let Some(queue) = self.queue.get() {
            return Ok(Remote(queue.clone()));
        }
        let thread = OwnedHandle::of_this_thread()?;
        let sent = Mutex::new(self.is_open.get().then(VecDeque::new));
        Ok(Remote(self.queue.get_or_init(|| Arc::new(Queue { thread, sent })).clone()))
    }

    /// Waits by this function, which takes milliseconds, until it says something else than that
    /// routines have been called, or some of ours are due.
    pub(crate) fn wait_by(
        &'scope self,
        deadline: &Deadline,
        mut wait: impl FnMut(u32) -> u32,
    ) -> u32 {
        loop {
            // Some may be due from a wait that was not ours; others come to them.
            let woken = wait(if self.has_due() { 0 } else { deadline.left() });
            if self.run_due() {
                return sys::WAIT_IO_COMPLETION;
            }
            if woken != sys::WAIT_IO_COMPLETION {
                return woken;
            }
            // Somebody else's routines.
        }
    }

    /// Runs what is due, all of it; whether anything was.
    fn run_due(&'scope self) -> bool {
        let (mut has_run, mut panicked) = (false, None);
        while let Some(ended) = self.next_due() {
            has_run = true;
            catch(|| ended.run(), &mut panicked);
        }
        while let Some(sent) = self.queue.get().and_then(|queue| queue.next()) {
            has_run = true;
            catch(|| sent(self), &mut panicked);
        }
        if let Some(panic) = panicked {
            resume_unwind(panic);
        }
        has_run
    }

    fn has_due(&self) -> bool {
        !self.due.borrow().is_empty() || self.queue.get().is_some_and(|queue| !queue.is_empty())
    }

    fn next_due(&self) -> Option<Ended> {
        self.due.borrow_mut().pop_front()
    }

    pub(crate) fn is_open(&self) -> bool {
        self.is_open.get()
    }

    /// An operation is about to start; its place among those that are under way.
    pub(crate) fn begins(&self, handle: HANDLE, overlapped: *mut OVERLAPPED) -> usize {
        self.under_way.borrow_mut().add(handle, overlapped)
    }

    /// An operation has ended, or did not start.
    pub(crate) fn has_ended(&self, place: usize) {
        self.under_way.borrow_mut().remove(place);
    }

    /// A routine is to run.
    pub(crate) fn is_due(&self, ended: Ended) {
        self.due.borrow_mut().push_back(ended);
    }

    /// Ends all that is under way, and drops what has not run.
    fn close(&self) -> Option<Panic> {
        self.is_open.set(false);
        let unsent = self.queue.get().map(|queue| queue.lock().take());
        let cancel = |&(handle, overlapped): &(HANDLE, *mut OVERLAPPED)| {
            // SAFETY: of the OVERLAPPED only the address is looked at, and of the handle, which may
            // be closed by now, only the number.
            unsafe { sys::CancelIoEx(handle, overlapped) };
        };
        self.under_way.borrow().places.iter().flatten().for_each(cancel);
        while self.under_way() > 0 {
            // SAFETY: it takes nothing of ours.
            unsafe { sys::SleepEx(sys::INFINITE, 1) };
        }
        let mut panicked = None;
        catch(|| drop(unsent), &mut panicked);
        while let Some(due) = self.next_due() {
            catch(|| drop(due), &mut panicked);
        }
        panicked
    }
}

/// Runs it, and keeps the first panic.
fn catch(run: impl FnOnce(), panicked: &mut Option<Panic>) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(run)) {
        panicked.get_or_insert(panic);
    }
}

impl fmt::Debug for Alertable<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Alertable").field("under_way", &self.under_way()).finish_non_exhaustive()
    }
}

/// Sends closures to a thread, which runs them when it waits alertably; cheap to clone.
///
/// The system's function is `QueueUserAPC`.  It does not keep the thread: what is sent after its
/// [`alertable`] has returned is refused, and what was sent and has not run is dropped.
#[derive(Clone)]
pub struct Remote(Arc<Queue>);

struct Queue {
    thread: OwnedHandle,
    /// None when the thread takes no more.
    sent: Mutex<Option<VecDeque<Sent>>>,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, Option<VecDeque<Sent>>> {
        // Nothing panics under the lock.
        self.sent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next(&self) -> Option<Sent> {
        self.lock().as_mut()?.pop_front()
    }

    fn is_empty(&self) -> bool {
        self.lock().as_ref().is_none_or(VecDeque::is_empty)
    }
}

impl Remote {
    /// Sends a closure, in order with others that are sent.  It is given the thread, to begin
    /// operations with.
    ///
    /// # Errors
    /// `CANCELLED` when the thread takes no more, or what `QueueUserAPC` fails with; the closure is
    /// dropped.
    pub fn send<F>(&self, run: F) -> Result<()>
    where
        F: for<'s, 'e> FnOnce(&'s Alertable<'s, 'e>) + Send + 'static,
    {
        const FUNCTION: &str = "QueueUserAPC";
        let sent: Sent = Box::new(run);
        let mut queue = self.0.lock();
        let Some(all) = &mut *queue else {
            return Err(Error::from_status(Status::CANCELLED, FUNCTION));
        };
        // Under the lock: the thread, which is woken by this, finds what is sent.
        // SAFETY: the handle is open, and the routine does nothing.
        if unsafe { sys::QueueUserAPC(Some(wake), self.0.thread.raw(), 0) } == 0 {
            return Err(Error::last(FUNCTION));
        }
        all.push_back(sent);
        Ok(())
    }
}

impl fmt::Debug for Remote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Remote").field(&self.0.thread).finish()
    }
}

/// Ends an alertable wait; what has been sent is in the queue.
unsafe extern "system" fn wake(_argument: usize) {}
