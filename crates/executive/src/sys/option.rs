//! Socket options as Linux takes them: numbers and plain structures.
#![allow(unsafe_code)]

use super::net::keep_errno;
use rustix::fd::{AsRawFd, BorrowedFd, RawFd};
use rustix::io::Errno;

/// Sets an option to the bytes of a value.
pub fn set_bytes(fd: BorrowedFd<'_>, level: i32, name: i32, value: &[u8]) -> Result<(), Errno> {
    let length = value.len() as libc::socklen_t;
    // SAFETY: the kernel reads `length` bytes of the slice.
    let call = || unsafe {
        libc::setsockopt(fd.as_raw_fd(), level, name, value.as_ptr().cast(), length) as isize
    };
    keep_errno(call).map(|_| ())
}

/// Sets an option whose value is an `int`.
pub fn set(fd: BorrowedFd<'_>, level: i32, name: i32, value: i32) -> Result<(), Errno> {
    set_bytes(fd, level, name, &value.to_ne_bytes())
}

/// Lets others bind the same port (`SO_REUSEPORT`).  The number may be that of any descriptor:
/// nothing of it is owned here.
pub fn share_port(fd: RawFd) -> Result<(), Errno> {
    let on: i32 = 1;
    let length = size_of::<i32>() as libc::socklen_t;
    // SAFETY: the kernel reads the number in the call.
    let call = || unsafe {
        let on = (&raw const on).cast();
        libc::setsockopt(fd, libc::SOL_SOCKET, libc::SO_REUSEPORT, on, length) as isize
    };
    keep_errno(call).map(|_| ())
}

/// Of several listeners at one address and port the first is to get all connections, not each its
/// share: their group is told so by a filter whose only instruction says 0.
pub fn prefer_first(fd: BorrowedFd<'_>) -> Result<(), Errno> {
    static FIRST: [libc::sock_filter; 1] =
        [libc::sock_filter { code: (libc::BPF_RET | libc::BPF_K) as u16, jt: 0, jf: 0, k: 0 }];
    let filter = libc::sock_fprog { len: 1, filter: FIRST.as_ptr().cast_mut() };
    let length = size_of::<libc::sock_fprog>() as libc::socklen_t;
    // SAFETY: the kernel reads the filter, and the instruction behind it, in the call.
    let call = || unsafe {
        let filter = (&raw const filter).cast();
        let name = libc::SO_ATTACH_REUSEPORT_CBPF;
        libc::setsockopt(fd.as_raw_fd(), libc::SOL_SOCKET, name, filter, length) as isize
    };
    keep_errno(call).map(|_| ())
}

/// Reads an option into the buffer; the number of bytes that it has.
pub fn get_bytes(
    fd: BorrowedFd<'_>,
    level: i32,
    name: i32,
    value: &mut [u8],
) -> Result<usize, Errno> {
    let mut length = value.len() as libc::socklen_t;
    // SAFETY: the kernel writes at most `length` bytes into the slice.
    let call = || unsafe {
        let value = value.as_mut_ptr().cast();
        libc::getsockopt(fd.as_raw_fd(), level, name, value, &raw mut length) as isize
    };
    keep_errno(call).map(|_| length as usize)
}

/// Reads an option whose value is an `int`.  Linux answers some with a single byte.
pub fn get(fd: BorrowedFd<'_>, level: i32, name: i32) -> Result<i32, Errno> {
    let mut value = [0; 4];
    get_bytes(fd, level, name, &mut value)?;
    Ok(i32::from_le_bytes(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::fd::AsFd;
    use rustix::net::{AddressFamily, SocketType, socket};

    #[test]
    fn a_value_comes_back_and_an_unknown_option_is_an_error() {
        let fd = socket(AddressFamily::INET, SocketType::STREAM, None).expect("a socket");
        set(fd.as_fd(), libc::SOL_SOCKET, libc::SO_KEEPALIVE, 1).expect("a known option");
        assert_eq!(get(fd.as_fd(), libc::SOL_SOCKET, libc::SO_KEEPALIVE), Ok(1));
        assert_eq!(get(fd.as_fd(), libc::SOL_SOCKET, 0x7FFF), Err(Errno::NOPROTOOPT));
        assert_eq!(set(fd.as_fd(), libc::SOL_SOCKET, 0x7FFF, 1), Err(Errno::NOPROTOOPT));
    }
}
