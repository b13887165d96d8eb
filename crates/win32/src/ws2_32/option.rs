//! `getsockopt` and `setsockopt`.
//!
//! The table says what an option looks like and who keeps it; here the value goes to its keeper
//! and back.
#![allow(unsafe_code)]

use lapwing_abi::{
    GROUP_SOURCE_REQ, PCSTR, PSTR, SOCK_DGRAM, SOCK_RAW, SOCK_STREAM, SOCKET, WSAEFAULT, WSAEINVAL,
    WSAENOPROTOOPT,
};
use lapwing_executive::afd::options::Linger;
use lapwing_executive::afd::socket::Socket;
use lapwing_executive::sys::option as linux;
use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketType};

use super::lookup;
use super::option_table::{Keeper, Reply, Row, find};
use super::protocol::Characters;
use super::{option_connection, option_multicast, option_state, protocol, startup};
use crate::entry::{is_wild, socket_fail, socket_succeed};
use crate::error;

/// The longest value that is read.
const VALUE_MAX: usize = size_of::<GROUP_SOURCE_REQ>();
/// The largest message: 65,535 less the IPv4 header, or all of an IPv6 payload, less UDP's header.
const MESSAGE_MAX_IPV4: u32 = 65507;
const MESSAGE_MAX_IPV6: u32 = 65527;
const MILLISECONDS: u32 = 1000;

/// Linux' refusal of an option.
pub(super) fn refused(error: Errno) -> i32 {
    match error {
        // The option is of another protocol than the socket.
        Errno::OPNOTSUPP | Errno::NOPROTOOPT => WSAENOPROTOOPT,
        other => error::winsock(lapwing_executive::afd::error::general(other)),
    }
}

/// Linux' path MTU discovery that belongs to Windows' `PMTUD_STATE`.  The state that a socket
/// begins with, 0, cannot be set (T:sock:test_sockopt_validity).
fn discovery(state: u32) -> Result<i32, i32> {
    match state {
        1 => Ok(libc::IP_PMTUDISC_DO),
        2 => Ok(libc::IP_PMTUDISC_DONT),
        3 => Ok(libc::IP_PMTUDISC_PROBE),
        _ => Err(WSAEINVAL),
    }
}

/// `WSAENOPROTOOPT` (10042) for datagrams, which nothing is left of when the socket closes.
fn only_streams(socket: &Socket) -> Result<(), i32> {
    if socket.is_stream() { Ok(()) } else { Err(WSAENOPROTOOPT) }
}

fn set_linger(socket: &Socket, linger: Linger) -> Result<(), i32> {
    only_streams(socket)?;
    socket.set_linger(linger).map_err(error::winsock)
}

/// The two wishes about sharing an address exclude each other.
fn set_sharing(socket: &Socket, keeper: Keeper, wish: bool) -> Result<(), i32> {
    let mut options = socket.options().lock();
    let options = &mut **options;
    let (mine, other) = match keeper {
        Keeper::ReuseAddress => (&mut options.reuse_address, options.exclusive_address),
        _ => (&mut options.exclusive_address, options.reuse_address),
    };
    if wish && other {
        return Err(WSAEINVAL);
    }
    *mine = wish;
    Ok(())
}

/// The size of a buffer.  0 means on Windows to do without one; Linux would take its smallest,
/// which would slow down whom it should speed up, so Linux is not told.
fn set_buffer(socket: &Socket, name: i32, bytes: u32) -> Result<(), i32> {
    if bytes > 0 {
        let size = i32::try_from(bytes).unwrap_or(i32::MAX / 2);
        linux::set(socket.fd(), libc::SOL_SOCKET, name, size).map_err(refused)?;
    }
    let mut options = socket.options().lock();
    match name {
        libc::SO_SNDBUF => options.send_buffer = Some(bytes),
        _ => options.receive_buffer = Some(bytes),
    }
    Ok(())
}

