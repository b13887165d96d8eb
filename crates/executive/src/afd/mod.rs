//! AFD, the sockets' driver: what Winsock's calls become below the surface.
//!
//! | you look for | it is in |
//! |---|---|
//! | the socket, its state, its end | [`socket`] |
//! | receiving | [`receive`] |
//! | sending | [`send`] |
//! | bind, listen, accept, connect, shutdown | [`connection`] |
//! | who has bound which address | [`address_use`] |
//! | blocking calls | [`blocking`] |
//! | which sockets are ready, waiting for that | [`poll`] |
//! | WSAEventSelect, WSAAsyncSelect | [`event_select`], what they record: [`network_events`] |
//! | errno to NTSTATUS | [`error`] |
//!
//! Each direction of a socket has a lock.  Under it a request is tried, and if it would block it is
//! queued; an event takes the same lock.  So readiness cannot fall between "would block" and
//! "queued", requests end in the order in which they were made, and a pending request is taken out
//! by exactly one thread, which then owns it.

pub mod address_use;
pub mod blocking;
pub mod connection;
pub mod error;
pub mod event_select;
pub mod network_events;
pub mod options;
pub mod poll;
pub mod receive;
pub mod send;
pub mod socket;

use crate::engine::{Readiness, Registration};
use crate::io::complete::Timing;

/// A registered descriptor is ready: continue what waits for that.
pub fn ready(registration: Registration, readiness: Readiness, timing: Timing) {
    let Some(object) = registration.object() else { return };
    let Ok(file) = object.file() else { return };
    let Ok(socket) = file.socket() else { return };
    if readiness.readable {
        socket.receive_ready(readiness.ended, timing);
    }
    if readiness.writable {
        socket.send_ready(file, timing);
    }
    socket.look_for_events(readiness.urgent);
}
