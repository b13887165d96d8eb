//! The socket: its descriptor, its state, and the requests that wait on it.

use super::address_use::AddressUse;
use super::incoming::Incoming;
use super::network_events::Record;
use super::options::SharedOptions;
use super::outgoing::Outgoing;
use super::poll_request::{PollRequests, Watchers};
use super::side::SideLock;
use crate::io::file::File;
use crate::io::irp::Irp;
use crate::ke::thread::Thread;
use crate::status::{Result, Status};
use crate::sync::{AtomicU32, AtomicU64, Mutex, Ordering, fence};
use core::time::Duration;
use once_cell::race::OnceBox;
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::net::{self, AddressFamily, Protocol, SocketAddrAny};
use rustix::net::{SocketFlags, SocketType, sockopt};
use rustix::time::{ClockId, clock_gettime};
use std::collections::VecDeque;
use std::sync::{Arc, OnceLock};

/// Calls of the program do not block (FIONBIO).
pub(super) const NON_BLOCKING: u32 = 1;
/// The socket has a local address.
pub(super) const BOUND: u32 = 2;
/// The socket accepts connections.
pub(super) const LISTENING: u32 = 4;
/// The socket has a peer.
pub(super) const CONNECTED: u32 = 8;
/// A connect has begun and its end has not been seen.
pub(super) const CONNECTING: u32 = 16;
/// The program has shut down receiving.
pub(super) const RECEIVE_SHUT: u32 = 32;
/// The program has shut down sending.
pub(super) const SEND_SHUT: u32 = 64;
/// The peer has reset the connection.
pub(super) const RESET: u32 = 128;
/// The last handle is closed.
pub(super) const CLOSED: u32 = 256;
/// The program has called connect.
pub(super) const INITIATED: u32 = 512;
/// Network events are selected.
pub(super) const SELECTED: u32 = 1024;
/// An AcceptEx waits for a connection to put into the socket.
pub(super) const ACCEPTING: u32 = 4096;
/// AcceptEx or ConnectEx has connected the socket and the program has not updated its context.
pub(super) const CONTEXT_MISSING: u32 = 8192;
/// Network events have been selected at some time; they are recorded from then on.
pub(super) const TRACKED: u32 = 2048;
/// A poll request has asked about the socket at some time.
pub(super) const WATCHED: u32 = 16384;
/// A thread has waited for the socket among others at some time.
pub(super) const POLLED: u32 = 1 << 21;
/// A thread has waited in a blocking call on the socket at some time.
pub(super) const BLOCKED: u32 = 1 << 23;
/// The network has answered, or may have: the error queue is to be looked at.
pub(super) const ERRORS: u32 = 32768;
/// Linux allows broadcasts because the peer is one; the program has not asked for them.
pub(super) const FORCED_BROADCAST: u32 = 65536;
/// The program has set options of a connection that Linux keeps.
pub(super) const IN_LINUX: u32 = 1 << 17;
/// A listener keeps connections that a condition has deferred.
pub(super) const DEFERRED: u32 = 1 << 20;

/// A request has waited for another list of addresses at some time.
pub(super) const ADDRESS_WAIT: u32 = 1 << 22;

/// Threads wait for its readiness, or have waited.
const WAITED_FOR: u32 = POLLED | BLOCKED;
/// Others than its requests hear of its readiness.
const CONCERNS_OTHERS: u32 = ACCEPTING | TRACKED | WATCHED;

/// What a socket is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    /// Address family, in Linux' numbers.
    pub family: AddressFamily,
    /// Stream, datagram …
    pub socket_type: SocketType,
    /// Protocol number, the same on both systems.
    pub protocol: u16,
}

fn now_ms() -> u64 {
    let now = clock_gettime(ClockId::Monotonic);
    // Neither is ever negative.
    now.tv_sec as u64 * 1000 + now.tv_nsec as u64 / 1_000_000
}

/// A socket.
pub struct Socket {
    /// The address it has bound, against which others are checked; it goes before the descriptor.
    address: OnceLock<AddressUse>,
    fd: OwnedFd,
    kind: Kind,
    state: AtomicU32,
    pub(super) incoming: SideLock<Incoming>,
    pub(super) outgoing: SideLock<Outgoing>,
    /// `SO_RCVTIMEO` and `SO_SNDTIMEO` in milliseconds; 0 means none.
    receive_timeout_ms: AtomicU32,
    send_timeout_ms: AtomicU32,
    /// The options as Windows shows them, and who holds the socket for a connection.
    options: Mutex<SharedOptions>,
    /// When the connection came to be, in milliseconds since the machine began; 0 before.
    connected_at_ms: AtomicU64,
    /// The record of network events, once they have been selected.
    pub(super) events: OnceBox<Mutex<Record>>,
    seldom: OnceBox<Seldom>,
}

