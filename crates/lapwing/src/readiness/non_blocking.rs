//! Sockets whose calls do not block: what a program does that is told what can be done.
//!
//! [`crate::EventSet`] and [`crate::select`] tell it, and the calls of [`NonBlocking`] do it.  They
//! borrow a buffer as long as they take, so a connection that has nothing to do has no buffer.
#![allow(unsafe_code)]

use crate::net::address::{self, Address};
use crate::net::socket::{OwnedSocket, Socket};
use crate::port::Overlapped;
use crate::readiness::network_event::{Interest, watch_with_event};
use crate::sys;
use crate::sys::WinSock::{self, SOCKADDR_STORAGE};
use crate::{Error, Result, TcpListener, TcpStream, UdpSocket};
use core::ops::Deref;
use core::{mem, ptr};
use std::net::SocketAddr;
use std::sync::Arc;

/// Any socket, whether data goes through it or connections come to it.
pub trait Selectable: Send + Sync + 'static {
    #[doc(hidden)]
    fn raw(&self) -> usize;
}

impl<S: Socket> Selectable for S {
    fn raw(&self) -> usize {
        self.handle().addr()
    }
}

impl Selectable for TcpListener {
    fn raw(&self) -> usize {
        self.handle().addr()
    }
}

impl<S: Selectable> Selectable for NonBlocking<S> {
    fn raw(&self) -> usize {
        self.0.raw()
    }
}

/// A socket whose calls do not block.
///
/// Where it is watched as well, the one who watches owns it too: it is closed when neither does.
#[derive(Debug)]
pub struct NonBlocking<S>(Arc<S>);

impl<S: Selectable> NonBlocking<S> {
    /// Lets the calls of a socket not block.
    ///
    /// # Errors
    /// What `ioctlsocket` fails with.
    pub fn new(socket: S) -> Result<Self> {
        set_blocking(socket.raw(), false)?;
        Ok(NonBlocking(Arc::new(socket)))
    }

    /// One that is watched, and so does not block any more.
    pub(crate) fn of_watched(socket: &Arc<S>) -> Self {
        NonBlocking(socket.clone())
    }

    /// The socket, as it was before.  While it is watched it is given back.
    ///
    /// # Errors
    /// The socket, still watched.
    pub fn into_inner(self) -> core::result::Result<S, Self> {
        let socket = Arc::try_unwrap(self.0).map_err(NonBlocking)?;
        // It fails only while the socket is watched.
        let _blocking = set_blocking(socket.raw(), true);
        Ok(socket)
    }
}

impl<S: Socket> NonBlocking<S> {
    /// Receives what there is, as far as there is room, without waiting; 0 when the other side
    /// sends no more, and None when there is nothing yet.  The system's function is `recv`.
    ///
    /// # Errors
    /// `CONNECTION_RESET` (10054) when the other side has gone away.
    pub fn try_receive(&self, buffer: &mut [u8]) -> Result<Option<usize>> {
        let (start, length) = (buffer.as_mut_ptr(), length(buffer));
        // SAFETY: there is so much room.
        transferred("recv", unsafe { WinSock::recv(self.0.raw(), start.cast(), length, 0) })
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
            WinSock::send(self.0.raw(), bytes.as_ptr().cast(), length(bytes), 0)
        })
    }
}

impl NonBlocking<TcpListener> {
    /// Accepts a connection that waits; None when none does.  The connection itself is not watched.
    /// The system's function is `accept`.
    ///
    /// # Errors
    /// What `accept` fails with.
    pub fn try_accept(&self) -> Result<Option<TcpStream>> {
        // SAFETY: no address is wanted.
        let socket = unsafe { WinSock::accept(self.0.raw(), ptr::null_mut(), ptr::null_mut()) };
        if socket == WinSock::INVALID_SOCKET {
            return unless_blocked("accept").map(|()| None);
        }
        let stream = TcpStream::from(OwnedSocket::from_raw(socket));
        // It is watched as the listener is, until this.
        watch_with_event(&stream, ptr::null_mut(), Interest::NONE)?;
        set_blocking(socket, true)?;
        Ok(Some(stream))
    }
}

impl NonBlocking<TcpStream> {
    /// Connects a socket that is not connected ([`TcpStream::unconnected`]), without waiting: true
    /// when it is connected at once.  Otherwise [`Interest::CONNECT`] tells of the end, or
    /// [`crate::select()`]: by the second set when it is connected, by the third when it could not
    /// be.  The system's function is `connect`.
    ///
    /// # Errors
    /// `CONNECTION_ACTIVE` (10056) when it is connected already.
    pub fn try_connect(&self, to: SocketAddr) -> Result<bool> {
        let to = Address::from(to);
        let (start, length) = to.parts();
        // SAFETY: the address is there.
        match unsafe { WinSock::connect(self.0.raw(), start, length) } {
            WinSock::SOCKET_ERROR => unless_blocked("connect").map(|()| false),
            _ => Ok(true),
        }
    }
}

impl NonBlocking<UdpSocket> {
    /// Receives a datagram, without waiting: how long it is and where it comes from; None when
    /// there is none.  The system's function is `recvfrom`.
    ///
    /// # Errors
    /// `BUFFER_OVERFLOW` (10040) when it was longer, with the buffer filled.
    pub fn try_receive_from(&self, buffer: &mut [u8]) -> Result<Option<(usize, SocketAddr)>> {
        const FUNCTION: &str = "recvfrom";
        // SAFETY: all zeros are a storage.
        let mut from: SOCKADDR_STORAGE = unsafe { mem::zeroed() };
        let mut from_length = size_of_val(&from) as i32;
        let (start, length) = (buffer.as_mut_ptr(), length(buffer));
        // SAFETY: there is so much room for either.
        let received = unsafe {
            let (socket, from) = (self.0.raw(), ptr::from_mut(&mut from).cast());
            WinSock::recvfrom(socket, start.cast(), length, 0, from, &mut from_length)
        };
        let Some(count) = transferred(FUNCTION, received)? else { return Ok(None) };
        let unknown = Error::of_winsock(WinSock::WSAEAFNOSUPPORT, FUNCTION);
        Ok(Some((count, address::read(&from).ok_or(unknown)?)))
    }

    /// Sends a datagram, without waiting; None when there is no room for it.  The system's function
    /// is `sendto`.
    ///
    /// # Errors
    /// What `sendto` fails with.
    pub fn try_send_to(&self, bytes: &[u8], to: SocketAddr) -> Result<Option<usize>> {
        let to = Address::from(to);
        let (start, length) = (bytes.as_ptr(), length(bytes));
        // SAFETY: there are so many bytes, and the address is there.
        transferred("sendto", unsafe {
            let (to, to_length) = to.parts();
            WinSock::sendto(self.0.raw(), start.cast(), length, 0, to, to_length)
        })
    }
}

impl<S> Deref for NonBlocking<S> {
    type Target = S;

    fn deref(&self) -> &S {
        &self.0
    }
}

/// What one call can say.
fn length(bytes: &[u8]) -> i32 {
    i32::try_from(bytes.len()).unwrap_or(i32::MAX)
}

/// A socket that is watched does not block.
fn set_blocking(socket: WinSock::SOCKET, blocks: bool) -> Result<()> {
    let mut does_not_block = u32::from(!blocks);
    // SAFETY: the socket is open, and the place is there.
    let set = unsafe { WinSock::ioctlsocket(socket, WinSock::FIONBIO, &mut does_not_block) };
    checked("ioctlsocket", set)
}

pub(crate) fn checked(during: &'static str, returned: i32) -> Result<()> {
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
