//! Events, and operations that set one.
//!
//! The plain model: an operation begins, the thread does something else, and then waits for it.  It
//! fits a few operations, and programs that have no server's loop; each operation has an event of
//! its own, which costs a system object.
//!
//! ```
//! use lapwing::{Accept, Operation, TcpListener, TcpStream};
//!
//! # fn main() -> lapwing::Result<()> {
//! let listener = TcpListener::bind("127.0.0.1:0")?;
//! let accepting = listener.accept(Operation::new(Accept::new())).begin()?;
//! let client = TcpStream::connect(listener.local_address()?)?;
//! let server = accepting.wait()?.accepted()?;
//!
//! let receiving = server.receive(Operation::new(Vec::with_capacity(4096))).begin()?;
//! client.send(Operation::new(b"hello".to_vec())).begin()?.wait()?.result?;
//! let received = receiving.wait()?;
//! assert_eq!(received.operation.buffer(), b"hello");
//!
//! // Nothing more comes, so this one is cancelled; what has really become of it is told.
//! let receiving = server.receive(received.operation).begin()?;
//! assert!(receiving.cancel()?.result.unwrap_err().is_aborted());
//! # Ok(())
//! # }
//! ```
#![allow(unsafe_code)]

use crate::handle::OwnedHandle;
use crate::operation::refused::Refused;
use crate::operation::told::Told;
use crate::operation::{self, Block, Completed, Prepared, Request, Source};
use crate::port::Overlapped;
use crate::sys::{self, HANDLE};
use crate::wait::{GiveBack, Waitable};
use crate::{Error, Result};
use core::fmt;
use core::mem::ManuallyDrop;
use core::ptr::{self, NonNull};
use core::time::Duration;

/// An event: threads wait until it is set ([`Waitable`]).
#[derive(Debug)]
pub struct Event {
    handle: OwnedHandle,
    is_manual: bool,
}

// SAFETY: the handle is closed with the event.
unsafe impl Waitable for Event {
    fn waited(&self) -> HANDLE {
        self.raw()
    }

    fn give_back(&self) -> Option<GiveBack> {
        let set = |event| {
            // SAFETY: whoever calls it has the event open.
            unsafe { sys::SetEvent(event) };
        };
        (!self.is_manual).then_some(set)
    }
}

impl Event {
    /// An event that stays set until it is reset, for all who wait.
    ///
    /// # Errors
    /// `INSUFFICIENT_RESOURCES`.
    pub fn manual() -> Result<Self> {
        Self::new(true)
    }

    /// An event that lets one waiting thread go each time it is set.
    ///
    /// # Errors
    /// `INSUFFICIENT_RESOURCES`.
    pub fn auto() -> Result<Self> {
        Self::new(false)
    }

    pub(crate) fn raw(&self) -> HANDLE {
        self.handle.raw()
    }

    fn new(is_manual: bool) -> Result<Self> {
        // SAFETY: neither rights nor a name are given.
        let event = unsafe { sys::CreateEventW(ptr::null(), is_manual.into(), 0, ptr::null()) };
        if event.is_null() {
            Err(Error::last("CreateEventW"))
        } else {
            Ok(Event { handle: OwnedHandle::new(event), is_manual })
        }
    }

    /// Sets it.
    ///
    /// # Errors
    /// What `SetEvent` fails with.
    pub fn set(&self) -> Result<()> {
        // SAFETY: it is open.
        sys::checked("SetEvent", unsafe { sys::SetEvent(self.handle.raw()) })
    }

    /// Resets it.
    ///
    /// # Errors
    /// What `ResetEvent` fails with.
    pub fn reset(&self) -> Result<()> {
        // SAFETY: it is open.
        sys::checked("ResetEvent", unsafe { sys::ResetEvent(self.handle.raw()) })
    }
}

/// An operation that is under way, and will set an event of its own.
///
/// Dropping it cancels the operation and waits until the system has let go of its memory.
#[must_use = "dropped, it cancels the operation"]
pub struct Pending<'a, R: Request<A::Object>, A: Source> {
    block: NonNull<Block<R::Buffer>>,
    source: &'a A,
}

