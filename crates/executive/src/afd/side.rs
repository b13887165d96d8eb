//! One direction of a socket: what waits there, and what it remembers.
//!
//! Requests wait in a queue ([`Pending`]), but for one: a stream's usual receive, which waits alone
//! and tells its end to the port only.  Servers have nearly nothing else, so it lies in the side
//! itself ([`UsualReceive`]): no memory of its own, and nothing to look at but what it is.  As soon
//! as another request comes, or somebody asks for them, it is a request in the queue like any.

use super::incoming::Incoming;
use super::receive::ReceiveCall;
use super::request::{Call, Request};
use crate::io::irp::{Irp, Notify, Overlapped};
use crate::io::status_block::OverlappedBlock;
use crate::io::user_memory::{UserBuffer, UserBuffers};
use crate::ke::biased_mutex::{BiasedGuard, BiasedMutex};
use crate::ke::pending::Pending;
use crate::ke::thread;
use crate::ob::object::Object;
use crate::status::{Result, Status};
use std::sync::Arc;

/// One direction of a socket.
pub struct Side<C: Call> {
    /// The request that is in no queue.
    pub(super) usual: C::Usual,
    /// Requests that would block, in the order in which they were made; the first may be half done.
    /// Aside are those that have had their turn and wait for something of their own.
    pending: Pending<Request<C>>,
    /// What the direction remembers.
    pub(super) state: C::State,
}

/// The lock of a direction, which one thread takes mostly.
pub type SideLock<C> = BiasedMutex<Side<C>>;

/// Holds it.
pub type SideGuard<'a, C> = BiasedGuard<'a, Side<C>>;

/// The request of a direction that is in no queue, if there is one.
pub trait Usual<C: Call>: Default {
    /// True while it waits.
    fn waits(&self) -> bool;

    /// It leaves for the queue, if it waits; what an earlier one has left here goes.
    fn leave(&mut self) -> Option<Request<C>>;
}

/// A direction that has no such request.
impl<C: Call> Usual<C> for () {
    #[inline]
    fn waits(&self) -> bool {
        false
    }

    fn leave(&mut self) -> Option<Request<C>> {
        None
    }
}

impl<C: Call> Default for Side<C> {
    fn default() -> Self {
        let (usual, pending) = (C::Usual::default(), Pending::default());
        Side { usual, pending, state: C::State::default() }
    }
}

impl<C: Call> Side<C> {
    /// True when nothing waits in order.
    #[inline]
    pub(super) fn is_idle(&self) -> bool {
        !self.usual.waits() && self.pending.is_empty()
    }

    /// All requests, and what the direction remembers.
    pub(super) fn requests(&mut self) -> (&mut Pending<Request<C>>, &mut C::State) {
        if let Some(usual) = self.usual.leave() {
            let queued = self.pending.push(usual);
            debug_assert!(queued.is_ok(), "none begins after the close, and the close comes here");
        }
        (&mut self.pending, &mut self.state)
    }

    /// Refuses further requests.
    pub(super) fn close(&mut self) {
        self.requests().0.close();
    }

    /// Takes the chosen requests out.
    pub(super) fn take_if(&mut self, chosen: &dyn Fn(&Request<C>) -> bool) -> Vec<Request<C>> {
        let (pending, _) = self.requests();
        let mut taken = pending.take_if(chosen);
        taken.extend(pending.take_aside_if(chosen));
        taken
    }
}

impl Side<Incoming> {
    /// The first usual receive waits here, with nothing before it.
    ///
    /// # Errors
    /// `INVALID_HANDLE` after the close.
    pub(super) fn wait_as_usual(&mut self, object: Arc<Object>, waiting: Waiting) -> Result<()> {
        debug_assert!(self.is_idle());
        if self.pending.is_closed() {
            return Err(Status::INVALID_HANDLE);
        }
        self.usual.file = Some(object);
        self.usual.wait(waiting);
        Ok(())
    }
}

/// What a usual receive waits for data with.
#[derive(Clone, Copy)]
pub struct Waiting {
    /// Where its end is told.
    pub(super) block: OverlappedBlock,
    /// Where the data goes; it is not empty.
    pub(super) buffer: UserBuffer,
}

/// The place of a stream's usual receive.
#[derive(Default)]
pub struct UsualReceive {
    waiting: Option<Waiting>,
    /// The thread that issued it.
    thread_id: u32,
    /// The file object, kept alive by its requests: from the first of these to any other, or to
    /// the close.  While none waits, it says that one has ended.
    file: Option<Arc<Object>>,
}

