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
//! After each sending the sender counts in the page, so a reader knows without a system call if it
//! is worth looking into the socket.  That is a hint: who has to know asks the socket.
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
use std::sync::Arc;

const PART: u32 = 0;
const LAST: u32 = 1;
const BELL: u32 = 2;

/// The head of a frame.
const HEAD: usize = 8;
/// The most bytes of a frame.
const BODY: usize = 64 * 1024;
/// The most bytes of a write.
const WRITE: usize = u32::MAX as usize;
/// How long the close of a handle waits for a peer that takes nothing, in seconds.
const PATIENCE: i64 = 2;

/// The connection to another process.
pub struct Wire {
    socket: OwnedFd,
    page: Arc<PipePage>,
    /// The own end.
    side: Side,
    /// How often the peer had sent before the last look into the socket.
    seen: u64,
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

/// What a thread waits for that performs a call.
pub struct Awaited {
    /// Of the descriptor.
    pub events: PollFlags,
    sent: Option<Sent>,
}

/// What was known of the peer's sending.
struct Sent {
    page: Arc<PipePage>,
    writer: Side,
    seen: u64,
}

impl Awaited {
    /// A peer of this process: nothing comes over a wire.
    pub const NOTHING: Awaited = Awaited { events: PollFlags::IN, sent: None };

    /// True when the peer has sent something since.
    pub fn has_come(&self) -> bool {
        self.sent.as_ref().is_some_and(|sent| sent_times(&sent.page, sent.writer) != sent.seen)
    }
}

fn sent_times(page: &PipePage, writer: Side) -> u64 {
    page.sent[writer as usize].times.load(Ordering::Acquire)
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
            page: Arc::new(page),
            side,
            seen: 0,
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
                Ok(count) => {
                    self.has_sent();
                    taken = count;
                    if taken == HEAD + bytes.length() {
                        return;
                    }
                }
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

    /// Whoever looks at the page may look into the socket now.
    fn has_sent(&self) {
        self.page.sent[self.side as usize].times.fetch_add(1, Ordering::Release);
    }

    /// Sends what waits for room, as much as there is room for.
    pub fn push(&mut self) {
        while self.sent < self.outbox.len() && !self.is_gone {
            let flags = SendFlags::DONTWAIT | SendFlags::NOSIGNAL;
            match send(&self.socket, &self.outbox[self.sent..], flags) {
                Ok(count) => {
                    self.sent += count;
                    self.has_sent();
                }
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => return,
                Err(_) => self.is_gone = true,
            }
        }
        self.outbox.clear();
        self.sent = 0;
    }

    /// What a thread waits for.
    pub fn awaited(&self) -> Awaited {
        let events = if self.has_outbox() { PollFlags::IN | PollFlags::OUT } else { PollFlags::IN };
        let (page, writer, seen) = (self.page.clone(), self.side.other(), self.seen);
        Awaited { events, sent: Some(Sent { page, writer, seen }) }
    }

    /// True when it is worth looking into the socket, as far as the page tells.
    pub fn may_have_come(&self) -> bool {
        sent_times(&self.page, self.side.other()) != self.seen
    }

    /// Receives what has come, and gives each whole write; with `exhaust` until there is certainly
    /// nothing more.  False after the end of the stream.
    pub fn receive(&mut self, exhaust: bool, mut deliver: impl FnMut(&[u8])) -> bool {
        self.seen = sent_times(&self.page, self.side.other());
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
            if length > BODY || kind > BELL || self.parts.len() + length > WRITE {
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

    /// As [`Wire::end`], with some patience for what the socket has not taken yet.
    pub fn close_patiently(mut self) {
        let until = Timespec { tv_sec: PATIENCE, tv_nsec: 0 };
        loop {
            self.push();
            if !self.has_outbox() {
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

    /// The own end is closed, or the other has ended.  What the socket has taken can still be read.
    pub fn end(&mut self) {
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
        server.close_patiently();
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
    fn the_page_hints_at_what_has_been_sent() {
        let (mut server, mut client) = pair();
        let awaited = client.awaited();
        assert!(!client.may_have_come() && !awaited.has_come());
        assert!(say(&mut server, b"one"));
        assert!(client.may_have_come() && awaited.has_come());
        assert_eq!(heard(&mut client).0, [b"one".to_vec()]);
        assert!(!client.may_have_come() && !client.awaited().has_come());
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
