//! The commands of `WSAIoctl`: what each reads and answers.
#![allow(unsafe_code)]

use core::ffi::c_void;

use lapwing_abi::{
    FIONBIO, FIONREAD, GUID, SIO_ADDRESS_LIST_CHANGE, SIO_ADDRESS_LIST_QUERY,
    SIO_ADDRESS_LIST_SORT, SIO_AF_UNIX_GETPEERPID, SIO_BASE_HANDLE, SIO_BSP_HANDLE,
    SIO_BSP_HANDLE_POLL, SIO_BSP_HANDLE_SELECT, SIO_GET_BROADCAST_ADDRESS,
    SIO_GET_EXTENSION_FUNCTION_POINTER, SIO_KEEPALIVE_VALS, SIO_LOOPBACK_FAST_PATH,
    SIO_MULTICAST_SCOPE, SIO_MULTIPOINT_LOOPBACK, SIO_ROUTING_INTERFACE_QUERY, SIO_TCP_INFO,
    SIO_TCP_INITIAL_RTO, SIO_UDP_CONNRESET, SIO_UDP_NETRESET, SIOCATMARK, SOCKET, WSAEFAULT,
    WSAEINVAL, WSAENOTCONN,
};
use lapwing_executive::afd::socket::Socket;
use lapwing_executive::status::Status;
use rustix::net::AddressFamily;

use super::control::{LINUX_FIONBIO, LINUX_FIONREAD, at_mark, readable};
use super::{control_address, control_stream};
use crate::entry::is_wild;
use crate::error;
use crate::mswsock::extension_function;

/// `_IOR('t', 127, u_long)` and its neighbour, which Microsoft's metadata has not.
const SIO_GET_INTERFACE_LIST: u32 = 0x4004_747F;
const SIO_IDEAL_SEND_BACKLOG_QUERY: u32 = 0x4004_747B;

/// The input of a command, `N` bytes.  `WSAEFAULT` (10014) if there are fewer.
///
/// # Safety
/// `address` must be NULL or point to `length` readable bytes.
unsafe fn input<const N: usize>(address: *const c_void, length: u32) -> Result<[u8; N], i32> {
    if is_wild(address) || (length as usize) < N {
        return Err(WSAEFAULT);
    }
    // SAFETY: long enough, by the caller's promise.
    Ok(unsafe { address.cast::<[u8; N]>().read_unaligned() })
}

/// What `*returned` says when there is no room for the output.
#[derive(Clone, Copy)]
pub(super) enum Short {
    /// As it was.
    Silent,
    /// 0.
    Zero,
    /// How much room is needed.
    Needed,
}

/// What a command came to.
pub(super) enum Answer {
    /// Done, with these bytes as output.
    Bytes(Vec<u8>, Short),
    /// The same; with an OVERLAPPED its end tells their number, or that there is no room.
    Transferred(Vec<u8>),
    /// The request is pending, or would be.
    Waits,
    /// We have no such command.
    Unknown,
}

/// What `*returned` says after a failure.
#[derive(Clone, Copy)]
pub(super) enum Told {
    /// 0 without an OVERLAPPED, and as it was with one.
    Plainly,
    /// As it was.
    Nothing,
    /// So much.
    Exactly(u32),
}

/// Why a command is not carried out.
#[derive(Clone, Copy)]
pub(super) struct Refusal {
    /// The Winsock code.
    pub(super) code: i32,
    /// What the program is told besides.
    pub(super) told: Told,
}

impl From<i32> for Refusal {
    fn from(code: i32) -> Self {
        Refusal { code, told: Told::Plainly }
    }
}

fn refusal(status: Status) -> Refusal {
    error::winsock(status).into()
}

/// A command as the program gives it.
pub(super) struct Command {
    /// `SIO_` and so on.
    pub(super) code: u32,
    /// Where the input is, and how long.
    pub(super) input: (*const c_void, u32),
    /// Where the output goes, and how much room it has.
    pub(super) output: (*mut c_void, u32),
    /// There is an OVERLAPPED.
    pub(super) is_overlapped: bool,
}

