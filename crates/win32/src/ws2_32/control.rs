//! `ioctlsocket` and `WSAIoctl`.
//!
//! Each command reads the program's input or makes an answer (`control_command`); where the answer
//! goes and who hears of the end is the call's matter, here.
#![allow(unsafe_code)]

use core::ffi::c_void;

use lapwing_abi::{
    FIONBIO, FIONREAD, LPWSAOVERLAPPED_COMPLETION_ROUTINE, OVERLAPPED, SIOCATMARK, SOCKET,
    WSA_IO_PENDING, WSAEFAULT, WSAEOPNOTSUPP, WSAEWOULDBLOCK,
};
use lapwing_executive::afd::address_change;
use lapwing_executive::afd::socket::Socket;
use lapwing_executive::io::complete::{self, Timing};
use lapwing_executive::io::irp::Outcome;
use lapwing_executive::status::Status;
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::control_command::{Answer, Command, Refusal, Short, Told, carry_out};
use super::lookup::{self, FoundSocket};
use super::overlapped;
use crate::entry::{is_wild, socket_succeed};
use crate::error;

/// Linux' numbers, which a program has that includes `<sys/ioctl.h>` after `<winsock2.h>`.
pub(super) const LINUX_FIONBIO: i32 = 0x5421;
pub(super) const LINUX_FIONREAD: i32 = 0x541B;

/// The bytes that a receive would find.
pub(super) fn readable(socket: &Socket) -> Result<u32, i32> {
    if socket.is_listening() { Ok(0) } else { socket.bytes_readable().map_err(error::winsock) }
}

/// True when no urgent data waits.
pub(super) fn at_mark(socket: &Socket) -> bool {
    let descriptor = socket.fd();
    let mut urgent = [PollFd::from_borrowed_fd(descriptor, PollFlags::PRI)];
    let asked = poll(&mut urgent, Some(&Timespec { tv_sec: 0, tv_nsec: 0 }));
    asked.is_err() || !urgent[0].revents().contains(PollFlags::PRI)
}

/// Sets whether calls block (`FIONBIO`), or tells how much can be received (`FIONREAD`), or whether
/// no urgent data waits (`SIOCATMARK`).
///
/// # Errors
/// −1 with `WSAEFAULT` (NULL or a number in place of an address), `WSAEINVAL` (blocking, while
/// network events are selected), `WSAEOPNOTSUPP` (other commands), `WSAENOTSOCK`,
/// `WSANOTINITIALISED`.
///
/// # Safety
/// `argp` must be NULL or point to a readable and writable number of 32 bits.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn ioctlsocket(s: SOCKET, cmd: i32, argp: *mut u32) -> i32 {
    let done = lookup::find(s).and_then(|found| {
        if is_wild(argp) {
            return Err(WSAEFAULT);
        }
        let socket = found.socket().map_err(error::winsock)?;
        let answer = match cmd {
            FIONBIO | LINUX_FIONBIO => {
                // SAFETY: readable by the caller's promise.
                let set = socket.set_non_blocking(unsafe { argp.read_unaligned() } != 0);
                return set.map_err(error::winsock);
            }
            FIONREAD | LINUX_FIONREAD => readable(socket)?,
            SIOCATMARK => u32::from(at_mark(socket)),
            _ => return Err(WSAEOPNOTSUPP),
        };
        // SAFETY: writable by the caller's promise.
        unsafe { argp.write_unaligned(answer) };
        Ok(())
    });
    socket_succeed(done)
}

/// Carries a command out and tells its end; how many bytes of output there are.
///
/// # Safety
/// As for [`WSAIoctl`].
unsafe fn control(
    s: SOCKET,
    found: &FoundSocket,
    command: &Command,
    overlapped: *mut OVERLAPPED,
    routine: LPWSAOVERLAPPED_COMPLETION_ROUTINE,
) -> Result<u32, Refusal> {
    let refused = |status| Refusal::from(error::winsock(status));
    let file = found.file().map_err(refused)?;
    let request = match command.is_overlapped {
        false => None,
        // SAFETY: the caller's promise.
        true => Some(unsafe { overlapped::take(file, overlapped, routine) }?),
    };
    let pending = Refusal { code: WSA_IO_PENDING, told: Told::Nothing };
    // SAFETY: the caller's promise.
    let answer = unsafe { carry_out(s, file.socket().map_err(refused)?, command) }?;
    let count = match answer {
        // SAFETY: the caller's promise.
        Answer::Bytes(bytes, short) => unsafe { command.write(&bytes, short) }?,
        Answer::Transferred(bytes) => {
            // SAFETY: the caller's promise.
            let written = unsafe { command.write(&bytes, Short::Zero) };
            let Some(request) = request else { return written };
            let outcome = match written {
                Ok(count) => Outcome::bytes(count as usize),
                Err(_) => Outcome::of(Status::BUFFER_TOO_SMALL),
            };
            request.start(file);
            complete::deliver(file, &request, outcome, Timing::LATER);
            return Err(pending);
        }
        Answer::Waits => match request {
            Some(request) => {
                address_change::start(found.object(), file, request).map_err(refused)?;
                return Err(pending);
            }
            None if file.socket().is_ok_and(Socket::is_non_blocking) => {
                address_change::announce(found.object()).map_err(refused)?;
                return Err(WSAEWOULDBLOCK.into());
            }
            None => {
                address_change::wait(found.object(), file).map_err(refused)?;
                return Ok(0);
            }
        },
        Answer::Unknown => {
            let Some(request) = request else { return Err(WSAEOPNOTSUPP.into()) };
            request.start(file);
            let outcome = Outcome::of(Status::NOT_SUPPORTED);
            complete::deliver(file, &request, outcome, Timing::LATER);
            return Err(pending);
        }
    };
    if let Some(request) = request {
        request.start(file);
        complete::deliver(file, &request, Outcome::bytes(0), Timing::INLINE);
    }
    Ok(count)
}

