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

/// Gives a connection the options of another socket, as far as Linux keeps them and they differ.
pub fn copy(from: BorrowedFd<'_>, to: BorrowedFd<'_>) {
    const KEPT: [(i32, i32); 9] = [
        (libc::SOL_SOCKET, libc::SO_KEEPALIVE),
        (libc::SOL_SOCKET, libc::SO_OOBINLINE),
        (libc::SOL_SOCKET, libc::SO_DONTROUTE),
        (libc::IPPROTO_TCP, libc::TCP_NODELAY),
        (libc::IPPROTO_TCP, libc::TCP_KEEPIDLE),
        (libc::IPPROTO_TCP, libc::TCP_KEEPINTVL),
        (libc::IPPROTO_TCP, libc::TCP_KEEPCNT),
        (libc::IPPROTO_IP, libc::IP_TOS),
        (libc::IPPROTO_IP, libc::IP_TTL),
    ];
    for (level, name) in KEPT {
        if let (Ok(wanted), Ok(has)) = (get(from, level, name), get(to, level, name))
            && wanted != has
        {
            // What the one has the other takes; a socket of another family has none of TCP's.
            let _set = set(to, level, name, wanted);
        }
    }
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

/// Gives the socket a program of the kernel's packet filter, by an option of its level.
fn attach(fd: BorrowedFd<'_>, name: i32, program: &[libc::sock_filter]) -> Result<(), Errno> {
    let filter = libc::sock_fprog {
        len: program.len() as u16,
        // The kernel only reads.
        filter: program.as_ptr().cast_mut(),
    };
    let length = size_of::<libc::sock_fprog>() as libc::socklen_t;
    // SAFETY: the kernel reads the filter, and as many instructions as it says, in the call.
    let call = || unsafe {
        let filter = (&raw const filter).cast();
        libc::setsockopt(fd.as_raw_fd(), libc::SOL_SOCKET, name, filter, length) as isize
    };
    keep_errno(call).map(|_| ())
}

/// An instruction of a filter; `yes` and `no` say how many are left out.
const fn instruction(code: u32, yes: u8, no: u8, number: u32) -> libc::sock_filter {
    libc::sock_filter { code: code as u16, jt: yes, jf: no, k: number }
}

/// The end of a filter, with its answer.
const fn answer(number: u32) -> libc::sock_filter {
    instruction(libc::BPF_RET | libc::BPF_K, 0, 0, number)
}

/// Of several listeners at one address and port the first is to get all connections, not each its
/// share: their group is told so by a filter whose only instruction says 0.
pub fn prefer_first(fd: BorrowedFd<'_>) -> Result<(), Errno> {
    attach(fd, libc::SO_ATTACH_REUSEPORT_CBPF, &[answer(0)])
}

/// Everything is let in.  Before it asks a filter, even this one, Linux looks at a datagram's
/// checksum; without, it would call a socket readable for what it throws away in the receive.
pub fn let_everything_in(fd: BorrowedFd<'_>) -> Result<(), Errno> {
    attach(fd, libc::SO_ATTACH_FILTER, &[answer(u32::MAX)])
}

/// Everything is let in but what this machine itself has sent to a multicast group.
pub fn keep_own_multicasts_out(fd: BorrowedFd<'_>) -> Result<(), Errno> {
    const BYTE: u32 = libc::BPF_LD | libc::BPF_B | libc::BPF_ABS;
    const WORD: u32 = libc::BPF_LD | libc::BPF_W | libc::BPF_ABS;
    const IS: u32 = libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K;
    const AND: u32 = libc::BPF_ALU | libc::BPF_AND | libc::BPF_K;
    /// What Linux knows of a packet, and its network header, lie at negative places.
    const KNOWN: u32 = libc::SKF_AD_OFF as u32;
    const HEADER: u32 = libc::SKF_NET_OFF as u32;
    const PACKET_TYPE: u32 = KNOWN + libc::SKF_AD_PKTTYPE as u32;
    const INTERFACE_TYPE: u32 = KNOWN + libc::SKF_AD_HATYPE as u32;
    const LOOPED_BACK: u32 = libc::PACKET_LOOPBACK as u32;
    const LOOPBACK_INTERFACE: u32 = libc::ARPHRD_LOOPBACK as u32;
    attach(
        fd,
        libc::SO_ATTACH_FILTER,
        &[
            instruction(WORD, 0, 0, PACKET_TYPE),
            instruction(IS, 2, 0, LOOPED_BACK),
            instruction(WORD, 0, 0, INTERFACE_TYPE),
            instruction(IS, 0, 8, LOOPBACK_INTERFACE),
            // The version of IP decides where the destination stands.
            instruction(BYTE, 0, 0, HEADER),
            instruction(AND, 0, 0, 0xF0),
            instruction(IS, 3, 0, 0x60),
            instruction(BYTE, 0, 0, HEADER + 16),
            instruction(AND, 0, 0, 0xF0),
            instruction(IS, 3, 2, 0xE0),
            instruction(BYTE, 0, 0, HEADER + 24),
            instruction(IS, 1, 0, 0xFF),
            answer(u32::MAX),
            answer(0),
        ],
    )
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
