//! What Windows shows of a socket's options and Linux does not keep as Windows would show it.
//!
//! Time-outs of calls are in the socket itself, because every call asks for them.  Everything that
//! Linux keeps faithfully is asked of Linux and is not here.

use crate::ob::object::Object;
use crate::status::Status;
use core::ops::{Deref, DerefMut};
use rustix::net::SocketAddrAny;
use std::sync::{Arc, Weak};

/// What becomes of unsent data when the socket is closed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Linger {
    /// 0 for off; programs get back the value that they gave.
    pub on: u16,
    /// How long closing may take, in seconds.
    pub seconds: u16,
}

/// The options that live above the descriptor.  A socket that is accepted starts with the
/// listener's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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
    /// The error code that the program itself has stored in the socket.
    pub stored_error: Option<u32>,
}

/// What a socket has that nobody has set anything of.
static UNSET: Options = Options {
    reuse_address: false,
    exclusive_address: false,
    debug: false,
    conditional_accept: false,
    linger: Linger { on: 0, seconds: 0 },
    send_buffer: None,
    receive_buffer: None,
    connect_failure: None,
    connect_failed: None,
    connecting_to: None,
    ignore_unreachable: false,
    ignore_expired: false,
    mtu_discovery: 0,
    ignore_own_multicasts: false,
    multicast_interface: 0,
    stored_error: None,
};

/// A socket's options.  They take no memory while all are unset, and accepted sockets have the
/// listener's own until one of them changes something.
#[derive(Default)]
pub struct SharedOptions {
    set: Option<Arc<Options>>,
    /// The listener whose AcceptEx holds the socket.  It is no option, but a word under a lock.
    pub(super) awaited_by: Weak<Object>,
}

impl SharedOptions {
    /// What a socket has that was accepted from one with these options.
    pub(super) fn inherited(&self) -> Inherited {
        let inherited = Options {
            connect_failure: None,
            connect_failed: None,
            connecting_to: None,
            stored_error: None,
            ..(**self).clone()
        };
        match &self.set {
            Some(own) if **own == inherited => Inherited(Some(own.clone())),
            _ => Inherited(share(inherited)),
        }
    }

    /// Takes over what [`SharedOptions::inherited`] told.
    pub(super) fn inherit(&mut self, inherited: Inherited) {
        self.set = inherited.0;
    }

    /// Replaces all of them.
    pub(super) fn replace(&mut self, options: Options) {
        self.set = share(options);
    }

    /// A connection is there: earlier attempts are forgotten (semantics 9.5).
    pub(super) fn forget_attempts(&mut self) {
        if self.set.is_some() {
            let attempts = (None, None, None);
            (self.connecting_to, self.connect_failure, self.connect_failed) = attempts;
            self.set = self.set.take().filter(|options| **options != UNSET);
        }
    }
}

/// A listener's options, for whom it accepts.
pub(super) struct Inherited(Option<Arc<Options>>);

fn share(options: Options) -> Option<Arc<Options>> {
    (options != UNSET).then(|| Arc::new(options))
}

impl Deref for SharedOptions {
    type Target = Options;

    fn deref(&self) -> &Options {
        self.set.as_deref().unwrap_or(&UNSET)
    }
}

impl DerefMut for SharedOptions {
    fn deref_mut(&mut self) -> &mut Options {
        Arc::make_mut(self.set.get_or_insert_default())
    }
}