impl UsualReceive {
    /// The one that waits.
    #[inline]
    pub(super) fn waiting(&self) -> Option<Waiting> {
        self.waiting
    }

    /// True when one has ended, and nothing else has come since.
    #[inline]
    pub(super) fn has_ended(&self) -> bool {
        self.file.is_some() && self.waiting.is_none()
    }

    /// Another waits.
    #[inline(always)]
    pub(super) fn wait(&mut self, waiting: Waiting) {
        waiting.block.begin();
        self.thread_id = thread::current_id();
        self.waiting = Some(waiting);
    }

    /// The one that waits has been ended.
    #[inline]
    pub(super) fn end(&mut self) {
        self.waiting = None;
    }
}

impl Usual<Incoming> for UsualReceive {
    #[inline]
    fn waits(&self) -> bool {
        self.waiting.is_some()
    }

    fn leave(&mut self) -> Option<Request<Incoming>> {
        let file = self.file.take()?;
        let Waiting { block, buffer } = self.waiting.take()?;
        let status_block = Some(block.into());
        let overlapped = Overlapped { status_block, event: None, notify: Notify::Packet };
        let irp = Irp { file, thread_id: self.thread_id, overlapped };
        Some(Request { irp, call: ReceiveCall::new(UserBuffers::One(buffer), 0).into() })
    }
}

#[cfg(all(test, not(any(loom, shuttle))))]
mod tests {
    use super::*;
    use crate::io::status_block::ResultBlock;
    use crate::ke::dispatcher::{Dispatcher, Kind};
    use crate::ob::object::Body;

    fn object() -> Arc<Object> {
        Object::new(Body::Event(Dispatcher::new(Kind::Notification, 0)))
    }

    fn waiting() -> Waiting {
        Waiting { block: OverlappedBlock::leaked(), buffer: UserBuffer::leaked(1) }
    }

    /// Where the waiting requests tell their ends, in order.
    fn taken(side: &mut Side<Incoming>) -> Vec<usize> {
        let all = side.take_if(&|_| true);
        all.iter().map(|request| request.irp.overlapped.address()).collect()
    }

    #[test]
    fn a_usual_receive_ends_and_another_waits_in_its_place() {
        let (object, mut side) = (object(), Side::<Incoming>::default());
        let (first, second) = (waiting(), waiting());
        assert!(side.is_idle() && !side.usual.has_ended() && side.usual.waiting().is_none());
        side.wait_as_usual(object.clone(), first).unwrap();
        assert!(!side.is_idle() && !side.usual.has_ended());
        assert_eq!(side.usual.waiting().map(|it| it.block.address()), Some(first.block.address()));
        side.usual.end();
        assert!(side.is_idle() && side.usual.has_ended() && side.usual.waiting().is_none());
        side.usual.wait(second);
        assert!(!side.is_idle() && !side.usual.has_ended());
        assert_eq!(taken(&mut side), [second.block.address()]);
        assert!(side.is_idle() && !side.usual.has_ended());
        assert_eq!(Arc::strong_count(&object), 1);
    }

    #[test]
    fn a_usual_receive_stays_before_the_request_that_comes_behind_it() {
        let (object, mut side) = (object(), Side::<Incoming>::default());
        let (first, second) = (waiting(), waiting());
        side.wait_as_usual(object.clone(), first).unwrap();
        let mut behind = UsualReceive { file: Some(object), ..UsualReceive::default() };
        behind.wait(second);
        assert!(side.requests().0.push(behind.leave().unwrap()).is_ok());
        assert!(side.usual.waiting().is_none() && !side.is_idle());
        assert_eq!(taken(&mut side), [first.block.address(), second.block.address()]);
    }

    #[test]
    fn what_a_usual_receive_has_left_goes_with_the_close_and_none_comes_after_it() {
        let (object, mut side) = (object(), Side::<Incoming>::default());
        side.wait_as_usual(object.clone(), waiting()).unwrap();
        side.usual.end();
        assert_eq!(Arc::strong_count(&object), 2);
        side.close();
        assert!(Arc::strong_count(&object) == 1 && !side.usual.has_ended() && side.is_idle());
        let refused = side.wait_as_usual(object.clone(), waiting());
        assert_eq!(refused, Err(Status::INVALID_HANDLE));
        assert!(Arc::strong_count(&object) == 1 && side.is_idle());
    }
}
