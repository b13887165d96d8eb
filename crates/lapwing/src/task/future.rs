//! Operations as futures: any executor may poll them.
//!
//! Who takes packets from the port finishes them and wakes whoever waits.  So somebody must take
//! packets: the program's own threads ([`crate::CompletionPort`] of anything that is
//! `From<Woken>`), or those of an [`crate::Executor`].
//!
//! ```
//! use lapwing::{Accept, CompletionPort, Operation, TcpListener, TcpStream, Woken};
//!
//! enum Event {
//!     Woken,
//!     Stop,
//! }
//!
//! impl From<Woken> for Event {
//!     fn from(_: Woken) -> Self {
//!         Event::Woken
//!     }
//! }
//!
//! # fn main() -> lapwing::Result<()> {
//! let port = CompletionPort::new(1)?;
//! let listener = port.associate(TcpListener::bind("127.0.0.1:0")?, ())?;
//! let client = port.associate(TcpStream::connect(listener.local_address()?)?, ())?;
//! std::thread::scope(|scope| {
//!     // Whoever takes packets wakes the tasks; there is nothing else to be done.
//!     scope.spawn(|| while let Ok(Event::Woken) = port.get() {});
//!     // Any executor will do.
//!     let echoed = futures::executor::block_on(async {
//!         let server = listener.accept(Operation::new(Accept::new())).await.accepted()?;
//!         let server = port.associate(server, ())?;
//!         client.send(Operation::new("hello")).await.result?;
//!         let received = server.receive(Operation::new(Vec::with_capacity(4096))).await;
//!         lapwing::Result::Ok(received.operation.into_buffer())
//!     });
//!     port.post(Event::Stop)?;
//!     assert_eq!(echoed?, b"hello");
//!     Ok(())
//! })
//! # }
//! ```
#![allow(unsafe_code)]

use crate::operation::refused::Refused;
use crate::operation::{self, Block, Completed, Operation, Prepared, Request};
use crate::port::{Associated, Overlapped};
use crate::sys;
use crate::{Error, Result};
use core::future::{Future, IntoFuture};
use core::mem;
use core::pin::Pin;
use core::ptr::NonNull;
use core::task::{Context, Poll, Waker};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What comes out of a port for an operation that a future waits for: nothing is left to be done.
#[derive(Debug)]
pub struct Woken(pub(crate) ());

/// How a future and a packet meet.
#[derive(Default)]
pub(crate) enum Waiting {
    /// Under way, and nobody is to be woken.
    #[default]
    Silent,
    /// Under way; this one wants to know.
    Wanted(Waker),
    /// The packet has been taken.
    Done(Result<usize>),
    /// The future is gone: the block belongs to whoever takes the packet.
    Abandoned,
}

/// What the end of an operation leaves to be done.
pub(crate) struct Ended {
    pub(crate) is_abandoned: bool,
    pub(crate) waker: Option<Waker>,
}

fn lock(waiting: &Mutex<Waiting>) -> MutexGuard<'_, Waiting> {
    // Nothing panics under the lock, but for a program's waker that is cloned or dropped.
    waiting.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Waiting {
    /// The packet has been taken.  If the operation is not abandoned the block is the future's at
    /// once.
    pub(crate) fn end(waiting: &Mutex<Waiting>, result: Result<usize>) -> Ended {
        match mem::replace(&mut *lock(waiting), Waiting::Done(result)) {
            Waiting::Abandoned => Ended { is_abandoned: true, waker: None },
            Waiting::Wanted(waker) => Ended { is_abandoned: false, waker: Some(waker) },
            Waiting::Silent | Waiting::Done(_) => Ended { is_abandoned: false, waker: None },
        }
    }
}

/// An operation that is under way, or did not start.
///
/// Dropping it cancels the operation; the memory stays until the system has let go of it.
#[must_use = "dropped, it cancels the operation"]
pub struct Running<B, S: Overlapped, K: Send + Sync + 'static, T> {
    state: State<B>,
    source: Associated<S, K, T>,
}

enum State<B> {
    UnderWay(NonNull<Block<B>>),
    Refused(Refused<B>),
    Taken,
}

// SAFETY: the block is shared with whoever takes the packet, through a lock only.
unsafe impl<B: Send, S: Overlapped, K: Send + Sync, T> Send for Running<B, S, K, T> {}
// SAFETY: as above; a shared `Running` only cancels.
unsafe impl<B: Send, S: Overlapped, K: Send + Sync, T> Sync for Running<B, S, K, T> {}

