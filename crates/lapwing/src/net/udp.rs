//! Datagrams: messages that arrive whole, once or never, each from whom it may.
//!
//! A [`Datagram`] is a buffer and an address.  Receiving fills in both: the bytes, and who has sent
//! them.  Sending takes both, so what has come is answered with the same operation:
//!
//! ```
//! use lapwing::{Associated, Completed, CompletionPort, Datagram, Operation, UdpSocket};
//!
//! type Received = Completed<Datagram<Vec<u8>>, Associated<UdpSocket, (), Event>>;
//!
//! enum Event {
//!     Asked(Received),
//!     Answered(Received),
//!     Sent(Received),
//! }
//!
//! fn room() -> Operation<Datagram<Vec<u8>>> {
//!     Operation::new(Datagram::new(Vec::with_capacity(1500)))
//! }
//!
//! # fn main() -> lapwing::Result<()> {
//! let port = CompletionPort::new(1)?;
//! let server = port.associate(UdpSocket::bind("127.0.0.1:0")?, ())?;
//! server.receive_from(room()).then(Event::Asked)?;
//!
//! let client = port.associate(UdpSocket::bind("127.0.0.1:0")?, ())?;
//! client.receive_from(room()).then(Event::Answered)?;
//! let question = Datagram::to(server.local_address()?, b"hello".to_vec());
//! client.send_to(Operation::new(question)).then(Event::Sent)?;
//! loop {
//!     match port.get()? {
//!         // Back to where it has come from.
//!         Event::Asked(done) => done.source.send_to(done.operation).then(Event::Sent)?,
//!         Event::Answered(done) => {
//!             assert_eq!(done.result?, 5);
//!             assert_eq!(done.operation.buffer().address(), Some(server.local_address()?));
//!             assert_eq!(done.operation.into_buffer().into_buffer(), b"hello");
//!             return Ok(());
//!         }
//!         Event::Sent(done) => assert_eq!(done.result?, 5),
//!     }
//! }
//! # }
//! ```
//!
//! # Too long
//! A datagram that is longer than the buffer fails with `BUFFER_OVERFLOW` (10040), as on Windows:
//! its beginning and its sender are in the operation, its rest is lost.
#![allow(unsafe_code)]

use crate::alertable::routine::{self, routine_request};
use crate::net::address::{self, Address};
use crate::net::socket::{OwnedSocket, Socket, begun, begun_receiving, descriptor, try_each};
use crate::operation::{Operation, Prepared, Request, Source};
use crate::port::{Associated, Overlapped};
use crate::sys::WinSock::LPWSAOVERLAPPED_COMPLETION_ROUTINE;
use crate::sys::WinSock::{self, SOCKADDR_STORAGE};
use crate::sys::{HANDLE, OVERLAPPED};
use crate::{Buffer, BufferMut, Result};
use core::marker::PhantomData;
use core::{fmt, mem, ptr};
use std::net::{SocketAddr, ToSocketAddrs};

/// A socket that sends and receives datagrams.
#[derive(Debug)]
pub struct UdpSocket {
    pub(crate) socket: OwnedSocket,
    pub(crate) family: i32,
}

impl UdpSocket {
    /// A socket at an address; of several, at the first that it can have.
    ///
    /// # Errors
    /// `SHARING_VIOLATION` (10048) when the address is in use; what a name's resolution fails with
    /// has no status and reads as `WSAHOST_NOT_FOUND` (11001).
    pub fn bind(address: impl ToSocketAddrs) -> Result<Self> {
        try_each(address, |address| {
            let socket = OwnedSocket::udp(address.family())?;
            socket.bind(address)?;
            Ok(UdpSocket { socket, family: address.family() })
        })
    }

    /// As [`UdpSocket::bind`], at an address that others may have too if they ask for shared use as
    /// well (`SO_REUSEADDR`): all hear what is sent to a group, one of them what is sent to the
    /// address.
    ///
    /// # Errors
    /// As there; `WSAEACCES` (10013) when the address is somebody's who does not share it.
    pub fn bind_shared(address: impl ToSocketAddrs) -> Result<Self> {
        try_each(address, |address| {
            let socket = OwnedSocket::udp(address.family())?;
            socket.set_shared()?;
            socket.bind(address)?;
            Ok(UdpSocket { socket, family: address.family() })
        })
    }

    /// Names the only one with whom it has to do from now on: [`Associated::send`] sends there, and
    /// nothing comes from others.  Nothing is sent for that.
    ///
    /// # Errors
    /// `INVALID_ADDRESS_COMPONENT` (10049) for an address that nobody can have, such as that of all
    /// interfaces; a name is treated as for [`UdpSocket::bind`].
    pub fn connect(&self, address: impl ToSocketAddrs) -> Result<()> {
        try_each(address, |address| self.socket.connect(address))
    }

