//! Datagrams: receiving and sending with addresses and control data, and the network's errors.
//!
//! The network answers a datagram to a port where nobody listens with an ICMP message.  Windows
//! lets the next receive fail for it, also on a socket without a peer; sends never fail.  Linux
//! keeps such answers in the socket's error queue (`IP_RECVERR`), and says once, to whoever comes
//! first, receive or send, that there is one.  `ERRORS` in the socket's state remembers that the
//! queue is to be looked at before the next receive.

use super::control_data::{self, NetworkError};
use super::error;
use super::incoming::{Incoming, IncomingState};
use super::network_events;
use super::outgoing::{Outgoing, OutgoingState};
use super::request::{Attempt, First};
use super::socket::{
    BOUND, CLOSED, CONNECTED, ERRORS, FORCED_BROADCAST, RECEIVE_SHUT, SEND_SHUT, Socket,
};
use crate::io::irp::Outcome;
use crate::io::user_memory::{UserAddress, UserBuffer, UserBuffers, UserPointer};
use crate::status::{Result, Status};
use crate::sys::datagram::{self, Arrived, Control, IpAddress};
use crate::sys::option;
use lapwing_abi::{AF_INET, AF_INET6, MSG_CTRUNC, MSG_TRUNC};
use rustix::io::Errno;
use rustix::net::{self, AddressFamily, SocketAddrAny, SocketType, sockopt};

/// The commonest receive: into one buffer, and perhaps where it came from.  It is no larger than
/// what a stream's receive leaves of an [`Incoming`].
pub struct DatagramReceive {
    /// Where to.
    pub buffer: UserBuffer,
    /// Where the sender's address goes.
    pub from: UserAddress,
}

/// What else a receive may want.
pub struct MessageReceive {
    /// Where to.
    pub buffers: UserBuffers,
    /// Linux' `MSG_PEEK`, or nothing.
    pub flags: i32,
    /// Where the sender's address goes.
    pub from: UserAddress,
    /// Where control data goes, its length, and the message's flags.
    pub control: Option<UserControl>,
}

/// The program's place for control data, as a WSAMSG has it.
pub struct UserControl {
    /// The data.
    pub buffer: UserBuffer,
    /// `Control.len`
    pub length: UserPointer<u32>,
    /// `dwFlags`
    pub flags: UserPointer<u32>,
}

/// A datagram to be sent.
pub struct DatagramSend {
    buffers: UserBuffers,
    /// Linux' `MSG_DONTROUTE`, or nothing.
    flags: i32,
    /// The destination; none for the peer.
    to: IpAddress,
    /// What travels beside it, in Linux' records.
    control: Option<Box<Control>>,
}

/// An address as the program gives it; Linux has another number for IPv6.
pub fn address_from_windows(bytes: &[u8]) -> Option<IpAddress> {
    let (family, rest) = bytes.split_first_chunk::<2>()?;
    let (family, length) = match u16::from_ne_bytes(*family) {
        AF_INET => (libc::AF_INET, 16),
        AF_INET6 => (libc::AF_INET6, 28),
        _ => return None,
    };
    let mut linux = [0; datagram::ADDRESS_MAX];
    linux[..2].copy_from_slice(&(family as u16).to_ne_bytes());
    linux[2..length].copy_from_slice(rest.get(..length - 2)?);
    Some(IpAddress::new(&linux[..length]))
}

/// An address as the program is told it.
fn write_address(from: UserAddress, address: &IpAddress) {
    let (mut bytes, length) = address.bytes();
    if bytes[..2] == (libc::AF_INET6 as u16).to_ne_bytes() {
        bytes[..2].copy_from_slice(&AF_INET6.to_ne_bytes());
    }
    if length > 0 {
        from.write(&bytes[..length]);
    }
}

/// Datagrams that are longer than their buffer fill it, and the rest is lost (semantics 5.9).
fn outcome(arrived: Arrived) -> Outcome {
    let status = if arrived.truncated { Status::BUFFER_OVERFLOW } else { Status::SUCCESS };
    Outcome { status, information: arrived.count, flags: 0 }
}

