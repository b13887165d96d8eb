//! Binding, listening, accepting, connecting, shutting down, and names.

use super::address_use::{AddressUse, Claim, Sharing};
use super::error::general;
use super::socket::{
    ACCEPTING, BOUND, CLOSED, CONNECTED, CONNECTING, CONTEXT_MISSING, ERRORS, IN_LINUX, INITIATED,
    LISTENING, RECEIVE_SHUT, RESET, SEND_SHUT, Socket,
};
use crate::ke::deadline::Deadline;
use crate::status::{Result, Status};
use crate::sys;
use core::net::SocketAddr;
use core::time::Duration;
use rustix::event::PollFlags;
use rustix::io::Errno;
use rustix::net::{self, Shutdown, SocketAddrAny, SocketType, sockopt};

/// Which directions a shutdown ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// `SD_RECEIVE`
    Receive,
    /// `SD_SEND`
    Send,
    /// `SD_BOTH`
    Both,
}

/// True for 0.0.0.0 and ::, which are nobody's.
fn is_nowhere(address: &SocketAddrAny) -> bool {
    SocketAddr::try_from(address.clone()).is_ok_and(|address| address.ip().is_unspecified())
}

impl Socket {
    /// Gives the socket its local address.
    ///
    /// # Errors
    /// `INVALID_PARAMETER` when it has one, `ADDRESS_ALREADY_EXISTS`, `INVALID_ADDRESS_COMPONENT`,
    /// `ACCESS_DENIED`.
    pub fn bind(&self, address: &SocketAddrAny) -> Result<()> {
        if self.is_bound() {
            return Err(Status::INVALID_PARAMETER);
        }
        let wanted = SocketAddr::try_from(address.clone()).ok();
        let held = wanted.map(|wanted| self.claim(wanted)).transpose()?.flatten();
        let held = held.filter(|_| wanted.is_some_and(|wanted| wanted.port() != 0));
        net::bind(self.fd(), address).map_err(general)?;
        if held.is_some() {
            self.hold(held);
        } else if wanted.is_some() {
            // Linux has chosen the port, and nobody else has it.
            self.hold_own_address();
        }
        self.add(BOUND);
        let _looks = self.re_enables(0);
        Ok(())
    }

    /// Takes an address against the others of this process; those of raw sockets are nobody's.
    fn claim(&self, address: SocketAddr) -> Result<Option<AddressUse>> {
        if !matches!(self.kind().socket_type, SocketType::STREAM | SocketType::DGRAM) {
            return Ok(None);
        }
        let sharing = {
            let options = self.options().lock();
            match (options.exclusive_address, options.reuse_address) {
                (true, _) => Sharing::Exclusive,
                (_, true) => Sharing::Reuse,
                _ => Sharing::Plain,
            }
        };
        let is_dual = address.is_ipv6() && sockopt::ipv6_v6only(self.fd()).is_ok_and(|only| !only);
        if address.is_ipv6() && address.ip().to_canonical().is_ipv4() && !is_dual {
            return Err(Status::INVALID_ADDRESS_COMPONENT);
        }
        let claim = Claim { address, is_stream: self.is_stream(), is_dual, sharing };
        if sharing == Sharing::Reuse && !self.is_stream() {
            // Also beside other processes, for multicast.
            sockopt::set_socket_reuseaddr(self.fd(), true).map_err(general)?;
        }
        AddressUse::take(claim, self.fd()).map(Some)
    }

    /// Takes the address that the socket has already, as far as nobody stands against it.
    pub(super) fn hold_own_address(&self) {
        let own = net::getsockname(self.fd()).ok().and_then(|own| SocketAddr::try_from(own).ok());
        if let Some(own) = own {
            self.hold(self.claim(own).ok().flatten());
        }
    }

    /// Starts accepting connections.  `backlog` is Windows': SOMAXCONN means as many as possible.
    ///
    /// # Errors
    /// `INVALID_PARAMETER` for an unbound socket, `CONNECTION_ACTIVE` for a connected one,
    /// `NOT_SUPPORTED` for one without connections.
    pub fn listen(&self, backlog: i32) -> Result<()> {
        if !self.is_stream() {
            return Err(Status::NOT_SUPPORTED);
        }
        if self.is_connected() {
            return Err(Status::CONNECTION_ACTIVE);
        }
        if !self.has(BOUND) {
            return Err(Status::INVALID_PARAMETER);
        }
        // A negative one is SOMAXCONN_HINT: that number, but no fewer than Windows would think of.
        let backlog = i32::try_from(backlog.unsigned_abs()).unwrap_or(i32::MAX);
        net::listen(self.fd(), backlog.max(1)).map_err(general)?;
        if sockopt::socket_reuseport(self.fd()).is_ok_and(|shares| shares) {
            // It has joined the others only now; if there are none, nobody need be preferred.
            let _alone = sys::option::prefer_first(self.fd());
        }
        self.add(LISTENING);
        // A connection may have come before that was known.
        let _looks = self.re_enables(0);
        Ok(())
    }

