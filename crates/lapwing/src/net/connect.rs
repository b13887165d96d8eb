//! Connecting and disconnecting as operations: no thread waits for the other side's answer.
//!
//! [`TcpStream::connect`] waits.  Here a socket is made first, which can have a port already, and
//! is connected by an operation of its own.  It may be connected again when that has failed, or
//! when it has been disconnected [for that](Disconnect::for_reuse).
//!
//! ```
//! use lapwing::{Associated, Completed, CompletionPort, Connect, Operation};
//! use lapwing::{TcpListener, TcpStream};
//!
//! type Stream = Associated<TcpStream, (), Event>;
//!
//! enum Event {
//!     Connected(Completed<Connect, Stream>),
//!     Sent(Completed<&'static [u8], Stream>),
//! }
//!
//! # fn main() -> lapwing::Result<()> {
//! let listener = TcpListener::bind("127.0.0.1:0")?;
//! let address = listener.local_address()?;
//!
//! let port = CompletionPort::new(1)?;
//! let stream = port.associate(TcpStream::unconnected(address)?, ())?;
//! stream.connect_to(Operation::new(Connect::to(address))).then(Event::Connected)?;
//! loop {
//!     match port.get()? {
//!         Event::Connected(done) => {
//!             done.result?;
//!             assert_eq!(done.source.peer_address()?, address);
//!             done.source.send(Operation::new(&b"hello"[..])).then(Event::Sent)?;
//!         }
//!         Event::Sent(done) => return done.result.map(drop),
//!     }
//! }
//! # }
//! ```
#![allow(unsafe_code)]

use crate::net::address::Address;
use crate::net::socket::{OwnedSocket, begun, try_each};
use crate::operation::{Operation, Prepared, Request};
use crate::port::Associated;
use crate::sys::OVERLAPPED;
use crate::sys::WinSock::{self, LPFN_CONNECTEX, LPFN_DISCONNECTEX};
use crate::{Result, TcpStream};
use core::{fmt, ptr};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs};
use std::sync::OnceLock;

impl TcpStream {
    /// A socket that is not connected yet, at an address of its own; of several, at the first that
    /// it can have.  With port 0 the system chooses one.
    ///
    /// # Errors
    /// `SHARING_VIOLATION` (10048) when the address is in use; what a name's resolution fails with
    /// has no status and reads as `WSAHOST_NOT_FOUND` (11001).
    pub fn bind(address: impl ToSocketAddrs) -> Result<Self> {
        try_each(address, |address| {
            let socket = OwnedSocket::tcp(address.family())?;
            socket.bind(address)?;
            Ok(TcpStream { socket })
        })
    }

    /// A socket that can be connected to this address, and is not yet; its own address the system
    /// chooses.
    ///
    /// # Errors
    /// What `WSASocketW` and `bind` fail with.
    pub fn unconnected(peer: SocketAddr) -> Result<Self> {
        match peer {
            SocketAddr::V4(_) => Self::bind((Ipv4Addr::UNSPECIFIED, 0)),
            SocketAddr::V6(_) => Self::bind((Ipv6Addr::UNSPECIFIED, 0)),
        }
    }

    /// As [`Associated::connect_to`], without a port.
    pub fn connect_to(&self, operation: Operation<Connect>) -> Prepared<'_, Connecting, Self> {
        Prepared { source: self, operation }
    }

    /// As [`Associated::disconnect`], without a port.
    pub fn disconnect(
        &self,
        operation: Operation<Disconnect>,
    ) -> Prepared<'_, Disconnecting, Self> {
        Prepared { source: self, operation }
    }
}

impl<K: Sync + Send + 'static, T> Associated<TcpStream, K, T> {
    /// Connects a socket that is not connected ([`TcpStream::unconnected`]).  The system's function
    /// is `ConnectEx`; what it leaves to be done (`SO_UPDATE_CONNECT_CONTEXT`) is done when the
    /// operation comes out.
    ///
    /// It ends with `CONNECTION_REFUSED` (10061) when nobody listens there; it does not start with
    /// `CONNECTION_ACTIVE` (10056) when the socket is connected already.
    pub fn connect_to(&self, operation: Operation<Connect>) -> Prepared<'_, Connecting, Self> {
        Prepared { source: self, operation }
    }

    /// Ends the connection once all that has been sent is on its way.  The system's function is
    /// `DisconnectEx`.
    ///
    /// It does not start with `INVALID_CONNECTION` (10057) when the socket is not connected.
    pub fn disconnect(
        &self,
        operation: Operation<Disconnect>,
    ) -> Prepared<'_, Disconnecting, Self> {
        Prepared { source: self, operation }
    }
}

