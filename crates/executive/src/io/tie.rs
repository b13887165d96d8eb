//! The tie of a thread to the port that it works for: the last that it asked for a packet.
//!
//! ```text
//!   the thread's TEB ----.
//!                        v
//!   its block ---------> Tie ----> the port with its queue
//!                        |  `----> the queue's worker, which stands for the thread
//!                        `-------> the handle that led here, held: its number names nothing else
//! ```
//!
//! A thread asks by the same handle again and again.  The TEB has at hand what that needs, so a
//! packet is taken without a look-up: [`next`] sees that the handle is still open, as a look-up
//! would.  The tie goes when the thread works for another port, or ends.
#![allow(unsafe_code)]

use super::port::{Port, ThreadSleeper};
use crate::ke::queue::{Packet, Removed};
use crate::ke::teb::teb;
use crate::ke::thread::{PortWorker, Thread};
use crate::ke::waiter::{WaitTerms, Worker};
use crate::ob::handle;
use crate::ob::object::Object;
use crate::ob::table::{Held, Openness};
use crate::status::{Result, Status};
use core::ptr;
use std::sync::Arc;

/// A thread's tie to a port.
struct Tie {
    /// The handle that led to the port, if one did.
    name: Option<Name>,
    port: Arc<Port>,
    worker: Arc<Worker>,
}

/// A handle that names a port.
struct Name {
    handle: usize,
    held: Held<'static, Object>,
}

/// A thread's own tie, and what is needed of it for each packet.  It lies in the thread's block
/// ([`Teb`](crate::ke::teb::Teb)); the end of the thread empties it.
#[derive(Clone, Copy)]
pub struct Own {
    handle: usize,
    /// Never open for a tie that no handle has led to.
    pub(crate) openness: Openness<'static>,
    port: *const Port,
    worker: *const Worker,
    /// From `Arc::into_raw`, which counts until [`take`].
    tie: *const Tie,
}

impl Own {
    /// No tie: nothing but zeros, and the handle 0, which is closed.
    pub(crate) const fn none() -> Self {
        let (port, worker, tie) = (ptr::null(), ptr::null(), ptr::null());
        Own { handle: 0, openness: Openness::NEVER, port, worker, tie }
    }

    /// True when it is to the port behind this handle, which is open.
    #[inline(always)]
    fn is_by(&self, handle: usize) -> bool {
        self.handle == handle && self.openness.is_open()
    }
}

/// Takes the calling thread's tie out of its place.
fn take() -> Option<Arc<Tie>> {
    let own = teb().tie.replace(Own::none());
    // SAFETY: from `put`, and taken once.
    (!own.tie.is_null()).then(|| unsafe { Arc::from_raw(own.tie) })
}

/// Puts it there.
fn put(tie: Arc<Tie>) {
    drop(take());
    let (handle, openness) = match &tie.name {
        Some(name) => (name.handle, name.held.openness()),
        None => (0, Openness::NEVER),
    };
    let (port, worker) = (Arc::as_ptr(&tie.port), Arc::as_ptr(&tie.worker));
    teb().tie.set(Own { handle, openness, port, worker, tie: Arc::into_raw(tie) });
}

/// Calls with the port behind a handle and the calling thread's worker there, when the thread works
/// for the port: without a look-up.
#[inline]
fn with_own<R>(handle: usize, body: impl FnOnce(&Port, &Worker) -> R) -> Option<R> {
    let own = teb().tie.get();
    if !own.is_by(handle) {
        return None;
    }
    // SAFETY: the handle is held by the thread's tie, which keeps port and worker; what is called
    // here does not take it out.
    let (port, worker) = unsafe { (&*own.port, &*own.worker) };
    Some(body(port, worker))
}

/// The next packet of the port behind a handle, when the calling thread works for it and
/// everything is as usual.
#[inline]
pub fn next(handle: usize) -> Option<Packet> {
    with_own(handle, |port, worker| port.queue().next(worker))?
}