    /// Its own address.
    ///
    /// # Errors
    /// What `getsockname` fails with.
    pub fn local_address(&self) -> Result<SocketAddr> {
        self.socket.local_address()
    }

    /// The address that [`UdpSocket::connect`] has named.
    ///
    /// # Errors
    /// `INVALID_CONNECTION` (10057) when none was named.
    pub fn peer_address(&self) -> Result<SocketAddr> {
        self.socket.peer_address()
    }
}

impl Source for UdpSocket {
    type Object = Self;

    fn object(&self) -> &Self {
        self
    }
}

// SAFETY: the socket is this one's alone, and nothing gives it away.
unsafe impl Overlapped for UdpSocket {
    fn handle(&self) -> HANDLE {
        self.socket.handle()
    }
}

impl Socket for UdpSocket {}

/// A buffer, and the address of whoever has sent or will receive what is in it.
pub struct Datagram<B> {
    buffer: B,
    /// Without a family: there is none.  The system writes it, as late as the bytes.
    address: SOCKADDR_STORAGE,
    length: i32,
}

impl<B> Datagram<B> {
    /// A datagram without an address: room to receive one, or one that goes to whom the socket is
    /// connected with.
    pub fn new(buffer: B) -> Self {
        // SAFETY: all zeros are a storage.
        let address: SOCKADDR_STORAGE = unsafe { mem::zeroed() };
        Datagram { buffer, address, length: size_of::<SOCKADDR_STORAGE>() as i32 }
    }

    /// A datagram to be sent there.
    pub fn to(address: SocketAddr, buffer: B) -> Self {
        let mut datagram = Self::new(buffer);
        datagram.set_address(address);
        datagram
    }

    /// Who has sent it or shall receive it; None before one is known.
    pub fn address(&self) -> Option<SocketAddr> {
        address::read(&self.address)
    }

    /// Changes where it goes.
    pub fn set_address(&mut self, address: SocketAddr) {
        self.length = Address::from(address).write(&mut self.address);
    }

    /// The buffer.
    pub fn buffer(&self) -> &B {
        &self.buffer
    }

    /// The buffer, to be changed or replaced.
    pub fn buffer_mut(&mut self) -> &mut B {
        &mut self.buffer
    }

    /// The buffer alone.
    pub fn into_buffer(self) -> B {
        self.buffer
    }
}

impl<B: fmt::Debug> fmt::Debug for Datagram<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (address, buffer) = (self.address(), &self.buffer);
        f.debug_struct("Datagram").field("address", &address).field("buffer", buffer).finish()
    }
}

/// Receiving from whom it may; see [`Associated::receive_from`].
pub struct ReceiveFrom<B>(PhantomData<B>);

/// Sending to an address; see [`Associated::send_to`].
pub struct SendTo<B>(PhantomData<B>);

impl UdpSocket {
    /// As [`Associated::receive_from`], without a port.
    pub fn receive_from<B: BufferMut>(
        &self,
        operation: Operation<Datagram<B>>,
    ) -> Prepared<'_, ReceiveFrom<B>, Self> {
        Prepared { source: self, operation }
    }

    /// As [`Associated::send_to`], without a port.
    pub fn send_to<B: Buffer>(
        &self,
        operation: Operation<Datagram<B>>,
    ) -> Prepared<'_, SendTo<B>, Self> {
        Prepared { source: self, operation }
    }
}

impl<K: Sync + Send + 'static, T> Associated<UdpSocket, K, T> {
    /// Receives one datagram and its sender's address.  The system's function is `WSARecvFrom`.
    ///
    /// It ends with `BUFFER_OVERFLOW` (10040) when the datagram was longer than the buffer, which
    /// has its beginning then; with `PORT_UNREACHABLE` (10054) when nobody was where an earlier one
    /// was sent to ([`UdpSocket::set_reports_unreachable`]).
    pub fn receive_from<B: BufferMut>(
        &self,
        operation: Operation<Datagram<B>>,
    ) -> Prepared<'_, ReceiveFrom<B>, Self> {
        Prepared { source: self, operation }
    }

    /// Sends what is in the buffer as one datagram.  The system's function is `WSASendTo`; it
    /// fails with `WSAEMSGSIZE` (10040) for more than 65,507 bytes (over IPv6, 65,527), and with
    /// `INVALID_CONNECTION` (10057) without an address when the socket is not connected.
    pub fn send_to<B: Buffer>(
        &self,
        operation: Operation<Datagram<B>>,
    ) -> Prepared<'_, SendTo<B>, Self> {
        Prepared { source: self, operation }
    }
}

