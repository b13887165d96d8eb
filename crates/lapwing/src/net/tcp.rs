//! TCP connections and who listens for them.
//!
//! Accepting is an operation like receiving and sending: it has an [`Accept`], in which the new
//! connection comes.
//!
//! ```
//! use lapwing::{Accept, Executor, Operation, TcpListener, TcpStream};
//!
//! # fn main() -> lapwing::Result<()> {
//! let executor = Executor::new(1)?;
//! let listener = executor.associate(TcpListener::bind("127.0.0.1:0")?)?;
//! let client = executor.associate(TcpStream::connect(listener.local_address()?)?)?;
//! let received = executor.block_on(async {
//!     let stream = listener.accept(Operation::new(Accept::new())).await.accepted()?;
//!     let server = executor.associate(stream)?;
//!     client.send(Operation::new("hello")).await.result?;
//!     let received = server.receive(Operation::new(Vec::with_capacity(4096))).await;
//!     lapwing::Result::Ok(received.operation.into_buffer())
//! })?;
//! assert_eq!(received, b"hello");
//! # Ok(())
//! # }
//! ```
#![allow(unsafe_code)]

use crate::net::address::Address;
use crate::net::socket::{OwnedSocket, Socket, begun, try_each};
use crate::operation::{Completed, Operation, Prepared, Request, Source};
use crate::port::{Associated, Overlapped};
use crate::sys::WinSock::{self, SOCKADDR_STORAGE};
use crate::sys::{HANDLE, OVERLAPPED};
use crate::{Error, Result};
use core::fmt;
use std::net::{Shutdown, SocketAddr, ToSocketAddrs};

/// A socket that listens for connections.
#[derive(Debug)]
pub struct TcpListener {
    pub(crate) socket: OwnedSocket,
    family: i32,
}

/// A connection.
#[derive(Debug)]
pub struct TcpStream {
    pub(crate) socket: OwnedSocket,
}

impl TcpListener {
    /// Listens at an address; of several, at the first at which it can.
    ///
    /// # Errors
    /// `SHARING_VIOLATION` (10048) when the address is in use; what a name's resolution fails with
    /// has no status and reads as `WSAHOST_NOT_FOUND` (11001).
    pub fn bind(address: impl ToSocketAddrs) -> Result<Self> {
        try_each(address, |address| Self::listen(OwnedSocket::tcp(address.family())?, address))
    }

    /// As [`TcpListener::bind`], and nobody else can listen there, not even a program that asks
    /// for shared use of the address (`SO_EXCLUSIVEADDRUSE`).
    ///
    /// # Errors
    /// As there; `WSAEACCES` (10013) when the address is shared already.
    pub fn bind_exclusive(address: impl ToSocketAddrs) -> Result<Self> {
        try_each(address, |address| {
            let socket = OwnedSocket::tcp(address.family())?;
            socket.set_exclusive()?;
            Self::listen(socket, address)
        })
    }

    fn listen(socket: OwnedSocket, address: &Address) -> Result<Self> {
        socket.bind(address)?;
        socket.listen()?;
        Ok(TcpListener { socket, family: address.family() })
    }

    /// Where it listens.
    ///
    /// # Errors
    /// What `getsockname` fails with.
    pub fn local_address(&self) -> Result<SocketAddr> {
        self.socket.local_address()
    }
}

impl TcpStream {
    /// Connects, and waits until it is connected.
    ///
    /// # Errors
    /// `CONNECTION_REFUSED` (10061) when nobody listens there.
    pub fn connect(address: impl ToSocketAddrs) -> Result<Self> {
        try_each(address, |address| {
            let socket = OwnedSocket::tcp(address.family())?;
            socket.connect(address)?;
            Ok(TcpStream { socket })
        })
    }

    /// Its own address.
    ///
    /// # Errors
    /// What `getsockname` fails with.
    pub fn local_address(&self) -> Result<SocketAddr> {
        self.socket.local_address()
    }

    /// The other side's address.
    ///
    /// # Errors
    /// What `getpeername` fails with.
    pub fn peer_address(&self) -> Result<SocketAddr> {
        self.socket.peer_address()
    }

