//! TCP connections and who listens for them.
#![allow(unsafe_code)]

use crate::address::{self, Address};
use crate::handle::OwnedSocket;
use crate::operation::{Completed, Operation, Prepared, Request, Source};
use crate::port::{Associated, Overlapped};
use crate::sys::WinSock::{self, SOCKADDR_STORAGE, WSABUF};
use crate::sys::{self, HANDLE, OVERLAPPED};
use crate::{Buffer, BufferMut, Error, Result};
use core::marker::PhantomData;
use core::{fmt, mem, ptr};
use std::net::{Shutdown, SocketAddr, ToSocketAddrs};

/// As many as possible, as `winsock2.h` has it; `windows-sys` has that of Winsock 1, which is 5.
const SOMAXCONN: i32 = i32::MAX;

/// A socket that listens for connections.
#[derive(Debug)]
pub struct TcpListener {
    socket: OwnedSocket,
    family: i32,
}

/// A connection.
#[derive(Debug)]
pub struct TcpStream {
    socket: OwnedSocket,
}

impl TcpListener {
    /// Listens at an address; of several, at the first at which it can.
    ///
    /// # Errors
    /// `SHARING_VIOLATION` (10048) when the address is in use; what a name's resolution fails with
    /// has no status and reads as `WSAHOST_NOT_FOUND` (11001).
    pub fn bind(address: impl ToSocketAddrs) -> Result<Self> {
        try_each(address, |address| {
            let socket = tcp_socket(address.family())?;
            let (start, length) = address.parts();
            // SAFETY: the address is there.
            check(unsafe { WinSock::bind(socket.raw(), start, length) }, "bind")?;
            // SAFETY: the socket is open.
            check(unsafe { WinSock::listen(socket.raw(), SOMAXCONN) }, "listen")?;
            Ok(TcpListener { socket, family: address.family() })
        })
    }

    /// Where it listens.
    ///
    /// # Errors
    /// What `getsockname` fails with.
    pub fn local_address(&self) -> Result<SocketAddr> {
        name(&self.socket, WinSock::getsockname, "getsockname")
    }
}

impl TcpStream {
    /// Connects, and waits until it is connected.
    ///
    /// # Errors
    /// `CONNECTION_REFUSED` (10061) when nobody listens there.
    pub fn connect(address: impl ToSocketAddrs) -> Result<Self> {
        try_each(address, |address| {
            let socket = tcp_socket(address.family())?;
            let (start, length) = address.parts();
            // SAFETY: the address is there.
            check(unsafe { WinSock::connect(socket.raw(), start, length) }, "connect")?;
            Ok(TcpStream { socket })
        })
    }

    /// Its own address.
    ///
    /// # Errors
    /// What `getsockname` fails with.
    pub fn local_address(&self) -> Result<SocketAddr> {
        name(&self.socket, WinSock::getsockname, "getsockname")
    }

    /// The other side's address.
    ///
    /// # Errors
    /// What `getpeername` fails with.
    pub fn peer_address(&self) -> Result<SocketAddr> {
        name(&self.socket, WinSock::getpeername, "getpeername")
    }

    /// Whether small sends go out at once, without waiting for an answer to earlier ones.
    ///
    /// # Errors
    /// What `setsockopt` fails with.
    pub fn set_no_delay(&self, on: bool) -> Result<()> {
        let option = WinSock::TCP_NODELAY;
        set_option(&self.socket, WinSock::IPPROTO_TCP, option, &i32::from(on), "TCP_NODELAY")
    }

    /// Ends a direction or both, for both sides.
    ///
    /// # Errors
    /// `INVALID_CONNECTION` (10057) when it is not connected.
    pub fn shutdown(&self, how: Shutdown) -> Result<()> {
        let how = match how {
            Shutdown::Read => WinSock::SD_RECEIVE,
            Shutdown::Write => WinSock::SD_SEND,
            Shutdown::Both => WinSock::SD_BOTH,
        };
        // SAFETY: the socket is open.
        check(unsafe { WinSock::shutdown(self.socket.raw(), how) }, "shutdown")
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
        ptr::without_provenance_mut(self.socket.raw())
    }
}

// SAFETY: the socket is this one's alone, and nothing gives it away.
unsafe impl Overlapped for TcpStream {
    fn handle(&self) -> HANDLE {
        ptr::without_provenance_mut(self.socket.raw())
    }
}

/// Receiving; see [`Associated::receive`].
pub struct Receive<B>(PhantomData<B>);

/// Sending; see [`Associated::send`].
pub struct Send<B>(PhantomData<B>);

impl TcpStream {
    /// As [`Associated::receive`], without a port.
    pub fn receive<B: BufferMut>(&self, operation: Operation<B>) -> Prepared<'_, Receive<B>, Self> {
        Prepared { source: self, operation }
    }

    /// As [`Associated::send`], without a port.
    pub fn send<B: Buffer>(&self, operation: Operation<B>) -> Prepared<'_, Send<B>, Self> {
        Prepared { source: self, operation }
    }
}

