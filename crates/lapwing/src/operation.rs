//! An operation: its OVERLAPPED, its buffer, and who gets them back.
//!
//! ```text
//!   Operation --start--> the system's, as the address of its OVERLAPPED --take--> Completed
//!       ^  `--refused--> Refused                                                    |
//!       `---------------------------------------------------------------------------'
//! ```
//!
//! All of it is one block on the heap, so the same operation starts again and again without
//! allocating.  While it is under way nobody has it: the system has the block's address, and who
//! finds that address in a packet gets the block back (`Header::take`).  A future shares the
//! block with the system meanwhile, but touches only what a lock guards ([`crate::Running`]).
#![allow(unsafe_code)]

pub(crate) mod refused;
pub mod ticket;
pub(crate) mod told;

use crate::alertable::routine::Routine;
use crate::event::Event;
use crate::operation::refused::Refused;
use crate::operation::ticket::Slot;
use crate::operation::told::Told;
use crate::port::{Associated, Association, Overlapped};
use crate::sys::{self, HANDLE, OVERLAPPED};
use crate::task::future::{Waiting, Woken};
use crate::{Error, Result};
use core::ptr::{self, NonNull};
use core::{fmt, mem};
use lapwing_status::Status;
use std::sync::{Arc, Mutex};

/// What can be asked of a handle: receiving, sending, accepting.
///
/// # Safety
/// `begin` returns Ok if and only if a packet or an event will tell of the OVERLAPPED's end, once.
/// It may fail with a status that [`Request::is_done`]: then this crate tells of it in that way.
pub unsafe trait Request<S>: 'static {
    /// What the operation owns.
    type Buffer: Send + 'static;

    #[doc(hidden)]
    const FUNCTION: &'static str;

    /// Passes the OVERLAPPED and the buffer to the system; says whether a packet will come.
    ///
    /// Another thread may take the packet, and free both, before this returns.  So neither is a
    /// reference here, which Rust would take to last until then.
    ///
    /// # Safety
    /// Both stay where they are, and are used for nothing else, until the packet has been taken.
    #[doc(hidden)]
    unsafe fn begin(
        object: &S,
        overlapped: *mut OVERLAPPED,
        buffer: *mut Self::Buffer,
    ) -> Result<()>;

    /// Whether an end with this status is a good one, whose count tells the truth.
    #[doc(hidden)]
    fn is_done(status: Status) -> bool {
        status.is_success()
    }

    /// What is left to be done for an operation that has succeeded, or has transferred the
    /// beginning of a message.
    ///
    /// # Safety
    /// So many bytes were transferred.
    #[doc(hidden)]
    unsafe fn transferred(_object: &S, _buffer: &mut Self::Buffer, _count: usize) {}
}

/// Which variant the program makes of what has become of an operation.
type Then<B, S, K, T> = fn(Completed<B, Associated<S, K, T>>) -> T;

/// How a packet becomes what comes out of a port of `T`: it takes the block at the address.
pub(crate) type Take<T> = unsafe fn(NonNull<Header>, Outcome) -> T;

/// What the end of an operation with a routine calls.
type Come = unsafe fn(NonNull<Header>);

/// How an operation has ended, and how many bytes it has transferred.
pub(crate) struct Outcome {
    status: Status,
    count: usize,
}

impl Outcome {
    /// What the program is told, once `transferred` has been told what has come.
    fn settle(
        self,
        during: &'static str,
        is_done: fn(Status) -> bool,
        transferred: impl FnOnce(usize),
    ) -> Result<usize> {
        let Outcome { status, count } = self;
        let is_done = is_done(status);
        // A message was longer than the buffer: its beginning is there.
        if is_done || status == Status::BUFFER_OVERFLOW {
            transferred(count);
        }
        if is_done { Ok(count) } else { Err(Error::from_status(status, during)) }
    }
}

/// The beginning of every block.
#[repr(C)]
pub(crate) struct Header {
    // First: its address is the block's.
    overlapped: OVERLAPPED,
    /// A [`Take<T>`] for the port's T, or a [`Come`].
    take: *const (),
}

impl Header {
    fn new() -> Self {
        // SAFETY: all zeros are an OVERLAPPED.
        Header { overlapped: unsafe { mem::zeroed() }, take: ptr::null() }
    }