impl<B, S: Overlapped, K: Send + Sync + 'static, T> Running<B, S, K, T> {
    /// Asks for an end.  What has really become of the operation, its completion says: it may have
    /// been faster.  False when nothing was under way any more.
    pub fn cancel(&self) -> bool {
        let State::UnderWay(block) = &self.state else { return false };
        // SAFETY: the block is there until this future takes or abandons it.
        let waiting = lock(unsafe { &(*block.as_ptr()).waiting });
        // Under the lock: its packet cannot be taken meanwhile, nor its address used again.
        !matches!(*waiting, Waiting::Done(_)) && self.cancel_io(*block)
    }

    /// Lets the operation go on to its end, of which nobody will hear; the handle stays open until
    /// then.
    pub fn detach(mut self) {
        self.let_go(false);
    }

    /// Leaves the block to whoever takes the packet, or frees it.
    fn let_go(&mut self, cancels: bool) {
        let State::UnderWay(block) = mem::replace(&mut self.state, State::Taken) else { return };
        // SAFETY: the block is there until this future takes or abandons it.
        let mut waiting = lock(unsafe { &(*block.as_ptr()).waiting });
        if !matches!(*waiting, Waiting::Done(_)) {
            if cancels {
                self.cancel_io(block);
            }
            *waiting = Waiting::Abandoned;
            return;
        }
        drop(waiting);
        // SAFETY: the packet has been taken, and its taker uses the block no more.
        drop(unsafe { Box::from_raw(block.as_ptr()) });
    }

    fn cancel_io(&self, block: NonNull<Block<B>>) -> bool {
        // SAFETY: the handle is open; of the OVERLAPPED only the address is looked at.
        unsafe { sys::CancelIoEx(self.source.handle(), block.as_ptr().cast()) != 0 }
    }
}

impl<B, S: Overlapped, K: Send + Sync + 'static, T> Unpin for Running<B, S, K, T> {}

impl<B, S: Overlapped, K: Send + Sync + 'static, T> Future for Running<B, S, K, T> {
    type Output = Completed<B, Associated<S, K, T>>;

    /// # Panics
    /// If it is polled again after it was ready.
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let (result, operation) = match mem::replace(&mut self.state, State::Taken) {
            State::UnderWay(block) => {
                // SAFETY: the block is there until this future takes or abandons it.
                let mut waiting = lock(unsafe { &(*block.as_ptr()).waiting });
                let Waiting::Done(result) = *waiting else {
                    match &mut *waiting {
                        Waiting::Wanted(waker) => waker.clone_from(context.waker()),
                        other => *other = Waiting::Wanted(context.waker().clone()),
                    }
                    drop(waiting);
                    self.state = State::UnderWay(block);
                    return Poll::Pending;
                };
                *waiting = Waiting::Silent;
                drop(waiting);
                // SAFETY: the packet has been taken, and its taker uses the block no more.
                (result, Operation(unsafe { Box::from_raw(block.as_ptr()) }))
            }
            State::Refused(Refused { error, operation }) => (Err::<usize, Error>(error), operation),
            State::Taken => panic!("a future was polled after it was ready"),
        };
        Poll::Ready(Completed { result, operation, source: self.source.clone() })
    }
}

impl<B, S: Overlapped, K: Send + Sync + 'static, T> Drop for Running<B, S, K, T> {
    fn drop(&mut self) {
        self.let_go(true);
    }
}

impl<R, S, K, T> IntoFuture for Prepared<'_, R, Associated<S, K, T>>
where
    R: Request<S>,
    S: Overlapped,
    K: Send + Sync + 'static,
    T: From<Woken>,
{
    type Output = Completed<R::Buffer, Associated<S, K, T>>;
    type IntoFuture = Running<R::Buffer, S, K, T>;

    /// Starts the operation.
    fn into_future(self) -> Self::IntoFuture {
        let source = self.source.clone();
        let take = operation::take_woken::<R, S, K, T>;
        let state = match operation::start::<R, S, K, T>(self, core::ptr::null(), take) {
            Ok(block) => State::UnderWay(block),
            Err(refused) => State::Refused(refused),
        };
        Running { state, source }
    }
}