    /// Connects; blocks unless the socket is non-blocking.
    ///
    /// # Errors
    /// `DEVICE_NOT_READY` when a non-blocking connect has begun; `CONNECTION_REFUSED`,
    /// `CONNECTION_ACTIVE`, `NETWORK_UNREACHABLE` and others; those of a blocking call.
    pub fn connect(&self, address: &SocketAddrAny, deadline: Deadline) -> Result<()> {
        if self.is_listening() || self.has(ACCEPTING | CONTEXT_MISSING) {
            return Err(Status::INVALID_PARAMETER);
        }
        let _tells = self.tells_watchers();
        if !self.is_stream() && is_nowhere(address) {
            return self.forget_peer();
        }
        let waits = !self.is_stream() || !self.is_non_blocking();
        if !waits && self.is_connected() {
            return Err(Status::CONNECTION_ACTIVE);
        }
        // The peer's answer to a connect that an APC or a close interrupted is awaited below.
        let begun = self.has(CONNECTING) && !self.is_non_blocking();
        if !begun {
            self.begin_connect(address)?;
        }
        if !waits {
            // How it ends is told by select and SO_ERROR, also when it has ended already
            // (T:sock:test_connect_completion_port).
            return Err(Status::DEVICE_NOT_READY);
        }
        if self.is_connected() {
            return Ok(());
        }
        self.block_until(deadline, || {
            if self.has(CLOSED) {
                return Err(Status::INVALID_HANDLE);
            }
            self.connect_result()
        })
    }

    fn begin_connect(&self, address: &SocketAddrAny) -> Result<()> {
        let _looks = self.connect_begins();
        let begun = match net::connect(self.fd(), address) {
            // Linux tells the end of an earlier attempt once more; this one has not begun.
            Err(Errno::CONNABORTED) => net::connect(self.fd(), address),
            Err(Errno::ACCESS) if !self.is_stream() => self.connect_to_everybody(address),
            begun => begun,
        };
        match begun {
            Ok(()) => {
                self.add(INITIATED);
                self.connected();
                Ok(())
            }
            Err(Errno::INPROGRESS | Errno::INTR) => {
                self.options().lock().connecting_to = Some(address.clone());
                self.add(BOUND | CONNECTING | INITIATED);
                Ok(())
            }
            Err(Errno::CONNREFUSED) => {
                let waits = !self.is_non_blocking();
                {
                    let mut options = self.options().lock();
                    options.connect_failed = Some(Status::CONNECTION_REFUSED);
                    if !waits {
                        options.connect_failure = Some(Status::CONNECTION_REFUSED);
                    }
                }
                // From here on it is to be seen.
                self.add(INITIATED);
                // The loopback answers at once; a program that does not wait is told later.
                if waits { Err(Status::CONNECTION_REFUSED) } else { Ok(()) }
            }
            Err(error) => Err(general(error)),
        }
    }

    /// The connection is there.
    pub(super) fn connected(&self) {
        self.add(BOUND | CONNECTED);
        self.remove(CONNECTING);
        self.note_connected();
        self.options().lock().forget_attempts();
    }

    /// An accepted socket's properties are its listener's (semantics 10.4).
    pub(super) fn inherit(&self, listener: &Socket) {
        self.set_receive_timeout_ms(listener.receive_timeout_ms());
        self.set_send_timeout_ms(listener.send_timeout_ms());
        if listener.has(IN_LINUX) {
            self.add(IN_LINUX);
        } else {
            self.remove(IN_LINUX);
        }
        let inherited = listener.options().lock().inherited();
        self.options().lock().inherit(inherited);
    }

    /// `SO_UPDATE_ACCEPT_CONTEXT`: the socket that AcceptEx has connected becomes like one that
    /// `accept` returns.
    ///
    /// # Errors
    /// `INVALID_PARAMETER` when the other socket does not listen, `INVALID_CONNECTION` when this
    /// one has no connection.
    pub fn update_accept_context(&self, listener: &Socket) -> Result<()> {
        if !self.is_connected() {
            return Err(Status::INVALID_CONNECTION);
        }
        if !listener.is_listening() {
            return Err(Status::INVALID_PARAMETER);
        }
        if self.has(IN_LINUX) || listener.has(IN_LINUX) {
            sys::option::copy(listener.fd(), self.fd());
        }
        self.inherit(listener);
        self.remove(CONTEXT_MISSING);
        Ok(())
    }

