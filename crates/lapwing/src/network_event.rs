//! Network events: what `WSAEventSelect` and `WSAAsyncSelect` report, and the calls that answer it.
//!
//! Who watches a socket is told that something *can be done*, and does it then with calls that do
//! not block: those of [`Watched`].  They borrow a buffer as long as they take, so a connection
//! that has nothing to do has no buffer.  [`crate::EventSet`] is who tells.
#![allow(unsafe_code)]

use crate::port::Overlapped;
use crate::socket::{OwnedSocket, Socket};
use crate::sys::WinSock::{self, WSANETWORKEVENTS};
use crate::sys::{self, HANDLE};
use crate::{Error, Result, TcpListener, TcpStream};
use core::fmt;
use core::ops::{BitOr, Deref};
use core::ptr;
use std::sync::Arc;

/// Any socket, whether data goes through it or connections come to it.
pub trait Selectable: Overlapped {}

impl<S: Socket> Selectable for S {}

impl Selectable for TcpListener {}

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
    pub(crate) fn take(socket: &dyn Overlapped, event: HANDLE) -> Result<Self> {
        let mut events = WSANETWORKEVENTS::default();
        // SAFETY: both are open, and the place is there.
        checked("WSAEnumNetworkEvents", unsafe {
            WinSock::WSAEnumNetworkEvents(raw(socket), number(event), &mut events)
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

/// A socket that is watched; calls on it do not block.
///
/// Whoever watches it owns it too: it is closed when it is neither watched any more nor held here.
#[derive(Debug)]
pub struct Watched<S>(Arc<S>);

impl<S: Selectable> Watched<S> {
    pub(crate) fn new(socket: &Arc<S>) -> Self {
        Watched(socket.clone())
    }

    /// The socket, as it was before it was watched.  While it is watched it is given back.
    ///
    /// # Errors
    /// The socket, still watched.
    pub fn into_inner(self) -> core::result::Result<S, Self> {
        let socket = Arc::try_unwrap(self.0).map_err(Watched)?;
        // It fails only while the socket is watched.
        let _blocking = set_blocking(raw(&socket));
        Ok(socket)
    }
}

impl<S: Socket> Watched<S> {
    /// Receives what there is, as far as there is room, without waiting; 0 when the other side
    /// sends no more, and None when there is nothing yet.  The system's function is `recv`.
    ///
    /// # Errors
    /// `CONNECTION_RESET` (10054) when the other side has gone away.
    pub fn try_receive(&self, buffer: &mut [u8]) -> Result<Option<usize>> {
        let (start, length) = (buffer.as_mut_ptr(), length(buffer));
        // SAFETY: there is so much room.
        transferred("recv", unsafe { WinSock::recv(raw(&*self.0), start.cast(), length, 0) })
    }

    /// Sends as much as there is room for, without waiting; None when there is none.  The system's
    /// function is `send`.
    ///
    /// # Errors
    /// `CONNECTION_RESET` (10054) when the other side has gone away; `PIPE_DISCONNECTED` (10058)
    /// after [`TcpStream::shutdown`].
    pub fn try_send(&self, bytes: &[u8]) -> Result<Option<usize>> {
        // SAFETY: there are so many bytes.
        transferred("send", unsafe {
            WinSock::send(raw(&*self.0), bytes.as_ptr().cast(), length(bytes), 0)
        })
    }
}

impl Watched<TcpListener> {
    /// Accepts a connection that waits; None when none does.  The connection itself is not watched.
    /// The system's function is `accept`.
    ///
    /// # Errors
    /// What `accept` fails with.
    pub fn try_accept(&self) -> Result<Option<TcpStream>> {
        // SAFETY: no address is wanted.
        let socket = unsafe { WinSock::accept(raw(&*self.0), ptr::null_mut(), ptr::null_mut()) };
        if socket == WinSock::INVALID_SOCKET {
            return unless_blocked("accept").map(|()| None);
        }
        let stream = TcpStream::from(OwnedSocket::from_raw(socket));
        // It is watched as the listener is, until this.
        watch_with_event(&stream, ptr::null_mut(), Interest::NONE)?;
        set_blocking(socket)?;
        Ok(Some(stream))
    }
}

impl<S> Deref for Watched<S> {
    type Target = S;

    fn deref(&self) -> &S {
        &self.0
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
    socket: &dyn Overlapped,
    event: HANDLE,
    interest: Interest,
) -> Result<()> {
    // SAFETY: both are open, or there is no event.
    checked("WSAEventSelect", unsafe {
        WinSock::WSAEventSelect(raw(socket), number(event), interest.bits())
    })
}

pub(crate) fn raw(socket: &dyn Overlapped) -> WinSock::SOCKET {
    socket.handle().addr()
}

/// An event as Winsock has it.
fn number(event: HANDLE) -> isize {
    event.addr().cast_signed()
}

/// What one call can say.
fn length(bytes: &[u8]) -> i32 {
    i32::try_from(bytes.len()).unwrap_or(i32::MAX)
}

/// The socket must not be watched.
fn set_blocking(socket: WinSock::SOCKET) -> Result<()> {
    let mut does_not_block = 0;
    // SAFETY: the socket is open, and the place is there.
    let set = unsafe { WinSock::ioctlsocket(socket, WinSock::FIONBIO, &mut does_not_block) };
    checked("ioctlsocket", set)
}

fn checked(during: &'static str, returned: i32) -> Result<()> {
    match returned {
        WinSock::SOCKET_ERROR => Err(Error::last_of_winsock(during)),
        _ => Ok(()),
    }
}

fn transferred(during: &'static str, returned: i32) -> Result<Option<usize>> {
    match returned {
        WinSock::SOCKET_ERROR => unless_blocked(during).map(|()| None),
        count => Ok(Some(count.cast_unsigned() as usize)),
    }
}

/// Fails, unless the call would have blocked.
fn unless_blocked(during: &'static str) -> Result<()> {
    match sys::last_winsock_error() {
        WinSock::WSAEWOULDBLOCK => Ok(()),
        code => Err(Error::of_winsock(code, during)),
    }
}
