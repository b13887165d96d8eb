//! What Windows shows of a socket's options and Linux does not keep as Windows would show it.
//!
//! Time-outs of calls are in the socket itself, because every call asks for them.  Everything that
//! Linux keeps faithfully is asked of Linux and is not here.

use crate::status::Status;
use rustix::net::SocketAddrAny;
use std::time::Instant;

/// What becomes of unsent data when the socket is closed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Linger {
    /// 0 for off; programs get back the value that they gave.
    pub on: u16,
    /// How long closing may take, in seconds.
    pub seconds: u16,
}

/// The options that live above the descriptor.  A socket that is accepted starts with a copy of
/// the listener's.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Another socket with the same wish may bind the same address.  Linux is not told: its option
    /// of this name means something else (semantics 10.2).
    pub reuse_address: bool,
    /// No other socket may bind the address, whatever it wishes.
    pub exclusive_address: bool,
    /// Debugging was asked for; nothing follows from it.
    pub debug: bool,
    /// A connection may be refused before it is accepted.
    pub conditional_accept: bool,
    /// What closing does.
    pub linger: Linger,
    /// The size of the send buffer that the program set, in bytes; Linux reports twice as much.
    pub send_buffer: Option<u32>,
    /// The size of the receive buffer that the program set, in bytes.
    pub receive_buffer: Option<u32>,
    /// Why the last connect failed that was not awaited; it stays until a connect succeeds
    /// (semantics 9.5).
    pub connect_failure: Option<Status>,
    /// Why the last connect failed, awaited or not: the socket is exceptional (semantics 9.5).
    pub connect_failed: Option<Status>,
    /// Where the connect goes that has not ended.
    pub connecting_to: Option<SocketAddrAny>,
    /// When the connection came to be.
    pub connected_at: Option<Instant>,
    /// Receives do not fail because nobody listens where a datagram went.
    pub ignore_unreachable: bool,
    /// Receives do not fail because a datagram has passed too many routers.
    pub ignore_expired: bool,
    /// `PMTUD_STATE`: how the program wishes paths' sizes found out; 0 when it has not said.
    pub mtu_discovery: u32,
    /// Multicasts of this machine are not received.
    pub ignore_own_multicasts: bool,
    /// The interface by which multicasts go out, by its number; 0 for the route's.
    pub multicast_interface: u32,
    /// The program has set options of a connection that Linux keeps.
    pub in_linux: bool,
    /// The error code that the program itself has stored in the socket.
    pub stored_error: Option<u32>,
}

impl Options {
    /// What a socket has that was accepted from one with these options.
    pub fn inherited(&self) -> Options {
        Options {
            connect_failure: None,
            connect_failed: None,
            connecting_to: None,
            connected_at: None,
            stored_error: None,
            ..self.clone()
        }
    }
}