impl Command {
    /// The first bytes of the input.
    ///
    /// # Safety
    /// The input is NULL or has as many readable bytes as it says.
    unsafe fn input<const N: usize>(&self) -> Result<[u8; N], Refusal> {
        // SAFETY: the caller's promise.
        unsafe { input::<N>(self.input.0, self.input.1) }.map_err(Refusal::from)
    }

    /// Writes the output; its length.  `WSAEFAULT` (10014) where there is no room.
    ///
    /// # Safety
    /// The output is NULL or has as many writable bytes as it says.
    pub(super) unsafe fn write(&self, bytes: &[u8], short: Short) -> Result<u32, Refusal> {
        let (output, room) = self.output;
        let length = bytes.len() as u32;
        if bytes.is_empty() {
            return Ok(0);
        }
        if is_wild(output) || room < length {
            let told = match short {
                Short::Silent => Told::Nothing,
                Short::Zero => Told::Exactly(0),
                Short::Needed => Told::Exactly(length),
            };
            return Err(Refusal { code: WSAEFAULT, told });
        }
        // SAFETY: long enough, by the caller's promise.
        unsafe { core::ptr::copy_nonoverlapping(bytes.as_ptr(), output.cast(), bytes.len()) };
        Ok(length)
    }

    /// A flag; programs give a BOOL of one byte too.
    ///
    /// # Safety
    /// As for [`Command::input`].
    unsafe fn flag(&self) -> Result<bool, Refusal> {
        match self.input.1 {
            // SAFETY: the caller's promise.
            1..4 => Ok(unsafe { self.input::<1>() }? != [0]),
            // SAFETY: the caller's promise.
            _ => Ok(unsafe { self.input::<4>() }? != [0; 4]),
        }
    }
}

/// Carries a command out that the socket has in all families.
///
/// # Safety
/// The command's pointers are as `WSAIoctl` asks.
pub(super) unsafe fn carry_out(
    s: SOCKET,
    socket: &Socket,
    command: &Command,
) -> Result<Answer, Refusal> {
    let done = || Answer::Bytes(Vec::new(), Short::Zero);
    let silently = |bytes: u32| Answer::Bytes(bytes.to_le_bytes().to_vec(), Short::Silent);
    Ok(match (command.code, command.code.cast_signed()) {
        (_, FIONBIO | LINUX_FIONBIO) => {
            // SAFETY: the caller's promise.
            let value = unsafe { command.input::<4>() }?;
            socket.set_non_blocking(value != [0; 4]).map_err(refusal)?;
            done()
        }
        (_, FIONREAD | LINUX_FIONREAD) => silently(readable(socket)?),
        (_, SIOCATMARK) => silently(u32::from(at_mark(socket))),
        (SIO_UDP_CONNRESET | SIO_UDP_NETRESET, _) if !socket.is_stream() => {
            // SAFETY: the caller's promise.
            let wanted = unsafe { command.flag() }?;
            let is_reset = command.code == SIO_UDP_CONNRESET;
            socket.report_network_errors(is_reset.then_some(wanted), (!is_reset).then_some(wanted));
            done()
        }
        // No provider stands between a socket and AFD, so it is its own base; with an OVERLAPPED
        // Windows knows no such command.  (T:sock:test_base_handle)
        (SIO_BASE_HANDLE, _) if command.is_overlapped => Answer::Unknown,
        (SIO_BASE_HANDLE | SIO_BSP_HANDLE | SIO_BSP_HANDLE_POLL | SIO_BSP_HANDLE_SELECT, _) => {
            Answer::Bytes(s.to_le_bytes().to_vec(), Short::Silent)
        }
        (SIO_GET_EXTENSION_FUNCTION_POINTER, _) => {
            // SAFETY: the caller's promise.
            let bytes = unsafe { command.input::<16>() }?;
            // SAFETY: a GUID is sixteen bytes, whatever they are.
            let guid = unsafe { core::mem::transmute::<[u8; 16], GUID>(bytes) };
            let function = extension_function::find(&guid).ok_or(WSAEINVAL)?;
            Answer::Bytes(function.to_le_bytes().to_vec(), Short::Silent)
        }
        _ if socket.kind().family == AddressFamily::UNIX => return unix(socket, command.code),
        // SAFETY: the caller's promise.
        _ => return unsafe { carry_out_ip(socket, command) },
    })
}

