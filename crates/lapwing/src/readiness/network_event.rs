//! Network events: what can be asked of `WSAEventSelect` and `WSAAsyncSelect`, and what they tell.
#![allow(unsafe_code)]

use crate::readiness::non_blocking::{Selectable, checked};
use crate::sys::HANDLE;
use crate::sys::WinSock::{self, WSANETWORKEVENTS};
use crate::{Error, Result};
use core::fmt;
use core::ops::BitOr;

/// Which network events are wanted: `Interest::READ | Interest::CLOSE`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Interest(u32);

impl Interest {
    /// None.
    pub const NONE: Interest = Interest(0);
    /// Something can be received.  Told again after a receive that has left something, or when more
    /// comes.
    pub const READ: Interest = Interest(WinSock::FD_READ);
    /// Something can be sent: told once at the beginning, and again when a send was refused because
    /// it would block, and would no more.
    pub const WRITE: Interest = Interest(WinSock::FD_WRITE);
    /// Urgent data has come.
    pub const URGENT: Interest = Interest(WinSock::FD_OOB);
    /// A connection can be accepted.  Told again after an accept, if there are more.
    pub const ACCEPT: Interest = Interest(WinSock::FD_ACCEPT);
    /// The socket is connected, or could not be.
    pub const CONNECT: Interest = Interest(WinSock::FD_CONNECT);
    /// The other side sends no more.  Told once; what it has sent before may still be unread.
    pub const CLOSE: Interest = Interest(WinSock::FD_CLOSE);

    /// True if these are all among the wanted.
    pub const fn contains(self, other: Interest) -> bool {
        self.0 & other.0 == other.0
    }

    pub(crate) const fn bits(self) -> i32 {
        self.0.cast_signed()
    }
}

impl BitOr for Interest {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Interest(self.0 | other.0)
    }
}

impl fmt::Debug for Interest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = [
            ("READ", Self::READ),
            ("WRITE", Self::WRITE),
            ("URGENT", Self::URGENT),
            ("ACCEPT", Self::ACCEPT),
            ("CONNECT", Self::CONNECT),
            ("CLOSE", Self::CLOSE),
        ];
        f.debug_set().entries(all.iter().filter(|it| self.contains(it.1)).map(|it| it.0)).finish()
    }
}

/// What has happened at a socket since it was last asked: for each event nothing, or whether it
/// went well.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Happened {
    /// Something can be received.
    pub readable: Option<Result<()>>,
    /// Something can be sent.
    pub writable: Option<Result<()>>,
    /// Urgent data has come.
    pub urgent: Option<Result<()>>,
    /// A connection can be accepted.
    pub acceptable: Option<Result<()>>,
    /// It is connected, or why it could not be: `CONNECTION_REFUSED` (10061).
    pub connected: Option<Result<()>>,
    /// The other side sends no more: because it has said so, or it was cut off:
    /// `CONNECTION_ABORTED` (10053).
    pub closed: Option<Result<()>>,
}

impl Happened {
    /// The event whose bit has this number, with Winsock's error.
    pub(crate) fn add(&mut self, bit: u32, error: i32) {
        let (place, name) = match bit {
            WinSock::FD_READ_BIT => (&mut self.readable, "FD_READ"),
            WinSock::FD_WRITE_BIT => (&mut self.writable, "FD_WRITE"),
            WinSock::FD_OOB_BIT => (&mut self.urgent, "FD_OOB"),
            WinSock::FD_ACCEPT_BIT => (&mut self.acceptable, "FD_ACCEPT"),
            WinSock::FD_CONNECT_BIT => (&mut self.connected, "FD_CONNECT"),
            WinSock::FD_CLOSE_BIT => (&mut self.closed, "FD_CLOSE"),
            // Nobody can ask for another.
            _ => return,
        };
        *place = Some(if error == 0 { Ok(()) } else { Err(Error::of_winsock(error, name)) });
    }

    pub(crate) fn is_nothing(&self) -> bool {
        *self == Self::default()
    }

    /// Takes what has been recorded for a socket, and resets the event.
    pub(crate) fn take(socket: &dyn Selectable, event: HANDLE) -> Result<Self> {
        let mut events = WSANETWORKEVENTS::default();
        // SAFETY: both are open, and the place is there.
        checked("WSAEnumNetworkEvents", unsafe {
            WinSock::WSAEnumNetworkEvents(socket.raw(), number(event), &mut events)
        })?;
        let mut happened = Happened::default();
        for (bit, error) in (0..).zip(events.iErrorCode) {
            if events.lNetworkEvents & (1 << bit) != 0 {
                happened.add(bit, error);
            }
        }
        Ok(happened)
    }
}

/// A socket that could not be watched.
pub struct Unwatched<S> {
    /// Why.
    pub error: Error,
    /// The socket as it was.
    pub socket: S,
}

impl<S> From<Unwatched<S>> for Error {
    fn from(unwatched: Unwatched<S>) -> Self {
        unwatched.error
    }
}

impl<S> fmt::Debug for Unwatched<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.error, f)
    }
}

impl<S> fmt::Display for Unwatched<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.error, f)
    }
}

impl<S> std::error::Error for Unwatched<S> {}

/// Has the event set when what is wanted happens; with [`Interest::NONE`] no more.
pub(crate) fn watch_with_event(
    socket: &dyn Selectable,
    event: HANDLE,
    interest: Interest,
) -> Result<()> {
    // SAFETY: both are open, or there is no event.
    checked("WSAEventSelect", unsafe {
        WinSock::WSAEventSelect(socket.raw(), number(event), interest.bits())
    })
}

/// An event as Winsock has it.
fn number(event: HANDLE) -> isize {
    event.addr().cast_signed()
}
