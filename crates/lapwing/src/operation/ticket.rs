//! Cancelling an operation from anywhere.
//!
//! Who starts an operation gives it away, and so holds nothing that could be cancelled.  A ticket,
//! taken before the start, names this one operation to the end of time: any thread may ask with it
//! for the operation's end, whatever has become of it meanwhile, and is told the truth.  It costs a
//! lock at the start and at the end; the memory for it is the operation's own, and used again.
//!
//! ```
//! use lapwing::{Associated, Cancel, Completed, CompletionPort, Operation, TcpListener, TcpStream};
//!
//! enum Event {
//!     Received(Completed<Vec<u8>, Associated<TcpStream, (), Event>>),
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let port = CompletionPort::new(0)?;
//! let listener = TcpListener::bind("127.0.0.1:0")?;
//! let stream = port.associate(TcpStream::connect(listener.local_address()?)?, ())?;
//!
//! let mut receiving = stream.receive(Operation::new(Vec::with_capacity(16)));
//! let ticket = receiving.ticket();
//! receiving.then(Event::Received)?;
//! std::thread::spawn(move || {
//!     assert!(matches!(ticket.cancel(), Cancel::Cancelled | Cancel::Asked));
//! });
//! // Its completion comes all the same.
//! let Event::Received(done) = port.get()?;
//! assert!(done.result.unwrap_err().is_aborted());
//! # Ok(())
//! # }
//! ```
#![allow(unsafe_code)]

use crate::operation::{Prepared, Request, Source};
use crate::sys::{self, HANDLE, OVERLAPPED};
use core::fmt;
use core::sync::atomic::{AtomicUsize, Ordering};
use lapwing_status::Status;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Names one operation, to cancel it; cheap to clone.
#[derive(Clone)]
pub struct Ticket {
    slot: Arc<Slot>,
    round: u64,
}

/// What a [`Ticket::cancel`] has found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cancel {
    /// It has ended as cancelled; its completion will say so.
    Cancelled,
    /// The system has been asked for an end, and it has not ended yet.  What it becomes, its
    /// completion will say: cancelled as a rule.
    Asked,
    /// It had ended otherwise before, as its completion will say.
    TooLate,
    /// It is not under way: it has not been started, or was refused, or its completion has been
    /// taken.
    NotUnderWay,
}

/// What an operation and its tickets share.
#[derive(Default)]
pub(crate) struct Slot(Mutex<State>);

#[derive(Default)]
pub(crate) struct State {
    /// So many times it has ended or been refused: tickets from before are void.
    round: u64,
    under_way: Option<Given>,
}

/// What the system has, until the end is taken, which takes the slot's lock first.
#[derive(Clone, Copy)]
struct Given {
    handle: HANDLE,
    overlapped: *mut OVERLAPPED,
}

// SAFETY: they are used under the lock only.
unsafe impl Send for Given {}

impl Slot {
    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing panics under the lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// The operation has been started, which was done under the lock.
    pub(crate) fn begin(&mut self, handle: HANDLE, overlapped: *mut OVERLAPPED) {
        self.under_way = Some(Given { handle, overlapped });
    }

    /// It has been refused, or its end is taken.
    pub(crate) fn end(&mut self) {
        self.under_way = None;
        self.round += 1;
    }
}

impl Ticket {
    /// Asks for the operation's end, if it is under way.  It still completes, in the way that was
    /// said when it was started.
    pub fn cancel(&self) -> Cancel {
        let state = self.slot.lock();
        let given = match state.under_way {
            Some(given) if state.round == self.round => given,
            _ => return Cancel::NotUnderWay,
        };
        // SAFETY: whoever takes the end waits for the lock, so the OVERLAPPED is there; a handle
        // that was closed in spite of the operation is only a number here.
        let (is_found, status) = unsafe {
            let is_found = sys::CancelIoEx(given.handle, given.overlapped) != 0;
            let status = AtomicUsize::from_ptr(&raw mut (*given.overlapped).Internal);
            (is_found, Status(status.load(Ordering::Acquire) as u32))
        };
        match status {
            Status::CANCELLED => Cancel::Cancelled,
            Status::PENDING if is_found => Cancel::Asked,
            _ => Cancel::TooLate,
        }
    }
}

impl fmt::Debug for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ticket").field("round", &self.round).finish_non_exhaustive()
    }
}

impl<R: Request<A::Object>, A: Source> Prepared<'_, R, A> {
    /// A ticket, with which the operation can be cancelled once it is started.
    pub fn ticket(&mut self) -> Ticket {
        let slot = self.operation.0.ticket.get_or_insert_default().clone();
        let round = slot.lock().round;
        Ticket { slot, round }
    }
}