/// `SIO_AF_UNIX_GETPEERPID`: who listened, or connected.
fn unix(socket: &Socket, code: u32) -> Result<Answer, Refusal> {
    if code != SIO_AF_UNIX_GETPEERPID {
        return Ok(Answer::Unknown);
    }
    if !socket.is_connected() {
        return Err(WSAENOTCONN.into());
    }
    let peer = rustix::net::sockopt::socket_peercred(socket.fd());
    let peer = peer.map_err(|errno| refusal(lapwing_executive::afd::error::general(errno)))?;
    let id = peer.pid.as_raw_nonzero().get();
    Ok(Answer::Bytes(id.to_le_bytes().to_vec(), Short::Zero))
}

/// Carries a command out that the sockets of the Internet have.
///
/// # Safety
/// As for [`carry_out`].
unsafe fn carry_out_ip(socket: &Socket, command: &Command) -> Result<Answer, Refusal> {
    let done = || Answer::Bytes(Vec::new(), Short::Zero);
    let number = |value: u32| Answer::Bytes(value.to_le_bytes().to_vec(), Short::Zero);
    let (output, output_length) = command.output;
    Ok(match command.code {
        SIO_KEEPALIVE_VALS => {
            // SAFETY: the caller's promise.
            let values = unsafe { command.input::<12>() }?;
            control_stream::keep_alive(socket, &values).map_err(refusal)?;
            done()
        }
        SIO_TCP_INITIAL_RTO => {
            // SAFETY: the caller's promise.
            control_stream::initial_rto(socket, unsafe { command.input::<4>() }?)?;
            done()
        }
        SIO_LOOPBACK_FAST_PATH => {
            // SAFETY: the caller's promise.
            let _wanted = unsafe { command.flag() }?;
            control_stream::loopback_fast_path(socket)?;
            done()
        }
        SIO_TCP_INFO => {
            // SAFETY: the caller's promise.
            let version = u32::from_le_bytes(unsafe { command.input::<4>() }?);
            Answer::Bytes(control_stream::info(socket, version)?, Short::Zero)
        }
        SIO_IDEAL_SEND_BACKLOG_QUERY => number(control_stream::ideal_backlog(socket)?),
        SIO_MULTIPOINT_LOOPBACK if !socket.is_stream() => {
            // SAFETY: the caller's promise.
            let on = unsafe { command.flag() }?;
            // It is the receiver's, as the option is.
            socket.set_multicast_loop(on).map_err(refusal)?;
            done()
        }
        SIO_MULTICAST_SCOPE if !socket.is_stream() => {
            // SAFETY: the caller's promise.
            let hops = i32::from_le_bytes(unsafe { command.input::<4>() }?);
            multicast_scope(socket, hops)?;
            done()
        }
        SIO_ADDRESS_LIST_QUERY => control_address::address_list(socket, output, output_length)?,
        // SAFETY: the caller's promise.
        SIO_ADDRESS_LIST_SORT => unsafe {
            control_address::sorted_list(socket, command.input, output)?
        },
        SIO_ADDRESS_LIST_CHANGE => Answer::Waits,
        SIO_GET_INTERFACE_LIST => control_address::interface_list(socket),
        // SAFETY: the caller's promise.
        SIO_ROUTING_INTERFACE_QUERY => unsafe {
            control_address::route(socket, command.input, output)?
        },
        SIO_GET_BROADCAST_ADDRESS => control_address::broadcast(socket)?,
        _ => Answer::Unknown,
    })
}

/// How many routers multicasts pass.
fn multicast_scope(socket: &Socket, value: i32) -> Result<(), Refusal> {
    let (level, name) = match socket.kind().family {
        AddressFamily::INET6 => (libc::IPPROTO_IPV6, libc::IPV6_MULTICAST_HOPS),
        _ => (libc::IPPROTO_IP, libc::IP_MULTICAST_TTL),
    };
    let set = lapwing_executive::sys::option::set(socket.fd(), level, name, value);
    set.map_err(|errno| refusal(lapwing_executive::afd::error::general(errno)))
}