impl<K: Sync + core::marker::Send + 'static, T> Associated<TcpStream, K, T> {
    /// Receives into the operation's buffer, from its beginning.  The count is 0 when the other
    /// side sends no more.  The system's function is `WSARecv`.
    pub fn receive<B: BufferMut>(&self, operation: Operation<B>) -> Prepared<'_, Receive<B>, Self> {
        Prepared { source: self, operation }
    }

    /// Sends what is in the operation's buffer, all of it.  The system's function is `WSASend`.
    pub fn send<B: Buffer>(&self, operation: Operation<B>) -> Prepared<'_, Send<B>, Self> {
        Prepared { source: self, operation }
    }
}

// SAFETY: `begun` reads what the function returned as Windows says it.
unsafe impl<B: BufferMut> Request<TcpStream> for Receive<B> {
    type Buffer = B;

    const FUNCTION: &'static str = "WSARecv";

    unsafe fn begin(stream: &TcpStream, overlapped: *mut OVERLAPPED, buffer: &mut B) -> Result<()> {
        let (start, length) = buffer.room();
        let buffer = descriptor(start, length);
        let (socket, mut flags) = (stream.socket.raw(), 0);
        // SAFETY: the caller keeps the buffer and the OVERLAPPED.
        begun(Self::FUNCTION, unsafe {
            let no_count = ptr::null_mut();
            WinSock::WSARecv(socket, &buffer, 1, no_count, &mut flags, overlapped, None)
        })
    }

    unsafe fn transferred(buffer: &mut B, count: usize) {
        // SAFETY: the caller's promise.
        unsafe { buffer.set_filled(count) };
    }
}

// SAFETY: `begun` reads what the function returned as Windows says it.
unsafe impl<B: Buffer> Request<TcpStream> for Send<B> {
    type Buffer = B;

    const FUNCTION: &'static str = "WSASend";

    unsafe fn begin(stream: &TcpStream, overlapped: *mut OVERLAPPED, buffer: &mut B) -> Result<()> {
        let (start, length) = buffer.filled();
        let buffer = descriptor(start.cast_mut(), length);
        let socket = stream.socket.raw();
        // SAFETY: the caller keeps the buffer, which is only read, and the OVERLAPPED.
        begun(Self::FUNCTION, unsafe {
            WinSock::WSASend(socket, &buffer, 1, ptr::null_mut(), 0, overlapped, None)
        })
    }
}

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

impl<K: Sync + core::marker::Send + 'static, T> Associated<TcpListener, K, T> {
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
        accept: &mut Accept,
    ) -> Result<()> {
        let socket = accept.socket.insert(tcp_socket(listener.family)?).raw();
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
        set_option(&socket, level, option, &listener, "SO_UPDATE_ACCEPT_CONTEXT")?;
        Ok(TcpStream { socket })
    }
}

fn tcp_socket(family: i32) -> Result<OwnedSocket> {
    OwnedSocket::new(family, WinSock::SOCK_STREAM, WinSock::IPPROTO_TCP)
}

fn set_option<V>(
    socket: &OwnedSocket,
    level: i32,
    option: i32,
    value: &V,
    during: &'static str,
) -> Result<()> {
    let size = size_of::<V>() as i32;
    // SAFETY: the value is there, and so large.
    check(
        unsafe {
            let value = ptr::from_ref(value).cast();
            WinSock::setsockopt(socket.raw(), level, option, value, size)
        },
        during,
    )
}

/// What Winsock returned for a call that is done.
fn check(returned: i32, during: &'static str) -> Result<()> {
    match returned {
        WinSock::SOCKET_ERROR => Err(Error::last_of_winsock(during)),
        _ => Ok(()),
    }
}

/// What Winsock returned for an operation: whether there will be a packet.
fn begun(during: &'static str, returned: i32) -> Result<()> {
    if returned != WinSock::SOCKET_ERROR {
        return Ok(());
    }
    match sys::last_winsock_error() {
        code if code.cast_unsigned() == sys::ERROR_IO_PENDING => Ok(()),
        code => Err(Error::of_winsock(code, during)),
    }
}

/// No more than Winsock can say at once.
fn descriptor(start: *mut u8, length: usize) -> WSABUF {
    WSABUF { len: u32::try_from(length).unwrap_or(u32::MAX), buf: start }
}

fn try_each<R>(address: impl ToSocketAddrs, attempt: impl Fn(&Address) -> Result<R>) -> Result<R> {
    let unknown = Error::of_winsock(WinSock::WSAHOST_NOT_FOUND, "the address");
    let mut failed = unknown;
    for address in address.to_socket_addrs().map_err(|_| unknown)? {
        match attempt(&Address::from(address)) {
            Ok(done) => return Ok(done),
            Err(error) => failed = error,
        }
    }
    Err(failed)
}

type NameFunction =
    unsafe extern "system" fn(WinSock::SOCKET, *mut WinSock::SOCKADDR, *mut i32) -> i32;

fn name(socket: &OwnedSocket, function: NameFunction, during: &'static str) -> Result<SocketAddr> {
    // SAFETY: all zeros are a storage.
    let mut storage: SOCKADDR_STORAGE = unsafe { mem::zeroed() };
    let mut length = size_of_val(&storage) as i32;
    // SAFETY: the storage is there and so long.
    let named = unsafe { function(socket.raw(), ptr::from_mut(&mut storage).cast(), &mut length) };
    check(named, during)?;
    address::read(&storage).ok_or(Error::of_winsock(WinSock::WSAEAFNOSUPPORT, during))
}
