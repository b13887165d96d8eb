//! Blocking calls: what a call without an OVERLAPPED does when it would block.

use super::socket::{BLOCKED, CLOSED, Socket};
use crate::ke::deadline::Deadline;
use crate::ke::descriptor_wait::FdWait;
use crate::ke::thread::Thread;
use crate::status::{Result, Status};
use core::time::Duration;
use rustix::event::PollFlags;
use std::sync::Arc;

/// The deadline of a call under `SO_RCVTIMEO` or `SO_SNDTIMEO`.
pub fn deadline(timeout_ms: u32) -> Deadline {
    match timeout_ms {
        0 => Deadline::Never,
        some => Deadline::after(Duration::from_millis(u64::from(some))),
    }
}

/// The thread's entry in a socket's list of blocked threads.
pub(super) struct Blocked<'socket> {
    socket: &'socket Socket,
    thread: Arc<Thread>,
}

impl<'socket> Blocked<'socket> {
    pub(super) fn enter(socket: &'socket Socket) -> Self {
        let thread = Thread::current();
        socket.seldom().blocked.lock().push(thread.clone());
        // The attempt that follows takes the lock which whoever wakes has held.
        socket.add_once(BLOCKED);
        Blocked { socket, thread }
    }
}

impl Drop for Blocked<'_> {
    fn drop(&mut self) {
        let mut blocked = self.socket.seldom().blocked.lock();
        if let Some(at) = blocked.iter().position(|thread| Arc::ptr_eq(thread, &self.thread)) {
            blocked.swap_remove(at);
        }
    }
}

impl Socket {
    /// Repeats an attempt until it has a result.  The attempt answers `Ok(Ok(result))`, or
    /// `Ok(Err(events))` for what to wait before the next one.
    ///
    /// # Errors
    /// Those of the attempt; `DEVICE_NOT_READY` instead of blocking on a non-blocking socket;
    /// `IO_TIMEOUT`; `CANCELLED` (CancelSynchronousIo); `REQUEST_ABORTED` when another thread
    /// closes the socket; `USER_APC` when APCs are due: the caller delivers them, holding nothing,
    /// and calls again.
    pub(super) fn block_until<T>(
        &self,
        deadline: Deadline,
        attempt: impl FnMut() -> Result<core::result::Result<T, PollFlags>>,
    ) -> Result<T> {
        self.block(deadline, true, attempt)
    }

    /// As [`Socket::block_until`]; without `heeds_mode` on a non-blocking socket too.
    pub(super) fn block<T>(
        &self,
        deadline: Deadline,
        heeds_mode: bool,
        mut attempt: impl FnMut() -> Result<core::result::Result<T, PollFlags>>,
    ) -> Result<T> {
        let mut blocked: Option<Blocked<'_>> = None;
        loop {
            let events = match attempt() {
                Ok(Ok(result)) => return Ok(result),
                // Closed while we were inside: the call was interrupted.
                Err(Status::INVALID_HANDLE) if blocked.is_some() => {
                    return Err(Status::REQUEST_ABORTED);
                }
                Err(status) => return Err(status),
                Ok(Err(events)) => events,
            };
            if heeds_mode && self.is_non_blocking() {
                return Err(Status::DEVICE_NOT_READY);
            }
            let Some(entered) = &blocked else {
                // Once more after entering the list: a close before that would go unnoticed.
                blocked = Some(Blocked::enter(self));
                continue;
            };
            match entered.thread.wait_for_fd(self.fd(), events, deadline, true) {
                FdWait::Ready | FdWait::Woken => {}
                FdWait::Alerted => return Err(Status::USER_APC),
                FdWait::TimedOut => return Err(Status::IO_TIMEOUT),
                FdWait::Cancelled => return Err(Status::CANCELLED),
            }
            if self.has(CLOSED) {
                return Err(Status::REQUEST_ABORTED);
            }
        }
    }
}
