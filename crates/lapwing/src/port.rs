//! Completion ports, and handles whose operations finish at one.
//!
//! The model of Windows' servers: any number of handles, and a few threads, each of which takes
//! whatever has ended and does what comes next.  The thread that waited last is woken first, and no
//! more run at once than the port lets.  What a thread takes is of the program's own type, and that
//! may be posted, too:
//!
//! ```
//! use lapwing::CompletionPort;
//! use std::sync::atomic::{AtomicU32, Ordering};
//!
//! enum Event {
//!     Add(u32),
//!     Stop,
//! }
//!
//! # fn main() -> lapwing::Result<()> {
//! let (port, sum) = (CompletionPort::new(2)?, AtomicU32::new(0));
//! std::thread::scope(|scope| {
//!     let work = || -> lapwing::Result<()> {
//!         while let Event::Add(number) = port.get()? {
//!             sum.fetch_add(number, Ordering::Relaxed);
//!         }
//!         Ok(())
//!     };
//!     let workers = [scope.spawn(work), scope.spawn(work)];
//!     (1..=100).try_for_each(|number| port.post(Event::Add(number)))?;
//!     workers.iter().try_for_each(|_| port.post(Event::Stop))?;
//!     workers.into_iter().try_for_each(|worker| worker.join().expect("no panic"))
//! })?;
//! assert_eq!(sum.into_inner(), 5050);
//! # Ok(())
//! # }
//! ```
#![allow(unsafe_code)]

pub(crate) mod posted;
pub(crate) mod registry;
pub(crate) mod watch;

use crate::handle::OwnedHandle;
use crate::operation::{Header, Source};
use crate::port::posted::{Posted, Repeated};
use crate::port::registry::Registry;
use crate::sys::{self, HANDLE, OVERLAPPED, OVERLAPPED_ENTRY};
use crate::{Error, Result};
use core::marker::PhantomData;
use core::mem;
use core::ops::Deref;
use core::ptr::{self, NonNull};
use core::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use core::time::Duration;
use lapwing_status::Status;
use std::fmt;
use std::sync::Arc;

/// What can be associated with a port.
///
/// # Safety
/// Nobody but this crate starts operations on the handle that end at its port.
pub unsafe trait Overlapped: Send + Sync + 'static {
    #[doc(hidden)]
    fn handle(&self) -> HANDLE;
}

/// A queue of finished operations and posted values, all of the program's own type `T`.
///
/// Any number of threads take from it (`&port` is enough; share it in an [`Arc`]).  Threads that
/// wait are woken last in, first out, and no more of them run at once than the port's concurrency
/// says, as long as none blocks.
///
/// Dropping the port cancels what is under way at the handles associated with it, waits until the
/// system has let go of all of it, and drops what came out: nothing is leaked.
pub struct CompletionPort<T> {
    handle: Arc<OwnedHandle>,
    associations: Arc<Associations>,
    items: PhantomData<fn() -> T>,
}

