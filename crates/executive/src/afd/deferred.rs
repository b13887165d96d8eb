//! Taking connections from a listener: the kernel's, and before them those that a condition of
//! WSAAccept has deferred.
//!
//! ```text
//!  kernel's queue --- next_connection ---> Connection --- become --> a socket
//!                        ^                     |--- reset --> the peer sees a reset
//!        deferred -------'<------- defer ------'
//! ```
//!
//! Whoever takes holds the lock of the incoming direction, so that an accept does not overtake an
//! AcceptEx that waits.

use super::incoming::Incoming;
use super::network_events;
use super::socket::{CLOSED, DEFERRED, NON_BLOCKING, Socket};
use crate::io::complete::Timing;
use crate::io::file::File;
use crate::ke::deadline::Deadline;
use crate::status::{Result, Status};
use rustix::event::PollFlags;
use rustix::fd::OwnedFd;
use rustix::net::{self, SocketAddrAny, sockopt};
use std::time::Duration;

/// A connection that has been taken from the listener and has no socket yet.
pub struct Connection {
    fd: OwnedFd,
    peer: Option<SocketAddrAny>,
}

impl Connection {
    /// The peer's address.
    pub fn peer_name(&self) -> Option<&SocketAddrAny> {
        self.peer.as_ref()
    }

    /// The local address.
    pub fn local_name(&self) -> Option<SocketAddrAny> {
        net::getsockname(&self.fd).ok()
    }

    /// The connection's socket, with the listener's properties (semantics 10.4).
    pub fn become_socket(self, listener: &Socket) -> Socket {
        let state = listener.state() & NON_BLOCKING;
        let accepted = Socket::from_fd(self.fd, listener.kind(), state);
        accepted.inherit(listener);
        accepted.connected();
        accepted.inherit_selection(listener);
        accepted
    }

    /// Ends the connection so that the peer sees a reset.
    pub fn reset(self) {
        // It fails for no connection; then there is nobody to see anything.
        let _gone = sockopt::set_socket_linger(&self.fd, Some(Duration::ZERO));
    }
}

impl Socket {
    /// Takes the next connection; blocks unless the socket is non-blocking.
    ///
    /// # Errors
    /// `NOT_SUPPORTED` for a socket without connections, `INVALID_PARAMETER` when it does not
    /// listen, `INSUFFICIENT_RESOURCES`, and those of a blocking call.
    pub fn take_connection(&self, deadline: Deadline) -> Result<Connection> {
        if !self.is_stream() {
            return Err(Status::NOT_SUPPORTED);
        }
        self.block_until(deadline, || {
            let mut side = self.incoming.lock();
            if self.has(CLOSED) {
                return Err(Status::INVALID_HANDLE);
            }
            if !self.is_listening() {
                return Err(Status::INVALID_PARAMETER);
            }
            if !side.is_idle() {
                return Ok(Err(PollFlags::empty()));
            }
            let next = self.next_connection(&mut side.state)?;
            Ok(next.map(|(fd, peer)| Connection { fd, peer }).ok_or(PollFlags::IN))
        })
    }

    /// An accept is over: further connections are news.
    pub fn accept_is_over(&self) {
        let _looks = self.re_enables(network_events::ACCEPT);
    }

    /// Puts a connection back: it is the next one, for requests that wait and for threads.
    pub fn defer(&self, file: &File, connection: Connection) {
        {
            let _side = self.incoming.lock();
            if self.has(CLOSED) {
                connection.reset();
                return;
            }
            let mut deferred = self.seldom().deferred.lock();
            deferred.push_front((connection.fd, connection.peer));
            self.add(DEFERRED);
        }
        self.carry_on::<Incoming>(file, Timing::LATER, |_| {});
        self.wake_blocked();
    }

    /// The listener closes: those who wait for it are sent away, as the kernel does with its own.
    pub(super) fn reset_deferred(&self) {
        if self.has(DEFERRED) {
            let _side = self.incoming.lock();
            let deferred = core::mem::take(&mut *self.seldom().deferred.lock());
            deferred.into_iter().for_each(|(fd, peer)| Connection { fd, peer }.reset());
        }
    }
}