/// Gives a number or a flag to its keeper.
fn set_value(socket: &Socket, keeper: Keeper, value: u32) -> Result<(), i32> {
    let to_linux = |level, name, value: u32| {
        linux::set(socket.fd(), level, name, value.cast_signed()).map_err(refused)
    };
    if matches!(keeper, Keeper::Linux(..) | Keeper::Capped(..)) {
        socket.note_options_in_linux();
    }
    match keeper {
        Keeper::Linux(level, name) => to_linux(level, name, value)?,
        Keeper::Capped(_, _, _) if value == 0 => return Err(WSAEINVAL),
        Keeper::Capped(level, libc::TCP_KEEPCNT, most) => {
            u8::try_from(value).map_err(|_| WSAEINVAL)?;
            to_linux(level, libc::TCP_KEEPCNT, value.min(most))?;
        }
        Keeper::Capped(level, name, most) => to_linux(level, name, value.min(most))?,
        Keeper::ReuseAddress | Keeper::ExclusiveAddress => {
            set_sharing(socket, keeper, value != 0)?;
        }
        Keeper::Debug => socket.options().lock().debug = value != 0,
        Keeper::Broadcast => socket.set_broadcast(value != 0).map_err(error::winsock)?,
        Keeper::ConditionalAccept => socket.options().lock().conditional_accept = value != 0,
        Keeper::Linger => {
            let (on, seconds) = (value as u16, (value >> 16) as u16);
            set_linger(socket, Linger { on, seconds })?;
        }
        Keeper::DontLinger => {
            set_linger(socket, Linger { on: u16::from(value == 0), seconds: 0 })?;
        }
        Keeper::SendBuffer => set_buffer(socket, libc::SO_SNDBUF, value)?,
        Keeper::ReceiveBuffer => set_buffer(socket, libc::SO_RCVBUF, value)?,
        Keeper::SendTimeout => socket.set_send_timeout_ms(value),
        Keeper::ReceiveTimeout => socket.set_receive_timeout_ms(value),
        Keeper::Error => socket.options().lock().stored_error = Some(value),
        Keeper::Type if !socket.is_stream() => return Err(WSAEINVAL),
        Keeper::Type | Keeper::Accepting | Keeper::MaxMessage => return Err(WSAENOPROTOOPT),
        Keeper::HeaderIncluded => {
            only_raw(socket)?;
            to_linux(libc::IPPROTO_IP, libc::IP_HDRINCL, value)?;
        }
        Keeper::DontFragment(level, name) => {
            let discovery = if value == 0 { libc::IP_PMTUDISC_DONT } else { libc::IP_PMTUDISC_DO };
            to_linux(level, name, discovery.cast_unsigned())?;
        }
        Keeper::MtuDiscover(level, name) => {
            to_linux(level, name, discovery(value)?.cast_unsigned())?;
            socket.options().lock().mtu_discovery = value;
        }
        Keeper::MaxRetransmitMs if value > i32::MAX.unsigned_abs() => return Err(WSAEINVAL),
        Keeper::MaxRetransmitMs => to_linux(libc::IPPROTO_TCP, libc::TCP_USER_TIMEOUT, value)?,
        Keeper::MaxRetransmit => {
            // −1 is for ever, which Linux has not; its default is 0.
            let seconds = if value == u32::MAX { 0 } else { value };
            let milliseconds = seconds.saturating_mul(MILLISECONDS).min(i32::MAX.unsigned_abs());
            to_linux(libc::IPPROTO_TCP, libc::TCP_USER_TIMEOUT, milliseconds)?;
        }
        Keeper::MulticastInterface => option_multicast::set_interface(socket, value)?,
        Keeper::MulticastLoop => socket.set_multicast_loop(value != 0).map_err(error::winsock)?,
        Keeper::ProtocolA
        | Keeper::ProtocolW
        | Keeper::State
        | Keeper::Same(..)
        | Keeper::Membership(_)
        | Keeper::Group(..)
        | Keeper::Source(_) => {
            return Err(WSAENOPROTOOPT);
        }
    }
    Ok(())
}

fn only_raw(socket: &Socket) -> Result<(), i32> {
    if socket.kind().socket_type == SocketType::RAW { Ok(()) } else { Err(WSAEINVAL) }
}

/// Why the socket is in error, as a Winsock code.  The failure of a connect that was not awaited
/// stays until a connect succeeds.
fn error_of(socket: &Socket) -> u32 {
    socket.settle_connect();
    let (stored, failure) = {
        let options = socket.options().lock();
        (options.stored_error, options.connect_failure)
    };
    let code = |status| error::winsock(status).cast_unsigned();
    stored.or(failure.map(code)).or_else(|| socket.take_error().map(code)).unwrap_or(0)
}

