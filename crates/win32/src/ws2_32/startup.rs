//! `WSAStartup` and `WSACleanup`: counted use of the DLL.
//!
//! Calls that need a started Winsock ask [`check`] first, at the price of one load.  The last
//! clean-up closes all sockets.
#![allow(unsafe_code)]

use core::sync::atomic::{AtomicU32, Ordering};

use lapwing_abi::{WSADATA, WSAEFAULT, WSANOTINITIALISED, WSAVERNOTSUPPORTED};

use super::socket;
use crate::last_error;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// How many times `WSAStartup` has succeeded more than `WSACleanup`.
static STARTED: AtomicU32 = AtomicU32::new(0);

/// The highest version that we speak, and the one that programs get that ask for more.
const HIGHEST: u16 = version(2, 2);

const fn version(major: u8, minor: u8) -> u16 {
    u16::from_le_bytes([major, minor])
}

/// `WSANOTINITIALISED` (10093) unless Winsock is started.
#[inline]
pub fn check() -> Result<(), i32> {
    if STARTED.load(Ordering::Acquire) == 0 { Err(WSANOTINITIALISED) } else { Ok(()) }
}

/// The version that a program gets which asks for `wanted`; none for a major version of 0.
fn negotiated(wanted: u16) -> Option<u16> {
    let [major, minor] = wanted.to_le_bytes();
    match (major, minor) {
        (0, _) => None,
        (1, 0) => Some(wanted),
        (1, _) => Some(version(1, 1)),
        (2, 0..=2) => Some(wanted),
        _ => Some(HIGHEST),
    }
}

/// The text in `CHAR`s, padded with zeros.
const fn padded<const N: usize>(text: &[u8]) -> [i8; N] {
    let mut padded = [0; N];
    let mut index = 0;
    while index < text.len() {
        padded[index] = text[index].cast_signed();
        index += 1;
    }
    padded
}

/// Starts Winsock for this process, or counts one more use.
///
/// Fills `data` also when the version is refused; `lpVendorInfo` stays as it was.  Returns 0,
/// `WSAVERNOTSUPPORTED` (10092) for version 0.x, or `WSAEFAULT` (10014) for NULL.  The last error
/// is not used.  (T:protocol:test_startup)
///
/// # Safety
/// `data` must be NULL or point to a writable `WSADATA`.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn WSAStartup(version_wanted: u16, data: *mut WSADATA) -> i32 {
    let version = negotiated(version_wanted);
    if data.is_null() {
        return if version.is_none() { WSAVERNOTSUPPORTED } else { WSAEFAULT };
    }
    // Only programs for Winsock 1 look at the limits; later versions report none.
    let limits = if version_wanted.to_le_bytes()[0] == 1 { (32767, 65467) } else { (0, 0) };
    // SAFETY: not NULL, hence writable by the caller's promise.
    unsafe {
        (&raw mut (*data).wVersion).write_unaligned(version.unwrap_or(HIGHEST));
        (&raw mut (*data).wHighVersion).write_unaligned(HIGHEST);
        (&raw mut (*data).szDescription).write_unaligned(padded(b"WinSock 2.0"));
        (&raw mut (*data).szSystemStatus).write_unaligned(padded(b"Running"));
        (&raw mut (*data).iMaxSockets).write_unaligned(limits.0);
        (&raw mut (*data).iMaxUdpDg).write_unaligned(limits.1);
    }
    if version.is_none() {
        return WSAVERNOTSUPPORTED;
    }
    if STARTED.fetch_add(1, Ordering::AcqRel) == 0 {
        allow_many_descriptors();
    }
    0
}

/// Ends one use of Winsock; the last one closes every socket of the process.
///
/// Returns 0 with a last error of 0, or −1 with `WSANOTINITIALISED` (10093) when there is one
/// clean-up too many.
#[unsafe(no_mangle)]
pub extern "system" fn WSACleanup() -> i32 {
    let before =
        STARTED.fetch_update(Ordering::AcqRel, Ordering::Acquire, |count| count.checked_sub(1));
    match before {
        Err(_) => {
            last_error::set(WSANOTINITIALISED.cast_unsigned());
            -1
        }
        Ok(count) => {
            if count == 1 {
                socket::close_all();
            }
            last_error::set(0);
            0
        }
    }
}

/// A Windows program may open as many sockets as it has memory for; Linux starts a process with a
/// small limit that it may raise itself, up to the administrator's.
fn allow_many_descriptors() {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: limit.maximum, maximum: limit.maximum };
    // Forbidden in some containers; then a socket too many is WSAENOBUFS, as documented.
    let _forbidden = setrlimit(Resource::Nofile, raised);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_gets_the_version_it_asks_for_up_to_2_2() {
        let get = |major, minor| negotiated(version(major, minor));
        assert_eq!((get(0, 0), get(0, 1)), (None, None));
        assert_eq!(get(1, 0), Some(version(1, 0)));
        assert_eq!(get(1, 1), Some(version(1, 1)));
        assert_eq!(get(1, 255), Some(version(1, 1)));
        for minor in 0..3 {
            assert_eq!(get(2, minor), Some(version(2, minor)));
        }
        assert_eq!((get(2, 3), get(3, 0), get(255, 0)), (Some(HIGHEST), Some(HIGHEST), get(2, 2)));
    }

    #[test]
    fn texts_are_padded_with_zeros() {
        assert_eq!(padded::<4>(b"ab"), [97, 98, 0, 0]);
    }
}
