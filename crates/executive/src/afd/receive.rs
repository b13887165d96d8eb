//! Receiving: at once if there is something, else when the socket becomes readable.

use super::error;
use super::incoming::{Incoming, IncomingState};
use super::network_events;
use super::request::{Attempt, First};
use super::socket::{CLOSED, CONNECTED, RECEIVE_SHUT, RESET, Socket};
use crate::io::irp::Outcome;
use crate::io::user_memory::{UserBuffer, UserBuffers};
use crate::status::{Result, Status};
use crate::sys;
use rustix::event::PollFlags;
use rustix::io::Errno;

/// What is to be received.
pub struct ReceiveCall {
    /// Where to.
    pub buffers: UserBuffers,
    /// Linux' `MSG_` flags: PEEK, OOB, WAITALL.
    pub flags: i32,
    done: usize,
}

impl First<Incoming> for ReceiveCall {
    #[inline]
    fn re_enables(&self) -> u32 {
        if self.is_urgent() { network_events::OOB } else { network_events::READ }
    }

    #[inline]
    fn permit(&self, socket: &Socket) -> Result<()> {
        socket.permit_receive()
    }

    #[inline]
    fn attempt(&mut self, socket: &Socket, state: &mut IncomingState, reported: bool) -> Attempt {
        self.attempt(socket, state, reported)
    }

    fn events(&self) -> PollFlags {
        if self.is_urgent() { PollFlags::PRI } else { PollFlags::IN }
    }
}

impl From<ReceiveCall> for Incoming {
    fn from(call: ReceiveCall) -> Self {
        Incoming::Receive(call)
    }
}

impl ReceiveCall {
    /// A receive into these buffers.
    #[inline]
    pub fn new(buffers: UserBuffers, flags: i32) -> Self {
        ReceiveCall { buffers, flags, done: 0 }
    }

    /// The buffer, which is not empty, if there is no more to know.
    #[inline]
    pub(super) fn plain_buffer(&self) -> Option<UserBuffer> {
        match &self.buffers {
            UserBuffers::One(buffer) if self.flags == 0 && buffer.length() > 0 => Some(*buffer),
            _ => None,
        }
    }

    /// True when urgent data is wanted.
    #[inline]
    pub(super) fn is_urgent(&self) -> bool {
        self.flags & libc::MSG_OOB != 0
    }

    /// Urgent data comes beside the other, so nothing is learnt of that.
    fn attempt_urgent(&mut self, socket: &Socket) -> Attempt {
        match sys::net::receive(socket.fd(), &self.buffers, 0, self.flags & !libc::MSG_WAITALL) {
            Ok((count, _flags)) => Attempt::Done(Ok(Outcome::bytes(count))),
            // Linux' word for none; or all of it stands among the other data.
            Err(Errno::INVAL) if !socket.has_urgent_data_inline() => Attempt::Wait,
            Err(Errno::AGAIN) => Attempt::Wait,
            Err(error) => {
                if error::is_reset(error) {
                    socket.add(RESET);
                }
                Attempt::Done(Err(error::general(error)))
            }
        }
    }

    pub(super) fn attempt(
        &mut self,
        socket: &Socket,
        state: &mut IncomingState,
        reported: bool,
    ) -> Attempt {
        if socket.has(RESET) {
            return Attempt::Done(Err(Status::CONNECTION_RESET));
        }
        if let Some(buffer) = self.plain_buffer()
            && socket.is_stream()
        {
            let received = socket.receive_plain(state, buffer, reported);
            return received
                .map_or_else(|attempt| attempt, |n| Attempt::Done(Ok(Outcome::bytes(n))));
        }
        if self.is_urgent() {
            return self.attempt_urgent(socket);
        }
        if reported && !state.readable {
            return Attempt::Wait;
        }
        let total = self.buffers.length();
        if total == 0 {
            return match sys::net::peek(socket.fd()) {
                Ok(_) => Attempt::Done(Ok(Outcome::bytes(0))),
                Err(error) => socket.receive_failed(state, error, reported),
            };
        }
        let wait_for_all = self.flags & libc::MSG_WAITALL != 0 && socket.is_stream();
        let consumes = self.flags & libc::MSG_PEEK == 0;
        loop {
            let wanted = self.buffers.vector_length(self.done);
            let flags = self.flags & !libc::MSG_WAITALL;
            match sys::net::receive(socket.fd(), &self.buffers, self.done, flags) {
                Ok((count, _flags)) => {
                    self.done += count;
                    if count > 0 && wait_for_all && consumes && self.done < total {
                        continue;
                    }
                    if consumes && socket.is_stream() {
                        state.received(count, wanted, reported);
                    }
                    return Attempt::Done(Ok(Outcome::bytes(self.done)));
                }
                Err(error) => return socket.receive_failed(state, error, reported),
            }
        }
    }
}

impl Socket {
    /// Receives from a stream into one buffer, which is not empty, what is there; the byte count,
    /// or what the attempt came to without one.
    #[inline(always)]
    pub(super) fn receive_plain(
        &self,
        state: &mut IncomingState,
        buffer: UserBuffer,
        reported: bool,
    ) -> core::result::Result<usize, Attempt> {
        if reported && !state.readable {
            return Err(Attempt::Wait);
        }
        match sys::net::receive_into(self.fd(), buffer) {
            Ok(count) => {
                state.received(count, buffer.length(), reported);
                Ok(count)
            }
            Err(error) => Err(self.receive_failed(state, error, reported)),
        }
    }

    /// What an attempt to receive has come to that Linux refused.
    #[cold]
    pub(super) fn receive_failed(
        &self,
        state: &mut IncomingState,
        error: Errno,
        reported: bool,
    ) -> Attempt {
        if error == Errno::AGAIN {
            state.readable = !reported;
            return Attempt::Wait;
        }
        if error::is_reset(error) {
            self.add(RESET);
        }
        Attempt::Done(Err(error::general(error)))
    }

    /// What forbids a receive whatever has arrived.
    #[inline]
    pub(super) fn permit_receive(&self) -> Result<()> {
        let state = self.state();
        if state & (CLOSED | RECEIVE_SHUT | CONNECTED) == CONNECTED {
            return Ok(());
        }
        if state & CLOSED != 0 {
            return Err(Status::INVALID_HANDLE);
        }
        if state & RECEIVE_SHUT != 0 {
            return Err(Status::PIPE_DISCONNECTED);
        }
        if self.is_stream() && !self.is_connected() {
            return Err(Status::INVALID_CONNECTION);
        }
        Ok(())
    }
}
