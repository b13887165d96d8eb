//! The model's datagrams: from one bound socket to another, with the sender's address.

use super::{Given, Model, fail, with};
use lapwing_abi::{
    AF_INET, ERROR_IO_PENDING, LPWSAOVERLAPPED_COMPLETION_ROUTINE, OVERLAPPED, SOCKADDR,
    SOCKADDR_IN, SOCKET, STATUS_BUFFER_OVERFLOW, STATUS_SUCCESS, WSABUF, WSAENOTCONN,
};
use std::collections::VecDeque;

/// Where a receive wants a datagram, and its sender.
struct Receive {
    overlapped: Given,
    size: usize,
    room: *mut u8,
    from: *mut SOCKADDR,
    from_length: *mut i32,
}

// SAFETY: as for `Given`.
unsafe impl Send for Receive {}

/// What has come to a socket, and who waits there.
#[derive(Default)]
pub(super) struct Datagrams {
    /// With the sender's number.
    inbox: VecDeque<(u16, Vec<u8>)>,
    receives: VecDeque<Receive>,
}

impl Datagrams {
    /// Takes out the receives that are chosen.
    pub(super) fn cancel(&mut self, is_chosen: impl Fn(Given) -> bool) -> Vec<Given> {
        let (ended, kept): (Vec<_>, Vec<_>) =
            self.receives.drain(..).partition(|receive| is_chosen(receive.overlapped));
        self.receives = kept.into();
        ended.into_iter().map(|receive| receive.overlapped).collect()
    }
}

impl Model {
    fn deliver_datagrams(&mut self, socket: usize) {
        loop {
            let it = self.sockets.get_mut(&socket).expect("it is open");
            let waiting = &mut it.datagrams;
            if waiting.receives.is_empty() || waiting.inbox.is_empty() {
                return;
            }
            let (number, bytes) = waiting.inbox.pop_front().unwrap();
            let receive = waiting.receives.pop_front().unwrap();
            let count = receive.size.min(bytes.len());
            // SAFETY: the program has given the room away with the operation, and with it the
            // place for any address.
            unsafe {
                receive.room.copy_from_nonoverlapping(bytes.as_ptr(), count);
                receive.from_length.write(size_of::<SOCKADDR_IN>() as i32);
                write_address(receive.from, number);
            }
            let whole = count == bytes.len();
            let status = if whole { STATUS_SUCCESS } else { STATUS_BUFFER_OVERFLOW };
            let port = it.port;
            self.finish(port, receive.overlapped, status, count);
        }
    }
}

/// # Safety
/// There is room for it.
pub(super) unsafe fn write_address(address: *mut SOCKADDR, number: u16) {
    let address = address.cast::<SOCKADDR_IN>();
    // SAFETY: the caller's promise.
    unsafe {
        (*address).sin_family = AF_INET;
        (*address).sin_port = number.to_be();
        (*address).sin_addr.S_un.S_addr = u32::from_ne_bytes([127, 0, 0, 1]);
    }
}

pub(crate) unsafe extern "system" fn WSARecvFrom(
    socket: SOCKET,
    buffers: *const WSABUF,
    _buffer_count: u32,
    _count: *mut u32,
    _flags: *mut u32,
    from: *mut SOCKADDR,
    from_length: *mut i32,
    overlapped: *mut OVERLAPPED,
    _routine: LPWSAOVERLAPPED_COMPLETION_ROUTINE,
) -> i32 {
    // SAFETY: the caller's one buffer.
    let (size, room) = unsafe { ((*buffers).len as usize, (*buffers).buf) };
    let overlapped = Given(overlapped);
    let receive = Receive { overlapped, size, room, from, from_length };
    with(|model| {
        model.begin(receive.overlapped.0);
        let it = model.sockets.get_mut(&socket).expect("it is open");
        it.datagrams.receives.push_back(receive);
        model.deliver_datagrams(socket);
    });
    fail(ERROR_IO_PENDING)
}

pub(crate) unsafe extern "system" fn WSASendTo(
    socket: SOCKET,
    buffers: *const WSABUF,
    _buffer_count: u32,
    _count: *mut u32,
    _flags: u32,
    to: *const SOCKADDR,
    _to_length: i32,
    overlapped: *mut OVERLAPPED,
    _routine: LPWSAOVERLAPPED_COMPLETION_ROUTINE,
) -> i32 {
    if to.is_null() {
        return fail(WSAENOTCONN.cast_unsigned());
    }
    // SAFETY: the caller's one buffer, which is so long, and the address, which is one of IPv4.
    let (bytes, number) = unsafe {
        let bytes = std::slice::from_raw_parts((*buffers).buf, (*buffers).len as usize);
        (bytes, u16::from_be((*to.cast::<SOCKADDR_IN>()).sin_port))
    };
    with(|model| {
        model.begin(overlapped);
        let (port, own) = {
            let it = model.sockets.get(&socket).expect("it is open");
            (it.port, it.number)
        };
        let receiver = usize::from(number);
        let it = model.sockets.get_mut(&receiver).expect("somebody is there");
        it.datagrams.inbox.push_back((own, bytes.to_vec()));
        model.finish(port, Given(overlapped), STATUS_SUCCESS, bytes.len());
        model.deliver_datagrams(receiver);
    });
    0
}
