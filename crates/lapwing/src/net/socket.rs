//! What every socket has: its life, its addresses, its options, and how Winsock says what has
//! become of a call.  What may be asked of a socket of one kind stands with that kind.
#![allow(unsafe_code)]

use crate::net::address::{self, Address};
use crate::port::Overlapped;
use crate::sys::WinSock::{self, SOCKADDR_STORAGE, WSABUF};
use crate::sys::{self, HANDLE};
use crate::{Error, Result};
use core::{mem, ptr};
use std::net::{Shutdown, SocketAddr, ToSocketAddrs};
use std::sync::OnceLock;

/// As many as possible, as `winsock2.h` has it; `windows-sys` has that of Winsock 1, which is 5.
const SOMAXCONN: i32 = i32::MAX;

/// A socket through which data goes: a [`crate::TcpStream`] or a [`crate::UdpSocket`].
pub trait Socket: Overlapped {}

/// A socket, which is closed when this is dropped.
#[derive(Debug)]
pub(crate) struct OwnedSocket(WinSock::SOCKET);

impl OwnedSocket {
    /// A socket of TCP.
    pub(crate) fn tcp(family: i32) -> Result<Self> {
        Self::new(family, WinSock::SOCK_STREAM, WinSock::IPPROTO_TCP)
    }

    /// A socket of UDP.
    pub(crate) fn udp(family: i32) -> Result<Self> {
        Self::new(family, WinSock::SOCK_DGRAM, WinSock::IPPROTO_UDP)
    }

    /// A socket for overlapped I/O; starts Winsock if nobody has.
    fn new(family: i32, kind: i32, protocol: i32) -> Result<Self> {
        start_winsock()?;
        // SAFETY: the protocol's description may be absent.
        let socket = unsafe {
            let flags = WinSock::WSA_FLAG_OVERLAPPED | WinSock::WSA_FLAG_NO_HANDLE_INHERIT;
            WinSock::WSASocketW(family, kind, protocol, ptr::null(), 0, flags)
        };
        match socket {
            WinSock::INVALID_SOCKET => Err(Error::last_of_winsock("WSASocketW")),
            socket => Ok(OwnedSocket(socket)),
        }
    }

    /// Owns a socket that a function has just opened.
    pub(crate) fn from_raw(socket: WinSock::SOCKET) -> Self {
        OwnedSocket(socket)
    }

    pub(crate) fn raw(&self) -> WinSock::SOCKET {
        self.0
    }

    /// The same number, as functions take it that know handles.
    pub(crate) fn handle(&self) -> HANDLE {
        ptr::without_provenance_mut(self.0)
    }

    pub(crate) fn bind(&self, address: &Address) -> Result<()> {
        let (start, length) = address.parts();
        // SAFETY: the address is there.
        check(unsafe { WinSock::bind(self.0, start, length) }, "bind")
    }

    pub(crate) fn connect(&self, address: &Address) -> Result<()> {
        let (start, length) = address.parts();
        // SAFETY: the address is there.
        check(unsafe { WinSock::connect(self.0, start, length) }, "connect")
    }

    pub(crate) fn listen(&self) -> Result<()> {
        // SAFETY: the socket is open.
        check(unsafe { WinSock::listen(self.0, SOMAXCONN) }, "listen")
    }

    pub(crate) fn shutdown(&self, how: Shutdown) -> Result<()> {
        let how = match how {
            Shutdown::Read => WinSock::SD_RECEIVE,
            Shutdown::Write => WinSock::SD_SEND,
            Shutdown::Both => WinSock::SD_BOTH,
        };
        // SAFETY: the socket is open.
        check(unsafe { WinSock::shutdown(self.0, how) }, "shutdown")
    }

    pub(crate) fn local_address(&self) -> Result<SocketAddr> {
        self.name(WinSock::getsockname, "getsockname")
    }

    pub(crate) fn peer_address(&self) -> Result<SocketAddr> {
        self.name(WinSock::getpeername, "getpeername")
    }

    fn name(&self, function: NameFunction, during: &'static str) -> Result<SocketAddr> {
        // SAFETY: all zeros are a storage.
        let mut storage: SOCKADDR_STORAGE = unsafe { mem::zeroed() };
        let mut length = size_of_val(&storage) as i32;
        // SAFETY: the storage is there and so long.
        let named = unsafe { function(self.0, ptr::from_mut(&mut storage).cast(), &mut length) };
        check(named, during)?;
        address::read(&storage).ok_or(Error::of_winsock(WinSock::WSAEAFNOSUPPORT, during))
    }