// SAFETY: the operation and its buffer may be sent; nobody else has the block but the system.
unsafe impl<R: Request<A::Object>, A: Source + Sync> Send for Pending<'_, R, A> {}
// SAFETY: a shared one only waits and cancels.
unsafe impl<R: Request<A::Object>, A: Source + Sync> Sync for Pending<'_, R, A> {}

impl<'a, R: Request<A::Object>, A: Source> Prepared<'a, R, A> {
    /// Starts it; its end sets an event, for which [`Pending::wait`] waits.  Also where the handle
    /// has a port: nothing comes out there.
    ///
    /// # Errors
    /// What the system's function fails with, or `INSUFFICIENT_RESOURCES` without an event; the
    /// operation is in the error.
    pub fn begin(self) -> core::result::Result<Pending<'a, R, A>, Refused<R::Buffer>> {
        let Prepared { source, mut operation } = self;
        let event = match operation.0.event.take().map_or_else(Event::manual, Ok) {
            Ok(event) => event,
            Err(error) => return Err(Refused { error, operation }),
        };
        let told = Told::Event(event.raw());
        operation.0.event = Some(event);
        let block = operation::begin::<R, _>(operation, source.object(), told, |_| {}, R::begin)?;
        Ok(Pending { block, source })
    }
}

impl<'a, R: Request<A::Object>, A: Source> Pending<'a, R, A> {
    fn event(&self) -> &Event {
        // SAFETY: the block is there until this takes it; the system does not use this part.
        unsafe { (*self.block.as_ptr()).event.as_ref() }.expect("it was begun with one")
    }

    /// Waits for the end.
    ///
    /// # Errors
    /// What `WaitForSingleObject` fails with; the operation is cancelled then.
    pub fn wait(self) -> Result<Completed<R::Buffer, &'a A>> {
        self.event().wait()?;
        // SAFETY: its event has been set.
        Ok(unsafe { self.take() })
    }

    /// Waits for the end, but no longer than this; otherwise it is given back.
    ///
    /// # Errors
    /// As for [`Pending::wait`].
    pub fn wait_within(
        self,
        time: Duration,
    ) -> Result<core::result::Result<Completed<R::Buffer, &'a A>, Self>> {
        if !self.event().wait_within(time)? {
            return Ok(Err(self));
        }
        // SAFETY: its event has been set.
        Ok(Ok(unsafe { self.take() }))
    }

    /// Asks for an end, waits for it, and says what the operation has really become: cancelled, or
    /// done before that.
    ///
    /// # Errors
    /// As for [`Pending::wait`].
    pub fn cancel(self) -> Result<Completed<R::Buffer, &'a A>> {
        self.cancel_io();
        self.wait()
    }

    fn cancel_io(&self) {
        // SAFETY: the handle is open; of the OVERLAPPED only the address is looked at.  That it is
        // done is no error.
        unsafe { sys::CancelIoEx(self.source.object().handle(), self.block.as_ptr().cast()) };
    }

    /// # Safety
    /// The event has been set.
    unsafe fn take(self) -> Completed<R::Buffer, &'a A> {
        let it = ManuallyDrop::new(self);
        // SAFETY: the caller's promise, and the block is taken once.
        let (result, operation) = unsafe { operation::end::<R, _>(it.block, it.source.object()) };
        Completed { result, operation, source: it.source }
    }
}

/// By its event: when it is signaled, [`Pending::wait`] will not wait.
// SAFETY: the event is there as long as this.
unsafe impl<R: Request<A::Object>, A: Source> Waitable for Pending<'_, R, A> {
    fn waited(&self) -> HANDLE {
        self.event().raw()
    }
}

impl<R: Request<A::Object>, A: Source> fmt::Debug for Pending<'_, R, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Pending").field(&R::FUNCTION).finish()
    }
}

impl<R: Request<A::Object>, A: Source> Drop for Pending<'_, R, A> {
    fn drop(&mut self) {
        self.cancel_io();
        if self.event().wait().is_ok() {
            // SAFETY: its event has been set, and nobody takes the block after this.
            drop(unsafe { operation::end::<R, _>(self.block, self.source.object()) });
        }
    }
}
