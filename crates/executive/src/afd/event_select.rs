//! Selecting network events on a socket, and looking for them.
//!
//! What an event is and who is told is decided by [`super::network_events`].  Here is what goes
//! with a descriptor: the questions to the kernel (a look), and who asks when:
//!
//! * [`select`], once, at the beginning, and the inheriting socket when it gets its handle;
//! * [`Socket::look_for_events`] from `afd::ready`, when epoll reports an edge, after the pending
//!   requests have had their share: what they absorb is no event (semantics 5.11);
//! * [`Socket::call_made`] at the end of a request's call that re-enables an event (semantics 8.3),
//!   and [`Socket::re_enables`] for the calls that are no requests.
//!
//! A socket that was never selected pays one relaxed load of its state word for each of these.
//!
//! The record's lock is taken before the locks of the socket's two directions and before its
//! options', never under them: the guard that [`Socket::re_enables`] returns is therefore declared
//! before the direction is locked.  An event object is set, and messages are posted, under the
//! record's lock, so that nothing of an old selection arrives after a new one has been made.

use super::network_events::{
    ACCEPT, CLOSE, CONNECT, Listener, OOB, READ, Record, Sight, Taken, WRITE,
};
use super::request::Call;
use super::socket::{
    CLOSED, CONNECTED, CONNECTING, CONTEXT_MISSING, INITIATED, LISTENING, NON_BLOCKING, RESET,
    SELECTED, Socket, TRACKED,
};

use crate::io::file::File;
use crate::ob::object::Object;
use crate::ob::table::Pinned;
use crate::status::{Result, Status};
use crate::sync::{Mutex, MutexGuard};
use crate::sys;
use rustix::event::{PollFd, PollFlags, Timespec, poll};

/// Why somebody looks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Occasion {
    /// A selection begins.
    Selection,
    /// The kernel has reported an edge; `urgent` when urgent data was part of it.
    Edge { urgent: bool },
    /// A call of the program's has changed something.
    Call,
}

/// `WSAEventSelect` and `WSAAsyncSelect`: from now on the listener hears of these events, and
/// nobody else.  The socket becomes non-blocking.  No events end the selection.
///
/// # Errors
/// `INVALID_HANDLE` for a closed socket, `INSUFFICIENT_RESOURCES`.
pub fn select(
    object: &Pinned<'_, Object>,
    file: &File,
    listener: Listener,
    events: u32,
) -> Result<()> {
    let socket = file.socket()?;
    let mut record = socket.events.get_or_init(Box::default).lock();
    if socket.has(CLOSED) {
        return Err(Status::INVALID_HANDLE);
    }
    if events == 0 {
        socket.add(NON_BLOCKING);
        socket.remove(SELECTED);
        record.select(Listener::Nobody, 0, file.socket_value());
        return Ok(());
    }
    // Edges from here on wait for our lock.
    file.register(object, true)?;
    socket.add(TRACKED | SELECTED | NON_BLOCKING);
    record.select(listener, events, file.socket_value());
    socket.look(&mut record, Occasion::Selection);
    file.look_after(true);
    Ok(())
}

/// An accepted socket has got its handle: what it inherited from the listener begins.
///
/// # Errors
/// `INSUFFICIENT_RESOURCES`.
pub fn begin_inherited(object: &Pinned<'_, Object>, file: &File) -> Result<()> {
    let socket = file.socket()?;
    if !socket.is_tracked() {
        return Ok(());
    }
    let mut record = socket.events.get_or_init(Box::default).lock();
    file.register(object, true)?;
    record.set_socket(file.socket_value());
    socket.look(&mut record, Occasion::Selection);
    file.look_after(true);
    Ok(())
}

/// A call that may have changed what is to be seen: when this goes, somebody looks.
#[must_use]
pub(super) struct Looking<'socket> {
    socket: &'socket Socket,
    re_enabled: u32,
}

impl Drop for Looking<'_> {
    fn drop(&mut self) {
        if self.socket.is_tracked() {
            self.socket.re_enable(|record| record.re_enable(self.re_enabled));
        }
    }
}

impl Socket {
    /// True when the socket was ever selected.
    #[inline]
    fn is_tracked(&self) -> bool {
        self.state_relaxed() & TRACKED != 0
    }

    /// True while events are selected.
    pub fn is_selected(&self) -> bool {
        self.has(SELECTED)
    }

