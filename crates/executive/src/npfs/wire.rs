//! A connection to the other end's process: a stream of frames, and a page that both have.
//!
//! ```text
//!   frame   length: u32, kind: u32, so many bytes
//!   kind    PART   bytes of a write, more of which follow
//!           LAST   the last bytes of a write; an empty message is one without bytes
//!           BELL   the reader has read something, and the writer had said that it waits
//! ```
//!
//! What is written goes into the socket at once, so it outlives its writer; what the socket does
//! not take waits in the `outbox`, which whoever waits for the connection empties.  What has been
//! read stands in the page, so in the ordinary course nothing is sent back.  A writer that has to
//! wait says so in the page and looks once more at what has been read; the reader stores first and
//! looks then: one of the two sees the other.
//!
//! The end of the stream is the end of the peer, by its close or its death; a frame that has not
//! come whole is dropped.  Whether it was a disconnection stands in the page.
//!
//! Nothing of the peer is believed: lengths are bounded, and counts may be anything
//! ([`Queue::peer_has_read`](super::queue::Queue::peer_has_read)).

use super::instance::Side;
use crate::io::user_memory::UserBuffer;
use crate::sys::net;
use crate::sys::option;
use crate::sys::pipe_page::PipePage;
use core::sync::atomic::Ordering;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::io::Errno;
use rustix::net::{RecvFlags, SendFlags, Shutdown, recv, send, shutdown};

const PART: u32 = 0;
const LAST: u32 = 1;
const BELL: u32 = 2;

/// The head of a frame.
const HEAD: usize = 8;
/// The most bytes of a frame.
const BODY: usize = 64 * 1024;
/// How long the close of a handle waits for a peer that takes nothing, in seconds.
const PATIENCE: i64 = 2;

/// The connection to another process.
pub struct Wire {
    socket: OwnedFd,
    page: PipePage,
    /// The own end.
    side: Side,
    /// What has been received and is no whole frame yet: the bytes from `start` to `end`.
    arrived: Box<[u8]>,
    start: usize,
    end: usize,
    /// The parts of a write whose last has not come.
    parts: Vec<u8>,
    /// What the socket has not taken yet, from `sent` on.
    outbox: Vec<u8>,
    sent: usize,
    /// The stream has ended.
    is_gone: bool,
}

fn head(length: usize, kind: u32) -> [u8; HEAD] {
    let mut head = [0; HEAD];
    head[..4].copy_from_slice(&(length as u32).to_ne_bytes());
    head[4..].copy_from_slice(&kind.to_ne_bytes());
    head
}

impl Wire {
    /// A connection of this end, over which at least `quota` bytes shall be under way.
    pub fn new(socket: OwnedFd, page: PipePage, side: Side, quota: usize) -> Self {
        // Small messages cost the kernel more than their length.  It gives what it may.
        let room = quota.saturating_mul(4).clamp(256 * 1024, 64 * 1024 * 1024);
        let _less = option::set(socket.as_fd(), libc::SOL_SOCKET, libc::SO_SNDBUF, room as i32);
        Wire {
            socket,
            page,
            side,
            arrived: Box::default(),
            start: 0,
            end: 0,
            parts: Vec::new(),
            outbox: Vec::new(),
            sent: 0,
            is_gone: false,
        }
    }