impl DatagramSend {
    /// A datagram of the buffers to an address or, if there is none, to the peer.
    pub fn new(socket: &Socket, buffers: UserBuffers, flags: i32, to: IpAddress) -> Self {
        /// Whoever listens there throws everything away.
        const DISCARD: u16 = 9;
        let (mut bytes, length) = to.bytes();
        let is_udp = socket.has_network_errors();
        if is_udp && length > 0 && bytes[2..4] == [0, 0] {
            // What is sent to port 0 goes nowhere; Linux would refuse it (T:sock:test_UDP).
            bytes[2..4].copy_from_slice(&DISCARD.to_be_bytes());
        }
        DatagramSend { buffers, flags, to: IpAddress::new(&bytes[..length]), control: None }
    }

    /// The same with control data, in Linux' records.
    #[must_use]
    pub fn with_control(self, control: Control) -> Self {
        DatagramSend { control: Some(Box::new(control)), ..self }
    }
}

impl DatagramReceive {
    pub(super) fn attempt(
        &mut self,
        socket: &Socket,
        state: &mut IncomingState,
        reported: bool,
    ) -> Attempt {
        socket.attempt_datagram(state, reported, || {
            let mut from = IpAddress::NONE;
            let arrived = datagram::receive(socket.fd(), self.buffer, &mut from)?;
            write_address(self.from, &from);
            Ok(outcome(arrived))
        })
    }
}

impl MessageReceive {
    pub(super) fn attempt(
        &mut self,
        socket: &Socket,
        state: &mut IncomingState,
        reported: bool,
    ) -> Attempt {
        socket.attempt_datagram(state, reported, || {
            let (mut from, mut control) = (IpAddress::NONE, Control::default());
            let (fd, buffers, flags) = (socket.fd(), &self.buffers, self.flags);
            let arrived = datagram::receive_message(fd, buffers, flags, &mut from, &mut control)?;
            write_address(self.from, &from);
            let mut outcome = outcome(arrived);
            if let Some(place) = &self.control {
                let whole = place.write(&control, &arrived);
                outcome.status = if whole { outcome.status } else { Status::BUFFER_OVERFLOW };
            }
            Ok(outcome)
        })
    }
}

impl UserControl {
    /// Writes control data and flags; false when there is more than room.
    fn write(&self, control: &Control, arrived: &Arrived) -> bool {
        let translated = control_data::to_windows(control.bytes());
        let records = translated.control.bytes();
        let fit = control_data::fitting(records, self.buffer.length());
        self.buffer.put(&records[..fit]);
        self.length.write(fit as u32);
        let whole = fit == records.len() && !arrived.control_truncated;
        let cut = if whole { 0 } else { MSG_CTRUNC };
        let short = if arrived.truncated { MSG_TRUNC } else { 0 };
        self.flags.write(translated.flags | cut | short);
        whole
    }
}

impl From<DatagramReceive> for Incoming {
    fn from(call: DatagramReceive) -> Self {
        Incoming::Datagram(call)
    }
}

impl From<MessageReceive> for Incoming {
    fn from(call: MessageReceive) -> Self {
        Incoming::Message(Box::new(call))
    }
}

impl From<DatagramSend> for Outgoing {
    fn from(call: DatagramSend) -> Self {
        Outgoing::Datagram(Box::new(call))
    }
}

/// It seldom waits, so that it is put into a box only then.
impl First<Outgoing> for DatagramSend {
    fn re_enables(&self) -> u32 {
        network_events::WRITE
    }

    fn permit(&self, socket: &Socket) -> Result<()> {
        let state = socket.state();
        if state & CLOSED != 0 {
            return Err(Status::INVALID_HANDLE);
        }
        if state & SEND_SHUT != 0 {
            return Err(Status::PIPE_DISCONNECTED);
        }
        if self.to.is_none() && state & CONNECTED == 0 {
            return Err(Status::INVALID_CONNECTION);
        }
        if state & FORCED_BROADCAST != 0 && is_everybody(&self.to) {
            return Err(Status::ACCESS_DENIED);
        }
        Ok(())
    }

