//! Datagrams: where they go and come from, what travels beside them, and the errors that come back.
#![allow(unsafe_code)]

use super::net::keep_errno;
use crate::io::user_memory::{UserBuffer, UserBuffers};
use rustix::fd::{AsRawFd, BorrowedFd};
use rustix::io::Errno;

/// The longest address: a `sockaddr_in6`.
pub const ADDRESS_MAX: usize = 28;
/// Control data of one datagram; Linux' records for everything that Windows knows take less.
pub const CONTROL_MAX: usize = 256;

/// An IPv4 or IPv6 address in Linux' layout, or none.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IpAddress {
    words: [u32; ADDRESS_MAX / 4],
    length: u32,
}

impl IpAddress {
    /// No address.
    pub const NONE: Self = IpAddress { words: [0; ADDRESS_MAX / 4], length: 0 };

    /// The address in these bytes; what is too long is cut off.
    pub fn new(bytes: &[u8]) -> Self {
        let mut address = Self::NONE;
        let length = bytes.len().min(ADDRESS_MAX);
        for (word, part) in address.words.iter_mut().zip(bytes[..length].chunks(4)) {
            let mut whole = [0; 4];
            whole[..part.len()].copy_from_slice(part);
            *word = u32::from_ne_bytes(whole);
        }
        address.length = length as u32;
        address
    }

    /// The bytes of the address, the first of an array.
    pub fn bytes(&self) -> ([u8; ADDRESS_MAX], usize) {
        let mut bytes = [0; ADDRESS_MAX];
        for (part, word) in bytes.chunks_exact_mut(4).zip(self.words) {
            part.copy_from_slice(&word.to_ne_bytes());
        }
        (bytes, (self.length as usize).min(ADDRESS_MAX))
    }

    /// True for no address.
    pub const fn is_none(&self) -> bool {
        self.length == 0
    }

    fn for_writing(&mut self) -> (*mut libc::c_void, libc::socklen_t) {
        (self.words.as_mut_ptr().cast(), ADDRESS_MAX as libc::socklen_t)
    }

    fn for_reading(&self) -> (*mut libc::c_void, libc::socklen_t) {
        match self.length {
            0 => (core::ptr::null_mut(), 0),
            length => (self.words.as_ptr().cast_mut().cast(), length),
        }
    }
}

/// Control data in Linux' layout, aligned as its records are.
#[repr(C, align(8))]
#[derive(Clone, Copy, Debug)]
pub struct Control {
    bytes: [u8; CONTROL_MAX],
    length: usize,
}

impl Default for Control {
    fn default() -> Self {
        Control { bytes: [0; CONTROL_MAX], length: 0 }
    }
}

impl Control {
    /// The records.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }

    /// Room for so many more bytes behind the records; None when there is not.
    pub fn extend(&mut self, count: usize) -> Option<&mut [u8]> {
        let end = self.length.checked_add(count)?;
        let room = self.bytes.get_mut(self.length..end)?;
        self.length = end;
        Some(room)
    }

    fn for_writing(&mut self) -> (*mut libc::c_void, usize) {
        (self.bytes.as_mut_ptr().cast(), CONTROL_MAX)
    }
}

/// What has arrived.
#[derive(Clone, Copy, Debug)]
pub struct Arrived {
    /// Bytes in the buffers.
    pub count: usize,
    /// The datagram was longer than the buffers; the rest is lost.
    pub truncated: bool,
    /// Control data was longer than our room for it.
    pub control_truncated: bool,
}

/// Receives one datagram into a buffer, and where it came from.
pub fn receive(
    fd: BorrowedFd<'_>,
    buffer: UserBuffer,
    from: &mut IpAddress,
) -> Result<Arrived, Errno> {
    let (address, length) = buffer.parts();
    // With MSG_TRUNC Linux answers the datagram's own length.
    let flags = libc::MSG_DONTWAIT | libc::MSG_TRUNC;
    let (name, mut name_length) = from.for_writing();
    let name_length = &raw mut name_length;
    // SAFETY: the kernel writes at most `length` bytes at the address, which the program keeps for
    // this request, or answers EFAULT; the name has the length that is said.
    let call = || unsafe {
        let fd = fd.as_raw_fd();
        libc::syscall(libc::SYS_recvfrom, fd, address, length, flags, name, name_length) as isize
    };
    let whole = keep_errno(call)?;
    // SAFETY: the kernel has written the number.
    from.length = unsafe { name_length.read() };
    let truncated = whole > length;
    Ok(Arrived { count: whole.min(length), truncated, control_truncated: false })
}

