//! An operation: its OVERLAPPED, its buffer, and who gets them back.
//!
//! ```text
//!   Operation --start--> the system's, as the address of its OVERLAPPED --finish--> Completed
//!       ^  `--refused--> Refused                                                     |
//!       `----------------------------------------------------------------------------'
//! ```
//!
//! All of it is one block on the heap, so the same operation starts again and again without
//! allocating.  While it is under way nobody has it: the system has the block's address, and who
//! finds that address in a packet gets the block back ([`Header::take`]).  That is all the unsafe
//! code here is about.
#![allow(unsafe_code)]

use crate::port::{Associated, Association};
use crate::sys::OVERLAPPED;
use crate::{BufferMut, Error, Result};
use core::mem;
use core::ptr::{self, NonNull};
use lapwing_status::Status;
use std::fmt;
use std::sync::Arc;

/// How a packet becomes what comes out of a port of `T`: it takes the block at the address.
type Take<T> = unsafe fn(NonNull<Header>, Outcome) -> T;

/// Which variant the program makes of what has become of an operation.
type Then<B, S, K, T> = fn(Completed<B, Associated<S, K, T>>) -> T;

/// How many bytes, or why not.
pub(crate) type Outcome = core::result::Result<usize, Status>;

/// The beginning of every block.
#[repr(C)]
pub(crate) struct Header {
    // First: its address is the block's.
    overlapped: OVERLAPPED,
    /// A [`Take<T>`] for the port's T.
    take: *const (),
}

impl Header {
    fn new() -> Self {
        // SAFETY: all zeros are an OVERLAPPED.
        Header { overlapped: unsafe { mem::zeroed() }, take: ptr::null() }
    }

    /// What the operation of a packet has become.
    ///
    /// # Safety
    /// The packet came from a port of `T`, and this is called for it once.
    pub(crate) unsafe fn take<T>(overlapped: NonNull<OVERLAPPED>, count: usize) -> T {
        let header = overlapped.cast::<Header>();
        // SAFETY: the address is a block's, which nobody has; `start` or `Posted::new` of the same
        // T has written the function.
        unsafe {
            let status = Status((*header.as_ptr()).overlapped.Internal as u32);
            let take = mem::transmute::<*const (), Take<T>>((*header.as_ptr()).take);
            take(header, if status.is_success() { Ok(count) } else { Err(status) })
        }
    }
}

#[repr(C)]
struct Block<B> {
    header: Header,
    /// A [`Then`].
    then: *const (),
    /// From `Arc::into_raw`, of the association, while it is under way.
    source: *const (),
    /// The function that started it.
    during: &'static str,
    buffer: B,
}

/// The memory of an operation that is not under way: a buffer, and what the system needs beside it.
pub struct Operation<B>(Box<Block<B>>);

// SAFETY: the pointers are functions, and null while somebody has the operation.
unsafe impl<B: Send> Send for Operation<B> {}
// SAFETY: as above.
unsafe impl<B: Sync> Sync for Operation<B> {}

impl<B> Operation<B> {
    /// An operation with this buffer.  It allocates, and is meant to be used again.
    pub fn new(buffer: B) -> Self {
        let (header, then, source) = (Header::new(), ptr::null(), ptr::null());
        Operation(Box::new(Block { header, then, source, during: "", buffer }))
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

/// An operation that did not start.
pub struct Refused<B> {
    /// Why.
    pub error: Error,
    /// The operation as it was.
    pub operation: Operation<B>,
}

impl<B> From<Refused<B>> for Error {
    fn from(refused: Refused<B>) -> Self {
        refused.error
    }
}

impl<B> fmt::Debug for Refused<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.error, f)
    }
}

impl<B> fmt::Display for Refused<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.error, f)
    }
}

impl<B> std::error::Error for Refused<B> {}

/// What a finished operation means to its buffer.
pub(crate) trait Direction<B> {
    /// So many bytes were transferred.
    ///
    /// # Safety
    /// So they were.
    unsafe fn transferred(buffer: &mut B, count: usize);
}