/// The value of a number or a flag.
fn get_value(socket: &Socket, keeper: Keeper) -> Result<u32, i32> {
    let of_linux =
        |level, name| linux::get(socket.fd(), level, name).map(i32::cast_unsigned).map_err(refused);
    let options = || socket.options().lock();
    match keeper {
        Keeper::Linux(level, name) | Keeper::Capped(level, name, _) => of_linux(level, name),
        Keeper::ReuseAddress => Ok(u32::from(options().reuse_address)),
        Keeper::ExclusiveAddress => Ok(u32::from(options().exclusive_address)),
        Keeper::Debug => Ok(u32::from(options().debug)),
        Keeper::Broadcast => socket.broadcast().map(u32::from).map_err(error::winsock),
        Keeper::ConditionalAccept => Ok(u32::from(options().conditional_accept)),
        Keeper::Linger => {
            only_streams(socket)?;
            let linger = options().linger;
            Ok(u32::from(linger.on) | u32::from(linger.seconds) << 16)
        }
        Keeper::DontLinger => {
            only_streams(socket)?;
            Ok(u32::from(options().linger.on == 0))
        }
        Keeper::SendBuffer => {
            let set = options().send_buffer;
            set.map_or_else(|| of_linux(libc::SOL_SOCKET, libc::SO_SNDBUF), Ok)
        }
        Keeper::ReceiveBuffer => {
            let set = options().receive_buffer;
            set.map_or_else(|| of_linux(libc::SOL_SOCKET, libc::SO_RCVBUF), Ok)
        }
        Keeper::SendTimeout => Ok(socket.send_timeout_ms()),
        Keeper::ReceiveTimeout => Ok(socket.receive_timeout_ms()),
        Keeper::Error => Ok(error_of(socket)),
        Keeper::Type => Ok(match socket.kind().socket_type {
            SocketType::STREAM => SOCK_STREAM,
            SocketType::DGRAM => SOCK_DGRAM,
            _ => SOCK_RAW,
        }
        .cast_unsigned()),
        Keeper::Accepting => Ok(u32::from(socket.is_listening())),
        Keeper::MaxMessage if socket.is_stream() => Err(WSAENOPROTOOPT),
        Keeper::MaxMessage => Ok(match socket.kind().family {
            AddressFamily::INET6 => MESSAGE_MAX_IPV6,
            _ => MESSAGE_MAX_IPV4,
        }),
        Keeper::HeaderIncluded => {
            only_raw(socket)?;
            of_linux(libc::IPPROTO_IP, libc::IP_HDRINCL)
        }
        Keeper::DontFragment(level, name) => {
            // Linux' default is to set the bit where it helps: on streams, as Windows does.
            let always = libc::IP_PMTUDISC_DO.cast_unsigned();
            let wanted = libc::IP_PMTUDISC_WANT.cast_unsigned();
            let discovery = of_linux(level, name)?;
            let set = discovery == always || discovery == wanted && socket.is_stream();
            Ok(u32::from(set))
        }
        Keeper::MtuDiscover(_, _) => Ok(options().mtu_discovery),
        Keeper::MaxRetransmit => {
            let milliseconds = of_linux(libc::IPPROTO_TCP, libc::TCP_USER_TIMEOUT)?;
            Ok(if milliseconds == 0 { u32::MAX } else { milliseconds / MILLISECONDS })
        }
        Keeper::MaxRetransmitMs => of_linux(libc::IPPROTO_TCP, libc::TCP_USER_TIMEOUT),
        Keeper::MulticastInterface => Ok(options().multicast_interface),
        Keeper::MulticastLoop => Ok(u32::from(!options().ignore_own_multicasts)),
        // Structures, which are told elsewhere or can only be set.
        _ => Err(WSAENOPROTOOPT),
    }
}

/// The catalog's description of the socket.
fn protocol_reply(socket: &Socket, name: Characters, length: i32) -> Result<Reply, i32> {
    let info = protocol::information(socket.kind()).ok_or(WSAENOPROTOOPT)?;
    let bytes = protocol::bytes(&info, name);
    let size = i32::try_from(bytes.len()).map_err(|_| WSAEFAULT)?;
    if length < size {
        return Ok(Reply { bytes: Vec::new(), length: size, error: WSAEFAULT });
    }
    // A longer variable's length stays as the program set it.
    Ok(Reply { bytes, length, error: 0 })
}

/// What `getsockopt` answers.
fn get(socket: &Socket, row: &Row, length: i32, wide: Characters) -> Result<Reply, i32> {
    row.permit(socket.is_stream())?;
    match row.keeper {
        Keeper::ProtocolA => protocol_reply(socket, Characters::Char, length),
        Keeper::ProtocolW => protocol_reply(socket, wide, length),
        keeper => Ok(row.shape.reply(get_value(socket, keeper)?, length)),
    }
}

/// Sets the thread's `SO_OPENTYPE`.
///
/// # Safety
/// As for `setsockopt`.
unsafe fn set_of_thread(value: PCSTR, length: i32) -> Result<(), i32> {
    startup::check()?;
    let length = usize::try_from(length).unwrap_or(0).min(4);
    if is_wild(value) {
        return Err(WSAEFAULT);
    }
    // SAFETY: as many bytes as the program says are there, or fewer.
    option_state::set_open_type(unsafe { core::slice::from_raw_parts(value.cast(), length) })
}