    /// Ends a direction or both, for both sides.
    ///
    /// # Errors
    /// `INVALID_CONNECTION` (10057) when it is not connected.
    pub fn shutdown(&self, how: Shutdown) -> Result<()> {
        self.socket.shutdown(how)
    }
}

impl From<OwnedSocket> for TcpStream {
    fn from(socket: OwnedSocket) -> Self {
        TcpStream { socket }
    }
}

impl Source for TcpListener {
    type Object = Self;

    fn object(&self) -> &Self {
        self
    }
}

impl Source for TcpStream {
    type Object = Self;

    fn object(&self) -> &Self {
        self
    }
}

// SAFETY: the socket is this one's alone, and nothing gives it away.
unsafe impl Overlapped for TcpListener {
    fn handle(&self) -> HANDLE {
        self.socket.handle()
    }
}

// SAFETY: the socket is this one's alone, and nothing gives it away.
unsafe impl Overlapped for TcpStream {
    fn handle(&self) -> HANDLE {
        self.socket.handle()
    }
}

impl Socket for TcpStream {}

/// What `AcceptEx` wants for an address: 16 bytes more than it has.
const ADDRESS_ROOM: usize = size_of::<SOCKADDR_STORAGE>() + 16;

/// What an accept operation has in place of a buffer: the socket to come and both its addresses.
#[derive(Default)]
pub struct Accept {
    addresses: Addresses,
    socket: Option<OwnedSocket>,
}

struct Addresses([u8; 2 * ADDRESS_ROOM]);

impl Default for Addresses {
    fn default() -> Self {
        Addresses([0; 2 * ADDRESS_ROOM])
    }
}

impl Accept {
    /// Room for a connection.
    pub fn new() -> Self {
        Self::default()
    }
}

impl fmt::Debug for Accept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Accept").finish_non_exhaustive()
    }
}

/// Accepting; see [`Associated::accept`].
pub struct Accepting(());

impl TcpListener {
    /// As [`Associated::accept`], without a port.
    pub fn accept(&self, operation: Operation<Accept>) -> Prepared<'_, Accepting, Self> {
        Prepared { source: self, operation }
    }
}

impl<K: Sync + Send + 'static, T> Associated<TcpListener, K, T> {
    /// Accepts a connection, which [`Completed::accepted`] then has.  The system's function is
    /// `AcceptEx`.
    pub fn accept(&self, operation: Operation<Accept>) -> Prepared<'_, Accepting, Self> {
        Prepared { source: self, operation }
    }
}

// SAFETY: `begun` reads what the function returned as Windows says it.
unsafe impl Request<TcpListener> for Accepting {
    type Buffer = Accept;

    const FUNCTION: &'static str = "AcceptEx";

    unsafe fn begin(
        listener: &TcpListener,
        overlapped: *mut OVERLAPPED,
        accept: *mut Accept,
    ) -> Result<()> {
        // SAFETY: the caller's promise.
        let accept = unsafe { &mut *accept };
        let socket = accept.socket.insert(OwnedSocket::tcp(listener.family)?).raw();
        let start = accept.addresses.0.as_mut_ptr().cast();
        let (room, mut count) = (ADDRESS_ROOM as u32, 0);
        // SAFETY: the caller keeps the addresses' room, the socket and the OVERLAPPED.
        let accepted = unsafe {
            let listener = listener.socket.raw();
            WinSock::AcceptEx(listener, socket, start, 0, room, room, &mut count, overlapped)
        };
        begun(Self::FUNCTION, if accepted != 0 { 0 } else { WinSock::SOCKET_ERROR })
    }
}

impl<A: Source<Object = TcpListener>> Completed<Accept, A> {
    /// The connection, once.
    ///
    /// # Errors
    /// What the operation failed with; `INVALID_CONNECTION` when it has been taken before.
    pub fn accepted(&mut self) -> Result<TcpStream> {
        self.result?;
        let none = || Error::of_winsock(WinSock::WSAENOTCONN, "accepted");
        let socket = self.operation.buffer_mut().socket.take().ok_or_else(none)?;
        let listener = self.source.object().socket.raw();
        let (level, option) = (WinSock::SOL_SOCKET, WinSock::SO_UPDATE_ACCEPT_CONTEXT);
        socket.set_option(level, option, &listener, "SO_UPDATE_ACCEPT_CONTEXT")?;
        Ok(TcpStream { socket })
    }
}