/// What most sockets of a server never have.
#[derive(Default)]
pub(super) struct Seldom {
    /// Connections that a condition function has put off; they come before those in the kernel.
    /// Changed under the incoming side's lock; DEFERRED says that there are some.
    pub(super) deferred: Mutex<VecDeque<(OwnedFd, Option<SocketAddrAny>)>>,
    /// Threads in a blocking call on this socket.
    pub(super) blocked: Mutex<Vec<Arc<Thread>>>,
    /// Poll requests that ask about the socket.
    pub(super) watchers: Mutex<Watchers>,
    /// Poll requests that were made on the socket, about whichever.
    pub(super) polls: PollRequests,
}

// A server has one for each connection: bytes/connection is what `lapwing bench idle` shows.
const _: () = assert!(size_of::<Socket>() <= 200);

impl Socket {
    /// A new socket.
    pub fn new(kind: Kind) -> Result<Self> {
        let socket = Self::from_fd(Self::descriptor(kind)?, kind, 0);
        socket.begin_datagrams();
        Ok(socket)
    }

    /// A new descriptor, with the properties that every socket begins with.
    pub(super) fn descriptor(kind: Kind) -> Result<OwnedFd> {
        let protocol = core::num::NonZeroU32::new(kind.protocol.into()).map(Protocol::from_raw);
        let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
        let fd = net::socket_with(kind.family, kind.socket_type, flags, protocol)
            .map_err(super::error::general)?;
        if kind.socket_type == SocketType::STREAM && kind.family != AddressFamily::UNIX {
            // On Windows a connection in TIME_WAIT does not keep its address (semantics 10.2).
            sockopt::set_socket_reuseaddr(&fd, true).map_err(super::error::general)?;
        }
        if kind.family == AddressFamily::INET6 {
            sockopt::set_ipv6_v6only(&fd, true).map_err(super::error::general)?;
        }
        Ok(fd)
    }

    pub(super) fn from_fd(fd: OwnedFd, kind: Kind, state: u32) -> Self {
        Socket {
            fd,
            kind,
            state: AtomicU32::new(state),
            incoming: SideLock::default(),
            outgoing: SideLock::default(),
            receive_timeout_ms: AtomicU32::new(0),
            send_timeout_ms: AtomicU32::new(0),
            address: OnceLock::new(),
            options: Mutex::default(),
            connected_at_ms: AtomicU64::new(0),
            events: OnceBox::new(),
            seldom: OnceBox::new(),
        }
    }