    /// `SO_UPDATE_CONNECT_CONTEXT`: the socket that ConnectEx has connected becomes like one that
    /// `connect` has connected.
    ///
    /// # Errors
    /// `INVALID_CONNECTION` when it has no connection.
    pub fn update_connect_context(&self) -> Result<()> {
        if !self.is_connected() {
            return Err(Status::INVALID_CONNECTION);
        }
        self.remove(CONTEXT_MISSING);
        Ok(())
    }

    /// How long the connection has been there; None without one, and for a datagram socket.
    pub fn connection_age(&self) -> Option<Duration> {
        if self.is_stream() { self.connected_for() } else { None }
    }

    /// True when the connect that has begun has succeeded, false while it goes on.
    pub(super) fn connect_has_ended(&self) -> Result<bool> {
        Ok(self.connect_result()?.is_ok())
    }

    fn connect_result(&self) -> Result<core::result::Result<(), PollFlags>> {
        if self.is_connected() {
            return Ok(Ok(()));
        }
        let seen_by_another = !self.has(CONNECTING);
        match sockopt::socket_error(self.fd()).map_err(general)? {
            Ok(()) if seen_by_another => {
                Err(self.options().lock().connect_failed.unwrap_or(Status::CONNECTION_REFUSED))
            }
            Ok(()) => Ok(Err(PollFlags::OUT)),
            Err(error) => {
                let status = general(error);
                self.options().lock().connect_failed = Some(status);
                // The socket may try again.
                self.remove(CONNECTING);
                Err(status)
            }
        }
    }

    /// Ends one or both directions; repeating it is no error (semantics 6.5).
    ///
    /// # Errors
    /// `INVALID_CONNECTION` when there is no connection.
    pub fn shut_down(&self, direction: Direction) -> Result<()> {
        if self.is_stream() && (!self.is_connected() || self.has(CONTEXT_MISSING)) {
            return Err(Status::INVALID_CONNECTION);
        }
        if direction != Direction::Send {
            // Receives that are pending still get their data, so Linux must not hear of it.
            self.add(RECEIVE_SHUT);
        }
        if direction == Direction::Receive {
            return Ok(());
        }
        let mut outgoing = self.outgoing.lock();
        self.add(SEND_SHUT);
        if !outgoing.is_idle() {
            outgoing.state.shut_when_drained = true;
            return Ok(());
        }
        match net::shutdown(self.fd(), Shutdown::Write) {
            // Reset or ended by the peer meanwhile: nothing is left to shut.
            Ok(()) | Err(Errno::NOTCONN) => Ok(()),
            Err(error) => Err(general(error)),
        }
    }

    /// The local address.
    ///
    /// # Errors
    /// `INVALID_PARAMETER` when the socket has none yet.
    pub fn local_name(&self) -> Result<SocketAddrAny> {
        if !self.is_bound() {
            return Err(Status::INVALID_PARAMETER);
        }
        if self.has(CONTEXT_MISSING) && !self.has(INITIATED) {
            return Err(Status::INVALID_CONNECTION);
        }
        net::getsockname(self.fd()).map_err(general)
    }

    /// The peer's address; while `connect` has not ended, the one that it goes to
    /// (T:sock:test_connecting_socket).
    ///
    /// # Errors
    /// `INVALID_CONNECTION` when there is no peer.
    pub fn peer_name(&self) -> Result<SocketAddrAny> {
        if self.has(CONTEXT_MISSING) {
            return Err(Status::INVALID_CONNECTION);
        }
        match net::getpeername(self.fd()) {
            Ok(Some(name)) => Ok(name),
            Err(Errno::NOTCONN) if self.has(CONNECTING) => {
                self.options().lock().connecting_to.clone().ok_or(Status::INVALID_CONNECTION)
            }
            Ok(None) => Err(Status::INVALID_CONNECTION),
            Err(error) => Err(general(error)),
        }
    }

    /// Bytes that a receive would find now.
    pub fn bytes_readable(&self) -> Result<u32> {
        let count = rustix::io::ioctl_fionread(self.fd()).map_err(general)?;
        Ok(u32::try_from(count).unwrap_or(u32::MAX))
    }

    /// The pending error, which is cleared; after a reset there is none (semantics 6.4).
    pub fn take_error(&self) -> Option<Status> {
        match sockopt::socket_error(self.fd()) {
            Ok(Err(_)) if !self.is_stream() => {
                // An answer to a datagram, which the next receive tells.
                self.add(ERRORS);
                None
            }
            Ok(Err(error)) if super::error::is_reset(error) => {
                self.add(RESET);
                None
            }
            Ok(Err(error)) => Some(general(error)),
            _ => None,
        }
    }
}