    /// As new, but for the place in a file; with this event.
    fn renew(&mut self, event: HANDLE) {
        let OVERLAPPED { Internal: status, InternalHigh: count, hEvent: place, .. } =
            &mut self.overlapped;
        (*status, *count, *place) = (0, 0, event);
    }

    /// The header of a block that never starts anything.
    pub(crate) fn of<T>(take: Take<T>) -> Self {
        Header { take: take as *const (), ..Self::new() }
    }

    /// What the operation of a packet has become.
    ///
    /// # Safety
    /// The packet came from a port of `T`, and this is called for it once.
    pub(crate) unsafe fn take<T>(overlapped: NonNull<OVERLAPPED>, count: usize) -> T {
        let header = overlapped.cast::<Header>();
        // SAFETY: the address is a block's, which nobody has; `start` or `Header::of` with the same
        // T has written the function.
        unsafe {
            let status = Status((*header.as_ptr()).overlapped.Internal as u32);
            let take = mem::transmute::<*const (), Take<T>>((*header.as_ptr()).take);
            take(header, Outcome { status, count })
        }
    }

    /// The system has called the routine of an operation.
    ///
    /// # Safety
    /// [`Prepared::call`] has begun it, and this is called for it once.
    pub(crate) unsafe fn come(overlapped: *mut OVERLAPPED) {
        let header = overlapped.cast::<Header>();
        // SAFETY: the address is a block's, and `set_come` has written the function.
        unsafe {
            let come = mem::transmute::<*const (), Come>((*header).take);
            come(NonNull::new_unchecked(header));
        }
    }
}

#[repr(C)]
pub(crate) struct Block<B> {
    header: Header,
    /// A [`Then`]; null for a future's.
    then: *const (),
    /// From `Arc::into_raw`, of the association, while it is under way.
    source: *const (),
    /// The function that started it.
    during: &'static str,
    pub(crate) waiting: Mutex<Waiting>,
    /// For operations that set one; made for the first.
    pub(crate) event: Option<Event>,
    /// What a routine needs, while it is under way.
    pub(crate) routine: Routine,
    /// For those that tickets name; made for the first.
    pub(crate) ticket: Option<Arc<Slot>>,
    buffer: B,
}

impl<B> Block<B> {
    /// Nobody can cancel it any more.
    fn has_ended(&self) {
        if let Some(slot) = &self.ticket {
            slot.lock().end();
        }
    }

    /// What is called when the system calls the routine.
    pub(crate) fn set_come(&mut self, come: Come) {
        self.header.take = come as *const ();
    }
}

/// The memory of an operation that is not under way: a buffer, and what the system needs beside it.
pub struct Operation<B>(pub(crate) Box<Block<B>>);

// SAFETY: the pointers are functions, and null while somebody has the operation.
unsafe impl<B: Send> Send for Operation<B> {}
// SAFETY: as above.
unsafe impl<B: Sync> Sync for Operation<B> {}

impl<B> Operation<B> {
    /// An operation with this buffer.  It allocates, and is meant to be used again.
    pub fn new(buffer: B) -> Self {
        let (header, then, source) = (Header::new(), ptr::null(), ptr::null());
        let (waiting, event, routine, ticket) = Default::default();
        let during = "";
        let block = Block { header, then, source, during, waiting, event, routine, ticket, buffer };
        Operation(Box::new(block))
    }

    /// To start at this place of a file.
    pub(crate) fn at(mut self, offset: u64) -> Self {
        self.0.header.overlapped.Anonymous.Anonymous = sys::place(offset);
        self
    }

    /// What it has ended with.
    pub(crate) fn status(&self) -> Status {
        Status(self.0.header.overlapped.Internal as u32)
    }

    /// The buffer.
    pub fn buffer(&self) -> &B {
        &self.0.buffer
    }

    /// The buffer, to be changed or replaced.
    pub fn buffer_mut(&mut self) -> &mut B {
        &mut self.0.buffer
    }

    /// The buffer alone.
    pub fn into_buffer(self) -> B {
        self.0.buffer
    }
}

impl<B: fmt::Debug> fmt::Debug for Operation<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Operation").field(&self.0.buffer).finish()
    }
}

/// What an operation has become.
#[derive(Debug)]
pub struct Completed<B, A> {
    /// How many bytes were transferred, or why none were.
    pub result: Result<usize>,
    /// The operation, to be started again.
    pub operation: Operation<B>,
    /// Whose operation it was.
    pub source: A,
}