/// The buffer has been written to.
pub(crate) struct In;
/// The buffer has been read, if used at all.
pub(crate) struct Out;

impl<B: BufferMut> Direction<B> for In {
    unsafe fn transferred(buffer: &mut B, count: usize) {
        // SAFETY: the caller's promise.
        unsafe { buffer.set_filled(count) };
    }
}

impl<B> Direction<B> for Out {
    unsafe fn transferred(_buffer: &mut B, _count: usize) {}
}

/// Starts an operation: `begin` passes the OVERLAPPED and the buffer to the system, and says
/// whether a packet will come.  The association has counted it.
pub(crate) fn start<D: Direction<B>, B, S, K, T>(
    operation: Operation<B>,
    source: &Associated<S, K, T>,
    during: &'static str,
    then: Then<B, S, K, T>,
    begin: impl FnOnce(*mut OVERLAPPED, &mut B) -> core::result::Result<(), Error>,
) -> core::result::Result<(), Refused<B>> {
    let block = Box::into_raw(operation.0);
    let take: Take<T> = take::<D, B, S, K, T>;
    // SAFETY: the block is ours until `begin` succeeds; nothing uses it after that.  Both pointers
    // into it come from the one that the packet's is, so each may be used after the other.
    let begun = unsafe {
        (*block).header = Header::new();
        (*block).header.take = take as *const ();
        (*block).then = then as *const ();
        (*block).source = Arc::into_raw(source.association().clone()).cast();
        (*block).during = during;
        begin(block.cast::<OVERLAPPED>(), &mut (*block).buffer)
    };
    let Err(error) = begun else { return Ok(()) };
    // SAFETY: no packet comes, so the block and what it holds are still ours.
    let operation = unsafe {
        drop(Arc::from_raw((*block).source.cast::<Association<S, K>>()));
        Operation(Box::from_raw(block))
    };
    Err(Refused { error, operation })
}

/// The [`Take<T>`] of an operation with these types.
///
/// # Safety
/// As for [`Header::take`]; the block was given away by [`start`] with the same types.
unsafe fn take<D: Direction<B>, B, S, K, T>(header: NonNull<Header>, outcome: Outcome) -> T {
    // SAFETY: the system has let go of the block, and `start` has filled it with these types.
    let (mut block, source, then) = unsafe {
        let block = Box::from_raw(header.cast::<Block<B>>().as_ptr());
        let source = Arc::from_raw(block.source.cast::<Association<S, K>>());
        let then = mem::transmute::<*const (), Then<B, S, K, T>>(block.then);
        (block, source, then)
    };
    source.has_ended();
    if let Ok(count) = outcome {
        // SAFETY: so the system says.
        unsafe { D::transferred(&mut block.buffer, count) };
    }
    let result = outcome.map_err(|status| Error::from_status(status, block.during));
    then(Completed { result, operation: Operation(block), source: Associated::from(source) })
}

/// A posted packet.
#[repr(C)]
pub(crate) struct Posted<T> {
    header: Header,
    value: T,
}

impl<T> Posted<T> {
    /// Gives it away, as the address for the packet.
    pub(crate) fn give(value: T) -> NonNull<OVERLAPPED> {
        let take: Take<T> = |header, _| {
            // SAFETY: a posted packet's block is one of these.
            unsafe { Posted::take_back(header.cast()) }
        };
        let mut header = Header::new();
        header.take = take as *const ();
        let block = Box::into_raw(Box::new(Posted { header, value }));
        // SAFETY: a box is nowhere null.
        unsafe { NonNull::new_unchecked(block.cast()) }
    }

    /// Takes the value out of what has been given away.
    ///
    /// # Safety
    /// It comes from [`Posted::give`], and nobody else takes it.
    pub(crate) unsafe fn take_back(block: NonNull<OVERLAPPED>) -> T {
        // SAFETY: the caller's promise.
        let block = unsafe { Box::from_raw(block.cast::<Posted<T>>().as_ptr()) };
        block.value
    }
}
