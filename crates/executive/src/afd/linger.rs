//! What SO_LINGER makes of closing a socket (semantics 6.3).
//!
//! Linux' own waiting is not used, because it would hold up whoever lets go of the descriptor last,
//! perhaps a thread of ours.  Linux knows of it only as "reset at the close".  The waiting is done
//! before the close, by the thread that calls closesocket.

use super::error::general;
use super::outgoing::Outgoing;
use super::socket::{CLOSED, CONNECTED, RESET, Socket};
use crate::ke::deadline::Deadline;
use crate::status::{Result, Status};
use crate::sys;
use core::time::Duration;
use rustix::event::PollFlags;
use rustix::net::sockopt;

/// How often the kernel is asked whether everything is sent; no event would tell.
const PAUSE: Duration = Duration::from_millis(5);

impl Socket {
    /// `SO_LINGER`: tells Linux whether the close is to be a reset.
    ///
    /// # Errors
    /// Those of the kernel.
    pub fn set_linger(&self, linger: super::options::Linger) -> Result<()> {
        let resets = linger.on != 0 && linger.seconds == 0;
        sockopt::set_socket_linger(self.fd(), resets.then_some(Duration::ZERO)).map_err(general)?;
        self.options().lock().linger = linger;
        Ok(())
    }

    /// When a closesocket that begins now waits no longer; None when it does not wait at all.
    pub fn linger_deadline(&self) -> Option<Deadline> {
        let linger = self.options().lock().linger;
        let waits = linger.on != 0 && linger.seconds > 0 && self.has(CONNECTED) && !self.has(RESET);
        waits.then(|| Deadline::after(Duration::from_secs(u64::from(linger.seconds))))
    }

    /// True when the peer has not confirmed everything that the program has sent.
    fn has_unsent(&self) -> bool {
        !self.has_room() || sys::net::unsent(self.fd()).is_ok_and(|bytes| bytes > 0)
    }

    /// Waits before a close until everything is sent.  After the deadline the close will be a
    /// reset.
    ///
    /// # Errors
    /// `DEVICE_NOT_READY` when a non-blocking socket would have to wait: it stays open.  `USER_APC`
    /// when APCs are due: the caller delivers them, holding nothing, and calls again.
    pub fn linger(&self, deadline: Deadline) -> Result<()> {
        loop {
            let pause = Deadline::after(PAUSE).earlier(deadline);
            let waited = self.block_until(pause, || {
                let done = self.has(CLOSED | RESET) || !self.has_unsent();
                Ok(if done { Ok(()) } else { Err(PollFlags::empty()) })
            });
            match waited {
                Err(Status::IO_TIMEOUT) if deadline.has_passed() => {
                    return sockopt::set_socket_linger(self.fd(), Some(Duration::ZERO))
                        .map_err(general);
                }
                Err(Status::IO_TIMEOUT) => {}
                // Another thread closes it: then that one does the rest.
                Err(Status::REQUEST_ABORTED) => return Ok(()),
                other => return other,
            }
        }
    }

    /// At the close: data that we took over is not sent any more if the close is a reset.
    pub(super) fn forget_unsent(&self) {
        let resets =
            sockopt::socket_linger(self.fd()).is_ok_and(|time| time == Some(Duration::ZERO));
        if resets {
            self.end_calls::<Outgoing>(Status::CONNECTION_ABORTED, |_| true);
        }
    }
}