/// A handle that operations are asked of: an object, or one that is [`Associated`].
pub trait Source {
    /// The object.
    type Object: Overlapped;

    #[doc(hidden)]
    fn object(&self) -> &Self::Object;
}

impl<A: Source> Source for &A {
    type Object = A::Object;

    fn object(&self) -> &A::Object {
        (**self).object()
    }
}

/// An operation that is about to start: a handle, and what is asked of it.
///
/// It starts when it is said how its end will be known: it comes out of the handle's port
/// ([`Prepared::then`]), is awaited (it is [`IntoFuture`]), sets an event ([`Prepared::begin`]), or
/// calls a closure ([`Prepared::call`]).
#[must_use = "it does not start before it is said what becomes of it"]
pub struct Prepared<'a, R: Request<A::Object>, A: Source> {
    pub(crate) source: &'a A,
    pub(crate) operation: Operation<R::Buffer>,
}

impl<R, S, K, T> Prepared<'_, R, Associated<S, K, T>>
where
    R: Request<S>,
    S: Overlapped,
    K: Send + Sync + 'static,
{
    /// Starts it; `then` says how it comes out of the port.
    ///
    /// # Errors
    /// What the system's function fails with; then the operation is in the error, and nothing comes
    /// out.
    pub fn then(
        self,
        then: Then<R::Buffer, S, K, T>,
    ) -> core::result::Result<(), Refused<R::Buffer>> {
        start::<R, S, K, T>(self, then as *const (), take_then::<R, S, K, T>).map(drop)
    }
}

/// Starts an operation, whose packet `take` will make something of.
pub(crate) fn start<R: Request<S>, S: Overlapped, K: Send + Sync + 'static, T>(
    Prepared { source, operation }: Prepared<'_, R, Associated<S, K, T>>,
    then: *const (),
    take: Take<T>,
) -> core::result::Result<NonNull<Block<R::Buffer>>, Refused<R::Buffer>> {
    let association = source.association();
    if !association.begins() {
        let error = Error::from_status(Status::CANCELLED, R::FUNCTION);
        return Err(Refused { error, operation });
    }
    let prepare = |block: &mut Block<R::Buffer>| {
        block.header.take = take as *const ();
        block.then = then;
        block.source = Arc::into_raw(association.clone()).cast();
    };
    let told = Told::Port(association.port());
    let begun = begin::<R, S>(operation, source, told, prepare, R::begin);
    begun.inspect_err(|refused| {
        // SAFETY: no packet comes, so what the block holds is still ours.
        drop(unsafe { Arc::from_raw(refused.operation.0.source.cast::<Association<S, K>>()) });
        association.has_ended();
    })
}

/// [`Request::begin`], or the like.
pub(crate) type Begin<S, B> = unsafe fn(&S, *mut OVERLAPPED, *mut B) -> Result<()>;

/// Gives an operation away to the system, prepared by `prepare`.
pub(crate) fn begin<R: Request<S>, S: Overlapped>(
    operation: Operation<R::Buffer>,
    object: &S,
    told: Told,
    prepare: impl FnOnce(&mut Block<R::Buffer>),
    begin: Begin<S, R::Buffer>,
) -> core::result::Result<NonNull<Block<R::Buffer>>, Refused<R::Buffer>> {
    let slot = operation.0.ticket.clone();
    // Whoever takes the end waits for this, and finds what can be cancelled no more.
    let mut ticket = slot.as_ref().map(|slot| slot.lock());
    let block = NonNull::from(Box::leak(operation.0));
    let at = block.as_ptr();
    // SAFETY: the block is ours until `begin` succeeds.  Both pointers into it come from the one
    // that the packet's is, so each may be used after the other.
    let begun = unsafe {
        (*at).header.renew(told.event());
        (*at).during = R::FUNCTION;
        prepare(&mut *at);
        begin(object, at.cast::<OVERLAPPED>(), &raw mut (*at).buffer)
    };
    let begun = begun.or_else(|error| {
        let is_done = R::is_done(Status(error.status()));
        if is_done { told.tell(error, at.cast()) } else { Err(error) }
    });
    match begun {
        Ok(()) => {
            ticket.iter_mut().for_each(|ticket| ticket.begin(object.handle(), at.cast()));
            Ok(block)
        }
        Err(error) => {
            ticket.iter_mut().for_each(|ticket| ticket.end());
            // SAFETY: with neither a packet nor an event to come the block is still ours.
            let operation = Operation(unsafe { Box::from_raw(at) });
            Err(Refused { error, operation })
        }
    }
}