    /// The descriptor; it is never in blocking mode.
    #[inline]
    pub fn fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }

    /// Keeps the bound address until the socket goes.
    pub(super) fn hold(&self, address: Option<AddressUse>) {
        if let Some(address) = address {
            // A second bind at the same time has failed before this.
            let _first = self.address.set(address);
        }
    }

    /// What the socket is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// True for a stream socket.
    #[inline]
    pub fn is_stream(&self) -> bool {
        self.kind.socket_type == SocketType::STREAM
    }

    /// The options as Windows shows them.
    pub fn options(&self) -> &Mutex<SharedOptions> {
        &self.options
    }

    /// The program has set options of a connection that Linux keeps.
    pub fn note_options_in_linux(&self) {
        self.add(IN_LINUX);
    }

    /// The connection is there from now on.
    pub(super) fn note_connected(&self) {
        self.connected_at_ms.store(now_ms(), Ordering::Relaxed);
    }

    /// There is none any more.
    pub(super) fn note_disconnected(&self) {
        self.connected_at_ms.store(0, Ordering::Relaxed);
    }

    /// How long the connection has been there.
    pub(super) fn connected_for(&self) -> Option<Duration> {
        let since = self.connected_at_ms.load(Ordering::Relaxed);
        (since > 0).then(|| Duration::from_millis(now_ms().saturating_sub(since)))
    }

    #[inline]
    pub(super) fn has(&self, state: u32) -> bool {
        self.state.load(Ordering::Acquire) & state != 0
    }

    #[inline]
    pub(super) fn state(&self) -> u32 {
        self.state.load(Ordering::Acquire)
    }

    #[inline]
    pub(super) fn state_relaxed(&self) -> u32 {
        self.state.load(Ordering::Relaxed)
    }

    /// As [`Socket::add`] for what is mostly there already.
    pub(super) fn add_once(&self, state: u32) {
        if self.state_relaxed() & state == 0 {
            self.add(state);
        }
    }

    /// Adds to the state; what it was before.
    pub(super) fn add(&self, state: u32) -> u32 {
        self.state.fetch_or(state, Ordering::AcqRel)
    }

    pub(super) fn remove(&self, state: u32) {
        self.state.fetch_and(!state, Ordering::AcqRel);
    }

    /// True when calls without an OVERLAPPED do not block (FIONBIO).
    #[inline]
    pub fn is_non_blocking(&self) -> bool {
        self.has(NON_BLOCKING)
    }

    /// FIONBIO.  `INVALID_PARAMETER` for blocking while events are selected (semantics 5.13).
    pub fn set_non_blocking(&self, non_blocking: bool) -> Result<()> {
        if non_blocking {
            self.add(NON_BLOCKING);
        } else if self.is_selected() {
            return Err(Status::INVALID_PARAMETER);
        } else {
            self.remove(NON_BLOCKING);
        }
        Ok(())
    }

    /// True when the socket has a local address.
    pub fn is_bound(&self) -> bool {
        self.has(BOUND | CONNECTED | LISTENING | CONNECTING)
    }

    /// True for a listening socket.
    pub fn is_listening(&self) -> bool {
        self.has(LISTENING)
    }

    /// True when the socket has a peer.
    #[inline]
    pub fn is_connected(&self) -> bool {
        if self.has(CONNECTED) {
            return true;
        }
        if self.has(CONNECTING) && net::getpeername(&self.fd).is_ok() {
            self.connected();
            return true;
        }
        false
    }

    /// True when the last handle is closed.
    pub(super) fn is_closed(&self) -> bool {
        self.has(CLOSED)
    }

    /// How long a receive may block, in milliseconds; 0 is for ever.  Overlapped requests are not
    /// affected (semantics 5.6).
    pub fn receive_timeout_ms(&self) -> u32 {
        self.receive_timeout_ms.load(Ordering::Relaxed)
    }

    /// How long a send may block, in milliseconds; 0 is for ever.
    pub fn send_timeout_ms(&self) -> u32 {
        self.send_timeout_ms.load(Ordering::Relaxed)
    }

    /// `SO_RCVTIMEO`
    pub fn set_receive_timeout_ms(&self, milliseconds: u32) {
        self.receive_timeout_ms.store(milliseconds, Ordering::Relaxed);
    }

    /// `SO_SNDTIMEO`
    pub fn set_send_timeout_ms(&self, milliseconds: u32) {
        self.send_timeout_ms.store(milliseconds, Ordering::Relaxed);
    }

    /// What most sockets never have; this one has it from now on.  Who makes it so and then finds
    /// the socket open is found by who closes it.
    pub(super) fn seldom(&self) -> &Seldom {
        let seldom = self.seldom.get_or_init(Box::default);
        fence(Ordering::SeqCst);
        seldom
    }

    /// As [`Socket::seldom`], if the socket has it.
    pub(super) fn seldom_if_any(&self) -> Option<&Seldom> {
        self.seldom.get()
    }

    /// The poll requests that were made on this socket, if ever one was.
    pub fn polls(&self) -> Option<&PollRequests> {
        self.seldom.get().map(|seldom| &seldom.polls)
    }

    /// Where a poll request that is made on this socket goes.
    pub fn polls_to_fill(&self) -> &PollRequests {
        &self.seldom().polls
    }

    /// Ends the chosen pending requests with this status; returns how many there were.
    pub fn cancel(&self, status: Status, chosen: &dyn Fn(&Irp) -> bool) -> usize {
        let count = self.cancel_side::<Incoming>(status, chosen)
            + self.cancel_side::<Outgoing>(status, chosen)
            + self.cancel_address_waits(status, chosen);
        if count > 0 {
            // What they held back may be an event now.
            let _looks = self.re_enables(0);
            self.wake_blocked();
        }
        count
    }

    /// The last handle is closed: pending requests end (semantics 2), blocked calls return, and
    /// the descriptor closes as soon as nobody uses it.  Data that a non-blocking send has taken
    /// over is still delivered (semantics 5.5).
    pub fn close(&self, file: &File) {
        self.close_selection();
        let before = self.add(CLOSED);
        fence(Ordering::SeqCst);
        if before & ACCEPTING != 0 {
            self.accepted_is_closed();
        }
        self.incoming.lock().close();
        self.outgoing.lock().close();
        self.reset_deferred();
        self.forget_unsent();
        // A datagram socket's peer is no connection that could be aborted.
        let connected = self.has(CONNECTED) && self.is_stream();
        let status = if connected { Status::CONNECTION_ABORTED } else { Status::CANCELLED };
        self.cancel(status, &|_| true);
        self.wake_blocked();
        self.close_watchers();
        let draining = !self.outgoing.lock().is_idle();
        if !draining {
            file.unregister();
        }
    }

    /// True when its readiness may concern others than its requests, or threads that wait.
    #[inline]
    pub(super) fn has_company(&self) -> bool {
        self.has(WAITED_FOR | CONCERNS_OTHERS)
    }

    /// True when its readiness concerns others than its requests.
    #[inline]
    pub(super) fn has_others_to_tell(&self) -> bool {
        self.has(CONCERNS_OTHERS)
    }

    #[inline]
    pub(super) fn wake_blocked(&self) {
        if self.has(WAITED_FOR) {
            self.wake_all_blocked();
        }
    }

    #[cold]
    fn wake_all_blocked(&self) {
        self.wake_pollers();
        let Some(seldom) = self.seldom_if_any() else { return };
        for thread in seldom.blocked.lock().iter() {
            thread.wake_fd_wait();
        }
    }
}
