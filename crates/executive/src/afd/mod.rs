//! AFD, the sockets' driver: what Winsock's calls become below the surface.
//!
//! | you look for | it is in |
//! |---|---|
//! | the socket, its state, its end | [`socket`] |
//! | the frame of every request | [`request`] |
//! | its two directions | [`incoming`], [`outgoing`]; what waits there: [`side`] |
//! | a usual send or receive in one piece | [`fast_io`] |
//! | receiving | [`receive`] |
//! | sending | [`send`] |
//! | sending files | [`transmit`] |
//! | datagrams, with addresses | [`datagram`], what travels beside them: [`control_data`] |
//! | accept, and what a condition defers | [`deferred`] |
//! | bind, listen, connect, shutdown | [`connection`] |
//! | AcceptEx | [`accept`] |
//! | what SO_LINGER makes of a close | [`linger`] |
//! | ConnectEx, DisconnectEx | [`connect`] |
//! | addresses in Windows' layout | [`address`] |
//! | who has bound which address | [`address_use`] |
//! | when this machine's addresses change | [`address_change`] |
//! | a socket for another process | [`duplicate`] |
//! | blocking calls | [`blocking`] |
//! | what is true of a socket, in AFD's bits | [`level`] |
//! | waiting until sockets are ready | [`poll`]; IOCTL_AFD_POLL: [`poll_request`] |
//! | WSAEventSelect, WSAAsyncSelect | [`event_select`], what they record: [`network_events`] |
//! | errno to NTSTATUS | [`error`] |
//!
//! Each direction of a socket has a lock.  Under it a request is tried, and if it would block it is
//! queued; an event takes the same lock.  So readiness cannot fall between "would block" and
//! "queued", requests end in the order in which they were made, and a pending request is taken out
//! by exactly one thread, which then owns it.

pub mod accept;
pub mod address;
pub mod address_change;
pub mod address_use;
pub mod blocking;
pub mod connect;
pub mod connection;
pub mod control_data;
pub mod datagram;
pub mod deferred;
pub mod duplicate;
pub mod error;
pub mod event_select;
pub mod fast_io;
pub mod incoming;
pub mod level;
pub mod linger;
pub mod network_events;
pub mod options;
pub mod outgoing;
pub mod poll;
pub mod poll_request;
pub mod receive;
pub mod request;
pub mod send;
pub mod side;
pub mod socket;
pub mod transmit;

use crate::afd::incoming::Incoming;
use crate::afd::outgoing::Outgoing;
use crate::engine::Readiness;
use crate::io::complete::Timing;
use crate::io::file::File;
use crate::ob::object::Object;
use socket::Socket;

/// A socket is ready: continue what waits for that.
#[inline]
pub fn ready(object: &Object, file: &File, socket: &Socket, readiness: Readiness, timing: Timing) {
    let ended = readiness.ended();
    if ended && !socket.is_stream() {
        socket.add(socket::ERRORS);
    }
    let reads = readiness.readable() || readiness.urgent();
    if reads && !fast_io::arrived_anyhow(file, ended, timing) {
        socket.carry_on::<Incoming>(file, timing, |state| state.has_become_readable(ended));
    }
    if readiness.writable() {
        socket.carry_on::<Outgoing>(file, timing, |_| {});
    }
    if socket.has_others_to_tell() {
        tell_others(object, socket, readiness, timing);
    }
}

/// A socket is ready, and that concerns others than the requests that wait on it.
#[cold]
fn tell_others(object: &Object, socket: &Socket, readiness: Readiness, timing: Timing) {
    if readiness.readable() && socket.has(socket::ACCEPTING) {
        socket.accepted_is_ready(object, timing);
    }
    socket.look_for_events(readiness.urgent());
    socket.tell_watchers(timing);
}
