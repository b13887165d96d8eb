//! Receiving: at once if there is something, else when the socket becomes readable.

use super::error;
use super::socket::{CLOSED, RECEIVE_SHUT, RESET, Socket};
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

/// The receiving side of a socket, under its lock.
pub(super) struct ReceiveSide {
    /// Receives that would block, in the order in which they were made.
    pub(super) pending: Pending<ReceiveRequest>,
    /// Nothing is known to stand against an attempt.  False only while an event will tell.
    readable: bool,
    /// The peer's end or an error has been reported: a short receive says nothing any more.
    ended: bool,
}

impl Default for ReceiveSide {
    fn default() -> Self {
        ReceiveSide { pending: Pending::default(), readable: true, ended: false }
    }
}

/// A pending receive.
pub(super) struct ReceiveRequest {
    pub(super) irp: Irp,
    call: ReceiveCall,
}

/// What is to be received.
pub struct ReceiveCall {
    /// Where to.
    pub buffers: UserBuffers,
    /// Linux' `MSG_` flags: PEEK, OOB, WAITALL.
    pub flags: i32,
    done: usize,
}

impl ReceiveCall {
    /// A receive into these buffers.
    pub fn new(buffers: UserBuffers, flags: i32) -> Self {
        ReceiveCall { buffers, flags, done: 0 }
    }
}

/// What a call that takes an OVERLAPPED came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Started {
    /// It is done, and has been told to everybody as if it had been pending.
    Done(Outcome),
    /// It is pending.
    Pending,
}

/// The end of an attempt: an outcome, or nothing yet.
type Attempt = Option<Result<Outcome>>;

impl Socket {
    /// Tries a receive.  The caller holds the lock and nothing is queued before this one.
    fn try_receive(
        &self,
        side: &mut ReceiveSide,
        call: &mut ReceiveCall,
        reported: bool,
    ) -> Attempt {
        if self.has(RESET) {
            return Some(Err(Status::CONNECTION_RESET));
        }
        if !side.readable {
            return None;
        }
        let total = call.buffers.length();
        if total == 0 {
            return match sys::net::peek(self.fd()) {
                Ok(()) => Some(Ok(Outcome::bytes(0))),
                Err(error) => self.receive_failed(side, error, reported),
            };
        }
        let wait_for_all = call.flags & libc::MSG_WAITALL != 0 && self.is_stream();
        let consumes = call.flags & (libc::MSG_PEEK | libc::MSG_OOB) == 0;
        loop {
            let wanted = call.buffers.vector_length(call.done);
            let flags = call.flags & !libc::MSG_WAITALL;
            match sys::net::receive(self.fd(), &call.buffers, call.done, flags) {
                Ok((count, _flags)) => {
                    call.done += count;
                    if count > 0 && wait_for_all && consumes && call.done < total {
                        continue;
                    }
                    if consumes && self.is_stream() && count < wanted && !side.ended {
                        // The socket is drained; what comes from now on makes an event.
                        side.readable = !reported;
                    }
                    return Some(Ok(Outcome::bytes(call.done)));
                }
                Err(error) => return self.receive_failed(side, error, reported),
            }
        }
    }

    fn receive_failed(&self, side: &mut ReceiveSide, error: Errno, reported: bool) -> Attempt {
        if error == Errno::AGAIN {
            side.readable = !reported;
            return None;
        }
        if error::is_reset(error) {
            self.add(RESET);
        }
        Some(Err(error::general(error)))
    }

    /// What forbids a receive whatever has arrived.
    fn receive_forbidden(&self) -> Result<()> {
        let state = self.state();
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

    /// A receive with an OVERLAPPED: done at once, or pending.
    ///
    /// # Errors
    /// A call that fails at once tells nobody else: no event, no routine, no packet.
    pub fn receive_overlapped(
        object: &Pinned<'_, Object>,
        file: &File,
        mut call: ReceiveCall,
        overlapped: Overlapped,
    ) -> Result<Started> {
        let socket = file.socket()?;
        overlapped.start(file);
        let mut side = socket.receiving.lock();
        socket.receive_forbidden()?;
        if side.pending.is_empty() {
            let reported = file.is_registered();
            if let Some(end) = socket.try_receive(&mut side, &mut call, reported) {
                let outcome = end?;
                // Under the lock, so that packets come in the order of the data.
                complete::deliver(file, &overlapped, outcome, Timing::Inline);
                return Ok(Started::Done(outcome));
            }
        }
        let has_event = overlapped.event.is_some();
        file.register(object, false)?;
        if let Some(block) = overlapped.status_block {
            block.begin();
        }
        let thread_id = thread::with_current(|thread| thread.id());
        let irp = Irp { file: object.to_arc(), thread_id, overlapped };
        let queued = side.pending.push(ReceiveRequest { irp, call });
        debug_assert!(queued.is_ok(), "a closed socket forbids receives");
        drop(side);
        file.look_after(has_event);
        Ok(Started::Pending)
    }

    /// A receive that blocks, unless the socket is non-blocking.
    ///
    /// # Errors
    /// `DEVICE_NOT_READY` where it would have to block; `IO_TIMEOUT` after the deadline;
    /// `USER_APC` when APCs are due: the caller delivers them with nothing held and calls again.
    pub fn receive_blocking(
        &self,
        file: &File,
        call: &mut ReceiveCall,
        deadline: Deadline,
    ) -> Result<Outcome> {
        self.block_until(deadline, || {
            let mut side = self.receiving.lock();
            self.receive_forbidden()?;
            if !side.pending.is_empty() {
                return Ok(Err(PollFlags::empty()));
            }
            match self.try_receive(&mut side, call, file.is_registered()) {
                Some(end) => end.map(Ok),
                None => Ok(Err(PollFlags::IN)),
            }
        })
    }

    /// The socket has become readable: continue the pending receives.
    pub(super) fn receive_ready(&self, ended: bool, timing: Timing) {
        let mut side = self.receiving.lock();
        side.readable = true;
        side.ended |= ended;
        let had_pending = !side.pending.is_empty();
        let mut pending = core::mem::take(&mut side.pending);
        let drained = pending.drain(|mut request| {
            match self.try_receive(&mut side, &mut request.call, true) {
                None => Some(request),
                Some(end) => {
                    let outcome = end.unwrap_or_else(Outcome::of);
                    complete::complete(request.irp, outcome, timing);
                    None
                }
            }
        });
        side.pending = pending;
        drop(side);
        if had_pending && drained {
            self.wake_blocked();
        }
    }
}