/// The end of an operation that sets an event: its result, and the operation again.
///
/// # Safety
/// The event has been set for the block, which [`begin`] has given away with this type, for this
/// object.
pub(crate) unsafe fn end<R: Request<S>, S>(
    block: NonNull<Block<R::Buffer>>,
    object: &S,
) -> (Result<usize>, Operation<R::Buffer>) {
    // SAFETY: the caller's promise, and so many bytes were transferred.
    unsafe { end_by(block, R::is_done, |buffer, count| R::transferred(object, buffer, count)) }
}

/// The end of an operation that no packet tells of; `transferred` is told how much has come.
///
/// # Safety
/// The system has let go of the block, which [`begin`] has given away with this type.
pub(crate) unsafe fn end_by<B>(
    block: NonNull<Block<B>>,
    is_done: fn(Status) -> bool,
    transferred: impl FnOnce(&mut B, usize),
) -> (Result<usize>, Operation<B>) {
    // SAFETY: the caller's promise.  A ticket may read the block until it hears that it has ended.
    let mut block = unsafe {
        block.as_ref().has_ended();
        Box::from_raw(block.as_ptr())
    };
    let OVERLAPPED { Internal: status, InternalHigh: count, .. } = block.header.overlapped;
    let (outcome, during) = (Outcome { status: Status(status as u32), count }, block.during);
    let result = outcome.settle(during, is_done, |count| transferred(&mut block.buffer, count));
    (result, Operation(block))
}

/// Finishes what is in the block, and says with what result.
///
/// # Safety
/// The system has let go of the block, which [`start`] has filled with these types.
unsafe fn finish<R: Request<S>, S, K>(
    block: NonNull<Block<R::Buffer>>,
    outcome: Outcome,
) -> (Arc<Association<S, K>>, Result<usize>) {
    let at = block.as_ptr();
    // SAFETY: the caller's promise; the association is taken out once.
    unsafe {
        (*at).has_ended();
        let source = Arc::from_raw((*at).source.cast::<Association<S, K>>());
        source.has_ended();
        let (buffer, during) = (&mut (*at).buffer, (*at).during);
        let transferred = |count| R::transferred(source.object(), buffer, count);
        let result = outcome.settle(during, R::is_done, transferred);
        (source, result)
    }
}

/// The [`Take<T>`] of an operation that comes out of its port.
///
/// # Safety
/// As for [`Header::take`]; the block was given away by [`start`] with the same types.
unsafe fn take_then<R: Request<S>, S, K, T>(header: NonNull<Header>, outcome: Outcome) -> T {
    let block = header.cast::<Block<R::Buffer>>();
    // SAFETY: the system has let go of the block, and `start` has filled it with these types.
    let (source, result, operation, then) = unsafe {
        let (source, result) = finish::<R, S, K>(block, outcome);
        let operation = Operation(Box::from_raw(block.as_ptr()));
        let then = mem::transmute::<*const (), Then<R::Buffer, S, K, T>>(operation.0.then);
        (source, result, operation, then)
    };
    then(Completed { result, operation, source: Associated::from(source) })
}

/// The [`Take<T>`] of an operation that a future waits for.
///
/// # Safety
/// As for [`take_then`].
pub(crate) unsafe fn take_woken<R: Request<S>, S, K, T: From<Woken>>(
    header: NonNull<Header>,
    outcome: Outcome,
) -> T {
    let block = header.cast::<Block<R::Buffer>>();
    // SAFETY: the system has let go of the block, and `start` has filled it with these types.  The
    // future uses nothing but the lock until it finds there that the operation is done.
    unsafe {
        let (_source, result) = finish::<R, S, K>(block, outcome);
        let ended = Waiting::end(&block.as_ref().waiting, result);
        if ended.is_abandoned {
            drop(Box::from_raw(block.as_ptr()));
        } else if let Some(waker) = ended.waker {
            waker.wake();
        }
    }
    T::from(Woken(()))
}
