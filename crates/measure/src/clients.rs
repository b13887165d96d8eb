//! The clients: one thread, many connections; those that talk have a message under way each, or
//! more.

use rustix::event::Timespec;
use rustix::event::epoll::{self, CreateFlags, Event, EventData, EventFlags};
use rustix::fd::OwnedFd;
use rustix::io::Errno;
use rustix::net::{RecvFlags, SendFlags};
use std::collections::VecDeque;
use std::io;
use std::mem::MaybeUninit;
use std::net::{Ipv4Addr, TcpStream};
use std::time::{Duration, Instant};

/// So many events are fetched by one call.
const EVENTS: usize = 64;
/// Messages differ by where in a pattern of this period they begin.
const PERIOD: usize = 251;
/// A server that is silent for so long hangs.
const SILENCE: Timespec = Timespec { tv_sec: 30, tv_nsec: 0 };

struct Client {
    stream: TcpStream,
    /// Messages still to be sent.
    left: usize,
    /// Where in the pattern the next message begins.
    next: usize,
    /// When those under way were sent.
    sent: VecDeque<Instant>,
    /// Where in the pattern the oldest of them begins.
    oldest: usize,
    /// Its bytes that have come back.
    returned: usize,
}

/// Clients of one server.
pub struct Clients {
    set: OwnedFd,
    clients: Vec<Client>,
    depth: usize,
    pattern: Vec<u8>,
    buffer: Vec<u8>,
}

impl Clients {
    /// Connects so many clients, whose messages have so many bytes.
    pub fn connect(port: u16, connections: usize, size: usize) -> io::Result<Self> {
        let set = epoll::create(CreateFlags::CLOEXEC)?;
        let mut clients = Vec::new();
        for number in 0..connections {
            let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
            stream.set_nodelay(true)?;
            stream.set_nonblocking(true)?;
            let data = EventData::new_u64(number as u64);
            epoll::add(&set, &stream, data, EventFlags::IN | EventFlags::ET)?;
            let (begins, sent) = (number % PERIOD, VecDeque::new());
            let client =
                Client { stream, left: 0, next: begins, sent, oldest: begins, returned: 0 };
            clients.push(client);
        }
        let pattern = (0..size + PERIOD).map(|at| (at % PERIOD) as u8).collect();
        Ok(Clients { set, clients, depth: 1, pattern, buffer: vec![0; size] })
    }

    /// From now on each has so many messages under way in place of one; all of them must fit into
    /// a socket's buffer.
    #[must_use]
    pub fn with_depth(self, depth: usize) -> Self {
        Clients { depth: depth.max(1), ..self }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.clients.len()
    }

    /// The first `talkers` of them send `messages` messages each, a new one after each echo; every
    /// echo is compared.  The others are quiet.
    ///
    /// # Errors
    /// If a connection ends, if other bytes come back, or none for half a minute.
    pub fn echo(&mut self, talkers: usize, messages: usize) -> io::Result<()> {
        self.echo_observed(talkers, messages, &mut |_| {})
    }

    /// The same; `observe` is told of every message how long it was under way.
    ///
    /// # Errors
    /// As of [`Clients::echo`].
    pub fn echo_observed(
        &mut self,
        talkers: usize,
        messages: usize,
        observe: &mut dyn FnMut(Duration),
    ) -> io::Result<()> {
        let running = self.begin(talkers, messages)?;
        self.finish(running, observe)
    }

    /// As [`Clients::echo`] of as many messages as are under way at once; `all_sent` is called when
    /// all have been sent, before one is asked for.
    ///
    /// # Errors
    /// As of [`Clients::echo`], and those of `all_sent`.
    pub fn echo_at_once(
        &mut self,
        talkers: usize,
        all_sent: impl FnOnce() -> io::Result<()>,
    ) -> io::Result<()> {
        let running = self.begin(talkers, self.depth)?;
        all_sent()?;
        self.finish(running, &mut |_| {})
    }

    /// Sends the first messages; how many clients have sent some.
    fn begin(&mut self, talkers: usize, messages: usize) -> io::Result<usize> {
        let running = if messages == 0 { 0 } else { talkers.min(self.clients.len()) };
        for client in &mut self.clients[..running] {
            client.left = messages;
            for _ in 0..self.depth.min(messages) {
                client.send(&self.pattern, self.buffer.len())?;
            }
        }
        Ok(running)
    }

    /// Goes on until all messages of so many clients are back.
    fn finish(&mut self, mut running: usize, observe: &mut dyn FnMut(Duration)) -> io::Result<()> {
        while running > 0 {
            let mut events = [const { MaybeUninit::<Event>::uninit() }; EVENTS];
            let ready = match epoll::wait(&self.set, &mut events[..], Some(&SILENCE)) {
                Ok((ready, _)) => ready,
                Err(Errno::INTR) => continue,
                Err(error) => return Err(error.into()),
            };
            if ready.is_empty() {
                return Err(io::ErrorKind::TimedOut.into());
            }
            for event in ready {
                let client = &mut self.clients[event.data.u64() as usize];
                if client.go_on(&self.pattern, &mut self.buffer, observe)? {
                    running -= 1;
                }
            }
        }
        Ok(())
    }
}

impl Client {
    /// Takes the echoes that are there, and sends a message for each; true when all are back.
    fn go_on(
        &mut self,
        pattern: &[u8],
        buffer: &mut [u8],
        observe: &mut dyn FnMut(Duration),
    ) -> io::Result<bool> {
        while self.receive(pattern, buffer)? {
            self.oldest = (self.oldest + 1) % PERIOD;
            if let Some(sent) = self.sent.pop_front() {
                observe(sent.elapsed());
            }
            // Where no other was under way there is nothing more to be received yet.
            let is_drained = self.sent.is_empty();
            if self.left > 0 {
                self.send(pattern, buffer.len())?;
            }
            if is_drained {
                return Ok(self.sent.is_empty());
            }
        }
        Ok(false)
    }

    fn send(&mut self, pattern: &[u8], size: usize) -> io::Result<()> {
        let message = &pattern[self.next..][..size];
        self.next = (self.next + 1) % PERIOD;
        self.left -= 1;
        self.sent.push_back(Instant::now());
        match rustix::net::send(&self.stream, message, SendFlags::NOSIGNAL)? {
            sent if sent == size => Ok(()),
            _ => Err(io::Error::other("a message did not fit into a socket's buffer")),
        }
    }

    /// Takes what came of the oldest message and compares it; true when the whole of it is back.
    fn receive(&mut self, pattern: &[u8], buffer: &mut [u8]) -> io::Result<bool> {
        while self.returned < buffer.len() {
            let missing = buffer.len() - self.returned;
            match rustix::net::recv(&self.stream, &mut buffer[..missing], RecvFlags::empty()) {
                Ok((0, _)) => return Err(io::Error::other("the server has ended a connection")),
                Ok((count, _)) => {
                    let sent = &pattern[self.oldest + self.returned..][..count];
                    if buffer[..count] != *sent {
                        return Err(io::Error::other("other bytes came back than were sent"));
                    }
                    self.returned += count;
                }
                Err(Errno::AGAIN) => return Ok(false),
                Err(error) => return Err(error.into()),
            }
        }
        self.returned = 0;
        Ok(true)
    }
}
