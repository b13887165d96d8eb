//! An end of a pipe: what a file object is open to.

use super::given::Given;
use super::instance::{Inner, Instance, Side, State};
use super::namespace;
use super::request::Ends;
use crate::io::irp::Irp;
use crate::status::{Result, Status};
use crate::sync::MutexGuard;
use std::sync::Arc;

/// The server's or the client's end of an instance.
pub struct End {
    instance: Arc<Instance>,
    side: Side,
    /// Which of the instance's clients it is; 0 for the server.
    serial: u64,
    access: u32,
    given: Given,
}

impl End {
    pub(super) fn new(instance: Arc<Instance>, side: Side, serial: u64, access: u32) -> Self {
        End { instance, side, serial, access, given: Given::default() }
    }

    /// The instance.
    pub fn instance(&self) -> &Arc<Instance> {
        &self.instance
    }

    /// Which end it is.
    pub fn side(&self) -> Side {
        self.side
    }

    /// True for the client's end.
    pub fn is_client(&self) -> bool {
        self.side == Side::Client
    }

    /// `ACCESS_DENIED` unless the end was opened with this right.
    pub(super) fn require(&self, right: u32) -> Result<()> {
        if self.access & right == 0 { Err(Status::ACCESS_DENIED) } else { Ok(()) }
    }

    /// The state as this end has it: a client that was disconnected stays so, whatever the server
    /// does next.
    pub(super) fn state(&self, inner: &Inner) -> State {
        if self.is_client() && inner.serial != self.serial {
            return State::Disconnected;
        }
        inner.state
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Inner> {
        self.instance.lock()
    }

    /// Ends the chosen pending requests with this status; returns how many there were.  A write to
    /// another process has gone there with all its bytes, and they will be read: it succeeds.
    pub fn cancel(&self, status: Status, chosen: &dyn Fn(&Irp) -> bool) -> usize {
        let mut ends = Ends::default();
        let mut inner = self.lock();
        let is_apart = self.is_client() && self.state(&inner) == State::Disconnected;
        let count = if is_apart {
            0
        } else {
            let mut finish = |irp, outcome| ends.finish(irp, outcome);
            let sent = inner.outbound(self.side).end_sent_writes(chosen, &mut finish);
            sent + inner.cancel(self.side, status, chosen, &mut ends)
        };
        drop(inner);
        ends.wake();
        count
    }

    /// What the end was opened for.
    pub fn access(&self) -> u32 {
        self.access
    }

    /// Whether another process has it too.
    pub(super) fn given(&self) -> &Given {
        &self.given
    }

    /// The last handle is closed.
    pub(crate) fn close(&self) {
        if !self.given.leave(self) {
            self.close_now();
        }
    }

    /// Nobody has the end any more.
    pub(super) fn close_now(&self) {
        let mut ends = Ends::default();
        let mut namespace = namespace::lock();
        let mut inner = self.lock();
        let before = self.state(&inner);
        match self.side {
            Side::Server => {
                let has_client = before == State::Connected && !inner.is_remote();
                inner.close(self.side, &mut ends);
                if let Some(pipe) = namespace.pipe_of(&self.instance) {
                    pipe.forget_listening(&self.instance);
                    pipe.orphans += u32::from(has_client);
                    pipe.remove_server();
                }
            }
            Side::Client if before == State::Disconnected => {}
            Side::Client => {
                inner.close(self.side, &mut ends);
                if !inner.server_is_open
                    && let Some(pipe) = namespace.pipe_of(&self.instance)
                {
                    pipe.orphans -= 1;
                }
            }
        }
        drop(inner);
        namespace.forget_unused(&self.instance);
        drop(namespace);
        ends.wake();
    }
}