/// Sets an option of a socket.
///
/// # Errors
/// `WSAEFAULT` (value NULL or too short), `WSAENOPROTOOPT` (no such option, or not for this
/// socket), `WSAEINVAL` (no such level, or a value out of range), `WSAENOBUFS` (a negative
/// length), `WSAENOTSOCK`, `WSANOTINITIALISED`.
///
/// Missing: the options of protocols other than TCP, UDP and IP.
///
/// # Safety
/// `optval` must be NULL or point to `optlen` readable bytes.
#[unsafe(export_name = "lapwing_setsockopt")]
pub unsafe extern "system" fn setsockopt(
    s: SOCKET,
    level: i32,
    optname: i32,
    optval: PCSTR,
    optlen: i32,
) -> i32 {
    if option_state::is_of_thread(level, optname) {
        // SAFETY: the caller's promise.
        return socket_succeed(unsafe { set_of_thread(optval, optlen) });
    }
    let set = lookup::find(s).and_then(|found| {
        if option_connection::is_of_connection(level, optname) {
            let socket = found.socket().map_err(error::winsock)?;
            // SAFETY: the caller's promise.
            return unsafe { option_connection::set(socket, optname, optval, optlen) };
        }
        if is_wild(optval) {
            return Err(WSAEFAULT);
        }
        let row = find(level, optname)?;
        let mut value = [0; VALUE_MAX];
        let value = &mut value[..row.shape.readable(optlen)];
        // SAFETY: as many bytes as the program says are there, or fewer.
        unsafe { core::ptr::copy_nonoverlapping(optval, value.as_mut_ptr(), value.len()) };
        let parsed = row.shape.parse(value, optlen)?;
        let socket = found.socket().map_err(error::winsock)?;
        row.permit(socket.is_stream())?;
        match row.shape {
            super::option_table::Shape::Structure(_) => {
                option_multicast::set_structure(socket, row.keeper, value)
            }
            _ => set_value(socket, row.keeper, parsed),
        }
    });
    socket_succeed(set)
}

/// The body of `getsockopt`.
///
/// # Safety
/// As for `getsockopt`.
unsafe fn get_option(
    s: SOCKET,
    (level, option): (i32, i32),
    optval: PSTR,
    optlen: *mut i32,
    wide: Characters,
) -> i32 {
    let of_thread = option_state::is_of_thread(level, option);
    let socket =
        if of_thread { startup::check().map(|()| None) } else { lookup::find(s).map(Some) };
    let reply = socket.and_then(|found| {
        if is_wild(optval) || is_wild(optlen) {
            return Err(WSAEFAULT);
        }
        // SAFETY: readable by the caller's promise.
        let length = unsafe { optlen.read_unaligned() };
        let Some(found) = found else { return option_state::open_type_reply(length) };
        let socket = found.socket().map_err(error::winsock)?;
        if option_connection::is_of_connection(level, option) {
            return option_connection::get(socket, option, length);
        }
        let row = find(level, option)?;
        if row.keeper == Keeper::State {
            return option_state::bsp_state(socket, optval, length);
        }
        get(socket, row, length, wide)
    });
    let reply = match reply {
        Ok(reply) => reply,
        Err(code) => return socket_fail(code),
    };
    // SAFETY: a reply is never longer than the variable, and the length is writable.
    unsafe {
        core::ptr::copy_nonoverlapping(reply.bytes.as_ptr(), optval, reply.bytes.len());
        optlen.write_unaligned(reply.length);
    }
    socket_succeed(if reply.error == 0 { Ok(()) } else { Err(reply.error) })
}

/// `getsockopt` for a `WSAPROTOCOL_INFOW` with 32-bit characters.
///
/// # Safety
/// As for `getsockopt`.
pub(super) unsafe fn getsockopt_lp64(
    s: SOCKET,
    level: i32,
    optname: i32,
    optval: PSTR,
    optlen: *mut i32,
) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { get_option(s, (level, optname), optval, optlen, Characters::Utf32) }
}

/// Reads an option of a socket.
///
/// # Errors
/// `WSAEFAULT` (a pointer is NULL, or the variable too short), `WSAENOPROTOOPT` (no such option,
/// or not for this socket), `WSAEINVAL` (no such level), `WSAENOTSOCK`, `WSANOTINITIALISED`.
///
/// Missing: the options of protocols other than TCP, UDP and IP.
///
/// # Safety
/// `optlen` must be NULL or writable, and `optval` NULL or point to `*optlen` writable bytes.
#[unsafe(export_name = "lapwing_getsockopt")]
pub unsafe extern "system" fn getsockopt(
    s: SOCKET,
    level: i32,
    optname: i32,
    optval: PSTR,
    optlen: *mut i32,
) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { get_option(s, (level, optname), optval, optlen, Characters::Utf16) }
}

#[cfg(test)]
#[path = "option_tests.rs"]
mod tests;
