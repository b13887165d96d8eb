//! What is true of a socket at this moment, in AFD's bits.
//!
//! `select`, WSAPoll and IOCTL_AFD_POLL ask the same questions and differ only in the bits that
//! they want.  The kernel is asked by poll(2), which waits or not as the caller likes; what its
//! events mean depends on what the socket is, and stands here once.

use super::socket::{CLOSED, CONNECTED, CONNECTING, DEFERRED, LISTENING, RESET, Socket};
use crate::status::Status;
use crate::sys;
use rustix::event::PollFlags;

/// A receive finds data.
pub const RECEIVE: u32 = 0x001;
/// Urgent data is there, and does not stand among the other data.
pub const RECEIVE_EXPEDITED: u32 = 0x002;
/// There is room to send, or nothing that a send would wait for.
pub const SEND: u32 = 0x004;
/// The peer has ended its side.
pub const DISCONNECT: u32 = 0x008;
/// The connection was reset, or given up.
pub const ABORT: u32 = 0x010;
/// The last handle has been closed.
pub const LOCAL_CLOSE: u32 = 0x020;
/// The socket has a peer.
pub const CONNECT: u32 = 0x040;
/// A connection waits to be accepted.
pub const ACCEPT: u32 = 0x080;
/// The last connect has failed.
pub const CONNECT_FAIL: u32 = 0x100;

/// What is true of a socket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Level {
    /// Those of the wanted bits that are true.
    pub bits: u32,
    /// Why the connect has failed; success otherwise.
    pub status: Status,
}

impl Socket {
    /// The events that can make the wanted bits true; None when no event can.  Errors and the end
    /// of both sides are told unasked.
    pub(super) fn events_of(&self, wanted: u32) -> Option<PollFlags> {
        let is_stream = self.is_stream();
        if is_stream && self.has(CONNECTING) {
            return Some(PollFlags::OUT);
        }
        if is_stream && !self.is_listening() && !self.has(CONNECTED) {
            return None;
        }
        let mut events = PollFlags::empty();
        events.set(PollFlags::IN, wanted & (RECEIVE | ACCEPT) != 0);
        events.set(PollFlags::RDHUP, wanted & (RECEIVE | DISCONNECT) != 0);
        events.set(PollFlags::OUT, wanted & SEND != 0 && !self.is_listening() && self.has_room());
        events.set(PollFlags::PRI, wanted & RECEIVE_EXPEDITED != 0 && is_stream);
        Some(events)
    }

    /// True when something beside [`CONNECT`] may be so that no event tells.
    pub(super) fn may_say_something_itself(&self) -> bool {
        let state = self.state();
        state & (CLOSED | RESET | DEFERRED) != 0
            || self.is_stream() && state & (CONNECTED | LISTENING) == 0
    }

    /// What the events, answers to [`Socket::events_of`], say of the wanted bits.
    pub(super) fn level(&self, wanted: u32, events: PollFlags) -> Level {
        if self.has(CLOSED) {
            return Level { bits: LOCAL_CLOSE, status: Status::SUCCESS };
        }
        if self.is_stream() && self.has(CONNECTING) && !events.is_empty() {
            self.settle_connect();
        }
        let broken = events.intersects(PollFlags::ERR);
        let ended = broken || events.contains(PollFlags::HUP);
        let mut bits = 0;
        let mut set = |bit: u32, is: bool| bits |= if is { bit } else { 0 };
        let mut status = Status::SUCCESS;
        if self.is_listening() {
            set(
                ACCEPT,
                ended || events.contains(PollFlags::IN) && self.is_left() || self.has(DEFERRED),
            );
        } else if !self.is_stream() {
            set(RECEIVE, ended || events.contains(PollFlags::IN) && self.is_left());
            set(SEND, events.contains(PollFlags::OUT));
            set(CONNECT, self.has(CONNECTED));
        } else if self.has(CONNECTED) {
            let reset = broken || self.has(RESET);
            let urgent = events.contains(PollFlags::PRI) && !self.has_urgent_data_inline();
            // In this order: to look for data takes a reset's error away.
            let readable = !reset && events.contains(PollFlags::IN);
            set(RECEIVE, readable && self.has_data(events) && self.is_left());
            set(RECEIVE_EXPEDITED, urgent);
            set(SEND, reset || ended || events.contains(PollFlags::OUT) && self.has_room());
            set(DISCONNECT, !reset && events.intersects(PollFlags::RDHUP | PollFlags::HUP));
            set(ABORT, reset);
            set(CONNECT, true);
        } else if !self.has(CONNECTING) {
            let options = self.options().lock();
            status = options.connect_failed.unwrap_or_default();
            set(CONNECT_FAIL, options.connect_failed.is_some());
        }
        Level { bits: bits & wanted, status }
    }

    /// True when what has arrived is nobody's yet: a pending receive takes it as it comes, and the
    /// thread that will see to that may only be late.
    fn is_left(&self) -> bool {
        self.incoming.lock().is_idle()
    }

    /// The peer's end makes a socket readable too, so data must be looked for then.
    /// FIONREAD would count no further than to urgent data.
    pub(super) fn has_data(&self, events: PollFlags) -> bool {
        let ended = events.intersects(PollFlags::RDHUP | PollFlags::HUP);
        !ended || self.has_bytes()
    }

    pub(super) fn has_bytes(&self) -> bool {
        sys::net::peek(self.fd()).is_ok_and(|count| count > 0)
    }

    /// True when nothing that we have taken over is still to be sent.
    pub(super) fn has_room(&self) -> bool {
        self.outgoing.lock().is_idle()
    }

    pub(super) fn has_urgent_data_inline(&self) -> bool {
        sys::option::get(self.fd(), libc::SOL_SOCKET, libc::SO_OOBINLINE).is_ok_and(|on| on != 0)
    }

    /// If a connect that nobody awaited has ended, says so to the socket: it is connected, or has
    /// failed and may try again.
    pub fn settle_connect(&self) {
        if !self.has(CONNECTING) {
            return;
        }
        if !self.is_connected()
            && let Some(status) = self.take_error()
        {
            let mut options = self.options().lock();
            options.connect_failure = Some(status);
            options.connect_failed = Some(status);
            drop(options);
            self.remove(CONNECTING);
        }
    }
}