impl<T: Send + 'static> CompletionPort<T> {
    /// A port at which so many threads run at once; 0: as many as there are processors.
    ///
    /// # Errors
    /// `INSUFFICIENT_RESOURCES`.
    pub fn new(concurrency: u32) -> Result<Self> {
        // SAFETY: no handle is passed.
        let handle = unsafe {
            let no_handle = sys::INVALID_HANDLE_VALUE;
            sys::CreateIoCompletionPort(no_handle, ptr::null_mut(), 0, concurrency)
        };
        if handle.is_null() {
            return Err(Error::last("CreateIoCompletionPort"));
        }
        let associations = Arc::default();
        let handle = Arc::new(OwnedHandle::new(handle));
        Ok(CompletionPort { handle, associations, items: PhantomData })
    }

    /// Associates a handle: from now on its operations finish here.  The key is anything that is to
    /// be found with it ([`Associated::key`]).
    ///
    /// # Errors
    /// `INVALID_PARAMETER` when the system refuses, such as a handle that has a port already;
    /// `CANCELLED` at the port of an executor that is going away.
    pub fn associate<S: Overlapped, K: Send + Sync + 'static>(
        &self,
        object: S,
        key: K,
    ) -> Result<Associated<S, K, T>> {
        // SAFETY: both handles are open.
        let port = unsafe { sys::CreateIoCompletionPort(object.handle(), self.handle.raw(), 0, 0) };
        if port.is_null() {
            return Err(Error::last("CreateIoCompletionPort: the handle"));
        }
        let (pending, closed) = (AtomicUsize::new(0), AtomicBool::new(false));
        let associations = self.associations.clone();
        let port = self.handle.clone();
        let association =
            Arc::new(Association { object, key, port, pending, closed, associations });
        let weak = Arc::downgrade(&(association.clone() as Arc<dyn Cancel>));
        if !self.associations.add(Arc::as_ptr(&association).addr(), weak) {
            return Err(Error::from_status(Status::CANCELLED, "the port"));
        }
        Ok(Associated::from(association))
    }

    /// Posts a value, which comes out as it is.  The packet is allocated.
    ///
    /// # Errors
    /// `INSUFFICIENT_RESOURCES`, with the value dropped.
    pub fn post(&self, value: T) -> Result<()> {
        let block = Posted::give(value);
        // SAFETY: it was given just now; refused, no packet has it.
        self.post_block(block).inspect_err(|_| drop(unsafe { Posted::<T>::take_back(block) }))
    }

    /// As [`CompletionPort::post`], without allocating.
    pub(crate) fn post_again<V>(&self, value: Arc<Repeated<V, T>>) -> Result<()> {
        let block = value.give();
        let take_back = Repeated::<V, T>::take_back;
        // SAFETY: as in `post`.
        self.post_block(block).inspect_err(|_| drop(unsafe { take_back(block) }))
    }

    fn post_block(&self, block: NonNull<OVERLAPPED>) -> Result<()> {
        // SAFETY: the port is open; the address is not looked at.
        let posted =
            unsafe { sys::PostQueuedCompletionStatus(self.handle.raw(), 0, 0, block.as_ptr()) };
        if posted == 0 { Err(Error::last("PostQueuedCompletionStatus")) } else { Ok(()) }
    }

    /// Waits for the next thing.
    ///
    /// # Errors
    /// What `GetQueuedCompletionStatus` fails with.  (An operation that has failed is no error of
    /// this call: it comes out like any other.)
    pub fn get(&self) -> Result<T> {
        match self.next(sys::INFINITE)? {
            Some(item) => Ok(item),
            None => Err(Error::from_status(Status::TIMEOUT, "GetQueuedCompletionStatus")),
        }
    }

    /// Waits for the next thing, but no longer than this, in whole milliseconds; None if none came.
    ///
    /// # Errors
    /// As for [`CompletionPort::get`].
    pub fn get_within(&self, time: Duration) -> Result<Option<T>> {
        self.next(milliseconds(time))
    }

    /// Waits for at least one thing and appends it and what else is there to `items`, as many as it
    /// has room for without growing, at least one and at most 64.  None came in that time: 0.
    ///
    /// # Errors
    /// As for [`CompletionPort::get`].
    pub fn get_many(&self, items: &mut Vec<T>, time: Option<Duration>) -> Result<usize> {
        const MOST: usize = 64;
        let room = (items.capacity() - items.len()).clamp(1, MOST);
        let mut entries = [const { mem::MaybeUninit::<OVERLAPPED_ENTRY>::uninit() }; MOST];
        let mut count = 0;
        // SAFETY: there are so many places, which it writes to.
        let got = unsafe {
            let time = time.map_or(sys::INFINITE, milliseconds);
            let start = entries.as_mut_ptr().cast();
            let port = self.handle.raw();
            sys::GetQueuedCompletionStatusEx(port, start, room as u32, &mut count, time, 0)
        };
        if got == 0 {
            return nothing_came().map(|()| 0);
        }
        let entries = entries[..count as usize].iter();
        Taking { entries, items }.take_all();
        Ok(count as usize)
    }

    /// What comes out, until an error.
    pub fn iter(&self) -> impl Iterator<Item = Result<T>> + '_ {
        core::iter::from_fn(|| Some(self.get()))
    }

    fn next(&self, time: u32) -> Result<Option<T>> {
        let (mut count, mut key, mut overlapped) = (0, 0, ptr::null_mut::<OVERLAPPED>());
        // SAFETY: the places are there.
        unsafe {
            let port = self.handle.raw();
            sys::GetQueuedCompletionStatus(port, &mut count, &mut key, &mut overlapped, time)
        };
        match NonNull::new(overlapped) {
            // SAFETY: only `associate` and `post` give this port packets.
            Some(overlapped) => Ok(Some(unsafe { Header::take(overlapped, count as usize) })),
            None => nothing_came().map(|()| None),
        }
    }
}

/// Entries that came at once.  All are taken, even if what the program makes of one panics.
struct Taking<'a, T> {
    /// So many have been written.
    entries: core::slice::Iter<'a, mem::MaybeUninit<OVERLAPPED_ENTRY>>,
    items: &'a mut Vec<T>,
}

impl<T> Taking<'_, T> {
    fn take_all(&mut self) {
        for entry in self.entries.by_ref() {
            // SAFETY: it has been written.
            let entry = unsafe { entry.assume_init_ref() };
            if let Some(overlapped) = NonNull::new(entry.lpOverlapped) {
                let count = entry.dwNumberOfBytesTransferred as usize;
                // SAFETY: only `associate` and `post` give the port packets.
                self.items.push(unsafe { Header::take(overlapped, count) });
            }
        }
    }
}

impl<T> Drop for Taking<'_, T> {
    fn drop(&mut self) {
        self.take_all();
    }
}

/// Fails, unless it was the time.
fn nothing_came() -> Result<()> {
    match sys::last_error() {
        sys::WAIT_TIMEOUT => Ok(()),
        _ => Err(Error::last("GetQueuedCompletionStatus")),
    }
}

/// Rounded up; what is longer than Windows can say is for ever.
pub(crate) fn milliseconds(time: Duration) -> u32 {
    u32::try_from(time.as_nanos().div_ceil(1_000_000)).unwrap_or(sys::INFINITE)
}