// SAFETY: `begun_receiving` reads what the function returned as Windows says it.
unsafe impl<B: BufferMut> Request<UdpSocket> for ReceiveFrom<B> {
    type Buffer = Datagram<B>;

    const FUNCTION: &'static str = "WSARecvFrom";

    unsafe fn begin(
        socket: &UdpSocket,
        overlapped: *mut OVERLAPPED,
        datagram: *mut Datagram<B>,
    ) -> Result<()> {
        // SAFETY: the caller's promise.
        unsafe { receive_from(socket, overlapped, datagram, None) }
    }

    unsafe fn transferred(_socket: &UdpSocket, datagram: &mut Datagram<B>, count: usize) {
        // SAFETY: the caller's promise.
        unsafe { datagram.buffer.set_filled(count) };
    }
}

routine_request!(
    [B: BufferMut] ReceiveFrom<B>, UdpSocket,
    |socket, overlapped, datagram| {
        receive_from(socket, overlapped, datagram, Some(routine::of_winsock))
    },
    |datagram: &mut Datagram<B>, count| datagram.buffer.set_filled(count)
);

/// # Safety
/// Datagram and OVERLAPPED stay until the end has been told of.
unsafe fn receive_from<B: BufferMut>(
    socket: &UdpSocket,
    overlapped: *mut OVERLAPPED,
    datagram: *mut Datagram<B>,
    routine: LPWSAOVERLAPPED_COMPLETION_ROUTINE,
) -> Result<()> {
    // SAFETY: the caller's promise.
    let datagram = unsafe { &mut *datagram };
    let (start, length) = datagram.buffer.room();
    let (buffer, mut flags) = (descriptor(start, length), 0);
    // Whatever comes of it: no address of an earlier datagram.
    datagram.address.ss_family = WinSock::AF_UNSPEC;
    datagram.length = size_of::<SOCKADDR_STORAGE>() as i32;
    let from = ptr::from_mut(&mut datagram.address).cast();
    let from_length = &raw mut datagram.length;
    // SAFETY: the caller keeps the buffer, the address and its length, and the OVERLAPPED.
    begun_receiving("WSARecvFrom", unsafe {
        let (socket, no_count) = (socket.socket.raw(), ptr::null_mut());
        WinSock::WSARecvFrom(
            socket,
            &buffer,
            1,
            no_count,
            &mut flags,
            from,
            from_length,
            overlapped,
            routine,
        )
    })
}

// SAFETY: `begun` reads what the function returned as Windows says it.
unsafe impl<B: Buffer> Request<UdpSocket> for SendTo<B> {
    type Buffer = Datagram<B>;

    const FUNCTION: &'static str = "WSASendTo";

    unsafe fn begin(
        socket: &UdpSocket,
        overlapped: *mut OVERLAPPED,
        datagram: *mut Datagram<B>,
    ) -> Result<()> {
        // SAFETY: the caller's promise.
        unsafe { send_to(socket, overlapped, datagram, None) }
    }
}

routine_request!(
    [B: Buffer] SendTo<B>, UdpSocket,
    |socket, overlapped, datagram| {
        send_to(socket, overlapped, datagram, Some(routine::of_winsock))
    },
    routine::all_is_sent
);

/// # Safety
/// Datagram and OVERLAPPED stay until the end has been told of.
unsafe fn send_to<B: Buffer>(
    socket: &UdpSocket,
    overlapped: *mut OVERLAPPED,
    datagram: *mut Datagram<B>,
    routine: LPWSAOVERLAPPED_COMPLETION_ROUTINE,
) -> Result<()> {
    // SAFETY: the caller's promise.
    let datagram = unsafe { &mut *datagram };
    let (start, length) = datagram.buffer.filled();
    let buffer = descriptor(start.cast_mut(), length);
    let (to, to_length) = match datagram.address.ss_family {
        WinSock::AF_UNSPEC => (ptr::null(), 0),
        _ => (ptr::from_ref(&datagram.address).cast(), datagram.length),
    };
    // SAFETY: the caller keeps the buffer and the address, which are only read, and the
    // OVERLAPPED.
    begun("WSASendTo", unsafe {
        let (socket, no_count) = (socket.socket.raw(), ptr::null_mut());
        WinSock::WSASendTo(socket, &buffer, 1, no_count, 0, to, to_length, overlapped, routine)
    })
}
