//! Sending: as much as the socket takes at once, the rest when there is room.
//!
//! A stream send is never short (semantics 5.5).  An overlapped one is pending until the last byte
//! has been taken; a blocking one blocks; a non-blocking one is accepted whole as soon as the
//! socket takes a byte of it, and we keep the rest.

use super::error;
use super::network_events;
use super::outgoing::{Outgoing, OutgoingState};
use super::request::{Attempt, First};
use super::socket::{CLOSED, CONNECTED, RESET, SEND_SHUT, Socket};
use crate::io::irp::Outcome;
use crate::io::user_memory::UserBuffers;
use crate::status::{Result, Status};
use crate::sys;
use rustix::io::Errno;

/// What is to be sent.
pub struct SendCall {
    /// From where.
    pub buffers: UserBuffers,
    /// Linux' `MSG_` flags: OOB, DONTROUTE.
    pub flags: i32,
    done: usize,
}

impl First<Outgoing> for SendCall {
    #[inline]
    fn re_enables(&self) -> u32 {
        network_events::WRITE
    }

    #[inline]
    fn permit(&self, socket: &Socket) -> Result<()> {
        socket.permit_send()
    }

    #[inline]
    fn attempt(&mut self, socket: &Socket, _: &mut OutgoingState, _: bool) -> Attempt {
        self.attempt(socket)
    }

    fn take_over(&mut self) -> Option<(Outgoing, Outcome)> {
        self.take_over().map(|(rest, outcome)| (Outgoing::Send(rest), outcome))
    }
}

impl From<SendCall> for Outgoing {
    fn from(call: SendCall) -> Self {
        Outgoing::Send(call)
    }
}

impl SendCall {
    /// A send from these buffers.
    #[inline]
    pub fn new(buffers: UserBuffers, flags: i32) -> Self {
        SendCall { buffers, flags, done: 0 }
    }

    /// A send without flags of which so many bytes have been taken.
    pub(super) fn begun(buffers: UserBuffers, done: usize) -> Self {
        SendCall { buffers, flags: 0, done }
    }

    pub(super) fn attempt(&mut self, socket: &Socket) -> Attempt {
        if socket.has(RESET) {
            return Attempt::Done(Err(Status::CONNECTION_RESET));
        }
        let total = self.buffers.length();
        if total == 0 && socket.is_stream() {
            return Attempt::Done(Ok(Outcome::bytes(0)));
        }
        loop {
            let wanted = self.buffers.vector_length(self.done);
            match sys::net::send(socket.fd(), &self.buffers, self.done, self.flags) {
                Ok(count) => {
                    self.done += count;
                    if self.done >= total || !socket.is_stream() {
                        return Attempt::Done(Ok(Outcome::bytes(self.done)));
                    }
                    if count < wanted {
                        return Attempt::Wait;
                    }
                }
                Err(error) => return socket.send_failed(error),
            }
        }
    }

    /// What a non-blocking send leaves to us, if it has begun.
    pub(super) fn take_over(&mut self) -> Option<(SendCall, Outcome)> {
        if self.done == 0 {
            return None;
        }
        let rest = UserBuffers::Owned(self.buffers.copy_from(self.done));
        Some((SendCall::new(rest, self.flags), Outcome::bytes(self.buffers.length())))
    }
}

impl Socket {
    /// What an attempt to send has come to that Linux refused.
    #[cold]
    pub(super) fn send_failed(&self, error: Errno) -> Attempt {
        if error == Errno::AGAIN {
            return Attempt::Wait;
        }
        if error::is_reset(error) {
            self.add(RESET);
        }
        Attempt::Done(Err(error::general(error)))
    }

    /// What forbids a send whatever room there is.
    #[inline]
    pub(super) fn permit_send(&self) -> Result<()> {
        let state = self.state();
        if state & (CLOSED | SEND_SHUT | CONNECTED) == CONNECTED {
            return Ok(());
        }
        if state & CLOSED != 0 {
            return Err(Status::INVALID_HANDLE);
        }
        if state & SEND_SHUT != 0 {
            return Err(Status::PIPE_DISCONNECTED);
        }
        if self.is_stream() && !self.is_connected() {
            return Err(Status::INVALID_CONNECTION);
        }
        Ok(())
    }
}