/// What a connecting operation has in place of a buffer: the address.
pub struct Connect {
    address: SocketAddr,
    /// The same, for the system.
    written: Address,
}

impl Connect {
    /// To be connected to this address.
    pub fn to(address: SocketAddr) -> Self {
        Connect { address, written: address.into() }
    }

    /// The address.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Changes the address, for the next attempt.
    pub fn set_address(&mut self, address: SocketAddr) {
        *self = Self::to(address);
    }
}

impl fmt::Debug for Connect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Connect").field(&self.address).finish()
    }
}

/// What a disconnecting operation has in place of a buffer: what the socket is for afterwards.
#[derive(Debug, Default)]
pub struct Disconnect {
    flags: u32,
}

impl Disconnect {
    /// Nothing more is sent; what the other side still sends can be received.
    pub fn new() -> Self {
        Self::default()
    }

    /// The connection is over in both directions, and the socket may be connected again.
    pub fn for_reuse() -> Self {
        Disconnect { flags: WinSock::TF_REUSE_SOCKET }
    }
}

/// Connecting; see [`Associated::connect_to`].
pub struct Connecting(());

/// Disconnecting; see [`Associated::disconnect`].
pub struct Disconnecting(());

// SAFETY: `begun` reads what the function returned as Windows says it.
unsafe impl Request<TcpStream> for Connecting {
    type Buffer = Connect;

    const FUNCTION: &'static str = "ConnectEx";

    unsafe fn begin(
        stream: &TcpStream,
        overlapped: *mut OVERLAPPED,
        connect: *mut Connect,
    ) -> Result<()> {
        static FUNCTION: OnceLock<LPFN_CONNECTEX> = OnceLock::new();
        // SAFETY: so the function is declared that this number stands for.
        let function = unsafe { stream.socket.extension(&FUNCTION, &WinSock::WSAID_CONNECTEX) }?;
        // SAFETY: the caller's promise.
        let (start, length) = unsafe { (*connect).written.parts() };
        let socket = stream.socket.raw();
        // SAFETY: the caller keeps the address and the OVERLAPPED; nothing is sent beside.
        let connected = unsafe {
            let (nothing, no_count) = (ptr::null(), ptr::null_mut());
            function(socket, start, length, nothing, 0, no_count, overlapped)
        };
        begun(Self::FUNCTION, if connected != 0 { 0 } else { WinSock::SOCKET_ERROR })
    }

    unsafe fn transferred(stream: &TcpStream, _connect: &mut Connect, _count: usize) {
        let (level, option) = (WinSock::SOL_SOCKET, WinSock::SO_UPDATE_CONNECT_CONTEXT);
        // It fails when the connection has ended meanwhile, which the next operation tells.
        let _ended = stream.socket.set_option(level, option, &[0_u8; 0], "ConnectEx");
    }
}

// SAFETY: `begun` reads what the function returned as Windows says it.
unsafe impl Request<TcpStream> for Disconnecting {
    type Buffer = Disconnect;

    const FUNCTION: &'static str = "DisconnectEx";

    unsafe fn begin(
        stream: &TcpStream,
        overlapped: *mut OVERLAPPED,
        disconnect: *mut Disconnect,
    ) -> Result<()> {
        static FUNCTION: OnceLock<LPFN_DISCONNECTEX> = OnceLock::new();
        // SAFETY: so the function is declared that this number stands for.
        let function = unsafe { stream.socket.extension(&FUNCTION, &WinSock::WSAID_DISCONNECTEX) }?;
        let socket = stream.socket.raw();
        // SAFETY: the caller keeps the OVERLAPPED.
        let disconnected = unsafe { function(socket, overlapped, (*disconnect).flags, 0) };
        begun(Self::FUNCTION, if disconnected != 0 { 0 } else { WinSock::SOCKET_ERROR })
    }
}
