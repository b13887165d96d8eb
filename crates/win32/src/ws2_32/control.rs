//! `ioctlsocket`.
#![allow(unsafe_code)]

use lapwing_abi::{FIONBIO, FIONREAD, SIOCATMARK, SOCKET, WSAEFAULT, WSAEOPNOTSUPP};
use lapwing_executive::afd::socket::Socket;
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::lookup;
use crate::entry::{is_wild, socket_succeed};
use crate::error;

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
/// −1 with `WSAEFAULT` (NULL or a number in place of an address), `WSAEOPNOTSUPP` (other
/// commands), `WSAENOTSOCK`, `WSANOTINITIALISED`.
///
/// # Safety
/// `argp` must be NULL or point to a readable and writable number of 32 bits.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn ioctlsocket(s: SOCKET, cmd: i32, argp: *mut u32) -> i32 {
    let done = lookup::find(s).and_then(|found| {
        if is_wild(argp) {
            return Err(WSAEFAULT);
        }
        let socket = found.file().map_err(error::winsock)?.socket();
        let answer = match cmd {
            FIONBIO | LINUX_FIONBIO => {
                // SAFETY: readable by the caller's promise.
                socket.set_non_blocking(unsafe { argp.read_unaligned() } != 0);
                return Ok(());
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