/// Carries a command out on a socket:
///
/// * `FIONBIO`, `FIONREAD`, `SIOCATMARK`; `SIO_GET_EXTENSION_FUNCTION_POINTER` (`WSAEINVAL` for an
///   unknown GUID); `SIO_BASE_HANDLE`, `SIO_BSP_HANDLE`, `SIO_BSP_HANDLE_POLL`,
///   `SIO_BSP_HANDLE_SELECT` (the socket itself);
/// * this machine's addresses: `SIO_ADDRESS_LIST_QUERY`, `SIO_ADDRESS_LIST_SORT` (IPv6),
///   `SIO_ADDRESS_LIST_CHANGE`, `SIO_GET_INTERFACE_LIST`, `SIO_ROUTING_INTERFACE_QUERY`,
///   `SIO_GET_BROADCAST_ADDRESS` (datagrams of IPv4);
/// * TCP: `SIO_KEEPALIVE_VALS`, `SIO_TCP_INFO`, `SIO_TCP_INITIAL_RTO`,
///   `SIO_IDEAL_SEND_BACKLOG_QUERY`, `SIO_LOOPBACK_FAST_PATH` (which Linux always takes);
/// * datagrams: `SIO_UDP_CONNRESET`, `SIO_UDP_NETRESET`, `SIO_MULTIPOINT_LOOPBACK`,
///   `SIO_MULTICAST_SCOPE`;
/// * AF_UNIX: `SIO_AF_UNIX_GETPEERPID`.
///
/// All but `SIO_ADDRESS_LIST_CHANGE` are done at once; if there is an OVERLAPPED, its event, packet
/// or routine follows all the same, with 0 bytes.  (T:sock:test_fionread_siocatmark,
/// test_keepalive_vals)  `SIO_GET_INTERFACE_LIST` with an OVERLAPPED says that it is pending, and
/// its end tells the bytes.  (T:sock:test_get_interface_list)
///
/// # Errors
/// −1 with `WSAEFAULT` (`returned` is NULL, input or output too short), `WSAEINVAL` (a value out of
/// range), `WSAENOTCONN`, `WSAEAFNOSUPPORT` and `WSAENETUNREACH` (of a route), `WSAEWOULDBLOCK`
/// (`SIO_ADDRESS_LIST_CHANGE` on a non-blocking socket; `FD_ADDRESS_LIST_CHANGE` follows if it is
/// selected), `WSAEOPNOTSUPP` (other commands; with an OVERLAPPED `WSA_IO_PENDING`, and the request
/// ends with that), `WSAENOTSOCK`, `WSANOTINITIALISED`, and for OVERLAPPED and routine those of
/// `WSARecv`.
///
/// Missing: the other commands; the first wait of `SIO_TCP_INITIAL_RTO`.
///
/// # Safety
/// `input` must be NULL or point to `input_length` readable bytes, `output` NULL or point to
/// `output_length` writable ones; `returned` must be NULL or writable; OVERLAPPED and routine stay
/// valid until the request has completed.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn WSAIoctl(
    s: SOCKET,
    code: u32,
    input: *const c_void,
    input_length: u32,
    output: *mut c_void,
    output_length: u32,
    returned: *mut u32,
    overlapped: *mut OVERLAPPED,
    routine: LPWSAOVERLAPPED_COMPLETION_ROUTINE,
) -> i32 {
    let command = Command {
        code,
        input: (input, input_length),
        output: (output, output_length),
        is_overlapped: !overlapped.is_null(),
    };
    let done = lookup::find(s).and_then(|found| {
        if is_wild(returned) {
            return Err(WSAEFAULT);
        }
        // SAFETY: the caller's promise.
        let done = unsafe { control(s, &found, &command, overlapped, routine) };
        let told = match &done {
            Ok(count) => Some(*count),
            Err(refusal) => match refusal.told {
                Told::Exactly(count) => Some(count),
                Told::Plainly if !command.is_overlapped => Some(0),
                Told::Plainly | Told::Nothing => None,
            },
        };
        if let Some(count) = told {
            // SAFETY: writable by the caller's promise.
            unsafe { returned.write_unaligned(count) };
        }
        done.map(drop).map_err(|refusal| refusal.code)
    });
    socket_succeed(done)
}