    fn attempt(&mut self, socket: &Socket, _state: &mut OutgoingState, _reported: bool) -> Attempt {
        /// An answer to an earlier datagram is told to the receives; once for each, at most.
        const ANSWERS_MAX: usize = 8;
        let mut answers = 0;
        loop {
            let control = self.control.as_deref();
            let sent = datagram::send(socket.fd(), &self.buffers, self.flags, &self.to, control);
            return match sent {
                Ok(count) => {
                    if !socket.has(BOUND) {
                        socket.add(BOUND);
                    }
                    Attempt::Done(Ok(Outcome::bytes(count)))
                }
                Err(Errno::AGAIN) => Attempt::Wait,
                Err(Errno::DESTADDRREQ) => Attempt::Done(Err(Status::INVALID_CONNECTION)),
                Err(error) => {
                    socket.add(ERRORS);
                    answers += 1;
                    if is_answer(error) && answers <= ANSWERS_MAX {
                        continue;
                    }
                    Attempt::Done(Err(error::general(error)))
                }
            };
        }
    }
}

/// True for 255.255.255.255.
fn is_everybody(address: &IpAddress) -> bool {
    let (bytes, length) = address.bytes();
    length == 16 && bytes[4..8] == [255; 4]
}

/// True for errors that an earlier datagram may have brought.
fn is_answer(error: Errno) -> bool {
    matches!(
        error,
        Errno::CONNREFUSED
            | Errno::HOSTUNREACH
            | Errno::NETUNREACH
            | Errno::HOSTDOWN
            | Errno::NOPROTOOPT
            | Errno::PROTO
    )
}

impl Socket {
    /// True for UDP over IPv4 or IPv6.
    fn has_network_errors(&self) -> bool {
        let kind = self.kind();
        kind.socket_type == SocketType::DGRAM && kind.family != AddressFamily::UNIX
    }

    /// What a datagram socket has and Linux' has not from the beginning.
    pub(super) fn begin_datagrams(&self) {
        if self.has_network_errors() {
            self.keep_network_errors(true);
            // Where Linux has no filters it is readable for broken datagrams too.
            let _attached = option::let_everything_in(self.fd());
        }
    }

    /// `IP_MULTICAST_LOOP` and `IPV6_MULTICAST_LOOP`: whether multicasts of this machine are
    /// received.  On Windows the receiver says so, on Linux the sender (D:IPPROTO_IP options).
    ///
    /// # Errors
    /// Those of Linux' setsockopt.
    pub fn set_multicast_loop(&self, receives_own: bool) -> Result<()> {
        let mut options = self.options().lock();
        match receives_own {
            true => option::let_everything_in(self.fd()),
            false => option::keep_own_multicasts_out(self.fd()),
        }
        .map_err(error::general)?;
        options.ignore_own_multicasts = !receives_own;
        Ok(())
    }

    /// Asks Linux to keep, or no more to keep, the network's answers.
    pub(super) fn keep_network_errors(&self, keep: bool) {
        if !self.has_network_errors() {
            return;
        }
        // What Linux refuses here it has not; an IPv6 socket may send over IPv4 too.
        let _kept = option::set(self.fd(), libc::IPPROTO_IP, libc::IP_RECVERR, i32::from(keep));
        if self.kind().family == AddressFamily::INET6 {
            let name = libc::IPV6_RECVERR;
            let _kept = option::set(self.fd(), libc::IPPROTO_IPV6, name, i32::from(keep));
        }
    }