    /// The socket.
    pub fn fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }

    /// The own end.
    pub fn side(&self) -> Side {
        self.side
    }

    /// True when the server has said that it parted from this client.
    pub fn is_disconnected(&self) -> bool {
        self.side == Side::Client && self.page.disconnected.load(Ordering::SeqCst) != 0
    }

    /// True when something waits for room in the socket.
    pub fn has_outbox(&self) -> bool {
        !self.outbox.is_empty()
    }

    /// Sends a write.  False when the peer has gone.
    pub fn deliver(&mut self, bytes: UserBuffer) -> bool {
        let mut done = 0;
        loop {
            let part = bytes.part(done, BODY);
            done += part.length();
            let is_last = done == bytes.length();
            self.frame(if is_last { LAST } else { PART }, part);
            if is_last || self.is_gone {
                return !self.is_gone;
            }
        }
    }

    fn frame(&mut self, kind: u32, bytes: UserBuffer) {
        let head = head(bytes.length(), kind);
        let mut taken = 0;
        if self.outbox.is_empty() {
            match net::send_frame(self.socket.as_fd(), &head, bytes) {
                Ok(count) if count == HEAD + bytes.length() => return,
                Ok(count) => taken = count,
                Err(Errno::AGAIN) => {}
                Err(_) => {
                    self.is_gone = true;
                    return;
                }
            }
        }
        self.outbox.extend_from_slice(&head[taken.min(HEAD)..]);
        let rest = taken.saturating_sub(HEAD);
        self.outbox.extend_from_slice(&bytes.part(rest, bytes.length()).to_box());
    }

    /// Sends what waits for room, as much as there is room for.
    pub fn push(&mut self) {
        while self.sent < self.outbox.len() && !self.is_gone {
            let flags = SendFlags::DONTWAIT | SendFlags::NOSIGNAL;
            match send(&self.socket, &self.outbox[self.sent..], flags) {
                Ok(count) => self.sent += count,
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => return,
                Err(_) => self.is_gone = true,
            }
        }
        self.outbox.clear();
        self.sent = 0;
    }

    /// Receives what has come, and gives each whole write; with `exhaust` until there is certainly
    /// nothing more.  False after the end of the stream.
    pub fn receive(&mut self, exhaust: bool, mut deliver: impl FnMut(&[u8])) -> bool {
        if self.arrived.is_empty() {
            self.arrived = vec![0; HEAD + BODY].into_boxed_slice();
        }
        loop {
            let room = self.arrived.len() - self.end;
            match recv(&self.socket, &mut self.arrived[self.end..], RecvFlags::DONTWAIT) {
                Ok((0, _)) => return false,
                Ok((count, _)) => {
                    self.end += count;
                    if !self.take_frames(&mut deliver) {
                        return false;
                    }
                    if count < room && !exhaust {
                        return true;
                    }
                }
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => return true,
                Err(_) => return false,
            }
        }
    }

    /// Takes the whole frames out.  False for what no peer of ours sends.
    fn take_frames(&mut self, deliver: &mut impl FnMut(&[u8])) -> bool {
        while let Some((head, rest)) =
            self.arrived[self.start..self.end].split_first_chunk::<HEAD>()
        {
            let [a, b, c, d, e, f, g, h] = *head;
            let length = u32::from_ne_bytes([a, b, c, d]) as usize;
            let kind = u32::from_ne_bytes([e, f, g, h]);
            if length > BODY || kind > BELL {
                return false;
            }
            let Some(body) = rest.get(..length) else { break };
            match kind {
                LAST if self.parts.is_empty() => deliver(body),
                PART | LAST => self.parts.extend_from_slice(body),
                _ => {}
            }
            if kind == LAST && !self.parts.is_empty() {
                deliver(&self.parts);
                self.parts = Vec::new();
            }
            self.start += HEAD + length;
        }
        // So that a whole frame always has room.
        self.arrived.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        true
    }

    /// The own end has read so much in all; a writer that waits hears of it.
    pub fn consumed(&mut self, (bytes, entries): (u64, u64)) {
        let page = &self.page.consumed[self.side as usize];
        page.bytes.store(bytes, Ordering::SeqCst);
        page.entries.store(entries, Ordering::SeqCst);
        if page.writer_waits.load(Ordering::SeqCst) != 0
            && page.writer_waits.swap(0, Ordering::SeqCst) != 0
        {
            UserBuffer::with_bytes(&[], |nothing| self.frame(BELL, nothing));
        }
    }

    /// What the other end has read in all, as it says.
    pub fn peers_progress(&self) -> (u64, u64) {
        let page = &self.page.consumed[self.side.other() as usize];
        (page.bytes.load(Ordering::SeqCst), page.entries.load(Ordering::SeqCst))
    }

    /// The own end waits for the other to read.
    pub fn wait_for_peer(&self) {
        let page = &self.page.consumed[self.side.other() as usize];
        page.writer_waits.store(1, Ordering::SeqCst);
    }

    /// The own end, the server's, parts from the client: what was not read is lost.
    pub fn disconnect(&mut self) {
        self.page.disconnected.store(1, Ordering::SeqCst);
        self.end();
    }

    /// The own end is closed, or the other has ended.  What has been written can still be read; for
    /// what the socket has not taken yet there is some patience, if that is `wanted`.
    pub fn close(&mut self, wanted: bool) {
        let until = Timespec { tv_sec: PATIENCE, tv_nsec: 0 };
        loop {
            self.push();
            if !self.has_outbox() || !wanted {
                break;
            }
            let mut polled = [PollFd::new(&self.socket, PollFlags::OUT)];
            match poll(&mut polled, Some(&until)) {
                Ok(0) => break,
                Err(error) if error != Errno::INTR => break,
                _ => {}
            }
        }
        self.end();
    }

    fn end(&mut self) {
        self.is_gone = true;
        self.outbox.clear();
        // It fails when the peer has gone, which is as good.
        let _gone = shutdown(&self.socket, Shutdown::Both);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::net::{AddressFamily, SocketFlags, SocketType, socketpair};

    fn pair() -> (Wire, Wire) {
        let flags = SocketFlags::CLOEXEC;
        let (a, b) = socketpair(AddressFamily::UNIX, SocketType::STREAM, flags, None).unwrap();
        let (page, file) = PipePage::create().unwrap();
        let other = PipePage::open(&file).unwrap();
        (Wire::new(a, page, Side::Server, 4096), Wire::new(b, other, Side::Client, 4096))
    }

    fn say(wire: &mut Wire, bytes: &[u8]) -> bool {
        UserBuffer::with_bytes(bytes, |bytes| wire.deliver(bytes))
    }

    fn heard(wire: &mut Wire) -> (Vec<Vec<u8>>, bool) {
        let mut all = Vec::new();
        let goes_on = wire.receive(true, |bytes| all.push(bytes.to_vec()));
        (all, goes_on)
    }

    #[test]
    fn writes_come_whole_and_in_order_empty_ones_too() {
        let (mut server, mut client) = pair();
        let long: Vec<u8> = (0..150_000_u32).map(|i| (i % 251) as u8).collect();
        assert!(say(&mut server, b"one") && say(&mut server, b"") && say(&mut server, &long));
        let (all, goes_on) = heard(&mut client);
        assert!(goes_on);
        assert_eq!(all, [b"one".to_vec(), Vec::new(), long]);
    }

    #[test]
    fn what_the_socket_does_not_take_waits_its_turn() {
        let (mut server, mut client) = pair();
        let block = vec![7_u8; 60_000];
        let mut said = 0;
        while !server.has_outbox() {
            assert!(say(&mut server, &block));
            said += 1;
        }
        assert!(say(&mut server, b"last"));
        let mut all = Vec::new();
        while all.len() < said + 1 {
            all.extend(heard(&mut client).0);
            server.push();
        }
        assert!(all[..said].iter().all(|part| *part == block));
        assert_eq!(all[said], b"last");
    }

    #[test]
    fn the_end_comes_behind_what_was_written_and_half_a_frame_is_dropped() {
        let (mut server, mut client) = pair();
        assert!(say(&mut server, b"whole"));
        let half = [&head(100, LAST)[..], b"half"].concat();
        send(&server.socket, &half, SendFlags::empty()).unwrap();
        server.close(true);
        let (all, goes_on) = heard(&mut client);
        assert_eq!((all, goes_on), (vec![b"whole".to_vec()], false));
        assert!(!client.is_disconnected());
        assert!(!say(&mut client, b"nobody"));
    }

    #[test]
    fn a_frame_that_no_peer_sends_ends_the_connection() {
        let wrong = [head(BODY + 1, LAST), head(0, 77), [255; HEAD]];
        for frame in wrong {
            let (server, mut client) = pair();
            send(&server.socket, &frame, SendFlags::empty()).unwrap();
            assert_eq!(heard(&mut client), (Vec::new(), false));
        }
    }

    #[test]
    fn a_writer_that_waits_is_told_once() {
        let (mut server, mut client) = pair();
        server.consumed((10, 1));
        assert_eq!(client.peers_progress(), (10, 1));
        let nothing = recv(&client.socket, &mut [0_u8; 8], RecvFlags::DONTWAIT);
        assert_eq!(nothing.map(|(count, _)| count), Err(Errno::AGAIN));
        client.wait_for_peer();
        server.consumed((11, 1));
        server.consumed((12, 1));
        let bell = recv(&client.socket, &mut [0_u8; 64], RecvFlags::DONTWAIT);
        assert_eq!(bell.map(|(count, _)| count), Ok(HEAD));
        assert!(heard(&mut client).1);
    }

    #[test]
    fn a_disconnection_is_told_apart_from_an_end() {
        let (mut server, mut client) = pair();
        assert!(say(&mut server, b"lost"));
        server.disconnect();
        assert!(client.is_disconnected());
        assert!(!heard(&mut client).1);
    }
}
