//! Sending: as much as the socket takes at once, the rest when there is room.
//!
//! A stream send is never short (semantics 5.5).  An overlapped one is pending until the last byte
//! has been taken; a blocking one blocks; a non-blocking one is accepted whole as soon as the
//! socket takes a byte of it, and we keep the rest.

use super::error;
use super::receive::Started;
use super::socket::{CLOSED, RESET, SEND_SHUT, Socket};
use crate::io::complete::{self, Timing};
use crate::io::file::File;
use crate::io::irp::{Irp, Outcome, Overlapped};
use crate::io::user_memory::UserBuffers;
use crate::ke::deadline::Deadline;
use crate::ke::pending::Pending;
use crate::ke::thread;
use crate::ob::object::Object;
use crate::ob::table::Pinned;
use crate::status::{Result, Status};
use crate::sys;
use rustix::event::PollFlags;
use rustix::io::Errno;
use rustix::net::{Shutdown, shutdown};

/// The sending side of a socket, under its lock.
#[derive(Default)]
pub(super) struct SendSide {
    /// Sends that would block, in the order in which they were made; the first may be half sent.
    pub(super) pending: Pending<SendRequest>,
    /// The program has shut down sending while data was pending.
    pub(super) shut_when_drained: bool,
}

/// A pending send.
pub(super) struct SendRequest {
    pub(super) irp: Irp,
    call: SendCall,
}

/// What is to be sent.
pub struct SendCall {
    /// From where.
    pub buffers: UserBuffers,
    /// Linux' `MSG_` flags: OOB, DONTROUTE.
    pub flags: i32,
    done: usize,
}

impl SendCall {
    /// A send from these buffers.
    pub fn new(buffers: UserBuffers, flags: i32) -> Self {
        SendCall { buffers, flags, done: 0 }
    }
}

impl Socket {
    /// Tries a send; None when the socket takes no more for now.
    fn try_send(&self, call: &mut SendCall) -> Option<Result<Outcome>> {
        if self.has(RESET) {
            return Some(Err(Status::CONNECTION_RESET));
        }
        let total = call.buffers.length();
        if total == 0 && self.is_stream() {
            return Some(Ok(Outcome::bytes(0)));
        }
        loop {
            let wanted = call.buffers.vector_length(call.done);
            match sys::net::send(self.fd(), &call.buffers, call.done, call.flags) {
                Ok(count) => {
                    call.done += count;
                    if call.done >= total || !self.is_stream() {
                        return Some(Ok(Outcome::bytes(call.done)));
                    }
                    if count < wanted {
                        return None;
                    }
                }
                Err(Errno::AGAIN) => return None,
                Err(error) => {
                    if error::is_reset(error) {
                        self.add(RESET);
                    }
                    return Some(Err(error::general(error)));
                }
            }
        }
    }

    /// What forbids a send whatever room there is.
    fn send_forbidden(&self) -> Result<()> {
        let state = self.state();
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

    /// A send with an OVERLAPPED: done at once, or pending.
    ///
    /// # Errors
    /// A call that fails at once tells nobody else: no event, no routine, no packet.
    pub fn send_overlapped(
        object: &Pinned<'_, Object>,
        file: &File,
        mut call: SendCall,
        overlapped: Overlapped,
    ) -> Result<Started> {
        let socket = file.socket()?;
        overlapped.start(file);
        let mut side = socket.sending.lock();
        socket.send_forbidden()?;
        if side.pending.is_empty()
            && let Some(end) = socket.try_send(&mut call)
        {
            let outcome = end?;
            complete::deliver(file, &overlapped, outcome, Timing::Inline);
            return Ok(Started::Done(outcome));
        }
        let has_event = overlapped.event.is_some();
        socket.queue_send(&mut side, object, file, call, overlapped)?;
        drop(side);
        file.look_after(has_event);
        Ok(Started::Pending)
    }

    fn queue_send(
        &self,
        side: &mut SendSide,
        object: &Pinned<'_, Object>,
        file: &File,
        call: SendCall,
        overlapped: Overlapped,
    ) -> Result<()> {
        // Room that is there already makes an event, which then waits for our lock.
        file.register(object, true)?;
        if let Some(block) = overlapped.status_block {
            block.begin();
        }
        let thread_id = thread::with_current(|thread| thread.id());
        let irp = Irp { file: object.to_arc(), thread_id, overlapped };
        side.pending.push(SendRequest { irp, call }).map_err(|_| Status::INVALID_HANDLE)
    }

    /// A send that blocks until everything has been taken; on a non-blocking socket it is accepted
    /// whole or not at all.
    ///
    /// # Errors
    /// As [`Socket::receive_blocking`].
    pub fn send_blocking(
        &self,
        object: &Pinned<'_, Object>,
        file: &File,
        call: &mut SendCall,
        deadline: Deadline,
    ) -> Result<Outcome> {
        self.block_until(deadline, || {
            let mut side = self.sending.lock();
            self.send_forbidden()?;
            if !side.pending.is_empty() {
                return Ok(Err(PollFlags::empty()));
            }
            if let Some(end) = self.try_send(call) {
                return end.map(Ok);
            }
            if !self.is_non_blocking() || call.done == 0 {
                return Ok(Err(PollFlags::OUT));
            }
            let total = call.buffers.length();
            let rest = UserBuffers::Owned(call.buffers.copy_from(call.done));
            let rest = SendCall::new(rest, call.flags);
            self.queue_send(&mut side, object, file, rest, Overlapped::internal())?;
            drop(side);
            file.look_after(true);
            Ok(Ok(Outcome::bytes(total)))
        })
    }

    /// There is room to send: continue the pending sends.
    pub(super) fn send_ready(&self, file: &File, timing: Timing) {
        let mut side = self.sending.lock();
        if side.pending.is_empty() {
            return;
        }
        let drained = side.pending.drain(|mut request| match self.try_send(&mut request.call) {
            None => Some(request),
            Some(end) => {
                let outcome = end.unwrap_or_else(Outcome::of);
                complete::complete(request.irp, outcome, timing);
                None
            }
        });
        if !drained {
            return;
        }
        if side.shut_when_drained {
            side.shut_when_drained = false;
            // The connection may be gone meanwhile; then there is nothing to shut.
            let _gone = shutdown(self.fd(), Shutdown::Write);
        }
        drop(side);
        self.wake_blocked();
        if self.has(CLOSED) {
            file.unregister();
        }
    }
}