    /// Re-enables the events when the guard goes, perhaps none, and looks.  It must go after the
    /// guards of the directions' locks.
    pub(super) fn re_enables(&self, re_enabled: u32) -> Looking<'_> {
        Looking { socket: self, re_enabled }
    }

    /// A connect begins: its end, and the room to send that comes with it, are news.
    pub(super) fn connect_begins(&self) -> Looking<'_> {
        let another = !self.is_stream() || !self.has(CONNECTED | CONNECTING);
        if another {
            // An earlier attempt that failed is past.
            self.remove(INITIATED);
        }
        if another
            && self.is_tracked()
            && let Some(mut record) = self.record()
        {
            record.re_enable(CONNECT | WRITE | CLOSE);
        }
        self.re_enables(0)
    }

    /// A receive failed before the socket saw it; messages are re-enabled by that too.
    pub fn receive_was_refused(&self) {
        if self.is_tracked() {
            self.re_enable(|record| record.re_enable_messages(READ));
        }
    }

    /// A call of one direction has been made and nothing is locked any more.
    #[inline]
    pub(super) fn call_made<C: Call>(&self, re_enabled: u32, failure: Option<Status>) {
        if !self.is_tracked() {
            return;
        }
        match failure {
            // AFD looks at the memory first, so that its record is not reached.
            Some(Status::ACCESS_VIOLATION) if !C::WRITES => self.receive_was_refused(),
            Some(Status::DEVICE_NOT_READY) => self.re_enable(|record| record.re_enable(re_enabled)),
            _ if !C::WRITES => self.re_enable(|record| record.re_enable(re_enabled)),
            // It may have given a datagram socket its address.
            None if !self.is_stream() => self.re_enable(|_| {}),
            _ => {}
        }
    }

    /// The record, locked, once there is one.
    fn record(&self) -> Option<MutexGuard<'_, Record>> {
        self.events.get().map(Mutex::lock)
    }

    fn re_enable(&self, change: impl FnOnce(&mut Record)) {
        if let Some(mut record) = self.record() {
            change(&mut record);
            self.look(&mut record, Occasion::Call);
        }
    }

    /// The kernel has reported an edge, and the pending requests have been continued.
    #[inline]
    pub(super) fn look_for_events(&self, urgent: bool) {
        if self.is_tracked()
            && let Some(mut record) = self.record()
        {
            self.look(&mut record, Occasion::Edge { urgent });
        }
    }

    /// Tells an event that no look shows.
    pub(super) fn event_happens(&self, event: u32) {
        if self.is_tracked()
            && let Some(mut record) = self.record()
        {
            record.happen(event);
        }
    }

    /// What an accepted socket takes over from its listener.
    pub(super) fn inherit_selection(&self, listener: &Socket) {
        if !listener.is_tracked() || !listener.is_selected() {
            return;
        }
        if let Some(record) = listener.record() {
            let inherited = record.inherited();
            drop(record);
            *self.events.get_or_init(Box::default).lock() = inherited;
            self.add(TRACKED | SELECTED | NON_BLOCKING);
        }
    }

    /// `WSAEnumNetworkEvents`: takes the recorded events that are selected, and resets the event.
    ///
    /// # Errors
    /// `OBJECT_TYPE_MISMATCH` when it is none; nothing is taken then.
    pub fn take_events(&self, reset: Option<&Object>) -> Result<Taken> {
        let mut record = self.record();
        if let Some(event) = reset {
            let _was_set = event.event()?.clear();
        }
        Ok(record.as_mut().map(|record| record.take()).unwrap_or_default())
    }

    /// `closesocket` is about to close the last handle: nobody hears of it.
    pub fn forget_selection(&self) {
        if self.is_tracked()
            && let Some(mut record) = self.record()
        {
            record.forget();
        }
    }

    /// The last handle is closed.
    pub(super) fn close_selection(&self) {
        if self.is_tracked()
            && let Some(mut record) = self.record()
        {
            record.close();
        }
    }

    fn look(&self, record: &mut Record, occasion: Occasion) {
        if self.has(CLOSED) {
            return;
        }
        let sight = self.sight(occasion == Occasion::Edge { urgent: true });
        record.see(&sight, occasion == Occasion::Selection);
    }

    /// Asks the kernel what is so now.
    fn sight(&self, urgent_is_announced: bool) -> Sight {
        let asked = PollFlags::IN | PollFlags::OUT | PollFlags::PRI | PollFlags::RDHUP;
        let mut polled = [PollFd::from_borrowed_fd(self.fd(), asked)];
        // It fails for lack of memory only; then nothing is to be seen.
        let _failed = poll(&mut polled, Some(&Timespec { tv_sec: 0, tv_nsec: 0 }));
        let flags = polled[0].revents();
        // A call that blocks sees to the end of its connect itself, and so does ConnectEx.
        let state = self.state();
        let unattended = state & (CONNECTING | NON_BLOCKING | CONTEXT_MISSING);
        if unattended == CONNECTING | NON_BLOCKING && !flags.is_empty() {
            self.settle_connect();
        }
        let state = self.state();
        if state & LISTENING != 0 {
            self.listener_sight(flags)
        } else if !self.is_stream() {
            self.datagram_sight(flags, state)
        } else if state & CONNECTED != 0 {
            Sight { urgent_is_announced, ..self.connection_sight(flags, state) }
        } else {
            self.unconnected_sight(state)
        }
    }

    fn listener_sight(&self, flags: PollFlags) -> Sight {
        let mut sight = Sight::default();
        let (absorbs, deferred) = {
            let side = self.incoming.lock();
            let deferred = self.seldom_if_any().map_or(0, |seldom| seldom.deferred.lock().len());
            (!side.is_idle(), deferred as u32)
        };
        if (flags.contains(PollFlags::IN) || deferred > 0) && !absorbs {
            sight.holds = ACCEPT;
            sight.amount = self.connections_waiting().map(|waiting| waiting + deferred);
        }
        sight.holds_for_messages = sight.holds;
        sight
    }

    fn datagram_sight(&self, flags: PollFlags, state: u32) -> Sight {
        let mut holds = 0;
        let mut amount = None;
        // A pending error (a port that was unreachable) is told by a receive as well.
        if flags.intersects(PollFlags::IN | PollFlags::ERR) && !self.absorbs_input() {
            holds |= READ;
            amount = sys::option::get(self.fd(), libc::SOL_SOCKET, SO_MEMINFO).ok();
        }
        let writable = if flags.contains(PollFlags::OUT) && self.has_room() { WRITE } else { 0 };
        let holds_for_messages = holds | writable;
        // The record has it once the socket has an address.
        holds |= if self.is_bound() { writable } else { 0 };
        holds |= if state & CONNECTED != 0 { CONNECT } else { 0 };
        let amount = amount.and_then(|amount| u32::try_from(amount).ok());
        Sight { holds, holds_for_messages, amount, ..Sight::default() }
    }

    fn connection_sight(&self, flags: PollFlags, state: u32) -> Sight {
        let mut sight = Sight::default();
        let ended = flags.intersects(PollFlags::RDHUP | PollFlags::HUP | PollFlags::ERR);
        if flags.contains(PollFlags::IN) && !self.absorbs_input() {
            // The peer's end makes it readable too, but that is FD_CLOSE.
            if !flags.contains(PollFlags::ERR) && self.has_data(flags) {
                sight.amount = self.bytes_readable().ok();
                // While the end arrives, poll has a moment in which it takes that for data.  The
                // count waits for that to be over; it is 0 too where urgent data is next.
                if sight.amount != Some(0) || self.has_bytes() {
                    sight.holds |= READ;
                }
            }
        }
        if flags.contains(PollFlags::PRI) && !self.has_urgent_data_inline() {
            sight.holds |= OOB;
            sight.received = self.bytes_received().unwrap_or(0);
        }
        if flags.contains(PollFlags::OUT) && self.has_room() {
            sight.holds |= WRITE;
        }
        if state & INITIATED != 0 {
            sight.holds |= CONNECT;
        }
        if ended {
            sight.holds |= CLOSE;
            // A receive that has taken the error from the socket has noted the reset before it
            // gave back the lock that `absorbs_input` took.
            if flags.contains(PollFlags::ERR) || self.has(RESET) {
                sight.close_error = Status::CONNECTION_ABORTED;
            }
        }
        sight.holds_for_messages = sight.holds;
        sight
    }

    fn unconnected_sight(&self, state: u32) -> Sight {
        let mut sight = Sight::default();
        let failure = self.options().lock().connect_failed;
        let ended = state & (INITIATED | CONNECTING) == INITIATED;
        if let (Some(failure), true) = (failure, ended) {
            sight.holds = CONNECT;
            sight.holds_for_messages = CONNECT;
            sight.connect_error = failure;
        }
        sight
    }

    /// True while pending requests wait for what arrives.
    fn absorbs_input(&self) -> bool {
        !self.incoming.lock().is_idle()
    }

    /// How many connections wait to be accepted.  Linux has the number where connections have the
    /// number of segments that are not acknowledged.
    fn connections_waiting(&self) -> Option<u32> {
        const UNACKED: usize = 24;
        self.tcp_info::<{ UNACKED + 4 }>()?.last_chunk().map(|bytes| u32::from_ne_bytes(*bytes))
    }

    /// How many bytes the connection has brought so far, urgent ones included.
    fn bytes_received(&self) -> Option<u64> {
        const BYTES_RECEIVED: usize = 128;
        let info = self.tcp_info::<{ BYTES_RECEIVED + 8 }>()?;
        info.last_chunk().map(|bytes| u64::from_ne_bytes(*bytes))
    }

    /// The beginning of the kernel's `struct tcp_info`.
    fn tcp_info<const LENGTH: usize>(&self) -> Option<[u8; LENGTH]> {
        let mut info = [0; LENGTH];
        let read = sys::option::get_bytes(self.fd(), libc::IPPROTO_TCP, libc::TCP_INFO, &mut info);
        (read == Ok(LENGTH)).then_some(info)
    }
}

/// The memory that waiting datagrams take is the first of the numbers that this option has.
const SO_MEMINFO: i32 = 55;