/// As [`next`], but as many as are queued and fit into `packets`; how many that is.
#[inline]
pub fn next_some(handle: usize, packets: &mut [Packet]) -> usize {
    with_own(handle, |port, worker| port.queue().next_some(worker, packets)).unwrap_or(0)
}

/// Queues a packet that a program posts to the port behind a handle.
///
/// # Errors
/// As for [`remove`].
#[inline]
pub fn post(handle: usize, key: usize, overlapped: usize, information: usize) -> Result<()> {
    let packet = Packet { key, overlapped, information, status: Status::SUCCESS };
    match with_own(handle, |port, _| port.post(packet)) {
        Some(()) => Ok(()),
        None => post_by_look_up(handle, key, overlapped, information),
    }
}

#[inline(never)]
fn post_by_look_up(handle: usize, key: usize, overlapped: usize, information: usize) -> Result<()> {
    let packet = Packet { key, overlapped, information, status: Status::SUCCESS };
    handle::lookup(handle)?.port()?.post(packet);
    Ok(())
}

/// Waits for packets of the port behind a handle; the calling thread works for it from now on.
///
/// # Errors
/// `INVALID_HANDLE`, `OBJECT_TYPE_MISMATCH` when it names no port.
pub fn remove(handle: usize, terms: &WaitTerms, packets: &mut [Packet]) -> Result<Removed> {
    let own = teb().tie.get();
    if own.is_by(handle) {
        // SAFETY: as in [`with_own`]: while the thread waits in there it neither turns to another
        // port nor ends.
        return Ok(unsafe { &*own.tie }.remove(terms, packets));
    }
    let object = handle::lookup(handle)?;
    let port = object.port()?.clone();
    let name = || Some(Name { handle, held: object.hold() });
    Ok(Tie::of_caller(&port, name).remove_and_stay(terms, packets))
}

/// True when the calling thread works for the port behind a handle.
///
/// # Errors
/// As for [`remove`].
pub fn leads_to_own_port(handle: usize) -> Result<bool> {
    let object = handle::lookup(handle)?;
    Ok(ptr::eq(teb().tie.get().port, Arc::as_ptr(object.port()?)))
}

impl Port {
    /// As [`remove`], for a port without a handle.
    pub fn remove(self: &Arc<Self>, terms: &WaitTerms, packets: &mut [Packet]) -> Removed {
        Tie::of_caller(self, || None).remove_and_stay(terms, packets)
    }
}

impl Tie {
    /// Takes the calling thread's tie to the port out of its place, or makes it.
    fn of_caller(port: &Arc<Port>, name: impl FnOnce() -> Option<Name>) -> Arc<Self> {
        if let Some(tie) = take()
            && Arc::ptr_eq(&tie.port, port)
        {
            return tie;
        }
        let thread = Thread::current();
        let worker = Worker::new(Arc::new(ThreadSleeper(thread.clone())));
        port.queue().tie(&worker);
        let tie = Arc::new(Tie { name: name(), port: port.clone(), worker });
        thread.set_worker_of(Some(tie.clone()));
        tie
    }

    /// As [`Tie::remove`], of a tie that is not in its place, and then is.
    fn remove_and_stay(self: Arc<Self>, terms: &WaitTerms, packets: &mut [Packet]) -> Removed {
        let removed = self.remove(terms, packets);
        put(self);
        removed
    }

    /// Waits for packets.
    fn remove(&self, terms: &WaitTerms, packets: &mut [Packet]) -> Removed {
        let removed = self.port.queue().remove(&self.worker, terms, packets);
        self.port.keep_signal();
        removed
    }
}

impl PortWorker for Tie {
    fn blocks(&self) {
        self.port.queue().worker_blocks(&self.worker);
    }

    fn runs(&self) {
        self.port.queue().worker_runs(&self.worker);
    }

    fn leaves(&self) {
        self.port.queue().untie(&self.worker);
        if ptr::eq(teb().tie.get().tie, self) {
            drop(take());
        }
    }
}