    /// `SIO_UDP_CONNRESET` and `SIO_UDP_NETRESET`: whether receives fail for an unreachable port,
    /// for a time to live that has expired.  None leaves one as it is.
    pub fn report_network_errors(&self, unreachable: Option<bool>, expired: Option<bool>) {
        let keep = {
            let mut options = self.options().lock();
            if let Some(wanted) = unreachable {
                options.ignore_unreachable = !wanted;
            }
            if let Some(wanted) = expired {
                options.ignore_expired = !wanted;
            }
            !(options.ignore_unreachable && options.ignore_expired)
        };
        self.keep_network_errors(keep);
    }

    /// The oldest answer of the network that the program is to hear of.
    fn next_network_error(&self) -> Option<Status> {
        /// `WSAENETRESET`
        const EXPIRED: Status = Status::from_winsock(10052);
        self.remove(ERRORS);
        while let Some(control) = datagram::next_error(self.fd()) {
            let options = self.options().lock();
            let status = match control_data::network_error(control.bytes()) {
                NetworkError::PortUnreachable if !options.ignore_unreachable => {
                    Status::PORT_UNREACHABLE
                }
                NetworkError::TimeToLiveExpired if !options.ignore_expired => EXPIRED,
                _ => continue,
            };
            // There may be more.
            self.add(ERRORS);
            return Some(status);
        }
        None
    }

    /// Tries to receive a datagram.
    fn attempt_datagram(
        &self,
        state: &mut IncomingState,
        reported: bool,
        mut receive: impl FnMut() -> core::result::Result<Outcome, Errno>,
    ) -> Attempt {
        if reported && !state.readable {
            return Attempt::Wait;
        }
        loop {
            if self.has(ERRORS)
                && let Some(status) = self.next_network_error()
            {
                return Attempt::Done(Err(status));
            }
            match receive() {
                Ok(outcome) => return Attempt::Done(Ok(outcome)),
                Err(error) if is_answer(error) => {
                    self.add(ERRORS);
                }
                Err(error) => return self.receive_failed(state, error, reported),
            }
        }
    }

    /// Ends the peering of a datagram socket.  It keeps its own address.
    ///
    /// # Errors
    /// Those of Linux' connect.
    pub fn forget_peer(&self) -> Result<()> {
        self.dissolve()?;
        self.remove(CONNECTED);
        Ok(())
    }

    /// Gives a datagram socket a peer that is everybody.  Windows asks for `SO_BROADCAST` only when
    /// an address is given with the datagram (T:sock:test_broadcast).
    pub(super) fn connect_to_everybody(
        &self,
        address: &SocketAddrAny,
    ) -> core::result::Result<(), Errno> {
        sockopt::set_socket_broadcast(self.fd(), true)?;
        self.add(FORCED_BROADCAST);
        net::connect(self.fd(), address)
    }

    /// `SO_BROADCAST`
    ///
    /// # Errors
    /// Those of Linux' setsockopt.
    pub fn set_broadcast(&self, allowed: bool) -> Result<()> {
        if self.has(FORCED_BROADCAST) && !allowed {
            return Ok(());
        }
        sockopt::set_socket_broadcast(self.fd(), allowed).map_err(error::general)?;
        self.remove(FORCED_BROADCAST);
        Ok(())
    }

    /// `SO_BROADCAST`
    ///
    /// # Errors
    /// Those of Linux' getsockopt.
    pub fn broadcast(&self) -> Result<bool> {
        let allowed = sockopt::socket_broadcast(self.fd()).map_err(error::general)?;
        Ok(allowed && !self.has(FORCED_BROADCAST))
    }

    /// What forbids to receive a datagram, whatever has arrived.
    pub(super) fn permit_datagram(&self) -> Result<()> {
        let state = self.state();
        if state & CLOSED != 0 {
            return Err(Status::INVALID_HANDLE);
        }
        if state & RECEIVE_SHUT != 0 {
            return Err(Status::PIPE_DISCONNECTED);
        }
        if state & (BOUND | CONNECTED) == 0 {
            return Err(Status::INVALID_PARAMETER);
        }
        Ok(())
    }
}