/// The buffers as the kernel takes them, which are all of them: a datagram cannot be continued.
fn entries(buffers: &UserBuffers) -> Vec<libc::iovec> {
    let (mut all, mut skip) = (Vec::new(), 0);
    let total = buffers.length();
    while skip < total {
        let mut vector = buffers.vector(skip);
        skip += vector.length();
        all.extend_from_slice(vector.entries());
    }
    all
}

/// Receives one datagram into several buffers, with everything that is known about it.
pub fn receive_message(
    fd: BorrowedFd<'_>,
    buffers: &UserBuffers,
    flags: i32,
    from: &mut IpAddress,
    control: &mut Control,
) -> Result<Arrived, Errno> {
    let mut entries = entries(buffers);
    // SAFETY: a msghdr of zeros says: no address, no control data, no buffers.
    let mut message: libc::msghdr = unsafe { core::mem::zeroed() };
    (message.msg_name, message.msg_namelen) = from.for_writing();
    (message.msg_control, message.msg_controllen) = control.for_writing();
    (message.msg_iov, message.msg_iovlen) = (entries.as_mut_ptr(), entries.len());
    let flags = flags | libc::MSG_DONTWAIT;
    // SAFETY: the header names memory of ours that lives through the call, and buffers which the
    // program keeps for this request or for which the kernel answers EFAULT.
    let count = keep_errno(|| unsafe { libc::recvmsg(fd.as_raw_fd(), &raw mut message, flags) })?;
    from.length = message.msg_namelen;
    control.length = message.msg_controllen.min(CONTROL_MAX);
    Ok(Arrived {
        count,
        truncated: message.msg_flags & libc::MSG_TRUNC != 0,
        control_truncated: message.msg_flags & libc::MSG_CTRUNC != 0,
    })
}

/// Sends the buffers as one datagram, to the address or, without one, to the peer.
pub fn send(
    fd: BorrowedFd<'_>,
    buffers: &UserBuffers,
    flags: i32,
    to: &IpAddress,
    control: Option<&Control>,
) -> Result<usize, Errno> {
    let flags = flags | libc::MSG_DONTWAIT | libc::MSG_NOSIGNAL;
    let (name, name_length) = to.for_reading();
    if let (None, Some((address, length))) = (control, buffers.single(0)) {
        // SAFETY: the kernel only reads, and answers EFAULT for a wild address.
        return keep_errno(|| unsafe {
            let fd = fd.as_raw_fd();
            libc::syscall(libc::SYS_sendto, fd, address, length, flags, name, name_length) as isize
        });
    }
    let mut entries = entries(buffers);
    // SAFETY: as above.
    let mut message: libc::msghdr = unsafe { core::mem::zeroed() };
    (message.msg_name, message.msg_namelen) = (name, name_length);
    (message.msg_iov, message.msg_iovlen) = (entries.as_mut_ptr(), entries.len());
    if let Some(control) = control.filter(|control| control.length > 0) {
        message.msg_control = control.bytes.as_ptr().cast_mut().cast();
        message.msg_controllen = control.length;
    }
    // SAFETY: as above for each entry; the header lives through the call and is only read.
    keep_errno(|| unsafe { libc::sendmsg(fd.as_raw_fd(), &raw const message, flags) })
}

/// Takes the oldest error that the network has answered with: its control data.
pub fn next_error(fd: BorrowedFd<'_>) -> Option<Control> {
    let mut control = Control::default();
    // SAFETY: a msghdr of zeros says: no address, no control data, no buffers.
    let mut message: libc::msghdr = unsafe { core::mem::zeroed() };
    (message.msg_control, message.msg_controllen) = control.for_writing();
    let flags = libc::MSG_ERRQUEUE | libc::MSG_DONTWAIT;
    // SAFETY: the control data is ours and as long as is said.
    let call = || unsafe { libc::recvmsg(fd.as_raw_fd(), &raw mut message, flags) };
    keep_errno(call).ok()?;
    control.length = message.msg_controllen.min(CONTROL_MAX);
    Some(control)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_keeps_its_bytes() {
        let bytes: Vec<u8> = (1..=16).collect();
        let address = IpAddress::new(&bytes);
        let (kept, length) = address.bytes();
        assert_eq!((&kept[..16], length), (&bytes[..], 16));
        assert_eq!(kept[16..], [0; 12]);
        assert!(IpAddress::NONE.is_none() && !address.is_none());
        assert_eq!(IpAddress::new(&[7; 100]).bytes(), ([7; ADDRESS_MAX], ADDRESS_MAX));
    }

    #[test]
    fn control_data_ends_where_its_room_ends() {
        let mut control = Control::default();
        assert!(control.extend(CONTROL_MAX - 8).is_some());
        assert!(control.extend(9).is_none());
        assert!(control.extend(8).is_some());
        assert_eq!(control.bytes().len(), CONTROL_MAX);
        assert!(control.extend(usize::MAX).is_none());
    }
}