    /// Sets an option; `during` is its name.
    pub(crate) fn set_option<V>(
        &self,
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
                WinSock::setsockopt(self.0, level, option, value, size)
            },
            during,
        )
    }

    /// Before it is bound: nobody else can be.
    pub(crate) fn set_exclusive(&self) -> Result<()> {
        let option = WinSock::SO_EXCLUSIVEADDRUSE;
        self.set_option(WinSock::SOL_SOCKET, option, &1, "SO_EXCLUSIVEADDRUSE")
    }

    /// Before it is bound: others can be who ask for it too.
    pub(crate) fn set_shared(&self) -> Result<()> {
        self.set_option(WinSock::SOL_SOCKET, WinSock::SO_REUSEADDR, &1, "SO_REUSEADDR")
    }

    /// What an option is; `during` is its name.
    pub(crate) fn option<V: Value>(
        &self,
        level: i32,
        option: i32,
        during: &'static str,
    ) -> Result<V> {
        let mut value = V::default();
        let mut size = size_of::<V>() as i32;
        // SAFETY: the value's place is there, and so large, and any bytes are a value.
        let got = unsafe {
            let value = ptr::from_mut(&mut value).cast();
            WinSock::getsockopt(self.0, level, option, value, &mut size)
        };
        check(got, during).map(|()| value)
    }

    /// Sets what no option sets; `during` is its name.
    pub(crate) fn control<V>(&self, code: u32, value: &V, during: &'static str) -> Result<()> {
        let (size, mut count) = (size_of::<V>() as u32, 0);
        // SAFETY: the value is there, and so large; the codes that are passed give nothing back.
        let controlled = unsafe {
            let (value, no_room) = (ptr::from_ref(value).cast(), ptr::null_mut());
            let none = ptr::null_mut();
            WinSock::WSAIoctl(self.0, code, value, size, no_room, 0, &mut count, none, None)
        };
        check(controlled, during)
    }
}

impl OwnedSocket {
    /// A function that Winsock has under a number only; asked for once.
    ///
    /// # Safety
    /// `G` is a GUID, and `F` a pointer to the function that this one stands for.
    pub(crate) unsafe fn extension<G, F: Copy>(
        &self,
        known: &OnceLock<Option<F>>,
        number: &G,
    ) -> Result<F> {
        const DURING: &str = "SIO_GET_EXTENSION_FUNCTION_POINTER";
        const { assert!(size_of::<Option<F>>() == size_of::<fn()>() && size_of::<G>() == 16) };
        if let Some(Some(function)) = known.get() {
            return Ok(*function);
        }
        let (mut function, mut count) = (None::<F>, 0);
        // SAFETY: the number is there, and the place for the pointer.
        let got = unsafe {
            let code = WinSock::SIO_GET_EXTENSION_FUNCTION_POINTER;
            let (number, none) = (ptr::from_ref(number).cast(), ptr::null_mut());
            let (from, to) = (size_of::<G>() as u32, size_of::<Option<F>>() as u32);
            let place = ptr::from_mut(&mut function).cast();
            WinSock::WSAIoctl(self.0, code, number, from, place, to, &mut count, none, None)
        };
        check(got, DURING)?;
        let function = function.ok_or(Error::of_winsock(WinSock::WSAEOPNOTSUPP, DURING))?;
        known.get_or_init(|| Some(function));
        Ok(function)
    }
}

/// An option's value.
///
/// # Safety
/// Any bytes are one.
pub(crate) unsafe trait Value: Default {}

// SAFETY: so it is for numbers.
unsafe impl Value for i32 {}
// SAFETY: as above.
unsafe impl Value for u32 {}
// SAFETY: it is two of them.
unsafe impl Value for WinSock::LINGER {}

impl Drop for OwnedSocket {
    fn drop(&mut self) {
        // SAFETY: it is open, and ours alone.
        unsafe { WinSock::closesocket(self.0) };
    }
}

type NameFunction =
    unsafe extern "system" fn(WinSock::SOCKET, *mut WinSock::SOCKADDR, *mut i32) -> i32;

/// Winsock 2.2, once for the process and to its end.
fn start_winsock() -> Result<()> {
    static STARTED: OnceLock<i32> = OnceLock::new();
    let code = STARTED.get_or_init(|| {
        let mut data = mem::MaybeUninit::uninit();
        // SAFETY: the place is large enough and used for nothing else.
        unsafe { WinSock::WSAStartup(0x0202, data.as_mut_ptr()) }
    });
    match code {
        0 => Ok(()),
        code => Err(Error::of_winsock(*code, "WSAStartup")),
    }
}

/// What Winsock returned for a call that is done.
fn check(returned: i32, during: &'static str) -> Result<()> {
    match returned {
        WinSock::SOCKET_ERROR => Err(Error::last_of_winsock(during)),
        _ => Ok(()),
    }
}

/// What Winsock returned for an operation: whether there will be a packet.
pub(crate) fn begun(during: &'static str, returned: i32) -> Result<()> {
    if returned != WinSock::SOCKET_ERROR {
        return Ok(());
    }
    match sys::last_winsock_error() {
        code if code.cast_unsigned() == sys::ERROR_IO_PENDING => Ok(()),
        code => Err(Error::of_winsock(code, during)),
    }
}

/// As [`begun`], for a receive.  A datagram that was longer than the buffer has been received all
/// the same: its status is a warning, and Windows queues a packet.
pub(crate) fn begun_receiving(during: &'static str, returned: i32) -> Result<()> {
    match begun(during, returned) {
        Err(error) if error.winsock() == WinSock::WSAEMSGSIZE => Ok(()),
        other => other,
    }
}

/// No more than Winsock can say at once.
pub(crate) fn descriptor(start: *mut u8, length: usize) -> WSABUF {
    WSABUF { len: u32::try_from(length).unwrap_or(u32::MAX), buf: start }
}

/// The first that succeeds of the addresses that are meant.
pub(crate) fn try_each<R>(
    address: impl ToSocketAddrs,
    attempt: impl Fn(&Address) -> Result<R>,
) -> Result<R> {
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
