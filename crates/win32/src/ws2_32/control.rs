//! `ioctlsocket` and `WSAIoctl`.
//!
//! Each command reads the program's input or makes an answer; where the answer goes and who hears
//! of the end is the call's matter.
#![allow(unsafe_code)]

use core::ffi::c_void;

use lapwing_abi::{
    FIONBIO, FIONREAD, GUID, LPWSAOVERLAPPED_COMPLETION_ROUTINE, OVERLAPPED, SIO_BASE_HANDLE,
    SIO_BSP_HANDLE, SIO_BSP_HANDLE_POLL, SIO_BSP_HANDLE_SELECT, SIO_GET_EXTENSION_FUNCTION_POINTER,
    SIO_KEEPALIVE_VALS, SIO_UDP_CONNRESET, SIO_UDP_NETRESET, SIOCATMARK, SOCKET, WSA_IO_PENDING,
    WSAEFAULT, WSAEINVAL, WSAEOPNOTSUPP,
};
use lapwing_executive::afd::socket::Socket;
use lapwing_executive::io::complete::{self, Timing};
use lapwing_executive::io::irp::Outcome;
use lapwing_executive::status::Status;
use lapwing_executive::sys::option as linux;
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::{lookup, overlapped};
use crate::entry::{is_wild, socket_succeed};
use crate::error;
use crate::mswsock::extension_function;

/// Linux' numbers, which a program has that includes `<sys/ioctl.h>` after `<winsock2.h>`.
const LINUX_FIONBIO: i32 = 0x5421;
const LINUX_FIONREAD: i32 = 0x541B;

/// The bytes that a receive would find.
fn readable(socket: &Socket) -> Result<u32, i32> {
    if socket.is_listening() { Ok(0) } else { socket.bytes_readable().map_err(error::winsock) }
}

