//! The direction of a socket whose calls go on when it becomes readable.

use super::accept::AcceptCall;
use super::datagram::{DatagramReceive, MessageReceive};
use super::network_events;
use super::receive::ReceiveCall;
use super::request::{Attempt, Call, First};
use super::side::{SideLock, UsualReceive};
use super::socket::Socket;
use crate::status::Result;
use rustix::event::PollFlags;

/// A call that waits for something to read.
pub enum Incoming {
    /// recv, WSARecv, ReadFile.
    Receive(ReceiveCall),
    /// AcceptEx.
    Accept(AcceptCall),
    /// recvfrom, WSARecvFrom and the above on a datagram socket.
    Datagram(DatagramReceive),
    /// WSARecvMsg, and what else a [`DatagramReceive`] cannot say.
    Message(Box<MessageReceive>),
}

// A stream's receive takes no more room in the queue because there are others.
const _: () = assert!(size_of::<Incoming>() == size_of::<ReceiveCall>());

/// What a socket's incoming side remembers, under its lock.
pub struct IncomingState {
    /// Nothing is known to stand against an attempt.  False only while an event will tell.
    pub(super) readable: bool,
    /// The peer's end or an error has been reported: a short receive says nothing any more.
    pub(super) ended: bool,
}

impl IncomingState {
    /// An event has told that there is something to read, or the end.
    #[inline]
    pub(super) fn has_become_readable(&mut self, ended: bool) {
        self.readable = true;
        self.ended |= ended;
    }

    /// Of `wanted` bytes of a stream so many have come: less say that it is drained.
    #[inline]
    pub(super) fn received(&mut self, count: usize, wanted: usize, reported: bool) {
        if count < wanted && !self.ended {
            // What comes from now on makes an event.
            self.readable = !reported;
        }
    }
}

impl Default for IncomingState {
    fn default() -> Self {
        IncomingState { readable: true, ended: false }
    }
}

impl Call for Incoming {
    type State = IncomingState;
    type Usual = UsualReceive;
    const WRITES: bool = false;

    fn side(socket: &Socket) -> &SideLock<Self> {
        &socket.incoming
    }

    fn re_enables(&self) -> u32 {
        match self {
            Incoming::Receive(call) => First::re_enables(call),
            Incoming::Datagram(_) | Incoming::Message(_) => network_events::READ,
            Incoming::Accept(_) => network_events::ACCEPT,
        }
    }

    fn permit(&self, socket: &Socket) -> Result<()> {
        match self {
            Incoming::Receive(_) => socket.permit_receive(),
            Incoming::Accept(call) => call.permit(socket),
            Incoming::Datagram(_) | Incoming::Message(_) => socket.permit_datagram(),
        }
    }

    fn attempt(&mut self, socket: &Socket, state: &mut IncomingState, reported: bool) -> Attempt {
        match self {
            Incoming::Receive(call) => call.attempt(socket, state, reported),
            Incoming::Accept(call) => call.attempt(socket, state),
            Incoming::Datagram(call) => call.attempt(socket, state, reported),
            Incoming::Message(call) => call.attempt(socket, state, reported),
        }
    }

    fn events(&self) -> PollFlags {
        match self {
            Incoming::Receive(call) => First::events(call),
            _ => PollFlags::IN,
        }
    }

    fn tells_later(&self) -> bool {
        matches!(self, Incoming::Accept(_))
    }
}