impl<T> CompletionPort<T> {
    /// Cancels all operations, refuses new ones, and drops what comes out.
    pub(crate) fn close(&self) {
        let port = self.handle.raw();
        let next = |time| {
            let (mut count, mut key, mut overlapped) = (0, 0, ptr::null_mut::<OVERLAPPED>());
            // SAFETY: the port is open, and the places are there.
            unsafe {
                sys::GetQueuedCompletionStatus(port, &mut count, &mut key, &mut overlapped, time)
            };
            let overlapped = NonNull::new(overlapped)?;
            // SAFETY: only `associate` and `post` gave this port packets.
            drop(unsafe { Header::take::<T>(overlapped, count as usize) });
            Some(())
        };
        let associations = self.associations.close();
        associations.iter().for_each(|it| it.close());
        while associations.iter().any(|it| it.is_pending()) {
            if next(sys::INFINITE).is_none() {
                // The system fails us: better to leak what is left than to wait for ever.
                return;
            }
        }
        while next(0).is_some() {}
    }
}

impl<T> Drop for CompletionPort<T> {
    fn drop(&mut self) {
        self.close();
    }
}

impl<T> fmt::Debug for CompletionPort<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CompletionPort").field(&self.handle.raw()).finish()
    }
}

/// A handle and its port.
pub(crate) struct Association<S, K> {
    object: S,
    key: K,
    port: Arc<OwnedHandle>,
    /// Operations whose packets have not been taken.
    pending: AtomicUsize,
    /// The port goes away.
    closed: AtomicBool,
    associations: Arc<Associations>,
}

impl<S, K> Association<S, K> {
    /// The port.
    pub(crate) fn port(&self) -> HANDLE {
        self.port.raw()
    }

    /// Counts an operation that is about to start; false when it may not.
    pub(crate) fn begins(&self) -> bool {
        self.pending.fetch_add(1, Ordering::SeqCst);
        let is_open = !self.closed.load(Ordering::SeqCst);
        if !is_open {
            self.has_ended();
        }
        is_open
    }

    pub(crate) fn object(&self) -> &S {
        &self.object
    }

    /// The packet of an operation has been taken, or it did not start.
    pub(crate) fn has_ended(&self) {
        self.pending.fetch_sub(1, Ordering::Release);
    }
}

impl<S, K> Drop for Association<S, K> {
    fn drop(&mut self) {
        self.associations.remove(ptr::from_ref(self).cast::<()>().addr());
    }
}

/// An association of any type.
trait Cancel: Send + Sync {
    fn close(&self);
    fn is_pending(&self) -> bool;
}

impl<S: Overlapped, K: Send + Sync> Cancel for Association<S, K> {
    fn close(&self) {
        // In this order: who starts an operation counts it, and then looks whether it may.
        self.closed.store(true, Ordering::SeqCst);
        cancel(self.object.handle());
    }

    fn is_pending(&self) -> bool {
        self.pending.load(Ordering::SeqCst) > 0
    }
}

fn cancel(handle: HANDLE) -> bool {
    // SAFETY: the handle is open.  That nothing is under way is no error.
    unsafe { sys::CancelIoEx(handle, ptr::null()) != 0 }
}

/// All handles of a port, for its end.
type Associations = Registry<dyn Cancel>;

/// A handle whose operations finish at a port of `T`; cheap to clone.
///
/// Whoever has one starts operations, says which of `T`'s variants each will be, and need not
/// wait: the port has the rest.  An operation that is under way holds one too.  The handle is
/// closed with the last.
pub struct Associated<S, K, T> {
    association: Arc<Association<S, K>>,
    items: PhantomData<fn() -> T>,
}

impl<S, K, T> Associated<S, K, T> {
    pub(crate) fn from(association: Arc<Association<S, K>>) -> Self {
        Associated { association, items: PhantomData }
    }

    pub(crate) fn association(&self) -> &Arc<Association<S, K>> {
        &self.association
    }

    /// The key.
    pub fn key(&self) -> &K {
        &self.association.key
    }
}

impl<S: Overlapped, K: Send + Sync + 'static, T> Associated<S, K, T> {
    /// Asks for an end to all that is under way.  Each operation still comes out of the port, with
    /// what it has become: it may have been faster.  False when nothing was under way.
    pub fn cancel(&self) -> bool {
        cancel(self.association.object.handle())
    }
}

impl<S: Overlapped, K, T> Source for Associated<S, K, T> {
    type Object = S;

    fn object(&self) -> &S {
        &self.association.object
    }
}

impl<S, K, T> Clone for Associated<S, K, T> {
    fn clone(&self) -> Self {
        Self::from(self.association.clone())
    }
}

impl<S, K, T> Deref for Associated<S, K, T> {
    type Target = S;

    fn deref(&self) -> &S {
        &self.association.object
    }
}

impl<S: fmt::Debug, K: fmt::Debug, T> fmt::Debug for Associated<S, K, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Associated").field("object", &**self).field("key", self.key()).finish()
    }
}