/// True when no urgent data waits.
fn at_mark(socket: &Socket) -> bool {
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

/// One of three little-endian numbers.
fn number(bytes: &[u8; 12], index: usize) -> u32 {
    let at = index * 4;
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

/// `SIO_KEEPALIVE_VALS`: on or off, then two times in milliseconds, which Linux has in seconds.  0
/// leaves a time as it is.
fn keep_alive(socket: &Socket, values: &[u8; 12]) -> Result<(), Status> {
    let set = |level, name, value: u32| {
        let value = i32::try_from(value).unwrap_or(i32::MAX);
        linux::set(socket.fd(), level, name, value).map_err(lapwing_executive::afd::error::general)
    };
    /// Linux takes no more.
    const SECONDS_MAX: u32 = 32767;
    let seconds = |milliseconds: u32| milliseconds.div_ceil(1000).min(SECONDS_MAX);
    let on = number(values, 0) != 0;
    set(libc::SOL_SOCKET, libc::SO_KEEPALIVE, u32::from(on))?;
    for (index, name) in [(1, libc::TCP_KEEPIDLE), (2, libc::TCP_KEEPINTVL)] {
        let milliseconds = number(values, index);
        if on && milliseconds > 0 {
            set(libc::IPPROTO_TCP, name, seconds(milliseconds))?;
        }
    }
    Ok(())
}

/// What a command came to.
enum Answer {
    /// Done, with these bytes as output.
    Bytes(Vec<u8>),
    /// We have no such command.
    Unknown,
}

/// Carries a command out.  `WSAEFAULT` (10014) if the input is too short.
///
/// # Safety
/// `address` must be NULL or point to `length` readable bytes.
unsafe fn carry_out(
    s: SOCKET,
    socket: &Socket,
    code: u32,
    address: *const c_void,
    length: u32,
) -> Result<Answer, i32> {
    let bytes = match (code, code.cast_signed()) {
        (_, FIONBIO | LINUX_FIONBIO) => {
            // SAFETY: the caller's promise.
            let value = unsafe { input::<4>(address, length) }?;
            socket.set_non_blocking(value != [0; 4]).map_err(error::winsock)?;
            Vec::new()
        }
        (_, FIONREAD | LINUX_FIONREAD) => readable(socket)?.to_le_bytes().to_vec(),
        (_, SIOCATMARK) => u32::from(at_mark(socket)).to_le_bytes().to_vec(),
        (SIO_UDP_CONNRESET | SIO_UDP_NETRESET, _) if !socket.is_stream() => {
            let wanted = match length {
                // Programs give a BOOL of one byte too.
                // SAFETY: the caller's promise.
                1..4 => unsafe { input::<1>(address, length) }? != [0],
                // SAFETY: the caller's promise.
                _ => unsafe { input::<4>(address, length) }? != [0; 4],
            };
            let (reset, expired) = (code == SIO_UDP_CONNRESET, code == SIO_UDP_NETRESET);
            socket.report_network_errors(reset.then_some(wanted), expired.then_some(wanted));
            Vec::new()
        }
        (SIO_KEEPALIVE_VALS, _) => {
            // SAFETY: the caller's promise.
            let values = unsafe { input::<12>(address, length) }?;
            keep_alive(socket, &values).map_err(error::winsock)?;
            Vec::new()
        }
        // No provider stands between a socket and AFD, so it is its own base.
        (SIO_BASE_HANDLE | SIO_BSP_HANDLE | SIO_BSP_HANDLE_POLL | SIO_BSP_HANDLE_SELECT, _) => {
            s.to_le_bytes().to_vec()
        }
        (SIO_GET_EXTENSION_FUNCTION_POINTER, _) => {
            // SAFETY: the caller's promise.
            let bytes = unsafe { input::<16>(address, length) }?;
            // SAFETY: a GUID is sixteen bytes, whatever they are.
            let guid = unsafe { core::mem::transmute::<[u8; 16], GUID>(bytes) };
            let function = extension_function::find(&guid).ok_or(WSAEINVAL)?;
            function.to_le_bytes().to_vec()
        }
        _ => return Ok(Answer::Unknown),
    };
    Ok(Answer::Bytes(bytes))
}

/// Carries a command out on a socket: `FIONBIO`, `FIONREAD`, `SIOCATMARK`, `SIO_KEEPALIVE_VALS`,
/// `SIO_BASE_HANDLE` and `SIO_BSP_HANDLE`, `SIO_BSP_HANDLE_POLL`, `SIO_BSP_HANDLE_SELECT` (the
/// socket itself), `SIO_GET_EXTENSION_FUNCTION_POINTER` (`WSAEINVAL` for an unknown GUID), and for
/// datagrams `SIO_UDP_CONNRESET` and `SIO_UDP_NETRESET`.
///
/// All of them are done at once; if there is an OVERLAPPED, its event, packet or routine follows
/// all the same, with 0 bytes.  (T:sock:test_fionread_siocatmark, test_keepalive_vals)
///
/// # Errors
/// −1 with `WSAEFAULT` (`returned` is NULL, input or output too short), `WSAEOPNOTSUPP` (other
/// commands; with an OVERLAPPED `WSA_IO_PENDING`, and the request ends with that), `WSAENOTSOCK`,
/// `WSANOTINITIALISED`, and for OVERLAPPED and routine those of `WSARecv`.
///
/// Missing: the other commands.
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
    let done = lookup::find(s).and_then(|found| {
        if is_wild(returned) {
            return Err(WSAEFAULT);
        }
        let file = found.file().map_err(error::winsock)?;
        let request = match overlapped.is_null() {
            true => None,
            // SAFETY: the caller's promise.
            false => Some(unsafe { overlapped::take(file, overlapped, routine) }?),
        };
        // SAFETY: the caller's promise.
        let answer = unsafe {
            carry_out(s, file.socket().map_err(error::winsock)?, code, input, input_length)
        };
        let written = match answer {
            Ok(Answer::Bytes(bytes)) if bytes.is_empty() => 0,
            Ok(Answer::Bytes(bytes)) => {
                if is_wild(output) || (output_length as usize) < bytes.len() {
                    return Err(WSAEFAULT);
                }
                let output = output.cast::<u8>();
                // SAFETY: long enough, by the caller's promise.
                unsafe { core::ptr::copy_nonoverlapping(bytes.as_ptr(), output, bytes.len()) };
                bytes.len() as u32
            }
            Ok(Answer::Unknown) => {
                let Some(request) = request else {
                    // SAFETY: writable by the caller's promise.
                    unsafe { returned.write_unaligned(0) };
                    return Err(WSAEOPNOTSUPP);
                };
                request.start(file);
                let outcome = Outcome::of(Status::NOT_SUPPORTED);
                complete::deliver(file, &request, outcome, Timing::Later);
                return Err(WSA_IO_PENDING);
            }
            Err(failure) => {
                if request.is_none() {
                    // SAFETY: writable by the caller's promise.
                    unsafe { returned.write_unaligned(0) };
                }
                return Err(failure);
            }
        };
        // SAFETY: writable by the caller's promise.
        unsafe { returned.write_unaligned(written) };
        if let Some(request) = request {
            request.start(file);
            complete::deliver(file, &request, Outcome::bytes(0), Timing::Inline);
        }
        Ok(())
    });
    socket_succeed(done)
}
