//! The direction of a socket whose calls go on when it becomes writable.

use super::connect::{ConnectCall, DisconnectCall};
use super::datagram::DatagramSend;
use super::network_events;
use super::request::{Attempt, Call, First};
use super::send::SendCall;
use super::side::SideLock;
use super::socket::{CLOSED, Socket};
use super::transmit::TransmitCall;
use crate::io::file::File;
use crate::io::irp::Outcome;
use crate::status::Result;
use rustix::net::{Shutdown, shutdown};

/// A call that waits for room to write.
pub enum Outgoing {
    /// send, WSASend, WriteFile.
    Send(SendCall),
    /// ConnectEx.
    Connect(ConnectCall),
    /// DisconnectEx.
    Disconnect(DisconnectCall),
    /// sendto, WSASendTo, WSASendMsg, and the above on a datagram socket.
    Datagram(Box<DatagramSend>),
    /// TransmitFile, TransmitPackets.
    Transmit(TransmitCall),
}

// A stream's send takes no more room in the queue because there are others.
const _: () = assert!(size_of::<Outgoing>() == size_of::<SendCall>());

/// What a socket's outgoing side remembers, under its lock.
#[derive(Default)]
pub struct OutgoingState {
    /// The program has shut down sending while data was pending.
    pub(super) shut_when_drained: bool,
}

impl Call for Outgoing {
    type State = OutgoingState;
    type Usual = ();
    const WRITES: bool = true;

    fn side(socket: &Socket) -> &SideLock<Self> {
        &socket.outgoing
    }

    fn re_enables(&self) -> u32 {
        match self {
            Outgoing::Send(_) | Outgoing::Datagram(_) => network_events::WRITE,
            Outgoing::Connect(_) | Outgoing::Disconnect(_) | Outgoing::Transmit(_) => 0,
        }
    }

    fn permit(&self, socket: &Socket) -> Result<()> {
        match self {
            Outgoing::Send(_) => socket.permit_send(),
            Outgoing::Connect(call) => call.permit(socket),
            Outgoing::Disconnect(call) => call.permit(socket),
            Outgoing::Datagram(call) => call.permit(socket),
            Outgoing::Transmit(call) => call.permit(socket),
        }
    }

    fn attempt(&mut self, socket: &Socket, state: &mut OutgoingState, reported: bool) -> Attempt {
        match self {
            Outgoing::Send(call) => call.attempt(socket),
            Outgoing::Connect(call) => call.attempt(socket),
            Outgoing::Disconnect(call) => call.attempt(socket),
            Outgoing::Datagram(call) => call.attempt(socket, state, reported),
            Outgoing::Transmit(call) => call.attempt(socket),
        }
    }

    fn take_over(&mut self) -> Option<(Self, Outcome)> {
        match self {
            Outgoing::Send(call) => First::take_over(call),
            Outgoing::Connect(_)
            | Outgoing::Disconnect(_)
            | Outgoing::Datagram(_)
            | Outgoing::Transmit(_) => None,
        }
    }

    fn tells_later(&self) -> bool {
        !matches!(self, Outgoing::Send(_))
    }

    fn heeds_mode(&self) -> bool {
        !matches!(self, Outgoing::Transmit(_))
    }

    fn given_up(&mut self, socket: &Socket) {
        match self {
            Outgoing::Connect(call) => call.given_up(socket),
            Outgoing::Transmit(call) => call.given_up(socket),
            Outgoing::Send(_) | Outgoing::Disconnect(_) | Outgoing::Datagram(_) => {}
        }
    }

    fn drained(socket: &Socket, file: &File, state: &mut OutgoingState) {
        if core::mem::take(&mut state.shut_when_drained) {
            // The connection may be gone meanwhile; then there is nothing to shut.
            let _gone = shutdown(socket.fd(), Shutdown::Write);
        }
        if socket.has(CLOSED) {
            file.unregister();
        }
    }
}
