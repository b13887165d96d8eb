//! Clients of an echo server: thousands of connections at once in one thread, random pieces, every
//! byte compared, some connections reset.

use rustix::event::epoll::{self, CreateFlags, Event, EventData, EventFlags};
use rustix::fd::OwnedFd;
use rustix::io::Errno;
use rustix::net::{RecvFlags, SendFlags, Shutdown, sockopt};
use std::mem::MaybeUninit;
use std::net::TcpStream;
use std::time::Duration;

/// Every so many-th connection is reset.
pub const RESET_EACH: usize = 10;
/// The longest piece that is sent at once, in bytes.
const PIECE_MAX: u64 = 8192;

/// What the clients have done.
#[derive(Debug, PartialEq, Eq)]
pub struct Done {
    /// Connections, those that were reset among them.
    pub connections: usize,
    /// Connections that were reset while the server waited for their next byte.
    pub resets: usize,
    /// Bytes that came back as they were sent.
    pub bytes: u64,
}

struct Client {
    /// None once it has been reset.
    stream: Option<TcpStream>,
    number: u64,
    /// Bytes to be sent.
    total: u64,
    sent: u64,
    returned: u64,
    /// It is reset as soon as half is back and nothing is under way.
    doomed: bool,
    random: u64,
}

pub(crate) fn scramble(mut value: u64) -> u64 {
    value = value.wrapping_add(0x9E37_79B9_7F4A_7C15);
    value = (value ^ value >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    value = (value ^ value >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ value >> 31
}

/// The bytes of a connection's stream from a position on; different in each connection.
pub(crate) fn fill(connection: u64, position: u64, bytes: &mut [u8]) {
    let mut word = [0; 8];
    for (position, byte) in (position..).zip(bytes) {
        if position.is_multiple_of(8) || word == [0; 8] {
            word = scramble((connection << 32) | (position / 8)).to_le_bytes();
        }
        *byte = word[(position % 8) as usize];
    }
}

/// Connects so many clients, has each echo so many bytes while all are connected, and ends them.
///
/// # Panics
/// If a byte comes back wrong, or a connection ends that should not.
pub fn run(port: u16, connections: usize, bytes_each: u64) -> Done {
    let set = epoll::create(CreateFlags::CLOEXEC).expect("an epoll set");
    let mut clients: Vec<Client> =
        (0..connections).map(|number| Client::connect(&set, port, number, bytes_each)).collect();
    let mut running = connections;
    for client in &mut clients {
        running -= usize::from(client.go_on());
    }
    let mut events = [const { MaybeUninit::<Event>::uninit() }; 256];
    while running > 0 {
        let ready = match epoll::wait(&set, &mut events[..], None) {
            Ok((ready, _)) => ready,
            Err(Errno::INTR) => continue,
            Err(error) => panic!("epoll_wait: {error}"),
        };
        for event in ready {
            let client = &mut clients[event.data.u64() as usize];
            if !client.is_done() {
                running -= usize::from(client.go_on());
            }
        }
    }
    let resets = clients.iter().filter(|client| client.stream.is_none()).count();
    let bytes = clients.iter().map(|client| client.returned).sum();
    for client in &clients {
        client.end();
    }
    Done { connections, resets, bytes }
}

impl Client {
    fn connect(set: &OwnedFd, port: u16, number: usize, total: u64) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).expect("the server accepts");
        stream.set_nonblocking(true).expect("a socket can be made non-blocking");
        let interest = EventFlags::IN | EventFlags::OUT | EventFlags::ET;
        epoll::add(set, &stream, EventData::new_u64(number as u64), interest).expect("epoll_ctl");
        let doomed = number.is_multiple_of(RESET_EACH);
        let number = number as u64;
        let stream = Some(stream);
        Client { stream, number, total, sent: 0, returned: 0, doomed, random: scramble(number) }
    }

    fn is_done(&self) -> bool {
        self.stream.is_none() || self.returned == self.total
    }

    /// Receives and sends until both would block or everything is back; true when it is done.
    fn go_on(&mut self) -> bool {
        loop {
            while self.receive() {}
            if self.doomed && self.sent == self.returned && self.returned * 2 >= self.total {
                self.reset();
                return true;
            }
            if self.is_done() {
                return true;
            }
            self.random = scramble(self.random);
            // Now and then a piece follows before the echo of the one before.
            let waits = self.sent > self.returned && self.random.is_multiple_of(2);
            if waits || !self.send() {
                return self.is_done();
            }
        }
    }

    /// True when something came.
    fn receive(&mut self) -> bool {
        let Some(stream) = &self.stream else { return false };
        let (mut came, mut wanted) = ([0; 16384], [0; 16384]);
        match rustix::net::recv(stream, &mut came[..], RecvFlags::empty()) {
            Ok((0, _)) => panic!("the server has ended connection {}", self.number),
            Ok((count, _)) => {
                fill(self.number, self.returned, &mut wanted[..count]);
                assert!(came[..count] == wanted[..count], "other bytes on {}", self.number);
                self.returned += count as u64;
                assert!(self.returned <= self.sent, "too many bytes on {}", self.number);
                true
            }
            Err(Errno::AGAIN) => false,
            Err(error) => panic!("recv on {}: {error}", self.number),
        }
    }

    /// Sends a piece; true when there is room for more.
    fn send(&mut self) -> bool {
        let Some(stream) = &self.stream else { return false };
        let length = (1 + self.random / 2 % PIECE_MAX).min(self.total - self.sent);
        if length == 0 {
            return false;
        }
        let mut piece = vec![0; length as usize];
        fill(self.number, self.sent, &mut piece);
        match rustix::net::send(stream, &piece, SendFlags::NOSIGNAL) {
            Ok(count) => {
                self.sent += count as u64;
                count as u64 == length
            }
            Err(Errno::AGAIN) => false,
            Err(error) => panic!("send on {}: {error}", self.number),
        }
    }

    fn reset(&mut self) {
        if let Some(stream) = self.stream.take() {
            // Closing with a linger time of zero sends a reset.
            sockopt::set_socket_linger(&stream, Some(Duration::ZERO)).expect("SO_LINGER");
        }
    }

    /// Ends the stream, and waits until the server has ended it too.
    fn end(&self) {
        let Some(stream) = &self.stream else { return };
        rustix::net::shutdown(stream, Shutdown::Write).expect("shutdown");
        stream.set_nonblocking(false).expect("a socket can be made blocking");
        let mut byte = [0];
        let end = rustix::net::recv(stream, &mut byte[..], RecvFlags::empty());
        assert_eq!(end.map(|(count, _)| count), Ok(0), "the end on {}", self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_is_the_same_in_whatever_pieces() {
        let (mut whole, mut pieces) = ([0; 1000], [0; 1000]);
        fill(7, 0, &mut whole);
        let (first, rest) = pieces.split_at_mut(13);
        fill(7, 0, first);
        fill(7, 13, rest);
        assert_eq!(whole, pieces);
        fill(8, 0, &mut pieces);
        assert_ne!(whole, pieces);
    }
}
